/* test_pooler.c: behind pgbouncer, one server session for everybody: nothing of ours meets its next user. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <grp.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ground.h"
#include "pg/compare.h"
#include "pg/apply.h"
#include "pg/explain.h"
#include "pg/tryout.h"
#include "pg/whatif.h"

enum { POOLER_PORT = 6432, MOST_CLIENTS = 5 };

static const char missing[] = "pgbouncer is not installed";

typedef struct Pool {
	Ground *ground; /* NULL: no pgbouncer */
	pid_t pid;
	const char *dir; /* of its socket: the cluster's, which its account may write */
	const char *ini;
	bool hypopg;
} Pool;

static bool installed(void) {
	return access("/usr/sbin/pgbouncer", X_OK) == 0;
}

static void write_file(const char *path, const char *text, const struct stat *owner) {
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	if (getuid() == 0) assert_int_equal(chown(path, owner->st_uid, owner->st_gid), 0);
}

/* As the account of the server: pgbouncer does not run as root. */
static void serve(const char *ini, const struct stat *owner) {
	if (getuid() == 0 && (setgroups(0, NULL) != 0 || setgid(owner->st_gid) != 0 || setuid(owner->st_uid) != 0)) _exit(1);
	if (!freopen("/dev/null", "w", stderr) || !freopen("/dev/null", "w", stdout)) _exit(1);
	execl("/usr/sbin/pgbouncer", "pgbouncer", "-q", ini, (char *)NULL);
	_exit(1);
}

static void launch_pooler(Pool *pool) {
	struct stat owner;
	assert_int_equal(stat(pool->dir, &owner), 0);
	pool->pid = fork();
	assert_true(pool->pid >= 0);
	if (pool->pid == 0) serve(pool->ini, &owner);
	const char *socket = arena_printf(pool->ground->arena, "%s/.s.PGSQL.%d", pool->dir, POOLER_PORT);
	UNTIL(pool->ground, access(socket, F_OK) == 0);
}

static void start_pooler(Pool *pool) {
	Ground *ground = pool->ground;
	struct stat owner;
	pool->dir = cluster_socket_dir(ground->cluster);
	assert_int_equal(stat(pool->dir, &owner), 0);
	const char *ini = arena_printf(ground->arena, "%s/pooler.ini", pool->dir), *users = arena_printf(ground->arena, "%s/pooler.users", pool->dir);
	write_file(users, arena_printf(ground->arena, "\"%s\" \"\"\n", cluster_user(ground->cluster)), &owner);
	write_file(ini,
	           arena_printf(ground->arena,
	                        "[databases]\n* = host=%s port=%d\n[pgbouncer]\nlisten_addr =\nlisten_port = %d\nunix_socket_dir = %s\n"
	                        "auth_type = trust\nauth_file = %s\npool_mode = transaction\ndefault_pool_size = 1\nmax_client_conn = %d\n",
	                        pool->dir, cluster_port(ground->cluster), POOLER_PORT, pool->dir, users, MOST_CLIENTS),
	           &owner);
	pool->ini = ini;
	launch_pooler(pool);
}

static void stop_pooler(Pool *pool) {
	kill(pool->pid, SIGKILL);
	waitpid(pool->pid, NULL, 0);
	pool->pid = 0;
	unlink(arena_printf(pool->ground->arena, "%s/.s.PGSQL.%d", pool->dir, POOLER_PORT));
}

static int set_up(void **state) {
	Pool *pool = calloc(1, sizeof *pool);
	*state = pool;
	if (!installed()) return 0;
	void *ground;
	if (ground_set_up(&ground, &(ClusterSpec){.settings = "shared_preload_libraries = 'pg_stat_statements'\n"}) != 0) return -1;
	pool->ground = ground;
	ground_run(ground, "postgres", "create extension pg_stat_statements; create table t (id int primary key, a int);"
	                               "insert into t select g, g % 100 from generate_series(1, 5000) g; analyze t");
	pool->hypopg = *ground_ask(ground, "postgres", "select count(*) from pg_available_extensions where name = 'hypopg'") == '1';
	if (pool->hypopg) ground_run(ground, "postgres", "create extension hypopg");
	start_pooler(pool);
	return 0;
}

static int tear_down(void **state) {
	Pool *pool = *state;
	if (pool->pid > 0) stop_pooler(pool);
	void *ground = pool->ground;
	if (ground) ground_tear_down(&ground);
	free(pool);
	return 0;
}

#define NEEDS(what, reason)                                   \
	if (!(what)) {                                        \
		print_message("skip: %s: %s\n", __func__, reason); \
		skip();                                       \
	}

static Conn *connect_pooled(Pool *pool) {
	ConnParams params = ground_params(pool->ground, NULL, NULL);
	params.port = arena_printf(pool->ground->arena, "%d", POOLER_PORT);
	Conn *conn = ground_conn(pool->ground, &params);
	UNTIL(pool->ground, conn_state(conn) != CONN_CONNECTING);
	if (conn_state(conn) != CONN_READY) fail_msg("%s", conn_error(conn)->message.text);
	return conn;
}

/* What the next user of the server's session finds, and what the server says of it to somebody else. Some settings are the pooler's. */
static void assert_clean(Pool *pool) {
	Conn *next = connect_pooled(pool);
	Answer answer = ground_query(pool->ground, next,
	                             "select format('%s prepared, %s locks, read only %s, timeout %s, path %s, plans %s, jit %s', (select count(*) from pg_prepared_statements),"
	                             " (select count(*) from pg_locks where locktype = 'advisory'), current_setting('transaction_read_only'),"
	                             " current_setting('statement_timeout'), current_setting('search_path'), current_setting('plan_cache_mode'), current_setting('jit'))");
	assert_string_equal(answer_text(&answer), "0 prepared, 0 locks, read only off, timeout 0, path \"$user\", public, plans auto, jit on");
	answer = ground_query(pool->ground, next,
	                      "select coalesce(string_agg(name, ' '), 'none') from pg_settings where source = 'session' and name !~* '^(application_name|client_encoding"
	                      "|datestyle|intervalstyle|timezone|standard_conforming_strings|transaction_.*)$'");
	assert_string_equal(answer_text(&answer), "none");
	answer = ground_query(pool->ground, next, "select count(*) from pg_class where relpersistence = 't'");
	assert_int_equal(answer_int(&answer), 0);
	if (pool->hypopg) {
		answer = ground_query(pool->ground, next, "select count(*) from hypopg_list_indexes");
		assert_int_equal(answer_int(&answer), 0);
	}
	assert_string_equal(ground_ask(pool->ground, "postgres",
	                               "select coalesce(string_agg(distinct state, ' '), 'idle') || coalesce(' since ' || min(xact_start), '') from pg_stat_activity"
	                               " where backend_type = 'client backend' and pid <> pg_backend_pid()"), "idle");
	ground_leave(pool->ground, next);
}

typedef struct Explained {
	Ground *ground;
	bool here, planned;
	ErrKind kind;
	const char *message, *json;
} Explained;

static void explained(void *owner, ExplainReply *reply) {
	Explained *result = owner;
	result->here = true;
	result->planned = reply->json != NULL;
	result->kind = reply->err->kind;
	result->message = arena_copy(result->ground->arena, reply->err->message.text);
	result->json = arena_copy(result->ground->arena, reply->json);
}

static ExplainSpec spec_of(Pool *pool, const char *sql) {
	return (ExplainSpec){.statement = statement_parse(pool->ground->arena, sql), .statement_timeout_ms = 5000, .lock_timeout_ms = 500};
}

static Explained run(Pool *pool, Conn *conn, const ExplainSpec *spec) {
	Explained result = {.ground = pool->ground};
	explain_start(conn, spec, explained, &result);
	UNTIL(pool->ground, result.here);
	return result;
}

static void a_pooler_is_recognised(void **state) {
	Pool *pool = *state;
	NEEDS(pool->ground, missing);
	Conn *conn = connect_pooled(pool);
	assert_true(conn_server(conn)->pooled);
	assert_true(conn_server(conn)->statements_preloaded);
	ground_leave(pool->ground, conn);
	assert_clean(pool);
}

static void panes_read_in_their_own_transactions(void **state) {
	Pool *pool = *state;
	NEEDS(pool->ground, missing);
	Conn *conn = connect_pooled(pool);
	for (int i = 0; i < 3; i++) {
		Answer answer = ground_catalog(pool->ground, conn, "statements", NULL, 0);
		if (!answer.table) fail_msg("%s", answer.message);
		assert_clean(pool);
	}
	Answer wrong = ground_catalog(pool->ground, conn, "statements_texts", (const char *const[]){"no array"}, 1);
	assert_null(wrong.table);
	assert_clean(pool);
	assert_non_null(ground_catalog(pool->ground, conn, "statements_info", NULL, 0).table);
	ground_leave(pool->ground, conn);
}

static void every_query_is_answered_and_leaves_nothing(void **state) {
	Pool *pool = *state;
	NEEDS(pool->ground, missing);
	Conn *conn = connect_pooled(pool);
	ground_try_queries(pool->ground, conn);
	assert_clean(pool);
	ground_leave(pool->ground, conn);
	ConnParams params = ground_params(pool->ground, NULL, NULL);
	params.port = arena_printf(pool->ground->arena, "%d", POOLER_PORT);
	params.statement_timeout_ms = 1; /* some of them are too slow for that, and end within their transaction */
	conn = ground_conn(pool->ground, &params);
	UNTIL(pool->ground, conn_state(conn) == CONN_READY);
	for (const Embedded *query = embedded_queries; query->name; query++) {
		Answer answer = ground_catalog(pool->ground, conn, ground_query_name(pool->ground, query), NULL, 0);
		assert_true(answer.table || answer.kind != ERR_CONNECTION);
		assert_int_equal(conn_state(conn), CONN_READY);
	}
	assert_clean(pool);
	ground_leave(pool->ground, conn);
}

static void what_holds_for_panes_holds_in_every_transaction(void **state) {
	Pool *pool = *state;
	NEEDS(pool->ground, missing);
	Conn *conn = connect_pooled(pool);
	static const struct {
		const char *setting, *value;
	} manners[] = {{"transaction_read_only", "on"}, {"statement_timeout", "1s"}, {"lock_timeout", "100ms"}, {"search_path", "pg_catalog, pg_temp"}, {"jit", "off"}};
	/* seen from within: pg_stat_statements' schema has a view of ours that says what it runs under */
	ground_run(pool->ground, "postgres", "alter extension pg_stat_statements drop view pg_stat_statements_info; alter view pg_stat_statements_info rename to info_kept");
	for (size_t i = 0; i < sizeof manners / sizeof *manners; i++) {
		ground_run(pool->ground, "postgres", arena_printf(pool->ground->arena,
		                                                  "drop view if exists pg_stat_statements_info; create view pg_stat_statements_info as"
		                                                  " select 0::bigint as dealloc, now() - case when current_setting('%s') = '%s' then interval '1h' end as stats_reset",
		                                                  manners[i].setting, manners[i].value));
		Answer answer = ground_catalog(pool->ground, conn, "statements_info", NULL, 0);
		if (!answer.table) fail_msg("%s", answer.message);
		if (table_null(answer.table, 0, table_column(answer.table, "reset_at_s"))) fail_msg("%s is not %s", manners[i].setting, manners[i].value);
	}
	ground_run(pool->ground, "postgres", "drop view pg_stat_statements_info; alter view info_kept rename to pg_stat_statements_info;"
	                                     "alter extension pg_stat_statements add view pg_stat_statements_info");
	assert_clean(pool);
	ground_leave(pool->ground, conn);
}

static void a_full_pooler_is_asked_again(void **state) {
	Pool *pool = *state;
	NEEDS(pool->ground, missing);
	Conn *conns[MOST_CLIENTS + 1];
	ConnParams params = ground_params(pool->ground, NULL, NULL);
	params.port = arena_printf(pool->ground->arena, "%d", POOLER_PORT);
	for (size_t i = 0; i < MOST_CLIENTS; i++) conns[i] = connect_pooled(pool);
	conns[MOST_CLIENTS] = ground_conn(pool->ground, &params);
	UNTIL(pool->ground, conn_state(conns[MOST_CLIENTS]) == CONN_FAILED);
	const Err *err = conn_error(conns[MOST_CLIENTS]);
	if (!strstr(err->hint.text, "max_client_conn")) fail_msg("%s\n%s", err->message.text, err->hint.text);
	assert_true(conn_retry_at_ms(conns[MOST_CLIENTS]) >= 0);
	ground_leave(pool->ground, conns[0]);
	UNTIL(pool->ground, conn_state(conns[MOST_CLIENTS]) == CONN_READY);
	for (size_t i = 1; i <= MOST_CLIENTS; i++) ground_leave(pool->ground, conns[i]);
}

static void a_lost_pooler_is_found_again(void **state) {
	Pool *pool = *state;
	NEEDS(pool->ground, missing);
	Conn *conn = connect_pooled(pool);
	stop_pooler(pool);
	UNTIL(pool->ground, conn_state(conn) == CONN_LOST);
	launch_pooler(pool);
	UNTIL(pool->ground, conn_state(conn) == CONN_READY);
	assert_true(conn_server(conn)->pooled);
	assert_non_null(ground_catalog(pool->ground, conn, "statements", NULL, 0).table);
	ground_leave(pool->ground, conn);
}

static void statements_leave_nothing(void **state) {
	Pool *pool = *state;
	NEEDS(pool->ground, missing);
	Conn *conn = connect_pooled(pool);
	static const struct {
		const char *sql;
		bool analyze, allow_write, planned;
	} cases[] = {
		{"select * from t where a = 1", false, false, true},
		{"select * from t where a = $1", false, false, true},
		{"select * from t where nothere = $1", false, false, false},
		{"select * from nosuch where id = $1", false, false, false},
		{"select $1 + $2 from t", false, false, true},
		{"select count(*) from t", true, false, true},
		{"delete from t", true, false, false},
		{"delete from t", true, true, true},
		{"select pg_advisory_lock(7)", true, true, true},
		{"select pg_advisory_lock(7), 1 / (a - a) from t", true, true, false},
		{"select set_config('work_mem', '99MB', false)", true, true, true},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ExplainSpec spec = spec_of(pool, cases[i].sql);
		spec.analyze = cases[i].analyze;
		spec.allow_write = cases[i].allow_write;
		Explained result = run(pool, conn, &spec);
		if (result.planned != cases[i].planned) fail_msg("%s: %s", cases[i].sql, result.message);
		UNTIL(pool->ground, conn_pending(conn) == 0);
		assert_clean(pool);
	}
	assert_string_equal(ground_ask(pool->ground, "postgres", "select count(*) from t"), "5000");
	ground_leave(pool->ground, conn);
}

typedef struct Tried {
	Ground *ground;
	bool here;
	ErrKind kind;
	const char *message, *with;
} Tried;

static void was_tried(void *owner, TryoutReply *reply) {
	Tried *tried = owner;
	tried->here = true;
	tried->kind = reply->err->kind;
	tried->message = arena_copy(tried->ground->arena, reply->err->message.text);
	tried->with = arena_copy(tried->ground->arena, reply->with.json);
}

static void goes_on(void *owner, const char *doing) {
	(void)owner;
	assert_non_null(doing);
}

/* One transaction reaches one session, so an index can be tried; it takes several to build one for real. */
static void a_trial_leaves_nothing_and_nothing_is_applied(void **state) {
	Pool *pool = *state;
	NEEDS(pool->ground, missing);
	Conn *conn = connect_pooled(pool);
	Tried tried = {.ground = pool->ground};
	ExplainSpec explain = spec_of(pool, "select * from t where a = 7");
	explain.analyze = true;
	const RemedyStep step = {.kind = STEP_TRIAL, .sql = "CREATE INDEX ON public.t (a)", .relation = "public.t", .lock = LOCK_SHARE};
	const TryoutSpec spec = {.explain = &explain, .steps = &step, .step_count = 1, .most_bytes = 1e9};
	tryout_start(conn, &spec, was_tried, goes_on, &tried);
	UNTIL(pool->ground, tried.here);
	if (tried.kind != ERR_NONE) fail_msg("%s", tried.message);
	assert_non_null(strstr(tried.with, "t_a_idx"));
	UNTIL(pool->ground, conn_pending(conn) == 0);
	assert_false(apply_possible(conn_server(conn), NULL));
	ground_leave(pool->ground, conn);
	assert_clean(pool);
	assert_string_equal(ground_ask(pool->ground, "postgres", "select count(*) from pg_index where indrelid = 't'::regclass"), "1");
}

typedef struct Compared {
	bool here;
	ErrKind kind;
	Compare *cancelled; /* by its progress */
} Compared;

static void compared(void *owner, CompareReply *reply) {
	Compared *result = owner;
	result->here = true;
	result->kind = reply->err->kind;
}

static void progressed(void *owner, double rows) {
	(void)rows;
	Compared *result = owner;
	if (result->cancelled) compare_cancel(result->cancelled);
}

static void proofs_leave_nothing(void **state) {
	Pool *pool = *state;
	NEEDS(pool->ground, missing);
	Conn *conn = connect_pooled(pool);
	static const struct {
		const char *rewrite;
		bool cancelled;
		ErrKind kind;
	} cases[] = {
		{"select a from t", false, ERR_NONE},
		{"select nosuch from t", false, ERR_SERVER},
		{"select a from t, pg_advisory_lock(7)", false, ERR_NONE},
		{"select a / (a - 50) from t, pg_advisory_lock(7)", false, ERR_SERVER},
		{"select a from t, pg_advisory_lock(7)", true, ERR_CANCELLED},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const ProofTask task = {.statements = {"select a from t", cases[i].rewrite}};
		const CompareSpec spec = {.task = &task, .allow_volatile = true, .most_rows = 1e6, .statement_timeout_ms = 5000, .lock_timeout_ms = 500};
		Compared result = {.here = false};
		Compare *compare = compare_start(conn, &spec, compared, progressed, &result);
		if (cases[i].cancelled) result.cancelled = compare;
		UNTIL(pool->ground, result.here);
		if (result.kind != cases[i].kind) fail_msg("%s: %d", cases[i].rewrite, result.kind);
		UNTIL(pool->ground, conn_pending(conn) == 0);
		assert_clean(pool);
	}
	ExplainSpec spec = spec_of(pool, "select pg_advisory_lock(7)");
	spec.analyze = spec.may_lock = true; /* READ ONLY */
	assert_true(run(pool, conn, &spec).planned);
	assert_clean(pool);
	ground_leave(pool->ground, conn);
}

static void time_running_out_and_a_cancel_leave_nothing(void **state) {
	Pool *pool = *state;
	NEEDS(pool->ground, missing);
	Conn *conn = connect_pooled(pool);
	ExplainSpec spec = spec_of(pool, "select pg_advisory_lock(7), pg_sleep(20)");
	spec.analyze = spec.allow_write = true;
	spec.statement_timeout_ms = 150;
	assert_int_equal(run(pool, conn, &spec).kind, ERR_TIMEOUT);
	assert_clean(pool);
	spec.statement_timeout_ms = 20000;
	Explained result = {.ground = pool->ground};
	Explain *explain = explain_start(conn, &spec, explained, &result);
	UNTIL(pool->ground, explain_backend_pid(explain) != 0);
	assert_string_equal(ground_ask(pool->ground, "postgres", arena_printf(pool->ground->arena, "select count(*) from pg_stat_activity where pid = %d", explain_backend_pid(explain))), "1");
	const char *asleep = "select count(*) from pg_stat_activity where wait_event = 'PgSleep'";
	UNTIL(pool->ground, strcmp(ground_ask(pool->ground, "postgres", asleep), "1") == 0);
	explain_cancel(explain);
	UNTIL(pool->ground, result.here);
	assert_int_equal(result.kind, ERR_CANCELLED);
	assert_clean(pool);
	ground_leave(pool->ground, conn);
}

static void going_away_in_the_middle_leaves_nothing(void **state) {
	Pool *pool = *state;
	NEEDS(pool->ground, missing);
	for (int steps = 1; steps < 12; steps++) {
		Conn *conn = connect_pooled(pool);
		ExplainSpec spec = spec_of(pool, "select * from t where a = $1");
		Explained result = {.ground = pool->ground};
		const char *const index[] = {"create index on t (a)"};
		if (pool->hypopg) whatif_hypothetical(conn, index, 1, &spec, explained, &result);
		else explain_start(conn, &spec, explained, &result);
		size_t before = conn_cost(conn).requests;
		UNTIL(pool->ground, result.here || conn_cost(conn).requests >= before + (size_t)steps);
		ground_leave(pool->ground, conn);
		assert_clean(pool);
	}
}

static void pretended_indexes_leave_nothing(void **state) {
	Pool *pool = *state;
	NEEDS(pool->ground, missing);
	NEEDS(pool->hypopg, "HypoPG is not installed");
	Conn *conn = connect_pooled(pool);
	static const char *const texts[] = {"select * from t where a = 7", "select * from t where a = $1", "select * from t where nothere = $1"};
	const char *const index[] = {"create index on t (a)"};
	for (size_t i = 0; i < 3; i++) {
		ExplainSpec spec = spec_of(pool, texts[i]);
		Explained result = {.ground = pool->ground};
		whatif_hypothetical(conn, index, 1, &spec, explained, &result);
		UNTIL(pool->ground, result.here);
		assert_int_equal(result.planned, i < 2);
		if (result.planned) assert_non_null(strstr(result.json, "btree_t_a"));
		UNTIL(pool->ground, conn_pending(conn) == 0);
		assert_clean(pool);
	}
	ground_leave(pool->ground, conn);
}

/* As who asks why an index is not used has the planner's other ways switched off. */
static void ways_switched_off_leave_nothing(void **state) {
	Pool *pool = *state;
	NEEDS(pool->ground, missing);
	Conn *conn = connect_pooled(pool);
	static const char *const texts[] = {"select * from t where a = 7", "select * from t where a = $1", "select * from t where nothere = $1"};
	static const ExplainSetting off[] = {{"enable_seqscan", "off"}, {"enable_hashjoin", "off"}, {"random_page_cost", "1.1"}};
	const char *const index[] = {"create index on t (a)"};
	for (size_t i = 0; i < 6; i++) {
		ExplainSpec spec = spec_of(pool, texts[i % 3]);
		spec.settings = off;
		spec.setting_count = sizeof off / sizeof *off;
		Explained result = {.ground = pool->ground};
		if (i < 3 && pool->hypopg) whatif_hypothetical(conn, index, 1, &spec, explained, &result);
		else explain_start(conn, &spec, explained, &result);
		UNTIL(pool->ground, result.here);
		assert_int_equal(result.planned, i % 3 < 2);
		UNTIL(pool->ground, conn_pending(conn) == 0);
		assert_clean(pool);
	}
	ground_leave(pool->ground, conn);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pooler_is_recognised),
		cmocka_unit_test(panes_read_in_their_own_transactions),
		cmocka_unit_test(every_query_is_answered_and_leaves_nothing),
		cmocka_unit_test(what_holds_for_panes_holds_in_every_transaction),
		cmocka_unit_test(statements_leave_nothing),
		cmocka_unit_test(a_trial_leaves_nothing_and_nothing_is_applied),
		cmocka_unit_test(proofs_leave_nothing),
		cmocka_unit_test(time_running_out_and_a_cancel_leave_nothing),
		cmocka_unit_test(going_away_in_the_middle_leaves_nothing),
		cmocka_unit_test(pretended_indexes_leave_nothing),
		cmocka_unit_test(ways_switched_off_leave_nothing),
		cmocka_unit_test(a_full_pooler_is_asked_again),
		cmocka_unit_test(a_lost_pooler_is_found_again),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
