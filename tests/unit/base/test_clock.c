/* test_clock.c: time as the program measures it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <time.h>

#include "base/clock.h"

static void the_clocks_agree_with_each_other(void **state) {
	(void)state;
	int64_t before = clock_ms();
	double between = clock_s();
	int64_t after = clock_ms();
	assert_true((double)before <= between * 1000 + 1);
	assert_true(between * 1000 <= (double)after + 1);
	assert_true(before <= after);
}

static void the_wall_clock_counts_from_1970(void **state) {
	(void)state;
	int64_t seconds = (int64_t)time(NULL), wall = clock_wall_ms();
	assert_in_range(wall / 1000, seconds - 1, seconds + 2);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_clocks_agree_with_each_other),
	    cmocka_unit_test(the_wall_clock_counts_from_1970),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
