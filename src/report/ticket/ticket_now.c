/* ticket_now.c: chapters of the report: how fast the statement is, and the indexes there are. */
#include <math.h>

#include "advise/say.h"
#include "core/format.h"
#include "report/markdown.h"
#include "report/ticket_parts.h"

/* ---- how fast it is ---- */

static const char *blocks_words(Arena *arena, const Plan *plan, double block_bytes) {
	double hit = plan->root->blocks.shared_hit, read = plan->root->blocks.shared_read;
	if (!plan->buffers || !(hit + read > 0)) return NULL;
	return arena_printf(arena, "%s blocks, %s, %s of them in cache", format_rows(arena, hit + read), format_bytes(arena, (hit + read) * block_bytes), format_share(arena, hit / (hit + read)));
}

static const char *spilled(Arena *arena, const Plan *plan, double block_bytes) {
	double written = plan->root->blocks.temp_written;
	return plan->buffers && written > 0 ? arena_printf(arena, "%s written", format_bytes(arena, written * block_bytes)) : NULL;
}

void ticket_add_performance(const Ticket *t) {
	const Plan *plan = t->report->plan;
	const Facts *facts = t->report->facts;
	double block_bytes = facts && facts->server && facts->server->block_bytes ? (double)facts->server->block_bytes : 8192;
	const char *called = say_calls(t->arena, facts);
	if (!plan->root) return;
	bool timed = plan->analyzed && !isnan(plan->execution_ms);
	ticket_heading(t, "Current performance");
	ticket_item(t, "time", timed ? format_ms(t->arena, plan->execution_ms) : NULL);
	ticket_item(t, "planning", isnan(plan->planning_ms) ? NULL : format_ms(t->arena, plan->planning_ms));
	ticket_item(t, "buffers", blocks_words(t->arena, plan, block_bytes));
	ticket_item(t, "temporary files", spilled(t->arena, plan, block_bytes));
	ticket_item(t, "cost", !isnan(plan->root->total_cost) ? format_unit(t->arena, UNIT_NONE, plan->root->total_cost) : NULL);
	ticket_item(t, "calls", called ? arena_printf(t->arena, "%s (pg_stat_statements)", called) : NULL);
	ticket_item(t, "basis", !plan->analyzed ? "estimated by the planner, not run" : t->report->repeated ? "measured under EXPLAIN ANALYZE, several runs" : "measured, one run under EXPLAIN ANALYZE");
}

/* ---- the indexes there are ---- */

static const char *kind_of(const IndexFacts *index) {
	return !index->valid ? "INVALID" : index->primary ? "primary key" : index->constraint ? "constraint" : index->unique ? "unique" : "";
}

static void add_index_row(Str *out, Arena *arena, const IndexFacts *index) {
	const char *const cells[] = {
		index->name, index_facts_text(index), kind_of(index),
		isnan(index->bytes) ? "" : format_bytes(arena, index->bytes), isnan(index->scans) ? "" : format_rows(arena, index->scans),
	};
	markdown_add_row(out, arena, cells, sizeof cells / sizeof *cells);
}

/* A partition's indexes are those of its table, which comes along. */
static bool is_partition(const Facts *facts, const TableFacts *table) {
	for (size_t i = 0; i < facts->tables.count; i++)
		for (size_t k = 0; k < facts->tables.items[i].partitions.count; k++) {
			const PartitionFacts *part = &facts->tables.items[i].partitions.items[k];
			if (strcmp(part->name, table->name) == 0 && strcmp(part->schema, table->schema) == 0) return true;
		}
	return false;
}

static void add_table(const Ticket *t, const TableFacts *table) {
	static const char *const titles[] = {"index", "on", "kind", "size", "scans since reset"};
	markdown_add_gap(t->out);
	ticket_bold(t, say_table(t->arena, table));
	str_add(t->out, table->indexes.count ? "\n\n" : table->indexes_unknown ? ": not known\n" : ": no index\n");
	if (!table->indexes.count) return;
	markdown_add_row(t->out, t->arena, titles, sizeof titles / sizeof *titles);
	markdown_add_rule(t->out, sizeof titles / sizeof *titles);
	for (size_t i = 0; i < table->indexes.count; i++) add_index_row(t->out, t->arena, &table->indexes.items[i]);
}

void ticket_add_indexes(const Ticket *t) {
	const Facts *facts = t->report->facts;
	if (!facts || !facts->tables.count) return;
	ticket_heading(t, "Current indexes");
	for (size_t i = 0; i < facts->tables.count; i++)
		if (!is_partition(facts, &facts->tables.items[i])) add_table(t, &facts->tables.items[i]);
}
