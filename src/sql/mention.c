/* mention.c: which columns an expression of a plan mentions. */
#include "sql/mention.h"

#include "sql/token.h"

/* "C" is C, and "a""b" is a"b. */
static const char *plain_name(Arena *arena, const char *text, Span span) {
	bool quoted = text[span.start] == '"' && span.end - span.start >= 2;
	char *name = arena_copy_n(arena, text + span.start + quoted, span.end - span.start - (quoted ? 2 : 0)), *to = name;
	for (const char *from = name; *from; from++) {
		*to++ = *from;
		if (quoted && from[0] == '"' && from[1] == '"') from++;
	}
	*to = '\0';
	return name;
}

static bool is_name(const TokenList *tokens, size_t at) {
	if (at >= tokens->count) return false;
	return tokens->items[at].kind == TOKEN_NAME || tokens->items[at].kind == TOKEN_KEYWORD;
}

/* A schema's name, a function's or a type's. */
static bool names_no_column(const char *text, const TokenList *tokens, size_t at) {
	return tokens_have(text, tokens, at + 1, "(") || (at && (tokens_have(text, tokens, at - 1, "::") || tokens_have(text, tokens, at - 1, ".")));
}

void mentions_add(Arena *arena, MentionList *list, const char *expression) {
	TokenList tokens = sql_tokens(arena, expression);
	for (size_t i = 0; i < tokens.count; i++) {
		list->parameter = list->parameter || tokens.items[i].kind == TOKEN_PARAMETER;
		if (!is_name(&tokens, i) || names_no_column(expression, &tokens, i)) continue;
		bool qualified = tokens_have(expression, &tokens, i + 1, "."), named = is_name(&tokens, i + 2);
		if (qualified && (tokens_have(expression, &tokens, i + 3, "(") || !(named || tokens_have(expression, &tokens, i + 2, "*")))) continue;
		const char *name = plain_name(arena, expression, tokens.items[i].span);
		*list_push(arena, list) = (ColumnName){
			.qualifier = qualified ? name : NULL,
			.column = !qualified ? name : named ? plain_name(arena, expression, tokens.items[i + 2].span) : NULL,
		};
		if (qualified) i += 2;
	}
}
