/* test_finding.c: findings are written as JSON and read again, whatever they say; what cannot be meant is refused. */
#include "../plan/plan_of.h"

#include <glob.h>
#include <jansson.h>
#include <stdlib.h>

#include "../advise/facts_file.h"
#include "advise/advise.h"
#include "advise/proof.h"
#include "advise/tried.h"
#include "plan/read.h"
#include "report/finding.h"
#include "report/json_value.h"
#include "report/kept.h"
#include "report/plan.h"

#define SCAN PLAN(NODE("Seq Scan", "Outer", 0, 455, 10896, 1, ", 'Relation Name': 'orders', 'Schema': 'public', 'Total Cost': 40690"), EXECUTION(462))

static FindingList read_again(Arena *arena, const char *json, const Plan *plan) {
	KeptAdvice kept;
	Err err = ERR_INIT;
	if (!report_kept_read(arena, json, NULL, plan, &kept, &err)) fail_msg("%s in %s", err.message.text, json);
	assert_non_null(kept.findings);
	return *kept.findings;
}

static FindingList written_twice(Arena *arena, const char *what, const Plan *plan, const FindingList *findings) {
	const char *json = report_findings_json(arena, findings);
	FindingList again = read_again(arena, json, plan);
	const char *twice = report_findings_json(arena, &again);
	if (strcmp(json, twice) != 0) fail_msg("%s: written\n%s\nread again\n%s", what, json, twice);
	return again;
}

/* The same text, and the same to whoever reads a report. */
static void is_read_as_written(Arena *arena, const char *what, const Plan *plan, const FindingList *findings) {
	FindingList again = written_twice(arena, what, plan, findings);
	again.silence = findings->silence; /* of findings there are none: their list alone is kept */
	const PlanReport one = {.plan = plan, .findings = findings}, other = {.plan = plan, .findings = &again};
	assert_string_equal(report_plan_text(arena, &one, 0, false), report_plan_text(arena, &other, 0, false));
	assert_string_equal(report_plan_markdown(arena, &one, false), report_plan_markdown(arena, &other, false));
}

/* Returns how many findings. */
static size_t advice_is_read_as_written(const char *path, const char *sql_path, const char *facts_path) {
	Arena *arena = arena_new();
	PlanList plans = {0};
	size_t count = 0;
	const char *text = file_text(arena, path), *sql = sql_path ? file_text(arena, sql_path) : NULL;
	if (!text || !plan_read(arena, text, strlen(text), &plans, NULL)) plans.count = 0; /* collections hold what is no plan, too */
	for (size_t i = 0; i < plans.count; i++) {
		const Plan *plan = plans.items[i];
		const Statement *statement = statement_parse(arena, sql ? sql : plan->statement ? plan->statement : "");
		FindingList findings = advise(arena, plan, statement, facts_path ? facts_read(arena, facts_path) : NULL, NULL);
		is_read_as_written(arena, path, plan, &findings);
		count += findings.count;
	}
	arena_free(arena);
	return count;
}

static void all_advice_there_is_is_read_as_written(void **state) {
	Arena *arena = *state;
	glob_t found;
	size_t count = 0;
	assert_int_equal(glob("tests/advice/*/*.json", 0, NULL, &found), 0);
	assert_int_equal(glob("tests/plans/*.json", GLOB_APPEND, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *path = found.gl_pathv[i], *stem = arena_copy_n(arena, path, strlen(path) - strlen(".json"));
		count += advice_is_read_as_written(path, arena_printf(arena, "%s.sql", stem), arena_printf(arena, "%s.facts", stem));
	}
	globfree(&found);
	assert_true(count > 100);
}

static void advice_on_a_collection_is_read_as_written(void **state) {
	const char *folder = getenv("PGWHY_PLANS"), *line = folder ? file_text(*state, arena_printf(*state, "%s/INDEX.tsv", folder)) : NULL;
	size_t count = 0;
	if (!line) {
		print_message("skip: advice_on_a_collection_is_read_as_written: PGWHY_PLANS names no folder with an INDEX.tsv\n");
		skip();
	}
	for (; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		count += advice_is_read_as_written(arena_printf(*state, "%s/%.*s", folder, (int)strcspn(line, "\t\n"), line), NULL, NULL);
	assert_true(count > 0);
}

/* ---- a finding that has everything ---- */

static const char *two[] = {"status", "lower(\"odd\x1b[2J\xe2\x80\xae\") DESC"};

static Finding whole_finding(Arena *arena) {
	static const char *include[] = {"total"};
	static const Repeated repeated = {
		.wanted = 5,
		.count = 2,
		.sides = {{"as it is", 12.5, 3, {5, 462.25, 460, 470, 455, 481}, {5, 40121, 40121, 40121, 40000, 40121}}, {"rewrite", NAN, NAN, {5, 9.8, 9, 10, 8, 11}, {0, NAN, NAN, NAN, NAN, NAN}}},
	};
	static const Proof proof = {
		.compared = {.verdict = ROWS_DIFFERENT, .counts = {20, 21}, .place = 3, .rows = {"(3, a)", "(4, \x1b)"}}, .ms = {462.25, 9.8}, .blocks = {40121, NAN}, .repeated = &repeated};
	static const Tried tried = {.ms = {462, 0.3}, .blocks = {40121, 4}, .cost = {40690, 8.31}, .build_ms = 1200.123456, .bytes = 9.4e6};
	Finding finding = finding_new("missing-index");
	IndexAdvice index = {.schema = "odd.schema", .table = "or.ders", .name = "i", .method = "btree", .columns = two, .column_count = 2, .include = include, .include_count = 1,
	                     .where = "status <> 'done'", .bytes = 9437184.3, .partitioned = true};
	finding.title = "orders is read whole\n";
	finding.evidence = "“99.1%” \\ \" of 1.2M rows";
	finding.because = "";
	finding.before = "CREATE EXTENSION IF NOT EXISTS pg_trgm";
	finding.kind = REMEDY_INDEX;
	finding_set_indexes(arena, &finding, &index, 1);
	*list_push(arena, &finding.alternatives) = (IndexAdvice){.table = "orders", .name = "j", .columns = two, .column_count = 1, .bytes = NAN};
	*list_push(arena, &finding.symptoms) = "sort-spill";
	*list_push(arena, &finding.forms) = (StatementForm){"first page", "select 1"};
	finding.rewrite = "select 2";
	finding.notes = "NULLs stay last";
	finding.severity = SEVERITY_CRITICAL;
	finding.basis = BASIS_MEASURED;
	finding.saves_ms = 461.7;
	finding.saves_share = 0.99935064935;
	finding.cost_before = 40690;
	finding.cost_after = 8.31;
	finding.node = 1;
	finding.proof = &proof;
	finding.tried = &tried;
	return finding;
}

static void all_that_a_finding_says_is_read_as_written(void **state) {
	Arena *arena = *state;
	FindingList findings = {0};
	*list_push(arena, &findings) = whole_finding(arena);
	*list_push(arena, &findings) = finding_new("sort-spill");
	findings.items[1].title = "";
	is_read_as_written(arena, "whole", plan_of(arena, SCAN), &findings);
	const Finding *again = &read_again(arena, report_findings_json(arena, &findings), plan_of(arena, SCAN)).items[0];
	assert_string_equal(again->indexes.items[0].schema, "odd.schema");
	assert_string_equal(again->indexes.items[0].table, "or.ders");
	assert_true(again->indexes.items[0].partitioned && again->basis == BASIS_MEASURED && again->severity == SEVERITY_CRITICAL && again->kind == REMEDY_INDEX);
	assert_string_equal(say_tried(arena, again), say_tried(arena, &findings.items[0]));
	assert_string_equal(say_proof(arena, again), say_proof(arena, &findings.items[0]));
	assert_string_equal(again->before, findings.items[0].before);
	assert_string_equal(again->symptoms.items[0], "sort-spill");
	assert_string_equal(index_create_sql(arena, &again->alternatives.items[0]), index_create_sql(arena, &findings.items[0].alternatives.items[0]));
	assert_true(isnan(read_again(arena, report_findings_json(arena, &findings), plan_of(arena, SCAN)).items[1].saves_ms));
}

/* Bytes that are no text are written as U+FFFD, and that is read. */
static void bytes_that_are_no_text_are_told_once(void **state) {
	FindingList findings = {0};
	*list_push((Arena *)*state, &findings) = whole_finding(*state);
	findings.items[0].notes = "caf\xe9";
	assert_string_equal(written_twice(*state, "bytes", plan_of(*state, SCAN), &findings).items[0].notes, "caf\xEF\xBF\xBD");
}

/* ---- what others wrote ---- */

#define REMEDY "'remedy': {'kind': 'index', 'sql': 'CREATE INDEX i ON t (a)'}"
#define FINDING(more) "[{'rule': 'missing-index', 'severity': 'critical', 'basis': 'estimated', 'node': 1, 'title': 'x', " REMEDY more "}]"

static const char *quoted(Arena *arena, const char *text) {
	char *copy = arena_copy(arena, text);
	for (char *at = copy; (at = strchr(at, '\''));) *at = '"';
	return copy;
}

static void an_older_pgwhy_said_less(void **state) {
	FindingList findings = read_again(*state, quoted(*state, FINDING(", 'indexes': [{'relation': 'public.orders', 'name': 'i', 'columns': ['a']}]")), plan_of(*state, SCAN));
	assert_int_equal(findings.count, 1);
	assert_string_equal(findings.items[0].indexes.items[0].schema, "public");
	assert_string_equal(findings.items[0].indexes.items[0].table, "orders");
	assert_null(findings.items[0].tried);
	assert_true(isnan(findings.items[0].saves_ms) && isnan(findings.items[0].indexes.items[0].bytes));
}

static void a_newer_pgwhy_says_more(void **state) {
	FindingList findings = read_again(*state, quoted(*state, "[{'rule': 'clairvoyance', 'severity': 'apocalyptic', 'basis': 'revealed', 'title': 'x', 'crystal': [{'ball': {}}], "
	                                                         "'remedy': {'kind': 'prayer', 'words': []}}]"), plan_of(*state, SCAN));
	assert_string_equal(findings.items[0].rule, "clairvoyance");
	assert_int_equal(findings.items[0].severity, SEVERITY_INFO);
	assert_int_equal(findings.items[0].basis, BASIS_HEURISTIC);
	assert_int_equal(findings.items[0].kind, REMEDY_NONE);
}

static void what_cannot_be_meant_is_refused(void **state) {
	static const struct {
		const char *json, *message;
	} cases[] = {
		{"", "it is no JSON"},
		{"[", "it is no JSON"},
		{"[{'rule': 'a\\u0000b'}]", "it is no JSON"},
		{"{}", "\"findings\" are no list"},
		{"5", "\"findings\" are no list"},
		{"[5]", "\"rule\" is missing"},
		{"[null]", "\"rule\" is missing"},
		{"[{'rule': 'a\\u001b[2J'}]", "\"rule\" is no name of a rule"},
		{"[{'rule': 7}]", "\"rule\" is no text"},
		{"[{'rule': 'a', 'node': 2, 'severity': 'info'}]", "\"node\" is none of this plan"},
		{"[{'rule': 'a', 'node': -1, 'severity': 'info'}]", "\"node\" is none of this plan"},
		{"[{'rule': 'a', 'node': 1e30, 'severity': 'info'}]", "\"node\" is none of this plan"},
		{"[{'rule': 'a', 'node': 0.5, 'severity': 'info'}]", "\"node\" is none of this plan"},
		{"[{'rule': 'a', 'severity': 'info', 'basis': 'estimated'}]", "\"title\" is missing"},
		{"[{'rule': 'a', 'severity': 'info', 'basis': 'estimated', 'title': 'x'}]", "\"kind\" is missing"},
		{FINDING(", 'evidence': {}"), "\"evidence\" is no text"},
		{FINDING(", 'saves_ms': '5'"), "\"saves_ms\" is no number"},
		{FINDING(", 'columns': [1]"), "\"columns\" is no list of texts"},
		{FINDING(", 'indexes': {}"), "\"indexes\" is no list"},
		{FINDING(", 'indexes': [7]"), "\"name\" is missing"},
		{FINDING(", 'indexes': [{'relation': 'a', 'name': 'i'}]"), "\"columns\" are none"},
		{FINDING(", 'indexes': [{'name': 'i', 'columns': ['a']}]"), "\"relation\" is missing"},
		{FINDING(", 'indexes': [{'relation': 'a', 'columns': ['a'], 'name': 'i', 'partitioned': 1}]"), "\"partitioned\" is neither true nor false"},
		{FINDING(", 'proof': []"), "\"proof\" is no object"},
		{FINDING(", 'proof': {}"), "\"verdict\" is missing"},
		{FINDING(", 'proof': {'verdict': 'same-so-far'}"), "\"why\" is missing"},
		{FINDING(", 'proof': {'verdict': 'same', 'runs': {'sides': [], 'wanted': 1}}"), "\"sides\" are neither one nor two"},
		{FINDING(", 'proof': {'verdict': 'same', 'runs': {'sides': [{}, {}, {}], 'wanted': 1}}"), "\"sides\" are neither one nor two"},
		{FINDING(", 'proof': {'verdict': 'same', 'runs': {'sides': [{'name': 'a', 'runs': -1}], 'wanted': 1}}"), "\"runs\" is no number of runs"},
		{FINDING(", 'tried': 'yes'"), "\"tried\" is no object"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		KeptAdvice kept;
		Err err = ERR_INIT;
		assert_false(report_kept_read(*state, quoted(*state, cases[i].json), NULL, plan_of(*state, SCAN), &kept, &err));
		if (strncmp(err.message.text, cases[i].message, strlen(cases[i].message)) != 0) fail_msg("%s: %s", cases[i].json, err.message.text);
		assert_null(kept.findings);
		assert_int_equal(err.kind, ERR_INPUT);
		err_release(&err);
	}
}

static void nesting_without_end_is_refused(void **state) {
	enum { DEEP = 100000 };
	Str text = STR_INIT;
	KeptAdvice kept;
	str_add_repeat(&text, "[", DEEP);
	assert_false(report_kept_read(*state, text.text, NULL, plan_of(*state, SCAN), &kept, NULL));
	str_release(&text);
}

/* Bytes cut off, and bytes changed: an error or a list, and nothing else. */
static void half_a_finding_does_no_harm(void **state) {
	Arena *arena = *state;
	FindingList findings = {0};
	*list_push(arena, &findings) = whole_finding(arena);
	const Plan *plan = plan_of(arena, SCAN);
	const char *json = report_findings_json(arena, &findings);
	for (size_t at = 0; at < strlen(json); at++) {
		KeptAdvice kept;
		Arena *scratch = arena_new();
		assert_false(report_kept_read(scratch, arena_copy_n(scratch, json, at), NULL, plan, &kept, NULL));
		char *changed = arena_copy(scratch, json);
		changed[at] = "0[{\"9,-n"[at % 8];
		if (report_kept_read(scratch, changed, NULL, plan, &kept, NULL) && kept.findings) {
			const PlanReport report = {.plan = plan, .findings = kept.findings};
			assert_non_null(report_plan_markdown(scratch, &report, true));
		}
		arena_free(scratch);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(all_advice_there_is_is_read_as_written),
		arena_test(advice_on_a_collection_is_read_as_written),
		arena_test(all_that_a_finding_says_is_read_as_written),
		arena_test(bytes_that_are_no_text_are_told_once),
		arena_test(an_older_pgwhy_said_less),
		arena_test(a_newer_pgwhy_says_more),
		arena_test(what_cannot_be_meant_is_refused),
		arena_test(nesting_without_end_is_refused),
		arena_test(half_a_finding_does_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
