/* test_advise.c: findings are weighed, merged and ordered; a good or a tiny plan gets silence. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/advise.h"
#include "advise/say.h"
#include "facts_file.h"
#include "plan/json.h"

static const char catalog[] = "[public.orders]\nrows = 1000000\npages = 15000\n"
                              "column id = bigint; not null; distinct 1000000; width 8\ncolumn customer_id = bigint; not null; distinct 90000; width 8\n"
                              "column status = text; not null; distinct 200; width 5\ncolumn paid = boolean; not null; distinct 2; width 1; top 0.98; top value t\n"
                              "index orders_pkey = CREATE UNIQUE INDEX orders_pkey ON public.orders USING btree (id); primary\n"
                              "[public.small]\nrows = 900\npages = 90\ncolumn k = int; not null; distinct 90; width 4\n";

typedef struct World {
	Arena *arena;
	Facts *facts;
} World;

static int begin(void **state) {
	Arena *arena = arena_new();
	World *world = ARENA_NEW(arena, World);
	*world = (World){arena, facts_parse(arena, catalog)};
	*state = world;
	return 0;
}

static int end(void **state) {
	arena_free(((World *)*state)->arena);
	return 0;
}

/* Written with ' for ". */
static FindingList advice_on(World *world, const char *quoted, const AdviseSettings *settings) {
	char *text = arena_copy(world->arena, quoted);
	for (char *at = text; (at = strchr(at, '~'));) *at = '"';
	PlanList plans;
	assert_true(plan_read_json(world->arena, text, strlen(text), &plans, NULL));
	return advise(world->arena, plans.items[0], statement_parse(world->arena, ""), world->facts, settings);
}

/* A Seq Scan that reads a million rows for `rows`, in ms of wall time. */
#define SCAN(relation, alias, filter, rows, ms)                                                                                             \
	"{~Node Type~: ~Seq Scan~, ~Parent Relationship~: ~Member~, ~Relation Name~: ~" relation "~, ~Alias~: ~" alias                      \
	"~, ~Filter~: ~" filter "~, ~Total Cost~: 28000, ~Plan Rows~: " #rows ", ~Plan Width~: 8, ~Actual Startup Time~: 0, ~Actual Total Time~: " #ms \
	", ~Actual Rows~: " #rows ", ~Actual Loops~: 1, ~Rows Removed by Filter~: 999990}"
#define APPEND(scans, ms)                                                                                                           \
	"[{~Plan~: {~Node Type~: ~Append~, ~Total Cost~: 60000, ~Plan Rows~: 20, ~Plan Width~: 8, ~Actual Startup Time~: 0, ~Actual Total Time~: " #ms \
	", ~Actual Rows~: 20, ~Actual Loops~: 1, ~Plans~: [" scans "]}, ~Execution Time~: " #ms "}]"

static void the_larger_gain_comes_first(void **state) {
	FindingList findings = advice_on(*state, APPEND(SCAN("orders", "a", "(a.status = 'x')", 10, 50) ", " SCAN("orders", "b", "(b.customer_id = 5)", 10, 150), 201), NULL);
	assert_int_equal(findings.count, 2);
	assert_string_equal(findings.items[0].columns[0], "customer_id");
	assert_string_equal(findings.items[1].columns[0], "status");
	assert_int_equal(findings.items[0].severity, SEVERITY_CRITICAL);
	assert_int_equal(findings.items[1].severity, SEVERITY_WARNING);
}

static void one_index_for_two_scans_is_one_finding(void **state) {
	FindingList findings = advice_on(*state, APPEND(SCAN("orders", "a", "(a.customer_id = 4)", 10, 50) ", " SCAN("orders", "b", "(b.customer_id = 5)", 10, 150), 201), NULL);
	assert_int_equal(findings.count, 1);
	assert_true(findings.items[0].saves_ms > 180);
	assert_int_equal(findings.items[0].indexes.count, 1);
}

static void too_small_a_gain_is_not_told(void **state) {
	const char *plan = APPEND(SCAN("orders", "a", "(a.status = 'x')", 10, 12) ", " SCAN("orders", "b", "(b.customer_id = 5)", 10, 88), 101);
	assert_int_equal(advice_on(*state, plan, NULL).count, 2);
	AdviseSettings greedy = {.min_gain = 0.2, .min_ms = 5};
	FindingList findings = advice_on(*state, plan, &greedy);
	assert_int_equal(findings.count, 1);
	assert_string_equal(findings.items[0].columns[0], "customer_id");
}

static void a_statement_under_five_milliseconds_gets_silence(void **state) {
	assert_int_equal(advice_on(*state, APPEND(SCAN("orders", "a", "(a.customer_id = 5)", 10, 4.8), 4.9), NULL).count, 0);
	assert_int_equal(advice_on(*state, APPEND(SCAN("orders", "a", "(a.customer_id = 5)", 10, 5.0), 5.1), NULL).count, 1);
}

/* What all calls of a second take, counts. */
static void a_short_statement_called_often_gets_advice(void **state) {
	World *world = *state;
	const char *plan = APPEND(SCAN("orders", "a", "(a.customer_id = 5)", 10, 0.8), 0.9);
	FindingList findings = advice_on(world, plan, NULL);
	assert_int_equal(findings.count, 0);
	assert_non_null(strstr(findings.silence, "missing-index would be told, but the statement takes less than 5"));
	StatementUse use = {.calls = 100, .calls_per_s = 2};
	world->facts->use = &use;
	findings = advice_on(world, plan, NULL);
	assert_int_equal(findings.count, 0);
	assert_non_null(strstr(findings.silence, "called 2 times a second"));
	use.calls_per_s = NAN;
	assert_int_equal(advice_on(world, plan, NULL).count, 0);
	use.calls_per_s = 0.001;
	assert_int_equal(advice_on(world, APPEND(SCAN("orders", "a", "(a.customer_id = 5)", 10, 50), 51), NULL).count, 1);
	use.calls_per_s = 10;
	findings = advice_on(world, plan, NULL);
	assert_int_equal(findings.count, 1);
	assert_null(findings.silence);
	assert_int_equal(findings.items[0].severity, SEVERITY_INFO);
}

static void how_little_is_too_little_is_a_setting(void **state) {
	const char *plan = APPEND(SCAN("orders", "a", "(a.customer_id = 5)", 10, 0.8), 0.9);
	const AdviseSettings all = {.min_gain = 0.05, .min_ms = 0}, few = {.min_gain = 0.05, .min_ms = 100};
	assert_int_equal(advice_on(*state, plan, &all).count, 1);
	assert_int_equal(advice_on(*state, APPEND(SCAN("orders", "a", "(a.customer_id = 5)", 10, 90), 91), &few).count, 0);
}

static void a_small_table_gets_silence(void **state) {
	assert_int_equal(advice_on(*state, "[{~Plan~: {~Node Type~: ~Seq Scan~, ~Relation Name~: ~small~, ~Filter~: ~(k = 5)~, ~Total Cost~: 100, ~Plan Rows~: 10, ~Plan "
	                                   "Width~: 8, ~Actual Startup Time~: 0, ~Actual Total Time~: 0.1, ~Actual Rows~: 1, ~Actual Loops~: 1000, ~Rows Removed by "
	                                   "Filter~: 890}, ~Execution Time~: 101}]",
	                           NULL).count, 0);
}

static void different_indexes_never_share_a_name(void **state) {
	FindingList findings = advice_on(*state,
	                                 APPEND(SCAN("orders", "a", "((a.status = 'x') AND (NOT a.paid))", 10, 80) ", " SCAN("orders", "b", "(b.status = 'y')", 10, 80), 161),
	                                 NULL);
	assert_int_equal(findings.count, 2);
	assert_string_not_equal(findings.items[0].indexes.items[0].name, findings.items[1].indexes.items[0].name);
	assert_non_null(strstr(findings.items[1].sql, findings.items[1].indexes.items[0].name));
}

static void is_only_incomplete(FindingList findings) {
	assert_int_equal(findings.count, 1);
	assert_string_equal(findings.items[0].rule, "plan-incomplete");
}

static void a_plan_with_nothing_in_it_is_survived(void **state) {
	assert_int_equal(advice_on(*state, "[{~Plan~: {~Node Type~: ~Result~}}]", NULL).count, 0);
	assert_int_equal(advice_on(*state, "[{~Plan~: {~Node Type~: ~Seq Scan~, ~Filter~: ~)) nonsense ((~, ~Total Cost~: 1e9, ~Plan Rows~: 1}}]", NULL).count, 0);
	is_only_incomplete(advice_on(*state, "[{~Plan~: {~Node Type~: ~Limit~, ~Total Cost~: 1e9, ~Plan Rows~: 1}}]", NULL));
	is_only_incomplete(advice_on(*state, "[{~Plan~: {~Node Type~: ~Sort~, ~Sort Key~: [], ~Sort Space Type~: ~Disk~, ~Sort Space Used~: null, ~Actual Rows~: 1, ~Actual "
	                                   "Loops~: 1, ~Actual Total Time~: 1e300, ~Actual Startup Time~: 0, ~Workers~: {~a~: 1}}}]",
	                             NULL));
}

static void names_of_strangers_reach_sql_quoted(void **state) {
	World *world = *state;
	world->facts = NULL;
	FindingList findings = advice_on(world, APPEND(SCAN("or'; drop table x; --", "a", "(a.we\xff\x1b = 5)", 10, 150) ", " SCAN("b c", "b", "(b.k = 5)", 10, 150), 301), NULL);
	for (size_t i = 0; i < findings.count; i++) assert_null(strstr(findings.items[i].sql, "ON or'"));
	assert_true(findings.count >= 1);
	assert_non_null(strstr(findings.items[0].sql, "ON \"b c\" (k)"));
}

static void without_a_catalog_it_is_an_if(void **state) {
	World *world = *state;
	world->facts = NULL;
	FindingList findings = advice_on(world, APPEND(SCAN("orders", "a", "(a.customer_id = 5)", 10, 150), 151), NULL);
	assert_int_equal(findings.count, 1);
	assert_int_equal(findings.items[0].basis, BASIS_HEURISTIC);
	assert_true(strncmp(findings.items[0].because, "If no index", 11) == 0);
}

static void what_bends_the_whole_plan_is_told_first(void **state) {
	const char *plan = "[{~Plan~: {~Node Type~: ~Append~, ~Actual Startup Time~: 0, ~Actual Total Time~: 151, ~Actual Rows~: 11, ~Actual Loops~: 1, ~Plans~: ["
	                   SCAN("orders", "a", "(a.customer_id = 5)", 10, 150) ", {~Node Type~: ~Index Scan~, ~Parent Relationship~: ~Member~, ~Relation Name~: ~orders~, "
	                   "~Disabled~: true, ~Actual Startup Time~: 0, ~Actual Total Time~: 0.1, ~Actual Rows~: 1, ~Actual Loops~: 1}]}, ~Execution Time~: 151}]";
	FindingList findings = advice_on(*state, plan, NULL);
	assert_int_equal(findings.count, 2);
	assert_string_equal(findings.items[0].rule, "disabled-node");
	assert_int_equal(findings.items[0].severity, SEVERITY_INFO); /* first, however little it saves */
	assert_string_equal(findings.items[0].sql, "SET enable_indexscan = on");
	assert_string_equal(findings.items[1].rule, "missing-index");
}

static void planning_is_told_of_statements_that_are_soon_over(void **state) {
	const char *quick = "[{~Plan~: {~Node Type~: ~Result~, ~Actual Startup Time~: 0, ~Actual Total Time~: 0.1, ~Actual Rows~: 1, ~Actual Loops~: 1}, "
	                    "~Planning Time~: %s, ~Execution Time~: %s}]";
	World *world = *state;
	FindingList slow = advice_on(world, arena_printf(world->arena, quick, "51", "0.2"), NULL);
	assert_int_equal(slow.count, 1);
	assert_string_equal(slow.items[0].rule, "planning-time");
	assert_true(slow.items[0].saves_share > 0.99 && slow.items[0].saves_share <= 1);
	const Plan plan = {.execution_ms = 0.2, .planning_ms = 51};
	assert_string_equal(say_savings(world->arena, &plan, &slow.items[0]), "~51 ms of 51.2 ms"); /* not of the 0.2 ms it ran */
	assert_int_equal(advice_on(world, arena_printf(world->arena, quick, "49", "0.2"), NULL).count, 0);
	assert_int_equal(advice_on(world, arena_printf(world->arena, quick, "60", "61"), NULL).count, 0);
	assert_int_equal(advice_on(world, arena_printf(world->arena, quick, "null", "null"), NULL).count, 0);
}

static void planning_has_its_cause(void **state) {
	World *world = *state;
	const char *part = ", {~Node Type~: ~Seq Scan~, ~Relation Name~: ~p~, ~Actual Startup Time~: 0, ~Actual Total Time~: 0, ~Actual Rows~: 0, ~Actual Loops~: 1}";
	const char *parts = part + 2;
	for (int i = 1; i < 50; i++) parts = arena_printf(world->arena, "%s%s", parts, part);
	const char *plan = "[{~Plan~: {~Node Type~: ~Append~, ~Actual Startup Time~: 0, ~Actual Total Time~: 0.1, ~Actual Rows~: 1, ~Actual Loops~: 1, ~Plans~: [%s]}, "
	                   "~Planning~: {~Shared Read Blocks~: %s}, ~Planning Time~: 90, ~Execution Time~: 0.2}]";
	const char *many = advice_on(world, arena_printf(world->arena, plan, parts, "99"), NULL).items[0].because;
	const char *cold = advice_on(world, arena_printf(world->arena, plan, parts, "100"), NULL).items[0].because;
	const char *none = advice_on(world, arena_printf(world->arena, plan, part + 2, "0"), NULL).items[0].because;
	assert_true(strncmp(many, "50 partitions", 13) == 0);
	assert_true(strncmp(cold, "Planning read 100 blocks", 24) == 0);
	assert_non_null(strstr(none, "does not tell why"));
}

#define TRIGGERED(triggers)                                                                                                                       \
	"[{~Plan~: {~Node Type~: ~ModifyTable~, ~Operation~: ~Delete~, ~Relation Name~: ~orders~, ~Actual Startup Time~: 0, ~Actual Total Time~: 2, " \
	"~Actual Rows~: 0, ~Actual Loops~: 1}, ~Triggers~: [" triggers "], ~Execution Time~: 100}]"

static void triggers_of_partitions_are_one_constraint(void **state) {
	FindingList findings = advice_on(*state, TRIGGERED("{~Constraint Name~: ~it's~, ~Relation~: ~p1~, ~Time~: 9, ~Calls~: 10}, {~Constraint Name~: ~it's~, "
	                                                   "~Relation~: ~p2~, ~Time~: 9, ~Calls~: 10}"), NULL);
	assert_int_equal(findings.count, 1);
	assert_string_equal(findings.items[0].rule, "trigger-time");
	assert_non_null(strstr(findings.items[0].notes, "conname = 'it''s'"));
	assert_non_null(strstr(findings.items[0].evidence, "20 calls"));
}

static void triggers_of_strangers_are_survived(void **state) {
	static const char *const plans[] = {
	    TRIGGERED("{}"), TRIGGERED("{~Trigger Name~: ~~, ~Time~: null, ~Calls~: 0}"), TRIGGERED("{~Trigger Name~: ~t~, ~Time~: 90, ~Calls~: 0}"),
	    TRIGGERED("{~Time~: 90, ~Calls~: 1}"), TRIGGERED("{~Trigger Name~: ~t~, ~Time~: -90, ~Calls~: 1}"), TRIGGERED("1, null, []"),
	};
	for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) assert_int_equal(advice_on(*state, plans[i], NULL).count, 0);
	FindingList findings = advice_on(*state, TRIGGERED("{~Trigger Name~: ~\xff\x1b[2J~, ~Time~: 90, ~Calls~: 7}"), NULL);
	assert_int_equal(findings.count, 1);
	assert_null(findings.items[0].sql);
}

#define STATEMENT(node, more) "[{~Plan~: {" node ", ~Actual Startup Time~: 0, ~Actual Total Time~: 900, ~Actual Loops~: 1" more "}, ~Execution Time~: 900}]"
#define BELOW(fields) ", ~Actual Rows~: 1, ~Plans~: [{" fields "}]"

/* Nodes as no server sends them: rules read on, and what they tell is told of what is there. */
static void nodes_of_strangers_are_survived(void **state) {
	static const char *const plans[] = {
	    STATEMENT("~Node Type~: ~Gather~, ~Workers Planned~: 1e308, ~Workers Launched~: -1",
	              BELOW("~Node Type~: ~Seq Scan~, ~Actual Rows~: -5, ~Actual Loops~: 1e308, ~Actual Total Time~: 1e308, ~Workers~: [{~Worker Number~: 0, "
	                    "~Actual Rows~: 1e308, ~Actual Loops~: 1e308, ~Actual Total Time~: -1}, {~Worker Number~: 1, ~Actual Rows~: 1, ~Actual Loops~: 0, ~Actual Total Time~: 1}]")),
	    STATEMENT("~Node Type~: ~Gather~, ~Workers Planned~: 2, ~Workers Launched~: 2", ", ~Actual Rows~: 1"),
	    STATEMENT("~Node Type~: ~Foreign Scan~, ~Filter~: ~)) (SELECT '~, ~Relation Name~: ~\xff\x1b[2J~, ~Rows Removed by Filter~: 1e308, ~Actual Rows~: 0", ""),
	    STATEMENT("~Node Type~: ~Foreign Scan~, ~Filter~: ~(a > now(~, ~Rows Removed by Filter~: 5000, ~Actual Rows~: 0", ""),
	    STATEMENT("~Node Type~: ~Foreign Scan~, ~Operation~: [], ~Filter~: {}, ~Actual Rows~: 1e308", ""),
	    STATEMENT("~Node Type~: ~ModifyTable~, ~Relation Name~: null, ~Shared Hit Blocks~: -1e308, ~Shared Read Blocks~: 1, ~Tuples Inserted~: -3, ~Actual Rows~: 0", ""),
	    STATEMENT("~Node Type~: ~LockRows~, ~Shared Hit Blocks~: null, ~Actual Rows~: 1e308", ""),
	    STATEMENT("~Node Type~: ~Memoize~, ~Cache Key~: ~a) OR (b~, ~Cache Hits~: 0, ~Cache Misses~: 1e308, ~Cache Evictions~: 1e309, ~Actual Rows~: 1",
	              ", ~Plans~: [{~Node Type~: ~Index Scan~, ~Relation Name~: ~orders~, ~Actual Rows~: 1, ~Actual Loops~: 9, ~Actual Total Time~: 99}]"),
	    STATEMENT("~Node Type~: ~Nested Loop~, ~Actual Rows~: 1e308", ", ~Plans~: [{~Node Type~: ~Hash~}, {~Node Type~: ~Sort~}, {~Node Type~: ~Sort~}]"),
	};
	for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
		FindingList findings = advice_on(*state, plans[i], NULL);
		for (size_t k = 0; k < findings.count; k++)
			assert_true(findings.items[k].title && findings.items[k].evidence && !(findings.items[k].saves_share > 1) && !(findings.items[k].saves_share < 0));
		AdviseSettings all = {.tell_all = true};
		advice_on(*state, plans[i], &all);
	}
}

static void every_rule_explains_itself(void **state) {
	(void)state;
	for (size_t i = 0; rules[i]; i++) {
		assert_ptr_equal(rule_named(rules[i]->id), rules[i]);
		assert_non_null(rules[i]->run);
		assert_true(strlen(rules[i]->summary) > 20 && strlen(rules[i]->summary) < 100);
		assert_non_null(strstr(rules[i]->fires, "Silent"));
	}
	assert_null(rule_named("no-such-rule"));
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(the_larger_gain_comes_first, begin, end),
	    cmocka_unit_test_setup_teardown(one_index_for_two_scans_is_one_finding, begin, end),
	    cmocka_unit_test_setup_teardown(too_small_a_gain_is_not_told, begin, end),
	    cmocka_unit_test_setup_teardown(a_short_statement_called_often_gets_advice, begin, end),
	    cmocka_unit_test_setup_teardown(how_little_is_too_little_is_a_setting, begin, end),
	    cmocka_unit_test_setup_teardown(a_statement_under_five_milliseconds_gets_silence, begin, end),
	    cmocka_unit_test_setup_teardown(a_small_table_gets_silence, begin, end),
	    cmocka_unit_test_setup_teardown(different_indexes_never_share_a_name, begin, end),
	    cmocka_unit_test_setup_teardown(a_plan_with_nothing_in_it_is_survived, begin, end),
	    cmocka_unit_test_setup_teardown(names_of_strangers_reach_sql_quoted, begin, end),
	    cmocka_unit_test_setup_teardown(without_a_catalog_it_is_an_if, begin, end),
	    cmocka_unit_test_setup_teardown(what_bends_the_whole_plan_is_told_first, begin, end),
	    cmocka_unit_test_setup_teardown(planning_is_told_of_statements_that_are_soon_over, begin, end),
	    cmocka_unit_test_setup_teardown(planning_has_its_cause, begin, end),
	    cmocka_unit_test_setup_teardown(triggers_of_partitions_are_one_constraint, begin, end),
	    cmocka_unit_test_setup_teardown(triggers_of_strangers_are_survived, begin, end),
	    cmocka_unit_test_setup_teardown(nodes_of_strangers_are_survived, begin, end),
	    cmocka_unit_test_setup_teardown(every_rule_explains_itself, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
