/* test_kept.c: what is kept of a run is JSON, and a saved plan is a plan again. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <math.h>

#include "plan/json.h"
#include "plan/read.h"
#include "plan/shape.h"
#include "report/kept.h"

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

static const char sent[] =
    "[{\"Plan\": {\"Node Type\": \"Seq Scan\", \"Relation Name\": \"orders\", \"Schema\": \"public\", \"Alias\": \"o\", \"Startup Cost\": 0.00, \"Total Cost\": 40690.10,"
    " \"Plan Rows\": 1100, \"Plan Width\": 40, \"Actual Startup Time\": 0.010, \"Actual Total Time\": 455.000, \"Actual Rows\": 10896, \"Actual Loops\": 1,"
    " \"Filter\": \"(status = '\xff'::text)\", \"Shared Hit Blocks\": 9007, \"Shared Read Blocks\": 31114, \"Temp Read Blocks\": 3, \"Temp Written Blocks\": 4},"
    " \"Settings\": {\"work_mem\": \"64kB\", \"search_path\": \"\\\"a\\\\b\\\"\"}, \"Planning Time\": 0.400, \"Execution Time\": 462.000}]";

static Plan *plan_of(const char *text, size_t len) {
	PlanList plans = {0};
	Err err = ERR_INIT;
	if (!plan_read(arena, text, len, &plans, &err)) fail_msg("%s in %s", err.message.text, text);
	assert_int_equal(plans.count, 1);
	return plans.items[0];
}

static json_t *read(const char *text) {
	json_error_t error;
	json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	if (!value) fail_msg("%s in %s", error.text, text);
	return value;
}

static Facts *orders_facts(void) {
	Facts *facts = ARENA_NEW(arena, Facts);
	TableFacts *table = list_push(arena, &facts->tables);
	*table = (TableFacts){.schema = "public", .name = "orders", .rows = 1.2e6, .bytes = 9e8};
	*list_push(arena, &table->indexes) = (IndexFacts){.name = "a", .method = "btree", .definition = "CREATE INDEX a ON public.orders USING btree (id)", .valid = true, .bytes = 1e6, .scans = 7};
	*list_push(arena, &table->indexes) = (IndexFacts){.name = "b", .method = "brin", .unique = true, .primary = true, .constraint = true, .bytes = 2e6, .scans = NAN};
	*list_push(arena, &facts->tables) = (TableFacts){.schema = "public", .name = "new \"one\"", .rows = -1, .bytes = NAN};
	return facts;
}

static void settings_and_sizes_are_kept(void **state) {
	(void)state;
	assert_string_equal(report_settings_json(arena, plan_of(sent, sizeof sent - 1)), "{\"work_mem\":\"64kB\",\"search_path\":\"\\\"a\\\\b\\\"\"}");
	assert_string_equal(report_relations_json(arena, orders_facts()),
	                    "[{\"relation\":\"public.orders\",\"schema\":\"public\",\"table\":\"orders\",\"rows\":1200000,\"table_bytes\":900000000,\"index_bytes\":3000000,"
	                    "\"indexes\":[{\"name\":\"a\",\"method\":\"btree\",\"definition\":\"CREATE INDEX a ON public.orders USING btree (id)\",\"valid\":true,\"unique\":false,"
	                    "\"primary\":false,\"constraint\":false,\"bytes\":1000000,\"scans\":7},"
	                    "{\"name\":\"b\",\"method\":\"brin\",\"definition\":null,\"valid\":false,\"unique\":true,\"primary\":true,\"constraint\":true,\"bytes\":2000000,\"scans\":null}]},"
	                    "{\"relation\":\"public.new \\\"one\\\"\",\"schema\":\"public\",\"table\":\"new \\\"one\\\"\",\"rows\":null,\"table_bytes\":null,\"index_bytes\":0,\"indexes\":[]}]");
	assert_string_equal(report_relations_json(arena, NULL), "[]");
	assert_string_equal(report_findings_json(arena, NULL), "null");
	assert_string_equal(report_findings_json(arena, &(FindingList){0}), "[]");
}

static void sizes_are_read_as_written(void **state) {
	(void)state;
	KeptAdvice kept;
	Plan *plan = plan_of(sent, sizeof sent - 1);
	const char *json = report_relations_json(arena, orders_facts());
	assert_true(report_kept_read(arena, NULL, json, plan, &kept, NULL));
	assert_null(kept.findings);
	assert_string_equal(report_relations_json(arena, kept.relations), json);
	assert_true(kept.relations->tables.items[1].rows == -1 && isnan(kept.relations->tables.items[1].bytes));
	/* An older pgwhy kept no indexes, and "none" is another thing. */
	static const char older[] = "[{\"relation\":\"public.orders\",\"rows\":5,\"table_bytes\":8192,\"index_bytes\":16384}]";
	assert_true(report_kept_read(arena, "null", older, plan, &kept, NULL));
	assert_string_equal(kept.relations->tables.items[0].name, "orders");
	assert_true(kept.relations->tables.items[0].indexes_unknown && isnan(table_index_bytes(&kept.relations->tables.items[0])));
	assert_true(report_kept_read(arena, NULL, NULL, plan, &kept, NULL));
	assert_null(kept.relations);
}

static void sizes_that_cannot_be_meant_are_refused(void **state) {
	(void)state;
	static const char *const wrong[] = {"{}", "7", "[7]", "[{\"relation\":\"orders\"}]", "[{\"relation\":\"a.b\",\"rows\":\"5\"}]", "[{\"relation\":\"a.b\",\"indexes\":[{}]}]", "[{\"relation\":\"a.b\",\"indexes\":{}}]", "["};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		KeptAdvice kept;
		Err err = ERR_INIT;
		assert_false(report_kept_read(arena, "[]", wrong[i], plan_of(sent, sizeof sent - 1), &kept, &err));
		assert_int_equal(err.kind, ERR_INPUT);
		assert_null(kept.relations);
		err_release(&err);
	}
}

static void a_saved_plan_tells_what_was_advised(void **state) {
	(void)state;
	FindingList findings = {0};
	KeptAdvice kept;
	*list_push(arena, &findings) = finding_new("missing-index");
	findings.items[0].title = "orders is read whole \"Node Type\"";
	Plan *plan = plan_of(sent, sizeof sent - 1);
	SavedPlan saved = {.statement = "select 1", .fingerprint = "a1", .server_version = 150020, .plan = plan, .facts = orders_facts(), .findings = &findings, .at_s = 1763647353,
	                   .json = sent, .json_len = sizeof sent - 1};
	const char *text = report_saved_plan(arena, &saved);
	assert_true(plan_shape(plan_of(text, strlen(text))) == plan_shape(plan));
	assert_true(report_saved_read(arena, text, strlen(text), plan, &kept, NULL));
	assert_int_equal(kept.server_version, 150020);
	assert_true(kept.at_s == 1763647353);
	assert_string_equal(report_findings_json(arena, kept.findings), report_findings_json(arena, &findings));
	assert_string_equal(report_relations_json(arena, kept.relations), report_relations_json(arena, orders_facts()));
	/* What EXPLAIN printed, and a file of an older pgwhy, tell nothing. */
	assert_true(report_saved_read(arena, sent, sizeof sent - 1, plan, &kept, NULL));
	assert_null(kept.findings);
	static const char older[] = "{\"pgwhy\": \"0.0.1\", \"server_version\": null, \"plan\": []}";
	assert_true(report_saved_read(arena, older, sizeof older - 1, plan, &kept, NULL));
	assert_true(!kept.findings && !kept.relations && !kept.server_version && !kept.at_s);
	assert_false(report_saved_read(arena, text, strlen(text) / 2, plan, &kept, NULL));
}

/* Deeper than jansson reads. */
static void a_plan_of_any_depth_tells_what_was_advised(void **state) {
	(void)state;
	enum { DEPTH = 3000 };
	static const char node[] = "\"Node Type\": \"Limit\", \"Startup Cost\": 0.00, \"Total Cost\": 1.00, \"Plan Rows\": 1, \"Plan Width\": 4";
	Str json = STR_INIT;
	str_add(&json, "[{\"Plan\": ");
	for (int i = 0; i < DEPTH; i++) str_printf(&json, "{%s, \"Plans\": [", node);
	str_printf(&json, "{%s}", node);
	str_add_repeat(&json, "]}", DEPTH);
	str_add(&json, "}]");
	static const FindingList none;
	KeptAdvice kept;
	SavedPlan saved = {.statement = "select 1", .plan = plan_of(json.text, json.len), .findings = &none, .json = json.text, .json_len = json.len};
	const char *text = report_saved_plan(arena, &saved);
	assert_true(report_saved_read(arena, text, strlen(text), saved.plan, &kept, NULL));
	assert_non_null(kept.findings);
	str_release(&json);
}

static void a_saved_plan_is_json_and_a_plan_again(void **state) {
	(void)state;
	Plan *plan = plan_of(sent, sizeof sent - 1);
	SavedPlan saved = {.statement = "select '\xfe' \x1b", .fingerprint = "a1", .server_version = 150020, .plan = plan, .facts = orders_facts(), .json = sent, .json_len = sizeof sent - 1};
	const char *text = report_saved_plan(arena, &saved);
	json_t *file = read(text);
	json_t *figures = json_object_get(file, "figures");
	assert_string_equal(json_string_value(json_object_get(file, "fingerprint")), "a1");
	assert_int_equal(json_integer_value(json_object_get(file, "server_version")), 150020);
	assert_int_equal(strlen(json_string_value(json_object_get(file, "shape"))), 16);
	assert_int_equal(json_integer_value(json_object_get(figures, "shared_blocks")), 40121);
	assert_int_equal(json_integer_value(json_object_get(figures, "temp_blocks")), 7);
	assert_true(json_real_value(json_object_get(figures, "execution_ms")) == 462);
	assert_string_equal(json_string_value(json_object_get(json_object_get(file, "settings"), "work_mem")), "64kB");
	assert_int_equal(json_array_size(json_object_get(file, "relations")), 2);
	json_decref(file);
	Plan *again = plan_of(text, strlen(text));
	assert_true(plan_shape(again) == plan_shape(plan));
	assert_string_equal(again->statement, "select '\xEF\xBF\xBD' \x1b");
	assert_true(again->execution_ms == 462 && again->root->total_cost == 40690.10);
	assert_non_null(strstr(text, "\"Total Cost\": 40690.10,")); /* as it came */
	assert_string_equal(plan_setting(again, "work_mem"), "64kB");
}

static void what_was_not_measured_is_null(void **state) {
	(void)state;
	static const char planned[] = "[{\"Plan\": {\"Node Type\": \"Result\", \"Startup Cost\": 0.00, \"Total Cost\": 0.01, \"Plan Rows\": 1, \"Plan Width\": 4}}]";
	SavedPlan saved = {.statement = "select 1", .fingerprint = "a1", .plan = plan_of(planned, sizeof planned - 1), .json = planned, .json_len = sizeof planned - 1};
	json_t *file = read(report_saved_plan(arena, &saved)), *figures = json_object_get(file, "figures");
	assert_true(json_is_null(json_object_get(file, "server_version")));
	assert_true(json_is_null(json_object_get(figures, "execution_ms")) && json_is_null(json_object_get(figures, "shared_blocks")));
	assert_true(json_real_value(json_object_get(figures, "cost")) == 0.01);
	json_decref(file);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_and_sizes_are_kept),
		cmocka_unit_test(sizes_are_read_as_written),
		cmocka_unit_test(sizes_that_cannot_be_meant_are_refused),
		cmocka_unit_test(a_saved_plan_tells_what_was_advised),
		cmocka_unit_test(a_plan_of_any_depth_tells_what_was_advised),
		cmocka_unit_test(a_saved_plan_is_json_and_a_plan_again),
		cmocka_unit_test(what_was_not_measured_is_null),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
