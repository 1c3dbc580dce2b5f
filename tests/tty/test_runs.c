/* test_runs.c: :runs repeats the statement of the plan on screen, in turn with its rewrite or a setting; what was run is kept when it is stopped. */
#include "shop.h"

#define PAGE "select id, total from orders order by id limit 5 offset 100000"

static void the_plan_on_screen_is_run_again(void **state) {
	static const int sizes[][2] = {{10, 40}, {24, 80}, {36, 120}, {50, 200}};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		Terminal *t = shop_console(*state, sizes[i][0], sizes[i][1]);
		terminal_keys(t, "::analyze select pg_sleep(0.02);\r");
		terminal_wait(t, "This plan does what it has to");
		terminal_keys(t, "::runs 4\r");
		terminal_wait(t, "4 runs: ");
		terminal_wait_gone(t, "Esc stops");
		terminal_wait(t, "Result");
		shop_quit(t);
	}
}

static void without_a_number_it_is_five_and_a_setting_is_run_in_turn(void **state) {
	Terminal *t = shop_console(*state, 36, 120);
	terminal_keys(t, "::with pgwhy.times=8\r");
	terminal_wait(t, "pgwhy.times=8");
	terminal_keys(t, "::analyze select pg_sleep(0.01) from generate_series(1, current_setting('pgwhy.times')::int);\r");
	terminal_wait(t, "8→8");
	terminal_wait(t, "This plan does what it has to");
	terminal_keys(t, "::runs pgwhy.times = '1'\r");
	terminal_wait(t, "pgwhy.times=1: 5 runs");
	terminal_wait(t, "as it is: 5 runs");
	terminal_wait(t, "× faster");
	shop_quit(t);
}

/* What :with set is tried against the statement without it, also where the plan on screen was made with it; then D shows both plans. */
static void what_with_set_is_run_in_turn_and_laid_beside(void **state) {
	Terminal *t = shop_console(*state, 36, 120);
	terminal_keys(t, "::with work_mem=64kB\r");
	terminal_wait(t, "runs with work_mem=64kB");
	terminal_keys(t, "::analyze select id, total from orders order by total, id;\r");
	terminal_wait(t, "external merge");
	terminal_wait(t, "sort-spill");
	terminal_keys(t, "::runs 3\r");
	terminal_wait(t, "run in turn with work_mem=64kB");
	terminal_wait(t, "without: 3 runs: ");
	terminal_wait(t, "work_mem=64kB: 3 runs: ");
	terminal_keys(t, "D");
	terminal_wait(t, "temp blocks ");
	terminal_wait(t, ", 3 runs each (");
	terminal_wait(t, "after is   work_mem=64kB");
	terminal_wait(t, "Sort: temp blocks ");
	terminal_keys(t, "\033");
	terminal_wait(t, "rows est→act");
	shop_quit(t);
}

static void a_rewrite_is_run_in_turn(void **state) {
	Terminal *t = shop_console(*state, 36, 120);
	terminal_keys(t, "::explain " PAGE ";\r");
	terminal_wait(t, "offset-pagination");
	terminal_wait(t, "not run");
	terminal_keys(t, "::runs 3\r");
	terminal_wait(t, "same 5 rows ✓");
	terminal_wait(t, "3 runs");
	terminal_wait(t, "× faster");
	terminal_keys(t, "D");
	terminal_wait(t, "after is   its rewrite");
	terminal_wait(t, "; same 5 rows ✓");
	terminal_keys(t, "\033");
	terminal_wait_gone(t, "after is");
	shop_quit(t);
}

static void what_was_run_is_kept_when_it_is_stopped(void **state) {
	static const char *const keys[] = {"\033", "\003"};
	Shop *shop = *state;
	for (size_t i = 0; i < 2; i++) {
		Terminal *t = shop_console(shop, 24, 120);
		terminal_keys(t, "::analyze select pg_sleep(0.02);\r");
		terminal_wait(t, "This plan does what it has to");
		terminal_keys(t, "::runs 900\r");
		terminal_wait(t, "run 12 of 900");
		terminal_keys(t, keys[i]);
		terminal_wait(t, "cancelled");
		terminal_wait(t, " of 900 runs");
		terminal_wait(t, "Result");
		shop_quit(t);
	}
	shop_await(shop, "shop", "select count(*) from pg_stat_activity where state <> 'idle' and pid <> pg_backend_pid() and backend_type = 'client backend'", "0");
}

static void what_writes_is_asked_about(void **state) {
	Terminal *t = shop_console(*state, 24, 120);
	terminal_keys(t, "::explain update stock set product_id = product_id;\r");
	terminal_wait(t, "not run");
	terminal_wait(t, "nothing to advise");
	terminal_keys(t, "::runs 3\r");
	terminal_wait(t, "Run it 3 times under EXPLAIN");
	terminal_keys(t, "n");
	terminal_wait_gone(t, "Run it 3 times");
	terminal_wait(t, "not run");
	terminal_keys(t, "::runs 3\r");
	terminal_wait(t, "Run it 3 times");
	terminal_keys(t, "y");
	terminal_wait(t, "3 runs");
	shop_quit(t);
}

static void nonsense_is_refused(void **state) {
	Terminal *t = shop_console(*state, 24, 120);
	terminal_keys(t, "::runs 3\r");
	terminal_wait(t, "there is no plan on screen");
	terminal_keys(t, "::explain select 1;\r");
	terminal_wait(t, "nothing to advise");
	static const char *const nonsense[] = {"0", "1001", "-3", "3 work_mem", "3 =1MB", "x"};
	for (size_t i = 0; i < sizeof nonsense / sizeof *nonsense; i++) {
		terminal_keys(t, "::runs ");
		terminal_keys(t, nonsense[i]);
		terminal_keys(t, "\r");
		terminal_wait(t, "takes a number from 1 to 1000");
		terminal_keys(t, "::conninfo\r");
		terminal_wait_gone(t, "takes a number from 1 to 1000");
	}
	terminal_keys(t, "::runs 3 role=postgres\r");
	terminal_wait(t, "cannot be changed for a statement");
	shop_quit(t);
}

int main(int argc, char **argv) {
	(void)argc;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_plan_on_screen_is_run_again),
		cmocka_unit_test(without_a_number_it_is_five_and_a_setting_is_run_in_turn),
		cmocka_unit_test(what_with_set_is_run_in_turn_and_laid_beside),
		cmocka_unit_test(a_rewrite_is_run_in_turn),
		cmocka_unit_test(what_was_run_is_kept_when_it_is_stopped),
		cmocka_unit_test(what_writes_is_asked_about),
		cmocka_unit_test(nonsense_is_refused),
	};
	shop_begin(argv[0]);
	return cmocka_run_group_tests(tests, shop_set_up, shop_tear_down);
}
