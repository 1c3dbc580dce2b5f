/* stream.h: rows that come by COPY … TO STDOUT (FORMAT binary) -> Table, as they arrive.
 *
 * The cheapest way to read many rows, for both sides: libpq makes no result of them, so nothing is held but the table, and numbers are
 * neither written nor read as digits. Zeros, which most counters of most rows are, travel as nulls: they take a third of the room. */
#ifndef PGWHY_PG_STREAM_H
#define PGWHY_PG_STREAM_H

#include "core/table.h"

typedef struct StreamColumn {
	const char *name;
	unsigned type; /* pg_type.oid */
} StreamColumn;
typedef struct StreamShape StreamShape; /* what such a query's rows look like */
typedef struct Stream Stream;

/* Asks what columns a query has: sends no rows. */
const char *stream_describe_sql(Arena *arena, const char *query);
/* `nullable`: the columns whose nulls are nulls, NULL-terminated; numbers of the others are never null. */
StreamShape *stream_shape(Arena *arena, const char *query, const StreamColumn *columns, size_t column_count, const char *const *nullable);
const char *stream_sql(const StreamShape *shape); /* the COPY */

Stream *stream_new(StreamShape *shape); /* the shape remembers how many rows came, to make room for as many */
/* Takes one message of the server's; false: that is no such row. */
bool stream_take(Stream *stream, const char *message, size_t len);
Table *stream_table(Stream *stream, Arena **arena, size_t *bytes); /* all that came, handed over; once */
void stream_free(Stream *stream); /* NULL is fine */

#endif
