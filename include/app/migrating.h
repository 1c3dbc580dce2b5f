/* migrating.h: advice written out as migrations: to a folder, on a page, to standard output. */
#ifndef PGWHY_APP_MIGRATING_H
#define PGWHY_APP_MIGRATING_H

#include "app/migration_wish.h"
#include "app/options.h"

/* The files for the folder as it is, or for none. Reads the disk. */
bool migration_files(Arena *arena, const MigrationWish *wish, const MigrationList *migrations, int64_t at_s, MigrationFiles *files, Err *err);
/* New files only; where one cannot be written none of them is left. */
bool migration_write(const MigrationWish *wish, const MigrationFiles *files, Err *err);
/* Of all reports, as --migration says: what goes to a folder is not printed, but what is no migration is said all the same. */
bool migrations_print(const Options *options, const PlanReport *reports, size_t count, Err *err);

#endif
