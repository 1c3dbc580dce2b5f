/* test_unused.c: why an index is left aside, told from plans and catalogs; and the dialogue with a planner of paper. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/unused.h"
#include "advise/unused_cause.h"
#include "facts_file.h"
#include "plan/json.h"

static const char catalog[] =
    "version = 150000\n[public.t]\nrows = 100000\npages = 2000\n"
    "column a = integer; not null\ncolumn b = integer; correlation 0.1\ncolumn name = text\ncolumn email = character varying(80)\ncolumn data = jsonb\ncolumn at = timestamp without time zone\n"
    "index t_a = CREATE INDEX t_a ON public.t USING btree (a)\n"
    "index t_a_b = CREATE INDEX t_a_b ON public.t USING btree (a, b)\n"
    "index t_broken = CREATE INDEX t_broken ON public.t USING btree (a); invalid\n"
    "index t_name = CREATE INDEX t_name ON public.t USING btree (name)\n"
    "index t_name_c = CREATE INDEX t_name_c ON public.t USING btree (name COLLATE \"C\")\n"
    "index t_name_pattern = CREATE INDEX t_name_pattern ON public.t USING btree (name text_pattern_ops)\n"
    "index t_lower = CREATE INDEX t_lower ON public.t USING btree (lower((email)::text))\n"
    "index t_email = CREATE INDEX t_email ON public.t USING btree (email)\n"
    "index t_hash = CREATE INDEX t_hash ON public.t USING hash (b)\n"
    "index t_data = CREATE INDEX t_data ON public.t USING gin (data)\n"
    "index t_data_btree = CREATE INDEX t_data_btree ON public.t USING btree (data)\n"
    "index t_open = CREATE INDEX t_open ON public.t USING btree (b) WHERE (name = 'open'::text)\n"
    "index t_filled = CREATE INDEX t_filled ON public.t USING btree (b) WHERE (name IS NOT NULL)\n"
    "index t_at = CREATE INDEX t_at ON public.t USING btree (at)\n"
    "index t_b_desc = CREATE INDEX t_b_desc ON public.t USING btree (b, a DESC)\n"
    "index t_brin = CREATE INDEX t_brin ON public.t USING brin (b)\n"
    "index t_odd = CREATE INDEX t_odd ON public.t USING btree (b) WITH (\n" /* a definition nobody can read */
    "[public.small]\nrows = 50\npages = 1\ncolumn v = integer\nindex small_v = CREATE INDEX small_v ON public.small USING btree (v)\n"
    "[public.fresh]\nrows = -1\npages = 0\ncolumn v = integer\nindex fresh_v = CREATE INDEX fresh_v ON public.fresh USING btree (v)\n"
    "[public.stale]\nrows = 100000\npages = 2000\ncolumn v = integer\nindex stale_v = CREATE INDEX stale_v ON public.stale USING btree (v)\n";

typedef struct World {
	Arena *arena;
	Facts *facts;
} World;

static int begin(void **state) {
	Arena *arena = arena_new();
	World *world = ARENA_NEW(arena, World);
	world->arena = arena;
	world->facts = facts_parse(arena, catalog);
	for (size_t i = 0; i < world->facts->tables.count; i++)
		if (strcmp(world->facts->tables.items[i].name, "stale") == 0) world->facts->tables.items[i].modified_since_analyze = 60000;
	*state = world;
	return 0;
}

static int end(void **state) {
	arena_free(((World *)*state)->arena);
	return 0;
}

static Plan *read_plan(World *world, const char *text) {
	PlanList plans;
	Err err = ERR_INIT;
	if (!plan_read_json(world->arena, text, strlen(text), &plans, &err)) fail_msg("%s in %s", err.message.text, text);
	return plans.items[0];
}

/* A table read whole, with a filter, perhaps sorted. */
static Plan *whole(World *world, const char *table, const char *filter, const char *sort) {
	const char *scan = arena_printf(world->arena, "{\"Node Type\": \"Seq Scan\", \"Relation Name\": \"%s\", \"Schema\": \"public\", \"Alias\": \"%s\", \"Total Cost\": 4000, \"Plan Rows\": 500, "
	                                              "\"Plan Width\": 10%s%s%s}", table, table, filter ? ", \"Filter\": \"" : "", filter ? filter : "", filter ? "\"" : "");
	if (!sort) return read_plan(world, arena_printf(world->arena, "[{\"Plan\": %s}]", scan));
	return read_plan(world, arena_printf(world->arena, "[{\"Plan\": {\"Node Type\": \"Sort\", \"Total Cost\": 5000, \"Plan Rows\": 500, \"Sort Key\": [%s], \"Plans\": [%s]}}]", sort, scan));
}

static Plan *by_index(World *world, const char *table, const char *index, const char *condition, double cost, double rows) {
	return read_plan(world, arena_printf(world->arena, "[{\"Plan\": {\"Node Type\": \"Index Scan\", \"Relation Name\": \"%s\", \"Schema\": \"public\", \"Alias\": \"%s\", \"Index Name\": \"%s\", "
	                                                   "\"Startup Cost\": 0, \"Total Cost\": %.2f, \"Plan Rows\": %g, \"Plan Width\": 10%s%s%s}}]",
	                                     table, table, index, cost, rows, condition ? ", \"Index Cond\": \"" : "", condition ? condition : "", condition ? "\"" : ""));
}

static UnusedQuestion question_about(World *world, const char *table, const char *index, const Plan *plan, const char *sql) {
	const TableFacts *facts = table_facts(world->facts, "public", table);
	const IndexFacts *known = NULL;
	for (size_t i = 0; i < facts->indexes.count; i++)
		if (strcmp(facts->indexes.items[i].name, index) == 0) known = &facts->indexes.items[i];
	assert_non_null(known);
	return (UnusedQuestion){.plan = plan, .statement = statement_parse(world->arena, sql), .facts = world->facts, .table = facts, .known = known, .name = index,
	                        .index = create_index_read(world->arena, known->definition, NULL)};
}

/* Asks until there is an answer; the planner says `forced` when all else is off, `cheap` when pages are cheap. */
static const UnusedAnswer *ask(World *world, const UnusedQuestion *question, const Plan *forced, const Plan *cheap) {
	Unused *unused = unused_new(world->arena, question);
	UnusedTrial trial;
	for (size_t calls = 0; unused_next(unused, &trial); calls++) {
		assert_true(calls < 10);
		assert_true(trial.off_count || trial.cheap_pages);
		unused_answer(unused, trial.cheap_pages ? cheap : forced, NULL);
	}
	return unused_told(unused);
}

static const UnusedCause *cause_of(World *world, const char *table, const char *index, const Plan *plan, const char *sql, const Plan *forced) {
	UnusedQuestion question = question_about(world, table, index, plan, sql);
	const UnusedAnswer *answer = ask(world, &question, forced, NULL);
	assert_false(answer->used);
	assert_true(answer->causes.count > 0);
	return &answer->causes.items[0];
}

/* ---- what keeps it from being any use ---- */

static void each_obstacle_has_its_name(void **state) {
	World *world = *state;
	static const struct {
		const char *index, *filter, *sort, *cause, *says;
	} cases[] = {
	    {"t_broken", "(a = 5)", NULL, "invalid", "INVALID"},
	    {"t_a", "((a)::text = '5'::text)", NULL, "cast", "The column is integer"},
	    {"t_a", "((a)::numeric = 5.0)", NULL, "cast", "numeric"},
	    {"t_name", "(upper(name) = 'X'::text)", NULL, "function-on-column", "upper(name)"},
	    {"t_at", "((at)::date = '2024-01-01'::date)", NULL, "cast", "date"},
	    {"t_a", "((a + 1) = 5)", NULL, "function-on-column", "a + 1"},
	    {"t_lower", "((email)::text = 'x'::text)", NULL, "expression", "lower"},
	    {"t_name_c", "(name = 'x'::text)", NULL, "collation", "\"C\""},
	    {"t_name", "(name ~~ 'x%'::text)", NULL, "opclass", "text_pattern_ops"},
	    {"t_name", "(name ~~ '%x'::text)", NULL, "leading-wildcard", "Trigrams"},
	    {"t_name", "(name ~~* 'x%'::text)", NULL, "leading-wildcard", "Trigrams"},
	    {"t_name", "(name ~~ $1)", NULL, "opclass", "parameter"},
	    {"t_name_pattern", "(name > 'x'::text)", NULL, "opclass", "text_pattern_ops"},
	    {"t_a", "(a <> 5)", NULL, "not-equal", "<>"},
	    {"t_hash", "(b > 5)", NULL, "index-type", "hash"},
	    {"t_data", "(data = '{}'::jsonb)", NULL, "index-type", "gin"},
	    {"t_data_btree", "(data @> '{}'::jsonb)", NULL, "index-type", "GIN"},
	    {"t_data", "((data ->> 'k'::text) = 'v'::text)", NULL, "function-on-column", "->>"},
	    {"t_a_b", "(b = 5)", NULL, "leading-column", "only behind a"},
	    {"t_open", "((b = 5) AND (name = 'paid'::text))", NULL, "predicate-not-implied", "name = 'paid'"},
	    {"t_open", "(b = 5)", NULL, "predicate-not-implied", "tells that it wants no others"},
	    {"t_open", "((b = 5) AND (name = $1))", NULL, "predicate-not-implied", "parameter"},
	    {"t_a", "((a = 5) OR (b = 6))", NULL, "or-condition", "OR"},
	    {"t_name", "(a = 5)", NULL, "not-asked-for", "name"},
	    {"t_name", "(a = 5)", "\"name COLLATE \\\"C\\\"\"", "collation", "COLLATE \"C\""},
	    {"t_b_desc", NULL, "\"b\", \"a\"", "order", "neither forward nor backward"},
	    {"t_odd", "(b = 5)", NULL, "unknown", "not plain"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const UnusedCause *cause = cause_of(world, "t", cases[i].index, whole(world, "t", cases[i].filter, cases[i].sort), "select 1 from t", NULL);
		if (strcmp(cause->word, cases[i].cause) != 0) fail_msg("%s with %s: %s, %s", cases[i].index, cases[i].filter, cause->word, cause->text);
		if (strncmp(unused_cause_told(world->arena, cause), cause->word, strlen(cause->word)) == 0) fail_msg("\"%s\" has no words", cause->word);
		if (!strstr(cause->text, cases[i].says)) fail_msg("%s with %s does not say \"%s\": %s", cases[i].index, cases[i].filter, cases[i].says, cause->text);
	}
}

static void remedies_can_be_pasted(void **state) {
	World *world = *state;
	static const struct {
		const char *index, *filter, *remedy, *condition;
	} cases[] = {
	    {"t_broken", "(a = 5)", "REINDEX INDEX CONCURRENTLY public.t_broken", NULL},
	    {"t_a", "((a)::numeric = 5.0)", NULL, "a = 5"},
	    {"t_name", "(upper(name) = 'X'::text)", "CREATE INDEX CONCURRENTLY ON public.t (upper(name))", NULL},
	    {"t_name", "(name ~~ '%x'::text)", "CREATE INDEX CONCURRENTLY ON public.t USING gin (name gin_trgm_ops)", NULL},
	    {"t_a_b", "(b = 5)", "CREATE INDEX CONCURRENTLY ON public.t (b)", NULL},
	    {"t_name_c", "(name = 'x'::text)", NULL, NULL}, /* t_name is there */
	    {"t_name", "(name ~~ 'x%'::text)", NULL, NULL}, /* t_name_pattern, too */
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const UnusedCause *cause = cause_of(world, "t", cases[i].index, whole(world, "t", cases[i].filter, NULL), "select 1 from t", NULL);
		const char *remedy = cause->remedy ? cause->remedy : "", *condition = cause->condition ? cause->condition : "";
		assert_string_equal(remedy, cases[i].remedy ? cases[i].remedy : "");
		assert_string_equal(condition, cases[i].condition ? cases[i].condition : "");
	}
}

/* name IS NOT NULL follows from name = 'x': then something else is the matter. */
static void what_follows_is_not_asked_for(void **state) {
	World *world = *state;
	const UnusedCause *cause = cause_of(world, "t", "t_filled", whole(world, "t", "((b = 5) AND (name = 'x'::text))", NULL), "select 1 from t", NULL);
	assert_string_not_equal(cause->word, "predicate-not-implied");
	cause = cause_of(world, "t", "t_filled", whole(world, "t", "((b = 5) AND (name IS NULL))", NULL), "select 1 from t", NULL);
	assert_string_equal(cause->word, "predicate-not-implied");
}

/* ---- what costs more ---- */

static void what_could_be_used_is_weighed(void **state) {
	World *world = *state;
	static const struct {
		const char *table, *index;
		double rows;
		const char *cause;
	} cases[] = {
	    {"t", "t_brin", 10, "brin-uncorrelated"}, {"t", "t_a", 40000, "selectivity"}, {"small", "small_v", 1, "small-table"}, {"fresh", "fresh_v", 1, "statistics"}, {"stale", "stale_v", 10, "statistics"}, {"t", "t_a", 10, "cost"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *condition = strcmp(cases[i].index, "t_brin") == 0 ? "(b = 5)" : strcmp(cases[i].table, "t") == 0 ? "(a = 5)" : "(v = 5)";
		const UnusedCause *cause = cause_of(world, cases[i].table, cases[i].index, whole(world, cases[i].table, condition, NULL), "select 1", by_index(world, cases[i].table, cases[i].index, condition, 9000, cases[i].rows));
		if (strcmp(cause->word, cases[i].cause) != 0) fail_msg("%s: %s, %s", cases[i].index, cause->word, cause->text);
	}
}

static void cheap_pages_tell_of_cost_settings(void **state) {
	World *world = *state;
	const Plan *with = by_index(world, "t", "t_a", "(a = 5)", 9000, 3000);
	UnusedQuestion question = question_about(world, "t", "t_a", whole(world, "t", "(a = 5)", NULL), "select 1");
	const UnusedAnswer *answer = ask(world, &question, with, with);
	assert_string_equal(answer->causes.items[0].word, "cost-settings");
	assert_non_null(strstr(answer->causes.items[0].remedy, "random_page_cost"));
	assert_true(answer->forced && answer->forced_cost == 9000 && answer->cost == 4000);
	assert_string_equal(answer->switched_off, "enable_seqscan");
}

static void unknown_values_are_told_beside_the_cause(void **state) {
	World *world = *state;
	static const struct {
		const char *sql;
		size_t causes;
	} cases[] = {{"select 1 from t where a = $1", 2}, {"select 1 from t where a = 5", 1}};
	for (size_t i = 0; i < 2; i++) {
		UnusedQuestion question = question_about(world, "t", "t_a", whole(world, "t", "(a = 5)", NULL), cases[i].sql);
		const UnusedAnswer *answer = ask(world, &question, by_index(world, "t", "t_a", "(a = 5)", 9000, 40000), NULL);
		assert_int_equal(answer->causes.count, cases[i].causes);
		assert_string_equal(answer->causes.items[0].word, "selectivity");
		if (i == 0) assert_string_equal(answer->causes.items[1].word, "generic-plan");
	}
}

static void an_index_that_is_better_is_named(void **state) {
	World *world = *state;
	const UnusedCause *cause = cause_of(world, "t", "t_a_b", by_index(world, "t", "t_a", "(a = 5)", 8, 10), "select 1", NULL);
	assert_string_equal(cause->word, "other-index");
	assert_non_null(strstr(cause->text, "t_a"));
}

static void a_switch_that_is_off_is_told(void **state) {
	World *world = *state;
	const Plan *plan = read_plan(world, "[{\"Plan\": {\"Node Type\": \"Seq Scan\", \"Relation Name\": \"t\", \"Schema\": \"public\", \"Alias\": \"t\", \"Total Cost\": 4000, \"Plan Rows\": 5, \"Plan Width\": 4, "
	                                    "\"Filter\": \"(a = 5)\"}, \"Settings\": {\"enable_indexscan\": \"off\"}}]");
	const UnusedCause *cause = cause_of(world, "t", "t_a", plan, "select 1", by_index(world, "t", "t_a", "(a = 5)", 9000, 10));
	assert_string_equal(cause->word, "cost-settings");
	assert_string_equal(cause->remedy, "SET enable_indexscan = on");
}

/* ---- the dialogue ---- */

static void one_that_is_used_is_asked_about_no_more(void **state) {
	World *world = *state;
	UnusedQuestion question = question_about(world, "t", "t_a", by_index(world, "t", "t_a", "(a = 5)", 8, 10), "select 1");
	Unused *unused = unused_new(world->arena, &question);
	UnusedTrial trial;
	assert_false(unused_next(unused, &trial));
	assert_true(unused_told(unused)->used);
	assert_int_equal(unused_told(unused)->causes.count, 0);
	assert_string_equal(unused_title(world->arena, unused_told(unused)), "t_a is used");
}

static void an_invalid_one_costs_no_question(void **state) {
	World *world = *state;
	UnusedQuestion question = question_about(world, "t", "t_broken", whole(world, "t", "(a = 5)", NULL), "select 1");
	UnusedTrial trial;
	assert_false(unused_next(unused_new(world->arena, &question), &trial));
}

static void penalties_are_no_costs(void **state) {
	World *world = *state;
	UnusedQuestion question = question_about(world, "t", "t_a", whole(world, "t", "(a = 5)", NULL), "select 1");
	const UnusedAnswer *answer = ask(world, &question, by_index(world, "t", "t_a", "(a = 5)", 30000009000.0, 10), NULL);
	assert_true(answer->forced_cost == 9000);
}

static void refusals_end_too(void **state) {
	World *world = *state;
	UnusedQuestion question = question_about(world, "t", "t_a", whole(world, "t", "(a = 5)", NULL), "select 1");
	const UnusedAnswer *answer = ask(world, &question, NULL, NULL);
	assert_null(answer->forced);
	assert_true(answer->causes.count > 0);
}

static void it_is_said_line_by_line(void **state) {
	World *world = *state;
	UnusedQuestion question = question_about(world, "t", "t_a", whole(world, "t", "((a)::numeric = 5.0)", NULL), "select 1");
	LabelledLines lines = unused_lines(world->arena, ask(world, &question, NULL, NULL));
	static const char *const labels[] = {"index", "chosen", "with it", "because", "write"};
	assert_int_equal(lines.count, sizeof labels / sizeof *labels);
	for (size_t i = 0; i < lines.count; i++) assert_string_equal(lines.items[i].label, labels[i]);
}

/* A condition of a stranger's may be anything. */
static void odd_conditions_end_well(void **state) {
	World *world = *state;
	static const char *const filters[] = {"", "(", "a = ", "(\\u001b[31m = 1)", "((((((((((a))))))))))", "(hashed SubPlan 1)", "(a = ANY ('{1,2}'::integer[]))", "(a IS NULL)", "(NOT a)", "((a, b) > (1, 2))"};
	for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
		for (size_t k = 0; k < 2; k++) cause_of(world, "t", k ? "t_open" : "t_a", whole(world, "t", filters[i], NULL), "select 1", NULL);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_obstacle_has_its_name),      cmocka_unit_test(remedies_can_be_pasted),
	    cmocka_unit_test(what_follows_is_not_asked_for),   cmocka_unit_test(what_could_be_used_is_weighed),
	    cmocka_unit_test(cheap_pages_tell_of_cost_settings), cmocka_unit_test(an_index_that_is_better_is_named),
	    cmocka_unit_test(unknown_values_are_told_beside_the_cause),
	    cmocka_unit_test(a_switch_that_is_off_is_told),    cmocka_unit_test(one_that_is_used_is_asked_about_no_more),
	    cmocka_unit_test(an_invalid_one_costs_no_question), cmocka_unit_test(penalties_are_no_costs),
	    cmocka_unit_test(refusals_end_too),                cmocka_unit_test(it_is_said_line_by_line),
	    cmocka_unit_test(odd_conditions_end_well),
	};
	return cmocka_run_group_tests_name("unused", tests, begin, end);
}
