/* pane.h: one thing to look at: what it asks the server, its columns, its rows, and why a row costs.
 *
 * To add a pane: one file in src/panes with its `const Pane` at the end, one row in src/panes/panes.c, one query in
 * src/queries. Keys, tabs, help, `show`, the manual and the golden tests follow from the row. A pane is pure: samples in, Table and Page out. */
#ifndef PGWHY_PANES_PANE_H
#define PGWHY_PANES_PANE_H

#include "advise/advise.h"
#include "core/delta.h"
#include "core/server.h"
#include "core/texts.h"
#include "view/list.h"
#include "view/page.h"

/* What a pane knows when it makes its rows. */
typedef struct PaneInput {
	const Server *server;
	const Table *before; /* the sample before; NULL: there is none yet */
	const Table *after; /* the newest sample */
	double interval_s; /* between the two */
	bool since_reset; /* totals wanted, or all there is: before is not to be used */
	const Table *info; /* the pane's `info_query`; NULL: not there */
	const Texts *texts; /* what `details_query` has brought so far */
} PaneInput;

/* What a plan of the row's statement has brought, for its why. */
typedef struct Diagnosis {
	const Plan *plan; /* NULL: none yet */
	const FindingList *findings;
	const char *state; /* what is under way ("planning …"), or went wrong; NULL: done */
} Diagnosis;

/* The statement behind a row. */
typedef struct PaneStatement {
	const char *text; /* NULL: there is none; `problem` says why */
	const char *database; /* where it runs */
	const char *user;
	const char *problem;
} PaneStatement;

typedef struct Pane {
	const char *name; /* of commands and `show` */
	const char *title;
	int number; /* its key */
	const char *summary; /* one line for help and manual */
	const ListColumn *columns;
	size_t column_count;
	size_t sort; /* column at start */
	const char *query; /* src/queries/NAME.sql, read at each tick */
	const char *info_query; /* read at each tick too, a row or few; NULL */
	const char *details_query; /* ($1: array of row details keys): `key`, `text`, for the rows shown only; NULL */
	const DeltaSpec *delta;
	const char *(*problem)(const Server *server, const char **remedy); /* what is missing for it here; NULL: nothing */
	/* The rows: columns as above, then row_key, then what only the pane knows. */
	Table *(*rows)(Arena *arena, const PaneInput *input);
	/* Appends what/evidence/because/do for a row of rows(). */
	void (*why)(Page *page, const PaneInput *input, const Table *rows, size_t row, const Diagnosis *diagnosis, int width);
	PaneStatement (*statement)(Arena *arena, const PaneInput *input, const Table *rows, size_t row);
	/* The key whose text the row lacks; false: it lacks none. */
	bool (*missing_text)(const PaneInput *input, const Table *rows, size_t row, int64_t *key);
} Pane;

extern const Pane *const panes[]; /* NULL-terminated, by number */
const Pane *pane_named(const char *name); /* NULL: none */

#endif
