/* rescue.c: the terminal given back whatever happens. */
#include "term/rescue.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/die.h"

enum { STACK_BYTES = 1 << 16, STUCK_MS = 500 };

/* A fault happens again when its handler returns; what was sent has to be sent again. */
static const struct {
	int number;
	bool fault;
} caught[] = {
    {SIGSEGV, true}, {SIGBUS, true}, {SIGFPE, true}, {SIGILL, true}, {SIGABRT, true},
    {SIGTERM, false}, {SIGHUP, false}, {SIGINT, false}, {SIGQUIT, false}, {SIGPIPE, false},
    {SIGALRM, false}, {SIGUSR1, false}, {SIGUSR2, false},
};
enum { CAUGHT = sizeof caught / sizeof *caught };

/* A signal handler finds nothing but globals. */
static struct {
	volatile sig_atomic_t armed;
	const char *bytes;
	size_t len;
	const char *secret; /* a file to remove; NULL */
	struct termios modes;
	struct sigaction before[CAUGHT];
	bool taken[CAUGHT];
	stack_t stack_before;
	void *stack; /* of its own: the other one may be what overflowed */
} rescue;

void rescue_write(const char *bytes, size_t len) {
	while (len > 0) {
		ssize_t written = write(STDOUT_FILENO, bytes, len);
		if (written > 0) {
			bytes += written;
			len -= (size_t)written;
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			struct pollfd tty = {.fd = STDOUT_FILENO, .events = POLLOUT};
			if (poll(&tty, 1, STUCK_MS) == 0) return;
		} else if (errno != EINTR) {
			return;
		}
	}
}

static void give_back(void) {
	if (rescue.secret) unlink(rescue.secret);
	if (!rescue.armed) return;
	rescue.armed = false;
	rescue_write(rescue.bytes, rescue.len);
	tcsetattr(STDIN_FILENO, TCSANOW, &rescue.modes);
}

static void on_signal(int number, siginfo_t *info, void *context) {
	(void)context;
	int error = errno;
	give_back();
	for (size_t i = 0; i < CAUGHT; i++) {
		if (caught[i].number != number) continue;
		sigaction(number, &rescue.before[i], NULL);
		if (!caught[i].fault || info->si_code <= 0) raise(number);
	}
	errno = error;
}

void rescue_begin(const struct termios *modes) {
	rescue.modes = *modes;
	rescue.stack = malloc(STACK_BYTES);
	stack_t stack = {.ss_sp = rescue.stack, .ss_size = STACK_BYTES};
	if (rescue.stack) sigaltstack(&stack, &rescue.stack_before);
	struct sigaction ours = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	sigfillset(&ours.sa_mask);
	for (size_t i = 0; i < CAUGHT; i++) {
		sigaction(caught[i].number, NULL, &rescue.before[i]);
		rescue.taken[i] = caught[i].fault || rescue.before[i].sa_handler == SIG_DFL;
		if (rescue.taken[i]) sigaction(caught[i].number, &ours, NULL);
	}
	atexit(give_back);
	die_hook(give_back);
}

void rescue_remove(const char *path) {
	if (rescue.secret) unlink(rescue.secret);
	rescue.secret = path;
}

void rescue_arm(const char *bytes, size_t len) {
	rescue.armed = false;
	if (!bytes) return;
	rescue.bytes = bytes;
	rescue.len = len;
	atomic_signal_fence(memory_order_seq_cst);
	rescue.armed = true;
}

void rescue_end(void) {
	rescue.armed = false;
	for (size_t i = 0; i < CAUGHT; i++) {
		struct sigaction now;
		sigaction(caught[i].number, NULL, &now);
		if (rescue.taken[i] && now.sa_sigaction == on_signal) sigaction(caught[i].number, &rescue.before[i], NULL);
	}
	if (rescue.stack) sigaltstack(&rescue.stack_before, NULL);
	free(rescue.stack);
	rescue.stack = NULL;
	die_hook(NULL);
}
