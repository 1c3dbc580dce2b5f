/* follow.c: a Run followed to its end without a terminal. */
#include "app/follow.h"

#include <signal.h>

#include "app/batch.h"

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

bool follow_run(Session *session, const Options *options, Run *run, const char *where) {
	bool interrupted = false;
	while (run->stage != RUN_DONE && !follow_is_hopeless(session, run)) {
		if (run->stage == RUN_ASKING) {
			answer(options, run, where);
			continue;
		}
		loop_turn(session->loop, -1);
		if (follow_interrupted(session)) {
			interrupted = true;
			run_cancel(run);
		}
		run_conn_changed(run);
	}
	return !interrupted;
}
