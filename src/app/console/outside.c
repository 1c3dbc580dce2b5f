/* outside.c: another program has the terminal for a while. */
#include "app/outside.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "term/rescue.h"

extern char **environ;

/* The one there can be; 0: none. */
static atomic_int running;

/* A thread that works lets no signal in; the program is to have all of them. */
static int start(const Outside *outside, pid_t *child) {
	posix_spawnattr_t attributes;
	sigset_t none;
	sigemptyset(&none);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	int failure = posix_spawnp(child, outside->argv[0], NULL, &attributes, outside->argv, outside->env ? outside->env : environ);
	posix_spawnattr_destroy(&attributes);
	return failure;
}

static void run(void *job) {
	Outside *outside = job;
	pid_t child;
	int failure = start(outside, &child);
	if (failure) {
		err_set(&outside->err, ERR_SYSTEM, "cannot start %s: %s", outside->argv[0], strerror(failure));
		return;
	}
	atomic_store(&running, child);
	while (waitpid(child, &outside->status, 0) < 0 && errno == EINTR) continue;
	atomic_store(&running, 0);
	if (outside->ended) outside->ended(outside);
}

static void come_back(void *job) {
	Outside *outside = job;
	App *app = outside->app;
	rescue_remove(NULL);
	if (outside->secret) unlink(outside->secret);
	app->away = false;
	screen_resume(app->screen);
	outside->back(outside);
	err_release(&outside->err);
	arena_free(outside->arena);
}

void outside_run(Outside *outside) {
	App *app = outside->app;
	rescue_remove(outside->secret);
	screen_suspend(app->screen);
	app->away = true;
	work_post(loop_work(app->loop), run, come_back, outside);
}

void outside_abandon(App *app) {
	pid_t child = atomic_load(&running);
	if (app->away && child > 0) kill(child, SIGTERM);
	rescue_remove(NULL);
}
