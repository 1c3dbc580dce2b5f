/* lock_scene.h: readings of pg_locks and pg_stat_activity made by hand: who is there, who holds what, who waits for what. */
#ifndef TESTS_LOCK_SCENE_H
#define TESTS_LOCK_SCENE_H

#include <math.h>

#include "core/lock_mode.h"
#include "core/table.h"

typedef struct LockScene {
	Arena *arena;
	Table *locks, *sessions;
} LockScene;

typedef struct SceneColumn {
	const char *name;
	CellType type;
} SceneColumn;

/* What is locked; what does not belong to its kind is 0 and becomes null. */
typedef struct SceneTag {
	const char *type;
	int64_t relation, page, tuple, xid, class_oid, object_oid, object_part;
	const char *virtualxid;
	int64_t database; /* 0: ours */
} SceneTag;

enum { OUR_DATABASE = 5, OTHER_DATABASE = 6, OUR_PID = 9000, ORDERS = 16384, ORDERS_PKEY = 16390, CUSTOMERS = 16400 };
#define RELATION(oid) ((SceneTag){.type = "relation", .relation = (oid)})
#define ROW(oid, block, item) ((SceneTag){.type = "tuple", .relation = (oid), .page = (block), .tuple = (item)})
#define XID(number) ((SceneTag){.type = "transactionid", .xid = (number)})
#define VXID(text) ((SceneTag){.type = "virtualxid", .virtualxid = (text)})
#define ADVISORY(key) ((SceneTag){.type = "advisory", .class_oid = (int64_t)((uint64_t)(key) >> 32), .object_oid = (int64_t)((uint64_t)(key) & 0xFFFFFFFF), .object_part = 1})

static inline Table *scene_table(Arena *arena, const SceneColumn *columns, size_t count) {
	Table *table = table_new(arena, count, 8);
	for (size_t i = 0; i < count; i++) table_name(table, arena, i, columns[i].name, columns[i].type);
	return table;
}

static inline void scene_set_int(Table *table, const char *column, int64_t value) {
	table_set_int(table, table->row_count - 1, table_column(table, column), value);
}
static inline void scene_set_text(Table *table, const char *column, const char *value) {
	table_set_text(table, table->row_count - 1, table_column(table, column), value);
}
static inline void scene_set_real(Table *table, const char *column, double value) {
	table_set_real(table, table->row_count - 1, table_column(table, column), value);
}
static inline void scene_set_bool(Table *table, const char *column, bool value) {
	table_set_bool(table, table->row_count - 1, table_column(table, column), value);
}

/* Our own session is always there. */
static inline LockScene scene_new(Arena *arena) {
	static const SceneColumn locks[] = {
		{"locktype", CELL_TEXT}, {"database", CELL_INT}, {"relation", CELL_INT}, {"page", CELL_INT}, {"tuple", CELL_INT}, {"virtualxid", CELL_TEXT},
		{"transactionid", CELL_INT}, {"classid", CELL_INT}, {"objid", CELL_INT}, {"objsubid", CELL_INT}, {"virtualtransaction", CELL_TEXT},
		{"pid", CELL_INT}, {"mode", CELL_TEXT}, {"granted", CELL_BOOL}, {"wait_s", CELL_REAL},
	};
	static const SceneColumn sessions[] = {
		{"pid", CELL_INT}, {"gid", CELL_TEXT}, {"transaction", CELL_INT}, {"leader_pid", CELL_INT}, {"database_oid", CELL_INT}, {"database", CELL_TEXT},
		{"user", CELL_TEXT}, {"superuser", CELL_BOOL}, {"may_end", CELL_BOOL}, {"application", CELL_TEXT}, {"client", CELL_TEXT}, {"state", CELL_TEXT},
		{"backend_type", CELL_TEXT}, {"backend_start", CELL_TEXT}, {"xact_age_s", CELL_REAL}, {"query_age_s", CELL_REAL}, {"state_age_s", CELL_REAL},
		{"phase", CELL_TEXT}, {"xmin_age", CELL_INT}, {"wait_event", CELL_TEXT}, {"client_port", CELL_INT}, {"blocked_by", CELL_TEXT}, {"deadlock_timeout_s", CELL_REAL}, {"query", CELL_TEXT},
	};
	LockScene scene = {
		.arena = arena,
		.locks = scene_table(arena, locks, sizeof locks / sizeof *locks),
		.sessions = scene_table(arena, sessions, sizeof sessions / sizeof *sessions),
	};
	table_add_row(arena, scene.sessions);
	scene_set_int(scene.sessions, "pid", OUR_PID);
	scene_set_int(scene.sessions, "database_oid", OUR_DATABASE);
	scene_set_text(scene.sessions, "database", "shop");
	scene_set_real(scene.sessions, "deadlock_timeout_s", 1);
	return scene;
}

static inline void scene_lock(LockScene *scene, int64_t pid, const char *transaction, SceneTag tag, LockMode mode) {
	Table *locks = scene->locks;
	table_add_row(scene->arena, locks);
	scene_set_text(locks, "locktype", tag.type);
	bool global = tag.xid || tag.virtualxid; /* of no database */
	if (!global) scene_set_int(locks, "database", tag.database ? tag.database : OUR_DATABASE);
	const struct {
		const char *name;
		int64_t value;
	} numbers[] = {{"relation", tag.relation}, {"transactionid", tag.xid}, {"objsubid", tag.object_part}};
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (numbers[i].value) scene_set_int(locks, numbers[i].name, numbers[i].value);
	if (tag.tuple) {
		scene_set_int(locks, "page", tag.page);
		scene_set_int(locks, "tuple", tag.tuple);
	}
	if (tag.object_part) {
		scene_set_int(locks, "classid", tag.class_oid);
		scene_set_int(locks, "objid", tag.object_oid);
	}
	scene_set_text(locks, "virtualxid", tag.virtualxid);
	scene_set_text(locks, "virtualtransaction", transaction);
	if (pid) scene_set_int(locks, "pid", pid);
	scene_set_text(locks, "mode", mode ? lock_mode_name(mode) : "SIReadLock");
	scene_set_bool(locks, "granted", true);
}

static inline void scene_hold(LockScene *scene, int64_t pid, SceneTag tag, LockMode mode) {
	scene_lock(scene, pid, arena_printf(scene->arena, "3/%lld", (long long)pid), tag, mode);
}

/* NaN: the server does not say (yet) since when. */
static inline void scene_wait(LockScene *scene, int64_t pid, SceneTag tag, LockMode mode, double wait_s) {
	scene_hold(scene, pid, tag, mode);
	scene_set_bool(scene->locks, "granted", false);
	scene_set_real(scene->locks, "wait_s", wait_s);
}

/* A session of role web with every right of ours on it; the caller changes what is different. */
static inline void scene_session(LockScene *scene, int64_t pid, const char *state, double xact_age_s, const char *query) {
	Table *sessions = scene->sessions;
	table_add_row(scene->arena, sessions);
	scene_set_int(sessions, "pid", pid);
	scene_set_int(sessions, "database_oid", OUR_DATABASE);
	scene_set_text(sessions, "database", "shop");
	scene_set_text(sessions, "user", "web");
	scene_set_bool(sessions, "superuser", false);
	scene_set_bool(sessions, "may_end", true);
	scene_set_text(sessions, "application", "shop-api");
	scene_set_text(sessions, "state", state);
	scene_set_text(sessions, "backend_type", "client backend");
	scene_set_text(sessions, "backend_start", arena_printf(scene->arena, "2026-01-02 03:04:05.%06lld+00", (long long)pid));
	scene_set_real(sessions, "xact_age_s", xact_age_s);
	scene_set_real(sessions, "query_age_s", xact_age_s);
	scene_set_real(sessions, "state_age_s", xact_age_s);
	scene_set_text(sessions, "query", query);
}

/* What a role without pg_read_all_stats sees of another's session. */
static inline void scene_hide_last(LockScene *scene) {
	static const char *const hidden[] = {"state", "backend_type", "backend_start", "client", "leader_pid", "phase", "xact_age_s", "query_age_s", "state_age_s"};
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
		size_t column = table_column(scene->sessions, hidden[i]);
		scene->sessions->columns[column].nulls[scene->sessions->row_count - 1] = true;
	}
	scene_set_text(scene->sessions, "query", "<insufficient privilege>");
	scene_set_bool(scene->sessions, "may_end", false);
}

static inline void scene_prepared(LockScene *scene, int64_t xid, const char *gid, double age_s) {
	scene_session(scene, 0, "prepared", age_s, NULL);
	size_t pid = table_column(scene->sessions, "pid");
	scene->sessions->columns[pid].nulls[scene->sessions->row_count - 1] = true;
	scene_set_int(scene->sessions, "transaction", xid);
	scene_set_text(scene->sessions, "gid", gid);
	scene_set_text(scene->sessions, "backend_type", NULL);
	scene_set_text(scene->sessions, "backend_start", NULL);
}

/* ---- situations more than one test looks at ---- */

/* A row everybody wants: 11 sits in its transaction, 12 waits for it holding the row's lock, the others wait for 12's turn to be over. */
static inline void scene_add_hot_row(LockScene *scene, int64_t waiters) {
	scene_session(scene, 11, "idle in transaction", 571, "select * from customers where id = 7");
	scene_set_real(scene->sessions, "state_age_s", 540);
	scene_hold(scene, 11, XID(700), LOCK_EXCLUSIVE);
	scene_hold(scene, 11, RELATION(ORDERS), LOCK_ROW_EXCLUSIVE);
	scene_hold(scene, 11, RELATION(ORDERS_PKEY), LOCK_ROW_EXCLUSIVE);
	for (int64_t pid = 12; pid < 12 + waiters; pid++) {
		double age_s = (double)(300 - pid) + 0.5;
		scene_session(scene, pid, "active", age_s + 1, "update orders set total = total + 1 where id = 42");
		scene_hold(scene, pid, XID(700 + pid), LOCK_EXCLUSIVE);
		scene_hold(scene, pid, RELATION(ORDERS), LOCK_ROW_EXCLUSIVE);
		if (pid == 12) {
			scene_hold(scene, pid, ROW(ORDERS, 0, 12), LOCK_EXCLUSIVE);
			scene_wait(scene, pid, XID(700), LOCK_SHARE, age_s);
		} else {
			scene_wait(scene, pid, ROW(ORDERS, 0, 12), LOCK_EXCLUSIVE, age_s);
		}
	}
}

static inline LockScene scene_hot_row(Arena *arena, int64_t waiters) {
	LockScene scene = scene_new(arena);
	scene_add_hot_row(&scene, waiters);
	return scene;
}

/* Two read, an ALTER TABLE waits for both, and three more readers stand behind it. */
static inline void scene_add_queue_behind_ddl(LockScene *scene) {
	scene_session(scene, 21, "active", 800, "select count(*) from customers");
	scene_session(scene, 22, "idle in transaction", 400, "select * from customers");
	scene_hold(scene, 21, RELATION(CUSTOMERS), LOCK_ACCESS_SHARE);
	scene_hold(scene, 22, RELATION(CUSTOMERS), LOCK_ACCESS_SHARE);
	scene_session(scene, 23, "active", 192, "ALTER TABLE customers ADD COLUMN note text");
	scene_set_text(scene->sessions, "user", "deploy");
	scene_set_text(scene->sessions, "application", "migrate");
	scene_wait(scene, 23, RELATION(CUSTOMERS), LOCK_ACCESS_EXCLUSIVE, 191);
	for (int64_t pid = 24; pid <= 26; pid++) {
		scene_session(scene, pid, "active", 100 - (double)pid, "select * from customers where id = 1");
		scene_wait(scene, pid, RELATION(CUSTOMERS), LOCK_ACCESS_SHARE, 100 - (double)pid);
	}
}

static inline LockScene scene_queue_behind_ddl(Arena *arena) {
	LockScene scene = scene_new(arena);
	scene_add_queue_behind_ddl(&scene);
	return scene;
}

#endif
