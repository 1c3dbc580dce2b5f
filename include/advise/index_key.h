/* index_key.h: one key of an index, as SQL writes it and taken apart: `"Order Date" DESC NULLS LAST`, `lower(email)`. */
#ifndef PGWHY_ADVISE_INDEX_KEY_H
#define PGWHY_ADVISE_INDEX_KEY_H

#include <stdbool.h>

#include "base/arena.h"
#include "sql/operand.h"

typedef struct IndexKey {
	const char *text; /* without direction: `"Order Date"`, `lower(email)`, `(data ->> 'k')` */
	const char *column; /* the column's plain name; NULL for an expression */
	bool descending;
	bool nulls_first; /* as it works: by default what DESC says */
} IndexKey;

/* Reads what index_key_text writes, and what pg_get_indexdef prints for a key. */
IndexKey index_key_read(Arena *arena, const char *text);
IndexKey index_key_column(Arena *arena, const char *column); /* a plain name, ascending */
/* Of a condition's side, a column or what is computed of it; text NULL: it cannot be a key. */
IndexKey index_key_of(Arena *arena, const Operand *operand);
const char *index_key_text(Arena *arena, const IndexKey *key);
/* The same column or expression: blanks, parentheses and casts to text that cost nothing aside; directions not compared. */
bool index_key_same(const IndexKey *one, const IndexKey *other);
/* What PostgreSQL calls such a column in an index's name: the column, the outermost function, or "expr". */
const char *index_key_word(Arena *arena, const IndexKey *key);

#endif
