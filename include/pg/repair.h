/* repair.h: a statement with $1 for its values, as pg_stat_statements keeps it, told in a way the server can plan.
 *
 * Taking the constants out of a statement leaves texts that are no SQL (`interval $1`) or whose types nobody can infer any more
 * (`now() - $1`). What the server says to such a text tells what to mend; it stays the judge. */
#ifndef PGWHY_PG_REPAIR_H
#define PGWHY_PG_REPAIR_H

#include "base/err.h"

typedef struct Repair {
	const char *text;
	const char **types; /* per parameter: what it is declared as, NULL: the server infers it */
	size_t param_count; /* the highest $n there ever was */
	int undetermined; /* parameters whose type was guessed as the server asked for it */
	const char *notes; /* what was done so far; NULL: nothing */
} Repair;

/* `param_count`: how many are known of; more are found in the text. */
Repair repair_begin(Arena *arena, const char *text, size_t param_count);
/* Mends what the server refused; false: no remedy is known, or it was tried before; the refusal may get a hint. */
bool repair_after(Arena *arena, Repair *repair, Err *refusal);
/* `PREPARE name (types) AS text`; `prefix_chars`: characters before the text, for the server's positions. */
const char *repair_prepare_sql(Arena *arena, const Repair *repair, const char *name, long *prefix_chars);

/* What a generic plan of such a text cannot know, as sentences; NULL: nothing special. */
const char *repair_doubts(Arena *arena, const char *text);

#endif
