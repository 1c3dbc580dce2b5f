/* child.c: a process of our own that starts alone. */
#include "pg/child.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

enum {
	MOST_DESCRIPTORS = 65536, /* closed one by one: a limit of a billion is not unheard of */
	OUT_OF_THE_WAY = CHILD_FD + CHILD_MOST_FDS
};

static void keep_descriptors(const int *fds, size_t count) {
	int aside[CHILD_MOST_FDS];
	for (size_t i = 0; i < count; i++) aside[i] = fcntl(fds[i], F_DUPFD, OUT_OF_THE_WAY);
	for (size_t i = 0; i < count; i++) {
		dup2(aside[i], CHILD_FD + (int)i);
		fcntl(CHILD_FD + (int)i, F_SETFD, FD_CLOEXEC);
	}
	long most = sysconf(_SC_OPEN_MAX);
	if (most < 0 || most > MOST_DESCRIPTORS) most = MOST_DESCRIPTORS;
	for (int fd = CHILD_FD + (int)count; fd < most; fd++) close(fd);
	int nothing = open("/dev/null", O_RDWR);
	for (int fd = 0; fd < 3; fd++) dup2(nothing, fd);
	close(nothing);
}

pid_t child_fork(const int *fds, size_t count) {
	sigset_t all, before;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before); /* no handler of ours runs in the child */
	pid_t pid = fork();
	if (pid == 0) {
		for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
		setsid();
		keep_descriptors(fds, count);
		sigemptyset(&before);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return pid;
}
