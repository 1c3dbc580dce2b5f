/* quote.c: names and texts as SQL has to write them. */
#include "sql/quote.h"

#include "base/str.h"
#include "sql/keyword.h"

static bool plain(const char *name) {
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz_", more[] = "abcdefghijklmnopqrstuvwxyz_0123456789";
	return strspn(name, letters) > 0 && name[strspn(name, more)] == '\0' && !keyword_reserved(name, strlen(name));
}

static const char *quoted(Arena *arena, const char *prefix, const char *text, const char *doubled) {
	size_t len = strlen(text), at = strlen(prefix);
	char *copy = arena_alloc(arena, at + 2 * len + 3);
	memcpy(copy, prefix, at);
	copy[at++] = *doubled;
	for (; *text; text++) {
		if (strchr(doubled, *text)) copy[at++] = *text;
		copy[at++] = *text;
	}
	copy[at] = *doubled;
	return copy;
}

const char *sql_identifier(Arena *arena, const char *name) {
	return plain(name) ? arena_copy(arena, name) : quoted(arena, "", name, "\"");
}

const char *sql_qualified(Arena *arena, const char *schema, const char *name) {
	const char *last = sql_identifier(arena, name);
	return schema ? arena_printf(arena, "%s.%s", sql_identifier(arena, schema), last) : last;
}

const char *sql_list(Arena *arena, const char *const *texts, size_t count) {
	const char *list = "";
	for (size_t i = 0; i < count; i++) list = arena_printf(arena, "%s%s%s", list, i ? ", " : "", texts[i]);
	return list;
}

const char *sql_literal(Arena *arena, const char *text) {
	return strchr(text, '\\') ? quoted(arena, "E", text, "'\\") : quoted(arena, "", text, "'");
}

static char lower(char byte) {
	return byte >= 'A' && byte <= 'Z' ? (char)(byte + 'a' - 'A') : byte;
}

const char *sql_name_part(Arena *arena, const char **text) {
	Str name = STR_INIT;
	const char *at = *text;
	bool quoted = false;
	for (; *at && (quoted || *at != '.'); at++) {
		if (*at != '"') str_add_char(&name, quoted ? *at : lower(*at));
		else if (quoted && at[1] == '"') str_add_char(&name, *at++);
		else quoted = !quoted;
	}
	const char *part = at > *text ? arena_copy_n(arena, name.text, name.len) : NULL;
	*text = at + (*at == '.');
	str_release(&name);
	return part;
}
