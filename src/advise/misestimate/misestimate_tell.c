/* misestimate_tell.c: findings on the places where the planner's count of rows goes wrong. */
#include "advise/misestimate.h"
#include "advise/say.h"
#include "core/format.h"

#define FACTOR 10.0 /* between planned and actual rows; smaller ones seldom change a plan */

static Finding finding_of(const Advice *advice, const Rule *rule, const PlanNode *node, const Misled *misled,
                          const MisestimateCause *cause) {
	Arena *arena = advice->arena;
	Finding finding = finding_new(rule->id);
	double times = node->measure.misestimate;
	finding.node = node->id;
	finding.relation = say_relation(arena, node->schema, node->relation);
	if (cause->stale) finding.relation = cause->stale;
	finding.columns = cause->columns;
	finding.column_count = cause->column_count;
	finding.title =
	    arena_printf(arena, "%s returned %s, not the %s planned", say_node(arena, node),
	                 say_rows(arena, node->measure.rows_actual), format_rows(arena, node->measure.rows_planned));
	finding.evidence = arena_printf(arena, "The estimate is %s times too %s, and %s: %s.", format_rows(arena, times),
	                                node->measure.underestimated ? "low" : "high", misled->what,
	                                say_share(arena, advice->plan, misled->stake_ms, misled->stake_cost));
	finding.because = cause->because;
	finding.kind = cause->kind;
	finding.sql = cause->sql;
	finding.undo = cause->undo;
	finding.notes = cause->notes;
	finding.locks = cause->kind == REMEDY_STATISTICS ? "Reads and writes go on (ShareUpdateExclusive)." : NULL;
	finding_weigh(advice->plan, &finding, misled->stake_ms, misled->stake_cost, 1 - misled->part);
	return finding;
}

/* One ANALYZE mends all that a table's statistics spoil. */
static Finding *same_table(FindingList *findings, const Finding *finding) {
	for (size_t i = 0; i < findings->count; i++) {
		Finding *told = &findings->items[i];
		if (told->rule == finding->rule && strcmp(told->relation, finding->relation) == 0) return told;
	}
	return NULL;
}

static void add(Advice *advice, const Finding *finding, bool one_a_table) {
	Finding *told = one_a_table ? same_table(&advice->findings, finding) : NULL;
	if (!told) *list_push(advice->arena, &advice->findings) = *finding;
	else if (finding_gain(finding) > finding_gain(told)) *told = *finding;
}

void misestimates_tell(Advice *advice, const Rule *rule, bool stale) {
	const Plan *plan = advice->plan;
	if (!plan->analyzed) return;
	const bool *starts = misestimate_starts(advice->arena, plan, FACTOR);
	for (size_t i = 0; i < plan->node_count; i++) {
		const PlanNode *node = plan->nodes[i];
		Misled misled = starts[i] ? misestimate_misled(advice->arena, plan, node) : (Misled){.choice = NULL};
		if (!misled.choice) continue;
		MisestimateCause cause = misestimate_cause(advice, node);
		if ((cause.stale != NULL) != stale) continue;
		Finding finding = finding_of(advice, rule, node, &misled, &cause);
		add(advice, &finding, stale);
	}
}
