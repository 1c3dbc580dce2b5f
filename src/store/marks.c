/* marks.c: what was marked of whole servers. */
#include "store/marks.h"

#include <sqlite3.h>

#include "base/clock.h"

enum { MS_A_DAY = 86400000 };

static bool put(Store *store, const char *server, const StoredMark *mark, Err *err) {
	StoreQuery query = query_begin(store, "insert or replace into marks (server, at_ms, bytes, mark) values (?, ?, ?, ?)");
	query_text(&query, server);
	query_int(&query, mark->at_ms);
	query_int(&query, (int64_t)mark->len);
	query_bytes(&query, mark->text, mark->len);
	query_row(&query);
	return query_end(&query, err);
}

static bool let_go(Store *store, const char *newest, Err *err) {
	const StoreBounds *bounds = store_bounds(store);
	StoreQuery query = query_begin(store, "delete from marks where server in (select server from ("
	                                      " select server, at_ms, sum(bytes) over (order by server <> ?1, at_ms desc) as bytes from marks)"
	                                      " where server <> ?1 and (at_ms < ?2 or bytes > ?3))");
	query_text(&query, newest);
	query_real(&query, (double)clock_wall_ms() - bounds->days * MS_A_DAY);
	query_real(&query, bounds->bytes);
	query_row(&query);
	return query_end(&query, err);
}

bool store_put_mark(Store *store, const char *server, const StoredMark *mark, Err *err) {
	if ((double)mark->len > store_bounds(store)->bytes)
		return err_set(err, ERR_REFUSED, "a mark of %zu bytes is not kept: the store has room for %.0f", mark->len, store_bounds(store)->bytes);
	if (!store_do(store, "begin immediate", err)) return false;
	bool fine = put(store, server, mark, err) && let_go(store, server, err) && store_do(store, "commit", err);
	if (!fine) store_do(store, "rollback", NULL);
	if (fine) store_do(store, "pragma incremental_vacuum", NULL);
	return fine;
}

bool store_get_mark(Store *store, Arena *arena, const char *server, StoredMark *mark, Err *err) {
	*mark = (StoredMark){0};
	StoreQuery query = query_begin(store, "select at_ms, mark from marks where server = ?");
	query_text(&query, server);
	if (query_row(&query)) {
		const char *bytes = sqlite3_column_blob(query.stmt, 1);
		mark->at_ms = sqlite3_column_int64(query.stmt, 0);
		mark->len = (size_t)sqlite3_column_bytes(query.stmt, 1);
		mark->text = arena_copy_n(arena, bytes ? bytes : "", mark->len);
	}
	return query_end(&query, err);
}
