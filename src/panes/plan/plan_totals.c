/* plan_totals.c: totals of a plan on a page. */
#include "panes/plan_totals.h"

#include "base/utf8.h"
#include "core/format.h"
#include "plan/totals.h"

typedef enum Needs { NEEDS_NOTHING, NEEDS_TIMES, NEEDS_NO_TIMES, NEEDS_A_RUN, NEEDS_BUFFERS } Needs;

/* In the order shown; of those that do not all fit, the highest rank goes first. */
static const struct Column {
	const char *title;
	int cells, rank;
	Needs needs;
	Unit unit;
	size_t offset;
} columns[] = {
	{"self", 8, 0, NEEDS_TIMES, UNIT_MS, offsetof(Total, self_ms)},
	{"cost", 8, 0, NEEDS_NO_TIMES, UNIT_COUNT, offsetof(Total, self_cost)},
	{"share", 7, 1, NEEDS_NOTHING, UNIT_SHARE, offsetof(Total, self_share)},
	{"loops", 7, 4, NEEDS_A_RUN, UNIT_COUNT, offsetof(Total, loops)},
	{"rows", 7, 2, NEEDS_NOTHING, UNIT_COUNT, offsetof(Total, rows)},
	{"hit", 7, 5, NEEDS_BUFFERS, UNIT_COUNT, offsetof(Total, hit)},
	{"read", 7, 3, NEEDS_BUFFERS, UNIT_COUNT, offsetof(Total, read)},
	{"temp", 7, 6, NEEDS_BUFFERS, UNIT_COUNT, offsetof(Total, temp)},
};
enum { COLUMNS = sizeof columns / sizeof *columns, NAME_CELLS = 16, MOST_TOTALS = 200 };

static bool is_there(const Plan *plan, const struct Column *column) {
	switch (column->needs) {
	case NEEDS_TIMES: return plan->timed;
	case NEEDS_NO_TIMES: return !plan->timed;
	case NEEDS_A_RUN: return plan->analyzed;
	case NEEDS_BUFFERS: return plan->analyzed && plan->buffers;
	default: return true;
	}
}

/* The highest rank that still has room. */
static int rank_that_fits(const Plan *plan, int width) {
	int rank = 0;
	for (int cells = NAME_CELLS; rank < COLUMNS; rank++) {
		for (size_t i = 0; i < COLUMNS; i++)
			if (columns[i].rank == rank && is_there(plan, &columns[i])) cells += columns[i].cells;
		if (cells > width) break;
	}
	return rank - 1;
}

typedef struct Sheet {
	Page *page;
	const Plan *plan;
	int rank;
} Sheet;

static bool is_shown(const Sheet *sheet, const struct Column *column) {
	return column->rank <= sheet->rank && is_there(sheet->plan, column);
}

static void add_cell(Page *page, Role role, const char *text, int cells) {
	int taken = (int)utf8_cells(text);
	page_printf(page, role, "%*s%s", taken < cells ? cells - taken : 0, "", text);
}

static Role share_role(double share) {
	return share >= 0.5 ? ROLE_CRITICAL : share >= 0.1 ? ROLE_WARNING : ROLE_TEXT;
}

static void add_titles(const Sheet *sheet, const char *what) {
	page_line(sheet->page);
	for (size_t i = 0; i < COLUMNS; i++)
		if (is_shown(sheet, &columns[i])) add_cell(sheet->page, ROLE_HEADER, columns[i].title, columns[i].cells);
	page_printf(sheet->page, ROLE_HEADER, "  %s", what);
}

static double *figure_of(Total *total, const struct Column *column) {
	return (double *)(void *)((char *)total + column->offset);
}

static void add_total(const Sheet *sheet, Total *total) {
	Page *page = sheet->page;
	int cells = 0;
	page_line(page);
	for (size_t i = 0; i < COLUMNS; i++) {
		if (!is_shown(sheet, &columns[i])) continue;
		double figure = *figure_of(total, &columns[i]);
		add_cell(page, columns[i].rank < 2 ? share_role(total->self_share) : ROLE_TEXT, format_unit(page->arena, columns[i].unit, figure), columns[i].cells);
		cells += columns[i].cells;
	}
	page_indent(page, cells + 4);
	if (total->schema && strcmp(total->schema, "public") != 0) page_printf(page, ROLE_TEXT, "  %s.%s", total->schema, total->name);
	else page_printf(page, ROLE_TEXT, "  %s", total->name);
	if (total->nodes > 1) page_printf(page, ROLE_DIM, "  ×%zu", total->nodes);
}

/* Of thousands of partitions the last ones in one line. */
static void add_rest(const Sheet *sheet, const TotalList *totals) {
	Total rest = {.name = arena_printf(sheet->page->arena, "%zu more", totals->count - MOST_TOTALS)};
	for (size_t i = MOST_TOTALS; i < totals->count; i++)
		for (size_t c = 0; c < COLUMNS; c++) *figure_of(&rest, &columns[c]) += *figure_of(&totals->items[i], &columns[c]);
	add_total(sheet, &rest);
}

static void add_totals(const Sheet *sheet, const char *title, const char *what, const TotalList *totals) {
	if (!totals->count) return;
	page_heading(sheet->page, title);
	add_titles(sheet, what);
	for (size_t i = 0; i < totals->count && i < MOST_TOTALS; i++) add_total(sheet, &totals->items[i]);
	if (totals->count > MOST_TOTALS) add_rest(sheet, totals);
}

/* What no node has; all shares together make the statement. */
static void add_other(const Sheet *sheet) {
	const OtherTime *other = &sheet->plan->other;
	const struct {
		const char *name;
		double ms;
	} parts[] = {{"triggers", other->triggers_ms}, {"JIT", other->jit_ms}, {"serialization", other->serialization_ms}, {"startup and shutdown", other->startup_shutdown_ms}};
	TotalList totals = {0};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (parts[i].ms > 0) *list_push(sheet->page->arena, &totals) = (Total){.name = parts[i].name, .self_ms = parts[i].ms, .self_share = parts[i].ms / sheet->plan->execution_ms};
	const Sheet narrow = {sheet->page, sheet->plan, 1};
	add_totals(&narrow, "beside the nodes", "what", &totals);
}

void plan_totals_page(Page *page, const Plan *plan, int width) {
	const Sheet sheet = {page, plan, rank_that_fits(plan, width)};
	const TotalList tables = plan_totals_by_table(page->arena, plan), indexes = plan_totals_by_index(page->arena, plan), types = plan_totals_by_type(page->arena, plan);
	add_totals(&sheet, "by table", "table", &tables);
	add_totals(&sheet, "by index", "index", &indexes);
	add_totals(&sheet, "by node type", "node type", &types);
	if (plan->timed) add_other(&sheet);
}
