/* test_plans.c: real plans keep what plan.h promises: ours under tests/plans, and those of the folder PGWHY_PLANS names. */
#include "plan_of.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

static char *file_text(Arena *arena, const char *path, size_t *len) {
	FILE *file = fopen(path, "rb");
	if (!file) return NULL;
	Str text = STR_INIT;
	char bytes[4096];
	for (size_t got; (got = fread(bytes, 1, sizeof bytes, file));) str_add_n(&text, bytes, got);
	fclose(file);
	*len = text.len;
	char *copy = arena_copy_n(arena, text.text, text.len);
	str_release(&text);
	return copy;
}

/* ---- what plan.h promises ---- */

static bool close_to(double a, double b) {
	return fabs(a - b) <= 1e-9 + 1e-9 * fabs(b);
}

static void check_node(const PlanNode *node) {
	const NodeMeasure *m = &node->measure;
	assert_true(isnan(m->self_ms) || (m->self_ms >= 0 && m->self_ms < INFINITY));
	assert_true(isnan(m->self_share) || (m->self_share >= 0 && m->self_share <= 1 + 1e-9));
	assert_true(isnan(m->self_cost) || m->self_cost >= 0);
	assert_true(isnan(m->misestimate) || m->misestimate >= 1);
	assert_true(m->participants >= 1);
	if (m->never_executed) assert_true(m->rows_actual <= 0 && m->total_ms <= 0 && isnan(m->misestimate));
	if (!node->analyzed) assert_true(isnan(m->rows_actual) && isnan(m->self_ms));
	double own = m->self_blocks.shared_hit, all = node->blocks.shared_hit;
	assert_true(isnan(all) ? isnan(own) : own >= 0 && own <= all);
	if (node->parent) assert_true(node->parent->id < node->id && node->depth == node->parent->depth + 1);
}

static void check_plan(const Plan *plan) {
	for (size_t i = 0; i < plan->node_count; i++) {
		assert_int_equal(plan->nodes[i]->id, i + 1);
		check_node(plan->nodes[i]);
	}
	if (plan->timed) assert_true(close_to(plan_sum_ms(plan), plan->execution_ms));
	assert_true(plan->unaccounted_ms >= 0);
}

static void check_file(Arena *arena, const char *path, size_t nodes, bool ours) {
	size_t len, found = 0;
	const char *text = file_text(arena, path, &len);
	assert_non_null(text);
	PlanList plans;
	Err err = ERR_INIT;
	bool fine = plan_read_json(arena, text, len, &plans, &err);
	bool cut = !fine && strstr(err.message.text, "ends inside a plan") && !ours;
	if (!fine && !cut) print_error("%s: %s\n", path, err.message.text);
	assert_true(fine || cut);
	err_release(&err);
	for (size_t i = 0; i < plans.count; i++) {
		check_plan(plans.items[i]);
		if (ours) assert_near(plans.items[i]->unaccounted_ms, 0);
		found += plans.items[i]->node_count;
	}
	if (nodes && fine && found != nodes) print_error("%s has %zu nodes, not %zu\n", path, found, nodes);
	if (nodes && fine) assert_int_equal(found, nodes);
}

static void our_own_plans_add_up(void **state) {
	DIR *folder = opendir("tests/plans");
	size_t files = 0;
	assert_non_null(folder);
	for (struct dirent *entry; (entry = readdir(folder));) {
		const char *end = strrchr(entry->d_name, '.');
		if (!end || strcmp(end, ".json") != 0) continue;
		check_file(*state, arena_printf(*state, "tests/plans/%s", entry->d_name), 0, true);
		files++;
	}
	closedir(folder);
	assert_true(files >= 10);
}

/* ---- a collection with an index: file, source, format, version, nodes, features, values expected … by tabs ---- */

static const char *column(Arena *arena, const char *line, size_t nth) {
	while (nth-- && line) line = strchr(line, '\t') ? strchr(line, '\t') + 1 : NULL;
	return line ? arena_copy_n(arena, line, strcspn(line, "\t\n")) : "";
}

static void plans_of_a_collection_add_up(void **state) {
	Arena *arena = *state;
	const char *folder = getenv("PGWHY_PLANS");
	size_t len, files = 0;
	const char *line = folder ? file_text(arena, arena_printf(arena, "%s/INDEX.tsv", folder), &len) : NULL;
	if (!line) {
		print_message("skip: plans_of_a_collection_add_up: PGWHY_PLANS names no folder with an INDEX.tsv\n");
		skip();
	}
	for (; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		if (strcmp(column(arena, line, 2), "json") != 0) continue;
		check_file(arena, arena_printf(arena, "%s/%s", folder, column(arena, line, 0)), (size_t)atol(column(arena, line, 4)), false);
		files++;
	}
	print_message("%zu plans\n", files);
	assert_true(files > 0);
}

/* ---- some of ours in figures ---- */

static Plan *our_plan(Arena *arena, const char *name) {
	size_t len;
	const char *text = file_text(arena, arena_printf(arena, "tests/plans/%s.json", name), &len);
	assert_non_null(text);
	PlanList plans;
	assert_true(plan_read_json(arena, text, len, &plans, NULL));
	return plans.items[0];
}

static const PlanNode *first_of(const Plan *plan, const char *label) {
	for (size_t i = 0; i < plan->node_count; i++)
		if (strcmp(plan->nodes[i]->label, label) == 0) return plan->nodes[i];
	print_error("no %s\n", label);
	fail();
	return NULL;
}

/* Four runs of a Gather with leader and two workers: 12 loops below it are three processes. */
static void a_real_gather_in_a_loop_has_three_participants(void **state) {
	const PlanNode *scan = first_of(our_plan(*state, "gather-in-a-loop"), "Parallel Seq Scan");
	assert_near(scan->loops, 12);
	assert_near(scan->measure.participants, 3);
	assert_about(scan->measure.total_ms, scan->actual_total_ms * 4, 1e-9);
}

/* 600,000 rows with a cheap condition take some 50 ms here; the scan claimed 197, of which the compiler had 143. */
static void real_jit_is_not_the_scans_fault(void **state) {
	Plan *plan = our_plan(*state, "jit");
	const PlanNode *scan = first_of(plan, "Seq Scan");
	assert_true(scan->actual_total_ms > 190);
	assert_true(scan->measure.self_ms < 60);
	assert_about(plan->other.jit_ms, plan->jit_ms, 1e-6);
}

/* Each of the triggers slept, 2 ms before each of ten rows and 3 ms after it; the insert itself was quick. */
static void real_triggers_are_not_the_inserts_fault(void **state) {
	Plan *plan = our_plan(*state, "triggers");
	assert_true(plan->other.triggers_ms > 50);
	assert_true(plan->root->actual_total_ms > 20);
	assert_true(plan->root->measure.self_ms < 2);
}

/* The InitPlan ran inside the Gather, before its workers started. */
static void a_real_init_plan_for_workers_is_the_gathers(void **state) {
	Plan *plan = our_plan(*state, "init-plan-for-workers");
	const PlanNode *gather = first_of(plan, "Gather"), *init = plan->nodes[1], *top = gather->first_child;
	assert_string_equal(init->relationship, "InitPlan");
	assert_about(gather->measure.self_ms, gather->measure.total_ms - init->measure.total_ms - top->measure.total_ms, 1e-9);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    arena_test(our_own_plans_add_up),
	    arena_test(plans_of_a_collection_add_up),
	    arena_test(a_real_gather_in_a_loop_has_three_participants),
	    arena_test(real_jit_is_not_the_scans_fault),
	    arena_test(real_triggers_are_not_the_inserts_fault),
	    arena_test(a_real_init_plan_for_workers_is_the_gathers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
