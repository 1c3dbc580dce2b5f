/* test_scans.c: how tables are read, as the server tells it: to every role, on a standby, beside exclusive locks, again for some of them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ground.h"

static int set_up(void **state) {
	const ClusterSpec spec = {.settings = "autovacuum = off\nmax_parallel_workers_per_gather = 0\n"};
	if (ground_set_up(state, &spec) != 0) return -1;
	ground_run(*state, "postgres",
	           "create role plain login; create table t (id int primary key, a int); insert into t select g, g from generate_series(1, 30000) g;"
	           "create table p (a int) partition by range (a); create table p1 partition of p for values from (0) to (9);"
	           "create table p2 partition of p for values from (9) to (19) partition by range (a); create table p21 partition of p2 default;"
	           "create temp table passing (a int); create materialized view mv as select 1 as a");
	return 0;
}

static size_t row_of(const Answer *answer, const char *relation) {
	if (!answer->table) fail_msg("%s", answer->message);
	size_t column = table_column(answer->table, "relation");
	for (size_t row = 0; row < answer->table->row_count; row++)
		if (strcmp(table_text(answer->table, row, column, ""), relation) == 0) return row;
	fail_msg("there is no table %s", relation);
	return 0;
}

static double figure(const Answer *answer, size_t row, const char *column) {
	return table_real(answer->table, row, table_column(answer->table, column), NAN);
}

static const char *oids_of(Ground *ground, const char *names) {
	return ground_ask(ground, "postgres", arena_printf(ground->arena, "select array_agg(oid::int8) from pg_class where relname in (%s)", names));
}

static void every_role_sees_every_table(void **state) {
	Ground *ground = *state;
	static const char *const users[] = {NULL, "plain"};
	for (size_t i = 0; i < 2; i++) {
		Conn *conn = ground_connect(ground, users[i], NULL);
		Answer answer = ground_catalog(ground, conn, "scans", NULL, 0);
		size_t t = row_of(&answer, "public.t"), p = row_of(&answer, "public.p"), p21 = row_of(&answer, "public.p21"), p2 = row_of(&answer, "public.p2");
		row_of(&answer, "public.mv");
		assert_int_equal(answer.table->row_count, 6); /* what passes with a session is not there */
		assert_true(figure(&answer, t, "live_rows") == 30000 && figure(&answer, t, "inserted") == 30000);
		assert_true(figure(&answer, t, "total_pages") > 100); /* never analyzed, so it was looked at */
		assert_true(figure(&answer, p21, "parent") == figure(&answer, p2, "oid") && figure(&answer, p2, "parent") == figure(&answer, p, "oid"));
		assert_true(isnan(figure(&answer, p, "parent")));
		Answer info = ground_catalog(ground, conn, "scans_info", NULL, 0);
		assert_int_equal(info.table->row_count, 1);
		assert_true(figure(&info, 0, "vacuum_threshold") == 50);
		ground_leave(ground, conn);
	}
}

static size_t row_of_oid(const Answer *answer, double oid) {
	for (size_t row = 0; row < answer->table->row_count; row++)
		if (figure(answer, row, "oid") == oid) return row;
	fail_msg("there is no table %.0f", oid);
	return 0;
}

/* The answer that knows of a scan of t that was not in `all`: a session tells of what it did when it ends, a little later. */
static Answer scanned_since(Ground *ground, Conn *conn, const char *oids, const Answer *all) {
	size_t before = row_of(all, "public.t");
	Answer some = {0};
	UNTIL(ground, (some = ground_catalog(ground, conn, "scans_shown", &oids, 1), some.table) &&
	                  figure(&some, row_of_oid(&some, figure(all, before, "oid")), "seq_scans") > figure(all, before, "seq_scans"));
	return some;
}

/* Laid over a sample, it has to fit: the same columns, of the same types, for those asked for and their partitions. */
static void some_are_read_again(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, "plain", NULL);
	Answer all = ground_catalog(ground, conn, "scans", NULL, 0);
	ground_run(ground, "postgres", "select count(*) from t where a = 1");
	const char *oids = oids_of(ground, "'t', 'p'");
	Answer some = scanned_since(ground, conn, oids, &all);
	assert_int_equal(some.table->row_count, 5);
	for (size_t i = 0; i < some.table->column_count; i++) {
		size_t place = table_column(all.table, some.table->columns[i].name);
		if (place == TABLE_NO_COLUMN) fail_msg("%s is not in the sample", some.table->columns[i].name);
		assert_int_equal(all.table->columns[place].type, some.table->columns[i].type);
	}
	size_t before = row_of(&all, "public.t"), row = row_of_oid(&some, figure(&all, before, "oid"));
	assert_true(figure(&some, row, "seq_scans") == figure(&all, before, "seq_scans") + 1);
	assert_true(figure(&some, row, "seq_rows") == figure(&all, before, "seq_rows") + 30000);
	assert_true(figure(&some, row, "taken_s") > figure(&all, before, "taken_s"));
	static const char *const odd[] = {"{}", "{0,4294967295}"};
	for (size_t i = 0; i < 2; i++) {
		Answer none = ground_catalog(ground, conn, "scans_shown", &odd[i], 1);
		assert_int_equal(none.table->row_count, 0);
	}
	ground_leave(ground, conn);
}

static void nobody_waits_for_an_exclusive_lock(void **state) {
	Ground *ground = *state;
	Conn *locker = ground_connect(ground, NULL, NULL), *conn = ground_connect(ground, NULL, NULL);
	Answer locked = ground_query(ground, locker, "begin read write");
	locked = ground_query(ground, locker, "lock table public.t in access exclusive mode");
	if (!locked.table && locked.kind != ERR_NONE) fail_msg("%s", locked.message);
	Answer answer = ground_catalog(ground, conn, "scans", NULL, 0);
	assert_true(isnan(figure(&answer, row_of(&answer, "public.t"), "total_pages")));
	const char *oids = oids_of(ground, "'t'");
	Answer some = ground_catalog(ground, conn, "scans_shown", &oids, 1);
	assert_int_equal(some.table->row_count, 1);
	ground_query(ground, locker, "rollback");
	ground_leave(ground, locker);
	ground_leave(ground, conn);
}

/* A server that waits for a primary it never hears of. Last: it does not come back from that. */
static void a_standby_tells_what_it_knows(void **state) {
	Ground *ground = *state;
	ground_run(ground, "postgres", "analyze t");
	const char *data = arena_printf(ground->arena, "%s/data", cluster_dir(ground->cluster)), *mark = arena_printf(ground->arena, "%s/standby.signal", data);
	struct stat owner;
	assert_int_equal(stat(data, &owner), 0);
	int fd = open(mark, O_WRONLY | O_CREAT | O_EXCL, 0600);
	assert_true(fd >= 0);
	close(fd);
	if (geteuid() == 0) assert_int_equal(chown(mark, owner.st_uid, owner.st_gid), 0);
	if (!cluster_restart(ground->cluster, &ground->err)) fail_msg("%s", ground->err.message.text);
	Conn *conn = ground_connect(ground, "plain", NULL);
	assert_true(conn_server(conn)->in_recovery);
	Answer answer = ground_catalog(ground, conn, "scans", NULL, 0);
	assert_true(figure(&answer, row_of(&answer, "public.t"), "rows_estimate") == 30000);
	const char *oids = oids_of(ground, "'t'");
	assert_non_null(ground_catalog(ground, conn, "scans_shown", &oids, 1).table);
	Answer server = ground_catalog(ground, conn, "server_state", NULL, 0);
	if (!server.table) fail_msg("%s", server.message);
	bool replay = false;
	for (size_t row = 0; row < server.table->row_count; row++) replay |= strcmp(table_text(server.table, row, 0, ""), "replay") == 0;
	assert_true(replay);
	ground_leave(ground, conn);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_role_sees_every_table),
		cmocka_unit_test(some_are_read_again),
		cmocka_unit_test(nobody_waits_for_an_exclusive_lock),
		cmocka_unit_test(a_standby_tells_what_it_knows),
	};
	return cmocka_run_group_tests(tests, set_up, ground_tear_down);
}
