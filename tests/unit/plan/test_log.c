/* test_log.c: the plans in a server's log are found and read, however its bytes come. */
#include "plan_of.h"

#include "base/utf8.h"
#include "plan/log.h"

#define TEXT_PLAN "\tQuery Text: select *\n\t  from t\n\n\twhere id = 1\n\tSeq Scan on t  (cost=0.00..35.50 rows=10 width=4) (actual time=0.010..1.500 rows=3 loops=1)\n\t  Filter: (id = 1)\n"
#define JSON_PLAN(prefix)                                                                                                    \
	prefix "{\n" prefix "  \"Query Text\": \"select \\\"a\\\"\\n\\tfrom t\",\n" prefix "  \"Plan\": {\n" prefix "    \"Node Type\": \"Seq Scan\",\n"    \
	prefix "    \"Relation Name\": \"t\"\n" prefix "  }\n" prefix "}\n"
#define OTHER "2026-11-21 16:00:02.000 UTC [78] ERROR:  relation \"x\" does not exist\n2026-11-21 16:00:02.000 UTC [78] STATEMENT:  select\n\t* from x\n"

static LogEntries found(Arena *arena, const char *text, size_t len, size_t chunk) {
	Log *log = log_new(arena);
	for (size_t at = 0; at < len; at += chunk) log_feed(log, text + at, chunk < len - at ? chunk : len - at);
	return log_end(log);
}

static void assert_same(const char *one, const char *other) {
	if (!one || !other) assert_ptr_equal(one, other);
	else assert_string_equal(one, other);
}

/* What is found does not depend on where the pieces end. */
static LogEntries entries_of_bytes(Arena *arena, const char *text, size_t len) {
	LogEntries whole = found(arena, text, len, len);
	for (size_t chunk = 1; chunk < len; chunk++) {
		Arena *scratch = arena_new();
		LogEntries pieces = found(scratch, text, len, chunk);
		assert_int_equal(pieces.count, whole.count);
		for (size_t i = 0; i < whole.count; i++) {
			const LogEntry *is = &pieces.items[i], *wanted = &whole.items[i];
			assert_int_equal(is->offset, wanted->offset);
			assert_int_equal(is->bytes, wanted->bytes);
			assert_same(is->time, wanted->time);
			assert_same(is->query, wanted->query);
			assert_same(is->query_id, wanted->query_id);
			assert_string_equal(is->format, wanted->format);
			assert_int_equal(is->cut_off, wanted->cut_off);
			assert_near(is->duration_ms, wanted->duration_ms);
		}
		arena_free(scratch);
	}
	return whole;
}

static LogEntries entries_of(Arena *arena, const char *text) {
	return entries_of_bytes(arena, text, strlen(text));
}

static Plan *plan_at(Arena *arena, const char *text, const LogEntry *entry) {
	PlanList plans = {0};
	Err err = ERR_INIT;
	if (!log_read(arena, entry, text + entry->offset, entry->bytes, &plans, &err)) fail_msg("%s", err.message.text);
	assert_int_equal(plans.count, 1);
	return plans.items[0];
}

/* The plan that all of these logs hold. */
static void assert_text_plan(Arena *arena, const char *text, const LogEntry *entry) {
	assert_string_equal(entry->query, "select * from t where id = 1");
	assert_string_equal(entry->format, "text");
	assert_near(entry->duration_ms, 1.75);
	assert_false(entry->cut_off);
	const Plan *plan = plan_at(arena, text, entry);
	assert_int_equal(plan->node_count, 1);
	assert_string_equal(plan->root->relation, "t");
	assert_string_equal(node_text(plan->root, "Filter"), "(id = 1)");
	assert_near(plan->execution_ms, 1.75);
	assert_non_null(strstr(plan->statement, "where id = 1"));
}

/* ---- stderr ---- */

static void any_prefix_will_do(void **state) {
	static const struct {
		const char *prefix, *time;
	} cases[] = {
		{"2026-11-21 16:00:01.234 UTC [77] LOG:  ", "2026-11-21 16:00:01.234 UTC"},
		{"2026-11-21 16:00:01 CET [77]: [5-1] user=web,db=shop LOG:  ", "2026-11-21 16:00:01 CET"},
		{"[77] web@shop 2026-11-21T16:00:01+01 app: LOG:  ", "2026-11-21T16:00:01+01"},
		{"1763740801.234 LOG:  ", "1763740801.234"},
		{"2026-11-21 16:00:01.234 MSK [77] СООБЩЕНИЕ:  ", "2026-11-21 16:00:01.234 MSK"},
		{"LOG:  ", NULL},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *text = arena_printf(*state, OTHER "%sduration: 1.750 ms  plan:\n" TEXT_PLAN "%sconnection received\n", cases[i].prefix, cases[i].prefix);
		LogEntries entries = entries_of(*state, text);
		assert_int_equal(entries.count, 1);
		assert_same(entries.items[0].time, cases[i].time);
		assert_int_equal(entries.items[0].offset, strlen(OTHER));
		assert_false(entries.items[0].pasted);
		assert_text_plan(*state, text, &entries.items[0]);
	}
}

static void lines_behind_the_plan_belong_to_the_log(void **state) {
	static const char text[] = "x LOG:  duration: 1.750 ms  plan:\n" TEXT_PLAN "x CONTEXT:  SQL statement \"select\n\t2\"\n\tSort  (cost=1.00..2.00 rows=1 width=4)\n"
	                           "x LOG:  duration: 9.000 ms  plan:\n\tQuery Text: select 2\n\tResult  (cost=0.00..0.01 rows=1 width=4)\n";
	LogEntries entries = entries_of(*state, text);
	assert_int_equal(entries.count, 2);
	assert_text_plan(*state, text, &entries.items[0]);
	assert_string_equal(entries.items[1].query, "select 2");
	assert_int_equal(plan_at(*state, text, &entries.items[1])->node_count, 1);
}

static void who_collects_lines_may_put_something_before_each(void **state) {
	static const char *const fronts[][2] = {
		{"postgres-1  | ", "postgres-1  | "},
		{"2026-11-21T16:00:01.998Z ", "2026-11-21T16:00:02.003Z "},
		{"Nov 21 16:00:01 db1 postgres[77]: ", "Nov 21 16:00:02 db1 postgres[77]: "},
	};
	for (size_t i = 0; i < sizeof fronts / sizeof *fronts; i++) {
		Str text = STR_INIT;
		static const char log[] = "2026-11-21 16:00:01.234 UTC [77]: [5-1] LOG:  duration: 1.750 ms  plan:\n" TEXT_PLAN "2026-11-21 16:00:01.234 UTC [77]: [6-1] STATEMENT:  select\tx\n\tfrom y\n";
		for (const char *line = log; *line; line = strchr(line, '\n') + 1) {
			bool lost = *line == '\n';
			str_printf(&text, "%s%s%.*s\n", fronts[i][line != log], lost ? "\t" : "", (int)strcspn(line, "\n"), line);
		}
		LogEntries entries = entries_of(*state, text.text);
		assert_int_equal(entries.count, 1);
		assert_text_plan(*state, text.text, &entries.items[0]);
		str_release(&text);
	}
}

static void windows_ends_its_lines_otherwise(void **state) {
	static const char text[] = "x LOG:  duration: 1.750 ms  plan:\r\n\tQuery Text: select 1\r\n\tResult  (cost=0.00..0.01 rows=1 width=4)\r\nx LOG:  end\r\n";
	LogEntries entries = entries_of(*state, text);
	assert_int_equal(entries.count, 1);
	assert_string_equal(entries.items[0].query, "select 1");
	assert_int_equal(plan_at(*state, text, &entries.items[0])->node_count, 1);
}

static void json_has_its_query_told(void **state) {
	static const char text[] = "x LOG:  duration: 3 ms  plan:\n" JSON_PLAN("\t") "x LOG:  end\n";
	LogEntries entries = entries_of(*state, text);
	assert_int_equal(entries.count, 1);
	assert_string_equal(entries.items[0].format, "json");
	assert_string_equal(entries.items[0].query, "select \"a\" from t");
	const Plan *plan = plan_at(*state, text, &entries.items[0]);
	assert_string_equal(plan->statement, "select \"a\"\n\tfrom t");
	assert_near(plan->execution_ms, 3);
}

static void psql_shows_a_message_without_tabs(void **state) {
	static const char text[] = "psql:x.sql:1: LOG:  duration: 1.000 ms  plan:\nQuery Text: select 1;\nResult  (cost=0.00..0.01 rows=1 width=4)\n"
	                           "  Output: 1\nLOG:  duration: 2.000 ms  plan:\n" JSON_PLAN("") " ?column? \n----------\n        1\n(1 row)\n";
	LogEntries entries = entries_of(*state, text);
	assert_int_equal(entries.count, 2);
	assert_string_equal(entries.items[0].query, "select 1;");
	assert_int_equal(plan_at(*state, text, &entries.items[0])->node_count, 1);
	assert_string_equal(plan_at(*state, text, &entries.items[1])->root->relation, "t");
}

static void what_only_looks_like_an_entry_is_none(void **state) {
	static const char *const cases[] = {
		"", "\n", "x LOG:  duration: 1 ms  statement: select 1\n", "x LOG:  duration: 1 ms  plan: not this\n", "x LOG:  duration: ms  plan:\n",
		"x LOG:  statement: select 'duration: 1 ms  plan:\n", "x LOG:  xduration: 1 ms  plan:\n", "[\n  {\n    \"Plan\": {\"Node Type\": \"Result\"}\n  }\n]\n",
		"{\"message\": \"duration: 1 ms  statement: x\"}\n", "Seq Scan on t  (cost=0.00..35.50 rows=10 width=4)\n",
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) assert_int_equal(entries_of(*state, cases[i]).count, 0);
}

static void a_message_alone_is_no_log(void **state) {
	static const char text[] = "duration: 1.750 ms  plan:\n  Query Text: select 1\n  Result  (cost=0.00..0.01 rows=1 width=4)\n";
	LogEntries entries = entries_of(*state, text);
	assert_int_equal(entries.count, 1);
	assert_true(entries.items[0].pasted);
}

static void other_formats_are_refused_by_name(void **state) {
	static const char *const plans[] = {
		"\t<explain xmlns=\"http://www.postgresql.org/2009/explain\">\n\t  <Query-Text>select 1</Query-Text>\n\t  <Plan>\n\t    <Node-Type>Result</Node-Type>\n\t  </Plan>\n\t</explain>\n",
		"\tQuery Text: \"select 1\"\n\tPlan: \n\t  Node Type: \"Result\"\n"};
	static const char *const formats[] = {"xml", "yaml"}, *const says[] = {"XML", "YAML"};
	for (size_t i = 0; i < 2; i++) {
		const char *text = arena_printf(*state, "x LOG:  duration: 1.750 ms  plan:\n%sx LOG:  end\n", plans[i]);
		LogEntries entries = entries_of(*state, text);
		assert_int_equal(entries.count, 1);
		assert_string_equal(entries.items[0].format, formats[i]);
		assert_string_equal(entries.items[0].query, "select 1");
		PlanList list;
		Err err = ERR_INIT;
		assert_false(log_read(*state, &entries.items[0], text, entries.items[0].bytes, &list, &err));
		assert_non_null(strstr(err.message.text, says[i]));
		err_release(&err);
	}
}

/* ---- syslog ---- */

#define SYS(n, text) "Nov 21 16:00:01 db1 postgres[123]: [" n "] " text "\n"
#define STRANGER(n, text) "Nov 21 16:00:01 db1 postgres[124]: [" n "] " text "\n"

static void syslog_has_a_line_a_record(void **state) {
	static const char text[] = SYS("4-1", "LOG:  connection received") SYS("5-1", "web@shop LOG:  duration: 1.750 ms  plan:") STRANGER("9-1", "ERROR:  no")
		SYS("5-2", "#011Query Text: select *") STRANGER("9-2", "#011Seq Scan on wrong  (cost=0.00..1.00 rows=1 width=4)") SYS("5-3", "#011  from t")
		SYS("5-4", "#011") SYS("5-5", "#011where id") SYS("5-6", " = 1")
		SYS("5-7", "#011Seq Scan on t  (cost=0.00..35.50 rows=10 width=4) (actual time=0.010..1.500") SYS("5-8", " rows=3 loops=1)")
		SYS("5-9", "#011  Filter: (id = 1)") SYS("6-1", "LOG:  disconnection") SYS("5-11", "#011  Filter: (id = 2)");
	LogEntries entries = entries_of(*state, text);
	assert_int_equal(entries.count, 1);
	assert_string_equal(entries.items[0].time, "Nov 21 16:00:01");
	assert_text_plan(*state, text, &entries.items[0]);
}

static void entries_of_several_processes_stand_among_each_other(void **state) {
	static const char text[] = SYS("1", "LOG:  duration: 1.000 ms  plan:") STRANGER("1", "LOG:  duration: 2.000 ms  plan:") SYS("2", "#011Query Text: select 1")
		STRANGER("2", "#011Query Text: select 2") STRANGER("3", "#011Result  (cost=0.00..0.02 rows=1 width=4)") SYS("3", "#011Result  (cost=0.00..0.01 rows=1 width=4)");
	LogEntries entries = entries_of(*state, text);
	assert_int_equal(entries.count, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_string_equal(entries.items[i].query, i ? "select 2" : "select 1");
		assert_near(plan_at(*state, text, &entries.items[i])->root->total_cost, i ? 0.02 : 0.01);
	}
}

static void syslog_may_keep_a_message_in_one_record(void **state) {
	static const char text[] = SYS("5", "LOG:  duration: 1.750 ms  plan:#012#011Query Text: select *#012#011  from t#012#011where id = 1#012#011Seq Scan on t  (cost=0.00..35.50 rows=10 "
		"width=4) (actual time=0.010..1.500 rows=3 loops=1)#012#011  Filter: (id = 1)") SYS("6", "LOG:  duration: 2.000 ms  statement: select 2");
	LogEntries entries = entries_of(*state, text);
	assert_int_equal(entries.count, 1);
	assert_text_plan(*state, text, &entries.items[0]);
}

/* ---- csvlog ---- */

#define CSV(pid, message, id) "2026-11-21 16:00:01.234 UTC,\"web\",\"shop\"," pid ",\"[local]\",69376dbf.fa3,1,\"SELECT\",2026-11-21 15:00:00 UTC,2/81,0,LOG,00000,\"" message "\",,,,,,,,,\"psql, \"\"x\"\"\",\"client backend\",," id "\n"
#define FLAT_PLAN "Query Text: select *\n  from t\n\nwhere id = 1\nSeq Scan on t  (cost=0.00..35.50 rows=10 width=4) (actual time=0.010..1.500 rows=3 loops=1)\n  Filter: (id = 1)"

static void csv_doubles_its_quotes(void **state) {
	static const char text[] = CSV("77", "statement: select \"\"a\n2026\"\"", "0") CSV("78", "duration: 1.750 ms  plan:\n" FLAT_PLAN, "-8886085649470066503")
		CSV("79", "duration: 3 ms  plan:\n{\n  \"\"Query Text\"\": \"\"select \\\"\"x\\\"\"\"\",\n  \"\"Plan\"\": {\n    \"\"Node Type\"\": \"\"Result\"\"\n  }\n}", "0");
	LogEntries entries = entries_of(*state, text);
	assert_int_equal(entries.count, 2);
	assert_string_equal(entries.items[0].time, "2026-11-21 16:00:01.234 UTC");
	assert_string_equal(entries.items[0].query_id, "-8886085649470066503");
	assert_text_plan(*state, text, &entries.items[0]);
	assert_null(entries.items[1].query_id);
	assert_string_equal(entries.items[1].query, "select \"x\"");
	assert_string_equal(plan_at(*state, text, &entries.items[1])->statement, "select \"x\"");
}

static void a_record_that_never_ends_spoils_one_entry(void **state) {
	static const char text[] = "2026-11-21 16:00:01.234 UTC,\"web\",\"shop\",1,,,,,,,,LOG,00000,\"duration: 1 ms  plan:\nQuery Te" "\n" CSV("1", "duration: 2 ms  plan:\nQuery Text: lost", "")
		CSV("2", "duration: 1.750 ms  plan:\n" FLAT_PLAN, "") CSV("3", "duration: 1.750 ms  plan:\n" FLAT_PLAN, "");
	LogEntries entries = entries_of(*state, text);
	assert_true(entries.count >= 2);
	assert_text_plan(*state, text, &entries.items[entries.count - 1]);
}

/* ---- jsonlog ---- */

#define ESCAPED "duration: 1.750 ms  plan:\\nQuery Text: select *\\n\\u0020 from t\\n\\nwhere id = 1\\nSeq Scan on t  (cost=0.00..35.50 rows=10 width=4) (actual time=0.010..1.500 rows=3 loops=1)\\n  Filter: (id = 1)"

static void jsonlog_escapes(void **state) {
	static const char text[] =
		"{\"timestamp\":\"2026-11-21 16:00:01.234 UTC\",\"pid\":77,\"error_severity\":\"LOG\",\"message\":\"connection \\\"received\\\"\"}\n"
		"{\"timestamp\":\"2026-11-21 16:00:02.234 UTC\",\"pid\":77,\"error_severity\":\"LOG\",\"message\":\"" ESCAPED "\",\"application_name\":\"a \\\"message\\\":\",\"query_id\":-42}\n"
		"{\"timestamp\":\"2026-11-21 16:00:03.234 UTC\",\"message\":\"duration: 2 ms  plan:\\nQuery Text: select '\\u00e9\\ud83d\\ude00\\\\'\\nResult  (cost=0.00..0.01 rows=1 width=4)\",\"query_id\":0}\n";
	LogEntries entries = entries_of(*state, text);
	assert_int_equal(entries.count, 2);
	assert_string_equal(entries.items[0].time, "2026-11-21 16:00:02.234 UTC");
	assert_string_equal(entries.items[0].query_id, "-42");
	assert_text_plan(*state, text, &entries.items[0]);
	assert_string_equal(entries.items[1].query, "select 'é😀\\'");
	assert_null(entries.items[1].query_id);
}

static void a_wrapper_stands_around_it(void **state) {
	static const char text[] = "{\"level\":\"info\",\"ts\":\"2025-12-09T00:32:20.823314307Z\",\"logger\":\"postgres\",\"msg\":\"record\",\"logging_pod\":\"cluster-test1-1\",\"record\":{"
		"\"log_time\":\"2025-12-09 00:32:20.822 UTC\",\"process_id\":\"4003\",\"message\":\"" ESCAPED "\",\"query_id\":\"-8886085649470066503\"}}\n";
	LogEntries entries = entries_of(*state, text);
	assert_int_equal(entries.count, 1);
	assert_string_equal(entries.items[0].time, "2025-12-09 00:32:20.822 UTC");
	assert_string_equal(entries.items[0].query_id, "-8886085649470066503");
	assert_text_plan(*state, text, &entries.items[0]);
}

/* ---- ends and borders ---- */

static void what_the_end_cuts_off_is_read_as_far_as_it_goes(void **state) {
	static const char text[] = "x LOG:  duration: 1.750 ms  plan:\n" TEXT_PLAN "x LOG:  duration: 3 ms  plan:\n" JSON_PLAN("\t");
	size_t len = sizeof text - 1, first = strlen("x LOG:  duration: 1.750 ms  plan:\n" TEXT_PLAN), seen = 0;
	for (size_t cut = first + 90; cut < len - 3; cut++) {
		LogEntries entries = found(*state, text, cut, cut);
		assert_int_equal(entries.count, 2);
		assert_false(entries.items[0].cut_off);
		assert_true(entries.items[1].cut_off);
		PlanList plans;
		Err err = ERR_INIT;
		if (log_read(*state, &entries.items[1], text + first, cut - first, &plans, &err)) {
			assert_true(plans.items[0]->cut_off);
			seen++;
		}
		err_release(&err);
	}
	assert_true(seen > 20);
	LogEntries half = found(*state, text, first - 5, 7);
	assert_true(half.items[0].cut_off);
	assert_true(plan_at(*state, text, &half.items[0])->cut_off);
}

static void lines_of_any_length_are_read(void **state) {
	Str text = STR_INIT;
	str_add(&text, "x LOG:  duration: 1.750 ms  plan:\n\tQuery Text: select ");
	str_add_repeat(&text, "'größe' || ", 20000);
	str_add(&text, "1\n\tResult  (cost=0.00..0.01 rows=1 width=4)\n\t  Output: ");
	str_add_repeat(&text, "x", 100000);
	str_add(&text, "\nx LOG:  end\n");
	LogEntries entries = found(*state, text.text, text.len, 1000);
	assert_int_equal(entries.count, 1);
	const char *query = entries.items[0].query;
	assert_true(strlen(query) < 300 && utf8_valid(query, strlen(query)));
	assert_string_equal(query + strlen(query) - strlen("…"), "…");
	assert_true(strlen(plan_at(*state, text.text, &entries.items[0])->statement) > 200000);
	str_release(&text);
}

/* Memory: a list, and nothing else. */
static void a_long_log_takes_no_more_room_than_its_list(void **state) {
	(void)state;
	static const char noise[] = OTHER OTHER OTHER OTHER, entry[] = "x LOG:  duration: 1.750 ms  plan:\n" TEXT_PLAN;
	Arena *arena = arena_new();
	Log *log = log_new(arena);
	size_t before = 0, bytes = 0;
	for (size_t i = 0; i < 20000; i++) {
		log_feed(log, noise, sizeof noise - 1);
		bytes += sizeof noise - 1;
		if (i % 1000 == 0) log_feed(log, entry, sizeof entry - 1);
		if (i == 1000) before = arena_bytes(arena);
	}
	assert_int_equal(log_count(log), 20);
	assert_true(bytes > 10000000 && arena_bytes(arena) < before + 65536);
	assert_int_equal(log_end(log).items[19].bytes, sizeof entry - 1);
	arena_free(arena);
}

static void junk_is_survived(void **state) {
	static const char begin[] = "2026-11-21 16:00:01.234 UTC,\"\n{\"message\": \"duration: 1 ms  plan:\\u";
	char junk[3000];
	uint32_t seed = 1;
	for (size_t i = 0; i < sizeof junk; i++) junk[i] = (char)((seed = seed * 1664525 + 1013904223) >> 24);
	memcpy(junk + 100, begin, sizeof begin - 1);
	for (size_t chunk = 1; chunk < 60; chunk++) found(*state, junk, sizeof junk, chunk);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(any_prefix_will_do),
		arena_test(lines_behind_the_plan_belong_to_the_log),
		arena_test(who_collects_lines_may_put_something_before_each),
		arena_test(windows_ends_its_lines_otherwise),
		arena_test(json_has_its_query_told),
		arena_test(psql_shows_a_message_without_tabs),
		arena_test(what_only_looks_like_an_entry_is_none),
		arena_test(a_message_alone_is_no_log),
		arena_test(other_formats_are_refused_by_name),
		arena_test(syslog_has_a_line_a_record),
		arena_test(entries_of_several_processes_stand_among_each_other),
		arena_test(syslog_may_keep_a_message_in_one_record),
		arena_test(csv_doubles_its_quotes),
		arena_test(a_record_that_never_ends_spoils_one_entry),
		arena_test(jsonlog_escapes),
		arena_test(a_wrapper_stands_around_it),
		arena_test(what_the_end_cuts_off_is_read_as_far_as_it_goes),
		arena_test(lines_of_any_length_are_read),
		arena_test(a_long_log_takes_no_more_room_than_its_list),
		arena_test(junk_is_survived),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
