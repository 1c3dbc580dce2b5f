/* run_first.c: one statement on its way from text to measured plan and advice. */
#include "app/run_parts.h"

#include <math.h>

#include "advise/relations.h"
#include "app/consent.h"
#include "base/clock.h"
#include "core/format.h"
#include "plan/json.h"

static void plan_it(Running *r);
static void measure_it(Running *r);

/* The last one to need it. */
static void destroy(Running *r) {
	if (r->in_job || r->holders) return;
	for (size_t i = 0; i < r->held.count; i++) arena_free(r->held.items[i]);
	err_release(&r->run.err);
	err_release(&r->job_err);
	arena_free(r->arena);
}

void run_tell(Running *r, RunStage stage) {
	r->run.stage = stage;
	r->changed(r->owner, &r->run);
}

void run_finish(Running *r) {
	run_tell(r, RUN_DONE);
}

static void hold(Running *r, Arena **arena) {
	*list_push(r->arena, &r->held) = *arena;
	*arena = NULL;
}

/* A job's way back: true when the Run is still wanted. */
static bool back_from_job(Running *r) {
	r->in_job = false;
	if (!r->abandoned) return true;
	destroy(r);
	return false;
}

static void post(Running *r, void (*job)(void *r), void (*done)(void *r)) {
	r->in_job = true;
	work_post(r->work, job, done, r);
}

/* ---- asking ---- */

void run_ask(Running *r, const char *question, const char *warning, void (*answered)(Running *r, bool yes)) {
	r->answered = answered;
	r->run.question = question;
	r->run.warning = warning;
	run_tell(r, RUN_ASKING);
}

/* Why running it needs a yes; NULL: it does not. */
static const char *reason_to_ask(Running *r, const char **warning) {
	const Statement *s = r->run.statement;
	bool limited = r->options.mode == RUN_AUTO && !s->explain.analyze;
	r->asks_to_write = s->writes || s->locks_rows;
	return consent_wanted(r->arena, s, r->run.facts, r->run.plan, limited ? setting_number(r->settings, SETTING_MAX_COST) : INFINITY, warning);
}

static void measure_if(Running *r, bool yes) {
	r->allow_write = yes && r->asks_to_write;
	r->may_lock = yes;
	if (yes) measure_it(r);
	else run_finish(r);
}

static void ask_to_measure(Running *r) {
	const char *warning, *reason = reason_to_ask(r, &warning);
	run_ask(r, arena_printf(r->arena, "%s. Run it under EXPLAIN ANALYZE and roll it back?", reason), warning, measure_if);
}

/* ---- checking ---- */

static void check_asks(void *owner, int asked) {
	Running *r = owner;
	r->run.plans_asked = asked;
	run_tell(r, RUN_CHECKING);
}

static void check_holds(void *owner, bool holds) {
	Running *r = owner;
	if (holds) run_hold(&r->run);
	else run_let_go(&r->run);
}

static void check_done(void *owner) {
	Running *r = owner;
	FindingList *findings = ARENA_NEW(r->arena, FindingList);
	*findings = r->findings;
	r->run.findings = findings;
	r->checked(r);
}

/* The findings shown stay as they are until the planner has spoken: it works on a copy of the list. */
static void check_it(Running *r, void (*then)(Running *r)) {
	r->checked = then;
	if (r->cancelled || !check_possible(conn_server(r->conn), &r->pool, &r->findings)) {
		then(r);
		return;
	}
	r->findings = findings_copy(r->arena, &r->findings);
	r->spec = run_spec_of(r, false);
	check_free(r->check);
	CheckSubject subject = {.spec = &r->spec,
	                        .plan = r->plan,
	                        .facts = r->run.facts,
	                        .settings = &r->advise,
	                        .pool = &r->pool,
	                        .findings = &r->findings};
	r->check = check_start(r->arena, r->work, r->conn, &subject, &(CheckCalls){.progress = check_asks, .holds = check_holds, .done = check_done, .owner = r});
}

/* What is measured in a moment is checked after that. */
static void after_planned_advice(Running *r) {
	const Statement *s = r->run.statement;
	const char *warning;
	bool only_plan = r->options.mode == RUN_PLAN || (s->explain.written && !s->explain.analyze) || s->parameter_count > 0;
	if (only_plan) check_it(r, run_finish);
	else if (reason_to_ask(r, &warning)) check_it(r, ask_to_measure);
	else measure_it(r);
}

/* ---- advising ---- */

static void advise_job(void *job) {
	Running *r = job;
	r->findings = advise(r->arena, r->plan, r->run.statement, r->run.facts, &r->advise);
	r->pool = index_pool(r->arena, r->plan, r->run.statement, r->run.facts, &r->advise, &r->findings);
}

static void advise_done(void *job) {
	Running *r = job;
	if (!back_from_job(r)) return;
	FindingList *findings = ARENA_NEW(r->arena, FindingList);
	*findings = r->findings;
	r->run.findings = findings;
	if (r->cancelled || r->run.given) run_finish(r);
	else if (r->plan->analyzed) check_it(r, run_finish);
	else after_planned_advice(r);
}

static void advise_it(Running *r) {
	r->run.stage = RUN_ADVISING;
	post(r, advise_job, advise_done);
}

/* ---- looking up ---- */

static void facts_arrived(void *owner, FactsReply *reply) {
	Running *r = owner;
	r->loading = false;
	if (reply->facts) {
		if (r->options.use) reply->facts->use = r->options.use; /* of late, not since who knows when */
		r->run.facts = reply->facts;
		hold(r, &reply->arena);
	} else {
		r->run.notes = arena_printf(r->arena, "advised without the catalog: %s", reply->err->message.text);
	}
	advise_it(r);
}

static void look_up(Running *r) {
	const FunctionList *functions = &r->run.statement->functions;
	RelationList relations = relations_of(r->arena, r->plan, r->run.statement);
	r->loading = true;
	run_tell(r, RUN_LOOKING_UP);
	const FactsWish wish = {.tables = relations.items,
	                        .table_count = relations.count,
	                        .functions = functions->items,
	                        .function_count = functions->count,
	                        .queryid = plan_queryid(r->plan)};
	facts_load(r->conn, &wish, facts_arrived, r);
}

/* ---- reading a plan ---- */

static void read_job(void *job) {
	Running *r = job;
	PlanList plans = {0};
	r->plan = NULL;
	if (plan_read_json(r->arena, r->json, r->json_len, &plans, &r->job_err)) r->plan = plans.items[0];
}

static void read_done(void *job) {
	Running *r = job;
	if (!back_from_job(r)) return;
	if (!r->plan) {
		err_move(&r->run.err, &r->job_err);
		run_finish(r);
		return;
	}
	r->plan->statement = r->run.statement->text;
	r->run.plan = r->plan;
	r->run.json = r->json;
	r->run.json_len = r->json_len;
	r->run.server = server_copy(r->arena, conn_server(r->conn));
	r->run.findings = NULL;
	if (r->options.only_plan) {
		run_finish(r);
	} else if (r->run.facts || r->plan->analyzed) {
		run_tell(r, RUN_ADVISING);
		advise_it(r);
	} else {
		look_up(r);
	}
}

/* ---- explaining ---- */

static void fail(Running *r, Err *err) {
	err_move(&r->run.err, err);
	run_finish(r);
}

static const char *notes_on(Running *r, const ExplainReply *reply) {
	const char *const parts[] = {
		r->options.notes,
		reply->generic ? "This is a generic plan: the values of the parameters are unknown, so are their shares of the rows." : NULL,
		reply->notes,
		r->search_path && !reply->search_path ? arena_printf(r->arena, "It ran with search_path = %s.", r->search_path) : NULL,
	};
	Str notes = STR_INIT;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (parts[i] && *parts[i]) str_printf(&notes, "%s%s", notes.len ? " " : "", parts[i]);
	const char *copy = notes.len ? arena_copy(r->arena, notes.text) : NULL;
	str_release(&notes);
	return copy;
}

static void explained(void *owner, ExplainReply *reply) {
	Running *r = owner;
	r->explain = NULL;
	if (reply->would_write && !r->allow_write) {
		r->asks_to_write = true;
		run_ask(r, "This read calls something that writes. Run it under EXPLAIN ANALYZE, not READ ONLY, and roll it back?", consent_to_write, measure_if);
		return;
	}
	if (!reply->json) {
		fail(r, reply->err);
		return;
	}
	if (reply->search_path) r->search_path = arena_copy(r->arena, reply->search_path);
	r->run.notes = notes_on(r, reply);
	r->run.parameter_types = reply->types;
	r->run.parameter_count = reply->type_count;
	r->json = reply->json;
	r->json_len = reply->len;
	hold(r, &reply->arena);
	post(r, read_job, read_done);
}

/* A path that was found goes first: the user's own settings win. */
static ExplainSetting *settings_with_path(const Running *r, Arena *arena) {
	ExplainSetting *settings = ARENA_ARRAY(arena, ExplainSetting, r->options.setting_count + 1);
	settings[0] = (ExplainSetting){"search_path", r->search_path};
	memcpy(settings + 1, r->options.settings, r->options.setting_count * sizeof *settings);
	return settings;
}

ExplainSpec run_spec_of(Running *r, bool analyze) {
	bool with_path = analyze && r->search_path;
	return (ExplainSpec){
		.statement = r->run.statement,
		.analyze = analyze,
		.allow_write = analyze && r->allow_write,
		.may_lock = analyze && r->may_lock,
		.serialize = r->options.serialize,
		.memory = r->options.memory,
		.no_timing = r->options.no_timing,
		.statement_timeout_ms = (long)setting_number(r->settings, SETTING_STATEMENT_TIMEOUT),
		.lock_timeout_ms = (long)setting_number(r->settings, SETTING_LOCK_TIMEOUT),
		.settings = with_path ? settings_with_path(r, r->arena) : r->options.settings,
		.setting_count = r->options.setting_count + with_path,
		.find_path = r->options.elsewhere,
	};
}

static void explain_it(Running *r, bool analyze) {
	r->spec = run_spec_of(r, analyze);
	r->explain = explain_start(r->conn, &r->spec, explained, r);
}

static void measure_it(Running *r) {
	r->run.measuring_since_ms = clock_ms();
	explain_it(r, true);
	run_tell(r, RUN_MEASURING);
}

static void plan_it(Running *r) {
	explain_it(r, false);
	run_tell(r, RUN_PLANNING);
}

static void when_connected(Running *r) {
	switch (conn_state(r->conn)) {
	case CONN_READY: plan_it(r); break;
	case CONN_FAILED:
		err_set(&r->run.err, ERR_CONNECTION, "%s", conn_error(r->conn)->message.text);
		err_hint(&r->run.err, "%s", conn_error(r->conn)->hint.text);
		run_finish(r);
		break;
	default: run_tell(r, RUN_CONNECTING);
	}
}

/* ---- taking the statement apart ---- */

static void parse_job(void *job) {
	Running *r = job;
	r->run.statement = statement_parse(r->arena, r->text);
}

static void parsed(void *job) {
	Running *r = job;
	if (!back_from_job(r)) return;
	if (explain_has_plan(r->run.statement, &r->run.err)) when_connected(r);
	else run_finish(r);
}

/* ---- the contract ---- */

RunOptions run_options_copy(Arena *arena, const RunOptions *options) {
	RunOptions copy = *options;
	ExplainSetting *settings = ARENA_ARRAY(arena, ExplainSetting, options->setting_count + 1);
	for (size_t i = 0; i < options->setting_count; i++)
		settings[i] = (ExplainSetting){arena_copy(arena, options->settings[i].name), arena_copy(arena, options->settings[i].value)};
	copy.settings = settings;
	copy.notes = arena_copy(arena, options->notes);
	copy.use = options->use ? statement_use_copy(arena, options->use) : NULL;
	return copy;
}

Run *run_start(Work *work, Conn *conn, const Settings *settings, const char *text, const RunOptions *options, RunFn changed, void *owner) {
	Arena *arena = arena_new();
	Running *r = ARENA_NEW(arena, Running);
	*r = (Running){
		.run = {.stage = RUN_PARSING, .without_yes = "planned only", .err = ERR_INIT},
		.arena = arena,
		.work = work,
		.conn = conn,
		.settings = settings,
		.advise = settings_advise(settings),
		.options = run_options_copy(arena, options),
		.text = arena_copy(arena, text),
		.changed = changed,
		.owner = owner,
		.job_err = ERR_INIT,
	};
	r->run.given_notes = r->options.notes;
	post(r, parse_job, parsed);
	return &r->run;
}

static void given_job(void *job) {
	Running *r = job;
	parse_job(job);
	if (r->run.given->side.findings) r->findings = *r->run.given->side.findings;
	else advise_job(job);
}

Run *run_given(Work *work, const Settings *settings, Arena *arena, const KeptPlan *given, const char *notes, RunFn changed, void *owner) {
	Running *r = ARENA_NEW(arena, Running);
	Plan *plan = (Plan *)given->side.plan;
	KeptPlan *kept = ARENA_NEW(arena, KeptPlan);
	*kept = *given;
	*r = (Running){
		.run = {.stage = RUN_PARSING, .given = kept, .plan = plan, .notes = arena_copy(arena, notes), .err = ERR_INIT},
		.arena = arena,
		.work = work,
		.settings = settings,
		.advise = settings_advise(settings),
		.text = plan->statement ? plan->statement : "",
		.plan = plan,
		.changed = changed,
		.owner = owner,
		.job_err = ERR_INIT,
	};
	post(r, given_job, advise_done);
	return &r->run;
}

void run_conn_changed(Run *run) {
	if (run->stage == RUN_CONNECTING) when_connected(run_parts(run));
}

void run_answer(Run *run, bool yes) {
	Running *r = run_parts(run);
	if (run->stage == RUN_ASKING) r->answered(r, yes);
}

void run_cancel(Run *run) {
	Running *r = run_parts(run);
	r->cancelled = true;
	if (r->explain) explain_cancel(r->explain);
	else if (run->stage == RUN_ASKING) run_answer(run, false);
	else if (run->stage == RUN_CHECKING) check_stop(r->check);
	else if (r->prove) prove_cancel(r->prove);
	else if (r->repeat) repeat_cancel(r->repeat);
	else if (run->stage == RUN_CONNECTING) {
		err_set(&run->err, ERR_CANCELLED, "cancelled");
		run_finish(r);
	}
}

bool run_busy(const Run *run) {
	return run->stage != RUN_DONE && run->stage != RUN_ASKING;
}

bool run_executing(const Run *run) {
	return run->stage == RUN_MEASURING || run->stage == RUN_PROVING || run->stage == RUN_REPEATING;
}

int run_backend_pid(const Run *run) {
	const Running *r = (const Running *)run;
	return run->stage == RUN_MEASURING && r->explain ? explain_backend_pid(r->explain) : 0;
}

const char *run_stage_text(Arena *arena, const Run *run) {
	const Running *r = (const Running *)run;
	static const char *const texts[] = {
		[RUN_PARSING] = "reading the statement …", [RUN_CONNECTING] = "connecting …", [RUN_PLANNING] = "planning …",
		[RUN_LOOKING_UP] = "looking up tables and indexes …", [RUN_ADVISING] = "weighing advice …", [RUN_CHECKING] = "asking the planner about the advice …",
		[RUN_ASKING] = "waiting for your answer", [RUN_MEASURING] = "running …", [RUN_DONE] = "",
	};
	if (r->prove) return arena_printf(arena, "%s   Esc cancels", prove_words(r->prove));
	if (r->repeat) return arena_printf(arena, "%s   Esc stops", repeat_words(r->repeat));
	bool asks = run->stage == RUN_CHECKING && run->plans_asked > 1;
	return asks ? arena_printf(arena, "%s plan %d   ^C takes the best so far", texts[run->stage], run->plans_asked) : texts[run->stage];
}

/* A job keeps the arena until it is back; replies of the server are no longer wanted at once. */
void run_free(Run *run) {
	if (!run) return;
	Running *r = run_parts(run);
	if (r->explain) explain_cancel(r->explain);
	if (r->conn) conn_forget(r->conn, r);
	check_free(r->check);
	prove_free(r->prove);
	repeat_free(r->repeat);
	r->abandoned = true;
	destroy(r);
}

/* A background job may have the Run's own arena. */
bool run_spec(Run *run, Arena *arena, ExplainSpec *spec, Conn **conn, Err *err) {
	Running *r = run_parts(run);
	if (run->given) return kept_plan_refuse(run->given, "there is no server to ask", err);
	if (run_executing(run) || !run->plan || !run->findings) return err_set(err, ERR_REFUSED, "the statement is still under way");
	if (!conn_server(r->conn)) return err_set(err, ERR_CONNECTION, "there is no connection to ask");
	*spec = run_spec_of(r, false);
	*conn = r->conn;
	if (!r->search_path) return true;
	spec->settings = settings_with_path(r, arena);
	spec->setting_count = r->options.setting_count + 1;
	return true;
}

void run_hold(Run *run) {
	run_parts(run)->holders++;
}

void run_let_go(Run *run) {
	Running *r = run_parts(run);
	r->holders--;
	if (r->abandoned) destroy(r);
}
