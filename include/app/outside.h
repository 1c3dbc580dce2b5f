/* outside.h: another program has the terminal for a while: $EDITOR, psql. The screen is its own meanwhile, connections go on. */
#ifndef PGWHY_APP_OUTSIDE_H
#define PGWHY_APP_OUTSIDE_H

#include "app/state.h"

/* Put at the beginning of a struct of one's own, in `arena`. */
typedef struct Outside {
	App *app;
	Arena *arena; /* freed at the end */
	char *const *argv;
	char *const *env; /* NULL: ours */
	const char *secret; /* a file to remove however all this ends; NULL */
	int status; /* as waitpid gives it */
	Err err; /* it could not be started */
	void (*ended)(struct Outside *outside); /* on another thread, may wait; NULL */
	void (*back)(struct Outside *outside); /* the screen is ours again */
} Outside;

void outside_run(Outside *outside);
void outside_abandon(App *app); /* we end while it runs: it is ended, too, and the secret removed */

#endif
