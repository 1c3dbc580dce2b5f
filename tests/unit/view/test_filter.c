/* test_filter.c: filters say which rows are wanted, in the words and units of the list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sample.h"
#include "view/filter.h"

static int new_arena(void **state) {
	*state = arena_new();
	return 0;
}

static int free_arena(void **state) {
	arena_free(*state);
	return 0;
}

/* The numbers of the rows that pass. */
static const char *passing(Arena *arena, const char *text) {
	Filter filter;
	const char *passed = "";
	const Table *table = sample_table(arena);
	if (!filter_parse(&filter, text, sample_columns, SAMPLE_COLUMNS, NULL)) passed = "bad ";
	for (size_t row = 0; row < table->row_count; row++)
		if (filter_passes(&filter, arena, table, row)) passed = arena_printf(arena, "%s%zu", passed, row);
	filter_release(&filter);
	return passed;
}

static void filters_are_understood(void **state) {
	static const struct {
		const char *filter, *rows;
	} cases[] = {
	    {"", "012345"}, {"!", "012345"}, {"user:", "012345"}, {"!user:", "012345"}, /* while it is being typed */
	    {"ORDERS", "01"}, {"RdEr", "01"}, {"oorders", ""}, {"!orders", "2345"}, {"orders.*limit", "0"}, {"^(select|insert)", "0134"},
	    {"from orders where", "0"}, /* as it is shown: line breaks are blanks */
	    {"web", "01"}, /* any text column */
	    {"41", ""}, {"load:41%", "0"}, {"load:^..%$", "012"}, /* figures only when their column is named */
	    {"user:^web$", "01"}, {"USER:WEB", "01"}, {"us:batch", "2"}, {"!user:web", "2345"}, {"query:web", ""},
	    {"load:>10%", "012"}, {"load:>10", "012"}, {"load_share:>=0.41%", "0123"}, {"!load:>10%", "345"},
	    {"mean:>1s", "4"}, {"mean:>=140", "134"}, {"mean: > 140", "14"}, {"mean:> 140 ms", "14"}, {"mean:<1m", "0123"}, {"mean:>0.5h", "4"},
	    {"rows:>1k", "2"}, {"rows:=20", "1"}, {"rows:<=1", "04"}, {"calls:>12.4", "0"}, {"calls/s:>=12.4", "02"},
	    {"temp:>=8kB", "12"}, {"temp:>300MB", "1"}, {"temp:=0", "04"}, {"temp:>0b", "12"},
	    {"queryid:=17", "1"}, {"queryid:<0", "2"}, {"queryid:=-42", "2"}, {"queryid:^8123456789012345678$", "0"},
	    {"top:yes", "024"}, {"top:no", "135"}, {"toplevel:^$", ""},
	    {"user:>web", ""}, /* text is not compared */
	    {"::", ""}, {"nosuch:web", ""}, {":web", ""}, /* a colon that names no column is looked for */
	    {"\\$1, \\$2", "4"}, {"größe", "3"}, {"\\?\\[31m", "2"}, {"\x1b", ""},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *rows = passing(*state, cases[i].filter);
		if (strcmp(rows, cases[i].rows) != 0) fail_msg("%s lets %s through, not %s", cases[i].filter, rows, cases[i].rows);
	}
}

static void bad_filters_let_everything_through_and_are_told(void **state) {
	static const struct {
		const char *filter, *message;
	} cases[] = {
	    {"a(", "\"a(\" is not a regular expression: "},     {"user:[", "\"[\" is not a regular expression: "},
	    {"load:>", "\"\" is not a figure to compare load with"}, {"mean:>1x", "\"1x\" is not a figure to compare mean with"},
	    {"mean:>.", "\".\" is not a figure to compare mean with"}, {"!temp:>1s", "\"1s\" is not a figure to compare temp with"},
	    {"rows:>1.2.3", "\"1.2.3\" is not a figure to compare rows with"}, {"rows:>-", "\"-\" is not a figure to compare rows with"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Err err = ERR_INIT;
		Filter filter;
		assert_false(filter_parse(&filter, cases[i].filter, sample_columns, SAMPLE_COLUMNS, &err));
		assert_int_equal(err.kind, ERR_USAGE);
		assert_memory_equal(err.message.text, cases[i].message, strlen(cases[i].message));
		assert_string_equal(passing(*state, cases[i].filter), "bad 012345");
		filter_release(&filter);
		err_release(&err);
	}
}

static void columns_are_named_by_id_or_title_or_how_they_begin(void **state) {
	(void)state;
	static const ListColumn columns[] = {{.id = "total_bytes", .title = "total"}, {.id = "t", .title = "table"}, {.id = "table_bytes", .title = "tab"}};
	static const struct {
		const char *name;
		size_t column;
	} cases[] = {{"total", 0}, {"to", 0}, {"T", 1}, {"tab", 2}, {"table", 1}, {"table_", 2}, {"x", TABLE_NO_COLUMN}, {"", TABLE_NO_COLUMN}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(column_named(columns, 3, cases[i].name, strlen(cases[i].name)), cases[i].column);
}

static void patterns_find_every_piece_that_is_not_empty(void **state) {
	(void)state;
	Pattern pattern;
	size_t start, end = 0, found = 0;
	assert_true(pattern_compile(&pattern, "a*", NULL));
	while (pattern_next(&pattern, "baacAAd", &start, &end)) {
		assert_int_equal(end - start, 2);
		found++;
	}
	assert_int_equal(found, 2);
	assert_true(pattern_matches(&pattern, ""));
	pattern_release(&pattern);
	pattern_compile_literal(&pattern, "a.(b)[c]{d}*+?^$|\\e");
	assert_true(pattern_matches(&pattern, "-- A.(b)[c]{d}*+?^$|\\E --"));
	assert_false(pattern_matches(&pattern, "ax(b)[c]{d}*+?^$|\\e"));
	pattern_release(&pattern);
	pattern_release(&pattern);
	assert_true(pattern_compile(&pattern, "^a", NULL));
	end = 0;
	assert_true(pattern_next(&pattern, "aa", &start, &end));
	assert_false(pattern_next(&pattern, "aa", &start, &end));
	pattern_release(&pattern);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, new_arena, free_arena)
	const struct CMUnitTest tests[] = {
	    TEST(filters_are_understood),
	    TEST(bad_filters_let_everything_through_and_are_told),
	    TEST(columns_are_named_by_id_or_title_or_how_they_begin),
	    TEST(patterns_find_every_piece_that_is_not_empty),
	};
	return cmocka_run_group_tests_name("filter", tests, NULL, NULL);
}
