/* workload.h: clients that keep a throw-away server busy, as a script (pg/script.h) says.
 *
 *	--@ web has 4 clients                     (else one)
 *	--@ web: 3/s, $1 = 1..:orders             so many a second by all clients of that name; $1 is drawn anew for each run
 *	--@ web: every 20s x300, $1 = a 1..9 b|c  by the first of them, 300 runs in a row; "a 7 b" or "c"
 *	--@ report: every 75s after 4s            all count from the same clock, so that scripts can meet
 *	--@ sleep 22s                             between statements of the block above
 *
 * The name is the client's application_name. Statements of a block share a connection and their parameters. */
#ifndef PGWHY_PG_WORKLOAD_H
#define PGWHY_PG_WORKLOAD_H

#include <stdint.h>

#include "base/err.h"

typedef struct WorkloadChoice { /* before and after around a number from low to high; all before, when there are no numbers */
	const char *before, *after;
	long low, high;
} WorkloadChoice;

typedef struct WorkloadParam {
	WorkloadChoice *choices;
	size_t choice_count;
} WorkloadParam;

typedef struct WorkloadStep {
	const char *sql;
	size_t param_count; /* the highest $n in it */
	const unsigned *param_types; /* 0: as used; those not used have to have some type */
	int pause_ms; /* after it */
} WorkloadStep;

typedef struct WorkloadTask {
	const char *client;
	bool regular; /* every period_ms by one client; otherwise that far apart on average, by all of them together */
	int64_t period_ms, after_ms;
	size_t repeat;
	WorkloadParam *params;
	size_t param_count;
	WorkloadStep *steps;
	size_t step_count;
} WorkloadTask;

typedef struct WorkloadClients {
	const char *name;
	size_t count;
} WorkloadClients;

typedef struct Workload {
	WorkloadTask *tasks;
	size_t task_count;
	WorkloadClients *clients; /* every name once */
	size_t client_count;
} Workload;

/* NULL and the line when the script makes no sense. */
Workload *workload_read(Arena *arena, const char *text, Err *err);
/* Being the `number`th (from 0) of the clients of that name: runs its tasks until `lifeline` is closed at its other end or the server's
 * directory is gone. Blocking, in a process of its own. A lost server is tried again, an error of a statement is nothing. */
void workload_run(const Workload *workload, const char *client, size_t number, const char *conninfo, const char *dir, int lifeline);

#endif
