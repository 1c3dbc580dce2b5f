/* sizes.c: the Sizes pane: what takes the space, how fast it grows, and which indexes nobody uses. */
#include <math.h>

#include "panes/space_advice.h"

enum {
	COLUMN_RELATION,
	COLUMN_TOTAL,
	COLUMN_GROWTH,
	COLUMN_INDEX,
	COLUMN_SCANS,
	COLUMN_NOTE,
	COLUMN_TABLE,
	COLUMN_TOAST,
	COLUMN_KIND,
	COLUMN_PARENT,
	COLUMN_EXACT,
	COLUMN_COUNT,
	/* hidden */
	HIDDEN_KEY = COLUMN_COUNT,
	HIDDEN_PARENT,
	HIDDEN_POLL_KEY,
	HIDDEN_ROLE,
	HIDDEN_ROUGH,
	HIDDEN_SPACE, /* row of the sample */
	TABLE_WIDTH
};

static const ListColumn columns[COLUMN_COUNT] = {
	[COLUMN_RELATION] = {"relation", "relation", CELL_TEXT, UNIT_NONE, 32, .named = true, .help = "table, materialized view or index; indexes and partitions below their table"},
	[COLUMN_TOTAL] = {"total_bytes", "total", CELL_INT, UNIT_BYTES, 8, .descending = true, .rough = true,
	                  .help = "table, indexes and TOAST; a partitioned table is its partitions; ~ estimated: as VACUUM and ANALYZE saw it last"},
	[COLUMN_GROWTH] = {"growth_bytes", "growth", CELL_INT, UNIT_BYTES, 8, .descending = true,
	                   .help = "what it grew since pgwhy first looked; nothing where it was not looked at both times"},
	[COLUMN_INDEX] = {"index_bytes", "index", CELL_INT, UNIT_BYTES, 8, .descending = true, .rough = true, .help = "its indexes together"},
	[COLUMN_SCANS] = {"index_scans", "scans", CELL_INT, UNIT_COUNT, 6, .descending = true,
	                  .help = "times an index was scanned, by this server, since statistics were reset; planning can count as one"},
	[COLUMN_NOTE] = {"note", "note", CELL_TEXT, UNIT_NONE, 22, .help = "what an index is needed for, or that it is not used; what else there is to say"},
	[COLUMN_TABLE] = {"table_bytes", "table", CELL_INT, UNIT_BYTES, 8, .descending = true, .rough = true, .help = "its own file, with free space and visibility map"},
	[COLUMN_TOAST] = {"toast_bytes", "toast", CELL_INT, UNIT_BYTES, 8, .descending = true, .rough = true, .help = "wide values stored out of line, with their index"},
	[COLUMN_KIND] = {"kind", "kind", CELL_TEXT, UNIT_NONE, 17, .help = "table, materialized view, partitioned table, index, partitioned index"},
	[COLUMN_PARENT] = {"parent", "of", CELL_TEXT, UNIT_NONE, 20, .help = "the table of an index, the partitioned table of a partition"},
	[COLUMN_EXACT] = {"exact", "exact", CELL_BOOL, UNIT_NONE, 5, .help = "all files it is made of were looked at"},
};

enum { PART_INFO };
static const char *const part_queries[] = {[PART_INFO] = "sizes_info", NULL};

static const char *key_of(Arena *arena, const Space *space) {
	return arena_printf(arena, "%lld", (long long)space->oid);
}

static SpaceCase case_of(const PaneInput *input, const Spaces *spaces, size_t place) {
	return (SpaceCase){.input = input, .info = input->parts[PART_INFO], .spaces = spaces, .space = &spaces->items[place]};
}

static void set_figures(Table *shown, size_t at, const Space *space) {
	bool index = space_is_index(space);
	table_set_real(shown, at, COLUMN_TOTAL, space_total(space));
	table_set_real(shown, at, COLUMN_GROWTH, space->grown_bytes);
	table_set_real(shown, at, COLUMN_TABLE, index ? NAN : space->table_bytes);
	table_set_real(shown, at, COLUMN_INDEX, space->index_bytes);
	table_set_real(shown, at, COLUMN_TOAST, index ? NAN : space->toast_bytes);
	table_set_real(shown, at, COLUMN_SCANS, space->scans);
	table_set_bool(shown, at, COLUMN_EXACT, space->exact);
	table_set_bool(shown, at, HIDDEN_ROUGH, !space->exact);
}

static void add_row(Arena *arena, Table *shown, const SpaceCase *it) {
	const Space *space = it->space, *above = space->parent == SPACE_NONE ? NULL : &it->spaces->items[space->parent];
	size_t at = table_add_row(arena, shown);
	Role role = space_role(it);
	table_set_text(shown, at, COLUMN_RELATION, space->relation);
	set_figures(shown, at, space);
	table_set_text(shown, at, COLUMN_KIND, space_kind(space));
	table_set_text(shown, at, COLUMN_PARENT, above ? above->relation : NULL);
	table_set_text(shown, at, COLUMN_NOTE, space_note(arena, it));
	table_set_text(shown, at, HIDDEN_KEY, key_of(arena, space));
	table_set_text(shown, at, HIDDEN_PARENT, above ? key_of(arena, above) : NULL);
	table_set_int(shown, at, HIDDEN_POLL_KEY, space->oid);
	if (role != ROLE_TEXT) table_set_int(shown, at, HIDDEN_ROLE, role);
	table_set_int(shown, at, HIDDEN_SPACE, (int64_t)space->row);
}

static Table *rows(Arena *arena, const PaneInput *input) {
	Arena *scratch = arena_new();
	Spaces spaces = spaces_of(scratch, input);
	Table *shown = table_new(arena, TABLE_WIDTH, spaces.count);
	for (size_t i = 0; i < COLUMN_COUNT; i++) table_name(shown, arena, i, columns[i].id, columns[i].type);
	table_name(shown, arena, HIDDEN_KEY, LIST_ROW_KEY, CELL_TEXT);
	table_name(shown, arena, HIDDEN_PARENT, LIST_ROW_PARENT, CELL_TEXT);
	table_name(shown, arena, HIDDEN_POLL_KEY, PANE_POLL_KEY, CELL_INT);
	table_name(shown, arena, HIDDEN_ROLE, LIST_ROW_ROLE, CELL_INT);
	table_name(shown, arena, HIDDEN_ROUGH, COLUMN_ROUGH, CELL_BOOL);
	table_name(shown, arena, HIDDEN_SPACE, "space", CELL_INT);
	for (size_t i = 0; i < spaces.count; i++) {
		SpaceCase it = case_of(input, &spaces, i);
		add_row(arena, shown, &it);
	}
	arena_free(scratch);
	return shown;
}

/* How the indexes on screen were made. */
static Keys texts_missing(Arena *arena, const PaneInput *input, const Table *table, const size_t *shown, size_t count) {
	Keys keys = {0};
	for (size_t i = 0; i < count; i++) {
		int64_t oid = table_int(table, shown[i], HIDDEN_POLL_KEY, 0);
		bool index = strstr(table_text(table, shown[i], COLUMN_KIND, ""), "index");
		if (index && !texts_get(input->texts, oid)) *list_push(arena, &keys) = oid;
	}
	return keys;
}

static void why(Page *page, const PaneInput *input, const Table *shown, size_t row, const Diagnosis *diagnosis, int width) {
	(void)diagnosis;
	Spaces spaces = spaces_of(page->arena, input);
	SpaceCase it = case_of(input, &spaces, (size_t)table_int(shown, row, HIDDEN_SPACE, 0));
	space_why(page, &it, width);
}

static FindingList findings_of(Arena *arena, const PaneInput *input, const Table *shown, size_t row) {
	Spaces spaces = spaces_of(arena, input);
	SpaceCase it = case_of(input, &spaces, (size_t)table_int(shown, row, HIDDEN_SPACE, 0));
	return space_findings(arena, &it);
}

static const char *remedy(Arena *arena, const PaneInput *input, const Table *shown, size_t row) {
	FindingList findings = findings_of(arena, input, shown, row);
	for (size_t i = 0; i < findings.count; i++)
		if (findings.items[i].sql) return findings.items[i].sql;
	return NULL;
}

const Pane pane_sizes = {
	.name = "sizes",
	.title = "Sizes",
	.number = 3,
	.summary = "tables and indexes by the space they take, how they grow, and which indexes are not used",
	.columns = columns,
	.column_count = COLUMN_COUNT,
	.sort = COLUMN_TOTAL,
	.query = "sizes",
	.part_queries = part_queries,
	.shown_query = "sizes_shown",
	.shown_key = "oid",
	.texts_query = "sizes_texts",
	.texts_missing = texts_missing,
	.keeps_first = true,
	.rows = rows,
	.why = why,
	.findings = findings_of,
	.remedy = remedy,
	.quiet = "there is no table in this database",
	.reads = "Of a database with many relations only the biggest are read; :dt and :di find any.",
};
