/* computed_condition.c: a filter that compares something computed from a column. */
#include "advise/computed_condition.h"

#include "advise/say.h"
#include "advise/written_condition.h"

/* ---- the condition ---- */

static bool computes(const Scan *scan, const Predicate *condition) {
	if (condition->kind != PREDICATE_EQUAL && condition->kind != PREDICATE_RANGE && condition->kind != PREDICATE_IN)
		return false;
	if (condition->negated || condition->right.column_count || !scan_owns_all(scan, &condition->left)) return false;
	if (condition->left.kind == OPERAND_COLUMN) return bare_hides_cast(scan->table, &condition->left);
	return condition->left.kind == OPERAND_EXPRESSION && condition->left.key;
}

static bool casts_only(const Operand *left) {
	if (left->kind == OPERAND_COLUMN) return true;
	if (!left->function || strncmp(left->function, "::", 2) != 0 || left->column_count != 1) return false;
	const char *end = strstr(left->text, ")::"); /* (events.id)::numeric, not ((a + b))::numeric */
	return end && left->text[0] == '(' && strcspn(left->text + 1, " (,") > (size_t)(end - left->text - 1);
}

/* Nobody compares a number as a wider kind of number on purpose; of other casts the statement has to tell. */
static bool is_implicit(const Computed *it, const Predicate *written) {
	const char *type = it->condition->left.type;
	if (!it->cast_only || !type) return false;
	if (written) return written->left.kind == OPERAND_COLUMN && !written->left.type;
	return strcmp(type, "numeric") == 0 || strcmp(type, "double precision") == 0;
}

/* The statement's own words, under the cast that only the plan shows; literals as the plan has them, with their type. */
static Predicate as_cast(const Predicate *written, const Predicate *planned) {
	Predicate cast = *planned;
	cast.left = written->left;
	cast.left.type = planned->left.type;
	if (written->right.kind != OPERAND_CONSTANT) cast.right = written->right;
	return cast;
}

static void say_bare(const Advice *advice, Computed *it) {
	const Statement *statement = advice->statement;
	const Predicate *written = written_condition(statement, it->condition);
	bool as_written = written && written->left.kind == it->condition->left.kind;
	it->implicit = is_implicit(it, written);
	Predicate said = it->implicit && written ? as_cast(written, it->condition) : as_written ? *written : *it->condition;
	it->bare = bare_condition(advice->arena, it->scan->table, &said);
	it->said = written ? written->text : it->condition->text;
	it->rewrite = statement_with_condition(advice->arena, statement, written, it->bare.condition);
}

/* ---- the index ---- */

static IndexKey expression_key(const Scan *scan, const Operand *operand) {
	bool strings = true;
	for (size_t i = 0; i < operand->column_count; i++) {
		const ColumnFacts *column = column_facts(scan->table, operand->columns[i].column);
		if (column && column->type && !strstr(column->type, "char") && strcmp(column->type, "text") != 0)
			strings = false;
	}
	return (IndexKey){.text = strings ? operand->key : operand->exact_key};
}

static void choose(const Advice *advice, Computed *it) {
	const Scan *scan = it->scan;
	IndexNeed need = index_need(advice->arena, scan);
	NeededKey key = {.share = NAN};
	if (need.unserved) need.unserved--;
	bool range = it->bare.condition ? it->bare.range : it->condition->kind == PREDICATE_RANGE;
	key.key = it->bare.condition ? index_key_column(advice->arena, it->bare.column)
	                             : expression_key(scan, &it->condition->left);
	if (range) need.range.count = 0;
	*list_push(advice->arena, range ? &need.range : &need.equal) = key;
	Order order;
	if (order_above(advice->arena, advice->plan, advice->statement, advice->facts, scan, &order) && order.limit)
		index_need_order(advice->arena, &need, &order);
	it->choice = index_choose(advice->arena, advice->facts, &need);
	/* Where an index waits for the bare column, what is left to find by a longer one shows once it is used. */
	if (it->bare.condition && index_led_by(advice->arena, scan->table, it->bare.column)) it->choice.made = false;
	bool by_cost = it->choice.made && scan_reads_whole(scan);
	it->left = by_cost ? index_choice_left(advice->plan, scan, &it->choice, 0) : scan->rows_out / scan->rows_read;
}

bool computed_condition(const Advice *advice, const Scan *scan, const Predicate *condition, Computed *computed) {
	if (!computes(scan, condition)) return false;
	*computed = (Computed){.scan = scan, .condition = condition, .cast_only = casts_only(&condition->left)};
	say_bare(advice, computed);
	return true;
}

/* Partitions that need not be read at all are told as such. */
static bool told_of_partitions(const Advice *advice, const Scan *scan) {
	for (const PlanNode *up = scan->node->parent; up; up = up->parent)
		if (node_is(up, "Append") || node_is(up, "Merge Append")) return advice_told(advice, "partition-no-prune", up);
	return false;
}

bool computed_in_filter(const Advice *advice, const Scan *scan, Computed *computed) {
	if (!advice_scan_wastes(advice, scan) || told_of_partitions(advice, scan)) return false;
	for (size_t c = 0; c < scan->filter.count; c++)
		if (computed_condition(advice, scan, &scan->filter.items[c], computed)) {
			choose(advice, computed);
			return true;
		}
	return false;
}

/* ---- the finding ---- */

static void add_rewrite(const Advice *advice, const Computed *it, Finding *finding) {
	Arena *arena = advice->arena;
	finding->kind = REMEDY_REWRITE;
	finding->rewrite = it->rewrite;
	finding->notes = arena_printf(arena, "Instead of %s write %s.%s%s", it->said, it->bare.condition,
	                              it->bare.note ? " " : "", it->bare.note ? it->bare.note : "");
	finding_set_indexes(arena, finding, &it->choice.index, it->choice.made ? 1 : 0);
	if (it->choice.made) return;
	finding->columns = ARENA_ARRAY(arena, const char *, 1);
	finding->columns[finding->column_count++] = sql_identifier(arena, it->bare.column);
}

Finding computed_finding(const Advice *advice, const Rule *rule, const Computed *it) {
	Arena *arena = advice->arena;
	const Scan *scan = it->scan;
	Finding finding = finding_new(rule->id);
	finding.node = scan->node->id;
	finding.basis = scan->table ? BASIS_ESTIMATED : BASIS_HEURISTIC;
	finding.relation = say_relation(arena, scan->schema, scan->name);
	finding.evidence = say_waste(arena, advice->plan, scan, it->condition->text);
	if (it->bare.condition) add_rewrite(advice, it, &finding);
	finding_weigh(advice->plan, &finding, scan->self_ms, scan->self_cost, it->left);
	return finding;
}
