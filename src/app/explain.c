/* explain.c: `pgwhy explain`: statements planned, measured, advised, printed. */
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "app/batch.h"
#include "app/run.h"
#include "app/session.h"

typedef struct Explaining {
	const Options *options;
	Session session;
	Arena *arena;
	LIST(Run *) runs; /* kept to the end: the reports point into them */
	LIST(PlanReport) reports;
	int status;
} Explaining;

static void changed(void *owner, Run *run) {
	(void)owner; /* follow() looks at it after each turn of the loop */
	(void)run;
}

static void worsen(Explaining *e, int status) {
	if (status > e->status) e->status = status;
}

/* Without --yes what would ask is planned only. */
static void answer(Explaining *e, Run *run) {
	if (!e->options->yes) fprintf(stderr, "pgwhy: planned only: %s\nhint: --yes runs it and rolls it back.\n", run->question);
	run_answer(run, e->options->yes);
}

static void follow(Explaining *e, Run *run) {
	while (run->stage != RUN_DONE) {
		loop_turn(e->session.loop, -1);
		if (loop_signal(e->session.loop, LOOP_INTERRUPT) || loop_signal(e->session.loop, LOOP_TERMINATE)) run_cancel(run);
		run_conn_changed(run);
		if (run->stage == RUN_ASKING) answer(e, run);
	}
}

static void add_report(Explaining *e, const Run *run) {
	*list_push(e->arena, &e->reports) = (PlanReport){
		.plan = run->plan,
		.findings = run->findings,
		.statement = run->statement->text,
		.server_version = conn_server(e->session.conn)->version,
		.notes = run->notes,
	};
}

static void judge(Explaining *e, const Run *run) {
	if (!e->options->fail_on_set || !run->findings) return;
	for (size_t i = 0; i < run->findings->count; i++)
		if (run->findings->items[i].severity >= e->options->fail_on) worsen(e, 1);
}

static void explain_one(Explaining *e, const char *statement) {
	RunOptions options = {.mode = e->options->no_analyze ? RUN_PLAN : RUN_MEASURE};
	Run *run = run_start(loop_work(e->session.loop), e->session.conn, &e->options->settings, statement, &options, changed, e);
	follow(e, run);
	*list_push(e->arena, &e->runs) = run;
	if (run->plan) add_report(e, run);
	judge(e, run);
	if (err_is(&run->err)) worsen(e, batch_complain(&run->err));
}

static bool one_statement(const char *text, Err *err) {
	Arena *arena = arena_new();
	size_t count = statement_split(arena, text).count;
	arena_free(arena);
	if (count == 1) return true;
	if (count) err_set(err, ERR_USAGE, "-c takes one statement, not %zu; nothing was sent", count);
	else err_set(err, ERR_USAGE, "-c has no statement");
	err_hint(err, "Put several into a file for -f; each is explained alone.");
	return false;
}

static bool source_text(const Options *options, Str *text, Err *err) {
	if (options->statement) {
		str_add(text, options->statement);
		return one_statement(text->text, err);
	}
	if (options->file) return batch_read(options->file, text, err);
	if (!isatty(STDIN_FILENO)) return batch_read("-", text, err);
	err_set(err, ERR_USAGE, "there is no statement to explain");
	err_hint(err, "Give one with -c, or a file with -f.");
	return false;
}

static void explain_all(Explaining *e, const char *text) {
	SpanList statements = statement_split(e->arena, text);
	for (size_t i = 0; i < statements.count; i++)
		explain_one(e, arena_copy_n(e->arena, text + statements.items[i].start, statements.items[i].end - statements.items[i].start));
}

static void end(Explaining *e) {
	for (size_t i = 0; i < e->runs.count; i++) run_free(e->runs.items[i]);
	session_close(&e->session);
	arena_free(e->arena);
}

int explain_command(const Options *options) {
	Err err = ERR_INIT;
	Explaining e = {.options = options, .arena = arena_new()};
	Str text = STR_INIT;
	bool fine = source_text(options, &text, &err) && session_open(&e.session, options, &err);
	if (fine) {
		explain_all(&e, text.text);
		fine = batch_print_plans(options, e.reports.items, e.reports.count, &err);
	}
	if (!fine) worsen(&e, batch_complain(&err));
	str_release(&text);
	end(&e);
	return e.status;
}
