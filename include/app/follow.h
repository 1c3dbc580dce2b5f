/* follow.h: a Run followed to its end without a terminal: --yes answers what it asks, ^C cancels it. */
#ifndef PGWHY_APP_FOLLOW_H
#define PGWHY_APP_FOLLOW_H

#include "app/run.h"
#include "app/session.h"

/* ^C came: what runs is to be cancelled. The second one ends the program, should the server not answer. */
bool follow_interrupted(Session *session);
/* The console would wait for a lost server to come back. */
bool follow_is_hopeless(const Session *session, const Run *run);
/* `where` stands before what is said, "FILE:LINE"; NULL: nowhere. False: it was interrupted. */
bool follow_run(Session *session, const Options *options, Run *run, const char *where);

#endif
