/* name_pattern.c: names as psql's \d takes them. */
#include "sql/name_pattern.h"

#include <stdbool.h>

#include "base/str.h"

static char lower(char byte) {
	return byte >= 'A' && byte <= 'Z' ? (char)(byte + 'a' - 'A') : byte;
}

/* Outside quotes * is any text, ? any character, letters are small and what else regular expressions know means what it does there;
 * inside, everything stands for itself. */
static void add_byte(Str *regex, char byte, bool quoted) {
	static const char special[] = "|*+?()[]{}.^$\\";
	if (!quoted && byte == '*') str_add(regex, ".*");
	else if (!quoted && byte == '?') str_add_char(regex, '.');
	else if (strchr(quoted ? special : "$", byte)) str_printf(regex, "\\%c", byte);
	else str_add_char(regex, quoted ? byte : lower(byte));
}

static const char *whole(Arena *arena, const Str *regex) {
	return regex->len ? arena_printf(arena, "^(%s)$", regex->text) : NULL;
}

/* A database before the schema is left unread: there is only the one we are in. */
NamePattern name_pattern_read(Arena *arena, const char *text) {
	NamePattern pattern = {0};
	Str regex = STR_INIT;
	bool quoted = false;
	for (; *text; text++) {
		if (*text == '"' && quoted && text[1] == '"') add_byte(&regex, *text++, true);
		else if (*text == '"') quoted = !quoted;
		else if (*text == '.' && !quoted) {
			pattern.schema = whole(arena, &regex);
			str_clear(&regex);
		} else add_byte(&regex, *text, quoted);
	}
	pattern.name = whole(arena, &regex);
	str_release(&regex);
	return pattern;
}
