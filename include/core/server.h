/* server.h: what was found out about a server, once, after connecting. Filled by pg; read by everyone. */
#ifndef PGWHY_CORE_SERVER_H
#define PGWHY_CORE_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/* Whose service it is: the words of GRANTs and settings differ. */
typedef enum Provider { PROVIDER_SELF, PROVIDER_RDS, PROVIDER_AURORA, PROVIDER_CLOUDSQL, PROVIDER_AZURE, PROVIDER_SUPABASE, PROVIDER_NEON } Provider;

typedef struct Extension {
	const char *name;
	const char *version; /* in this database; NULL: only available */
	const char *available; /* that CREATE EXTENSION or ALTER EXTENSION UPDATE would bring; NULL: not known */
	const char *schema; /* where it was created; NULL: not created */
} Extension;

/* A catalog column that some servers lack, as "relation.column": what a query's optional lines are kept or dropped by. */
typedef struct ServerColumn {
	const char *relation;
	const char *column;
} ServerColumn;

typedef struct Server {
	int version; /* PQserverVersion: 150020 */
	const char *version_text; /* "15.20" */
	const char *host; /* as to show: host, or socket directory; with :port when not 5432 */
	const char *port;
	const char *database;
	const char *user; /* session_user */
	const char *encoding; /* server_encoding */
	Provider provider;
	bool superuser;
	bool reads_all_stats; /* pg_read_all_stats, by pg_monitor or otherwise */
	bool in_recovery;
	bool pooled; /* PQbackendPID is not pg_backend_pid(): something stands in between */
	int backend_pid;
	double started_at_s; /* pg_postmaster_start_time, seconds since 1970 */
	int64_t block_bytes;
	int64_t work_mem_bytes;
	double hash_mem_multiplier; /* 1 where the server has none */
	int max_connections;
	int max_worker_processes, max_parallel_workers, workers_per_gather; /* the last: max_parallel_workers_per_gather; 0: none, or not known */
	bool statements_preloaded; /* pg_stat_statements answers; false says why in statements_problem */
	const char *statements_problem; /* one line, with the exact remedy in statements_remedy; NULL when fine */
	const char *statements_remedy;
	bool track_activities, track_counts, track_io_timing;
	bool track_planning;
	struct { Extension *items; size_t count, room; } extensions;
	struct { ServerColumn *items; size_t count, room; } columns;
} Server;

const char *server_place(Arena *arena, const Server *server); /* "db1:5432": tells it from others, as far as we can see */
const Extension *server_extension(const Server *server, const char *name); /* NULL: not even available */
bool server_has_extension(const Server *server, const char *name); /* created in this database */
Server *server_copy(Arena *arena, const Server *server); /* a connection's own goes with it; NULL of NULL */
bool server_has_column(const Server *server, const char *relation, const char *column);

#endif
