/* unused_cause.c: why the planner does without an index. */
#include "advise/unused_cause.h"

#include "advise/index_obstacle.h"
#include "advise/unused_cost.h"

static bool is_read(const UnusedQuestion *question, const TableAsked *asked) {
	for (size_t i = 0; question->table && i < question->plan->node_count; i++) {
		const PlanNode *node = question->plan->nodes[i];
		if (node_is_scan_of_table(node) && node->relation && strcmp(node->relation, question->table->name) == 0) return true;
	}
	return asked->scan != NULL;
}

static UnusedCause unknown_cause(const UnusedQuestion *question, const TableAsked *asked) {
	if (!is_read(question, asked))
		return (UnusedCause){.word = "not-asked-for",
		                     .text = "This plan does not read its table: one that is only written to is not searched."};
	if (!asked->scan)
		return (UnusedCause){.word = "unknown",
		                     .text = "Its table is temporary or one of the system's: pgwhy does not look into what is "
		                             "asked of these."};
	return (UnusedCause){.word = "unknown",
	                     .text = "What keeps the planner from it is not plain from its definition; no way of planning this "
	                             "statement takes it."};
}

/* Does the plan that was made to take it gain by that? */
static bool is_of_use(Arena *arena, const IndexCase *is, const UnusedEvidence *evidence) {
	if (!evidence->forced) return false;
	PredicateList searched = node_conditions(arena, evidence->node, "Index Cond");
	return index_is_of_use(arena, is, &searched);
}

UnusedCauseList unused_causes(Arena *arena, const UnusedQuestion *question, const UnusedEvidence *evidence) {
	UnusedCauseList causes = {0};
	UnusedCause obstacle;
	TableAsked asked = {0};
	ScanList scans = scans_of_plan(arena, question->plan, question->statement, question->facts);
	if (question->table) asked = table_asked(arena, question->plan, question->statement, &scans, question->table);
	IndexCase is = {.name = "It",
	                .index = question->index,
	                .known = question->known,
	                .table = question->table,
	                .facts = question->facts,
	                .asked = &asked,
	                .forced = evidence->forced != NULL};
	if (asked.scan && !is_of_use(arena, &is, evidence) && index_obstacle(arena, &is, &obstacle)) *list_push(arena, &causes) = obstacle;
	if (!causes.count) causes = unused_cost_causes(arena, question, evidence, &is);
	if (!causes.count) *list_push(arena, &causes) = unknown_cause(question, &asked);
	return causes;
}
