/* parameter_sensitive.c: a prepared statement keeps one plan where its values want several. */
#include "advise/parameter_sensitive.h"

#include "core/format.h"
#include "plan/shape.h"
#include "sql/quote.h"

#define WORTH_COST 100.0 /* less is not worth anybody's time */
#define OFF_BY 2.0 /* plans that cost about as much may be exchanged for one another */

static bool only_workers(const Plan *one, const Plan *other) {
	Arena *scratch = arena_new();
	ShapeDifferences differences = plan_shape_differences(scratch, one, other);
	bool only = shape_differs_in_workers_only(&differences);
	arena_free(scratch);
	return only;
}

/* Is what the generic plan expects far from what another plan, made for these values, does? */
static bool misjudged(const Sensitivity *s, size_t nth) {
	const Plan *plan = s->plans->items[nth].plan;
	if (!plan || s->shapes[nth] == s->shapes[0]) return false;
	double cost = plan->root->total_cost, generic = s->generic_cost;
	bool far = cost * OFF_BY < generic || cost > generic * OFF_BY;
	return fmax(cost, generic) >= WORTH_COST && far && !only_workers(s->plans->items[0].plan, plan);
}

bool parameter_sensitive(const Sensitivity *s) {
	if (s->cache != PLAN_CACHE_GENERIC && s->cache != PLAN_CACHE_DEPENDS) return false;
	for (size_t i = 1; s->shapes[0] != NO_SHAPE && i < s->plans->count; i++)
		if (misjudged(s, i)) return true;
	return false;
}

static const char *evidence(Arena *arena, const Sensitivity *s) {
	const char *text = "";
	for (size_t i = 0; i < s->plans->count; i++) {
		const ValuePlan *each = &s->plans->items[i];
		if (!each->plan) continue;
		const char *values = each->values ? arena_printf(arena, " (%s)", each->values) : "";
		const char *ran = isnan(each->measured_ms) ? "" : arena_printf(arena, ", ran in %s", format_ms(arena, each->measured_ms));
		text = arena_printf(arena, "%s%s%s%s: plan %c, cost %s%s", text, *text ? "; " : "", each->source, values, shape_letter(s->shapes[i]),
		                    format_unit(arena, UNIT_NONE, each->plan->root->total_cost), ran);
	}
	return arena_printf(arena, "%s.", text);
}

/* What planning for each execution takes, as far as it was measured. */
static const char *price(Arena *arena, const Sensitivity *s) {
	double ms = NAN;
	for (size_t i = 1; i < s->plans->count; i++)
		if (s->plans->items[i].plan) ms = fmax(ms, s->plans->items[i].plan->planning_ms);
	const char *took = isnan(ms) ? "" : arena_printf(arena, ", which took up to %s here", format_ms(arena, ms));
	return arena_printf(arena, "It locks nothing; each execution is planned anew%s.", took);
}

static const char *notes(Arena *arena, const char *role) {
	const char *who = role ? sql_identifier(arena, role) : "…";
	return arena_printf(arena, "This concerns prepared statements only; pg_stat_statements writes $1 for constants, too. SET is for the session that "
	                           "prepared it, and counts from its next execution. For one role: ALTER ROLE %s SET plan_cache_mode = "
	                           "force_custom_plan; in a function: ALTER FUNCTION … SET the same. A driver can leave the statement unprepared: prepareThreshold=0 "
	                           "in JDBC, prepare_threshold=None in psycopg. An index that serves all values is better still.", who);
}

Finding parameter_sensitive_finding(Arena *arena, const Sensitivity *s, const char *role) {
	Finding finding = finding_new("parameter-sensitive");
	const char *on = s->depends_on ? s->depends_on : "its values";
	finding.title = arena_printf(arena, "the best plan depends on %s, but a prepared statement keeps one for all", on);
	finding.evidence = evidence(arena, s);
	finding.because = s->differences.count ? arena_printf(arena, "%s %s.", s->cache_words, s->differences.items[0]) : s->cache_words;
	finding.kind = REMEDY_SETTING;
	finding.sql = "SET plan_cache_mode = force_custom_plan";
	finding.undo = "RESET plan_cache_mode";
	finding.locks = price(arena, s);
	finding.notes = notes(arena, role);
	finding.basis = BASIS_ESTIMATED;
	return finding;
}

/* One plan alone does not tell: this comes of several, by the functions above. */
static void of_one_plan(Advice *advice, const Rule *rule) {
	(void)advice;
	(void)rule;
}

const Rule rule_parameter_sensitive = {
    .id = "parameter-sensitive",
    .summary = "a prepared statement keeps one plan where its values want several",
    .fires = "Plans of a statement with $1 under several values (P in a plan, pgwhy explain --values) have other shapes than its generic "
	     "plan, the cost of one of them is half or double the generic one's, and it is the generic one, or may become it after five "
	     "executions. Silent where all values get one plan, where plans cost about the same or under 100 or differ only in workers, and where the server goes on "
	     "planning for the values because the generic plan is dearer, or is told to by plan_cache_mode.",
    .run = of_one_plan,
};
