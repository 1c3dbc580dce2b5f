/* count_star.c: rows are counted one by one where a bound, an estimate, or "any at all" would do. */
#include "advise/advise.h"
#include "advise/counting.h"
#include "advise/say.h"
#include "advise/subtree.h"
#include "core/format.h"
#include "sql/edit.h"

#define COUNTED_ROWS 100000.0 /* a big table's */
#define COUNTED_SHARE 0.5 /* of the statement */
#define OVER_ROWS 1000.0 /* counted beside a page, */
#define OVER_PAGES 10.0 /* and so many pages of them, */
#define OVER_SHARE 0.2 /* which takes so much */
#define UNSURE_LEFT 0.5 /* of the time, where the planner has to tell what is left */
enum { ENOUGH = 1000 }; /* nobody pages further, or reads a larger figure digit by digit */

/* Only what returns the same is a rewrite to be held against the statement. */
static void add(Advice *advice, Finding finding, double ms, double cost, double left) {
	if (finding.rewrite) finding.sql = finding.rewrite;
	finding.kind = finding.sql ? REMEDY_REWRITE : REMEDY_NONE;
	finding_weigh(advice->plan, &finding, ms, cost, left);
	*list_push(advice->arena, &advice->findings) = finding;
}

/* The dearest aggregate without groups. */
static const PlanNode *find_count(const Plan *plan) {
	const PlanNode *found = NULL;
	for (size_t i = 0; i < plan->node_count; i++) {
		const PlanNode *node = plan->nodes[i];
		const char *half = node_text(node, "Partial Mode"), *output = node_list_text(node, "Output", 0);
		if (!node_is(node, "Aggregate") || node_text(node, "Group Key") || node_list_text(node, "Group Key", 0)) continue;
		if ((half && strcmp(half, "Partial") == 0) || (output && !strstr(output, "count(")) || node->measure.never_executed) continue;
		double ms = node->measure.total_ms;
		if (!found || ms > found->measure.total_ms || (isnan(ms) && node->total_cost > found->total_cost)) found = node;
	}
	return found;
}

/* Below the halves of a parallel count. */
static const PlanNode *what_is_counted(const PlanNode *count) {
	const PlanNode *node = count->first_child;
	while (node && node->first_child && (node_is(node, "Aggregate") || node_is(node, "Gather"))) node = node->first_child;
	return node;
}

static double rows_counted(const Plan *plan, const PlanNode *count) {
	const PlanNode *node = what_is_counted(count);
	return node ? node_rows(plan, node) : 0;
}

/* ---- is there any? ---- */

static bool look_for_any(Advice *advice, const Rule *rule) {
	const PlanNode *count = find_count(advice->plan);
	const char *rewrite = count ? counting_as_exists(advice->arena, advice->statement, advice->facts) : NULL;
	if (!rewrite) return false;
	Arena *arena = advice->arena;
	Finding finding = finding_new(rule->id);
	double ms = count->measure.total_ms, cost = count->total_cost * node_executions(advice->plan, count);
	finding.node = count->id;
	finding.title = "all rows are counted only to see whether there is any";
	finding.evidence = arena_printf(arena, "%s counts %s: %s.", say_node(arena, count), say_rows(arena, rows_counted(advice->plan, count)),
	                                say_share(arena, advice->plan, ms, cost));
	finding.because = "A count compared with none cannot stop at the first row; EXISTS does, and can become a join.";
	finding.rewrite = rewrite;
	finding.notes = "Returns the same rows.";
	add(advice, finding, ms, cost, UNSURE_LEFT);
	return true;
}

/* ---- how many are there? ---- */

/* A condition makes it a question of its own; without one it is about the table. */
static bool counts_whole_table(const QueryBlock *block, const PlanNode *count) {
	const PlanNode *node = what_is_counted(count);
	if (node && node->first_child && node_is(node, "Append")) node = node->first_child; /* partitions */
	return node && block->tables.count == 1 && !block->where.count && node_is_scan_of_table(node);
}

static void look_for_number(Advice *advice, const Rule *rule, const QueryBlock *block) {
	Arena *arena = advice->arena;
	const PlanNode *count = find_count(advice->plan);
	double rows = count && counts_whole_table(block, count) ? rows_counted(advice->plan, count) : 0;
	if (!(rows >= COUNTED_ROWS)) return;
	double ms = count->measure.total_ms, cost = count->total_cost;
	if (!advice_takes(advice, plan_share(advice->plan, ms, cost), COUNTED_SHARE)) return;
	Finding finding = finding_new(rule->id);
	finding.sql = counting_capped(arena, advice->statement, advice->facts, ENOUGH);
	if (!finding.sql) return;
	finding.node = count->id;
	finding.title = arena_printf(arena, "%s are counted one by one", say_rows(arena, rows));
	finding.evidence = arena_printf(arena, "%s counts %s: %s.", say_node(arena, count), say_rows(arena, rows), say_share(arena, advice->plan, ms, cost));
	finding.because = "No count is kept anywhere, for each transaction may see other rows: every count reads them all, and every page that shows "
			  "one pays for it.";
	const char *about = counting_estimated(arena, advice->statement, advice->facts);
	finding.notes = arena_printf(arena,
	                             "Says %d where there are more than %d. To know whether there is a next page, fetch one row more than the page "
	                             "shows.%s%s Where the exact figure is needed often, keep it in a table.",
	                             ENOUGH + 1, ENOUGH, about ? " About how many, without reading them: " : "", about ? arena_printf(arena, "%s.", about) : "");
	add(advice, finding, ms, cost, fmin(1, ENOUGH / rows));
}

/* ---- count(*) OVER () beside a page ---- */

static bool counts_beside(const QueryBlock *block) {
	static const char count[] = "count(*) OVER (";
	for (size_t i = 0; i < block->output.count; i++) {
		const char *text = block->output.items[i].text, *window = text && strncmp(text, count, strlen(count)) == 0 ? text + strlen(count) : NULL;
		if (window && strcmp(window + strspn(window, " "), ")") == 0) return true;
	}
	return false;
}

/* Where `count(*) OVER ()` stands, when it is written once. */
static bool find_words(const char *text, const TokenList *words, size_t *first, size_t *end) {
	static const char *const shape[] = {"count", "(", "*", ")", "over", "(", ")"};
	enum { WORDS = sizeof shape / sizeof *shape };
	size_t times = 0;
	for (size_t i = 1; i + WORDS < words->count; i++) {
		size_t same = 0;
		while (same < WORDS && tokens_have(text, words, i + same, shape[same])) same++;
		if (same < WORDS) continue;
		*first = i;
		*end = i + WORDS;
		times++;
	}
	return times == 1;
}

/* The text without that column, its name and one comma beside it. */
static const char *without_count(Arena *arena, const char *text) {
	TokenList words = sql_words(arena, text);
	size_t first, end;
	if (!find_words(text, &words, &first, &end)) return NULL;
	if (tokens_have(text, &words, end, "as")) end += 2;
	else if (!tokens_have(text, &words, end, ",") && !tokens_have(text, &words, end, "from")) end++;
	bool before = tokens_have(text, &words, first - 1, ","), behind = tokens_have(text, &words, end, ",");
	if (before == behind ? !before : before && !tokens_have(text, &words, end, "from")) return NULL; /* all there is, or part of something */
	Span gone = before ? (Span){words.items[first - 1].span.start, words.items[end - 1].span.end}
	                   : (Span){words.items[first].span.start, words.items[end + 1].span.start};
	EditList edits = {0};
	*list_push(arena, &edits) = (Edit){gone, ""};
	return text_edited(arena, text, &edits);
}

static const PlanNode *find_window(const Plan *plan, const PlanNode *limit) {
	for (int id = limit->id; id <= limit->last; id++)
		if (node_is(plan->nodes[id - 1], "WindowAgg")) return plan->nodes[id - 1];
	return NULL;
}

static void look_beside_page(Advice *advice, const Rule *rule) {
	Arena *arena = advice->arena;
	const Plan *plan = advice->plan;
	const PlanNode *limit = plan->root, *window = node_is(limit, "Limit") ? find_window(plan, limit) : NULL;
	if (!window || !window->first_child) return;
	double rows = node_rows(plan, window->first_child), shown = node_rows(plan, limit), ms = limit->measure.total_ms, cost = limit->total_cost;
	if (!(rows >= OVER_ROWS) || rows < OVER_PAGES * shown || !advice_takes(advice, plan_share(plan, ms, cost), OVER_SHARE)) return;
	Finding finding = finding_new(rule->id);
	finding.node = window->id;
	finding.title = arena_printf(arena, "%s are counted for a page of %s", say_rows(arena, rows), format_rows(arena, shown));
	finding.evidence = arena_printf(arena, "%s goes through %s for a Limit that wants %s: %s.", say_node(arena, window), say_rows(arena, rows),
	                                format_rows(arena, shown), say_share(arena, plan, ms, cost));
	finding.because = "count(*) OVER () is known when all rows were seen, so LIMIT cannot stop early, on any page.";
	finding.sql = without_count(arena, advice->statement->text);
	finding.notes = "Returns one column less. To know whether there is a next page, fetch one row more than it shows; to show how many there are, "
			"count apart, once, and up to a bound: SELECT count(*) FROM (SELECT FROM … LIMIT 1001) AS counted.";
	add(advice, finding, ms, cost, UNSURE_LEFT);
}

static void run(Advice *advice, const Rule *rule) {
	const Statement *statement = advice->statement;
	const QueryBlock *block = statement->parsed && statement->blocks.count ? &statement->blocks.items[0] : NULL;
	if (!block || statement->kind != STATEMENT_SELECT) return;
	if (block->has_limit && counts_beside(block)) look_beside_page(advice, rule);
	else if (!look_for_any(advice, rule)) look_for_number(advice, rule, block);
}

const Rule rule_count_star = {
    .id = "count-star",
    .summary = "rows are counted one by one: for a page, for a figure, or only to see whether there is any",
    .fires = "A count that is only compared with none takes part of the statement: it is written out with EXISTS. Or a statement "
	     "counts a whole table of 100,000 rows or more for at least half of its time: it is written out with a bound, and an "
	     "estimate stands beside it. Or count(*) OVER () stands beside a LIMIT and sees 1,000 rows and ten pages or more, for at "
	     "least 20% of the statement: it is left out. Silent for counts with a condition, of small tables and of groups, and "
	     "without the statement's text.",
    .run = run,
};
