/* applying_after.c: what became of a step when the connection was lost under it: the server may have gone on by itself. */
#include "app/applying_parts.h"
#include "base/clock.h"

static const RemedyStep *step_of(const Applying *a) {
	return a->state.step < a->steps.count ? &a->steps.items[a->state.step] : NULL;
}

bool applying_wonders(const Applying *a) {
	return a->err.kind == ERR_CONNECTION && a->state.lost && step_of(a) && step_of(a)->index;
}

static bool is(const Table *table, const char *column) {
	return table_bool(table, 0, table_column(table, column), false);
}

/* In the hint: what was lost is said already. */
static void tell(Applying *a, const char *what) {
	err_hint(&a->err, "%s :apply does what is left.", what);
	applying_finish(a);
}

static void index_came(void *owner, Reply *reply) {
	Applying *a = owner;
	const Table *table = reply->table;
	a->looking = false;
	if (a->stage != APPLYING_AFTER || (!table && reply->err->kind == ERR_CONNECTION)) return; /* asked again */
	const char *name = sql_qualified(a->arena, step_of(a)->schema, step_of(a)->index);
	if (!table) tell(a, arena_printf(a->arena, "What became of %s is not known: %s.", name, reply->err->message.text));
	else if (!table->row_count) tell(a, arena_printf(a->arena, "The server answers again: %s is not there.", name));
	else if (is(table, "valid")) tell(a, arena_printf(a->arena, "The server answers again: %s is there, and valid.", name));
	else if (is(table, "being_built")) a->doing = arena_printf(a->arena, "%s is still being built: the server goes on by itself", name);
	else {
		a->state.leftover = arena_printf(a->arena, "DROP INDEX CONCURRENTLY %s", name);
		tell(a, "The server answers again.");
	}
	applying_refresh(a);
}

void applying_wonder(Applying *a) {
	const RemedyStep *step = step_of(a);
	const char *const params[] = {step->schema, step->index, step->relation};
	conn_catalog(a->watch, "apply_index", params, 3, index_came, a);
}
