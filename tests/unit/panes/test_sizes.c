/* test_sizes.c: samples of the catalog become figures that add up, growth that is known, and advice that accuses nobody too early. */
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

enum { PRIMARY = 1, UNIQUE = 2, CONSTRAINT = 4, IDENTITY = 8, EXPRESSION = 16, INVALID = 32, READY = 64, WORKED_ON = 128, LOCKED = 256, TEMPORARY = 512, NO_AUTOVACUUM = 1024 };

#define MB 0x1p20

typedef struct Sampled {
	int64_t oid, parent, attached;
	char kind;
	const char *relation;
	unsigned flags;
	double pages, toast_pages; /* guessed, in blocks */
	double bytes, toast; /* looked at; 0: not */
	double leaves, index_pages; /* of a partitioned table */
	double scans, live, dead, writes, last_scan_s;
} Sampled;

static const struct {
	const char *name;
	CellType type;
} sample_columns[] = {
    {"oid", CELL_INT}, {"parent", CELL_INT}, {"kind", CELL_TEXT}, {"relation", CELL_TEXT}, {"temporary", CELL_BOOL}, {"locked", CELL_BOOL}, {"leaves", CELL_INT},
    {"table_pages", CELL_INT}, {"index_pages", CELL_INT}, {"toast_pages", CELL_INT}, {"table_bytes", CELL_INT}, {"index_bytes", CELL_INT}, {"toast_bytes", CELL_INT},
    {"at_s", CELL_REAL}, {"live_rows", CELL_INT}, {"dead_rows", CELL_INT}, {"writes", CELL_INT}, {"vacuumed_at_s", CELL_REAL}, {"autovacuum_off", CELL_BOOL},
    {"scans", CELL_INT}, {"scanned_at_s", CELL_REAL}, {"unique", CELL_BOOL}, {"primary", CELL_BOOL}, {"constraint", CELL_BOOL}, {"identity", CELL_BOOL},
    {"attached", CELL_INT}, {"expression", CELL_BOOL}, {"valid", CELL_BOOL}, {"ready", CELL_BOOL}, {"worked_on", CELL_BOOL},
};
enum { SAMPLE_COLUMNS = sizeof sample_columns / sizeof *sample_columns };

static Table *new_sample(Arena *arena) {
	Table *table = table_new(arena, SAMPLE_COLUMNS, 4);
	for (size_t i = 0; i < SAMPLE_COLUMNS; i++) table_name(table, arena, i, sample_columns[i].name, sample_columns[i].type);
	return table;
}

static void set(Table *table, size_t row, const char *column, double value) {
	table_set_real(table, row, table_column(table, column), value);
}

static void set_flag(Table *table, size_t row, const char *column, bool value) {
	table_set_bool(table, row, table_column(table, column), value);
}

static void add_index(Table *table, size_t row, const Sampled *from, double at_s) {
	set(table, row, "index_pages", from->pages);
	set(table, row, "index_bytes", from->bytes > 0 ? from->bytes : NAN);
	set(table, row, "at_s", from->bytes > 0 ? at_s : NAN);
	set(table, row, "scans", from->scans);
	set(table, row, "scanned_at_s", from->last_scan_s > 0 ? from->last_scan_s : NAN);
	static const char *const flags[] = {"primary", "unique", "constraint", "identity", "expression"};
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) set_flag(table, row, flags[i], from->flags & 1u << i);
	set(table, row, "attached", from->attached ? (double)from->attached : NAN);
	set_flag(table, row, "valid", !(from->flags & INVALID));
	set_flag(table, row, "ready", from->flags & READY || !(from->flags & INVALID));
}

static void add_table(Table *table, size_t row, const Sampled *from, double at_s) {
	set(table, row, "table_pages", from->pages);
	set(table, row, "toast_pages", from->toast_pages);
	if (from->kind == 'p') set(table, row, "leaves", from->leaves);
	if (from->kind == 'p') set(table, row, "index_pages", from->index_pages);
	set(table, row, "table_bytes", from->bytes > 0 ? from->bytes : NAN);
	set(table, row, "toast_bytes", from->bytes > 0 ? from->toast : NAN);
	set(table, row, "at_s", from->bytes > 0 ? at_s : NAN);
	set(table, row, "live_rows", from->live);
	set(table, row, "dead_rows", from->dead);
	set(table, row, "writes", from->writes);
	set_flag(table, row, "autovacuum_off", from->flags & NO_AUTOVACUUM);
}

static Table *sample_of(Arena *arena, double at_s, const Sampled *rows, size_t count) {
	Table *table = new_sample(arena);
	for (size_t i = 0; i < count; i++) {
		const Sampled *from = &rows[i];
		size_t row = table_add_row(arena, table);
		set(table, row, "oid", (double)from->oid);
		set(table, row, "parent", from->parent ? (double)from->parent : NAN);
		table_set_text(table, row, table_column(table, "kind"), arena_printf(arena, "%c", from->kind));
		table_set_text(table, row, table_column(table, "relation"), from->relation);
		set_flag(table, row, "locked", from->flags & LOCKED);
		set_flag(table, row, "temporary", from->flags & TEMPORARY);
		set_flag(table, row, "worked_on", from->flags & WORKED_ON);
		if (from->kind == 'i' || from->kind == 'I') add_index(table, row, from, at_s);
		else add_table(table, row, from, at_s);
	}
	return table;
}

#define SAMPLE(arena, at_s, ...) sample_of((arena), (at_s), (const Sampled[]){__VA_ARGS__}, sizeof((const Sampled[]){__VA_ARGS__}) / sizeof(Sampled))

enum { NOW = 1000000, DAY = 86400 };

static Table *info_of(Arena *arena, double counted_s, double up_s, int64_t standbys) {
	static const char *const names[] = {"counted_s", "up_s", "now_s"};
	Table *info = table_new(arena, 4, 1);
	for (size_t i = 0; i < 3; i++) table_name(info, arena, i, names[i], CELL_REAL);
	table_name(info, arena, 3, "standbys", CELL_INT);
	table_add_row(arena, info);
	table_set_real(info, 0, 0, counted_s);
	table_set_real(info, 0, 1, up_s);
	table_set_real(info, 0, 2, NOW);
	table_set_int(info, 0, 3, standbys);
	return info;
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
	fixture = (Fixture){.arena = arena_new(), .pane = pane_named("sizes")};
	fixture.server = (Server){.version = 150000, .database = "shop", .user = "me", .block_bytes = 8192};
	fixture.input = (PaneInput){.server = &fixture.server, .interval_s = 2, .texts = &fixture.texts};
	fixture.input.parts[0] = info_of(fixture.arena, 30 * DAY, 40 * DAY, 0);
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
		if (!(fabs(is - (wanted)) < 0.5)) fail_msg("%s of row %zu is %.0f, not %.0f", (column), (size_t)(row), is, (double)(wanted)); \
	} while (0)
#define assert_unknown(table, row, column) assert_true(table_null((table), (row), table_column((table), (column))))
#define assert_exact(table, row, wanted) assert_int_equal(table_bool((table), (row), table_column((table), "exact"), !(wanted)), (wanted))

static const char *note(const Table *table, size_t row) {
	return table_text(table, row, table_column(table, "note"), "?");
}

static const char *why_of(Fixture *f, const Table *table, size_t row) {
	return paper_why(f->arena, f->pane, &f->input, table, row, NULL, 160);
}

/* ---- figures ---- */

static void a_table_is_its_file_its_indexes_and_its_toast(void **state) {
	Fixture *f = *state;
	f->input.after = SAMPLE(f->arena, 100, {1, .kind = 'r', .relation = "public.t", .bytes = 10 * MB, .toast = 5 * MB, .pages = 1},
	                        {2, 1, .kind = 'i', .relation = "public.a", .bytes = 2 * MB, .scans = 7}, {3, 1, .kind = 'i', .relation = "public.b", .bytes = 1 * MB});
	Table *table = rows_of(f);
	assert_cell(table, 0, "total_bytes", 18 * MB);
	assert_cell(table, 0, "table_bytes", 10 * MB);
	assert_cell(table, 0, "index_bytes", 3 * MB);
	assert_cell(table, 0, "toast_bytes", 5 * MB);
	assert_unknown(table, 0, "index_scans");
	assert_unknown(table, 0, "parent");
	assert_exact(table, 0, true);
	assert_cell(table, 1, "total_bytes", 2 * MB);
	assert_cell(table, 1, "index_bytes", 2 * MB);
	assert_cell(table, 1, "index_scans", 7);
	assert_unknown(table, 1, "table_bytes");
	assert_unknown(table, 1, "toast_bytes");
	assert_string_equal(table_text(table, 1, table_column(table, "parent"), ""), "public.t");
	assert_string_equal(table_text(table, 1, table_column(table, LIST_ROW_PARENT), ""), "1");
	assert_string_equal(table_text(table, 1, table_column(table, "kind"), ""), "index");
}

static void what_was_not_looked_at_is_what_vacuum_saw(void **state) {
	Fixture *f = *state;
	f->server.block_bytes = 32768;
	f->input.after = SAMPLE(f->arena, 100, {1, .kind = 'r', .relation = "public.t", .pages = 100, .toast_pages = 10},
	                        {2, 1, .kind = 'i', .relation = "public.a", .pages = 20}, {3, .kind = 'm', .relation = "public.m", .bytes = MB},
	                        {4, 3, .kind = 'i', .relation = "public.i", .pages = 32});
	Table *table = rows_of(f);
	assert_cell(table, 0, "total_bytes", 130 * 32768);
	assert_cell(table, 0, "index_bytes", 20 * 32768);
	assert_exact(table, 0, false);
	assert_exact(table, 1, false);
	assert_cell(table, 2, "total_bytes", 2 * MB);
	assert_exact(table, 2, false); /* a part of it is a guess */
	const ListColumn *columns = f->pane->columns;
	size_t total = table_column(table, "total_bytes");
	assert_string_equal(column_text(f->arena, &columns[total], table, 0, total), "~4.1MB");
}

/* Never vacuumed, a partitioned table's -1: nothing is less than nothing. */
static void unknown_pages_are_none(void **state) {
	Fixture *f = *state;
	f->input.after = SAMPLE(f->arena, 100, {1, .kind = 'r', .relation = "public.t", .pages = -1}, {2, .kind = 'p', .relation = "public.p", .pages = -1, .leaves = 0});
	Table *table = rows_of(f);
	assert_cell(table, 0, "total_bytes", 0);
	assert_cell(table, 1, "total_bytes", 0);
}

static void what_was_polled_before_still_counts(void **state) {
	Fixture *f = *state;
	f->input.before = SAMPLE(f->arena, 98, {9, .kind = 'r', .relation = "public.o", .pages = 1}, {1, .kind = 'r', .relation = "public.t", .bytes = 3 * MB});
	f->input.after = SAMPLE(f->arena, 100, {1, .kind = 'r', .relation = "public.t", .pages = 1});
	Table *table = rows_of(f);
	assert_cell(table, 0, "total_bytes", 3 * MB);
	assert_exact(table, 0, true);
	f->input.after = SAMPLE(f->arena, 100, {1, .kind = 'r', .relation = "public.t", .pages = 1, .flags = LOCKED});
	table = rows_of(f);
	assert_cell(table, 0, "total_bytes", 8192);
	assert_exact(table, 0, false);
	assert_string_equal(note(table, 0), "locked: not looked at");
}

#define PARTITIONED                                                                                                                  \
	{1, .kind = 'p', .relation = "public.p", .leaves = 3, .pages = 300, .toast_pages = 30, .index_pages = 60},                       \
	    {2, 1, .kind = 'p', .relation = "public.sub", .leaves = 2, .pages = 200, .toast_pages = 20, .index_pages = 40},              \
	    {3, 1, .kind = 'r', .relation = "public.p1", .pages = 100, .toast_pages = 10, .bytes = 5 * MB, .toast = MB},                  \
	    {4, 3, .kind = 'i', .relation = "public.p1_i", .pages = 20, .bytes = 2 * MB, .scans = 5, .attached = 10},                     \
	    {5, 2, .kind = 'r', .relation = "public.p2", .pages = 150, .toast_pages = 10, .bytes = 7 * MB},                               \
	    {6, 5, .kind = 'i', .relation = "public.p2_i", .pages = 20, .bytes = 3 * MB, .scans = 6, .attached = 11},                     \
	    {10, 1, .kind = 'I', .relation = "public.p_i"}, {11, 2, .kind = 'I', .relation = "public.sub_i", .attached = 10}

static void a_partitioned_table_is_its_partitions(void **state) {
	Fixture *f = *state;
	/* of the third partition, 50 + 10 + 20 blocks, nothing better is known */
	f->input.after = SAMPLE(f->arena, 100, PARTITIONED);
	Table *table = rows_of(f);
	assert_cell(table, 0, "table_bytes", 12 * MB + 50 * 8192);
	assert_cell(table, 0, "index_bytes", 5 * MB + 20 * 8192);
	assert_cell(table, 0, "toast_bytes", 1 * MB + 10 * 8192);
	assert_exact(table, 0, false);
	assert_cell(table, 1, "table_bytes", 7 * MB + 50 * 8192);
	assert_exact(table, 1, false);
	assert_string_equal(note(table, 0), "3 partitions");
	f->input.after = SAMPLE(f->arena, 100, PARTITIONED, {7, 2, .kind = 'r', .relation = "public.p3", .pages = 50, .toast_pages = 10, .bytes = MB},
	                        {8, 7, .kind = 'i', .relation = "public.p3_i", .pages = 20, .bytes = MB, .scans = 1, .attached = 11});
	table = rows_of(f);
	assert_cell(table, 0, "total_bytes", 20 * MB);
	assert_exact(table, 0, true);
	assert_cell(table, 1, "total_bytes", 12 * MB);
	assert_exact(table, 1, true);
}

static void a_partitioned_index_is_the_indexes_attached_to_it(void **state) {
	Fixture *f = *state;
	f->input.after = SAMPLE(f->arena, 100, PARTITIONED);
	Table *table = rows_of(f);
	assert_cell(table, 6, "total_bytes", 5 * MB);
	assert_cell(table, 6, "index_scans", 11);
	assert_cell(table, 7, "total_bytes", 3 * MB);
	assert_cell(table, 7, "index_scans", 6);
	assert_exact(table, 6, false); /* there are partitions nobody looked at */
	assert_string_equal(note(table, 3), "attached");
}

static void parents_in_a_circle_end(void **state) {
	Fixture *f = *state;
	f->input.after = SAMPLE(f->arena, 100, {1, 2, .kind = 'p', .relation = "a"}, {2, 1, .kind = 'p', .relation = "b"}, {3, 1, .kind = 'r', .relation = "c", .bytes = MB},
	                        {4, 3, .kind = 'i', .relation = "d", .attached = 5, .bytes = MB}, {5, 1, .kind = 'I', .relation = "e", .attached = 5});
	assert_int_equal(rows_of(f)->row_count, 5);
}

/* ---- growth ---- */

static void growth_is_known_between_two_looks(void **state) {
	Fixture *f = *state;
	f->input.first = SAMPLE(f->arena, 100, {8, .kind = 'r', .relation = "public.gone", .bytes = MB}, {1, .kind = 'r', .relation = "public.t", .bytes = 10 * MB, .toast = MB},
	                        {2, 1, .kind = 'i', .relation = "public.a", .bytes = 2 * MB}, {3, .kind = 'r', .relation = "public.guess", .pages = 10},
	                        {4, .kind = 'r', .relation = "public.shrunk", .bytes = 10 * MB});
	f->input.after = SAMPLE(f->arena, 3700, {1, .kind = 'r', .relation = "public.t", .bytes = 11 * MB, .toast = 2 * MB},
	                        {2, 1, .kind = 'i', .relation = "public.a", .bytes = 5 * MB}, {3, .kind = 'r', .relation = "public.guess", .bytes = 20 * MB},
	                        {4, .kind = 'r', .relation = "public.shrunk", .bytes = MB}, {5, .kind = 'r', .relation = "public.new", .bytes = 10 * MB});
	Table *table = rows_of(f);
	assert_cell(table, 0, "growth_bytes", 5 * MB);
	assert_cell(table, 1, "growth_bytes", 3 * MB);
	assert_unknown(table, 2, "growth_bytes");
	assert_cell(table, 3, "growth_bytes", -9 * MB);
	assert_unknown(table, 4, "growth_bytes");
	const char *why = why_of(f, table, 0);
	assert_says(why, "+5.0 MB  in the 1h00m this session has watched it: +5.0 MB an hour");
	assert_says(why_of(f, table, 3), "-9.0 MB  in the 1h00m this session has watched it: -9.0 MB an hour");
	assert_says_not(why_of(f, table, 2), "growth");
	f->input.first = f->input.after;
	assert_cell(rows_of(f), 0, "growth_bytes", 0);
}

static void a_partitioned_table_grows_by_its_partitions(void **state) {
	Fixture *f = *state;
	const Sampled before[] = {{1, .kind = 'p', .relation = "p", .leaves = 1}, {2, 1, .kind = 'r', .relation = "p1", .bytes = MB}};
	const Sampled after[] = {{1, .kind = 'p', .relation = "p", .leaves = 1}, {2, 1, .kind = 'r', .relation = "p1", .bytes = 4 * MB}};
	f->input.first = sample_of(f->arena, 100, before, 2);
	f->input.after = sample_of(f->arena, 160, after, 2);
	assert_cell(rows_of(f), 0, "growth_bytes", 3 * MB);
	assert_says(why_of(f, rows_of(f), 0), "+180 MB an hour");
}

/* ---- indexes ---- */

#define TABLE_OF(index_flags, ...)                                                                                   \
	SAMPLE(f->arena, 100, {1, .kind = 'r', .relation = "public.t", .bytes = 100 * MB, .writes = 5e6},                \
	       {2, 1, .kind = 'i', .relation = "public.t_i", .bytes = 20 * MB, .flags = (index_flags), __VA_ARGS__})

static void an_index_not_used_for_long_is_dropped_with_a_way_back(void **state) {
	Fixture *f = *state;
	f->input.after = TABLE_OF(0, .scans = 0);
	texts_put(f->arena, &f->texts, 2, "CREATE INDEX t_i ON public.t USING btree (\"INDEX \")");
	Table *table = rows_of(f);
	assert_string_equal(note(table, 1), "unused: no scan in 30d");
	const char *why = why_of(f, table, 1);
	assert_says(why, "1 unused-index  heuristic\n");
	assert_says(why, "DROP INDEX CONCURRENTLY public.t_i");
	assert_says(why, "20.0 MB; the 5.0M rows written to its table since had to be written to it too.");
	assert_says(why, "undo      CREATE INDEX CONCURRENTLY t_i ON public.t USING btree (\"INDEX \")");
	assert_says_not(why, "standbys");
	assert_says(why_of(f, table, 0), "DROP INDEX CONCURRENTLY public.t_i"); /* its table says it, too */
	assert_string_equal(f->pane->remedy(f->arena, &f->input, table, 1), "DROP INDEX CONCURRENTLY public.t_i");
	assert_string_equal(f->pane->remedy(f->arena, &f->input, table, 0), "DROP INDEX CONCURRENTLY public.t_i");
	f->input.parts[0] = info_of(f->arena, NAN, 9 * DAY, 2);
	f->input.after = TABLE_OF(EXPRESSION, .scans = 0);
	table = rows_of(f);
	assert_string_equal(note(table, 1), "unused: no scan in at least 9d00h");
	why = why_of(f, table, 1);
	assert_says(why, "standbys count their own scans");
	assert_says(why, "indexes an expression");
}

static void what_the_server_needs_is_never_called_unused(void **state) {
	Fixture *f = *state;
	static const struct {
		unsigned flags;
		int64_t attached;
		const char *note;
	} cases[] = {{PRIMARY | UNIQUE | CONSTRAINT, 0, "primary key"}, {UNIQUE | CONSTRAINT, 0, "constraint"}, {UNIQUE, 0, "unique"}, {IDENTITY, 0, "replica identity"},
	             {0, 99, "attached"}, {LOCKED, 0, "locked: not looked at"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		f->input.after = TABLE_OF(cases[i].flags, .scans = 0, .attached = cases[i].attached);
		Table *table = rows_of(f);
		assert_string_equal(note(table, 1), cases[i].note);
		assert_says_not(why_of(f, table, 1), "DROP");
		assert_says_not(why_of(f, table, 0), "DROP");
		assert_null(f->pane->remedy(f->arena, &f->input, table, 1));
	}
}

static void doubt_speaks_for_the_index(void **state) {
	Fixture *f = *state;
	f->input.parts[0] = info_of(f->arena, 2 * 3600, 40 * DAY, 0); /* counted too short a time */
	f->input.after = TABLE_OF(0, .scans = 0);
	Table *table = rows_of(f);
	assert_string_equal(note(table, 1), "no scan in 2h00m");
	f->input.parts[0] = info_of(f->arena, 50 * 60, 40 * DAY, 0);
	assert_string_equal(note(rows_of(f), 1), "");
	assert_says(why_of(f, table, 1), "too short a time");
	assert_says(why_of(f, table, 1), "do\n· nothing to do\n");
	f->input.parts[0] = NULL; /* nobody knows how long */
	assert_string_equal(note(rows_of(f), 1), "no scan so far");
	assert_says_not(why_of(f, rows_of(f), 1), "DROP");
	f->input.parts[0] = info_of(f->arena, 30 * DAY, 40 * DAY, 0);
	f->input.after = TABLE_OF(0, .scans = 1);
	assert_string_equal(note(rows_of(f), 1), "");
	assert_says(why_of(f, rows_of(f), 1), "because\n· nothing is wrong with it\n\ndo\n· nothing to do\n");
	f->server.in_recovery = true;
	f->input.after = TABLE_OF(0, .scans = 0);
	assert_says_not(why_of(f, rows_of(f), 1), "DROP");
	assert_says(why_of(f, rows_of(f), 1), "the primary counts its own scans");
	f->server.in_recovery = false;
	f->input.after = SAMPLE(f->arena, 100, {1, .kind = 'r', .relation = "t", .bytes = MB}, {2, 1, .kind = 'i', .relation = "i", .bytes = 16384});
	assert_says(why_of(f, rows_of(f), 1), "it is small");
	assert_says_not(why_of(f, rows_of(f), 1), "DROP");
	f->input.after = SAMPLE(f->arena, 100, {1, .kind = 'r', .relation = "t", .bytes = MB, .flags = TEMPORARY}, {2, 1, .kind = 'i', .relation = "i", .bytes = 20 * MB, .flags = TEMPORARY});
	assert_says_not(why_of(f, rows_of(f), 1), "DROP");
}

static void when_an_index_was_scanned_last_is_told(void **state) {
	Fixture *f = *state;
	f->input.after = TABLE_OF(0, .scans = 3, .last_scan_s = NOW - 7200);
	assert_says(why_of(f, rows_of(f), 1), "3  in 30d, last 2h00m ago\n");
}

static void a_partitioned_index_is_dropped_as_a_whole(void **state) {
	Fixture *f = *state;
	f->input.after = SAMPLE(f->arena, 100, {1, .kind = 'p', .relation = "public.p", .leaves = 1}, {2, 1, .kind = 'r', .relation = "public.p1", .bytes = 90 * MB},
	                        {3, 2, .kind = 'i', .relation = "public.p1_i", .bytes = 9 * MB, .attached = 4}, {4, 1, .kind = 'I', .relation = "public.p_i"});
	Table *table = rows_of(f);
	const char *why = why_of(f, table, 3);
	assert_says(why, "DROP INDEX public.p_i\n");
	assert_says(why, "It locks the table and all its partitions");
	assert_says_not(why_of(f, table, 2), "DROP");
}

static void an_invalid_index_is_mended_or_cleared_away(void **state) {
	Fixture *f = *state;
	static const struct {
		const char *relation;
		char kind;
		unsigned flags;
		const char *says, *sql;
	} cases[] = {
	    {"public.t_i", 'i', INVALID, "Writes to the table leave it alone", "REINDEX INDEX CONCURRENTLY public.t_i"},
	    {"public.t_i", 'i', INVALID | READY | UNIQUE, "Each write to the table is written to it all the same", "REINDEX INDEX CONCURRENTLY public.t_i"},
	    {"public.t_i_ccnew", 'i', INVALID | READY, "REINDEX CONCURRENTLY that failed", "DROP INDEX CONCURRENTLY public.t_i_ccnew"},
	    {"public.\"T_ccold12\"", 'i', INVALID, "REINDEX CONCURRENTLY that failed", "DROP INDEX CONCURRENTLY public.\"T_ccold12\""},
	    {"public.t_ccnewer", 'i', INVALID, "A CREATE INDEX CONCURRENTLY, or a REINDEX", "REINDEX INDEX CONCURRENTLY public.t_ccnewer"},
	    {"public.t_i", 'I', INVALID, "Not every partition has its index yet", NULL},
	    {"public.t_i", 'i', INVALID | WORKED_ON, "something works on its table", NULL},
	    {"public.t_i", 'i', INVALID | LOCKED, "AccessExclusiveLock", NULL},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const Sampled rows[] = {{1, .kind = 'r', .relation = "public.t", .bytes = MB}, {2, 1, .kind = cases[i].kind, .relation = cases[i].relation, .bytes = MB, .flags = cases[i].flags}};
		f->input.after = sample_of(f->arena, 100, rows, 2);
		Table *table = rows_of(f);
		assert_says(why_of(f, table, 1), cases[i].says);
		const char *sql = f->pane->remedy(f->arena, &f->input, table, 1);
		if (cases[i].sql) assert_string_equal(sql ? sql : "none", cases[i].sql);
		else assert_null(sql);
		if (!(cases[i].flags & LOCKED)) assert_int_equal(strncmp(note(table, 1), "invalid", 7), 0);
		assert_int_equal(table_int(table, 1, table_column(table, LIST_ROW_ROLE), -1), ROLE_WARNING);
	}
}

static void a_table_tells_of_its_biggest_indexes_first_and_not_of_all(void **state) {
	Fixture *f = *state;
	Sampled rows[10] = {{1, .kind = 'r', .relation = "public.t", .bytes = 100 * MB}};
	for (int i = 1; i < 10; i++) rows[i] = (Sampled){1 + i, 1, .kind = 'i', .relation = arena_printf(f->arena, "public.i%d", i), .bytes = (i % 2 ? i : 20 - i) * MB};
	f->input.after = sample_of(f->arena, 100, rows, 10);
	const char *why = why_of(f, rows_of(f), 0), *order[] = {"public.i2", "public.i4", "public.i6", "public.i8", "public.i9"};
	const char *at = strstr(why, "\ndo\n");
	for (size_t i = 0; i < 5; i++) {
		at = strstr(at, arena_printf(f->arena, "DROP INDEX CONCURRENTLY %s", order[i]));
		if (!at) fail_msg("%s is not in its place in\n%s", order[i], why);
	}
	assert_null(strstr(at + 1, "DROP"));
}

/* ---- tables ---- */

static void dead_rows_are_vacuumed(void **state) {
	Fixture *f = *state;
	f->input.after = SAMPLE(f->arena, 100, {1, .kind = 'r', .relation = "public.t", .bytes = MB, .live = 69000, .dead = 31000},
	                        {2, .kind = 'r', .relation = "public.few", .bytes = MB, .live = 10, .dead = 9000}, {3, .kind = 'r', .relation = "public.big", .bytes = MB, .live = 1e9, .dead = 1e8},
	                        {4, .kind = 'r', .relation = "public.held", .bytes = MB, .live = 10, .dead = 1e6, .flags = LOCKED});
	Table *table = rows_of(f);
	assert_string_equal(note(table, 0), "31% dead rows");
	const char *why = why_of(f, table, 0);
	assert_says(why, "31% of the rows in public.t are dead");
	assert_says(why, "VACUUM (ANALYZE, VERBOSE) public.t");
	for (size_t row = 1; row < 4; row++) assert_says(why_of(f, table, row), "nothing to do");
}

static void autovacuum_switched_off_is_told(void **state) {
	Fixture *f = *state;
	f->input.after = SAMPLE(f->arena, 100, {1, .kind = 'r', .relation = "public.t", .bytes = MB, .flags = NO_AUTOVACUUM});
	assert_string_equal(note(rows_of(f), 0), "autovacuum off");
	assert_string_equal(f->pane->remedy(f->arena, &f->input, rows_of(f), 0), "ALTER TABLE public.t RESET (autovacuum_enabled)");
}

static void what_takes_the_space_is_told(void **state) {
	Fixture *f = *state;
	f->input.after = SAMPLE(f->arena, 100, {1, .kind = 'r', .relation = "public.wide", .bytes = 10 * MB, .toast = 90 * MB}, {2, .kind = 'r', .relation = "public.t", .bytes = 50 * MB},
	                        {3, 2, .kind = 'i', .relation = "public.i", .bytes = 90 * MB, .scans = 4}, {4, .kind = 'r', .relation = "public.fine", .bytes = 500 * MB, .toast = 40 * MB});
	Table *table = rows_of(f);
	assert_says(why_of(f, table, 0), "TOAST      90.0 MB  90% of it");
	assert_says(why_of(f, table, 0), "wide values stored out of line");
	assert_says(why_of(f, table, 1), "its indexes take more than its rows do");
	assert_says(why_of(f, table, 3), "because\n· nothing is wrong with it\n\ndo\n· nothing to do\n");
}

/* ---- strange data ---- */

static void cells_without_values_do_no_harm(void **state) {
	Fixture *f = *state;
	Table *nothing = new_sample(f->arena);
	for (int i = 0; i < 3; i++) table_add_row(f->arena, nothing);
	f->input.after = nothing;
	f->input.before = f->input.first = nothing;
	Table *table = rows_of(f);
	assert_int_equal(table->row_count, 3);
	for (size_t row = 0; row < 3; row++) why_of(f, table, row);
	Table *bare = table_new(f->arena, 1, 1); /* another version's columns */
	table_name(bare, f->arena, 0, "oid", CELL_INT);
	table_set_int(bare, table_add_row(f->arena, bare), 0, 5);
	f->input.after = bare;
	why_of(f, rows_of(f), 0);
	f->input.after = new_sample(f->arena);
	f->server.block_bytes = 0;
	assert_int_equal(rows_of(f)->row_count, 0);
}

static void only_indexes_are_asked_how_they_were_made(void **state) {
	Fixture *f = *state;
	f->input.after = TABLE_OF(0, .scans = 0);
	Table *table = rows_of(f);
	const size_t shown[] = {0, 1};
	Keys keys = f->pane->texts_missing(f->arena, &f->input, table, shown, 2);
	assert_int_equal(keys.count, 1);
	assert_int_equal(keys.items[0], 2);
	texts_put(f->arena, &f->texts, 2, "");
	assert_int_equal(f->pane->texts_missing(f->arena, &f->input, table, shown, 2).count, 0);
	assert_says(why_of(f, table, 1), "what\nindex public.t_i, of public.t\n"); /* dropped meanwhile, or locked */
	assert_says_not(why_of(f, table, 1), "undo");
}

/* ---- screens ---- */

#define OWNED "\x1b]0;owned\x07"

static Table *shop(Fixture *f) {
	f->input.first = SAMPLE(f->arena, 100, {1, .kind = 'r', .relation = "public.orders", .bytes = 400 * MB, .toast = 8192}, {3, 1, .kind = 'i', .relation = "public.orders_status_idx", .bytes = 88 * MB},
	                        {2, 1, .kind = 'i', .relation = "public.orders_pkey", .bytes = 80 * MB}, {10, .kind = 'r', .relation = "public.customers", .bytes = 90 * MB});
	f->input.after = SAMPLE(f->arena, 5500, {1, .kind = 'r', .relation = "public.orders", .bytes = 412 * MB, .toast = 8192, .live = 1.2e6, .dead = 31000, .writes = 2.2e6},
	                        {2, 1, .kind = 'i', .relation = "public.orders_pkey", .bytes = 85 * MB, .scans = 120345, .flags = PRIMARY | UNIQUE | CONSTRAINT},
	                        {3, 1, .kind = 'i', .relation = "public.orders_status_idx", .bytes = 96 * MB},
	                        {4, 1, .kind = 'i', .relation = "public.orders_total_idx_ccnew", .bytes = 8 * MB, .flags = INVALID | READY},
	                        {5, .kind = 'p', .relation = "public.events", .leaves = 2, .pages = 160000, .index_pages = 40000},
	                        {6, 5, .kind = 'r', .relation = "public.events_2024", .pages = 120000, .bytes = 940 * MB},
	                        {7, 6, .kind = 'i', .relation = "public.events_2024_ts_idx", .pages = 30000, .bytes = 235 * MB, .attached = 9, .scans = 77},
	                        {8, 5, .kind = 'r', .relation = "public.events_2025", .pages = 40000, .flags = LOCKED},
	                        {9, 5, .kind = 'I', .relation = "public.events_ts_idx"},
	                        {10, .kind = 'r', .relation = "public.customers", .bytes = 90 * MB, .toast = 200 * MB, .live = 50000, .dead = 40000, .writes = 9e5},
	                        {11, .kind = 'm', .relation = "reports.\"sales of größe 表意\"", .pages = 900},
	                        {12, .kind = 'r', .relation = "public.\"" OWNED "\xE2\x80\xAE\"", .bytes = 16384, .flags = NO_AUTOVACUUM});
	texts_put(f->arena, &f->texts, 3, "CREATE INDEX orders_status_idx ON public.orders USING btree (status, created_at DESC) WHERE (status <> 'done'::text)");
	return rows_of(f);
}

static void draw_list(Fixture *f, const char *name, int width, int height, bool ascii, bool roles) {
	golden_list(name, f->arena, f->pane, shop(f), width, height, ascii, roles);
}

static void a_list_as_wide_as_the_screen(void **state) {
	draw_list(*state, "sizes-40x10", 40, 10, false, false);
	draw_list(*state, "sizes-80x24", 80, 24, false, false);
	draw_list(*state, "sizes-80x24-roles", 80, 24, false, true);
	draw_list(*state, "sizes-80x24-ascii", 80, 24, true, false);
	draw_list(*state, "sizes-120x36", 120, 36, false, false);
	draw_list(*state, "sizes-200x50", 200, 50, false, false);
}

static void draw_why(Fixture *f, const char *name, size_t row, int width, int height, bool ascii, bool roles) {
	golden_why(name, f->arena, f->pane, &f->input, shop(f), row, NULL, width, height, ascii, roles);
}

static void a_why_as_wide_as_the_screen(void **state) {
	draw_why(*state, "why-sizes-200x50", 0, 200, 50, false, false);
	draw_why(*state, "why-sizes-80x60", 0, 80, 60, false, false);
	draw_why(*state, "why-sizes-80x60-roles", 0, 80, 60, false, true);
	draw_why(*state, "why-sizes-40x90", 2, 40, 90, false, false);
	draw_why(*state, "why-sizes-80x24-ascii", 2, 80, 24, true, false);
	draw_why(*state, "why-sizes-locked-80x24", 7, 80, 24, false, false);
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

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(a_table_is_its_file_its_indexes_and_its_toast),
	    TEST(what_was_not_looked_at_is_what_vacuum_saw),
	    TEST(unknown_pages_are_none),
	    TEST(what_was_polled_before_still_counts),
	    TEST(a_partitioned_table_is_its_partitions),
	    TEST(a_partitioned_index_is_the_indexes_attached_to_it),
	    TEST(parents_in_a_circle_end),
	    TEST(growth_is_known_between_two_looks),
	    TEST(a_partitioned_table_grows_by_its_partitions),
	    TEST(an_index_not_used_for_long_is_dropped_with_a_way_back),
	    TEST(what_the_server_needs_is_never_called_unused),
	    TEST(doubt_speaks_for_the_index),
	    TEST(when_an_index_was_scanned_last_is_told),
	    TEST(a_partitioned_index_is_dropped_as_a_whole),
	    TEST(an_invalid_index_is_mended_or_cleared_away),
	    TEST(a_table_tells_of_its_biggest_indexes_first_and_not_of_all),
	    TEST(dead_rows_are_vacuumed),
	    TEST(autovacuum_switched_off_is_told),
	    TEST(what_takes_the_space_is_told),
	    TEST(cells_without_values_do_no_harm),
	    TEST(only_indexes_are_asked_how_they_were_made),
	    TEST(a_list_as_wide_as_the_screen),
	    TEST(a_why_as_wide_as_the_screen),
	    TEST(every_column_can_be_explained),
	};
	return cmocka_run_group_tests_name("sizes", tests, NULL, NULL);
}
