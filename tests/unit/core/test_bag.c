/* test_bag.c: the same rows in whatever order balance, anything else does not. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "core/bag.h"

static RowHash hash_of(const char *one, const char *other) {
	RowHash hash = {0};
	row_hash_add(&hash, one, one ? strlen(one) : 0);
	row_hash_add(&hash, other, other ? strlen(other) : 0);
	return hash;
}

static void add(Bag *bag, int side, const char *value) {
	Str *words = bag_add(bag, side, hash_of(value, NULL));
	if (words) str_add(words, value);
}

static void add_number(Bag *bag, int side, int number) {
	char text[16];
	snprintf(text, sizeof text, "%d", number);
	add(bag, side, text);
}

static bool same(RowHash one, RowHash other) {
	return one.low == other.low && one.high == other.high;
}

static void rows_are_told_apart_by_their_values(void **unused) {
	(void)unused;
	assert_true(same(hash_of("a", "bc"), hash_of("a", "bc")));
	static const char *const pairs[][2] = {{"a", "bc"}, {"ab", "c"}, {"", NULL}, {NULL, ""}, {NULL, NULL}, {"", ""}, {"bc", "a"}, {"12345678", "9"}, {"123456789", ""}, {"a", "bc\1"}};
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		for (size_t k = 0; k < i; k++) assert_false(same(hash_of(pairs[i][0], pairs[i][1]), hash_of(pairs[k][0], pairs[k][1])));
	RowHash short_one = {0}, long_one = {0};
	row_hash_add(&short_one, "a", 1);
	row_hash_add(&long_one, "a\0", 2);
	assert_false(same(short_one, long_one));
}

static void the_same_rows_balance_in_any_order(void **unused) {
	(void)unused;
	Bag *bag = bag_new();
	for (int i = 0; i < 100000; i++) {
		add_number(bag, 0, i % 50000);
		add_number(bag, 1, 99999 - i < 50000 ? 99999 - i : 49999 - i);
	}
	assert_true(bag_balanced(bag));
	bag_free(bag);
}

static void a_row_more_or_less_often_is_noticed_and_named(void **unused) {
	(void)unused;
	Bag *bag = bag_new();
	static const char *const one[] = {"x", "a", "b", "b", "c"}, *const other[] = {"c", "b", "a", "a", "x"};
	for (size_t i = 0; i < 5; i++) {
		add(bag, 0, one[i]);
		add(bag, 1, other[i]);
	}
	assert_false(bag_balanced(bag));
	assert_string_equal(bag_lone(bag, 0), "b");
	assert_string_equal(bag_lone(bag, 1), "a");
	bag_free(bag);
}

static void one_side_may_have_nothing(void **unused) {
	(void)unused;
	Bag *bag = bag_new();
	assert_true(bag_balanced(bag));
	assert_null(bag_lone(bag, 0));
	add(bag, 1, "only here");
	add(bag, 1, "and here");
	assert_false(bag_balanced(bag));
	assert_null(bag_lone(bag, 0));
	assert_string_equal(bag_lone(bag, 1), "only here"); /* the first */
	bag_free(bag);
}

static void of_too_many_rows_without_their_like_none_is_named_but_all_are_judged(void **unused) {
	(void)unused;
	enum { MANY = 3 * BAG_KEEPS };
	for (int missing = 0; missing < 2; missing++) {
		Bag *bag = bag_new();
		for (int i = 0; i < MANY; i++) add_number(bag, 0, i);
		for (int i = MANY; i-- > missing;) add_number(bag, 1, i);
		if (missing) add_number(bag, 1, 1);
		assert_int_equal(bag_balanced(bag), !missing);
		assert_null(bag_lone(bag, 0));
		bag_free(bag);
	}
}

/* Rows come and go through the table in a window, far more than it holds. */
static void what_found_its_like_makes_room(void **unused) {
	(void)unused;
	enum { WINDOW = BAG_KEEPS - 10, ALL = 10 * BAG_KEEPS };
	Bag *bag = bag_new();
	for (int i = 0; i < ALL + WINDOW; i++) {
		if (i < ALL) add_number(bag, 0, i);
		if (i >= WINDOW) add_number(bag, 1, i - WINDOW == 777 ? -1 : i - WINDOW);
	}
	assert_false(bag_balanced(bag));
	assert_string_equal(bag_lone(bag, 0), "777");
	assert_string_equal(bag_lone(bag, 1), "-1");
	bag_free(bag);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_told_apart_by_their_values),
		cmocka_unit_test(the_same_rows_balance_in_any_order),
		cmocka_unit_test(a_row_more_or_less_often_is_noticed_and_named),
		cmocka_unit_test(one_side_may_have_nothing),
		cmocka_unit_test(of_too_many_rows_without_their_like_none_is_named_but_all_are_judged),
		cmocka_unit_test(what_found_its_like_makes_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
