/* migration_view.c: the advice of the plan on screen as migrations, on a page or into a folder. */
#include "app/migration_view.h"

#include "app/migrating.h"
#include "app/plan_report.h"
#include "app/views.h"
#include "base/clock.h"
#include "base/utf8.h"

MigrationWish migration_wish_set(Arena *arena, const App *app, const MigrationFormat *format) {
	MigrationWish set = {0};
	Err err = ERR_INIT;
	migration_wish_read(arena, setting_text(&app->settings, SETTING_MIGRATION), &set, &err); /* it was checked when it was set */
	err_release(&err);
	return !format || format == set.format ? set : (MigrationWish){.format = format};
}

bool migration_can(App *app, const MigrationRequest *request) {
	const FindingList *findings = app->run && app->run->plan ? app->run->findings : NULL;
	if (!findings) app_say(app, ROLE_ERROR, "there is no plan on screen with advice to migrate to", NULL);
	else if (request->only > findings->count) app_say(app, ROLE_ERROR, arena_printf(app->arena, "there are %zu findings, no number %zu", findings->count, request->only), NULL);
	else return true;
	return false;
}

static MigrationList list_of(Arena *arena, const App *app, const MigrationRequest *request) {
	PlanReport report = plan_report(app);
	return migrations_of(arena, &report, request->only);
}

static void say_none(App *app, const MigrationList *list) {
	app_say(app, ROLE_DIM, "nothing of the advice is a migration", list->notes.count ? ":migration FORMAT says what it is instead." : NULL);
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
	const char *more = m->files.count > 1 ? arena_printf(m->arena, " and %zu more", m->files.count - 1) : "";
	const char *place = strcmp(m->wish.folder, ".") == 0 ? "" : arena_printf(m->arena, " to %s", m->wish.folder);
	if (err_is(&m->err)) app_say_err(m->app, &m->err);
	else app_say(m->app, ROLE_GOOD, arena_printf(m->arena, "written%s: %s%s", place, m->files.items[0].name, more), NULL);
	run_let_go(m->run);
	err_release(&m->err);
	arena_free(m->arena);
}

void migration_to_folder(App *app, const MigrationRequest *request) {
	Arena *arena = arena_new();
	MigrationList list = list_of(arena, app, request);
	if (!list.count) {
		say_none(app, &list);
		arena_free(arena);
		return;
	}
	Migrating *m = ARENA_NEW(arena, Migrating);
	*m = (Migrating){.app = app, .arena = arena, .run = app->run, .wish = request->wish, .list = list, .at_s = clock_wall_ms() / 1000, .err = ERR_INIT};
	m->wish.folder = request->wish.folder ? arena_copy(arena, request->wish.folder) : ".";
	run_hold(m->run);
	work_post(loop_work(app->loop), write_job, write_done, m);
}

/* ---- on a page ---- */

typedef struct Shown {
	MigrationRequest request;
	const char *text;
	bool over; /* the plan it was made of has gone: it can be read, but not written any more */
} Shown;

/* Its memory is the view's; that it is ours is known by this being there. */
static void close_page(void *maker) {
	(void)maker;
}

static void run_ends(View *view) {
	((Shown *)view->maker)->over = true;
}

static const Shown *shown_on(const View *view) {
	return view && view->maker_free == close_page ? view->maker : NULL;
}

const MigrationRequest *migration_view_request(const View *view) {
	const Shown *shown = shown_on(view);
	return shown && !shown->over ? &shown->request : NULL;
}

const char *migration_view_text(const View *view) {
	const Shown *shown = shown_on(view);
	return shown ? shown->text : NULL;
}

static void add_lines(View *view, const char *text) {
	for (const char *line = utf8_clean_lines(view->arena, text); *line; line += strcspn(line, "\n"), line += *line == '\n') {
		page_line(view->page);
		page_add(view->page, ROLE_TEXT, arena_copy_n(view->arena, line, strcspn(line, "\n")));
	}
}

static void open_page(App *app, const MigrationRequest *request, const char *text) {
	view_open(app, VIEW_PAGE, arena_printf(app->arena, "migration %s", request->wish.format->name));
	View *view = app_view(app);
	Shown *shown = ARENA_NEW(view->arena, Shown);
	*shown = (Shown){.request = *request, .text = arena_copy(view->arena, text)};
	shown->request.wish.folder = arena_copy(view->arena, request->wish.folder);
	view->maker = shown;
	view->maker_free = close_page;
	view->run_ends = run_ends;
	view->page = page_new(view->arena);
	const char *folder = request->wish.folder ? request->wish.folder : "the working directory";
	page_add(view->page, ROLE_DIM, arena_printf(view->arena, "x writes it into %s, y copies it; :migration %s FOLDER writes it elsewhere", utf8_clean(view->arena, folder), request->wish.format->name));
	page_line(view->page);
	add_lines(view, text);
}

void migration_show(App *app, const MigrationRequest *request) {
	Arena *arena = arena_new();
	Err err = ERR_INIT;
	MigrationList list = list_of(arena, app, request);
	MigrationFiles files = {0};
	const MigrationPlace nowhere = {.at_s = clock_wall_ms() / 1000};
	if (!list.count && !list.notes.count) say_none(app, &list);
	else if (!request->wish.format->write(arena, &list, &nowhere, &files, &err)) app_say_err(app, &err);
	else open_page(app, request, migrations_text(arena, request->wish.format, &list, &files));
	err_release(&err);
	arena_free(arena);
}
