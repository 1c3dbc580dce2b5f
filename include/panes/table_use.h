/* table_use.h: what two samples of tables say of each: how it was scanned and written in between, how it stands; partitions summed up.
 *
 * Rows on screen are read more often than the rest, so each row's rates are over its own interval. A partitioned table has no counters
 * of its own: it is what its partitions are. */
#ifndef PGWHY_PANES_TABLE_USE_H
#define PGWHY_PANES_TABLE_USE_H

#include "panes/pane.h"

enum {
	USE_SEQ_SCANS,
	USE_SEQ_ROWS,
	USE_INDEX_SCANS,
	USE_UPDATED,
	USE_HOT_UPDATED,
	USE_NEWPAGE_UPDATED,
	USE_TOTALS, /* so far: whose totals matter too */
	USE_INDEX_ROWS = USE_TOTALS,
	USE_INSERTED,
	USE_DELETED,
	USE_BLOCKS_FETCHED,
	USE_BLOCKS_HIT,
	USE_COUNTERS,
	USE_ROWS_REACHED = USE_COUNTERS, /* rows the sequential scans would have read, had each read its table whole */
	USE_ROWS_WASTED, /* rows read by sequential scans that read much of a large table */
	USE_AMOUNTS
};

typedef struct TableUse {
	size_t sample_row;
	int64_t oid;
	const char *relation; /* quoted as SQL writes it */
	bool partitioned;
	size_t parent; /* in the list; TABLE_NO_COLUMN: a root */
	double seconds; /* the amounts span; NaN: not known */
	double amounts[USE_AMOUNTS]; /* a second, or, of totals, in all; NaN: not known */
	double totals[USE_TOTALS]; /* since the reset */
	double estimate; /* reltuples: what ANALYZE or VACUUM found; at most 0: neither came by */
	double rows, dead_rows, changed_rows; /* NaN: not known, as all three on a standby may be */
	double pages, total_pages; /* of the table alone; with its indexes and TOAST */
	double whole_pages; /* of the partitioned table it belongs to, else its own: one statement scans all of that */
} TableUse;

typedef struct TableUses {
	TableUse *items; /* in the order of the sample */
	size_t count;
	bool totals; /* since the reset */
	bool has_partitions;
	double since_s; /* that the totals span, at least: since the reset, or since the server started; NaN: not known */
	bool was_reset;
	double per_second; /* makes amounts rates */
} TableUses;

enum { USE_LARGE_PAGES = 1000, USE_LARGE_ROWS = 10000 }; /* below, no index makes a scan much cheaper */

extern const DeltaSpec table_use_delta;
/* `info`: the row of scans_info; NULL: not there. */
TableUses table_uses(Arena *arena, const PaneInput *input, const Table *info);
double table_use_rows_per_scan(const TableUse *use); /* NaN without a scan */
double table_use_fraction(const TableUse *use); /* of the table that one sequential scan reads; NaN without a scan */

#endif
