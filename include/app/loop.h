/* loop.h: the one poll: connections, finished jobs, the terminal, signals. Nothing it calls waits. */
#ifndef PGWHY_APP_LOOP_H
#define PGWHY_APP_LOOP_H

#include "base/work.h"
#include "pg/conn.h"

typedef struct Loop Loop;

/* Signals become flags, read and cleared by loop_signal. */
typedef enum LoopSignal { LOOP_INTERRUPT, LOOP_TERMINATE, LOOP_RESIZE, LOOP_CONTINUE, LOOP_SIGNAL_COUNT } LoopSignal;

Loop *loop_new(Err *err);
void loop_free(Loop *loop);
Work *loop_work(Loop *loop);
void loop_catch_signals(Loop *loop); /* SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGCONT */
bool loop_signal(Loop *loop, LoopSignal which); /* came since the last time asked */
void loop_add_conn(Loop *loop, Conn *conn);
void loop_remove_conn(Loop *loop, Conn *conn);
/* A descriptor to read; `ready` is called when it has something. NULL ready takes it out. */
void loop_watch(Loop *loop, int fd, void (*ready)(void *owner), void *owner);
/* Waits until something happens or the deadline (clock_ms; -1 none), and lets everyone concerned know. */
void loop_turn(Loop *loop, int64_t deadline_ms);

#endif
