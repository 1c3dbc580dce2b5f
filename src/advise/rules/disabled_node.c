/* disabled_node.c: a setting enable_… is off, the plan was bent around it, and a node it should spare is there all the same. */
#include "advise/advise.h"
#include "advise/say.h"
#include "core/format.h"

#define PENALTY 1e10 /* before 18: added to the first row's cost of a node that should not be */
#define ROUGHLY 0.99
#define ROWS_DEARER 1e9 /* sorting as many may cost as much without any penalty */
#define SPARED 0.5 /* rule of thumb: nobody knows what the plan would be */

typedef struct Switch {
	const char *type, *setting;
} Switch;

static const Switch switches[] = {
    {"Seq Scan", "enable_seqscan"},           {"Index Scan", "enable_indexscan"},
    {"Index Only Scan", "enable_indexscan"},  {"Bitmap Heap Scan", "enable_bitmapscan"},
    {"Tid Scan", "enable_tidscan"},           {"Tid Range Scan", "enable_tidscan"},
    {"Sort", "enable_sort"},                  {"Nested Loop", "enable_nestloop"},
    {"Hash Join", "enable_hashjoin"},         {"Merge Join", "enable_mergejoin"},
    {"Aggregate", "enable_hashagg"},          {"Gather Merge", "enable_gathermerge"},
    {"Materialize", "enable_material"},
};

static const char *setting_of(const PlanNode *node) {
	for (size_t i = 0; i < sizeof switches / sizeof *switches; i++)
		if (node_is(node, switches[i].type)) return switches[i].setting;
	return NULL;
}

/* Sums of costs have their children's penalties in them; a nested loop has them as often as it runs its inner side. */
static bool pays_penalty(const PlanNode *node) {
	double own = node->startup_cost;
	for (const PlanNode *child = node->first_child; child; child = child->next) own -= child->total_cost;
	return setting_of(node) && own >= ROUGHLY * PENALTY && node->plan_rows < ROWS_DEARER;
}

static bool is_disabled(const PlanNode *node) {
	const PlanValue *flag = plan_field(node->fields, "Disabled");
	if (flag && flag->kind == PLAN_BOOL) return flag->boolean;
	if (flag && flag->kind == PLAN_TEXT) return strcmp(flag->text, "true") == 0;
	return pays_penalty(node);
}

typedef struct Disabled {
	const PlanNode *first;
	LIST(const char *) settings; /* each once; none when the nodes do not tell */
	size_t nodes;
	double ms;
} Disabled;

static void note_setting(Arena *arena, Disabled *all, const char *setting) {
	for (size_t i = 0; setting && i < all->settings.count; i++)
		if (strcmp(all->settings.items[i], setting) == 0) return;
	if (setting) *list_push(arena, &all->settings) = setting;
}

static Disabled disabled_nodes(Arena *arena, const Plan *plan) {
	Disabled all = {.nodes = 0};
	for (size_t i = 0; i < plan->node_count; i++) {
		const PlanNode *node = plan->nodes[i];
		if (!is_disabled(node)) continue;
		if (!all.first) all.first = node;
		note_setting(arena, &all, setting_of(node));
		all.ms += node->measure.self_ms;
		all.nodes++;
	}
	return all;
}

static const char *set_all(Arena *arena, const Disabled *all, const char *value) {
	const char *sql = NULL;
	for (size_t i = 0; i < all->settings.count; i++)
		sql = arena_printf(arena, "%s%sSET %s = %s", sql ? sql : "", sql ? ";\n" : "", all->settings.items[i], value);
	return sql;
}

static void run(Advice *advice, const Rule *rule) {
	Arena *arena = advice->arena;
	const Plan *plan = advice->plan;
	Disabled all = disabled_nodes(arena, plan);
	if (!all.nodes) return;
	Finding finding = finding_new(rule->id);
	const char *names = all.settings.count ? say_columns(arena, all.settings.items, all.settings.count) : "a setting enable_…";
	const char *others = all.nodes > 1 ? arena_printf(arena, " (and %zu more)", all.nodes - 1) : "";
	finding.node = all.first->id;
	finding.relation = all.first->relation;
	finding.title = arena_printf(arena, "%s %s off: this plan is bent around that", names, all.settings.count > 1 ? "are" : "is");
	finding.evidence = arena_printf(arena, "There is %s all the same%s%s.", say_node(arena, all.first), others,
	                                all.first->startup_cost >= ROUGHLY * PENALTY
	                                    ? ", at a cost of 10,000,000,000 that is only a penalty: no cost in this plan means anything" : "");
	finding.because = "Such a setting forbids nothing: the planner takes any other way it has, however slow, and this one only "
			  "where it has none.";
	finding.kind = all.settings.count ? REMEDY_SETTING : REMEDY_NONE;
	finding.sql = set_all(arena, &all, "on");
	finding.undo = set_all(arena, &all, "off");
	finding.notes = "Explain the statement again before following any other advice on it. Where it was set: SELECT name, source, "
			"sourcefile FROM pg_settings WHERE name LIKE 'enable%' AND setting = 'off';";
	if (plan_statement_ms(plan) > 0) finding_weigh(plan, &finding, all.ms, NAN, 1 - SPARED);
	*list_push(arena, &advice->findings) = finding;
}

const Rule rule_disabled_node = {
    .id = "disabled-node",
    .summary = "a setting enable_… is off and the plan was bent around it",
    .fires = "A node that should not be is marked Disabled (PostgreSQL 18), or has the penalty of 10,000,000,000 in its cost "
	     "(before). Told before anything else and whatever it saves, for no other figure of such a plan can be trusted. "
	     "Silent for plans that are expensive without a penalty: it stands in the cost of the first row, over what the "
	     "nodes below account for.",
    .sourced = true,
    .first = true,
    .run = run,
};
