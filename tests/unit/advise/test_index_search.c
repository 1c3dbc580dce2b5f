/* test_index_search.c: of all indexes that are offered, those the planner needs, in few questions. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "paper_planner.h"

#define AS_IS 1000.0

typedef struct World {
	Arena *arena;
	IndexPool pool;
	TableFacts tables[2]; /* t and u, 100 pages each */
	Scan scans[2];
	const PaperPlan *plans;
	size_t plan_count, asked, asked_most, refused; /* the first so many questions are */
	bool keys_only;
	size_t at_once;
	double spent;
} World;

static int begin(void **state) {
	Arena *arena = arena_new();
	World *world = ARENA_NEW(arena, World);
	*world = (World){.arena = arena, .asked_most = 100, .at_once = POOL_MOST};
	for (size_t i = 0; i < 2; i++) {
		world->tables[i] = (TableFacts){.name = i ? "u" : "t", .rows = 1e6, .pages = 1e4};
		world->scans[i] = (Scan){.table = &world->tables[i], .name = world->tables[i].name, .self_cost = NAN};
		list_push(arena, &world->pool.uses)->scan = &world->scans[i];
	}
	*state = world;
	return 0;
}

static int end(void **state) {
	arena_free(((World *)*state)->arena);
	return 0;
}

/* "t (a, b)" or "t (a) INCLUDE (b)" */
static void offer(World *world, const char *text) {
	PoolIndex *pooled = list_push(world->arena, &world->pool);
	IndexAdvice *index = &pooled->index;
	const char **columns = ARENA_ARRAY(world->arena, const char *, 8);
	char *rest = arena_copy(world->arena, text + 3), *carried = strchr(rest, ')');
	pooled->use = &world->pool.uses.items[*text == 'u'];
	*index = (IndexAdvice){.table = *text == 'u' ? "u" : "t", .method = "btree", .columns = columns, .bytes = NAN};
	*carried++ = '\0';
	for (char *name; (name = strtok_r(rest, ", ", &rest));) columns[index->column_count++] = name;
	carried += strcspn(carried, "(");
	index->include = columns + index->column_count;
	for (char *name; *carried && (name = strtok_r(carried + 1, ", )", &carried));) columns[index->column_count + index->include_count++] = name;
}

static void offer_all(World *world, const char *const *texts) {
	for (; *texts; texts++) offer(world, *texts);
}

static const IndexSearchResult *search(World *world, const PaperPlan *plans, size_t count) {
	IndexSearch *search = index_search_new(world->arena, &world->pool, AS_IS, &(IndexSearchLimits){.min_gain = 0.05, .include = !world->keys_only, .at_once = world->at_once});
	const IndexTexts *texts;
	for (world->asked = 0; world->asked < world->asked_most && (texts = index_search_next(search, world->spent)); world->asked++) {
		PaperAnswer answer = paper_answer(world->arena, plans, count, texts);
		index_search_answer(search, world->asked < world->refused ? NULL : answer.plan, answer.names);
	}
	if (world->asked < world->asked_most) assert_null(index_search_next(search, world->spent));
	return index_search_result(search);
}

#define OFFER(world, ...) offer_all(world, (const char *const[]){__VA_ARGS__, NULL})
#define SEARCH(world, ...) search(world, (const PaperPlan[]){{AS_IS, ""}, __VA_ARGS__}, sizeof((const PaperPlan[]){{AS_IS, ""}, __VA_ARGS__}) / sizeof(PaperPlan))

static const char *found(World *world, const IndexSearchResult *result) {
	const char *all = "";
	for (size_t i = 0; i < result->count; i++)
		all = arena_printf(world->arena, "%s%s%s", all, i ? "; " : "", paper_name(index_pretend_sql(world->arena, &result->items[i].index)));
	return all;
}

static void one_question_tells_which_of_all_is_best(void **state) {
	World *world = *state;
	OFFER(world, "t (a)", "t (b)", "t (a, b)");
	const IndexSearchResult *result = SEARCH(world, {600, "t (a): a = 1"}, {300, "t (b): b = 1"}, {299, "t (a, b): a = 1 and b = 1"});
	assert_string_equal(found(world, result), "t (a, b)");
	assert_true(result->cost == 299 && result->cost_alone == 299);
	assert_int_equal(world->asked, 1);
}

static void what_gains_too_little_is_not_found(void **state) {
	World *world = *state;
	OFFER(world, "t (a)");
	const IndexSearchResult *result = SEARCH(world, {960, "t (a): a = 1"});
	assert_int_equal(result->count, 0);
	assert_true(result->asked);
	assert_int_equal(world->asked, 1);
}

static void keys_it_is_not_searched_by_are_cut_off(void **state) {
	World *world = *state;
	OFFER(world, "t (a, b, c)");
	const IndexSearchResult *result = SEARCH(world, {300, "t (a, b, c): a = 1"}, {298, "t (a): a = 1"});
	assert_string_equal(found(world, result), "t (a)");
	assert_true(result->cost == 298);
}

static void keys_stay_that_make_it_cheaper_all_the_same(void **state) {
	World *world = *state;
	OFFER(world, "t (a, b)");
	const IndexSearchResult *result = SEARCH(world, {300, "t (a, b): a = 1"}, {400, "t (a): a = 1"});
	assert_string_equal(found(world, result), "t (a, b)");
}

static void keys_that_keep_an_order_stay(void **state) {
	World *world = *state;
	ScanUse *use = &world->pool.uses.items[0];
	KeyRun *run = list_push(world->arena, &use->orders);
	*list_push(world->arena, run) = index_key_column(world->arena, "b");
	OFFER(world, "t (a, b, c)");
	assert_string_equal(found(world, SEARCH(world, {300, "t (a, b, c): a = 1"}, {300, "t (a, b): a = 1"})), "t (a, b)");
}

static void a_star_join_gets_both(void **state) {
	World *world = *state;
	OFFER(world, "t (a)", "t (b)", "u (c)");
	const IndexSearchResult *result = SEARCH(world, {990, "t (a): a = 1"}, {995, "u (c): c = 1"}, {100, "t (a): a = 1; u (c): c = 1"});
	assert_string_equal(found(world, result), "t (a); u (c)"); /* what costs most without it comes first */
	assert_true(result->cost == 100 && isnan(result->cost_alone));
	assert_true(result->items[0].cost_without == 995 && result->items[1].cost_without == 990);
	assert_int_equal(world->asked, 3);
}

static void of_two_the_stronger_is_known_alone(void **state) {
	World *world = *state;
	OFFER(world, "t (a)", "u (c)");
	const IndexSearchResult *result = SEARCH(world, {400, "t (a): a = 1"}, {800, "u (c): c = 1"}, {200, "t (a): a = 1; u (c): c = 1"});
	assert_string_equal(found(world, result), "t (a); u (c)");
	assert_true(result->cost_alone == 400);
	assert_int_equal(world->asked, 3);
}

static void an_index_of_the_dearest_table_is_not_doubted(void **state) {
	World *world = *state;
	world->scans[0].self_cost = 0.5 * AS_IS;
	OFFER(world, "t (a)", "u (c)");
	const IndexSearchResult *result = SEARCH(world, {400, "t (a): a = 1"}, {800, "u (c): c = 1"}, {200, "t (a): a = 1; u (c): c = 1"});
	assert_string_equal(found(world, result), "t (a); u (c)");
	assert_true(result->cost_alone == 400);
	assert_int_equal(world->asked, 2);
}

static void what_adds_too_little_goes(void **state) {
	World *world = *state;
	OFFER(world, "t (a)", "u (c)");
	const IndexSearchResult *result = SEARCH(world, {400, "t (a): a = 1"}, {399, "t (a): a = 1; u (c): c = 1"});
	assert_string_equal(found(world, result), "t (a)");
	assert_true(result->cost == 400 && result->cost_alone == 400);
}

/* Each can be done without, but not both of them. */
static void of_twins_one_stays(void **state) {
	World *world = *state;
	OFFER(world, "t (a)", "t (b)", "u (c)");
	const IndexSearchResult *result = SEARCH(world, {300, "t (a): a = 1; t (b): b = 1; u (c): c = 1"}, {302, "t (a): a = 1; u (c): c = 1"}, {303, "t (b): b = 1; u (c): c = 1"}, {700, "u (c): c = 1"});
	assert_string_equal(found(world, result), "u (c); t (a)");
	assert_true(result->cost == 302);
}

static void columns_carried_along_have_to_be_worth_it(void **state) {
	World *world = *state;
	OFFER(world, "t (a) INCLUDE (x)");
	assert_string_equal(found(world, SEARCH(world, {300, "t (a) INCLUDE (x): a = 1"}, {304, "t (a): a = 1"})), "t (a)");
	assert_string_equal(found(world, SEARCH(world, {300, "t (a) INCLUDE (x): a = 1"}, {600, "t (a): a = 1"})), "t (a) INCLUDE (x)");
}

static void keys_only_read_are_carried_along(void **state) {
	World *world = *state;
	OFFER(world, "t (a, b) INCLUDE (x)");
	const IndexSearchResult *result = SEARCH(world, {300, "t (a, b) INCLUDE (x): a = 1"}, {300, "t (a) INCLUDE (b, x): a = 1"}, {900, "t (a): a = 1"});
	assert_string_equal(found(world, result), "t (a) INCLUDE (b, x)");
}

static void an_existing_index_is_not_found_again(void **state) {
	World *world = *state;
	static const char *const keys[] = {"a", "z"};
	*list_push(world->arena, &world->tables[0].indexes) = (IndexFacts){.name = "t_a_z", .method = "btree", .keys = keys, .key_count = 2, .valid = true};
	OFFER(world, "t (a, b)");
	/* its front would look as good, but is there */
	assert_string_equal(found(world, SEARCH(world, {300, "t (a, b): a = 1"}, {299, "t (a): a = 1"})), "t (a, b)");
}

static void offer_many(World *world, int count) {
	for (int i = 0; i < count; i++) offer(world, arena_printf(world->arena, "t (a%d)", i));
}

static void a_pool_too_large_is_asked_in_part(void **state) {
	World *world = *state;
	offer_many(world, 200);
	world->refused = 1;
	assert_string_equal(found(world, SEARCH(world, {300, "t (a7): a7 = 1"}, {200, "t (a177): a177 = 1"})), "t (a177)");
	assert_int_equal(world->asked, 5); /* all, then four times fifty */
}

static void what_is_seen_later_may_take_the_place_of_what_was_good(void **state) {
	World *world = *state;
	offer_many(world, 100);
	world->at_once = 30;
	assert_string_equal(found(world, SEARCH(world, {300, "t (a7): a7 = 1"}, {100, "t (a7): a7 = 1; t (a99): a99 = 1"})), "t (a7); t (a99)");
}

static void when_time_runs_out_no_more_of_the_pool_is_seen(void **state) {
	World *world = *state;
	offer_many(world, 100);
	world->at_once = 30;
	world->spent = 0.5;
	assert_string_equal(found(world, SEARCH(world, {300, "t (a7): a7 = 1"}, {100, "t (a99): a99 = 1"})), "t (a7)");
	assert_int_equal(world->asked, 1);
}

static void what_a_rule_proposes_may_be_refused_alone(void **state) {
	World *world = *state;
	OFFER(world, "t (a)", "t (b)");
	world->pool.items[0].index.name = "t_a_idx";
	world->refused = 1;
	assert_string_equal(found(world, SEARCH(world, {200, "t (a): a = 1"}, {300, "t (b): b = 1"})), "t (b)");
	assert_int_equal(world->asked, 2);
}

static void a_planner_that_refuses_everything_is_left_alone(void **state) {
	World *world = *state;
	offer_many(world, 200);
	world->refused = 100;
	const IndexSearchResult *result = SEARCH(world, {300, "t (a7): a7 = 1"});
	assert_false(result->asked);
	assert_int_equal(result->count, 0);
	assert_int_equal(world->asked, 2); /* all, and fifty of them */
}

/* Out of time after the first answer: what the planner used then. */
static void the_best_so_far_is_there_at_any_time(void **state) {
	World *world = *state;
	OFFER(world, "t (a, b)", "u (c)");
	world->asked_most = 1;
	const IndexSearchResult *result = SEARCH(world, {300, "t (a, b): a = 1; u (c): c = 1"});
	assert_string_equal(found(world, result), "t (a, b); u (c)");
	assert_true(result->cost == 300 && isnan(result->cost_alone));
}

static void an_empty_pool_asks_nothing(void **state) {
	World *world = *state;
	assert_int_equal(SEARCH(world, {300, ""})->count, 0);
	assert_int_equal(world->asked, 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_question_tells_which_of_all_is_best, begin, end),
		cmocka_unit_test_setup_teardown(what_gains_too_little_is_not_found, begin, end),
		cmocka_unit_test_setup_teardown(keys_it_is_not_searched_by_are_cut_off, begin, end),
		cmocka_unit_test_setup_teardown(keys_stay_that_make_it_cheaper_all_the_same, begin, end),
		cmocka_unit_test_setup_teardown(keys_that_keep_an_order_stay, begin, end),
		cmocka_unit_test_setup_teardown(a_star_join_gets_both, begin, end),
		cmocka_unit_test_setup_teardown(of_two_the_stronger_is_known_alone, begin, end),
		cmocka_unit_test_setup_teardown(an_index_of_the_dearest_table_is_not_doubted, begin, end),
		cmocka_unit_test_setup_teardown(what_adds_too_little_goes, begin, end),
		cmocka_unit_test_setup_teardown(of_twins_one_stays, begin, end),
		cmocka_unit_test_setup_teardown(columns_carried_along_have_to_be_worth_it, begin, end),
		cmocka_unit_test_setup_teardown(keys_only_read_are_carried_along, begin, end),
		cmocka_unit_test_setup_teardown(an_existing_index_is_not_found_again, begin, end),
		cmocka_unit_test_setup_teardown(a_pool_too_large_is_asked_in_part, begin, end),
		cmocka_unit_test_setup_teardown(what_is_seen_later_may_take_the_place_of_what_was_good, begin, end),
		cmocka_unit_test_setup_teardown(when_time_runs_out_no_more_of_the_pool_is_seen, begin, end),
		cmocka_unit_test_setup_teardown(what_a_rule_proposes_may_be_refused_alone, begin, end),
		cmocka_unit_test_setup_teardown(a_planner_that_refuses_everything_is_left_alone, begin, end),
		cmocka_unit_test_setup_teardown(the_best_so_far_is_there_at_any_time, begin, end),
		cmocka_unit_test_setup_teardown(an_empty_pool_asks_nothing, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
