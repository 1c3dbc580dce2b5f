/* manual.h: the tables of the program as help texts and as tables of the manual page, so that neither can drift. */
#ifndef PGWHY_APP_MANUAL_H
#define PGWHY_APP_MANUAL_H

#include "base/err.h"

/* Help on keys, columns, rules or one rule; false: there is no such topic. */
bool manual_help(Arena *arena, const char *topic, Str *text);
/* A table in mdoc, for man/pgwhy.1.in: commands, options, settings, keys, columns, rules, roles. NULL: there is none. */
const char *manual_table(Arena *arena, const char *name);

#endif
