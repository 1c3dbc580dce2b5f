/* locks.h: the forest of locks as JSON: the contract of `show locks`.
 *
 * Its field names are promised to scripts: none is renamed or removed, more may follow. What is not known, or hidden from our role, is null. */
#ifndef PGWHY_REPORT_LOCKS_H
#define PGWHY_REPORT_LOCKS_H

#include "core/lock_name.h"

/* Every session that waits or is waited for, worst first, in one object; ends in a line break. */
const char *report_locks_json(Arena *arena, const LockForest *forest, const LockNames *names, bool one_line);

#endif
