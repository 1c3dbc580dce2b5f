/* index_finding.c: a finding whose remedy is the index chosen for a scan. */
#include "advise/index_finding.h"

#include "advise/say.h"

Finding index_finding(const Advice *advice, const Rule *rule, const PlanNode *node, const Scan *scan, const IndexChoice *choice) {
	Finding finding = finding_new(rule->id);
	finding.node = node->id;
	finding.kind = REMEDY_INDEX;
	finding.basis = scan->table ? BASIS_ESTIMATED : BASIS_HEURISTIC;
	finding.because = say_no_index(advice->arena, scan, &choice->index);
	finding.notes = choice->notes;
	finding_set_indexes(advice->arena, &finding, &choice->index, 1);
	if (choice->has_second) *list_push(advice->arena, &finding.alternatives) = choice->second;
	return finding;
}

IndexNeed index_need_of_scan(const Advice *advice, const Scan *scan) {
	IndexNeed need = index_need(advice->arena, scan);
	if (!advice->settings->no_include) index_need_output(advice->arena, &need, advice->statement);
	return need;
}
