/* loop.c: the one poll. */
#include "app/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/die.h"

typedef struct Watch {
	int fd;
	void (*ready)(void *owner);
	void *owner;
} Watch;

struct Loop {
	Arena *arena;
	Work *work;
	LIST(Conn *) conns;
	LIST(Watch) watches;
	LIST(struct pollfd) polled;
};

/* What a handler may touch: flags, and a pipe that makes poll return. One loop a process. */
static volatile sig_atomic_t came[LOOP_SIGNAL_COUNT];
static int wake[2] = {-1, -1};

static const struct {
	int number;
	LoopSignal which;
} caught[] = {
	{SIGINT, LOOP_INTERRUPT}, {SIGTERM, LOOP_TERMINATE}, {SIGHUP, LOOP_TERMINATE},
	{SIGWINCH, LOOP_RESIZE},  {SIGCONT, LOOP_CONTINUE},
};

static void on_signal(int number) {
	int saved = errno;
	for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
		if (caught[i].number == number) came[caught[i].which] = 1;
	(void)!write(wake[1], "", 1);
	errno = saved;
}

Loop *loop_new(Err *err) {
	Work *work = work_new(err);
	if (!work) return NULL;
	if (pipe(wake) != 0) {
		work_free(work);
		err_system(err, "cannot make a pipe");
		return NULL;
	}
	for (int i = 0; i < 2; i++) {
		fcntl(wake[i], F_SETFL, O_NONBLOCK);
		fcntl(wake[i], F_SETFD, FD_CLOEXEC);
	}
	Arena *arena = arena_new();
	Loop *loop = ARENA_NEW(arena, Loop);
	loop->arena = arena;
	loop->work = work;
	return loop;
}

void loop_free(Loop *loop) {
	if (!loop) return;
	for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) signal(caught[i].number, SIG_DFL);
	close(wake[0]);
	close(wake[1]);
	work_free(loop->work);
	arena_free(loop->arena);
}

Work *loop_work(Loop *loop) {
	return loop->work;
}

void loop_catch_signals(Loop *loop) {
	(void)loop;
	struct sigaction action = {.sa_handler = on_signal};
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) sigaction(caught[i].number, &action, NULL);
}

bool loop_signal(Loop *loop, LoopSignal which) {
	(void)loop;
	bool was = came[which];
	came[which] = 0;
	return was;
}

void loop_add_conn(Loop *loop, Conn *conn) {
	*list_push(loop->arena, &loop->conns) = conn;
}

void loop_remove_conn(Loop *loop, Conn *conn) {
	for (size_t i = 0; i < loop->conns.count; i++)
		if (loop->conns.items[i] == conn) loop->conns.items[i] = loop->conns.items[--loop->conns.count];
}

void loop_watch(Loop *loop, int fd, void (*ready)(void *owner), void *owner) {
	for (size_t i = 0; i < loop->watches.count; i++)
		if (loop->watches.items[i].fd == fd) loop->watches.items[i] = loop->watches.items[--loop->watches.count];
	if (ready) *list_push(loop->arena, &loop->watches) = (Watch){fd, ready, owner};
}

static void want(Loop *loop, int fd, short events) {
	*list_push(loop->arena, &loop->polled) = (struct pollfd){.fd = fd, .events = events};
}

static short got(const Loop *loop, size_t at) {
	return loop->polled.items[at].revents;
}

static int timeout_ms(const Loop *loop, int64_t deadline_ms) {
	for (size_t i = 0; i < loop->conns.count; i++) {
		int64_t own = conn_deadline_ms(loop->conns.items[i]);
		if (own >= 0 && (deadline_ms < 0 || own < deadline_ms)) deadline_ms = own;
	}
	if (deadline_ms < 0) return -1;
	int64_t left = deadline_ms - clock_ms();
	return left <= 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

static void drain(int fd) {
	char bytes[64];
	while (read(fd, bytes, sizeof bytes) > 0) continue;
}

/* Callbacks may add and remove connections and watches: what is called is copied first and looked up again. */
static void call_conns(Loop *loop, Conn *const *conns, const short *events, size_t count) {
	for (size_t i = 0; i < count; i++) {
		bool there = false;
		for (size_t k = 0; k < loop->conns.count; k++) there = there || loop->conns.items[k] == conns[i];
		if (!there) continue;
		int64_t deadline = conn_deadline_ms(conns[i]);
		if (events[i] || (deadline >= 0 && deadline <= clock_ms())) conn_ready(conns[i]);
	}
}

static void call_watches(Loop *loop, const Watch *watches, const short *events, size_t count) {
	for (size_t i = 0; i < count; i++) {
		bool there = false;
		for (size_t k = 0; k < loop->watches.count; k++) there = there || loop->watches.items[k].fd == watches[i].fd;
		if (there && events[i]) watches[i].ready(watches[i].owner);
	}
}

void loop_turn(Loop *loop, int64_t deadline_ms) {
	loop->polled.count = 0;
	want(loop, wake[0], POLLIN);
	want(loop, work_fd(loop->work), POLLIN);
	for (size_t i = 0; i < loop->conns.count; i++) want(loop, conn_fd(loop->conns.items[i]), conn_events(loop->conns.items[i]));
	for (size_t i = 0; i < loop->watches.count; i++) want(loop, loop->watches.items[i].fd, POLLIN);
	int ready = poll(loop->polled.items, (nfds_t)loop->polled.count, timeout_ms(loop, deadline_ms));
	if (ready < 0 && errno != EINTR) die("poll: %s", strerror(errno));
	if (ready < 0)
		for (size_t i = 0; i < loop->polled.count; i++) loop->polled.items[i].revents = 0;

	size_t conns = loop->conns.count, watches = loop->watches.count;
	Arena *turn = arena_new();
	Conn **conn = ARENA_ARRAY(turn, Conn *, conns + 1);
	Watch *watch = ARENA_ARRAY(turn, Watch, watches + 1);
	short *events = ARENA_ARRAY(turn, short, conns + watches + 1);
	for (size_t i = 0; i < conns + watches; i++) events[i] = got(loop, 2 + i);
	if (conns) memcpy(conn, loop->conns.items, conns * sizeof *conn);
	if (watches) memcpy(watch, loop->watches.items, watches * sizeof *watch);
	if (got(loop, 0)) drain(wake[0]);
	if (got(loop, 1)) work_collect(loop->work);
	call_conns(loop, conn, events, conns);
	call_watches(loop, watch, events + conns, watches);
	arena_free(turn);
}
