/* test_mouse.c: what is under the pointer scrolls, is gone to, sorts and opens; and the mouse is the terminal's own unless wanted. */
#include "shop.h"

#include <signal.h>

#include "base/utf8.h"

static Terminal *console(Shop *shop, int rows, int columns) {
	Terminal *t = shop_console_in(shop, rows, columns, NULL, WORDS("--set", "mouse=on"));
	terminal_wait(t, "update stock");
	return t;
}

static void click(Terminal *t, const char *text) {
	int row, column;
	terminal_wait(t, text);
	assert_true(terminal_find(t, text, &row, &column));
	terminal_mouse(t, TERMINAL_LEFT, row, column);
}

/* Headings stand in the third line; the frame above tells the sort in the same words. */
static void click_heading(Terminal *t, const char *title) {
	const char *line = terminal_row(t, 2), *at = strstr(line, title);
	assert_non_null(at);
	terminal_mouse(t, TERMINAL_LEFT, 2, (int)utf8_cells_n(line, (size_t)(at - line)));
}

static bool has_mouse(Terminal *t, void *wanted) {
	return terminal_has_mouse(t) == *(bool *)wanted;
}

#define wait_mouse(t, on) terminal_wait_until(t, has_mouse, &(bool){on})

/* Is the row of that text the one under the cursor of the pane with the keys? */
static bool is_chosen(Terminal *t, void *text) {
	int row, column;
	return terminal_find(t, text, &row, &column) && terminal_cell(t, row, column).reverse;
}

static bool is_not_chosen(Terminal *t, void *text) {
	return !is_chosen(t, text);
}

/* ---- the tests ---- */

static void the_mouse_is_the_terminals_own_unless_wanted(void **state) {
	Terminal *t = shop_console(*state, 24, 80);
	assert_false(terminal_has_mouse(t));
	terminal_keys(t, "\\set mouse=on\r");
	wait_mouse(t, true);
	terminal_keys(t, "\\set mouse=off\r");
	wait_mouse(t, false);
	terminal_keys(t, "\\set mouse=on\r");
	wait_mouse(t, true);
	terminal_keys(t, "Q");
	assert_given_back(t);
	assert_false(terminal_has_mouse(t));
	terminal_close(t);
}

static void a_crash_gives_the_mouse_back(void **state) {
	Terminal *t = console(*state, 24, 80);
	assert_true(terminal_has_mouse(t));
	terminal_kill(t, SIGTERM);
	assert_given_back(t);
	assert_false(terminal_has_mouse(t));
	terminal_close(t);
}

static void a_click_goes_to_the_row_and_two_ask_why(void **state) {
	Terminal *t = console(*state, 24, 100);
	click(t, "update stock");
	terminal_wait_until(t, is_chosen, "update stock");
	click(t, "select name from");
	terminal_wait_until(t, is_chosen, "select name from");
	click(t, "update stock");
	click(t, "update stock");
	terminal_wait(t, "evidence");
	terminal_wait(t, "update stock");
	terminal_keys(t, "q");
	terminal_wait_gone(t, "evidence");
	shop_quit(t);
}

static void a_click_on_a_heading_sorts_and_the_next_turns_the_order_round(void **state) {
	Terminal *t = console(*state, 24, 100);
	click_heading(t, "mean");
	terminal_wait(t, "mean ▾ ─");
	click_heading(t, "mean");
	terminal_wait(t, "mean ▴ ─");
	click_heading(t, "load");
	terminal_wait(t, "load ▾ ─");
	shop_quit(t);
}

static void a_click_takes_the_keys_to_another_pane(void **state) {
	Terminal *t = console(*state, 50, 200);
	terminal_wait(t, "stock_pkey");
	terminal_wait_until(t, is_not_chosen, "public.stock_pkey");
	click(t, "public.stock_pkey");
	terminal_wait_until(t, is_chosen, "public.stock_pkey");
	click(t, "1 Queries"); /* its frame */
	terminal_wait_until(t, is_not_chosen, "public.stock_pkey");
	shop_quit(t);
}

static void the_wheel_scrolls_what_is_under_the_pointer(void **state) {
	Terminal *t = console(*state, 10, 80);
	terminal_keys(t, "3");
	terminal_wait(t, "public.customers_pkey");
	assert_false(terminal_find(t, "public.stock_pkey", NULL, NULL));
	terminal_mouse(t, TERMINAL_WHEEL_DOWN, 5, 30);
	terminal_wait(t, "public.stock_pkey");
	terminal_mouse(t, TERMINAL_WHEEL_UP, 5, 30);
	terminal_wait_gone(t, "public.stock_pkey");
	terminal_keys(t, "?");
	terminal_wait(t, "Queries: ");
	terminal_mouse(t, TERMINAL_WHEEL_DOWN, 5, 30);
	terminal_mouse(t, TERMINAL_WHEEL_DOWN, 5, 30);
	terminal_wait_gone(t, "Queries: ");
	terminal_mouse(t, TERMINAL_WHEEL_UP, 5, 30);
	terminal_mouse(t, TERMINAL_WHEEL_UP, 5, 30);
	terminal_wait(t, "Queries: ");
	terminal_keys(t, "q");
	terminal_wait_gone(t, "Queries: ");
	shop_quit(t);
}

static void a_menu_is_chosen_from_by_a_click(void **state) {
	Terminal *t = console(*state, 24, 80);
	terminal_keys(t, "S");
	terminal_wait(t, "sort by");
	terminal_mouse(t, TERMINAL_WHEEL_DOWN, 10, 40);
	click(t, "executions per second");
	terminal_wait_gone(t, "sort by");
	terminal_wait(t, "calls/s ▾ ─");
	shop_quit(t);
}

static void a_node_of_a_plan_is_gone_to(void **state) {
	Terminal *t = console(*state, 40, 160);
	terminal_keys(t, "\\explain select count(*) from orders where status = 'open';\r");
	terminal_wait(t, "Seq Scan on orders");
	int row, column;
	terminal_wait(t, "Aggregate");
	assert_true(terminal_find(t, "Aggregate", &row, &column));
	terminal_mouse(t, TERMINAL_LEFT, row, 3);
	terminal_mouse(t, TERMINAL_LEFT, row, 3);
	terminal_wait(t, "Partial Mode");
	shop_quit(t);
}

static void a_question_is_answered_by_keys_alone(void **state) {
	Terminal *t = console(*state, 24, 80);
	terminal_keys(t, ":update stock set pieces = 1;\r");
	terminal_wait(t, "roll it back");
	int row, column;
	assert_true(terminal_find(t, "roll it back", &row, &column));
	for (int y = 0; y < 24; y++) terminal_mouse(t, TERMINAL_LEFT, y, 40);
	terminal_keys(t, "n");
	terminal_wait(t, "planned, not run");
	shop_quit(t);
}

static void clicks_anywhere_do_no_harm(void **state) {
	Terminal *t = console(*state, 30, 130);
	for (int y = 0; y < 30; y++)
		for (int x = 0; x < 130; x += 7) {
			terminal_mouse(t, TERMINAL_WHEEL_DOWN, y, x);
			terminal_mouse(t, TERMINAL_WHEEL_UP, y, x);
			terminal_mouse(t, TERMINAL_LEFT, y, x);
		}
	terminal_resize(t, 3, 10);
	terminal_mouse(t, TERMINAL_LEFT, 1, 1);
	terminal_resize(t, 30, 130);
	terminal_wait(t, "1 Queries");
	shop_quit(t);
}

int main(int argc, char **argv) {
	(void)argc;
	shop_begin(argv[0]);
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_mouse_is_the_terminals_own_unless_wanted),
	    cmocka_unit_test(a_crash_gives_the_mouse_back),
	    cmocka_unit_test(a_click_goes_to_the_row_and_two_ask_why),
	    cmocka_unit_test(a_click_on_a_heading_sorts_and_the_next_turns_the_order_round),
	    cmocka_unit_test(a_click_takes_the_keys_to_another_pane),
	    cmocka_unit_test(the_wheel_scrolls_what_is_under_the_pointer),
	    cmocka_unit_test(a_menu_is_chosen_from_by_a_click),
	    cmocka_unit_test(a_node_of_a_plan_is_gone_to),
	    cmocka_unit_test(a_question_is_answered_by_keys_alone),
	    cmocka_unit_test(clicks_anywhere_do_no_harm),
	};
	return cmocka_run_group_tests(tests, shop_set_up, shop_tear_down);
}
