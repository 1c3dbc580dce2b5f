/* explain_spec.h: how a statement is to be explained, what of that is never sent, and the options that say it. */
#ifndef PGWHY_PG_EXPLAIN_SPEC_H
#define PGWHY_PG_EXPLAIN_SPEC_H

#include "core/server.h"
#include "sql/statement.h"

typedef struct ExplainSetting {
	const char *name, *value;
} ExplainSetting;

typedef struct ExplainSpec {
	const Statement *statement;
	bool analyze; /* execute it (rolled back) */
	bool allow_write; /* the user said yes: not READ ONLY */
	bool may_lock; /* it calls what may take locks of the session: they are given back */
	bool serialize, memory; /* asked for with O; sent where the version has them */
	bool no_timing;
	long statement_timeout_ms, lock_timeout_ms;
	const ExplainSetting *settings; /* :with; names that could break out are refused */
	size_t setting_count;
	bool find_path; /* somebody else's text: look for the search_path it ran with when a table is missing ($1 texts: always) */
	const char *const *pretend; /* CREATE INDEX statements to plan with, by HypoPG (pg/whatif.h); not together with analyze */
	size_t pretend_count;
} ExplainSpec;

/* All that explaining needs; allow_write only where something is executed, and nothing is executed with pretended indexes. */
ExplainSpec explain_spec_copy(Arena *arena, const ExplainSpec *spec);

/* May such a setting be given by `settings`? False with ERR_REFUSED: it could break out of what keeps a statement harmless. */
bool explain_setting_allowed(const char *name, Err *err);
/* Has such a statement a plan? False with ERR_REFUSED. */
bool explain_has_plan(const Statement *statement, Err *err);
/* True when it may be sent; else err says why not. */
bool explain_allowed(const ExplainSpec *spec, const Server *server, Err *err);
/* `EXPLAIN (…) `, with every option this server's version has and that is worth having. */
const char *explain_prefix(Arena *arena, const ExplainSpec *spec, const Server *server);

#endif
