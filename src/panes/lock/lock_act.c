/* lock_act.c: what can be done about a session that blocks or waits. */
#include "panes/lock_act.h"

#include <stdlib.h>

#include "panes/session_act.h"
#include "sql/quote.h"

/* ---- the acts there are, by what the session does ---- */

typedef struct ActKind {
	LockActKind kind;
	int rank; /* best first */
	const char *verb;
	const char *costs;
} ActKind;

enum { RANK_LEAVE = 8, RANK_FREES_NOBODY = 10, MOST_ACTS = 4 };

static const ActKind acts_by_doing[] = {
	[LOCK_DOING_UNKNOWN] = {LOCK_ACT_TERMINATE, 3, "end", "its transaction is rolled back; what it does is hidden, so cancelling might do nothing"},
	[LOCK_DOING_PREPARED] = {LOCK_ACT_ROLLBACK, 2, "roll back",
	                         "its work is lost; COMMIT PREPARED keeps it: ask the transaction manager first, which may still want either"},
	[LOCK_DOING_REPLAY] = {LOCK_ACT_LEAVE, RANK_LEAVE, "leave",
	                       "it replays a lock that a transaction of the primary holds: end that one there; here nothing can be ended"},
	[LOCK_DOING_AUTOVACUUM] = {LOCK_ACT_CANCEL, 3, "cancel", "it comes back later; it should have yielded by itself when somebody had waited for it as long as deadlock_timeout"},
	[LOCK_DOING_WRAPAROUND] = {LOCK_ACT_LEAVE, RANK_LEAVE, "leave",
	                           "it does not yield, and comes back at once when it is ended: find out why freezing is behind (old transactions, replication slots)"},
	[LOCK_DOING_IDLE_IN_TRANSACTION] = {LOCK_ACT_TERMINATE, 2, "end",
	                                    "what its transaction has not committed is lost; cancelling does nothing to a session that runs nothing"},
	[LOCK_DOING_IDLE] = {LOCK_ACT_TERMINATE, 2, "end", "its session-level locks and temporary tables go; no transaction is open"},
	[LOCK_DOING_DDL] = {LOCK_ACT_CANCEL, 3, "cancel", "its transaction is rolled back; locks taken before a savepoint or by pg_advisory_lock stay until it ends"},
	[LOCK_DOING_CONCURRENT_DDL] = {LOCK_ACT_CANCEL, 3, "cancel", "it leaves an INVALID index behind, to be dropped with DROP INDEX CONCURRENTLY"},
	[LOCK_DOING_STATEMENT] = {LOCK_ACT_CANCEL, 3, "cancel", "its transaction is rolled back; locks taken before a savepoint or by pg_advisory_lock stay until it ends"},
};

static const ActKind waiting_ddl = {LOCK_ACT_CANCEL, 1, "cancel", "nothing is lost: it has not begun; try it again with SET lock_timeout = '2s' and retries"};

static const ActKind yielding = {LOCK_ACT_LEAVE, RANK_LEAVE, "leave", "it yields by itself once somebody has waited for it as long as deadlock_timeout"};

static const char also_before[] = "what its transaction has done before is rolled back with it; this statement has not begun, and may be tried again with SET lock_timeout = '2s'";

/* Its number says nothing: who wants to have a table for himself is given one before he waits. */
static bool has_worked(const LockTable *table, const LockSession *session) {
	enum { FIRST_USER_OID = 16384 };
	const LockModes works = ~(LOCK_BIT(LOCK_NO_MODE) | LOCK_BIT(LOCK_ACCESS_SHARE) | LOCK_BIT(LOCK_ROW_SHARE));
	for (size_t i = 0; i < session->holds.count; i++) {
		const LockHold *hold = &table->holds.items[session->holds.items[i]];
		const LockTag *tag = &table->tags.items[hold->tag];
		if (lock_tag_is(tag, "relation") && tag->relation >= FIRST_USER_OID && (hold->modes & works)) return true;
	}
	return false;
}

static const ActKind ending_for_advisory = {LOCK_ACT_TERMINATE, 3, "end",
                                            "its transaction is rolled back, its session's locks and temporary tables go; cancelling would leave an advisory lock that is the session's"};

static bool holds_up_a_queue(const LockForest *forest, size_t place) {
	const LockNode *node = &forest->nodes[place];
	return node->wait && node->frees_now > 0;
}

static ActKind act_kind(Arena *arena, const LockForest *forest, size_t place) {
	const LockNode *node = &forest->nodes[place];
	LockDoing doing = lock_doing(arena, node->session);
	ActKind kind = acts_by_doing[doing];
	if (doing == LOCK_DOING_AUTOVACUUM && node->longest_s < forest->table->deadlock_timeout_s) return yielding;
	if (holds_up_a_queue(forest, place) && lock_is_queued_ddl(arena, node)) {
		kind = waiting_ddl;
		if (has_worked(forest->table, node->session)) kind.costs = also_before;
		return kind;
	}
	if (kind.kind == LOCK_ACT_CANCEL && lock_kept_by_advisory(forest, place)) kind = ending_for_advisory;
	if (node->wait && kind.rank < RANK_LEAVE) kind.rank += 2; /* better to end what it waits for itself */
	return kind;
}

/* ---- SQL that is sure to mean the same session ---- */

/* The database to be connected to is told in words: no name of a stranger's goes into a comment or a command of psql. */
static const char *rollback_sql(Arena *arena, const LockSession *session) {
	return session->gid ? arena_printf(arena, "ROLLBACK PREPARED %s;", sql_literal(arena, session->gid)) : NULL;
}

static const char *sql_of(Arena *arena, LockActKind kind, const LockSession *session) {
	switch (kind) {
	case LOCK_ACT_CANCEL: return session_act_sql(arena, SESSION_CANCEL, session);
	case LOCK_ACT_TERMINATE: return session_act_sql(arena, SESSION_TERMINATE, session);
	case LOCK_ACT_ROLLBACK: return rollback_sql(arena, session);
	case LOCK_ACT_LEAVE: break;
	}
	return NULL;
}

/* ---- the right to it ---- */

static void say_what_it_needs(Arena *arena, LockAct *act, const LockSession *session, const Server *server) {
	bool may = session->may_end || (server && server->superuser);
	if (act->kind == LOCK_ACT_LEAVE) return;
	if (act->kind != LOCK_ACT_ROLLBACK) act->needs = session_act_needs(arena, session, server, &act->grant);
	else if (!may) act->needs = arena_printf(arena, "Only its owner%s%s or a superuser may, connected to its database.", session->user ? " " : "", session->user ? session->user : "");
}

static LockAct act_on(Arena *arena, const LockForest *forest, const Server *server, size_t place) {
	const LockNode *node = &forest->nodes[place];
	ActKind kind = act_kind(arena, forest, place);
	LockDoing doing = lock_doing(arena, node->session);
	const char *verb = lock_verb(arena, node->session);
	bool statement = kind.kind == LOCK_ACT_CANCEL && *verb && doing != LOCK_DOING_AUTOVACUUM;
	LockAct act = {
		.kind = kind.kind,
		.place = place,
		.frees_now = node->frees_now,
		.frees = node->frees,
		.verb = kind.verb,
		.title = arena_printf(arena, "%s %s%s%s", kind.verb, statement ? verb : "", statement ? " of " : "", lock_who(arena, node->session)),
		.sql = sql_of(arena, kind.kind, node->session),
		.costs = kind.costs,
		.where = kind.kind == LOCK_ACT_ROLLBACK ? node->session->database : NULL,
		.rank = kind.rank + (node->frees ? 0 : RANK_FREES_NOBODY),
	};
	say_what_it_needs(arena, &act, node->session, server);
	return act;
}

/* ---- to whom it may be done ---- */

typedef struct Victims {
	const LockForest *forest;
	LockSessions places;
	bool *met;
} Victims;

/* Ending one that waits itself, and frees nobody, is no help to anybody. */
static void add_victim(Arena *arena, Victims *victims, size_t place) {
	const LockNode *node = &victims->forest->nodes[place];
	if (victims->met[place]) return;
	victims->met[place] = true;
	if (node->behind && (node->root || node->frees)) *list_push(arena, &victims->places) = place;
}

/* All it waits for, directly or not. Who only stands ahead is in the way of those alone whom no holder keeps waiting. */
static void add_blockers(Arena *arena, Victims *victims, size_t start) {
	LockSessions next = {0};
	*list_push(arena, &next) = start;
	add_victim(arena, victims, start);
	for (size_t i = 0; i < next.count; i++) {
		LockSessions blockers = lock_forest_blockers(arena, victims->forest, next.items[i]);
		if (!blockers.count) blockers = lock_forest_soft_blockers(arena, victims->forest, next.items[i]);
		for (size_t k = 0; k < blockers.count; k++) {
			if (!victims->met[blockers.items[k]]) *list_push(arena, &next) = blockers.items[k];
			add_victim(arena, victims, blockers.items[k]);
		}
	}
}

/* Who stands below and holds up a queue that would otherwise move. */
static void add_queued_ddl(Arena *arena, Victims *victims, size_t place) {
	for (size_t at = 0; at < victims->forest->count; at++) {
		const LockNode *node = &victims->forest->nodes[at];
		if (!holds_up_a_queue(victims->forest, at) || !lock_is_queued_ddl(arena, node)) continue;
		LockSessions blockers = lock_forest_blockers(arena, victims->forest, at);
		for (size_t i = 0; i < blockers.count; i++)
			if (blockers.items[i] == place) add_victim(arena, victims, at);
	}
}

/* ---- several at once ---- */

/* All DDL in a queue: one of them alone would only let the next step ahead. */
static LockSessions ddl_in_queue(Arena *arena, const LockForest *forest, const LockTag *tag) {
	LockSessions places = {0};
	for (size_t i = 0; i < tag->queue.count; i++) {
		size_t place = forest->place_of[forest->table->waits.items[tag->queue.items[i]].session];
		if (lock_is_queued_ddl(arena, &forest->nodes[place])) *list_push(arena, &places) = place;
	}
	return places;
}

static bool concerns(Arena *arena, const LockForest *forest, size_t ddl, size_t place) {
	if (ddl == place || forest->nodes[place].parent == ddl) return true;
	LockSessions blockers = lock_forest_blockers(arena, forest, ddl);
	for (size_t i = 0; i < blockers.count; i++)
		if (blockers.items[i] == place) return true;
	return false;
}

static LockAct act_on_all(Arena *arena, const LockForest *forest, const Server *server, LockSessions places, LockEnd end) {
	LockAct act = act_on(arena, forest, server, places.items[places.count - 1]);
	act.kind = waiting_ddl.kind;
	act.rank = waiting_ddl.rank;
	act.verb = waiting_ddl.verb;
	act.costs = waiting_ddl.costs;
	act.frees_now = end.now;
	act.frees = end.freed.count;
	const char *title = "", *sql = "";
	for (size_t i = 0; i < places.count; i++) {
		const LockSession *session = forest->nodes[places.items[i]].session;
		title = arena_printf(arena, "%s%s%s of %s", title, i ? " and " : "", lock_verb(arena, session), lock_who(arena, session));
		sql = arena_printf(arena, "%s%s%s", sql, i ? "\n" : "", sql_of(arena, act.kind, session));
		if (has_worked(forest->table, session)) act.costs = also_before;
		if (i + 1 < places.count) *list_push(arena, &act.together) = places.items[i];
	}
	act.title = arena_printf(arena, "%s %s", act.verb, title);
	act.sql = sql;
	return act;
}

static void add_together(Arena *arena, const LockForest *forest, const Server *server, size_t place, LockActs *acts) {
	enum { MOST_TOGETHER = 5 };
	for (size_t at = 0; at < forest->count; at++) {
		const LockNode *node = &forest->nodes[at];
		if (node->frees_now || !lock_stand_behind(forest, at) || !lock_is_queued_ddl(arena, node) || !concerns(arena, forest, at, place)) continue;
		LockSessions places = ddl_in_queue(arena, forest, node->tag);
		if (places.count < 2 || places.count > MOST_TOGETHER) continue;
		LockEnd end = lock_forest_end_all(arena, forest, places);
		if (end.now) *list_push(arena, acts) = act_on_all(arena, forest, server, places, end);
	}
}

static int compare_acts(const void *one, const void *two) {
	const LockAct *a = one, *b = two;
	if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

LockActs lock_acts(Arena *arena, const LockForest *forest, const Server *server, size_t place) {
	Victims victims = {.forest = forest, .met = ARENA_ARRAY(arena, bool, forest->count)};
	LockActs acts = {0};
	add_blockers(arena, &victims, place);
	add_queued_ddl(arena, &victims, place);
	for (size_t i = 0; i < victims.places.count; i++) *list_push(arena, &acts) = act_on(arena, forest, server, victims.places.items[i]);
	add_together(arena, forest, server, place, &acts);
	if (acts.count > 1) qsort(acts.items, acts.count, sizeof *acts.items, compare_acts);
	if (acts.count > MOST_ACTS) acts.count = MOST_ACTS;
	return acts;
}
