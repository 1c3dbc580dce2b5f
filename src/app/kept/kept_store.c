/* kept_store.c: the console's store. */
#include "app/kept_store.h"

#include <inttypes.h>

#include "store/plans.h"

static void failed(void *owner, const Err *err) {
	Arena *arena = arena_new();
	app_say(owner, ROLE_ERROR, arena_printf(arena, "plans are not kept: %s", err->message.text), err->hint.len ? err->hint.text : ":set store=off does without.");
	arena_free(arena);
}

Keeper *kept_store(App *app) {
	if (!keeper_wanted(&app->settings)) return NULL;
	if (!app->keeper) app->keeper = keeper_new(loop_work(app->loop), &app->settings, failed, app);
	return app->keeper;
}

/* What to do about nothing being kept, and why it is so. */
static const char *why_not(const Settings *settings, const char **hint) {
	*hint = NULL;
	if (!setting_on(settings, SETTING_STORE)) {
		*hint = ":set store=on turns it on.";
		return "the setting store is off";
	}
	if (*setting_text(settings, SETTING_STORE_PATH)) return "there is no home to keep them in";
	*hint = ":set store.path=plans.db is where they are usually.";
	return "the setting store.path is empty";
}

static void say_not(App *app, Role role) {
	const char *hint, *why = why_not(&app->settings, &hint);
	Arena *arena = arena_new();
	app_say(app, role, arena_printf(arena, "no plans are kept: %s", why), hint);
	arena_free(arena);
}

bool kept_store_had(App *app) {
	if (kept_store(app)) return true;
	say_not(app, ROLE_ERROR);
	return false;
}

/* ---- other settings ---- */

typedef struct Counting {
	KeeperTask task;
	App *app;
	Arena *arena;
	size_t count;
} Counting;

static bool count(KeeperTask *task, Store *store, Err *err) {
	Counting *counting = (Counting *)task;
	StoredPlans plans = {0};
	if (!store_list(store, counting->arena, &plans, err)) return false;
	counting->count = plans.count;
	return true;
}

/* What went wrong was said. */
static void counted(KeeperTask *task) {
	Counting *counting = (Counting *)task;
	const char *path = keeper_path(counting->app->keeper);
	if (!task->failed) app_say(counting->app, ROLE_GOOD, arena_printf(counting->arena, "plans are kept in %s, where there are %zu", path, counting->count), NULL);
	err_release(&task->err);
	arena_free(counting->arena);
}

static bool differ(const Settings *before, const Settings *after) {
	static const Setting all[] = {SETTING_STORE, SETTING_STORE_PATH, SETTING_STORE_DAYS, SETTING_STORE_BYTES, SETTING_STORE_ROWS};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (strcmp(setting_text(before, all[i]), setting_text(after, all[i])) != 0) return true;
	return false;
}

bool kept_store_set(App *app, const Settings *before) {
	if (!differ(before, &app->settings)) return false;
	bool has_one = app->keeper != NULL;
	if (!kept_store(app)) {
		say_not(app, ROLE_TEXT);
		return true;
	}
	if (has_one) keeper_move(app->keeper, &app->settings);
	Arena *arena = arena_new();
	Counting *counting = ARENA_NEW(arena, Counting);
	*counting = (Counting){.task = {.run = count, .done = counted, .err = ERR_INIT}, .app = app, .arena = arena};
	keeper_post(app->keeper, &counting->task);
	return true;
}
