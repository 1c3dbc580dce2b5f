/* word_migration.c: `:migration`: for which tool, which finding, and where. */
#include <ctype.h>
#include <stdlib.h>

#include "app/migration_view.h"
#include "app/path.h"
#include "app/word.h"

/* "2 db/migrations": the second finding alone; a folder that is called 2 is ./2. */
static bool number_read(const char **rest, size_t *only, Err *err) {
	char *end;
	unsigned long number = strtoul(*rest, &end, 10);
	if (!isdigit((unsigned char)**rest) || (*end && !isspace((unsigned char)*end))) return true;
	*only = (size_t)number;
	*rest = end + strspn(end, " \t");
	return number > 0 || err_set(err, ERR_USAGE, "findings are counted from 1");
}

/* Without a tool: the one that is set. Its folder is for x: here only what was typed is written to. */
static bool request_read(Arena *arena, const App *app, const char *rest, MigrationRequest *request, bool *write, Err *err) {
	size_t len = strcspn(rest, " \t");
	bool named = len && !isdigit((unsigned char)*rest);
	if (!named) request->wish = migration_wish_set(arena, app, NULL);
	else if (!migration_wish_read(arena, arena_copy_n(arena, rest, len), &request->wish, err)) return false;
	*write = named && request->wish.folder;
	if (named && !*write) request->wish = migration_wish_set(arena, app, request->wish.format);
	if (named) rest += len + strspn(rest + len, " \t");
	if (!number_read(&rest, &request->only, err)) return false;
	if (!*rest) return true;
	request->wish.folder = path_to_open(arena, rest);
	return *write = true;
}

void word_migration(App *app, const char *rest) {
	Err err = ERR_INIT;
	MigrationRequest request = {0};
	Arena *arena = arena_new();
	bool write = false;
	if (!request_read(arena, app, rest, &request, &write, &err)) app_say_err(app, &err);
	else if (migration_can(app, &request)) (write ? migration_to_folder : migration_show)(app, &request);
	err_release(&err);
	arena_free(arena);
}
