/* script.c: SQL files in blocks, each under a line that says when and how to run it. */
#include "pg/script.h"

#include <ctype.h>
#include <stdbool.h>

#include "base/str.h"

static const char mark[] = "--@";

static char *trimmed(Arena *arena, const char *text, size_t len) {
	while (len && isspace((unsigned char)*text)) text++, len--;
	while (len && isspace((unsigned char)text[len - 1])) len--;
	return arena_copy_n(arena, text, len);
}

static char *read_head(Arena *arena, const char *line, size_t len) {
	char *head = arena_copy_n(arena, line + sizeof mark - 1, len - (sizeof mark - 1));
	char *comment = strstr(head, "--");
	return trimmed(arena, head, comment ? (size_t)(comment - head) : strlen(head));
}

Script script_read(Arena *arena, const char *text) {
	LIST(ScriptBlock) blocks = {0};
	const char *body = NULL;
	int number = 1;
	for (const char *line = text; *line; number++) {
		size_t len = strcspn(line, "\n");
		const char *next = line + len + (line[len] == '\n');
		if (strncmp(line, mark, sizeof mark - 1) == 0) {
			if (blocks.count) blocks.items[blocks.count - 1].sql = trimmed(arena, body, (size_t)(line - body));
			*list_push(arena, &blocks) = (ScriptBlock){.head = read_head(arena, line, len), .sql = "", .line = number};
			body = next;
		}
		line = next;
	}
	if (blocks.count) blocks.items[blocks.count - 1].sql = trimmed(arena, body, strlen(body));
	return (Script){.blocks = blocks.items, .count = blocks.count};
}

static bool is_name(char byte) {
	return isalnum((unsigned char)byte) || byte == '_';
}

static const ScriptValue *value_at(const char *name, const ScriptValue *values, size_t count) {
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(values[i].name);
		if (strncmp(name, values[i].name, len) == 0 && !is_name(name[len])) return &values[i];
	}
	return NULL;
}

char *script_fill(Arena *arena, const char *text, const ScriptValue *values, size_t count) {
	Str filled = STR_INIT;
	for (const char *at = text; *at; at++) {
		bool name_follows = at[0] == ':' && at[1] != ':' && (at == text || at[-1] != ':');
		const ScriptValue *value = name_follows ? value_at(at + 1, values, count) : NULL;
		if (value) {
			str_printf(&filled, "%ld", value->value);
			at += strlen(value->name);
		} else {
			str_add_char(&filled, *at);
		}
	}
	char *copy = arena_copy(arena, filled.text);
	str_release(&filled);
	return copy;
}

static const char *skip_comments(const char *sql) {
	for (;;) {
		while (isspace((unsigned char)*sql)) sql++;
		if (strncmp(sql, "--", 2) != 0) return sql;
		sql += strcspn(sql, "\n");
	}
}

char *script_statement(Arena *arena, const char **sql) {
	const char *start = skip_comments(*sql), *end = strstr(start, ";\n");
	char *statement = trimmed(arena, start, end ? (size_t)(end - start) : strlen(start));
	*sql = end ? end + 2 : "";
	size_t len = strlen(statement);
	if (!end && len && statement[len - 1] == ';') statement[--len] = '\0';
	return len ? statement : NULL;
}
