/* space.c: what each relation of a database takes. */
#include "panes/space.h"

#include <math.h>
#include <stdlib.h>

/* ---- rows by oid ---- */

typedef struct OidRow {
	int64_t oid;
	size_t row;
} OidRow;

typedef struct OidRows {
	OidRow *items;
	size_t count;
} OidRows;

static int compare_oids(const void *one, const void *two) {
	const OidRow *a = one, *b = two;
	return (a->oid > b->oid) - (a->oid < b->oid);
}

static OidRows rows_by_oid(Arena *arena, const Table *table) {
	OidRows rows = {ARENA_ARRAY(arena, OidRow, table->row_count), table->row_count};
	size_t column = table_column(table, "oid");
	for (size_t row = 0; row < rows.count; row++) rows.items[row] = (OidRow){table_int(table, row, column, 0), row};
	qsort(rows.items, rows.count, sizeof *rows.items, compare_oids);
	return rows;
}

static size_t row_of(const OidRows *rows, int64_t oid) {
	OidRow wanted = {.oid = oid};
	const OidRow *found = rows->count ? bsearch(&wanted, rows->items, rows->count, sizeof wanted, compare_oids) : NULL;
	return found ? found->row : SPACE_NONE;
}

/* ---- one sample ---- */

/* A sample, and what was polled of it the time before: a row outside the first hundred is looked at only while it is on the screen, and
 * what was seen two seconds ago is better than what VACUUM saw yesterday. */
typedef struct Source {
	const Table *table, *older;
	OidRows rows, older_rows;
	double block_bytes;
	size_t oid, parent, attached, relation, kind, locked, leaves, table_pages, index_pages, toast_pages, table_bytes, index_bytes, toast_bytes,
	    at_s, scans;
} Source;

static Source source_of(Arena *arena, const Table *table, const Table *older, double block_bytes) {
	return (Source){
		.table = table,
		.older = older,
		.rows = rows_by_oid(arena, table),
		.older_rows = older ? rows_by_oid(arena, older) : (OidRows){0},
		.block_bytes = block_bytes,
		.oid = table_column(table, "oid"),
		.parent = table_column(table, "parent"),
		.attached = table_column(table, "attached"),
		.relation = table_column(table, "relation"),
		.kind = table_column(table, "kind"),
		.locked = table_column(table, "locked"),
		.leaves = table_column(table, "leaves"),
		.table_pages = table_column(table, "table_pages"),
		.index_pages = table_column(table, "index_pages"),
		.toast_pages = table_column(table, "toast_pages"),
		.table_bytes = table_column(table, "table_bytes"),
		.index_bytes = table_column(table, "index_bytes"),
		.toast_bytes = table_column(table, "toast_bytes"),
		.at_s = table_column(table, "at_s"),
		.scans = table_column(table, "scans"),
	};
}

static double pages(const Source *source, size_t row, size_t column) {
	return fmax(0, table_real(source->table, row, column, 0)) * source->block_bytes;
}

static bool has_parts(char kind) {
	return kind == 'p' || kind == 'I';
}

/* What VACUUM and ANALYZE saw of it last. */
static void guess(const Source *source, Space *space) {
	space->table_bytes = pages(source, space->row, source->table_pages);
	space->index_bytes = pages(source, space->row, source->index_pages);
	space->toast_bytes = pages(source, space->row, source->toast_pages);
}

static bool look(const Source *source, Space *space) {
	const Table *seen = source->table;
	size_t row = space->row;
	if (table_null(seen, row, source->at_s) && source->older && !space->locked) {
		seen = source->older;
		row = row_of(&source->older_rows, space->oid);
	}
	space->at_s = table_real(seen, row, table_column(seen, "at_s"), NAN);
	if (isnan(space->at_s)) return false;
	space->table_bytes = table_real(seen, row, table_column(seen, "table_bytes"), 0);
	space->index_bytes = table_real(seen, row, table_column(seen, "index_bytes"), 0);
	space->toast_bytes = table_real(seen, row, table_column(seen, "toast_bytes"), 0);
	return true;
}

static Space read_row(const Source *source, size_t row) {
	Space space = {
		.row = row,
		.oid = table_int(source->table, row, source->oid, 0),
		.relation = table_text(source->table, row, source->relation, "?"),
		.kind = *table_text(source->table, row, source->kind, "r"),
		.parent = row_of(&source->rows, table_int(source->table, row, source->parent, -1)),
		.locked = table_bool(source->table, row, source->locked, false),
		.scans = table_real(source->table, row, source->scans, NAN),
		.at_s = NAN,
		.grown_bytes = NAN,
		.grown_s = NAN,
	};
	guess(source, &space);
	space.exact = !has_parts(space.kind) && look(source, &space);
	return space;
}

static void add(Space *sum, const Space *part, double way) {
	sum->table_bytes += way * part->table_bytes;
	sum->index_bytes += way * part->index_bytes;
	sum->toast_bytes += way * part->toast_bytes;
}

static void add_index_to_table(Spaces *spaces, const Space *index) {
	if (index->kind != 'i' || index->parent == SPACE_NONE) return;
	Space *table = &spaces->items[index->parent];
	table->index_bytes += index->index_bytes;
	table->exact = table->exact && index->exact;
}

/* An index of a partitioned table is the indexes attached to it. */
static void add_index_to_whole(const Source *source, Spaces *spaces, const Space *index) {
	if (index->kind != 'i') return;
	size_t above = index->row;
	for (size_t steps = 0; steps < spaces->count; steps++) {
		above = row_of(&source->rows, table_int(source->table, above, source->attached, -1));
		if (above == SPACE_NONE) return;
		Space *whole = &spaces->items[above];
		whole->exact = index->exact && (whole->exact || whole->index_bytes == 0);
		whole->index_bytes += index->index_bytes;
		whole->scans = (isnan(whole->scans) ? 0 : whole->scans) + index->scans;
		if (!isnan(index->at_s)) whole->at_s = index->at_s;
	}
}

/* What a partitioned table was guessed to take holds the guess for each of its partitions: better known ones take their places. */
static void add_leaf_to_wholes(const Source *source, Spaces *spaces, const double *index_guesses, size_t *known, const Space *leaf) {
	if (leaf->kind != 'r') return;
	Space guessed = *leaf;
	guess(source, &guessed);
	guessed.index_bytes = index_guesses[leaf->row];
	size_t above = leaf->parent;
	for (size_t steps = 0; above != SPACE_NONE && steps < spaces->count; steps++, above = spaces->items[above].parent) {
		add(&spaces->items[above], &guessed, -1);
		add(&spaces->items[above], leaf, 1);
		known[above] += leaf->exact;
		if (!isnan(leaf->at_s)) spaces->items[above].at_s = leaf->at_s;
	}
}

static Spaces read_sample(Arena *arena, const Source *source) {
	Spaces spaces = {.items = ARENA_ARRAY(arena, Space, source->table->row_count), .count = source->table->row_count};
	double *index_guesses = ARENA_ARRAY(arena, double, spaces.count); /* per table: of its indexes together */
	size_t *known = ARENA_ARRAY(arena, size_t, spaces.count); /* per partitioned table: partitions looked at */
	for (size_t row = 0; row < spaces.count; row++) spaces.items[row] = read_row(source, row);
	for (size_t row = 0; row < spaces.count; row++) {
		const Space *space = &spaces.items[row];
		if (space->kind == 'i' && space->parent != SPACE_NONE) index_guesses[space->parent] += pages(source, row, source->index_pages);
		add_index_to_table(&spaces, space);
		add_index_to_whole(source, &spaces, space);
	}
	for (size_t row = 0; row < spaces.count; row++) add_leaf_to_wholes(source, &spaces, index_guesses, known, &spaces.items[row]);
	for (size_t row = 0; row < spaces.count; row++)
		if (spaces.items[row].kind == 'p') spaces.items[row].exact = known[row] == (size_t)table_int(source->table, row, source->leaves, 0);
	for (size_t row = 0; row < spaces.count; row++)
		if (spaces.items[row].kind == 'I' && spaces.items[row].parent != SPACE_NONE) spaces.items[row].exact &= spaces.items[spaces.items[row].parent].exact;
	return spaces;
}

/* ---- two samples ---- */

/* Only what was looked at both times says how much it grew. */
static void compare(Arena *arena, Spaces *spaces, const Source *first) {
	Spaces before = read_sample(arena, first);
	for (size_t i = 0; i < spaces->count; i++) {
		Space *now = &spaces->items[i];
		size_t row = row_of(&first->rows, now->oid);
		if (row == SPACE_NONE || !now->exact || !before.items[row].exact) continue;
		now->grown_bytes = space_total(now) - space_total(&before.items[row]);
		now->grown_s = now->at_s - before.items[row].at_s;
	}
}

Spaces spaces_of(Arena *arena, const PaneInput *input) {
	double block = input->server && input->server->block_bytes ? (double)input->server->block_bytes : 8192;
	Arena *scratch = arena_new();
	Source after = source_of(scratch, input->after, input->before, block);
	Spaces spaces = read_sample(arena, &after);
	if (input->first) {
		Source first = source_of(scratch, input->first, NULL, block);
		compare(scratch, &spaces, &first);
	}
	arena_free(scratch);
	return spaces;
}

/* ---- reading one ---- */

double space_total(const Space *space) {
	return space->table_bytes + space->index_bytes + space->toast_bytes;
}

bool space_is_index(const Space *space) {
	return space->kind == 'i' || space->kind == 'I';
}

const char *space_kind(const Space *space) {
	static const struct {
		char kind;
		const char *name;
	} kinds[] = {{'m', "materialized view"}, {'p', "partitioned table"}, {'i', "index"}, {'I', "partitioned index"}};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].kind == space->kind) return kinds[i].name;
	return "table";
}

bool space_flag(const PaneInput *input, const Space *space, const char *column) {
	return table_bool(input->after, space->row, table_column(input->after, column), false);
}

double space_figure(const PaneInput *input, const Space *space, const char *column) {
	return table_real(input->after, space->row, table_column(input->after, column), NAN);
}
