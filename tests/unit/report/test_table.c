/* test_table.c: the rows of a pane as text, JSON, CSV or Markdown. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <math.h>

#include "report/table.h"

static Arena *arena;

static int setup(void **state) {
	(void)state;
	arena = arena_new();
	return 0;
}

static int teardown(void **state) {
	(void)state;
	arena_free(arena);
	return 0;
}

static const ListColumn columns[] = {
    {.id = "user", .title = "user", .type = CELL_TEXT},
    {.id = "calls_per_s", .title = "calls/s", .type = CELL_REAL, .unit = UNIT_RATE},
    {.id = "queryid", .title = "id", .type = CELL_INT, .unit = UNIT_NONE},
    {.id = "toplevel", .title = "top", .type = CELL_BOOL},
    {.id = "query", .title = "query", .type = CELL_TEXT},
};
enum { USER, CALLS, QUERYID, TOPLEVEL, QUERY, COLUMNS };

static Table *new_table(void) {
	Table *table = table_new(arena, COLUMNS + 2, 0);
	for (size_t i = 0; i < COLUMNS; i++) table_name(table, arena, i, columns[i].id, columns[i].type);
	table_name(table, arena, COLUMNS, LIST_ROW_KEY, CELL_TEXT);
	table_name(table, arena, COLUMNS + 1, "only_the_pane_knows", CELL_INT);
	return table;
}

static void add(Table *table, const char *user, double calls, int64_t id, const char *query) {
	size_t row = table_add_row(arena, table);
	table_set_text(table, row, USER, user);
	table_set_real(table, row, CALLS, calls);
	table_set_int(table, row, QUERYID, id);
	if (user) table_set_bool(table, row, TOPLEVEL, true);
	table_set_text(table, row, QUERY, query);
	table_set_text(table, row, COLUMNS, "key");
}

static const char *as_text(const Table *table) {
	return report_table_text(arena, table, NULL, columns, COLUMNS);
}

static json_t *as_json(const Table *table, const ListRows *rows, bool one_line) {
	const char *text = report_table_json(arena, table, rows, columns, COLUMNS, one_line);
	json_t *list = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(list);
	assert_true(json_is_array(list));
	return list;
}

static void columns_are_aligned_under_their_headings(void **state) {
	(void)state;
	Table *table = new_table();
	add(table, "ann", 1234, 7, "select 1");
	add(table, "robert", 0.5, -12345, "select 2");
	assert_string_equal(as_text(table), "user    calls/s      id  top  query\n"
	                                    "ann        1.2k       7  yes  select 1\n"
	                                    "robert      0.5  -12345  yes  select 2\n");
}

static void nothing_stands_at_line_ends(void **state) {
	(void)state;
	Table *table = new_table();
	add(table, NULL, NAN, 7, NULL);
	add(table, "a", 2, 8, "");
	add(table, NULL, 3, 9, "q");
	assert_string_equal(as_text(table), "user  calls/s  id  top  query\n"
	                                    "                7\n"
	                                    "a           2   8  yes\n"
	                                    "            3   9       q\n");
}

static void wide_and_hostile_text_stays_in_its_column(void **state) {
	(void)state;
	Table *table = new_table();
	add(table, "日本", 1, 1, "select\n\t1 \033[2J");
	add(table, "\xFF", 1, 1, "x\u202Ey");
	assert_string_equal(as_text(table), "user  calls/s  id  top  query\n"
	                                    "日本        1   1  yes  select 1 ?[2J\n"
	                                    "?           1   1  yes  x?y\n");
}

static void an_empty_table_has_its_heading(void **state) {
	(void)state;
	assert_string_equal(as_text(new_table()), "user  calls/s  id  top  query\n");
	assert_string_equal(report_table_json(arena, new_table(), NULL, columns, COLUMNS, false), "[]\n");
	assert_string_equal(report_table_json(arena, new_table(), NULL, columns, COLUMNS, true), "[]\n");
}

static void rows_come_in_the_order_asked_for(void **state) {
	(void)state;
	Table *table = new_table();
	add(table, "a", 1, 1, "x");
	add(table, "b", 1, 1, "x");
	add(table, "c", 1, 1, "x");
	const ListRows rows = {.rows = (size_t[]){2, 0}, .count = 2}, none = {.rows = NULL, .count = 0};
	assert_string_equal(report_table_text(arena, table, &rows, columns, 1), "user\nc\na\n");
	assert_string_equal(report_table_text(arena, table, &none, columns, 1), "user\n");
	json_t *list = as_json(table, &rows, false);
	assert_int_equal(json_array_size(list), 2);
	assert_string_equal(json_string_value(json_object_get(json_array_get(list, 0), "user")), "c");
	json_decref(list);
}

static void what_rows_have_to_tell_is_told_once_before_them(void **state) {
	(void)state;
	static const ListColumn name[] = {{.id = "name", .title = "name", .type = CELL_TEXT}};
	Table *table = table_new(arena, 2, 1);
	table_name(table, arena, 0, "name", CELL_TEXT);
	table_name(table, arena, 1, LIST_ROW_NOTE, CELL_TEXT);
	const char *root = "one root \x1b]0;x\x07 | <b>";
	const char *const notes[] = {root, root, NULL, "another"};
	for (size_t i = 0; i < 4; i++) {
		table_set_text(table, table_add_row(arena, table), 0, "x");
		table_set_text(table, i, 1, notes[i]);
	}
	const ListRows rows = {.rows = (size_t[]){1, 0, 2, 3}, .count = 4}, silent = {.rows = (size_t[]){2}, .count = 1};
	assert_string_equal(report_table_text(arena, table, &rows, name, 1), "one root ?]0;x? | <b>\nanother\n\nname\nx\nx\nx\nx\n");
	assert_string_equal(report_table_text(arena, table, &silent, name, 1), "name\nx\n");
	const char *markdown = report_table_markdown(arena, table, &rows, name, 1);
	assert_non_null(strstr(markdown, "\n- another\n\n| name |\n"));
	assert_null(strstr(markdown, "<b>"));
	assert_null(strchr(markdown, '\x1b'));
	assert_string_equal(report_table_csv(arena, table, &silent, name, 1, true), "name\nx\n");
}

static void a_tree_has_its_branches_in_text_and_none_in_json(void **state) {
	(void)state;
	Table *table = new_table();
	add(table, "a", 7, 1, "x");
	add(table, "b", 1, 1, "y");
	add(table, NULL, 2, 1, "z");
	const ListRows rows = {.rows = (size_t[]){0, 1, 2}, .count = 3, .branches = (const char *[]){"", "├ ", "└ "}};
	assert_string_equal(report_table_text(arena, table, &rows, columns, 2), "user  calls/s\na           7\n├ b         1\n└           2\n");
	Table figures = {.columns = table->columns + CALLS, .column_count = 1, .row_count = 3};
	assert_string_equal(report_table_text(arena, &figures, &rows, columns + CALLS, 1), "calls/s\n7\n├ 1\n└ 2\n");
	json_t *list = as_json(table, &rows, false);
	assert_string_equal(json_string_value(json_object_get(json_array_get(list, 1), "user")), "b");
	json_decref(list);
}

static void json_keeps_types_names_and_nulls(void **state) {
	(void)state;
	Table *table = new_table();
	add(table, "ann", 0.1, INT64_MIN, "select \"x\"\n");
	add(table, NULL, NAN, INT64_MAX, NULL);
	json_t *list = as_json(table, NULL, false), *first = json_array_get(list, 0), *second = json_array_get(list, 1);
	assert_int_equal(json_object_size(first), COLUMNS); /* no row_key, nothing else */
	assert_string_equal(json_string_value(json_object_get(first, "user")), "ann");
	assert_true(json_real_value(json_object_get(first, "calls_per_s")) == 0.1);
	assert_true(json_integer_value(json_object_get(first, "queryid")) == INT64_MIN);
	assert_true(json_is_true(json_object_get(first, "toplevel")));
	assert_string_equal(json_string_value(json_object_get(first, "query")), "select \"x\"\n");
	assert_true(json_is_null(json_object_get(second, "user")));
	assert_true(json_is_null(json_object_get(second, "calls_per_s")));
	assert_true(json_integer_value(json_object_get(second, "queryid")) == INT64_MAX);
	assert_true(json_is_null(json_object_get(second, "toplevel")));
	json_decref(list);
}

static void json_is_one_row_a_line_or_all_in_one(void **state) {
	(void)state;
	Table *table = new_table();
	add(table, "ann", 0.1, 1, "a\nb");
	add(table, "bob", 2, 2, "");
	assert_string_equal(
	    report_table_json(arena, table, NULL, columns, 2, false),
	    "[\n  {\"user\": \"ann\", \"calls_per_s\": 0.1},\n  {\"user\": \"bob\", \"calls_per_s\": 2.0}\n]\n");
	const char *line = report_table_json(arena, table, NULL, columns, COLUMNS, true);
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
	json_decref(as_json(table, NULL, true));
}

static const char *as_csv(const Table *table, bool heading) {
	return report_table_csv(arena, table, NULL, columns, COLUMNS, heading);
}

static void csv_has_ids_figures_as_they_are_and_nothing_for_null(void **state) {
	(void)state;
	Table *table = new_table();
	add(table, "ann", 1234.5, INT64_MIN, "select 1");
	add(table, NULL, NAN, INT64_MAX, NULL);
	add(table, "", 1e-7, 0, "");
	assert_string_equal(as_csv(table, true), "user,calls_per_s,queryid,toplevel,query\n"
	                                         "ann,1234.5,-9223372036854775808,true,select 1\n"
	                                         ",,9223372036854775807,,\n"
	                                         "\"\",1e-07,0,true,\"\"\n");
	assert_string_equal(as_csv(new_table(), true), "user,calls_per_s,queryid,toplevel,query\n");
	assert_string_equal(as_csv(new_table(), false), "");
	const ListRows second = {.rows = (size_t[]){1}, .count = 1};
	assert_string_equal(report_table_csv(arena, table, &second, columns, 2, false), ",\n");
}

static void csv_quotes_what_has_to_be_quoted_and_cleans_the_rest(void **state) {
	(void)state;
	Table *table = new_table();
	add(table, "a,b", 1, 1, "select \"x\"\n\tfrom t");
	add(table, "\xFF\033[2J", INFINITY, 1, "=1+1 | \\");
	assert_string_equal(as_csv(table, false), "\"a,b\",1,1,true,\"select \"\"x\"\"\n    from t\"\n"
	                                          "??[2J,,1,true,=1+1 | \\\n");
}

static const char *as_markdown(const Table *table) {
	return report_table_markdown(arena, table, NULL, columns, COLUMNS);
}

static void markdown_has_titles_and_figures_to_the_right(void **state) {
	(void)state;
	Table *table = new_table();
	add(table, "ann", 1234, 7, "select 1");
	add(table, NULL, NAN, 8, NULL);
	assert_string_equal(as_markdown(table), "| user | calls/s | id | top | query |\n"
	                                        "| --- | ---: | ---: | --- | --- |\n"
	                                        "| ann | 1.2k | 7 | yes | select 1 |\n"
	                                        "|  |  | 8 |  |  |\n");
}

static void no_cell_of_markdown_is_taken_for_markup(void **state) {
	(void)state;
	Table *table = new_table();
	add(table, "a|b\\", 1, 1, "select count(*),\n`x`, a_b, _c_ from t where a <> '<b>' || '&amp;' [1] ~ '\033[2J'");
	const char *row = strstr(as_markdown(table), "| a");
	assert_string_equal(row, "| a\\|b\\\\ | 1 | 1 | yes | select count(\\*), \\`x\\`, a_b, \\_c\\_ from t where a \\<\\> '\\<b\\>' \\|\\| "
	                         "'\\&amp;' \\[1\\] \\~ '?\\[2J' |\n");
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(columns_are_aligned_under_their_headings),
	    cmocka_unit_test(nothing_stands_at_line_ends),
	    cmocka_unit_test(wide_and_hostile_text_stays_in_its_column),
	    cmocka_unit_test(an_empty_table_has_its_heading),
	    cmocka_unit_test(rows_come_in_the_order_asked_for),
	    cmocka_unit_test(what_rows_have_to_tell_is_told_once_before_them),
	    cmocka_unit_test(a_tree_has_its_branches_in_text_and_none_in_json),
	    cmocka_unit_test(json_keeps_types_names_and_nulls),
	    cmocka_unit_test(json_is_one_row_a_line_or_all_in_one),
	    cmocka_unit_test(csv_has_ids_figures_as_they_are_and_nothing_for_null),
	    cmocka_unit_test(csv_quotes_what_has_to_be_quoted_and_cleans_the_rest),
	    cmocka_unit_test(markdown_has_titles_and_figures_to_the_right),
	    cmocka_unit_test(no_cell_of_markdown_is_taken_for_markup),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
