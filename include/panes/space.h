/* space.h: what each relation of a database takes: a sample of sizes.sql, added up.
 *
 * A table takes what its own file, its TOAST and its indexes take; a partitioned one what its partitions do. A figure is exact when all
 * files it is made of were looked at; else it is, or has a part, of what VACUUM and ANALYZE saw last. */
#ifndef PGWHY_PANES_SPACE_H
#define PGWHY_PANES_SPACE_H

#include "panes/pane.h"

#define SPACE_NONE ((size_t)-1)

typedef struct Space {
	size_t row; /* of the sample */
	int64_t oid;
	const char *relation; /* as SQL writes it: public.orders; lives as long as the sample */
	char kind; /* pg_class.relkind: r table, m materialized view, p partitioned table, i index, I index of a partitioned table */
	size_t parent; /* an index's table, a partition's partitioned table: place among the spaces; SPACE_NONE */
	double table_bytes, index_bytes, toast_bytes; /* of an index only index_bytes */
	bool exact, locked;
	double at_s; /* when it was looked at; NaN: was not */
	double grown_bytes, grown_s; /* since the session's first look, over that many seconds; NaN: not known */
	double scans; /* of an index, of a partitioned one on all partitions; NaN */
} Space;

typedef LIST(Space) Spaces; /* places are rows of the sample */

Spaces spaces_of(Arena *arena, const PaneInput *input);
double space_total(const Space *space);
bool space_is_index(const Space *space);
const char *space_kind(const Space *space); /* "partitioned table" */
bool space_flag(const PaneInput *input, const Space *space, const char *column); /* of the sample; null is false */
double space_figure(const PaneInput *input, const Space *space, const char *column); /* NaN: null */

#endif
