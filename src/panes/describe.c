/* describe.c: what psql's \d, \dt and \di show, as pages. */
#include "panes/describe.h"

#include "base/utf8.h"
#include "core/format.h"
#include "sql/quote.h"

/* ---- reading ---- */

static const char *text_of(const Table *table, size_t row, const char *column) {
	return table_text(table, row, table_column(table, column), NULL);
}

static double figure_of(const Table *table, size_t row, const char *column) {
	return table_real(table, row, table_column(table, column), -1);
}

static bool flag_of(const Table *table, size_t row, const char *column) {
	return table_bool(table, row, table_column(table, column), false);
}

static int64_t oid_of(const Table *table, size_t row, const char *column) {
	return table_int(table, row, table_column(table, column), 0);
}

/* ---- columns of text ---- */

enum { MOST_CELLS = 6, GAP = 2, WIDEST = 44 };

typedef struct Line {
	const char *cells[MOST_CELLS];
	Role role; /* of the first cell */
} Line;

typedef struct Grid {
	const char *const *titles; /* NULL-terminated */
	const bool *right; /* figures */
	LIST(Line) lines;
} Grid;

static Line *add_line(Page *page, Grid *grid) {
	Line *line = list_push(page->arena, &grid->lines);
	line->role = ROLE_TEXT;
	return line;
}

static size_t cell_width(const Grid *grid, size_t nth) {
	size_t width = utf8_cells(grid->titles[nth]);
	for (size_t i = 0; i < grid->lines.count; i++) {
		const char *text = grid->lines.items[i].cells[nth];
		size_t cells = text ? utf8_cells(text) : 0;
		if (cells > width) width = cells;
	}
	return width < WIDEST ? width : WIDEST;
}

static void add_cell(Page *page, Role role, const char *text, size_t width, bool right, bool last) {
	size_t cells = utf8_cells(text);
	int blanks = cells < width ? (int)(width - cells) : 0;
	if (right) page_printf(page, role, "%*s%s", blanks, "", text);
	else if (last) page_add(page, role, text);
	else page_printf(page, role, "%s%*s", text, blanks, "");
	if (!last) page_printf(page, role, "%*s", GAP, "");
}

/* The last cell wraps under itself, or, on a narrow screen, near the left edge. */
static void draw_grid(Page *page, const Grid *grid, int width) {
	size_t count = 0, widths[MOST_CELLS] = {0}, indent = 2;
	while (count < MOST_CELLS && grid->titles[count]) count++;
	for (size_t i = 0; i < count; i++) widths[i] = cell_width(grid, i);
	for (size_t i = 0; i + 1 < count; i++) indent += widths[i] + GAP;
	if (indent > (size_t)width / 2) indent = 4;
	page_line(page);
	page_add(page, ROLE_HEADER, "  ");
	for (size_t i = 0; i < count; i++) add_cell(page, ROLE_HEADER, grid->titles[i], widths[i], grid->right[i], i + 1 == count);
	for (size_t n = 0; n < grid->lines.count; n++) {
		const Line *line = &grid->lines.items[n];
		size_t last = count;
		while (last > 1 && (!line->cells[last - 1] || !*line->cells[last - 1])) last--;
		page_line(page);
		page_indent(page, (int)indent);
		page_add(page, ROLE_TEXT, "  ");
		for (size_t i = 0; i < last; i++) {
			const char *text = line->cells[i] ? utf8_clean(page->arena, line->cells[i]) : "";
			add_cell(page, i ? ROLE_TEXT : line->role, text, widths[i], grid->right[i], i + 1 == last && !grid->right[i]);
		}
	}
}

/* ---- one relation ---- */

static const char *full_name(Page *page, const Table *relations, size_t row) {
	return arena_printf(page->arena, "%s.%s", sql_identifier(page->arena, text_of(relations, row, "schema")), sql_identifier(page->arena, text_of(relations, row, "name")));
}

static void add_fact(Page *page, const char *label, const char *fact) {
	if (!fact || !*fact) return;
	page_line(page);
	page_indent(page, 14);
	page_printf(page, ROLE_DIM, "  %-12s", label);
	page_add(page, ROLE_TEXT, fact);
}

static const char *ago(Page *page, const Table *table, size_t row, const char *by_hand, const char *by_itself) {
	double hand = figure_of(table, row, by_hand), itself = figure_of(table, row, by_itself);
	if (hand < 0 && itself < 0) return "never";
	bool automatic = hand < 0 || (itself >= 0 && itself < hand);
	return arena_printf(page->arena, "%s ago%s", format_age(page->arena, automatic ? itself : hand), automatic ? ", by autovacuum" : "");
}

static void add_head(Page *page, const Described *described, size_t row) {
	const Table *relations = described->relations;
	const char *persistence = text_of(relations, row, "persistence"), *of = text_of(relations, row, "table");
	double rows = figure_of(relations, row, "rows"), bytes = figure_of(relations, row, "bytes"), children = figure_of(relations, row, "children");
	page_line(page);
	page_printf(page, ROLE_DIM, "%s%s%s ", persistence ? persistence : "", persistence ? " " : "", text_of(relations, row, "kind"));
	page_add(page, ROLE_STRONG, full_name(page, relations, row));
	if (of) page_printf(page, ROLE_DIM, " on %s", of);
	add_fact(page, "owner", text_of(relations, row, "owner"));
	if (rows >= 0 && bytes >= 0) add_fact(page, "size", arena_printf(page->arena, "%s, %s rows when last looked at", format_bytes(page->arena, bytes), format_rows(page->arena, rows)));
	add_fact(page, "parent", text_of(relations, row, "parent"));
	if (children > 0) add_fact(page, "partitions", format_rows(page->arena, children));
	add_fact(page, "sequence", text_of(relations, row, "sequence"));
	if (flag_of(relations, row, "row_security")) add_fact(page, "policies", "row-level security is on");
	if (described->more) {
		add_fact(page, "method", text_of(relations, row, "method"));
		add_fact(page, "tablespace", text_of(relations, row, "tablespace"));
		add_fact(page, "options", text_of(relations, row, "options"));
	}
	add_fact(page, "comment", text_of(relations, row, "description"));
}

static void add_columns(Page *page, const Described *described, int64_t oid, int width) {
	static const char *const titles[] = {"name", "type", "null", "default", NULL}, *const more_titles[] = {"name", "type", "null", "storage", "target", "default, comment", NULL};
	static const bool right[MOST_CELLS] = {false};
	const Table *columns = described->columns;
	Grid grid = {.titles = described->more ? more_titles : titles, .right = right};
	for (size_t i = 0; columns && i < columns->row_count; i++) {
		if (oid_of(columns, i, "relation") != oid) continue;
		const char *collation = text_of(columns, i, "collation"), *otherwise = text_of(columns, i, "default"), *comment = text_of(columns, i, "description");
		const char *type = text_of(columns, i, "type");
		double target = figure_of(columns, i, "statistics_target");
		Line *line = add_line(page, &grid);
		line->role = ROLE_STRONG;
		line->cells[0] = text_of(columns, i, "name");
		line->cells[1] = collation ? arena_printf(page->arena, "%s collate %s", type, collation) : type;
		line->cells[2] = flag_of(columns, i, "not_null") ? "not null" : "";
		line->cells[described->more ? 5 : 3] = otherwise;
		if (!described->more) continue;
		line->cells[3] = text_of(columns, i, "storage");
		line->cells[4] = target >= 0 ? format_number(page->arena, target) : "";
		if (comment) line->cells[5] = otherwise ? arena_printf(page->arena, "%s  -- %s", otherwise, comment) : arena_printf(page->arena, "-- %s", comment);
	}
	if (!grid.lines.count) return;
	page_heading(page, "columns");
	draw_grid(page, &grid, width);
}

/* What pg_get_indexdef says behind USING. */
static const char *index_words(Page *page, const Table *indexes, size_t row) {
	const char *definition = text_of(indexes, row, "definition");
	if (!definition) return "under an exclusive lock";
	const char *using = strstr(definition, " USING ");
	const char *kind = flag_of(indexes, row, "primary") ? "primary key, " : flag_of(indexes, row, "unique") ? "unique, " : "";
	return arena_printf(page->arena, "%s%s%s%s%s", kind, using ? using + strlen(" USING ") : definition, flag_of(indexes, row, "valid") ? "" : " INVALID",
	                    flag_of(indexes, row, "clustered") ? " CLUSTER" : "", flag_of(indexes, row, "replica_identity") ? " REPLICA IDENTITY" : "");
}

static void add_indexes(Page *page, const Described *described, int64_t oid, int width) {
	static const char *const titles[] = {"name", "size", "scans", "definition", NULL};
	static const bool right[MOST_CELLS] = {false, true, true, false};
	const Table *indexes = described->indexes;
	Grid grid = {.titles = titles, .right = right};
	for (size_t i = 0; indexes && i < indexes->row_count; i++) {
		if (oid_of(indexes, i, "relation") != oid) continue;
		Line *line = add_line(page, &grid);
		line->role = flag_of(indexes, i, "valid") ? ROLE_STRONG : ROLE_WARNING;
		line->cells[0] = text_of(indexes, i, "name");
		line->cells[1] = format_bytes(page->arena, figure_of(indexes, i, "bytes"));
		line->cells[2] = format_rows(page->arena, figure_of(indexes, i, "scans"));
		line->cells[3] = index_words(page, indexes, i);
	}
	if (!grid.lines.count) return;
	page_heading(page, "indexes");
	draw_grid(page, &grid, width);
}

static void add_named(Page *page, const char *name, const char *definition, const char *remark) {
	page_line(page);
	page_indent(page, 4);
	page_printf(page, ROLE_STRONG, "  %s", name ? name : "?");
	page_printf(page, ROLE_TEXT, "  %s", definition ? definition : "");
	if (remark) page_printf(page, ROLE_WARNING, "  %s", remark);
}

static void add_constraints(Page *page, const Described *described, int64_t oid, bool from_others) {
	const Table *constraints = described->constraints;
	bool any = false;
	for (size_t i = 0; constraints && i < constraints->row_count; i++) {
		const char *table = text_of(constraints, i, "table");
		if (oid_of(constraints, i, "relation") != oid || from_others != (table != NULL)) continue;
		if (!any) page_heading(page, from_others ? "referenced by" : "constraints");
		any = true;
		const char *definition = text_of(constraints, i, "definition"), *name = text_of(constraints, i, "name");
		if (from_others) name = arena_printf(page->arena, "%s: %s", table, name);
		add_named(page, name, definition, flag_of(constraints, i, "valid") ? NULL : "not valid yet");
	}
}

static void add_triggers(Page *page, const Described *described, int64_t oid) {
	const Table *triggers = described->triggers;
	bool any = false;
	for (size_t i = 0; triggers && i < triggers->row_count; i++) {
		if (oid_of(triggers, i, "relation") != oid) continue;
		if (!any) page_heading(page, "triggers");
		any = true;
		const char *definition = text_of(triggers, i, "definition"), *enabled = text_of(triggers, i, "enabled");
		const char *words = definition ? strstr(definition, " TRIGGER ") : NULL;
		add_named(page, text_of(triggers, i, "name"), words ? words + strlen(" TRIGGER ") + strlen(text_of(triggers, i, "name")) : definition,
		          enabled && *enabled == 'D' ? "disabled" : NULL);
	}
}

static void add_statistics(Page *page, const Described *described, size_t row) {
	const Table *relations = described->relations;
	double live = figure_of(relations, row, "live_rows"), dead = figure_of(relations, row, "dead_rows"), modified = figure_of(relations, row, "modified_rows");
	if (live < 0) return;
	Arena *arena = page->arena;
	page_heading(page, "statistics");
	add_fact(page, "live rows", format_rows(arena, live));
	add_fact(page, "dead rows", dead > 0 && live > 0 ? arena_printf(arena, "%s (%s)", format_rows(arena, dead), format_share(arena, dead / (live + dead))) : format_rows(arena, dead));
	add_fact(page, "analyzed", arena_printf(arena, "%s, %s rows changed since", ago(page, relations, row, "analyzed_ago_s", "autoanalyzed_ago_s"), format_rows(arena, modified)));
	add_fact(page, "vacuumed", ago(page, relations, row, "vacuumed_ago_s", "autovacuumed_ago_s"));
	add_fact(page, "seq scans", format_rows(arena, figure_of(relations, row, "scans")));
}

static void add_definition(Page *page, const Described *described, int64_t oid, int width) {
	const Table *definitions = described->definitions;
	for (size_t i = 0; definitions && i < definitions->row_count; i++) {
		if (oid_of(definitions, i, "relation") != oid) continue;
		const char *view = text_of(definitions, i, "view"), *key = text_of(definitions, i, "partition_key"), *bound = text_of(definitions, i, "bound");
		if (key || bound) page_heading(page, "partitioning");
		add_fact(page, "by", key);
		add_fact(page, "part", bound);
		if (!view || !described->more) continue;
		page_heading(page, "definition");
		page_sql(page, view, (size_t)(width > 20 ? width : 20));
	}
}

static void add_relation(Page *page, const Described *described, size_t row, int width) {
	int64_t oid = oid_of(described->relations, row, "oid");
	add_head(page, described, row);
	add_columns(page, described, oid, width);
	add_definition(page, described, oid, width);
	add_indexes(page, described, oid, width);
	add_constraints(page, described, oid, false);
	add_constraints(page, described, oid, true);
	add_triggers(page, described, oid);
	add_statistics(page, described, row);
}

void describe_page(Page *page, const Described *described, int width) {
	for (size_t row = 0; row < described->relations->row_count; row++) {
		if (row) {
			page_line(page);
			page_line(page);
		}
		add_relation(page, described, row, width);
	}
	if (!described->problem) return;
	page_line(page);
	page_line(page);
	page_printf(page, ROLE_WARNING, "not all of it could be read: %s", described->problem);
}

/* ---- many ---- */

void describe_list_page(Page *page, const Table *relations, bool indexes, int width) {
	static const char *const titles[] = {"name", "kind", "size", "rows", "owner", NULL}, *const index_titles[] = {"name", "kind", "size", "scans", "table", NULL};
	static const bool right[MOST_CELLS] = {false, false, true, true, false};
	Grid grid = {.titles = indexes ? index_titles : titles, .right = right};
	for (size_t row = 0; row < relations->row_count; row++) {
		double bytes = figure_of(relations, row, "bytes"), count = figure_of(relations, row, indexes ? "scans" : "rows");
		Line *line = add_line(page, &grid);
		line->role = ROLE_STRONG;
		line->cells[0] = full_name(page, relations, row);
		line->cells[1] = text_of(relations, row, "kind");
		line->cells[2] = bytes >= 0 ? format_bytes(page->arena, bytes) : "";
		line->cells[3] = count >= 0 ? format_rows(page->arena, count) : "";
		line->cells[4] = text_of(relations, row, indexes ? "table" : "owner");
	}
	draw_grid(page, &grid, width);
	page_line(page);
	page_line(page);
	bool cut = relations->row_count == DESCRIBE_MOST_LISTED;
	page_printf(page, ROLE_DIM, "%zu%s  sizes%s as VACUUM and ANALYZE last found them", relations->row_count, cut ? " and perhaps more: a pattern shows less" : " in all",
	            indexes ? "" : " (without indexes and TOAST) and rows");
}
