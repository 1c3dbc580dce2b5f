/* test_spread.c: of several runs the middle one counts, and what is no more than their own straying is no difference. */
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/spread.h"

enum { SAME_THING = 100, RUNS = 15 };
#define SPREAD(...) spread_of((const double[]){__VA_ARGS__}, sizeof((const double[]){__VA_ARGS__}) / sizeof(double))

static void the_middle_and_the_quartiles_are_found_in_any_order(void **state) {
	(void)state;
	Spread spread = SPREAD(5, 1, 4, 2, 3);
	assert_int_equal(spread.count, 5);
	assert_float_equal(spread.median, 3, 1e-6);
	assert_float_equal(spread.q1, 2, 1e-6);
	assert_float_equal(spread.q3, 4, 1e-6);
	assert_float_equal(spread.least, 1, 1e-6);
	assert_float_equal(spread.most, 5, 1e-6);
	assert_float_equal(spread_share(&spread), 0.333333f, 1e-5);
}

static void between_two_runs_the_middle_is_half_way(void **state) {
	(void)state;
	Spread spread = SPREAD(10, 20, 30, 40);
	assert_float_equal(spread.median, 25, 1e-6);
	assert_float_equal(spread.q1, 17.5, 1e-6);
	assert_float_equal(spread.q3, 32.5, 1e-6);
}

static void one_run_has_no_spread_and_none_has_nothing(void **state) {
	(void)state;
	Spread one = SPREAD(7), none = spread_of(NULL, 0), unknown = SPREAD(NAN, NAN);
	assert_float_equal(one.median, 7, 1e-6);
	assert_true(isnan(spread_share(&one)));
	assert_true(none.count == 0 && isnan(none.median) && isnan(spread_share(&none)));
	assert_true(unknown.count == 0 && isnan(unknown.most));
}

/* The upper bits of a linear congruential generator, from 0 to 1. */
static double chance(uint64_t *seed) {
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (double)(*seed >> 11) / 9007199254740992.0;
}

/* About `middle`, most of them nearer than `strays`, and now and then ten times as much. */
static Spread runs_of(double middle, double strays, uint64_t *seed) {
	double values[RUNS];
	for (size_t i = 0; i < RUNS; i++) {
		double share = (chance(seed) + chance(seed) + chance(seed) - 1.5) * 2 * strays;
		values[i] = middle * (1 + share) * (chance(seed) < 0.01 ? 10 : 1);
	}
	return spread_of(values, RUNS);
}

static void the_same_thing_a_hundred_times_is_no_change(void **state) {
	(void)state;
	uint64_t seed = 15;
	for (int i = 0; i < SAME_THING; i++) {
		Spread before = runs_of(100, 0.2, &seed), after = runs_of(100, 0.2, &seed);
		assert_int_equal(spread_compare(&before, &after), SPREAD_NOISE);
	}
}

static void a_halving_is_found_every_time(void **state) {
	(void)state;
	uint64_t seed = 16;
	for (int i = 0; i < SAME_THING; i++) {
		Spread before = runs_of(100, 0.1, &seed), after = runs_of(50, 0.1, &seed);
		assert_int_equal(spread_compare(&before, &after), SPREAD_LESS);
		assert_int_equal(spread_compare(&after, &before), SPREAD_MORE);
	}
}

static void outliers_do_not_decide(void **state) {
	(void)state;
	Spread before = SPREAD(100, 101, 99, 100, 102), hiccup = SPREAD(100, 101, 99, 5000, 100), faster = SPREAD(50, 51, 4000, 49, 50);
	assert_int_equal(spread_compare(&before, &hiccup), SPREAD_NOISE);
	assert_int_equal(spread_compare(&before, &faster), SPREAD_LESS);
	assert_float_equal(hiccup.median, 100, 1e-6);
}

static void less_than_a_tenth_is_noise_however_steady_the_runs(void **state) {
	(void)state;
	Spread before = SPREAD(100, 100, 100, 100), near = SPREAD(91, 91, 91, 91), far = SPREAD(89, 89, 89, 89), nothing = SPREAD(0, 0, 0);
	assert_int_equal(spread_compare(&before, &near), SPREAD_NOISE);
	assert_int_equal(spread_compare(&before, &far), SPREAD_LESS);
	assert_int_equal(spread_compare(&nothing, &nothing), SPREAD_NOISE);
}

static void what_strays_further_than_it_changed_is_noise(void **state) {
	(void)state;
	Spread before = SPREAD(60, 80, 100, 120, 140), after = SPREAD(40, 50, 75, 95, 120);
	assert_int_equal(spread_compare(&before, &after), SPREAD_NOISE);
}

static void what_always_takes_twice_as_long_is_no_noise(void **state) {
	(void)state;
	Spread quick = SPREAD(0.02, 0.02, 0.025), slow = SPREAD(3.7, 4.9, 7.9), twice = SPREAD(0.04, 0.9, 0.2);
	assert_int_equal(spread_compare(&quick, &slow), SPREAD_MORE); /* however these three stray */
	assert_int_equal(spread_compare(&slow, &quick), SPREAD_LESS);
	assert_int_equal(spread_compare(&quick, &twice), SPREAD_NOISE);
}

static void many_runs_tell_a_smaller_difference_than_few(void **state) {
	(void)state;
	static const double slow[] = {90, 95, 100, 105, 110}, fast[] = {75, 80, 85, 88, 90};
	double many[2][25];
	for (size_t i = 0; i < 25; i++) many[0][i] = slow[i % 5], many[1][i] = fast[i % 5];
	Spread few_slow = spread_of(slow, 5), few_fast = spread_of(fast, 5), many_slow = spread_of(many[0], 25), many_fast = spread_of(many[1], 25);
	assert_int_equal(spread_compare(&few_slow, &few_fast), SPREAD_NOISE);
	assert_int_equal(spread_compare(&many_slow, &many_fast), SPREAD_LESS);
}

static void what_takes_one_of_two_times_by_chance_is_noise_however_often_it_runs(void **state) {
	(void)state;
	double mostly_slow[51], mostly_fast[51];
	for (size_t i = 0; i < 51; i++) mostly_slow[i] = i < 23 ? 50 : 100, mostly_fast[i] = i < 28 ? 50 : 100;
	Spread slow = spread_of(mostly_slow, 51), fast = spread_of(mostly_fast, 51);
	assert_true(slow.median == 100 && fast.median == 50);
	assert_int_equal(spread_compare(&slow, &fast), SPREAD_NOISE);
}

static void two_runs_tell_nothing(void **state) {
	(void)state;
	Spread before = SPREAD(100, 100, 100), two = SPREAD(1, 1), none = spread_of(NULL, 0);
	assert_int_equal(spread_compare(&before, &two), SPREAD_TOO_FEW);
	assert_int_equal(spread_compare(&none, &before), SPREAD_TOO_FEW);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_middle_and_the_quartiles_are_found_in_any_order),
		cmocka_unit_test(between_two_runs_the_middle_is_half_way),
		cmocka_unit_test(one_run_has_no_spread_and_none_has_nothing),
		cmocka_unit_test(the_same_thing_a_hundred_times_is_no_change),
		cmocka_unit_test(a_halving_is_found_every_time),
		cmocka_unit_test(outliers_do_not_decide),
		cmocka_unit_test(less_than_a_tenth_is_noise_however_steady_the_runs),
		cmocka_unit_test(what_strays_further_than_it_changed_is_noise),
		cmocka_unit_test(what_always_takes_twice_as_long_is_no_noise),
		cmocka_unit_test(many_runs_tell_a_smaller_difference_than_few),
		cmocka_unit_test(what_takes_one_of_two_times_by_chance_is_noise_however_often_it_runs),
		cmocka_unit_test(two_runs_tell_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
