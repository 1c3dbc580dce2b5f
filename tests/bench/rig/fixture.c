/* fixture.c: a server for the bench: tables, statements, sessions. */
#include "fixture.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crowd.h"

enum { HANDS = 2, AT_ONCE = 250 /* tables made in one transaction */, ROOM_BYTES_A_TABLE = 100 << 10 };

const FixtureSpec fixture_small = {
	.name = "small", .tables = 5, .statements = 200, .long_texts = 100, .idle = 21, .roots = 1, .chained = 11, .waiting = 37, .max_connections = 100,
};
const FixtureSpec fixture_large = {
	.name = "large", .tables = 20000, .statements = 50000, .long_texts = 100, .idle = 496, .roots = 4, .chained = 11, .waiting = 189, .max_connections = 1200,
};

/* Without autovacuum and parallel workers: what a server does of its own would be taken for what a tool makes it do. */
static const char settings[] =
	"shared_preload_libraries = 'pg_stat_statements'\npg_stat_statements.max = 60000\nshared_buffers = 512MB\nautovacuum = off\n"
	"max_parallel_workers_per_gather = 0\njit = off\nwal_level = minimal\nmax_wal_senders = 0\nmax_wal_size = 16GB\n"
	"max_locks_per_transaction = 128\ncheckpoint_timeout = 1h\nlog_min_messages = fatal\n";

static const char beginnings[] =
	"create extension pg_stat_statements;"
	"create table bench_queue (id int primary key, n int not null default 0);"
	"insert into bench_queue select generate_series(0, 999);";

/* Every tenth table has rows, from ten to some thousand, and statistics. */
static const char make_tables[] =
	"do $$ begin for n in %d .. %d by %d loop"
	" execute format('create table bench_%%s (id int primary key, at timestamptz default now(), body text)', n);"
	" execute format('create index on bench_%%s (at)', n);"
	" if n %% 10 = 0 then"
	" execute format('insert into bench_%%s select i, now(), repeat(''x'', 100) from generate_series(1, %%s) as i', n, 10 + (n * 7919) %% 3000);"
	" execute format('analyze bench_%%s', n);"
	" end if; end loop; end $$";

/* The statements differ in table and in how often they add nothing; their texts are as long as an ORM's, some far longer. */
static const char make_statements[] =
	"set pg_stat_statements.track = 'all';"
	"do $$ begin for n in %d .. %d by %d loop"
	" execute 'select /* ' || repeat('some columns, ', case when n %% %d = 0 then 700 + (n * 7919) %% 2900 else 10 + (n * 7919) %% 60 end)"
	" || '*/ count(*)' || repeat(' + 0', n / %d) || ' from bench_' || n %% %d || ' where id = 1';"
	" end loop; end $$";

static void run(const Cluster *cluster, const char *script) {
	Err err = ERR_INIT;
	if (cluster_run(cluster, "postgres", script, &err)) return;
	fprintf(stderr, "%s\n", err.message.text);
	_exit(1);
}

/* One of several hands at the work, each taking every so many-th. */
static void lend_a_hand(const Cluster *cluster, const FixtureSpec *spec, int hand) {
	Arena *arena = arena_new();
	for (int first = 0; first < spec->tables; first += AT_ONCE) {
		int last = first + AT_ONCE < spec->tables ? first + AT_ONCE : spec->tables;
		run(cluster, arena_printf(arena, make_tables, first + hand, last - 1, HANDS));
	}
	_exit(0);
}

static void run_statements(const Cluster *cluster, const FixtureSpec *spec, int hand) {
	Arena *arena = arena_new();
	run(cluster, arena_printf(arena, make_statements, hand, spec->statements - 1, HANDS, spec->long_texts, spec->tables, spec->tables));
	_exit(0);
}

static bool all_hands(const Fixture *fixture, void (*work)(const Cluster *cluster, const FixtureSpec *spec, int hand), Err *err) {
	pid_t hands[HANDS];
	bool fine = true;
	fflush(NULL);
	for (int i = 0; i < HANDS; i++) {
		hands[i] = fork();
		if (hands[i] == 0) work(fixture->cluster, fixture->spec, i);
	}
	for (int i = 0; i < HANDS; i++) {
		int status = 1;
		fine = hands[i] > 0 && waitpid(hands[i], &status, 0) == hands[i] && status == 0 && fine;
	}
	return fine || err_set(err, ERR_SYSTEM, "the %s fixture cannot be made", fixture->spec->name);
}

bool fixture_open(Fixture *fixture, const FixtureSpec *spec, Err *err) {
	Arena *arena = arena_new();
	const ClusterSpec cluster = {
		.settings = arena_printf(arena, "%smax_connections = %d\n", settings, spec->max_connections),
		.room_bytes = (double)spec->tables * ROOM_BYTES_A_TABLE + (1 << 30),
	};
	*fixture = (Fixture){.spec = spec, .cluster = cluster_start(&cluster, err)};
	arena_free(arena);
	if (!fixture->cluster || !cluster_run(fixture->cluster, "postgres", beginnings, err)) return false;
	if (!all_hands(fixture, lend_a_hand, err) || !all_hands(fixture, run_statements, err)) return false;
	if (!cluster_run(fixture->cluster, "postgres", "checkpoint", err)) return false;
	return crowd_gather(fixture->cluster, spec, &fixture->crowd, err);
}

void fixture_close(Fixture *fixture) {
	if (fixture->crowd) {
		kill(fixture->crowd, SIGTERM);
		waitpid(fixture->crowd, NULL, 0);
	}
	cluster_stop(fixture->cluster);
	*fixture = (Fixture){0};
}
