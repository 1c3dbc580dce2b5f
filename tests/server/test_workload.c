/* test_workload.c: clients of a workload do what their script says, meet when they should, and leave with their lifeline. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "pg/child.h"
#include "pg/cluster.h"
#include "pg/workload.h"

enum { DEADLINE_MS = 15000, MOST_CLIENTS = 8 };

typedef struct Ground {
	Arena *arena;
	Err err;
	Cluster *cluster;
	int lifeline[2];
	pid_t clients[MOST_CLIENTS];
	size_t client_count;
} Ground;

static int set_up(void **state) {
	Ground *ground = calloc(1, sizeof *ground);
	ground->arena = arena_new();
	ground->err = (Err)ERR_INIT;
	*state = ground;
	ground->cluster = cluster_start(&(ClusterSpec){0}, &ground->err);
	if (!ground->cluster) printf("%s\n%s\n", ground->err.message.text, ground->err.hint.text);
	return ground->cluster && pipe(ground->lifeline) == 0 ? 0 : -1;
}

static int tear_down(void **state) {
	Ground *ground = *state;
	for (size_t i = 0; i < ground->client_count; i++)
		if (kill(ground->clients[i], SIGKILL) == 0) waitpid(ground->clients[i], NULL, 0);
	cluster_stop(ground->cluster);
	arena_free(ground->arena);
	err_release(&ground->err);
	free(ground);
	return 0;
}

static void employ(Ground *ground, const char *script) {
	const Workload *workload = workload_read(ground->arena, script, &ground->err);
	if (!workload) fail_msg("%s", ground->err.message.text);
	const char *conninfo = cluster_conninfo(ground->arena, ground->cluster, "postgres");
	for (size_t i = 0; i < workload->client_count; i++)
		for (size_t number = 0; number < workload->clients[i].count; number++) {
			pid_t pid = child_fork(&ground->lifeline[0], 1);
			if (pid == 0) {
				workload_run(workload, workload->clients[i].name, number, conninfo, cluster_dir(ground->cluster), CHILD_FD);
				_exit(0);
			}
			assert_true(pid > 0 && ground->client_count < MOST_CLIENTS);
			ground->clients[ground->client_count++] = pid;
		}
}

static void run(Ground *ground, const char *script) {
	if (!cluster_run(ground->cluster, "postgres", script, &ground->err)) fail_msg("%s: %s", script, ground->err.message.text);
}

static void becomes(Ground *ground, const char *sql, const char *wanted) {
	for (int64_t end = clock_ms() + DEADLINE_MS;; poll(NULL, 0, 20)) {
		const char *value = cluster_ask(ground->arena, ground->cluster, "postgres", sql, &ground->err);
		if (value && strcmp(value, wanted) == 0) return;
		if (clock_ms() > end) fail_msg("%s: still %s %s", sql, value ? value : "-", ground->err.message.text);
	}
}

static void all_leave(Ground *ground) {
	for (size_t i = 0; i < ground->client_count; i++) {
		int64_t end = clock_ms() + DEADLINE_MS;
		while (waitpid(ground->clients[i], NULL, WNOHANG) == 0) {
			if (clock_ms() > end) fail_msg("client %zu is still there", i);
			poll(NULL, 0, 10);
		}
	}
	ground->client_count = 0;
}

static void parameters_are_drawn_and_errors_do_no_harm(void **state) {
	Ground *ground = *state;
	run(ground, "create table drawn (name text, n int)");
	employ(ground, "--@ web has 2 clients\n"
	               "--@ web: 200/s, $1 = a b|c, $2 = 3..5, $3 = 1\n"
	               "begin;\ninsert into drawn (n) values ($2);\ninsert into drawn (name) values ($1);\ncommit;\n"
	               "--@ web: 50/s\nbegin;\nselect 1/0;\ncommit;\n");
	becomes(ground, "select string_agg(distinct name, '|') || min(n) || max(n) || (count(*) > 50) from drawn", "a b|c35true");
	becomes(ground, "select count(*) from pg_stat_activity where application_name = 'web'", "2");
}

static void regular_tasks_run_in_a_row_by_one_client(void **state) {
	Ground *ground = *state;
	run(ground, "create table seen (pid int)");
	employ(ground, "--@ web has 3 clients\n--@ web: every 0.3s x40\ninsert into seen values (pg_backend_pid());\n");
	becomes(ground, "select count(distinct pid) || ' ' || (count(*) >= 80) from seen", "1 true");
}

static void a_lock_story_has_a_root_a_waiter_and_those_behind_it(void **state) {
	Ground *ground = *state;
	run(ground, "create table wanted (id int); insert into wanted values (1)");
	employ(ground, "--@ holder: every 4s\nbegin;\nselect * from wanted;\n--@ sleep 2.5s\ncommit;\n"
	               "--@ changer: every 4s after 0.5s\nalter table wanted add column if not exists more int;\n"
	               "--@ reader: 20/s\nselect * from wanted;\n");
	becomes(ground, "select string_agg(a.application_name || '<' || b.application_name, ' ' order by a.application_name) "
	                "from pg_stat_activity a cross join lateral unnest(pg_blocking_pids(a.pid)) blocker join pg_stat_activity b on b.pid = blocker",
	        "changer<holder reader<changer");
	becomes(ground, "select count(*) from pg_attribute where attrelid = 'wanted'::regclass and attname = 'more'", "1");
}

static void a_lost_server_is_found_again(void **state) {
	Ground *ground = *state;
	run(ground, "create table seen (at timestamptz)");
	employ(ground, "--@ web: 50/s\ninsert into seen values (now());\n");
	becomes(ground, "select count(*) > 5 from seen", "t");
	if (!cluster_restart(ground->cluster, &ground->err)) fail_msg("%s", ground->err.message.text);
	becomes(ground, "select count(*) > 5 from seen where at > pg_postmaster_start_time()", "t");
}

static void they_leave_when_their_lifeline_is_closed(void **state) {
	Ground *ground = *state;
	employ(ground, "--@ web: 50/s\nselect 1;\n--@ idle: every 86400s\nselect 1;\n--@ slow: 10/s\nselect pg_sleep(0.1);\n--@ sleep 3600s\n");
	becomes(ground, "select count(*) from pg_stat_activity where application_name in ('web', 'idle', 'slow')", "3");
	close(ground->lifeline[1]);
	all_leave(ground);
	becomes(ground, "select count(*) from pg_stat_activity where application_name in ('web', 'idle', 'slow')", "0");
}

static void they_leave_when_the_server_is_cleared_away(void **state) {
	Ground *ground = *state;
	employ(ground, "--@ web: 50/s\nselect 1;\n--@ slow: 10/s\nselect pg_sleep(3600);\n");
	becomes(ground, "select count(*) from pg_stat_activity where application_name in ('web', 'slow')", "2");
	cluster_stop(ground->cluster);
	ground->cluster = NULL;
	all_leave(ground);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(parameters_are_drawn_and_errors_do_no_harm),
		TEST(regular_tasks_run_in_a_row_by_one_client),
		TEST(a_lock_story_has_a_root_a_waiter_and_those_behind_it),
		TEST(a_lost_server_is_found_again),
		TEST(they_leave_when_their_lifeline_is_closed),
		TEST(they_leave_when_the_server_is_cleared_away),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
