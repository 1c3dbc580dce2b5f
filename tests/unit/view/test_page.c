/* test_page.c: pages wrap by words, scroll, and find what is searched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>

#include "../../golden.h"
#include "view/page.h"

static int new_arena(void **state) {
	*state = arena_new();
	return 0;
}

static int free_arena(void **state) {
	arena_free(*state);
	return 0;
}

static Canvas *drawn_view(const Page *page, const PageView *view, int width, int height) {
	Canvas *canvas = canvas_new(page->arena, width, height, false);
	page_draw(canvas, (Box){0, 0, width, height}, page, view);
	return canvas;
}

static const char *drawn(const Page *page, int width, int height) {
	PageView view = PAGE_VIEW_INIT;
	return canvas_dump(page->arena, drawn_view(page, &view, width, height), false);
}

static Page *page_of(Arena *arena, const char *text) {
	Page *page = page_new(arena);
	page_add(page, ROLE_TEXT, text);
	return page;
}

static void text_stands_in_lines_and_roles(void **state) {
	Page *page = page_new(*state);
	PageView view = PAGE_VIEW_INIT;
	page_add(page, ROLE_TEXT, "a ");
	page_add(page, ROLE_KEY, "b");
	page_line(page);
	page_printf(page, ROLE_DIM, "%d\n%s", 1, "two");
	assert_string_equal(canvas_dump(*state, drawn_view(page, &view, 10, 4), true), "a {key:b}\n{dim:1}\n{dim:two}\n\n");
	assert_int_equal(page_height(page, 10), 3);
}

static void the_text_may_go_away(void **state) {
	Page *page = page_new(*state);
	char text[] = "mine";
	page_add(page, ROLE_TEXT, text);
	memset(text, 'x', 4);
	assert_string_equal(drawn(page, 10, 1), "mine\n");
}

static void headings_and_sql_stand_on_lines_of_their_own(void **state) {
	Page *page = page_new(*state);
	page_heading(page, "one");
	page_add(page, ROLE_TEXT, "text");
	page_heading(page, "two");
	page_line(page);
	page_add(page, ROLE_TEXT, "more");
	page_line(page);
	page_heading(page, "three");
	page_sql(page, "select 1", 40);
	page_add(page, ROLE_TEXT, "after");
	page_sql(page, "select 2", 40);
	page_line(page);
	page_add(page, ROLE_TEXT, "end");
	assert_string_equal(drawn(page, 20, 12), "one\ntext\n\ntwo\nmore\n\nthree\nselect 1\nafter\nselect 2\nend\n\n");
}

static void lines_wrap_by_words(void **state) {
	assert_string_equal(drawn(page_of(*state, "the quick brown fox"), 10, 3), "the quick\nbrown fox\n\n");
	assert_string_equal(drawn(page_of(*state, "the quick brown"), 9, 3), "the quick\nbrown\n\n");
	assert_string_equal(drawn(page_of(*state, "abcdefgh ij"), 3, 5), "abc\ndef\ngh\nij\n\n");
	assert_string_equal(drawn(page_of(*state, "ab   cd"), 4, 3), "ab\ncd\n\n");
	assert_string_equal(drawn(page_of(*state, "   abc def"), 7, 3), "   abc\ndef\n\n");
	assert_string_equal(drawn(page_of(*state, "ab    "), 3, 3), "ab\n\n\n");
	assert_string_equal(drawn(page_of(*state, ""), 3, 1), "\n");
	assert_int_equal(page_height(page_of(*state, ""), 3), 1);
	assert_int_equal(page_height(page_new(*state), 3), 0);
}

static void continued_lines_are_indented(void **state) {
	Page *page = page_of(*state, "key  what it means");
	page_indent(page, 5);
	assert_string_equal(drawn(page, 12, 3), "key  what it\n     means\n\n");
	page_indent(page, 500); /* at most half of it */
	assert_string_equal(drawn(page, 12, 3), "key  what it\n      means\n\n");
}

static void a_figure_stays_in_one_piece(void **state) {
	assert_string_equal(drawn(page_of(*state, "it read 3 926 rows"), 10, 2), "it read\n3 926 rows\n");
	assert_string_equal(drawn(page_of(*state, "it took 462 ms"), 12, 2), "it took\n462 ms\n");
	assert_string_equal(drawn(page_of(*state, "12 345 678"), 6, 2), "12 345\n678\n"); /* wider than the page */
	Page *page = page_of(*state, "it took ");
	page_add(page, ROLE_STRONG, "462 ms");
	assert_string_equal(drawn(page, 12, 2), "it took\n462 ms\n");
}

static void wrapping_counts_cells_and_keeps_marks(void **state) {
	assert_string_equal(drawn(page_of(*state, "表意文字"), 5, 2), "表意\n文字\n");
	assert_string_equal(drawn(page_of(*state, "e\xCC\x81" "e\xCC\x81" "e\xCC\x81"), 2, 2), "e\xCC\x81" "e\xCC\x81\ne\xCC\x81\n");
	assert_int_equal(page_height(page_of(*state, "表表表"), 1), 3); /* does not fit, but ends */
	assert_int_equal(page_height(page_of(*state, "abc"), 0), 3);
}

static void words_may_change_role_within(void **state) {
	Page *page = page_of(*state, "aaa b");
	PageView view = PAGE_VIEW_INIT;
	page_add(page, ROLE_KEY, "cc dd");
	assert_string_equal(canvas_dump(*state, drawn_view(page, &view, 5, 3), true), "aaa\nb{key:cc}\n{key:dd}\n");
}

static void hostile_text_is_made_safe(void **state) {
	Page *page = page_of(*state, "a\x1b]0;x\x07\tb\r\nc\xFF\xE2\x80\xAE");
	assert_string_equal(drawn(page, 20, 2), "a?]0;x? b\nc??\n");
}

static Page *numbered(Arena *arena, int lines) {
	Page *page = page_new(arena);
	for (int i = 1; i <= lines; i++) {
		page_line(page);
		page_printf(page, ROLE_TEXT, "line %d", i);
	}
	return page;
}

static void scrolling_stops_at_the_ends(void **state) {
	Page *page = numbered(*state, 10);
	PageView view = PAGE_VIEW_INIT;
	Box box = {0, 0, 20, 4};
	page_scroll(&view, page, box, 3);
	assert_int_equal(view.top, 3);
	assert_string_equal(canvas_dump(*state, drawn_view(page, &view, 20, 4), false), "line 4\nline 5\nline 6\nline 7\n");
	page_scroll(&view, page, box, LONG_MAX);
	assert_int_equal(view.top, 6);
	page_scroll(&view, page, box, -2);
	assert_int_equal(view.top, 4);
	page_scroll(&view, page, box, LONG_MIN);
	assert_int_equal(view.top, 0);
	page_scroll(&view, page, (Box){0, 0, 20, 40}, 5);
	assert_int_equal(view.top, 0);
	view.top = 99; /* the page was longer before */
	assert_string_equal(canvas_dump(*state, drawn_view(page, &view, 20, 2), false), "line 9\nline 10\n");
}

static void a_search_goes_round_both_ways(void **state) {
	Page *page = numbered(*state, 30);
	PageView view = PAGE_VIEW_INIT;
	Box box = {0, 0, 20, 5};
	page_look_for(&view, "LINE .?7$");
	static const size_t forth[] = {6, 16, 26, 6};
	for (size_t i = 0; i < 4; i++) {
		assert_true(page_search(&view, page, box, 1));
		assert_int_equal(view.match_line, forth[i]);
		assert_in_range(forth[i], view.top, view.top + 4);
	}
	static const size_t back[] = {26, 16, 6, 26};
	for (size_t i = 0; i < 4; i++) {
		assert_true(page_search(&view, page, box, -1));
		assert_int_equal(view.match_line, back[i]);
		assert_in_range(back[i], view.top, view.top + 4);
	}
	page_view_release(&view);
}

static void a_search_begins_on_screen(void **state) {
	Page *page = numbered(*state, 30);
	PageView view = PAGE_VIEW_INIT;
	Box box = {0, 0, 20, 5};
	page_scroll(&view, page, box, 20);
	page_look_for(&view, "line");
	assert_true(page_search(&view, page, box, 1));
	assert_int_equal(view.match_line, 20);
	assert_int_equal(view.top, 20);
	page_look_for(&view, "line");
	assert_true(page_search(&view, page, box, -1));
	assert_int_equal(view.match_line, 19);
	page_look_for(&view, "line 2$");
	assert_true(page_search(&view, page, box, 1)); /* around the end */
	assert_int_equal(view.match_line, 1);
	page_view_release(&view);
}

static void several_matches_in_a_line_are_gone_through(void **state) {
	Page *page = page_of(*state, "ab ab");
	PageView view = PAGE_VIEW_INIT;
	Box box = {0, 0, 20, 5};
	page_add(page, ROLE_KEY, " a");
	page_add(page, ROLE_TEXT, "b");
	page_look_for(&view, "ab");
	static const size_t ends[] = {2, 5, 8, 2};
	for (size_t i = 0; i < 4; i++) {
		assert_true(page_search(&view, page, box, 1));
		assert_int_equal(view.match_end, ends[i]);
	}
	assert_string_equal(canvas_dump(*state, drawn_view(page, &view, 10, 1), true), "{match selected:ab} {match:ab}{key: }{match:ab}\n");
	static const size_t ends_back[] = {8, 5, 2, 8};
	for (size_t i = 0; i < 4; i++) {
		assert_true(page_search(&view, page, box, -1));
		assert_int_equal(view.match_end, ends_back[i]);
	}
	page_view_release(&view);
}

static void a_match_is_shown_over_wrapped_rows(void **state) {
	Page *page = page_of(*state, "xx abcd efgh");
	PageView view = PAGE_VIEW_INIT;
	page_look_for(&view, "bcd ef");
	assert_string_equal(canvas_dump(*state, drawn_view(page, &view, 8, 2), true), "xx a{match:bcd}\n{match:ef}gh\n");
	assert_true(page_search(&view, page, (Box){0, 0, 8, 1}, 1));
	assert_int_equal(view.top, 0);
	page_look_for(&view, "gh");
	assert_true(page_search(&view, page, (Box){0, 0, 8, 1}, 1));
	assert_int_equal(view.top, 1);
	page_view_release(&view);
}

static void what_is_not_there_is_not_found(void **state) {
	Page *page = numbered(*state, 5);
	PageView view = PAGE_VIEW_INIT;
	Box box = {0, 0, 20, 3};
	assert_false(page_search(&view, page, box, 1)); /* nothing searched for */
	page_look_for(&view, "xyz");
	assert_false(page_search(&view, page, box, 1));
	assert_false(page_search(&view, page, box, -1));
	page_look_for(&view, "line");
	assert_false(page_search(&view, page_new(*state), box, 1));
	view.match_line = 77; /* of a longer page before */
	view.match_end = 4;
	assert_true(page_search(&view, page, box, 1));
	page_view_release(&view);
}

static void what_is_no_expression_is_searched_as_it_stands(void **state) {
	Page *page = page_of(*state, "count(*) > 5");
	PageView view = PAGE_VIEW_INIT;
	page_look_for(&view, "COUNT(*");
	assert_true(page_search(&view, page, (Box){0, 0, 20, 3}, 1));
	assert_int_equal(view.match_end, 7);
	page_view_release(&view);
}

static void any_page_fits_any_box(void **state) {
	static const char *const bits[] = {"表", "\xCC\x81", "word", " ", "  ", "\n", "a\x1b", "longer-word-than-most"};
	srand(3);
	for (int round = 0; round < 400; round++) {
		Page *page = page_new(*state);
		PageView view = PAGE_VIEW_INIT;
		for (int i = rand() % 30; i > 0; i--) page_add(page, (Role)(rand() % ROLE_COUNT), bits[(size_t)rand() % (sizeof bits / sizeof *bits)]);
		if (rand() % 2) page_indent(page, rand() % 9);
		int width = rand() % 14, height = rand() % 6;
		page_look_for(&view, rand() % 2 ? "wo|d l" : "表");
		page_search(&view, page, (Box){1, 1, width, height}, rand() % 2 ? 1 : -1);
		Canvas *canvas = canvas_new(*state, 16, 8, false);
		page_draw(canvas, (Box){1, 1, width, height}, page, &view);
		for (int x = 0; x < 16; x++) assert_int_equal(canvas_cell(canvas, x, 0)->points[0], ' ');
		for (int y = 0; y < 8; y++) assert_int_equal(canvas_cell(canvas, 0, y)->points[0], ' ');
		for (int y = 0; y < 8; y++) assert_int_equal(canvas_cell(canvas, 1 + width, y)->points[0], ' ');
		page_view_release(&view);
		arena_clear(*state);
	}
}

/* A statement of a megabyte on one line is wrapped in no time worth noticing. */
static void huge_lines_are_wrapped(void **state) {
	Str text = STR_INIT;
	str_add_repeat(&text, "12345678, ", 100000);
	Page *page = page_of(*state, text.text);
	str_release(&text);
	assert_int_equal(page_height(page, 80), 12500);
	assert_int_equal(page_height(page, 1), 900000);
}

static Page *sample_page(Arena *arena) {
	Page *page = page_new(arena);
	page_heading(page, "what");
	page_sql(page,
	         "select o.id, o.total, c.name, '表意文字' as e\xCC\x81t from orders o join customers c on c.id = o.customer_id "
	         "where o.status = $1 and o.created_at > now() - interval '7 days' and o.total > 100.5 order by o.total desc limit 20",
	         76);
	page_heading(page, "evidence");
	page_printf(page, ROLE_DIM, "%-9s", "load");
	page_printf(page, ROLE_STRONG, "%9s", "41%");
	page_add(page, ROLE_DIM, "  of the execution time of all statements since statistics were reset");
	page_indent(page, 20);
	page_heading(page, "because");
	page_add(page, ROLE_WARNING, "orders is read whole: 99.1% of its 1.2M rows are read and thrown away; \x1b[31mhostile\x07 names change nothing");
	page_heading(page, "do");
	for (int i = 1; i <= 40; i++) {
		page_line(page);
		page_printf(page, ROLE_TEXT, "%2d  create an index, and another", i);
	}
	return page;
}

static void an_indent_deeper_than_half_the_width_is_cut(void **state) {
	Page *page = page_of(*state, "                    deep text\nup");
	PageView view = PAGE_VIEW_INIT;
	assert_string_equal(drawn(page, 20, 2), "          deep text\nup\n");
	assert_string_equal(drawn(page, 40, 2), "                    deep text\nup\n");
	page_look_for(&view, "text");
	assert_true(page_search(&view, page, (Box){0, 0, 20, 1}, 1));
	assert_non_null(strstr(canvas_dump(*state, drawn_view(page, &view, 20, 1), true), "deep {match selected:text}"));
	page_view_release(&view);
}

/* What was found out of a page is forgotten when it grows, and when it is wrapped otherwise. */
static void a_page_may_grow_after_it_was_drawn(void **state) {
	Page *page = page_of(*state, "one two");
	assert_int_equal(page_height(page, 20), 1);
	assert_int_equal(page_height(page, 4), 2);
	page_add(page, ROLE_TEXT, " three");
	assert_int_equal(page_height(page, 4), 4); /* "thre" and "e" */
	for (int i = 0; i < 100; i++) page_line(page);
	assert_int_equal(page_height(page, 20), 101);
	page_add(page, ROLE_TEXT, "end");
	assert_non_null(strstr(canvas_dump(*state, drawn_view(page, &(PageView){.top = 99, .search = STR_INIT}, 20, 2), false), "end"));
}

static void a_page_looks_as_painted(void **state) {
	Page *page = sample_page(*state);
	PageView view = PAGE_VIEW_INIT;
	golden_check("page-80x24", drawn_view(page, &view, 80, 24), false);
	golden_check("page-120x36", drawn_view(page, &view, 120, 36), false);
	golden_check("page-40x10", drawn_view(page, &view, 40, 10), false);
	golden_check("page-80x24-roles", drawn_view(page, &view, 80, 24), true);
	page_look_for(&view, "index");
	assert_true(page_search(&view, page, (Box){0, 0, 80, 24}, 1));
	golden_check("page-80x24-search", drawn_view(page, &view, 80, 24), true);
	Canvas *ascii = canvas_new(*state, 80, 24, true);
	page_draw(ascii, (Box){0, 0, 80, 24}, page, &view);
	golden_check("page-80x24-ascii", ascii, false);
	page_view_release(&view);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, new_arena, free_arena)
	const struct CMUnitTest tests[] = {
	    TEST(text_stands_in_lines_and_roles),
	    TEST(the_text_may_go_away),
	    TEST(headings_and_sql_stand_on_lines_of_their_own),
	    TEST(lines_wrap_by_words),
	    TEST(continued_lines_are_indented),
	    TEST(a_figure_stays_in_one_piece),
	    TEST(wrapping_counts_cells_and_keeps_marks),
	    TEST(words_may_change_role_within),
	    TEST(hostile_text_is_made_safe),
	    TEST(scrolling_stops_at_the_ends),
	    TEST(a_search_goes_round_both_ways),
	    TEST(a_search_begins_on_screen),
	    TEST(several_matches_in_a_line_are_gone_through),
	    TEST(a_match_is_shown_over_wrapped_rows),
	    TEST(what_is_not_there_is_not_found),
	    TEST(what_is_no_expression_is_searched_as_it_stands),
	    TEST(any_page_fits_any_box),
	    TEST(huge_lines_are_wrapped),
	    TEST(an_indent_deeper_than_half_the_width_is_cut),
	    TEST(a_page_may_grow_after_it_was_drawn),
	    TEST(a_page_looks_as_painted),
	};
	return cmocka_run_group_tests_name("page", tests, NULL, NULL);
}
