/* test_statements.c: a statement entered at the prompt is planned, asked about, measured, cancelled, and leaves no trace. */
#include "shop.h"

static void a_select_is_planned_and_then_measured(void **state) {
	Terminal *t = shop_console(*state, 24, 120);
	terminal_keys(t, ":select id, total from orders where status = 'open' order by total desc limit 5;\r");
	terminal_wait(t, "Plan ");
	terminal_wait(t, "rows est→act");
	terminal_wait(t, "Sort Key: orders.total DESC");
	terminal_wait(t, "Filter: (orders.status = 'open'");
	terminal_wait(t, "missing-index");
	terminal_wait(t, "planned ");
	terminal_wait(t, "5→5");
	terminal_keys(t, "q");
	terminal_wait(t, "1 Queries");
	shop_quit(t);
}

static void the_plan_comes_first_and_stays_when_the_run_is_cancelled(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console(shop, 24, 100);
	terminal_keys(t, ":select pg_sleep(60);\r");
	terminal_wait(t, "Plan estimated, not run");
	terminal_wait(t, "running 1s");
	terminal_wait(t, "Timeout:PgSleep");
	terminal_wait(t, "^C cancels");
	terminal_wait(t, "running 2s");
	terminal_keys(t, "\003");
	terminal_wait(t, "the statement was cancelled");
	terminal_wait_gone(t, "running");
	terminal_wait(t, "Plan estimated, not run");
	shop_await(shop, "shop", "select count(*) from pg_stat_activity where query ~ 'pg_sleep' and state = 'active' and pid <> pg_backend_pid()", "0");
	terminal_keys(t, ":select count(*) from stock;\r"); /* and the next one runs */
	terminal_wait(t, "1→1");
	shop_quit(t);
}

static void control_c_at_the_prompt_cancels_too(void **state) {
	Terminal *t = shop_console(*state, 24, 100);
	terminal_keys(t, ":select pg_sleep(60);\r");
	terminal_wait(t, "running");
	terminal_keys(t, ":select 42");
	terminal_wait(t, "shop=> select 42");
	terminal_keys(t, "\003");
	terminal_wait_gone(t, "running");
	terminal_wait(t, "shop=> select 42");
	shop_quit_from_prompt(t);
}

static void quitting_while_it_runs_asks(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console(shop, 24, 100);
	terminal_keys(t, ":select pg_sleep(60);\r");
	terminal_wait(t, "running");
	terminal_keys(t, "Q");
	terminal_wait(t, "Quit while a statement runs?");
	terminal_keys(t, "n");
	terminal_wait_gone(t, "Quit while a statement runs?");
	terminal_keys(t, "Q");
	terminal_wait(t, "Quit while a statement runs?");
	terminal_keys(t, "y");
	shop_end(t);
	shop_await(shop, "shop", "select count(*) from pg_stat_activity where query ~ 'pg_sleep' and state = 'active' and pid <> pg_backend_pid()", "0");
}

static void its_time_is_limited(void **state) {
	Terminal *t = shop_console_in(*state, 24, 100, NULL, WORDS("--set", "statement_timeout_ms=300"));
	terminal_wait(t, "1 Queries");
	terminal_keys(t, ":select pg_sleep(60);\r");
	terminal_wait(t, "statement_timeout");
	terminal_wait(t, "Plan estimated, not run");
	terminal_wait_gone(t, "running");
	shop_quit(t);
}

static void explain_without_analyze_only_plans(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console(shop, 24, 100);
	terminal_keys(t, ":explain select pg_sleep(60);\r");
	terminal_wait(t, "Plan estimated, not run");
	terminal_keys(t, ":explain analyze verbose select 1;\r");
	terminal_wait(t, "1→1");
	terminal_keys(t, "::explain update stock set pieces = 0;\r");
	terminal_wait(t, "Update stock");
	terminal_wait(t, "Plan estimated, not run");
	assert_false(terminal_find(t, "roll it back", NULL, NULL));
	assert_string_equal(shop_ask(shop, "shop", "select min(pieces) > 0 from stock"), "t");
	shop_quit(t);
}

static void a_write_asks_and_n_keeps_the_plan(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console(shop, 24, 120);
	terminal_keys(t, ":update stock set pieces = 0;\r");
	terminal_wait(t, "This statement writes to stock");
	terminal_wait(t, "A rollback does not undo: sequence numbers");
	terminal_wait(t, "statement_timeout 30.0 s, lock_timeout 1.0 s");
	terminal_keys(t, "n");
	terminal_wait(t, "planned, not run");
	terminal_wait(t, "Update stock");
	terminal_wait(t, "Plan estimated, not run");
	assert_string_equal(shop_ask(shop, "shop", "select min(pieces) > 0 from stock"), "t");
	assert_string_equal(shop_ask(shop, "shop", "select n_tup_upd from pg_stat_xact_user_tables where relname = 'stock'"), "0");
	shop_quit(t);
}

static void y_runs_it_and_leaves_no_trace(void **state) {
	Shop *shop = *state;
	shop_run(shop, "shop", "create sequence numbers; create table trail (id int); create function note() returns trigger language plpgsql as"
	                       " $$ begin insert into trail values (1); perform pg_advisory_lock(77); return new; end $$;"
	                       " create trigger tell after update on stock for each row execute function note()");
	Terminal *t = shop_console(shop, 24, 120);
	terminal_keys(t, ":update stock set pieces = 0 where product_id < 11;\r");
	terminal_wait(t, "This statement writes to stock");
	terminal_keys(t, "y");
	terminal_wait(t, "rows est→act");
	terminal_wait(t, "→10");
	terminal_wait_gone(t, "running");
	assert_string_equal(shop_ask(shop, "shop", "select min(pieces) > 0 from stock"), "t");
	assert_string_equal(shop_ask(shop, "shop", "select count(*) from trail"), "0");
	shop_await(shop, "shop", "select count(*) from pg_locks where locktype = 'advisory'", "0");
	assert_string_equal(shop_ask(shop, "shop", "select count(*) from pg_stat_activity where xact_start is not null and pid <> pg_backend_pid() and backend_type = 'client backend'"), "0");
	terminal_keys(t, ":delete from stock where false returning *;\r");
	terminal_wait(t, "This statement writes to stock");
	terminal_keys(t, "\003"); /* is a no */
	terminal_wait(t, "planned, not run");
	shop_quit(t);
	shop_run(shop, "shop", "drop trigger tell on stock; drop function note; drop table trail; drop sequence numbers");
}

static void what_a_read_may_do_besides_asks_too(void **state) {
	Shop *shop = *state;
	shop_run(shop, "shop", "create sequence tickets; create function draw() returns bigint language sql volatile as 'select nextval(''tickets'')';"
	                       " create view drawn as select draw() as number");
	Terminal *t = shop_console(shop, 24, 120);
	terminal_keys(t, ":select draw();\r");
	terminal_wait(t, "This statement calls draw(), which is VOLATILE");
	terminal_keys(t, "n");
	terminal_wait(t, "planned, not run");
	terminal_keys(t, ":select * from stock for update;\r");
	terminal_wait(t, "locks rows");
	terminal_keys(t, "n");
	terminal_wait(t, "planned, not run");
	terminal_keys(t, ":select pg_advisory_lock(5);\r");
	terminal_wait(t, "pg_advisory_lock(), which is VOLATILE");
	terminal_keys(t, "\033");
	terminal_wait(t, "planned, not run");
	terminal_keys(t, ":select * from drawn;\r"); /* nothing tells but the server, when it is run */
	terminal_wait(t, "This read calls something that writes");
	terminal_keys(t, "n");
	terminal_wait(t, "planned, not run");
	terminal_wait(t, "Plan estimated, not run");
	assert_string_equal(shop_ask(shop, "shop", "select is_called from tickets"), "f");
	shop_quit(t);
}

static void a_dear_read_asks(void **state) {
	Terminal *t = shop_console_in(*state, 24, 120, NULL, WORDS("--set", "analyze.max_cost=100"));
	terminal_wait(t, "1 Queries");
	terminal_keys(t, ":select count(*) from orders;\r");
	terminal_wait(t, "over analyze.max_cost = 100");
	terminal_keys(t, "n");
	terminal_wait(t, "planned, not run");
	terminal_keys(t, "A"); /* by its own word it is run whatever it costs */
	terminal_wait(t, "1→1");
	shop_quit(t);
}

static void two_statements_are_refused_and_stay_at_the_prompt(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console(shop, 24, 100);
	terminal_keys(t, ":select 1; drop table stock;\r");
	terminal_wait(t, "2 statements stand at the prompt; pgwhy explains one at a time");
	terminal_wait(t, "select 1; drop table stock;");
	terminal_keys(t, "\003:explain select 1; drop table stock;\r");
	terminal_wait(t, "2 statements stand at the prompt");
	assert_string_equal(shop_ask(shop, "shop", "select count(*) from stock"), "100");
	shop_quit(t);
}

static void what_has_no_plan_is_refused(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console(shop, 24, 120);
	terminal_keys(t, ":drop table stock;\r");
	terminal_wait(t, "a utility statement has no plan, so there is nothing to explain");
	terminal_keys(t, ":vacuum;\r");
	terminal_wait(t, "vacuum");
	terminal_wait(t, "a utility statement has no plan");
	terminal_keys(t, ":explain explain select 1;\r");
	terminal_wait(t, "EXPLAIN of an EXPLAIN");
	terminal_keys(t, ":-- only a comment;\r\r;\r");
	terminal_wait(t, "there is no statement");
	assert_string_equal(shop_ask(shop, "shop", "select count(*) from stock"), "100");
	shop_quit(t);
}

static void a_mistake_is_told_in_the_servers_words(void **state) {
	Terminal *t = shop_console(*state, 24, 100);
	terminal_keys(t, ":selec 1;\r");
	terminal_wait(t, "syntax error at or near \"selec\"");
	terminal_keys(t, ":select nosuch from orders;\r");
	terminal_wait(t, "column \"nosuch\" does not exist");
	terminal_keys(t, ":select 1/0 from orders;\r");
	terminal_wait(t, "division by zero");
	terminal_keys(t, ":select count(*) from stock;\r");
	terminal_wait(t, "1→1");
	shop_quit(t);
}

static void with_sets_parameters_of_the_next_runs(void **state) {
	Terminal *t = shop_console(*state, 24, 120);
	terminal_keys(t, "::with enable_seqscan=off\r");
	terminal_wait(t, "runs with enable_seqscan=off");
	terminal_keys(t, ":select count(*) from stock where product_id > 0;\r");
	terminal_wait(t, "Index Only Scan");
	terminal_keys(t, "::with role=web\r");
	terminal_wait(t, "role");
	terminal_keys(t, "::with enable_seqscan\r");
	terminal_wait(t, "runs with the session's own settings");
	terminal_keys(t, ":select count(*) from stock where product_id > 0;\r");
	terminal_wait(t, "Seq Scan");
	terminal_wait(t, "100→100");
	shop_quit(t);
}

static void O_holds_options_and_timeouts(void **state) {
	Terminal *t = shop_console(*state, 24, 120);
	terminal_keys(t, "O");
	terminal_wait(t, "next EXPLAIN ANALYZE");
	terminal_keys(t, "\r"); /* the first one here: TIMING off, as SERIALIZE and MEMORY are not of this server, or SERIALIZE */
	terminal_wait(t, " on");
	terminal_keys(t, "q");
	terminal_wait_gone(t, "next EXPLAIN ANALYZE");
	terminal_keys(t, ":select count(*) from stock;\r");
	terminal_wait(t, "1→1");
	terminal_keys(t, "b");
	terminal_wait(t, "rows");
	shop_quit(t);
}

int main(int argc, char **argv) {
	(void)argc;
	shop_begin(argv[0]);
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_select_is_planned_and_then_measured),
	    cmocka_unit_test(the_plan_comes_first_and_stays_when_the_run_is_cancelled),
	    cmocka_unit_test(control_c_at_the_prompt_cancels_too),
	    cmocka_unit_test(quitting_while_it_runs_asks),
	    cmocka_unit_test(its_time_is_limited),
	    cmocka_unit_test(explain_without_analyze_only_plans),
	    cmocka_unit_test(a_write_asks_and_n_keeps_the_plan),
	    cmocka_unit_test(y_runs_it_and_leaves_no_trace),
	    cmocka_unit_test(what_a_read_may_do_besides_asks_too),
	    cmocka_unit_test(a_dear_read_asks),
	    cmocka_unit_test(two_statements_are_refused_and_stay_at_the_prompt),
	    cmocka_unit_test(what_has_no_plan_is_refused),
	    cmocka_unit_test(a_mistake_is_told_in_the_servers_words),
	    cmocka_unit_test(with_sets_parameters_of_the_next_runs),
	    cmocka_unit_test(O_holds_options_and_timeouts),
	};
	return cmocka_run_group_tests(tests, shop_set_up, shop_tear_down);
}
