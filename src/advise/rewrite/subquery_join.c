/* subquery_join.c: scalar subqueries that depend on the row at hand, written as joins to their result by key.
 *
 * A LEFT JOIN to at most one row for each key leaves the statement's own rows as they are. Over no rows every aggregate taken
 * here is null, as it is behind such a join, but count, which is 0. */
#include "advise/subquery_join.h"

#include "advise/finding.h"
#include "advise/row_subquery.h"

static bool at(const RowReader *reader, size_t nth, const char *word) {
	return tokens_have(reader->text, &reader->words, nth, word);
}

static const char *words_text(const RowReader *reader, size_t first, size_t end) {
	return first < end ? span_text(reader->arena, reader->text, words_span(&reader->words, first, end)) : "";
}

/* ---- the join ---- */

typedef struct Join {
	const char *rows; /* what it reads and by which keys, to tell two of them apart */
	const char *alias, *values, *names, *source, *on;
	size_t count; /* of values behind the keys */
} Join;

typedef LIST(Join) JoinList;

typedef struct Rewrite {
	RowReader reader;
	size_t from, place; /* the word FROM; where the joins go */
	EditList edits; /* of the subqueries' places */
	JoinList joins;
	SubqueryJoin result;
} Rewrite;

/* A name that the statement does not use. */
static const char *free_name(const RowReader *reader, const char *base) {
	for (int number = 0;; number++) {
		const char *name = number ? arena_printf(reader->arena, "%s_%d", base, number) : base;
		bool used = false;
		for (size_t i = 0; i < reader->words.count && !used; i++) used = at(reader, i, name);
		if (!used) return name;
	}
}

static const char *name_of(const RowReader *reader, size_t nth, const char *base) {
	return free_name(reader, nth ? arena_printf(reader->arena, "%s_%zu", base, nth + 1) : base);
}

/* By the names they have inside, or those they get. */
static const char *key_list(const RowReader *reader, const RowSubquery *query, bool inside) {
	const char *list = "";
	for (size_t i = 0; i < query->keys.count; i++) {
		const char *key = inside ? span_text(reader->arena, reader->text, query->keys.items[i].inside.span) : name_of(reader, i, "key");
		list = arena_printf(reader->arena, "%s%s%s", list, i ? ", " : "", key);
	}
	return list;
}

static const char *conditions_text(const RowReader *reader, const RowSubquery *query) {
	const char *text = "";
	for (size_t i = 0; i < query->others.count; i++)
		text = arena_printf(reader->arena, "%s%s%s", text, i ? " AND " : " WHERE ", span_text(reader->arena, reader->text, query->others.items[i]));
	return text;
}

static const char *join_condition(const RowReader *reader, const RowSubquery *query, const char *alias) {
	const char *on = "";
	for (size_t i = 0; i < query->keys.count; i++)
		on = arena_printf(reader->arena, "%s%s%s.%s = %s", on, i ? " AND " : "", alias, name_of(reader, i, "key"),
		                  span_text(reader->arena, reader->text, query->keys.items[i].outside.span));
	return on;
}

/* The join that gives what the subquery asks for: one for all that ask the same rows. */
static Join *join_for(const RowReader *reader, JoinList *joins, const RowSubquery *query) {
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
static const char *value_of(const RowReader *reader, const RowSubquery *query, Join *join, bool whole_item) {
	Arena *arena = reader->arena;
	const char *name = name_of(reader, join->count++, "value"), *value = arena_printf(arena, "%s.%s", join->alias, name);
	join->values = arena_printf(arena, "%s, %s", join->values, words_text(reader, query->value, query->value_end));
	join->names = arena_printf(arena, "%s, %s", join->names, name);
	if (query->function && strcmp(query->function, "count") == 0) value = arena_printf(arena, "coalesce(%s, 0)", value);
	if (!whole_item) return value;
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
static bool first_is_told(const RowReader *reader, const RowSubquery *query) {
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

static void add_checks(const RowReader *reader, const RowSubquery *query, SubqueryJoin *result) {
	static const char types[] = "Check that the columns it joins by are of one type: = and GROUP BY may else tell values apart differently.";
	static const char ties[] = "Where several rows tie for the first, another of them may be taken; check that its ORDER BY ends in a unique column.";
	bool alike = true;
	for (size_t i = 0; i < query->keys.count; i++) alike = alike && types_alike(&query->keys.items[i]);
	bool told = !query->picks || first_is_told(reader, query);
	if (!alike && !(result->check && strstr(result->check, types))) result->check = sentences(reader->arena, result->check, types);
	if (!told && !(result->check && strstr(result->check, ties))) result->check = sentences(reader->arena, result->check, ties);
}

/* ---- the statement ---- */

/* Where a join can be put: behind FROM's last word. 0: there is none, or commas, which an ON cannot see across. */
static size_t join_place(const RowReader *reader, size_t from) {
	const QueryBlock *block = reader->outer;
	bool where = block->where_span.end > block->where_span.start;
	size_t place = words_end(&reader->words, where ? block->where_span.start : block->where_goes), end = from;
	while (end < reader->words.count && reader->words.items[end].span.end <= place) end++;
	if (from == reader->words.count || place <= reader->words.items[from].span.end) return 0;
	return words_find(reader->text, &reader->words, from, end, ",") == end ? place : 0;
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
static bool is_scalar(const RowReader *reader, size_t open) {
	static const char *const others[] = {"exists", "in", "any", "some", "all", "array"};
	for (size_t i = 0; open && i < sizeof others / sizeof *others; i++)
		if (at(reader, open - 1, others[i])) return false;
	return at(reader, open, "(") && at(reader, open + 1, "select");
}

/* A whole column of the select list, without a name of its own. */
static bool is_whole_item(const Rewrite *rewrite, const RowSubquery *query) {
	const RowReader *reader = &rewrite->reader;
	bool before = query->open && (at(reader, query->open - 1, "select") || at(reader, query->open - 1, ","));
	return query->open < rewrite->from && before && (at(reader, query->end, ",") || query->end == rewrite->from);
}

/* False: it does depend on the row, but cannot be joined. */
static bool join_one(Rewrite *rewrite, RowSubquery *query, size_t depth) {
	const RowReader *reader = &rewrite->reader;
	if (!row_subquery_read(reader, query)) return query->block && !row_subquery_reaches_out(reader, query, query->open + 2, query->end - 1);
	const char *value = value_of(reader, query, join_for(reader, &rewrite->joins, query), !depth && is_whole_item(rewrite, query));
	*list_push(reader->arena, &rewrite->edits) = (Edit){words_span(&reader->words, query->open, query->end), value};
	rewrite->result.joined++;
	add_checks(reader, query, &rewrite->result);
	return true;
}

/* All that stand outside FROM; those inside others are left to them. */
static bool join_all(Rewrite *rewrite) {
	const RowReader *reader = &rewrite->reader;
	bool all = true;
	for (size_t i = 0, depth = 0; all && i < reader->words.count; i++) {
		bool opens = at(reader, i, "(") && (at(reader, i + 1, "select") || at(reader, i + 1, "with"));
		bool within_from = i > rewrite->from && reader->words.items[i].span.start < rewrite->place;
		RowSubquery query = {.open = i, .end = opens ? tokens_group_end(reader->text, &reader->words, i) : 0};
		if (query.end && !within_from && is_scalar(reader, i)) all = join_one(rewrite, &query, depth);
		if (query.end) i = query.end - 1;
		else if (at(reader, i, "(")) depth++;
		else if (at(reader, i, ")") && depth) depth--;
	}
	return all && rewrite->edits.count;
}

/* Those in front of the joins' place, the joins, those behind. */
static const char *put_together(const Rewrite *rewrite) {
	Arena *arena = rewrite->reader.arena;
	const EditList *edits = &rewrite->edits;
	EditList all = {0};
	size_t i = 0;
	for (; i < edits->count && edits->items[i].span.start < rewrite->place; i++) *list_push(arena, &all) = edits->items[i];
	*list_push(arena, &all) = (Edit){{rewrite->place, rewrite->place}, joins_text(arena, &rewrite->joins)};
	for (; i < edits->count; i++) *list_push(arena, &all) = edits->items[i];
	return text_edited(arena, rewrite->reader.text, &all);
}

SubqueryJoin subquery_join(Arena *arena, const Statement *statement, const Facts *facts) {
	Rewrite rewrite = {.reader = {.arena = arena, .facts = facts, .text = statement->text, .words = sql_words(arena, statement->text)}};
	const RowReader *reader = &rewrite.reader;
	if (!can_join(statement)) return rewrite.result;
	rewrite.reader.outer = &statement->blocks.items[0];
	rewrite.from = words_find(reader->text, &reader->words, 0, reader->words.count, "from");
	rewrite.place = join_place(reader, rewrite.from);
	if (!rewrite.place || !at(reader, 0, "select") || at(reader, rewrite.from - 1, "distinct")) return rewrite.result;
	if (join_all(&rewrite)) rewrite.result.statement = put_together(&rewrite);
	return rewrite.result;
}
