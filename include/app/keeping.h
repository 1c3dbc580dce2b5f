/* keeping.h: a run put into the store, with all there is to know of it. */
#ifndef PGWHY_APP_KEEPING_H
#define PGWHY_APP_KEEPING_H

#include "app/keeper.h"
#include "app/run.h"

/* What was put in the place of its parameters, and the statement before that; NULL: nothing. */
typedef struct Filled {
	const char *statement, *told;
} Filled;
typedef void (*KeptFn)(void *owner, const Run *run, int64_t id);

/* The run has a plan of a server's, and may be freed at once. `kept` may be NULL; its id is 0 when it was not kept. A statement with a
 * password in it is not. */
void keeping_start(Keeper *keeper, Run *run, Filled filled, KeptFn kept, void *owner);

#endif
