/* mention.h: which columns an expression of a plan mentions, by its words alone. */
#ifndef PGWHY_SQL_MENTION_H
#define PGWHY_SQL_MENTION_H

#include "sql/operand.h"

typedef struct MentionList {
	ColumnName *items; /* in the order written, as often as written; column NULL: the whole row, `t.*`; qualifier NULL: may be a keyword */
	size_t count;
	size_t room;
	bool parameter; /* it holds a $n too */
} MentionList;

/* `c.id`, `"C".id` and `id`, but neither a function nor a type, with a schema or without: `public.f(x)`, `x::public.money`. Added to
 * what the list has already. */
void mentions_add(Arena *arena, MentionList *list, const char *expression);

#endif
