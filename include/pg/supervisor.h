/* supervisor.h: the process that keeps a throw-away server, and clears it away when we are gone.
 *
 * Forked by whoever wants a server and joined to it by a socket pair. When our end closes, because we asked for it, ended, crashed or
 * were killed, it stops the server and removes the files. It runs in its own session, so that no key of our terminal reaches it, and
 * as the server's account. Should it be killed itself (killall -9 pgwhy), its cleaner is still there: a shell that waits for its end
 * on a pipe. Everything it needs is prepared before the fork, for a program with threads: after the fork only plain
 * system calls are made. */
#ifndef PGWHY_PG_SUPERVISOR_H
#define PGWHY_PG_SUPERVISOR_H

#include <sys/types.h>

#include "base/err.h"

/* A command line as exec wants it: NULL ends it. */
typedef char *const *Command;

typedef struct SupervisorOrders {
	Command create; /* run once, must end with status 0 */
	Command serve; /* the server */
	/* The cleaner: run from the start. Its input ends when the supervisor has ended: after a line "gone", and only files are to be
	 * removed; after a line "kept", and nothing is to be done; or just so, and the server is to be stopped, too. */
	Command clean;
	bool keep; /* a server that was started and its files stay */
	Command sweep; /* removes what earlier ones left behind; NULL: nothing is there */
	const pid_t *stray; /* servers among that, ended by 0 */
	const char *lock; /* file locked (fcntl) as long as the supervisor lives */
	const char *log; /* file for the output of all of these */
	bool change_account; /* to uid and gid */
	uid_t uid;
	gid_t gid;
} SupervisorOrders;

typedef struct Supervisor {
	pid_t pid;
	int fd; /* our end; closed: -1 */
} Supervisor;

typedef enum SupervisorEvent {
	SUPERVISOR_SILENT, /* nothing within the time given */
	SUPERVISOR_SERVES, /* the server was started (and may not take connections yet); value: its pid */
	SUPERVISOR_FAILED, /* the server or `create` ended by itself; value: its wait status */
	SUPERVISOR_GONE /* the supervisor has ended */
} SupervisorEvent;

bool supervisor_fork(const SupervisorOrders *orders, Supervisor *supervisor, Err *err);
/* The next thing it has to tell. */
SupervisorEvent supervisor_listen(const Supervisor *supervisor, int timeout_ms, int *value);
bool supervisor_restart(const Supervisor *supervisor); /* stop the server cleanly and start it again */
/* Lets it go and waits until everything is cleared away; false when that took longer. */
bool supervisor_dismiss(Supervisor *supervisor, int timeout_ms);

#endif
