/* explain_spec.c: what of an EXPLAIN is never sent, and the options that say the rest. */
#include "pg/explain_spec.h"

#include <strings.h>

/* ---- never sent ---- */

/* Settings that lift what keeps a statement harmless, or that have a place of their own. */
static const struct {
	const char *beginning, *instead;
} guarded[] = {
	{"transaction_", "Whether a statement may write is asked before it is run."},
	{"default_transaction_", "Whether a statement may write is asked before it is run."},
	{"role", "Connect as that role instead."},
	{"session_authorization", "Connect as that role instead."},
	{"is_superuser", "Connect as such a role instead."},
	{"statement_timeout", "It is pgwhy's own setting statement_timeout_ms."},
	{"lock_timeout", "It is pgwhy's own setting lock_timeout_ms."},
	{"idle_", "pgwhy's transactions are never left idle."},
	{"client_encoding", "pgwhy reads UTF-8."},
	{"plan_cache_mode", "Statements with $1 get a generic plan; with values written out they get a plan for these."},
};

bool explain_setting_allowed(const char *name, Err *err) {
	for (size_t i = 0; i < sizeof guarded / sizeof *guarded; i++) {
		size_t len = strlen(guarded[i].beginning);
		bool whole = guarded[i].beginning[len - 1] != '_';
		if (strncasecmp(name, guarded[i].beginning, len) != 0 || (whole && name[len])) continue;
		err_set(err, ERR_REFUSED, "setting \"%s\" cannot be changed for a statement", name);
		err_hint(err, "%s", guarded[i].instead);
		return false;
	}
	return true;
}

static const struct {
	StatementKind kind;
	const char *message, *hint;
} unexplainable[] = {
	{STATEMENT_EMPTY, "there is no statement", "Write one that EXPLAIN takes: SELECT, INSERT, UPDATE, DELETE, MERGE, VALUES."},
	{STATEMENT_UTILITY, "a utility statement has no plan, so there is nothing to explain",
     "EXPLAIN takes SELECT, INSERT, UPDATE, DELETE, MERGE, VALUES, DECLARE and CREATE TABLE AS. pgwhy runs nothing else."},
	{STATEMENT_EXPLAIN, "this EXPLAIN cannot be read", "Leave EXPLAIN away: pgwhy puts it in front."},
	{STATEMENT_EXECUTE, "a prepared statement is known only to the session that prepared it", "Write the statement itself."},
};

bool explain_has_plan(const Statement *statement, Err *err) {
	for (size_t i = 0; i < sizeof unexplainable / sizeof *unexplainable; i++) {
		if (statement->kind != unexplainable[i].kind) continue;
		bool told = statement->kind == STATEMENT_EXPLAIN && statement->problem;
		err_set(err, ERR_REFUSED, "%s", told ? statement->problem : unexplainable[i].message);
		err_hint(err, "%s", unexplainable[i].hint);
		return false;
	}
	return true;
}

bool explain_allowed(const ExplainSpec *spec, const Server *server, Err *err) {
	if (spec->pretend_count && !server_has_extension(server, "hypopg"))
		return err_set(err, ERR_REFUSED, "there is no HypoPG to pretend indexes with");
	if (!explain_has_plan(spec->statement, err)) return false;
	if (spec->analyze && spec->statement->parameter_count > 0) {
		err_set(err, ERR_REFUSED, "a statement with parameters cannot be run: their values are not known");
		err_hint(err, "Write values in place of $1 and the others, or only plan it.");
		return false;
	}
	if (spec->analyze && !spec->allow_write && spec->statement->kind == STATEMENT_CREATE_AS) {
		/* the one write that EXPLAIN ANALYZE lets through in a READ ONLY transaction */
		err_set(err, ERR_SERVER, "cannot create a table in a read-only transaction");
		memcpy(err->sqlstate, "25006", sizeof err->sqlstate);
		return false;
	}
	for (size_t i = 0; i < spec->setting_count; i++)
		if (!explain_setting_allowed(spec->settings[i].name, err)) return false;
	return true;
}

/* ---- kept ---- */

/* Of the statement no more than is needed once its owner has gone. */
static const Statement *copy_statement(Arena *arena, const Statement *statement) {
	Statement *copy = ARENA_NEW(arena, Statement);
	copy->text = arena_copy(arena, statement->text);
	copy->kind = statement->kind;
	copy->parameter_count = statement->parameter_count;
	return copy;
}

ExplainSpec explain_spec_copy(Arena *arena, const ExplainSpec *spec) {
	ExplainSetting *settings = ARENA_ARRAY(arena, ExplainSetting, spec->setting_count);
	for (size_t i = 0; i < spec->setting_count; i++)
		settings[i] = (ExplainSetting){arena_copy(arena, spec->settings[i].name), arena_copy(arena, spec->settings[i].value)};
	const char **pretend = ARENA_ARRAY(arena, const char *, spec->pretend_count);
	for (size_t i = 0; i < spec->pretend_count; i++) pretend[i] = arena_copy(arena, spec->pretend[i]);
	ExplainSpec copy = *spec;
	copy.statement = copy_statement(arena, spec->statement);
	copy.settings = settings;
	copy.pretend = pretend;
	copy.analyze = spec->analyze && !spec->pretend_count;
	copy.allow_write = copy.analyze && spec->allow_write;
	return copy;
}

/* ---- the options ---- */

typedef enum When { ALWAYS, PLANNING, ANALYZING, WANT_SERIALIZE, WANT_MEMORY, WANT_NO_TIMING } When;

static const struct {
	const char *option;
	int since; /* major version */
	When when;
} options[] = {
	{"FORMAT JSON", 0, ALWAYS},
	{"ANALYZE", 0, ANALYZING},
	{"VERBOSE", 0, ALWAYS},
	{"SUMMARY", 10, ALWAYS},
	{"SETTINGS", 12, ALWAYS},
	{"BUFFERS", 13, PLANNING},
	{"BUFFERS", 0, ANALYZING},
	{"WAL", 13, ANALYZING},
	{"TIMING OFF", 0, WANT_NO_TIMING},
	{"SERIALIZE TEXT", 17, WANT_SERIALIZE},
	{"MEMORY", 17, WANT_MEMORY},
};

static bool wanted(const ExplainSpec *spec, When when) {
	switch (when) {
	case ALWAYS: return true;
	case PLANNING: return !spec->analyze;
	case ANALYZING: return spec->analyze;
	case WANT_SERIALIZE: return spec->analyze && spec->serialize;
	case WANT_MEMORY: return spec->memory;
	case WANT_NO_TIMING: return spec->analyze && spec->no_timing;
	}
	return false;
}

const char *explain_prefix(Arena *arena, const ExplainSpec *spec, const Server *server) {
	Str text = STR_INIT;
	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		if (server->version / 10000 >= options[i].since && wanted(spec, options[i].when))
			str_printf(&text, "%s%s", text.len ? ", " : "EXPLAIN (", options[i].option);
	str_add(&text, ") ");
	const char *prefix = arena_copy_n(arena, text.text, text.len);
	str_release(&text);
	return prefix;
}
