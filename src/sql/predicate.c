/* predicate.c: one condition, taken apart. */
#include "sql/predicate.h"

#include "sql/deparse.h"

typedef struct Reader {
	const Syntax *syntax;
	bool single;
} Reader;

static const struct Operator {
	const char *name;
	PredicateKind kind;
	const char *commutator, *negator; /* NULL: none */
} operators[] = {
    {"=", PREDICATE_EQUAL, "=", "<>"},
    {"<>", PREDICATE_NOT_EQUAL, "<>", "="},
    {"<", PREDICATE_RANGE, ">", ">="},
    {"<=", PREDICATE_RANGE, ">=", ">"},
    {">", PREDICATE_RANGE, "<", "<="},
    {">=", PREDICATE_RANGE, "<=", "<"},
    {"~~", PREDICATE_LIKE, NULL, "!~~"},
    {"~~*", PREDICATE_LIKE, NULL, "!~~*"},
    {"~", PREDICATE_LIKE, NULL, "!~"},
    {"~*", PREDICATE_LIKE, NULL, "!~*"},
    {"!~~", PREDICATE_OTHER, NULL, "~~"},
    {"!~~*", PREDICATE_OTHER, NULL, "~~*"},
    {"!~", PREDICATE_OTHER, NULL, "~"},
    {"!~*", PREDICATE_OTHER, NULL, "~*"},
    {"@>", PREDICATE_CONTAINS, "<@", NULL},
    {"<@", PREDICATE_CONTAINS, "@>", NULL},
    {"&&", PREDICATE_CONTAINS, "&&", NULL},
    {"@@", PREDICATE_CONTAINS, "@@", NULL},
    {"@?", PREDICATE_CONTAINS, NULL, NULL},
    {"?", PREDICATE_CONTAINS, NULL, NULL},
    {"?|", PREDICATE_CONTAINS, NULL, NULL},
    {"?&", PREDICATE_CONTAINS, NULL, NULL},
    {"%", PREDICATE_CONTAINS, "%", NULL}, /* similarity: a remainder is no condition */
    {"<%", PREDICATE_CONTAINS, "%>", NULL},
    {"%>", PREDICATE_CONTAINS, "<%", NULL},
    {"<<%", PREDICATE_CONTAINS, "%>>", NULL},
    {"%>>", PREDICATE_CONTAINS, "<<%", NULL},
    {"<<", PREDICATE_CONTAINS, ">>", NULL},
    {">>", PREDICATE_CONTAINS, "<<", NULL},
    {"&<", PREDICATE_CONTAINS, NULL, NULL},
    {"&>", PREDICATE_CONTAINS, NULL, NULL},
    {"-|-", PREDICATE_CONTAINS, "-|-", NULL},
    {"~=", PREDICATE_CONTAINS, "~=", NULL},
};

static const struct Operator *operator_named(const char *name) {
	static const struct Operator unknown = {NULL, PREDICATE_OTHER, NULL, NULL};
	for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
		if (strcmp(operators[i].name, name) == 0) return &operators[i];
	return &unknown;
}

static const char *operator_of(const SyntaxNode *node) {
	const SyntaxNode *names = syntax_field(node, "name");
	const char *name = syntax_count(names) ? syntax_string(names, syntax_count(names) - 1) : NULL;
	return name ? name : "";
}

typedef struct Search {
	const Syntax *syntax;
	bool found;
} Search;

static bool find_subplan(void *context, const char *name, const SyntaxNode *value) {
	Search *search = context;
	if (strcmp(name, "ParamRef") == 0 && syntax_planned(search->syntax, value).kind == PLANNED_PER_ROW) search->found = true;
	return !search->found;
}

static bool has_subplan(const Reader *reader, const SyntaxNode *node) {
	Search search = {.syntax = reader->syntax};
	syntax_walk(node, find_subplan, &search);
	return search.found;
}

static void add_condition(const Reader *reader, PredicateList *list, const SyntaxNode *node, bool negated);

static const char *written(const Reader *reader, const SyntaxNode *node, bool negated) {
	if (!negated) return deparse_condition(reader->syntax, node);
	return arena_printf(reader->syntax->arena, "NOT %s", deparse_expression(reader->syntax, node, 0));
}

static void swap_sides(Predicate *predicate) {
	Operand left = predicate->left;
	predicate->left = predicate->right;
	predicate->right = left;
}

/* Puts the column on the left and says what the comparison is good for. */
static void settle(const Reader *reader, Predicate *predicate) {
	const struct Operator *operator = operator_named(predicate->operator_name);
	if (!predicate->left.column_count && predicate->right.column_count && operator->commutator) {
		swap_sides(predicate);
		predicate->operator_name = operator->commutator;
	}
	predicate->kind = operator->kind;
	if (!predicate->left.column_count || predicate->right.kind == OPERAND_OTHER)
		predicate->kind = PREDICATE_OTHER;
	else if (operand_shares_relation(&predicate->left, &predicate->right, reader->single))
		predicate->kind = PREDICATE_OTHER;
	else if (predicate->right.column_count && operator->kind == PREDICATE_EQUAL)
		predicate->kind = PREDICATE_JOIN;
}

static Predicate *add_comparison(const Reader *reader, PredicateList *list, const char *text, const SyntaxNode *left,
                                 const char *operator_name, const SyntaxNode *right) {
	const Syntax *syntax = reader->syntax;
	Predicate *predicate = list_push(syntax->arena, list);
	*predicate = (Predicate){
	    .text = text,
	    .operator_name = arena_copy(syntax->arena, operator_name),
	    .left = operand_read(syntax, left),
	    .right = operand_read(syntax, right),
	};
	settle(reader, predicate);
	if (has_subplan(reader, left) || has_subplan(reader, right)) predicate->kind = PREDICATE_SUBPLAN;
	return predicate;
}

/* A part of a condition that was not written as such: BETWEEN's bounds, the columns of a row. */
static void add_part(const Reader *reader, PredicateList *list, const SyntaxNode *left, const char *operator_name, const SyntaxNode *right) {
	const char *text = arena_printf(reader->syntax->arena, "%s %s %s", deparse_expression(reader->syntax, left, 0), operator_name,
	                                deparse_expression(reader->syntax, right, 0));
	add_comparison(reader, list, text, left, operator_name, right);
}

static Predicate *add_plain(const Reader *reader, PredicateList *list, const SyntaxNode *node, bool negated, PredicateKind kind,
                            const SyntaxNode *left) {
	Predicate *predicate = list_push(reader->syntax->arena, list);
	*predicate = (Predicate){
	    .kind = kind,
	    .negated = negated,
	    .text = written(reader, node, negated),
	    .left = operand_read(reader->syntax, left),
	};
	return predicate;
}

/* (a, b) = (1, 2) says the same as a = 1 AND b = 2. */
static bool add_equal_rows(const Reader *reader, PredicateList *list, const SyntaxNode *left, const SyntaxNode *right) {
	const SyntaxNode *lefts = syntax_field(left, "args"), *rights = syntax_field(right, "args");
	size_t count = syntax_count(lefts);
	if (!syntax_is(left, "RowExpr") || !syntax_is(right, "RowExpr") || syntax_count(rights) != count) return false;
	for (size_t i = 0; i < count; i++) add_part(reader, list, syntax_at(lefts, i), "=", syntax_at(rights, i));
	return true;
}

static void add_operation(const Reader *reader, PredicateList *list, const SyntaxNode *node, bool negated) {
	const SyntaxNode *left = syntax_field(node, "lexpr"), *right = syntax_field(node, "rexpr");
	const char *name = operator_of(node), *meant = negated ? operator_named(name)->negator : name;
	if (!left || !right) {
		add_plain(reader, list, node, negated, PREDICATE_OTHER, node);
		return;
	}
	if (meant && strcmp(meant, "=") == 0 && add_equal_rows(reader, list, left, right)) return;
	Predicate *predicate = add_comparison(reader, list, written(reader, node, negated), left, meant ? meant : name, right);
	if (meant) return;
	predicate->negated = true;
	predicate->kind = PREDICATE_OTHER;
}

/* x = ANY (…), x IN (…), x <> ALL (…): one value and many. */
static void add_quantified(const Reader *reader, PredicateList *list, const SyntaxNode *node, bool negated) {
	const char *operator_name = operator_of(node);
	bool all = syntax_equal(node, "kind", "AEXPR_OP_ALL") || (syntax_equal(node, "kind", "AEXPR_IN") && strcmp(operator_name, "=") != 0);
	const char *negator = operator_named(operator_name)->negator;
	bool turned = negated && negator;
	if (turned) {
		operator_name = negator;
		all = !all;
	}
	Arena *arena = reader->syntax->arena;
	Predicate *predicate = add_plain(reader, list, node, negated, PREDICATE_OTHER, syntax_field(node, "lexpr"));
	predicate->negated = negated && !turned;
	predicate->right = operand_read(reader->syntax, syntax_field(node, "rexpr"));
	bool plain = predicate->left.column_count && !predicate->right.column_count;
	if (has_subplan(reader, node)) {
		predicate->kind = PREDICATE_SUBPLAN;
	} else if (plain && !all && strcmp(operator_name, "=") == 0) {
		predicate->kind = PREDICATE_IN;
	} else if (plain && all && strcmp(operator_name, "<>") == 0) {
		predicate->kind = PREDICATE_NOT_EQUAL;
	} else {
		operator_name = arena_printf(arena, "%s %s", operator_name, all ? "ALL" : "ANY");
		if (!predicate->left.column_count) swap_sides(predicate);
	}
	predicate->operator_name = arena_copy(arena, operator_name);
}

/* Its branches, to be filled. */
static PredicateList *add_or(const Reader *reader, PredicateList *list, const char *text, size_t count) {
	Arena *arena = reader->syntax->arena;
	PredicateList *branches = ARENA_ARRAY(arena, PredicateList, count);
	*list_push(arena, list) = (Predicate){.kind = PREDICATE_OR, .text = text, .branches = branches, .branch_count = count};
	return branches;
}

static void add_between(const Reader *reader, PredicateList *list, const SyntaxNode *node, bool negated) {
	const SyntaxNode *value = syntax_field(node, "lexpr"), *bounds = syntax_field(node, "rexpr");
	bool outside = syntax_equal(node, "kind", "AEXPR_NOT_BETWEEN") != negated;
	if (outside) {
		PredicateList *branches = add_or(reader, list, written(reader, node, negated), 2);
		add_part(reader, &branches[0], value, "<", syntax_at(bounds, 0));
		add_part(reader, &branches[1], value, ">", syntax_at(bounds, 1));
	} else {
		add_part(reader, list, value, ">=", syntax_at(bounds, 0));
		add_part(reader, list, value, "<=", syntax_at(bounds, 1));
	}
}

static void add_distinct(const Reader *reader, PredicateList *list, const SyntaxNode *node, bool negated) {
	bool same = syntax_equal(node, "kind", "AEXPR_NOT_DISTINCT");
	Predicate *predicate = add_plain(reader, list, node, negated, PREDICATE_OTHER, syntax_field(node, "lexpr"));
	predicate->right = operand_read(reader->syntax, syntax_field(node, "rexpr"));
	predicate->operator_name = same ? "IS NOT DISTINCT FROM" : "IS DISTINCT FROM";
	if (!predicate->left.column_count && predicate->right.column_count) swap_sides(predicate);
}

static void add_null_test(const Reader *reader, PredicateList *list, const SyntaxNode *node, bool negated) {
	bool null = syntax_equal(node, "nulltesttype", "IS_NULL") != negated;
	Predicate *predicate = add_plain(reader, list, node, negated, null ? PREDICATE_NULL : PREDICATE_NOT_NULL, syntax_field(node, "arg"));
	predicate->negated = false;
}

/* A condition holds when it IS TRUE, and its contrary when it IS FALSE; the other tests let NULLs through. */
static void add_boolean_test(const Reader *reader, PredicateList *list, const SyntaxNode *node, bool negated) {
	bool is_true = syntax_equal(node, "booltesttype", "IS_TRUE"), is_false = syntax_equal(node, "booltesttype", "IS_FALSE");
	if (!negated && (is_true || is_false))
		add_condition(reader, list, syntax_field(node, "arg"), is_false);
	else
		add_plain(reader, list, node, negated, PREDICATE_OTHER, syntax_field(node, "arg"));
}

static void add_logic(const Reader *reader, PredicateList *list, const SyntaxNode *node, bool negated) {
	const SyntaxNode *arguments = syntax_field(node, "args");
	bool not = syntax_equal(node, "boolop", "NOT_EXPR"), or = syntax_equal(node, "boolop", "OR_EXPR");
	if (not) {
		add_condition(reader, list, syntax_at(arguments, 0), !negated);
	} else if (or == negated) { /* NOT (a OR b) is NOT a AND NOT b */
		for (size_t i = 0; i < syntax_count(arguments); i++) add_condition(reader, list, syntax_at(arguments, i), negated);
	} else {
		size_t count = syntax_count(arguments);
		PredicateList *branches = add_or(reader, list, written(reader, node, negated), count);
		for (size_t i = 0; i < count; i++) add_condition(reader, &branches[i], syntax_at(arguments, i), negated);
	}
}

static void add_subquery(const Reader *reader, PredicateList *list, const SyntaxNode *node, bool negated) {
	const SyntaxNode *tested = syntax_field(node, "testexpr");
	add_plain(reader, list, node, negated, PREDICATE_SUBPLAN, tested ? tested : node);
}

/* Anything else that is true or false: a column, a call, a planned value. */
static void add_value(const Reader *reader, PredicateList *list, const SyntaxNode *node, bool negated) {
	Predicate *predicate = add_plain(reader, list, node, negated, PREDICATE_OTHER, node);
	if (predicate->left.kind == OPERAND_COLUMN && !predicate->left.type) predicate->kind = PREDICATE_BOOLEAN;
	if (has_subplan(reader, node)) predicate->kind = PREDICATE_SUBPLAN;
}

static void add_condition(const Reader *reader, PredicateList *list, const SyntaxNode *node, bool negated) {
	static const struct {
		const char *type, *kind; /* kind: of an A_Expr */
		void (*add)(const Reader *reader, PredicateList *list, const SyntaxNode *node, bool negated);
	} forms[] = {
	    {"BoolExpr", NULL, add_logic},
	    {"NullTest", NULL, add_null_test},
	    {"BooleanTest", NULL, add_boolean_test},
	    {"SubLink", NULL, add_subquery},
	    {"A_Expr", "AEXPR_OP", add_operation},
	    {"A_Expr", "AEXPR_LIKE", add_operation},
	    {"A_Expr", "AEXPR_ILIKE", add_operation},
	    {"A_Expr", "AEXPR_SIMILAR", add_operation},
	    {"A_Expr", "AEXPR_OP_ANY", add_quantified},
	    {"A_Expr", "AEXPR_OP_ALL", add_quantified},
	    {"A_Expr", "AEXPR_IN", add_quantified},
	    {"A_Expr", "AEXPR_BETWEEN", add_between},
	    {"A_Expr", "AEXPR_NOT_BETWEEN", add_between},
	    {"A_Expr", "AEXPR_DISTINCT", add_distinct},
	    {"A_Expr", "AEXPR_NOT_DISTINCT", add_distinct},
	};
	if (negated && !syntax_is(node, "SubLink") && has_subplan(reader, node)) { /* NOT (ANY ((a = …) AND (b = …))) is one thing */
		const SyntaxNode *tested = syntax_field(node, "lexpr");
		add_plain(reader, list, node, negated, PREDICATE_SUBPLAN, tested ? tested : node);
		return;
	}
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		if (!syntax_is(node, forms[i].type) || (forms[i].kind && !syntax_equal(node, "kind", forms[i].kind))) continue;
		forms[i].add(reader, list, node, negated);
		return;
	}
	add_value(reader, list, node, negated);
}

void predicates_add(const Syntax *syntax, const SyntaxNode *node, bool single, PredicateList *list) {
	if (node) add_condition(&(Reader){syntax, single}, list, node, false);
}

PredicateList *predicate_parse(Arena *arena, const char *condition, Err *err) {
	Syntax syntax;
	if (!syntax_parse(&syntax, arena, SYNTAX_CONDITION, condition, err)) return NULL;
	PredicateList *list = ARENA_NEW(arena, PredicateList);
	predicates_add(&syntax, syntax.root, true, list);
	syntax_release(&syntax);
	return list;
}
