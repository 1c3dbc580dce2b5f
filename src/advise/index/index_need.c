/* index_need.c: what an index would have to answer for one scan. */
#include "advise/index_need.h"

#include "advise/bare_condition.h"

#define KEPT_MOST 0.5
#define RARE 0.2 /* a constant condition that keeps less is worth a partial index */

/* Where one condition goes. */
typedef struct Reader {
	Arena *arena;
	IndexNeed *need;
	double kept; /* share of the table that passes everything; NaN unknown */
	bool alone; /* it is the only condition: its share is the measured one */
	bool looked_up; /* reading what an index is searched by already */
} Reader;

static bool constant_for_scan(const Scan *scan, const Operand *operand) {
	if (operand->kind == OPERAND_CONSTANT || operand->kind == OPERAND_PARAMETER || operand->kind == OPERAND_PLANNED)
		return true;
	for (size_t i = 0; i < operand->column_count; i++)
		if (!operand->columns[i].qualifier || scan_owns(scan, &operand->columns[i])) return false;
	return operand->column_count > 0;
}

/* The side of a comparison that is a plain column of the table, when the other side is known before the scan begins. */
static const char *searchable_column(const Scan *scan, const Predicate *condition) {
	const Operand *left = &condition->left, *right = &condition->right;
	bool left_plain = left->kind == OPERAND_COLUMN && !bare_hides_cast(scan->table, left);
	bool right_plain = right->kind == OPERAND_COLUMN && !bare_hides_cast(scan->table, right);
	if (left_plain && scan_owns(scan, &left->name) && constant_for_scan(scan, right)) return left->name.column;
	if (condition->kind != PREDICATE_JOIN) return NULL;
	if (right_plain && scan_owns(scan, &right->name) && constant_for_scan(scan, left)) return right->name.column;
	return NULL;
}

static NeededKey *find_key(NeededKeyList *list, const char *column) {
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].key.column && strcmp(list->items[i].key.column, column) == 0) return &list->items[i];
	return NULL;
}

static void add_key(Reader *reader, NeededKeyList *list, const char *column, double share) {
	if (find_key(list, column)) return;
	NeededKey *key = list_push(reader->arena, list);
	*key = (NeededKey){.key = index_key_column(reader->arena, column),
	                   .share = reader->alone ? reader->kept : share,
	                   .looked_up = reader->looked_up};
}

static void add_where(Reader *reader, const char *column, const char *condition, double share) {
	IndexNeed *need = reader->need;
	need->where = need->where ? arena_printf(reader->arena, "%s AND %s", need->where, condition) : condition;
	if (!need->where_column) need->where_column = column;
	need->where_share *= share;
}

static const ColumnFacts *column_of(const Reader *reader, const char *column) {
	return column_facts(reader->need->scan->table, column);
}

/* Of one value: the most common one's share is known, the others are taken for equal; NULL: any value. */
static double value_share(const ColumnFacts *column, const char *value) {
	if (!column || isnan(column->distinct) || column->distinct < 1) return NAN;
	double some = 1 - (isnan(column->null_share) ? 0 : column->null_share);
	if (!value || !column->top_value || isnan(column->top_share)) return some / column->distinct;
	if (strcmp(value, column->top_value) == 0) return column->top_share;
	return column->distinct > 1 ? fmax(some - column->top_share, 0) / (column->distinct - 1) : 0;
}

/* How many values a list holds, by its commas; a handful when that cannot be seen. */
static double values_in(const Operand *list) {
	double count = 1;
	if (list->kind != OPERAND_CONSTANT) return 5;
	for (const char *at = list->text; *at; at++) count += *at == ',';
	return count;
}

/* The text inside a literal 'open' or 5, with the type the planner wrote behind it taken off; NULL for anything else. */
static const char *plain_value(Arena *arena, const Operand *operand) {
	if (operand->kind != OPERAND_CONSTANT) return NULL;
	const char *text = operand->text;
	if (*text != '\'') return strspn(text, "-0123456789.") == strlen(text) ? text : NULL;
	const char *end = strchr(text + 1, '\'');
	return end && (!end[1] || end[1] == ':') ? arena_copy_n(arena, text + 1, (size_t)(end - text - 1)) : NULL;
}

static void read_null(Reader *reader, const char *column, bool wanted) {
	const ColumnFacts *facts = column_of(reader, column);
	double nulls = facts ? facts->null_share : NAN, share = wanted ? nulls : 1 - nulls;
	const char *name = sql_identifier(reader->arena, column);
	if (reader->alone) share = reader->kept;
	if (share < RARE)
		add_where(reader, column, arena_printf(reader->arena, "%s IS %sNULL", name, wanted ? "" : "NOT "), share);
	else if (isnan(share) && wanted) add_key(reader, &reader->need->equal, column, NAN);
}

static void read_boolean(Reader *reader, const char *column, bool negated) {
	const ColumnFacts *facts = column_of(reader, column);
	const char *name = sql_identifier(reader->arena, column);
	double share = facts && facts->top_value ? value_share(facts, negated ? "f" : "t") : NAN;
	if (reader->alone) share = reader->kept;
	if (share < RARE) add_where(reader, column, negated ? arena_printf(reader->arena, "NOT %s", name) : name, share);
	else if (!facts) add_key(reader, &reader->need->equal, column, NAN);
	else if (isnan(share)) reader->need->unserved++;
}

static void read_condition(Reader *reader, const Predicate *condition) {
	IndexNeed *need = reader->need;
	const char *column = condition->left.name.column;
	bool own = condition->left.kind == OPERAND_COLUMN && scan_owns(need->scan, &condition->left.name);
	switch (condition->kind) {
	case PREDICATE_NULL:
	case PREDICATE_NOT_NULL:
		if (own) read_null(reader, column, condition->kind == PREDICATE_NULL);
		else need->unserved++;
		return;
	case PREDICATE_BOOLEAN:
		if (own) read_boolean(reader, column, condition->negated);
		else need->unserved++;
		return;
	case PREDICATE_EQUAL:
	case PREDICATE_JOIN:
	case PREDICATE_IN:
	case PREDICATE_RANGE:
		column = condition->negated ? NULL : searchable_column(need->scan, condition);
		if (!column) break;
		if (condition->kind == PREDICATE_RANGE) add_key(reader, &need->range, column, NAN);
		else if (condition->kind == PREDICATE_IN)
			add_key(reader, &need->any, column,
			        values_in(&condition->right) * value_share(column_of(reader, column), NULL));
		else
			add_key(reader, &need->equal, column,
			        value_share(column_of(reader, column), plain_value(reader->arena, &condition->right)));
		return;
	case PREDICATE_NOT_EQUAL: /* keeps nearly everything */ return;
	default: break;
	}
	need->unserved++;
}

/* A column that is compared with one value needs no second role. */
static void drop_doubles(NeededKeyList *list, NeededKeyList *stronger) {
	size_t kept = 0;
	for (size_t i = 0; i < list->count; i++)
		if (!find_key(stronger, list->items[i].key.column)) list->items[kept++] = list->items[i];
	list->count = kept;
}

static bool comes_before(const NeededKey *one, const NeededKey *other) {
	if (one->looked_up || other->looked_up) return one->looked_up && !other->looked_up;
	return !isnan(one->share) && (isnan(other->share) || one->share < other->share);
}

/* What an index has at its front now stays there, so that the new one can take its place; then the most selective; what is
 * unknown keeps its place behind, in the order written. */
static void sort_keys(NeededKeyList *list) {
	for (size_t i = 1; i < list->count; i++) {
		NeededKey moved = list->items[i];
		size_t to = i;
		for (; to && comes_before(&moved, &list->items[to - 1]); to--) list->items[to] = list->items[to - 1];
		list->items[to] = moved;
	}
}

/* BETWEEN arrives as two conditions and is one all the same. */
static size_t conditions_that_count(const Scan *scan) {
	size_t count = scan->lookup.count + scan->filter.count;
	for (size_t i = 1; i < scan->filter.count; i++) {
		const Predicate *one = &scan->filter.items[i - 1], *two = &scan->filter.items[i];
		if (one->kind == PREDICATE_RANGE && two->kind == PREDICATE_RANGE && one->left.text && two->left.text &&
		    strcmp(one->left.text, two->left.text) == 0)
			count--;
	}
	return count;
}

IndexNeed index_need(Arena *arena, const Scan *scan) {
	IndexNeed need = {.scan = scan, .where_share = 1, .rows_sorted = NAN, .rows_wanted = NAN, .descents = 1};
	double executions = fmax(scan->executions, 1);
	need.rows_kept = scan->rows_out / executions;
	Reader reader = {.arena = arena, .need = &need, .kept = need.rows_kept / scan->table_rows};
	reader.alone = conditions_that_count(scan) == 1;
	reader.looked_up = true;
	for (size_t i = 0; i < scan->lookup.count; i++) read_condition(&reader, &scan->lookup.items[i]);
	reader.looked_up = false;
	for (size_t i = 0; i < scan->filter.count; i++) read_condition(&reader, &scan->filter.items[i]);
	drop_doubles(&need.range, &need.equal);
	drop_doubles(&need.any, &need.equal);
	drop_doubles(&need.range, &need.any);
	sort_keys(&need.equal);
	return need;
}

void index_need_order(Arena *arena, IndexNeed *need, const Order *order) {
	double executions = fmax(need->scan->executions, 1);
	for (size_t i = 0; i < order->keys.count; i++) {
		const SortKey *key = &order->keys.items[i];
		if (find_key(&need->equal, key->operand.name.column)) continue; /* one value only: no order to keep */
		IndexKey *wanted = list_push(arena, &need->order);
		*wanted = index_key_column(arena, key->operand.name.column);
		wanted->descending = key->descending;
		wanted->nulls_first = key->nulls_first;
	}
	need->rows_sorted = order->rows_sorted / executions;
	need->rows_wanted = order->rows_wanted / executions;
}

void index_need_join(Arena *arena, IndexNeed *need, IndexKey by, double descents, double rows) {
	Reader reader = {.arena = arena, .need = need};
	if (need->scan->rows_out >
	    KEPT_MOST * need->scan->rows_read) /* its own conditions keep most rows: none of them is worth a key */
		need->equal.count = need->any.count = need->range.count = 0;
	if (by.column) add_key(&reader, &need->equal, by.column, value_share(column_of(&reader, by.column), NULL));
	else *list_push(arena, &need->equal) = (NeededKey){.key = by, .share = NAN};
	NeededKey *joined = by.column ? find_key(&need->equal, by.column) : &need->equal.items[need->equal.count - 1], key = *joined;
	for (; joined > need->equal.items; joined--) joined[0] = joined[-1];
	*joined = key;
	need->descents = descents;
	need->rows_kept = rows;
}

/* ---- all columns used ---- */

typedef struct Use {
	Arena *arena;
	IndexNeed *need;
	bool unknown; /* a star, or a column that may be anybody's */
} Use;

static void use_column(Use *use, const ColumnName *name) {
	const Scan *scan = use->need->scan;
	if (!scan_owns(scan, name)) return;
	for (size_t i = 0; i < use->need->output.count; i++)
		if (strcmp(use->need->output.items[i], name->column) == 0) return;
	*list_push(use->arena, &use->need->output) = name->column;
}

static void use_operand(Use *use, const Operand *operand) {
	if (operand->kind == OPERAND_OTHER || operand->kind == OPERAND_PLANNED) use->unknown = true;
	for (size_t i = 0; i < operand->column_count; i++) use_column(use, &operand->columns[i]);
}

static void use_conditions(Use *use, const PredicateList *list) {
	for (size_t i = 0; i < list->count; i++) {
		const Predicate *condition = &list->items[i];
		if (condition->kind == PREDICATE_SUBPLAN) use->unknown = true;
		use_operand(use, &condition->left);
		if (condition->right.kind != OPERAND_NONE) use_operand(use, &condition->right);
		for (size_t b = 0; b < condition->branch_count; b++) use_conditions(use, &condition->branches[b]);
	}
}

void index_need_output(Arena *arena, IndexNeed *need, const Statement *statement) {
	Use use = {.arena = arena, .need = need};
	if (statement->blocks.count != 1 || !need->scan->table || statement->kind != STATEMENT_SELECT ||
	    statement->locks_rows)
		return;
	const QueryBlock *block = &statement->blocks.items[0];
	for (size_t i = 0; i < block->output.count; i++) use_operand(&use, &block->output.items[i]);
	for (size_t i = 0; i < block->group_by.count; i++) use_operand(&use, &block->group_by.items[i]);
	for (size_t i = 0; i < block->order_by.count; i++) use_operand(&use, &block->order_by.items[i].operand);
	use_conditions(&use, &block->where);
	use_conditions(&use, &block->outer_on);
	if (use.unknown) need->output.count = 0;
}
