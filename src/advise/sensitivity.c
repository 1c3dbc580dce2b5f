/* sensitivity.c: does the plan of a $1 statement depend on the values. */
#include "advise/sensitivity.h"

#include <stdlib.h>

#include "advise/say.h"
#include "core/format.h"
#include "plan/shape.h"
#include "plan/value.h"
#include "sql/token.h"

/* ---- shapes ---- */

static void find_shapes(Arena *arena, Sensitivity *s) {
	uint64_t *seen = ARENA_ARRAY(arena, uint64_t, s->plans->count);
	s->shapes = ARENA_ARRAY(arena, size_t, s->plans->count);
	for (size_t i = 0; i < s->plans->count; i++) {
		const Plan *plan = s->plans->items[i].plan;
		s->shapes[i] = NO_SHAPE;
		if (!plan || plan_hides_partitions(plan)) continue;
		uint64_t shape = plan_shape(plan);
		size_t nth = 0;
		while (nth < s->shape_count && seen[nth] != shape) nth++;
		if (nth == s->shape_count) seen[s->shape_count++] = shape;
		s->shapes[i] = nth;
	}
}

static const Plan *first_of_shape(const Sensitivity *s, size_t shape) {
	for (size_t i = 0; i < s->plans->count; i++)
		if (s->shapes[i] == shape) return s->plans->items[i].plan;
	return NULL;
}

/* Each against the first: that is the generic one, unless it could not be planned. */
static void tell_differences(Arena *arena, Sensitivity *s) {
	const Plan *generic = s->plans->items[0].plan;
	if (generic && plan_hides_partitions(generic))
		*list_push(arena, &s->differences) = "the generic plan chooses partitions when it runs, so what it does to them is not seen; its cost is that of all of them";
	for (size_t shape = 1; shape < s->shape_count; shape++) {
		ShapeDifferences found = plan_shape_differences(arena, first_of_shape(s, 0), first_of_shape(s, shape));
		for (size_t i = 0; i < found.count; i++)
			*list_push(arena, &s->differences) = arena_printf(arena, "%c, not A: %s", shape_letter(shape), shape_difference_words(arena, &found.items[i]));
	}
}

char shape_letter(size_t shape) {
	return shape == NO_SHAPE ? '-' : shape < 26 ? (char)('A' + shape) : '*';
}

/* ---- what the server keeps ---- */

const char *plan_cache_name(PlanCache cache) {
	static const char *const names[] = {[PLAN_CACHE_UNKNOWN] = "unknown", [PLAN_CACHE_CUSTOM] = "custom", [PLAN_CACHE_GENERIC] = "generic", [PLAN_CACHE_DEPENDS] = "depends"};
	return names[cache];
}

static const Plan *custom_plan(const Sensitivity *s) {
	for (size_t i = 1; i < s->plans->count; i++)
		if (s->plans->items[i].plan) return s->plans->items[i].plan;
	return NULL;
}

/* EXPLAIN names the settings that are not as they come; those of the generic plan are ours. */
static const PlanValue *setting_of(const Sensitivity *s, const char *name) {
	const Plan *plan = custom_plan(s);
	return plan ? plan_field(plan_field(plan->fields, "Settings"), name) : NULL;
}

static size_t count_read(const Plan *plan) {
	size_t count = 0;
	for (size_t i = 0; i < plan->node_count; i++) count += plan->nodes[i]->alias != NULL;
	return count;
}

static size_t count_joins(Arena *arena, const char *text) {
	TokenList tokens = sql_tokens(arena, text);
	size_t count = 0;
	for (size_t i = 0; i < tokens.count; i++) count += tokens_have(text, &tokens, i, "join");
	return count;
}

/* The server's own rule: 1000 × cpu_operator_cost for each entry of the range table, and one more. Not all of them are seen in a plan. */
static double cost_of_planning(Arena *arena, const Sensitivity *s) {
	const Plan *plan = custom_plan(s);
	const char *written = value_text(setting_of(s, "cpu_operator_cost"));
	double operator_cost = written ? strtod(written, NULL) : 0.0025;
	return plan ? 1000 * operator_cost * (double)(count_read(plan) + count_joins(arena, s->statement->text) + 1) : NAN;
}

typedef struct CustomCosts {
	const ValuePlan *least, *most;
	double sum;
	size_t count;
} CustomCosts;

static double cost_of(const ValuePlan *plan) {
	return plan->plan->root->total_cost;
}

static CustomCosts custom_costs(const Sensitivity *s) {
	CustomCosts costs = {0};
	for (size_t i = 1; i < s->plans->count; i++) {
		const ValuePlan *plan = &s->plans->items[i];
		if (!plan->plan || isnan(cost_of(plan))) continue;
		if (!costs.least || cost_of(plan) < cost_of(costs.least)) costs.least = plan;
		if (!costs.most || cost_of(plan) > cost_of(costs.most)) costs.most = plan;
		costs.sum += cost_of(plan);
		costs.count++;
	}
	return costs;
}

static PlanCache cache_of(const Sensitivity *s, const CustomCosts *costs) {
	if (strcmp(s->mode, "force_custom_plan") == 0) return PLAN_CACHE_CUSTOM;
	if (strcmp(s->mode, "force_generic_plan") == 0) return PLAN_CACHE_GENERIC;
	if (!costs->count || isnan(s->generic_cost)) return PLAN_CACHE_UNKNOWN;
	if (s->generic_cost < cost_of(costs->least) + s->planning_cost) return PLAN_CACHE_GENERIC;
	return s->generic_cost < cost_of(costs->most) + s->planning_cost ? PLAN_CACHE_DEPENDS : PLAN_CACHE_CUSTOM;
}

static const char *words_of_cache(Arena *arena, const Sensitivity *s, const CustomCosts *costs) {
	if (strncmp(s->mode, "force_", 6) == 0)
		return arena_printf(arena, "plan_cache_mode is %s here: a prepared statement %s.", s->mode,
		                    s->cache == PLAN_CACHE_CUSTOM ? "is planned for its values each time" : "gets the generic plan, whatever its values");
	if (s->cache == PLAN_CACHE_UNKNOWN) return "What a prepared statement gets cannot be told without plans for values.";
	const char *generic = say_cost(arena, s->generic_cost), *planning = say_cost(arena, s->planning_cost);
	if (s->cache == PLAN_CACHE_DEPENDS)
		return arena_printf(arena, "The first five executions decide what a prepared statement gets: with values like \"%s\" (cost %s) it goes on being planned for them, with "
		                           "values like \"%s\" (cost %s) the generic plan (cost %s) takes over; about %s is added for planning anew.",
		                    costs->least->source, say_cost(arena, cost_of(costs->least)), costs->most->source, say_cost(arena, cost_of(costs->most)), generic, planning);
	const char *costs_text = arena_printf(arena, "cost %s, against %s on average for those made for values, about %s of it for planning anew", generic,
	                                      say_cost(arena, s->custom_cost), planning);
	return s->cache == PLAN_CACHE_GENERIC ? arena_printf(arena, "After five executions a prepared statement gets the generic plan: %s.", costs_text)
	                                      : arena_printf(arena, "A prepared statement goes on being planned for its values; the generic plan is dearer: %s.", costs_text);
}

static void foresee(Arena *arena, Sensitivity *s) {
	const char *mode = value_text(setting_of(s, "plan_cache_mode"));
	const Plan *generic = s->plans->items[0].plan;
	CustomCosts costs = custom_costs(s);
	s->mode = mode ? mode : "auto";
	s->generic_cost = generic ? generic->root->total_cost : NAN;
	s->planning_cost = cost_of_planning(arena, s);
	s->custom_cost = costs.count ? costs.sum / (double)costs.count + s->planning_cost : NAN;
	s->cache = cache_of(s, &costs);
	s->cache_words = words_of_cache(arena, s, &costs);
}

/* ---- advice ---- */

static bool same_text(const char *one, const char *other) {
	return one == other || (one && other && strcmp(one, other) == 0);
}

static bool serves(const Finding *one, const Finding *other) {
	if (one->indexes.count != other->indexes.count) return false;
	if (!one->indexes.count && strcmp(one->rule, other->rule) != 0) return false; /* one index may serve by two rules */
	for (size_t i = 0; i < one->indexes.count; i++)
		if (!index_begins_with(&one->indexes.items[i], &other->indexes.items[i])) return false;
	return one->indexes.count || same_text(one->relation, other->relation);
}

static bool advised(const ValuePlan *plan, const Finding *finding) {
	for (size_t i = 0; plan->findings && i < plan->findings->count; i++)
		if (serves(finding, &plan->findings->items[i])) return true;
	return false;
}

/* The widest of those that begin alike. */
static void add_advice(Arena *arena, Sensitivity *s, const Finding *finding) {
	for (size_t i = 0; i < s->advice.count; i++) {
		ValueAdvice *known = &s->advice.items[i];
		if (serves(known->finding, finding)) return;
		if (!serves(finding, known->finding)) continue;
		known->finding = finding;
		return;
	}
	*list_push(arena, &s->advice) = (ValueAdvice){.finding = finding};
}

static void find_helped(Arena *arena, const Sensitivity *s, ValueAdvice *advice) {
	bool *helps = ARENA_ARRAY(arena, bool, s->plans->count);
	advice->helps = helps;
	advice->all = true;
	for (size_t i = 0; i < s->plans->count; i++) {
		helps[i] = advised(&s->plans->items[i], advice->finding);
		advice->all = advice->all && (helps[i] || !s->plans->items[i].findings);
	}
}

static void gather_advice(Arena *arena, Sensitivity *s) {
	for (size_t i = 0; i < s->plans->count; i++) {
		const FindingList *findings = s->plans->items[i].findings;
		for (size_t k = 0; findings && k < findings->count; k++) add_advice(arena, s, &findings->items[k]);
	}
	for (size_t i = 0; i < s->advice.count; i++) find_helped(arena, s, &s->advice.items[i]);
}

static const char *sources_where(Arena *arena, const Sensitivity *s, bool (*wanted)(const Sensitivity *, size_t, const void *), const void *what) {
	const char **sources = ARENA_ARRAY(arena, const char *, s->plans->count);
	size_t count = 0;
	for (size_t i = 0; i < s->plans->count; i++)
		if (wanted(s, i, what)) sources[count++] = s->plans->items[i].source;
	return say_columns(arena, sources, count);
}

static bool has_shape(const Sensitivity *s, size_t nth, const void *shape) {
	return s->shapes[nth] == *(const size_t *)shape;
}

static bool is_helped(const Sensitivity *s, size_t nth, const void *advice) {
	(void)s;
	return ((const ValueAdvice *)advice)->helps[nth];
}

static bool is_not_helped(const Sensitivity *s, size_t nth, const void *advice) {
	return s->plans->items[nth].findings && !is_helped(s, nth, advice);
}

/* "generic, rare" of the plans of that shape */
static const char *sources_of(Arena *arena, const Sensitivity *s, size_t shape) {
	return sources_where(arena, s, has_shape, &shape);
}

const char *value_advice_words(Arena *arena, const Sensitivity *s, const ValueAdvice *advice) {
	const Finding *finding = advice->finding;
	const char *what = finding->indexes.count ? finding->sql : finding->title;
	if (advice->all) return arena_printf(arena, "whatever the values, %s: %s", finding->rule, what);
	return arena_printf(arena, "for %s, not for %s, %s: %s", sources_where(arena, s, is_helped, advice), sources_where(arena, s, is_not_helped, advice), finding->rule, what);
}

/* ---- the verdict ---- */

static bool values_agree(const Sensitivity *s) {
	size_t shape = NO_SHAPE;
	for (size_t i = 1; i < s->plans->count; i++) {
		if (s->shapes[i] == NO_SHAPE) continue;
		if (shape != NO_SHAPE && s->shapes[i] != shape) return false;
		shape = s->shapes[i];
	}
	return true;
}

static const char *verdict_of(Arena *arena, const Sensitivity *s) {
	if (!custom_costs(s).count) return "no plan for values is known";
	if (s->shape_count == 1) return "one plan for all values";
	const char *which = "";
	for (size_t shape = 0; shape < s->shape_count; shape++)
		which = arena_printf(arena, "%s%s%c for %s", which, shape ? ", " : "", shape_letter(shape), sources_of(arena, s, shape));
	if (values_agree(s)) return arena_printf(arena, "one plan for all values, but the generic plan is another: %s", which);
	return arena_printf(arena, "the plan depends on %s: %s", s->depends_on ? s->depends_on : "the values", which);
}

Sensitivity *sensitivity_of(Arena *arena, const Statement *statement, const ValuePlans *plans, const char *depends_on) {
	Sensitivity *s = ARENA_NEW(arena, Sensitivity);
	*s = (Sensitivity){.statement = statement, .plans = plans, .depends_on = depends_on};
	find_shapes(arena, s);
	tell_differences(arena, s);
	foresee(arena, s);
	gather_advice(arena, s);
	s->verdict = verdict_of(arena, s);
	return s;
}
