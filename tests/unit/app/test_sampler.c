/* test_sampler.c: when a pane's queries are asked, and what is kept of the answers. Needs PostgreSQL's server programs. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <math.h>

#include "../../server/ground.h"
#include "app/sampler.h"

static Ground *ground;
static Conn *conn;
static Sampler *sampler;
static size_t changes;
static int64_t orders_oid;

static void changed(void *owner, Sampler *which) {
	(void)owner;
	(void)which;
	changes++;
}

static const SamplerTurn cheap = {.on_screen = true, .budget_share = 1};
static const SamplerTurn dear = {.on_screen = true, .budget_share = 1e-9}; /* any reading is too much, ever after */

static void begin(const Pane *pane) {
	sampler_free(sampler);
	sampler = sampler_new(pane, changed, NULL);
	sampler_connect(sampler, conn);
	changes = 0;
}

static void tick(const SamplerTurn *turn) {
	sampler_tick(sampler, turn, &orders_oid, 1);
}

static void take_sample(const SamplerTurn *turn) {
	size_t count = sampler_count(sampler);
	UNTIL(ground, (sampler_count(sampler) > count || (tick(turn), false)) && !sampler_waiting(sampler)); /* the one before may rest yet */
}

static PaneInput input_now(void) {
	PaneInput input;
	assert_true(sampler_input(sampler, false, &input));
	return input;
}

static int64_t figure(const Table *table, const char *column) {
	size_t oid = table_column(table, "oid");
	for (size_t row = 0; row < table->row_count; row++)
		if (table_int(table, row, oid, 0) == orders_oid) return table_int(table, row, table_column(table, column), -1);
	fail_msg("no row of orders");
	return -1;
}

/* Its counters reach the statistics when the backend that made them ends. */
static void scan_orders(int64_t so_many) {
	const char *sql = "select seq_scan from pg_stat_user_tables where relname = 'orders'";
	int64_t before = strtoll(ground_ask(ground, "postgres", sql), NULL, 10);
	for (int64_t i = 0; i < so_many; i++) ground_run(ground, "postgres", "select count(*) from orders");
	UNTIL(ground, strtoll(ground_ask(ground, "postgres", sql), NULL, 10) == before + so_many);
}

static const Pane tables = {.name = "tables", .query = "scans", .shown_query = "scans_shown", .shown_key = "oid"};

static void a_reading_worth_its_share_is_made_at_each_tick(void **state) {
	(void)state;
	begin(&tables);
	take_sample(&cheap);
	assert_null(input_now().before);
	UNTIL(ground, (tick(&cheap), sampler_count(sampler) >= 3));
	assert_non_null(input_now().before);
	assert_true(sampler_cost(sampler).total_bytes > 0);
}

static void a_costly_one_rests_and_the_rows_on_screen_are_polled(void **state) {
	(void)state;
	begin(&tables);
	take_sample(&dear);
	int64_t scans = figure(input_now().after, "seq_scans"), taken = sampler_taken_at_ms(sampler);
	scan_orders(2);
	UNTIL(ground, (tick(&dear), figure(input_now().after, "seq_scans") == scans + 2));
	assert_int_equal(sampler_count(sampler), 1);
	assert_true(sampler_taken_at_ms(sampler) >= taken);
	PaneInput input = input_now();
	assert_non_null(input.before); /* there is something to tell the rate from */
	assert_true(figure(input.before, "seq_scans") >= scans);
	size_t before = changes;
	UNTIL(ground, (tick(&dear), changes > before));
	assert_int_equal(figure(input_now().before, "seq_scans"), scans + 2);
}

static void forced_it_is_read_all_the_same(void **state) {
	(void)state;
	begin(&tables);
	take_sample(&dear);
	SamplerTurn now = dear;
	now.forced = true;
	take_sample(&now);
	assert_int_equal(sampler_count(sampler), 2);
}

static void a_pane_out_of_sight_is_read_once(void **state) {
	(void)state;
	begin(&tables);
	SamplerTurn hidden = cheap;
	hidden.on_screen = false;
	take_sample(&hidden);
	tick(&hidden);
	assert_false(sampler_waiting(sampler));
	assert_true(isnan(sampler_cost(sampler).every_s));
	take_sample(&cheap); /* until it comes on screen */
}

static void an_urgent_one_is_read_out_of_sight_whatever_it_costs(void **state) {
	(void)state;
	Pane urgent = tables;
	urgent.urgent = true;
	begin(&urgent);
	SamplerTurn hidden = dear;
	hidden.on_screen = false;
	take_sample(&hidden);
	take_sample(&hidden);
	assert_int_equal(sampler_count(sampler), 2);
	begin(&tables);
}

static Keys all_tables(Arena *arena, const PaneInput *input) {
	Keys keys = {0};
	for (size_t row = 0; row < input->after->row_count; row++)
		*list_push(arena, &keys) = table_int(input->after, row, table_column(input->after, "oid"), 0);
	return keys;
}

static void parts_and_what_follows_come_with_the_sample(void **state) {
	(void)state;
	static const char *const parts[] = {"status", NULL};
	const Pane pane = {.name = "parts", .query = "scans", .part_queries = parts, .follow_query = "scans_shown", .follow_keys = all_tables};
	begin(&pane);
	take_sample(&cheap);
	PaneInput input = input_now();
	assert_int_equal(changes, 1); /* once, for all of it */
	assert_int_equal(input.parts[0]->row_count, 1);
	assert_null(input.parts[1]);
	assert_int_equal(input.follow->row_count, input.after->row_count);
	begin(&tables);
}

static void the_first_sample_stays_as_it_was(void **state) {
	(void)state;
	Pane pane = tables;
	pane.keeps_first = true;
	begin(&pane);
	take_sample(&dear);
	int64_t scans = figure(input_now().first, "seq_scans");
	scan_orders(1);
	UNTIL(ground, (tick(&dear), figure(input_now().after, "seq_scans") == scans + 1));
	assert_int_equal(figure(input_now().first, "seq_scans"), scans);
	begin(&tables);
	take_sample(&cheap);
	assert_null(input_now().first);
}

static void an_error_leaves_the_last_sample(void **state) {
	(void)state;
	begin(&tables);
	take_sample(&cheap);
	size_t before = changes;
	ground_run(ground, "postgres", "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pgwhy'");
	tick(&cheap);
	UNTIL(ground, changes > before || conn_state(conn) != CONN_READY);
	UNTIL(ground, conn_state(conn) == CONN_READY && !sampler_waiting(sampler));
	assert_true(figure(input_now().after, "seq_scans") >= 0);
	UNTIL(ground, (tick(&cheap), sampler_count(sampler) >= 2));
	assert_false(err_is(sampler_error(sampler)));
}

static void forgotten_it_knows_nothing(void **state) {
	(void)state;
	begin(&tables);
	take_sample(&cheap);
	tick(&cheap);
	sampler_forget(sampler); /* with a reply under way */
	PaneInput input;
	assert_false(sampler_input(sampler, false, &input));
	assert_int_equal(sampler_taken_at_ms(sampler), -1);
	take_sample(&cheap);
}

static int set_up(void **state) {
	const ClusterSpec spec = {0};
	if (ground_set_up(state, &spec) != 0) return -1;
	ground = *state;
	ground_run(ground, "postgres", "create table orders as select generate_series(1, 1000) as id");
	orders_oid = strtoll(ground_ask(ground, "postgres", "select 'orders'::regclass::oid::int8"), NULL, 10);
	conn = ground_connect(ground, NULL, NULL);
	return 0;
}

static int tear_down(void **state) {
	sampler_free(sampler);
	return ground_tear_down(state);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reading_worth_its_share_is_made_at_each_tick),
		cmocka_unit_test(a_costly_one_rests_and_the_rows_on_screen_are_polled),
		cmocka_unit_test(forced_it_is_read_all_the_same),
		cmocka_unit_test(a_pane_out_of_sight_is_read_once),
		cmocka_unit_test(an_urgent_one_is_read_out_of_sight_whatever_it_costs),
		cmocka_unit_test(parts_and_what_follows_come_with_the_sample),
		cmocka_unit_test(the_first_sample_stays_as_it_was),
		cmocka_unit_test(an_error_leaves_the_last_sample),
		cmocka_unit_test(forgotten_it_knows_nothing),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
