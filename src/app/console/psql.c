/* psql.c: psql on the screen's place, connected as we are. */
#include "app/psql.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/namer.h"
#include "app/outside.h"
#include "pg/environment.h"

extern char **environ;

static bool write_all(int fd, const char *text) {
	for (size_t len = strlen(text); len;) {
		ssize_t wrote = write(fd, text, len);
		if (wrote < 0 && errno != EINTR) return false;
		if (wrote > 0) text += wrote, len -= (size_t)wrote;
	}
	return true;
}

/* Whatever was done there may have made or dropped names. */
static void back(Outside *outside) {
	App *app = outside->app;
	namer_renew(app->namer);
	if (err_is(&outside->err)) {
		app_say(app, ROLE_ERROR, outside->err.message.text, "psql belongs to PostgreSQL's client programs.");
	} else if (WIFEXITED(outside->status) && WEXITSTATUS(outside->status) == 0) {
		str_clear(&app->message);
	} else {
		app_say(app, ROLE_WARNING, arena_printf(outside->arena, "psql ended with status %d", WIFEXITED(outside->status) ? WEXITSTATUS(outside->status) : 128 + WTERMSIG(outside->status)), NULL);
	}
}

/* mkstemp makes it for its owner alone. */
static bool keep_password(const char *line, int fd, Err *err) {
	bool written = write_all(fd, line);
	if (!written) err_system(err, "cannot write the password file");
	return written;
}

static bool prepare(Outside *outside) {
	const char *folder = getenv("TMPDIR");
	char *path = arena_printf(outside->arena, "%s/pgwhy-XXXXXX", folder && *folder ? folder : "/tmp");
	const char *line = NULL;
	int fd = mkstemp(path);
	if (fd < 0) return err_system(&outside->err, path);
	outside->secret = path;
	outside->env = conn_environment(outside->arena, outside->app->pane_conn, environ, path, &line);
	if (!outside->env) err_set(&outside->err, ERR_CONNECTION, "there is no connection to take over");
	bool fine = outside->env && (!line || keep_password(line, fd, &outside->err));
	close(fd);
	if (fine && line) return true;
	unlink(path);
	outside->secret = NULL;
	return fine;
}

void psql_open(App *app) {
	static char name[] = "psql";
	Arena *arena = arena_new();
	Outside *outside = ARENA_NEW(arena, Outside);
	char **argv = ARENA_ARRAY(arena, char *, 2);
	argv[0] = name;
	*outside = (Outside){.app = app, .arena = arena, .argv = argv, .err = ERR_INIT, .back = back};
	if (app_conn_state(app) == CONN_READY && prepare(outside)) {
		outside_run(outside);
		return;
	}
	if (err_is(&outside->err)) app_say_err(app, &outside->err);
	else app_say(app, ROLE_ERROR, "there is no connection for psql to take over", NULL);
	err_release(&outside->err);
	arena_free(arena);
}
