/* finding_read.c: findings out of the report's JSON. */
#include "advise/proof.h"
#include "advise/tried.h"
#include "report/finding.h"
#include "report/repeated.h"

#define ENTRIES(list) (sizeof(list) / sizeof *(list))

/* ---- its parts ---- */

static void read_index(JsonReader *reader, const json_t *object, IndexAdvice *index) {
	JsonTexts columns = json_read_texts(reader, object, "columns"), include = json_read_texts(reader, object, "include");
	*index = (IndexAdvice){
		.name = json_need_text(reader, object, "name"),
		.method = json_read_text(reader, object, "method"),
		.columns = columns.items,
		.column_count = columns.count,
		.include = include.items,
		.include_count = include.count,
		.where = json_read_text(reader, object, "where"),
		.bytes = json_read_number(reader, object, "bytes"),
		.partitioned = json_read_flag(reader, object, "partitioned"),
	};
	json_read_relation(reader, object, &index->schema, &index->table);
	if (!columns.count) json_wrong(reader, "columns", "are none");
}

static void read_remedy(JsonReader *reader, const json_t *object, Finding *finding) {
	const char *const kinds[] = {
		remedy_kind_name(REMEDY_NONE), remedy_kind_name(REMEDY_INDEX), remedy_kind_name(REMEDY_DROP_INDEX), remedy_kind_name(REMEDY_REWRITE),
		remedy_kind_name(REMEDY_SETTING), remedy_kind_name(REMEDY_STATISTICS), remedy_kind_name(REMEDY_MAINTENANCE), remedy_kind_name(REMEDY_SCHEMA),
	};
	const json_t *forms = json_read_list(reader, object, "forms");
	finding->kind = (RemedyKind)json_read_name(reader, object, "kind", kinds, ENTRIES(kinds), REMEDY_NONE);
	finding->sql = json_read_text(reader, object, "sql");
	finding->before = json_read_text(reader, object, "before");
	finding->rewrite = json_read_text(reader, object, "rewrite");
	finding->undo = json_read_text(reader, object, "undo");
	for (size_t i = 0; i < json_array_size(forms); i++) {
		const json_t *form = json_array_get(forms, i);
		*list_push(reader->arena, &finding->forms) = (StatementForm){json_need_text(reader, form, "name"), json_need_text(reader, form, "sql")};
	}
}

static RowsCompared read_compared(JsonReader *reader, const json_t *object) {
	const char *const verdicts[] = {rows_verdict_name(ROWS_SAME), rows_verdict_name(ROWS_SAME_SO_FAR), rows_verdict_name(ROWS_DIFFERENT), rows_verdict_name(ROWS_NOT_COMPARED)};
	double place = json_read_number(reader, object, "differs_at_row");
	RowsCompared compared = {
		.verdict = (RowsVerdict)json_read_name(reader, object, "verdict", verdicts, ENTRIES(verdicts), ROWS_NOT_COMPARED),
		.counts = {json_read_number(reader, object, "rows_before"), json_read_number(reader, object, "rows_after")},
		.place = place > 0 ? place : 0,
		.rows = {json_read_text(reader, object, "row_before"), json_read_text(reader, object, "row_after")},
		.why_not = json_read_text(reader, object, "why"),
	};
	bool needs_why = compared.verdict == ROWS_SAME_SO_FAR || compared.verdict == ROWS_NOT_COMPARED;
	if (needs_why && !compared.why_not) json_wrong(reader, "why", "is missing");
	return compared;
}

static const Proof *read_proof(JsonReader *reader, const json_t *object) {
	if (!object) return NULL;
	Proof *proof = ARENA_NEW(reader->arena, Proof);
	*proof = (Proof){
		.compared = read_compared(reader, object),
		.ms = {json_read_number(reader, object, "before_ms"), json_read_number(reader, object, "after_ms")},
		.blocks = {json_read_number(reader, object, "before_shared_blocks"), json_read_number(reader, object, "after_shared_blocks")},
		.repeated = repeated_of_json(reader, json_read_object(reader, object, "runs")),
	};
	return proof;
}

static const Tried *read_tried(JsonReader *reader, const json_t *object) {
	if (!object) return NULL;
	Tried *tried = ARENA_NEW(reader->arena, Tried);
	*tried = (Tried){
		.unseen = !json_read_flag(reader, object, "seen"),
		.ms = {json_read_number(reader, object, "before_ms"), json_read_number(reader, object, "after_ms")},
		.blocks = {json_read_number(reader, object, "before_shared_blocks"), json_read_number(reader, object, "after_shared_blocks")},
		.cost = {json_read_number(reader, object, "cost_before"), json_read_number(reader, object, "cost_after")},
		.build_ms = json_read_number(reader, object, "build_ms"),
		.bytes = json_read_number(reader, object, "bytes"),
	};
	return tried;
}

/* ---- a finding ---- */

/* Everybody prints it as it stands, so it is what a rule may be called: "missing-index". */
static const char *read_rule(JsonReader *reader, const json_t *object) {
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	const char *rule = json_need_text(reader, object, "rule");
	if (!*rule || rule[strspn(rule, letters)]) json_wrong(reader, "rule", "is no name of a rule");
	return rule;
}

/* 0: the whole statement. */
static int read_node(JsonReader *reader, const json_t *object, const Plan *plan) {
	double node = json_read_number(reader, object, "node");
	bool there = isnan(node) || (node >= 0 && node <= (double)plan->node_count && node == floor(node));
	if (!there) json_wrong(reader, "node", "is none of this plan");
	return there && !isnan(node) ? (int)node : 0;
}

/* The words for how grave it is and how we know, the least of them for one we do not know. */
static void read_weight(JsonReader *reader, const json_t *object, Finding *finding) {
	const char *const severities[] = {severity_name(SEVERITY_INFO), severity_name(SEVERITY_WARNING), severity_name(SEVERITY_CRITICAL)};
	const char *const bases[] = {basis_name(BASIS_HEURISTIC), basis_name(BASIS_ESTIMATED), basis_name(BASIS_HYPOTHETICAL), basis_name(BASIS_MEASURED)};
	finding->severity = (Severity)json_read_name(reader, object, "severity", severities, ENTRIES(severities), SEVERITY_INFO);
	finding->basis = (Basis)json_read_name(reader, object, "basis", bases, ENTRIES(bases), BASIS_HEURISTIC);
	finding->cost_before = json_read_number(reader, object, "cost_before");
	finding->cost_after = json_read_number(reader, object, "cost_after");
	finding->saves_ms = json_read_number(reader, object, "saves_ms");
	finding->saves_share = json_read_number(reader, object, "saves_share");
	finding->index_bytes = json_read_number(reader, object, "index_bytes");
}

static void read_words(JsonReader *reader, const json_t *object, Finding *finding) {
	finding->relation = json_read_text(reader, object, "relation");
	finding->title = json_need_text(reader, object, "title");
	finding->evidence = json_read_text(reader, object, "evidence");
	finding->because = json_read_text(reader, object, "because");
	finding->locks = json_read_text(reader, object, "locks");
	finding->notes = json_read_text(reader, object, "notes");
}

static void read_lists(JsonReader *reader, const json_t *object, Finding *finding) {
	const json_t *indexes = json_read_list(reader, object, "indexes"), *alternatives = json_read_list(reader, object, "alternatives");
	JsonTexts columns = json_read_texts(reader, object, "columns"), symptoms = json_read_texts(reader, object, "symptoms");
	finding->columns = columns.items;
	finding->column_count = columns.count;
	for (size_t i = 0; i < symptoms.count; i++) *list_push(reader->arena, &finding->symptoms) = symptoms.items[i];
	for (size_t i = 0; i < json_array_size(indexes); i++) read_index(reader, json_array_get(indexes, i), list_push(reader->arena, &finding->indexes));
	for (size_t i = 0; i < json_array_size(alternatives); i++) read_index(reader, json_array_get(alternatives, i), list_push(reader->arena, &finding->alternatives));
}

static Finding read_finding(JsonReader *reader, const json_t *object, const Plan *plan) {
	Finding finding = finding_new(read_rule(reader, object));
	finding.node = read_node(reader, object, plan);
	read_weight(reader, object, &finding);
	read_words(reader, object, &finding);
	read_lists(reader, object, &finding);
	read_remedy(reader, json_read_object(reader, object, "remedy"), &finding);
	finding.proof = read_proof(reader, json_read_object(reader, object, "proof"));
	finding.tried = read_tried(reader, json_read_object(reader, object, "tried"));
	return finding;
}

bool findings_of_json(Arena *arena, const json_t *list, const Plan *plan, FindingList *findings, Err *err) {
	JsonReader reader = {.arena = arena, .err = err};
	*findings = (FindingList){0};
	if (!json_is_array(list)) json_wrong(&reader, "findings", "are no list");
	for (size_t i = 0; i < json_array_size(list) && !reader.failed; i++) *list_push(arena, findings) = read_finding(&reader, json_array_get(list, i), plan);
	return !reader.failed;
}
