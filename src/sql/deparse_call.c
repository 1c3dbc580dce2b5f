/* deparse_call.c: calls of functions -> SQL. */
#include "sql/deparse_parts.h"

#include "sql/quote.h"

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
			deparse_add(to, argument);
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
		deparse_add(to, syntax_at(arguments, i));
	}
	if (within_group) str_add(&to->out, ") WITHIN GROUP (");
	if (syntax_count(order)) deparse_add_enclosed(to, within_group ? "ORDER BY " : " ORDER BY ", order, "");
}

static void add_window(Deparse *to, const SyntaxNode *window) {
	size_t nth = syntax_token_at(to->syntax, syntax_location(to->syntax, window));
	size_t end = deparse_group_end(to, nth);
	str_add(&to->out, " OVER ");
	deparse_add_written(to, nth, end == nth ? nth + 1 : end);
}

void deparse_add_call(Deparse *to, const SyntaxNode *node) {
	if (add_worded(to, node)) return;
	deparse_add_name(to, syntax_field(node, "funcname"), 0);
	str_add(&to->out, "(");
	add_arguments(to, node);
	str_add(&to->out, ")");
	if (syntax_field(node, "agg_filter")) deparse_add_field(to, " FILTER (WHERE ", node, "agg_filter", ")");
	if (syntax_field(node, "over")) add_window(to, syntax_field(node, "over"));
}

void deparse_add_named_argument(Deparse *to, const SyntaxNode *node) {
	const char *name = syntax_text(node, "name");
	str_add(&to->out, sql_identifier(to->syntax->arena, name ? name : ""));
	deparse_add_field(to, " => ", node, "arg", "");
}
