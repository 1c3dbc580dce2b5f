/* index_choice.c: the btree index that answers a need best. */
#include "advise/index_choice.h"

#include "advise/index_existing.h"
#include "advise/index_name.h"
#include "advise/index_size.h"

enum { KEYS_MOST = 4, CARRIED_MOST = 3 };
#define CARRIED_WIDTH 40.0 /* bytes, of all columns carried along: about three narrow ones */
#define CARRIED_ROWS 1000.0 /* fetched at least, for it to be worth the larger index */
#define CARRIED_GAIN 0.7
#define ROWS_FEW 20.0 /* so few rows left of an execution: another key would only make the index larger */
#define KEPT_MOST 0.5
#define RANGE_SHARE (1.0 / 3) /* what the planner takes a range for that it knows nothing about */
#define UNSERVED_SHARE 0.05 /* rows found by the keys where nothing tells how many */

typedef struct Candidate {
	IndexKey keys[KEYS_MOST];
	size_t count;
	size_t equal; /* the first so many are compared with one value each */
	bool ordered;
	bool ranged; /* a range or IN key is among them */
	double cost;
} Candidate;

static bool has_key(const Candidate *candidate, const IndexKey *key) {
	for (size_t i = 0; i < candidate->count; i++)
		if (index_key_same(&candidate->keys[i], key)) return true;
	return false;
}

static bool add(Candidate *candidate, const IndexKey *key) {
	if (has_key(candidate, key)) return true;
	if (candidate->count == KEYS_MOST) return false;
	candidate->keys[candidate->count++] = *key;
	return true;
}

static double known_or(double value, double otherwise) {
	return isnan(value) ? otherwise : value;
}

/* ---- keys ---- */

/* Rows left by the first keys that statistics know of. */
static double rows_left(const IndexNeed *need, const Candidate *candidate) {
	double left = need->scan->table_rows * need->where_share / fmax(need->descents, 1);
	const NeededKeyList *lists[] = {&need->equal, &need->any};
	for (size_t l = 0; l < 2; l++)
		for (size_t i = 0; i < lists[l]->count; i++)
			if (has_key(candidate, &lists[l]->items[i].key)) left *= known_or(lists[l]->items[i].share, 1);
	return left;
}

/* Where each row is looked up many times over, one row more is one too many. */
static bool few_enough(const IndexNeed *need, const Candidate *candidate) {
	return candidate->count && rows_left(need, candidate) <= ROWS_FEW && need->scan->executions * need->descents < 1000;
}

static bool useless(const Candidate *candidate, const NeededKey *key) {
	return candidate->count && key->share > KEPT_MOST;
}

/* As few equality keys as find few rows; without statistics all of them. */
static void add_equal(Candidate *candidate, const IndexNeed *need, size_t most) {
	for (size_t i = 0; i < need->equal.count && candidate->count < most; i++)
		if (!useless(candidate, &need->equal.items[i]) && !few_enough(need, candidate))
			add(candidate, &need->equal.items[i].key);
	candidate->equal = candidate->count;
}

/* Where no order is to be kept, = ANY finds like =: it goes before what is less selective. */
static void add_equal_and_any(Candidate *candidate, const IndexNeed *need) {
	const NeededKey *any = need->any.count ? &need->any.items[0] : NULL;
	for (size_t i = 0; i < need->equal.count; i++) {
		const NeededKey *key = &need->equal.items[i];
		if (any && !key->looked_up && any->share < key->share && !few_enough(need, candidate)) {
			add(candidate, &any->key);
			candidate->ranged = true;
			any = NULL;
		}
		if (!useless(candidate, key) && !few_enough(need, candidate)) add(candidate, &key->key);
	}
	candidate->equal = candidate->count;
}

static void add_search(Candidate *candidate, const IndexNeed *need) {
	const NeededKeyList *lists[] = {&need->any, &need->range};
	if (need->rows_kept > KEPT_MOST * need->scan->table_rows) return; /* whichever it is, it keeps most rows */
	for (size_t l = 0; l < 2; l++)
		if (lists[l]->count && !few_enough(need, candidate) && add(candidate, &lists[l]->items[0].key))
			candidate->ranged = true;
}

static bool order_fits(const IndexNeed *need) {
	return need->order.count > 0 && need->order.count < KEYS_MOST + (need->equal.count == 0);
}

/* The same order read backwards is the same index: take the way that is shorter to write. */
static void add_order(Candidate *candidate, const IndexNeed *need) {
	int as_is = 0, turned = 0;
	for (size_t i = 0; i < need->order.count; i++) {
		const IndexKey *key = &need->order.items[i];
		as_is += key->descending + (key->nulls_first != key->descending);
		turned += !key->descending + (key->nulls_first != key->descending);
	}
	for (size_t i = 0; i < need->order.count; i++) {
		IndexKey key = need->order.items[i];
		if (turned < as_is) {
			key.descending = !key.descending;
			key.nulls_first = !key.nulls_first;
		}
		add(candidate, &key);
	}
	candidate->ordered = true;
}

static Candidate sorted_first(const IndexNeed *need) {
	Candidate candidate = {.count = 0};
	add_equal(&candidate, need, KEYS_MOST - need->order.count);
	add_order(&candidate, need);
	add_search(&candidate, need);
	return candidate;
}

static Candidate searched_first(const IndexNeed *need) {
	Candidate candidate = {.count = 0};
	add_equal_and_any(&candidate, need);
	add_search(&candidate, need);
	return candidate;
}

/* ---- what it would cost ---- */

TableShape table_shape(const Scan *scan) {
	TableShape shape = {.rows = scan->table_rows, .pages = scan->table_pages};
	/* Then a page out of order costs little more than the next one. */
	if (!isnan(scan->cached_share)) shape.random_page = 1.1 + 2.9 * (1 - scan->cached_share);
	return shape;
}

static TableShape shape_of(const IndexNeed *need, const Candidate *candidate) {
	const Scan *scan = need->scan;
	const ColumnFacts *first = candidate->count ? column_facts(scan->table, candidate->keys[0].column) : NULL;
	TableShape shape = table_shape(scan);
	shape.index_pages = fmax(1, scan->table_rows * need->where_share / 300);
	shape.correlation = first ? known_or(first->correlation, 0) : 0;
	if (candidate->count > 1) shape.correlation *= 0.75; /* as the planner does for several columns */
	return shape;
}

/* Rows the equality keys leave: by statistics, or between what passes and the whole table when there are none. */
static double rows_equal(const IndexNeed *need, const Candidate *candidate) {
	double rows = need->scan->table_rows * need->where_share, share = 1;
	size_t unknown = 0;
	for (size_t i = 0; i < need->equal.count; i++) {
		if (!has_key(candidate, &need->equal.items[i].key)) continue;
		if (isnan(need->equal.items[i].share)) unknown++;
		else share *= need->equal.items[i].share;
	}
	if (unknown && !candidate->ranged && !need->unserved) return need->rows_kept;
	if (unknown) share *= sqrt(fmin(1, need->rows_kept / fmax(rows, 1)));
	return fmax(need->rows_kept, rows * share);
}

/* Rows all its keys leave: everything the conditions leave, unless one of them is no key's business. */
static double rows_found(const IndexNeed *need, const Candidate *candidate, double equal) {
	if (!need->unserved) return need->rows_kept;
	if (candidate->ranged) equal *= RANGE_SHARE;
	bool known = candidate->equal && !isnan(need->equal.items[0].share);
	return fmax(need->rows_kept, known || need->where ? equal : need->scan->table_rows * UNSERVED_SHARE);
}

/* In order: how far the index is walked until enough rows passed, and which of those the table is asked for. */
static double cost_in_order(const IndexNeed *need, const Candidate *candidate) {
	TableShape shape = shape_of(need, candidate);
	double equal = rows_equal(need, candidate);
	double passing = fmin(1, need->rows_sorted / fmax(equal, 1));
	double wanted = known_or(need->rows_wanted, need->rows_sorted);
	double walked = wanted < need->rows_sorted ? fmin(equal, wanted / passing) : equal; /* to its end, when there are not enough */
	bool checked_inside = candidate->ranged && !need->unserved;
	return cost_of_lookups(&shape, 1, walked, checked_inside ? walked * passing : walked);
}

static double cost_searched(const IndexNeed *need, const Candidate *candidate) {
	TableShape shape = shape_of(need, candidate);
	double found = rows_found(need, candidate, rows_equal(need, candidate));
	double sorted = known_or(need->rows_sorted, 0);
	return cost_of_lookups(&shape, need->descents, found, found) + cost_of_sorting(sorted);
}

double index_choice_left(const Plan *plan, const Scan *scan, const IndexChoice *choice, double more) {
	TableShape shape = {.rows = scan->table_rows, .pages = scan->table_pages};
	if (plan_statement_ms(plan) > 0) return choice->cost * scan->processes / (cost_of_whole_table(&shape) + more);
	return choice->cost / (cost_of_whole_table_shared(&shape, scan->processes) + more / scan->processes);
}

double index_lookups_left(const Plan *plan, const Scan *scan, double descents, double candidates) {
	double rows = scan->rows_out / fmax(scan->executions, 1) * candidates + 1;
	TableShape shape = table_shape(scan);
	shape.index_pages = scan->table_rows / 100;
	IndexChoice choice = {.cost = cost_of_lookups(&shape, descents, rows, rows)};
	return index_choice_left(plan, scan, &choice, 0);
}

/* ---- the choice ---- */

/* Its name and size. */
static void complete(Arena *arena, const Facts *facts, const TableFacts *table, IndexAdvice *index, double rows) {
	if (!index->method) index->method = "btree";
	index->bytes = index_size_bytes(arena, table, index, rows, facts_version(facts));
	index->name = index_name(arena, facts, index, 0);
}

static IndexAdvice advice_of(Arena *arena, const IndexNeed *need, const Candidate *candidate) {
	const char **columns = ARENA_ARRAY(arena, const char *, KEYS_MOST);
	IndexAdvice advice = {.schema = need->scan->schema,
	                      .table = need->scan->name,
	                      .method = "btree",
	                      .columns = columns,
	                      .where = need->where,
	                      .partitioned = need->scan->partitioned};
	for (size_t i = 0; i < candidate->count; i++) columns[i] = index_key_text(arena, &candidate->keys[i]);
	advice.column_count = candidate->count;
	return advice;
}

/* A partial index alone says all: it still needs a key, and the primary key tells where the row is wanted next. */
static void add_any_key(Arena *arena, const IndexNeed *need, Candidate *candidate) {
	if (candidate->count || !need->where) return;
	const IndexFacts *unique = table_unique_key(arena, need->scan->table);
	IndexKey key = unique ? index_key_read(arena, unique->keys[0]) : index_key_column(arena, need->where_column);
	add(candidate, &key);
}

/* ---- columns carried along, so that the table need not be read ---- */

static bool is_key(const Candidate *candidate, const char *column) {
	for (size_t i = 0; i < candidate->count; i++)
		if (candidate->keys[i].column && strcmp(candidate->keys[i].column, column) == 0) return true;
	return false;
}

/* The few narrow columns used besides the keys, none at all perhaps; false when they are too many or too wide. */
static bool carried_columns(Arena *arena, const IndexNeed *need, const Candidate *candidate, IndexAdvice *advice) {
	double width = 0;
	advice->include = ARENA_ARRAY(arena, const char *, need->output.count + 1);
	for (size_t i = 0; i < need->output.count; i++) {
		if (is_key(candidate, need->output.items[i])) continue;
		const ColumnFacts *column = column_facts(need->scan->table, need->output.items[i]);
		width += column ? column->width_bytes : NAN;
		advice->include[advice->include_count++] = sql_identifier(arena, need->output.items[i]);
	}
	return advice->include_count <= CARRIED_MOST && width <= CARRIED_WIDTH;
}

static void carry_columns(Arena *arena, const IndexNeed *need, Candidate *candidate, IndexAdvice *advice) {
	const TableFacts *table = need->scan->table;
	double fetched = need->rows_kept * fmax(need->scan->executions, 1);
	IndexAdvice covering = *advice;
	if (!table || !need->output.count || need->unserved || candidate->ordered || fetched < CARRIED_ROWS ||
	    !table_mostly_visible(table))
		return;
	if (!carried_columns(arena, need, candidate, &covering)) return;
	TableShape shape = shape_of(need, candidate);
	if (covering.include_count) shape.index_pages *= 2; /* longer tuples, and equal keys are not merged */
	double cost =
	    cost_of_lookups(&shape, need->descents, need->rows_kept, 0) + cost_of_sorting(known_or(need->rows_sorted, 0));
	if (cost > CARRIED_GAIN * candidate->cost) return;
	candidate->cost = cost;
	*advice = covering;
}

static bool can_search(const IndexNeed *need, const Candidate *candidate) {
	return candidate->equal || candidate->ranged || need->where;
}

IndexChoice index_choose(Arena *arena, const Facts *facts, const IndexNeed *need) {
	IndexChoice choice = {.made = false};
	Candidate candidates[2];
	IndexAdvice advice[2];
	size_t count = 0;
	if (order_fits(need)) candidates[count++] = sorted_first(need);
	if (!count || candidates[0].ranged) candidates[count++] = searched_first(need);
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		Candidate *candidate = &candidates[i];
		if (!candidate->ordered && !can_search(need, candidate)) continue;
		add_any_key(arena, need, candidate);
		candidate->cost = candidate->ordered ? cost_in_order(need, candidate) : cost_searched(need, candidate);
		advice[kept] = advice_of(arena, need, candidate);
		carry_columns(arena, need, candidate, &advice[kept]);
		const IndexFacts *there = index_existing(arena, need->scan->table, &advice[kept], candidate->equal);
		if (there) choice.existing = there;
		else candidates[kept++] = *candidate;
	}
	if (!kept) return choice;
	/* Without statistics how far the walk goes is a guess: then the order comes first, as it mostly should. */
	size_t best = kept == 2 && need->scan->table && candidates[1].cost < candidates[0].cost;
	for (size_t i = 0; i < kept; i++)
		complete(arena, facts, need->scan->table, &advice[i], need->scan->table_rows * need->where_share);
	choice.made = true;
	choice.index = advice[best];
	choice.ordered = candidates[best].ordered;
	choice.cost = candidates[best].cost;
	choice.has_second =
	    kept == 2 && candidates[0].count + candidates[1].count > 2 && !index_same(&advice[0], &advice[1]);
	if (choice.has_second) choice.second = advice[1 - best];
	choice.notes = index_notes(arena, need->scan->table, &choice.index);
	return choice;
}
