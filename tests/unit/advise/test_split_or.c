/* test_split_or.c: x OR y as two halves, in the user's own text; nothing where it is not plain what belongs to what. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/split_or.h"
#include "facts_file.h"

static int begin(void **state) {
	*state = arena_new();
	return 0;
}

static int end(void **state) {
	arena_free(*state);
	return 0;
}

static const char *halves(Arena *arena, const char *text) {
	return split_or(arena, statement_parse(arena, text), NULL);
}

static void both_halves_keep_the_words_of_the_statement(void **state) {
	assert_string_equal(halves(*state, "select  a from t where x=1 OR y = 'or'"),
	                    "select  a from t where (x=1)\nUNION ALL\nselect  a from t where (y = 'or') AND (x=1) IS NOT TRUE");
	assert_string_equal(halves(*state, "select a from t join u on (t.x = u.x or t.y = u.y) and t.z > 1 where u.w"),
	                    "select a from t join u on (t.x = u.x) and t.z > 1 where u.w\nUNION ALL\n"
	                    "select a from t join u on (t.y = u.y) AND (t.x = u.x) IS NOT TRUE and t.z > 1 where u.w");
	assert_string_equal(halves(*state, "select a from t join u on t.x = u.x or u.y join v using (z)"),
	                    "select a from t join u on (t.x = u.x) join v using (z)\nUNION ALL\n"
	                    "select a from t join u on (u.y) AND (t.x = u.x) IS NOT TRUE join v using (z)");
	assert_string_equal(halves(*state, "select a from t where z and (x or left(y, 1) = 'a')"),
	                    "select a from t where z and (x)\nUNION ALL\nselect a from t where z and (left(y, 1) = 'a') AND (x) IS NOT TRUE");
}

static void what_is_not_plain_stays(void **state) {
	static const char *const texts[] = {
	    "",
	    "select a from t where x",
	    "select a from t where x or y or z",
	    "select a from t where not (x or y)",
	    "select a from t where z and not (x or y)",
	    "select a from t where (x or y) is null",
	    "select a from t where not (z and (x or y))",
	    "select a from t where f(x or y)",
	    "select a or b from t",
	    "select (a or b) from t",
	    "select a from t where case when x or y then z end",
	    "select a from t where x -- why\n or y",
	    "select a from t where x or y order by a",
	    "select a from t where x or y limit 3",
	    "select a from t where x or y for update",
	    "select distinct a from t where x or y",
	    "select count(*) from t where x or y",
	    "select a from t where x or y group by a",
	    "select a, rank() over (order by b) from t where x or y",
	    "select a from t where x or y union select 1",
	    "select a from t left join u on x or y",
	    "select a from t where exists (select 1 from u where x or y)",
	    "select a, random() from t where x or y",
	    "update t set a = 1 where x or y",
	    "select a from t where x or",
	    "select a from t where (x or y",
	    "or",
	    "where or or",
	    "select a from t where x \x1b or \xff y",
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const char *rewrite = halves(*state, texts[i]);
		if (rewrite) fail_msg("%s became\n%s", texts[i], rewrite);
	}
}

static void a_volatile_function_of_the_users_is_not_called_twice(void **state) {
	const char *text = "select a from t where x or y = pick(a)";
	const Facts *drawn = facts_parse(*state, "[public.t]\nfunction pick = volatile\n"), *same = facts_parse(*state, "[public.t]\nfunction pick = stable\n");
	assert_null(split_or(*state, statement_parse(*state, text), drawn));
	assert_non_null(split_or(*state, statement_parse(*state, text), same));
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(both_halves_keep_the_words_of_the_statement, begin, end),
	    cmocka_unit_test_setup_teardown(what_is_not_plain_stays, begin, end),
	    cmocka_unit_test_setup_teardown(a_volatile_function_of_the_users_is_not_called_twice, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
