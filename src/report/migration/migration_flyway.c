/* migration_flyway.c: migrations for Flyway: a file up, one that undoes it, and beside each what Flyway is to know of it. */
#include "report/migration_parts.h"

static const char placeholder[] = "${";

/* What its own placeholders look like has to be anything else: comments can give way, statements cannot. */
static bool check_placeholders(const MigrationLines *statements, Err *err) {
	for (size_t i = 0; i < statements->count; i++)
		if (strstr(statements->items[i], placeholder)) return err_set(err, ERR_REFUSED, "Flyway would take a part of a statement for a placeholder: %.60s", statements->items[i]);
	return true;
}

static const char *text_of(Arena *arena, const MigrationLines *comment, const MigrationLines *statements, bool transaction) {
	MigrationLines lines = migration_lines_without(arena, comment, placeholder);
	Str out = STR_INIT;
	migration_add_comment(&out, &lines, "-- ");
	if (!transaction) str_add(&out, "--\n-- Flyway's own open transaction would be waited for: set flyway.postgresql.transactional.lock=false\n");
	str_add(&out, "\n");
	for (size_t i = 0; i < statements->count; i++) str_printf(&out, "%s;\n", statements->items[i]);
	const char *text = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	return text;
}

static void add_file(Arena *arena, MigrationFiles *files, const char *name, const char *text, bool transaction) {
	*list_push(arena, files) = (MigrationFile){name, text};
	if (!transaction) *list_push(arena, files) = (MigrationFile){arena_printf(arena, "%s.conf", name), "executeInTransaction=false\n"};
}

static bool add_files(Arena *arena, const Migration *migration, const char *number, MigrationFiles *files, Err *err) {
	MigrationLines up = migration_statements(arena, migration, &migration->up), down = migration_statements(arena, migration, &migration->down);
	MigrationLines undo = migration_undo_comment(arena, migration);
	if (!check_placeholders(&up, err) || !check_placeholders(&down, err)) return false;
	bool transaction = migration->transaction;
	add_file(arena, files, arena_printf(arena, "V%s__%s.sql", number, migration->name), text_of(arena, &migration->comment, &up, transaction), transaction);
	if (down.count) add_file(arena, files, arena_printf(arena, "U%s__%s.sql", number, migration->name), text_of(arena, &undo, &down, transaction), transaction);
	return true;
}

static bool write_files(Arena *arena, const MigrationList *migrations, const MigrationPlace *place, MigrationFiles *files, Err *err) {
	for (size_t i = 0; i < migrations->count; i++)
		if (!add_files(arena, &migrations->items[i], migration_number(arena, place, "V", i), files, err)) return false;
	return true;
}

const MigrationFormat migration_flyway = {
	.name = "flyway",
	.help = "for Flyway: V…__name.sql, U…__name.sql to undo it, .conf where they take no transaction",
	.comment = "-- ",
	.write = write_files,
};
