/* test_rewrites.c: a statement and what it is rewritten to give the same rows, over random data with nulls, ties and duplicates. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "advise/anti_join.h"
#include "advise/bare_condition.h"
#include "advise/counting.h"
#include "advise/distinct_exists.h"
#include "advise/split_or.h"
#include "advise/subquery_join.h"
#include "advise/volatility.h"
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
    "$$;"
    "create function compare(one text, other text) returns text language plpgsql as $$\n"
    "declare gone bigint; come bigint;\n"
    "begin\n"
    "  for round in 1 .. 6 loop\n"
    "    perform fill(round);\n"
    "    execute 'with a as (' || one || E'\\n), b as (' || other || E'\\n), g as (select * from a except all select * from b), '\n"
    "      || 'c as (select * from b except all select * from a) select (select count(*) from g), (select count(*) from c)' into gone, come;\n"
    "    if gone + come > 0 then return format('%s gone, %s come in round %s', gone, come, round); end if;\n"
    "  end loop;\n"
    "  return '';\n"
    "end $$;"
    /* Days on which clocks go back or on at midnight (São Paulo) or by half an hour (Lord Howe), each quarter of an hour. */
    "create table moments (id int generated always as identity, at timestamptz, local timestamp, n int, big bigint, code uuid);"
    "insert into moments (at, local, n, big, code)"
    "  select t, t at time zone 'UTC', extract(epoch from t)::bigint / 900 % 41, extract(epoch from t)::bigint / 900 % 67, md5((extract(epoch from t)::int % 7)::text)::uuid"
    "  from (select generate_series('2018-02-16Z'::timestamptz, '2018-02-20Z', '15 min') union all select generate_series('2018-11-02Z'::timestamptz, '2018-11-06Z', '15 min')"
    "    union all select generate_series('2018-10-06Z'::timestamptz, '2018-10-08Z', '15 min') union all select generate_series('2017-12-30Z'::timestamptz, '2018-01-03Z', '1 h')"
    "    union all select generate_series('2018-03-30Z'::timestamptz, '2018-05-02Z', '5 h')) as times(t);"
    "insert into moments (n) select null from generate_series(1, 5);"
    "create function filter_of(query text) returns text language plpgsql as $$\n"
    "declare plan json;\n"
    "begin execute 'explain (format json) ' || query into plan; return plan -> 0 -> 'Plan' ->> 'Filter'; end $$;";

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
	const char *differ = ask(world, arena_printf(world->arena, "select compare(%s, %s)", sql_literal(world->arena, one), sql_literal(world->arena, other)));
	if (*differ) fail_msg("%s\n%s\n%s", one, other, differ);
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
	    {"select * from orders where id not in (select id from items group by rollup (id))", false, true},
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
	    "select o.id, (select count(*) from items i join orders p on p.customer = i.price and p.id > i.id where i.order_id = o.id), (select sum(p.total) from items i join "
	    "orders p on p.customer = i.price and p.id > i.id where i.order_id = o.id) from orders o",
	    "select o.id, (select i.note from items i where i.order_id = o.id order by i.price, i.id limit 1), (select i.price from items i where i.order_id = o.id order by "
	    "i.price, i.id limit 1) from orders o",
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

/* The words of a list of queries' filters, as EXPLAIN prints them here. */
static char **filters_of(World *world, const char *const *conditions, size_t count) {
	const char *list = "";
	for (size_t i = 0; i < count; i++)
		list = arena_printf(world->arena, "%s%s(%zu, %s)", list, i ? ", " : "", i, sql_literal(world->arena, arena_printf(world->arena, "select from moments where %s", conditions[i])));
	char *all = arena_copy(world->arena, ask(world, arena_printf(world->arena, "select string_agg(filter_of(q), '|' order by i) from (values %s) as v (i, q)", list)));
	char **filters = ARENA_ARRAY(world->arena, char *, count);
	for (size_t i = 0; i < count; i++) filters[i] = strsep(&all, "|");
	return filters;
}

/* As written and as EXPLAIN prints it, wherever a day begins. */
static void conditions_on_bare_columns(void **state) {
	static const char *const zones[] = {"UTC", "America/Sao_Paulo", "America/New_York", "America/Havana", "Australia/Lord_Howe"};
	static const char *const conditions[] = {
	    "at::date = '2018-02-18'", "at::date >= '2018-11-04'", "at::date < '2018-02-18'", "at::date <= '2018-10-07'", "at::date > '2018-11-03'",
	    "date(at) = '2018-11-04'", "date_trunc('day', at) = '2018-02-17'", "date_trunc('hour', at) >= '2018-02-17 23:00'", "date_trunc('month', at) <= '2018-04-01'",
	    "date_trunc('week', at) > '2018-02-12'", "date_trunc('day', at) < '2018-02-17 12:00'", "date_trunc('quarter', at) = '2018-01-01'",
	    "extract(year from at) = 2018", "date_part('year', at) < 2018", "local::date = '2018-02-18'", "date_trunc('day', local) > '2018-11-04'",
	    "extract(year from local) >= 2018", "date_trunc('hour', at) = '2018-04-01 01:00'", "(at at time zone 'America/Sao_Paulo')::date = '2018-02-17'",
	    "date_trunc('day', at at time zone 'America/New_York') <= '2018-11-04'", "extract(year from at at time zone 'Asia/Kolkata') = 2017",
	    "date(at at time zone 'Australia/Lord_Howe') > '2018-10-06'", "date_trunc('minute', at) = '2018-11-04 00:15'",
	    "n + 5 = 9", "n - 3 > 4", "(n + 2) <= 30", "big::numeric = 12", "big::double precision > 12.0", "big::text = '12'",
	    "code::text = 'cfcd2084-95d5-65ef-66e7-dff9f98764da'",
	};
	enum { DOUBTLESS = 3 }; /* of the zones: in the others a day or an hour is told to make a difference */
	enum { COUNT = sizeof conditions / sizeof *conditions };
	static const ColumnSpec columns[] = {{"id", "integer", true}, {"at", "timestamp with time zone", false}, {"local", "timestamp without time zone", false},
	                                     {"n", "integer", false}, {"big", "bigint", false}, {"code", "uuid", false}};
	World *world = *state;
	Arena *arena = world->arena;
	add_table(world, "moments", columns, sizeof columns / sizeof *columns);
	const TableFacts *table = table_facts(&world->facts, "public", "moments");
	for (size_t z = 0; z < sizeof zones / sizeof *zones; z++) {
		ask(world, arena_printf(arena, "alter database postgres set timezone = '%s'", zones[z]));
		char **filters = filters_of(world, conditions, COUNT);
		const char *differ = "select 'nothing' where false";
		size_t rewritten = 0;
		for (size_t i = 0; i < 2 * COUNT; i++) {
			const char *condition = i < COUNT ? conditions[i] : filters[i - COUNT];
			Bare bare = bare_condition(arena, table, &predicate_parse(arena, condition, NULL)->items[0]);
			bool clocks = z < DOUBTLESS && bare.note && strstr(bare.note, "clocks are put back");
			if (!bare.condition || (bare.note && !clocks)) continue;
			rewritten++;
			differ = arena_printf(arena, "%s union all select %s where exists (select from moments where ((%s) is true) <> ((%s) is true))", differ,
			                      sql_literal(arena, arena_printf(arena, "%s is not %s", condition, bare.condition)), condition, bare.condition);
		}
		assert_true(rewritten > (z < DOUBTLESS ? 2 * COUNT - 6 : COUNT / 2));
		const char *found = ask(world, arena_printf(arena, "select coalesce(string_agg(t, '; '), '') from (%s) as d (t)", differ));
		if (*found) fail_msg("%s: %s", zones[z], found);
	}
}

/* What may stand in an index by our own judgement is taken by the server, and what may not is refused. */
static void what_an_index_may_hold(void **state) {
	static const char *const keys[] = {
	    "lower(status)", "date_trunc('day', created)", "(created)::date", "(created AT TIME ZONE 'UTC')::date", "EXTRACT(year FROM created)",
	    "(total)::text", "(created)::text",           "to_char(created, 'YYYY')", "abs(total)", "round(total, 1)",
	    "coalesce(status, 'x')", "(total + 1)", "date_trunc('day', created AT TIME ZONE 'UTC')", "md5(status)", "concat(status, 'a')",
	    "(created + '1 day'::interval)", "length(status)", "(id)::numeric", "upper(status)", "age(created)",
	};
	World *world = *state;
	const TableFacts *orders = table_facts(&world->facts, "public", "orders");
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const PredicateList *list = predicate_parse(world->arena, arena_printf(world->arena, "%s = '1'", keys[i]), NULL);
		Immutable immutable = operand_immutable(world->arena, &world->facts, orders, &list->items[0].left);
		Err err = ERR_INIT;
		bool taken = cluster_run(world->cluster, "postgres", arena_printf(world->arena, "create index on orders ((%s))", keys[i]), &err);
		err_release(&err);
		if (immutable == IMMUTABLE_UNKNOWN || taken != (immutable == IMMUTABLE_YES)) fail_msg("%s: %s, judged %d", keys[i], taken ? "taken" : "refused", (int)immutable);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counts_compared_with_none),
	    cmocka_unit_test(counts_that_stop_early),
	    cmocka_unit_test(not_in_and_all_of_a_subquery),
	    cmocka_unit_test(subqueries_of_each_row),
	    cmocka_unit_test(conditions_on_bare_columns),
	    cmocka_unit_test(what_an_index_may_hold),
	    cmocka_unit_test(halves_of_an_or),
	    cmocka_unit_test(joins_that_only_decide),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
