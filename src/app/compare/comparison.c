/* comparison.c: two plans compared, and what became of the findings of the first. */
#include "app/comparison.h"

#include "base/utf8.h"
#include "sql/quote.h"

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

enum { MOST_TABLES = 10 }; /* a partitioned one has as many as it likes */

static bool reads_by(const Plan *plan, const char *index) {
	for (size_t i = 0; i < plan->node_count; i++)
		if (plan->nodes[i]->index && strcmp(plan->nodes[i]->index, index) == 0) return true;
	return false;
}

/* Somebody made it for this statement, maybe. */
static void add_new_index(Arena *arena, DiffNotes *notes, const RelationChange *change, const IndexFacts *index, const Plan *plan) {
	const char *words = relation_index_words(arena, change->after, index);
	bool in_parts = change->after->kind == 'p'; /* plans name the indexes of its partitions */
	const char *unused = in_parts || reads_by(plan, index->name) ? "" : arena_printf(arena, "; the plan does without it, :why %s (--why) tells the cause", sql_identifier(arena, index->name));
	add_note(arena, notes, "index", arena_printf(arena, "new: %s%s", words, unused));
}

static void add_relation(Arena *arena, DiffNotes *notes, const RelationChange *change, const Plan *plan) {
	if (change->sizes) add_note(arena, notes, "size", change->sizes);
	for (size_t i = 0; i < change->added.count; i++) add_new_index(arena, notes, change, change->added.items[i], plan);
	for (size_t i = 0; i < change->removed.count; i++)
		add_note(arena, notes, "index", arena_printf(arena, "gone: %s", relation_index_words(arena, change->before, change->removed.items[i])));
}

static void add_relations(Arena *arena, DiffNotes *notes, const RelationChangeList *changes, const Plan *plan) {
	for (size_t i = 0; i < changes->count && i < MOST_TABLES; i++) add_relation(arena, notes, &changes->items[i], plan);
	if (changes->count > MOST_TABLES) add_note(arena, notes, "", arena_printf(arena, "and %zu more tables that changed", changes->count - MOST_TABLES));
}

/* Those made in turn; else each side's own, made at other times. */
static const Repeated *repeated_of(Arena *arena, const ComparedSide *before, const ComparedSide *after) {
	if (after->repeated) return after->repeated;
	if (after->proof) return after->proof->repeated;
	if (!before->runs || !after->runs) return NULL;
	Repeated *repeated = ARENA_NEW(arena, Repeated);
	*repeated = (Repeated){.wanted = before->runs->ms.count < after->runs->ms.count ? before->runs->ms.count : after->runs->ms.count, .count = 2, .sides = {*before->runs, *after->runs}};
	repeated->sides[0].name = "before";
	repeated->sides[1].name = "after";
	return repeated;
}

static void add_runs(Arena *arena, DiffNotes *notes, const Repeated *repeated) {
	LabelledLines lines = repeated ? repeated_lines(arena, repeated) : (LabelledLines){0};
	for (size_t i = 0; i < lines.count; i++) add_note(arena, notes, *lines.items[i].label ? lines.items[i].label : "runs", lines.items[i].text);
}

static void add_problem(Arena *arena, DiffNotes *notes, const char *which, const char *problem) {
	if (problem) add_note(arena, notes, "advice", arena_printf(arena, "what was advised %s cannot be read (%s): advised anew, without the catalog", which, problem));
}

/* Of a saved plan the version alone is known. */
static bool same_server(const char *one, const char *other) {
	size_t len = strlen(one), other_len = strlen(other);
	if (other_len < len) return same_server(other, one);
	return strncmp(one, other, len) == 0 && (!other[len] || other[len] == ',');
}

static DiffNotes notes_on(Arena *arena, const ComparedSide *before, const ComparedSide *after, const Comparison *comparison) {
	DiffNotes notes = {0};
	if (before->origin) add_note(arena, &notes, "before is", before->origin);
	if (after->origin) add_note(arena, &notes, "after is", after->origin);
	bool known = before->server && after->server;
	if (known && !same_server(before->server, after->server)) add_note(arena, &notes, "server", arena_printf(arena, "%s → %s", before->server, after->server));
	add_relations(arena, &notes, &comparison->relations, after->plan);
	add_problem(arena, &notes, "before", before->problem);
	add_problem(arena, &notes, "after", after->problem);
	if (after->proof) add_note(arena, &notes, "rows", say_compared(arena, &after->proof->compared));
	add_runs(arena, &notes, comparison->repeated);
	return notes;
}

static void heed_proof(PlanDiff *diff, const Proof *proof) {
	if (proof->compared.verdict == ROWS_SAME) diff->same_rows = KNOWN_YES;
	if (proof->compared.verdict == ROWS_DIFFERENT) diff->same_rows = KNOWN_NO;
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
	const Repeated *repeated = repeated_of(arena, before, after);
	if (after->proof) heed_proof(diff, after->proof);
	if (repeated) repeated_compare(repeated, diff);
	Comparison comparison = {
		.diff = diff,
		.proof = after->proof,
		.repeated = repeated,
		.findings = changes,
		.servers = {before->server, after->server},
		.relations = relations_compare(arena, sizes_of(before), sizes_of(after)),
	};
	comparison.notes = notes_on(arena, before, after, &comparison);
	return comparison;
}
