/* migration_goose.c: migrations for goose: one file, its ways up and down under marks in comments. */
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

static const char *text_of(Arena *arena, const Migration *migration, Err *err) {
	MigrationLines up = migration_statements(arena, migration, &migration->up), down = migration_statements(arena, migration, &migration->down);
	MigrationLines comment = migration_lines_without(arena, &migration->comment, "+goose"); /* no line of it may begin as a mark does */
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

static bool write_files(Arena *arena, const MigrationList *migrations, const MigrationPlace *place, MigrationFiles *files, Err *err) {
	for (size_t i = 0; i < migrations->count; i++) {
		const Migration *migration = &migrations->items[i];
		const char *text = text_of(arena, migration, err);
		if (!text) return false;
		*list_push(arena, files) = (MigrationFile){arena_printf(arena, "%s_%s.sql", migration_number(arena, place, "", i), migration->name), text};
	}
	return true;
}

const MigrationFormat migration_goose = {
	.name = "goose",
	.help = "for goose: one file each, numbered as those that are there",
	.comment = "-- ",
	.write = write_files,
};
