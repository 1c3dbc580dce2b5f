/* pulse.c: the server at a glance. */
#include "app/pulse.h"

#include <math.h>

#include "base/clock.h"

void pulse_begin(Pulse *pulse) {
	*pulse = (Pulse){.cost = {.name = "status"}};
	double *unknown[] = {&pulse->transactions, &pulse->blocks_hit, &pulse->blocks_read, &pulse->tps, &pulse->hit_share, &pulse->connections, &pulse->active,
	                     &pulse->idle_in_transaction, &pulse->lock_waits, &pulse->oldest_xact_s, &pulse->oldest_prepared_s, &pulse->autovacuum_workers,
	                     &pulse->replay_lag_s, &pulse->cost.every_s};
	for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) *unknown[i] = NAN;
}

static void add_beat(Pulse *pulse, double tps) {
	if (isnan(tps)) return;
	if (pulse->beat_count == PULSE_BEATS) memmove(pulse->beats, pulse->beats + 1, (--pulse->beat_count) * sizeof *pulse->beats);
	pulse->beats[pulse->beat_count++] = tps;
}

/* Counters that went back were reset: there is no rate then. */
static double rise(double before, double after) {
	return after >= before ? after - before : NAN;
}

static void take_rates(Pulse *pulse, const Pulse *before) {
	double seconds = (double)(pulse->at_ms - before->at_ms) / 1000;
	double hit = rise(before->blocks_hit, pulse->blocks_hit), read = rise(before->blocks_read, pulse->blocks_read);
	pulse->tps = seconds > 0 ? rise(before->transactions, pulse->transactions) / seconds : NAN;
	pulse->hit_share = hit + read > 0 ? hit / (hit + read) : NAN;
	add_beat(pulse, pulse->tps);
}

static void take_row(Pulse *pulse, const Table *table) {
	const struct {
		const char *column;
		double *value;
	} figures[] = {
		{"transactions", &pulse->transactions},
		{"blocks_hit", &pulse->blocks_hit},
		{"blocks_read", &pulse->blocks_read},
		{"connections", &pulse->connections},
		{"active", &pulse->active},
		{"idle_in_transaction", &pulse->idle_in_transaction},
		{"waiting", &pulse->lock_waits},
		{"oldest_xact_s", &pulse->oldest_xact_s},
		{"oldest_prepared_s", &pulse->oldest_prepared_s},
		{"autovacuum_workers", &pulse->autovacuum_workers},
		{"replay_lag_s", &pulse->replay_lag_s},
	};
	for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
		*figures[i].value = table_real(table, 0, table_column(table, figures[i].column), NAN);
	pulse->in_recovery = table_bool(table, 0, table_column(table, "in_recovery"), false);
}

static void pay(Pulse *pulse, const Reply *reply, int64_t now) {
	CostRead *cost = &pulse->cost;
	if (pulse->at_ms) cost->every_s = (double)(now - pulse->at_ms) / 1000;
	cost->count++;
	cost->last_ms = reply->ms;
	cost->last_bytes = reply->bytes;
	cost->total_ms += reply->ms;
	cost->total_bytes += reply->bytes;
	if (pulse->round_trip_ms == 0 || reply->ms < pulse->round_trip_ms) pulse->round_trip_ms = reply->ms;
}

static void arrived(void *owner, Reply *reply) {
	Pulse *pulse = owner;
	pulse->waiting = false;
	if (!reply->table || !reply->table->row_count) return;
	Pulse before = *pulse;
	pay(pulse, reply, clock_ms());
	pulse->at_ms = clock_ms();
	take_row(pulse, reply->table);
	if (before.at_ms) take_rates(pulse, &before);
}

void pulse_tick(Pulse *pulse, Conn *conn) {
	if (pulse->waiting) return;
	pulse->waiting = true;
	conn_catalog(conn, "status", NULL, 0, arrived, pulse);
}
