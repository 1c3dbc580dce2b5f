/* session.h: one connection and a loop, for a command without a terminal. */
#ifndef PGWHY_APP_SESSION_H
#define PGWHY_APP_SESSION_H

#include "app/loop.h"
#include "app/options.h"

typedef struct Session {
	Loop *loop;
	Conn *conn;
	void (*changed)(void *owner); /* the state of conn changed */
	void *owner;
} Session;

/* Connects and waits; a password the server wants is asked for on /dev/tty. False: err says why there is no connection. */
bool session_open(Session *session, const Options *options, Err *err);
void session_close(Session *session);

#endif
