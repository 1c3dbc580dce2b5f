/* test_format.c: figures as people read them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/format.h"

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

typedef struct Case {
	double value;
	const char *text;
} Case;

#define EACH_IS(format_it, ...)                                                                          \
	do {                                                                                             \
		const Case cases[] = {__VA_ARGS__};                                                      \
		for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {                              \
			const double value = cases[i].value;                                             \
			const char *text = (format_it);                                                  \
			if (strcmp(text, cases[i].text) != 0) printf("%.17g: ", value);                  \
			assert_string_equal(text, cases[i].text);                                        \
		}                                                                                        \
	} while (0)

static void counts_have_at_most_three_figures(void **state) {
	(void)state;
	EACH_IS(format_unit(arena, UNIT_COUNT, value), {0, "0"}, {0.12, "0.12"}, {0.5, "0.5"}, {1, "1"}, {3.4, "3.4"},
	        {12.44, "12.4"}, {20, "20"}, {120, "120"}, {999, "999"}, {1000, "1.0k"}, {1234, "1.2k"}, {10896, "10.9k"},
	        {120000, "120k"}, {3.4e6, "3.4M"}, {5.6e9, "5.6G"}, {7e12, "7.0T"}, {8.1e15, "8.1P"}, {8.1e18, "8100P"});
	EACH_IS(format_rows(arena, value), {1189104, "1.2M"});
	EACH_IS(format_unit(arena, UNIT_RATE, value), {210.4, "210"}, {0.5, "0.5"});
}

static void counts_round_over_into_the_next_unit(void **state) {
	(void)state;
	EACH_IS(format_unit(arena, UNIT_COUNT, value), {0.004, "<0.01"}, {0.005, "0.01"}, {0.994, "0.99"}, {0.995, "1"},
	        {9.96, "10"}, {99.94, "99.9"}, {99.95, "100"}, {999.4, "999"}, {999.5, "1.0k"}, {999.6, "1.0k"}, {99949, "99.9k"},
	        {99951, "100k"}, {999499, "999k"}, {999500, "1.0M"}, {999999999, "1.0G"});
}

static void times_change_their_unit_as_they_grow(void **state) {
	(void)state;
	EACH_IS(format_unit(arena, UNIT_MS, value), {0, "0ms"}, {0.001, "<0.01ms"}, {0.04, "0.04ms"}, {3.2, "3.2ms"},
	        {38, "38ms"}, {462, "462ms"}, {999.4, "999ms"}, {999.6, "1.0s"}, {1200, "1.2s"}, {59940, "59.9s"}, {59990, "1m00s"},
	        {60000, "1m00s"}, {192000, "3m12s"}, {3599400, "59m59s"}, {3599600, "1h00m"}, {14700000, "4h05m"},
	        {86399000, "23h59m"}, {86400000, "1d00h"}, {86400000 * 2.5, "2d12h"}, {86400000 * 12.9, "12d"});
}

static void bytes_go_by_1024(void **state) {
	(void)state;
	EACH_IS(format_unit(arena, UNIT_BYTES, value), {0, "0"}, {0.3, "1B"}, {1, "1B"}, {12.5, "13B"}, {512, "512B"}, {1023, "1023B"},
	        {1023.6, "1.0kB"}, {8192, "8.0kB"}, {1023.4 * 1024, "1023kB"}, {1023.6 * 1024, "1.0MB"}, {412.0 * 0x1p20, "412MB"},
	        {2.1 * 0x1p30, "2.1GB"}, {9.1 * 0x1p40, "9.1TB"}, {3 * 0x1p50, "3.0PB"});
}

static void only_all_is_a_hundred_per_cent(void **state) {
	(void)state;
	EACH_IS(format_share(arena, value), {0, "0%"}, {0.0001, "<0.1%"}, {0.0005, "0.1%"}, {0.004, "0.4%"}, {0.00949, "0.9%"},
	        {0.0097, "1%"}, {0.03, "3%"}, {0.225, "23%"}, {0.989, "99%"}, {0.992, "99.2%"}, {0.99999, "99.9%"}, {1, "100%"},
	        {1.2, "120%"});
	EACH_IS(format_unit(arena, UNIT_SHARE, value), {0.992, "99.2%"});
}

static void plain_numbers_have_three_figures_and_groups(void **state) {
	(void)state;
	EACH_IS(format_unit(arena, UNIT_NONE, value), {0, "0"}, {1, "1"}, {1.5, "1.5"}, {0.0123, "0.0123"}, {0.995, "0.995"},
	        {1.234, "1.23"}, {12.34, "12.3"}, {123.4, "123"}, {999.6, "1 000"}, {1904, "1 904"}, {12345, "12 345"},
	        {1189104, "1 189 104"}, {40711.6, "40 712"}, {1e15, "1e+15"}, {1e-9, "1e-09"}, {0.000012345, "0.0000123"});
}

static void prose_has_a_blank_before_the_unit(void **state) {
	(void)state;
	EACH_IS(format_ms(arena, value), {462, "462 ms"}, {0.4, "0.4 ms"}, {0, "0 ms"}, {0.001, "<0.01 ms"}, {1200, "1.2 s"},
	        {192000, "3m12s"});
	EACH_IS(format_bytes(arena, value), {9.4 * 0x1p20, "9.4 MB"}, {0, "0 B"}, {512, "512 B"}, {31.0 * 1024, "31.0 kB"});
}

static void ages_count_what_has_passed_in_full(void **state) {
	(void)state;
	EACH_IS(format_age(arena, value), {0, "0s"}, {0.9, "0s"}, {41, "41s"}, {59.99, "59s"}, {60, "1m00s"}, {3599.9, "59m59s"},
	        {11100, "3h05m"}, {86399, "23h59m"}, {90000, "1d01h"}, {863999, "9d23h"}, {864000, "10d"}, {12.7 * 86400, "12d"},
	        {-0.5, "0s"}, {-5, "-5s"});
}

static void numbers_are_the_shortest_that_read_back(void **state) {
	(void)state;
	EACH_IS(format_number(arena, value), {0, "0"}, {-0.0, "0"}, {1, "1"}, {-42, "-42"}, {0.1, "0.1"}, {1.5, "1.5"}, {1e14, "100000000000000"},
	        {123456789012, "123456789012"}, {1e15, "1e+15"}, {0.1 + 0.2, "0.30000000000000004"}, {1e300, "1e+300"});
	const double values[] = {M_PI, 1 / 3.0, DBL_MAX, DBL_MIN, 5e-324, 1e22, 9007199254740993.0, -2.5e-7};
	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		assert_true(strtod(format_number(arena, values[i]), NULL) == values[i]);
}

static void what_is_not_known_prints_as_nothing(void **state) {
	(void)state;
	for (Unit unit = UNIT_NONE; unit <= UNIT_RATE; unit++) {
		assert_string_equal(format_unit(arena, unit, NAN), "");
		assert_string_equal(format_unit(arena, unit, INFINITY), "inf");
		assert_string_equal(format_unit(arena, unit, -INFINITY), "-inf");
	}
	assert_string_equal(format_age(arena, NAN), "");
	assert_string_equal(format_age(arena, INFINITY), "inf");
	assert_string_equal(format_number(arena, NAN), "");
	assert_string_equal(format_number(arena, -INFINITY), "-inf");
	assert_string_equal(format_ms(arena, NAN), "");
}

static void negative_figures_keep_their_sign_and_nothing_has_none(void **state) {
	(void)state;
	EACH_IS(format_unit(arena, UNIT_COUNT, value), {-1234, "-1.2k"}, {-0.0, "0"}, {-0.5, "-0.5"});
	EACH_IS(format_unit(arena, UNIT_MS, value), {-3.2, "-3.2ms"}, {-192000, "-3m12s"});
	EACH_IS(format_unit(arena, UNIT_BYTES, value), {-8192, "-8.0kB"});
	EACH_IS(format_unit(arena, UNIT_SHARE, value), {-0.03, "-3%"});
	EACH_IS(format_unit(arena, UNIT_NONE, value), {-12345, "-12 345"});
}

/* No figure of any size breaks the form: at most eight cells, and no carry like "1000k" or "60.0s" slips through. */
static void figures_of_every_size_stay_narrow(void **state) {
	(void)state;
	static const char *const carries[] = {
	    [UNIT_COUNT] = "1000", [UNIT_MS] = "60.0s", [UNIT_BYTES] = "1024", [UNIT_SHARE] = "99.95", [UNIT_RATE] = "1000"};
	for (double value = 1e-12; value < 1e17; value *= 1.0007) {
		for (Unit unit = UNIT_COUNT; unit <= UNIT_RATE; unit++) {
			if (unit == UNIT_SHARE && value > 100) continue;
			if (unit == UNIT_MS && value > 1e13) continue;
			const char *text = format_unit(arena, unit, value);
			if (strlen(text) > 7) printf("%.17g: %s\n", value, text);
			assert_in_range(strlen(text), 1, 7);
			assert_null(strstr(text, carries[unit]));
		}
		arena_clear(arena);
	}
	assert_in_range(strlen(format_unit(arena, UNIT_COUNT, DBL_MAX)), 1, 12);
	assert_in_range(strlen(format_unit(arena, UNIT_MS, DBL_MAX)), 1, 12);
	assert_in_range(strlen(format_unit(arena, UNIT_BYTES, DBL_MAX)), 1, 12);
	assert_in_range(strlen(format_unit(arena, UNIT_SHARE, DBL_MAX)), 1, 12);
	assert_in_range(strlen(format_unit(arena, UNIT_NONE, DBL_MAX)), 1, 12);
}

static const char *first_line(const char *text, size_t cells) {
	return arena_copy_n(arena, text, format_line(text, cells));
}

static void a_line_ends_within_no_figure(void **state) {
	(void)state;
	assert_string_equal(first_line("it read 3 926 rows", 10), "it read");
	assert_string_equal(first_line("it read 1 003 926 rows", 16), "it read");
	assert_string_equal(first_line("it took 462 ms of 12.3 s", 11), "it took");
	assert_string_equal(first_line("it took 462 ms of 12.3 s", 22), "it took 462 ms of");
	assert_string_equal(first_line("an index of 9.4 MB", 16), "an index of");
	assert_string_equal(first_line("in 3 of 10", 4), "in 3");
	assert_string_equal(first_line("8192 8192", 6), "8192"); /* two numbers */
	assert_string_equal(first_line("read 5 seconds", 7), "read 5"); /* no unit of ours */
	assert_string_equal(first_line("12 345 678", 4), "12 3"); /* there is no other place */
	assert_string_equal(first_line("表意 12 ms", 6), "表意");
	assert_int_equal(format_line("表", 1), 1); /* goes on, whatever the width */
	assert_int_equal(format_line("", 10), 0);
	assert_string_equal(first_line("all of it", 9), "all of it");
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counts_have_at_most_three_figures),
	    cmocka_unit_test(counts_round_over_into_the_next_unit),
	    cmocka_unit_test(times_change_their_unit_as_they_grow),
	    cmocka_unit_test(bytes_go_by_1024),
	    cmocka_unit_test(only_all_is_a_hundred_per_cent),
	    cmocka_unit_test(plain_numbers_have_three_figures_and_groups),
	    cmocka_unit_test(prose_has_a_blank_before_the_unit),
	    cmocka_unit_test(ages_count_what_has_passed_in_full),
	    cmocka_unit_test(numbers_are_the_shortest_that_read_back),
	    cmocka_unit_test(what_is_not_known_prints_as_nothing),
	    cmocka_unit_test(negative_figures_keep_their_sign_and_nothing_has_none),
	    cmocka_unit_test(figures_of_every_size_stay_narrow),
	    cmocka_unit_test(a_line_ends_within_no_figure),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
