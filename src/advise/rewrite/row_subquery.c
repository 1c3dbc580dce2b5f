/* row_subquery.c: a scalar subquery that depends on the row at hand, taken apart by its words. */
#include "advise/row_subquery.h"

#include "advise/volatility.h"

static bool at(const RowReader *reader, size_t nth, const char *word) {
	return tokens_have(reader->text, &reader->words, nth, word);
}

static TokenKind kind(const RowReader *reader, size_t nth) {
	return nth < reader->words.count ? reader->words.items[nth].kind : TOKEN_COMMENT;
}

static size_t find(const RowReader *reader, size_t from, size_t end, const char *word) {
	return words_find(reader->text, &reader->words, from, end, word);
}

/* ---- whose column is it ---- */

/* As the catalog spells it. */
static const char *plain_name(const RowReader *reader, size_t nth) {
	const char *word = span_text(reader->arena, reader->text, reader->words.items[nth].span);
	char *name = arena_copy(reader->arena, word);
	if (*word == '"') return arena_copy_n(reader->arena, word + 1, strlen(word) - 2); /* one with "" inside is found nowhere */
	for (char *byte = name; *byte; byte++)
		if (*byte >= 'A' && *byte <= 'Z') *byte = (char)(*byte - 'A' + 'a');
	return name;
}

static bool is_name(const RowReader *reader, size_t nth) {
	bool value = at(reader, nth, "null") || at(reader, nth, "true") || at(reader, nth, "false");
	return kind(reader, nth) == TOKEN_NAME || (kind(reader, nth) == TOKEN_KEYWORD && !value);
}

/* The column reference that is all of [first, end). */
static bool read_column(const RowReader *reader, size_t first, size_t end, NamedColumn *named) {
	bool qualified = end == first + 3 && at(reader, first + 1, ".");
	if ((end != first + 1 && !qualified) || !is_name(reader, first) || !is_name(reader, end - 1)) return false;
	*named = (NamedColumn){.column = plain_name(reader, end - 1), .span = words_span(&reader->words, first, end)};
	if (qualified) named->qualifier = plain_name(reader, first);
	return true;
}

static bool bears(const TableRef *ref, const char *name) {
	return ref->name && strcmp(table_ref_called(ref), name) == 0;
}

/* Does a level have it? With a qualifier its tables tell, else only a catalog. */
static bool level_has(const RowReader *reader, const QueryBlock *block, NamedColumn *named) {
	for (size_t i = 0; i < block->tables.count; i++) {
		const TableRef *ref = &block->tables.items[i];
		const TableFacts *table = table_facts(reader->facts, ref->schema, ref->name);
		bool has = named->qualifier ? bears(ref, named->qualifier) : column_facts(table, named->column) != NULL;
		if (!has) continue;
		named->table = table;
		return true;
	}
	return false;
}

typedef enum Side { SIDE_UNKNOWN, SIDE_INSIDE, SIDE_OUTSIDE } Side;

static bool knows_all(const RowReader *reader, const QueryBlock *block) {
	for (size_t i = 0; i < block->tables.count; i++)
		if (!table_facts(reader->facts, block->tables.items[i].schema, block->tables.items[i].name)) return false;
	return true;
}

/* A bare name is the inner level's wherever that has it: a view there may. */
static Side side_of(const RowReader *reader, const RowSubquery *query, NamedColumn *named) {
	if (level_has(reader, query->block, named)) return SIDE_INSIDE;
	if (!named->qualifier && !knows_all(reader, query->block)) return SIDE_UNKNOWN;
	return level_has(reader, reader->outer, named) ? SIDE_OUTSIDE : SIDE_UNKNOWN;
}

/* Does a part of the subquery name a column outside? When in doubt, yes. */
bool row_subquery_reaches_out(const RowReader *reader, const RowSubquery *query, size_t first, size_t end) {
	for (size_t i = first; i < end; i++) {
		if (at(reader, i, "select")) return true; /* it may, somewhere inside */
		bool type = i && (at(reader, i - 1, "::") || at(reader, i - 1, "as") || kind(reader, i + 1) == TOKEN_STRING);
		if (kind(reader, i) != TOKEN_NAME || type || at(reader, i + 1, "(")) continue;
		NamedColumn named = {.column = plain_name(reader, i)};
		if (at(reader, i + 1, ".")) {
			named.qualifier = named.column;
			i += 2;
		}
		if (side_of(reader, query, &named) != SIDE_INSIDE) return true;
	}
	return false;
}

/* ---- the subquery taken apart ---- */

static const char *aggregate_at(const RowReader *reader, size_t nth) {
	static const char *const functions[] = {"count", "sum", "min", "max", "avg", "bool_and", "bool_or", "every"};
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		if (at(reader, nth, functions[i]) && at(reader, nth + 1, "(")) return functions[i];
	return NULL;
}

/* a.x = b.y, one of them inside and one outside. */
static bool read_key(const RowReader *reader, const RowSubquery *query, size_t first, size_t end, KeyPair *pair) {
	size_t sign = find(reader, first, end, "=");
	NamedColumn left, right;
	if (sign == end || !read_column(reader, first, sign, &left) || !read_column(reader, sign + 1, end, &right)) return false;
	Side one = side_of(reader, query, &left), other = side_of(reader, query, &right);
	if (one == SIDE_INSIDE && other == SIDE_OUTSIDE) *pair = (KeyPair){left, right};
	else if (one == SIDE_OUTSIDE && other == SIDE_INSIDE) *pair = (KeyPair){right, left};
	else return false;
	return true;
}

/* The AND that ends a condition, but for that of BETWEEN. */
static size_t condition_end(const RowReader *reader, size_t from, size_t end) {
	size_t stop = find(reader, from, end, "and"), between = find(reader, from, stop, "between");
	return between < stop && stop < end ? find(reader, stop + 1, end, "and") : stop;
}

static bool read_conditions(const RowReader *reader, RowSubquery *query) {
	for (size_t from = query->where + 1, end; from < query->where_end; from = end + 1) {
		end = condition_end(reader, from, query->where_end);
		KeyPair pair;
		if (end == from || find(reader, from, end, "or") < end || find(reader, from, end, "case") < end) return false;
		if (read_key(reader, query, from, end, &pair)) *list_push(reader->arena, &query->keys) = pair;
		else if (row_subquery_reaches_out(reader, query, from, end)) return false;
		else *list_push(reader->arena, &query->others) = words_span(&reader->words, from, end);
	}
	return query->keys.count > 0;
}

/* ORDER BY 1 means the select list's, which becomes another. */
static bool counts_columns(const RowReader *reader, size_t from, size_t end) {
	for (size_t i = from; i < end; i++)
		if (kind(reader, i) == TOKEN_NUMBER && (i == from || at(reader, i - 1, ","))) return true;
	return false;
}

/* ORDER BY … LIMIT 1, or nothing. */
static bool read_tail(const RowReader *reader, RowSubquery *query) {
	size_t last = query->end - 1, limit = find(reader, query->from, last, "limit");
	query->order = find(reader, query->from, last, "order");
	query->tail = query->order < limit ? query->order : limit;
	query->picks = query->tail < last;
	if (!query->picks) return true;
	bool one = query->order < limit && limit + 2 == last && at(reader, limit + 1, "1");
	return one && !query->function && !counts_columns(reader, query->order + 2, limit) && !row_subquery_reaches_out(reader, query, query->order, limit);
}

/* At most one row has these keys. */
static bool finds_one(const RowReader *reader, const RowSubquery *query) {
	const TableFacts *table = query->block->tables.count == 1 ? query->keys.items[0].inside.table : NULL;
	for (size_t i = 0; table && i < table->indexes.count; i++) {
		const IndexFacts *index = &table->indexes.items[i];
		bool all = index->unique && index->valid && !index->predicate && index->key_count;
		for (size_t k = 0; all && k < index->key_count; k++) {
			bool held = false;
			for (size_t n = 0; n < query->keys.count; n++)
				held = held || strcmp(sql_identifier(reader->arena, query->keys.items[n].inside.column), index->keys[k]) == 0;
			all = held;
		}
		if (all) return true;
	}
	return false;
}

/* What it gives: one aggregate, or one plain column of the row it takes. */
static bool read_value(const RowReader *reader, RowSubquery *query) {
	query->value = query->open + 2;
	query->function = aggregate_at(reader, query->value);
	size_t end = query->value + 1;
	if (query->function) end = tokens_group_end(reader->text, &reader->words, query->value + 1);
	else if (at(reader, end, ".")) end += 2;
	query->value_end = end;
	NamedColumn column;
	if (!query->function && !read_column(reader, query->value, end, &column)) return false;
	size_t first = query->value + (query->function ? 1 : 0);
	return end && words_only_name(reader->text, &reader->words, end, query->from) && !row_subquery_reaches_out(reader, query, first, end);
}

/* Does an ON of its FROM name a column outside? */
static bool joins_reach_out(const RowReader *reader, const RowSubquery *query) {
	for (size_t on = find(reader, query->from, query->where, "on"); on < query->where; on = find(reader, on + 1, query->where, "on"))
		if (row_subquery_reaches_out(reader, query, on + 1, find(reader, on, query->where, "join"))) return true;
	return false;
}

bool row_subquery_read(const RowReader *reader, RowSubquery *query) {
	static const char *const others[] = {"group", "having", "window", "offset", "fetch", "union", "intersect", "except", "for"};
	Span inside = {reader->words.items[query->open].span.end, reader->words.items[query->end - 1].span.start};
	const Statement *statement = statement_parse(reader->arena, span_text(reader->arena, reader->text, inside));
	if (!statement->parsed || statement->blocks.count != 1 || !at(reader, query->open + 1, "select")) return false;
	query->block = &statement->blocks.items[0];
	if (query->block->distinct || query->block->windows || query->block->output.count != 1 || query->block->outer_on.count) return false;
	if (query->block->sources != query->block->tables.count || statement_volatile_function(statement, reader->facts)) return false;
	size_t last = query->end - 1;
	query->from = find(reader, query->open + 2, last, "from");
	query->where = find(reader, query->from, last, "where");
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (find(reader, query->from, last, others[i]) < last) return false;
	if (query->where == last || joins_reach_out(reader, query) || !read_value(reader, query) || !read_tail(reader, query)) return false;
	query->where_end = query->tail;
	return read_conditions(reader, query) && (query->function || query->picks || finds_one(reader, query));
}
