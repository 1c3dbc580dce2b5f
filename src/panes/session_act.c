/* session_act.c: cancelling or ending one session. */
#include "panes/session_act.h"

#include <inttypes.h>

#include "sql/quote.h"

static const struct {
	const char *verb, *function;
} acts[] = {[SESSION_CANCEL] = {"cancel", "pg_cancel_backend"}, [SESSION_TERMINATE] = {"terminate", "pg_terminate_backend"}};

const char *session_act_verb(SessionAct act) {
	return acts[act].verb;
}

/* ---- SQL that is sure to mean the same session ---- */

static const char *same(Arena *arena, const char *column, const char *value) {
	return arena_printf(arena, " AND %s IS NOT DISTINCT FROM %s", column, value ? sql_literal(arena, value) : "NULL");
}

/* Who is in no transaction has no lock on one of his own. */
static const char *same_transaction(Arena *arena, const LockSession *session) {
	if (session->virtualtransaction)
		return arena_printf(arena, "pid IN (SELECT pid FROM pg_locks WHERE virtualtransaction = %s)", sql_literal(arena, session->virtualtransaction));
	return arena_printf(arena, "NOT EXISTS (SELECT FROM pg_locks WHERE pid = %" PRId64 " AND locktype = 'virtualxid' AND granted)", session->pid);
}

const char *session_act_sql(Arena *arena, SessionAct act, const LockSession *session) {
	const char *signal = arena_printf(arena, "SELECT %s(pid) FROM pg_stat_activity WHERE pid = %" PRId64, acts[act].function, session->pid);
	const char *statement = act == SESSION_CANCEL && session->query_start ? arena_printf(arena, "\n  AND query_start = %s", sql_literal(arena, session->query_start)) : "";
	if (session->backend_start) return arena_printf(arena, "%s AND backend_start = %s%s;", signal, sql_literal(arena, session->backend_start), statement);
	return arena_printf(arena, "%s%s%s\n  AND %s;", signal, same(arena, "usename", session->user), same(arena, "application_name", session->application),
	                    same_transaction(arena, session));
}

/* ---- what it costs ---- */

static const char *const costs[][2] = {
	[LOCK_DOING_UNKNOWN] = {"what it does is hidden: its transaction is rolled back, or, if it runs nothing, nothing happens", "its transaction is rolled back, its session's locks and temporary tables go"},
	[LOCK_DOING_AUTOVACUUM] = {"it comes back later", "it comes back later"},
	[LOCK_DOING_WRAPAROUND] = {"it comes back at once: it keeps transaction ids from running out", "it comes back at once: it keeps transaction ids from running out"},
	[LOCK_DOING_IDLE_IN_TRANSACTION] = {NULL, "what its transaction has not committed is lost; its session's locks and temporary tables go"},
	[LOCK_DOING_IDLE] = {NULL, "its session-level locks and temporary tables go; no transaction is open"},
	[LOCK_DOING_DDL] = {"its transaction is rolled back; locks taken before a savepoint or by pg_advisory_lock stay until it ends", "its transaction is rolled back, its session's locks and temporary tables go"},
	[LOCK_DOING_CONCURRENT_DDL] = {"it leaves an INVALID index behind, to be dropped with DROP INDEX CONCURRENTLY", "it leaves an INVALID index behind, to be dropped with DROP INDEX CONCURRENTLY; temporary tables go"},
	[LOCK_DOING_STATEMENT] = {"its transaction is rolled back; locks taken before a savepoint or by pg_advisory_lock stay until it ends", "its transaction is rolled back, its session's locks and temporary tables go"},
};

const char *session_act_costs(Arena *arena, SessionAct act, const LockSession *session) {
	const char *cost = costs[lock_doing(arena, session)][act];
	return cost ? cost : "";
}

/* ---- whether it can be done ---- */

static bool serves_a_client(const LockSession *session) {
	static const char *const types[] = {"client backend", "autovacuum worker", "walsender", "parallel worker"};
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (!session->backend_type || strcmp(session->backend_type, types[i]) == 0) return true;
	return false;
}

const char *session_act_refusal(Arena *arena, SessionAct act, const LockSession *session, const char **hint) {
	LockDoing doing = lock_doing(arena, session);
	*hint = NULL;
	if (doing == LOCK_DOING_PREPARED) {
		*hint = "COMMIT PREPARED or ROLLBACK PREPARED ends it, in its database; y copies that.";
		return "a prepared transaction has no session to be ended";
	}
	if (doing == LOCK_DOING_REPLAY) {
		*hint = "It replays what the primary did: what blocks is to be ended there.";
		return "recovery cannot be ended";
	}
	if (!serves_a_client(session)) return arena_printf(arena, "process %" PRId64 " (%s) is the server's own", session->pid, session->backend_type);
	if (act == SESSION_CANCEL && (doing == LOCK_DOING_IDLE || doing == LOCK_DOING_IDLE_IN_TRANSACTION)) {
		*hint = "K terminates it.";
		return arena_printf(arena, "session %" PRId64 " runs nothing that could be cancelled: it is %s", session->pid, session->state);
	}
	return NULL;
}

const char *session_act_needs(Arena *arena, const LockSession *session, const Server *server, const char **grant) {
	LockDoing doing = lock_doing(arena, session);
	*grant = NULL;
	if (session->may_end || (server && server->superuser)) return NULL;
	const char *role = server && server->user ? sql_identifier(arena, server->user) : "CURRENT_USER";
	if (session->superuser) return "Only a superuser may end the session of one.";
	if (doing == LOCK_DOING_AUTOVACUUM || doing == LOCK_DOING_WRAPAROUND || !session->user) {
		if (!server || server->version < 180000) return "Only a superuser may, before PostgreSQL 18.";
		*grant = arena_printf(arena, "GRANT pg_signal_autovacuum_worker TO %s;", role);
		return "It takes pg_signal_autovacuum_worker.";
	}
	*grant = arena_printf(arena, "GRANT pg_signal_backend TO %s;", role);
	return "Our role may not: it takes pg_signal_backend, or the role of that session.";
}
