/* migration.h: what is advised as migrations, and the files that each tool wants of them.
 *
 * One migration changes one thing: an index, a setting. Each statement stands alone, says how long it may wait for a lock, and can be
 * run again after it failed half-way. What is no change of the database (a rewrite, a VACUUM) becomes a note. To add a tool: a file
 * that ends in its `const MigrationFormat`, and a row in src/report/migration/migration_formats.c. */
#ifndef PGWHY_REPORT_MIGRATION_H
#define PGWHY_REPORT_MIGRATION_H

#include "report/plan.h"

typedef struct MigrationStep {
	const char *sql; /* one statement, without its semicolon */
	bool patient; /* CONCURRENTLY: nobody waits behind it, so it may wait as long as it takes */
} MigrationStep;
typedef LIST(MigrationStep) MigrationSteps;

typedef LIST(const char *) MigrationLines;

typedef struct Migration {
	const char *name; /* for a file: "add_orders_status_idx" */
	const char *title; /* "add index orders_status_idx on public.orders" */
	const char *locks, *duration, *reversible; /* a sentence each; duration NULL: not known */
	MigrationLines comment; /* why it is there, what it does to whom; a paragraph each, safe to show */
	MigrationSteps up, down; /* an empty down: there is nothing to undo, `reversible` says why */
	bool transaction; /* all of it can stand in one */
} Migration;

typedef struct MigrationList {
	Migration *items;
	size_t count, room;
	MigrationLines notes; /* what is advised and is no migration; safe to show, lines of SQL begin with four blanks */
} MigrationList;

typedef struct MigrationFile {
	const char *name; /* "20261121192000_add_orders_status_idx.sql" */
	const char *text;
} MigrationFile;
typedef LIST(MigrationFile) MigrationFiles;

/* Where the files are going to stand. */
typedef struct MigrationPlace {
	int64_t at_s; /* since 1970 */
	MigrationFiles before; /* what stands there already; text NULL unless the format `reads` such files */
} MigrationPlace;

typedef struct MigrationFormat {
	const char *name; /* "goose" */
	const char *help;
	const char *comment; /* what a line of it begins with that is none of the tool's: "-- " */
	const char *reads; /* what the names of files end with whose text it wants to know; NULL */
	/* False: there is something in them that this tool cannot be told; err says what. */
	bool (*write)(Arena *arena, const MigrationList *migrations, const MigrationPlace *place, MigrationFiles *files, Err *err);
} MigrationFormat;

extern const MigrationFormat *const migration_formats[]; /* NULL-terminated */
const MigrationFormat *migration_format_named(const char *name); /* NULL */
const char *migration_format_names(Arena *arena); /* "sql, goose, alembic, flyway or rails" */

/* Of all findings of a report, or of the one that is `only` (from 1; 0: all). */
MigrationList migrations_of(Arena *arena, const PlanReport *report, size_t only);
/* All files in one text, of several each behind a line with its name, then the notes. */
const char *migrations_text(Arena *arena, const MigrationFormat *format, const MigrationList *migrations, const MigrationFiles *files);

#endif
