/* test_applying_page.c: what :try and :apply show before, meanwhile and after. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "../panes/on_paper.h"
#include "app/applying_page.h"

typedef struct Show {
	Arena *arena;
	Finding finding;
	RemedySteps steps;
	ApplyState state;
	double ms[4];
	Err err;
	ApplyingShown shown;
} Show;

static const char *keys[] = {"customer_id", "total"};

static int set_up(void **state) {
	static Show show;
	Arena *arena = arena_new();
	show = (Show){.arena = arena, .finding = finding_new("missing-index"), .ms = {NAN, NAN, NAN, NAN}, .err = ERR_INIT};
	const IndexAdvice index = {.schema = "public", .table = "orders", .name = "orders_customer_id_total_idx", .method = "btree", .columns = keys, .column_count = 2, .bytes = 12.7e6};
	finding_set_indexes(arena, &show.finding, &index, 1);
	show.finding.title = "orders is read whole to find none of its rows";
	show.finding.basis = BASIS_ESTIMATED;
	RemedySite site = {0};
	*list_push(arena, &site.indexes) = (IndexThere){.schema = "public", .table = "orders", .name = "orders_customer_id_total_idx", .definition = "CREATE INDEX x ON public.orders USING btree (customer_id, total)"};
	show.steps = remedy_steps(arena, &show.finding, &site, NULL);
	assert_int_equal(show.steps.count, 2);
	show.state = (ApplyState){.ms = show.ms};
	show.shown = (ApplyingShown){
		.stage = APPLYING_ASKING, .measurable = true, .finding = &show.finding, .database = "shop", .host = "db1", .steps = &show.steps,
		.lock_timeout_ms = 2000, .statement_timeout_ms = 30000, .most_bytes = 1e9, .state = &show.state, .err = &show.err,
	};
	*state = &show;
	return 0;
}

static int tear_down(void **state) {
	Show *show = *state;
	err_release(&show->err);
	arena_free(show->arena);
	return 0;
}

static Canvas *drawn(Show *show, int width, int height, bool ascii) {
	Page *page = page_new(show->arena);
	applying_page(page, &show->shown, width);
	return paper_page(page, width, height, ascii);
}

static const char *text_of(Show *show) {
	Page *page = page_new(show->arena);
	applying_page(page, &show->shown, 100);
	return canvas_dump(show->arena, paper_page(page, 100, (int)page_height(page, 100), false), false);
}

static Table *table_of(Arena *arena, const char *const *names, const CellType *types, size_t count) {
	Table *table = table_new(arena, count, 4);
	for (size_t i = 0; i < count; i++) table_name(table, arena, i, names[i], types[i]);
	return table;
}

/* ---- before ---- */

static Table *three_wait(Arena *arena) {
	static const char *const names[] = {"pid", "gid", "user", "application", "state", "xact_age_s", "held", "modes", "query"};
	static const CellType types[] = {CELL_INT, CELL_TEXT, CELL_TEXT, CELL_TEXT, CELL_TEXT, CELL_REAL, CELL_TEXT, CELL_TEXT, CELL_TEXT};
	Table *table = table_of(arena, names, types, 9);
	static const char *const rows[][9] = {
		{NULL, "two-phase", "billing", NULL, "prepared", "", "public.orders", "RowExclusiveLock", NULL},
		{"4711", NULL, "report", "psql\033[2J", "active", "", NULL, NULL, "select count(*)\n  from events"},
		{"4712", NULL, "dba", "", "active", "", "public.orders", "ShareUpdateExclusiveLock", "CREATE INDEX CONCURRENTLY ON orders (note)"},
	};
	for (size_t i = 0; i < 3; i++) {
		size_t row = table_add_row(arena, table);
		for (size_t k = 0; k < 9; k++)
			if (types[k] == CELL_TEXT) table_set_text(table, row, k, rows[i][k]);
		if (rows[i][0]) table_set_int(table, row, 0, 4710 + (int64_t)i);
		table_set_real(table, row, 5, 754 - 300 * (double)i);
	}
	return table;
}

static void all_is_told_before_the_name_is_typed(void **state) {
	Show *show = *state;
	show->shown.waits = three_wait(show->arena);
	golden_check("applying-asking-80x24", drawn(show, 80, 24, false), true);
	golden_check("applying-asking-40x10-ascii", drawn(show, 40, 10, true), false);
	assert_says(text_of(show), "DROP INDEX CONCURRENTLY public.orders_customer_id_total_idx");
}

static void a_trial_tells_its_limits(void **state) {
	Show *show = *state;
	show->shown.trial = true;
	show->steps = remedy_trial(show->arena, &show->finding, NULL);
	const char *text = text_of(show);
	assert_says(text, "in a transaction that is rolled back");
	assert_says(text, "writes to the table wait until it is rolled back");
	assert_says(text, "30.0 s (statement_timeout_ms)");
	assert_says(text, "(try.max_mb)");
	assert_says(text, "asking");
}

/* ---- meanwhile ---- */

static Table *building(Arena *arena, const char *phase, double done, double total, int64_t waits_for) {
	static const char *const names[] = {"phase", "lockers_total", "lockers_done", "blocks_total", "blocks_done", "tuples_total", "tuples_done", "pid", "blockers", "user", "application", "state", "xact_age_s", "query"};
	static const CellType types[] = {CELL_TEXT, CELL_INT, CELL_INT, CELL_INT, CELL_INT, CELL_INT, CELL_INT, CELL_INT, CELL_INT, CELL_TEXT, CELL_TEXT, CELL_TEXT, CELL_REAL, CELL_TEXT};
	Table *table = table_of(arena, names, types, 14);
	size_t row = table_add_row(arena, table);
	table_set_text(table, row, 0, phase);
	for (size_t i = 1; i < 7; i++) table_set_int(table, row, i, (int64_t)(i % 2 ? total : done));
	if (waits_for < 0) return table;
	table_set_int(table, row, 7, waits_for);
	table_set_int(table, row, 8, 2);
	table_set_text(table, row, 9, waits_for ? "report" : NULL);
	table_set_text(table, row, 11, waits_for ? "idle in transaction" : NULL);
	table_set_real(table, row, 12, waits_for ? 754 : NAN);
	table_set_text(table, row, 13, waits_for ? "select 1" : NULL);
	return table;
}

static void under_way(Show *show) {
	show->shown.stage = APPLYING_UNDER_WAY;
	show->ms[0] = 3;
	show->state.step = 1;
	show->state.stage = APPLY_RUNNING;
	show->shown.elapsed_ms = 65000;
}

static void how_far_it_is_and_whom_it_waits_for_is_shown(void **state) {
	Show *show = *state;
	under_way(show);
	show->shown.progress = building(show->arena, "waiting for old snapshots", 1, 4, 4711);
	golden_check("applying-waits-80x24", drawn(show, 80, 24, false), true);
	golden_check("applying-waits-40x10-ascii", drawn(show, 40, 10, true), false);
	show->shown.progress = building(show->arena, "waiting for writers before build", 0, 1, 0);
	assert_says(text_of(show), "a prepared transaction");
	show->shown.progress = building(show->arena, "building index: scanning table", 300, 400, -1);
	assert_says(text_of(show), " 75% of blocks");
	assert_says_not(text_of(show), "waits for");
	show->shown.progress = building(show->arena, "building index: loading tuples in tree", 9, 4, -1); /* the figures are of different moments */
	assert_says(text_of(show), "100% of tuples");
	show->shown.progress = building(show->arena, "building index: initializing", 0, 0, -1);
	assert_says_not(text_of(show), "%");
	show->shown.silence = "the server has not answered for 12s";
	assert_says(text_of(show), "has not answered");
}

static void a_removal_is_no_build(void **state) {
	Show *show = *state;
	under_way(show);
	show->state.stage = APPLY_REMOVING;
	show->state.leftover = "DROP INDEX CONCURRENTLY public.orders_customer_id_total_idx";
	show->shown.progress = building(show->arena, "waiting for old snapshots", 1, 4, 4711);
	const char *text = text_of(show);
	assert_says(text, "removing the INVALID index it left");
	assert_says(text, "4711 report");
	assert_says(text, "2 not done");
	assert_says_not(text, "^C cancels");
	assert_says_not(text, "under way");
}

/* ---- after ---- */

static void what_failed_is_told_with_what_is_left(void **state) {
	Show *show = *state;
	under_way(show);
	show->shown.stage = APPLYING_OVER;
	show->state.leftover = "DROP INDEX CONCURRENTLY public.orders_customer_id_total_idx";
	err_set(&show->err, ERR_SERVER, "could not extend file \"base/5/%d\": No space left on device", 4711);
	err_hint(&show->err, "Check free disk space.");
	golden_check("applying-failed-80x24", drawn(show, 80, 24, false), true);
	show->state.leftover = NULL;
	show->state.removed = true;
	assert_says(text_of(show), "The INVALID index it left was removed.");
	assert_says(text_of(show), "not done");
	assert_says_not(text_of(show), "undo");
}

static void a_lost_connection_is_not_the_end(void **state) {
	Show *show = *state;
	under_way(show);
	show->shown.progress = building(show->arena, "waiting for old snapshots", 1, 4, 4711); /* of before */
	show->shown.stage = APPLYING_AFTER;
	show->shown.doing = "looking what became of it";
	err_set(&show->err, ERR_CONNECTION, "server closed the connection unexpectedly");
	const char *text = text_of(show);
	assert_says(text, "the connection was lost");
	assert_says(text, "looking what became of it");
	assert_says_not(text, "old snapshots");
}

static void what_is_done_can_be_undone(void **state) {
	Show *show = *state;
	under_way(show);
	show->shown.stage = APPLYING_OVER;
	show->ms[1] = 1200;
	show->state.step = 2;
	const char *text = text_of(show);
	assert_says(text, "A measures the statement again, D then compares.");
	assert_says(text, "undo");
	assert_says(text, "2 done in 1.2 s");
	show->shown.measurable = false; /* a pane's */
	assert_says_not(text_of(show), "A measures");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(all_is_told_before_the_name_is_typed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_trial_tells_its_limits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(how_far_it_is_and_whom_it_waits_for_is_shown, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_removal_is_no_build, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_failed_is_told_with_what_is_left, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_lost_connection_is_not_the_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_done_can_be_undone, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
