/* ticket_now.c: chapters of the report: what it is about, and how things are. */
#include <math.h>

#include "base/utf8.h"
#include "base/version.h"
#include "core/format.h"
#include "plan/words.h"
#include "report/markdown.h"
#include "report/migration_parts.h"
#include "report/ticket_parts.h"

void ticket_add_title(Str *out, Arena *arena, const PlanReport *report) {
	const Finding *first = report->findings && report->findings->count ? report->findings->items : NULL;
	markdown_add_heading(out, arena, 2, first && first->title ? first->title : "A statement and its plan");
	str_printf(out, "Report %s%s%s, pgwhy %s\n", report_id(arena, report), report->at_s ? ", " : "", report->at_s ? migration_date(arena, report->at_s) : "", PGWHY_VERSION);
}

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

static const char *calls(Arena *arena, const StatementUse *use) {
	if (!use || !(use->calls > 0)) return NULL;
	return arena_printf(arena, "%s, %s rows each (pg_stat_statements)", format_rows(arena, use->calls), format_rows(arena, use->rows_per_call));
}

void ticket_add_performance(Str *out, Arena *arena, const PlanReport *report) {
	const Plan *plan = report->plan;
	const Facts *facts = report->facts;
	double block_bytes = facts && facts->server && facts->server->block_bytes ? (double)facts->server->block_bytes : 8192;
	if (!plan->root) return;
	bool timed = plan->analyzed && !isnan(plan->execution_ms);
	markdown_add_heading(out, arena, 3, "Current performance");
	markdown_add_item(out, arena, "time", timed ? format_ms(arena, plan->execution_ms) : NULL);
	markdown_add_item(out, arena, "planning", isnan(plan->planning_ms) ? NULL : format_ms(arena, plan->planning_ms));
	markdown_add_item(out, arena, "cost", !isnan(plan->root->total_cost) ? format_unit(arena, UNIT_NONE, plan->root->total_cost) : NULL);
	markdown_add_item(out, arena, "buffers", blocks_words(arena, plan, block_bytes));
	markdown_add_item(out, arena, "temporary files", spilled(arena, plan, block_bytes));
	markdown_add_item(out, arena, "calls", facts ? calls(arena, facts->use) : NULL);
	markdown_add_item(out, arena, "basis", plan->analyzed ? "measured, one run under EXPLAIN ANALYZE unless more are told below" : "estimated by the planner, not run");
}

/* ---- the indexes there are ---- */

static const char *kind_of(const IndexFacts *index) {
	return !index->valid ? "INVALID" : index->primary ? "primary key" : index->constraint ? "constraint" : index->unique ? "unique" : "";
}

static void add_index_row(Str *out, Arena *arena, const IndexFacts *index) {
	const char *definition = index->definition ? strstr(index->definition, " USING ") : NULL;
	const char *const cells[] = {
		index->name, definition ? definition + strlen(" USING ") : index->method, kind_of(index),
		isnan(index->bytes) ? "" : format_bytes(arena, index->bytes), isnan(index->scans) ? "" : format_rows(arena, index->scans),
	};
	markdown_add_row(out, arena, cells, sizeof cells / sizeof *cells);
}

static const char *table_words(Arena *arena, const TableFacts *table) {
	const char *rows = table->rows >= 0 ? arena_printf(arena, "~%s rows", format_rows(arena, table->rows)) : "never analyzed";
	const char *size = isnan(table->bytes) ? "" : arena_printf(arena, ", %s", format_bytes(arena, table->bytes));
	return arena_printf(arena, "%s.%s (%s%s)", table->schema, table->name, rows, size);
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

static void add_table(Str *out, Arena *arena, const TableFacts *table) {
	static const char *const titles[] = {"index", "on", "kind", "size", "scans"};
	markdown_add_gap(out);
	str_add(out, "**");
	markdown_add_text(out, utf8_clean(arena, table_words(arena, table)));
	str_add(out, table->indexes.count ? "**\n\n" : "**: no index\n");
	if (!table->indexes.count) return;
	markdown_add_row(out, arena, titles, sizeof titles / sizeof *titles);
	markdown_add_rule(out, sizeof titles / sizeof *titles);
	for (size_t i = 0; i < table->indexes.count; i++) add_index_row(out, arena, &table->indexes.items[i]);
}

void ticket_add_indexes(Str *out, Arena *arena, const PlanReport *report) {
	const Facts *facts = report->facts;
	if (!facts || !facts->tables.count) return;
	markdown_add_heading(out, arena, 3, "Current indexes");
	for (size_t i = 0; i < facts->tables.count; i++)
		if (!is_partition(facts, &facts->tables.items[i])) add_table(out, arena, &facts->tables.items[i]);
}
