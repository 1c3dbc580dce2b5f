/* abroad.h: what things are called in other databases.
 *
 * Asked there, over a connection the same way in as ours, opened when something on screen has no name and closed with the answer; one at a
 * time, and not often. Where we may not come in, or get no answer soon, the things stay without a name. */
#ifndef PGWHY_APP_ABROAD_H
#define PGWHY_APP_ABROAD_H

#include "app/loop.h"
#include "app/sampler.h"

typedef struct Abroad Abroad;

/* `changed` is called when a connection comes or goes: libpq may have said something on stderr. NULL: nobody minds. */
Abroad *abroad_new(Loop *loop, void (*changed)(void *owner), void *owner);
void abroad_free(Abroad *abroad);
bool abroad_takes(const Abroad *abroad); /* false: it is away, or would not go again so soon */
/* Goes and asks; the sampler gets the names. `home` has to stay until then, or abroad_stay be called. */
void abroad_ask(Abroad *abroad, const Conn *home, Sampler *sampler, const char *query, const PaneAbroad *texts);
bool abroad_away(const Abroad *abroad);
void abroad_tick(Abroad *abroad); /* comes home when it has waited long enough, or has its answer */
int64_t abroad_deadline_ms(const Abroad *abroad); /* of the next tick that matters; -1: none */
void abroad_stay(Abroad *abroad); /* at once: the samples are of another server now */
const Conn *abroad_conn(const Abroad *abroad); /* NULL: it is not away */

#endif
