/* words.c: a plan and its nodes in words. */
#include "plan/words.h"

#include "base/utf8.h"
#include "core/format.h"

static const char *kept(Arena *arena, Str *text) {
	const char *copy = arena_copy_n(arena, text->text, text->len);
	str_release(text);
	return copy;
}

/* ---- the plan ---- */

static void add_buffers(Str *out, Arena *arena, const Plan *plan) {
	double hit = plan->root->blocks.shared_hit, read = plan->root->blocks.shared_read;
	if (!plan->buffers || !(hit + read > 0)) return;
	str_printf(out, "  blocks %s  hit %s", format_rows(arena, hit + read), format_share(arena, hit / (hit + read)));
}

const char *plan_caveat(Arena *arena, const Plan *plan) {
	Str out = STR_INIT;
	if (plan->unaccounted_ms > 0) str_printf(&out, "times do not add up: %s", format_ms(arena, plan->unaccounted_ms));
	if (plan->cut_off) str_printf(&out, "%scut off: the rest is missing", out.len ? ", " : "");
	const char *text = kept(arena, &out);
	return *text ? text : NULL;
}

const char *plan_words(Arena *arena, const Plan *plan) {
	Str out = STR_INIT;
	if (plan->analyzed) {
		str_printf(&out, "Plan %s", isnan(plan->execution_ms) ? "measured" : format_ms(arena, plan->execution_ms));
		if (!isnan(plan->planning_ms)) str_printf(&out, "  planned %s", format_ms(arena, plan->planning_ms));
		str_printf(&out, "  rows %s", format_rows(arena, plan->root->measure.rows_actual));
		add_buffers(&out, arena, plan);
	} else {
		str_printf(&out, "Plan estimated, not run  cost %s  rows %s", format_rows(arena, plan->root->total_cost),
		           format_rows(arena, plan->root->plan_rows));
	}
	const char *caveat = plan_caveat(arena, plan);
	if (caveat) str_printf(&out, "  %s", caveat);
	return kept(arena, &out);
}

/* ---- a node ---- */

const char *node_words(Arena *arena, const PlanNode *node) {
	const char *name = node->relation ? node->relation : node->function ? node->function : node->cte;
	Str out = STR_INIT;
	if (node->subplan) str_printf(&out, "%s: ", node->subplan);
	str_add(&out, node->label);
	if (name && node->schema && strcmp(node->schema, "public") != 0)
		str_printf(&out, " %s.%s", node->schema, name);
	else if (name)
		str_printf(&out, " %s", name);
	if (node->alias && (!name || strcmp(node->alias, name) != 0)) str_printf(&out, " %s", node->alias);
	if (node->index) str_printf(&out, " using %s", node->index);
	if (node->measure.never_executed) str_add(&out, " (never executed)");
	return utf8_clean(arena, kept(arena, &out));
}

enum { MOST_DEPTH = 8 }; /* nobody reads deeper, and hostile files nest without end */

static void add_value(Str *out, const PlanValue *value, int depth) {
	bool nested = value->kind == PLAN_LIST || value->kind == PLAN_OBJECT;
	if (value->kind == PLAN_TEXT) str_add(out, value->text);
	if (value->kind == PLAN_INT || value->kind == PLAN_REAL) str_add(out, value->number);
	if (value->kind == PLAN_BOOL) str_add(out, value->boolean ? "true" : "false");
	if (nested && depth > MOST_DEPTH) str_add(out, "…");
	if (!nested || depth > MOST_DEPTH) return;
	for (const PlanValue *member = value->members.first; member; member = member->next) {
		if (member != value->members.first) str_add(out, ", ");
		if (member->name) str_printf(out, "%s: ", member->name);
		add_value(out, member, depth + 1);
	}
}

const char *value_words(Arena *arena, const PlanValue *value) {
	Str text = STR_INIT;
	add_value(&text, value, 0);
	return kept(arena, &text);
}

/* What a reader looks for first under a node, in this order. */
static const char *const condition_fields[] = {
    "Index Cond", "Recheck Cond", "Hash Cond", "Merge Cond", "Join Filter", "Filter", "One-Time Filter", "TID Cond",
    "Run Condition", "Sort Key", "Presorted Key", "Group Key", "Cache Key", "Remote SQL", NULL};

bool node_condition_field(const char *name) {
	for (const char *const *field = condition_fields; *field; field++)
		if (strcmp(*field, name) == 0) return true;
	return strcmp(name, "Sort Method") == 0;
}

static const char *sort_words(Arena *arena, const PlanNode *node) {
	const char *method = node_text(node, "Sort Method"), *place = node_text(node, "Sort Space Type");
	double kb = node_real(node, "Sort Space Used");
	if (!method || !place || isnan(kb)) return method;
	return arena_printf(arena, "%s, %s %s", method, format_bytes(arena, kb * 1024),
	                    strcmp(place, "Disk") == 0 ? "on disk" : "in memory");
}

static double blocks_of(const Blocks *blocks) {
	const double parts[] = {blocks->shared_hit, blocks->shared_read, blocks->temp_read, blocks->temp_written};
	double sum = 0;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (parts[i] > 0) sum += parts[i];
	return sum;
}

/* Its own blocks, where they are worth a line: a twentieth of the statement's. */
static const char *blocks_words(Arena *arena, const Plan *plan, const PlanNode *node) {
	const Blocks *own = &node->measure.self_blocks;
	if (!plan->buffers || !(blocks_of(own) > 0) || blocks_of(own) * 20 < blocks_of(&plan->root->blocks)) return NULL;
	const struct {
		double blocks;
		const char *word;
	} parts[] = {{own->shared_hit, "hit"}, {own->shared_read, "read"}, {own->temp_read, "temp read"}, {own->temp_written, "temp written"}};
	Str out = STR_INIT;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (parts[i].blocks > 0) str_printf(&out, "%s%s %s", out.len ? ", " : "", format_rows(arena, parts[i].blocks), parts[i].word);
	return kept(arena, &out);
}

static void push(Arena *arena, Conditions *words, const char *name, const char *text) {
	if (text && *text) *list_push(arena, words) = utf8_clean(arena, arena_printf(arena, "%s: %s", name, text));
}

Conditions node_condition_lines(Arena *arena, const Plan *plan, const PlanNode *node) {
	Conditions words = {0};
	for (const char *const *name = condition_fields; *name; name++) {
		const PlanValue *value = plan_field(node->fields, *name);
		if (value) push(arena, &words, *name, value_words(arena, value));
	}
	push(arena, &words, "Sort Method", sort_words(arena, node));
	if (node_real(node, "Hash Batches") > 1) push(arena, &words, "Hash Batches", node_text(node, "Hash Batches"));
	if (node_real(node, "Heap Fetches") > 0) push(arena, &words, "Heap Fetches", node_text(node, "Heap Fetches"));
	if (node->workers_launched < node->workers_planned)
		push(arena, &words, "Workers",
		     arena_printf(arena, "%s of %s launched", format_rows(arena, node->workers_launched), format_rows(arena, node->workers_planned)));
	if (node->measure.rows_removed > 0) push(arena, &words, "Rows removed", format_rows(arena, node->measure.rows_removed));
	push(arena, &words, "Blocks", blocks_words(arena, plan, node));
	return words;
}
