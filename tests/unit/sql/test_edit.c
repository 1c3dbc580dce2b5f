/* test_edit.c: a text changed in a few places, every other byte as it was. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "sql/edit.h"

static Arena *arena;

static int begin(void **state) {
	(void)state;
	arena = arena_new();
	return 0;
}

static int finish(void **state) {
	(void)state;
	arena_free(arena);
	return 0;
}

static void edits_come_in_their_places(void **state) {
	EditList edits = {0};
	(void)state;
	assert_string_equal(text_edited(arena, "abc", &edits), "abc");
	*list_push(arena, &edits) = (Edit){{0, 0}, "<"};
	*list_push(arena, &edits) = (Edit){{1, 2}, "B"};
	*list_push(arena, &edits) = (Edit){{3, 3}, ">"};
	assert_string_equal(text_edited(arena, "abc", &edits), "<aBc>");
	edits.count = 0;
	*list_push(arena, &edits) = (Edit){{1, 4}, ""};
	*list_push(arena, &edits) = (Edit){{2, 5}, "-"};
	*list_push(arena, &edits) = (Edit){{3, 4}, ""};
	assert_string_equal(text_edited(arena, "abcdefg", &edits), "a-fg");
}

static void words_are_found_past_comments(void **state) {
	const char *text = "select (select x from y) -- from\n from /* z */ t -- end";
	TokenList words = sql_words(arena, text);
	(void)state;
	size_t from = words_find(text, &words, 0, words.count, "from");
	assert_true(words_find(text, &words, 0, words.count, "where") == words.count);
	assert_string_equal(span_text(arena, text, (Span){words.items[from].span.start, words_end(&words, strlen(text))}), "from /* z */ t");
	assert_string_equal(text + words_start(&words, words.items[from].span.end), "t -- end");
	assert_int_equal(words_start(&words, strlen(text)), strlen(text));
	assert_int_equal(words_end(&words, 3), 3);
}

static const char *without(const char *text, const char *word) {
	const char *at = strstr(text, word);
	EditList edits = {0};
	*list_push(arena, &edits) = (Edit){span_with_blanks(text, (Span){(size_t)(at - text), (size_t)(at - text) + strlen(word)}), ""};
	return text_edited(arena, text, &edits);
}

static void a_clause_goes_with_its_blanks_but_no_line_joins_a_comment(void **state) {
	(void)state;
	assert_string_equal(without("a  X b", "X"), "a b");
	assert_string_equal(without("a -- c\n X\n b", "X"), "a -- c\n b");
	assert_string_equal(without("a -- c\nX", "X"), "a -- c");
	assert_string_equal(without("X b", "X"), " b");
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(edits_come_in_their_places, begin, finish),
	    cmocka_unit_test_setup_teardown(words_are_found_past_comments, begin, finish),
	    cmocka_unit_test_setup_teardown(a_clause_goes_with_its_blanks_but_no_line_joins_a_comment, begin, finish),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
