/* pane.h: one thing to look at: what it asks the server, its columns, its rows, and why a row costs.
 *
 * To add a pane: one file in src/panes with its `const Pane` at the end, one row in src/panes/panes.c, one query in
 * src/queries. Keys, tabs, help, `show`, the manual and the golden tests follow from the row. A pane is pure: samples in, Table and Page out. */
#ifndef PGWHY_PANES_PANE_H
#define PGWHY_PANES_PANE_H

#include "advise/advise.h"
#include "core/cost.h"
#include "core/delta.h"
#include "core/server.h"
#include "core/statement_mark.h"
#include "core/texts.h"
#include "core/wait_profile.h"
#include "view/list.h"
#include "view/page.h"

enum { PANE_MOST_PARTS = 4 };

/* Since when: what T goes through. */
typedef enum PaneAge { AGE_OF_QUERY, AGE_OF_XACT, AGE_OF_BACKEND, AGE_COUNT } PaneAge;

/* What a pane knows when it makes its rows. */
typedef struct PaneInput {
	const Server *server;
	const Table *before; /* the sample before; NULL: there is none yet */
	const Table *after; /* the newest sample; rows of `shown_query` stand in it as they were polled last, and in `before` as the poll before */
	const Table *first; /* this session's first sample, for panes that ask for it (`keeps_first`): what grew since; NULL */
	double interval_s; /* between before and after */
	bool since_reset; /* totals wanted, or all there is: before is not to be used */
	const Table *parts[PANE_MOST_PARTS]; /* of `part_queries`, in their order; NULL: not there (yet, or refused) */
	const Table *follow; /* of `follow_query`, for this sample; NULL: nothing was asked, or it has no answer yet */
	const Texts *texts; /* what `texts_query` has brought so far */
	const Cost *cost; /* pgwhy's own; NULL: not known */
	const WaitProfile *waits; /* of the last minute; NULL: nobody sampled them */
	const StatementMark *mark; /* of the statements, for panes that compare; NULL: there is none */
	const StatementSample *now; /* what is held against it; NULL as well */
	PaneAge age; /* that a pane with ages is to show */
	bool idle; /* show sessions that run nothing, too */
	bool own_statements; /* show what pgwhy itself asks, too */
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
	const StatementUse *use; /* NULL: nothing to tell */
} PaneStatement;

/* The session behind a row, as it was seen: for who wants to cancel or end it. */
typedef struct PaneSession {
	int64_t pid; /* 0: there is none, as of a prepared transaction */
	const char *backend_start, *user, *application; /* NULL: hidden */
} PaneSession;

/* Texts that only another database has: what `texts_query` is to be asked for there, and the key under which each is kept. */
typedef struct PaneAbroad {
	const char *database; /* NULL: nothing is missing */
	Keys asked, kept;
} PaneAbroad;

typedef struct Pane {
	const char *name; /* of commands and `show` */
	const char *title;
	int number; /* its key */
	const char *summary; /* one line for help and manual */
	const ListColumn *columns;
	size_t column_count;
	size_t sort; /* column at start */

	/* What it reads: names of src/queries. */
	const char *query; /* the sample, read at each tick as long as that costs little */
	const char *const *part_queries; /* NULL-terminated: read with it, small each; or NULL */
	const char *follow_query; /* ($1: array of follow_keys): what can only be asked once the sample is there; NULL */
	Keys (*follow_keys)(Arena *arena, const PaneInput *input); /* none: nothing is asked */
	/* ($1: array of keys): the same columns as `query`, less those that never change, for the rows on screen only: read between two
	 * readings of a costly `query`. Its keys are the column `shown_key` (CELL_INT) of the sample, and `poll_key` of rows(). NULL */
	const char *shown_query, *shown_key;
	const char *texts_query; /* ($1: array of texts_missing): `key`, `text`, kept from then on; NULL */
	const char *no_text; /* what stands for a text the server has not (any more); NULL: "" */
	Keys (*texts_missing)(Arena *arena, const PaneInput *input, const Table *rows, const size_t *shown, size_t count); /* of the rows on screen */
	PaneAbroad (*texts_abroad)(Arena *arena, const Table *rows, const size_t *shown, size_t count); /* of one database at a time; NULL */
	bool keeps_first; /* the first sample of the session is kept for rows(); what was null in it is filled by the first poll that knows */
	bool urgent; /* read at each tick whatever it costs, and when the pane is not on screen: locks */
	bool unslowed; /* read at each tick while on screen, whatever it costs */
	const DeltaSpec *delta;
	const char *(*problem)(const Server *server, const char **remedy); /* what is missing for it here; NULL: nothing */

	/* The rows: columns as above, then LIST_ROW_KEY (and LIST_ROW_PARENT for a tree, PANE_POLL_KEY), then what only the pane knows. */
	Table *(*rows)(Arena *arena, const PaneInput *input);
	const char *(*headline)(Arena *arena, const Table *rows); /* "3 roots, 312 wait": told in its frame; returns NULL: nothing to tell. NULL */
	/* Appends what/evidence/because/do for a row of rows(). */
	void (*why)(Page *page, const PaneInput *input, const Table *rows, size_t row, const Diagnosis *diagnosis, int width);
	PaneStatement (*statement)(Arena *arena, const PaneInput *input, const Table *rows, size_t row); /* NULL: its rows have none */
	PaneSession (*session)(Arena *arena, const PaneInput *input, const Table *rows, size_t row); /* rows are sessions, to be cancelled or ended; NULL */
	bool marks; /* its rows are statements, to be marked as before */
	bool compares; /* its rows hold what PaneInput.mark has against what there is now */
	bool has_ages; /* PaneInput.age and idle mean something */
	bool why_plans; /* its statement is planned with the why; not where the plan might have to wait, as behind locks */
	FindingList (*findings)(Arena *arena, const PaneInput *input, const Table *rows, size_t row); /* as its why numbers them; NULL: it has none of its own */
	const char *(*remedy)(Arena *arena, const PaneInput *input, const Table *rows, size_t row); /* SQL to copy where there is no statement; NULL */
	const char *quiet; /* said when there are no rows: "no session waits for a lock"; NULL: nothing happened, or was counted */
	const char *reads; /* a sentence: what alone it reads of what there may be, for whom a filter finds nothing; NULL: all */
} Pane;

#define PANE_POLL_KEY "poll_key"

extern const Pane *const panes[]; /* NULL-terminated, by number */
extern const Pane *const panes_besides[]; /* likewise: those that stand over the others, or are printed, of what was kept */
const Pane *pane_named(const char *name); /* NULL: none */

#endif
