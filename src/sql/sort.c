/* sort.c: a sort key: what of, which way. */
#include "sql/sort.h"

#include "sql/deparse.h"

static bool descends(const SyntaxNode *sort) {
	if (!syntax_equal(sort, "sortby_dir", "SORTBY_USING")) return syntax_equal(sort, "sortby_dir", "SORTBY_DESC");
	const SyntaxNode *names = syntax_field(sort, "useOp");
	const char *name = syntax_count(names) ? syntax_string(names, syntax_count(names) - 1) : NULL;
	return name && strchr(name, '>');
}

SortKey sort_key_read(const Syntax *syntax, const SyntaxNode *sort, const SyntaxNode *expression) {
	SortKey key = {.descending = descends(sort)};
	key.nulls_first = syntax_equal(sort, "sortby_nulls", "SORTBY_NULLS_FIRST") ||
	                  (key.descending && !syntax_equal(sort, "sortby_nulls", "SORTBY_NULLS_LAST"));
	if (syntax_is(expression, "CollateClause")) {
		key.collation = deparse_collation(syntax, expression);
		expression = syntax_field(expression, "arg");
	}
	key.operand = operand_read(syntax, expression);
	return key;
}

bool sort_key_parse(Arena *arena, const char *text, SortKey *key, Err *err) {
	Syntax syntax;
	if (!syntax_parse(&syntax, arena, SYNTAX_SORT_KEY, text, err)) return false;
	*key = sort_key_read(&syntax, syntax.root, syntax_field(syntax.root, "node"));
	syntax_release(&syntax);
	return true;
}
