/* test_cluster.c: a throw-away server comes up quickly, is private, and goes away with its owner, however that ends. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "pg/cluster.h"

enum { DEADLINE_MS = 10000 };

typedef struct Ground {
	Arena *arena;
	Err err;
} Ground;

static int set_up(void **state) {
	Ground *ground = calloc(1, sizeof *ground);
	ground->arena = arena_new();
	ground->err = (Err)ERR_INIT;
	*state = ground;
	return 0;
}

static int tear_down(void **state) {
	Ground *ground = *state;
	arena_free(ground->arena);
	err_release(&ground->err);
	free(ground);
	return 0;
}

static Cluster *start(Ground *ground, const ClusterSpec *spec) {
	Cluster *cluster = cluster_start(spec, &ground->err);
	if (!cluster) fail_msg("%s\n%s", ground->err.message.text, ground->err.hint.text);
	return cluster;
}

static bool exists(const char *path) {
	return access(path, F_OK) == 0;
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

/* Waits for something outside of our reach, a hundred looks a second. */
static bool comes_true(bool (*condition)(const void *of), const void *of) {
	for (int64_t end = clock_ms() + DEADLINE_MS; clock_ms() < end; poll(NULL, 0, 10))
		if (condition(of)) return true;
	return condition(of);
}

static bool path_is_gone(const void *path) {
	return !exists(path);
}

static bool process_is_gone(const void *pid) {
	return !lives(*(const pid_t *)pid);
}

static const char *ask(Ground *ground, const Cluster *cluster, const char *sql) {
	const char *value = cluster_ask(ground->arena, cluster, "postgres", sql, &ground->err);
	if (!value) fail_msg("%s: %s", sql, ground->err.message.text);
	return value;
}

static void it_comes_up_within_three_seconds_and_goes_without_a_trace(void **state) {
	Ground *ground = *state;
	int64_t started = clock_ms();
	Cluster *cluster = start(ground, &(ClusterSpec){0});
	int64_t took = clock_ms() - started;
	print_message("up after %d ms\n", (int)took);
	assert_true(took < 15000); /* 3 s on an idle machine */
	const char *dir = arena_copy(ground->arena, cluster_dir(cluster));
	pid_t server = cluster_server_pid(cluster), supervisor = cluster_supervisor_pid(cluster);
	assert_string_equal(ask(ground, cluster, "show server_encoding"), "UTF8");
	assert_string_equal(ask(ground, cluster, "select length('Ärger')"), "5");
	assert_true(lives(server));
	cluster_stop(cluster);
	assert_false(exists(dir));
	assert_false(lives(server));
	assert_false(lives(supervisor));
}

static void it_is_private_and_has_no_network(void **state) {
	Ground *ground = *state;
	Cluster *cluster = start(ground, &(ClusterSpec){.port = 7777});
	struct stat about;
	assert_int_equal(stat(cluster_dir(cluster), &about), 0);
	assert_int_equal(about.st_mode & 0777, 0700);
	assert_string_equal(ask(ground, cluster, "show listen_addresses"), "");
	assert_string_equal(ask(ground, cluster, "show port"), "7777");
	assert_true(exists(arena_printf(ground->arena, "%s/.s.PGSQL.7777", cluster_dir(cluster))));
	assert_int_equal(stat(arena_printf(ground->arena, "/proc/%d", cluster_server_pid(cluster)), &about), 0);
	assert_int_not_equal(about.st_uid, 0);
	cluster_stop(cluster);
}

static void settings_encoding_and_hba_lines_are_heeded(void **state) {
	Ground *ground = *state;
	Cluster *cluster = start(ground, &(ClusterSpec){.encoding = "SQL_ASCII",
	                                                .settings = "shared_preload_libraries = 'pg_stat_statements'\nwork_mem = 3MB",
	                                                .hba = "local all guest scram-sha-256"});
	assert_string_equal(ask(ground, cluster, "show server_encoding"), "SQL_ASCII");
	assert_string_equal(ask(ground, cluster, "show work_mem"), "3MB");
	assert_string_equal(ask(ground, cluster, "show fsync"), "off");
	assert_string_equal(ask(ground, cluster, "select auth_method from pg_hba_file_rules order by line_number limit 1"),
	                    "scram-sha-256");
	assert_true(cluster_run(cluster, "postgres", "create extension pg_stat_statements; create schema more", &ground->err));
	assert_true(cluster_run(cluster, "postgres", "create database \"sh'op \\\"", &ground->err));
	assert_string_equal(cluster_ask(ground->arena, cluster, "sh'op \\", "select current_database()", &ground->err), "sh'op \\");
	assert_null(cluster_ask(ground->arena, cluster, "postgres", "select 1/0", &ground->err));
	assert_string_equal(ground->err.sqlstate, "22012");
	assert_false(cluster_run(cluster, "nowhere", "select 1", &ground->err));
	assert_int_equal(ground->err.kind, ERR_CONNECTION);
	cluster_stop(cluster);
}

static void a_setting_the_server_refuses_shows_the_end_of_its_log(void **state) {
	Ground *ground = *state;
	assert_null(cluster_start(&(ClusterSpec){.settings = "work_mem = lots"}, &ground->err));
	assert_int_equal(ground->err.kind, ERR_SYSTEM);
	assert_non_null(strstr(ground->err.hint.text, "work_mem"));
}

static void an_encoding_that_does_not_exist_is_told_by_initdb(void **state) {
	Ground *ground = *state;
	assert_null(cluster_start(&(ClusterSpec){.encoding = "KLINGON"}, &ground->err));
	assert_non_null(strstr(ground->err.hint.text, "KLINGON"));
}

static void a_restart_and_a_crash_are_survived(void **state) {
	Ground *ground = *state;
	Cluster *cluster = start(ground, &(ClusterSpec){0});
	assert_true(cluster_run(cluster, "postgres", "create table kept as select 42 as answer", &ground->err));
	pid_t first = cluster_server_pid(cluster);
	assert_true(cluster_restart(cluster, &ground->err));
	pid_t second = cluster_server_pid(cluster);
	assert_int_not_equal(first, second);
	assert_string_equal(ask(ground, cluster, "select answer from kept"), "42");
	assert_true(cluster_signal(cluster, SIGKILL));
	assert_true(comes_true(process_is_gone, &second));
	assert_true(cluster_restart(cluster, &ground->err));
	assert_string_equal(ask(ground, cluster, "select answer from kept"), "42");
	cluster_stop(cluster);
}

static void one_whose_supervisor_was_killed_cannot_be_restarted(void **state) {
	Ground *ground = *state;
	Cluster *cluster = start(ground, &(ClusterSpec){0});
	kill(cluster_supervisor_pid(cluster), SIGKILL);
	int64_t asked = clock_ms();
	assert_false(cluster_restart(cluster, &ground->err));
	assert_true(clock_ms() - asked < DEADLINE_MS);
	assert_int_equal(ground->err.kind, ERR_SYSTEM);
	cluster_stop(cluster);
}

static void two_at_once_do_not_disturb_each_other(void **state) {
	Ground *ground = *state;
	Cluster *one = start(ground, &(ClusterSpec){0});
	Cluster *two = start(ground, &(ClusterSpec){0});
	assert_string_not_equal(cluster_dir(one), cluster_dir(two));
	pid_t server = cluster_server_pid(one);
	const char *dir = arena_copy(ground->arena, cluster_dir(one));
	cluster_stop(one); /* though two's supervisor was forked while one's channel was open */
	assert_false(exists(dir));
	assert_false(lives(server));
	assert_string_equal(ask(ground, two, "select 1"), "1");
	cluster_stop(two);
}

/* What another process started, told over a pipe. */
typedef struct Started {
	char dir[128];
	pid_t owner, server, supervisor;
} Started;

static Started start_elsewhere(const ClusterSpec *spec) {
	Started started = {.owner = 0};
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	pid_t owner = fork();
	if (owner == 0) {
		Cluster *cluster = cluster_start(spec, NULL);
		if (!cluster) _exit(1);
		snprintf(started.dir, sizeof started.dir, "%s", cluster_dir(cluster));
		started.server = cluster_server_pid(cluster);
		started.supervisor = cluster_supervisor_pid(cluster);
		if (write(ends[1], &started, sizeof started) != (ssize_t)sizeof started) _exit(1);
		for (;;) pause();
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &started, sizeof started), (int)sizeof started);
	close(ends[0]);
	started.owner = owner;
	return started;
}

static void kill_and_bury(pid_t owner, int signal_number) {
	kill(owner, signal_number);
	waitpid(owner, NULL, 0);
}

static void an_owner_that_is_killed_takes_its_server_along(void **state) {
	(void)state;
	static const int deaths[] = {SIGKILL, SIGTERM};
	Started started[2];
	for (size_t i = 0; i < 2; i++) started[i] = start_elsewhere(&(ClusterSpec){0});
	for (size_t i = 0; i < 2; i++) {
		assert_true(exists(started[i].dir) && lives(started[i].server));
		kill_and_bury(started[i].owner, deaths[i]);
		assert_true(comes_true(path_is_gone, started[i].dir));
		assert_true(comes_true(process_is_gone, &started[i].server));
		assert_true(comes_true(process_is_gone, &started[i].supervisor));
	}
}

static void an_owner_killed_while_initdb_runs_leaves_nothing(void **state) {
	Ground *ground = *state;
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	pid_t owner = fork();
	if (owner == 0) {
		Cluster *cluster = cluster_launch(&(ClusterSpec){0}, NULL);
		if (!cluster || write(ends[1], cluster_dir(cluster), strlen(cluster_dir(cluster))) < 0) _exit(1);
		for (;;) pause();
	}
	char dir[128] = "";
	assert_true(read(ends[0], dir, sizeof dir - 1) > 0);
	close(ends[0]);
	close(ends[1]);
	comes_true(path_is_gone, arena_printf(ground->arena, "%s/data/PG_VERSION.never", dir));
	kill_and_bury(owner, SIGKILL);
	assert_true(comes_true(path_is_gone, dir));
}

static void a_kept_one_outlives_its_owner(void **state) {
	Ground *ground = *state;
	Started it = start_elsewhere(&(ClusterSpec){.keep = true});
	kill_and_bury(it.owner, SIGKILL);
	assert_true(comes_true(process_is_gone, &it.supervisor));
	assert_true(lives(it.server));
	Cluster *next = start(ground, &(ClusterSpec){0}); /* whose sweep leaves it alone */
	cluster_stop(next);
	assert_true(lives(it.server) && exists(it.dir));
	kill(it.server, SIGQUIT);
	assert_true(comes_true(process_is_gone, &it.server));
	assert_int_equal(system(arena_printf(ground->arena, "rm -rf -- %s", it.dir)), 0);
}

static void killing_the_supervisor_too_does_not_help(void **state) {
	(void)state;
	Started it = start_elsewhere(&(ClusterSpec){0});
	kill(it.supervisor, SIGKILL);
	kill_and_bury(it.owner, SIGKILL);
	assert_true(comes_true(path_is_gone, it.dir));
	assert_true(comes_true(process_is_gone, &it.server));
}

/* The shell that waits for the supervisor's end; 0 where the system does not tell. */
static pid_t cleaner_of(Arena *arena, Started it) {
	FILE *children = fopen(arena_printf(arena, "/proc/%d/task/%d/children", (int)it.supervisor, (int)it.supervisor), "r");
	int child = 0, cleaner = 0;
	while (children && fscanf(children, "%d", &child) == 1)
		if (child != it.server) cleaner = child;
	if (children) fclose(children);
	return cleaner;
}

static void leftovers_of_a_killed_cleaner_are_swept_at_the_next_start(void **state) {
	Ground *ground = *state;
	Started it = start_elsewhere(&(ClusterSpec){0});
	Started other = start_elsewhere(&(ClusterSpec){0});
	pid_t cleaner = cleaner_of(ground->arena, it);
	if (!cleaner) {
		kill_and_bury(it.owner, SIGKILL);
		kill_and_bury(other.owner, SIGKILL);
		printf("skip: %s: this system does not list the children of a process\n", __func__);
		skip();
	}
	kill(cleaner, SIGKILL);
	kill(it.supervisor, SIGKILL);
	kill_and_bury(it.owner, SIGKILL);
	assert_true(comes_true(process_is_gone, &it.supervisor));
	assert_true(exists(it.dir) && lives(it.server));
	Cluster *next = start(ground, &(ClusterSpec){0});
	assert_true(comes_true(path_is_gone, it.dir));
	assert_true(comes_true(process_is_gone, &it.server));
	assert_true(exists(other.dir) && lives(other.server));
	cluster_stop(next);
	kill_and_bury(other.owner, SIGKILL);
	assert_true(comes_true(path_is_gone, other.dir));
}

static void a_directory_that_is_too_long_or_odd_is_passed_over(void **state) {
	Ground *ground = *state;
	char odd[] = "/tmp/it's, a \"test\" XXXXXX";
	assert_non_null(mkdtemp(odd));
	assert_int_equal(chmod(odd, 0777), 0);
	const char *before = getenv("TMPDIR");
	setenv("TMPDIR", odd, 1);
	Cluster *cluster = start(ground, &(ClusterSpec){0});
	assert_null(strstr(cluster_dir(cluster), "test"));
	cluster_stop(cluster);
	if (before) setenv("TMPDIR", before, 1);
	else unsetenv("TMPDIR");
	rmdir(odd);
}

static void missing_programs_are_told_with_the_package(void **state) {
	Ground *ground = *state;
	setenv("PGWHY_PGBIN", "/nonexistent", 1);
	assert_null(cluster_find_binaries(ground->arena, &ground->err));
	assert_non_null(strstr(ground->err.message.text, "/nonexistent"));
	unsetenv("PGWHY_PGBIN");
	const char *dir = cluster_find_binaries(ground->arena, &ground->err);
	assert_non_null(dir);
	assert_true(exists(arena_printf(ground->arena, "%s/initdb", dir)));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(it_comes_up_within_three_seconds_and_goes_without_a_trace),
		TEST(it_is_private_and_has_no_network),
		TEST(settings_encoding_and_hba_lines_are_heeded),
		TEST(a_setting_the_server_refuses_shows_the_end_of_its_log),
		TEST(an_encoding_that_does_not_exist_is_told_by_initdb),
		TEST(a_restart_and_a_crash_are_survived),
		TEST(one_whose_supervisor_was_killed_cannot_be_restarted),
		TEST(two_at_once_do_not_disturb_each_other),
		TEST(an_owner_that_is_killed_takes_its_server_along),
		TEST(an_owner_killed_while_initdb_runs_leaves_nothing),
		TEST(a_kept_one_outlives_its_owner),
		TEST(killing_the_supervisor_too_does_not_help),
		TEST(leftovers_of_a_killed_cleaner_are_swept_at_the_next_start),
		TEST(a_directory_that_is_too_long_or_odd_is_passed_over),
		TEST(missing_programs_are_told_with_the_package),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
