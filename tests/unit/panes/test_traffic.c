/* test_traffic.c: the statements since a mark become rows, a verdict, and the why of each. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../counted.h"
#include "on_paper.h"
#include "panes/traffic.h"

enum { STATEMENTS = 11, MARKED_AT_S = 1763733720 /* 2025-11-21 14:02 */, HALF_HOUR_S = 1800 };

typedef struct Fixture {
	Arena *arena;
	Server server;
	Texts texts;
	PaneInput input;
	History *history;
	StatementMark *mark;
} Fixture;

static Table *names_of_all(Arena *arena) {
	Table *names = table_new(arena, 3, 2);
	table_name(names, arena, 0, "oid", CELL_INT);
	table_name(names, arena, 1, "name", CELL_TEXT);
	table_name(names, arena, 2, "database", CELL_BOOL);
	for (size_t row = 0; row < 2; row++) {
		table_add_row(arena, names);
		table_set_int(names, row, 0, row ? 5 : 10);
		table_set_text(names, row, 1, row ? "shop" : "web");
		table_set_bool(names, row, 2, row == 1);
	}
	return names;
}

static void read_at(Fixture *f, double at_s, double reset_at_s, const Counted *counted, size_t count) {
	const Table *info = isnan(reset_at_s) ? NULL : counted_info(f->arena, reset_at_s, MARKED_AT_S + at_s - reset_at_s);
	int64_t at_ms = (int64_t)(at_s * 1000);
	history_add(f->history, statement_sample_new(counted_table(f->arena, counted, count), info, 7, 1000000000 + at_ms, (int64_t)MARKED_AT_S * 1000 + at_ms), "db1");
	f->input.now = history_newest(f->history);
}

static void take_mark(Fixture *f, const char *const *tags, size_t tag_count) {
	statement_mark_free(f->mark);
	f->input.mark = f->mark = statement_mark_take(f->history, tags, tag_count);
}

static int set_up(void **state) {
	static Fixture fixture;
	fixture = (Fixture){.arena = arena_new(), .history = history_new()};
	fixture.server = (Server){.version = 150000, .host = "db1", .database = "shop", .user = "me", .block_bytes = 8192};
	fixture.input = (PaneInput){.server = &fixture.server, .texts = &fixture.texts};
	fixture.input.parts[1] = names_of_all(fixture.arena);
	setenv("TZ", "UTC", 1);
	*state = &fixture;
	return 0;
}

static int tear_down(void **state) {
	Fixture *f = *state;
	statement_mark_free(f->mark);
	history_free(f->history);
	arena_free(f->arena);
	return 0;
}

/* ---- an index was deployed ---- */

static const struct {
	const char *text;
	double calls, ms, blocks; /* half an hour before the mark */
	double then_calls, then_ms, then_blocks; /* half an hour since */
} shop[STATEMENTS] = {
	{"select * from orders where status = $1 and created_at > $2 order by total desc limit $3", 900, 890, 40121, 950, 3.1, 431},
	{"select id, name, price from products where id = $1", 378000, 0.04, 3, 381000, 0.04, 3},
	{"insert into orders (customer_id, status, total) values ($1, $2, $3)", 9000, 0.4, 12, 9100, 0.62, 15},
	{"update carts set content = content || $1 where id = $2", 5400, 1.2, 20, 5300, 1.25, 20},
	{"select '表意文字', count(*) from größe group by 1", 40, 700, 9000, 0, 0, 0},
	{"select * from orders where status = $1 order by id limit $2", 0, 0, 0, 620, 4.2, 600},
	{"/* \x1b]0;owned\x07 */ select 1", 2, 0.1, 1, 3, 0.1, 1},
	{"/* pgwhy: statements */ select s.userid", 900, 8, 2, 900, 9, 2},
	{"select sum(total) from orders where created_at > $1", 60, 310, 8000, 60, 2900, 8000},
	{"select id from sessions where token = $1", 9000, 0.3, 4, 36000, 0.31, 4},
	{NULL, 500, 5, 50, 510, 5.1, 50}, /* its text has not come */
};

static void deploy(Fixture *f, bool reset) {
	enum { AGO = 6 };
	Counted all[STATEMENTS];
	size_t known = 0;
	for (size_t i = 0; i < STATEMENTS; i++) {
		if (shop[i].text) texts_put(f->arena, &f->texts, (int64_t)i + 1, shop[i].text);
		all[i] = counted_more((Counted){.queryid = (int64_t)i + 1}, shop[i].calls * AGO, shop[i].ms * 2, shop[i].blocks);
	}
	Counted before[STATEMENTS];
	for (int half = 0; half < 2; half++) {
		known = 0;
		for (size_t i = 0; i < STATEMENTS; i++) {
			if (half) all[i] = counted_more(all[i], shop[i].calls, shop[i].ms, shop[i].blocks);
			if (all[i].calls > 0) before[known++] = all[i];
		}
		read_at(f, half ? 0 : -HALF_HOUR_S, MARKED_AT_S - 86400, before, known);
	}
	take_mark(f, NULL, 0);
	for (size_t i = 0; i < STATEMENTS; i++) all[i] = counted_more(reset ? (Counted){.queryid = (int64_t)i + 1} : all[i], shop[i].then_calls, shop[i].then_ms, shop[i].then_blocks);
	all[2].wal = all[2].calls * 900;
	all[8].temp_blocks = 60 * 12000;
	read_at(f, HALF_HOUR_S, reset ? MARKED_AT_S + 600 : MARKED_AT_S - 86400, all, STATEMENTS);
}

static Table *rows_of(Fixture *f) {
	return traffic_pane.rows(f->arena, &f->input);
}

static size_t row_of(const Table *table, int64_t queryid) {
	for (size_t row = 0; row < table->row_count; row++)
		if (table_int(table, row, table_column(table, "queryid"), 0) == queryid) return row;
	fail_msg("no row of statement %d", (int)queryid);
	return 0;
}

static const char *verdict_page(Fixture *f) {
	Page *page = page_new(f->arena);
	traffic_verdict_page(page, &f->input);
	return page_plain(f->arena, page);
}

static const char *verdict_of(Fixture *f, const Table *table, int64_t queryid) {
	(void)f;
	return table_text(table, row_of(table, queryid), table_column(table, "verdict"), "");
}

static void each_statement_has_its_verdict(void **state) {
	Fixture *f = *state;
	deploy(f, false);
	const Table *table = rows_of(f);
	static const char *const wanted[STATEMENTS] = {"faster", "within noise", "slower", "within noise", "vanished", "new", "few calls", NULL, "slower", "more often", "within noise"};
	for (size_t i = 0; i < STATEMENTS; i++)
		if (wanted[i]) assert_string_equal(verdict_of(f, table, (int64_t)i + 1), wanted[i]);
	size_t row = row_of(table, 1);
	assert_true(fabs(paper_figure(table, row, "mean_exec_ms_before") - 890) < 1e-6);
	assert_true(fabs(paper_figure(table, row, "mean_exec_ms_after") - 3.1) < 1e-6);
	assert_true(fabs(paper_figure(table, row, "blocks_per_call_before") - 40121) < 1e-6);
	assert_true(fabs(paper_figure(table, row, "calls_per_s_after") - 950.0 / HALF_HOUR_S) < 1e-6);
	assert_true(paper_figure(table, row, "load_change") < -0.7);
	assert_true(paper_figure(table, row_of(table, 9), "load_change") > 0);
	assert_true(paper_figure(table, row_of(table, 9), "temp_bytes_per_call_after") > 1e6);
}

static void our_own_statements_are_left_out(void **state) {
	Fixture *f = *state;
	deploy(f, false);
	assert_int_equal(rows_of(f)->row_count, STATEMENTS - 1);
	f->input.own_statements = true;
	assert_int_equal(rows_of(f)->row_count, STATEMENTS);
}

static void the_verdict_is_a_sentence(void **state) {
	Fixture *f = *state;
	deploy(f, false);
	const char *said = verdict_page(f);
	assert_says(said, "since 14:02, 30m against the 30m before: 488 ms → 123 ms/s of execution time, -75%; 1 faster, 2 slower, 1 new, 1 vanished, 1 more often, 3 within noise, 1 few calls");
	assert_string_equal(traffic_marked_words(f->arena, f->mark, f->mark->sample->at_ms + 23 * 60 * 1000), "marked 23m ago");
}

static void against_all_since_the_reset_when_that_is_wanted(void **state) {
	Fixture *f = *state;
	deploy(f, false);
	f->input.since_reset = true;
	assert_says(verdict_page(f), "against the 1d00h from the last reset to the mark");
	assert_string_equal(verdict_of(f, rows_of(f), 1), "faster");
}

static void a_reset_since_the_mark_is_told(void **state) {
	Fixture *f = *state;
	deploy(f, true);
	const char *said = verdict_page(f);
	assert_says(said, "marked 14:02; since the reset, 20m against the");
	assert_says(said, "All statistics were reset after the mark");
	assert_string_equal(verdict_of(f, rows_of(f), 1), "faster");
}

static void what_has_to_be_known_with_the_figures_is_said(void **state) {
	Fixture *f = *state;
	deploy(f, false);
	assert_says_not(verdict_page(f), "restarted");
	StatementSample *now = history_newest(f->history);
	now->started_at_s += 3600;
	now->evictions = 3;
	const char *said = verdict_page(f);
	assert_says(said, "The server was restarted since the mark: its caches were empty.");
	assert_says(said, "statements were forgotten 3 times since");
}

static void tagged_statements_are_all_there_is(void **state) {
	Fixture *f = *state;
	deploy(f, false);
	const StatementSample *now = f->input.now;
	f->mark->tags.items = ARENA_ARRAY(f->arena, const char *, 1);
	f->mark->tags.items[f->mark->tags.count++] = statement_key(f->arena, 1, 10, 5, true);
	assert_non_null(now);
	assert_int_equal(rows_of(f)->row_count, 1);
	const char *said = verdict_page(f);
	assert_says(said, "1 faster");
	assert_says_not(said, "slower");
	assert_says(said, "Of the 1 statement tagged when it was marked.");
	assert_says(traffic_marked_words(f->arena, f->mark, f->mark->sample->at_ms), "1 marked 0s ago");
}

static void another_server_and_too_early_are_said_not_shown(void **state) {
	Fixture *f = *state;
	deploy(f, false);
	f->server.host = "db2";
	assert_says(verdict_page(f), "marked 14:02 on another server than this one (db1)");
	assert_int_equal(rows_of(f)->row_count, 0);
	f->server.host = "db1";
	take_mark(f, NULL, 0);
	assert_says(verdict_page(f), "too little has happened since to compare");
	assert_int_equal(rows_of(f)->row_count, 0);
	f->input.mark = NULL;
	assert_int_equal(rows_of(f)->row_count, 0);
	assert_string_equal(verdict_page(f), "");
}

static void hidden_statements_cannot_be_asked_about(void **state) {
	Fixture *f = *state;
	read_at(f, -60, 5, (Counted[]){counted_steady(0, 100, 10)}, 1);
	read_at(f, 0, 5, (Counted[]){counted_steady(0, 160, 10)}, 1);
	take_mark(f, NULL, 0);
	read_at(f, 60, 5, (Counted[]){counted_steady(0, 220, 10)}, 1);
	const Table *table = rows_of(f);
	assert_int_equal(table->row_count, 1);
	assert_null(traffic_pane.statement(f->arena, &f->input, table, 0).text);
	const char *said = paper_why(f->arena, &traffic_pane, &f->input, table, 0, NULL, 100);
	assert_says(said, "the statements of role web are hidden from role me");
	assert_says(said, "GRANT pg_read_all_stats TO me");
	assert_says_not(said, "E plans it");
}

static void before_14_load_before_is_not_known(void **state) {
	Fixture *f = *state;
	read_at(f, 0, NAN, (Counted[]){counted_steady(1, 100, 10), counted_steady(2, 50, 1)}, 2);
	take_mark(f, NULL, 0);
	read_at(f, 60, NAN, (Counted[]){counted_steady(1, 160, 10), counted_steady(2, 51, 1)}, 2);
	const Table *table = rows_of(f);
	assert_says(verdict_page(f), "against all that was counted before: 10 ms/s of execution time");
	assert_true(isnan(paper_figure(table, 0, "load_change")));
	List list = LIST_INIT(traffic_pane.sort);
	ListRows rows = list_rows(f->arena, &list, table, traffic_pane.columns, traffic_pane.column_count, NULL);
	assert_int_equal(rows.rows[0], row_of(table, 1)); /* what costs most now comes first */
	list_release(&list);
}

/* ---- why ---- */

static const char *why_of(Fixture *f, int64_t queryid) {
	const Table *table = rows_of(f);
	return paper_why(f->arena, &traffic_pane, &f->input, table, row_of(table, queryid), NULL, 120);
}

static void the_cause_follows_from_both_spans(void **state) {
	static const struct {
		int64_t queryid;
		const char *says;
	} causes[] = {
		{1, "faster, and by more than chance: 890 ms ± 445 ms over 900 calls, then 3.1 ms ± 1.5 ms over 950"},
		{1, "it reads far fewer blocks for as many rows"},
		{1, "287× less"},
		{1, "93× less"},
		{3, "a call writes more WAL: one more index to keep"},
		{4, "the means differ by no more than calls differ among themselves"},
		{5, "at the old rate it would have been called several times by now"},
		{6, "the server had not counted it when it was marked"},
		{7, "too few calls on one side"},
		{9, "its sorts or hashes go to disk now"},
		{10, "what changed is how often the application asks"},
		{11, "the statement's text has not arrived yet"},
	};
	Fixture *f = *state;
	deploy(f, false);
	for (size_t i = 0; i < sizeof causes / sizeof *causes; i++) assert_says(why_of(f, causes[i].queryid), causes[i].says);
	assert_says_not(why_of(f, 9), "locks, a busy CPU");
	assert_says(why_of(f, 1), "time             30m        30m");
	assert_says(why_of(f, 9), ":diff @12 then lays both side by side");
	assert_says_not(why_of(f, 1), ":diff");
}

/* ---- screens ---- */

static void a_list_as_wide_as_the_screen(void **state) {
	Fixture *f = *state;
	deploy(f, false);
	const Table *table = rows_of(f);
	golden_list("traffic-40x10", f->arena, &traffic_pane, table, 40, 10, false, false);
	golden_list("traffic-80x24", f->arena, &traffic_pane, table, 80, 24, false, false);
	golden_list("traffic-80x24-roles", f->arena, &traffic_pane, table, 80, 24, false, true);
	golden_list("traffic-80x24-ascii", f->arena, &traffic_pane, table, 80, 24, true, false);
	golden_list("traffic-120x36", f->arena, &traffic_pane, table, 120, 36, false, false);
	golden_list("traffic-200x50", f->arena, &traffic_pane, table, 200, 50, false, false);
}

static void a_why_as_wide_as_the_screen(void **state) {
	Fixture *f = *state;
	deploy(f, false);
	const Table *table = rows_of(f);
	const Diagnosis none = {0};
	golden_why("why-traffic-40x50", f->arena, &traffic_pane, &f->input, table, row_of(table, 1), &none, 40, 50, false, false);
	golden_why("why-traffic-80x40", f->arena, &traffic_pane, &f->input, table, row_of(table, 1), &none, 80, 40, false, false);
	golden_why("why-traffic-80x40-ascii", f->arena, &traffic_pane, &f->input, table, row_of(table, 1), &none, 80, 40, true, false);
	golden_why("why-traffic-slower-120x36", f->arena, &traffic_pane, &f->input, table, row_of(table, 9), &none, 120, 36, false, true);
}

static void a_verdict_as_wide_as_the_screen(void **state) {
	Fixture *f = *state;
	deploy(f, true);
	Page *page = page_new(f->arena);
	traffic_verdict_page(page, &f->input);
	golden_check("verdict-traffic-80x8-roles", paper_page(page, 80, 8, false), true);
	golden_check("verdict-traffic-40x10-ascii", paper_page(page, 40, 10, true), false);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_statement_has_its_verdict, set_up, tear_down),
		cmocka_unit_test_setup_teardown(our_own_statements_are_left_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_verdict_is_a_sentence, set_up, tear_down),
		cmocka_unit_test_setup_teardown(against_all_since_the_reset_when_that_is_wanted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_reset_since_the_mark_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_has_to_be_known_with_the_figures_is_said, set_up, tear_down),
		cmocka_unit_test_setup_teardown(tagged_statements_are_all_there_is, set_up, tear_down),
		cmocka_unit_test_setup_teardown(another_server_and_too_early_are_said_not_shown, set_up, tear_down),
		cmocka_unit_test_setup_teardown(hidden_statements_cannot_be_asked_about, set_up, tear_down),
		cmocka_unit_test_setup_teardown(before_14_load_before_is_not_known, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_cause_follows_from_both_spans, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_list_as_wide_as_the_screen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_why_as_wide_as_the_screen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_verdict_as_wide_as_the_screen, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
