/* memoize_evictions.c: a Memoize whose cache was too small, or hardly ever had what was looked for. */
#include "advise/memory.h"
#include "advise/say.h"
#include "core/format.h"
#include "plan/value.h"
#include "sql/quote.h"

#define MISSES_MANY 0.9 /* of the lookups: the cache is not worth keeping */
#define TIMES_MORE 2.0 /* different values than the statistics know: as many as make a planner choose otherwise */
#define SHARE_OF_ROWS 0.1 /* from there on the number of values is taken to grow with the table, as ANALYZE does */
#define LOOKUPS_LEAST 1000.0
#define MISS_MS 0.0003 /* to look into the cache in vain and put the result in: 0.26 to 0.55 microseconds measured */

typedef struct Cache {
	double hits, misses, evictions; /* of all processes */
	double different; /* values looked for, were each as frequent as any other */
	double seen; /* different values that one process has certainly looked for */
	double peak_kb, wanted_kb; /* of the process that has, or wants, most */
} Cache;

/* A full cache has what is looked for as often as it holds a part of all values: that tells how many there are. */
static void add_process(Cache *cache, const PlanValue *process) {
	double hits = process_figure(process, "Cache Hits"), misses = process_figure(process, "Cache Misses");
	double evictions = process_figure(process, "Cache Evictions"), peak_kb = process_figure(process, "Peak Memory Usage");
	double held = fmax(misses - evictions, 1);
	double different = evictions > 0 ? fmin(held * (hits + misses) / fmax(hits, 1), misses) : misses;
	cache->hits += hits;
	cache->misses += misses;
	cache->evictions += evictions;
	cache->different += different;
	cache->seen = fmax(cache->seen, held);
	cache->peak_kb = fmax(cache->peak_kb, peak_kb);
	cache->wanted_kb = fmax(cache->wanted_kb, peak_kb * different / held);
}

static Cache cache_of(const PlanNode *node) {
	Cache cache = {.hits = 0};
	for (const PlanValue *process = NULL; (process = node_process(node, process));) add_process(&cache, process);
	return cache;
}

static bool is_useless(const Cache *cache) {
	return cache->misses > MISSES_MANY * (cache->hits + cache->misses);
}

/* ---- too small ---- */

static Shortage shortage_of(const PlanNode *node, const Cache *cache) {
	double lost = 1 - cache->different / cache->misses; /* looked up again what had been there */
	double ms = node->first_child->measure.total_ms, cost = node->first_child->total_cost * cache->misses;
	return (Shortage){
	    .node = node,
	    .nodes = 1,
	    .wanted_kb = cache->wanted_kb,
	    .saves_ms = ms * lost,
	    .saves_cost = cost * lost,
	    .worst_ms = ms * lost,
	    .stake_ms = ms,
	    .stake_cost = cost,
	};
}

static void tell_shortage(Advice *advice, const Rule *rule, const Shortage *all) {
	Arena *arena = advice->arena;
	const PlanNode *node = all->node;
	Cache cache = cache_of(node);
	const char *key = node_text(node, "Cache Key");
	Shortage hashed = *all;
	hashed.wanted_kb /= hash_mem_multiplier(advice);
	Finding finding = finding_new(rule->id);
	finding.title = arena_printf(arena, "a cache of lookups dropped %s of the %s results it took in",
	                             say_part(arena, cache.evictions / cache.misses), format_rows(arena, cache.misses));
	finding.evidence = arena_printf(arena, "Memoize%s%s%s: %s hits, %s misses, %s evictions; looking up what was missed took %s.",
	                                key ? " by " : "", key ? key : "", shortage_others(arena, all), format_rows(arena, cache.hits),
	                                format_rows(arena, cache.misses), format_rows(arena, cache.evictions),
	                                say_share(arena, advice->plan, all->stake_ms, all->stake_cost));
	finding.because = arena_printf(arena,
	                               "It was full at %s, and more different values came than have room; if they are equally frequent, "
	                               "about %s hold all of them.",
	                               format_bytes(arena, cache.peak_kb * 1024), format_bytes(arena, cache.wanted_kb * 1024));
	shortage_tell(advice, &finding, &hashed, "cache", "Have fewer columns looked up, or let a join do it that needs no cache.");
	*list_push(arena, &advice->findings) = finding;
}

/* ---- of no use ---- */

/* The column whose values are looked up, where it is one of a table that the catalog knows. */
static const Scan *scan_of_key(const Advice *advice, const char *key, const ColumnFacts **column) {
	PredicateList *conditions = key ? predicate_parse(advice->arena, arena_printf(advice->arena, "%s = 1", key), NULL) : NULL;
	if (!conditions || conditions->count != 1 || conditions->items[0].left.kind != OPERAND_COLUMN) return NULL;
	const ColumnName *name = &conditions->items[0].left.name;
	for (size_t i = 0; i < advice->scans.count; i++) {
		const Scan *scan = &advice->scans.items[i];
		if (!scan->table || !scan_owns(scan, name)) continue;
		*column = column_facts(scan->table, name->column);
		return *column ? scan : NULL;
	}
	return NULL;
}

/* As SET (n_distinct) takes it: a number, or less than 0 for a share of the rows, which grows with them. */
static const char *distinct_setting(Arena *arena, double seen, const TableFacts *table) {
	bool many = table->rows > 0 && seen > SHARE_OF_ROWS * table->rows;
	return many ? arena_printf(arena, "%.2g", -fmin(seen / table->rows, 1)) : arena_printf(arena, "%.0f", seen);
}

/* The planner thought there are few values: that is wrong in the statistics, and can be told there. */
static bool blame_statistics(const Advice *advice, const Cache *cache, const char *key, Finding *finding) {
	Arena *arena = advice->arena;
	const ColumnFacts *column = NULL;
	const Scan *scan = scan_of_key(advice, key, &column);
	if (!scan || !(cache->seen > TIMES_MORE * column->distinct)) return false;
	const char *table = sql_qualified(arena, scan->table->schema, scan->table->name), *name = sql_identifier(arena, column->name);
	finding->relation = arena_printf(arena, "%s.%s", scan->table->schema, scan->table->name);
	finding->because = arena_printf(arena, "By its statistics %s has %s different values; at least %s came.", key,
	                                format_rows(arena, column->distinct), format_rows(arena, cache->seen));
	finding->kind = REMEDY_STATISTICS;
	finding->sql = arena_printf(arena, "ALTER TABLE %s ALTER COLUMN %s SET (n_distinct = %s);\nANALYZE %s", table, name,
	                            distinct_setting(arena, cache->seen, scan->table), table);
	finding->undo = arena_printf(arena, "ALTER TABLE %s ALTER COLUMN %s RESET (n_distinct);\nANALYZE %s", table, name, table);
	finding->locks = "Reads and writes go on (ShareUpdateExclusive).";
	finding->notes = arena_printf(arena, "ANALYZE alone mends it where the statistics are only old; a sample of large tables finds too few. How many there are: "
	                                     "SELECT count(DISTINCT %s) FROM %s. Until then: SET LOCAL enable_memoize = off.", name, table);
	return true;
}

static void blame_luck(Arena *arena, const Cache *cache, Finding *finding) {
	finding->because = cache->evictions > 0
	                       ? arena_printf(arena,
	                                      "The same values came less often than the planner expected, or later than a cache of "
	                                      "%s keeps them.",
	                                      format_bytes(arena, cache->peak_kb * 1024))
	                       : "The planner expected the same values more often than they came.";
	finding->kind = REMEDY_SETTING;
	finding->sql = "SET LOCAL enable_memoize = off";
	finding->notes = "It lasts to the end of the transaction, and the whole statement does without. For good: ANALYZE the "
			 "table the values come from, or tell how many there are (ALTER TABLE … ALTER COLUMN … SET (n_distinct "
			 "= …)).";
}

static void tell_useless(Advice *advice, const Rule *rule, const PlanNode *node, const Cache *cache) {
	Arena *arena = advice->arena;
	double lookups = cache->hits + cache->misses, ms = node->measure.total_ms, cost = node->measure.self_cost;
	double saves_ms = fmin(cache->misses * MISS_MS / fmax(node->measure.participants, 1), ms);
	const char *key = node_text(node, "Cache Key");
	Finding finding = finding_new(rule->id);
	finding.node = node->id;
	finding.title = arena_printf(arena, "a cache of lookups had %s of the %s asked for", say_part(arena, cache->hits / lookups),
	                             format_rows(arena, lookups));
	finding.evidence = arena_printf(arena, "Memoize%s%s: %s hits, %s misses; looking up through the cache took %s.", key ? " by " : "",
	                                key ? key : "", format_rows(arena, cache->hits), format_rows(arena, cache->misses),
	                                say_share(arena, advice->plan, ms, cost));
	if (!blame_statistics(advice, cache, key, &finding)) blame_luck(arena, cache, &finding);
	finding_weigh(advice->plan, &finding, ms, cost, ms > 0 ? 1 - saves_ms / ms : 0);
	*list_push(arena, &advice->findings) = finding;
}

static void run(Advice *advice, const Rule *rule) {
	Shortage small = {.nodes = 0};
	for (size_t i = 0; advice->plan->analyzed && i < advice->plan->node_count; i++) {
		const PlanNode *node = advice->plan->nodes[i];
		if (!node_is(node, "Memoize") || !node->first_child) continue;
		Cache cache = cache_of(node);
		if (cache.hits + cache.misses < LOOKUPS_LEAST || !(cache.misses > 0)) continue;
		if (is_useless(&cache)) tell_useless(advice, rule, node, &cache);
		else if (cache.evictions > 0) shortage_join(&small, shortage_of(node, &cache));
	}
	if (small.node) tell_shortage(advice, rule, &small);
}

const Rule rule_memoize_evictions = {
    .id = "memoize-evictions",
    .summary = "a Memoize's cache was too small, or hardly ever had what was looked for",
    .fires = "A Memoize of 1,000 lookups or more, of which more than 90% were misses: it is of no use, and the gain is "
	     "0.3 microseconds for each miss; where the column's statistics know less than half of the values that came, they are what is "
	     "to be mended. Or it dropped entries for want of memory: it gets the work_mem, "
	     "divided by hash_mem_multiplier, that holds all values, were they equally frequent, for then its share of hits tells "
	     "how many there are; the gain is what was looked up again. Silent when that gain is under the minimum, and "
	     "for plans that were not run. Never above info.",
    .run = run,
};
