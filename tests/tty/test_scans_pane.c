/* test_scans_pane.c: the panes Scans and Server in the console: found, sorted, filtered, asked why, copied from. */
#include "shop.h"

static void tables_are_judged_by_what_happens_now(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console(shop, 30, 120);
	terminal_keys(t, "2z");
	wait_row_has(t, 1, "2 Scans");
	wait_row_has(t, 2, "in vain▾");
	wait_row_has(t, 3, "public.orders"); /* read whole before we came: first, but not accused */
	wait_row_has(t, 3, "scanned whole");
	shop_run(shop, "shop", "select count(*) from orders where status = 'open'");
	for (int64_t end = clock_ms() + SHOP_DEADLINE_MS; !terminal_find(t, "full scans", NULL, NULL); terminal_wait(t, "public.orders")) {
		if (clock_ms() > end) fail_msg("the scan is never seen");
		terminal_keys(t, "R");
		wait_row_has(t, 1, "last ");
		shop_run(shop, "shop", "select count(*) from orders where status = 'open'");
	}
	terminal_keys(t, "\r");
	terminal_wait(t, "why: Scans");
	terminal_wait(t, "each scan 150k rows, ");
	terminal_wait(t, "/query:orders");
	terminal_keys(t, "q");
	shop_quit(t);
}

static void a_table_is_found_by_its_name(void **state) {
	Terminal *t = shop_console(*state, 24, 120);
	terminal_keys(t, "2z");
	terminal_wait(t, "public.stock");
	terminal_keys(t, "/table:cust\r");
	wait_row_has(t, 3, "public.customers");
	terminal_wait_gone(t, "public.stock");
	shop_quit(t);
}

static void the_server_says_what_it_is_and_what_we_cost(void **state) {
	Terminal *t = shop_console(*state, 30, 120);
	terminal_keys(t, "9z");
	wait_row_has(t, 1, "9 Server");
	terminal_wait(t, "pg_read_all_stats");
	terminal_keys(t, "/own cost|connection: panes\r");
	terminal_wait(t, "of a core; costly reads are slowed");
	terminal_wait(t, "database shop");
	shop_quit(t);
}

static void what_mends_a_setting_can_be_copied(void **state) {
	Terminal *t = shop_console(*state, 24, 100);
	terminal_keys(t, "9z");
	terminal_wait(t, "9 Server");
	terminal_keys(t, "/fact:track_io\r");
	wait_row_has(t, 4, "track_io_timing");
	terminal_keys(t, "j\r");
	terminal_wait(t, "ALTER SYSTEM SET track_io_timing = on");
	terminal_wait(t, "It takes no restart");
	terminal_keys(t, "y");
	terminal_wait(t, "copied");
	terminal_keys(t, "q");
	shop_quit(t);
}

int main(int argc, char **argv) {
	(void)argc;
	shop_begin(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_are_judged_by_what_happens_now),
		cmocka_unit_test(a_table_is_found_by_its_name),
		cmocka_unit_test(the_server_says_what_it_is_and_what_we_cost),
		cmocka_unit_test(what_mends_a_setting_can_be_copied),
	};
	return cmocka_run_group_tests(tests, shop_set_up, shop_tear_down);
}
