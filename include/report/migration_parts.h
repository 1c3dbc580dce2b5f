/* migration_parts.h: what the makers and writers of migrations share. */
#ifndef PGWHY_REPORT_MIGRATION_PARTS_H
#define PGWHY_REPORT_MIGRATION_PARTS_H

#include "report/migration.h"

/* The steps of one index, up and down, into the migration; of a partitioned table partition by partition where they are known.
 * `naming`: as of AdviseSettings. */
void migration_add_index(Arena *arena, Migration *migration, const IndexAdvice *index, const Facts *facts, const char *naming);
/* How long such an index takes to build, and how we know; NULL: the table's size is not known. */
const char *migration_duration(Arena *arena, const PlanReport *report, const IndexAdvice *index);
/* Statements of a SET as what lasts longer than a session; false: it is another one. */
bool migration_add_setting(Arena *arena, Migration *migration, const char *sql);

/* A block of PL/pgSQL as a statement, in quotes that nothing inside of it can end. */
const char *migration_do(Arena *arena, const char *body);
/* "add_orders_status_idx": letters, digits and _ only. */
const char *migration_slug(Arena *arena, const char *text);
/* The number that a file's name begins with, behind `prefix`: one more than the highest that is there, or where those are times, or none is, the stamp. */
const char *migration_number(Arena *arena, const MigrationPlace *place, const char *prefix, size_t nth);
/* "20261121192001" of the second migration. */
const char *migration_stamp(Arena *arena, const MigrationPlace *place, size_t nth);
const char *migration_date(Arena *arena, int64_t at_s); /* "2026-11-21 19:20 UTC" */

/* The steps with what they say about waiting for locks around them, each a statement without its semicolon. */
MigrationLines migration_statements(Arena *arena, const Migration *migration, const MigrationSteps *steps);
/* The comment's paragraphs as lines of at most 100 cells, each behind `prefix`. */
void migration_add_comment(Str *out, const MigrationLines *paragraphs, const char *prefix);
MigrationLines migration_undo_comment(Arena *arena, const Migration *migration); /* of a file that only goes down */
/* The paragraphs, in which a blank breaks what the tool would take for a mark of its own. */
MigrationLines migration_lines_without(Arena *arena, const MigrationLines *paragraphs, const char *mark);

extern const MigrationFormat migration_sql, migration_goose, migration_alembic, migration_flyway, migration_rails;

#endif
