/* follow.c: a Run followed to its end without a terminal. */
#include "app/follow.h"

#include <signal.h>

#include "app/batch.h"
#include "base/clock.h"

bool follow_interrupted(Session *session) {
	if (!loop_signal(session->loop, LOOP_INTERRUPT) && !loop_signal(session->loop, LOOP_TERMINATE)) return false;
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	return true;
}

bool follow_is_hopeless(const Session *session, const Run *run) {
	return run->stage == RUN_CONNECTING && conn_state(session->conn) == CONN_LOST;
}

/* Without --yes what would ask is planned only. */
static void answer(const Options *options, Run *run, const char *where) {
	if (!options->yes) {
		Arena *arena = arena_new();
		batch_say("pgwhy", arena_printf(arena, "%s%s%s: %s", where ? where : "", where ? ": " : "", run->without_yes, run->question));
		batch_say("hint", arena_printf(arena, "--yes runs it all the same.%s%s", run->warning ? " " : "", run->warning ? run->warning : ""));
		arena_free(arena);
	}
	run_answer(run, options->yes);
}

/* ---- what it waits for ---- */

static void watch_changed(void *owner, Conn *conn) {
	(void)owner; /* watch() looks at it after each turn of the loop */
	(void)conn;
}

Watch watch_of(Session *session) {
	return (Watch){.session = session, .waits = RUN_WAITS_INIT};
}

void watch_end(Watch *watch) {
	if (watch->conn) loop_remove_conn(watch->session->loop, watch->conn);
	conn_free(watch->conn);
	run_waits_release(&watch->waits);
}

/* If the server does not let another session in, nothing is seen, and nothing is wrong. Gives the time to look again. */
static int64_t look(Watch *watch, const Run *run) {
	enum { SOON_MS = 1000, EVERY_MS = 100 };
	Loop *loop = watch->session->loop;
	int64_t now = clock_ms();
	if (!run_backend_pid(run)) return -1;
	if (now < run->measuring_since_ms + SOON_MS) return run->measuring_since_ms + SOON_MS;
	if (!watch->conn) {
		ConnParams params = conn_params(watch->session->conn, NULL);
		watch->conn = conn_new(loop_work(loop), &params, watch_changed, watch);
		loop_add_conn(loop, watch->conn);
	}
	run_waits_look(&watch->waits, watch->conn, run);
	return now + EVERY_MS;
}

/* ---- to its end ---- */

bool follow_run(Session *session, const Options *options, Run *run, const char *where, Watch *watch) {
	bool interrupted = false, watched = watch && setting_on(&options->settings, SETTING_WAITS);
	while (run->stage != RUN_DONE && !follow_is_hopeless(session, run)) {
		if (run->stage == RUN_ASKING) {
			answer(options, run, where);
			continue;
		}
		loop_turn(session->loop, watched ? look(watch, run) : -1);
		if (follow_interrupted(session)) {
			interrupted = true;
			run_cancel(run);
		}
		run_conn_changed(run);
	}
	return !interrupted;
}
