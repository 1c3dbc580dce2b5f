/* test_plans.c: real plans keep what plan.h promises: ours under tests/plans, and those of the folder PGWHY_PLANS names. */
#include "file_text.h"
#include "plan_of.h"

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "plan/read.h"
#include "plan/value.h"

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
	if (plan->unaccounted_ms > 0) assert_true(plan->root->measure.total_ms > plan->execution_ms); /* so far no other contradiction was met */
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

/* What is not as the index or an expectation says, and why we are right. */
static const struct {
	const char *file, *field, *reason;
} exceptions[] = {
    {"pganalyze/bad_format.txt", "nodes", "says \"bad format\", and nothing else: no plan"},
    {"pganalyze/autoexplain-log-02.log", "nodes", "was cut off before the plan began"},
    {"pganalyze/cnpg_remap_test-yaml.log", "nodes", "is no log but a test in YAML, with a log's line in one of its texts"},
    {"howtos/0012_from_pgss_to_explain__how_to_find_query_examples-1.txt", "nodes", "has a second plan behind the first"},
    {"manual/html-escaped-not-in.txt", "nodes", "has three more nodes, their arrows written &gt;"},
    {"manual/not-in-estimate-markdown-escaped.txt", "nodes", "has two more nodes, their arrows written -\\>"},
};

static bool is_exception(const char *file, const char *field) {
	for (size_t i = 0; i < sizeof exceptions / sizeof *exceptions; i++)
		if (strcmp(exceptions[i].file, file) == 0 && (!exceptions[i].field || strcmp(exceptions[i].field, field) == 0)) return true;
	return false;
}

typedef struct Checking {
	const char *folder, *file;
	size_t wrong, checked;
} Checking;

static void expect(Checking *checking, const char *field, bool fine, const char *is, const char *wanted) {
	checking->checked++;
	if (fine || is_exception(checking->file, field)) return;
	print_error("%s: %s is %s, not %s\n", checking->file, field, is ? is : "missing", wanted);
	checking->wrong++;
}

static bool same_text(const char *is, const char *wanted) {
	char *end;
	double figure = strtod(wanted, &end);
	return is && (strcmp(is, wanted) == 0 || (*wanted && !*end && close_to(strtod(is, NULL), figure)));
}

/* "root.Actual Rows=5; Planning Time=0.1 | …": the values told of the first plan's root and of what stands beside it. */
static void check_values(Arena *arena, Checking *checking, const Plan *plan, const char *expected) {
	for (const char *at = strstr(expected, "; root."); at; at = strstr(at + 1, "; ")) {
		char *name = arena_copy_n(arena, at + 2, strcspn(at + 2, ";|")), *value = strchr(name, '=');
		if (!value) return;
		*value++ = '\0';
		bool root = strncmp(name, "root.", 5) == 0;
		if (strcmp(name, "root.Node Type") == 0) continue; /* the index has words of its own */
		const char *is = value_text(plan_field(root ? plan->root->fields : plan->fields, root ? name + 5 : name));
		while (*value && value[strlen(value) - 1] == ' ') value[strlen(value) - 1] = '\0';
		expect(checking, name, same_text(is, value), is, value);
	}
}

/* What tests of the collection's sources assert, in EXPLAIN's names: of a node, of what stands beside the nodes (0), of a
 * group there. */
static const struct {
	const char *file;
	size_t node;
	const char *group, *field, *value;
} asserted[] = {
    {"pev2/spec-1-parse-error-line-break-1.txt", 0, NULL, "Planning Time", "1.11"},
    {"pev2/spec-14-wal-1.txt", 1, NULL, "WAL Records", "20"},
    {"pev2/spec-14-wal-1.txt", 1, NULL, "WAL Bytes", "1320"},
    {"pev2/spec-14-wal-1.txt", 1, NULL, "WAL FPI", "0"},
    {"pev2/spec-15-subquery-scan-2.txt", 1, NULL, "Alias", "foo"},
    {"pev2/spec-15-subquery-scan-2.txt", 1, NULL, "Node Type", "Subquery Scan"},
    {"pev2/spec-20-insert-modifytable-2.json", 1, NULL, "Operation", "Insert"},
    {"pev2/spec-23-serialization-and-planning-1.txt", 0, NULL, "Planning Time", "0.065"},
    {"pev2/spec-23-serialization-and-planning-1.txt", 0, "Serialization", "Time", "4.69"},
    {"pev2/spec-23-serialization-and-planning-1.txt", 0, "Serialization", "Output Volume", "31251"},
    {"pev2/spec-23-serialization-and-planning-1.txt", 0, "Planning", "Shared Hit Blocks", "6"},
    {"pev2/spec-23-serialization-and-planning-1.txt", 0, "Planning", "Memory Used", "6"},
    {"pev2/spec-23-serialization-and-planning-1.txt", 0, "Planning", "Memory Allocated", "8"},
    {"pev2/spec-24-parallel-aware-2.txt", 1, NULL, "Parallel Aware", "true"},
    {"pev2/spec-25-enable-parameter-1.txt", 1, NULL, "Disabled", "true"},
    {"pev2/spec-plan-service-2.json", 1, NULL, "Plan Rows", "1270"},
    {"pev2/spec-plan-service-8.txt", 2, NULL, "Parent Relationship", "InitPlan"},
    {"pev2/spec-plan-service-8.txt", 2, NULL, "Subplan Name", "CTE e"},
    {"pev2/io-03-text.txt", 1, NULL, "I/O Read Time", "16.962"},
    {"pev2/io-03-text.txt", 1, NULL, "I/O Write Time", "0.018"},
    {"pev2/io-07-text.txt", 1, NULL, "I/O Write Time", "23.77"},
    {"pev2/io-07-text.txt", 1, NULL, "I/O Read Time", "0"},
    {"pev2/io-09-text.txt", 1, NULL, "Shared I/O Write Time", "23.77"},
    {"pev2/io-09-text.txt", 1, NULL, "Shared I/O Read Time", "0"},
    {"pev2/io-read-and-write.txt", 1, NULL, "I/O Read Time", "77240.327"},
    {"pev2/io-read-and-write.txt", 1, NULL, "I/O Write Time", "222.281"},
};

static void check_asserted(Checking *checking, const Plan *plan) {
	for (size_t i = 0; i < sizeof asserted / sizeof *asserted; i++) {
		if (strcmp(asserted[i].file, checking->file) != 0) continue;
		const PlanValue *fields = asserted[i].node ? plan->nodes[asserted[i].node - 1]->fields : plan->fields;
		if (asserted[i].group) fields = plan_field(fields, asserted[i].group);
		const char *is = value_text(plan_field(fields, asserted[i].field));
		expect(checking, asserted[i].field, same_text(is, asserted[i].value), is, asserted[i].value);
	}
}

/* ---- expect/: whole trees as other readers read them ---- */

static const char *text_of_json(Arena *arena, const json_t *value) {
	if (json_is_string(value)) return json_string_value(value);
	if (json_is_boolean(value)) return json_is_true(value) ? "true" : "false";
	if (json_is_number(value)) return arena_printf(arena, "%.17g", json_number_value(value));
	return NULL;
}

/* pev2 keeps EXPLAIN's names. */
static void check_pev2(Arena *arena, Checking *checking, const PlanNode *node, json_t *wanted) {
	const char *name;
	json_t *value, *children = json_object_get(wanted, "Plans");
	json_object_foreach(wanted, name, value) {
		const char *text = text_of_json(arena, value), *is = node_list_text(node, name, 0);
		if (!text || strcmp(name, "Node Type") == 0) continue;
		expect(checking, name, same_text(is, text), is, text);
	}
	size_t count = 0;
	for (const PlanNode *child = node->first_child; child; child = child->next, count++)
		if (count < json_array_size(children)) check_pev2(arena, checking, child, json_array_get(children, count));
	expect(checking, "Plans", count == json_array_size(children), arena_printf(arena, "%zu", count), arena_printf(arena, "%zu", json_array_size(children)));
}

/* depesz' names, and where we have it. Nodes are found by type and cost: where they hang, it says with other words. */
static const char *const depesz_names[][2] = {
    {"actual_loops", "Actual Loops"},       {"actual_rows", "Actual Rows"},         {"actual_time_first", "Actual Startup Time"}, {"actual_time_last", "Actual Total Time"},
    {"estimated_row_width", "Plan Width"}, {"estimated_rows", "Plan Rows"},        {"estimated_startup_cost", "Startup Cost"},   {"estimated_total_cost", "Total Cost"},
};

static bool is_depesz(const PlanNode *node, json_t *wanted) {
	for (size_t i = 0; i < sizeof depesz_names / sizeof *depesz_names; i++) {
		const char *value = json_string_value(json_object_get(wanted, depesz_names[i][0]));
		if (value && !same_text(node_text(node, depesz_names[i][1]), value)) return false;
	}
	return true;
}

static void check_depesz(Checking *checking, const Plan *plan, json_t *wanted) {
	const char *type = json_string_value(json_object_get(wanted, "type")), *name;
	json_t *value;
	size_t index;
	if (json_is_array(wanted)) json_array_foreach(wanted, index, value) check_depesz(checking, plan, value);
	if (type) {
		bool found = false;
		for (size_t i = 0; i < plan->node_count && !found; i++) found = is_depesz(plan->nodes[i], wanted);
		expect(checking, type, found, NULL, "among the nodes");
	}
	if (json_is_object(wanted))
		json_object_foreach(wanted, name, value) if (json_is_array(value) || json_is_object(value)) check_depesz(checking, plan, value);
}

/* Every "expect/FILE" in a column of the index. */
static void check_expectations(Arena *arena, Checking *checking, const Plan *plan, const char *column) {
	for (const char *at = column; (at = strstr(at, "expect/")); at++) {
		const char *name = arena_copy_n(arena, at, strcspn(at, " |;"));
		json_t *wanted = json_load_file(arena_printf(arena, "%s/%s", checking->folder, name), 0, NULL);
		if (strstr(name, "/pev2-") && json_object_get(wanted, "Plan"))
			check_pev2(arena, checking, plan->root, json_object_get(wanted, "Plan"));
		else if (strstr(name, "/depesz-"))
			check_depesz(checking, plan, wanted);
		json_decref(wanted);
	}
}

/* Where the test outputs of PostgreSQL have "N", nothing is known. */
static void check_masks(Checking *checking, const Plan *plan, const char *text) {
	const PlanNode *root = plan->root;
	if (strstr(text, "(cost=N")) expect(checking, "masked cost", isnan(root->total_cost), "known", "unknown");
	if (strstr(text, "(actual time=N")) expect(checking, "masked time", isnan(root->actual_total_ms) && root->analyzed, "known", "unknown");
	if (strstr(text, "rows=N loops=N")) expect(checking, "masked rows", isnan(root->actual_rows), "known", "unknown");
}

static void check_row(Arena *arena, Checking *checking, const char *line) {
	const char *format = column(arena, line, 2), *path = arena_printf(arena, "%s/%s", checking->folder, checking->file);
	size_t len, wanted = (size_t)atol(column(arena, line, 4));
	const char *text = file_text(arena, path, &len);
	Err err = ERR_INIT;
	PlanList plans;
	size_t nodes = check_file(arena, path, &plans, &err);
	if (strcmp(format, "xml") == 0 || strcmp(format, "yaml") == 0) {
		const char *name = strcmp(format, "xml") == 0 ? "plans in XML are not read" : "plans in YAML are not read";
		expect(checking, "refusal", strncmp(err.message.text, name, strlen(name)) == 0 && err.hint.len, err.message.text, name);
	} else {
		expect(checking, "nodes", nodes == wanted, arena_printf(arena, "%zu %s", nodes, err.message.text), column(arena, line, 4));
	}
	if (plans.count) {
		check_values(arena, checking, plans.items[0], column(arena, line, 6));
		check_expectations(arena, checking, plans.items[0], column(arena, line, 6));
		check_masks(checking, plans.items[0], text);
		check_asserted(checking, plans.items[0]);
	}
	err_release(&err);
}

static void plans_of_a_collection_are_read_as_it_says(void **state) {
	Checking checking = {.folder = getenv("PGWHY_PLANS")};
	size_t len, files = 0;
	const char *line = checking.folder ? file_text(*state, arena_printf(*state, "%s/INDEX.tsv", checking.folder), &len) : NULL;
	if (!line) {
		print_message("skip: plans_of_a_collection_are_read_as_it_says: PGWHY_PLANS names no folder with an INDEX.tsv\n");
		skip();
	}
	while ((line = strchr(line, '\n')) && *++line) {
		checking.file = column(*state, line, 0);
		check_row(*state, &checking, line);
		files++;
	}
	print_message("%zu files, %zu values, %zu not as expected\n", files, checking.checked, checking.wrong);
	assert_true(files && !checking.wrong);
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
	    arena_test(plans_of_a_collection_are_read_as_it_says),
	    arena_test(a_real_gather_in_a_loop_has_three_participants),
	    arena_test(real_jit_is_not_the_scans_fault),
	    arena_test(real_triggers_are_not_the_inserts_fault),
	    arena_test(a_real_init_plan_for_workers_is_the_gathers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
