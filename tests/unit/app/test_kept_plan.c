/* test_kept_plan.c: plans of another day come with what was known of them then, or say why it is not known. */
#include "../plan/plan_of.h"

#include "app/kept_plan.h"
#include "report/kept.h"

#define SCAN "[{\"Plan\": {\"Node Type\": \"Seq Scan\", \"Relation Name\": \"orders\", \"Schema\": \"public\", \"Alias\": \"orders\", \"Total Cost\": 100}}]"
#define FINDING "[{\"rule\":\"missing-index\",\"severity\":\"critical\",\"basis\":\"hypothetical\",\"node\":1,\"title\":\"orders is read whole\",\"remedy\":{\"kind\":\"index\"}}]"
#define SIZES "[{\"relation\":\"public.orders\",\"rows\":1200,\"table_bytes\":8192,\"index_bytes\":0,\"indexes\":[]}]"

static KeptPlan stored_plan(Arena *arena, const char *findings, const char *relations) {
	const StoredPlan stored = {.at_ms = 1763647353000, .statement = "select 1", .role = "shop", .host = "db1", .database = "shop", .server_version = 150020, .findings = findings,
	                           .relations = relations, .plan = SCAN, .plan_len = strlen(SCAN)};
	KeptPlan kept;
	Err err = ERR_INIT;
	if (!kept_plan_read(arena, &stored, &kept, &err)) fail_msg("%s", err.message.text);
	return kept;
}

static void a_stored_plan_tells_what_was_advised_then(void **state) {
	KeptPlan kept = stored_plan(*state, FINDING, SIZES);
	assert_string_equal(kept.side.server, "PostgreSQL 15.20, shop@db1/shop");
	assert_string_equal(kept.side.statement, "select 1");
	assert_int_equal(kept.side.findings->count, 1);
	assert_int_equal(kept.side.findings->items[0].basis, BASIS_HYPOTHETICAL);
	assert_true(kept.side.sizes->tables.items[0].rows == 1200);
	assert_null(kept.side.problem);
	assert_string_equal(kept_plan_basis(*state, &kept), "The advice is of then.");
	assert_string_equal(kept.place, "shop@db1/shop");
	assert_non_null(strstr(kept_plan_words(*state, &kept), "of PostgreSQL 15.20, shop@db1/shop. The advice is of then. Its table then: public.orders (~1.2k rows, 8.0 kB)."));
}

static void nobody_looked_and_nothing_to_say_are_told_apart(void **state) {
	assert_null(stored_plan(*state, "null", NULL).side.findings);
	assert_null(stored_plan(*state, NULL, NULL).side.findings);
	assert_int_equal(stored_plan(*state, "[]", "[]").side.findings->count, 0);
}

static void what_cannot_be_read_is_said(void **state) {
	static const char *const corrupt[] = {"", "[{\"rule\":\"\\u001b]0;\"}]", "[{\"rule\":", "{}", "[{\"rule\":\"missing-index\",\"node\":5,\"severity\":\"info\",\"basis\":\"estimated\"}]"};
	for (size_t i = 0; i < sizeof corrupt / sizeof *corrupt; i++) {
		KeptPlan kept = stored_plan(*state, corrupt[i], SIZES);
		assert_null(kept.side.findings);
		assert_non_null(kept.side.problem);
		assert_non_null(strstr(kept_plan_basis(*state, &kept), "What was advised then cannot be read ("));
		assert_non_null(strstr(kept_plan_words(*state, &kept), "advised anew"));
	}
	assert_non_null(stored_plan(*state, FINDING, "{}").side.problem);
}

static void a_plan_that_cannot_be_read_is_refused(void **state) {
	const StoredPlan stored = {.statement = "select 1", .plan = "[", .plan_len = 1};
	KeptPlan kept;
	Err err = ERR_INIT;
	assert_false(kept_plan_read(*state, &stored, &kept, &err));
	assert_true(err_is(&err));
	err_release(&err);
}

static void what_explain_printed_tells_nothing_more(void **state) {
	KeptPlan kept = kept_plan_of_text(*state, plan_of(*state, SCAN), SCAN, strlen(SCAN));
	assert_true(!kept.side.findings && !kept.side.sizes && !kept.side.problem && !kept.at_ms && !kept_plan_words(*state, &kept));
	assert_null(kept_plan_time(*state, &kept));
}

static void what_takes_a_server_says_how_to_get_one(void **state) {
	KeptPlan kept = stored_plan(*state, FINDING, SIZES);
	Err err = ERR_INIT;
	assert_false(kept_plan_refuse(&kept, "there is no server to change", &err));
	assert_non_null(strstr(err.message.text, ", not of now"));
	assert_string_equal(err.hint.text, "A runs its statement again, on this server.");
	kept = (KeptPlan){.side = {.plan = plan_of(*state, SCAN)}};
	err_clear(&err);
	kept_plan_refuse(&kept, "there is no server to change", &err);
	assert_string_equal(err.message.text, "this plan is out of a file: there is no server to change");
	assert_int_equal(err.hint.len, 0);
	err_release(&err);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(a_stored_plan_tells_what_was_advised_then),
		arena_test(nobody_looked_and_nothing_to_say_are_told_apart),
		arena_test(what_cannot_be_read_is_said),
		arena_test(a_plan_that_cannot_be_read_is_refused),
		arena_test(what_explain_printed_tells_nothing_more),
		arena_test(what_takes_a_server_says_how_to_get_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
