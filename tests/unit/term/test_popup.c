/* test_popup.c: words lie over the screen, above their line, within the canvas. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "term/popup.h"

static int new_arena(void **state) {
	*state = arena_new();
	return 0;
}

static int free_arena(void **state) {
	arena_free(*state);
	return 0;
}

static const Candidate words[] = {{.text = "one"}, {.text = "two"}, {.text = "three"}, {.text = "日本"}};

static const char *drawn(Arena *arena, int x, int y, size_t count, size_t chosen) {
	Canvas *canvas = canvas_new(arena, 12, 6, false);
	canvas_fill(canvas, (Box){0, 0, 12, 6}, '.', ROLE_TEXT);
	popup_draw(canvas, x, y, words, count, chosen);
	return canvas_dump(arena, canvas, true);
}

static void words_stand_above_their_line(void **state) {
	assert_string_equal(drawn(*state, 3, 5, 2, 2), "............\n............\n............\n"
	                                               "..{popup: one }.....\n..{popup: two }.....\n............\n");
}

static void at_the_edges_the_list_moves_in(void **state) {
	assert_string_equal(drawn(*state, 11, 2, 2, 1), ".......{popup: one }\n.......{popup-selected: two }\n............\n"
	                                                "............\n............\n............\n");
	assert_string_equal(drawn(*state, 0, 1, 1, 1), "{popup: one }.......\n............\n............\n"
	                                               "............\n............\n............\n");
}

static void what_has_no_room_is_counted_and_the_chosen_one_is_in_sight(void **state) {
	assert_string_equal(drawn(*state, 1, 3, 4, 4), "{popup: one   }.....\n{popup: two   }.....\n{popup:  of 4 }.....\n"
	                                               "............\n............\n............\n");
	assert_string_equal(drawn(*state, 1, 3, 4, 3), "{popup: three }.....\n{popup-selected: 日本  }.....\n{popup:  of 4 }.....\n"
	                                               "............\n............\n............\n");
}

static void without_room_nothing_is_drawn(void **state) {
	const char *blank = "............\n............\n............\n............\n............\n............\n";
	assert_string_equal(drawn(*state, 3, 0, 2, 2), blank);
	assert_string_equal(drawn(*state, 3, 1, 2, 2), blank);
	assert_string_equal(drawn(*state, 3, -1, 2, 2), blank);
	assert_string_equal(drawn(*state, 3, 5, 0, 0), blank);
}

static void long_words_are_cut(void **state) {
	const Candidate long_words[] = {{.text = "a_word_much_longer_than_the_canvas", .note = "table"}};
	Canvas *canvas = canvas_new(*state, 12, 2, false);
	popup_draw(canvas, 5, 1, long_words, 1, 1);
	assert_string_equal(canvas_dump(*state, canvas, false), " a_word_mu…\n\n");
}

static void what_they_are_stands_dim_beside_them(void **state) {
	const Candidate noted[] = {{"id", "int"}, {"total", NULL}, {"x", "numeric"}};
	Canvas *canvas = canvas_new(*state, 12, 3, false);
	popup_draw(canvas, 1, 2, noted, 2, 2);
	assert_string_equal(canvas_dump(*state, canvas, true), "{popup: id     }{dim:int}{popup: }\n{popup: total      }\n\n");
	canvas = canvas_new(*state, 12, 3, false);
	popup_draw(canvas, 1, 1, noted + 2, 1, 0); /* a long one is cut */
	assert_string_equal(canvas_dump(*state, canvas, true), "{popup-selected: x  numeric }\n\n\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, new_arena, free_arena)
int main(void) {
	const struct CMUnitTest tests[] = {
	    TEST(words_stand_above_their_line),
	    TEST(at_the_edges_the_list_moves_in),
	    TEST(what_has_no_room_is_counted_and_the_chosen_one_is_in_sight),
	    TEST(without_room_nothing_is_drawn),
	    TEST(long_words_are_cut),
	    TEST(what_they_are_stands_dim_beside_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
