/* facts.h: what the server's catalog knows about the relations of a statement. Filled by pg, read by the rules.
 *
 * Rules work without (a plan from a file): then every table_facts() is NULL and they say "if no index on (…) exists". */
#ifndef PGWHY_ADVISE_FACTS_H
#define PGWHY_ADVISE_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/server.h"

typedef struct ColumnFacts {
	const char *name;
	const char *type; /* format_type */
	bool not_null;
	double distinct; /* number of distinct values (already made absolute); NaN unknown */
	double null_share; /* 0..1, NaN unknown */
	double width_bytes; /* average, NaN unknown */
	double correlation; /* -1..1, NaN unknown */
	double top_share; /* frequency of the most common value, NaN unknown */
	const char *top_value; /* that value as text ("t" of a boolean), NULL unknown */
	double rare_share; /* of the least common one of those that ANALYZE listed, when it listed several; NaN unknown */
	const char *rare_value;
	const char *middle_value; /* the median of the others, as text; NULL unknown */
	const char *low_value, *high_value; /* the least and the greatest of them */
} ColumnFacts;

typedef struct IndexFacts {
	const char *name;
	const char *method; /* btree, gin, brin … */
	const char *const *keys; /* key columns or expressions as pg_get_indexdef prints them */
	size_t key_count;
	const bool *descending; /* per key */
	const bool *nulls_first; /* per key */
	const char *const *opclasses; /* per key, NULL where default */
	const char *const *include; /* non-key columns */
	size_t include_count;
	const char *predicate; /* WHERE of a partial index, NULL */
	const char *definition; /* pg_get_indexdef */
	bool valid, unique, primary, constraint;
	double bytes;
	double scans; /* idx_scan since statistics reset */
} IndexFacts;

typedef struct PartitionFacts {
	const char *schema, *name;
	char kind; /* relkind: r p f */
	const char *parent_schema, *parent;
} PartitionFacts;

typedef struct TableFacts {
	const char *schema, *name; /* plain, unquoted */
	char kind; /* relkind: r p m t f */
	const char *partition_key; /* of a partitioned one: "RANGE (created_at)"; NULL unknown */
	double rows; /* reltuples; -1 never analysed */
	double pages, all_visible_pages;
	double bytes; /* pg_relation_size; NaN when locked exclusively */
	double parallel_workers; /* that its storage parameter allows, whatever its size; NaN: by its size */
	double live_rows, dead_rows, modified_since_analyze; /* NaN unknown */
	double updates, hot_updates, inserts, deletes; /* since statistics reset */
	double analyzed_at_s; /* last (auto)analyze, seconds since 1970; NaN never */
	bool temporary;
	LIST(ColumnFacts) columns;
	LIST(IndexFacts) indexes;
	bool indexes_unknown; /* of a plan that was kept, when nothing tells which there were */
	LIST(PartitionFacts) partitions; /* of a partitioned one, and theirs, each behind its parent */
} TableFacts;

typedef struct FunctionFacts {
	const char *schema, *name;
	char volatility; /* i s v: the most volatile of that name */
} FunctionFacts;

typedef struct ForeignKeyFacts {
	const char *name;
	const char *schema, *table; /* that refers */
	const char *referred; /* the table referred to */
	const char *const *columns; /* of the one that refers, plain */
	size_t column_count;
	bool indexed; /* a valid index of the whole table begins with them, in whatever order */
	bool partitioned; /* the table that refers */
} ForeignKeyFacts;

/* How often a statement is called, by pg_stat_statements, and who may be calling it. */
typedef struct StatementUse {
	double calls, rows_per_call; /* over the time the figures span */
	double calls_per_s; /* NaN: nobody knows how long that is */
	const char *asker; /* a statement of the same role and database that returned as many rows as this one had calls; its text; NULL: none */
	double asker_calls, asker_rows;
} StatementUse;

typedef struct Facts {
	const Server *server; /* NULL: a plan without a server */
	LIST(TableFacts) tables;
	LIST(FunctionFacts) functions;
	const StatementUse *use; /* of the statement; NULL: not known */
	LIST(ForeignKeyFacts) foreign_keys; /* that refer to the tables, and to what their changes cascade to */
} Facts;

/* By schema and name; without a schema only when one table has that name. Facts may be NULL. */
const TableFacts *table_facts(const Facts *facts, const char *schema, const char *name);
const ColumnFacts *column_facts(const TableFacts *table, const char *name); /* table may be NULL */
const IndexFacts *index_facts(const TableFacts *table, const char *name); /* table and name may be NULL */
const char *index_facts_text(const IndexFacts *index); /* "btree (status, total DESC)", or its method alone */
double table_index_bytes(const TableFacts *table); /* of all its indexes; NaN: not known */
/* A valid btree over all rows that begins with the column; NULL. */
const IndexFacts *index_led_by(Arena *arena, const TableFacts *table, const char *column);
const FunctionFacts *function_facts(const Facts *facts, const char *name);
/* By constraint name, and the table referred to where several bear it (may be NULL); NULL when it is not told which. */
const ForeignKeyFacts *foreign_key_facts(const Facts *facts, const char *name, const char *referred);
/* Whose keys tell rows apart and are never null: the primary key, else the shortest valid unique index over NOT NULL
 * columns; NULL when there is none or table is NULL. */
const IndexFacts *table_unique_key(Arena *arena, const TableFacts *table);
/* Nearly all pages are known to hold nothing but visible rows, and will: only then an index alone can answer. */
bool table_mostly_visible(const TableFacts *table);
double facts_calls_per_s(const Facts *facts); /* of the statement; NaN: not known */
const StatementUse *statement_use_copy(Arena *arena, const StatementUse *use);
int facts_version(const Facts *facts); /* of the server, 0 unknown */

#endif
