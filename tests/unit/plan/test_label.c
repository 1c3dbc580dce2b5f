/* test_label.c: headings as EXPLAIN's TEXT format has them. */
#include "plan_of.h"

/* What JSON says beside the node type, and what TEXT prints. */
static const struct {
	const char *fields, *label;
} cases[] = {
    {"'Node Type': 'Seq Scan'", "Seq Scan"},
    {"'Node Type': 'Seq Scan', 'Parallel Aware': true", "Parallel Seq Scan"},
    {"'Node Type': 'Aggregate', 'Strategy': 'Plain', 'Partial Mode': 'Simple'", "Aggregate"},
    {"'Node Type': 'Aggregate', 'Strategy': 'Sorted'", "GroupAggregate"},
    {"'Node Type': 'Aggregate', 'Strategy': 'Hashed', 'Partial Mode': 'Simple'", "HashAggregate"},
    {"'Node Type': 'Aggregate', 'Strategy': 'Mixed'", "MixedAggregate"},
    {"'Node Type': 'Aggregate', 'Strategy': 'Hashed', 'Partial Mode': 'Partial'", "Partial HashAggregate"},
    {"'Node Type': 'Aggregate', 'Strategy': 'Plain', 'Partial Mode': 'Finalize'", "Finalize Aggregate"},
    {"'Node Type': 'Nested Loop', 'Join Type': 'Inner'", "Nested Loop"},
    {"'Node Type': 'Nested Loop', 'Join Type': 'Anti'", "Nested Loop Anti Join"},
    {"'Node Type': 'Hash Join', 'Join Type': 'Inner'", "Hash Join"},
    {"'Node Type': 'Hash Join', 'Join Type': 'Left'", "Hash Left Join"},
    {"'Node Type': 'Hash Join', 'Join Type': 'Right Anti', 'Parallel Aware': true", "Parallel Hash Right Anti Join"},
    {"'Node Type': 'Merge Join', 'Join Type': 'Full'", "Merge Full Join"},
    {"'Node Type': 'Hash', 'Parallel Aware': true", "Parallel Hash"},
    {"'Node Type': 'ModifyTable', 'Operation': 'Update', 'Relation Name': 't'", "Update"},
    {"'Node Type': 'ModifyTable', 'Operation': 'Merge'", "Merge"},
    {"'Node Type': 'ModifyTable'", "ModifyTable"},
    {"'Node Type': 'Index Scan', 'Scan Direction': 'Forward'", "Index Scan"},
    {"'Node Type': 'Index Scan', 'Scan Direction': 'Backward'", "Index Scan Backward"},
    {"'Node Type': 'Index Only Scan', 'Scan Direction': 'Backward', 'Parallel Aware': true", "Parallel Index Only Scan Backward"},
    {"'Node Type': 'SetOp', 'Strategy': 'Hashed', 'Command': 'Except All'", "HashSetOp Except All"},
    {"'Node Type': 'SetOp', 'Strategy': 'Sorted', 'Command': 'Intersect'", "SetOp Intersect"},
    {"'Node Type': 'Foreign Scan', 'Operation': 'Select', 'Async Capable': true", "Async Foreign Scan"},
    {"'Node Type': 'Foreign Scan', 'Operation': 'Update'", "Foreign Update"},
    {"'Node Type': 'Custom Scan', 'Custom Plan Provider': 'Citus Adaptive'", "Custom Scan (Citus Adaptive)"},
    {"'Node Type': 'Custom Scan', 'Custom Plan Provider': 'ChunkAppend', 'Parallel Aware': true", "Parallel Custom Scan (ChunkAppend)"},
    {"'Node Type': 'Merge Append'", "Merge Append"},
    {"'Node Type': 'Append', 'Parallel Aware': true", "Parallel Append"},
    {"'Node Type': 'Something New'", "Something New"},
};

static void labels_are_what_text_prints(void **state) {
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Plan *plan = plan_of(*state, arena_printf(*state, "{'Plan': {%s}}", cases[i].fields));
		assert_string_equal(plan->root->label, cases[i].label);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {arena_test(labels_are_what_text_prints)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
