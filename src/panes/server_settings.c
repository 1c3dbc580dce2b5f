/* server_settings.c: the settings that matter to whoever looks for what is slow, and what they cost as they are. */
#include <math.h>
#include <stdlib.h>

#include "core/format.h"
#include "core/provider.h"
#include "panes/server_fact.h"

/* What a setting is worth here. */
typedef struct Setting {
	const char *value; /* as the server has it */
	double number; /* in bytes or ms where it has a unit; NaN: no number */
	double shared_buffers_bytes; /* to hold others against */
} Setting;

typedef bool Hurts(const Setting *setting);

static bool is_off(const Setting *setting) {
	return strcmp(setting->value, "off") == 0;
}
static bool is_none(const Setting *setting) {
	return strcmp(setting->value, "none") == 0;
}
static bool is_zero(const Setting *setting) {
	return setting->number == 0;
}
static bool is_never(const Setting *setting) {
	return setting->number < 0;
}
static bool is_128_megabytes(const Setting *setting) {
	return setting->number == 0x1p27;
}
static bool is_a_kilobyte(const Setting *setting) {
	return setting->number <= 1024;
}
static bool is_less_than_buffers(const Setting *setting) {
	return setting->number < setting->shared_buffers_bytes;
}
static bool is_for_disks(const Setting *setting) {
	return setting->number >= 4;
}
static bool is_slow(const Setting *setting) {
	return setting->number >= 20;
}

typedef struct SettingRule {
	const char *name, *about;
	Hurts *hurts; /* NULL: whatever it is, it may be meant so */
	bool badly; /* it is a problem, not just a thought */
	const char *cost; /* when it hurts */
	const char *better; /* a value that is; NULL: it depends */
	bool restart; /* that it takes */
} SettingRule;

static const SettingRule setting_rules[] = {
	{"track_activities", "Whether sessions tell what they are doing.", is_off, true, "sessions show neither state nor statement: Locks and Activity are blind", "on", false},
	{"track_counts", "Whether the server counts how tables are used.", is_off, true, "Scans and Sizes have no counters, and autovacuum never comes", "on", false},
	{"track_io_timing", "Whether the time spent waiting for blocks is measured.", is_off, false,
	 "what waits for the disk is not told from what computes; on most machines measuring is cheap (pg_test_timing)", "on", false},
	{"track_activity_query_size", "How much of a running statement's text is kept.", is_a_kilobyte, false,
	 "longer statements are cut off, so they cannot be planned from Activity or Locks", "'16kB'", true},
	{"compute_query_id", "Whether running statements get the number that Queries knows them by.", is_off, false,
	 "a running statement cannot be found again in Queries", "auto", false},
	{"shared_buffers", "The server's own cache of blocks.", is_128_megabytes, false, "this is the default, however much memory there is; a quarter of it is usual", NULL, true},
	{"effective_cache_size", "How much the planner believes is cached, by the system too.", is_less_than_buffers, true,
	 "less than shared_buffers: the planner takes index scans for dearer than they are", NULL, false},
	{"work_mem", "What each sort and each hash of a statement may take before it goes to disk.", NULL, false, NULL, NULL, false},
	{"maintenance_work_mem", "What CREATE INDEX and VACUUM may take.", NULL, false, NULL, NULL, false},
	{"random_page_cost", "What the planner thinks a block costs that is read out of order; one read in order costs seq_page_cost.", is_for_disks, false,
	 "4 is for spinning disks: on SSDs it keeps the planner from indexes it should use", "1.1", false},
	{"default_statistics_target", "How finely ANALYZE looks at each column.", NULL, false, NULL, NULL, false},
	{"jit", "Whether dear statements are compiled before they run.", NULL, false, NULL, NULL, false},
	{"autovacuum", "Whether dead rows are cleared away and statistics kept up by the server.", is_off, true,
	 "tables and indexes grow with every update, statistics age, and transaction numbers run out", "on", false},
	{"autovacuum_max_workers", "How many tables autovacuum works on at a time.", NULL, false, NULL, NULL, false},
	{"autovacuum_vacuum_cost_delay", "How long autovacuum rests after each bit of work.", is_slow, false, "autovacuum crawls: large tables keep it busy for hours", "'2ms'", false},
	{"max_wal_size", "How much write-ahead log calls for a checkpoint before its time.", NULL, false, NULL, NULL, false},
	{"checkpoint_timeout", "The time between two checkpoints.", NULL, false, NULL, NULL, false},
	{"statement_timeout", "When a statement of this role is given up; 0: never.", NULL, false, NULL, NULL, false},
	{"lock_timeout", "When waiting for a lock is given up; 0: never.", NULL, false, NULL, NULL, false},
	{"idle_in_transaction_session_timeout", "When a session that forgot its transaction is ended; 0: never.", is_zero, false,
	 "a forgotten transaction keeps its locks, and dead rows, for ever", "'10min'", false},
	{"deadlock_timeout", "How long a wait for a lock lasts before the server looks for a deadlock.", NULL, false, NULL, NULL, false},
	{"log_lock_waits", "Whether waits longer than deadlock_timeout are logged.", is_off, false, "what waited for a lock last night left no trace", "on", false},
	{"log_min_duration_statement", "Statements that take longer are logged; -1: none.", is_never, false, "slow statements leave no trace in the log", "'1s'", false},
	{"log_temp_files", "Temporary files that are larger are logged; -1: none.", is_never, false, "sorts and hashes that went to disk leave no trace in the log", "'10MB'", false},
	{"fsync", "Whether what is committed is brought to the disk.", is_off, true, "a crash of the machine ruins the data", "on", false},
	{"full_page_writes", "Whether half-written blocks can be mended after a crash.", is_off, true, "a crash of the machine may ruin the data", "on", false},
	{"data_checksums", "Whether damaged blocks are noticed when they are read.", NULL, false, NULL, NULL, false},
	{"pg_stat_statements.track", "Which statements are counted: top, all (those within functions too), none.", is_none, true, "nothing is counted: Queries stays empty", "top", false},
	{"pg_stat_statements.track_planning", "Whether planning is counted too.", NULL, false, NULL, NULL, false},
	{"pg_stat_statements.track_utility", "Whether statements other than SELECT, INSERT, UPDATE, DELETE and MERGE are counted.", NULL, false, NULL, NULL, false},
	{"auto_explain.log_min_duration", "Plans of statements that take longer are logged; -1: none.", NULL, false, NULL, NULL, false},
};

/* "8kB" is a unit too. */
static const struct {
	const char *unit, *suffix;
	double factor;
	Unit shown;
} units[] = {
	{"8kB", "bytes", 8192, UNIT_BYTES}, {"16kB", "bytes", 16384, UNIT_BYTES}, {"32kB", "bytes", 32768, UNIT_BYTES}, {"4kB", "bytes", 4096, UNIT_BYTES},
	{"kB", "bytes", 1024, UNIT_BYTES},  {"MB", "bytes", 0x1p20, UNIT_BYTES},  {"B", "bytes", 1, UNIT_BYTES},        {"ms", "ms", 1, UNIT_MS},
	{"s", "ms", 1000, UNIT_MS},         {"min", "ms", 60000, UNIT_MS},
};

static double number_of(const char *value) {
	char *end;
	double number = strtod(value, &end);
	return end != value && !*end ? number : NAN;
}

static bool is_flag(const char *value) {
	return strcmp(value, "on") == 0 || strcmp(value, "off") == 0;
}

/* pg_stat_statements.track -> pg_stat_statements/track: the settings of a library stand with it. */
static const char *path_of(Arena *arena, const char *name, const char *suffix) {
	char *path = suffix ? arena_printf(arena, "%s_%s", name, suffix) : arena_copy(arena, name);
	char *dot = strchr(path, '.');
	if (dot) *dot = '/';
	return path;
}

/* Value, type and how it reads. */
static void set_value(Arena *arena, Fact *fact, const char *name, StateRow row) {
	double number = number_of(row.value);
	const char *suffix = NULL;
	fact->text = row.value;
	fact->type = is_flag(row.value) ? FACT_FLAG : isnan(number) ? FACT_TEXT : FACT_NUMBER;
	fact->number = is_flag(row.value) ? strcmp(row.value, "on") == 0 : number;
	for (size_t i = 0; row.more && fact->type == FACT_NUMBER && i < sizeof units / sizeof *units; i++) {
		if (strcmp(units[i].unit, row.more) != 0) continue;
		suffix = units[i].suffix;
		if (number < 0) break; /* -1: none, of whatever unit */
		fact->number = number * units[i].factor;
		fact->text = units[i].shown == UNIT_MS && number == 0 ? "none" : format_unit(arena, units[i].shown, fact->number);
	}
	fact->path = path_of(arena, name, suffix);
}

void fact_set_remedy(Arena *arena, Fact *fact, const Server *server, const char *setting, const char *value, bool restart) {
	const char *place = provider_settings_place(server->provider);
	fact->takes = restart ? "It takes a restart of the server." : "It takes no restart; sessions take it over at once, but for those that set it themselves.";
	if (place) {
		fact->how = arena_printf(arena, "Set %s = %s in %s.", setting, value, place);
		return;
	}
	fact->sql = arena_printf(arena, restart ? "ALTER SYSTEM SET %s = %s" : "ALTER SYSTEM SET %s = %s; SELECT pg_reload_conf()", setting, value);
	fact->how = server->superuser ? NULL : "To be run by a superuser.";
	fact->undo = arena_printf(arena, "ALTER SYSTEM RESET %s; SELECT pg_reload_conf()", setting);
}

static FactGroup group_of(const char *name) {
	return strchr(name, '.') ? GROUP_EXTENSIONS : GROUP_SETTINGS;
}

static void add_setting(Arena *arena, FactList *facts, const Server *server, const SettingRule *rule, StateRow row, double buffers_bytes) {
	Fact *fact = list_push(arena, facts);
	*fact = (Fact){.group = group_of(rule->name), .name = rule->name, .about = rule->about};
	set_value(arena, fact, rule->name, row);
	const Setting setting = {.value = row.value, .number = fact->type == FACT_NUMBER ? fact->number : NAN, .shared_buffers_bytes = buffers_bytes};
	if (!rule->hurts || !rule->hurts(&setting)) return;
	fact->note = rule->cost;
	fact->problem = rule->badly;
	if (rule->better) fact_set_remedy(arena, fact, server, rule->name, rule->better, rule->restart);
}

/* A way of the planner that is closed, for everybody. */
static void add_closed_ways(Arena *arena, FactList *facts, const Server *server, const Table *state) {
	size_t name = table_column(state, "name"), value = table_column(state, "value");
	for (size_t row = 0; row < state->row_count; row++) {
		const char *setting = table_text(state, row, name, "");
		if (strncmp(setting, "enable_", 7) != 0 || strcmp(table_text(state, row, value, ""), "off") != 0) continue;
		Fact *fact = list_push(arena, facts);
		*fact = (Fact){.group = GROUP_SETTINGS, .name = setting, .path = setting, .type = FACT_FLAG, .text = "off", .problem = true};
		fact->about = "Whether the planner may take this way.";
		fact->note = "closed to the planner for every statement, not only for the one it was meant for";
		fact_set_remedy(arena, fact, server, setting, "on", false);
	}
}

static StateRow setting_row(const Table *state, const char *name) {
	StateRow row = state_row(state, "setting", name);
	return row.there ? row : state_row(state, "pending", name);
}

void server_settings(Arena *arena, FactList *facts, const Server *server, const Table *state) {
	StateRow buffers = setting_row(state, "shared_buffers");
	double buffers_bytes = state_number(buffers) * (double)(server->block_bytes ? server->block_bytes : 8192);
	for (size_t i = 0; i < sizeof setting_rules / sizeof *setting_rules; i++) {
		StateRow row = setting_row(state, setting_rules[i].name);
		if (row.value) add_setting(arena, facts, server, &setting_rules[i], row, buffers_bytes);
	}
	add_closed_ways(arena, facts, server, state);
}
