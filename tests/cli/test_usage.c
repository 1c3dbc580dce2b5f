/* test_usage.c: what needs no server: help, rules, and everything that is refused before anything is done. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli.h"

static int set_up(void **state) {
	return cli_set_up(state, NULL);
}

static void the_version_is_said(void **state) {
	Ran ran = PGWHY(*state, 0, "--version");
	assert_memory_equal(ran.out, "pgwhy ", 6);
	assert_true(ran.out[6] >= '0' && ran.out[6] <= '9');
	assert_string_equal(ran.err, "");
}

static void help_has_an_overview_and_topics(void **state) {
	Ran ran = PGWHY(*state, 0, "--help");
	static const char *const topics[] = {"demo", "explain", "plan", "show", "rules", "settings", "keys", "columns", "missing-index"};
	for (size_t i = 0; i < sizeof topics / sizeof *topics; i++) {
		Ran topic = PGWHY(*state, 0, "--help", topics[i]);
		assert_true(topic.out_len > 0);
		assert_string_not_equal(topic.out, ran.out);
		assert_string_equal(topic.err, "");
	}
	assert_string_equal(PGWHY(*state, 0, "explain", "--help").out, PGWHY(*state, 0, "--help", "explain").out);
	Ran none = PGWHY(*state, 2, "--help", "nonsense");
	has(none.err, "nonsense");
	assert_string_equal(none.out, "");
}

static void help_says_what_the_exit_statuses_mean(void **state) {
	has(PGWHY(*state, 0, "--help").out, "Exit status: 0");
}

static void rules_are_listed_and_told_one_by_one(void **state) {
	Ran all = PGWHY(*state, 0, "rules");
	static const char *const ids[] = {"missing-index", "offset-pagination", "top-n-sort-index", "sort-spill", "row-misestimate", "function-on-column"};
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		has(all.out, ids[i]);
		has(PGWHY(*state, 0, "rules", ids[i]).out, ids[i]);
	}
	Ran none = PGWHY(*state, 2, "rules", "nonsense");
	has(none.err, "\"nonsense\"");
	assert_string_equal(none.out, "");
}

static void settings_are_listed_with_their_defaults(void **state) {
	Ran ran = PGWHY(*state, 0, "--help", "settings");
	has(ran.out, "statement_timeout_ms");
	has(ran.out, "[30000]");
	has(ran.out, "analyze.max_cost");
	has(ran.out, "[1e6]");
	has(ran.out, "advice.min_gain");
	has(ran.out, "[0.05]");
}

int main(int argc, char **argv) {
	(void)argc;
	cli_find_program(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_version_is_said),
		cmocka_unit_test(help_has_an_overview_and_topics),
		cmocka_unit_test(help_says_what_the_exit_statuses_mean),
		cmocka_unit_test(rules_are_listed_and_told_one_by_one),
		cmocka_unit_test(settings_are_listed_with_their_defaults),
	};
	return cmocka_run_group_tests(tests, set_up, cli_tear_down);
}
