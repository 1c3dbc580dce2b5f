/* test_queries.c: samples of pg_stat_statements become rows, a list, and the why of each. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <math.h>

#include "on_paper.h"
#include "panes/pane.h"

/* ---- samples, by hand ---- */

typedef struct Sampled {
	int64_t queryid; /* 0: hidden */
	int64_t userid, dbid;
	bool nested; /* called from within a function */
	double calls, exec_ms, rows, hit, read, temp_written, wal, plans, plan_ms, io_ms, stddev_ms, max_ms;
} Sampled;

enum { WEB = 10, BATCH = 20, SHOP = 5, OTHER = 6 };

static const struct {
	const char *name;
	CellType type;
} sample_columns[] = {
    {"userid", CELL_INT}, {"dbid", CELL_INT}, {"toplevel", CELL_BOOL}, {"queryid", CELL_INT},
    {"calls", CELL_INT}, {"total_exec_time", CELL_REAL}, {"rows", CELL_INT}, {"shared_blks_hit", CELL_INT}, {"shared_blks_read", CELL_INT},
    {"temp_blks_written", CELL_INT}, {"wal_bytes", CELL_REAL}, {"plans", CELL_INT}, {"total_plan_time", CELL_REAL}, {"io_ms", CELL_REAL},
    {"stddev_exec_time", CELL_REAL}, {"max_exec_time", CELL_REAL},
};
enum { SAMPLE_COLUMNS = sizeof sample_columns / sizeof *sample_columns };

static void set_number(Table *table, size_t row, const char *name, double value) {
	size_t column = table_column(table, name);
	if (table->columns[column].type == CELL_INT) table_set_int(table, row, column, (int64_t)value);
	else table_set_real(table, row, column, value);
}

static Table *sample_of(Arena *arena, const Sampled *rows, size_t count) {
	Table *table = table_new(arena, SAMPLE_COLUMNS, count);
	for (size_t i = 0; i < SAMPLE_COLUMNS; i++) table_name(table, arena, i, sample_columns[i].name, sample_columns[i].type);
	for (size_t i = 0; i < count; i++) {
		const Sampled *from = &rows[i];
		size_t row = table_add_row(arena, table);
		if (from->queryid) set_number(table, row, "queryid", (double)from->queryid);
		set_number(table, row, "userid", (double)from->userid);
		set_number(table, row, "dbid", (double)from->dbid);
		table_set_bool(table, row, table_column(table, "toplevel"), !from->nested);
		const struct {
			const char *name;
			double value;
		} numbers[] = {
		    {"calls", from->calls}, {"total_exec_time", from->exec_ms}, {"rows", from->rows}, {"shared_blks_hit", from->hit},
		    {"shared_blks_read", from->read}, {"temp_blks_written", from->temp_written}, {"wal_bytes", from->wal}, {"plans", from->plans},
		    {"total_plan_time", from->plan_ms}, {"io_ms", from->io_ms}, {"stddev_exec_time", from->stddev_ms},
		    {"max_exec_time", from->max_ms},
		};
		for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++) set_number(table, row, numbers[n].name, numbers[n].value);
	}
	return table;
}

#define SAMPLE(arena, ...) sample_of((arena), (const Sampled[]){__VA_ARGS__}, sizeof((const Sampled[]){__VA_ARGS__}) / sizeof(Sampled))

static Table *info_of(Arena *arena, double since_reset_s) {
	Table *info = table_new(arena, 1, 1);
	table_name(info, arena, 0, "since_reset_s", CELL_REAL);
	table_set_real(info, table_add_row(arena, info), 0, since_reset_s);
	return info;
}

static Table *names_of_all(Arena *arena) {
	static const struct {
		int64_t oid;
		const char *name;
		bool database;
	} all[] = {{WEB, "web", false}, {BATCH, "nachtläufer", false}, {SHOP, "shop", true}, {OTHER, "other", true}};
	Table *names = table_new(arena, 3, 4);
	table_name(names, arena, 0, "oid", CELL_INT);
	table_name(names, arena, 1, "name", CELL_TEXT);
	table_name(names, arena, 2, "database", CELL_BOOL);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		size_t row = table_add_row(arena, names);
		table_set_int(names, row, 0, all[i].oid);
		table_set_text(names, row, 1, all[i].name);
		table_set_bool(names, row, 2, all[i].database);
	}
	return names;
}

/* ---- a pane, without anything around it ---- */

typedef struct Fixture {
	Arena *arena;
	const Pane *pane;
	Server server;
	Texts texts;
	PaneInput input;
} Fixture;

static int set_up(void **state) {
	static Fixture fixture;
	fixture = (Fixture){.arena = arena_new(), .pane = pane_named("queries")};
	fixture.server = (Server){.version = 150000, .database = "shop", .user = "me", .block_bytes = 8192, .track_io_timing = true, .reads_all_stats = true};
	fixture.texts = (Texts){0};
	fixture.input = (PaneInput){.server = &fixture.server, .interval_s = 2, .texts = &fixture.texts};
	fixture.input.parts[1] = names_of_all(fixture.arena);
	*state = &fixture;
	return 0;
}

static int tear_down(void **state) {
	Fixture *f = *state;
	arena_free(f->arena);
	return 0;
}

static Table *rows_of(Fixture *f) {
	return f->pane->rows(f->arena, &f->input);
}

#define assert_cell(table, row, column, wanted)                                                                              \
	do {                                                                                                                 \
		double is = paper_figure((table), (row), (column));                                                                  \
		if (!(fabs(is - (wanted)) < 1e-9)) fail_msg("%s of row %zu is %g, not %g", (column), (size_t)(row), is, (double)(wanted)); \
	} while (0)

static const char *why_of(Fixture *f, const Table *table, size_t row, const Diagnosis *diagnosis) {
	return paper_why(f->arena, f->pane, &f->input, table, row, diagnosis, 100);
}

/* ---- rows ---- */

static const Sampled earlier = {.queryid = 1, .userid = WEB, .dbid = SHOP, .calls = 100, .exec_ms = 1000, .rows = 200, .hit = 900, .read = 100,
                                .temp_written = 10, .wal = 5000, .plans = 100, .plan_ms = 50, .io_ms = 20};
static const Sampled later = {.queryid = 1, .userid = WEB, .dbid = SHOP, .calls = 104, .exec_ms = 1300, .rows = 208, .hit = 990, .read = 110,
                              .temp_written = 14, .wal = 5400, .plans = 108, .plan_ms = 54, .io_ms = 28};
static const Sampled beside = {.queryid = 2, .userid = WEB, .dbid = SHOP, .calls = 1, .exec_ms = 100};

static void figures_are_of_the_interval(void **state) {
	Fixture *f = *state;
	f->input.before = SAMPLE(f->arena, earlier);
	f->input.after = SAMPLE(f->arena, later, beside);
	Table *table = rows_of(f);
	assert_int_equal(table->row_count, 2);
	assert_cell(table, 0, "load_share", 0.75);
	assert_cell(table, 0, "calls_per_s", 2);
	assert_cell(table, 0, "mean_exec_ms", 75);
	assert_cell(table, 0, "rows_per_call", 2);
	assert_cell(table, 0, "hit_share", 0.9);
	assert_cell(table, 0, "temp_bytes_per_call", 8192);
	assert_cell(table, 0, "wal_bytes_per_call", 100);
	assert_cell(table, 0, "mean_plan_ms", 0.5);
	assert_cell(table, 0, "io_ms_per_call", 2);
	assert_cell(table, 1, "load_share", 0.25); /* new: all of it happened in between */
	assert_true(isnan(paper_figure(table, 1, "hit_share"))); /* it read nothing */
}

static void what_did_not_run_in_the_interval_is_left_out(void **state) {
	Fixture *f = *state;
	f->input.before = SAMPLE(f->arena, earlier, beside);
	f->input.after = SAMPLE(f->arena, later, beside);
	assert_int_equal(rows_of(f)->row_count, 1);
	f->input.since_reset = true;
	assert_int_equal(rows_of(f)->row_count, 2);
}

static void totals_are_since_the_reset(void **state) {
	Fixture *f = *state;
	f->input.after = SAMPLE(f->arena, later);
	f->input.parts[0] = info_of(f->arena, 52);
	Table *table = rows_of(f);
	assert_cell(table, 0, "load_share", 1);
	assert_cell(table, 0, "calls_per_s", 2);
	assert_cell(table, 0, "mean_exec_ms", 12.5);
	f->input.parts[0] = NULL; /* before 14 nobody knows when that was */
	table = rows_of(f);
	assert_true(isnan(paper_figure(table, 0, "calls_per_s")));
	assert_cell(table, 0, "mean_exec_ms", 12.5);
}

static void a_reset_in_between_gives_no_negative_figure(void **state) {
	Fixture *f = *state;
	f->input.before = SAMPLE(f->arena, later);
	f->input.after = SAMPLE(f->arena, earlier);
	Table *table = rows_of(f);
	assert_cell(table, 0, "calls_per_s", 50);
	assert_cell(table, 0, "mean_exec_ms", 10);
}

static void what_the_server_does_not_measure_is_no_zero(void **state) {
	Fixture *f = *state;
	f->server.track_io_timing = false;
	f->server.block_bytes = 32768;
	f->input.after = SAMPLE(f->arena, later, {.queryid = 3, .userid = WEB, .dbid = SHOP, .calls = 5, .exec_ms = 5});
	Table *table = rows_of(f);
	assert_true(isnan(paper_figure(table, 0, "io_ms_per_call")));
	assert_cell(table, 0, "temp_bytes_per_call", 14 * 32768 / 104.0);
	assert_true(isnan(paper_figure(table, 1, "mean_plan_ms")));
}

static void a_row_is_a_statement_of_a_role_in_a_database_at_a_level(void **state) {
	Fixture *f = *state;
	f->input.after = SAMPLE(f->arena, {.queryid = 1, .userid = WEB, .dbid = SHOP, .calls = 1, .exec_ms = 1},
	                        {.queryid = 1, .userid = WEB, .dbid = OTHER, .calls = 1, .exec_ms = 1}, {.queryid = 1, .userid = BATCH, .dbid = SHOP, .calls = 1, .exec_ms = 1},
	                        {.queryid = 1, .userid = WEB, .dbid = SHOP, .nested = true, .calls = 1, .exec_ms = 1});
	Table *table = rows_of(f);
	size_t key = table_column(table, LIST_ROW_KEY);
	for (size_t i = 0; i < 4; i++)
		for (size_t k = 0; k < i; k++) assert_string_not_equal(table_text(table, i, key, ""), table_text(table, k, key, ""));
}

static void an_empty_sample_has_no_rows(void **state) {
	Fixture *f = *state;
	f->input.after = sample_of(f->arena, NULL, 0);
	assert_int_equal(rows_of(f)->row_count, 0);
	f->input.before = f->input.after;
	assert_int_equal(rows_of(f)->row_count, 0);
}

/* ---- texts ---- */

static bool missing_key(Fixture *f, const Table *table, int64_t *key) {
	const size_t shown[] = {0};
	Keys keys = f->pane->texts_missing(f->arena, &f->input, table, shown, 1);
	if (keys.count) *key = keys.items[0];
	return keys.count > 0;
}

static void a_text_is_missing_until_it_comes(void **state) {
	Fixture *f = *state;
	f->input.after = SAMPLE(f->arena, later);
	Table *table = rows_of(f);
	int64_t key = 0;
	assert_true(missing_key(f, table, &key));
	assert_int_equal(key, 1);
	PaneStatement statement = f->pane->statement(f->arena, &f->input, table, 0);
	assert_null(statement.text);
	assert_non_null(statement.problem);
	const char *why = why_of(f, table, 0, &(Diagnosis){0});
	assert_says(why, "the statement's text has not arrived yet");
	assert_says_not(why, "GRANT"); /* it is late, not hidden */
	texts_put(f->arena, &f->texts, 1, "select 1");
	table = rows_of(f);
	assert_false(missing_key(f, table, &key));
	statement = f->pane->statement(f->arena, &f->input, table, 0);
	assert_string_equal(statement.text, "select 1");
	assert_string_equal(statement.user, "web");
	assert_string_equal(statement.database, "shop");
}

static void what_pgwhy_asks_is_left_out_once_its_text_is_there(void **state) {
	Fixture *f = *state;
	static const char *const ours[] = {"/* pgwhy: scans */ select 1", "/* pgwhy: copy */ copy (select a from (/* pgwhy: statements */ select a from b) as it) to stdout (format binary)"};
	static const char *const theirs[] = {"select 1 /* pgwhy: scans */", "copy (select a from b) to stdout"};
	f->input.after = SAMPLE(f->arena, later, beside);
	assert_int_equal(rows_of(f)->row_count, 2);
	for (size_t i = 0; i < 2; i++) {
		texts_put(f->arena, &f->texts, 2, ours[i]);
		Table *table = rows_of(f);
		assert_int_equal(table->row_count, 1);
		assert_true(fabs(paper_figure(table, 0, "load_share") - 0.9285) < 0.001); /* of all of the load */
		assert_non_null(why_of(f, table, 0, &(Diagnosis){0}));
		f->input.own_statements = true;
		assert_int_equal(rows_of(f)->row_count, 2);
		f->input.own_statements = false;
		texts_put(f->arena, &f->texts, 2, theirs[i]);
		assert_int_equal(rows_of(f)->row_count, 2);
	}
}

static void what_is_hidden_is_counted_together_and_says_the_grant(void **state) {
	Fixture *f = *state;
	f->server.user = "Mönch";
	f->server.reads_all_stats = false;
	f->input.before = SAMPLE(f->arena, {.userid = WEB, .dbid = SHOP, .calls = 5, .exec_ms = 100}, {.userid = WEB, .dbid = SHOP, .calls = 1, .exec_ms = 50});
	f->input.after = SAMPLE(f->arena, {.userid = WEB, .dbid = SHOP, .calls = 7, .exec_ms = 150}, {.userid = WEB, .dbid = SHOP, .calls = 3, .exec_ms = 100},
	                        {.userid = BATCH, .dbid = SHOP, .calls = 1, .exec_ms = 300});
	Table *table = rows_of(f);
	assert_int_equal(table->row_count, 2);
	assert_cell(table, 0, "calls_per_s", 2);
	assert_cell(table, 0, "mean_exec_ms", 25);
	int64_t key;
	assert_false(missing_key(f, table, &key));
	assert_null(f->pane->statement(f->arena, &f->input, table, 0).text);
	assert_string_equal(f->pane->statement(f->arena, &f->input, table, 0).problem, "the statements of role web are hidden from role Mönch");
	const char *why = why_of(f, table, 0, &(Diagnosis){0});
	assert_says(why, "GRANT pg_read_all_stats TO \"Mönch\"");
	assert_says(why, "without pg_read_all_stats");
}

static void what_is_missing_on_the_server_is_passed_on(void **state) {
	Fixture *f = *state;
	const char *remedy = "";
	assert_null(f->pane->problem(&f->server, &remedy));
	f->server.statements_problem = "not there";
	f->server.statements_remedy = "CREATE it";
	assert_string_equal(f->pane->problem(&f->server, &remedy), "not there");
	assert_string_equal(remedy, "CREATE it");
}

/* ---- who calls it ---- */

#define ASKED {.queryid = 1, .userid = WEB, .dbid = SHOP, .calls = 3000, .exec_ms = 30, .rows = 3000}

static const StatementUse *use_beside(Fixture *f, Sampled asker, const char *text) {
	asker.queryid = 2;
	f->input.after = SAMPLE(f->arena, ASKED, asker, {.queryid = 3, .userid = WEB, .dbid = SHOP, .calls = 3000, .rows = 3000});
	if (text) texts_put(f->arena, &f->texts, 2, text);
	return f->pane->statement(f->arena, &f->input, rows_of(f), 0).use;
}

static void the_statement_whose_rows_are_asked_for_is_found(void **state) {
	Fixture *f = *state;
	const Sampled asker = {.userid = WEB, .dbid = SHOP, .calls = 30, .rows = 2980};
	assert_null(use_beside(f, asker, NULL)->asker); /* its text has not come yet */
	const StatementUse *use = use_beside(f, asker, "select id from orders");
	assert_string_equal(use->asker, "select id from orders");
	assert_true(use->calls == 3000 && use->rows_per_call == 1 && use->asker_calls == 30 && use->asker_rows == 2980);
	assert_says_not(why_of(f, rows_of(f), 0, &(Diagnosis){0}), "looks like N+1"); /* that is a finding's to tell */
}

static void statements_that_have_nothing_to_do_with_it_ask_nothing(void **state) {
	Fixture *f = *state;
	static const Sampled others[] = {
	    {.userid = BATCH, .dbid = SHOP, .calls = 30, .rows = 3000}, {.userid = WEB, .dbid = OTHER, .calls = 30, .rows = 3000},
	    {.userid = WEB, .dbid = SHOP, .calls = 30, .rows = 3100},   {.userid = WEB, .dbid = SHOP, .calls = 1000, .rows = 3000},
	};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) assert_null(use_beside(f, others[i], "select 1")->asker);
	const Sampled asker = {.userid = WEB, .dbid = SHOP, .calls = 30, .rows = 3000};
	assert_null(use_beside(f, asker, "update orders set a = 1")->asker);
	assert_non_null(use_beside(f, asker, "select 1")->asker);
}

/* ---- why ---- */

static void counters_alone_raise_suspicions(void **state) {
	Fixture *f = *state;
	static const struct {
		Sampled sampled;
		const char *says;
	} cases[] = {
	    {{.queryid = 1, .calls = 400, .exec_ms = 40, .rows = 400}, "looks like N+1"},
	    {{.queryid = 1, .calls = 2, .exec_ms = 40, .rows = 40, .hit = 5000}, "most of what it reads is thrown away"},
	    {{.queryid = 1, .calls = 2, .exec_ms = 40, .rows = 40, .temp_written = 1}, "outgrow work_mem"},
	    {{.queryid = 1, .calls = 200, .exec_ms = 2000, .rows = 4000, .stddev_ms = 50, .max_ms = 900}, "at times very slow"},
	    {{.queryid = 1, .calls = 2, .exec_ms = 40, .rows = 4000, .hit = 500, .read = 500}, "not in shared buffers"},
	    {{.queryid = 1, .calls = 2, .exec_ms = 4, .plans = 2, .plan_ms = 40}, "planning takes longer than running"},
	};
	texts_put(f->arena, &f->texts, 1, "select 1");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		f->input.after = sample_of(f->arena, &cases[i].sampled, 1);
		f->input.parts[0] = info_of(f->arena, 4);
		const char *why = why_of(f, rows_of(f), 0, &(Diagnosis){0});
		for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
			if (k == i) assert_says(why, cases[k].says);
			else assert_says_not(why, cases[k].says);
	}
}

static void a_fast_statement_raises_none(void **state) {
	Fixture *f = *state;
	texts_put(f->arena, &f->texts, 1, "select 1");
	f->input.after = SAMPLE(f->arena, {.queryid = 1, .calls = 40, .exec_ms = 4, .rows = 40, .hit = 120, .plans = 40, .plan_ms = 2, .max_ms = 1});
	f->input.parts[0] = info_of(f->arena, 10);
	Plan plan = {.execution_ms = NAN};
	FindingList none = {0};
	const char *why = why_of(f, rows_of(f), 0, &(Diagnosis){.plan = &plan, .findings = &none});
	assert_says(why, "because\n· its plan shows nothing to advise\n\ndo\n· nothing to advise\n");
}

static void what_is_under_way_is_said(void **state) {
	Fixture *f = *state;
	texts_put(f->arena, &f->texts, 1, "select 1");
	f->input.after = SAMPLE(f->arena, later);
	assert_says(why_of(f, rows_of(f), 0, &(Diagnosis){.state = "planning …"}), "\n· planning …\n\ndo\n· planning …\n");
	assert_says(why_of(f, rows_of(f), 0, &(Diagnosis){0}), "E plans it");
}

/* ---- screens ---- */

#define OWNED "\x1b]0;owned\x07"

static Table *busy_shop(Fixture *f) {
	static const char *const texts[] = {
	    "select * from orders\n  where status = $1 and created_at > $2\n  order by total desc limit $3",
	    "select id, name, price from products where id = $1",
	    "/* " OWNED "\xC2\x9B" "2J\xE2\x80\xAE */ update carts set content = content || $1 where id = $2",
	    "select '表意文字', count(*) from größe group by 1",
	    "insert into events (kind, payload) values ($1, $2)",
	};
	for (int i = 0; i < 5; i++) texts_put(f->arena, &f->texts, i + 1, texts[i]);
	f->input.after = SAMPLE(f->arena,
	                        {.queryid = 1, .userid = WEB, .dbid = SHOP, .calls = 12, .exec_ms = 10680, .rows = 240, .hit = 300000, .read = 190000,
	                         .temp_written = 630000, .plans = 12, .plan_ms = 6, .io_ms = 4800, .stddev_ms = 31, .max_ms = 1120},
	                        {.queryid = 2, .userid = WEB, .dbid = SHOP, .calls = 31000, .exec_ms = 1240, .rows = 31000, .hit = 93000, .plans = 31000, .plan_ms = 310, .max_ms = 9},
	                        {.queryid = 3, .userid = BATCH, .dbid = SHOP, .calls = 800, .exec_ms = 900, .rows = 800, .hit = 9000, .read = 12, .wal = 900000, .io_ms = 2},
	                        {.queryid = 4, .userid = BATCH, .dbid = OTHER, .calls = 1, .exec_ms = 720, .rows = 3, .hit = 10, .read = 9000},
	                        {.queryid = 5, .userid = WEB, .dbid = SHOP, .calls = 2, .exec_ms = 0.04, .rows = 2, .hit = 8, .wal = 400},
	                        {.queryid = 6, .userid = WEB, .dbid = SHOP, .calls = 4, .exec_ms = 3, .rows = 0, .hit = 8}, /* its text is on the way */
	                        {.userid = BATCH, .dbid = SHOP, .calls = 9, .exec_ms = 90, .rows = 9, .hit = 80});
	f->input.parts[0] = info_of(f->arena, 60);
	return rows_of(f);
}

static void draw_list(Fixture *f, const char *name, int width, int height, bool ascii) {
	golden_list(name, f->arena, f->pane, busy_shop(f), width, height, ascii, false);
}

static void a_list_as_wide_as_the_screen(void **state) {
	draw_list(*state, "queries-40x10", 40, 10, false);
	draw_list(*state, "queries-80x24", 80, 24, false);
	draw_list(*state, "queries-120x36", 120, 36, false);
	draw_list(*state, "queries-200x50", 200, 50, false);
	draw_list(*state, "queries-80x24-ascii", 80, 24, true);
}

static void draw_why(Fixture *f, const char *name, int width, int height, bool ascii) {
	Table *table = busy_shop(f);
	Plan plan = {.execution_ms = 890, .analyzed = true};
	Finding finding = finding_new("missing-index");
	finding.severity = SEVERITY_CRITICAL;
	finding.basis = BASIS_HYPOTHETICAL;
	finding.title = "orders is read whole to find 0.9% of its rows";
	finding.evidence = "Seq Scan on orders read 1.2M rows and threw 99.1% of them away: 98% of the time.";
	finding.because = "No index on orders begins with (status, created_at).";
	finding.kind = REMEDY_INDEX;
	finding.saves_ms = 870;
	finding.cost_before = 40712;
	finding.cost_after = 1904;
	finding.notes = "The column status has few values: " OWNED;
	const IndexAdvice index = {.schema = "public", .table = "orders", .name = "orders_status_created_at_idx", .method = "btree",
	                           .columns = (const char *[]){"status", "created_at"}, .column_count = 2, .bytes = 9.4e6};
	finding_set_indexes(f->arena, &finding, &index, 1);
	Finding second = finding_new("sort-spill");
	second.severity = SEVERITY_INFO;
	second.title = "a sort went to disk";
	FindingList findings = {0};
	*list_push(f->arena, &findings) = finding;
	*list_push(f->arena, &findings) = second;
	golden_why(name, f->arena, f->pane, &f->input, table, 0, &(Diagnosis){.plan = &plan, .findings = &findings}, width, height, ascii, false);
}

static void a_why_as_wide_as_the_screen(void **state) {
	draw_why(*state, "why-queries-40x90", 40, 90, false);
	draw_why(*state, "why-queries-80x60", 80, 60, false);
	draw_why(*state, "why-queries-80x60-ascii", 80, 60, true);
	draw_why(*state, "why-queries-200x50", 200, 50, false);
}

/* ---- the table of columns ---- */

static void every_column_can_be_explained(void **state) {
	Fixture *f = *state;
	for (size_t i = 0; i < f->pane->column_count; i++) {
		const ListColumn *column = &f->pane->columns[i];
		assert_true(*column->title && *column->help);
		for (const char *id = column->id; *id; id++) assert_true(islower((unsigned char)*id) || *id == '_');
		assert_int_equal(column_named(f->pane->columns, f->pane->column_count, column->id, strlen(column->id)), i);
	}
	assert_null(pane_named("nosuch"));
}

static void what_its_calls_waited_for_is_told(void **state) {
	Fixture *f = *state;
	WaitProfile *waits = wait_profile_new();
	Table *reading = table_new(f->arena, 3, 3), *table;
	table_name(reading, f->arena, 0, "pid", CELL_INT);
	table_name(reading, f->arena, 1, "query_id", CELL_INT);
	table_name(reading, f->arena, 2, "wait_event", CELL_TEXT);
	for (int i = 0; i < 3; i++) {
		size_t row = table_add_row(f->arena, reading);
		table_set_int(reading, row, 0, 100 + i);
		table_set_int(reading, row, 1, i < 2 ? 1 : 2);
		table_set_text(reading, row, 2, "IO:DataFileRead");
	}
	wait_profile_add(waits, reading, 1000);
	f->input.after = SAMPLE(f->arena, later);
	f->input.waits = waits;
	table = rows_of(f);
	assert_says(why_of(f, table, 0, &(Diagnosis){0}), "100%  IO:DataFileRead (of 2 samples in the last minute)");
	wait_profile_free(waits);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(figures_are_of_the_interval, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_did_not_run_in_the_interval_is_left_out, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(totals_are_since_the_reset, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_reset_in_between_gives_no_negative_figure, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_the_server_does_not_measure_is_no_zero, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_row_is_a_statement_of_a_role_in_a_database_at_a_level, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(an_empty_sample_has_no_rows, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_text_is_missing_until_it_comes, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_pgwhy_asks_is_left_out_once_its_text_is_there, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_is_hidden_is_counted_together_and_says_the_grant, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_is_missing_on_the_server_is_passed_on, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_statement_whose_rows_are_asked_for_is_found, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(statements_that_have_nothing_to_do_with_it_ask_nothing, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(counters_alone_raise_suspicions, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_fast_statement_raises_none, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_its_calls_waited_for_is_told, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_is_under_way_is_said, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_list_as_wide_as_the_screen, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_why_as_wide_as_the_screen, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(every_column_can_be_explained, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
