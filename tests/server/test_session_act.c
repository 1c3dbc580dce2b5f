/* test_session_act.c: sessions cancelled and terminated by the SQL we make: they free whom the forest foretold, hit nobody else, and only
 * who has the right may. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>

#include "actors.h"
#include "panes/session_act.h"

/* ---- the stage ---- */

static void enters_as(int actor, const char *role) {
	rig.actors[actor] = PQconnectdb(arena_printf(rig.arena, "%s user=%s", cluster_conninfo(rig.arena, rig.ground->cluster, "postgres"), role));
	if (PQstatus(rig.actors[actor]) != CONNECTION_OK) fail_msg("%s", PQerrorMessage(rig.actors[actor]));
	rig.pids[actor] = PQbackendPID(rig.actors[actor]);
	if (actor > rig.count) rig.count = actor;
}

static void stand_up(void) {
	for (int i = 1; i <= rig.count; i++) {
		PQfinish(rig.actors[i]);
		rig.actors[i] = NULL;
	}
	ask("select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'actor' and pid <> pg_backend_pid()");
	rig.count = 0;
	SOON(everyone_gone());
}

/* ---- looking and doing, as the console does ---- */

static LockSession session_seen(Conn *conn, int actor) {
	const char *const params[] = {arena_printf(rig.arena, "{-%d}", rig.pids[actor])};
	Answer sessions = ground_catalog(rig.ground, conn, "lock_sessions", params, 1);
	const char *const asked[] = {arena_printf(rig.arena, "{%d}", rig.pids[actor])};
	Answer transactions = ground_catalog(rig.ground, conn, "lock_transactions", asked, 1);
	if (!sessions.table || !transactions.table) fail_msg("%s %s", sessions.message, transactions.message);
	const char *transaction = transactions.table->row_count ? table_text(transactions.table, 0, table_column(transactions.table, "virtualtransaction"), NULL) : NULL;
	LockIndex index = lock_index(rig.arena, sessions.table, table_column(sessions.table, "pid"));
	return lock_session_read(rig.arena, sessions.table, lock_index_find(&index, rig.pids[actor]), rig.pids[actor], transaction);
}

typedef enum Told { TOLD, TOLD_NOBODY, REFUSED } Told;

static Told tell_to(Conn *conn, SessionAct act, const LockSession *session) {
	Answer answer = ground_query(rig.ground, conn, session_act_sql(rig.arena, act, session));
	if (!answer.table && strcmp(answer.sqlstate, "42501") == 0) return REFUSED;
	if (!answer.table) fail_msg("%s", answer.message);
	if (!answer.table->row_count) return TOLD_NOBODY;
	assert_true(table_bool(answer.table, 0, 0, false));
	return TOLD;
}

static bool is_there(int actor) {
	return *ask(arena_printf(rig.arena, "select 1 from pg_stat_activity where pid = %d", rig.pids[actor]));
}

static bool lives(int actor) {
	PGresult *result = PQexec(rig.actors[actor], "select 1");
	bool fine = PQresultStatus(result) == PGRES_TUPLES_OK || PQtransactionStatus(rig.actors[actor]) == PQTRANS_INERROR;
	PQclear(result);
	return fine && PQstatus(rig.actors[actor]) == CONNECTION_OK;
}

/* ---- what is foretold comes true ---- */

typedef struct Scene {
	const char *title;
	const char *steps[6]; /* of actors 1, 2 …; `+` in front: it waits; `~`: it goes on by itself */
	SessionAct act;
	int victim;
	const char *now, *all; /* freed, by their numbers */
} Scene;

static const Scene scenes[] = {
	{"who sits idle in a transaction is ended: the row goes from one to the next",
	 {"begin; update t set b = 1 where a = 1", "+begin; update t set b = 2 where a = 1", "+begin; update t set b = 3 where a = 1"}, SESSION_TERMINATE, 1, "2", "2 3"},
	{"a DDL in the queue is cancelled: all readers behind it go on, whom it waits for stays",
	 {"begin; select * from t", "+alter table t add c int", "+begin; select * from t", "+begin; select * from t where a = 1"}, SESSION_CANCEL, 2, "3 4", "3 4"},
	{"what is at work is cancelled: its transaction's locks go, the session stays",
	 {"begin; update t set b = 1 where a = 1", "+begin; update t set b = 2 where a = 1", "~select pg_sleep(60)"}, SESSION_CANCEL, 1, "2", "2"},
	{"an advisory lock of a session outlives a cancel and not the session", {"select pg_advisory_lock(7)", "+select pg_advisory_lock(7)"}, SESSION_TERMINATE, 1, "2", "2"},
	{"one of two readers is ended: the DDL still waits for the other", {"begin; select * from t", "begin; select * from t", "+alter table t add c int"}, SESSION_TERMINATE, 1, "", ""},
};

static void act_out(const Scene *scene) {
	for (int i = 0; i < 6 && scene->steps[i]; i++) {
		const char *step = scene->steps[i];
		if (*step == '~') tell(scene->victim, step + 1);
		else enters_as(i + 1, "web");
		if (*step == '+') wants(i + 1, step + 1);
		else if (*step != '~') does(i + 1, step);
	}
}

static void comes_true(const Scene *scene) {
	act_out(scene);
	LockForest *forest = look(rig.superuser);
	size_t place = lock_forest_place(forest, rig.pids[scene->victim], NULL);
	LockEnd end = lock_forest_end(rig.arena, forest, place);
	const char *now = actors(forest, end.freed, end.now), *all = actors(forest, end.freed, end.freed.count);
	if (strcmp(now, scene->now) != 0 || strcmp(all, scene->all) != 0) fail_msg("%s: [%s] then [%s] foretold", scene->title, now, all);
	bool waited[MOST_ACTORS + 1] = {false};
	for (int i = 1; i <= rig.count; i++) waited[i] = i != scene->victim && waits(i);
	LockSession session = session_seen(rig.superuser, scene->victim);
	assert_int_equal(tell_to(rig.superuser, scene->act, &session), TOLD);
	SOON(scene->act == SESSION_TERMINATE ? !is_there(scene->victim) : done(scene->victim));
	for (int i = 1; i <= rig.count; i++) {
		if (!waited[i]) continue;
		bool freed = strchr(now, '0' + i) != NULL;
		SOON(waits(i) != freed); /* from the queue for a row to the transaction that has it there is a moment in between */
	}
	for (PGresult *result; scene->act == SESSION_CANCEL && (result = PQgetResult(rig.actors[scene->victim]));) PQclear(result);
	if (scene->act == SESSION_CANCEL) assert_true(lives(scene->victim));
	stand_up();
}

/* ---- and nobody else is hit ---- */

/* As if the pid had become another's between the box and the yes. */
static void a_number_used_again_is_not_hit(void) {
	enters_as(1, "web");
	does(1, "begin; update t set b = 1 where a = 1");
	LockSession seen = session_seen(rig.superuser, 1), other = seen;
	other.backend_start = "2001-02-03 04:05:06.000007+00";
	assert_int_equal(tell_to(rig.superuser, SESSION_TERMINATE, &other), TOLD_NOBODY);
	LockSession hidden = session_seen(rig.signaller, 1);
	assert_null(hidden.backend_start);
	assert_non_null(hidden.virtualtransaction);
	other = hidden;
	other.virtualtransaction = "1000/1000";
	assert_int_equal(tell_to(rig.signaller, SESSION_TERMINATE, &other), TOLD_NOBODY);
	other = hidden;
	other.virtualtransaction = NULL; /* it was idle when it was seen */
	assert_int_equal(tell_to(rig.signaller, SESSION_TERMINATE, &other), TOLD_NOBODY);
	other = hidden;
	other.user = "somebody else";
	assert_int_equal(tell_to(rig.signaller, SESSION_TERMINATE, &other), TOLD_NOBODY);
	other = hidden;
	other.application = NULL;
	assert_int_equal(tell_to(rig.signaller, SESSION_TERMINATE, &other), TOLD_NOBODY);
	assert_true(lives(1));
	assert_int_equal(tell_to(rig.signaller, SESSION_TERMINATE, &hidden), TOLD);
	SOON(!is_there(1));
	stand_up();
}

/* As if the statement had ended between the box and the yes, and the next one begun: only a cancel is about a statement. */
static void the_next_statement_is_not_hit(void) {
	enters_as(1, "web");
	tell(1, "select pg_sleep(60)");
	SOON(*ask(arena_printf(rig.arena, "select 1 from pg_stat_activity where pid = %d and state = 'active'", rig.pids[1])));
	LockSession seen = session_seen(rig.superuser, 1), other = seen;
	other.query_start = "2001-02-03 04:05:06.000007+00";
	assert_int_equal(tell_to(rig.superuser, SESSION_CANCEL, &other), TOLD_NOBODY);
	assert_int_equal(tell_to(rig.superuser, SESSION_CANCEL, &seen), TOLD);
	SOON(done(1));
	for (PGresult *result; (result = PQgetResult(rig.actors[1]));) PQclear(result);
	does(1, "select 1");
	assert_int_equal(tell_to(rig.superuser, SESSION_CANCEL, &seen), TOLD_NOBODY);
	assert_int_equal(tell_to(rig.superuser, SESSION_TERMINATE, &seen), TOLD);
	SOON(!is_there(1));
	stand_up();
}

/* ---- who may ---- */

static void is_told_what_it_takes(Conn *conn, int actor, const char *needs, const char *grant, Told told) {
	const char *given = NULL;
	LockSession session = session_seen(conn, actor);
	const char *says = session_act_needs(rig.arena, &session, conn_server(conn), &given);
	if (!needs) assert_null(says);
	else if (!says || !strstr(says, needs)) fail_msg("%s is told %s", conn_server(conn)->user, says ? says : "nothing");
	if (grant) assert_string_equal(given, grant);
	else assert_null(given);
	assert_int_equal(tell_to(conn, SESSION_CANCEL, &session), told);
	if (told == REFUSED) assert_true(lives(actor));
}

/* Being idle it has nothing to be cancelled, so it is there for the next. */
static void each_role_may_what_it_is_told(void) {
	enters_as(1, "web");
	enters_as(2, "boss");
	enters_as(3, "plain");
	for (int i = 1; i <= 3; i++) does(i, "select 1");
	is_told_what_it_takes(rig.superuser, 1, NULL, NULL, TOLD);
	is_told_what_it_takes(rig.superuser, 2, NULL, NULL, TOLD);
	is_told_what_it_takes(rig.monitor, 1, "pg_signal_backend", "GRANT pg_signal_backend TO monitor;", REFUSED);
	is_told_what_it_takes(rig.monitor, 2, "Only a superuser", NULL, REFUSED);
	is_told_what_it_takes(rig.signaller, 1, NULL, NULL, TOLD);
	is_told_what_it_takes(rig.signaller, 2, "Only a superuser", NULL, REFUSED);
	is_told_what_it_takes(rig.plain, 1, "pg_signal_backend", "GRANT pg_signal_backend TO plain;", REFUSED);
	is_told_what_it_takes(rig.plain, 3, NULL, NULL, TOLD); /* one's own role */
	stand_up();
}

/* ---- all of it, on one server ---- */

static void play(const char *bin_dir) {
	void *opened;
	const ClusterSpec spec = {.bin_dir = bin_dir, .settings = "autovacuum = off\n"};
	assert_int_equal(ground_set_up(&opened, &spec), 0);
	Ground *ground = opened;
	ground_run(ground, "postgres", "create role web login; create role boss login superuser; create role plain login; create role monitor login in role pg_monitor;"
	                               "create role signaller login in role pg_signal_backend; create table t (a int primary key, b int); alter table t owner to web;"
	                               "insert into t values (1, 0), (2, 0)");
	setenv("PGAPPNAME", "actor", 1);
	rig = (Rig){.ground = ground, .arena = arena_new()};
	rig.admin = connected("postgres");
	rig.superuser = ground_connect(ground, NULL, NULL);
	rig.monitor = ground_connect(ground, "monitor", NULL);
	rig.signaller = ground_connect(ground, "signaller", NULL);
	rig.plain = ground_connect(ground, "plain", NULL);
	for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) comes_true(&scenes[i]);
	a_number_used_again_is_not_hit();
	the_next_statement_is_not_hit();
	each_role_may_what_it_is_told();
	PQfinish(rig.admin);
	arena_free(rig.arena);
	ground_tear_down(&opened);
}

static void it_does_what_it_says(void **state) {
	(void)state;
	play(NULL);
}

static void play_on(int major) {
	char path[64], directory[PATH_MAX];
	snprintf(path, sizeof path, "build/servers/%d/bin", major);
	if (!realpath(path, directory)) {
		print_message("skip: it_does_on_%d: build/servers/%d is not there (tests/server/fetch.sh %d)\n", major, major, major);
		skip();
	}
	play(directory);
}

static void it_does_on_13(void **state) {
	(void)state;
	play_on(13);
}

static void it_does_on_18(void **state) {
	(void)state;
	play_on(18);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_does_what_it_says),
		cmocka_unit_test(it_does_on_13),
		cmocka_unit_test(it_does_on_18),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
