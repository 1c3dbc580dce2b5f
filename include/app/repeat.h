/* repeat.h: one or two statements under EXPLAIN ANALYZE again and again, in turn: A B A B. A first run of each warms up and does not count.
 *
 * A cancel or an error keeps what was run. Two sides may be one statement under other settings. */
#ifndef PGWHY_APP_REPEAT_H
#define PGWHY_APP_REPEAT_H

#include "advise/finding.h"
#include "advise/repeated.h"
#include "base/work.h"
#include "pg/explain.h"

enum { REPEAT_RUNS = 5, REPEAT_MOST_RUNS = 1000 }; /* when no number is given; of each side */

typedef struct RepeatSide {
	const char *name;
	const ExplainSpec *spec; /* what its owner agreed to: it analyzes */
	const Plan *first; /* its first run, when it has had it; NULL */
	bool warm; /* its rows were read a moment ago: there is nothing to warm up */
} RepeatSide;

typedef struct RepeatSpec {
	RepeatSide sides[2];
	size_t count; /* of sides */
	size_t runs; /* of each, beside the first */
} RepeatSpec;

/* Err is set when it ended early. `repeated` lives as long as the Repeat. */
typedef void (*RepeatFn)(void *owner, const Repeated *repeated, Err *err);

void repeat_first(RepeatedSide *side, const Plan *plan); /* this was its first run */

typedef struct Repeat Repeat;
/* What spec's sides point to must outlive it. `progress` is called before each run. */
Repeat *repeat_start(Work *work, Conn *conn, const RepeatSpec *spec, RepeatFn done, void (*progress)(void *owner), void *owner);
const char *repeat_words(const Repeat *repeat); /* "run 3 of 10 …" */
const Plan *repeat_plan(Repeat *repeat, size_t side, Arena **arena); /* of its first run that counts, with the arena it lives in, once; NULL: there is none */
void repeat_cancel(Repeat *repeat); /* done comes with ERR_CANCELLED */
void repeat_free(Repeat *repeat); /* at any time, also inside done; no more calls. NULL is fine */

#endif
