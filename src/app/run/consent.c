/* consent.c: what is not done to a server without a yes. */
#include "app/consent.h"

#include "core/format.h"

const char consent_to_write[] =
	"A rollback does not undo: sequence numbers drawn, session advisory locks, what triggers or functions do elsewhere "
	"(files, dblink), dead rows and WAL. While it runs, the rows it touches stay locked.";

const char *consent_to_call(Arena *arena, const Statement *statement, const Facts *facts) {
	const char *function = facts_volatile_function(arena, facts, statement);
	if (!function) return NULL;
	return arena_printf(arena, "This statement calls %s(), which is VOLATILE: it may do things even in a READ ONLY transaction", function);
}

static const char *to_write(Arena *arena, const Statement *statement) {
	if (!statement->parsed) return arena_printf(arena, "pgwhy cannot read this statement (%s), so it cannot tell whether it writes", statement->problem);
	const char *target = statement->target.name;
	if (statement->writes) return arena_printf(arena, "This statement writes%s%s", target ? " to " : "", target ? target : "");
	return statement->locks_rows ? "This statement locks rows (FOR UPDATE or FOR SHARE)" : NULL;
}

const char *consent_wanted(Arena *arena, const Statement *statement, const Facts *facts, const Plan *plan, double most_cost, const char **warning) {
	*warning = consent_to_write;
	const char *reason = to_write(arena, statement);
	if (!reason) reason = consent_to_call(arena, statement, facts);
	if (reason) return reason;
	*warning = NULL;
	if (!(plan->root->total_cost > most_cost)) return NULL;
	return arena_printf(arena, "The planner expects a cost of %s, over analyze.max_cost = %s", format_rows(arena, plan->root->total_cost), format_rows(arena, most_cost));
}
