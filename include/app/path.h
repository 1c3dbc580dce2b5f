/* path.h: paths as people type them. */
#ifndef PGWHY_APP_PATH_H
#define PGWHY_APP_PATH_H

#include "base/arena.h"

const char *path_to_open(Arena *arena, const char *typed); /* ~/ is the home */

#endif
