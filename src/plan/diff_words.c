/* diff_words.c: what differs between two plans in words. */
#include "plan/diff_words.h"

#include "base/utf8.h"

static const char *kept(Arena *arena, Str *text) {
	const char *copy = arena_copy_n(arena, text->text, text->len);
	str_release(text);
	return copy;
}

/* ---- what is done in another way ---- */

enum { OTHER_WAY = 1 << DIFF_TYPE | 1 << DIFF_INDEX | 1 << DIFF_ADDED | 1 << DIFF_REMOVED };

static double weight_of(const PlanNode *node) {
	return node && node->measure.self_share > 0 ? node->measure.self_share : 0;
}

/* Reading in another way is what the rest follows from. */
static int rank_of(const DiffPair *pair) {
	bool both = pair->before && pair->after;
	return both && pair->before->relation ? 3 : both ? 2 : 1;
}

/* The one that costs most on either side; NULL: every node does what it did. */
static const DiffPair *foremost(const PlanDiff *diff, size_t *changed) {
	const DiffPair *first = NULL;
	double most = 0;
	*changed = 0;
	for (size_t i = 0; i < diff->pairs.count; i++) {
		const DiffPair *pair = &diff->pairs.items[i];
		if (!(pair->changes & OTHER_WAY)) continue;
		double weight = fmax(weight_of(pair->before), weight_of(pair->after));
		bool before = !first || rank_of(pair) > rank_of(first) || (rank_of(pair) == rank_of(first) && weight > most);
		++*changed;
		if (before) first = pair, most = weight;
	}
	return first;
}

static const char *change_words(Arena *arena, const DiffPair *pair) {
	const PlanNode *before = pair->before, *after = pair->after, *node = after ? after : before;
	const char *table = node->relation ? arena_printf(arena, " on %s", node->relation) : "";
	if (!before) return arena_printf(arena, "with %s%s", after->label, table);
	if (!after) return arena_printf(arena, "without %s%s", before->label, table);
	if (diff_has(pair, DIFF_TYPE)) return arena_printf(arena, "%s → %s%s", before->label, after->label, table);
	return arena_printf(arena, "%s%s by %s → %s", after->label, table, before->index ? before->index : "none", after->index ? after->index : "none");
}

static bool any_has(const PlanDiff *diff, DiffChange change) {
	for (size_t i = 0; i < diff->pairs.count; i++)
		if (diff_has(&diff->pairs.items[i], change)) return true;
	return false;
}

static const char *plan_change_words(Arena *arena, const PlanDiff *diff) {
	size_t changed;
	const DiffPair *first = foremost(diff, &changed);
	if (!first && any_has(diff, DIFF_CONDITION)) return "same plan, other conditions";
	if (!first) return diff->same_plan ? "same plan" : "same plan, other workers";
	const char *more = changed > 1 ? arena_printf(arena, " and %zu more", changed - 1) : "";
	const char *effect = diff->verdict == DIFF_NO_CHANGE ? " without effect" : "";
	return arena_printf(arena, "plan changed%s: %s%s", effect, utf8_clean(arena, change_words(arena, first)), more);
}

/* ---- figures ---- */

/* "148× less", "12% more"; "" where one of them is nothing, or they are as good as equal. */
static const char *factor_words(Arena *arena, double before, double after, double least, const char *less, const char *more) {
	if (!(before > 0) || !(after > 0) || !diff_counts(before, after, least)) return "";
	double factor = fmax(before, after) / fmin(before, after);
	const char *word = after < before ? less : more;
	if (factor >= 2) return arena_printf(arena, " (%s× %s)", factor >= 10 ? format_unit(arena, UNIT_NONE, round(factor)) : format_rows(arena, factor), word);
	return arena_printf(arena, " (%s %s)", format_share(arena, fabs(after - before) / before), word);
}

/* "462 → 0.4 ms": the unit once, where both have it. */
static const char *times(Arena *arena, double before, double after) {
	const char *one = format_ms(arena, before), *other = format_ms(arena, after), *unit = strchr(one, ' '), *same = strchr(other, ' ');
	if (strcmp(one, other) == 0) return one;
	if (unit && same && strcmp(unit, same) == 0) one = arena_copy_n(arena, one, (size_t)(unit - one));
	return arena_printf(arena, "%s → %s", one, other);
}

static const char *counts(Arena *arena, double before, double after, double least) {
	const char *one = format_unit(arena, UNIT_NONE, before), *other = format_unit(arena, UNIT_NONE, after);
	return strcmp(one, other) == 0 ? one : arena_printf(arena, "%s → %s%s", one, other, factor_words(arena, before, after, least, "less", "more"));
}

static void add_figures(Arena *arena, Str *out, const PlanDiff *diff) {
	const DiffSide *before = &diff->before, *after = &diff->after;
	bool blocks = !isnan(before->blocks) && !isnan(after->blocks), time = !isnan(before->ms) && !isnan(after->ms);
	if (!diff->measured && !isnan(before->cost) && !isnan(after->cost)) str_printf(out, "; cost %s", counts(arena, before->cost, after->cost, 0));
	if (diff->measured && blocks) str_printf(out, "; buffers %s", counts(arena, before->blocks, after->blocks, DIFF_LEAST_BLOCKS));
	if (diff->measured && time) str_printf(out, "; time %s", times(arena, before->ms, after->ms));
	if (diff->measured && time && !blocks) str_add(out, factor_words(arena, before->ms, after->ms, DIFF_LEAST_MS, "faster", "slower"));
}

const char *diff_verdict_words(Arena *arena, const PlanDiff *diff) {
	Str out = STR_INIT;
	const char *plan = plan_change_words(arena, diff);
	bool same = strncmp(plan, "same", 4) == 0;
	if (diff->verdict == DIFF_OTHER_STATEMENT) plan = "other statement: no table is read by both";
	else if (diff->verdict == DIFF_MIXED) str_add(&out, "mixed: ");
	else if (diff->verdict == DIFF_NO_CHANGE && same) str_add(&out, "no change: ");
	str_add(&out, plan);
	add_figures(arena, &out, diff);
	return kept(arena, &out);
}

const char *diff_figures(Arena *arena, Unit unit, double before, double after) {
	const char *one = isnan(before) ? "–" : format_unit(arena, unit, before), *other = isnan(after) ? "–" : format_unit(arena, unit, after);
	return strcmp(one, other) == 0 ? one : arena_printf(arena, "%s→%s", one, other);
}

/* ---- what else is not the same ---- */

enum { MOST_CELLS = 300 }; /* of a statement no more is needed to tell it */

static void add_note(Arena *arena, DiffNotes *notes, const char *label, const char *text) {
	*list_push(arena, notes) = (DiffNote){label, utf8_shorten(arena, utf8_clean(arena, text), MOST_CELLS, false)};
}

static const char *rows_words(Arena *arena, const Plan *before, const Plan *after) {
	const char *was = format_unit(arena, UNIT_NONE, before->root->measure.rows_actual), *is = format_unit(arena, UNIT_NONE, after->root->measure.rows_actual);
	return arena_printf(arena, "%s before, %s after: not the same result", was, is);
}

DiffNotes diff_notes(Arena *arena, const PlanDiff *diff) {
	DiffNotes notes = {0};
	const DiffSide *before = &diff->before, *after = &diff->after;
	if (diff->same_statement == KNOWN_NO) {
		add_note(arena, &notes, "statement", "not the same text:");
		add_note(arena, &notes, "before", before->statement);
		add_note(arena, &notes, "after", after->statement);
	}
	if (before->plan->analyzed != after->plan->analyzed)
		add_note(arena, &notes, "measured", before->plan->analyzed ? "only before: what is compared is cost" : "only after: what is compared is cost");
	if (diff->same_rows == KNOWN_NO) add_note(arena, &notes, "rows", rows_words(arena, before->plan, after->plan));
	if (diff->measured && isnan(before->blocks) != isnan(after->blocks))
		add_note(arena, &notes, "buffers", arena_printf(arena, "not known %s: EXPLAIN (ANALYZE, BUFFERS) tells them", isnan(before->blocks) ? "before" : "after"));
	for (size_t i = 0; i < diff->settings.count; i++) {
		const DiffSetting *setting = &diff->settings.items[i];
		const char *was = setting->before ? setting->before : "not told", *is = setting->after ? setting->after : "not told";
		add_note(arena, &notes, "setting", arena_printf(arena, "%s: %s → %s", setting->name, was, is));
	}
	return notes;
}

/* ---- a pair ---- */

const char *diff_mark(const DiffPair *pair) {
	if (!pair->before) return "+";
	if (!pair->after) return "-";
	return pair->changes & (OTHER_WAY | 1 << DIFF_CONDITION) ? "~" : "";
}

const char *diff_pair_words(Arena *arena, const DiffPair *pair) {
	const PlanNode *before = pair->before, *node = pair->after ? pair->after : before;
	const char *words = node_words(arena, node), *was = "";
	if (diff_has(pair, DIFF_TYPE)) was = arena_printf(arena, ", was %s", before->label);
	if (diff_has(pair, DIFF_INDEX) && before->index) was = arena_printf(arena, "%s%s", *was ? was : ", was", arena_printf(arena, " using %s", before->index));
	return arena_printf(arena, "%s%s", words, utf8_clean(arena, was));
}

const char *diff_guides(Arena *arena, const PlanDiff *diff, size_t at, int left, bool ascii) {
	const DiffPair *pairs = diff->pairs.items, *pair = &pairs[at];
	const char *text = "", *down = ascii ? "| " : "│ ";
	for (const DiffPair *above = pair; above->parent != NO_PAIR && above->depth > left; above = &pairs[above->parent]) {
		const char *corner = above->last ? (ascii ? "`-" : "└ ") : ascii ? "|-" : "├ ";
		text = arena_printf(arena, "%s%s", above == pair ? corner : above->last ? "  " : down, text);
	}
	return text;
}

/* Where nodes are of another kind, their conditions stand elsewhere and are not told. */
Conditions diff_condition_lines(Arena *arena, const DiffPair *pair) {
	Conditions lines = {0};
	if (!diff_has(pair, DIFF_CONDITION)) return lines;
	const PlanNode *nodes[] = {pair->before, pair->after};
	for (size_t side = 0; side < 2; side++)
		for (const PlanValue *field = nodes[side]->fields ? nodes[side]->fields->members.first : NULL; field; field = field->next) {
			const PlanValue *twin = plan_field(nodes[!side]->fields, field->name);
			if (!node_condition_field(field->name) || strcmp(field->name, "Sort Method") == 0 || (side && twin)) continue;
			const char *is = value_words(arena, field), *other = twin ? value_words(arena, twin) : "none";
			if (strcmp(is, other) == 0) continue;
			const char *words = arena_printf(arena, "%s: %s → %s", field->name, side ? other : is, side ? is : other);
			*list_push(arena, &lines) = utf8_clean(arena, words);
		}
	return lines;
}
