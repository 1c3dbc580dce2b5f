/* scenario.h: a run's statement under other conditions: planned with indexes that are not there, and why an index is left aside.
 *
 * The console and `pgwhy explain` share it. Nothing is run and nothing is built; the run's own plan stays what it is. */
#ifndef PGWHY_APP_SCENARIO_H
#define PGWHY_APP_SCENARIO_H

#include "advise/pretence.h"
#include "app/run.h"

typedef struct ScenarioWish {
	const PretenceIndex *indexes; /* to pretend, those that are not off: `sql` as create_index_read gives it */
	size_t index_count;
	size_t finding; /* whose indexes the last ones are, from 1; 0: nobody's */
	const char *rewrite; /* to plan in the statement's place; NULL */
	const char *why; /* an index there is, as SQL writes its name: why is it not used? NULL: none */
} ScenarioWish;

typedef struct Scenario {
	Pretence pretence;
	const UnusedAnswer *why; /* NULL: not known yet, or not asked */
	bool done;
	Err err; /* why there is no answer */
} Scenario;

typedef void (*ScenarioFn)(void *owner, Scenario *scenario);

/* The run has to allow it: run_spec. `changed` is called whenever there is more to show, the last time when it is done; never from in here. Texts are copied. */
Scenario *scenario_start(Work *work, Run *run, const ScenarioWish *wish, ScenarioFn changed, void *owner);
/* It and all it shows stay until it is let go, also when it is freed meanwhile. */
void scenario_hold(Scenario *scenario);
void scenario_let_go(Scenario *scenario);
void scenario_free(Scenario *scenario); /* at any time, before the run's connection is gone; no more calls. NULL is fine */

#endif
