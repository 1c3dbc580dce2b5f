/* test_activity_pane.c: sessions on the screen: their ages, waits and progress; cancelled and terminated, after a yes and not without. */
#include "shop.h"

#include <libpq-fe.h>
#include <signal.h>

enum { ACTORS = 3, FIRST = 3 }; /* row of the screen: under status, frame and heading */
static PGconn *actors[ACTORS];

static PGconn *actor(Shop *shop, int number) {
	if (!actors[number]) actors[number] = PQconnectdb(cluster_conninfo(shop->arena, shop->cluster, "shop"));
	return actors[number];
}

static const char *pid_of(Shop *shop, int number) {
	return arena_printf(shop->arena, "%d", PQbackendPID(actor(shop, number)));
}

static void does(Shop *shop, int number, const char *sql) {
	PGresult *result = PQexec(actor(shop, number), sql);
	if (PQresultStatus(result) > PGRES_TUPLES_OK) fail_msg("%s", PQerrorMessage(actor(shop, number)));
	PQclear(result);
}

static void begins(Shop *shop, int number, const char *sql, const char *state) {
	assert_true(PQsendQuery(actor(shop, number), sql));
	shop_await(shop, "shop", arena_printf(shop->arena, "select count(*) from pg_stat_activity where pid = %s and %s", pid_of(shop, number), state), "1");
}

/* 0 has changed a row and sits there, 1 waits for it. */
static void block(Shop *shop) {
	does(shop, 0, "set application_name = 'holder'; begin; update stock set pieces = 1 where product_id = 1");
	begins(shop, 1, "update stock set pieces = 2 where product_id = 1", "wait_event_type = 'Lock'");
}

static void leave(void) {
	for (int i = 0; i < ACTORS; i++) {
		PQfinish(actors[i]);
		actors[i] = NULL;
	}
}

/* What was being run goes on without its client. */
static int clear_up(void **state) {
	Shop *shop = *state;
	leave();
	shop_ask(shop, "shop", "select count(pg_terminate_backend(pid)) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()");
	shop_await(shop, "shop", "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()", "0");
	return 0;
}

static const char *there(Shop *shop, const char *pid) {
	return arena_printf(shop->arena, "select count(*) from pg_stat_activity where pid = %s", pid);
}

static Terminal *activity(Shop *shop, int rows, int columns, const char *const *words) {
	Terminal *t = shop_console_in(shop, rows, columns, NULL, words);
	terminal_wait(t, "load▾");
	terminal_keys(t, "5z");
	terminal_wait(t, "5 Activity");
	return t;
}

static void sessions_stand_by_age(void **state) {
	Shop *shop = *state;
	block(shop);
	Terminal *t = activity(shop, 24, 80, NULL);
	terminal_wait(t, "2 sessions, 1 waits");
	wait_row_has(t, FIRST, pid_of(shop, 0));
	wait_row_has(t, FIRST, "idle xact");
	wait_row_has(t, FIRST + 1, "Lock:transaction");
	terminal_keys(t, "T");
	terminal_wait(t, "age of transaction");
	terminal_keys(t, "T");
	terminal_wait(t, "age of connection");
	terminal_keys(t, "i");
	terminal_wait(t, "checkpointer");
	shop_quit(t);
}

static void enter_says_whom_it_waits_for(void **state) {
	Shop *shop = *state;
	block(shop);
	Terminal *t = activity(shop, 40, 120, NULL);
	wait_row_has(t, FIRST + 1, pid_of(shop, 1));
	terminal_keys(t, "j\r");
	terminal_wait(t, arena_printf(shop->arena, "it waits for session %s", pid_of(shop, 0)));
	terminal_wait(t, arena_printf(shop->arena, "C cancels session %s", pid_of(shop, 1)));
	terminal_wait(t, "pg_terminate_backend(pid)");
	terminal_keys(t, "E");
	terminal_wait(t, "not run");
	shop_quit(t);
}

/* A function that sleeps makes it last. */
static void progress_is_a_bar(void **state) {
	Shop *shop = *state;
	does(shop, 0, "create function slow(int) returns int language plpgsql immutable as 'begin perform pg_sleep(0.01); return $1; end'");
	begins(shop, 1, "create index on orders (slow(id))", "exists (select from pg_stat_progress_create_index where blocks_done > 0)");
	Terminal *t = activity(shop, 24, 160, NULL);
	terminal_wait(t, "CREATE INDEX public.orders: building index");
	terminal_wait(t, "% CREATE INDEX");
	terminal_keys(t, "C");
	terminal_wait(t, "Cancel session");
	terminal_keys(t, "y");
	terminal_wait(t, "cancelled: session");
	shop_quit(t);
	does(shop, 0, "drop function slow(int) cascade");
}

static void nobody_is_ended_without_a_yes(void **state) {
	Shop *shop = *state;
	block(shop);
	Terminal *t = activity(shop, 24, 80, NULL);
	wait_row_has(t, FIRST, pid_of(shop, 0));
	terminal_keys(t, "K");
	terminal_wait(t, arena_printf(shop->arena, "Terminate session %s (postgres, holder)?", pid_of(shop, 0)));
	terminal_wait(t, arena_printf(shop->arena, "Frees at once %s", pid_of(shop, 1)));
	terminal_wait(t, "idle in transaction for");
	terminal_wait(t, "What its transaction has not committed is lost");
	terminal_keys(t, "\r");
	terminal_keys(t, "n");
	terminal_wait(t, "nothing was done");
	shop_await(shop, "shop", there(shop, pid_of(shop, 0)), "1");
	terminal_keys(t, "K");
	terminal_wait(t, "Terminate session");
	terminal_keys(t, "y");
	terminal_wait(t, arena_printf(shop->arena, "ended: session %s", pid_of(shop, 0)));
	shop_await(shop, "shop", there(shop, pid_of(shop, 0)), "0");
	PGresult *result = PQgetResult(actors[1]); /* as foretold */
	assert_int_equal(PQresultStatus(result), PGRES_COMMAND_OK);
	PQclear(result);
	shop_quit(t);
}

static void signal_consoles(Shop *shop, int signal) {
	const char *pids = shop_ask(shop, "shop", "select string_agg(pid::text, ' ') from pg_stat_activity where application_name = 'pgwhy'");
	for (char *end = (char *)(uintptr_t)pids; *end;) assert_int_equal(kill((pid_t)strtol(end, &end, 10), signal), 0);
}

/* The server answers late, and whoever pressed the key has turned to something else: no box comes up under the next y. */
static void no_box_comes_up_under_another_key(void **state) {
	Shop *shop = *state;
	block(shop);
	Terminal *t = activity(shop, 24, 80, NULL);
	wait_row_has(t, FIRST, pid_of(shop, 0));
	signal_consoles(shop, SIGSTOP);
	terminal_keys(t, "K");
	terminal_wait(t, "asking the server what that frees");
	terminal_keys(t, "y");
	terminal_wait(t, "copied");
	signal_consoles(shop, SIGCONT);
	terminal_wait(t, "nothing was done: another key was pressed meanwhile");
	terminal_keys(t, "y");
	terminal_wait(t, "copied");
	assert_string_equal(shop_ask(shop, "shop", there(shop, pid_of(shop, 0))), "1");
	shop_quit(t);
}

static void what_runs_nothing_is_not_cancelled(void **state) {
	Shop *shop = *state;
	block(shop);
	Terminal *t = activity(shop, 24, 80, NULL);
	wait_row_has(t, FIRST, pid_of(shop, 0));
	terminal_keys(t, "C");
	terminal_wait(t, "runs nothing that could be cancelled");
	terminal_keys(t, "?");
	terminal_wait(t, "of "); /* over the help no session is meant */
	terminal_keys(t, "K");
	terminal_wait(t, "here are no sessions");
	terminal_keys(t, "q");
	shop_quit(t);
}

/* In the Locks pane it is the same. */
static void tagged_ones_go_together(void **state) {
	Shop *shop = *state;
	block(shop);
	begins(shop, 2, "update stock set pieces = 3\n where product_id = 1 /* \xc3\xa9 */", "wait_event_type = 'Lock'");
	Terminal *t = shop_console(shop, 30, 100);
	terminal_keys(t, "4z");
	terminal_wait(t, pid_of(shop, 2));
	terminal_keys(t, "j  ");
	wait_row_has(t, FIRST + 1, "●");
	wait_row_has(t, FIRST + 2, "●");
	terminal_keys(t, "C");
	terminal_wait(t, "Cancel 2 sessions?");
	terminal_wait(t, "= 3 where product_id = 1 /* é */"); /* on one line */
	terminal_wait(t, "Frees nobody else");
	terminal_wait(t, arena_printf(shop->arena, "session %s", pid_of(shop, 2)));
	terminal_keys(t, "y");
	terminal_wait(t, "cancelled: 2 of 2 sessions");
	shop_await(shop, "shop", "select count(*) from pg_locks where not granted", "0");
	shop_await(shop, "shop", there(shop, pid_of(shop, 0)), "1");
	shop_quit(t);
}

/* It ends between the box and the yes. */
static void who_has_gone_is_not_looked_for(void **state) {
	Shop *shop = *state;
	block(shop);
	Terminal *t = activity(shop, 24, 80, NULL);
	wait_row_has(t, FIRST, pid_of(shop, 0));
	terminal_keys(t, "K");
	terminal_wait(t, "Terminate session");
	const char *pid = pid_of(shop, 0);
	leave();
	shop_await(shop, "shop", there(shop, pid), "0");
	terminal_keys(t, "y");
	terminal_wait(t, "nothing was signalled");
	shop_quit(t);
}

static void readonly_ends_nobody(void **state) {
	Shop *shop = *state;
	block(shop);
	Terminal *t = activity(shop, 24, 80, WORDS("--readonly"));
	wait_row_has(t, FIRST, pid_of(shop, 0));
	terminal_keys(t, "K");
	terminal_wait(t, "--readonly: no session is cancelled or terminated");
	terminal_keys(t, "C");
	terminal_wait(t, "--readonly: no session is cancelled or terminated");
	shop_quit(t);
}

static void without_the_right_the_grant_is_told(void **state) {
	Shop *shop = *state;
	does(shop, 2, "create role looker login in role pg_monitor");
	const char *as_web = arena_printf(shop->arena, "%s user=web", cluster_conninfo(shop->arena, shop->cluster, "shop"));
	actors[0] = PQconnectdb(as_web);
	does(shop, 0, "begin; select 1");
	Terminal *t = activity(shop, 24, 80, WORDS("-U", "looker"));
	wait_row_has(t, FIRST, pid_of(shop, 0));
	terminal_keys(t, "K");
	terminal_wait(t, "no right to signal session");
	terminal_wait(t, "GRANT pg_signal_backend TO looker;");
	shop_quit(t);
}

/* It sees neither what the session does nor since when it is there, and may end it all the same. */
static void who_may_signal_and_sees_nothing_is_told_so(void **state) {
	Shop *shop = *state;
	shop_run(shop, "shop", "create role signaller login in role pg_signal_backend");
	actors[0] = PQconnectdb(arena_printf(shop->arena, "%s user=web", cluster_conninfo(shop->arena, shop->cluster, "shop")));
	does(shop, 0, "set application_name = 'worker'; begin; select 1");
	Terminal *t = activity(shop, 24, 100, WORDS("-U", "signaller"));
	terminal_keys(t, "/worker\r");
	terminal_wait(t, "1 of");
	wait_row_has(t, FIRST, "hidden");
	terminal_keys(t, "K");
	terminal_wait(t, arena_printf(shop->arena, "Terminate session %s (web, worker)?", pid_of(shop, 0)));
	terminal_wait(t, "likely, not certain");
	terminal_keys(t, "y");
	terminal_wait(t, "ended: session");
	shop_await(shop, "shop", there(shop, pid_of(shop, 0)), "0");
	shop_quit(t);
}

/* It is no row here unless it is asked for, and then it is no victim. */
static void pgwhy_does_not_end_itself(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console_in(shop, 24, 100, NULL, WORDS("--set", "own_statements=on", "--set", "interval_s=0.3"));
	terminal_wait(t, "select");
	terminal_keys(t, ":select pg_sleep(60);\r");
	terminal_wait(t, "running 1s");
	terminal_keys(t, "\x1b");
	terminal_wait(t, "1 Queries");
	terminal_keys(t, "5z");
	wait_row_has(t, FIRST, "Timeout:PgSleep");
	terminal_keys(t, "K");
	terminal_wait(t, "is pgwhy's own");
	terminal_keys(t, "\x03");
	terminal_wait(t, "cancelled");
	shop_quit(t);
}

static void a_run_tells_what_it_waited_for(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console(shop, 40, 140);
	terminal_keys(t, "::analyze select pg_sleep(1);\r");
	terminal_wait(t, "While it ran: ");
	terminal_wait(t, "% Timeout:PgSleep");
	shop_quit(t);
}

static void the_last_minute_is_told_in_shares(void **state) {
	Shop *shop = *state;
	begins(shop, 0, "select pg_sleep(100)", "wait_event = 'PgSleep'");
	Terminal *t = activity(shop, 40, 120, WORDS("--set", "interval_s=0.25"));
	wait_row_has(t, FIRST, "Timeout:PgSleep");
	terminal_keys(t, "\r");
	terminal_wait(t, "100%  Timeout:PgSleep (of ");
	terminal_wait(t, "it sleeps, by pg_sleep");
	shop_quit(t);
}

static void on_a_small_screen_the_box_still_asks(void **state) {
	Shop *shop = *state;
	block(shop);
	Terminal *t = activity(shop, 10, 40, NULL);
	wait_row_has(t, FIRST, pid_of(shop, 0));
	terminal_keys(t, "K");
	terminal_wait(t, "Terminate session");
	terminal_wait(t, arena_printf(shop->arena, "Frees at once %s", pid_of(shop, 1)));
	terminal_wait(t, "y terminate");
	terminal_keys(t, "\x1b");
	terminal_wait_gone(t, "y terminate");
	shop_await(shop, "shop", there(shop, pid_of(shop, 0)), "1");
	terminal_keys(t, "\r");
	terminal_wait(t, "what");
	shop_quit(t);
}

int main(int argc, char **argv) {
	(void)argc;
	shop_begin(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(sessions_stand_by_age, clear_up),
		cmocka_unit_test_teardown(enter_says_whom_it_waits_for, clear_up),
		cmocka_unit_test_teardown(progress_is_a_bar, clear_up),
		cmocka_unit_test_teardown(nobody_is_ended_without_a_yes, clear_up),
		cmocka_unit_test_teardown(no_box_comes_up_under_another_key, clear_up),
		cmocka_unit_test_teardown(what_runs_nothing_is_not_cancelled, clear_up),
		cmocka_unit_test_teardown(tagged_ones_go_together, clear_up),
		cmocka_unit_test_teardown(who_has_gone_is_not_looked_for, clear_up),
		cmocka_unit_test_teardown(readonly_ends_nobody, clear_up),
		cmocka_unit_test_teardown(without_the_right_the_grant_is_told, clear_up),
		cmocka_unit_test_teardown(who_may_signal_and_sees_nothing_is_told_so, clear_up),
		cmocka_unit_test_teardown(pgwhy_does_not_end_itself, clear_up),
		cmocka_unit_test_teardown(a_run_tells_what_it_waited_for, clear_up),
		cmocka_unit_test_teardown(the_last_minute_is_told_in_shares, clear_up),
		cmocka_unit_test_teardown(on_a_small_screen_the_box_still_asks, clear_up),
	};
	return cmocka_run_group_tests(tests, shop_set_up, shop_tear_down);
}
