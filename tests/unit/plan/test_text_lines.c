/* test_text_lines.c: lines of a plan out of what people paste. */
#include "plan_of.h"

#include "plan/text_parts.h"

/* Each line as "indent:text", by newlines. */
static void lines_are(Arena *arena, const char *pasted, const char *wanted) {
	TextLines lines = text_lines(arena, pasted, strlen(pasted));
	Str is = STR_INIT;
	for (size_t i = 0; i < lines.count; i++) str_printf(&is, "%zu:%s\n", lines.items[i].indent, lines.items[i].text);
	assert_string_equal(is.text, wanted);
	str_release(&is);
}

#define SCAN "Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)"
#define BOTH "0:" SCAN "\n2:Filter: (a > 5)\n"

static void indentation_is_counted_and_empty_lines_left_out(void **state) {
	lines_are(*state, SCAN "\n\n  Filter: (a > 5)  \r\n", BOTH);
	lines_are(*state, "\t" SCAN "\n\t  Filter: (a > 5)\n", "8:" SCAN "\n10:Filter: (a > 5)\n");
}

static void frames_are_taken_off(void **state) {
	lines_are(*state, "+------+\n|" SCAN "|\n|  Filter: (a > 5)   |\n+------+\n", BOTH);
	lines_are(*state, "┌───┐\n│" SCAN "│\n│  Filter: (a > 5)   │\n└───┘\n", BOTH);
	lines_are(*state, "QUERY PLAN                                      |\n------------------------------------------------+\n" SCAN " |\n  Filter: (a > 5)                               |\n", "0:QUERY PLAN\n" BOTH);
	lines_are(*state, "\"" SCAN "\"\n\"  Filter: (a > 5)\"\n", BOTH);
	lines_are(*state, "-- " SCAN "\n--   Filter: (a > 5)\n", "1:" SCAN "\n3:Filter: (a > 5)\n");
	lines_are(*state, SCAN "\n  Filter: (a &gt; 5)\n", "0:" SCAN "\n2:Filter: (a &gt; 5)\n"); /* no sign of a web page */
	lines_are(*state, "  -&gt;  " SCAN "\n  Filter: (a &gt; 5)\n", "2:->  " SCAN "\n2:Filter: (a > 5)\n");
	lines_are(*state, "\u00a0\u00a0Filter: (a > 5)\n", "2:Filter: (a > 5)\n");
}

/* A bar on one side only is an operator, quotes on one side a name. */
static void what_only_looks_like_a_frame_stays(void **state) {
	lines_are(*state, "  Filter: (a | b) |\n", "2:Filter: (a | b) |\n");
	lines_are(*state, "  Sort Key: \"a b\"\n", "2:Sort Key: \"a b\"\n");
}

static void doubled_quotes_in_quoted_lines_are_one(void **state) {
	lines_are(*state, "\"  Filter: (\"\"B\"\" > 5)\"\n", "2:Filter: (\"B\" > 5)\n");
}

/* Broken by a terminal of 40 columns, amid figures, a name and a number. */
static void lines_broken_by_length_are_joined(void **state) {
	lines_are(*state, "  ->  Seq Scan on a_long_table_with_a_lo\nng_name  (cost=0.00..1.00 rows=1 width=4\n) (actual time=0.001..0.002 rows=1 loops\n=1)\n    Rows Removed by Filter: 5\n",
	          "2:->  Seq Scan on a_long_table_with_a_long_name  (cost=0.00..1.00 rows=1 width=4) (actual time=0.001..0.002 rows=1 loops=1)\n4:Rows Removed by Filter: 5\n");
}

static void figures_on_a_line_of_their_own_are_joined(void **state) {
	lines_are(*state, "Seq Scan on a_table_of_some_length\n  (cost=0.00..1.00 rows=1 width=4)\n", "0:Seq Scan on a_table_of_some_length  (cost=0.00..1.00 rows=1 width=4)\n");
}

/* EXPLAIN breaks a quoted text where the text does; psql puts a blank before each line. */
static void a_break_in_a_quoted_text_belongs_to_it(void **state) {
	lines_are(*state, " " SCAN "\n   Filter: (a = 'x\n  y (z'::text)\n   Buffers: shared hit=1\n", "1:" SCAN "\n3:Filter: (a = 'x\n y (z'::text)\n3:Buffers: shared hit=1\n");
}

/* psql's mark stands right of all lines; a plus amid them adds. */
static void a_plus_is_a_mark_in_the_last_column_only(void **state) {
	lines_are(*state, " " SCAN "\n   Filter: (a = 'x                              +\n y'::text)\n", "1:" SCAN "\n3:Filter: (a = 'x\ny'::text)\n");
	lines_are(*state, " " SCAN "\n   Filter: (a = (b +\n   5))\n", "1:" SCAN "\n3:Filter: (a = (b + 5))\n");
}

/* What was cut off leaves brackets and quotes open: known lines begin anew all the same. */
static void a_line_cut_short_does_not_swallow_the_next(void **state) {
	lines_are(*state, "Sort  (cost=1.00..2.00 rows=3 width=4)\n  Filter: ((a = 'x\n  ->  " SCAN "\n  Buffers: shared hit=1\n",
	          "0:Sort  (cost=1.00..2.00 rows=3 width=4)\n2:Filter: ((a = 'x\n2:->  " SCAN "\n2:Buffers: shared hit=1\n");
}

static void a_row_count_in_any_language_is_no_continuation(void **state) {
	lines_are(*state, SCAN "\n(1 ligne)\n", "0:" SCAN "\n0:(1 ligne)\n");
	lines_are(*state, "  Filter: (a = ANY (\n(1, 2)))\n(2 行)\n", "2:Filter: (a = ANY ((1, 2)))\n0:(2 行)\n");
}

static void hostile_bytes_do_no_harm(void **state) {
	TextLines lines = text_lines(*state, "a\0b\n\xff\xfe(\n'\n\033[31m\n", 17);
	assert_true(lines.count > 0);
	assert_int_equal(text_lines(*state, "", 0).count, 0);
}

/* Half a megabyte behind an open quote takes no time to speak of. */
static void an_open_quote_is_cheap(void **state) {
	Str text = STR_INIT;
	str_add(&text, "Filter: '\n");
	str_add_repeat(&text, "x (y\n", 100000);
	assert_int_equal(text_lines(*state, text.text, text.len).count, 1);
	str_release(&text);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    arena_test(indentation_is_counted_and_empty_lines_left_out),
	    arena_test(frames_are_taken_off),
	    arena_test(what_only_looks_like_a_frame_stays),
	    arena_test(doubled_quotes_in_quoted_lines_are_one),
	    arena_test(lines_broken_by_length_are_joined),
	    arena_test(figures_on_a_line_of_their_own_are_joined),
	    arena_test(a_break_in_a_quoted_text_belongs_to_it),
	    arena_test(a_plus_is_a_mark_in_the_last_column_only),
	    arena_test(a_line_cut_short_does_not_swallow_the_next),
	    arena_test(a_row_count_in_any_language_is_no_continuation),
	    arena_test(hostile_bytes_do_no_harm),
	    arena_test(an_open_quote_is_cheap),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
