/* test_traffic_kept.c: what m marked of the statements is found by the next console, however the first one ended. */
#include "shop.h"

#include <signal.h>
#include <sys/stat.h>

enum { EACH = 20 };

/* One that an index would make faster, one that it would not, and one that nobody runs any more. */
static void run_traffic(Shop *shop, bool old) {
	Str script = STR_INIT;
	for (int n = 1; n <= EACH; n++) {
		str_printf(&script, "select count(*) from orders where customer_id = %d; select name from customers where id = %d;", n, n);
		if (old) str_printf(&script, "select pieces as of_yore from stock where product_id = %d;", n);
	}
	shop_run(shop, "shop", script.text);
	str_release(&script);
}

static Terminal *console(Shop *shop, const char *name, const char *const *words) {
	Terminal *t = shop_console_in(shop, 24, 120, WORDS(arena_printf(shop->arena, "XDG_STATE_HOME=%s/%s", shop->home, name)), words);
	terminal_wait(t, "select");
	return t;
}

/* On statistics of its own, and no index. */
static void begin(Shop *shop) {
	shop_run(shop, "shop", "drop index if exists orders_by_customer; analyze orders");
	shop_run(shop, "shop", shop_load);
	run_traffic(shop, true);
}

/* All that is asked of the server stays away from the statements on screen: their texts are read, too. */
static void mark(Terminal *t) {
	terminal_keys(t, "Rz");
	terminal_wait(t, "of_yore");
	terminal_keys(t, "m");
	terminal_wait(t, "marked: all statements");
}

static bool tells(Terminal *t, void *text) {
	if (terminal_find(t, text, NULL, NULL)) return true;
	terminal_keys(t, "R");
	return false;
}

#define wait_told(t, text) terminal_wait_until(t, tells, (char *)(text))

static void assert_printed(Shop *shop, const char *words, const char *part) {
	const char *told = shop_printed(shop, arena_printf(shop->arena, "LC_ALL=C.UTF-8 XDG_STATE_HOME=%s/killed %s -h %s -p %d -U %s -d shop %s 2>&1", shop->home, shop->program,
	                                                   cluster_socket_dir(shop->cluster), cluster_port(shop->cluster), cluster_user(shop->cluster), words));
	if (!strstr(told, part)) fail_msg("%s: not \"%s\" in %s", words, part, told);
}

static void a_mark_outlives_a_console_that_is_killed(void **state) {
	Shop *shop = *state;
	struct stat found;
	begin(shop);
	Terminal *t = console(shop, "killed", NULL);
	mark(t);
	terminal_kill(t, SIGKILL); /* it said the word */
	terminal_close(t);
	assert_int_equal(stat(arena_printf(shop->arena, "%s/killed/pgwhy/plans.db", shop->home), &found), 0);
	assert_int_equal(found.st_mode & 0777, 0600);
	shop_run(shop, "shop", "create index orders_by_customer on orders (customer_id); analyze orders;"
	                       "select pg_stat_statements_reset(0, 0, queryid) from pg_stat_statements where query like '%of_yore%' and query not like '%reset%'");
	run_traffic(shop, false);
	t = console(shop, "killed", NULL);
	terminal_wait(t, "Queries: marked ");
	terminal_wait(t, " ago by an earlier console");
	wait_row_has(t, 1, "marked ");
	terminal_keys(t, "D");
	wait_told(t, "1 faster");
	terminal_keys(t, "/verdict:faster\r");
	terminal_wait(t, "from orders where customer_i");
	terminal_keys(t, "/\025of_yore\r"); /* the server knows nothing of it any more */
	terminal_wait(t, "vanished");
	terminal_wait(t, "select pieces as of_yore");
	terminal_keys(t, "q");
	terminal_wait_gone(t, "before and after");
	shop_quit(t);
	assert_printed(shop, "show traffic", "1 faster");
	assert_printed(shop, "show traffic", "select pieces as of_yore from stock");
	assert_printed(shop, "show traffic --format json", "\"verdict\": \"faster\"");
	assert_printed(shop, "show traffic --format csv --every 0.2 --count 2", "load_change,verdict,");
	assert_printed(shop, "show traffic --format markdown", "| faster |");
}

static void a_newer_mark_takes_its_place(void **state) {
	Shop *shop = *state;
	begin(shop);
	Terminal *t = console(shop, "anew", NULL);
	mark(t);
	shop_quit(t);
	t = console(shop, "anew", NULL);
	terminal_wait(t, "by an earlier console");
	terminal_keys(t, "z/customers where id\r");
	wait_row_has(t, 1, "1 of ");
	terminal_keys(t, " ");
	terminal_wait(t, "│●");
	terminal_keys(t, "m");
	terminal_wait(t, "marked anew: 1 statement,");
	terminal_kill(t, SIGKILL);
	terminal_close(t);
	t = console(shop, "anew", NULL);
	terminal_wait(t, "Queries: 1 marked ");
	shop_quit(t);
}

static void without_a_store_it_is_for_this_console_alone(void **state) {
	Shop *shop = *state;
	begin(shop);
	Terminal *t = console(shop, "none", WORDS("--no-store"));
	mark(t);
	shop_quit(t);
	t = console(shop, "none", NULL);
	terminal_keys(t, "D");
	terminal_wait(t, "no statements are marked as before");
	terminal_keys(t, "::set store.path=/dev/null/plans.db\r");
	terminal_wait(t, "Not a directory");
	terminal_keys(t, "R");
	terminal_keys(t, "m");
	terminal_wait(t, "but not for the next console: /dev/null/plans.db: Not a directory");
	terminal_keys(t, "D");
	terminal_wait(t, "before and after");
	terminal_keys(t, "q");
	terminal_wait_gone(t, "before and after");
	shop_quit(t);
}

/* Their texts stand in pg_stat_statements as they were typed. */
static void a_password_is_not_kept_with_it(void **state) {
	Shop *shop = *state;
	shop_run(shop, "shop", "set pg_stat_statements.track_utility = on; create role of_yore password 'hunter2'");
	begin(shop);
	Terminal *t = console(shop, "secret", NULL);
	mark(t);
	shop_quit(t);
	assert_int_not_equal(system(arena_printf(shop->arena, "grep -aq hunter2 %s/secret/pgwhy/plans.db*", shop->home)), 0);
	assert_int_equal(system(arena_printf(shop->arena, "grep -aq of_yore %s/secret/pgwhy/plans.db*", shop->home)), 0);
	shop_run(shop, "shop", "drop role of_yore");
}

int main(int argc, char **argv) {
	(void)argc;
	shop_begin(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mark_outlives_a_console_that_is_killed),
		cmocka_unit_test(a_newer_mark_takes_its_place),
		cmocka_unit_test(without_a_store_it_is_for_this_console_alone),
		cmocka_unit_test(a_password_is_not_kept_with_it),
	};
	return cmocka_run_group_tests(tests, shop_set_up, shop_tear_down);
}
