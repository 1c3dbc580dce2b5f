/* test_paging.c: pages by key hold the same rows in the same order as the whole result, for every mix of directions and nulls. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "advise/index_choice.h"
#include "advise/paging.h"
#include "pg/cluster.h"

/* Few values, so that pages end inside ties; and nulls. walk() reads page by page with the last row's values in place of $1, $2 … */
static const char schema[] =
    "create table loose (id int primary key, a int, b text, c boolean);"
    "insert into loose select i, nullif(i % 7, 3), nullif(chr(97 + i * 5 % 4), 'c'), i % 3 = 0 from generate_series(1, 300) i;"
    "create table tight (id int primary key, a int not null, b text not null, c boolean);"
    "insert into tight select i, i % 7, chr(97 + i * 5 % 4), i % 3 = 0 from generate_series(1, 300) i;"
    "create table parts (loose_id int not null, no int not null, primary key (loose_id, no));"
    "insert into parts select 1 + i % 300, i / 300 from generate_series(0, 899) i;"
    "create function walk(first text, next text, keys text[]) returns text language plpgsql as $$\n"
    "declare ids text := ''; last jsonb; page record; n int; rounds int := 0; query text := first;\n"
    "begin\n"
    "  loop\n"
    "    n := 0;\n"
    "    for page in execute query loop\n"
    "      ids := ids || page.id || '.' || page.no || ' '; last := to_jsonb(page); n := n + 1;\n"
    "    end loop;\n"
    "    rounds := rounds + 1;\n"
    "    exit when n = 0 or rounds > 1000;\n"
    "    query := next;\n"
    "    for k in 1 .. array_length(keys, 1) loop query := replace(query, '$' || k, quote_nullable(last ->> keys[k])); end loop;\n"
    "  end loop;\n"
    "  return ids;\n"
    "end $$;";

typedef struct World {
	Arena *arena;
	Cluster *cluster;
	Err err;
	Facts facts;
} World;

static void add_table(World *world, const char *name, const char *const *columns, bool strict, const char *const *key, size_t key_count) {
	TableFacts *table = list_push(world->arena, &world->facts.tables);
	*table = (TableFacts){.schema = "public", .name = name, .kind = 'r', .rows = 1e6, .pages = 1e4};
	for (; *columns; columns++)
		*list_push(world->arena, &table->columns) = (ColumnFacts){.name = *columns, .type = "integer", .not_null = strict || strcmp(*columns, "id") == 0, .distinct = 7};
	*list_push(world->arena, &table->indexes) = (IndexFacts){.name = "key", .method = "btree", .keys = key, .key_count = key_count, .valid = true, .unique = true, .primary = true};
}

static int begin(void **state) {
	static const char *const row[] = {"id", "a", "b", "c", NULL}, *const part[] = {"loose_id", "no", NULL};
	static const char *const row_key[] = {"id"}, *const part_key[] = {"loose_id", "no"};
	World *world = calloc(1, sizeof *world);
	*world = (World){.arena = arena_new(), .err = ERR_INIT};
	*state = world;
	add_table(world, "loose", row, false, row_key, 1);
	add_table(world, "tight", row, true, row_key, 1);
	add_table(world, "parts", part, true, part_key, 2);
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

static const char *key_names(Arena *arena, const PagingKeys *keys) {
	const char *names = "";
	for (size_t i = 0; i < keys->count; i++) names = arena_printf(arena, "%s%s'%s'", names, i ? ", " : "", keys->items[i].column);
	return names;
}

/* `select`: all but the paging; its rows have a, b, id and no. */
static void pages_hold_what_the_whole_holds(World *world, const char *select, const char *order) {
	Arena *arena = world->arena;
	const char *paged = arena_printf(arena, "%s order by %s limit 7 offset 1000", select, order);
	Paging paging = paging_rewrite(arena, statement_parse(arena, paged), &world->facts);
	if (!paging.statement) fail_msg("%s: %s", paged, paging.why_not);
	const char *whole_order = order;
	for (size_t i = 0; i < paging.keys.count; i++)
		if (paging.keys.items[i].added)
			whole_order = arena_printf(arena, "%s, %s%s", whole_order, paging.keys.items[i].text, paging.keys.items[i].descending ? " desc" : "");
	const char *first = arena_printf(arena, "%s order by %s limit 7", select, whole_order);
	const char *whole = ask(world, arena_printf(arena, "select string_agg(id || '.' || no || ' ', '') from (%s order by %s) as w", select, whole_order));
	ask(world, arena_printf(arena, "prepare p as %s", paging.statement)); /* the parameters' types can be told */
	const char *walked = ask(world, arena_printf(arena, "select walk(%s, %s, array[%s])", sql_literal(arena, arena_printf(arena, "select * from (%s) as f", first)),
	                                             sql_literal(arena, paging.statement), key_names(arena, &paging.keys)));
	if (strcmp(whole, walked) != 0) fail_msg("%s\n%s\nwhole  %s\nwalked %s", order, paging.statement, whole, walked);
}

/* Few values of the first key make the rewrite come in parts, many make it one condition. */
static void set_distinct(World *world, double distinct) {
	for (size_t i = 0; i < world->facts.tables.count; i++)
		for (size_t k = 0; k < world->facts.tables.items[i].columns.count; k++) world->facts.tables.items[i].columns.items[k].distinct = distinct;
}

static void every_direction_and_place_of_nulls(void **state) {
	static const char *const ways[] = {"asc nulls last", "asc nulls first", "desc nulls last", "desc nulls first"};
	static const char *const selects[] = {"select a, b, id, 0 as no from loose", "select a, b, id, 0 as no from tight",
	                                      "select a, b, id, 0 as no from loose where a < 5 or c -- a comment"};
	World *world = *state;
	/* with an id of its own direction behind it, with the one that is appended, and behind another column */
	static const char *const orders[] = {"a %s", "a %s, id", "a %s, id desc", "b, a %s, id desc"};
	for (size_t i = 0; i < 4 * 4 * 2; i++) {
		set_distinct(world, i < 16 ? 7 : 1e6);
		const char *before = strstr(orders[i / 4 % 4], "%s"), *way = ways[i % 4];
		const char *order = arena_printf(world->arena, "%.*s%s%s", (int)(before - orders[i / 4 % 4]), orders[i / 4 % 4], way, before + 2);
		pages_hold_what_the_whole_holds(world, selects[i % 3 == 0], order);
	}
	for (size_t s = 0; s < sizeof selects / sizeof *selects; s++)
		for (size_t way = 0; way < 4 * 4 * 2; way++) {
			set_distinct(world, way < 16 ? 7 : 1e6);
			const char *select = arena_printf(world->arena, "%s\n", selects[s]);
			pages_hold_what_the_whole_holds(world, select, arena_printf(world->arena, "a %s, b %s", ways[way % 4], ways[way / 4 % 4]));
		}
}

static void joins_that_multiply_rows(void **state) {
	static const char *const orders[] = {"l.a, l.b", "l.a desc, l.b desc nulls last", "l.a nulls first, l.b"};
	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
		pages_hold_what_the_whole_holds(*state, "select l.a, l.b, l.id, p.no from loose l join parts p on p.loose_id = l.id where p.no < 2", orders[i]);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_direction_and_place_of_nulls),
	    cmocka_unit_test(joins_that_multiply_rows),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
