/* cluster.h: a throw-away PostgreSQL on this machine: for the demo, for tests, later for what-if.
 *
 * From locally installed binaries (pg_config, the usual places, $PGWHY_PGBIN), in a private 0700 directory, unix socket only, as an
 * unprivileged account when we are root. A supervisor process holds the read end of a pipe and clears server and files away when the
 * other end closes, however this process ends; leftovers of earlier ones are swept at the next start. Blocking: call in a job. */
#ifndef PGWHY_PG_CLUSTER_H
#define PGWHY_PG_CLUSTER_H

#include "base/err.h"

typedef struct Cluster Cluster;

typedef struct ClusterSpec {
	const char *bin_dir; /* NULL: found; a directory with postgres, initdb */
	int port; /* names the socket; 0: 5432 */
	const char *encoding; /* NULL: UTF8; "SQL_ASCII" for tests */
	const char *settings; /* lines for postgresql.conf, NULL */
	bool keep; /* leave server and files when we go (demo --keep) */
} ClusterSpec;

Cluster *cluster_start(const ClusterSpec *spec, Err *err);
void cluster_stop(Cluster *cluster); /* immediate; files removed unless keep; NULL is fine */
const char *cluster_socket_dir(const Cluster *cluster); /* for host= */
int cluster_port(const Cluster *cluster);
const char *cluster_user(const Cluster *cluster); /* superuser, trusted over the socket */
int cluster_server_pid(const Cluster *cluster); /* postmaster */
bool cluster_signal(const Cluster *cluster, int signal_number); /* to the postmaster, for tests */
bool cluster_restart(Cluster *cluster, Err *err);

/* Where PostgreSQL's server binaries are; NULL and a message naming the package when there are none. */
const char *cluster_find_binaries(Arena *arena, Err *err);

#endif
