/* trial.c: a $1 statement planned under several values of its parameters, side by side. */
#include "app/trial.h"

#include <math.h>

#include "plan/shape.h"

enum { MOST_MIXED = 8 };

/* A parameter, changed alone. */
typedef struct Mixed {
	size_t parameter;
	const char *statement;
	Run *run;
	bool judged, differs;
} Mixed;

/* The public part comes first, so a Trial is a Trying. */
typedef struct Trying {
	Trial trial;
	Arena *arena;
	Arena *judging; /* of what is made anew with each plan */
	Work *work;
	Conn *conn;
	const Settings *settings;
	RunOptions options;
	Values *values;
	LIST(Run *) started; /* all there are, in whatever list below */
	Run *generic;
	LIST(Run *) runs; /* by set: only planned, all at once */
	LIST(Run *) advised; /* by set: with advice, one after the other, for each has a budget of time; NULL: it could not be planned */
	LIST(Mixed) mixed; /* planned all at once */
	const ValueSet *base; /* that each of them changes; NULL: no plan yet */
	bool begun, mixing, cancelled;
	TrialFn changed;
	void *owner;
} Trying;

static void run_changed(void *owner, Run *run);

static Trying *trying(Trial *trial) {
	return (Trying *)trial;
}

static bool is_over(const Run *run) {
	return run->stage == RUN_DONE || run->stage == RUN_ASKING;
}

static Run *start(Trying *t, const char *statement, bool only_plan) {
	RunOptions options = t->options;
	options.only_plan = only_plan;
	return *list_push(t->arena, &t->started) = run_start(t->work, t->conn, t->settings, statement, &options, run_changed, t);
}

/* ---- the plans with values ---- */

static ValuePlan new_plan(const char *source, const char *values, const char *statement) {
	return (ValuePlan){.source = source, .values = values, .statement = statement, .measured_ms = NAN};
}

static void note_missing(Trying *t, size_t missing) {
	Trial *trial = &t->trial;
	if (!t->values->count) trial->problem = "this statement has no parameters: it has one plan";
	else if (missing) trial->problem = arena_printf(t->arena, "no value is known for $%zu: nothing tells what it is compared with", missing);
}

static void begin(Trying *t) {
	Trial *trial = &t->trial;
	const Run *run = t->generic;
	size_t missing = 0;
	t->begun = true;
	if (!run->plan) return;
	values_learn(t->values, run->statement, run->facts, run->parameter_types, run->parameter_count);
	if (t->values->count) trial->sets = value_sets(t->arena, t->values, &missing);
	note_missing(t, missing);
	for (size_t i = 0; i < trial->sets.count && !t->cancelled; i++) {
		const ValueSet *set = &trial->sets.items[i];
		*list_push(t->arena, &trial->plans) = new_plan(set->source, values_told(t->arena, t->values, set->choices), set->statement);
		if (strcmp(set->source, "used last") == 0) trial->plans.items[i + 1].measured_ms = t->values->used_ms;
		*list_push(t->arena, &t->runs) = start(t, set->statement, true);
	}
}

static bool all_over(const Trying *t) {
	for (size_t i = 0; i < t->started.count; i++)
		if (!is_over(t->started.items[i])) return false;
	return t->begun;
}

static void advise_next(Trying *t) {
	while (!t->cancelled && t->advised.count < t->runs.count && all_over(t)) {
		size_t next = t->advised.count;
		bool planned = t->runs.items[next]->plan != NULL;
		*list_push(t->arena, &t->advised) = planned ? start(t, t->trial.sets.items[next].statement, false) : NULL;
	}
}

/* ---- which parameter it is ---- */

static bool all_planned(const Trying *t) {
	for (size_t i = 0; i < t->runs.count; i++)
		if (!t->runs.items[i]->plan && !is_over(t->runs.items[i])) return false;
	return t->begun;
}

/* The base with one parameter as the other set has it. Where they differ in no other, it must be that one. */
static void mix_sets(Trying *t, const ValueSet *other) {
	size_t different = 0;
	for (size_t i = 0; i < t->values->count; i++) {
		ValueSet set;
		if (!value_set_mixed(t->arena, t->values, t->base, other, i, &set) || t->mixed.count == MOST_MIXED) continue;
		*list_push(t->arena, &t->mixed) = (Mixed){.parameter = i, .statement = set.statement};
		different++;
	}
	Mixed *last = different == 1 ? &t->mixed.items[t->mixed.count - 1] : NULL;
	if (last && strcmp(last->statement, other->statement) == 0) last->judged = last->differs = true;
}

static const Plan *plan_of_set(const Trying *t, const ValueSet *set) {
	return t->runs.items[set - t->trial.sets.items]->plan;
}

/* What one set's plan is not, another's is because of some parameter. */
static void mix(Trying *t) {
	if (t->mixing || t->cancelled || !all_planned(t)) return;
	t->mixing = true;
	for (size_t i = 0; i < t->runs.count; i++) {
		const ValueSet *set = &t->trial.sets.items[i];
		const Plan *plan = plan_of_set(t, set);
		if (plan && !t->base) t->base = set;
		if (plan && plan_shape(plan) != plan_shape(plan_of_set(t, t->base))) mix_sets(t, set);
	}
	for (size_t i = 0; i < t->mixed.count; i++)
		if (!t->mixed.items[i].judged) t->mixed.items[i].run = start(t, t->mixed.items[i].statement, true);
}

static void judge_mixed(Trying *t) {
	for (size_t i = 0; i < t->mixed.count; i++) {
		Mixed *mixed = &t->mixed.items[i];
		if (mixed->judged || !is_over(mixed->run)) continue;
		mixed->judged = true;
		mixed->differs = mixed->run->plan && plan_shape(mixed->run->plan) != plan_shape(plan_of_set(t, t->base));
	}
}

/* NULL: on several together, or nobody knows yet. */
static const char *depends_on(Trying *t) {
	size_t *parameters = ARENA_ARRAY(t->judging, size_t, t->values->count), count = 0;
	for (size_t i = 0; i < t->values->count; i++) {
		bool does = false;
		for (size_t k = 0; k < t->mixed.count; k++) does = does || (t->mixed.items[k].parameter == i && t->mixed.items[k].differs);
		if (does) parameters[count++] = i;
	}
	return count ? value_places(t->judging, t->values, parameters, count) : NULL;
}

/* ---- what it all says ---- */

static void take(ValuePlan *plan, const Run *run, const Run *advised) {
	plan->plan = run->plan;
	plan->findings = advised && is_over(advised) ? advised->findings : NULL; /* the planner was asked about them */
	plan->problem = !run->plan && err_is(&run->err) ? run->err.message.text : NULL;
}

static void judge(Trying *t) {
	Trial *trial = &t->trial;
	take(&trial->plans.items[0], t->generic, t->generic);
	for (size_t i = 0; i < t->runs.count; i++) take(&trial->plans.items[i + 1], t->runs.items[i], i < t->advised.count ? t->advised.items[i] : NULL);
	judge_mixed(t);
	if (!t->runs.count) return;
	arena_clear(t->judging);
	const Sensitivity *s = sensitivity_of(t->judging, t->generic->statement, &trial->plans, depends_on(t));
	FindingList *findings = ARENA_NEW(t->judging, FindingList);
	const Server *server = conn_server(t->conn);
	*findings = (FindingList){0};
	if (parameter_sensitive(s)) *list_push(t->judging, findings) = parameter_sensitive_finding(t->judging, s, server ? server->user : NULL);
	trial->sensitivity = s;
	trial->findings = findings;
}

static void run_changed(void *owner, Run *run) {
	Trying *t = owner;
	if (run == t->generic && !t->begun && (run->stage >= RUN_ADVISING)) begin(t);
	mix(t);
	advise_next(t);
	judge(t);
	t->changed(t->owner, &t->trial);
}

/* ---- the contract ---- */

Trial *trial_start(Work *work, Conn *conn, const Settings *settings, const char *statement, const Values *known, const RunOptions *options, TrialFn changed,
                   void *owner) {
	Arena *arena = arena_new();
	Trying *t = ARENA_NEW(arena, Trying);
	*t = (Trying){.arena = arena, .judging = arena_new(), .work = work, .conn = conn, .settings = settings, .options = run_options_copy(arena, options), .changed = changed, .owner = owner};
	t->options.mode = RUN_PLAN;
	t->values = values_new(statement);
	if (known) values_recall(t->values, known);
	t->generic = start(t, statement, false);
	t->options.elsewhere = true; /* as the generic plan is made: its tables may stand on another search_path */
	t->trial.generic = t->generic;
	t->trial.values = t->values;
	*list_push(arena, &t->trial.plans) = new_plan("generic", NULL, t->values->statement);
	return &t->trial;
}

static void each_run(Trying *t, void (*act)(Run *run)) {
	for (size_t i = 0; i < t->started.count; i++) act(t->started.items[i]);
}

void trial_conn_changed(Trial *trial) {
	each_run(trying(trial), run_conn_changed);
}

static const Run *busy_one(const Trying *t) {
	for (size_t i = 0; i < t->started.count; i++)
		if (run_busy(t->started.items[i])) return t->started.items[i];
	return NULL;
}

bool trial_busy(const Trial *trial) {
	return busy_one((const Trying *)trial) != NULL;
}

const char *trial_stage_text(Arena *arena, const Trial *trial) {
	const Run *run = busy_one((const Trying *)trial);
	return run ? run_stage_text(arena, run) : "";
}

const Conn *trial_conn(const Trial *trial) {
	return ((const Trying *)trial)->conn;
}

void trial_measured(Trial *trial, const char *statement, double ms) {
	for (size_t i = 0; i < trial->plans.count; i++)
		if (strcmp(trial->plans.items[i].statement, statement) == 0) trial->plans.items[i].measured_ms = ms;
	judge(trying(trial));
}

static void cancel(Run *run) {
	if (run->stage != RUN_DONE) run_cancel(run);
}

void trial_cancel(Trial *trial) {
	Trying *t = trying(trial);
	t->cancelled = true;
	each_run(t, cancel);
}

void trial_free(Trial *trial) {
	if (!trial) return;
	Trying *t = trying(trial);
	each_run(t, run_free);
	values_free(t->values);
	arena_free(t->judging);
	arena_free(t->arena);
}
