/* word_setting.c: the server's parameters for the next runs, and pgwhy's own settings. */
#include <ctype.h>

#include "app/kept_view.h"
#include "app/taste.h"
#include "app/word.h"

static void forget_setting(App *app, const char *name) {
	size_t kept = 0;
	for (size_t i = 0; i < app->with.count; i++)
		if (strcmp(app->with.items[i].name, name) != 0) app->with.items[kept++] = app->with.items[i];
	app->with.count = kept;
}

static void say_with(App *app) {
	Str text = STR_INIT;
	for (size_t i = 0; i < app->with.count; i++) str_printf(&text, "%s%s=%s", i ? ", " : "runs with ", app->with.items[i].name, app->with.items[i].value);
	app_say(app, ROLE_TEXT, text.len ? text.text : "runs with the session's own settings", NULL);
	str_release(&text);
}

/* psql writes the value in quotes where it has blanks in it. */
static const char *unquoted(Arena *arena, const char *value) {
	size_t len = strlen(value);
	while (len && isspace((unsigned char)*value)) value++, len--;
	if (len >= 2 && value[0] == '\'' && value[len - 1] == '\'') return arena_copy_n(arena, value + 1, len - 2);
	return arena_copy_n(arena, value, len);
}

ExplainSetting word_setting(Arena *arena, const char *text) {
	const char *equals = strchr(text, '=');
	size_t len = equals ? (size_t)(equals - text) : strlen(text);
	while (len && isspace((unsigned char)text[len - 1])) len--;
	return (ExplainSetting){arena_copy_n(arena, text, len), equals ? unquoted(arena, equals + 1) : ""};
}

void word_with(App *app, const char *rest) {
	ExplainSetting setting = word_setting(app->arena, rest);
	if (*setting.name) {
		Err err = ERR_INIT;
		bool allowed = explain_setting_allowed(setting.name, &err);
		if (!allowed) app_say_err(app, &err);
		err_release(&err);
		if (!allowed) return;
		forget_setting(app, setting.name);
		if (*setting.value) *list_push(app->arena, &app->with) = setting;
	}
	say_with(app);
}

static void say_setting(App *app, Arena *arena, Setting setting, const char *hint) {
	app_say(app, ROLE_TEXT, arena_printf(arena, "%s=%s", setting_name(setting), setting_text(&app->settings, setting)), hint);
}

void word_set(App *app, const char *rest) {
	Arena *arena = arena_new();
	Err err = ERR_INIT;
	Settings before = app->settings;
	Setting setting;
	bool known = setting_named(word_setting(arena, rest).name, &setting);
	if (known && !strchr(rest, '=')) say_setting(app, arena, setting, setting_help(setting));
	else if (taste_set(app, rest, &err)) say_setting(app, arena, setting, NULL);
	else if (known) app_say_err(app, &err);
	else app_say(app, ROLE_ERROR, err.message.text, "Tab completes pgwhy's own, ? lists them; :with sets a parameter of the server.");
	kept_settings_changed(app, &before);
	err_release(&err);
	arena_free(arena);
}
