/* explain.h: a user's statement under EXPLAIN, safely, and never executed in any other way.
 *
 * Two forms: `EXPLAIN (…) <text>` by the extended protocol (so exactly one statement), or, for a text with
 * $1 and no values, PREPARE + EXPLAIN EXECUTE with a generic plan. Own transaction, READ ONLY unless a write
 * was confirmed, with statement and lock timeouts by set_config(…, true); always rolled back; the connection is checked
 * to be idle again afterwards. Safe behind a pooler: what must not outlive the transaction is taken away again. */
#ifndef PGWHY_PG_EXPLAIN_H
#define PGWHY_PG_EXPLAIN_H

#include "advise/facts.h"
#include "pg/conn.h"
#include "pg/explain_spec.h"

typedef struct PretendedIndex {
	const char *name; /* as the plan names it: <13543>btree_orders_status */
	double bytes; /* HypoPG's estimate, an upper bound */
} PretendedIndex;

typedef struct ExplainReply {
	const char *json; /* NULL on error; lives in arena */
	size_t len;
	Arena *arena; /* taken over when set to NULL by the receiver */
	Err *err;
	bool would_write; /* SQLSTATE 25006: a read that turned out to write: ask, then allow_write */
	bool generic; /* planned with parameters unknown */
	const char *const *types; /* of its parameters $1 …, as the server found them */
	size_t type_count; /* 0: it has none, or they were not found out */
	const char *search_path; /* that its tables were found with; NULL: ours */
	const char *notes; /* what was changed to make it plan (casts added, search_path tried), or NULL */
	double ms; /* of the EXPLAIN itself, seen from here */
	const PretendedIndex *pretended; /* one an index that was to be pretended */
	size_t pretended_count;
} ExplainReply;
typedef void (*ExplainFn)(void *owner, ExplainReply *reply);

typedef struct Explain Explain;
/* One at a time on a connection, others wait. The callback never comes from in here; until it returns the handle is valid.
 * Everything is copied. */
Explain *explain_start(Conn *conn, const ExplainSpec *spec, ExplainFn reply, void *owner);
void explain_cancel(Explain *explain); /* PQcancel in a job; the callback comes with ERR_CANCELLED */
int explain_backend_pid(const Explain *explain); /* to look at its wait event from another connection; 0: not known yet */

/* What to tell of: tables (columns, statistics, indexes, sizes) and functions that a statement and its plan name, and its calls. */
typedef struct FactsWish {
	const TableRef *tables;
	size_t table_count;
	const FunctionCall *functions;
	size_t function_count;
	int64_t queryid; /* 0: not known */
} FactsWish;
typedef struct FactsReply {
	Facts *facts; /* NULL on error */
	Arena *arena; /* taken over when set to NULL */
	Err *err;
} FactsReply;
typedef void (*FactsFn)(void *owner, FactsReply *reply);
void facts_load(Conn *conn, const FactsWish *wish, FactsFn reply, void *owner);
/* Is running it free of side effects as far as the catalog tells? Names the first VOLATILE function that is not on the list of
 * harmless ones (random(), clock_timestamp() …), or NULL. */
const char *facts_volatile_function(Arena *arena, const Facts *facts, const Statement *statement);

#endif
