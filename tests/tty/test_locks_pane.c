/* test_locks_pane.c: a pile-up of locks on the screen: its tree, its why, what to do copied, and how it goes away. */
#include "shop.h"

#include <libpq-fe.h>

enum { ACTORS = 4, FIRST = 3 }; /* row of the screen: under status, frame and heading */
static PGconn *actors[ACTORS];

static PGconn *actor(Shop *shop, int number) {
	if (!actors[number]) actors[number] = PQconnectdb(cluster_conninfo(shop->arena, shop->cluster, "shop"));
	return actors[number];
}

static const char *pid_of(Shop *shop, int number) {
	return arena_printf(shop->arena, "%d", PQbackendPID(actor(shop, number)));
}

static void wants(Shop *shop, int number, const char *sql) {
	PQclear(PQexec(actor(shop, number), "begin"));
	assert_true(PQsendQuery(actor(shop, number), sql));
	shop_await(shop, "shop", arena_printf(shop->arena, "select count(*) from pg_locks where pid = %s and not granted", pid_of(shop, number)), "1");
}

/* 0 reads stock and stays, 1 wants to change it, 2 and 3 stand behind 1. */
static void pile_up(Shop *shop) {
	PQclear(PQexec(actor(shop, 0), "begin; select * from stock"));
	wants(shop, 1, "alter table stock add column note text");
	wants(shop, 2, "select * from stock where product_id = 1");
	wants(shop, 3, "update stock set pieces = 0 where product_id = 1");
}

static void clear_up(void) {
	for (int i = 0; i < ACTORS; i++) {
		PQfinish(actors[i]);
		actors[i] = NULL;
	}
}

static int tear_down_actors(void **state) {
	(void)state;
	clear_up();
	return 0;
}

static Terminal *locks_of(Shop *shop, int rows, int columns) {
	pile_up(shop);
	Terminal *t = shop_console(shop, rows, columns);
	terminal_keys(t, "4");
	terminal_wait(t, "4 Locks");
	terminal_wait(t, pid_of(shop, 0));
	return t;
}

static void the_root_stands_above_those_who_wait(void **state) {
	Shop *shop = *state;
	Terminal *t = locks_of(shop, 24, 140);
	terminal_keys(t, "z");
	wait_row_has(t, FIRST, arena_printf(shop->arena, "▸%s idle in xact", pid_of(shop, 0)));
	wait_row_has(t, FIRST + 1, arena_printf(shop->arena, "└ %s ALTER TABLE", pid_of(shop, 1)));
	wait_row_has(t, FIRST + 1, "public.stock");
	wait_row_has(t, FIRST + 2, arena_printf(shop->arena, "├ %s SELECT", pid_of(shop, 2)));
	wait_row_has(t, FIRST + 3, arena_printf(shop->arena, "└ %s UPDATE", pid_of(shop, 3)));
	shop_quit(t);
}

static void the_worst_is_told_in_a_sentence_with_the_way_out(void **state) {
	Shop *shop = *state;
	Terminal *t = locks_of(shop, 24, 80);
	terminal_wait(t, "1 root, 3 wait, longest");
	terminal_wait(t, arena_printf(shop->arena, "session %s (postgres), idle in transaction", pid_of(shop, 0))); /* though it is one pane of two */
	terminal_keys(t, "z");
	wait_row_has(t, FIRST + 1, "DDL ahead of 2: Access");
	terminal_wait(t, arena_printf(shop->arena, "session %s (postgres), idle in transaction for", pid_of(shop, 0)));
	terminal_wait(t, "public.stock and blocks 3 sessions, the longest for");
	terminal_wait(t, arena_printf(shop->arena, ": cancel %s ALTER", pid_of(shop, 1)));
	terminal_wait(t, "TABLE, frees 2 at once");
	terminal_keys(t, "jo"); /* who stands behind the ALTER TABLE is folded into its line, and comes back */
	terminal_wait_gone(t, arena_printf(shop->arena, "%s SELECT", pid_of(shop, 2)));
	wait_row_has(t, FIRST + 1, "+2");
	terminal_keys(t, "o");
	wait_row_has(t, FIRST + 2, arena_printf(shop->arena, "%s SELECT", pid_of(shop, 2)));
	shop_quit(t);
}

/* Planned, not run: it would stand in the queue itself. */
static void what_a_session_runs_goes_to_the_plan_view(void **state) {
	Shop *shop = *state;
	PQclear(PQexec(actor(shop, 0), "begin; select pg_advisory_lock(1)"));
	PQclear(PQexec(actor(shop, 0), "select id, total from orders where customer_id = 7"));
	wants(shop, 1, "select pg_advisory_lock(1)");
	Terminal *t = shop_console(shop, 30, 100);
	terminal_keys(t, "4");
	terminal_wait(t, arena_printf(shop->arena, "▸%s idle in xact", pid_of(shop, 0)));
	terminal_keys(t, "\r");
	terminal_wait(t, "last query, which may not be the one that took the lock:");
	terminal_wait(t, "Exclusive on advisory lock 1");
	terminal_keys(t, "E");
	terminal_wait(t, "Seq Scan orders");
	terminal_keys(t, "\x1b");
	terminal_wait(t, "last query, which");
	shop_quit(t);
}

/* Asked there, by a connection that is gone when the name is here. */
static void tables_of_another_database_have_their_names(void **state) {
	Shop *shop = *state;
	shop_run(shop, "shop", "create database annex");
	shop_run(shop, "annex", "create table shelves (a int)");
	for (int i = 0; i < 2; i++) actors[i] = PQconnectdb(cluster_conninfo(shop->arena, shop->cluster, "annex"));
	PQclear(PQexec(actors[0], "begin; lock table shelves"));
	wants(shop, 1, "select * from shelves");
	Terminal *t = shop_console(shop, 24, 140);
	terminal_keys(t, "4z");
	wait_row_has(t, FIRST, "holds AccessExclusive on public.shelves of database");
	wait_row_has(t, FIRST + 1, "AccessShare on public.shelves of database annex");
	shop_await(shop, "shop", "select count(*) from pg_stat_activity where datname = 'annex'", "2");
	shop_quit(t);
	clear_up();
	shop_await(shop, "shop", "select count(*) from pg_stat_activity where datname = 'annex'", "0");
	shop_run(shop, "shop", "drop database annex");
}

static void enter_says_why_and_y_copies_the_safe_way_out(void **state) {
	Shop *shop = *state;
	Terminal *t = locks_of(shop, 40, 140);
	terminal_keys(t, "jj\r");
	terminal_wait(t, "DDL in the queue: ALTER TABLE of session");
	terminal_wait(t, "idle in transaction for");
	terminal_wait(t, "1 cancel ALTER TABLE of session");
	terminal_wait(t, "frees 2 at once");
	terminal_keys(t, "y");
	terminal_wait(t, "the remedy copied");
	shop_quit(t);
}

static void what_has_ended_goes_away(void **state) {
	Shop *shop = *state;
	Terminal *t = locks_of(shop, 24, 120);
	clear_up();
	shop_await(shop, "shop", "select count(*) from pg_locks where not granted", "0");
	terminal_keys(t, "R");
	terminal_wait(t, "no session waits for a lock");
	shop_quit(t);
}

static void a_small_screen_still_tells_who_is_the_root(void **state) {
	Shop *shop = *state;
	Terminal *t = locks_of(shop, 10, 40);
	wait_row_has(t, FIRST, pid_of(shop, 0));
	terminal_resize(t, 50, 200);
	terminal_wait(t, "DDL ahead of 2: AccessExclusive on public.stock");
	terminal_resize(t, 10, 40);
	terminal_keys(t, "j\r");
	terminal_wait(t, "what");
	shop_quit(t);
}

int main(int argc, char **argv) {
	(void)argc;
	shop_begin(argv[0]);
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(the_root_stands_above_those_who_wait, tear_down_actors),
	    cmocka_unit_test_teardown(the_worst_is_told_in_a_sentence_with_the_way_out, tear_down_actors),
	    cmocka_unit_test_teardown(what_a_session_runs_goes_to_the_plan_view, tear_down_actors),
	    cmocka_unit_test_teardown(tables_of_another_database_have_their_names, tear_down_actors),
	    cmocka_unit_test_teardown(enter_says_why_and_y_copies_the_safe_way_out, tear_down_actors),
	    cmocka_unit_test_teardown(what_has_ended_goes_away, tear_down_actors),
	    cmocka_unit_test_teardown(a_small_screen_still_tells_who_is_the_root, tear_down_actors),
	};
	return cmocka_run_group_tests(tests, shop_set_up, shop_tear_down);
}
