/* sort.h: a sort key: what of, which way. */
#ifndef PGWHY_SQL_SORT_H
#define PGWHY_SQL_SORT_H

#include "sql/operand.h"

/* One sort or group key as EXPLAIN prints it: `total DESC NULLS LAST`, `lower((email)::text)`, `o.created_at`. */
typedef struct SortKey {
	Operand operand;
	bool descending;
	bool nulls_first; /* as it works, default applied: DESC means NULLS FIRST */
	const char *collation; /* as written, or NULL */
} SortKey;
bool sort_key_parse(Arena *arena, const char *text, SortKey *key, Err *err);

/* For this floor: a SortBy, of the expression it stands for. */
SortKey sort_key_read(const Syntax *syntax, const SyntaxNode *sort, const SyntaxNode *expression);

#endif
