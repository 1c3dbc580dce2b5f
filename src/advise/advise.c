/* advise.c: runs the rules over a plan, weighs and orders what they find. */
#include "advise/advise.h"

#include "advise/index_name.h"
#include "advise/merge.h"
#include "advise/subtree.h"
#include "core/format.h"

/* Less is not worth anybody's time. */
#define COST_OF_MS 20.0 /* of a plan that was not run: a cost of 100 is about as little as 5 ms */
#define SAVES_OF_LEAST 0.2 /* one millisecond of the five that a statement has to take */
#define TABLE_ROWS 1000.0
#define TABLE_PAGES 128.0 /* 1 MB */
#define WASTED_ROWS 1000.0
#define WASTED_SHARE 0.9 /* of the rows read, */
#define WASTED_TIME 0.1 /* in so much of the statement */
#define EQUAL_GAIN 0.05 /* of the statement: nearer gains are one */

const AdviseSettings advise_defaults = {.min_gain = 0.05, .min_ms = 5};

bool advice_table_is_small(const Scan *scan) {
	return scan->table_rows < TABLE_ROWS || scan->table_pages < TABLE_PAGES;
}

bool advice_takes(const Advice *advice, double share, double least) {
	return share >= least || (advice->settings->tell_all && share >= 0);
}

bool advice_scan_wastes(const Advice *advice, const Scan *scan) {
	double removed = scan->rows_read - scan->rows_out;
	return !advice_table_is_small(scan) && removed > WASTED_ROWS && removed >= WASTED_SHARE * scan->rows_read &&
	       advice_takes(advice, plan_share(advice->plan, scan->self_ms, scan->self_cost), WASTED_TIME);
}

void advice_on_filters(Advice *advice, const Rule *rule, bool (*tell)(Advice *advice, const Rule *rule, const Scan *scan, const Predicate *condition)) {
	for (size_t i = 0; i < advice->scans.count; i++) {
		const Scan *scan = &advice->scans.items[i];
		bool told = !scan_reads_whole(scan) || !advice_scan_wastes(advice, scan);
		for (size_t c = 0; c < scan->filter.count && !told; c++) told = tell(advice, rule, scan, &scan->filter.items[c]);
	}
}

bool advice_told(const Advice *advice, const char *rule, const PlanNode *top) {
	for (size_t i = 0; i < advice->findings.count; i++) {
		const Finding *finding = &advice->findings.items[i];
		bool inside = finding->node >= top->id && finding->node <= top->last;
		if (inside && strcmp(finding->rule, rule) == 0) return true;
	}
	return false;
}

/* What is called once in a while counts as called once. */
static double times(const Facts *facts) {
	return fmax(facts_calls_per_s(facts), 1);
}

bool advice_is_worth(const Plan *plan, const Facts *facts, const AdviseSettings *settings) {
	double statement_ms = plan_statement_ms(plan), least = settings->min_ms / times(facts);
	return isnan(statement_ms) ? !(plan->root->total_cost < COST_OF_MS * least) : statement_ms >= least;
}

/* Why what a rule found is not told. */
static const char *too_little(Arena *arena, const Plan *plan, const Facts *facts, const AdviseSettings *settings) {
	const char *least = format_ms(arena, settings->min_ms);
	double calls_per_s = facts_calls_per_s(facts);
	if (isnan(plan_statement_ms(plan))) return "so little is expected of the statement";
	if (!isnan(calls_per_s)) return arena_printf(arena, "called %s times a second, the statement takes less than %s of each", format_unit(arena, UNIT_RATE, calls_per_s), least);
	return arena_printf(arena, "the statement takes less than %s, and how often it is called is not known", least);
}

/* ---- order ---- */

static int gain_step(const Finding *finding) {
	return (int)(finding_gain(finding) / EQUAL_GAIN + 0.5);
}

static size_t rule_place(const Finding *finding) {
	size_t place = 0;
	while (rules[place] && strcmp(rules[place]->id, finding->rule) != 0) place++;
	return place;
}

/* 1: before all others, -1: after them. */
static int told_apart(const Finding *finding) {
	const Rule *rule = rule_named(finding->rule);
	return !rule ? 0 : rule->first ? 1 : rule->last ? -1 : 0;
}

static bool comes_before(const Finding *one, const Finding *other) {
	if (told_apart(one) != told_apart(other)) return told_apart(one) > told_apart(other);
	int step = gain_step(one), other_step = gain_step(other);
	return step != other_step ? step > other_step : rule_place(one) < rule_place(other);
}

/* EXPLAIN (COSTS OFF) gives nothing to weigh by: what is bad by its shape alone is told, as the least. */
static bool worth_telling(const Plan *plan, const Facts *facts, const AdviseSettings *settings, const Finding *finding) {
	if (told_apart(finding) || settings->tell_all) return true;
	if (isnan(plan->root->total_cost) && isnan(plan_statement_ms(plan)) && isnan(finding->saves_share)) return true;
	if (!(finding->saves_share >= settings->min_gain)) return false;
	return isnan(plan_statement_ms(plan)) || finding->saves_ms * times(facts) >= SAVES_OF_LEAST * settings->min_ms;
}

void findings_rank(const Plan *plan, const Facts *facts, const AdviseSettings *settings, FindingList *findings) {
	size_t kept = 0;
	for (size_t i = 0; i < findings->count; i++) {
		Finding finding = findings->items[i];
		if (!worth_telling(plan, facts, settings, &finding)) continue;
		const Rule *rule = rule_named(finding.rule);
		finding.severity = finding_severity(finding.saves_share, finding.saves_ms, rule && rule->sourced);
		size_t to = kept++;
		for (; to && comes_before(&finding, &findings->items[to - 1]); to--)
			findings->items[to] = findings->items[to - 1];
		findings->items[to] = finding;
	}
	findings->count = kept;
}

/* What the rules would say of it if it took longer; NULL: nothing more than they do. */
static const char *silence(const Advice *short_one) {
	AdviseSettings settings = *short_one->settings;
	settings.min_ms = 0;
	FindingList would = advise(short_one->arena, short_one->plan, short_one->statement, short_one->facts, &settings);
	if (would.count <= short_one->findings.count) return NULL;
	return arena_printf(short_one->arena, "%s would be told, but %s (advice.min_ms).", would.items[0].rule,
	                    too_little(short_one->arena, short_one->plan, short_one->facts, short_one->settings));
}

FindingList advise(Arena *arena, const Plan *plan, const Statement *statement, const Facts *facts,
                   const AdviseSettings *settings) {
	Advice advice = {.arena = arena,
	                 .plan = plan,
	                 .statement = statement,
	                 .facts = facts,
	                 .settings = settings ? settings : &advise_defaults};
	if (!plan->root) return advice.findings;
	bool worth_all = advice_is_worth(plan, facts, advice.settings) || advice.settings->tell_all;
	if (worth_all) advice.scans = scans_of_plan(arena, plan, statement, facts);
	for (size_t i = 0; rules[i]; i++)
		if (worth_all || rules[i]->short_too) rules[i]->run(&advice, rules[i]);
	findings_merge(arena, plan, &advice.findings);
	findings_rank(plan, facts, advice.settings, &advice.findings);
	index_names_apart(arena, advice.settings->naming, facts, &advice.findings);
	if (!worth_all) advice.findings.silence = silence(&advice);
	return advice.findings;
}
