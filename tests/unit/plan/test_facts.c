/* test_facts.c: what EXPLAIN prints in its versions and formats, one row a fact. */
#include "plan_of.h"

#include <stdlib.h>

#include "plan/read.h"
#include "plan/value.h"

#define COST "  (cost=0.00..1.00 rows=1 width=4)"
#define RUN COST " (actual time=0.1..0.2 rows=1 loops=1)"

/* What has to be read out of a text: "plans 2"; "nodes 3" and "cut" of the first plan; "2 of 1", a node and its parent;
 * "1 Sort Key=a" a field of a node (of what stands beside them: 0), "0 Planning>Memory Used=5" one within another, lists by
 * their first text; "label=" and "subplan=" what we call it; an empty value: there is no such field. */
static const struct {
	const char *fact, *text, *wanted[10];
} facts[] = {
    /* ---- the tree of TEXT ---- */
    {"depth goes by indentation, wherever the whole plan stands", "\t    Sort" COST "\n\t      Sort Key: a\n\t      ->  Seq Scan on t" COST "\n", {"nodes 2", "2 of 1", "1 Sort Key=a"}},
    {"headers of subplans stand at the indentation of properties",
     "Result" COST "\n  InitPlan 1 (returns $0)\n    ->  Limit" COST "\n  CTE c\n    ->  Sort" COST "\n  ->  Append" COST "\n        SubPlan 2\n          ->  Seq Scan on t" COST "\n",
     {"nodes 5", "2 subplan=InitPlan 1 (returns $0)", "3 subplan=CTE c", "2 of 1", "3 of 1", "4 of 1", "5 of 4", "5 Parent Relationship=SubPlan", "4 Parent Relationship=Outer"}},
    {"8.x names all InitPlans of a node at once",
     "Result" COST "\n  InitPlan\n    ->  Limit" COST "\n    ->  Sort" COST "\n  ->  Append" COST "\n",
     {"nodes 4", "2 Parent Relationship=InitPlan", "3 Parent Relationship=InitPlan", "4 Parent Relationship=Outer"}},
    {"a CTE may be named anything", "Result" COST "\n  CTE \"a: b c\"\n    ->  Limit" COST "\n  ->  CTE Scan on \"a: b c\" x" COST "\n", {"2 subplan=CTE \"a: b c\"", "3 CTE Name=a: b c", "3 Alias=x"}},
    {"without costs only arrows and the first line are nodes", "Limit\n  ->  Hash Right Anti Join\n        Hash Cond: (a = b)\n", {"nodes 2", "2 label=Hash Right Anti Join", "2 Join Type=Right Anti", "2 Hash Cond=(a = b)"}},
    {"one blank stands before (actual without costs", "Sort (actual rows=1 loops=1)\n  ->  Seq Scan on t (actual rows=3.50 loops=2)\n", {"nodes 2", "2 Actual Rows=3.50", "2 Actual Loops=2", "2 Total Cost="}},
    {"times may be missing from actual figures", "Seq Scan on t" COST " (actual rows=7 loops=1)\n", {"1 Actual Rows=7", "1 Actual Total Time="}},
    {"costs may be huge", "Seq Scan on t  (cost=10000000000.00..10000000001.50 rows=9223372036854775807 width=4)\n", {"1 Total Cost=10000000001.50", "1 Plan Rows=9223372036854775807"}},
    {"what never ran has no figures", "Sort" RUN "\n  ->  Seq Scan on t" COST " (never executed)\n", {"2 Actual Loops=0", "2 Actual Rows=0"}},
    {"a plan may begin below its root", "        ->  Sort" RUN "\n              Sort Key: a\n              ->  Seq Scan on t" RUN "\n        ->  Hash" RUN "\n", {"plans 2", "nodes 2", "1 Sort Key=a", "2 of 1"}},
    {"several tables of one DML are listed", "Update on t" COST "\n  Update on t_1\n  Update on s.t_2 x\n  ->  Append" COST "\n", {"nodes 2", "1 label=Update", "1 Target Tables>Relation Name=t_1"}},

    /* ---- headings ---- */
    {"names are quoted when they have to be", "Index Scan Backward using \"i on t\" on \"S\".\"t: (x\" \"a b\"" COST "\n", {"1 Index Name=i on t", "1 Schema=S", "1 Relation Name=t: (x", "1 Alias=a b", "1 Scan Direction=Backward"}},
    {"Parallel, Partial, Finalize and Async stand before a node's name", "Parallel Append" COST "\n  ->  Async Foreign Scan on t" COST "\n  ->  Partial HashAggregate" COST "\n", {"1 Parallel Aware=true", "1 Node Type=Append", "2 Async Capable=true", "3 Partial Mode=Partial", "3 Strategy=Hashed"}},
    {"a Bitmap Index Scan names its index only", "Bitmap Index Scan on t_idx" COST "\n", {"1 Index Name=t_idx", "1 Relation Name="}},
    {"betas of 14 say Result Cache", "Result Cache" COST "\n", {"1 Node Type=Memoize"}},
    {"a set operation says what it does", "HashSetOp Except All" COST "\n", {"1 Node Type=SetOp", "1 Strategy=Hashed", "1 Command=Except All"}},
    {"functions of tables are named in quotes", "Table Function Scan on \"xmltable\"" COST "\n", {"1 Table Function Name=xmltable"}},
    {"Custom Scan names its provider", "Custom Scan (Citus Adaptive)" COST "\n  Task Count: 4\n  Tasks Shown: One of 4\n  ->  Task\n        Node: host=localhost port=5432\n        ->  Seq Scan on t_1" COST "\n", {"nodes 3", "1 Custom Plan Provider=Citus Adaptive", "1 Task Count=4", "2 label=Task", "2 Node=host=localhost port=5432", "3 of 2"}},
    {"Timescale tells what it left out", "Custom Scan (ChunkAppend) on m" RUN "\n  Chunks excluded during startup: 3\n  ->  Seq Scan on c" RUN "\n", {"1 Chunks excluded during startup=3", "1 Relation Name=m", "nodes 2"}},
    {"Greenplum's Motions and slices stay as they are", "Gather Motion 3:1  (slice1; segments: 3)" RUN "\n  ->  Seq Scan on t" RUN "\n  (slice0)    Executor memory: 18K bytes.\nOptimizer: Pivotal Optimizer (GPORCA)\nMemory used:  128000kB\n", {"1 label=Gather Motion 3:1  (slice1; segments: 3)", "1 Other Lines=(slice0)    Executor memory: 18K bytes.", "0 Optimizer=Pivotal Optimizer (GPORCA)", "0 Memory used=128000kB"}},
    {"Redshift's nodes stay as they are", "XN Seq Scan on venue" COST "\n", {"1 label=XN Seq Scan", "1 Relation Name=venue"}},

    /* ---- properties ---- */
    {"rows that were removed are told when there were any", "Seq Scan on t" RUN "\n  Filter: (a)\n  Rows Removed by Filter: 12\n", {"1 Rows Removed by Filter=12"}},
    {"a sort's method has two blanks after it", "Sort" RUN "\n  Sort Method:  quicksort  Memory: 25kB\n", {"1 Sort Method=quicksort", "1 Sort Space Used=25", "1 Sort Space Type=Memory"}},
    {"workers sort, on one line or below a line of their own", "Sort" RUN "\n  Worker 0:  Sort Method: external merge  Disk: 5kB\n  Worker 1:  actual time=0.1..0.2 rows=3 loops=1\n    Sort Method: quicksort  Memory: 25kB\n", {"1 Workers>Worker Number=0", "1 Workers>Sort Space Used=5"}},
    {"an incremental sort has groups", "Incremental Sort" RUN "\n  Presorted Key: a\n  Full-sort Groups: 2  Sort Methods: quicksort, top-N heapsort  Average Memory: 26kB  Peak Memory: 27kB\n", {"1 Presorted Key=a", "1 Full-sort Groups>Group Count=2", "1 Full-sort Groups>Sort Methods Used=quicksort", "1 Full-sort Groups>Sort Space Memory>Peak Sort Space Used=27"}},
    {"batches are a Hash's or an aggregate's", "HashAggregate" RUN "\n  Planned Partitions: 32  Batches: 193  Memory Usage: 4153kB  Disk Usage: 31752kB\n  ->  Hash" RUN "\n        Buckets: 262144 (originally 4096)  Batches: 16 (originally 1)  Memory Usage: 1025kB\n", {"1 HashAgg Batches=193", "1 Disk Usage=31752", "2 Hash Batches=16", "2 Original Hash Batches=1", "2 Original Hash Buckets=4096"}},
    {"either kind of heap blocks may be missing", "Bitmap Heap Scan on t" RUN "\n  Heap Blocks: lossy=7\n", {"1 Lossy Heap Blocks=7", "1 Exact Heap Blocks="}},
    {"buffers are of shared, local and temporary blocks", "Sort" RUN "\n  Buffers: shared hit=1 read=2 dirtied=3 written=4, local hit=5, temp read=6 written=7\n", {"1 Shared Hit Blocks=1", "1 Shared Written Blocks=4", "1 Local Hit Blocks=5", "1 Temp Written Blocks=7"}},
    {"times of blocks up to 14 name no blocks", "Sort" RUN "\n  I/O Timings: read=1.2 write=3.4\n", {"1 I/O Read Time=1.2", "1 I/O Write Time=3.4"}},
    {"times of blocks in 15 and 16 are of shared and local ones", "Sort" RUN "\n  I/O Timings: shared/local read=1.2, temp read=3.4\n", {"1 I/O Read Time=1.2", "1 Temp I/O Read Time=3.4"}},
    {"times of blocks from 17 on are told apart", "Sort" RUN "\n  I/O Timings: shared read=1.2, local read=2.5, temp write=3.4\n", {"1 Shared I/O Read Time=1.2", "1 Local I/O Read Time=2.5", "1 Temp I/O Write Time=3.4"}},
    {"grouping sets have a line each, below the sort for them", "GroupAggregate" COST "\n  Group Key: a, b\n  Group Key: ()\n  Sort Key: c\n    Group Key: c\n  Filter: (x)\n", {"1 Grouping Sets>Group Keys=a", "1 Grouping Sets>Sort Key=c", "1 Group Key=", "1 Sort Key=", "1 Filter=(x)"}},
    {"hashed sets have keys of their own", "MixedAggregate" COST "\n  Hash Key: a\n  Group Key: b\n", {"1 Grouping Sets>Hash Keys=a", "1 Hash Key="}},
    {"one set of keys is no grouping set", "HashAggregate" COST "\n  Group Key: a, b\n", {"1 Group Key=a", "1 Grouping Sets="}},
    {"sampling has a method, parameters and a seed", "Sample Scan on t" COST "\n  Sampling: bernoulli ('50'::real) REPEATABLE ('0'::double precision)\n", {"1 Sampling Method=bernoulli", "1 Sampling Parameters='50'::real", "1 Repeatable Seed='0'::double precision"}},
    {"MERGE counts what it did", "Merge on t" RUN "\n  Tuples: inserted=1 updated=2 skipped=3\n", {"1 Tuples Inserted=1", "1 Tuples Skipped=3"}},
    {"18 tells index searches, windows and storage", "WindowAgg" RUN "\n  Window: w1 AS (PARTITION BY a)\n  Storage: Memory  Maximum Storage: 17kB\n  ->  Index Scan using i on t" RUN "\n        Index Searches: 5\n        Disabled: true\n", {"1 Window=w1 AS (PARTITION BY a)", "1 Storage=Memory", "1 Maximum Storage=17", "2 Index Searches=5", "2 Disabled=true"}},
    {"pg_overexplain adds to nodes and behind them", "Result" COST "\n  Disabled Nodes: 0\n  Plan Node ID: 0\nRTI 1 (result):\n  Eref: \"*RESULT*\" ()\nUnprunable RTIs: 1\n", {"1 Plan Node ID=0", "0 RTI 1 (result)>Eref=\"*RESULT*\" ()", "0 Unprunable RTIs=1"}},
    {"expressions may have lines", "Result" COST "\n  Output: CASE\nWHEN (a = 1) THEN 'x'::text\nELSE (CASE\nWHEN b THEN 2 END)\nEND\n  One-Time Filter: false\n", {"1 One-Time Filter=false"}},
    {"what a literal says is no line", "Seq Scan on t" COST "\n  Filter: (a = 'x\n->  Sort  (cost=1)\n  (actual y'::text)\n  Buffers: shared hit=1\n", {"1 Shared Hit Blocks=1"}},

    /* ---- beside the nodes ---- */
    {"planning has buffers and memory", "Result" RUN "\nPlanning:\n  Buffers: shared hit=5\n  Memory: used=10kB  allocated=16kB\nPlanning Time: 0.5 ms\n", {"0 Planning>Shared Hit Blocks=5", "0 Planning>Memory Used=10", "0 Planning>Memory Allocated=16", "0 Planning Time=0.5"}},
    {"names of times changed with the versions", "Result" RUN "\nPlanning time: 1.5 ms\nExecution time: 2.5 ms\n", {"0 Planning Time=1.5", "0 Execution Time=2.5"}},
    {"up to 9.3 there was a total runtime", "Result" RUN "\nTotal runtime: 7.5 ms\n", {"0 Total Runtime=7.5"}},
    {"triggers have names, constraints, relations, and times unless they are off", "Insert on t" RUN "\nTrigger RI_x_1 for constraint c on s.t: time=1.2 calls=3\nTrigger ta: calls=2\n", {"0 Triggers>Trigger Name=RI_x_1", "0 Triggers>Constraint Name=c", "0 Triggers>Relation=s.t", "0 Triggers>Calls=3"}},
    {"JIT tells what it spent on deforming from 17 on", "Result" RUN "\nJIT:\n  Functions: 3\n  Options: Inlining false, Optimization true\n  Timing: Generation 0.670 ms (Deform 0.171 ms), Inlining 0.000 ms, Total 3 ms\n", {"0 JIT>Functions=3", "0 JIT>Options>Inlining=false", "0 JIT>Timing>Generation>Deform=0.171", "0 JIT>Timing>Total=3"}},
    {"the query's identifier is signed", "Result" COST "\nQuery Identifier: -8886085649470066503\n", {"0 Query Identifier=-8886085649470066503"}},
    {"serialization has a line", "Result" RUN "\nSerialization: time=0.2 ms  output=5kB  format=text\n", {"0 Serialization>Time=0.2", "0 Serialization>Format=text"}},
    {"settings are quoted", "Result" COST "\nSettings: search_path = 'a, b', jit = 'off'\n", {"0 Settings>search_path=a, b", "0 Settings>jit=off"}},
    {"auto_explain puts query and parameters in front", "Query Text: select *\n  from t where a = $1\nQuery Parameters: $1 = '5'\nSeq Scan on t" COST "\n", {"0 Query Text=select *\nfrom t where a = $1", "0 Query Parameters=$1 = '5'", "nodes 1"}},
    {"what psql and others print around a plan is none of it", "shop=# explain select 1;\n QUERY PLAN\n------\n Result" COST "\n   Filter: (a_condition_that_makes_this_the_longest_line_of_all = 1)\n(2 行)\n\nTime: 0,5 ms\nshop=# \\q\n```\n", {"plans 1", "1 Filter=(a_condition_that_makes_this_the_longest_line_of_all = 1)", "0 Time="}},
    {"a text may hold several plans", "Result" COST "\n\n  Limit" COST "\n    ->  Sort" COST "\n", {"plans 2", "nodes 1"}},
    {"rows may be printed one below the other", "-[ RECORD 1 ]-----\nQUERY PLAN | Sort" COST "\n-[ RECORD 2 ]-----\nQUERY PLAN |   Sort Key: a\n-[ RECORD 3 ]-----\nQUERY PLAN |   ->  Seq Scan on t" COST "\n", {"plans 1", "nodes 2", "1 Sort Key=a"}},
    {"a text may end amid a plan", "Sort" RUN "\n  ->  Seq Scan on t  (cost=0.00..1.00 rows=1 wi", {"nodes 2", "cut"}},
    {"figures may be masked", "Sort  (cost=N.N..N.N rows=N width=N) (actual time=N.N..N.N rows=N.N loops=N)\n  Sort Method: quicksort  Memory: NkB\n  Buffers: shared hit=N\n  Planning Time: N.N ms\n", {"1 Total Cost=null", "1 Actual Rows=null", "1 Shared Hit Blocks=null", "1 Sort Space Used=null"}},

    /* ---- JSON ---- */
    {"EXPLAIN prints an array, auto_explain an object", "{\"Query Text\": \"select 1\", \"Plan\": {\"Node Type\": \"Result\"}}", {"0 Query Text=select 1", "nodes 1"}},
    {"a log has a line before and tabs", "2024-01-01 LOG:  duration: 1.5 ms  plan:\n\t{\n\t  \"Plan\": {\n\t    \"Node Type\": \"Result\"\n\t  }\n\t}\n", {"nodes 1"}},
    {"CSV doubles quotes", "\"[{\"\"Plan\"\": {\"\"Node Type\"\": \"\"Result\"\"}}]\"\n", {"nodes 1"}},
    {"keys may stand twice", "{\"Plan\": {\"Node Type\": \"Sort\", \"Sort Method\": \"a\", \"Sort Method\": \"b\", \"Actual Rows\": 1}}", {"1 Sort Method=a"}},
    {"two lists of workers are one", "{\"Plan\": {\"Node Type\": \"Sort\", \"Workers\": [{\"Worker Number\": 0, \"Actual Rows\": 5}], \"Workers\": [{\"Worker Number\": 0, \"Sort Method\": \"x\"}, {\"Worker Number\": 1}]}}", {"1 Workers>Actual Rows=5", "1 Workers>Sort Method=x"}},
    {"keys of sorts and groups are lists", "{\"Plan\": {\"Node Type\": \"Aggregate\", \"Strategy\": \"Mixed\", \"Grouping Sets\": [{\"Group Keys\": [[\"a\"]]}]}}", {"1 label=MixedAggregate", "1 Grouping Sets>Group Keys=a"}},
    {"numbers may be larger than a double holds", "{\"Plan\": {\"Node Type\": \"Result\", \"Plan Rows\": 9007199254740993}}", {"1 Plan Rows=9007199254740993"}},
    {"18 prints rows with decimals, and none for what never ran", "[{\"Plan\": {\"Node Type\": \"Sort\", \"Actual Rows\": 10.00, \"Actual Loops\": 1, \"Plans\": [{\"Node Type\": \"Result\", \"Actual Rows\": 0, \"Actual Loops\": 0}]}}]", {"1 Actual Rows=10.00", "2 Actual Loops=0"}},
    {"what is a word of TEXT is a field of JSON", "[{\"Plan\": {\"Node Type\": \"Aggregate\", \"Strategy\": \"Hashed\", \"Partial Mode\": \"Finalize\", \"Parallel Aware\": false, \"Plans\": [{\"Node Type\": \"Hash Join\", \"Join Type\": \"Left\", \"Parallel Aware\": true}, {\"Node Type\": \"ModifyTable\", \"Operation\": \"Merge\"}, {\"Node Type\": \"Foreign Scan\", \"Operation\": \"Update\"}]}}]", {"1 label=Finalize HashAggregate", "2 label=Parallel Hash Left Join", "3 label=Merge", "4 label=Foreign Update"}},
    {"a string may be broken in its frame", "[{\"Plan\": {\"Node Type\": \"Seq Sc\nan\", \"Filter\": \"x\"}}]", {"1 Node Type=Seq Scan"}},
};

/* Of a list of objects the first that has such a field. */
static const PlanValue *field_in(const PlanValue *fields, const char *name) {
	while (fields && fields->kind == PLAN_LIST) {
		const PlanValue *item = fields->members.first;
		while (item && item->next && !plan_field(item, name)) item = item->next;
		fields = item;
	}
	return plan_field(fields, name);
}

static const PlanValue *within(const PlanValue *fields, char *path) {
	for (char *name = path; name; name = path) {
		if ((path = strchr(name, '>'))) *path++ = '\0';
		fields = field_in(fields, name);
	}
	while (fields && fields->kind == PLAN_LIST) fields = fields->members.first;
	return fields;
}

static const char *told(Arena *arena, const PlanList *plans, const char *what) {
	const Plan *plan = plans->items[0];
	if (strncmp(what, "plans ", 6) == 0) return arena_printf(arena, "plans %zu", plans->count);
	if (strncmp(what, "nodes ", 6) == 0) return arena_printf(arena, "nodes %zu", plan->node_count);
	if (strcmp(what, "cut") == 0) return plan->cut_off ? "cut" : "whole";
	size_t id = (size_t)atol(what);
	if (id > plan->node_count) return "no such node";
	const PlanNode *node = id ? plan->nodes[id - 1] : NULL;
	if (strstr(what, " of ")) return arena_printf(arena, "%zu of %d", id, node->parent ? node->parent->id : 0);
	const char *name = strchr(what, ' ') + 1;
	char *path = arena_copy_n(arena, name, strcspn(name, "="));
	if (strcmp(path, "label") == 0) return arena_printf(arena, "%zu label=%s", id, node->label);
	if (strcmp(path, "subplan") == 0) return arena_printf(arena, "%zu subplan=%s", id, node->subplan ? node->subplan : "");
	const char *shown = arena_copy(arena, path);
	const PlanValue *value = within(node ? node->fields : plan->fields, path);
	return arena_printf(arena, "%zu %s=%s", id, shown, !value ? "" : value->kind == PLAN_NULL ? "null" : value_text(value));
}

static void every_fact_is_known(void **state) {
	size_t wrong = 0;
	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
		PlanList plans;
		Err err = ERR_INIT;
		bool read = plan_read(*state, facts[i].text, strlen(facts[i].text), &plans, &err);
		if (!read) print_error("%s: %s\n", facts[i].fact, err.message.text);
		wrong += !read;
		for (const char *const *wanted = facts[i].wanted; read && *wanted; wanted++) {
			const char *is = told(*state, &plans, *wanted);
			if (strcmp(is, *wanted) == 0) continue;
			print_error("%s: \"%s\", not \"%s\"\n", facts[i].fact, is, *wanted);
			wrong++;
		}
		err_release(&err);
	}
	assert_int_equal(wrong, 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {arena_test(every_fact_is_known)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
