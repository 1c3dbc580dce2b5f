/* test_script.c: SQL files in blocks are read as they are written. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "pg/script.h"

static int set_up(void **state) {
	*state = arena_new();
	return 0;
}

static int tear_down(void **state) {
	arena_free(*state);
	return 0;
}

static void blocks_stand_under_their_heads(void **state) {
	Script script = script_read(*state, "-- not ours\nselect 0;\n--@ 12 orders x4  -- all of them\nselect 1;\n--@ start web\n--@last");
	assert_int_equal(script.count, 3);
	assert_string_equal(script.blocks[0].head, "12 orders x4");
	assert_string_equal(script.blocks[0].sql, "select 1;");
	assert_int_equal(script.blocks[0].line, 3);
	assert_string_equal(script.blocks[1].head, "start web");
	assert_string_equal(script.blocks[1].sql, "");
	assert_string_equal(script.blocks[2].head, "last");
	assert_int_equal(script.blocks[2].line, 6);
}

static void a_text_without_heads_has_no_blocks(void **state) {
	assert_int_equal(script_read(*state, "").count, 0);
	assert_int_equal(script_read(*state, "select 1;\n --@ indented is a comment").count, 0);
}

static void values_replace_names_and_leave_casts_alone(void **state) {
	static const ScriptValue values[] = {{"orders", 350}, {"order", 7}};
	assert_string_equal(script_fill(*state, ":orders/:order:orders :orders_x ::order '12:30' a::text :nobody :", values, 2),
	                    "350/7350 :orders_x ::order '12:30' a::text :nobody :");
}

static void statements_come_one_by_one_without_comments_before_them(void **state) {
	const char *sql = "-- why\nselect ';' -- not here; \n  from t;\n\n-- what\nbegin;\nupdate t set a = 1;  ";
	assert_string_equal(script_statement(*state, &sql), "select ';' -- not here; \n  from t");
	assert_string_equal(script_statement(*state, &sql), "begin");
	assert_string_equal(script_statement(*state, &sql), "update t set a = 1");
	assert_null(script_statement(*state, &sql));
	sql = "select 1;\n-- only a comment";
	assert_string_equal(script_statement(*state, &sql), "select 1");
	assert_null(script_statement(*state, &sql));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(blocks_stand_under_their_heads),
		TEST(a_text_without_heads_has_no_blocks),
		TEST(values_replace_names_and_leave_casts_alone),
		TEST(statements_come_one_by_one_without_comments_before_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
