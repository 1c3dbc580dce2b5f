/* follow.h: a Run followed to its end without a terminal: --yes answers what it asks, ^C cancels it. */
#ifndef PGWHY_APP_FOLLOW_H
#define PGWHY_APP_FOLLOW_H

#include "app/run_waits.h"
#include "app/session.h"

/* ^C came: what runs is to be cancelled. The second one ends the program, should the server not answer. */
bool follow_interrupted(Session *session);
/* The console would wait for a lost server to come back. */
bool follow_is_hopeless(const Session *session, const Run *run);
/* What the statements of a session wait for: seen by a second one, which is opened once a statement has run for a second. */
typedef struct Watch {
	Session *session;
	Conn *conn; /* NULL: it was not wanted yet */
	RunWaits waits; /* of the statement followed last */
} Watch;
Watch watch_of(Session *session);
void watch_end(Watch *watch); /* before the session */

/* `where` stands before what is said, "FILE:LINE"; NULL: nowhere. False: it was interrupted. */
/* `watch`: NULL, nobody wants to know. */
bool follow_run(Session *session, const Options *options, Run *run, const char *where, Watch *watch);

#endif
