/* batch.h: pgwhy without a terminal: explain, plan, show, rules. Each returns its exit status. */
#ifndef PGWHY_APP_BATCH_H
#define PGWHY_APP_BATCH_H

#include "app/options.h"
#include "report/plan.h"

/* Says an error on stderr, empties it, and gives the exit status that goes with it. */
int batch_complain(Err *err);
/* Writes what a command made to -o or stdout; a full disk is an error. */
bool batch_write(const Options *options, const Str *text, Err *err);
bool batch_print_plans(const Options *options, const PlanReport *reports, size_t count, Err *err); /* as --format says */
/* The whole of a file, - for stdin. */
bool batch_read(const char *path, Str *text, Err *err);

int explain_command(const Options *options);
int plan_command(const Options *options);
int show_command(const Options *options);
int rules_command(const Options *options);

#endif
