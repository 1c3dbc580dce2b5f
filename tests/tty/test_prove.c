/* test_prove.c: V runs a statement beside its rewrite and says what came of it; Esc stops it, and nothing goes on behind. */
#include "shop.h"

static int set_up(void **state) {
	if (shop_set_up(state) != 0) return -1;
	shop_run(*state, "shop", "create function stamp(int) returns int language sql volatile as 'select $1';"
	                         "create table banned (id int); insert into banned select nullif(n, 7) from generate_series(1, 50000) n; analyze banned");
	return 0;
}

static bool says_no_stage(Terminal *t, void *what) {
	static const char *const stages[] = {"reading the statement", "planning …", "looking up", "weighing advice", "asking the planner", "running "};
	(void)what;
	for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
		if (terminal_find(t, stages[i], NULL, NULL)) return false;
	return true;
}

/* When the statement is done: before that it says so, and nothing is proved. */
static void press_v(Terminal *t) {
	terminal_wait_until(t, says_no_stage, NULL);
	terminal_keys(t, "V");
}

#define PAGE "select id, total from orders order by id limit 5 offset 100000"

static void pages_are_proved_and_the_saving_is_measured(void **state) {
	static const int sizes[][2] = {{24, 80}, {36, 120}, {50, 200}};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		Terminal *t = shop_console(*state, sizes[i][0], sizes[i][1]);
		terminal_keys(t, ":" PAGE ";\r");
		terminal_wait(t, "offset-pagination");
		terminal_wait(t, "5→5");
		terminal_wait(t, "V prove");
		press_v(t);
		terminal_wait(t, "same 5 rows ✓");
		terminal_wait(t, "measured");
		terminal_wait_gone(t, "Esc cancels");
		shop_quit(t);
	}
}

/* What was proved of a plan is kept with it. */
static void a_kept_plan_tells_what_was_proved(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console_in(shop, 36, 120, WORDS(arena_printf(shop->arena, "XDG_STATE_HOME=%s/proved", shop->home)), NULL);
	terminal_wait(t, "select");
	terminal_keys(t, ":" PAGE ";\r");
	terminal_wait(t, "offset-pagination");
	terminal_wait(t, "5→5");
	terminal_wait(t, "V prove");
	press_v(t);
	terminal_wait(t, "same 5 rows ✓");
	terminal_wait_gone(t, "Esc cancels");
	terminal_keys(t, "::plans\r");
	terminal_wait(t, "select id, total from orders");
	terminal_keys(t, "\r");
	terminal_wait(t, "as of 20");
	terminal_wait(t, "same 5 rows ✓");
	terminal_wait(t, "measured");
	shop_quit(t);
}

static void a_plan_that_was_not_run_can_be_proved(void **state) {
	Terminal *t = shop_console(*state, 24, 120);
	terminal_keys(t, "::explain " PAGE ";\r");
	terminal_wait(t, "not run");
	terminal_wait(t, "offset-pagination");
	press_v(t);
	terminal_wait(t, "same 5 rows ✓");
	terminal_wait(t, "not run");
	shop_quit(t);
}

static void on_the_smallest_screen_too(void **state) {
	Terminal *t = shop_console(*state, 10, 40);
	terminal_keys(t, ":" PAGE ";\r");
	terminal_wait(t, "rows 5");
	terminal_wait(t, "estimated");
	press_v(t);
	terminal_wait(t, "measured");
	shop_quit(t);
}

static void other_rows_are_shown(void **state) {
	Terminal *t = shop_console(*state, 36, 120);
	terminal_keys(t, "::with work_mem=64kB\r");
	terminal_wait(t, "work_mem=64kB");
	terminal_keys(t, "::analyze select id from orders where id < 30 and id not in (select id from banned) order by id;\r");
	terminal_wait(t, "not-in");
	terminal_wait(t, "→0");
	press_v(t);
	terminal_wait(t, "not the same rows");
	terminal_wait(t, "(7)");
	shop_quit(t);
}

static void escape_cancels_it_and_the_plan_stays(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console(shop, 24, 120);
	terminal_keys(t, "::explain select id, pg_sleep(0.01) from orders order by id limit 5 offset 100000;\r");
	terminal_wait(t, "offset-pagination");
	press_v(t);
	terminal_wait(t, "comparing rows");
	terminal_wait(t, "Esc cancels");
	shop_await(shop, "shop", "select count(*) from pg_stat_activity where wait_event = 'PgSleep'", "1");
	terminal_keys(t, "\033");
	terminal_wait(t, "the statement was cancelled");
	terminal_wait_gone(t, "comparing rows");
	terminal_wait(t, "offset-pagination");
	shop_await(shop, "shop", "select count(*) from pg_stat_activity where state <> 'idle' and pid <> pg_backend_pid() and backend_type = 'client backend'", "0");
	press_v(t);
	terminal_wait(t, "comparing rows");
	terminal_keys(t, "\003");
	terminal_wait(t, "the statement was cancelled");
	terminal_keys(t, "\033");
	terminal_wait(t, "1 Queries");
	shop_quit(t);
}

static void what_took_too_long_to_measure_was_compared_all_the_same(void **state) {
	Terminal *t = shop_console(*state, 36, 120);
	terminal_keys(t, "::set statement_timeout_ms=1000\r");
	terminal_keys(t, "::explain select id, case when id > 100000 then pg_sleep(0.01) end from orders order by id limit 400 offset 100000;\r");
	terminal_wait(t, "offset-pagination");
	press_v(t);
	terminal_wait(t, "rows the same ✓");
	terminal_wait(t, "statement timeout");
	shop_quit(t);
}

static void another_statement_or_the_end_takes_its_place(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console(shop, 24, 120);
	static const char slow[] = "::explain select id, pg_sleep(0.01) from orders order by id limit 5 offset 100000;\r";
	terminal_keys(t, slow);
	terminal_wait(t, "offset-pagination");
	press_v(t);
	terminal_wait(t, "comparing rows");
	terminal_keys(t, ":select count(*) from stock;\r");
	terminal_wait(t, "1→1");
	terminal_keys(t, slow);
	terminal_wait(t, "offset-pagination");
	press_v(t);
	terminal_wait(t, "comparing rows");
	terminal_keys(t, "Q");
	terminal_wait(t, "Quit while a statement runs?");
	terminal_keys(t, "y");
	shop_end(t);
	shop_await(shop, "shop", "select count(*) from pg_stat_activity where wait_event = 'PgSleep'", "0");
}

static void what_may_do_something_is_asked_about(void **state) {
	Terminal *t = shop_console(*state, 24, 120);
	terminal_keys(t, "::explain select id, stamp(id) from orders order by id limit 5 offset 100000;\r");
	terminal_wait(t, "offset-pagination");
	press_v(t);
	terminal_wait(t, "calls stamp()");
	terminal_keys(t, "n");
	terminal_wait_gone(t, "calls stamp()");
	press_v(t);
	terminal_wait(t, "calls stamp()");
	terminal_keys(t, "y");
	terminal_wait(t, "same 5 rows ✓");
	shop_quit(t);
}

static void what_cannot_be_proved_says_why(void **state) {
	Terminal *t = shop_console(*state, 24, 120);
	terminal_keys(t, ":select id, total from orders where status = 'open' order by total desc limit 5;\r");
	terminal_wait(t, "missing-index");
	terminal_wait(t, "5→5");
	terminal_wait_gone(t, "V prove"); /* no rewrite, no key offered */
	press_v(t);
	terminal_wait(t, "nothing to prove");
	terminal_keys(t, ":select count(*) from orders;\r");
	terminal_wait(t, "count-star");
	terminal_wait(t, "1→1");
	press_v(t);
	terminal_wait(t, "nothing to prove");
	terminal_keys(t, "::explain select id from orders order by id limit 5 offset $1;\r");
	terminal_wait(t, "offset-pagination");
	press_v(t);
	terminal_wait(t, "a statement with parameters cannot be run");
	terminal_keys(t, ":select 1;\r");
	terminal_wait(t, "1→1");
	press_v(t);
	terminal_wait(t, "there is no finding to prove");
	shop_quit(t);
}

int main(int argc, char **argv) {
	(void)argc;
	shop_begin(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_are_proved_and_the_saving_is_measured),
		cmocka_unit_test(a_kept_plan_tells_what_was_proved),
		cmocka_unit_test(a_plan_that_was_not_run_can_be_proved),
		cmocka_unit_test(on_the_smallest_screen_too),
		cmocka_unit_test(other_rows_are_shown),
		cmocka_unit_test(escape_cancels_it_and_the_plan_stays),
		cmocka_unit_test(what_took_too_long_to_measure_was_compared_all_the_same),
		cmocka_unit_test(another_statement_or_the_end_takes_its_place),
		cmocka_unit_test(what_may_do_something_is_asked_about),
		cmocka_unit_test(what_cannot_be_proved_says_why),
	};
	return cmocka_run_group_tests(tests, set_up, shop_tear_down);
}
