/* relation_change.c: what became of the tables of an earlier plan. */
#include "advise/relation_change.h"

#include "advise/say.h"
#include "core/format.h"
#include "plan/diff.h"

enum { LEAST_ROWS = 100, LEAST_BYTES = 8192 }; /* a page; less is no news, whatever its share */

/* A table that was never analyzed has no number of rows. */
static double rows_of(const TableFacts *table) {
	return table->rows < 0 ? NAN : table->rows;
}

static const char *grown(Arena *arena, const char *said, const char *what) {
	return said ? arena_printf(arena, "%s, %s", said, what) : what;
}

static const char *sizes(Arena *arena, const TableFacts *before, const TableFacts *after) {
	const double rows[] = {rows_of(before), rows_of(after)}, indexes[] = {table_index_bytes(before), table_index_bytes(after)};
	const char *said = NULL;
	if (diff_counts(rows[0], rows[1], LEAST_ROWS)) said = arena_printf(arena, "%s → %s rows", format_rows(arena, rows[0]), format_rows(arena, rows[1]));
	if (diff_counts(before->bytes, after->bytes, LEAST_BYTES))
		said = grown(arena, said, arena_printf(arena, "table %s → %s", format_bytes(arena, before->bytes), format_bytes(arena, after->bytes)));
	if (diff_counts(indexes[0], indexes[1], LEAST_BYTES))
		said = grown(arena, said, arena_printf(arena, "indexes %s → %s", format_bytes(arena, indexes[0]), format_bytes(arena, indexes[1])));
	return said ? arena_printf(arena, "%s: %s", say_relation(arena, after->schema, after->name), said) : NULL;
}

/* One that is not valid is of no use to any plan. */
static bool has_index(const TableFacts *table, const IndexFacts *wanted) {
	const IndexFacts *index = index_facts(table, wanted->name);
	if (!index || !index->valid) return false;
	return !index->definition || !wanted->definition || strcmp(index->definition, wanted->definition) == 0;
}

static RelationChange change_of(Arena *arena, const TableFacts *before, const TableFacts *after) {
	RelationChange change = {.before = before, .after = after, .sizes = sizes(arena, before, after)};
	bool known = !before->indexes_unknown && !after->indexes_unknown;
	for (size_t i = 0; known && i < after->indexes.count; i++)
		if (after->indexes.items[i].valid && !has_index(before, &after->indexes.items[i])) *list_push(arena, &change.added) = &after->indexes.items[i];
	for (size_t i = 0; known && i < before->indexes.count; i++)
		if (before->indexes.items[i].valid && !has_index(after, &before->indexes.items[i])) *list_push(arena, &change.removed) = &before->indexes.items[i];
	return change;
}

RelationChangeList relations_compare(Arena *arena, const Facts *before, const Facts *after) {
	RelationChangeList list = {0};
	for (size_t i = 0; before && i < before->tables.count; i++) {
		const TableFacts *was = &before->tables.items[i], *is = table_facts(after, was->schema, was->name);
		if (!is) continue;
		RelationChange change = change_of(arena, was, is);
		if (change.sizes || change.added.count || change.removed.count) *list_push(arena, &list) = change;
	}
	return list;
}

const char *relation_index_words(Arena *arena, const TableFacts *table, const IndexFacts *index) {
	return arena_printf(arena, "%s on %s: %s", index->name, say_relation(arena, table->schema, table->name), index_facts_text(index));
}
