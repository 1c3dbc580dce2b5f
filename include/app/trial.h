/* trial.h: a $1 statement planned under several values of its parameters, side by side. No screen.
 *
 * First the generic plan; it brings the types of the parameters, and its tables what stands in their columns. Then the statement is planned
 * with each set of values. Where the plans part it is found out which parameter does it: it alone is changed. In the end there is advice
 * for each of them, one after the other. */
#ifndef PGWHY_APP_TRIAL_H
#define PGWHY_APP_TRIAL_H

#include "advise/parameter_sensitive.h"
#include "app/run.h"
#include "app/value_sets.h"

typedef struct Trial {
	Run *generic; /* planned with the values unknown */
	const Values *values; /* what was learnt */
	ValueSets sets;
	ValuePlans plans; /* the generic one, then one a set */
	const Sensitivity *sensitivity; /* made anew with each plan; NULL: there is none yet */
	const FindingList *findings; /* about all of them together: parameter-sensitive, or none */
	const char *problem; /* why there is less than there might be; NULL */
} Trial;

typedef void (*TrialFn)(void *owner, Trial *trial);

/* `known`: what was used and seen of it before; NULL. The connection stays the caller's and must outlive the Trial; the rest is copied. */
Trial *trial_start(Work *work, Conn *conn, const Settings *settings, const char *statement, const Values *known, const RunOptions *options, TrialFn changed,
                   void *owner);
void trial_conn_changed(Trial *trial); /* to be called when the state of its connection changed */
bool trial_busy(const Trial *trial);
const char *trial_stage_text(Arena *arena, const Trial *trial); /* "planning …"; "" when it is done */
const Conn *trial_conn(const Trial *trial);
void trial_measured(Trial *trial, const char *statement, double ms); /* one of its statements was run */
void trial_cancel(Trial *trial); /* what was reached stays */
void trial_free(Trial *trial); /* at any time; NULL is fine; no more calls to changed */

#endif
