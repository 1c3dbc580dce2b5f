/* ticket_done.c: what of the advice about a plan before was carried out since, and is told like what is still to be done. */
#include <math.h>

#include "advise/tried.h"
#include "report/ticket_parts.h"

static bool has_same_keys(const IndexFacts *there, const IndexAdvice *advised) {
	if (there->key_count < advised->column_count) return false;
	for (size_t i = 0; i < advised->column_count; i++)
		if (strcmp(there->keys[i], advised->columns[i]) != 0) return false;
	return there->valid;
}

/* The index that came of the advice, whatever it is called; NULL: there is none. */
static const IndexFacts *index_there(const Facts *facts, const IndexAdvice *advised) {
	const TableFacts *table = table_facts(facts, advised->schema, advised->table);
	for (size_t i = 0; table && i < table->indexes.count; i++) {
		const IndexFacts *there = &table->indexes.items[i];
		if (there->valid && (strcmp(there->name, advised->name) == 0 || has_same_keys(there, advised))) return there;
	}
	return NULL;
}

/* A finding may also be gone because something else was done about it. */
static bool was_done(const Facts *facts, const Finding *finding) {
	for (size_t i = 0; i < finding->indexes.count; i++)
		if (!index_there(facts, &finding->indexes.items[i])) return false;
	return finding->indexes.count > 0;
}

/* What was made has a name already, whatever it was advised to be called. */
static void take_names(Arena *arena, const Facts *facts, Finding *finding) {
	IndexAdvice *indexes = ARENA_ARRAY(arena, IndexAdvice, finding->indexes.count);
	for (size_t i = 0; i < finding->indexes.count; i++) {
		indexes[i] = finding->indexes.items[i];
		indexes[i].name = index_there(facts, &indexes[i])->name;
	}
	finding_set_indexes(arena, finding, indexes, finding->indexes.count);
}

static double bytes_there(const Facts *facts, const Finding *finding) {
	double bytes = 0;
	for (size_t i = 0; i < finding->indexes.count; i++) bytes += index_there(facts, &finding->indexes.items[i])->bytes;
	return bytes;
}

/* As one that was tried: its figures are those of both runs. */
static Finding done_finding(Arena *arena, const PlanReport *report, const Finding *finding) {
	const DiffSide *before = &report->since->diff->before, *after = &report->since->diff->after;
	Tried *tried = ARENA_NEW(arena, Tried);
	*tried = (Tried){
		.ms = {before->ms, after->ms}, .blocks = {before->blocks, after->blocks}, .cost = {before->cost, after->cost},
		.build_ms = NAN, .bytes = bytes_there(report->facts, finding),
	};
	Finding done = *finding;
	done.proof = NULL;
	take_names(arena, report->facts, &done);
	finding_try(&done, tried);
	done.basis = BASIS_MEASURED;
	if (!(tried->bytes > 0)) done.index_bytes = finding->index_bytes; /* a partitioned one has none itself */
	return done;
}

PlanReport ticket_done(Arena *arena, const PlanReport *report) {
	const FindingChangeList *changes = report->since->findings;
	FindingList *findings = ARENA_NEW(arena, FindingList);
	for (size_t i = 0; changes && i < changes->count; i++) {
		const FindingChange *change = &changes->items[i];
		bool over = change->kind == FINDING_GONE || change->kind == FINDING_NOT_WORTH;
		if (over && was_done(report->facts, change->before)) *list_push(arena, findings) = done_finding(arena, report, change->before);
	}
	for (size_t i = 0; report->findings && i < report->findings->count; i++) *list_push(arena, findings) = report->findings->items[i];
	PlanReport done = *report;
	done.id = report_id(arena, report);
	done.findings = findings;
	done.plan = report->since->diff->before.plan;
	if (report->facts_before) done.facts = report->facts_before; /* in which the names of its indexes are free */
	return done;
}
