/* manual.h: what --help and the manual page say, from the program's tables, so that neither can drift. */
#ifndef PGWHY_APP_MANUAL_H
#define PGWHY_APP_MANUAL_H

#include "base/err.h"

/* The text of `--help [TOPIC]`: "" for the overview, a command, settings, keys, columns, rules, or one rule. NULL and err: no such topic. */
const char *manual_help(Arena *arena, const char *topic, Err *err);
void manual_topics(Str *words); /* appends those that are tables: settings, keys … */
/* A table in mdoc, for man/pgwhy.1.in: commands, options, settings, keys, columns, rules, roles. NULL: there is none. */
const char *manual_table(Arena *arena, const char *name);

#endif
