/* unused_cost.c: why the planner does without an index that it could use. */
#include "advise/unused_cost.h"

#include "advise/advise.h"
#include "advise/say.h"
#include "core/format.h"
#include "sql/quote.h"

#define FACTOR_WRONG 10.0 /* planned and found rows: as row-misestimate has it */
#define STALE_SHARE 0.2   /* of the rows changed since ANALYZE */
#define FEW_PART 0.05     /* of the table's rows: up to here an index is worth it by most costs */
#define MOST_PART 0.5
#define MANY_RUNS 1.5

typedef struct Weighing {
	Arena *arena;
	const UnusedQuestion *question;
	const UnusedEvidence *evidence;
	const TableFacts *table;
	const Scan *scan; /* that is planned in its place; NULL */
	UnusedCauseList causes;
} Weighing;

PRINTF_LIKE(4, 5) static void add(Weighing *w, const char *word, const char *remedy, const char *format, ...) {
	va_list args;
	va_start(args, format);
	*list_push(w->arena, &w->causes) =
	    (UnusedCause){.word = word, .text = arena_vprintf(w->arena, format, args), .remedy = remedy};
	va_end(args);
}

static bool is_small(const Weighing *w) {
	const TableFacts *table = w->table;
	return table && table->rows >= 0 && table->pages > 0 &&
	       advice_table_is_small(&(Scan){.table_rows = table->rows, .table_pages = table->pages});
}

/* EXPLAIN tells settings that are not the default's. */
static void look_at_switches(Weighing *w) {
	static const char *const names[] = {"enable_indexscan", "enable_bitmapscan", "enable_indexonlyscan", "enable_nestloop"};
	const PlanValue *settings = plan_field(w->question->plan->fields, "Settings");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const PlanValue *value = plan_field(settings, names[i]);
		if (value && value->kind == PLAN_TEXT && strcmp(value->text, "off") == 0)
			add(w, "cost-settings", arena_printf(w->arena, "SET %s = on", names[i]),
			    "%s is off for this session: the planner takes such a way only where it has no other.", names[i]);
	}
}

static void look_at_size(Weighing *w) {
	if (is_small(w))
		add(w, "small-table", NULL,
		    "%s has %s on %s page%s: reading all of it costs less than going through an index. Nothing is wrong.",
		    w->table->name, say_rows(w->arena, w->table->rows), format_rows(w->arena, w->table->pages),
		    w->table->pages == 1 ? "" : "s");
}

static const char *analyze(Weighing *w) {
	return w->table ? arena_printf(w->arena, "ANALYZE %s", sql_qualified(w->arena, w->table->schema, w->table->name)) : NULL;
}

/* What the planner counted with was wrong: that is known. */
static void look_at_estimates(Weighing *w) {
	const PlanNode *node = w->scan ? w->scan->node : NULL;
	if (w->table && w->table->rows < 0)
		add(w, "statistics", analyze(w), "%s was never analyzed: the planner guesses what is in it.", w->table->name);
	else if (node && node->measure.misestimate >= FACTOR_WRONG && !node->measure.underestimated)
		add(w, "statistics", analyze(w),
		    "The planner expected %s from %s and %s came: for so few it might have taken the index.",
		    say_rows(w->arena, node->measure.rows_planned), w->scan->name,
		    format_rows(w->arena, node->measure.rows_actual));
}

/* It may be wrong by now. (Rows that were loaded and analyzed in one transaction count as changed, too.) */
static void look_at_age(Weighing *w) {
	const TableFacts *table = w->table;
	if (table && table->rows >= 0 && !is_small(w) && table->modified_since_analyze > STALE_SHARE * fmax(table->rows, 1))
		add(w, "statistics", analyze(w),
		    "Of %s %s rows changed since the last ANALYZE (it had %s): the planner counts with what was there before.",
		    table->name, format_rows(w->arena, table->modified_since_analyze), format_rows(w->arena, table->rows));
}

/* Nobody knows the values: a rare one may be worth a search, the average one is not. */
static void look_at_parameters(Weighing *w) {
	if (w->question->statement->parameter_count && !w->question->plan->analyzed)
		add(w, "generic-plan", NULL,
		    "It was planned with the values of its parameters unknown, for as many rows as values have on average. With a value "
		    "that is rare it may be taken: write one in the place of $1.");
}

static void look_at_costs(Weighing *w) {
	if (w->evidence->cheap_pages)
		add(w, "cost-settings", "SET random_page_cost = 1.1",
		    "With random_page_cost = 1.1 the planner takes it: as it is set now, a page out of order is reckoned as if "
		    "a disk's arm had to move for it. On SSDs, or "
		    "where the data is in memory, that is too much.");
}

static void look_at_others(Weighing *w) {
	const PlanNode *node = w->scan ? w->scan->node : NULL;
	const char *other = node && node->index                                              ? node->index
	                    : node && node_is(node, "Bitmap Heap Scan") && node->first_child ? node->first_child->index
	                                                                                     : NULL;
	if (other) add(w, "other-index", NULL, "Another index does it for less: %s.", other);
}

/* How many rows it would fetch, by the planner's count, once or again and again. */
static void look_at_rows(Weighing *w) {
	const PlanNode *node = w->evidence->node;
	if (!node) return;
	node = node_index_reader(node);
	double runs = node_executions(w->evidence->forced, node), rows = node_rows(w->evidence->forced, node),
	       all = w->table ? w->table->rows : NAN;
	if (runs >= MANY_RUNS) {
		add(w, "selectivity", NULL,
		    "It would be searched ~%s times, once for each row of the other side; reading the table once for all of "
		    "them costs less.",
		    format_rows(w->arena, runs));
	} else if (all > 0 && rows / all >= (is_small(w) ? MOST_PART : FEW_PART)) {
		add(w, "selectivity", NULL,
		    "It would find ~%s of %s, %s of the table, and fetch them one by one; reading all pages in their order "
		    "costs less.",
		    format_rows(w->arena, rows), say_rows(w->arena, all), format_share(w->arena, fmin(rows / all, 1)));
	}
}

UnusedCauseList unused_cost_causes(Arena *arena, const UnusedQuestion *question, const UnusedEvidence *evidence,
                                   const IndexCase *is) {
	Weighing w = {
	    .arena = arena, .question = question, .evidence = evidence, .table = question->table, .scan = is->asked->scan};
	look_at_switches(&w);
	look_at_estimates(&w);
	look_at_others(&w);
	UnusedCause cause;
	if (evidence->forced && index_leaves_out_little(arena, is, &cause)) *list_push(arena, &w.causes) = cause;
	if (!w.causes.count) look_at_rows(&w);
	if (!w.causes.count && evidence->forced) look_at_size(&w);
	if (!is_small(&w)) look_at_costs(&w);
	if (evidence->forced && !is_small(&w)) look_at_parameters(&w);
	if (evidence->forced) look_at_age(&w);
	if (!w.causes.count && evidence->forced)
		add(&w, "cost", NULL,
		    "It could be used, and is reckoned dearer than what was chosen; the costs above say by how much.");
	return w.causes;
}
