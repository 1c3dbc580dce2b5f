/* create_index.c: a CREATE INDEX statement, taken apart. */
#include "sql/create_index.h"

#include "sql/deparse.h"
#include "sql/quote.h"

enum { MOST_BYTES = 4096 }; /* of an index: the parser recurses on the stack of whoever calls */

/* ---- the text ---- */

/* What was left out in front of `orders (status)` and `on orders (status)`. */
static const char *missing_words(Arena *arena, const char *text) {
	TokenList tokens = sql_tokens(arena, text);
	size_t first = 0;
	while (first < tokens.count && tokens.items[first].kind == TOKEN_COMMENT) first++;
	if (first == tokens.count || tokens_have(text, &tokens, first, "create")) return "";
	return tokens_have(text, &tokens, first, "on") ? "CREATE INDEX " : "CREATE INDEX ON ";
}

/* From ON to the end, without the semicolon and what stands behind it: ON is no name, so the first one is it. */
static const char *pretended(const Syntax *syntax, bool unique) {
	const TokenList *tokens = &syntax->tokens;
	size_t on = 0, end = 0;
	while (on < tokens->count && !tokens_have(syntax->text, tokens, on, "on")) on++;
	if (on == tokens->count) return syntax->text;
	for (size_t i = on; i < tokens->count && !tokens_have(syntax->text, tokens, i, ";"); i++)
		if (tokens->items[i].kind != TOKEN_COMMENT) end = tokens->items[i].span.end;
	size_t start = tokens->items[on].span.start;
	return arena_printf(syntax->arena, "CREATE %sINDEX %.*s", unique ? "UNIQUE " : "", (int)(end - start), syntax->text + start);
}

/* ---- the tree ---- */

static const char *last_name(Arena *arena, const SyntaxNode *names) {
	return arena_copy(arena, syntax_count(names) ? syntax_string(names, syntax_count(names) - 1) : NULL);
}

/* As CREATE INDEX has to write an expression: calls stand alone, all else in parentheses. */
static const char *expression_text(const Syntax *syntax, const SyntaxNode *node) {
	const char *text = deparse_expression(syntax, node, DEPARSE_UNQUALIFIED);
	bool alone = syntax_is(node, "FuncCall") || deparse_is_enclosed(node, text);
	return alone ? text : arena_printf(syntax->arena, "(%s)", text);
}

static CreateIndexKey key_of(const Syntax *syntax, const SyntaxNode *element) {
	Arena *arena = syntax->arena;
	const SyntaxNode *expression = syntax_field(element, "expr");
	bool descending = syntax_equal(element, "ordering", "SORTBY_DESC");
	CreateIndexKey key = {
	    .column = arena_copy(arena, syntax_text(element, "name")),
	    .collation = last_name(arena, syntax_field(element, "collation")),
	    .opclass = last_name(arena, syntax_field(element, "opclass")),
	    .descending = descending,
	    .nulls_first = syntax_equal(element, "nulls_ordering", "SORTBY_NULLS_FIRST") ||
	                   (descending && !syntax_equal(element, "nulls_ordering", "SORTBY_NULLS_LAST")),
	};
	key.text = key.column ? sql_identifier(arena, key.column) : expression_text(syntax, expression);
	return key;
}

static CreateIndex *index_of(const Syntax *syntax) {
	Arena *arena = syntax->arena;
	const SyntaxNode *root = syntax->root;
	CreateIndex *index = ARENA_NEW(arena, CreateIndex);
	*index = (CreateIndex){
	    .name = arena_copy(arena, syntax_text(root, "idxname")),
	    .table = table_ref_read(arena, syntax_field(root, "relation")),
	    .method = arena_copy(arena, syntax_text(root, "accessMethod")),
	    .unique = syntax_true(root, "unique"),
	};
	index->sql = pretended(syntax, index->unique);
	const SyntaxNode *keys = syntax_field(root, "indexParams"), *include = syntax_field(root, "indexIncludingParams");
	for (size_t i = 0; i < syntax_count(keys); i++) *list_push(arena, &index->keys) = key_of(syntax, syntax_at(keys, i));
	for (size_t i = 0; i < syntax_count(include); i++)
		*list_push(arena, &index->include) = arena_copy(arena, syntax_text(syntax_at(include, i), "name"));
	const SyntaxNode *where = syntax_field(root, "whereClause");
	if (where) index->where = deparse_condition(syntax, where);
	return index;
}

/* ---- the whole ---- */

static bool is_create_index(const Syntax *syntax, Err *err) {
	if (syntax_is(syntax->root, "IndexStmt")) return true;
	err_set(err, ERR_INPUT, "this is no CREATE INDEX");
	err_hint(err, "One statement, say CREATE INDEX ON orders (status), or just orders (status).");
	return false;
}

CreateIndex *create_index_read(Arena *arena, const char *text, Err *err) {
	if (strnlen(text, MOST_BYTES + 1) > MOST_BYTES) {
		err_set(err, ERR_INPUT, "longer than %d bytes, which no CREATE INDEX needs", MOST_BYTES);
		return NULL;
	}
	const char *before = missing_words(arena, text);
	Syntax syntax;
	if (!syntax_parse(&syntax, arena, SYNTAX_STATEMENT, arena_printf(arena, "%s%s", before, text), err)) {
		if (err && err->position) err->position = err->position > (long)strlen(before) ? err->position - (long)strlen(before) : 0;
		return NULL;
	}
	CreateIndex *index = is_create_index(&syntax, err) ? index_of(&syntax) : NULL;
	syntax_release(&syntax);
	return index;
}
