/* decode.h: what libpq received -> Table, or Err. */
#ifndef PGWHY_PG_DECODE_H
#define PGWHY_PG_DECODE_H

#include "base/err.h"
#include "core/table.h"

struct pg_result;

CellType decode_type(unsigned type_oid); /* of a column of that type: what is no number and no bool is text */
/* A value as the server writes it, into a cell. */
void decode_value(Arena *arena, Table *table, size_t row, size_t column, const char *value, size_t len);
/* Rows as a table; `bytes`: what they took on the wire. */
Table *decode_table(Arena *arena, const struct pg_result *result, size_t *bytes);

bool decode_failed(const struct pg_result *result); /* an error, or nothing at all */
/* SQLSTATE, message, hint (with the detail in front) and position of a failure. */
void decode_error(const struct pg_result *result, Err *err);

/* The text of a failed attempt to connect, made with verbose errors: the SQLSTATE in it, and the message without it and without
 * the place in the server's source. */
void decode_connect_error(const char *text, Err *err);

#endif
