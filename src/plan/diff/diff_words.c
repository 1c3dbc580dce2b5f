/* diff_words.c: what differs between two plans in words. */
#include "plan/diff_words.h"

#include "base/utf8.h"

/* ---- what is done in another way ---- */

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
		if (!(pair->changes & DIFF_OTHER_WAY)) continue;
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

const char *diff_plan_words(Arena *arena, const PlanDiff *diff) {
	size_t changed;
	const DiffPair *first = foremost(diff, &changed);
	if (!first && any_has(diff, DIFF_CONDITION)) return "same plan, other conditions";
	if (!first) return diff->same_plan ? "same plan" : "same plan, other workers";
	const char *more = changed > 1 ? arena_printf(arena, " and %zu more", changed - 1) : "";
	return arena_printf(arena, "plan: %s%s", utf8_clean(arena, change_words(arena, first)), more);
}

/* ---- figures ---- */

/* "148× less", "47× faster", "12% more"; NULL where one of them is nothing. */
static const char *factor_words(Arena *arena, double before, double after, const char *less, const char *more) {
	if (!(before > 0) || !(after > 0)) return NULL;
	bool falls = after < before;
	double factor = fmax(before, after) / fmin(before, after);
	if (factor < 2) return arena_printf(arena, "%s %s", format_share(arena, fabs(after - before) / before), falls ? "less" : "more");
	return arena_printf(arena, "%s× %s", factor >= 10 ? format_unit(arena, UNIT_NONE, round(factor)) : format_rows(arena, factor), falls ? less : more);
}

/* "462 → 0.4 ms": the unit once, where both have it. */
static const char *times(Arena *arena, double before, double after) {
	const char *one = format_ms(arena, before), *other = format_ms(arena, after), *unit = strchr(one, ' '), *same = strchr(other, ' ');
	if (strcmp(one, other) == 0) return one;
	if (unit && same && strcmp(unit, same) == 0) one = arena_copy_n(arena, one, (size_t)(unit - one));
	return arena_printf(arena, "%s → %s", one, other);
}

static const char *counts(Arena *arena, double before, double after) {
	const char *one = format_unit(arena, UNIT_NONE, before), *other = format_unit(arena, UNIT_NONE, after);
	return strcmp(one, other) == 0 ? one : arena_printf(arena, "%s → %s", one, other);
}

static void add_figure(Str *out, const char *name, const char *figures, const char *factor) {
	str_printf(out, "%s%s %s", out->len ? ", " : "", name, figures);
	if (factor) str_printf(out, " (%s)", factor);
}

static void add_counts(Arena *arena, Str *out, const char *name, double before, double after, double least) {
	const char *factor = diff_counts(before, after, least) ? factor_words(arena, before, after, "less", "more") : NULL;
	add_figure(out, name, counts(arena, before, after), factor);
}

static const char *runs_words(Arena *arena, const Spread *before, const Spread *after) {
	if (before->count != after->count) return arena_printf(arena, "%zu and %zu runs", before->count, after->count);
	return arena_printf(arena, "%zu run%s each", before->count, before->count == 1 ? "" : "s");
}

static void add_spreads(Arena *arena, Str *out, const PlanDiff *diff) {
	const Spread *before = &diff->before.runs, *after = &diff->after.runs;
	const char *verdict = diff->time == SPREAD_NOISE     ? "within noise"
	                      : diff->time == SPREAD_TOO_FEW ? "too few runs to tell"
	                                                     : factor_words(arena, before->median, after->median, "faster", "slower");
	const char *figures = arena_printf(arena, "%s → %s, %s", spread_words(arena, before), spread_words(arena, after), runs_words(arena, before, after));
	add_figure(out, "time", figures, verdict);
}

/* Where nothing changed, the times of single runs are no faster and no slower. */
static void add_times(Arena *arena, Str *out, const PlanDiff *diff) {
	double before = diff->before.ms, after = diff->after.ms;
	bool apart = diff->verdict != DIFF_NO_CHANGE && diff_counts(before, after, DIFF_LEAST_MS);
	if (diff->repeated) add_spreads(arena, out, diff);
	else add_figure(out, "time", times(arena, before, after), apart ? factor_words(arena, before, after, "faster", "slower") : NULL);
}

static void add_figures(Arena *arena, Str *out, const PlanDiff *diff) {
	const DiffSide *before = &diff->before, *after = &diff->after;
	bool blocks = !isnan(before->blocks) && !isnan(after->blocks), time = !isnan(before->ms) && !isnan(after->ms);
	if (!diff->measured && !isnan(before->cost) && !isnan(after->cost)) add_counts(arena, out, "cost", before->cost, after->cost, 0);
	if (diff->measured && blocks) add_counts(arena, out, "buffers", before->blocks, after->blocks, DIFF_LEAST_BLOCKS);
	if (diff->measured && diff_counts(before->temp_blocks, after->temp_blocks, DIFF_LEAST_BLOCKS))
		add_counts(arena, out, "temp blocks", before->temp_blocks, after->temp_blocks, DIFF_LEAST_BLOCKS);
	if (diff->measured && time) add_times(arena, out, diff);
}

const char *diff_verdict_words(Arena *arena, const PlanDiff *diff) {
	static const char *const verdicts[] = {
		[DIFF_NO_CHANGE] = "no change", [DIFF_FASTER] = "faster", [DIFF_SLOWER] = "slower", [DIFF_MIXED] = "mixed", [DIFF_CHEAPER] = "cheaper",
		[DIFF_DEARER] = "dearer", [DIFF_OTHER_STATEMENT] = "other statement",
	};
	const char *plan = diff->verdict == DIFF_OTHER_STATEMENT ? "no table is read by both" : diff_plan_words(arena, diff);
	Str figures = STR_INIT;
	add_figures(arena, &figures, diff);
	const char *words = arena_printf(arena, "%s: %s%s%s", verdicts[diff->verdict], figures.len ? figures.text : "", figures.len ? "; " : "", plan);
	str_release(&figures);
	return words;
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

/* What came out of no cache before and out of one after says more of the cache than of the plan. */
static void add_cache(Arena *arena, DiffNotes *notes, const PlanDiff *diff) {
	double was = diff_read_blocks(&diff->before.plan->root->blocks), is = diff_read_blocks(&diff->after.plan->root->blocks);
	bool alike = diff->measured && !diff_counts(diff->before.blocks, diff->after.blocks, DIFF_LEAST_BLOCKS);
	if (!alike || diff->repeated || !diff_counts(was, is, DIFF_LEAST_BLOCKS)) return;
	const char *one = format_unit(arena, UNIT_NONE, was), *other = format_unit(arena, UNIT_NONE, is);
	add_note(arena, notes, "cache", arena_printf(arena, "%s → %s of the buffers came from outside it: the times tell of the cache", one, other));
}

/* Why a difference that everybody sees is called none. */
static void add_doubt(Arena *arena, DiffNotes *notes, const PlanDiff *diff) {
	bool apart = diff_counts(diff->before.ms, diff->after.ms, DIFF_LEAST_MS);
	if (diff->verdict != DIFF_NO_CHANGE || diff->repeated || !apart) return;
	add_note(arena, notes, "time", "single runs of one plan that reads the same: cache and load set them apart; several runs (:runs, --runs) would tell");
}

/* What one of them does not tell is not compared. */
static void add_untold(Arena *arena, DiffNotes *notes, const PlanDiff *diff) {
	const Plan *before = diff->before.plan, *after = diff->after.plan;
	if (before->analyzed != after->analyzed)
		add_note(arena, notes, "measured", before->analyzed ? "only before: what is compared is cost" : "only after: what is compared is cost");
	if (!diff->measured) return;
	if (isnan(diff->before.blocks) != isnan(diff->after.blocks))
		add_note(arena, notes, "buffers", arena_printf(arena, "not known %s: EXPLAIN (ANALYZE, BUFFERS) tells them", isnan(diff->before.blocks) ? "before" : "after"));
	if (before->timed != after->timed)
		add_note(arena, notes, "timing", arena_printf(arena, "off %s: there the nodes have no times, and the clock took none", before->timed ? "after" : "before"));
}

DiffNotes diff_notes(Arena *arena, const PlanDiff *diff) {
	DiffNotes notes = {0};
	const DiffSide *before = &diff->before, *after = &diff->after;
	if (diff->same_statement == KNOWN_NO) {
		add_note(arena, &notes, "statement", "not the same text:");
		add_note(arena, &notes, "before", before->statement);
		add_note(arena, &notes, "after", after->statement);
	}
	add_untold(arena, &notes, diff);
	if (diff->same_rows == KNOWN_NO) add_note(arena, &notes, "rows", rows_words(arena, before->plan, after->plan));
	add_cache(arena, &notes, diff);
	add_doubt(arena, &notes, diff);
	for (size_t i = 0; i < diff->settings.count; i++) {
		const DiffSetting *setting = &diff->settings.items[i];
		const char *was = setting->before ? setting->before : "not told", *is = setting->after ? setting->after : "not told";
		add_note(arena, &notes, "setting", arena_printf(arena, "%s: %s → %s", setting->name, was, is));
	}
	return notes;
}
