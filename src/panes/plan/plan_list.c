/* plan_list.c: the plans of a file or of a server's log, a row each. */
#include "panes/plan_list.h"

#include "plan/words.h"

enum { NUMBER, DURATION, TIME, QUERY, FORMAT, QUERY_ID, ROW_KEY, ROW_ORDER, COLUMN_COUNT };

static const ListColumn columns[] = {
	{.id = "number", .title = "#", .type = CELL_INT, .width = 6, .help = "its place in the file"},
	{.id = "duration_ms", .title = "duration", .type = CELL_REAL, .unit = UNIT_MS, .width = 8, .descending = true, .help = "how long the statement took"},
	{.id = "time", .title = "time", .type = CELL_TEXT, .width = 27, .help = "when it was logged"},
	{.id = "query", .title = "query", .type = CELL_TEXT, .help = "how it begins"},
	{.id = "format", .title = "format", .type = CELL_TEXT, .width = 6, .help = "of the plan: text and json are read"},
	{.id = "query_id", .title = "query id", .type = CELL_TEXT, .width = 20, .help = "as pg_stat_statements has it"},
};

const Pane plan_list = {
	.name = "plans",
	.title = "plans",
	.summary = "the plans of a file",
	.columns = columns,
	.column_count = PLAN_LIST_COLUMNS,
	.sort = DURATION,
	.quiet = "no plan is there",
};

static Table *table_for(Arena *arena, size_t rows) {
	Table *table = table_new(arena, COLUMN_COUNT, rows ? rows : 1);
	for (size_t i = 0; i < PLAN_LIST_ALL_COLUMNS; i++) table_name(table, arena, i, columns[i].id, columns[i].type);
	table_name(table, arena, ROW_KEY, LIST_ROW_KEY, CELL_TEXT);
	table_name(table, arena, ROW_ORDER, LIST_ROW_ORDER, CELL_INT);
	return table;
}

static size_t add_row(Arena *arena, Table *table, double duration_ms, const char *query) {
	size_t row = table_add_row(arena, table);
	table_set_int(table, row, NUMBER, (int64_t)row + 1);
	table_set_real(table, row, DURATION, duration_ms);
	table_set_text(table, row, QUERY, query);
	table_set_text(table, row, ROW_KEY, arena_printf(arena, "%zu", row + 1));
	table_set_int(table, row, ROW_ORDER, (int64_t)row);
	return row;
}

Table *plan_list_of_log(Arena *arena, const LogEntries *entries) {
	Table *table = table_for(arena, entries->count);
	for (size_t i = 0; i < entries->count; i++) {
		const LogEntry *entry = &entries->items[i];
		size_t row = add_row(arena, table, entry->duration_ms, *entry->query ? entry->query : NULL);
		table_set_text(table, row, TIME, entry->time);
		table_set_text(table, row, FORMAT, entry->format);
		table_set_text(table, row, QUERY_ID, entry->query_id);
	}
	return table;
}

/* A plan whose statement is not known is known by its first node. */
Table *plan_list_of_plans(Arena *arena, const PlanList *plans) {
	Table *table = table_for(arena, plans->count);
	for (size_t i = 0; i < plans->count; i++) {
		const Plan *plan = plans->items[i];
		add_row(arena, table, plan->execution_ms, plan->statement && *plan->statement ? plan->statement : node_words(arena, plan->root));
	}
	return table;
}

size_t plan_list_number(const Table *table, size_t row) {
	return (size_t)table_int(table, row, NUMBER, 1);
}
