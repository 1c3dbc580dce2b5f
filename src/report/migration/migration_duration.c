/* migration_duration.c: how long an index takes to build, by the speed at which the plan read its table. */
#include <math.h>

#include "core/format.h"
#include "report/migration_parts.h"

#define BLOCK_BYTES 8192.0
#define MEASURED_LEAST_BYTES (8 * 1024 * 1024.0) /* less is read in no time that would tell anything */
#define READ_BYTES_PER_S (200 * 1024 * 1024.0) /* assumed: a table out of cache from a good disk */
#define WRITE_BYTES_PER_S (40 * 1024 * 1024.0) /* assumed, as measured of 1.5 M integers and hashes on an ordinary disk: sorting and writing */

static double block_bytes(const Facts *facts) {
	return facts && facts->server && facts->server->block_bytes ? (double)facts->server->block_bytes : BLOCK_BYTES;
}

/* NaN: the plan did not read so much of it, or nobody timed it. */
static double read_bytes_per_s(const PlanReport *report, const IndexAdvice *index) {
	const Plan *plan = report->plan;
	for (size_t i = 0; plan->timed && plan->buffers && i < plan->node_count; i++) {
		const PlanNode *node = plan->nodes[i];
		if (!node->relation || strcmp(node->relation, index->table) != 0 || strcmp(node->type, "Seq Scan") != 0) continue;
		const Blocks *blocks = &node->measure.self_blocks;
		double bytes = (fmax(blocks->shared_hit, 0) + fmax(blocks->shared_read, 0)) * block_bytes(report->facts);
		if (bytes >= MEASURED_LEAST_BYTES && node->measure.self_ms > 0) return bytes / (node->measure.self_ms / 1000);
	}
	return NAN;
}

const char *migration_duration(Arena *arena, const PlanReport *report, const IndexAdvice *index) {
	const TableFacts *table = table_facts(report->facts, index->schema, index->table);
	double bytes = table ? table->bytes : NAN, measured = read_bytes_per_s(report, index);
	if (isnan(bytes)) return NULL;
	double rate = isnan(measured) ? READ_BYTES_PER_S : measured, reads = index->partitioned && !table->partitions.count ? 1 : 2;
	double seconds = reads * bytes / rate + fmax(index->bytes, 0) / WRITE_BYTES_PER_S;
	return arena_printf(arena, "About %s: the table's %s are read %s at %s/s (%s)%s; and as long as the oldest open transaction lasts.",
	                    format_ms(arena, fmax(seconds, 0.1) * 1000), format_bytes(arena, bytes), reads > 1 ? "twice" : "once", format_bytes(arena, rate),
	                    isnan(measured) ? "assumed" : "measured: as this plan read it",
	                    isnan(index->bytes) ? "" : arena_printf(arena, ", ~%s sorted and written at %s/s (assumed)", format_bytes(arena, index->bytes), format_bytes(arena, WRITE_BYTES_PER_S)));
}
