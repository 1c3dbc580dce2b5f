/* test_apply_trouble.c: what becomes of a remedy that is cancelled, fails, is in a hurry or not allowed: nothing is left, or what is left is told. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "applied.h"

static const char tables[] =
	"create table orders (id int primary key, total int); insert into orders select i, i from generate_series(1, 20000) i;"
	"create table chained (id int primary key, a int); insert into chained select i, i from generate_series(1, 1000) i;"
	"create table waits (id int, a int); insert into waits select i, i from generate_series(1, 1000) i;"
	"create table large (id int, a text); insert into large select i, md5(i::text) || md5((i + 1)::text) from generate_series(1, 60000) i;"
	"create function slow(int) returns int language plpgsql immutable as $$ begin perform pg_sleep(0.05); return $1; end $$;"
	"create role hurried superuser login; alter role hurried set statement_timeout = '200ms';"
	"create role tight superuser login; alter role tight set temp_file_limit = '64kB'; alter role tight set maintenance_work_mem = '1MB';"
	"create role guest login; grant all on all tables in schema public to guest; grant create on schema public to guest;"
	"do $$ begin if current_setting('server_version_num')::int >= 170000 then alter role hurried set transaction_timeout = '300ms'; end if; end $$;"
	"analyze";

static const char settings[] = "jit = off\nmax_prepared_transactions = 2\nmax_parallel_maintenance_workers = 0\n";

static int set_up(void **state) {
	if (ground_set_up(state, &(ClusterSpec){.settings = settings}) != 0) return -1;
	ground_run(*state, "postgres", tables);
	return 0;
}

static RemedySteps index_steps(Ground *ground, const char *table, const char *key, const char *name) {
	const char **columns = ARENA_ARRAY(ground->arena, const char *, 1);
	columns[0] = key;
	Finding finding = finding_of(ground, advised_on(table, columns, 1, name));
	return steps_of(ground, &finding);
}

/* ---- cancelled ---- */

static void a_cancelled_build_leaves_no_invalid_index(void **state) {
	Ground *ground = *state;
	const char *columns[] = {"a"};
	Finding finding = finding_of(ground, advised_on("waits", columns, 1, "waits_a_idx"));
	RemedySteps steps = steps_of(ground, &finding);
	ground_run(ground, "postgres", "begin; insert into waits values (0, 0); prepare transaction 'blocks'");
	Conn *conn = ground_connect(ground, NULL, NULL);
	Outcome outcome = {.ground = ground};
	Apply *apply = start(conn, &steps, &outcome);
	UNTIL(ground, outcome.ran);
	UNTIL(ground, index_there(ground, "waits_a_idx", "false")); /* it waits for the transaction */
	apply_cancel(apply);
	UNTIL(ground, outcome.stage == APPLY_REMOVING);
	assert_non_null(strstr(outcome.leftover, "DROP INDEX CONCURRENTLY public.waits_a_idx"));
	ground_run(ground, "postgres", "rollback prepared 'blocks'");
	UNTIL(ground, outcome.done);
	assert_int_equal(outcome.kind, ERR_CANCELLED);
	assert_true(outcome.removed);
	assert_null(outcome.leftover);
	assert_false(index_there(ground, "waits_a_idx", "false"));
	ground_leave(ground, conn);
}

static void a_removal_that_is_cancelled_tells_what_is_left(void **state) {
	Ground *ground = *state;
	const char *columns[] = {"id"};
	Finding finding = finding_of(ground, advised_on("waits", columns, 1, "waits_id_idx"));
	RemedySteps steps = steps_of(ground, &finding);
	ground_run(ground, "postgres", "begin; insert into waits values (0, 0); prepare transaction 'blocks'");
	Conn *conn = ground_connect(ground, NULL, NULL);
	Outcome outcome = {.ground = ground};
	Apply *apply = start(conn, &steps, &outcome);
	UNTIL(ground, outcome.ran && index_there(ground, "waits_id_idx", "false"));
	apply_cancel(apply);
	UNTIL(ground, outcome.stage == APPLY_REMOVING);
	apply_cancel(apply);
	UNTIL(ground, outcome.done);
	assert_false(outcome.removed);
	assert_string_equal(outcome.leftover, "DROP INDEX CONCURRENTLY public.waits_id_idx");
	ground_run(ground, "postgres", "rollback prepared 'blocks'");
	Outcome again = apply_all(ground, &steps); /* it is not ours any more: told, not removed */
	assert_int_equal(again.kind, ERR_REFUSED);
	assert_true(index_there(ground, "waits_id_idx", "false"));
	ground_run(ground, "postgres", "drop index waits_id_idx");
	ground_leave(ground, conn);
}

static bool in_phase(Ground *ground, const char *phase) {
	return strstr(ground_ask(ground, "postgres", "select coalesce(string_agg(phase, ' '), '') from pg_stat_progress_create_index"), phase);
}

static void cancelled_in(Ground *ground, const RemedySteps *steps, const char *phase, const char *name) {
	Conn *conn = ground_connect(ground, NULL, NULL);
	Outcome outcome = {.ground = ground};
	Apply *apply = start(conn, steps, &outcome);
	UNTIL(ground, outcome.ran && in_phase(ground, phase));
	apply_cancel(apply);
	UNTIL(ground, outcome.done);
	assert_int_equal(outcome.kind, ERR_CANCELLED);
	assert_true(outcome.removed);
	assert_false(index_there(ground, name, "false"));
	ground_leave(ground, conn);
}

static void it_can_be_cancelled_while_it_builds(void **state) {
	RemedySteps steps = index_steps(*state, "orders", "slow(id)", "orders_slow_idx");
	cancelled_in(*state, &steps, "building index", "orders_slow_idx");
}

static void it_can_be_cancelled_while_it_waits_for_a_snapshot(void **state) {
	Ground *ground = *state;
	Conn *old = ground_connect(ground, NULL, NULL);
	Answer answer = ground_query(ground, old, "begin isolation level repeatable read");
	assert_int_equal(answer.kind, ERR_NONE);
	answer = ground_query(ground, old, "select count(*) from pg_class");
	assert_int_equal(answer.kind, ERR_NONE);
	RemedySteps steps = index_steps(ground, "orders", "total", "orders_waits_idx");
	cancelled_in(ground, &steps, "waiting for old snapshots", "orders_waits_idx");
	ground_leave(ground, old);
}

/* ---- refused, or given up ---- */

static void what_others_would_wait_behind_waits_a_moment_only(void **state) {
	Ground *ground = *state;
	Finding finding = finding_new("row-misestimate");
	finding.kind = REMEDY_STATISTICS;
	finding.sql = "ALTER TABLE public.chained ALTER COLUMN a SET STATISTICS 500";
	RemedySteps steps = steps_of(ground, &finding);
	ground_run(ground, "postgres", "begin; lock table chained in share mode; prepare transaction 'blocks'");
	Outcome outcome = apply_all(ground, &steps);
	ground_run(ground, "postgres", "rollback prepared 'blocks'");
	assert_int_equal(outcome.kind, ERR_TIMEOUT);
	assert_string_equal(ground_ask(ground, "postgres", "select count(*) from pg_attribute where attrelid = 'chained'::regclass and attstattarget = 500"), "0");
}

static void a_build_that_fails_by_itself_leaves_nothing(void **state) {
	Ground *ground = *state;
	const char *columns[] = {"(1 / (total - 7))"};
	Finding finding = finding_of(ground, advised_on("orders", columns, 1, "orders_fails_idx"));
	RemedySteps steps = steps_of(ground, &finding);
	Outcome outcome = apply_all(ground, &steps);
	assert_int_equal(outcome.kind, ERR_SERVER);
	assert_int_equal(outcome.step, 0);
	assert_true(outcome.removed);
	assert_false(index_there(ground, "orders_fails_idx", "false"));
}

static Outcome apply_as(Ground *ground, const char *user, const RemedySteps *steps) {
	Conn *conn = ground_connect(ground, user, NULL);
	Outcome outcome = {.ground = ground};
	start(conn, steps, &outcome);
	UNTIL(ground, outcome.done);
	ground_leave(ground, conn);
	return outcome;
}

static void no_room_for_it_leaves_nothing(void **state) {
	Ground *ground = *state;
	RemedySteps steps = index_steps(ground, "large", "a", "large_a_idx");
	Outcome outcome = apply_as(ground, "tight", &steps);
	assert_non_null(strstr(outcome.message, "temp_file_limit"));
	assert_true(outcome.removed);
	assert_false(index_there(ground, "large_a_idx", "false"));
}

static void who_may_not_is_told_who_may(void **state) {
	Ground *ground = *state;
	RemedySteps steps = index_steps(ground, "orders", "total", "orders_guest_idx");
	Outcome outcome = apply_as(ground, "guest", &steps);
	assert_int_equal(outcome.kind, ERR_SERVER);
	assert_non_null(strstr(outcome.message, "must be owner"));
	assert_non_null(strstr(outcome.hint, "Only its owner"));
	assert_false(outcome.removed);
	assert_null(outcome.leftover);
}

static void a_table_that_is_gone_is_told(void **state) {
	RemedySteps steps = index_steps(*state, "gone", "a", "gone_a_idx");
	Outcome outcome = apply_as(*state, NULL, &steps);
	assert_non_null(strstr(outcome.message, "does not exist"));
	assert_non_null(strstr(outcome.hint, "plan it again"));
	assert_null(outcome.leftover);
}

/* ---- not ended by what is none of ours ---- */

static void timeouts_of_the_role_do_not_end_a_build(void **state) {
	static const char waited[] = "select count(*) from pg_stat_activity where query like 'CREATE INDEX CONCURRENTLY hurried%' and clock_timestamp() - query_start > '600ms'";
	Ground *ground = *state;
	RemedySteps steps = index_steps(ground, "waits", "a", "hurried_idx");
	ground_run(ground, "postgres", "begin; insert into waits values (0, 0); prepare transaction 'blocks'");
	Conn *conn = ground_connect(ground, "hurried", NULL);
	Outcome outcome = {.ground = ground};
	start(conn, &steps, &outcome);
	UNTIL(ground, outcome.done || *ground_ask(ground, "postgres", waited) == '1');
	ground_run(ground, "postgres", "rollback prepared 'blocks'");
	UNTIL(ground, outcome.done);
	done_well(&outcome);
	assert_true(index_there(ground, "hurried_idx", "true"));
	ground_run(ground, "postgres", "drop index hurried_idx");
	ground_leave(ground, conn);
}

/* ---- what makes way ---- */

static RemedySteps cleared(Ground *ground, const char *name) {
	RemedySteps steps = {0};
	*list_push(ground->arena, &steps) = (RemedyStep){
		.kind = STEP_CLEAR, .sql = arena_printf(ground->arena, "DROP INDEX CONCURRENTLY public.%s", name), .relation = "public.waits", .schema = "public", .index = name, .lock = LOCK_SHARE_UPDATE_EXCLUSIVE};
	return steps;
}

static void only_what_is_still_invalid_makes_way(void **state) {
	Ground *ground = *state;
	RemedySteps steps = cleared(ground, "left_idx");
	Outcome gone = apply_all(ground, &steps); /* by itself */
	done_well(&gone);
	ground_run(ground, "postgres", "create index left_idx on waits (id)");
	Outcome valid = apply_all(ground, &steps);
	assert_int_equal(valid.kind, ERR_REFUSED);
	assert_true(index_there(ground, "left_idx", "true"));
	ground_run(ground, "postgres", "update pg_index set indisvalid = false where indexrelid = 'left_idx'::regclass");
	Conn *builder = ground_connect(ground, NULL, NULL); /* holds what one holds */
	assert_int_equal(ground_query(ground, builder, "begin").kind, ERR_NONE);
	assert_int_equal(ground_query(ground, builder, "lock table public.waits in share update exclusive mode").kind, ERR_NONE);
	Outcome worked_on = apply_all(ground, &steps);
	ground_leave(ground, builder);
	assert_int_equal(worked_on.kind, ERR_REFUSED);
	assert_true(index_there(ground, "left_idx", "false"));
	Outcome invalid = apply_all(ground, &steps);
	done_well(&invalid);
	assert_false(index_there(ground, "left_idx", "false"));
}

static void an_index_that_is_not_used_is_dropped(void **state) {
	Ground *ground = *state;
	ground_run(ground, "postgres", "create index unused_idx on waits (id)");
	Finding finding = finding_new("unused-index");
	finding.kind = REMEDY_DROP_INDEX;
	finding.sql = "DROP INDEX CONCURRENTLY public.unused_idx";
	RemedySteps steps = steps_of(ground, &finding);
	Outcome outcome = apply_all(ground, &steps);
	done_well(&outcome);
	assert_false(index_there(ground, "unused_idx", "true"));
}

static Finding reindexed(const char *sql) {
	Finding finding = finding_new("invalid-index");
	finding.kind = REMEDY_MAINTENANCE;
	finding.sql = sql;
	return finding;
}

static void an_invalid_index_is_built_anew(void **state) {
	Ground *ground = *state;
	ground_run(ground, "postgres", "create index anew_idx on waits (id)");
	ground_run(ground, "postgres", "update pg_index set indisvalid = false where indexrelid = 'anew_idx'::regclass");
	Finding finding = reindexed("REINDEX INDEX CONCURRENTLY public.anew_idx");
	RemedySteps steps = steps_of(ground, &finding);
	Outcome outcome = apply_all(ground, &steps);
	done_well(&outcome);
	assert_true(index_there(ground, "anew_idx", "true"));
	Conn *old = ground_connect(ground, NULL, NULL);
	assert_int_equal(ground_query(ground, old, "begin isolation level repeatable read").kind, ERR_NONE);
	assert_int_equal(ground_query(ground, old, "select count(*) from pg_class").kind, ERR_NONE);
	cancelled_in(ground, &steps, "waiting for old snapshots", "anew_idx_ccnew"); /* its copy goes, it stays */
	ground_leave(ground, old);
	assert_true(index_there(ground, "anew_idx", "true"));
	ground_run(ground, "postgres", "drop index anew_idx");
}

/* ---- on all of them ---- */

static void (*const everywhere[])(void **state) = {
	a_cancelled_build_leaves_no_invalid_index,
	it_can_be_cancelled_while_it_builds,
	it_can_be_cancelled_while_it_waits_for_a_snapshot,
	timeouts_of_the_role_do_not_end_a_build,
	only_what_is_still_invalid_makes_way,
	an_invalid_index_is_built_anew,
};

static void the_same_on(int major) {
	applied_on(major, settings, tables, everywhere, sizeof everywhere / sizeof *everywhere);
}

static void the_same_on_13(void **state) {
	(void)state;
	the_same_on(13);
}

static void the_same_on_18(void **state) {
	(void)state;
	the_same_on(18);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cancelled_build_leaves_no_invalid_index),
		cmocka_unit_test(a_removal_that_is_cancelled_tells_what_is_left),
		cmocka_unit_test(it_can_be_cancelled_while_it_builds),
		cmocka_unit_test(it_can_be_cancelled_while_it_waits_for_a_snapshot),
		cmocka_unit_test(what_others_would_wait_behind_waits_a_moment_only),
		cmocka_unit_test(a_build_that_fails_by_itself_leaves_nothing),
		cmocka_unit_test(no_room_for_it_leaves_nothing),
		cmocka_unit_test(who_may_not_is_told_who_may),
		cmocka_unit_test(a_table_that_is_gone_is_told),
		cmocka_unit_test(timeouts_of_the_role_do_not_end_a_build),
		cmocka_unit_test(only_what_is_still_invalid_makes_way),
		cmocka_unit_test(an_index_that_is_not_used_is_dropped),
		cmocka_unit_test(an_invalid_index_is_built_anew),
		cmocka_unit_test(the_same_on_13),
		cmocka_unit_test(the_same_on_18),
	};
	return cmocka_run_group_tests(tests, set_up, ground_tear_down);
}
