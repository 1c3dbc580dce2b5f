/* test_compare.c: two statements are found to return the same rows, or not, and nothing of them stays behind. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/resource.h>

#include "ground.h"
#include "pg/compare.h"

static const char shop[] =
	"create table t (id int primary key, a int, b text, n numeric, f float8, j jsonb, y bytea, c char(5));"
	"insert into t select g, nullif(g % 7, 3), case when g % 5 > 0 then 'row ' || g % 11 end, g / 10.0, sqrt(g), jsonb_build_object('g', g % 3), decode(lpad(to_hex(g), 8, '0'), 'hex'), 'c' || g % 9"
	" from generate_series(1, 2000) g;"
	"create sequence drawn;"
	"create function draws() returns bigint language sql volatile as $$ select nextval('drawn') $$;"
	"create function locks() returns int language plpgsql volatile as $$ begin perform pg_advisory_lock(7); return 1; end $$;"
	"analyze";

static int set_up(void **state) {
	if (ground_set_up(state, &(ClusterSpec){.settings = "jit = off\nmax_parallel_workers_per_gather = 0\n"}) != 0) return -1;
	ground_run(*state, "postgres", shop);
	return 0;
}

typedef struct Compared {
	Ground *ground;
	bool here;
	RowsCompared rows;
	const char *rewrite;
	ErrKind kind;
	const char *sqlstate, *message;
	long position;
	size_t batches;
	Compare *cancelled_at_once; /* by its progress */
} Compared;

static const char *kept(Compared *result, const char *text) {
	return arena_copy(result->ground->arena, text);
}

static void compared(void *owner, CompareReply *reply) {
	Compared *result = owner;
	assert_false(result->here); /* once */
	result->here = true;
	result->rows = reply->compared;
	for (size_t i = 0; i < 2; i++) result->rows.rows[i] = kept(result, reply->compared.rows[i]);
	result->rows.why_not = kept(result, reply->compared.why_not);
	result->rewrite = kept(result, reply->rewrite);
	result->kind = reply->err->kind;
	result->sqlstate = kept(result, reply->err->sqlstate);
	result->message = kept(result, reply->err->message.text);
	result->position = reply->err->position;
}

static void progressed(void *owner, double rows) {
	Compared *result = owner;
	assert_true(rows > 0);
	result->batches++;
	if (result->cancelled_at_once) compare_cancel(result->cancelled_at_once);
}

static CompareSpec spec_of(const ProofTask *task) {
	return (CompareSpec){.task = task, .most_rows = 1e6, .statement_timeout_ms = 10000, .lock_timeout_ms = 500};
}

static Compared run(Ground *ground, Conn *conn, const CompareSpec *spec) {
	Compared result = {.ground = ground};
	compare_start(conn, spec, compared, progressed, &result);
	assert_false(result.here); /* never from inside */
	UNTIL(ground, result.here);
	UNTIL(ground, conn_pending(conn) == 0);
	return result;
}

static Compared compare_two(Ground *ground, const char *one, const char *other, bool in_order) {
	Conn *conn = ground_connect(ground, NULL, NULL);
	ProofTask task = {.statements = {one, other}, .in_order = in_order};
	CompareSpec spec = spec_of(&task);
	Compared result = run(ground, conn, &spec);
	ground_leave(ground, conn);
	return result;
}

static void is_same(const Compared *result, double rows) {
	if (result->kind != ERR_NONE) fail_msg("%s", result->message);
	if (result->rows.verdict != ROWS_SAME) fail_msg("%s: %s, %s", rows_verdict_name(result->rows.verdict), result->rows.rows[0], result->rows.rows[1]);
	assert_true(result->rows.counts[0] == rows && result->rows.counts[1] == rows);
}

static void differs(const Compared *result) {
	if (result->kind != ERR_NONE) fail_msg("%s", result->message);
	assert_string_equal(rows_verdict_name(result->rows.verdict), "different");
}

/* ---- the same ---- */

static void every_type_and_null_is_the_same_as_itself(void **state) {
	Compared ordered = compare_two(*state, "select * from t order by id", "select * from t where id > 0 order by 1", true);
	is_same(&ordered, 2000);
	Compared loose = compare_two(*state, "select * from t order by id", "select * from t order by f desc -- backwards", false);
	is_same(&loose, 2000);
	Compared twice = compare_two(*state, "select a, b from t", "select a, b from t order by b desc, a", false);
	is_same(&twice, 2000);
}

static void no_rows_and_no_columns_are_the_same(void **state) {
	for (int in_order = 0; in_order < 2; in_order++) {
		Compared none = compare_two(*state, "select * from t where false", "select * from t where id < 0", in_order);
		is_same(&none, 0);
		Compared bare = compare_two(*state, "select from t", "select from t where id > 0", in_order);
		is_same(&bare, 2000);
	}
}

static void both_see_one_snapshot_and_one_now(void **state) {
	Compared result = compare_two(*state, "select now(), txid_current_snapshot()::text", "select now(), txid_current_snapshot()::text", true);
	is_same(&result, 1);
}

/* ---- different ---- */

static void the_first_pair_that_differs_is_shown(void **state) {
	Compared result = compare_two(*state, "select id, b, null from t order by id", "select id, case when id = 1500 then 'other' else b end, null from t order by id", true);
	differs(&result);
	assert_true(result.rows.place == 1500);
	assert_string_equal(result.rows.rows[0], "(1500, null, null)");
	assert_string_equal(result.rows.rows[1], "(1500, other, null)");
}

static void a_row_too_many_is_shown_alone(void **state) {
	Compared less = compare_two(*state, "select id from t order by id", "select id from t where id < 2000 order by id", true);
	differs(&less);
	assert_true(less.rows.place == 2000);
	assert_string_equal(less.rows.rows[0], "(2000)");
	assert_null(less.rows.rows[1]);
	Compared more = compare_two(*state, "select id from t where id < 100 order by id", "select id from t where id <= 100 order by id", true);
	assert_null(more.rows.rows[0]);
	assert_string_equal(more.rows.rows[1], "(100)");
}

static void without_an_order_what_has_no_like_is_shown(void **state) {
	Compared result = compare_two(*state, "select id, a from t", "select id, coalesce(a, -1) from t where id <> 10 order by id desc", false);
	differs(&result);
	assert_true(result.rows.counts[0] == 2000 && result.rows.counts[1] == 1999);
	assert_string_equal(result.rows.rows[0], "(3, null)");
	assert_string_equal(result.rows.rows[1], "(1998, -1)");
}

static void duplicates_count(void **state) {
	Compared result = compare_two(*state, "select a from t", "select distinct a from t", false);
	differs(&result);
	Compared swapped = compare_two(*state, "values (1), (1), (2)", "values (2), (2), (1)", false);
	differs(&swapped);
	assert_string_equal(swapped.rows.rows[0], "(1)");
	assert_string_equal(swapped.rows.rows[1], "(2)");
}

static void values_that_look_alike_are_told_apart(void **state) {
	static const char *const pairs[][2] = {
		{"select null::text", "select ''"},         {"select 1.0", "select 1.00"},
		{"select 'a', 'bc'", "select 'ab', 'c'"},   {"select 'null'", "select null::text"},
		{"select 1", "select 1, 2"},                {"select '\\x00'::bytea", "select '\\x'::bytea"},
		{"select 0.1::float8 + 0.2", "select 0.3::float8"}, {"select '{\"a\": 1}'::json", "select '{\"a\":1}'::json"},
		{"select 'a '", "select 'a'"},
	};
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		for (int in_order = 0; in_order < 2; in_order++) {
			Compared result = compare_two(*state, pairs[i][0], pairs[i][1], in_order);
			differs(&result);
		}
	Compared json = compare_two(*state, "select '{\"a\": 1, \"b\": 2}'::jsonb", "select '{\"b\":2,\"a\":1}'::jsonb", false);
	is_same(&json, 1);
}

static void what_strangers_wrote_is_made_safe_and_short(void **state) {
	Compared result = compare_two(*state, "select E'\\x1b[31mred\\n', repeat('ä', 1000), repeat('x', 1000), repeat('y', 1000)", "select 'plain'", true);
	differs(&result);
	const char *row = result.rows.rows[0];
	assert_non_null(strstr(row, "?[31mred"));
	assert_null(strchr(row, '\033'));
	assert_true(strlen(row) < 200);
	assert_string_equal(result.rows.rows[1], "(plain)");
}

static void a_doubt_makes_a_difference_prove_nothing(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	ProofTask task = {.statements = {"select random()", "select random()"}, .in_order = true, .doubt = "random() may answer differently each time"};
	CompareSpec spec = spec_of(&task);
	Compared result = run(ground, conn, &spec);
	assert_string_equal(rows_verdict_name(result.rows.verdict), "not-compared");
	assert_string_equal(result.rows.why_not, task.doubt);
	task.statements[0] = task.statements[1] = "select 1";
	result = run(ground, conn, &spec);
	is_same(&result, 1);
	ground_leave(ground, conn);
}

/* ---- bounds ---- */

/* A sanitizer keeps for a while what was freed. */
#if defined(__SANITIZE_ADDRESS__)
enum { ROOM_KB = 600 * 1024 };
#else
enum { ROOM_KB = 50 * 1024 };
#endif

static void a_million_rows_take_little_memory(void **state) {
	Ground *ground = *state;
	struct rusage before, after;
	getrusage(RUSAGE_SELF, &before);
	Compared ordered = compare_two(ground, "select g, md5(g::text) from generate_series(1, 1000000) g", "select g, md5(g::text) from generate_series(1, 1000000) g order by g", true);
	is_same(&ordered, 1e6);
	Compared loose = compare_two(ground, "select g from generate_series(1, 1000000) g", "select g from generate_series(1000000, 1, -1) g", false);
	is_same(&loose, 1e6);
	getrusage(RUSAGE_SELF, &after);
	assert_true(after.ru_maxrss - before.ru_maxrss < ROOM_KB);
}

static void wide_rows_come_few_at_a_time(void **state) {
	Compared result = compare_two(*state, "select g, repeat('x', 100000) from generate_series(1, 500) g", "select g, repeat('x', 100000) from generate_series(1, 500) g", true);
	is_same(&result, 500);
	assert_true(result.batches >= 30);
}

static void reading_ends_where_it_is_told_to(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	ProofTask task = {.statements = {"select id from t order by id", "select id from t where id <> 1900 order by id"}, .in_order = true};
	CompareSpec spec = spec_of(&task);
	spec.most_rows = 1000;
	Compared result = run(ground, conn, &spec);
	assert_string_equal(rows_verdict_name(result.rows.verdict), "same-so-far");
	assert_true(result.rows.counts[0] == 1000);
	assert_non_null(strstr(result.rows.why_not, "prove.max_rows"));
	task.in_order = false;
	result = run(ground, conn, &spec);
	assert_string_equal(rows_verdict_name(result.rows.verdict), "not-compared");
	task.statements[1] = "select id from t where id < 10";
	result = run(ground, conn, &spec);
	differs(&result); /* all of one have come, and there are more of the other */
	task.statements[0] = "select id from t where id <= 1000";
	task.statements[1] = "select id from t where id <= 1000 order by id desc";
	result = run(ground, conn, &spec);
	is_same(&result, 1000); /* as many as are allowed */
	ground_leave(ground, conn);
}

static void reading_ends_in_time(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	static const char slow[] = "select g, pg_sleep(0.004) from generate_series(1, 100000) g";
	ProofTask task = {.statements = {slow, slow}, .in_order = true};
	CompareSpec spec = spec_of(&task);
	spec.statement_timeout_ms = 1000; /* far more than the first batch takes */
	Compared result = run(ground, conn, &spec);
	assert_string_equal(result.message, "");
	assert_string_equal(rows_verdict_name(result.rows.verdict), "same-so-far");
	assert_true(result.rows.counts[0] >= 32 && result.rows.counts[0] == result.rows.counts[1]);
	task.statements[0] = "select g, case when g > 40 then pg_sleep(0) end from generate_series(1, 100000) g";
	task.statements[1] = "select g, case when g > 40 then pg_sleep(60) end from generate_series(1, 100000) g"; /* one batch takes all of it */
	result = run(ground, conn, &spec);
	assert_string_equal(rows_verdict_name(result.rows.verdict), "same-so-far");
	assert_true(result.rows.counts[0] == 32);
	assert_non_null(strstr(result.rows.why_not, "statement_timeout_ms"));
	task.in_order = false;
	assert_int_equal(run(ground, conn, &spec).kind, ERR_TIMEOUT);
	task.in_order = true;
	task.statements[1] = "select pg_sleep(60)";
	spec.statement_timeout_ms = 300;
	assert_int_equal(run(ground, conn, &spec).kind, ERR_TIMEOUT);
	ground_leave(ground, conn);
}

static void it_can_be_cancelled_at_any_time(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	static const char endless[] = "select 1 from generate_series(1, 10000) a, generate_series(1, 10000) b";
	ProofTask task = {.statements = {endless, endless}, .in_order = true};
	CompareSpec spec = spec_of(&task);
	spec.most_rows = 1e9;
	Compared result = {.ground = ground};
	result.cancelled_at_once = compare_start(conn, &spec, compared, progressed, &result);
	UNTIL(ground, result.here);
	assert_int_equal(result.kind, ERR_CANCELLED);
	assert_int_equal(result.batches, 1);

	task.statements[1] = "select pg_sleep(60)";
	Compared waiting = {.ground = ground};
	Compare *compare = compare_start(conn, &spec, compared, NULL, &waiting);
	UNTIL(ground, *ground_ask(ground, "postgres", "select exists (select from pg_stat_activity where wait_event = 'PgSleep')") == 't');
	compare_cancel(compare);
	UNTIL(ground, waiting.here);
	assert_int_equal(waiting.kind, ERR_CANCELLED);

	Compared early = {.ground = ground};
	compare_cancel(compare_start(conn, &spec, compared, NULL, &early));
	UNTIL(ground, early.here);
	assert_int_equal(early.kind, ERR_CANCELLED);
	Answer answer = ground_query(ground, conn, "select 1");
	assert_int_equal(answer_int(&answer), 1); /* the session is fine */
	ground_leave(ground, conn);
}

static void one_that_nobody_waits_for_ends_well(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	ProofTask task = {.statements = {"select * from t", "select * from t"}};
	CompareSpec spec = spec_of(&task);
	Compared result = {.ground = ground};
	compare_start(conn, &spec, compared, progressed, &result);
	ground_turn(ground, 0);
	conn_forget(conn, &result);
	UNTIL(ground, conn_pending(conn) == 0);
	assert_false(result.here);
	Answer answer = ground_query(ground, conn, "select count(*)::int from pg_cursors where name <> ''");
	assert_int_equal(answer_int(&answer), 0);
	ground_leave(ground, conn);
}

/* ---- refused ---- */

static void what_writes_is_refused(void **state) {
	static const char *const texts[] = {
		"select nextval('drawn')", "select draws()", "with gone as (delete from t returning *) select * from gone", "select * from t for update",
		"insert into t (id) values (-1) returning id", "select 1; select 2", "select * into copy from t", "vacuum",
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		Compared result = compare_two(*state, "select 1", texts[i], true);
		if (result.kind != ERR_SERVER) fail_msg("%s went through", texts[i]);
	}
	assert_string_equal(ground_ask(*state, "postgres", "select last_value || is_called::text from drawn"), "1false");
}

static void an_error_points_into_the_users_text(void **state) {
	Compared result = compare_two(*state, "select id, nope from t", "select 1", true);
	assert_string_equal(result.sqlstate, "42703");
	assert_int_equal(result.position, 12);
}

static void settings_that_break_out_are_refused(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	ProofTask task = {.statements = {"select current_setting('work_mem')", "select '3MB'"}, .in_order = true};
	CompareSpec spec = spec_of(&task);
	ExplainSetting setting = {"work_mem", "3MB"};
	spec.settings = &setting;
	spec.setting_count = 1;
	Compared result = run(ground, conn, &spec);
	is_same(&result, 1);
	setting = (ExplainSetting){"transaction_read_only", "off"};
	result = run(ground, conn, &spec);
	assert_int_equal(result.kind, ERR_REFUSED);
	ground_leave(ground, conn);
}

static void session_locks_are_given_back(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	ProofTask task = {.statements = {"select locks()", "select locks()"}, .in_order = true};
	CompareSpec spec = spec_of(&task);
	spec.allow_volatile = true;
	Compared result = run(ground, conn, &spec);
	is_same(&result, 1);
	task.statements[1] = "select locks(), 1 / (id - 1) from t";
	result = run(ground, conn, &spec);
	assert_int_equal(result.kind, ERR_SERVER);
	assert_string_equal(ground_ask(ground, "postgres", "select count(*) from pg_locks where locktype = 'advisory'"), "0");
	ground_leave(ground, conn);
}

static void a_lost_server_is_told(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	ProofTask task = {.statements = {"select pg_sleep(60)", "select 1"}, .in_order = true};
	CompareSpec spec = spec_of(&task);
	Compared result = {.ground = ground};
	compare_start(conn, &spec, compared, NULL, &result);
	UNTIL(ground, *ground_ask(ground, "postgres", "select exists (select from pg_stat_activity where wait_event = 'PgSleep')") == 't');
	ground_ask(ground, "postgres", "select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'");
	UNTIL(ground, result.here);
	assert_true(result.kind == ERR_CONNECTION || result.kind == ERR_SERVER);
	ground_leave(ground, conn);
}

/* ---- the page after a row ---- */

static Compared page(Ground *ground, const char *one, const char *other, const char *last_row, const int *parameters, size_t count) {
	Conn *conn = ground_connect(ground, NULL, NULL);
	ProofTask task = {.statements = {one, other}, .last_row = last_row, .parameters = parameters, .parameter_count = count, .in_order = true};
	CompareSpec spec = spec_of(&task);
	Compared result = run(ground, conn, &spec);
	ground_leave(ground, conn);
	return result;
}

static void parameters_come_from_the_row_before_the_page(void **state) {
	Ground *ground = *state;
	static const int parameters[] = {2, 1};
	Compared result = page(ground, "select * from t order by c, id limit 7 offset 1000", "select * from t where (c, id) > ($2, $1) order by c, id limit 7",
	                       "select *, c, id from t order by c, id limit 1 offset 999", parameters, 2);
	is_same(&result, 7);
	assert_non_null(strstr(result.rewrite, "::bpchar")); /* char(5) and not char(1) */
	Compared wrong = page(ground, "select * from t order by c, id limit 7 offset 1000", "select * from t where (c, id) >= ($2, $1) order by c, id limit 7",
	                      "select c, id from t order by c, id limit 1 offset 999", parameters, 2);
	differs(&wrong);
	assert_true(wrong.rows.place == 1);
}

static void keys_of_every_type_go_there_and_back(void **state) {
	static const char *const columns[] = {"n", "f", "j", "y", "c", "b", "a", "id"};
	static const int parameters[] = {1, 2};
	Arena *arena = ((Ground *)*state)->arena;
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		const char *column = columns[i];
		Compared result = page(*state, arena_printf(arena, "select id, %s from t where %s is not null order by %s, id limit 20 offset 501", column, column, column),
		                       arena_printf(arena, "select id, %s from t where %s is not null and (%s, id) > ($1, $2) order by %s, id limit 20", column, column, column, column),
		                       arena_printf(arena, "select %s, id from t where %s is not null order by %s, id limit 1 offset 500", column, column, column), parameters, 2);
		is_same(&result, 20);
	}
}

static void a_null_key_is_a_null(void **state) {
	static const int parameters[] = {1, 2};
	Compared result = page(*state, "select id, b from t order by b, id limit 5 offset 1990",
	                       "select id, b from t where (b > $1 or (b is null and $1 is not null)) or (b is not distinct from $1 and id > $2) order by b, id limit 5",
	                       "select b, id from t order by b, id limit 1 offset 1989", parameters, 2);
	is_same(&result, 5);
	assert_non_null(strstr(result.rewrite, "NULL::text"));
}

static void before_the_first_page_there_is_no_row(void **state) {
	static const int parameters[] = {1};
	Compared result = page(*state, "select id from t order by id limit 5 offset 5000", "select id from t where id > $1 order by id limit 5",
	                       "select id from t order by id limit 1 offset 4999", parameters, 1);
	assert_string_equal(rows_verdict_name(result.rows.verdict), "not-compared");
	assert_string_equal(result.rows.why_not, "no row comes before this page");
}

static void nothing_waited(void **state) {
	Ground *ground = *state;
	if (ground->longest_ms > 250) fail_msg("a turn of the loop took %lld ms", (long long)ground->longest_ms);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_and_null_is_the_same_as_itself),
		cmocka_unit_test(no_rows_and_no_columns_are_the_same),
		cmocka_unit_test(both_see_one_snapshot_and_one_now),
		cmocka_unit_test(the_first_pair_that_differs_is_shown),
		cmocka_unit_test(a_row_too_many_is_shown_alone),
		cmocka_unit_test(without_an_order_what_has_no_like_is_shown),
		cmocka_unit_test(duplicates_count),
		cmocka_unit_test(values_that_look_alike_are_told_apart),
		cmocka_unit_test(what_strangers_wrote_is_made_safe_and_short),
		cmocka_unit_test(a_doubt_makes_a_difference_prove_nothing),
		cmocka_unit_test(a_million_rows_take_little_memory),
		cmocka_unit_test(wide_rows_come_few_at_a_time),
		cmocka_unit_test(reading_ends_where_it_is_told_to),
		cmocka_unit_test(reading_ends_in_time),
		cmocka_unit_test(it_can_be_cancelled_at_any_time),
		cmocka_unit_test(one_that_nobody_waits_for_ends_well),
		cmocka_unit_test(what_writes_is_refused),
		cmocka_unit_test(an_error_points_into_the_users_text),
		cmocka_unit_test(settings_that_break_out_are_refused),
		cmocka_unit_test(session_locks_are_given_back),
		cmocka_unit_test(a_lost_server_is_told),
		cmocka_unit_test(parameters_come_from_the_row_before_the_page),
		cmocka_unit_test(keys_of_every_type_go_there_and_back),
		cmocka_unit_test(a_null_key_is_a_null),
		cmocka_unit_test(before_the_first_page_there_is_no_row),
		cmocka_unit_test(nothing_waited),
	};
	return cmocka_run_group_tests(tests, set_up, ground_tear_down);
}
