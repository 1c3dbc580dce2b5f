/* rules.c: every rule there is; at equal gain the earlier one is told first. */
#include "advise/advise.h"

extern const Rule rule_disabled_node; /* what bends the whole plan */
extern const Rule rule_cartesian_join, rule_not_in, rule_missing_index, rule_offset_pagination, rule_top_n_sort_index,
    rule_function_on_column, rule_implicit_cast, rule_leading_wildcard, rule_index_type, rule_subplan_per_row, rule_trigger_time; /* what is fatal to a plan */
extern const Rule rule_wrong_index_for_order_by, rule_filter_heavy_index, rule_brin_uncorrelated, rule_index_recheck,
    rule_partition_no_prune, rule_merge_full_index; /* what is read in vain by an index, or for want of leaving a partition out */
extern const Rule rule_or_condition, rule_cte_materialised, rule_duplicates_removed, rule_count_star, rule_function_cost, rule_wide_rows; /* what is written so that it cannot be quick */
extern const Rule rule_limit_without_order, rule_result_too_large, rule_bulk_write; /* what is no matter of time */
extern const Rule rule_foreign_filter, rule_n_plus_one; /* what another server could do, or another statement */
extern const Rule rule_plan_incomplete, rule_timing_overhead; /* what the figures are worth */
extern const Rule rule_lock_wait, rule_skewed_workers; /* who waited for whom */
extern const Rule rule_stale_stats, rule_row_misestimate, rule_nested_loop_blowup, rule_materialize_rescan; /* what misleads the planner */
extern const Rule rule_sort_spill, rule_hash_batches, rule_lossy_bitmap, rule_memoize_evictions, rule_temp_io; /* memory */
extern const Rule rule_heap_fetches,
    rule_jit_overhead, rule_workers_not_launched, rule_planning_time, rule_cold_cache; /* environment */
extern const Rule rule_parameter_sensitive; /* what several plans of a statement tell */

const Rule *const rules[] = {
    &rule_plan_incomplete,
    &rule_disabled_node,
    &rule_cartesian_join,
    &rule_not_in,
    &rule_wrong_index_for_order_by,
    &rule_filter_heavy_index,
    &rule_missing_index,
    &rule_brin_uncorrelated,
    &rule_index_recheck,
    &rule_offset_pagination,
    &rule_top_n_sort_index,
    &rule_partition_no_prune,
    &rule_function_on_column,
    &rule_implicit_cast,
    &rule_leading_wildcard,
    &rule_index_type,
    &rule_or_condition,
    &rule_cte_materialised,
    &rule_duplicates_removed,
    &rule_count_star,
    &rule_limit_without_order,
    &rule_result_too_large,
    &rule_bulk_write,
    &rule_function_cost,
    &rule_wide_rows,
    &rule_subplan_per_row,
    &rule_merge_full_index,
    &rule_trigger_time,
    &rule_foreign_filter,
    &rule_stale_stats,
    &rule_row_misestimate,
    &rule_nested_loop_blowup,
    &rule_materialize_rescan,
    &rule_parameter_sensitive,
    &rule_sort_spill,
    &rule_hash_batches,
    &rule_lossy_bitmap,
    &rule_memoize_evictions,
    &rule_temp_io,
    &rule_heap_fetches,
    &rule_jit_overhead,
    &rule_workers_not_launched,
    &rule_skewed_workers,
    &rule_lock_wait,
    &rule_planning_time,
    &rule_cold_cache,
    &rule_n_plus_one,
    &rule_timing_overhead,
    NULL,
};

const Rule *rule_named(const char *id) {
	for (size_t i = 0; rules[i]; i++)
		if (strcmp(rules[i]->id, id) == 0) return rules[i];
	return NULL;
}
