/* shape.c: whether two plans of a statement do the same, and where they part: scans, joins, then everything else. */
#include "plan/shape.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "plan/shape_parts.h"

/* ---- the whole ---- */

uint64_t plan_shape(const Plan *plan) {
	Arena *scratch = arena_new();
	uint64_t shape = plan->node_count ? shape_marks(scratch, plan)[0].shape : 0;
	arena_free(scratch);
	return shape;
}

bool plan_hides_partitions(const Plan *plan) {
	for (size_t i = 0; i < plan->node_count; i++)
		if (shape_appends(plan->nodes[i]) && !plan->nodes[i]->first_child) return true;
	return false;
}

/* ---- side by side ---- */

enum { MOST_DIFFERENCES = 20 };

/* One of the plans, its nodes of one sort in the order of what they are compared by. */
typedef struct Side {
	const Plan *plan;
	const ShapeMark *marks;
} Side;

typedef struct Entry {
	uint64_t key; /* equal where they do the same work: of a scan its table, of a join its tables, else the node's own shape */
	uint64_t how; /* equal where they do it the same way */
	const PlanNode *node;
} Entry;
typedef LIST(Entry) Entries;

typedef struct Comparing {
	Arena *arena;
	Side before, after;
	ShapeDifferences found;
} Comparing;

static bool is_scan(const Side *side, const PlanNode *node) {
	return node_is_scan_of_table(node) || (side->marks[node->id - 1].name && !node->first_child);
}

static bool is_join(const Side *side, const PlanNode *node) {
	(void)side;
	return node_is_join(node);
}

/* What a scan, a join or an Append brings along, and what the kind of a node says already. */
static bool is_step(const Side *side, const PlanNode *node) {
	static const char *const part_of_others[] = {"Bitmap Index Scan", "BitmapAnd", "BitmapOr", "Hash", NULL};
	return !node_is_any(node, part_of_others) && !is_scan(side, node) && !is_join(side, node) && !shape_appends(node);
}

/* ---- what is compared ---- */

/* What subplans hang on a scan are compared by themselves; the bitmap below one is how it reads. */
static Entry scan_entry(const Side *side, const PlanNode *node) {
	const ShapeMark *mark = &side->marks[node->id - 1];
	uint64_t how = mark->own;
	for (const PlanNode *child = node->first_child; child; child = child->next)
		if (strncmp(child->type, "Bitmap", 6) == 0) how = how * 31 + side->marks[child->id - 1].shape;
	return (Entry){mark->read, how, node};
}

static Entry join_entry(const Side *side, const PlanNode *node) {
	const ShapeMark *mark = &side->marks[node->id - 1];
	uint64_t outer = node->first_child ? side->marks[node->first_child->id - 1].tables : 0;
	return (Entry){mark->tables, mark->own * 31 + outer, node};
}

static Entry step_entry(const Side *side, const PlanNode *node) {
	return (Entry){side->marks[node->id - 1].own, 0, node};
}

static int by_key(const void *one, const void *other) {
	const Entry *a = one, *b = other;
	if (a->key != b->key) return a->key < b->key ? -1 : 1;
	if (a->how != b->how) return a->how < b->how ? -1 : 1;
	return a->node->id - b->node->id;
}

/* Partitions that are read alike are one; of steps each counts. */
static Entries entries_of(Comparing *c, const Side *side, bool (*wanted)(const Side *, const PlanNode *), Entry (*entry)(const Side *, const PlanNode *), bool each) {
	Entries entries = {0};
	for (size_t i = 0; i < side->plan->node_count; i++)
		if (wanted(side, side->plan->nodes[i])) *list_push(c->arena, &entries) = entry(side, side->plan->nodes[i]);
	if (entries.count) qsort(entries.items, entries.count, sizeof *entries.items, by_key);
	size_t kept = 0;
	for (size_t i = 0; i < entries.count; i++) {
		const Entry *last = kept ? &entries.items[kept - 1] : NULL;
		if (each || !last || last->key != entries.items[i].key || last->how != entries.items[i].how) entries.items[kept++] = entries.items[i];
	}
	entries.count = kept;
	return entries;
}

/* ---- what they do, in words ---- */

static const char *table_words(Comparing *c, const Side *side, const PlanNode *node) {
	const ShapeMark *mark = &side->marks[node->id - 1];
	const char *alias = mark->name ? arena_copy_n(c->arena, mark->name, mark->name_length) : "", *relation = node->relation;
	bool both = relation && strcmp(relation, alias) != 0 && !mark->partition;
	return utf8_clean(c->arena, both ? arena_printf(c->arena, "%s %s", relation, alias) : alias);
}

static const char *index_words(Comparing *c, const PlanNode *scan) {
	const char *words = scan->index;
	for (const PlanNode *child = scan->first_child; child && !words; child = child->first_child)
		for (const PlanNode *each = child->index ? child : child->first_child; each; each = each->next)
			if (each->index && node_is(each, "Bitmap Index Scan")) words = words ? arena_printf(c->arena, "%s and %s", words, each->index) : each->index;
	return words;
}

static const char *scan_words(Comparing *c, const PlanNode *node) {
	const char *index = index_words(c, node);
	if (!index) return utf8_clean(c->arena, node->label);
	bool whole = node->index && !plan_field(node->fields, "Index Cond");
	return utf8_clean(c->arena, arena_printf(c->arena, "%s using %s%s", node->label, index, whole ? " from end to end" : ""));
}

static const char *first_table(Comparing *c, const Side *side, const PlanNode *top) {
	for (size_t i = (size_t)top->id - 1; i < side->plan->node_count; i++) {
		const PlanNode *node = side->plan->nodes[i];
		if (i >= (size_t)top->id && node->depth <= top->depth) break;
		if (is_scan(side, node)) return table_words(c, side, node);
	}
	return "?";
}

/* "Hash Join of orders o to customers c": the first table of each side names it. */
static const char *join_words(Comparing *c, const Side *side, const PlanNode *node) {
	const PlanNode *outer = node->first_child, *inner = outer ? outer->next : NULL;
	const char *label = utf8_clean(c->arena, node->label);
	if (!inner) return label;
	return arena_printf(c->arena, "%s of %s to %s", label, first_table(c, side, outer), first_table(c, side, inner));
}

static void add(Comparing *c, ShapeDifference difference) {
	*list_push(c->arena, &c->found) = difference;
}

static void add_scan(Comparing *c, const PlanNode *before, const PlanNode *after) {
	add(c, (ShapeDifference){
		.part = SHAPE_SCAN,
		.what = table_words(c, after ? &c->after : &c->before, after ? after : before),
		.before = before ? scan_words(c, before) : NULL,
		.after = after ? scan_words(c, after) : NULL,
		.before_node = before,
		.after_node = after,
	});
}

static void add_join(Comparing *c, const PlanNode *before, const PlanNode *after) {
	add(c, (ShapeDifference){
		.part = before && after ? SHAPE_JOIN : SHAPE_ORDER,
		.before = before ? join_words(c, &c->before, before) : NULL,
		.after = after ? join_words(c, &c->after, after) : NULL,
		.before_node = before,
		.after_node = after,
	});
}

static const char *step_words(Comparing *c, const PlanNode *node) {
	return node ? utf8_clean(c->arena, node->label) : NULL;
}

static void add_step(Comparing *c, const PlanNode *before, const PlanNode *after) {
	add(c, (ShapeDifference){.part = SHAPE_STEP, .before = step_words(c, before), .after = step_words(c, after), .before_node = before, .after_node = after});
}

/* ---- what differs ---- */

/* Of what both do otherwise a pair; of what one does alone that one. */
static void walk(Comparing *c, const Entries *before, const Entries *after, void (*differ)(Comparing *, const PlanNode *, const PlanNode *)) {
	size_t i = 0, k = 0;
	while ((i < before->count || k < after->count) && c->found.count < MOST_DIFFERENCES) {
		const Entry *one = i < before->count ? &before->items[i] : NULL, *other = k < after->count ? &after->items[k] : NULL;
		bool first = one && (!other || one->key < other->key), second = other && (!one || other->key < one->key);
		bool pair = !first && !second;
		if (!pair || one->how != other->how) differ(c, second ? NULL : one->node, first ? NULL : other->node);
		i += !second;
		k += !first;
	}
}

static void compare(Comparing *c, bool (*wanted)(const Side *, const PlanNode *), Entry (*entry)(const Side *, const PlanNode *), bool each,
                    void (*differ)(Comparing *, const PlanNode *, const PlanNode *)) {
	Entries before = entries_of(c, &c->before, wanted, entry, each), after = entries_of(c, &c->after, wanted, entry, each);
	walk(c, &before, &after, differ);
}

/* They do the same to the same tables, but not in the same places. */
static void tell_first(Comparing *c) {
	const Plan *one = c->before.plan, *other = c->after.plan;
	for (size_t i = 0; i < one->node_count && i < other->node_count; i++)
		if (c->before.marks[i].own != c->after.marks[i].own) {
			add_step(c, one->nodes[i], other->nodes[i]);
			return;
		}
	add_step(c, one->root, other->root);
}

ShapeDifferences plan_shape_differences(Arena *arena, const Plan *before, const Plan *after) {
	Comparing c = {.arena = arena, .before = {before, shape_marks(arena, before)}, .after = {after, shape_marks(arena, after)}};
	if (!before->node_count || !after->node_count || c.before.marks[0].shape == c.after.marks[0].shape) return c.found;
	compare(&c, is_scan, scan_entry, false, add_scan);
	compare(&c, is_join, join_entry, false, add_join);
	compare(&c, is_step, step_entry, true, add_step);
	if (!c.found.count) tell_first(&c);
	return c.found;
}

/* ---- workers ---- */

static const char *past(const char *text, const char *word) {
	size_t len = strlen(word);
	return strncmp(text, word, len) == 0 ? text + len : NULL;
}

static bool for_workers(const char *step) {
	return past(step, "Gather") || past(step, "Partial ") || past(step, "Finalize ");
}

/* An Aggregate on one side, a Partial and a Finalize Aggregate on the other. */
static bool is_divided(const ShapeDifferences *all, const char *step) {
	for (size_t i = 0; i < all->count; i++) {
		const char *other = all->items[i].before ? all->items[i].before : all->items[i].after, *rest = past(other, "Partial ");
		if (all->items[i].part == SHAPE_STEP && rest && strcmp(rest, step) == 0) return true;
	}
	return false;
}

static const char *alone(const char *text) {
	const char *rest = past(text, "Parallel ");
	return rest ? rest : text;
}

bool shape_differs_in_workers_only(const ShapeDifferences *differences) {
	for (size_t i = 0; i < differences->count; i++) {
		const ShapeDifference *d = &differences->items[i];
		bool pair = d->before && d->after;
		const char *step = d->before ? d->before : d->after;
		if (pair && strcmp(alone(d->before), alone(d->after)) == 0) continue;
		if (!pair && d->part == SHAPE_STEP && (for_workers(step) || is_divided(differences, step))) continue;
		return false;
	}
	return true;
}

/* ---- in words ---- */

const char *shape_difference_words(Arena *arena, const ShapeDifference *d) {
	if (d->part == SHAPE_SCAN && d->before && d->after) return arena_printf(arena, "%s by %s, not %s", d->what, d->after, d->before);
	if (d->part == SHAPE_SCAN && d->after) return arena_printf(arena, "%s is read too, by %s", d->what, d->after);
	if (d->part == SHAPE_SCAN) return arena_printf(arena, "%s is not read", d->what);
	if (d->before && d->after) return arena_printf(arena, "%s, not %s", d->after, d->before);
	return d->after ? arena_printf(arena, "with %s", d->after) : arena_printf(arena, "without %s", d->before);
}
