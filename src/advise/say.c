/* say.c: phrases that several rules need. */
#include "advise/say.h"

#include "advise/near_index.h"
#include "advise/proof.h"
#include "core/format.h"

const char *say_share(Arena *arena, const Plan *plan, double ms, double cost) {
	double statement_ms = plan_statement_ms(plan);
	if (statement_ms > 0 && !isnan(ms)) {
		return arena_printf(arena, "%s of %s (%s)", format_ms(arena, fmin(ms, statement_ms)),
		                    format_ms(arena, statement_ms), format_share(arena, fmin(ms / statement_ms, 1)));
	}
	if (isnan(plan->root->total_cost)) return "how long it took is not told";
	return arena_printf(arena, "%s of the estimated cost", format_share(arena, plan_share(plan, NAN, cost)));
}

const char *say_savings(Arena *arena, const Plan *plan, const Finding *finding) {
	if (finding->proof && finding->basis == BASIS_MEASURED) {
		const char *saved = format_ms(arena, finding->saves_ms);
		return finding->saves_ms > 0 ? arena_printf(arena, "%s of %s", saved, format_ms(arena, finding->proof->ms[0])) : NULL;
	}
	const char *share = finding->saves_share > 0 ? format_share(arena, finding->saves_share) : NULL;
	if (isnan(finding->saves_ms)) return share ? arena_printf(arena, "~%s of the cost", share) : NULL;
	double whole_ms = plan->execution_ms;
	if (finding->saves_ms > whole_ms) whole_ms += plan->planning_ms; /* it is planning that it saves */
	return arena_printf(arena, "~%s of %s", format_ms(arena, finding->saves_ms), format_ms(arena, whole_ms));
}

const char *say_rows(Arena *arena, double rows) {
	if (rows >= 1) rows = round(rows);
	return rows == 1 ? "1 row" : arena_printf(arena, "%s rows", format_rows(arena, rows));
}

const char *say_cost(Arena *arena, double cost) {
	return format_unit(arena, UNIT_NONE, cost);
}

const char *say_calls(Arena *arena, const Facts *facts) {
	const StatementUse *use = facts ? facts->use : NULL;
	if (!use || !(use->calls > 0)) return NULL;
	const char *rate = use->calls_per_s > 0 ? arena_printf(arena, "%s a second, ", format_unit(arena, UNIT_RATE, use->calls_per_s)) : "";
	return arena_printf(arena, "%s, %s%s rows each", format_rows(arena, use->calls), rate, format_rows(arena, use->rows_per_call));
}

const char *say_part(Arena *arena, double ratio) {
	return ratio <= 0 ? "none" : ratio >= 1 ? "all" : format_share(arena, ratio);
}

const char *say_columns(Arena *arena, const char *const *columns, size_t count) {
	const char *list = "";
	for (size_t i = 0; i < count; i++)
		list = arena_printf(arena, "%s%s%s", list, !i ? "" : i + 1 == count ? " and " : ", ", columns[i]);
	return list;
}

const char *say_relation(Arena *arena, const char *schema, const char *name) {
	return schema && name ? arena_printf(arena, "%s.%s", schema, name) : name;
}

const char *say_table(Arena *arena, const TableFacts *table) {
	const char *rows = table->rows >= 0 ? arena_printf(arena, "~%s rows", format_rows(arena, table->rows)) : "never analyzed";
	const char *size = isnan(table->bytes) ? "" : arena_printf(arena, ", %s", format_bytes(arena, table->bytes));
	return arena_printf(arena, "%s (%s%s)", say_relation(arena, table->schema, table->name), rows, size);
}

const char *say_node(Arena *arena, const PlanNode *node) {
	const char *label = node->label ? node->label : node->type;
	return node->relation ? arena_printf(arena, "%s on %s", label, node->relation) : label;
}

const char *say_waste(Arena *arena, const Plan *plan, const Scan *scan, const char *condition) {
	return arena_printf(arena, "%s checks %s for %s and throws %s of the rows away: %s.", say_node(arena, scan->node), condition,
	                    say_rows(arena, scan->rows_read), say_part(arena, 1 - scan->rows_out / scan->rows_read),
	                    say_share(arena, plan, scan->self_ms, scan->self_cost));
}

const char *say_keys(Arena *arena, const PlanNode *node, const char *field) {
	const char *list = "", *key;
	for (size_t i = 0; (key = node_list_text(node, field, i)); i++) list = arena_printf(arena, "%s%s%s", list, i ? ", " : "", key);
	return list;
}

const char *say_no_index(Arena *arena, const Scan *scan, const IndexAdvice *index) {
	const char *keys = sql_list(arena, index->columns, index->column_count), *unused = near_index_fault(arena, scan, index);
	if (!scan->table)
		return arena_printf(arena, "If no index on %s begins with (%s), this is why; a plan alone does not tell.",
		                    scan->name, keys);
	if (unused) return unused;
	const char *only = index->where ? arena_printf(arena, " and holds only rows WHERE %s", index->where) : "";
	return arena_printf(arena, "No index on %s begins with (%s)%s.", scan->name, keys, only);
}
