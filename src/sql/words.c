/* words.c: what can be told of a statement by its words alone. */
#include "sql/words.h"

#include <limits.h>
#include <stdlib.h>

#include "sql/clause.h"
#include "sql/keyword.h"

static int compare_calls(const void *left, const void *right) {
	const FunctionCall *one = left, *other = right;
	int order = strcmp(one->name, other->name);
	if (order || !one->schema || !other->schema) return order ? order : (one->schema != NULL) - (other->schema != NULL);
	return strcmp(one->schema, other->schema);
}

void function_list_sort(FunctionList *list) {
	size_t kept = 0;
	if (list->count) qsort(list->items, list->count, sizeof *list->items, compare_calls);
	for (size_t i = 0; i < list->count; i++)
		if (!kept || compare_calls(&list->items[i], &list->items[kept - 1]) != 0) list->items[kept++] = list->items[i];
	list->count = kept;
}

/* A text and its tokens without the comments. */
typedef struct Reader {
	const char *text;
	TokenList tokens;
} Reader;

static Reader reader_new(Arena *arena, const char *text) {
	Reader reader = {.text = text};
	size_t len = strlen(text);
	for (Token token = {0}; token_next(text, len, token.span.end, &token);)
		if (token.kind != TOKEN_COMMENT) *list_push(arena, &reader.tokens) = token;
	return reader;
}

static bool nth_is(const Reader *reader, size_t nth, const char *word) {
	return tokens_have(reader->text, &reader->tokens, nth, word);
}

static bool nth_among(const Reader *reader, size_t nth, const char *const *words) {
	for (; *words; words++)
		if (nth_is(reader, nth, *words)) return true;
	return false;
}

/* A name as the catalog has it: folded to lower case, or without its quotes. */
static const char *name_at(Arena *arena, const Reader *reader, size_t nth) {
	Span span = reader->tokens.items[nth].span;
	char *name = arena_copy_n(arena, reader->text + span.start, span.end - span.start);
	if (*name != '"') {
		for (char *byte = name; *byte; byte++)
			if (*byte >= 'A' && *byte <= 'Z') *byte = (char)(*byte + 'a' - 'A');
		return name;
	}
	char *to = name;
	for (const char *from = name + 1; *from; from++) {
		if (*from == '"' && *++from != '"') break;
		*to++ = *from;
	}
	*to = '\0';
	return name;
}

/* May a function or schema be called this? */
static bool is_name(const Reader *reader, size_t nth) {
	if (nth >= reader->tokens.count) return false;
	Token token = reader->tokens.items[nth];
	bool keyword = token.kind == TOKEN_KEYWORD && !keyword_reserved(reader->text + token.span.start, token.span.end - token.span.start);
	return keyword || token.kind == TOKEN_NAME;
}

static void add_function(Arena *arena, const Reader *reader, size_t nth, FunctionList *functions) {
	if (!is_name(reader, nth) || !nth_is(reader, nth + 1, "(")) return;
	bool qualified = nth > 1 && nth_is(reader, nth - 1, ".") && is_name(reader, nth - 2);
	*list_push(arena, functions) = (FunctionCall){
	    .schema = qualified ? name_at(arena, reader, nth - 2) : NULL,
	    .name = name_at(arena, reader, nth),
	};
}

static int parameter_number(const Reader *reader, Token token) {
	long number = 0;
	for (size_t i = token.span.start + 1; i < token.span.end && number < INT_MAX; i++)
		number = number * 10 + (reader->text[i] - '0');
	return number < INT_MAX ? (int)number : INT_MAX;
}

/* FOR UPDATE, FOR NO KEY UPDATE, FOR SHARE, FOR KEY SHARE: how many words, 0 when it is something else. */
static size_t lock_words(const Reader *reader, size_t nth) {
	if (!nth_is(reader, nth, "for")) return 0;
	size_t at = nth + 1;
	if (nth_is(reader, at, "no")) at++;
	if (nth_is(reader, at, "key")) at++;
	return nth_is(reader, at, "update") || nth_is(reader, at, "share") ? at - nth + 1 : 0;
}

static bool creates_as(const Reader *reader) {
	static const char *const queries[] = {"select", "with", "values", "table", "execute", "(", NULL};
	bool relation = false;
	for (size_t nth = 1; nth < reader->tokens.count; nth++) {
		if (nth_is(reader, nth, "table") || nth_is(reader, nth, "materialized")) relation = true;
		if (nth_is(reader, nth, "as")) return relation && nth_among(reader, nth + 1, queries);
	}
	return false;
}

Words words_read(Arena *arena, const char *text) {
	static const char *const writes[] = {"insert", "update", "delete", "merge", "into", NULL};
	Arena *scratch = arena_new();
	Reader reader = reader_new(scratch, text);
	Words words = {.verb = ""};
	size_t verb = clause_verb(text, &reader.tokens, 0);
	if (verb < reader.tokens.count && reader.tokens.items[verb].kind <= TOKEN_NAME) words.verb = name_at(arena, &reader, verb);
	words.creates_as = nth_is(&reader, 0, "create") && creates_as(&reader);
	for (size_t nth = 0; nth < reader.tokens.count; nth++) {
		Token token = reader.tokens.items[nth];
		size_t lock = lock_words(&reader, nth);
		if (token.kind == TOKEN_PARAMETER && parameter_number(&reader, token) > words.parameter_count)
			words.parameter_count = parameter_number(&reader, token);
		add_function(arena, &reader, nth, &words.functions);
		if (nth_among(&reader, nth, writes)) words.writes = true;
		if (lock) {
			words.locks_rows = true;
			nth += lock - 1;
		}
	}
	function_list_sort(&words.functions);
	arena_free(scratch);
	return words;
}

/* ANALYZE, ANALYZE on, ANALYZE 'true'; what PostgreSQL does not take for a boolean it will refuse itself. */
static bool is_on(const Reader *reader, size_t nth) {
	static const char *const off[] = {"off", "false", "0", "'off'", "'false'", "'0'", NULL};
	return !nth_among(reader, nth, off);
}

/* Behind the options' closing parenthesis. */
static size_t read_options(const Reader *reader, size_t nth, ExplainPrefix *explain) {
	size_t depth = 0;
	for (bool first = true; nth < reader->tokens.count; nth++) {
		if (first && (nth_is(reader, nth, "analyze") || nth_is(reader, nth, "analyse")))
			explain->analyze = is_on(reader, nth + 1);
		if (nth_is(reader, nth, "(")) depth++;
		if (nth_is(reader, nth, ")") && --depth == 0) return nth + 1;
		first = nth_is(reader, nth, ",") || nth_is(reader, nth, "(");
	}
	return nth;
}

size_t words_explain(const char *text, ExplainPrefix *explain) {
	static const char *const queries[] = {"select", "with", "table", "(", NULL};
	Token first;
	*explain = (ExplainPrefix){.written = token_next(text, strlen(text), 0, &first) && token_is(text, first, "explain")};
	if (!explain->written) return 0;
	Arena *scratch = arena_new();
	Reader reader = reader_new(scratch, text);
	size_t nth = 1;
	bool query = nth_among(&reader, 2, queries) || (nth_is(&reader, 2, "values") && nth_is(&reader, 3, "("));
	if (nth_is(&reader, 1, "(") && !query) {
		nth = read_options(&reader, 1, explain);
	} else if (!nth_is(&reader, 1, "(")) {
		explain->analyze = nth_is(&reader, nth, "analyze") || nth_is(&reader, nth, "analyse");
		if (explain->analyze) nth++;
		if (nth_is(&reader, nth, "verbose")) nth++;
	}
	size_t start = nth < reader.tokens.count ? reader.tokens.items[nth].span.start : strlen(text);
	arena_free(scratch);
	return start;
}
