/* same_plan.h: what JSON and TEXT say of one and the same run makes the same plan, as far as TEXT says it. */
#ifndef TESTS_SAME_PLAN_H
#define TESTS_SAME_PLAN_H

#include <stdio.h>

#include "plan/plan.h"
#include "plan/value.h"

/* Who asks counts what differs; every difference is told. */
typedef struct Differences {
	const char *where; /* told with each */
	size_t count;
} Differences;

static inline void differs(Differences *found, const PlanNode *node, const char *what, const char *json, const char *text) {
	found->count++;
	fprintf(stderr, "%s: node %d, %s: %s is %s in JSON, %s in TEXT\n", found->where, node ? node->id : 0, node ? node->label : "the statement", what,
	        json ? json : "nothing", text ? text : "nothing");
}

static inline bool is_among(const char *name, const char *const *names) {
	for (; *names; names++)
		if (strcmp(*names, name) == 0) return true;
	return false;
}

/* What TEXT has no words for, or says in a line that stands for something else, too, or only when VERBOSE. */
static inline bool text_is_silent(const char *name) {
	static const char *const names[] = {"Grouping Sets", "Target Tables", "Parent Relationship", "Relation", "Trigger Name", "Inner Unique", NULL};
	return is_among(name, names);
}

/* TEXT leaves out what is zero, false or nothing, and what goes without saying. */
static inline bool goes_without_saying(const PlanValue *value) {
	if (value->kind == PLAN_TEXT) return !*value->text || strcmp(value->text, "Simple") == 0 || strcmp(value->text, "Forward") == 0 || strcmp(value->text, "Inner") == 0;
	if (value->kind == PLAN_LIST || value->kind == PLAN_OBJECT) {
		for (const PlanValue *member = value->members.first; member; member = member->next)
			if (!(member->name && strcmp(member->name, "Worker Number") == 0) && !goes_without_saying(member)) return false;
		return true;
	}
	if (value->kind == PLAN_BOOL) return !value->boolean;
	return value->kind == PLAN_NULL || !(fabs(value_real(value)) > 0);
}

static inline void same_members(Differences *found, const PlanNode *node, const char *name, const PlanValue *json, const PlanValue *text);

static inline void same_value(Differences *found, const PlanNode *node, const char *name, const PlanValue *json, const PlanValue *text) {
	/* Until 13 the children of an INSERT and its like were members; TEXT does not say which version it is of. */
	if (node && node->parent && node_is(node->parent, "ModifyTable") && strcmp(name, "Parent Relationship") == 0) return;
	const char *said = value_text(json), *read = value_text(text);
	double figure = value_real(json), other = value_real(text);
	if (json->kind == PLAN_LIST || json->kind == PLAN_OBJECT) {
		if (text->kind == json->kind)
			same_members(found, node, name, json, text);
		else
			differs(found, node, name, "a list or an object", read);
	} else if (isnan(figure) || isnan(other) ? !said || !read || strcmp(said, read) != 0 : fabs(figure - other) > 1e-9) {
		differs(found, node, name, said, read);
	}
}

static inline const PlanValue *nth_member(const PlanValue *list, size_t nth) {
	const PlanValue *member = list->members.first;
	while (member && nth--) member = member->next;
	return member;
}

/* 15 and 16 call the times of shared and local blocks "I/O Read Time" here and "shared read" there. */
static inline const PlanValue *namesake(const PlanValue *object, const char *name) {
	static const char shared[] = "Shared ";
	const PlanValue *value = plan_field(object, name);
	char longer[64];
	snprintf(longer, sizeof longer, "%s%s", shared, name);
	bool times = strncmp(name, "I/O ", 4) == 0, said = strncmp(name, "Shared I/O ", 11) == 0;
	return value ? value : times ? plan_field(object, longer) : said ? plan_field(object, name + sizeof shared - 1) : NULL;
}

static inline void same_members(Differences *found, const PlanNode *node, const char *name, const PlanValue *json, const PlanValue *text) {
	size_t nth = 0;
	for (const PlanValue *member = json->members.first; member; member = member->next, nth++) {
		const PlanValue *other = json->kind == PLAN_LIST ? nth_member(text, nth) : namesake(text, member->name);
		if (other)
			same_value(found, node, member->name ? member->name : name, member, other);
		else if (!(member->name && text_is_silent(member->name)) && !goes_without_saying(member))
			differs(found, node, member->name ? member->name : name, value_text(member) ? value_text(member) : "something", NULL);
	}
	nth = 0;
	for (const PlanValue *member = text->members.first; member; member = member->next, nth++) {
		static const char *const grouping[] = {"Group Key", "Hash Key", "Sort Key", NULL};
		if (json->kind == PLAN_LIST ? nth_member(json, nth) != NULL : namesake(json, member->name) != NULL) continue;
		if (member->name && (text_is_silent(member->name) || (is_among(member->name, grouping) && plan_field(json, "Grouping Sets")))) continue;
		if (member->name && strcmp(member->name, "Function Name") == 0 && plan_field(json, "Alias")) continue; /* of ROWS FROM there is only an alias */
		if (!goes_without_saying(member)) differs(found, node, member->name ? member->name : name, NULL, value_text(member) ? value_text(member) : "something");
	}
}

static inline void same_figure(Differences *found, const PlanNode *node, const char *what, double json, double text) {
	if ((isnan(json) && isnan(text)) || fabs(json - text) <= 1e-6 * fmax(1, fabs(json))) return;
	char figures[2][32];
	snprintf(figures[0], sizeof figures[0], "%.6f", json);
	snprintf(figures[1], sizeof figures[1], "%.6f", text);
	differs(found, node, what, figures[0], figures[1]);
}

static inline void same_text(Differences *found, const PlanNode *node, const char *what, const char *json, const char *text) {
	if (json != text && (!json || !text || strcmp(json, text) != 0)) differs(found, node, what, json, text);
}

/* Blocks of a plan that touched none: TEXT says nothing of them, and so does a plan without BUFFERS. */
static inline void same_blocks(Differences *found, const PlanNode *node, const char *what, double json, double text) {
	same_figure(found, node, what, isnan(json) ? 0 : json, isnan(text) ? 0 : text);
}

static inline void same_measure(Differences *found, const PlanNode *node, const NodeMeasure *json, const NodeMeasure *text) {
	same_figure(found, node, "total_ms", json->total_ms, text->total_ms);
	same_figure(found, node, "self_ms", json->self_ms, text->self_ms);
	same_figure(found, node, "self_share", json->self_share, text->self_share);
	same_figure(found, node, "self_cost", json->self_cost, text->self_cost);
	same_figure(found, node, "rows_actual", json->rows_actual, text->rows_actual);
	same_figure(found, node, "rows_removed", json->rows_removed, text->rows_removed);
	if (!isnan(json->misestimate)) same_figure(found, node, "misestimate", json->misestimate, text->misestimate); /* "Inner Unique" exempts */
	same_figure(found, node, "participants", json->participants, text->participants);
	same_blocks(found, node, "own blocks hit", json->self_blocks.shared_hit, text->self_blocks.shared_hit);
	same_blocks(found, node, "own blocks read", json->self_blocks.shared_read, text->self_blocks.shared_read);
	same_blocks(found, node, "own blocks written", json->self_blocks.temp_written, text->self_blocks.temp_written);
	same_blocks(found, node, "own time of reading", json->self_blocks.shared_read_ms, text->self_blocks.shared_read_ms);
	same_blocks(found, node, "own WAL", json->self_blocks.wal_bytes, text->self_blocks.wal_bytes);
}

static inline void same_node(Differences *found, const PlanNode *json, const PlanNode *text) {
	same_text(found, json, "label", json->label, text->label);
	same_text(found, json, "subplan", json->subplan, text->subplan);
	same_figure(found, json, "parent", json->parent ? json->parent->id : 0, text->parent ? text->parent->id : 0);
	same_members(found, json, "field", json->fields, text->fields);
	same_measure(found, json, &json->measure, &text->measure);
}

/* `text` is measured again with the time JSON tells of the statement: a log has another one. */
static inline void same_plan(Differences *found, const Plan *json, Plan *text) {
	static const char *const beside[] = {"Triggers", "JIT", "Settings", "Query Identifier"};
	text->execution_ms = json->execution_ms;
	plan_measure(text);
	if (json->node_count != text->node_count) {
		same_figure(found, NULL, "nodes", (double)json->node_count, (double)text->node_count);
		return;
	}
	for (size_t i = 0; i < json->node_count; i++) same_node(found, json->nodes[i], text->nodes[i]);
	for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
		const PlanValue *said = plan_field(json->fields, beside[i]), *read = plan_field(text->fields, beside[i]);
		if (said && read)
			same_value(found, NULL, beside[i], said, read);
		else if (said ? !goes_without_saying(said) : read != NULL)
			differs(found, NULL, beside[i], said ? "something" : NULL, read ? "something" : NULL);
	}
	same_figure(found, NULL, "triggers", json->other.triggers_ms, text->other.triggers_ms);
	same_figure(found, NULL, "JIT", json->other.jit_ms, text->other.jit_ms);
	same_figure(found, NULL, "unaccounted", json->unaccounted_ms, text->unaccounted_ms);
}

#endif
