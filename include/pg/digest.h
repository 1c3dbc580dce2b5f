/* digest.h: turning a big result into a Table in the background, because a million cells take tens of milliseconds. */
#ifndef PGWHY_PG_DIGEST_H
#define PGWHY_PG_DIGEST_H

#include "base/work.h"
#include "core/table.h"

struct pg_result;

typedef struct Digest {
	struct pg_result *result;
	Arena *arena; /* of table; the taker sets it to NULL */
	Table *table;
	size_t bytes;
	void (*done)(struct Digest *digest); /* called from work_collect; digest_free is up to it. NULL: nobody waits any more */
	void *owner;
} Digest;

bool digest_wanted(const struct pg_result *result); /* is it that big? */
/* Takes the result over. */
Digest *digest_start(Work *work, struct pg_result *result, void (*done)(Digest *digest), void *owner);
void digest_free(Digest *digest); /* NULL is fine */

#endif
