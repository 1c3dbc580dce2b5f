/* test_plan_screens.c: plans of real servers, estimated, measured, parallel, long, walked through and drawn. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <time.h>

#include "on_paper.h"
#include "panes/plan_node.h"
#include "panes/plan_totals.h"
#include "panes/plan_view.h"
#include "plan/json.h"

/* ---- plans and findings ---- */

static Plan *plan_of_file(Arena *arena, const char *name) {
	const char *path = arena_printf(arena, "tests/plans/%s.json", name);
	Str text = STR_INIT;
	PlanList plans = {0};
	Err err = ERR_INIT;
	if (!golden_read(path, &text)) fail_msg("cannot read %s", path);
	if (!plan_read_json(arena, text.text, text.len, &plans, &err)) fail_msg("%s: %s", path, err.message.text);
	str_release(&text);
	return plans.items[0];
}

static int node_named(const Plan *plan, const char *type) {
	for (size_t i = 0; i < plan->node_count; i++)
		if (node_is(plan->nodes[i], type)) return plan->nodes[i]->id;
	fail_msg("no %s in the plan", type);
	return 0;
}

static Finding *add_finding(Arena *arena, FindingList *findings, const char *rule, int node, const char *title) {
	Finding *finding = list_push(arena, findings);
	*finding = finding_new(rule);
	finding->node = node;
	finding->title = title;
	return finding;
}

/* An index for the scan, and something to know about the sort. */
static FindingList findings_for(Arena *arena, const Plan *plan) {
	FindingList findings = {0};
	Finding *index = add_finding(arena, &findings, "missing-index", node_named(plan, "Seq Scan"), "sale is read whole to find 2% of its rows");
	index->severity = SEVERITY_CRITICAL;
	index->basis = BASIS_HYPOTHETICAL;
	index->evidence = "Seq Scan on sale read 600k rows and threw 98% of them away: 61% of the time.";
	index->because = "No index on sale begins with (customer_id, amount).";
	index->kind = REMEDY_INDEX;
	index->saves_ms = plan->analyzed ? 101 : NAN;
	index->saves_share = 0.61;
	index->cost_before = 12345;
	index->cost_after = 678;
	const IndexAdvice advice = {.schema = "public", .table = "sale", .name = "sale_customer_id_amount_idx", .method = "btree",
	                            .columns = (const char *[]){"customer_id", "amount DESC"}, .column_count = 2, .bytes = 14e6};
	finding_set_indexes(arena, index, &advice, 1);
	Finding *spill = add_finding(arena, &findings, "sort-spill", node_named(plan, "Sort"), "the sort writes 12 MB to disk \033]0;owned\a");
	spill->severity = SEVERITY_WARNING;
	spill->evidence = "It was given 4 MB of work_mem.";
	spill->kind = REMEDY_SETTING;
	spill->sql = "SET work_mem = '64MB'";
	spill->saves_share = 0.2;
	add_finding(arena, &findings, "row-misestimate", 0, "something about all of it");
	return findings;
}

typedef struct Fixture {
	Arena *arena;
	FindingList findings;
	PlanShown shown;
	PlanView view;
} Fixture;

static int set_up(void **state) {
	static Fixture fixture;
	Arena *arena = arena_new();
	Plan *plan = plan_of_file(arena, "workers-told-apart");
	fixture = (Fixture){.arena = arena, .findings = findings_for(arena, plan), .shown = {.plan = plan}};
	fixture.shown.findings = &fixture.findings;
	plan_view_begin(&fixture.view, arena, &fixture.shown);
	*state = &fixture;
	return 0;
}

static int tear_down(void **state) {
	Fixture *f = *state;
	arena_free(f->arena);
	return 0;
}

static Canvas *drawn(Fixture *f, int width, int height, bool ascii) {
	Canvas *canvas = canvas_new(f->arena, width, height, ascii);
	plan_view_draw(canvas, (Box){0, 0, width, height}, &f->view, &f->shown, f->arena);
	return canvas;
}

static const char *text_of(Fixture *f, int width, int height) {
	return canvas_dump(f->arena, drawn(f, width, height, false), false);
}

/* ---- walking ---- */

static void it_begins_at_the_first_finding(void **state) {
	Fixture *f = *state;
	assert_int_equal(f->view.node, node_named(f->shown.plan, "Seq Scan"));
}

static void without_findings_it_begins_at_the_dearest_node(void **state) {
	Fixture *f = *state;
	f->shown.findings = NULL;
	plan_view_begin(&f->view, f->arena, &f->shown);
	const Plan *plan = f->shown.plan;
	for (size_t i = 0; i < plan->node_count; i++)
		assert_true(plan->nodes[i]->measure.self_share <= plan->nodes[f->view.node - 1]->measure.self_share);
}

static void what_is_folded_is_stepped_over(void **state) {
	Fixture *f = *state;
	f->view.node = 2;
	plan_view_fold(&f->view, &f->shown);
	assert_says(text_of(f, 120, 36), "Sort […]");
	assert_says_not(text_of(f, 120, 36), "Gather");
	plan_view_move(&f->view, &f->shown, 1);
	assert_int_equal(f->view.node, 2);
	plan_view_fold(&f->view, &f->shown);
	assert_says(text_of(f, 120, 36), "Gather");
	f->view.node = 6; /* nothing below it to fold */
	plan_view_fold(&f->view, &f->shown);
	assert_says_not(text_of(f, 120, 36), "[…]");
}

static void findings_are_gone_through_in_a_circle(void **state) {
	Fixture *f = *state;
	const Plan *plan = f->shown.plan;
	f->view.node = 1;
	plan_view_fold(&f->view, &f->shown);
	plan_view_finding(&f->view, &f->shown, 1);
	assert_int_equal(f->view.finding, 1);
	assert_int_equal(f->view.node, node_named(plan, "Sort")); /* unfolded, or nobody would see it */
	assert_says(text_of(f, 120, 36), "Gather");
	plan_view_finding(&f->view, &f->shown, 1);
	assert_int_equal(f->view.finding, 2);
	assert_int_equal(f->view.node, node_named(plan, "Sort")); /* this one is about no node */
	plan_view_finding(&f->view, &f->shown, 1);
	assert_int_equal(f->view.finding, 0);
	assert_int_equal(f->view.node, node_named(plan, "Seq Scan"));
	plan_view_finding(&f->view, &f->shown, -1);
	assert_int_equal(f->view.finding, 2);
	f->shown.findings = NULL;
	plan_view_finding(&f->view, &f->shown, 1);
	assert_int_equal(f->view.finding, 2);
}

static void a_long_tree_follows_the_cursor(void **state) {
	Fixture *f = *state;
	f->shown = (PlanShown){.plan = plan_of_file(f->arena, "twin")};
	plan_view_begin(&f->view, f->arena, &f->shown);
	f->view.node = 1;
	assert_says(text_of(f, 80, 24), "Limit");
	plan_view_move(&f->view, &f->shown, 1000000);
	const char *text = text_of(f, 80, 24);
	assert_says(text, "part_3");
	assert_says_not(text, "CTE recent");
}

/* ---- what it says ---- */

static void nothing_to_advise_is_said(void **state) {
	Fixture *f = *state;
	f->findings.count = 0;
	assert_says(text_of(f, 80, 24), "nothing to advise");
	f->shown.findings = NULL; /* not known yet */
	assert_says_not(text_of(f, 80, 24), "nothing to advise");
}

static void notes_stand_below_the_advice(void **state) {
	Fixture *f = *state;
	f->shown.notes = "Planned as me, run by \033[31mweb.";
	f->findings.count = 0;
	assert_says(text_of(f, 120, 36), "Planned as me, run by ?[31mweb.");
}

static void the_bar_shows_what_is_wanted(void **state) {
	Fixture *f = *state;
	static const char *const headings[] = {"self", "rows", "blocks", "i/o", "cost"};
	for (int bar = 0; bar < PLAN_BAR_COUNT; bar++) {
		f->view.bar = (PlanBar)bar;
		const char *text = text_of(f, 120, 36);
		assert_says(text, headings[bar]);
		for (int other = 0; other < bar; other++) {
			PlanBar now = f->view.bar;
			f->view.bar = (PlanBar)other;
			assert_string_not_equal(text, text_of(f, 120, 36));
			f->view.bar = now;
		}
	}
}

static void what_never_ran_has_no_figures(void **state) {
	Fixture *f = *state;
	f->shown = (PlanShown){.plan = plan_of_file(f->arena, "never-executed")};
	plan_view_begin(&f->view, f->arena, &f->shown);
	f->view.node = 3;
	const char *text = text_of(f, 120, 36);
	assert_says(text, "      –");
	assert_says(text, "never executed");
}

static void all_the_server_sent_for_a_node_can_be_read(void **state) {
	Fixture *f = *state;
	const Plan *plan = f->shown.plan;
	const PlanNode *scan = plan->nodes[node_named(plan, "Seq Scan") - 1];
	Page *page = page_new(f->arena);
	plan_node_page(page, plan, scan, false);
	Canvas *canvas = canvas_new(f->arena, 200, 60, false);
	page_draw(canvas, (Box){0, 0, 200, 60}, page, &(PageView)PAGE_VIEW_INIT);
	const char *text = canvas_dump(f->arena, canvas, false);
	for (const PlanValue *field = scan->fields->members.first; field; field = field->next) assert_says(text, field->name);
}

/* ---- screens ---- */

static void draw(Fixture *f, const char *name, int width, int height, bool ascii) {
	golden_check(name, drawn(f, width, height, ascii), false);
}

static void a_parallel_plan(void **state) {
	draw(*state, "plan-workers-80x24", 80, 24, false);
	draw(*state, "plan-workers-120x36", 120, 36, false);
	draw(*state, "plan-workers-40x10", 40, 10, false);
}

static void another_finding(void **state) {
	Fixture *f = *state;
	plan_view_finding(&f->view, &f->shown, 1);
	draw(f, "plan-workers-120x36-second", 120, 36, false);
}

static void an_estimated_plan(void **state) {
	Fixture *f = *state;
	Plan *plan = plan_of_file(f->arena, "estimate");
	f->findings = findings_for(f->arena, plan);
	f->shown.plan = plan;
	f->shown.state = "weighing advice …";
	f->shown.notes = "This is a generic plan: the values of the parameters are unknown, so are their shares of the rows.";
	plan_view_begin(&f->view, f->arena, &f->shown);
	draw(f, "plan-estimate-80x24", 80, 24, false);
	draw(f, "plan-estimate-120x36", 120, 36, false);
}

static void a_tree_of_forty_five_nodes(void **state) {
	Fixture *f = *state;
	f->findings.count = 0;
	f->shown = (PlanShown){.plan = plan_of_file(f->arena, "twin"), .findings = &f->findings};
	plan_view_begin(&f->view, f->arena, &f->shown);
	draw(f, "plan-twin-120x60", 120, 60, false);
	draw(f, "plan-twin-80x24", 80, 24, false);
}

static void draw_totals(Arena *arena, const char *plan, const char *name, int width, int height, bool ascii, bool roles) {
	Page *page = page_new(arena);
	PageView top = PAGE_VIEW_INIT;
	Canvas *canvas = canvas_new(arena, width, height, ascii);
	plan_totals_page(page, plan_of_file(arena, plan), width);
	page_draw(canvas, (Box){0, 0, width, height}, page, &top);
	golden_check(name, canvas, roles);
}

static void totals_of_a_plan(void **state) {
	Arena *arena = ((Fixture *)*state)->arena;
	draw_totals(arena, "twin", "plan-totals-120x36", 120, 36, false, false);
	draw_totals(arena, "twin", "plan-totals-200x50", 200, 50, false, false);
	draw_totals(arena, "triggers", "plan-totals-80x24", 80, 24, false, false);
	draw_totals(arena, "triggers", "plan-totals-80x24-roles", 80, 24, false, true);
	draw_totals(arena, "workers-told-apart", "plan-totals-80x24-ascii", 80, 24, true, false);
	draw_totals(arena, "workers-told-apart", "plan-totals-40x10", 40, 10, false, false);
	draw_totals(arena, "estimate", "plan-totals-estimate-80x24", 80, 24, false, false);
}

/* ---- deep ones, processes, searching ---- */

/* Nested Loops below each other; every tenth has a second child. */
static Plan *deep_plan(Arena *arena, int levels) {
	Str text = STR_INIT;
	PlanList plans = {0};
	str_add(&text, "[{\"Plan\": ");
	for (int i = 0; i < levels; i++)
		str_printf(&text, "{\"Node Type\": \"Nested Loop\", \"Join Filter\": \"(level = %d)\", \"Startup Cost\": 0, \"Total Cost\": %d, \"Plan Rows\": 5, \"Plan Width\": 4, \"Plans\": [", i, levels - i + 1);
	str_add(&text, "{\"Node Type\": \"Seq Scan\", \"Relation Name\": \"ledger_entries\", \"Alias\": \"e\", \"Startup Cost\": 0, \"Total Cost\": 1, \"Plan Rows\": 5, \"Plan Width\": 4}");
	for (int i = levels - 1; i >= 0; i--) str_add(&text, i % 10 ? "]}" : ", {\"Node Type\": \"Result\", \"Startup Cost\": 0, \"Total Cost\": 0, \"Plan Rows\": 1, \"Plan Width\": 4}]}");
	str_add(&text, "}]");
	if (!plan_read_json(arena, text.text, text.len, &plans, NULL)) fail_msg("no plan: %s", text.text);
	str_release(&text);
	return plans.items[0];
}

static void begin_deep(Fixture *f, int levels) {
	f->findings.count = 0;
	f->shown = (PlanShown){.plan = deep_plan(f->arena, levels), .findings = &f->findings};
	plan_view_begin(&f->view, f->arena, &f->shown);
}

static void sixty_levels_can_be_read_in_forty_columns(void **state) {
	Fixture *f = *state;
	begin_deep(f, 60);
	plan_view_go(&f->view, &f->shown, 61);
	assert_says(text_of(f, 40, 10), "Seq Scan ledger_entries");
	draw(f, "plan-deep-40x10", 40, 10, false);
	draw(f, "plan-deep-80x24", 80, 24, false);
	draw(f, "plan-deep-80x24-ascii", 80, 24, true);
	draw(f, "plan-deep-120x36", 120, 36, false);
	draw(f, "plan-deep-200x50", 200, 50, false);
	golden_check("plan-deep-80x24-roles", drawn(f, 80, 24, false), true);
	plan_view_go(&f->view, &f->shown, 30); /* further up: what it stands below comes back into sight */
	text_of(f, 40, 10);
	assert_in_range(f->view.left, 20, 28);
	plan_view_move(&f->view, &f->shown, -1000000);
	assert_says(text_of(f, 40, 10), " Nested Loop");
	assert_int_equal(f->view.left, 0);
}

static void the_tree_goes_sideways_as_far_as_it_is_deep(void **state) {
	Fixture *f = *state;
	begin_deep(f, 12);
	plan_view_go(&f->view, &f->shown, 1);
	text_of(f, 80, 24);
	plan_view_shift(&f->view, &f->shown, 3);
	assert_says(text_of(f, 80, 24), "‹3");
	assert_int_equal(f->view.left, 3); /* the reader's own wish, though the root stands further left */
	plan_view_shift(&f->view, &f->shown, 1000);
	assert_int_equal(f->view.left, 12);
	plan_view_shift(&f->view, &f->shown, -1000);
	assert_int_equal(f->view.left, 0);
	assert_says_not(text_of(f, 80, 24), "‹");
}

static void each_process_has_a_row_when_wanted(void **state) {
	Fixture *f = *state;
	assert_true(plan_view_has_workers(&f->shown));
	assert_says_not(text_of(f, 120, 36), "leader");
	f->view.workers = true;
	assert_says(text_of(f, 120, 36), "leader");
	draw(f, "plan-processes-80x24", 80, 24, false);
	draw(f, "plan-processes-120x36", 120, 36, false);
	draw(f, "plan-processes-200x50", 200, 50, false);
	draw(f, "plan-processes-40x10", 40, 10, false);
	draw(f, "plan-processes-80x24-ascii", 80, 24, true);
	golden_check("plan-processes-80x24-roles", drawn(f, 80, 24, false), true);
	f->shown.plan = plan_of_file(f->arena, "estimate");
	assert_false(plan_view_has_workers(&f->shown));
}

/* One used, one left aside for a reason, one turned off. */
static void a_plan_that_is_no_real_one_says_so(void **state) {
	Fixture *f = *state;
	static const UnusedCause causes[] = {{.word = "selectivity", .text = "It would find ~590k of 600k rows, 98% of the table, and fetch them one by one; reading all pages in their order costs less."}};
	const UnusedAnswer why = {.index = "i", .cost = 12000, .forced = f->shown.plan->root, .forced_cost = 31000, .switched_off = "enable_seqscan",
	                          .causes = {.items = (UnusedCause *)(uintptr_t)causes, .count = 1}};
	PretenceIndex indexes[] = {
	    {.sql = "CREATE INDEX ON public.sale (customer_id, amount DESC)", .name = "<13556>btree_sale_customer_id_amount", .bytes = 14e6, .used = true},
	    {.sql = "CREATE INDEX ON public.sale (note) WHERE note IS NOT NULL", .name = "<13557>btree_sale_note", .bytes = 41e6, .why = &why},
	    {.sql = "CREATE INDEX ON public.sale (\"e\033[31mvil\")", .off = true, .bytes = NAN},
	};
	const Pretence pretence = {.indexes = {.items = indexes, .count = 3}, .plan = f->shown.plan, .cost_before = 98765};
	f->shown = (PlanShown){.plan = pretence.plan, .pretence = &pretence, .state = "asking why an index is left aside …"};
	plan_view_begin(&f->view, f->arena, &f->shown);
	draw(f, "plan-whatif-80x24", 80, 24, false);
	draw(f, "plan-whatif-80x24-ascii", 80, 24, true);
	draw(f, "plan-whatif-120x36", 120, 36, false);
	draw(f, "plan-whatif-200x50", 200, 50, false);
	draw(f, "plan-whatif-40x10", 40, 10, false);
	golden_check("plan-whatif-80x24-roles", drawn(f, 80, 24, false), true);
	assert_says(text_of(f, 120, 36), "What if: 2 indexes pretended");
	assert_says(text_of(f, 120, 36), "w or Esc shows the real plan");
}

/* Whatever else is cut: nobody takes it for the advice of today. */
static void advice_of_another_day_says_so(void **state) {
	Fixture *f = *state;
	f->shown.advised_at = "2026-11-20 14:02";
	f->shown.advised_for = "shop@db1/shop";
	f->shown.notes = "Kept on 2026-11-20 14:02: PostgreSQL 15.20, shop@db1/shop. The advice is of then. E plans its statement here, A runs it.";
	draw(f, "plan-kept-80x24", 80, 24, false);
	draw(f, "plan-kept-120x36", 120, 36, false);
	draw(f, "plan-kept-40x10", 40, 10, false);
	draw(f, "plan-kept-80x24-ascii", 80, 24, true);
	golden_check("plan-kept-80x24-roles", drawn(f, 80, 24, false), true);
	assert_says(text_of(f, 200, 50), "Advice  1 of 3  as of 2026-11-20 14:02, of shop@db1/shop");
	assert_says(text_of(f, 120, 36), "as of 2026-11-20 14:02");
	assert_says(text_of(f, 40, 10), "as of 2026-11-20 14:02");
	f->findings.count = 0;
	assert_says(text_of(f, 80, 24), "Advice  nothing to advise  as of 2026-11-20 14:02, of shop@db1/shop");
}

static void look_for(Fixture *f, const char *text) {
	str_clear(&f->view.search);
	str_add(&f->view.search, text);
}

static void nodes_are_found_by_what_the_tree_says_of_them(void **state) {
	Fixture *f = *state;
	f->shown = (PlanShown){.plan = plan_of_file(f->arena, "twin")};
	plan_view_begin(&f->view, f->arena, &f->shown);
	f->view.node = 1;
	look_for(f, "SUBQUERY scan");
	assert_true(plan_view_search(&f->view, &f->shown, 1));
	assert_string_equal(f->shown.plan->nodes[f->view.node - 1]->type, "Subquery Scan");
	look_for(f, "part_3");
	assert_true(plan_view_search(&f->view, &f->shown, 1));
	assert_string_equal(f->shown.plan->nodes[f->view.node - 1]->relation, "part_3");
	int first = f->view.node;
	assert_true(plan_view_search(&f->view, &f->shown, 0)); /* here is one */
	assert_int_equal(f->view.node, first);
	assert_true(plan_view_search(&f->view, &f->shown, 1));
	assert_int_not_equal(f->view.node, first);
	assert_true(plan_view_search(&f->view, &f->shown, -1));
	assert_int_equal(f->view.node, first);
	look_for(f, "Filter: \\(sale.note");
	assert_true(plan_view_search(&f->view, &f->shown, 1));
	assert_non_null(node_text(f->shown.plan->nodes[f->view.node - 1], "Filter"));
	look_for(f, "(sale.note ~~"); /* no regular expression */
	assert_true(plan_view_search(&f->view, &f->shown, 1));
	look_for(f, "nowhere");
	first = f->view.node;
	assert_false(plan_view_search(&f->view, &f->shown, 1));
	assert_int_equal(f->view.node, first);
	look_for(f, "");
	assert_false(plan_view_search(&f->view, &f->shown, 1));
	str_release(&f->view.search);
}

static void what_is_found_is_unfolded_and_highlighted(void **state) {
	Fixture *f = *state;
	f->view.node = 1;
	plan_view_fold(&f->view, &f->shown);
	assert_says_not(text_of(f, 80, 24), "Gather");
	look_for(f, "gather");
	assert_true(plan_view_search(&f->view, &f->shown, 1));
	assert_says(text_of(f, 80, 24), "Gather");
	golden_check("plan-search-80x24-roles", drawn(f, 80, 24, false), true);
	golden_check("plan-search-40x10-roles", drawn(f, 40, 10, false), true);
	str_release(&f->view.search);
}

static void the_advice_follows_to_a_node_that_has_some(void **state) {
	Fixture *f = *state;
	plan_view_go(&f->view, &f->shown, node_named(f->shown.plan, "Sort"));
	assert_int_equal(f->view.finding, 1);
	plan_view_go(&f->view, &f->shown, 1); /* this one has none */
	assert_int_equal(f->view.finding, 1);
	plan_view_go(&f->view, &f->shown, node_named(f->shown.plan, "Seq Scan"));
	assert_int_equal(f->view.finding, 0);
}

static void the_window_stays_while_the_cursor_moves_in_it(void **state) {
	Fixture *f = *state;
	begin_deep(f, 200);
	plan_view_move(&f->view, &f->shown, 1000000);
	text_of(f, 120, 36);
	int top = f->view.top;
	plan_view_move(&f->view, &f->shown, -1);
	text_of(f, 120, 36);
	assert_int_equal(f->view.top, top);
	plan_view_move(&f->view, &f->shown, -1000000);
	text_of(f, 120, 36);
	assert_int_equal(f->view.top, 1);
}

/* Whatever the size of the plan, a key looks at what is on the screen: here within 5 ms, on the slowest machine and instrumented. */
static void ten_thousand_nodes_are_no_burden(void **state) {
	enum { KEYS = 40 };
	Fixture *f = *state;
	begin_deep(f, 10000);
	clock_t before = clock();
	for (int i = 0; i < KEYS; i++) {
		Arena *frame = arena_new();
		plan_view_move(&f->view, &f->shown, i % 4 ? 37 : i % 8 ? -1000000 : 1000000);
		if (i % 10 == 9) plan_view_fold(&f->view, &f->shown);
		plan_view_draw(canvas_new(frame, 120, 36, false), (Box){0, 0, 120, 36}, &f->view, &f->shown, frame);
		arena_free(frame);
	}
	double ms = (double)(clock() - before) * 1000 / CLOCKS_PER_SEC / KEYS;
	if (ms > 5) fail_msg("%.1f ms a key", ms);
}

static void bars_of_every_kind(void **state) {
	Fixture *f = *state;
	static const char *const names[] = {"plan-bar-self-120x36", "plan-bar-rows-120x36", "plan-bar-blocks-120x36", "plan-bar-io-120x36", "plan-bar-cost-120x36"};
	for (int bar = 0; bar < PLAN_BAR_COUNT; bar++) {
		f->view.bar = (PlanBar)bar;
		draw(f, names[bar], 120, 36, false);
	}
	f->shown = (PlanShown){.plan = plan_of_file(f->arena, "twin")}; /* neither timed nor with buffers */
	plan_view_begin(&f->view, f->arena, &f->shown);
	f->view.bar = PLAN_BAR_BLOCKS;
	assert_says(text_of(f, 120, 36), "   cost ");
}

/* Estimates have no times, and plans without BUFFERS no blocks. */
static void the_bar_knows_what_there_is(void **state) {
	Fixture *f = *state;
	const Plan *estimate = plan_of_file(f->arena, "estimate");
	assert_int_equal(plan_bar_of(PLAN_BAR_SELF, estimate), PLAN_BAR_COST);
	assert_int_equal(plan_bar_next(PLAN_BAR_SELF, estimate), PLAN_BAR_ROWS);
	assert_int_equal(plan_bar_next(PLAN_BAR_ROWS, estimate), PLAN_BAR_COST);
	PlanBar bar = PLAN_BAR_SELF;
	size_t seen = 0;
	do bar = plan_bar_next(bar, f->shown.plan), seen++;
	while (bar != PLAN_BAR_SELF);
	assert_int_equal(seen, PLAN_BAR_COUNT); /* with track_io_timing */
}

static void no_box_is_too_small(void **state) {
	Fixture *f = *state;
	f->shown.state = "running 1s · IO DataFileRead";
	f->shown.notes = "a note";
	for (int height = 0; height <= 30; height++)
		for (int width = 0; width <= 130; width += width < 12 ? 1 : 9) {
			Arena *frame = arena_new();
			Canvas *canvas = canvas_new(frame, width + 2, height + 2, width % 2);
			canvas_fill(canvas, (Box){0, 0, width + 2, height + 2}, '#', ROLE_TEXT);
			plan_view_draw(canvas, (Box){1, 1, width, height}, &f->view, &f->shown, frame);
			for (int x = 0; x < width + 2; x++) /* what stands around it stays */
				assert_true(canvas_cell(canvas, x, 0)->points[0] == '#' && canvas_cell(canvas, x, height + 1)->points[0] == '#');
			for (int y = 0; y < height + 2; y++)
				assert_true(canvas_cell(canvas, 0, y)->points[0] == '#' && canvas_cell(canvas, width + 1, y)->points[0] == '#');
			arena_free(frame);
		}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(it_begins_at_the_first_finding, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(without_findings_it_begins_at_the_dearest_node, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_is_folded_is_stepped_over, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(findings_are_gone_through_in_a_circle, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_long_tree_follows_the_cursor, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(nothing_to_advise_is_said, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(notes_stand_below_the_advice, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_bar_shows_what_is_wanted, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_never_ran_has_no_figures, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(all_the_server_sent_for_a_node_can_be_read, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_parallel_plan, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(another_finding, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(an_estimated_plan, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_tree_of_forty_five_nodes, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(totals_of_a_plan, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(sixty_levels_can_be_read_in_forty_columns, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_tree_goes_sideways_as_far_as_it_is_deep, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_plan_that_is_no_real_one_says_so, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(advice_of_another_day_says_so, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(each_process_has_a_row_when_wanted, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(nodes_are_found_by_what_the_tree_says_of_them, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_is_found_is_unfolded_and_highlighted, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_advice_follows_to_a_node_that_has_some, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_window_stays_while_the_cursor_moves_in_it, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_bar_knows_what_there_is, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(bars_of_every_kind, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(ten_thousand_nodes_are_no_burden, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(no_box_is_too_small, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
