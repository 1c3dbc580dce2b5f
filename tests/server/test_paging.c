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

/* Few values, so that pages end inside ties; and nulls. walk() reads page by page, with the keys of the row at hand in place of $1,
 * $2 …: of the last row of a page on the way forth, of the first on the way back, where a page may come last row first. */
static const char schema[] =
    "select setseed(0.5);"
    "create table loose (id int primary key, a int, b text, c boolean);"
    "insert into loose select i, nullif((random() * 6)::int, 3), nullif(chr(97 + (random() * 3)::int), 'c'), random() < 0.3 from generate_series(1, 60) i;"
    "create table tight (id int primary key, a int not null, b text not null, c boolean);"
    "insert into tight select i, (random() * 6)::int, chr(97 + (random() * 3)::int), random() < 0.3 from generate_series(1, 60) i;"
    "create table parts (loose_id int not null, no int not null, primary key (loose_id, no));"
    "insert into parts select 1 + i % 60, i / 60 from generate_series(0, 179) i;"
    "create table large (id int primary key, a int, b text);"
    "insert into large select i, nullif(i % 9, 3), nullif(chr(97 + (random() * 20)::int), 'c') from generate_series(1, 9000) i;"
    /* Of the page behind the row at that place: read from the table, one way or another. */
    "create function rows_read(whole text, place int, step text, keys text[]) returns numeric language plpgsql as $$\n"
    "declare at jsonb; plan jsonb;\n"
    "begin\n"
    "  execute format('select to_jsonb(w) from (%s) as w offset %s limit 1', whole, place) into at;\n"
    "  for k in 1 .. array_length(keys, 1) loop step := replace(step, '$' || k, quote_nullable(at ->> keys[k])); end loop;\n"
    "  execute 'explain (analyze, timing off, summary off, format json) ' || step into plan;\n"
    "  return (select sum(((n ->> 'Actual Rows')::numeric + coalesce((n ->> 'Rows Removed by Filter')::numeric, 0)) * (n ->> 'Actual Loops')::numeric)\n"
    "    from jsonb_path_query(plan, '$.** ? (@.\"Relation Name\" == \"large\")') n);\n"
    "end $$;"
    "create function walk(start text, step text, keys text[], labels text[], back boolean, reversed boolean) returns text language plpgsql as $$\n"
    "declare seen text := ''; part text; label text; at jsonb; page record; n int; rounds int := 0; query text := start;\n"
    "begin\n"
    "  loop\n"
    "    n := 0; part := '';\n"
    "    for page in execute query loop\n"
    "      select string_agg(coalesce(to_jsonb(page) ->> l, '~'), '.') || ' ' into label from unnest(labels) l;\n"
    "      part := case when reversed then label || part else part || label end;\n"
    "      if not back or reversed or n = 0 then at := to_jsonb(page); end if;\n"
    "      n := n + 1;\n"
    "    end loop;\n"
    "    seen := case when back then part || seen else seen || part end;\n"
    "    rounds := rounds + 1;\n"
    "    exit when n = 0 or rounds > 1000;\n"
    "    query := step;\n"
    "    for k in 1 .. array_length(keys, 1) loop query := replace(query, '$' || k, quote_nullable(at ->> keys[k])); end loop;\n"
    "  end loop;\n"
    "  return seen;\n"
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
	add_table(world, "large", row, false, row_key, 1);
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

typedef enum Labels { LABELS_ROWS, LABELS_KEYS } Labels;

static const char *walked(World *world, const char *start, const char *step, const Paging *paging, Labels labels, bool back) {
	Arena *arena = world->arena;
	const char *reversed = back && paging->before_reversed ? "true" : "false";
	return ask(world, arena_printf(arena, "select walk(%s, %s, array[%s], array[%s], %s, %s)", sql_literal(arena, start), sql_literal(arena, step),
	                               key_names(arena, &paging->keys), labels == LABELS_KEYS ? key_names(arena, &paging->keys) : "'id', 'no'",
	                               back ? "true" : "false", reversed));
}

static void same(const char *what, const char *step, const char *whole, const char *pages) {
	if (strcmp(whole, pages) != 0) fail_msg("%s\n%s\nwhole %s\npages %s", what, step, whole, pages);
}

static const char *sorted_words(World *world, const char *words) {
	return ask(world, arena_printf(world->arena, "select string_agg(w, ' ' order by w) from string_to_table(%s, ' ') w", sql_literal(world->arena, words)));
}

/* `select`: all but the paging; its rows have a, b, id and no. `ties`: pages end with all that tie. */
static Paging pages_hold_what_the_whole_holds(World *world, const char *select, const char *order, bool ties) {
	Arena *arena = world->arena;
	const char *limit = ties ? "fetch first 11 rows with ties" : "limit 11";
	const char *paged = arena_printf(arena, "%s order by %s %s offset 1000", select, order, limit);
	Paging paging = paging_rewrite(arena, statement_parse(arena, paged), &world->facts);
	if (!paging.statement) fail_msg("%s: %s", paged, paging.why_not);
	const char *whole_order = order;
	for (size_t i = 0; i < paging.keys.count; i++)
		if (paging.keys.items[i].added)
			whole_order = arena_printf(arena, "%s, %s%s", whole_order, paging.keys.items[i].text, paging.keys.items[i].descending ? " desc" : "");
	const char *ordered = arena_printf(arena, "%s order by %s", select, whole_order), *words = "";
	for (size_t i = 0; i < paging.keys.count && ties; i++)
		words = arena_printf(arena, "%s%scoalesce(%s::text, '~')", words, i ? " || '.' || " : "", paging.keys.items[i].column);
	const char *rows = ask(world, arena_printf(arena, "select string_agg(coalesce(id::text, '~') || '.' || coalesce(no::text, '~') || ' ', '') from (%s) as w", ordered));
	ask(world, arena_printf(arena, "prepare p as %s", paging.statement)); /* the parameters' types can be told */
	ask(world, arena_printf(arena, "prepare q as %s", paging.before));
	ask(world, arena_printf(arena, "prepare r as %s", paging.ordered));
	if (paging.last_row) ask(world, arena_printf(arena, "prepare l as %s", paging.last_row));
	assert_int_equal(!paging.last_row, ties);
	/* From the rows that come last, a page of their own, back to the first. */
	const char *last = arena_printf(arena, "select * from (%s) as w offset (select count(*) - 1 from (%s) as c)", ordered, select);
	if (ties)
		last = arena_printf(arena, "with w as (select *, rank() over (order by %s) as place from (%s) as s) select * from w where place = (select max(place) from w)",
		                    order, select);
	const char *forth = walked(world, paging.first, paging.statement, &paging, LABELS_ROWS, false);
	const char *back = walked(world, last, paging.before, &paging, LABELS_ROWS, true);
	if (!ties) {
		same(order, paging.statement, rows, forth);
		same(order, paging.before, rows, back);
		return paging;
	}
	const char *keys = ask(world, arena_printf(arena, "select string_agg(%s || ' ', '') from (%s) as w", words, ordered));
	same(order, paging.statement, sorted_words(world, rows), sorted_words(world, forth));
	same(order, paging.before, sorted_words(world, rows), sorted_words(world, back));
	same(order, paging.statement, keys, walked(world, paging.first, paging.statement, &paging, LABELS_KEYS, false));
	same(order, paging.before, keys, walked(world, last, paging.before, &paging, LABELS_KEYS, true));
	return paging;
}

/* Few values of the first key make the rewrite come in parts, many make it one condition. */
static void set_distinct(World *world, double distinct) {
	for (size_t i = 0; i < world->facts.tables.count; i++)
		for (size_t k = 0; k < world->facts.tables.items[i].columns.count; k++) world->facts.tables.items[i].columns.items[k].distinct = distinct;
}

static const char *const ways[] = {"asc nulls last", "asc nulls first", "desc nulls last", "desc nulls first"};

/* The index in the order of the keys, or its mirror, leads to every page: forth and back, amid nulls too. */
static void every_page_reads_few_rows_by_its_index(void **state) {
	static const int places[] = {10, 4000, 8100, 8990};
	World *world = *state;
	Arena *arena = world->arena;
	ask(world, "analyze large");
	set_distinct(world, 7);
	for (size_t i = 0; i < 32; i++) {
		const char *id = i / 16 % 2 ? "id desc" : "id", *mirrored_id = i / 16 % 2 ? "id" : "id desc";
		bool mirror = i % 3 == 0; /* ways[3 - i] is ways[i] backwards */
		const char *order = arena_printf(arena, "a %s, b %s, %s", ways[i % 4], ways[i / 4 % 4], id);
		const char *index = mirror ? arena_printf(arena, "a %s, b %s, %s", ways[3 - i % 4], ways[3 - i / 4 % 4], mirrored_id) : order;
		ask(world, "drop index if exists pages");
		ask(world, arena_printf(arena, "create index pages on large (%s)", index));
		const char *whole = arena_printf(arena, "select a, b, id from large order by %s", order);
		Paging paging = paging_rewrite(arena, statement_parse(arena, arena_printf(arena, "%s limit 10 offset 1000", whole)), &world->facts);
		assert_true(paging.quick);
		for (size_t k = i % 2; k < 2 * sizeof places / sizeof *places; k += 3) {
			const char *step = k % 2 ? paging.before : paging.statement;
			double read = atof(ask(world, arena_printf(arena, "select rows_read(%s, %d, %s, array[%s])", sql_literal(arena, whole), places[k / 2], sql_literal(arena, step),
			                                           key_names(arena, &paging.keys))));
			if (read > 150) fail_msg("%s with (%s), behind row %d: %g rows read\n%s", order, index, places[k / 2], read, step);
		}
	}
}

/* Two keys that may be null and one that never is: all 32 combinations, as one condition and in parts. */
static void every_direction_and_place_of_nulls(void **state) {
	World *world = *state;
	size_t in_parts = 0;
	for (size_t i = 0; i < 32 * 2; i++) {
		if (i >= 32 && strstr(ways[i % 4], "last")) continue; /* in parts again */
		set_distinct(world, i < 32 ? 7 : 1e6);
		const char *order = arena_printf(world->arena, "a %s, b %s, id%s", ways[i % 4], ways[i / 4 % 4], i / 16 % 2 ? " desc" : "");
		Paging paging = pages_hold_what_the_whole_holds(world, "select a, b, id, 0 as no from loose", order, false);
		in_parts += strstr(paging.statement, "UNION ALL") != NULL;
		assert_false(paging.before_reversed);
	}
	assert_int_equal(in_parts, 32); /* all where many rows have the first key */
}

static void a_tie_breaker_and_conditions_of_its_own(void **state) {
	static const char *const selects[] = {"select a, b, id, 0 as no from loose\n", "select a, b, id, 0 as no from tight\n",
	                                      "select a, b, id, 0 as no from loose where a < 5 or c -- a comment\n"};
	static const char *const orders[] = {"a %s", "a %s, id", "b, a %s, id desc", "a %s, b desc"};
	World *world = *state;
	for (size_t s = 0; s < sizeof selects / sizeof *selects; s++)
		for (size_t i = 0; i < 4 * 4; i++) {
			set_distinct(world, (i + s) % 2 ? 7 : 1e6);
			const char *before = strstr(orders[i / 4], "%s"), *way = ways[i % 4];
			const char *order = arena_printf(world->arena, "%.*s%s%s", (int)(before - orders[i / 4]), orders[i / 4], way, before + 2);
			pages_hold_what_the_whole_holds(world, selects[s], order, false);
		}
}

static void joins_that_multiply_rows(void **state) {
	static const char *const orders[] = {"l.a, l.b", "l.a desc, l.b desc nulls last", "l.a nulls first, l.b"};
	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
		pages_hold_what_the_whole_holds(*state, "select l.a, l.b, l.id, p.no from loose l join parts p on p.loose_id = l.id where p.no < 2", orders[i], false);
}

/* Only the select list's own names make the page before come in its order. */
static void keys_under_other_names_come_last_first(void **state) {
	World *world = *state;
	set_distinct(world, 7);
	Paging paging = pages_hold_what_the_whole_holds(world, "select to_jsonb(l) ->> 'a' as a, b, id, 0 as no from loose l", "l.a, l.b desc", false);
	assert_true(paging.before_reversed);
}

static void pages_that_end_with_all_that_tie(void **state) {
	World *world = *state;
	for (size_t i = 0; i < 16; i++) {
		set_distinct(world, i % 5 < 3 ? 7 : 1e6);
		const char *order = arena_printf(world->arena, "a %s, b %s", ways[i % 4], ways[i / 4 % 4]);
		pages_hold_what_the_whole_holds(world, i % 3 ? "select a, b, id, 0 as no from loose" : "select a, b, id, 0 as no from tight", order, true);
	}
}

static void groups_and_distinct_rows(void **state) {
	static const char *const selects[] = {"select a, b, count(*) as id, max(id) as no from loose where a < 5 or b is null group by a, b",
	                                      "select a, b, sum(id) as id, 0 as no from loose group by 1, b having count(*) > 1"};
	World *world = *state;
	for (size_t i = 0; i < 16; i++) {
		set_distinct(world, i % 3 ? 7 : 1e6);
		const char *order = arena_printf(world->arena, i % 2 ? "a %s, b %s" : "b %s, a %s", ways[i % 4], ways[i / 4]);
		pages_hold_what_the_whole_holds(world, selects[i % 2], order, false);
		pages_hold_what_the_whole_holds(world, "select distinct a, b, b as id, a as no from loose", arena_printf(world->arena, i % 2 ? "a %s" : "b %s", ways[i / 2 % 4]), false);
	}
}

static void any_page_by_its_number(void **state) {
	static const char *const froms[] = {"select a, id, 0 as no from loose", "select *, id + 1 as x, 0 as no, (select max(no) from parts p where p.loose_id = l.id) from loose l where a < 5 or c",
	                                    "select loose_id as id, no from parts"};
	static const char *const orders[] = {"1, id", "id + 1 desc, a nulls first", "no desc"};
	World *world = *state;
	Arena *arena = world->arena;
	for (size_t i = 0; i < 3; i++)
		for (int offset = 0; offset <= 60; offset += 20) {
			const char *paged = arena_printf(arena, "%s order by %s limit 9 offset %d", froms[i], orders[i], offset);
			Paging paging = paging_rewrite(arena, statement_parse(arena, paged), &world->facts);
			if (!paging.by_number) fail_msg("%s", paged);
			const char *more = "";
			for (size_t k = 0; k < paging.keys.count; k++)
				if (paging.keys.items[k].added) more = arena_printf(arena, "%s, %s%s", more, paging.keys.items[k].text, paging.keys.items[k].descending ? " desc" : "");
			const char *page = arena_printf(arena, "%s order by %s%s limit 9 offset %d", froms[i], orders[i], more, offset);
			same(paged, paging.by_number, ask(world, arena_printf(arena, "select string_agg(id || '.' || no || ' ', '') from (%s) as w", page)),
			     ask(world, arena_printf(arena, "select string_agg(id || '.' || no || ' ', '') from (%s) as w", paging.by_number)));
		}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_direction_and_place_of_nulls),
	    cmocka_unit_test(every_page_reads_few_rows_by_its_index),
	    cmocka_unit_test(a_tie_breaker_and_conditions_of_its_own),
	    cmocka_unit_test(joins_that_multiply_rows),
	    cmocka_unit_test(keys_under_other_names_come_last_first),
	    cmocka_unit_test(pages_that_end_with_all_that_tie),
	    cmocka_unit_test(groups_and_distinct_rows),
	    cmocka_unit_test(any_page_by_its_number),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
