/* deparse.c: an expression's tree -> SQL. */
#include "sql/deparse.h"

#include "sql/deparse_parts.h"
#include "sql/quote.h"
#include "sql/type.h"

void deparse_add_list(Deparse *to, const SyntaxNode *list, const char *separator) {
	for (size_t i = 0; i < syntax_count(list); i++) {
		if (i) str_add(&to->out, separator);
		deparse_add(to, syntax_at(list, i));
	}
}

void deparse_add_enclosed(Deparse *to, const char *before, const SyntaxNode *list, const char *after) {
	str_add(&to->out, before);
	deparse_add_list(to, list, ", ");
	str_add(&to->out, after);
}

void deparse_add_field(Deparse *to, const char *before, const SyntaxNode *node, const char *name, const char *after) {
	str_add(&to->out, before);
	deparse_add(to, syntax_field(node, name));
	str_add(&to->out, after);
}

void deparse_add_name(Deparse *to, const SyntaxNode *names, size_t first) {
	for (size_t i = first; i < syntax_count(names); i++) {
		const char *name = syntax_string(names, i);
		if (i > first) str_add(&to->out, ".");
		str_add(&to->out, name ? sql_identifier(to->syntax->arena, name) : "*");
	}
}

static void add_column(Deparse *to, const SyntaxNode *node) {
	const SyntaxNode *fields = syntax_field(node, "fields");
	size_t count = syntax_count(fields);
	deparse_add_name(to, fields, (to->how & DEPARSE_UNQUALIFIED) && count ? count - 1 : 0);
}

static void add_type(Deparse *to, const SyntaxNode *type) {
	const SyntaxNode *names = syntax_field(type, "names"), *modifiers = syntax_field(type, "typmods");
	const SyntaxNode *bounds = syntax_field(type, "arrayBounds");
	const TypeSpelling *spelling = type_spelling(syntax_string(names, 0), syntax_string(names, 1));
	if (spelling)
		str_add(&to->out, spelling->before);
	else
		deparse_add_name(to, names, 0);
	size_t first = 0;
	if (spelling && spelling->restricted && syntax_count(modifiers)) {
		str_add(&to->out, type_interval_fields(syntax_int(syntax_field(syntax_at(modifiers, 0), "ival"), "ival", 0)));
		first = 1;
	}
	for (size_t i = first; i < syntax_count(modifiers); i++) {
		str_add(&to->out, i == first ? "(" : ",");
		deparse_add(to, syntax_at(modifiers, i));
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
		deparse_add(to, argument);
		return;
	}
	size_t start = to->out.len;
	to->typed = syntax_location(to->syntax, node) == SYNTAX_NOWHERE;
	deparse_add(to, argument);
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

static void add_values(Deparse *to, const SyntaxNode *node) {
	deparse_add_enclosed(to, "(", node, ")");
}

static void add_logic(Deparse *to, const SyntaxNode *node) {
	bool not = syntax_equal(node, "boolop", "NOT_EXPR");
	str_add(&to->out, not ? "(NOT " : "(");
	deparse_add_list(to, syntax_field(node, "args"), syntax_equal(node, "boolop", "OR_EXPR") ? " OR " : " AND ");
	str_add(&to->out, ")");
}

static void add_null_test(Deparse *to, const SyntaxNode *node) {
	deparse_add_field(to, "(", node, "arg", syntax_equal(node, "nulltesttype", "IS_NULL") ? " IS NULL)" : " IS NOT NULL)");
}

static void add_boolean_test(Deparse *to, const SyntaxNode *node) {
	deparse_add_field(to, "(", node, "arg", " ");
	for (const char *word = syntax_text(node, "booltesttype"); word && *word; word++)
		str_add_char(&to->out, *word == '_' ? ' ' : *word);
	str_add(&to->out, ")");
}

static void add_sort(Deparse *to, const SyntaxNode *node) {
	deparse_add_field(to, "", node, "node", "");
	if (syntax_equal(node, "sortby_dir", "SORTBY_DESC")) str_add(&to->out, " DESC");
	if (syntax_equal(node, "sortby_dir", "SORTBY_USING")) {
		str_add(&to->out, " USING ");
		deparse_add_operator(to, syntax_field(node, "useOp"));
	}
	if (syntax_equal(node, "sortby_nulls", "SORTBY_NULLS_FIRST")) str_add(&to->out, " NULLS FIRST");
	if (syntax_equal(node, "sortby_nulls", "SORTBY_NULLS_LAST")) str_add(&to->out, " NULLS LAST");
}

static void add_case(Deparse *to, const SyntaxNode *node) {
	const SyntaxNode *branches = syntax_field(node, "args");
	str_add(&to->out, "CASE");
	if (syntax_field(node, "arg")) deparse_add_field(to, " ", node, "arg", "");
	for (size_t i = 0; i < syntax_count(branches); i++) {
		deparse_add_field(to, " WHEN ", syntax_at(branches, i), "expr", "");
		deparse_add_field(to, " THEN ", syntax_at(branches, i), "result", "");
	}
	if (syntax_field(node, "defresult")) deparse_add_field(to, " ELSE ", node, "defresult", "");
	str_add(&to->out, " END");
}

static void add_coalesce(Deparse *to, const SyntaxNode *node) {
	deparse_add_enclosed(to, "COALESCE(", syntax_field(node, "args"), ")");
}

static void add_grouping(Deparse *to, const SyntaxNode *node) {
	deparse_add_enclosed(to, "GROUPING(", syntax_field(node, "args"), ")");
}

static void add_extreme(Deparse *to, const SyntaxNode *node) {
	deparse_add_enclosed(to, syntax_equal(node, "op", "IS_LEAST") ? "LEAST(" : "GREATEST(", syntax_field(node, "args"), ")");
}

static void add_row(Deparse *to, const SyntaxNode *node) {
	deparse_add_enclosed(to, syntax_equal(node, "row_format", "COERCE_IMPLICIT_CAST") ? "(" : "ROW(", syntax_field(node, "args"), ")");
}

static void add_array(Deparse *to, const SyntaxNode *node) {
	deparse_add_enclosed(to, "ARRAY[", syntax_field(node, "elements"), "]");
}

static void add_collate(Deparse *to, const SyntaxNode *node) {
	deparse_add_field(to, "(", node, "arg", " COLLATE ");
	deparse_add_name(to, syntax_field(node, "collname"), 0);
	str_add(&to->out, ")");
}

static void add_subscript(Deparse *to, const SyntaxNode *node) {
	str_add(&to->out, "[");
	if (syntax_field(node, "lidx")) deparse_add_field(to, "", node, "lidx", "");
	if (syntax_true(node, "is_slice")) str_add(&to->out, ":");
	if (syntax_field(node, "uidx")) deparse_add_field(to, "", node, "uidx", "");
	str_add(&to->out, "]");
}

/* a[1], (f(x))[1:2], (composite).field, (t).* */
static void add_indirection(Deparse *to, const SyntaxNode *node) {
	const SyntaxNode *steps = syntax_field(node, "indirection"), *base = syntax_field(node, "arg");
	bool bare = syntax_is(base, "ParamRef") || (syntax_is(base, "ColumnRef") && syntax_is(syntax_at(steps, 0), "A_Indices"));
	str_add(&to->out, bare ? "" : "(");
	deparse_add(to, base);
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
	deparse_add_copied(to, node);
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
		deparse_add_field(to, "(", node, "testexpr", " ");
		if (syntax_field(node, "operName"))
			deparse_add_operator(to, syntax_field(node, "operName"));
		else
			before = "IN ";
	}
	str_add(&to->out, before);
	size_t nth = syntax_token_at(to->syntax, syntax_location(to->syntax, node));
	if (deparse_token_is(to, nth, "operator")) nth = deparse_group_end(to, nth + 1);
	while (nth < to->syntax->tokens.count && !deparse_token_is(to, nth, "(")) nth++;
	deparse_add_written(to, nth, deparse_group_end(to, nth));
	str_add(&to->out, after);
}

static void add_xml(Deparse *to, const SyntaxNode *node) {
	const SyntaxNode *arguments = syntax_field(node, "args");
	if (syntax_equal(node, "op", "IS_DOCUMENT"))
		deparse_add_enclosed(to, "(", arguments, " IS DOCUMENT)");
	else
		deparse_add_copied(to, node);
}

static void add_cursor_row(Deparse *to, const SyntaxNode *node) {
	const char *cursor = syntax_text(node, "cursor_name");
	str_printf(&to->out, "CURRENT OF %s", cursor ? sql_identifier(to->syntax->arena, cursor) : "$1");
}

static void add_default(Deparse *to, const SyntaxNode *node) {
	(void)node;
	str_add(&to->out, "DEFAULT");
}

void deparse_add(Deparse *to, const SyntaxNode *node) {
	static const struct {
		const char *type;
		void (*add)(Deparse *to, const SyntaxNode *node);
	} forms[] = {
	    {"ColumnRef", add_column},
	    {"A_Const", deparse_add_constant},
	    {"ParamRef", deparse_add_parameter},
	    {"TypeCast", add_cast},
	    {"A_Expr", deparse_add_operation},
	    {"BoolExpr", add_logic},
	    {"FuncCall", deparse_add_call},
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
	    {"NamedArgExpr", deparse_add_named_argument},
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
	deparse_add_copied(to, node);
}

static const char *finish(Deparse *to) {
	const char *text = arena_copy_n(to->syntax->arena, to->out.text, to->out.len);
	str_release(&to->out);
	return text;
}

const char *deparse_expression(const Syntax *syntax, const SyntaxNode *node, unsigned how) {
	Deparse to = {.syntax = syntax, .how = how, .out = STR_INIT};
	deparse_add(&to, node);
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
	deparse_add_name(&to, syntax_field(clause, "collname"), 0);
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
