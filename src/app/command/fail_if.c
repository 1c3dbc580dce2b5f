/* fail_if.c: conditions on a plan and the one it had before. */
#include "app/fail_if.h"

#include <math.h>
#include <stdlib.h>

#include "core/format.h"
#include "plan/diff.h"
#include "plan/shape.h"
#include "view/diff_said.h"

struct FailMetric {
	const char *name;
	double least; /* less than that more is no news */
	double (*figure)(const Plan *plan); /* NaN: not known */
	const Spread *(*of_runs)(const RepeatedSide *runs); /* NULL: they tell nothing of it */
	bool noisy; /* it differs from run to run */
};

static bool is_counted(const Plan *plan) {
	return plan->analyzed && plan->buffers;
}

static double buffers(const Plan *plan) { return is_counted(plan) ? diff_blocks(&plan->root->blocks) : NAN; }
static double temp(const Plan *plan) { return is_counted(plan) ? diff_temp_blocks(&plan->root->blocks) : NAN; }
static double planning(const Plan *plan) { return plan->planning_ms; }
static double cost(const Plan *plan) { return plan->root->total_cost; }
static double rows(const Plan *plan) { return plan->analyzed ? plan->root->measure.rows_actual : NAN; }

static const Spread *times_of(const RepeatedSide *runs) { return &runs->ms; }
static const Spread *blocks_of(const RepeatedSide *runs) { return &runs->blocks; }

static const FailMetric metrics[] = {
	{"buffers", 16, buffers, blocks_of, false}, {"time", 1, plan_statement_ms, times_of, true}, {"cost", 0, cost, NULL, false},
	{"temp", 16, temp, NULL, false}, {"rows", 0, rows, NULL, false}, {"planning", 1, planning, NULL, false},
};

static bool refuse(const char *text, Err *err) {
	err_set(err, ERR_USAGE, "\"%s\" is no condition", text);
	err_hint(err, "It takes shape, new, advice, or buffers, time, cost, temp, rows or planning with a factor: buffers>1.2x.");
	return false;
}

bool fail_if_read(Arena *arena, const char *text, FailIf *condition, Err *err) {
	*condition = (FailIf){.text = arena_copy(arena, text), .shape = strcmp(text, "shape") == 0, .new = strcmp(text, "new") == 0, .advice = strcmp(text, "advice") == 0};
	if (condition->shape || condition->new || condition->advice) return true;
	size_t name = strcspn(text, "> ");
	const char *at = text + name + strspn(text + name, " ");
	for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++)
		if (strlen(metrics[i].name) == name && strncmp(metrics[i].name, text, name) == 0) condition->metric = &metrics[i];
	if (!condition->metric || *at != '>') return refuse(text, err);
	char *end;
	condition->times = strtod(at + 1, &end);
	bool fine = end > at + 1 && strcmp(end, "x") == 0 && condition->times > 0 && isfinite(condition->times);
	return fine || refuse(text, err);
}

static FailVerdict judge_shape(Arena *arena, const Plan *before, const Plan *after) {
	FailVerdict verdict = {.before = NAN, .after = NAN};
	ShapeDifferences differences = plan_shape_differences(arena, before, after);
	verdict.failed = differences.count > 0;
	if (verdict.failed) verdict.note = shape_difference_words(arena, &differences.items[0]);
	if (differences.count > 1) verdict.note = arena_printf(arena, "%s; %zu more", verdict.note, differences.count - 1);
	return verdict;
}

/* ---- advice ---- */

/* What saves little is above the least that is told in one run, and below it in the next. */
static bool is_grave(const FindingChange *change) {
	return (change->after ? change->after : change->before)->severity > SEVERITY_INFO;
}

/* "new: missing-index: orders is read whole …; 2 more"; NULL: none became of that kind. */
static const char *changes_words(Arena *arena, const FindingChangeList *changes, FindingChangeKind kind, const char *label) {
	const char *words = NULL;
	size_t count = 0;
	for (size_t i = 0; i < changes->count; i++)
		if (changes->items[i].kind == kind && is_grave(&changes->items[i]) && !count++) words = arena_printf(arena, "%s: %s", label, diff_finding_words(arena, &changes->items[i]));
	return count > 1 ? arena_printf(arena, "%s; %zu more", words, count - 1) : words;
}

static FailVerdict judge_advice(Arena *arena, const FailSide *before, const FailSide *after) {
	if (!before->findings || !after->findings) return (FailVerdict){.before = NAN, .after = NAN, .note = after->findings ? "the baseline tells no advice" : "not advised"};
	FindingChangeList changes = findings_compare(arena, after->plan, before->findings, after->findings, after->findings);
	const char *new = changes_words(arena, &changes, FINDING_NEW, "new"), *gone = changes_words(arena, &changes, FINDING_GONE, "gone");
	return (FailVerdict){
		.before = (double)before->findings->count,
		.after = (double)after->findings->count,
		.failed = new != NULL,
		.note = new && gone ? arena_printf(arena, "%s; %s", new, gone) : new ? new : gone,
	};
}

/* ---- figures ---- */

static const Spread *spread_on(const FailMetric *metric, const FailSide *side) {
	const Spread *spread = metric->of_runs && side->runs ? metric->of_runs(side->runs) : NULL;
	return spread && spread->count && !isnan(spread->median) ? spread : NULL;
}

static double figure_of(const FailMetric *metric, const FailSide *side) {
	const Spread *spread = spread_on(metric, side);
	return spread ? spread->median : metric->figure(side->plan);
}

static bool tells_noise(const FailMetric *metric, const Spread *spread) {
	return metric->noisy && spread && spread->count >= SPREAD_LEAST_RUNS;
}

/* Of runs on one side alone the other's one has to stand beyond them. */
static void heed_noise(const FailIf *condition, const FailSide *before, const FailSide *after, FailVerdict *verdict) {
	const FailMetric *metric = condition->metric;
	const Spread *was = spread_on(metric, before), *is = spread_on(metric, after);
	bool was_told = tells_noise(metric, was), is_told = tells_noise(metric, is);
	verdict->noise_known = was_told || is_told;
	if (was_told && is_told) verdict->within_noise = spread_compare(was, is) != SPREAD_MORE;
	else if (is_told) verdict->within_noise = is->q1 <= verdict->before * condition->times;
	else if (was_told) verdict->within_noise = verdict->after <= was->most;
}

static const char *told(Arena *arena, const FailSide *side, double ms) {
	return side->runs ? spread_words(arena, &side->runs->ms) : format_ms(arena, ms);
}

static const char *growth_words(Arena *arena, const FailSide *before, const FailSide *after, const FailVerdict *verdict) {
	const char *growth = verdict->before > 0 ? arena_printf(arena, "%.3g times as much", verdict->after / verdict->before) : NULL;
	if (!verdict->noise_known) return growth;
	return arena_printf(arena, "%s, %s noise: %s → %s", growth ? growth : "more", verdict->within_noise ? "within" : "beyond", told(arena, before, verdict->before), told(arena, after, verdict->after));
}

static FailVerdict judge_figure(Arena *arena, const FailIf *condition, const FailSide *before, const FailSide *after) {
	const FailMetric *metric = condition->metric;
	FailVerdict verdict = {.before = figure_of(metric, before), .after = figure_of(metric, after)};
	if (isnan(verdict.before) || isnan(verdict.after)) {
		verdict.note = isnan(verdict.after) ? "not measured" : "not measured in the baseline";
		return verdict;
	}
	bool grew = verdict.after > verdict.before * condition->times && verdict.after - verdict.before >= metric->least;
	heed_noise(condition, before, after, &verdict);
	verdict.failed = grew && !verdict.within_noise;
	if (grew) verdict.note = growth_words(arena, before, after, &verdict);
	return verdict;
}

FailVerdict fail_if_judge(Arena *arena, const FailIf *condition, const FailSide *before, const FailSide *after) {
	bool found = before->plan != NULL;
	if (condition->new || !found) return (FailVerdict){.before = NAN, .after = NAN, .failed = condition->new && !found, .note = found ? NULL : "it has no baseline"};
	if (condition->advice) return judge_advice(arena, before, after);
	return condition->shape ? judge_shape(arena, before->plan, after->plan) : judge_figure(arena, condition, before, after);
}
