/* migration_wish.h: which tool migrations are wanted for, and where. */
#ifndef PGWHY_APP_MIGRATION_WISH_H
#define PGWHY_APP_MIGRATION_WISH_H

#include "report/migration.h"

typedef struct MigrationWish {
	const MigrationFormat *format; /* NULL: none is wanted */
	const char *folder; /* NULL: none, it is to be shown */
} MigrationWish;

/* "goose:db/migrations", "sql" */
bool migration_wish_read(Arena *arena, const char *text, MigrationWish *wish, Err *err);

#endif
