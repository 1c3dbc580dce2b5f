/* index_search.c: the few indexes of a pool that a statement is best served with. */
#include "advise/index_search.h"

#define EQUAL_COST 1.01 /* the planner itself takes costs this near for the same */
#define STRONG_SHARE 0.25 /* of the statement's cost is spent on one table */
#define SPENT_ON_POOL 0.4 /* of the budget: the rest is for finding out what can be done without */
enum { LEAST_AT_ONCE = 20 };

typedef struct IndexSet {
	PoolIndex *items;
	size_t count, room;
} IndexSet;

typedef enum Stage {
	ALL, /* of the pool, as many at once as the planner can bear, with the best of those before */
	TRIMMED, /* those used, and of them what is used */
	PLAIN, /* the same, nothing carried along */
	WITHOUT, /* each in turn */
	WEAKER, /* without those already found weak, and one more */
	ALONE, /* the one that is worth most */
	OVER
} Stage;

struct IndexSearch {
	Arena *arena;
	const IndexPool *pool;
	double cost_as_is, min_gain;
	bool include;
	size_t at_once, from, seen; /* of the pool: in one question; in this one */
	bool own_only; /* without what rules have proposed */
	Stage stage;
	IndexSet set, cut; /* the best so far; and what the planner searched by of it */
	double cost; /* with it */
	double *without; /* by place in the set; NaN: not known */
	bool *fresh; /* asked with just the others that are in the set now */
	size_t at; /* WITHOUT, WEAKER, ALONE: the one in question */
	IndexSet trial; /* being asked about */
	double cost_alone; /* with the first of the set only */
	IndexTexts texts; /* one an index of the trial */
	IndexSearchResult result;
};

/* ---- sets ---- */

static void set_add(IndexSearch *search, IndexSet *set, const PoolIndex *index) {
	for (size_t i = 0; i < set->count; i++)
		if (index_same(&set->items[i].index, &index->index)) return;
	*list_push(search->arena, set) = *index;
}

static IndexSet set_without(IndexSearch *search, const IndexSet *set, size_t at) {
	IndexSet rest = {0};
	for (size_t i = 0; i < set->count; i++)
		if (i != at) set_add(search, &rest, &set->items[i]);
	return rest;
}

static bool sets_same(const IndexSet *one, const IndexSet *other) {
	if (one->count != other->count) return false;
	for (size_t i = 0; i < one->count; i++)
		if (!index_same(&one->items[i].index, &other->items[i].index)) return false;
	return true;
}

static bool worth_it(const IndexSearch *search, double with, double without) {
	return without - with >= search->min_gain * without;
}

/* ---- what a plan uses ---- */

typedef struct Usage {
	bool used, index_only;
	size_t searched; /* its first so many keys */
} Usage;

static bool mentions(const PredicateList *conditions, const char *column) {
	for (size_t i = 0; i < conditions->count; i++) {
		const Operand *sides[] = {&conditions->items[i].left, &conditions->items[i].right};
		for (size_t s = 0; s < 2; s++)
			for (size_t c = 0; c < sides[s]->column_count; c++)
				if (strcmp(sides[s]->columns[c].column, column) == 0) return true;
	}
	return false;
}

static void note_usage(IndexSearch *search, Usage *usage, const PlanNode *node, const IndexAdvice *index) {
	PredicateList conditions = node_conditions(search->arena, node, "Index Cond");
	usage->used = true;
	usage->index_only = usage->index_only || node_is(node, "Index Only Scan");
	for (size_t i = 0; i < index->column_count; i++) {
		const char *column = index_key_read(search->arena, index->columns[i]).column;
		if (!column || mentions(&conditions, column)) usage->searched = usage->searched > i + 1 ? usage->searched : i + 1;
	}
}

static Usage *usages_in(IndexSearch *search, const Plan *plan, const char *const *names) {
	Usage *usages = ARENA_ARRAY(search->arena, Usage, search->trial.count + 1);
	for (size_t i = 0; i < plan->node_count; i++) {
		const PlanNode *node = plan->nodes[i];
		for (size_t t = 0; node->index && names && t < search->trial.count; t++)
			if (names[t] && strcmp(names[t], node->index) == 0) note_usage(search, &usages[t], node, &search->trial.items[t].index);
	}
	return usages;
}

static IndexSet used_of_trial(IndexSearch *search, const Usage *usages) {
	IndexSet used = {0};
	for (size_t i = 0; i < search->trial.count; i++)
		if (usages[i].used) set_add(search, &used, &search->trial.items[i]);
	return used;
}

/* ---- cutting off what is not used ---- */

static bool in_an_order(const ScanUse *use, const IndexKey *key) {
	for (size_t r = 0; r < use->orders.count; r++)
		for (size_t i = 0; i < use->orders.items[r].count; i++)
			if (index_key_same(&use->orders.items[r].items[i], key)) return true;
	return false;
}

/* Behind the keys searched by, those that may keep an order. */
static size_t keys_kept(IndexSearch *search, const PoolIndex *pooled, const Usage *usage) {
	size_t kept = usage->searched;
	while (kept < pooled->index.column_count) {
		IndexKey key = index_key_read(search->arena, pooled->index.columns[kept]);
		if (!in_an_order(pooled->use, &key)) break;
		kept++;
	}
	return kept ? kept : 1;
}

static PoolIndex trimmed(IndexSearch *search, const PoolIndex *pooled, const Usage *usage) {
	PoolIndex cut = *pooled;
	const IndexAdvice *whole = &pooled->index;
	if (!pooled->use || whole->name) return cut; /* a rule's: it knows what each part is for */
	cut.index.column_count = keys_kept(search, pooled, usage);
	cut.index.include = NULL;
	cut.index.include_count = 0;
	if (usage->index_only && !search->include) return *pooled; /* every key is read */
	if (usage->index_only) {
		size_t keys = whole->column_count - cut.index.column_count, count = keys + whole->include_count;
		cut.index.include = ARENA_ARRAY(search->arena, const char *, count + 1);
		for (size_t i = 0; i < count; i++)
			cut.index.include[i] = i < keys ? index_key_read(search->arena, whole->columns[cut.index.column_count + i]).text
			                                : whole->include[i - keys];
		cut.index.include_count = count;
	}
	return index_is_idle(search->arena, pooled->use->scan->table, &cut.index) ? *pooled : cut;
}

/* Keys only, and another one's begin with them. */
static bool front_of_another(const IndexSet *set, size_t at) {
	const IndexAdvice *index = &set->items[at].index;
	for (size_t i = 0; i < set->count; i++) {
		const IndexAdvice *other = &set->items[i].index;
		bool longer = other->column_count > index->column_count || (other->column_count == index->column_count && other->include_count);
		if (i != at && longer && !index->include_count && !index->where && index_begins_with(other, index)) return true;
	}
	return false;
}

static IndexSet without_fronts(IndexSearch *search, const IndexSet *set) {
	IndexSet kept = {0};
	for (size_t i = 0; i < set->count; i++)
		if (!front_of_another(set, i)) set_add(search, &kept, &set->items[i]);
	return kept;
}

static IndexSet trimmed_set(IndexSearch *search, const Usage *usages) {
	IndexSet cut = {0};
	for (size_t i = 0; i < search->trial.count; i++) {
		PoolIndex one = search->trial.items[i];
		if (usages[i].used) one = trimmed(search, &search->trial.items[i], &usages[i]);
		if (usages[i].used) set_add(search, &cut, &one);
	}
	return without_fronts(search, &cut);
}

/* Nothing carried along; what then only repeats an existing index is left out. */
static IndexSet plain_set(IndexSearch *search) {
	IndexSet plain = {0};
	for (size_t i = 0; i < search->set.count; i++) {
		PoolIndex one = search->set.items[i];
		bool carried = one.index.include_count > 0;
		one.index.include_count = 0;
		if (carried && one.use && index_is_idle(search->arena, one.use->scan->table, &one.index)) continue;
		set_add(search, &plain, &one);
	}
	return without_fronts(search, &plain);
}

/* ---- from stage to stage ---- */

static void ask(IndexSearch *search, Stage stage, IndexSet trial) {
	search->stage = stage;
	search->trial = trial;
	search->texts.count = 0;
	for (size_t i = 0; i < trial.count; i++) *list_push(search->arena, &search->texts) = index_pretend_sql(search->arena, &trial.items[i].index);
}

static void settle(IndexSearch *search, IndexSet set, double cost) {
	search->set = set;
	search->cost = cost;
	search->without = ARENA_ARRAY(search->arena, double, set.count + 1);
	search->fresh = ARENA_ARRAY(search->arena, bool, set.count + 1);
	for (size_t i = 0; i < set.count; i++) search->without[i] = NAN;
}

/* The place with the largest cost without it, or the least; the set is never empty. */
static size_t place_of(const IndexSearch *search, bool largest) {
	size_t best = 0;
	for (size_t i = 1; i < search->set.count; i++)
		if (largest ? search->without[i] > search->without[best] : search->without[i] < search->without[best]) best = i;
	return best;
}

static void take_out(IndexSearch *search, size_t at, double cost) {
	search->set = set_without(search, &search->set, at);
	search->cost = cost;
	for (size_t i = at; i < search->set.count; i++) search->without[i] = search->without[i + 1];
	for (size_t i = 0; i < search->set.count; i++) search->fresh[i] = false;
}

static void move_first(IndexSearch *search, size_t at) {
	PoolIndex moved = search->set.items[at];
	double without = search->without[at];
	bool fresh = search->fresh[at];
	for (; at; at--) {
		search->set.items[at] = search->set.items[at - 1];
		search->without[at] = search->without[at - 1];
		search->fresh[at] = search->fresh[at - 1];
	}
	search->set.items[0] = moved;
	search->without[0] = without;
	search->fresh[0] = fresh;
}

/* Of two, what one does alone is what there is without the other. */
static void look_at_first(IndexSearch *search) {
	search->stage = OVER;
	search->cost_alone = search->cost;
	if (search->set.count < 2) return;
	move_first(search, place_of(search, true));
	search->cost_alone = search->without[1];
	if (search->set.count > 2 || !search->fresh[1]) ask(search, ALONE, (IndexSet){.items = search->set.items, .count = 1});
}

/* Takes out what is not worth it, the weakest first. A cost asked for while more indexes were there is a lower bound. */
static void look_at_weakest(IndexSearch *search) {
	while (search->set.count > 1) {
		size_t at = place_of(search, false);
		if (worth_it(search, search->cost, search->without[at])) break;
		if (!search->fresh[at]) {
			search->at = at;
			ask(search, WEAKER, set_without(search, &search->set, at));
			return;
		}
		take_out(search, at, search->without[at]);
	}
	look_at_first(search);
}

/* What the plan as it is spends on the table. */
static double cost_of_table(const IndexSearch *search, const PoolIndex *pooled) {
	double cost = 0;
	for (size_t i = 0; pooled->use && i < search->pool->uses.count; i++) {
		const Scan *scan = search->pool->uses.items[i].scan, *own = pooled->use->scan;
		if (scan->table == own->table) cost += scan->self_cost;
	}
	return cost;
}

/* An index on the table that most is spent on stays for sure: one question less. */
static void mark_strongest(IndexSearch *search) {
	size_t best = 0;
	for (size_t i = 1; i < search->set.count; i++)
		if (cost_of_table(search, &search->set.items[i]) > cost_of_table(search, &search->set.items[best])) best = i;
	if (!(cost_of_table(search, &search->set.items[best]) >= STRONG_SHARE * search->cost_as_is)) return;
	search->without[best] = INFINITY;
	search->fresh[best] = true;
}

static void look_at_each(IndexSearch *search) {
	while (search->at < search->set.count && !isnan(search->without[search->at])) search->at++;
	if (search->at < search->set.count) ask(search, WITHOUT, set_without(search, &search->set, search->at));
	else look_at_weakest(search);
}

static void look_at_all(IndexSearch *search) {
	search->at = 0;
	if (search->set.count > 1) mark_strongest(search);
	if (search->set.count > 1) look_at_each(search);
	else look_at_first(search);
}

static void look_at_plain(IndexSearch *search) {
	bool carries = false;
	for (size_t i = 0; i < search->set.count; i++) carries = carries || search->set.items[i].index.include_count;
	IndexSet plain = plain_set(search);
	if (carries && plain.count) ask(search, PLAIN, plain);
	else look_at_all(search);
}

/* ---- answers ---- */

static void ask_more(IndexSearch *search) {
	IndexSet trial = {0};
	for (size_t i = 0; i < search->set.count; i++) set_add(search, &trial, &search->set.items[i]);
	for (search->from = search->seen; search->seen < search->pool->count && search->seen - search->from < search->at_once; search->seen++)
		if (!search->own_only || !search->pool->items[search->seen].index.name) set_add(search, &trial, &search->pool->items[search->seen]);
	ask(search, ALL, trial);
}

/* It may have taken too long, or HypoPG refuses what a rule has proposed. */
static void ask_other(IndexSearch *search) {
	bool proposed = !search->own_only && search->pool->items[search->from].index.name;
	search->own_only = true;
	if (!proposed) search->at_once = (search->seen - search->from) / 4;
	search->seen = search->from;
	if (proposed || search->at_once >= LEAST_AT_ONCE) ask_more(search);
}

static void look_at_cut(IndexSearch *search) {
	if (!search->set.count) search->stage = OVER;
	else if (sets_same(&search->set, &search->cut)) look_at_plain(search);
	else ask(search, TRIMMED, search->cut);
}

static void answer_all(IndexSearch *search, const Plan *plan, const char *const *names) {
	search->stage = OVER;
	search->result.asked = search->result.asked || (plan && names);
	if (plan && names && worth_it(search, plan->root->total_cost, search->cost)) {
		const Usage *usages = usages_in(search, plan, names);
		search->cut = trimmed_set(search, usages);
		settle(search, used_of_trial(search, usages), plan->root->total_cost);
	}
	if (!plan) ask_other(search);
	else if (search->seen < search->pool->count) ask_more(search);
	if (search->stage == OVER) look_at_cut(search);
}

/* Takes the trial for the set when it costs at most so much; what of it is not used any more goes, too. */
static void answer_smaller(IndexSearch *search, const Plan *plan, const char *const *names, double most) {
	if (!plan || !names || plan->root->total_cost > most) return;
	settle(search, used_of_trial(search, usages_in(search, plan, names)), plan->root->total_cost);
}

static void take_answer(IndexSearch *search, const Plan *plan) {
	search->without[search->at] = plan ? plan->root->total_cost : INFINITY; /* not known: it stays */
	search->fresh[search->at] = true;
}

void index_search_answer(IndexSearch *search, const Plan *plan, const char *const *names) {
	switch (search->stage) {
	case ALL: answer_all(search, plan, names); break;
	case TRIMMED:
		answer_smaller(search, plan, names, EQUAL_COST * search->cost);
		look_at_plain(search);
		break;
	case PLAIN:
		answer_smaller(search, plan, names, search->cost / (1 - search->min_gain));
		look_at_all(search);
		break;
	case WITHOUT:
		take_answer(search, plan);
		look_at_each(search);
		break;
	case WEAKER:
		take_answer(search, plan);
		look_at_weakest(search);
		break;
	case ALONE:
		search->stage = OVER;
		search->cost_alone = plan ? plan->root->total_cost : NAN;
		break;
	case OVER: break;
	}
}

/* ---- the contract ---- */

IndexSearch *index_search_new(Arena *arena, const IndexPool *pool, double cost_as_is, const IndexSearchLimits *limits) {
	IndexSearch *search = ARENA_NEW(arena, IndexSearch);
	*search = (IndexSearch){.arena = arena, .pool = pool, .cost_as_is = cost_as_is, .min_gain = limits->min_gain, .include = limits->include,
	                        .at_once = limits->at_once > LEAST_AT_ONCE ? limits->at_once : LEAST_AT_ONCE, .stage = OVER};
	search->cost = cost_as_is;
	search->cost_alone = NAN;
	if (pool->count) ask_more(search);
	return search;
}

const IndexTexts *index_search_next(IndexSearch *search, double spent) {
	bool enough = search->stage == ALL && search->set.count && spent > SPENT_ON_POOL;
	if (enough) look_at_cut(search);
	return search->stage == OVER ? NULL : &search->texts;
}

const IndexSearchResult *index_search_result(IndexSearch *search) {
	IndexSearchResult *result = &search->result;
	result->count = 0;
	result->cost = search->cost;
	result->cost_alone = worth_it(search, search->cost_alone, search->cost_as_is) ? search->cost_alone : NAN;
	for (size_t i = 0; i < search->set.count; i++)
		*list_push(search->arena, result) = (IndexFound){
		    .index = search->set.items[i].index, .use = search->set.items[i].use, .cost_without = search->without[i]};
	return result;
}
