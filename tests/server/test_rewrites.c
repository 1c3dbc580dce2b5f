/* test_rewrites.c: a statement and what it is rewritten to give the same rows, over random data with nulls, ties and duplicates. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "advise/anti_join.h"
#include "advise/counting.h"
#include "advise/subquery_join.h"
#include "advise/distinct_exists.h"
#include "advise/split_or.h"
#include "pg/cluster.h"

/* Few values, so that there are ties, duplicates and partners; a tenth is null. fill() draws anew: the sixth time items are none. */
static const char schema[] =
    "create table orders (id int primary key, customer int, status text, total numeric, created timestamptz);"
    "create table items (id int primary key, order_id int, price int not null, note text);"
    "create function fill(round int) returns void language sql as $$\n"
    "  select setseed(round / 10.0);\n"
    "  truncate orders, items;\n"
    "  insert into orders select i, nullif((random() * 9)::int, 3), nullif(chr(97 + (random() * 4)::int), 'd'), nullif((random() * 30)::int, 7) / 2.0,\n"
    "    timestamptz '2024-03-01' + random() * interval '400 days' from generate_series(1, 200) i;\n"
    "  insert into items select i, nullif((random() * 220)::int, 5), (random() * 20)::int, nullif(chr(97 + (random() * 4)::int), 'd')\n"
    "    from generate_series(1, 300) i where round < 6;\n"
    "$$;";

enum { ROUNDS = 6 };

typedef struct World {
	Arena *arena;
	Cluster *cluster;
	Err err;
	Facts facts;
} World;

typedef struct ColumnSpec {
	const char *name, *type;
	bool not_null;
} ColumnSpec;

static void add_table(World *world, const char *name, const ColumnSpec *columns, size_t count) {
	static const char *const key[] = {"id"};
	TableFacts *table = list_push(world->arena, &world->facts.tables);
	*table = (TableFacts){.schema = "public", .name = name, .kind = 'r', .rows = 1e6, .pages = 1e4};
	for (size_t i = 0; i < count; i++)
		*list_push(world->arena, &table->columns) = (ColumnFacts){.name = columns[i].name, .type = columns[i].type, .not_null = columns[i].not_null, .distinct = 7};
	*list_push(world->arena, &table->indexes) =
	    (IndexFacts){.name = "key", .method = "btree", .keys = key, .key_count = 1, .valid = true, .unique = true, .primary = true};
}

static int begin(void **state) {
	static const ColumnSpec orders[] = {{"id", "integer", true}, {"customer", "integer", false}, {"status", "text", false}, {"total", "numeric", false},
	                                    {"created", "timestamp with time zone", true}};
	static const ColumnSpec items[] = {{"id", "integer", true}, {"order_id", "integer", false}, {"price", "integer", true}, {"note", "text", false}};
	World *world = calloc(1, sizeof *world);
	*world = (World){.arena = arena_new(), .err = ERR_INIT};
	*state = world;
	add_table(world, "orders", orders, sizeof orders / sizeof *orders);
	add_table(world, "items", items, sizeof items / sizeof *items);
	world->cluster = cluster_start(&(ClusterSpec){.port = 0}, &world->err);
	if (world->cluster && cluster_run(world->cluster, "postgres", schema, &world->err)) return 0;
	fprintf(stderr, "%s\n", world->err.message.text);
	return -1;
}

static int end(void **state) {
	World *world = *state;
	cluster_stop(world->cluster);
	err_release(&world->err);
	arena_free(world->arena);
	free(world);
	return 0;
}

static const char *ask(World *world, const char *sql) {
	const char *value = cluster_ask(world->arena, world->cluster, "postgres", sql, &world->err);
	if (!value) fail_msg("%s\n%s", world->err.message.text, sql);
	return value;
}

/* The same rows, each as often. */
static void same_rows(World *world, const char *one, const char *other) {
	for (int round = 1; round <= ROUNDS; round++) {
		ask(world, arena_printf(world->arena, "select fill(%d)::text", round));
		const char *differ = ask(world, arena_printf(world->arena,
		                                             "with a as (%s\n), b as (%s\n), gone as (select * from a except all select * from b), "
		                                             "come as (select * from b except all select * from a) "
		                                             "select (select count(*) from gone) || ' gone, ' || (select count(*) from come) || ' come'",
		                                             one, other));
		if (strcmp(differ, "0 gone, 0 come") != 0) fail_msg("%s\n%s\n%s, round %d", one, other, differ, round);
	}
}

static void counts_compared_with_none(void **state) {
	static const char *const texts[] = {
	    "select * from orders o where (select count(*) from items i where i.order_id = o.id) > 0",
	    "select * from orders o where (select count(*) from items i where i.order_id = o.id) = 0 or o.status = 'a'",
	    "select id, not (select count(*) from items i where i.order_id = o.customer) >= 1 as x from orders o",
	    "select id, 1 > (select count(price) from items i where note = status) as x from orders o",
	    "select (select count(*) from items) <> 0, (select count(*) from orders where total > 100) <= 0",
	    "select count(*) > 0 as x from items where note is null",
	    "select count(*) = 0 as x from orders, items where total < -1",
	    "with x as (select id from items where price > 3) select 0 < (select count(*) from x), id from orders",
	};
	World *world = *state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const char *rewrite = counting_as_exists(world->arena, statement_parse(world->arena, texts[i]), &world->facts);
		if (!rewrite) fail_msg("%s stayed", texts[i]);
		same_rows(world, texts[i], rewrite);
	}
}

static void counts_that_stop_early(void **state) {
	static const char *const texts[] = {
	    "select count(*) from orders", "select count(id) as n from orders where status = 'a' or total is null",
	    "with x as (select 1 from items) select count(*) from x",
	};
	World *world = *state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const Statement *statement = statement_parse(world->arena, texts[i]);
		same_rows(world, texts[i], counting_capped(world->arena, statement, &world->facts, 1000));
		const char *eleven = counting_capped(world->arena, statement, &world->facts, 10);
		same_rows(world, arena_printf(world->arena, "select least(count, 11) from (%s) as c(count)", texts[i]), eleven);
		ask(world, counting_estimated(world->arena, statement, &world->facts));
	}
}

static void halves_of_an_or(void **state) {
	static const char *const texts[] = {
	    "select id, total from orders where customer = 4 or status = 'a'",
	    "select o.status, i.note from orders o join items i on i.order_id = o.id where (o.status = 'b' or i.note = 'c') and i.price > 5",
	    "select o.id, i.id as item from orders o join items i on i.order_id = o.id or i.price = o.customer where i.id < 60",
	    "select status from orders where customer between 2 and 5 and total > 3 or status is null",
	    "select o.status from orders o, items i where i.id = o.id and (not o.status = 'a' or left(i.note, 1) = 'b')",
	};
	World *world = *state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const char *rewrite = split_or(world->arena, statement_parse(world->arena, texts[i]), &world->facts);
		if (!rewrite) fail_msg("%s stayed", texts[i]);
		same_rows(world, texts[i], rewrite);
	}
}

static void joins_that_only_decide(void **state) {
	static const char *const texts[] = {
	    "select distinct o.customer, o.status from orders o join items i on i.order_id = o.id where i.price > 3 and o.total is not null",
	    "select distinct o.* from items i, orders o where i.order_id = o.customer and i.note = o.status",
	    "select distinct note from items join orders on order_id = orders.id and total > price where status = 'a' or customer is null",
	    "select distinct status from orders, items",
	};
	World *world = *state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const char *rewrite = distinct_as_exists(world->arena, statement_parse(world->arena, texts[i]), &world->facts);
		if (!rewrite) fail_msg("%s stayed", texts[i]);
		same_rows(world, texts[i], rewrite);
	}
}

/* Nulls make a difference only where it is said that they do. */
static void not_in_and_all_of_a_subquery(void **state) {
	static const struct {
		const char *sql;
		bool left_null, right_null;
	} cases[] = {
	    {"select * from orders where id not in (select id from items where price > 5)", false, false},
	    {"select * from orders o where o.id not in (select i.order_id from items i where i.order_id is not null) and total > 2", false, false},
	    {"select * from orders where not id = any (select id from items) and id <> all (select price from items where note = 'a')", false, false},
	    {"select * from orders where not id in (with x as (select id from items) select id from x)", false, true},
	    {"select * from orders where id != all (select order_id from items where price = 3)", false, true},
	    {"select * from orders where customer not in (select price from items)", true, false},
	    {"select * from orders where customer is not null and customer not in (select price from items where price < 5)", false, false},
	    {"select * from orders where customer <> all (select order_id from items) and status not in (select note from items)", true, true},
	};
	World *world = *state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AntiJoin join = anti_join(world->arena, statement_parse(world->arena, cases[i].sql), &world->facts);
		if (!join.statement || join.left_null != cases[i].left_null || join.right_null != cases[i].right_null)
			fail_msg("%s: %s, %d %d", cases[i].sql, join.statement ? join.statement : "stayed", join.left_null, join.right_null);
		if (!join.left_null && !join.right_null) same_rows(world, cases[i].sql, join.statement);
		else ask(world, arena_printf(world->arena, "select count(*) from (%s) as made", join.statement));
	}
}

static void subqueries_of_each_row(void **state) {
	static const char *const texts[] = {
	    "select o.id, (select count(*) from items i where i.order_id = o.id) from orders o",
	    "select o.id, (select count(i.note) from items i where i.order_id = o.id and i.price > 3) as n, (select sum(price) from items where order_id = o.id) "
	    "from orders o where o.status = 'a' or o.total is null",
	    "select id, coalesce((select min(note) from items where order_id = orders.id and price between 2 and 9 and note <> 'b'), 'none') from orders",
	    "select o.id, o.status, (select avg(price) from items i where o.customer = i.price and i.note = o.status) from orders o",
	    "select o.id from orders o where (select count(distinct price) from items i where i.order_id = o.id) = 0 order by (select max(price) from items i where "
	    "i.order_id = o.id)",
	    "select o.id, (select bool_or(price > 10) from items i where i.order_id = o.customer) from orders o left join items p on p.order_id = o.id",
	    "select o.id, (select i.id from items i where i.order_id = o.id and note is not null order by price desc, id limit 1) as i from orders o",
	    "select o.id, (select price from items i where i.order_id = o.id order by price desc limit 1) from orders o",
	    "select i.id, i.note, (select o.status from orders o where o.id = i.order_id) from items i where i.price < 15",
	    "select i.id, i.note, (select status from orders where id = order_id and total > 3), (select count(*) from orders o where o.customer = i.price) from items i",
	};
	World *world = *state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		SubqueryJoin join = subquery_join(world->arena, statement_parse(world->arena, texts[i]), &world->facts);
		if (!join.statement || join.check) fail_msg("%s stayed, %s", texts[i], join.check);
		same_rows(world, texts[i], join.statement);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counts_compared_with_none),
	    cmocka_unit_test(counts_that_stop_early),
	    cmocka_unit_test(not_in_and_all_of_a_subquery),
	    cmocka_unit_test(subqueries_of_each_row),
	    cmocka_unit_test(halves_of_an_or),
	    cmocka_unit_test(joins_that_only_decide),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
