/* test_value_sets.c: sets of values for all parameters of a statement, so chosen that its plans may differ. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "app/value_sets.h"

typedef struct World {
	Arena *arena;
	Facts facts;
	LIST(Values *) all;
} World;

static int begin(void **state) {
	Arena *arena = arena_new();
	World *world = ARENA_NEW(arena, World);
	*world = (World){.arena = arena};
	TableFacts *orders = list_push(arena, &world->facts.tables);
	*orders = (TableFacts){.schema = "public", .name = "orders"};
	*list_push(arena, &orders->columns) = (ColumnFacts){.name = "status", .type = "text", .top_share = 0.5, .top_value = "done", .rare_share = 0.01, .rare_value = "lost"};
	*list_push(arena, &orders->columns) = (ColumnFacts){.name = "id", .type = "bigint", .top_share = NAN, .rare_share = NAN, .middle_value = "500", .low_value = "1", .high_value = "999"};
	*state = world;
	return 0;
}

static int end(void **state) {
	World *world = *state;
	for (size_t i = 0; i < world->all.count; i++) values_free(world->all.items[i]);
	arena_free(world->arena);
	return 0;
}

static Values *learnt(World *world, const char *sql, const char *const *types, size_t count) {
	Values *values = values_new(sql);
	values_learn(values, statement_parse(world->arena, sql), &world->facts, types, count);
	return *list_push(world->arena, &world->all) = values;
}
#define TYPES(...) (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)

/* "most common: $1 = done; rare: $1 = lost" */
static const char *sets_of(World *world, const Values *values) {
	size_t missing;
	ValueSets sets = value_sets(world->arena, values, &missing);
	const char *text = missing ? arena_printf(world->arena, "no $%zu", missing) : "";
	for (size_t i = 0; i < sets.count; i++)
		text = arena_printf(world->arena, "%s%s%s: %s", text, i ? "; " : "", sets.items[i].source, values_told(world->arena, values, sets.items[i].choices));
	return text;
}

static void each_parameter_brings_what_it_has(void **state) {
	World *world = *state;
	assert_string_equal(sets_of(world, learnt(world, "select * from orders where status = $1", TYPES("text"))), "most common: $1 = done; rare: $1 = lost");
	assert_string_equal(sets_of(world, learnt(world, "select * from orders where id = $1", TYPES("bigint"))), "typical: $1 = 500");
	assert_string_equal(sets_of(world, learnt(world, "select * from orders where id > $1 and status = $2 limit $3", TYPES("bigint", "text", "bigint"))),
	                    "most common: $1 = 1, $2 = done, $3 = 10; typical: $1 = 500, $2 = done, $3 = 10; rare: $1 = 999, $2 = lost, $3 = 10");
	assert_string_equal(sets_of(world, learnt(world, "select * from orders where id < $1", TYPES("bigint"))), "most common: $1 = 999; typical: $1 = 500; rare: $1 = 1");
}

static void what_was_used_comes_too_unless_it_is_there(void **state) {
	World *world = *state;
	Values *values = learnt(world, "select * from orders where status = $1", TYPES("text"));
	values_used(values, &(ValueChoice){.text = "open"});
	values_see(values, "select * from orders where status = 'seen'", 5);
	assert_string_equal(sets_of(world, values), "most common: $1 = done; rare: $1 = lost; used last: $1 = open; seen live: $1 = 'seen'");
	values_used(values, &(ValueChoice){.text = "done"});
	assert_string_equal(sets_of(world, values), "most common: $1 = done; rare: $1 = lost; seen live: $1 = 'seen'");
	values_see(values, "select * from orders where status = 'lost'", 6); /* there already, though written otherwise */
	assert_string_equal(sets_of(world, values), "most common: $1 = done; rare: $1 = lost");
	values_see(values, "select * from orders where status = 'seen'", 7);
	values_used(values, &(ValueChoice){.text = "NULL", .null = true});
	values_learn(values, NULL, NULL, NULL, 0);
	assert_string_equal(sets_of(world, values), "used last: $1 = NULL; seen live: $1 = 'seen'");
}

static void other_statements_recall_what_was_used(void **state) {
	World *world = *state;
	Values *known = learnt(world, "select * from orders where status = $1", TYPES("text")), *fresh = learnt(world, "select * from orders where status = $1", TYPES("text"));
	values_used(known, &(ValueChoice){.text = "open"});
	known->used_ms = 7;
	values_recall(fresh, known);
	assert_true(fresh->used_ms == 7);
	assert_non_null(strstr(sets_of(world, fresh), "used last: $1 = open"));
	Values *other = learnt(world, "select * from orders where status <> $1", TYPES("text"));
	values_recall(other, known); /* it is another statement */
	assert_null(strstr(sets_of(world, other), "used last"));
}

static void what_nothing_is_known_of_is_guessed_or_missed(void **state) {
	World *world = *state;
	assert_string_equal(sets_of(world, learnt(world, "select $1, $2, $3", TYPES("integer", "text[]", "uuid"))), "a guess: $1 = 1, $2 = {}, $3 = 00000000-0000-4000-8000-000000000000");
	assert_string_equal(sets_of(world, learnt(world, "select $1, $2", TYPES("integer", "point"))), "no $2");
	assert_string_equal(sets_of(world, learnt(world, "select $1", NULL, 0)), "no $1");
	assert_string_equal(sets_of(world, learnt(world, "select * from orders where status = $1 and name || $2 = 'x'", TYPES("text", "text"))),
	                    "most common: $1 = done, $2 = a; rare: $1 = lost, $2 = a");
}

static void one_parameter_can_be_changed_alone(void **state) {
	World *world = *state;
	Values *values = learnt(world, "select * from orders where status = $1 and id = $2", TYPES("text", "bigint"));
	size_t missing;
	ValueSets sets = value_sets(world->arena, values, &missing);
	ValueSet mixed;
	assert_int_equal(sets.count, 2);
	assert_true(value_set_mixed(world->arena, values, &sets.items[0], &sets.items[1], 0, &mixed));
	assert_string_equal(values_told(world->arena, values, mixed.choices), "$1 = lost, $2 = 500");
	assert_false(value_set_mixed(world->arena, values, &sets.items[0], &sets.items[1], 1, &mixed));
	assert_string_equal(value_places(world->arena, values, (const size_t[]){0, 1}, 2), "status = $1 and id = $2");
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void) {
	const struct CMUnitTest tests[] = {
		TEST(each_parameter_brings_what_it_has), TEST(what_was_used_comes_too_unless_it_is_there), TEST(other_statements_recall_what_was_used),
		TEST(what_nothing_is_known_of_is_guessed_or_missed), TEST(one_parameter_can_be_changed_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
