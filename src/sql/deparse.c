/* deparse.c: an expression's tree -> SQL. */
#include "sql/deparse.h"

#include "sql/quote.h"
#include "sql/type.h"

typedef struct Deparse {
	const Syntax *syntax;
	unsigned how;
	bool typed; /* the literal that comes has its type in front: date '2026-01-01' */
	Str out;
} Deparse;

static void add_expression(Deparse *to, const SyntaxNode *node);

static void add_list(Deparse *to, const SyntaxNode *list, const char *separator) {
	for (size_t i = 0; i < syntax_count(list); i++) {
		if (i) str_add(&to->out, separator);
		add_expression(to, syntax_at(list, i));
	}
}

static void add_enclosed(Deparse *to, const char *before, const SyntaxNode *list, const char *after) {
	str_add(&to->out, before);
	add_list(to, list, ", ");
	str_add(&to->out, after);
}

static void add_field(Deparse *to, const char *before, const SyntaxNode *node, const char *name, const char *after) {
	str_add(&to->out, before);
	add_expression(to, syntax_field(node, name));
	str_add(&to->out, after);
}

/* Dotted names: `s.f`, `"My Type"`. */
static void add_name(Deparse *to, const SyntaxNode *names, size_t first) {
	for (size_t i = first; i < syntax_count(names); i++) {
		const char *name = syntax_string(names, i);
		if (i > first) str_add(&to->out, ".");
		str_add(&to->out, name ? sql_identifier(to->syntax->arena, name) : "*");
	}
}

static bool token_at_is(const Deparse *to, size_t nth, const char *word) {
	return tokens_have(to->syntax->text, &to->syntax->tokens, nth, word);
}

/* Tokens first..end as they were written. */
static void add_written(Deparse *to, size_t first, size_t end) {
	const TokenList *tokens = &to->syntax->tokens;
	if (end > tokens->count) end = tokens->count;
	if (first >= end) return;
	size_t start = tokens->items[first].span.start;
	str_add_n(&to->out, to->syntax->text + start, tokens->items[end - 1].span.end - start);
}

/* Behind the group in parentheses at `nth`; nth when there is none. */
static size_t group_end(const Deparse *to, size_t nth) {
	size_t end = tokens_group_end(to->syntax->text, &to->syntax->tokens, nth);
	return end ? end : nth;
}

/* What has no spelling here is copied: a word, and its arguments. */
static void add_copied(Deparse *to, const SyntaxNode *node) {
	size_t nth = syntax_token_at(to->syntax, syntax_location(to->syntax, node));
	size_t end = group_end(to, nth + 1);
	add_written(to, nth, end);
}

static void add_column(Deparse *to, const SyntaxNode *node) {
	const SyntaxNode *fields = syntax_field(node, "fields");
	size_t count = syntax_count(fields);
	add_name(to, fields, (to->how & DEPARSE_UNQUALIFIED) && count ? count - 1 : 0);
}

/* The token of a literal that begins at `nth`, behind its sign or its type; tokens.count when it is not written as one. */
static size_t literal_token(const Deparse *to, size_t nth, TokenKind kind) {
	const TokenList *tokens = &to->syntax->tokens;
	if (kind == TOKEN_NUMBER && token_at_is(to, nth, "-")) nth++;
	while (nth < tokens->count && tokens->items[nth].kind != kind) {
		bool skipped = to->typed || tokens->items[nth].kind == TOKEN_COMMENT;
		nth = skipped ? nth + 1 : tokens->count;
	}
	return nth;
}

static void add_text_literal(Deparse *to, size_t nth, const char *value) {
	nth = literal_token(to, nth, TOKEN_STRING);
	if (nth < to->syntax->tokens.count && !token_at_is(to, nth + 1, "uescape"))
		add_written(to, nth, nth + 1);
	else
		str_add(&to->out, sql_literal(to->syntax->arena, value ? value : ""));
}

static void add_number(Deparse *to, size_t nth, const SyntaxNode *node) {
	size_t digits = literal_token(to, nth, TOKEN_NUMBER);
	if (digits < to->syntax->tokens.count) {
		if (token_at_is(to, nth, "-")) str_add(&to->out, "-");
		add_written(to, digits, digits + 1);
	} else if (syntax_field(node, "fval")) {
		str_add(&to->out, syntax_text(syntax_field(node, "fval"), "fval"));
	} else {
		str_printf(&to->out, "%ld", syntax_int(syntax_field(node, "ival"), "ival", 0));
	}
}

static void add_constant(Deparse *to, const SyntaxNode *node) {
	size_t nth = syntax_token_at(to->syntax, syntax_location(to->syntax, node));
	if (syntax_true(node, "isnull"))
		str_add(&to->out, "NULL");
	else if (syntax_field(node, "boolval"))
		str_add(&to->out, syntax_true(syntax_field(node, "boolval"), "boolval") ? "true" : "false");
	else if (syntax_field(node, "sval"))
		add_text_literal(to, nth, syntax_text(syntax_field(node, "sval"), "sval"));
	else if (syntax_field(node, "bsval"))
		add_text_literal(to, nth, NULL);
	else
		add_number(to, nth, node);
}

static void add_parameter(Deparse *to, const SyntaxNode *node) {
	PlannedValue planned = syntax_planned(to->syntax, node);
	size_t nth = syntax_token_at(to->syntax, syntax_location(to->syntax, node));
	if (planned.kind != PLANNED_NONE)
		add_written(to, planned.first, planned.end);
	else
		add_written(to, nth, nth + 1); /* as written: the tree's number may have overflowed */
}

static void add_type(Deparse *to, const SyntaxNode *type) {
	const SyntaxNode *names = syntax_field(type, "names"), *modifiers = syntax_field(type, "typmods");
	const SyntaxNode *bounds = syntax_field(type, "arrayBounds");
	const TypeSpelling *spelling = type_spelling(syntax_string(names, 0), syntax_string(names, 1));
	if (spelling)
		str_add(&to->out, spelling->before);
	else
		add_name(to, names, 0);
	size_t first = 0;
	if (spelling && spelling->restricted && syntax_count(modifiers)) {
		str_add(&to->out, type_interval_fields(syntax_int(syntax_field(syntax_at(modifiers, 0), "ival"), "ival", 0)));
		first = 1;
	}
	for (size_t i = first; i < syntax_count(modifiers); i++) {
		str_add(&to->out, i == first ? "(" : ",");
		add_expression(to, syntax_at(modifiers, i));
	}
	if (syntax_count(modifiers) > first) str_add(&to->out, ")");
	if (spelling) str_add(&to->out, spelling->after);
	for (size_t i = 0; i < syntax_count(bounds); i++) {
		long bound = syntax_int(syntax_at(bounds, i), "ival", 0);
		str_printf(&to->out, bound > 0 ? "[%ld]" : "[]", bound);
	}
}

static void add_cast(Deparse *to, const SyntaxNode *node) {
	const SyntaxNode *argument = syntax_field(node, "arg");
	if ((to->how & DEPARSE_UNLABELLED) && deparse_is_label(to->syntax, node)) {
		add_expression(to, argument);
		return;
	}
	size_t start = to->out.len;
	to->typed = syntax_location(to->syntax, node) == SYNTAX_NOWHERE;
	add_expression(to, argument);
	to->typed = false;
	bool literal = syntax_is(argument, "A_Const") || syntax_is(argument, "ParamRef");
	if (!literal || to->out.text[start] == '-') { /* a sign binds weaker than `::` */
		const char *inner = arena_copy(to->syntax->arena, to->out.text + start);
		str_cut(&to->out, start);
		str_printf(&to->out, "(%s)", inner);
	}
	str_add(&to->out, "::");
	add_type(to, syntax_field(node, "typeName"));
}

static void add_operator(Deparse *to, const SyntaxNode *names) {
	size_t count = syntax_count(names);
	const char *name = count ? syntax_string(names, count - 1) : NULL;
	if (count > 1) {
		str_add(&to->out, "OPERATOR(");
		for (size_t i = 0; i + 1 < count; i++) {
			const char *schema = syntax_string(names, i);
			str_printf(&to->out, "%s.", sql_identifier(to->syntax->arena, schema ? schema : ""));
		}
	}
	str_add(&to->out, name ? name : "");
	if (count > 1) str_add(&to->out, ")");
}

/* a = ANY (b) and the like: `how` is what stands between the operator and b. */
static void add_quantified(Deparse *to, const SyntaxNode *node, const char *how) {
	add_field(to, "(", node, "lexpr", " ");
	add_operator(to, syntax_field(node, "name"));
	add_field(to, how, node, "rexpr", "))");
}

static void add_any(Deparse *to, const SyntaxNode *node) {
	add_quantified(to, node, " ANY (");
}

static void add_all(Deparse *to, const SyntaxNode *node) {
	add_quantified(to, node, " ALL (");
}

static void add_in(Deparse *to, const SyntaxNode *node) {
	bool not = strcmp("<>", syntax_string(syntax_field(node, "name"), 0)) == 0;
	add_field(to, "(", node, "lexpr", not ? " NOT IN " : " IN ");
	add_field(to, "", node, "rexpr", ")");
}

static void add_values(Deparse *to, const SyntaxNode *node) {
	add_enclosed(to, "(", node, ")");
}

static void add_between(Deparse *to, const SyntaxNode *node) {
	add_field(to, "(", node, "lexpr", " ");
	str_printf(&to->out, "%s ", syntax_string(syntax_field(node, "name"), 0));
	add_list(to, syntax_field(node, "rexpr"), " AND ");
	str_add(&to->out, ")");
}

static void add_distinct(Deparse *to, const SyntaxNode *node) {
	bool not = syntax_equal(node, "kind", "AEXPR_NOT_DISTINCT");
	add_field(to, "(", node, "lexpr", not ? " IS NOT DISTINCT FROM " : " IS DISTINCT FROM ");
	add_field(to, "", node, "rexpr", ")");
}

static void add_nullif(Deparse *to, const SyntaxNode *node) {
	add_field(to, "NULLIF(", node, "lexpr", ", ");
	add_field(to, "", node, "rexpr", ")");
}

static void add_like(Deparse *to, const SyntaxNode *node) {
	bool not = *syntax_string(syntax_field(node, "name"), 0) == '!';
	add_field(to, "(", node, "lexpr", not ? " NOT" : "");
	add_field(to, syntax_equal(node, "kind", "AEXPR_ILIKE") ? " ILIKE " : " LIKE ", node, "rexpr", ")");
}

static void add_infix(Deparse *to, const SyntaxNode *node) {
	str_add(&to->out, "(");
	if (syntax_field(node, "lexpr")) add_field(to, "", node, "lexpr", " ");
	add_operator(to, syntax_field(node, "name"));
	add_field(to, " ", node, "rexpr", ")");
}

static void add_operation(Deparse *to, const SyntaxNode *node) {
	static const struct {
		const char *kind;
		void (*add)(Deparse *to, const SyntaxNode *node);
	} kinds[] = {
	    {"AEXPR_OP_ANY", add_any}, {"AEXPR_OP_ALL", add_all}, {"AEXPR_IN", add_in},
	    {"AEXPR_DISTINCT", add_distinct}, {"AEXPR_NOT_DISTINCT", add_distinct}, {"AEXPR_NULLIF", add_nullif},
	    {"AEXPR_LIKE", add_like}, {"AEXPR_ILIKE", add_like},
	    {"AEXPR_BETWEEN", add_between}, {"AEXPR_NOT_BETWEEN", add_between},
	    {"AEXPR_BETWEEN_SYM", add_between}, {"AEXPR_NOT_BETWEEN_SYM", add_between},
	};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (!syntax_equal(node, "kind", kinds[i].kind)) continue;
		kinds[i].add(to, node);
		return;
	}
	add_infix(to, node);
}

static void add_logic(Deparse *to, const SyntaxNode *node) {
	bool not = syntax_equal(node, "boolop", "NOT_EXPR");
	str_add(&to->out, not ? "(NOT " : "(");
	add_list(to, syntax_field(node, "args"), syntax_equal(node, "boolop", "OR_EXPR") ? " OR " : " AND ");
	str_add(&to->out, ")");
}

static void add_null_test(Deparse *to, const SyntaxNode *node) {
	add_field(to, "(", node, "arg", syntax_equal(node, "nulltesttype", "IS_NULL") ? " IS NULL)" : " IS NOT NULL)");
}

static void add_boolean_test(Deparse *to, const SyntaxNode *node) {
	add_field(to, "(", node, "arg", " ");
	for (const char *word = syntax_text(node, "booltesttype"); word && *word; word++)
		str_add_char(&to->out, *word == '_' ? ' ' : *word);
	str_add(&to->out, ")");
}

static void add_sort(Deparse *to, const SyntaxNode *node) {
	add_field(to, "", node, "node", "");
	if (syntax_equal(node, "sortby_dir", "SORTBY_DESC")) str_add(&to->out, " DESC");
	if (syntax_equal(node, "sortby_dir", "SORTBY_USING")) {
		str_add(&to->out, " USING ");
		add_operator(to, syntax_field(node, "useOp"));
	}
	if (syntax_equal(node, "sortby_nulls", "SORTBY_NULLS_FIRST")) str_add(&to->out, " NULLS FIRST");
	if (syntax_equal(node, "sortby_nulls", "SORTBY_NULLS_LAST")) str_add(&to->out, " NULLS LAST");
}

/* Calls that SQL writes in words, as the server writes them since 14: $n is an argument, @n one that is a word. */
static const struct {
	const char *name;
	size_t arguments;
	const char *spelling;
} worded[] = {
    {"timezone", 2, "($2 AT TIME ZONE $1)"},
    {"extract", 2, "EXTRACT(@1 FROM $2)"},
    {"normalize", 1, "NORMALIZE($1)"},
    {"normalize", 2, "NORMALIZE($1, @2)"},
    {"is_normalized", 1, "($1 IS NORMALIZED)"},
    {"is_normalized", 2, "($1 IS @2 NORMALIZED)"},
    {"position", 2, "POSITION(($2) IN ($1))"},
    {"substring", 2, "SUBSTRING($1 FROM $2)"},
    {"substring", 3, "SUBSTRING($1 FROM $2 FOR $3)"},
    {"overlay", 3, "OVERLAY($1 PLACING $2 FROM $3)"},
    {"overlay", 4, "OVERLAY($1 PLACING $2 FROM $3 FOR $4)"},
    {"btrim", 1, "TRIM(BOTH FROM $1)"},
    {"btrim", 2, "TRIM(BOTH $2 FROM $1)"},
    {"ltrim", 1, "TRIM(LEADING FROM $1)"},
    {"ltrim", 2, "TRIM(LEADING $2 FROM $1)"},
    {"rtrim", 1, "TRIM(TRAILING FROM $1)"},
    {"rtrim", 2, "TRIM(TRAILING $2 FROM $1)"},
    {"overlaps", 4, "(($1, $2) OVERLAPS ($3, $4))"},
    {"pg_collation_for", 1, "COLLATION FOR ($1)"},
};

static bool add_worded(Deparse *to, const SyntaxNode *node) {
	const SyntaxNode *names = syntax_field(node, "funcname"), *arguments = syntax_field(node, "args");
	const char *name = syntax_string(names, syntax_count(names) - 1), *spelling = NULL;
	if (!name || !syntax_equal(node, "funcformat", "COERCE_SQL_SYNTAX")) return false;
	for (size_t i = 0; i < sizeof worded / sizeof *worded; i++)
		if (strcmp(worded[i].name, name) == 0 && worded[i].arguments == syntax_count(arguments)) spelling = worded[i].spelling;
	if (!spelling) return false;
	for (; *spelling; spelling++) {
		if (*spelling != '$' && *spelling != '@') {
			str_add_char(&to->out, *spelling);
			continue;
		}
		bool as_word = *spelling == '@';
		const SyntaxNode *argument = syntax_at(arguments, (size_t)(*++spelling - '1'));
		const char *word = syntax_text(syntax_field(argument, "sval"), "sval");
		if (as_word && word && !word[strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")])
			str_add(&to->out, word);
		else
			add_expression(to, argument);
	}
	return true;
}

static void add_arguments(Deparse *to, const SyntaxNode *node) {
	const SyntaxNode *arguments = syntax_field(node, "args"), *order = syntax_field(node, "agg_order");
	size_t count = syntax_count(arguments);
	bool within_group = syntax_true(node, "agg_within_group");
	if (syntax_true(node, "agg_distinct")) str_add(&to->out, "DISTINCT ");
	if (syntax_true(node, "agg_star")) str_add(&to->out, "*");
	for (size_t i = 0; i < count; i++) {
		if (i) str_add(&to->out, ", ");
		if (i + 1 == count && syntax_true(node, "func_variadic")) str_add(&to->out, "VARIADIC ");
		add_expression(to, syntax_at(arguments, i));
	}
	if (within_group) str_add(&to->out, ") WITHIN GROUP (");
	if (syntax_count(order)) add_enclosed(to, within_group ? "ORDER BY " : " ORDER BY ", order, "");
}

static void add_window(Deparse *to, const SyntaxNode *window) {
	size_t nth = syntax_token_at(to->syntax, syntax_location(to->syntax, window));
	size_t end = group_end(to, nth);
	str_add(&to->out, " OVER ");
	add_written(to, nth, end == nth ? nth + 1 : end);
}

static void add_call(Deparse *to, const SyntaxNode *node) {
	if (add_worded(to, node)) return;
	add_name(to, syntax_field(node, "funcname"), 0);
	str_add(&to->out, "(");
	add_arguments(to, node);
	str_add(&to->out, ")");
	if (syntax_field(node, "agg_filter")) add_field(to, " FILTER (WHERE ", node, "agg_filter", ")");
	if (syntax_field(node, "over")) add_window(to, syntax_field(node, "over"));
}

static void add_named_argument(Deparse *to, const SyntaxNode *node) {
	const char *name = syntax_text(node, "name");
	str_add(&to->out, sql_identifier(to->syntax->arena, name ? name : ""));
	add_field(to, " => ", node, "arg", "");
}

static void add_case(Deparse *to, const SyntaxNode *node) {
	const SyntaxNode *branches = syntax_field(node, "args");
	str_add(&to->out, "CASE");
	if (syntax_field(node, "arg")) add_field(to, " ", node, "arg", "");
	for (size_t i = 0; i < syntax_count(branches); i++) {
		add_field(to, " WHEN ", syntax_at(branches, i), "expr", "");
		add_field(to, " THEN ", syntax_at(branches, i), "result", "");
	}
	if (syntax_field(node, "defresult")) add_field(to, " ELSE ", node, "defresult", "");
	str_add(&to->out, " END");
}

static void add_coalesce(Deparse *to, const SyntaxNode *node) {
	add_enclosed(to, "COALESCE(", syntax_field(node, "args"), ")");
}

static void add_grouping(Deparse *to, const SyntaxNode *node) {
	add_enclosed(to, "GROUPING(", syntax_field(node, "args"), ")");
}

static void add_extreme(Deparse *to, const SyntaxNode *node) {
	add_enclosed(to, syntax_equal(node, "op", "IS_LEAST") ? "LEAST(" : "GREATEST(", syntax_field(node, "args"), ")");
}

static void add_row(Deparse *to, const SyntaxNode *node) {
	add_enclosed(to, syntax_equal(node, "row_format", "COERCE_IMPLICIT_CAST") ? "(" : "ROW(", syntax_field(node, "args"), ")");
}

static void add_array(Deparse *to, const SyntaxNode *node) {
	add_enclosed(to, "ARRAY[", syntax_field(node, "elements"), "]");
}

static void add_collate(Deparse *to, const SyntaxNode *node) {
	add_field(to, "(", node, "arg", " COLLATE ");
	add_name(to, syntax_field(node, "collname"), 0);
	str_add(&to->out, ")");
}

static void add_subscript(Deparse *to, const SyntaxNode *node) {
	str_add(&to->out, "[");
	if (syntax_field(node, "lidx")) add_field(to, "", node, "lidx", "");
	if (syntax_true(node, "is_slice")) str_add(&to->out, ":");
	if (syntax_field(node, "uidx")) add_field(to, "", node, "uidx", "");
	str_add(&to->out, "]");
}

/* a[1], (f(x))[1:2], (composite).field, (t).* */
static void add_indirection(Deparse *to, const SyntaxNode *node) {
	const SyntaxNode *steps = syntax_field(node, "indirection"), *base = syntax_field(node, "arg");
	bool bare = syntax_is(base, "ParamRef") || (syntax_is(base, "ColumnRef") && syntax_is(syntax_at(steps, 0), "A_Indices"));
	str_add(&to->out, bare ? "" : "(");
	add_expression(to, base);
	str_add(&to->out, bare ? "" : ")");
	for (size_t i = 0; i < syntax_count(steps); i++) {
		const char *field = syntax_string(steps, i);
		if (syntax_is(syntax_at(steps, i), "A_Indices"))
			add_subscript(to, syntax_at(steps, i));
		else
			str_printf(&to->out, ".%s", field ? sql_identifier(to->syntax->arena, field) : "*");
	}
}

/* The words of the text: CURRENT_DATE, LOCALTIME(3). */
static void add_value_function(Deparse *to, const SyntaxNode *node) {
	size_t start = to->out.len;
	add_copied(to, node);
	for (char *byte = to->out.text + start; *byte; byte++)
		if (*byte >= 'a' && *byte <= 'z') *byte = (char)(*byte - 'a' + 'A');
}

/* The subquery itself is copied. */
static void add_subquery(Deparse *to, const SyntaxNode *node) {
	static const struct {
		const char *type, *before, *after;
	} forms[] = {
	    {"EXISTS_SUBLINK", "EXISTS ", ""}, {"ARRAY_SUBLINK", "ARRAY", ""}, {"ANY_SUBLINK", " ANY ", ")"}, {"ALL_SUBLINK", " ALL ", ")"},
	};
	const char *before = "", *after = "";
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		if (!syntax_equal(node, "subLinkType", forms[i].type)) continue;
		before = forms[i].before;
		after = forms[i].after;
	}
	if (*after) {
		add_field(to, "(", node, "testexpr", " ");
		if (syntax_field(node, "operName"))
			add_operator(to, syntax_field(node, "operName"));
		else
			before = "IN ";
	}
	str_add(&to->out, before);
	size_t nth = syntax_token_at(to->syntax, syntax_location(to->syntax, node));
	if (token_at_is(to, nth, "operator")) nth = group_end(to, nth + 1);
	while (nth < to->syntax->tokens.count && !token_at_is(to, nth, "(")) nth++;
	add_written(to, nth, group_end(to, nth));
	str_add(&to->out, after);
}

static void add_xml(Deparse *to, const SyntaxNode *node) {
	const SyntaxNode *arguments = syntax_field(node, "args");
	if (syntax_equal(node, "op", "IS_DOCUMENT"))
		add_enclosed(to, "(", arguments, " IS DOCUMENT)");
	else
		add_copied(to, node);
}

static void add_cursor_row(Deparse *to, const SyntaxNode *node) {
	const char *cursor = syntax_text(node, "cursor_name");
	str_printf(&to->out, "CURRENT OF %s", cursor ? sql_identifier(to->syntax->arena, cursor) : "$1");
}

static void add_default(Deparse *to, const SyntaxNode *node) {
	(void)node;
	str_add(&to->out, "DEFAULT");
}

static void add_expression(Deparse *to, const SyntaxNode *node) {
	static const struct {
		const char *type;
		void (*add)(Deparse *to, const SyntaxNode *node);
	} forms[] = {
	    {"ColumnRef", add_column},
	    {"A_Const", add_constant},
	    {"ParamRef", add_parameter},
	    {"TypeCast", add_cast},
	    {"A_Expr", add_operation},
	    {"BoolExpr", add_logic},
	    {"FuncCall", add_call},
	    {"NullTest", add_null_test},
	    {"BooleanTest", add_boolean_test},
	    {"CaseExpr", add_case},
	    {"CoalesceExpr", add_coalesce},
	    {"MinMaxExpr", add_extreme},
	    {"RowExpr", add_row},
	    {"A_ArrayExpr", add_array},
	    {"CollateClause", add_collate},
	    {"A_Indirection", add_indirection},
	    {"List", add_values},
	    {"SQLValueFunction", add_value_function},
	    {"SubLink", add_subquery},
	    {"NamedArgExpr", add_named_argument},
	    {"GroupingFunc", add_grouping},
	    {"SortBy", add_sort},
	    {"XmlExpr", add_xml},
	    {"CurrentOfExpr", add_cursor_row},
	    {"SetToDefault", add_default},
	};
	const char *type = syntax_type(node);
	for (size_t i = 0; type && i < sizeof forms / sizeof *forms; i++) {
		if (strcmp(forms[i].type, type) != 0) continue;
		forms[i].add(to, node);
		return;
	}
	add_copied(to, node);
}

static const char *finish(Deparse *to) {
	const char *text = arena_copy_n(to->syntax->arena, to->out.text, to->out.len);
	str_release(&to->out);
	return text;
}

const char *deparse_expression(const Syntax *syntax, const SyntaxNode *node, unsigned how) {
	Deparse to = {.syntax = syntax, .how = how, .out = STR_INIT};
	add_expression(&to, node);
	return finish(&to);
}

bool deparse_is_enclosed(const SyntaxNode *node, const char *text) {
	static const char *const types[] = {"A_Expr", "BoolExpr", "NullTest", "BooleanTest", "CollateClause"};
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (syntax_is(node, types[i])) return *text == '('; /* NULLIF(…) is an A_Expr too */
	return false;
}

const char *deparse_condition(const Syntax *syntax, const SyntaxNode *node) {
	const char *text = deparse_expression(syntax, node, 0);
	return deparse_is_enclosed(node, text) ? arena_copy_n(syntax->arena, text + 1, strlen(text) - 2) : text;
}

const char *deparse_type(const Syntax *syntax, const SyntaxNode *type) {
	Deparse to = {.syntax = syntax, .out = STR_INIT};
	add_type(&to, type);
	return finish(&to);
}

const char *deparse_collation(const Syntax *syntax, const SyntaxNode *clause) {
	Deparse to = {.syntax = syntax, .out = STR_INIT};
	add_name(&to, syntax_field(clause, "collname"), 0);
	return finish(&to);
}

bool deparse_is_label(const Syntax *syntax, const SyntaxNode *cast) {
	static const char *const labels[] = {"text", "character varying", "bpchar", "varchar"};
	if (!syntax_is(cast, "TypeCast") || !syntax_is(syntax_field(cast, "arg"), "ColumnRef")) return false;
	const char *type = deparse_type(syntax, syntax_field(cast, "typeName"));
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
		size_t len = strlen(labels[i]);
		if (strncmp(type, labels[i], len) == 0 && (!type[len] || strcmp(type + len, "[]") == 0)) return true;
	}
	return false;
}
