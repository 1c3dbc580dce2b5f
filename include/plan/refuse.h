/* refuse.h: what is wrong with a text that should have been a plan, and where. */
#ifndef PGWHY_PLAN_REFUSE_H
#define PGWHY_PLAN_REFUSE_H

#include <stdbool.h>

#include "base/err.h"

/* "what, line 3, offset 41: the text around it"; always false. */
bool refuse_at(Err *err, Arena *arena, const char *text, size_t len, size_t at, const char *what);

/* Has it a line like "Sort  (cost=0.00..1.00 rows=1 width=4)"? No other database prints that, and all that descend from
 * PostgreSQL do. */
bool is_text_plan(const char *text);

/* Each is true when it refused: fills err, says what to do instead. text[len] is a zero. */
bool refuse_utf16(Err *err, const char *text, size_t len);
bool refuse_format(Err *err, Arena *arena, const char *text, size_t len); /* XML, YAML */
bool refuse_foreign(Err *err, Arena *arena, const char *text, size_t len); /* trees of other databases */
bool refuse_foreign_json(Err *err, Arena *arena, const char *text, size_t len); /* asked when it holds no plan */

#endif
