/* diff_said.c: what there is to say of two plans beside their nodes. */
#include "view/diff_said.h"

#include "base/utf8.h"

enum { LABEL_CELLS = 11, FINDING_CELLS = 4, MOST_NODES = 20 };

const char *diff_verdict_line(Arena *arena, const Comparison *comparison) {
	const char *words = diff_verdict_words(arena, comparison->diff);
	return comparison->proof ? arena_printf(arena, "%s; %s", words, utf8_clean(arena, say_compared(arena, &comparison->proof->compared))) : words;
}

void diff_verdict_page(Page *page, const Comparison *comparison) {
	static const Role roles[] = {
		[DIFF_NO_CHANGE] = ROLE_STRONG, [DIFF_FASTER] = ROLE_GOOD, [DIFF_CHEAPER] = ROLE_GOOD, [DIFF_SLOWER] = ROLE_CRITICAL, [DIFF_DEARER] = ROLE_CRITICAL,
		[DIFF_MIXED] = ROLE_WARNING, [DIFF_OTHER_STATEMENT] = ROLE_WARNING,
	};
	page_line(page);
	page_indent(page, FINDING_CELLS);
	page_add(page, roles[comparison->diff->verdict], diff_verdict_line(page->arena, comparison));
}

static void add_note(Arena *arena, DiffNotes *notes, const char *label, const char *text) {
	*list_push(arena, notes) = (DiffNote){label, text};
}

/* Of nodes that are on one side only the tree tells. */
static bool is_told(const DiffPair *pair) {
	return pair->before && pair->after && pair->changes;
}

DiffNotes diff_node_notes(Arena *arena, const PlanDiff *diff) {
	DiffNotes notes = {0};
	size_t told = 0;
	for (size_t i = 0; i < diff->pairs.count; i++) {
		const DiffPair *pair = &diff->pairs.items[i];
		const char *words = is_told(pair) && told++ < MOST_NODES ? diff_change_words(arena, diff, pair) : NULL;
		if (words) add_note(arena, &notes, notes.count ? "" : "nodes", arena_printf(arena, "%s: %s", node_words(arena, pair->after), words));
	}
	if (told > MOST_NODES) add_note(arena, &notes, "", arena_printf(arena, "and %zu more that changed", told - MOST_NODES));
	return notes;
}

DiffNotes diff_all_notes(Arena *arena, const Comparison *comparison) {
	DiffNotes notes = {0}, own = diff_notes(arena, comparison->diff);
	add_note(arena, &notes, "before", plan_words(arena, comparison->diff->before.plan));
	add_note(arena, &notes, "after", plan_words(arena, comparison->diff->after.plan));
	for (size_t i = 0; i < own.count; i++) *list_push(arena, &notes) = own.items[i];
	for (size_t i = 0; i < comparison->notes.count; i++) *list_push(arena, &notes) = comparison->notes.items[i];
	return notes;
}

const char *diff_finding_words(Arena *arena, const FindingChange *change) {
	const Finding *finding = change->after ? change->after : change->before;
	return utf8_clean(arena, arena_printf(arena, "%s: %s", finding->rule, finding->title ? finding->title : ""));
}

static void add_notes(Page *page, const DiffNotes *notes) {
	for (size_t i = 0; i < notes->count; i++) {
		page_line(page);
		page_indent(page, LABEL_CELLS);
		page_printf(page, ROLE_DIM, "%-*s", LABEL_CELLS, notes->items[i].label);
		page_add(page, ROLE_TEXT, notes->items[i].text);
	}
}

void diff_said_page(Page *page, const Comparison *comparison) {
	static const Role roles[] = {[FINDING_STAYED] = ROLE_TEXT, [FINDING_NEW] = ROLE_WARNING, [FINDING_NOT_WORTH] = ROLE_DIM, [FINDING_GONE] = ROLE_GOOD};
	const FindingChangeList *changes = comparison->findings;
	DiffNotes notes = diff_all_notes(page->arena, comparison), nodes = diff_node_notes(page->arena, comparison->diff);
	add_notes(page, &notes);
	for (size_t i = 0; changes && i < changes->count; i++) {
		if (!i) page_line(page);
		page_line(page);
		page_indent(page, FINDING_CELLS);
		page_add(page, roles[changes->items[i].kind], changes->items[i].text);
		page_printf(page, ROLE_TEXT, "  %s", diff_finding_words(page->arena, &changes->items[i]));
	}
	if (nodes.count) page_line(page);
	add_notes(page, &nodes);
}
