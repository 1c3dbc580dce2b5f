/* test_text.c: plans out of EXPLAIN's TEXT format, with the fields JSON would have. */
#include "file_text.h"
#include "plan_of.h"

#include <stdio.h>

#include "plan/text.h"
#include "plan/value.h"

static Plan *text_plan(Arena *arena, const char *text) {
	PlanList plans;
	Err err = ERR_INIT;
	if (!plan_read_text(arena, text, strlen(text), &plans, &err)) {
		print_error("%s\n", err.message.text);
		fail();
	}
	assert_int_equal(plans.count, 1);
	err_release(&err);
	return plans.items[0];
}

/* ---- headings ---- */

/* The line of a node; its type, relation (or index, function, CTE), schema, alias and index. The label is the line's own. */
static const struct {
	const char *line, *label, *type, *name, *schema, *alias, *index;
} nodes[] = {
    {"Seq Scan on t", "Seq Scan", "Seq Scan", "t", NULL, "t", NULL},
    {"Parallel Seq Scan on s.t x", "Parallel Seq Scan", "Seq Scan", "t", "s", "x", NULL},
    {"Seq Scan on \"S on\".\"T (cost=1\" \"a \"\"b\"\"\"", "Seq Scan", "Seq Scan", "T (cost=1", "S on", "a \"b\"", NULL},
    {"Index Scan Backward using \"i using\" on t x", "Index Scan Backward", "Index Scan", "t", NULL, "x", "i using"},
    {"Index Only Scan using i on t", "Index Only Scan", "Index Only Scan", "t", NULL, "t", "i"},
    {"Bitmap Index Scan on i", "Bitmap Index Scan", "Bitmap Index Scan", NULL, NULL, NULL, "i"},
    {"Parallel Bitmap Heap Scan on t", "Parallel Bitmap Heap Scan", "Bitmap Heap Scan", "t", NULL, "t", NULL},
    {"Function Scan on pg_catalog.generate_series g", "Function Scan", "Function Scan", "generate_series", "pg_catalog", "g", NULL},
    {"CTE Scan on c x", "CTE Scan", "CTE Scan", "c", NULL, "x", NULL},
    {"Subquery Scan on \"*SELECT* 1\"", "Subquery Scan", "Subquery Scan", NULL, NULL, "*SELECT* 1", NULL},
    {"Subquery Scan poly", "Subquery Scan", "Subquery Scan", NULL, NULL, "poly", NULL}, /* 8.x */
    {"Values Scan on \"*VALUES*\"", "Values Scan", "Values Scan", NULL, NULL, "*VALUES*", NULL},
    {"Hash Join", "Hash Join", "Hash Join", NULL, NULL, NULL, NULL},
    {"Parallel Hash Right Anti Join", "Parallel Hash Right Anti Join", "Hash Join", NULL, NULL, NULL, NULL},
    {"Nested Loop", "Nested Loop", "Nested Loop", NULL, NULL, NULL, NULL},
    {"Nested Loop Left Join", "Nested Loop Left Join", "Nested Loop", NULL, NULL, NULL, NULL},
    {"Merge Full Join", "Merge Full Join", "Merge Join", NULL, NULL, NULL, NULL},
    {"Merge Append", "Merge Append", "Merge Append", NULL, NULL, NULL, NULL},
    {"Merge on t x", "Merge", "ModifyTable", "t", NULL, "x", NULL},
    {"Update on public.t", "Update", "ModifyTable", "t", "public", "t", NULL},
    {"Foreign Update on t", "Foreign Update", "Foreign Scan", "t", NULL, "t", NULL},
    {"Async Foreign Scan on t", "Async Foreign Scan", "Foreign Scan", "t", NULL, "t", NULL},
    {"Partial HashAggregate", "Partial HashAggregate", "Aggregate", NULL, NULL, NULL, NULL},
    {"Finalize GroupAggregate", "Finalize GroupAggregate", "Aggregate", NULL, NULL, NULL, NULL},
    {"MixedAggregate", "MixedAggregate", "Aggregate", NULL, NULL, NULL, NULL},
    {"HashSetOp Except All", "HashSetOp Except All", "SetOp", NULL, NULL, NULL, NULL},
    {"Gather Merge", "Gather Merge", "Gather Merge", NULL, NULL, NULL, NULL},
    {"Custom Scan (ChunkAppend) on t", "Custom Scan (ChunkAppend)", "Custom Scan", "t", NULL, "t", NULL},
    {"Gather Motion 3:1  (slice1; segments: 3)", "Gather Motion 3:1  (slice1; segments: 3)", "Gather Motion 3:1  (slice1; segments: 3)", NULL, NULL, NULL, NULL},
};

static void same(const char *is, const char *wanted) {
	if (wanted)
		assert_string_equal(is, wanted);
	else
		assert_null(is);
}

static void headings_say_what_a_node_is(void **state) {
	for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
		const PlanNode *node = text_plan(*state, arena_printf(*state, " %s  (cost=0.00..1.00 rows=1 width=4)\n", nodes[i].line))->root;
		assert_string_equal(node->label, nodes[i].label);
		assert_string_equal(node->type, nodes[i].type);
		same(node->relation ? node->relation : node->function ? node->function : node->cte, nodes[i].name);
		same(node->schema, nodes[i].schema);
		same(node->alias, nodes[i].alias);
		same(node->index, nodes[i].index);
	}
}

static void figures_may_be_missing_masked_or_never_have_been(void **state) {
	const PlanNode *node = text_plan(*state, "Seq Scan on t  (cost=0.10..2.50 rows=3 width=4) (actual time=1.5..2.5 rows=10.25 loops=4)\n")->root;
	assert_near(node->startup_cost, 0.1);
	assert_near(node->plan_width, 4);
	assert_near(node->actual_total_ms, 2.5);
	assert_near(node->measure.rows_actual, 41);
	node = text_plan(*state, "Seq Scan on t (actual rows=7 loops=1)\n")->root; /* COSTS OFF, TIMING OFF: one blank */
	assert_near(node->actual_rows, 7);
	assert_true(isnan(node->actual_total_ms) && isnan(node->total_cost));
	node = text_plan(*state, "Seq Scan on t  (cost=N.N..N.N rows=N width=N) (actual time=N.N..N.N rows=N.N loops=N)\n")->root;
	assert_true(node->analyzed && isnan(node->measure.rows_actual) && isnan(node->total_cost));
	node = text_plan(*state, "Sort  (cost=1.00..2.00 rows=3 width=4) (actual time=0.1..0.2 rows=0 loops=1)\n  ->  Seq Scan on t  (cost=0.00..1.00 rows=3 width=4) (never executed)\n")->nodes[1];
	assert_true(node->measure.never_executed);
}

/* ---- the tree ---- */

static const char tree[] = " Hash Join  (cost=1.00..9.00 rows=1 width=4)\n"
                           "   Hash Cond: (a.x = b.x)\n"
                           "   InitPlan 1 (returns $0)\n"
                           "     ->  Result  (cost=0.00..0.01 rows=1 width=4)\n"
                           "           Output: 1\n"
                           "   CTE c\n"
                           "     ->  Append  (cost=0.00..2.00 rows=1 width=4)\n"
                           "           ->  Seq Scan on t1  (cost=0.00..1.00 rows=1 width=4)\n"
                           "           ->  Seq Scan on t2  (cost=0.00..1.00 rows=1 width=4)\n"
                           "   ->  CTE Scan on c a  (cost=0.00..1.00 rows=1 width=4)\n"
                           "         Filter: (x > $0)\n"
                           "         SubPlan 2\n"
                           "           ->  Result  (cost=0.00..0.01 rows=1 width=4)\n"
                           "   ->  Hash  (cost=0.00..1.00 rows=1 width=4)\n"
                           "         ->  Subquery Scan on q  (cost=0.00..1.00 rows=1 width=4)\n"
                           "               ->  Limit  (cost=0.00..1.00 rows=1 width=4)\n";

static void indentation_makes_the_tree(void **state) {
	static const struct {
		const char *label, *how, *subplan;
		int parent;
	} wanted[] = {{"Hash Join", NULL, NULL, 0},     {"Result", "InitPlan", "InitPlan 1 (returns $0)", 1}, {"Append", "InitPlan", "CTE c", 1}, {"Seq Scan", "Member", NULL, 3}, {"Seq Scan", "Member", NULL, 3},
	              {"CTE Scan", "Outer", NULL, 1},   {"Result", "SubPlan", "SubPlan 2", 6},                {"Hash", "Inner", NULL, 1},         {"Subquery Scan", "Outer", NULL, 8},   {"Limit", "Subquery", NULL, 9}};
	Plan *plan = text_plan(*state, tree);
	assert_int_equal(plan->node_count, sizeof wanted / sizeof *wanted);
	for (size_t i = 0; i < plan->node_count; i++) {
		const PlanNode *node = plan->nodes[i];
		assert_string_equal(node->label, wanted[i].label);
		same(node->relationship, wanted[i].how);
		same(node->subplan, wanted[i].subplan);
		assert_int_equal(node->parent ? node->parent->id : 0, wanted[i].parent);
	}
	assert_string_equal(node_text(plan->nodes[5], "Filter"), "(x > $0)");
	assert_string_equal(node_text(plan->nodes[0], "Hash Cond"), "(a.x = b.x)");
	assert_string_equal(node_list_text(plan->nodes[1], "Output", 0), "1");
}

static void without_costs_words_make_a_node(void **state) {
	Plan *plan = text_plan(*state, "=> explain (costs off) select * from t limit 1;\n     QUERY PLAN      \n-----\n Limit\n   ->  Index Scan using i on t\n         Index Cond: (a = 1)\n(3 rows)\n");
	assert_int_equal(plan->node_count, 2);
	assert_string_equal(plan->root->label, "Limit");
	assert_string_equal(plan->nodes[1]->index, "i");
	assert_string_equal(node_text(plan->nodes[1], "Index Cond"), "(a = 1)");
}

static void several_plans_in_one_text_are_kept_apart(void **state) {
	static const char text[] = "Seq Scan on a  (cost=0.00..1.00 rows=1 width=4)\nPlanning Time: 1.5 ms\n\nSort  (cost=1.00..2.00 rows=1 width=4)\n  ->  Seq Scan on b  (cost=0.00..1.00 rows=1 width=4)\nPlanning Time: 2.5 ms\n";
	PlanList plans;
	assert_true(plan_read_text(*state, text, strlen(text), &plans, NULL));
	assert_int_equal(plans.count, 2);
	assert_near(plans.items[0]->planning_ms, 1.5);
	assert_int_equal(plans.items[1]->node_count, 2);
	assert_near(plans.items[1]->planning_ms, 2.5);
}

/* In 2010 mails all indentation was lost. */
static void a_plan_without_indentation_keeps_its_properties(void **state) {
	Plan *plan = text_plan(*state, "Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)\nFilter: (a = 1)\nBuffers: shared hit=3\nTime: 5 ms\n");
	assert_string_equal(node_text(plan->root, "Filter"), "(a = 1)");
	assert_near(plan->root->blocks.shared_hit, 3);
	assert_null(plan_field(plan->root->fields, "Time")); /* psql's \timing */
	plan = text_plan(*state, "Sort  (cost=1.00..2.00 rows=1 width=4)\n-> Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)\nFilter: (a = 1)\n");
	assert_int_equal(plan->node_count, 2);
	assert_string_equal(node_text(plan->nodes[1], "Filter"), "(a = 1)");
}

/* ---- properties ---- */

#define UNDER(node, properties) node "  (cost=0.00..1.00 rows=1 width=4) (actual time=0.1..0.2 rows=1 loops=1)\n" properties

static void sorts_say_where_they_were(void **state) {
	const PlanNode *node = text_plan(*state, UNDER("Sort", "  Sort Key: a, (lower(b)) DESC, ((c)::text)\n  Sort Method:  external merge  Disk: 1234kB\n"))->root;
	assert_string_equal(node_text(node, "Sort Method"), "external merge");
	assert_string_equal(node_text(node, "Sort Space Type"), "Disk");
	assert_near(node_real(node, "Sort Space Used"), 1234);
	assert_string_equal(node_list_text(node, "Sort Key", 1), "(lower(b)) DESC");
	assert_string_equal(node_list_text(node, "Sort Key", 2), "((c)::text)");
	assert_null(node_list_text(node, "Sort Key", 3));
}

static void sort_groups_are_told_apart(void **state) {
	const PlanNode *node = text_plan(*state, UNDER("Incremental Sort", "  Full-sort Groups: 2  Sort Methods: quicksort, top-N heapsort  Average Memory: 26kB  Peak Memory: 27kB\n  Pre-sorted Groups: 1  Sort Method: quicksort  Average Disk: 5kB  Peak Disk: 6kB\n"))->root;
	const PlanValue *full = plan_field(node->fields, "Full-sort Groups"), *memory = plan_field(full, "Sort Space Memory");
	assert_int_equal(plan_field(full, "Group Count")->integer, 2);
	assert_string_equal(plan_field(full, "Sort Methods Used")->members.last->text, "top-N heapsort");
	assert_int_equal(plan_field(memory, "Peak Sort Space Used")->integer, 27);
	assert_non_null(plan_field(plan_field(node->fields, "Pre-sorted Groups"), "Sort Space Disk"));
}

static void the_same_word_means_what_its_node_means(void **state) {
	const PlanNode *hash = text_plan(*state, UNDER("Hash", "  Buckets: 1024 (originally 512)  Batches: 16 (originally 1)  Memory Usage: 9kB\n"))->root;
	assert_near(node_real(hash, "Hash Buckets"), 1024);
	assert_near(node_real(hash, "Original Hash Batches"), 1);
	assert_near(node_real(hash, "Peak Memory Usage"), 9);
	const PlanNode *aggregate = text_plan(*state, UNDER("HashAggregate", "  Planned Partitions: 4  Batches: 5  Memory Usage: 4145kB  Disk Usage: 100kB\n"))->root;
	assert_near(node_real(aggregate, "HashAgg Batches"), 5);
	assert_near(node_real(aggregate, "Planned Partitions"), 4);
	assert_near(node_real(aggregate, "Disk Usage"), 100);
	const PlanNode *memoize = text_plan(*state, UNDER("Memoize", "  Hits: 980  Misses: 20  Evictions: 0  Overflows: 0  Memory Usage: 3kB\n"))->root;
	assert_near(node_real(memoize, "Cache Hits"), 980);
}

static void blocks_and_their_times_have_jsons_names(void **state) {
	const PlanNode *node = text_plan(*state, UNDER("Bitmap Heap Scan on t", "  Heap Blocks: exact=5 lossy=7\n  Buffers: shared hit=1 read=2 dirtied=3 written=4, local hit=5, temp read=6 written=7\n"
	                                                                         "  I/O Timings: shared/local read=1.5 write=2.5, temp read=3.5\n  WAL: records=8 fpi=9 bytes=10 buffers full=11\n"))->root;
	assert_near(node_real(node, "Lossy Heap Blocks"), 7);
	assert_near(node->blocks.shared_written, 4);
	assert_near(node->blocks.local_hit, 5);
	assert_near(node->blocks.temp_read, 6);
	assert_near(node->blocks.shared_read_ms, 1.5);
	assert_near(node->blocks.temp_read_ms, 3.5);
	assert_near(node->blocks.wal_fpi, 9);
	assert_near(node_real(node, "WAL Buffers Full"), 11);
	node = text_plan(*state, UNDER("Seq Scan on t", "  I/O Timings: shared read=1.5, local write=2.5\n"))->root; /* 17 */
	assert_near(node->blocks.shared_read_ms, 1.5);
	assert_near(node->blocks.local_write_ms, 2.5);
}

/* TEXT leaves zeros out; a node without blocks had none, when others have them. */
static void what_one_node_counts_all_count(void **state) {
	Plan *plan = text_plan(*state, UNDER("Limit", "  Buffers: shared hit=1\n") "  ->  Result  (cost=0.00..1.00 rows=1 width=4) (actual time=0.1..0.2 rows=1 loops=1)\n");
	assert_true(plan->buffers);
	assert_near(plan->nodes[1]->blocks.shared_hit, 0);
	assert_near(plan->nodes[0]->blocks.temp_read, 0);
	assert_false(text_plan(*state, UNDER("Limit", ""))->buffers);
}

static void workers_are_listed_whichever_way_they_are_printed(void **state) {
	const PlanNode *node = text_plan(*state, UNDER("Sort", "  Sort Method: quicksort  Memory: 50kB\n  Worker 0:  actual time=1.5..2.5 rows=3 loops=1\n    Sort Method: quicksort  Memory: 25kB\n    Buffers: shared hit=7\n"
	                                                       "  Worker 1:  Sort Method: external sort  Disk: 26kB\n  Worker 0:  Sort Key: x\n  Buffers: shared hit=9\n"))->root;
	assert_int_equal(node->workers.count, 2);
	assert_near(node->workers.items[0].total_ms, 2.5);
	const PlanValue *first = plan_field(node->fields, "Workers")->members.first;
	assert_int_equal(plan_field(first, "Sort Space Used")->integer, 25);
	assert_int_equal(plan_field(first, "Shared Hit Blocks")->integer, 7);
	assert_string_equal(plan_field(first->next, "Sort Space Type")->text, "Disk");
	assert_near(node->blocks.shared_hit, 9);
	assert_string_equal(node_text(node, "Sort Space Type"), "Memory");
}

static void words_that_look_like_figures_stay_in_their_value(void **state) {
	const PlanNode *node = text_plan(*state, UNDER("Result", "  Output: 'a -> b (cost=1..2 rows=3 width=4)', 2\n  Filter: (cost = 5)\n  One-Time Filter: false\n"))->root;
	assert_string_equal(node_list_text(node, "Output", 0), "'a -> b (cost=1..2 rows=3 width=4)'");
	assert_string_equal(node_text(node, "Filter"), "(cost = 5)");
	assert_int_equal(plan_field(node->fields, "One-Time Filter")->kind, PLAN_TEXT);
}

/* ---- beside the nodes ---- */

static const char summary[] = "Query Text: select 1\n  from t\n"
                              "Insert on t  (cost=0.00..1.00 rows=0 width=0) (actual time=45.0..45.0 rows=0 loops=1)\n"
                              "Settings: work_mem = '64MB', search_path = 'a, b'\n"
                              "Query Identifier: -1147616880456321454\n"
                              "Planning:\n  Buffers: shared hit=5\n  Memory: used=10kB  allocated=16kB\n"
                              "Planning Time: 0.5 ms\n"
                              "Trigger RI_a for constraint c on t: time=10.5 calls=3\n"
                              "Trigger for constraint d: time=1.5 calls=4\n"
                              "Trigger b: calls=5\n"
                              "JIT:\n  Functions: 3\n  Options: Inlining true, Optimization false\n  Timing: Generation 1.5 ms (Deform 0.5 ms), Inlining 2 ms, Total 9.5 ms\n"
                              "Serialization: time=0.25 ms  output=5kB  format=text\n"
                              "Execution Time: 75.0 ms\n(9 rows)\n\nTime: 80,1 ms\n";

static void what_stands_beside_the_nodes_is_kept(void **state) {
	Plan *plan = text_plan(*state, summary);
	assert_string_equal(plan->statement, "select 1\nfrom t");
	assert_near(plan->planning_ms, 0.5);
	assert_near(plan->execution_ms, 75);
	assert_near(plan->jit_ms, 9.5);
	assert_near(plan->serialization_ms, 0.25);
	assert_string_equal(plan_field(plan_field(plan->fields, "Settings"), "search_path")->text, "a, b");
	assert_true(plan_field(plan->fields, "Query Identifier")->integer == -1147616880456321454);
	assert_int_equal(plan_field(plan_field(plan->fields, "Planning"), "Shared Hit Blocks")->integer, 5);
	assert_int_equal(plan_field(plan_field(plan->fields, "Planning"), "Memory Used")->integer, 10);
	const PlanValue *timing = plan_field(plan_field(plan->fields, "JIT"), "Timing");
	assert_near(plan_field(plan_field(timing, "Generation"), "Total")->real, 1.5);
	assert_int_equal(plan->triggers.count, 3);
	assert_string_equal(plan->triggers.items[0].name, "RI_a");
	assert_string_equal(plan->triggers.items[0].constraint, "c");
	assert_string_equal(plan->triggers.items[0].relation, "t");
	assert_near(plan->triggers.items[0].time_ms, 10.5);
	assert_null(plan->triggers.items[1].name);
	assert_string_equal(plan->triggers.items[1].constraint, "d");
	assert_true(isnan(plan->triggers.items[2].time_ms));
	assert_near(plan->triggers.items[2].calls, 5);
	assert_null(plan_field(plan->root->fields, "Time"));
}

static void old_servers_spell_times_differently(void **state) {
	assert_near(text_plan(*state, UNDER("Result", "Total runtime: 7.5 ms\n"))->execution_ms, 7.5);
	Plan *plan = text_plan(*state, UNDER("Result", "Planning time: 1.5 ms\nExecution time: 8.5 ms\n"));
	assert_near(plan->planning_ms, 1.5);
	assert_near(plan->execution_ms, 8.5);
}

/* ---- the same plan in both formats ---- */

static bool same_value(const PlanValue *a, const PlanValue *b) {
	if (a->kind != b->kind) return false;
	if (a->kind != PLAN_LIST) return value_text(a) && value_text(b) && strcmp(value_text(a), value_text(b)) == 0;
	const PlanValue *x = a->members.first, *y = b->members.first;
	for (; x && y && same_value(x, y); x = x->next, y = y->next) continue;
	return !x && !y;
}

/* Of two runs of one plan these differ: how rows fell to workers, and how much a hash table spilled. */
static bool differs_by_run(const char *name) {
	return strcmp(name, "Workers") == 0 || strcmp(name, "Disk Usage") == 0;
}

/* Zeros and "no" are not printed in TEXT. */
static bool says_nothing(const PlanValue *value) {
	return (value->kind == PLAN_BOOL && !value->boolean) || (value->kind == PLAN_INT && value->integer == 0);
}

static void assert_fields_of(const PlanNode *of, const PlanNode *in) {
	for (const PlanValue *field = of->fields->members.first; field; field = field->next) {
		const PlanValue *other = plan_field(in->fields, field->name);
		bool fine = other ? same_value(field, other) || differs_by_run(field->name) : says_nothing(field) || differs_by_run(field->name);
		if (!fine) print_error("%s of node %d\n", field->name, of->id);
		assert_true(fine);
	}
}

static void text_and_json_of_a_plan_are_the_same(void **state) {
	Plan *text = text_plan(*state, text_of_file(*state, "tests/plans/twin.txt"));
	PlanList plans;
	const char *json_text = text_of_file(*state, "tests/plans/twin.json");
	assert_true(plan_read_json(*state, json_text, strlen(json_text), &plans, NULL));
	const Plan *json = plans.items[0];
	assert_int_equal(text->node_count, json->node_count);
	for (size_t i = 0; i < json->node_count; i++) {
		const PlanNode *a = text->nodes[i], *b = json->nodes[i];
		assert_string_equal(a->label, b->label);
		assert_int_equal(a->parent ? a->parent->id : 0, b->parent ? b->parent->id : 0);
		assert_fields_of(a, b);
		assert_fields_of(b, a);
	}
}

/* ---- what is refused ---- */

static void refuses(Arena *arena, const char *text, const char *message) {
	PlanList plans;
	Err err = ERR_INIT;
	assert_false(plan_read_text(arena, text, strlen(text), &plans, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_string_equal(err.message.text, message);
	err_release(&err);
}

static void texts_without_a_plan_are_refused(void **state) {
	refuses(*state, "", "the text is empty");
	refuses(*state, "select * from t where (cost = 5);", "no plan in this text, line 1, offset 0: select * from t where (cost = 5);");
}

/* Lines that belong nowhere, bytes that mean nothing, depth without end. */
static void hostile_texts_do_no_harm(void **state) {
	PlanList plans;
	static const char bytes[] = "->\nWorker 0:\nInitPlan\n\0\xff Seq Scan on \"\n  (actual time=..\n(cost=..rows=\n->  ->  ->\n:\nTrigger : \nJIT:\n   :\n";
	plan_read_text(*state, bytes, sizeof bytes - 1, &plans, NULL);
	Str text = STR_INIT;
	str_add(&text, "Sort (actual rows=1 loops=1)\n");
	for (size_t depth = 1; depth < 500; depth++) {
		str_add_repeat(&text, "  ", depth);
		str_add(&text, "->  Sort (actual rows=1 loops=1)\n");
	}
	assert_true(plan_read_text(*state, text.text, text.len, &plans, NULL));
	assert_int_equal(plans.items[0]->node_count, 500);
	str_release(&text);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    arena_test(headings_say_what_a_node_is),
	    arena_test(figures_may_be_missing_masked_or_never_have_been),
	    arena_test(indentation_makes_the_tree),
	    arena_test(without_costs_words_make_a_node),
	    arena_test(several_plans_in_one_text_are_kept_apart),
	    arena_test(a_plan_without_indentation_keeps_its_properties),
	    arena_test(sorts_say_where_they_were),
	    arena_test(sort_groups_are_told_apart),
	    arena_test(the_same_word_means_what_its_node_means),
	    arena_test(blocks_and_their_times_have_jsons_names),
	    arena_test(what_one_node_counts_all_count),
	    arena_test(workers_are_listed_whichever_way_they_are_printed),
	    arena_test(words_that_look_like_figures_stay_in_their_value),
	    arena_test(what_stands_beside_the_nodes_is_kept),
	    arena_test(old_servers_spell_times_differently),
	    arena_test(text_and_json_of_a_plan_are_the_same),
	    arena_test(texts_without_a_plan_are_refused),
	    arena_test(hostile_texts_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
