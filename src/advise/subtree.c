/* subtree.c: what a part of a plan needs from the rest of it. */
#include "advise/subtree.h"

#include "sql/mention.h"

const PlanNode *subtree_scan(const Plan *plan, const PlanNode *top, const char *alias) {
	const PlanNode *found = NULL;
	for (int id = top->id; id <= top->last; id++) {
		const PlanNode *node = plan->nodes[id - 1];
		if (!node->relation || (alias && strcmp(node->alias ? node->alias : node->relation, alias) != 0)) continue;
		if (found) return NULL;
		found = node;
	}
	return found;
}

typedef LIST(const char *) NameList;

static size_t place_of(const NameList *names, const char *name) {
	size_t at = 0;
	while (at < names->count && strcmp(names->items[at], name) != 0) at++;
	return at;
}

static size_t add_name(Arena *arena, NameList *names, const char *name) {
	size_t at = place_of(names, name);
	if (at == names->count) *list_push(arena, names) = name;
	return at;
}

/* What columns of it are qualified with; an alias hides the name: two scans of one table are told apart by theirs. */
static const char *name_of(const PlanNode *node) {
	if (node->alias) return node->alias;
	return node->relation ? node->relation : node->cte ? node->cte : node->function;
}

static bool ends_in_any(const char *name, const char *const *ends) {
	for (; *ends; ends++) {
		size_t length = strlen(name), end = strlen(*ends);
		if (length >= end && strcmp(name + length - end, *ends) == 0) return true;
	}
	return false;
}

/* Of the fields whose names end so; texts and lists of them. True when they hold a parameter. */
static bool add_fields(Arena *arena, NameList *names, const PlanNode *node, const char *const *ends) {
	MentionList mentions = {0};
	for (const PlanValue *field = node->fields ? node->fields->members.first : NULL; field; field = field->next) {
		if (!field->name || !ends_in_any(field->name, ends)) continue;
		if (field->kind == PLAN_TEXT) mentions_add(arena, &mentions, field->text);
		for (const PlanValue *item = field->kind == PLAN_LIST ? field->members.first : NULL; item; item = item->next)
			if (item->kind == PLAN_TEXT) mentions_add(arena, &mentions, item->text);
	}
	for (size_t i = 0; i < mentions.count; i++)
		if (mentions.items[i].qualifier) add_name(arena, names, mentions.items[i].qualifier);
	return mentions.parameter;
}

bool subtree_stands_alone(Arena *arena, const Plan *plan, const PlanNode *top) {
	static const char *const expressions[] = {" Cond", "Filter", " Key", "Output", "Function Call", "Order By", NULL};
	NameList inside = {0}, mentioned = {0};
	for (int id = top->id; id <= top->last; id++) {
		const char *name = name_of(plan->nodes[id - 1]);
		if (name) add_name(arena, &inside, name);
		if (add_fields(arena, &mentioned, plan->nodes[id - 1], expressions)) return false;
	}
	for (size_t i = 0; i < mentioned.count; i++)
		if (place_of(&inside, mentioned.items[i]) == inside.count) return false;
	return true;
}

/* ---- chains of conditions ---- */

typedef struct Grouping {
	Arena *arena;
	NameList names;
	LIST(size_t) groups; /* of the names: the place of the first name in it */
} Grouping;

static size_t group_add(Grouping *all, const char *name) {
	size_t at = add_name(all->arena, &all->names, name);
	if (at == all->groups.count) *list_push(all->arena, &all->groups) = at;
	return at;
}

static void group_join(Grouping *all, size_t one, size_t other) {
	size_t kept = all->groups.items[one], gone = all->groups.items[other];
	for (size_t i = 0; kept != gone && i < all->groups.count; i++)
		if (all->groups.items[i] == gone) all->groups.items[i] = kept;
}

const size_t *plan_groups(Arena *arena, const Plan *plan) {
	static const char *const conditions[] = {" Cond", "Filter", "Cache Key", NULL};
	Grouping all = {.arena = arena};
	for (size_t i = 0; i < plan->node_count; i++) {
		NameList mentioned = {0};
		add_fields(arena, &mentioned, plan->nodes[i], conditions);
		const char *own = name_of(plan->nodes[i]); /* a scan's own columns stand without qualifier */
		size_t first = own ? group_add(&all, own) : mentioned.count ? group_add(&all, mentioned.items[0]) : 0;
		for (size_t k = 0; k < mentioned.count; k++) group_join(&all, first, group_add(&all, mentioned.items[k]));
	}
	size_t *groups = ARENA_ARRAY(arena, size_t, plan->node_count), *firsts = ARENA_ARRAY(arena, size_t, all.names.count + 1);
	for (size_t i = 0; i < plan->node_count; i++) {
		const char *own = name_of(plan->nodes[i]);
		size_t *first = own ? &firsts[all.groups.items[place_of(&all.names, own)]] : NULL;
		if (first && !*first) *first = i + 1;
		if (first) groups[i] = *first;
	}
	return groups;
}
