/* diff_of.h: plans written down briefly, and laid beside each other. */
#ifndef TESTS_DIFF_OF_H
#define TESTS_DIFF_OF_H
#include "plan_of.h"

#include "plan/diff_words.h"

/* Trees: a node, what more there is about it, what stands below it. */
#define AT(how, type, more, nodes) "{'Node Type': '" type "', 'Parent Relationship': '" how "'" more PLANS(nodes) "}"
#define ON(type, more, nodes) AT("Outer", type, more, nodes)
#define LEAF(how, type, relation, alias, more) "{'Node Type': '" type "', 'Parent Relationship': '" how "', 'Relation Name': '" relation "', 'Alias': '" alias "'" more "}"
#define SEQ(relation) LEAF("Outer", "Seq Scan", relation, relation, "")
#define BY(index) ", 'Index Name': '" index "', 'Index Cond': '(a = 1)'"
#define INNER ", 'Join Type': 'Inner'"
#define HASH(node) AT("Inner", "Hash", "", node)
#define PART(name, alias) LEAF("Member", "Seq Scan", name, alias, "")
#define PLAIN ", 'Strategy': 'Plain', 'Partial Mode': 'Simple'"
#define MODE(mode) ", 'Strategy': 'Plain', 'Partial Mode': '" mode "'"

static Plan *rooted(void **state, const char *root) {
	return plan_of(*state, arena_printf(*state, "[{'Plan': %s}]", root));
}

static bool stands_below(const PlanNode *node, const PlanNode *above) {
	while (node && node != above) node = node->parent;
	return node != NULL;
}

/* Whatever the plans: every node once, parents before children, what is a pair's parent is one of the nodes' ancestors. */
static void assert_whole(const PlanDiff *diff) {
	size_t before = 0, after = 0;
	for (size_t i = 0; i < diff->pairs.count; i++) {
		const DiffPair *pair = &diff->pairs.items[i];
		before += pair->before != NULL;
		after += pair->after != NULL;
		assert_true(pair->before || pair->after);
		assert_true(pair->parent < (int)i);
		const DiffPair *above = pair->parent == NO_PAIR ? NULL : &diff->pairs.items[pair->parent];
		assert_int_equal(pair->depth, above ? above->depth + 1 : 0);
		if (above && above->after && pair->after) assert_true(stands_below(pair->after, above->after));
		for (size_t k = 0; diff->pairs.count < 100 && k < i; k++) {
			assert_false(pair->before && diff->pairs.items[k].before == pair->before);
			assert_false(pair->after && diff->pairs.items[k].after == pair->after);
		}
	}
	assert_int_equal(before, diff->before.plan->node_count);
	assert_int_equal(after, diff->after.plan->node_count);
}

static PlanDiff *diff_of(void **state, const Plan *before, const Plan *after) {
	PlanDiff *diff = plan_diff(*state, before, NULL, after, NULL);
	assert_whole(diff);
	return diff;
}

#endif
