/* test_apply.c: a remedy is carried out statement by statement, and a build that fails leaves nothing; on standbys and behind timeouts nothing is. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include "applied.h"
#include "pg/tryout.h"

static const char shop[] =
	"create table orders (id int primary key, status text, total int); insert into orders select i, 's' || i % 100, i from generate_series(1, 20000) i;"
	"create table \"Order Lines\" (id int, \"Status\" text); insert into \"Order Lines\" select i, i % 10 from generate_series(1, 1000) i;"
	"create table days (day int, n int) partition by range (day);"
	"create table days_1 partition of days for values from (0) to (10);"
	"create table days_2 partition of days for values from (10) to (20) partition by range (n);"
	"create table days_2a partition of days_2 for values from (0) to (100);"
	"insert into days select i % 20, i % 100 from generate_series(1, 1000) i;"
	"create table chained (id int primary key, a int); insert into chained select i, i from generate_series(1, 1000) i;"
	"create table waits (id int, a int); insert into waits select i, i from generate_series(1, 1000) i;"
	"analyze";

static const char settings[] = "jit = off\nmax_prepared_transactions = 2\n";

static int set_up(void **state) {
	if (ground_set_up(state, &(ClusterSpec){.settings = settings}) != 0) return -1;
	ground_run(*state, "postgres", shop);
	return 0;
}

/* ---- what is carried out ---- */

static void the_index_is_built_and_valid(void **state) {
	Ground *ground = *state;
	const char *columns[] = {"status", "total DESC"};
	Finding finding = finding_of(ground, advised_on("orders", columns, 2, "orders_status_total_idx"));
	RemedySteps steps = steps_of(ground, &finding);
	Outcome outcome = apply_all(ground, &steps);
	done_well(&outcome);
	assert_true(outcome.ran);
	assert_true(outcome.pid > 0);
	assert_true(index_there(ground, "orders_status_total_idx", "true"));
	Outcome again = apply_all(ground, &steps);
	assert_int_equal(again.kind, ERR_REFUSED);
	assert_non_null(strstr(again.message, "already something called public.orders_status_total_idx"));
	assert_true(index_there(ground, "orders_status_total_idx", "true"));
}

static void an_expression_is_analyzed_and_names_are_quoted(void **state) {
	Ground *ground = *state;
	const char *columns[] = {"lower(\"Status\")"};
	Finding finding = finding_of(ground, advised_on("Order Lines", columns, 1, "Order Lines idx"));
	RemedySteps steps = steps_of(ground, &finding);
	assert_int_equal(steps.count, 2);
	Outcome outcome = apply_all(ground, &steps);
	done_well(&outcome);
	assert_string_equal(ground_ask(ground, "postgres", "select count(*) > 0 from pg_stats where tablename = 'Order Lines idx'"), "t");
}

static void statistics_are_made_and_analyzed(void **state) {
	Ground *ground = *state;
	Finding finding = finding_new("row-misestimate");
	finding.kind = REMEDY_STATISTICS;
	finding.sql = "CREATE STATISTICS orders_s (dependencies, mcv) ON status, total FROM public.orders;\nANALYZE public.orders";
	RemedySteps steps = steps_of(ground, &finding);
	Outcome outcome = apply_all(ground, &steps);
	done_well(&outcome);
	assert_string_equal(ground_ask(ground, "postgres", "select count(*) from pg_statistic_ext where stxname = 'orders_s'"), "1");
	finding.kind = REMEDY_MAINTENANCE;
	finding.sql = "VACUUM (ANALYZE) public.orders";
	steps = steps_of(ground, &finding);
	outcome = apply_all(ground, &steps);
	done_well(&outcome);
}

static PartitionFacts partitions[] = {
	{"public", "days_1", 'r', "public", "days"},
	{"public", "days_2", 'p', "public", "days"},
	{"public", "days_2a", 'r', "public", "days_2"},
};

static void a_partitioned_index_is_built_leaf_by_leaf_and_valid_in_the_end(void **state) {
	Ground *ground = *state;
	const char *columns[] = {"n"};
	IndexAdvice index = advised_on("days", columns, 1, "days_n_idx");
	index.partitioned = true;
	Finding finding = finding_of(ground, index);
	Err err = ERR_INIT;
	RemedySite site = {0};
	for (size_t i = 0; i < 3; i++) *list_push(ground->arena, &site.partitions) = partitions[i];
	RemedySteps steps = remedy_steps(ground->arena, &finding, &site, &err);
	assert_int_equal(steps.count, 7); /* two leaves, two parents, three attached */
	Outcome outcome = apply_all(ground, &steps);
	done_well(&outcome);
	assert_true(index_there(ground, "days_n_idx", "true"));
	assert_string_equal(ground_ask(ground, "postgres", "select count(*) from pg_partition_tree('days_n_idx')"), "4");
}

/* ---- tried ---- */

typedef struct Trial {
	Ground *ground;
	bool done, unseen;
	const char *without, *with, *message;
	ErrKind kind;
	double bytes;
	size_t said;
} Trial;

static void was_tried(void *owner, TryoutReply *reply) {
	Trial *trial = owner;
	trial->done = true;
	trial->unseen = reply->unseen;
	trial->without = arena_copy(trial->ground->arena, reply->without.json);
	trial->with = arena_copy(trial->ground->arena, reply->with.json);
	trial->bytes = reply->bytes;
	trial->kind = reply->err->kind;
	trial->message = arena_copy(trial->ground->arena, reply->err->message.text);
}

static void says(void *owner, const char *doing) {
	Trial *trial = owner;
	assert_non_null(doing);
	trial->said++;
}

static Tryout *begin_trial(Conn *conn, Trial *trial, const char *statement, IndexAdvice index, double most_bytes) {
	Ground *ground = trial->ground;
	Finding finding = finding_of(ground, index);
	Err err = ERR_INIT;
	RemedySteps steps = remedy_trial(ground->arena, &finding, &err);
	if (err_is(&err)) fail_msg("%s", err.message.text);
	ExplainSpec explain = {.statement = statement_parse(ground->arena, statement), .analyze = true, .statement_timeout_ms = 10000, .lock_timeout_ms = 300};
	const TryoutSpec spec = {.explain = &explain, .steps = steps.items, .step_count = steps.count, .most_bytes = most_bytes};
	return tryout_start(conn, &spec, was_tried, says, trial);
}

static Trial try_it(Ground *ground, const char *statement, IndexAdvice index, double most_bytes) {
	Conn *conn = ground_connect(ground, NULL, NULL);
	Trial trial = {.ground = ground};
	begin_trial(conn, &trial, statement, index, most_bytes);
	UNTIL(ground, trial.done);
	UNTIL(ground, conn_pending(conn) == 0);
	assert_int_equal(conn_state(conn), CONN_READY);
	ground_leave(ground, conn);
	return trial;
}

static const char *indexes(Ground *ground, const char *table) {
	return ground_ask(ground, "postgres", arena_printf(ground->arena, "select count(*) from pg_index where indrelid = '%s'::regclass", table));
}

static void a_tried_index_is_used_and_gone(void **state) {
	Ground *ground = *state;
	const char *columns[] = {"total"}, *before = indexes(ground, "orders");
	Trial trial = try_it(ground, "select * from orders where total = 7", advised_on("orders", columns, 1, "x"), 1e9);
	if (trial.kind != ERR_NONE) fail_msg("%s", trial.message);
	assert_false(trial.unseen);
	assert_non_null(strstr(trial.without, "Seq Scan"));
	assert_non_null(strstr(trial.with, "orders_total_idx"));
	assert_true(trial.bytes > 8192);
	assert_true(trial.said >= 3);
	assert_string_equal(indexes(ground, "orders"), before);
}

static void a_partitioned_table_is_tried_as_a_whole(void **state) {
	Ground *ground = *state;
	const char *columns[] = {"day"};
	IndexAdvice index = advised_on("days", columns, 1, "x");
	index.partitioned = true;
	Trial trial = try_it(ground, "select * from days where day = 7 order by day limit 1", index, 1e9);
	if (trial.kind != ERR_NONE) fail_msg("%s", trial.message);
	assert_non_null(trial.with);
	assert_true(trial.bytes >= 16384);
}

/* A row changed in place while an older snapshot needs its old version: the index would lead that snapshot astray. */
static void an_index_its_own_transaction_cannot_see_is_told(void **state) {
	Ground *ground = *state;
	ground_run(ground, "postgres", "create table hot (id int primary key, a int) with (fillfactor = 50); insert into hot select i, i from generate_series(1, 1000) i; analyze hot");
	Conn *old = ground_connect(ground, NULL, NULL);
	Answer answer = {.ground = ground};
	conn_query(old, "begin isolation level repeatable read", NULL, 0, ground_answered, &answer);
	UNTIL(ground, answer.here);
	if (answer.kind) fail_msg("%s", answer.message);
	answer.here = false;
	conn_query(old, "select count(*) from public.hot", NULL, 0, ground_answered, &answer);
	UNTIL(ground, answer.here);
	if (answer.kind) fail_msg("%s", answer.message);
	ground_run(ground, "postgres", "update hot set a = a + 1");
	const char *columns[] = {"a"};
	Trial trial = try_it(ground, "select * from hot where a = 7", advised_on("hot", columns, 1, "x"), 1e9);
	ground_leave(ground, old);
	if (trial.kind != ERR_NONE) fail_msg("%s", trial.message);
	assert_true(trial.unseen);
	assert_null(trial.with);
}

static void a_table_that_is_too_large_is_not_tried(void **state) {
	const char *columns[] = {"total"};
	Trial trial = try_it(*state, "select * from orders where total = 7", advised_on("orders", columns, 1, "x"), 1000);
	assert_int_equal(trial.kind, ERR_REFUSED);
	assert_null(trial.without);
}

static void a_trial_waits_a_moment_only_and_can_be_cancelled(void **state) {
	Ground *ground = *state;
	const char *columns[] = {"a"};
	ground_run(ground, "postgres", "begin; insert into chained values (0, 0); prepare transaction 'blocks'");
	Trial trial = try_it(ground, "select * from chained where a = 7", advised_on("chained", columns, 1, "x"), 1e9);
	ground_run(ground, "postgres", "rollback prepared 'blocks'");
	assert_int_equal(trial.kind, ERR_TIMEOUT);
	Conn *conn = ground_connect(ground, NULL, NULL);
	Trial slow = {.ground = ground};
	Tryout *tryout = begin_trial(conn, &slow, "select pg_sleep(30) from chained where a = 7", advised_on("chained", columns, 1, "x"), 1e9);
	UNTIL(ground, slow.said > 0);
	tryout_cancel(tryout);
	UNTIL(ground, slow.done);
	assert_int_equal(slow.kind, ERR_CANCELLED);
	ground_leave(ground, conn);
}

static void a_write_in_disguise_is_refused_by_the_server(void **state) {
	Ground *ground = *state;
	ground_run(ground, "postgres", "create function sneaks() returns int language sql volatile as $$ insert into orders values (-1, 'sneaked', 0) returning 1 $$");
	const char *columns[] = {"total"};
	Trial trial = try_it(ground, "select sneaks()", advised_on("orders", columns, 1, "x"), 1e9);
	assert_int_equal(trial.kind, ERR_SERVER);
	assert_non_null(strstr(trial.message, "read-only"));
	assert_string_equal(ground_ask(ground, "postgres", "select count(*) from orders where id = -1"), "0");
}

static void standbys_and_poolers_are_left_alone(void **state) {
	(void)state;
	const Server standby = {.in_recovery = true}, pooled = {.pooled = true}, primary = {.version = 150000};
	assert_false(apply_possible(&standby, NULL));
	assert_false(apply_possible(&pooled, NULL));
	assert_true(apply_possible(&primary, NULL));
}

/* ---- other servers ---- */

static void (*const everywhere[])(void **state) = {
	the_index_is_built_and_valid,
	a_partitioned_index_is_built_leaf_by_leaf_and_valid_in_the_end,
	a_tried_index_is_used_and_gone,
	an_index_its_own_transaction_cannot_see_is_told,
};

static void the_same_on(int major) {
	applied_on(major, settings, shop, everywhere, sizeof everywhere / sizeof *everywhere);
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
		cmocka_unit_test(the_index_is_built_and_valid),
		cmocka_unit_test(an_expression_is_analyzed_and_names_are_quoted),
		cmocka_unit_test(statistics_are_made_and_analyzed),
		cmocka_unit_test(a_partitioned_index_is_built_leaf_by_leaf_and_valid_in_the_end),
		cmocka_unit_test(a_tried_index_is_used_and_gone),
		cmocka_unit_test(a_partitioned_table_is_tried_as_a_whole),
		cmocka_unit_test(an_index_its_own_transaction_cannot_see_is_told),
		cmocka_unit_test(a_table_that_is_too_large_is_not_tried),
		cmocka_unit_test(a_trial_waits_a_moment_only_and_can_be_cancelled),
		cmocka_unit_test(a_write_in_disguise_is_refused_by_the_server),
		cmocka_unit_test(standbys_and_poolers_are_left_alone),
		cmocka_unit_test(the_same_on_13),
		cmocka_unit_test(the_same_on_18),
	};
	return cmocka_run_group_tests(tests, set_up, ground_tear_down);
}
