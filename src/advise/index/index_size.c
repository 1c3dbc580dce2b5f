/* index_size.c: how large a btree would be when just built. */
#include "advise/index_size.h"

#include "advise/index_key.h"

/* Figures of nbtree: a page without header and special space; the part a build leaves free on leaves; the longest tuple
 * of one key with many row addresses; how full the pages above the leaves are. */
#define BLOCK 8192.0
#define PAGE_ROOM 8152.0
#define LEAF_FREE 819.0
#define POSTING_MOST 808.0
#define UPPER_FILL 0.7
#define TUPLE_HEADER 8.0
#define LINE_POINTER 4.0
#define ROW_ADDRESS 6.0

typedef struct Entry {
	double width; /* data of one key so far, with padding */
	double distinct; /* different keys */
	double null_share; /* rows with a null in some column */
	bool packs; /* equal keys may share a tuple */
} Entry;

static double align(double bytes, double to) {
	return ceil(bytes / to) * to;
}

static bool is_any_of(const char *type, const char *const *names, size_t count) {
	for (size_t i = 0; type && i < count; i++)
		if (strcmp(type, names[i]) == 0) return true;
	return false;
}

static double alignment(const ColumnFacts *column) {
	static const char *const by_8[] = {"bigint",
	                                   "double precision",
	                                   "timestamp without time zone",
	                                   "timestamp with time zone",
	                                   "time without time zone",
	                                   "money",
	                                   "interval"};
	static const char *const by_4[] = {"integer", "real", "date", "oid"};
	if (is_any_of(column->type, by_8, sizeof by_8 / sizeof *by_8)) return 8;
	if (is_any_of(column->type, by_4, sizeof by_4 / sizeof *by_4)) return 4;
	if (column->type && strcmp(column->type, "smallint") == 0) return 2;
	return column->width_bytes > 127 ? 4 : 1; /* short values of varying length stand unaligned */
}

/* Equal numbers may look different (1.0 and 1.00), so their tuples are never merged; nor are those of containers. */
static bool packs(const ColumnFacts *column) {
	static const char *const never[] = {"numeric", "real", "double precision", "jsonb"};
	const char *type = column->type ? column->type : "";
	return strncmp(type, "numeric(", 8) != 0 && !strstr(type, "[]") && !strstr(type, "range") &&
	       !is_any_of(type, never, sizeof never / sizeof *never);
}

static bool add_column(Entry *entry, const ColumnFacts *column, double rows) {
	if (!column || isnan(column->width_bytes)) return false;
	double nulls = isnan(column->null_share) ? 0 : column->null_share;
	entry->width = align(entry->width, alignment(column)) + column->width_bytes;
	entry->null_share = fmax(entry->null_share, nulls);
	entry->distinct *= isnan(column->distinct) ? rows : fmax(column->distinct, 1);
	entry->packs = entry->packs && packs(column);
	return true;
}

/* Bytes of one tuple that stands for `count` rows of the same key, with its line pointer. */
static double posting_bytes(double tuple, double count) {
	return (count > 1 ? align(tuple + count * ROW_ADDRESS, 8) : count * tuple) + (count > 0 ? LINE_POINTER : 0);
}

/* Bytes that `rows` entries of `distinct` keys take on leaf pages. */
static double leaf_bytes(const Entry *entry, double rows, double distinct, double tuple) {
	double most = floor((POSTING_MOST - tuple) / ROW_ADDRESS);
	if (!entry->packs || most < 2 || distinct < 1) return rows * (tuple + LINE_POINTER);
	double each = rows / distinct, whole = floor(each / most), rest = each - whole * most;
	double low = posting_bytes(tuple, floor(rest)), high = posting_bytes(tuple, floor(rest) + 1);
	return distinct * (whole * posting_bytes(tuple, most) + low + (high - low) * (rest - floor(rest)));
}

double index_size_bytes(Arena *arena, const TableFacts *table, const IndexAdvice *index, double rows, int server_version) {
	if (!table || isnan(rows) || (index->method && strcmp(index->method, "btree") != 0)) return NAN;
	Entry entry = {.distinct = 1, .packs = index->include_count == 0 && (!server_version || server_version >= 130000)};
	for (size_t i = 0; i < index->column_count; i++) {
		IndexKey key = index_key_read(arena, index->columns[i]);
		if (!add_column(&entry, column_facts(table, key.column), rows)) return NAN;
	}
	double combinations = entry.distinct;
	for (size_t i = 0; i < index->include_count; i++) {
		IndexKey key = index_key_read(arena, index->include[i]);
		if (!add_column(&entry, column_facts(table, key.column), rows)) return NAN;
	}
	/* Of the possible combinations only those occur that some row has. */
	double distinct = fmin(combinations, rows);
	if (index->column_count > 1) distinct = fmax(1, combinations * -expm1(-rows / combinations));
	double nulls = entry.null_share * rows;
	double tuple = align(TUPLE_HEADER + entry.width, 8);
	double with_null = index->column_count == 1 ? 16 : align(16 + entry.width, 8); /* the null bitmap costs 8 bytes */
	double null_keys = index->column_count == 1 ? 1 : fmax(1, distinct * entry.null_share);
	double bytes = leaf_bytes(&entry, rows - nulls, fmin(distinct, rows - nulls), tuple);
	if (nulls >= 1) bytes += leaf_bytes(&entry, nulls, null_keys, with_null);
	double leaves = ceil(fmax(1, bytes / (PAGE_ROOM - LEAF_FREE)));
	double pages = 1 + leaves, fanout = floor(PAGE_ROOM * UPPER_FILL / (tuple + LINE_POINTER));
	for (double level = leaves; level > 1 && fanout > 1; pages += level) level = ceil(level / fanout);
	return pages * BLOCK;
}
