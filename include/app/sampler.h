/* sampler.h: a pane's samples: asks its queries when they are due, keeps the last two, polls and fetches texts for the rows on screen.
 *
 * The server is spared: a reading that took t ms of the server's time rests until it is no more than its share of the budget, and a pane
 * that is not on screen is read once and then no more, unless it is urgent. */
#ifndef PGWHY_APP_SAMPLER_H
#define PGWHY_APP_SAMPLER_H

#include "panes/pane.h"
#include "pg/conn.h"

typedef struct Sampler Sampler;

/* What the readings may cost. */
typedef struct SamplerTurn {
	bool forced; /* now, whatever it costs */
	bool on_screen;
	double budget_share; /* of a core, for this pane */
	double round_trip_ms; /* that any reply takes: not the server's work */
} SamplerTurn;

/* `changed` is called when there is a new sample, new texts, or an error. */
Sampler *sampler_new(const Pane *pane, void (*changed)(void *owner, Sampler *sampler), void *owner);
void sampler_free(Sampler *sampler);
void sampler_connect(Sampler *sampler, Conn *conn); /* whom to ask; the connection must outlive it */
/* Asks what is due: the sample, or, while a costly one rests, the rows of `keys` alone (PANE_POLL_KEY of the rows on screen). */
void sampler_tick(Sampler *sampler, const SamplerTurn *turn, const int64_t *keys, size_t count);
bool sampler_waiting(const Sampler *sampler);
/* What the pane makes its rows of; false: there is no sample yet. */
bool sampler_input(const Sampler *sampler, bool since_reset, PaneInput *input);
/* Texts the rows lack, keys as int64; asked for together, at most every few seconds. */
void sampler_want_texts(Sampler *sampler, const int64_t *keys, size_t count);
bool sampler_takes_texts(const Sampler *sampler); /* false: they would not be asked for now */
void sampler_add_texts(Sampler *sampler, const int64_t *keys, const char *const *texts, size_t count); /* that somebody else has found */
void sampler_put_texts(Sampler *sampler, const Texts *texts); /* likewise, all of them */
StatementSample *sampler_statements(const Sampler *sampler); /* of a pane that marks them, held once; NULL: there is no sample */
void sampler_forget(Sampler *sampler); /* the samples: they are of another server or database */
int64_t sampler_taken_at_ms(const Sampler *sampler); /* clock_ms of the newest sample or poll; -1 none */
size_t sampler_count(const Sampler *sampler); /* samples taken so far */
CostRead sampler_cost(const Sampler *sampler);
const Err *sampler_error(const Sampler *sampler); /* of the last asking; ERR_NONE when it worked */

#endif
