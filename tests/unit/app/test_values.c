/* test_values.c: the values for a statement's parameters: offered best first, chosen, typed, put in place. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "app/value_sets.h"
#include "app/values.h"

static const char normalized[] = "select * from orders where status = $1 and id > $2 and note = $3 limit $4";
static const char *const types[] = {"text", "bigint", "text", "bigint"};

typedef struct World {
	Arena *arena;
	Values *values;
	Facts facts;
} World;

static int begin(void **state) {
	Arena *arena = arena_new();
	World *world = ARENA_NEW(arena, World);
	*world = (World){.arena = arena, .values = values_new(normalized)};
	TableFacts *orders = list_push(arena, &world->facts.tables);
	*orders = (TableFacts){.schema = "public", .name = "orders"};
	*list_push(arena, &orders->columns) = (ColumnFacts){.name = "status", .type = "text", .top_share = 0.5, .top_value = "done", .middle_value = "open"};
	*list_push(arena, &orders->columns) = (ColumnFacts){.name = "id", .type = "bigint", .top_share = NAN, .middle_value = "500"};
	*list_push(arena, &orders->columns) = (ColumnFacts){.name = "note", .type = "text", .top_share = NAN};
	*state = world;
	return 0;
}

static int end(void **state) {
	World *world = *state;
	values_free(world->values);
	arena_free(world->arena);
	return 0;
}

static void learn(World *world) {
	values_learn(world->values, statement_parse(world->arena, normalized), &world->facts, types, 4);
}

static void press(World *world, uint32_t code) {
	values_key(world->values, (Key){.code = code});
}

static void type(World *world, const char *text) {
	for (; *text; text++) press(world, (unsigned char)*text);
}

/* A field as it is shown: "status = $1 · most common|done". */
static const char *shown(World *world, size_t nth) {
	const FormField *field = &values_form(world->arena, world->values, 10000)[nth];
	return arena_printf(world->arena, "%s|%s", field->note ? field->note : "", field->word ? field->word : field->text ? field->text : "");
}

static const char *filled(World *world) {
	return values_statement(world->arena, world->values, values_chosen(world->arena, world->values));
}

static void statistics_fill_what_they_know(void **state) {
	World *world = *state;
	size_t missing;
	assert_true(values_missing(world->values, &missing));
	assert_int_equal(missing, 0);
	learn(world);
	assert_string_equal(shown(world, 0), "status = $1 · 1/2 most common, 50%|done");
	assert_string_equal(shown(world, 1), "id > $2 · typical|500");
	assert_string_equal(shown(world, 2), "note = $3|");
	assert_string_equal(shown(world, 3), "LIMIT $4 · 1/2 a guess|10");
	assert_true(values_missing(world->values, &missing));
	assert_int_equal(missing, 2);
}

static void a_live_call_goes_before_statistics(void **state) {
	World *world = *state;
	learn(world);
	assert_false(values_see(world->values, "select 1", 7000));
	assert_false(values_see(world->values, normalized, 7000)); /* by the extended protocol: no constants */
	assert_true(values_see(world->values, "SELECT * FROM orders WHERE status = 'it''s' and id > -5 and note = E'\\n' limit $4", 7000));
	assert_string_equal(shown(world, 0), "status = $1 · 1/3 seen live 3s ago|it's");
	assert_string_equal(shown(world, 1), "id > $2 · 1/2 seen live 3s ago|-5");
	assert_string_equal(shown(world, 3), "LIMIT $4 · 1/2 a guess|10");
	assert_string_equal(filled(world), "select * from orders where status = 'it''s' and id > -5 and note = E'\\n' limit 10");
	values_see(world->values, "SELECT * FROM orders WHERE status = 'it''s' and id > -5 and note = E'\\n' limit $4", 9000);
	assert_string_equal(shown(world, 0), "status = $1 · 1/3 seen live 1s ago|it's");
}

static void a_newer_call_changes_nothing_on_the_screen(void **state) {
	World *world = *state;
	learn(world);
	values_see(world->values, "select * from orders where status = 'x' and id > 1 and note = 'n' limit 2", 5000);
	values_see(world->values, "select * from orders where status = 'y' and id > 2 and note = 'n' limit 2", 9000);
	assert_string_equal(shown(world, 0), "status = $1 · 4/4 seen live 5s ago|x");
	press(world, '\t');
	assert_string_equal(shown(world, 0), "status = $1 · 1/4 seen live 1s ago|y");
	values_reopen(world->values);
	assert_string_equal(shown(world, 1), "id > $2 · 1/2 seen live 1s ago|2");
	press(world, '7');
	values_reopen(world->values);
	assert_string_equal(shown(world, 0), "status = $1 · typed|7");
}

static void keys_turn_to_other_values_and_come_round(void **state) {
	World *world = *state;
	learn(world);
	press(world, '\t');
	assert_string_equal(shown(world, 0), "status = $1 · 2/2 typical|open");
	press(world, WHY_RIGHT);
	assert_string_equal(shown(world, 0), "status = $1 · 1/2 most common, 50%|done");
	press(world, WHY_LEFT);
	assert_string_equal(shown(world, 0), "status = $1 · 2/2 typical|open");
	press(world, WHY_DOWN);
	press(world, WHY_DOWN);
	press(world, WHY_LEFT); /* nothing is offered */
	assert_string_equal(shown(world, 2), "note = $3|");
	press(world, WHY_DOWN);
	press(world, WHY_DOWN);
	assert_int_equal(world->values->cursor, 0);
	press(world, WHY_UP);
	assert_int_equal(world->values->cursor, 3);
}

static void what_the_user_chose_stays_whatever_comes(void **state) {
	World *world = *state;
	learn(world);
	press(world, '\t');
	values_see(world->values, "select * from orders where status = 'x' and id > 1 and note = 'n' limit 2", 9000);
	assert_string_equal(shown(world, 0), "status = $1 · 3/3 typical|open");
	assert_string_equal(shown(world, 1), "id > $2 · 1/2 seen live 1s ago|1");
	learn(world);
	assert_string_equal(shown(world, 0), "status = $1 · 3/3 typical|open");
}

static void typing_takes_the_place_of_what_is_offered(void **state) {
	World *world = *state;
	learn(world);
	type(world, "it's");
	assert_string_equal(shown(world, 0), "status = $1 · typed|it's");
	press(world, 127);
	press(world, 127);
	assert_string_equal(shown(world, 0), "status = $1 · typed|it");
	press(world, '\t'); /* back to what was offered */
	assert_string_equal(shown(world, 0), "status = $1 · 1/2 most common, 50%|done");
	press(world, 127); /* begins to change it */
	assert_string_equal(shown(world, 0), "status = $1 · typed|don");
	press(world, 0xE9);
	assert_string_equal(shown(world, 0), "status = $1 · typed|doné");
	press(world, 21); /* ^U: an empty text is a value */
	assert_string_equal(shown(world, 0), "status = $1 · typed|");
	press(world, WHY_HOME);
	assert_string_equal(shown(world, 1), "id > $2 · typical|500");
	values_paste(world->values, "a\nb", 3);
	assert_string_equal(shown(world, 0), "status = $1 · typed|a");
}

static void null_has_a_key(void **state) {
	World *world = *state;
	learn(world);
	press(world, 14);
	assert_string_equal(shown(world, 0), "status = $1 · typed|NULL");
	press(world, WHY_DOWN);
	type(world, "7");
	press(world, WHY_DOWN);
	type(world, "NULL"); /* the word is a text like any other */
	assert_string_equal(filled(world), "select * from orders where status = NULL::text and id > 7 and note = 'NULL'::text limit 10");
	press(world, WHY_UP);
	press(world, WHY_UP);
	press(world, 14);
	assert_string_equal(shown(world, 0), "status = $1 · 1/2 most common, 50%|done");
}

static void what_was_used_last_is_offered_first(void **state) {
	World *world = *state;
	learn(world);
	values_see(world->values, "select * from orders where status = 'x' and id > 1 and note = 'n' limit 2", 9000);
	press(world, 14);
	press(world, WHY_DOWN);
	type(world, "42");
	const char *before = filled(world);
	assert_string_equal(values_told(world->arena, world->values, values_chosen(world->arena, world->values)), "$1 = NULL, $2 = 42, $3 = 'n', $4 = 2");
	values_used(world->values, values_chosen(world->arena, world->values));
	assert_string_equal(filled(world), before);
	assert_string_equal(shown(world, 0), "status = $1 · 1/4 used last|NULL");
	assert_string_equal(shown(world, 1), "id > $2 · 1/3 used last|42");
	assert_string_equal(shown(world, 2), "note = $3 · used last|n");
	press(world, '\t');
	assert_string_equal(shown(world, 1), "id > $2 · 2/3 seen live 1s ago|1");
}

static void what_is_told_is_short_and_clean(void **state) {
	World *world = *state;
	learn(world);
	values_paste(world->values, "\x1b[31m and a text that is far too long to be told in a note on a plan", 68);
	press(world, WHY_DOWN);
	press(world, WHY_DOWN);
	type(world, "n");
	const char *told = values_told(world->arena, world->values, values_chosen(world->arena, world->values));
	assert_null(strchr(told, '\x1b'));
	assert_true(strlen(told) < 90);
}

static void labels_have_types_as_soon_as_they_are_known(void **state) {
	World *world = *state;
	assert_string_equal(values_form(world->arena, world->values, 0)[0].label, "$1");
	static const char *const long_types[] = {"timestamp with time zone", "character varying", "double precision"};
	values_learn(world->values, NULL, NULL, long_types, 3);
	const FormField *fields = values_form(world->arena, world->values, 0);
	assert_string_equal(fields[0].label, "$1 timestamptz");
	assert_string_equal(fields[1].label, "$2 varchar");
	assert_string_equal(fields[2].label, "$3 float8");
	Values *list = values_new("select * from t where a in ($1 /*, ... */)");
	values_learn(list, NULL, NULL, (const char *const[]){"integer"}, 1);
	assert_string_equal(values_form(world->arena, list, 0)[0].label, "$1 integer list");
	values_paste(list, "1, 2", 4);
	assert_string_equal(values_statement(world->arena, list, values_chosen(world->arena, list)), "select * from t where a in (1, 2)");
	values_free(list);
}

/* pg_stat_statements gives `where id = $3` when the constants before it went elsewhere. */
static void numbers_left_out_are_not_asked_for(void **state) {
	World *world = *state;
	Values *gap = values_new("update carts set seen = $4 where id = $3");
	values_learn(gap, NULL, NULL, (const char *const[]){"text", "text", "bigint", "point"}, 4);
	size_t missing;
	assert_int_equal(gap->asked_count, 2);
	assert_string_equal(values_form(world->arena, gap, 0)[0].label, "$3 bigint");
	assert_string_equal(values_form(world->arena, gap, 0)[1].label, "$4 point");
	values_paste(gap, "7", 1);
	assert_true(values_missing(gap, &missing));
	assert_int_equal(missing, 1);
	values_key(gap, (Key){.code = WHY_DOWN});
	values_paste(gap, "(1,2)", 5);
	assert_false(values_missing(gap, &missing));
	values_key(gap, (Key){.code = WHY_DOWN});
	assert_int_equal(gap->cursor, 0);
	const ValueChoice *choices = values_chosen(world->arena, gap);
	assert_string_equal(values_told(world->arena, gap, choices), "$3 = 7, $4 = (1,2)");
	assert_null(strchr(values_statement(world->arena, gap, choices), '$'));
	values_used(gap, choices);
	assert_false(values_missing(gap, &missing));
	ValueSets sets = value_sets(world->arena, gap, &missing);
	assert_int_equal(sets.count, 1);
	assert_string_equal(sets.items[0].source, "used last");
	values_free(gap);
	assert_int_equal((gap = values_new("select $65535"))->asked_count, 1);
	values_free(gap);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
	    TEST(numbers_left_out_are_not_asked_for),
	    TEST(statistics_fill_what_they_know),
	    TEST(a_live_call_goes_before_statistics),
	    TEST(a_newer_call_changes_nothing_on_the_screen),
	    TEST(keys_turn_to_other_values_and_come_round),
	    TEST(what_the_user_chose_stays_whatever_comes),
	    TEST(typing_takes_the_place_of_what_is_offered),
	    TEST(null_has_a_key),
	    TEST(what_was_used_last_is_offered_first),
	    TEST(what_is_told_is_short_and_clean),
	    TEST(labels_have_types_as_soon_as_they_are_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
