/* function_on_column.c: a condition on something computed from a column: an index on the column cannot serve it. */
#include "advise/computed_condition.h"
#include "advise/index_finding.h"
#include "advise/join_lookup.h"
#include "advise/say.h"
#include "advise/volatility.h"

#define TIME_SHARE 0.1 /* of the statement is spent on the scan */

/* With the cast that was taken for a label. */
static const char *computed_text(Arena *arena, const Operand *operand) {
	return operand->kind == OPERAND_COLUMN ? arena_printf(arena, "(%s)::%s", operand->text, operand->type) : operand->text;
}

static const char *explained(Arena *arena, const Operand *left) {
	if (left->kind == OPERAND_COLUMN)
		return arena_printf(arena, "%s is cast to %s to be compared, so an index on it cannot be searched.",
		                    left->name.column, left->type);
	return arena_printf(arena,
	                    "An index holds the values of %s, not those of %s, so it cannot be searched for this condition.",
	                    left->columns[0].column, left->text);
}

/* Only what gives the same value for ever may stand in an index. A number as another kind of number need not: whoever
 * compares it so should pass the right one. */
static bool as_expression_index(const Advice *advice, const Computed *it, Finding *finding) {
	Arena *arena = advice->arena;
	const char *cast = it->condition->left.type;
	if (cast && (strcmp(cast, "numeric") == 0 || strcmp(cast, "double precision") == 0)) return false;
	Immutable immutable = operand_immutable(arena, advice->facts, it->scan->table, &it->condition->left);
	if (!it->choice.made || immutable == IMMUTABLE_NO) return false;
	finding->kind = REMEDY_INDEX;
	finding->notes = arena_printf(
	    arena, "ANALYZE the table after it is built: the server then keeps statistics on the expression too.%s",
	    immutable == IMMUTABLE_YES ? "" : " CREATE INDEX refuses it unless its functions are IMMUTABLE.");
	finding_set_indexes(arena, finding, &it->choice.index, 1);
	return true;
}

static void report(Advice *advice, const Rule *rule, const Computed *it) {
	Arena *arena = advice->arena;
	const Operand *left = &it->condition->left;
	Finding finding = computed_finding(advice, rule, it);
	if (!it->bare.condition && !as_expression_index(advice, it, &finding)) return;
	finding.title = arena_printf(arena, "%s is computed for every row of %s", computed_text(arena, left), scan_title(arena, it->scan));
	finding.because = explained(arena, left);
	*list_push(arena, &advice->findings) = finding;
}

/* ---- of a join ---- */

/* No value of the other side is known to fit the column's type, so the condition is left as it is written. */
static void look_at_join(Advice *advice, const Rule *rule, const Scan *scan) {
	Arena *arena = advice->arena;
	JoinLookup join;
	IndexChoice choice;
	double left;
	if (!scan_reads_whole(scan) || advice_table_is_small(scan) || !join_lookup(arena, advice->plan, scan, &join) || !join_lookup_is_computed(scan, &join)) return;
	if (!advice_takes(advice, plan_share(advice->plan, scan->self_ms, scan->self_cost), TIME_SHARE)) return;
	if (operand_immutable(arena, advice->facts, scan->table, &join.by) == IMMUTABLE_NO || !join_lookup_index(advice, scan, &join, &choice, &left)) return;
	Finding finding = index_finding(advice, rule, scan->node, scan, &choice);
	const char *side = computed_text(arena, &join.by);
	finding.title = arena_printf(arena, "%s is computed for every row of %s, for a join", side, scan_title(arena, scan));
	finding.evidence = arena_printf(arena, "%s %s %s for %s that meet %s of the other side by %s: %s.", say_node(arena, scan->node), advice->plan->analyzed ? "reads" : "would read", say_rows(arena, scan->rows_read),
	                                say_rows(arena, join.rows), say_rows(arena, join.lookups), join.condition, say_share(arena, advice->plan, join.self_ms, join.self_cost));
	finding.because = explained(arena, &join.by);
	finding.unasked = true; /* without statistics on the expression it would expect half a percent of the table for each row, and decline */
	finding.notes = arena_printf(arena, "ANALYZE the table after it is built: the planner takes it once there are statistics on the expression, so it cannot be asked beforehand.%s",
	                             join.by.type ? " Columns of one type on both sides need no such index." : "");
	finding_weigh(advice->plan, &finding, join.self_ms, join.self_cost, left);
	*list_push(arena, &advice->findings) = finding;
}

static void run(Advice *advice, const Rule *rule) {
	Computed computed;
	for (size_t i = 0; i < advice->scans.count; i++) {
		const Scan *scan = &advice->scans.items[i];
		if (!computed_in_filter(advice, scan, &computed)) look_at_join(advice, rule, scan);
		else if (!computed.implicit) report(advice, rule, &computed);
	}
}

const Rule rule_function_on_column = {
    .id = "function-on-column",
    .summary = "a condition computes something from a column, so an index on the column is no use",
    .fires = "A filter compares a function, cast or sum of a column with a value and throws away at least 90% (and 1,000) "
	     "of the rows read; the scan takes at least 10% of the statement. Where the same can be said of the bare column "
	     "the condition is rewritten, exactly or saying what to check (dates of timestamps, in a time zone too, "
	     "date_trunc, years, casts of numbers and uuid, sums), with the index it needs if there is none; else an index on the expression is advised, if its "
	     "functions are IMMUTABLE: (ts)::date of a timestamp with time zone is not. So it is where a join by something computed "
	     "has a table read whole to meet at most 10% of it. Silent for casts that change "
	     "nothing (varchar to text), for those nobody wrote (implicit-cast), for tables under 1,000 rows or 1 MB, and when such an index exists.",
    .sourced = true,
    .run = run,
};
