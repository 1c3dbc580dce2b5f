/* theme.c: the looks of roles, read from INI files. */
#include "view/theme.h"

#include <strings.h>

static bool *attribute(Look *look, const char *word) {
	const struct {
		const char *word;
		bool *flag;
	} attributes[] = {
	    {"bold", &look->bold},           {"dim", &look->dim},         {"italic", &look->italic},
	    {"underline", &look->underline}, {"reverse", &look->reverse},
	};
	for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
		if (strcasecmp(word, attributes[i].word) == 0) return attributes[i].flag;
	return NULL;
}

/* The first word it could not make sense of, or NULL. */
static const char *read_look(Arena *arena, const char *value, Look *look) {
	*look = (Look){.given = true};
	Colour *colour = &look->front;
	char *rest = arena_copy(arena, value), *word;
	while ((word = strtok_r(rest, " \t", &rest))) {
		bool *flag = attribute(look, word);
		if (flag)
			*flag = true;
		else if (strcasecmp(word, "on") == 0 && colour != &look->back)
			colour = &look->back;
		else if (!colour_parse(word, colour))
			return word;
	}
	return NULL;
}

static bool find_role(const char *name, Role *role) {
	for (int i = 0; i < ROLE_COUNT; i++) {
		if (strcasecmp(name, role_name((Role)i)) != 0) continue;
		*role = (Role)i;
		return true;
	}
	return false;
}

/* Only the first complaint is kept. */
static void complain(Err *err, const Config *config, const ConfigEntry *entry, const char *what, const char *word,
                     const char *hint) {
	if (!err || err_is(err)) return;
	err_set(err, ERR_INPUT, "%s:%d: %s \"%s\"", config->path, entry->line, what, word);
	err_hint(err, "%s", hint);
}

static const char *roles_hint(Arena *arena) {
	const char *names = role_name(0);
	for (Role role = 1; role < ROLE_COUNT; role++) names = arena_printf(arena, "%s %s", names, role_name(role));
	return arena_printf(arena, "The roles are %s.", names);
}

static void read_entry(Arena *arena, Theme *theme, const Config *config, const ConfigEntry *entry, Err *err) {
	Role role;
	Look look;
	if (*entry->section) {
		complain(err, config, entry, "a theme has no sections: line in section", entry->section,
		         "Write the roles without a [section] above them.");
		return;
	}
	if (!find_role(entry->name, &role)) {
		complain(err, config, entry, "unknown role", entry->name, roles_hint(arena));
		return;
	}
	const char *bad = read_look(arena, entry->value, &look);
	if (bad)
		complain(err, config, entry, "unknown word", bad,
		         "A look is [COLOUR] [on COLOUR] [bold] [dim] [italic] [underline] [reverse]; a COLOUR is #rrggbb, a name as red or "
		         "bright-red, 0-255, or default.");
	else
		theme->looks[role] = look;
}

/* A role the theme leaves out looks as its fallback does. */
static Look fallback_look(const Theme *theme, Role role) {
	while (!theme->looks[role].given && role_fallback(role) != role) role = role_fallback(role);
	Look look = theme->looks[role];
	look.given = false;
	return look;
}

/* What a look leaves open is as in `text`, so a theme with a background of its own says so once. Not the selection: that lies over the
 * others, and what it leaves open is theirs. */
static void fill_in(Theme *theme) {
	for (Role role = 0; role < ROLE_COUNT; role++)
		if (!theme->looks[role].given) theme->looks[role] = fallback_look(theme, role);
	for (Role role = 0; role < ROLE_COUNT; role++) {
		Look *look = &theme->looks[role];
		if (role == ROLE_SELECTED) continue;
		if (look->front.kind == COLOUR_DEFAULT) look->front = theme->looks[ROLE_TEXT].front;
		if (look->back.kind == COLOUR_DEFAULT) look->back = theme->looks[ROLE_TEXT].back;
	}
}

/* The file's name without folders and ".theme". */
static const char *theme_name(Arena *arena, const char *path) {
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	const char *ending = strstr(name, ".theme");
	return arena_copy_n(arena, name, ending ? (size_t)(ending - name) : strlen(name));
}

Theme *theme_read(Arena *arena, const Config *config, Err *err) {
	if (!config) return theme_default(arena);
	Theme *theme = ARENA_NEW(arena, Theme);
	theme->name = theme_name(arena, config->path);
	for (size_t i = 0; i < config->count; i++) read_entry(arena, theme, config, &config->entries[i], err);
	fill_in(theme);
	return theme;
}

Theme *theme_built_in(Arena *arena, const char *name) {
	const char *path = arena_printf(arena, "%s.theme", name);
	const char *text = embedded_text(embedded_themes, path);
	return text ? theme_read(arena, config_parse(arena, path, text, NULL), NULL) : NULL;
}

Theme *theme_default(Arena *arena) {
	return theme_built_in(arena, "default");
}

Theme *theme_mono(Arena *arena) {
	return theme_built_in(arena, "mono");
}

const char *theme_names(Arena *arena) {
	const char *names = "";
	for (const Embedded *file = embedded_themes; file->name; file++) {
		const char *ending = strstr(file->name, ".theme");
		if (ending) names = arena_printf(arena, "%s%s%.*s", names, *names ? " " : "", (int)(ending - file->name), file->name);
	}
	return names;
}

/* ---- what is seen of it ---- */

static Look selected_look(Look look, Look over) {
	if (over.front.kind != COLOUR_DEFAULT) look.front = over.front;
	if (over.back.kind != COLOUR_DEFAULT) look.back = over.back;
	look.bold |= over.bold;
	look.dim &= !over.reverse && over.back.kind == COLOUR_DEFAULT; /* dim text in a bar cannot be read */
	look.italic |= over.italic;
	look.underline |= over.underline;
	look.reverse |= over.reverse;
	return look;
}

/* A bar's colour turned round would fill what the bar leaves empty. */
static Look plain_front(const Theme *theme, Look look) {
	look.front = theme->looks[ROLE_TEXT].front;
	return look;
}

static Look on_terminal(Look look, int colours) {
	look.front = colour_nearest_on(look.front, look.back, colours);
	look.back = colour_nearest(look.back, colours);
	return look;
}

static bool same_ground(Look a, Look b) {
	return colour_same(a.back, b.back) && a.reverse == b.reverse;
}

/* A cursor bar told by its background alone has to be told otherwise where the terminal's few colours make one of both. */
Look theme_look(const Theme *theme, Role role, bool selected, int colours) {
	const Look *looks = theme->looks;
	Look over = looks[ROLE_SELECTED];
	Look below = role == ROLE_BAR && over.reverse ? plain_front(theme, looks[role]) : looks[role];
	Look look = on_terminal(looks[role], colours), bar = on_terminal(selected_look(below, over), colours);
	if (selected) {
		bar.reverse ^= same_ground(bar, look);
		return bar;
	}
	if (role == ROLE_POPUP_SELECTED) look.reverse ^= same_ground(look, on_terminal(looks[ROLE_POPUP], colours));
	return look;
}
