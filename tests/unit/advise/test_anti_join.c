/* test_anti_join.c: NOT IN and <> ALL of a subquery written as NOT EXISTS, in the user's own text. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/anti_join.h"

static Arena *arena;

static int begin(void **state) {
	(void)state;
	arena = arena_new();
	return 0;
}

static int finish(void **state) {
	(void)state;
	arena_free(arena);
	return 0;
}

static AntiJoin joined(const char *sql) {
	return anti_join(arena, statement_parse(arena, sql), NULL);
}

static void every_way_to_say_it_becomes_not_exists(void **state) {
	static const struct { const char *sql, *expected; size_t places, alls; } cases[] = {
	    {"select * from a where a.x NOT IN (SELECT y\nFROM b -- of b\n)", "select * from a where NOT EXISTS (SELECT FROM (SELECT y\nFROM b -- of b\n) AS excluded (value) WHERE excluded.value = a.x)", 1, 0},
	    {"select * from a where not x in (select y from b) -- c", "select * from a where NOT EXISTS (SELECT FROM (select y from b) AS excluded (value) WHERE excluded.value = x)", 1, 0},
	    {"delete from a where z and \"X\" <> all (select y from b)", "delete from a where z and NOT EXISTS (SELECT FROM (select y from b) AS excluded (value) WHERE excluded.value = \"X\")", 1, 1},
	    {"select * from a where x != all (select 1) and not x = some (select 2)",
	     "select * from a where NOT EXISTS (SELECT FROM (select 1) AS excluded (value) WHERE excluded.value = x) and "
	     "NOT EXISTS (SELECT FROM (select 2) AS excluded (value) WHERE excluded.value = x)", 2, 1},
	    /* one inside another stays: the outer one holds it */
	    {"select * from a where x not in (select y from b where y not in (select z from c))",
	     "select * from a where NOT EXISTS (SELECT FROM (select y from b where y not in (select z from c)) AS excluded (value) WHERE excluded.value = x)", 1, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AntiJoin join = joined(cases[i].sql);
		if (!join.statement) fail_msg("%s stayed", cases[i].sql);
		assert_string_equal(join.statement, cases[i].expected);
		assert_int_equal(join.places, cases[i].places);
		assert_int_equal(join.alls, cases[i].alls);
		assert_true(join.left_null && join.right_null); /* nobody knows */
	}
}

static void what_it_cannot_say_stays(void **state) {
	static const struct { const char *sql; size_t places; } cases[] = {
	    {"select * from a where x not in (1, 2)", 0},
	    {"select * from a where x in (select y from b)", 0},
	    {"select * from a where x = any (select y from b)", 0},
	    {"select * from a where not x not in (select y from b)", 0},
	    {"select x not in (select y from b) from a", 1},
	    {"select * from a where x + 1 not in (select y from b)", 1},
	    {"select * from a where (x, y) not in (select y, z from b)", 1},
	    {"select * from a where x not in (select y from b) or z", 1},
	    {"select * from a where z or x not in (select y from b)", 1},
	    {"select * from a where value not in (select y from b)", 1}, /* would be the subquery's */
	    {"select * from a where x not in (select y from excluded)", 1},
	    {"select * from a where x not in (select y from b) and 1 not in (select y from c)", 2},
	    {"select * from a where x not in (select y from b", 1},
	    {"not in (select", 1},
	    {"in (select 1)", 0},
	    {"", 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AntiJoin join = joined(cases[i].sql);
		if (join.statement) fail_msg("%s became %s", cases[i].sql, join.statement);
		if (join.places != cases[i].places) fail_msg("%s: %zu places", cases[i].sql, join.places);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(every_way_to_say_it_becomes_not_exists, begin, finish),
	    cmocka_unit_test_setup_teardown(what_it_cannot_say_stays, begin, finish),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
