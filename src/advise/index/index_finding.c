/* index_finding.c: a finding whose remedy is the index chosen for a scan. */
#include "advise/index_finding.h"

#include "advise/index_name.h"
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

IndexAdvice index_on_key(const Advice *advice, const Scan *scan, const char *method, const IndexKey *key, const char *opclass) {
	IndexAdvice index = {.schema = scan->schema, .table = scan->name, .method = method, .partitioned = scan->partitioned, .bytes = NAN};
	index.columns = ARENA_ARRAY(advice->arena, const char *, 1);
	index.columns[index.column_count++] = index_key_text(advice->arena, key);
	index.name = index_name(advice->arena, advice->facts, &index, 0);
	if (opclass) index.columns[0] = arena_printf(advice->arena, "%s %s", index.columns[0], opclass);
	return index;
}

IndexNeed index_need_of_scan(const Advice *advice, const Scan *scan) {
	IndexNeed need = index_need(advice->arena, scan);
	if (!advice->settings->no_include) index_need_output(advice->arena, &need, advice->statement);
	return need;
}
