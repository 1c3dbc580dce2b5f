/* history.h: past samples of the statements, the thinner the older they are.
 *
 * Their ages stand about as the powers of one number: between the last minute and the last hour lie as many as between that and the last
 * days. So there is one about as old as is asked for, however old that is. All of them count on from each other: those of another
 * server, and those from before a reset, are forgotten when the first one after it comes. */
#ifndef PGWHY_CORE_HISTORY_H
#define PGWHY_CORE_HISTORY_H

#include "core/statement_sample.h"

enum { HISTORY_MOST_SAMPLES = 24, HISTORY_LEAST_SAMPLES = 4, HISTORY_MOST_BYTES = 12 << 20 }; /* the bytes yield to the least samples */

typedef struct History History;

History *history_new(void);
void history_free(History *history);
/* The newest one, which the history holds from now on, of a server known by that name. Where a server does not tell when it was reset
 * but was (before 14), the sample's reset_at_s comes to be its own time: the moment after the reset. */
void history_add(History *history, StatementSample *sample, const char *server);
void history_forget(History *history);
size_t history_count(const History *history);
StatementSample *history_at(const History *history, size_t nth); /* the oldest first */
StatementSample *history_newest(const History *history); /* NULL: there is none */
const char *history_server(const History *history); /* "" as long as there is no sample */
size_t history_bytes(const History *history);

#endif
