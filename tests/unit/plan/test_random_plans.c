/* test_random_plans.c: plans of which all is known, made at random: JSON and TEXT read back alike, and what each node took is found again. */
#include "plan_of.h"

#include <stdio.h>

#include "../../same_plan.h"
#include "plan/text.h"
#include "plan/write.h"

/* ---- a plan with its truth ---- */

typedef struct Made Made;
typedef LIST(Made *) MadeList;

/* The figures of one node; times are of the clock on the wall, over all loops. */
struct Made {
	const char *type, *how, *subplan;
	const char *more; /* its other fields: ", 'Filter': '…'" */
	MadeList children; /* in the order they are printed */
	MadeList runs; /* InitPlans and CTEs that are run inside of it */
	Made *parent, *cte; /* cte: what a CTE Scan reads */
	Made *gather; /* above it, of its parallel part */
	double loops, participants, rows;
	double stretch; /* the slowest participant by the average one */
	double self_ms, startup_share;
	double hit, written; /* blocks by itself */
	bool told_apart; /* its workers are printed */
	int scans; /* of a CTE */
};

typedef struct Maker {
	Arena *arena;
	uint64_t seed;
	int left; /* nodes that may still be made */
	int parameters; /* InitPlans so far */
	MadeList ctes; /* in sight, the nearest last */
	MadeList nodes; /* as printed */
} Maker;

static uint64_t draw(Maker *maker, uint64_t below) {
	maker->seed ^= maker->seed << 13;
	maker->seed ^= maker->seed >> 7;
	maker->seed ^= maker->seed << 17;
	return maker->seed % below;
}

static double draw_ms(Maker *maker) {
	static const double most[] = {0.02, 1, 30, 400};
	return most[draw(maker, 4)] * (double)draw(maker, 1000000) / 1e6;
}

static bool is_lazily_run(const Made *node) {
	return node->subplan && strncmp(node->subplan, "SubPlan", 7) != 0;
}

/* ---- making one ---- */

static Made *made_new(Maker *maker, const char *type, const char *how, const Made *like) {
	Made *node = ARENA_NEW(maker->arena, Made);
	bool ran = like->loops > 0;
	*node = (Made){.type = type, .how = how, .more = "", .gather = like->gather, .loops = like->loops, .participants = like->participants, .stretch = like->stretch,
	               .rows = ran ? (double)draw(maker, 5) : 0, .self_ms = ran ? draw_ms(maker) : 0, .startup_share = (double)draw(maker, 100) / 100,
	               .hit = ran ? (double)draw(maker, 50) : 0, .written = ran && draw(maker, 5) == 0 ? (double)draw(maker, 50) : 0};
	maker->left--;
	return node;
}

static void put(Maker *maker, Made *parent, Made *child) {
	child->parent = parent;
	*list_push(maker->arena, &parent->children) = child;
}

static Made *make(Maker *maker, const char *how, const Made *like, int depth);

/* Like another node, but run so many times as often. */
static Made *make_often(Maker *maker, const char *how, const Made *like, double times, int depth) {
	Made often = *like;
	often.loops *= times;
	return make(maker, how, &often, depth);
}

/* The nearest of its name is the one a scan reads. */
static Made *cte_in_sight(Maker *maker) {
	if (!maker->ctes.count) return NULL;
	Made *cte = maker->ctes.items[draw(maker, maker->ctes.count)];
	for (size_t i = maker->ctes.count; i-- > 0;)
		if (strcmp(maker->ctes.items[i]->subplan, cte->subplan) == 0) return maker->ctes.items[i];
	return cte;
}

/* The first scan to come runs it. */
static Made *make_cte_scan(Maker *maker, const char *how, const Made *like, Made *cte) {
	Made *scan = made_new(maker, "CTE Scan", how, like);
	scan->cte = cte;
	scan->more = arena_printf(maker->arena, ", 'CTE Name': '%s', 'Alias': 'c%d'", cte->subplan + 4, maker->left);
	if (!cte->scans++) *list_push(maker->arena, &scan->runs) = cte;
	return scan;
}

static Made *make_leaf(Maker *maker, const char *how, const Made *like) {
	static const char *const conditions[] = {"", ", 'Filter': '(x = \\u0027-> $1 (cost=1..2 rows=3 width=4)\\u0027::text)', 'Rows Removed by Filter': 3", ", 'Filter': '(a$1 > 0)'"};
	Made *cte = like->gather || !(like->loops > 0) || draw(maker, 2) ? NULL : cte_in_sight(maker);
	if (cte) return make_cte_scan(maker, how, like, cte);
	Made *leaf = made_new(maker, draw(maker, 2) ? "Seq Scan" : "Index Scan", how, like);
	bool index = strcmp(leaf->type, "Index Scan") == 0;
	leaf->more = arena_printf(maker->arena, ", 'Relation Name': '%s', 'Alias': 't%d'%s%s", draw(maker, 2) ? "orders" : "odd name -> (x)", maker->left,
	                          index ? ", 'Scan Direction': 'Forward', 'Index Name': 'orders_pkey'" : "", leaf->loops > 0 ? conditions[draw(maker, 3)] : "");
	return leaf;
}

static Made *make_over(Maker *maker, const char *type, const char *how, const Made *like, int depth, size_t children) {
	static const char *const hows[] = {"Outer", "Inner"};
	Made *node = made_new(maker, type, how, like);
	bool members = strcmp(type, "Append") == 0;
	for (size_t i = 0; i < children; i++) put(maker, node, make(maker, members ? "Member" : hows[i], like, depth - 1));
	return node;
}

static Made *make_loop(Maker *maker, const char *how, const Made *like, int depth) {
	Made *node = made_new(maker, "Nested Loop", how, like), *outer = make(maker, "Outer", like, depth - 1);
	node->more = ", 'Join Type': 'Inner'";
	put(maker, node, outer);
	put(maker, node, make_often(maker, "Inner", like, outer->loops * outer->rows > 300 ? 0 : outer->rows, depth - 1));
	if (!(node->children.items[1]->loops > 0)) outer->rows = 0;
	return node;
}

/* Three processes, or two without the leader; sometimes each worker is told apart, and the slowest is waited for. */
static Made *make_gather(Maker *maker, const char *how, const Made *like, int depth) {
	Made *node = made_new(maker, "Gather", how, like), inside = *node;
	inside.gather = node;
	inside.participants = 2 + (double)draw(maker, 2);
	inside.loops = like->loops * inside.participants;
	inside.stretch = draw(maker, 2) && like->loops > 0 ? 1 + (double)draw(maker, 100) / 200 : 1;
	Made *top = draw(maker, 3) ? make(maker, "Outer", &inside, depth - 1) : made_new(maker, "Bitmap Heap Scan", "Outer", &inside);
	if (strcmp(top->type, "Bitmap Heap Scan") == 0) { /* one process makes the bitmap */
		Made alone = inside;
		alone.participants = 1;
		alone.loops = like->loops;
		Made *bitmap = made_new(maker, "Bitmap Index Scan", "Outer", &alone);
		bitmap->more = ", 'Index Name': 'orders_a'";
		top->more = ", 'Parallel Aware': true, 'Relation Name': 'orders', 'Alias': 'b'";
		put(maker, top, bitmap);
	}
	top->told_apart = inside.stretch > 1;
	node->more = ", 'Workers Planned': 2, 'Workers Launched': 2";
	put(maker, node, top);
	return node;
}

/* ---- what is run elsewhere ---- */

static Made *any_leaf(Maker *maker, Made *node) {
	while (node && node->children.count) node = node->children.items[draw(maker, node->children.count)];
	bool free = node && !node->subplan && !node->cte && node->loops > 0 && strcmp(node->type, "Bitmap Index Scan") != 0;
	return free && !strstr(node->more, "Recheck Cond") ? node : NULL;
}

/* Hangs under the node and is run where a condition somewhere below reads it; for workers, by their Gather. */
static Made *make_with_init_plan(Maker *maker, const char *how, const Made *like, int depth) {
	Made *node = made_new(maker, "Sort", how, like), *child = make(maker, "Outer", like, depth - 1), *reader = any_leaf(maker, child);
	node->more = ", 'Sort Key': ['a', 'lower(b)']";
	if (reader) {
		Made *init = make(maker, "InitPlan", like, 1);
		bool number = draw(maker, 2); /* since 17 */
		int nth = ++maker->parameters;
		init->subplan = number ? arena_printf(maker->arena, "InitPlan %d", nth) : arena_printf(maker->arena, "InitPlan %d (returns $%d)", nth, nth);
		const char *name = number ? arena_printf(maker->arena, "(InitPlan %d).col1", nth) : arena_printf(maker->arena, "$%d", nth);
		reader->more = arena_printf(maker->arena, "%s, 'Recheck Cond': '(a = %s)'", reader->more, name);
		Made *payer = reader->gather ? reader->gather : reader;
		*list_push(maker->arena, &payer->runs) = init;
		put(maker, node, init);
	}
	put(maker, node, child);
	return node;
}

static Made *make_with_cte(Maker *maker, const char *how, const Made *like, int depth) {
	static const char *const names[] = {"CTE x", "CTE odd name", "CTE y"};
	Made *node = made_new(maker, "Append", how, like), *cte = make(maker, "InitPlan", like, 2);
	cte->subplan = names[draw(maker, 3)];
	put(maker, node, cte);
	*list_push(maker->arena, &maker->ctes) = cte;
	put(maker, node, make(maker, "Member", like, depth - 1));
	if (!cte->scans) put(maker, node, make_cte_scan(maker, "Member", like, cte));
	maker->ctes.count--;
	return node;
}

static Made *make_with_sub_plan(Maker *maker, const char *how, const Made *like, int depth) {
	Made *node = make_leaf(maker, how, like), *sub = make_often(maker, "SubPlan", like, like->loops > 100 ? 1 : 1 + (double)draw(maker, 4), depth > 1 ? 1 : 0);
	sub->subplan = arena_printf(maker->arena, "SubPlan %d", ++maker->parameters);
	put(maker, node, sub);
	return node;
}

static Made *make(Maker *maker, const char *how, const Made *like, int depth) {
	bool once = like->loops == 1 && !like->gather;
	if (depth <= 0 || maker->left <= 0) return make_leaf(maker, how, like);
	switch (draw(maker, 10)) {
	case 0: return make_leaf(maker, how, like);
	case 1: return make_over(maker, "Unique", how, like, depth, 1);
	case 2: return make_over(maker, "Append", how, like, depth, 1 + draw(maker, 4));
	case 3: return make_over(maker, "Merge Join", how, like, depth, 2);
	case 4:
	case 5: return make_loop(maker, how, like, depth);
	case 6: return like->gather ? make_leaf(maker, how, like) : make_gather(maker, how, like, depth);
	case 7: return once ? make_with_init_plan(maker, how, like, depth) : make_over(maker, "Materialize", how, like, depth, 1);
	case 8: return once ? make_with_cte(maker, how, like, depth) : make_loop(maker, how, like, depth);
	default: return make_with_sub_plan(maker, how, like, depth);
	}
}

/* ---- what a server would have printed of it ---- */

static double total_ms(const Made *node) {
	double sum = node->self_ms;
	for (size_t i = 0; i < node->children.count; i++)
		if (!is_lazily_run(node->children.items[i])) sum += total_ms(node->children.items[i]);
	for (size_t i = 0; i < node->runs.count; i++) sum += total_ms(node->runs.items[i]);
	return sum;
}

/* Of all below it and of what it has run: hit, or written. */
static double total_blocks(const Made *node, bool written) {
	double sum = written ? node->written : node->hit;
	for (size_t i = 0; i < node->children.count; i++)
		if (!is_lazily_run(node->children.items[i])) sum += total_blocks(node->children.items[i], written);
	for (size_t i = 0; i < node->runs.count; i++) sum += total_blocks(node->runs.items[i], written);
	return sum;
}

/* What one loop took in the process that ran it, which is what EXPLAIN averages. */
static double printed_ms(const Made *node, double wall_ms) {
	return node->loops > 0 ? wall_ms * node->participants / node->loops / node->stretch : 0;
}

/* The slowest worker took what the Gather waited for, the other workers and the leader share what is left of the sum. */
static void print_workers(Str *out, const Made *node) {
	double each = node->loops / node->participants, slowest = total_ms(node) / each;
	double others = (printed_ms(node, total_ms(node)) * node->participants - slowest) / (node->participants - 1);
	str_printf(out, ", 'Workers': [{'Worker Number': 0, 'Actual Startup Time': 0.000, 'Actual Total Time': %.3f, 'Actual Rows': %.0f, 'Actual Loops': %.0f}", slowest, node->rows, each);
	for (int worker = 1; worker + 1 < node->participants; worker++)
		str_printf(out, ", {'Worker Number': %d, 'Actual Startup Time': 0.000, 'Actual Total Time': %.3f, 'Actual Rows': %.0f, 'Actual Loops': %.0f}", worker, others, node->rows, each);
	str_add(out, "]");
}

static void print_node(Maker *maker, Str *out, Made *node) {
	double total = printed_ms(node, total_ms(node)), charged = 0;
	*list_push(maker->arena, &maker->nodes) = node;
	for (size_t i = 0; i < node->runs.count; i++) charged += total_ms(node->runs.items[i]);
	double startup = printed_ms(node, charged);
	startup += (total - startup) * node->startup_share;
	str_printf(out, "{'Node Type': '%s'", node->type);
	if (node->how) str_printf(out, ", 'Parent Relationship': '%s'", node->how);
	if (node->subplan) str_printf(out, ", 'Subplan Name': '%s'", node->subplan);
	str_printf(out, "%s, 'Startup Cost': 0.50, 'Total Cost': %zu.25, 'Plan Rows': 7, 'Plan Width': 8", node->more, 1000 - maker->nodes.count);
	if (node->loops > 0) str_printf(out, ", 'Actual Startup Time': %.3f, 'Actual Total Time': %.3f", startup, total);
	else str_add(out, ", 'Actual Startup Time': 0.000, 'Actual Total Time': 0.000");
	str_printf(out, ", 'Actual Rows': %.0f, 'Actual Loops': %.0f, 'Shared Hit Blocks': %.0f, 'Temp Written Blocks': %.0f", node->rows, node->loops,
	           total_blocks(node, false), total_blocks(node, true));
	if (node->told_apart) print_workers(out, node);
	for (size_t i = 0; i < node->children.count; i++) {
		str_add(out, i ? ", " : ", 'Plans': [");
		print_node(maker, out, node->children.items[i]);
	}
	str_add(out, node->children.count ? "]}" : "}");
}

/* ---- finding it again ---- */

#define OUTSIDE_MS 0.01 /* a statement always has some; triggers are taken from it first, whatever they are */

/* By how much figures of three decimals may be off. */
static double rounding(const Made *node) {
	return 0.0005 * node->loops / node->participants * node->stretch;
}

/* The rounding of a node, of those beside it and of those above, all of which have a say in what it may claim. */
static double tolerance(const Made *node) {
	double sum = 0.002 + OUTSIDE_MS; /* times beside the nodes are rounded, too */
	for (; node; node = node->parent) {
		sum += rounding(node) + (node->told_apart ? 4 * rounding(node) : 0);
		for (size_t i = 0; i < node->children.count; i++) sum += rounding(node->children.items[i]);
		for (size_t i = 0; i < node->runs.count; i++) sum += rounding(node->runs.items[i]);
	}
	return sum;
}

static void check_figure(uint64_t seed, const Made *node, const PlanNode *found, const char *what, double is, double wanted, double within) {
	if (fabs(is - wanted) <= within) return;
	print_error("seed %llu, node %d, %s: %s is %g, not %g within %g\n", (unsigned long long)seed, found->id, node->type, what, is, wanted, within);
	fail();
}

/* Who of several scans of a CTE ran it, EXPLAIN does not say: together they took what they did. */
static void check_scans(uint64_t seed, const Maker *maker, const Plan *plan, const Made *cte) {
	double wanted = 0, is = 0, hit = 0, found_hit = 0, within = 0;
	const PlanNode *last = NULL;
	for (size_t i = 0; i < maker->nodes.count; i++) {
		const Made *scan = maker->nodes.items[i];
		if (scan->cte != cte) continue;
		last = plan->nodes[i];
		wanted += scan->self_ms;
		is += last->measure.self_ms;
		hit += scan->hit;
		found_hit += last->measure.self_blocks.shared_hit;
		within += tolerance(scan);
	}
	check_figure(seed, cte, last, "self time of all scans", is, wanted, within);
	check_figure(seed, cte, last, "own blocks of all scans", found_hit, hit, 1e-6);
}

static void check_truth(uint64_t seed, const Maker *maker, const Plan *plan) {
	assert_int_equal(plan->node_count, maker->nodes.count);
	for (size_t i = 0; i < plan->node_count; i++) {
		const Made *node = maker->nodes.items[i];
		const PlanNode *found = plan->nodes[i];
		assert_string_equal(found->type, node->type);
		assert_true(found->measure.never_executed == !(node->loops > 0));
		check_figure(seed, node, found, "loops", found->loops, node->loops, 0);
		if (node->loops > 0) check_figure(seed, node, found, "participants", found->measure.participants, node->participants, 1e-9);
		if (node->subplan && node->scans > 1) check_scans(seed, maker, plan, node);
		if (node->cte && node->cte->scans > 1) continue;
		check_figure(seed, node, found, "self time", found->measure.self_ms, node->self_ms, tolerance(node));
		check_figure(seed, node, found, "own blocks hit", found->measure.self_blocks.shared_hit, node->hit, 1e-6);
		check_figure(seed, node, found, "own blocks written", found->measure.self_blocks.temp_written, node->written, 1e-6);
	}
}

typedef struct Extras {
	double after_ms, before_ms, serialization_ms, outside_ms; /* triggers, serialization, start-up */
} Extras;

/* An INSERT with triggers on top of some: those before each row are in its time, those after are not. */
static Made *make_whole(Maker *maker, Extras *extras) {
	const Made top = {.loops = 1, .participants = 1, .stretch = 1};
	if (draw(maker, 3)) {
		*extras = (Extras){.serialization_ms = draw(maker, 2) ? draw_ms(maker) : 0, .outside_ms = draw_ms(maker)};
		return make(maker, NULL, &top, 6);
	}
	Made *insert = made_new(maker, "ModifyTable", NULL, &top);
	*extras = (Extras){.after_ms = draw_ms(maker), .before_ms = draw_ms(maker), .outside_ms = OUTSIDE_MS};
	insert->more = ", 'Operation': 'Insert', 'Relation Name': 'orders', 'Alias': 'orders'";
	insert->rows = 0;
	insert->self_ms += extras->before_ms;
	put(maker, insert, make(maker, "Outer", &top, 5));
	return insert;
}

static void print_whole(Maker *maker, Str *out, Made *root, const Extras *extras) {
	str_add(out, "[{'Plan': ");
	print_node(maker, out, root);
	if (extras->after_ms > 0)
		str_printf(out, ", 'Triggers': [{'Trigger Name': 'late one', 'Relation': 'orders', 'Time': %.3f, 'Calls': 3}, {'Trigger Name': 'early', 'Relation': 'orders', 'Time': %.3f, 'Calls': 3}]",
		           extras->after_ms, extras->before_ms);
	if (extras->serialization_ms > 0) str_printf(out, ", 'Serialization': {'Time': %.3f, 'Output Volume': 12, 'Format': 'text'}", extras->serialization_ms);
	str_printf(out, ", 'Execution Time': %.3f}]", total_ms(root) + extras->after_ms + extras->serialization_ms + extras->outside_ms);
}

static Plan *read_back(Arena *arena, const Plan *plan) {
	PlanList plans;
	Err err = ERR_INIT;
	const char *text = plan_write(arena, plan);
	if (!plan_read_text(arena, text, strlen(text), &plans, &err) || plans.count != 1) fail_msg("%s\n%s", err.message.text, text);
	return plans.items[0];
}

static void try_one(Arena *arena, uint64_t seed) {
	Maker maker = {.arena = arena, .seed = seed * 0x9E3779B97F4A7C15u + 1, .left = 40};
	Extras extras;
	Str json = STR_INIT;
	Made *root = make_whole(&maker, &extras);
	print_whole(&maker, &json, root, &extras);
	Plan *plan = plan_of(arena, json.text);
	assert_near_at(plan_sum_ms(plan), plan->execution_ms, 1e-6, __FILE__, __LINE__);
	if (plan->unaccounted_ms > 0) fail_msg("seed %llu: %g ms do not add up:\n%s", (unsigned long long)seed, plan->unaccounted_ms, plan_write(arena, plan));
	root->self_ms -= extras.before_ms;
	check_truth(seed, &maker, plan);
	check_figure(seed, root, plan->root, "triggers", plan->other.triggers_ms, extras.after_ms + extras.before_ms, 0.002 + OUTSIDE_MS);
	Differences found = {.where = arena_printf(arena, "seed %llu", (unsigned long long)seed)};
	same_plan(&found, plan, read_back(arena, plan));
	assert_int_equal(found.count, 0);
	str_release(&json);
}

enum { PLANS_TRIED = 500 };

static void what_is_known_of_a_plan_is_found_again(void **state) {
	for (uint64_t seed = 1; seed <= PLANS_TRIED; seed++) {
		arena_clear(*state);
		try_one(*state, seed);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    arena_test(what_is_known_of_a_plan_is_found_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
