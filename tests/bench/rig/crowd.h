/* crowd.h: hundreds of sessions, held by one process: some in lock trees, some idle, and a hundred statements a second. */
#ifndef PGWHY_TESTS_BENCH_CROWD_H
#define PGWHY_TESTS_BENCH_CROWD_H

#include "fixture.h"

/* Returns once all are there and wait for what they are to wait for. The process ends with SIGTERM, and with ours. */
bool crowd_gather(const Cluster *cluster, const FixtureSpec *spec, int *process, Err *err);

#endif
