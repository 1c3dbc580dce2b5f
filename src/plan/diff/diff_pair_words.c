/* diff_pair_words.c: what differs about a pair of nodes in words. */
#include "base/utf8.h"
#include "plan/diff_words.h"

const char *diff_figures(Arena *arena, Unit unit, double before, double after) {
	const char *one = isnan(before) ? "–" : format_unit(arena, unit, before), *other = isnan(after) ? "–" : format_unit(arena, unit, after);
	return strcmp(one, other) == 0 ? one : arena_printf(arena, "%s→%s", one, other);
}

const char *diff_mark(const DiffPair *pair) {
	if (!pair->before) return "+";
	if (!pair->after) return "-";
	return pair->changes & (DIFF_OTHER_WAY | 1 << DIFF_CONDITION) ? "~" : "";
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
			if (twin && diff_same_condition(arena, field, twin)) continue;
			const char *is = value_words(arena, field), *other = twin ? value_words(arena, twin) : "none";
			const char *words = arena_printf(arena, "%s: %s → %s", field->name, side ? other : is, side ? is : other);
			*list_push(arena, &lines) = utf8_clean(arena, words);
		}
	return lines;
}

/* ---- what changed ---- */

typedef struct Change {
	Arena *arena;
	Str out;
} Change;

static void add(Change *change, const char *words) {
	str_printf(&change->out, "%s%s", change->out.len ? " · " : "", words);
}

static void add_figures(Change *change, const char *name, Unit unit, double before, double after) {
	const char *one = isnan(before) ? "not known" : format_unit(change->arena, unit, before), *other = isnan(after) ? "not known" : format_unit(change->arena, unit, after);
	add(change, arena_printf(change->arena, "%s %s → %s", name, one, other));
}

static void add_way(Change *change, const DiffPair *pair) {
	const PlanNode *before = pair->before;
	const char *index = diff_has(pair, DIFF_INDEX) && before->index ? arena_printf(change->arena, " using %s", before->index) : "";
	if (diff_has(pair, DIFF_TYPE)) add(change, arena_printf(change->arena, "was %s%s", before->label, index));
	else if (diff_has(pair, DIFF_INDEX)) add(change, *index ? arena_printf(change->arena, "was%s", index) : "was without an index");
}

static const char *workers_of(Arena *arena, const PlanNode *node) {
	if (isnan(node->workers_planned)) return "none";
	if (isnan(node->workers_launched)) return arena_printf(arena, "%.0f", node->workers_planned);
	return arena_printf(arena, "%.0f of %.0f", node->workers_launched, node->workers_planned);
}

static void add_workers(Change *change, const DiffPair *pair) {
	const PlanNode *before = pair->before, *after = pair->after;
	const char *one = workers_of(change->arena, before), *other = workers_of(change->arena, after);
	if (!diff_has(pair, DIFF_WORKERS)) return;
	if (before->parallel_aware != after->parallel_aware) add(change, after->parallel_aware ? "by workers" : "no longer by workers");
	if (strcmp(one, other) != 0) add(change, arena_printf(change->arena, "workers %s → %s", one, other));
}

static void add_spill(Change *change, const DiffPair *pair) {
	const Blocks *before = &pair->before->measure.self_blocks, *after = &pair->after->measure.self_blocks;
	bool is = diff_is_on_disk(pair->after);
	if (!diff_has(pair, DIFF_SPILL)) return;
	if (diff_is_on_disk(pair->before) != is) add(change, is ? "in memory → on disk" : "on disk → in memory");
	else add_figures(change, "temp blocks", UNIT_COUNT, diff_temp_blocks(before), diff_temp_blocks(after));
}

static void add_measures(Change *change, const PlanDiff *diff, const DiffPair *pair) {
	const NodeMeasure *before = &pair->before->measure, *after = &pair->after->measure;
	if (diff_has(pair, DIFF_ROWS) && diff->measured) add_figures(change, "rows", UNIT_COUNT, before->rows_actual, after->rows_actual);
	if (diff_has(pair, DIFF_ROWS) && !diff->measured) add_figures(change, "rows planned", UNIT_COUNT, before->rows_planned, after->rows_planned);
	if (diff_has(pair, DIFF_LOOPS)) add_figures(change, "loops", UNIT_COUNT, pair->before->loops, pair->after->loops);
	if (diff_has(pair, DIFF_TIME)) add_figures(change, "self", UNIT_MS, before->self_ms, after->self_ms);
	if (diff_has(pair, DIFF_BUFFERS)) add_figures(change, "buffers", UNIT_COUNT, diff_blocks(&before->self_blocks), diff_blocks(&after->self_blocks));
	if (diff_has(pair, DIFF_COST)) add_figures(change, "cost", UNIT_COUNT, before->self_cost, after->self_cost);
}

static void add_own(Change *change, const PlanNode *node) {
	const NodeMeasure *measure = &node->measure;
	double blocks = diff_blocks(&measure->self_blocks);
	if (!isnan(measure->self_ms)) add(change, arena_printf(change->arena, "self %s", format_unit(change->arena, UNIT_MS, measure->self_ms)));
	if (!isnan(blocks)) add(change, arena_printf(change->arena, "buffers %s", format_unit(change->arena, UNIT_COUNT, blocks)));
}

static void add_changes(Change *change, const PlanDiff *diff, const DiffPair *pair) {
	Conditions conditions = diff_condition_lines(change->arena, pair);
	add_way(change, pair);
	add_workers(change, pair);
	add_measures(change, diff, pair);
	add_spill(change, pair);
	for (size_t i = 0; i < conditions.count; i++) add(change, conditions.items[i]);
}

const char *diff_change_words(Arena *arena, const PlanDiff *diff, const DiffPair *pair) {
	Change change = {.arena = arena, .out = STR_INIT};
	if (pair->before && pair->after) {
		add_changes(&change, diff, pair);
	} else {
		add(&change, pair->after ? "only after" : "only before");
		add_own(&change, pair->after ? pair->after : pair->before);
	}
	const char *words = change.out.len ? utf8_clean(arena, arena_copy(arena, change.out.text)) : NULL;
	str_release(&change.out);
	return words;
}
