/* test_distinct_exists.c: SELECT DISTINCT over a join becomes EXISTS where nothing is returned of one side. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/distinct_exists.h"
#include "facts_file.h"

static int begin(void **state) {
	*state = arena_new();
	return 0;
}

static int end(void **state) {
	arena_free(*state);
	return 0;
}

static const char facts[] = "[public.a]\nrows = 100\ncolumn id = bigint; not null\ncolumn x = text\n"
			    "index a_pkey = CREATE UNIQUE INDEX a_pkey ON public.a USING btree (id); primary\n"
			    "[public.B]\nrows = 100\ncolumn a_id = bigint\ncolumn y = text\n";

static const char *rewritten(Arena *arena, const char *text) {
	return distinct_as_exists(arena, statement_parse(arena, text), facts_parse(arena, facts));
}

static void the_table_nothing_is_returned_of_goes_into_exists(void **state) {
	assert_string_equal(rewritten(*state, "select distinct a.x from a join \"B\" b on b.a_id = a.id where b.y = 'z' order by a.x limit 3"),
	                    "select distinct a.x from a WHERE EXISTS (SELECT FROM \"B\" b WHERE (b.a_id = a.id) AND (b.y = 'z')) order by a.x limit 3");
	assert_string_equal(rewritten(*state, "SELECT  DISTINCT x\nFROM public.\"B\", a AS k\nWHERE a_id = id AND (y IS NULL OR x > y)"),
	                    "SELECT  DISTINCT x\nFROM a AS k WHERE EXISTS (SELECT FROM public.\"B\" WHERE a_id = id AND (y IS NULL OR x > y))");
	assert_string_equal(rewritten(*state, "select distinct lower(x) from a inner join \"B\" on a_id = id"),
	                    "select distinct lower(x) from a WHERE EXISTS (SELECT FROM \"B\" WHERE a_id = id)");
	assert_string_equal(rewritten(*state, "select distinct x from a cross join \"B\""), "select distinct x from a WHERE EXISTS (SELECT FROM \"B\")");
}

static void distinct_goes_with_a_unique_key(void **state) {
	assert_string_equal(rewritten(*state, "select distinct a.x, a.id from a join \"B\" on a_id = id"),
	                    "select a.x, a.id from a WHERE EXISTS (SELECT FROM \"B\" WHERE a_id = id)");
	assert_string_equal(rewritten(*state, "select distinct a.* from a, \"B\" where a_id = id"),
	                    "select a.* from a WHERE EXISTS (SELECT FROM \"B\" WHERE a_id = id)");
}

static void other_shapes_stay(void **state) {
	static const char *const texts[] = {
	    "",
	    "select x from a join \"B\" on a_id = id",
	    "select distinct x, y from a join \"B\" on a_id = id",
	    "select distinct * from a join \"B\" on a_id = id",
	    "select distinct on (x) x from a join \"B\" on a_id = id",
	    "select distinct x from a left join \"B\" on a_id = id",
	    "select distinct x from a join \"B\" using (id)",
	    "select distinct x from a natural join \"B\"",
	    "select distinct x from a",
	    "select distinct x from a join \"B\" on a_id = id join \"B\" c on c.a_id = id",
	    "select distinct x from a, lateral (select 1) s",
	    "select distinct x from a join \"B\" (p, q) on p = id",
	    "select distinct x from a tablesample system (1), \"B\" where a_id = id",
	    "select distinct x from a join \"B\" on a_id = id -- why\nwhere y = 'z'",
	    "select distinct x, count(*) from a join \"B\" on a_id = id group by x",
	    "select distinct x, random() from a join \"B\" on a_id = id",
	    "select distinct x from a join \"B\" on a_id = id union select 'p'",
	    "select distinct x, (select 1) from a join \"B\" on a_id = id",
	    "select distinct nobody from a join c on a_id = id",
	    "select distinct x from a join \"B\" on a_id =",
	    "select distinct \x1b[2J from \xff",
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const char *rewrite = rewritten(*state, texts[i]);
		if (rewrite) fail_msg("%s became\n%s", texts[i], rewrite);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(the_table_nothing_is_returned_of_goes_into_exists, begin, end),
	    cmocka_unit_test_setup_teardown(distinct_goes_with_a_unique_key, begin, end),
	    cmocka_unit_test_setup_teardown(other_shapes_stay, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
