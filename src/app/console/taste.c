/* taste.c: looks, keys and the mouse as the user likes them. */
#include "app/taste.h"

#include <stdlib.h>
#include <unistd.h>

static bool without_colour(const App *app) {
	const char *no_colour = getenv("NO_COLOR");
	return (no_colour && *no_colour) || !screen_colours(app->screen);
}

/* A path, else the user's file of that name, else ours. NULL: there is none. */
static Theme *find_theme(App *app, const char *name, Err *err) {
	const char *path = strchr(name, '/') ? name : config_path(app->arena, arena_printf(app->arena, "themes/%s.theme", name));
	bool own = path && (path == name || access(path, F_OK) == 0);
	Theme *theme = own ? NULL : theme_built_in(app->arena, name);
	if (theme) return theme;
	const Config *config = own ? config_read(app->arena, path, err) : NULL;
	if (config) return theme_read(app->arena, config, err);
	if (!own) err_set(err, ERR_INPUT, "there is no theme \"%s\"", name);
	err_hint(err, "The themes are %s, and yours in ~/.config/pgwhy/themes.", theme_names(app->arena));
	return NULL;
}

/* What the settings say of the screen. False: there is no such theme, and the looks stay what they are. */
static bool apply(App *app, Err *err) {
	Theme *theme = without_colour(app) ? theme_mono(app->arena) : find_theme(app, setting_text(&app->settings, SETTING_THEME), err);
	if (theme) app->theme = theme;
	app->ascii = setting_on(&app->settings, SETTING_ASCII) || !screen_utf8(app->screen);
	screen_mouse(app->screen, setting_on(&app->settings, SETTING_MOUSE));
	return theme;
}

static void read_keys(App *app, Err *err) {
	app->keymap = keymap_default(app->arena);
	const char *path = config_path(app->arena, "keys");
	if (!path || access(path, F_OK) != 0) return;
	const Config *config = config_read(app->arena, path, err);
	if (config) keymap_add(app->keymap, app->arena, config, err_is(err) ? NULL : err);
}

/* Paths as people write them. */
static const char *with_tilde(Arena *arena, const char *text) {
	const char *home = getenv("HOME"), *at = home && *home ? strstr(text, home) : NULL;
	return at ? arena_printf(arena, "%.*s~%s", (int)(at - text), text, at + strlen(home)) : text;
}

/* What is wrong with a file of the user's, for the help screen too. */
static void keep_mistake(App *app, const Err *wrong) {
	if (!err_is(wrong)) return;
	Mistake mistake = {arena_copy(app->arena, with_tilde(app->arena, wrong->message.text)), arena_copy(app->arena, wrong->hint.text)};
	*list_push(app->arena, &app->mistakes) = mistake;
}

void taste_read(App *app) {
	Err wrong = ERR_INIT;
	if (app->options->settings_problem) {
		err_set(&wrong, ERR_INPUT, "%s", app->options->settings_problem);
		err_hint(&wrong, "%s", app->options->settings_hint);
	}
	keep_mistake(app, &wrong);
	err_clear(&wrong);
	app->theme = theme_default(app->arena);
	apply(app, &wrong);
	keep_mistake(app, &wrong);
	err_clear(&wrong);
	read_keys(app, &wrong);
	keep_mistake(app, &wrong);
	err_release(&wrong);
	size_t count = app->mistakes.count;
	if (!count) return;
	const Mistake *first = &app->mistakes.items[0];
	app_say(app, ROLE_ERROR, first->what, count > 1 ? arena_printf(app->arena, "And %zu more; ? tells all.", count - 1) : first->hint);
}

bool taste_set(App *app, const char *assignment, Err *err) {
	Settings before = app->settings;
	if (!settings_assign(app->arena, &app->settings, assignment, err)) return false;
	if (!apply(app, err)) {
		app->settings = before;
		return false;
	}
	bool looks = setting_text(&before, SETTING_THEME) != setting_text(&app->settings, SETTING_THEME);
	if (looks && without_colour(app)) err_set(err, ERR_INPUT, "without colours (NO_COLOR, or a terminal that has none) all looks are mono");
	return !err_is(err);
}
