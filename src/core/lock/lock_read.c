/* lock_read.c: readings become a table of locks. */
#include "core/lock_read.h"

#include <math.h>
#include <stdlib.h>

#include "core/lock_queue.h"

/* The reading's columns, looked up once. */
typedef struct LockColumns {
	size_t type, database, relation, page, tuple, virtualxid, xid, class_oid, object_oid, object_part, virtualtransaction, pid, mode, granted, wait_s;
} LockColumns;

static LockColumns lock_columns(const Table *locks) {
	return (LockColumns){
		.type = table_column(locks, "locktype"),
		.database = table_column(locks, "database"),
		.relation = table_column(locks, "relation"),
		.page = table_column(locks, "page"),
		.tuple = table_column(locks, "tuple"),
		.virtualxid = table_column(locks, "virtualxid"),
		.xid = table_column(locks, "transactionid"),
		.class_oid = table_column(locks, "classid"),
		.object_oid = table_column(locks, "objid"),
		.object_part = table_column(locks, "objsubid"),
		.virtualtransaction = table_column(locks, "virtualtransaction"),
		.pid = table_column(locks, "pid"),
		.mode = table_column(locks, "mode"),
		.granted = table_column(locks, "granted"),
		.wait_s = table_column(locks, "wait_s"),
	};
}

/* What a table is made of. */
typedef struct Reading {
	Arena *arena;
	LockTable *table;
	const Table *locks, *sessions;
	LockColumns columns;
	size_t *session_of, *tag_of; /* per row of locks */
	size_t *leader_of; /* per session: itself, or the one it works for */
	size_t *places, place_count; /* tags by hash, from 1; 0: free */
} Reading;

/* ---- tags ---- */

static uint64_t mix(uint64_t hash, int64_t value) {
	hash = (hash ^ (uint64_t)value) * UINT64_C(0x9E3779B97F4A7C15);
	return hash ^ hash >> 29;
}

static uint64_t mix_text(uint64_t hash, const char *text) {
	for (; text && *text; text++) hash = mix(hash, *text);
	return mix(hash, 0);
}

static uint64_t hash_of(const LockTag *tag) {
	uint64_t hash = mix_text(mix_text(0, tag->type), tag->virtualxid);
	const int64_t numbers[] = {tag->database, tag->relation, tag->page, tag->tuple, tag->xid, tag->class_oid, tag->object_oid, tag->object_part};
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) hash = mix(hash, numbers[i]);
	return hash;
}

static bool same_text(const char *one, const char *two) {
	return one == two || (one && two && strcmp(one, two) == 0);
}

static bool same_tag(const LockTag *one, const LockTag *two) {
	return one->relation == two->relation && one->tuple == two->tuple && one->page == two->page && one->xid == two->xid &&
	       one->object_oid == two->object_oid && one->class_oid == two->class_oid && one->object_part == two->object_part &&
	       one->database == two->database && same_text(one->type, two->type) && same_text(one->virtualxid, two->virtualxid);
}

static LockTag tag_in(const Reading *reading, size_t row) {
	const Table *locks = reading->locks;
	const LockColumns *at = &reading->columns;
	return (LockTag){
		.type = table_text(locks, row, at->type, ""),
		.database = table_int(locks, row, at->database, -1),
		.relation = table_int(locks, row, at->relation, -1),
		.page = table_int(locks, row, at->page, -1),
		.tuple = table_int(locks, row, at->tuple, -1),
		.xid = table_int(locks, row, at->xid, -1),
		.class_oid = table_int(locks, row, at->class_oid, -1),
		.object_oid = table_int(locks, row, at->object_oid, -1),
		.object_part = table_int(locks, row, at->object_part, -1),
		.virtualxid = table_text(locks, row, at->virtualxid, NULL),
	};
}

static size_t tag_of_row(Reading *reading, size_t row) {
	LockTable *table = reading->table;
	LockTag tag = tag_in(reading, row);
	size_t at = (size_t)hash_of(&tag) & (reading->place_count - 1);
	while (reading->places[at] && !same_tag(&table->tags.items[reading->places[at] - 1], &tag)) at = (at + 1) & (reading->place_count - 1);
	if (!reading->places[at]) {
		*list_push(reading->arena, &table->tags) = tag;
		reading->places[at] = table->tags.count;
	}
	return reading->places[at] - 1;
}

static void read_tags(Reading *reading) {
	reading->place_count = 16;
	while (reading->place_count < 2 * reading->locks->row_count) reading->place_count *= 2;
	reading->places = ARENA_ARRAY(reading->arena, size_t, reading->place_count);
	for (size_t row = 0; row < reading->locks->row_count; row++) reading->tag_of[row] = tag_of_row(reading, row);
}

/* ---- sessions ---- */

static size_t add_session(Reading *reading, LockSession session) {
	*list_push(reading->arena, &reading->table->sessions) = session;
	return reading->table->sessions.count - 1;
}

/* The known row of the prepared transaction that holds the lock on this xid. */
static size_t prepared_known(const Reading *reading, int64_t xid) {
	size_t column = reading->sessions ? table_column(reading->sessions, "transaction") : 0;
	for (size_t row = 0; reading->sessions && row < reading->sessions->row_count; row++)
		if (table_int(reading->sessions, row, column, -1) == xid) return row;
	return LOCK_NOBODY;
}

/* A prepared transaction's rows have no pid. They belong together by virtualtransaction: until the next restart that is still the one
 * of the session that prepared it, so its name is found by the xid it holds a lock on. */
static void read_prepared(Reading *reading) {
	const LockColumns *at = &reading->columns;
	LockTable *table = reading->table;
	size_t first = table->sessions.count;
	for (size_t row = 0; row < reading->locks->row_count; row++) {
		if (!table_null(reading->locks, row, at->pid)) continue;
		const char *virtualtransaction = table_text(reading->locks, row, at->virtualtransaction, "");
		size_t session = first;
		while (session < table->sessions.count && strcmp(table->sessions.items[session].virtualtransaction, virtualtransaction) != 0) session++;
		if (session == table->sessions.count) add_session(reading, lock_session_read(reading->arena, NULL, LOCK_NOBODY, 0, virtualtransaction));
		reading->session_of[row] = session;
		if (table_null(reading->locks, row, at->xid)) continue;
		size_t known = prepared_known(reading, table_int(reading->locks, row, at->xid, -1));
		if (known != LOCK_NOBODY) table->sessions.items[session] = lock_session_read(reading->arena, reading->sessions, known, 0, virtualtransaction);
	}
}

static size_t session_of_pid(const LockTable *table, int64_t pid) {
	for (size_t i = 0; i < table->sessions.count; i++)
		if (table->sessions.items[i].pid == pid) return i;
	return LOCK_NOBODY;
}

static void read_sessions(Reading *reading) {
	LockIndex rows = lock_index(reading->arena, reading->locks, reading->columns.pid), known = {0};
	if (reading->sessions) known = lock_index(reading->arena, reading->sessions, table_column(reading->sessions, "pid"));
	for (size_t i = 0; i < rows.count; i++) {
		size_t row = rows.places[i].row;
		int64_t pid = rows.places[i].number;
		if (!i || pid != rows.places[i - 1].number)
			add_session(reading, lock_session_read(reading->arena, reading->sessions, lock_index_find(&known, pid), pid,
			                                       table_text(reading->locks, row, reading->columns.virtualtransaction, "")));
		reading->session_of[row] = reading->table->sessions.count - 1;
	}
	read_prepared(reading);
	for (size_t i = 0; i < reading->table->sessions.count; i++) { /* a leader may have no lock of its own */
		int64_t leader = reading->table->sessions.items[i].leader_pid;
		if (leader > 0 && session_of_pid(reading->table, leader) == LOCK_NOBODY)
			add_session(reading, lock_session_read(reading->arena, reading->sessions, lock_index_find(&known, leader), leader, NULL));
	}
}

/* Our own session's row says where we are. */
static void read_ourselves(Reading *reading) {
	const Table *sessions = reading->sessions;
	size_t timeout = sessions ? table_column(sessions, "deadlock_timeout_s") : TABLE_NO_COLUMN;
	for (size_t row = 0; sessions && row < sessions->row_count; row++) {
		if (table_null(sessions, row, timeout)) continue;
		reading->table->database_oid = table_int(sessions, row, table_column(sessions, "database_oid"), -1);
		reading->table->deadlock_timeout_s = table_real(sessions, row, timeout, NAN);
	}
}

/* ---- who works for whom ---- */

static bool is_worker(const LockSession *session) {
	return session->backend_type && strcmp(session->backend_type, "parallel worker") == 0;
}

/* Before 13, and to a role that may not see, nobody says who leads a worker. */
static bool may_be_worker(const LockSession *session) {
	return session->pid && session->leader_pid < 0 && (session->hidden || is_worker(session));
}

/* Since 16 the workers of a subscription name a leader, too, but each holds locks for itself. */
static void find_leaders(Reading *reading) {
	LockTable *table = reading->table;
	reading->leader_of = ARENA_ARRAY(reading->arena, size_t, table->sessions.count);
	for (size_t i = 0; i < table->sessions.count; i++) {
		const LockSession *session = &table->sessions.items[i];
		bool led = session->leader_pid > 0 && is_worker(session);
		reading->leader_of[i] = led ? session_of_pid(table, session->leader_pid) : i;
	}
}

/* The holder in the way that the server does name, and that could be this one's leader. */
static size_t leader_named(const Reading *reading, const LockTag *tag, const LockWait *wait, size_t worker) {
	const LockSession *follower = &reading->table->sessions.items[worker];
	for (size_t i = 0; i < tag->holds.count; i++) {
		size_t other = reading->table->holds.items[tag->holds.items[i]].session;
		const LockSession *session = &reading->table->sessions.items[other];
		if (other != worker && session->pid && lock_session_named(wait->asked, session->pid) && same_text(session->user, follower->user) &&
		    same_text(session->database, follower->database) && same_text(session->application, follower->application)) return other;
	}
	return worker;
}

/* pg_blocking_pids names leaders only. A holder in the way that it leaves out, though another one of the same user, database and
 * application is named, works for that one. */
static bool guess_leaders(Reading *reading) {
	LockTable *table = reading->table;
	bool found = false;
	for (size_t i = 0; i < table->waits.count; i++) {
		const LockWait *wait = &table->waits.items[i];
		if (!wait->asked->blocked_by.count) continue;
		const LockTag *tag = &table->tags.items[wait->tag];
		for (size_t k = 0; k < tag->holds.count; k++) {
			const LockHold *hold = &table->holds.items[tag->holds.items[k]];
			const LockSession *holder = &table->sessions.items[hold->session];
			if (hold->session == wait->session || !lock_conflicts(wait->mode, hold->modes) || !may_be_worker(holder)) continue;
			if (lock_session_named(wait->asked, holder->pid)) continue;
			reading->leader_of[hold->session] = leader_named(reading, tag, wait, hold->session);
			found = found || reading->leader_of[hold->session] != hold->session;
		}
	}
	return found;
}

/* ---- what is held, what is wanted ---- */

static void add_hold(Reading *reading, size_t session, size_t tag, LockMode mode) {
	LockTable *table = reading->table;
	LockHold *last = table->holds.count ? &table->holds.items[table->holds.count - 1] : NULL;
	if (last && last->session == session && last->tag == tag) { /* the modes of one stand together */
		last->modes |= LOCK_BIT(mode);
		return;
	}
	*list_push(reading->arena, &table->tags.items[tag].holds) = table->holds.count;
	*list_push(reading->arena, &table->sessions.items[session].holds) = table->holds.count;
	*list_push(reading->arena, &table->holds) = (LockHold){session, tag, LOCK_BIT(mode)};
}

/* Before 14 nobody says since when: at most since the statement began. A wait that has only just begun may have no time yet. */
static double wait_age(const Reading *reading, size_t row, const LockSession *session) {
	if (reading->columns.wait_s == TABLE_NO_COLUMN) return session->query_age_s;
	return table_real(reading->locks, row, reading->columns.wait_s, 0);
}

static void add_wait(Reading *reading, size_t row, size_t session, size_t tag, LockMode mode) {
	LockTable *table = reading->table;
	const LockSession *waiting = &table->sessions.items[reading->session_of[row]];
	*list_push(reading->arena, &table->tags.items[tag].queue) = table->waits.count;
	*list_push(reading->arena, &table->sessions.items[session].waits) = table->waits.count;
	*list_push(reading->arena, &table->waits) = (LockWait){session, tag, mode, wait_age(reading, row, waiting), waiting};
	table->tags.items[tag].wanted |= LOCK_BIT(mode);
}

static void clear_locks(LockTable *table) {
	table->holds.count = table->waits.count = 0;
	for (size_t i = 0; i < table->tags.count; i++) table->tags.items[i].holds.count = table->tags.items[i].queue.count = 0;
	for (size_t i = 0; i < table->sessions.count; i++) table->sessions.items[i].holds.count = table->sessions.items[i].waits.count = 0;
}

static void read_locks(Reading *reading) {
	const Table *locks = reading->locks;
	clear_locks(reading->table);
	for (size_t row = 0; row < locks->row_count; row++) {
		LockMode mode = lock_mode_named(table_text(locks, row, reading->columns.mode, ""));
		size_t session = reading->leader_of[reading->session_of[row]], tag = reading->tag_of[row];
		if (!mode) continue;
		if (table_bool(locks, row, reading->columns.granted, true)) add_hold(reading, session, tag, mode);
		else add_wait(reading, row, session, tag, mode);
	}
}

LockTable *lock_read(Arena *arena, const Table *locks, const Table *sessions) {
	Reading reading = {
		.arena = arena,
		.table = ARENA_NEW(arena, LockTable),
		.locks = locks,
		.sessions = sessions,
		.columns = lock_columns(locks),
		.session_of = ARENA_ARRAY(arena, size_t, locks->row_count),
		.tag_of = ARENA_ARRAY(arena, size_t, locks->row_count),
	};
	LockTable *table = reading.table;
	table->database_oid = -1;
	table->deadlock_timeout_s = NAN;
	read_ourselves(&reading);
	read_sessions(&reading);
	read_tags(&reading);
	find_leaders(&reading);
	read_locks(&reading);
	if (guess_leaders(&reading)) read_locks(&reading);
	for (size_t i = 0; i < table->tags.count; i++) lock_queue_sort(arena, table, &table->tags.items[i]);
	return table;
}
