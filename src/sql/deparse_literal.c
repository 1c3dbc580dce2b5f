/* deparse_literal.c: literals, parameters, and what else is copied from the text as it was written. */
#include "sql/deparse_parts.h"

#include "sql/quote.h"

bool deparse_token_is(const Deparse *to, size_t nth, const char *word) {
	return tokens_have(to->syntax->text, &to->syntax->tokens, nth, word);
}

void deparse_add_written(Deparse *to, size_t first, size_t end) {
	const TokenList *tokens = &to->syntax->tokens;
	if (end > tokens->count) end = tokens->count;
	if (first >= end) return;
	size_t start = tokens->items[first].span.start;
	str_add_n(&to->out, to->syntax->text + start, tokens->items[end - 1].span.end - start);
}

size_t deparse_group_end(const Deparse *to, size_t nth) {
	size_t end = tokens_group_end(to->syntax->text, &to->syntax->tokens, nth);
	return end ? end : nth;
}

void deparse_add_copied(Deparse *to, const SyntaxNode *node) {
	size_t nth = syntax_token_at(to->syntax, syntax_location(to->syntax, node));
	size_t end = deparse_group_end(to, nth + 1);
	deparse_add_written(to, nth, end);
}

/* The token of a literal that begins at `nth`, behind its sign or its type; tokens.count when it is not written as one. */
static size_t literal_token(const Deparse *to, size_t nth, TokenKind kind) {
	const TokenList *tokens = &to->syntax->tokens;
	if (kind == TOKEN_NUMBER && deparse_token_is(to, nth, "-")) nth++;
	while (nth < tokens->count && tokens->items[nth].kind != kind) {
		bool skipped = to->typed || tokens->items[nth].kind == TOKEN_COMMENT;
		nth = skipped ? nth + 1 : tokens->count;
	}
	return nth;
}

static void add_text_literal(Deparse *to, size_t nth, const char *value) {
	nth = literal_token(to, nth, TOKEN_STRING);
	if (nth < to->syntax->tokens.count && !deparse_token_is(to, nth + 1, "uescape"))
		deparse_add_written(to, nth, nth + 1);
	else
		str_add(&to->out, sql_literal(to->syntax->arena, value ? value : ""));
}

static void add_number(Deparse *to, size_t nth, const SyntaxNode *node) {
	size_t digits = literal_token(to, nth, TOKEN_NUMBER);
	if (digits < to->syntax->tokens.count) {
		if (deparse_token_is(to, nth, "-")) str_add(&to->out, "-");
		deparse_add_written(to, digits, digits + 1);
	} else if (syntax_field(node, "fval")) {
		str_add(&to->out, syntax_text(syntax_field(node, "fval"), "fval"));
	} else {
		str_printf(&to->out, "%ld", syntax_int(syntax_field(node, "ival"), "ival", 0));
	}
}

void deparse_add_constant(Deparse *to, const SyntaxNode *node) {
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

void deparse_add_parameter(Deparse *to, const SyntaxNode *node) {
	PlannedValue planned = syntax_planned(to->syntax, node);
	size_t nth = syntax_token_at(to->syntax, syntax_location(to->syntax, node));
	if (planned.kind != PLANNED_NONE)
		deparse_add_written(to, planned.first, planned.end);
	else
		deparse_add_written(to, nth, nth + 1); /* as written: the tree's number may have overflowed */
}
