/* test_plan_view.c: a plan with advice as it stands on screens of all sizes; moving, folding, findings. */
#include "../plan/plan_of.h"

#include "advise/advise.h"
#include "panes/plan_node.h"
#include "panes/plan_raw.h"
#include "panes/plan_view.h"
#include "../../golden.h"

static const char plan_text[] =
	PLAN("{'Node Type': 'Limit', 'Startup Cost': 40690.1, 'Total Cost': 40690.15, 'Plan Rows': 20, 'Plan Width': 52, 'Actual Startup Time': 459.9,"
	     " 'Actual Total Time': 460.0, 'Actual Rows': 20, 'Actual Loops': 1, 'Shared Hit Blocks': 8800, 'Shared Read Blocks': 31200, 'Plans': ["
	     "{'Node Type': 'Sort', 'Parent Relationship': 'Outer', 'Startup Cost': 40690.1, 'Total Cost': 40692.8, 'Plan Rows': 1100, 'Plan Width': 52,"
	     " 'Actual Startup Time': 459.8, 'Actual Total Time': 459.9, 'Actual Rows': 20, 'Actual Loops': 1, 'Sort Key': ['total DESC'],"
	     " 'Sort Method': 'top-N heapsort', 'Sort Space Used': 31, 'Sort Space Type': 'Memory', 'Shared Hit Blocks': 8800, 'Shared Read Blocks': 31200, 'Plans': ["
	     "{'Node Type': 'Seq Scan', 'Parent Relationship': 'Outer', 'Relation Name': 'orders', 'Schema': 'public', 'Alias': 'o', 'Startup Cost': 0.0,"
	     " 'Total Cost': 40660.5, 'Plan Rows': 1100, 'Plan Width': 52, 'Actual Startup Time': 0.3, 'Actual Total Time': 455.0, 'Actual Rows': 11896,"
	     " 'Actual Loops': 1, 'Filter': '((NOT o.shipped) AND (o.created_at > now()))', 'Rows Removed by Filter': 1189104,"
	     " 'Shared Hit Blocks': 8800, 'Shared Read Blocks': 31200}]}]}",
	     ", 'Planning Time': 0.4, 'Execution Time': 462.0");

static Plan *shop_plan(Arena *arena) {
	return plan_of(arena, plan_text);
}

/* By hand: the rules have tests of their own. */
static FindingList advice(Arena *arena) {
	static const char *columns[] = {"shipped", "created_at"};
	FindingList list = {0};
	*list_push(arena, &list) = (Finding){
		.rule = "missing-index", .severity = SEVERITY_CRITICAL, .basis = BASIS_HYPOTHETICAL, .node = 3, .relation = "public.orders",
		.columns = columns, .column_count = 2, .title = "orders is read whole to find 1% of its rows",
		.evidence = "Seq Scan on orders reads 1.2M rows and throws 99% of them away: 455 ms of 462 ms (98%).",
		.because = "No index on orders begins with (shipped, created_at).", .kind = REMEDY_INDEX,
		.sql = "CREATE INDEX CONCURRENTLY orders_shipped_created_at_idx ON public.orders (shipped, created_at)",
		.undo = "DROP INDEX CONCURRENTLY public.orders_shipped_created_at_idx", .locks = "Reads and writes go on while it builds.",
		.saves_ms = 455, .saves_share = 0.98, .cost_before = 40690, .cost_after = 1904, .index_bytes = 9400000,
	};
	IndexAdvice *index = list_push(arena, &list.items[0].indexes);
	*index = (IndexAdvice){.schema = "public", .table = "orders", .name = "orders_shipped_created_at_idx", .method = "btree", .columns = columns, .column_count = 2, .bytes = 9400000};
	*list_push(arena, &list) = (Finding){
		.rule = "row-misestimate", .severity = SEVERITY_INFO, .basis = BASIS_HEURISTIC, .node = 3, .title = "11 times more rows came than were planned",
		.kind = REMEDY_STATISTICS, .sql = "CREATE STATISTICS ON shipped, created_at FROM public.orders", .saves_ms = NAN, .cost_before = NAN, .cost_after = NAN, .index_bytes = NAN,
	};
	return list;
}

typedef struct Shown {
	PlanShown shown;
	FindingList findings;
	PlanView view;
} Shown;

static Shown *begin(Arena *arena) {
	Shown *s = ARENA_NEW(arena, Shown);
	s->findings = advice(arena);
	s->shown = (PlanShown){.plan = shop_plan(arena), .findings = &s->findings};
	plan_view_begin(&s->view, arena, &s->shown);
	return s;
}

static void check(Arena *arena, Shown *s, const char *name, int width, int height, bool ascii, bool roles) {
	Canvas *canvas = canvas_new(arena, width, height, ascii);
	plan_view_draw(canvas, (Box){0, 0, width, height}, &s->view, &s->shown, arena);
	golden_check(name, canvas, roles);
}

static void it_looks_as_painted_at_every_size(void **state) {
	Shown *s = begin(*state);
	check(*state, s, "plan-80x24", 80, 21, false, false);
	check(*state, s, "plan-120x36", 120, 33, false, false);
	check(*state, s, "plan-200x50", 200, 47, false, false);
	check(*state, s, "plan-40x10", 40, 8, false, false);
	check(*state, s, "plan-80x24-ascii", 80, 21, true, false);
	check(*state, s, "plan-80x24-roles", 80, 21, false, true);
}

static void what_goes_on_is_never_cut_for_the_figures(void **state) {
	Shown *s = begin(*state);
	s->shown.state = "running 3s · IO DataFileRead   ^C cancels";
	Canvas *canvas = canvas_new(*state, 60, 12, false);
	plan_view_draw(canvas, (Box){0, 0, 60, 12}, &s->view, &s->shown, *state);
	assert_non_null(strstr(canvas_dump(*state, canvas, false), s->shown.state));
}

static void it_begins_where_it_hurts(void **state) {
	Shown *s = begin(*state);
	assert_int_equal(s->view.node, 3);
	s->shown.findings = NULL;
	plan_view_begin(&s->view, *state, &s->shown);
	assert_int_equal(s->view.node, 3); /* without findings: the largest share */
}

static void the_cursor_stays_in_the_tree_and_skips_what_is_folded(void **state) {
	Shown *s = begin(*state);
	plan_view_move(&s->view, &s->shown, 5);
	assert_int_equal(s->view.node, 3);
	plan_view_move(&s->view, &s->shown, -100);
	assert_int_equal(s->view.node, 1);
	plan_view_fold(&s->view, &s->shown);
	plan_view_move(&s->view, &s->shown, 1);
	assert_int_equal(s->view.node, 1);
	plan_view_finding(&s->view, &s->shown, 1); /* a finding's node is shown */
	assert_int_equal(s->view.finding, 1);
	assert_int_equal(s->view.node, 3);
	assert_false(s->view.folded[0]);
	plan_view_finding(&s->view, &s->shown, 1);
	assert_int_equal(s->view.finding, 0);
	plan_view_finding(&s->view, &s->shown, -1);
	assert_int_equal(s->view.finding, 1);
}

static const char *drawn(Arena *arena, Shown *s, int width, int height) {
	Canvas *canvas = canvas_new(arena, width, height, false);
	plan_view_draw(canvas, (Box){0, 0, width, height}, &s->view, &s->shown, arena);
	return canvas_dump(arena, canvas, false);
}

/* Nobody has to guess what the undo is because the screen is small. */
static void advice_longer_than_its_place_is_read_to_its_end(void **state) {
	Shown *s = begin(*state);
	const char *text = drawn(*state, s, 60, 14);
	assert_non_null(strstr(text, "1 of 2"));
	assert_non_null(strstr(text, "▾"));
	assert_null(strstr(text, "undo"));
	for (int pages = 1; !strstr(text, "undo"); pages++) {
		plan_view_finding(&s->view, &s->shown, 1);
		text = drawn(*state, s, 60, 14);
		assert_non_null(strstr(text, "1 of 2"));
		assert_in_range(pages, 1, 6);
	}
	plan_view_finding(&s->view, &s->shown, -1);
	assert_null(strstr(drawn(*state, s, 60, 14), "undo"));
	for (int pages = 1; s->view.finding == 0; pages++) {
		plan_view_finding(&s->view, &s->shown, 1);
		drawn(*state, s, 60, 14);
		assert_in_range(pages, 1, 6);
	}
	assert_int_equal(s->view.advice.top, 0);
	assert_null(strstr(drawn(*state, begin(*state), 60, 60), "▾")); /* all of it is there */
}

static void each_statement_of_a_remedy_begins_a_line(void **state) {
	Shown *s = begin(*state);
	s->findings.items[0].sql = "CREATE INDEX a ON t (x);\nCREATE INDEX b ON t (\"y;z\")";
	s->findings.items[0].undo = "DROP INDEX a;\nDROP INDEX b";
	const char *text = drawn(*state, s, 80, 60);
	assert_non_null(strstr(text, "\nCREATE INDEX a ON t (x);\nCREATE INDEX b ON t (\"y;z\")\n"));
	assert_non_null(strstr(text, "\nundo      DROP INDEX a;\n          DROP INDEX b\n"));
}

static void every_size_is_survived(void **state) {
	Shown *s = begin(*state);
	for (int width = 1; width < 160; width += 7)
		for (int height = 1; height < 40; height++) {
			Canvas *canvas = canvas_new(*state, width, height, false);
			plan_view_draw(canvas, (Box){0, 0, width, height}, &s->view, &s->shown, *state);
			assert_true(strlen(canvas_dump(*state, canvas, false)) > 0);
		}
}

static void a_node_is_told_whole_or_in_brief(void **state) {
	Plan *plan = shop_plan(*state);
	Page *whole = page_new(*state), *brief = page_new(*state);
	plan_node_page(whole, plan, plan->nodes[2], false);
	plan_node_page(brief, plan, plan->nodes[2], true);
	Canvas *a = canvas_new(*state, 100, 40, false), *b = canvas_new(*state, 100, 40, false);
	PageView top = PAGE_VIEW_INIT;
	page_draw(a, (Box){0, 0, 100, 40}, whole, &top);
	page_draw(b, (Box){0, 0, 100, 40}, brief, &top);
	assert_non_null(strstr(canvas_dump(*state, a, false), "Startup Cost"));
	assert_null(strstr(canvas_dump(*state, b, false), "Startup Cost"));
	assert_non_null(strstr(canvas_dump(*state, b, false), "Rows Removed by Filter 1189104"));
	assert_non_null(strstr(canvas_dump(*state, b, false), "underestimated ×11"));
}

/* On every screen, each line of the tree that names a node is that node's. */
static void a_node_is_found_where_it_was_drawn(void **state) {
	static const char *const names[] = {"Limit", "Sort", "Seq Scan"};
	static const Box boxes[] = {{0, 0, 200, 50}, {0, 0, 120, 30}, {0, 0, 80, 22}, {0, 0, 40, 8}, {3, 2, 100, 40}};
	Arena *arena = *state;
	Shown *s = begin(arena);
	for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++)
		for (int node = 1; node <= 3; node++) {
			Box box = boxes[i];
			Canvas *canvas = canvas_new(arena, box.x + box.width, box.y + box.height, false);
			s->view.node = node;
			plan_view_draw(canvas, box, &s->view, &s->shown, arena);
			size_t seen = 0;
			const char *line = canvas_dump(arena, canvas, false);
			for (int y = 0; y < canvas->height; y++, line = strchr(line, '\n') + 1) {
				int found = plan_view_at(box, &s->view, &s->shown, box.x + 1, y);
				if (!found) continue;
				const char *text = arena_copy_n(arena, line, strcspn(line, "\n"));
				if (strstr(text, "Filter") || strstr(text, "Rows Removed") || strstr(text, "Sort Key")) continue;
				seen += strstr(text, names[found - 1]) != NULL;
			}
			assert_true(seen >= 1);
			assert_int_equal(plan_view_at(box, &s->view, &s->shown, box.x + 1, box.y), 0); /* the headline */
			assert_int_equal(plan_view_at(box, &s->view, &s->shown, -1, box.y + 2), 0);
			assert_int_equal(plan_view_at(box, &s->view, &s->shown, box.x + 1, box.y + box.height), 0);
		}
}

static void check_page(Arena *arena, const Page *page, const char *name, int width, int height, bool ascii, bool roles) {
	Canvas *canvas = canvas_new(arena, width, height, ascii);
	PageView top = PAGE_VIEW_INIT;
	page_draw(canvas, (Box){0, 0, width, height}, page, &top);
	golden_check(name, canvas, roles);
}

static void it_is_shown_as_EXPLAIN_prints_it(void **state) {
	Page *page = page_new(*state);
	plan_raw_page(page, shop_plan(*state));
	assert_string_equal(page->lines.items[page->lines.count - 1].spans.items[0].text, "Execution Time: 462.000 ms");
	check_page(*state, page, "plan-raw-80x24", 80, 22, false, false);
	check_page(*state, page, "plan-raw-40x10", 40, 8, false, false);
	check_page(*state, page, "plan-raw-120x36", 118, 33, false, false);
	check_page(*state, page, "plan-raw-80x24-ascii", 78, 21, true, false);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(it_looks_as_painted_at_every_size),
		arena_test(what_goes_on_is_never_cut_for_the_figures),
		arena_test(it_begins_where_it_hurts),
		arena_test(the_cursor_stays_in_the_tree_and_skips_what_is_folded),
		arena_test(a_node_is_found_where_it_was_drawn),
		arena_test(advice_longer_than_its_place_is_read_to_its_end),
		arena_test(each_statement_of_a_remedy_begins_a_line),
		arena_test(every_size_is_survived),
		arena_test(a_node_is_told_whole_or_in_brief),
		arena_test(it_is_shown_as_EXPLAIN_prints_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
