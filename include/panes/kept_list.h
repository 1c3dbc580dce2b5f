/* kept_list.h: the plans that were kept, a row each, to choose one. */
#ifndef PGWHY_PANES_KEPT_LIST_H
#define PGWHY_PANES_KEPT_LIST_H

#include "panes/pane.h"

typedef struct KeptRow {
	int64_t id;
	int64_t at_ms; /* since 1970 */
	const char *server; /* "db1/shop" */
	double execution_ms, shared_blocks; /* NaN: not run, not known */
	const char *name; /* NULL: none */
	const char *statement;
	bool marked; /* the one before of its statement */
	double cost;
	int server_version; /* 0: not known */
} KeptRow;

/* No pane of the dashboard: it asks no server, so it has columns only. */
extern const Pane kept_list;
enum { KEPT_LIST_PRINTED = 10 }; /* so many columns: more than the screen has room for */

void kept_list_add(Arena *arena, Table *table, const KeptRow *row);
Table *kept_list_new(Arena *arena);
int64_t kept_list_id(const Table *table, size_t row);
const char *kept_time(Arena *arena, int64_t at_ms); /* "2026-11-21 19:30", where we are */

#endif
