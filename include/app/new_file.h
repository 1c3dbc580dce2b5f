/* new_file.h: a text written to a file that is not there yet, readable by this user alone. */
#ifndef PGWHY_APP_NEW_FILE_H
#define PGWHY_APP_NEW_FILE_H

#include "app/state.h"

/* By a job: the message says when it is written, and where. Takes over the arena, which path and text are in. */
void new_file_write(App *app, Arena *arena, const char *path, const char *text);
/* Under a name of ours, in the folder we are in: "pgwhy-plan-20261121-192000.txt", or "…-2.txt" where that is there already. */
void new_file_write_named(App *app, Arena *arena, const char *what, const char *suffix, const char *text);

#endif
