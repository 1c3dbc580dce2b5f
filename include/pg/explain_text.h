/* explain_text.h: what an EXPLAIN of a statement says, and which ones are never sent. */
#ifndef PGWHY_PG_EXPLAIN_TEXT_H
#define PGWHY_PG_EXPLAIN_TEXT_H

#include "pg/explain.h"

/* True when it may be sent; else ERR_REFUSED with the reason. */
bool explain_allowed(const ExplainSpec *spec, Err *err);
/* `EXPLAIN (…) `, with every option this server's version has and that is worth having. */
const char *explain_prefix(Arena *arena, const ExplainSpec *spec, const Server *server);

#endif
