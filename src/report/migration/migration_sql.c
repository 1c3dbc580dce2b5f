/* migration_sql.c: migrations for psql: a file up, a file down. */
#include "report/migration_parts.h"

static const char *text_of(Arena *arena, const Migration *migration, const MigrationSteps *steps, const MigrationLines *comment, const char *none) {
	MigrationLines statements = migration_statements(arena, migration, steps);
	Str out = STR_INIT;
	migration_add_comment(&out, comment, "-- ");
	str_printf(&out, "--\n-- psql -X -f THIS_FILE%s\n\\set ON_ERROR_STOP on\n\n", migration->transaction ? "" : ", not with -1: CONCURRENTLY takes no transaction");
	if (!statements.count) str_printf(&out, "-- %s\n", none);
	if (statements.count && migration->transaction) str_add(&out, "BEGIN;\n");
	for (size_t i = 0; i < statements.count; i++) str_printf(&out, "%s;\n", statements.items[i]);
	if (statements.count && migration->transaction) str_add(&out, "COMMIT;\n");
	const char *text = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	return text;
}

static bool write_files(Arena *arena, const MigrationList *migrations, const MigrationPlace *place, MigrationFiles *files, Err *err) {
	(void)err;
	for (size_t i = 0; i < migrations->count; i++) {
		const Migration *migration = &migrations->items[i];
		const char *front = arena_printf(arena, "%s_%s", migration_stamp(arena, place, i), migration->name);
		MigrationLines down = migration_undo_comment(arena, migration);
		*list_push(arena, files) = (MigrationFile){arena_printf(arena, "%s.up.sql", front), text_of(arena, migration, &migration->up, &migration->comment, "Nothing to do.")};
		*list_push(arena, files) = (MigrationFile){arena_printf(arena, "%s.down.sql", front), text_of(arena, migration, &migration->down, &down, "Nothing to undo.")};
	}
	return true;
}

const MigrationFormat migration_sql = {
	.name = "sql",
	.help = "for psql: a file up and a file down",
	.comment = "-- ",
	.write = write_files,
};
