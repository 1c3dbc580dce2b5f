/* candidates_files.c: files and folders to complete a path with; the disk is read in the background. */
#include <dirent.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>

#include "app/candidate_list.h"
#include "app/candidates.h"
#include "app/path.h"
#include "base/clock.h"

/* The folder listed last; also a job. */
struct Listing {
	App *app;
	Arena *arena;
	const char *folder; /* as typed, with its slash; "" for the current one */
	const char *path; /* to open */
	LIST(const char *) names; /* folders end in a slash */
	bool here;
	int64_t at_ms; /* clock_ms when it came */
};

enum { MOST_FILES = 5000, FRESH_MS = 3000 };

static int by_name(const void *one, const void *other) {
	return strcasecmp(*(const char *const *)one, *(const char *const *)other);
}

static void list_folder(void *job) {
	Listing *listing = job;
	DIR *folder = opendir(listing->path);
	if (!folder) return;
	for (struct dirent *entry; (entry = readdir(folder)) && listing->names.count < MOST_FILES;) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
		struct stat about;
		bool nested = stat(arena_printf(listing->arena, "%s/%s", listing->path, entry->d_name), &about) == 0 && S_ISDIR(about.st_mode);
		*list_push(listing->arena, &listing->names) = arena_printf(listing->arena, "%s%s", entry->d_name, nested ? "/" : "");
	}
	closedir(folder);
	if (listing->names.count) qsort(listing->names.items, listing->names.count, sizeof *listing->names.items, by_name);
}

static void folder_listed(void *job) {
	Listing *listing = job;
	App *app = listing->app;
	listing->here = true;
	listing->at_ms = clock_ms();
	if (app->listing != listing) {
		arena_free(listing->arena); /* another one was wanted meanwhile */
		return;
	}
	prompt_candidates_came(app->prompt);
}

void candidates_release(App *app) {
	if (app->listing && app->listing->here) arena_free(app->listing->arena);
	app->listing = NULL;
}

static void look_into(App *app, const char *folder) {
	candidates_release(app);
	Arena *arena = arena_new();
	Listing *listing = ARENA_NEW(arena, Listing);
	*listing = (Listing){.app = app, .arena = arena, .folder = arena_copy(arena, folder), .path = *folder ? path_to_open(arena, folder) : "."};
	app->listing = listing;
	work_post(loop_work(app->loop), list_folder, folder_listed, listing);
}

static bool is_fresh(const Listing *listing, const char *folder) {
	return listing && strcmp(listing->folder, folder) == 0 && (!listing->here || clock_ms() < listing->at_ms + FRESH_MS);
}

size_t candidates_files(CandidateList *list, const char *path, size_t cursor) {
	size_t start = cursor;
	while (start && path[start - 1] != '/') start--;
	const char *folder = arena_copy_n(list->arena, path, start);
	App *app = list->app;
	if (!is_fresh(app->listing, folder)) look_into(app, folder);
	list->late = !app->listing->here;
	list->typed = path + start;
	list->exactly = true;
	for (size_t i = 0; app->listing->here && i < app->listing->names.count; i++) {
		const char *name = app->listing->names.items[i];
		if (*name != '.' || *list->typed == '.') candidate_add_word(list, arena_copy(list->arena, name), NULL);
	}
	return start;
}
