/* migrating.c: advice written out as migrations. */
#include "app/migrating.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/batch.h"

/* ---- reading the folder ---- */

static int by_name(const void *one, const void *other) {
	return strcmp(((const MigrationFile *)one)->name, ((const MigrationFile *)other)->name);
}

static bool wants_text(const MigrationFormat *format, const char *name) {
	size_t len = strlen(name), end = format->reads ? strlen(format->reads) : 0;
	return end && len > end && strcmp(name + len - end, format->reads) == 0;
}

static bool read_text(Arena *arena, const char *path, MigrationFile *file, Err *err) {
	Str text = STR_INIT;
	bool fine = batch_read(path, &text, err);
	file->text = arena_copy(arena, text.text); /* up to a zero byte, which no source has */
	str_release(&text);
	return fine;
}

static bool read_folder(Arena *arena, const MigrationWish *wish, MigrationFiles *files, Err *err) {
	DIR *folder = opendir(wish->folder);
	bool fine = folder || err_set(err, ERR_INPUT, "cannot read the folder %s: %s", wish->folder, strerror(errno));
	for (struct dirent *entry; fine && (entry = readdir(folder));) {
		MigrationFile file = {.name = arena_copy(arena, entry->d_name)};
		if (wants_text(wish->format, file.name)) fine = read_text(arena, arena_printf(arena, "%s/%s", wish->folder, file.name), &file, err);
		*list_push(arena, files) = file;
	}
	if (folder) closedir(folder);
	if (files->count) qsort(files->items, files->count, sizeof *files->items, by_name);
	return fine;
}

bool migration_files(Arena *arena, const MigrationWish *wish, const MigrationList *migrations, int64_t at_s, MigrationFiles *files, Err *err) {
	MigrationPlace place = {.at_s = at_s};
	if (wish->folder && !read_folder(arena, wish, &place.before, err)) return false;
	return wish->format->write(arena, migrations, &place, files, err);
}

/* ---- writing ---- */

/* They go into a repository, where others read them: no other rights than anybody's files have. */
static bool write_file(const char *path, const char *text, Err *err) {
	enum { ANYBODYS = 0666 };
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, ANYBODYS);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!file) return err_system(err, path);
	bool written = fputs(text, file) >= 0;
	written = fclose(file) == 0 && written;
	if (!written) {
		err_system(err, path);
		unlink(path);
	}
	return written;
}

bool migration_write(const MigrationWish *wish, const MigrationFiles *files, Err *err) {
	Arena *arena = arena_new();
	size_t written = 0;
	while (written < files->count && write_file(arena_printf(arena, "%s/%s", wish->folder, files->items[written].name), files->items[written].text, err)) written++;
	bool fine = written == files->count;
	while (!fine && written--) unlink(arena_printf(arena, "%s/%s", wish->folder, files->items[written].name));
	arena_free(arena);
	return fine;
}

/* ---- of several reports ---- */

static bool has_named(const MigrationList *list, const char *name) {
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].name, name) == 0) return true;
	return false;
}

static bool is_noted(const MigrationLines *notes, const char *note) {
	for (size_t i = 0; i < notes->count; i++)
		if (strcmp(notes->items[i], note) == 0) return true;
	return false;
}

static MigrationList of_all(Arena *arena, const PlanReport *reports, size_t count) {
	MigrationList all = {0};
	for (size_t i = 0; i < count; i++) {
		MigrationList one = migrations_of(arena, &reports[i], 0);
		for (size_t k = 0; k < one.count; k++)
			if (!has_named(&all, one.items[k].name)) *list_push(arena, &all) = one.items[k];
		for (size_t k = 0; k < one.notes.count; k++)
			if (!is_noted(&all.notes, one.notes.items[k])) *list_push(arena, &all.notes) = one.notes.items[k];
	}
	return all;
}

bool migrations_print(const Options *options, const PlanReport *reports, size_t count, Err *err) {
	if (!count) return true;
	Arena *arena = arena_new();
	MigrationWish wish;
	MigrationFiles files = {0};
	MigrationList list = of_all(arena, reports, count);
	bool fine = migration_wish_read(arena, options->migration, &wish, err) && migration_files(arena, &wish, &list, reports[0].at_s, &files, err);
	if (fine && !list.count) batch_say("pgwhy", "nothing of the advice is a migration");
	if (fine && !wish.folder) fine = batch_write(options, migrations_text(arena, wish.format, &list, &files), err);
	else if (fine) fine = migration_write(&wish, &files, err);
	for (size_t i = 0; fine && wish.folder && i < files.count; i++) batch_say("written", arena_printf(arena, "%s/%s", wish.folder, files.items[i].name));
	for (size_t i = 0; fine && wish.folder && i < list.notes.count; i++) batch_say("note", list.notes.items[i]);
	arena_free(arena);
	return fine;
}
