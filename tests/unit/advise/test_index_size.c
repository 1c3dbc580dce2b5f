/* test_index_size.c: estimated sizes against indexes that PostgreSQL 15 really built. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/index_size.h"

#define ROWS 400000.0

/* pg_stats of a table of 400,000 rows. */
static ColumnFacts columns[] = {
    {.name = "flag", .type = "boolean", .distinct = 2, .width_bytes = 1},
    {.name = "shelf", .type = "integer", .distinct = 51, .null_share = 0.49743333, .width_bytes = 4},
    {.name = "id", .type = "integer", .distinct = 400000, .width_bytes = 4},
    {.name = "customer_id", .type = "integer", .distinct = 19565, .width_bytes = 4},
    {.name = "status", .type = "text", .distinct = 5, .width_bytes = 5},
    {.name = "created_at", .type = "timestamp with time zone", .distinct = 400000, .width_bytes = 8},
    {.name = "total", .type = "numeric(10,2)", .distinct = 82852, .width_bytes = 6},
    {.name = "email", .type = "text", .distinct = 82193, .width_bytes = 21},
    {.name = "deleted_at", .type = "timestamp with time zone", .distinct = 38653, .null_share = 0.9033667, .width_bytes = 8},
    {.name = "big", .type = "bigint", .distinct = 177950, .width_bytes = 8},
    {.name = "u", .type = "uuid", .distinct = 400000, .width_bytes = 16},
    {.name = "long", .type = "text", .distinct = 400000, .width_bytes = 108},
    {.name = "day", .type = "date", .distinct = 1001, .width_bytes = 4},
    {.name = "small", .type = "smallint", .distinct = 11, .width_bytes = 2},
    {.name = "unknown", .type = "text", .distinct = NAN, .null_share = NAN, .width_bytes = NAN},
};

typedef struct Built {
	const char *keys[4];
	const char *include[2];
	double bytes; /* pg_relation_size just after CREATE INDEX */
} Built;

static const Built built[] = {
    {{"id"}, {0}, 9003008},
    {{"customer_id"}, {0}, 3211264},
    {{"status"}, {0}, 2801664},
    {{"created_at DESC"}, {0}, 9003008},
    {{"total"}, {0}, 9019392},
    {{"email"}, {0}, 6979584},
    {{"deleted_at"}, {0}, 3416064},
    {{"big"}, {0}, 7503872},
    {{"flag"}, {0}, 2793472},
    {{"u"}, {0}, 12640256},
    {{"long"}, {0}, 57360384},
    {{"day"}, {0}, 2891776},
    {{"small"}, {0}, 2801664},
    {{"shelf"}, {0}, 2818048},
    {{"status", "created_at"}, {0}, 12918784},
    {{"customer_id", "status"}, {0}, 5734400},
    {{"status", "day"}, {0}, 2908160},
    {{"flag", "day", "small"}, {0}, 3219456},
    {{"customer_id"}, {"total"}, 12640256},
    {{"shelf", "small"}, {0}, 2859008},
    {{"email", "id"}, {0}, 19873792},
    {{"small", "big"}, {0}, 12296192},
};

static TableFacts table = {.schema = "public", .name = "s", .rows = ROWS, .columns = {.items = columns, .count = sizeof columns / sizeof *columns}};

static double estimate(Arena *arena, const Built *index, double rows, int version) {
	const char **keys = ARENA_ARRAY(arena, const char *, 4), **include = ARENA_ARRAY(arena, const char *, 2);
	IndexAdvice advice = {.schema = "public", .table = "s", .method = "btree", .columns = keys, .include = include};
	while (advice.column_count < 4 && index->keys[advice.column_count]) {
		keys[advice.column_count] = index->keys[advice.column_count];
		advice.column_count++;
	}
	while (advice.include_count < 2 && index->include[advice.include_count]) {
		include[advice.include_count] = index->include[advice.include_count];
		advice.include_count++;
	}
	return index_size_bytes(arena, &table, &advice, rows, version);
}

static int begin(void **state) {
	*state = arena_new();
	return 0;
}

static int end(void **state) {
	arena_free(*state);
	return 0;
}

static void estimates_are_near_what_was_built(void **state) {
	Arena *arena = *state;
	for (size_t i = 0; i < sizeof built / sizeof *built; i++) {
		double ratio = estimate(arena, &built[i], ROWS, 150000) / built[i].bytes;
		if (ratio < 0.85 || ratio > 1.15) fail_msg("index %zu on %s: estimate is %.2f of the real size", i, built[i].keys[0], ratio);
	}
}

static void equal_keys_are_not_packed_before_13(void **state) {
	Arena *arena = *state;
	const Built status = {{"status"}, {0}, 0};
	double old = estimate(arena, &status, ROWS, 120000), now = estimate(arena, &status, ROWS, 130000);
	assert_true(old > 3 * now);
	assert_true(fabs(old - 9003008) < 0.1 * 9003008); /* as large as an index of as many different short keys */
}

static void what_is_unknown_stays_unknown(void **state) {
	Arena *arena = *state;
	const Built unknown = {{"unknown"}, {0}, 0}, expression = {{"lower(email)"}, {0}, 0};
	assert_true(isnan(estimate(arena, &unknown, ROWS, 0)));
	assert_true(isnan(estimate(arena, &expression, ROWS, 0)));
	assert_true(isnan(estimate(arena, &built[0], NAN, 0)));
	IndexAdvice none = {0};
	assert_true(isnan(index_size_bytes(arena, NULL, &none, 1, 0)));
}

static void few_rows_take_few_pages(void **state) {
	Arena *arena = *state;
	assert_true(estimate(arena, &built[0], 0, 0) <= 3 * 8192);
	assert_true(estimate(arena, &built[0], 1000, 0) <= 6 * 8192);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(estimates_are_near_what_was_built, begin, end),
	    cmocka_unit_test_setup_teardown(equal_keys_are_not_packed_before_13, begin, end),
	    cmocka_unit_test_setup_teardown(what_is_unknown_stays_unknown, begin, end),
	    cmocka_unit_test_setup_teardown(few_rows_take_few_pages, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
