/* comparison.c: two plans compared, and what became of the findings of the first. */
#include "app/comparison.h"

#include "base/utf8.h"

static const FindingList *look_for(Arena *arena, const ComparedSide *side, const AdviseSettings *settings) {
	const char *text = side->statement ? side->statement : side->plan->statement ? side->plan->statement : "";
	FindingList *findings = ARENA_NEW(arena, FindingList);
	*findings = advise(arena, side->plan, statement_parse(arena, text), side->facts, settings);
	return findings;
}

static void add_note(Arena *arena, DiffNotes *notes, const char *label, const char *text) {
	*list_push(arena, notes) = (DiffNote){label, utf8_clean(arena, text)};
}

static const Facts *sizes_of(const ComparedSide *side) {
	return side->sizes ? side->sizes : side->facts;
}

/* What has grown or shrunk beyond a tenth, of the tables that were looked up both times. */
static void add_sizes(Arena *arena, DiffNotes *notes, const Facts *before, const Facts *after) {
	for (size_t i = 0; before && i < before->tables.count; i++) {
		const TableFacts *was = &before->tables.items[i], *is = table_facts(after, was->schema, was->name);
		if (!is || !diff_counts(was->bytes, is->bytes, 8192)) continue;
		add_note(arena, notes, "size", arena_printf(arena, "%s.%s: %s → %s", was->schema, was->name, format_bytes(arena, was->bytes), format_bytes(arena, is->bytes)));
	}
}

static const Repeated *repeated_of(const ComparedSide *side) {
	return side->repeated ? side->repeated : side->proof ? side->proof->repeated : NULL;
}

static void add_runs(Arena *arena, DiffNotes *notes, const Repeated *repeated) {
	LabelledLines lines = repeated ? repeated_lines(arena, repeated) : (LabelledLines){0};
	for (size_t i = 0; i < lines.count; i++) add_note(arena, notes, *lines.items[i].label ? lines.items[i].label : "runs", lines.items[i].text);
}

static DiffNotes notes_on(Arena *arena, const ComparedSide *before, const ComparedSide *after) {
	DiffNotes notes = {0};
	if (before->origin) add_note(arena, &notes, "before is", before->origin);
	if (after->origin) add_note(arena, &notes, "after is", after->origin);
	bool known = before->server && after->server;
	if (known && strcmp(before->server, after->server) != 0) add_note(arena, &notes, "server", arena_printf(arena, "%s → %s", before->server, after->server));
	add_sizes(arena, &notes, sizes_of(before), sizes_of(after));
	if (after->proof) add_note(arena, &notes, "rows", say_compared(arena, &after->proof->compared));
	add_runs(arena, &notes, repeated_of(after));
	return notes;
}

static void heed_proof(PlanDiff *diff, const Proof *proof) {
	if (proof->compared.verdict == ROWS_SAME) diff->same_rows = KNOWN_YES;
	if (proof->compared.verdict == ROWS_DIFFERENT) diff->same_rows = KNOWN_NO;
}

static void heed_runs(PlanDiff *diff, const Repeated *repeated) {
	const RepeatedSide *sides = repeated->sides;
	if (sides[0].ms.count && sides[1].ms.count) plan_diff_repeated(diff, &sides[0].ms, &sides[1].ms);
}

ComparedSide compared_side_copy(Arena *arena, const ComparedSide *side) {
	ComparedSide copy = *side;
	copy.statement = arena_copy(arena, side->statement);
	copy.server = arena_copy(arena, side->server);
	copy.origin = arena_copy(arena, side->origin);
	copy.problem = arena_copy(arena, side->problem);
	return copy;
}

Comparison compare_plans(Arena *arena, const ComparedSide *before, const ComparedSide *after, const AdviseSettings *settings) {
	AdviseSettings all = *settings;
	all.tell_all = true;
	const FindingList *was = before->findings ? before->findings : look_for(arena, before, settings);
	const FindingList *is = after->findings ? after->findings : look_for(arena, after, settings);
	FindingChangeList *changes = ARENA_NEW(arena, FindingChangeList);
	*changes = findings_compare(arena, after->plan, was, is, look_for(arena, after, &all));
	PlanDiff *diff = plan_diff(arena, before->plan, before->statement, after->plan, after->statement);
	const Repeated *repeated = repeated_of(after);
	if (after->proof) heed_proof(diff, after->proof);
	if (repeated) heed_runs(diff, repeated);
	return (Comparison){.diff = diff, .proof = after->proof, .repeated = repeated, .findings = changes, .servers = {before->server, after->server}, .notes = notes_on(arena, before, after)};
}
