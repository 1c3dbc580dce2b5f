/* config.c: INI files read whole.
 *
 * Own words instead of a library: inih cuts lines at 199 bytes and section names at 49 without a word, takes ` ;` inside a
 * value for a comment, an indented line for more of the value above it and `:` for `=`, and undoing all that takes
 * more lines than reading them. */
#include "base/config.h"

#include <errno.h>
#include <stdio.h>

typedef struct Reader {
	Arena *arena;
	Config *config;
	LIST(ConfigEntry) entries;
	const char *section;
	int line;
	int first_bad, bad_count;
} Reader;

static bool is_blank(char byte) {
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* The text of [start, end) without blanks around it, terminated in place. */
static char *trimmed(char *start, char *end) {
	while (start < end && is_blank(*start)) start++;
	while (end > start && is_blank(end[-1])) end--;
	*end = '\0';
	return start;
}

static void bad_line(Reader *reader) {
	if (!reader->bad_count++) reader->first_bad = reader->line;
}

/* A heading that lacks its bracket still starts the section it names, or its entries would land in the one above. */
static void read_heading(Reader *reader, char *line, char *end) {
	if (end[-1] != ']' || end - line < 3) bad_line(reader);
	reader->section = trimmed(line + 1, end[-1] == ']' ? end - 1 : end);
}

static void read_line(Reader *reader, char *start, char *end) {
	bool torn = memchr(start, '\0', (size_t)(end - start));
	char *line = trimmed(start, end);
	if (torn) {
		bad_line(reader);
		return;
	}
	end = line + strlen(line);
	if (!*line || *line == '#' || *line == ';') return;
	if (*line == '[') {
		read_heading(reader, line, end);
		return;
	}
	char *equals = strchr(line + 1, '='); /* + 1: a name may be `=` itself, as keys are */
	if (!equals) {
		bad_line(reader);
		return;
	}
	*list_push(reader->arena, &reader->entries) = (ConfigEntry){
	    .section = reader->section,
	    .name = trimmed(line, equals),
	    .value = trimmed(equals + 1, end),
	    .line = reader->line,
	};
}

static Config *parse(Arena *arena, const char *path, const char *text, size_t len, Err *err) {
	Reader reader = {.arena = arena, .section = ""};
	char *line = arena_copy_n(arena, text, len), *end = line + len;
	if (len >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0) line += 3;
	while (line < end) {
		char *newline = memchr(line, '\n', (size_t)(end - line));
		if (!newline) newline = end;
		reader.line++;
		read_line(&reader, line, newline);
		line = newline + 1;
	}
	if (reader.bad_count) {
		err_set(err, ERR_INPUT, "%s:%d: expected [section] or name = value", path, reader.first_bad);
		if (reader.bad_count > 1) err_hint(err, "%d more such lines follow.", reader.bad_count - 1);
	}
	Config *config = ARENA_NEW(arena, Config);
	*config = (Config){.path = arena_copy(arena, path), .entries = reader.entries.items, .count = reader.entries.count};
	return config;
}

Config *config_parse(Arena *arena, const char *path, const char *text, Err *err) {
	return parse(arena, path, text, strlen(text), err);
}

static bool read_whole(FILE *file, Str *text) {
	char chunk[4096];
	for (size_t bytes; (bytes = fread(chunk, 1, sizeof chunk, file)) > 0;) str_add_n(text, chunk, bytes);
	return !ferror(file);
}

Config *config_read(Arena *arena, const char *path, Err *err) {
	FILE *file = fopen(path, "r");
	if (!file) {
		err_system(err, path);
		return NULL;
	}
	Str text = STR_INIT;
	Config *config = NULL;
	if (read_whole(file, &text))
		config = parse(arena, path, text.text, text.len, err);
	else
		err_system(err, path);
	fclose(file);
	str_release(&text);
	return config;
}

const char *config_get(const Config *config, const char *section, const char *name) {
	for (size_t i = config->count; i-- > 0;)
		if (strcmp(config->entries[i].section, section) == 0 && strcmp(config->entries[i].name, name) == 0)
			return config->entries[i].value;
	return NULL;
}
