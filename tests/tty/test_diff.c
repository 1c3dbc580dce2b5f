/* test_diff.c: a plan marked as before, the next one laid beside it, at the keyboard. */
#include "shop.h"

#define SLOW "select id, total from orders where status = 'open' order by total desc limit 5;"
#define FASTER "; plan: Seq Scan → Index Scan Backward on orders"

/* Measured, and its advice weighed: nothing goes on any more. */
static bool is_done(Terminal *t, void *rows) {
	return terminal_find(t, rows, NULL, NULL) && strstr(terminal_row(t, 1), "Plan ") && !strstr(terminal_row(t, 1), "…");
}

static Terminal *with_mark(Shop *shop, int rows, int columns) {
	Terminal *t = shop_console(shop, rows, columns);
	terminal_keys(t, ":" SLOW "\r");
	terminal_wait_until(t, is_done, "5→5");
	terminal_keys(t, "m");
	terminal_wait(t, "marked: this plan is the one before");
	return t;
}

/* Measured again; the console then offers what D does. */
static void run_again(Terminal *t) {
	terminal_keys(t, "A");
	terminal_wait(t, "marked as the one before");
}

static void an_index_is_seen_to_help(void **state) {
	Terminal *t = with_mark(*state, 36, 120);
	shop_run(*state, "shop", "create index orders_open on orders (status, total)");
	run_again(t);
	terminal_keys(t, "D");
	terminal_wait(t, FASTER);
	terminal_wait(t, "│ ~       "); /* two columns */
	terminal_wait(t, "gone  missing-index");
	terminal_keys(t, "b");
	terminal_wait(t, "before"); /* still two columns, of the next metric */
	terminal_wait_gone(t, " blocks before");
	terminal_resize(t, 24, 80);
	terminal_wait(t, "both plans");
	terminal_wait(t, "Index Scan Backward orders using orders_open, was Seq Scan");
	terminal_keys(t, "/sort\r");
	terminal_wait(t, "Sort: only before · self ");
	terminal_keys(t, "\r");
	terminal_wait(t, "┌node, before and after");
	terminal_wait(t, "what else differs");
	terminal_keys(t, "\033");
	terminal_wait_gone(t, "┌node");
	terminal_keys(t, "y");
	terminal_wait(t, "the verdict copied");
	terminal_keys(t, "Y");
	terminal_wait(t, "the comparison copied");
	terminal_keys(t, "x");
	terminal_wait(t, "as pgwhy diff prints it");
	terminal_keys(t, "\033");
	terminal_wait_gone(t, "as pgwhy diff prints it");
	terminal_resize(t, 10, 40);
	terminal_wait(t, "× faster)");
	terminal_wait(t, "└ Sort");
	terminal_keys(t, "\033");
	terminal_wait_gone(t, "└ Sort");
	shop_run(*state, "shop", "drop index orders_open");
	shop_quit(t);
}

static void the_same_again_is_no_change(void **state) {
	Terminal *t = with_mark(*state, 24, 80);
	run_again(t);
	terminal_keys(t, "D");
	terminal_wait(t, "no change: buffers ");
	terminal_wait(t, "still there");
	terminal_keys(t, "\033");
	terminal_wait_gone(t, "both plans");
	terminal_keys(t, ":select count(*) from stock;\r"); /* another statement is not offered, but compared when asked for */
	terminal_wait_until(t, is_done, "1→1");
	terminal_keys(t, "D");
	terminal_wait(t, "other statement: ");
	terminal_wait(t, "not the same text");
	shop_quit(t);
}

static void what_cannot_be_compared_is_said(void **state) {
	Terminal *t = shop_console(*state, 24, 80);
	terminal_keys(t, ":select id from orders order by total limit 7;\r"); /* marks of other consoles are known */
	terminal_wait_until(t, is_done, "7→7");
	terminal_keys(t, "D");
	terminal_wait(t, "no plan is marked as the one before");
	terminal_keys(t, "m");
	terminal_wait(t, "marked: ");
	terminal_keys(t, "D");
	terminal_wait(t, "this is the plan that is marked");
	shop_quit(t); /* with a plan marked */
}

static void leaving_amid_comparisons_is_fine(void **state) {
	Terminal *t = with_mark(*state, 24, 80);
	run_again(t);
	terminal_keys(t, "D\033D\033Dm"); /* closed before they are made */
	terminal_wait(t, "no change");
	terminal_keys(t, "\033");
	terminal_wait(t, "rows est→act");
	terminal_keys(t, "m"); /* the mark goes while nothing is shown of it */
	terminal_wait(t, "marked: ");
	shop_quit(t);
}

int main(int argc, char **argv) {
	(void)argc;
	shop_begin(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_index_is_seen_to_help), cmocka_unit_test(the_same_again_is_no_change), cmocka_unit_test(what_cannot_be_compared_is_said),
		cmocka_unit_test(leaving_amid_comparisons_is_fine),
	};
	return cmocka_run_group_tests(tests, shop_set_up, shop_tear_down);
}
