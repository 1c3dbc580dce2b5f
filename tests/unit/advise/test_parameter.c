/* test_parameter.c: what a parameter is compared with, and the values worth trying for it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/parameter.h"
#include "facts_file.h"

static const char catalog[] =
    "version = 150000\n"
    "[public.orders]\n"
    "rows = 1000000\n"
    "column id = bigint; middle value 500000\n"
    "column status = character varying(10); top 0.85; top value done; middle value open\n"
    "column total = numeric(10,2); middle value 12.50\n"
    "column created_at = timestamp with time zone; middle value 2024-06-01 00:00:00+00\n"
    "column paid = boolean; top 0.9; top value t\n"
    "column note = text; top value a\"b\\c\n"
    "[public.customers]\n"
    "rows = 1000\n"
    "column id = integer; middle value 77\n"
    "column email = text\n"
    "[public.events]\n"
    "rows = 1000000\n"
    "column kind = text; top 0.9; top value click; rare 0.001; rare value buy\n"
    "column owner = integer; top 0.2; top value 1; rare 0.01; rare value 2; middle value 500; low value 3; high value 999\n"
    "column at = date; middle value 2024-06-01; low value 2020-01-01; high value 2024-12-31\n";

static Arena *arena;
static const Facts *facts;

static int setup(void **state) {
	(void)state;
	arena = arena_new();
	facts = facts_parse(arena, catalog);
	return 0;
}

static int teardown(void **state) {
	(void)state;
	arena_free(arena);
	return 0;
}

static const ParameterUse *uses_of(const char *sql) {
	const Statement *statement = statement_parse(arena, sql);
	return parameter_uses(arena, statement, facts, (size_t)statement->parameter_count);
}

/* "10 (a guess) 100 (a guess)" */
static const char *offered(const ParameterUse *use, const char *type) {
	ParameterOfferList offers = parameter_offers(arena, use, type);
	Str out = STR_INIT;
	for (size_t i = 0; i < offers.count; i++) str_printf(&out, "%s%s (%s)", i ? " " : "", offers.items[i].value, offers.items[i].source);
	const char *text = arena_copy(arena, out.text);
	str_release(&out);
	return text;
}

static void comparisons_lead_to_columns(void **state) {
	(void)state;
	const ParameterUse *uses = uses_of("select * from orders o join customers c on c.id = o.id where o.status = $1 and c.id > $2 and total between $3 and $4"
	                                   " and (o.note like $5 or o.id in ($6, $7))");
	assert_string_equal(uses[0].place, "status = $1");
	assert_string_equal(offered(&uses[0], "text"), "done (most common, 85%) open (typical)");
	assert_string_equal(offered(&uses[1], "integer"), "77 (typical)");
	assert_string_equal(uses[2].place, "total >= $3");
	assert_string_equal(offered(&uses[3], "numeric"), "12.50 (typical)");
	assert_string_equal(uses[4].place, "note LIKE $5");
	assert_string_equal(uses[5].place, "id IN $6");
	assert_string_equal(offered(&uses[6], "bigint"), "500000 (typical)");
}

static void inner_queries_see_the_tables_around_them(void **state) {
	(void)state;
	const ParameterUse *uses = uses_of("select * from orders o where exists (select from customers c where c.id = o.id and o.status = $1 and c.id = $2)");
	assert_string_equal(offered(&uses[0], "text"), "done (most common, 85%) open (typical)");
	assert_string_equal(offered(&uses[1], "integer"), "77 (typical)");
}

static void writes_have_conditions_too(void **state) {
	(void)state;
	const ParameterUse *uses = uses_of("update orders set status = $1 where id = $2");
	assert_string_equal(uses[0].place, "status = $1");
	assert_string_equal(offered(&uses[0], "text"), "done (most common, 85%)");
	assert_string_equal(offered(&uses[1], "bigint"), "500000 (typical)");
	assert_string_equal(offered(&uses_of("delete from orders where created_at < $1")[0], "timestamp with time zone"), "2024-06-01 00:00:00+00 (typical)");
}

static void what_is_stored_leads_to_its_column(void **state) {
	(void)state;
	const ParameterUse *uses = uses_of("insert into orders (id, \"status\", total, paid) values ($1, $2, round($3, 2), $4), ($5, ($6), $7 + 1, default)");
	static const char *const places[] = {"id = $1", "status = $2", NULL, "paid = $4", "id = $5", NULL, NULL};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		if (places[i]) assert_string_equal(uses[i].place, places[i]);
		else assert_null(uses[i].place);
	}
	assert_string_equal(offered(&uses[0], "bigint"), ""); /* there can be no second one */
	assert_string_equal(offered(&uses[1], "text"), "done (most common, 85%)");
	uses = uses_of("update orders as o set total = total + $1, /* it */ status = $2, (paid, note) = ($3, $4) where o.note = $5");
	assert_null(uses[0].place);
	assert_string_equal(uses[1].place, "status = $2");
	assert_null(uses[2].place);
	assert_string_equal(uses[4].place, "note = $5");
	static const char *const odd[] = {"insert into orders values ($1)", "insert into orders select $1", "insert into orders (", "insert into orders (id) values", "insert into orders (id) values ($1", "update orders set"};
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) assert_null(parameter_uses(arena, statement_parse(arena, odd[i]), facts, 1)[0].place);
}

static void what_a_view_reads_has_the_columns(void **state) {
	(void)state;
	assert_string_equal(offered(&uses_of("select * from recent_orders where status = $1")[0], "text"), "done (most common, 85%) open (typical)");
}

static void values_of_another_type_are_not_offered(void **state) {
	(void)state;
	const ParameterUse *uses = uses_of("select * from orders where date(created_at) = $1 and created_at > now() - $2 and lower(status) = $3 and note::jsonb = $4");
	assert_string_equal(uses[0].place, "date(created_at) = $1");
	assert_string_equal(offered(&uses[0], "date"), "today (a guess)");
	assert_string_equal(offered(&uses[1], "interval"), "1 day (a guess) 1 hour (a guess)");
	assert_string_equal(offered(&uses[2], "text"), "done (most common, 85%) open (typical)");
	assert_string_equal(offered(&uses[3], "jsonb"), "");
}

static void arrays_hold_one_value_of_the_column(void **state) {
	(void)state;
	const ParameterUse *uses = uses_of("select * from orders where id = any ($1) and note = any ($2)");
	assert_string_equal(offered(&uses[0], "bigint[]"), "{\"500000\"} (typical)");
	assert_string_equal(offered(&uses[1], "text[]"), "{\"a\\\"b\\\\c\"} (most common)");
}

static void the_rarest_is_offered_where_all_are_listed(void **state) {
	(void)state;
	const ParameterUse *uses = uses_of("select * from events where kind = $1 and owner = $2 and kind in ($3, $3)");
	assert_string_equal(offered(&uses[0], "text"), "click (most common, 90%) buy (rare, 0.1%)");
	assert_string_equal(offered(&uses[1], "integer"), "1 (most common, 20%) 500 (typical)");
	assert_int_equal(parameter_offers(arena, &uses[2], "text").items[1].kind, OFFER_RARE);
}

static void the_ends_are_offered_to_bounds(void **state) {
	(void)state;
	const ParameterUse *uses = uses_of("select * from events where at >= $1 and at < $2 and $3 > owner and at between $4 and $5 and not owner > $6");
	assert_string_equal(offered(&uses[0], "date"), "2024-06-01 (typical) 2020-01-01 (lets most rows through) 2024-12-31 (lets few rows through)");
	assert_string_equal(offered(&uses[1], "date"), "2024-06-01 (typical) 2024-12-31 (lets most rows through) 2020-01-01 (lets few rows through)");
	static const ParameterSide sides[] = {SIDE_ABOVE, SIDE_BELOW, SIDE_BELOW, SIDE_ABOVE, SIDE_BELOW, SIDE_BELOW};
	for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) assert_int_equal(uses[i].side, sides[i]);
}

static void pages_and_types_have_guesses(void **state) {
	(void)state;
	const ParameterUse *uses = uses_of("select id + $1, $2 from orders limit $3 offset $4");
	assert_string_equal(offered(&uses[0], "bigint"), "");
	assert_string_equal(offered(&uses[1], "boolean"), "true (a guess) false (a guess)");
	assert_string_equal(offered(&uses[1], "interval"), "1 day (a guess) 1 hour (a guess)");
	assert_string_equal(offered(&uses[1], "timestamp with time zone"), "today (a guess)");
	assert_string_equal(uses[2].place, "LIMIT $3");
	assert_string_equal(offered(&uses[2], "bigint"), "10 (a guess) 100 (a guess)");
	assert_string_equal(offered(&uses[3], NULL), "0 (a guess) 1000 (a guess)");
}

static void a_value_that_was_cut_is_not_offered(void **state) {
	(void)state;
	char value[201];
	memset(value, 'x', sizeof value - 1);
	value[sizeof value - 1] = '\0';
	const ColumnFacts column = {.name = "a", .type = "text", .top_share = NAN, .top_value = value, .middle_value = "y"};
	const ParameterUse use = {.column = &column};
	assert_string_equal(offered(&use, "text"), "y (typical)");
}

static void nothing_is_known_without_facts_or_of_what_cannot_be_parsed(void **state) {
	(void)state;
	const Statement *statement = statement_parse(arena, "select * from orders where status = $1");
	const ParameterUse *uses = parameter_uses(arena, statement, NULL, 1);
	assert_string_equal(uses[0].place, "status = $1");
	assert_null(uses[0].column);
	uses = parameter_uses(arena, statement_parse(arena, "select is json $1 ((("), facts, 1);
	assert_null(uses[0].place);
	assert_null(parameter_uses(arena, NULL, facts, 1)[0].place);
	parameter_uses(arena, statement, facts, 0); /* fewer than it has */
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(comparisons_lead_to_columns),
	    cmocka_unit_test(inner_queries_see_the_tables_around_them),
	    cmocka_unit_test(writes_have_conditions_too),
	    cmocka_unit_test(what_is_stored_leads_to_its_column),
	    cmocka_unit_test(what_a_view_reads_has_the_columns),
	    cmocka_unit_test(values_of_another_type_are_not_offered),
	    cmocka_unit_test(arrays_hold_one_value_of_the_column),
	    cmocka_unit_test(the_rarest_is_offered_where_all_are_listed),
	    cmocka_unit_test(the_ends_are_offered_to_bounds),
	    cmocka_unit_test(pages_and_types_have_guesses),
	    cmocka_unit_test(a_value_that_was_cut_is_not_offered),
	    cmocka_unit_test(nothing_is_known_without_facts_or_of_what_cannot_be_parsed),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
