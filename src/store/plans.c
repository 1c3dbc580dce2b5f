/* plans.c: the plans that are kept. */
#include "store/plans.h"

#include <math.h>
#include <sqlite3.h>

#include "base/clock.h"

#define MS_A_DAY 86400000.0

/* ---- keeping ---- */

static size_t length(const char *text) {
	return text ? strlen(text) : 0;
}

static int64_t bytes_of(const StoredPlan *plan) {
	const char *const texts[] = {plan->statement, plan->parameters, plan->settings, plan->relations, plan->findings};
	size_t bytes = plan->plan_len;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) bytes += length(texts[i]);
	return (int64_t)bytes;
}

static bool insert(Store *store, StoredPlan *plan, Err *err) {
	StoreQuery query = query_begin(store, "insert into plans (at_ms, bytes, fingerprint, host, port, database, role, server_version, measured,"
	                                      " execution_ms, cost, shared_blocks, statement, parameters, settings, relations, findings, plan)"
	                                      " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	query_int(&query, plan->at_ms);
	query_int(&query, bytes_of(plan));
	const char *const whose[] = {plan->fingerprint, plan->host, plan->port, plan->database, plan->role};
	for (size_t i = 0; i < sizeof whose / sizeof *whose; i++) query_text(&query, whose[i]);
	query_int(&query, plan->server_version);
	query_int(&query, plan->measured);
	query_real(&query, plan->execution_ms);
	query_real(&query, plan->cost);
	query_real(&query, plan->shared_blocks);
	const char *const texts[] = {plan->statement, plan->parameters, plan->settings, plan->relations, plan->findings};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) query_text(&query, texts[i]);
	query_bytes(&query, plan->plan, plan->plan_len);
	query_row(&query);
	if (!query_end(&query, err)) return false;
	plan->id = store_last_id(store);
	return true;
}

/* What has a name or a mark stays and counts first; of the others the newest, as far as the bounds reach. */
static bool let_go(Store *store, int64_t newest, Err *err) {
	const StoreBounds *bounds = store_bounds(store);
	StoreQuery query = query_begin(store, "delete from plans where id in (select id from ("
	                                      " select id, at_ms, name is not null or marked as stays,"
	                                      " sum(bytes) over newest_first as bytes, count(*) over newest_first as place from plans"
	                                      " window newest_first as (order by name is not null or marked desc, id desc))"
	                                      " where not stays and id <> ?1 and (at_ms < ?2 or bytes > ?3 or place > ?4))");
	query_int(&query, newest);
	query_real(&query, (double)clock_wall_ms() - bounds->days * MS_A_DAY);
	query_real(&query, bounds->bytes);
	query_real(&query, bounds->rows);
	query_row(&query);
	return query_end(&query, err);
}

bool store_keep(Store *store, StoredPlan *plan, Err *err) {
	if ((double)bytes_of(plan) > store_bounds(store)->bytes)
		return err_set(err, ERR_REFUSED, "a plan of %lld bytes is not kept: the store has room for %.0f", (long long)bytes_of(plan), store_bounds(store)->bytes);
	if (!store_do(store, "begin immediate", err)) return false;
	bool fine = insert(store, plan, err) && let_go(store, plan->id, err) && store_do(store, "commit", err);
	if (!fine) store_do(store, "rollback", NULL);
	if (fine) store_do(store, "pragma incremental_vacuum", NULL);
	return fine;
}

bool store_trim(Store *store, Err *err) {
	if (!let_go(store, 0, err)) return false;
	store_do(store, "pragma incremental_vacuum", NULL);
	return true;
}

/* ---- reading ---- */

#define COLUMNS                                                                                                                                \
	"id, at_ms, name, marked, fingerprint, host, port, database, role, server_version, measured, execution_ms, cost, shared_blocks, parameters, " \
	"settings, relations"

static const char *text_at(StoreQuery *query, Arena *arena, int column) {
	return arena_copy(arena, (const char *)sqlite3_column_text(query->stmt, column));
}

static double real_at(StoreQuery *query, int column) {
	return sqlite3_column_type(query->stmt, column) == SQLITE_NULL ? NAN : sqlite3_column_double(query->stmt, column);
}

static void read_columns(StoreQuery *query, Arena *arena, StoredPlan *plan) {
	int at = 0;
	plan->id = sqlite3_column_int64(query->stmt, at++);
	plan->at_ms = sqlite3_column_int64(query->stmt, at++);
	plan->name = text_at(query, arena, at++);
	plan->marked = sqlite3_column_int(query->stmt, at++) != 0;
	const char **const whose[] = {&plan->fingerprint, &plan->host, &plan->port, &plan->database, &plan->role};
	for (size_t i = 0; i < sizeof whose / sizeof *whose; i++) *whose[i] = text_at(query, arena, at++);
	plan->server_version = sqlite3_column_int(query->stmt, at++);
	plan->measured = sqlite3_column_int(query->stmt, at++) != 0;
	plan->execution_ms = real_at(query, at++);
	plan->cost = real_at(query, at++);
	plan->shared_blocks = real_at(query, at++);
	const char **const texts[] = {&plan->parameters, &plan->settings, &plan->relations, &plan->statement};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) *texts[i] = text_at(query, arena, at++);
}

bool store_list(Store *store, Arena *arena, StoredPlans *plans, Err *err) {
	StoreQuery query = query_begin(store, "select " COLUMNS ", substr(statement, 1, 4000) from plans order by id desc");
	while (query_row(&query)) read_columns(&query, arena, list_push(arena, plans));
	return query_end(&query, err);
}

/* The row the query has, or none. */
static bool fetch(StoreQuery *query, Arena *arena, StoredPlan *plan, Err *err) {
	enum { FINDINGS = 18, PLAN };
	*plan = (StoredPlan){0};
	if (query_row(query)) {
		read_columns(query, arena, plan);
		plan->findings = text_at(query, arena, FINDINGS);
		const char *bytes = sqlite3_column_blob(query->stmt, PLAN);
		plan->plan_len = (size_t)sqlite3_column_bytes(query->stmt, PLAN);
		plan->plan = arena_copy_n(arena, bytes ? bytes : "", plan->plan_len);
	}
	return query_end(query, err);
}

#define FETCH "select " COLUMNS ", statement, findings, plan from plans where "

bool store_fetch(Store *store, Arena *arena, int64_t id, StoredPlan *plan, Err *err) {
	StoreQuery query = query_begin(store, FETCH "id = ?");
	query_int(&query, id);
	return fetch(&query, arena, plan, err);
}

bool store_fetch_named(Store *store, Arena *arena, const char *name, StoredPlan *plan, Err *err) {
	StoreQuery query = query_begin(store, FETCH "name = ?");
	query_text(&query, name);
	return fetch(&query, arena, plan, err);
}

bool store_fetch_marked(Store *store, Arena *arena, const char *fingerprint, StoredPlan *plan, Err *err) {
	StoreQuery query = query_begin(store, FETCH "fingerprint = ? and marked");
	query_text(&query, fingerprint);
	return fetch(&query, arena, plan, err);
}

/* ---- changing ---- */

static bool run(StoreQuery query, Err *err) {
	query_row(&query);
	return query_end(&query, err);
}

bool store_advise(Store *store, int64_t id, const char *findings, Err *err) {
	StoreQuery query = query_begin(store, "update plans set bytes = bytes - coalesce(length(cast(findings as blob)), 0) + ?1, findings = ?2 where id = ?3");
	query_int(&query, (int64_t)length(findings));
	query_text(&query, findings);
	query_int(&query, id);
	return run(query, err);
}

static bool set_name(Store *store, int64_t id, const char *name, Err *err) {
	StoreQuery taken = query_begin(store, "update plans set name = null where name = ?");
	query_text(&taken, name);
	if (!run(taken, err)) return false;
	StoreQuery given = query_begin(store, "update plans set name = ? where id = ?");
	query_text(&given, name);
	query_int(&given, id);
	return run(given, err);
}

bool store_name(Store *store, int64_t id, const char *name, Err *err) {
	if (!store_do(store, "begin immediate", err)) return false;
	bool fine = set_name(store, id, name, err) && store_do(store, "commit", err);
	if (!fine) store_do(store, "rollback", NULL);
	return fine;
}

bool store_mark(Store *store, int64_t id, Err *err) {
	StoreQuery query = query_begin(store, "update plans set marked = id = ?1 where fingerprint = (select fingerprint from plans where id = ?1) and marked <> (id = ?1)");
	query_int(&query, id);
	return run(query, err);
}

bool store_unmark(Store *store, const char *fingerprint, Err *err) {
	StoreQuery query = query_begin(store, "update plans set marked = 0 where fingerprint = ? and marked");
	query_text(&query, fingerprint);
	return run(query, err);
}

bool store_delete(Store *store, int64_t id, Err *err) {
	StoreQuery query = query_begin(store, "delete from plans where id = ?");
	query_int(&query, id);
	if (!run(query, err)) return false;
	store_do(store, "pragma incremental_vacuum", NULL);
	return true;
}
