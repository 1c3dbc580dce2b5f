/* new_file.c: a text written to a file that is not there yet. */
#include "app/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

enum { MOST_IN_A_SECOND = 100 };

typedef struct Writing {
	App *app;
	Arena *arena;
	const char *path, *text;
	const char *stem, *suffix; /* its name is ours: where there is one by it, another one; NULL: the user's */
	int error; /* errno; 0: written */
} Writing;

static bool write_all(int fd, const char *text) {
	size_t left = strlen(text);
	while (left) {
		ssize_t wrote = write(fd, text, left);
		if (wrote < 0 && errno == EINTR) continue;
		if (wrote < 0) return false;
		text += wrote;
		left -= (size_t)wrote;
	}
	return true;
}

static int make_file(Writing *writing) {
	int fd = -1;
	for (int nth = 1; fd < 0 && nth <= MOST_IN_A_SECOND; nth++) {
		const char *another = nth > 1 ? arena_printf(writing->arena, "-%d", nth) : "";
		if (writing->stem) writing->path = arena_printf(writing->arena, "%s%s.%s", writing->stem, another, writing->suffix);
		fd = open(writing->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (!writing->stem || errno != EEXIST) break;
	}
	return fd;
}

/* Half a file would be taken for a whole one: it goes again. */
static void write_job(void *job) {
	Writing *writing = job;
	int fd = make_file(writing);
	if (fd < 0) {
		writing->error = errno;
		return;
	}
	if (!write_all(fd, writing->text)) writing->error = errno;
	if (close(fd) != 0 && !writing->error) writing->error = errno;
	if (writing->error) unlink(writing->path);
}

static void write_done(void *job) {
	Writing *writing = job;
	if (writing->error)
		app_say(writing->app, ROLE_ERROR, arena_printf(writing->arena, "could not write %s: %s", writing->path, strerror(writing->error)), "Nothing of it was kept.");
	else app_say(writing->app, ROLE_GOOD, arena_printf(writing->arena, "written to %s", writing->path), NULL);
	arena_free(writing->arena);
}

void new_file_write(App *app, Arena *arena, const char *path, const char *text) {
	Writing *writing = ARENA_NEW(arena, Writing);
	*writing = (Writing){.app = app, .arena = arena, .path = path, .text = text};
	work_post(loop_work(app->loop), write_job, write_done, writing);
}

void new_file_write_named(App *app, Arena *arena, const char *what, const char *suffix, const char *text) {
	time_t now = (time_t)(clock_wall_ms() / 1000);
	struct tm local;
	char stamp[] = "20000101-000000";
	localtime_r(&now, &local);
	strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &local);
	Writing *writing = ARENA_NEW(arena, Writing);
	*writing = (Writing){.app = app, .arena = arena, .text = text, .stem = arena_printf(arena, "pgwhy-%s-%s", what, stamp), .suffix = suffix};
	work_post(loop_work(app->loop), write_job, write_done, writing);
}
