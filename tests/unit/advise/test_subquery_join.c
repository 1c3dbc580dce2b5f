/* test_subquery_join.c: scalar subqueries that depend on the row become joins, in the user's own text. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/subquery_join.h"
#include "facts_file.h"

static const char catalog[] = "[public.orders]\nrows = 1000\npages = 10\n"
                              "column id = bigint; not null; distinct 1000\n"
                              "column customer = integer; distinct 90\n"
                              "column status = text; distinct 4\n"
                              "column code = character varying(9); distinct 4\n"
                              "index orders_pkey = CREATE UNIQUE INDEX orders_pkey ON public.orders USING btree (id); primary\n"
                              "[public.items]\nrows = 1000\npages = 10\n"
                              "column id = bigint; not null; distinct 1000\n"
                              "column order_id = integer; distinct 90\n"
                              "column price = numeric; not null; distinct 40\n"
                              "column note = text; distinct 4\n"
                              "index items_pkey = CREATE UNIQUE INDEX items_pkey ON public.items USING btree (id); primary\n";

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

static SubqueryJoin joined(const char *sql, const Facts *known) {
	return subquery_join(arena, statement_parse(arena, sql), known);
}

static void becomes(const char *sql, const char *expected) {
	SubqueryJoin join = joined(sql, facts);
	if (!join.statement) fail_msg("%s stayed", sql);
	assert_string_equal(join.statement, expected);
}

static void aggregates_are_joined_by_their_keys(void **state) {
	(void)state;
	becomes("select o.id, (select sum(i.price) from items i where i.order_id = o.id and i.note = 'a') -- dear\nfrom orders o -- all\nwhere o.status = 'x'",
	        "select o.id, found.value AS sum -- dear\nfrom orders o\nLEFT JOIN (SELECT i.order_id, sum(i.price) from items i WHERE i.note = 'a' GROUP BY i.order_id) AS "
	        "found (key, value) ON found.key = o.id -- all\nwhere o.status = 'x'");
	becomes("select id, (select count(*) from items where order_id = orders.id and price between 1 and 2) as n from orders",
	        "select id, coalesce(found.value, 0) as n from orders\nLEFT JOIN (SELECT order_id, count(*) from items WHERE price between 1 and 2 GROUP BY order_id) AS "
	        "found (key, value) ON found.key = orders.id");
	becomes("select id from orders o where (select max(price) m from items where order_id = o.id and note = o.status) > 5",
	        "select id from orders o\nLEFT JOIN (SELECT order_id, note, max(price) from items GROUP BY order_id, note) AS found (key, key_2, value) ON found.key = o.id "
	        "AND found.key_2 = o.status where found.value > 5");
}

static void those_that_ask_the_same_rows_share_a_join(void **state) {
	(void)state;
	becomes("select o.id, (select count(*) from items i where i.order_id = o.id), (select sum(price) from items i where i.order_id = o.id) as s, "
	        "(select sum(price) from items i where i.order_id = o.id and i.note = 'a') as a from orders o",
	        "select o.id, coalesce(found.value, 0) AS count, found.value_2 as s, found_2.value as a from orders o\n"
	        "LEFT JOIN (SELECT i.order_id, count(*), sum(price) from items i GROUP BY i.order_id) AS found (key, value, value_2) ON found.key = o.id\n"
	        "LEFT JOIN (SELECT i.order_id, sum(price) from items i WHERE i.note = 'a' GROUP BY i.order_id) AS found_2 (key, value) ON found_2.key = o.id");
	becomes("select o.id, (select i.note from items i where i.order_id = o.id order by i.id limit 1), (select price from items i where i.order_id = o.id order by i.id "
	        "limit 1) from orders o",
	        "select o.id, found.value AS note, found.value_2 AS price from orders o\nLEFT JOIN (SELECT DISTINCT ON (i.order_id) i.order_id, i.note, price from items i "
	        "ORDER BY i.order_id, i.id) AS found (key, value, value_2) ON found.key = o.id");
}

static void a_row_is_joined_by_its_unique_key(void **state) {
	(void)state;
	becomes("select i.id, (select o.status from orders o where o.id = i.order_id) from items i",
	        "select i.id, found.value AS status from items i\nLEFT JOIN (SELECT o.id, o.status from orders o) AS found (key, value) ON found.key = i.order_id");
	assert_null(joined("select i.id, (select o.status from orders o where o.customer = i.order_id) from items i", facts).statement);
}

static void the_first_of_an_order_is_joined(void **state) {
	const char *sql = "select o.id, (select i.note from items i where i.order_id = o.id order by i.price desc limit 1) from orders o";
	(void)state;
	becomes(sql, "select o.id, found.value AS note from orders o\nLEFT JOIN (SELECT DISTINCT ON (i.order_id) i.order_id, i.note from items i ORDER BY i.order_id, "
	             "i.price desc) AS found (key, value) ON found.key = o.id");
	assert_non_null(strstr(joined(sql, facts).check, "tie"));
	assert_null(joined("select o.id, (select i.note from items i where i.order_id = o.id order by i.price, i.id limit 1) from orders o", facts).check);
	assert_null(joined("select o.id, (select i.price from items i where i.order_id = o.id order by i.price limit 1) from orders o", facts).check);
}

static void names_that_are_taken_are_not_used(void **state) {
	(void)state;
	becomes("select found.id, key, (select count(*) from items i where i.order_id = found.id) as value from orders found",
	        "select found.id, key, coalesce(found_1.value_1, 0) as value from orders found\nLEFT JOIN (SELECT i.order_id, count(*) from items i GROUP BY i.order_id) AS "
	        "found_1 (key_1, value_1) ON found_1.key_1 = found.id");
}

static void what_is_not_known_has_to_be_checked(void **state) {
	const char *sql = "select o.id, (select count(*) from items i where i.order_id = o.id) from orders o";
	(void)state;
	assert_null(joined(sql, facts).check);
	assert_non_null(strstr(joined(sql, NULL).check, "of one type"));
	assert_non_null(strstr(joined("select o.id, (select count(*) from items i where i.note = o.code) from orders o", facts).check, "of one type"));
}

static void what_no_join_gives_stays(void **state) {
	static const char *const texts[] = {
	    "select o.id, (select count(*) from items i where i.order_id > o.id) from orders o",
	    "select o.id, (select count(*) from items i where i.order_id = o.id or i.price > 3) from orders o",
	    "select o.id, (select count(*) from items i where i.order_id = o.id and i.price > o.customer) from orders o",
	    "select o.id, (select sum(i.price + o.customer) from items i where i.order_id = o.id) from orders o",
	    "select o.id, (select sum(i.price) + 1 from items i where i.order_id = o.id) from orders o",
	    "select o.id, (select string_agg(i.note, ',') from items i where i.order_id = o.id) from orders o",
	    "select o.id, (select count(*) from items i where i.order_id = o.id group by i.note) from orders o",
	    "select o.id, (select count(*) from items i where i.order_id = o.id limit 1) from orders o",
	    "select o.id, (select i.note from items i where i.order_id = o.id limit 1) from orders o",
	    "select o.id, (select i.note from items i where i.order_id = o.id order by 1 limit 1) from orders o",
	    "select o.id, (select i.note from items i where i.order_id = o.id order by i.price limit 2) from orders o",
	    "select o.id, (select count(*) from items i left join orders p on p.id = i.order_id where i.order_id = o.id) from orders o",
	    "select o.id, (select count(*) from items i where i.order_id = (select o.id)) from orders o",
	    "select *, (select count(*) from items i where i.order_id = o.id) from orders o", /* the join's columns would show */
	    "select o.id, (select count(*) from items i where i.order_id = o.id) from orders o, items p", /* an ON sees none but its own */
	    "select o.id, (select count(*) from items i where i.order_id = o.id) from orders o for update",
	    "select o.status, max((select count(*) from items i where i.order_id = o.id)) from orders o group by o.status",
	    "select o.id from orders o where exists (select from items i where i.order_id = o.id)",
	    "select o.id from orders o where o.id in (select order_id from items i where i.note = o.status)",
	    "select o.id, (select max(price) from items) from orders o",
	    "select o.id, (select count(*) from items i join orders p on p.id = i.id and p.customer > o.customer where i.order_id = o.id) from orders o",
	    "select o.id, (select count(*) from items i, generate_series(1, o.customer) g where i.order_id = o.id) from orders o",
	    "select o.id, (select count(*) from items i where i.order_id = o.id and i.price > random()) from orders o",
	    /* one that cannot be joined keeps all as they are: nobody knows which of them is slow */
	    "select o.id, (select count(*) from items i where i.order_id = o.id), (select count(*) from items i where i.order_id > o.id) from orders o",
	    "select o.id, (select count(*) from items i where i.order_id = o.id from orders o",
	    "(select (select (((",
	    "",
	};
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		SubqueryJoin join = joined(texts[i], facts);
		if (join.statement) fail_msg("%s became %s", texts[i], join.statement);
	}
	/* a view may have a column of that name */
	assert_null(joined("select o.id, (select count(*) from a_view v where v.order_id = id) from orders o", facts).statement);
	/* without a catalog a column without its table may be anybody's */
	assert_null(joined("select id, (select count(*) from items where order_id = orders.id) from orders", NULL).statement);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(aggregates_are_joined_by_their_keys, begin, finish),
	    cmocka_unit_test_setup_teardown(those_that_ask_the_same_rows_share_a_join, begin, finish),
	    cmocka_unit_test_setup_teardown(a_row_is_joined_by_its_unique_key, begin, finish),
	    cmocka_unit_test_setup_teardown(the_first_of_an_order_is_joined, begin, finish),
	    cmocka_unit_test_setup_teardown(names_that_are_taken_are_not_used, begin, finish),
	    cmocka_unit_test_setup_teardown(what_is_not_known_has_to_be_checked, begin, finish),
	    cmocka_unit_test_setup_teardown(what_no_join_gives_stays, begin, finish),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
