/* advise.c: runs the rules over a plan, weighs and orders what they find. */
#include "advise/advise.h"

#include "advise/index_name.h"
#include "advise/reach.h"

/* Less is not worth anybody's time. */
#define STATEMENT_MS 5.0
#define STATEMENT_COST 100.0 /* of a plan that was not run: about as little */
#define SAVES_MS 1.0
#define TABLE_ROWS 1000.0
#define TABLE_PAGES 128.0 /* 1 MB */
#define EQUAL_GAIN 0.05 /* of the statement: nearer gains are one */
#define BETTER 0.9 /* of another's gain: two indexes for one scan that are as good as each other */

static const AdviseSettings defaults = {.min_gain = 0.05};

bool advice_table_is_small(const Scan *scan) {
	return scan->table_rows < TABLE_ROWS || scan->table_pages < TABLE_PAGES;
}

bool advice_told(const Advice *advice, const char *rule, const PlanNode *top) {
	for (size_t i = 0; i < advice->findings.count; i++) {
		const Finding *finding = &advice->findings.items[i];
		bool inside = finding->node >= top->id && finding->node <= subtree_end(advice->plan, top);
		if (inside && strcmp(finding->rule, rule) == 0) return true;
	}
	return false;
}

static bool worth_advice(const Plan *plan) {
	double statement_ms = plan_statement_ms(plan);
	return isnan(statement_ms) ? !(plan->root->total_cost < STATEMENT_COST) : statement_ms >= STATEMENT_MS;
}

/* ---- findings that say the same ---- */

static bool index_begins_with(const IndexAdvice *index, const IndexAdvice *front) {
	if (front->column_count > index->column_count || strcmp(index->table, front->table) != 0) return false;
	if ((index->where || front->where) && !(index->where && front->where && strcmp(index->where, front->where) == 0))
		return false;
	for (size_t i = 0; i < front->column_count; i++)
		if (strcmp(index->columns[i], front->columns[i]) != 0) return false;
	return true;
}

static bool one_index(const Finding *finding) {
	return finding->kind == REMEDY_INDEX && finding->indexes.count == 1;
}

static double gain(const Finding *finding) {
	return isnan(finding->saves_share) ? 0 : finding->saves_share;
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
	kept->saves_share = fmin(1, gain(kept) + gain(gone));
	kept->stake_ms += gone->stake_ms;
	kept->stake_cost += gone->stake_cost;
	kept->evidence = arena_printf(arena, "%s %s", kept->evidence, gone->evidence);
}

static void remove_finding(FindingList *findings, size_t at) {
	findings->count--;
	for (size_t i = at; i < findings->count; i++) findings->items[i] = findings->items[i + 1];
}

/* Two ways to spare one scan: the better one, the earlier one when they are as good. */
static bool rival(const Finding *one, const Finding *other) {
	bool both = one->indexes.count && (other->indexes.count || other->rewrite);
	return both && one->kind == REMEDY_INDEX && one->node == other->node && one->rule != other->rule;
}

static bool same_index(const Finding *one, const Finding *other) {
	if (!one_index(one) || !one_index(other)) return false;
	const IndexAdvice *left = &one->indexes.items[0], *right = &other->indexes.items[0];
	return index_begins_with(left, right) || index_begins_with(right, left);
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

static void merge_findings(Arena *arena, FindingList *findings) {
	for (size_t i = 0; i < findings->count; i++) {
		for (size_t k = i + 1; k < findings->count;) {
			Finding *one = &findings->items[i], *other = &findings->items[k];
			bool rivals = rival(one, other), same = !rivals && same_index(one, other);
			if (rivals && gain(one) < BETTER * gain(other)) *one = *other;
			if (same) join_findings(arena, one, other);
			if (rivals || same) remove_finding(findings, k);
			else k++;
		}
	}
}

typedef LIST(const IndexAdvice *) IndexList;

static bool called_like_another(const IndexList *seen, const IndexAdvice *index) {
	for (size_t i = 0; i < seen->count; i++)
		if (strcmp(seen->items[i]->name, index->name) == 0 && !index_same(seen->items[i], index)) return true;
	return false;
}

/* Different indexes of one name (partial and not, say) get different numbers. */
static void tell_apart(Arena *arena, const Facts *facts, IndexList *seen, IndexAdvice *index) {
	for (int number = 1; called_like_another(seen, index); number++)
		index->name = index_name(arena, facts, index, number);
	*list_push(arena, seen) = index;
}

static void tell_names_apart(Arena *arena, const Facts *facts, FindingList *findings) {
	IndexList seen = {0};
	for (size_t i = 0; i < findings->count; i++) {
		Finding *finding = &findings->items[i];
		for (size_t k = 0; k < finding->indexes.count; k++)
			tell_apart(arena, facts, &seen, &finding->indexes.items[k]);
		for (size_t k = 0; k < finding->alternatives.count; k++)
			tell_apart(arena, facts, &seen, &finding->alternatives.items[k]);
		if (finding->indexes.count)
			finding_set_indexes(arena, finding, finding->indexes.items, finding->indexes.count);
	}
}

/* ---- order ---- */

static int gain_step(const Finding *finding) {
	return (int)(gain(finding) / EQUAL_GAIN + 0.5);
}

static size_t rule_place(const Finding *finding) {
	size_t place = 0;
	while (rules[place] && strcmp(rules[place]->id, finding->rule) != 0) place++;
	return place;
}

static bool told_first(const Finding *finding) {
	const Rule *rule = rule_named(finding->rule);
	return rule && rule->first;
}

static bool comes_before(const Finding *one, const Finding *other) {
	if (told_first(one) != told_first(other)) return told_first(one);
	int step = gain_step(one), other_step = gain_step(other);
	return step != other_step ? step > other_step : rule_place(one) < rule_place(other);
}

/* EXPLAIN (COSTS OFF) gives nothing to weigh by: what is bad by its shape alone is told, as the least. */
static bool worth_telling(const Plan *plan, const AdviseSettings *settings, const Finding *finding) {
	if (told_first(finding)) return true;
	if (isnan(plan->root->total_cost) && isnan(plan_statement_ms(plan)) && isnan(finding->saves_share)) return true;
	if (!(finding->saves_share >= settings->min_gain)) return false;
	return isnan(plan_statement_ms(plan)) || finding->saves_ms >= SAVES_MS;
}

void findings_rank(const Plan *plan, const AdviseSettings *settings, FindingList *findings) {
	size_t kept = 0;
	for (size_t i = 0; i < findings->count; i++) {
		Finding finding = findings->items[i];
		if (!worth_telling(plan, settings ? settings : &defaults, &finding)) continue;
		const Rule *rule = rule_named(finding.rule);
		finding.severity = finding_severity(plan, finding.saves_share, finding.saves_ms, rule && rule->sourced);
		size_t to = kept++;
		for (; to && comes_before(&finding, &findings->items[to - 1]); to--)
			findings->items[to] = findings->items[to - 1];
		findings->items[to] = finding;
	}
	findings->count = kept;
}

FindingList advise(Arena *arena, const Plan *plan, const Statement *statement, const Facts *facts,
                   const AdviseSettings *settings) {
	Advice advice = {.arena = arena,
	                 .plan = plan,
	                 .statement = statement,
	                 .facts = facts,
	                 .settings = settings ? settings : &defaults};
	if (!plan->root) return advice.findings;
	bool worth_all = worth_advice(plan);
	if (worth_all) advice.scans = scans_of_plan(arena, plan, statement, facts);
	for (size_t i = 0; rules[i]; i++)
		if (worth_all || rules[i]->quick) rules[i]->run(&advice, rules[i]);
	merge_findings(arena, &advice.findings);
	share_with_rewrites(arena, &advice.findings);
	findings_rank(plan, advice.settings, &advice.findings);
	tell_names_apart(arena, facts, &advice.findings);
	return advice.findings;
}
