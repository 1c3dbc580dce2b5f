/* diff_align.c: which nodes of two plans do the same work.
 *
 * From the strictest likeness to the loosest, each time by sorting: nodes that are alike on both sides become pairs in their order. What
 * is left over is looked for on the way up from what it stands on. All of it takes n log n, but for that way, which is short. */
#include "plan/diff_align.h"

#include <stdlib.h>

#include "plan/shape_parts.h"

/* What stands for a node here. */
typedef struct Trait {
	uint64_t role; /* what it is there for: Sort and Incremental Sort are one */
	uint64_t exact; /* what is read below, each partition for itself, what subplans read left out */
	uint64_t set; /* of an outermost join that is left over: the relations below, each once; 0: any other node */
	bool grouped; /* below it rows were grouped: a Sort above is not the one below */
	bool reads; /* a leaf, whose work is told by what it reads */
} Trait;

typedef struct Side {
	const Plan *plan;
	const ShapeMark *marks;
	Trait *traits;
	const PlanNode **other; /* by id - 1: its match; NULL */
} Side;

typedef struct Entry {
	uint64_t key;
	int id;
} Entry;
typedef LIST(Entry) Entries;

static uint64_t text_hash(uint64_t hash, const char *text) {
	return shape_mix_text(hash, text ? text : "", text ? strlen(text) : 0);
}

/* ---- what stands for each node ---- */

static const char *role_name(const PlanNode *node) {
	static const char *const roles[][2] = {
		{"Incremental Sort", "Sort"}, {"Gather Merge", "Gather"}, {"Merge Append", "Append"}, {"Group", "Aggregate"}, {"Unique", "Aggregate"}, {"Memoize", "Materialize"},
		{"BitmapOr", "BitmapAnd"},
	};
	if (node_is_join(node)) return "join";
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
		if (node_is(node, roles[i][0])) return roles[i][1];
	return node->type;
}

static bool is_partial(const PlanNode *node) {
	const char *mode = node_text(node, "Partial Mode");
	return mode && strcmp(mode, "Partial") == 0;
}

static bool is_subplan(const PlanNode *node) {
	return node->subplan || (node->relationship && strcmp(node->relationship, "SubPlan") == 0);
}

/* What a CTE does is done in its place when it is inlined. */
static bool is_apart(const PlanNode *node) {
	return is_subplan(node) && !(node->subplan && strncmp(node->subplan, "CTE ", 4) == 0);
}

static bool groups(const PlanNode *node) {
	return !is_partial(node) && strcmp(role_name(node), "Aggregate") == 0;
}

/* The table of a bitmap is named above it. */
static const PlanNode *reader_of(const PlanNode *node) {
	if (strncmp(node->type, "Bitmap", 6) != 0) return node;
	while (node->parent && !node->relation) node = node->parent;
	return node;
}

static bool is_reader(const PlanNode *node, const ShapeMark *mark) {
	return node_is(node, "Bitmap Index Scan") || (mark->name && (!node->first_child || node_is_scan_of_table(node)) && !node_is(node, "ModifyTable"));
}

/* A table by all its names, whatever number its partitions were given. */
static uint64_t source(const Side *side, const PlanNode *node) {
	const PlanNode *reader = reader_of(node);
	const ShapeMark *mark = &side->marks[reader->id - 1];
	uint64_t hash = text_hash(node_is(node, "Bitmap Index Scan"), reader->relation);
	return text_hash(shape_mix_text(hash, mark->name ? mark->name : "", mark->name_length), reader->cte ? reader->cte : reader->function);
}

static Side side_of(Arena *arena, const Plan *plan) {
	size_t count = plan->node_count;
	Side side = {.plan = plan, .marks = shape_marks(arena, plan), .traits = ARENA_ARRAY(arena, Trait, count), .other = ARENA_ARRAY(arena, const PlanNode *, count)};
	for (size_t i = count; i--;) { /* children come after their parent */
		const PlanNode *node = plan->nodes[i];
		Trait *trait = &side.traits[i];
		trait->role = text_hash(is_partial(node), role_name(node));
		trait->reads = is_reader(node, &side.marks[i]);
		if (!node->parent) continue;
		Trait *above = &side.traits[node->parent->id - 1];
		if (!is_subplan(node)) above->grouped |= trait->grouped || groups(node);
	}
	return side;
}

/* ---- likeness, from the strictest to the loosest; 0: the node has no part in it ---- */

static uint64_t step_key(const Side *side, const PlanNode *node, uint64_t tables) {
	const Trait *trait = &side->traits[node->id - 1];
	bool grouped = trait->grouped && !node_is_join(node); /* joins are told by what they join, wherever it was grouped */
	return shape_mix(shape_mix(trait->role, tables), grouped) | 1;
}

static uint64_t same_index(const Side *side, const PlanNode *node) {
	return side->traits[node->id - 1].reads ? text_hash(source(side, node), node->index) | 1 : 0;
}

static uint64_t same_names(const Side *side, const PlanNode *node) {
	return side->traits[node->id - 1].reads ? source(side, node) | 1 : 0;
}

static uint64_t same_relation(const Side *side, const PlanNode *node) {
	const PlanNode *reader = reader_of(node);
	bool reads = side->traits[node->id - 1].reads && reader->relation;
	return reads ? text_hash(node_is(node, "Bitmap Index Scan"), reader->relation) | 1 : 0;
}

static uint64_t same_alias(const Side *side, const PlanNode *node) {
	const ShapeMark *mark = &side->marks[node->id - 1];
	return side->traits[node->id - 1].reads && !mark->partition ? mark->read : 0;
}

static uint64_t same_label(const Side *side, const PlanNode *node) {
	const Trait *trait = &side->traits[node->id - 1];
	return trait->reads ? 0 : text_hash(step_key(side, node, trait->exact), node->label);
}

static uint64_t same_role(const Side *side, const PlanNode *node) {
	const Trait *trait = &side->traits[node->id - 1];
	return trait->reads ? 0 : step_key(side, node, trait->exact);
}

static uint64_t same_family(const Side *side, const PlanNode *node) {
	const Trait *trait = &side->traits[node->id - 1];
	return trait->reads ? 0 : step_key(side, node, side->marks[node->id - 1].tables);
}

static uint64_t same_set(const Side *side, const PlanNode *node) {
	return side->traits[node->id - 1].set;
}

/* ---- pairing ---- */

static int by_key(const void *one, const void *other) {
	const Entry *a = one, *b = other;
	return a->key != b->key ? (a->key < b->key ? -1 : 1) : a->id - b->id;
}

static Entries entries_of(Arena *arena, const Side *side, uint64_t (*key)(const Side *, const PlanNode *)) {
	Entries entries = {0};
	for (size_t i = 0; i < side->plan->node_count; i++) {
		uint64_t wanted = side->other[i] ? 0 : key(side, side->plan->nodes[i]);
		if (wanted) *list_push(arena, &entries) = (Entry){wanted, (int)i + 1};
	}
	if (entries.count) qsort(entries.items, entries.count, sizeof *entries.items, by_key);
	return entries;
}

static int by_key_alone(const void *one, const void *other) {
	uint64_t a = ((const Entry *)one)->key, b = ((const Entry *)other)->key;
	return a < b ? -1 : a > b;
}

static Entries ctes_of(Arena *arena, const Plan *plan) {
	Entries ctes = {0};
	for (size_t i = 0; i < plan->node_count; i++) {
		const PlanNode *node = plan->nodes[i];
		if (node->subplan && strncmp(node->subplan, "CTE ", 4) == 0) *list_push(arena, &ctes) = (Entry){text_hash(1, node->subplan + 4), node->id};
	}
	if (ctes.count) qsort(ctes.items, ctes.count, sizeof *ctes.items, by_key);
	return ctes;
}

static const Entry *cte_read_by(const Entries *ctes, const PlanNode *node) {
	const Entry wanted = {text_hash(1, node->cte), 0};
	return node->cte && ctes->count ? bsearch(&wanted, ctes->items, ctes->count, sizeof wanted, by_key_alone) : NULL;
}

/* What reads the same is called the same from here on: by the number of the node before. A scan of a CTE, unless the other plan has one,
 * too, reads what the CTE reads; that is known the second time. */
static void sum_up(Arena *arena, Side *side, bool is_before) {
	size_t count = side->plan->node_count;
	const Entries ctes = ctes_of(arena, side->plan);
	uint64_t *of_cte = ARENA_ARRAY(arena, uint64_t, count);
	for (size_t round = 0; round < 1 + (ctes.count > 0); round++) {
		for (size_t i = 0; i < count; i++) side->traits[i].exact = of_cte[i];
		for (size_t i = count; i--;) {
			const PlanNode *node = side->plan->nodes[i], *other = side->other[i];
			Trait *trait = &side->traits[i];
			if (other) trait->exact += shape_mix(7, (uint64_t)(is_before ? node : other)->id);
			else if (side->marks[i].name && !of_cte[i]) trait->exact += source(side, node);
			if (node->parent && !is_subplan(node)) side->traits[node->parent->id - 1].exact += trait->exact;
		}
		for (size_t i = 0; i < count; i++) {
			const Entry *cte = side->other[i] ? NULL : cte_read_by(&ctes, side->plan->nodes[i]);
			if (cte) of_cte[i] = side->traits[cte->id - 1].exact;
		}
	}
}

static void match(Side *before, Side *after, int before_id, int after_id) {
	before->other[before_id - 1] = after->plan->nodes[after_id - 1];
	after->other[after_id - 1] = before->plan->nodes[before_id - 1];
}

static void pair_by(Arena *arena, Side *before, Side *after, uint64_t (*key)(const Side *, const PlanNode *)) {
	Entries ones = entries_of(arena, before, key), others = entries_of(arena, after, key);
	for (size_t i = 0, k = 0; i < ones.count && k < others.count;) {
		uint64_t one = ones.items[i].key, other = others.items[k].key;
		if (one == other) match(before, after, ones.items[i].id, others.items[k].id);
		i += one <= other;
		k += other <= one;
	}
}

static uint64_t set_of(Arena *arena, const Side *side, const PlanNode *top) {
	Entries relations = {0};
	uint64_t set = 1;
	for (int id = top->id; id <= top->last; id++) {
		const PlanNode *node = side->plan->nodes[id - 1];
		if (node->relation) *list_push(arena, &relations) = (Entry){text_hash(1, node->relation), id};
	}
	if (!relations.count) return 0;
	qsort(relations.items, relations.count, sizeof *relations.items, by_key);
	for (size_t i = 0; i < relations.count; i++)
		if (!i || relations.items[i].key != relations.items[i - 1].key) set = shape_mix(set, relations.items[i].key);
	return set;
}

/* A CTE that was read twice is worked out twice where it is inlined: what joins the two is the same join. */
static void know_sets(Arena *arena, Side *side) {
	for (size_t i = 0; i < side->plan->node_count; i++) {
		const PlanNode *node = side->plan->nodes[i];
		if (side->other[i] || !node_is_join(node)) continue;
		side->traits[i].set = set_of(arena, side, node);
		i = (size_t)node->last - 1; /* those below are joins of less */
	}
}

enum { MOST_STEPS = 32 }; /* that may have come in between */

/* A step of that role above a node, before one that has its match; NULL. */
static const PlanNode *step_above(const Side *side, const PlanNode *node, uint64_t role) {
	for (int steps = 0; node->parent && !is_apart(node) && steps < MOST_STEPS; steps++) {
		node = node->parent;
		if (side->other[node->id - 1]) return NULL;
		if (side->traits[node->id - 1].role == role) return node;
	}
	return NULL;
}

/* What is read below may have changed, but what it stands on is there: from the leaves up. A join of other tables is another join. */
static void pair_upwards(Side *before, Side *after) {
	for (size_t i = before->plan->node_count; i--;) {
		const PlanNode *node = before->plan->nodes[i], *found = NULL;
		if (before->other[i] || before->traits[i].reads || node_is_join(node)) continue;
		for (const PlanNode *child = node->first_child; child && !found; child = child->next) {
			const PlanNode *below = child;
			for (int steps = 0; below && !before->other[below->id - 1] && steps < MOST_STEPS; steps++) below = below->first_child;
			const PlanNode *place = below && !is_apart(child) ? before->other[below->id - 1] : NULL;
			if (place) found = step_above(after, place, before->traits[i].role);
		}
		if (found) match(before, after, node->id, found->id);
	}
}

/* A step cannot stand above what it stood below: then it is another one. */
static void part_crossed(Arena *arena, Side *before, Side *after) {
	const PlanNode **above = ARENA_ARRAY(arena, const PlanNode *, after->plan->node_count); /* by id - 1: the match of the next one above that has any */
	for (size_t i = 0; i < after->plan->node_count; i++) {
		const PlanNode *node = after->plan->nodes[i], *parent = node->parent, *was = after->other[i];
		if (parent && !is_subplan(node)) above[i] = after->other[parent->id - 1] ? after->other[parent->id - 1] : above[parent->id - 1];
		bool crossed = was && above[i] && above[i]->id > was->id && above[i]->id <= was->last;
		if (!crossed || after->traits[i].reads) continue;
		after->other[i] = NULL;
		before->other[was->id - 1] = NULL;
	}
}

Alignment diff_align(Arena *arena, const Plan *before, const Plan *after) {
	static uint64_t (*const of_readers[])(const Side *, const PlanNode *) = {same_index, same_names, same_relation, same_alias};
	static uint64_t (*const of_steps[])(const Side *, const PlanNode *) = {same_label, same_role, same_family};
	Side one = side_of(arena, before), other = side_of(arena, after);
	for (size_t i = 0; i < sizeof of_readers / sizeof *of_readers; i++) pair_by(arena, &one, &other, of_readers[i]);
	sum_up(arena, &one, true);
	sum_up(arena, &other, false);
	for (size_t i = 0; i < sizeof of_steps / sizeof *of_steps; i++) pair_by(arena, &one, &other, of_steps[i]);
	know_sets(arena, &one);
	know_sets(arena, &other);
	pair_by(arena, &one, &other, same_set);
	pair_upwards(&one, &other);
	part_crossed(arena, &one, &other);
	return (Alignment){.after = one.other, .before = other.other};
}
