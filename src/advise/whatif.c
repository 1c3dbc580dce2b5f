/* whatif.c: has the planner judge findings. */
#include "advise/whatif.h"

typedef enum Stage { ASK_AS_IS, ASK_ALONE, ASK_GOOD_TOGETHER, ASK_ALL_TOGETHER, ASK_NOTHING, DONE } Stage;

/* How a finding fared. */
typedef struct Trial {
	bool asked; /* the planner answered at least once */
	bool good; /* used, and worth it, by itself */
	size_t choice; /* 0: its indexes; n: its nth alternative in their place */
	double cost;
} Trial;

struct WhatIf {
	Arena *arena;
	const Plan *plan;
	double min_gain;
	const AdviseSettings *settings;
	FindingList *findings;
	Trial *trials;
	Stage stage;
	size_t at, variant; /* the finding in question, and which of its choices */
	double cost_as_is, cost_good;
	const char **sql; /* of the question being asked */
	size_t sql_count;
};

WhatIf *whatif_new(Arena *arena, const Plan *plan, const AdviseSettings *settings, FindingList *findings) {
	WhatIf *whatif = ARENA_NEW(arena, WhatIf);
	*whatif = (WhatIf){.arena = arena,
	                   .plan = plan,
	                   .min_gain = settings ? settings->min_gain : 0.05,
	                   .settings = settings,
	                   .findings = findings,
	                   .cost_as_is = NAN,
	                   .cost_good = NAN};
	whatif->trials = ARENA_ARRAY(arena, Trial, findings->count + 1);
	return whatif;
}

/* ---- questions ---- */

static bool an_index(const Finding *finding) {
	return finding->kind == REMEDY_INDEX && finding->indexes.count && index_is_pretendable(&finding->indexes.items[0]);
}

static bool askable(const Finding *finding) {
	return an_index(finding) || finding->rewrite;
}

static void add_sql(WhatIf *whatif, const IndexAdvice *index) {
	const char *sql = index_pretend_sql(whatif->arena, index);
	for (size_t i = 0; i < whatif->sql_count; i++)
		if (strcmp(whatif->sql[i], sql) == 0) return;
	whatif->sql[whatif->sql_count++] = sql;
}

static void add_choice(WhatIf *whatif, const Finding *finding, size_t choice) {
	if (choice) add_sql(whatif, &finding->alternatives.items[choice - 1]);
	for (size_t i = 0; !choice && i < finding->indexes.count; i++) add_sql(whatif, &finding->indexes.items[i]);
}

static void begin_question(WhatIf *whatif) {
	size_t most = 1;
	for (size_t i = 0; i < whatif->findings->count; i++) most += whatif->findings->items[i].indexes.count;
	whatif->sql = ARENA_ARRAY(whatif->arena, const char *, most);
	whatif->sql_count = 0;
}

static size_t count_of(const WhatIf *whatif, bool good) {
	size_t count = 0;
	for (size_t i = 0; i < whatif->findings->count; i++)
		count += an_index(&whatif->findings->items[i]) && whatif->trials[i].asked && whatif->trials[i].good == good;
	return count;
}

static double cost_of_the_good_one(const WhatIf *whatif) {
	for (size_t i = 0; i < whatif->findings->count; i++)
		if (an_index(&whatif->findings->items[i]) && whatif->trials[i].good) return whatif->trials[i].cost;
	return whatif->cost_as_is;
}

/* Steps over what needs no question; the stages run in their order. */
static void settle_stage(WhatIf *whatif) {
	size_t count = whatif->findings->count;
	while (whatif->stage <= ASK_ALONE && whatif->at < count && !askable(&whatif->findings->items[whatif->at]))
		whatif->at++;
	if (whatif->stage <= ASK_ALONE && whatif->at == count) {
		size_t good = count_of(whatif, true), weak = count_of(whatif, false);
		whatif->stage = weak && good + weak > 1 ? ASK_GOOD_TOGETHER : ASK_NOTHING;
	}
	if (whatif->stage == ASK_GOOD_TOGETHER && count_of(whatif, true) < 2) {
		whatif->cost_good = cost_of_the_good_one(whatif);
		whatif->stage = ASK_ALL_TOGETHER;
	}
}

static void add_choices_of_stage(WhatIf *whatif) {
	for (size_t i = 0; i < whatif->findings->count; i++) {
		const Trial *trial = &whatif->trials[i];
		bool meant = trial->good || whatif->stage == ASK_ALL_TOGETHER;
		if (an_index(&whatif->findings->items[i]) && trial->asked && meant)
			add_choice(whatif, &whatif->findings->items[i], trial->choice);
	}
}

static void finish(WhatIf *whatif);

bool whatif_next(WhatIf *whatif, WhatIfQuestion *question) {
	*question = (WhatIfQuestion){0};
	settle_stage(whatif);
	if (whatif->stage == ASK_NOTHING) finish(whatif);
	if (whatif->stage == DONE) return false;
	begin_question(whatif);
	if (whatif->stage == ASK_ALONE) {
		const Finding *finding = &whatif->findings->items[whatif->at];
		add_choice(whatif, finding, whatif->variant);
		question->statement = finding->rewrite;
	} else if (whatif->stage != ASK_AS_IS) {
		add_choices_of_stage(whatif);
	}
	question->indexes = whatif->sql;
	question->index_count = whatif->sql_count;
	return true;
}

/* ---- answers ---- */

static bool plan_uses(const Plan *plan, const char *index) {
	for (size_t i = 0; i < plan->node_count; i++)
		if (plan->nodes[i]->index && strcmp(plan->nodes[i]->index, index) == 0) return true;
	return false;
}

static bool all_used(const WhatIf *whatif, const Plan *plan, const char *const *names) {
	for (size_t i = 0; names && i < whatif->sql_count; i++)
		if (names[i] && !plan_uses(plan, names[i])) return false;
	return true;
}

static bool worth_it(const WhatIf *whatif, double cost, double before) {
	return cost < before * (1 - whatif->min_gain);
}

static void answer_alone(WhatIf *whatif, const Plan *answer, const char *const *names) {
	const Finding *finding = &whatif->findings->items[whatif->at];
	Trial *trial = &whatif->trials[whatif->at];
	if (answer) {
		double cost = answer->root->total_cost;
		bool good = worth_it(whatif, cost, whatif->cost_as_is) && all_used(whatif, answer, names);
		if (good && (!trial->good || cost < 0.99 * trial->cost)) {
			trial->choice = whatif->variant;
			trial->cost = cost;
		}
		trial->good = trial->good || good;
		trial->asked = true;
	}
	if (++whatif->variant <= finding->alternatives.count && !finding->rewrite) return;
	whatif->variant = 0;
	whatif->at++;
}

static bool used_in(const WhatIf *whatif, const Finding *finding, const Plan *plan, const char *const *names) {
	const char *sql = index_pretend_sql(whatif->arena, &finding->indexes.items[0]);
	for (size_t i = 0; i < whatif->sql_count; i++)
		if (strcmp(whatif->sql[i], sql) == 0) return names[i] && plan_uses(plan, names[i]);
	return false;
}

static void take_over(WhatIf *whatif, Finding *together, const Finding *other) {
	Arena *arena = whatif->arena;
	LIST(IndexAdvice) all = {0};
	for (size_t i = 0; i < together->indexes.count; i++) *list_push(arena, &all) = together->indexes.items[i];
	for (size_t i = 0; i < other->indexes.count; i++) *list_push(arena, &all) = other->indexes.items[i];
	if (together->indexes.count == 1)
		together->notes = arena_printf(arena, "%s%sThese indexes gain only together.",
		                               together->notes ? together->notes : "", together->notes ? " " : "");
	finding_set_indexes(arena, together, all.items, all.count);
	together->stake_ms += other->stake_ms;
	together->stake_cost += other->stake_cost;
	together->evidence = arena_printf(arena, "%s %s", together->evidence, other->evidence);
}

/* Those that gain nothing alone but are used when all are there belong together: a star join's, say. */
static void keep_what_works_together(WhatIf *whatif, const Plan *answer, const char *const *names) {
	double cost = answer->root->total_cost;
	if (!names || !worth_it(whatif, cost, whatif->cost_good)) return;
	Finding *together = NULL;
	for (size_t i = 0; i < whatif->findings->count; i++) {
		Finding *finding = &whatif->findings->items[i];
		Trial *trial = &whatif->trials[i];
		if (!an_index(finding) || !trial->asked || trial->good || !used_in(whatif, finding, answer, names)) continue;
		if (together) {
			take_over(whatif, together, finding);
			continue;
		}
		together = finding;
		trial->good = true;
		trial->cost = whatif->cost_as_is - (whatif->cost_good - cost); /* what they add to the good ones */
	}
}

void whatif_answer(WhatIf *whatif, const Plan *answer, const char *const *names) {
	switch (whatif->stage) {
	case ASK_AS_IS:
		if (answer) whatif->cost_as_is = answer->root->total_cost;
		whatif->stage = answer ? ASK_ALONE : ASK_NOTHING;
		break;
	case ASK_ALONE: answer_alone(whatif, answer, names); break;
	case ASK_GOOD_TOGETHER:
		whatif->cost_good = answer ? answer->root->total_cost : NAN;
		whatif->stage = answer ? ASK_ALL_TOGETHER : ASK_NOTHING;
		break;
	case ASK_ALL_TOGETHER:
		if (answer) keep_what_works_together(whatif, answer, names);
		whatif->stage = ASK_NOTHING;
		break;
	case ASK_NOTHING:
	case DONE: break;
	}
}

/* ---- what it comes to ---- */

static void take_choice(WhatIf *whatif, Finding *finding, size_t choice) {
	if (!choice) return;
	IndexAdvice chosen = finding->alternatives.items[choice - 1];
	finding->alternatives.items[choice - 1] = finding->indexes.items[0];
	finding_set_indexes(whatif->arena, finding, &chosen, 1);
}

/* The planner's word on cost, applied to the time that was measured where the index reaches. */
static void weigh(const WhatIf *whatif, Finding *finding, double cost) {
	double spared = whatif->cost_as_is - cost, statement_ms = plan_statement_ms(whatif->plan);
	double ratio = finding->stake_cost > 0 ? fmin(1, spared / finding->stake_cost) : spared / whatif->cost_as_is;
	finding->basis = BASIS_HYPOTHETICAL;
	finding->cost_before = whatif->cost_as_is;
	finding->cost_after = cost;
	finding->saves_share = spared / whatif->cost_as_is;
	if (!(statement_ms > 0) || isnan(finding->stake_ms)) return;
	finding->saves_ms = fmin(finding->stake_ms, statement_ms) * ratio;
	finding->saves_share = finding->saves_ms / statement_ms;
}

static void finish(WhatIf *whatif) {
	size_t kept = 0;
	const char *doubt = NULL;
	for (size_t i = 0; i < whatif->findings->count; i++) {
		const char *rule = whatif->findings->items[i].rule;
		if (strcmp(rule, "row-misestimate") == 0 || strcmp(rule, "stale-stats") == 0)
			doubt = arena_printf(whatif->arena,
			                     "The planner's estimates are off in this plan (%s): the gain may be smaller than its costs promise.", rule);
	}
	for (size_t i = 0; i < whatif->findings->count; i++) {
		Finding *finding = &whatif->findings->items[i];
		const Trial *trial = &whatif->trials[i];
		if (trial->asked && !trial->good && !finding->rewrite) continue; /* the planner would not use it */
		if (trial->asked && trial->good) {
			take_choice(whatif, finding, trial->choice);
			weigh(whatif, finding, trial->cost);
			if (doubt)
				finding->notes =
				    finding->notes ? arena_printf(whatif->arena, "%s %s", finding->notes, doubt) : doubt;
		}
		whatif->findings->items[kept++] = *finding;
	}
	whatif->stage = DONE;
	whatif->findings->count = kept;
	findings_rank(whatif->plan, whatif->settings, whatif->findings);
}
