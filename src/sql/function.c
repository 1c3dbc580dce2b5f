/* function.c: what is known of PostgreSQL's own functions by name. */
#include "sql/function.h"

#include <stdlib.h>
#include <string.h>

static const struct Row {
	const char *name;
	FunctionTrait trait;
} rows[] = { /* sorted */
    {"any_value", FUNCTION_AGGREGATE},
    {"array_agg", FUNCTION_AGGREGATE},
    {"avg", FUNCTION_AGGREGATE},
    {"bit_and", FUNCTION_AGGREGATE},
    {"bit_or", FUNCTION_AGGREGATE},
    {"bit_xor", FUNCTION_AGGREGATE},
    {"bool_and", FUNCTION_AGGREGATE},
    {"bool_or", FUNCTION_AGGREGATE},
    {"clock_timestamp", FUNCTION_VOLATILE},
    {"corr", FUNCTION_AGGREGATE},
    {"count", FUNCTION_AGGREGATE},
    {"covar_pop", FUNCTION_AGGREGATE},
    {"covar_samp", FUNCTION_AGGREGATE},
    {"current_database", FUNCTION_STABLE},
    {"current_setting", FUNCTION_STABLE},
    {"currval", FUNCTION_VOLATILE},
    {"every", FUNCTION_AGGREGATE},
    {"gen_random_uuid", FUNCTION_VOLATILE},
    {"json_agg", FUNCTION_AGGREGATE},
    {"json_object_agg", FUNCTION_AGGREGATE},
    {"jsonb_agg", FUNCTION_AGGREGATE},
    {"jsonb_object_agg", FUNCTION_AGGREGATE},
    {"lastval", FUNCTION_VOLATILE},
    {"max", FUNCTION_AGGREGATE},
    {"min", FUNCTION_AGGREGATE},
    {"mode", FUNCTION_AGGREGATE},
    {"nextval", FUNCTION_VOLATILE},
    {"now", FUNCTION_STABLE},
    {"percentile_cont", FUNCTION_AGGREGATE},
    {"percentile_disc", FUNCTION_AGGREGATE},
    {"random", FUNCTION_VOLATILE},
    {"range_agg", FUNCTION_AGGREGATE},
    {"range_intersect_agg", FUNCTION_AGGREGATE},
    {"regr_avgx", FUNCTION_AGGREGATE},
    {"regr_avgy", FUNCTION_AGGREGATE},
    {"regr_count", FUNCTION_AGGREGATE},
    {"regr_intercept", FUNCTION_AGGREGATE},
    {"regr_r2", FUNCTION_AGGREGATE},
    {"regr_slope", FUNCTION_AGGREGATE},
    {"regr_sxx", FUNCTION_AGGREGATE},
    {"regr_sxy", FUNCTION_AGGREGATE},
    {"regr_syy", FUNCTION_AGGREGATE},
    {"setval", FUNCTION_VOLATILE},
    {"statement_timestamp", FUNCTION_STABLE},
    {"stddev", FUNCTION_AGGREGATE},
    {"stddev_pop", FUNCTION_AGGREGATE},
    {"stddev_samp", FUNCTION_AGGREGATE},
    {"string_agg", FUNCTION_AGGREGATE},
    {"sum", FUNCTION_AGGREGATE},
    {"timeofday", FUNCTION_VOLATILE},
    {"transaction_timestamp", FUNCTION_STABLE},
    {"uuid_generate_v1", FUNCTION_VOLATILE},
    {"uuid_generate_v4", FUNCTION_VOLATILE},
    {"uuidv4", FUNCTION_VOLATILE},
    {"uuidv7", FUNCTION_VOLATILE},
    {"var_pop", FUNCTION_AGGREGATE},
    {"var_samp", FUNCTION_AGGREGATE},
    {"variance", FUNCTION_AGGREGATE},
    {"xmlagg", FUNCTION_AGGREGATE},
};

static int compare(const void *name, const void *row) {
	return strcmp(name, ((const struct Row *)row)->name);
}

FunctionTrait function_trait(const char *name) {
	const struct Row *row = bsearch(name, rows, sizeof rows / sizeof *rows, sizeof *rows, compare);
	return row ? row->trait : FUNCTION_PLAIN;
}
