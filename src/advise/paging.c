/* paging.c: a statement that pages by OFFSET, rewritten to go on after the last row of the page before. */
#include "advise/paging.h"

#include "advise/paging_condition.h"
#include "sql/edit.h"

/* ---- one variant of the statement ---- */

static bool holds_or(const PredicateList *where) {
	for (size_t i = 0; i < where->count; i++)
		if (where->items[i].kind == PREDICATE_OR) return true;
	return false;
}

static const char *tie_breakers(Arena *arena, const PagingKeys *keys) {
	const char *more = "";
	for (size_t i = 0; i < keys->count; i++)
		if (keys->items[i].added)
			more = arena_printf(arena, "%s, %s%s", more, keys->items[i].text,
			                    keys->items[i].descending ? " DESC" : "");
	return more;
}

static const char *variant(Arena *arena, const Statement *statement, const PagingKeys *keys, const char *condition) {
	const QueryBlock *block = &statement->blocks.items[0];
	TokenList words = sql_words(arena, statement->text);
	EditList edits = {0};
	if (block->where_span.end > block->where_span.start) {
		size_t end = words_end(&words, block->where_span.end);
		bool either = holds_or(&block->where);
		size_t begin = words_start(&words, block->where_span.start + strlen("where"));
		if (either) *list_push(arena, &edits) = (Edit){{begin, begin}, "("};
		*list_push(arena, &edits) = (Edit){{end, end}, arena_printf(arena, "%s AND %s", either ? ")" : "", condition)};
	} else {
		size_t end = words_end(&words, block->where_goes);
		*list_push(arena, &edits) = (Edit){{end, end}, arena_printf(arena, " WHERE %s", condition)};
	}
	size_t order_end = words_end(&words, block->order_span.end);
	*list_push(arena, &edits) = (Edit){{order_end, order_end}, tie_breakers(arena, keys)};
	*list_push(arena, &edits) = (Edit){span_with_blanks(statement->text, block->offset_span), ""};
	return text_edited(arena, statement->text, &edits);
}

/* ---- what stands for the last row ---- */

static size_t times_written(Arena *arena, const char *text, const char *word) {
	TokenList tokens = sql_tokens(arena, text);
	size_t times = 0;
	for (size_t i = 0; i < tokens.count; i++) times += token_is(text, tokens.items[i], word);
	return times;
}

/* $n after the statement's own; the one that OFFSET leaves unused is taken first, as PostgreSQL wants every $n used. */
static const char **parameters(Arena *arena, const Statement *statement, size_t count) {
	const char **names = ARENA_ARRAY(arena, const char *, count);
	const char *offset = statement->blocks.items[0].offset;
	int next = statement->parameter_count + 1;
	bool reuse = offset && *offset == '$' && times_written(arena, statement->text, offset) == 1;
	for (size_t i = 0; i < count; i++) names[i] = i == 0 && reuse ? offset : arena_printf(arena, "$%d", next++);
	return names;
}

/* ---- in parts: each a range of the index, so none skips rows ---- */

enum { PARTS_MOST = 6 }; /* more are nothing to read or maintain */

/* How the union's ORDER BY names a key: its place in the select list, or its name behind a star over one table. */
static const char *output_name(Arena *arena, const QueryBlock *block, const PagingKey *key) {
	for (size_t i = 0; key->column && i < block->output.count; i++) {
		const Operand *output = &block->output.items[i];
		if (output->kind == OPERAND_OTHER && output->text && strcmp(output->text, "*") == 0)
			return block->output.count == 1 && block->tables.count == 1 ? sql_identifier(arena, key->column)
			                                                            : NULL;
		if (output->kind == OPERAND_OTHER && output->text && strstr(output->text, ".*")) return NULL;
		if (output->kind == OPERAND_COLUMN && strcmp(output->name.column, key->column) == 0 &&
		    (!output->name.qualifier || block->tables.count == 1 ||
		     strncmp(key->text, output->name.qualifier, strlen(output->name.qualifier)) == 0))
			return arena_printf(arena, "%zu", i + 1);
	}
	return NULL;
}

static const char *union_order(Arena *arena, const QueryBlock *block, const PagingKeys *keys) {
	const char *order = "";
	for (size_t i = 0; i < keys->count; i++) {
		const PagingKey *key = &keys->items[i];
		const char *name = output_name(arena, block, key);
		if (!name) return NULL;
		const char *nulls = key->nulls_first == key->descending ? ""
		                    : key->nulls_first                  ? " NULLS FIRST"
		                                                        : " NULLS LAST";
		order = arena_printf(arena, "%s%s%s%s%s", order, i ? ", " : "", name, key->descending ? " DESC" : "", nulls);
	}
	return order;
}

static const char *in_parts(Arena *arena, const Statement *statement, const PagingKeys *keys,
                            const PagingCondition *condition) {
	const QueryBlock *block = &statement->blocks.items[0];
	bool possible =
	    condition->parts.count && condition->parts.count <= PARTS_MOST && block->limit && !statement->locks_rows;
	const char *order = possible ? union_order(arena, block, keys) : NULL, *all = NULL;
	for (size_t i = 0; order && i < condition->parts.count; i++) {
		const char *part = variant(arena, statement, keys, condition->parts.items[i]);
		all = all ? arena_printf(arena, "%s\nUNION ALL\n(%s\n)", all, part) : arena_printf(arena, "(%s\n)", part);
	}
	return all ? arena_printf(arena, "%s\nORDER BY %s\nLIMIT %s", all, order, block->limit) : NULL;
}

/* ---- whether, and what to know ---- */

static const char *cannot(const Statement *statement) {
	static const char *const not_parsed = "The statement could not be read, so no rewrite is written out.";
	if (!*statement->text)
		return "Without the statement's text no rewrite can be written out: page by the keys of its ORDER BY, WHERE "
		       "(key, id) > (last key, last id).";
	if (!statement->parsed || !statement->blocks.count) return not_parsed;
	const QueryBlock *block = &statement->blocks.items[0];
	if (statement->kind != STATEMENT_SELECT) return "Only a SELECT can be paged by its keys.";
	if (!block->has_offset || block->offset_span.end <= block->offset_span.start)
		return "The OFFSET stands inside a subquery: page where its rows come from.";
	if (!block->order_by.count)
		return "Without ORDER BY pages have no order: rows may come twice or never. Order by a unique key first.";
	if (block->set_operation)
		return "It pages through a UNION: page each part by its keys, or the union of the parts' first rows.";
	if (block->aggregates)
		return "Its rows are groups: page by the grouping columns, or keep the groups' totals in a table.";
	if (block->windows)
		return "A window function needs all rows (count(*) OVER () reads the whole set for every page): count "
		       "apart, or fetch one row more than the page shows.";
	if (block->distinct) return "DISTINCT merges rows before they are paged: page by the distinct columns themselves.";
	if (block->with_ties) return "WITH TIES may return more rows than the page holds: page by the keys without it.";
	return NULL;
}

static const char *listed(Arena *arena, const PagingKeys *keys, const char *const *names) {
	const char *list = "";
	for (size_t i = 0; i < keys->count; i++)
		list = arena_printf(arena, "%s%s%s = %s", list,
		                    !i                     ? ""
		                    : i + 1 == keys->count ? " and "
		                                           : ", ",
		                    names[i], keys->items[i].text);
	return list;
}

static bool time_among(const PagingKeys *keys) {
	for (size_t i = 0; i < keys->count; i++) {
		const ColumnFacts *column = column_facts(keys->items[i].table, keys->items[i].column);
		if (column && column->type && strncmp(column->type, "timestamp", 9) == 0) return true;
	}
	return false;
}

static bool returned(const QueryBlock *block, const PagingKey *key) {
	for (size_t i = 0; i < block->output.count; i++) {
		const Operand *output = &block->output.items[i];
		if (output->kind == OPERAND_OTHER && output->text && strchr(output->text, '*')) return true;
		if (output->text && strcmp(output->text, key->text) == 0) return true;
		if (output->kind == OPERAND_COLUMN && key->column && strcmp(output->name.column, key->column) == 0)
			return true;
	}
	return false;
}

/* "a, b": the keys that were appended, or those the select list lacks. */
static const char *some_keys(Arena *arena, const PagingKeys *keys, const QueryBlock *lacking) {
	const char *list = NULL;
	for (size_t i = 0; i < keys->count; i++) {
		const PagingKey *key = &keys->items[i];
		if (lacking ? returned(lacking, key) : !key->added) continue;
		list = list ? arena_printf(arena, "%s, %s", list, key->text) : key->text;
	}
	return list;
}

static const char *notes_on(Arena *arena, const QueryBlock *block, const Paging *paging, const char *const *names) {
	const PagingKeys *keys = &paging->keys;
	const char *notes = arena_printf(arena,
	                                 "%s of the last row of the page before; the first page is the statement without "
	                                 "the condition.",
	                                 listed(arena, keys, names));
	const char *added = some_keys(arena, keys, NULL), *lacking = some_keys(arena, keys, block);
	if (added)
		notes = arena_printf(arena, "%s %s was appended to ORDER BY: rows that tie would else come twice or never.",
		                     notes, added);
	if (!keys->unique)
		notes = arena_printf(arena,
		                     "%s If two rows can have the same keys, append the primary key to ORDER BY and to the "
		                     "condition: rows that tie with the last one are left out.",
		                     notes);
	if (lacking) notes = arena_printf(arena, "%s The select list has to return %s too.", notes, lacking);
	if (time_among(keys)) notes = arena_printf(arena, "%s Pass timestamps with all their microseconds.", notes);
	if (!paging->quick)
		notes = arena_printf(arena,
		                     "%s No single range of an index holds these rows, so some are still read and thrown "
		                     "away: with all keys in one direction and NOT NULL, the condition becomes a quick row "
		                     "comparison.",
		                     notes);
	return arena_printf(arena,
	                    "%s For the page before, turn every comparison and direction round and reverse the rows in the "
	                    "client.",
	                    notes);
}

Paging paging_rewrite(Arena *arena, const Statement *statement, const Facts *facts) {
	Paging paging = {.why_not = cannot(statement)};
	if (paging.why_not) return paging;
	paging.keys = paging_keys(arena, statement, facts);
	if (paging.keys.twins) {
		paging.why_not = arena_printf(arena,
		                              "%s has no primary key to tell its rows apart, so pages by key would lose "
		                              "rows that tie: give it one.",
		                              paging.keys.twins->name);
		return paging;
	}
	const char **names = parameters(arena, statement, paging.keys.count);
	PagingCondition condition = paging_condition(arena, &paging.keys, names);
	const char *parts = in_parts(arena, statement, &paging.keys, &condition);
	paging.statement = parts ? parts : variant(arena, statement, &paging.keys, condition.rows);
	paging.quick = condition.quick || parts;
	paging.notes = notes_on(arena, &statement->blocks.items[0], &paging, names);
	return paging;
}
