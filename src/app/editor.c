/* editor.c: $EDITOR on what stands at the prompt. */
#include "app/editor.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* A job: the editor runs while its thread waits. */
typedef struct Editing {
	App *app;
	Arena *arena;
	char *path; /* a file of ours, 0600 */
	int status;
	Str text;
	Err err;
} Editing;

static bool write_all(int fd, const char *text, size_t len) {
	while (len) {
		ssize_t wrote = write(fd, text, len);
		if (wrote < 0 && errno != EINTR) return false;
		if (wrote > 0) text += wrote, len -= (size_t)wrote;
	}
	return true;
}

static bool make_file(Editing *editing, const char *text) {
	const char *folder = getenv("TMPDIR");
	editing->path = arena_printf(editing->arena, "%s/pgwhy-XXXXXX.sql", folder && *folder ? folder : "/tmp");
	int fd = mkstemps(editing->path, 4);
	if (fd < 0) return err_system(&editing->err, editing->path);
	bool written = write_all(fd, text, strlen(text));
	if (!written) err_system(&editing->err, editing->path);
	return close(fd) == 0 && written;
}

static void read_back(Editing *editing) {
	FILE *file = fopen(editing->path, "r");
	if (!file) {
		err_system(&editing->err, editing->path);
		return;
	}
	char bytes[4096];
	for (size_t got; (got = fread(bytes, 1, sizeof bytes, file)) > 0;) str_add_n(&editing->text, bytes, got);
	fclose(file);
	while (editing->text.len && strchr(" \t\r\n", editing->text.text[editing->text.len - 1])) str_cut(&editing->text, editing->text.len - 1);
}

static const char *editor_command(void) {
	static const char *const variables[] = {"PSQL_EDITOR", "EDITOR", "VISUAL", NULL};
	for (size_t i = 0; variables[i]; i++) {
		const char *command = getenv(variables[i]);
		if (command && *command) return command;
	}
	return "vi";
}

/* Through the shell: $EDITOR may hold arguments; the path comes as "$1", so its bytes mean nothing to it. */
static void run_editor(void *job) {
	Editing *editing = job;
	char *script = arena_printf(editing->arena, "exec %s \"$1\"", editor_command());
	char shell[] = "sh", flag[] = "-c", name[] = "pgwhy";
	char *const arguments[] = {shell, flag, script, name, editing->path, NULL};
	pid_t child;
	int failure = posix_spawnp(&child, "sh", NULL, NULL, arguments, environ);
	if (failure) {
		err_set(&editing->err, ERR_SYSTEM, "cannot start the editor: %s", strerror(failure));
		return;
	}
	while (waitpid(child, &editing->status, 0) < 0 && errno == EINTR) continue;
	if (!WIFEXITED(editing->status) || WEXITSTATUS(editing->status) != 0)
		err_set(&editing->err, ERR_SYSTEM, "\"%s\" ended with an error, so the text is as it was", editor_command());
	else read_back(editing);
}

static void edited(void *job) {
	Editing *editing = job;
	App *app = editing->app;
	unlink(editing->path);
	app->away = false;
	screen_resume(app->screen);
	app->prompt_open = true;
	if (err_is(&editing->err)) app_say_err(app, &editing->err);
	else prompt_set_text(app->prompt, editing->text.text);
	str_release(&editing->text);
	err_release(&editing->err);
	arena_free(editing->arena);
}

void editor_open(App *app, const char *text) {
	Arena *arena = arena_new();
	Editing *editing = ARENA_NEW(arena, Editing);
	*editing = (Editing){.app = app, .arena = arena, .text = STR_INIT, .err = ERR_INIT};
	if (!make_file(editing, text)) {
		app_say_err(app, &editing->err);
		err_release(&editing->err);
		arena_free(arena);
		return;
	}
	screen_suspend(app->screen);
	app->away = true;
	work_post(loop_work(app->loop), run_editor, edited, editing);
}
