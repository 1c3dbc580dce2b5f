/* migration_wish.c: which tool migrations are wanted for, and where. */
#include "app/migration_wish.h"

#include "app/path.h"

bool migration_wish_read(Arena *arena, const char *text, MigrationWish *wish, Err *err) {
	size_t len = strcspn(text, ":");
	const char *name = arena_copy_n(arena, text, len), *folder = text[len] ? text + len + 1 : NULL;
	*wish = (MigrationWish){.format = migration_format_named(name), .folder = folder ? path_to_open(arena, folder) : NULL};
	if (!wish->format) return err_set(err, ERR_USAGE, "there are migrations for %s, not \"%s\"", migration_format_names(arena), name);
	if (folder && !*folder) return err_set(err, ERR_USAGE, "there is no folder behind \"%s\"", text);
	return true;
}
