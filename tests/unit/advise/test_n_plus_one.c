/* test_n_plus_one.c: a statement that another one's rows ask for is written for all of them at once. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/advise.h"
#include "plan/json.h"

#define LOOKUP                                                                                                                                \
	"[{\"Plan\": {\"Node Type\": \"Index Scan\", \"Relation Name\": \"items\", \"Alias\": \"items\", \"Index Cond\": \"(order_id = $1)\", " \
	"\"Total Cost\": 8.4, \"Plan Rows\": 3, \"Plan Width\": 20}}]"

static const StatementUse asked = {.calls = 31000, .rows_per_call = 3, .asker = "select id from orders where day = $1", .asker_calls = 310, .asker_rows = 31000};

static int begin(void **state) {
	*state = arena_new();
	return 0;
}

static int end(void **state) {
	arena_free(*state);
	return 0;
}

static FindingList advice_on(Arena *arena, const char *sql, const StatementUse *use) {
	PlanList plans;
	const Facts facts = {.use = use};
	assert_true(plan_read_json(arena, LOOKUP, strlen(LOOKUP), &plans, NULL));
	return advise(arena, plans.items[0], statement_parse(arena, sql), &facts, NULL);
}

static void a_lookup_for_each_row_is_asked_once(void **state) {
	FindingList findings = advice_on(*state, "select product_id from items where order_id = $1", &asked);
	assert_int_equal(findings.count, 1);
	const Finding *finding = &findings.items[0];
	assert_string_equal(finding->rule, "n-plus-one");
	assert_int_equal(finding->severity, SEVERITY_INFO);
	assert_string_equal(finding->sql, "select product_id from items where order_id = ANY ($1)");
	assert_non_null(strstr(finding->title, "31.0k rows"));
	assert_non_null(strstr(finding->evidence, "select id from orders"));
	assert_true(isnan(finding->saves_ms));
}

static void values_in_the_text_are_keys_too(void **state) {
	FindingList findings = advice_on(*state, "SELECT * FROM items i WHERE i.order_id=42 -- one", &asked);
	assert_int_equal(findings.count, 1);
	assert_non_null(strstr(findings.items[0].sql, "WHERE i.order_id = ANY ($1)"));
}

/* What it returns for many keys would be another thing, or which key it is nobody knows. */
static void what_cannot_be_asked_once_is_told_without_sql(void **state) {
	static const char *const statements[] = {
	    "select max(price) from items where order_id = $1", "select * from items where order_id = $1 order by id limit 1",
	    "select * from items where order_id = $1 and kind = $2", "select * from items where order_id > $1",
	    "select * from items where order_id = $1 for update", "select distinct kind from items where order_id = $1", "not even SQL",
	};
	for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
		FindingList findings = advice_on(*state, statements[i], &asked);
		bool writes = statement_parse(*state, statements[i])->writes;
		assert_int_equal(findings.count, writes ? 0 : 1);
		if (!writes) assert_null(findings.items[0].sql);
	}
}

static void without_somebody_who_asks_there_is_silence(void **state) {
	const StatementUse alone = {.calls = 1e6, .rows_per_call = 1};
	assert_int_equal(advice_on(*state, "select * from items where order_id = $1", &alone).count, 0);
	assert_int_equal(advice_on(*state, "select * from items where order_id = $1", NULL).count, 0);
	assert_int_equal(advice_on(*state, "update items set n = 1 where order_id = $1", &asked).count, 0);
}

static void texts_of_strangers_are_cut_between_characters(void **state) {
	Arena *arena = *state;
	StatementUse use = asked;
	char *text = arena_copy(arena, "select '\x1b[2J");
	for (int i = 0; i < 200; i++) text = arena_printf(arena, "%sé", text);
	use.asker = text;
	const Finding *finding = &advice_on(arena, "select * from items where order_id = $1", &use).items[0];
	assert_non_null(strstr(finding->evidence, "é …"));
	assert_true(strlen(finding->evidence) < 300);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_lookup_for_each_row_is_asked_once, begin, end),
	    cmocka_unit_test_setup_teardown(values_in_the_text_are_keys_too, begin, end),
	    cmocka_unit_test_setup_teardown(what_cannot_be_asked_once_is_told_without_sql, begin, end),
	    cmocka_unit_test_setup_teardown(without_somebody_who_asks_there_is_silence, begin, end),
	    cmocka_unit_test_setup_teardown(texts_of_strangers_are_cut_between_characters, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
