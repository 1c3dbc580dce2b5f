/* paging.c: a statement that pages by OFFSET, rewritten to go on after the last row of the page before. */
#include "advise/paging.h"

#include <stdlib.h>

#include "advise/paging_text.h"
#include "sql/edit.h"

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

/* ---- whether, and what to know ---- */

/* What no condition can compare with. */
static const char *odd_order(Arena *arena, const Statement *statement) {
	const QueryBlock *block = &statement->blocks.items[0];
	const char *order = span_text(arena, statement->text, block->order_span);
	TokenList words = sql_words(arena, order);
	if (block->order_by.count == BLOCK_MAX_KEYS) return "ORDER BY has too many keys to compare rows by.";
	for (size_t i = 0; i < words.count; i++)
		if (token_is(order, words.items[i], "using")) return "ORDER BY … USING compares by an operator of its own: say ASC or DESC.";
	for (size_t i = 0; i < block->order_by.count; i++) {
		const Operand *key = &block->order_by.items[i].operand;
		if (key->kind == OPERAND_PLANNED) return "ORDER BY computes a subquery for every row: join it, and its column can be a key.";
		if (key->kind == OPERAND_OTHER && key->text && strspn(key->text, "0123456789"))
			return "ORDER BY counts columns behind a *: name the column it sorts by.";
		if (key->kind != OPERAND_COLUMN && key->kind != OPERAND_EXPRESSION) return "ORDER BY sorts by what no row holds, so no row can be gone on from.";
	}
	return NULL;
}

static bool is_one_of(const Operand *key, const Operand *list, size_t count) {
	for (size_t i = 0; i < count; i++) {
		if (strcmp(list[i].text, key->text) == 0) return true;
		const char *one = key->name.qualifier, *other = list[i].name.qualifier;
		bool columns = key->kind == OPERAND_COLUMN && list[i].kind == OPERAND_COLUMN && strcmp(key->name.column, list[i].name.column) == 0;
		if (columns && (!one || !other || strcmp(one, other) == 0)) return true;
	}
	return false;
}

/* Groups and distinct rows can be gone on from when they are sorted by columns they are made of: a condition on those keeps
 * or drops all rows of one. */
static const char *odd_groups(const QueryBlock *block) {
	static const char *const sets = "Its rows are groups of several kinds (ROLLUP, CUBE, GROUPING SETS): page each kind by its own columns.";
	static const char *const counted = "Its rows are groups, sorted by what is computed of them, so all are needed for every page: keep the groups' "
					   "totals in a table, or page by the grouping columns.";
	if (block->distinct_on) return "DISTINCT ON takes the first row of each group, so all are needed: page by the columns in its parentheses.";
	if (block->grouping_sets) return sets;
	for (size_t i = 0; block->distinct && i < block->output.count; i++) {
		const Operand *output = &block->output.items[i];
		if (output->kind != OPERAND_COLUMN && output->kind != OPERAND_EXPRESSION && output->kind != OPERAND_CONSTANT)
			return "DISTINCT merges rows before they are paged: page by the distinct columns, named in the select list.";
	}
	for (size_t i = 0; block->aggregates && i < block->order_by.count; i++)
		if (!is_one_of(&block->order_by.items[i].operand, block->group_by.items, block->group_by.count)) return counted;
	return block->aggregates && block->distinct ? counted : NULL;
}

static const char *cannot(Arena *arena, const Statement *statement) {
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
	if (block->windows)
		return "A window function needs all rows (count(*) OVER () reads the whole set for every page): count "
		       "apart, or fetch one row more than the page shows.";
	const char *odd = odd_order(arena, statement);
	return odd ? odd : odd_groups(block);
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

static const char *and_column(Arena *arena, const char *list, const char *column) {
	const char *name = sql_identifier(arena, column), *all = arena_printf(arena, ", %s,", list ? list : "");
	if (strstr(all, arena_printf(arena, " %s,", name))) return list;
	return list ? arena_printf(arena, "%s, %s", list, name) : name;
}

/* What WHERE and ORDER BY ask for: compared with one value first, then the keys, then the rest. NULL: not columns alone. */
static const char *covering_columns(Arena *arena, const QueryBlock *block, const PagingKeys *keys) {
	const char *list = NULL;
	for (size_t i = 0; i < block->where.count; i++)
		if (block->where.items[i].kind == PREDICATE_EQUAL && block->where.items[i].left.kind == OPERAND_COLUMN)
			list = and_column(arena, list, block->where.items[i].left.name.column);
	for (size_t i = 0; i < keys->count; i++) {
		if (!keys->items[i].column) return NULL;
		list = and_column(arena, list, keys->items[i].column);
	}
	for (size_t i = 0; i < block->where.count; i++) {
		const Predicate *condition = &block->where.items[i];
		if (condition->kind == PREDICATE_OR || condition->kind == PREDICATE_SUBPLAN) return NULL;
		for (size_t k = 0; k < condition->left.column_count; k++) list = and_column(arena, list, condition->left.columns[k].column);
		for (size_t k = 0; k < condition->right.column_count; k++) list = and_column(arena, list, condition->right.columns[k].column);
	}
	return list;
}

static const char *notes_on(Arena *arena, const QueryBlock *block, const Paging *paging, const char *const *names) {
	const PagingKeys *keys = &paging->keys;
	const char *notes = arena_printf(arena,
	                                 "%s of the last row of the page before.",
	                                 listed(arena, keys, names));
	const char *added = some_keys(arena, keys, NULL), *lacking = some_keys(arena, keys, block);
	if (added)
		notes = arena_printf(arena, "%s %s was appended to ORDER BY: rows that tie would else come twice or never.",
		                     notes, added);
	if (keys->assumed)
		notes = arena_printf(arena, "%s Without a catalog no key was taken to be null: rows where one is would be lost.", notes);
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
		                     "away: with all keys of one table, in one direction and NOT NULL, the condition becomes a quick row "
		                     "comparison.",
		                     notes);
	const char *covered = paging->by_number ? covering_columns(arena, block, keys) : NULL;
	if (covered)
		notes = arena_printf(arena, "%s Any page by its number skips keys, not rows: quick for as long as one index holds all of (%s).", notes, covered);
	if (!paging->before) return notes;
	return arena_printf(arena, "%s For the page before, pass those of the first row shown instead%s.", notes,
	                    paging->before_reversed ? "; its rows come last first: reverse them in the client" : "");
}

/* A page WITH TIES ends with all rows that tie with its last one: the next goes on behind them, whatever else tells them apart. */
static PagingKeys keys_of(Arena *arena, const Statement *statement, const Facts *facts) {
	PagingKeys keys = paging_keys(arena, statement, facts);
	if (!statement->blocks.items[0].with_ties) return keys;
	while (keys.count && keys.items[keys.count - 1].added) keys.count--;
	keys.twins = NULL;
	keys.unique = true;
	return keys;
}

/* OFFSET's own parameter is gone from the page; PostgreSQL wants those behind it to move up. */
static const char *renumbered(Arena *arena, const Statement *statement, const char *page) {
	const char *offset = statement->blocks.items[0].offset;
	if (!offset || *offset != '$' || times_written(arena, statement->text, offset) != 1) return page;
	TokenList tokens = sql_tokens(arena, page);
	EditList edits = {0};
	long gone = strtol(offset + 1, NULL, 10);
	for (size_t i = 0; i < tokens.count; i++) {
		long number = tokens.items[i].kind == TOKEN_PARAMETER ? strtol(page + tokens.items[i].span.start + 1, NULL, 10) : 0;
		if (number > gone) *list_push(arena, &edits) = (Edit){tokens.items[i].span, arena_printf(arena, "$%ld", number - 1)};
	}
	return text_edited(arena, page, &edits);
}

static void write_pages(Arena *arena, const Statement *statement, Paging *paging, const char *const *names) {
	PagedText text = {arena, statement, &paging->keys};
	PagingCondition behind = paging_condition(arena, &paging->keys, names);
	bool in_parts;
	paging->statement = paging_next_page(&text, &behind, &in_parts);
	paging->quick = behind.quick || in_parts;
	paging->first = renumbered(arena, statement, paging_first_page(&text));
	PagingKeys turned = paging_keys_turned(arena, &paging->keys);
	PagingCondition before = paging_condition(arena, &turned, names);
	paging->before = paging_page_before(&text, &turned, &before, &paging->before_reversed);
	paging->by_number = paging_page_by_number(&text);
	paging->ordered = paging_ordered(&text);
	paging->last_row = paging_last_row(&text);
	paging->parameters = names;
}

Paging paging_rewrite(Arena *arena, const Statement *statement, const Facts *facts) {
	Paging paging = {.why_not = cannot(arena, statement)};
	if (paging.why_not) return paging;
	paging.keys = keys_of(arena, statement, facts);
	if (paging.keys.twins) {
		paging.why_not = arena_printf(arena,
		                              "%s has no primary key to tell its rows apart, so pages by key would lose "
		                              "rows that tie: give it one, or let pages hold all that tie with their last row "
		                              "(FETCH FIRST … ROWS WITH TIES).",
		                              paging.keys.twins->name);
		return paging;
	}
	const char **names = parameters(arena, statement, paging.keys.count);
	write_pages(arena, statement, &paging, names);
	paging.notes = notes_on(arena, &statement->blocks.items[0], &paging, names);
	return paging;
}
