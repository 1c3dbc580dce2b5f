/* counting.c: counts that ask for more than is wanted, written anew.
 *
 * count(*), count(1) and count() of a column that is never null count rows; another count is left alone. */
#include "advise/counting.h"

#include "sql/clause.h"
#include "sql/edit.h"

/* A query that does nothing but count rows: SELECT count(*) … FROM …, as words of a text. */
typedef struct Count {
	size_t select, call, behind; /* the words SELECT, count, and the one behind its parentheses */
	size_t from;
} Count;

typedef struct Reader {
	Arena *arena;
	const Facts *facts;
	const char *text;
	TokenList words;
	EditList edits;
	size_t parses_left; /* of counts within counts within counts, each of which has to be parsed anew */
} Reader;

enum { PARSES_MOST = 64 };

static bool at(const Reader *reader, size_t nth, const char *word) {
	return tokens_have(reader->text, &reader->words, nth, word);
}

static TokenKind kind(const Reader *reader, size_t nth) {
	return nth < reader->words.count ? reader->words.items[nth].kind : TOKEN_COMMENT;
}

/* ---- what counts rows ---- */

/* Only of a plain query over one table, for an outer join fills in nulls. */
static bool never_null(const Reader *reader, const QueryBlock *block, const Operand *column) {
	if (block->tables.count != 1 || block->outer_on.count) return false;
	const TableRef *ref = &block->tables.items[0];
	const char *qualifier = column->name.qualifier;
	if (qualifier && strcmp(qualifier, table_ref_called(ref)) != 0) return false;
	const ColumnFacts *facts = column_facts(table_facts(reader->facts, ref->schema, ref->name), column->name.column);
	return facts && facts->not_null;
}

/* count ( … ): of what never is null? Gives the word behind it, 0 when not. */
static size_t counts_rows(const Reader *reader, const QueryBlock *block, size_t call) {
	if (!at(reader, call, "count") || !at(reader, call + 1, "(")) return 0;
	size_t end = tokens_group_end(reader->text, &reader->words, call + 1);
	bool single = end == call + 4;
	if (single && (at(reader, call + 2, "*") || kind(reader, call + 2) == TOKEN_NUMBER)) return end;
	if (!end || at(reader, call + 2, "distinct") || at(reader, call + 2, "all")) return 0;
	Span inside = {reader->words.items[call + 2].span.start, reader->words.items[end - 2].span.end};
	const char *test = arena_printf(reader->arena, "%s IS NOT NULL", span_text(reader->arena, reader->text, inside));
	PredicateList *argument = predicate_parse(reader->arena, test, NULL);
	bool column = argument && argument->count == 1 && argument->items[0].kind == PREDICATE_NOT_NULL && argument->items[0].left.kind == OPERAND_COLUMN;
	return column && never_null(reader, block, &argument->items[0].left) ? end : 0;
}

/* The query that begins at `select` and ends before `end`: one level that counts all rows it finds. */
static bool read_count(Reader *reader, size_t select, size_t end, Count *count) {
	static const char *const others[] = {"group", "having", "window", "order", "limit", "offset", "fetch", "union", "intersect", "except", "for"};
	if (!at(reader, select, "select") || !at(reader, select + 1, "count") || !reader->parses_left) return false;
	reader->parses_left--;
	Span span = {reader->words.items[select].span.start, reader->words.items[end - 1].span.end};
	const Statement *query = statement_parse(reader->arena, span_text(reader->arena, reader->text, span));
	if (!query->parsed || !query->blocks.count) return false;
	const QueryBlock *block = &query->blocks.items[0];
	*count = (Count){.select = select, .call = select + 1, .behind = counts_rows(reader, block, select + 1)};
	if (!count->behind || block->output.count != 1 || block->windows) return false;
	count->from = words_find(reader->text, &reader->words, count->behind, end, "from");
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (words_find(reader->text, &reader->words, count->from, end, others[i]) < end) return false;
	return count->from < end;
}

/* ---- what is only compared with none ---- */

typedef enum Asked { ASKED_NUMBER, ASKED_ANY, ASKED_NONE } Asked;

static Asked asked(const Reader *reader, size_t sign, size_t number, bool turned) {
	static const struct {
		const char *sign, *turned, *number;
		Asked asked;
	} ways[] = {
	    {">", "<", "0", ASKED_ANY},    {">=", "<=", "1", ASKED_ANY}, {"<>", "<>", "0", ASKED_ANY}, {"!=", "!=", "0", ASKED_ANY},
	    {"=", "=", "0", ASKED_NONE}, {"<", ">", "1", ASKED_NONE},  {"<=", ">=", "0", ASKED_NONE},
	};
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		if (at(reader, sign, turned ? ways[i].turned : ways[i].sign) && at(reader, number, ways[i].number)) return ways[i].asked;
	return ASKED_NUMBER;
}

/* Nothing around the comparison binds tighter than it does. */
static bool stands_alone(const Reader *reader, size_t first, size_t end) {
	bool before = !first || kind(reader, first - 1) == TOKEN_KEYWORD || at(reader, first - 1, "(") || at(reader, first - 1, ",");
	bool behind = kind(reader, end) != TOKEN_OPERATOR || at(reader, end, ")") || at(reader, end, ",");
	bool tested = at(reader, end, "is") || at(reader, end, "between") || at(reader, end, "in") || (first && at(reader, first - 1, "between"));
	return before && behind && !tested;
}

static void put(Reader *reader, Span span, const char *text) {
	*list_push(reader->arena, &reader->edits) = (Edit){span, text};
}

/* `count(*)` and the blanks behind it. */
static Span call_span(const Reader *reader, const Count *count) {
	return (Span){reader->words.items[count->call].span.start, reader->words.items[count->from].span.start};
}

static Span end_of(const Reader *reader) {
	size_t end = reader->words.items[reader->words.count - 1].span.end;
	return (Span){end, end};
}

/* (SELECT count(*) FROM …) > 0, or 0 < (SELECT …). Gives the word to go on with. */
static size_t take_subquery(Reader *reader, size_t open) {
	size_t end = tokens_group_end(reader->text, &reader->words, open), first = open, last = end;
	Count count;
	if (!end || !read_count(reader, open + 1, end - 1, &count) || !words_only_name(reader->text, &reader->words, count.behind, count.from)) return open + 1;
	Asked how = asked(reader, end, end + 1, false);
	if (how) last = end + 2;
	else if (open >= 2 && (how = asked(reader, open - 1, open - 2, true))) first = open - 2;
	if (!how || !stands_alone(reader, first, last)) return open + 1;
	put(reader, (Span){reader->words.items[first].span.start, reader->words.items[open].span.start}, how == ASKED_ANY ? "EXISTS " : "NOT EXISTS ");
	put(reader, call_span(reader, &count), "");
	size_t shut = reader->words.items[end - 1].span.end;
	put(reader, (Span){shut, reader->words.items[last - 1].span.end}, "");
	return last;
}

/* SELECT count(*) > 0 [AS name] FROM …, at the top. */
static bool take_whole(Reader *reader, size_t select) {
	Count count;
	if (!read_count(reader, select, reader->words.count, &count)) return false;
	size_t behind = count.behind + 2;
	Asked how = asked(reader, count.behind, count.behind + 1, false);
	if (!how || behind > count.from || !words_only_name(reader->text, &reader->words, behind, count.from)) return false;
	put(reader, words_span(&reader->words, select, select + 1), how == ASKED_ANY ? "SELECT EXISTS (SELECT" : "SELECT NOT EXISTS (SELECT");
	put(reader, call_span(reader, &count), "");
	const char *name = "";
	if (behind < count.from) name = arena_printf(reader->arena, " %s", span_text(reader->arena, reader->text, words_span(&reader->words, behind, count.from)));
	put(reader, end_of(reader), arena_printf(reader->arena, ")%s", name));
	return true;
}

static Reader reader_of(Arena *arena, const Statement *statement, const Facts *facts) {
	return (Reader){.arena = arena, .facts = facts, .text = statement->text, .words = sql_words(arena, statement->text), .parses_left = PARSES_MOST};
}

const char *counting_as_exists(Arena *arena, const Statement *statement, const Facts *facts) {
	if (!statement->parsed) return NULL;
	Reader reader = reader_of(arena, statement, facts);
	size_t verb = clause_verb(statement->text, &reader.words, 0);
	bool whole = statement->kind == STATEMENT_SELECT && take_whole(&reader, verb);
	for (size_t i = 0; !whole && i < reader.words.count;)
		i = at(&reader, i, "(") && at(&reader, i + 1, "select") ? take_subquery(&reader, i) : i + 1;
	return reader.edits.count ? text_edited(arena, statement->text, &reader.edits) : NULL;
}

/* ---- so many, and about how many ---- */

/* The statement is nothing but a count of its rows; the queries of its WITH stay in front. */
static bool counts_all(Reader *reader, const Statement *statement, Count *count) {
	if (!statement->parsed || statement->kind != STATEMENT_SELECT || statement->writes) return false;
	size_t verb = clause_verb(reader->text, &reader->words, 0);
	if (!read_count(reader, verb, reader->words.count, count)) return false;
	return words_only_name(reader->text, &reader->words, count->behind, count->from);
}

const char *counting_capped(Arena *arena, const Statement *statement, const Facts *facts, size_t most) {
	Reader reader = reader_of(arena, statement, facts);
	Count count;
	if (!counts_all(&reader, statement, &count)) return NULL;
	Span name = {reader.words.items[count.behind - 1].span.end, reader.words.items[count.from].span.start};
	put(&reader, call_span(&reader, &count), arena_printf(arena, "count(*)%sFROM (SELECT ", span_text(arena, reader.text, name)));
	put(&reader, end_of(&reader), arena_printf(arena, " LIMIT %zu) AS counted", most + 1));
	return text_edited(arena, reader.text, &reader.edits);
}

/* FROM is its last clause and names one table that has statistics; NULL when not. */
static const TableFacts *whole_table(const Reader *reader, const Statement *statement, const Count *count) {
	static const char *const others[] = {",", "(", "join", "where", "only", "tablesample"};
	const QueryBlock *block = &statement->blocks.items[0];
	if (count->select || block->tables.count != 1) return NULL;
	for (size_t i = count->from; i < reader->words.count; i++)
		for (size_t k = 0; k < sizeof others / sizeof *others; k++)
			if (at(reader, i, others[k])) return NULL;
	const TableFacts *table = table_facts(reader->facts, block->tables.items[0].schema, block->tables.items[0].name);
	return table && table->rows >= 0 ? table : NULL;
}

const char *counting_estimated(Arena *arena, const Statement *statement, const Facts *facts) {
	Reader reader = reader_of(arena, statement, facts);
	Count count;
	if (!counts_all(&reader, statement, &count)) return NULL;
	const TableFacts *table = whole_table(&reader, statement, &count);
	if (table) {
		const char *name = sql_qualified(arena, table->schema, table->name);
		return arena_printf(arena, "SELECT reltuples::bigint AS count FROM pg_class WHERE oid = %s::regclass", sql_literal(arena, name));
	}
	put(&reader, (Span){0, 0}, "EXPLAIN ");
	put(&reader, call_span(&reader, &count), "");
	return text_edited(arena, reader.text, &reader.edits);
}
