/* store.c: the file: made, opened, its tables brought up to date, what goes wrong put into words. */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file that says so in its head is ours. To change the tables: one more step below. */
enum { APPLICATION_ID = 0x70677779, BUSY_MS = 1000, OPENINGS = 10 };

struct Store {
	Arena *arena;
	const char *path;
	StoreBounds bounds;
	sqlite3 *db;
	int code; /* SQLite's, of what went wrong last */
};

static const char *const steps[] = {
	"create table plans ("
	"	id integer primary key autoincrement, at_ms integer not null, name text, marked integer not null default 0, bytes integer not null,"
	"	fingerprint text not null, host text, port text, database text, role text, server_version integer, measured integer not null,"
	"	execution_ms real, cost real, shared_blocks real, statement text not null, parameters text, settings text, relations text,"
	"	findings text, plan blob not null);"
	"create index plans_sizes on plans (id, name, marked, at_ms, bytes);"
	"create index plans_fingerprint on plans (fingerprint, id);"
	"create unique index plans_name on plans (name) where name is not null",
	"create table marks (server text primary key, at_ms integer not null, bytes integer not null, mark blob not null)",
};
enum { FORMAT = sizeof steps / sizeof *steps };

/* ---- what goes wrong ---- */

static bool fail(Store *store, Err *err) {
	const char *path = store->path;
	int code = store->code = sqlite3_extended_errcode(store->db);
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED: return err_set(err, ERR_SYSTEM, "%s is locked by another program", path);
	case SQLITE_FULL: return err_set(err, ERR_SYSTEM, "there is no room for %s: the disk is full", path);
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CANTOPEN: return err_set(err, ERR_SYSTEM, "%s cannot be written", path);
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		err_set(err, ERR_SYSTEM, "%s is damaged", path);
		err_hint(err, "Move it away, and a new one is begun.");
		return false;
	case SQLITE_IOERR:
		errno = sqlite3_system_errno(store->db); /* a quota, a limit, a disk that breaks */
		if (errno) return err_system(err, path);
		break;
	}
	return err_set(err, ERR_SYSTEM, "%s: %s (%d)", path, sqlite3_errmsg(store->db), code);
}

/* ---- asking ---- */

const StoreBounds *store_bounds(const Store *store) {
	return &store->bounds;
}

int64_t store_last_id(const Store *store) {
	return sqlite3_last_insert_rowid(store->db);
}

StoreQuery query_begin(Store *store, const char *sql) {
	StoreQuery query = {.store = store};
	if (sqlite3_prepare_v2(store->db, sql, -1, &query.stmt, NULL) != SQLITE_OK) query.stmt = NULL;
	return query;
}

void query_text(StoreQuery *query, const char *text) {
	query->bound++;
	if (query->stmt && text) sqlite3_bind_text(query->stmt, query->bound, text, -1, SQLITE_TRANSIENT);
}

void query_bytes(StoreQuery *query, const char *bytes, size_t len) {
	query->bound++;
	if (query->stmt) sqlite3_bind_blob64(query->stmt, query->bound, bytes, len, SQLITE_TRANSIENT);
}

void query_int(StoreQuery *query, int64_t value) {
	query->bound++;
	if (query->stmt) sqlite3_bind_int64(query->stmt, query->bound, value);
}

void query_real(StoreQuery *query, double value) {
	query->bound++;
	if (query->stmt && !isnan(value)) sqlite3_bind_double(query->stmt, query->bound, value);
}

bool query_row(StoreQuery *query) {
	return query->stmt && sqlite3_step(query->stmt) == SQLITE_ROW;
}

bool query_end(StoreQuery *query, Err *err) {
	int code = query->stmt ? sqlite3_errcode(query->store->db) : SQLITE_ERROR;
	bool fine = code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE;
	if (!fine) fail(query->store, err);
	sqlite3_finalize(query->stmt);
	query->stmt = NULL;
	return fine;
}

bool store_do(Store *store, const char *sql, Err *err) {
	return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK || fail(store, err);
}

static bool ask_int(Store *store, const char *sql, int64_t *value, Err *err) {
	StoreQuery query = query_begin(store, sql);
	if (query_row(&query)) *value = sqlite3_column_int64(query.stmt, 0);
	return query_end(&query, err);
}

/* ---- tables ---- */

static bool is_ours(Store *store, Err *err) {
	int64_t id = 0, things = 0;
	if (!ask_int(store, "pragma application_id", &id, err) || !ask_int(store, "select count(*) from sqlite_master", &things, err)) return false;
	if (id == APPLICATION_ID || (!id && !things)) return true;
	return err_set(err, ERR_INPUT, "%s is no store of pgwhy's", store->path);
}

/* In a transaction, so that of two programs that start at once one finds it done. */
static bool take_steps(Store *store, Err *err) {
	int64_t format = 0;
	if (!ask_int(store, "pragma user_version", &format, err)) return false;
	if (format > FORMAT) {
		err_set(err, ERR_INPUT, "%s was written by a newer pgwhy (format %lld, not %d)", store->path, (long long)format, FORMAT);
		err_hint(err, "Use that one, or move the file away, and a new one is begun.");
		return false;
	}
	if (format == FORMAT) return true;
	for (int64_t step = format < 0 ? 0 : format; step < FORMAT; step++)
		if (!store_do(store, steps[step], err)) return false;
	const char *head = arena_printf(store->arena, "pragma application_id = %d; pragma user_version = %d", APPLICATION_ID, FORMAT);
	return store_do(store, head, err);
}

/* Looked at in one moment: another program may just be making it. */
static bool is_ours_now(Store *store, Err *err) {
	if (!store_do(store, "begin", err)) return false;
	bool ours = is_ours(store, err);
	return store_do(store, "rollback", ours ? err : NULL) && ours;
}

static bool bring_up_to_date(Store *store, Err *err) {
	if (!store_do(store, "begin immediate", err)) return false;
	if (is_ours(store, err) && take_steps(store, err)) return store_do(store, "commit", err);
	store_do(store, "rollback", NULL);
	return false;
}

/* What is deleted is overwritten, and its room given back. The journal is bounded as the file is. */
static bool set_up(Store *store, Err *err) {
	sqlite3_busy_timeout(store->db, BUSY_MS);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	return is_ours_now(store, err) &&
	       store_do(store, "pragma auto_vacuum = incremental; pragma secure_delete = on; pragma trusted_schema = off; pragma cell_size_check = on", err) &&
	       store_do(store, "pragma journal_mode = wal", err) && store_do(store, "pragma synchronous = normal; pragma journal_size_limit = 4194304", err) &&
	       bring_up_to_date(store, err);
}

/* ---- the file ---- */

static void make_folders(Store *store) {
	char *path = arena_copy(store->arena, store->path);
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
}

/* Made here, so that nobody else can read it for a moment; SQLite gives what it puts beside it the same rights. One that is there is not
 * opened: closing it would end the locks that this program holds on it elsewhere. */
static bool make_file(Store *store, Err *err) {
	struct stat found;
	int fd = open(store->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0) return close(fd) == 0 || err_system(err, store->path);
	if (errno != EEXIST || stat(store->path, &found) != 0) return err_system(err, store->path);
	if (!S_ISREG(found.st_mode)) return err_set(err, ERR_INPUT, "%s is no file", store->path);
	if ((found.st_mode & 0077) && chmod(store->path, 0600) != 0) return err_system(err, store->path);
	return true;
}

static bool try_to_open(Store *store, Err *err) {
	if (sqlite3_open_v2(store->path, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) return fail(store, err);
	return set_up(store, err);
}

/* As the last program that has the file closes it, it takes the journal away; for who opens it in that moment, it is gone from under him. */
static bool journal_went(const Store *store) {
	return store->code == SQLITE_IOERR_DELETE_NOENT;
}

static bool open_file(Store *store, Err *err) {
	make_folders(store);
	if (!make_file(store, err)) return false;
	for (int left = OPENINGS; !try_to_open(store, err); left--) {
		if (!left || !journal_went(store)) return false;
		sqlite3_close(store->db);
		err_clear(err);
	}
	return true;
}

Store *store_open(const char *path, const StoreBounds *bounds, Err *err) {
	Arena *arena = arena_new();
	Store *store = ARENA_NEW(arena, Store);
	*store = (Store){.arena = arena, .path = arena_copy(arena, path), .bounds = *bounds};
	if (open_file(store, err)) return store;
	store_close(store);
	return NULL;
}

void store_close(Store *store) {
	if (!store) return;
	sqlite3_close(store->db);
	arena_free(store->arena);
}
