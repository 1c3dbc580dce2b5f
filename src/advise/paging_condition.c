/* paging_condition.c: "the rows after this one" as a condition.
 *
 * All keys in one direction and none ever null: a row comparison, the only form an index range serves fully. Otherwise
 *     after(1) OR (same(1) AND (after(2) OR (same(2) AND …)))
 * with a bound on the first key in front, which is redundant but becomes an index condition. Nulls come first or last by
 * definition, so "after" and "same" know them; `$n IS NULL` is settled when the statement is planned with its values. */
#include "advise/paging_condition.h"

static bool row_comparable(const PagingKeys *keys, size_t from) {
	for (size_t i = from; i < keys->count; i++)
		if (keys->items[i].nullable || keys->items[i].descending != keys->items[from].descending) return false;
	return true;
}

static const char *later(const PagingKey *key) {
	return key->descending ? "<" : ">";
}

static const char *row_comparison(Arena *arena, const PagingKeys *keys, size_t from, const char *const *parameters) {
	const char *names = "", *values = "";
	if (from + 1 == keys->count) return arena_printf(arena, "%s %s %s", keys->items[from].text, later(&keys->items[from]), parameters[from]);
	for (size_t i = from; i < keys->count; i++) {
		names = arena_printf(arena, "%s%s%s", names, i > from ? ", " : "", keys->items[i].text);
		values = arena_printf(arena, "%s%s%s", values, i > from ? ", " : "", parameters[i]);
	}
	return arena_printf(arena, "(%s) %s (%s)", names, later(&keys->items[from]), values);
}

static const char *after(Arena *arena, const PagingKey *key, const char *parameter) {
	const char *past = arena_printf(arena, "%s %s %s", key->text, later(key), parameter);
	if (!key->nullable) return past;
	return key->nulls_first ? arena_printf(arena, "%s OR (%s IS NOT NULL AND %s IS NULL)", past, key->text, parameter)
	                        : arena_printf(arena, "%s OR (%s IS NULL AND %s IS NOT NULL)", past, key->text, parameter);
}

static const char *follows(Arena *arena, const PagingKeys *keys, size_t from, const char *const *parameters) {
	const PagingKey *key = &keys->items[from];
	if (row_comparable(keys, from)) return row_comparison(arena, keys, from, parameters);
	const char *past = after(arena, key, parameters[from]);
	if (from + 1 == keys->count) return past;
	const char *rest = follows(arena, keys, from + 1, parameters);
	bool nested = !row_comparable(keys, from + 1);
	return arena_printf(arena, "%s OR (%s %s %s AND %s%s%s)", past, key->text, key->nullable ? "IS NOT DISTINCT FROM" : "=",
	                    parameters[from], nested ? "(" : "", rest, nested ? ")" : "");
}

static const char *bounded(Arena *arena, const PagingKeys *keys, const char *const *parameters) {
	const PagingKey *first = &keys->items[0];
	const char *rest = follows(arena, keys, 0, parameters);
	if (row_comparable(keys, 0)) return rest;
	if (first->nullable && !first->nulls_first) return arena_printf(arena, "(%s)", rest);
	const char *bound = arena_printf(arena, "%s %s= %s", first->text, later(first), parameters[0]);
	if (first->nullable) bound = arena_printf(arena, "(%s OR %s IS NULL)", bound, parameters[0]);
	return arena_printf(arena, "%s AND (%s)", bound, rest);
}

PagingCondition paging_condition(Arena *arena, const PagingKeys *keys, const char *const *parameters) {
	const PagingKey *first = &keys->items[0];
	PagingCondition condition = {.rows = bounded(arena, keys, parameters), .quick = true};
	if (!first->nullable || first->nulls_first || keys->count == 1) {
		if (first->nullable && !first->nulls_first) condition.quick = false;
		return condition;
	}
	/* Nulls last: no single index range holds "greater, or null". */
	condition.quick = false;
	PagingKeys valued = *keys;
	valued.items = ARENA_ARRAY(arena, PagingKey, keys->count);
	memcpy(valued.items, keys->items, keys->count * sizeof *keys->items);
	valued.items[0].nullable = false;
	condition.values = bounded(arena, &valued, parameters);
	bool nested = !row_comparable(keys, 1);
	condition.nulls = arena_printf(arena, "%s IS NULL AND (%s IS NOT NULL OR %s%s%s)", first->text, parameters[0], nested ? "(" : "",
	                               follows(arena, keys, 1, parameters), nested ? ")" : "");
	return condition;
}
