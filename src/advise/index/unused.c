/* unused.c: has the planner try an index with its other ways switched off, and says what came of it. */
#include "advise/unused.h"

#include "advise/say.h"
#include "advise/unused_cause.h"
#include "core/format.h"

#define PENALTY 1e10 /* before 18: in the cost of a node whose way is switched off */
#define LEAST_TIMES 1.01 /* as dear: less is no difference worth a word */
enum { MOST_OFF = 7 };

/* From the least that is bent to the most. */
static const struct {
	const char *const off[MOST_OFF];
	size_t count;
} attempts[] = {
    {{"enable_seqscan"}, 1},
    {{"enable_seqscan", "enable_bitmapscan"}, 2},
    {{"enable_seqscan", "enable_indexscan", "enable_indexonlyscan"}, 3},
    {{"enable_seqscan", "enable_hashjoin", "enable_mergejoin"}, 3},
    {{"enable_seqscan", "enable_sort", "enable_hashagg"}, 3},
    {{"enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin", "enable_sort", "enable_material"}, 6},
};
enum { ATTEMPT_COUNT = sizeof attempts / sizeof *attempts };

typedef enum Stage { FORCE, CHEAPEN, DONE } Stage;

struct Unused {
	Arena *arena;
	UnusedQuestion question;
	UnusedAnswer answer;
	UnusedEvidence evidence;
	Stage stage;
	size_t attempt;
};

/* ---- finding it in a plan ---- */

static const IndexFacts *index_named(const Facts *facts, const char *name) {
	for (size_t t = 0; facts && t < facts->tables.count; t++)
		for (size_t i = 0; i < facts->tables.items[t].indexes.count; i++)
			if (strcmp(facts->tables.items[t].indexes.items[i].name, name) == 0) return &facts->tables.items[t].indexes.items[i];
	return NULL;
}

static bool same_keys(const IndexFacts *one, const IndexFacts *other) {
	if (one->key_count != other->key_count || strcmp(one->method, other->method) != 0) return false;
	for (size_t i = 0; i < one->key_count; i++)
		if (strcmp(one->keys[i], other->keys[i]) != 0) return false;
	return true;
}

/* An index of a partitioned table has another name on each partition. */
static bool is_it(const UnusedQuestion *question, const PlanNode *node, const char *name) {
	if (!node->index || !name) return false;
	if (strcmp(node->index, name) == 0) return true;
	if (!question->known || !question->table || question->table->kind != 'p') return false;
	const IndexFacts *part = index_named(question->facts, node->index);
	return part && same_keys(part, question->known);
}

static const PlanNode *user_of(const UnusedQuestion *question, const Plan *plan, const char *name) {
	for (size_t i = 0; i < plan->node_count; i++)
		if (is_it(question, plan->nodes[i], name) && !plan->nodes[i]->measure.never_executed) return plan->nodes[i];
	return NULL;
}

static const PlanNode *scan_in(const UnusedQuestion *question, Arena *arena) {
	if (!question->table) return NULL;
	ScanList scans = scans_of_plan(arena, question->plan, question->statement, question->facts);
	const PlanNode *node = NULL;
	for (size_t i = 0; i < scans.count; i++)
		if ((strcmp(scans.items[i].name, question->table->name) == 0 || strcmp(scans.items[i].node->relation, question->table->name) == 0) &&
		    (!node || scans.items[i].node->total_cost > node->total_cost))
			node = scans.items[i].node;
	for (size_t i = 0; !node && i < question->plan->node_count; i++) { /* a temporary table's, say */
		const PlanNode *other = question->plan->nodes[i];
		if (node_is_scan_of_table(other) && other->relation && strcmp(other->relation, question->table->name) == 0) node = other;
	}
	return node;
}

/* ---- the dialogue ---- */

Unused *unused_new(Arena *arena, const UnusedQuestion *question) {
	Unused *unused = ARENA_NEW(arena, Unused);
	*unused = (Unused){.arena = arena, .question = *question};
	UnusedAnswer *answer = &unused->answer;
	const IndexFacts *known = question->known;
	const PlanNode *user = user_of(question, question->plan, question->name);
	*answer = (UnusedAnswer){
	    .index = known ? known->name : question->index ? question->index->sql : "?",
	    .table = question->table ? question->table->name : NULL,
	    .definition = known ? known->definition : NULL,
	    .index_bytes = known ? known->bytes : NAN,
	    .used = user != NULL,
	    .chosen = user ? node_index_reader(user) : scan_in(question, arena),
	    .cost = question->plan->root->total_cost,
	    .forced_cost = NAN,
	};
	bool hopeless = user || !answer->chosen || (known && !known->valid);
	unused->stage = hopeless ? DONE : FORCE;
	return unused;
}

bool unused_next(Unused *unused, UnusedTrial *trial) {
	*trial = (UnusedTrial){0};
	if (unused->stage == FORCE && unused->attempt == ATTEMPT_COUNT) unused->stage = DONE;
	if (unused->stage == FORCE) *trial = (UnusedTrial){.off = attempts[unused->attempt].off, .off_count = attempts[unused->attempt].count};
	if (unused->stage == CHEAPEN) trial->cheap_pages = "1.1";
	if (unused->stage == DONE && !unused->answer.used && !unused->answer.causes.count)
		unused->answer.causes = unused_causes(unused->arena, &unused->question, &unused->evidence);
	return unused->stage != DONE;
}

/* A switched-off way that had to be taken all the same has its penalty in the sum. */
static double without_penalties(const Unused *unused, double cost) {
	return unused->answer.cost >= PENALTY ? NAN : fmod(cost, PENALTY);
}

void unused_answer(Unused *unused, const Plan *plan, const char *name) {
	const PlanNode *user = plan ? user_of(&unused->question, plan, name ? name : unused->question.name) : NULL;
	if (unused->stage == CHEAPEN) {
		unused->evidence.cheap_pages = user != NULL;
		unused->stage = DONE;
	} else if (user) {
		unused->evidence.forced = plan;
		unused->evidence.node = user;
		unused->answer.forced = node_index_reader(user);
		unused->answer.forced_cost = without_penalties(unused, plan->root->total_cost);
		unused->answer.switched_off = say_columns(unused->arena, attempts[unused->attempt].off, attempts[unused->attempt].count);
		unused->stage = CHEAPEN;
	} else {
		unused->attempt++;
	}
}

const UnusedAnswer *unused_told(const Unused *unused) {
	return &unused->answer;
}

/* ---- in words ---- */

static const char *how(Arena *arena, const PlanNode *node) {
	return arena_printf(arena, "%s, cost %s, %s", say_node(arena, node), say_cost(arena, node->total_cost), say_rows(arena, node->plan_rows));
}

static const char *chosen_line(Arena *arena, const UnusedAnswer *answer) {
	if (!answer->chosen) return arena_printf(arena, "this plan does not read %s", answer->table ? answer->table : "its table");
	return arena_printf(arena, "%s; the statement: %s", how(arena, answer->chosen), say_cost(arena, answer->cost));
}

static const char *forced_line(Arena *arena, const UnusedAnswer *answer) {
	if (!answer->forced) return "the planner does not take it even with its other ways switched off";
	double ratio = answer->cost > 0 ? answer->forced_cost / answer->cost : NAN;
	const char *times = ratio >= LEAST_TIMES ? arena_printf(arena, ", %s times", format_unit(arena, UNIT_NONE, ratio)) : "";
	const char *statement = isnan(answer->forced_cost) ? "" : arena_printf(arena, "; the statement: %s%s", say_cost(arena, answer->forced_cost), times);
	return arena_printf(arena, "%s%s (with %s off)", how(arena, answer->forced), statement, answer->switched_off);
}

static const char *index_line(Arena *arena, const UnusedAnswer *answer) {
	const char *text = answer->definition ? answer->definition : answer->index;
	return isnan(answer->index_bytes) ? text : arena_printf(arena, "%s; %s", text, format_bytes(arena, answer->index_bytes));
}

const char *unused_title(Arena *arena, const UnusedAnswer *answer) {
	return answer->used ? arena_printf(arena, "%s is used", answer->index) : arena_printf(arena, "Why %s is not used", answer->index);
}

LabelledLines unused_lines(Arena *arena, const UnusedAnswer *answer) {
	LabelledLines lines = {0};
	labelled_add(arena, &lines, "index", index_line(arena, answer));
	labelled_add(arena, &lines, answer->used ? "used" : "chosen", chosen_line(arena, answer));
	if (answer->chosen && !answer->used) labelled_add(arena, &lines, "with it", forced_line(arena, answer));
	for (size_t i = 0; i < answer->causes.count; i++) {
		const UnusedCause *cause = &answer->causes.items[i];
		labelled_add(arena, &lines, i ? "and" : "because", unused_cause_told(arena, cause));
		labelled_add(arena, &lines, "write", cause->condition);
		if (cause->remedy) labelled_add_sql(arena, &lines, "do", cause->remedy);
	}
	return lines;
}
