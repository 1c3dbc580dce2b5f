/* test_marks.c: what was marked of servers, and the store around it: files of older programs, of other accounts, and a disk that is full. */
#ifdef __linux__
#define _GNU_SOURCE /* unshare */
#include <sched.h>
#include <sys/mount.h>
#endif

#include "place.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>

#include "base/clock.h"
#include "store/marks.h"
#include "store/plans.h"

static StoredMark mark_of(const char *text) {
	return (StoredMark){.at_ms = clock_wall_ms(), .text = text, .len = strlen(text)};
}

static void put(Place *place, Store *store, const char *server, StoredMark mark) {
	assert_fine(place, store_put_mark(store, server, &mark, &place->err));
}

static StoredMark get(Place *place, Store *store, const char *server) {
	StoredMark mark;
	assert_fine(place, store_get_mark(store, place->arena, server, &mark, &place->err));
	return mark;
}

static bool has_mark(Place *place, Store *store, const char *server) {
	return get(place, store, server).at_ms != 0;
}

static const char *big(Place *place, size_t len) {
	char *text = arena_alloc(place->arena, len + 1);
	memset(text, 'x', len);
	text[len] = '\0';
	return text;
}

static void keep_plan(Place *place, Store *store, const char *statement) {
	StoredPlan plan = {.at_ms = clock_wall_ms(), .fingerprint = "f", .statement = statement, .plan = "[]", .plan_len = 2};
	assert_fine(place, store_keep(store, &plan, &place->err));
}

/* ---- what comes back ---- */

static void a_mark_comes_back_as_it_was_put_in(void **state) {
	Place *place = *state;
	Store *store = open_store(place);
	StoredMark in = {.at_ms = 1795289412345, .text = "\xff\0{}", .len = 4};
	put(place, store, "db1:5432 \"x\"", in);
	store_close(store);
	store = open_store(place);
	StoredMark out = get(place, store, "db1:5432 \"x\"");
	assert_true(out.at_ms == in.at_ms && out.len == in.len);
	assert_memory_equal(out.text, in.text, in.len);
	assert_false(has_mark(place, store, "db2:5432"));
	store_close(store);
}

static void a_server_has_one_mark_the_newest(void **state) {
	Place *place = *state;
	Store *store = open_store(place);
	put(place, store, "db1", mark_of("first"));
	put(place, store, "db2", mark_of("other"));
	put(place, store, "db1", mark_of("second"));
	assert_string_equal(get(place, store, "db1").text, "second");
	assert_string_equal(get(place, store, "db2").text, "other");
	store_close(store);
}

static void the_oldest_go_when_they_take_too_much(void **state) {
	Place *place = *state;
	Store *store = open_with(place, (StoreBounds){.days = 2, .bytes = 2500, .rows = 10});
	StoredMark mark = mark_of(big(place, 1000)), old = mark_of("old");
	old.at_ms -= 3 * 86400000LL;
	put(place, store, "old", old);
	assert_true(has_mark(place, store, "old")); /* the newest stays, however old it says it is */
	for (int i = 0; i < 4; i++, mark.at_ms++) put(place, store, arena_printf(place->arena, "db%d", i), mark);
	assert_false(has_mark(place, store, "old") || has_mark(place, store, "db0") || has_mark(place, store, "db1"));
	assert_true(has_mark(place, store, "db2") && has_mark(place, store, "db3"));
	StoredMark huge = mark_of(big(place, 3000));
	assert_false(store_put_mark(store, "db3", &huge, &place->err));
	assert_int_equal(place->err.kind, ERR_REFUSED);
	assert_int_equal(get(place, store, "db3").len, 1000);
	store_close(store);
}

static void a_mark_that_is_told_outlives_a_kill(void **state) {
	Place *place = *state;
	int ends[2];
	char told;
	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	if (pid == 0) {
		Store *store = open_store(place);
		put(place, store, "db1", mark_of(big(place, 3000000)));
		if (write(ends[1], ".", 1) == 1) pause();
	}
	assert_int_equal(read(ends[0], &told, 1), 1);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(ends[0]);
	close(ends[1]);
	Store *store = open_store(place);
	assert_int_equal(get(place, store, "db1").len, 3000000);
	store_close(store);
	assert_whole(place);
}

/* ---- older programs ---- */

static void a_store_of_the_first_format_is_brought_up_to_date(void **state) {
	Place *place = *state;
	Store *store = open_store(place);
	keep_plan(place, store, "select 'of yore'");
	store_close(store);
	run_raw(place, "drop table marks; pragma user_version = 1");
	store = open_store(place);
	StoredPlans plans = {0};
	assert_fine(place, store_list(store, place->arena, &plans, &place->err));
	assert_int_equal(plans.count, 1);
	assert_string_equal(plans.items[0].statement, "select 'of yore'");
	put(place, store, "db1", mark_of("new"));
	store_close(store);
	assert_whole(place);
	store = open_store(place); /* once is enough */
	assert_true(has_mark(place, store, "db1"));
	store_close(store);
}

/* ---- other accounts ---- */

/* What the account may not: as root nothing is forbidden, so somebody else is asked. */
static void as_somebody_else(Place *place, void (*act)(Place *place)) {
	enum { NOBODY = 65534 };
	pid_t pid = fork();
	if (pid == 0) {
		if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0)) _exit(2);
		act(place);
		_exit(0);
	}
	int status;
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
}

/* All of the place is theirs, but for what the modes forbid. */
static void give_away(Place *place, mode_t folder, mode_t file) {
	const char *state = arena_printf(place->arena, "%s/state", place->folder), *own = arena_printf(place->arena, "%s/pgwhy", state);
	const char *const paths[] = {place->folder, state, own, place->path};
	for (size_t i = 0; geteuid() == 0 && i < sizeof paths / sizeof *paths; i++) assert_int_equal(chown(paths[i], 65534, 65534), 0);
	assert_int_equal(chmod(place->path, file), 0);
	assert_int_equal(chmod(own, folder), 0);
}

static void expect_unwritable(Place *place) {
	Store *store = store_open(place->path, &wide, &place->err);
	StoredMark mark = mark_of("x");
	bool wrote = store && store_put_mark(store, "db1", &mark, &place->err);
	bool told = place->err.kind == ERR_SYSTEM && strstr(place->err.message.text, "plans.db cannot be written");
	if (wrote || !told) fprintf(stderr, "said: %s\n", place->err.message.text);
	_exit(wrote || !told ? 1 : 0);
}

static void what_may_not_be_written_is_told_and_stays(void **state) {
	Place *place = *state;
	static const mode_t modes[][2] = {{0500, 0600}, {0700, 0400}, {0500, 0400}};
	Store *store = open_store(place);
	put(place, store, "db1", mark_of("there"));
	store_close(store);
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		give_away(place, modes[i][0], modes[i][1]);
		as_somebody_else(place, expect_unwritable);
	}
	give_away(place, 0700, 0600);
	store = open_store(place);
	assert_string_equal(get(place, store, "db1").text, "there");
	store_close(store);
}

/* ---- the disk is full ---- */

#ifdef __linux__
/* On a small disk of its own, which is gone with the process. */
static void fill(Place *place) {
	if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 || mount("none", place->folder, "tmpfs", 0, "size=1m") != 0) _exit(77);
	Err err = ERR_INIT;
	Store *store = open_store(place);
	put(place, store, "db1", mark_of("there"));
	const StoredMark mark = mark_of(big(place, 200000));
	for (int i = 0; i < 20 && store_put_mark(store, arena_printf(place->arena, "db%d", i + 2), &mark, &err); i++) continue;
	bool told = strstr(err.message.text, "the disk is full");
	if (!told) fprintf(stderr, "said: %s\n", err.message.text);
	StoredMark found = get(place, store, "db1"); /* reading goes on */
	store_close(store);
	store = open_store(place);
	bool there = strcmp(found.text, "there") == 0 && has_mark(place, store, "db1");
	store_close(store);
	assert_whole(place);
	_exit(told && there ? 0 : 1);
}

static void a_disk_without_room_is_told_by_name(void **state) {
	Place *place = *state;
	pid_t pid = fork();
	if (pid == 0) fill(place);
	int status;
	waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
		printf("skip: a_disk_without_room_is_told_by_name: no disk can be mounted here\n");
		skip();
	}
	assert_int_equal(status, 0);
}
#endif

/* ---- half a file ---- */

static void a_file_that_was_cut_off_is_told(void **state) {
	Place *place = *state;
	Store *store = open_store(place);
	for (int i = 0; i < 20; i++) put(place, store, arena_printf(place->arena, "db%d", i), mark_of(big(place, 20000)));
	store_close(store);
	off_t half = size_of(place->path) / 2;
	assert_int_equal(truncate(place->path, half), 0);
	store = store_open(place->path, &wide, &place->err);
	StoredMark mark = {0};
	bool fine = store != NULL;
	for (int i = 0; fine && i < 20; i++) fine = store_get_mark(store, place->arena, arena_printf(place->arena, "db%d", i), &mark, &place->err);
	store_close(store);
	assert_false(fine);
	assert_non_null(strstr(place->err.message.text, "plans.db is damaged"));
	assert_true(size_of(place->path) == half);
}

int main(void) {
	signal(SIGPIPE, SIG_IGN);
#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_mark_comes_back_as_it_was_put_in), T(a_server_has_one_mark_the_newest), T(the_oldest_go_when_they_take_too_much),
		T(a_mark_that_is_told_outlives_a_kill), T(a_store_of_the_first_format_is_brought_up_to_date), T(what_may_not_be_written_is_told_and_stays),
#ifdef __linux__
		T(a_disk_without_room_is_told_by_name),
#endif
		T(a_file_that_was_cut_off_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
