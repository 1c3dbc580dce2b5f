/* discover.c: the rows of src/queries/server.sql -> Server. */
#include "pg/discover.h"

#include <stdlib.h>

typedef struct FactRow {
	const char *fact, *name, *value, *more;
} FactRow;

static FactRow fact_row(const Table *facts, size_t row) {
	return (FactRow){
		.fact = table_text(facts, row, 0, ""),
		.name = table_text(facts, row, 1, ""),
		.value = table_text(facts, row, 2, NULL),
		.more = table_text(facts, row, 3, NULL),
	};
}

static const char *fact(const Table *facts, const char *kind, const char *name) {
	for (size_t row = 0; row < facts->row_count; row++) {
		FactRow at = fact_row(facts, row);
		if (strcmp(at.fact, kind) == 0 && strcmp(at.name, name) == 0) return at.value;
	}
	return NULL;
}

static const char *text(const Table *facts, const char *kind, const char *name) {
	const char *value = fact(facts, kind, name);
	return value ? value : "";
}

static double number(const Table *facts, const char *kind, const char *name, double otherwise) {
	const char *value = fact(facts, kind, name);
	return value ? strtod(value, NULL) : otherwise;
}

/* Settings print on, a boolean cast to text true. */
static bool yes(const Table *facts, const char *kind, const char *name) {
	const char *value = fact(facts, kind, name);
	return value && (strcmp(value, "true") == 0 || strcmp(value, "on") == 0);
}

/* What betrays a service: the beginning of a setting's name, or a role. The first that is found counts. */
static const struct {
	const char *kind, *beginning;
	Provider provider;
} traces[] = {
	{"setting", "aurora_", PROVIDER_AURORA},       {"setting", "apg_", PROVIDER_AURORA},
	{"setting", "rds.", PROVIDER_RDS},             {"role", "rds_superuser", PROVIDER_RDS},
	{"setting", "cloudsql.", PROVIDER_CLOUDSQL},   {"role", "cloudsql", PROVIDER_CLOUDSQL},
	{"setting", "azure.", PROVIDER_AZURE},         {"role", "azure", PROVIDER_AZURE},
	{"setting", "neon.", PROVIDER_NEON},           {"role", "neon_superuser", PROVIDER_NEON},
	{"role", "supabase_admin", PROVIDER_SUPABASE},
};

static Provider provider_of(const Table *facts) {
	for (size_t i = 0; i < sizeof traces / sizeof *traces; i++)
		for (size_t row = 0; row < facts->row_count; row++) {
			FactRow at = fact_row(facts, row);
			if (strcmp(at.fact, traces[i].kind) == 0 && strncmp(at.name, traces[i].beginning, strlen(traces[i].beginning)) == 0)
				return traces[i].provider;
		}
	return PROVIDER_SELF;
}

static Extension *extension_entry(Arena *arena, Server *server, const char *name) {
	for (size_t i = 0; i < server->extensions.count; i++)
		if (strcmp(server->extensions.items[i].name, name) == 0) return &server->extensions.items[i];
	Extension *extension = list_push(arena, &server->extensions);
	extension->name = arena_copy(arena, name);
	return extension;
}

static void list_things(Arena *arena, Server *server, const Table *facts) {
	for (size_t row = 0; row < facts->row_count; row++) {
		FactRow at = fact_row(facts, row);
		if (strcmp(at.fact, "available") == 0) {
			extension_entry(arena, server, at.name)->available = at.value;
		} else if (strcmp(at.fact, "extension") == 0) {
			Extension *extension = extension_entry(arena, server, at.name);
			extension->version = at.value;
			extension->schema = at.more;
		} else if (strcmp(at.fact, "column") == 0) {
			*list_push(arena, &server->columns) = (ServerColumn){.relation = at.name, .column = at.value};
		}
	}
}

/* "15.20 (Debian 15.20-0+deb12u1)" -> "15.20" */
static const char *short_version(Arena *arena, const char *text) {
	return text ? arena_copy_n(arena, text, strcspn(text, " ")) : "";
}

Server *discover(Arena *arena, const Table *facts, const Connected *connected, SessionStart *start) {
	int backend_pid = (int)number(facts, "session", "backend_pid", 0);
	Server *server = ARENA_NEW(arena, Server);
	*server = (Server){
		.version = connected->version,
		.version_text = short_version(arena, connected->version_text),
		.host = connected->host,
		.port = connected->port,
		.database = text(facts, "session", "database"),
		.user = text(facts, "session", "user"),
		.encoding = text(facts, "setting", "server_encoding"),
		.provider = provider_of(facts),
		.superuser = yes(facts, "session", "superuser"),
		.reads_all_stats = yes(facts, "session", "reads_all_stats"),
		.in_recovery = yes(facts, "session", "in_recovery"),
		.pooled = backend_pid != connected->backend_pid,
		.backend_pid = backend_pid,
		.started_at_s = number(facts, "session", "started_at_s", 0),
		.block_bytes = (int64_t)number(facts, "setting", "block_size", 8192),
		.work_mem_bytes = 1024 * (int64_t)number(facts, "setting", "work_mem", 4096),
		.hash_mem_multiplier = number(facts, "setting", "hash_mem_multiplier", 1),
		.max_connections = (int)number(facts, "setting", "max_connections", 0),
		.max_worker_processes = (int)number(facts, "setting", "max_worker_processes", 0),
		.max_parallel_workers = (int)number(facts, "setting", "max_parallel_workers", 0),
		.workers_per_gather = (int)number(facts, "setting", "max_parallel_workers_per_gather", 0),
		.track_activities = yes(facts, "setting", "track_activities"),
		.track_counts = yes(facts, "setting", "track_counts"),
		.track_io_timing = yes(facts, "setting", "track_io_timing"),
		.track_planning = yes(facts, "setting", "pg_stat_statements.track_planning"),
	};
	list_things(arena, server, facts);
	statements_check(arena, server, fact(facts, "setting", "pg_stat_statements.max") != NULL,
	                 yes(facts, "callable", "pg_stat_statements"), fact(facts, "setting", "shared_preload_libraries"));
	const char *schemas = fact(facts, "session", "schemas");
	*start = (SessionStart){
		.schemas = schemas ? schemas : "{}",
		.search_path = fact(facts, "setting", "search_path"),
		.jit = fact(facts, "setting", "jit"),
		.parallel_workers = fact(facts, "setting", "max_parallel_workers_per_gather"),
	};
	return server;
}
