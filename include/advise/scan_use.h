/* scan_use.h: what a plan uses of a table: which columns, each in what role, and in which order.
 *
 * Read from the plan, not from the statement: there every column stands with its table's alias, through views, subqueries
 * and partitions. It has to be a VERBOSE plan of a table whose columns are known. */
#ifndef PGWHY_ADVISE_SCAN_USE_H
#define PGWHY_ADVISE_SCAN_USE_H

#include "advise/index_key.h"
#include "advise/scan.h"

/* In which a column may be a key of an index; none: it is only read. */
enum {
	ROLE_EQUAL = 1, /* = value, = ANY (…); in a branch of an OR, too */
	ROLE_JOINED = 2, /* = a column of another table */
	ROLE_COMPARED = 4 /* <, BETWEEN, LIKE, IS NULL */
};

typedef struct ColumnUse {
	const ColumnFacts *column;
	unsigned roles;
	bool needed; /* its values are read, not only present in rows that are passed along */
} ColumnUse;

typedef struct KeyRun {
	IndexKey *items;
	size_t count, room;
} KeyRun;

typedef struct ScanUse {
	const Scan *scan; /* its table is never NULL */
	LIST(ColumnUse) columns;
	LIST(KeyRun) orders; /* that rows are sorted, grouped or made distinct by; each once */
	bool whole_rows; /* row values or system columns are read: no index holds those */
} ScanUse;

typedef LIST(ScanUse) ScanUseList;

/* Of every scan that is known to the catalog; recurses in libpg_query: call it in a job. */
ScanUseList scan_uses(Arena *arena, const Plan *plan, const ScanList *scans);
const ColumnUse *scan_use_column(const ScanUse *use, const char *column); /* NULL */

#endif
