/* test_block.c: the levels of a query: tables, conditions, order, paging, and where they stand. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "sql/statement.h"

static Arena *arena;
static const Statement *statement;

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

/* The nth level of a statement. */
static const QueryBlock *block(const char *text, size_t nth) {
	statement = statement_parse(arena, text);
	if (!statement->parsed) fail_msg("%s: %s", text, statement->problem);
	assert_true(nth < statement->blocks.count);
	return &statement->blocks.items[nth];
}

static const char *joined(Str *words) {
	const char *text = arena_copy(arena, words->text);
	str_release(words);
	return text;
}

/* "s.orders o, customers" */
static const char *tables(const QueryBlock *of) {
	Str words = STR_INIT;
	for (size_t i = 0; i < of->tables.count; i++) {
		const TableRef *table = &of->tables.items[i];
		str_printf(&words, "%s%s%s%s%s%s", i ? ", " : "", table->schema ? table->schema : "", table->schema ? "." : "", table->name,
		           table->alias ? " " : "", table->alias ? table->alias : "");
	}
	return joined(&words);
}

/* "J o.id = c.id; a = 1": joins are marked. */
static const char *conditions(const PredicateList *list) {
	Str words = STR_INIT;
	for (size_t i = 0; i < list->count; i++)
		str_printf(&words, "%s%s%s", i ? "; " : "", list->items[i].kind == PREDICATE_JOIN ? "J " : "", list->items[i].text);
	return joined(&words);
}

static const char *order(const QueryBlock *of) {
	Str words = STR_INIT;
	for (size_t i = 0; i < of->order_by.count; i++) {
		const SortKey *key = &of->order_by.items[i];
		str_printf(&words, "%s%d:%s%s%s", i ? ", " : "", key->operand.kind, key->operand.text, key->descending ? " desc" : "",
		           key->nulls_first == key->descending ? "" : key->nulls_first ? " first" : " last");
	}
	return joined(&words);
}

static const char *operands(const Operand *items, size_t count) {
	Str words = STR_INIT;
	for (size_t i = 0; i < count; i++) str_printf(&words, "%s%d:%s", i ? ", " : "", items[i].kind, items[i].text);
	return joined(&words);
}

static const char *slice(Span span) {
	return arena_copy_n(arena, statement->text + span.start, span.end - span.start);
}

static void tables_have_schema_and_alias(void **state) {
	(void)state;
	assert_string_equal(tables(block("select 1 from public.orders o, \"C\" as c cross join only x y tablesample system (1)", 0)),
	                    "public.orders o, C c, x y");
	assert_string_equal(tables(block("select 1 from generate_series(1, 2) g, lateral (select 1) s", 0)), "");
}

static void names_of_with_queries_are_no_tables(void **state) {
	(void)state;
	assert_string_equal(tables(block("with a as (select 1 from t) select 1 from a, b, s.a", 0)), "b, s.a");
	assert_string_equal(tables(block("with a as (select 1 from t) select 1 from a, b", 1)), "t");
	assert_string_equal(tables(block("with orders as (select * from orders) select * from orders", 0)), "");
	assert_string_equal(tables(block("with orders as (select * from orders) select * from orders", 1)), "orders");
	assert_string_equal(tables(block("with recursive r as (select 1 from t union all select 1 from r) select 1 from r", 0)), "");
	assert_string_equal(tables(block("with recursive r as (select 1 from t union all select 1 from r) select 1 from r", 2)), "t");
	assert_string_equal(tables(block("with recursive r as (select 1 from t union all select 1 from r) select 1 from r", 3)), "");
	assert_string_equal(tables(block("with a as (select 1), b as (select 1 from a, c) select 1 from b where exists (select 1 from a)", 1)), "");
	assert_string_equal(tables(block("with a as (select 1), b as (select 1 from a, c) select 1 from b", 2)), "c");
}

static void inner_joins_bind_and_outer_joins_do_not(void **state) {
	(void)state;
	const QueryBlock *found = block("select 1 from o join c on c.id = o.cid and c.x = 1 left join d on d.id = o.did where o.a = 1", 0);
	assert_string_equal(conditions(&found->where), "J c.id = o.cid; c.x = 1; o.a = 1");
	assert_string_equal(conditions(&found->outer_on), "J d.id = o.did");
	found = block("select 1 from a left join (b join c on b.x = c.x) on a.y = b.y", 0);
	assert_string_equal(conditions(&found->where), "");
	assert_string_equal(conditions(&found->outer_on), "J b.x = c.x; J a.y = b.y");
	found = block("select 1 from (a join b on a.x = b.x) left join c on a.y = c.y", 0);
	assert_string_equal(conditions(&found->where), "J a.x = b.x");
	found = block("select 1 from (a join b on a.x = b.x) full join c on a.y = c.y", 0);
	assert_string_equal(conditions(&found->where), "");
}

static void using_joins_name_both_sides(void **state) {
	(void)state;
	assert_string_equal(conditions(&block("select 1 from orders o join c using (id, \"X\")", 0)->where), "J o.id = c.id; J o.\"X\" = c.\"X\"");
	assert_string_equal(conditions(&block("select 1 from a join b using (x) join c using (x)", 0)->where), "J a.x = b.x; J a.x = c.x");
	assert_string_equal(conditions(&block("select 1 from a join b using (x) join c using (y)", 0)->where), "J a.x = b.x; J y = c.y");
	assert_string_equal(conditions(&block("select 1 from a natural join b", 0)->where), "");
}

static void unqualified_columns_join_only_between_several_sources(void **state) {
	(void)state;
	assert_int_equal(block("select 1 from a, b where x = y", 0)->where.items[0].kind, PREDICATE_JOIN);
	assert_int_equal(block("select 1 from a where x = y", 0)->where.items[0].kind, PREDICATE_OTHER);
}

static void subqueries_are_levels_of_their_own(void **state) {
	(void)state;
	const char *text = "select (select 1 from a) from (select 1 from b where x = 1) s where exists (select 1 from c where c.y in (select 2 from d))";
	assert_int_equal(block(text, 0)->parent, -1);
	static const struct {
		const char *table;
		int parent;
	} wanted[] = {{"a", 0}, {"b", 0}, {"c", 0}, {"d", 3}};
	assert_int_equal(statement->blocks.count, 5);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(tables(&statement->blocks.items[i + 1]), wanted[i].table);
		assert_int_equal(statement->blocks.items[i + 1].parent, wanted[i].parent);
	}
}

static void parts_of_a_union_stand_below(void **state) {
	(void)state;
	const QueryBlock *found = block("select a from x where b = 1 union all (select a from y limit 3) order by a desc limit 5", 0);
	assert_true(found->set_operation);
	assert_string_equal(tables(found), "");
	assert_string_equal(order(found), "1:a desc");
	assert_string_equal(found->limit, "5");
	assert_int_equal(statement->blocks.count, 3);
	assert_string_equal(tables(&statement->blocks.items[1]), "x");
	assert_string_equal(conditions(&statement->blocks.items[1].where), "b = 1");
	assert_string_equal(statement->blocks.items[2].limit, "3");
	assert_int_equal(statement->blocks.items[2].parent, 0);
}

static void order_is_resolved_to_what_it_stands_for(void **state) {
	(void)state;
	assert_string_equal(order(block("select o.a, lower(o.b) as l, o.c d from o order by 2 desc, l nulls first, a, d, e desc nulls last", 0)),
	                    "2:lower(o.b) desc, 2:lower(o.b) first, 1:o.a, 1:o.c, 1:e desc last");
	assert_string_equal(order(block("select *, a as b from o order by 2, b", 0)), "6:2, 1:a");
	assert_string_equal(order(block("select lower(x) from o order by lower, 9", 0)), "2:lower(x), 6:9");
	assert_string_equal(order(block("select a from o order by b.a, a + 1", 0)), "1:b.a, 2:(a + 1)");
}

static void groups_and_output_are_read(void **state) {
	(void)state;
	const QueryBlock *found =
	    block("select date_trunc('day', ts) as day, t.*, count(*), (select 1) from t group by day, 3, rollup (a, b), x", 0);
	assert_string_equal(operands(found->output.items, found->output.count),
	                    "2:date_trunc('day', ts), 6:t.*, 2:count(*), 5:(select 1)");
	assert_string_equal(operands(found->group_by.items, found->group_by.count), "2:date_trunc('day', ts), 6:3, 1:a, 1:b, 1:x");
}

static void the_shape_of_a_level_is_told(void **state) {
	(void)state;
	assert_true(block("select distinct a from t", 0)->distinct);
	assert_true(block("select distinct on (a) a from t", 0)->distinct);
	assert_false(block("select a from t", 0)->distinct);
	assert_true(block("select max(a) from t", 0)->aggregates);
	assert_true(block("select 1 from t group by a", 0)->aggregates);
	assert_true(block("select 1 from t having count(*) > 1", 0)->aggregates);
	assert_true(block("select my_agg(a order by b) from t", 0)->aggregates);
	assert_false(block("select lower(a), (select max(b) from u) from t", 0)->aggregates);
	assert_true(block("select sum(a) over (order by b) from t", 0)->windows);
	assert_false(block("select sum(a) over (order by b) from t", 0)->aggregates);
}

static void paging_is_read(void **state) {
	(void)state;
	const QueryBlock *found = block("select a from t limit 20 offset $1", 0);
	assert_true(found->has_limit && found->has_offset && !found->with_ties);
	assert_true(found->limit_rows == 20 && isnan(found->offset_rows));
	assert_string_equal(found->limit, "20");
	assert_string_equal(found->offset, "$1");
	found = block("select a from t offset 10 rows fetch first row only", 0);
	assert_true(found->offset_rows == 10 && found->limit_rows == 1);
	assert_true(block("select a from t order by a fetch first 3 rows with ties", 0)->with_ties);
	found = block("select a from t limit all", 0);
	assert_false(found->has_limit);
	assert_null(found->limit);
	assert_true(isnan(block("select a from t limit 2 + 3", 0)->limit_rows));
	assert_string_equal(block("select a from t limit -1", 0)->limit, "-1");
	assert_true(isnan(block("select a from t limit -1", 0)->limit_rows));
	assert_true(block("select a from t limit 5000000000", 0)->limit_rows == 5e9);
}

static void places_in_the_text_are_found(void **state) {
	(void)state;
	const QueryBlock *found = block("with w as (select 1 from x where y limit 2)\n"
	                                "select a as limit, t.offset from t -- from\n where a = any(array(select 1 limit 3)) -- c\n"
	                                "order by a /* x */ limit 10 /* y */ offset 5 for update",
	                                0);
	assert_string_equal(slice(found->where_span), "where a = any(array(select 1 limit 3))");
	assert_string_equal(slice(found->order_span), "order by a");
	assert_string_equal(slice(found->limit_span), "limit 10");
	assert_string_equal(slice(found->offset_span), "offset 5");
	assert_int_equal(found->where_goes, found->where_span.end);
	found = block("select a from t -- end\n group by a", 0);
	assert_string_equal(slice((Span){0, found->where_goes}), "select a from t");
	assert_int_equal(found->where_span.end, 0);
	found = block("select a from t order by b fetch next 5 rows only", 0);
	assert_string_equal(slice((Span){0, found->where_goes}), "select a from t");
	assert_string_equal(slice(found->limit_span), "fetch next 5 rows only");
	found = block("select a from t join u on conflict = u.x", 0);
	assert_int_equal(found->where_goes, strlen(statement->text));
	found = block("select percentile_cont(0.5) within group (order by x) from t where a is distinct from b", 0);
	assert_string_equal(slice(found->where_span), "where a is distinct from b");
}

static void places_are_found_inside_other_statements(void **state) {
	(void)state;
	const QueryBlock *found = block("insert into t (a, b) select a, b from s where c order by a on conflict (a) do update set a = 1 where t.b", 0);
	assert_string_equal(slice(found->where_span), "where c");
	found = block("insert into t (a, b) select a, b from s where c order by a", 0);
	assert_string_equal(slice(found->where_span), "where c");
	assert_string_equal(slice(found->order_span), "order by a");
	found = block("create table x as with w as (select 1) select a from s where c with no data", 0);
	assert_string_equal(slice(found->where_span), "where c");
	found = block("declare c no scroll cursor for select a from s order by a", 0);
	assert_string_equal(slice(found->order_span), "order by a");
	found = block("update t set a = 1 where b returning c", 0);
	assert_string_equal(slice(found->where_span), "where b");
	found = block("(select a from t where b) limit 5", 0);
	assert_int_equal(found->limit_span.end + found->where_goes, 0);
	found = block("(select a from t where b order by a limit 5)", 0);
	assert_string_equal(slice(found->where_span), "where b");
	assert_string_equal(slice(found->limit_span), "limit 5");
}

static void a_union_has_no_place_for_where(void **state) {
	(void)state;
	const QueryBlock *found = block("select a from t where b union select a from u where c order by 1 limit 5", 0);
	assert_int_equal(found->where_goes + found->where_span.end, 0);
	assert_string_equal(slice(found->order_span), "order by 1");
	assert_string_equal(slice(found->limit_span), "limit 5");
}

static void changes_are_levels_with_their_target_first(void **state) {
	(void)state;
	const QueryBlock *found = block("update a set x = (select 1 from z) from b where a.id = b.id returning a.y", 0);
	assert_string_equal(tables(found), "a, b");
	assert_string_equal(conditions(&found->where), "J a.id = b.id");
	assert_string_equal(operands(found->output.items, found->output.count), "1:a.y");
	assert_int_equal(statement->blocks.items[1].parent, 0);
	assert_string_equal(tables(block("delete from a using b where a.id = b.id", 0)), "a, b");
	found = block("merge into a using (select 1 from c) b on a.id = b.id when matched then delete", 0);
	assert_string_equal(tables(found), "a");
	assert_string_equal(conditions(&found->outer_on), "J a.id = b.id");
	assert_string_equal(tables(block("insert into a select 1 from b", 0)), "b");
	assert_int_equal(statement->blocks.count, 1);
	assert_string_equal(tables(block("with w as (select 1 from c) insert into a select 1 from w, b", 0)), "b");
}

static void a_utility_has_no_levels(void **state) {
	(void)state;
	assert_int_equal(statement_parse(arena, "create view v as select 1 from t")->blocks.count, 0);
	assert_int_equal(statement_parse(arena, "values (1)")->blocks.count, 1);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(tables_have_schema_and_alias, begin, finish),
	    cmocka_unit_test_setup_teardown(names_of_with_queries_are_no_tables, begin, finish),
	    cmocka_unit_test_setup_teardown(inner_joins_bind_and_outer_joins_do_not, begin, finish),
	    cmocka_unit_test_setup_teardown(using_joins_name_both_sides, begin, finish),
	    cmocka_unit_test_setup_teardown(unqualified_columns_join_only_between_several_sources, begin, finish),
	    cmocka_unit_test_setup_teardown(subqueries_are_levels_of_their_own, begin, finish),
	    cmocka_unit_test_setup_teardown(parts_of_a_union_stand_below, begin, finish),
	    cmocka_unit_test_setup_teardown(order_is_resolved_to_what_it_stands_for, begin, finish),
	    cmocka_unit_test_setup_teardown(groups_and_output_are_read, begin, finish),
	    cmocka_unit_test_setup_teardown(the_shape_of_a_level_is_told, begin, finish),
	    cmocka_unit_test_setup_teardown(paging_is_read, begin, finish),
	    cmocka_unit_test_setup_teardown(places_in_the_text_are_found, begin, finish),
	    cmocka_unit_test_setup_teardown(places_are_found_inside_other_statements, begin, finish),
	    cmocka_unit_test_setup_teardown(a_union_has_no_place_for_where, begin, finish),
	    cmocka_unit_test_setup_teardown(changes_are_levels_with_their_target_first, begin, finish),
	    cmocka_unit_test_setup_teardown(a_utility_has_no_levels, begin, finish),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
