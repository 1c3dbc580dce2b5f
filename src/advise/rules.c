/* rules.c: every rule there is; at equal gain the earlier one is told first. */
#include "advise/advise.h"

/* To add one: its file, and a line here. */
#define RULES(X) \
	X(rule_plan_incomplete) /* what bends or hides the whole plan */ \
	X(rule_disabled_node) \
	X(rule_cartesian_join) /* what is fatal to a plan, and what an index or another index would spare */ \
	X(rule_not_in) \
	X(rule_wrong_index_for_order_by) \
	X(rule_filter_heavy_index) \
	X(rule_missing_index) \
	X(rule_brin_uncorrelated) \
	X(rule_index_recheck) \
	X(rule_offset_pagination) \
	X(rule_top_n_sort_index) \
	X(rule_partition_no_prune) \
	X(rule_function_on_column) \
	X(rule_implicit_cast) \
	X(rule_leading_wildcard) \
	X(rule_index_type) \
	X(rule_or_condition) /* what is written so that it cannot be quick */ \
	X(rule_cte_materialised) \
	X(rule_duplicates_removed) \
	X(rule_count_star) \
	X(rule_limit_without_order) \
	X(rule_result_too_large) \
	X(rule_bulk_write) \
	X(rule_function_cost) \
	X(rule_wide_rows) \
	X(rule_subplan_per_row) /* what is done again and again */ \
	X(rule_merge_full_index) \
	X(rule_trigger_time) \
	X(rule_foreign_filter) /* what another server could do */ \
	X(rule_stale_stats) /* what misleads the planner */ \
	X(rule_row_misestimate) \
	X(rule_nested_loop_blowup) \
	X(rule_materialize_rescan) \
	X(rule_parameter_sensitive) \
	X(rule_sort_spill) /* memory */ \
	X(rule_hash_batches) \
	X(rule_lossy_bitmap) \
	X(rule_memoize_evictions) \
	X(rule_temp_io) \
	X(rule_heap_fetches) /* environment */ \
	X(rule_jit_overhead) \
	X(rule_workers_not_launched) \
	X(rule_skewed_workers) \
	X(rule_lock_wait) \
	X(rule_planning_time) \
	X(rule_cold_cache) \
	X(rule_n_plus_one) /* what is about something else than this plan's time */ \
	X(rule_timing_overhead)

#define X(rule) extern const Rule rule;
RULES(X)
#undef X

const Rule *const rules[] = {
#define X(rule) &rule,
	RULES(X)
#undef X
	NULL,
};

const Rule *rule_named(const char *id) {
	for (size_t i = 0; rules[i]; i++)
		if (strcmp(rules[i]->id, id) == 0) return rules[i];
	return NULL;
}
