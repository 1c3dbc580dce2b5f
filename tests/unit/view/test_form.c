/* test_form.c: forms lie over the screen, fit on it, and show what is typed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../golden.h"
#include "view/form.h"

static int new_arena(void **state) {
	*state = arena_new();
	return 0;
}

static int free_arena(void **state) {
	arena_free(*state);
	return 0;
}

static const FormField fields[] = {
    {.label = "$1 integer", .text = "42", .note = "customer_id = $1 · seen live 3s ago"},
    {.label = "$2 varchar", .text = "open", .note = "status = $2 · most common, 12%"},
    {.label = "$3 timestamptz", .text = "2024-06-01 00:00:00+00", .note = "created_at > $3 · typical"},
    {.label = "$4 text", .word = "NULL"},
    {.label = "$5 jsonb"},
    {.label = "$6 text", .text = "\033[2Jevil\xFF 表意", .note = "a \033 note"},
};
static const KeyHint keys[] = {{"Enter", "run"}, {"Left Right", "other values"}, {"^N", "NULL"}, {"Esc", "leave"}};

static Form form_at(size_t cursor) {
	return (Form){.title = "values", .fields = fields, .count = 6, .cursor = cursor, .keys = keys, .key_count = 4};
}

static Canvas *drawn(Arena *arena, int width, int height, bool ascii, const Form *form) {
	Canvas *canvas = canvas_new(arena, width, height, ascii);
	canvas_fill(canvas, (Box){0, 0, width, height}, '.', ROLE_DIM);
	form_draw(canvas, (Box){0, 0, width, height}, form);
	return canvas;
}

static void forms_look_as_painted(void **state) {
	Form form = form_at(1);
	golden_check("form-120x36", drawn(*state, 120, 36, false, &form), false);
	golden_check("form-80x24", drawn(*state, 80, 24, false, &form), false);
	golden_check("form-80x24-roles", drawn(*state, 80, 24, false, &form), true);
	golden_check("form-40x10", drawn(*state, 40, 10, false, &form), false);
	form.status = "$5 has no value yet";
	form.status_role = ROLE_ERROR;
	form.cursor = 4;
	golden_check("form-40x10-problem-ascii", drawn(*state, 40, 10, true, &form), false);
}

static void the_cursor_stands_behind_what_is_typed(void **state) {
	Form form = form_at(0);
	const Canvas *canvas = drawn(*state, 80, 24, false, &form);
	assert_int_equal(canvas_cell((Canvas *)canvas, canvas->cursor_x - 1, canvas->cursor_y)->points[0], '2');
	for (form.cursor = 0; form.cursor < form.count; form.cursor++) {
		canvas = drawn(*state, 40, 10, false, &form);
		assert_in_range(canvas->cursor_x, 1, 38);
		assert_in_range(canvas->cursor_y, 1, 8);
	}
}

static void the_end_of_a_long_text_shows_where_it_is_typed(void **state) {
	static const FormField long_ones[] = {{.label = "$1 text", .text = "the beginning of something very long that has an end"}};
	Form form = {.title = "values", .fields = long_ones, .count = 1};
	const char *dump = canvas_dump(*state, drawn(*state, 40, 10, false, &form), false);
	assert_non_null(strstr(dump, "has an end "));
	assert_null(strstr(dump, "the beginning"));
}

static void every_size_is_survived(void **state) {
	(void)state;
	for (int width = 1; width < 130; width += 3)
		for (int height = 1; height < 30; height++) {
			Arena *arena = arena_new();
			Form form = form_at((size_t)(width + height) % 6), empty = {.title = "values"};
			drawn(arena, width, height, false, &form);
			drawn(arena, width, height, true, &empty);
			arena_free(arena);
		}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(forms_look_as_painted, new_arena, free_arena),
	    cmocka_unit_test_setup_teardown(the_cursor_stands_behind_what_is_typed, new_arena, free_arena),
	    cmocka_unit_test_setup_teardown(the_end_of_a_long_text_shows_where_it_is_typed, new_arena, free_arena),
	    cmocka_unit_test(every_size_is_survived),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
