/* theme.c: the looks of roles, read from INI files. */
#include "view/theme.h"

#include <stdlib.h>
#include <strings.h>

static const char *const ansi_names[] = {
    "black",        "red",        "green",        "yellow",        "blue",        "magenta",        "cyan",        "white",
    "bright-black", "bright-red", "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan", "bright-white",
};

/* What xterm makes of the sixteen; nobody knows what the user's terminal does. */
static const unsigned ansi_rgb[16] = {
    0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
    0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
};
enum { BRIGHT_BLACK = 8, CUBE = 16, GREYS = 232, ALL_INDEXED = 256 };

static Colour indexed(int index) {
	return (Colour){.kind = COLOUR_INDEX, .index = index};
}

/* A number of that base and nothing else. */
static bool read_number(const char *text, int base, unsigned long most, unsigned long *number) {
	if (text[strspn(text, base == 16 ? "0123456789abcdefABCDEF" : "0123456789")]) return false;
	if (!*text || strlen(text) > 6) return false;
	*number = strtoul(text, NULL, base);
	return *number <= most;
}

static bool read_colour(const char *word, Colour *colour) {
	unsigned long number;
	if (strcasecmp(word, "default") == 0) {
		*colour = (Colour){.kind = COLOUR_DEFAULT};
		return true;
	}
	for (int i = 0; i < 16; i++) {
		if (strcasecmp(word, ansi_names[i]) != 0) continue;
		*colour = indexed(i);
		return true;
	}
	if (*word == '#' && strlen(word) == 7 && read_number(word + 1, 16, 0xffffff, &number))
		*colour = (Colour){.kind = COLOUR_RGB, .rgb = (unsigned)number};
	else if (read_number(word, 10, ALL_INDEXED - 1, &number))
		*colour = indexed((int)number);
	else
		return false;
	return true;
}

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
		else if (!read_colour(word, colour))
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

static void read_entry(Arena *arena, Theme *theme, const Config *config, const ConfigEntry *entry, Err *err) {
	Role role;
	Look look;
	if (*entry->section) {
		complain(err, config, entry, "a theme has no sections: line in section", entry->section,
		         "Write the roles without a [section] above them.");
		return;
	}
	if (!find_role(entry->name, &role)) {
		complain(err, config, entry, "unknown role", entry->name, "The roles are listed in pgwhy(1).");
		return;
	}
	const char *bad = read_look(arena, entry->value, &look);
	if (bad)
		complain(err, config, entry, "unknown word", bad,
		         "A look is [COLOUR] [on COLOUR] [bold] [dim] [italic] [underline] [reverse].");
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
	for (int i = 0; i < ROLE_COUNT; i++)
		if (!theme->looks[i].given) theme->looks[i] = fallback_look(theme, (Role)i);
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

Look theme_look(const Theme *theme, Role role, bool selected) {
	Look look = theme->looks[role], over = theme->looks[ROLE_SELECTED];
	if (!selected) return look;
	if (over.front.kind != COLOUR_DEFAULT) look.front = over.front;
	if (over.back.kind != COLOUR_DEFAULT) look.back = over.back;
	look.bold |= over.bold;
	look.dim &= !over.reverse && over.back.kind == COLOUR_DEFAULT; /* dim text in a bar cannot be read */
	look.italic |= over.italic;
	look.underline |= over.underline;
	look.reverse |= over.reverse;
	return look;
}

static unsigned rgb_of(int index) {
	if (index < CUBE) return ansi_rgb[index];
	if (index >= GREYS) return 0x010101u * (8u + 10u * (unsigned)(index - GREYS));
	static const unsigned levels[6] = {0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff};
	int cube = index - CUBE;
	return levels[cube / 36] << 16 | levels[cube / 6 % 6] << 8 | levels[cube % 6];
}

/* Square of how far apart two colours are, green weighing most and blue least, as eyes do. */
static int distance(unsigned a, unsigned b) {
	int red = (int)(a >> 16 & 255) - (int)(b >> 16 & 255);
	int green = (int)(a >> 8 & 255) - (int)(b >> 8 & 255);
	int blue = (int)(a & 255) - (int)(b & 255);
	return 3 * red * red + 4 * green * green + 2 * blue * blue;
}

Colour colour_nearest(Colour colour, int colours) {
	const Colour none = {.kind = COLOUR_DEFAULT};
	if (colour.kind == COLOUR_DEFAULT || colours < 8) return none;
	if (colour.kind == COLOUR_RGB && colours >= 1 << 24) return colour;
	if (colour.kind == COLOUR_INDEX && colour.index < colours) return colour;
	if (colour.kind == COLOUR_INDEX && colour.index == BRIGHT_BLACK) return none;
	if (colour.kind == COLOUR_INDEX && colour.index < CUBE) return indexed(colour.index - BRIGHT_BLACK);
	/* Of 256, the first sixteen are the user's own: only the others are where we think. */
	int first = colours >= ALL_INDEXED ? CUBE : 0, nearest = first;
	int end = colours >= ALL_INDEXED ? ALL_INDEXED : CUBE;
	if (colours < CUBE) end = 8;
	unsigned wanted = colour.kind == COLOUR_RGB ? colour.rgb : rgb_of(colour.index);
	for (int i = first; i < end; i++)
		if (distance(rgb_of(i), wanted) < distance(rgb_of(nearest), wanted)) nearest = i;
	return indexed(nearest);
}
