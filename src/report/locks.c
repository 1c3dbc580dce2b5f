/* locks.c: the forest of locks as JSON. */
#include "report/locks.h"

#include <math.h>

#include "base/str.h"
#include "report/json_value.h"

/* A session by its pid, a prepared transaction by its name. */
static json_t *json_of_who(const LockForest *forest, size_t place) {
	const LockSession *session = forest->nodes[place].session;
	json_t *pid = session->pid ? json_integer(session->pid) : json_of_text(session->gid);
	if (!pid) die("out of memory");
	return pid;
}

static json_t *json_of_places(const LockForest *forest, LockSessions places, size_t count) {
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++) json_push(list, json_of_who(forest, places.items[i]));
	return list;
}

static json_t *json_of_wanted(Arena *arena, const LockNames *names, const LockNode *node) {
	if (!node->wait) return json_null();
	json_t *object = json_object();
	json_put(object, "mode", json_of_text(lock_mode_name(node->wait->mode)));
	json_put(object, "type", json_of_text(node->tag->type));
	json_put(object, "object", json_of_text(lock_name_table(arena, names, node)));
	return object;
}

static json_t *json_of_node(Arena *arena, const LockForest *forest, const LockNames *names, size_t place) {
	const LockNode *node = &forest->nodes[place];
	const LockSession *session = node->session;
	LockSessions hard = lock_forest_blockers(arena, forest, place), soft = lock_forest_soft_blockers(arena, forest, place);
	LockEnd end = lock_forest_end(arena, forest, place);
	json_t *object = json_object();
	json_put(object, "pid", session->pid ? json_integer(session->pid) : json_null());
	json_put(object, "prepared", session->pid ? json_null() : json_of_text(session->gid));
	json_put(object, "backend_start", json_of_text(session->backend_start));
	json_put(object, "database", json_of_text(session->database));
	json_put(object, "user", json_of_text(session->user));
	json_put(object, "application", json_of_text(session->application));
	json_put(object, "state", json_of_text(session->pid ? session->state : NULL));
	json_put(object, "xact_age_s", json_of_real(session->xact_age_s));
	json_put(object, "query", json_of_text(session->query));
	json_put(object, "waits_for", json_of_places(forest, hard, hard.count));
	json_put(object, "waits_softly_for", json_of_places(forest, soft, soft.count));
	json_put(object, "wait_s", node->wait ? json_of_real(fmax(node->wait->wait_s, 0)) : json_null());
	json_put(object, "wanted", json_of_wanted(arena, names, node));
	json_put(object, "root", json_boolean(node->root));
	json_put(object, "in_cycle", json_boolean(node->cycle != LOCK_NOBODY));
	json_put(object, "frees_now", json_of_places(forest, end.freed, end.now));
	json_put(object, "frees_eventually", json_of_places(forest, end.freed, end.freed.count));
	return object;
}

const char *report_locks_json(Arena *arena, const LockForest *forest, const LockNames *names, bool one_line) {
	Str out = STR_INIT;
	const char *gap = one_line ? "" : "\n  ";
	str_printf(&out, "{%s\"waiting\": %zu,%s\"sessions\": [", one_line ? "" : gap, forest->waiting, one_line ? " " : gap);
	for (size_t place = 0; place < forest->count; place++)
		str_printf(&out, "%s%s%s", place ? one_line ? ", " : "," : "", one_line ? "" : "\n    ", json_print(arena, json_of_node(arena, forest, names, place), 0));
	str_printf(&out, "%s]%s}\n", forest->count ? gap : "", one_line ? "" : "\n");
	const char *text = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	return text;
}
