/* statements_check.c: what keeps pg_stat_statements from answering, and what to do about it, in the words of whoever runs the server. */
#include "pg/discover.h"
#include "sql/predicate.h"

static const char name[] = "pg_stat_statements";

/* How a library is preloaded where ALTER SYSTEM is not ours to use. */
static const struct {
	Provider provider;
	const char *preload;
} services[] = {
	{PROVIDER_RDS, "Add pg_stat_statements to shared_preload_libraries in the instance's DB parameter group and reboot it"},
	{PROVIDER_AURORA, "Add pg_stat_statements to shared_preload_libraries in the DB cluster parameter group"
	                  " and reboot the instances"},
	{PROVIDER_CLOUDSQL, "Cloud SQL loads it by itself: restart the instance"},
	{PROVIDER_AZURE, "Add pg_stat_statements to the server parameters azure.extensions and shared_preload_libraries"
	                 " and restart the server"},
	{PROVIDER_SUPABASE, "Switch pg_stat_statements on under Database, Extensions in the dashboard"},
	{PROVIDER_NEON, "Neon loads it by itself: restart the compute"},
};

static const char *how_to_preload(Arena *arena, const Server *server, const char *libraries) {
	for (size_t i = 0; i < sizeof services / sizeof *services; i++)
		if (services[i].provider == server->provider) return services[i].preload;
	if (!libraries) return "Add pg_stat_statements to shared_preload_libraries in postgresql.conf and restart the server";
	return arena_printf(arena, "ALTER SYSTEM SET shared_preload_libraries = %s%s%s; and restart the server", libraries,
	                    *libraries ? ", " : "", name);
}

static const char *before_creating(const Server *server) {
	return server->provider == PROVIDER_AZURE ? "Allow pg_stat_statements in the server parameter azure.extensions, then " : "";
}

void statements_check(Arena *arena, Server *server, bool loaded, bool callable, const char *libraries) {
	const Extension *extension = server_extension(server, name);
	bool created = extension && extension->version;
	const char *user = sql_identifier(arena, server->user);
	server->statements_preloaded = false;
	if (!extension && !loaded) {
		server->statements_problem = "pg_stat_statements is not installed on this server";
		server->statements_remedy = "Install PostgreSQL's contrib modules there, then look again: pgwhy says what comes next.";
	} else if (!loaded) {
		server->statements_problem = "pg_stat_statements is not loaded by this server";
		const char *then = created ? "" : arena_printf(arena, ", then CREATE EXTENSION %s; in database %s", name, server->database);
		server->statements_remedy = arena_printf(arena, "%s%s.", how_to_preload(arena, server, libraries), then);
	} else if (!created) {
		server->statements_problem = arena_printf(arena, "the extension %s is not in database \"%s\"", name, server->database);
		server->statements_remedy = arena_printf(arena, "%sCREATE EXTENSION %s;", before_creating(server), name);
	} else if (!callable) {
		const char *schema = sql_identifier(arena, extension->schema);
		server->statements_problem = arena_printf(arena, "role \"%s\" may not read pg_stat_statements", server->user);
		const char *grants = "GRANT USAGE ON SCHEMA %s TO %s; GRANT EXECUTE ON FUNCTION %s.%s(boolean) TO %s;";
		server->statements_remedy = arena_printf(arena, grants, schema, user, schema, name, user);
	} else {
		server->statements_preloaded = true;
		if (!server->reads_all_stats) server->statements_remedy = arena_printf(arena, "GRANT pg_read_all_stats TO %s;", user);
	}
}
