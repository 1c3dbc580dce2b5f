/* whatif.h: what would the planner do if an index were there?
 *
 * HypoPG pretends the indexes for one EXPLAIN, in the same guarded transaction (pg/explain.h); they are taken away again
 * whatever happens, and never meet another statement, behind a pooler either. Only btree, hash, BRIN; nothing is measured. */
#ifndef PGWHY_PG_WHATIF_H
#define PGWHY_PG_WHATIF_H

#include "pg/explain.h"

bool whatif_available(const Server *server, Err *err); /* is HypoPG in this database? err says how it would get there */
bool whatif_can_pretend(const char *method, Err *err); /* an index of that access method */
/* As explain_start, with these CREATE INDEX statements pretended; `analyze` is ignored. The reply's `pretended` names them. */
Explain *whatif_hypothetical(Conn *conn, const char *const *create_index, size_t index_count, const ExplainSpec *spec,
                             ExplainFn reply, void *owner);

#endif
