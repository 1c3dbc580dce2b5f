/* build.c: values -> Plan: nodes in the order EXPLAIN prints them, each figure in its place. */
#include "plan/build.h"

#include <stdlib.h>

#include "plan/value.h"

/* ---- a node's fields ---- */

typedef enum FieldKind {
	FIELD_TEXT,
	FIELD_FLAG,
	FIELD_FIGURE,
	FIELD_RUN, /* a figure that only a plan that was run has */
	FIELD_WORKERS,
} FieldKind;

typedef struct FieldRow {
	const char *name;
	FieldKind kind;
	size_t offset;
} FieldRow;

/* Where the fields of EXPLAIN go, sorted by name for bsearch. Before 17 "I/O Read Time" was of shared and local blocks together. */
static const FieldRow field_rows[] = {
#define TEXT(name, member) {name, FIELD_TEXT, offsetof(PlanNode, member)}
#define FLAG(name, member) {name, FIELD_FLAG, offsetof(PlanNode, member)}
#define FIGURE(name, member) {name, FIELD_FIGURE, offsetof(PlanNode, member)}
#define RUN(name, member) {name, FIELD_RUN, offsetof(PlanNode, member)}
    RUN("Actual Loops", loops),
    RUN("Actual Rows", actual_rows),
    FIGURE("Actual Startup Time", actual_startup_ms),
    FIGURE("Actual Total Time", actual_total_ms),
    TEXT("Alias", alias),
    TEXT("CTE Name", cte),
    TEXT("Function Name", function),
    FIGURE("I/O Read Time", blocks.shared_read_ms),
    FIGURE("I/O Write Time", blocks.shared_write_ms),
    TEXT("Index Name", index),
    FIGURE("Local Dirtied Blocks", blocks.local_dirtied),
    FIGURE("Local Hit Blocks", blocks.local_hit),
    FIGURE("Local I/O Read Time", blocks.local_read_ms),
    FIGURE("Local I/O Write Time", blocks.local_write_ms),
    FIGURE("Local Read Blocks", blocks.local_read),
    FIGURE("Local Written Blocks", blocks.local_written),
    TEXT("Node Type", type),
    FLAG("Parallel Aware", parallel_aware),
    TEXT("Parent Relationship", relationship),
    FIGURE("Plan Rows", plan_rows),
    FIGURE("Plan Width", plan_width),
    TEXT("Relation Name", relation),
    FIGURE("Rows Removed by Filter", removed_by_filter),
    FIGURE("Rows Removed by Index Recheck", removed_by_recheck),
    FIGURE("Rows Removed by Join Filter", removed_by_join_filter),
    TEXT("Schema", schema),
    FIGURE("Shared Dirtied Blocks", blocks.shared_dirtied),
    FIGURE("Shared Hit Blocks", blocks.shared_hit),
    FIGURE("Shared I/O Read Time", blocks.shared_read_ms),
    FIGURE("Shared I/O Write Time", blocks.shared_write_ms),
    FIGURE("Shared Read Blocks", blocks.shared_read),
    FIGURE("Shared Written Blocks", blocks.shared_written),
    FIGURE("Startup Cost", startup_cost),
    TEXT("Subplan Name", subplan),
    FIGURE("Temp I/O Read Time", blocks.temp_read_ms),
    FIGURE("Temp I/O Write Time", blocks.temp_write_ms),
    FIGURE("Temp Read Blocks", blocks.temp_read),
    FIGURE("Temp Written Blocks", blocks.temp_written),
    FIGURE("Total Cost", total_cost),
    FIGURE("WAL Bytes", blocks.wal_bytes),
    FIGURE("WAL FPI", blocks.wal_fpi),
    FIGURE("WAL Records", blocks.wal_records),
    {"Workers", FIELD_WORKERS, 0},
    FIGURE("Workers Launched", workers_launched),
    FIGURE("Workers Planned", workers_planned),
#undef TEXT
#undef FLAG
#undef FIGURE
#undef RUN
};
enum { FIELD_ROWS = sizeof field_rows / sizeof *field_rows };

static int by_name(const void *name, const void *row) {
	return strcmp(name, ((const FieldRow *)row)->name);
}

/* EXPLAIN never prints a negative or infinite figure of these: such a one is as good as none. So products stay finite, too. */
static double figure_of(const PlanValue *value) {
	double figure = value_real(value);
	return figure >= 0 && figure <= 1e100 ? figure : NAN;
}

static bool is_true(const PlanValue *value) {
	const char *text = value_text(value);
	return text && strcmp(text, "true") == 0;
}

enum { MOST_WORKERS = 1024 }; /* max_parallel_workers_per_gather goes no higher */

static WorkerFigures *worker_numbered(Arena *arena, PlanNode *node, int number) {
	for (size_t i = 0; i < node->workers.count; i++)
		if (node->workers.items[i].number == number) return &node->workers.items[i];
	WorkerFigures *worker = list_push(arena, &node->workers);
	*worker = (WorkerFigures){.number = number, .startup_ms = NAN, .total_ms = NAN, .rows = NAN, .loops = NAN};
	return worker;
}

static PlanValue *worker_like(PlanValue *list, const PlanValue *worker) {
	const char *number = value_text(plan_field(worker, "Worker Number")), *other;
	size_t looked_at = 0; /* there are no more workers than that; who claims it may have them twice */
	for (PlanValue *item = list->members.first; item && number && looked_at++ < MOST_WORKERS; item = item->next)
		if ((other = value_text(plan_field(item, "Worker Number"))) && strcmp(other, number) == 0) return item;
	return NULL;
}

static void merge_worker(PlanValue *list, PlanValue *worker) {
	PlanValue *same = worker_like(list, worker);
	worker->next = NULL;
	if (!same) {
		value_append(list, worker);
		return;
	}
	for (PlanValue *field = worker->members.first, *next; field; field = next) {
		next = field->next;
		field->next = NULL;
		if (!field->name || strcmp(field->name, "Worker Number") != 0) value_append(same, field);
	}
}

/* Up to 12 a node has two lists of workers, one with their times and one with their sorts: the number says who is who. */
static void merge_workers(PlanValue *fields) {
	PlanValue *list = NULL, *more = NULL, **link = &fields->members.first;
	while (*link) {
		PlanValue *member = *link;
		bool workers = member->kind == PLAN_LIST && member->name && strcmp(member->name, "Workers") == 0;
		if (!workers || !list) {
			if (workers) list = member;
			fields->members.last = member;
			link = &member->next;
			continue;
		}
		*link = member->next;
		for (PlanValue *worker = member->members.first; worker; worker = more) {
			more = worker->next;
			merge_worker(list, worker);
		}
	}
}

static void take_workers(Arena *arena, PlanNode *node, const PlanValue *list) {
	if (list->kind != PLAN_LIST) return;
	for (const PlanValue *item = list->members.first; item; item = item->next) {
		double number = figure_of(plan_field(item, "Worker Number"));
		if (!(number < MOST_WORKERS)) continue;
		WorkerFigures *worker = worker_numbered(arena, node, (int)number);
		double startup = figure_of(plan_field(item, "Actual Startup Time")), total = figure_of(plan_field(item, "Actual Total Time"));
		double rows = figure_of(plan_field(item, "Actual Rows")), loops = figure_of(plan_field(item, "Actual Loops"));
		if (!isnan(startup)) worker->startup_ms = startup;
		if (!isnan(total)) worker->total_ms = total;
		if (!isnan(rows)) worker->rows = rows;
		if (!isnan(loops)) worker->loops = loops;
	}
}

static double *figure_at(PlanNode *node, const FieldRow *row) {
	return (double *)(void *)((char *)node + row->offset);
}

/* The first of two fields of one name counts. */
static void take_field(Arena *arena, PlanNode *node, const PlanValue *value) {
	const FieldRow *row = value->name ? bsearch(value->name, field_rows, FIELD_ROWS, sizeof *field_rows, by_name) : NULL;
	if (!row) return;
	void *member = (char *)node + row->offset;
	switch (row->kind) {
	case FIELD_TEXT:
		if (!*(const char **)member) *(const char **)member = value_text(value);
		break;
	case FIELD_FLAG: *(bool *)member |= is_true(value); break;
	case FIELD_RUN: node->analyzed = true; /* fall through */
	case FIELD_FIGURE:
		if (isnan(*figure_at(node, row))) *figure_at(node, row) = figure_of(value);
		break;
	case FIELD_WORKERS: take_workers(arena, node, value); break;
	}
}

static void take_fields(Arena *arena, PlanNode *node) {
	for (size_t i = 0; i < FIELD_ROWS; i++)
		if (field_rows[i].kind == FIELD_FIGURE || field_rows[i].kind == FIELD_RUN) *figure_at(node, &field_rows[i]) = NAN;
	for (const PlanValue *value = node->fields->members.first; value; value = value->next) take_field(arena, node, value);
	if (!node->type) node->type = "Unknown";
	node->label = node_label(arena, node);
}

/* ---- the tree ---- */

typedef struct Level {
	PlanNode *parent;
	PlanValue *next; /* the child to come */
} Level;

static PlanNode *add_node(Arena *arena, PlanNode *parent, PlanValue *object) {
	PlanNode *node = ARENA_NEW(arena, PlanNode);
	node->fields = object;
	node->parent = parent;
	if (!parent) return node;
	node->depth = parent->depth + 1;
	if (parent->last_child)
		parent->last_child->next = node;
	else
		parent->first_child = node;
	parent->last_child = node;
	return node;
}

/* Depth first with a stack of our own: a hostile plan nests deeper than ours would bear. */
static void build_nodes(Arena *arena, Plan *plan, PlanValue *root) {
	LIST(Level) levels = {0};
	LIST(PlanNode *) nodes = {0};
	root->next = NULL;
	*list_push(arena, &levels) = (Level){.next = root};
	while (levels.count) {
		Level *level = &levels.items[levels.count - 1];
		PlanValue *object = level->next, *children;
		if (!object) {
			levels.count--;
			continue;
		}
		level->next = object->next;
		object->next = NULL;
		if (object->kind != PLAN_OBJECT || !object->members.first) continue; /* one without fields was cut off */
		PlanNode *node = add_node(arena, level->parent, object);
		*list_push(arena, &nodes) = node;
		node->id = (int)nodes.count;
		while ((children = value_take(object, "Plans")))
			if (children->kind == PLAN_LIST) *list_push(arena, &levels) = (Level){.parent = node, .next = children->members.first};
		merge_workers(object);
		take_fields(arena, node);
	}
	plan->root = nodes.items[0];
	plan->nodes = nodes.items;
	plan->node_count = nodes.count;
	for (size_t i = nodes.count; i--;) { /* children come after their parent */
		PlanNode *node = nodes.items[i];
		node->last = node->last_child ? node->last_child->last : node->id;
	}
}

/* ---- what stands beside the tree ---- */

static void take_triggers(Arena *arena, Plan *plan) {
	const PlanValue *list = plan_field(plan->fields, "Triggers");
	if (!list || list->kind != PLAN_LIST) return;
	for (const PlanValue *item = list->members.first; item; item = item->next) {
		if (item->kind != PLAN_OBJECT) continue;
		*list_push(arena, &plan->triggers) = (TriggerFigures){
		    .name = value_text(plan_field(item, "Trigger Name")),
		    .constraint = value_text(plan_field(item, "Constraint Name")),
		    .relation = value_text(plan_field(item, "Relation")),
		    .time_ms = figure_of(plan_field(item, "Time")),
		    .calls = figure_of(plan_field(item, "Calls")),
		};
	}
}

static double either(const PlanValue *object, const char *name, const char *older) {
	const PlanValue *value = plan_field(object, name);
	return figure_of(value ? value : plan_field(object, older));
}

static void take_summary(Arena *arena, Plan *plan) {
	const PlanValue *fields = plan->fields;
	plan->planning_ms = figure_of(plan_field(fields, "Planning Time"));
	plan->execution_ms = either(fields, "Execution Time", "Total Runtime");
	plan->jit_ms = figure_of(plan_field(plan_field(plan_field(fields, "JIT"), "Timing"), "Total"));
	plan->serialization_ms = figure_of(plan_field(plan_field(fields, "Serialization"), "Time"));
	plan->statement = value_text(plan_field(fields, "Query Text"));
	plan->analyzed = plan->root->analyzed;
	plan->timed = !isnan(plan->root->actual_total_ms);
	plan->buffers = !isnan(plan->root->blocks.shared_hit);
	take_triggers(arena, plan);
}

static bool is_node(const PlanValue *value) {
	const PlanValue *type = plan_field(value, "Node Type");
	return type && type->kind == PLAN_TEXT;
}

Plan *plan_build(Arena *arena, PlanValue *document) {
	PlanValue *root = is_node(document) ? document : NULL;
	if (!root && is_node(plan_field(document, "Plan"))) root = value_take(document, "Plan");
	if (!root) return NULL;
	Plan *plan = ARENA_NEW(arena, Plan);
	plan->fields = root == document ? value_new(arena, PLAN_OBJECT, NULL) : document;
	build_nodes(arena, plan, root);
	take_summary(arena, plan);
	plan_measure(plan);
	return plan;
}
