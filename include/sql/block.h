/* block.h: the levels of a query: what each reads, asks for, sorts by and returns. */
#ifndef PGWHY_SQL_BLOCK_H
#define PGWHY_SQL_BLOCK_H

#include "sql/predicate.h"

enum { BLOCK_MAX_KEYS = 32 }; /* no index has more */

typedef struct TableRef {
	const char *schema; /* NULL when not written */
	const char *name;
	const char *alias; /* NULL when not written */
} TableRef;

const char *table_ref_called(const TableRef *table); /* what its columns are qualified with: its alias, else its name */

/* One SELECT level (or the source of an UPDATE, DELETE or MERGE, which has its target first among the tables). */
typedef struct QueryBlock {
	int parent; /* index in Statement.blocks, -1 for the outermost */
	LIST(TableRef) tables; /* not the names of WITH queries */
	size_t sources; /* all that FROM reads: tables, functions, subqueries, WITH queries */
	PredicateList where; /* WHERE and inner JOIN … ON and USING, flattened */
	PredicateList outer_on; /* ON of outer joins and of MERGE, and inner joins inside their optional side */
	LIST(Operand) group_by; /* the first BLOCK_MAX_KEYS: `1` takes two bytes and may stand for half of the text */
	LIST(SortKey) order_by; /* the same; positions and output names resolved to what they stand for */
	LIST(Operand) output; /* select list, RETURNING; one OPERAND_OTHER with text "*" or "t.*" for stars */
	bool distinct, distinct_on;
	bool aggregates; /* GROUP BY or an aggregate in the list */
	bool grouping_sets; /* ROLLUP and the like: a row is no group of all of group_by */
	bool windows;
	bool set_operation; /* UNION and the like: tables and conditions stand in the blocks below */
	bool has_limit, has_offset, with_ties;
	const char *limit; /* text: "20", "$1"; NULL without */
	const char *offset;
	double limit_rows, offset_rows; /* NaN when not a plain number */
	/* Places in the text, for a rewrite; only for the outermost block, and empty when in doubt. */
	Span where_span; /* from WHERE up to the next clause */
	Span order_span;
	Span limit_span;
	Span offset_span;
	size_t where_goes; /* where a WHERE clause would have to be inserted; behind the one there is; 0: nowhere */
} QueryBlock;

typedef LIST(QueryBlock) BlockList;

TableRef table_ref_read(Arena *arena, const SyntaxNode *range); /* for this floor: of a RangeVar */
/* For this floor: the blocks of a statement, outermost first. */
BlockList blocks_read(const Syntax *syntax);

#endif
