/* wait_profile.h: what sessions waited for, sampled: shares over the last minute, of a session, of a statement, of one run.
 *
 * A sample is one process at one instant: of two workers that read while their leader waits for them, two thirds is reading. */
#ifndef PGWHY_CORE_WAIT_PROFILE_H
#define PGWHY_CORE_WAIT_PROFILE_H

#include "core/table.h"

/* How often each event was met. */
typedef struct WaitTally {
	LIST(struct WaitCount {
		const char *event; /* "IO:DataFileRead"; "on the CPU" */
		size_t count;
	}) events; /* most often met first, once it is made by waits_of_… or sorted */
	size_t samples;
} WaitTally;

void wait_tally_add(Arena *arena, WaitTally *tally, const char *event); /* NULL: on the CPU */
/* "62% IO:DataFileRead, 38% on the CPU", the most often met; what is left is "others". */
const char *wait_tally_text(Arena *arena, const WaitTally *tally);

typedef struct WaitProfile WaitProfile;
enum { WAIT_PROFILE_S = 60 };
WaitProfile *wait_profile_new(void);
void wait_profile_free(WaitProfile *profile);
void wait_profile_add(WaitProfile *profile, const Table *reading, int64_t at_ms); /* of queries/wait_events.sql; drops what is older than a minute */
void wait_profile_forget(WaitProfile *profile);
WaitTally wait_profile_of_session(Arena *arena, const WaitProfile *profile, int64_t pid); /* a NULL profile knows nothing */
WaitTally wait_profile_of_query(Arena *arena, const WaitProfile *profile, int64_t query_id);

#endif
