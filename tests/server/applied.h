/* applied.h: remedies carried out against a real server, for tests/server/test_apply*.c. */
#ifndef PGWHY_TESTS_SERVER_APPLIED_H
#define PGWHY_TESTS_SERVER_APPLIED_H

#include <limits.h>

#include "advise/remedy.h"
#include "ground.h"
#include "pg/apply.h"

enum { APPLIED_LOCK_TIMEOUT_MS = 300 };

typedef struct Outcome {
	Ground *ground;
	bool done;
	bool ran; /* it was seen under way */
	size_t step;
	int pid;
	bool removed;
	const char *leftover, *message, *hint;
	ErrKind kind;
	ApplyStage stage;
} Outcome;

static inline void changed(void *owner, const ApplyState *state, Err *err) {
	Outcome *outcome = owner;
	assert_false(outcome->done);
	outcome->stage = state->stage;
	outcome->step = state->step;
	outcome->pid = state->backend_pid;
	outcome->ran |= state->stage == APPLY_RUNNING;
	outcome->done = state->stage == APPLY_DONE;
	outcome->removed = state->removed;
	outcome->leftover = arena_copy(outcome->ground->arena, state->leftover);
	outcome->kind = err->kind;
	outcome->message = arena_copy(outcome->ground->arena, err->message.text);
	outcome->hint = arena_copy(outcome->ground->arena, err->hint.text);
}

static inline IndexAdvice advised_on(const char *table, const char **columns, size_t count, const char *name) {
	return (IndexAdvice){.schema = "public", .table = table, .name = name, .method = "btree", .columns = columns, .column_count = count, .bytes = NAN};
}

static inline Finding finding_of(Ground *ground, IndexAdvice index) {
	Finding finding = finding_new("missing-index");
	finding.kind = REMEDY_INDEX;
	finding_set_indexes(ground->arena, &finding, &index, 1);
	return finding;
}

static inline RemedySteps steps_of(Ground *ground, Finding *finding) {
	Err err = ERR_INIT;
	RemedySteps steps = remedy_steps(ground->arena, finding, NULL, &err);
	if (err_is(&err)) fail_msg("%s", err.message.text);
	return steps;
}

static inline Apply *start(Conn *conn, const RemedySteps *steps, Outcome *outcome) {
	const ApplySpec spec = {.steps = steps->items, .step_count = steps->count, .lock_timeout_ms = APPLIED_LOCK_TIMEOUT_MS};
	return apply_start(conn, &spec, changed, outcome);
}

static inline Outcome apply_all(Ground *ground, const RemedySteps *steps) {
	Conn *conn = ground_connect(ground, NULL, NULL);
	Outcome outcome = {.ground = ground};
	start(conn, steps, &outcome);
	assert_false(outcome.ran); /* never from inside */
	UNTIL(ground, outcome.done);
	ground_leave(ground, conn);
	return outcome;
}

static inline bool index_there(Ground *ground, const char *name, const char *valid) {
	const char *sql = arena_printf(ground->arena, "select count(*) from pg_index i join pg_class c on c.oid = i.indexrelid where c.relname = '%s' and i.indisvalid = %s", name, valid);
	return strcmp(ground_ask(ground, "postgres", sql), "1") == 0;
}

static inline void done_well(const Outcome *outcome) {
	if (outcome->kind != ERR_NONE) fail_msg("%s", outcome->message);
	assert_null(outcome->leftover);
}

/* The tests anew, on a server of that version. */
static inline void applied_on(int major, const char *settings, const char *tables, void (*const *tests)(void **state), size_t count) {
	char directory[PATH_MAX], path[64];
	snprintf(path, sizeof path, "build/servers/%d/bin", major);
	if (!realpath(path, directory)) {
		print_message("skip: the_same_on_%d: build/servers/%d is not there (tests/server/fetch.sh %d)\n", major, major, major);
		skip();
	}
	void *state = NULL;
	assert_int_equal(ground_set_up(&state, &(ClusterSpec){.bin_dir = directory, .settings = settings}), 0);
	ground_run(state, "postgres", tables);
	for (size_t i = 0; i < count; i++) tests[i](&state);
	ground_tear_down(&state);
}

#endif
