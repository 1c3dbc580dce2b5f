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

static bool may_apply(const App *app, Err *err) {
	if (!app->options->readonly) return true;
	err_set(err, ERR_REFUSED, "pgwhy was started with --readonly");
	return false;
}

static bool finding_chosen(App *app, const char *rest, size_t *nth, Err *err) {
	const FindingList *findings = app->run ? app->run->findings : NULL;
	*nth = app->plan_view.finding;
	char *end = NULL;
	if (*rest) {
		long number = strtol(rest, &end, 10);
		if (number < 1 || *end) return err_set(err, ERR_USAGE, "it takes the number of a finding, not \"%s\"", rest);
		*nth = (size_t)number - 1;
	}
	if (!findings || !findings->count) return err_set(err, ERR_REFUSED, "there is no finding on screen");
	return *nth < findings->count || err_set(err, ERR_REFUSED, "there is no finding %zu", *nth + 1);
}

/* Of a plan of this server's, and the real one; a standby takes no changes. */
bool applying_allowed(App *app, const char *rest, bool trial, size_t *nth, ExplainSpec *spec, Conn **conn, Err *err) {
	if (!app->run) return err_set(err, ERR_REFUSED, "there is no finding on screen");
	if (app->run->given) return err_set(err, ERR_REFUSED, "this plan is out of a file: there is no server to change");
	if (stage_pretence(app)) {
		err_set(err, ERR_REFUSED, "the plan on screen is only pretended");
		err_hint(err, "w shows the real plan, with its findings.");
		return false;
	}
	if (!finding_chosen(app, rest, nth, err) || !may_apply(app, err)) return false;
	if (app->run->stage != RUN_DONE) return err_set(err, ERR_REFUSED, "the statement is still under way");
	if (!run_spec(app->run, app->arena, spec, conn, err)) return false;
	if (conn_state(*conn) != CONN_READY) return err_set(err, ERR_CONNECTION, "there is no connection to the server");
	return apply_possible(conn_server(*conn), err) && (!trial || may_try(app, app->run->statement, err));
}
