/* fail_if.c: conditions on a plan and the one it had before. */
#include "app/fail_if.h"

#include <math.h>
#include <stdlib.h>

#include "advise/finding.h"
#include "plan/shape.h"

struct FailMetric {
	const char *name;
	double least; /* less than that more is no news */
	double (*figure)(const Plan *plan); /* NaN: not known */
};

static bool is_counted(const Plan *plan) {
	return plan->analyzed && plan->buffers;
}

static double buffers(const Plan *plan) {
	return is_counted(plan) ? plan->root->blocks.shared_hit + plan->root->blocks.shared_read : NAN;
}

static double temp(const Plan *plan) {
	return is_counted(plan) ? plan->root->blocks.temp_read + plan->root->blocks.temp_written : NAN;
}

static double planning(const Plan *plan) { return plan->planning_ms; }
static double cost(const Plan *plan) { return plan->root->total_cost; }
static double rows(const Plan *plan) { return plan->analyzed ? plan->root->measure.rows_actual : NAN; }

static const FailMetric metrics[] = {
	{"buffers", 16, buffers}, {"time", 1, plan_statement_ms}, {"cost", 0, cost}, {"temp", 16, temp}, {"rows", 0, rows}, {"planning", 1, planning},
};

static bool refuse(const char *text, Err *err) {
	err_set(err, ERR_USAGE, "\"%s\" is no condition", text);
	err_hint(err, "It takes shape, new, or buffers, time, cost, temp, rows or planning with a factor: buffers>1.2x.");
	return false;
}

bool fail_if_read(Arena *arena, const char *text, FailIf *condition, Err *err) {
	*condition = (FailIf){.text = arena_copy(arena, text), .shape = strcmp(text, "shape") == 0, .new = strcmp(text, "new") == 0};
	if (condition->shape || condition->new) return true;
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

FailVerdict fail_if_judge(Arena *arena, const FailIf *condition, const Plan *before, const Plan *after) {
	if (condition->new || !before) return (FailVerdict){.before = NAN, .after = NAN, .failed = condition->new && !before, .note = before ? NULL : "it has no baseline"};
	if (condition->shape) return judge_shape(arena, before, after);
	FailVerdict verdict = {.before = condition->metric->figure(before), .after = condition->metric->figure(after)};
	if (isnan(verdict.before) || isnan(verdict.after)) verdict.note = isnan(verdict.after) ? "not measured" : "not measured in the baseline";
	else verdict.failed = verdict.after > verdict.before * condition->times && verdict.after - verdict.before >= condition->metric->least;
	if (verdict.failed && verdict.before > 0) verdict.note = arena_printf(arena, "%.3g times as much", verdict.after / verdict.before);
	return verdict;
}
