/* plans.h: the plans that are kept: put in, listed, fetched, named, marked as the one before, deleted. */
#ifndef PGWHY_STORE_PLANS_H
#define PGWHY_STORE_PLANS_H

#include "store/store.h"

/* Texts may be NULL, figures NaN, where nothing is known; no password stands anywhere in it. */
typedef struct StoredPlan {
	int64_t id; /* 0: none */
	int64_t at_ms; /* since 1970 */
	const char *name;
	bool marked; /* the one before of its statement */
	const char *fingerprint; /* the same for statements that differ in constants only */
	const char *statement;
	const char *parameters; /* "$1 = 42": values that stand in the statement in the place of its parameters */
	const char *settings, *relations; /* JSON: what differed from the defaults, sizes of its tables */
	const char *host, *port, *database, *role;
	int server_version; /* 150020; 0: not known */
	bool measured;
	double execution_ms, cost, shared_blocks;
	const char *findings; /* the report's JSON */
	const char *plan; /* EXPLAIN's JSON, as it came; NULL: only listed */
	size_t plan_len;
} StoredPlan;
typedef LIST(StoredPlan) StoredPlans;

/* Gives it its id, and lets go what is beyond the bounds. Statement, fingerprint and plan are needed. */
bool store_keep(Store *store, StoredPlan *plan, Err *err);
bool store_trim(Store *store, Err *err); /* lets go what is beyond the bounds */
/* All of them, the newest first, without findings and plan, long statements cut. */
bool store_list(Store *store, Arena *arena, StoredPlans *plans, Err *err);
/* Whole. Its id is 0 when there is none (any more). */
bool store_fetch(Store *store, Arena *arena, int64_t id, StoredPlan *plan, Err *err);
bool store_fetch_named(Store *store, Arena *arena, const char *name, StoredPlan *plan, Err *err);
bool store_fetch_marked(Store *store, Arena *arena, const char *fingerprint, StoredPlan *plan, Err *err);
bool store_advise(Store *store, int64_t id, const char *findings, Err *err); /* what is advised on it, now that it was proved or tried */
bool store_name(Store *store, int64_t id, const char *name, Err *err); /* taken from whichever plan had it; NULL: no name any more */
bool store_mark(Store *store, int64_t id, Err *err); /* in the place of the one of its statement that was marked */
bool store_unmark(Store *store, const char *fingerprint, Err *err);
bool store_delete(Store *store, int64_t id, Err *err);

#endif
