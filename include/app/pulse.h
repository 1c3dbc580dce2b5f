/* pulse.h: the server at a glance, for the status line: read at each tick, one row (src/queries/status.sql). */
#ifndef PGWHY_APP_PULSE_H
#define PGWHY_APP_PULSE_H

#include "core/cost.h"
#include "pg/conn.h"

enum { PULSE_BEATS = 24 };

/* What is not known, or not to this role, is NaN. */
typedef struct Pulse {
	bool waiting; /* asked, and not answered yet */
	int64_t at_ms; /* clock_ms of the newest answer; 0: none yet */
	double transactions, blocks_hit, blocks_read; /* counters */
	double tps, hit_share; /* over the last interval */
	double beats[PULSE_BEATS]; /* tps, oldest first */
	size_t beat_count;
	double connections, active, idle_in_transaction, lock_waits, oldest_xact_s, oldest_prepared_s, autovacuum_workers, replay_lag_s;
	bool in_recovery;
	double round_trip_ms; /* the fastest answer so far: what any reply takes */
	CostRead cost;
} Pulse;

void pulse_begin(Pulse *pulse); /* nothing known: at start, and on another server */
void pulse_tick(Pulse *pulse, Conn *conn); /* asks, unless an answer is still due */

#endif
