/* test_migration.c: what of the advice becomes a migration, and how each tool is told. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "plan/json.h"
#include "report/migration.h"

static Arena *arena;

static int setup(void **state) {
	(void)state;
	arena = arena_new();
	return 0;
}

static int teardown(void **state) {
	(void)state;
	arena_free(arena);
	return 0;
}

static const char plan_text[] = "[{\"Plan\": {\"Node Type\": \"Seq Scan\", \"Relation Name\": \"t\", \"Alias\": \"t\", \"Startup Cost\": 0, \"Total Cost\": 5000, \"Plan Rows\": 1, \"Plan Width\": 4}}]";

static Finding finding_of(RemedyKind kind, const char *sql, const char *undo) {
	Finding finding = finding_new("some-rule");
	finding.kind = kind;
	finding.sql = sql;
	finding.undo = undo;
	finding.title = "it is slow";
	return finding;
}

static Finding index_advised(const char *name, const char *table) {
	static const char *columns[] = {"a"};
	Finding finding = finding_of(REMEDY_INDEX, NULL, NULL);
	const IndexAdvice index = {.schema = "public", .table = table, .name = name, .columns = columns, .column_count = 1, .bytes = 1e6};
	finding_set_indexes(arena, &finding, &index, 1);
	return finding;
}

static MigrationList list_of(const Finding *findings, size_t count) {
	PlanList plans;
	Err err = ERR_INIT;
	if (!plan_read_json(arena, plan_text, strlen(plan_text), &plans, &err)) fail_msg("%s", err.message.text);
	FindingList *list = ARENA_NEW(arena, FindingList);
	for (size_t i = 0; i < count; i++) *list_push(arena, list) = findings[i];
	PlanReport *report = ARENA_NEW(arena, PlanReport);
	*report = (PlanReport){.plan = plans.items[0], .findings = list, .statement = "select * from t where a = 'secret' and b = 12"};
	return migrations_of(arena, report, 0);
}

static MigrationFiles files_with(const char *format, const MigrationList *list, MigrationFiles before) {
	const MigrationPlace place = {.at_s = 1795289520, .before = before};
	MigrationFiles files = {0};
	Err err = ERR_INIT;
	if (!migration_format_named(format)->write(arena, list, &place, &files, &err)) fail_msg("%s", err.message.text);
	return files;
}

static void has(const char *text, const char *part) {
	if (!strstr(text, part)) fail_msg("no \"%s\" in:\n%s", part, text);
}

static void only_what_lasts_is_a_migration(void **state) {
	(void)state;
	static const struct {
		RemedyKind kind;
		const char *sql, *undo;
		size_t up, down; /* 0: a note */
		bool transaction;
	} cases[] = {
	    {REMEDY_SETTING, "SET LOCAL work_mem = '64MB'", NULL, 1, 1, true},
	    {REMEDY_SETTING, "SET enable_sort = on;\nSET enable_hashjoin TO on", "SET enable_sort = off", 2, 2, true},
	    {REMEDY_SETTING, "ALTER SYSTEM SET max_worker_processes = 9", "ALTER SYSTEM RESET max_worker_processes", 1, 1, false},
	    {REMEDY_SETTING, "ALTER TABLE t RESET (parallel_workers)", "ALTER TABLE t SET (parallel_workers = 0)", 1, 1, true},
	    {REMEDY_STATISTICS, "CREATE STATISTICS s ON a, b FROM t;\nANALYZE t", "DROP STATISTICS s", 2, 1, true},
	    {REMEDY_STATISTICS, "ANALYZE t", NULL, 0, 0, true},
	    {REMEDY_MAINTENANCE, "VACUUM (ANALYZE) t", NULL, 0, 0, true},
	    {REMEDY_MAINTENANCE, "TRUNCATE t", NULL, 0, 0, true},
	    {REMEDY_MAINTENANCE, "ALTER INDEX i SET (pages_per_range = 8);\nREINDEX INDEX CONCURRENTLY i", "ALTER INDEX i RESET (pages_per_range);\nREINDEX INDEX CONCURRENTLY i", 2, 2, false},
	    {REMEDY_DROP_INDEX, "DROP INDEX CONCURRENTLY public.i", "CREATE INDEX CONCURRENTLY i ON public.t (a)", 1, 1, false},
	    {REMEDY_REWRITE, "SELECT 1", NULL, 0, 0, true},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const Finding finding = finding_of(cases[i].kind, cases[i].sql, cases[i].undo);
		const MigrationList list = list_of(&finding, 1);
		if (list.count != (cases[i].up > 0) || (list.notes.count > 0) == (cases[i].up > 0)) fail_msg("%s: %zu migrations, %zu notes", cases[i].sql, list.count, list.notes.count);
		if (!list.count) continue;
		assert_int_equal(list.items[0].up.count, cases[i].up);
		assert_int_equal(list.items[0].down.count, cases[i].down);
		assert_int_equal(list.items[0].transaction, cases[i].transaction);
	}
}

static void an_extension_comes_first_and_stays(void **state) {
	(void)state;
	Finding finding = index_advised("t_a_idx", "t");
	finding.before = "CREATE EXTENSION IF NOT EXISTS pg_trgm";
	const MigrationList list = list_of(&finding, 1);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.items[0].name, "create_extension_if_not_exists_pg_trgm");
	assert_int_equal(list.items[0].down.count, 0);
	MigrationFiles files = files_with("alembic", &list, (MigrationFiles){0});
	has(files.items[0].text, "    pass  # Left in place: others may have come to use it.\n");
	has(files.items[1].text, arena_printf(arena, "down_revision = \"%.12s\"\n", files.items[0].name));
	has(files_with("goose", &list, (MigrationFiles){0}).items[0].name, "20261121");
	has(files_with("sql", &list, (MigrationFiles){0}).items[1].name, ".down.sql");
}

/* Names out of which nothing may break: of comments, marks, Python, dollar quotes, folders. */
static void names_break_out_of_nothing(void **state) {
	(void)state;
	const Finding finding = index_advised("../x\"\"\"$$;'\\%", "a'$$ \"t\"\n+goose Down");
	const MigrationList list = list_of(&finding, 1);
	assert_string_equal(list.items[0].name, "add_x");
	const char *python = files_with("alembic", &list, (MigrationFiles){0}).items[0].text;
	has(python, "DO $p1$");
	has(python, "EXISTS \\\"../x\\\"\\\"\\\"\\\"\\\"\\\"$$;'\\\\%%\\\" ON ");
	const char *goose = files_with("goose", &list, (MigrationFiles){0}).items[0].text;
	size_t downs = 0;
	for (const char *at = goose; (at = strstr(at, "+goose Down")); at++)
		if (at > goose + 3 && strncmp(at - 3, "-- ", 3) == 0 && at[-4] == '\n') downs++;
	assert_int_equal(downs, 1);
	const Finding escape = index_advised("t_\033[2J_idx", "t");
	const MigrationList none = list_of(&escape, 1);
	assert_int_equal(none.count, 0);
	has(none.notes.items[0], "cannot be seen");
}

static void is_refused(const char *format, const char *table, const char *why) {
	const Finding finding = index_advised("i", table);
	const MigrationList list = list_of(&finding, 1);
	const MigrationPlace place = {0};
	MigrationFiles files = {0};
	Err err = ERR_INIT;
	assert_false(migration_format_named(format)->write(arena, &list, &place, &files, &err));
	has(err.message.text, why);
	err_release(&err);
}

static void what_a_tool_would_misread_is_refused(void **state) {
	(void)state;
	is_refused("goose", "t\n-- +goose Down\n", "goose would take");
	is_refused("flyway", "t${x}", "for a placeholder");
}

static void flyway_is_told_what_takes_no_transaction(void **state) {
	(void)state;
	Finding finding = index_advised("i", "t");
	finding.evidence = "read ${HOME} in vain";
	const MigrationList list = list_of(&finding, 1);
	MigrationFiles before = {0};
	*list_push(arena, &before) = (MigrationFile){.name = "V7__a.sql"};
	*list_push(arena, &before) = (MigrationFile){.name = "V6__a.sql"};
	*list_push(arena, &before) = (MigrationFile){.name = "R__99_a.sql"};
	MigrationFiles files = files_with("flyway", &list, before);
	static const char *const names[] = {"V8__add_i.sql", "V8__add_i.sql.conf", "U8__add_i.sql", "U8__add_i.sql.conf"};
	assert_int_equal(files.count, 4);
	for (size_t i = 0; i < 4; i++) assert_string_equal(files.items[i].name, names[i]);
	assert_string_equal(files.items[1].text, "executeInTransaction=false\n");
	has(files.items[0].text, "read $ {HOME} in vain");
	has(files.items[0].text, "flyway.postgresql.transactional.lock=false");
	const Finding setting = finding_of(REMEDY_SETTING, "SET work_mem = '64MB'", NULL);
	const MigrationList inside = list_of(&setting, 1);
	assert_int_equal(files_with("flyway", &inside, before).count, 2);
}

static void rails_has_a_class_by_the_name_of_the_file(void **state) {
	(void)state;
	const Finding finding = index_advised("t_a_idx", "t#{exit}\"\\");
	const MigrationList list = list_of(&finding, 1);
	MigrationFiles files = files_with("rails", &list, (MigrationFiles){0}), before = {0};
	assert_string_equal(files.items[0].name, "20261121193200_add_t_a_idx.rb");
	has(files.items[0].text, "\nclass AddTAIdx < ActiveRecord::Migration[6.1]\n  disable_ddl_transaction!\n");
	has(files.items[0].text, "t\\#{exit}\\\"\\\"\\\\");
	has(files.items[0].text, "    execute <<~'SQL'\n      DO $$\n");
	*list_push(arena, &before) = (MigrationFile){"20250101000000_a.rb", "class A < ActiveRecord::Migration[5.2]\n"};
	*list_push(arena, &before) = (MigrationFile){"20260101000000_b.rb", "class B < ActiveRecord::Migration[7.2]\n"};
	has(files_with("rails", &list, before).items[0].text, "Migration[7.2]");
}

static void goose_numbers_go_on(void **state) {
	(void)state;
	const Finding finding = index_advised("i", "t");
	const MigrationList list = list_of(&finding, 1);
	static const char *const cases[][3] = {{"00009_a.sql", "00010_b.sql", "00011_add_i.sql"}, {"20250101000000_a.sql", "x.sql", "20261121193200_add_i.sql"},
	                                       {"readme", "99999999999999999999_a.sql", "20261121193200_add_i.sql"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		MigrationFiles before = {0};
		for (size_t k = 0; k < 2; k++) *list_push(arena, &before) = (MigrationFile){.name = cases[i][k]};
		assert_string_equal(files_with("goose", &list, before).items[0].name, cases[i][2]);
	}
}

static void alembic_finds_the_one_head(void **state) {
	(void)state;
	const Finding finding = index_advised("i", "t");
	const MigrationList list = list_of(&finding, 1);
	MigrationFiles before = {0};
	*list_push(arena, &before) = (MigrationFile){"a.py", "revision: str = 'aaa'\ndown_revision: Union[str, None] = None\n"};
	*list_push(arena, &before) = (MigrationFile){"b.py", "revision = 'bbb'\ndown_revision = 'aaa'\n"};
	*list_push(arena, &before) = (MigrationFile){"c.py", "revision = 'ccc'\ndown_revision = 'aaa'\n"};
	const MigrationPlace place = {.before = before};
	MigrationFiles files = {0};
	Err err = ERR_INIT;
	assert_false(migration_format_named("alembic")->write(arena, &list, &place, &files, &err));
	has(err.message.text, "several heads: bbb and ccc");
	err_release(&err);
	*list_push(arena, &before) = (MigrationFile){"d.py", "revision = 'ddd'\ndown_revision = (\n    'bbb',\n    'ccc',\n)\n"};
	has(files_with("alembic", &list, before).items[0].text, "down_revision = \"ddd\"\n");
}

/* What others would wait behind waits 2 s itself, what nobody waits behind as long as it takes; the session is left as it was. */
static void waiting_is_bounded_where_others_would_wait(void **state) {
	(void)state;
	const Finding finding = index_advised("t_a_idx", "t");
	const MigrationList list = list_of(&finding, 1);
	const char *text = files_with("sql", &list, (MigrationFiles){0}).items[0].text;
	static const char *const order[] = {"SET statement_timeout = 0;", "SET lock_timeout = '2s';\nDO ", "SET lock_timeout = 0;\nCREATE INDEX CONCURRENTLY IF NOT EXISTS t_a_idx ", "SET lock_timeout = '2s';\nDO ",
	                                    "RESET lock_timeout;\nRESET statement_timeout;\n"};
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		const char *at = strstr(text, order[i]);
		if (!at) fail_msg("no \"%s\" in:\n%s", order[i], text);
		text = at + 1;
	}
	const Finding setting = finding_of(REMEDY_STATISTICS, "CREATE STATISTICS s ON a, b FROM t", "DROP STATISTICS s");
	const MigrationList inside = list_of(&setting, 1);
	has(files_with("goose", &inside, (MigrationFiles){0}).items[0].text, "SET LOCAL lock_timeout = '2s';\nCREATE STATISTICS");
}

static void foreign_or_unknown_partitions_are_built_at_once(void **state) {
	(void)state;
	static const char *columns[] = {"a"};
	Finding finding = finding_of(REMEDY_INDEX, NULL, NULL);
	const IndexAdvice index = {.schema = "public", .table = "t", .name = "i", .columns = columns, .column_count = 1, .bytes = 1e6, .partitioned = true};
	finding_set_indexes(arena, &finding, &index, 1);
	const MigrationList list = list_of(&finding, 1);
	assert_true(list.items[0].transaction);
	assert_string_equal(list.items[0].up.items[0].sql, "CREATE INDEX IF NOT EXISTS i ON public.t (a)");
	has(list.items[0].locks, "Writes to the table and all its partitions wait");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_lasts_is_a_migration),
		cmocka_unit_test(an_extension_comes_first_and_stays),
		cmocka_unit_test(names_break_out_of_nothing),
		cmocka_unit_test(what_a_tool_would_misread_is_refused),
		cmocka_unit_test(flyway_is_told_what_takes_no_transaction),
		cmocka_unit_test(rails_has_a_class_by_the_name_of_the_file),
		cmocka_unit_test(goose_numbers_go_on),
		cmocka_unit_test(alembic_finds_the_one_head),
		cmocka_unit_test(waiting_is_bounded_where_others_would_wait),
		cmocka_unit_test(foreign_or_unknown_partitions_are_built_at_once),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
