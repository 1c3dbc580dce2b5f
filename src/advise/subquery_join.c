/* subquery_join.c: scalar subqueries that depend on the row at hand, written as joins to their result by key.
 *
 * A LEFT JOIN to at most one row for each key leaves the statement's own rows as they are. Over no rows every aggregate taken
 * here is null, as it is behind such a join, but count, which is 0. */
#include "advise/subquery_join.h"

#include "sql/edit.h"
#include "sql/function.h"

/* A column as the text names it: [t .] c */
typedef struct Named {
	const char *qualifier, *column; /* plain; qualifier NULL */
	Span span;
	const TableFacts *table; /* that has it; NULL unknown */
} Named;

typedef struct KeyPair {
	Named inside, outside;
} KeyPair;

typedef struct Subquery {
	size_t open, end; /* words: its "(", behind its ")" */
	const QueryBlock *block;
	size_t value, value_end, from, where, where_end, order, tail; /* words */
	const char *function; /* the aggregate; NULL: a column of one row */
	LIST(KeyPair) keys;
	LIST(Span) others; /* conditions that stay inside */
	bool picks; /* the first row of an ORDER BY */
	bool whole_item; /* nothing but it in its place of the select list */
} Subquery;

typedef struct Reader {
	Arena *arena;
	const Facts *facts;
	const QueryBlock *outer;
	const char *text;
	TokenList words;
	SubqueryJoin *result;
} Reader;

static bool at(const Reader *reader, size_t nth, const char *word) {
	return tokens_have(reader->text, &reader->words, nth, word);
}

static TokenKind kind(const Reader *reader, size_t nth) {
	return nth < reader->words.count ? reader->words.items[nth].kind : TOKEN_COMMENT;
}

static Span words_span(const Reader *reader, size_t first, size_t end) {
	return (Span){reader->words.items[first].span.start, reader->words.items[end - 1].span.end};
}

static const char *words_text(const Reader *reader, size_t first, size_t end) {
	return first < end ? span_text(reader->arena, reader->text, words_span(reader, first, end)) : "";
}

static size_t find(const Reader *reader, size_t from, size_t end, const char *word) {
	return words_find(reader->text, &reader->words, from, end, word);
}

/* ---- whose column is it ---- */

/* As the catalog spells it. */
static const char *plain_name(const Reader *reader, size_t nth) {
	const char *word = words_text(reader, nth, nth + 1);
	char *name = arena_copy(reader->arena, word);
	if (*word == '"') return arena_copy_n(reader->arena, word + 1, strlen(word) - 2); /* one with "" inside is found nowhere */
	for (char *byte = name; *byte; byte++)
		if (*byte >= 'A' && *byte <= 'Z') *byte = (char)(*byte - 'A' + 'a');
	return name;
}

static bool is_name(const Reader *reader, size_t nth) {
	return kind(reader, nth) == TOKEN_NAME || (kind(reader, nth) == TOKEN_KEYWORD && !at(reader, nth, "null") && !at(reader, nth, "true") && !at(reader, nth, "false"));
}

/* The column reference that is all of [first, end). */
static bool read_column(const Reader *reader, size_t first, size_t end, Named *named) {
	bool qualified = end == first + 3 && at(reader, first + 1, ".");
	if ((end != first + 1 && !qualified) || !is_name(reader, first) || !is_name(reader, end - 1)) return false;
	*named = (Named){.qualifier = qualified ? plain_name(reader, first) : NULL, .column = plain_name(reader, end - 1), .span = words_span(reader, first, end)};
	return true;
}

static bool bears(const TableRef *ref, const char *name) {
	return ref->name && strcmp(ref->alias ? ref->alias : ref->name, name) == 0;
}

/* Does a level have it? With a qualifier its tables tell, else only a catalog. */
static bool level_has(const Reader *reader, const QueryBlock *block, Named *named) {
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

static Side side_of(const Reader *reader, const Subquery *query, Named *named) {
	if (level_has(reader, query->block, named)) return SIDE_INSIDE;
	return level_has(reader, reader->outer, named) ? SIDE_OUTSIDE : SIDE_UNKNOWN;
}

/* Does a part of the subquery name a column outside? When in doubt, yes. */
static bool reaches_out(const Reader *reader, const Subquery *query, size_t first, size_t end) {
	for (size_t i = first; i < end; i++) {
		if (at(reader, i, "select")) return true; /* it may, somewhere inside */
		bool type = i && (at(reader, i - 1, "::") || at(reader, i - 1, "as") || kind(reader, i + 1) == TOKEN_STRING);
		if (kind(reader, i) != TOKEN_NAME || type || at(reader, i + 1, "(")) continue;
		Named named = {.column = plain_name(reader, i)};
		if (at(reader, i + 1, ".")) {
			named.qualifier = named.column;
			i += 2;
		}
		if (side_of(reader, query, &named) != SIDE_INSIDE) return true;
	}
	return false;
}

/* ---- the subquery taken apart ---- */

static const char *aggregate_at(const Reader *reader, size_t nth) {
	static const char *const functions[] = {"count", "sum", "min", "max", "avg", "bool_and", "bool_or", "every"};
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		if (at(reader, nth, functions[i]) && at(reader, nth + 1, "(")) return functions[i];
	return NULL;
}

/* a.x = b.y, one of them inside and one outside. */
static bool read_key(const Reader *reader, const Subquery *query, size_t first, size_t end, KeyPair *pair) {
	size_t sign = find(reader, first, end, "=");
	Named left, right;
	if (sign == end || !read_column(reader, first, sign, &left) || !read_column(reader, sign + 1, end, &right)) return false;
	Side one = side_of(reader, query, &left), other = side_of(reader, query, &right);
	if (one == SIDE_INSIDE && other == SIDE_OUTSIDE) *pair = (KeyPair){left, right};
	else if (one == SIDE_OUTSIDE && other == SIDE_INSIDE) *pair = (KeyPair){right, left};
	else return false;
	return true;
}

/* The AND that ends a condition, but for that of BETWEEN. */
static size_t condition_end(const Reader *reader, size_t from, size_t end) {
	size_t stop = find(reader, from, end, "and"), between = find(reader, from, stop, "between");
	return between < stop && stop < end ? find(reader, stop + 1, end, "and") : stop;
}

static bool read_conditions(const Reader *reader, Subquery *query) {
	for (size_t from = query->where + 1, end; from < query->where_end; from = end + 1) {
		end = condition_end(reader, from, query->where_end);
		KeyPair pair;
		if (end == from || find(reader, from, end, "or") < end || find(reader, from, end, "case") < end) return false;
		if (read_key(reader, query, from, end, &pair)) *list_push(reader->arena, &query->keys) = pair;
		else if (reaches_out(reader, query, from, end)) return false;
		else *list_push(reader->arena, &query->others) = words_span(reader, from, end);
	}
	return query->keys.count > 0;
}

/* ORDER BY 1 means the select list's, which becomes another. */
static bool counts_columns(const Reader *reader, size_t from, size_t end) {
	for (size_t i = from; i < end; i++)
		if (kind(reader, i) == TOKEN_NUMBER && (i == from || at(reader, i - 1, ","))) return true;
	return false;
}

/* ORDER BY … LIMIT 1, or nothing. */
static bool read_tail(const Reader *reader, Subquery *query) {
	size_t last = query->end - 1, limit = find(reader, query->from, last, "limit");
	query->order = find(reader, query->from, last, "order");
	query->tail = query->order < limit ? query->order : limit;
	query->picks = query->tail < last;
	if (!query->picks) return true;
	bool one = query->order < limit && limit + 2 == last && at(reader, limit + 1, "1");
	return one && !query->function && !counts_columns(reader, query->order + 2, limit) && !reaches_out(reader, query, query->order, limit);
}

/* At most one row has these keys. */
static bool finds_one(const Reader *reader, const Subquery *query) {
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

static bool only_named(const Reader *reader, size_t first, size_t from) {
	bool as = at(reader, first, "as") && first + 2 == from;
	return first == from || as || (first + 1 == from && kind(reader, first) == TOKEN_NAME);
}

/* What it gives: one aggregate, or one plain column of the row it takes. */
static bool read_value(const Reader *reader, Subquery *query) {
	query->value = query->open + 2;
	query->function = aggregate_at(reader, query->value);
	size_t end = query->value + 1;
	if (query->function) end = tokens_group_end(reader->text, &reader->words, query->value + 1);
	else if (at(reader, end, ".")) end += 2;
	query->value_end = end;
	Named column;
	if (!query->function && !read_column(reader, query->value, end, &column)) return false;
	return end && only_named(reader, end, query->from) && !reaches_out(reader, query, query->value + (query->function != NULL), end);
}

/* Run less often, it would give other values. */
static bool changes(const Statement *query) {
	for (size_t i = 0; i < query->functions.count; i++)
		if (function_trait(query->functions.items[i].name) == FUNCTION_VOLATILE) return true;
	return false;
}

/* Does an ON of its FROM name a column outside? */
static bool joins_reach_out(const Reader *reader, const Subquery *query) {
	for (size_t on = find(reader, query->from, query->where, "on"); on < query->where; on = find(reader, on + 1, query->where, "on"))
		if (reaches_out(reader, query, on + 1, find(reader, on, query->where, "join"))) return true;
	return false;
}

static bool read_subquery(const Reader *reader, Subquery *query) {
	static const char *const others[] = {"group", "having", "window", "offset", "fetch", "union", "intersect", "except", "for"};
	Span inside = {reader->words.items[query->open].span.end, reader->words.items[query->end - 1].span.start};
	const Statement *statement = statement_parse(reader->arena, span_text(reader->arena, reader->text, inside));
	if (!statement->parsed || statement->blocks.count != 1 || !at(reader, query->open + 1, "select")) return false;
	query->block = &statement->blocks.items[0];
	if (query->block->distinct || query->block->windows || query->block->output.count != 1 || query->block->outer_on.count) return false;
	if (query->block->sources != query->block->tables.count || changes(statement)) return false;
	size_t last = query->end - 1;
	query->from = find(reader, query->open + 2, last, "from");
	query->where = find(reader, query->from, last, "where");
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (find(reader, query->from, last, others[i]) < last) return false;
	if (query->where == last || joins_reach_out(reader, query) || !read_value(reader, query) || !read_tail(reader, query)) return false;
	query->where_end = query->tail;
	return read_conditions(reader, query) && (query->function || query->picks || finds_one(reader, query));
}

/* ---- the join ---- */

typedef struct Join {
	const char *rows; /* what it reads and by which keys, to tell two of them apart */
	const char *alias, *values, *names, *source, *on;
	size_t count; /* of values behind the keys */
} Join;

typedef LIST(Join) JoinList;

/* A name that the statement does not use. */
static const char *free_name(const Reader *reader, const char *base) {
	for (int number = 0;; number++) {
		const char *name = number ? arena_printf(reader->arena, "%s_%d", base, number) : base;
		bool used = false;
		for (size_t i = 0; i < reader->words.count && !used; i++) used = at(reader, i, name);
		if (!used) return name;
	}
}

static const char *name_of(const Reader *reader, size_t nth, const char *base) {
	return free_name(reader, nth ? arena_printf(reader->arena, "%s_%zu", base, nth + 1) : base);
}

/* By the names they have inside, or those they get. */
static const char *key_list(const Reader *reader, const Subquery *query, bool inside) {
	const char *list = "";
	for (size_t i = 0; i < query->keys.count; i++) {
		const char *key = inside ? span_text(reader->arena, reader->text, query->keys.items[i].inside.span) : name_of(reader, i, "key");
		list = arena_printf(reader->arena, "%s%s%s", list, i ? ", " : "", key);
	}
	return list;
}

static const char *conditions_text(const Reader *reader, const Subquery *query) {
	const char *text = "";
	for (size_t i = 0; i < query->others.count; i++)
		text = arena_printf(reader->arena, "%s%s%s", text, i ? " AND " : " WHERE ", span_text(reader->arena, reader->text, query->others.items[i]));
	return text;
}

static const char *join_condition(const Reader *reader, const Subquery *query, const char *alias) {
	const char *on = "";
	for (size_t i = 0; i < query->keys.count; i++)
		on = arena_printf(reader->arena, "%s%s%s.%s = %s", on, i ? " AND " : "", alias, name_of(reader, i, "key"),
		                  span_text(reader->arena, reader->text, query->keys.items[i].outside.span));
	return on;
}

/* The join that gives what the subquery asks for: one for all that ask the same rows. */
static Join *join_for(const Reader *reader, JoinList *joins, const Subquery *query) {
	Arena *arena = reader->arena;
	const char *keys = key_list(reader, query, true), *front = "", *tail = "";
	const char *source = arena_printf(arena, "%s%s", words_text(reader, query->from, query->where), conditions_text(reader, query));
	if (query->function) tail = arena_printf(arena, " GROUP BY %s", keys);
	if (query->picks) {
		front = arena_printf(arena, "DISTINCT ON (%s) ", keys);
		tail = arena_printf(arena, " ORDER BY %s, %s", keys, words_text(reader, query->order + 2, query->end - 3));
	}
	const char *rows = arena_printf(arena, "%s%s\n%s%s\n%s", front, keys, source, tail, join_condition(reader, query, ""));
	for (size_t i = 0; i < joins->count; i++)
		if (strcmp(joins->items[i].rows, rows) == 0) return &joins->items[i];
	const char *alias = free_name(reader, joins->count ? arena_printf(arena, "found_%zu", joins->count + 1) : "found");
	Join *join = list_push(arena, joins);
	*join = (Join){.rows = rows, .alias = alias, .values = arena_printf(arena, "%s%s", front, keys), .names = key_list(reader, query, false)};
	join->source = arena_printf(arena, "%s%s", source, tail);
	join->on = join_condition(reader, query, alias);
	return join;
}

static const char *joins_text(Arena *arena, const JoinList *joins) {
	const char *text = "";
	for (size_t i = 0; i < joins->count; i++) {
		const Join *join = &joins->items[i];
		text = arena_printf(arena, "%s\nLEFT JOIN (SELECT %s %s) AS %s (%s) ON %s", text, join->values, join->source, join->alias, join->names, join->on);
	}
	return text;
}

/* One more column of the join. Gives what stands in the subquery's place, under the name its column had. */
static const char *value_of(const Reader *reader, const Subquery *query, Join *join) {
	Arena *arena = reader->arena;
	const char *name = name_of(reader, join->count++, "value"), *value = arena_printf(arena, "%s.%s", join->alias, name);
	join->values = arena_printf(arena, "%s, %s", join->values, words_text(reader, query->value, query->value_end));
	join->names = arena_printf(arena, "%s, %s", join->names, name);
	if (query->function && strcmp(query->function, "count") == 0) value = arena_printf(arena, "coalesce(%s, 0)", value);
	if (!query->whole_item) return value;
	size_t named = query->value_end + (at(reader, query->value_end, "as") ? 1 : 0), own = query->function ? query->value : query->value_end - 1;
	return arena_printf(arena, "%s AS %s", value, named < query->from ? words_text(reader, named, query->from) : words_text(reader, own, own + 1));
}

/* ---- what has to be so ---- */

/* Equal by = where they are equal by GROUP BY: of one type, or both whole numbers. */
static bool types_alike(const KeyPair *pair) {
	static const char *const whole[] = {"smallint", "integer", "bigint"};
	const ColumnFacts *one = column_facts(pair->inside.table, pair->inside.column), *other = column_facts(pair->outside.table, pair->outside.column);
	if (!one || !other || !one->type || !other->type) return false;
	size_t both = 0;
	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
		if (strcmp(one->type, whole[i]) == 0) both++;
		if (strcmp(other->type, whole[i]) == 0) both++;
	}
	return both == 2 || strcmp(one->type, other->type) == 0;
}

/* Is the row it takes the only one that can be first, or is what it gives the same of all that can? */
static bool first_is_told(const Reader *reader, const Subquery *query) {
	const QueryBlock *block = query->block;
	const TableFacts *table = block->tables.count == 1 ? table_facts(reader->facts, block->tables.items[0].schema, block->tables.items[0].name) : NULL;
	const IndexFacts *key = table_unique_key(reader->arena, table);
	for (size_t i = 0; i < block->order_by.count; i++) {
		const Operand *operand = &block->order_by.items[i].operand;
		if (operand->kind != OPERAND_COLUMN) continue;
		if (key && key->key_count == 1 && strcmp(sql_identifier(reader->arena, operand->name.column), key->keys[0]) == 0) return true;
		if (strcmp(operand->text, block->output.items[0].text) == 0) return true;
	}
	return false;
}

static void add_checks(const Reader *reader, const Subquery *query) {
	Arena *arena = reader->arena;
	SubqueryJoin *result = reader->result;
	const char *check = result->check ? result->check : "";
	bool alike = true;
	for (size_t i = 0; i < query->keys.count; i++) alike = alike && types_alike(&query->keys.items[i]);
	if (!alike && !strstr(check, "of one type"))
		check = arena_printf(arena, "%s%sCheck that the columns it joins by are of one type: = and GROUP BY may else tell values apart differently.", check, *check ? " " : "");
	if (query->picks && !first_is_told(reader, query) && !strstr(check, "tie"))
		check = arena_printf(arena, "%s%sWhere several rows tie for the first, another of them may be taken; check that its ORDER BY ends in a unique column.", check,
		                     *check ? " " : "");
	result->check = *check ? check : NULL;
}

/* ---- the statement ---- */

/* Where a join can be put: behind FROM's last word. 0: there is none, or commas, which an ON cannot see across. */
static size_t join_place(const Reader *reader, size_t from) {
	const QueryBlock *block = reader->outer;
	bool where = block->where_span.end > block->where_span.start;
	size_t place = words_end(&reader->words, where ? block->where_span.start : block->where_goes), end = from;
	while (end < reader->words.count && reader->words.items[end].span.end <= place) end++;
	return from < reader->words.count && find(reader, from, end, ",") == end && place > reader->words.items[from].span.end ? place : 0;
}

static bool stars(const QueryBlock *block) {
	for (size_t i = 0; i < block->output.count; i++)
		if (block->output.items[i].text && strcmp(block->output.items[i].text, "*") == 0) return true;
	return false;
}

static bool can_join(const Statement *statement) {
	if (!statement->parsed || statement->kind != STATEMENT_SELECT || statement->locks_rows || statement->writes || !statement->blocks.count) return false;
	const QueryBlock *block = &statement->blocks.items[0];
	return block->where_goes && !block->aggregates && !block->set_operation && !stars(block);
}

/* A place where a scalar is wanted. */
static bool is_scalar(const Reader *reader, size_t open) {
	static const char *const others[] = {"exists", "in", "any", "some", "all", "array"};
	for (size_t i = 0; open && i < sizeof others / sizeof *others; i++)
		if (at(reader, open - 1, others[i])) return false;
	return at(reader, open, "(") && at(reader, open + 1, "select");
}

/* A whole column of the select list, without a name of its own. */
static bool is_whole_item(const Reader *reader, const Subquery *query, size_t from) {
	bool before = query->open && (at(reader, query->open - 1, "select") || at(reader, query->open - 1, ","));
	return query->open < from && before && (at(reader, query->end, ",") || query->end == from);
}

/* False: it does depend on the row, but cannot be joined. */
static bool join_one(Reader *reader, Subquery *query, EditList *edits, JoinList *joins) {
	if (!read_subquery(reader, query)) return query->block && !reaches_out(reader, query, query->open + 2, query->end - 1);
	reader->result->joined++;
	Join *join = join_for(reader, joins, query);
	*list_push(reader->arena, edits) = (Edit){words_span(reader, query->open, query->end), value_of(reader, query, join)};
	add_checks(reader, query);
	return true;
}

/* Those in front of the join's place, the join, those behind. */
static const char *put_together(const Reader *reader, const EditList *edits, size_t place, const char *joins) {
	EditList all = {0};
	size_t i = 0;
	for (; i < edits->count && edits->items[i].span.start < place; i++) *list_push(reader->arena, &all) = edits->items[i];
	*list_push(reader->arena, &all) = (Edit){{place, place}, joins};
	for (; i < edits->count; i++) *list_push(reader->arena, &all) = edits->items[i];
	return text_edited(reader->arena, reader->text, &all);
}

SubqueryJoin subquery_join(Arena *arena, const Statement *statement, const Facts *facts) {
	SubqueryJoin result = {0};
	if (!can_join(statement)) return result;
	Reader reader = {.arena = arena, .facts = facts, .outer = &statement->blocks.items[0], .text = statement->text, .words = sql_words(arena, statement->text), .result = &result};
	size_t from = find(&reader, 0, reader.words.count, "from"), place = join_place(&reader, from), depth = 0;
	if (!place || !at(&reader, 0, "select") || at(&reader, from - 1, "distinct")) return result;
	EditList edits = {0};
	JoinList joins = {0};
	bool all = true;
	for (size_t i = 0; all && i < reader.words.count; i++) {
		bool opens = at(&reader, i, "(") && (at(&reader, i + 1, "select") || at(&reader, i + 1, "with"));
		Subquery query = {.open = i, .end = opens ? tokens_group_end(reader.text, &reader.words, i) : 0};
		opens = query.end > 0;
		bool within_from = i > from && reader.words.items[i].span.start < place;
		query.whole_item = !depth && is_whole_item(&reader, &query, from);
		if (opens && !within_from && is_scalar(&reader, i)) all = join_one(&reader, &query, &edits, &joins);
		if (opens) i = query.end - 1;
		else if (at(&reader, i, "(")) depth++;
		else if (at(&reader, i, ")") && depth) depth--;
	}
	if (all && edits.count) result.statement = put_together(&reader, &edits, place, joins_text(arena, &joins));
	return result;
}
