/* place.h: a folder for a store of a test's own, and what is done to its file behind its back. */
#ifndef TESTS_UNIT_STORE_PLACE_H
#define TESTS_UNIT_STORE_PLACE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/store.h"

static const StoreBounds wide = {.days = 90, .bytes = 1e8, .rows = 1e4};

typedef struct Place {
	Arena *arena;
	char *folder;
	const char *path;
	Err err;
} Place;

static inline int setup(void **state) {
	Arena *arena = arena_new();
	Place *place = ARENA_NEW(arena, Place);
	const char *room = getenv("TMPDIR");
	*place = (Place){.arena = arena, .folder = arena_printf(arena, "%s/pgwhy-store-XXXXXX", room && *room ? room : "/tmp"), .err = ERR_INIT};
	*state = place;
	if (!mkdtemp(place->folder)) return -1;
	place->path = arena_printf(arena, "%s/state/pgwhy/plans.db", place->folder);
	return 0;
}

static inline int teardown(void **state) {
	Place *place = *state;
	pid_t pid = fork();
	if (pid == 0) execlp("rm", "rm", "-rf", "--", place->folder, (char *)NULL);
	if (pid > 0) waitpid(pid, NULL, 0);
	err_release(&place->err);
	arena_free(place->arena);
	return 0;
}

static inline Store *open_with(Place *place, StoreBounds bounds) {
	Store *store = store_open(place->path, &bounds, &place->err);
	if (!store) fail_msg("%s", place->err.message.text);
	return store;
}

static inline Store *open_store(Place *place) {
	return open_with(place, wide);
}

static inline const char *refusal(Place *place) {
	err_clear(&place->err);
	assert_null(store_open(place->path, &wide, &place->err));
	return place->err.message.text;
}

static inline void assert_fine(Place *place, bool fine) {
	if (!fine) fail_msg("%s", place->err.message.text);
}

static inline sqlite3 *open_raw(Place *place) {
	sqlite3 *db;
	assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
	return db;
}

static inline void assert_whole(Place *place) {
	sqlite3 *db = open_raw(place);
	sqlite3_stmt *stmt;
	assert_int_equal(sqlite3_prepare_v2(db, "pragma integrity_check", -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(stmt, 0), "ok");
	sqlite3_finalize(stmt);
	sqlite3_close(db);
}

static inline void run_raw(Place *place, const char *sql) {
	sqlite3 *db = open_raw(place);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static inline off_t size_of(const char *path) {
	struct stat found;
	return stat(path, &found) == 0 ? found.st_size : 0;
}

#endif
