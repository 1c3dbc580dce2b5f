/* index_pool.c: every index that might be worth a question. */
#include "advise/index_pool.h"

#include "advise/index_existing.h"

enum {
	KEYS_MOST = 3,
	CARRIED_MOST = 8
};
#define CARRIED_WIDTH 100.0 /* bytes, of all columns carried along */
#define CARRIED_SHARE 0.6 /* of a row's: with more the index is a second table */
#define CARRIED_ROWS 100.0 /* so many at least are read: of fewer a few pages are spared, while each write pays */

typedef struct Filler {
	Arena *arena;
	IndexPool pool;
	bool include;
	const ScanUse *use; /* being filled in, and its columns by what they are good for: */
	LIST(const ColumnUse *) equal; /* searched by =, most selective first */
	LIST(const ColumnUse *) other; /* compared otherwise */
} Filler;

typedef struct Keys {
	IndexKey items[KEYS_MOST];
	size_t count;
} Keys;

/* ---- one more ---- */

static bool has_key(const Keys *keys, const char *column) {
	for (size_t i = 0; i < keys->count; i++)
		if (strcmp(keys->items[i].column, column) == 0) return true;
	return false;
}

/* A column that is there already is no further key. False: there is no room. */
static bool append_key(Keys *keys, IndexKey key) {
	if (has_key(keys, key.column)) return true;
	if (keys->count == KEYS_MOST) return false;
	keys->items[keys->count++] = key;
	return true;
}

static bool append(Filler *filler, Keys *keys, const ColumnUse *use) {
	return append_key(keys, index_key_column(filler->arena, use->column->name));
}

static void add(Filler *filler, const IndexAdvice *index, const ScanUse *use) {
	IndexPool *pool = &filler->pool;
	if (pool->count == POOL_MOST) return;
	for (size_t i = 0; i < pool->count; i++)
		if (index_same(&pool->items[i].index, index)) return;
	*list_push(filler->arena, pool) = (PoolIndex){.index = *index, .use = use};
}

static double width_of_row(const TableFacts *table) {
	double width = 0;
	for (size_t i = 0; i < table->columns.count; i++) width += isnan(table->columns.items[i].width_bytes) ? 0 : table->columns.items[i].width_bytes;
	return width;
}

/* Everything else that is read; false when nothing is, or too much. */
static bool carry(Filler *filler, const Keys *keys, IndexAdvice *index) {
	const ScanUse *use = filler->use;
	double width = 0;
	if (!filler->include || use->whole_rows || use->scan->rows_out < CARRIED_ROWS || !table_mostly_visible(use->scan->table)) return false;
	index->include = ARENA_ARRAY(filler->arena, const char *, use->columns.count);
	for (size_t i = 0; i < use->columns.count; i++) {
		const ColumnFacts *column = use->columns.items[i].column;
		if (!use->columns.items[i].needed || has_key(keys, column->name)) continue;
		width += column->width_bytes;
		index->include[index->include_count++] = sql_identifier(filler->arena, column->name);
	}
	bool slim = width <= CARRIED_WIDTH && width <= CARRIED_SHARE * width_of_row(use->scan->table);
	return index->include_count && index->include_count <= CARRIED_MOST && slim;
}

bool index_is_idle(Arena *arena, const TableFacts *table, const IndexAdvice *index) {
	return !index->include_count && index_existing(arena, table, index, 0);
}

static void offer(Filler *filler, const Keys *keys) {
	const Scan *scan = filler->use->scan;
	if (!keys->count) return;
	const char **columns = ARENA_ARRAY(filler->arena, const char *, keys->count);
	for (size_t i = 0; i < keys->count; i++) columns[i] = index_key_text(filler->arena, &keys->items[i]);
	IndexAdvice index = {.schema = scan->schema,
	                     .table = scan->name,
	                     .method = "btree",
	                     .columns = columns,
	                     .column_count = keys->count,
	                     .bytes = NAN,
	                     .partitioned = scan->partitioned};
	IndexAdvice covering = index;
	if (!index_is_idle(filler->arena, scan->table, &index)) add(filler, &index, filler->use);
	if (carry(filler, keys, &covering)) add(filler, &covering, filler->use);
}

/* ---- the shapes, simplest first ---- */

static const ColumnUse *searched(const Filler *filler, size_t nth) {
	return nth < filler->equal.count ? filler->equal.items[nth] : filler->other.items[nth - filler->equal.count];
}

static size_t searched_count(const Filler *filler) {
	return filler->equal.count + filler->other.count;
}

static void offer_singles(Filler *filler) {
	for (size_t i = 0; i < searched_count(filler); i++) {
		Keys keys = {.count = 0};
		append(filler, &keys, searched(filler, i));
		offer(filler, &keys);
	}
}

/* Behind `front`, as many of an order's keys as there is room for. */
static void offer_ordered(Filler *filler, Keys front, const KeyRun *run) {
	for (size_t i = 0; i < run->count && append_key(&front, run->items[i]); i++) offer(filler, &front);
}

/* An order, alone and behind the columns that have one value each. */
static void offer_orders(Filler *filler) {
	for (size_t r = 0; r < filler->use->orders.count; r++) {
		const KeyRun *run = &filler->use->orders.items[r];
		Keys all = {.count = 0};
		offer_ordered(filler, all, run);
		for (size_t i = 0; i < filler->equal.count; i++) {
			Keys one = {.count = 0};
			if (!(filler->equal.items[i]->roles & ROLE_EQUAL)) continue;
			append(filler, &one, filler->equal.items[i]);
			offer_ordered(filler, one, run);
			if (all.count < KEYS_MOST - 1) append(filler, &all, filler->equal.items[i]);
		}
		offer_ordered(filler, all, run);
	}
}

static void offer_pairs(Filler *filler) {
	for (size_t i = 0; i < searched_count(filler); i++) {
		for (size_t k = 0; k < searched_count(filler); k++) {
			Keys keys = {.count = 0};
			append(filler, &keys, searched(filler, i));
			append(filler, &keys, searched(filler, k));
			if (keys.count == 2) offer(filler, &keys);
		}
	}
}

/* So few columns are read that all of them may be keys: the table itself need not be read. */
static void offer_all_read(Filler *filler) {
	for (size_t i = 0; i < searched_count(filler); i++) {
		for (size_t k = 0; k < searched_count(filler); k++) {
			Keys keys = {.count = 0};
			bool room = append(filler, &keys, searched(filler, i)) && append(filler, &keys, searched(filler, k));
			for (size_t c = 0; room && c < filler->use->columns.count; c++)
				if (filler->use->columns.items[c].needed) room = append(filler, &keys, &filler->use->columns.items[c]);
			if (room) offer(filler, &keys);
		}
	}
}

/* Behind the first, the more selective of two that are searched by = goes first: their order tells nothing else apart. */
static void offer_triples(Filler *filler) {
	for (size_t i = 0; i < filler->equal.count; i++) {
		for (size_t k = 0; k < filler->equal.count; k++) {
			for (size_t l = 0; l < searched_count(filler); l++) {
				Keys keys = {.count = 0};
				if (l < filler->equal.count && l < k) continue;
				append(filler, &keys, filler->equal.items[i]);
				append(filler, &keys, filler->equal.items[k]);
				append(filler, &keys, searched(filler, l));
				if (keys.count == 3) offer(filler, &keys);
			}
		}
	}
}

/* ---- the pool ---- */

static double distinct_of(const ColumnUse *use) {
	return isnan(use->column->distinct) ? 0 : use->column->distinct;
}

static void sort_columns(Filler *filler) {
	const ScanUse *use = filler->use;
	filler->equal.count = filler->other.count = 0;
	for (size_t i = 0; i < use->columns.count; i++) {
		const ColumnUse *column = &use->columns.items[i];
		if (column->roles & (ROLE_EQUAL | ROLE_JOINED)) *list_push(filler->arena, &filler->equal) = column;
		else if (column->roles) *list_push(filler->arena, &filler->other) = column;
	}
	for (size_t i = 1; i < filler->equal.count; i++) {
		const ColumnUse *moved = filler->equal.items[i];
		size_t to = i;
		for (; to && distinct_of(filler->equal.items[to - 1]) < distinct_of(moved); to--)
			filler->equal.items[to] = filler->equal.items[to - 1];
		filler->equal.items[to] = moved;
	}
}

static const ScanUse *use_of(const IndexPool *pool, const IndexAdvice *index) {
	for (size_t i = 0; i < pool->uses.count; i++) {
		const Scan *scan = pool->uses.items[i].scan;
		if (strcmp(scan->name, index->table) == 0 && (!index->schema || !scan->schema || strcmp(scan->schema, index->schema) == 0))
			return &pool->uses.items[i];
	}
	return NULL;
}

/* What a rule has thought of, a partial index say, or one on an expression. */
static void add_proposed(Filler *filler, const IndexAdvice *indexes, size_t count) {
	for (size_t i = 0; i < count; i++) {
		const ScanUse *use = use_of(&filler->pool, &indexes[i]);
		if (!use || !index_is_pretendable(&indexes[i])) continue;
		add(filler, &indexes[i], use);
	}
}

/* What costs most comes first: a planner that takes long may not get to see all. */
static void insert_by_cost(Arena *arena, ScanList *list, const Scan *scan) {
	list_push(arena, list);
	size_t to = list->count - 1;
	for (; to && list->items[to - 1].self_cost < scan->self_cost; to--) list->items[to] = list->items[to - 1];
	list->items[to] = *scan;
}

IndexPool index_pool(Arena *arena, const Plan *plan, const Statement *statement, const Facts *facts, const AdviseSettings *settings,
                     const FindingList *findings) {
	static void (*const shapes[])(Filler *filler) = {offer_singles, offer_orders, offer_pairs, offer_all_read, offer_triples};
	Filler filler = {.arena = arena, .include = !settings->no_include};
	if (!advice_is_worth(plan, facts, settings)) return filler.pool;
	ScanList scans = scans_of_plan(arena, plan, statement, facts), *kept = ARENA_NEW(arena, ScanList);
	for (size_t i = 0; i < scans.count; i++)
		if (!advice_table_is_small(&scans.items[i])) insert_by_cost(arena, kept, &scans.items[i]);
	filler.pool.uses = scan_uses(arena, plan, kept);
	for (size_t i = 0; i < findings->count; i++) {
		const Finding *finding = &findings->items[i];
		if (finding->kind != REMEDY_INDEX || finding->rewrite || finding->unasked) continue;
		add_proposed(&filler, finding->indexes.items, finding->indexes.count);
		add_proposed(&filler, finding->alternatives.items, finding->alternatives.count);
	}
	for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
		for (size_t i = 0; i < filler.pool.uses.count; i++) {
			filler.use = &filler.pool.uses.items[i];
			sort_columns(&filler);
			shapes[s](&filler);
		}
	}
	return filler.pool;
}
