/* server_facts.c: what is known of a server, fact by fact. */
#include <math.h>
#include <stdlib.h>

#include "core/format.h"
#include "core/provider.h"
#include "panes/server_fact.h"
#include "sql/quote.h"

enum { MINUTE_S = 60, HALF_A_BILLION = 500000000, TEN_MILLION = 10000000 };

static const char *const group_names[GROUP_COUNT] = {
	[GROUP_SERVER] = "server",     [GROUP_RIGHTS] = "rights", [GROUP_EXTENSIONS] = "extensions", [GROUP_SETTINGS] = "settings",
	[GROUP_SESSIONS] = "sessions", [GROUP_UPKEEP] = "upkeep", [GROUP_PGWHY] = "pgwhy",
};

const char *fact_group_name(FactGroup group) {
	return group_names[group];
}

StateRow state_row(const Table *state, const char *fact, const char *name) {
	size_t facts = table_column(state, "fact"), names = table_column(state, "name");
	for (size_t row = 0; row < state->row_count; row++) {
		if (strcmp(table_text(state, row, facts, ""), fact) != 0 || (name && strcmp(table_text(state, row, names, ""), name) != 0)) continue;
		return (StateRow){table_text(state, row, table_column(state, "value"), NULL), table_text(state, row, table_column(state, "more"), NULL), true};
	}
	return (StateRow){0};
}

double state_number(StateRow row) {
	return row.value ? strtod(row.value, NULL) : NAN;
}

/* What all of them are made from. */
typedef struct Making {
	Arena *arena;
	FactList facts;
	const Server *server;
	const Table *state;
	const Cost *cost;
} Making;

static Fact *add(Making *m, FactGroup group, const char *name, const char *path, FactType type, const char *text, double number, const char *about) {
	Fact *fact = list_push(m->arena, &m->facts);
	*fact = (Fact){.group = group, .name = name, .path = path, .type = type, .text = text, .number = number, .about = about};
	return fact;
}

static Fact *add_text(Making *m, FactGroup group, const char *name, const char *path, const char *text, const char *about) {
	return add(m, group, name, path, FACT_TEXT, text, NAN, about);
}

static Fact *add_flag(Making *m, FactGroup group, const char *name, const char *path, bool flag, const char *about) {
	return add(m, group, name, path, FACT_FLAG, flag ? "yes" : "no", flag, about);
}

static Fact *add_number(Making *m, FactGroup group, const char *name, const char *path, const char *text, double number, const char *about) {
	return add(m, group, name, path, FACT_NUMBER, isnan(number) ? NULL : text, number, about);
}

static Fact *add_count(Making *m, FactGroup group, const char *name, const char *path, double number, const char *about) {
	return add_number(m, group, name, path, format_rows(m->arena, number), number, about);
}

static Fact *add_age(Making *m, FactGroup group, const char *name, const char *path, double seconds, const char *about) {
	return add_number(m, group, name, path, format_age(m->arena, seconds), seconds, about);
}

static void complain(Fact *fact, const char *note) {
	fact->note = note;
	fact->problem = true;
}

/* ---- server ---- */

static void add_pending(Making *m) {
	Str names = STR_INIT;
	size_t fact = table_column(m->state, "fact"), name = table_column(m->state, "name");
	for (size_t row = 0; row < m->state->row_count; row++)
		if (strcmp(table_text(m->state, row, fact, ""), "pending") == 0) str_printf(&names, "%s%s", names.len ? ", " : "", table_text(m->state, row, name, ""));
	if (names.len) {
		Fact *pending = add_text(m, GROUP_SERVER, "waiting for a restart", "pending_restart", arena_copy(m->arena, names.text), "Settings that were changed, but are only in force after a restart.");
		complain(pending, "what the files say is not what the server does");
	}
	str_release(&names);
}

static void add_replication(Making *m) {
	const Server *server = m->server;
	Fact *role = add_text(m, GROUP_SERVER, "role", "role", server->in_recovery ? "standby" : "primary", "A primary takes writes; a standby repeats them.");
	if (server->in_recovery) {
		role->note = "reads only; what is advised has to be done on its primary, and counters are of this server alone";
		double delay_s = state_number(state_row(m->state, "replay", "delay_s"));
		Fact *delay = add_number(m, GROUP_SERVER, "replay delay", "replay_delay_s", format_ms(m->arena, delay_s * 1000), delay_s, "How far its data is behind the primary's.");
		if (delay_s > MINUTE_S) complain(delay, "queries here see old data; a long query may hold up the replay, or a slow disk or network");
	} else {
		add_count(m, GROUP_SERVER, "standbys", "standbys", state_number(state_row(m->state, "standbys", "connected")), "Servers and tools that receive its write-ahead log now.");
	}
}

static void add_server(Making *m) {
	const Server *server = m->server;
	add_text(m, GROUP_SERVER, "version", "version", server->version_text, "PostgreSQL's version: columns and options follow it.");
	add_replication(m);
	add_text(m, GROUP_SERVER, "provider", "provider", provider_name(server->provider), "Whose service it is: settings and rights are given another way on each.");
	add_text(m, GROUP_SERVER, "host", "host", server->host, "Where it was reached.");
	add_text(m, GROUP_SERVER, "database", "database", server->database, "Tables, extensions and plans are of this one; statements, sessions and locks of all.");
	Fact *encoding = add_text(m, GROUP_SERVER, "encoding", "encoding", server->encoding, "How this database keeps text.");
	if (server->encoding && strcmp(server->encoding, "SQL_ASCII") == 0) encoding->note = "text may be of any encoding: what is not UTF-8 is shown as ?";
	double now_s = state_number(state_row(m->state, "clock", "now_s"));
	add_age(m, GROUP_SERVER, "up", "uptime_s", now_s - server->started_at_s, "Since when it runs.");
	Fact *pooled = add_flag(m, GROUP_SERVER, "pooler in between", "pooled", server->pooled, "Whether the connection goes by a pooler that shares server sessions.");
	if (server->pooled) pooled->note = "nothing of ours outlives a transaction: settings, prepared statements, pretended indexes";
	add_pending(m);
}

/* ---- rights ---- */

static const struct {
	const char *role, *about, *cost;
	bool badly;
} rights[] = {
	{"pg_monitor", "All that monitoring needs: pg_read_all_stats, pg_read_all_settings, pg_stat_scan_tables.", NULL, false},
	{"pg_read_all_stats", "See what other roles run.", "statements, states and waits of other roles are hidden: Queries and Activity show their counters only", true},
	{"pg_read_all_settings", "See settings that only superusers may change.", "some settings are hidden: shared_preload_libraries, and where files lie", false},
	{"pg_signal_backend", "Cancel statements and end sessions of other roles, superusers' aside.", "K and C work on this role's own sessions only", false},
	{"pg_stat_scan_tables", "Measure tables to the block (pgstattuple).", "bloat is estimated, not measured", false},
};

static void add_rights(Making *m) {
	const Server *server = m->server;
	const char *user = sql_identifier(m->arena, server->user ? server->user : "");
	add_text(m, GROUP_RIGHTS, "user", "user", server->user, "The role that pgwhy is logged in as.");
	add_flag(m, GROUP_RIGHTS, "superuser", "superuser", server->superuser, "Superusers may do everything; pgwhy needs none.");
	for (size_t i = 0; i < sizeof rights / sizeof *rights; i++) {
		StateRow row = state_row(m->state, "right", rights[i].role);
		if (!row.value) continue; /* this server has no such role */
		bool has = strcmp(row.value, "true") == 0;
		Fact *fact = add_flag(m, GROUP_RIGHTS, rights[i].role, rights[i].role, has, rights[i].about);
		if (has || !rights[i].cost) continue;
		fact->note = rights[i].cost;
		fact->problem = rights[i].badly;
		fact->sql = arena_printf(m->arena, "GRANT %s TO %s", rights[i].role, user);
		fact->how = arena_printf(m->arena, "To be run by %s. Then start pgwhy again: it goes by what it found out at first.", provider_admin(server->provider));
		fact->undo = arena_printf(m->arena, "REVOKE %s FROM %s", rights[i].role, user);
	}
}

/* ---- extensions ---- */

/* Its version, and the one it could have. */
static Fact *add_extension(Making *m, const char *name, const char *about) {
	const Extension *extension = server_extension(m->server, name);
	const char *version = extension ? extension->version : NULL, *available = extension ? extension->available : NULL;
	size_t place = m->facts.count;
	Fact *fact = add_text(m, GROUP_EXTENSIONS, name, arena_printf(m->arena, "%s/version", name), version, about);
	if (!version) {
		fact->type = FACT_ABSENT;
		fact->text = available ? "not created" : "not installed";
		fact->sql = available ? arena_printf(m->arena, "CREATE EXTENSION %s", name) : NULL;
		fact->how = available ? "To be run by a superuser, or, where the extension is trusted, by who has CREATE on the database." : "Its package has to be installed on the server first.";
		fact->undo = arena_printf(m->arena, "DROP EXTENSION %s", name);
	} else if (available && strcmp(version, available) != 0) {
		complain(fact, arena_printf(m->arena, "%s is installed on the server: as after pg_upgrade, this database still has the old one, with fewer columns", available));
		fact->sql = arena_printf(m->arena, "ALTER EXTENSION %s UPDATE", name);
		fact->how = "To be run by the extension's owner or a superuser, in each database that has it.";
		fact->takes = "It takes a moment; views of others on its views are in the way.";
		fact->undo = arena_printf(m->arena, "ALTER EXTENSION %s UPDATE TO '%s', where it has a way back", name, version);
	}
	if (available && (!version || strcmp(version, available) != 0))
		add_text(m, GROUP_EXTENSIONS, arena_printf(m->arena, "%s available", name), arena_printf(m->arena, "%s/available", name), available, "The version that this server has to offer.");
	return &m->facts.items[place];
}

static void add_forgotten(Making *m) {
	StateRow most = state_row(m->state, "setting", "pg_stat_statements.max"), forgotten = state_row(m->state, "statements", "forgotten");
	if (most.value) add_count(m, GROUP_EXTENSIONS, "pg_stat_statements.max", "pg_stat_statements/max", state_number(most), "How many statements it can count at a time.");
	if (!forgotten.value) return;
	double times = state_number(forgotten);
	Fact *fact = add_count(m, GROUP_EXTENSIONS, "times statements were forgotten", "pg_stat_statements/forgotten", times, "Where there are more statements than it can count, the least used are forgotten.");
	if (times < 1) return;
	fact->note = "statements come and go in Queries, their counters begin anew";
	double max = state_number(most);
	fact_set_remedy(m->arena, fact, m->server, "pg_stat_statements.max", format_number(m->arena, isnan(max) ? 10000 : 2 * max), true);
}

static void add_statements(Making *m) {
	const Server *server = m->server;
	Fact *fact = add_extension(m, "pg_stat_statements", "Counts what each statement takes: all of Queries comes from it.");
	if (server->statements_problem) {
		complain(fact, server->statements_problem);
		fact->sql = fact->undo = NULL;
		fact->how = server->statements_remedy;
	}
	add_flag(m, GROUP_EXTENSIONS, "pg_stat_statements answers", "pg_stat_statements/usable", !server->statements_problem, "Whether this role can read it here.");
	add_forgotten(m);
}

static void add_extensions(Making *m) {
	add_statements(m);
	Fact *hypopg = add_extension(m, "hypopg", "Lets the planner pretend that an index is there.");
	if (hypopg->type == FACT_ABSENT) hypopg->note = "advice on indexes is estimated, not asked of the planner";
	Fact *tuple = add_extension(m, "pgstattuple", "Measures dead rows and free space in tables and indexes.");
	if (tuple->type == FACT_ABSENT) tuple->note = "bloat is estimated, not measured";
	StateRow libraries = state_row(m->state, "setting", "shared_preload_libraries"), plans = state_row(m->state, "setting", "auto_explain.log_min_duration");
	Fact *auto_explain = add_flag(m, GROUP_EXTENSIONS, "auto_explain", "auto_explain/loaded", plans.value, "Logs the plans of slow statements as they ran.");
	if (!plans.value) auto_explain->note = "a plan that was slow last night is gone; pgwhy plan reads them from the log where it is loaded";
	if (libraries.there) add_text(m, GROUP_EXTENSIONS, "preloaded libraries", "shared_preload_libraries", libraries.value, "What the server loads when it starts.");
}

/* ---- sessions and upkeep ---- */

static void add_sessions(Making *m) {
	double used = state_number(state_row(m->state, "sessions", "clients")), limit = m->server->max_connections;
	Fact *fact = add_number(m, GROUP_SESSIONS, "connections", "connections", arena_printf(m->arena, "%.0f of %.0f", used, limit), used, "Sessions of clients, and how many there can be.");
	if (limit > 0 && used > 0.8 * limit) complain(fact, "soon nobody else gets in; idle ones are the cheapest to spare, a pooler spares most");
	add_count(m, GROUP_SESSIONS, "max_connections", "max_connections", limit > 0 ? limit : NAN, "How many sessions there can be; some are kept for superusers.");
	StateRow prepared = state_row(m->state, "prepared", "transactions");
	double age_s = prepared.more ? strtod(prepared.more, NULL) : NAN;
	if (!prepared.value) return;
	fact = add_count(m, GROUP_SESSIONS, "prepared transactions", "prepared_transactions", state_number(prepared), "Transactions left by PREPARE TRANSACTION: no session holds them, so none can be ended.");
	if (age_s > 5 * MINUTE_S) complain(fact, arena_printf(m->arena, "the oldest is %s old: it holds its locks, and dead rows everywhere; COMMIT PREPARED or ROLLBACK PREPARED ends it", format_age(m->arena, age_s)));
}

static void add_xmin(Making *m) {
	static const struct {
		const char *holder, *says;
	} holders[] = {{"session", "session"}, {"slot", "replication slot"}, {"prepared", "prepared transaction"}};
	for (size_t i = 0; i < sizeof holders / sizeof *holders; i++) {
		StateRow row = state_row(m->state, "xmin", holders[i].holder);
		if (!row.value) continue;
		double age = state_number(row);
		Fact *fact = add_count(m, GROUP_UPKEEP, "oldest snapshot", "oldest_snapshot_transactions", age, "How many transactions ago the oldest snapshot was taken that somebody may still use: rows deleted since cannot be cleared away.");
		fact->note = arena_printf(m->arena, "held by %s %s", holders[i].says, row.more ? row.more : "?");
		fact->problem = age > TEN_MILLION;
	}
}

static void add_wraparound(Making *m, const char *name, const char *title, const char *path, const char *limit) {
	StateRow row = state_row(m->state, "wraparound", name);
	double age = state_number(row), freeze = state_number(state_row(m->state, "setting", limit));
	Fact *fact = add_count(m, GROUP_UPKEEP, title, path, age, "How many numbers the oldest unfrozen rows are back. At 2 billion the server stops taking writes; long before, autovacuum freezes them.");
	if (!row.value) return;
	fact->note = arena_printf(m->arena, "%s of %s, when autovacuum must; in database %s", format_share(m->arena, age / freeze), limit, row.more ? row.more : "?");
	if (age > HALF_A_BILLION && age > 1.5 * freeze) fact->problem = true;
}

static void add_checkpoints(Making *m) {
	StateRow row = state_row(m->state, "checkpoints", "timed");
	double timed = state_number(row), requested = state_number(state_row(m->state, "checkpoints", "requested"));
	if (isnan(timed) || isnan(requested)) return;
	add_count(m, GROUP_UPKEEP, "checkpoints on time", "checkpoints_timed", timed, "Checkpoints made because it was time.");
	Fact *fact = add_count(m, GROUP_UPKEEP, "checkpoints on demand", "checkpoints_requested", requested, "Checkpoints made before their time: write-ahead log had reached max_wal_size, or somebody asked.");
	if (requested > 20 && requested > timed) complain(fact, "more than on time: max_wal_size is small for what is written, and each makes the log grow");
}

static void add_archiver(Making *m) {
	StateRow row = state_row(m->state, "archiver", "failed");
	double failed = state_number(row);
	Fact *fact = add_count(m, GROUP_UPKEEP, "archiving failed", "archive_failures", failed, "How often a file of write-ahead log could not be archived.");
	if (row.more && strcmp(row.more, "true") == 0) complain(fact, "the last try failed: write-ahead log piles up until the disk is full");
}

static void add_slots(Making *m) {
	size_t fact = table_column(m->state, "fact"), name = table_column(m->state, "name"), value = table_column(m->state, "value");
	for (size_t row = 0; row < m->state->row_count; row++) {
		if (strcmp(table_text(m->state, row, fact, ""), "slot") != 0) continue;
		const char *slot = table_text(m->state, row, name, ""), *bytes = table_text(m->state, row, value, NULL);
		bool active = strcmp(table_text(m->state, row, table_column(m->state, "more"), ""), "active") == 0;
		double kept = bytes ? fmax(0, strtod(bytes, NULL)) : NAN;
		Fact *it = add_number(m, GROUP_UPKEEP, arena_printf(m->arena, "slot %s", slot), arena_printf(m->arena, "slots_retained_bytes/%s", slot), format_bytes(m->arena, kept), kept,
		                      "Write-ahead log that is kept for whoever reads this replication slot.");
		it->note = active ? "active" : "inactive";
		if (!active && kept > 0x1p30) complain(it, "nobody reads it: log piles up until the disk is full; pg_drop_replication_slot() gives it up");
	}
}

static void add_upkeep(Making *m) {
	add_xmin(m);
	add_wraparound(m, "transactions", "transaction number age", "transaction_age", "autovacuum_freeze_max_age");
	add_wraparound(m, "multixacts", "multixact number age", "multixact_age", "autovacuum_multixact_freeze_max_age");
	add_checkpoints(m);
	add_archiver(m);
	add_slots(m);
	double reset_at_s = state_number(state_row(m->state, "reset", "database")), now_s = state_number(state_row(m->state, "clock", "now_s"));
	Fact *fact = add_age(m, GROUP_UPKEEP, "statistics since", "statistics_age_s", now_s - reset_at_s, "How long this database's tables have been counted.");
	if (isnan(reset_at_s)) fact->note = "they were never reset; a crash begins them anew, too";
}

/* ---- pgwhy ---- */

static void add_conns(Making *m) {
	for (size_t i = 0; i < m->cost->conns.count; i++) {
		const CostConn *conn = &m->cost->conns.items[i];
		Fact *fact = add_text(m, GROUP_PGWHY, arena_printf(m->arena, "connection: %s", conn->purpose), NULL, conn->state, "A connection of pgwhy's own.");
		if (conn->backend_pid) fact->note = arena_printf(m->arena, "pid %d, database %s", conn->backend_pid, conn->database ? conn->database : "?");
	}
}

static void add_reads(Making *m) {
	double all_ms = 0;
	for (size_t i = 0; i < m->cost->reads.count; i++) all_ms += m->cost->reads.items[i].total_ms;
	double share = m->cost->over_s > 0 ? all_ms / 1000 / m->cost->over_s : NAN;
	Fact *fact = add_number(m, GROUP_PGWHY, "own cost", NULL, format_share(m->arena, share), share, "The time the server took to answer pgwhy, as a share of one core, the way there and back included.");
	if (m->cost->budget_share > 0) fact->note = arena_printf(m->arena, "of a core; costly reads are slowed to stay under %s", format_share(m->arena, m->cost->budget_share));
	for (size_t i = 0; i < m->cost->reads.count; i++) {
		const CostRead *read = &m->cost->reads.items[i];
		if (!read->count) continue;
		fact = add_number(m, GROUP_PGWHY, arena_printf(m->arena, "reads: %s", read->name), NULL, format_ms(m->arena, read->last_ms), read->last_ms, "What this pane's last reading took.");
		const char *every = isnan(read->every_s) ? "not now: not on screen" : arena_printf(m->arena, "every %s", format_ms(m->arena, read->every_s * 1000));
		fact->note = arena_printf(m->arena, "%s, %s; %zu so far, %s each", every, format_bytes(m->arena, (double)read->last_bytes), read->count, format_ms(m->arena, read->total_ms / (double)read->count));
	}
}

FactList server_facts(Arena *arena, const Server *server, const Table *state, const Cost *cost) {
	Making m = {.arena = arena, .server = server, .state = state, .cost = cost};
	add_server(&m);
	add_rights(&m);
	add_extensions(&m);
	server_settings(arena, &m.facts, server, state);
	add_sessions(&m);
	add_upkeep(&m);
	if (cost) {
		add_conns(&m);
		add_reads(&m);
	}
	return m.facts;
}
