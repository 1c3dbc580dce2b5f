/* plan.c: how long plans take to be read, measured, written, drawn, reported and compared, from 100 to 100,000 nodes, beside yajl alone on the same
 * JSON. What grows faster than the plan does shows as microseconds a node. */
#include <stdio.h>
#include <yajl/yajl_parse.h>

#include "advise/advise.h"
#include "base/clock.h"
#include "panes/plan_view.h"
#include "plan/diff_words.h"
#include "plan/json.h"
#include "plan/text.h"
#include "plan/write.h"
#include "report/plan.h"

/* ---- plans of a shape ---- */

/* A node as a server prints it with ANALYZE, BUFFERS and VERBOSE, about 700 bytes. */
static void add_node(Str *text, const char *type, const char *how, size_t number, const char *more) {
	str_printf(text,
	           "{\"Node Type\": \"%s\", \"Parent Relationship\": \"%s\", \"Parallel Aware\": false, \"Async Capable\": false, \"Relation Name\": \"t%zu\", "
	           "\"Schema\": \"public\", \"Alias\": \"t%zu\", \"Startup Cost\": 0.42, \"Total Cost\": %zu.57, \"Plan Rows\": %zu, \"Plan Width\": 244, "
	           "\"Actual Startup Time\": 0.012, \"Actual Total Time\": 0.034, \"Actual Rows\": 3, \"Actual Loops\": 1, \"Output\": [\"a\", \"b\", \"c\"], "
	           "\"Filter\": \"((a = %zu) AND (b > '2024-01-01 00:00:00'::timestamp without time zone))\", \"Rows Removed by Filter\": 17, "
	           "\"Shared Hit Blocks\": 5, \"Shared Read Blocks\": 0, \"Shared Dirtied Blocks\": 0, \"Shared Written Blocks\": 0, \"Local Hit Blocks\": 0, "
	           "\"Local Read Blocks\": 0, \"Local Dirtied Blocks\": 0, \"Local Written Blocks\": 0, \"Temp Read Blocks\": 0, \"Temp Written Blocks\": 0%s",
	           type, how, number, number, number, number, number, more);
}

/* Appends of 20 under one Append: partitions of partitions. */
static void add_partitions(Str *text, size_t nodes) {
	size_t number = 1;
	add_node(text, "Append", "Outer", number++, ", \"Plans\": [");
	for (bool first = true; number <= nodes; first = false) {
		if (!first) str_add(text, ", ");
		add_node(text, "Append", "Member", number++, ", \"Plans\": [");
		for (int i = 0; i < 20 && number <= nodes; i++) {
			if (i) str_add(text, ", ");
			add_node(text, "Seq Scan", "Member", number++, "}");
		}
		str_add(text, "]}");
	}
	str_add(text, "]}");
}

/* One below the other, as views over views nest. */
static void add_chain(Str *text, size_t nodes) {
	for (size_t number = 1; number < nodes; number++) add_node(text, number % 2 ? "Nested Loop" : "Subquery Scan", number % 2 ? "Outer" : "Subquery", number, ", \"Plans\": [");
	add_node(text, "Seq Scan", "Outer", nodes, "}");
	str_add_repeat(text, "]}", nodes - 1);
}

/* As many CTEs as scans of them and as InitPlans that other nodes read. */
static void add_readers(Str *text, size_t nodes) {
	size_t groups = (nodes - 1) / 4;
	add_node(text, "Append", "Outer", 1, ", \"Plans\": [");
	for (size_t i = 0; i < groups; i++) {
		Str more = STR_INIT;
		str_printf(&more, ", \"Subplan Name\": \"CTE c%zu\"}, ", i);
		add_node(text, "Seq Scan", "InitPlan", i, more.text);
		str_clear(&more);
		str_printf(&more, ", \"Subplan Name\": \"InitPlan %zu (returns $%zu)\"}, ", i, i);
		add_node(text, "Seq Scan", "InitPlan", i, more.text);
		str_release(&more);
	}
	for (size_t i = 0; i < groups; i++) {
		Str more = STR_INIT;
		str_printf(&more, ", \"CTE Name\": \"c%zu\"}, ", i);
		add_node(text, "CTE Scan", "Member", i, more.text);
		str_clear(&more);
		str_printf(&more, ", \"Recheck Cond\": \"(a = $%zu)\"}%s", i, i + 1 < groups ? ", " : "");
		add_node(text, "Seq Scan", "Member", i, more.text);
		str_release(&more);
	}
	str_add(text, "]}");
}

static const struct Shape {
	const char *name;
	void (*add)(Str *text, size_t nodes);
	size_t most;
} shapes[] = {
	{"partitions", add_partitions, 100000},
	{"chain", add_chain, 100000},
	{"readers", add_readers, 100000},
};

/* ---- what is timed ---- */

typedef struct Subject {
	Arena *arena;
	Str json;
	const char *text;
	Plan *plan, *later; /* a tenth of its nodes are others */
	FindingList findings;
} Subject;

static void parse_alone(Subject *subject) {
	yajl_handle yajl = yajl_alloc(NULL, NULL, NULL);
	if (yajl_parse(yajl, (const unsigned char *)subject->json.text, subject->json.len) != yajl_status_ok || yajl_complete_parse(yajl) != yajl_status_ok) puts("not JSON");
	yajl_free(yajl);
}

static void read_json(Subject *subject) {
	Arena *arena = arena_new();
	PlanList plans;
	if (!plan_read_json(arena, subject->json.text, subject->json.len, &plans, NULL)) puts("not a plan");
	arena_free(arena);
}

static void read_text(Subject *subject) {
	Arena *arena = arena_new();
	PlanList plans;
	if (!plan_read_text(arena, subject->text, strlen(subject->text), &plans, NULL) || plans.items[0]->node_count != subject->plan->node_count) puts("not this plan");
	arena_free(arena);
}

static void measure(Subject *subject) {
	plan_measure(subject->plan);
}

static void write_text(Subject *subject) {
	Arena *arena = arena_new();
	plan_write(arena, subject->plan);
	arena_free(arena);
}

static void advise_on(Subject *subject) {
	Arena *arena = arena_new();
	const AdviseSettings settings = {.min_gain = 0.05, .min_ms = 5};
	advise(arena, subject->plan, statement_parse(arena, ""), NULL, &settings);
	arena_free(arena);
}

static void first_screen(Subject *subject) {
	Arena *arena = arena_new();
	const PlanShown shown = {.plan = subject->plan, .findings = &subject->findings};
	PlanView view = {0};
	Canvas *canvas = canvas_new(arena, 120, 36, false);
	plan_view_begin(&view, arena, &shown);
	plan_view_draw(canvas, (Box){0, 0, 120, 36}, &view, &shown, arena);
	arena_free(arena);
}

static void report(Subject *subject) {
	Arena *arena = arena_new();
	const PlanReport whole = {.plan = subject->plan, .findings = &subject->findings};
	report_plan_text(arena, &whole, REPORT_WIDTH, false);
	arena_free(arena);
}

static void compare(Subject *subject) {
	Arena *arena = arena_new();
	diff_verdict_words(arena, plan_diff(arena, subject->plan, NULL, subject->later, NULL));
	arena_free(arena);
}

static const struct Step {
	const char *name;
	void (*run)(Subject *subject);
} steps[] = {{"yajl", parse_alone}, {"json", read_json}, {"text", read_text}, {"measure", measure}, {"write", write_text}, {"advise", advise_on}, {"screen", first_screen}, {"report", report}, {"diff", compare}};
enum { STEPS = sizeof steps / sizeof *steps, YAJL = 0, JSON = 1, TEXT = 2 };

/* ---- the table ---- */

/* The best of several runs; what takes long is not run often. */
static double best_ms(const struct Step *step, Subject *subject) {
	double best = INFINITY, began = clock_s();
	for (int i = 0; i < 20 && (i == 0 || clock_s() - began < 0.3); i++) {
		double start = clock_s();
		step->run(subject);
		best = fmin(best, (clock_s() - start) * 1e3);
	}
	return best;
}

/* Every tenth scan is of another table. */
static Plan *changed_plan(Arena *arena, const Str *json) {
	PlanList plans;
	if (!plan_read_json(arena, json->text, json->len, &plans, NULL)) return NULL;
	Plan *plan = plans.items[0];
	for (size_t i = 0; i < plan->node_count; i += 10) plan->nodes[i]->relation = plan->nodes[i]->alias = arena_printf(arena, "other%zu", i);
	return plan;
}

static void bench(const struct Shape *shape, size_t nodes) {
	Subject subject = {.arena = arena_new(), .json = STR_INIT};
	PlanList plans;
	double ms[STEPS];
	str_add(&subject.json, "[{\"Plan\": ");
	shape->add(&subject.json, nodes);
	str_add(&subject.json, ", \"Execution Time\": 100000.0}]");
	if (!plan_read_json(subject.arena, subject.json.text, subject.json.len, &plans, NULL)) return;
	subject.plan = plans.items[0];
	subject.later = changed_plan(subject.arena, &subject.json);
	subject.text = plan_write(subject.arena, subject.plan);
	for (int i = 0; i < STEPS; i++) ms[i] = best_ms(&steps[i], &subject);
	double count = (double)subject.plan->node_count;
	printf("%-10s %6.0f %6.1f MB", shape->name, count, (double)subject.json.len / 1e6);
	for (int i = 0; i < STEPS; i++) printf(" %8.2f", ms[i]);
	printf("   %5.0fk %5.0fk %4.1f\n", count / ms[JSON], count / ms[TEXT], ms[JSON] / ms[YAJL]);
	fflush(stdout);
	str_release(&subject.json);
	arena_free(subject.arena);
}

int main(void) {
	printf("milliseconds     nodes   JSON   ");
	for (int i = 0; i < STEPS; i++) printf(" %8s", steps[i].name);
	printf("   nodes/s: JSON, TEXT; times yajl\n");
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		for (size_t nodes = 100; nodes <= shapes[i].most; nodes *= 10) bench(&shapes[i], nodes);
	return 0;
}
