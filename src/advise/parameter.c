/* parameter.c: what stands where a statement has $1: what it is compared with, and values worth trying. */
#include "advise/parameter.h"

#include <math.h>
#include <stdlib.h>

#include "base/str.h"
#include "core/format.h"

/* ---- the column ---- */

typedef struct Reading {
	Arena *arena;
	const Statement *statement;
	const Facts *facts;
	ParameterUse *uses;
	size_t count;
} Reading;

static const ColumnFacts *column_in_block(const Reading *reading, const QueryBlock *block, ColumnName name) {
	for (size_t i = 0; i < block->tables.count; i++) {
		const TableRef *table = &block->tables.items[i];
		const char *called = table_ref_called(table);
		if (name.qualifier && (!called || strcmp(called, name.qualifier) != 0)) continue;
		const ColumnFacts *column = column_facts(table_facts(reading->facts, table->schema, table->name), name.column);
		if (column) return column;
	}
	return NULL;
}

/* A view's columns, or a partitioned table's, are those of what is read for it: any that has values to offer. */
static const ColumnFacts *column_anywhere(const Reading *reading, ColumnName name) {
	for (size_t i = 0; reading->facts && i < reading->facts->tables.count; i++) {
		const ColumnFacts *column = column_facts(&reading->facts->tables.items[i], name.column);
		if (column && (column->top_value || column->middle_value)) return column;
	}
	return NULL;
}

static const ColumnFacts *find_column(const Reading *reading, const QueryBlock *block, ColumnName name) {
	for (;; block = &reading->statement->blocks.items[block->parent]) {
		const ColumnFacts *column = column_in_block(reading, block, name);
		if (column) return column;
		if (block->parent < 0) return column_anywhere(reading, name);
	}
}

/* ---- the place ---- */

static const char *spoken(const Predicate *predicate) {
	static const char *const words[][2] = {{"~~", "LIKE"}, {"~~*", "ILIKE"}};
	if (predicate->kind == PREDICATE_IN) return "IN";
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (predicate->operator_name && strcmp(predicate->operator_name, words[i][0]) == 0) return words[i][1];
	return predicate->operator_name ? predicate->operator_name : "…";
}

static ParameterSide side_of(const Predicate *predicate) {
	if (predicate->kind != PREDICATE_RANGE || !predicate->operator_name) return SIDE_EQUAL;
	return *predicate->operator_name == '>' ? SIDE_ABOVE : SIDE_BELOW;
}

/* The next $n of a text, from *at on; 0: there is none. */
static size_t next_parameter(const Reading *reading, const char *text, size_t *at) {
	Token token;
	while (token_next(text, strlen(text), *at, &token)) {
		*at = token.span.end;
		if (token.kind != TOKEN_PARAMETER) continue;
		size_t n = (size_t)strtoul(text + token.span.start + 1, NULL, 10);
		if (n > 0 && n <= reading->count) return n;
	}
	return 0;
}

static void read_predicates(Reading *reading, const QueryBlock *block, const PredicateList *predicates);

static void read_predicate(Reading *reading, const QueryBlock *block, const Predicate *predicate) {
	for (size_t i = 0; i < predicate->branch_count; i++) read_predicates(reading, block, &predicate->branches[i]);
	const Operand *left = &predicate->left;
	if (predicate->right.kind != OPERAND_PARAMETER || !left->text) return;
	size_t at = 0;
	for (size_t n; (n = next_parameter(reading, predicate->right.text, &at));) {
		ParameterUse *use = &reading->uses[n - 1];
		if (use->place) continue;
		use->place = arena_printf(reading->arena, "%s %s $%zu", left->kind == OPERAND_COLUMN ? left->name.column : left->text, spoken(predicate), n);
		use->side = side_of(predicate);
		if (left->column_count == 1) use->column = find_column(reading, block, left->columns[0]);
		else if (left->kind == OPERAND_COLUMN) use->column = find_column(reading, block, left->name);
	}
}

static void read_predicates(Reading *reading, const QueryBlock *block, const PredicateList *predicates) {
	for (size_t i = 0; i < predicates->count; i++) read_predicate(reading, block, &predicates->items[i]);
}

static void read_bound(Reading *reading, const char *text, const char *word, ParameterKind kind) {
	size_t at = 0, n = text ? next_parameter(reading, text, &at) : 0;
	if (n) reading->uses[n - 1] = (ParameterUse){.kind = kind, .place = arena_printf(reading->arena, "%s $%zu", word, n)};
}

/* ---- what is stored ---- */

static TokenList words_of(Arena *arena, const char *text) {
	TokenList all = sql_tokens(arena, text), words = {0};
	for (size_t i = 0; i < all.count; i++)
		if (all.items[i].kind != TOKEN_COMMENT) *list_push(arena, &words) = all.items[i];
	return words;
}

static const char *name_at(Arena *arena, const char *text, const TokenList *words, size_t at) {
	if (at >= words->count || words->items[at].kind == TOKEN_OPERATOR) return NULL;
	Span span = words->items[at].span;
	bool quoted = text[span.start] == '"';
	return arena_copy_n(arena, text + span.start + quoted, span.end - span.start - 2 * quoted);
}

static void store(Reading *reading, const TokenList *words, size_t at, const char *column) {
	size_t byte = words->items[at].span.start, n = column ? next_parameter(reading, reading->statement->text, &byte) : 0;
	if (!n || reading->uses[n - 1].place) return;
	const TableRef *target = &reading->statement->target;
	reading->uses[n - 1] = (ParameterUse){
		.kind = PARAMETER_STORED,
		.place = arena_printf(reading->arena, "%s = $%zu", column, n),
		.column = column_facts(table_facts(reading->facts, target->schema, target->name), column),
	};
}

/* SET a = $1, b = $2 */
static void read_set(Reading *reading, const TokenList *words) {
	const char *text = reading->statement->text;
	for (size_t i = 2; i + 1 < words->count; i++) {
		bool begins = tokens_have(text, words, i - 2, "set") || tokens_have(text, words, i - 2, ",");
		if (begins && tokens_have(text, words, i, "=") && words->items[i + 1].kind == TOKEN_PARAMETER)
			store(reading, words, i + 1, name_at(reading->arena, text, words, i - 1));
	}
}

/* INTO t (a, b) VALUES ($1, f($2)), ($3, $4): those that stand alone. */
static void read_values(Reading *reading, const TokenList *words) {
	const char *text = reading->statement->text;
	LIST(const char *) columns = {0};
	size_t at = 0, depth = 0, nth = 0;
	while (at < words->count && !tokens_have(text, words, at, "(")) at++;
	for (at++; at < words->count && !tokens_have(text, words, at, ")"); at++)
		if (!tokens_have(text, words, at, ",")) *list_push(reading->arena, &columns) = name_at(reading->arena, text, words, at);
	if (!tokens_have(text, words, at + 1, "values")) return;
	for (at += 2; at < words->count; at++) {
		if (tokens_have(text, words, at, "(") && depth++ == 0) nth = 0;
		if (tokens_have(text, words, at, ")")) depth--;
		if (tokens_have(text, words, at, ",") && depth == 1) nth++;
		bool alone = (tokens_have(text, words, at - 1, "(") || tokens_have(text, words, at - 1, ",")) &&
		             (tokens_have(text, words, at + 1, ")") || tokens_have(text, words, at + 1, ","));
		if (depth == 1 && alone && words->items[at].kind == TOKEN_PARAMETER && nth < columns.count) store(reading, words, at, columns.items[nth]);
	}
}

const ParameterUse *parameter_uses(Arena *arena, const Statement *statement, const Facts *facts, size_t count) {
	Reading reading = {.arena = arena, .statement = statement, .facts = facts, .uses = ARENA_ARRAY(arena, ParameterUse, count), .count = count};
	for (size_t i = 0; statement && i < statement->blocks.count; i++) {
		const QueryBlock *block = &statement->blocks.items[i];
		read_bound(&reading, block->limit, "LIMIT", PARAMETER_LIMIT);
		read_bound(&reading, block->offset, "OFFSET", PARAMETER_OFFSET);
		read_predicates(&reading, block, &block->where);
		read_predicates(&reading, block, &block->outer_on);
	}
	bool stores = statement && (statement->kind == STATEMENT_UPDATE || statement->kind == STATEMENT_INSERT);
	TokenList words = stores ? words_of(arena, statement->text) : (TokenList){0};
	if (stores) (statement->kind == STATEMENT_UPDATE ? read_set : read_values)(&reading, &words);
	return reading.uses;
}

/* ---- values ---- */

enum { STATISTICS_CUT = 200 }; /* longer values were cut when they were read */

static bool same_type(const char *type, const char *other, size_t len) {
	static const char text[] = "text", varying[] = "character varying";
	size_t word = strcspn(type, "(");
	if (word >= strlen(varying) && strncmp(type, varying, strlen(varying)) == 0) type = text, word = strlen(text);
	if (len >= strlen(varying) && strncmp(other, varying, strlen(varying)) == 0) other = text, len = strlen(text);
	return word == len && strncmp(type, other, len) == 0;
}

/* An array with the value for its only element. */
static const char *array_of(Arena *arena, const char *value) {
	Str out = STR_INIT;
	str_add(&out, "{\"");
	for (; *value; value++) {
		if (strchr("\"\\", *value)) str_add_char(&out, '\\');
		str_add_char(&out, *value);
	}
	str_add(&out, "\"}");
	const char *array = arena_copy(arena, out.text);
	str_release(&out);
	return array;
}

/* A value of the column as one of the parameter; NULL: it would be another kind of thing. */
static const char *as_parameter(Arena *arena, const char *value, const ColumnFacts *column, const char *type) {
	if (!value || strlen(value) >= STATISTICS_CUT) return NULL;
	if (!type || !column->type || same_type(column->type, type, strlen(type))) return value;
	size_t len = strlen(type);
	bool array = len > 2 && strcmp(type + len - 2, "[]") == 0 && same_type(column->type, type, len - 2);
	return array ? array_of(arena, value) : NULL;
}

static void offer(Arena *arena, ParameterOfferList *offers, OfferKind kind, const char *value, const char *source) {
	for (size_t i = 0; value && i < offers->count; i++)
		if (strcmp(offers->items[i].value, value) == 0) return;
	if (value) *list_push(arena, offers) = (ParameterOffer){kind, value, source};
}

static const char *with_share(Arena *arena, const char *source, double share) {
	return isnan(share) ? source : arena_printf(arena, "%s, %s", source, format_share(arena, share));
}

/* Where the column ends: a bound there lets all rows through, or none. */
static void offer_ends(Arena *arena, ParameterOfferList *offers, const ParameterUse *use, const char *type) {
	const ColumnFacts *column = use->column;
	bool above = use->side == SIDE_ABOVE;
	offer(arena, offers, OFFER_COMMON, as_parameter(arena, above ? column->low_value : column->high_value, column, type), "lets most rows through");
	offer(arena, offers, OFFER_RARE, as_parameter(arena, above ? column->high_value : column->low_value, column, type), "lets few rows through");
}

static void offer_column(Arena *arena, ParameterOfferList *offers, const ParameterUse *use, const char *type) {
	const ColumnFacts *column = use->column;
	offer(arena, offers, OFFER_COMMON, as_parameter(arena, column->top_value, column, type), with_share(arena, "most common", column->top_share));
	if (use->kind == PARAMETER_STORED) return;
	offer(arena, offers, OFFER_TYPICAL, as_parameter(arena, column->middle_value, column, type), "typical");
	if (use->side != SIDE_EQUAL) offer_ends(arena, offers, use, type);
	else if (!column->middle_value) offer(arena, offers, OFFER_RARE, as_parameter(arena, column->rare_value, column, type), with_share(arena, "rare", column->rare_share));
}

static const char date[] = "date", stamp[] = "timestamp without time zone", stamptz[] = "timestamp with time zone";
static const struct {
	ParameterKind kind;
	const char *type; /* NULL: any */
	const char *value;
} guesses[] = {
	{PARAMETER_LIMIT, NULL, "10"},         {PARAMETER_LIMIT, NULL, "100"},           {PARAMETER_OFFSET, NULL, "0"},
	{PARAMETER_OFFSET, NULL, "1000"},      {PARAMETER_VALUE, "boolean", "true"},     {PARAMETER_VALUE, "boolean", "false"},
	{PARAMETER_VALUE, "interval", "1 day"}, {PARAMETER_VALUE, "interval", "1 hour"}, {PARAMETER_VALUE, date, "today"},
	{PARAMETER_VALUE, stamp, "today"},     {PARAMETER_VALUE, stamptz, "today"},
};

ParameterOfferList parameter_offers(Arena *arena, const ParameterUse *use, const char *type) {
	ParameterOfferList offers = {0};
	ParameterKind kind = use->kind == PARAMETER_STORED ? PARAMETER_VALUE : use->kind;
	if (use->column) offer_column(arena, &offers, use, type);
	bool known = offers.count > 0;
	for (size_t i = 0; !known && i < sizeof guesses / sizeof *guesses; i++) {
		bool fits = !guesses[i].type || (type && strcmp(guesses[i].type, type) == 0);
		if (guesses[i].kind == kind && fits) offer(arena, &offers, OFFER_GUESS, guesses[i].value, "a guess");
	}
	return offers;
}
