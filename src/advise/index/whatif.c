/* whatif.c: has the planner judge findings. */
#include "advise/whatif.h"

#include "advise/index_existing.h"
#include "advise/index_name.h"
#include "advise/index_search.h"
#include "advise/index_size.h"
#include "advise/join_lookup.h"
#include "advise/say.h"
#include "core/format.h"

#define STOPPED_SHARE 0.1 /* of the rows planned came */
#define PLANNED_LONGER 0.12 /* of the time planning takes as things are: by each further index to weigh (measured: 0.04 to 0.17) */

struct WhatIf {
	Arena *arena;
	const Plan *plan;
	const Facts *facts;
	AdviseSettings settings;
	const IndexPool *pool;
	FindingList *findings;
	double cost_as_is;
	IndexSearch *search;
	bool searching; /* the question is the search's */
	size_t rewrite; /* the finding whose statement is in question */
	double *rewritten; /* by finding: cost of its own statement; NaN: not asked */
	IndexTexts texts;
};

/* As many as may be planned with in a third of the time there is. */
static size_t at_once(const Plan *plan, const AdviseSettings *settings) {
	double all_ms = settings->budget_ms / 3, one_ms = PLANNED_LONGER * plan->planning_ms;
	return one_ms > 0 && all_ms < one_ms * POOL_MOST ? (size_t)(all_ms / one_ms) : POOL_MOST;
}

WhatIf *whatif_new(Arena *arena, const Plan *plan, const Facts *facts, const AdviseSettings *settings, const IndexPool *pool,
                   FindingList *findings) {
	WhatIf *whatif = ARENA_NEW(arena, WhatIf);
	*whatif = (WhatIf){.arena = arena,
	                   .plan = plan,
	                   .facts = facts,
	                   .settings = settings ? *settings : advise_defaults,
	                   .pool = pool,
	                   .findings = findings,
	                   .cost_as_is = plan->root->total_cost};
	const IndexSearchLimits limits = {.min_gain = whatif->settings.min_gain, .include = !whatif->settings.no_include, .at_once = at_once(plan, &whatif->settings)};
	whatif->search = index_search_new(arena, pool, whatif->cost_as_is, &limits);
	whatif->rewritten = ARENA_ARRAY(arena, double, findings->count + 1);
	for (size_t i = 0; i < findings->count; i++) whatif->rewritten[i] = NAN;
	return whatif;
}

/* ---- questions and answers ---- */

static void pretend_all(WhatIf *whatif, const Finding *finding) {
	whatif->texts.count = 0;
	for (size_t i = 0; i < finding->indexes.count; i++)
		*list_push(whatif->arena, &whatif->texts) = index_pretend_sql(whatif->arena, &finding->indexes.items[i]);
}

bool whatif_next(WhatIf *whatif, double spent, WhatIfQuestion *question) {
	*question = (WhatIfQuestion){0};
	if (isnan(whatif->cost_as_is)) return false;
	const IndexTexts *texts = index_search_next(whatif->search, spent);
	whatif->searching = texts != NULL;
	if (!texts) {
		while (whatif->rewrite < whatif->findings->count && !whatif->findings->items[whatif->rewrite].rewrite) whatif->rewrite++;
		if (whatif->rewrite == whatif->findings->count) return false;
		const Finding *finding = &whatif->findings->items[whatif->rewrite];
		pretend_all(whatif, finding);
		question->statement = finding->rewrite;
		texts = &whatif->texts;
	}
	question->indexes = texts->items;
	question->index_count = texts->count;
	return true;
}

void whatif_answer(WhatIf *whatif, const Plan *answer, const char *const *names) {
	if (whatif->searching) index_search_answer(whatif->search, answer, names);
	else whatif->rewritten[whatif->rewrite++] = answer ? answer->root->total_cost : NAN;
}

/* ---- what it comes to ---- */

/* The planner's word on cost, applied to the time that was measured where the finding reaches. */
static void weigh(const WhatIf *whatif, Finding *finding, double before, double after) {
	double spared = before - after, statement_ms = plan_statement_ms(whatif->plan);
	finding->basis = BASIS_HYPOTHETICAL;
	finding->cost_before = before;
	finding->cost_after = after;
	finding->saves_share = spared / whatif->cost_as_is;
	if (!(statement_ms > 0)) return;
	double stake_ms = isnan(finding->stake_ms) ? statement_ms : fmin(finding->stake_ms, statement_ms);
	double ratio = finding->stake_cost > 0 ? fmin(1, spared / finding->stake_cost) : finding->saves_share;
	finding->saves_ms = stake_ms * ratio;
	finding->saves_share = finding->saves_ms / statement_ms;
}

static bool worth_it(const WhatIf *whatif, double after) {
	return whatif->cost_as_is - after >= whatif->settings.min_gain * whatif->cost_as_is;
}

/* ---- an index that no rule has thought of ---- */

/* The index that is there and begins with these keys: rows are found by them as things are, what it lacks is the rest. */
static const IndexFacts *index_beginning(const TableFacts *table, const char *const *keys, size_t count) {
	for (size_t i = 0; table && i < table->indexes.count; i++) {
		const IndexFacts *index = &table->indexes.items[i];
		size_t alike = 0;
		while (alike < count && alike < index->key_count && strcmp(index->keys[alike], keys[alike]) == 0) alike++;
		if (alike == count && index->valid && !index->predicate) return index;
	}
	return NULL;
}

static const char *purpose(WhatIf *whatif, const IndexFound *found, const char *column) {
	const ColumnUse *use = column ? scan_use_column(found->use, column) : NULL;
	const char *name = column ? sql_identifier(whatif->arena, column) : "";
	bool begun = column && index_beginning(found->use->scan->table, &name, 1);
	if (begun && !found->index.include_count)
		return arena_printf(whatif->arena, "on (%s)", sql_list(whatif->arena, found->index.columns, found->index.column_count));
	if (begun) use = NULL;
	if (use && use->roles & ROLE_EQUAL) return arena_printf(whatif->arena, "that finds rows by %s", name);
	if (use && use->roles & ROLE_JOINED) return arena_printf(whatif->arena, "that finds rows for the join by %s", name);
	if (use && use->roles & ROLE_COMPARED) return arena_printf(whatif->arena, "that finds rows by the range of %s", name);
	if (found->index.include_count) return "that holds all that is read of it";
	return arena_printf(whatif->arena, "in the order of %s", found->index.columns[0]);
}

/* The rule that tells of wrong estimates in this plan; NULL: none does. */
static const char *doubt(const WhatIf *whatif) {
	for (size_t i = 0; i < whatif->findings->count; i++) {
		const char *rule = whatif->findings->items[i].rule;
		if (strcmp(rule, "row-misestimate") == 0 || strcmp(rule, "stale-stats") == 0) return rule;
	}
	return NULL;
}

/* An index may change the whole plan, and save anywhere. Where estimates are wrong, or the scan was stopped long before its end,
 * costs promise that of anything: then it is believed to save what its table and the join above it took, and no more. */
static void set_stake(WhatIf *whatif, Finding *finding, const Scan *scan) {
	JoinLookup join;
	bool stopped = whatif->plan->analyzed && scan->node->measure.rows_actual < STOPPED_SHARE * scan->node->measure.rows_planned;
	if (!doubt(whatif) && !stopped) return;
	bool joined = join_lookup(whatif->arena, whatif->plan, scan, &join);
	finding->stake_ms = joined ? join.self_ms : scan->self_ms;
	finding->stake_cost = joined ? join.self_cost : scan->self_cost;
}

static Finding found_finding(WhatIf *whatif, const IndexFound *found) {
	Arena *arena = whatif->arena;
	const Scan *scan = found->use->scan;
	Finding finding = finding_new("missing-index");
	finding.node = scan->node->id;
	finding.kind = REMEDY_INDEX;
	finding.title = arena_printf(arena, "%s has no index %s", scan_title(arena, scan),
	                             purpose(whatif, found, index_key_read(arena, found->index.columns[0]).column));
	finding.evidence = arena_printf(arena, "%s takes %s.", say_node(arena, scan->node),
	                                say_share(arena, whatif->plan, scan->self_ms, scan->self_cost));
	set_stake(whatif, &finding, scan);
	return finding;
}

/* ---- findings and what was found ---- */

static bool proposes_of(const WhatIf *whatif, const Finding *finding) {
	if (finding->kind != REMEDY_INDEX || finding->rewrite) return false;
	for (size_t i = 0; i < whatif->pool->count && finding->indexes.count; i++)
		if (index_same(&whatif->pool->items[i].index, &finding->indexes.items[0])) return true;
	return false;
}

static bool on_one_table(const IndexAdvice *one, const IndexAdvice *other) {
	return strcmp(one->table, other->table) == 0 && (!one->schema || !other->schema || strcmp(one->schema, other->schema) == 0);
}

/* The finding about the index's table that is about the same scan, or about any of that table. */
static Finding *finding_for(WhatIf *whatif, const IndexFound *found, const bool *taken) {
	Finding *any = NULL;
	for (size_t i = 0; i < whatif->findings->count; i++) {
		Finding *finding = &whatif->findings->items[i];
		if (taken[i] || !proposes_of(whatif, finding) || !on_one_table(&finding->indexes.items[0], &found->index)) continue;
		if (index_same(&finding->indexes.items[0], &found->index)) return finding;
		if (found->use && finding->node == found->use->scan->node->id) any = finding;
		if (!any) any = finding;
	}
	return any;
}

static IndexAdvice completed(const WhatIf *whatif, const IndexFound *found) {
	IndexAdvice index = found->index;
	if (index.name) return index;
	const Scan *scan = found->use->scan;
	index.bytes = index_size_bytes(whatif->arena, scan->table, &index, scan->table_rows, facts_version(whatif->facts));
	index.name = index_name(whatif->arena, whatif->facts, &index, 0);
	return index;
}

static bool proposed(const Finding *finding, const IndexAdvice *index) {
	return finding->indexes.count && index_same(&finding->indexes.items[0], index);
}

static const char *because_of(WhatIf *whatif, const Scan *scan, const IndexAdvice *index) {
	const IndexFacts *there = index->include_count ? index_beginning(scan->table, index->columns, index->column_count) : NULL;
	if (!there) return say_no_index(whatif->arena, scan, index);
	return arena_printf(whatif->arena, "%s begins with (%s), but what else is read of %s is not in it.", there->name,
	                    sql_list(whatif->arena, index->columns, index->column_count), scan->name);
}

/* What the rule said of its own proposal need not hold for another index. */
static void take_index(WhatIf *whatif, Finding *finding, const IndexFound *found) {
	IndexAdvice index = completed(whatif, found);
	bool own = proposed(finding, &index);
	if (!own) {
		if (finding->indexes.count && finding->alternatives.count) {
			for (size_t i = 0; i < finding->alternatives.count; i++)
				if (index_same(&finding->alternatives.items[i], &index)) finding->alternatives.items[i] = finding->indexes.items[0];
		}
		finding->notes = found->use ? index_notes(whatif->arena, found->use->scan->table, &index) : NULL;
		if (found->use) finding->because = because_of(whatif, found->use->scan, &index);
	}
	finding_set_indexes(whatif->arena, finding, &index, 1);
	if (index.include_count)
		finding->because = sentences(whatif->arena, finding->because, "With the columns it carries along, the table itself need not be read.");
}

/* One finding: they belong together. */
static void join(WhatIf *whatif, Finding *kept, const Finding *other) {
	Arena *arena = whatif->arena;
	LIST(IndexAdvice) all = {0};
	for (size_t i = 0; i < kept->indexes.count; i++) *list_push(arena, &all) = kept->indexes.items[i];
	for (size_t i = 0; i < other->indexes.count; i++) *list_push(arena, &all) = other->indexes.items[i];
	finding_set_indexes(arena, kept, all.items, all.count);
	kept->stake_ms += other->stake_ms;
	kept->stake_cost += other->stake_cost;
	kept->evidence = sentences(whatif->arena, kept->evidence, other->evidence);
	if (other->because) kept->because = sentences(whatif->arena, kept->because, other->because);
}

static void tell_costs_without(WhatIf *whatif, Finding *finding, const IndexSearchResult *result, size_t from) {
	for (size_t i = from; i < result->count; i++) {
		if (isnan(result->items[i].cost_without) || isinf(result->items[i].cost_without)) continue;
		finding->notes = sentences(whatif->arena, finding->notes,
		                          arena_printf(whatif->arena, "Without %s the cost is %s.",
		                                       sql_identifier(whatif->arena, finding->indexes.items[i - from].name),
		                                       format_unit(whatif->arena, UNIT_NONE, result->items[i].cost_without)));
	}
}

/* What both reach is saved once. */
static void save_what_is_left(const WhatIf *whatif, Finding *second, const Finding *first) {
	double statement_ms = plan_statement_ms(whatif->plan);
	if (!(statement_ms > 0) || isnan(first->saves_ms)) return;
	second->saves_ms = fmin(second->saves_ms, statement_ms - first->saves_ms);
	second->saves_share = second->saves_ms / statement_ms;
}

/* The first alone and the others on top of it; or all as one, where they gain only, or mostly, together, the others would not
 * be worth a finding of their own, or costs are not to be believed. */
static FindingList findings_of(WhatIf *whatif, const IndexSearchResult *result, Finding *each) {
	FindingList list = {0};
	double first = result->cost_alone, last = result->cost;
	double more = first - last;
	bool chain = result->count > 1 && !doubt(whatif) && whatif->cost_as_is - first > more && more >= whatif->settings.min_gain * whatif->cost_as_is;
	for (size_t from = 0; from < result->count; from = chain && !from ? 1 : result->count) {
		Finding *finding = list_push(whatif->arena, &list);
		size_t to = chain && !from ? 1 : result->count;
		*finding = each[from];
		for (size_t i = from + 1; i < to; i++) join(whatif, finding, &each[i]);
		weigh(whatif, finding, from ? first : whatif->cost_as_is, to < result->count ? first : last);
		if (from) save_what_is_left(whatif, finding, &list.items[0]);
		if (to - from > 1) {
			finding->notes = sentences(whatif->arena, finding->notes, "These indexes belong together.");
			tell_costs_without(whatif, finding, result, from);
		}
		if (from)
			finding->notes = sentences(whatif->arena, finding->notes,
			                          arena_printf(whatif->arena, "Its costs are counted with %s in place.",
			                                       sql_identifier(whatif->arena, list.items[0].indexes.items[0].name)));
	}
	return list;
}

/* Findings that propose an index get what the search found in their place, and go when it found nothing for them. */
static void settle_indexes(WhatIf *whatif) {
	const IndexSearchResult *result = index_search_result(whatif->search);
	FindingList kept = {.silence = whatif->findings->silence};
	bool *taken = ARENA_ARRAY(whatif->arena, bool, whatif->findings->count + 1);
	Finding *each = ARENA_ARRAY(whatif->arena, Finding, result->count + 1);
	if (!result->asked) return;
	for (size_t i = 0; i < result->count; i++) {
		Finding *finding = finding_for(whatif, &result->items[i], taken);
		if (finding) taken[finding - whatif->findings->items] = true;
		each[i] = finding ? *finding : found_finding(whatif, &result->items[i]);
		take_index(whatif, &each[i], &result->items[i]);
	}
	for (size_t i = 0; i < whatif->findings->count; i++) {
		const Finding *finding = &whatif->findings->items[i];
		if (!proposes_of(whatif, finding)) *list_push(whatif->arena, &kept) = *finding;
		else if (!taken[i] && finding->rival && !proposes_of(whatif, finding->rival)) *list_push(whatif->arena, &kept) = *finding->rival;
	}
	FindingList found = {0};
	if (worth_it(whatif, result->cost)) found = findings_of(whatif, result, each);
	for (size_t i = 0; i < found.count; i++) *list_push(whatif->arena, &kept) = found.items[i];
	*whatif->findings = kept;
}

static void settle_rewrites(WhatIf *whatif) {
	for (size_t i = 0; i < whatif->findings->count; i++) {
		double cost = whatif->rewritten[i];
		if (!isnan(cost) && worth_it(whatif, cost)) weigh(whatif, &whatif->findings->items[i], whatif->cost_as_is, cost);
	}
}

static void tell_doubt(WhatIf *whatif) {
	const char *rule = doubt(whatif);
	for (size_t i = 0; rule && i < whatif->findings->count; i++) {
		Finding *finding = &whatif->findings->items[i];
		if (finding->basis != BASIS_HYPOTHETICAL) continue;
		finding->notes = sentences(whatif->arena, finding->notes,
		                          arena_printf(whatif->arena, "The planner's estimates are off in this plan (%s): the gain may be smaller than its costs promise.", rule));
	}
}

void whatif_finish(WhatIf *whatif) {
	if (isnan(whatif->cost_as_is)) return;
	settle_rewrites(whatif);
	settle_indexes(whatif);
	tell_doubt(whatif);
	findings_rank(whatif->plan, whatif->facts, &whatif->settings, whatif->findings);
	index_names_apart(whatif->arena, whatif->settings.naming, whatif->facts, whatif->findings);
}
