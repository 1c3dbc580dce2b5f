/* test_prompt.c: SQL is typed, pasted, searched, edited and taken back at the console's prompt. */
#include "shop.h"

#include <sys/stat.h>

/* The cursor shows only where something is typed. */
static bool is_closed(Terminal *t, void *unused) {
	(void)unused;
	int row, column;
	bool visible;
	terminal_cursor(t, &row, &column, &visible);
	return !visible;
}

static void what_is_typed_stands_there_and_the_pane_goes_on(void **state) {
	Terminal *t = shop_console_in(*state, 24, 80, NULL, WORDS("--set", "interval_s=0.25"));
	terminal_wait(t, "● 0.25s");
	terminal_keys(t, ":select 'größe 表意'");
	wait_row_has(t, 22, "shop=> select 'größe 表意'");
	terminal_wait_cursor(t, 22, 26);
	size_t seen = terminal_bytes_seen(t);
	terminal_wait_until(t, has_written_since, &seen); /* the tick's cost on the status line */
	wait_row_has(t, 22, "shop=> select 'größe 表意'");
	shop_quit_from_prompt(t);
}

static void enter_is_a_new_line_until_a_semicolon(void **state) {
	Terminal *t = shop_console(*state, 24, 80);
	terminal_keys(t, ":select id\rfrom orders\rwhere id = 5");
	wait_row_has(t, 20, "shop=> select id");
	wait_row_has(t, 21, "from orders");
	wait_row_has(t, 22, "where id = 5");
	terminal_keys(t, "\r;\r");
	terminal_wait(t, "Index Only Scan");
	terminal_wait(t, "1→1");
	terminal_wait(t, "This plan does what it has to"); /* all is over: ^C is the prompt's */
	terminal_keys(t, ":\033[A"); /* up: it comes back whole */
	wait_row_has(t, 19, "shop=> select id");
	wait_row_has(t, 22, ";");
	shop_quit_from_prompt(t);
}

/* A stranger who presses Enter and gets a new line reads below what would run it. */
static void the_hints_are_those_of_the_prompt(void **state) {
	Terminal *t = shop_console(*state, 24, 80);
	terminal_keys(t, ":select 1\r");
	terminal_wait(t, "SQL that ends in ;");
	terminal_wait(t, "Alt-Enter run as it is");
	terminal_keys(t, "\033\r");
	terminal_wait(t, "This plan does what it has to");
	terminal_wait(t, "Esc back");
	assert_false(terminal_find(t, "} finding", NULL, NULL)); /* there is none */
	assert_false(terminal_find(t, "w what if", NULL, NULL));
	shop_quit(t);
}

static void a_semicolon_in_a_string_ends_nothing(void **state) {
	Terminal *t = shop_console(*state, 24, 80);
	terminal_keys(t, ":select ';\r");
	wait_row_has(t, 21, "shop=> select ';");
	terminal_keys(t, "' as x;\r");
	terminal_wait(t, "1→1");
	shop_quit(t);
}

static void several_lines_are_pasted_as_text(void **state) {
	Terminal *t = shop_console(*state, 24, 80);
	terminal_paste(t, "select id,\n\ttotal\nfrom orders -- no; end\nwhere id = 7;\n");
	terminal_wait(t, "where id = 7;");
	terminal_wait(t, "shop=> select id,"); /* it opened the prompt, and was not run */
	terminal_keys(t, "\r");
	terminal_wait(t, "1→1");
	shop_quit(t);
}

static void a_hundred_kilobytes_are_pasted(void **state) {
	Terminal *t = shop_console(*state, 24, 80);
	Str sql = STR_INIT;
	str_add(&sql, "select 1 where 1 in (");
	for (int i = 0; sql.len < 100000; i++) str_printf(&sql, "%d,\n", i);
	str_add(&sql, "7) and 'the end' <> '';");
	terminal_keys(t, ":");
	terminal_paste(t, sql.text);
	terminal_wait(t, "7) and 'the end' <> '';");
	terminal_keys(t, "\r");
	terminal_wait(t, "pgwhy cannot read this statement (longer than 64 kB)"); /* which it says, and plans it all the same */
	terminal_keys(t, "y");
	terminal_wait(t, "1→1");
	str_release(&sql);
	shop_quit(t);
}

static void escape_closes_one_thing_after_the_other(void **state) {
	Terminal *t = shop_console(*state, 24, 80);
	terminal_keys(t, "/update\r");
	wait_row_has(t, 1, "/update");
	terminal_keys(t, "?");
	wait_row_has(t, 1, "help");
	terminal_keys(t, ":select 1\022sel");
	terminal_wait(t, "i-search");
	terminal_keys(t, "\033");
	terminal_wait_gone(t, "i-search"); /* the search */
	terminal_wait(t, "shop=> ");
	terminal_keys(t, "\033");
	terminal_wait_until(t, is_closed, NULL); /* the prompt */
	terminal_keys(t, "\033");
	wait_row_has(t, 1, "1 Queries"); /* the view */
	wait_row_has(t, 1, "/update");
	terminal_keys(t, "\033");
	wait_row_lacks(t, 1, "/update"); /* the filter */
	terminal_keys(t, "\003");
	wait_row_has(t, 23, "no statement runs");
	terminal_keys(t, "\033");
	wait_row_has(t, 23, "Enter why"); /* what was said, and never the program */
	shop_quit(t);
}

static void control_c_clears_the_line_and_then_closes_it(void **state) {
	Terminal *t = shop_console(*state, 24, 80);
	terminal_keys(t, ":select 1");
	terminal_wait(t, "shop=> select 1");
	terminal_keys(t, "\003");
	terminal_wait_gone(t, "select 1");
	assert_false(is_closed(t, NULL));
	terminal_keys(t, "\003");
	terminal_wait(t, "SQL to plan");
	terminal_keys(t, "\003");
	terminal_wait(t, "no statement runs");
	shop_quit(t);
}

static void what_was_entered_is_found_again(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console(shop, 24, 80);
	terminal_keys(t, ":explain select 'a needle'\rfrom orders;\r");
	terminal_wait(t, "Plan estimated");
	terminal_keys(t, ":select 'password=hidden';\r");
	terminal_wait(t, "1→1");
	shop_quit(t);
	struct stat about;
	const char *path = arena_printf(shop->arena, "%s/.local/state/pgwhy/history", shop->home);
	assert_int_equal(stat(path, &about), 0);
	assert_int_equal(about.st_mode & 0777, 0600);
	Str text = STR_INIT;
	FILE *file = fopen(path, "r");
	for (int byte; (byte = getc(file)) != EOF;) str_add_char(&text, (char)byte);
	fclose(file);
	assert_non_null(strstr(text.text, "explain select 'a needle'\\nfrom orders;\n"));
	assert_null(strstr(text.text, "hidden"));
	str_release(&text);
	t = shop_console(shop, 24, 80);
	terminal_keys(t, ":\022needle");
	terminal_wait(t, "i-search");
	terminal_wait(t, "explain select 'a needle'");
	terminal_keys(t, "\r");
	terminal_wait(t, "Seq Scan");
	shop_quit(t);
}

static void the_users_editor_edits_it(void **state) {
	Shop *shop = *state;
	const char *script = arena_printf(shop->arena, "%s/editor", shop->home);
	FILE *file = fopen(script, "w");
	assert_non_null(file);
	fputs("#!/bin/sh\ntest \"$(stat -c %a \"$2\")\" = 600 || exit 1\necho 'select id from orders where id = 11;' > \"$2\"\necho my editor $1; read answer\n", file);
	fclose(file);
	chmod(script, 0700);
	Terminal *t = shop_console_in(shop, 24, 80, (const char *const[]){arena_printf(shop->arena, "EDITOR=%s --here", script), NULL}, NULL);
	terminal_wait(t, "1 Queries");
	terminal_keys(t, ":select 1\030\005"); /* ^X^E */
	terminal_wait(t, "my editor --here");
	assert_false(terminal_alternate(t));
	terminal_resize(t, 30, 90);
	terminal_keys(t, "\r");
	terminal_wait(t, "shop=> select id from orders where id = 11;");
	assert_true(terminal_alternate(t));
	wait_row_has(t, 28, "where id = 11;");
	terminal_keys(t, "\r");
	terminal_wait(t, "Index Only Scan");
	terminal_wait(t, "1→1");
	shop_quit(t);
}

static void an_editor_that_fails_leaves_the_text_alone(void **state) {
	Terminal *t = shop_console_in(*state, 24, 80, WORDS("EDITOR=false"), NULL);
	terminal_wait(t, "1 Queries");
	terminal_keys(t, ":select 12345\030\005");
	terminal_wait(t, "\"false\" ended with an error");
	terminal_wait(t, "shop=> select 12345");
	shop_quit_from_prompt(t);
}

static void commands_are_completed_and_unknown_ones_named(void **state) {
	Terminal *t = shop_console(*state, 24, 100);
	terminal_keys(t, "\\an\t");
	terminal_wait(t, "shop=> \\analyze");
	terminal_keys(t, "\003:conninfo\r"); /* a backslash before it stands for the colon */
	terminal_wait(t, "database shop as postgres");
	terminal_keys(t, "::nosuch\r");
	terminal_wait(t, "there is no command \"nosuch\"");
	terminal_keys(t, "::?\r");
	wait_row_has(t, 1, "help");
	terminal_keys(t, "::set interval_s=soon\r");
	terminal_wait(t, "interval_s");
	terminal_keys(t, "::q\r");
	shop_end(t);
}

static void vi_mode_has_its_escape_first(void **state) {
	Shop *shop = *state;
	const char *path = arena_printf(shop->arena, "%s/inputrc", shop->home);
	FILE *file = fopen(path, "w");
	fputs("set editing-mode vi\n", file);
	fclose(file);
	Terminal *t = shop_console_in(shop, 24, 80, (const char *const[]){arena_printf(shop->arena, "INPUTRC=%s", path), NULL}, NULL);
	terminal_wait(t, "1 Queries");
	terminal_keys(t, ":select abc");
	terminal_wait(t, "shop=> select abc");
	terminal_wait_cursor(t, 22, 17);
	terminal_keys(t, "\033");
	terminal_wait_cursor(t, 22, 16);
	terminal_keys(t, "bcwxyz");
	terminal_wait(t, "shop=> select xyz");
	terminal_keys(t, "\033");
	terminal_wait_cursor(t, 22, 16);
	terminal_keys(t, "\033");
	terminal_wait_until(t, is_closed, NULL);
	shop_quit(t);
}

int main(int argc, char **argv) {
	(void)argc;
	shop_begin(argv[0]);
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_typed_stands_there_and_the_pane_goes_on),
	    cmocka_unit_test(enter_is_a_new_line_until_a_semicolon),
	    cmocka_unit_test(the_hints_are_those_of_the_prompt),
	    cmocka_unit_test(a_semicolon_in_a_string_ends_nothing),
	    cmocka_unit_test(several_lines_are_pasted_as_text),
	    cmocka_unit_test(a_hundred_kilobytes_are_pasted),
	    cmocka_unit_test(escape_closes_one_thing_after_the_other),
	    cmocka_unit_test(control_c_clears_the_line_and_then_closes_it),
	    cmocka_unit_test(what_was_entered_is_found_again),
	    cmocka_unit_test(the_users_editor_edits_it),
	    cmocka_unit_test(an_editor_that_fails_leaves_the_text_alone),
	    cmocka_unit_test(commands_are_completed_and_unknown_ones_named),
	    cmocka_unit_test(vi_mode_has_its_escape_first),
	};
	return cmocka_run_group_tests(tests, shop_set_up, shop_tear_down);
}
