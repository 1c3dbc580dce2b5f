/* test_json.c: plans and their findings as JSON: the contract scripts rely on. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>

#include "advise/tried.h"
#include "plan/json.h"
#include "report/json.h"

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

static const char measured[] =
    "[{\"Plan\": {\"Node Type\": \"Limit\", \"Parallel Aware\": false, \"Startup Cost\": 40700.00, \"Total Cost\": 40712.00, \"Plan Rows\": 20,"
    " \"Plan Width\": 40, \"Actual Startup Time\": 460.001, \"Actual Total Time\": 461.500, \"Actual Rows\": 20, \"Actual Loops\": 1,"
    " \"Shared Hit Blocks\": 9007, \"Shared Read Blocks\": 31114, \"Temp Written Blocks\": 0, \"Plans\": ["
    "{\"Node Type\": \"Seq Scan\", \"Parent Relationship\": \"Outer\", \"Parallel Aware\": false, \"Relation Name\": \"orders\", \"Schema\": \"public\","
    " \"Alias\": \"o\", \"Startup Cost\": 0.00, \"Total Cost\": 40690.00, \"Plan Rows\": 1100, \"Plan Width\": 40, \"Actual Startup Time\": 0.010,"
    " \"Actual Total Time\": 455.000, \"Actual Rows\": 10896, \"Actual Loops\": 1, \"Output\": [\"id\", \"status\"], \"Filter\": \"(status = 'open')\","
    " \"Rows Removed by Filter\": 1189104, \"Shared Hit Blocks\": 9007, \"Shared Read Blocks\": 31114, \"Temp Written Blocks\": 0,"
    " \"WAL Bytes\": 9223372036854775807, \"Workers\": [{\"Worker Number\": 0, \"Nested\": {\"a\": [1, 2.5, null, true]}}]}"
    "]}, \"Planning Time\": 0.400, \"Triggers\": [], \"Execution Time\": 462.000, \"Query Text\": \"select 1\"}]";

static const char estimated[] =
    "[{\"Plan\": {\"Node Type\": \"Index Scan\", \"Relation Name\": \"t\", \"Alias\": \"t\", \"Index Name\": \"t_pkey\", \"Startup Cost\": 0.29,"
    " \"Total Cost\": 8.31, \"Plan Rows\": 1, \"Plan Width\": 4}}]";

static Plan *plan_of(const char *text) {
	PlanList plans = {0};
	Err err = ERR_INIT;
	if (!plan_read_json(arena, text, strlen(text), &plans, &err)) fail_msg("%s", err.message.text);
	return plans.items[0];
}

static json_t *printed(const PlanReport *reports, size_t count) {
	json_error_t error;
	const char *text = report_plans_json(arena, reports, count, false);
	json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	if (!value) fail_msg("%s in %s", error.text, text);
	assert_int_equal(text[strlen(text) - 1], '\n');
	return value;
}

static json_t *report_of(const char *text) {
	const FindingList none = {0};
	const PlanReport report = {.plan = plan_of(text), .findings = &none, .server_version = 150018};
	return printed(&report, 1);
}

static json_t *node(json_t *report, size_t i) {
	return json_array_get(json_object_get(report, "nodes"), i);
}

static void has_exactly(json_t *object, const char *const *names) {
	size_t count = 0;
	for (; names[count]; count++)
		if (!json_object_get(object, names[count])) fail_msg("%s is missing", names[count]);
	assert_int_equal(json_object_size(object), count);
}

static void is_text(json_t *object, const char *name, const char *text) {
	json_t *value = json_object_get(object, name);
	if (!text)
		assert_true(json_is_null(value));
	else
		assert_string_equal(json_string_value(value), text);
}

static void is_number(json_t *object, const char *name, double number) {
	json_t *value = json_object_get(object, name);
	assert_true(json_is_number(value));
	assert_true(json_number_value(value) == number);
}

static void is_null(json_t *object, const char *name) {
	if (!json_is_null(json_object_get(object, name))) fail_msg("%s is not null", name);
}

static void the_names_are_those_promised(void **state) {
	(void)state;
	json_t *report = report_of(measured);
	has_exactly(report, (const char *[]){"pgwhy", "statement", "server_version", "planning_ms", "execution_ms", "other_ms", "notes", "nodes",
	                                     "findings", NULL});
	has_exactly(json_object_get(report, "other_ms"), (const char *[]){"triggers", "jit", "serialization", "startup_shutdown", NULL});
	for (size_t i = 0; i < 2; i++)
		has_exactly(node(report, i),
		            (const char *[]){"id", "parent", "type", "label", "relation", "alias", "index", "rows_planned", "rows_actual", "loops",
		                             "total_ms", "self_ms", "self_share", "rows_removed", "shared_hit_blocks", "shared_read_blocks",
		                             "temp_written_blocks", "startup_cost", "total_cost", "extra", NULL});
	assert_int_equal(json_array_size(json_object_get(report, "findings")), 0);
	json_decref(report);
}

static void a_measured_node_tells_its_figures(void **state) {
	(void)state;
	json_t *report = report_of(measured), *scan = node(report, 1);
	is_text(report, "statement", "select 1");
	is_number(report, "server_version", 150018);
	is_number(report, "planning_ms", 0.4);
	is_number(report, "execution_ms", 462);
	assert_true(strlen(json_string_value(json_object_get(report, "pgwhy"))) > 0);
	is_number(node(report, 0), "parent", 0);
	is_number(scan, "id", 2);
	is_number(scan, "parent", 1);
	is_text(scan, "type", "Seq Scan");
	is_text(scan, "label", "Seq Scan");
	is_text(scan, "relation", "public.orders");
	is_text(scan, "alias", "o");
	is_text(scan, "index", NULL);
	is_number(scan, "rows_planned", 1100);
	is_number(scan, "rows_actual", 10896);
	is_number(scan, "loops", 1);
	is_number(scan, "total_ms", 455);
	is_number(scan, "self_ms", 455);
	is_number(scan, "rows_removed", 1189104);
	is_number(scan, "shared_hit_blocks", 9007);
	is_number(scan, "shared_read_blocks", 31114);
	is_number(scan, "temp_written_blocks", 0);
	is_number(scan, "startup_cost", 0);
	is_number(scan, "total_cost", 40690);
	assert_true(json_is_integer(json_object_get(scan, "rows_planned")));
	json_decref(report);
}

static void self_times_and_the_rest_make_the_execution_time(void **state) {
	(void)state;
	json_t *report = report_of(measured), *value;
	double sum = 0;
	const char *key;
	json_object_foreach(json_object_get(report, "other_ms"), key, value) sum += json_number_value(value);
	for (size_t i = 0; i < 2; i++) sum += json_number_value(json_object_get(node(report, i), "self_ms"));
	assert_true(sum > 461.9999 && sum < 462.0001);
	json_decref(report);
}

static void an_estimate_has_no_measures(void **state) {
	(void)state;
	json_t *report = report_of(estimated), *scan = node(report, 0);
	static const char *const measures[] = {"rows_actual", "loops", "total_ms", "self_ms", "self_share", "rows_removed", "shared_hit_blocks",
	                                       "shared_read_blocks", "temp_written_blocks"};
	for (size_t i = 0; i < sizeof measures / sizeof *measures; i++) is_null(scan, measures[i]);
	is_number(scan, "rows_planned", 1);
	is_number(scan, "total_cost", 8.31);
	is_text(scan, "relation", "t"); /* no schema, where the plan names none */
	is_text(scan, "index", "t_pkey");
	is_null(report, "planning_ms");
	is_null(report, "execution_ms");
	is_null(report, "statement");
	is_null(json_object_get(report, "other_ms"), "triggers");
	json_decref(report);
}

static void the_schema_of_a_function_stays_among_the_other_fields(void **state) {
	(void)state;
	json_t *report = report_of("[{\"Plan\": {\"Node Type\": \"Function Scan\", \"Function Name\": \"unnest\", \"Schema\": \"pg_catalog\", \"Alias\": \"u\","
	                           " \"Startup Cost\": 0, \"Total Cost\": 1, \"Plan Rows\": 1, \"Plan Width\": 1}}]");
	is_null(node(report, 0), "relation");
	is_text(json_object_get(node(report, 0), "extra"), "Schema", "pg_catalog");
	json_decref(report);
}

static void several_asked_for_make_a_list_even_of_one(void **state) {
	(void)state;
	const PlanReport report = {.plan = plan_of(measured)};
	json_t *list = json_loads(report_plans_json(arena, &report, 1, true), 0, NULL);
	assert_int_equal(json_array_size(list), 1);
	json_decref(list);
}

static void a_node_that_never_ran_has_zeros(void **state) {
	(void)state;
	json_t *report = report_of("[{\"Plan\": {\"Node Type\": \"Append\", \"Startup Cost\": 0, \"Total Cost\": 1, \"Plan Rows\": 1, \"Plan Width\": 1,"
	                           " \"Actual Startup Time\": 0.1, \"Actual Total Time\": 1.0, \"Actual Rows\": 0, \"Actual Loops\": 1, \"Shared Hit Blocks\": 4,"
	                           " \"Plans\": [{\"Node Type\": \"Seq Scan\", \"Relation Name\": \"t\", \"Startup Cost\": 0, \"Total Cost\": 1, \"Plan Rows\": 1,"
	                           " \"Plan Width\": 1, \"Actual Startup Time\": 0.0, \"Actual Total Time\": 0.0, \"Actual Rows\": 0, \"Actual Loops\": 0}]},"
	                           " \"Execution Time\": 1.2}]");
	json_t *scan = node(report, 1);
	static const char *const zeros[] = {"loops", "rows_actual", "total_ms", "self_ms", "self_share", "rows_removed", "shared_hit_blocks",
	                                    "temp_written_blocks"};
	for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++) is_number(scan, zeros[i], 0);
	json_decref(report);
}

static void every_other_field_stands_under_extra(void **state) {
	(void)state;
	json_t *report = report_of(measured), *extra = json_object_get(node(report, 1), "extra");
	is_text(extra, "Filter", "(status = 'open')");
	is_number(extra, "Plan Width", 40);
	is_number(extra, "Actual Startup Time", 0.01);
	assert_true(json_is_false(json_object_get(extra, "Parallel Aware")));
	assert_true(json_integer_value(json_object_get(extra, "WAL Bytes")) == INT64_MAX);
	assert_int_equal(json_array_size(json_object_get(extra, "Output")), 2);
	json_t *nested = json_object_get(json_object_get(json_array_get(json_object_get(extra, "Workers"), 0), "Nested"), "a");
	char *dump = json_dumps(nested, JSON_COMPACT);
	assert_string_equal(dump, "[1,2.5,null,true]");
	free(dump);
	assert_null(json_object_get(extra, "Plans"));
	assert_null(json_object_get(extra, "Node Type"));
	assert_null(json_object_get(extra, "Alias"));
	json_decref(report);
}

/* The last would take the place of the first. */
static void a_field_that_comes_twice_is_a_list_of_both(void **state) {
	(void)state;
	json_t *report = report_of("[{\"Plan\": {\"Node Type\": \"Sort\", \"Sort Method\": \"a\", \"Keys\": [1], \"Sort Method\": \"b\", \"Keys\": [2, 3], \"Sort Method\": null}}]");
	char *dump = json_dumps(json_object_get(node(report, 0), "extra"), JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(dump, "{\"Keys\":[1,2,3],\"Sort Method\":[\"a\",\"b\",null]}");
	free(dump);
	json_decref(report);
}

static Finding index_finding(void) {
	static const char *columns[] = {"status", "created_at DESC"}, *include[] = {"total"};
	Finding finding = finding_new("missing-index");
	finding.severity = SEVERITY_CRITICAL;
	finding.basis = BASIS_HYPOTHETICAL;
	finding.node = 2;
	finding.relation = "public.orders";
	finding.columns = columns;
	finding.column_count = 2;
	finding.title = "orders is read whole";
	finding.evidence = "1.2M rows";
	finding.because = "no index";
	finding.kind = REMEDY_INDEX;
	finding.sql = "CREATE INDEX CONCURRENTLY i ON public.orders (status, created_at DESC)";
	finding.undo = "DROP INDEX CONCURRENTLY public.i";
	finding.locks = "writes go on";
	finding.saves_ms = 455;
	finding.saves_share = 0.985;
	finding.cost_before = 40712;
	finding.cost_after = 1904;
	finding.index_bytes = 9400000;
	const IndexAdvice index = {.schema = "public", .table = "orders", .name = "i", .method = "btree", .columns = columns, .column_count = 2,
	                           .include = include, .include_count = 1, .where = "total > 0", .bytes = 9400000};
	const IndexAdvice other = {.table = "orders", .method = "brin", .columns = columns, .column_count = 1, .bytes = NAN};
	*list_push(arena, &finding.indexes) = index;
	*list_push(arena, &finding.alternatives) = other;
	*list_push(arena, &finding.forms) = (StatementForm){"first page", "select 1"};
	return finding;
}

static void a_finding_tells_all_it_knows(void **state) {
	(void)state;
	FindingList findings = {0};
	*list_push(arena, &findings) = index_finding();
	const PlanReport whole = {.plan = plan_of(measured), .findings = &findings, .statement = "given", .notes = "generic plan"};
	json_t *report = printed(&whole, 1), *finding = json_array_get(json_object_get(report, "findings"), 0);
	is_text(report, "statement", "given");
	is_text(report, "notes", "generic plan");
	is_null(report, "server_version");
	has_exactly(finding, (const char *[]){"rule", "severity", "node", "relation", "columns", "title", "evidence", "because", "remedy", "basis",
	                                      "cost_before", "cost_after", "saves_ms", "saves_share", "indexes", "index_bytes", "alternatives",
	                                      "locks", "notes", "symptoms", "proof", "tried", NULL});
	is_text(finding, "rule", "missing-index");
	is_text(finding, "severity", "critical");
	is_text(finding, "basis", "hypothetical");
	is_number(finding, "node", 2);
	is_number(finding, "cost_after", 1904);
	is_number(finding, "saves_ms", 455);
	is_number(finding, "index_bytes", 9400000);
	is_null(finding, "notes");
	json_t *remedy = json_object_get(finding, "remedy");
	has_exactly(remedy, (const char *[]){"kind", "sql", "before", "rewrite", "forms", "undo", NULL});
	is_text(remedy, "kind", "index");
	is_text(remedy, "undo", "DROP INDEX CONCURRENTLY public.i");
	json_t *form = json_array_get(json_object_get(remedy, "forms"), 0);
	has_exactly(form, (const char *[]){"name", "sql", NULL});
	is_text(form, "name", "first page");
	is_text(form, "sql", "select 1");
	json_t *index = json_array_get(json_object_get(finding, "indexes"), 0);
	has_exactly(index, (const char *[]){"relation", "schema", "table", "partitioned", "name", "method", "columns", "include", "where", "bytes", NULL});
	is_text(index, "relation", "public.orders");
	assert_string_equal(json_string_value(json_array_get(json_object_get(index, "columns"), 1)), "created_at DESC");
	assert_string_equal(json_string_value(json_array_get(json_object_get(index, "include"), 0)), "total");
	is_text(index, "where", "total > 0");
	json_t *other = json_array_get(json_object_get(finding, "alternatives"), 0);
	is_text(other, "relation", "orders");
	is_null(other, "bytes");
	is_null(other, "where");
	assert_int_equal(json_array_size(json_object_get(other, "include")), 0);
	json_decref(report);
}

static void what_was_tried_is_told(void **state) {
	(void)state;
	static const Tried seen = {.ms = {462.1234567, 0.3}, .blocks = {40121, 4}, .cost = {40690.5, 8}, .build_ms = 1200, .bytes = 9400000};
	static const Tried unseen = {.unseen = true, .ms = {NAN, NAN}, .blocks = {NAN, NAN}, .cost = {NAN, NAN}, .build_ms = 1200, .bytes = 9400000};
	FindingList findings = {0};
	for (size_t i = 0; i < 3; i++) *list_push(arena, &findings) = index_finding();
	finding_try(&findings.items[0], &seen);
	finding_try(&findings.items[1], &unseen);
	const PlanReport whole = {.plan = plan_of(measured), .findings = &findings};
	json_t *report = printed(&whole, 1), *list = json_object_get(report, "findings");
	json_t *tried = json_object_get(json_array_get(list, 0), "tried");
	has_exactly(tried, (const char *[]){"seen", "before_ms", "after_ms", "before_shared_blocks", "after_shared_blocks", "cost_before", "cost_after", "build_ms", "bytes", NULL});
	is_text(json_array_get(list, 0), "basis", "measured");
	assert_true(json_is_true(json_object_get(tried, "seen")));
	is_number(tried, "before_ms", 462.123457);
	is_number(tried, "after_shared_blocks", 4);
	is_number(tried, "cost_before", 40690.5);
	is_number(tried, "bytes", 9400000);
	tried = json_object_get(json_array_get(list, 1), "tried");
	is_text(json_array_get(list, 1), "basis", "hypothetical");
	assert_true(json_is_false(json_object_get(tried, "seen")));
	is_null(tried, "before_ms");
	is_number(tried, "build_ms", 1200);
	is_null(json_array_get(list, 2), "tried");
	json_decref(report);
}

static void a_finding_of_an_estimate_has_nulls(void **state) {
	(void)state;
	FindingList findings = {0};
	Finding bare = finding_new("row-misestimate");
	bare.title = "x";
	*list_push(arena, &findings) = bare;
	const PlanReport whole = {.plan = plan_of(estimated), .findings = &findings};
	json_t *report = printed(&whole, 1), *finding = json_array_get(json_object_get(report, "findings"), 0);
	static const char *const unknown[] = {"relation", "evidence", "cost_before", "cost_after", "saves_ms", "saves_share", "index_bytes", "locks"};
	for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) is_null(finding, unknown[i]);
	is_number(finding, "node", 0);
	is_text(json_object_get(finding, "remedy"), "kind", "none");
	is_null(json_object_get(finding, "remedy"), "sql");
	json_decref(report);
}

static void several_plans_are_an_array(void **state) {
	(void)state;
	const PlanReport two[] = {{.plan = plan_of(measured)}, {.plan = plan_of(estimated)}};
	json_t *value = printed(two, 2);
	assert_true(json_is_array(value));
	assert_int_equal(json_array_size(value), 2);
	json_decref(value);
	value = printed(two, 1);
	assert_true(json_is_object(value));
	json_decref(value);
	value = printed(two, 0);
	assert_true(json_is_array(value));
	json_decref(value);
}

static void strangers_bytes_make_valid_json(void **state) {
	(void)state;
	json_t *report = report_of("[{\"Plan\": {\"Node Type\": \"Seq\\u001b[2J Scan\xFF\", \"Relation Name\": \"t\xC3\", \"Schema\": \"s\", \"Alias\": \"\xC2\x9b\","
	                           " \"Total Cost\": 1e400, \"Startup Cost\": 1, \"Plan Rows\": 1, \"K\xFE\": \"v\", \"Twice\": 1, \"Twice\": 2}}]");
	json_t *scan = node(report, 0), *extra = json_object_get(scan, "extra");
	is_text(scan, "type", "Seq\033[2J Scan\xEF\xBF\xBD");
	is_text(scan, "relation", "s.t\xEF\xBF\xBD");
	is_text(scan, "alias", "\xC2\x9b");
	is_null(scan, "total_cost");
	is_text(extra, "K\xEF\xBF\xBD", "v");
	assert_int_equal(json_array_size(json_object_get(extra, "Twice")), 2);
	json_decref(report);
	const FindingList none = {0};
	const PlanReport raw = {.plan = plan_of("[{\"Plan\": {\"Node Type\": \"x\xC2\x9b\\u202e\"}}]"), .findings = &none};
	const char *text = report_plans_json(arena, &raw, 1, false);
	assert_null(strstr(text, "\xC2\x9b"));
	assert_non_null(strstr(text, "\\u009B\\u202E"));
}

static void any_nesting_is_survived(void **state) {
	(void)state;
	enum { DEPTH = 20000 };
	Str text = STR_INIT;
	str_add(&text, "[{\"Plan\": {\"Node Type\": \"Result\", \"Deep\": ");
	str_add_repeat(&text, "[", DEPTH);
	str_add_repeat(&text, "]", DEPTH);
	for (int i = 0; i < 3000; i++) str_add(&text, ", \"Plans\": [{\"Node Type\": \"Result\"");
	str_add_repeat(&text, "}]", 3000);
	str_add(&text, "}}]");
	json_t *report = report_of(text.text);
	assert_int_equal(json_array_size(json_object_get(report, "nodes")), 3001);
	is_number(node(report, 3000), "parent", 3000);
	size_t depth = 0;
	json_t *at = json_object_get(json_object_get(node(report, 0), "extra"), "Deep");
	while (json_is_array(at)) at = json_array_get(at, 0), depth++;
	assert_in_range(depth, 500, 2000);
	json_decref(report);
	str_release(&text);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_names_are_those_promised),
	    cmocka_unit_test(a_measured_node_tells_its_figures),
	    cmocka_unit_test(self_times_and_the_rest_make_the_execution_time),
	    cmocka_unit_test(an_estimate_has_no_measures),
	    cmocka_unit_test(the_schema_of_a_function_stays_among_the_other_fields),
	    cmocka_unit_test(several_asked_for_make_a_list_even_of_one),
	    cmocka_unit_test(a_node_that_never_ran_has_zeros),
	    cmocka_unit_test(every_other_field_stands_under_extra),
		cmocka_unit_test(a_field_that_comes_twice_is_a_list_of_both),
	    cmocka_unit_test(a_finding_tells_all_it_knows),
	    cmocka_unit_test(what_was_tried_is_told),
	    cmocka_unit_test(a_finding_of_an_estimate_has_nulls),
	    cmocka_unit_test(several_plans_are_an_array),
	    cmocka_unit_test(strangers_bytes_make_valid_json),
	    cmocka_unit_test(any_nesting_is_survived),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
