/* index_existing.c: what the indexes that are there mean for a new one. */
#include "advise/index_existing.h"

#include <math.h>

#include "advise/index_key.h"
#include "core/format.h"

#define LARGE_PAGES 131072.0 /* 1 GB */
#define IN_ORDER 0.95 /* correlation */

static bool equal_set_matches(const IndexKey *have, const IndexKey *want, size_t count) {
	for (size_t i = 0; i < count; i++) {
		bool found = false;
		for (size_t k = 0; k < count; k++) found = found || index_key_same(&have[k], &want[i]);
		if (!found) return false;
	}
	return true;
}

static bool ordered_part_matches(const IndexKey *have, const IndexKey *want, size_t count) {
	bool alike = true, turned = true;
	for (size_t i = 0; i < count; i++) {
		if (!index_key_same(&have[i], &want[i])) return false;
		alike = alike && have[i].descending == want[i].descending && have[i].nulls_first == want[i].nulls_first;
		turned = turned && have[i].descending != want[i].descending && have[i].nulls_first != want[i].nulls_first;
	}
	return alike || turned;
}

static IndexKey *keys_there(Arena *arena, const IndexFacts *index) {
	IndexKey *keys = ARENA_ARRAY(arena, IndexKey, index->key_count);
	for (size_t i = 0; i < index->key_count; i++) {
		keys[i] = index_key_read(arena, index->keys[i]);
		if (index->descending) keys[i].descending = index->descending[i];
		if (index->nulls_first) keys[i].nulls_first = index->nulls_first[i];
	}
	return keys;
}

static IndexKey *keys_advised(Arena *arena, const IndexAdvice *index) {
	IndexKey *keys = ARENA_ARRAY(arena, IndexKey, index->column_count);
	for (size_t i = 0; i < index->column_count; i++) keys[i] = index_key_read(arena, index->columns[i]);
	return keys;
}

static bool same_text(const char *one, const char *other) {
	IndexKey left = {.text = one}, right = {.text = other};
	return one && other ? index_key_same(&left, &right) : one == other;
}

static bool plain_btree(const IndexFacts *index) {
	for (size_t i = 0; index->opclasses && i < index->key_count; i++)
		if (index->opclasses[i]) return false;
	return !index->method || strcmp(index->method, "btree") == 0;
}

/* Is `index` the same as, or longer than, what is advised? */
static bool answers(Arena *arena, const IndexFacts *index, const IndexAdvice *advice, size_t equal) {
	if (!plain_btree(index) || index->key_count < advice->column_count) return false;
	if (!same_text(index->predicate, advice->where))
		return false; /* a whole index finds too much for a rare condition */
	const IndexKey *have = keys_there(arena, index), *want = keys_advised(arena, advice);
	return equal_set_matches(have, want, equal) &&
	       ordered_part_matches(have + equal, want + equal, advice->column_count - equal);
}

const IndexFacts *index_existing(Arena *arena, const TableFacts *table, const IndexAdvice *index, size_t equal) {
	for (size_t i = 0; table && i < table->indexes.count; i++)
		if (table->indexes.items[i].valid && answers(arena, &table->indexes.items[i], index, equal))
			return &table->indexes.items[i];
	return NULL;
}

/* A front of the advised index, or the same without what that carries along; and nothing but searching needs it. */
static bool superfluous(Arena *arena, const IndexFacts *index, const IndexAdvice *advice) {
	if (!index->valid || index->unique || index->constraint || index->primary || index->include_count) return false;
	bool shorter = index->key_count < advice->column_count || (index->key_count == advice->column_count && advice->include_count);
	if (!shorter || !plain_btree(index) || !same_text(index->predicate, advice->where)) return false;
	return ordered_part_matches(keys_there(arena, index), keys_advised(arena, advice), index->key_count);
}

/* ---- what it costs, and what may do instead ---- */

static double width_of(Arena *arena, const TableFacts *table, const char *const *keys, size_t count) {
	double width = 0;
	for (size_t i = 0; i < count; i++) {
		const ColumnFacts *column = column_facts(table, index_key_read(arena, keys[i]).column);
		width += column ? column->width_bytes : NAN;
	}
	return width;
}

/* Of a new row: an index entry has 8 bytes besides its columns, a row 27 (pganalyze's index write overhead). NaN unknown. */
static double written_more(Arena *arena, const TableFacts *table, const IndexAdvice *advice) {
	double row = 0;
	for (size_t i = 0; i < table->columns.count; i++) row += table->columns.items[i].width_bytes;
	double entry = width_of(arena, table, advice->columns, advice->column_count) + width_of(arena, table, advice->include, advice->include_count);
	return (8 + entry) / (27 + row);
}

static const char *write_note(Arena *arena, const TableFacts *table, const IndexAdvice *advice, const char *notes) {
	double more = written_more(arena, table, advice);
	if (fmax(table->inserts, 0) + fmax(table->updates, 0) > 0 && !advice->where && !isnan(more))
		notes = sentences(arena, notes, arena_printf(arena, "A new row then writes about %s more.", format_share(arena, more)));
	if (table->updates > 0.1 * table->rows && table->hot_updates > 0.5 * table->updates)
		notes = sentences(arena, notes,
		             arena_printf(arena, "%s of this table's updates touch no index now; those that set one of its columns will.",
		                          format_share(arena, table->hot_updates / table->updates)));
	return notes;
}

/* Where rows lie in a column's order, the range of its values in each stretch of pages finds them nearly as well. */
static const char *brin_note(Arena *arena, const TableFacts *table, const IndexAdvice *advice, const char *notes) {
	const ColumnFacts *column = advice->column_count == 1 ? column_facts(table, index_key_read(arena, advice->columns[0]).column) : NULL;
	if (!column || !(table->pages >= LARGE_PAGES) || !(fabs(column->correlation) >= IN_ORDER)) return notes;
	return sentences(arena, notes,
	            arena_printf(arena, "Rows lie in the order of %s: for ranges of many rows BRIN, some thousand times smaller, may do (USING brin).",
	                         sql_identifier(arena, column->name)));
}

const char *index_notes(Arena *arena, const TableFacts *table, const IndexAdvice *advice) {
	const char *notes = NULL;
	for (size_t i = 0; table && i < table->indexes.count; i++) {
		const IndexFacts *index = &table->indexes.items[i];
		const char *name = sql_identifier(arena, index->name);
		if (superfluous(arena, index, advice))
			notes = sentences(arena, notes, arena_printf(arena, "%s then becomes redundant: drop it once no standby uses it either.", name));
		if (!index->valid && answers(arena, index, advice, 0))
			notes = sentences(arena, notes, arena_printf(arena, "%s has the same keys but is INVALID: drop it first, it only costs writes.", name));
	}
	return table ? write_note(arena, table, advice, brin_note(arena, table, advice, notes)) : notes;
}
