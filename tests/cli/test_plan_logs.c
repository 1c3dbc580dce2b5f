/* test_plan_logs.c: `pgwhy plan` on logs that a real server wrote, in each of its formats, with auto_explain. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "cli.h"

enum { PLANS = 6, DEADLINE_MS = 20000 };

static const char settings[] = "logging_collector = on\nlog_destination = 'stderr,csvlog'\nlog_line_prefix = '%m [%p]: [%l-1] user=%u,db=%d,app=%a '\nlog_rotation_size = 0\n"
                               "shared_preload_libraries = 'auto_explain'\nauto_explain.log_analyze = on\nauto_explain.log_buffers = on\nauto_explain.log_nested_statements = on\n"
                               "max_parallel_workers_per_gather = 0\njit = off\n";

/* Six plans: what is logged beside them (errors, statements, contexts) must not disturb. A session each, so what is set is the database's. */
static const char *const script[] = {
	"create table t (id int primary key, name text); insert into t select n, 'it''s \"' || n || '\"' from generate_series(1, 5000) as n; analyze t;",
	"alter database postgres set log_statement = 'all'; alter database postgres set auto_explain.log_min_duration = 0",
	"select count(*),\n\t'a \"quoted\", \\ thing' as x\n\n  from t where name <> 'it''s (cost=1)' and id % 7 = 1",
	"alter database postgres set auto_explain.log_format = 'json'",
	"select id, name from t where name like '%\"77\"%' order by name desc limit 5",
	"alter database postgres set auto_explain.log_format = 'xml'",
	"select 1 as in_xml",
	"alter database postgres set auto_explain.log_format = 'yaml'",
	"select 1 as in_yaml",
	"alter database postgres set auto_explain.log_format = 'text'",
	"do $$ begin perform count(*) from t where id < 10; end $$",
	"select pg_sleep(0.05), 'the longest'",
	"alter database postgres reset auto_explain.log_min_duration",
	"select 'the end'",
};

static const char *const kinds[] = {"stderr", "csvlog", "jsonlog"};

static const char *log_path(Cli *cli, const char *kind) {
	const char *name = cli_ask(cli, arena_printf(cli->arena, "select pg_current_logfile('%s')", kind));
	return *name ? arena_printf(cli->arena, "%s/%s", cli_ask(cli, "show data_directory"), name) : NULL;
}

static bool has_json_log(Cli *cli) {
	return atoi(cli_ask(cli, "show server_version_num")) >= 150000;
}

static json_t *list_of(Cli *cli, const char *path) {
	return cli_json(cli, PGWHY(cli, 0, "plan", path, "--format", "json").out);
}

static const char *text_of(json_t *object, const char *key) {
	return json_string_value(json_object_get(object, key));
}

static bool is_whole(Cli *cli, const char *path) {
	Ran ran = cli_finish(cli, cli_start(cli, NULL, ARGS("plan", path, "--format", "json")));
	return ran.status == 0 && json_array_size(cli_json(cli, ran.out)) == PLANS;
}

static void wait_for(Cli *cli, const char *path) {
	int64_t end = clock_ms() + DEADLINE_MS;
	while (!is_whole(cli, path))
		if (clock_ms() > end) fail_msg("never %d plans in %s: %s", PLANS, path, PGWHY(cli, 0, "plan", path).out);
}

static int set_up(void **state) {
	const ClusterSpec spec = {.settings = settings};
	if (cli_set_up(state, &spec) != 0) return -1;
	Cli *cli = *state;
	if (has_json_log(cli)) {
		cli_sql(cli, "postgres", "alter system set log_destination = 'stderr,csvlog,jsonlog'");
		cli_sql(cli, "postgres", "select pg_reload_conf()");
		cli_until_true(cli, "select coalesce(pg_current_logfile('jsonlog'), '') <> ''");
	}
	for (size_t i = 0; i < sizeof script / sizeof *script; i++) cli_sql(cli, "postgres", script[i]);
	return 0;
}

/* ---- the list ---- */

static void each_format_lists_the_same_plans(void **state) {
	Cli *cli = *state;
	json_t *first = NULL;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (i == 2 && !has_json_log(cli)) break;
		const char *path = log_path(cli, kinds[i]);
		wait_for(cli, path);
		json_t *list = list_of(cli, path), *entry;
		size_t nth;
		if (!first) first = list;
		json_array_foreach(list, nth, entry) {
			json_t *same = json_array_get(first, nth);
			assert_string_equal(text_of(entry, "query"), text_of(same, "query"));
			assert_string_equal(text_of(entry, "format"), text_of(same, "format"));
			assert_string_equal(text_of(entry, "time"), text_of(same, "time"));
			assert_true(json_equal(json_object_get(entry, "duration_ms"), json_object_get(same, "duration_ms")));
			assert_true(json_equal(json_object_get(entry, "number"), json_object_get(same, "number")));
		}
		assert_string_equal(text_of(json_array_get(list, 0), "query"), "select pg_sleep(0.05), 'the longest'");
	}
}

static void the_list_comes_in_every_form(void **state) {
	Cli *cli = *state;
	const char *path = log_path(cli, "stderr");
	Ran ran = PGWHY(cli, 0, "plan", path);
	has(ran.out, "duration");
	has(ran.out, "select count(*), 'a \"quoted\", \\ thing' as x from t where name <> 'it''s (cost=1)' and id % 7 = 1");
	has(ran.err, "--pick N");
	has(PGWHY(cli, 0, "plan", path, "--format", "csv").out, "number,duration_ms,time,query,format,query_id\n");
	has(PGWHY(cli, 0, "plan", path, "--format", "markdown").out, "| ---: |");
	has(PGWHY(cli, 2, "plan", path, path).err, "a log with 6 plans in it");
	has(PGWHY(cli, 2, "plan", path, "--pick", "1", "--format", "csv").err, "a plan is printed as text, json or markdown");
}

/* ---- one of them ---- */

static json_t *picked(Cli *cli, const char *path, json_t *entry) {
	const char *number = arena_printf(cli->arena, "%d", (int)json_integer_value(json_object_get(entry, "number")));
	return cli_json(cli, PGWHY(cli, 0, "plan", path, "--pick", number, "--format", "json").out);
}

static bool is_read(json_t *entry) {
	return strcmp(text_of(entry, "format"), "text") == 0 || strcmp(text_of(entry, "format"), "json") == 0;
}

static void a_picked_plan_is_the_same_out_of_each_format(void **state) {
	Cli *cli = *state;
	json_t *list = list_of(cli, log_path(cli, "stderr")), *entry;
	size_t nth, last = has_json_log(cli) ? 3 : 2;
	json_array_foreach(list, nth, entry) {
		if (!is_read(entry)) continue;
		json_t *plan = picked(cli, log_path(cli, "stderr"), entry);
		assert_true(json_number_value(json_object_get(plan, "execution_ms")) == json_number_value(json_object_get(entry, "duration_ms")));
		for (size_t i = 1; i < last; i++) assert_true(json_equal(picked(cli, log_path(cli, kinds[i]), entry), plan));
	}
}

static void the_statement_is_the_one_that_ran(void **state) {
	Cli *cli = *state;
	json_t *list = list_of(cli, log_path(cli, "csvlog")), *entry;
	size_t nth, seen = 0;
	json_array_foreach(list, nth, entry) {
		if (!strstr(text_of(entry, "query"), "like '%\"77\"%'")) continue;
		assert_string_equal(text_of(picked(cli, log_path(cli, "csvlog"), entry), "statement"), "select id, name from t where name like '%\"77\"%' order by name desc limit 5");
		seen++;
	}
	assert_int_equal(seen, 1);
}

static void formats_that_are_not_read_spoil_their_own_plan_only(void **state) {
	Cli *cli = *state;
	const char *path = log_path(cli, "stderr");
	json_t *list = list_of(cli, path), *entry;
	size_t nth;
	json_array_foreach(list, nth, entry) {
		if (is_read(entry)) continue;
		const char *number = arena_printf(cli->arena, "%d", (int)json_integer_value(json_object_get(entry, "number")));
		const char *name = strcmp(text_of(entry, "format"), "xml") == 0 ? "XML" : "YAML", *says = PGWHY(cli, 4, "plan", path, "--pick", number).err;
		has(says, name);
		has(says, "offset ");
	}
	has(PGWHY(cli, 4, "plan", path, "--pick", "7").err, "there is no plan 7, it holds 6");
	PGWHY(cli, 2, "plan", path, "--pick", "0");
}

/* ---- other ways in ---- */

static const char *bytes_of(Cli *cli, const char *path, size_t *len) {
	FILE *file = fopen(path, "rb");
	Str text = STR_INIT;
	char bytes[4096];
	if (!file) fail_msg("no %s", path);
	for (size_t got; (got = fread(bytes, 1, sizeof bytes, file)) > 0;) str_add_n(&text, bytes, got);
	fclose(file);
	const char *copy = arena_copy_n(cli->arena, text.text, *len = text.len);
	str_release(&text);
	return copy;
}

static void a_log_comes_by_a_pipe(void **state) {
	Cli *cli = *state;
	size_t len;
	const char *path = log_path(cli, "stderr");
	Start start = {.input = bytes_of(cli, path, &len)};
	start.input_len = len;
	assert_string_equal(PGWHY_WITH(cli, 0, &start, "plan", "-", "--format", "json").out, PGWHY(cli, 0, "plan", path, "--format", "json").out);
	assert_string_equal(PGWHY_WITH(cli, 0, &start, "plan", "-", "--pick", "2").out, PGWHY(cli, 0, "plan", path, "--pick", "2").out);
}

static void an_only_plan_is_shown_at_once(void **state) {
	Cli *cli = *state;
	size_t len;
	const char *text = bytes_of(cli, log_path(cli, "stderr"), &len), *at = strstr(text, "duration: "), *end;
	while (at > text && at[-1] != '\n') at--;
	for (end = strchr(at, '\n') + 1; *end == '\t';) end = strchr(end, '\n') + 1;
	Ran ran = PGWHY(cli, 0, "plan", cli_file(cli, "one.log", at, (size_t)(end - at)));
	has(ran.out, "Aggregate");
	has_not(ran.out, "cut off");
	assert_string_equal(ran.err, "");
	ran = PGWHY(cli, 0, "plan", cli_file(cli, "half.log", at, (size_t)(end - at) - 40));
	has(ran.out, "Aggregate");
	has(ran.out, "cut off");
}

int main(int argc, char **argv) {
	(void)argc;
	cli_find_program(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_format_lists_the_same_plans),
		cmocka_unit_test(the_list_comes_in_every_form),
		cmocka_unit_test(a_picked_plan_is_the_same_out_of_each_format),
		cmocka_unit_test(the_statement_is_the_one_that_ran),
		cmocka_unit_test(formats_that_are_not_read_spoil_their_own_plan_only),
		cmocka_unit_test(a_log_comes_by_a_pipe),
		cmocka_unit_test(an_only_plan_is_shown_at_once),
	};
	return cmocka_run_group_tests(tests, set_up, cli_tear_down);
}
