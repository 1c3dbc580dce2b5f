/* hidden.h: rows of pg_stat_statements that a role may count but not read.
 *
 * Without pg_read_all_stats the statements of others come with queryid null: many rows with one key, so two samples of them cannot be
 * told apart row by row. Together, by role and database, they can. */
#ifndef PGWHY_CORE_HIDDEN_H
#define PGWHY_CORE_HIDDEN_H

#include "core/table.h"

/* The same table with one row for each userid, dbid whose statements are hidden, its counters (NULL-terminated names) added up;
 * the table itself when nothing is hidden. Columns that are neither key nor counter come from the first row. */
const Table *hidden_merge(Arena *arena, const Table *table, const char *const *counters);

#endif
