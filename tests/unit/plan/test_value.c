/* test_value.c: figures and texts of values. */
#include "plan_of.h"

#include <stdlib.h>

#include "plan/value.h"

static PlanValue *number(Arena *arena, const char *digits) {
	return value_new_number(arena, "n", digits, strlen(digits));
}

static void digits_are_kept_as_written(void **state) {
	PlanValue *rows = number(*state, "10.00");
	assert_int_equal(rows->kind, PLAN_REAL);
	assert_string_equal(value_text(rows), "10.00");
	assert_near(value_real(rows), 10);
}

static void integers_are_exact_to_64_bits(void **state) {
	PlanValue *id = number(*state, "-9223372036854775808");
	assert_int_equal(id->kind, PLAN_INT);
	assert_true(id->integer == INT64_MIN);
	PlanValue *larger = number(*state, "9223372036854775808");
	assert_int_equal(larger->kind, PLAN_REAL);
	assert_about(value_real(larger), 9223372036854775808.0, 1);
}

/* Every figure has to come out as strtod has it, whatever way it went. */
static void figures_are_as_exact_as_strtod(void **state) {
	static const char *const digits[] = {"0.1", "-0.1", "123456.789", "0.000001", "99999999999999.9", "9007199254740993.5", "1e-7", "2.5E+10",
	                                     "0.30000000000000004", "123456789012345678901234567890", "1e308", "5e-324"};
	for (size_t i = 0; i < sizeof digits / sizeof *digits; i++) {
		double wanted = strtod(digits[i], NULL), is = value_real(number(*state, digits[i]));
		assert_memory_equal(&is, &wanted, sizeof is);
	}
}

static void a_text_that_is_a_number_has_a_figure(void **state) {
	PlanValue *value = value_new(*state, PLAN_TEXT, "n");
	value->text = "12.5";
	assert_near(value_real(value), 12.5);
	value->text = "12.5 kB";
	assert_true(isnan(value_real(value)));
	value->text = "";
	assert_true(isnan(value_real(value)));
	value->text = "-";
	assert_true(isnan(value_real(value)));
	assert_true(isnan(value_real(NULL)));
}

static void lists_and_null_have_no_text(void **state) {
	assert_null(value_text(value_new(*state, PLAN_LIST, NULL)));
	assert_null(value_text(value_new(*state, PLAN_NULL, NULL)));
	assert_null(value_text(NULL));
	PlanValue *flag = value_new(*state, PLAN_BOOL, NULL);
	flag->boolean = true;
	assert_string_equal(value_text(flag), "true");
}

static void a_taken_member_leaves_the_others(void **state) {
	PlanValue *object = value_new(*state, PLAN_OBJECT, NULL);
	const char *const names[] = {"a", "b", "c"};
	for (size_t i = 0; i < 3; i++) value_append(object, value_new(*state, PLAN_NULL, names[i]));
	assert_string_equal(value_take(object, "c")->name, "c");
	assert_string_equal(object->members.last->name, "b");
	assert_string_equal(value_take(object, "a")->name, "a");
	assert_null(value_take(object, "a"));
	value_append(object, value_new(*state, PLAN_NULL, "d"));
	assert_string_equal(object->members.first->next->name, "d");
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    arena_test(digits_are_kept_as_written),
	    arena_test(integers_are_exact_to_64_bits),
	    arena_test(figures_are_as_exact_as_strtod),
	    arena_test(a_text_that_is_a_number_has_a_figure),
	    arena_test(lists_and_null_have_no_text),
	    arena_test(a_taken_member_leaves_the_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
