/* cost.h: what pgwhy itself costs a server: its connections and its reads. Filled by app; shown by the Server pane. */
#ifndef PGWHY_CORE_COST_H
#define PGWHY_CORE_COST_H

#include <stdint.h>

#include "base/arena.h"

typedef struct CostConn {
	const char *purpose; /* "panes", "prompt" … */
	int backend_pid; /* 0: not connected */
	const char *database, *state; /* state: "ready", "lost, again in 4 s" … */
} CostConn;

typedef struct CostRead {
	const char *name; /* of the pane */
	size_t count; /* reads so far */
	double total_ms, last_ms; /* sent to last byte */
	size_t total_bytes, last_bytes;
	double every_s; /* between two reads now, slowed where it is costly; NaN: not read (it is not on screen) */
} CostRead;

typedef struct Cost {
	LIST(CostConn) conns;
	LIST(CostRead) reads;
	double over_s; /* the totals' span */
	double budget_share; /* of a core, that the costly reads keep under */
} Cost;

#endif
