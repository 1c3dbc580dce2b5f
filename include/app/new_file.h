/* new_file.h: a text written to a file that is not there yet, readable by this user alone. */
#ifndef PGWHY_APP_NEW_FILE_H
#define PGWHY_APP_NEW_FILE_H

#include "app/state.h"

const char *new_file_name(Arena *arena, const char *what, const char *suffix); /* "pgwhy-plan-20261121-192000.txt" */
/* By a job: the message says when it is written, and where. Takes over the arena, which path and text are in. */
void new_file_write(App *app, Arena *arena, const char *path, const char *text);

#endif
