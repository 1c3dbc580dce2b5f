/* manners.c: the settings our sessions and transactions run under. */
#include "pg/manners.h"

enum { PANE_STATEMENT_TIMEOUT_MS = 1000, PANE_LOCK_TIMEOUT_MS = 100 };

static void add(Arena *arena, MannerList *list, const char *name, const char *value) {
	if (value) *list_push(arena, list) = (Manner){name, value};
}

static void add_timeouts(Arena *arena, MannerList *list, long statement_ms, long lock_ms) {
	add(arena, list, "statement_timeout", arena_printf(arena, "%ld", statement_ms));
	add(arena, list, "lock_timeout", arena_printf(arena, "%ld", lock_ms));
}

long manners_pane_timeout_ms(long given_ms) {
	return given_ms > 0 ? given_ms : PANE_STATEMENT_TIMEOUT_MS;
}

MannerList manners_of_panes(Arena *arena, const Server *server, long statement_timeout_ms, long lock_timeout_ms) {
	MannerList list = {0};
	add_timeouts(arena, &list, manners_pane_timeout_ms(statement_timeout_ms), lock_timeout_ms > 0 ? lock_timeout_ms : PANE_LOCK_TIMEOUT_MS);
	if (!server->pooled) add(arena, &list, "default_transaction_read_only", "on");
	add(arena, &list, "search_path", "pg_catalog, pg_temp");
	add(arena, &list, "jit", "off");
	add(arena, &list, "max_parallel_workers_per_gather", "0");
	/* Who looks at statistics of statements should not stand in them; only a superuser may say so. */
	if (server->superuser && server->statements_preloaded) add(arena, &list, "pg_stat_statements.track", "none");
	return list;
}

MannerList manners_of_statement(Arena *arena, const Server *server, const SessionStart *start, long statement_timeout_ms,
                                long lock_timeout_ms) {
	MannerList list = {0};
	add_timeouts(arena, &list, statement_timeout_ms, lock_timeout_ms);
	if (server->pooled) return list; /* nothing was changed */
	add(arena, &list, "search_path", start->search_path);
	add(arena, &list, "jit", start->jit);
	add(arena, &list, "max_parallel_workers_per_gather", start->parallel_workers);
	return list;
}

void manners_add_transaction_timeout(Arena *arena, MannerList *manners, const Server *server) {
	if (server->version >= 170000) add(arena, manners, "transaction_timeout", "0");
}

const char *manners_sql(Arena *arena, const MannerList *manners, bool local, const char ***params) {
	Str sql = STR_INIT;
	str_add(&sql, "/* pgwhy: manners */ select pg_backend_pid()");
	*params = ARENA_ARRAY(arena, const char *, 2 * manners->count);
	for (size_t i = 0; i < manners->count; i++) {
		str_printf(&sql, ", set_config($%zu, $%zu, %s)", 2 * i + 1, 2 * i + 2, local ? "true" : "false");
		(*params)[2 * i] = manners->items[i].name;
		(*params)[2 * i + 1] = manners->items[i].value;
	}
	const char *text = arena_copy_n(arena, sql.text, sql.len);
	str_release(&sql);
	return text;
}
