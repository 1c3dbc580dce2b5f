/* keeping.h: a run put into the store, with all there is to know of it. */
#ifndef PGWHY_APP_KEEPING_H
#define PGWHY_APP_KEEPING_H

#include "app/keeper.h"
#include "app/kept_plan.h"
#include "app/run.h"

/* What was put in the place of its parameters, and the statement before that; NULL: nothing. */
typedef struct Filled {
	const char *statement, *told;
} Filled;

/* What became of it, and the plan of this statement that is marked as the one before, when there is another. */
typedef struct Kept {
	int64_t id; /* 0: it was not kept */
	KeptPlan marked;
	Arena *arena; /* of these; taken over when set to NULL */
} Kept;
typedef void (*KeptFn)(void *owner, const Run *run, Kept *kept);

/* The run has a plan of a server's, and may be freed at once. `kept` may be NULL. A statement with a password in it is not kept. */
void keeping_start(Keeper *keeper, Run *run, Filled filled, KeptFn kept, void *owner);

#endif
