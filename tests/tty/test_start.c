/* test_start.c: the console comes up on screens of any size, keeps up with them, and gives the terminal back. */
#include "shop.h"

/* ---- the screen as text ---- */

/* Without the status line: it tells the time. */
static const char *screen_text(Arena *arena, Terminal *t, int rows) {
	Str text = STR_INIT;
	for (int row = 1; row < rows; row++) str_printf(&text, "%s\n", terminal_row(t, row));
	const char *copy = arena_copy(arena, text.text);
	str_release(&text);
	return copy;
}

static bool on_alternate(Terminal *t, void *unused) {
	(void)unused;
	return terminal_alternate(t);
}

/* ---- the tests ---- */

static void the_first_screen_has_rows_and_says_where_it_is(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console(shop, 24, 80);
	assert_true(terminal_alternate(t));
	assert_true(terminal_pastes(t));
	wait_row_has(t, 0, "pgwhy");
	wait_row_has(t, 0, "shop");
	wait_row_has(t, 0, shop_ask(shop, "shop", "select split_part(current_setting('server_version'), ' ', 1)"));
	wait_row_has(t, 0, "3600s");
	wait_row_has(t, 1, "1 Queries");
	wait_row_has(t, 1, "load ▾");
	wait_row_has(t, 1, "since reset");
	wait_row_has(t, 2, "load▾");
	wait_row_has(t, 3, "▸"); /* the cursor is on the first row, which is the dearest */
	wait_row_has(t, 3, "select count(*), pg_sleep(");
	wait_row_has(t, 22, "shop=> ");
	wait_row_has(t, 23, "Enter why");
	wait_row_has(t, 23, "? help");
	shop_quit(t);
}

static void a_wide_screen_tells_more(void **state) {
	Terminal *t = shop_console(*state, 36, 120);
	wait_row_has(t, 0, "primary");
	wait_row_has(t, 0, "up ");
	wait_row_has(t, 35, "d interval/reset");
	shop_quit(t);
	t = shop_queries(*state, 50, 200);
	terminal_wait(t, "database");
	wait_row_has(t, 2, "database");
	shop_quit(t);
}

static void forty_by_ten_is_enough(void **state) {
	Terminal *t = shop_console(*state, 10, 40);
	wait_row_has(t, 0, "shop");
	wait_row_has(t, 1, "Queries");
	terminal_keys(t, "\r");
	terminal_wait(t, "what");
	shop_quit(t);
}

static void a_smaller_screen_is_told_so(void **state) {
	static const struct {
		int rows, columns;
		const char *says;
	} sizes[] = {{9, 80, "terminal too small: 80x9, pgwhy needs 40x10"}, {10, 39, "terminal too small"}, {3, 10, "too small"}};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		Terminal *t = shop_console_in(*state, sizes[i].rows, sizes[i].columns, NULL, NULL);
		terminal_wait(t, sizes[i].says);
		terminal_keys(t, "j\rEs");
		terminal_resize(t, 24, 80);
		terminal_wait(t, "pgwhy");
		shop_quit(t);
	}
	Terminal *t = shop_console_in(*state, 1, 1, NULL, NULL);
	terminal_wait_until(t, on_alternate, NULL);
	shop_quit(t);
}

static void a_screen_that_grows_is_used(void **state) {
	Terminal *t = shop_console(*state, 24, 80);
	terminal_resize(t, 50, 200);
	terminal_wait(t, "4 Locks");
	wait_row_has(t, 49, "Enter why");
	terminal_resize(t, 10, 40);
	terminal_wait_gone(t, "2 Scans");
	wait_row_has(t, 9, "Enter why");
	shop_quit(t);
}

typedef struct Before {
	const char *screen;
	size_t bytes;
} Before;

/* All of it was drawn anew, and it is what stood there. */
static bool is_redrawn(Terminal *t, void *wanted) {
	const Before *before = wanted;
	if (terminal_bytes_seen(t) < before->bytes + 400) return false;
	Arena *arena = arena_new();
	bool same = strcmp(before->screen, screen_text(arena, t, 24)) == 0;
	arena_free(arena);
	return same;
}

static void a_storm_of_sizes_while_a_statement_runs_leaves_no_trace(void **state) {
	Terminal *t = shop_console(*state, 24, 80);
	terminal_keys(t, ":select count(*), pg_sleep(60) from orders;\r");
	terminal_wait(t, "running");
	unsigned seed = 1;
	for (int i = 0; i < 200; i++) {
		seed = seed * 1103515245 + 12345;
		terminal_resize(t, 1 + (int)(seed >> 16) % 60, 1 + (int)(seed >> 8) % 220);
		if (i % 7 == 0) terminal_keys(t, i % 2 ? "j" : "b");
	}
	terminal_resize(t, 24, 80);
	terminal_wait(t, "running");
	terminal_keys(t, "\003");
	wait_row_has(t, 23, "the statement was cancelled");
	terminal_wait_gone(t, "running");
	Arena *arena = arena_new();
	Before before = {screen_text(arena, t, 24), terminal_bytes_seen(t)};
	terminal_keys(t, "\f");
	terminal_wait_until(t, is_redrawn, &before);
	arena_free(arena);
	shop_quit(t);
}

int main(int argc, char **argv) {
	(void)argc;
	shop_begin(argv[0]);
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_first_screen_has_rows_and_says_where_it_is),
	    cmocka_unit_test(a_wide_screen_tells_more),
	    cmocka_unit_test(forty_by_ten_is_enough),
	    cmocka_unit_test(a_smaller_screen_is_told_so),
	    cmocka_unit_test(a_screen_that_grows_is_used),
	    cmocka_unit_test(a_storm_of_sizes_while_a_statement_runs_leaves_no_trace),
	};
	return cmocka_run_group_tests(tests, shop_set_up, shop_tear_down);
}
