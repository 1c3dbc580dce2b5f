/* config.h: INI files read whole: sections, names, values, in the order they stand.
 *
 * Lines of any length (inih's default cuts at 199 bytes and loses the rest: never let it). `#` and `;` start a comment at the start
 * of a line. A bad line is reported with its number and the rest is still read. */
#ifndef PGWHY_BASE_CONFIG_H
#define PGWHY_BASE_CONFIG_H

#include "base/err.h"

typedef struct ConfigEntry {
	const char *section; /* "" before the first [section] */
	const char *name;
	const char *value;
	int line;
} ConfigEntry;

typedef struct Config {
	const char *path; /* as given, for messages */
	ConfigEntry *entries;
	size_t count;
} Config;

/* NULL when the file cannot be read; a bad line sets err (ERR_INPUT, "path:line: …") and what could be read is returned. */
Config *config_read(Arena *arena, const char *path, Err *err);
Config *config_parse(Arena *arena, const char *path, const char *text, Err *err);
/* The last value of that name, or NULL. */
const char *config_get(const Config *config, const char *section, const char *name);

#endif
