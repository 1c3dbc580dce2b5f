/* measure_readers.c: which nodes run the InitPlans and CTEs of a plan. */
#include <ctype.h>
#include <stdlib.h>

#include "plan/measure.h"
#include "plan/value.h"

/* ---- InitPlans: a node's conditions tell whose result it reads ---- */

/* How a condition names an InitPlan: by a parameter it returns ("$0", up to 16) or by its number ("InitPlan 1"). */
typedef enum NameKind { BY_PARAMETER, BY_NUMBER } NameKind;

typedef struct InitName {
	NameKind kind;
	unsigned long number;
	size_t lazy; /* in Measuring.lazies */
} InitName;

/* What a node took, or what of it is not accounted for. Without times there are still the blocks. */
typedef struct Taken {
	double ms, blocks;
} Taken;

typedef struct Search {
	Measuring *m;
	LIST(InitName) names;
	NodeList *mentions; /* by lazy: the nodes whose fields name it */
	Taken *spare; /* by id - 1: what neither its children nor InitPlans found so far account for */
} Search;

static int compare(const void *a, const void *b) {
	const InitName *x = a, *y = b;
	if (x->kind != y->kind) return (x->kind > y->kind) - (x->kind < y->kind);
	return (x->number > y->number) - (x->number < y->number);
}

static bool in_a_word(char c) {
	return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* Past what stands in quotes, if anything does: '$1' is a text, "a$1" a column. */
static const char *past_quotes(const char *at) {
	const char *end = *at == '\'' || *at == '"' ? strchr(at + 1, *at) : NULL;
	return end ? end : at;
}

/* The next name in text, whole: $1 is not in $10, nor in a$1. False when there is none. */
static bool next_name(const char **text, InitName *name) {
	static const char word[] = "InitPlan ";
	for (const char *at = *text; *at; at++) {
		at = past_quotes(at);
		bool parameter = *at == '$', number = strncmp(at, word, sizeof word - 1) == 0;
		const char *digits = at + (parameter ? 1 : sizeof word - 1);
		if (!(parameter || number) || *digits < '0' || *digits > '9' || (at > *text && in_a_word(at[-1]))) continue;
		*name = (InitName){.kind = parameter ? BY_PARAMETER : BY_NUMBER, .number = strtoul(digits, (char **)text, 10)};
		return true;
	}
	return false;
}

/* "InitPlan 1 (returns $0,$1)" */
static void learn_names(Search *search, size_t lazy) {
	const char *text = search->m->lazies.items[lazy].plan->subplan;
	InitName name;
	while (text && next_name(&text, &name)) {
		name.lazy = lazy;
		*list_push(search->m->arena, &search->names) = name;
	}
}

/* What a node in the workers reads the leader has worked out before it started them, inside the Gather. */
static PlanNode *evaluator(const Measuring *m, PlanNode *node, const PlanNode *plan) {
	const Part *part = m->parts[node->id - 1];
	return part && part != m->parts[plan->id - 1] ? m->plan->nodes[part->gather->id - 1] : node;
}

static bool may_read(const PlanNode *node, const PlanNode *plan) {
	return plan->parent && in_subtree(node, plan->parent) && !in_subtree(node, plan);
}

static void note_names(Search *search, PlanNode *node, const char *text) {
	InitName name;
	while (next_name(&text, &name)) {
		const InitName *found = search->names.count ? bsearch(&name, search->names.items, search->names.count, sizeof name, compare) : NULL;
		if (!found) continue;
		const PlanNode *plan = search->m->lazies.items[found->lazy].plan;
		if (may_read(node, plan)) *list_push(search->m->arena, &search->mentions[found->lazy]) = evaluator(search->m, node, plan);
	}
}

static void note_mentions(Search *search, PlanNode *node) {
	for (const PlanValue *field = node->fields->members.first; field; field = field->next) {
		if (field->kind == PLAN_TEXT && field->name && strcmp(field->name, "Subplan Name") != 0) note_names(search, node, field->text);
		if (field->kind != PLAN_LIST) continue;
		for (const PlanValue *item = field->members.first; item; item = item->next)
			if (item->kind == PLAN_TEXT) note_names(search, node, item->text);
	}
}

/* It ran before the node's first row and in none of its children. */
static double room_for(const Search *search, const PlanNode *node, const PlanNode *plan) {
	const Taken *spare = &search->spare[node->id - 1];
	return plan->measure.total_ms > 0 ? fmin(spare->ms, startup_ms(node)) : spare->blocks;
}

static double touched(const PlanNode *node) {
	const Blocks *blocks = &node->blocks;
	return known(blocks->shared_hit) + known(blocks->shared_read) + known(blocks->local_hit) + known(blocks->local_read) + known(blocks->temp_read);
}

/* The first that has room for all of it: whoever reads the result later finds it there. Else the roomiest. */
static PlanNode *payer_among(const Search *search, const PlanNode *plan, PlanNode *const *nodes, size_t count) {
	double wanted = plan->measure.total_ms > 0 ? plan->measure.total_ms : touched(plan);
	PlanNode *best = NULL;
	for (size_t i = 0; i < count; i++) {
		double room = room_for(search, nodes[i], plan);
		if (room >= 0.9 * wanted) return nodes[i];
		if (!best || room > room_for(search, best, plan)) best = nodes[i];
	}
	return best;
}

enum { MOST_CANDIDATES = 1000 }; /* so that a hostile plan does not take all day */

/* Without VERBOSE a target list is not printed, and the row count of a LIMIT never is: then any node of that query
 * level may be it, the one it hangs under first. */
static PlanNode *payer_anywhere(const Search *search, const PlanNode *plan) {
	const Measuring *m = search->m;
	NodeList nodes = {0};
	for (int id = plan->parent->id; id <= plan->parent->last && nodes.count < MOST_CANDIDATES; id++) {
		PlanNode *node = m->plan->nodes[id - 1];
		if (may_read(node, plan) && m->parts[id - 1] == m->parts[plan->parent->id - 1]) *list_push(m->arena, &nodes) = node;
	}
	return payer_among(search, plan, nodes.items, nodes.count);
}

static void find_payers(Search *search) {
	Measuring *m = search->m;
	for (size_t i = 0; i < m->lazies.count; i++) {
		Lazy *lazy = &m->lazies.items[i];
		const NodeList *mentions = &search->mentions[i];
		if (lazy->cte || lazy->plan->measure.never_executed || !lazy->plan->parent) continue;
		PlanNode *payer = mentions->count ? payer_among(search, lazy->plan, mentions->items, mentions->count) : payer_anywhere(search, lazy->plan);
		if (!payer) continue;
		search->spare[payer->id - 1].ms -= known(lazy->plan->measure.total_ms);
		search->spare[payer->id - 1].blocks -= touched(lazy->plan);
		*list_push(m->arena, &lazy->readers) = payer;
	}
}

static Taken spare_of(const PlanNode *node) {
	Taken spare = {.ms = known(node->measure.total_ms) - children_ms(node), .blocks = touched(node)};
	for (const PlanNode *child = node->first_child; child; child = child->next)
		if (!is_lazy(child)) spare.blocks -= touched(child);
	return spare;
}

static void find_init_plans(Measuring *m) {
	Search search = {.m = m};
	search.mentions = ARENA_ARRAY(m->arena, NodeList, m->lazies.count);
	search.spare = ARENA_ARRAY(m->arena, Taken, m->plan->node_count);
	for (size_t i = 0; i < m->lazies.count; i++)
		if (!m->lazies.items[i].cte) learn_names(&search, i);
	if (search.names.count) qsort(search.names.items, search.names.count, sizeof *search.names.items, compare);
	for (size_t i = 0; i < m->plan->node_count; i++) {
		PlanNode *node = m->plan->nodes[i];
		search.spare[i] = spare_of(node);
		if (search.names.count && !node->measure.never_executed) note_mentions(&search, node);
	}
	find_payers(&search);
}

/* ---- CTEs: scans name what they read ---- */

/* Which CTEs a node can see: those that hang under it or under a node above it. */
typedef struct Scopes {
	const Measuring *m;
	const PlanNode **around; /* by id - 1: the nearest node, itself or above, that has CTEs */
	Lazy **ctes; /* by the node they hang under, then by name */
	size_t *first, *count; /* by id - 1: a node's among them */
} Scopes;

static const char *cte_name(const Lazy *cte) {
	return cte->plan->subplan + strlen("CTE ");
}

static int by_scope(const void *a, const void *b) {
	const Lazy *x = *(Lazy *const *)a, *y = *(Lazy *const *)b;
	int under = x->plan->parent->id - y->plan->parent->id;
	return under ? under : strcmp(cte_name(x), cte_name(y));
}

static int by_name(const void *name, const void *cte) {
	return strcmp(name, cte_name(*(Lazy *const *)cte));
}

static Scopes scopes_of(Measuring *m) {
	size_t nodes = m->plan->node_count, ctes = 0;
	Scopes scopes = {.m = m, .around = ARENA_ARRAY(m->arena, const PlanNode *, nodes), .ctes = ARENA_ARRAY(m->arena, Lazy *, m->lazies.count),
	                 .first = ARENA_ARRAY(m->arena, size_t, nodes), .count = ARENA_ARRAY(m->arena, size_t, nodes)};
	for (size_t i = 0; i < m->lazies.count; i++)
		if (m->lazies.items[i].cte && m->lazies.items[i].plan->parent) scopes.ctes[ctes++] = &m->lazies.items[i];
	if (ctes) qsort(scopes.ctes, ctes, sizeof *scopes.ctes, by_scope);
	for (size_t i = ctes; i-- > 0;) {
		int under = scopes.ctes[i]->plan->parent->id;
		scopes.first[under - 1] = i;
		scopes.count[under - 1]++;
	}
	for (size_t i = 0; i < nodes; i++) {
		const PlanNode *node = m->plan->nodes[i];
		scopes.around[i] = scopes.count[i] ? node : node->parent ? scopes.around[node->parent->id - 1] : NULL;
	}
	return scopes;
}

/* The nearest one around it: names can repeat at different levels, and a CTE does not read itself. */
static Lazy *cte_read_by(const Scopes *scopes, const PlanNode *scan) {
	const PlanNode *node = scopes->around[scan->id - 1];
	for (int tries = 0; node && tries < MOST_CANDIDATES; tries++) {
		Lazy **found = bsearch(scan->cte, scopes->ctes + scopes->first[node->id - 1], scopes->count[node->id - 1], sizeof *scopes->ctes, by_name);
		if (found && !in_subtree(scan, (*found)->plan)) return *found;
		node = node->parent ? scopes->around[node->parent->id - 1] : NULL;
	}
	return NULL;
}

static void find_cte_scans(Measuring *m) {
	Scopes scopes = scopes_of(m);
	for (size_t i = 0; i < m->plan->node_count; i++) {
		PlanNode *scan = m->plan->nodes[i];
		Lazy *lazy = node_is(scan, "CTE Scan") && scan->cte ? cte_read_by(&scopes, scan) : NULL;
		if (lazy) *list_push(m->arena, &lazy->readers) = scan;
	}
}

void measure_readers(Measuring *m) {
	for (size_t i = 0; i < m->plan->node_count; i++) {
		PlanNode *node = m->plan->nodes[i];
		if (is_lazy(node)) *list_push(m->arena, &m->lazies) = (Lazy){.plan = node, .cte = is_cte(node)};
	}
	if (!m->lazies.count) return;
	find_init_plans(m);
	find_cte_scans(m);
}
