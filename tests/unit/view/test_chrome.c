/* test_chrome.c: what stands around panes gives way in whole words when the screen is narrow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../golden.h"
#include "sample.h"
#include "base/utf8.h"
#include "view/chrome.h"

static int new_arena(void **state) {
	*state = arena_new();
	return 0;
}

static int free_arena(void **state) {
	arena_free(*state);
	return 0;
}

/* The first line of the screen. */
static const char *top_line(const Canvas *canvas) {
	const char *dump = canvas_dump(canvas->arena, canvas, false);
	return arena_copy_n(canvas->arena, dump, strcspn(dump, "\n"));
}

static const StatusPart parts[] = {
    {.text = "pgwhy", .role = ROLE_STATUS, .priority = 1},
    {.text = "shop@db1.example.net/shop", .brief = "shop@db1/shop", .role = ROLE_STATUS, .priority = 9},
    {.text = "15.8 primary", .brief = "15.8", .role = ROLE_STATUS, .priority = 5},
    {.text = "up 12d", .role = ROLE_STATUS, .priority = 2},
    {.text = "tps 1.2k", .role = ROLE_STATUS, .priority = 4, .group = true},
    {.text = "hit 99.2%", .role = ROLE_STATUS, .priority = 4, .group = true},
    {.text = "conn 42/200 act 7 wait 4", .brief = "42/200", .role = ROLE_STATUS_WARN, .priority = 6, .group = true},
    {.text = "● 2s 3ms", .brief = "● 2s", .role = ROLE_STATUS, .priority = 8, .group = true},
};
enum { PART_COUNT = sizeof parts / sizeof *parts };

static const char *status(Arena *arena, int width) {
	Canvas *canvas = canvas_new(arena, width, 1, false);
	status_draw(canvas, (Box){0, 0, width, 1}, parts, PART_COUNT);
	return top_line(canvas);
}

static void a_status_line_gives_way_by_priority(void **state) {
	assert_string_equal(status(*state, 140),
	                    "pgwhy  shop@db1.example.net/shop  15.8 primary  up 12d │ tps 1.2k │ hit 99.2% │ conn 42/200 act 7 wait 4 │ ● 2s 3ms");
	assert_string_equal(status(*state, 110), "shop@db1.example.net/shop  15.8 primary  up 12d │ tps 1.2k │ hit 99.2% │ conn 42/200 act 7 wait 4 │ ● 2s 3ms");
	assert_string_equal(status(*state, 80), "shop@db1.example.net/shop  15.8 primary │ conn 42/200 act 7 wait 4 │ ● 2s 3ms");
	assert_string_equal(status(*state, 60), "shop@db1.example.net/shop  15.8  up 12d │ 42/200 │ ● 2s 3ms");
	assert_string_equal(status(*state, 40), "shop@db1.example.net/shop │ ● 2s 3ms");
	assert_string_equal(status(*state, 34), "shop@db1.example.net/shop │ ● 2s");
	assert_string_equal(status(*state, 30), "shop@db1.example.net/shop");
	assert_string_equal(status(*state, 20), "shop@db1/shop │ ● 2s");
	assert_string_equal(status(*state, 5), "");
}

/* At every width each word on the line is a whole one. */
static void a_status_line_never_cuts_a_word(void **state) {
	for (int width = 1; width < 150; width++) {
		char *line = arena_copy(*state, status(*state, width)), *rest = line;
		assert_true(utf8_cells(line) <= (size_t)width);
		for (char *word; (word = strtok_r(rest, " ", &rest));) {
			bool known = strcmp(word, "│") == 0;
			for (size_t i = 0; i < PART_COUNT && !known; i++) {
				const char *text = arena_printf(*state, " %s %s ", parts[i].text, parts[i].brief ? parts[i].brief : "");
				known = strstr(text, arena_printf(*state, " %s ", word));
			}
			if (!known) fail_msg("%s at %d", word, width);
		}
	}
}

static void a_part_alone_is_cut_between_words(void **state) {
	Canvas *canvas = canvas_new(*state, 14, 1, false);
	const StatusPart alone = {.text = "lost: trying again", .role = ROLE_STATUS_WARN};
	status_draw(canvas, (Box){0, 0, 14, 1}, &alone, 1);
	assert_string_equal(top_line(canvas), "lost: trying…");
	status_draw(canvas, (Box){0, 0, 4, 1}, &alone, 1);
	status_draw(canvas, (Box){0, 0, 14, 1}, &alone, 0);
	assert_string_equal(top_line(canvas), "");
}

static void empty_parts_take_no_room_and_hostile_ones_are_safe(void **state) {
	Canvas *canvas = canvas_new(*state, 40, 1, false);
	const StatusPart some[] = {{.text = "a\x1b[0m\nb", .role = ROLE_STATUS}, {.text = "", .group = true}, {.text = "表", .role = ROLE_STATUS}};
	status_draw(canvas, (Box){0, 0, 40, 1}, some, 3);
	assert_string_equal(top_line(canvas), "a?[0m b │ 表");
}

static const char *frame(Arena *arena, int width, const Frame *frame) {
	Canvas *canvas = canvas_new(arena, width, 3, false);
	frame_draw(canvas, (Box){0, 0, width, 3}, frame);
	return top_line(canvas);
}

static void a_frame_has_title_and_notes(void **state) {
	const Frame queries = {.number = 1, .title = "Queries", .notes = (const char *[]){"load ▾", "last 2s", NULL}};
	assert_string_equal(frame(*state, 40, &queries), "┌1 Queries ───────── load ▾ ─ last 2s ─┐");
	assert_string_equal(frame(*state, 32, &queries), "┌1 Queries ─ load ▾ ─ last 2s ─┐");
	assert_string_equal(frame(*state, 31, &queries), "┌1 Queries ────────── load ▾ ─┐");
	assert_string_equal(frame(*state, 22, &queries), "┌1 Queries ─ load ▾ ─┐");
	assert_string_equal(frame(*state, 14, &queries), "┌1 Queries ──┐");
	assert_string_equal(frame(*state, 9, &queries), "┌───────┐");
	assert_string_equal(frame(*state, 2, &queries), "┌┐");
}

static void a_frame_gives_back_its_inside(void **state) {
	Canvas *canvas = canvas_new(*state, 20, 6, false);
	const Frame plain = {.title = "a title of many words"};
	Box inside = frame_draw(canvas, (Box){2, 1, 17, 4}, &plain);
	assert_int_equal(inside.x, 3);
	assert_int_equal(inside.y, 2);
	assert_int_equal(inside.width, 15);
	assert_int_equal(inside.height, 2);
	assert_string_equal(canvas_dump(*state, canvas, false), "\n  ┌a title of… ───┐\n  │               │\n  │               │\n  └───────────────┘\n\n");
	inside = frame_draw(canvas, (Box){0, 0, 1, 1}, &plain);
	assert_int_equal(inside.width, 0);
}

static const Action actions[] = {ACTION_WHY, ACTION_EXPLAIN, ACTION_BAR, ACTION_ANALYZE, ACTION_FILTER, ACTION_SORT_NEXT, ACTION_PAUSE, ACTION_HELP};
enum { ACTIONS = sizeof actions / sizeof *actions };

static const char *hints(Arena *arena, int width, const Keymap *keymap) {
	Canvas *canvas = canvas_new(arena, width, 1, false);
	hints_draw(canvas, (Box){0, 0, width, 1}, keymap, CONTEXT_LIST, actions, ACTIONS, action_hint);
	return top_line(canvas);
}

static void hints_are_dropped_whole_from_the_end(void **state) {
	Keymap *keymap = keymap_default(*state);
	assert_string_equal(hints(*state, 80, keymap), "Enter why  E explain  A analyze  / find  s sort  p pause  ? help");
	assert_string_equal(hints(*state, 38, keymap), "Enter why  E explain  A analyze");
	assert_string_equal(hints(*state, 39, keymap), "Enter why  E explain  A analyze  / find");
	assert_string_equal(hints(*state, 8, keymap), "");
}

static void hints_follow_the_users_keys(void **state) {
	Keymap *keymap = keymap_default(*state);
	keymap_add(keymap, *state, config_parse(*state, "my.keys", "[list]\nenter = none\nE = none\nx = explain\n", NULL), NULL);
	assert_string_equal(hints(*state, 40, keymap), "x explain  A analyze  / find  s sort");
}

static const char *message(Arena *arena, int width, const char *text, const char *hint) {
	Canvas *canvas = canvas_new(arena, width, 1, false);
	message_draw(canvas, (Box){0, 0, width, 1}, ROLE_ERROR, text, hint);
	return top_line(canvas);
}

static void messages_keep_their_words_and_lose_their_hint_first(void **state) {
	const char *text = "relation \"order\" does not exist", *hint = "Check search_path.";
	assert_string_equal(message(*state, 80, text, hint), "relation \"order\" does not exist  Check search_path.");
	assert_string_equal(message(*state, 53, text, "Check search_path, spelling."), "relation \"order\" does not exist  Check search_path,…");
	assert_string_equal(message(*state, 36, text, hint), "relation \"order\" does not exist");
	assert_string_equal(message(*state, 25, text, hint), "relation \"order\" does…");
	assert_string_equal(message(*state, 26, "one\nline\x1b", NULL), "one line?");
	assert_string_equal(message(*state, 8, "incomprehensible", NULL), "incompr…");
	Canvas *canvas = canvas_new(*state, 40, 1, false);
	Err err = ERR_INIT;
	err_set(&err, ERR_SERVER, "no");
	err_hint(&err, "Try again.");
	error_draw(canvas, (Box){0, 0, 40, 1}, &err);
	assert_string_equal(canvas_dump(*state, canvas, true), "{error:no}  {hint:Try again.}\n");
	err_release(&err);
}

static const char *message_lines(Arena *arena, int width, int height, const char *hint) {
	Canvas *canvas = canvas_new(arena, width, height, false);
	message_draw(canvas, (Box){0, 0, width, height}, ROLE_ERROR, "relation \"order\" does\nnot exist", hint);
	return canvas_dump(arena, canvas, true);
}

static void a_message_with_several_lines_is_told_whole(void **state) {
	const char *text = "relation \"order\" does\nnot exist", *hint = "Check search_path.";
	assert_int_equal(message_height(*state, 80, text, hint), 1);
	assert_int_equal(message_height(*state, 40, text, hint), 2);
	assert_int_equal(message_height(*state, 40, text, NULL), 1);
	assert_string_equal(message_lines(*state, 40, 2, hint), "{error:relation \"order\" does not exist}  {hint:Check}\n{hint:search_path.}\n");
	assert_string_equal(message_lines(*state, 20, 2, hint), "{error:relation \"order\"}\n{error:does not exist}{hint:…}\n");
	assert_string_equal(message_lines(*state, 40, 2, NULL), "{error:relation \"order\" does not exist}\n\n");
}

static void a_screen_too_small_says_so(void **state) {
	Canvas *canvas = canvas_new(*state, 60, 3, false);
	too_small_draw(canvas);
	assert_string_equal(canvas_dump(*state, canvas, false), "\n        terminal too small: 60x3, pgwhy needs 40x10\n\n");
	canvas = canvas_new(*state, 20, 1, false);
	too_small_draw(canvas);
	assert_string_equal(top_line(canvas), " terminal too small");
	for (int width = 0; width < 12; width++) too_small_draw(canvas_new(*state, width, width % 3, true));
}

static void anything_fits_anywhere(void **state) {
	Keymap *keymap = keymap_default(*state);
	const Frame framed = {.number = 1, .title = "Queries of the 表意文字", .notes = (const char *[]){"load ▾", "last 2s", NULL}, .focused = true};
	for (int width = 0; width < 60; width++) {
		Canvas *canvas = canvas_new(*state, 62, 6, width % 2);
		status_draw(canvas, (Box){1, 1, width, 1}, parts, PART_COUNT);
		message_draw(canvas, (Box){1, 2, width, 2}, ROLE_GOOD, "some words of a message", "And of a hint.");
		message_draw(canvas, (Box){1, 2, width, 1}, ROLE_GOOD, "some words of a message", "And of a hint.");
		hints_draw(canvas, (Box){1, 3, width, 1}, keymap, CONTEXT_LIST, actions, ACTIONS, action_hint);
		frame_draw(canvas, (Box){1, 4, width, 2}, &framed);
		for (int y = 0; y < 6; y++) {
			assert_int_equal(canvas_cell(canvas, 0, y)->points[0], ' ');
			assert_int_equal(canvas_cell(canvas, width + 1, y)->points[0], ' ');
		}
	}
}

/* The dashboard as the app puts it together. */
static Canvas *dashboard(Arena *arena, int width, int height, bool ascii, bool lost) {
	Canvas *canvas = canvas_new(arena, width, height, ascii);
	Layout layout = layout_make(width, height, 0, 1);
	List list = LIST_INIT(0);
	Table *table = sample_table(arena);
	ListRows rows = list_rows(arena, &list, table, sample_columns, SAMPLE_COLUMNS, NULL);
	const Frame queries = {.number = 1, .title = "Queries", .notes = (const char *[]){"load ▾", "last 2s", "6 rows", NULL}, .focused = true};
	status_draw(canvas, layout.status, parts, PART_COUNT);
	Box inside = frame_draw(canvas, layout.main, &queries);
	list_draw(canvas, inside, &list, table, rows, sample_columns, SAMPLE_COLUMNS, true);
	if (lost) message_draw(canvas, layout.foot, ROLE_ERROR, "server closed the connection", "Trying again in 4 s.");
	else hints_draw(canvas, layout.foot, keymap_default(arena), CONTEXT_LIST, actions, ACTIONS, action_hint);
	list_release(&list);
	return canvas;
}

static void a_dashboard_looks_as_painted(void **state) {
	golden_check("dashboard-80x24", dashboard(*state, 80, 24, false, false), false);
	golden_check("dashboard-120x36", dashboard(*state, 120, 36, false, false), false);
	golden_check("dashboard-40x10", dashboard(*state, 40, 10, false, true), false);
	golden_check("dashboard-80x24-ascii", dashboard(*state, 80, 24, true, true), false);
	golden_check("dashboard-80x24-roles", dashboard(*state, 80, 24, false, true), true);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, new_arena, free_arena)
	const struct CMUnitTest tests[] = {
	    TEST(a_status_line_gives_way_by_priority),
	    TEST(a_status_line_never_cuts_a_word),
	    TEST(a_part_alone_is_cut_between_words),
	    TEST(empty_parts_take_no_room_and_hostile_ones_are_safe),
	    TEST(a_frame_has_title_and_notes),
	    TEST(a_frame_gives_back_its_inside),
	    TEST(hints_are_dropped_whole_from_the_end),
	    TEST(hints_follow_the_users_keys),
	    TEST(messages_keep_their_words_and_lose_their_hint_first),
	    TEST(a_message_with_several_lines_is_told_whole),
	    TEST(a_screen_too_small_says_so),
	    TEST(anything_fits_anywhere),
	    TEST(a_dashboard_looks_as_painted),
	};
	return cmocka_run_group_tests_name("chrome", tests, NULL, NULL);
}
