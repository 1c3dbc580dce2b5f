/* test_mend.c: what of a pasted text is JSON. */
#include "plan_of.h"

#include "plan/mend.h"

static void mends_to(Arena *arena, const char *text, MendEnd end, const char *json) {
	Mended mended = mend(arena, text, strlen(text));
	assert_int_equal(mended.end, end);
	assert_string_equal(mended.json, json);
	assert_int_equal(mended.len, strlen(json));
}

static void text_around_json_is_left_out(void **state) {
	mends_to(*state, "=> explain (format json) select '{}';\nQUERY PLAN\n-----\n [1]\n(1 row)\n", MEND_WHOLE, "[1]");
	mends_to(*state, "LOG:  duration: 1 ms  plan:\n\t{\"a\": 1}\nLOG:  done\n", MEND_WHOLE, "{\"a\": 1}");
	mends_to(*state, "", MEND_NOTHING, "");
	mends_to(*state, "Seq Scan on t\n", MEND_NOTHING, "");
}

static void frames_of_psql_are_left_out(void **state) {
	mends_to(*state, " [        +\n   1,     +\n   1e+5   +\n ]\n", MEND_WHOLE, "[        \n   1,     \n   1e+5   \n ]");
	mends_to(*state, "│ [   ↵│\n│ 1 ↵│\n│ ]  │\n", MEND_WHOLE, "[   \n 1 \n ]");
	mends_to(*state, "| [ +|\n| 1 +|\n| ]  |\n", MEND_WHOLE, "[ \n 1 \n ]");
}

static void frames_within_strings_are_kept(void **state) {
	mends_to(*state, "{\"a\": \"│ + | ↵ [{ N\"}", MEND_WHOLE, "{\"a\": \"│ + | ↵ [{ N\"}");
	mends_to(*state, "{\"a\": \"\\\"}\\\\\"}", MEND_WHOLE, "{\"a\": \"\\\"}\\\\\"}");
}

/* As PostgreSQL 15 to 18 write it of a MERGE into partitions. */
static void what_a_merge_did_stands_behind_its_targets(void **state) {
	mends_to(*state, "{\"Target Tables\": [ {\"a\": [1, 2]}, {\"b\": 1}, \"Tuples Inserted\": 0, \"Tuples Updated\": 1 ], \"Plans\": [{\"c\": []}]}", MEND_WHOLE,
	         "{\"Target Tables\": [ {\"a\": [1, 2]}, {\"b\": 1}], \"Tuples Inserted\": 0, \"Tuples Updated\": 1 , \"Plans\": [{\"c\": []}]}");
	mends_to(*state, "{\"Target Tables\": [ {\"a\": 1}, + |\n \"Tuples\": 0 +\n ] }", MEND_WHOLE, "{\"Target Tables\": [ {\"a\": 1}],  \n \"Tuples\": 0 \n  }");
	mends_to(*state, "{\"Target Tables\": [ \"a\", \"b\" ], \"x\": 1}", MEND_WHOLE, "{\"Target Tables\": [ \"a\", \"b\" ], \"x\": 1}");
	mends_to(*state, "{\"Target Tables\": 1, \"x\": [1, 2]}", MEND_WHOLE, "{\"Target Tables\": 1, \"x\": [1, 2]}");
}

static void masked_figures_are_null(void **state) {
	mends_to(*state, "{\"a\": N.N, \"b\": N, \"c\": XXXX}", MEND_WHOLE, "{\"a\": null, \"b\": null, \"c\": null}");
	mends_to(*state, "{\"a\": NaN, \"b\": \"N\"}", MEND_WHOLE, "{\"a\": NaN, \"b\": \"N\"}");
}

/* The line that was broken is as long as the longest: the break fell where it had to. */
static void a_line_broken_by_length_is_joined_without_a_blank(void **state) {
	mends_to(*state, "{\"a\": \"select * fro\nm t where a\"}", MEND_WHOLE, "{\"a\": \"select * from t where a\"}");
}

/* … between a backslash and the quote behind it, too. */
static void a_break_amid_an_escape_ends_no_string(void **state) {
	mends_to(*state, "{\"a\": \"x\\\n\"y\"}", MEND_WHOLE, "{\"a\": \"x\\\"y\"}");
}

static void a_line_broken_at_a_blank_is_joined_with_one(void **state) {
	mends_to(*state, "{\"a\": \"select *\nfrom t where there are longer lines\"}", MEND_WHOLE, "{\"a\": \"select * from t where there are longer lines\"}");
}

static void a_broken_figure_is_joined(void **state) {
	mends_to(*state, "[10\n24, tr\nue]", MEND_WHOLE, "[1024, true]");
}

static void control_characters_in_strings_become_blanks(void **state) {
	mends_to(*state, "[\"a\tb\033c\"]", MEND_WHOLE, "[\"a b c\"]");
}

static void an_end_amid_a_document_is_told(void **state) {
	mends_to(*state, "[{\"a\": 1", MEND_OPEN, "[{\"a\": 1");
	mends_to(*state, "[{\"a\": \"", MEND_OPEN, "[{\"a\": \"");
	mends_to(*state, "[{\"a\": \"\\", MEND_OPEN, "[{\"a\": \"\\");
	mends_to(*state, "[{\"a\": 1\n<truncated>\n", MEND_CUT, "[{\"a\": 1\n");
	mends_to(*state, "[{\"a\": \"text\n<truncated>\n", MEND_CUT, "[{\"a\": \"text");
}

/* What stands at "x" in the JSON stood there in the text. */
static void places_in_the_text_are_found_again(void **state) {
	static const char text[] = "plan:\n| [N.N, +|\n| 1,   +|\n| x   +|\n| ]|\n";
	Mended mended = mend(*state, text, strlen(text));
	for (size_t at = 0; at < mended.len; at++)
		if (strchr("[],1x", mended.json[at])) assert_int_equal(text[mended_from(&mended, at)], mended.json[at]);
	assert_int_equal(mended_from(&(Mended){.end = MEND_NOTHING}, 0), 0);
	mended = mend(*state, "{X", 2);
	for (size_t at = 0; at <= mended.len; at++) assert_true(mended_from(&mended, at) <= 2);
}

static void a_string_of_many_lines_is_cheap(void **state) {
	Str text = STR_INIT;
	str_add(&text, "[\"");
	str_add_repeat(&text, "\n", 1000000);
	str_add(&text, "\"]");
	PlanList plans;
	assert_false(plan_read_json(*state, text.text, text.len, &plans, NULL));
	str_release(&text);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    arena_test(text_around_json_is_left_out),
	    arena_test(frames_of_psql_are_left_out),
	    arena_test(frames_within_strings_are_kept),
	    arena_test(what_a_merge_did_stands_behind_its_targets),
	    arena_test(masked_figures_are_null),
	    arena_test(a_line_broken_by_length_is_joined_without_a_blank),
	    arena_test(a_break_amid_an_escape_ends_no_string),
	    arena_test(a_line_broken_at_a_blank_is_joined_with_one),
	    arena_test(a_broken_figure_is_joined),
	    arena_test(control_characters_in_strings_become_blanks),
	    arena_test(an_end_amid_a_document_is_told),
	    arena_test(places_in_the_text_are_found_again),
	    arena_test(a_string_of_many_lines_is_cheap),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
