/* lock_name.h: what a lock is on, in words.
 *
 * Names come from queries/lock_names.sql, kept by class and object, and for other databases, where they have to be asked, by those and the
 * database; without a name there are numbers. A wait for a transaction names no table. Who is first to wait for a row holds the row's lock meanwhile, which tells; else a table is named when
 * there is only one it can be. */
#ifndef PGWHY_CORE_LOCK_NAME_H
#define PGWHY_CORE_LOCK_NAME_H

#include "core/lock_forest.h"

typedef struct LockNames {
	const LockTable *table;
	const Texts *texts; /* NULL: none are known */
} LockNames;

/* The table the node waits for, as SQL writes it; NULL: not known, or it is no table. */
const char *lock_name_table(Arena *arena, const LockNames *names, const LockNode *node);
/* What it waits for: "public.orders", "row (0,12) of public.orders", "advisory lock 42". Only for nodes that wait. */
const char *lock_name_wanted(Arena *arena, const LockNames *names, const LockNode *node);
const char *lock_name_tag(Arena *arena, const LockNames *names, const LockTag *tag);
bool lock_name_is_index(const LockNames *names, const LockTag *tag);

/* What a node waits for, or holds (of much the first), that has no name yet, as numbers to ask lock_names.sql for: in our database, or in the node's. */
typedef struct LockNameless {
	Keys here, elsewhere;
} LockNameless;
LockNameless lock_nameless(Arena *arena, const LockNames *names, const LockNode *node);
int64_t lock_name_elsewhere(int64_t database_oid, int64_t number); /* the key under which a name from another database is kept */

#endif
