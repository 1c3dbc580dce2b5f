/* delta.c: two samples of the same counters, apart in time -> what happened between them.
 *
 * Most rows come in the order they came in before: they are matched by walking both samples side by side, and only what is left over
 * by a hash join. Only of rows that moved more than keys and one counter is looked at: that is what keeps 50,000 rows cheap. */
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

/* ---- which row was which ---- */

typedef struct Match {
	const Pairs *keys;
	size_t before_rows, after_rows;
	uint32_t *of; /* for each row of after its row of before, or NO_ROW; each of before is given away once */
	bool *taken; /* of before */
	size_t left; /* of before, to nobody yet */
} Match;

static void give(Match *match, size_t before, size_t after) {
	match->of[after] = (uint32_t)before;
	match->taken[before] = true;
	match->left--;
}

/* Side by side: of before some rows may be gone, after may have new ones in between. */
static void walk(Match *match) {
	enum { GONE_IN_A_ROW = 4 };
	size_t before = 0;
	for (size_t after = 0; after < match->after_rows; after++)
		for (size_t at = before; at < match->before_rows && at < before + GONE_IN_A_ROW; at++)
			if (same_row(match->keys, at, after)) {
				give(match, at, after);
				before = at + 1;
				break;
			}
}

/* Rows that share their keys are matched in order, and a table full of them stays cheap. */
static void join(Arena *arena, Match *match) {
	size_t buckets = 16;
	while (buckets < 2 * match->left) buckets *= 2;
	uint32_t *heads = ARENA_ARRAY(arena, uint32_t, buckets), *next = ARENA_ARRAY(arena, uint32_t, match->before_rows);
	memset(heads, 0xFF, buckets * sizeof *heads);
	for (size_t row = match->before_rows; row-- > 0;) {
		if (match->taken[row]) continue;
		uint32_t *head = &heads[hash_row(match->keys, row, true) & (buckets - 1)];
		next[row] = *head;
		*head = (uint32_t)row;
	}
	for (size_t row = 0; row < match->after_rows; row++) {
		if (match->of[row] != NO_ROW) continue;
		uint32_t *link = &heads[hash_row(match->keys, row, false) & (buckets - 1)];
		while (*link != NO_ROW && !same_row(match->keys, *link, row)) link = &next[*link];
		match->of[row] = *link;
		if (*link != NO_ROW) *link = next[*link];
	}
}

static uint32_t *match_rows(Arena *arena, const Pairs *keys, size_t before_rows, size_t after_rows) {
	Match match = {
		.keys = keys,
		.before_rows = before_rows,
		.after_rows = after_rows,
		.of = ARENA_ARRAY(arena, uint32_t, after_rows),
		.taken = ARENA_ARRAY(arena, bool, before_rows),
		.left = before_rows,
	};
	memset(match.of, 0xFF, after_rows * sizeof *match.of);
	walk(&match);
	if (match.left) join(arena, &match);
	return match.of;
}

/* ---- what happened to it ---- */

static bool went_back(const Pair *counter, size_t before, size_t after) {
	const TableColumn *a = counter->before, *b = counter->after;
	if (!a || a->nulls[before] || b->nulls[after]) return false;
	if (a->type == CELL_INT) return b->ints[after] < a->ints[before];
	return a->type == CELL_REAL && b->reals[after] < a->reals[before];
}

/* A server forgets a row as a whole: when one of its counters went back, none of them can be compared. */
static void drop_restarted(const Pairs *counters, uint32_t *match, const uint32_t *rows, size_t count) {
	for (size_t i = 0; i < counters->count; i++)
		for (size_t n = 0; n < count; n++)
			if (match[rows[n]] != NO_ROW && went_back(&counters->items[i], match[rows[n]], rows[n])) match[rows[n]] = NO_ROW;
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

static uint32_t *all_rows(Arena *arena, size_t count) {
	uint32_t *rows = ARENA_ARRAY(arena, uint32_t, count);
	for (size_t i = 0; i < count; i++) rows[i] = (uint32_t)i;
	return rows;
}

/* Only the rows whose steady counter, or any without one, moved stay in the list; how many those are. */
static size_t keep_moved(const Pairs *steady, const uint32_t *match, uint32_t *rows, size_t count) {
	size_t kept = 0;
	for (size_t i = 0; i < count; i++)
		if (moved(steady, match[rows[i]], rows[i])) rows[kept++] = rows[i];
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

static void stop_at_nothing(TableColumn *column, size_t count) {
	for (size_t i = 0; column->type == CELL_REAL && i < count; i++)
		if (column->reals[i] < 0) column->reals[i] = 0;
}

static void tell_fresh(Arena *arena, Table *delta, const char *name, const uint32_t *match, const uint32_t *rows, size_t count) {
	size_t column = delta->column_count - 1;
	table_name(delta, arena, column, name, CELL_BOOL);
	for (size_t i = 0; i < count; i++) delta->columns[column].bools[i] = match[rows[i]] == NO_ROW;
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
	Pairs rounded = pair_up(scratch, before, after, spec->rounded);
	Pairs steady = pair_up(scratch, before, after, (const char *const[]){spec->steady, NULL});
	const Pairs *telling = steady.count ? &steady : &counters;
	size_t before_rows = before && comparable(&keys) ? before->row_count : 0, count = after->row_count;
	uint32_t *match = match_rows(scratch, &keys, before_rows, count), *rows = all_rows(scratch, count);
	if (!spec->keep_still) count = keep_moved(telling, match, rows, count);
	drop_restarted(&counters, match, rows, count);
	if (!spec->keep_still) count = keep_moved(telling, match, rows, count); /* began anew, with nothing so far */

	Table *delta = table_new(arena, after->column_count + (spec->fresh ? 1 : 0), count);
	for (size_t i = 0; i < after->column_count; i++) {
		table_name(delta, arena, i, after->columns[i].name, after->columns[i].type);
		copy_column(&delta->columns[i], &after->columns[i], rows, count);
	}
	for (size_t i = 0; i < counters.count; i++)
		subtract(&delta->columns[counters.items[i].place], &counters.items[i], match, rows, count);
	for (size_t i = 0; i < rounded.count; i++) {
		subtract(&delta->columns[rounded.items[i].place], &rounded.items[i], match, rows, count);
		stop_at_nothing(&delta->columns[rounded.items[i].place], count);
	}
	if (spec->fresh) tell_fresh(arena, delta, spec->fresh, match, rows, count);
	delta->row_count = count;
	arena_free(scratch);
	return delta;
}
