/* test_whatif.c: a planner of paper answers; what it uses stays, what it leaves aside goes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "advise/whatif.h"
#include "plan/json.h"

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

static Plan *read_plan(Arena *arena, const char *text) {
	PlanList plans;
	assert_true(plan_read_json(arena, text, strlen(text), &plans, NULL));
	return plans.items[0];
}

/* A plan of that cost that uses the indexes named: "a b". */
static Plan *plan_using(Arena *arena, double cost, const char *indexes) {
	const char *children = "";
	char *rest = arena_copy(arena, indexes);
	for (char *name; (name = strtok_r(rest, " ", &rest));)
		children = arena_printf(arena, "%s%s{\"Node Type\": \"Index Scan\", \"Index Name\": \"%s\", \"Parent Relationship\": \"Member\"}", children,
		                        *children ? ", " : "", name);
	return read_plan(arena, arena_printf(arena, "[{\"Plan\": {\"Node Type\": \"Append\", \"Total Cost\": %g, \"Plans\": [%s]}}]", cost, children));
}

static Plan *measured(Arena *arena) {
	return read_plan(arena, "[{\"Plan\": {\"Node Type\": \"Seq Scan\", \"Relation Name\": \"t\", \"Total Cost\": 1000, \"Plan Rows\": 1, \"Actual Rows\": 1, "
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

/* What the planner says when these columns are indexed: columns asked for, cost, columns used. */
typedef struct Answer {
	const char *asked;
	double cost; /* 0: refused */
	const char *used;
} Answer;

static const char *asked_for(Arena *arena, const WhatIfQuestion *question) {
	const char *columns = "";
	for (size_t i = 0; i < question->index_count; i++) {
		const char *open = strrchr(question->indexes[i], '('), *close = strchr(open, ')');
		columns = arena_printf(arena, "%s%s%.*s", columns, *columns ? " " : "", (int)(close - open - 1), open + 1);
	}
	return columns;
}

static const char *const *names_of(Arena *arena, const char *columns) {
	const char **names = ARENA_ARRAY(arena, const char *, 9);
	size_t count = 0;
	char *rest = arena_copy(arena, columns);
	for (char *name; (name = strtok_r(rest, " ", &rest));) names[count++] = name;
	return names;
}

/* Every question must be among the answers; returns how many were asked. */
static size_t play(World *world, const Answer *answers, size_t count) {
	WhatIf *whatif = whatif_new(world->arena, measured(world->arena), NULL, &world->findings);
	WhatIfQuestion question;
	size_t asked = 0;
	for (; whatif_next(whatif, &question); asked++) {
		const char *columns = asked_for(world->arena, &question);
		size_t i = 0;
		while (i < count && strcmp(answers[i].asked, columns) != 0) i++;
		if (i == count) fail_msg("nobody knows what happens with indexes on \"%s\"", columns);
		Plan *plan = answers[i].cost > 0 ? plan_using(world->arena, answers[i].cost, answers[i].used) : NULL;
		whatif_answer(whatif, plan, names_of(world->arena, columns));
	}
	assert_false(whatif_next(whatif, &question));
	return asked;
}

static void what_the_planner_uses_becomes_hypothetical(void **state) {
	World *world = *state;
	add_finding(world, "a", 300, 800);
	assert_int_equal(play(world, (const Answer[]){{"", 1000, ""}, {"a", 300, "a"}}, 2), 2);
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
	play(world, (const Answer[]){{"", 1000, ""}, {"a", 100, "a"}}, 2);
	assert_true(world->findings.items[0].saves_ms == 100);
}

static void what_the_planner_leaves_aside_goes(void **state) {
	World *world = *state;
	add_finding(world, "a", 300, 800);
	play(world, (const Answer[]){{"", 1000, ""}, {"a", 990, ""}}, 2);
	assert_int_equal(world->findings.count, 0);
}

static void what_gains_too_little_goes(void **state) {
	World *world = *state;
	add_finding(world, "a", 300, 800);
	play(world, (const Answer[]){{"", 1000, ""}, {"a", 960, "a"}}, 2);
	assert_int_equal(world->findings.count, 0);
}

static void a_better_alternative_takes_the_place(void **state) {
	World *world = *state;
	Finding *finding = add_finding(world, "a", 300, 800);
	*list_push(world->arena, &finding->alternatives) = index_on(world->arena, "b");
	play(world, (const Answer[]){{"", 1000, ""}, {"a", 600, "a"}, {"b", 200, "b"}}, 3);
	finding = &world->findings.items[0];
	assert_string_equal(finding->indexes.items[0].name, "t_b_idx");
	assert_string_equal(finding->sql, "CREATE INDEX CONCURRENTLY t_b_idx ON t (b)");
	assert_string_equal(finding->alternatives.items[0].name, "t_a_idx");
	assert_true(finding->cost_after == 200);
}

static void a_refusal_changes_nothing(void **state) {
	World *world = *state;
	add_finding(world, "a", 300, 800);
	play(world, (const Answer[]){{"", 1000, ""}, {"a", 0, ""}}, 2);
	assert_int_equal(world->findings.count, 1);
	assert_int_equal(world->findings.items[0].basis, BASIS_ESTIMATED);
	assert_true(isnan(world->findings.items[0].cost_after));
}

static void no_first_answer_ends_the_questions(void **state) {
	World *world = *state;
	add_finding(world, "a", 300, 800);
	assert_int_equal(play(world, (const Answer[]){{"", 0, ""}}, 1), 1);
	assert_int_equal(world->findings.items[0].basis, BASIS_ESTIMATED);
}

static void two_that_work_alone_are_two(void **state) {
	World *world = *state;
	add_finding(world, "a", 300, 600);
	add_finding(world, "b", 80, 300);
	play(world, (const Answer[]){{"", 1000, ""}, {"a", 500, "a"}, {"b", 800, "b"}}, 3);
	assert_int_equal(world->findings.count, 2);
	assert_string_equal(world->findings.items[0].indexes.items[0].name, "t_a_idx"); /* best first */
}

static void two_that_work_only_together_are_one(void **state) {
	World *world = *state;
	add_finding(world, "a", 150, 400);
	add_finding(world, "b", 150, 400);
	play(world, (const Answer[]){{"", 1000, ""}, {"a", 999, ""}, {"b", 1000, ""}, {"a b", 250, "a b"}}, 4);
	assert_int_equal(world->findings.count, 1);
	const Finding *finding = &world->findings.items[0];
	assert_int_equal(finding->indexes.count, 2);
	assert_string_equal(finding->sql, "CREATE INDEX CONCURRENTLY t_a_idx ON t (a);\nCREATE INDEX CONCURRENTLY t_b_idx ON t (b)");
	assert_true(finding->cost_after == 250);
	assert_non_null(strstr(finding->notes, "only together"));
}

static void one_that_adds_to_a_good_one_stays(void **state) {
	World *world = *state;
	add_finding(world, "a", 200, 500);
	add_finding(world, "b", 100, 400);
	add_finding(world, "c", 50, 100);
	play(world, (const Answer[]){{"", 1000, ""}, {"a", 500, "a"}, {"b", 1000, ""}, {"c", 1000, ""}, {"a b c", 200, "a b"}}, 5);
	assert_int_equal(world->findings.count, 2);
	assert_string_equal(world->findings.items[1].indexes.items[0].name, "t_b_idx");
	assert_true(world->findings.items[1].cost_after == 700); /* 300 less than as it is: what it adds */
}

static void a_rewrite_is_planned_as_rewritten(void **state) {
	World *world = *state;
	Finding *finding = add_finding(world, "a", 400, 1000);
	finding->kind = REMEDY_REWRITE;
	finding->rewrite = "select 2";
	WhatIf *whatif = whatif_new(world->arena, measured(world->arena), NULL, &world->findings);
	WhatIfQuestion question;
	assert_true(whatif_next(whatif, &question));
	assert_null(question.statement);
	whatif_answer(whatif, plan_using(world->arena, 1000, ""), NULL);
	assert_true(whatif_next(whatif, &question));
	assert_string_equal(question.statement, "select 2");
	assert_string_equal(question.indexes[0], "CREATE INDEX t_a_idx ON t (a)");
	whatif_answer(whatif, plan_using(world->arena, 10, "x"), NULL);
	assert_false(whatif_next(whatif, &question));
	assert_int_equal(world->findings.items[0].basis, BASIS_HYPOTHETICAL);
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
	    cmocka_unit_test_setup_teardown(a_refusal_changes_nothing, begin, end),
	    cmocka_unit_test_setup_teardown(no_first_answer_ends_the_questions, begin, end),
	    cmocka_unit_test_setup_teardown(two_that_work_alone_are_two, begin, end),
	    cmocka_unit_test_setup_teardown(two_that_work_only_together_are_one, begin, end),
	    cmocka_unit_test_setup_teardown(one_that_adds_to_a_good_one_stays, begin, end),
	    cmocka_unit_test_setup_teardown(a_rewrite_is_planned_as_rewritten, begin, end),
	    cmocka_unit_test_setup_teardown(without_indexes_nothing_is_asked, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
