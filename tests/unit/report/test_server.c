/* test_server.c: facts about a server as one JSON object, typed. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <math.h>

#include "report/server.h"
#include "view/list.h"

static Arena *arena;
static Table *rows;

enum { FACT, VALUE, NOTE, PATH, NUMBER, FLAG, ABSENT, ROLE, REMEDY, HOW, COLUMNS };

static int set_up(void **state) {
	static const struct {
		const char *name;
		CellType type;
	} columns[COLUMNS] = {
		{"fact", CELL_TEXT}, {"value", CELL_TEXT}, {"note", CELL_TEXT}, {"path", CELL_TEXT}, {"number", CELL_REAL}, {"flag", CELL_BOOL},
		{"absent", CELL_BOOL}, {LIST_ROW_ROLE, CELL_INT}, {"remedy", CELL_TEXT}, {"how", CELL_TEXT},
	};
	(void)state;
	arena = arena_new();
	rows = table_new(arena, COLUMNS, 0);
	for (size_t i = 0; i < COLUMNS; i++) table_name(rows, arena, i, columns[i].name, columns[i].type);
	return 0;
}

static int tear_down(void **state) {
	(void)state;
	arena_free(arena);
	return 0;
}

static size_t add(const char *fact, const char *path, const char *value) {
	size_t row = table_add_row(arena, rows);
	table_set_text(rows, row, FACT, fact);
	table_set_text(rows, row, PATH, path);
	table_set_text(rows, row, VALUE, value);
	return row;
}

static json_t *as_json(const Cost *cost, bool one_line) {
	const char *text = report_server_json(arena, rows, cost, one_line);
	json_error_t error;
	json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	if (!value) fail_msg("%s: %s", error.text, text);
	assert_int_equal(text[strlen(text) - 1], '\n');
	if (one_line) assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	return value;
}

static json_t *at(json_t *object, const char *group, const char *key) {
	return json_object_get(json_object_get(object, group), key);
}

static void values_are_typed_and_nested_by_their_path(void **state) {
	(void)state;
	add("settings", NULL, NULL); /* a heading is no fact */
	add("version", "server/version", "15.20");
	table_set_real(rows, add("work_mem", "settings/work_mem_bytes", "4.0MB"), NUMBER, 4194304);
	table_set_real(rows, add("random_page_cost", "settings/random_page_cost", "1.1"), NUMBER, 1.1);
	table_set_bool(rows, add("jit", "settings/jit", "off"), FLAG, false);
	table_set_bool(rows, add("hypopg", "extensions/hypopg/version", "not created"), ABSENT, true);
	add("hypopg available", "extensions/hypopg/available", "1.4.0");
	add("host", "server/host", NULL);
	json_t *object = as_json(NULL, false), *hypopg = at(object, "extensions", "hypopg");
	assert_string_equal(json_string_value(at(object, "server", "version")), "15.20");
	assert_true(json_is_null(at(object, "server", "host")));
	assert_int_equal(json_integer_value(at(object, "settings", "work_mem_bytes")), 4194304);
	assert_true(json_real_value(at(object, "settings", "random_page_cost")) == 1.1);
	assert_true(json_is_false(at(object, "settings", "jit")));
	assert_true(json_is_null(json_object_get(hypopg, "version")));
	assert_string_equal(json_string_value(json_object_get(hypopg, "available")), "1.4.0");
	assert_int_equal(json_array_size(json_object_get(object, "problems")), 0);
	assert_null(json_object_get(object, "pgwhy"));
	json_decref(object);
}

static void problems_come_with_their_remedies(void **state) {
	(void)state;
	size_t row = add("autovacuum", "settings/autovacuum", "off");
	table_set_int(rows, row, ROLE, ROLE_WARNING);
	table_set_text(rows, row, NOTE, "tables grow");
	table_set_text(rows, row, REMEDY, "ALTER SYSTEM SET autovacuum = on");
	table_set_int(rows, add("work_mem", "settings/work_mem_bytes", "4.0MB"), ROLE, ROLE_STRONG);
	json_t *object = as_json(NULL, true), *problem = json_array_get(json_object_get(object, "problems"), 0);
	assert_int_equal(json_array_size(json_object_get(object, "problems")), 1);
	assert_string_equal(json_string_value(json_object_get(problem, "fact")), "autovacuum");
	assert_string_equal(json_string_value(json_object_get(problem, "problem")), "tables grow");
	assert_string_equal(json_string_value(json_object_get(problem, "remedy")), "ALTER SYSTEM SET autovacuum = on");
	assert_true(json_is_null(json_object_get(problem, "hint")));
	json_decref(object);
}

static void pgwhy_stands_in_it_too(void **state) {
	(void)state;
	Cost cost = {.over_s = 60, .budget_share = NAN};
	*list_push(arena, &cost.conns) = (CostConn){"panes", 4711, "shop", "ready"};
	*list_push(arena, &cost.conns) = (CostConn){"prompt", 0, NULL, "lost"};
	*list_push(arena, &cost.reads) = (CostRead){"queries", 30, 93, 3.1, 126000, 4200, NAN};
	json_t *object = as_json(&cost, false), *conns = at(object, "pgwhy", "connections"), *read = json_array_get(at(object, "pgwhy", "reads"), 0);
	assert_int_equal(json_integer_value(json_object_get(json_array_get(conns, 0), "pid")), 4711);
	assert_true(json_is_null(json_object_get(json_array_get(conns, 1), "pid")));
	assert_string_equal(json_string_value(json_object_get(read, "pane")), "queries");
	assert_int_equal(json_integer_value(json_object_get(read, "total_bytes")), 126000);
	assert_true(json_is_null(json_object_get(read, "every_s")));
	assert_true(json_is_null(at(object, "pgwhy", "budget_share")));
	json_decref(object);
}

/* A slot, a path that is another's beginning, an empty name: whatever stands there, it is JSON. */
static void no_path_breaks_it(void **state) {
	(void)state;
	add("a", "slots/\xFF", "1");
	add("b", "slots", "text");
	add("c", "slots/x/y", "2");
	add("d", "/", "\x1b]0;owned\x07\xC2\x9B");
	add("e", "", "3");
	json_decref(as_json(NULL, false));
	rows->row_count = 0;
	json_t *nothing = as_json(NULL, true);
	assert_int_equal(json_object_size(nothing), 1);
	json_decref(nothing);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
	const struct CMUnitTest tests[] = {
		TEST(values_are_typed_and_nested_by_their_path),
		TEST(problems_come_with_their_remedies),
		TEST(pgwhy_stands_in_it_too),
		TEST(no_path_breaks_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
