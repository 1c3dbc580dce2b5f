/* harmless.c: which functions may run without asking: VOLATILE ones that change nothing outside the statement. */
#include "pg/explain.h"

/* Of pg_catalog: they answer differently each time, take time, or look at the server. A name that ends in * stands for all
 * that begin so. What is not here asks: drawing from a sequence, locks, files, large objects, other servers, everything
 * a user wrote. */
static const char *const harmless[] = {
	"random", "random_normal", "setseed", "clock_timestamp", "timeofday", "gen_random_uuid", "uuidv4", "uuidv7",
	"pg_sleep", "pg_sleep_for", "pg_sleep_until",
	"currval", "lastval", "pg_sequence_last_value", "current_query", "pg_backend_pid",
	"pg_relation_size", "pg_table_size", "pg_indexes_size", "pg_total_relation_size", "pg_database_size", "pg_tablespace_size",
	"pg_partition_tree", "pg_partition_ancestors", "pg_collation_actual_version", "pg_database_collation_actual_version",
	"pg_blocking_pids", "pg_safe_snapshot_blocking_pids", "pg_lock_status", "pg_prepared_xact",
	"pg_is_in_recovery", "pg_is_wal_replay_paused", "pg_get_wal_replay_pause_state", "pg_last_wal_*",
	"pg_last_xact_replay_timestamp", "pg_last_committed_xact", "pg_current_wal_*", "pg_xact_status", "txid_status",
	"pg_xact_commit_timestamp*",
	"pg_stat_get_*", "pg_stat_have_stats", "pg_get_backend_memory_contexts", "pg_get_shmem_allocations*", "pg_jit_available",
	"pg_notification_queue_usage", "pg_get_wait_events", "ts_rewrite", "bernoulli", "system",
};
static const char *const harmless_elsewhere[] = {
	"uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4", /* uuid-ossp */
	"gen_random_bytes", /* pgcrypto */
	"pg_stat_statements", "pg_stat_statements_info",
};

static bool matches(const char *pattern, const char *name) {
	size_t len = strcspn(pattern, "*");
	return strncmp(pattern, name, len) == 0 && (pattern[len] == '*' || !name[len]);
}

static bool is_harmless(const FunctionFacts *function) {
	if (function->volatility != 'v') return true;
	bool own = strcmp(function->schema, "pg_catalog") == 0;
	for (size_t i = 0; own && i < sizeof harmless / sizeof *harmless; i++)
		if (matches(harmless[i], function->name)) return true;
	for (size_t i = 0; i < sizeof harmless_elsewhere / sizeof *harmless_elsewhere; i++)
		if (matches(harmless_elsewhere[i], function->name)) return true;
	return false;
}

/* Every function it may mean has to be harmless, and there has to be one. */
static bool call_is_harmless(const Facts *facts, const FunctionCall *call) {
	bool known = false;
	for (size_t i = 0; facts && i < facts->functions.count; i++) {
		const FunctionFacts *function = &facts->functions.items[i];
		if (strcmp(function->name, call->name) != 0 || (call->schema && strcmp(function->schema, call->schema) != 0)) continue;
		if (!is_harmless(function)) return false;
		known = true;
	}
	return known;
}

const char *facts_volatile_function(Arena *arena, const Facts *facts, const Statement *statement) {
	for (size_t i = 0; i < statement->functions.count; i++) {
		const FunctionCall *call = &statement->functions.items[i];
		if (call_is_harmless(facts, call)) continue;
		return call->schema ? arena_printf(arena, "%s.%s", call->schema, call->name) : arena_copy(arena, call->name);
	}
	return statement->parsed ? NULL : "something pgwhy cannot read";
}
