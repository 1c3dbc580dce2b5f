/* diff.c: two plans, node beside node: what changed, and what came of it. */
#include "plan/diff.h"

#include "plan/value.h"
#include "plan/words.h"
#include "sql/token.h"

static const char *const change_names[] = {
#define X(change, name) [change] = name,
	DIFF_CHANGES(X)
#undef X
};

static const char *const verdict_names[] = {
#define X(verdict, name) [verdict] = name,
	DIFF_VERDICTS(X)
#undef X
};

const char *diff_change_name(DiffChange change) {
	return change_names[change];
}

const char *diff_verdict_name(DiffVerdict verdict) {
	return verdict_names[verdict];
}

/* ---- figures ---- */

static double or_nothing(double figure) {
	return isnan(figure) ? 0 : figure;
}

double diff_blocks(const Blocks *blocks) {
	if (isnan(blocks->shared_hit) && isnan(blocks->shared_read)) return NAN;
	return or_nothing(blocks->shared_hit) + or_nothing(blocks->shared_read) + or_nothing(blocks->local_hit) + or_nothing(blocks->local_read);
}

double diff_read_blocks(const Blocks *blocks) {
	return or_nothing(blocks->shared_read) + or_nothing(blocks->local_read);
}

double diff_temp_blocks(const Blocks *blocks) {
	return or_nothing(blocks->temp_read) + or_nothing(blocks->temp_written);
}

bool diff_counts(double before, double after, double least) {
	double change = fabs(after - before);
	return change >= least && change > 0.1 * fmax(fabs(before), fabs(after));
}

static DiffSide side_of(const Plan *plan, const char *statement) {
	return (DiffSide){
		.plan = plan,
		.statement = statement ? statement : plan->statement,
		.ms = plan->analyzed ? plan->execution_ms : NAN,
		.blocks = plan->analyzed && plan->buffers ? diff_blocks(&plan->root->blocks) : NAN,
		.temp_blocks = plan->analyzed && plan->buffers ? diff_temp_blocks(&plan->root->blocks) : NAN,
		.cost = plan->root->total_cost,
	};
}

static double ratio(double before, double after) {
	return before > 0 ? after / before : NAN;
}

/* ---- of one pair ---- */

/* The label without what workers make of it. */
static const char *kind_of(const PlanNode *node) {
	static const char parallel[] = "Parallel ";
	return strncmp(node->label, parallel, sizeof parallel - 1) == 0 ? node->label + sizeof parallel - 1 : node->label;
}

static bool same_text(const char *one, const char *other) {
	return one && other ? strcmp(one, other) == 0 : one == other;
}

static bool same_figure(double one, double other) {
	return one == other || (isnan(one) && isnan(other));
}

static bool is_condition(const PlanValue *field) {
	return node_condition_field(field->name) && strcmp(field->name, "Sort Method") != 0;
}

/* Each condition of one stands in the other, word for word. */
static bool has_conditions_of(Arena *scratch, const PlanNode *node, const PlanNode *other) {
	for (const PlanValue *field = node->fields ? node->fields->members.first : NULL; field; field = field->next) {
		const PlanValue *twin = is_condition(field) ? plan_field(other->fields, field->name) : field;
		if (!twin || (twin != field && !diff_same_condition(scratch, field, twin))) return false;
	}
	return true;
}

bool diff_is_on_disk(const PlanNode *node) {
	const char *place = node_text(node, "Sort Space Type");
	return (place && strcmp(place, "Disk") == 0) || node_real(node, "Hash Batches") > 1 || node_real(node, "HashAgg Batches") > 1 || node_real(node, "Disk Usage") > 0;
}

static bool rows_differ(const PlanNode *before, const PlanNode *after, bool measured) {
	const NodeMeasure *one = &before->measure, *other = &after->measure;
	if (!measured) return diff_counts(one->rows_planned, other->rows_planned, 1);
	double slack = or_nothing(one->rows_slack) + or_nothing(other->rows_slack);
	return diff_counts(one->rows_actual, other->rows_actual, fmax(1, slack));
}

static bool spills_differ(const PlanNode *before, const PlanNode *after) {
	double one = diff_temp_blocks(&before->measure.self_blocks), other = diff_temp_blocks(&after->measure.self_blocks);
	return diff_is_on_disk(before) != diff_is_on_disk(after) || diff_counts(one, other, DIFF_LEAST_BLOCKS);
}

static bool planned_workers_differ(const PlanNode *before, const PlanNode *after) {
	return before->parallel_aware != after->parallel_aware || !same_figure(before->workers_planned, after->workers_planned);
}

static unsigned way_changes(Arena *scratch, const PlanNode *before, const PlanNode *after) {
	unsigned changes = 0;
	if (strcmp(kind_of(before), kind_of(after)) != 0) changes |= 1 << DIFF_TYPE;
	if (!same_text(before->index, after->index)) changes |= 1 << DIFF_INDEX;
	if (!changes && !(has_conditions_of(scratch, before, after) && has_conditions_of(scratch, after, before))) changes |= 1 << DIFF_CONDITION;
	if (planned_workers_differ(before, after) || !same_figure(before->workers_launched, after->workers_launched)) changes |= 1 << DIFF_WORKERS;
	return changes;
}

static unsigned changes_of(Arena *scratch, const PlanDiff *diff, const DiffPair *pair) {
	const PlanNode *before = pair->before, *after = pair->after;
	if (!before) return 1 << DIFF_ADDED;
	if (!after) return 1 << DIFF_REMOVED;
	const NodeMeasure *one = &before->measure, *other = &after->measure;
	const struct {
		DiffChange change;
		bool is;
	} figures[] = {
		{DIFF_ROWS, rows_differ(before, after, diff->measured)},
		{DIFF_LOOPS, diff->measured && diff_counts(before->loops, after->loops, 1)},
		{DIFF_TIME, diff->measured && diff_counts(one->self_ms, other->self_ms, DIFF_LEAST_MS)},
		{DIFF_BUFFERS, diff->measured && diff_counts(diff_blocks(&one->self_blocks), diff_blocks(&other->self_blocks), DIFF_LEAST_BLOCKS)},
		{DIFF_SPILL, diff->measured && spills_differ(before, after)},
		{DIFF_COST, !diff->measured && diff_counts(one->self_cost, other->self_cost, 1)},
	};
	unsigned changes = way_changes(scratch, before, after);
	for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
		if (figures[i].is) changes |= 1u << figures[i].change;
	return changes;
}

/* ---- of both plans ---- */

static bool is_planned_otherwise(const DiffPair *pair) {
	return pair->changes & (DIFF_OTHER_WAY | 1 << DIFF_CONDITION) || planned_workers_differ(pair->before, pair->after);
}

static void compare_nodes(Arena *arena, PlanDiff *diff) {
	Arena *scratch = arena_new();
	Alignment alignment = diff_align(scratch, diff->before.plan, diff->after.plan);
	diff->pairs = diff_tree(arena, diff->before.plan, diff->after.plan, &alignment);
	diff->same_plan = true;
	for (size_t i = 0; i < diff->pairs.count; i++) {
		DiffPair *pair = &diff->pairs.items[i];
		arena_clear(scratch);
		pair->changes = changes_of(scratch, diff, pair);
		if (is_planned_otherwise(pair)) diff->same_plan = false;
	}
	arena_free(scratch);
}

static bool is_constant(Token token) {
	return token.kind == TOKEN_STRING || token.kind == TOKEN_NUMBER || token.kind == TOKEN_PARAMETER;
}

/* The next word that says something: no comment, no semicolon at the end. */
static bool next_word(const char *text, size_t len, size_t *at, Token *token) {
	while (token_next(text, len, *at, token)) {
		*at = token->span.end;
		if (token->kind != TOKEN_COMMENT && !token_is(text, *token, ";")) return true;
	}
	return false;
}

static bool same_words(const char *one, const char *other) {
	size_t len = strlen(one), other_len = strlen(other), at = 0, other_at = 0;
	for (Token a, b;;) {
		bool more = next_word(one, len, &at, &a), other_more = next_word(other, other_len, &other_at, &b);
		if (!more || !other_more) return more == other_more;
		if (is_constant(a) && is_constant(b)) continue;
		size_t bytes = a.span.end - a.span.start;
		if (bytes != b.span.end - b.span.start || memcmp(one + a.span.start, other + b.span.start, bytes) != 0) return false;
	}
}

/* By the text, or by the identifier that the server made of it: another server may make another one. */
static Known same_statement(const DiffSide *before, const DiffSide *after) {
	int64_t id = plan_queryid(before->plan);
	if (id && id == plan_queryid(after->plan)) return KNOWN_YES;
	if (!before->statement || !after->statement) return KNOWN_NOT;
	return same_words(before->statement, after->statement) ? KNOWN_YES : KNOWN_NO;
}

static bool reads_something(const Plan *plan) {
	for (size_t i = 0; i < plan->node_count; i++)
		if (plan->nodes[i]->relation) return true;
	return false;
}

/* Do they share a relation? Those that read none at all are like each other, too. */
static bool share_relations(const PlanDiff *diff) {
	for (size_t i = 0; i < diff->pairs.count; i++) {
		const DiffPair *pair = &diff->pairs.items[i];
		if (pair->before && pair->after && pair->before->relation && same_text(pair->before->relation, pair->after->relation)) return true;
	}
	return !reads_something(diff->before.plan) && !reads_something(diff->after.plan);
}

/* -1 less, +1 more, 0 neither. */
static int direction(double before, double after, double least) {
	return diff_counts(before, after, least) ? (after < before ? -1 : 1) : 0;
}

static const double clock_factor = 2; /* what a clock at each row of each node may cost */

static int direction_of_time(const PlanDiff *diff) {
	const DiffSide *before = &diff->before, *after = &diff->after;
	bool clock_tells = before->plan->timed != after->plan->timed && fmax(before->ms, after->ms) < clock_factor * fmin(before->ms, after->ms);
	if (!diff->repeated) return clock_tells ? 0 : direction(before->ms, after->ms, DIFF_LEAST_MS);
	return diff->time == SPREAD_LESS ? -1 : diff->time == SPREAD_MORE ? 1 : 0;
}

static DiffVerdict verdict_of(const PlanDiff *diff) {
	const DiffSide *before = &diff->before, *after = &diff->after;
	if (diff->same_statement != KNOWN_YES && !share_relations(diff)) return DIFF_OTHER_STATEMENT;
	int cost = direction(before->cost, after->cost, 0), time = direction_of_time(diff), blocks = direction(before->blocks, after->blocks, DIFF_LEAST_BLOCKS);
	if (!diff->measured) return cost < 0 ? DIFF_CHEAPER : cost > 0 ? DIFF_DEARER : DIFF_NO_CHANGE;
	bool blocks_known = !isnan(before->blocks) && !isnan(after->blocks);
	if (diff->same_plan && blocks_known && !blocks && !diff->repeated) return DIFF_NO_CHANGE; /* time alone is the cache's, or the neighbours' */
	if (time * blocks < 0) return DIFF_MIXED;
	return time + blocks < 0 ? DIFF_FASTER : time + blocks > 0 ? DIFF_SLOWER : DIFF_NO_CHANGE;
}

static void forget_times(PlanDiff *diff) {
	for (size_t i = 0; i < diff->pairs.count; i++) diff->pairs.items[i].changes &= ~(1u << DIFF_TIME);
}

static const PlanValue *settings_of(const Plan *plan) {
	const PlanValue *list = plan_field(plan->fields, "Settings");
	return list && list->kind == PLAN_OBJECT ? list->members.first : NULL;
}

static void compare_settings(Arena *arena, PlanDiff *diff) {
	const Plan *before = diff->before.plan, *after = diff->after.plan;
	for (const PlanValue *one = settings_of(before); one; one = one->next) {
		const char *was = value_text(one), *is = plan_setting(after, one->name);
		if (!same_text(was, is)) *list_push(arena, &diff->settings) = (DiffSetting){one->name, was, is};
	}
	for (const PlanValue *one = settings_of(after); one; one = one->next)
		if (!plan_setting(before, one->name)) *list_push(arena, &diff->settings) = (DiffSetting){one->name, NULL, value_text(one)};
}

PlanDiff *plan_diff(Arena *arena, const Plan *before, const char *statement_before, const Plan *after, const char *statement_after) {
	PlanDiff *diff = ARENA_NEW(arena, PlanDiff);
	*diff = (PlanDiff){.before = side_of(before, statement_before), .after = side_of(after, statement_after), .measured = before->analyzed && after->analyzed};
	compare_nodes(arena, diff);
	diff->time_ratio = ratio(diff->before.ms, diff->after.ms);
	diff->blocks_ratio = ratio(diff->before.blocks, diff->after.blocks);
	diff->cost_ratio = ratio(diff->before.cost, diff->after.cost);
	diff->same_statement = same_statement(&diff->before, &diff->after);
	diff->same_rows = diff->measured && !same_figure(before->root->measure.rows_actual, after->root->measure.rows_actual) ? KNOWN_NO : KNOWN_NOT;
	diff->verdict = verdict_of(diff);
	if (diff->verdict == DIFF_NO_CHANGE) forget_times(diff);
	compare_settings(arena, diff);
	return diff;
}

static void heed_runs(DiffSide *side, const DiffRuns *runs) {
	side->runs = runs->ms;
	side->ms = runs->ms.median;
	if (runs->blocks.count && !isnan(side->blocks)) side->blocks = runs->blocks.median;
}

void plan_diff_repeated(PlanDiff *diff, const DiffRuns *before, const DiffRuns *after) {
	diff->repeated = true;
	diff->time = spread_compare(&before->ms, &after->ms);
	heed_runs(&diff->before, before);
	heed_runs(&diff->after, after);
	diff->time_ratio = ratio(diff->before.ms, diff->after.ms);
	diff->blocks_ratio = ratio(diff->before.blocks, diff->after.blocks);
	diff->verdict = verdict_of(diff);
	if (diff->verdict == DIFF_NO_CHANGE) forget_times(diff);
}
