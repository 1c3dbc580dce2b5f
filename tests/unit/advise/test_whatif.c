/* test_whatif.c: a planner of paper answers; what it uses stays, what it leaves aside goes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/whatif.h"
#include "paper_planner.h"

typedef struct World {
	Arena *arena;
	FindingList findings;
} World;

static int begin(void **state) {
	Arena *arena = arena_new();
	World *world = ARENA_NEW(arena, World);
	world->arena = arena;
	*state = world;
	return 0;
}

static int end(void **state) {
	arena_free(((World *)*state)->arena);
	return 0;
}

static Plan *measured(Arena *arena) {
	return paper_read(arena, "[{\"Plan\": {\"Node Type\": \"Seq Scan\", \"Relation Name\": \"t\", \"Total Cost\": 1000, \"Plan Rows\": 1, \"Actual Rows\": 1, "
	                        "\"Actual Loops\": 1, \"Actual Startup Time\": 0, \"Actual Total Time\": 400}, \"Execution Time\": 400}]");
}

static IndexAdvice index_on(Arena *arena, const char *column) {
	const char **columns = ARENA_ARRAY(arena, const char *, 1);
	columns[0] = column;
	return (IndexAdvice){.table = "t", .name = arena_printf(arena, "t_%s_idx", column), .method = "btree", .columns = columns, .column_count = 1, .bytes = NAN};
}

static Finding *add_finding(World *world, const char *column, double stake_ms, double stake_cost) {
	Finding *finding = list_push(world->arena, &world->findings);
	IndexAdvice index = index_on(world->arena, column);
	*finding = finding_new("missing-index");
	finding->kind = REMEDY_INDEX;
	finding->basis = BASIS_ESTIMATED;
	finding->stake_ms = stake_ms;
	finding->stake_cost = stake_cost;
	finding->saves_ms = stake_ms;
	finding->saves_share = 0.9;
	finding->evidence = column;
	finding_set_indexes(world->arena, finding, &index, 1);
	return finding;
}

/* What all the findings propose, and `more`: what only the columns' roles say. */
static const IndexPool *pool_of(World *world, const char *more) {
	IndexPool *pool = ARENA_NEW(world->arena, IndexPool);
	for (size_t i = 0; i < world->findings.count; i++) {
		const Finding *finding = &world->findings.items[i];
		for (size_t k = 0; k < finding->indexes.count && !finding->rewrite; k++)
			list_push(world->arena, pool)->index = finding->indexes.items[k];
		for (size_t k = 0; k < finding->alternatives.count; k++)
			list_push(world->arena, pool)->index = finding->alternatives.items[k];
	}
	if (!more) return pool;
	TableFacts *table = ARENA_NEW(world->arena, TableFacts);
	*table = (TableFacts){.name = "t", .rows = 1e6, .pages = 1e4};
	*list_push(world->arena, &table->columns) = (ColumnFacts){.name = more, .type = "integer", .distinct = 1e6, .width_bytes = 4};
	Scan *scan = ARENA_NEW(world->arena, Scan);
	*scan = (Scan){.table = table, .name = "t", .table_rows = 1e6, .node = measured(world->arena)->root, .parts = 1, .self_ms = 400, .self_cost = 1000};
	ScanUse *use = list_push(world->arena, &pool->uses);
	use->scan = scan;
	*list_push(world->arena, &use->columns) = (ColumnUse){.column = table->columns.items, .roles = ROLE_EQUAL};
	PoolIndex *pooled = list_push(world->arena, pool);
	*pooled = (PoolIndex){.index = index_on(world->arena, more), .use = use};
	pooled->index.name = NULL;
	return pool;
}

/* Returns how many questions were asked. */
static size_t play_with(World *world, const char *more, const PaperPlan *plans, size_t count) {
	WhatIf *whatif = whatif_new(world->arena, measured(world->arena), NULL, NULL, pool_of(world, more), &world->findings);
	WhatIfQuestion question;
	size_t asked = 0;
	for (; whatif_next(whatif, 0, &question); asked++) {
		IndexTexts texts = {0};
		for (size_t i = 0; i < question.index_count; i++) *list_push(world->arena, &texts) = question.indexes[i];
		PaperAnswer answer = paper_answer(world->arena, plans, count, &texts);
		whatif_answer(whatif, answer.plan, answer.names);
	}
	whatif_finish(whatif);
	return asked;
}

static size_t play(World *world, const PaperPlan *plans, size_t count) {
	return play_with(world, NULL, plans, count);
}

static void what_the_planner_uses_becomes_hypothetical(void **state) {
	World *world = *state;
	add_finding(world, "a", 300, 800);
	assert_int_equal(play(world, (const PaperPlan[]){{1000, ""}, {300, "t (a): a = 1"}}, 2), 1);
	assert_int_equal(world->findings.count, 1);
	const Finding *finding = &world->findings.items[0];
	assert_int_equal(finding->basis, BASIS_HYPOTHETICAL);
	assert_true(finding->cost_before == 1000 && finding->cost_after == 300);
	/* 700 of the 800 that stand at stake are spared: 7/8 of the 300 ms measured there */
	assert_true(fabs(finding->saves_ms - 262.5) < 0.01);
	assert_int_equal(finding->severity, SEVERITY_CRITICAL);
}

static void no_index_saves_more_than_its_nodes_took(void **state) {
	World *world = *state;
	add_finding(world, "a", 100, 100);
	play(world, (const PaperPlan[]){{1000, ""}, {100, "t (a): a = 1"}}, 2);
	assert_true(world->findings.items[0].saves_ms == 100);
}

static void what_the_planner_leaves_aside_goes(void **state) {
	World *world = *state;
	add_finding(world, "a", 300, 800);
	play(world, (const PaperPlan[]){{1000, ""}}, 1);
	assert_int_equal(world->findings.count, 0);
}

static void what_gains_too_little_goes(void **state) {
	World *world = *state;
	add_finding(world, "a", 300, 800);
	play(world, (const PaperPlan[]){{1000, ""}, {960, "t (a): a = 1"}}, 2);
	assert_int_equal(world->findings.count, 0);
}

static void a_better_alternative_takes_the_place(void **state) {
	World *world = *state;
	Finding *finding = add_finding(world, "a", 300, 800);
	*list_push(world->arena, &finding->alternatives) = index_on(world->arena, "b");
	play(world, (const PaperPlan[]){{1000, ""}, {600, "t (a): a = 1"}, {200, "t (b): b = 1"}}, 3);
	finding = &world->findings.items[0];
	assert_string_equal(finding->indexes.items[0].name, "t_b_idx");
	assert_string_equal(finding->sql, "CREATE INDEX CONCURRENTLY t_b_idx ON t (b)");
	assert_string_equal(finding->alternatives.items[0].name, "t_a_idx");
	assert_true(finding->cost_after == 200);
}

static void what_no_rule_has_thought_of_is_a_finding_too(void **state) {
	World *world = *state;
	assert_int_equal(play_with(world, "z", (const PaperPlan[]){{1000, ""}, {100, "t (z): z = 1"}}, 2), 1);
	assert_int_equal(world->findings.count, 1);
	const Finding *finding = &world->findings.items[0];
	assert_string_equal(finding->rule, "missing-index");
	assert_string_equal(finding->title, "t has no index that finds rows by z");
	assert_string_equal(finding->sql, "CREATE INDEX CONCURRENTLY t_z_idx ON t (z)");
	assert_true(finding->index_bytes > 1e6);
	assert_true(fabs(finding->saves_ms - 360) < 0.01);
	assert_int_equal(finding->basis, BASIS_HYPOTHETICAL);
}

/* Of a table with an index on z, of which the planner wants one that holds more. */
static const Finding *beside_an_index_on_z(World *world, IndexAdvice index, const char *used) {
	static const char *const keys[] = {"z"};
	IndexPool *pool = (IndexPool *)pool_of(world, "z");
	TableFacts *table = (TableFacts *)pool->uses.items[0].scan->table;
	*list_push(world->arena, &table->indexes) = (IndexFacts){.name = "t_pkey", .method = "btree", .keys = keys, .key_count = 1, .valid = true};
	index.table = "t";
	index.method = "btree";
	index.bytes = NAN;
	pool->items[0].index = index;
	WhatIf *whatif = whatif_new(world->arena, measured(world->arena), NULL, NULL, pool, &world->findings);
	WhatIfQuestion question;
	const PaperPlan plans[] = {{1000, ""}, {100, used}};
	while (whatif_next(whatif, 0, &question)) {
		IndexTexts texts = {0};
		for (size_t i = 0; i < question.index_count; i++) *list_push(world->arena, &texts) = question.indexes[i];
		PaperAnswer answer = paper_answer(world->arena, plans, 2, &texts);
		whatif_answer(whatif, answer.plan, answer.names);
	}
	whatif_finish(whatif);
	assert_int_equal(world->findings.count, 1);
	return &world->findings.items[0];
}

/* "has no index that finds rows by z" would be wrong. */
static void what_is_missing_behind_an_indexed_column_is_told_by_all_columns(void **state) {
	static const char *columns[] = {"z", "y"};
	const Finding *finding = beside_an_index_on_z(*state, (IndexAdvice){.columns = columns, .column_count = 2}, "t (z, y): z = 1");
	assert_string_equal(finding->title, "t has no index on (z, y)");
}

static void what_an_index_would_only_carry_along_is_told_as_that(void **state) {
	static const char *columns[] = {"z", "y"};
	const Finding *finding = beside_an_index_on_z(*state, (IndexAdvice){.columns = columns, .column_count = 1, .include = columns + 1, .include_count = 1}, "t (z) INCLUDE (y): z = 1");
	assert_string_equal(finding->title, "t has no index that holds all that is read of it");
	assert_string_equal(finding->because, "t_pkey begins with (z), but what else is read of t is not in it. With the columns it carries along, the table itself need not be read.");
}

static void a_better_one_than_the_rules_takes_its_place(void **state) {
	World *world = *state;
	add_finding(world, "a", 300, 800);
	play_with(world, "z", (const PaperPlan[]){{1000, ""}, {500, "t (a): a = 1"}, {100, "t (z): z = 1"}}, 3);
	assert_int_equal(world->findings.count, 1);
	assert_string_equal(world->findings.items[0].sql, "CREATE INDEX CONCURRENTLY t_z_idx ON t (z)");
	assert_string_equal(world->findings.items[0].evidence, "a"); /* still what the rule has seen */
	assert_string_equal(world->findings.items[0].because, "No index on t begins with (z).");
}

static void a_refusal_changes_nothing(void **state) {
	World *world = *state;
	add_finding(world, "a", 300, 800);
	play(world, NULL, 0);
	assert_int_equal(world->findings.count, 1);
	assert_int_equal(world->findings.items[0].basis, BASIS_ESTIMATED);
	assert_true(isnan(world->findings.items[0].cost_after));
}

/* Of a rule that a btree seemed to make needless: GIN, which nobody can ask the planner about. */
static void a_rival_is_told_when_the_planner_wants_none_of_it(void **state) {
	World *world = *state;
	Finding *finding = add_finding(world, "a", 300, 800), *gin = ARENA_NEW(world->arena, Finding);
	*gin = *finding;
	gin->rule = "leading-wildcard";
	IndexAdvice index = index_on(world->arena, "b");
	index.method = "gin";
	finding_set_indexes(world->arena, gin, &index, 1);
	finding->rival = gin;
	play(world, (const PaperPlan[]){{1000, ""}}, 1);
	assert_int_equal(world->findings.count, 1);
	assert_string_equal(world->findings.items[0].rule, "leading-wildcard");
}

static void what_was_shown_before_stays_as_it_was(void **state) {
	World *world = *state;
	add_finding(world, "a", 300, 800);
	Finding shown = world->findings.items[0];
	play_with(world, "z", (const PaperPlan[]){{1000, ""}, {100, "t (z): z = 1"}}, 2);
	assert_string_equal(shown.indexes.items[0].columns[0], "a");
}

static void the_second_is_counted_with_the_first_in_place(void **state) {
	World *world = *state;
	add_finding(world, "a", 300, 600);
	add_finding(world, "b", 80, 300);
	play(world, (const PaperPlan[]){{1000, ""}, {400, "t (a): a = 1"}, {800, "t (b): b = 1"}, {200, "t (a): a = 1; t (b): b = 1"}}, 4);
	assert_int_equal(world->findings.count, 2);
	const Finding *first = &world->findings.items[0], *second = &world->findings.items[1];
	assert_string_equal(first->indexes.items[0].name, "t_a_idx");
	assert_true(first->cost_before == 1000 && first->cost_after == 400);
	assert_string_equal(second->indexes.items[0].name, "t_b_idx");
	assert_true(second->cost_before == 400 && second->cost_after == 200);
	assert_non_null(strstr(second->notes, "with t_a_idx in place"));
}

static void two_findings_save_no_more_than_the_statement_takes(void **state) {
	World *world = *state;
	add_finding(world, "a", 380, 600);
	add_finding(world, "b", 380, 300);
	play(world, (const PaperPlan[]){{1000, ""}, {400, "t (a): a = 1"}, {800, "t (b): b = 1"}, {200, "t (a): a = 1; t (b): b = 1"}}, 4);
	assert_int_equal(world->findings.count, 2);
	double saved_ms = 0, share = 0;
	for (size_t i = 0; i < 2; i++) {
		saved_ms += world->findings.items[i].saves_ms;
		share += world->findings.items[i].saves_share;
	}
	assert_true(fabs(saved_ms - 400) < 0.01 && fabs(share - 1) < 0.0001);
}

static void two_that_work_only_together_are_one(void **state) {
	World *world = *state;
	add_finding(world, "a", 150, 400);
	add_finding(world, "b", 150, 400);
	play(world, (const PaperPlan[]){{1000, ""}, {998, "t (a): a = 1"}, {999, "t (b): b = 1"}, {250, "t (a): a = 1; t (b): b = 1"}}, 4);
	assert_int_equal(world->findings.count, 1);
	const Finding *finding = &world->findings.items[0];
	assert_int_equal(finding->indexes.count, 2);
	assert_string_equal(finding->sql, "CREATE INDEX CONCURRENTLY t_a_idx ON t (a);\nCREATE INDEX CONCURRENTLY t_b_idx ON t (b)");
	assert_true(finding->cost_before == 1000 && finding->cost_after == 250);
	assert_non_null(strstr(finding->notes, "belong together. Without t_a_idx the cost is 999. Without t_b_idx the cost is 998."));
}

/* It takes four fifths of what is left, but nothing one would notice of the whole: no finding of its own. */
static void what_adds_little_to_the_whole_joins_the_first(void **state) {
	World *world = *state;
	add_finding(world, "a", 300, 800);
	add_finding(world, "b", 300, 800);
	play(world, (const PaperPlan[]){{1000, ""}, {10, "t (a): a = 1"}, {2, "t (a): a = 1; t (b): b = 1"}}, 3);
	assert_int_equal(world->findings.count, 1);
	assert_int_equal(world->findings.items[0].indexes.count, 2);
	assert_true(world->findings.items[0].cost_after == 2);
}

static void a_rewrite_is_planned_as_rewritten(void **state) {
	World *world = *state;
	Finding *finding = add_finding(world, "a", 400, 1000);
	finding->kind = REMEDY_REWRITE;
	finding->rewrite = "select 2";
	WhatIf *whatif = whatif_new(world->arena, measured(world->arena), NULL, NULL, pool_of(world, NULL), &world->findings);
	WhatIfQuestion question;
	assert_true(whatif_next(whatif, 0, &question));
	assert_string_equal(question.statement, "select 2");
	assert_string_equal(question.indexes[0], "CREATE INDEX t_a_idx ON t (a)");
	whatif_answer(whatif, paper_plan(world->arena, &(PaperPlan){10, ""}), NULL);
	assert_false(whatif_next(whatif, 0, &question));
	whatif_finish(whatif);
	assert_int_equal(world->findings.items[0].basis, BASIS_HYPOTHETICAL);
	assert_true(world->findings.items[0].cost_after == 10);
}

static void without_indexes_nothing_is_asked(void **state) {
	World *world = *state;
	Finding *finding = list_push(world->arena, &world->findings);
	*finding = finding_new("sort-spill");
	finding->kind = REMEDY_SETTING;
	finding->saves_share = 0.3;
	finding->saves_ms = 100;
	assert_int_equal(play(world, NULL, 0), 0);
	assert_int_equal(world->findings.count, 1);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_the_planner_uses_becomes_hypothetical, begin, end),
		cmocka_unit_test_setup_teardown(no_index_saves_more_than_its_nodes_took, begin, end),
		cmocka_unit_test_setup_teardown(what_the_planner_leaves_aside_goes, begin, end),
		cmocka_unit_test_setup_teardown(what_gains_too_little_goes, begin, end),
		cmocka_unit_test_setup_teardown(a_better_alternative_takes_the_place, begin, end),
		cmocka_unit_test_setup_teardown(what_an_index_would_only_carry_along_is_told_as_that, begin, end),
		cmocka_unit_test_setup_teardown(what_is_missing_behind_an_indexed_column_is_told_by_all_columns, begin, end),
		cmocka_unit_test_setup_teardown(what_no_rule_has_thought_of_is_a_finding_too, begin, end),
		cmocka_unit_test_setup_teardown(a_better_one_than_the_rules_takes_its_place, begin, end),
		cmocka_unit_test_setup_teardown(a_refusal_changes_nothing, begin, end),
		cmocka_unit_test_setup_teardown(a_rival_is_told_when_the_planner_wants_none_of_it, begin, end),
		cmocka_unit_test_setup_teardown(what_was_shown_before_stays_as_it_was, begin, end),
		cmocka_unit_test_setup_teardown(the_second_is_counted_with_the_first_in_place, begin, end),
		cmocka_unit_test_setup_teardown(two_findings_save_no_more_than_the_statement_takes, begin, end),
		cmocka_unit_test_setup_teardown(two_that_work_only_together_are_one, begin, end),
		cmocka_unit_test_setup_teardown(what_adds_little_to_the_whole_joins_the_first, begin, end),
		cmocka_unit_test_setup_teardown(a_rewrite_is_planned_as_rewritten, begin, end),
		cmocka_unit_test_setup_teardown(without_indexes_nothing_is_asked, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
