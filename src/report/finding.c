/* finding.c: findings as the report's JSON. */
#include "report/finding.h"

#include "advise/proof.h"
#include "advise/tried.h"
#include "report/json_value.h"
#include "report/repeated.h"

static json_t *json_of_texts(const char *const *texts, size_t count) {
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++) json_push(list, json_of_text(texts[i]));
	return list;
}

static json_t *json_of_indexes(const IndexAdvice *indexes, size_t count) {
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++) {
		const IndexAdvice *index = &indexes[i];
		json_t *object = json_object();
		json_put(object, "relation", json_of_qualified(index->schema, index->table));
		json_put(object, "schema", json_of_text(index->schema));
		json_put(object, "table", json_of_text(index->table));
		json_put(object, "partitioned", json_boolean(index->partitioned));
		json_put(object, "name", json_of_text(index->name));
		json_put(object, "method", json_of_text(index->method));
		json_put(object, "columns", json_of_texts(index->columns, index->column_count));
		json_put(object, "include", json_of_texts(index->include, index->include_count));
		json_put(object, "where", json_of_text(index->where));
		json_put(object, "bytes", json_of_count(index->bytes));
		json_push(list, object);
	}
	return list;
}

static json_t *json_of_forms(const Finding *finding) {
	json_t *list = json_array();
	for (size_t i = 0; i < finding->forms.count; i++) {
		json_t *object = json_object();
		json_put(object, "name", json_of_text(finding->forms.items[i].name));
		json_put(object, "sql", json_of_text(finding->forms.items[i].sql));
		json_push(list, object);
	}
	return list;
}

static json_t *json_of_remedy(const Finding *finding) {
	json_t *object = json_object();
	json_put(object, "kind", json_of_text(remedy_kind_name(finding->kind)));
	json_put(object, "sql", json_of_text(finding->sql));
	json_put(object, "before", json_of_text(finding->before));
	json_put(object, "rewrite", json_of_text(finding->rewrite));
	json_put(object, "forms", json_of_forms(finding));
	json_put(object, "undo", json_of_text(finding->undo));
	return object;
}

/* What was found by running both; null where nobody asked for it. */
static json_t *json_of_proof(const Proof *proof) {
	if (!proof) return json_null();
	const RowsCompared *compared = &proof->compared;
	json_t *object = json_object();
	json_put(object, "verdict", json_of_text(rows_verdict_name(compared->verdict)));
	json_put(object, "why", json_of_text(compared->why_not));
	json_put(object, "rows_before", json_of_count(compared->counts[0]));
	json_put(object, "rows_after", json_of_count(compared->counts[1]));
	json_put(object, "differs_at_row", compared->place > 0 ? json_of_count(compared->place) : json_null());
	json_put(object, "row_before", json_of_text(compared->rows[0]));
	json_put(object, "row_after", json_of_text(compared->rows[1]));
	json_put(object, "before_ms", json_of_derived(proof->ms[0]));
	json_put(object, "after_ms", json_of_derived(proof->ms[1]));
	json_put(object, "before_shared_blocks", json_of_count(proof->blocks[0]));
	json_put(object, "after_shared_blocks", json_of_count(proof->blocks[1]));
	json_put(object, "runs", json_of_repeated(proof->repeated));
	return object;
}

/* What became of its indexes when they were built and rolled back; null where nobody tried. */
static json_t *json_of_tried(const Tried *tried) {
	if (!tried) return json_null();
	json_t *object = json_object();
	json_put(object, "seen", json_boolean(!tried->unseen));
	json_put(object, "before_ms", json_of_derived(tried->ms[0]));
	json_put(object, "after_ms", json_of_derived(tried->ms[1]));
	json_put(object, "before_shared_blocks", json_of_count(tried->blocks[0]));
	json_put(object, "after_shared_blocks", json_of_count(tried->blocks[1]));
	json_put(object, "cost_before", json_of_real(tried->cost[0]));
	json_put(object, "cost_after", json_of_real(tried->cost[1]));
	json_put(object, "build_ms", json_of_derived(tried->build_ms));
	json_put(object, "bytes", json_of_count(tried->bytes));
	return object;
}

static json_t *json_of_finding(const Finding *finding) {
	json_t *object = json_object();
	json_put(object, "rule", json_of_text(finding->rule));
	json_put(object, "severity", json_of_text(severity_name(finding->severity)));
	json_put(object, "node", json_integer(finding->node));
	json_put(object, "relation", json_of_text(finding->relation));
	json_put(object, "columns", json_of_texts(finding->columns, finding->column_count));
	json_put(object, "title", json_of_text(finding->title));
	json_put(object, "evidence", json_of_text(finding->evidence));
	json_put(object, "because", json_of_text(finding->because));
	json_put(object, "remedy", json_of_remedy(finding));
	json_put(object, "basis", json_of_text(basis_name(finding->basis)));
	json_put(object, "cost_before", json_of_real(finding->cost_before));
	json_put(object, "cost_after", json_of_real(finding->cost_after));
	json_put(object, "saves_ms", json_of_derived(finding->saves_ms));
	json_put(object, "saves_share", json_of_derived(finding->saves_share));
	json_put(object, "indexes", json_of_indexes(finding->indexes.items, finding->indexes.count));
	json_put(object, "index_bytes", json_of_count(finding->index_bytes));
	json_put(object, "alternatives", json_of_indexes(finding->alternatives.items, finding->alternatives.count));
	json_put(object, "locks", json_of_text(finding->locks));
	json_put(object, "notes", json_of_text(finding->notes));
	json_put(object, "symptoms", json_of_texts(finding->symptoms.items, finding->symptoms.count));
	json_put(object, "proof", json_of_proof(finding->proof));
	json_put(object, "tried", json_of_tried(finding->tried));
	return object;
}

json_t *json_of_findings(const FindingList *findings) {
	json_t *list = json_array();
	for (size_t i = 0; findings && i < findings->count; i++) json_push(list, json_of_finding(&findings->items[i]));
	return list;
}
