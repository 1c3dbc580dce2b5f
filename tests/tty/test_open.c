/* test_open.c: plans out of files and logs are opened in the console. */
#include "shop.h"

#include <fcntl.h>
#include <sys/stat.h>

#define LOG_ENTRY(ms, sql) \
	"2026-11-21 16:00:01.234 UTC [77] LOG:  duration: " ms " ms  plan:\n\tQuery Text: " sql "\n\tSeq Scan on orders  (cost=0.00..2924.00 rows=100 width=10) (actual time=0.010.." ms \
	" rows=100 loops=1)\n\t  Filter: (status = 'open'::text)\n\t  Rows Removed by Filter: 149900\n"
#define NOISE "2026-11-21 16:00:02.000 UTC [78] ERROR:  relation \"x\" does not exist\n2026-11-21 16:00:02.000 UTC [78] STATEMENT:  select\n\t* from x\n"

static const char bare[] = "Limit  (cost=0.00..1.00 rows=5 width=4) (actual time=20.000..30.000 rows=5 loops=1)\n"
                           "  ->  Sort  (cost=0.00..1.00 rows=5000 width=4) (actual time=20.000..29.000 rows=5 loops=1)\n        Sort Key: total\n        Sort Method: top-N heapsort  Memory: 25kB\n"
                           "        ->  Seq Scan on orders  (cost=0.00..2924.00 rows=150000 width=10) (actual time=0.010..15.000 rows=150000 loops=1)\nExecution Time: 30.500 ms\n";

static const char *write_file(Shop *shop, const char *name, const char *bytes, size_t len) {
	const char *path = arena_printf(shop->arena, "%s/%s", shop->home, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	fclose(file);
	return path;
}

static const char *text_file(Shop *shop, const char *name, const char *text) {
	return write_file(shop, name, text, strlen(text));
}

static void type(Shop *shop, Terminal *t, const char *what, const char *path) {
	terminal_keys(t, arena_printf(shop->arena, ":%s%s\r", what, path));
}

static void a_plan_out_of_a_file_is_shown_with_its_advice(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console(shop, 36, 120);
	type(shop, t, ":open ", text_file(shop, "plan.txt", bare));
	terminal_wait(t, "Plan 30.5 ms");
	terminal_wait(t, "top-n-sort-index");
	terminal_wait(t, "without that server's catalog");
	terminal_keys(t, "E");
	terminal_wait(t, "the statement of this plan is not known");
	terminal_keys(t, "\033A");
	terminal_wait(t, "the statement of this plan is not known");
	terminal_keys(t, "\033e");
	terminal_wait(t, "the statement of this plan is not known");
	terminal_keys(t, "\r");
	terminal_wait(t, "┌node");
	terminal_keys(t, "qq");
	terminal_wait(t, "1 Queries");
	shop_quit(t);
}

static void the_plans_of_a_log_are_chosen_from_a_list(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console(shop, 24, 100);
	type(shop, t, "", text_file(shop, "server.log", NOISE LOG_ENTRY("12.000", "select * from orders where status = 'open'") NOISE LOG_ENTRY("90.000", "select count(*) from stock") NOISE));
	wait_row_has(t, 2, "duration▾");
	wait_row_has(t, 3, "▸     2      90ms  2026-11-21 16:00:01.234 UTC  select count(*) from stock");
	wait_row_has(t, 4, "1      12ms");
	terminal_keys(t, "E");
	terminal_wait(t, "Enter opens it.");
	terminal_keys(t, "j\r");
	terminal_wait(t, "Plan 12 ms");
	terminal_wait(t, "missing-index");
	terminal_keys(t, "\033");
	wait_row_has(t, 4, "▸     1      12ms");
	terminal_keys(t, "/stock\r");
	terminal_wait(t, "1 of 2");
	terminal_keys(t, "\033");
	terminal_wait_gone(t, "1 of 2");
	terminal_keys(t, "g\r");
	terminal_wait(t, "Plan 90 ms");
	terminal_wait(t, "E plans its statement here");
	terminal_keys(t, "E"); /* its statement is known: this server plans it */
	terminal_wait(t, "Plan estimated, not run");
	terminal_wait(t, "Seq Scan stock");
	terminal_keys(t, "\033");
	wait_row_has(t, 3, "▸     2      90ms");
	terminal_keys(t, "\033");
	terminal_wait(t, "1 Queries");
	shop_quit(t);
}

static void a_statement_with_parameters_asks_for_their_values(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console(shop, 24, 100);
	type(shop, t, "", text_file(shop, "generic.log", LOG_ENTRY("12.000", "select pieces from stock where product_id = $1")));
	terminal_wait(t, "Plan 12 ms");
	terminal_keys(t, "A");
	terminal_wait(t, "run it with");
	terminal_wait(t, "product_id"); /* this server knows what it is compared with */
	terminal_keys(t, "5\r");
	terminal_wait(t, "product_id = 5");
	terminal_wait(t, "1→1");
	shop_quit(t);
}

static void several_plans_of_a_text_are_listed_too(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console(shop, 24, 80);
	type(shop, t, "", text_file(shop, "two.json", "[{\"Plan\": {\"Node Type\": \"Result\", \"Actual Rows\": 1, \"Actual Loops\": 1}, \"Execution Time\": 3}, {\"Plan\": {\"Node Type\": \"Append\"}, \"Execution Time\": 2}]"));
	wait_row_has(t, 3, "▸     1       3ms");
	wait_row_has(t, 4, "Append");
	terminal_keys(t, "\r");
	terminal_wait(t, "Plan 3 ms");
	terminal_keys(t, "qq");
	terminal_wait(t, "1 Queries");
	shop_quit(t);
}

static void a_list_of_plans_is_clicked(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console_in(shop, 24, 100, NULL, WORDS("--set", "mouse=on"));
	terminal_wait(t, "select");
	type(shop, t, "", text_file(shop, "clicked.log", LOG_ENTRY("12.000", "select 1") LOG_ENTRY("90.000", "select 2")));
	wait_row_has(t, 3, "▸     2      90ms");
	terminal_mouse(t, TERMINAL_LEFT, 4, 50);
	wait_row_has(t, 4, "▸     1      12ms");
	terminal_mouse(t, TERMINAL_LEFT, 2, 6); /* its heading: by number */
	wait_row_has(t, 3, "▸     1      12ms");
	terminal_mouse(t, TERMINAL_LEFT, 4, 50);
	terminal_mouse(t, TERMINAL_LEFT, 4, 50);
	terminal_wait(t, "Plan 90 ms");
	shop_quit(t);
}

static void what_cannot_be_opened_says_why(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console(shop, 24, 160);
	const char *const files[][2] = {
		{arena_printf(shop->arena, "%s/none", shop->home), "No such file or directory"},
		{shop->home, "Is a directory"},
		{text_file(shop, "empty", ""), "the file is empty"},
		{write_file(shop, "binary", "ELF\0\1\2", 6), "zero byte at offset 3"},
		{write_file(shop, "utf16", "\xff\xfes\0e\0", 6), "save it as UTF-8"},
		{write_file(shop, "log.gz", "\x1f\x8b\x08\0\1\2", 6), "zcat FILE | pgwhy plan -"},
		{text_file(shop, "words", "\n  no plan\033[2J, just words\n"), "no plan in this text, line 2, offset 3: no plan?[2J, just words"},
		{text_file(shop, "broken.json", "[{\"Plan\": {\"Node Type\": \"Result\", oops}}]"), "offset 35"},
		{text_file(shop, "plan.xml", "<explain xmlns=\"http://www.postgresql.org/2009/explain\">\n  <Query>\n    <Plan>\n      <Node-Type>Result</Node-Type>\n    </Plan>\n  </Query>\n</explain>\n"), "plans in XML are not read"},
	};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		type(shop, t, ":open ", files[i][0]);
		terminal_wait(t, files[i][1]);
		terminal_keys(t, "q");
		terminal_wait(t, "1 Queries");
	}
	terminal_keys(t, "::open\r");
	terminal_wait(t, ":open wants the name of a file");
	shop_quit(t);
}

static void a_path_alone_is_opened_and_completed(void **state) {
	Shop *shop = *state;
	text_file(shop, "unmistakable.txt", bare);
	Terminal *t = shop_console(shop, 24, 80);
	terminal_keys(t, ":~/unmis\t");
	terminal_wait(t, "~/unmistakable.txt");
	terminal_keys(t, "\r");
	terminal_wait(t, "Plan 30.5 ms");
	terminal_keys(t, ":no-such-file.json \r"); /* beside us, by its ending */
	terminal_wait(t, "cannot read no-such-file.json: No such file");
	shop_quit(t);
}

/* A pipe is as slow as its writer: what has come is told, and Escape ends it. */
static void reading_tells_how_far_it_is_and_can_be_stopped(void **state) {
	Shop *shop = *state;
	static const char begin[] = LOG_ENTRY("12.000", "select 1") NOISE LOG_ENTRY("13.000", "select 2");
	const char *path = arena_printf(shop->arena, "%s/pipe", shop->home);
	assert_int_equal(mkfifo(path, 0600), 0);
	int fd = open(path, O_RDWR);
	assert_true(fd >= 0);
	Terminal *t = shop_console(shop, 24, 80);
	type(shop, t, "", path);
	terminal_wait(t, "reading: 0 B");
	assert_int_equal(write(fd, begin, sizeof begin - 1), sizeof begin - 1);
	terminal_wait(t, "2 plans found");
	close(fd);
	wait_row_has(t, 3, "13ms");
	terminal_keys(t, "q");
	fd = open(path, O_RDWR);
	type(shop, t, "", path);
	terminal_wait(t, "Esc stops it");
	terminal_keys(t, "\033");
	terminal_wait(t, "1 Queries");
	close(fd);
	shop_quit(t);
}

int main(int argc, char **argv) {
	(void)argc;
	shop_begin(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plan_out_of_a_file_is_shown_with_its_advice),
		cmocka_unit_test(the_plans_of_a_log_are_chosen_from_a_list),
		cmocka_unit_test(a_statement_with_parameters_asks_for_their_values),
		cmocka_unit_test(several_plans_of_a_text_are_listed_too),
		cmocka_unit_test(a_list_of_plans_is_clicked),
		cmocka_unit_test(what_cannot_be_opened_says_why),
		cmocka_unit_test(a_path_alone_is_opened_and_completed),
		cmocka_unit_test(reading_tells_how_far_it_is_and_can_be_stopped),
	};
	return cmocka_run_group_tests(tests, shop_set_up, shop_tear_down);
}
