/* test_plans.c: plans that are kept, on files of their own: what comes back, what goes, and what neither a kill nor a full disk may lose. */
#include "place.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "store/plans.h"

static StoredPlan plan_of(const char *statement) {
	return (StoredPlan){.at_ms = clock_wall_ms(), .fingerprint = "f1", .statement = statement, .execution_ms = NAN, .cost = 12.5, .shared_blocks = NAN, .plan = "[{}]", .plan_len = 4};
}

static int64_t keep(Place *place, Store *store, StoredPlan plan) {
	assert_fine(place, store_keep(store, &plan, &place->err));
	assert_true(plan.id > 0);
	return plan.id;
}

static StoredPlans list(Place *place, Store *store) {
	StoredPlans plans = {0};
	assert_fine(place, store_list(store, place->arena, &plans, &place->err));
	return plans;
}

static StoredPlan fetch(Place *place, Store *store, int64_t id) {
	StoredPlan plan;
	assert_fine(place, store_fetch(store, place->arena, id, &plan, &place->err));
	return plan;
}

/* ---- what comes back ---- */

static void a_plan_comes_back_as_it_was_put_in(void **state) {
	Place *place = *state;
	Store *store = open_store(place);
	static const char bytes[] = "[{\"Plan\": \"\xff\0\x1b\"}]";
	StoredPlan in = {
		.at_ms = clock_wall_ms(), .fingerprint = "a1b2", .statement = "select '\x1b[31m\xff'", .parameters = "[1]", .settings = "{\"work_mem\": \"4MB\"}",
		.relations = "{}", .host = "db1", .port = "5433", .database = "sh\"op", .role = "it's", .server_version = 150020, .measured = true,
		.execution_ms = 462.25, .cost = 40712, .shared_blocks = 40121, .findings = "[]", .plan = bytes, .plan_len = sizeof bytes - 1,
	};
	int64_t id = keep(place, store, in);
	store_close(store);
	store = open_store(place);
	StoredPlan out = fetch(place, store, id);
	assert_true(out.id == id && out.at_ms == in.at_ms && out.measured && out.server_version == 150020 && !out.marked);
	assert_null(out.name);
	const char *const pairs[][2] = {
		{in.fingerprint, out.fingerprint}, {in.statement, out.statement}, {in.parameters, out.parameters}, {in.settings, out.settings}, {in.relations, out.relations},
		{in.host, out.host}, {in.port, out.port}, {in.database, out.database}, {in.role, out.role}, {in.findings, out.findings},
	};
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) assert_string_equal(pairs[i][0], pairs[i][1]);
	assert_true(out.execution_ms == 462.25 && out.cost == 40712 && out.shared_blocks == 40121);
	assert_int_equal(out.plan_len, sizeof bytes - 1);
	assert_memory_equal(out.plan, bytes, sizeof bytes);
	store_close(store);
}

static void what_is_not_known_stays_unknown(void **state) {
	Place *place = *state;
	Store *store = open_store(place);
	StoredPlan out = fetch(place, store, keep(place, store, plan_of("select 1")));
	assert_true(isnan(out.execution_ms) && isnan(out.shared_blocks) && out.cost == 12.5);
	assert_null(out.host);
	assert_null(out.findings);
	assert_int_equal(fetch(place, store, 77).id, 0);
	store_close(store);
}

static void the_newest_stands_first(void **state) {
	Place *place = *state;
	Store *store = open_store(place);
	for (int i = 0; i < 3; i++) keep(place, store, plan_of(arena_printf(place->arena, "select %d", i)));
	StoredPlans plans = list(place, store);
	assert_int_equal(plans.count, 3);
	assert_string_equal(plans.items[0].statement, "select 2");
	assert_string_equal(plans.items[2].statement, "select 0");
	assert_null(plans.items[0].plan);
	store_close(store);
}

static void a_name_belongs_to_one_plan(void **state) {
	Place *place = *state;
	Store *store = open_store(place);
	int64_t first = keep(place, store, plan_of("select 1")), second = keep(place, store, plan_of("select 2"));
	StoredPlan found;
	assert_fine(place, store_name(store, first, "before the index", &place->err));
	assert_fine(place, store_fetch_named(store, place->arena, "before the index", &found, &place->err));
	assert_true(found.id == first);
	assert_fine(place, store_name(store, second, "before the index", &place->err));
	assert_fine(place, store_fetch_named(store, place->arena, "before the index", &found, &place->err));
	assert_true(found.id == second);
	assert_null(fetch(place, store, first).name);
	assert_fine(place, store_name(store, second, NULL, &place->err));
	assert_fine(place, store_fetch_named(store, place->arena, "before the index", &found, &place->err));
	assert_int_equal(found.id, 0);
	store_close(store);
}

/* And counts as much as it takes then. */
static void what_is_advised_changes_when_it_was_tried(void **state) {
	Place *place = *state;
	Store *store = open_with(place, (StoreBounds){.days = 90, .bytes = 1000, .rows = 1e4});
	int64_t first = keep(place, store, plan_of("select 1")), second = keep(place, store, plan_of("select 2"));
	char *findings = arena_alloc(place->arena, 1000);
	assert_fine(place, store_advise(store, second, "[\"é\"]", &place->err));
	assert_string_equal(fetch(place, store, second).findings, "[\"é\"]");
	assert_null(fetch(place, store, first).findings);
	assert_fine(place, store_advise(store, 77, "[]", &place->err));
	assert_fine(place, store_advise(store, first, memset(findings, 'x', 950), &place->err));
	assert_fine(place, store_advise(store, first, "[]", &place->err));
	keep(place, store, plan_of("select 3"));
	assert_int_equal(list(place, store).count, 3);
	assert_fine(place, store_advise(store, first, findings, &place->err));
	keep(place, store, plan_of("select 4"));
	assert_int_equal(fetch(place, store, first).id, 0);
	assert_int_equal(list(place, store).count, 3);
	store_close(store);
}

static void a_statement_has_one_plan_marked(void **state) {
	Place *place = *state;
	Store *store = open_store(place);
	StoredPlan other = plan_of("select 3"), found;
	other.fingerprint = "f2";
	int64_t first = keep(place, store, plan_of("select 1")), second = keep(place, store, plan_of("select 2")), third = keep(place, store, other);
	assert_fine(place, store_mark(store, first, &place->err) && store_mark(store, third, &place->err) && store_mark(store, second, &place->err));
	assert_fine(place, store_fetch_marked(store, place->arena, "f1", &found, &place->err));
	assert_true(found.id == second && found.marked);
	assert_false(fetch(place, store, first).marked);
	assert_true(fetch(place, store, third).marked);
	assert_fine(place, store_unmark(store, "f1", &place->err));
	assert_fine(place, store_fetch_marked(store, place->arena, "f1", &found, &place->err));
	assert_int_equal(found.id, 0);
	assert_true(fetch(place, store, third).marked);
	store_close(store);
}

static void what_is_deleted_leaves_no_trace(void **state) {
	Place *place = *state;
	Store *store = open_store(place);
	int64_t id = keep(place, store, plan_of("select 'the secret of the day'"));
	assert_fine(place, store_delete(store, id, &place->err));
	assert_int_equal(list(place, store).count, 0);
	store_close(store); /* the journal goes into the file */
	FILE *file = fopen(place->path, "r");
	char *bytes = arena_alloc(place->arena, 1 << 20);
	size_t len = fread(bytes, 1, 1 << 20, file);
	fclose(file);
	assert_true(len > 0);
	for (size_t i = 0; i + 10 < len; i++) assert_true(memcmp(bytes + i, "the secret", 10) != 0);
}

/* ---- bounds ---- */

static void the_oldest_go_when_there_are_too_many(void **state) {
	Place *place = *state;
	Store *store = open_with(place, (StoreBounds){.days = 90, .bytes = 1e8, .rows = 4});
	int64_t named = keep(place, store, plan_of("select 'named'")), marked = keep(place, store, plan_of("select 'marked'"));
	assert_fine(place, store_name(store, named, "n", &place->err) && store_mark(store, marked, &place->err));
	for (int i = 0; i < 5; i++) keep(place, store, plan_of(arena_printf(place->arena, "select %d", i)));
	StoredPlans plans = list(place, store);
	assert_int_equal(plans.count, 4);
	assert_string_equal(plans.items[0].statement, "select 4");
	assert_string_equal(plans.items[1].statement, "select 3");
	assert_string_equal(plans.items[2].statement, "select 'marked'");
	assert_string_equal(plans.items[3].statement, "select 'named'");
	store_close(store);
}

static void the_file_does_not_grow_beyond_its_bytes(void **state) {
	Place *place = *state;
	enum { BYTES = 100000 };
	Store *store = open_with(place, (StoreBounds){.days = 90, .bytes = 10 * BYTES, .rows = 1e4});
	char *big = arena_alloc(place->arena, BYTES);
	memset(big, 'x', BYTES);
	for (int i = 0; i < 60; i++) {
		StoredPlan plan = plan_of(arena_printf(place->arena, "select %d", i));
		plan.plan = big;
		plan.plan_len = BYTES;
		keep(place, store, plan);
	}
	StoredPlans plans = list(place, store);
	assert_int_equal(plans.count, 9); /* ten statements more are over it */
	assert_string_equal(plans.items[0].statement, "select 59");
	assert_true(size_of(arena_printf(place->arena, "%s-wal", place->path)) <= 2 * 4194304);
	store_close(store);
	assert_true(size_of(place->path) < 13 * BYTES);
}

static void what_is_larger_than_the_store_is_refused(void **state) {
	Place *place = *state;
	Store *store = open_with(place, (StoreBounds){.days = 90, .bytes = 100, .rows = 1e4});
	int64_t id = keep(place, store, plan_of("select 1"));
	StoredPlan plan = plan_of("select 2");
	plan.settings = arena_printf(place->arena, "%200d", 1);
	assert_false(store_keep(store, &plan, &place->err));
	assert_int_equal(place->err.kind, ERR_REFUSED);
	assert_true(fetch(place, store, id).id == id);
	store_close(store);
}

static void narrower_bounds_are_applied_when_asked_for(void **state) {
	Place *place = *state;
	Store *store = open_store(place);
	int64_t named = keep(place, store, plan_of("select 'named'"));
	assert_fine(place, store_name(store, named, "n", &place->err));
	for (int i = 0; i < 5; i++) keep(place, store, plan_of(arena_printf(place->arena, "select %d", i)));
	store_close(store);
	store = open_with(place, (StoreBounds){.days = 90, .bytes = 1e8, .rows = 3});
	assert_int_equal(list(place, store).count, 6);
	assert_fine(place, store_trim(store, &place->err));
	StoredPlans plans = list(place, store);
	assert_int_equal(plans.count, 3);
	assert_string_equal(plans.items[0].statement, "select 4");
	assert_string_equal(plans.items[2].statement, "select 'named'");
	store_close(store);
}

static void what_is_too_old_goes(void **state) {
	Place *place = *state;
	Store *store = open_with(place, (StoreBounds){.days = 2, .bytes = 1e8, .rows = 1e4});
	StoredPlan old = plan_of("select 'old'"), young = plan_of("select 'young'");
	old.at_ms -= 3 * 86400000LL;
	young.at_ms -= 86400000LL;
	keep(place, store, old);
	keep(place, store, young);
	keep(place, store, plan_of("select 'new'"));
	assert_int_equal(list(place, store).count, 2);
	store_close(store);
}

/* ---- whose it is ---- */

static void only_its_owner_can_read_it(void **state) {
	Place *place = *state;
	struct stat found;
	mode_t before = umask(0);
	Store *store = open_store(place);
	keep(place, store, plan_of("select 1"));
	umask(before);
	static const char *const ends[] = {"", "-wal", "-shm"};
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		assert_int_equal(stat(arena_printf(place->arena, "%s%s", place->path, ends[i]), &found), 0);
		assert_int_equal(found.st_mode & 0777, 0600);
	}
	assert_int_equal(stat(arena_printf(place->arena, "%s/state/pgwhy", place->folder), &found), 0);
	assert_int_equal(found.st_mode & 0777, 0700);
	store_close(store);
	chmod(place->path, 0644);
	store_close(open_store(place));
	assert_int_equal(stat(place->path, &found), 0);
	assert_int_equal(found.st_mode & 0777, 0600);
}

/* ---- several at once, and the end in the middle ---- */

static void write_on(Place *place, int most, int tell) {
	Err err = ERR_INIT;
	Store *store = store_open(place->path, &wide, &err);
	for (int i = 0; store && i < most; i++) {
		StoredPlan plan = plan_of("select 1");
		char big[20000];
		memset(big, 'p', sizeof big);
		plan.plan = big;
		plan.plan_len = sizeof big;
		if (!store_keep(store, &plan, &err)) break;
		if (tell >= 0 && write(tell, ".", 1) != 1) break;
	}
	if (err_is(&err)) fprintf(stderr, "%s\n", err.message.text);
	_exit(err_is(&err) ? 1 : 0);
}

static void several_programs_write_at_once(void **state) {
	Place *place = *state;
	enum { WRITERS = 4, EACH = 25 };
	for (int i = 0; i < WRITERS; i++)
		if (fork() == 0) write_on(place, EACH, -1);
	for (int i = 0, status; i < WRITERS; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	Store *store = open_store(place);
	assert_int_equal(list(place, store).count, WRITERS * EACH);
	store_close(store);
	assert_whole(place);
}

static void a_kill_in_the_middle_loses_nothing_that_was_kept(void **state) {
	Place *place = *state;
	size_t kept = 0;
	for (int round = 0; round < 5; round++) {
		int ends[2];
		assert_int_equal(pipe(ends), 0);
		pid_t pid = fork();
		if (pid == 0) write_on(place, 1000000, ends[1]);
		close(ends[1]);
		char told[16];
		for (int i = 0; i < 5 + round; i++) {
			assert_int_equal(read(ends[0], told, 1), 1);
			kept++;
		}
		kill(pid, SIGKILL);
		for (ssize_t got; (got = read(ends[0], told, sizeof told)) > 0;) kept += (size_t)got;
		close(ends[0]);
		waitpid(pid, NULL, 0);
		Store *store = open_store(place);
		size_t there = list(place, store).count;
		assert_in_range(there, kept, kept + 1); /* the last may be kept and not told */
		kept = there;
		StoredPlan newest = fetch(place, store, list(place, store).items[0].id);
		assert_int_equal(newest.plan_len, 20000);
		store_close(store);
	}
	assert_whole(place);
}

/* The limit on the size of files stands for the end of the disk. */
static void a_full_disk_is_told_and_what_is_there_stays(void **state) {
	Place *place = *state;
	Store *store = open_store(place);
	keep(place, store, plan_of("select 1"));
	store_close(store);
	pid_t pid = fork();
	if (pid == 0) {
		signal(SIGXFSZ, SIG_IGN);
		struct rlimit limit = {200000, 200000};
		setrlimit(RLIMIT_FSIZE, &limit);
		Err err = ERR_INIT;
		store = store_open(place->path, &wide, &err);
		StoredPlan plan = plan_of("select 2");
		char *big = calloc(1, 100000);
		plan.plan = big;
		plan.plan_len = 100000;
		for (int i = 0; store && i < 20 && store_keep(store, &plan, &err); i++) continue;
		StoredPlans plans = {0};
		bool told = store && err.kind == ERR_SYSTEM && strstr(err.message.text, place->path);
		if (!told) fprintf(stderr, "said: %s\n", err.message.text);
		_exit(told && store_list(store, arena_new(), &plans, NULL) && plans.count >= 1 ? 0 : 1);
	}
	int status;
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	store = open_store(place);
	keep(place, store, plan_of("select 3"));
	StoredPlans plans = list(place, store);
	assert_string_equal(plans.items[0].statement, "select 3");
	assert_string_equal(plans.items[plans.count - 1].statement, "select 1");
	store_close(store);
	assert_whole(place);
}

/* ---- what cannot be opened ---- */

static void a_damaged_file_is_told(void **state) {
	Place *place = *state;
	Store *store = open_store(place);
	for (int i = 0; i < 50; i++) keep(place, store, plan_of(arena_printf(place->arena, "select '%2000d'", i)));
	store_close(store);
	FILE *file = fopen(place->path, "r+");
	fseek(file, 4096, SEEK_SET);
	for (int i = 0; i < 100000; i++) fputc(0xA5, file);
	fclose(file);
	store = store_open(place->path, &wide, &place->err);
	StoredPlans plans = {0};
	bool read = store && store_list(store, place->arena, &plans, &place->err);
	store_close(store);
	assert_false(read);
	assert_non_null(strstr(place->err.message.text, "plans.db is damaged"));
	assert_true(place->err.hint.len > 0);
	file = fopen(place->path, "w");
	for (int i = 0; i < 5000; i++) fputs("no database ", file);
	fclose(file);
	assert_non_null(strstr(refusal(place), "plans.db is damaged"));
	assert_true(size_of(place->path) == 60000);
}

static void a_locked_file_is_told(void **state) {
	Place *place = *state;
	Store *store = open_store(place);
	sqlite3 *other = open_raw(place);
	assert_int_equal(sqlite3_exec(other, "begin immediate", NULL, NULL, NULL), SQLITE_OK);
	StoredPlan plan = plan_of("select 1");
	assert_false(store_keep(store, &plan, &place->err));
	assert_non_null(strstr(place->err.message.text, "locked by another program"));
	assert_int_equal(list(place, store).count, 0); /* reading goes on */
	sqlite3_close(other);
	keep(place, store, plan_of("select 1"));
	store_close(store);
}

static void what_a_newer_pgwhy_wrote_is_left_alone(void **state) {
	Place *place = *state;
	store_close(open_store(place));
	run_raw(place, "pragma user_version = 99; create table of_tomorrow (x)");
	assert_non_null(strstr(refusal(place), "newer pgwhy (format 99"));
	run_raw(place, "insert into of_tomorrow values (1)");
	assert_whole(place);
}

static void somebody_elses_database_is_left_alone(void **state) {
	Place *place = *state;
	place->path = arena_printf(place->arena, "%s/theirs.db", place->folder);
	run_raw(place, "create table theirs (x)");
	off_t before = size_of(place->path);
	assert_non_null(strstr(refusal(place), "no store of pgwhy's"));
	assert_true(size_of(place->path) == before);
}

static void a_place_that_takes_no_file_is_told(void **state) {
	Place *place = *state;
	place->path = "/dev/null/state/plans.db";
	assert_non_null(strstr(refusal(place), "Not a directory"));
	place->path = place->folder;
	assert_non_null(strstr(refusal(place), "is no file"));
	place->path = "/dev/null";
	assert_non_null(strstr(refusal(place), "is no file"));
}

int main(void) {
	signal(SIGPIPE, SIG_IGN);
#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_plan_comes_back_as_it_was_put_in), T(what_is_not_known_stays_unknown), T(the_newest_stands_first), T(a_name_belongs_to_one_plan),
		T(what_is_advised_changes_when_it_was_tried), T(what_is_deleted_leaves_no_trace), T(the_oldest_go_when_there_are_too_many),
		T(a_statement_has_one_plan_marked), T(what_is_deleted_leaves_no_trace), T(the_oldest_go_when_there_are_too_many),
		T(the_file_does_not_grow_beyond_its_bytes), T(what_is_larger_than_the_store_is_refused), T(narrower_bounds_are_applied_when_asked_for), T(what_is_too_old_goes), T(only_its_owner_can_read_it),
		T(several_programs_write_at_once), T(a_kill_in_the_middle_loses_nothing_that_was_kept), T(a_full_disk_is_told_and_what_is_there_stays),
		T(a_damaged_file_is_told), T(a_locked_file_is_told), T(what_a_newer_pgwhy_wrote_is_left_alone), T(somebody_elses_database_is_left_alone),
		T(a_place_that_takes_no_file_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
