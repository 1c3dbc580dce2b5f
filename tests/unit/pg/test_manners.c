/* test_manners.c: panes look politely, a statement is planned as its session would, both go as parameters. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "pg/manners.h"

static const SessionStart start = {.schemas = "{}", .search_path = "\"$user\", public", .jit = "on", .parallel_workers = "2"};

static int set_up(void **state) {
	*state = arena_new();
	return 0;
}

static int tear_down(void **state) {
	arena_free(*state);
	return 0;
}

static const char *value(const MannerList *list, const char *name) {
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].name, name) == 0) return list->items[i].value;
	return NULL;
}

static void panes_are_in_a_hurry(void **state) {
	MannerList list = manners_of_panes(*state, &(Server){0}, 0, 0);
	assert_string_equal(value(&list, "statement_timeout"), "1000");
	assert_string_equal(value(&list, "lock_timeout"), "100");
	assert_string_equal(value(&list, "default_transaction_read_only"), "on");
	assert_string_equal(value(&list, "search_path"), "pg_catalog, pg_temp");
	assert_null(value(&list, "pg_stat_statements.track"));
	list = manners_of_panes(*state, &(Server){.superuser = true, .statements_preloaded = true}, 2500, 50);
	assert_string_equal(value(&list, "statement_timeout"), "2500");
	assert_string_equal(value(&list, "lock_timeout"), "50");
	assert_string_equal(value(&list, "pg_stat_statements.track"), "none");
}

static void a_statement_is_planned_as_its_session_would(void **state) {
	MannerList list = manners_of_statement(*state, &(Server){0}, &start, 30000, 1000);
	assert_string_equal(value(&list, "statement_timeout"), "30000");
	assert_string_equal(value(&list, "lock_timeout"), "1000");
	assert_string_equal(value(&list, "search_path"), "\"$user\", public");
	assert_string_equal(value(&list, "jit"), "on");
	assert_string_equal(value(&list, "max_parallel_workers_per_gather"), "2");
	list = manners_of_statement(*state, &(Server){.pooled = true}, &start, 30000, 1000);
	assert_int_equal(list.count, 2); /* a pooled session was never changed */
}

/* What panes change a statement gets back. */
static void every_change_for_panes_is_undone_for_statements(void **state) {
	MannerList panes = manners_of_panes(*state, &(Server){0}, 0, 0), own = manners_of_statement(*state, &(Server){0}, &start, 1, 1);
	for (size_t i = 0; i < panes.count; i++)
		if (strcmp(panes.items[i].name, "default_transaction_read_only") != 0 && !value(&own, panes.items[i].name)) fail_msg("%s", panes.items[i].name);
}

static void they_go_as_parameters(void **state) {
	MannerList list = {0};
	*list_push((Arena *)*state, &list) = (Manner){"a", "1"};
	*list_push((Arena *)*state, &list) = (Manner){"b'", "x'; drop"};
	const char **params;
	assert_string_equal(manners_sql(*state, &list, true, &params), "/* pgwhy: manners */ select pg_backend_pid(), set_config($1, $2, true), set_config($3, $4, true)");
	assert_string_equal(params[3], "x'; drop");
	assert_string_equal(manners_sql(*state, &(MannerList){0}, false, &params), "/* pgwhy: manners */ select pg_backend_pid()");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(panes_are_in_a_hurry),
		cmocka_unit_test(a_statement_is_planned_as_its_session_would),
		cmocka_unit_test(every_change_for_panes_is_undone_for_statements),
		cmocka_unit_test(they_go_as_parameters),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
