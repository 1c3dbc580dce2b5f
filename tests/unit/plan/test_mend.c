/* test_mend.c: what of a pasted text is JSON. */
#include "plan_of.h"

#include "plan/mend.h"

typedef struct Taken {
	Str json;
	const char *text; /* where pieces come from */
	size_t refuse_after; /* pieces; 0 never */
	size_t pieces;
} Taken;

static bool keep(void *taker, const char *piece, size_t len, const char *at) {
	Taken *taken = taker;
	assert_true(at >= taken->text && at <= taken->text + strlen(taken->text));
	str_add_n(&taken->json, piece, len);
	return ++taken->pieces != taken->refuse_after;
}

static void mends_to(const char *text, MendEnd end, const char *json) {
	Taken taken = {.json = STR_INIT, .text = text};
	assert_int_equal(mend(text, strlen(text), keep, &taken), end);
	assert_string_equal(taken.json.text, json);
	str_release(&taken.json);
}

static void text_around_json_is_left_out(void **state) {
	(void)state;
	mends_to("=> explain (format json) select '{}';\nQUERY PLAN\n-----\n [1]\n(1 row)\n", MEND_WHOLE, "[1]");
	mends_to("LOG:  duration: 1 ms  plan:\n\t{\"a\": 1}\nLOG:  done\n", MEND_WHOLE, "{\"a\": 1}");
	mends_to("", MEND_NOTHING, "");
	mends_to("Seq Scan on t\n", MEND_NOTHING, "");
}

static void frames_of_psql_are_left_out(void **state) {
	(void)state;
	mends_to(" [        +\n   1,     +\n   1e+5   +\n ]\n", MEND_WHOLE, "[        \n   1,     \n   1e+5   \n ]");
	mends_to("│ [   ↵│\n│ 1 ↵│\n│ ]  │\n", MEND_WHOLE, "[   \n 1 \n ]");
	mends_to("| [ +|\n| 1 +|\n| ]  |\n", MEND_WHOLE, "[ \n 1 \n ]");
}

static void frames_within_strings_are_kept(void **state) {
	(void)state;
	mends_to("{\"a\": \"│ + | ↵ [{ N\"}", MEND_WHOLE, "{\"a\": \"│ + | ↵ [{ N\"}");
	mends_to("{\"a\": \"\\\"}\\\\\"}", MEND_WHOLE, "{\"a\": \"\\\"}\\\\\"}");
}

static void masked_figures_are_null(void **state) {
	(void)state;
	mends_to("{\"a\": N.N, \"b\": N, \"c\": XXXX}", MEND_WHOLE, "{\"a\": null, \"b\": null, \"c\": null}");
	mends_to("{\"a\": NaN, \"b\": \"N\"}", MEND_WHOLE, "{\"a\": NaN, \"b\": \"N\"}");
}

/* The line that was broken is as long as the longest: the break fell where it had to. */
static void a_line_broken_by_length_is_joined_without_a_blank(void **state) {
	(void)state;
	mends_to("{\"a\": \"select * fro\nm t where a\"}", MEND_WHOLE, "{\"a\": \"select * from t where a\"}");
}

static void a_line_broken_at_a_blank_is_joined_with_one(void **state) {
	(void)state;
	mends_to("{\"a\": \"select *\nfrom t where there are longer lines\"}", MEND_WHOLE, "{\"a\": \"select * from t where there are longer lines\"}");
}

static void a_broken_figure_is_joined(void **state) {
	(void)state;
	mends_to("[10\n24, tr\nue]", MEND_WHOLE, "[1024, true]");
}

static void control_characters_in_strings_become_blanks(void **state) {
	(void)state;
	mends_to("[\"a\tb\033c\"]", MEND_WHOLE, "[\"a b c\"]");
}

static void an_end_amid_a_document_is_told(void **state) {
	(void)state;
	mends_to("[{\"a\": 1", MEND_OPEN, "[{\"a\": 1");
	mends_to("[{\"a\": \"", MEND_OPEN, "[{\"a\": \"");
	mends_to("[{\"a\": \"\\", MEND_OPEN, "[{\"a\": \"\\");
	mends_to("[{\"a\": 1\n<truncated>\n", MEND_CUT, "[{\"a\": 1\n");
	mends_to("[{\"a\": \"text\n<truncated>\n", MEND_CUT, "[{\"a\": \"text");
}

static void a_refusal_ends_it(void **state) {
	(void)state;
	Taken taken = {.json = STR_INIT, .text = "[N, N, N]", .refuse_after = 2};
	assert_int_equal(mend(taken.text, strlen(taken.text), keep, &taken), MEND_REFUSED);
	assert_int_equal(taken.pieces, 2);
	str_release(&taken.json);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_around_json_is_left_out),
	    cmocka_unit_test(frames_of_psql_are_left_out),
	    cmocka_unit_test(frames_within_strings_are_kept),
	    cmocka_unit_test(masked_figures_are_null),
	    cmocka_unit_test(a_line_broken_by_length_is_joined_without_a_blank),
	    cmocka_unit_test(a_line_broken_at_a_blank_is_joined_with_one),
	    cmocka_unit_test(a_broken_figure_is_joined),
	    cmocka_unit_test(control_characters_in_strings_become_blanks),
	    cmocka_unit_test(an_end_amid_a_document_is_told),
	    cmocka_unit_test(a_refusal_ends_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
