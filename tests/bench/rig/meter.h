/* meter.h: what processes have used: a tool's own, and the backends that serve it. */
#ifndef PGWHY_TESTS_BENCH_METER_H
#define PGWHY_TESTS_BENCH_METER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/arena.h"

typedef struct Pids {
	pid_t *items;
	size_t count, room;
} Pids;

double meter_cpu_ms(pid_t pid); /* of all its threads so far; 0 when it is gone */
double meter_memory_mb(pid_t pid, bool peak); /* resident; needs /proc */

/* Children of a process: of a postmaster its backends. Needs /proc. */
Pids meter_children(Arena *arena, pid_t parent);
/* Those that were not there before. */
Pids meter_new_children(Arena *arena, pid_t parent, const Pids *before);
double meter_cpu_of_all_ms(const Pids *pids);
void meter_signal_all(const Pids *pids, int signal);

#endif
