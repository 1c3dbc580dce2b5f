/* test_paging.c: the user's statement with a condition in place of OFFSET, every other byte as it was. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/paging.h"
#include "advise/paging_order.h"
#include "facts_file.h"

static const char catalog[] = "[public.orders]\nrows = 1000000\npages = 10000\n"
                              "column id = bigint; not null; distinct 1000000\n"
                              "column customer_id = bigint; not null; distinct 90000\n"
                              "column created_at = timestamp with time zone; not null; distinct 1000000\n"
                              "column status = text; not null; distinct 4\n"
                              "column total = numeric(10,2); not null; distinct 90000\n"
                              "column shipped_at = timestamp with time zone; distinct 900000; nulls 0.1\n"
                              "column Größe = integer; not null; distinct 1000000\n"
                              "index orders_pkey = CREATE UNIQUE INDEX orders_pkey ON public.orders USING btree (id); primary\n"
                              "index orders_total = CREATE INDEX orders_total ON public.orders USING btree (total, created_at)\n"
                              "[public.customers]\nrows = 90000\npages = 900\n"
                              "column id = bigint; not null; distinct 90000\n"
                              "column email = text; not null; distinct 90000\n"
                              "index customers_pkey = CREATE UNIQUE INDEX customers_pkey ON public.customers USING btree (id); primary\n"
                              "[public.items]\nrows = 2000000\npages = 20000\ncolumn order_id = bigint; not null; distinct 900000\n"
                              "[public.prices]\nrows = 1000\npages = 10\n"
                              "column sku = text; not null; distinct 1000\ncolumn region = text; not null; distinct 3\n"
                              "index prices_pkey = CREATE UNIQUE INDEX prices_pkey ON public.prices USING btree (sku, region); primary\n";

typedef struct World {
	Arena *arena;
	Facts *facts;
} World;

static int begin(void **state) {
	Arena *arena = arena_new();
	World *world = ARENA_NEW(arena, World);
	*world = (World){arena, facts_parse(arena, catalog)};
	*state = world;
	return 0;
}

static int end(void **state) {
	arena_free(((World *)*state)->arena);
	return 0;
}

static Paging paged(World *world, const char *sql) {
	return paging_rewrite(world->arena, statement_parse(world->arena, sql), world->facts);
}

static void becomes(World *world, const char *sql, const char *expected) {
	Paging paging = paged(world, sql);
	if (!paging.statement) fail_msg("%s: %s", sql, paging.why_not);
	assert_string_equal(paging.statement, expected);
}

static void all_keys_one_way_are_a_row_comparison(void **state) {
	becomes(*state, "select * from orders order by created_at desc, id desc limit 20 offset 1000",
	        "select * from orders WHERE (created_at, id) < ($1, $2) order by created_at desc, id desc limit 20");
	becomes(*state, "select * from orders order by id limit 20 offset 1000", "select * from orders WHERE id > $1 order by id limit 20");
}

static void a_primary_key_breaks_ties(void **state) {
	becomes(*state, "select * from orders order by created_at limit 20 offset 1000",
	        "select * from orders WHERE (created_at, id) > ($1, $2) order by created_at, id limit 20");
	becomes(*state, "select * from orders order by created_at desc limit 20 offset 1000",
	        "select * from orders WHERE (created_at, id) < ($1, $2) order by created_at desc, id DESC limit 20");
	becomes(*state, "select * from prices where region = 'eu' order by sku limit 20 offset 100",
	        "select * from prices where region = 'eu' AND sku > $1 order by sku limit 20");
}

static void an_output_called_like_the_key_does_not_mislead(void **state) {
	becomes(*state, "select customer_id as id from orders order by created_at limit 20 offset 1000",
	        "select customer_id as id from orders WHERE (created_at, orders.id) > ($1, $2) order by created_at, orders.id limit 20");
}

static void parameters_go_on_where_the_statement_stops(void **state) {
	becomes(*state, "select * from orders where status = $1 order by id limit $2 offset $3",
	        "select * from orders where status = $1 AND id > $3 order by id limit $2");
	becomes(*state, "select * from orders where total > $1 order by created_at, id limit $2 offset $1",
	        "select * from orders where total > $1 AND (created_at, id) > ($3, $4) order by created_at, id limit $2");
	becomes(*state, "select * from orders order by created_at, id limit $1 offset $2 * 20",
	        "select * from orders WHERE (created_at, id) > ($3, $4) order by created_at, id limit $1");
}

static void an_or_is_put_in_parentheses(void **state) {
	becomes(*state, "select * from orders where status = 'a' or total > 5 order by id limit 5 offset 50",
	        "select * from orders where (status = 'a' or total > 5) AND id > $1 order by id limit 5");
	becomes(*state, "select * from orders where not (status = 'a' and total > 5) order by id limit 5 offset 50",
	        "select * from orders where (not (status = 'a' and total > 5)) AND id > $1 order by id limit 5");
}

static void comments_and_line_breaks_stay(void **state) {
	becomes(*state,
	        "SELECT *\nFROM orders -- all of them\nWHERE status = 'x' -- only these\n/* newest */ ORDER BY created_at DESC -- first\nLIMIT 10 -- a page\n"
	        "OFFSET 500 -- deep",
	        "SELECT *\nFROM orders -- all of them\nWHERE status = 'x' AND (created_at, id) < ($1, $2) -- only these\n/* newest */ ORDER BY created_at DESC, "
	        "id DESC -- first\nLIMIT 10 -- a page");
	becomes(*state, "select * from orders -- c\norder by id\n\toffset 100\n\tlimit 10", "select * from orders WHERE id > $1 -- c\norder by id\n\tlimit 10");
	becomes(*state, "select 'x offset 5 limit 6', * from orders order by id limit 10 offset 100",
	        "select 'x offset 5 limit 6', * from orders WHERE id > $1 order by id limit 10");
}

static void every_way_to_write_paging_is_understood(void **state) {
	becomes(*state, "select * from orders order by id offset 100 limit 10", "select * from orders WHERE id > $1 order by id limit 10");
	becomes(*state, "select * from orders order by id offset 100 rows fetch first 10 rows only",
	        "select * from orders WHERE id > $1 order by id fetch first 10 rows only");
	becomes(*state, "with recent as (select 1 offset 5) select * from orders order by id limit 10 offset 100;",
	        "with recent as (select 1 offset 5) select * from orders WHERE id > $1 order by id limit 10");
	becomes(*state, "select id, total from orders order by 2 desc, 1 desc limit 10 offset 100",
	        "select id, total from orders WHERE (total, id) < ($1, $2) order by 2 desc, 1 desc limit 10");
	becomes(*state, "select * from orders order by id limit 10 offset 100 for update",
	        "select * from orders WHERE id > $1 order by id limit 10 for update");
	becomes(*state, "select * from orders order by \"Größe\", id limit 10 offset 100",
	        "select * from orders WHERE (\"Größe\", id) > ($1, $2) order by \"Größe\", id limit 10");
}

static void mixed_directions_are_bounded_by_the_first_key(void **state) {
	becomes(*state, "select * from orders order by total, created_at desc limit 10 offset 100",
	        "select * from orders WHERE total >= $1 AND (total > $1 OR (total = $1 AND (created_at, id) < ($2, $3))) order by total, created_at desc, id DESC "
	        "limit 10");
}

static void large_groups_are_read_in_parts(void **state) {
	becomes(*state, "select * from orders order by status, created_at desc limit 10 offset 100",
	        "(select * from orders WHERE status = $1 AND (created_at, id) < ($2, $3) order by status, created_at desc, id DESC limit 10\n)\nUNION ALL\n"
	        "(select * from orders WHERE status > $1 order by status, created_at desc, id DESC limit 10\n)\nORDER BY status, created_at DESC, id DESC\nLIMIT 10");
	becomes(*state, "select o.* from orders o order by o.status, o.created_at desc limit 10 offset 100",
	        "(select o.* from orders o WHERE o.status = $1 AND (o.created_at, o.id) < ($2, $3) order by o.status, o.created_at desc, o.id DESC limit 10\n)\nUNION ALL\n"
	        "(select o.* from orders o WHERE o.status > $1 order by o.status, o.created_at desc, o.id DESC limit 10\n)\nORDER BY status, created_at DESC, id DESC\n"
	        "LIMIT 10");
	/* without the keys among its columns, a union could not be ordered */
	becomes(*state, "select total from orders order by status, created_at desc limit 10 offset 100",
	        "select total from orders WHERE status >= $1 AND (status > $1 OR (status = $1 AND (created_at, orders.id) < ($2, $3))) order by status, created_at "
	        "desc, orders.id DESC limit 10");
}

static void nulls_are_followed_exactly(void **state) {
	becomes(*state, "select * from orders order by shipped_at desc limit 10 offset 100",
	        "select * from orders WHERE (shipped_at <= $1 OR $1 IS NULL) AND (shipped_at < $1 OR (shipped_at IS NOT NULL AND $1 IS NULL) OR (shipped_at IS NOT "
	        "DISTINCT FROM $1 AND id < $2)) order by shipped_at desc, id DESC limit 10");
	becomes(*state, "select id, shipped_at from orders order by shipped_at limit 10 offset 100",
	        "(select id, shipped_at from orders WHERE (shipped_at, id) > ($1, $2) order by shipped_at, id limit 10\n)\nUNION ALL\n"
	        "(select id, shipped_at from orders WHERE shipped_at IS NULL AND $1 IS NULL AND id > $2 order by shipped_at, id limit 10\n)\nUNION ALL\n"
	        "(select id, shipped_at from orders WHERE shipped_at IS NULL AND $1 IS NOT NULL order by shipped_at, id limit 10\n)\nORDER BY 2, 1\nLIMIT 10");
	/* a condition that no null passes settles it */
	becomes(*state, "select * from orders where shipped_at > now() - interval '1 day' order by shipped_at limit 10 offset 100",
	        "select * from orders where shipped_at > now() - interval '1 day' AND (shipped_at, id) > ($1, $2) order by shipped_at, id limit 10");
}

static void joins_to_one_row_need_no_more_keys(void **state) {
	becomes(*state, "select o.id from orders o join customers c on c.id = o.customer_id order by o.created_at, o.id limit 10 offset 100",
	        "select o.id from orders o join customers c on c.id = o.customer_id WHERE (o.created_at, o.id) > ($1, $2) order by o.created_at, o.id limit 10");
	becomes(*state, "select o.id from orders o left join customers c on c.id = o.customer_id order by o.created_at limit 10 offset 100",
	        "select o.id from orders o left join customers c on c.id = o.customer_id WHERE (o.created_at, o.id) > ($1, $2) order by o.created_at, o.id limit 10");
	becomes(*state, "select o.id from customers c join orders o on o.customer_id = c.id order by c.email limit 10 offset 100",
	        "select o.id from customers c join orders o on o.customer_id = c.id WHERE c.email >= $1 AND (c.email > $1 OR (c.email = $1 AND "
	        "(c.id > $2 OR (c.id = $2 AND o.id > $3)))) order by c.email, c.id, o.id limit 10");
}

static void rows_are_compared_in_the_collation_they_are_sorted_by(void **state) {
	becomes(*state, "select * from orders order by status collate \"C\", id limit 10 offset 100",
	        "select * from orders WHERE (status COLLATE \"C\", id) > ($1, $2) order by status collate \"C\", id limit 10");
}

static void a_page_with_ties_goes_on_behind_all_that_tie(void **state) {
	becomes(*state, "select * from orders order by created_at desc fetch first 10 rows with ties offset 100",
	        "select * from orders WHERE created_at < $1 order by created_at desc fetch first 10 rows with ties");
	becomes(*state, "select * from items order by order_id offset 100 fetch next 10 rows with ties",
	        "select * from items WHERE order_id > $1 order by order_id fetch next 10 rows with ties");
	becomes(*state, "select * from orders order by status, total desc fetch first 10 rows with ties offset 100",
	        "(select * from orders WHERE status = $1 AND total < $2 order by status, total desc fetch first 10 rows with ties\n)\nUNION ALL\n"
	        "(select * from orders WHERE status > $1 order by status, total desc fetch first 10 rows with ties\n)\nORDER BY status, total DESC\n"
	        "FETCH FIRST (10) ROWS WITH TIES");
	/* a page by OFFSET may begin amid them */
	assert_null(paged(*state, "select * from orders order by created_at desc fetch first 10 rows with ties offset 100").last_row);
}

static void groups_and_distinct_rows_go_by_what_makes_them(void **state) {
	becomes(*state, "select status, count(*) from orders group by status order by status limit 10 offset 100",
	        "select status, count(*) from orders WHERE status > $1 group by status order by status limit 10");
	becomes(*state, "select customer_id c, total, sum(id) from orders where status = 'a' group by 1, total having sum(id) > 5 order by total desc limit 10 offset 100",
	        "select customer_id c, total, sum(id) from orders where status = 'a' AND (total, customer_id) < ($1, $2) group by 1, total having sum(id) > 5 order by total "
	        "desc, customer_id DESC limit 10");
	becomes(*state, "select distinct o.created_at, o.total from orders o order by created_at limit 10 offset 100",
	        "select distinct o.created_at, o.total from orders o WHERE (o.created_at, o.total) > ($1, $2) order by created_at, o.total limit 10");
	assert_null(paged(*state, "select distinct total from orders order by total limit 10 offset 100").by_number);
}

static void what_repeats_rows_leaves_a_doubt(void **state) {
	assert_false(paged(*state, "select * from orders, generate_series(1, 3) order by id limit 10 offset 100").keys.unique);
	assert_false(paged(*state, "select * from orders o join (select 1 as x) s on true order by o.id limit 10 offset 100").keys.unique);
	assert_true(paged(*state, "select * from orders order by id limit 10 offset 100").keys.unique);
}

static void the_first_page_only_lacks_its_offset(void **state) {
	assert_string_equal(paged(*state, "select * from orders -- all\norder by created_at limit 10 offset 100").first,
	                    "select * from orders -- all\norder by created_at, id limit 10");
	/* a parameter that is not there may not be counted */
	assert_string_equal(paged(*state, "select * from orders where status = $3 order by id offset $1 limit $2").first,
	                    "select * from orders where status = $2 order by id limit $1");
}

static void the_page_before_is_read_backwards(void **state) {
	static const struct { const char *sql, *before; } cases[] = {
	    {"select * from orders order by created_at desc limit 10 offset 100",
	     "SELECT * FROM (\nselect * from orders WHERE (created_at, id) > ($1, $2) order by created_at, id limit 10\n) AS page\nORDER BY created_at DESC, id DESC"},
	    {"select id, total t from orders where status = 'a' order by t /* dear */ DESC NULLS LAST, 1 -- end\nlimit 10 offset 100",
	     "SELECT * FROM (\nselect id, total t from orders where status = 'a' AND total >= $1 AND (total > $1 OR (total = $1 AND id < $2)) order by t NULLS FIRST, "
	     "1 DESC -- end\nlimit 10\n) AS page\nORDER BY 2 DESC NULLS LAST, 1"},
	    /* its keys are not among its columns */
	    {"select lower(status), id from orders order by lower(status) limit 10 offset 100",
	     "SELECT * FROM (\nselect lower(status), id from orders WHERE (lower(status), id) < ($1, $2) order by lower(status) DESC, id DESC limit 10\n) AS "
	     "page\nORDER BY 1, 2"},
	    {"select total from orders order by lower(status), id limit 10 offset 100",
	     "select total from orders WHERE (lower(status), id) < ($1, $2) order by lower(status) DESC, id DESC limit 10"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Paging paging = paged(*state, cases[i].sql);
		if (!paging.before) fail_msg("%s", cases[i].sql);
		assert_string_equal(paging.before, cases[i].before);
		assert_int_equal(paging.before_reversed, i == 3);
	}
	assert_null(paged(*state, "select * from orders order by id offset 100").before); /* all rows before it */
}

static void any_page_is_found_by_its_keys_alone(void **state) {
	assert_string_equal(paged(*state, "select *\nfrom orders o -- all\nwhere status = 'a' or total > 5\norder by 2, created_at limit 10 offset $1").why_not,
	                    "ORDER BY counts columns behind a *: name the column it sorts by.");
	assert_string_equal(paged(*state, "select o.total,\n* from orders o -- all\nwhere status = 'a' or total > 5\norder by 1, created_at limit 10 offset $1").by_number,
	                    "select o.total,\n* from orders o -- all\nWHERE id IN (\nSELECT id from orders o where status = 'a' or total > 5 ORDER BY o.total, created_at, o.id "
	                    "LIMIT 10 OFFSET $1\n)\norder by 1, created_at, o.id");
	assert_string_equal(paged(*state, "select * from prices order by region offset 100 limit 10").by_number,
	                    "select * from prices WHERE (sku, region) IN (\nSELECT sku, region from prices ORDER BY region, sku LIMIT 10 OFFSET 100\n) order by region, sku");
	assert_null(paged(*state, "select o.id from orders o join customers c on c.id = o.customer_id order by o.id limit 10 offset 100").by_number);
	assert_null(paged(*state, "select * from orders order by id limit 10 offset 100 for update").by_number); /* would lock what has changed meanwhile */
	assert_null(paged(*state, "with x as (select 1) select * from orders order by id limit 10 offset 100").by_number);
	assert_null(paged(*state, "select * from posts order by id limit 10 offset 100").by_number); /* nobody knows its keys */
}

static void what_keeps_an_order_from_an_index_is_told(void **state) {
	static const struct { const char *sql, *why; } cases[] = {
	    {"select * from orders order by created_at, id limit 10 offset 100", NULL},
	    {"select * from orders order by created_at::date, id limit 10 offset 100", "Sorted by created_at itself"},
	    {"select * from orders order by created_at::date, id limit 10 offset 100", "such as the time zone"},
	    {"select * from orders order by id, lower(status) limit 10 offset 100", "only an index on that very expression"},
	    {"select * from orders order by status collate \"C\" limit 10 offset 100", "in the collation \"C\""},
	    {"select * from orders order by total, created_at desc, id limit 10 offset 100", "orders_total begins with these columns"},
	    {"select * from orders order by total nulls first, created_at limit 10 offset 100", "read forwards or backwards"},
	    {"select * from orders order by total desc, created_at desc limit 10 offset 100", NULL},
	    {"select * from orders o join customers c on c.id = o.customer_id order by c.email, o.id limit 10 offset 100", "no index holds both"},
	    {"select * from orders o join customers c on c.id = o.customer_id where c.email = 'a' order by o.created_at limit 10 offset 100",
	     "A copy of c.email in orders"},
	    {"select * from orders o join customers c on c.id = o.customer_id where c.email = 'a' and o.status = 'b' order by o.created_at limit 10 offset 100", NULL},
	};
	World *world = *state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const Statement *statement = statement_parse(world->arena, cases[i].sql);
		Paging paging = paging_rewrite(world->arena, statement, world->facts);
		const char *why = paging_order_obstacle(world->arena, statement, &paging.keys);
		if (!why != !cases[i].why || (why && !strstr(why, cases[i].why))) fail_msg("%s: %s", cases[i].sql, why ? why : "nothing");
	}
}

static void what_cannot_be_rewritten_says_why(void **state) {
	static const struct { const char *sql, *why; } cases[] = {
	    {"select * from orders limit 10 offset 100", "Without ORDER BY"},
	    {"select status, count(*) from orders group by status order by count(*) desc limit 10 offset 100", "sorted by what is computed"},
	    {"select status, count(*) from orders group by rollup (status) order by status limit 10 offset 100", "ROLLUP"},
	    {"select max(total) from orders order by 1 limit 10 offset 100", "groups"},
	    {"select *, count(*) over () from orders order by id limit 10 offset 100", "window function"},
	    {"select distinct on (status) * from orders order by status limit 10 offset 100", "DISTINCT ON"},
	    {"select distinct * from orders order by status limit 10 offset 100", "named in the select list"},
	    {"select id from orders union select id from customers order by id limit 10 offset 100", "UNION"},
	    {"select * from (select * from orders order by id limit 10 offset 100) as page", "subquery"},
	    {"select * from orders order by 2 limit 10 offset 100", "behind a *"},
	    {"select *, random() as r from orders order by r limit 10 offset 100", "no row holds"},
	    {"select * from orders order by (select 1), id limit 10 offset 100", "subquery for every row"},
	    {"select * from orders order by id using > limit 10 offset 100", "USING"},
	    {"select * from items order by order_id limit 10 offset 100", "no primary key"},
	    {"select * from items order by order_id limit 10 offset 100", "WITH TIES"},
	    {"select * from orders o join items i on i.order_id = o.id order by o.id limit 10 offset 100", "no primary key"},
	    {"select * from orders where order by id limit 10 offset 100", "could not be read"},
	    {"delete from orders", "Only a SELECT"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Paging paging = paged(*state, cases[i].sql);
		if (paging.statement) fail_msg("%s became %s", cases[i].sql, paging.statement);
		if (!strstr(paging.why_not, cases[i].why)) fail_msg("%s: %s", cases[i].sql, paging.why_not);
	}
}

static void without_a_catalog_ties_are_told_of(void **state) {
	World *world = *state;
	Paging paging = paging_rewrite(world->arena, statement_parse(world->arena, "select * from posts order by created_at limit 10 offset 100"), NULL);
	assert_string_equal(paging.statement, "select * from posts WHERE created_at > $1 order by created_at limit 10");
	assert_non_null(strstr(paging.notes, "append the primary key"));
	assert_non_null(strstr(paging.notes, "no key was taken to be null"));
}

static void notes_tell_what_the_client_has_to_do(void **state) {
	Paging paging = paged(*state, "select total from orders order by created_at desc limit 10 offset 100");
	assert_non_null(strstr(paging.notes, "$1 = created_at and $2 = orders.id of the last row"));
	assert_non_null(strstr(paging.notes, "select list has to return created_at, orders.id too"));
	assert_non_null(strstr(paging.notes, "microseconds"));
	assert_non_null(strstr(paging.notes, "For the page before, pass those of the first row shown"));
	assert_non_null(strstr(paging.notes, "reverse them in the client"));
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(all_keys_one_way_are_a_row_comparison, begin, end),
	    cmocka_unit_test_setup_teardown(a_primary_key_breaks_ties, begin, end),
	    cmocka_unit_test_setup_teardown(an_output_called_like_the_key_does_not_mislead, begin, end),
	    cmocka_unit_test_setup_teardown(parameters_go_on_where_the_statement_stops, begin, end),
	    cmocka_unit_test_setup_teardown(an_or_is_put_in_parentheses, begin, end),
	    cmocka_unit_test_setup_teardown(comments_and_line_breaks_stay, begin, end),
	    cmocka_unit_test_setup_teardown(every_way_to_write_paging_is_understood, begin, end),
	    cmocka_unit_test_setup_teardown(mixed_directions_are_bounded_by_the_first_key, begin, end),
	    cmocka_unit_test_setup_teardown(large_groups_are_read_in_parts, begin, end),
	    cmocka_unit_test_setup_teardown(nulls_are_followed_exactly, begin, end),
	    cmocka_unit_test_setup_teardown(joins_to_one_row_need_no_more_keys, begin, end),
	    cmocka_unit_test_setup_teardown(rows_are_compared_in_the_collation_they_are_sorted_by, begin, end),
	    cmocka_unit_test_setup_teardown(a_page_with_ties_goes_on_behind_all_that_tie, begin, end),
	    cmocka_unit_test_setup_teardown(groups_and_distinct_rows_go_by_what_makes_them, begin, end),
	    cmocka_unit_test_setup_teardown(what_repeats_rows_leaves_a_doubt, begin, end),
	    cmocka_unit_test_setup_teardown(the_first_page_only_lacks_its_offset, begin, end),
	    cmocka_unit_test_setup_teardown(the_page_before_is_read_backwards, begin, end),
	    cmocka_unit_test_setup_teardown(any_page_is_found_by_its_keys_alone, begin, end),
	    cmocka_unit_test_setup_teardown(what_keeps_an_order_from_an_index_is_told, begin, end),
	    cmocka_unit_test_setup_teardown(what_cannot_be_rewritten_says_why, begin, end),
	    cmocka_unit_test_setup_teardown(without_a_catalog_ties_are_told_of, begin, end),
	    cmocka_unit_test_setup_teardown(notes_tell_what_the_client_has_to_do, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
