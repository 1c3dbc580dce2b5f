/* migration_goose.c: migrations for goose: one file, its ways up and down under marks in comments. */
#include <ctype.h>
#include <stdlib.h>

#include "report/migration_parts.h"

/* A line that goose would take for a mark of its own, or leave out, though it is in the middle of a statement. */
static bool has_false_mark(const char *sql) {
	for (const char *line = sql; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		const char *text = line + strspn(line, " \t\r");
		if (strncmp(text, "--", 2) == 0) return true;
	}
	return false;
}

/* goose ends a statement where a line ends in a semicolon, but not between these marks. */
static bool add_statements(Str *out, const MigrationLines *statements, Err *err) {
	for (size_t i = 0; i < statements->count; i++) {
		const char *sql = statements->items[i];
		if (has_false_mark(sql)) return err_set(err, ERR_REFUSED, "goose would take a line inside of a statement for a comment: %.60s", sql);
		bool whole = strpbrk(sql, ";\n") != NULL;
		str_printf(out, "%s%s;\n%s", whole ? "-- +goose StatementBegin\n" : "", sql, whole ? "-- +goose StatementEnd\n" : "");
	}
	return true;
}

/* No line of a comment may begin as a mark does. */
static MigrationLines without_marks(Arena *arena, const MigrationLines *comment) {
	static const char mark[] = "+goose";
	MigrationLines lines = {0};
	for (size_t i = 0; i < comment->count; i++) {
		Str line = STR_INIT;
		for (const char *at = comment->items[i]; *at; at++) str_printf(&line, "%c%s", *at, strncmp(at, mark, strlen(mark)) == 0 ? " " : "");
		*list_push(arena, &lines) = arena_copy_n(arena, line.text, line.len);
		str_release(&line);
	}
	return lines;
}

static const char *text_of(Arena *arena, const Migration *migration, Err *err) {
	MigrationLines up = migration_statements(arena, migration, &migration->up), down = migration_statements(arena, migration, &migration->down);
	MigrationLines comment = without_marks(arena, &migration->comment);
	Str out = STR_INIT;
	if (!migration->transaction) str_add(&out, "-- +goose NO TRANSACTION\n");
	migration_add_comment(&out, &comment, "-- ");
	str_add(&out, "\n-- +goose Up\n");
	bool fine = add_statements(&out, &up, err);
	str_add(&out, "\n-- +goose Down\n");
	if (!down.count) str_printf(&out, "-- %s\n", migration->reversible);
	fine = fine && add_statements(&out, &down, err);
	const char *text = fine ? arena_copy_n(arena, out.text, out.len) : NULL;
	str_release(&out);
	return text;
}

/* ---- the number ---- */

typedef struct Numbers {
	unsigned long highest;
	size_t digits; /* of the highest; 0: there is none */
} Numbers;

static Numbers numbers_of(const MigrationFiles *files) {
	Numbers numbers = {0};
	for (size_t i = 0; i < files->count; i++) {
		const char *name = files->items[i].name;
		size_t digits = strspn(name, "0123456789");
		bool counts = digits && digits <= 14 && name[digits] == '_';
		unsigned long number = counts ? strtoul(name, NULL, 10) : 0;
		if (counts && number >= numbers.highest) numbers = (Numbers){number, digits};
	}
	return numbers;
}

/* As those that are there: 00042_, or the time. */
static const char *number_of(Arena *arena, const MigrationPlace *place, const Numbers *numbers, size_t nth) {
	enum { TIME_DIGITS = 14 };
	if (!numbers->digits || numbers->digits == TIME_DIGITS) return migration_stamp(arena, place, nth);
	return arena_printf(arena, "%0*lu", (int)numbers->digits, numbers->highest + nth + 1);
}

static bool write_files(Arena *arena, const MigrationList *migrations, const MigrationPlace *place, MigrationFiles *files, Err *err) {
	Numbers numbers = numbers_of(&place->before);
	for (size_t i = 0; i < migrations->count; i++) {
		const Migration *migration = &migrations->items[i];
		const char *text = text_of(arena, migration, err);
		if (!text) return false;
		*list_push(arena, files) = (MigrationFile){arena_printf(arena, "%s_%s.sql", number_of(arena, place, &numbers, i), migration->name), text};
	}
	return true;
}

const MigrationFormat migration_goose = {
	.name = "goose",
	.help = "for goose: one file each, numbered as those that are there",
	.comment = "-- ",
	.write = write_files,
};
