/* applying_after.c: what became of it. Under a lost connection the server may have gone on by itself; while partitions were indexed one by one
 * another may have come. */
#include "app/applying_parts.h"

/* What to look at: its name, and the table it is on. */
typedef struct Doubt {
	const char *schema, *index, *relation; /* index NULL: there is none */
} Doubt;

static Doubt doubt_of(const Applying *a) {
	const IndexAdvice *whole = a->finding.indexes.items;
	if (a->state.lost) {
		const RemedyStep *step = &a->steps.items[a->state.step];
		return (Doubt){step->schema, step->index, step->relation};
	}
	if (err_is(&a->err) || !a->finding.indexes.count || !whole->partitioned) return (Doubt){0};
	return (Doubt){whole->schema, whole->name, sql_qualified(a->arena, whole->schema, whole->table)};
}

bool applying_wonders(const Applying *a) {
	return doubt_of(a).index != NULL;
}

static bool is(const Table *table, const char *column) {
	return table_bool(table, 0, table_column(table, column), false);
}

/* What was lost is said already: it is a hint to that. */
static void tell(Applying *a, const char *what) {
	err_hint(&a->err, "%s :apply does what is left.", what);
	applying_finish(a);
}

static void tell_of_lost(Applying *a, const char *name, const Reply *reply) {
	const Table *table = reply->table;
	if (!table) {
		tell(a, arena_printf(a->arena, "What became of %s is not known: %s.", name, reply->err->message.text));
	} else if (!table->row_count) {
		tell(a, arena_printf(a->arena, "The server answers again: %s is not there.", name));
	} else if (is(table, "valid")) {
		tell(a, arena_printf(a->arena, "The server answers again: %s is there, and valid.", name));
	} else if (is(table, "being_built")) {
		a->doing = arena_printf(a->arena, "%s is still being built: the server goes on by itself", name);
	} else {
		a->state.leftover = arena_printf(a->arena, "DROP INDEX CONCURRENTLY %s", name);
		tell(a, "The server answers again.");
	}
}

static void tell_of_whole(Applying *a, const char *name, const Table *table) {
	if (table && table->row_count && !is(table, "valid")) {
		err_set(&a->err, ERR_REFUSED, "%s is INVALID yet: a partition came meanwhile, or one has no index", name);
		err_hint(&a->err, ":apply does what is left.");
	}
	applying_finish(a);
}

static void index_came(void *owner, Reply *reply) {
	Applying *a = owner;
	a->looking = false;
	if (a->stage != APPLYING_AFTER || (!reply->table && reply->err->kind == ERR_CONNECTION)) return; /* asked again */
	const Doubt doubt = doubt_of(a);
	const char *name = sql_qualified(a->arena, doubt.schema, doubt.index);
	if (a->state.lost) tell_of_lost(a, name, reply);
	else tell_of_whole(a, name, reply->table);
	applying_refresh(a);
}

void applying_wonder(Applying *a) {
	const Doubt doubt = doubt_of(a);
	const char *const params[] = {doubt.schema, doubt.index, doubt.relation};
	conn_catalog(a->watch, "apply_index", params, 3, index_came, a);
}
