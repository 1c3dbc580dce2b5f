/* rule_memoize_evictions.c: a Memoize whose cache was too small, or hardly ever had what was looked for. */
#include "advise/memory.h"
#include "advise/say.h"
#include "core/format.h"
#include "plan/value.h"

#define MISSES_MANY 0.9 /* of the lookups: the cache is not worth keeping */
#define LOOKUPS_LEAST 1000.0
#define MISS_MS 0.0003 /* to look into the cache in vain and put the result in: 0.26 to 0.55 microseconds measured */

typedef struct Cache {
	double hits, misses, evictions; /* of all processes */
	double different; /* values looked for, were each as frequent as any other */
	double peak_kb, wanted_kb; /* of the process that has, or wants, most */
} Cache;

static double figure(const PlanValue *process, const char *field) {
	double value = value_real(plan_field(process, field));
	return isnan(value) ? 0 : value;
}

/* A full cache has what is looked for as often as it holds a part of all values: that tells how many there are. */
static void add_process(Cache *cache, const PlanValue *process) {
	double hits = figure(process, "Cache Hits"), misses = figure(process, "Cache Misses");
	double evictions = figure(process, "Cache Evictions"), peak_kb = figure(process, "Peak Memory Usage");
	double held = fmax(misses - evictions, 1);
	double different = evictions > 0 ? fmin(held * (hits + misses) / fmax(hits, 1), misses) : misses;
	cache->hits += hits;
	cache->misses += misses;
	cache->evictions += evictions;
	cache->different += different;
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
	finding.because = cache->evictions > 0
	                      ? arena_printf(arena,
	                                     "The same values came less often than the planner expected, or later than a cache of "
	                                     "%s keeps them.",
	                                     format_bytes(arena, cache->peak_kb * 1024))
	                      : "The planner expected the same values more often than they came.";
	finding.kind = REMEDY_SETTING;
	finding.sql = "SET LOCAL enable_memoize = off";
	finding.notes = "It lasts to the end of the transaction, and the whole statement does without. For good: ANALYZE the "
			"table the values come from, or tell how many there are (ALTER TABLE … ALTER COLUMN … SET (n_distinct "
			"= …)).";
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
	     "0.3 microseconds for each miss. Or it dropped entries for want of memory: it gets the work_mem, "
	     "divided by hash_mem_multiplier, that holds all values, were they equally frequent, for then its share of hits tells "
	     "how many there are; the gain is what was looked up again. Silent when that gain is under the minimum, and "
	     "for plans that were not run. Never above info.",
    .run = run,
};
