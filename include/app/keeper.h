/* keeper.h: the store, asked in the background: one task at a time, in their order; none of them makes the loop wait.
 *
 * The store is opened with the first task. What goes wrong with it is told once, in the words of the store, and pgwhy goes on without. */
#ifndef PGWHY_APP_KEEPER_H
#define PGWHY_APP_KEEPER_H

#include "app/loop.h"
#include "app/settings.h"
#include "base/work.h"
#include "store/store.h"

typedef struct Keeper Keeper;

/* Its owner's, the first part of what the task needs and brings. */
typedef struct KeeperTask KeeperTask;
struct KeeperTask {
	void (*begin)(KeeperTask *task); /* in the loop, when those before it are done; NULL */
	bool (*run)(KeeperTask *task, Store *store, Err *err); /* in a job */
	void (*done)(KeeperTask *task); /* in the loop; the task is its owner's again; NULL */
	bool failed;
	Err err; /* ERR_INIT; what went wrong, when something did: to be released */
};

/* NULL: nothing is to be kept, as the settings say, or there is no home to keep it in. */
Keeper *keeper_new(Work *work, const Settings *settings, void (*failed)(void *owner, const Err *err), void *owner);
bool keeper_wanted(const Settings *settings); /* is anything to be kept, and is there a place for it? */
/* The settings are others: what is posted from now on goes there and is bounded so; what was posted before goes where it was meant to. */
void keeper_move(Keeper *keeper, const Settings *settings);
const char *keeper_path(const Keeper *keeper);
void keeper_post(Keeper *keeper, KeeperTask *task);
bool keeper_has_store(const Keeper *keeper); /* its file is there already */
bool keeper_busy(const Keeper *keeper);
void keeper_leave(Keeper *keeper); /* nothing more is told of what goes wrong; what was posted goes on */
void keeper_free(Keeper *keeper); /* tasks that are not done yet never are; NULL is fine */

/* For commands: asks the store that is there, turning the loop until it has answered. False: there is none, and none is made. */
bool keeper_wait(Loop *loop, const Settings *settings, KeeperTask *task);

#endif
