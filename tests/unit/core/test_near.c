/* test_near.c: the word that may be meant by one with a slip in it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/near.h"

static const char *const names[] = {"before", "after", "after-index", "ok", ""};
enum { COUNT = sizeof names / sizeof *names };

static void a_slip_leads_to_the_word_meant(void **state) {
	(void)state;
	static const char *const slips[][2] = {
		{"befor", "before"}, {"befroe", "before"}, {"beforre", "before"}, {"BEFORE", "before"}, {"befote", "before"}, {"aftre", "after"}, {"after-indx", "after-index"}, {"ko", "ok"},
	};
	for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) assert_string_equal(near_word(slips[i][0], names, COUNT), slips[i][1]);
}

static void what_is_far_from_all_is_near_to_none(void **state) {
	(void)state;
	char *long_word = test_calloc(1, 100001);
	memset(long_word, 'a', 100000);
	assert_null(near_word("yesterday", names, COUNT));
	assert_null(near_word("xyzzy", names, COUNT));
	assert_null(near_word(long_word, names, COUNT));
	assert_null(near_word("before", NULL, 0));
	assert_null(near_word("ok", (const char *const[]){long_word}, 1));
	test_free(long_word);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slip_leads_to_the_word_meant),
		cmocka_unit_test(what_is_far_from_all_is_near_to_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
