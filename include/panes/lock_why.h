/* lock_why.h: a session in a lock forest: what it is, what it holds and wants, who is in its way, what can be done. */
#ifndef PGWHY_PANES_LOCK_WHY_H
#define PGWHY_PANES_LOCK_WHY_H

#include "core/lock_name.h"
#include "core/server.h"
#include "view/page.h"

void lock_why(Page *page, const LockForest *forest, const LockNames *names, const Server *server, size_t place, int width);

#endif
