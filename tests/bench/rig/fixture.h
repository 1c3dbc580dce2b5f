/* fixture.h: a throw-away server as small or as large as the bench wants it, with its crowd of sessions. */
#ifndef PGWHY_TESTS_BENCH_FIXTURE_H
#define PGWHY_TESTS_BENCH_FIXTURE_H

#include "pg/cluster.h"

typedef struct FixtureSpec {
	const char *name;
	int tables; /* each with a primary key, another index and TOAST */
	int statements; /* pg_stat_statements knows */
	int long_texts; /* every so many-th statement is 10 to 50 kB long */
	int idle; /* sessions; they run a hundred statements a second between them */
	int roots, chained, waiting; /* sessions in lock trees: holders, then those of one long chain and those of broad trees */
	int max_connections;
} FixtureSpec;

extern const FixtureSpec fixture_small, fixture_large;

typedef struct Fixture {
	const FixtureSpec *spec;
	Cluster *cluster;
	int crowd; /* the process that holds the sessions; 0: none */
} Fixture;

/* Where there is no room or no server it says so in err. */
bool fixture_open(Fixture *fixture, const FixtureSpec *spec, Err *err);
void fixture_close(Fixture *fixture);

#endif
