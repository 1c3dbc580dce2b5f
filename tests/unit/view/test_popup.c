/* test_popup.c: questions and menus lie over the screen and fit on it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>

#include "../../golden.h"
#include "view/popup.h"

static int new_arena(void **state) {
	*state = arena_new();
	return 0;
}

static int free_arena(void **state) {
	arena_free(*state);
	return 0;
}

static const Question question = {
    .text = "Run this UPDATE under EXPLAIN ANALYZE?",
    .effect = "It is executed and rolled back. A rollback does not undo: sequence values taken, dead rows, WAL written, "
              "what triggers did outside, and row locks held while it runs (up to 30 s).",
    .yes = "run it",
    .no = "leave it",
};

static const MenuEntry entries[] = {
    {.label = "load", .note = "share of the execution time of all statements", .chosen = true},
    {.label = "calls/s", .note = "executions per second"},
    {.label = "mean", .note = "execution time of one call"},
    {.label = "表意\x1b", .note = "what strangers put there"},
};

static Canvas *dotted(Arena *arena, int width, int height, bool ascii) {
	Canvas *canvas = canvas_new(arena, width, height, ascii);
	canvas_fill(canvas, (Box){0, 0, width, height}, '.', ROLE_DIM);
	return canvas;
}

static Box whole(const Canvas *canvas) {
	return (Box){0, 0, canvas->width, canvas->height};
}

static Canvas *asked(Arena *arena, int width, int height, bool ascii) {
	Canvas *canvas = dotted(arena, width, height, ascii);
	question_draw(canvas, whole(canvas), &question);
	return canvas;
}

static Canvas *offered(Arena *arena, int width, int height, size_t cursor) {
	Canvas *canvas = dotted(arena, width, height, false);
	const Menu menu = {.title = "sort by", .entries = entries, .count = 4, .cursor = cursor};
	menu_draw(canvas, whole(canvas), &menu);
	return canvas;
}

static void popups_look_as_painted(void **state) {
	golden_check("question-80x24", asked(*state, 80, 24, false), false);
	golden_check("question-40x10-ascii", asked(*state, 40, 10, true), false);
	golden_check("menu-80x24", offered(*state, 80, 24, 1), false);
	golden_check("menu-40x10-roles", offered(*state, 40, 10, 3), true);
}

static void answers_stay_in_sight_however_long_the_effect(void **state) {
	for (int height = 5; height < 30; height++) {
		const char *dump = canvas_dump(*state, asked(*state, 40, height, false), false);
		assert_non_null(strstr(dump, "Run this"));
		assert_non_null(strstr(dump, "y run it    n leave it"));
		assert_int_equal(strstr(dump, "s).") == NULL, strstr(dump, "…") != NULL);
	}
}

static void the_cursor_of_a_menu_is_in_sight(void **state) {
	for (int height = 3; height < 9; height++)
		for (size_t cursor = 0; cursor < 4; cursor++) {
			const char *dump = canvas_dump(*state, offered(*state, 60, height, cursor), false);
			size_t shown = (size_t)height - 2, first = cursor >= shown ? cursor - shown + 1 : 0;
			assert_non_null(strstr(dump, "▸"));
			assert_int_equal(strstr(dump, "▴") != NULL, first > 0 && (shown > 1 || first == 3)); /* that there is more is told */
			assert_int_equal(strstr(dump, "▾") != NULL, first + shown < 4);
		}
}

static void an_entry_shows_its_value(void **state) {
	Canvas *canvas = canvas_new(*state, 40, 4, false);
	const MenuEntry options[] = {{.label = "buffers", .value = "on"}, {.label = "statement timeout", .value = "30 s", .note = "ends it"}};
	const Menu menu = {.title = "options", .entries = options, .count = 2, .cursor = 0};
	menu_draw(canvas, whole(canvas), &menu);
	assert_string_equal(canvas_dump(*state, canvas, false), " ┌options ────────────────────────────┐\n"
	                                                        " │ ▸ buffers            on            │\n"
	                                                        " │   statement timeout  30 s  ends it │\n"
	                                                        " └────────────────────────────────────┘\n");
}

static void a_menu_moves_and_stops(void **state) {
	(void)state;
	Menu menu = {.entries = entries, .count = 4};
	static const struct {
		long by;
		size_t cursor;
	} steps[] = {{1, 1}, {9, 3}, {1, 3}, {-2, 1}, {LONG_MIN, 0}, {LONG_MAX, 3}, {LONG_MAX, 3}};
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		menu_move(&menu, steps[i].by);
		assert_int_equal(menu.cursor, steps[i].cursor);
	}
	Menu none = {0};
	menu_move(&none, 1);
	assert_int_equal(none.cursor, 0);
}

static void an_entry_is_found_where_it_was_drawn(void **state) {
	for (int height = 3; height < 9; height++)
		for (size_t cursor = 0; cursor < 4; cursor++) {
			Canvas *canvas = offered(*state, 60, height, cursor);
			const Menu menu = {.title = "sort by", .entries = entries, .count = 4, .cursor = cursor};
			size_t found = 99, seen = 0;
			for (int y = 0; y < height; y++) {
				if (!menu_at(whole(canvas), &menu, 30, y, &found)) continue;
				seen++;
				const char *dump = canvas_dump(*state, canvas, false);
				for (int line = 0; line < y; line++) dump = strchr(dump, '\n') + 1;
				assert_non_null(strstr(arena_copy_n(*state, dump, strcspn(dump, "\n")), arena_copy_n(*state, entries[found].note, 8)));
			}
			assert_int_equal(seen, height - 2 < 4 ? height - 2 : 4);
			assert_false(menu_at(whole(canvas), &menu, 0, height / 2, &found));
			assert_false(menu_at(whole(canvas), &menu, -1, -1, &found));
		}
}

static void popups_fit_any_screen(void **state) {
	for (int width = 0; width < 50; width++)
		for (int height = 0; height < 12; height++) {
			asked(*state, width, height, false);
			offered(*state, width, height, 2);
			arena_clear(*state);
		}
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, new_arena, free_arena)
	const struct CMUnitTest tests[] = {
	    TEST(popups_look_as_painted),
	    TEST(answers_stay_in_sight_however_long_the_effect),
	    TEST(the_cursor_of_a_menu_is_in_sight),
	    TEST(an_entry_shows_its_value),
	    TEST(a_menu_moves_and_stops),
	    TEST(an_entry_is_found_where_it_was_drawn),
	    TEST(popups_fit_any_screen),
	};
	return cmocka_run_group_tests_name("popup", tests, NULL, NULL);
}
