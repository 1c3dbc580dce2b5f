/* test_plan.c: `pgwhy plan`: saved plans are read, and what is none is told from them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"

static const char measured[] = "tests/plans/sort-spill-in-workers.json", estimated[] = "tests/plans/estimate.json";

static int set_up(void **state) {
	return cli_set_up(state, NULL);
}

static const char *file_of(Cli *cli, const char *text) {
	static int number;
	return cli_file(cli, arena_printf(cli->arena, "plan-%d", ++number), text, strlen(text));
}

static const char *whole(const char *path, Arena *arena) {
	FILE *file = fopen(path, "r");
	if (!file) fail_msg("no %s", path);
	Str text = STR_INIT;
	char bytes[4096];
	for (size_t got; (got = fread(bytes, 1, sizeof bytes, file)) > 0;) str_add_n(&text, bytes, got);
	fclose(file);
	const char *copy = arena_copy_n(arena, text.text, text.len);
	str_release(&text);
	return copy;
}

static json_t *get(json_t *object, const char *key) {
	json_t *value = json_object_get(object, key);
	if (!value) fail_msg("there is no %s", key);
	return value;
}

static const char *type_of_root(json_t *plan) {
	return json_string_value(get(json_array_get(get(plan, "nodes"), 0), "type"));
}

/* ---- plans ---- */

static void a_saved_plan_is_annotated_and_advised(void **state) {
	Cli *cli = *state;
	Ran ran = PGWHY(cli, 0, "plan", measured);
	has(ran.out, "59.8");
	has(ran.out, "Gather Merge");
	has(ran.out, "top-n-sort-index");
	assert_string_equal(ran.err, "");
	json_t *plan = cli_json(cli, PGWHY(cli, 0, "plan", "--format", "json", measured).out);
	assert_true(json_is_null(get(plan, "server_version")));
	assert_true(json_is_null(get(plan, "statement")));
	assert_true(json_real_value(get(plan, "execution_ms")) == 59.845);
	assert_int_equal(json_array_size(get(plan, "nodes")), 4);
}

static void self_times_add_up_in_every_plan_we_have(void **state) {
	Cli *cli = *state;
	static const char *const names[] = {"cte-read-twice", "gather-in-a-loop", "init-plan-with-workers", "jit-in-workers", "memoize",
	                                    "never-executed", "parallel-bitmap",  "triggers",               "workers-told-apart"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		json_t *plan = cli_json(cli, PGWHY(cli, 0, "plan", "--format", "json", arena_printf(cli->arena, "tests/plans/%s.json", names[i])).out);
		json_t *node, *part, *nodes = get(plan, "nodes");
		double sum = 0;
		size_t nth;
		const char *key;
		json_array_foreach(nodes, nth, node) {
			sum += json_number_value(get(node, "self_ms"));
			assert_true(json_number_value(get(node, "self_ms")) >= 0);
			assert_int_equal(json_integer_value(get(node, "id")), nth + 1);
			assert_true(json_integer_value(get(node, "parent")) < (json_int_t)nth + 1);
		}
		json_object_foreach(get(plan, "other_ms"), key, part) sum += json_number_value(part);
		double all = json_number_value(get(plan, "execution_ms"));
		if (sum < all - 0.01 || sum > all + 0.01) fail_msg("%s: %f of %f ms", names[i], sum, all);
	}
}

static void several_files_give_an_array_in_their_order(void **state) {
	Cli *cli = *state;
	json_t *plans = cli_json(cli, PGWHY(cli, 0, "plan", estimated, measured, "--format", "json").out);
	assert_int_equal(json_array_size(plans), 2);
	assert_string_equal(type_of_root(json_array_get(plans, 0)), "Limit");
	assert_string_equal(type_of_root(json_array_get(plans, 1)), "Limit");
	assert_true(json_is_null(get(json_array_get(plans, 0), "execution_ms")));
	assert_true(json_is_real(get(json_array_get(plans, 1), "execution_ms")));
}

static void one_file_may_hold_several_plans(void **state) {
	Cli *cli = *state;
	const char *path = file_of(cli, "[{\"Plan\": {\"Node Type\": \"Result\"}}, {\"Query Text\": \"select 2\", \"Plan\": {\"Node Type\": \"Append\"}}]");
	json_t *plans = cli_json(cli, PGWHY(cli, 0, "plan", "--format", "json", path).out);
	assert_int_equal(json_array_size(plans), 2);
	assert_string_equal(type_of_root(json_array_get(plans, 1)), "Append");
	assert_string_equal(json_string_value(get(json_array_get(plans, 1), "statement")), "select 2");
}

static void a_plan_comes_by_standard_input(void **state) {
	Cli *cli = *state;
	const Start start = {.input = whole(measured, cli->arena)};
	Ran piped = PGWHY_WITH(cli, 0, &start, "plan", "-"), named = PGWHY(cli, 0, "plan", measured);
	assert_string_equal(piped.out, named.out);
}

static void findings_decide_the_status_when_asked_to(void **state) {
	PGWHY(*state, 0, "plan", measured); /* it has a warning */
	PGWHY(*state, 1, "plan", measured, "--fail-on", "info");
	PGWHY(*state, 1, "plan", measured, "--fail-on", "warning");
	PGWHY(*state, 0, "plan", measured, "--fail-on", "critical");
	PGWHY(*state, 0, "plan", "tests/plans/never-executed.json", "--fail-on", "info");
	has(PGWHY(*state, 0, "plan", "tests/plans/never-executed.json").out, "nothing to advise");
}

/* A statement and names that would like to be Markdown, HTML or a mention: nothing of them stands outside of a fence. */
static void markdown_is_a_block_that_nothing_breaks_out_of(void **state) {
	Cli *cli = *state;
	const char *path = file_of(cli, "[{\"Query Text\": \"select '\\n```\\n# big </details><script>'\", \"Plan\": {\"Node Type\": \"Seq Scan\", \"Relation Name\": \"a`````b|<b>\","
	                                " \"Alias\": \"@everyone\", \"Filter\": \"(x = '\\n``````\\n<img>')\", \"Startup Cost\": 0, \"Total Cost\": 1, \"Plan Rows\": 1, \"Plan Width\": 4},"
	                                " \"Settings\": {\"search_path\": \"\\n# <b>`x`\"}}]");
	const char *out = PGWHY(cli, 0, "plan", "--format", "markdown", path).out;
	size_t fence = 0; /* ticks of the one that is open */
	for (const char *line = out; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		size_t ticks = strspn(line, "`"), len = strcspn(line, "\n");
		if (!fence && ticks >= 3)
			fence = ticks;
		else if (fence && ticks >= fence && len == ticks)
			fence = 0;
		else if (!fence)
			has_not(arena_copy_n(cli->arena, line, len), "<b>");
	}
	assert_int_equal(fence, 0);
	has(out, "- settings: search_path = # \\<b\\>\\`x\\`\n");
	has(out, "\n```````text\n");
	const char *two = PGWHY(cli, 0, "plan", "--format", "markdown", measured, estimated).out;
	has(two, "\nPlan 59.8 ms");
	has(two, "\n\nPlan estimated, not run");
	has(two, "```sql\nCREATE INDEX CONCURRENTLY ");
	has(PGWHY(cli, 2, "plan", "--format", "csv", measured).err, "text, json or markdown");
}

static void figures_that_contradict_each_other_are_told(void **state) {
	Cli *cli = *state;
	const char *path = file_of(cli, "[{\"Plan\": {\"Node Type\": \"Result\", \"Actual Startup Time\": 1, \"Actual Total Time\": 40, \"Actual Rows\": 1, \"Actual Loops\": 1}, \"Execution Time\": 30}]");
	has(PGWHY(cli, 0, "plan", path).out, "times do not add up: 10 ms");
	has(PGWHY(cli, 0, "plan", "--format", "markdown", path).out, "times do not add up: 10 ms");
	assert_string_equal(json_string_value(get(cli_json(cli, PGWHY(cli, 0, "plan", "--format", "json", path).out), "notes")), "times do not add up: 10 ms");
}

static void small_gains_can_be_left_out(void **state) {
	has(PGWHY(*state, 0, "plan", measured, "--set", "advice.min_gain=1").out, "nothing to advise");
}

static void ascii_output_is_seven_bits(void **state) {
	Ran ran = PGWHY(*state, 0, "plan", measured, "--ascii");
	for (size_t i = 0; i < ran.out_len; i++) assert_true((unsigned char)ran.out[i] < 0x80);
	assert_string_equal(PGWHY(*state, 0, "plan", measured, "--set", "ascii=on").out, ran.out);
	const Start plain = {.env = ARGS("LC_ALL=C")};
	assert_string_equal(PGWHY_WITH(*state, 0, &plain, "plan", measured).out, ran.out); /* what the locale cannot show */
}

/* ---- what is no plan ---- */

static void a_file_that_is_missing_spoils_the_status_only(void **state) {
	Cli *cli = *state;
	Ran ran = PGWHY(cli, 4, "plan", "/no/such/plan.json", estimated, "--format", "json");
	has(ran.err, "/no/such/plan.json");
	assert_int_equal(json_array_size(cli_json(cli, ran.out)), 1); /* two were asked for: a list */
	assert_string_equal(PGWHY(cli, 4, "plan", "/no/such/plan.json", "--format", "json").out, "");
	assert_int_equal(PGWHY(cli, 4, "plan", "/no/such/plan.json", measured, "--fail-on", "info").status, 4);
}

static void what_is_no_plan_is_told_with_its_place(void **state) {
	Cli *cli = *state;
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"", "no plan"},
		{"{\"a\": 1}", "no plan"},
		{"[]", "no plan"},
		{"not json at all", "no plan"},
		{"[{\"Plan\": {\"Node Type\": \"Result\", oops}}]", "offset 35"},
		{"[{\"Plan\":\n {\"Node Type\": \"Result\",\n ,}}]", "line 3"},
		{"[{\"Plan\": {\"Node Type\": 12345678901234567890123, \"Plan", "offset 5"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *path = file_of(cli, cases[i].text);
		Ran ran = PGWHY(cli, 4, "plan", path);
		has(ran.err, path);
		has(ran.err, cases[i].says);
		assert_string_equal(ran.out, "");
	}
	has(PGWHY(cli, 4, "plan", cli->home).err, cli->home);
	has(PGWHY(cli, 2, "plan").err, "no plan to read");
}

static void a_plan_cut_anywhere_is_read_or_refused(void **state) {
	Cli *cli = *state;
	const char *text = whole(estimated, cli->arena);
	size_t len = strlen(text);
	for (size_t part = 1; part < 12; part++) {
		const char *path = cli_file(cli, "cut", text, len * part / 12);
		Ran ran = cli_finish(cli, cli_start(cli, NULL, ARGS("plan", path)));
		if (ran.status != 4 && ran.status != 0) fail_msg("cut at %zu: status %d: %s", len * part / 12, ran.status, ran.err);
		assert_int_equal(ran.status == 4, ran.out_len == 0);
		assert_int_equal(ran.status == 4, *ran.err != '\0');
	}
}

static void binary_junk_is_refused(void **state) {
	Cli *cli = *state;
	char junk[20000];
	uint32_t seed = 1;
	for (size_t i = 0; i < sizeof junk; i++) junk[i] = (char)((seed = seed * 1664525 + 1013904223) >> 24);
	PGWHY(cli, 4, "plan", cli_file(cli, "junk", junk, sizeof junk));
	memcpy(junk, "[{\"Plan\": ", 10);
	PGWHY(cli, 4, "plan", cli_file(cli, "junk", junk, sizeof junk));
}

static void deep_nesting_is_survived(void **state) {
	Cli *cli = *state;
	enum { DEPTH = 20000 };
	Str text = STR_INIT;
	str_add_repeat(&text, "[", DEPTH);
	PGWHY(cli, 4, "plan", cli_file(cli, "deep", text.text, text.len));
	str_clear(&text);
	str_add(&text, "[{\"Plan\": ");
	str_add_repeat(&text, "{\"Node Type\": \"Limit\", \"Plans\": [", DEPTH);
	str_add(&text, "{\"Node Type\": \"Result\"}");
	str_add_repeat(&text, "]}", DEPTH);
	str_add(&text, "}]");
	const char *path = cli_file(cli, "deep", text.text, text.len);
	str_release(&text);
	PGWHY(cli, 0, "plan", path);
	json_t *plan = cli_json(cli, PGWHY(cli, 0, "plan", "--format", "json", path).out);
	assert_int_equal(json_array_size(get(plan, "nodes")), DEPTH + 1);
}

/* What a plan quotes is a stranger's: that nothing of it harms is looked at wherever the program prints. */
static void hostile_bytes_in_a_plan_are_shown_harmlessly(void **state) {
	Cli *cli = *state;
	const char *path = file_of(cli, "[{\"Query Text\": \"select '\\u001b]0;x\\u0007'\", \"Plan\": {\"Node Type\": \"Seq Scan\", \"Relation Name\": \"a\\u001b[2Jb\","
	                                " \"Alias\": \"\xff\xfe\", \"Filter\": \"(x = '\\u202e\\u009b31m')\", \"Startup Cost\": 0, \"Total Cost\": 1, \"Plan Rows\": 1,"
	                                " \"Plan Width\": 4, \"Odd\\u001b\": \"\\u0000\"}}]");
	has(PGWHY(cli, 0, "plan", path).out, "Seq Scan");
	json_t *plan = cli_json(cli, PGWHY(cli, 0, "plan", "--format", "json", path).out), *node = json_array_get(get(plan, "nodes"), 0);
	assert_string_equal(json_string_value(get(node, "relation")), "a\x1b[2Jb"); /* escaped on the way, not lost */
	assert_string_equal(json_string_value(get(node, "alias")), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

static void a_full_disk_is_an_error(void **state) {
	static const Start full = {.out = "/dev/full"};
	has(PGWHY_WITH(*state, 3, &full, "plan", measured).err, "No space left");
	has(PGWHY_WITH(*state, 3, &full, "plan", measured, "--format", "json").err, "No space left");
}

/* A language that writes 0,5 changes no figure. Where there is no such locale and none can be made, there is nothing to test. */
static void figures_are_the_same_in_every_locale(void **state) {
	Cli *cli = *state;
	const char *make = arena_printf(cli->arena, "localedef -i de_DE -f UTF-8 '%s/de_DE.UTF-8' >/dev/null 2>&1", cli->home);
	if (system(make) != 0) {
		printf("skip: figures_are_the_same_in_every_locale: no locale with a decimal comma can be made (Debian: locales)\n");
		skip();
	}
	const Start german = {.env = (const char *[]){"LC_ALL=de_DE.UTF-8", arena_printf(cli->arena, "LOCPATH=%s", cli->home), NULL}};
	Ran ran = PGWHY_WITH(cli, 0, &german, "plan", measured, "--format", "json", "--set", "advice.min_gain=0.001");
	assert_string_equal(ran.out, PGWHY(cli, 0, "plan", measured, "--format", "json", "--set", "advice.min_gain=0.001").out);
	assert_string_equal(PGWHY_WITH(cli, 0, &german, "plan", measured).out, PGWHY(cli, 0, "plan", measured).out);
}

int main(int argc, char **argv) {
	(void)argc;
	cli_find_program(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_saved_plan_is_annotated_and_advised),
		cmocka_unit_test(self_times_add_up_in_every_plan_we_have),
		cmocka_unit_test(several_files_give_an_array_in_their_order),
		cmocka_unit_test(one_file_may_hold_several_plans),
		cmocka_unit_test(a_plan_comes_by_standard_input),
		cmocka_unit_test(findings_decide_the_status_when_asked_to),
		cmocka_unit_test(markdown_is_a_block_that_nothing_breaks_out_of),
		cmocka_unit_test(figures_that_contradict_each_other_are_told),
		cmocka_unit_test(small_gains_can_be_left_out),
		cmocka_unit_test(ascii_output_is_seven_bits),
		cmocka_unit_test(a_file_that_is_missing_spoils_the_status_only),
		cmocka_unit_test(what_is_no_plan_is_told_with_its_place),
		cmocka_unit_test(a_plan_cut_anywhere_is_read_or_refused),
		cmocka_unit_test(binary_junk_is_refused),
		cmocka_unit_test(deep_nesting_is_survived),
		cmocka_unit_test(hostile_bytes_in_a_plan_are_shown_harmlessly),
		cmocka_unit_test(a_full_disk_is_an_error),
		cmocka_unit_test(figures_are_the_same_in_every_locale),
	};
	return cmocka_run_group_tests(tests, set_up, cli_tear_down);
}
