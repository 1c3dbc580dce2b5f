/* test_traffic.c: what the statements did since a mark, against the time before it: spans, resets, verdicts, noise. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "../../counted.h"
#include "core/traffic.h"

typedef struct Scene {
	Arena *arena;
	History *history;
	StatementMark *mark;
	double reset_at_s;
	uint64_t random;
} Scene;

static int set_up(void **state) {
	static Scene scene;
	scene = (Scene){.arena = arena_new(), .history = history_new(), .reset_at_s = 100, .random = 42};
	*state = &scene;
	return 0;
}

static int tear_down(void **state) {
	Scene *scene = *state;
	statement_mark_free(scene->mark);
	history_free(scene->history);
	arena_free(scene->arena);
	return 0;
}

/* The server's clock is `at_s` later than 1000. */
static StatementSample *read_at(Scene *scene, double at_s, const Counted *counted, size_t count) {
	const Table *info = isnan(scene->reset_at_s) ? NULL : counted_info(scene->arena, scene->reset_at_s, 1000 + at_s - scene->reset_at_s);
	StatementSample *sample = statement_sample_new(counted_table(scene->arena, counted, count), info, 7, (int64_t)(at_s * 1000), (int64_t)((1000 + at_s) * 1000));
	history_add(scene->history, sample, "db1");
	return sample;
}

#define READ(scene, at_s, ...) read_at((scene), (at_s), (const Counted[]){__VA_ARGS__}, sizeof((const Counted[]){__VA_ARGS__}) / sizeof(Counted))

static void mark(Scene *scene) {
	scene->mark = statement_mark_take(scene->history, NULL, 0);
}

static const Traffic *compared(Scene *scene) {
	return traffic_compare(scene->arena, scene->mark, history_newest(scene->history), history_server(scene->history), false);
}

static const TrafficRow *row_of(const Traffic *traffic, int64_t queryid) {
	for (size_t i = 0; i < traffic->count; i++)
		if (traffic->rows[i].queryid == queryid) return &traffic->rows[i];
	return NULL;
}

#define assert_verdict(traffic, queryid, wanted)                                                              \
	do {                                                                                                  \
		const TrafficRow *found = row_of((traffic), (queryid));                                       \
		assert_non_null(found);                                                                       \
		if (found->verdict != (wanted)) fail_msg("statement %d: verdict %d", (int)(queryid), (int)found->verdict); \
	} while (0)

/* ---- executions ---- */

static double chance(Scene *scene) {
	scene->random = scene->random * 6364136223846793005u + 1442695040888963407u;
	return ((double)(scene->random >> 11) + 0.5) / 0x1p53;
}

/* As times are: most near the mean, some far above. */
static void run(Scene *scene, Counted *c, double calls, double mean_ms) {
	for (double i = 0; i < calls; i++) {
		double ms = -mean_ms * log(chance(scene));
		c->calls++;
		c->total += ms;
		c->squares += ms * ms;
		c->rows += 3;
		c->hit += 100;
	}
}

/* ---- spans ---- */

static void the_time_before_is_as_long_as_the_time_since(void **state) {
	Scene *scene = *state;
	for (double at = 0; at <= 600; at += 10) READ(scene, at, counted_steady(1, 100 + at, 10), counted_steady(2, 50, 1));
	mark(scene);
	Counted faster = counted_steady(1, 700, 10);
	faster.calls += 240;
	faster.total += 240 * 2;
	faster.squares += 240 * 4;
	READ(scene, 720, faster, counted_steady(2, 50, 1));
	const Traffic *traffic = compared(scene);
	assert_int_equal(traffic->state, TRAFFIC_COMPARED);
	assert_true(fabs(traffic->after_s - 120) < 1e-6);
	assert_true(traffic->before_s > 80 && traffic->before_s < 180);
	assert_non_null(traffic->base);
	assert_int_equal(traffic->count, 1); /* the other one was not called */
	const TrafficRow *row = row_of(traffic, 1);
	assert_true(fabs(row->before.calls / traffic->before_s - 1) < 1e-6);
	assert_true(fabs(row->after.calls / traffic->after_s - 2) < 1e-6);
	assert_true(fabs(traffic_mean_ms(&row->before) - 10) < 1e-6 && fabs(traffic_mean_ms(&row->after) - 2) < 1e-6);
	assert_true(traffic_deviation_ms(&row->before) < 1e-3 && traffic_deviation_ms(&row->after) < 1e-3);
	assert_verdict(traffic, 1, TRAFFIC_FASTER);
	TrafficTotals totals = traffic_totals(traffic, NULL);
	assert_true(fabs(totals.after_ms - 480) < 1e-6);
	assert_int_equal(totals.verdicts[TRAFFIC_FASTER], 1);
	assert_int_equal(traffic_totals(traffic, (const bool[]){true}).verdicts[TRAFFIC_FASTER], 0);
}

static void without_samples_as_old_all_since_the_reset_is_the_time_before(void **state) {
	Scene *scene = *state;
	READ(scene, 0, counted_steady(1, 100, 10));
	READ(scene, 4, counted_steady(1, 104, 10));
	mark(scene);
	READ(scene, 10, counted_steady(1, 110, 10));
	assert_true(fabs(compared(scene)->before_s - 4) < 1e-6);
	READ(scene, 100, counted_steady(1, 200, 10));
	const Traffic *traffic = compared(scene);
	assert_null(traffic->base);
	assert_true(fabs(traffic->before_s - 904) < 1e-6); /* reset at 100, marked at 1004 */
	assert_true(row_of(traffic, 1)->before.calls == 104);
	traffic = traffic_compare(scene->arena, scene->mark, history_at(scene->history, 2), "db1", true);
	assert_null(traffic->base); /* as was asked for */
}

static void before_14_what_was_seen_is_all_there_is(void **state) {
	Scene *scene = *state;
	scene->reset_at_s = NAN;
	READ(scene, 0, counted_steady(1, 100, 10));
	mark(scene);
	READ(scene, 100, counted_steady(1, 200, 10));
	const Traffic *traffic = compared(scene);
	assert_true(isnan(traffic->before_s) && fabs(traffic->after_s - 100) < 1e-6);
	assert_int_equal(traffic->count, 1);
	statement_mark_free(scene->mark);
	mark(scene);
	READ(scene, 900, counted_steady(1, 300, 10));
	assert_true(fabs(compared(scene)->before_s - 100) < 1e-6);
}

static void right_after_the_mark_nothing_is_compared(void **state) {
	Scene *scene = *state;
	READ(scene, 0, counted_steady(1, 100, 10));
	mark(scene);
	assert_int_equal(compared(scene)->state, TRAFFIC_TOO_EARLY);
	READ(scene, 1, counted_steady(1, 110, 10));
	assert_int_equal(compared(scene)->state, TRAFFIC_TOO_EARLY);
	assert_int_equal(compared(scene)->count, 0);
}

/* ---- resets ---- */

static void after_a_reset_what_is_counted_since_then_is_the_time_after(void **state) {
	Scene *scene = *state;
	READ(scene, 0, counted_steady(1, 100, 10));
	READ(scene, 60, counted_steady(1, 160, 10), counted_steady(2, 10, 1));
	mark(scene);
	scene->reset_at_s = 1000 + 80;
	READ(scene, 100, counted_steady(1, 200, 2));
	const Traffic *traffic = compared(scene);
	assert_true(traffic->reset);
	assert_true(fabs(traffic->after_s - 20) < 1e-6);
	assert_true(row_of(traffic, 1)->after.calls == 200 && !row_of(traffic, 1)->restarted);
	assert_verdict(traffic, 1, TRAFFIC_FASTER);
}

static void before_14_a_reset_is_seen(void **state) {
	Scene *scene = *state;
	scene->reset_at_s = NAN;
	READ(scene, 0, counted_steady(1, 100, 10));
	READ(scene, 60, counted_steady(1, 160, 10));
	mark(scene);
	READ(scene, 80, counted_steady(1, 20, 10));
	READ(scene, 100, counted_steady(1, 500, 10)); /* more than there were */
	const Traffic *traffic = compared(scene);
	assert_true(traffic->reset);
	assert_true(fabs(traffic->after_s - 20) < 1e-6);
	assert_true(row_of(traffic, 1)->after.calls == 500);
}

static void the_mark_of_another_server_is_not_compared(void **state) {
	Scene *scene = *state;
	READ(scene, 0, counted_steady(1, 100, 10));
	mark(scene);
	assert_int_equal(traffic_compare(scene->arena, scene->mark, history_newest(scene->history), "db2", false)->state, TRAFFIC_OTHER_SERVER);
	scene->reset_at_s = 50; /* by that name, but it was reset before the mark, when the one that was marked wasn't */
	READ(scene, 100, counted_steady(1, 200, 10));
	assert_int_equal(compared(scene)->state, TRAFFIC_OTHER_SERVER);
}

/* ---- verdicts ---- */

static void new_and_vanished_statements_are_told(void **state) {
	Scene *scene = *state;
	READ(scene, 0, counted_steady(1, 100, 10), counted_steady(2, 100, 10), counted_steady(3, 100, 10));
	READ(scene, 60, counted_steady(1, 160, 10), counted_steady(2, 160, 10), counted_steady(3, 101, 10), counted_steady(5, 7, 1));
	mark(scene);
	READ(scene, 120, counted_steady(1, 220, 10), counted_steady(2, 160, 10), counted_steady(3, 101, 10), counted_steady(4, 1, 10), counted_steady(5, 7, 1));
	const Traffic *traffic = compared(scene);
	assert_verdict(traffic, 1, TRAFFIC_SAME);
	assert_verdict(traffic, 2, TRAFFIC_VANISHED);
	assert_verdict(traffic, 3, TRAFFIC_FEW); /* it might as well not have been its turn */
	assert_verdict(traffic, 4, TRAFFIC_NEW);
	assert_verdict(traffic, 5, TRAFFIC_VANISHED);
	assert_false(row_of(traffic, 4)->known);
}

static void how_often_is_told_where_the_time_is_the_same(void **state) {
	Scene *scene = *state;
	READ(scene, 0, counted_steady(1, 100, 10), counted_steady(2, 100, 10), counted_steady(3, 100, 10), counted_steady(4, 100, 10));
	READ(scene, 60, counted_steady(1, 160, 10), counted_steady(2, 700, 10), counted_steady(3, 160, 10), counted_steady(4, 103, 10));
	mark(scene);
	READ(scene, 120, counted_steady(1, 820, 10), counted_steady(2, 760, 10), counted_steady(3, 230, 10), counted_steady(4, 106, 10));
	const Traffic *traffic = compared(scene);
	assert_verdict(traffic, 1, TRAFFIC_MORE_OFTEN);
	assert_verdict(traffic, 2, TRAFFIC_LESS_OFTEN);
	assert_verdict(traffic, 3, TRAFFIC_SAME);
	assert_verdict(traffic, 4, TRAFFIC_FEW);
}

static void a_statement_forgotten_and_back_begins_anew_by_itself(void **state) {
	Scene *scene = *state;
	READ(scene, 0, counted_steady(1, 100, 10), counted_steady(2, 100, 10));
	READ(scene, 60, counted_steady(1, 160, 10), counted_steady(2, 160, 10));
	mark(scene);
	READ(scene, 120, counted_steady(1, 20, 10), counted_steady(2, 30, 1)); /* fewer than they had */
	const Traffic *traffic = compared(scene);
	assert_verdict(traffic, 1, TRAFFIC_RESET);
	assert_verdict(traffic, 2, TRAFFIC_FASTER);
	assert_true(row_of(traffic, 1)->restarted && row_of(traffic, 1)->after.calls == 20);
}

static void since_when_it_is_counted_tells_more_than_counters_that_grew(void **state) {
	Scene *scene = *state;
	Counted before = counted_steady(1, 100, 10), after = counted_steady(1, 1000, 10), fresh = counted_steady(2, 8, 1);
	before.since_s = 200;
	after.since_s = 1090;
	fresh.since_s = 1100;
	READ(scene, 0, before);
	before = counted_steady(1, 160, 10);
	before.since_s = 200;
	READ(scene, 60, before);
	mark(scene);
	READ(scene, 120, after, fresh);
	const Traffic *traffic = compared(scene);
	assert_true(row_of(traffic, 1)->restarted);
	assert_true(row_of(traffic, 1)->after.calls == 1000 && row_of(traffic, 1)->since_s == 1090);
	assert_verdict(traffic, 1, TRAFFIC_RESET);
	assert_verdict(traffic, 2, TRAFFIC_NEW);
}

static void hidden_statements_are_compared_together(void **state) {
	Scene *scene = *state;
	READ(scene, 0, counted_steady(0, 100, 10), counted_steady(0, 50, 1));
	READ(scene, 60, counted_steady(0, 160, 10), counted_steady(0, 110, 1));
	mark(scene);
	READ(scene, 120, counted_steady(0, 220, 10), counted_steady(0, 170, 1));
	const Traffic *traffic = compared(scene);
	assert_int_equal(traffic->count, 1);
	assert_verdict(traffic, 0, TRAFFIC_SAME);
	assert_true(row_of(traffic, 0)->after.calls == 120);
}

/* ---- noise ---- */

static size_t verdicts_in_a_hundred(Scene *scene, TrafficVerdict verdict, double calls, double mean_before, double mean_after) {
	enum { STATEMENTS = 100 };
	Counted all[STATEMENTS] = {{0}};
	for (int64_t i = 0; i < STATEMENTS; i++) all[i].queryid = i + 1;
	for (size_t i = 0; i < STATEMENTS; i++) run(scene, &all[i], 50, 77); /* long ago, it was another story */
	read_at(scene, 0, all, STATEMENTS);
	for (size_t i = 0; i < STATEMENTS; i++) run(scene, &all[i], calls, mean_before);
	read_at(scene, 60, all, STATEMENTS);
	mark(scene);
	for (size_t i = 0; i < STATEMENTS; i++) run(scene, &all[i], calls, mean_after);
	read_at(scene, 120, all, STATEMENTS);
	return traffic_totals(compared(scene), NULL).verdicts[verdict];
}

static void what_did_not_change_is_within_noise(void **state) {
	assert_true(verdicts_in_a_hundred(*state, TRAFFIC_SAME, 60, 5, 5) >= 98);
}

static void few_calls_are_no_excuse(void **state) {
	assert_true(verdicts_in_a_hundred(*state, TRAFFIC_SAME, 6, 5, 5) >= 97);
}

static void what_did_change_is_seen(void **state) {
	assert_true(verdicts_in_a_hundred(*state, TRAFFIC_FASTER, 200, 5, 2.5) == 100);
}

static void and_so_is_what_became_slower(void **state) {
	assert_true(verdicts_in_a_hundred(*state, TRAFFIC_SLOWER, 200, 5, 10) == 100);
}

static void the_deviation_of_a_span_is_exact(void **state) {
	Scene *scene = *state;
	Counted c = counted_steady(1, 1000, 50), later = c;
	READ(scene, 0, c);
	c = counted_steady(1, 1010, 50);
	READ(scene, 60, c);
	mark(scene);
	later = c;
	for (int i = 0; i < 10; i++) { /* 1 and 3 ms in turn */
		double ms = i % 2 ? 1 : 3;
		later.calls++;
		later.total += ms;
		later.squares += ms * ms;
	}
	READ(scene, 120, later);
	const TrafficRow *row = row_of(compared(scene), 1);
	assert_true(fabs(traffic_mean_ms(&row->after) - 2) < 1e-6);
	assert_true(fabs(traffic_deviation_ms(&row->after) - 1) < 1e-3);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_time_before_is_as_long_as_the_time_since, set_up, tear_down),
		cmocka_unit_test_setup_teardown(without_samples_as_old_all_since_the_reset_is_the_time_before, set_up, tear_down),
		cmocka_unit_test_setup_teardown(before_14_what_was_seen_is_all_there_is, set_up, tear_down),
		cmocka_unit_test_setup_teardown(right_after_the_mark_nothing_is_compared, set_up, tear_down),
		cmocka_unit_test_setup_teardown(after_a_reset_what_is_counted_since_then_is_the_time_after, set_up, tear_down),
		cmocka_unit_test_setup_teardown(before_14_a_reset_is_seen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_mark_of_another_server_is_not_compared, set_up, tear_down),
		cmocka_unit_test_setup_teardown(new_and_vanished_statements_are_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(how_often_is_told_where_the_time_is_the_same, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_statement_forgotten_and_back_begins_anew_by_itself, set_up, tear_down),
		cmocka_unit_test_setup_teardown(since_when_it_is_counted_tells_more_than_counters_that_grew, set_up, tear_down),
		cmocka_unit_test_setup_teardown(hidden_statements_are_compared_together, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_did_not_change_is_within_noise, set_up, tear_down),
		cmocka_unit_test_setup_teardown(few_calls_are_no_excuse, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_did_change_is_seen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(and_so_is_what_became_slower, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_deviation_of_a_span_is_exact, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
