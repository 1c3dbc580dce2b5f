/* syntax.c: a text parsed by libpg_query, and reading its tree. */
#include "sql/syntax.h"

#include <jansson.h>
#include <pg_query.h>

#include "base/utf8.h"

enum { MESSAGE_CELLS = 120 };

/* What makes a whole statement of a text, and which members its SelectStmt then has: one more, and the text was not
 * what it was taken for ("a from b"). */
static const struct {
	const char *before, *list;
	size_t members;
} frames[] = {
    [SYNTAX_STATEMENT] = {"", NULL, 0},
    [SYNTAX_CONDITION] = {"SELECT ", "targetList", 3},
    [SYNTAX_SORT_KEY] = {"SELECT 1 ORDER BY ", "sortClause", 4},
};

/* Literals and comments may hold any bytes (a SQL_ASCII database), names may not: they come back through JSON. */
static bool names_are_valid(const Syntax *syntax, Err *err) {
	for (size_t i = 0; i < syntax->tokens.count; i++) {
		Token token = syntax->tokens.items[i];
		if (token.kind == TOKEN_STRING || token.kind == TOKEN_COMMENT) continue;
		if (!utf8_valid(syntax->text + token.span.start, token.span.end - token.span.start))
			return err_set(err, ERR_INPUT, "a name is not valid UTF-8");
	}
	return true;
}

/* libpg_query's scanner starts anew at each mark of a nested comment: 64 kB of them would take it seconds. */
static void calm_comments(char *copy, const TokenList *tokens) {
	for (size_t i = 0; i < tokens->count; i++) {
		Span span = tokens->items[i].span;
		if (tokens->items[i].kind != TOKEN_COMMENT || copy[span.start] == '-') continue;
		size_t end = tokens->items[i].open ? span.end : span.end - 2;
		for (size_t at = span.start + 2; at < end; at++)
			if (copy[at] == '/' || copy[at] == '*') copy[at] = ' ';
	}
}

/* The text as the parser gets it, byte for byte as long. */
static const char *prepared(const Syntax *syntax) {
	char *copy = arena_copy(syntax->arena, syntax->text);
	calm_comments(copy, &syntax->tokens);
	if (syntax->kind != SYNTAX_STATEMENT) planned_hide(copy, syntax->text, &syntax->tokens);
	return arena_printf(syntax->arena, "%s%s", frames[syntax->kind].before, copy);
}

static void replace_invalid(char *json) {
	size_t len = strlen(json);
	uint32_t point;
	for (size_t i = 0, bytes; i < len; i += bytes) {
		bytes = utf8_decode(json + i, len - i, &point);
		if (point == UTF8_INVALID && bytes == 1) json[i] = '?';
	}
}

static SyntaxNode *load_tree(char *json, Err *err) {
	replace_invalid(json);
	json_error_t problem;
	SyntaxNode *tree = json_loads(json, 0, &problem);
	if (tree) return tree;
	if (json_error_code(&problem) == json_error_stack_overflow)
		err_set(err, ERR_INPUT, "nested too deeply");
	else
		err_set(err, ERR_INPUT, "could not read the parse tree: %s", problem.text);
	return NULL;
}

static SyntaxNode *parse(const Syntax *syntax, Err *err) {
	SyntaxNode *tree = NULL;
	PgQueryParseResult result = pg_query_parse(prepared(syntax));
	if (!result.error) {
		tree = load_tree(result.parse_tree, err);
	} else { /* "at or near" may quote all of the text */
		err_set(err, ERR_INPUT, "%s", utf8_shorten(syntax->arena, result.error->message, MESSAGE_CELLS, false));
		if (err && result.error->cursorpos > syntax->prefix) err->position = result.error->cursorpos - syntax->prefix;
	}
	pg_query_free_parse_result(result);
	return tree;
}

static bool find_root(Syntax *syntax, Err *err) {
	const SyntaxNode *statements = syntax_field(syntax->tree, "stmts");
	if (syntax_count(statements) != 1)
		return err_set(err, ERR_INPUT, "%s", syntax_count(statements) ? "more than one statement" : "no statement");
	const SyntaxNode *statement = syntax_field(syntax_at(statements, 0), "stmt");
	syntax->root = statement;
	if (syntax->kind == SYNTAX_STATEMENT) return true;
	const SyntaxNode *list = syntax_field(statement, frames[syntax->kind].list);
	syntax->root = syntax_at(list, 0);
	if (syntax->kind == SYNTAX_CONDITION) syntax->root = syntax_field(syntax->root, "val");
	if (syntax->root && syntax_count(list) == 1 && !syntax_text(syntax_at(list, 0), "name") &&
	    json_object_size(json_object_get(statement, "SelectStmt")) == frames[syntax->kind].members)
		return true;
	return err_set(err, ERR_INPUT, "not one expression");
}

bool syntax_parse(Syntax *syntax, Arena *arena, SyntaxKind kind, const char *text, Err *err) {
	*syntax = (Syntax){.arena = arena, .kind = kind, .text = text, .prefix = (long)strlen(frames[kind].before)};
	if (strnlen(text, SYNTAX_MAX_BYTES + 1) > SYNTAX_MAX_BYTES)
		return err_set(err, ERR_INPUT, "longer than %d kB", SYNTAX_MAX_BYTES / 1024);
	syntax->tokens = sql_tokens(arena, text);
	if (!names_are_valid(syntax, err)) return false;
	syntax->tree = parse(syntax, err);
	if (syntax->tree && find_root(syntax, err)) return true;
	syntax_release(syntax);
	return false;
}

void syntax_release(Syntax *syntax) {
	json_decref(syntax->tree);
	syntax->tree = NULL;
	syntax->root = NULL;
}

static bool is_type(const char *name) {
	return name[0] >= 'A' && name[0] <= 'Z';
}

const char *syntax_fingerprint(Arena *arena, const char *text) {
	if (strnlen(text, SYNTAX_MAX_BYTES + 1) > SYNTAX_MAX_BYTES) return NULL;
	const Syntax syntax = {.arena = arena, .kind = SYNTAX_STATEMENT, .text = text, .tokens = sql_tokens(arena, text)};
	PgQueryFingerprintResult result = pg_query_fingerprint(prepared(&syntax));
	const char *fingerprint = result.error ? NULL : arena_copy(arena, result.fingerprint_str);
	pg_query_free_fingerprint_result(result);
	return fingerprint;
}

const char *syntax_type(const SyntaxNode *node) {
	if (json_object_size(node) != 1) return NULL;
	const char *name = json_object_iter_key(json_object_iter((SyntaxNode *)node));
	return is_type(name) ? name : NULL;
}

bool syntax_is(const SyntaxNode *node, const char *type) {
	const char *name = syntax_type(node);
	return name && strcmp(name, type) == 0;
}

const SyntaxNode *syntax_field(const SyntaxNode *node, const char *name) {
	const char *type = syntax_type(node);
	return json_object_get(type ? json_object_get(node, type) : node, name);
}

const char *syntax_text(const SyntaxNode *node, const char *name) {
	return json_string_value(syntax_field(node, name));
}

long syntax_int(const SyntaxNode *node, const char *name, long otherwise) {
	const SyntaxNode *value = syntax_field(node, name);
	return json_is_integer(value) ? (long)json_integer_value(value) : otherwise;
}

bool syntax_true(const SyntaxNode *node, const char *name) {
	return json_is_true(syntax_field(node, name));
}

bool syntax_equal(const SyntaxNode *node, const char *name, const char *text) {
	const char *value = syntax_text(node, name);
	return value && strcmp(value, text) == 0;
}

static const SyntaxNode *list_items(const SyntaxNode *list) {
	return json_is_object(list) ? syntax_field(list, "items") : list;
}

size_t syntax_count(const SyntaxNode *list) {
	return json_array_size(list_items(list));
}

const SyntaxNode *syntax_at(const SyntaxNode *list, size_t nth) {
	return json_array_get(list_items(list), nth);
}

const char *syntax_string(const SyntaxNode *list, size_t nth) {
	const SyntaxNode *node = syntax_at(list, nth);
	if (!syntax_is(node, "String")) return NULL;
	const char *text = syntax_text(node, "sval");
	return text ? text : "";
}

long syntax_location(const Syntax *syntax, const SyntaxNode *node) {
	long location = syntax_int(node, "location", 0) - syntax->prefix;
	return location < 0 ? SYNTAX_NOWHERE : location;
}

size_t syntax_token_at(const Syntax *syntax, long location) {
	size_t low = 0, high = syntax->tokens.count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if ((long)syntax->tokens.items[middle].span.start < location)
			low = middle + 1;
		else
			high = middle;
	}
	bool found = low < syntax->tokens.count && (long)syntax->tokens.items[low].span.start == location;
	return found ? low : syntax->tokens.count;
}

PlannedValue syntax_planned(const Syntax *syntax, const SyntaxNode *parameter) {
	long location = syntax_location(syntax, parameter);
	size_t written = syntax_token_at(syntax, location);
	if (syntax->kind == SYNTAX_STATEMENT || syntax_int(parameter, "number", 0) != 0) return (PlannedValue){0};
	if (written < syntax->tokens.count && syntax->tokens.items[written].kind == TOKEN_PARAMETER)
		return (PlannedValue){.kind = PLANNED_ONCE, .first = written, .end = written + 1};
	return planned_value(syntax->text, &syntax->tokens, syntax_token_at(syntax, location - 1));
}

void syntax_walk(const SyntaxNode *node, bool (*visit)(void *context, const char *name, const SyntaxNode *value), void *context) {
	if (json_is_array(node)) {
		for (size_t i = 0; i < json_array_size(node); i++) syntax_walk(json_array_get(node, i), visit, context);
	} else if (json_is_object(node)) {
		SyntaxNode *object = (SyntaxNode *)node;
		for (void *member = json_object_iter(object); member; member = json_object_iter_next(object, member))
			if (visit(context, json_object_iter_key(member), json_object_iter_value(member)))
				syntax_walk(json_object_iter_value(member), visit, context);
	}
}
