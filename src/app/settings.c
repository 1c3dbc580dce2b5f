/* settings.c: what can be set, and where it is kept. */
#include "app/settings.h"

#include <math.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include "advise/index_name.h"
#include "app/migration_wish.h"

typedef struct SettingRow {
	const char *name, *standard;
	double least, most;
	const char *help;
} SettingRow;

static const SettingRow rows[SETTING_COUNT] = {
#define X(setting, name, standard, least, most, help) [setting] = {name, standard, least, most, help},
	SETTINGS(X)
#undef X
};

static bool is_number(Setting setting) {
	return rows[setting].least < rows[setting].most;
}

bool setting_is_switch(Setting setting) {
	return strcmp(rows[setting].standard, "on") == 0 || strcmp(rows[setting].standard, "off") == 0;
}

void settings_default(Settings *settings) {
	for (Setting s = 0; s < SETTING_COUNT; s++) {
		settings->texts[s] = rows[s].standard;
		settings->numbers[s] = is_number(s) ? strtod(rows[s].standard, NULL) : NAN;
	}
}

bool setting_named(const char *name, Setting *setting) {
	for (Setting s = 0; s < SETTING_COUNT; s++)
		if (strcmp(rows[s].name, name) == 0) {
			*setting = s;
			return true;
		}
	return false;
}

static bool unknown(const char *name, Err *err) {
	Str known = STR_INIT;
	for (Setting s = 0; s < SETTING_COUNT; s++) str_printf(&known, "%s%s", s ? ", " : "", rows[s].name);
	err_set(err, ERR_USAGE, "there is no setting \"%s\"", name);
	err_hint(err, "There are %s.", known.text);
	str_release(&known);
	return false;
}

static bool parse_number(Setting setting, const char *value, double *number, Err *err) {
	char *end;
	*number = strtod(value, &end);
	if (end != value && !*end && *number >= rows[setting].least && *number <= rows[setting].most) return true;
	err_set(err, ERR_USAGE, "\"%s\" is not a value for %s", value, rows[setting].name);
	err_hint(err, "It takes a number from %g to %g.", rows[setting].least, rows[setting].most);
	return false;
}

static bool check_text(Arena *arena, Setting setting, const char *value, Err *err) {
	MigrationWish wish;
	if (setting == SETTING_MIGRATION) return migration_wish_read(arena, value, &wish, err);
	if (setting != SETTING_NAMING || index_naming_valid(value)) return true;
	err_set(err, ERR_USAGE, "\"%s\" does not say how to name an index", value);
	err_hint(err, "It takes auto, or the words table and cols with up to 30 bytes in all: idx_table_cols, table_cols_idx.");
	return false;
}

bool settings_set(Arena *arena, Settings *settings, const char *name, const char *value, Err *err) {
	Setting setting;
	if (!setting_named(name, &setting)) return unknown(name, err);
	double number = NAN;
	if (is_number(setting) && !parse_number(setting, value, &number, err)) return false;
	if (setting_is_switch(setting) && strcasecmp(value, "on") != 0 && strcasecmp(value, "off") != 0)
		return err_set(err, ERR_USAGE, "%s takes on or off, not \"%s\"", name, value);
	if (!check_text(arena, setting, value, err)) return false;
	settings->numbers[setting] = number;
	settings->texts[setting] = arena_copy(arena, value);
	return true;
}

bool settings_assign(Arena *arena, Settings *settings, const char *assignment, Err *err) {
	const char *equals = strchr(assignment, '=');
	if (!equals) return err_set(err, ERR_USAGE, "a setting is NAME=VALUE, not \"%s\"", assignment);
	size_t len = (size_t)(equals - assignment);
	while (len && assignment[len - 1] == ' ') len--; /* as in the file, blanks may stand around the sign */
	return settings_set(arena, settings, arena_copy_n(arena, assignment, len), equals + 1 + strspn(equals + 1, " "), err);
}

bool settings_read(Arena *arena, Settings *settings, const char *path, Err *err) {
	if (!path || access(path, F_OK) != 0) return true;
	Err bad = ERR_INIT;
	const Config *config = config_read(arena, path, &bad);
	for (size_t i = 0; config && i < config->count; i++) {
		const ConfigEntry *entry = &config->entries[i];
		const char *name = *entry->section ? arena_printf(arena, "%s.%s", entry->section, entry->name) : entry->name;
		Err one = ERR_INIT;
		if (!settings_set(arena, settings, name, entry->value, &one)) {
			err_prefix(&one, "%s:%d", path, entry->line);
			if (!err_is(&bad)) err_move(&bad, &one);
		}
		err_release(&one);
	}
	bool fine = !err_is(&bad);
	if (!fine) err_move(err, &bad);
	err_release(&bad);
	return fine;
}

AdviseSettings settings_advise(const Settings *settings) {
	return (AdviseSettings){
		.min_gain = setting_number(settings, SETTING_MIN_GAIN),
		.min_ms = setting_number(settings, SETTING_MIN_MS),
		.naming = setting_text(settings, SETTING_NAMING),
		.no_include = !setting_on(settings, SETTING_INCLUDE),
		.budget_ms = setting_number(settings, SETTING_BUDGET),
		.budget_plans = (int)setting_number(settings, SETTING_BUDGET_PLANS),
	};
}

double setting_number(const Settings *settings, Setting setting) {
	return settings->numbers[setting];
}

bool setting_on(const Settings *settings, Setting setting) {
	return strcasecmp(settings->texts[setting], "on") == 0;
}

const char *setting_text(const Settings *settings, Setting setting) {
	return settings->texts[setting];
}

const char *setting_name(Setting setting) {
	return rows[setting].name;
}

const char *setting_default(Setting setting) {
	return rows[setting].standard;
}

const char *setting_help(Setting setting) {
	return rows[setting].help;
}

static const char *user_path(Arena *arena, const char *variable, const char *below_home, const char *name) {
	const char *base = getenv(variable), *home = getenv("HOME");
	if (base && *base == '/') return arena_printf(arena, "%s/pgwhy/%s", base, name);
	return home && *home ? arena_printf(arena, "%s/%s/pgwhy/%s", home, below_home, name) : NULL;
}

const char *config_path(Arena *arena, const char *name) {
	return user_path(arena, "XDG_CONFIG_HOME", ".config", name);
}

const char *state_path(Arena *arena, const char *name) {
	return user_path(arena, "XDG_STATE_HOME", ".local/state", name);
}
