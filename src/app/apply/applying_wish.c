/* applying_wish.c: which finding is to be tried or applied, and may it be? */
#include "app/applying_wish.h"

#include <stdlib.h>

#include "app/consent.h"
#include "app/stage.h"
#include "pg/apply.h"

/* False: err says why it cannot be. */
static bool may_try(App *app, const Statement *statement, Err *err) {
	const char *function = consent_to_call(app->arena, statement, app->run->facts);
	if (statement->writes || statement->locks_rows) {
		err_set(err, ERR_REFUSED, "only a SELECT that locks no rows is tried");
		err_hint(err, ":apply builds the index for real.");
	} else if (function) {
		err_set(err, ERR_REFUSED, "%s, and is not tried", function);
		err_hint(err, "A asks before it measures such a statement.");
	} else if (statement->parameter_count) {
		err_set(err, ERR_REFUSED, "a statement with parameters cannot be run: their values are not known");
		err_hint(err, "A asks for them; or write values in place of $1 and the others.");
	}
	return !err_is(err);
}

static bool number_of(const char *rest, size_t shown, size_t count, size_t *nth, Err *err) {
	*nth = shown;
	char *end = NULL;
	if (*rest) {
		long number = strtol(rest, &end, 10);
		if (number < 1 || *end) return err_set(err, ERR_USAGE, "it takes the number of a finding, not \"%s\"", rest);
		*nth = (size_t)number - 1;
	}
	if (!count) return err_set(err, ERR_REFUSED, "there is no finding on screen");
	return *nth < count || err_set(err, ERR_REFUSED, "there is no finding %zu", *nth + 1);
}

/* Of a plan of this server's, and the real one. */
static bool of_run(App *app, Arena *arena, const char *rest, bool trial, ApplyingWish *wish, Err *err) {
	Run *run = app->run;
	const FindingList *findings = run ? run->findings : NULL;
	if (!run) return err_set(err, ERR_REFUSED, "there is no finding on screen");
	if (run->given) return kept_plan_refuse(run->given, "there is no server to change", err);
	if (stage_pretence(app)) {
		err_set(err, ERR_REFUSED, "the plan on screen is only pretended");
		err_hint(err, "w shows the real plan, with its findings.");
		return false;
	}
	if (!number_of(rest, app->plan_view.finding, findings ? findings->count : 0, &wish->nth, err)) return false;
	if (run->stage != RUN_DONE) return err_set(err, ERR_REFUSED, "the statement is still under way");
	wish->run = run;
	wish->finding = findings->items[wish->nth];
	return run_spec(run, arena, &wish->spec, &wish->conn, err) && (!trial || may_try(app, run->statement, err));
}

/* Its texts are of a sample that the next one takes the place of; it has no indexes to build. */
static Finding finding_kept(Arena *arena, const Finding *of) {
	Finding finding = finding_new(of->rule);
	finding.kind = of->kind;
	finding.basis = of->basis;
	finding.title = arena_copy(arena, of->title);
	finding.sql = arena_copy(arena, of->sql);
	finding.undo = arena_copy(arena, of->undo);
	return finding;
}

static bool of_row(App *app, Arena *arena, size_t row, const char *rest, bool trial, ApplyingWish *wish, Err *err) {
	const PaneState *state = app_pane(app);
	FindingList findings = state->pane->findings(arena, &state->input, state->table, row);
	if (!number_of(rest, 0, findings.count, &wish->nth, err)) return false;
	if (trial) {
		err_set(err, ERR_REFUSED, "there is no statement here to try it with");
		err_hint(err, ":try is for the index of a plan's finding.");
		return false;
	}
	wish->finding = finding_kept(arena, &findings.items[wish->nth]);
	wish->conn = app->pane_conn;
	return true;
}

/* Is what is on screen about a row, whatever page of ours lies over it? */
static bool on_why(App *app, size_t *row) {
	const View *view = app_subject(app);
	return view && view->kind == VIEW_WHY && app_row(app, row);
}

/* Of a why in Queries: the run's, when that is of its row. */
static bool found(App *app, Arena *arena, const char *rest, bool trial, ApplyingWish *wish, Err *err) {
	size_t row;
	if (!on_why(app, &row)) return of_run(app, arena, rest, trial, wish, err);
	if (app_pane(app)->pane->findings) return of_row(app, arena, row, rest, trial, wish, err);
	bool of_it = strcmp(app->run_row.text, pane_row_name(arena, app_pane(app), row)) == 0;
	return of_it ? of_run(app, arena, rest, trial, wish, err) : err_set(err, ERR_REFUSED, "there is no finding on screen");
}

bool applying_allowed(App *app, Arena *arena, const char *rest, bool trial, ApplyingWish *wish, Err *err) {
	*wish = (ApplyingWish){0};
	if (app->options->readonly) return err_set(err, ERR_REFUSED, "pgwhy was started with --readonly");
	if (!found(app, arena, rest, trial, wish, err)) return false;
	if (conn_state(wish->conn) != CONN_READY) return err_set(err, ERR_CONNECTION, "there is no connection to the server");
	return trial ? apply_takes_writes(conn_server(wish->conn), err) : apply_possible(conn_server(wish->conn), err);
}
