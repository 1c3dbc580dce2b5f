/* diff_statements.c: `pgwhy diff a.sql b.sql`: two statements run in turn: the same rows? how long? what differs in their plans? */
#include "app/batch.h"
#include "app/comparison.h"
#include "app/follow.h"
#include "app/prove.h"
#include "app/repeat.h"
#include "plan/shape.h"
#include "sql/split.h"

typedef struct Comparing {
	const Options *options;
	Session session;
	Arena *arena;
	const char *texts[2];
	Run *runs[2];
	const Plan *plans[2]; /* of runs that count, where they are there; else of those alone */
	LIST(Arena *) held; /* that they live in */
	ExplainSpec specs[2];
	ProofTask task;
	Proof proof; /* what came of running both; proved: it is known */
	bool proved;
	Err proof_err;
	Comparison comparison;
	bool waiting; /* for proof or comparison */
	bool stopped;
	int status;
} Comparing;

static void worsen(Comparing *c, int status) {
	if (status > c->status) c->status = status;
}

static bool heed_signals(Comparing *c) {
	bool interrupted = follow_interrupted(&c->session);
	c->stopped = c->stopped || interrupted;
	return interrupted;
}

/* ---- each alone: its plan, and its first run ---- */

static void changed(void *owner, Run *run) {
	(void)owner; /* follow_run() looks at it after each turn of the loop */
	(void)run;
}

static void complain(Comparing *c, const Run *run, const char *path) {
	const Err *why = follow_is_hopeless(&c->session, run) ? conn_error(c->session.conn) : &run->err;
	Err err = ERR_INIT;
	if (!err_is(why)) return;
	err_set(&err, ERR_SERVER, "%s: %s", path, why->message.text); /* what pgwhy refuses, EXPLAIN would: status 3 */
	err_hint(&err, "%s", why->hint.text);
	worsen(c, batch_complain(&err));
}

static void run_alone(Comparing *c, size_t side) {
	const char *path = c->options->words[side];
	const RunOptions options = {.mode = RUN_MEASURE};
	Run *run = c->runs[side] = run_start(loop_work(c->session.loop), c->session.conn, &c->options->settings, c->texts[side], &options, changed, c);
	if (!follow_run(&c->session, c->options, run, path, NULL)) c->stopped = true;
	complain(c, run, path);
}

/* ---- both together ---- */

static bool may_change(const Run *run) {
	const Statement *s = run->statement;
	return !s->parsed || s->writes || s->locks_rows || s->kind != STATEMENT_SELECT;
}

/* Of the statement before; what is said of it holds for that after, too. */
static ProofTask task_of(Comparing *c) {
	Finding finding = finding_new("");
	finding.rewrite = c->texts[1];
	ProofTask task = proof_task(c->arena, c->runs[0]->statement, c->runs[0]->facts, &finding);
	if (!task.refused && may_change(c->runs[1])) task.refused = "only a SELECT that locks no rows is read for its rows";
	return task;
}

/* What was agreed to for each alone is agreed to. */
static bool specify(Comparing *c, Err *err) {
	for (size_t i = 0; i < 2; i++) {
		Conn *conn;
		const Statement *s = c->runs[i]->statement;
		if (!run_spec(c->runs[i], c->arena, &c->specs[i], &conn, err)) return false;
		c->specs[i].analyze = true;
		c->specs[i].may_lock = c->options->yes;
		c->specs[i].allow_write = c->options->yes && (s->writes || s->locks_rows);
	}
	return true;
}

/* Their first runs were those alone. */
static const Repeated *with_first_runs(Comparing *c, const Repeated *repeated) {
	static const char *const names[] = {"before", "after"};
	Repeated *copy = ARENA_NEW(c->arena, Repeated);
	*copy = *repeated;
	for (size_t i = 0; i < 2; i++) {
		copy->sides[i].name = names[i];
		repeat_first(&copy->sides[i], c->runs[i]->plan);
	}
	return copy;
}

static void compared(void *owner, const Proof *proof, Err *err) {
	Comparing *c = owner;
	c->proved = proof != NULL;
	if (proof) {
		c->proof = *proof_copy(c->arena, proof);
		if (proof->repeated) c->proof.repeated = with_first_runs(c, proof->repeated);
	}
	err_move(&c->proof_err, err);
	c->waiting = false;
}

static void repeated(void *owner, const Repeated *repeated, Err *err) {
	Comparing *c = owner;
	c->proved = true;
	c->proof = (Proof){.compared = {.verdict = ROWS_NOT_COMPARED, .why_not = c->task.refused}, .repeated = with_first_runs(c, repeated)};
	err_move(&c->proof_err, err);
	c->waiting = false;
}

/* The first run may have found a cold cache. One of another shape is not what the findings are about. */
static void take_plan(Comparing *c, size_t side, const Plan *plan, Arena *arena) {
	if (arena) *list_push(c->arena, &c->held) = arena;
	if (plan && plan_shape(plan) == plan_shape(c->runs[side]->plan)) c->plans[side] = plan;
}

static void went_on(void *owner) {
	(void)owner;
}

static size_t runs_of(const Comparing *c) {
	return c->options->runs ? (size_t)c->options->runs : REPEAT_RUNS;
}

static void compare_rows(Comparing *c) {
	const ProveSpec spec = {
		.task = &c->task,
		.explain = &c->specs[0],
		.most_rows = setting_number(&c->options->settings, SETTING_PROVE_ROWS),
		.allow_volatile = c->options->yes,
		.runs = runs_of(c),
	};
	Prove *prove = prove_start(loop_work(c->session.loop), c->session.conn, &spec, compared, went_on, c);
	while (c->waiting) {
		loop_turn(c->session.loop, -1);
		if (heed_signals(c)) prove_cancel(prove);
	}
	for (size_t i = 0; i < 2; i++) {
		Arena *arena;
		const Plan *plan = prove_plan(prove, i, &arena);
		take_plan(c, i, plan, arena);
	}
	prove_free(prove);
}

static void repeat_only(Comparing *c) {
	RepeatSpec spec = {.count = 2, .runs = runs_of(c)};
	for (size_t i = 0; i < 2; i++) spec.sides[i] = (RepeatSide){.name = c->options->words[i], .spec = &c->specs[i], .first = c->runs[i]->plan};
	Repeat *repeat = repeat_start(loop_work(c->session.loop), c->session.conn, &spec, repeated, went_on, c);
	while (c->waiting) {
		loop_turn(c->session.loop, -1);
		if (heed_signals(c)) repeat_cancel(repeat);
	}
	for (size_t i = 0; i < 2; i++) {
		Arena *arena;
		const Plan *plan = repeat_plan(repeat, i, &arena);
		take_plan(c, i, plan, arena);
	}
	repeat_free(repeat);
}

/* What was not run is compared by its cost alone. */
static void run_together(Comparing *c) {
	Err err = ERR_INIT;
	for (size_t i = 0; i < 2; i++)
		if (!c->runs[i]->plan->analyzed || err_is(&c->runs[i]->err)) return;
	if (!specify(c, &err)) {
		worsen(c, batch_complain(&err));
		return;
	}
	c->task = task_of(c);
	c->waiting = true;
	(c->task.refused ? repeat_only : compare_rows)(c);
	if (err_is(&c->proof_err)) worsen(c, batch_complain(&c->proof_err));
}

/* ---- their plans ---- */

static void compare_job(void *job) {
	Comparing *c = job;
	ComparedSide sides[2];
	AdviseSettings settings = settings_advise(&c->options->settings);
	for (size_t i = 0; i < 2; i++)
		sides[i] = (ComparedSide){.plan = c->plans[i] ? c->plans[i] : c->runs[i]->plan, .statement = c->texts[i], .findings = c->runs[i]->findings, .facts = c->runs[i]->facts};
	sides[1].proof = c->proved ? &c->proof : NULL;
	c->comparison = compare_plans(c->arena, &sides[0], &sides[1], &settings);
}

static void compare_done(void *job) {
	((Comparing *)job)->waiting = false;
}

static bool print(Comparing *c, Err *err) {
	c->waiting = true;
	work_post(loop_work(c->session.loop), compare_job, compare_done, c);
	while (c->waiting) loop_turn(c->session.loop, -1);
	return diff_print(c->options, c->arena, &c->comparison, err);
}

/* ---- the command ---- */

static bool read_statement(Comparing *c, size_t side, Err *err) {
	const char *path = c->options->words[side], *text = batch_read_sql(c->arena, path, err);
	if (!text) return false;
	SpanList statements = statement_split(c->arena, text);
	if (statements.count != 1) {
		err_set(err, ERR_USAGE, "%s holds %zu statements; one is compared with one", path, statements.count);
		return false;
	}
	Span span = statements.items[0];
	c->texts[side] = arena_copy_n(c->arena, text + span.start, span.end - span.start);
	return true;
}

static void compare_both(Comparing *c) {
	Err err = ERR_INIT;
	for (size_t i = 0; i < 2 && !c->stopped; i++) run_alone(c, i);
	if (!c->runs[0]->plan || !c->runs[1] || !c->runs[1]->plan) return; /* why was said */
	if (!c->stopped) run_together(c);
	if (!print(c, &err)) worsen(c, batch_complain(&err));
}

int diff_statements(const Options *options) {
	Err err = ERR_INIT;
	Comparing c = {.options = options, .arena = arena_new(), .proof_err = ERR_INIT};
	bool fine = read_statement(&c, 0, &err) && read_statement(&c, 1, &err) && batch_begin(options, &err) && session_open(&c.session, options, &err);
	if (fine) compare_both(&c);
	else worsen(&c, batch_complain(&err));
	for (size_t i = 0; i < 2; i++) run_free(c.runs[i]);
	session_close(&c.session);
	err_release(&c.proof_err);
	for (size_t i = 0; i < c.held.count; i++) arena_free(c.held.items[i]);
	arena_free(c.arena);
	return c.status;
}
