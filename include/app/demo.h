/* demo.h: a throw-away server with a slow shop in it, for the console to look at.
 *
 * demo_start returns at once; the server comes up, is filled and kept busy by a process of its own (app/shopkeeper.h), which tells how
 * far it is over a pipe: poll demo_fd, call demo_ready. All of it goes when this process ends, however it ends. */
#ifndef PGWHY_APP_DEMO_H
#define PGWHY_APP_DEMO_H

#include "pg/cluster.h"
#include "pg/conn.h"

typedef struct Demo Demo;

typedef struct DemoSpec {
	double scale; /* 1: three million rows */
	bool load; /* clients keep it busy; else it is as full, but quiet */
	bool keep; /* leave server and files behind (clients go all the same) */
	int port; /* names the socket; 0: 5432 */
} DemoSpec;

/* Forks: call it before there are threads that work. */
Demo *demo_start(const DemoSpec *spec, Err *err);
void demo_stop(Demo *demo); /* waits, at most seconds, until server and files are gone; NULL is fine */

int demo_fd(const Demo *demo); /* poll it for reading; -1: nothing more to come */
void demo_ready(Demo *demo);

bool demo_open(const Demo *demo); /* the database takes connections */
ConnParams demo_conn_params(const Demo *demo); /* borrowed from demo */
/* What is being done, to be shown beside a bar of `share` (0..1, NULL: not wanted) of all there is to do; NULL: all done, or
 * failed. */
const char *demo_progress(const Demo *demo, double *share);
const Err *demo_problem(const Demo *demo); /* why it did not come up or was not filled; NULL: all is well */
const Cluster *demo_cluster(const Demo *demo);
char *demo_psql_line(Arena *arena, const Demo *demo); /* connects psql to it */
char *demo_end_line(Arena *arena, const Demo *demo); /* ends a kept one */

#endif
