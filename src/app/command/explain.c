/* explain.c: `pgwhy explain` and `check`: statements planned, measured, advised, printed, held against what was saved. */
#include <unistd.h>

#include "app/baseline.h"
#include "app/batch.h"
#include "app/follow.h"
#include "app/keeping.h"
#include "app/migrating.h"
#include "app/plan_report.h"
#include "app/scenario.h"
#include "app/trial_report.h"
#include "base/utf8.h"
#include "sql/literals.h"

/* Where the statements come from. */
typedef struct Source {
	const char *name; /* of the file; NULL: -c */
	const char *text;
	SpanList statements;
} Source;

typedef struct Explaining {
	const Options *options;
	const Source *source;
	Session session;
	Watch watch;
	Arena *arena;
	LIST(Run *) runs; /* kept to the end: the reports point into them */
	LIST(size_t) lines; /* that they begin in, of each */
	LIST(Trial *) trials; /* these too */
	LIST(PlanReport) reports;
	LIST(Scenario *) scenarios; /* likewise */
	bool stopped; /* nothing more is to be run */
	int status;
} Explaining;

static void worsen(Explaining *e, int status) {
	if (status > e->status) e->status = status;
}

/* ---- one statement ---- */

static void changed(void *owner, Run *run) {
	(void)owner; /* follow() looks at it after each turn of the loop */
	(void)run;
}

/* The line the server points at, or where the statement begins. */
static size_t line_of(const Explaining *e, Span span, long position) {
	const char *at = e->source->text + span.start, *end = e->source->text + span.end;
	uint32_t point;
	while (position-- > 1 && at < end) at += utf8_decode(at, (size_t)(end - at), &point);
	size_t line = 1;
	for (const char *c = e->source->text; c < at; c++) line += *c == '\n';
	return line;
}

/* "FILE:LINE", for messages; NULL of -c. */
static const char *place(const Explaining *e, Span span, long position) {
	return e->source->name ? arena_printf(e->arena, "%s:%zu", e->source->name, line_of(e, span, position)) : NULL;
}

/* Those that follow are skipped. */
static bool heed_signals(Explaining *e) {
	bool interrupted = follow_interrupted(&e->session);
	e->stopped = e->stopped || interrupted;
	return interrupted;
}

static void follow(Explaining *e, Run *run, Span span) {
	if (!follow_run(&e->session, e->options, run, place(e, span, 0), &e->watch)) e->stopped = true;
}

/* Each rewrite that is advised; what cannot be proved is said, and the others go on. */
static void prove(Explaining *e, Run *run, Span span) {
	Err err = ERR_INIT;
	size_t runs = e->options->runs ? (size_t)e->options->runs : 1;
	for (size_t i = 0; run->findings && i < run->findings->count && !e->stopped && !err_is(&run->err); i++) {
		if (!run->findings->items[i].rewrite) continue;
		if (run_prove(run, i, runs, &err)) follow(e, run, span);
		else batch_say("pgwhy", arena_printf(e->arena, "%s is not proved: %s", run->findings->items[i].rule, err.message.text));
		err_clear(&err);
	}
	err_release(&err);
}

/* What was planned only stays so. */
static void repeat(Explaining *e, Run *run, Span span) {
	Err err = ERR_INIT;
	if (!run->plan || err_is(&run->err) || e->stopped || (!run->plan->analyzed && !run->statement->parameter_count)) return;
	if (run_repeat(run, (size_t)e->options->runs, e->options->with.items, e->options->with.count, &err)) follow(e, run, span);
	else batch_say("pgwhy", arena_printf(e->arena, "not run again: %s", err.message.text));
	err_release(&err);
}

/* ---- what is asked besides ---- */

static void turned(void *owner, Scenario *scenario) {
	(void)owner; /* play() looks at it after each turn of the loop */
	(void)scenario;
}

/* NULL: it has no answer, and that was said. */
static const Scenario *play(Explaining *e, Run *run, const ScenarioWish *wish, Span span) {
	Scenario *scenario = scenario_start(loop_work(e->session.loop), run, wish, turned, e);
	*list_push(e->arena, &e->scenarios) = scenario;
	while (!scenario->done && !e->stopped) {
		loop_turn(e->session.loop, -1);
		heed_signals(e);
	}
	if (!err_is(&scenario->err)) return scenario->done ? scenario : NULL;
	const char *where = place(e, span, 0);
	if (where) err_prefix(&scenario->err, "%s", where);
	worsen(e, batch_complain(&scenario->err));
	return NULL;
}

typedef LIST(PretenceIndex) PretenceIndexes;

/* A report for a ticket shows the plan to come, with all indexes that the planner was asked about. */
static void add_advised(Explaining *e, const FindingList *findings, PretenceIndexes *indexes) {
	for (size_t i = 0; findings && i < findings->count; i++) {
		const Finding *finding = &findings->items[i];
		bool asked = finding->basis == BASIS_HYPOTHETICAL && !finding->rewrite;
		for (size_t k = 0; asked && k < finding->indexes.count; k++)
			*list_push(e->arena, indexes) = (PretenceIndex){.sql = index_pretend_sql(e->arena, &finding->indexes.items[k])};
	}
}

static const Pretence *pretend(Explaining *e, Run *run, Span span) {
	PretenceIndexes indexes = {0};
	for (size_t i = 0; i < e->options->whatif.count; i++) *list_push(e->arena, &indexes) = (PretenceIndex){.sql = e->options->whatif.items[i]};
	if (!indexes.count && e->options->format == FORMAT_MARKDOWN && !e->options->migration && !e->stopped) add_advised(e, run->findings, &indexes);
	ScenarioWish wish = {.indexes = indexes.items, .index_count = indexes.count};
	const Scenario *scenario = indexes.count ? play(e, run, &wish, span) : NULL;
	return scenario ? &scenario->pretence : NULL;
}

static void ask_why(Explaining *e, Run *run, PlanReport *report, Span span) {
	const UnusedAnswer **answers = ARENA_ARRAY(e->arena, const UnusedAnswer *, e->options->why.count);
	for (size_t i = 0; i < e->options->why.count && !e->stopped; i++) {
		ScenarioWish wish = {.why = e->options->why.items[i]};
		const Scenario *scenario = play(e, run, &wish, span);
		if (scenario) answers[report->why_count++] = scenario->why;
	}
	report->why = answers;
}

static void ask_besides(Explaining *e, Run *run, PlanReport *report, Span span) {
	report->pretence = pretend(e, run, span);
	ask_why(e, run, report, span);
}

static PlanReport *add_report(Explaining *e, const Run *run) {
	PlanReport *report = list_push(e->arena, &e->reports);
	*report = run_report(run, &e->options->settings);
	report->notes = run_waits_notes(e->arena, &e->watch.waits, run, run->notes);
	return report;
}

static void judge(Explaining *e, const FindingList *findings) {
	if (!e->options->fail_on_set || !findings) return;
	for (size_t i = 0; i < findings->count; i++)
		if (findings->items[i].severity >= e->options->fail_on) worsen(e, 1);
}

static void complain(Explaining *e, const Run *run, Span span) {
	Err err = ERR_INIT;
	const Err *why = follow_is_hopeless(&e->session, run) ? conn_error(e->session.conn) : &run->err;
	if (err_is(why)) err_set(&err, ERR_SERVER, "%s", why->message.text); /* what pgwhy refuses, EXPLAIN would: status 3 */
	else if (e->stopped) err_set(&err, ERR_CANCELLED, "cancelled");
	else return;
	err_hint(&err, "%s", why->hint.text);
	const char *where = place(e, span, why->position);
	if (where) err_prefix(&err, "%s", where);
	worsen(e, batch_complain(&err));
	e->stopped = e->stopped || conn_state(e->session.conn) != CONN_READY;
}

static void run_one(Explaining *e, Span span, const char *text) {
	RunOptions options = {.mode = e->options->no_analyze ? RUN_PLAN : RUN_MEASURE};
	run_waits_forget(&e->watch.waits);
	Run *run = run_start(loop_work(e->session.loop), e->session.conn, &e->options->settings, text, &options, changed, e);
	*list_push(e->arena, &e->runs) = run;
	*list_push(e->arena, &e->lines) = line_of(e, span, 0);
	follow(e, run, span);
	if (e->options->runs) repeat(e, run, span);
	if (e->options->prove) prove(e, run, span);
	judge(e, run->findings);
	complain(e, run, span);
	if (run->plan) ask_besides(e, run, add_report(e, run), span);
}

/* ---- with values for its parameters ---- */

static void trial_changed(void *owner, Trial *trial) {
	(void)owner;
	(void)trial;
}

static void try_one(Explaining *e, Span span, const char *text) {
	RunOptions options = {.mode = RUN_PLAN};
	Trial *trial = trial_start(loop_work(e->session.loop), e->session.conn, &e->options->settings, text, NULL, &options, trial_changed, e);
	*list_push(e->arena, &e->trials) = trial;
	while (trial_busy(trial) && !follow_is_hopeless(&e->session, trial->generic)) {
		loop_turn(e->session.loop, -1);
		if (heed_signals(e)) trial_cancel(trial);
		trial_conn_changed(trial);
	}
	Run *generic = trial->generic;
	if (generic->plan) {
		PlanReport *report = list_push(e->arena, &e->reports);
		*report = trial_report(e->arena, trial);
		judge(e, report->findings);
		ask_besides(e, generic, report, span);
	}
	complain(e, generic, span);
}

static void explain_one(Explaining *e, Span span) {
	const char *text = arena_copy_n(e->arena, e->source->text + span.start, span.end - span.start);
	bool tries = e->options->values && literals_count(text) > 0;
	if (e->options->values && !tries) {
		const char *where = place(e, span, 0);
		batch_say("pgwhy", arena_printf(e->arena, "%s%s--values: this statement has no $1", where ? where : "", where ? ": " : ""));
	}
	(tries ? try_one : run_one)(e, span, text);
}

/* ---- all of them ---- */

static bool check_count(const Source *source, Err *err) {
	size_t count = source->statements.count;
	if (!count) return err_set(err, ERR_USAGE, "there is no statement in %s", source->name ? source->name : "-c");
	if (source->name || count == 1) return true;
	err_set(err, ERR_USAGE, "-c takes one statement, not %zu; nothing was sent", count);
	err_hint(err, "Put several into a file for -f; each is explained alone.");
	return false;
}

static bool find_source(Arena *arena, const Options *options, Source *source, Err *err) {
	const char *path = options->file ? options->file : "-";
	if (options->statement && options->file) return err_set(err, ERR_USAGE, "-c and -f do not go together");
	if (options->runs && options->no_analyze) return err_set(err, ERR_USAGE, "--runs runs statements, --no-analyze runs none");
	if (options->with.count && !options->runs) return err_set(err, ERR_USAGE, "--with compares runs, so it needs --runs");
	if (options->prove && options->no_analyze) return err_set(err, ERR_USAGE, "--prove runs statements, --no-analyze runs none");
	if (!options->statement && !options->file && isatty(STDIN_FILENO)) {
		err_set(err, ERR_USAGE, "there is no statement to explain");
		err_hint(err, "Give one with -c, or a file with -f.");
		return false;
	}
	if (options->statement) source->text = options->statement;
	else {
		source->name = strcmp(path, "-") == 0 ? "standard input" : path;
		source->text = batch_read_sql(arena, path, err);
		if (!source->text) return false;
	}
	source->statements = statement_split(arena, source->text);
	return check_count(source, err);
}

/* ---- kept for the console's :plans ---- */

static void keeping_failed(void *owner, const Err *err) {
	(void)err; /* nobody asked for it here: it is the console that says so */
	*(bool *)owner = true;
}

static void keep(Explaining *e) {
	bool failed = false;
	Keeper *keeper = e->runs.count ? keeper_new(loop_work(e->session.loop), &e->options->settings, keeping_failed, &failed) : NULL;
	for (size_t i = 0; keeper && i < e->runs.count && !failed; i++) {
		if (e->runs.items[i]->plan) keeping_start(keeper, e->runs.items[i], (Filled){0}, NULL, NULL);
		while (keeper_busy(keeper)) loop_turn(e->session.loop, -1);
	}
	keeper_free(keeper);
}

/* ---- saved, and held against what was saved ---- */

typedef struct Holding {
	Explaining *e;
	BaselineRuns runs;
	bool (*act)(Arena *arena, const char *folder, BaselineRuns *runs, Err *err);
	const char *folder;
	bool fine, done;
	Err err;
} Holding;

static void hold_job(void *job) {
	Holding *holding = job;
	holding->fine = holding->act(holding->e->arena, holding->folder, &holding->runs, &holding->err);
}

static void hold_done(void *job) {
	((Holding *)job)->done = true;
}

static bool hold(Holding *holding, Err *err) {
	Explaining *e = holding->e;
	for (size_t i = 0; i < e->runs.count; i++)
		*list_push(e->arena, &holding->runs) = (BaselineRun){.run = e->runs.items[i], .file = e->source->name, .line = e->lines.items[i]};
	work_post(loop_work(e->session.loop), hold_job, hold_done, holding);
	while (!holding->done) loop_turn(e->session.loop, -1);
	if (!holding->fine) err_move(err, &holding->err);
	err_release(&holding->err);
	return holding->fine;
}

static bool print_plans(Explaining *e, Err *err) {
	const Options *options = e->options;
	Holding saving = {.e = e, .act = baseline_save, .folder = options->save, .err = ERR_INIT};
	bool printed = options->migration ? migrations_print(options, e->reports.items, e->reports.count, err)
	                                  : batch_print_plans(options, e->reports.items, e->reports.count, e->source->statements.count > 1, err);
	return printed && (!options->save || hold(&saving, err));
}

static bool print_verdicts(Explaining *e, Err *err) {
	Holding checking = {.e = e, .act = baseline_find, .folder = e->options->baseline, .err = ERR_INIT};
	bool failed = false;
	if (!hold(&checking, err) || !baseline_print(e->arena, e->options, &checking.runs, &failed, err)) return false;
	for (size_t i = 0; i < checking.runs.count; i++) {
		const BaselineRun *run = &checking.runs.items[i];
		if (run->before || !run->path) continue;
		batch_say("pgwhy", arena_printf(e->arena, "%s:%zu: there is no %s: nothing to hold it against", run->file ? run->file : "-c", run->line, run->path));
	}
	if (failed) worsen(e, 1);
	return true;
}

static void end(Explaining *e) {
	for (size_t i = 0; i < e->scenarios.count; i++) scenario_free(e->scenarios.items[i]);
	for (size_t i = 0; i < e->runs.count; i++) run_free(e->runs.items[i]);
	for (size_t i = 0; i < e->trials.count; i++) trial_free(e->trials.items[i]);
	watch_end(&e->watch);
	session_close(&e->session);
	arena_free(e->arena);
}

static int explain_all(const Options *options, bool (*print)(Explaining *e, Err *err)) {
	Err err = ERR_INIT;
	Source source = {0};
	Explaining e = {.options = options, .source = &source, .arena = arena_new()};
	e.watch = watch_of(&e.session);
	bool fine = find_source(e.arena, options, &source, &err) && batch_begin(options, &err) && session_open(&e.session, options, &err);
	if (fine) {
		const SpanList *statements = &source.statements;
		for (size_t i = 0; i < statements->count && !e.stopped; i++) explain_one(&e, statements->items[i]);
		fine = print(&e, &err);
	}
	if (!fine) worsen(&e, batch_complain(&err));
	keep(&e);
	end(&e);
	return e.status;
}

int explain_command(const Options *options) {
	return explain_all(options, print_plans);
}

int check_command(const Options *options) {
	Err err = ERR_INIT;
	if (options->baseline) return explain_all(options, print_verdicts);
	err_set(&err, ERR_USAGE, "there is nothing to check against");
	err_hint(&err, "--baseline names the folder that explain --save filled.");
	return batch_complain(&err);
}
