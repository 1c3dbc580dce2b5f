/* batch.h: pgwhy without a terminal: explain, plan, show, rules. Each returns its exit status. */
#ifndef PGWHY_APP_BATCH_H
#define PGWHY_APP_BATCH_H

#include "app/options.h"
#include "report/diff.h"
#include "report/plan.h"

/* "prefix: text" on stderr, fit for a terminal. */
void batch_say(const char *prefix, const char *text);
/* Says an error on stderr, empties it, and gives the exit status that goes with it. */
int batch_complain(Err *err);
/* Once a command knows what it has to do, and before it does any of it: says what is wrong in the settings file, and has
 * standard output go to -o. */
bool batch_begin(const Options *options, Err *err);
bool batch_write(const Options *options, const char *text, Err *err); /* to standard output, at once; a full disk is an error */
/* As --format says; `list`: an array also of one, because several were asked for. Nothing when there is none. */
bool batch_print_plans(const Options *options, const PlanReport *reports, size_t count, bool list, Err *err);
/* The whole of a file, - for stdin. */
bool batch_read(const char *path, Str *text, Err *err);
/* Likewise, of SQL: without a byte order mark. NULL: err says why. */
const char *batch_read_sql(Arena *arena, const char *path, Err *err);

int explain_command(const Options *options);
int check_command(const Options *options);
int plan_command(const Options *options);
int diff_command(const Options *options);
int diff_statements(const Options *options); /* of two files of SQL */
bool diff_print(const Options *options, Arena *arena, const Comparison *comparison, Err *err);
int show_command(const Options *options);
int show_plans(const Options *options); /* those of the store: no server is asked */
int rules_command(const Options *options);

#endif
