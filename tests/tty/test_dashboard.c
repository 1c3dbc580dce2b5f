/* test_dashboard.c: the panes on the screen: how many, which, zoomed, resized, stale, exported. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shop.h"

static size_t count_of(Terminal *t, int rows, const char *text) {
	size_t count = 0;
	for (int row = 0; row < rows; row++)
		for (const char *at = terminal_row(t, row); (at = strstr(at, text)); at++) count++;
	return count;
}

static void assert_seen(Terminal *t, const char *text, bool seen) {
	if (terminal_find(t, text, NULL, NULL) == seen) return;
	terminal_dump(t);
	fail_msg("%s is %s the screen", text, seen ? "not on" : "on");
}

static void a_wide_screen_has_four_panes(void **state) {
	Terminal *t = shop_console(*state, 50, 200);
	terminal_wait(t, "1 Queries");
	assert_seen(t, "2 Scans", true);
	assert_seen(t, "3 Sizes", true);
	assert_seen(t, "4 Locks", true);
	terminal_wait(t, "public.orders"); /* the others have their first rows too */
	shop_quit(t);
}

static void a_small_screen_has_two_and_a_smaller_one(void **state) {
	Terminal *t = shop_console(*state, 24, 80);
	terminal_wait(t, "2 Scans");
	assert_seen(t, "3 Sizes", false);
	terminal_resize(t, 10, 40);
	terminal_wait_gone(t, "2 Scans");
	terminal_wait(t, "1 Queries");
	terminal_resize(t, 50, 200);
	terminal_wait(t, "4 Locks");
	shop_quit(t);
}

static void numbers_and_tab_go_to_panes_on_and_off_the_screen(void **state) {
	Terminal *t = shop_console(*state, 12, 60);
	terminal_wait(t, "1 Queries");
	terminal_keys(t, "3");
	terminal_wait(t, "3 Sizes");
	terminal_wait(t, "public.orders"); /* read now: the interval is an hour */
	terminal_keys(t, "\t");
	terminal_wait(t, "4 Locks");
	terminal_keys(t, "9");
	terminal_wait(t, "9 Server");
	terminal_wait(t, "version");
	terminal_keys(t, "1");
	terminal_wait(t, "select");
	shop_quit(t);
}

static void z_gives_a_pane_the_screen_and_takes_it_back(void **state) {
	Terminal *t = shop_console(*state, 50, 200);
	terminal_wait(t, "4 Locks");
	terminal_keys(t, "2z");
	terminal_wait_gone(t, "4 Locks");
	assert_seen(t, "2 Scans", true);
	assert_seen(t, "1 Queries", false);
	terminal_keys(t, "3");
	terminal_wait(t, "3 Sizes"); /* zoom stays with the focus */
	assert_seen(t, "2 Scans", false);
	terminal_keys(t, "z");
	terminal_wait(t, "4 Locks");
	shop_quit(t);
}

static void it_can_be_resized_at_any_moment(void **state) {
	Terminal *t = shop_console(*state, 50, 200);
	const int sizes[][2] = {{10, 40}, {3, 10}, {1, 1}, {60, 250}, {9, 200}, {50, 39}, {24, 80}, {11, 61}, {36, 120}};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		terminal_keys(t, "4");
		terminal_resize(t, sizes[i][0], sizes[i][1]);
		terminal_keys(t, i % 2 ? "jkG" : "\tz");
	}
	terminal_resize(t, 50, 200);
	terminal_keys(t, "1z"); /* an odd number of them before */
	terminal_wait(t, "1 Queries"); /* it may stand alone a moment, as Locks did before */
	terminal_wait(t, "4 Locks");
	assert_int_equal(count_of(t, 50, "1 Queries"), 1);
	shop_quit(t);
}

static void a_lost_server_leaves_what_was_read_and_comes_back(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console_in(shop, 50, 200, NULL, WORDS("--set", "interval_s=0.5"));
	terminal_wait(t, "public.orders");
	shop_run(shop, "postgres", "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pgwhy'");
	terminal_wait(t, "stale: ");
	terminal_wait(t, "public.orders");
	terminal_wait_gone(t, "stale: ");
	terminal_wait(t, "● 0.5s");
	shop_quit(t);
}

static void a_server_that_stands_still_does_not_stop_the_keys(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console_in(shop, 50, 200, NULL, WORDS("--set", "interval_s=0.25"));
	terminal_wait(t, "public.orders");
	const char *pids = shop_ask(shop, "postgres", "select string_agg(pid::text, ' ') from pg_stat_activity where application_name = 'pgwhy'");
	assert_int_equal(system(arena_printf(shop->arena, "kill -STOP %s", pids)), 0);
	terminal_wait(t, "no answer for ");
	terminal_keys(t, "z");
	terminal_wait_gone(t, "4 Locks");
	terminal_keys(t, "?");
	terminal_wait(t, "next row");
	terminal_keys(t, "\033");
	terminal_wait_gone(t, "next row");
	terminal_keys(t, "z3");
	terminal_wait(t, "4 Locks");
	assert_int_equal(system(arena_printf(shop->arena, "kill -CONT %s", pids)), 0);
	terminal_wait(t, "● 0.25s");
	shop_quit(t);
}

/* The one file of that suffix in the folder; its text. */
static const char *exported(Arena *arena, const char *folder, const char *suffix, mode_t *mode) {
	const char *found = NULL;
	DIR *directory = opendir(folder);
	for (struct dirent *entry; directory && (entry = readdir(directory));) {
		size_t len = strlen(entry->d_name), tail = strlen(suffix);
		if (len > tail && strcmp(entry->d_name + len - tail, suffix) == 0) found = arena_printf(arena, "%s/%s", folder, entry->d_name);
	}
	if (directory) closedir(directory);
	if (!found) return NULL;
	struct stat file;
	FILE *in = fopen(found, "r");
	if (!in || fstat(fileno(in), &file) != 0) return NULL;
	*mode = file.st_mode & 0777;
	char *text = arena_alloc(arena, (size_t)file.st_size + 1);
	size_t got = fread(text, 1, (size_t)file.st_size, in);
	fclose(in);
	text[got] = 0;
	return text;
}

static bool four_texts_are_there(Terminal *t, void *folder) {
	(void)t;
	size_t count = 0;
	DIR *directory = opendir(folder);
	for (struct dirent *entry; directory && (entry = readdir(directory));) count += strstr(entry->d_name, ".txt") != NULL;
	if (directory) closedir(directory);
	return count == 4;
}

static void x_exports_the_pane_to_a_file_of_ones_own(void **state) {
	Shop *shop = *state;
	char folder[] = "/tmp/pgwhy-export-XXXXXX", here[4096];
	assert_non_null(mkdtemp(folder));
	assert_non_null(getcwd(here, sizeof here));
	const char *program = shop->program;
	if (*program != '/') shop->program = arena_printf(shop->arena, "%s/%s", here, program);
	assert_int_equal(chdir(folder), 0);
	Terminal *t = shop_console(shop, 36, 120);
	assert_int_equal(chdir(here), 0);
	terminal_keys(t, "x");
	terminal_wait(t, "export as");
	terminal_wait(t, "Markdown");
	terminal_keys(t, "\r");
	terminal_wait(t, "written to pgwhy-queries-");
	mode_t mode = 0;
	const char *text = exported(shop->arena, folder, ".csv", &mode);
	assert_non_null(text);
	assert_int_equal(mode, 0600);
	assert_memory_equal(text, "load_share,calls_per_s,", strlen("load_share,calls_per_s,"));
	assert_non_null(strstr(text, "select"));
	terminal_keys(t, "\r");
	terminal_wait(t, "evidence");
	terminal_keys(t, "x\r");
	terminal_wait(t, "written to pgwhy-why-");
	text = exported(shop->arena, folder, ".txt", &mode);
	assert_non_null(text);
	assert_non_null(strstr(text, "evidence\n"));
	terminal_keys(t, "x\rx\rx\r"); /* within one second */
	terminal_wait_until(t, four_texts_are_there, folder);
	assert_int_equal(chmod(folder, 0), 0);
	shop_quit(t);
	assert_int_equal(chmod(folder, 0700), 0);
	assert_int_equal(system(arena_printf(shop->arena, "rm -rf '%s'", folder)), 0);
	shop->program = program;
}

/* What stands still has to be there. */
static void a_pause_keeps_no_pane_from_its_first_reading(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console(shop, 24, 80);
	terminal_wait(t, "load▾");
	terminal_keys(t, "p5z");
	terminal_wait(t, "paused");
	terminal_wait(t, "no session is at work");
	terminal_keys(t, "3:\\c postgres\r");
	terminal_wait(t, "connected to database \"postgres\"");
	terminal_wait(t, "there is no table in this database");
	terminal_wait(t, "paused");
	shop_quit(t);
}

int main(int argc, char **argv) {
	(void)argc;
	shop_begin(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wide_screen_has_four_panes),
		cmocka_unit_test(a_small_screen_has_two_and_a_smaller_one),
		cmocka_unit_test(numbers_and_tab_go_to_panes_on_and_off_the_screen),
		cmocka_unit_test(z_gives_a_pane_the_screen_and_takes_it_back),
		cmocka_unit_test(it_can_be_resized_at_any_moment),
		cmocka_unit_test(a_lost_server_leaves_what_was_read_and_comes_back),
		cmocka_unit_test(a_server_that_stands_still_does_not_stop_the_keys),
		cmocka_unit_test(a_pause_keeps_no_pane_from_its_first_reading),
		cmocka_unit_test(x_exports_the_pane_to_a_file_of_ones_own),
	};
	return cmocka_run_group_tests(tests, shop_set_up, shop_tear_down);
}
