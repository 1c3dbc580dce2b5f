/* operand.c: one side of a condition, one sort key, one column of a select list. */
#include "sql/operand.h"

#include "sql/deparse.h"
#include "sql/function.h"

/* What occurs in an expression, at any depth but not in its subqueries. */
typedef struct Parts {
	const Syntax *syntax;
	LIST(ColumnName) columns;
	bool whole_row, parameter, planned;
	bool of_rows; /* aggregates and window calls, which need no column */
	bool random; /* another value in every row */
	bool unfit; /* for an index: these, rows, and what changes with time */
} Parts;

static bool same_text(const char *one, const char *other) {
	return one == other || (one && other && strcmp(one, other) == 0);
}

static void add_column(Parts *parts, const SyntaxNode *reference) {
	const SyntaxNode *fields = syntax_field(reference, "fields");
	size_t count = syntax_count(fields);
	const char *column = count ? syntax_string(fields, count - 1) : NULL;
	const char *qualifier = count > 1 ? syntax_string(fields, count - 2) : NULL;
	if (!column) {
		parts->whole_row = true;
		return;
	}
	for (size_t i = 0; i < parts->columns.count; i++)
		if (strcmp(parts->columns.items[i].column, column) == 0 && same_text(parts->columns.items[i].qualifier, qualifier)) return;
	Arena *arena = parts->syntax->arena;
	*list_push(arena, &parts->columns) = (ColumnName){arena_copy(arena, qualifier), arena_copy(arena, column)};
}

static void add_call(Parts *parts, const SyntaxNode *call) {
	const SyntaxNode *names = syntax_field(call, "funcname");
	const char *name = syntax_string(names, syntax_count(names) - 1);
	FunctionTrait trait = name ? function_trait(name) : FUNCTION_PLAIN;
	if (trait == FUNCTION_AGGREGATE || syntax_field(call, "over") || syntax_true(call, "agg_star")) parts->of_rows = true;
	if (trait == FUNCTION_VOLATILE) parts->random = true;
	if (trait != FUNCTION_PLAIN || parts->of_rows) parts->unfit = true;
}

static bool collect(void *context, const char *name, const SyntaxNode *value) {
	Parts *parts = context;
	if (strcmp(name, "ColumnRef") == 0) {
		add_column(parts, value);
	} else if (strcmp(name, "ParamRef") == 0) {
		if (syntax_planned(parts->syntax, value).kind != PLANNED_NONE)
			parts->planned = true;
		else
			parts->parameter = true;
	} else if (strcmp(name, "FuncCall") == 0) {
		add_call(parts, value);
	} else if (strcmp(name, "SubLink") == 0) {
		parts->planned = true;
		if (syntax_field(value, "testexpr")) syntax_walk(syntax_field(value, "testexpr"), collect, parts);
		return false;
	} else if (strcmp(name, "SQLValueFunction") == 0 || strcmp(name, "RowExpr") == 0 || strcmp(name, "XmlExpr") == 0) {
		parts->unfit = true;
	}
	return true;
}

static OperandKind kind_of(const Parts *parts, bool column) {
	if (column) return OPERAND_COLUMN;
	if (parts->columns.count || parts->of_rows) return OPERAND_EXPRESSION;
	if (parts->whole_row || parts->random) return OPERAND_OTHER;
	if (parts->planned) return OPERAND_PLANNED;
	return parts->parameter ? OPERAND_PARAMETER : OPERAND_CONSTANT;
}

/* The word for what is done last. */
static const char *outermost(const Syntax *syntax, const SyntaxNode *node, const char *cast) {
	static const struct {
		const char *type, *list, *word; /* the last name of a list, or a word */
	} forms[] = {
	    {"FuncCall", "funcname", NULL},
	    {"A_Expr", "name", NULL},
	    {"CoalesceExpr", NULL, "coalesce"},
	    {"CaseExpr", NULL, "case"},
	    {"RowExpr", NULL, "row"},
	    {"A_ArrayExpr", NULL, "array"},
	    {"NullTest", NULL, "is null"},
	    {"CollateClause", NULL, "collate"},
	    {"A_Indirection", NULL, "[]"},
	};
	if (cast) return arena_printf(syntax->arena, "::%s", cast);
	if (syntax_is(node, "MinMaxExpr")) return syntax_equal(node, "op", "IS_LEAST") ? "least" : "greatest";
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		if (!syntax_is(node, forms[i].type)) continue;
		if (!forms[i].list) return forms[i].word;
		const SyntaxNode *names = syntax_field(node, forms[i].list);
		return arena_copy(syntax->arena, syntax_string(names, syntax_count(names) - 1));
	}
	return NULL;
}

static bool may_be_key(const Parts *parts) {
	if (!parts->columns.count || parts->whole_row || parts->parameter || parts->planned || parts->unfit) return false;
	for (size_t i = 1; i < parts->columns.count; i++)
		if (!same_text(parts->columns.items[i].qualifier, parts->columns.items[0].qualifier)) return false;
	return true;
}

/* Columns and calls stand alone in CREATE INDEX, all else in parentheses. */
static bool stands_alone(const SyntaxNode *node) {
	static const char *const types[] = {"ColumnRef", "FuncCall", "CoalesceExpr", "MinMaxExpr"};
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (syntax_is(node, types[i])) return true;
	return syntax_is(node, "A_Expr") && syntax_equal(node, "kind", "AEXPR_NULLIF");
}

static void add_keys(Operand *operand, const Syntax *syntax, const SyntaxNode *node) {
	const char *key = deparse_expression(syntax, node, DEPARSE_UNQUALIFIED | DEPARSE_UNLABELLED);
	const char *exact = deparse_expression(syntax, node, DEPARSE_UNQUALIFIED);
	bool bare = operand->kind == OPERAND_COLUMN || stands_alone(node) || deparse_is_enclosed(node, key);
	operand->key = bare ? key : arena_printf(syntax->arena, "(%s)", key);
	operand->exact_key = stands_alone(node) ? exact : arena_printf(syntax->arena, "(%s)", exact);
}

Operand operand_read(const Syntax *syntax, const SyntaxNode *node) {
	Parts parts = {.syntax = syntax};
	syntax_walk(node, collect, &parts);
	bool cast = syntax_is(node, "TypeCast");
	bool column = parts.columns.count == 1 && (syntax_is(node, "ColumnRef") || deparse_is_label(syntax, node));
	Operand operand = {
	    .kind = kind_of(&parts, column),
	    .text = deparse_expression(syntax, node, DEPARSE_UNLABELLED),
	    .columns = parts.columns.items,
	    .column_count = parts.columns.count,
	    .type = cast ? deparse_type(syntax, syntax_field(node, "typeName")) : NULL,
	};
	if (column) operand.name = operand.columns[0];
	if (operand.kind == OPERAND_EXPRESSION) operand.function = outermost(syntax, node, operand.type);
	if (may_be_key(&parts)) add_keys(&operand, syntax, node);
	return operand;
}

bool operand_shares_relation(const Operand *one, const Operand *other, bool unqualified_is_same) {
	for (size_t i = 0; i < one->column_count; i++)
		for (size_t j = 0; j < other->column_count; j++)
			if (same_text(one->columns[i].qualifier, other->columns[j].qualifier) &&
			    (one->columns[i].qualifier || unqualified_is_same))
				return true;
	return false;
}
