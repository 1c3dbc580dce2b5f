/* test_plan_diff.c: two plans of a real server compared, before an index and after, walked through and drawn. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../golden.h"
#include "panes/plan_diff.h"
#include "plan/json.h"

typedef struct Fixture {
	Arena *arena;
	Comparison shown;
	DiffView view;
} Fixture;

static Plan *plan_of_text(Arena *arena, const char *text) {
	PlanList plans = {0};
	if (!plan_read_json(arena, text, strlen(text), &plans, NULL)) fail_msg("not a plan: %s", text);
	return plans.items[0];
}

static Plan *plan_of_file(Arena *arena, const char *name) {
	Str text = STR_INIT;
	if (!golden_read(arena_printf(arena, "tests/plans/%s.json", name), &text)) fail_msg("cannot read %s", name);
	Plan *plan = plan_of_text(arena, text.text);
	str_release(&text);
	return plan;
}

static void compare(Fixture *f, const Plan *before, const Plan *after) {
	f->shown = (Comparison){.diff = plan_diff(f->arena, before, NULL, after, NULL)};
	diff_view_begin(&f->view, &f->shown);
}

static int set_up(void **state) {
	static Fixture fixture;
	static Finding finding;
	static FindingChange gone;
	static FindingChangeList changes;
	fixture = (Fixture){.arena = arena_new()};
	compare(&fixture, plan_of_file(fixture.arena, "index-before"), plan_of_file(fixture.arena, "index-after"));
	finding = finding_new("missing-index");
	finding.title = "orders is read whole to find 1% of its rows \033[2J";
	gone = (FindingChange){.kind = FINDING_GONE, .before = &finding, .text = "gone"};
	changes.items = &gone;
	changes.count = 1;
	fixture.shown.findings = &changes;
	*state = &fixture;
	return 0;
}

static int tear_down(void **state) {
	arena_free(((Fixture *)*state)->arena);
	return 0;
}

static Canvas *drawn(Fixture *f, int width, int height, bool ascii) {
	Canvas *canvas = canvas_new(f->arena, width, height, ascii);
	diff_view_draw(canvas, (Box){0, 0, width, height}, &f->view, &f->shown, f->arena);
	return canvas;
}

static const PlanNode *after_under_cursor(const Fixture *f) {
	return f->shown.diff->pairs.items[f->view.pair].after;
}

static void it_begins_where_most_changed(void **state) {
	Fixture *f = *state;
	assert_string_equal(after_under_cursor(f)->label, "Index Scan Backward");
	assert_int_equal(f->view.bar, PLAN_BAR_BLOCKS);
}

static void the_cursor_stays_within(void **state) {
	Fixture *f = *state;
	diff_view_move(&f->view, &f->shown, -1000000);
	assert_int_equal(f->view.pair, 0);
	diff_view_move(&f->view, &f->shown, 1000000);
	assert_int_equal(f->view.pair, f->shown.diff->pairs.count - 1);
	drawn(f, 40, 7, false);
	assert_int_equal(f->view.top + (size_t)f->view.height, f->shown.diff->pairs.count);
}

static void nodes_are_found_on_either_side(void **state) {
	Fixture *f = *state;
	assert_true(diff_view_search(&f->view, &f->shown, "memoize", 1));
	assert_string_equal(after_under_cursor(f)->label, "Memoize");
	assert_true(diff_view_search(&f->view, &f->shown, "gather", -1));
	assert_null(after_under_cursor(f));
	assert_false(diff_view_search(&f->view, &f->shown, "no such thing", 1));
}

static void a_click_finds_its_pair(void **state) {
	Fixture *f = *state;
	Box box = {0, 0, 80, 24};
	drawn(f, box.width, box.height, false);
	assert_int_equal(diff_view_at(box, &f->view, &f->shown, 4), 0);
	assert_int_equal(diff_view_at(box, &f->view, &f->shown, 0), DIFF_NONE);
	assert_int_equal(diff_view_at(box, &f->view, &f->shown, 23), DIFF_NONE);
}

static void all_of_a_pair_can_be_read(void **state) {
	Fixture *f = *state;
	Page *page = page_new(f->arena);
	diff_view_page(page, &f->view, &f->shown);
	const char *text = page_plain(f->arena, page);
	assert_non_null(strstr(text, "was Parallel Seq Scan · no longer by workers · rows "));
	assert_non_null(strstr(text, "Filter"));
	assert_non_null(strstr(text, "Index Cond"));
	assert_non_null(strstr(text, "work_mem: 64kB → not told"));
	assert_null(strchr(text, '\033'));
}

static void deep_trees_can_be_read_in_forty_columns(void **state) {
	Fixture *f = *state;
	Str text = STR_INIT;
	str_add(&text, "[{\"Plan\": ");
	for (int i = 0; i < 60; i++) str_add(&text, "{\"Node Type\": \"Sort\", \"Total Cost\": 1, \"Plans\": [");
	str_add(&text, "{\"Node Type\": \"Seq Scan\", \"Relation Name\": \"bottom\", \"Alias\": \"bottom\", \"Total Cost\": 1}");
	for (int i = 0; i < 60; i++) str_add(&text, "]}");
	str_add(&text, "}]");
	const Plan *deep = plan_of_text(f->arena, text.text);
	compare(f, deep, deep);
	diff_view_move(&f->view, &f->shown, 1000);
	assert_non_null(strstr(canvas_dump(f->arena, drawn(f, 40, 10, false), false), "Seq Scan bottom"));
	str_release(&text);
}

static void no_size_is_too_small(void **state) {
	Fixture *f = *state;
	for (int width = 0; width < 130; width += 7)
		for (int height = 0; height < 20; height++) drawn(f, width, height, false);
}

static void it_is_drawn(void **state) {
	Fixture *f = *state;
	golden_check("plan-diff-200x50", drawn(f, 200, 50, false), false);
	golden_check("plan-diff-120x36", drawn(f, 120, 36, false), false);
	golden_check("plan-diff-80x24", drawn(f, 80, 24, false), false);
	golden_check("plan-diff-80x24-ascii", drawn(f, 80, 24, true), false);
	golden_check("plan-diff-80x24-roles", drawn(f, 80, 24, false), true);
	golden_check("plan-diff-40x10", drawn(f, 40, 7, false), false);
	f->view.bar = diff_bar_next(f->view.bar, f->shown.diff);
	golden_check("plan-diff-120x36-next", drawn(f, 120, 36, false), false);
}

/* Where two columns stand, and where one tree of both does. */
static void what_else_differs_is_drawn_below(void **state) {
	static DiffNote notes[] = {
		{"before is", "@12 \"before\", kept on 2026-11-20 14:02 of PostgreSQL 15.20, shop@db1/shop"},
		{"size", "public.orders: 1.2M → 2.4M rows, table 381 MB → 858 MB, indexes 85.8 MB → 191 MB"},
		{"index", "new: orders_status_total_idx on public.orders: btree (status, total DESC)"},
	};
	Fixture *f = *state;
	f->shown.notes.items = notes;
	f->shown.notes.count = sizeof notes / sizeof *notes;
	golden_check("plan-diff-notes-120x36", drawn(f, 120, 36, false), false);
	golden_check("plan-diff-notes-80x24", drawn(f, 80, 24, false), false);
	golden_check("plan-diff-notes-40x10", drawn(f, 40, 10, false), false);
	Page *page = page_new(f->arena);
	diff_view_page(page, &f->view, &f->shown);
	assert_non_null(strstr(page_plain(f->arena, page), "2.4M rows, table 381 MB"));
}

int main(void) {
	const struct CMUnitTest tests[] = {
#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
		TEST(it_begins_where_most_changed), TEST(the_cursor_stays_within), TEST(nodes_are_found_on_either_side), TEST(a_click_finds_its_pair),
		TEST(all_of_a_pair_can_be_read), TEST(deep_trees_can_be_read_in_forty_columns), TEST(no_size_is_too_small), TEST(it_is_drawn), TEST(what_else_differs_is_drawn_below),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
