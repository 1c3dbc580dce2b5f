/* actors.h: sessions that lock and wait on a real server, and the forest that is seen of them. */
#ifndef TESTS_SERVER_ACTORS_H
#define TESTS_SERVER_ACTORS_H

#include <libpq-fe.h>

#include "base/str.h"
#include "core/lock_ask.h"
#include "core/lock_forest.h"
#include "core/lock_read.h"
#include "ground.h"

enum { MOST_ACTORS = 90 };

typedef struct Rig {
	Ground *ground;
	Arena *arena; /* of one situation */
	PGconn *admin;
	Conn *superuser, *monitor, *signaller, *plain;
	PGconn *actors[MOST_ACTORS + 1]; /* from 1 */
	int pids[MOST_ACTORS + 1];
	int count;
} Rig;

static Rig rig;

/* ---- actors ---- */

static inline const char *ask(const char *sql) {
	PGresult *result = PQexec(rig.admin, sql);
	if (PQresultStatus(result) != PGRES_TUPLES_OK) fail_msg("%s, in: %s", PQerrorMessage(rig.admin), sql);
	const char *value = arena_copy(rig.arena, PQntuples(result) && !PQgetisnull(result, 0, 0) ? PQgetvalue(result, 0, 0) : "");
	PQclear(result);
	return value;
}

#define SOON(condition)                                                                               \
	for (int64_t late_ms = clock_ms() + GROUND_DEADLINE_MS; !(condition); ground_turn(rig.ground, 2)) \
		if (clock_ms() > late_ms) fail_msg("not in time: %s", #condition)

static inline PGconn *connected(const char *database) {
	PGconn *conn = PQconnectdb(cluster_conninfo(rig.arena, rig.ground->cluster, database));
	if (PQstatus(conn) != CONNECTION_OK) fail_msg("%s", PQerrorMessage(conn));
	PQclear(PQexec(conn, "set client_min_messages = error"));
	return conn;
}

static inline void enters(int actor, const char *database) {
	rig.actors[actor] = connected(database);
	rig.pids[actor] = PQbackendPID(rig.actors[actor]);
	if (actor > rig.count) rig.count = actor;
}

static inline void tell(int actor, const char *sql) {
	if (!rig.actors[actor]) enters(actor, "postgres");
	if (!PQsendQuery(rig.actors[actor], sql)) fail_msg("%s, in: %s", PQerrorMessage(rig.actors[actor]), sql);
}

static inline bool done(int actor) {
	return !PQconsumeInput(rig.actors[actor]) || !PQisBusy(rig.actors[actor]);
}

static inline void does(int actor, const char *sql) {
	tell(actor, sql);
	SOON(done(actor));
	for (PGresult *result; (result = PQgetResult(rig.actors[actor])); PQclear(result))
		if (PQresultStatus(result) == PGRES_FATAL_ERROR) fail_msg("%s, in: %s", PQresultErrorMessage(result), sql);
}

static inline bool waits(int actor) {
	return *ask(arena_printf(rig.arena, "select 1 from pg_locks where pid = %d and not granted union all select 1 from pg_stat_activity where pid = %d and wait_event = 'SafeSnapshot'",
	                         rig.pids[actor], rig.pids[actor])) != '\0';
}

static inline void wants(int actor, const char *sql) {
	tell(actor, sql);
	SOON(waits(actor));
}

static inline bool everyone_gone(void) {
	return !*ask("select 1 from pg_stat_activity where backend_type in ('client backend', 'parallel worker') and application_name = 'actor' and pid <> pg_backend_pid()");
}

static inline void clear_stage(void) {
	ask("select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'actor' and pid <> pg_backend_pid()");
	for (int i = 1; i <= rig.count; i++) {
		PQfinish(rig.actors[i]);
		rig.actors[i] = NULL;
	}
	rig.count = 0;
	SOON(everyone_gone());
	while (*ask("select 1 from pg_prepared_xacts")) PQclear(PQexec(rig.admin, ask("select format('rollback prepared %L', gid) from pg_prepared_xacts")));
	static const char tidy[] = "drop index if exists t_b; drop table if exists r; create table r (a int, b int); create index r_b on r (b);"
	                           "drop table if exists p1; create table if not exists p1 partition of p for values from (0) to (10)";
	PGresult *result = PQexec(rig.admin, tidy);
	if (PQresultStatus(result) == PGRES_FATAL_ERROR) fail_msg("%s", PQresultErrorMessage(result));
	PQclear(result);
	arena_clear(rig.arena);
}

/* ---- looking ---- */

static inline LockForest *look(Conn *conn) {
	Answer locks = ground_catalog(rig.ground, conn, "locks", NULL, 0);
	if (!locks.table) fail_msg("%s", locks.message);
	Keys keys = lock_pids(rig.arena, lock_read(rig.arena, locks.table, NULL));
	const char **pids = ARENA_ARRAY(rig.arena, const char *, keys.count);
	for (size_t i = 0; i < keys.count; i++) pids[i] = arena_printf(rig.arena, "%lld", (long long)keys.items[i]);
	const char *const params[] = {catalog_array(rig.arena, pids, keys.count)};
	Answer sessions = ground_catalog(rig.ground, conn, "lock_sessions", params, 1);
	if (!sessions.table) fail_msg("%s", sessions.message);
	return lock_forest(rig.arena, locks.table, sessions.table);
}

static inline int actor_of(const LockForest *forest, size_t place) {
	for (int i = 1; i <= rig.count; i++)
		if (rig.pids[i] == forest->nodes[place].session->pid) return i;
	return 0; /* the prepared one */
}

/* A line a node, below the one it stands under: `~` softly, `*` a root, `o` of a cycle; how many stand behind it, how many ending it frees
 * now and in the end. */
static inline const char *tree_of(const LockForest *forest) {
	Str out = STR_INIT;
	for (size_t place = 0; place < forest->count; place++) {
		const LockNode *node = &forest->nodes[place];
		for (size_t up = place; (up = forest->nodes[up].parent) != LOCK_NOBODY;) str_add(&out, " ");
		str_printf(&out, "%s%d%s%s %zu %zu/%zu\n", node->softly ? "~" : "", actor_of(forest, place), node->root ? "*" : "", node->cycle != LOCK_NOBODY ? "o" : "", node->behind,
		           node->frees_now, node->frees);
	}
	const char *text = arena_copy(rig.arena, out.text);
	str_release(&out);
	return text;
}

/* Who of them all, in the order of their numbers: "1 3". */
static inline const char *actors(const LockForest *forest, LockSessions places, size_t count) {
	const char *text = "";
	for (int actor = 0; actor <= rig.count; actor++)
		for (size_t i = 0; i < count; i++)
			if (actor_of(forest, places.items[i]) == actor) text = arena_printf(rig.arena, "%s%s%d", text, *text ? " " : "", actor);
	return text;
}

static inline LockSessions both(LockSessions hard, LockSessions soft) {
	for (size_t i = 0; i < soft.count; i++) *list_push(rig.arena, &hard) = soft.items[i];
	return hard;
}

/* The same whoever looks: all that does not come from what a plain role may not see. */
static inline const char *described(const LockForest *forest) {
	const char *text = "";
	for (int actor = 0; actor <= rig.count; actor++)
		for (size_t place = 0; place < forest->count; place++) {
			const LockNode *node = &forest->nodes[place];
			if (actor_of(forest, place) != actor) continue;
			LockSessions hard = lock_forest_blockers(rig.arena, forest, place), soft = lock_forest_soft_blockers(rig.arena, forest, place);
			LockEnd end = lock_forest_end(rig.arena, forest, place);
			text = arena_printf(rig.arena, "%s%d%s%s waits for [%s] behind [%s], frees [%s] then [%s]\n", text, actor, node->root ? "*" : "", node->cycle != LOCK_NOBODY ? "o" : "",
			                    actors(forest, hard, hard.count), actors(forest, soft, soft.count), actors(forest, end.freed, end.now), actors(forest, end.freed, end.freed.count));
		}
	return text;
}

static inline void edges_are_the_servers(const LockForest *forest) {
	for (size_t place = 0; place < forest->count; place++) {
		int actor = actor_of(forest, place);
		if (!actor) continue;
		LockSessions blockers = both(lock_forest_blockers(rig.arena, forest, place), lock_forest_soft_blockers(rig.arena, forest, place));
		const char *ours = actors(forest, blockers, blockers.count), *theirs = "";
		for (int other = 0; other <= rig.count; other++)
			if (*ask(arena_printf(rig.arena, "select 1 where %d = any (pg_blocking_pids(%d) || pg_safe_snapshot_blocking_pids(%d))", rig.pids[other], rig.pids[actor], rig.pids[actor])))
				theirs = arena_printf(rig.arena, "%s%s%d", theirs, *theirs ? " " : "", other);
		if (strcmp(ours, theirs) != 0) fail_msg("%d waits for [%s], not [%s], in:\n%s", actor, theirs, ours, described(forest));
	}
}

#endif
