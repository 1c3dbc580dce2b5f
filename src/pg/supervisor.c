/* supervisor.c: the process that keeps a throw-away server, and clears it away when we are gone. */
#include "pg/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "pg/child.h"

enum {
	CHANNEL = CHILD_FD, /* the supervisor's end of the socket pair */
	PATIENCE_MS = 5000 /* before a signal is followed by a harder one */
};

typedef struct Report {
	int event, value;
} Report;

typedef enum News { NEWS_CHILD, NEWS_RESTART, NEWS_END } News;

/* ---- the supervisor's side ---- */

static volatile sig_atomic_t told_to_end;

static void note_signal(int number) {
	if (number == SIGTERM) told_to_end = 1;
}

/* Sleeps until one of `fds` is readable, a signal came, or the time (-1: any) is up. Signals arrive only in here. */
static int sleep_on(int count, fd_set *fds, int timeout_ms) {
	sigset_t open;
	sigemptyset(&open);
	const struct timespec limit = {.tv_sec = timeout_ms / 1000, .tv_nsec = timeout_ms % 1000 * 1000000L};
	return pselect(count, fds, NULL, NULL, timeout_ms < 0 ? NULL : &limit, &open);
}

/* A child ended, our owner spoke or went away. */
static News wait_for_news(void) {
	fd_set channel;
	FD_ZERO(&channel);
	FD_SET(CHANNEL, &channel);
	int ready = sleep_on(CHANNEL + 1, &channel, -1);
	if (told_to_end) return NEWS_END;
	if (ready < 0) return NEWS_CHILD;
	char command;
	return read(CHANNEL, &command, 1) == 1 ? NEWS_RESTART : NEWS_END;
}

static void report(SupervisorEvent event, int value) {
	const Report message = {.event = (int)event, .value = value};
	send(CHANNEL, &message, sizeof message, MSG_NOSIGNAL);
}

/* A child in a process group of its own, with signals as a program expects them at its start. */
static pid_t spawn(Command command, int input) {
	pid_t pid = fork();
	setpgid(pid > 0 ? pid : 0, 0); /* on both sides: whoever comes first */
	if (pid != 0) return pid;
	signal(SIGHUP, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	dup2(input, 0);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(command[0], command);
	_exit(127);
}

/* Has this child ended? Others that have are buried on the way. */
static bool has_ended(pid_t pid, int *status) {
	for (;;) {
		pid_t ended = waitpid(-1, status, WNOHANG);
		if (ended == pid) return true;
		if (ended <= 0) return ended < 0 && errno == ECHILD;
	}
}

static bool ends_within(pid_t pid, int timeout_ms) {
	int status = 0;
	for (int64_t now = clock_ms(), end = now + timeout_ms; now < end; now = clock_ms()) {
		if (has_ended(pid, &status)) return true;
		sleep_on(0, NULL, (int)(end - now));
	}
	return has_ended(pid, &status);
}

static void stop_server(pid_t server, int polite) {
	kill(server, polite);
	if (ends_within(server, PATIENCE_MS)) return;
	kill(server, SIGQUIT);
	if (ends_within(server, PATIENCE_MS)) return;
	kill(server, SIGKILL);
}

static bool create(Command command) {
	pid_t pid = spawn(command, 0);
	int status = 0;
	while (pid > 0 && !has_ended(pid, &status)) {
		if (wait_for_news() != NEWS_END) continue;
		kill(-pid, SIGKILL);
		return false;
	}
	if (pid > 0 && status == 0) return true;
	report(SUPERVISOR_FAILED, status);
	return false;
}

static pid_t start_server(Command command) {
	pid_t server = spawn(command, 0);
	report(server > 0 ? SUPERVISOR_SERVES : SUPERVISOR_FAILED, server);
	return server;
}

/* Until our owner is gone; returns the server that runs then, or 0. */
static pid_t serve(Command command, pid_t server) {
	for (;;) {
		News news = wait_for_news();
		int status = 0;
		if (server > 0 && has_ended(server, &status)) {
			server = 0;
			report(SUPERVISOR_FAILED, status);
		}
		if (news == NEWS_END) return server > 0 ? server : 0;
		if (news != NEWS_RESTART) continue;
		if (server > 0) stop_server(server, SIGINT);
		server = start_server(command);
	}
}

/* No rights but the server's, its log as output, the lock taken. */
static bool settle(const SupervisorOrders *orders) {
	if (orders->change_account &&
	    (setgroups(1, &orders->gid) != 0 || setgid(orders->gid) != 0 || setuid(orders->uid) != 0)) return false;
	umask(077);
	int log = open(orders->log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (log < 0 || chdir("/") != 0) return false;
	dup2(log, 1);
	dup2(log, 2);
	close(log);
	int lock = open(orders->lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	return lock >= 0 && fcntl(lock, F_SETLK, &whole) == 0;
}

/* Signals are kept for sleep_on; only SIGTERM means something, a hang-up nothing. */
static void arrange_signals(void) {
	sigset_t all;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	const struct sigaction note = {.sa_handler = note_signal};
	sigaction(SIGCHLD, &note, NULL);
	sigaction(SIGTERM, &note, NULL);
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
}

/* Returns where to tell it how we end. It alone holds on to the channel, so that our owner sees the end of it when all is gone. */
static int start_cleaner(Command command) {
	int ends[2];
	if (pipe(ends) != 0) return -1;
	for (int i = 0; i < 2; i++) fcntl(ends[i], F_SETFD, FD_CLOEXEC);
	fcntl(CHANNEL, F_SETFD, 0);
	bool started = spawn(command, ends[0]) > 0;
	fcntl(CHANNEL, F_SETFD, FD_CLOEXEC);
	close(ends[0]);
	return started ? ends[1] : -1;
}

static bool tell_cleaner(int cleaner, const char *word) {
	return write(cleaner, word, strlen(word)) > 0;
}

static _Noreturn void end_as_cleaner(Command command) {
	fcntl(CHANNEL, F_SETFD, 0);
	execvp(command[0], command);
	_exit(127);
}

static _Noreturn void supervise(const SupervisorOrders *orders) {
	arrange_signals();
	if (!settle(orders)) end_as_cleaner(orders->clean);
	int cleaner = start_cleaner(orders->clean);
	for (const pid_t *stray = orders->stray; stray && *stray; stray++) kill(*stray, SIGQUIT);
	if (orders->sweep) spawn(orders->sweep, 0);
	if (create(orders->create)) {
		pid_t server = start_server(orders->serve);
		if (orders->keep && server > 0) tell_cleaner(cleaner, "kept\n");
		server = serve(orders->serve, server);
		if (orders->keep && server > 0) _exit(0);
		if (server > 0) stop_server(server, SIGQUIT);
	} else {
		while (wait_for_news() != NEWS_END) continue; /* somebody may want to read the log */
	}
	if (!tell_cleaner(cleaner, "gone\n")) end_as_cleaner(orders->clean);
	_exit(0);
}

/* ---- the owner's side ---- */

bool supervisor_fork(const SupervisorOrders *orders, Supervisor *supervisor, Err *err) {
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return err_system(err, "cannot create a socket pair");
	for (int i = 0; i < 2; i++) fcntl(ends[i], F_SETFD, FD_CLOEXEC);
	pid_t pid = child_fork(&ends[1], 1);
	if (pid == 0) supervise(orders);
	close(ends[1]);
	if (pid < 0) {
		err_system(err, "cannot start a process");
		close(ends[0]);
		return false;
	}
	*supervisor = (Supervisor){.pid = pid, .fd = ends[0]};
	return true;
}

SupervisorEvent supervisor_listen(const Supervisor *supervisor, int timeout_ms, int *value) {
	struct pollfd wanted = {.fd = supervisor->fd, .events = POLLIN};
	if (poll(&wanted, 1, timeout_ms) <= 0) return SUPERVISOR_SILENT;
	Report message;
	if (recv(supervisor->fd, &message, sizeof message, MSG_WAITALL) != (ssize_t)sizeof message) return SUPERVISOR_GONE;
	*value = message.value;
	return (SupervisorEvent)message.event;
}

bool supervisor_restart(const Supervisor *supervisor) {
	return send(supervisor->fd, "r", 1, MSG_NOSIGNAL) == 1;
}

bool supervisor_dismiss(Supervisor *supervisor, int timeout_ms) {
	shutdown(supervisor->fd, SHUT_WR);
	SupervisorEvent event = SUPERVISOR_SILENT;
	int value = 0;
	for (int64_t now = clock_ms(), end = now + timeout_ms; event != SUPERVISOR_GONE && now < end; now = clock_ms())
		event = supervisor_listen(supervisor, (int)(end - now), &value);
	close(supervisor->fd);
	supervisor->fd = -1;
	return event == SUPERVISOR_GONE && waitpid(supervisor->pid, NULL, 0) == supervisor->pid;
}
