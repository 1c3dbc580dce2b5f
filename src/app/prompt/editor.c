/* editor.c: $EDITOR on what stands at the prompt. */
#include "app/editor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/outside.h"

typedef struct Editing {
	Outside outside;
	char *path; /* a file of ours, 0600, or one of the user's */
	Str text; /* what it holds at the end */
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
	editing->path = arena_printf(editing->outside.arena, "%s/pgwhy-XXXXXX.sql", folder && *folder ? folder : "/tmp");
	int fd = mkstemps(editing->path, 4);
	if (fd < 0) return err_system(&editing->outside.err, editing->path);
	bool written = write_all(fd, text, strlen(text));
	if (!written) err_system(&editing->outside.err, editing->path);
	return close(fd) == 0 && written;
}

static void read_back(Editing *editing) {
	FILE *file = fopen(editing->path, "r");
	if (!file) {
		err_system(&editing->outside.err, editing->path);
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
static char *const *shell_arguments(Arena *arena, char *path) {
	char **argv = ARENA_ARRAY(arena, char *, 6);
	const char *const first[] = {"sh", "-c", arena_printf(arena, "exec %s \"$1\"", editor_command()), "pgwhy"};
	for (size_t i = 0; i < sizeof first / sizeof *first; i++) argv[i] = arena_copy(arena, first[i]);
	argv[sizeof first / sizeof *first] = path;
	return argv;
}

static void editor_ended(Outside *outside) {
	Editing *editing = (Editing *)outside;
	if (!WIFEXITED(outside->status) || WEXITSTATUS(outside->status) != 0)
		err_set(&outside->err, ERR_SYSTEM, "\"%s\" ended with an error, so the text is as it was", editor_command());
	else read_back(editing);
}

static void edited(Outside *outside) {
	Editing *editing = (Editing *)outside;
	App *app = outside->app;
	app->prompt_open = true;
	if (err_is(&outside->err)) app_say_err(app, &outside->err);
	else prompt_set_text(app->prompt, editing->text.text);
	str_release(&editing->text);
}

static Editing *editing_new(App *app) {
	Arena *arena = arena_new();
	Editing *editing = ARENA_NEW(arena, Editing);
	*editing = (Editing){.outside = {.app = app, .arena = arena, .err = ERR_INIT, .ended = editor_ended, .back = edited}, .text = STR_INIT};
	return editing;
}

static void edit(Editing *editing) {
	editing->outside.argv = shell_arguments(editing->outside.arena, editing->path);
	outside_run(&editing->outside);
}

void editor_open(App *app, const char *text) {
	Editing *editing = editing_new(app);
	if (make_file(editing, text)) {
		editing->outside.secret = editing->path;
		edit(editing);
		return;
	}
	app_say_err(app, &editing->outside.err);
	err_release(&editing->outside.err);
	arena_free(editing->outside.arena);
}

void editor_open_file(App *app, const char *path) {
	Editing *editing = editing_new(app);
	editing->path = arena_copy(editing->outside.arena, path);
	edit(editing);
}
