/* keeper.c: the store, asked in the background. */
#include "app/keeper.h"

#include <unistd.h>

#include "app/path.h"
#include "store/plans.h"

/* Where things are kept, and how many of them. */
typedef struct Place {
	const char *path; /* NULL: nowhere */
	StoreBounds bounds;
} Place;

struct Keeper {
	Arena *arena;
	Work *work;
	Place place;
	Store *store, *leaving; /* the job's while one runs; that to be closed first */
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
	store_close(keeper->leaving);
	keeper->leaving = NULL;
	if (!keeper->store) keeper->store = store_open(keeper->place.path, &keeper->place.bounds, &task->err);
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
	if (task->done) task->done(task);
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
	return access(keeper->place.path, F_OK) == 0;
}

bool keeper_busy(const Keeper *keeper) {
	return keeper && keeper->tasks.count > 0;
}

void keeper_leave(Keeper *keeper) {
	if (keeper) keeper->failed = NULL;
}

const char *keeper_path(const Keeper *keeper) {
	return keeper->place.path;
}

/* ---- where ---- */

/* A name stands in our folder of the user's state, a path where it says. */
static const char *path_of(Arena *arena, const Settings *settings) {
	const char *path = setting_text(settings, SETTING_STORE_PATH);
	if (!setting_on(settings, SETTING_STORE) || !*path) return NULL;
	return strchr(path, '/') ? path_to_open(arena, path) : state_path(arena, path);
}

static Place place_of(Arena *arena, const Settings *settings) {
	const StoreBounds bounds = {
		.days = setting_number(settings, SETTING_STORE_DAYS),
		.bytes = setting_number(settings, SETTING_STORE_BYTES),
		.rows = setting_number(settings, SETTING_STORE_ROWS),
	};
	return (Place){path_of(arena, settings), bounds};
}

bool keeper_wanted(const Settings *settings) {
	Arena *arena = arena_new();
	bool wanted = path_of(arena, settings) != NULL;
	arena_free(arena);
	return wanted;
}

typedef struct Moving {
	KeeperTask task;
	Keeper *keeper;
	Place place;
} Moving;

static void leave_for(KeeperTask *task) {
	Keeper *keeper = ((Moving *)task)->keeper;
	keeper->leaving = keeper->store;
	keeper->store = NULL;
	keeper->place = ((Moving *)task)->place;
	keeper->told = false;
}

static bool settle_in(KeeperTask *task, Store *store, Err *err) {
	(void)task;
	return store_trim(store, err);
}

static void settled(KeeperTask *task) {
	err_release(&task->err);
}

void keeper_move(Keeper *keeper, const Settings *settings) {
	Moving *moving = ARENA_NEW(keeper->arena, Moving);
	*moving = (Moving){.task = {.begin = leave_for, .run = settle_in, .done = settled, .err = ERR_INIT}, .keeper = keeper, .place = place_of(keeper->arena, settings)};
	if (moving->place.path) keeper_post(keeper, &moving->task);
}

Keeper *keeper_new(Work *work, const Settings *settings, void (*failed)(void *owner, const Err *err), void *owner) {
	Arena *arena = arena_new();
	Keeper *keeper = ARENA_NEW(arena, Keeper);
	*keeper = (Keeper){.arena = arena, .work = work, .place = place_of(arena, settings), .failed = failed, .owner = owner};
	if (keeper->place.path) return keeper;
	arena_free(arena);
	return NULL;
}

/* A job that still runs has all of it: it is left behind, and ends with the program. */
void keeper_free(Keeper *keeper) {
	if (!keeper || keeper->in_job) return;
	store_close(keeper->leaving);
	store_close(keeper->store);
	arena_free(keeper->arena);
}

bool keeper_wait(Loop *loop, const Settings *settings, KeeperTask *task) {
	Keeper *keeper = keeper_new(loop_work(loop), settings, NULL, NULL);
	bool there = keeper && keeper_has_store(keeper);
	if (there) keeper_post(keeper, task);
	while (keeper_busy(keeper)) loop_turn(loop, -1);
	keeper_free(keeper);
	return there;
}
