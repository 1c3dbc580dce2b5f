/* test_activity.c: a reading of sessions becomes rows, a headline, and the why of each. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "on_paper.h"
#include "panes/pane.h"
#include "panes/session_act.h"

#define OWNED "\x1b]0;owned\x07"

typedef struct Fixture {
	Arena *arena;
	const Pane *pane;
	Server server;
	WaitProfile *waits;
	Cost cost;
	PaneInput input;
	Table *sample;
} Fixture;

static const struct {
	const char *name;
	CellType type;
} sample_columns[] = {
	{"pid", CELL_INT}, {"database", CELL_TEXT}, {"user", CELL_TEXT}, {"superuser", CELL_BOOL}, {"may_end", CELL_BOOL}, {"application", CELL_TEXT}, {"client", CELL_TEXT},
	{"client_port", CELL_INT}, {"state", CELL_TEXT}, {"backend_type", CELL_TEXT}, {"query_id", CELL_INT}, {"backend_start", CELL_TEXT}, {"backend_age_s", CELL_REAL},
	{"xact_age_s", CELL_REAL}, {"query_age_s", CELL_REAL}, {"state_age_s", CELL_REAL}, {"xmin_age", CELL_INT}, {"wait_event", CELL_TEXT}, {"blocked_by", CELL_TEXT},
	{"workers", CELL_INT}, {"command", CELL_TEXT}, {"phase", CELL_TEXT}, {"progress", CELL_REAL}, {"relation", CELL_TEXT}, {"query", CELL_TEXT},
};
enum { SAMPLE_COLUMNS = sizeof sample_columns / sizeof *sample_columns };

static int set_up(void **state) {
	static Fixture fixture;
	fixture = (Fixture){.arena = arena_new(), .pane = pane_named("activity"), .waits = wait_profile_new()};
	fixture.server = (Server){.version = 150000, .database = "shop", .user = "oncall", .reads_all_stats = true};
	fixture.sample = table_new(fixture.arena, SAMPLE_COLUMNS, 8);
	for (size_t i = 0; i < SAMPLE_COLUMNS; i++) table_name(fixture.sample, fixture.arena, i, sample_columns[i].name, sample_columns[i].type);
	fixture.input = (PaneInput){.server = &fixture.server, .interval_s = 2, .waits = fixture.waits, .cost = &fixture.cost};
	*state = &fixture;
	return 0;
}

static int tear_down(void **state) {
	Fixture *f = *state;
	wait_profile_free(f->waits);
	arena_free(f->arena);
	return 0;
}

/* ---- sessions ---- */

static void set_text(Fixture *f, const char *column, const char *value) {
	table_set_text(f->sample, f->sample->row_count - 1, table_column(f->sample, column), value);
}
static void set_int(Fixture *f, const char *column, int64_t value) {
	table_set_int(f->sample, f->sample->row_count - 1, table_column(f->sample, column), value);
}
static void set_real(Fixture *f, const char *column, double value) {
	table_set_real(f->sample, f->sample->row_count - 1, table_column(f->sample, column), value);
}

/* Of role web, its statement begun so long ago, its transaction twice, its connection ten times. */
static void add(Fixture *f, int64_t pid, const char *state, double age_s, const char *event, const char *query) {
	table_add_row(f->arena, f->sample);
	set_int(f, "pid", pid);
	set_text(f, "database", "shop");
	set_text(f, "user", "web");
	set_text(f, "application", "shop-api");
	set_text(f, "client", "10.0.0.7");
	set_text(f, "state", state);
	set_text(f, "backend_type", "client backend");
	set_text(f, "backend_start", "2026-01-02 03:04:05.000006+00");
	set_text(f, "wait_event", event);
	set_text(f, "query", query);
	set_real(f, "query_age_s", age_s);
	set_real(f, "state_age_s", age_s / 2);
	set_real(f, "xact_age_s", age_s * 2);
	set_real(f, "backend_age_s", age_s * 10);
	table_set_bool(f->sample, f->sample->row_count - 1, table_column(f->sample, "may_end"), true);
}

/* As a role without pg_read_all_stats sees it. */
static void add_hidden(Fixture *f, int64_t pid) {
	table_add_row(f->arena, f->sample);
	set_int(f, "pid", pid);
	set_text(f, "user", "boss");
	set_text(f, "application", "psql");
	set_text(f, "query", "<insufficient privilege>");
}

static void add_process(Fixture *f, int64_t pid, const char *type, const char *event) {
	table_add_row(f->arena, f->sample);
	set_int(f, "pid", pid);
	set_text(f, "backend_type", type);
	set_text(f, "wait_event", event);
	set_text(f, "query", "");
}

static void add_index_build(Fixture *f) {
	add(f, 14, "active", 62, NULL, "create index concurrently on orders (status, created_at)");
	set_text(f, "command", "CREATE INDEX CONCURRENTLY");
	set_text(f, "phase", "building index: scanning table");
	set_text(f, "relation", "public.orders");
	set_real(f, "progress", 0.42);
	set_int(f, "workers", 2);
}

static void everything(Fixture *f) {
	add(f, 11, "idle in transaction", 571, "Client:ClientRead", "select * from customers where id = 7");
	set_int(f, "xmin_age", 12345);
	add(f, 12, "active", 41, "Lock:transactionid", "update orders set total = total + 1 where id = 42");
	set_text(f, "blocked_by", "11");
	add(f, 13, "active", 3.2, "IO:DataFileRead", "select count(*) from orders -- " OWNED);
	set_int(f, "query_id", 4711);
	add_index_build(f);
	add(f, 15, "idle", 9000, "Client:ClientRead", "commit");
	add_process(f, 16, "checkpointer", "Activity:CheckpointerMain");
	add_process(f, 17, "autovacuum worker", "Timeout:VacuumDelay");
	set_text(f, "state", "active");
	set_text(f, "query", "autovacuum: VACUUM public.orders");
	set_text(f, "command", "VACUUM");
	set_text(f, "phase", "scanning heap");
	set_real(f, "progress", 0.031);
	set_real(f, "query_age_s", 7);
	add_hidden(f, 18);
	add(f, 19, "idle in transaction (aborted)", 12, "Client:ClientRead", "");
}

static Table *rows_of(Fixture *f) {
	f->input.after = f->sample;
	return f->pane->rows(f->arena, &f->input);
}

static size_t row_of(const Table *table, int64_t pid) {
	for (size_t row = 0; row < table->row_count; row++)
		if (table_int(table, row, 0, 0) == pid) return row;
	return SIZE_MAX;
}

static const char *why_of(Fixture *f, int64_t pid) {
	enum { WIDE = 300 };
	Table *table = rows_of(f);
	Page *page = page_new(f->arena);
	f->pane->why(page, &f->input, table, row_of(table, pid), NULL, WIDE);
	return page_plain(f->arena, page);
}

/* ---- rows ---- */

static void who_runs_nothing_is_left_out_until_asked_for(void **state) {
	Fixture *f = *state;
	everything(f);
	Table *table = rows_of(f);
	assert_int_equal(table->row_count, 7);
	assert_true(row_of(table, 15) == SIZE_MAX && row_of(table, 16) == SIZE_MAX);
	assert_true(row_of(table, 17) != SIZE_MAX); /* vacuum is at work */
	assert_true(row_of(table, 18) != SIZE_MAX); /* and what is hidden may be */
	assert_string_equal(f->pane->headline(f->arena, table), "7 sessions, 1 waits, 2 idle hidden");
	f->input.idle = true;
	assert_int_equal(rows_of(f)->row_count, 9);
	assert_string_equal(f->pane->headline(f->arena, rows_of(f)), "9 sessions, 1 waits");
}

static void ages_are_of_statement_transaction_or_connection(void **state) {
	Fixture *f = *state;
	everything(f);
	size_t age = table_column(rows_of(f), "age_ms");
	const double wanted[AGE_COUNT] = {41000, 82000, 410000};
	for (PaneAge of = AGE_OF_QUERY; of < AGE_COUNT; of++) {
		f->input.age = of;
		Table *table = rows_of(f);
		assert_true(table_real(table, row_of(table, 12), age, 0) == wanted[of]);
		assert_true(table_null(table, row_of(table, 18), age));
	}
	assert_says(f->pane->headline(f->arena, rows_of(f)), "age of connection");
	f->input.age = AGE_OF_QUERY;
	Table *table = rows_of(f);
	assert_true(table_real(table, row_of(table, 11), age, 0) == 285500); /* it runs nothing: since it sits there */
}

static void our_own_sessions_are_not_shown(void **state) {
	Fixture *f = *state;
	everything(f);
	*list_push(f->arena, &f->cost.conns) = (CostConn){.purpose = "panes", .backend_pid = 13};
	assert_true(row_of(rows_of(f), 13) == SIZE_MAX);
	f->input.own_statements = true;
	assert_true(row_of(rows_of(f), 13) != SIZE_MAX);
}

static void progress_stands_before_the_statement(void **state) {
	Fixture *f = *state;
	everything(f);
	Table *table = rows_of(f);
	size_t brief = table_column(table, "brief");
	assert_string_equal(table_text(table, row_of(table, 14), brief, ""),
	                    "████░░░░░░ 42% CREATE INDEX CONCURRENTLY public.orders: building index: scanning table · create index concurrently on orders (status, created_at)");
	set_real(f, "progress", NAN); /* of the last: a COPY from a pipe knows no end */
	set_text(f, "command", "COPY FROM");
	set_text(f, "phase", "1200 rows");
	table = rows_of(f);
	assert_string_equal(table_text(table, row_of(table, 19), brief, ""), "COPY FROM: 1200 rows");
}

/* ---- why ---- */

static void why_says_what_it_waits_for(void **state) {
	Fixture *f = *state;
	everything(f);
	assert_says(why_of(f, 12), "it waits for session 11; 4 shows who holds what");
	assert_says(why_of(f, 12), "C cancels session 12 (web, shop-api)");
	assert_says(why_of(f, 12), "K terminates session 12 (web, shop-api)");
	assert_says(why_of(f, 11), "its client has not ended the transaction");
	assert_null(strstr(why_of(f, 11), "C cancels"));
	assert_says(why_of(f, 13), "it reads blocks that are not in shared buffers");
	assert_says(why_of(f, 14), "public.orders: building index");
	assert_says(why_of(f, 14), "it leaves an INVALID index behind");
	assert_says(why_of(f, 18), "GRANT pg_monitor TO oncall");
	assert_says(why_of(f, 18), "GRANT pg_signal_backend TO oncall");
	f->input.idle = true;
	assert_says(why_of(f, 16), "is the server's own");
	assert_null(strstr(why_of(f, 16), "K terminates"));
}

static void why_tells_the_last_minute_in_shares(void **state) {
	Fixture *f = *state;
	everything(f);
	Table *reading = table_new(f->arena, 3, 4);
	table_name(reading, f->arena, 0, "pid", CELL_INT);
	table_name(reading, f->arena, 1, "query_id", CELL_INT);
	table_name(reading, f->arena, 2, "wait_event", CELL_TEXT);
	for (int i = 0; i < 4; i++) {
		size_t row = table_add_row(f->arena, reading);
		table_set_int(reading, row, 0, i == 3 ? 99 : 13);
		table_set_int(reading, row, 1, 4711);
		table_set_text(reading, row, 2, i ? "IO:DataFileRead" : NULL);
	}
	wait_profile_add(f->waits, reading, 1000);
	assert_says(why_of(f, 13), "waits          67%  IO:DataFileRead (of 3 samples in the last minute)");
	assert_says(why_of(f, 13), "33%  on the CPU");
	assert_says(why_of(f, 13), "all calls      75%  IO:DataFileRead (of 4 samples");
}

static void whatever_the_server_says_is_shown_safely(void **state) {
	Fixture *f = *state;
	table_add_row(f->arena, f->sample); /* all null */
	set_int(f, "pid", 1);
	add(f, 2, OWNED, -1, OWNED ":" OWNED, OWNED "\xff\xfe");
	for (size_t column = 0; column < SAMPLE_COLUMNS; column++)
		if (sample_columns[column].type == CELL_TEXT) set_text(f, sample_columns[column].name, OWNED);
	set_real(f, "progress", 1);
	f->input.idle = true;
	Table *table = rows_of(f);
	for (size_t row = 0; row < table->row_count; row++) {
		Page *page = page_new(f->arena);
		f->pane->why(page, &f->input, table, row, NULL, 80);
		if (strchr(page_plain(f->arena, page), '\x1b')) fail_msg("an escape in row %zu", row);
		PaneStatement statement = f->pane->statement(f->arena, &f->input, table, row);
		assert_true(statement.text || statement.problem);
	}
}

/* ---- screens ---- */

static void draw(Fixture *f, const char *name, int width, int height, bool ascii) {
	Table *table = rows_of(f);
	List list = LIST_INIT(f->pane->sort);
	ListRows rows = list_rows(f->arena, &list, table, f->pane->columns, f->pane->column_count, NULL);
	list_settle(&list, table, rows, height);
	list_tag(&list, table, rows);
	Canvas *canvas = canvas_new(f->arena, width, height, ascii);
	list_draw(canvas, (Box){0, 0, width, height}, &list, table, rows, f->pane->columns, f->pane->column_count, true);
	golden_check(name, canvas, false);
	list_release(&list);
}

static void a_list_as_wide_as_the_screen(void **state) {
	Fixture *f = *state;
	everything(f);
	f->input.idle = true;
	draw(f, "activity-40x10", 40, 10, false);
	draw(f, "activity-80x24", 80, 24, false);
	draw(f, "activity-120x36", 120, 36, false);
	draw(f, "activity-200x50", 200, 50, false);
	draw(f, "activity-80x24-ascii", 80, 24, true);
}

static void draw_why(Fixture *f, const char *name, int64_t pid, int width, int height) {
	Table *table = rows_of(f);
	golden_why(name, f->arena, f->pane, &f->input, table, row_of(table, pid), NULL, width, height, false, false);
}

static void a_why_as_wide_as_the_screen(void **state) {
	Fixture *f = *state;
	everything(f);
	draw_why(f, "why-activity-80x40", 12, 80, 40);
	draw_why(f, "why-activity-40x50", 11, 40, 50);
	draw_why(f, "why-activity-120x36", 14, 120, 36);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(who_runs_nothing_is_left_out_until_asked_for),
		TEST(ages_are_of_statement_transaction_or_connection),
		TEST(our_own_sessions_are_not_shown),
		TEST(progress_stands_before_the_statement),
		TEST(why_says_what_it_waits_for),
		TEST(why_tells_the_last_minute_in_shares),
		TEST(whatever_the_server_says_is_shown_safely),
		TEST(a_list_as_wide_as_the_screen),
		TEST(a_why_as_wide_as_the_screen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
