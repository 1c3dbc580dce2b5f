/* test_show.c: `pgwhy show queries`: what the pane knows, in every format, for those who may see it all and those who may not. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cli.h"

static int set_up(void **state) {
	const ClusterSpec spec = {.settings = "shared_preload_libraries = 'pg_stat_statements'\nautovacuum = off\n"};
	if (cli_set_up(state, &spec) != 0) return -1;
	cli_sql(*state, "postgres", "create extension pg_stat_statements; create role plain login; create role reader login; grant pg_read_all_stats to reader;"
	                            "create table t as select g as id from generate_series(1, 5000) g");
	cli_sql(*state, "template1", "create database bare");
	return 0;
}

static int set_up_without(void **state) {
	const ClusterSpec spec = {0};
	return cli_set_up(state, &spec);
}

static json_t *get(json_t *object, const char *key) {
	json_t *value = json_object_get(object, key);
	if (!value) fail_msg("there is no %s", key);
	return value;
}

static double number(json_t *object, const char *key) {
	if (!json_is_number(get(object, key))) fail_msg("%s is no number", key);
	return json_number_value(get(object, key));
}

/* Rates need something to happen while it looks. */
static Ran shown_busily(Cli *cli, const char *const *args) {
	Program *program = cli_start(cli, NULL, args);
	while (cli_running(program)) {
		cli_sql(cli, "postgres", "select count(*) as busy from t a where id % 7 = 3");
		cli_sql(cli, "postgres", "set work_mem = '64kB'; select \"t\".id as \"e\x1b[31mvil\" from t order by id % 100");
	}
	Ran ran = cli_finish(cli, program);
	if (ran.status != 0) fail_msg("status %d: %s", ran.status, ran.err);
	return ran;
}

static json_t *row_of(json_t *rows, const char *query) {
	json_t *row;
	size_t nth;
	json_array_foreach(rows, nth, row) {
		const char *text = json_string_value(get(row, "query"));
		if (text && strstr(text, query)) return row;
	}
	fail_msg("no row for %s", query);
	return NULL;
}

static void is_a_row(json_t *row) {
	static const char *const numbers[] = {"calls_per_s", "load_share", "mean_exec_ms", "rows_per_call", "temp_bytes_per_call", "wal_bytes_per_call"};
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) assert_true(number(row, numbers[i]) >= 0);
	assert_true(number(row, "load_share") <= 1);
	json_t *hits = get(row, "hit_share");
	assert_true(json_is_null(hits) || (json_number_value(hits) >= 0 && json_number_value(hits) <= 1));
	assert_true(json_is_string(get(row, "user")) && json_is_string(get(row, "database")));
	assert_true(json_is_integer(get(row, "queryid")) || json_is_null(get(row, "queryid")));
	const char *key;
	json_t *value;
	json_object_foreach(row, key, value)
		for (const char *c = key; *c; c++)
			if (!strchr("abcdefghijklmnopqrstuvwxyz_0123456789", *c)) fail_msg("%s is no snake_case", key);
}

/* ---- what it shows ---- */

static void rates_are_over_the_time_between_two_samples(void **state) {
	Cli *cli = *state;
	json_t *rows = cli_json(cli, shown_busily(cli, ARGS("show", "queries", "--format", "json")).out), *row;
	size_t nth;
	double before = 1, all = 0;
	json_array_foreach(rows, nth, row) {
		is_a_row(row);
		assert_true(number(row, "load_share") <= before); /* the heaviest first */
		before = number(row, "load_share");
		all += before;
	}
	assert_true(all > 0.99 && all < 1.01);
	json_t *busy = row_of(rows, "busy");
	assert_true(number(busy, "calls_per_s") > 0 && number(busy, "mean_exec_ms") > 0 && number(busy, "rows_per_call") == 1);
	assert_string_equal(json_string_value(get(busy, "query")), "select count(*) as busy from t a where id % $1 = $2");
	assert_string_equal(json_string_value(get(busy, "database")), "postgres");
	assert_true(number(row_of(rows, "vil"), "temp_bytes_per_call") > 0);
}

static void text_has_a_heading_and_whole_statements(void **state) {
	Cli *cli = *state;
	Ran ran = shown_busily(cli, ARGS("show", "queries", "--every", "0.3", "--count", "1"));
	const char *heading = arena_copy_n(cli->arena, ran.out, strcspn(ran.out, "\n"));
	static const char *const titles[] = {"load", "calls/s", "mean", "rows", "hit", "temp", "wal", "user", "database", "queryid", "query"};
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) has(heading, titles[i]);
	has(ran.out, "select count(*) as busy from t a where id % $1 = $2\n");
	has(ran.out, "e?[31mvil");
}

static void every_prints_a_value_a_line(void **state) {
	Cli *cli = *state;
	Ran ran = shown_busily(cli, ARGS("show", "queries", "--format", "json", "--every", "0.3s", "--count", "3"));
	size_t lines = 0;
	for (char *at = arena_copy(cli->arena, ran.out), *line; (line = strsep(&at, "\n")) && *line; lines++) {
		json_t *rows = cli_json(cli, line);
		assert_true(json_is_array(rows));
		if (json_array_size(rows)) is_a_row(json_array_get(rows, 0));
	}
	assert_int_equal(lines, 3);
}

/* One field of RFC 4180, and where it ends. */
static const char *csv_field(Arena *arena, const char *at, const char **field) {
	Str text = STR_INIT;
	bool quoted = *at == '"';
	if (quoted) at++;
	while (*at && (quoted || (*at != ',' && *at != '\n'))) {
		if (quoted && *at == '"' && *++at != '"') break;
		str_add_char(&text, *at++);
	}
	*field = arena_copy(arena, text.text);
	str_release(&text);
	return at;
}

/* Rows as jansson has them, keyed by the heading. */
static json_t *csv_rows(Cli *cli, const char *at) {
	LIST(const char *) ids = {0};
	do *list_push(cli->arena, &ids) = NULL, at = csv_field(cli->arena, at, &ids.items[ids.count - 1]);
	while (*at++ == ',');
	json_t *rows = json_array();
	*list_push(cli->arena, &cli->values) = rows;
	while (*at) {
		json_t *row = json_object();
		for (size_t i = 0; i < ids.count; i++) {
			const char *field;
			at = csv_field(cli->arena, at, &field);
			json_object_set_new(row, ids.items[i], json_string(field));
			if (*at++ != (i + 1 < ids.count ? ',' : '\n')) fail_msg("a row has more or less than %zu fields, at: %.60s", ids.count, at);
		}
		json_array_append_new(rows, row);
	}
	return rows;
}

static void csv_has_the_ids_of_json_and_comes_back_whole(void **state) {
	Cli *cli = *state;
	json_t *rows = csv_rows(cli, shown_busily(cli, ARGS("show", "queries", "--format", "csv")).out);
	json_t *like = json_array_get(cli_json(cli, shown_busily(cli, ARGS("show", "queries", "--format", "json")).out), 0), *value;
	const char *id;
	json_object_foreach(like, id, value) get(json_array_get(rows, 0), id);
	assert_int_equal(json_object_size(json_array_get(rows, 0)), json_object_size(like));
	json_t *busy = row_of(rows, "busy");
	char *end;
	assert_true(strtod(json_string_value(get(busy, "calls_per_s")), &end) > 0 && !*end);
	assert_true(strtod(json_string_value(get(busy, "load_share")), &end) <= 1 && !*end);
	has(json_string_value(get(row_of(rows, "vil"), "query")), "\"e?[31mvil\"");
}

static void csv_again_and_again_has_one_heading(void **state) {
	Cli *cli = *state;
	const char *out = shown_busily(cli, ARGS("show", "queries", "--format", "csv", "--every", "0.3", "--count", "3")).out;
	const char *heading = strstr(out, "load_share,");
	assert_ptr_equal(heading, out);
	assert_null(strstr(heading + 1, "load_share,"));
	assert_true(json_array_size(csv_rows(cli, out)) > 3);
}

static void every_pane_is_a_table_in_every_format(void **state) {
	Cli *cli = *state;
	static const char list[] = "There is: ";
	const char *hint = strstr(PGWHY(cli, 2, "show", "nosuch").err, list);
	assert_non_null(hint);
	for (char *names = arena_copy(cli->arena, hint + strlen(list)), *name; (name = strsep(&names, ", .\n"));) {
		if (!*name || strcmp(name, "plans") == 0 || strcmp(name, "traffic") == 0) continue; /* of what was kept, not of the server alone */
		const char *csv = PGWHY(cli, 0, "show", name, "--format", "csv", "--every", "0.1", "--count", "1").out;
		const char *heading = arena_copy_n(cli->arena, csv, strcspn(csv, "\n"));
		assert_null(strpbrk(heading, " \"|"));
		csv_rows(cli, csv);
		const char *markdown = PGWHY(cli, 0, "show", name, "--format", "markdown", "--every", "0.1", "--count", "1").out;
		assert_ptr_equal(strstr(markdown, "| "), markdown);
		has(markdown, " |\n| ---");
		cli_json(cli, PGWHY(cli, 0, "show", name, "--format", "json", "--every", "0.1", "--count", "1").out);
		assert_true(*PGWHY(cli, 0, "show", name, "--every", "0.1", "--count", "1").out);
	}
}

static void traffic_wants_a_mark(void **state) {
	Ran ran = PGWHY(*state, 4, "show", "traffic");
	has(ran.err, " are marked as before");
	has(ran.err, "m in Queries marks them.");
	has(PGWHY(*state, 4, "--no-store", "show", "traffic").err, "where something is kept");
	assert_string_equal(ran.out, "");
}

static void markdown_is_a_table_a_showing(void **state) {
	Cli *cli = *state;
	const char *out = shown_busily(cli, ARGS("show", "queries", "--format", "markdown", "--every", "0.3", "--count", "2")).out;
	assert_ptr_equal(strstr(out, "| load | calls/s |"), out);
	has(out, "| query |\n| ---: | ---: |");
	has(out, "| select count(\\*) as busy from t a where id % \\$1 = \\$2 |\n");
	assert_non_null(strstr(strstr(out, " |\n\n| load |") + 4, " |\n\n")); /* a blank line behind each */
}

static void count_alone_shows_it_so_many_times(void **state) {
	Ran ran = shown_busily(*state, ARGS("show", "queries", "--count", "2"));
	const char *again = strstr(ran.out + 20, "queryid");
	assert_non_null(again);
	assert_non_null(strstr(again + 1, "queryid"));
}

static void a_file_gets_all_that_is_shown(void **state) {
	Cli *cli = *state;
	const char *path = arena_printf(cli->arena, "%s/shown", cli->home);
	assert_string_equal(PGWHY(cli, 0, "show", "queries", "--format", "json", "--every", "0.2", "--count", "3", "-o", path).out, "");
	FILE *file = fopen(path, "r");
	int lines = 0;
	for (int c; (c = getc(file)) != EOF;) lines += c == '\n';
	fclose(file);
	assert_int_equal(lines, 3);
}

static void an_interrupt_ends_it_well(void **state) {
	Cli *cli = *state;
	static const int signals[] = {SIGINT, SIGTERM};
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		Program *program = cli_start(cli, NULL, ARGS("show", "queries", "--format", "json", "--every", "0.1"));
		cli_until_printed(program, 2);
		cli_signal(program, signals[i]);
		Ran ran = cli_finish(cli, program);
		assert_int_equal(ran.status, 0);
		assert_string_equal(ran.err, "");
	}
}

static void a_lost_server_ends_it(void **state) {
	Cli *cli = *state;
	Program *program = cli_start(cli, NULL, ARGS("show", "queries", "--format", "json", "--every", "0.1"));
	cli_until_printed(program, 1);
	cli_ask(cli, "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pgwhy'");
	Ran ran = cli_finish(cli, program);
	assert_int_equal(ran.status, 3);
	assert_true(*ran.err);
}

static void a_full_disk_is_an_error(void **state) {
	static const Start full = {.out = "/dev/full"};
	has(PGWHY_WITH(*state, 3, &full, "show", "queries", "--every", "0.1").err, "No space left");
}

/* ---- who may see what ---- */

static void a_role_without_rights_sees_figures_but_no_statements(void **state) {
	Cli *cli = *state;
	json_t *rows = cli_json(cli, shown_busily(cli, ARGS("show", "queries", "-U", "plain", "--format", "json", "--every", "0.3", "--count", "1")).out), *row;
	size_t nth, hidden = 0;
	json_array_foreach(rows, nth, row) {
		is_a_row(row);
		if (!json_is_null(get(row, "queryid"))) continue;
		hidden++;
		has_not(json_string_value(get(row, "query")), "busy");
		assert_string_equal(json_string_value(get(row, "user")), cluster_user(cli->cluster));
	}
	assert_true(hidden >= 1);
	row_of(cli_json(cli, shown_busily(cli, ARGS("show", "queries", "-U", "reader", "--format", "json", "--every", "0.3", "--count", "1")).out), "busy");
}

/* A superuser's pgwhy is not even counted. */
static void what_pgwhy_itself_asks_is_shown_when_it_is_wanted(void **state) {
	Cli *cli = *state;
	has(PGWHY(cli, 0, "show", "queries", "-U", "reader", "--every", "0.3", "--count", "2", "--set", "own_statements=on").out, "/* pgwhy: ");
	has_not(PGWHY(cli, 0, "show", "queries", "-U", "reader", "--every", "0.3", "--count", "2").out, "/* pgwhy: ");
}

static void a_database_without_the_extension_is_told_what_to_create(void **state) {
	Cli *cli = *state;
	Ran ran = PGWHY(cli, 3, "show", "queries", "-d", "bare");
	has(ran.err, "CREATE EXTENSION pg_stat_statements");
	assert_string_equal(ran.out, "");
	cli_sql(cli, "bare", "create extension pg_stat_statements"); /* at its word */
	PGWHY(cli, 0, "show", "queries", "-d", "bare", "--every", "0.1", "--count", "1");
}

static void a_server_without_the_library_is_told_what_to_set(void **state) {
	Ran ran = PGWHY(*state, 3, "show", "queries", "--format", "json");
	has(ran.err, "shared_preload_libraries");
	has(ran.err, "pg_stat_statements");
	assert_string_equal(ran.out, "");
}

int main(int argc, char **argv) {
	(void)argc;
	cli_find_program(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates_are_over_the_time_between_two_samples),
		cmocka_unit_test(text_has_a_heading_and_whole_statements),
		cmocka_unit_test(every_prints_a_value_a_line),
		cmocka_unit_test(csv_has_the_ids_of_json_and_comes_back_whole),
		cmocka_unit_test(csv_again_and_again_has_one_heading),
		cmocka_unit_test(every_pane_is_a_table_in_every_format),
		cmocka_unit_test(traffic_wants_a_mark),
		cmocka_unit_test(markdown_is_a_table_a_showing),
		cmocka_unit_test(count_alone_shows_it_so_many_times),
		cmocka_unit_test(a_file_gets_all_that_is_shown),
		cmocka_unit_test(an_interrupt_ends_it_well),
		cmocka_unit_test(a_lost_server_ends_it),
		cmocka_unit_test(a_full_disk_is_an_error),
		cmocka_unit_test(a_role_without_rights_sees_figures_but_no_statements),
		cmocka_unit_test(what_pgwhy_itself_asks_is_shown_when_it_is_wanted),
		cmocka_unit_test(a_database_without_the_extension_is_told_what_to_create),
	};
	const struct CMUnitTest without[] = {cmocka_unit_test(a_server_without_the_library_is_told_what_to_set)};
	int failed = cmocka_run_group_tests(tests, set_up, cli_tear_down);
	return failed + cmocka_run_group_tests(without, set_up_without, cli_tear_down);
}
