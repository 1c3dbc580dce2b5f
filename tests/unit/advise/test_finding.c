/* test_finding.c: the SQL of advice, its severity, and the catalog behind it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/finding.h"
#include "facts_file.h"

static int begin(void **state) {
	*state = arena_new();
	return 0;
}

static int end(void **state) {
	arena_free(*state);
	return 0;
}

static IndexAdvice whole_index(void) {
	static const char *columns[] = {"status", "created_at DESC", "lower(email)"}, *include[] = {"total"};
	return (IndexAdvice){.schema = "public", .table = "orders", .name = "orders_idx", .method = "btree", .columns = columns, .column_count = 3,
	                     .include = include, .include_count = 1, .where = "NOT paid", .bytes = 8192};
}

static void create_and_drop_are_complete_statements(void **state) {
	IndexAdvice index = whole_index();
	assert_string_equal(index_create_sql(*state, &index), "CREATE INDEX CONCURRENTLY orders_idx ON public.orders (status, created_at DESC, lower(email)) "
	                                                      "INCLUDE (total) WHERE NOT paid");
	assert_string_equal(index_drop_sql(*state, &index), "DROP INDEX CONCURRENTLY public.orders_idx");
	assert_string_equal(index_pretend_sql(*state, &index), "CREATE INDEX orders_idx ON public.orders (status, created_at DESC, lower(email)) INCLUDE (total) "
	                                                       "WHERE NOT paid");
}

static void hostile_names_are_quoted(void **state) {
	static const char *columns[] = {"\"a\"\"b\""};
	IndexAdvice index = {.schema = "My Schema", .table = "or\"ders; DROP TABLE x", .name = "select", .method = "gin", .columns = columns, .column_count = 1};
	assert_string_equal(index_create_sql(*state, &index),
	                    "CREATE INDEX CONCURRENTLY \"select\" ON \"My Schema\".\"or\"\"ders; DROP TABLE x\" USING gin (\"a\"\"b\")");
	assert_string_equal(index_drop_sql(*state, &index), "DROP INDEX CONCURRENTLY \"My Schema\".\"select\"");
}

static void partitioned_tables_refuse_concurrently(void **state) {
	IndexAdvice index = whole_index();
	index.partitioned = true;
	assert_null(strstr(index_create_sql(*state, &index), "CONCURRENTLY"));
	assert_null(strstr(index_drop_sql(*state, &index), "CONCURRENTLY"));
	Finding finding = finding_new("x");
	finding_set_indexes(*state, &finding, &index, 1);
	assert_non_null(strstr(finding.locks, "ATTACH PARTITION"));
}

static void several_indexes_are_separated_by_semicolons(void **state) {
	IndexAdvice two[] = {whole_index(), whole_index()};
	two[1].name = "second";
	Finding finding = finding_new("x");
	finding.rewrite = "select 1";
	finding_set_indexes(*state, &finding, two, 2);
	const char *second = strstr(finding.sql, ";\nCREATE INDEX CONCURRENTLY second ON");
	assert_non_null(second);
	assert_string_equal(finding.sql + strlen(finding.sql) - strlen(";\nselect 1"), ";\nselect 1");
	assert_non_null(strstr(finding.undo, ";\nDROP INDEX CONCURRENTLY public.second"));
	assert_true(finding.index_bytes == 2 * 8192);
	assert_string_equal(finding.relation, "public.orders");
	finding_set_indexes(*state, &finding, NULL, 0);
	assert_string_equal(finding.sql, "select 1");
	assert_null(finding.undo);
	assert_true(isnan(finding.index_bytes));
}

static void indexes_are_the_same_whatever_they_are_called(void **state) {
	(void)state;
	IndexAdvice one = whole_index(), other = whole_index();
	other.name = "other";
	assert_true(index_same(&one, &other));
	other.where = NULL;
	assert_false(index_same(&one, &other));
	other = whole_index();
	other.column_count = 2;
	assert_false(index_same(&one, &other));
	other = whole_index();
	other.include_count = 0;
	assert_false(index_same(&one, &other));
}

static void severity_needs_share_and_time(void **state) {
	(void)state;
	static const struct { double share, ms; Severity expected; } cases[] = {
	    {0.5, 100, SEVERITY_CRITICAL}, {0.5, 99, SEVERITY_WARNING}, {0.49, 1000, SEVERITY_WARNING}, {0.1, 1, SEVERITY_WARNING},
	    {0.09, 500, SEVERITY_INFO},    {0.9, 0.9, SEVERITY_INFO},   {NAN, NAN, SEVERITY_INFO},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(finding_severity(cases[i].share, cases[i].ms, true), cases[i].expected);
		assert_int_equal(finding_severity(cases[i].share, cases[i].ms, false), SEVERITY_INFO);
	}
	assert_int_equal(finding_severity(0.5, NAN, true), SEVERITY_CRITICAL);
	assert_int_equal(finding_severity(0.2, NAN, true), SEVERITY_WARNING);
	assert_int_equal(finding_severity(0.05, NAN, true), SEVERITY_INFO);
}

static void savings_are_what_vanishes_of_what_was_measured(void **state) {
	(void)state;
	PlanNode root = {.total_cost = 1000, .measure.total_ms = 200};
	Plan run = {.root = &root, .analyzed = true, .timed = true, .execution_ms = 200}, planned = {.root = &root};
	Finding finding = finding_new("x");
	finding_weigh(&run, &finding, 150, 900, 0.2);
	assert_true(fabs(finding.saves_ms - 120) < 1e-9 && fabs(finding.saves_share - 0.6) < 1e-9);
	finding_weigh(&run, &finding, 500, 900, -1); /* never more than the statement took */
	assert_true(finding.saves_ms == 200);
	finding_weigh(&run, &finding, 150, 900, 1.7); /* an index that would cost more saves nothing */
	assert_true(finding.saves_ms == 0);
	Finding estimate = finding_new("x");
	finding_weigh(&planned, &estimate, NAN, 900, 0.5);
	assert_true(isnan(estimate.saves_ms) && fabs(estimate.saves_share - 0.45) < 1e-9);
}

static void tables_are_found_by_schema_or_when_the_name_is_unique(void **state) {
	Facts *facts = facts_parse(*state, "[a.t]\nrows = 1\n[b.t]\nrows = 2\n[b.u]\nrows = 3\n");
	assert_true(table_facts(facts, "b", "t")->rows == 2);
	assert_true(table_facts(facts, NULL, "u")->rows == 3);
	assert_null(table_facts(facts, NULL, "t"));
	assert_null(table_facts(facts, "c", "t"));
	assert_null(table_facts(NULL, NULL, "t"));
	assert_null(column_facts(NULL, "x"));
	assert_null(column_facts(table_facts(facts, "b", "u"), "x"));
}

static void foreign_keys_are_found_by_name_when_it_is_clear_which(void **state) {
	Arena *arena = *state;
	const Facts *facts = facts_parse(arena, "[public.orders]\nforeign key owner = customer_id, shop; refers customers\n"
	                                        "[public.pets]\nforeign key owner = person; refers persons; indexed\n");
	assert_null(foreign_key_facts(facts, "owner", NULL));
	assert_string_equal(foreign_key_facts(facts, "owner", "customers")->columns[1], "shop");
	assert_true(foreign_key_facts(facts, "owner", "persons")->indexed);
	assert_null(foreign_key_facts(facts, "none", NULL));
	assert_null(foreign_key_facts(facts, NULL, NULL));
	assert_null(foreign_key_facts(NULL, "owner", NULL));
}

static void the_unique_key_is_never_null(void **state) {
	Arena *arena = *state;
	Facts *facts = facts_parse(arena, "[p.t]\ncolumn a = int; not null\ncolumn b = int\ncolumn C d = int; not null\n"
	                                  "index t_b = CREATE UNIQUE INDEX t_b ON p.t USING btree (b)\n"
	                                  "index t_part = CREATE UNIQUE INDEX t_part ON p.t USING btree (a) WHERE (b > 0)\n"
	                                  "index t_bad = CREATE UNIQUE INDEX t_bad ON p.t USING btree (a); invalid\n"
	                                  "index t_two = CREATE UNIQUE INDEX t_two ON p.t USING btree (a, \"C d\")\n"
	                                  "[p.u]\ncolumn b = int\nindex u_b = CREATE UNIQUE INDEX u_b ON p.u USING btree (b)\n");
	assert_string_equal(table_unique_key(arena, table_facts(facts, "p", "t"))->name, "t_two");
	assert_null(table_unique_key(arena, table_facts(facts, "p", "u")));
	assert_null(table_unique_key(arena, NULL));
}

static void every_word_has_a_name(void **state) {
	(void)state;
	assert_string_equal(severity_name(SEVERITY_CRITICAL), "critical");
	assert_string_equal(basis_name(BASIS_HYPOTHETICAL), "hypothetical");
	assert_string_equal(remedy_kind_name(REMEDY_DROP_INDEX), "drop-index");
	assert_string_equal(remedy_kind_name(REMEDY_NONE), "none");
	assert_string_equal(remedy_kind_name(REMEDY_SCHEMA), "schema");
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(create_and_drop_are_complete_statements, begin, end),
	    cmocka_unit_test_setup_teardown(hostile_names_are_quoted, begin, end),
	    cmocka_unit_test_setup_teardown(partitioned_tables_refuse_concurrently, begin, end),
	    cmocka_unit_test_setup_teardown(several_indexes_are_separated_by_semicolons, begin, end),
	    cmocka_unit_test_setup_teardown(indexes_are_the_same_whatever_they_are_called, begin, end),
	    cmocka_unit_test_setup_teardown(severity_needs_share_and_time, begin, end),
	    cmocka_unit_test_setup_teardown(savings_are_what_vanishes_of_what_was_measured, begin, end),
	    cmocka_unit_test_setup_teardown(tables_are_found_by_schema_or_when_the_name_is_unique, begin, end),
	    cmocka_unit_test_setup_teardown(foreign_keys_are_found_by_name_when_it_is_clear_which, begin, end),
	    cmocka_unit_test_setup_teardown(the_unique_key_is_never_null, begin, end),
	    cmocka_unit_test_setup_teardown(every_word_has_a_name, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
