/* test_plans.c: real plans keep what plan.h promises: ours under tests/plans, and those of the folder PGWHY_PLANS names. */
#include "plan_of.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "plan/read.h"

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

/* But for what a WITH that writes does when the root has ended. */
static void check_blocks(const Plan *plan) {
	double sum = 0, beside = 0;
	for (size_t i = 0; i < plan->node_count; i++) {
		const PlanNode *node = plan->nodes[i];
		if (node->subplan && node_is(node, "ModifyTable")) beside += node->blocks.shared_hit;
		if (!isnan(node->measure.self_blocks.shared_hit)) sum += node->measure.self_blocks.shared_hit;
	}
	assert_true(sum >= plan->root->blocks.shared_hit && sum <= plan->root->blocks.shared_hit + beside);
}

static void check_plan(const Plan *plan) {
	for (size_t i = 0; i < plan->node_count; i++) {
		assert_int_equal(plan->nodes[i]->id, i + 1);
		check_node(plan->nodes[i]);
	}
	if (plan->timed) assert_true(close_to(plan_sum_ms(plan), plan->execution_ms));
	assert_true(plan->unaccounted_ms >= 0);
	if (plan->analyzed && plan->buffers) check_blocks(plan);
}

/* The nodes of all plans of a file; nothing is there that breaks a promise. */
static size_t check_file(Arena *arena, const char *path, PlanList *plans, Err *err) {
	size_t len, nodes = 0;
	const char *text = file_text(arena, path, &len);
	assert_non_null(text);
	plan_read(arena, text, len, plans, err);
	for (size_t i = 0; i < plans->count; i++) {
		check_plan(plans->items[i]);
		nodes += plans->items[i]->node_count;
	}
	return nodes;
}

static void our_own_plans_add_up(void **state) {
	DIR *folder = opendir("tests/plans");
	size_t files = 0;
	assert_non_null(folder);
	for (struct dirent *entry; (entry = readdir(folder));) {
		const char *end = strrchr(entry->d_name, '.');
		if (!end || strcmp(end, ".json") != 0) continue;
		PlanList plans;
		assert_true(check_file(*state, arena_printf(*state, "tests/plans/%s", entry->d_name), &plans, NULL) > 0);
		for (size_t i = 0; i < plans.count; i++) assert_near(plans.items[i]->unaccounted_ms, 0);
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

/* "root.Actual Rows=5; Planning Time=0.1 | …": the values told of the first plan's root and of what stands beside it. */
static void check_values(Arena *arena, const Plan *plan, const char *path, const char *expected) {
	for (const char *at = strstr(expected, "; root."); at; at = strstr(at + 1, "; ")) {
		char *name = arena_copy_n(arena, at + 2, strcspn(at + 2, ";|")), *value = strchr(name, '=');
		if (!value) return;
		*value++ = '\0';
		bool root = strncmp(name, "root.", 5) == 0;
		if (strcmp(name, "root.Node Type") == 0) continue; /* the index has words of its own */
		const PlanValue *field = plan_field(root ? plan->root->fields : plan->fields, root ? name + 5 : name);
		while (*value && value[strlen(value) - 1] == ' ') value[strlen(value) - 1] = '\0';
		bool same = field && (field->kind == PLAN_TEXT ? strcmp(field->text, value) == 0 : close_to(field->kind == PLAN_INT ? (double)field->integer : field->real, atof(value)));
		if (!same) print_error("%s: %s is not %s\n", path, name, value);
		assert_true(same);
	}
}

/* Some of the files are not plans, or not what the index says of them: 98 of 100 have to be right. */
static void plans_of_a_collection_are_read_and_add_up(void **state) {
	Arena *arena = *state;
	const char *folder = getenv("PGWHY_PLANS");
	size_t len, files = 0, wrong = 0;
	const char *line = folder ? file_text(arena, arena_printf(arena, "%s/INDEX.tsv", folder), &len) : NULL;
	if (!line) {
		print_message("skip: plans_of_a_collection_are_read_and_add_up: PGWHY_PLANS names no folder with an INDEX.tsv\n");
		skip();
	}
	for (; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		const char *name = column(arena, line, 0), *format = column(arena, line, 2);
		if (strcmp(format, "json") != 0 && strcmp(format, "text") != 0) continue;
		Err err = ERR_INIT;
		PlanList plans;
		size_t nodes = check_file(arena, arena_printf(arena, "%s/%s", folder, name), &plans, &err), wanted = (size_t)atol(column(arena, line, 4));
		if (plans.count) check_values(arena, plans.items[0], name, column(arena, line, 6));
		files++;
		if (nodes == wanted || (plans.count && plans.items[0]->node_count == wanted)) continue;
		print_message("%s: %zu nodes, not %zu%s%s\n", name, nodes, wanted, err.message.len ? ": " : "", err.message.text);
		wrong++;
		err_release(&err);
	}
	print_message("%zu of %zu files are as the index says\n", files - wrong, files);
	assert_true(files && wrong * 50 <= files);
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
	    arena_test(plans_of_a_collection_are_read_and_add_up),
	    arena_test(a_real_gather_in_a_loop_has_three_participants),
	    arena_test(real_jit_is_not_the_scans_fault),
	    arena_test(real_triggers_are_not_the_inserts_fault),
	    arena_test(a_real_init_plan_for_workers_is_the_gathers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
