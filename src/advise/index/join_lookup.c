/* join_lookup.c: a table read whole for a join that wants few of its rows. */
#include "advise/join_lookup.h"

#include "advise/bare_condition.h"
#include "advise/index_finding.h"

#define MET_SHARE 0.1 /* of the table, at most */
#define MEMORY_OF_JOIN 0.02 /* cost of a row on its way through a hash table or a merge */

/* The join right above the scan, and its child that holds the scan; adds the times of what an index lookup spares. */
static const PlanNode *join_above(const Scan *scan, const PlanNode **side, JoinLookup *lookup) {
	static const char *const wrappers[] = {"Hash", "Materialize", "Sort", "Gather", "Gather Merge", "Append", NULL};
	lookup->self_ms = scan->self_ms;
	lookup->self_cost = scan->self_cost;
	const PlanNode *at = scan->first;
	for (const PlanNode *up = at->parent; up; at = up, up = up->parent) {
		lookup->self_ms += up->measure.self_ms;
		lookup->self_cost += up->measure.self_cost;
		*side = at;
		if (node_is_join(up)) return up;
		if (!node_is_any(up, wrappers) || (node_is(up, "Append") && scan->parts < 2)) return NULL;
	}
	return NULL;
}

/* A side whose rows all have to come out, joined or not, cannot be looked into. */
static bool may_be_looked_into(const PlanNode *join, const PlanNode *side) {
	static const struct {
		const char *type;
		bool outer, inner;
	} allowed[] = {
	    {"Inner", true, true},       {"Left", false, true}, {"Right", true, false},      {"Semi", false, true},
	    {"Right Semi", true, false}, {"Anti", false, true}, {"Right Anti", true, false},
	};
	const char *type = node_text(join, "Join Type");
	bool outer = side == join->first_child;
	for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
		if (strcmp(type ? type : "Inner", allowed[i].type) == 0) return outer ? allowed[i].outer : allowed[i].inner;
	return false;
}

/* A column, or what is computed of columns, of the scan's table and no other. */
static bool is_side(const Scan *scan, const Operand *operand) {
	if (operand->kind == OPERAND_COLUMN) return operand->name.qualifier && scan_owns(scan, &operand->name);
	return operand->kind == OPERAND_EXPRESSION && operand->key && scan_owns_all(scan, operand);
}

static bool is_computed(const Scan *scan, const Operand *operand) {
	return operand->kind == OPERAND_EXPRESSION || bare_hides_cast(scan->table, operand);
}

/* Of several conditions one on a bare column. */
static bool find_side(Arena *arena, const PlanNode *join, const Scan *scan, JoinLookup *lookup) {
	static const char *const fields[] = {"Hash Cond", "Merge Cond", "Join Filter"};
	bool found = false;
	for (size_t f = 0; f < sizeof fields / sizeof *fields; f++) {
		PredicateList conditions = node_conditions(arena, join, fields[f]);
		for (size_t i = 0; i < conditions.count; i++) {
			const Predicate *condition = &conditions.items[i];
			const Operand *left = &condition->left, *right = &condition->right;
			if ((condition->kind != PREDICATE_JOIN && condition->kind != PREDICATE_EQUAL) || condition->negated) continue;
			bool ours = is_side(scan, left), theirs = is_side(scan, right);
			const Operand *by = ours ? left : right, *other = ours ? right : left;
			if (ours == theirs || (is_computed(scan, by) && (found || !other->column_count))) continue;
			lookup->by = *by;
			lookup->condition = condition->text;
			if (!is_computed(scan, by)) return true;
			found = true;
		}
	}
	return found;
}

bool join_lookup(Arena *arena, const Plan *plan, const Scan *scan, JoinLookup *lookup) {
	const PlanNode *side = NULL;
	*lookup = (JoinLookup){0};
	lookup->join = join_above(scan, &side, lookup);
	const PlanNode *join = lookup->join;
	if (!join || !may_be_looked_into(join, side)) return false;
	const PlanNode *other = side == join->first_child ? join->last_child : join->first_child;
	if (!find_side(arena, join, scan, lookup) || !other || other == side) return false;
	bool again =
	    plan->analyzed && node_is(join, "Nested Loop") && other != join->first_child; /* read anew for each row */
	lookup->lookups = again ? other->actual_rows : node_rows(plan, other);
	bool condition_is_filter = node_is(join, "Nested Loop");
	double removed = plan->analyzed && !condition_is_filter && !isnan(join->removed_by_join_filter)
	                     ? join->removed_by_join_filter * join->loops
	                     : 0;
	lookup->rows = node_rows(plan, join) + removed;
	/* Rows the scan's own filter throws away are looked up too. */
	if (scan->rows_out > 0 && scan->rows_read > scan->rows_out) lookup->rows *= scan->rows_read / scan->rows_out;
	return true;
}

bool join_lookup_is_computed(const Scan *scan, const JoinLookup *lookup) {
	return is_computed(scan, &lookup->by);
}

bool join_lookup_index(const Advice *advice, const Scan *scan, const JoinLookup *lookup, IndexChoice *choice, double *left) {
	double runs = fmax(scan->executions, 1), most = MET_SHARE * scan->rows_read;
	if (!(lookup->rows <= most) || !(lookup->lookups <= most)) return false;
	IndexNeed need = index_need_of_scan(advice, scan);
	IndexKey key = index_key_of(advice->arena, &lookup->by);
	if (is_computed(scan, &lookup->by)) key = (IndexKey){.text = lookup->by.exact_key}; /* with a cast that looks free, and is not */
	index_need_join(advice->arena, &need, key, fmax(lookup->lookups / runs, 1), lookup->rows / runs);
	*choice = index_choose(advice->arena, advice->facts, &need);
	*left = choice->made ? index_choice_left(advice->plan, scan, choice, MEMORY_OF_JOIN * scan->table_rows) : 1;
	return choice->made;
}
