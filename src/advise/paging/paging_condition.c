/* paging_condition.c: "the rows after this one" as a condition.
 *
 * All keys in one direction, of one table and none ever null: a row comparison, the only form an index range serves fully. Otherwise
 *     after(1) OR (same(1) AND (after(2) OR (same(2) AND …)))
 * with a bound on the first key in front, which is redundant but becomes an index condition; what is left of the first
 * key's group is then read and thrown away. Where that group is large, or nulls stand last (no range holds "greater, or
 * null"), the same rows come in parts: one for each key, equal in those before it. Nulls come first or last by definition,
 * so "after" and "same" know them; `$n IS NULL` is settled when the statement is planned with its values. */
#include "advise/paging_condition.h"

#define GROUP_ROWS 200.0 /* of one value of the first key, that may be skipped unnoticed */

typedef struct Writer {
	Arena *arena;
	const PagingKeys *keys;
	const char *const *parameters;
	PagingCondition *condition;
} Writer;

static bool one_way(const PagingKeys *keys, size_t from) {
	for (size_t i = from; i < keys->count; i++)
		if (keys->items[i].descending != keys->items[from].descending || (i > from && keys->items[i].nullable) ||
		    keys->items[i].ref != keys->items[from].ref)
			return false;
	return true;
}

static bool row_comparable(const PagingKeys *keys, size_t from) {
	return one_way(keys, from) && !keys->items[from].nullable;
}

static const char *later(const PagingKey *key) {
	return key->descending ? "<" : ">";
}

static const char *row_comparison(const Writer *writer, size_t from) {
	Arena *arena = writer->arena;
	const PagingKeys *keys = writer->keys;
	const char *names = "", *values = "", *sign = later(&keys->items[from]);
	if (from + 1 == keys->count)
		return arena_printf(arena, "%s %s %s", keys->items[from].text, sign, writer->parameters[from]);
	for (size_t i = from; i < keys->count; i++) {
		names = arena_printf(arena, "%s%s%s", names, i > from ? ", " : "", keys->items[i].text);
		values = arena_printf(arena, "%s%s%s", values, i > from ? ", " : "", writer->parameters[i]);
	}
	return arena_printf(arena, "(%s) %s (%s)", names, sign, values);
}

/* ---- as one condition ---- */

static const char *after(const Writer *writer, size_t at) {
	const PagingKey *key = &writer->keys->items[at];
	const char *parameter = writer->parameters[at];
	const char *past = arena_printf(writer->arena, "%s %s %s", key->text, later(key), parameter);
	if (!key->nullable) return past;
	return key->nulls_first
	           ? arena_printf(writer->arena, "%s OR (%s IS NOT NULL AND %s IS NULL)", past, key->text, parameter)
	           : arena_printf(writer->arena, "%s OR (%s IS NULL AND %s IS NOT NULL)", past, key->text, parameter);
}

static const char *follows(const Writer *writer, size_t from) {
	const PagingKey *key = &writer->keys->items[from];
	if (row_comparable(writer->keys, from)) return row_comparison(writer, from);
	const char *past = after(writer, from);
	if (from + 1 == writer->keys->count) return past;
	bool nested = !row_comparable(writer->keys, from + 1);
	return arena_printf(writer->arena, "%s OR (%s %s %s AND %s%s%s)", past, key->text,
	                    key->nullable ? "IS NOT DISTINCT FROM" : "=", writer->parameters[from], nested ? "(" : "",
	                    follows(writer, from + 1), nested ? ")" : "");
}

static const char *bounded(const Writer *writer) {
	const PagingKey *first = &writer->keys->items[0];
	const char *rest = follows(writer, 0);
	if (row_comparable(writer->keys, 0)) return rest;
	if (first->nullable && !first->nulls_first) return arena_printf(writer->arena, "(%s)", rest);
	const char *bound = arena_printf(writer->arena, "%s %s= %s", first->text, later(first), writer->parameters[0]);
	if (first->nullable) bound = arena_printf(writer->arena, "(%s OR %s IS NULL)", bound, writer->parameters[0]);
	return arena_printf(writer->arena, "%s AND (%s)", bound, rest);
}

/* ---- in parts ---- */

static void add_part(const Writer *writer, const char *equal, const char *part) {
	*list_push(writer->arena, &writer->condition->parts) = arena_printf(writer->arena, "%s%s", equal, part);
}

/* What follows among the rows that are equal in all keys before `from`; `equal` says so, with an AND at its end. */
static void add_parts(const Writer *writer, size_t from, const char *equal) {
	Arena *arena = writer->arena;
	const PagingKey *key = &writer->keys->items[from];
	const char *parameter = writer->parameters[from];
	bool last = from + 1 == writer->keys->count;
	if (one_way(writer->keys, from)) {
		add_part(writer, equal, row_comparison(writer, from)); /* never true of a null, on either side */
	} else {
		add_parts(writer, from + 1, arena_printf(arena, "%s%s = %s AND ", equal, key->text, parameter));
		add_part(writer, equal, arena_printf(arena, "%s %s %s", key->text, later(key), parameter));
	}
	if (!key->nullable) return;
	if (!last)
		add_parts(writer, from + 1,
		          arena_printf(arena, "%s%s IS NULL AND %s IS NULL AND ", equal, key->text, parameter));
	if (key->nulls_first)
		add_part(writer, equal, arena_printf(arena, "%s IS NOT NULL AND %s IS NULL", key->text, parameter));
	else add_part(writer, equal, arena_printf(arena, "%s IS NULL AND %s IS NOT NULL", key->text, parameter));
}

/* Are there so many rows of one value that skipping them is felt? */
static bool large_groups(const PagingKey *key) {
	const ColumnFacts *column = column_facts(key->table, key->column);
	return column && key->table->rows / column->distinct > GROUP_ROWS;
}

PagingCondition paging_condition(Arena *arena, const PagingKeys *keys, const char *const *parameters) {
	const PagingKey *first = &keys->items[0];
	PagingCondition condition = {.rows = NULL};
	Writer writer = {.arena = arena, .keys = keys, .parameters = parameters, .condition = &condition};
	condition.rows = bounded(&writer);
	bool bound = !first->nullable || first->nulls_first;
	condition.quick = row_comparable(keys, 0) || (bound && !large_groups(first));
	if (!condition.quick) add_parts(&writer, 0, "");
	return condition;
}
