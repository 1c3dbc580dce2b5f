/* test_completion.c: Tab at the prompt: names, key words, settings, files; and at once, whatever the server does. */
#include "shop.h"

#include <signal.h>

enum { AT_ONCE_MS = 1000 };

static const char odd_tables[] =
    "create schema \"My Schema\";"
    "create table \"My Schema\".\"Odd Name\" (\"Some Column\" int, \"select\" text, plain int);"
    "create table \"evil\033[31m\" (a int);"
    "create view paid_orders as select * from orders where status = 'paid';"
    "create table order_items (order_id int references orders, product_id int, pieces int);";

static int set_up(void **state) {
	if (shop_set_up(state) != 0) return -1;
	Shop *shop = *state;
	return cluster_run(shop->cluster, "shop", odd_tables, &shop->err) ? 0 : -1;
}

static Terminal *open_prompt(Shop *shop, const char *typed) {
	Terminal *t = shop_console(shop, 24, 100);
	terminal_keys(t, ":");
	terminal_keys(t, typed);
	return t;
}

static void columns_of_the_tables_in_reach_come_first(void **state) {
	Terminal *t = open_prompt(*state, "select * from orders o where o.c\t");
	terminal_wait(t, "customer_id  integer");
	terminal_wait(t, "created_at   timestamp with time zone");
	assert_false(terminal_find(t, "email  ", NULL, NULL));
	terminal_keys(t, "\t");
	terminal_wait(t, "where o.customer_id");
	terminal_keys(t, "\t");
	terminal_wait(t, "where o.created_at");
	terminal_keys(t, "\033[Z"); /* Shift-Tab */
	terminal_wait(t, "where o.customer_id");
	terminal_keys(t, "\033");
	terminal_wait_gone(t, "timestamp with time zone");
	terminal_wait(t, "where o.customer_id");
	shop_quit_from_prompt(t);
}

static void the_table_may_be_written_behind_the_cursor(void **state) {
	Terminal *t = open_prompt(*state, "select from customers");
	for (int i = 0; i < 15; i++) terminal_keys(t, "\033[D");
	terminal_keys(t, " na\t");
	terminal_wait(t, "select name from customers");
	shop_quit_from_prompt(t);
}

static void the_common_front_goes_in_first(void **state) {
	Terminal *t = open_prompt(*state, "select * from ord\t");
	terminal_wait(t, "order_items  table");
	terminal_wait(t, "from order");
	terminal_keys(t, "s\t");
	terminal_wait(t, "from orders");
	terminal_keys(t, " WH\t");
	terminal_wait(t, "from orders WHERE");
	shop_quit_from_prompt(t);
}

static void odd_names_are_quoted_and_hostile_ones_left_out(void **state) {
	Terminal *t = open_prompt(*state, "select * from odd\t");
	terminal_wait(t, "from \"My Schema\".\"Odd Name\"");
	terminal_keys(t, " x where x.\"So\t");
	terminal_wait(t, "x.\"Some Column\"");
	terminal_keys(t, " and x.sel\t");
	terminal_wait(t, "and x.\"select\"");
	terminal_keys(t, "\003select * from \"My S\t");
	terminal_wait(t, "shop=> select * from \"My Schema\"");
	terminal_keys(t, ".\"O\t");
	terminal_wait(t, "from \"My Schema\".\"Odd Name\"");
	terminal_keys(t, "\003select * from ev\t");
	wait_row_has(t, 22, "shop=> select * from ev");
	terminal_keys(t, "!"); /* whatever Tab did is done before this is shown */
	terminal_wait_row(t, 22, "shop=> select * from ev!");
	shop_quit_from_prompt(t);
}

static void functions_types_and_views_are_known(void **state) {
	Terminal *t = open_prompt(*state, "select date_tr\t");
	terminal_wait(t, "select date_trunc(");
	terminal_keys(t, "'day', x::timestampt\t");
	terminal_wait(t, "x::timestamptz");
	terminal_keys(t, ") from paid_o\t");
	terminal_wait(t, "from paid_orders");
	shop_quit_from_prompt(t);
}

static void words_and_what_follows_them_are_completed(void **state) {
	Shop *shop = *state;
	Terminal *t = open_prompt(shop, ":conn\t");
	terminal_wait(t, "shop=> :conninfo");
	terminal_keys(t, "\003:with work_m\t64MB");
	terminal_wait(t, ":with work_mem=64MB");
	terminal_keys(t, "\003:with enable_seqscan=of\t");
	terminal_wait(t, ":with enable_seqscan=off");
	terminal_keys(t, "\003:with statement_t\t"); /* refused, so not offered */
	terminal_wait_row(t, 22, "shop=> :with statement_t");
	terminal_keys(t, "\003:set asc\tof\t");
	terminal_wait(t, ":set ascii=off");
	terminal_keys(t, "\003\\c postg\t");
	terminal_wait(t, "\\c postgres");
	terminal_keys(t, "\003\\d customers_p\t");
	terminal_wait(t, "\\d customers_pkey");
	terminal_keys(t, "\003:explain select * from sto\t");
	terminal_wait(t, ":explain select * from stock");
	FILE *file = fopen(arena_printf(shop->arena, "%s/report-of-today.sql", shop->home), "w");
	assert_non_null(file);
	fclose(file);
	terminal_keys(t, "\003\\i ~/rep\t");
	terminal_wait(t, "\\i ~/report-of-today.sql");
	shop_quit_from_prompt(t);
}

/* ---- a server that does not answer ---- */

static void signal_backends(Shop *shop, int signal) {
	const char *pids = shop_ask(shop, "shop", "select string_agg(pid::text, ' ') from pg_stat_activity where application_name = 'pgwhy'");
	for (char *at = (char *)(uintptr_t)pids; *at;) {
		char *end;
		long pid = strtol(at, &end, 10);
		if (end == at) break;
		assert_int_equal(kill((pid_t)pid, signal), 0);
		at = end;
	}
}

static void a_tab_never_waits_for_the_server(void **state) {
	Shop *shop = *state;
	Terminal *t = open_prompt(shop, "select * from ord\t");
	terminal_wait(t, "order_items  table"); /* the names are here */
	terminal_keys(t, "\033\003");
	signal_backends(shop, SIGSTOP);
	int64_t began = clock_ms();
	terminal_keys(t, "select * from cust\t");
	terminal_wait(t, "from customers");
	terminal_keys(t, " c where c.em\t");
	terminal_wait(t, "c.email");
	assert_true(clock_ms() - began < AT_ONCE_MS);
	signal_backends(shop, SIGCONT);
	shop_quit_from_prompt(t);
}

static void what_comes_late_is_shown_when_it_comes(void **state) {
	Shop *shop = *state;
	shop_run(shop, "shop", "create schema many; do $$ begin for i in 1..80 loop execute format('create table many.t%s (late_%s int)', i, i); end loop; end $$");
	Terminal *t = open_prompt(shop, "select * from many.t7\t"); /* so many that columns are not read beforehand */
	terminal_wait(t, "t76");
	terminal_keys(t, "\033\003");
	signal_backends(shop, SIGSTOP);
	int64_t began = clock_ms();
	terminal_keys(t, "select * from many.t77 x where x.la\t");
	terminal_wait(t, "where x.la");
	terminal_keys(t, "\t"); /* and again: nothing is there to choose from */
	terminal_wait(t, "where x.la");
	assert_true(clock_ms() - began < AT_ONCE_MS);
	signal_backends(shop, SIGCONT);
	terminal_wait(t, "where x.late_77");
	shop_quit_from_prompt(t);
	shop_run(shop, "shop", "drop schema many cascade");
}

int main(int argc, char **argv) {
	(void)argc;
	shop_begin(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_of_the_tables_in_reach_come_first),
		cmocka_unit_test(the_table_may_be_written_behind_the_cursor),
		cmocka_unit_test(the_common_front_goes_in_first),
		cmocka_unit_test(odd_names_are_quoted_and_hostile_ones_left_out),
		cmocka_unit_test(functions_types_and_views_are_known),
		cmocka_unit_test(words_and_what_follows_them_are_completed),
		cmocka_unit_test(a_tab_never_waits_for_the_server),
		cmocka_unit_test(what_comes_late_is_shown_when_it_comes),
	};
	return cmocka_run_group_tests(tests, set_up, shop_tear_down);
}
