/* lock_wait.c: a write took its time without reading or writing anything: it may have waited for somebody's lock. */
#include "advise/advise.h"
#include "advise/say.h"
#include "core/format.h"

#define WAIT_MS 100.0
#define SHARE 0.5 /* of the statement */
/* What may have been work, generously: as slow as a cold disk and a slow row get. */
#define ROW_MS 0.1
#define HIT_MS 0.05
#define READ_MS 10.0

static bool takes_locks(const PlanNode *node) {
	return node_is(node, "LockRows") || node_is(node, "ModifyTable");
}

/* Rows without RETURNING come out of nowhere: those that went in count. */
static double rows_of(const PlanNode *node) {
	double rows = fmax(0, fmax(node->measure.rows_actual, node_real(node, "Tuples Inserted")));
	for (const PlanNode *child = node->first_child; child; child = child->next) rows = fmax(rows, child->measure.rows_actual);
	return rows;
}

/* Of its own time, what no work explains. */
static double waited_ms(const PlanNode *node) {
	const Blocks *own = &node->measure.self_blocks;
	double io_ms = fmax(own->shared_read_ms, 0) + fmax(own->shared_write_ms, 0) + fmax(own->local_read_ms, 0) + fmax(own->local_write_ms, 0);
	double reads = isnan(own->shared_read_ms) ? own->shared_read * READ_MS : io_ms;
	double touched = own->shared_hit + own->shared_dirtied + own->shared_written + own->local_hit + own->temp_read + own->temp_written;
	return node->measure.self_ms - reads - touched * HIT_MS - rows_of(node) * ROW_MS;
}

static void report(Advice *advice, const Rule *rule, const PlanNode *node, double ms) {
	Arena *arena = advice->arena;
	const Blocks *own = &node->measure.self_blocks;
	Finding finding = finding_new(rule->id);
	finding.node = node->id;
	finding.relation = say_relation(arena, node->schema, node->relation);
	finding.title = arena_printf(arena, "%s may have waited %s for a lock", say_node(arena, node), format_ms(arena, ms));
	finding.evidence = arena_printf(arena, "It took %s of its own, for %s and %s blocks: %s.", format_ms(arena, node->measure.self_ms),
	                                say_rows(arena, rows_of(node)), format_rows(arena, own->shared_hit + own->shared_read),
	                                say_share(arena, advice->plan, ms, NAN));
	finding.because = "Rows that another transaction has changed or locked are waited for until that ends, and so is a key that it has "
			  "inserted. EXPLAIN does not tell waiting from working: a CHECK or a generated column that computes long looks the same.";
	finding.notes = "While it happens: SELECT pid, pg_blocking_pids(pid), query FROM pg_stat_activity WHERE wait_event_type = 'Lock'. Afterwards: "
			"log_lock_waits = on logs what waits longer than deadlock_timeout. Once is chance; what keeps transactions open is "
			"to be made shorter.";
	finding_weigh(advice->plan, &finding, ms, NAN, 0);
	*list_push(arena, &advice->findings) = finding;
}

static void run(Advice *advice, const Rule *rule) {
	if (!advice->plan->buffers || !(plan_statement_ms(advice->plan) > 0)) return;
	for (size_t i = 0; i < advice->plan->node_count; i++) {
		const PlanNode *node = advice->plan->nodes[i];
		double ms = takes_locks(node) ? waited_ms(node) : 0;
		if (ms >= WAIT_MS && plan_share(advice->plan, ms, NAN) >= SHARE) report(advice, rule, node, ms);
	}
}

const Rule rule_lock_wait = {
    .id = "lock-wait",
    .summary = "a write took long without reading or writing much: it may have waited for a lock",
    .fires = "A ModifyTable or LockRows took 100 ms of its own or more, half of the statement at least, that neither its rows "
	     "nor its blocks explain, taken at a tenth of a millisecond for each row and 10 ms for each block read where I/O "
	     "was not timed. It is a suspicion: EXPLAIN does not tell waiting from working. What a foreign key's check waits "
	     "for is told by trigger-time. Silent without BUFFERS, and for plans that were not timed. Never above info.",
    .run = run,
};
