/* delta.c: two samples of the same counters, apart in time -> what happened between them.
 *
 * A hash join on the keys, then column by column: arrays are walked in order, which is what keeps 50,000 rows cheap. */
#include "core/delta.h"

#include <stdbool.h>

#define NO_ROW UINT32_MAX

/* The columns of one name list in both tables; `before` may be lacking. */
typedef struct Pair {
	const TableColumn *before, *after;
	size_t place; /* in after */
} Pair;

typedef struct Pairs {
	Pair *items;
	size_t count;
} Pairs;

static const TableColumn *column_named(const Table *table, const char *name) {
	size_t column = table ? table_column(table, name) : TABLE_NO_COLUMN;
	return column == TABLE_NO_COLUMN ? NULL : &table->columns[column];
}

static Pairs pair_up(Arena *arena, const Table *before, const Table *after, const char *const *names) {
	size_t room = 0;
	while (names && names[room]) room++;
	Pairs pairs = {.items = ARENA_ARRAY(arena, Pair, room)};
	for (size_t i = 0; i < room; i++) {
		const TableColumn *there = column_named(before, names[i]), *here = column_named(after, names[i]);
		if (!here) continue;
		if (there && there->type != here->type) there = NULL;
		pairs.items[pairs.count++] = (Pair){.before = there, .after = here, .place = (size_t)(here - after->columns)};
	}
	return pairs;
}

static uint64_t mix(uint64_t hash, uint64_t bits) {
	hash = (hash ^ bits) * 0x9E3779B97F4A7C15u;
	return hash ^ hash >> 32;
}

static uint64_t hash_text(const char *text) {
	uint64_t hash = 0xCBF29CE484222325u;
	for (; *text; text++) hash = (hash ^ (unsigned char)*text) * 0x100000001B3u;
	return hash;
}

static uint64_t cell_bits(const TableColumn *column, size_t row) {
	if (column->nulls[row]) return 0x6E756C6C;
	switch (column->type) {
	case CELL_INT: return (uint64_t)column->ints[row];
	case CELL_BOOL: return column->bools[row];
	case CELL_TEXT: return hash_text(column->texts[row]);
	case CELL_REAL: break;
	}
	double value = column->reals[row] + 0.0; /* -0 equals 0 and has other bits */
	uint64_t bits;
	memcpy(&bits, &value, sizeof bits);
	return bits;
}

static bool same_cell(const TableColumn *a, size_t row, const TableColumn *b, size_t other) {
	if (a->nulls[row] || b->nulls[other]) return a->nulls[row] == b->nulls[other];
	switch (a->type) {
	case CELL_INT: return a->ints[row] == b->ints[other];
	case CELL_REAL: return a->reals[row] == b->reals[other];
	case CELL_BOOL: return a->bools[row] == b->bools[other];
	case CELL_TEXT: break;
	}
	return strcmp(a->texts[row], b->texts[other]) == 0;
}

static bool same_row(const Pairs *keys, size_t before, size_t after) {
	for (size_t i = 0; i < keys->count; i++)
		if (!same_cell(keys->items[i].before, before, keys->items[i].after, after)) return false;
	return true;
}

static uint64_t hash_row(const Pairs *keys, size_t row, bool before) {
	uint64_t hash = 0;
	for (size_t i = 0; i < keys->count; i++)
		hash = mix(hash, cell_bits(before ? keys->items[i].before : keys->items[i].after, row));
	return hash;
}

/* For each row of after its row of before, or NO_ROW. Each row of before is given away once, so rows that share their
 * keys are matched in order, and a table full of them stays cheap. */
static uint32_t *match_rows(Arena *arena, const Pairs *keys, size_t before_rows, size_t after_rows) {
	uint32_t *match = ARENA_ARRAY(arena, uint32_t, after_rows);
	size_t buckets = 16;
	while (buckets < 2 * before_rows) buckets *= 2;
	uint32_t *heads = ARENA_ARRAY(arena, uint32_t, buckets), *next = ARENA_ARRAY(arena, uint32_t, before_rows);
	memset(heads, 0xFF, buckets * sizeof *heads);
	for (size_t row = before_rows; row-- > 0;) {
		uint32_t *head = &heads[hash_row(keys, row, true) & (buckets - 1)];
		next[row] = *head;
		*head = (uint32_t)row;
	}
	for (size_t row = 0; row < after_rows; row++) {
		uint32_t *link = &heads[hash_row(keys, row, false) & (buckets - 1)];
		while (*link != NO_ROW && !same_row(keys, *link, row)) link = &next[*link];
		match[row] = *link;
		if (*link != NO_ROW) *link = next[*link];
	}
	return match;
}

static bool went_back(const Pair *counter, size_t before, size_t after) {
	const TableColumn *a = counter->before, *b = counter->after;
	if (!a || a->nulls[before] || b->nulls[after]) return false;
	if (a->type == CELL_INT) return b->ints[after] < a->ints[before];
	return a->type == CELL_REAL && b->reals[after] < a->reals[before];
}

/* A server forgets a row as a whole: when one of its counters went back, none of them can be compared. */
static void drop_restarted(const Pairs *counters, uint32_t *match, size_t rows) {
	for (size_t i = 0; i < counters->count; i++)
		for (size_t row = 0; row < rows; row++)
			if (match[row] != NO_ROW && went_back(&counters->items[i], match[row], row)) match[row] = NO_ROW;
}

static int64_t int_delta(int64_t before, int64_t after) {
	uint64_t difference = (uint64_t)after - (uint64_t)before; /* after ≥ before, but it may not fit */
	return difference > INT64_MAX ? INT64_MAX : (int64_t)difference;
}

/* What a counter did in the row; false when that is not known. */
static bool counter_moved(const Pair *counter, uint32_t before, size_t after) {
	const TableColumn *a = counter->before, *b = counter->after;
	if (b->nulls[after]) return false;
	bool fresh = before == NO_ROW;
	if (!fresh && (!a || a->nulls[before])) return false;
	if (b->type == CELL_INT) return b->ints[after] != (fresh ? 0 : a->ints[before]);
	return b->type == CELL_REAL && b->reals[after] != (fresh ? 0 : a->reals[before]);
}

static bool moved(const Pairs *steady, uint32_t before, size_t after) {
	for (size_t i = 0; i < steady->count; i++)
		if (counter_moved(&steady->items[i], before, after)) return true;
	return false;
}

/* The rows of after that stay, in order: those whose steady counter, or any without one, moved; all, when they are to be kept still. */
static uint32_t *rows_to_keep(Arena *arena, const Pairs *steady, bool still, const uint32_t *match, size_t rows, size_t *count) {
	uint32_t *kept = ARENA_ARRAY(arena, uint32_t, rows);
	*count = 0;
	for (size_t row = 0; row < rows; row++)
		if (still || moved(steady, match[row], row)) kept[(*count)++] = (uint32_t)row;
	return kept;
}

#define GATHER(array) \
	for (size_t i = 0; i < count; i++) to->array[i] = from->array[rows[i]]

static void copy_column(TableColumn *to, const TableColumn *from, const uint32_t *rows, size_t count) {
	GATHER(nulls);
	switch (from->type) {
	case CELL_INT: GATHER(ints); break;
	case CELL_REAL: GATHER(reals); break;
	case CELL_TEXT: GATHER(texts); break;
	case CELL_BOOL: GATHER(bools); break;
	}
}

/* Over the copy of after's figures: takes off what stood there before, or says that it is not known. */
static void subtract(TableColumn *to, const Pair *counter, const uint32_t *match, const uint32_t *rows, size_t count) {
	const TableColumn *from = counter->before;
	for (size_t i = 0; i < count; i++) {
		uint32_t before = match[rows[i]];
		if (before == NO_ROW || to->nulls[i]) continue;
		if (!from || from->nulls[before])
			to->nulls[i] = true;
		else if (to->type == CELL_INT)
			to->ints[i] = int_delta(from->ints[before], to->ints[i]);
		else if (to->type == CELL_REAL)
			to->reals[i] -= from->reals[before];
	}
}

/* A key that only the later sample has tells nothing about the earlier one's rows. Without any, rows match in order. */
static bool comparable(const Pairs *keys) {
	for (size_t i = 0; i < keys->count; i++)
		if (!keys->items[i].before) return false;
	return true;
}

Table *delta_make(Arena *arena, const Table *before, const Table *after, const DeltaSpec *spec) {
	Arena *scratch = arena_new();
	Pairs keys = pair_up(scratch, before, after, spec->keys), counters = pair_up(scratch, before, after, spec->counters);
	Pairs steady = pair_up(scratch, before, after, (const char *const[]){spec->steady, NULL});
	size_t before_rows = before && comparable(&keys) ? before->row_count : 0, count;
	uint32_t *match = match_rows(scratch, &keys, before_rows, after->row_count);
	drop_restarted(&counters, match, after->row_count);
	uint32_t *rows = rows_to_keep(scratch, steady.count ? &steady : &counters, spec->keep_still, match, after->row_count, &count);

	Table *delta = table_new(arena, after->column_count, count);
	for (size_t i = 0; i < after->column_count; i++) {
		table_name(delta, arena, i, after->columns[i].name, after->columns[i].type);
		copy_column(&delta->columns[i], &after->columns[i], rows, count);
	}
	for (size_t i = 0; i < counters.count; i++)
		subtract(&delta->columns[counters.items[i].place], &counters.items[i], match, rows, count);
	delta->row_count = count;
	arena_free(scratch);
	return delta;
}
