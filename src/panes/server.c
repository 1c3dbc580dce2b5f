/* server.c: the Server pane: what it is, what it lets us do and has, how it is set, and what pgwhy itself costs it. */
#include <math.h>

#include "panes/server_fact.h"
#include "panes/why.h"

enum {
	COLUMN_FACT,
	COLUMN_VALUE,
	COLUMN_MARK,
	COLUMN_PLACE,
	COLUMN_GROUP,
	COLUMN_NOTE,
	COLUMN_COUNT,
	/* hidden */
	HIDDEN_KEY = COLUMN_COUNT,
	HIDDEN_PARENT,
	HIDDEN_ROLE,
	HIDDEN_ORDER,
	HIDDEN_FACT, /* its place in the list of facts; null for a group */
	HIDDEN_PATH,
	HIDDEN_NUMBER,
	HIDDEN_FLAG,
	HIDDEN_ABSENT,
	HIDDEN_REMEDY,
	HIDDEN_HOW,
	TABLE_WIDTH
};

static const ListColumn columns[COLUMN_COUNT] = {
	[COLUMN_FACT] = {"fact", "fact", CELL_TEXT, UNIT_NONE, 29, .help = "what is known"},
	[COLUMN_VALUE] = {"value", "value", CELL_TEXT, UNIT_NONE, 13, .help = "its value; of settings, what a new session of this role gets"},
	[COLUMN_MARK] = {"problem", "!", CELL_TEXT, UNIT_NONE, 1, .help = "marks what is to look at; sorted by it, that comes first"},
	[COLUMN_PLACE] = {"place", "#", CELL_INT, UNIT_NONE, 3, .help = "its place in the list: what belongs together stands together"},
	[COLUMN_GROUP] = {"group", "group", CELL_TEXT, UNIT_NONE, 10, .help = "what it belongs to"},
	[COLUMN_NOTE] = {"note", "what it costs", CELL_TEXT, UNIT_NONE, 0, .help = "what it costs as it is, or what more there is to know"},
};

static void name_columns(Arena *arena, Table *shown) {
	static const struct {
		size_t column;
		const char *name;
		CellType type;
	} hidden[] = {
		{HIDDEN_KEY, LIST_ROW_KEY, CELL_TEXT}, {HIDDEN_PARENT, LIST_ROW_PARENT, CELL_TEXT}, {HIDDEN_ROLE, LIST_ROW_ROLE, CELL_INT},
		{HIDDEN_ORDER, LIST_ROW_ORDER, CELL_INT},
		{HIDDEN_FACT, "fact_row", CELL_INT},   {HIDDEN_PATH, "path", CELL_TEXT},            {HIDDEN_NUMBER, "number", CELL_REAL},
		{HIDDEN_FLAG, "flag", CELL_BOOL},      {HIDDEN_ABSENT, "absent", CELL_BOOL},        {HIDDEN_REMEDY, "remedy", CELL_TEXT},
		{HIDDEN_HOW, "how", CELL_TEXT},
	};
	for (size_t i = 0; i < COLUMN_COUNT; i++) table_name(shown, arena, i, columns[i].id, columns[i].type);
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) table_name(shown, arena, hidden[i].column, hidden[i].name, hidden[i].type);
}

static FactList facts_of(Arena *arena, const PaneInput *input) {
	return server_facts(arena, input->server, input->after, input->cost);
}

static void set_place(Table *shown, size_t at, bool problem) {
	table_set_int(shown, at, COLUMN_PLACE, (int64_t)at + 1);
	table_set_int(shown, at, HIDDEN_ORDER, (int64_t)at);
	if (problem) table_set_text(shown, at, COLUMN_MARK, "‼");
}

static void add_group(Arena *arena, Table *shown, const FactList *facts, FactGroup group) {
	size_t at = table_add_row(arena, shown), problems = 0;
	for (size_t i = 0; i < facts->count; i++)
		if (facts->items[i].group == group && facts->items[i].problem) problems++;
	table_set_text(shown, at, COLUMN_FACT, fact_group_name(group));
	set_place(shown, at, problems > 0);
	table_set_text(shown, at, COLUMN_GROUP, fact_group_name(group));
	if (problems) table_set_text(shown, at, COLUMN_NOTE, arena_printf(arena, "%zu to look at", problems));
	table_set_text(shown, at, HIDDEN_KEY, fact_group_name(group));
	table_set_int(shown, at, HIDDEN_ROLE, problems ? ROLE_WARNING : ROLE_STRONG);
}

static void add_fact(Arena *arena, Table *shown, const Fact *fact, size_t place) {
	size_t at = table_add_row(arena, shown);
	table_set_text(shown, at, COLUMN_FACT, fact->name);
	table_set_text(shown, at, COLUMN_VALUE, fact->text);
	set_place(shown, at, fact->problem);
	table_set_text(shown, at, COLUMN_GROUP, fact_group_name(fact->group));
	table_set_text(shown, at, COLUMN_NOTE, fact->note);
	table_set_text(shown, at, HIDDEN_KEY, arena_printf(arena, "%s/%s", fact_group_name(fact->group), fact->path ? fact->path : fact->name));
	table_set_text(shown, at, HIDDEN_PARENT, fact_group_name(fact->group));
	if (fact->problem) table_set_int(shown, at, HIDDEN_ROLE, ROLE_WARNING);
	table_set_int(shown, at, HIDDEN_FACT, (int64_t)place);
	table_set_text(shown, at, HIDDEN_PATH, fact->path ? arena_printf(arena, "%s/%s", fact_group_name(fact->group), fact->path) : NULL);
	if (fact->type == FACT_NUMBER) table_set_real(shown, at, HIDDEN_NUMBER, fact->number);
	table_set_bool(shown, at, HIDDEN_ABSENT, fact->type == FACT_ABSENT);
	table_set_text(shown, at, HIDDEN_REMEDY, fact->sql);
	table_set_text(shown, at, HIDDEN_HOW, fact->how);
	if (fact->type == FACT_FLAG) table_set_bool(shown, at, HIDDEN_FLAG, fact->number != 0);
}

static Table *rows(Arena *arena, const PaneInput *input) {
	FactList facts = facts_of(arena, input);
	Table *shown = table_new(arena, TABLE_WIDTH, facts.count + GROUP_COUNT);
	name_columns(arena, shown);
	for (int group = 0; group < GROUP_COUNT; group++) {
		bool headed = false;
		for (size_t i = 0; i < facts.count; i++) {
			if (facts.items[i].group != (FactGroup)group) continue;
			if (!headed) add_group(arena, shown, &facts, (FactGroup)group);
			headed = true;
			add_fact(arena, shown, &facts.items[i], i);
		}
	}
	return shown;
}

/* ---- why ---- */

static void what_to_do(Page *page, const Fact *fact) {
	page_heading(page, "do");
	if (!fact->sql && !fact->how) {
		why_cause(page, ROLE_GOOD, "nothing to do");
		return;
	}
	if (fact->sql) page_line(page);
	if (fact->sql) page_add(page, ROLE_STRONG, fact->sql);
	const struct {
		const char *label, *text;
	} parts[] = {{"how", fact->how}, {"takes", fact->takes}, {"undo", fact->undo}};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (!parts[i].text) continue;
		page_line(page);
		page_indent(page, 7);
		page_printf(page, ROLE_DIM, "%-7s", parts[i].label);
		page_add(page, ROLE_TEXT, parts[i].text);
	}
}

static void why_fact(Page *page, const Fact *fact) {
	page_heading(page, "what");
	page_line(page);
	page_add(page, ROLE_STRONG, fact->name);
	page_line(page);
	page_add(page, ROLE_TEXT, fact->about);
	page_heading(page, "evidence");
	why_figure(page, fact_group_name(fact->group), fact->text ? fact->text : "", NULL);
	page_heading(page, "because");
	if (fact->note) why_cause(page, fact->problem ? ROLE_WARNING : ROLE_TEXT, fact->note);
	else why_cause(page, ROLE_GOOD, "nothing is amiss with it");
	what_to_do(page, fact);
}

/* Of a group: what there is to look at in it. */
static void why_group(Page *page, const FactList *facts, const char *name) {
	page_heading(page, "what");
	page_line(page);
	page_add(page, ROLE_STRONG, name);
	page_heading(page, "evidence");
	size_t all = 0, problems = 0;
	for (size_t i = 0; i < facts->count; i++) {
		if (strcmp(fact_group_name(facts->items[i].group), name) != 0) continue;
		all++;
		if (facts->items[i].problem) problems++;
	}
	why_figure(page, "facts", arena_printf(page->arena, "%zu", all), arena_printf(page->arena, "%zu of them to look at", problems));
	page_heading(page, "because");
	for (size_t i = 0; i < facts->count; i++)
		if (facts->items[i].problem && strcmp(fact_group_name(facts->items[i].group), name) == 0)
			why_cause(page, ROLE_WARNING, arena_printf(page->arena, "%s: %s", facts->items[i].name, facts->items[i].note));
	if (!problems) why_cause(page, ROLE_GOOD, "nothing is amiss");
	page_heading(page, "do");
	why_cause(page, problems ? ROLE_TEXT : ROLE_GOOD, problems ? "Enter on each of them says what" : "nothing to do");
}

/* NULL: the row is a group. */
static const Fact *fact_of(const FactList *facts, const Table *shown, size_t row) {
	size_t place = (size_t)table_int(shown, row, HIDDEN_FACT, INT64_MAX);
	return place < facts->count ? &facts->items[place] : NULL;
}

static void why(Page *page, const PaneInput *input, const Table *shown, size_t row, const Diagnosis *diagnosis, int width) {
	(void)diagnosis;
	(void)width;
	FactList facts = facts_of(page->arena, input);
	const Fact *fact = fact_of(&facts, shown, row);
	if (fact) why_fact(page, fact);
	else why_group(page, &facts, table_text(shown, row, COLUMN_GROUP, ""));
}

static const char *remedy(Arena *arena, const PaneInput *input, const Table *shown, size_t row) {
	FactList facts = facts_of(arena, input);
	const Fact *fact = fact_of(&facts, shown, row);
	return fact ? fact->sql : NULL;
}

const Pane pane_server = {
	.name = "server",
	.title = "Server",
	.number = 9,
	.summary = "what the server is, what is missing on it and what that costs, and what pgwhy costs",
	.columns = columns,
	.column_count = COLUMN_COUNT,
	.sort = COLUMN_PLACE,
	.query = "server_state",
	.rows = rows,
	.why = why,
	.remedy = remedy,
};
