/* test_scans.c: samples of table statistics become rows, verdicts, and the why of each. */
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
	int64_t oid;
	const char *relation;
	bool partitioned;
	int64_t parent;
	double taken_s, seq_scans, seq_rows, index_scans, index_rows, inserted, updated, hot_updated, newpage_updated, deleted, fetched, hit;
	double estimate, pages, live, dead, changed, analyzed_at_s, vacuumed_at_s, scanned_at_s, total_pages;
	const char *options;
} Sampled;

enum { NOW_S = 1800000000 };

static const char *const sample_columns[] = {
	"oid", "parent", "seq_scans", "seq_rows", "index_scans", "index_rows", "inserted", "updated", "hot_updated", "newpage_updated", "deleted",
	"blocks_fetched", "blocks_hit", "pages", "live_rows", "dead_rows", "changed_since_analyze", "total_pages", "taken_s", "rows_estimate",
	"analyzed_at_s", "vacuumed_at_s", "scanned_at_s", "partitioned", "relation", "options",
};
enum { SAMPLE_COLUMNS = sizeof sample_columns / sizeof *sample_columns, REALS = 18, BOOLS = 23, TEXT_COLUMNS = 24 };

static Table *sample_of(Arena *arena, const Sampled *rows, size_t count) {
	Table *table = table_new(arena, SAMPLE_COLUMNS, count);
	for (size_t i = 0; i < SAMPLE_COLUMNS; i++)
		table_name(table, arena, i, sample_columns[i], i < REALS ? CELL_INT : i < BOOLS ? CELL_REAL : i < TEXT_COLUMNS ? CELL_BOOL : CELL_TEXT);
	for (size_t i = 0; i < count; i++) {
		const Sampled *r = &rows[i];
		const double figures[] = {
			(double)r->oid, r->parent ? (double)r->parent : NAN, r->seq_scans, r->seq_rows, r->index_scans, r->index_rows, r->inserted, r->updated,
			r->hot_updated, r->newpage_updated, r->deleted, r->fetched, r->hit, r->pages, r->live, r->dead, r->changed, r->total_pages,
			NOW_S + r->taken_s, r->estimate, r->analyzed_at_s, r->vacuumed_at_s, r->scanned_at_s,
		};
		size_t row = table_add_row(arena, table);
		for (size_t k = 0; k < sizeof figures / sizeof *figures; k++)
			if (k < REALS + 2 || figures[k] > 0) table_set_real(table, row, k, figures[k]);
		table_set_bool(table, row, BOOLS, r->partitioned);
		table_set_text(table, row, TEXT_COLUMNS, r->relation ? r->relation : "public.t");
		table_set_text(table, row, TEXT_COLUMNS + 1, r->options);
	}
	return table;
}

#define SAMPLE(arena, ...) sample_of((arena), (const Sampled[]){__VA_ARGS__}, sizeof((const Sampled[]){__VA_ARGS__}) / sizeof(Sampled))

static Table *info_of(Arena *arena, double since_reset_s, double autovacuum) {
	static const char *const names[] = {"now_s", "since_reset_s", "vacuum_threshold", "vacuum_scale", "analyze_threshold", "analyze_scale", "autovacuum"};
	const double values[] = {NOW_S + 100, since_reset_s, 50, 0.2, 50, 0.1};
	Table *info = table_new(arena, 7, 1);
	for (size_t i = 0; i < 7; i++) table_name(info, arena, i, names[i], CELL_REAL);
	table_add_row(arena, info);
	for (size_t i = 0; i < 6; i++) table_set_real(info, 0, i, values[i]);
	table_set_real(info, 0, 6, autovacuum);
	return info;
}

/* ---- a pane, without anything around it ---- */

typedef struct Fixture {
	Arena *arena;
	const Pane *pane;
	Server server;
	PaneInput input;
} Fixture;

static int set_up(void **state) {
	static Fixture fixture;
	fixture = (Fixture){.arena = arena_new(), .pane = pane_named("scans")};
	fixture.server = (Server){.version = 160000, .database = "shop", .user = "me", .block_bytes = 8192, .track_counts = true};
	fixture.input = (PaneInput){.server = &fixture.server, .interval_s = 2, .parts = {info_of(fixture.arena, 3600, 1)}};
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

static const char *word(const Table *table, size_t row) {
	return table_text(table, row, table_column(table, "verdict"), "");
}

#define assert_cell(table, row, column, wanted)                                                                              \
	do {                                                                                                                 \
		double is = paper_figure((table), (row), (column));                                                                  \
		if (!(fabs(is - (wanted)) < 1e-6)) fail_msg("%s of row %zu is %g, not %g", (column), (size_t)(row), is, (double)(wanted)); \
	} while (0)

static const char *why_of(Fixture *f, const Table *table, size_t row) {
	return paper_why(f->arena, f->pane, &f->input, table, row, &(Diagnosis){0}, 160);
}

/* A large table, and what a second sample adds to it. */
static const Sampled large = {.oid = 5, .relation = "public.orders", .seq_scans = 10, .seq_rows = 1000, .index_scans = 100, .index_rows = 100,
                              .updated = 100, .hot_updated = 60, .fetched = 1000, .hit = 900, .estimate = 1e6, .pages = 20000, .live = 1000000,
                              .total_pages = 30000, .analyzed_at_s = NOW_S, .vacuumed_at_s = NOW_S};

static Sampled later(Sampled row, double seconds, double seq_scans, double seq_rows) {
	row.taken_s += seconds;
	row.seq_scans += seq_scans;
	row.seq_rows += seq_rows;
	return row;
}

/* ---- rows ---- */

static void figures_are_of_the_rows_own_interval(void **state) {
	Fixture *f = *state;
	Sampled now = later(large, 4, 8, 4e6), other = {.oid = 6, .pages = 1, .live = 10, .estimate = 10};
	now.index_scans += 400;
	now.index_rows += 1e6;
	now.updated += 8;
	now.hot_updated += 6;
	now.inserted += 4;
	now.fetched += 100;
	now.hit += 25;
	f->input.before = SAMPLE(f->arena, large, other);
	f->input.after = SAMPLE(f->arena, now, later(other, 20, 40, 400));
	Table *table = rows_of(f);
	assert_int_equal(table->row_count, 2);
	assert_cell(table, 0, "seq_scans_per_s", 2);
	assert_cell(table, 0, "index_scans_per_s", 100);
	assert_cell(table, 0, "rows_per_seq_scan", 5e5);
	assert_cell(table, 0, "rows_wasted_per_s", 1e6);
	assert_cell(table, 0, "rows_read_per_s", 1e6);
	assert_cell(table, 0, "index_share", 0.2);
	assert_cell(table, 0, "live_rows", 1e6);
	assert_cell(table, 0, "dead_rows", 0);
	assert_cell(table, 0, "hot_share", 0.75);
	assert_cell(table, 0, "total_bytes", 30000 * 8192.0);
	assert_cell(table, 0, "hit_share", 0.25);
	assert_cell(table, 0, "writes_per_s", 3);
	assert_cell(table, 1, "seq_scans_per_s", 2); /* read rarely: over its own 20 seconds */
	assert_cell(table, 1, "rows_wasted_per_s", 0);
	assert_int_equal(table_int(table, 0, table_column(table, PANE_POLL_KEY), 0), 5);
}

static void tables_at_rest_stay(void **state) {
	Fixture *f = *state;
	f->input.before = SAMPLE(f->arena, large);
	f->input.after = SAMPLE(f->arena, later(large, 2, 0, 0));
	Table *table = rows_of(f);
	assert_int_equal(table->row_count, 1);
	assert_cell(table, 0, "seq_scans_per_s", 0);
	assert_true(isnan(paper_figure(table, 0, "rows_per_seq_scan")));
	f->input.after = f->input.before; /* the rest of the list, when the rows on screen alone were read again */
	table = rows_of(f);
	assert_int_equal(table->row_count, 1);
	assert_true(isnan(paper_figure(table, 0, "seq_scans_per_s")));
	assert_says(why_of(f, table, 0), "not read twice yet");
}

static void a_new_table_counts_over_the_interval(void **state) {
	Fixture *f = *state;
	f->input.before = SAMPLE(f->arena, {.oid = 1});
	f->input.after = SAMPLE(f->arena, later(large, 2, 0, 0));
	assert_cell(rows_of(f), 0, "seq_scans_per_s", 5);
}

static void a_reset_in_between_gives_no_negative_figure(void **state) {
	Fixture *f = *state;
	f->input.before = SAMPLE(f->arena, later(large, 0, 100, 1e6));
	f->input.after = SAMPLE(f->arena, later(large, 2, 0, 0));
	assert_cell(rows_of(f), 0, "seq_scans_per_s", 5);
}

static void totals_are_since_the_reset_and_accuse_nobody(void **state) {
	Fixture *f = *state;
	f->input.after = SAMPLE(f->arena, later(large, 0, 90, 9e7));
	Table *table = rows_of(f);
	assert_cell(table, 0, "seq_scans_per_s", 100.0 / 3600);
	assert_string_equal(word(table, 0), "scanned whole");
	assert_true(table_null(table, 0, table_column(table, LIST_ROW_ROLE)));
	assert_says(why_of(f, table, 0), "since statistics were reset, 1h00m ago");
	f->input.parts[0] = info_of(f->arena, NAN, 1); /* they never were: nobody knows since when */
	table = rows_of(f);
	assert_true(isnan(paper_figure(table, 0, "seq_scans_per_s")));
	assert_cell(table, 0, "rows_per_seq_scan", 90001000 / 100.0);
	assert_says(why_of(f, table, 0), "since statistics began");
	f->server.started_at_s = NOW_S + 100 - 7200;
	table = rows_of(f);
	assert_cell(table, 0, "seq_scans_per_s", 100.0 / 7200); /* at most */
	assert_says(why_of(f, table, 0), "since statistics began, 2h00m ago or more");
	f->input.parts[0] = NULL;
	assert_says(why_of(f, rows_of(f), 0), "since statistics began");
}

static void a_standby_does_not_know_what_was_written(void **state) {
	Fixture *f = *state;
	f->server.in_recovery = true;
	Sampled standby = large;
	standby.live = standby.updated = standby.hot_updated = 0;
	f->input.after = SAMPLE(f->arena, standby);
	Table *table = rows_of(f);
	assert_cell(table, 0, "live_rows", 1e6); /* what ANALYZE found comes with the data */
	assert_true(isnan(paper_figure(table, 0, "dead_rows")) && isnan(paper_figure(table, 0, "hot_share")));
	assert_string_equal(word(table, 0), "stops early");
	assert_says_not(why_of(f, table, 0), "dead");
}

static void where_nothing_is_wasted_what_is_read_comes_first(void **state) {
	Fixture *f = *state;
	const Sampled idle = {.oid = 1, .live = 10}, some = {.oid = 2, .live = 10}, more = {.oid = 3, .live = 10};
	f->input.before = SAMPLE(f->arena, idle, some, more);
	f->input.after = SAMPLE(f->arena, later(idle, 2, 0, 0), later(some, 2, 1, 10), later(more, 2, 9, 90));
	Table *table = rows_of(f);
	List list = LIST_INIT(f->pane->sort);
	ListRows rows = list_rows(f->arena, &list, table, f->pane->columns, f->pane->column_count, NULL);
	assert_true(rows.rows[0] == 2 && rows.rows[1] == 1 && rows.rows[2] == 0);
	list_release(&list);
}

static void no_tables_no_rows(void **state) {
	Fixture *f = *state;
	f->input.after = sample_of(f->arena, NULL, 0);
	assert_int_equal(rows_of(f)->row_count, 0);
	f->input.before = f->input.after;
	assert_int_equal(rows_of(f)->row_count, 0);
}

/* ---- verdicts ---- */

static void what_costs_is_flagged_and_the_rest_is_left_alone(void **state) {
	Fixture *f = *state;
	const Sampled small = {.oid = 5, .pages = 900, .live = 90000, .estimate = 90000, .total_pages = 950};
	const struct {
		Sampled before;
		double scans, rows, index_scans;
		const char *verdict, *because;
		bool flagged;
	} cases[] = {
		{large, 1, 1e6, 0, "full scans", "each scan 1.0M rows, 100% of it", true},
		{large, 1, 1e6, 1000, "full scans", "each scan", true}, /* as many index scans as a nested loop makes change nothing */
		{large, 3, 1e6, 0, "full scans", "33% of it", true}, /* one scan by three processes */
		{large, 100, 500, 0, "stops early", "stop after 5 rows", false}, /* LIMIT */
		{large, 1, 90000, 0, "stops early", "LIMIT or EXISTS", false},
		{small, 1000, 9e7, 0, "small", "it is small, 7.0 MB", false},
		{large, 0, 0, 5000, "", "not scanned in this interval; its 10 scans since statistics began read 100 rows each", false},
		{.before = {.oid = 5, .relation = "public.orders", .pages = 20000, .live = 1e6, .estimate = 1e6}, .verdict = "", .because = "it is not scanned, and well kept"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Sampled now = later(cases[i].before, 2, cases[i].scans, cases[i].rows);
		now.index_scans += cases[i].index_scans;
		now.index_rows += cases[i].index_scans;
		f->input.before = SAMPLE(f->arena, cases[i].before);
		f->input.after = SAMPLE(f->arena, now);
		Table *table = rows_of(f);
		assert_string_equal(word(table, 0), cases[i].verdict);
		assert_int_equal(table_int(table, 0, table_column(table, LIST_ROW_ROLE), ROLE_TEXT), cases[i].flagged ? ROLE_WARNING : ROLE_TEXT);
		assert_cell(table, 0, "rows_wasted_per_s", cases[i].flagged ? cases[i].rows / 2 : 0);
		const char *why = why_of(f, table, 0);
		assert_says(why, cases[i].because);
		if (cases[i].flagged) assert_says(why, "/query:orders");
		else assert_says(why, "nothing to do");
		assert_null(f->pane->remedy(f->arena, &f->input, table, 0));
	}
}

/* Its verdict would else come and go with each refresh while somebody reads. */
static void between_two_scans_the_page_says_what_they_cost(void **state) {
	Fixture *f = *state;
	Sampled read = large;
	read.seq_rows = 1e7;
	f->input.before = SAMPLE(f->arena, read);
	f->input.after = SAMPLE(f->arena, later(read, 2, 0, 0));
	Table *table = rows_of(f);
	assert_string_equal(word(table, 0), "");
	const char *why = why_of(f, table, 0);
	assert_says(why, "its 10 scans since statistics began read 1.0M rows each");
	assert_says(why, "/query:orders");
	assert_says_not(why, "nothing to do");
}

static void what_is_scanned_whole_once_in_a_while_is_a_batch(void **state) {
	Fixture *f = *state;
	f->input.parts[0] = info_of(f->arena, 12 * 86400, 1);
	f->input.before = SAMPLE(f->arena, large);
	f->input.after = SAMPLE(f->arena, later(large, 2, 1, 1e6));
	Table *table = rows_of(f);
	assert_string_equal(word(table, 0), "seldom scanned");
	assert_says(why_of(f, table, 0), "so read 11 times in 12d: a batch, a dump");
}

static void what_was_never_analyzed_is_measured_in_rows(void **state) {
	Fixture *f = *state;
	Sampled fresh = large;
	fresh.estimate = -1;
	fresh.pages = fresh.total_pages = fresh.analyzed_at_s = 0;
	f->input.before = SAMPLE(f->arena, fresh);
	f->input.after = SAMPLE(f->arena, later(fresh, 2, 2, 2e6));
	Table *table = rows_of(f);
	assert_string_equal(word(table, 0), "full scans"); /* 0 pages by the catalog, but a million rows */
	assert_says(why_of(f, table, 0), "ANALYZE public.orders");
	f->input.after = SAMPLE(f->arena, later(fresh, 2, 0, 0));
	assert_string_equal(word(rows_of(f), 0), "never analyzed");
}

static void upkeep_that_is_behind_has_its_remedy(void **state) {
	Fixture *f = *state;
	Sampled dead = large, stale = large, cold = large;
	dead.dead = 400000;
	stale.changed = 300000;
	stale.analyzed_at_s = NOW_S - 1000;
	cold.updated = 20000;
	cold.hot_updated = 2000;
	cold.newpage_updated = 17000;
	const struct {
		Sampled row;
		const char *verdict, *says, *sql;
	} cases[] = {
		{dead, "dead rows", "29% of the rows each scan reads are dead; autovacuum comes after 200k", "VACUUM (ANALYZE) public.orders"},
		{stale, "stale stats", "300k of its 1.0M rows have changed since ANALYZE", "ANALYZE public.orders"},
		{cold, "not HOT", "in 94% of these the page was full", "ALTER TABLE public.orders SET (fillfactor = 90)"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		f->input.after = SAMPLE(f->arena, cases[i].row);
		Table *table = rows_of(f);
		assert_string_equal(word(table, 0), cases[i].verdict);
		const char *why = why_of(f, table, 0);
		assert_says(why, cases[i].says);
		assert_says(why, cases[i].verdict[0] == 'n' ? "fillfactor = 90" : cases[i].sql);
		assert_says(why, "locks");
		assert_says(why, "undo");
		assert_string_equal(f->pane->remedy(f->arena, &f->input, table, 0), cases[i].sql);
	}
	stale.analyzed_at_s = NOW_S; /* a moment ago: it may have counted what was there already */
	f->input.after = SAMPLE(f->arena, stale);
	assert_string_not_equal(word(rows_of(f), 0), "stale stats");
	f->input.parts[0] = info_of(f->arena, 3600, 0);
	f->input.after = SAMPLE(f->arena, dead);
	assert_says(why_of(f, rows_of(f), 0), "autovacuum is off");
}

static void room_is_only_left_where_there_is_none(void **state) {
	Fixture *f = *state;
	Sampled indexed = large, tried = large;
	indexed.updated = tried.updated = 20000;
	indexed.hot_updated = tried.hot_updated = 100;
	tried.newpage_updated = 19000;
	tried.options = "{autovacuum_enabled=true,fillfactor=70}";
	f->input.after = SAMPLE(f->arena, indexed);
	Table *table = rows_of(f);
	assert_says(why_of(f, table, 0), "an index holds a column they set");
	assert_null(f->pane->remedy(f->arena, &f->input, table, 0));
	f->input.after = SAMPLE(f->arena, tried);
	table = rows_of(f);
	assert_null(f->pane->remedy(f->arena, &f->input, table, 0));
	tried.options = "{fillfactor=90}";
	f->input.after = SAMPLE(f->arena, tried);
	table = rows_of(f);
	assert_string_equal(f->pane->remedy(f->arena, &f->input, table, 0), "ALTER TABLE public.orders SET (fillfactor = 80)");
	assert_says(why_of(f, table, 0), "undo      ALTER TABLE public.orders SET (fillfactor = 90)");
}

static void without_counts_there_is_nothing_to_see(void **state) {
	Fixture *f = *state;
	const char *remedy = "";
	assert_null(f->pane->problem(&f->server, &remedy));
	f->server.track_counts = false;
	assert_says(f->pane->problem(&f->server, &remedy), "track_counts is off");
	assert_says(remedy, "track_counts = on");
}

/* ---- partitions ---- */

static const Sampled parent = {.oid = 100, .relation = "public.events", .partitioned = true, .estimate = 2e6};

static Sampled part(int64_t oid, const char *relation, double pages) {
	return (Sampled){.oid = oid, .relation = relation, .parent = 100, .seq_scans = 1, .estimate = pages * 100, .live = pages * 100, .pages = pages, .total_pages = pages};
}

static void a_partitioned_table_is_the_sum_of_its_partitions(void **state) {
	Fixture *f = *state;
	Sampled a = part(101, "public.events_a", 600), b = part(102, "public.events_b", 800), cold = part(103, "public.events_cold", 100);
	cold.seq_scans = 0;
	f->input.before = SAMPLE(f->arena, parent, a, b, cold);
	f->input.after = SAMPLE(f->arena, later(parent, 2, 0, 0), later(a, 2, 2, 120000), later(b, 4, 4, 320000), later(cold, 2, 0, 0));
	Table *table = rows_of(f);
	assert_int_equal(table->row_count, 3); /* whatever nobody reads is in the sum alone */
	assert_cell(table, 0, "seq_scans_per_s", 2);
	assert_cell(table, 0, "rows_read_per_s", 140000);
	assert_cell(table, 0, "live_rows", 150000);
	assert_cell(table, 0, "total_bytes", 1500 * 8192.0);
	assert_string_equal(word(table, 0), "full scans"); /* each of them is small, but a statement scans all */
	size_t up = table_column(table, LIST_ROW_PARENT), key = table_column(table, LIST_ROW_KEY);
	assert_true(table_null(table, 0, up));
	assert_string_equal(table_text(table, 1, up, ""), table_text(table, 0, key, "-"));
	assert_says(why_of(f, table, 0), "partitioned, 3 partitions");
	assert_says(why_of(f, table, 1), "partition of public.events");
}

static void a_partitioned_table_nobody_analyzed_says_so(void **state) {
	Fixture *f = *state;
	Sampled top = parent;
	top.estimate = -1;
	f->input.after = SAMPLE(f->arena, part(101, "public.events_a", 600), top);
	Table *table = rows_of(f);
	assert_string_equal(word(table, 1), "never analyzed");
	assert_says(why_of(f, table, 1), "autovacuum analyzes the partitions, never the table they make up");
	f->server.version = 130000; /* does not tell */
	assert_string_not_equal(word(rows_of(f), 1), "never analyzed");
}

static void parents_that_go_round_do_no_harm(void **state) {
	Fixture *f = *state;
	Sampled a = parent, b = parent, lost = part(103, "public.lost", 10);
	a.parent = 101;
	b.oid = 101;
	b.parent = 100;
	lost.parent = 999;
	f->input.after = SAMPLE(f->arena, a, b, part(102, "public.leaf", 10), lost);
	assert_int_equal(rows_of(f)->row_count, 4);
}

/* ---- screens ---- */

#define OWNED "\x1b]0;owned\x07"

static Table *busy_shop(Fixture *f) {
	Sampled orders = large, stock = {.oid = 7, .relation = "public.stock", .pages = 12, .total_pages = 20, .live = 1000, .estimate = 1000, .fetched = 10, .hit = 10};
	Sampled carts = {.oid = 8, .relation = "shop.\"" OWNED "\xC2\x9B" "2J größe\"", .pages = 9000, .total_pages = 14000, .live = 60000, .dead = 190000, .estimate = 70000, .updated = 900000, .hot_updated = 880000};
	Sampled a = part(101, "public.events_2026_10", 60000), b = part(102, "public.events_2026_11", 80000);
	f->input.before = SAMPLE(f->arena, orders, stock, carts, parent, a, b);
	Sampled now = later(orders, 2, 25, 25e6), kept = later(carts, 2, 0, 0);
	now.index_scans += 900;
	now.index_rows += 8e5;
	now.fetched += 4e5;
	now.hit += 1.1e5;
	now.scanned_at_s = NOW_S + 99;
	kept.updated += 400;
	kept.hot_updated += 390;
	f->input.after = SAMPLE(f->arena, now, later(stock, 2, 4000, 4e6), kept, later(parent, 2, 0, 0), later(a, 2, 1, 6e6), later(b, 2, 9, 90));
	return rows_of(f);
}

static void draw_list(Fixture *f, const char *name, int width, int height, bool ascii, bool roles) {
	golden_list(name, f->arena, f->pane, busy_shop(f), width, height, ascii, roles);
}

static void a_list_as_wide_as_the_screen(void **state) {
	draw_list(*state, "scans-40x10", 40, 10, false, false);
	draw_list(*state, "scans-80x24", 80, 24, false, false);
	draw_list(*state, "scans-80x24-ascii", 80, 24, true, false);
	draw_list(*state, "scans-80x24-roles", 80, 24, false, true);
	draw_list(*state, "scans-120x36", 120, 36, false, false);
	draw_list(*state, "scans-200x50", 200, 50, false, false);
}

static void draw_why(Fixture *f, const char *name, size_t row, int width, int height, bool ascii) {
	golden_why(name, f->arena, f->pane, &f->input, busy_shop(f), row, &(Diagnosis){0}, width, height, ascii, false);
}

static void a_why_as_wide_as_the_screen(void **state) {
	draw_why(*state, "why-scans-40x10", 0, 40, 10, false);
	draw_why(*state, "why-scans-80x24", 0, 80, 24, false);
	draw_why(*state, "why-scans-120x36", 0, 120, 36, false);
	draw_why(*state, "why-scans-200x50", 0, 200, 50, false);
	draw_why(*state, "why-scans-dead-80x24-ascii", 2, 80, 24, true);
	draw_why(*state, "why-scans-dead-120x36", 2, 120, 36, false);
}

static void every_column_can_be_explained(void **state) {
	Fixture *f = *state;
	for (size_t i = 0; i < f->pane->column_count; i++) {
		const ListColumn *column = &f->pane->columns[i];
		assert_true(*column->title && *column->help);
		for (const char *id = column->id; *id; id++) assert_true(islower((unsigned char)*id) || *id == '_');
		assert_int_equal(column_named(f->pane->columns, f->pane->column_count, column->id, strlen(column->id)), i);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
	const struct CMUnitTest tests[] = {
		TEST(figures_are_of_the_rows_own_interval),
		TEST(tables_at_rest_stay),
		TEST(a_new_table_counts_over_the_interval),
		TEST(a_reset_in_between_gives_no_negative_figure),
		TEST(totals_are_since_the_reset_and_accuse_nobody),
		TEST(a_standby_does_not_know_what_was_written),
		TEST(where_nothing_is_wasted_what_is_read_comes_first),
		TEST(no_tables_no_rows),
		TEST(what_costs_is_flagged_and_the_rest_is_left_alone),
		TEST(between_two_scans_the_page_says_what_they_cost),
		TEST(what_is_scanned_whole_once_in_a_while_is_a_batch),
		TEST(what_was_never_analyzed_is_measured_in_rows),
		TEST(upkeep_that_is_behind_has_its_remedy),
		TEST(room_is_only_left_where_there_is_none),
		TEST(without_counts_there_is_nothing_to_see),
		TEST(a_partitioned_table_is_the_sum_of_its_partitions),
		TEST(a_partitioned_table_nobody_analyzed_says_so),
		TEST(parents_that_go_round_do_no_harm),
		TEST(a_list_as_wide_as_the_screen),
		TEST(a_why_as_wide_as_the_screen),
		TEST(every_column_can_be_explained),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
