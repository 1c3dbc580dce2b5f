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
	terminal_wait(t, "alter table stock add column note text");
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
	    cmocka_unit_test_teardown(enter_says_why_and_y_copies_the_safe_way_out, tear_down_actors),
	    cmocka_unit_test_teardown(what_has_ended_goes_away, tear_down_actors),
	    cmocka_unit_test_teardown(a_small_screen_still_tells_who_is_the_root, tear_down_actors),
	};
	return cmocka_run_group_tests(tests, shop_set_up, shop_tear_down);
}
