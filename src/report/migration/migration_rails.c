/* migration_rails.c: migrations for Ruby on Rails: one class each, whose ways up and down are SQL. */
#include <ctype.h>

#include "report/migration_parts.h"

/* ---- Ruby ---- */

/* Inside "…", where #{} is code. */
static void add_quoted(Str *out, const char *text) {
	str_add(out, "\"");
	for (; *text; text++) {
		if (strchr("\\\"#", *text)) str_add_char(out, '\\');
		str_add_char(out, *text);
	}
	str_add(out, "\"\n");
}

/* A word that no line of it is. */
static const char *end_word(Arena *arena, const char *text) {
	const char *word = "SQL";
	for (int i = 1; strstr(text, word); i++) word = arena_printf(arena, "SQL%d", i);
	return word;
}

/* Lines as they stand: Ruby takes the indent away, and nothing else. */
static void add_document(Str *out, Arena *arena, const char *text) {
	const char *end = end_word(arena, text);
	str_printf(out, "<<~'%s'\n", end);
	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') str_printf(out, "      %.*s\n", (int)strcspn(line, "\n"), line);
	str_printf(out, "    %s\n", end);
}

static void add_way(Str *out, Arena *arena, const char *name, const MigrationLines *statements, const char *none) {
	str_printf(out, "\n  def %s\n", name);
	if (!statements->count) str_printf(out, "    # %s\n", none);
	for (size_t i = 0; i < statements->count; i++) {
		str_add(out, "    execute ");
		if (strchr(statements->items[i], '\n')) add_document(out, arena, statements->items[i]);
		else add_quoted(out, statements->items[i]);
	}
	str_add(out, "  end\n");
}

/* ---- the class ---- */

/* Rails finds it by the file's name: add_orders_status_idx holds AddOrdersStatusIdx. */
static const char *class_of(Arena *arena, const char *name) {
	char *class = arena_alloc(arena, strlen(name) + 1);
	size_t len = 0;
	for (size_t i = 0; name[i]; i++)
		if (name[i] != '_') class[len++] = i == 0 || name[i - 1] == '_' ? (char)toupper((unsigned char)name[i]) : name[i];
	class[len] = '\0';
	return class;
}

/* Of the last file that is there; without any, a version that every later one still knows. */
static const char *rails_version(Arena *arena, const MigrationFiles *files) {
	static const char parent[] = "ActiveRecord::Migration[";
	const char *version = "6.1";
	for (size_t i = 0; i < files->count; i++) {
		const char *at = files->items[i].text ? strstr(files->items[i].text, parent) : NULL;
		size_t len = at ? strspn(at + strlen(parent), "0123456789.") : 0;
		if (len) version = arena_copy_n(arena, at + strlen(parent), len);
	}
	return version;
}

static const char *text_of(Arena *arena, const Migration *migration, const char *version) {
	MigrationLines up = migration_statements(arena, migration, &migration->up), down = migration_statements(arena, migration, &migration->down);
	Str out = STR_INIT;
	migration_add_comment(&out, &migration->comment, "# ");
	str_printf(&out, "class %s < ActiveRecord::Migration[%s]\n", class_of(arena, migration->name), version);
	if (!migration->transaction) str_add(&out, "  disable_ddl_transaction!\n");
	add_way(&out, arena, "up", &up, "Nothing to do.");
	add_way(&out, arena, "down", &down, migration->reversible);
	str_add(&out, "end\n");
	const char *text = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	return text;
}

static bool write_files(Arena *arena, const MigrationList *migrations, const MigrationPlace *place, MigrationFiles *files, Err *err) {
	(void)err;
	const char *version = rails_version(arena, &place->before);
	for (size_t i = 0; i < migrations->count; i++) {
		const Migration *migration = &migrations->items[i];
		const char *name = arena_printf(arena, "%s_%s.rb", migration_number(arena, place, "", i), migration->name);
		*list_push(arena, files) = (MigrationFile){name, text_of(arena, migration, version)};
	}
	return true;
}

const MigrationFormat migration_rails = {
	.name = "rails",
	.help = "for Ruby on Rails: a class each, disable_ddl_transaction! where it takes none",
	.comment = "# ",
	.reads = ".rb",
	.write = write_files,
};
