/* test_usage.c: what needs no server: help, rules, and everything that is refused before anything is done. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/stat.h>

#include "cli.h"

static int set_up(void **state) {
	return cli_set_up(state, NULL);
}

static void the_version_is_said(void **state) {
	Ran ran = PGWHY(*state, 0, "--version");
	assert_memory_equal(ran.out, "pgwhy ", 6);
	assert_true(ran.out[6] >= '0' && ran.out[6] <= '9');
	assert_string_equal(ran.err, "");
}

static void help_has_an_overview_and_topics(void **state) {
	Ran ran = PGWHY(*state, 0, "--help");
	static const char *const topics[] = {"demo", "explain", "plan", "show", "rules", "settings", "keys", "columns", "missing-index"};
	for (size_t i = 0; i < sizeof topics / sizeof *topics; i++) {
		Ran topic = PGWHY(*state, 0, "--help", topics[i]);
		assert_true(topic.out_len > 0);
		assert_string_not_equal(topic.out, ran.out);
		assert_string_equal(topic.err, "");
	}
	assert_string_equal(PGWHY(*state, 0, "explain", "--help").out, PGWHY(*state, 0, "--help", "explain").out);
	Ran none = PGWHY(*state, 2, "--help", "nonsense");
	has(none.err, "nonsense");
	assert_string_equal(none.out, "");
}

static void help_says_what_the_exit_statuses_mean(void **state) {
	has(PGWHY(*state, 0, "--help").out, "Exit status: 0");
}

static void rules_are_listed_and_told_one_by_one(void **state) {
	Ran all = PGWHY(*state, 0, "rules");
	static const char *const ids[] = {"missing-index", "offset-pagination", "top-n-sort-index", "sort-spill", "hash-batches", "lossy-bitmap", "memoize-evictions", "temp-io", "row-misestimate", "function-on-column",
	                                  "not-in", "subplan-per-row", "cartesian-join", "nested-loop-blowup", "leading-wildcard", "heap-fetches",
	                                  "trigger-time", "jit-overhead", "workers-not-launched", "disabled-node", "planning-time", "cold-cache",
	                                  "dead-rows", "updates-not-hot", "unused-index", "invalid-index", "autovacuum-off"};
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		has(all.out, ids[i]);
		Ran one = PGWHY(*state, 0, "rules", ids[i]);
		has(one.out, ids[i]);
		const char *prose = strstr(one.out, "\n\n") + 2;
		for (size_t len; *prose; prose += len + 1) assert_true((len = strcspn(prose, "\n")) > 0 && len <= 110); /* bytes, for at most 100 cells */
	}
	Ran none = PGWHY(*state, 2, "rules", "nonsense");
	has(none.err, "\"nonsense\"");
	assert_string_equal(none.out, "");
}

static void settings_are_listed_with_their_defaults(void **state) {
	Ran ran = PGWHY(*state, 0, "--help", "settings");
	has(ran.out, "statement_timeout_ms");
	has(ran.out, "[30000]");
	has(ran.out, "analyze.max_cost");
	has(ran.out, "[1e6]");
	has(ran.out, "advice.min_gain");
	has(ran.out, "[0.05]");
}

/* ---- what is refused ---- */

static void unknown_options_are_refused(void **state) {
	has(PGWHY(*state, 2, "--nonsense").err, "--nonsense");
	has(PGWHY(*state, 2, "explain", "-Z").err, "-Z");
	has(PGWHY(*state, 2, "explain", "--command").err, "--command");
	has(PGWHY(*state, 2, "plan", "--yes", "x").err, "--yes");
	has(PGWHY(*state, 2, "show", "queries", "--fail-on", "info").err, "--fail-on");
	has(PGWHY(*state, 2, "--format", "json").err, "--format");
}

static void values_that_make_no_sense_are_refused(void **state) {
	static const char *const commands[] = {"explain", "plan", "show", "rules"};
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) has(PGWHY(*state, 2, commands[i], "--format", "yaml").err, "\"yaml\"");
	static const char *const no_tables[] = {"explain", "rules"};
	for (size_t i = 0; i < sizeof no_tables / sizeof *no_tables; i++) {
		has(PGWHY(*state, 2, no_tables[i], "--format", "csv").err, "\"csv\"");
	}
	has(PGWHY(*state, 2, "plan", "tests/plans/estimate.json", "--format", "csv").err, "text, json or markdown"); /* lists of a log's plans are tables */
	has(PGWHY(*state, 2, "plan", "x", "--pick", "longest").err, "\"longest\"");
	has(PGWHY(*state, 2, "rules", "--format", "markdown").err, "text or json");
	has(PGWHY(*state, 2, "explain", "--fail-on", "never", "-c", "select 1").err, "\"never\"");
	has(PGWHY(*state, 2, "show", "queries", "--every", "soon").err, "\"soon\"");
	has(PGWHY(*state, 2, "show", "queries", "--every", "0").err, "0.1");
	has(PGWHY(*state, 2, "show", "queries", "--every", "nan").err, "\"nan\"");
	has(PGWHY(*state, 2, "show", "queries", "--count", "0").err, "--count");
	has(PGWHY(*state, 2, "demo", "--scale", "-1").err, "--scale");
	has(PGWHY(*state, 2, "explain", "--set", "nonsense=1", "-c", "select 1").err, "\"nonsense\"");
	has(PGWHY(*state, 2, "explain", "--set", "nonsense", "-c", "select 1").err, "NAME=VALUE");
	has(PGWHY(*state, 2, "explain", "--set", "statement_timeout_ms=soon", "-c", "select 1").err, "\"soon\"");
	has(PGWHY(*state, 2, "explain", "--set", "statement_timeout_ms=0", "-c", "select 1").err, "from 1 ");
	has(PGWHY(*state, 2, "explain", "--set", "ascii=perhaps", "-c", "select 1").err, "on or off");
}

static void words_too_many_are_refused(void **state) {
	has(PGWHY(*state, 2, "explain", "select 1").err, "\"select 1\"");
	has(PGWHY(*state, 2, "rules", "sort-spill", "missing-index").err, "\"missing-index\"");
	has(PGWHY(*state, 2, "show", "queries", "shop").err, "\"shop\"");
	has(PGWHY(*state, 2, "demo", "shop").err, "\"shop\"");
	has(PGWHY(*state, 2, "shop", "alice", "bob").err, "\"bob\"");
}

static void explain_wants_one_source_of_statements(void **state) {
	has(PGWHY(*state, 2, "explain", "-c", "select 1", "-f", "x.sql").err, "-f");
	has(PGWHY(*state, 2, "explain", "-c", "select 1", "-c", "select 2").err, "one statement");
	has(PGWHY(*state, 2, "explain", "-f", "a.sql", "-f", "b.sql").err, "one file");
	has(PGWHY(*state, 2, "explain", "-c", "").err, "no statement");
	has(PGWHY(*state, 2, "explain", "-c", " ; -- nothing").err, "no statement");
	has(PGWHY(*state, 2, "explain").err, "no statement");
}

static void files_that_cannot_be_read_are_named(void **state) {
	Cli *cli = *state;
	has(PGWHY(cli, 4, "explain", "-f", "/no/such/file.sql").err, "/no/such/file.sql");
	has(PGWHY(cli, 4, "explain", "-f", cli->home).err, cli->home);
	has(PGWHY(cli, 2, "explain", "-f", cli_file(cli, "empty.sql", "-- nothing\n", 11)).err, "empty.sql");
	Ran wide = PGWHY(cli, 4, "explain", "-f", cli_file(cli, "wide.sql", "s\0e\0l\0", 6));
	has(wide.err, "zero bytes");
	has(wide.err, "UTF-16");
}

static void what_is_not_built_is_refused(void **state) {
	static const char *const commands[] = {"lint", "record", "replay"};
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) has(PGWHY(*state, 2, commands[i], "x").err, commands[i]);
	has(PGWHY(*state, 2, "show", "nonsense").err, "\"nonsense\"");
	has(PGWHY(*state, 2, "show").err, "queries"); /* it says which there are */
}

static void the_console_wants_a_terminal(void **state) {
	has(PGWHY(*state, 2, NULL).err, "terminal");
	has(PGWHY(*state, 2, "shop").err, "terminal");
	has(PGWHY(*state, 2, "-d", "lint").err, "terminal");
}

/* ---- where it goes ---- */

static void output_goes_to_a_file_of_ones_own(void **state) {
	Cli *cli = *state;
	const char *path = arena_printf(cli->arena, "%s/rules.txt", cli->home);
	Ran ran = PGWHY(cli, 0, "rules", "-o", path);
	assert_string_equal(ran.out, "");
	struct stat file;
	assert_int_equal(stat(path, &file), 0);
	assert_int_equal(file.st_mode & 0777, 0600);
	assert_int_equal(file.st_size, PGWHY(cli, 0, "rules").out_len);
}

static void output_that_cannot_be_written_is_an_error(void **state) {
	Cli *cli = *state;
	static const Start full = {.out = "/dev/full"};
	has(PGWHY_WITH(cli, 3, &full, "rules").err, "No space left");
	has(PGWHY_WITH(cli, 3, &full, "--help").err, "No space left");
	has(PGWHY_WITH(cli, 3, &full, "--version").err, "No space left");
	has(PGWHY(cli, 3, "rules", "-o", "/dev/full").err, "/dev/full");
	has(PGWHY(cli, 3, "rules", "-o", "/no/such/directory/x").err, "/no/such/directory/x");
	has(PGWHY(cli, 3, "rules", "-o", cli->home).err, cli->home);
}

static void rules_are_printed_as_json_too(void **state) {
	Cli *cli = *state;
	json_t *all = cli_json(cli, PGWHY(cli, 0, "rules", "--format", "json").out);
	assert_true(json_array_size(all) >= 6);
	json_t *one = cli_json(cli, PGWHY(cli, 0, "rules", "sort-spill", "--format", "json").out);
	assert_string_equal(json_string_value(json_object_get(one, "rule")), "sort-spill");
	assert_true(json_string_length(json_object_get(one, "fires")) > 0);
}

static void hostile_arguments_are_said_without_harm(void **state) {
	has(PGWHY(*state, 2, "show", "\x1b[31mred\x07\xff\xc2\x9b").err, "?[31mred");
	has(PGWHY(*state, 2, "rules", "\x1b]0;title\x07").err, "]0;title");
}

/* ---- settings ---- */

static void a_bad_settings_file_is_said_and_the_rest_of_it_taken(void **state) {
	Cli *cli = *state;
	const char *directory = arena_printf(cli->arena, "%s/pgwhy", cli->home);
	assert_int_equal(mkdir(directory, 0700), 0);
	cli_file(cli, "pgwhy/config", "nonsense = 1\n", 13);
	const Start start = {.env = (const char *[]){arena_printf(cli->arena, "XDG_CONFIG_HOME=%s", cli->home), NULL}};
	Ran ran = PGWHY_WITH(cli, 0, &start, "rules");
	has(ran.err, "config:1");
	has(ran.err, "nonsense");
	has(ran.out, "missing-index");
}

int main(int argc, char **argv) {
	(void)argc;
	cli_find_program(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_version_is_said),
		cmocka_unit_test(help_has_an_overview_and_topics),
		cmocka_unit_test(help_says_what_the_exit_statuses_mean),
		cmocka_unit_test(rules_are_listed_and_told_one_by_one),
		cmocka_unit_test(settings_are_listed_with_their_defaults),
		cmocka_unit_test(unknown_options_are_refused),
		cmocka_unit_test(values_that_make_no_sense_are_refused),
		cmocka_unit_test(words_too_many_are_refused),
		cmocka_unit_test(explain_wants_one_source_of_statements),
		cmocka_unit_test(files_that_cannot_be_read_are_named),
		cmocka_unit_test(what_is_not_built_is_refused),
		cmocka_unit_test(the_console_wants_a_terminal),
		cmocka_unit_test(output_goes_to_a_file_of_ones_own),
		cmocka_unit_test(output_that_cannot_be_written_is_an_error),
		cmocka_unit_test(rules_are_printed_as_json_too),
		cmocka_unit_test(hostile_arguments_are_said_without_harm),
		cmocka_unit_test(a_bad_settings_file_is_said_and_the_rest_of_it_taken),
	};
	return cmocka_run_group_tests(tests, set_up, cli_tear_down);
}
