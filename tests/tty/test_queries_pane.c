/* test_queries_pane.c: the rows of the Queries pane are sorted, filtered, scrolled, timed, copied and asked why. */
#include "shop.h"

enum { FIRST = 3 }; /* row of the screen: under status, frame and heading */

static bool cursor_is_on(Terminal *t, void *text) {
	int row;
	return terminal_find(t, "▸", &row, NULL) && strstr(terminal_row(t, row), text);
}

#define wait_cursor_on(t, text) terminal_wait_until(t, cursor_is_on, (char *)text)

/* Only what role web did, all of it with its text. */
static Terminal *console_of_web(Shop *shop) {
	Terminal *t = shop_queries(shop, 24, 120);
	terminal_keys(t, "/user:web\r");
	wait_row_has(t, 1, "4 of ");
	terminal_wait(t, "update stock");
	return t;
}

static void the_load_sorts_it_at_first(void **state) {
	Terminal *t = console_of_web(*state);
	wait_row_has(t, FIRST, "pg_sleep");
	wait_row_has(t, 1, "load ▾");
	terminal_keys(t, "I");
	wait_row_has(t, 1, "load ▴");
	wait_row_has(t, FIRST + 3, "pg_sleep");
	shop_quit(t);
}

static void s_sorts_by_the_next_column_and_the_cursor_stays_on_its_row(void **state) {
	Terminal *t = console_of_web(*state);
	terminal_keys(t, "j");
	wait_cursor_on(t, "customer_id");
	terminal_keys(t, "s");
	wait_row_has(t, 2, "calls/s▾");
	wait_row_has(t, FIRST, "customer_id"); /* the only one that was called twice */
	wait_cursor_on(t, "customer_id");
	terminal_keys(t, "sI");
	wait_row_has(t, 2, "mean▴");
	wait_row_has(t, FIRST + 3, "pg_sleep");
	wait_row_has(t, FIRST + 2, "▸");
	shop_quit(t);
}

static void S_shows_the_columns_to_sort_by(void **state) {
	Terminal *t = console_of_web(*state);
	terminal_keys(t, "S");
	terminal_wait(t, "sort by");
	terminal_wait(t, "share of the execution time of all statements");
	terminal_keys(t, "jjj\r");
	terminal_wait_gone(t, "sort by");
	wait_row_has(t, 2, "rows▾");
	wait_row_has(t, FIRST, "customer_id");
	terminal_keys(t, "S");
	terminal_wait(t, "sort by");
	terminal_keys(t, "j\033");
	terminal_wait_gone(t, "sort by");
	wait_row_has(t, 2, "rows▾");
	shop_quit(t);
}

static void a_filter_is_a_regex_in_any_case(void **state) {
	Terminal *t = shop_queries(*state, 24, 120);
	terminal_keys(t, "/FROM (orders|customers)");
	wait_row_has(t, 23, "filter: FROM (orders|customers)");
	wait_row_has(t, 1, "3 of ");
	terminal_keys(t, "\r");
	wait_row_has(t, 23, "Enter why");
	wait_row_has(t, 1, "/FROM (orders|customers)");
	terminal_wait_gone(t, "update stock");
	terminal_keys(t, "\033");
	terminal_wait(t, "update stock");
	terminal_keys(t, "/nothing is called that\r");
	terminal_wait(t, "no row matches the filter");
	terminal_keys(t, "\rEyj"); /* on no row they do nothing */
	terminal_keys(t, "/\025\r"); /* ^U: an empty line filters nothing */
	terminal_wait(t, "update stock");
	shop_quit(t);
}

static void a_filter_may_be_inverse_or_about_one_column(void **state) {
	Terminal *t = shop_queries(*state, 24, 120);
	terminal_keys(t, "/!select|update\r");
	terminal_wait(t, "no row matches the filter");
	terminal_keys(t, "/\025mean:>100ms\r");
	wait_row_has(t, 1, "1 of ");
	wait_row_has(t, FIRST, "pg_sleep");
	terminal_keys(t, "/\025query:^update\r");
	wait_row_has(t, 1, "1 of ");
	wait_row_has(t, FIRST, "update stock");
	terminal_keys(t, "/\025!user:web\r");
	terminal_wait_gone(t, "update stock");
	shop_quit(t);
}

static void a_filter_that_finds_no_table_says_which_are_read(void **state) {
	Terminal *t = shop_console(*state, 24, 80);
	terminal_wait(t, "load▾");
	terminal_keys(t, "3/no such table\r");
	terminal_wait(t, "Of a database with many relations only the biggest are read");
	shop_quit(t);
}

static void a_bad_filter_says_so_and_filters_nothing(void **state) {
	Terminal *t = console_of_web(*state);
	terminal_keys(t, "/\025(");
	terminal_wait(t, "update stock");
	terminal_keys(t, "\r");
	terminal_wait(t, "Unmatched ( or \\(");
	wait_row_has(t, FIRST, "pg_sleep");
	terminal_keys(t, "/\025mean:>soon\r");
	terminal_wait(t, "\"soon\" is not a figure to compare mean with");
	wait_row_has(t, FIRST, "pg_sleep");
	shop_quit(t);
}

static void d_goes_between_the_interval_and_since_reset(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_queries(shop, 24, 120);
	wait_row_has(t, 1, "since reset");
	shop_run(shop, "shop", "set role web; select count(*) from customers where id < 100");
	terminal_keys(t, "R/user:web\r");
	wait_row_has(t, 1, "last ");
	wait_row_has(t, 1, "1 of ");
	wait_row_has(t, FIRST, "select count(*) from customers where id <");
	terminal_keys(t, "d");
	wait_row_has(t, 1, "since reset");
	wait_row_has(t, 1, "5 of ");
	terminal_keys(t, "d");
	wait_row_has(t, 1, "last ");
	terminal_keys(t, "R");
	terminal_wait(t, "nothing happened in this interval"); /* the filter is not to blame */
	shop_run(shop, "shop", shop_load);
	shop_quit(t);
}

static void brackets_scroll_sideways_and_the_first_column_stays(void **state) {
	Terminal *t = console_of_web(*state);
	wait_row_has(t, 2, "calls/s");
	terminal_keys(t, "]]");
	terminal_wait_gone(t, "calls/s");
	wait_row_has(t, 2, "load▾ ‹");
	wait_row_has(t, 2, "rows");
	terminal_keys(t, "]]]]]]]]]]]]]]]]]]");
	wait_row_has(t, FIRST, "pg_sleep");
	wait_row_has(t, 2, "load▾");
	terminal_keys(t, "[[[[[[[[[[[[[[[[[[[[");
	terminal_wait(t, "calls/s");
	shop_quit(t);
}

static void p_pauses_and_goes_on(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console_in(shop, 24, 120, NULL, WORDS("--set", "interval_s=0.25"));
	terminal_wait(t, "● 0.25s");
	terminal_keys(t, "p");
	wait_row_has(t, 0, "paused");
	wait_row_has(t, 1, " old"); /* the figures have their age beside them */
	terminal_keys(t, "p");
	terminal_wait_gone(t, "paused");
	terminal_wait_gone(t, " old");
	shop_quit(t);
}

static void plus_and_minus_change_the_interval(void **state) {
	Terminal *t = shop_console_in(*state, 24, 120, NULL, WORDS("--set", "interval_s=2"));
	terminal_wait(t, "● 2s");
	terminal_keys(t, "+");
	terminal_wait(t, "● 4s");
	terminal_keys(t, "---");
	terminal_wait(t, "● 0.5s");
	terminal_keys(t, "-----");
	terminal_wait(t, "● 0.25s");
	shop_quit(t);
}

static void enter_says_why_in_four_parts(void **state) {
	Terminal *t = shop_queries(*state, 50, 120);
	terminal_keys(t, "/where customer_id\r");
	wait_row_has(t, 1, "1 of ");
	terminal_keys(t, "\r");
	wait_row_has(t, 1, "why: Queries");
	terminal_wait(t, "CREATE INDEX CONCURRENTLY");
	static const char *const parts[] = {"│what ", "│evidence ", "│because ", "│do "};
	for (int i = 0, above = 1, row; i < 4; i++, above = row) {
		assert_true(terminal_find(t, parts[i], &row, NULL));
		assert_true(row > above);
	}
	terminal_wait(t, "role web, database shop");
	terminal_wait(t, "since statistics were reset");
	terminal_wait(t, "a call, 100% from shared buffers");
	terminal_wait(t, "DROP INDEX CONCURRENTLY");
	terminal_keys(t, "/no such words\r");
	terminal_wait(t, "not found");
	terminal_keys(t, "\033");
	terminal_wait(t, "1 Queries");
	shop_quit(t);
}

/* The page still grows while the planner is asked about its advice. */
static bool ends_with_the_undo(Terminal *t, void *what) {
	(void)what;
	if (terminal_find(t, "DROP INDEX CONCURRENTLY", NULL, NULL)) return true;
	terminal_keys(t, "G");
	return false;
}

static void a_why_longer_than_the_screen_is_read_and_searched(void **state) {
	Terminal *t = shop_console(*state, 12, 60);
	terminal_keys(t, "/where customer_id\r");
	wait_row_has(t, FIRST, "select id, total");
	terminal_keys(t, "\r");
	terminal_wait(t, "what");
	terminal_keys(t, " ");
	terminal_wait(t, "evidence");
	terminal_wait_gone(t, "what");
	terminal_keys(t, " ");
	terminal_wait(t, "because");
	terminal_wait_until(t, ends_with_the_undo, NULL);
	terminal_keys(t, "/customer_id\r");
	terminal_keys(t, "nnnnN");
	terminal_keys(t, "g");
	terminal_wait(t, "what");
	shop_quit(t);
}

static void E_plans_the_row_as_ourselves(void **state) {
	Terminal *t = console_of_web(*state);
	terminal_keys(t, "/\025customer_id\r");
	wait_row_has(t, 1, "1 of ");
	terminal_keys(t, "E");
	terminal_wait(t, "Plan estimated, not run");
	terminal_wait(t, "Seq Scan orders");
	terminal_wait(t, "missing-index");
	terminal_keys(t, "\r"); /* all about the node, and its advice in full */
	terminal_wait(t, "Parallel Aware");
	terminal_keys(t, "G");
	terminal_wait(t, "DROP INDEX CONCURRENTLY");
	terminal_wait(t, "Planned as postgres, run by web");
	terminal_wait(t, "This is a generic plan");
	terminal_keys(t, "q");
	terminal_wait(t, "Plan estimated");
	terminal_keys(t, "A");
	terminal_wait(t, "customer_id = $1"); /* what its parameters are is asked first: test_parameters.c */
	terminal_keys(t, "\033");
	terminal_wait(t, "planned, not run");
	terminal_keys(t, "\033");
	terminal_wait(t, "1 Queries");
	shop_quit(t);
}

/* Four lists of thirty, and a lookup for each of their rows. */
static void a_lookup_for_each_row_of_a_list_is_told(void **state) {
	Shop *shop = *state;
	Str sql = STR_INIT;
	str_add(&sql, "create table asked_list (id int primary key); insert into asked_list select generate_series(1, 120); analyze asked_list; "
	              "create table asked_item (id int primary key, name text); insert into asked_item select g, 'item ' || g from generate_series(1, 120) g; analyze asked_item");
	for (int list = 0; list < 4; list++) {
		str_printf(&sql, "; select id from asked_list where id between %d and %d", 30 * list + 1, 30 * list + 30);
		for (int i = 1; i <= 30; i++) str_printf(&sql, "; select name from asked_item where id = %d", 30 * list + i);
	}
	shop_run(shop, "postgres", "create database asked");
	shop_run(shop, "asked", sql.text);
	str_release(&sql);
	Terminal *t = shop_queries(shop, 50, 120);
	terminal_keys(t, "/select.*asked_(list|item) where\r");
	wait_row_has(t, 1, "2 of ");
	terminal_keys(t, "/\025name from asked_item where\r");
	wait_row_has(t, 1, "1 of ");
	terminal_keys(t, "\r");
	terminal_wait(t, "n-plus-one");
	terminal_wait(t, "once for each of the 120 rows of another statement");
	terminal_wait(t, "where id = ANY ($1)");
	terminal_keys(t, "E");
	terminal_wait(t, "Plan estimated, not run");
	terminal_wait(t, "n-plus-one");
	terminal_keys(t, "q");
	shop_quit(t);
}

static void E_plans_a_row_of_another_database_there(void **state) {
	Shop *shop = *state;
	shop_run(shop, "postgres", "create database \"other \"\"shop\"");
	shop_run(shop, "other \"shop", "create table far_away (id int); insert into far_away values (1); set role web; reset role; select * from far_away where id = 1");
	Terminal *t = shop_queries(shop, 24, 120);
	terminal_keys(t, "/far_away where\r");
	wait_row_has(t, 1, "1 of ");
	terminal_keys(t, "E");
	terminal_wait(t, "Seq Scan far_away");
	terminal_keys(t, "q");
	terminal_wait(t, "1 Queries");
	terminal_keys(t, "/\025user:web\r");
	wait_row_has(t, 1, "4 of ");
	terminal_keys(t, "E");
	terminal_wait(t, "Seq Scan orders");
	shop_quit(t);
	shop_await(shop, "postgres", "select count(*) from pg_stat_activity where datname = 'other \"shop'", "0");
	shop_run(shop, "postgres", "drop database \"other \"\"shop\"");
}

static void a_row_whose_table_is_gone_says_so(void **state) {
	Shop *shop = *state;
	shop_run(shop, "shop", "create table short_lived (id int)");
	shop_run(shop, "shop", "set role postgres; select id from short_lived where id = 5");
	shop_run(shop, "shop", "drop table short_lived");
	Terminal *t = shop_queries(shop, 24, 120);
	terminal_keys(t, "/select id from short\r");
	wait_row_has(t, 1, "1 of ");
	terminal_keys(t, "\r");
	terminal_wait(t, "it cannot be planned here: relation \"short_lived\" does not exist");
	shop_quit(t);
}

static void e_takes_the_statement_to_the_prompt(void **state) {
	Terminal *t = console_of_web(*state);
	terminal_keys(t, "/\025email\r");
	wait_row_has(t, 1, "1 of ");
	terminal_keys(t, "e");
	terminal_wait(t, "shop=> select name from customers where email = $1");
	terminal_keys(t, "\b\b'x';\r");
	terminal_wait(t, "Plan ");
	terminal_wait(t, "Filter: (customers.email = 'x'");
	terminal_wait(t, "→0");
	shop_quit(t);
}

static bool its_row_is_gone(Terminal *t, void *what) {
	(void)what;
	terminal_keys(t, "Y");
	return terminal_find(t, "the row is not there any more", NULL, NULL);
}

/* Nothing was called since: the list is empty, the why is as it was. */
static void a_why_outlives_its_row(void **state) {
	Shop *shop = *state;
	Terminal *t = console_of_web(shop);
	terminal_keys(t, "/\025email\r");
	wait_row_has(t, 1, "1 of ");
	terminal_keys(t, "\r");
	terminal_wait(t, "evidence");
	terminal_wait(t, "nothing to advise");
	terminal_keys(t, "R");
	terminal_wait_until(t, its_row_is_gone, NULL);
	terminal_keys(t, "y");
	terminal_wait(t, "the statement copied");
	terminal_wait_written(t, "\033]52;c;c2VsZWN0IG5hbWUgZnJvbSBjdXN0b21lcnMgd2hlcmUgZW1haWwgPSAkMQ==\a");
	terminal_keys(t, "A");
	terminal_wait(t, "email = $1");
	terminal_keys(t, "\033");
	terminal_wait(t, "planned, not run");
	terminal_keys(t, "\033");
	terminal_wait(t, "evidence");
	terminal_keys(t, "e");
	terminal_wait(t, "shop=> select name from customers where email = $1");
	terminal_keys(t, "\003\003"); /* cleared, and closed */
	terminal_wait(t, "Esc back");
	shop_quit(t);
}

static void y_copies_the_statement_and_Y_the_row(void **state) {
	Terminal *t = console_of_web(*state);
	terminal_keys(t, "/\025email\r");
	wait_row_has(t, 1, "1 of ");
	terminal_keys(t, "y");
	terminal_wait(t, "the statement copied");
	terminal_wait_written(t, "\033]52;c;c2VsZWN0IG5hbWUgZnJvbSBjdXN0b21lcnMgd2hlcmUgZW1haWwgPSAkMQ==\a");
	terminal_keys(t, "Y");
	terminal_wait(t, "the row copied");
	terminal_wait_written(t, "\033]52;c;bG9hZDog"); /* "load: " */
	shop_quit(t);
}

static void help_tells_keys_columns_and_commands(void **state) {
	Terminal *t = shop_queries(*state, 50, 120);
	terminal_keys(t, "?");
	wait_row_has(t, 1, "help");
	terminal_wait(t, "why this row costs");
	terminal_keys(t, "/:explain SQL\r");
	terminal_wait(t, "plan a statement and advise");
	terminal_keys(t, "/deviates|share of the blocks\r");
	terminal_wait(t, "share of the blocks it read that were found in shared buffers");
	terminal_keys(t, "q");
	terminal_wait(t, "1 Queries");
	terminal_keys(t, "?");
	wait_row_has(t, 1, "help");
	shop_quit(t);
	t = shop_queries(*state, 24, 80);
	terminal_keys(t, "q");
	shop_end(t);
}

static void keys_move_the_cursor(void **state) {
	Terminal *t = console_of_web(*state);
	wait_cursor_on(t, "pg_sleep");
	terminal_keys(t, "jk\033[B\033[A\004\025Gg");
	wait_cursor_on(t, "pg_sleep");
	terminal_keys(t, "GI");
	wait_row_has(t, 1, "load ▴");
	wait_row_has(t, FIRST, "▸"); /* it was the last one, and still is the same one */
	terminal_keys(t, "I\033[5~");
	wait_cursor_on(t, "pg_sleep");
	shop_quit(t);
}

int main(int argc, char **argv) {
	(void)argc;
	shop_begin(argv[0]);
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_load_sorts_it_at_first),
	    cmocka_unit_test(s_sorts_by_the_next_column_and_the_cursor_stays_on_its_row),
	    cmocka_unit_test(S_shows_the_columns_to_sort_by),
	    cmocka_unit_test(a_filter_is_a_regex_in_any_case),
	    cmocka_unit_test(a_filter_may_be_inverse_or_about_one_column),
	    cmocka_unit_test(a_filter_that_finds_no_table_says_which_are_read),
	    cmocka_unit_test(a_bad_filter_says_so_and_filters_nothing),
	    cmocka_unit_test(d_goes_between_the_interval_and_since_reset),
	    cmocka_unit_test(brackets_scroll_sideways_and_the_first_column_stays),
	    cmocka_unit_test(p_pauses_and_goes_on),
	    cmocka_unit_test(plus_and_minus_change_the_interval),
	    cmocka_unit_test(enter_says_why_in_four_parts),
	    cmocka_unit_test(a_why_longer_than_the_screen_is_read_and_searched),
	    cmocka_unit_test(a_why_outlives_its_row),
	    cmocka_unit_test(E_plans_the_row_as_ourselves),
	    cmocka_unit_test(E_plans_a_row_of_another_database_there),
	    cmocka_unit_test(a_lookup_for_each_row_of_a_list_is_told),
	    cmocka_unit_test(a_row_whose_table_is_gone_says_so),
	    cmocka_unit_test(e_takes_the_statement_to_the_prompt),
	    cmocka_unit_test(y_copies_the_statement_and_Y_the_row),
	    cmocka_unit_test(help_tells_keys_columns_and_commands),
	    cmocka_unit_test(keys_move_the_cursor),
	};
	return cmocka_run_group_tests(tests, shop_set_up, shop_tear_down);
}
