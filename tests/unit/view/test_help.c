/* test_help.c: the help screen says what the tables say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../golden.h"
#include "view/help.h"

static const ListColumn columns[] = {
    {.id = "load_share", .title = "load", .help = "share of the execution time of all statements"},
    {.id = "hit_share", .title = "hit", .help = "share of the blocks it read that were found in shared buffers, not asked of the system"},
    {.id = "long", .title = "a title longer than titles are", .help = "stands out"},
};

static int new_arena(void **state) {
	*state = arena_new();
	return 0;
}

static int free_arena(void **state) {
	arena_free(*state);
	return 0;
}

static Canvas *drawn(const Page *page, int width) {
	Canvas *canvas = canvas_new(page->arena, width, (int)page_height(page, width), false);
	PageView view = PAGE_VIEW_INIT;
	page_draw(canvas, (Box){0, 0, width, canvas->height}, page, &view);
	return canvas;
}

static Page *help_of(Arena *arena, const Keymap *keymap, Context context) {
	Page *page = page_new(arena);
	help_keys(page, keymap, context, NULL);
	return page;
}

static const char *text_of(const Page *page) {
	return canvas_dump(page->arena, drawn(page, 200), false);
}

static void every_bound_action_is_told_and_no_other(void **state) {
	Keymap *keymap = keymap_default(*state);
	for (int context = 0; context < CONTEXT_COUNT; context++) {
		const char *help = text_of(help_of(*state, keymap, (Context)context));
		for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
			const char *keys = keymap_keys(*state, keymap, (Context)context, (Action)i);
			bool told = strstr(help, arena_printf(*state, "  %s\n", action_help((Action)i)));
			assert_int_equal(told, *keys != '\0');
		}
		assert_null(strstr(help, action_help(ACTION_NONE)));
	}
}

static void groups_without_a_key_have_no_heading(void **state) {
	Keymap keymap = {0};
	keymap_add(&keymap, *state, config_parse(*state, "k", "x = quit\n[plan]\no = fold\n", NULL), NULL);
	assert_string_equal(text_of(help_of(*state, &keymap, CONTEXT_LIST)), "all\n  x  quit\n");
	assert_string_equal(text_of(help_of(*state, &keymap, CONTEXT_PLAN)), "move\n  o  fold or unfold what stands below this row\n\nall\n  x  quit\n");
}

static void a_key_taken_away_in_a_place_is_not_told_there(void **state) {
	Keymap keymap = {0};
	keymap_add(&keymap, *state, config_parse(*state, "k", "x = quit\n/ = filter\n[plan]\n/ = none\n", NULL), NULL);
	assert_null(strstr(text_of(help_of(*state, &keymap, CONTEXT_PLAN)), "/"));
	assert_non_null(strstr(text_of(help_of(*state, &keymap, CONTEXT_LIST)), "  /  "));
}

static void what_may_not_be_done_is_not_told(void **state) {
	const bool left_out[ACTION_COUNT] = {[ACTION_TERMINATE] = true};
	Page *page = page_new(*state);
	help_keys(page, keymap_default(*state), CONTEXT_LIST, left_out);
	assert_null(strstr(text_of(page), action_help(ACTION_TERMINATE)));
	assert_non_null(strstr(text_of(page), action_help(ACTION_CANCEL_SESSION)));
}

static void help_looks_as_painted(void **state) {
	Page *page = help_of(*state, keymap_default(*state), CONTEXT_LIST);
	help_columns(page, "columns of Queries", columns, 3);
	golden_check("help-80", drawn(page, 80), false);
	golden_check("help-40", drawn(page, 40), false);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, new_arena, free_arena)
	const struct CMUnitTest tests[] = {
	    TEST(every_bound_action_is_told_and_no_other),
	    TEST(groups_without_a_key_have_no_heading),
	    TEST(a_key_taken_away_in_a_place_is_not_told_there),
	    TEST(what_may_not_be_done_is_not_told),
	    TEST(help_looks_as_painted),
	};
	return cmocka_run_group_tests_name("help", tests, NULL, NULL);
}
