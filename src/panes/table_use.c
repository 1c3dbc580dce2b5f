/* table_use.c: what two samples of tables say of each. */
#include "panes/table_use.h"

#include <math.h>
#include <stdlib.h>

static const char *const counters[] = {
	[USE_SEQ_SCANS] = "seq_scans",
	[USE_SEQ_ROWS] = "seq_rows",
	[USE_INDEX_SCANS] = "index_scans",
	[USE_INDEX_ROWS] = "index_rows",
	[USE_INSERTED] = "inserted",
	[USE_UPDATED] = "updated",
	[USE_HOT_UPDATED] = "hot_updated",
	[USE_NEWPAGE_UPDATED] = "newpage_updated",
	[USE_DELETED] = "deleted",
	[USE_BLOCKS_FETCHED] = "blocks_fetched",
	[USE_BLOCKS_HIT] = "blocks_hit",
	[USE_COUNTERS] = "taken_s", /* as if time were counted: what is left is the row's own interval */
	NULL,
};
static const char *const row_keys[] = {"oid", NULL};
const DeltaSpec table_use_delta = {.keys = row_keys, .counters = counters, .keep_still = true};

static double plus(double a, double b) {
	return isnan(a) ? b : isnan(b) ? a : a + b;
}

/* ---- one row ---- */

/* The columns that are read of every row: there may be tens of thousands of these. */
typedef struct Columns {
	const TableColumn *counters[USE_COUNTERS + 1], *amounts[USE_COUNTERS + 1]; /* of the sample; of the delta */
	size_t oid, relation, partitioned;
	const TableColumn *estimate, *pages, *live, *dead, *changed, *total_pages;
} Columns;

static const TableColumn *find_column(const Table *table, const char *name) {
	size_t column = table_column(table, name);
	return column == TABLE_NO_COLUMN ? NULL : &table->columns[column];
}

static double cell(const TableColumn *column, size_t row) {
	if (!column || column->nulls[row]) return NAN;
	return column->type == CELL_INT ? (double)column->ints[row] : column->type == CELL_REAL ? column->reals[row] : NAN;
}

static double cell_or_0(const TableColumn *column, size_t row) {
	double value = cell(column, row);
	return isnan(value) ? 0 : value;
}

static Columns columns_of(const Table *sample, const Table *delta) {
	Columns columns = {
		.oid = table_column(sample, "oid"),
		.relation = table_column(sample, "relation"),
		.partitioned = table_column(sample, "partitioned"),
		.estimate = find_column(sample, "rows_estimate"),
		.pages = find_column(sample, "pages"),
		.live = find_column(sample, "live_rows"),
		.dead = find_column(sample, "dead_rows"),
		.changed = find_column(sample, "changed_since_analyze"),
		.total_pages = find_column(sample, "total_pages"),
	};
	for (size_t i = 0; i <= USE_COUNTERS; i++) {
		columns.counters[i] = find_column(sample, counters[i]);
		columns.amounts[i] = find_column(delta, counters[i]);
	}
	return columns;
}

/* What there is to count, without what only describes: a delta copies every column. */
static Table *counted(Arena *arena, const Table *sample) {
	Table *slim = ARENA_NEW(arena, Table);
	*slim = (Table){.columns = ARENA_ARRAY(arena, TableColumn, USE_COUNTERS + 2), .row_count = sample->row_count, .row_room = sample->row_count};
	for (size_t i = 0; i <= USE_COUNTERS + 1; i++) {
		const TableColumn *column = find_column(sample, i > USE_COUNTERS ? row_keys[0] : counters[i]);
		if (column) slim->columns[slim->column_count++] = *column;
	}
	return slim;
}

/* A row that only the newest sample has, or whose counters began anew, brings the time of day for its interval. */
static double interval_of(double seconds, double otherwise) {
	enum { A_YEAR_S = 31536000 };
	if (seconds > A_YEAR_S) seconds = otherwise;
	return seconds > 0 ? seconds : NAN;
}

/* Statistics are lost in a crash, and a standby has none of what was written: then what ANALYZE last found is all that is known. */
static void set_standing(TableUse *use, size_t row, const Columns *columns, bool standby) {
	enum { ROWS_A_PAGE = 100 };
	double live = cell_or_0(columns->live, row), dead = cell_or_0(columns->dead, row);
	use->estimate = cell_or_0(columns->estimate, row);
	use->rows = live > 0 || dead > 0 ? live : use->estimate > 0 ? use->estimate : use->estimate < 0 || standby ? NAN : 0;
	use->dead_rows = standby ? NAN : dead;
	use->changed_rows = standby ? NAN : cell(columns->changed, row);
	use->total_pages = cell(columns->total_pages, row);
	use->pages = cell_or_0(columns->pages, row);
	if (use->pages <= 0) use->pages = use->total_pages > 0 ? use->total_pages : use->rows / ROWS_A_PAGE;
}

static void fill(TableUse *use, size_t row, const Columns *columns, const PaneInput *input, bool totals) {
	use->sample_row = row;
	use->oid = table_int(input->after, row, columns->oid, 0);
	use->relation = table_text(input->after, row, columns->relation, "");
	use->partitioned = table_bool(input->after, row, columns->partitioned, false);
	use->parent = TABLE_NO_COLUMN;
	use->seconds = totals ? 1 : interval_of(cell(columns->amounts[USE_COUNTERS], row), input->interval_s);
	for (size_t i = 0; i < USE_COUNTERS; i++) use->amounts[i] = cell(columns->amounts[i], row) / use->seconds;
	for (size_t i = 0; i < USE_TOTALS; i++) use->totals[i] = cell(columns->counters[i], row);
	set_standing(use, row, columns, input->server && input->server->in_recovery);
}

/* ---- partitions ---- */

typedef struct Place {
	int64_t oid;
	size_t index;
} Place;

static int by_oid(const void *one, const void *two) {
	const Place *a = one, *b = two;
	return (a->oid > b->oid) - (a->oid < b->oid);
}

static bool any_parent(const Table *sample, size_t column) {
	for (size_t row = 0; row < sample->row_count; row++)
		if (!table_null(sample, row, column)) return true;
	return false;
}

static void find_parents(TableUses *uses, const Table *sample) {
	size_t column = table_column(sample, "parent");
	uses->has_partitions = any_parent(sample, column);
	if (!uses->has_partitions) return;
	Arena *scratch = arena_new();
	Place *places = ARENA_ARRAY(scratch, Place, uses->count);
	for (size_t i = 0; i < uses->count; i++) places[i] = (Place){uses->items[i].oid, i};
	qsort(places, uses->count, sizeof *places, by_oid);
	for (size_t i = 0; i < uses->count; i++) {
		Place wanted = {.oid = table_int(sample, i, column, 0)};
		const Place *parent = bsearch(&wanted, places, uses->count, sizeof *places, by_oid);
		if (parent && parent->index != i && uses->items[parent->index].partitioned) uses->items[i].parent = parent->index;
	}
	arena_free(scratch);
}

enum { MOST_LEVELS = 32 }; /* whatever the catalog says, there is an end */

static TableUse *parent_of(TableUses *uses, const TableUse *use) {
	return use->parent == TABLE_NO_COLUMN ? NULL : &uses->items[use->parent];
}

static void add_to_parents(TableUses *uses, const TableUse *leaf) {
	TableUse *parent = parent_of(uses, leaf);
	for (int level = 0; parent && level < MOST_LEVELS; level++, parent = parent_of(uses, parent)) {
		for (size_t i = 0; i < USE_COUNTERS; i++) parent->amounts[i] = plus(parent->amounts[i], leaf->amounts[i]);
		for (size_t i = 0; i < USE_TOTALS; i++) parent->totals[i] = plus(parent->totals[i], leaf->totals[i]);
		double *sums[] = {&parent->rows, &parent->dead_rows, &parent->changed_rows, &parent->pages, &parent->total_pages};
		const double parts[] = {leaf->rows, leaf->dead_rows, leaf->changed_rows, leaf->pages, leaf->total_pages};
		for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) *sums[i] = plus(*sums[i], parts[i]);
		if (isnan(parent->seconds)) parent->seconds = leaf->seconds;
	}
}

/* What ANALYZE says of the whole would be counted twice. */
static void empty_parent(TableUse *use) {
	use->rows = use->dead_rows = use->changed_rows = use->pages = use->total_pages = NAN;
	for (size_t i = USE_COUNTERS; i < USE_AMOUNTS; i++) use->amounts[i] = NAN;
}

/* ---- what was read in vain ---- */

static double ratio(double part, double whole) {
	return whole > 0 ? part / whole : NAN;
}

double table_use_rows_per_scan(const TableUse *use) {
	return ratio(use->amounts[USE_SEQ_ROWS], use->amounts[USE_SEQ_SCANS]);
}

double table_use_fraction(const TableUse *use) {
	return ratio(use->amounts[USE_SEQ_ROWS], use->amounts[USE_ROWS_REACHED]);
}

static void set_whole(TableUses *uses, TableUse *use) {
	const TableUse *root = use;
	for (int level = 0; parent_of(uses, root) && level < MOST_LEVELS; level++) root = parent_of(uses, root);
	use->whole_pages = root->pages;
}

static void weigh(TableUses *uses, TableUse *leaf) {
	double per_scan = table_use_rows_per_scan(leaf), rows = leaf->rows > 0 ? leaf->rows : per_scan;
	leaf->amounts[USE_ROWS_REACHED] = leaf->amounts[USE_SEQ_SCANS] * (isnan(rows) ? 0 : rows);
	bool in_vain = leaf->whole_pages >= USE_LARGE_PAGES && per_scan >= USE_LARGE_ROWS && table_use_fraction(leaf) > 0.1;
	leaf->amounts[USE_ROWS_WASTED] = in_vain ? leaf->amounts[USE_SEQ_ROWS] : leaf->amounts[USE_SEQ_ROWS] * 0; /* NaN stays */
	TableUse *parent = parent_of(uses, leaf);
	for (int level = 0; parent && level < MOST_LEVELS; level++, parent = parent_of(uses, parent))
		for (size_t i = USE_COUNTERS; i < USE_AMOUNTS; i++) parent->amounts[i] = plus(parent->amounts[i], leaf->amounts[i]);
}

/* What was never reset goes back to the start of the server, or further: it survives a shutdown, but no crash. */
static void set_span(TableUses *uses, const PaneInput *input, const Table *info) {
	uses->since_s = info ? table_real(info, 0, table_column(info, "since_reset_s"), NAN) : NAN;
	uses->was_reset = !isnan(uses->since_s);
	if (!uses->was_reset && info && input->server && input->server->started_at_s > 0)
		uses->since_s = table_real(info, 0, table_column(info, "now_s"), NAN) - input->server->started_at_s;
	uses->per_second = uses->totals ? 1 / uses->since_s : 1;
}

TableUses table_uses(Arena *arena, const PaneInput *input, const Table *info) {
	bool totals = input->since_reset || !input->before;
	TableUses uses = {
		.items = ARENA_ARRAY(arena, TableUse, input->after->row_count),
		.count = input->after->row_count,
		.totals = totals,
	};
	set_span(&uses, input, info);
	Arena *scratch = arena_new();
	const Table *delta = totals ? input->after : delta_make(scratch, counted(scratch, input->before), counted(scratch, input->after), &table_use_delta);
	Columns columns = columns_of(input->after, delta);
	for (size_t i = 0; i < uses.count; i++) fill(&uses.items[i], i, &columns, input, totals);
	arena_free(scratch);
	find_parents(&uses, input->after);
	for (size_t i = 0; i < uses.count; i++)
		if (uses.items[i].partitioned) empty_parent(&uses.items[i]);
	for (size_t i = 0; i < uses.count; i++)
		if (!uses.items[i].partitioned) add_to_parents(&uses, &uses.items[i]);
	for (size_t i = 0; i < uses.count; i++) set_whole(&uses, &uses.items[i]);
	for (size_t i = 0; i < uses.count; i++)
		if (!uses.items[i].partitioned) weigh(&uses, &uses.items[i]);
	return uses;
}
