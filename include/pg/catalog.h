/* catalog.h: the catalog queries of src/queries, made to fit a server.
 *
 * Each file there is one query a DBA can read and run in psql on the newest server. Three kinds of comment fit it to others, a fourth says how to read it:
 *
 *     s.toplevel,                      --? pg_stat_statements.toplevel
 *         the line is only for servers whose relation has that column;
 *     --? pg_stat_statements.blk_read_time:    s.blk_read_time as read_ms,
 *         so is this one, which psql on the newest server takes for a comment: for columns that went away;
 *     from pg_stat_statements(false)   --@ pg_stat_statements
 *         the name on this line that begins like that extension is written with the schema the extension lives in, because
 *         panes search nothing but pg_catalog (so that nobody can slip us a function of his own).
 *
 * A line may end in both, --@ first. Comment lines are not sent; a first comment tells the server's log who asks.
 *
 *     --= copy, nulls in: queryid
 *         there may be very many rows: they are read the cheapest way (pg/stream.h), in which numbers are never null but in these
 *         columns. Only for a query without parameters. */
#ifndef PGWHY_PG_CATALOG_H
#define PGWHY_PG_CATALOG_H

#include "base/embedded.h"
#include "base/err.h"
#include "core/server.h"

extern const Embedded embedded_queries[];

/* The text of src/queries/NAME.sql for this server; NULL and err when there is no such file. A NULL server has every column. */
const char *catalog_query(Arena *arena, const Server *server, const char *name, Err *err);
/* The columns of src/queries/NAME.sql that may be null, NULL-terminated; NULL when it is read like any other. */
const char *const *catalog_copied(Arena *arena, const char *name);
const char *catalog_fit(Arena *arena, const Server *server, const char *text);
/* The relations whose columns the queries ask for, each once, as an array literal: {pg_stat_statements,…} */
const char *catalog_optional_relations(Arena *arena, const Embedded *queries);

/* Values as an array literal: {"a \"b\"",NULL}. */
const char *catalog_array(Arena *arena, const char *const *values, size_t count);

#endif
