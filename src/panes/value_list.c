/* value_list.c: the plans of a $1 statement under several values, a row each. */
#include "panes/value_list.h"

#include "panes/why.h"

enum { NUMBER, PLAN, SOURCE, COST, ROWS, MEASURED, VALUES, STATEMENT = VALUE_LIST_STATEMENT, ROW_KEY, COLUMN_COUNT };

static const ListColumn columns[] = {
	[NUMBER] = {.id = "number", .title = "#", .type = CELL_INT, .width = 1, .help = "its place: the generic plan, then from common values to rare ones"},
	[PLAN] = {.id = "plan", .title = "plan", .type = CELL_TEXT, .width = 4, .help = "the same letter: the same plan, but for figures and constants"},
	[SOURCE] = {.id = "source", .title = "values are", .type = CELL_TEXT, .width = 11, .help = "unknown (generic), most common, typical, rare by the statistics, or used or seen before"},
	[COST] = {.id = "cost", .title = "cost", .type = CELL_REAL, .unit = UNIT_COUNT, .width = 6, .descending = true, .help = "the planner's estimate"},
	[ROWS] = {.id = "rows", .title = "rows", .type = CELL_REAL, .unit = UNIT_COUNT, .width = 6, .descending = true, .help = "that the planner expects"},
	[MEASURED] = {.id = "measured_ms", .title = "ran", .type = CELL_REAL, .unit = UNIT_MS, .width = 6, .descending = true, .help = "how long it took when it was run with these values (A)"},
	[VALUES] = {.id = "values", .title = "values", .type = CELL_TEXT, .help = "of the parameters"},
};

static PaneStatement statement_of(Arena *arena, const PaneInput *input, const Table *rows, size_t row) {
	(void)arena;
	(void)input;
	return (PaneStatement){.text = table_text(rows, row, STATEMENT, NULL)};
}

const Pane value_list = {
	.name = "values",
	.title = "plans by values",
	.summary = "the plans of a statement under several values",
	.columns = columns,
	.column_count = sizeof columns / sizeof *columns,
	.sort = NUMBER,
	.statement = statement_of,
	.quiet = "nothing has been planned yet",
};

static const char *letter(Arena *arena, const Sensitivity *s, size_t nth) {
	if (!s || nth >= s->plans->count) return "…";
	return arena_printf(arena, "%c", shape_letter(s->shapes[nth]));
}

Table *value_list_rows(Arena *arena, const ValuePlans *plans, const Sensitivity *s) {
	Table *table = table_new(arena, COLUMN_COUNT, plans->count);
	for (size_t i = 0; i <= VALUES; i++) table_name(table, arena, i, columns[i].id, columns[i].type);
	table_name(table, arena, STATEMENT, "statement", CELL_TEXT);
	table_name(table, arena, ROW_KEY, LIST_ROW_KEY, CELL_TEXT);
	for (size_t i = 0; i < plans->count; i++) {
		const ValuePlan *plan = &plans->items[i];
		size_t row = table_add_row(arena, table);
		table_set_int(table, row, NUMBER, (int64_t)i + 1);
		table_set_text(table, row, PLAN, plan->plan ? letter(arena, s, i) : plan->problem ? "-" : "…");
		table_set_text(table, row, SOURCE, plan->source);
		if (plan->plan) table_set_real(table, row, COST, plan->plan->root->total_cost);
		if (plan->plan) table_set_real(table, row, ROWS, plan->plan->root->plan_rows);
		table_set_real(table, row, MEASURED, plan->measured_ms);
		table_set_text(table, row, VALUES, arena_copy(arena, plan->problem ? plan->problem : plan->values ? plan->values : "unknown"));
		table_set_text(table, row, STATEMENT, arena_copy(arena, plan->statement));
		table_set_text(table, row, ROW_KEY, plan->source);
	}
	return table;
}

static void add_lines(Page *page, const Sensitivity *s) {
	for (size_t i = 0; i < s->differences.count; i++) why_cause(page, ROLE_TEXT, s->differences.items[i]);
	for (size_t i = 0; i < s->advice.count; i++) why_cause(page, s->advice.items[i].all ? ROLE_DIM : ROLE_TEXT, value_advice_words(page->arena, s, &s->advice.items[i]));
}

void value_list_page(Page *page, const Sensitivity *s, const Plan *plan, const FindingList *findings, int width) {
	page_line(page);
	page_add(page, s->shape_count > 1 ? ROLE_WARNING : ROLE_GOOD, s->verdict);
	if (!findings || !findings->count) { /* else it is the cause told below */
		page_line(page);
		page_add(page, ROLE_TEXT, s->cache_words);
	}
	add_lines(page, s);
	for (size_t i = 0; plan && findings && i < findings->count; i++) {
		page_line(page);
		why_finding(page, plan, &findings->items[i], i + 1, width);
	}
}
