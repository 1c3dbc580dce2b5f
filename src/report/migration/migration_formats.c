/* migration_formats.c: the tools there are files for, and what their files have in common. */
#include <ctype.h>
#include <time.h>

#include "base/utf8.h"
#include "report/migration_parts.h"

/* To add a tool: its file, a row here. */
const MigrationFormat *const migration_formats[] = {&migration_sql, &migration_goose, &migration_alembic, &migration_flyway, &migration_rails, NULL};

const MigrationFormat *migration_format_named(const char *name) {
	for (size_t i = 0; migration_formats[i]; i++)
		if (strcmp(migration_formats[i]->name, name) == 0) return migration_formats[i];
	return NULL;
}

const char *migration_format_names(Arena *arena) {
	const char *names = "";
	for (size_t i = 0; migration_formats[i]; i++)
		names = arena_printf(arena, "%s%s%s", names, !i ? "" : migration_formats[i + 1] ? ", " : " or ", migration_formats[i]->name);
	return names;
}

/* ---- names of files ---- */

const char *migration_slug(Arena *arena, const char *text) {
	enum { MOST_BYTES = 80 };
	char *slug = arena_alloc(arena, MOST_BYTES + 1);
	size_t len = 0;
	for (; *text && len < MOST_BYTES; text++) {
		bool plain = (unsigned char)*text < 0x80 && isalnum((unsigned char)*text);
		if (plain) slug[len++] = (char)tolower((unsigned char)*text);
		else if (len && slug[len - 1] != '_') slug[len++] = '_';
	}
	while (len && slug[len - 1] == '_') slug[--len] = '\0';
	return len ? slug : "change";
}

static const char *date_as(Arena *arena, int64_t at_s, const char *format) {
	enum { MOST_BYTES = 64 };
	char *text = arena_alloc(arena, MOST_BYTES);
	time_t at = (time_t)at_s;
	struct tm utc;
	gmtime_r(&at, &utc);
	strftime(text, MOST_BYTES, format, &utc);
	return text;
}

const char *migration_stamp(Arena *arena, const MigrationPlace *place, size_t nth) {
	return date_as(arena, place->at_s + (int64_t)nth, "%Y%m%d%H%M%S");
}

const char *migration_date(Arena *arena, int64_t at_s) {
	return date_as(arena, at_s, "%Y-%m-%d %H:%M UTC");
}

/* ---- waiting for locks ---- */

/* What waits for a lock of others has them all wait behind it, so it gives up soon; what is patient has nobody behind it. */
static const char short_wait[] = "'2s'", long_wait[] = "0";

static void add_timeout(Arena *arena, MigrationLines *lines, const char *wait, bool local) {
	*list_push(arena, lines) = arena_printf(arena, "SET %slock_timeout = %s", local ? "LOCAL " : "", wait);
}

MigrationLines migration_statements(Arena *arena, const Migration *migration, const MigrationSteps *steps) {
	MigrationLines lines = {0};
	const char *now = NULL;
	bool local = migration->transaction;
	if (steps->count && !local) *list_push(arena, &lines) = "SET statement_timeout = 0";
	for (size_t i = 0; i < steps->count; i++) {
		const char *wait = steps->items[i].patient ? long_wait : short_wait;
		if (wait != now) add_timeout(arena, &lines, wait, local);
		now = wait;
		*list_push(arena, &lines) = steps->items[i].sql;
	}
	if (steps->count && !local) {
		*list_push(arena, &lines) = "RESET lock_timeout";
		*list_push(arena, &lines) = "RESET statement_timeout";
	}
	return lines;
}

/* ---- comments ---- */

/* Bytes of the text's first line: up to its last blank that fits; a word longer than that stays whole. */
static size_t line_length(const char *text, size_t cells) {
	size_t fits = utf8_fit(text, cells);
	if (!text[fits]) return fits;
	size_t at = fits;
	while (at && text[at] != ' ') at--;
	return at ? at : fits + strcspn(text + fits, " ");
}

static void add_paragraph(Str *out, const char *text, const char *prefix) {
	enum { CELLS = 100 };
	const char *indent = "";
	do {
		size_t len = line_length(text, CELLS);
		str_printf(out, "%s%s%.*s\n", prefix, indent, (int)len, text);
		text += len;
		while (*text == ' ') text++;
		indent = "  ";
	} while (*text);
}

static const char *without(Arena *arena, const char *text, const char *mark) {
	for (const char *at; (at = strstr(text, mark));) text = arena_printf(arena, "%.*s %s", (int)(at - text) + 1, text, at + 1);
	return text;
}

MigrationLines migration_lines_without(Arena *arena, const MigrationLines *paragraphs, const char *mark) {
	MigrationLines lines = {0};
	for (size_t i = 0; i < paragraphs->count; i++) *list_push(arena, &lines) = without(arena, paragraphs->items[i], mark);
	return lines;
}

void migration_add_comment(Str *out, const MigrationLines *paragraphs, const char *prefix) {
	for (size_t i = 0; i < paragraphs->count; i++) add_paragraph(out, paragraphs->items[i], prefix);
}

MigrationLines migration_undo_comment(Arena *arena, const Migration *migration) {
	MigrationLines lines = {0};
	*list_push(arena, &lines) = arena_printf(arena, "undo: %s", migration->comment.count ? migration->comment.items[0] : migration->name);
	*list_push(arena, &lines) = migration->reversible;
	return lines;
}

/* ---- all in one text ---- */

const char *migrations_text(Arena *arena, const MigrationFormat *format, const MigrationList *migrations, const MigrationFiles *files) {
	Str out = STR_INIT;
	for (size_t i = 0; i < files->count; i++) {
		if (files->count > 1) str_printf(&out, "%s%s%s\n\n", i ? "\n" : "", format->comment, files->items[i].name);
		str_add(&out, files->items[i].text);
	}
	if (files->count && migrations->notes.count) str_add(&out, "\n");
	migration_add_comment(&out, &migrations->notes, format->comment);
	const char *text = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	return text;
}
