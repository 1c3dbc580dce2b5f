/* completion.h: the scripts by which shells complete pgwhy's command line, from the tables that make it. */
#ifndef PGWHY_APP_COMPLETION_H
#define PGWHY_APP_COMPLETION_H

#include "base/err.h"

const char *completion_script(Arena *arena, const char *shell, Err *err); /* "bash" or "zsh"; NULL: there is none for that shell */

#endif
