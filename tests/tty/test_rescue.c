/* test_rescue.c: whatever ends the console gives the terminal back, and nothing of the demo is left. */
#include "shop.h"

#include <signal.h>
#include <string.h>
#include <sys/stat.h>

/* The sanitizers catch crashes themselves, behind the console, and end it in their own way. */
#ifdef __SANITIZE_ADDRESS__
enum { SANITIZED = true };
#else
enum { SANITIZED = false };
#endif

static void is_ended_by(Shop *shop, int signal, int status) {
	Terminal *t = shop_console(shop, 24, 80);
	terminal_keys(t, ":select 1");
	terminal_wait(t, "shop=> select 1");
	terminal_kill(t, signal);
	assert_given_back(t);
	int ended = terminal_close(t);
	assert_int_equal(ended, SANITIZED && status ? ended : status);
}

static void a_polite_signal_ends_it_well(void **state) {
	is_ended_by(*state, SIGTERM, 0);
	is_ended_by(*state, SIGHUP, 0);
}

static void a_crash_gives_the_terminal_back_and_is_still_a_crash(void **state) {
	is_ended_by(*state, SIGSEGV, 128 + SIGSEGV);
	is_ended_by(*state, SIGABRT, 128 + SIGABRT);
	is_ended_by(*state, SIGBUS, 128 + SIGBUS);
}

static void a_signal_while_a_statement_runs_ends_both(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console(shop, 24, 80);
	terminal_keys(t, ":select pg_sleep(60);\r");
	terminal_wait(t, "running");
	terminal_kill(t, SIGTERM);
	shop_end(t);
	shop_await(shop, "shop", "select count(*) from pg_stat_activity where query ~ 'pg_sleep' and state = 'active' and pid <> pg_backend_pid()", "0");
}

static void an_interrupt_from_outside_ends_nothing(void **state) {
	Terminal *t = shop_console(*state, 24, 80);
	terminal_kill(t, SIGINT);
	terminal_wait(t, "no statement runs");
	shop_quit(t);
}

/* The shell, with nothing typed yet. */
static bool asks(Terminal *t, void *unused) {
	(void)unused;
	int row, column;
	bool visible;
	terminal_cursor(t, &row, &column, &visible);
	return strcmp(terminal_row(t, row), "ready>") == 0;
}

static void control_Z_suspends_and_fg_comes_back(void **state) {
	Shop *shop = *state;
	const char *command = arena_printf(shop->arena, "%s -h %s -p %d -U %s -d shop --set interval_s=3600\r", shop->program,
	                                   cluster_socket_dir(shop->cluster), cluster_port(shop->cluster), cluster_user(shop->cluster));
	Terminal *t = terminal_open(24, 120, WORDS("sh", "-i"), WORDS(arena_printf(shop->arena, "HOME=%s", shop->home), "PS1=ready> "));
	terminal_wait_until(t, asks, NULL);
	terminal_keys(t, command);
	terminal_wait(t, "1 Queries");
	terminal_wait(t, "select count");
	terminal_keys(t, "\032");
	terminal_wait(t, "Stopped");
	terminal_wait_until(t, asks, NULL);
	assert_false(terminal_alternate(t));
	terminal_keys(t, "stty -a | tr ' ;' '\\n\\n' | grep '^-*icanon'; echo said; fg\r");
	terminal_wait(t, "1 Queries");
	terminal_wait(t, "select count");
	assert_true(terminal_written(t, "\nicanon"));
	assert_true(terminal_alternate(t));
	terminal_keys(t, "?");
	wait_row_has(t, 1, "help");
	terminal_keys(t, "Q");
	terminal_wait_until(t, asks, NULL);
	terminal_keys(t, "exit\r");
	assert_given_back(t);
	terminal_close(t);
}

/* ---- the demo ---- */

typedef struct DemoSeen {
	char *folder; /* of server and socket */
	pid_t server;
} DemoSeen;

static bool is_gone(const DemoSeen *seen) {
	struct stat about;
	return stat(seen->folder, &about) != 0 && kill(seen->server, 0) != 0;
}

static Terminal *open_demo(Shop *shop, DemoSeen *seen) {
	const char *const words[] = {shop->program, "demo", "--scale", "0.001", "--no-load", NULL};
	Terminal *t = terminal_open(24, 140, words, (const char *const[]){arena_printf(shop->arena, "HOME=%s", shop->home), NULL});
	terminal_wait(t, "the shop is open  psql -h ");
	int row;
	terminal_find(t, "psql -h ", &row, NULL);
	const char *line = strstr(terminal_row(t, row), "-h ") + 3;
	seen->folder = arena_copy_n(shop->arena, line, strcspn(line, " "));
	FILE *file = fopen(arena_printf(shop->arena, "%s/data/postmaster.pid", seen->folder), "r");
	int pid;
	assert_non_null(file);
	assert_int_equal(fscanf(file, "%d", &pid), 1);
	fclose(file);
	seen->server = pid;
	assert_false(is_gone(seen));
	return t;
}

static void await_gone(const DemoSeen *seen) {
	for (int64_t end = clock_ms() + SHOP_DEADLINE_MS; !is_gone(seen); usleep(1000))
		if (clock_ms() > end) fail_msg("%s or process %d is still there", seen->folder, (int)seen->server);
}

static void the_demo_shows_a_slow_shop_and_leaves_nothing(void **state) {
	DemoSeen seen;
	Terminal *t = open_demo(*state, &seen);
	terminal_keys(t, ":select * from orders where status = 'nothing';\r");
	terminal_wait(t, "rows est→act");
	terminal_wait(t, "orders");
	terminal_keys(t, "qq");
	shop_end(t);
	await_gone(&seen);
}

static void nothing_of_the_demo_outlives_a_killed_console(void **state) {
	DemoSeen seen;
	Terminal *t = open_demo(*state, &seen);
	terminal_kill(t, SIGKILL);
	assert_int_equal(terminal_close(t), 128 + SIGKILL);
	await_gone(&seen);
}

int main(int argc, char **argv) {
	(void)argc;
	shop_begin(argv[0]);
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_polite_signal_ends_it_well),
	    cmocka_unit_test(a_crash_gives_the_terminal_back_and_is_still_a_crash),
	    cmocka_unit_test(a_signal_while_a_statement_runs_ends_both),
	    cmocka_unit_test(an_interrupt_from_outside_ends_nothing),
	    cmocka_unit_test(control_Z_suspends_and_fg_comes_back),
	    cmocka_unit_test(the_demo_shows_a_slow_shop_and_leaves_nothing),
	    cmocka_unit_test(nothing_of_the_demo_outlives_a_killed_console),
	};
	return cmocka_run_group_tests(tests, shop_set_up, shop_tear_down);
}
