/* test_predicate.c: conditions as EXPLAIN prints them and as people write them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "sql/predicate.h"

static const char *const kinds[] = {
    [PREDICATE_EQUAL] = "equal", [PREDICATE_IN] = "in", [PREDICATE_NULL] = "null", [PREDICATE_NOT_NULL] = "not-null",
    [PREDICATE_BOOLEAN] = "boolean", [PREDICATE_RANGE] = "range", [PREDICATE_LIKE] = "like", [PREDICATE_CONTAINS] = "contains",
    [PREDICATE_NOT_EQUAL] = "not-equal", [PREDICATE_JOIN] = "join", [PREDICATE_OR] = "or", [PREDICATE_SUBPLAN] = "subplan",
    [PREDICATE_OTHER] = "other",
};
static const char *const operands[] = {"", "column", "expression", "constant", "parameter", "planned", "other"};

static void add_operand(Str *to, const Operand *operand) {
	if (operand->kind == OPERAND_NONE) return;
	str_printf(to, " %s<%s>", operands[operand->kind], operand->text);
	if (operand->function) str_printf(to, "%s", operand->function);
}

/* "not equal = column<a> constant<1>; or{…|…}" */
static void describe(Str *to, const PredicateList *list) {
	for (size_t i = 0; i < list->count; i++) {
		const Predicate *predicate = &list->items[i];
		str_printf(to, "%s%s%s", i ? "; " : "", predicate->negated ? "not " : "", kinds[predicate->kind]);
		if (predicate->operator_name) str_printf(to, " %s", predicate->operator_name);
		add_operand(to, &predicate->left);
		add_operand(to, &predicate->right);
		for (size_t b = 0; b < predicate->branch_count; b++) {
			str_add(to, b ? " | " : "{");
			describe(to, &predicate->branches[b]);
			if (b + 1 == predicate->branch_count) str_add(to, "}");
		}
	}
}

static void expect(const char *condition, const char *meaning) {
	Arena *arena = arena_new();
	Err err = ERR_INIT;
	Str found = STR_INIT;
	PredicateList *list = predicate_parse(arena, condition, &err);
	if (list)
		describe(&found, list);
	else
		str_printf(&found, "error: %s", err.message.text);
	assert_string_equal(found.text, meaning);
	str_release(&found);
	err_release(&err);
	arena_free(arena);
}

/* The left side of the first predicate. */
static void expect_keys(const char *condition, const char *key, const char *exact_key) {
	Arena *arena = arena_new();
	PredicateList *list = predicate_parse(arena, condition, NULL);
	assert_non_null(list);
	const Operand *left = &list->items[0].left;
	if (key) {
		assert_non_null(left->key);
		assert_string_equal(left->key, key);
		assert_string_equal(left->exact_key, exact_key);
	} else {
		assert_null(left->key);
		assert_null(left->exact_key);
	}
	arena_free(arena);
}

static void and_is_flattened(void **state) {
	(void)state;
	expect("((status = 'open'::text) AND (created_at > (now() - '7 days'::interval)))",
	       "equal = column<status> constant<'open'::text>; range > column<created_at> constant<(now() - '7 days'::interval)>");
	expect("(active AND (NOT deleted))", "boolean column<active>; not boolean column<deleted>");
}

static void a_varchar_under_its_label_is_a_column(void **state) {
	(void)state;
	Arena *arena = arena_new();
	expect("((code)::text = 'a'::text)", "equal = column<code> constant<'a'::text>");
	expect("((o.code)::character varying ~~ 'a%'::text)", "like ~~ column<o.code> constant<'a%'::text>");
	expect("((tags)::text[] @> '{a}'::text[])", "contains @> column<tags> constant<'{a}'::text[]>");
	PredicateList *list = predicate_parse(arena, "((o.code)::text = 'a'::text)", NULL);
	assert_string_equal(list->items[0].left.type, "text");
	assert_string_equal(list->items[0].left.name.qualifier, "o");
	assert_string_equal(list->items[0].left.name.column, "code");
	arena_free(arena);
}

static void other_casts_are_expressions(void **state) {
	(void)state;
	Arena *arena = arena_new();
	expect("((created_at)::date = '2026-01-01'::date)", "equal = expression<(created_at)::date>::date constant<'2026-01-01'::date>");
	expect("((a)::character varying(3) = 'x')", "equal = expression<(a)::character varying(3)>::character varying(3) constant<'x'>");
	PredicateList *list = predicate_parse(arena, "((t.ts)::date = $1)", NULL);
	assert_string_equal(list->items[0].left.type, "date");
	assert_int_equal(list->items[0].left.column_count, 1);
	assert_string_equal(list->items[0].left.columns[0].column, "ts");
	arena_free(arena);
}

static void expressions_tell_their_function_and_key(void **state) {
	(void)state;
	expect("(lower((email)::text) = 'x'::text)", "equal = expression<lower(email)>lower constant<'x'::text>");
	expect("((data ->> 'k'::text) = 'v'::text)", "equal = expression<(data ->> 'k'::text)>->> constant<'v'::text>");
	expect("(COALESCE(a, 0) = 5)", "equal = expression<COALESCE(a, 0)>coalesce constant<5>");
	expect("(CASE WHEN (a = 1) THEN 2 ELSE 3 END = 5)", "equal = expression<CASE WHEN (a = 1) THEN 2 ELSE 3 END>case constant<5>");
	expect("(arr[1] = 5)", "equal = expression<arr[1]>[] constant<5>");
	expect_keys("(lower((c.email)::text) = 'x'::text)", "lower(email)", "lower((email)::text)");
	expect_keys("((c.data ->> 'k'::text) = 'v'::text)", "(data ->> 'k'::text)", "((data ->> 'k'::text))");
	expect_keys("((c.ts)::date = '2026-01-01'::date)", "((ts)::date)", "((ts)::date)");
	expect_keys("((c.\"Code\")::text = 'x')", "\"Code\"", "((\"Code\")::text)");
	expect_keys("(status = 'x')", "status", "status");
	expect_keys("(CASE WHEN a THEN 2 END = 5)", "(CASE WHEN a THEN 2 END)", "(CASE WHEN a THEN 2 END)");
	expect_keys("((ts AT TIME ZONE 'UTC'::text) > $1)", "(ts AT TIME ZONE 'UTC'::text)", "(ts AT TIME ZONE 'UTC'::text)");
	expect_keys("(EXTRACT(year FROM ts) = 1)", "EXTRACT(year FROM ts)", "EXTRACT(year FROM ts)");
}

static void what_cannot_be_indexed_has_no_key(void **state) {
	(void)state;
	expect_keys("((a.x + b.y) = 3)", NULL, NULL);
	expect_keys("((data ->> $1) = 'x')", NULL, NULL);
	expect_keys("(sum(x) > 10)", NULL, NULL);
	expect_keys("((now() - ts) > '1 day'::interval)", NULL, NULL);
	expect_keys("(ROW(ts, id) < ROW(1, 2))", NULL, NULL);
	expect_keys("((x + (InitPlan 1).col1) = 1)", NULL, NULL);
	expect_keys("((x * random()) > 1)", NULL, NULL);
}

static void lists_are_in(void **state) {
	(void)state;
	expect("(id = ANY ('{1,2,3}'::integer[]))", "in = column<id> constant<'{1,2,3}'::integer[]>");
	expect("id in (1, 2)", "in = column<id> constant<(1, 2)>");
	expect("id in ($1 /*, ... */)", "in = column<id> parameter<($1)>");
	expect("(x = ANY ($0))", "in = column<x> planned<$0>");
	expect("(x = ANY ((InitPlan 1).col1))", "in = column<x> planned<(InitPlan 1).col1>");
	expect("(id <> ALL ('{1}'::integer[]))", "not-equal <> column<id> constant<'{1}'::integer[]>");
	expect("id not in (1)", "not-equal <> column<id> constant<(1)>");
	expect("not id in (1)", "not-equal <> column<id> constant<(1)>");
	expect("(1 = ANY (tags))", "other = ANY column<tags> constant<1>");
	expect("(name ~~ ANY ('{a%}'::text[]))", "other ~~ ANY column<name> constant<'{a%}'::text[]>");
}

static void or_has_branches(void **state) {
	(void)state;
	expect("((a = 1) OR ((b = 2) AND (c IS NULL)))",
	       "or{equal = column<a> constant<1> | equal = column<b> constant<2>; null column<c>}");
	expect("x not between 1 and 2", "or{range < column<x> constant<1> | range > column<x> constant<2>}");
}

static void between_is_two_ranges(void **state) {
	(void)state;
	expect("x between $1 and $2", "range >= column<x> parameter<$1>; range <= column<x> parameter<$2>");
	expect("not x not between 1 and 2", "range >= column<x> constant<1>; range <= column<x> constant<2>");
}

static void the_column_is_put_on_the_left(void **state) {
	(void)state;
	expect("(5 < x)", "range > column<x> constant<5>");
	expect("('{1}'::integer[] <@ tags)", "contains @> column<tags> constant<'{1}'::integer[]>");
	expect("('abc' ~~ pattern)", "other ~~ constant<'abc'> column<pattern>");
	expect("('a'::text = lower(x))", "equal = expression<lower(x)>lower constant<'a'::text>");
}

static void not_goes_into_the_operator(void **state) {
	(void)state;
	expect("not (a < 1 or b is null or c)", "range >= column<a> constant<1>; not-null column<b>; not boolean column<c>");
	expect("not (a = 1 and b ~~ 'x')", "or{not-equal <> column<a> constant<1> | other !~~ column<b> constant<'x'>}");
	expect("not not a", "boolean column<a>");
	expect("a is true and b is false", "boolean column<a>; not boolean column<b>");
	expect("a is not true", "other column<a>");
	expect("not (data @> '{}')", "not other @> column<data> constant<'{}'>");
}

static void patterns_are_like(void **state) {
	(void)state;
	expect("(name ~~ '%x%'::text)", "like ~~ column<name> constant<'%x%'::text>");
	expect("name like 'x%' and name ilike $1 and name ~ '^x'",
	       "like ~~ column<name> constant<'x%'>; like ~~* column<name> parameter<$1>; like ~ column<name> constant<'^x'>");
	expect("(name !~~ '%x%'::text)", "other !~~ column<name> constant<'%x%'::text>");
}

static void containment_is_gin_territory(void **state) {
	(void)state;
	expect("(data @> '{\"a\": 1}'::jsonb)", "contains @> column<data> constant<'{\"a\": 1}'::jsonb>");
	expect("(data ? 'k'::text)", "contains ? column<data> constant<'k'::text>");
	expect("(data ?| '{a,b}'::text[])", "contains ?| column<data> constant<'{a,b}'::text[]>");
	expect("(to_tsvector('english'::regconfig, body) @@ '''x'''::tsquery)",
	       "contains @@ expression<to_tsvector('english'::regconfig, body)>to_tsvector constant<'''x'''::tsquery>");
}

static void columns_of_two_relations_join(void **state) {
	(void)state;
	expect("(o.customer_id = c.id)", "join = column<o.customer_id> column<c.id>");
	expect("(lower((a.x)::text) = b.y)", "join = expression<lower(a.x)>lower column<b.y>");
	expect("(a.x < b.y)", "range < column<a.x> column<b.y>");
}

static void columns_of_the_same_row_do_not(void **state) {
	(void)state;
	expect("(updated_at > created_at)", "other > column<updated_at> column<created_at>");
	expect("(a.x = a.y)", "other = column<a.x> column<a.y>");
}

static void rows_are_taken_apart_where_that_is_the_same(void **state) {
	(void)state;
	expect("(a, b) = (1, 2)", "equal = column<a> constant<1>; equal = column<b> constant<2>");
	expect("(ROW(ts, id) < ROW('2026-01-01'::timestamp with time zone, 5))",
	       "range < expression<ROW(ts, id)>row constant<ROW('2026-01-01'::timestamp with time zone, 5)>");
}

static void planned_values_come_back_as_the_planner_wrote_them(void **state) {
	(void)state;
	expect("(x = $0)", "equal = column<x> planned<$0>");
	expect("(x = $1)", "equal = column<x> parameter<$1>");
	expect("(x = (InitPlan 1).col1)", "equal = column<x> planned<(InitPlan 1).col1>");
	expect("(x = (InitPlan expr_1).col1)", "equal = column<x> planned<(InitPlan expr_1).col1>");
	expect("(SubPlan 1)", "subplan planned<(SubPlan 1)>");
	expect("(NOT (hashed SubPlan 1))", "not subplan planned<(hashed SubPlan 1)>");
	expect("(NOT (ANY (a = (hashed SubPlan 1).col1)))", "not subplan column<a>");
	expect("(ANY (a = (hashed SubPlan 1).col1))", "subplan = column<a> planned<(hashed SubPlan 1).col1>");
	expect("(NOT (ANY ((a = (SubPlan 1).col1) AND (b = (SubPlan 1).col2))))",
	       "not subplan expression<((a = (SubPlan 1).col1) AND (b = (SubPlan 1).col2))>");
	expect("(ALL (a < (SubPlan 2).col1))", "subplan < column<a> planned<(SubPlan 2).col1>");
	expect("EXISTS(SubPlan 1)", "subplan planned<EXISTS(SubPlan 1)>");
	expect("(alternatives: SubPlan 1 or hashed SubPlan 2)", "subplan planned<(alternatives: SubPlan 1 or hashed SubPlan 2)>");
	expect("(SubPlan 1 (returns $1,$2))", "subplan planned<(SubPlan 1 (returns $1,$2))>");
	expect("(a.total > (SubPlan 2))", "subplan > column<a.total> planned<(SubPlan 2)>");
	expect("(a = (subplan))", "subplan = column<a> planned<(subplan)>");
}

static void the_planners_words_in_quotes_are_left_alone(void **state) {
	(void)state;
	expect("(x = '(SubPlan 1)'::text)", "equal = column<x> constant<'(SubPlan 1)'::text>");
	expect("(\"SubPlan 1\" = 1)", "equal = column<\"SubPlan 1\"> constant<1>");
	expect("(subplan = 1)", "equal = column<subplan> constant<1>");
	expect("(\"any\" = '(ANY (x))')", "equal = column<\"any\"> constant<'(ANY (x))'>");
}

static void half_calls_of_the_planner_are_understood(void **state) {
	(void)state;
	expect("(PARTIAL sum(x) > 1)", "range > expression<sum(x)>sum constant<1>");
	expect("(row_number() OVER (?) <= 10)", "other <= expression<row_number() OVER (?)>row_number constant<10>");
}

static void subqueries_are_subplans(void **state) {
	(void)state;
	expect("exists (select 1 from t)", "subplan planned<EXISTS (select 1 from t)>");
	expect("not exists (select 1)", "not subplan planned<EXISTS (select 1)>");
	expect("a in (select b from t)", "subplan column<a>");
	expect("a not in (select b from t)", "not subplan column<a>");
	expect("a = (select max(b) from t)", "equal = column<a> planned<(select max(b) from t)>");
}

static void names_are_unquoted_and_written_quoted(void **state) {
	(void)state;
	Arena *arena = arena_new();
	PredicateList *list = predicate_parse(arena, "\"Weird Name\".\"Col x\" > 5", NULL);
	assert_string_equal(list->items[0].left.name.qualifier, "Weird Name");
	assert_string_equal(list->items[0].left.name.column, "Col x");
	assert_string_equal(list->items[0].left.text, "\"Weird Name\".\"Col x\"");
	assert_string_equal(list->items[0].left.key, "\"Col x\"");
	arena_free(arena);
	expect("(public.orders.id = 1)", "equal = column<public.orders.id> constant<1>");
}

static void constants_stay_as_they_were_written(void **state) {
	(void)state;
	expect("x = -5", "equal = column<x> constant<-5>");
	expect("x = - 5", "equal = column<x> constant<-5>");
	expect("x = '-5'::integer", "equal = column<x> constant<'-5'::integer>");
	expect("x = 1.50", "equal = column<x> constant<1.50>");
	expect("x = 99999999999999999999", "equal = column<x> constant<99999999999999999999>");
	expect("x = E'a\\'b'", "equal = column<x> constant<E'a\\'b'>");
	expect("x = $q$it's$q$", "equal = column<x> constant<$q$it's$q$>");
	expect("x = U&'d!0061t' uescape '!'", "equal = column<x> constant<'dat'>");
	expect("x = date '2026-01-01'", "equal = column<x> constant<'2026-01-01'::date>");
	expect("x = interval '1' day", "equal = column<x> constant<'1'::interval day>");
	expect("x = true and y = null", "equal = column<x> constant<true>; equal = column<y> constant<NULL>");
	expect("x = b'101' and y > current_date", "equal = column<x> constant<b'101'>; range > column<y> constant<CURRENT_DATE>");
	expect("x > interval $1", "range > column<x> parameter<$1::interval>");
}

static void bytes_that_are_no_text_pass_inside_literals(void **state) {
	(void)state;
	expect("(x = 'caf\xe9'::text)", "equal = column<x> constant<'caf\xe9'::text>");
	expect("(caf\xe9 = 1)", "error: a name is not valid UTF-8");
	expect("(x = 'caf\xc3\xa9'::text)", "equal = column<x> constant<'caf\xc3\xa9'::text>");
}

static void what_another_row_changes_is_no_constant(void **state) {
	(void)state;
	expect("(id = random())", "other = column<id> other<random()>");
	expect("(t.* IS NULL)", "null other<t.*>");
}

static void one_expression_is_asked_for(void **state) {
	(void)state;
	expect("", "error: not one expression");
	expect("a, b", "error: not one expression");
	expect("a as b", "error: not one expression");
	expect("a from b", "error: not one expression");
	expect("a into b", "error: not one expression");
	expect("a limit 1", "error: not one expression");
	expect("a union select b", "error: not one expression");
	expect("select 1", "error: syntax error at or near \"select\"");
	expect("1; drop table t", "error: more than one statement");
	expect("(a.bid = a_branch", "error: syntax error at end of input");
	expect("(x = 'abc)", "error: unterminated quoted string at or near \"'abc)\"");
	expect("(SubPlan 1", "error: syntax error at or near \"1\"");
}

static void errors_point_into_the_condition(void **state) {
	(void)state;
	Arena *arena = arena_new();
	Err err = ERR_INIT;
	assert_null(predicate_parse(arena, "(\xc3\xa4 = 1 1)", &err));
	assert_int_equal(err.position, 8);
	err_release(&err);
	arena_free(arena);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(and_is_flattened),
	    cmocka_unit_test(a_varchar_under_its_label_is_a_column),
	    cmocka_unit_test(other_casts_are_expressions),
	    cmocka_unit_test(expressions_tell_their_function_and_key),
	    cmocka_unit_test(what_cannot_be_indexed_has_no_key),
	    cmocka_unit_test(lists_are_in),
	    cmocka_unit_test(or_has_branches),
	    cmocka_unit_test(between_is_two_ranges),
	    cmocka_unit_test(the_column_is_put_on_the_left),
	    cmocka_unit_test(not_goes_into_the_operator),
	    cmocka_unit_test(patterns_are_like),
	    cmocka_unit_test(containment_is_gin_territory),
	    cmocka_unit_test(columns_of_two_relations_join),
	    cmocka_unit_test(columns_of_the_same_row_do_not),
	    cmocka_unit_test(rows_are_taken_apart_where_that_is_the_same),
	    cmocka_unit_test(planned_values_come_back_as_the_planner_wrote_them),
	    cmocka_unit_test(the_planners_words_in_quotes_are_left_alone),
	    cmocka_unit_test(half_calls_of_the_planner_are_understood),
	    cmocka_unit_test(subqueries_are_subplans),
	    cmocka_unit_test(names_are_unquoted_and_written_quoted),
	    cmocka_unit_test(constants_stay_as_they_were_written),
	    cmocka_unit_test(bytes_that_are_no_text_pass_inside_literals),
	    cmocka_unit_test(what_another_row_changes_is_no_constant),
	    cmocka_unit_test(one_expression_is_asked_for),
	    cmocka_unit_test(errors_point_into_the_condition),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
