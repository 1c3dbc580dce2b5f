/* applying_wish.h: which finding is to be tried or applied, and may it be? */
#ifndef PGWHY_APP_APPLYING_WISH_H
#define PGWHY_APP_APPLYING_WISH_H

#include "app/state.h"

typedef struct ApplyingWish {
	Run *run; /* whose finding it is; NULL: a pane's, about a row */
	size_t nth; /* from 0 */
	Finding finding;
	ExplainSpec spec; /* of the run's statement */
	Conn *conn; /* the way in */
} ApplyingWish;

/* `rest`: the number of a finding; empty: the one on screen. Of a why about a table, an index: what that advises; else of the plan. False: err says
 * why not: a plan out of a file, or only pretended, --readonly, a standby, a pooler; to try, also a statement that does more than read. */
bool applying_allowed(App *app, Arena *arena, const char *rest, bool trial, ApplyingWish *wish, Err *err);

#endif
