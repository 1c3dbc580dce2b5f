/* test_apply.c: :try measures a finding and leaves nothing; :apply shows all of it, wants a name, shows how far it is, and is undone by ^C. */
#include "shop.h"

#define FIND ":select id, total from orders where customer_id = 7 and total > 490;\r"
#define FIND_DAY ":select * from days where n = 7 and day = 99 - n;\r"

static const char indexes[] = "select count(*) from pg_index where indrelid = 'orders'::regclass";

static Terminal *with_finding_of(Shop *shop, const char *statement, int rows, int columns, const char *option) {
	Terminal *t = shop_console_in(shop, rows, columns, NULL, option ? WORDS(option) : NULL);
	terminal_wait(t, "select");
	terminal_keys(t, statement);
	terminal_wait(t, "rows 0"); /* it was run */
	if (rows > 12) terminal_wait(t, "missing-index");
	return t;
}

static Terminal *with_finding(Shop *shop, int rows, int columns, const char *option) {
	return with_finding_of(shop, FIND, rows, columns, option);
}

static void a_trial_wants_the_database_by_name_once(void **state) {
	Shop *shop = *state;
	Terminal *t = with_finding(shop, 24, 100, NULL);
	terminal_keys(t, "::try\r");
	terminal_wait(t, "type the database's name, shop");
	terminal_wait(t, "writes to the table wait until it is rolled back");
	terminal_keys(t, "postgres\r");
	terminal_wait(t, "that is not its name: nothing was sent");
	terminal_keys(t, "::try\r");
	terminal_wait(t, "type the database's name, shop");
	terminal_keys(t, "shop\r");
	terminal_wait(t, "it was rolled back");
	terminal_wait(t, "measured");
	terminal_wait(t, " buffers · built in");
	terminal_keys(t, "\033");
	terminal_wait(t, "Advice");
	terminal_wait(t, "tried");
	terminal_keys(t, "::try 1\r");
	terminal_wait(t, "type y to try it");
	terminal_keys(t, "\033");
	terminal_wait(t, "nothing was sent");
	assert_string_equal(shop_ask(shop, "shop", indexes), "1");
	terminal_keys(t, "::plans\r"); /* what was tried is kept with the plan */
	terminal_wait(t, "select id, total from orders");
	terminal_keys(t, "\r");
	terminal_wait(t, "as of 20");
	terminal_wait(t, " buffers · built in");
	shop_quit(t);
}

/* Its page may lie below others when another takes its place. */
static void a_page_left_below_says_so(void **state) {
	Terminal *t = with_finding(*state, 24, 100, NULL);
	terminal_keys(t, "::try\r");
	terminal_wait(t, "type the database's name, shop");
	terminal_keys(t, "shop\r");
	terminal_wait(t, "it was rolled back");
	terminal_keys(t, "?");
	terminal_wait(t, "j, Down");
	terminal_keys(t, "::try\r");
	terminal_wait(t, "type y to try it");
	terminal_keys(t, "\033");
	terminal_wait(t, "nothing was sent");
	terminal_keys(t, "q");
	terminal_wait(t, "another one took the place of this");
	terminal_keys(t, "q");
	terminal_wait(t, "tried");
	shop_quit(t);
}

static void what_is_applied_is_there(void **state) {
	static const int sizes[][2] = {{24, 80}, {50, 200}, {10, 40}};
	Shop *shop = *state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		Terminal *t = with_finding(shop, sizes[i][0], sizes[i][1], NULL);
		terminal_keys(t, "::apply\r");
		terminal_wait(t, "type the table's name");
		terminal_keys(t, "\033[6~\033[5~"); /* the page is read meanwhile */
		terminal_keys(t, "order\r");
		terminal_wait(t, "that is not its name");
		assert_string_equal(shop_ask(shop, "shop", indexes), "1");
		terminal_keys(t, "::apply\r");
		terminal_wait(t, "type the table's name");
		terminal_keys(t, "orders\r");
		terminal_wait(t, "was applied");
		assert_string_equal(shop_ask(shop, "shop", "select count(*) from pg_index where indrelid = 'orders'::regclass and indisvalid"), "2");
		terminal_keys(t, "A");
		terminal_wait(t, "ms  planned"); /* it was run */
		terminal_wait_gone(t, "missing-index");
		if (sizes[i][1] == 200) {
			terminal_wait(t, "is marked as the one before");
			terminal_keys(t, "D");
			terminal_wait(t, "plan: Seq Scan");
		}
		shop_run(shop, "shop", "do $$ declare name text; begin for name in select indexrelid::regclass from pg_index where indrelid = 'orders'::regclass and not indisprimary"
		                       " loop execute 'drop index ' || name; end loop; end $$");
		shop_quit(t);
	}
}

static void a_build_that_waits_is_shown_and_cancelled_without_a_trace(void **state) {
	Shop *shop = *state;
	shop_run(shop, "shop", "begin; insert into orders values (-1); prepare transaction 'blocks'");
	Terminal *t = with_finding(shop, 30, 120, NULL);
	terminal_keys(t, "::apply\r");
	terminal_wait(t, "prepared transaction blocks");
	terminal_wait(t, "holds RowExclusiveLock on public.orders");
	terminal_keys(t, "orders\r");
	terminal_wait(t, "waiting for writers before build");
	terminal_keys(t, "\033"); /* away from the page it goes on */
	terminal_wait(t, "Advice");
	terminal_keys(t, "Q");
	terminal_wait(t, "Quit while a finding is applied?");
	terminal_keys(t, "n");
	terminal_keys(t, "::apply\r");
	terminal_wait(t, "under way for");
	terminal_keys(t, "\003");
	terminal_wait(t, "removing the INVALID index");
	shop_run(shop, "shop", "rollback prepared 'blocks'");
	terminal_wait(t, "The INVALID index it left was removed.");
	shop_await(shop, "shop", indexes, "1");
	shop_quit(t);
}

static const char built[] = "select string_agg(indexrelid::regclass || case when indisvalid then '' else ' INVALID' end, ', ' order by indexrelid::regclass::text) from pg_index join pg_class c on c.oid = indrelid where relname ~ '^days'";

/* The parent's is made, one partition's attached, one left INVALID, the name of a third's taken by a table, the fourth not begun. */
static void what_was_half_built_is_gone_on_with(void **state) {
	Shop *shop = *state;
	shop_run(shop, "shop", "create table days (day int, n int) partition by range (day); create table days_1 partition of days for values from (0) to (10);"
	                       "create table days_2 partition of days for values from (10) to (20); create table days_3 partition of days for values from (20) to (30);"
	                       "insert into days select i % 30, i from generate_series(1, 300000) i; analyze days;"
	                       "create index days_n_idx on only days (n); create index days_1_n_idx on days_1 (n); alter index days_n_idx attach partition days_1_n_idx;"
	                       "create index days_2_n_idx on days_2 (n); update pg_index set indisvalid = false where indexrelid = 'days_2_n_idx'::regclass; create table days_3_n_idx (a int)");
	Terminal *t = with_finding_of(shop, FIND_DAY, 36, 120, NULL);
	terminal_keys(t, "::apply\r");
	terminal_wait(t, "left INVALID by an earlier try");
	terminal_wait(t, "DROP INDEX CONCURRENTLY public.days_2_n_idx");
	terminal_wait(t, "CREATE INDEX CONCURRENTLY days_3_n_idx1 ON public.days_3");
	terminal_wait(t, "Under another name than advised: public.days_3_n_idx is a table");
	terminal_wait(t, "ALTER INDEX public.days_n_idx ATTACH PARTITION public.days_2_n_idx");
	assert_false(terminal_find(t, "days_1_n_idx", NULL, NULL));
	terminal_wait(t, "type the table's name, days,");
	terminal_keys(t, "days\r");
	terminal_wait(t, "was applied");
	assert_string_equal(shop_ask(shop, "shop", built), "days_1_n_idx, days_2_n_idx, days_3_n_idx1, days_n_idx");
	terminal_wait(t, "DROP INDEX public.days_n_idx"); /* undo */
	terminal_keys(t, "::apply\r"); /* the advice is of before */
	terminal_wait(t, "public.days_n_idx is there already, and valid");
	shop_run(shop, "shop", "drop table days, days_3_n_idx");
	shop_quit(t);
}

/* Nobody knew of it when the statements were made. */
static void a_partition_that_comes_meanwhile_is_told(void **state) {
	Shop *shop = *state;
	shop_run(shop, "shop", "create table days (day int, n int) partition by range (day); create table days_1 partition of days for values from (0) to (30);"
	                       "insert into days select i % 30, i from generate_series(1, 300000) i; analyze days");
	Terminal *t = with_finding_of(shop, FIND_DAY, 36, 120, NULL);
	terminal_keys(t, "::apply\r");
	terminal_wait(t, "type the table's name, days,");
	shop_run(shop, "shop", "create table days_2 partition of days for values from (30) to (60)");
	terminal_keys(t, "days\r");
	terminal_wait(t, "public.days_n_idx is INVALID yet");
	terminal_keys(t, "::apply\r");
	terminal_wait(t, "CREATE INDEX CONCURRENTLY days_2_n_idx ON public.days_2");
	terminal_wait(t, "type the table's name, days,");
	terminal_keys(t, "days\r");
	terminal_wait(t, "was applied");
	assert_string_equal(shop_ask(shop, "shop", built), "days_1_n_idx, days_2_n_idx, days_n_idx");
	shop_run(shop, "shop", "drop table days");
	shop_quit(t);
}

static void what_became_of_a_build_is_told_when_the_connection_was_lost(void **state) {
	Shop *shop = *state;
	shop_run(shop, "shop", "begin; insert into orders values (-1); prepare transaction 'blocks'");
	Terminal *t = with_finding(shop, 36, 120, NULL);
	terminal_keys(t, "::apply\r");
	terminal_wait(t, "type the table's name");
	terminal_keys(t, "orders\r");
	terminal_wait(t, "waiting for writers before build");
	terminal_wait(t, "a prepared transaction");
	shop_run(shop, "shop", "select pg_terminate_backend(pid) from pg_stat_progress_create_index");
	shop_run(shop, "shop", "rollback prepared 'blocks'");
	terminal_wait(t, "The server answers again.");
	terminal_wait(t, "An INVALID index is left");
	shop_await(shop, "shop", "select count(*) from pg_index where not indisvalid", "1");
	terminal_keys(t, "::apply\r");
	terminal_wait(t, "left INVALID by an earlier try");
	terminal_wait(t, "type the table's name");
	terminal_keys(t, "orders\r");
	terminal_wait(t, "was applied");
	shop_await(shop, "shop", "select count(*) from pg_index where not indisvalid", "0");
	shop_await(shop, "shop", indexes, "2");
	shop_run(shop, "shop", "drop index orders_customer_id_total_idx");
	shop_quit(t);
}

/* Sizes advises it; the name to be typed is the index's own. */
static void what_a_pane_advises_is_applied_from_its_why(void **state) {
	Shop *shop = *state;
	shop_run(shop, "shop", "create index stock_pkey_ccnew on stock (pieces); update pg_index set indisvalid = false where indexrelid = 'stock_pkey_ccnew'::regclass");
	Terminal *t = shop_console(shop, 36, 120);
	terminal_keys(t, "3z/stock_pkey_ccnew\r");
	terminal_wait(t, "invalid");
	terminal_keys(t, "\r");
	terminal_wait(t, "invalid-index");
	terminal_keys(t, "::try\r");
	terminal_wait(t, "there is no statement here to try it with");
	terminal_keys(t, "::apply\r");
	terminal_wait(t, "type the index's name, stock_pkey_ccnew,");
	terminal_keys(t, "stock\r");
	terminal_wait(t, "that is not its name: nothing was sent");
	terminal_keys(t, "::apply 2\r");
	terminal_wait(t, "there is no finding 2");
	terminal_keys(t, "::apply\r");
	terminal_wait(t, "type the index's name, stock_pkey_ccnew,");
	terminal_keys(t, "stock_pkey_ccnew\r");
	terminal_wait(t, "was applied");
	assert_string_equal(shop_ask(shop, "shop", "select count(*) from pg_index where not indisvalid"), "0");
	shop_quit(t);
}

/* What is typed before the page says what it would do is a name all the same, and no Enter counts. */
static void who_types_ahead_gives_no_commands(void **state) {
	Shop *shop = *state;
	Terminal *t = with_finding(shop, 24, 100, NULL);
	terminal_keys(t, "::apply\rorders\r");
	terminal_wait(t, "to run it: orders");
	assert_string_equal(shop_ask(shop, "shop", indexes), "1");
	terminal_keys(t, "\r");
	terminal_wait(t, "was applied");
	shop_run(shop, "shop", "drop index orders_customer_id_total_idx");
	shop_quit(t);
}

static void readonly_takes_both_away(void **state) {
	Terminal *t = with_finding(*state, 24, 100, "--readonly");
	terminal_keys(t, "::apply\r");
	terminal_wait(t, "started with --readonly");
	terminal_keys(t, "::try\r");
	terminal_wait(t, "started with --readonly");
	assert_string_equal(shop_ask(*state, "shop", indexes), "1");
	terminal_keys(t, "?");
	terminal_wait(t, "help");
	terminal_keys(t, "/:(try|apply|why) \r"); /* from the words before it to those behind it */
	terminal_wait(t, ":why INDEX");
	assert_false(terminal_find(t, ":apply [N]", NULL, NULL));
	assert_false(terminal_find(t, ":try [N]", NULL, NULL));
	shop_quit(t);
}

static void a_plan_out_of_a_file_and_a_write_are_refused(void **state) {
	Shop *shop = *state;
	const char *path = arena_printf(shop->arena, "%s/plan.txt", shop->home);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs("Seq Scan on orders  (cost=0.00..3000.00 rows=1 width=10) (actual time=0.1..900.0 rows=1 loops=1)\n  Filter: (customer_id = 7)\n  Rows Removed by Filter: 1499999\nExecution Time: 900.1 ms\n", file);
	fclose(file);
	Terminal *t = shop_console(shop, 24, 100);
	terminal_keys(t, "::open ~/plan.txt\r");
	terminal_wait(t, "Seq Scan");
	terminal_keys(t, "::apply\r");
	terminal_wait(t, "out of a file: there is no server to change");
	terminal_keys(t, "::explain update orders set total = 0 where customer_id = 7;\r");
	terminal_wait(t, "not run");
	terminal_wait(t, "missing-index");
	terminal_keys(t, "::try\r");
	terminal_wait(t, "only a SELECT that locks no rows is tried");
	shop_quit(t);
}

static int set_up(void **state) {
	const ClusterSpec spec = {.settings = "shared_preload_libraries = 'pg_stat_statements'\npg_stat_statements.track_utility = off\nmax_parallel_workers_per_gather = 0\njit = off\nmax_prepared_transactions = 2\n"};
	return shop_open(state, &spec);
}

int main(int argc, char **argv) {
	(void)argc;
	shop_begin(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_trial_wants_the_database_by_name_once),
		cmocka_unit_test(a_page_left_below_says_so),
		cmocka_unit_test(what_is_applied_is_there),
		cmocka_unit_test(a_build_that_waits_is_shown_and_cancelled_without_a_trace),
		cmocka_unit_test(what_was_half_built_is_gone_on_with),
		cmocka_unit_test(a_partition_that_comes_meanwhile_is_told),
		cmocka_unit_test(what_became_of_a_build_is_told_when_the_connection_was_lost),
		cmocka_unit_test(what_a_pane_advises_is_applied_from_its_why),
		cmocka_unit_test(who_types_ahead_gives_no_commands),
		cmocka_unit_test(readonly_takes_both_away),
		cmocka_unit_test(a_plan_out_of_a_file_and_a_write_are_refused),
	};
	return cmocka_run_group_tests(tests, set_up, shop_tear_down);
}
