/* test_discover.c: rows of facts become a Server; what is missing is named in the words of whoever runs it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "pg/discover.h"

typedef const char *Row[4];

static const Connected connected = {.version = 150020, .version_text = "15.20 (Debian 15.20-0+deb12u1)", .host = "/run", .port = "5432", .backend_pid = 42};

static int set_up(void **state) {
	*state = arena_new();
	return 0;
}

static int tear_down(void **state) {
	arena_free(*state);
	return 0;
}

static Table *facts_of(Arena *arena, const Row *rows, size_t count) {
	static const char *const names[] = {"fact", "name", "value", "more"};
	Table *table = table_new(arena, 4, count);
	for (size_t i = 0; i < 4; i++) table_name(table, arena, i, names[i], CELL_TEXT);
	for (size_t row = 0; row < count; row++) {
		table_add_row(arena, table);
		for (size_t i = 0; i < 4; i++) table_set_text(table, row, i, rows[row][i]);
	}
	return table;
}

#define FACTS(arena, ...) facts_of(arena, (const Row[]){__VA_ARGS__}, sizeof((const Row[]){__VA_ARGS__}) / sizeof(Row))

static void facts_become_a_server(void **state) {
	SessionStart start;
	const Table *facts = FACTS(*state, {"session", "backend_pid", "42"}, {"session", "user", "web"}, {"session", "database", "shop"}, {"session", "superuser", "false"},
	                           {"session", "reads_all_stats", "true"}, {"session", "in_recovery", "true"}, {"session", "started_at_s", "1700000000.5"},
	                           {"session", "schemas", "{pg_catalog,public}"}, {"setting", "block_size", "16384"}, {"setting", "work_mem", "65536", "kB"},
	                           {"setting", "hash_mem_multiplier", "1.5"}, {"setting", "track_io_timing", "on"}, {"setting", "pg_stat_statements.max", "5000"},
	                           {"setting", "pg_stat_statements.track_planning", "off"}, {"setting", "server_encoding", "UTF8"}, {"setting", "search_path", "\"$user\", public"},
	                           {"setting", "jit", "on"}, {"setting", "max_parallel_workers_per_gather", "2"}, {"available", "hypopg", "1.4"}, {"available", "pg_stat_statements", "1.10"},
	                           {"extension", "pg_stat_statements", "1.9", "stats"}, {"callable", "pg_stat_statements", "true"}, {"column", "pg_stat_statements", "toplevel"});
	const Server *server = discover(*state, facts, &connected, &start);
	assert_string_equal(server->version_text, "15.20");
	assert_string_equal(server->user, "web");
	assert_string_equal(server->database, "shop");
	assert_false(server->superuser);
	assert_true(server->reads_all_stats && server->in_recovery && server->track_io_timing && server->statements_preloaded);
	assert_false(server->track_planning || server->pooled);
	assert_true(server->started_at_s == 1700000000.5);
	assert_int_equal(server->block_bytes, 16384);
	assert_int_equal(server->work_mem_bytes, 64 << 20);
	assert_true(server->hash_mem_multiplier == 1.5);
	assert_true(server_has_extension(server, "pg_stat_statements"));
	assert_string_equal(server_extension(server, "pg_stat_statements")->schema, "stats");
	assert_non_null(server_extension(server, "hypopg"));
	assert_false(server_has_extension(server, "hypopg"));
	assert_true(server_has_column(server, "pg_stat_statements", "toplevel"));
	assert_string_equal(start.schemas, "{pg_catalog,public}");
	assert_string_equal(start.search_path, "\"$user\", public");
}

static void a_server_that_says_nothing_is_survived(void **state) {
	SessionStart start;
	const Server *server = discover(*state, facts_of(*state, NULL, 0), &connected, &start);
	assert_true(server->pooled);
	assert_true(server->hash_mem_multiplier == 1);
	assert_int_equal(server->block_bytes, 8192);
	assert_non_null(server->statements_problem);
	assert_non_null(server->statements_remedy);
}

static Provider provider(Arena *arena, const char *kind, const char *name) {
	SessionStart start;
	return discover(arena, FACTS(arena, {"role", "postgres"}, {kind, name, "x"}), &connected, &start)->provider;
}

static void a_service_betrays_itself(void **state) {
	assert_int_equal(provider(*state, "setting", "work_mem"), PROVIDER_SELF);
	assert_int_equal(provider(*state, "setting", "rds.extensions"), PROVIDER_RDS);
	assert_int_equal(provider(*state, "setting", "apg_plan_mgmt.x"), PROVIDER_AURORA);
	assert_int_equal(provider(*state, "role", "cloudsqladmin"), PROVIDER_CLOUDSQL);
	assert_int_equal(provider(*state, "role", "azure_pg_admin"), PROVIDER_AZURE);
	assert_int_equal(provider(*state, "role", "supabase_admin"), PROVIDER_SUPABASE);
	assert_int_equal(provider(*state, "role", "neon_superuser"), PROVIDER_NEON);
}

static void remedies_speak_the_services_language(void **state) {
	static const struct {
		Provider provider;
		const char *words;
	} cases[] = {
		{PROVIDER_SELF, "ALTER SYSTEM SET shared_preload_libraries = pg_cron, pg_stat_statements;"},
		{PROVIDER_RDS, "DB parameter group"},
		{PROVIDER_AURORA, "DB cluster parameter group"},
		{PROVIDER_CLOUDSQL, "restart the instance"},
		{PROVIDER_AZURE, "azure.extensions"},
		{PROVIDER_SUPABASE, "dashboard"},
		{PROVIDER_NEON, "restart the compute"},
	};
	Extension available = {.name = "pg_stat_statements"};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Server server = {.provider = cases[i].provider, .user = "web", .database = "shop", .extensions = {&available, 1, 1}};
		statements_check(*state, &server, false, false, "pg_cron");
		assert_string_equal(server.statements_problem, "pg_stat_statements is not loaded by this server");
		assert_non_null(strstr(server.statements_remedy, cases[i].words));
		assert_non_null(strstr(server.statements_remedy, "CREATE EXTENSION pg_stat_statements"));
	}
}

static void each_obstacle_has_its_remedy(void **state) {
	Extension extension = {.name = "pg_stat_statements", .version = "1.10", .schema = "My Stats"};
	Server server = {.user = "O'Neil \"x\"", .database = "shop"};
	statements_check(*state, &server, false, false, "");
	assert_non_null(strstr(server.statements_problem, "not installed"));
	server.extensions.items = &extension;
	server.extensions.count = 1;
	statements_check(*state, &server, false, false, "");
	assert_string_equal(server.statements_remedy, "ALTER SYSTEM SET shared_preload_libraries = pg_stat_statements; and restart the server.");
	statements_check(*state, &server, true, false, NULL);
	assert_string_equal(server.statements_remedy, "GRANT USAGE ON SCHEMA \"My Stats\" TO \"O'Neil \"\"x\"\"\"; GRANT EXECUTE ON FUNCTION \"My Stats\".pg_stat_statements(boolean) TO \"O'Neil \"\"x\"\"\";");
	server.statements_problem = NULL;
	statements_check(*state, &server, true, true, NULL);
	assert_true(server.statements_preloaded);
	assert_null(server.statements_problem);
	assert_string_equal(server.statements_remedy, "GRANT pg_read_all_stats TO \"O'Neil \"\"x\"\"\";");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts_become_a_server),
		cmocka_unit_test(a_server_that_says_nothing_is_survived),
		cmocka_unit_test(a_service_betrays_itself),
		cmocka_unit_test(remedies_speak_the_services_language),
		cmocka_unit_test(each_obstacle_has_its_remedy),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
