/* run_again.c: a statement whose plan is there is run once more: beside a rewrite, or several times. */
#include "app/run_parts.h"

#include <math.h>

#include "app/consent.h"
#include "base/clock.h"

/* ---- proving ---- */

static const char elsewhere[] = "A rollback does not undo what functions do elsewhere (files, dblink); each is called by both, and again to measure them.";

/* The list that is shown stays as it is; a new one takes its place. */
static FindingList *renew_findings(Running *r) {
	FindingList *findings = ARENA_NEW(r->arena, FindingList);
	for (size_t i = 0; i < r->run.findings->count; i++) *list_push(r->arena, findings) = r->run.findings->items[i];
	r->run.findings = findings;
	return findings;
}

static void tell_proof(Running *r, const Proof *proof) {
	finding_prove(&renew_findings(r)->items[r->rewriting], proof_copy(r->arena, proof));
}

void run_tried(Run *run, size_t finding, const Tried *tried, Arena **arena) {
	Running *r = run_parts(run);
	*list_push(r->arena, &r->held) = *arena;
	*arena = NULL;
	if (run->findings && finding < run->findings->count) finding_try(&renew_findings(r)->items[finding], tried_copy(r->arena, tried));
}

/* Both, or nothing: of a run that was cut short there may be one alone. */
static void tell_other(Running *r, const RunOther *other) {
	if (!other->plans[0] || !other->plans[1]) return;
	RunOther *copy = ARENA_NEW(r->arena, RunOther);
	*copy = *other;
	r->run.other = copy;
}

static const Plan *take(Running *r, const Plan *plan, Arena *arena) {
	if (arena) *list_push(r->arena, &r->held) = arena;
	return plan;
}

static void proved(void *owner, const Proof *proof, Err *err) {
	Running *r = owner;
	RunOther other = {.name = "its rewrite"};
	for (size_t i = 0; i < 2; i++) {
		Arena *arena;
		const Plan *plan = prove_plan(r->prove, i, &arena);
		other.plans[i] = take(r, plan, arena);
	}
	if (proof) {
		tell_proof(r, proof);
		const Finding *finding = &r->run.findings->items[r->rewriting];
		other.statement = finding->rewrite;
		other.proof = finding->proof;
		tell_other(r, &other);
	}
	err_move(&r->run.err, err);
	prove_free(r->prove);
	r->prove = NULL;
	run_finish(r);
}

static void proof_went_on(void *owner) {
	run_tell(owner, RUN_PROVING);
}

static void prove_if(Running *r, bool yes) {
	if (!yes) {
		run_finish(r);
		return;
	}
	r->spec = run_spec_of(r, true);
	r->run.measuring_since_ms = clock_ms();
	const ProveSpec spec = {
		.task = &r->task,
		.explain = &r->spec,
		.most_rows = setting_number(r->settings, SETTING_PROVE_ROWS),
		.runs = r->runs,
		.allow_volatile = consent_to_call(r->arena, r->run.statement, r->run.facts) != NULL,
	};
	r->prove = prove_start(r->work, r->conn, &spec, proved, proof_went_on, r);
	run_tell(r, RUN_PROVING);
}

/* ---- repeating ---- */

/* "work_mem=64MB, jit=off" */
static const char *settings_words(Arena *arena, const ExplainSetting *settings, size_t count) {
	const char *words = NULL;
	for (size_t i = 0; i < count; i++)
		words = arena_printf(arena, "%s%s%s=%s", words ? words : "", words ? ", " : "", settings[i].name, settings[i].value);
	return words;
}

static void repeated(void *owner, const Repeated *repeated, Err *err) {
	Running *r = owner;
	RunOther other = {.name = settings_words(r->arena, r->more, r->more_count)};
	for (size_t i = 0; i < repeated->count; i++) {
		Arena *arena;
		const Plan *plan = repeat_plan(r->repeat, i, &arena);
		other.plans[i] = take(r, plan, arena);
	}
	r->run.repeated = other.repeated = repeated_copy(r->arena, repeated);
	tell_other(r, &other);
	err_move(&r->run.err, err);
	repeat_free(r->repeat);
	r->repeat = NULL;
	run_finish(r);
}

static void repeat_went_on(void *owner) {
	run_tell(owner, RUN_REPEATING);
}

static bool is_same(const ExplainSetting *one, const ExplainSetting *other) {
	return strcmp(one->name, other->name) == 0 && strcmp(one->value, other->value) == 0;
}

/* What is tried is left out of what it is tried against, should the run have been made with it. */
static bool leave_out(Running *r, ExplainSpec *spec) {
	ExplainSetting *settings = ARENA_ARRAY(r->arena, ExplainSetting, spec->setting_count + 1);
	size_t count = 0, had = spec->setting_count;
	for (size_t i = 0; i < had; i++) {
		bool tried = false;
		for (size_t k = 0; k < r->more_count; k++) tried = tried || is_same(&spec->settings[i], &r->more[k]);
		if (!tried) settings[count++] = spec->settings[i];
	}
	spec->settings = settings;
	spec->setting_count = count;
	return count < had;
}

static void add_other(Running *r, RepeatSpec *spec) {
	size_t count = r->spec.setting_count;
	ExplainSetting *settings = ARENA_ARRAY(r->arena, ExplainSetting, count + r->more_count);
	for (size_t i = 0; i < count; i++) settings[i] = r->spec.settings[i];
	for (size_t i = 0; i < r->more_count; i++) settings[count + i] = r->more[i];
	r->other = r->spec;
	r->other.settings = settings;
	r->other.setting_count = count + r->more_count;
	spec->sides[spec->count++] = (RepeatSide){.name = settings_words(r->arena, r->more, r->more_count), .spec = &r->other};
}

static void repeat_it(Running *r) {
	r->spec = run_spec_of(r, true);
	bool left_out = leave_out(r, &r->spec), seen = r->run.plan->analyzed && !left_out;
	RepeatSpec spec = {.count = 1, .runs = r->runs, .sides = {{.name = left_out ? "without" : "as it is", .spec = &r->spec, .first = seen ? r->run.plan : NULL}}};
	if (r->more_count) add_other(r, &spec);
	r->run.measuring_since_ms = clock_ms();
	r->repeat = repeat_start(r->work, r->conn, &spec, repeated, repeat_went_on, r);
	run_tell(r, RUN_REPEATING);
}

static void repeat_if(Running *r, bool yes) {
	const Statement *s = r->run.statement;
	if (!yes) {
		run_finish(r);
		return;
	}
	r->allow_write = r->allow_write || s->writes || s->locks_rows;
	r->may_lock = true;
	repeat_it(r);
}

/* NULL: it needs no yes. What was agreed to once was agreed to once. */
static const char *reason_to_ask(Running *r, const char **warning) {
	const char *reason = consent_wanted(r->arena, r->run.statement, r->run.facts, r->run.plan, INFINITY, warning);
	if (reason || !r->allow_write) return reason;
	*warning = consent_to_write;
	return "This read calls something that writes";
}

/* ---- the contract ---- */

static bool can_run(const Running *r, Err *err) {
	const Run *run = &r->run;
	if (run->given) return kept_plan_refuse(run->given, "there is no server to run its statement on", err);
	if (run->stage != RUN_DONE) return err_set(err, ERR_REFUSED, "the statement is still under way");
	if (!run->plan) return err_set(err, ERR_REFUSED, "there is no plan, so there is nothing to run");
	return conn_state(r->conn) == CONN_READY || err_set(err, ERR_CONNECTION, "there is no connection to the server");
}

static void begin(Running *r, const char *without_yes) {
	r->run.without_yes = without_yes;
	r->cancelled = false;
	err_clear(&r->run.err);
}

bool run_prove(Run *run, size_t finding, size_t runs, Err *err) {
	Running *r = run_parts(run);
	if (!can_run(r, err)) return false;
	if (!run->findings || finding >= run->findings->count) return err_set(err, ERR_REFUSED, "there is no finding to prove");
	r->task = proof_task(r->arena, run->statement, run->facts, &run->findings->items[finding]);
	if (r->task.refused) {
		err_set(err, ERR_REFUSED, "%s", r->task.refused);
		err_hint(err, "%s", r->task.hint);
		return false;
	}
	r->rewriting = finding;
	r->runs = runs;
	begin(r, "not proved");
	const char *function = consent_to_call(r->arena, run->statement, run->facts);
	if (function) run_ask(r, arena_printf(r->arena, "%s. Run it and its rewrite, READ ONLY?", function), elsewhere, prove_if);
	else prove_if(r, true);
	return true;
}

static bool can_repeat(const Running *r, const ExplainSetting *with, size_t with_count, Err *err) {
	if (!can_run(r, err)) return false;
	for (size_t i = 0; i < with_count; i++)
		if (!explain_setting_allowed(with[i].name, err)) return false;
	if (!r->run.statement->parameter_count) return true;
	err_set(err, ERR_REFUSED, "a statement with parameters cannot be run: their values are not known");
	err_hint(err, "A asks for them; or write values in place of $1 and the others.");
	return false;
}

bool run_repeat(Run *run, size_t runs, const ExplainSetting *with, size_t with_count, Err *err) {
	Running *r = run_parts(run);
	if (!can_repeat(r, with, with_count, err)) return false;
	RunOptions more = run_options_copy(r->arena, &(RunOptions){.settings = with, .setting_count = with_count});
	r->more = more.settings;
	r->more_count = with_count;
	r->runs = runs;
	begin(r, "not run again");
	const char *warning, *reason = reason_to_ask(r, &warning);
	if (reason) run_ask(r, arena_printf(r->arena, "%s. Run it %zu times%s under EXPLAIN ANALYZE, rolled back each time?", reason, runs, with_count ? " each way" : ""), warning, repeat_if);
	else repeat_it(r);
	return true;
}
