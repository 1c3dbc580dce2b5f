/* statements.h: what the panes of statements know of each: its text, whose it is, what keeps us from it. */
#ifndef PGWHY_PANES_STATEMENTS_H
#define PGWHY_PANES_STATEMENTS_H

#include "panes/pane.h"

enum { STATEMENT_PART_INFO, STATEMENT_PART_NAMES };
extern const char *const statement_parts[]; /* part_queries, in that order */

/* Names of roles and databases by what stands in a sample. */
typedef struct StatementNames {
	Texts roles, databases;
} StatementNames;
StatementNames statement_names(Arena *arena, const PaneInput *input);

const char *statement_text(const PaneInput *input, int64_t queryid); /* 0: hidden, which is said; NULL: it has not come yet */
bool statement_is_ours(const char *text); /* all that pgwhy itself asks begins with its mark; NULL: nobody knows yet */
/* Of the rows shown, those whose column `query` is still null. */
Keys statement_texts_missing(Arena *arena, const Table *rows, const size_t *shown, size_t count);
/* From the columns query, database, user and queryid of a row; its use is not known. */
PaneStatement statement_of_row(Arena *arena, const PaneInput *input, const Table *rows, size_t row);
const char *statement_pane_problem(const Server *server, const char **remedy);
void statement_what(Page *page, const PaneStatement *statement, int width); /* the first part of a why */
void statement_hidden_because(Page *page); /* of one that is hidden from us: why that is, and what to do about it */
void statement_hidden_do(Page *page, const PaneInput *input, int width);

#define STATEMENT_NO_TEXT "-- the server has no text for this statement (any more)"

#endif
