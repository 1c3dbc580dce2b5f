/* test_demo.c: the demo's shop opens, fills, is busy, and disappears with its console. Needs PostgreSQL's server programs. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/demo.h"
#include "base/clock.h"
#include "base/embedded.h"
#include "pg/workload.h"

enum { DEADLINE_MS = 30000 };

extern const Embedded embedded_demo[];

typedef struct Ground {
	Arena *arena;
	Err err;
} Ground;

static int set_up(void **state) {
	static Ground ground;
	ground = (Ground){.arena = arena_new(), .err = ERR_INIT};
	*state = &ground;
	return 0;
}

static int tear_down(void **state) {
	Ground *ground = *state;
	arena_free(ground->arena);
	err_release(&ground->err);
	return 0;
}

static bool has_server_programs(const char *test) {
	Arena *arena = arena_new();
	bool has = cluster_find_binaries(arena, NULL) != NULL;
	arena_free(arena);
	if (!has) printf("skip: %s: no PostgreSQL server programs on this machine\n", test);
	return has;
}

#define NEEDS_SERVER_PROGRAMS() \
	if (!has_server_programs(__func__)) skip()

static Demo *start(Ground *ground, const DemoSpec *spec) {
	Demo *demo = demo_start(spec, &ground->err);
	if (!demo) fail_msg("%s\n%s", ground->err.message.text, ground->err.hint.text);
	return demo;
}

static void has_no_problem(const Demo *demo) {
	const Err *problem = demo_problem(demo);
	if (problem) fail_msg("%s\n%s", problem->message.text, problem->hint.text);
}

/* What the console does: poll, read, look. False when it takes too long, or there is a problem nobody waits for. */
static bool comes_to(Demo *demo, bool (*condition)(const Demo *demo)) {
	for (int64_t end = clock_ms() + DEADLINE_MS; !condition(demo);) {
		if (clock_ms() > end || demo_problem(demo)) return false;
		struct pollfd news = {.fd = demo_fd(demo), .events = POLLIN};
		poll(&news, 1, 100);
		demo_ready(demo);
	}
	return true;
}

static void wait_for(Demo *demo, bool (*condition)(const Demo *demo)) {
	if (comes_to(demo, condition)) return;
	has_no_problem(demo);
	fail_msg("still not after %d s", DEADLINE_MS / 1000);
}

static bool is_open(const Demo *demo) {
	return demo_open(demo);
}

static bool is_done(const Demo *demo) {
	return demo_open(demo) && !demo_progress(demo, NULL) && !demo_problem(demo);
}

static bool has_problem(const Demo *demo) {
	return demo_problem(demo) != NULL;
}

static const char *ask(Ground *ground, const Demo *demo, const char *sql) {
	const char *value = cluster_ask(ground->arena, demo_cluster(demo), demo_conn_params(demo).database, sql, &ground->err);
	if (!value) fail_msg("%s: %s", sql, ground->err.message.text);
	return value;
}

static long number(Ground *ground, const Demo *demo, const char *sql) {
	return atol(ask(ground, demo, sql));
}

static void becomes(Ground *ground, const Demo *demo, const char *sql, const char *value) {
	for (int64_t end = clock_ms() + DEADLINE_MS; strcmp(ask(ground, demo, sql), value) != 0; poll(NULL, 0, 20))
		if (clock_ms() > end) fail_msg("%s: still %s", sql, ask(ground, demo, sql));
}

/* One that ended and that init has not buried yet does not count (where the system tells). */
static bool lives(pid_t pid) {
	if (kill(pid, 0) != 0 && errno == ESRCH) return false;
	char path[64], state = 'R';
	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	FILE *stat_file = fopen(path, "r");
	if (!stat_file) return true;
	int found = fscanf(stat_file, "%*d (%*[^)]) %c", &state);
	fclose(stat_file);
	return found != 1 || state != 'Z';
}

static bool comes_true_that_nothing_is_left(const char *dir, pid_t server) {
	for (int64_t end = clock_ms() + DEADLINE_MS; clock_ms() < end; poll(NULL, 0, 10))
		if (access(dir, F_OK) != 0 && !lives(server)) return true;
	return false;
}

static pid_t server_of(Arena *arena, const char *dir) {
	FILE *file = fopen(arena_printf(arena, "%s/data/postmaster.pid", dir), "r");
	int pid = 0;
	if (!file || fscanf(file, "%d", &pid) != 1) fail_msg("no server in %s", dir);
	fclose(file);
	return pid;
}

static const DemoSpec small = {.scale = 0.01, .load = true};

/* One that is full and busy, for all tests that only look. */
static Demo *shop;

static Demo *full_shop(Ground *ground) {
	if (!shop) shop = start(ground, &small);
	wait_for(shop, is_done);
	return shop;
}

static int close_shop(void **state) {
	(void)state;
	demo_stop(shop);
	return 0;
}

static void the_shop_opens_and_fills_behind_it(void **state) {
	NEEDS_SERVER_PROGRAMS();
	Ground *ground = *state;
	int64_t began = clock_ms();
	Demo *demo = start(ground, &small);
	double share, before = 0;
	assert_string_equal(demo_progress(demo, &share), "starting a throw-away server");
	assert_true(clock_ms() - began < 1000); /* it must not hold up the first screen */
	wait_for(demo, is_open);
	print_message("open after %d ms\n", (int)(clock_ms() - began));
	while (!is_done(demo)) {
		has_no_problem(demo);
		assert_true(demo_progress(demo, &share) && share >= before && share <= 1);
		before = share;
		struct pollfd news = {.fd = demo_fd(demo), .events = POLLIN};
		poll(&news, 1, 1000);
		demo_ready(demo);
	}
	print_message("filled after %d ms\n", (int)(clock_ms() - began));
	assert_true(before > 0.5);
	long events = number(ground, demo, "select count(*) from events");
	long all = number(ground, demo, "select sum((xpath('//c/text()', query_to_xml(format('select count(*) as c from %s', oid::regclass), "
	                                "false, true, '')))[1]::text::bigint) from pg_class where relnamespace = 'public'::regnamespace and "
	                                "relkind = 'r'");
	assert_in_range(all, 29000, 33000);
	assert_in_range(events, all * 45 / 100, all * 55 / 100);
	demo_stop(demo);
}

static void the_mistakes_are_made(void **state) {
	NEEDS_SERVER_PROGRAMS();
	Ground *ground = *state;
	const Demo *demo = full_shop(ground);
	/* stale statistics: made when there was a twentieth of it, and nothing delivered */
	assert_int_equal(number(ground, demo, "select reltuples from pg_class where relname = 'shipments'"), 50);
	assert_int_equal(number(ground, demo, "select count(*) from shipments"), 1000);
	/* bloat */
	becomes(ground, demo, "select n_dead_tup > 5 * n_live_tup from pg_stat_user_tables where relname = 'carts'", "t");
	/* foreign keys without an index, the same index twice, one wide table, one in partitions */
	assert_int_equal(number(ground, demo, "select count(*) from pg_constraint c where contype = 'f' and not exists (select from pg_index i "
	                                      "where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1])"), 3);
	assert_int_equal(number(ground, demo, "select count(*) from pg_index a join pg_index b using (indrelid, indkey) "
	                                      "where a.indexrelid < b.indexrelid"), 1);
	assert_true(number(ground, demo, "select max(relnatts) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace") > 60);
	assert_true(number(ground, demo, "select count(*) from pg_inherits where inhparent = 'payments'::regclass") >= 13);
}

static void everybody_is_at_work(void **state) {
	NEEDS_SERVER_PROGRAMS();
	Ground *ground = *state;
	const Demo *demo = full_shop(ground);
	becomes(ground, demo, "select string_agg(distinct application_name, ' ' order by application_name) from pg_stat_activity "
	                      "where datname = 'shop' and pid <> pg_backend_pid()", "backoffice checkout migration report web worker");
	becomes(ground, demo, "select count(*) from pg_stat_activity where application_name = 'web'", "4");
	if (cluster_offers(ground->arena, cluster_bin_dir(demo_cluster(demo)), "pg_stat_statements")) {
		becomes(ground, demo, "select count(*) > 8 from pg_stat_statements where query like '%from orders%' or query like '%where%$1%'", "t");
		assert_int_equal(number(ground, demo, "select count(*) from pg_stat_statements where query like '%generate_series%' "
		                                      "and query not like '%pg_stat_statements%'"), 0); /* loading is kept out */
	}
}

/* Those that run every minute or so would be found out late. */
static void every_statement_of_the_workload_is_understood_by_the_server(void **state) {
	NEEDS_SERVER_PROGRAMS();
	Ground *ground = *state;
	const Demo *demo = full_shop(ground);
	const char *text = embedded_text(embedded_demo, "workload.sql");
	Str plain = STR_INIT;
	for (; *text; text++) str_add_char(&plain, *text == ':' && text[1] >= 'a' && text[1] <= 'z' && text[-1] == '.' ? '9' : *text);
	const Workload *workload = workload_read(ground->arena, plain.text, &ground->err);
	if (!workload) fail_msg("%s", ground->err.message.text);
	for (size_t i = 0; i < workload->task_count; i++)
		for (size_t k = 0; k < workload->tasks[i].step_count; k++) {
			const WorkloadStep *step = &workload->tasks[i].steps[k];
			if (strncmp(step->sql, "begin", 5) == 0 || strncmp(step->sql, "commit", 6) == 0 || strncmp(step->sql, "alter", 5) == 0) continue;
			Str types = STR_INIT;
			for (size_t n = 0; n < step->param_count; n++) str_printf(&types, "%s%s", n ? ", " : "(", step->param_types[n] ? "text" : "unknown");
			const char *script = arena_printf(ground->arena, "prepare s%s%s as %s", types.text, types.len ? ")" : "", step->sql);
			if (!cluster_run(demo_cluster(demo), "shop", script, &ground->err)) fail_msg("%s\n%s", ground->err.message.text, script);
			str_release(&types);
		}
	str_release(&plain);
}

static void without_load_the_shop_is_full_and_quiet(void **state) {
	NEEDS_SERVER_PROGRAMS();
	Ground *ground = *state;
	Demo *demo = start(ground, &(DemoSpec){.scale = 0.001, .port = 6543});
	wait_for(demo, is_done);
	assert_string_equal(demo_conn_params(demo).port, "6543");
	assert_non_null(strstr(demo_psql_line(ground->arena, demo), "-p 6543 -U postgres shop"));
	assert_int_equal(number(ground, demo, "select count(*) from events"), 1500);
	const char *others = "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()";
	for (int64_t end = clock_ms() + DEADLINE_MS; number(ground, demo, others) > 0; poll(NULL, 0, 10)) /* the one that asked before goes in its own time */
		if (clock_ms() > end) fail_msg("somebody is there");
	demo_stop(demo);
}

static void senseless_wishes_are_refused(void **state) {
	Ground *ground = *state;
	static const DemoSpec senseless[] = {{.scale = 0}, {.scale = -1}, {.scale = 1e9}, {.scale = (double)NAN}, {.scale = 1, .port = 70000}};
	for (size_t i = 0; i < sizeof senseless / sizeof *senseless; i++) {
		assert_null(demo_start(&senseless[i], &ground->err));
		assert_int_equal(ground->err.kind, ERR_USAGE);
	}
}

static void two_at_once_do_not_disturb_each_other(void **state) {
	NEEDS_SERVER_PROGRAMS();
	Ground *ground = *state;
	Demo *one = start(ground, &small);
	Demo *two = start(ground, &small);
	wait_for(one, is_done);
	wait_for(two, is_open);
	const char *dir = arena_copy(ground->arena, demo_conn_params(one).host);
	pid_t server = server_of(ground->arena, dir);
	demo_stop(one);
	assert_true(access(dir, F_OK) != 0 && !lives(server));
	wait_for(two, is_done);
	becomes(ground, two, "select count(*) from pg_stat_activity where application_name = 'web'", "4");
	demo_stop(two);
}

static void a_server_lost_while_loading_is_a_problem(void **state) {
	NEEDS_SERVER_PROGRAMS();
	Ground *ground = *state;
	Demo *demo = start(ground, &(DemoSpec){.scale = 1, .load = true});
	wait_for(demo, is_open);
	kill(server_of(ground->arena, demo_conn_params(demo).host), SIGKILL);
	wait_for(demo, has_problem);
	double share;
	assert_null(demo_progress(demo, &share));
	assert_true(demo_problem(demo)->message.len > 0);
	demo_stop(demo);
}

/* A console of which only the demo is of interest: tells its directory when the shop is full, or just open, and waits to be killed. */
static pid_t console_elsewhere(const DemoSpec *spec, bool (*condition)(const Demo *demo), char dir[128], char end_line[256]) {
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	pid_t console = fork();
	if (console == 0) {
		Demo *demo = demo_start(spec, NULL);
		if (!demo || !comes_to(demo, condition)) _exit(1);
		Arena *arena = arena_new();
		const char *lines = arena_printf(arena, "%s\n%s\n", demo_conn_params(demo).host, demo_end_line(arena, demo));
		if (write(ends[1], lines, strlen(lines)) < 0) _exit(1);
		for (;;) pause();
	}
	close(ends[1]);
	FILE *told = fdopen(ends[0], "r");
	assert_true(fgets(dir, 128, told) && fgets(end_line, 256, told));
	fclose(told);
	dir[strcspn(dir, "\n")] = '\0';
	return console;
}

static void a_console_that_is_killed_takes_everything_along(void **state) {
	NEEDS_SERVER_PROGRAMS();
	Ground *ground = *state;
	static const struct {
		int death;
		double scale;
		bool (*when)(const Demo *demo);
	} cases[] = {{SIGKILL, 0.01, is_done}, {SIGKILL, 1, is_open}, {SIGTERM, 0.01, is_done}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char dir[128], end_line[256];
		pid_t console = console_elsewhere(&(DemoSpec){.scale = cases[i].scale, .load = true}, cases[i].when, dir, end_line);
		pid_t server = server_of(ground->arena, dir);
		kill(console, cases[i].death);
		waitpid(console, NULL, 0);
		assert_true(comes_true_that_nothing_is_left(dir, server));
	}
}

static void a_kept_one_stays_without_its_customers_until_it_is_ended(void **state) {
	NEEDS_SERVER_PROGRAMS();
	Ground *ground = *state;
	char dir[128], end_line[256];
	pid_t console = console_elsewhere(&(DemoSpec){.scale = 0.01, .load = true, .keep = true}, is_done, dir, end_line);
	pid_t server = server_of(ground->arena, dir);
	kill(console, SIGKILL);
	waitpid(console, NULL, 0);
	assert_true(lives(server));
	/* the clients leave as they finish what they do; a lock story under way may take its time */
	const char *left = arena_printf(ground->arena, "%s/left", dir);
	const char *count = arena_printf(ground->arena, "psql -XAtqh %s -U postgres shop -c \"select count(*) from pg_stat_activity "
	                                 "where application_name in ('web', 'worker') and wait_event_type <> 'Lock'\" > %s", dir, left);
	bool empty = false;
	for (int64_t end = clock_ms() + DEADLINE_MS; !empty && clock_ms() < end; poll(NULL, 0, 50)) {
		assert_int_equal(system(count), 0);
		FILE *file = fopen(left, "r");
		assert_non_null(file);
		empty = fgetc(file) == '0';
		fclose(file);
	}
	assert_true(empty);
	assert_int_equal(system(end_line), 0);
	assert_true(comes_true_that_nothing_is_left(dir, server));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(senseless_wishes_are_refused),
		TEST(the_shop_opens_and_fills_behind_it),
		TEST(the_mistakes_are_made),
		TEST(everybody_is_at_work),
		TEST(every_statement_of_the_workload_is_understood_by_the_server),
		TEST(without_load_the_shop_is_full_and_quiet),
		TEST(two_at_once_do_not_disturb_each_other),
		TEST(a_server_lost_while_loading_is_a_problem),
		TEST(a_console_that_is_killed_takes_everything_along),
		TEST(a_kept_one_stays_without_its_customers_until_it_is_ended),
	};
	return cmocka_run_group_tests(tests, NULL, close_shop);
}
