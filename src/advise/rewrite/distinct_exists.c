/* distinct_exists.c: SELECT DISTINCT of one table joined with another, written with EXISTS. */
#include "advise/distinct_exists.h"

#include "advise/volatility.h"
#include "sql/clause.h"
#include "sql/edit.h"

/* ---- whose columns are returned ---- */

/* By its qualifier, or as the only one that has such a column; NULL: nobody can tell. */
static const TableRef *owner(const QueryBlock *block, const Facts *facts, const ColumnName *column) {
	const TableRef *found = NULL;
	for (size_t i = 0; i < block->tables.count; i++) {
		const TableRef *table = &block->tables.items[i];
		const TableFacts *known = table_facts(facts, table->schema, table->name);
		if (column->qualifier && strcmp(table_ref_called(table), column->qualifier) == 0) return table;
		if (column->qualifier || (known && !column_facts(known, column->column))) continue;
		if (found || !known) return NULL;
		found = table;
	}
	return found;
}

/* `a.*` */
static const TableRef *owner_of_star(Arena *arena, const QueryBlock *block, const Operand *output) {
	for (size_t i = 0; output->text && i < block->tables.count; i++)
		if (strcmp(output->text, arena_printf(arena, "%s.*", sql_identifier(arena, table_ref_called(&block->tables.items[i])))) == 0)
			return &block->tables.items[i];
	return NULL;
}

static bool mark_returned(Arena *arena, const QueryBlock *block, const Facts *facts, const Operand *output, bool *returned) {
	const TableRef *star = output->kind == OPERAND_OTHER ? owner_of_star(arena, block, output) : NULL;
	if (star) returned[star - block->tables.items] = true;
	else if (output->kind != OPERAND_COLUMN && output->kind != OPERAND_EXPRESSION && output->kind != OPERAND_CONSTANT) return false;
	for (size_t c = 0; !star && c < output->column_count; c++) {
		const TableRef *table = owner(block, facts, &output->columns[c]);
		if (!table) return false;
		returned[table - block->tables.items] = true;
	}
	return true;
}

const bool *distinct_returned(Arena *arena, const Statement *statement, const Facts *facts) {
	const QueryBlock *block = statement->blocks.count ? &statement->blocks.items[0] : NULL;
	if (!block || block->set_operation || !block->output.count) return NULL;
	bool *returned = ARENA_ARRAY(arena, bool, block->tables.count);
	for (size_t i = 0; i < block->output.count; i++)
		if (!mark_returned(arena, block, facts, &block->output.items[i], returned)) return NULL;
	return returned;
}

/* Every row returned is another one already, for a unique key of the table is in it. */
static bool holds_unique_key(Arena *arena, const QueryBlock *block, const Facts *facts, const TableRef *kept) {
	const IndexFacts *key = table_unique_key(arena, table_facts(facts, kept->schema, kept->name));
	for (size_t k = 0; key && k < key->key_count; k++) {
		bool found = false;
		for (size_t i = 0; i < block->output.count; i++) {
			const Operand *output = &block->output.items[i];
			bool column = output->kind == OPERAND_COLUMN && owner(block, facts, &output->name) == kept;
			found = found || owner_of_star(arena, block, output) == kept || (column && strcmp(sql_identifier(arena, output->name.column), key->keys[k]) == 0);
		}
		if (!found) return false;
	}
	return key != NULL;
}

/* ---- where things stand in the text ---- */

typedef struct Shape {
	Span tables[2];
	Span on, where; /* the conditions alone; empty without */
	Span body; /* what is written anew: from the first table up to what follows WHERE */
} Shape;

static bool ends_clause(const char *text, const TokenList *words, size_t at) {
	return at >= words->count || clause_opened(text, words, at) != CLAUSE_NONE;
}

/* A name, perhaps with its schema, perhaps with an alias of its own. Gives the word behind it, 0 for something else. */
static size_t read_table(const char *text, const TokenList *words, size_t at, const TableRef *table, Span *span) {
	static const char *const ends[] = {",", "join", "inner", "cross", "on", NULL};
	size_t end = at;
	for (; !ends_clause(text, words, end) && !tokens_have_any(text, words, end, ends); end++) {
		TokenKind kind = words->items[end].kind;
		if (kind != TOKEN_NAME && kind != TOKEN_KEYWORD && !tokens_have(text, words, end, ".")) return 0;
	}
	if (end == at || !token_names(text, words->items[end - 1], table_ref_called(table))) return 0;
	*span = words_span(words, at, end);
	return end;
}

/* Behind the words that join the second table to the first. */
static size_t read_joint(const char *text, const TokenList *words, size_t at) {
	static const char *const kinds[] = {"inner", "cross", NULL};
	if (tokens_have(text, words, at, ",")) return at + 1;
	if (tokens_have_any(text, words, at, kinds)) at++;
	return tokens_have(text, words, at, "join") ? at + 1 : 0;
}

/* The condition behind the word, when it stands there. Gives the word behind it. */
static size_t read_condition(const char *text, const TokenList *words, size_t at, const char *word, Span *span) {
	if (!tokens_have(text, words, at, word)) return at;
	size_t end = at + 1;
	for (size_t depth = 0; end < words->count && (depth || clause_opened(text, words, end) == CLAUSE_NONE); end++) {
		if (tokens_have(text, words, end, "(")) depth++;
		else if (depth && tokens_have(text, words, end, ")")) depth--;
	}
	if (end > at + 1) *span = words_span(words, at + 1, end);
	return end;
}

/* What is copied into parentheses must not hold a comment that swallows what comes behind. */
static bool holds_comment(Arena *arena, const char *text, Span span) {
	TokenList tokens = sql_tokens(arena, span_text(arena, text, span));
	for (size_t i = 0; i < tokens.count; i++)
		if (tokens.items[i].kind == TOKEN_COMMENT) return true;
	return false;
}

static bool read_shape(Arena *arena, const char *text, const QueryBlock *block, Shape *shape) {
	TokenList words = sql_words(arena, text);
	*shape = (Shape){.body = {0}};
	if (!tokens_have(text, &words, 0, "select") || !tokens_have(text, &words, 1, "distinct") || tokens_have(text, &words, 2, "on")) return false;
	size_t first = words_find(text, &words, 2, words.count, "from") + 1;
	size_t at = read_table(text, &words, first, &block->tables.items[0], &shape->tables[0]);
	at = at ? read_joint(text, &words, at) : 0;
	at = at ? read_table(text, &words, at, &block->tables.items[1], &shape->tables[1]) : 0;
	if (!at) return false;
	at = read_condition(text, &words, at, "on", &shape->on);
	at = read_condition(text, &words, at, "where", &shape->where);
	if (!ends_clause(text, &words, at)) return false;
	shape->body = words_span(&words, first, at);
	return !holds_comment(arena, text, shape->body);
}

/* ---- written anew ---- */

static const char *conditions_of(Arena *arena, const char *text, const Shape *shape) {
	bool on = shape->on.end > 0, where = shape->where.end > 0;
	if (!on && !where) return "";
	if (on != where) return arena_printf(arena, " WHERE %s", span_text(arena, text, on ? shape->on : shape->where));
	return arena_printf(arena, " WHERE (%s) AND (%s)", span_text(arena, text, shape->on), span_text(arena, text, shape->where));
}

const char *distinct_as_exists(Arena *arena, const Statement *statement, const Facts *facts) {
	if (statement->kind != STATEMENT_SELECT || statement->blocks.count != 1 || statement_volatile_function(statement, facts)) return NULL;
	const QueryBlock *block = &statement->blocks.items[0];
	const bool *returned = distinct_returned(arena, statement, facts);
	const char *text = statement->text;
	Shape shape;
	if (block->tables.count != 2 || block->aggregates || block->windows || block->outer_on.count || statement->locks_rows) return NULL;
	if (!returned || returned[0] == returned[1] || !read_shape(arena, text, block, &shape)) return NULL;
	size_t kept = returned[0] ? 0 : 1, gone = 1 - kept;
	TokenList words = sql_words(arena, text);
	EditList edits = {0};
	if (holds_unique_key(arena, block, facts, &block->tables.items[kept]))
		*list_push(arena, &edits) = (Edit){{words.items[0].span.end, words.items[1].span.end}, ""};
	*list_push(arena, &edits) =
	    (Edit){shape.body, arena_printf(arena, "%s WHERE EXISTS (SELECT FROM %s%s)", span_text(arena, text, shape.tables[kept]),
	                                    span_text(arena, text, shape.tables[gone]), conditions_of(arena, text, &shape))};
	return text_edited(arena, text, &edits);
}
