/* applying_wish.h: which finding is to be tried or applied, and may it be? */
#ifndef PGWHY_APP_APPLYING_WISH_H
#define PGWHY_APP_APPLYING_WISH_H

#include "app/state.h"

/* `rest`: the number of a finding; empty: the one on screen. `nth` from 0; spec and conn are its run's. False: err says why not: a plan out of a
 * file, or only pretended, --readonly, a standby, a pooler; to try, also a statement that does more than read. */
bool applying_allowed(App *app, const char *rest, bool trial, size_t *nth, ExplainSpec *spec, Conn **conn, Err *err);

#endif
