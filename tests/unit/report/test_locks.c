/* test_locks.c: the forest of locks as JSON, as scripts are promised it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include "../../lock_scene.h"
#include "report/locks.h"

static Arena *arena;

static int set_up(void **state) {
	(void)state;
	arena = arena_new();
	return 0;
}

static int tear_down(void **state) {
	(void)state;
	arena_free(arena);
	return 0;
}

static json_t *printed(const LockScene *scene, bool one_line) {
	Texts texts = {0};
	texts_put(arena, &texts, (int64_t)1259 << 32 | ORDERS, "table public.orders");
	LockForest *forest = lock_forest(arena, scene->locks, scene->sessions);
	const LockNames names = {.table = forest->table, .texts = &texts};
	const char *text = report_locks_json(arena, forest, &names, one_line);
	size_t len = strlen(text);
	assert_true(text[len - 1] == '\n' && (!one_line || strchr(text, '\n') == text + len - 1));
	json_error_t error;
	json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	if (!value) fail_msg("%s in %s", error.text, text);
	return value;
}

static json_t *session_of(const json_t *value, size_t nth) {
	return json_array_get(json_object_get(value, "sessions"), nth);
}

/* A field as it is printed. */
static const char *field(const json_t *object, const char *key) {
	json_t *value = json_object_get(object, key);
	if (!value) fail_msg("there is no %s", key);
	char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS);
	const char *copy = arena_copy(arena, text);
	free(text);
	return copy;
}

static void who_waits_for_whom_and_who_would_be_free(void **state) {
	(void)state;
	LockScene scene = scene_hot_row(arena, 3);
	json_t *value = printed(&scene, false), *root = session_of(value, 0), *last = session_of(value, 3);
	assert_string_equal(field(value, "waiting"), "3");
	assert_int_equal(json_array_size(json_object_get(value, "sessions")), 4);
	static const struct {
		const char *key, *root, *last;
	} fields[] = {
		{"pid", "11", "14"},
		{"prepared", "null", "null"},
		{"backend_start", "\"2026-01-02 03:04:05.000011+00\"", "\"2026-01-02 03:04:05.000014+00\""},
		{"database", "\"shop\"", "\"shop\""},
		{"user", "\"web\"", "\"web\""},
		{"application", "\"shop-api\"", "\"shop-api\""},
		{"state", "\"idle in transaction\"", "\"active\""},
		{"xact_age_s", "571.0", "287.5"},
		{"query", "\"select * from customers where id = 7\"", "\"update orders set total = total + 1 where id = 42\""},
		{"waits_for", "[]", "[12]"},
		{"waits_softly_for", "[]", "[13]"},
		{"wait_s", "null", "286.5"},
		{"wanted", "null", "{\"mode\":\"ExclusiveLock\",\"object\":\"public.orders\",\"type\":\"tuple\"}"},
		{"root", "true", "false"},
		{"in_cycle", "false", "false"},
		{"frees_now", "[12]", "[]"},
		{"frees_eventually", "[12,13,14]", "[]"},
	};
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		assert_string_equal(field(root, fields[i].key), fields[i].root);
		assert_string_equal(field(last, fields[i].key), fields[i].last);
	}
	assert_string_equal(field(session_of(value, 1), "wanted"), "{\"mode\":\"ShareLock\",\"object\":\"public.orders\",\"type\":\"transactionid\"}");
	json_decref(value);
}

static void a_prepared_transaction_goes_by_its_name(void **state) {
	(void)state;
	LockScene scene = scene_new(arena);
	scene_prepared(&scene, 800, "it's \x1b\xff", 60);
	scene_lock(&scene, 0, "3/5", XID(800), LOCK_EXCLUSIVE);
	scene_wait(&scene, 2, XID(800), LOCK_SHARE, 5);
	json_t *value = printed(&scene, true);
	assert_string_equal(field(session_of(value, 0), "pid"), "null");
	assert_string_equal(field(session_of(value, 0), "state"), "null");
	assert_string_equal(field(session_of(value, 0), "prepared"), "\"it's \\u001B\xef\xbf\xbd\"");
	assert_string_equal(field(session_of(value, 1), "waits_for"), "[\"it's \\u001B\xef\xbf\xbd\"]");
	assert_string_equal(field(session_of(value, 1), "wanted"), "{\"mode\":\"ShareLock\",\"object\":null,\"type\":\"transactionid\"}");
	json_decref(value);
}

static void what_is_hidden_is_null(void **state) {
	(void)state;
	LockScene scene = scene_new(arena);
	scene_session(&scene, 1, "active", 60, "");
	scene_hide_last(&scene);
	scene_hold(&scene, 1, ADVISORY(5), LOCK_EXCLUSIVE);
	scene_wait(&scene, 2, ADVISORY(5), LOCK_EXCLUSIVE, -0.001); /* began after our transaction did */
	json_t *value = printed(&scene, true);
	static const char *const hidden[] = {"backend_start", "state", "xact_age_s", "query"};
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) assert_string_equal(field(session_of(value, 0), hidden[i]), "null");
	assert_string_equal(field(session_of(value, 0), "user"), "\"web\"");
	assert_string_equal(field(session_of(value, 1), "user"), "null");
	assert_string_equal(field(session_of(value, 1), "wait_s"), "0.0");
	json_decref(value);
}

static void a_cycle_says_so(void **state) {
	(void)state;
	LockScene scene = scene_new(arena);
	for (int64_t pid = 1; pid <= 2; pid++) {
		scene_hold(&scene, pid, XID(pid), LOCK_EXCLUSIVE);
		scene_wait(&scene, pid, XID(3 - pid), LOCK_SHARE, 1);
	}
	json_t *value = printed(&scene, true);
	for (size_t i = 0; i < 2; i++) {
		assert_string_equal(field(session_of(value, i), "root"), "true");
		assert_string_equal(field(session_of(value, i), "in_cycle"), "true");
		assert_string_equal(field(session_of(value, i), "frees_now"), i ? "[1]" : "[2]");
	}
	json_decref(value);
}

static void nobody_waiting_is_an_empty_list(void **state) {
	(void)state;
	LockScene scene = scene_new(arena);
	for (int one_line = 0; one_line <= 1; one_line++) {
		json_t *value = printed(&scene, one_line);
		assert_string_equal(field(value, "waiting"), "0");
		assert_string_equal(field(value, "sessions"), "[]");
		json_decref(value);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(who_waits_for_whom_and_who_would_be_free, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_prepared_transaction_goes_by_its_name, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_is_hidden_is_null, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_cycle_says_so, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(nobody_waiting_is_an_empty_list, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
