/* scan_use.c: what a plan uses of a table. */
#include "advise/scan_use.h"

#include "advise/bare_condition.h"
#include "sql/mention.h"

typedef struct Reader {
	Arena *arena;
	ScanUseList uses;
	const PlanNode *node; /* being read */
	ScanUse *only; /* of the plan: there even VERBOSE leaves qualifiers away; NULL: there are several */
} Reader;

static ScanUse *use_called(Reader *reader, const char *qualifier) {
	if (!qualifier) return reader->only;
	for (size_t i = 0; i < reader->uses.count; i++)
		if (scan_goes_by(reader->uses.items[i].scan, qualifier)) return &reader->uses.items[i];
	return NULL;
}

static ColumnUse *find_column(const ScanUse *use, const char *column) {
	for (size_t i = 0; i < use->columns.count; i++)
		if (strcmp(use->columns.items[i].column->name, column) == 0) return &use->columns.items[i];
	return NULL;
}

const ColumnUse *scan_use_column(const ScanUse *use, const char *column) {
	return find_column(use, column);
}

/* NULL for what the catalog does not know as one: ctid and the like. */
static ColumnUse *column_of(Reader *reader, ScanUse *use, const char *column) {
	ColumnUse *found = find_column(use, column);
	const ColumnFacts *facts = found ? NULL : column_facts(use->scan->table, column);
	if (!facts) return found;
	found = list_push(reader->arena, &use->columns);
	found->column = facts;
	return found;
}

/* ---- roles, by the conditions ---- */

static void give_role(Reader *reader, const Operand *operand, unsigned role) {
	if (operand->kind != OPERAND_COLUMN) return;
	ScanUse *use = use_called(reader, operand->name.qualifier);
	if (!use || bare_hides_cast(use->scan->table, operand)) return;
	ColumnUse *column = column_of(reader, use, operand->name.column);
	if (column) column->roles |= role;
}

/* What does the other side come from: another table, whose rows are there when this one is looked into? */
static bool of_another_table(Reader *reader, const Operand *column, const Operand *other) {
	if (column->kind != OPERAND_COLUMN || !column->name.qualifier || !other->column_count) return false;
	for (size_t i = 0; i < other->column_count; i++) {
		const char *qualifier = other->columns[i].qualifier;
		if (!qualifier || use_called(reader, qualifier) == use_called(reader, column->name.qualifier)) return false;
	}
	return true;
}

static void read_side(Reader *reader, const Operand *side, const Operand *other, unsigned role) {
	bool constant = other->kind == OPERAND_CONSTANT || other->kind == OPERAND_PARAMETER || other->kind == OPERAND_PLANNED;
	if (constant) give_role(reader, side, role);
	else if (of_another_table(reader, side, other)) give_role(reader, side, role == ROLE_EQUAL ? ROLE_JOINED : role);
}

static void read_conditions(Reader *reader, const PredicateList *conditions) {
	for (size_t i = 0; i < conditions->count; i++) {
		const Predicate *condition = &conditions->items[i];
		switch (condition->kind) {
		case PREDICATE_OR:
			for (size_t b = 0; b < condition->branch_count; b++) read_conditions(reader, &condition->branches[b]);
			break;
		case PREDICATE_EQUAL:
		case PREDICATE_IN:
		case PREDICATE_JOIN:
			read_side(reader, &condition->left, &condition->right, ROLE_EQUAL);
			read_side(reader, &condition->right, &condition->left, ROLE_EQUAL);
			break;
		case PREDICATE_RANGE:
			read_side(reader, &condition->left, &condition->right, ROLE_COMPARED);
			read_side(reader, &condition->right, &condition->left, ROLE_COMPARED);
			break;
		case PREDICATE_BOOLEAN:
		case PREDICATE_NULL:
		case PREDICATE_NOT_NULL:
		case PREDICATE_LIKE: give_role(reader, &condition->left, ROLE_COMPARED); break;
		case PREDICATE_SUBPLAN: /* < (SubPlan 1) */
			if (condition->operator_name && !condition->negated) give_role(reader, &condition->left, ROLE_COMPARED);
			break;
		case PREDICATE_NOT_EQUAL: /* keeps nearly everything */
		case PREDICATE_CONTAINS: /* not a btree's */
		case PREDICATE_OTHER: break;
		}
	}
}

static void read_roles(Reader *reader) {
	static const char *const fields[] = {"Index Cond", "Recheck Cond", "Filter", "Hash Cond", "Merge Cond", "Join Filter"};
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		PredicateList conditions = node_conditions(reader->arena, reader->node, fields[i]);
		read_conditions(reader, &conditions);
	}
}

/* ---- orders ---- */

static bool runs_same(const KeyRun *one, const KeyRun *other) {
	if (one->count != other->count) return false;
	for (size_t i = 0; i < one->count; i++) {
		const IndexKey *left = &one->items[i], *right = &other->items[i];
		if (!index_key_same(left, right) || left->descending != right->descending || left->nulls_first != right->nulls_first)
			return false;
	}
	return true;
}

static void add_run(Reader *reader, ScanUse *use, KeyRun run) {
	for (size_t i = 0; i < use->orders.count; i++)
		if (runs_same(&use->orders.items[i], &run)) return;
	if (run.count) *list_push(reader->arena, &use->orders) = run;
}

/* Another table's key in between: a sort's order ends there, while groups may be formed in any order. */
static KeyRun run_of(Reader *reader, const ScanUse *use, const SortKey *keys, size_t count, bool sorted) {
	KeyRun run = {0};
	for (size_t i = 0; i < count; i++) {
		bool own = keys[i].operand.kind == OPERAND_COLUMN && !keys[i].collation &&
		           use_called(reader, keys[i].operand.name.qualifier) == use && column_facts(use->scan->table, keys[i].operand.name.column);
		if (!own && sorted) break;
		if (!own) continue;
		IndexKey *key = list_push(reader->arena, &run);
		*key = index_key_column(reader->arena, keys[i].operand.name.column);
		key->descending = keys[i].descending;
		key->nulls_first = keys[i].nulls_first;
	}
	return run;
}

static void read_order(Reader *reader, const char *field, bool sorted) {
	LIST(SortKey) keys = {0};
	const char *text;
	for (size_t i = 0; (text = node_list_text(reader->node, field, i)); i++) {
		SortKey key;
		if (!sort_key_parse(reader->arena, text, &key, NULL)) break;
		*list_push(reader->arena, &keys) = key;
	}
	for (size_t i = 0; i < reader->uses.count; i++) {
		ScanUse *use = &reader->uses.items[i];
		add_run(reader, use, run_of(reader, use, keys.items, keys.count, sorted));
	}
}

/* min() and max() of a column are at an end of its order. */
static void read_extremes(Reader *reader) {
	static const char partial[] = "PARTIAL ";
	const char *text;
	for (size_t i = 0; node_is(reader->node, "Aggregate") && (text = node_list_text(reader->node, "Output", i)); i++) {
		SortKey key;
		if (strncmp(text, partial, strlen(partial)) == 0) text += strlen(partial);
		if (!sort_key_parse(reader->arena, text, &key, NULL)) continue;
		const Operand *of = &key.operand;
		bool extreme = of->function && (strcmp(of->function, "min") == 0 || strcmp(of->function, "max") == 0);
		ScanUse *use = extreme && of->column_count == 1 ? use_called(reader, of->columns[0].qualifier) : NULL;
		if (!use || !column_facts(use->scan->table, of->columns[0].column)) continue;
		KeyRun run = {0};
		*list_push(reader->arena, &run) = index_key_column(reader->arena, of->columns[0].column);
		add_run(reader, use, run);
	}
}

/* ---- what is read ---- */

static void need_mentioned(Reader *reader, const char *expression) {
	MentionList mentions = {0};
	mentions_add(reader->arena, &mentions, expression);
	for (size_t i = 0; i < mentions.count; i++) {
		const ColumnName *name = &mentions.items[i];
		ScanUse *use = use_called(reader, name->qualifier);
		if (!use) continue;
		ColumnUse *column = name->column ? column_of(reader, use, name->column) : NULL;
		if (column) column->needed = true;
		else if (name->qualifier) use->whole_rows = true;
	}
}

/* A scan passes rows on as they lie in the table where that is cheaper than picking columns: then what it puts out tells
 * nothing, and the nodes above say what is needed. */
static bool passes_rows_on(Reader *reader, const PlanValue *output) {
	const PlanNode *node = reader->node;
	const ScanUse *use = node_is_scan_of_table(node) ? use_called(reader, node->alias ? node->alias : node->relation) : NULL;
	if (!use || !node->parent || node_stands_apart(node)) return false;
	size_t count = 0;
	for (const PlanValue *item = output->kind == PLAN_LIST ? output->members.first : NULL; item; item = item->next) count++;
	return count >= use->scan->table->columns.count;
}

static bool is_expression(const char *field) {
	static const char *const ends[] = {" Cond", "Filter", " Key", "Output", "Function Call", "Order By"};
	size_t length = strlen(field);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		size_t end = strlen(ends[i]);
		if (length >= end && strcmp(field + length - end, ends[i]) == 0) return true;
	}
	return false;
}

static void read_needs(Reader *reader) {
	const PlanValue *field = reader->node->fields ? reader->node->fields->members.first : NULL;
	for (; field; field = field->next) {
		if (!field->name || !is_expression(field->name)) continue;
		if (strcmp(field->name, "Output") == 0 && passes_rows_on(reader, field)) continue;
		if (field->kind == PLAN_TEXT) need_mentioned(reader, field->text);
		for (const PlanValue *item = field->kind == PLAN_LIST ? field->members.first : NULL; item; item = item->next)
			if (item->kind == PLAN_TEXT) need_mentioned(reader, item->text);
	}
}

ScanUseList scan_uses(Arena *arena, const Plan *plan, const ScanList *scans) {
	Reader reader = {.arena = arena};
	for (size_t i = 0; i < scans->count; i++)
		if (scans->items[i].table) list_push(arena, &reader.uses)->scan = &scans->items[i];
	reader.only = reader.uses.count == 1 ? reader.uses.items : NULL;
	for (size_t i = 0; reader.uses.count && i < plan->node_count; i++) {
		reader.node = plan->nodes[i];
		read_roles(&reader);
		read_order(&reader, "Sort Key", true);
		read_order(&reader, "Group Key", false);
		read_extremes(&reader);
		read_needs(&reader);
	}
	return reader.uses;
}
