/* locks.h: the forest the Locks pane shows, for who prints or counts it. */
#ifndef PGWHY_PANES_LOCKS_H
#define PGWHY_PANES_LOCKS_H

#include "core/lock_name.h"
#include "panes/pane.h"

LockForest *locks_forest(Arena *arena, const PaneInput *input);
LockNames locks_names(const LockForest *forest, const PaneInput *input);

#endif
