/* test_locks.c: a reading of locks becomes rows under rows, the why of each, and what to do about it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>

#include "../../lock_scene.h"
#include "on_paper.h"
#include "panes/lock_act.h"
#include "panes/locks.h"

#define OWNED "\x1b]0;owned\x07"

typedef struct Fixture {
	Arena *arena;
	const Pane *pane;
	Server server;
	Texts texts;
	PaneInput input;
	LockScene scene;
} Fixture;

static int64_t key_of(int64_t class_oid, int64_t object_oid) {
	return class_oid << 32 | object_oid;
}

static int set_up(void **state) {
	static Fixture fixture;
	fixture = (Fixture){.arena = arena_new(), .pane = pane_named("locks")};
	fixture.server = (Server){.version = 150000, .database = "shop", .user = "oncall", .reads_all_stats = true};
	fixture.scene = scene_new(fixture.arena);
	fixture.input = (PaneInput){.server = &fixture.server, .interval_s = 2, .texts = &fixture.texts};
	texts_put(fixture.arena, &fixture.texts, key_of(1259, ORDERS), "table public.orders");
	texts_put(fixture.arena, &fixture.texts, key_of(1259, ORDERS_PKEY), "index public.orders_pkey");
	texts_put(fixture.arena, &fixture.texts, key_of(1259, CUSTOMERS), "table public.customers");
	*state = &fixture;
	return 0;
}

static int tear_down(void **state) {
	Fixture *f = *state;
	arena_free(f->arena);
	return 0;
}

static Table *rows_of(Fixture *f) {
	f->input.after = f->scene.locks;
	f->input.follow = f->scene.sessions;
	return f->pane->rows(f->arena, &f->input);
}

static const char *cell(const Table *table, size_t row, const char *column) {
	size_t at = table_column(table, column);
	return table->columns[at].type == CELL_TEXT ? table_text(table, row, at, "") : "";
}

static size_t row_of(const Table *table, int64_t pid) {
	for (size_t row = 0; row < table->row_count; row++)
		if (table_int(table, row, table_column(table, "pid"), 0) == pid) return row;
	fail_msg("no row for %lld", (long long)pid);
	return 0;
}

static const char *why_row(Fixture *f, const Table *table, size_t row) {
	enum { WIDE = 300 }; /* no sentence is wrapped */
	return paper_why(f->arena, f->pane, &f->input, table, row, NULL, WIDE);
}

static const char *why_of(Fixture *f, int64_t pid) {
	Table *table = rows_of(f);
	return why_row(f, table, pid ? row_of(table, pid) : 0);
}

static const char *remedy_of(Fixture *f, int64_t pid) {
	Table *table = rows_of(f);
	return f->pane->remedy(f->arena, &f->input, table, row_of(table, pid));
}

/* ---- rows ---- */

static void rows_stand_under_those_they_wait_for(void **state) {
	Fixture *f = *state;
	scene_add_hot_row(&f->scene, 3);
	Table *table = rows_of(f);
	assert_int_equal(table->row_count, 4);
	assert_string_equal(cell(table, 0, "session"), "11 idle in xact 9m00s");
	assert_string_equal(cell(table, 0, "frees"), "1 now, 2 later");
	assert_string_equal(cell(table, 0, "wants"), "");
	assert_true(table_null(table, 0, table_column(table, LIST_ROW_PARENT)));
	assert_string_equal(cell(table, 1, "session"), "12 UPDATE");
	assert_string_equal(cell(table, 1, "object"), "row (0,12) of public.orders"); /* told by the row's lock it holds */
	assert_string_equal(cell(table, 1, "wants"), "Share");
	assert_string_equal(cell(table, 1, "frees"), "none");
	assert_string_equal(cell(table, 2, LIST_ROW_PARENT), cell(table, 1, LIST_ROW_KEY));
	assert_string_equal(cell(table, 3, "frees"), "");
	assert_true(table_real(table, 1, table_column(table, "wait_ms"), 0) == 288500);
}

static void a_crowd_at_one_place_is_a_line_until_it_is_asked_for(void **state) {
	Fixture *f = *state;
	scene_add_hot_row(&f->scene, 300);
	Table *table = rows_of(f);
	List list = LIST_INIT(f->pane->sort);
	ListRows rows = list_rows(f->arena, &list, table, f->pane->columns, f->pane->column_count, NULL);
	assert_int_equal(rows.count, 2);
	assert_int_equal(rows.folded[1], 299);
	list.whole = true;
	assert_int_equal(list_rows(f->arena, &list, table, f->pane->columns, f->pane->column_count, NULL).count, table->row_count);
	list_release(&list);
	scene_session(&f->scene, 900, "active", 5, "select 1"); /* one that is not like the others has to be seen */
	scene_wait(&f->scene, 900, ROW(ORDERS, 0, 12), LOCK_ACCESS_EXCLUSIVE, 4);
	table = rows_of(f);
	assert_false(table_bool(table, 1, table_column(table, LIST_ROW_FOLDED), true));
}

static void a_line_says_what_it_is_about(void **state) {
	Fixture *f = *state;
	scene_add_hot_row(&f->scene, 2);
	scene_add_queue_behind_ddl(&f->scene);
	scene_session(&f->scene, 41, "active", 5, "");
	scene_hold(&f->scene, 41, VXID("3/41"), LOCK_EXCLUSIVE);
	scene_session(&f->scene, 42, "active", 4, "create index concurrently i on customers (id)");
	scene_wait(&f->scene, 42, VXID("3/41"), LOCK_SHARE, 3);
	scene_hold(&f->scene, 42, RELATION(CUSTOMERS), LOCK_SHARE_UPDATE_EXCLUSIVE);
	Table *table = rows_of(f);
	static const struct {
		int64_t pid;
		const char *says;
	} cases[] = {
		{11, "has changed row (0,12) of public.orders · select * from customers where id = 7"},
		{13, "row (0,12) of public.orders · update orders set total = total + 1 where id = 42"},
		{21, "holds AccessShare on public.customers · select count(*) from customers"},
		{23, "DDL ahead of 3: AccessExclusive on public.customers, also held by 21, 22 · ALTER TABLE customers ADD COLUMN note text"},
		{24, "AccessShare on public.customers · select * from customers where id = 1"},
		{41, "keeps 42 CREATE INDEX waiting for its transaction to end"},
		{42, "transaction 3/41, for public.customers · create index concurrently i on customers (id)"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) assert_string_equal(cell(table, row_of(table, cases[i].pid), "brief"), cases[i].says);
	size_t role = table_column(table, LIST_ROW_ROLE);
	assert_int_equal(table_int(table, row_of(table, 23), role, -1), ROLE_WARNING); /* in the way, though it waits itself */
	assert_true(table_null(table, row_of(table, 24), role));
	assert_string_equal(f->pane->headline(f->arena, table), "4 roots, 7 wait, longest 4m48s");
}

static void a_root_that_keeps_others_waiting_for_several_things_says_how_many(void **state) {
	Fixture *f = *state;
	scene_session(&f->scene, 1, "idle in transaction", 5, "alter table orders add c int");
	scene_hold(&f->scene, 1, RELATION(ORDERS), LOCK_ACCESS_EXCLUSIVE);
	scene_hold(&f->scene, 1, RELATION(CUSTOMERS), LOCK_ACCESS_EXCLUSIVE);
	scene_hold(&f->scene, 1, RELATION(ORDERS_PKEY), LOCK_ACCESS_EXCLUSIVE);
	for (int64_t pid = 2; pid <= 4; pid++) scene_wait(&f->scene, pid, RELATION(pid == 2 ? CUSTOMERS : ORDERS), LOCK_ACCESS_SHARE, 9 - (double)pid);
	Table *table = rows_of(f);
	assert_string_equal(cell(table, 0, "brief"), "holds AccessExclusive on public.customers and 1 more · alter table orders add c int");
	assert_says(cell(table, 0, LIST_ROW_NOTE), "holds AccessExclusive on public.customers and 1 more and blocks 3 sessions");
}

/* Told at the foot of the list, wherever in the tree the cursor is. */
static void the_worst_is_told_with_what_to_do(void **state) {
	Fixture *f = *state;
	scene_add_hot_row(&f->scene, 4);
	scene_add_queue_behind_ddl(&f->scene);
	scene_session(&f->scene, 51, NULL, 700, "autovacuum: VACUUM public.t (to prevent wraparound)");
	scene_set_text(f->scene.sessions, "backend_type", "autovacuum worker");
	scene_hold(&f->scene, 51, RELATION(500), LOCK_SHARE_UPDATE_EXCLUSIVE);
	scene_session(&f->scene, 52, "active", 3, "lock table t");
	scene_wait(&f->scene, 52, RELATION(500), LOCK_ACCESS_EXCLUSIVE, 2);
	Table *table = rows_of(f);
	for (int64_t pid = 11; pid <= 13; pid++)
		assert_string_equal(cell(table, row_of(table, pid), LIST_ROW_NOTE),
		                    "session 11 (web, shop-api), idle in transaction for 9m00s, its transaction open for 9m31s, has changed row (0,12) of public.orders and blocks"
		                    " 4 sessions, the longest for 4m48s: end it, frees 1 at once, 4 in the end");
	assert_string_equal(cell(table, row_of(table, 22), LIST_ROW_NOTE),
	                    "session 22 (web, shop-api), idle in transaction for 6m40s, holds AccessShare on public.customers and blocks 4 sessions, the longest for 3m11s:"
	                    " cancel 23 ALTER TABLE, frees 3 at once");
	scene_hold(&f->scene, 11, RELATION(CUSTOMERS), LOCK_ACCESS_SHARE); /* then the DDL is the lesser part of it */
	table = rows_of(f);
	assert_says(cell(table, row_of(table, 11), LIST_ROW_NOTE), ": cancel 23 ALTER TABLE, frees 3 at once; end it, frees 1 at once, 4 in the end");
	assert_says(cell(table, row_of(table, 52), LIST_ROW_NOTE), ": it does not yield, and comes back at once when it is ended: find out why freezing is behind");
	f->scene = scene_new(f->arena);
	table = rows_of(f);
	assert_null(f->pane->headline(f->arena, table));
}

static void every_kind_of_lock_has_a_name(void **state) {
	Fixture *f = *state;
	static const struct {
		SceneTag tag;
		const char *name;
	} cases[] = {
		{{.type = "relation", .relation = ORDERS}, "public.orders"},
		{{.type = "relation", .relation = ORDERS_PKEY}, "index public.orders_pkey"},
		{{.type = "relation", .relation = 77}, "relation 77"},
		{{.type = "relation", .relation = ORDERS, .database = OTHER_DATABASE}, "relation 16384 of database 6"},
		{{.type = "extend", .relation = ORDERS}, "the growing of public.orders"},
		{{.type = "transactionid", .xid = 44}, "transaction 44"},
		{{.type = "virtualxid", .virtualxid = "3/9"}, "transaction 3/9"},
		{{.type = "advisory", .class_oid = 0xFFFFFFFF, .object_oid = 0xFFFFFFFB, .object_part = 1}, "advisory lock -5"},
		{{.type = "advisory", .class_oid = 1, .object_oid = 2, .object_part = 1}, "advisory lock 4294967298"},
		{{.type = "advisory", .class_oid = 1, .object_oid = 0xFFFFFFFE, .object_part = 2}, "advisory lock (1, -2)"},
		{{.type = "object", .class_oid = 1262, .object_oid = 16999, .object_part = 1}, "object 16999 of class 1262"},
		{{.type = "frozenid"}, "frozenid"},
		{{.type = "safesnapshot", .class_oid = 0, .object_oid = 7, .object_part = 1}, "a safe snapshot"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		f->scene = scene_new(f->arena);
		scene_wait(&f->scene, 1, cases[i].tag, LOCK_EXCLUSIVE, 1);
		assert_string_equal(cell(rows_of(f), 0, "object"), cases[i].name);
	}
	texts_put(f->arena, &f->texts, key_of(1262, 16999), "database staging");
	f->scene = scene_new(f->arena);
	scene_wait(&f->scene, 1, cases[10].tag, LOCK_EXCLUSIVE, 1);
	assert_string_equal(cell(rows_of(f), 0, "object"), "database staging");
	scene_hold(&f->scene, 2, cases[12].tag, LOCK_EXCLUSIVE);
	scene_wait(&f->scene, 3, cases[12].tag, LOCK_SHARE, 1);
	Table *table = rows_of(f);
	assert_string_equal(cell(table, row_of(table, 2), "brief"), "keeps 3 waiting for its transaction to end");
	assert_string_equal(cell(table, row_of(table, 3), "brief"), "a safe snapshot");
	assert_says(why_of(f, 3), "every serializable transaction that may still write");
}

/* Two write the same table and one waits for the other's transaction: a row of that table, whichever it is. */
static void the_table_of_a_wait_without_a_row_is_the_one_both_write(void **state) {
	Fixture *f = *state;
	for (int64_t pid = 1; pid <= 2; pid++) {
		scene_hold(&f->scene, pid, XID(pid), LOCK_EXCLUSIVE);
		scene_hold(&f->scene, pid, RELATION(ORDERS), LOCK_ROW_EXCLUSIVE);
		scene_hold(&f->scene, pid, RELATION(ORDERS_PKEY), LOCK_ROW_EXCLUSIVE); /* locked along with it */
	}
	scene_wait(&f->scene, 2, XID(1), LOCK_SHARE, 1);
	Table *table = rows_of(f);
	assert_string_equal(cell(table, row_of(table, 2), "object"), "a row of public.orders");
	for (int64_t pid = 1; pid <= 2; pid++) scene_hold(&f->scene, pid, RELATION(CUSTOMERS), LOCK_ROW_EXCLUSIVE);
	table = rows_of(f);
	assert_string_equal(cell(table, row_of(table, 2), "object"), "transaction 1"); /* one of two: nobody knows */
}

static void names_are_asked_for_once_and_only_where_they_can_be(void **state) {
	Fixture *f = *state;
	SceneTag elsewhere = RELATION(ORDERS);
	elsewhere.database = OTHER_DATABASE;
	scene_wait(&f->scene, 1, RELATION(500), LOCK_SHARE, 3);
	scene_wait(&f->scene, 2, RELATION(500), LOCK_SHARE, 2);
	scene_wait(&f->scene, 3, RELATION(ORDERS), LOCK_SHARE, 2);
	scene_wait(&f->scene, 4, elsewhere, LOCK_SHARE, 2);
	scene_wait(&f->scene, 5, ADVISORY(1), LOCK_SHARE, 2);
	Table *table = rows_of(f);
	const size_t shown[] = {0, 1, 2, 3, 4};
	Keys keys = f->pane->texts_missing(f->arena, &f->input, table, shown, 5);
	assert_int_equal(keys.count, 1);
	assert_int_equal(keys.items[0], key_of(1259, 500));
}

static void names_of_another_database_are_asked_for_there(void **state) {
	Fixture *f = *state;
	SceneTag elsewhere = RELATION(ORDERS), theirs = {.type = "object", .class_oid = 1262, .object_oid = OTHER_DATABASE, .object_part = 1, .database = 0};
	elsewhere.database = OTHER_DATABASE;
	scene_session(&f->scene, 1, "idle in transaction", 5, "update far set a = 1");
	scene_hold(&f->scene, 1, elsewhere, LOCK_ROW_EXCLUSIVE);
	scene_session(&f->scene, 2, "active", 5, "truncate far");
	scene_wait(&f->scene, 2, elsewhere, LOCK_ACCESS_EXCLUSIVE, 3);
	for (size_t row = 1; row <= 2; row++) {
		table_set_int(f->scene.sessions, row, table_column(f->scene.sessions, "database_oid"), OTHER_DATABASE);
		table_set_text(f->scene.sessions, row, table_column(f->scene.sessions, "database"), "far");
	}
	const size_t shown[] = {0, 1};
	Table *table = rows_of(f);
	assert_int_equal(f->pane->texts_missing(f->arena, &f->input, table, shown, 2).count, 0);
	PaneAbroad abroad = f->pane->texts_abroad(f->arena, table, shown, 2);
	assert_string_equal(abroad.database, "far");
	assert_int_equal(abroad.asked.count, 1);
	assert_int_equal(abroad.asked.items[0], key_of(1259, ORDERS));
	assert_true(abroad.kept.items[0] != abroad.asked.items[0]); /* ours has a table of that number, too */
	assert_string_equal(cell(table, 1, "object"), "relation 16384 of database far");
	texts_put(f->arena, &f->texts, abroad.kept.items[0], "table public.far");
	table = rows_of(f);
	assert_string_equal(cell(table, 1, "object"), "public.far of database far");
	assert_null(f->pane->texts_abroad(f->arena, table, shown, 2).database);
	f->texts = (Texts){0};
	scene_hold(&f->scene, 1, theirs, LOCK_ACCESS_EXCLUSIVE); /* it is being dropped: who connects waits */
	scene_set_int(f->scene.locks, "database", 0);
	assert_null(f->pane->texts_abroad(f->arena, rows_of(f), shown, 2).database);
}

static void pids_are_asked_about_as_long_as_there_are_any(void **state) {
	Fixture *f = *state;
	f->input.after = f->scene.locks;
	assert_int_equal(f->pane->follow_keys(f->arena, &f->input).count, 0); /* nothing waits: the server is left alone */
	scene_add_hot_row(&f->scene, 2);
	assert_int_equal(f->pane->follow_keys(f->arena, &f->input).count, 3);
}

static void what_a_session_does_is_told_by_its_first_words(void **state) {
	Fixture *f = *state;
	static const struct {
		const char *query, *says;
		LockDoing doing;
	} cases[] = {
		{"select 1", "SELECT", LOCK_DOING_STATEMENT},
		{"/* " OWNED " */ -- x\n ( select 1 )", "SELECT", LOCK_DOING_STATEMENT},
		{"alter table t add c int", "ALTER TABLE", LOCK_DOING_DDL},
		{"create unique index concurrently i on t (a)", "CREATE INDEX", LOCK_DOING_CONCURRENT_DDL},
		{"drop index concurrently i", "DROP INDEX", LOCK_DOING_CONCURRENT_DDL},
		{"refresh materialized view m", "REFRESH MATERIALIZED", LOCK_DOING_DDL},
		{"truncate t", "TRUNCATE", LOCK_DOING_DDL},
		{"vacuum (full) t", "VACUUM", LOCK_DOING_DDL},
		{"", "", LOCK_DOING_STATEMENT},
		{"\"weird\"", "\"WEIRD\"", LOCK_DOING_STATEMENT},
		{"'open", "", LOCK_DOING_STATEMENT},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const LockSession session = {.pid = 1, .state = "active", .query = cases[i].query};
		assert_string_equal(lock_verb(f->arena, &session), cases[i].says);
		assert_int_equal(lock_doing(f->arena, &session), cases[i].doing);
	}
	assert_int_equal(lock_doing(f->arena, &(LockSession){.pid = 1, .backend_type = "startup"}), LOCK_DOING_REPLAY);
	assert_int_equal(lock_doing(f->arena, &(LockSession){.pid = 1, .backend_type = "autovacuum worker", .query = "autovacuum: VACUUM t"}), LOCK_DOING_AUTOVACUUM);
	assert_int_equal(lock_doing(f->arena, &(LockSession){.pid = 1, .backend_type = "autovacuum worker", .query = "autovacuum: VACUUM t (to prevent wraparound)"}), LOCK_DOING_WRAPAROUND);
	assert_int_equal(lock_doing(f->arena, &(LockSession){.pid = 1, .state = "idle in transaction (aborted)"}), LOCK_DOING_IDLE_IN_TRANSACTION);
}

/* ---- why, and what to do ---- */

static void the_root_is_told_in_a_sentence_and_ended_by_its_start(void **state) {
	Fixture *f = *state;
	scene_add_hot_row(&f->scene, 3);
	for (int64_t pid = 11; pid <= 14; pid++) /* whoever is asked about, it is the root's doing */
		assert_says(why_of(f, pid), "session 11 (web, shop-api), idle in transaction for 9m00s, its transaction open for 9m31s, has changed row (0,12) of public.orders"
		                            " and blocks 3 sessions, the longest");
	assert_says(why_of(f, 11), "last query, which may not be the one that took the lock:");
	assert_says(why_of(f, 13), "held by          1  12 UPDATE");
	assert_says(why_of(f, 11), "1 end session 11 (web, shop-api)  frees 1 at once, 3 in the end");
	assert_says(why_of(f, 11), "what its transaction has not committed is lost; cancelling does nothing");
	assert_string_equal(remedy_of(f, 14), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = 11 AND backend_start = '2026-01-02 03:04:05.000011+00';");
}

static void a_waiting_ddl_is_the_safe_victim(void **state) {
	Fixture *f = *state;
	scene_add_queue_behind_ddl(&f->scene);
	static const char cancel[] = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid = 23 AND backend_start = '2026-01-02 03:04:05.000023+00';";
	for (int64_t pid = 21; pid <= 26; pid++) assert_string_equal(remedy_of(f, pid), cancel);
	const char *why = why_of(f, 25);
	assert_says(why, "DDL in the queue: ALTER TABLE of session 23 (deploy, migrate) waits for AccessExclusive on public.customers, and 3 sessions that the holders"
	                 " would let through must stand behind it");
	assert_says(why, "session 21 (web, shop-api), running SELECT for 13m20s, holds AccessShare on public.customers");
	assert_says(why, "session 22 (web, shop-api), idle in transaction for 6m40s, holds AccessShare on public.customers and blocks 4 sessions, the longest for 3m11s");
	assert_says(why, "1 cancel ALTER TABLE of session 23 (deploy, migrate)  frees 3 at once");
	assert_says(why, "nothing is lost");
	assert_says(why, "frees nobody by itself");
}

/* Cancelling one only lets the other stand where it stood. */
static void several_ddl_in_one_queue_are_cancelled_together(void **state) {
	Fixture *f = *state;
	scene_add_queue_behind_ddl(&f->scene);
	scene_session(&f->scene, 27, "active", 150, "ALTER TABLE customers DROP COLUMN old");
	scene_wait(&f->scene, 27, RELATION(CUSTOMERS), LOCK_ACCESS_EXCLUSIVE, 150);
	static const int64_t asked[] = {21, 22, 24, 27};
	for (size_t i = 0; i < 4; i++) {
		const char *why = why_of(f, asked[i]), *sql = remedy_of(f, asked[i]);
		assert_says(why, "1 cancel ALTER TABLE of session 23 (deploy, migrate) and ALTER TABLE of session 27 (web, shop-api)  frees 3 at once");
		assert_says(why, "nothing is lost");
		assert_says(sql, "WHERE pid = 23 AND backend_start = '2026-01-02 03:04:05.000023+00';\nSELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid = 27");
	}
	Table *table = rows_of(f);
	assert_says(cell(table, row_of(table, 22), LIST_ROW_NOTE), ": cancel 23 ALTER TABLE and 27 ALTER TABLE, frees 3 at once");
}

/* A role that may signal others need not be one that sees what they do: the mode it waits for tells. */
static void a_hidden_ddl_in_the_queue_is_told_by_its_lock(void **state) {
	Fixture *f = *state;
	scene_add_queue_behind_ddl(&f->scene);
	static const char *const hidden[] = {"state", "backend_type", "backend_start"};
	for (size_t i = 0; i < 3; i++) f->scene.sessions->columns[table_column(f->scene.sessions, hidden[i])].nulls[3] = true;
	Table *table = rows_of(f);
	assert_string_equal(cell(table, row_of(table, 23), "brief"), "DDL ahead of 3: AccessExclusive on public.customers, also held by 22");
	assert_says(why_of(f, 24), "DDL in the queue: the statement of session 23 (deploy, migrate) waits for AccessExclusive on public.customers");
	assert_says(why_of(f, 24), "1 cancel session 23 (deploy, migrate)  frees 3 at once");
	assert_int_equal(strncmp(remedy_of(f, 24), "SELECT pg_cancel_backend(pid)", 29), 0);
}

/* What it has done already, in the same transaction, is not nothing. */
static void ddl_that_has_written_loses_what_it_wrote(void **state) {
	Fixture *f = *state;
	scene_add_queue_behind_ddl(&f->scene);
	scene_hold(&f->scene, 23, XID(723), LOCK_EXCLUSIVE); /* it gets its number before it waits */
	scene_hold(&f->scene, 23, RELATION(1259), LOCK_ROW_EXCLUSIVE); /* a catalog's */
	assert_says(why_of(f, 24), "nothing is lost: it has not begun");
	scene_hold(&f->scene, 23, RELATION(ORDERS), LOCK_ACCESS_EXCLUSIVE);
	assert_says(why_of(f, 24), "what its transaction has done before is rolled back with it");
	assert_says_not(why_of(f, 24), "nothing is lost");
}

/* One that waits for its table has not made the index yet. */
static void building_concurrently_is_safe_to_cancel_before_it_has_begun(void **state) {
	Fixture *f = *state;
	scene_add_queue_behind_ddl(&f->scene);
	scene_set_text(f->scene.sessions, "query", "select * from customers where id = 1");
	table_set_text(f->scene.sessions, 3, table_column(f->scene.sessions, "query"), "create index concurrently i on customers (id)");
	assert_says(why_of(f, 24), "DDL in the queue: CREATE INDEX of session 23");
	assert_says(why_of(f, 24), "nothing is lost: it has not begun");
}

static void a_cycle_is_called_one(void **state) {
	Fixture *f = *state;
	for (int64_t pid = 1; pid <= 2; pid++) {
		scene_session(&f->scene, pid, "active", 3, "update orders set total = 1");
		scene_hold(&f->scene, pid, XID(pid), LOCK_EXCLUSIVE);
		scene_wait(&f->scene, pid, XID(3 - pid), LOCK_SHARE, 0.5);
	}
	assert_says(why_of(f, 1), "a cycle: 1, 2 wait for each other; the server cancels one of them once deadlock_timeout (1s) has passed");
	Table *table = rows_of(f);
	assert_int_equal(table_int(table, 0, table_column(table, LIST_ROW_ROLE), 0), ROLE_CRITICAL);
	assert_says(cell(table, 1, LIST_ROW_NOTE), "a cycle: 1, 2 wait for each other");
}

/* Cancelling ends the transaction, and the session keeps its advisory locks. */
static void who_keeps_others_by_an_advisory_lock_is_ended(void **state) {
	Fixture *f = *state;
	scene_session(&f->scene, 1, "active", 60, "select pg_advisory_lock(7), pg_sleep(600)");
	scene_hold(&f->scene, 1, ADVISORY(7), LOCK_EXCLUSIVE);
	scene_session(&f->scene, 2, "active", 5, "select pg_advisory_lock(7)");
	scene_wait(&f->scene, 2, ADVISORY(7), LOCK_EXCLUSIVE, 4);
	assert_says(why_of(f, 2), "1 end session 1 (web, shop-api)  frees 1 at once");
	assert_says(why_of(f, 2), "cancelling would leave an advisory lock that is the session's");
	assert_int_equal(strncmp(remedy_of(f, 2), "SELECT pg_terminate_backend(pid)", 32), 0);
}

static void nobody_is_told_to_end_what_comes_back(void **state) {
	Fixture *f = *state;
	static const struct {
		const char *type, *query, *says;
		bool sql;
	} cases[] = {
		{"autovacuum worker", "autovacuum: VACUUM public.orders", "it should have yielded by itself", true},
		{"autovacuum worker", "autovacuum: VACUUM public.orders (to prevent wraparound)", "comes back at once when it is ended", false},
		{"startup", NULL, "end that one there", false},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		f->scene = scene_new(f->arena);
		scene_session(&f->scene, 1, NULL, 60, cases[i].query);
		scene_set_text(f->scene.sessions, "backend_type", cases[i].type);
		scene_set_text(f->scene.sessions, "user", NULL);
		scene_hold(&f->scene, 1, RELATION(ORDERS), LOCK_SHARE_UPDATE_EXCLUSIVE);
		scene_wait(&f->scene, 2, RELATION(ORDERS), LOCK_ACCESS_EXCLUSIVE, 2);
		assert_says(why_of(f, 2), cases[i].says);
		assert_true((remedy_of(f, 2) != NULL) == cases[i].sql);
	}
	f->scene = scene_new(f->arena);
	scene_session(&f->scene, 1, NULL, 60, cases[0].query);
	scene_set_text(f->scene.sessions, "backend_type", cases[0].type);
	scene_hold(&f->scene, 1, RELATION(ORDERS), LOCK_SHARE_UPDATE_EXCLUSIVE);
	scene_wait(&f->scene, 2, RELATION(ORDERS), LOCK_ACCESS_EXCLUSIVE, 0.5);
	assert_null(remedy_of(f, 2));
	assert_says(why_of(f, 2), "it yields by itself once somebody has waited");
}

static void a_prepared_transaction_is_rolled_back_by_its_quoted_name(void **state) {
	Fixture *f = *state;
	scene_prepared(&f->scene, 800, "it's" OWNED, 5000);
	scene_lock(&f->scene, 0, "3/527", XID(800), LOCK_EXCLUSIVE);
	scene_wait(&f->scene, 2, XID(800), LOCK_SHARE, 5);
	assert_string_equal(remedy_of(f, 2), "ROLLBACK PREPARED 'it''s" OWNED "';");
	const char *why = why_of(f, 2);
	assert_says(why, "COMMIT PREPARED keeps it");
	assert_says(why, "connected to database shop");
	assert_says(why, "prepared 1h23m ago and belonging to no session");
	assert_null(strchr(why, '\x1b'));
	PaneStatement statement = f->pane->statement(f->arena, &f->input, rows_of(f), 0);
	assert_null(statement.text);
	assert_string_equal(statement.problem, "a prepared transaction runs no statement");
}

static void a_session_is_told_with_all_that_matters_of_it(void **state) {
	Fixture *f = *state;
	scene_add_hot_row(&f->scene, 1);
	scene_session(&f->scene, 60, "active", 5000, "select report() -- " OWNED);
	scene_set_text(f->scene.sessions, "client", "10.1.2.3");
	scene_set_int(f->scene.sessions, "client_port", 51234);
	scene_set_int(f->scene.sessions, "xmin_age", 1234567);
	scene_set_text(f->scene.sessions, "wait_event", "IO:DataFileRead");
	scene_hold(&f->scene, 60, RELATION(CUSTOMERS), LOCK_ACCESS_SHARE);
	scene_hold(&f->scene, 60, ADVISORY(7), LOCK_EXCLUSIVE);
	scene_session(&f->scene, 61, "active", 10, "truncate customers");
	scene_wait(&f->scene, 61, RELATION(CUSTOMERS), LOCK_ACCESS_EXCLUSIVE, 9);
	const char *why = why_of(f, 60);
	assert_says(why, "session 60 (web, shop-api), database shop, from 10.1.2.3 port 51234");
	assert_says(why, "select report()");
	assert_says(why, "xact         1h23m  its transaction is open");
	assert_says(why, "–  IO:DataFileRead");
	assert_says(why, "xmin          1.2M  transactions begun since the oldest it may still look at");
	assert_says(why, "holds               AccessShare on public.customers, which 1 waits for");
	assert_says(why, "Exclusive on advisory lock 7");
	assert_says(why_of(f, 61), "waits           9s  for AccessExclusive on public.customers");
	assert_says_not(why_of(f, 61), "xmin");
	assert_string_equal(f->pane->statement(f->arena, &f->input, rows_of(f), row_of(rows_of(f), 60)).text, "select report() -- " OWNED);
}

static void recovery_that_waits_ends_its_readers_by_itself(void **state) {
	Fixture *f = *state;
	scene_session(&f->scene, 1, "active", 60, "select 1");
	scene_hold(&f->scene, 1, RELATION(ORDERS), LOCK_ACCESS_SHARE);
	scene_session(&f->scene, 2, NULL, NAN, NULL);
	scene_set_text(f->scene.sessions, "backend_type", "startup");
	scene_wait(&f->scene, 2, RELATION(ORDERS), LOCK_ACCESS_EXCLUSIVE, 5);
	assert_says(why_of(f, 1), "once replay is max_standby_streaming_delay behind");
}

static void what_is_hidden_is_said_with_the_grants(void **state) {
	Fixture *f = *state;
	f->server.user = "Mönch";
	scene_session(&f->scene, 1, "active", 60, "");
	scene_hide_last(&f->scene);
	scene_hold(&f->scene, 1, RELATION(ORDERS), LOCK_ACCESS_EXCLUSIVE);
	scene_session(&f->scene, 2, "active", 60, "select 1");
	scene_wait(&f->scene, 2, RELATION(ORDERS), LOCK_ACCESS_SHARE, 2);
	const char *why = why_of(f, 1);
	assert_says(why, "GRANT pg_monitor TO \"Mönch\"");
	assert_says(why, "GRANT pg_signal_backend TO \"Mönch\"");
	assert_says(why, "likely, not certain");
	assert_string_equal(remedy_of(f, 2), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = 1 AND usename IS NOT DISTINCT FROM 'web' AND application_name IS NOT DISTINCT FROM"
	                                     " 'shop-api'\n  AND pid IN (SELECT pid FROM pg_locks WHERE virtualtransaction = '3/1');");
	Table *table = rows_of(f);
	assert_string_equal(f->pane->statement(f->arena, &f->input, table, row_of(table, 1)).problem, "what session 1 runs is hidden from role Mönch");
	assert_string_equal(f->pane->statement(f->arena, &f->input, table, row_of(table, 2)).text, "select 1");
	scene_set_bool(f->scene.sessions, "superuser", true);
	assert_says_not(why_of(f, 2), "Only a superuser"); /* it is the one who waits */
}

static void nothing_but_pids_is_enough(void **state) {
	Fixture *f = *state;
	scene_add_hot_row(&f->scene, 3);
	scene_lock(&f->scene, 0, "3/527", RELATION(CUSTOMERS), LOCK_ROW_EXCLUSIVE);
	scene_wait(&f->scene, 40, RELATION(CUSTOMERS), LOCK_SHARE, 5);
	f->input.after = f->scene.locks; /* who they are was refused, and what the things are called, too */
	f->input.texts = NULL;
	Table *table = f->pane->rows(f->arena, &f->input);
	assert_string_equal(cell(table, 0, "session"), "11");
	assert_string_equal(cell(table, 1, "object"), "row (0,12) of relation 16384");
	for (size_t row = 0; row < table->row_count; row++) assert_non_null(why_row(f, table, row));
	assert_string_equal(cell(table, row_of(table, 40) - 1, "session"), "prepared of 3/527");
	assert_null(f->pane->remedy(f->arena, &f->input, table, row_of(table, 40)));
}

/* ---- screens ---- */

static void everything_at_once(Fixture *f) {
	scene_add_hot_row(&f->scene, 5);
	scene_add_queue_behind_ddl(&f->scene);
	scene_session(&f->scene, 31, "idle", NAN, "select pg_advisory_lock(-5)");
	scene_set_text(f->scene.sessions, "application", "cron" OWNED "\xE2\x80\xAE");
	scene_set_real(f->scene.sessions, "state_age_s", 90000);
	scene_hold(&f->scene, 31, ADVISORY(-5), LOCK_EXCLUSIVE);
	scene_session(&f->scene, 32, "active", 9, "select pg_advisory_lock(-5) -- \xff\xfe größe 表");
	scene_wait(&f->scene, 32, ADVISORY(-5), LOCK_EXCLUSIVE, 8);
	scene_prepared(&f->scene, 900, "tx" OWNED "\xe2\x80\xae 1", 400000);
	scene_lock(&f->scene, 0, "3/99", XID(900), LOCK_EXCLUSIVE);
	scene_session(&f->scene, 33, "active", 9, NULL);
	scene_hide_last(&f->scene);
	scene_wait(&f->scene, 33, XID(900), LOCK_SHARE, 7);
}

static void draw_list(Fixture *f, const char *name, int width, int height, bool ascii) {
	golden_list(name, f->arena, f->pane, rows_of(f), width, height, ascii, false);
}

static void a_forest_as_wide_as_the_screen(void **state) {
	Fixture *f = *state;
	everything_at_once(f);
	draw_list(f, "locks-40x10", 40, 10, false);
	draw_list(f, "locks-80x24", 80, 24, false);
	draw_list(f, "locks-120x36", 120, 36, false);
	draw_list(f, "locks-200x50", 200, 50, false);
	draw_list(f, "locks-80x24-ascii", 80, 24, true);
}

static void draw_why(Fixture *f, const char *name, int64_t pid, int width, int height, bool ascii) {
	Table *table = rows_of(f);
	golden_why(name, f->arena, f->pane, &f->input, table, row_of(table, pid), NULL, width, height, ascii, false);
}

static void a_why_as_wide_as_the_screen(void **state) {
	Fixture *f = *state;
	everything_at_once(f);
	draw_why(f, "why-locks-80x60", 24, 80, 60, false);
	draw_why(f, "why-locks-80x60-ascii", 24, 80, 60, true);
	draw_why(f, "why-locks-40x90", 11, 40, 90, false);
	draw_why(f, "why-locks-200x50", 33, 200, 50, false);
}

/* ---- the table of columns ---- */

static void every_column_can_be_explained(void **state) {
	Fixture *f = *state;
	for (size_t i = 0; i < f->pane->column_count; i++) {
		const ListColumn *column = &f->pane->columns[i];
		assert_true(*column->title && *column->help);
		for (const char *id = column->id; *id; id++) assert_true(islower((unsigned char)*id) || *id == '_');
		assert_int_equal(column_named(f->pane->columns, f->pane->column_count, column->id, strlen(column->id)), i);
	}
	assert_true(f->pane->urgent);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(rows_stand_under_those_they_wait_for, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_crowd_at_one_place_is_a_line_until_it_is_asked_for, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_line_says_what_it_is_about, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_root_that_keeps_others_waiting_for_several_things_says_how_many, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_worst_is_told_with_what_to_do, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(every_kind_of_lock_has_a_name, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_table_of_a_wait_without_a_row_is_the_one_both_write, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(names_are_asked_for_once_and_only_where_they_can_be, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(names_of_another_database_are_asked_for_there, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(pids_are_asked_about_as_long_as_there_are_any, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_a_session_does_is_told_by_its_first_words, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_root_is_told_in_a_sentence_and_ended_by_its_start, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_waiting_ddl_is_the_safe_victim, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(several_ddl_in_one_queue_are_cancelled_together, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_hidden_ddl_in_the_queue_is_told_by_its_lock, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(ddl_that_has_written_loses_what_it_wrote, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(building_concurrently_is_safe_to_cancel_before_it_has_begun, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_cycle_is_called_one, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(who_keeps_others_by_an_advisory_lock_is_ended, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(nobody_is_told_to_end_what_comes_back, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_prepared_transaction_is_rolled_back_by_its_quoted_name, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_session_is_told_with_all_that_matters_of_it, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(recovery_that_waits_ends_its_readers_by_itself, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_is_hidden_is_said_with_the_grants, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(nothing_but_pids_is_enough, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_forest_as_wide_as_the_screen, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_why_as_wide_as_the_screen, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(every_column_can_be_explained, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
