/* test_traffic.c: the statements are marked in Queries, something changes, and D tells what became of them. */
#include "shop.h"

#include <limits.h>

enum { EACH = 20 };

/* One that an index would make faster, and one that it would not. */
static void run_traffic(Shop *shop, int each) {
	Str script = STR_INIT;
	for (int n = 1; n <= each; n++) str_printf(&script, "select count(*) from orders where customer_id = %d; select name from customers where id = %d;", n, n);
	shop_run(shop, "shop", script.text);
	str_release(&script);
}

/* On statistics of its own, and no index; no other console's mark. It reads when R is pressed. */
static Terminal *console(Shop *shop, int rows, int columns) {
	shop_run(shop, "shop", "drop index if exists orders_by_customer; analyze orders");
	shop_run(shop, "shop", shop_load);
	Terminal *t = shop_console_in(shop, rows, columns, NULL, WORDS("--no-store"));
	terminal_wait(t, "select");
	return t;
}

static void read_again(Terminal *t) {
	terminal_keys(t, "R");
	terminal_wait(t, "last ");
}

/* Traffic, the mark, an index, and the same again. */
static Terminal *deployed(Shop *shop, int rows, int columns) {
	Terminal *t = console(shop, rows, columns);
	run_traffic(shop, EACH);
	read_again(t);
	terminal_keys(t, "m");
	terminal_wait(t, "marked: all statements");
	shop_run(shop, "shop", "create index orders_by_customer on orders (customer_id); analyze orders;");
	run_traffic(shop, EACH);
	return t;
}

/* Nothing is compared in the first seconds. */
static bool tells(Terminal *t, void *text) {
	if (terminal_find(t, text, NULL, NULL)) return true;
	terminal_keys(t, "R");
	return false;
}

#define wait_told(t, text) terminal_wait_until(t, tells, (char *)(text))

static void an_index_shows_in_real_traffic(void **state) {
	Shop *shop = *state;
	Terminal *t = deployed(shop, 24, 120);
	terminal_keys(t, "D");
	terminal_wait(t, "before and after");
	wait_told(t, "1 faster");
	terminal_wait(t, "ms/s of execution time");
	terminal_keys(t, "/verdict:faster\r");
	wait_row_has(t, 1, "1 of ");
	terminal_wait(t, "from orders where customer_i");
	terminal_keys(t, "/\025from customers where id\r"); /* to this one it makes no difference */
	wait_row_has(t, 1, "1 of ");
	terminal_wait(t, "from customers where id");
	terminal_keys(t, "/\025verdict:slower\r");
	terminal_wait(t, "no row matches the filter");
	terminal_keys(t, "\033");
	terminal_wait(t, "from customers where id");
	terminal_keys(t, "p");
	terminal_wait(t, "paused");
	terminal_resize(t, 10, 40);
	terminal_wait(t, "faster         sel");
	terminal_resize(t, 24, 100);
	shop_run(shop, "shop", "select pg_stat_statements_reset();");
	run_traffic(shop, EACH / 2);
	wait_told(t, "All statistics were reset after the mark");
	wait_told(t, "1 faster");
	shop_quit(t);
}

static void why_it_is_faster_is_told_and_its_plan_shown(void **state) {
	Terminal *t = deployed(*state, 40, 120);
	terminal_keys(t, "D");
	wait_told(t, "1 faster");
	terminal_keys(t, "/verdict:faster\r\r");
	terminal_wait(t, "why: Traffic");
	terminal_wait(t, "evidence: faster");
	terminal_wait(t, "faster, and by more than chance");
	terminal_wait(t, "it reads far fewer blocks for as many rows");
	terminal_keys(t, "E");
	terminal_wait(t, "Plan estimated, not run");
	terminal_wait(t, "Bitmap Heap Scan orders");
	terminal_wait(t, "nothing to advise"); /* nothing is under way: ^C means the prompt */
	terminal_keys(t, "\033");
	terminal_wait(t, "why: Traffic");
	terminal_keys(t, "\033");
	terminal_wait(t, "before and after");
	terminal_keys(t, "e");
	terminal_wait(t, "shop=> select count(*) from orders");
	shop_quit_from_prompt(t);
}

static void tagged_rows_are_marked_alone(void **state) {
	Shop *shop = *state;
	Terminal *t = console(shop, 24, 120);
	run_traffic(shop, EACH);
	read_again(t);
	terminal_keys(t, "z/customers where id\r");
	wait_row_has(t, 1, "1 of ");
	terminal_keys(t, " ");
	terminal_wait(t, "│●");
	terminal_keys(t, "m");
	terminal_wait(t, "marked: 1 statement, as they are counted now");
	wait_row_has(t, 1, "1 marked ");
	run_traffic(shop, EACH);
	terminal_keys(t, ":diff\r");
	wait_told(t, "Of the 1 statement tagged when it was marked.");
	terminal_wait(t, "customers where id");
	terminal_wait_gone(t, "orders where customer_id");
	terminal_keys(t, "m"); /* all of them, from here on */
	terminal_wait(t, "marked anew: all statements");
	terminal_wait(t, "too little has happened");
	shop_quit(t);
}

static void without_a_mark_it_is_said_how(void **state) {
	Terminal *t = shop_console(*state, 24, 120);
	terminal_keys(t, "D");
	terminal_wait(t, "no statements are marked as before");
	terminal_keys(t, "2m");
	terminal_wait(t, "nothing is on screen that could be marked");
	terminal_keys(t, "D");
	terminal_wait(t, "nothing is on screen that could be compared");
	shop_quit(t);
}

static void it_is_written_with_its_verdict(void **state) {
	Shop *shop = *state;
	char here[PATH_MAX];
	assert_non_null(getcwd(here, sizeof here));
	assert_int_equal(chdir(shop->home), 0);
	const char *program = shop->program, *absolute = *program == '/' ? program : arena_printf(shop->arena, "%s/%s", here, program);
	shop->program = absolute;
	Terminal *t = deployed(shop, 24, 120);
	terminal_keys(t, "D");
	wait_told(t, "1 faster");
	terminal_keys(t, "xjjj\r");
	terminal_wait(t, "written to pgwhy-traffic-");
	shop_quit(t);
	assert_int_equal(system("grep -q 'ms/s of execution time' pgwhy-traffic-*.txt && grep -q '^ *load  *verdict' pgwhy-traffic-*.txt"), 0);
	assert_int_equal(chdir(here), 0);
	shop->program = program;
}

static void the_same_on(int major) {
	char directory[PATH_MAX], path[64];
	snprintf(path, sizeof path, "build/servers/%d/bin", major);
	if (!realpath(path, directory)) {
		print_message("skip: the_same_on_%d: build/servers/%d is not there (tests/server/fetch.sh %d)\n", major, major, major);
		skip();
	}
	void *state = NULL;
	assert_int_equal(shop_open(&state, &(ClusterSpec){.bin_dir = directory, .settings = shop_settings}), 0);
	an_index_shows_in_real_traffic(&state);
	shop_tear_down(&state);
}

static void the_same_on_13(void **state) {
	(void)state;
	the_same_on(13);
}

static void the_same_on_18(void **state) {
	(void)state;
	the_same_on(18);
}

int main(int count, char **words) {
	(void)count;
	shop_begin(words[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_index_shows_in_real_traffic),
		cmocka_unit_test(why_it_is_faster_is_told_and_its_plan_shown),
		cmocka_unit_test(tagged_rows_are_marked_alone),
		cmocka_unit_test(without_a_mark_it_is_said_how),
		cmocka_unit_test(it_is_written_with_its_verdict),
	};
	const struct CMUnitTest elsewhere[] = {cmocka_unit_test(the_same_on_13), cmocka_unit_test(the_same_on_18)};
	return cmocka_run_group_tests(tests, shop_set_up, shop_tear_down) + cmocka_run_group_tests(elsewhere, NULL, NULL);
}
