/* keeper.c: the store, asked in the background. */
#include "app/keeper.h"

#include <unistd.h>

#include "app/path.h"

enum { MOST_ROWS = 10000 };

struct Keeper {
	Arena *arena;
	Work *work;
	const char *path;
	StoreBounds bounds;
	Store *store; /* the job's while one runs */
	LIST(KeeperTask *) tasks;
	size_t next;
	bool in_job, told;
	void (*failed)(void *owner, const Err *err);
	void *owner;
};

static void go_on(Keeper *keeper);

static void run_job(void *job) {
	Keeper *keeper = job;
	KeeperTask *task = keeper->tasks.items[keeper->next];
	if (!keeper->store) keeper->store = store_open(keeper->path, &keeper->bounds, &task->err);
	task->failed = !keeper->store || !task->run(task, keeper->store, &task->err);
}

static void run_done(void *job) {
	Keeper *keeper = job;
	KeeperTask *task = keeper->tasks.items[keeper->next++];
	keeper->in_job = false;
	if (task->failed && !keeper->told && keeper->failed) {
		keeper->told = true;
		keeper->failed(keeper->owner, &task->err);
	}
	task->done(task);
	go_on(keeper);
}

static void go_on(Keeper *keeper) {
	if (keeper->in_job) return;
	if (keeper->next == keeper->tasks.count) keeper->next = keeper->tasks.count = 0;
	if (!keeper->tasks.count) return;
	KeeperTask *task = keeper->tasks.items[keeper->next];
	if (task->begin) task->begin(task);
	keeper->in_job = true;
	work_post(keeper->work, run_job, run_done, keeper);
}

void keeper_post(Keeper *keeper, KeeperTask *task) {
	*list_push(keeper->arena, &keeper->tasks) = task;
	go_on(keeper);
}

bool keeper_has_store(const Keeper *keeper) {
	return access(keeper->path, F_OK) == 0;
}

bool keeper_busy(const Keeper *keeper) {
	return keeper && keeper->tasks.count > 0;
}

void keeper_leave(Keeper *keeper) {
	if (keeper) keeper->failed = NULL;
}

/* A name stands in our folder of the user's state, a path where it says. */
static const char *path_of(Arena *arena, const Settings *settings) {
	const char *path = setting_text(settings, SETTING_STORE_PATH);
	return strchr(path, '/') ? path_to_open(arena, path) : *path ? state_path(arena, path) : NULL;
}

Keeper *keeper_new(Work *work, const Settings *settings, void (*failed)(void *owner, const Err *err), void *owner) {
	Arena *arena = arena_new();
	Keeper *keeper = ARENA_NEW(arena, Keeper);
	*keeper = (Keeper){
		.arena = arena,
		.work = work,
		.path = setting_on(settings, SETTING_STORE) ? path_of(arena, settings) : NULL,
		.bounds = {.days = setting_number(settings, SETTING_STORE_DAYS), .bytes = setting_number(settings, SETTING_STORE_BYTES), .rows = MOST_ROWS},
		.failed = failed,
		.owner = owner,
	};
	if (keeper->path) return keeper;
	arena_free(arena);
	return NULL;
}

/* A job that still runs has all of it: it is left behind, and ends with the program. */
void keeper_free(Keeper *keeper) {
	if (!keeper || keeper->in_job) return;
	store_close(keeper->store);
	arena_free(keeper->arena);
}
