/* heap_fetches.c: an index-only scan that has to look into the table all the same, for it was not vacuumed. */
#include "advise/advise.h"
#include "advise/say.h"
#include "core/format.h"

#define FETCHED_SHARE 0.1 /* of the rows found in the index */
#define FETCHED_ROWS 1000.0
#define TIME_SHARE 0.1
#define VISIT_SHARE 0.75 /* of the scan's time, when every row was looked up in the table: 0.77 to 0.8 measured, in a warm cache */
#define VISIBLE_SHARE 0.9 /* of the pages: vacuumed since */

static bool vacuumed_since(const TableFacts *table) {
	return table && table->pages > 0 && table->all_visible_pages >= VISIBLE_SHARE * table->pages;
}

static const char *notes(Arena *arena, const char *table) {
	return arena_printf(arena,
	                    "VACUUM cannot mark a page while a transaction that began before its last change is still open, nor while a "
	                    "replication slot or a prepared transaction holds one back. To have it done more often: ALTER TABLE %s SET "
	                    "(autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02) (the latter from 13 on). "
	                    "A table that is updated all the time will not stay that way.",
	                    table);
}

static void report(Advice *advice, const Rule *rule, const Scan *scan, double fetched) {
	Arena *arena = advice->arena;
	Finding finding = finding_new(rule->id);
	const char *table = sql_qualified(arena, scan->table ? scan->table->schema : scan->node->schema, scan->node->relation);
	const Server *server = advice->facts ? advice->facts->server : NULL;
	finding.node = scan->node->id;
	finding.relation = say_relation(arena, scan->node->schema, scan->node->relation);
	finding.title = arena_printf(arena, "an index-only scan of %s looks %s up in the table", scan->node->relation, say_rows(arena, fetched));
	finding.evidence = arena_printf(arena, "%s found %s in %s and fetched %s from the table: %s.", say_node(arena, scan->node),
	                                say_rows(arena, scan->rows_read), scan->node->index ? scan->node->index : "its index",
	                                format_rows(arena, fetched), say_share(arena, advice->plan, scan->self_ms, scan->self_cost));
	finding.because = "The index does not tell whether a row is visible; only pages that VACUUM marked as all visible since their last change "
			  "need no look.";
	finding.kind = REMEDY_MAINTENANCE;
	finding.sql = arena_printf(arena, "VACUUM (ANALYZE) %s", table);
	finding.locks = "Reads and writes go on (ShareUpdateExclusive); it does not run inside a transaction.";
	finding.notes = notes(arena, table);
	if (server && server->in_recovery) finding.notes = arena_printf(arena, "Run it on the primary. %s", finding.notes);
	double ratio = fmin(fetched / fmax(scan->rows_read, 1), 1);
	finding_weigh(advice->plan, &finding, scan->self_ms, scan->self_cost, 1 - VISIT_SHARE * ratio);
	*list_push(arena, &advice->findings) = finding;
}

static void run(Advice *advice, const Rule *rule) {
	for (size_t i = 0; advice->plan->analyzed && i < advice->scans.count; i++) {
		const Scan *scan = &advice->scans.items[i];
		double fetched = node_is(scan->node, "Index Only Scan") ? node_real(scan->node, "Heap Fetches") : 0;
		if (!(fetched > FETCHED_ROWS) || !(fetched > FETCHED_SHARE * scan->rows_read) || vacuumed_since(scan->table)) continue;
		if (advice_takes(advice, plan_share(advice->plan, scan->self_ms, scan->self_cost), TIME_SHARE)) report(advice, rule, scan, fetched);
	}
}

const Rule rule_heap_fetches = {
    .id = "heap-fetches",
    .summary = "an index-only scan looks rows up in the table, for want of a VACUUM",
    .fires = "An Index Only Scan fetched more than 1,000 rows and 10% of those it found from the table, and takes at least 10% "
	     "of the statement. VACUUM marks the pages all of whose rows everybody sees; the gain is put at 75% of the scan's "
	     "time when every row was fetched. Silent for temporary tables, for fewer fetches, when the catalog says that 90% "
	     "of the pages are marked by now, and for plans that were not run.",
    .sourced = true,
    .run = run,
};
