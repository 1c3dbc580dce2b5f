/* test_remedy.c: which findings can be carried out, by which statements, and that nothing else ever is one. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/remedy.h"
#include "advise/tried.h"

static int begin(void **state) {
	*state = arena_new();
	return 0;
}

static int end(void **state) {
	arena_free(*state);
	return 0;
}

static RemedySteps of_text(Arena *arena, RemedyKind kind, const char *sql) {
	Finding finding = finding_new("row-misestimate");
	finding.kind = kind;
	finding.sql = sql;
	Err err = ERR_INIT;
	RemedySteps steps = remedy_steps(arena, &finding, NULL, &err);
	assert_true(err_is(&err) == (steps.count == 0));
	if (err_is(&err)) assert_true(err.message.len && err.hint.len);
	err_release(&err);
	return steps;
}

static Finding of_index(Arena *arena, IndexAdvice index) {
	Finding finding = finding_new("missing-index");
	finding.kind = REMEDY_INDEX;
	finding_set_indexes(arena, &finding, &index, 1);
	return finding;
}

static RemedySite *site_of(Arena *arena, const PartitionFacts *partitions, size_t count) {
	RemedySite *site = ARENA_NEW(arena, RemedySite);
	*site = (RemedySite){0};
	for (size_t i = 0; i < count; i++) *list_push(arena, &site->partitions) = partitions[i];
	return site;
}

static const char *columns[] = {"status", "created_at DESC"}, *expression[] = {"lower(email)"};

static IndexAdvice index_on(const char *schema, const char *table) {
	return (IndexAdvice){.schema = schema, .table = table, .name = "an_index", .method = "btree", .columns = columns, .column_count = 2, .bytes = NAN};
}

static void what_rules_write_is_known_by_its_words(void **state) {
	static const struct { RemedyKind kind; const char *sql; size_t count; StepKind first; const char *relation; } texts[] = {
		{REMEDY_STATISTICS, "ANALYZE public.orders", 1, STEP_ANALYZE, "public.orders"},
		{REMEDY_STATISTICS, "ANALYZE \"My Schema\".\"a;b\"", 1, STEP_ANALYZE, "\"My Schema\".\"a;b\""},
		{REMEDY_MAINTENANCE, "VACUUM (ANALYZE) orders", 1, STEP_VACUUM, "orders"},
		{REMEDY_MAINTENANCE, "VACUUM (ANALYZE, VERBOSE) public.orders", 1, STEP_VACUUM, "public.orders"},
		{REMEDY_DROP_INDEX, "DROP INDEX CONCURRENTLY public.\"An Index\"", 1, STEP_DROP, "public.\"An Index\""},
		{REMEDY_MAINTENANCE, "REINDEX INDEX CONCURRENTLY public.i", 1, STEP_REINDEX, "public.i"},
		{REMEDY_MAINTENANCE, "ALTER INDEX public.b SET (pages_per_range = 16);\nREINDEX INDEX CONCURRENTLY public.b", 2, STEP_ALTER, "public.b"},
		{REMEDY_STATISTICS, "CREATE STATISTICS s (dependencies, mcv) ON a, \"from\" FROM public.t;\nANALYZE public.t", 2, STEP_STATISTICS, "public.t"},
		{REMEDY_STATISTICS, "CREATE STATISTICS s ON (lower(a)), (b + 1) FROM t;\nANALYZE t", 2, STEP_STATISTICS, "t"},
		{REMEDY_STATISTICS, "ALTER TABLE public.t ALTER COLUMN \"A B\" SET STATISTICS 1000;\nANALYZE public.t", 2, STEP_ALTER, "public.t"},
		{REMEDY_STATISTICS, "ALTER TABLE t ALTER COLUMN a SET (n_distinct = -0.5);\nANALYZE t", 2, STEP_ALTER, "t"},
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		RemedySteps steps = of_text(*state, texts[i].kind, texts[i].sql);
		if (steps.count != texts[i].count) fail_msg("%zu steps: %s", steps.count, texts[i].sql);
		assert_int_equal(steps.items[0].kind, texts[i].first);
		assert_string_equal(steps.items[0].relation, texts[i].relation);
		assert_non_null(remedy_locks(&steps.items[0]));
	}
}

static void all_else_is_text_to_read(void **state) {
	static const struct { RemedyKind kind; const char *sql; } texts[] = {
		{REMEDY_SETTING, "SET work_mem = '64MB'"},
		{REMEDY_SETTING, "ALTER SYSTEM SET max_worker_processes = 16"},
		{REMEDY_REWRITE, "select 1"},
		{REMEDY_MAINTENANCE, "TRUNCATE public.orders"},
		{REMEDY_MAINTENANCE, "ANALYZE public.orders; TRUNCATE public.orders"},
		{REMEDY_MAINTENANCE, "VACUUM FULL orders"},
		{REMEDY_MAINTENANCE, "VACUUM (ANALYZE) orders, customers"},
		{REMEDY_DROP_INDEX, "DROP INDEX public.of_all_partitions"}, /* AccessExclusive on all of them */
		{REMEDY_DROP_INDEX, "DROP INDEX CONCURRENTLY i, j"},
		{REMEDY_MAINTENANCE, "REINDEX INDEX i"},
		{REMEDY_MAINTENANCE, "REINDEX TABLE CONCURRENTLY t"},
		{REMEDY_MAINTENANCE, "ALTER INDEX i SET (fillfactor = 10)"},
		{REMEDY_STATISTICS, "ALTER TABLE t DROP COLUMN a"},
		{REMEDY_STATISTICS, "ALTER TABLE t ALTER COLUMN a SET STATISTICS 10, DROP COLUMN b"},
		{REMEDY_STATISTICS, "ALTER TABLE t ALTER COLUMN a SET DEFAULT 1"},
		{REMEDY_SCHEMA, "ANALYZE t"},
		{REMEDY_STATISTICS, ""},
		{REMEDY_STATISTICS, "ANALYZE"},
		{REMEDY_STATISTICS, "\033]0;x\007\xff\xfe"},
		{REMEDY_NONE, NULL},
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (of_text(*state, texts[i].kind, texts[i].sql).count) fail_msg("it would be run: %s", texts[i].sql);
}

static void an_index_is_built_concurrently(void **state) {
	Arena *arena = *state;
	Finding finding = of_index(arena, index_on("public", "orders"));
	RemedySteps steps = remedy_steps(arena, &finding, NULL, NULL);
	assert_int_equal(steps.count, 1);
	assert_string_equal(steps.items[0].sql, "CREATE INDEX CONCURRENTLY an_index ON public.orders (status, created_at DESC)");
	assert_string_equal(steps.items[0].index, "an_index");
	assert_true(remedy_waits_for_snapshots(&steps.items[0]) && remedy_concurrent(&steps.items[0]));
	assert_true(remedy_waits_for(&steps.items[0]) & LOCK_BIT(LOCK_ROW_EXCLUSIVE)); /* it sees writers off */
	assert_false(remedy_waits_for(&steps.items[0]) & LOCK_BIT(LOCK_ACCESS_SHARE));
}

static void an_extension_comes_first_and_an_expression_is_analyzed(void **state) {
	Arena *arena = *state;
	Finding finding = of_index(arena, (IndexAdvice){.schema = "s", .table = "T", .name = "i", .method = "gin", .columns = expression, .column_count = 1});
	finding.before = "CREATE EXTENSION IF NOT EXISTS pg_trgm";
	RemedySteps steps = remedy_steps(arena, &finding, NULL, NULL);
	assert_int_equal(steps.count, 3);
	assert_int_equal(steps.items[0].kind, STEP_EXTENSION);
	assert_string_equal(steps.items[1].sql, "CREATE INDEX CONCURRENTLY i ON s.\"T\" USING gin (lower(email))");
	assert_string_equal(steps.items[2].sql, "ANALYZE s.\"T\"");
	finding.before = "CREATE EXTENSION IF NOT EXISTS pg_trgm; drop table t";
	assert_int_equal(remedy_steps(arena, &finding, NULL, NULL).count, 0);
}

static void a_rewrite_beside_an_index_is_never_a_step(void **state) {
	Arena *arena = *state;
	IndexAdvice index = index_on("public", "orders");
	Finding finding = finding_new("leading-wildcard");
	finding.kind = REMEDY_INDEX;
	finding.rewrite = "select 1";
	finding_set_indexes(arena, &finding, &index, 1);
	RemedySteps steps = remedy_steps(arena, &finding, NULL, NULL);
	assert_int_equal(steps.count, 1);
	assert_null(strstr(steps.items[0].sql, "select"));
}

static void an_index_without_a_schema_is_refused(void **state) {
	Arena *arena = *state;
	Finding finding = of_index(arena, index_on(NULL, "orders"));
	assert_int_equal(remedy_steps(arena, &finding, NULL, NULL).count, 0);
}

static void partitions_are_built_first_and_attached_from_below(void **state) {
	Arena *arena = *state;
	static const PartitionFacts parts[] = {
		{"public", "days_1", 'r', "public", "days"}, {"public", "days_2", 'p', "public", "days"}, {"other", "days_2a", 'r', "public", "days_2"}};
	IndexAdvice index = index_on("public", "days");
	index.partitioned = true;
	Finding finding = of_index(arena, index);
	RemedySteps steps = remedy_steps(arena, &finding, site_of(arena, parts, 3), NULL);
	static const char *const wanted[] = {
		"CREATE INDEX CONCURRENTLY days_1_status_created_at_idx ON public.days_1 (status, created_at DESC)",
		"CREATE INDEX CONCURRENTLY days_2a_status_created_at_idx ON other.days_2a (status, created_at DESC)",
		"CREATE INDEX an_index ON ONLY public.days (status, created_at DESC)",
		"CREATE INDEX days_2_status_created_at_idx ON ONLY public.days_2 (status, created_at DESC)",
		"ALTER INDEX public.days_2_status_created_at_idx ATTACH PARTITION other.days_2a_status_created_at_idx",
		"ALTER INDEX public.an_index ATTACH PARTITION public.days_2_status_created_at_idx",
		"ALTER INDEX public.an_index ATTACH PARTITION public.days_1_status_created_at_idx",
	};
	assert_int_equal(steps.count, sizeof wanted / sizeof *wanted);
	for (size_t i = 0; i < steps.count; i++) assert_string_equal(steps.items[i].sql, wanted[i]);
}

static void partitions_with_long_names_get_indexes_of_their_own(void **state) {
	Arena *arena = *state;
	static const char one[] = "a_very_long_name_of_a_partition_that_fills_all_there_is_to_it_1", two[] = "a_very_long_name_of_a_partition_that_fills_all_there_is_to_it_2";
	const PartitionFacts parts[] = {{"public", one, 'r', "public", "days"}, {"public", two, 'r', "public", "days"}};
	IndexAdvice index = index_on("public", "days");
	index.partitioned = true;
	Finding finding = of_index(arena, index);
	RemedySteps steps = remedy_steps(arena, &finding, site_of(arena, parts, 2), NULL);
	assert_int_equal(steps.count, 5);
	assert_string_not_equal(steps.items[0].index, steps.items[1].index);
}

/* ---- what is there already ---- */

static const PartitionFacts two_days[] = {{"public", "days_1", 'r', "public", "days"}, {"public", "days_2", 'r', "public", "days"}};

static IndexThere there(Arena *arena, const char *table, const char *name, const char *keys, const char *attached_to, bool valid) {
	const char *definition = arena_printf(arena, "CREATE INDEX %s ON public.%s USING btree %s", name, table, keys);
	return (IndexThere){.schema = "public", .table = table, .name = name, .definition = definition, .attached_to = attached_to, .valid = valid};
}

static void are(Arena *arena, Finding *finding, const RemedySite *site, const char *wanted) {
	Err err = ERR_INIT;
	RemedySteps steps = remedy_steps(arena, finding, site, &err);
	const char *text = err_is(&err) ? arena_copy(arena, err.message.text) : "";
	err_release(&err);
	for (size_t i = 0; i < steps.count; i++) text = arena_printf(arena, "%s%s%s", text, i ? "\n" : "", steps.items[i].sql);
	assert_string_equal(text, wanted);
}

static void an_index_that_is_there_is_not_built_again(void **state) {
	Arena *arena = *state;
	Finding finding = of_index(arena, index_on("public", "orders"));
	RemedySite *site = site_of(arena, NULL, 0);
	*list_push(arena, &site->indexes) = there(arena, "orders", "by_status", "(status, created_at DESC)", NULL, true);
	are(arena, &finding, site, "public.by_status is there already, and valid");
	site->indexes.items[0] = there(arena, "orders", "by_status", "(status, created_at)", NULL, true); /* another order */
	finding = of_index(arena, index_on("public", "orders"));
	are(arena, &finding, site, "CREATE INDEX CONCURRENTLY an_index ON public.orders (status, created_at DESC)");
	site->indexes.items[0] = there(arena, "orders", "by_status", "(status, created_at DESC) WHERE (status = 'x'::text)", NULL, true);
	are(arena, &finding, site, "CREATE INDEX CONCURRENTLY an_index ON public.orders (status, created_at DESC)");
	IndexAdvice partial = index_on("public", "orders");
	partial.where = "status = 'x'";
	finding = of_index(arena, partial);
	are(arena, &finding, site, "public.by_status is there already, and valid");
}

static void what_is_left_invalid_makes_way(void **state) {
	Arena *arena = *state;
	Finding finding = of_index(arena, index_on("public", "orders"));
	RemedySite *site = site_of(arena, NULL, 0);
	*list_push(arena, &site->indexes) = there(arena, "orders", "an_old_try", "(status, created_at DESC)", NULL, false);
	are(arena, &finding, site, "DROP INDEX CONCURRENTLY public.an_old_try\nCREATE INDEX CONCURRENTLY an_old_try ON public.orders (status, created_at DESC)");
	assert_string_equal(finding.undo, "DROP INDEX CONCURRENTLY public.an_old_try");
	site->indexes.items[0].being_built = true;
	are(arena, &finding, site, "public.an_old_try is being built, or worked on, by another session");
	finding = of_index(arena, index_on("public", "orders"));
	site->indexes.items[0] = there(arena, "orders", "an_index", "(status)", NULL, false); /* the name is the one */
	are(arena, &finding, site, "DROP INDEX CONCURRENTLY public.an_index\nCREATE INDEX CONCURRENTLY an_index ON public.orders (status, created_at DESC)");
}

static void a_name_that_is_taken_is_gone_round(void **state) {
	Arena *arena = *state;
	Facts *taken = ARENA_NEW(arena, Facts);
	*taken = (Facts){0};
	*list_push(arena, &taken->tables) = (TableFacts){.schema = "public", .name = "an_index"};
	*list_push(arena, &taken->tables) = (TableFacts){.schema = "public", .name = "orders_status_created_at_idx1"};
	RemedySite *site = site_of(arena, NULL, 0);
	site->taken = taken;
	Finding finding = of_index(arena, index_on("public", "orders"));
	are(arena, &finding, site, "CREATE INDEX CONCURRENTLY orders_status_created_at_idx2 ON public.orders (status, created_at DESC)");
	assert_string_equal(finding.undo, "DROP INDEX CONCURRENTLY public.orders_status_created_at_idx2");
	Finding advised = of_index(arena, index_on("public", "orders")), applied = advised;
	assert_int_equal(remedy_steps(arena, &applied, site, NULL).count, 1);
	assert_string_equal(advised.indexes.items[0].name, "an_index"); /* what is on screen stays */
}

static void a_half_built_whole_is_gone_on_with(void **state) {
	static const char keys[] = "(status, created_at DESC)";
	Arena *arena = *state;
	IndexAdvice index = index_on("public", "days");
	index.partitioned = true;
	Finding finding = of_index(arena, index);
	RemedySite *site = site_of(arena, two_days, 2);
	*list_push(arena, &site->indexes) = there(arena, "days", "whole", keys, NULL, false);
	*list_push(arena, &site->indexes) = there(arena, "days_1", "one", keys, "whole", true);
	*list_push(arena, &site->indexes) = there(arena, "days_2", "two", keys, NULL, false);
	are(arena, &finding, site, "DROP INDEX CONCURRENTLY public.two\nCREATE INDEX CONCURRENTLY two ON public.days_2 (status, created_at DESC)\nALTER INDEX public.whole ATTACH PARTITION public.two");
	site->indexes.items[2] = there(arena, "days_2", "two", keys, NULL, true);
	are(arena, &finding, site, "ALTER INDEX public.whole ATTACH PARTITION public.two");
	site->indexes.items[2] = there(arena, "days_2", "two", keys, "another_whole", true); /* it serves that */
	are(arena, &finding, site, "CREATE INDEX CONCURRENTLY days_2_status_created_at_idx ON public.days_2 (status, created_at DESC)\nALTER INDEX public.whole ATTACH PARTITION public.days_2_status_created_at_idx");
	site->indexes.items[2] = there(arena, "days_2", "two", keys, "whole", true);
	are(arena, &finding, site, "public.whole is there already, and valid");
	site->indexes.items[2].valid = false;
	are(arena, &finding, site, "public.two is attached to the index of the whole, and INVALID");
}

static void a_foreign_partition_is_refused(void **state) {
	Arena *arena = *state;
	static const PartitionFacts parts[] = {{"public", "far", 'f', "public", "days"}};
	IndexAdvice index = index_on("public", "days");
	index.partitioned = true;
	Finding finding = of_index(arena, index);
	Err err = ERR_INIT;
	assert_int_equal(remedy_steps(arena, &finding, site_of(arena, parts, 1), &err).count, 0);
	assert_non_null(strstr(err.message.text, "far"));
	err_release(&err);
}

static void a_trial_builds_without_a_name_and_not_concurrently(void **state) {
	Arena *arena = *state;
	Finding finding = of_index(arena, (IndexAdvice){.schema = "s", .table = "t", .name = "i", .method = "btree", .columns = expression, .column_count = 1});
	RemedySteps steps = remedy_trial(arena, &finding, NULL);
	assert_int_equal(steps.count, 2);
	assert_string_equal(steps.items[0].sql, "CREATE INDEX ON s.t (lower(email))");
	assert_non_null(strstr(remedy_locks(&steps.items[0]), "writes to the table wait"));
	assert_string_equal(steps.items[1].sql, "ANALYZE s.t");
	const IndexAdvice both[] = {finding.indexes.items[0], {.schema = "s", .table = "u", .name = "j", .method = "gin", .columns = columns, .column_count = 1}};
	finding_set_indexes(arena, &finding, both, 2); /* that only work together */
	steps = remedy_trial(arena, &finding, NULL);
	assert_int_equal(steps.count, 3);
	assert_string_equal(steps.items[2].sql, "CREATE INDEX ON s.u USING gin (status)");
	Finding none = finding_new("sort-spill");
	Err err = ERR_INIT;
	assert_int_equal(remedy_trial(arena, &none, &err).count, 0);
	assert_true(err_is(&err));
	err_release(&err);
}

static void what_was_tried_is_measured_unless_it_could_not_be_seen(void **state) {
	Arena *arena = *state;
	Finding finding = of_index(arena, index_on("public", "orders"));
	finding.basis = BASIS_HYPOTHETICAL;
	const Tried unseen = {.unseen = true, .ms = {10, NAN}, .build_ms = 5, .bytes = 8192};
	finding_try(&finding, &unseen);
	assert_int_equal(finding.basis, BASIS_HYPOTHETICAL);
	assert_non_null(strstr(say_tried(arena, &finding), "indcheckxmin"));
	const Tried tried = {.ms = {400, 4}, .blocks = {4000, 4}, .cost = {900, 9}, .build_ms = 1200, .bytes = 8192};
	finding_try(&finding, &tried);
	assert_int_equal(finding.basis, BASIS_MEASURED);
	assert_true(finding.saves_ms == 396 && finding.saves_share == 0.99 && finding.index_bytes == 8192);
	assert_string_equal(say_tried(arena, &finding), "400 ms → 4 ms · 4000 → 4 buffers · built in 1.2 s, 8.0 kB, rolled back");
	const Tried worse = {.ms = {4, 400}, .build_ms = 1, .bytes = 8192};
	finding_try(&finding, &worse);
	assert_true(finding.saves_ms == 0 && finding.severity == SEVERITY_INFO);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_rules_write_is_known_by_its_words, begin, end),
		cmocka_unit_test_setup_teardown(all_else_is_text_to_read, begin, end),
		cmocka_unit_test_setup_teardown(an_index_is_built_concurrently, begin, end),
		cmocka_unit_test_setup_teardown(an_extension_comes_first_and_an_expression_is_analyzed, begin, end),
		cmocka_unit_test_setup_teardown(a_rewrite_beside_an_index_is_never_a_step, begin, end),
		cmocka_unit_test_setup_teardown(an_index_without_a_schema_is_refused, begin, end),
		cmocka_unit_test_setup_teardown(partitions_are_built_first_and_attached_from_below, begin, end),
		cmocka_unit_test_setup_teardown(partitions_with_long_names_get_indexes_of_their_own, begin, end),
		cmocka_unit_test_setup_teardown(an_index_that_is_there_is_not_built_again, begin, end),
		cmocka_unit_test_setup_teardown(what_is_left_invalid_makes_way, begin, end),
		cmocka_unit_test_setup_teardown(a_name_that_is_taken_is_gone_round, begin, end),
		cmocka_unit_test_setup_teardown(a_half_built_whole_is_gone_on_with, begin, end),
		cmocka_unit_test_setup_teardown(a_foreign_partition_is_refused, begin, end),
		cmocka_unit_test_setup_teardown(a_trial_builds_without_a_name_and_not_concurrently, begin, end),
		cmocka_unit_test_setup_teardown(what_was_tried_is_measured_unless_it_could_not_be_seen, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
