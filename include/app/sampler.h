/* sampler.h: a pane's samples: asks its query at each tick, keeps the last two, fetches texts for the rows shown. */
#ifndef PGWHY_APP_SAMPLER_H
#define PGWHY_APP_SAMPLER_H

#include "panes/pane.h"
#include "pg/conn.h"

typedef struct Sampler Sampler;

/* `changed` is called when there is a new sample, new texts, or an error. */
Sampler *sampler_new(const Pane *pane, void (*changed)(void *owner, Sampler *sampler), void *owner);
void sampler_free(Sampler *sampler);
void sampler_connect(Sampler *sampler, Conn *conn); /* whom to ask; the connection must outlive it */
/* Asks now, unless it is still waiting, or the read costs so much that asking now would take more than 1 % of a core; `forced` asks all the same. */
void sampler_tick(Sampler *sampler, bool forced);
bool sampler_waiting(const Sampler *sampler);
/* What the pane makes its rows of; false: there is no sample yet. */
bool sampler_input(const Sampler *sampler, bool since_reset, PaneInput *input);
/* Texts the rows lack, keys as int64; asked for together, at most every few seconds. */
void sampler_want_texts(Sampler *sampler, const int64_t *keys, size_t count);
int64_t sampler_taken_at_ms(const Sampler *sampler); /* clock_ms of the newest sample; -1 none */
size_t sampler_count(const Sampler *sampler); /* samples taken so far */
const Err *sampler_error(const Sampler *sampler); /* of the last asking; ERR_NONE when it worked */

#endif
