/* cluster.h: a throw-away PostgreSQL on this machine: for the demo, for tests, later for what-if.
 *
 * From locally installed binaries ($PGWHY_PGBIN, pg_config, the usual places), in a private 0700 directory, unix socket only, as an
 * unprivileged account when we are root. A supervisor process (pg/supervisor.h) clears server and files away when this process ends,
 * however it ends; leftovers of earlier ones are swept at the next start. All but cluster_launch may wait, never longer than 15 s:
 * call them in a job. */
#ifndef PGWHY_PG_CLUSTER_H
#define PGWHY_PG_CLUSTER_H

#include "base/err.h"

typedef struct Cluster Cluster;

typedef struct ClusterSpec {
	const char *bin_dir; /* NULL: found; a directory with postgres, initdb */
	int port; /* names the socket; 0: 5432 */
	const char *encoding; /* NULL: UTF8; "SQL_ASCII" for tests */
	const char *settings; /* lines for postgresql.conf, NULL */
	const char *hba; /* lines for pg_hba.conf, put before ours, which trust everybody on the socket; NULL */
	double room_bytes; /* free space wanted; 0: enough for an empty one */
	bool keep; /* leave server and files when we go (demo --keep) */
	const Cluster *standby_of; /* a running one it begins as a copy of, and follows; NULL: it is new */
} ClusterSpec;

/* launch + await in one. */
Cluster *cluster_start(const ClusterSpec *spec, Err *err);
/* Returns at once, with a server in the making; cluster_await waits until it takes connections. A cluster that fails to come up is
 * still there to be stopped. Forks: the fewer threads run, the better. */
Cluster *cluster_launch(const ClusterSpec *spec, Err *err);
bool cluster_await(Cluster *cluster, Err *err);
void cluster_stop(Cluster *cluster); /* immediate; files removed unless keep; NULL is fine */

/* For a child process that is to await its parent's cluster: it inherits the channel, adopts it under the number it has there, and
 * disowns it as soon as it can, because the server goes when the last process that holds it has gone. */
int cluster_channel(const Cluster *cluster);
void cluster_adopt(Cluster *cluster, int channel);
void cluster_disown(Cluster *cluster);

const char *cluster_dir(const Cluster *cluster); /* holds everything, also the socket: for host= */
const char *cluster_socket_dir(const Cluster *cluster); /* the same */
const char *cluster_bin_dir(const Cluster *cluster);
int cluster_port(const Cluster *cluster);
const char *cluster_user(const Cluster *cluster); /* superuser, trusted over the socket */
int cluster_server_pid(const Cluster *cluster); /* postmaster; 0 before it runs */
int cluster_supervisor_pid(const Cluster *cluster);
bool cluster_signal(const Cluster *cluster, int signal_number); /* to the postmaster, for tests */
bool cluster_restart(Cluster *cluster, Err *err);

/* SQL as the superuser, blocking: a script of any number of statements; the first value a statement returns (NULL on error, "" for
 * NULL or no row). For what prepares a cluster; whatever the user sees goes through Conn. */
bool cluster_run(const Cluster *cluster, const char *database, const char *script, Err *err);
char *cluster_ask(Arena *arena, const Cluster *cluster, const char *database, const char *sql, Err *err);
char *cluster_conninfo(Arena *arena, const Cluster *cluster, const char *database);

/* Where PostgreSQL's server binaries are; NULL and a message naming the package when there are none. */
const char *cluster_find_binaries(Arena *arena, Err *err);
/* Is that extension (and so its library) installed beside them? */
bool cluster_offers(Arena *arena, const char *bin_dir, const char *extension);

#endif
