/* word_migration.c: `:migration`: the advice of the plan on screen as migrations, on a page or into a folder. */
#include <ctype.h>
#include <stdlib.h>

#include "app/export.h"
#include "app/migrating.h"
#include "app/path.h"
#include "app/views.h"
#include "app/word.h"
#include "base/clock.h"
#include "base/utf8.h"

/* "goose 2 db/migrations": the second finding alone; a folder that is called 2 is ./2. */
typedef struct Request {
	MigrationWish wish;
	size_t only; /* 0: all findings */
} Request;

static bool request_read(Arena *arena, const char *rest, Request *request, Err *err) {
	size_t len = strcspn(rest, " \t");
	if (!len) return err_set(err, ERR_USAGE, ":migration wants the name of a tool: %s", migration_format_names(arena));
	if (!migration_wish_read(arena, arena_copy_n(arena, rest, len), &request->wish, err)) return false;
	rest += len + strspn(rest + len, " \t");
	char *end;
	unsigned long number = strtoul(rest, &end, 10);
	if (isdigit((unsigned char)*rest) && (!*end || isspace((unsigned char)*end))) {
		request->only = (size_t)number;
		rest = end + strspn(end, " \t");
		if (!number) return err_set(err, ERR_USAGE, "findings are counted from 1");
	}
	if (*rest) request->wish.folder = path_to_open(arena, rest);
	return true;
}

/* ---- into a folder ---- */

/* A job; what it writes was made before, out of the run. */
typedef struct Migrating {
	App *app;
	Arena *arena;
	Run *run; /* held: what is written is its */
	MigrationWish wish;
	MigrationList list;
	MigrationFiles files;
	int64_t at_s;
	Err err;
} Migrating;

static void write_job(void *job) {
	Migrating *m = job;
	if (migration_files(m->arena, &m->wish, &m->list, m->at_s, &m->files, &m->err)) migration_write(&m->wish, &m->files, &m->err);
}

static void write_done(void *job) {
	Migrating *m = job;
	const char *names = "";
	for (size_t i = 0; i < m->files.count; i++) names = arena_printf(m->arena, "%s%s%s", names, i ? ", " : "", m->files.items[i].name);
	if (err_is(&m->err)) app_say_err(m->app, &m->err);
	else app_say(m->app, ROLE_GOOD, arena_printf(m->arena, "written to %s: %s", m->wish.folder, names), NULL);
	run_let_go(m->run);
	err_release(&m->err);
	arena_free(m->arena);
}

/* ---- on a page ---- */

static void show(App *app, const Migrating *m) {
	const char *text = migrations_text(m->arena, m->wish.format, &m->list, &m->files);
	view_open(app, VIEW_PAGE, arena_printf(m->arena, "migration %s", m->wish.format->name));
	View *view = app_view(app);
	view->page = page_new(view->arena);
	page_add(view->page, ROLE_DIM, arena_printf(m->arena, ":migration %s FOLDER writes %s", m->wish.format->name, m->files.count == 1 ? "the file" : "the files"));
	page_line(view->page);
	for (const char *line = utf8_clean_lines(m->arena, text); *line; line += strcspn(line, "\n"), line += *line == '\n') {
		page_line(view->page);
		page_add(view->page, ROLE_TEXT, arena_copy_n(m->arena, line, strcspn(line, "\n")));
	}
}

static bool check(App *app, const Request *request, Err *err) {
	const FindingList *findings = app->run && app->run->plan ? app->run->findings : NULL;
	if (!findings) err_set(err, ERR_REFUSED, "there is no plan on screen with advice to migrate to");
	else if (request->only > findings->count) err_set(err, ERR_USAGE, "there are %zu findings, no number %zu", findings->count, request->only);
	return !err_is(err);
}

static void begin(App *app, const Request *request, Arena *arena) {
	Migrating *m = ARENA_NEW(arena, Migrating);
	*m = (Migrating){.app = app, .arena = arena, .run = app->run, .wish = request->wish, .at_s = clock_wall_ms() / 1000, .err = ERR_INIT};
	PlanReport report = export_plan(app);
	m->list = migrations_of(arena, &report, request->only);
	if (m->wish.folder && m->list.count) {
		run_hold(m->run);
		work_post(loop_work(app->loop), write_job, write_done, m);
		return;
	}
	bool any = m->list.count || m->list.notes.count;
	if (!any || m->wish.folder) app_say(app, ROLE_DIM, "nothing of the advice is a migration", m->list.notes.count ? "Without a folder :migration says what it is instead." : NULL);
	else if (migration_files(arena, &m->wish, &m->list, m->at_s, &m->files, &m->err)) show(app, m);
	else app_say_err(app, &m->err);
	err_release(&m->err);
	arena_free(arena);
}

void word_migration(App *app, const char *rest) {
	Err err = ERR_INIT;
	Request request = {0};
	Arena *arena = arena_new();
	if (request_read(arena, rest, &request, &err) && check(app, &request, &err)) begin(app, &request, arena);
	else {
		app_say_err(app, &err);
		arena_free(arena);
	}
	err_release(&err);
}
