/* unused_cause.c: why the planner does without an index. */
#include "advise/unused_cause.h"

#include "advise/index_obstacle.h"
#include "advise/unused_cost.h"

/* Those that make the index no use as the statement stands come first; it could be used, and is reckoned dearer, by the others. */
const UnusedReason unused_reasons[] = {
	{"invalid", "it is invalid"},
	{"predicate-not-implied", "it holds only some of the rows"},
	{"collation", "it is sorted by another collation"},
	{"opclass", "its operator class serves other operators"},
	{"index-type", "no index of its kind answers this"},
	{"leading-wildcard", "the pattern may begin with anything"},
	{"not-equal", "<> asks for all values but one"},
	{"cast", "its column is cast"},
	{"function-on-column", "something computed from its column is asked for"},
	{"expression", "it is on an expression, not on the column"},
	{"or-condition", "it serves only one side of an OR"},
	{"leading-column", "its first column is not asked for"},
	{"order", "its order is another one"},
	{"not-asked-for", "the statement has no use for it"},
	{"statistics", "the statistics may mislead the planner"},
	{"other-index", "there is a better one"},
	{"selectivity", "it would fetch too many rows"},
	{"brin-uncorrelated", "the values lie scattered over the table"},
	{"generic-plan", "the plan is for any values"},
	{"small-table", "the table is small"},
	{"cost-settings", "settings keep the planner from it"},
	{"unknown", "the reason does not show"},
	{0},
};

const char *unused_cause_told(Arena *arena, const UnusedCause *cause) {
	const UnusedReason *reason = unused_reasons;
	while (reason->word && strcmp(reason->word, cause->word) != 0) reason++;
	return arena_printf(arena, "%s. %s", reason->word ? reason->means : cause->word, cause->text);
}

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
