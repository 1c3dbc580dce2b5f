/* test_counting.c: counts that ask for more than is wanted, written anew in the user's own text. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/counting.h"
#include "facts_file.h"

static const char catalog[] = "[public.orders]\nrows = 1000000\npages = 10000\n"
                              "column id = bigint; not null; distinct 1000000\n"
                              "column status = text; distinct 4; nulls 0.1\n"
                              "[public.items]\nrows = -1\npages = 0\ncolumn order_id = bigint; not null; distinct 900000\n";

static Arena *arena;
static Facts *facts;

static int begin(void **state) {
	(void)state;
	arena = arena_new();
	facts = facts_parse(arena, catalog);
	return 0;
}

static int finish(void **state) {
	(void)state;
	arena_free(arena);
	return 0;
}

typedef struct Pair {
	const char *sql, *expected; /* NULL: stays as it is */
} Pair;

static void same(const char *sql, const char *got, const char *expected) {
	if (!got && !expected) return;
	if (!got || !expected) fail_msg("%s became %s", sql, got ? got : "nothing");
	assert_string_equal(got, expected);
}

static void what_is_compared_with_none_becomes_exists(void **state) {
	static const Pair pairs[] = {
	    {"select * from orders o where (select count(*) from items i where i.order_id = o.id) > 0 and status = 'a'",
	     "select * from orders o where EXISTS (select from items i where i.order_id = o.id) and status = 'a'"},
	    {"select id, (select count(1) from items) = 0 as empty from orders", "select id, NOT EXISTS (select from items) as empty from orders"},
	    {"select 1 where 0 < (\n\tSELECT count(*) -- all\n\tFROM items -- of them\n)", "select 1 where EXISTS (\n\tSELECT FROM items -- of them\n)"},
	    {"select 1 where 1 > (select count(*) from items)", "select 1 where NOT EXISTS (select from items)"},
	    {"select case when not (select count(*) n from items) >= 1 then 2 end", "select case when not EXISTS (select from items) then 2 end"},
	    {"select (select count(*) from items) <> 0, (select count(*) from orders) <= 0",
	     "select EXISTS (select from items), NOT EXISTS (select from orders)"},
	    {"select 1 where (select count(o.id) from orders o) > 0", "select 1 where EXISTS (select from orders o)"},
	    {"select 1 where (select count(id) from orders) > 0", "select 1 where EXISTS (select from orders)"},
	    {"delete from orders where (select count(*) from items where order_id = orders.id) = 0",
	     "delete from orders where NOT EXISTS (select from items where order_id = orders.id)"},
	    {"select count(*) > 0 from orders where status = 'a'", "SELECT EXISTS (SELECT from orders where status = 'a')"},
	    {"select count(*) = 0 as none from orders -- c", "SELECT NOT EXISTS (SELECT from orders) as none"},
	    {"with x as (select 1) select count(*) >= 1 from x", "with x as (select 1) SELECT EXISTS (SELECT from x)"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		same(pairs[i].sql, counting_as_exists(arena, statement_parse(arena, pairs[i].sql), facts), pairs[i].expected);
}

static void other_counts_stay(void **state) {
	static const char *const texts[] = {
	    "select count(*) from orders",
	    "select 1 where (select count(*) from items) > 1",
	    "select 1 where (select count(*) from items) > 0.5",
	    "select 1 where (select count(*) from items) > 0 + 1",
	    "select 1 where 5 + (select count(*) from items) > 0",
	    "select 1 where 1 + 0 < (select count(*) from items)",
	    "select 1 where (select count(status) from orders) > 0", /* nulls are not counted */
	    "select 1 where (select count(distinct id) from orders) > 0",
	    "select o.id from orders o where (select count(o.id) from items) > 0", /* counts the rows outside */
	    "select 1 where (select count(o.id) from items i left join orders o on o.id = i.order_id) > 0",
	    "select 1 where (select count(*) from items group by order_id) > 0",
	    "select 1 where (select count(*) from items having count(*) > 3) > 0",
	    "select 1 where (select count(*) from items limit 0) > 0",
	    "select 1 where (select count(*) from items union all select 1) > 0",
	    "select 1 where (select count(*) filter (where order_id > 1) from items) > 0",
	    "select 1 where (select count(*) over () from items) > 0",
	    "select 1 where (select count(*)) > 0",
	    "select count(*) > 0, max(id) from orders",
	    "select count(*) > 0 from orders group by status",
	    "select 1 where (select count(*) from items) > 0 and", /* cannot be parsed */
	    "select '(select count(*) from items) > 0'",
	    "",
	};
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) same(texts[i], counting_as_exists(arena, statement_parse(arena, texts[i]), facts), NULL);
}

static void a_count_of_all_may_stop_early(void **state) {
	static const Pair pairs[] = {
	    {"select count(*) from orders where status = 'a'", "select count(*) FROM (SELECT from orders where status = 'a' LIMIT 1001) AS counted"},
	    {"select count(id) as n\nfrom orders -- c", "select count(*) as n\nFROM (SELECT from orders LIMIT 1001) AS counted"},
	    {"with x as (select 1) select count(*) from x", "with x as (select 1) select count(*) FROM (SELECT from x LIMIT 1001) AS counted"},
	    {"select count(status) from orders", NULL},
	    {"select count(*) filter (where id > 1) from orders", NULL},
	    {"select count(*), max(id) from orders", NULL},
	    {"select count(*) + 1 from orders", NULL},
	    {"select count(*) from orders group by status", NULL},
	    {"select 1", NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		same(pairs[i].sql, counting_capped(arena, statement_parse(arena, pairs[i].sql), facts, 1000), pairs[i].expected);
}

static void about_how_many_is_known_without_reading(void **state) {
	static const Pair pairs[] = {
	    {"select count(*) from orders", "SELECT reltuples::bigint AS count FROM pg_class WHERE oid = 'public.orders'::regclass"},
	    {"select count(*) from orders where status = 'a'", "EXPLAIN select from orders where status = 'a'"},
	    {"select count(*) from items", "EXPLAIN select from items"}, /* never analysed */
	    {"select count(*) from a_view", "EXPLAIN select from a_view"},
	    {"select count(*) from orders, items", "EXPLAIN select from orders, items"},
	    {"select max(id) from orders", NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		same(pairs[i].sql, counting_estimated(arena, statement_parse(arena, pairs[i].sql), facts), pairs[i].expected);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(what_is_compared_with_none_becomes_exists, begin, finish),
	    cmocka_unit_test_setup_teardown(other_counts_stay, begin, finish),
	    cmocka_unit_test_setup_teardown(a_count_of_all_may_stop_early, begin, finish),
	    cmocka_unit_test_setup_teardown(about_how_many_is_known_without_reading, begin, finish),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
