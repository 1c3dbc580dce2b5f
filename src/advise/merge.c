/* merge.c: what several rules found of one trouble becomes one finding. */
#include "advise/merge.h"

#include <stdlib.h>

#include "advise/scan.h"
#include "advise/subtree.h"

#define BETTER 0.9 /* of another's gain: two indexes for one scan that are as good as each other */
#define FACTOR 10.0 /* more rows than planned: who knew would not have done it so */
#define JIT_ABOVE_COST 100000.0 /* the server's default */

static void remove_finding(FindingList *findings, size_t at) {
	findings->count--;
	for (size_t i = at; i < findings->count; i++) findings->items[i] = findings->items[i + 1];
}

/* ---- one index for two scans, two ways to spare one ---- */

static bool one_index(const Finding *finding) {
	return finding->kind == REMEDY_INDEX && finding->indexes.count == 1;
}

/* One index for two scans: the longer serves both, and they save together. */
static void join_findings(Arena *arena, Finding *kept, const Finding *gone) {
	if (gone->indexes.items[0].column_count > kept->indexes.items[0].column_count) {
		IndexAdvice longer = gone->indexes.items[0];
		finding_set_indexes(arena, kept, &longer, 1);
		kept->alternatives = gone->alternatives;
		kept->because = gone->because;
	}
	kept->saves_ms += gone->saves_ms;
	kept->saves_share = fmin(1, finding_gain(kept) + finding_gain(gone));
	kept->stake_ms += gone->stake_ms;
	kept->stake_cost += gone->stake_cost;
	kept->evidence = sentences(arena, kept->evidence, gone->evidence);
}

/* Two ways to spare one scan: the better one, the earlier one when they are as good. */
static bool rival(const Finding *one, const Finding *other) {
	bool both = one->indexes.count && (other->indexes.count || other->rewrite);
	return both && one->kind == REMEDY_INDEX && one->node == other->node && one->rule != other->rule;
}

/* The other one's turn may come: when the planner does not want the index. */
static void keep_better(Arena *arena, Finding *one, const Finding *other) {
	bool better = finding_gain(one) < BETTER * finding_gain(other);
	Finding *gone = ARENA_NEW(arena, Finding);
	*gone = better ? *one : *other;
	if (better) *one = *other;
	if (!gone->rival) one->rival = gone;
}

static bool same_index(const Finding *one, const Finding *other) {
	if (!one_index(one) || !one_index(other)) return false;
	const IndexAdvice *left = &one->indexes.items[0], *right = &other->indexes.items[0];
	return index_begins_with(left, right) || index_begins_with(right, left);
}

static void merge_indexes(Arena *arena, FindingList *findings) {
	for (size_t i = 0; i < findings->count; i++) {
		for (size_t k = i + 1; k < findings->count;) {
			Finding *one = &findings->items[i], *other = &findings->items[k];
			bool rivals = rival(one, other), same = !rivals && same_index(one, other);
			if (rivals) keep_better(arena, one, other);
			if (same) join_findings(arena, one, other);
			if (rivals || same) remove_finding(findings, k);
			else k++;
		}
	}
}

/* An index that begins like the one a rewrite brings along need not be made twice. */
static void share_with_rewrites(Arena *arena, FindingList *findings) {
	for (size_t i = 0; i < findings->count; i++) {
		Finding *finding = &findings->items[i];
		for (size_t k = 0; one_index(finding) && k < findings->count; k++) {
			const Finding *rewrite = &findings->items[k];
			if (!rewrite->rewrite || rewrite->indexes.count != 1 ||
			    !index_begins_with(&rewrite->indexes.items[0], &finding->indexes.items[0]))
				continue;
			IndexAdvice shared = rewrite->indexes.items[0];
			finding_set_indexes(arena, finding, &shared, 1);
		}
	}
}

/* ---- how a cause and its symptom lie to each other ---- */

static bool at_its_node(const Plan *plan, const PlanNode *symptom, const PlanNode *cause) {
	(void)plan;
	return symptom == cause;
}

static bool inside(const Plan *plan, const PlanNode *symptom, const PlanNode *cause) {
	(void)plan;
	return symptom && cause && symptom->id >= cause->id && symptom->id <= cause->last;
}

static bool around(const Plan *plan, const PlanNode *symptom, const PlanNode *cause) {
	return inside(plan, cause, symptom);
}

/* Do rows of one end up in the other? A subquery's do not, they only decide. */
static bool flows_into(const PlanNode *from, const PlanNode *to) {
	for (; from != to; from = from->parent)
		if (!from->parent || node_stands_apart(from)) return false;
	return true;
}

static double times_more(const PlanNode *node) {
	return (node->measure.rows_actual + 1) / (node->measure.rows_planned + 1);
}

/* It got ten times the rows it was planned for, because a count below is too low. */
static bool got_more_from(const Plan *plan, const PlanNode *symptom, const PlanNode *cause) {
	(void)plan;
	if (!symptom || !cause || symptom == cause || !cause->measure.underestimated || !flows_into(cause, symptom)) return false;
	const PlanNode *input = symptom->first_child ? symptom->first_child : symptom;
	return times_more(input) >= FACTOR;
}

/* A cache on the inner side of a nested loop, and more rows that ask it than planned. */
static bool asked_more_by(const Plan *plan, const PlanNode *symptom, const PlanNode *cause) {
	(void)plan;
	if (!symptom || !cause || !symptom->parent || !node_is(symptom->parent, "Nested Loop")) return false;
	const PlanNode *outer = symptom->parent->first_child;
	return outer != symptom && cause->measure.underestimated && flows_into(cause, outer) && times_more(outer) >= FACTOR;
}

static double cost_of_tree(const Plan *plan, const PlanNode *top) {
	double cost = 0;
	for (int id = top->id; id <= top->last; id++) cost += plan->nodes[id - 1]->measure.self_cost;
	return cost;
}

static bool runs_for_each_row(const PlanNode *child, const PlanNode *from) {
	bool subplan = child->relationship && strcmp(child->relationship, "SubPlan") == 0;
	bool inner = child != from && from == child->parent->first_child && node_is(child->parent, "Nested Loop");
	return subplan || inner;
}

/* What is planned to be done with the rows of a node: by the nodes they flow through, and by what is run for each of them. */
static double cost_of_rows(const Plan *plan, const PlanNode *node) {
	double cost = 0;
	for (const PlanNode *from = node, *up = node->parent; up && !node_stands_apart(from); from = up, up = up->parent) {
		cost += up->measure.self_cost;
		for (const PlanNode *child = up->first_child; child; child = child->next)
			if (runs_for_each_row(child, from)) cost += cost_of_tree(plan, child);
	}
	return cost;
}

/* JIT starts by cost: without the rows that never came, this plan's would not have reached its threshold. */
static bool made_dear_by(const Plan *plan, const PlanNode *symptom, const PlanNode *cause) {
	(void)symptom;
	if (!cause || cause->measure.underestimated || !(cause->measure.misestimate > 1)) return false;
	const char *set = plan_setting(plan, "jit_above_cost");
	double above = set ? strtod(set, NULL) : JIT_ABOVE_COST;
	double never = cost_of_rows(plan, cause) * (1 - 1 / cause->measure.misestimate);
	return plan->root->total_cost - never < above;
}

const Explanation explanations[] = {
    {"nested-loop-blowup", "row-misestimate", around, true},
    {"nested-loop-blowup", "missing-index", around, true},
    {"nested-loop-blowup", "filter-heavy-index", around, true},
    {"nested-loop-blowup", "cartesian-join", around, true},
    {"nested-loop-blowup", "nested-loop-blowup", around, false},
    {"sort-spill", "row-misestimate", got_more_from, false},
    {"hash-batches", "row-misestimate", got_more_from, false},
    {"temp-io", "row-misestimate", got_more_from, false},
    {"memoize-evictions", "row-misestimate", asked_more_by, false},
    {"jit-overhead", "row-misestimate", made_dear_by, false},
    {"foreign-filter", "row-misestimate", asked_more_by, false},
    {"foreign-filter", "subplan-per-row", inside, false},
    {"temp-io", "not-in", inside, false},
    {"temp-io", "subplan-per-row", inside, false},
    {"sort-spill", "wide-rows", at_its_node, false},
    {"hash-batches", "wide-rows", at_its_node, false},
    {"temp-io", "cte-materialised", at_its_node, false},
    {"temp-io", "count-star", at_its_node, false},
    {"cold-cache", "missing-index", at_its_node, false},
    {"cold-cache", "filter-heavy-index", at_its_node, false},
    {"cold-cache", "wrong-index-for-order-by", at_its_node, false},
    {"cold-cache", "heap-fetches", at_its_node, false},
    {"cold-cache", "offset-pagination", inside, false},
    {.symptom = NULL},
};

/* ---- causes and symptoms ---- */

static const PlanNode *node_of(const Plan *plan, const Finding *finding) {
	return finding->node > 0 ? plan->nodes[finding->node - 1] : NULL;
}

/* Stale statistics are a cause of wrong counts: what those explain, they explain. */
static const char *as_cause(const char *rule) {
	return strcmp(rule, "stale-stats") == 0 ? "row-misestimate" : rule;
}

static double larger(double one, double other) {
	return isnan(one) || other > one ? other : one;
}

static void take_over(Arena *arena, Finding *cause, const Finding *symptom, const Explanation *row) {
	cause->saves_share = larger(cause->saves_share, symptom->saves_share);
	cause->saves_ms = larger(cause->saves_ms, symptom->saves_ms);
	if (!row->told) cause->evidence = sentences(arena, cause->evidence, arena_printf(arena, "Hence also: %s.", symptom->title));
	if (symptom->kind == REMEDY_SETTING && symptom->sql)
		cause->notes = sentences(arena, cause->notes, arena_printf(arena, "What helps until then: %s.", symptom->sql));
	*list_push(arena, &cause->symptoms) = symptom->rule;
	for (size_t i = 0; i < symptom->symptoms.count; i++) *list_push(arena, &cause->symptoms) = symptom->symptoms.items[i];
}

static Finding *cause_of(const Plan *plan, const FindingList *findings, const Finding *symptom, const Explanation *row) {
	for (size_t i = 0; i < findings->count; i++) {
		Finding *cause = &findings->items[i];
		bool named = cause != symptom && strcmp(row->cause, as_cause(cause->rule)) == 0;
		if (named && row->holds(plan, node_of(plan, symptom), node_of(plan, cause))) return cause;
	}
	return NULL;
}

/* Of several causes the one that stands first in the table takes it over. */
static bool explain_away(Arena *arena, const Plan *plan, FindingList *findings, size_t at) {
	const Finding *symptom = &findings->items[at];
	for (const Explanation *row = explanations; row->symptom; row++) {
		Finding *cause = strcmp(row->symptom, symptom->rule) == 0 ? cause_of(plan, findings, symptom, row) : NULL;
		if (!cause) continue;
		take_over(arena, cause, symptom, row);
		remove_finding(findings, at);
		return true;
	}
	return false;
}

void findings_merge(Arena *arena, const Plan *plan, FindingList *findings) {
	merge_indexes(arena, findings);
	share_with_rewrites(arena, findings);
	for (size_t at = 0; at < findings->count;)
		if (!explain_away(arena, plan, findings, at)) at++;
}
