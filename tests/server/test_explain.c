/* test_explain.c: a user's statement is planned and measured, and nothing of it stays behind. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ground.h"
#include "pg/explain.h"
#include "pg/whatif.h"

static const char shop[] =
	"create table t (id int primary key, a int, b text, ts timestamptz, j jsonb, n numeric, e varchar(10), s serial);"
	"insert into t (id, a, b, ts, n) select g, g % 100, 'row ' || g, now() - g * interval '1 min', g from generate_series(1, 2000) g;"
	"create schema app; create table app.hidden (id int primary key, v text); insert into app.hidden values (1, 'x');"
	"create function writes() returns int language plpgsql volatile as 'begin insert into t (id) values (-1); return 1; end';"
	"create role plain login; grant select on t to plain;"
	"analyze";

static int set_up(void **state) {
	const ClusterSpec spec = {.settings = "shared_preload_libraries = 'pg_stat_statements'\n"};
	if (ground_set_up(state, &spec) != 0) return -1;
	ground_run(*state, "postgres", shop);
	return 0;
}

typedef struct Explained {
	Ground *ground;
	bool here, would_write, generic;
	const char *json; /* NULL: error */
	ErrKind kind;
	long position;
	const char *sqlstate, *message, *hint, *notes, *types, *search_path;
	size_t pretended_count;
	const char *pretended;
	double pretended_bytes;
} Explained;

static void explained(void *owner, ExplainReply *reply) {
	Explained *result = owner;
	Ground *ground = result->ground;
	assert_false(result->here); /* called once */
	assert_true(reply->json || err_is(reply->err));
	*result = (Explained){
		.ground = ground,
		.here = true,
		.would_write = reply->would_write,
		.generic = reply->generic,
		.json = reply->json ? arena_copy_n(ground->arena, reply->json, reply->len) : NULL,
		.kind = reply->err->kind,
		.position = reply->err->position,
		.sqlstate = arena_copy(ground->arena, reply->err->sqlstate),
		.message = arena_copy(ground->arena, reply->err->message.text),
		.hint = arena_copy(ground->arena, reply->err->hint.text),
		.notes = arena_copy(ground->arena, reply->notes ? reply->notes : ""),
		.search_path = arena_copy(ground->arena, reply->search_path),
		.pretended_count = reply->pretended_count,
	};
	result->types = "";
	for (size_t i = 0; i < reply->type_count; i++) result->types = arena_printf(ground->arena, "%s%s%s", result->types, i ? ", " : "", reply->types[i]);
	if (!reply->pretended_count) return;
	result->pretended = arena_copy(ground->arena, reply->pretended[0].name);
	result->pretended_bytes = reply->pretended[0].bytes;
}

static ExplainSpec spec_of(Ground *ground, const char *sql) {
	return (ExplainSpec){.statement = statement_parse(ground->arena, sql), .statement_timeout_ms = 5000, .lock_timeout_ms = 500};
}

static Explained run(Ground *ground, Conn *conn, const ExplainSpec *spec) {
	Explained result = {.ground = ground};
	explain_start(conn, spec, explained, &result);
	assert_false(result.here); /* never from inside */
	UNTIL(ground, result.here);
	UNTIL(ground, conn_pending(conn) == 0);
	return result;
}

static Explained plan(Ground *ground, Conn *conn, const char *sql) {
	ExplainSpec spec = spec_of(ground, sql);
	return run(ground, conn, &spec);
}

static Explained measure(Ground *ground, Conn *conn, const char *sql, bool allow_write) {
	ExplainSpec spec = spec_of(ground, sql);
	spec.analyze = true;
	spec.allow_write = allow_write;
	return run(ground, conn, &spec);
}

/* The whole of what a statement could have changed. */
static const char *fingerprint(Ground *ground) {
	return ground_ask(ground, "postgres",
	                  "select md5(string_agg(x::text, ',' order by x.id)) || (select count(*) from pg_class where relnamespace = 'public'::regnamespace)"
	                  " || (select count(*) from pg_locks where locktype = 'advisory') || current_setting('work_mem') from t x");
}

static void a_plan_comes_with_what_the_version_has(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	Explained result = plan(ground, conn, "select * from t where id = 1");
	assert_non_null(strstr(result.json, "Index Scan"));
	assert_non_null(strstr(result.json, "\"Schema\": \"public\""));
	assert_non_null(strstr(result.json, "Planning Time"));
	assert_null(strstr(result.json, "Actual Rows"));
	assert_non_null(strstr(result.json, "\"Settings\": {\n    }")); /* none of ours shows */
	assert_false(result.generic);
	ground_leave(ground, conn);
}

static void a_read_is_measured(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	Explained result = measure(ground, conn, "select count(*) from t where a = 7", false);
	assert_non_null(strstr(result.json, "Actual Rows"));
	assert_non_null(strstr(result.json, "Shared Hit Blocks"));
	assert_non_null(strstr(result.json, "WAL Records"));
	assert_non_null(strstr(result.json, "Execution Time"));
	ground_leave(ground, conn);
}

static void a_confirmed_write_leaves_no_trace(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	static const char *const writes[] = {
		"insert into t (id) select g from generate_series(5000, 5100) g", "update t set a = a + 1", "delete from t",
		"with gone as (delete from t returning *) select count(*) from gone", "create table copy as select * from t",
		"select * from t for update", "select writes()",
	};
	const char *before = fingerprint(ground);
	for (size_t i = 0; i < sizeof writes / sizeof *writes; i++) {
		Explained result = measure(ground, conn, writes[i], true);
		if (!result.json) fail_msg("%s: %s", writes[i], result.message);
		assert_string_equal(fingerprint(ground), before);
	}
	ground_leave(ground, conn);
}

static void an_unconfirmed_write_is_refused_by_the_server(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	static const char *const writes[] = {
		"insert into t (id) values (77777)", "update t set a = 0", "delete from t", "select * from t for update", "select writes()",
		"select nextval('t_s_seq')", "create table copy as select 1", "with x as (insert into t (id) values (9) returning 1) select * from x",
	};
	const char *before = fingerprint(ground);
	for (size_t i = 0; i < sizeof writes / sizeof *writes; i++) {
		Explained result = measure(ground, conn, writes[i], false);
		if (strcmp(result.sqlstate, "25006") != 0) fail_msg("%s: %s", writes[i], result.message);
		assert_null(result.json);
		assert_true(result.would_write);
		assert_string_equal(fingerprint(ground), before);
	}
	ground_leave(ground, conn);
}

static void several_statements_are_never_sent_as_one(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	static const char *const texts[] = {
		"select 1; drop table t", "select 1; commit; drop table t", "select 1 ; /* x */ drop table t --", "select 1;-- c\ndrop table t",
		"explain select 1; drop table t", "explain (analyze) select 1; drop table t", "explain analyze select 1; commit; drop table t",
		"select $1; drop table t", "select $1::int; commit; drop table t -- $2", "select * from t where id = $1 ;drop table t",
		"commit; drop table t", "rollback; drop table t", ") select 1; drop table t", "select 1) ; drop table t; --",
		"select interval $1; drop table t",
	};
	const char *before = fingerprint(ground);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		for (int way = 0; way < 4; way++) {
			/* as it stands, and as it would be were the parser fooled into calling it one read */
			Statement *statement = statement_parse(ground->arena, texts[i]);
			Statement fooled = {.text = texts[i], .kind = STATEMENT_SELECT, .parsed = true, .parameter_count = way == 3 ? 1 : 0};
			ExplainSpec spec = spec_of(ground, "select 1");
			spec.statement = way < 2 ? statement : &fooled;
			spec.analyze = way == 1 || way == 2;
			spec.allow_write = true;
			Explained result = run(ground, conn, &spec);
			if (result.json) fail_msg("planned: %s", texts[i]);
			assert_string_equal(fingerprint(ground), before);
		}
	ground_leave(ground, conn);
}

static void no_statement_leaves_its_transaction(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	static const char *const texts[] = {
		"commit", "rollback", "rollback and chain", "begin", "set transaction read write", "set local transaction_read_only = off",
		"set work_mem = '99MB'", "reset all", "drop table t", "vacuum t", "create index on t (a)", "truncate t", "copy t to stdout",
		"do $$ begin delete from t; end $$", "call nothing()", "prepare x as select 1", "deallocate all", "discard all", "listen x",
		"explain explain select 1", "explain commit", "lock table t", "execute x", "", " ", "-- nothing", ";",
	};
	const char *before = fingerprint(ground);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		for (int way = 0; way < 3; way++) {
			Statement fooled = {.text = texts[i], .kind = STATEMENT_SELECT, .parsed = true};
			ExplainSpec spec = spec_of(ground, texts[i]);
			if (way) spec.statement = &fooled;
			spec.analyze = way != 1;
			spec.allow_write = true;
			Explained result = run(ground, conn, &spec);
			if (result.json) fail_msg("planned: %s", texts[i]);
		}
		assert_string_equal(fingerprint(ground), before);
		assert_int_equal(conn_state(conn), CONN_READY);
	}
	Explained after = measure(ground, conn, "select 1", false);
	assert_non_null(after.json);
	ground_leave(ground, conn);
}

static void a_utility_statement_is_not_even_sent(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	size_t requests = conn_cost(conn).requests;
	Explained result = plan(ground, conn, "vacuum t");
	assert_int_equal(result.kind, ERR_REFUSED);
	assert_non_null(strstr(result.message, "no plan"));
	assert_int_equal(conn_cost(conn).requests, requests);
	ground_leave(ground, conn);
}

static void session_locks_do_not_stay(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	assert_non_null(measure(ground, conn, "select pg_advisory_lock(42)", true).json);
	assert_string_equal(ground_ask(ground, "postgres", "select count(*) from pg_locks where locktype = 'advisory'"), "0");
	ground_leave(ground, conn);
}

static void statements_with_parameters_are_planned(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	static const char *const texts[] = {
		"select * from t where a=$1 and b like $2", "select * from t where a in ($1 /*, ... */)", "select * from t where a in ($1,$2,$3) limit $4",
		"select * from t where ts > now() - interval $1", "select * from t where ts > now() - $1::interval", "select * from t where ts > now() - $1",
		"select * from t where ts > date $1", "select * from t where ts > $1::date", "select extract($1 from ts) from t",
		"select extract($1 from ts) from t where a = $2", "select date_trunc($1,ts) from t", "select * from generate_series($1,$2)", "select $1 + $2",
		"select $1", "select count(*) from t where j->>$1 = $2", "select * from t where j @> $1", "select * from t order by b limit $1 offset $2",
		"update t set a=a+$1 where id=$2", "delete from t where id=$1", "insert into t (id, a) values ($1,$2)",
		"insert into t(id,a) select $1, $2 from t", "select * from t where id=$1 for update", "select * from t where (a,id) in (($1,$2),($3,$4))",
		"select * from t where a = any($1)", "select coalesce($1,b) from t", "select case when a=$1 then $2 else $3 end from t",
		"select * from t where b=$1||$2", "with x as (insert into t(id) values ($1) returning *) select * from x",
		"select * from t where ts between $1 and $2", "select * from t where n = $1::numeric($2)", "select substring(b from $1 for $2) from t",
		"select b::varchar($1) from t", "select pg_sleep($1)", "select nextval($1)", "select * from t tablesample system ($1)", "values ($1,$2)",
		"select * from t where ts > timestamp $1 at time zone $2", "select array[$1,$2]", "select $1 union all select a from t",
		"select b::numeric($1,$2) from t where a = $3", "select * from t where ts > timestamp with time zone $1",
		"select * from t where $1 is null or a = $2", "select * from t where ts > now() - interval $1 day",
	};
	const char *before = fingerprint(ground);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		Explained result = plan(ground, conn, texts[i]);
		if (!result.json) fail_msg("%s: %s", texts[i], result.message);
		assert_true(result.generic);
		assert_null(strstr(result.json, "One-Time Filter\": \"false"));
	}
	assert_string_equal(fingerprint(ground), before);
	Answer left = ground_query(ground, conn, "select count(*) from pg_prepared_statements");
	assert_int_equal(answer_int(&left), 0);
	ground_leave(ground, conn);
}

static void the_types_of_parameters_are_told(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	static const char *const cases[][2] = {
		{"select * from t where id = $1 and b like $2 and ts < $3 limit $4", "integer, text, timestamp with time zone, bigint"},
		{"select * from t where e = $1 and n > $2", "text, numeric"},
		{"select * from t where ts > now() - interval $1", "interval"}, /* once it is mended */
		{"select * from t where id = any ($1)", "integer[]"},
		{"select 1", ""},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) assert_string_equal(plan(ground, conn, cases[i][0]).types, cases[i][1]);
	ground_leave(ground, conn);
}

static void repairs_are_told(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	assert_non_null(strstr(plan(ground, conn, "select * from t where ts > now() - $1").notes, "$1 was taken for interval"));
	assert_non_null(strstr(plan(ground, conn, "select * from t where ts > date $1").notes, "casts"));
	assert_non_null(strstr(plan(ground, conn, "select * from t limit $1").notes, "tenth"));
	assert_non_null(strstr(plan(ground, conn, "select * from t where a in ($1 /*, ... */)").notes, "one element"));
	assert_string_equal(plan(ground, conn, "select * from t where a = $1").notes, "");
	Explained hopeless = plan(ground, conn, "select * from t where nothere = $1");
	assert_null(hopeless.json);
	assert_string_equal(hopeless.sqlstate, "42703");
	assert_int_equal(hopeless.position, 23); /* in the user's text */
	hopeless = plan(ground, conn, "select nothere from t");
	assert_int_equal(hopeless.position, 8);
	ground_leave(ground, conn);
}

static void parameters_without_values_are_not_run(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	Explained result = measure(ground, conn, "select * from t where id = $1", false);
	assert_int_equal(result.kind, ERR_REFUSED);
	assert_non_null(strstr(result.message, "parameters"));
	assert_true(result.hint[0]);
	ground_leave(ground, conn);
}

static void the_search_path_it_ran_with_is_found(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	Explained result = plan(ground, conn, "select * from hidden where id = $1");
	assert_non_null(result.json);
	assert_non_null(strstr(result.notes, "search_path = app"));
	result = plan(ground, conn, "select * from nosuch where id = $1");
	assert_null(result.json);
	assert_string_equal(result.sqlstate, "42P01");
	assert_non_null(strstr(result.message, "nosuch"));
	assert_null(plan(ground, conn, "select * from hidden").json); /* the user's own words mean what they say */
	ExplainSpec spec = spec_of(ground, "select * from hidden");
	spec.find_path = true;
	result = run(ground, conn, &spec);
	assert_non_null(result.json);
	assert_string_equal(result.search_path, "app");
	assert_null(plan(ground, conn, "select * from t where id = $1").search_path);
	Answer path = ground_query(ground, conn, "show search_path");
	assert_string_equal(answer_text(&path), "pg_catalog, pg_temp"); /* ours again */
	ground_leave(ground, conn);
}

static void settings_go_with_one_statement(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	const ExplainSetting settings[] = {{"enable_indexscan", "off"}, {"enable_bitmapscan", "off"}};
	ExplainSpec spec = spec_of(ground, "select * from t where id = 1");
	spec.settings = settings;
	spec.setting_count = 2;
	Explained result = run(ground, conn, &spec);
	assert_non_null(strstr(result.json, "Seq Scan"));
	assert_non_null(strstr(result.json, "\"enable_indexscan\": \"off\""));
	assert_non_null(strstr(plan(ground, conn, "select * from t where id = 1").json, "Index Scan"));
	const ExplainSetting wrong[] = {{"no_such_setting", "1"}};
	spec.settings = wrong;
	spec.setting_count = 1;
	assert_string_equal(run(ground, conn, &spec).sqlstate, "42704");
	ground_leave(ground, conn);
}

static void settings_that_could_break_out_are_refused(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	static const char *const names[] = {
		"transaction_read_only", "TRANSACTION_READ_ONLY", "transaction_isolation", "default_transaction_read_only", "role", "session_authorization",
		"statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "Role",
	};
	size_t requests = conn_cost(conn).requests;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const ExplainSetting setting = {names[i], "off"};
		ExplainSpec spec = spec_of(ground, "delete from t");
		spec.analyze = true;
		spec.settings = &setting;
		spec.setting_count = 1;
		assert_int_equal(run(ground, conn, &spec).kind, ERR_REFUSED);
		assert_false(explain_setting_allowed(names[i], NULL));
	}
	assert_int_equal(conn_cost(conn).requests, requests);
	assert_true(explain_setting_allowed("work_mem", NULL));
	assert_true(explain_setting_allowed("role_play.mode", NULL));
	ground_leave(ground, conn);
}

static void time_runs_out(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	ExplainSpec spec = spec_of(ground, "select pg_sleep(20)");
	spec.analyze = true;
	spec.statement_timeout_ms = 150;
	Explained result = run(ground, conn, &spec);
	assert_int_equal(result.kind, ERR_TIMEOUT);
	assert_non_null(strstr(result.hint, "statement_timeout"));
	ground_run(ground, "postgres", "select 1");
	Conn *other = ground_connect(ground, NULL, NULL);
	ground_query(ground, other, "begin");
	ground_query(ground, other, "lock table app.hidden");
	spec = spec_of(ground, "select * from app.hidden");
	spec.lock_timeout_ms = 100;
	result = run(ground, conn, &spec);
	assert_int_equal(result.kind, ERR_TIMEOUT);
	assert_non_null(strstr(result.hint, "lock_timeout"));
	assert_non_null(plan(ground, conn, "select 1").json);
	ground_leave(ground, other);
	ground_leave(ground, conn);
}

static void a_cancel_comes_at_once(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	ExplainSpec spec = spec_of(ground, "select pg_sleep(20)");
	spec.analyze = true;
	spec.statement_timeout_ms = 30000;
	for (int round = 0; round < 10; round++) {
		Explained result = {.ground = ground};
		Explain *explain = explain_start(conn, &spec, explained, &result);
		UNTIL(ground, explain_backend_pid(explain) != 0);
		int64_t asleep_ms = clock_ms() + round; /* when it runs, or just before */
		UNTIL(ground, clock_ms() >= asleep_ms);
		int64_t began = clock_ms();
		ground->longest_ms = 0;
		explain_cancel(explain);
		UNTIL(ground, result.here);
		assert_int_equal(result.kind, ERR_CANCELLED);
		assert_null(result.json);
		assert_true(clock_ms() - began < 5000);
		assert_true(ground->longest_ms < 1000);
		UNTIL(ground, conn_pending(conn) == 0);
		assert_non_null(measure(ground, conn, "select 1", false).json); /* the next one is not hit */
	}
	Explained waiting = {.ground = ground}, first = {.ground = ground};
	Explain *running = explain_start(conn, &spec, explained, &first);
	Explain *queued = explain_start(conn, &spec, explained, &waiting);
	explain_cancel(queued);
	UNTIL(ground, explain_backend_pid(running) != 0);
	explain_cancel(running);
	UNTIL(ground, first.here && waiting.here);
	assert_int_equal(waiting.kind, ERR_CANCELLED);
	ground_leave(ground, conn);
}

static void somebody_elses_cancel_is_told_apart(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	ExplainSpec spec = spec_of(ground, "select pg_sleep(20)");
	spec.analyze = true;
	Explained result = {.ground = ground};
	explain_start(conn, &spec, explained, &result);
	UNTIL(ground, *ground_ask(ground, "postgres", "select pg_cancel_backend(pid) from pg_stat_activity where query like 'EXPLAIN%pg_sleep(20)' and wait_event = 'PgSleep'") != '\0');
	UNTIL(ground, result.here);
	assert_int_equal(result.kind, ERR_CANCELLED);
	assert_string_equal(result.sqlstate, "57014");
	ground_leave(ground, conn);
}

static void leaving_stops_what_runs(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	ExplainSpec spec = spec_of(ground, "select pg_sleep(20.5)");
	spec.analyze = true;
	spec.statement_timeout_ms = 30000;
	Explained result = {.ground = ground};
	explain_start(conn, &spec, explained, &result);
	UNTIL(ground, strcmp(ground_ask(ground, "postgres", "select count(*) from pg_stat_activity where query like 'EXPLAIN%pg_sleep(20.5)' and state = 'active'"), "1") == 0);
	ground_leave(ground, conn);
	UNTIL(ground, strcmp(ground_ask(ground, "postgres", "select count(*) from pg_stat_activity where query like 'EXPLAIN%pg_sleep(20.5)'"), "0") == 0);
	assert_false(result.here);
}

static void a_forgotten_statement_calls_nobody(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	ExplainSpec spec = spec_of(ground, "select pg_sleep(20)");
	spec.analyze = true;
	Explained result = {.ground = ground};
	Explain *explain = explain_start(conn, &spec, explained, &result);
	UNTIL(ground, explain_backend_pid(explain) != 0);
	explain_cancel(explain);
	conn_forget(conn, &result);
	UNTIL(ground, conn_pending(conn) == 0);
	assert_false(result.here);
	assert_non_null(plan(ground, conn, "select 1").json);
	ground_leave(ground, conn);
}

static void a_statement_of_a_megabyte_is_planned(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	Str sql = STR_INIT;
	str_add(&sql, "select length('");
	str_add_repeat(&sql, "0123456789abcdef", 1 << 16);
	str_add(&sql, "')");
	Statement statement = {.text = sql.text, .kind = STATEMENT_SELECT};
	ExplainSpec spec = spec_of(ground, "select 1");
	spec.statement = &statement;
	assert_non_null(run(ground, conn, &spec).json);
	str_add(&sql, " + $1");
	statement.text = sql.text;
	statement.parameter_count = 1;
	assert_non_null(run(ground, conn, &spec).json);
	str_release(&sql);
	ground_leave(ground, conn);
}

static void a_role_without_rights_is_told_so(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, "plain", NULL);
	assert_non_null(measure(ground, conn, "select count(*) from t", false).json);
	assert_string_equal(plan(ground, conn, "select * from app.hidden").sqlstate, "42501");
	assert_string_equal(plan(ground, conn, "select * from app.hidden where id = $1").sqlstate, "42501");
	ground_leave(ground, conn);
}

static void hypothetical_indexes_are_seen_once(void **state) {
	Ground *ground = *state;
	if (*ground_ask(ground, "postgres", "select count(*) from pg_available_extensions where name = 'hypopg'") == '0') {
		print_message("skip: %s: HypoPG is not installed\n", __func__);
		skip();
	}
	Err err = ERR_INIT;
	Conn *without = ground_connect(ground, NULL, NULL);
	assert_false(whatif_available(conn_server(without), &err));
	assert_non_null(strstr(err.hint.text, "CREATE EXTENSION hypopg"));
	err_release(&err);
	ExplainSpec plain = spec_of(ground, "select 1");
	Explained refused = {.ground = ground};
	whatif_hypothetical(without, (const char *const[]){"create index on t (a)"}, 1, &plain, explained, &refused);
	UNTIL(ground, refused.here);
	assert_int_equal(refused.kind, ERR_REFUSED);
	ground_leave(ground, without);
	ground_run(ground, "postgres", "create schema \"What If\"; create extension hypopg schema \"What If\"");
	Conn *conn = ground_connect(ground, NULL, NULL);
	assert_true(whatif_available(conn_server(conn), NULL));
	static const char *const texts[] = {"select * from t where a = 7", "select * from t where a = $1"};
	const char *const index[] = {"CREATE INDEX CONCURRENTLY t_a ON public.t (a)"}, *const gin[] = {"CREATE INDEX ON public.t USING gin (j)"};
	for (size_t i = 0; i < 2; i++) {
		ExplainSpec spec = spec_of(ground, texts[i]);
		Explained result = {.ground = ground};
		whatif_hypothetical(conn, index, 1, &spec, explained, &result);
		UNTIL(ground, result.here);
		if (!result.json) fail_msg("%s", result.message);
		assert_int_equal(result.pretended_count, 1);
		assert_non_null(strstr(result.json, result.pretended));
		assert_true(result.pretended_bytes >= 8192);
		assert_null(strstr(plan(ground, conn, texts[i]).json, "t_a"));
		result = (Explained){.ground = ground};
		whatif_hypothetical(conn, gin, 1, &spec, explained, &result);
		UNTIL(ground, result.here);
		assert_null(result.json);
		Answer left = ground_query(ground, conn, "select count(*) from \"What If\".hypopg_list_indexes");
		assert_int_equal(answer_int(&left), 0);
	}
	ground_run(ground, "postgres", "drop schema \"What If\" cascade");
	ground_leave(ground, conn);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plan_comes_with_what_the_version_has),
		cmocka_unit_test(a_read_is_measured),
		cmocka_unit_test(a_confirmed_write_leaves_no_trace),
		cmocka_unit_test(an_unconfirmed_write_is_refused_by_the_server),
		cmocka_unit_test(several_statements_are_never_sent_as_one),
		cmocka_unit_test(no_statement_leaves_its_transaction),
		cmocka_unit_test(a_utility_statement_is_not_even_sent),
		cmocka_unit_test(session_locks_do_not_stay),
		cmocka_unit_test(statements_with_parameters_are_planned),
		cmocka_unit_test(the_types_of_parameters_are_told),
		cmocka_unit_test(repairs_are_told),
		cmocka_unit_test(parameters_without_values_are_not_run),
		cmocka_unit_test(the_search_path_it_ran_with_is_found),
		cmocka_unit_test(settings_go_with_one_statement),
		cmocka_unit_test(settings_that_could_break_out_are_refused),
		cmocka_unit_test(time_runs_out),
		cmocka_unit_test(a_cancel_comes_at_once),
		cmocka_unit_test(somebody_elses_cancel_is_told_apart),
		cmocka_unit_test(leaving_stops_what_runs),
		cmocka_unit_test(a_forgotten_statement_calls_nobody),
		cmocka_unit_test(a_statement_of_a_megabyte_is_planned),
		cmocka_unit_test(a_role_without_rights_is_told_so),
		cmocka_unit_test(hypothetical_indexes_are_seen_once),
	};
	return cmocka_run_group_tests(tests, set_up, ground_tear_down);
}
