/* test_server.c: what was found out about a server becomes facts, marks what hurts, and says why and what to do. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <math.h>

#include "on_paper.h"
#include "panes/pane.h"

/* ---- what server_state may answer ---- */

typedef struct State {
	const char *fact, *name, *value, *more;
} State;

static Table *state_of(Arena *arena, const State *rows, size_t count) {
	static const char *const names[] = {"fact", "name", "value", "more"};
	Table *table = table_new(arena, 4, count);
	for (size_t i = 0; i < 4; i++) table_name(table, arena, i, names[i], CELL_TEXT);
	for (size_t row = 0; row < count; row++) {
		const char *const values[] = {rows[row].fact, rows[row].name, rows[row].value, rows[row].more};
		table_add_row(arena, table);
		for (size_t i = 0; i < 4; i++) table_set_text(table, row, i, values[i]);
	}
	return table;
}

static const State usual[] = {
	{"clock", "now_s", "1800000000.5", NULL},
	{"setting", "autovacuum", "on", NULL},
	{"setting", "autovacuum_freeze_max_age", "200000000", NULL},
	{"setting", "autovacuum_multixact_freeze_max_age", "400000000", NULL},
	{"setting", "deadlock_timeout", "1000", "ms"},
	{"setting", "effective_cache_size", "1048576", "8kB"},
	{"setting", "fsync", "on", NULL},
	{"setting", "log_lock_waits", "on", NULL},
	{"setting", "log_min_duration_statement", "500", "ms"},
	{"setting", "random_page_cost", "1.1", NULL},
	{"setting", "shared_buffers", "524288", "8kB"},
	{"setting", "shared_preload_libraries", "pg_stat_statements, auto_explain", NULL},
	{"setting", "auto_explain.log_min_duration", "1000", "ms"},
	{"setting", "pg_stat_statements.max", "5000", NULL},
	{"setting", "statement_timeout", "0", "ms"},
	{"setting", "track_activities", "on", NULL},
	{"setting", "track_activity_query_size", "16384", "B"},
	{"setting", "track_io_timing", "on", NULL},
	{"setting", "work_mem", "65536", "kB"},
	{"right", "pg_monitor", "true", NULL},
	{"right", "pg_read_all_stats", "true", NULL},
	{"right", "pg_signal_backend", "true", NULL},
	{"sessions", "clients", "42", NULL},
	{"wraparound", "transactions", "50000000", "shop"},
	{"wraparound", "multixacts", "10", "shop"},
	{"standbys", "connected", "1", NULL},
	{"archiver", "failed", "0", NULL},
	{"checkpoints", "timed", "1000", NULL},
	{"checkpoints", "requested", "12", NULL},
	{"statements", "forgotten", "0", NULL},
	{"reset", "database", "1799900000", NULL},
};
enum { USUAL = sizeof usual / sizeof *usual, MOST = USUAL + 8 };

/* ---- a pane, without anything around it ---- */

typedef struct Fixture {
	Arena *arena;
	const Pane *pane;
	Server server;
	State states[MOST];
	size_t count;
	Cost cost;
	PaneInput input;
} Fixture;

static void extend(Fixture *f, const char *name, const char *version, const char *available) {
	*list_push(f->arena, &f->server.extensions) = (Extension){.name = name, .version = version, .available = available, .schema = "public"};
}

static int set_up(void **state) {
	static Fixture fixture;
	fixture = (Fixture){.arena = arena_new(), .pane = pane_named("server"), .count = USUAL};
	Fixture *f = &fixture;
	memcpy(f->states, usual, sizeof usual);
	f->server = (Server){
		.version = 150020, .version_text = "15.20", .host = "db1", .database = "shop", .user = "me", .encoding = "UTF8", .superuser = true,
		.reads_all_stats = true, .started_at_s = 1800000000 - 86400 * 12, .block_bytes = 8192, .max_connections = 200, .statements_preloaded = true,
		.track_activities = true, .track_counts = true, .track_io_timing = true,
	};
	extend(f, "pg_stat_statements", "1.10", "1.10");
	extend(f, "hypopg", "1.4.0", "1.4.0");
	extend(f, "pgstattuple", "1.5", "1.5");
	*list_push(f->arena, &f->cost.conns) = (CostConn){"panes", 4711, "shop", "ready"};
	*list_push(f->arena, &f->cost.conns) = (CostConn){"prompt", 0, NULL, "lost, again in 4 s"};
	*list_push(f->arena, &f->cost.reads) = (CostRead){"queries", 30, 93, 3.1, 126000, 4200, 2};
	*list_push(f->arena, &f->cost.reads) = (CostRead){"scans", 1, 12, 12, 9000, 9000, NAN};
	*list_push(f->arena, &f->cost.reads) = (CostRead){.name = "sizes", .every_s = NAN};
	f->cost.over_s = 60;
	f->cost.budget_share = 0.01;
	f->input = (PaneInput){.server = &f->server, .interval_s = 2, .cost = &f->cost};
	*state = f;
	return 0;
}

static int tear_down(void **state) {
	Fixture *f = *state;
	arena_free(f->arena);
	return 0;
}

/* Another value, or one more row. */
static void say(Fixture *f, const char *fact, const char *name, const char *value, const char *more) {
	size_t i = 0;
	while (i < f->count && (strcmp(f->states[i].fact, fact) != 0 || strcmp(f->states[i].name, name) != 0)) i++;
	if (i == f->count) f->count++;
	f->states[i] = (State){fact, name, value, more};
}

static Table *rows_of(Fixture *f) {
	f->input.after = state_of(f->arena, f->states, f->count);
	return f->pane->rows(f->arena, &f->input);
}

static bool find(const Table *table, const char *name, size_t *row) {
	for (*row = 0; *row < table->row_count; ++*row)
		if (strcmp(table_text(table, *row, table_column(table, "fact"), ""), name) == 0) return true;
	return false;
}

static size_t row_of(const Table *table, const char *name) {
	size_t row;
	if (!find(table, name, &row)) fail_msg("there is no fact %s", name);
	return row;
}

static const char *text(const Table *table, const char *name, const char *column) {
	return table_text(table, row_of(table, name), table_column(table, column), "");
}

static bool marked(const Table *table, const char *name) {
	return table_int(table, row_of(table, name), table_column(table, LIST_ROW_ROLE), ROLE_TEXT) == ROLE_WARNING;
}

static size_t problems(const Table *table) {
	size_t count = 0;
	for (size_t row = 0; row < table->row_count; row++)
		if (!table_null(table, row, table_column(table, LIST_ROW_PARENT)) && table_int(table, row, table_column(table, LIST_ROW_ROLE), ROLE_TEXT) == ROLE_WARNING)
			count++;
	return count;
}

static const char *why_of(Fixture *f, const Table *table, size_t row) {
	return paper_why(f->arena, f->pane, &f->input, table, row, &(Diagnosis){0}, 160);
}

/* ---- facts ---- */

static void a_sound_server_has_nothing_to_look_at(void **state) {
	Table *table = rows_of(*state);
	assert_int_equal(problems(table), 0);
	assert_string_equal(text(table, "version", "value"), "15.20");
	assert_string_equal(text(table, "role", "value"), "primary");
	assert_string_equal(text(table, "up", "value"), "12d");
	assert_string_equal(text(table, "connections", "value"), "42 of 200");
	assert_string_equal(text(table, "shared_buffers", "value"), "4.0GB");
	assert_string_equal(text(table, "deadlock_timeout", "value"), "1.0s");
	assert_string_equal(text(table, "statement_timeout", "value"), "none");
	assert_string_equal(text(table, "auto_explain", "value"), "yes");
	assert_string_equal(text(table, "statistics since", "value"), "1d03h");
}

static void they_stand_in_groups(void **state) {
	Fixture *f = *state;
	Table *table = rows_of(f);
	size_t key = table_column(table, LIST_ROW_KEY), parent = table_column(table, LIST_ROW_PARENT), place = table_column(table, "place");
	const char *group = NULL;
	for (size_t row = 0; row < table->row_count; row++) {
		if (table_null(table, row, parent)) group = table_text(table, row, key, "");
		else assert_string_equal(table_text(table, row, parent, ""), group);
		assert_int_equal(table_int(table, row, place, 0), row + 1);
		for (size_t other = 0; other < row; other++) assert_string_not_equal(table_text(table, row, key, ""), table_text(table, other, key, ""));
	}
	assert_int_equal(f->pane->sort, place);
}

/* Each changes one thing, and one fact is marked for it. */
static void what_hurts_is_marked_and_says_what_it_costs(void **state) {
	Fixture *f = *state;
	static const struct {
		State changed;
		const char *fact, *note, *remedy;
	} cases[] = {
		{{"setting", "track_activities", "off", NULL}, "track_activities", "Locks and Activity are blind", "ALTER SYSTEM SET track_activities = on; SELECT pg_reload_conf()"},
		{{"setting", "track_counts", "off", NULL}, "track_counts", "autovacuum never comes", "ALTER SYSTEM SET track_counts = on; SELECT pg_reload_conf()"},
		{{"setting", "autovacuum", "off", NULL}, "autovacuum", "grow with every update", "ALTER SYSTEM SET autovacuum = on; SELECT pg_reload_conf()"},
		{{"setting", "fsync", "off", NULL}, "fsync", "ruins the data", "ALTER SYSTEM SET fsync = on; SELECT pg_reload_conf()"},
		{{"setting", "effective_cache_size", "65536", "8kB"}, "effective_cache_size", "less than shared_buffers", NULL},
		{{"setting", "enable_seqscan", "off", NULL}, "enable_seqscan", "for every statement", "ALTER SYSTEM SET enable_seqscan = on; SELECT pg_reload_conf()"},
		{{"setting", "pg_stat_statements.track", "none", NULL}, "pg_stat_statements.track", "Queries stays empty", "ALTER SYSTEM SET pg_stat_statements.track = top; SELECT pg_reload_conf()"},
		{{"pending", "max_connections", "100", NULL}, "waiting for a restart", "is not what the server does", NULL},
		{{"sessions", "clients", "190", NULL}, "connections", "soon nobody else gets in", NULL},
		{{"prepared", "transactions", "2", "4000"}, "prepared transactions", "1h06m old", NULL},
		{{"xmin", "session", "20000000", "pid 5, idle in transaction, 9000 s"}, "oldest snapshot", "held by session pid 5", NULL},
		{{"xmin", "slot", "20000000", "standby_1"}, "oldest snapshot", "held by replication slot standby_1", NULL},
		{{"wraparound", "transactions", "900000000", "old"}, "transaction number age", "450% of autovacuum_freeze_max_age", NULL},
		{{"checkpoints", "requested", "5000", NULL}, "checkpoints on demand", "max_wal_size is small", NULL},
		{{"archiver", "failed", "7", "true"}, "archiving failed", "until the disk is full", NULL},
		{{"slot", "lost_one", "5368709120", "inactive"}, "slot lost_one", "nobody reads it", NULL},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		State kept[MOST];
		size_t count = f->count;
		memcpy(kept, f->states, sizeof kept);
		say(f, cases[i].changed.fact, cases[i].changed.name, cases[i].changed.value, cases[i].changed.more);
		Table *table = rows_of(f);
		if (!marked(table, cases[i].fact) || problems(table) != 1) fail_msg("%s: %zu problems", cases[i].fact, problems(table));
		assert_says(text(table, cases[i].fact, "note"), cases[i].note);
		size_t row = row_of(table, cases[i].fact);
		const char *why = why_of(f, table, row), *remedy = f->pane->remedy(f->arena, &f->input, table, row);
		assert_says(why, cases[i].note);
		assert_says(why, "what\n");
		assert_says(why, "evidence\n");
		assert_says(why, "because\n");
		assert_says(why, "do\n");
		if (cases[i].remedy) assert_string_equal(remedy, cases[i].remedy);
		else assert_null(remedy);
		memcpy(f->states, kept, sizeof kept);
		f->count = count;
	}
}

static void thoughts_are_said_and_not_marked(void **state) {
	Fixture *f = *state;
	static const State thoughts[] = {
		{"setting", "track_io_timing", "off", NULL},      {"setting", "random_page_cost", "4", NULL},
		{"setting", "shared_buffers", "16384", "8kB"},    {"setting", "log_lock_waits", "off", NULL},
		{"setting", "track_activity_query_size", "1024", "B"}, {"setting", "log_min_duration_statement", "-1", "ms"},
		{"xmin", "session", "500", "pid 5, active, 2 s"}, {"statements", "forgotten", "3", NULL},
	};
	for (size_t i = 0; i < sizeof thoughts / sizeof *thoughts; i++) say(f, thoughts[i].fact, thoughts[i].name, thoughts[i].value, thoughts[i].more);
	Table *table = rows_of(f);
	assert_int_equal(problems(table), 0);
	assert_says(text(table, "track_io_timing", "note"), "waits for the disk");
	assert_says(text(table, "random_page_cost", "note"), "spinning disks");
	assert_says(text(table, "shared_buffers", "note"), "the default");
	assert_string_equal(text(table, "log_min_duration_statement", "value"), "-1");
	assert_says(why_of(f, table, row_of(table, "track_activity_query_size")), "It takes a restart of the server.");
	assert_string_equal(f->pane->remedy(f->arena, &f->input, table, row_of(table, "times statements were forgotten")), "ALTER SYSTEM SET pg_stat_statements.max = 10000");
}

static void problems_come_first_when_they_are_sorted_by(void **state) {
	Fixture *f = *state;
	say(f, "setting", "autovacuum", "off", NULL);
	Table *table = rows_of(f);
	List list = LIST_INIT(table_column(table, "problem"));
	list.flat = true;
	ListRows rows = list_rows(f->arena, &list, table, f->pane->columns, f->pane->column_count, NULL);
	assert_int_equal(rows.rows[0], row_of(table, "settings"));
	assert_int_equal(rows.rows[1], row_of(table, "autovacuum"));
	assert_int_equal(rows.rows[2], row_of(table, "server")); /* the rest as it stands */
	assert_int_equal(rows.rows[3], row_of(table, "version"));
	list_release(&list);
}

/* ---- rights, extensions, services ---- */

static void a_missing_right_says_what_it_hides_and_the_grant(void **state) {
	Fixture *f = *state;
	f->server.superuser = f->server.reads_all_stats = false;
	f->server.user = "Mönch";
	say(f, "right", "pg_monitor", "false", NULL);
	say(f, "right", "pg_read_all_stats", "false", NULL);
	say(f, "right", "pg_signal_backend", "false", NULL);
	Table *table = rows_of(f);
	assert_true(marked(table, "pg_read_all_stats"));
	assert_int_equal(problems(table), 1);
	assert_says(text(table, "pg_read_all_stats", "note"), "of other roles are hidden");
	assert_says(text(table, "pg_signal_backend", "note"), "own sessions only");
	size_t row = row_of(table, "pg_read_all_stats");
	assert_string_equal(f->pane->remedy(f->arena, &f->input, table, row), "GRANT pg_read_all_stats TO \"Mönch\"");
	assert_says(why_of(f, table, row), "run by a superuser");
	assert_says(why_of(f, table, row), "REVOKE pg_read_all_stats FROM \"Mönch\"");
	f->server.provider = PROVIDER_RDS;
	assert_says(why_of(f, rows_of(f), row), "run by a member of rds_superuser");
}

static void an_old_extension_says_how_to_update_it(void **state) {
	Fixture *f = *state;
	f->server.extensions.items[0].version = "1.8";
	Table *table = rows_of(f);
	assert_true(marked(table, "pg_stat_statements"));
	assert_string_equal(text(table, "pg_stat_statements", "value"), "1.8");
	assert_string_equal(text(table, "pg_stat_statements available", "value"), "1.10");
	assert_string_equal(f->pane->remedy(f->arena, &f->input, table, row_of(table, "pg_stat_statements")), "ALTER EXTENSION pg_stat_statements UPDATE");
}

static void a_missing_extension_says_what_is_lost(void **state) {
	Fixture *f = *state;
	f->server.extensions.count = 0;
	extend(f, "hypopg", NULL, "1.4.0");
	f->server.statements_problem = "pg_stat_statements is not loaded by this server";
	f->server.statements_remedy = "Load it.";
	Table *table = rows_of(f);
	assert_true(marked(table, "pg_stat_statements"));
	assert_string_equal(text(table, "pg_stat_statements", "note"), f->server.statements_problem);
	assert_says(why_of(f, table, row_of(table, "pg_stat_statements")), "Load it.");
	assert_string_equal(text(table, "hypopg", "value"), "not created");
	assert_string_equal(f->pane->remedy(f->arena, &f->input, table, row_of(table, "hypopg")), "CREATE EXTENSION hypopg");
	assert_string_equal(text(table, "pgstattuple", "value"), "not installed");
	assert_null(f->pane->remedy(f->arena, &f->input, table, row_of(table, "pgstattuple")));
}

static void where_a_service_keeps_its_settings_is_said(void **state) {
	Fixture *f = *state;
	say(f, "setting", "autovacuum", "off", NULL);
	for (int provider = PROVIDER_RDS; provider <= PROVIDER_NEON; provider++) {
		f->server.provider = (Provider)provider;
		Table *table = rows_of(f);
		size_t row = row_of(table, "autovacuum");
		assert_null(f->pane->remedy(f->arena, &f->input, table, row)); /* ALTER SYSTEM is not for us there */
		assert_says(why_of(f, table, row), "Set autovacuum = on in ");
	}
}

static void a_standby_knows_how_far_it_is_behind(void **state) {
	Fixture *f = *state;
	f->server.in_recovery = true;
	say(f, "replay", "delay_s", "300.25", NULL);
	Table *table = rows_of(f);
	assert_string_equal(text(table, "role", "value"), "standby");
	assert_string_equal(text(table, "replay delay", "value"), "5m00s");
	assert_true(marked(table, "replay delay"));
	size_t row;
	assert_false(find(table, "standbys", &row));
}

/* Old servers, other services, plain roles: what was not said is not there, and nothing breaks. */
static void what_is_not_told_is_not_shown(void **state) {
	Fixture *f = *state;
	f->server = (Server){.database = "x"};
	f->count = 0;
	f->input.cost = NULL;
	Table *table = rows_of(f);
	size_t row;
	assert_false(find(table, "work_mem", &row) || find(table, "pg_monitor", &row) || find(table, "checkpoints on time", &row) || find(table, "pgwhy", &row));
	for (row = 0; row < table->row_count; row++) {
		assert_says(why_of(f, table, row), "do\n");
		(void)f->pane->remedy(f->arena, &f->input, table, row);
	}
}

static void pgwhy_owns_up_to_what_it_costs(void **state) {
	Table *table = rows_of(*state);
	assert_string_equal(text(table, "connection: panes", "note"), "pid 4711, database shop");
	assert_string_equal(text(table, "connection: prompt", "value"), "lost, again in 4 s");
	assert_string_equal(text(table, "own cost", "value"), "0.2%");
	assert_string_equal(text(table, "reads: queries", "note"), "every 2.0 s, 4.1 kB; 30 so far, 3.1 ms each");
	assert_says(text(table, "reads: scans", "note"), "not on screen");
	size_t row;
	assert_false(find(table, "reads: sizes", &row)); /* it never was */
}

/* ---- screens ---- */

static Table *troubled(Fixture *f) {
	f->server.host = "db1\x1b]0;owned\x07";
	say(f, "setting", "autovacuum", "off", NULL);
	say(f, "setting", "random_page_cost", "4", NULL);
	say(f, "right", "pg_read_all_stats", "false", NULL);
	say(f, "xmin", "prepared", "30000000", "\xC2\x9B" "2J gid");
	f->server.extensions.items[0].version = "1.8";
	return rows_of(f);
}

static void draw_list(Fixture *f, const char *name, int width, int height, bool ascii, bool roles) {
	golden_list(name, f->arena, f->pane, troubled(f), width, height, ascii, roles);
}

static void a_list_as_wide_as_the_screen(void **state) {
	draw_list(*state, "server-40x10", 40, 10, false, false);
	draw_list(*state, "server-80x24", 80, 24, false, false);
	draw_list(*state, "server-80x24-ascii", 80, 24, true, false);
	draw_list(*state, "server-80x24-roles", 80, 24, false, true);
	draw_list(*state, "server-120x36", 120, 36, false, false);
	draw_list(*state, "server-200x50", 200, 50, false, false);
}

static void draw_why(Fixture *f, const char *name, const char *fact, int width, int height, bool ascii) {
	Table *table = troubled(f);
	golden_why(name, f->arena, f->pane, &f->input, table, row_of(table, fact), &(Diagnosis){0}, width, height, ascii, false);
}

static void a_why_as_wide_as_the_screen(void **state) {
	draw_why(*state, "why-server-40x10", "pg_read_all_stats", 40, 10, false);
	draw_why(*state, "why-server-80x24", "pg_read_all_stats", 80, 24, false);
	draw_why(*state, "why-server-80x24-ascii", "pg_read_all_stats", 80, 24, true);
	draw_why(*state, "why-server-120x36", "autovacuum", 120, 36, false);
	draw_why(*state, "why-server-200x50", "pg_stat_statements", 200, 50, false);
	draw_why(*state, "why-server-group-80x24", "upkeep", 80, 24, false);
}

static void every_column_can_be_explained(void **state) {
	Fixture *f = *state;
	for (size_t i = 0; i < f->pane->column_count; i++) {
		const ListColumn *column = &f->pane->columns[i];
		assert_true(*column->title && *column->help);
		for (const char *id = column->id; *id; id++) assert_true(islower((unsigned char)*id) || *id == '_');
		assert_int_equal(column_named(f->pane->columns, f->pane->column_count, column->id, strlen(column->id)), i);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
	const struct CMUnitTest tests[] = {
		TEST(a_sound_server_has_nothing_to_look_at),
		TEST(they_stand_in_groups),
		TEST(what_hurts_is_marked_and_says_what_it_costs),
		TEST(thoughts_are_said_and_not_marked),
		TEST(problems_come_first_when_they_are_sorted_by),
		TEST(a_missing_right_says_what_it_hides_and_the_grant),
		TEST(an_old_extension_says_how_to_update_it),
		TEST(a_missing_extension_says_what_is_lost),
		TEST(where_a_service_keeps_its_settings_is_said),
		TEST(a_standby_knows_how_far_it_is_behind),
		TEST(what_is_not_told_is_not_shown),
		TEST(pgwhy_owns_up_to_what_it_costs),
		TEST(a_list_as_wide_as_the_screen),
		TEST(a_why_as_wide_as_the_screen),
		TEST(every_column_can_be_explained),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
