/* test_ticket.c: the report for a ticket, whole, against tests/golden/report-*.md. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../golden.h"
#include "advise/proof.h"
#include "advise/tried.h"
#include "base/utf8.h"
#include "base/version.h"
#include "plan/json.h"
#include "report/constants.h"

static Arena *arena;

static int setup(void **state) {
	(void)state;
	arena = arena_new();
	return 0;
}

static int teardown(void **state) {
	(void)state;
	arena_free(arena);
	return 0;
}

static const char measured[] =
    "[{\"Plan\": {\"Node Type\": \"Seq Scan\", \"Relation Name\": \"orders\", \"Schema\": \"public\", \"Alias\": \"orders\", \"Startup Cost\": 0.00, \"Total Cost\": 40690.00,"
    " \"Plan Rows\": 500, \"Plan Width\": 40, \"Actual Startup Time\": 0.010, \"Actual Total Time\": 455.000, \"Actual Rows\": 10896, \"Actual Loops\": 1,"
    " \"Filter\": \"(status = 'open'::text)\", \"Rows Removed by Filter\": 1189104, \"Shared Hit Blocks\": 9007, \"Shared Read Blocks\": 31114,"
    " \"Temp Written Blocks\": 12, \"Temp Read Blocks\": 12}, \"Settings\": {\"work_mem\": \"64kB\"}, \"Planning Time\": 0.400, \"Execution Time\": 462.000}]";

static Plan *plan_of(const char *text) {
	PlanList plans = {0};
	Err err = ERR_INIT;
	if (!plan_read_json(arena, text, strlen(text), &plans, &err)) fail_msg("%s", err.message.text);
	return plans.items[0];
}

static Server server = {.version = 150018, .version_text = "15.18", .block_bytes = 8192};

static Facts *facts_of(const char *table, const char *index) {
	static const char *const keys[] = {"id"};
	static const StatementUse use = {.calls = 4812, .rows_per_call = 20};
	Facts *facts = ARENA_NEW(arena, Facts);
	*facts = (Facts){.server = &server, .use = &use};
	TableFacts *one = list_push(arena, &facts->tables);
	*one = (TableFacts){.schema = "public", .name = table, .kind = 'r', .rows = 1.2e6, .bytes = 40121 * 8192.0, .inserts = 12000, .updates = 3000, .hot_updates = 2700, .deletes = 12};
	*list_push(arena, &one->indexes) = (IndexFacts){.name = index, .method = "btree", .keys = keys, .key_count = 1, .definition = arena_printf(arena, "CREATE UNIQUE INDEX x ON y USING btree (%s)", table),
	                                                .valid = true, .unique = true, .primary = true, .bytes = 27e6, .scans = 81234};
	*list_push(arena, &one->indexes) = (IndexFacts){.name = "orders_old_idx", .method = "brin", .bytes = NAN, .scans = NAN};
	return facts;
}

static Finding index_finding(const char *table, const char *name) {
	const char **columns = ARENA_ARRAY(arena, const char *, 1);
	columns[0] = "status";
	const IndexAdvice index = {.schema = "public", .table = table, .name = name, .columns = columns, .column_count = 1, .bytes = 9.4e6};
	Finding finding = finding_new("missing-index");
	finding.kind = REMEDY_INDEX;
	finding.severity = SEVERITY_CRITICAL;
	finding.basis = BASIS_HYPOTHETICAL;
	finding.node = 1;
	finding.title = arena_printf(arena, "%s is read whole to find 0.9%% of its rows", table);
	finding.evidence = "1.2M rows are read and 99.1% of them thrown away.";
	finding.because = "No index begins with (status).";
	finding.saves_ms = 440;
	finding.saves_share = 0.95;
	finding.cost_before = 40690;
	finding.cost_after = 1904;
	finding_set_indexes(arena, &finding, &index, 1);
	return finding;
}

static const char *printed(const PlanReport *report) {
	const char *text = report_plan_markdown(arena, report, false);
	Str out = STR_INIT;
	for (const char *at; (at = strstr(text, PGWHY_VERSION)); text = at + strlen(PGWHY_VERSION)) {
		str_add_n(&out, text, (size_t)(at - text));
		str_add(&out, "VERSION");
	}
	str_add(&out, text);
	const char *copy = arena_copy(arena, out.text);
	str_release(&out);
	return copy;
}

static const char *report_of(const char *plan, const char *statement, const FindingList *findings, const Facts *facts) {
	const PlanReport report = {.plan = plan_of(plan), .findings = findings, .statement = statement, .server_version = facts ? 150018 : 0, .facts = facts, .at_s = 1795289520};
	return printed(&report);
}

static FindingList list_of(Finding finding) {
	FindingList list = {0};
	*list_push(arena, &list) = finding;
	return list;
}

static void an_index_is_told_from_its_why_to_its_way_back(void **state) {
	(void)state;
	const FindingList findings = list_of(index_finding("orders", "orders_status_idx"));
	golden_check_text("report-index.md", report_of(measured, "select * from orders where status = 'open'", &findings, facts_of("orders", "orders_pkey")));
}

static void a_rewrite_is_no_migration(void **state) {
	(void)state;
	const Proof proof = {.compared = {.verdict = ROWS_SAME, .counts = {20, 20}}, .ms = {462, 9.8}, .blocks = {40121, 431}};
	Finding finding = finding_new("not-in");
	finding.kind = REMEDY_REWRITE;
	finding.basis = BASIS_MEASURED;
	finding.title = "NOT IN is checked row by row";
	finding.rewrite = finding.sql = "select * from orders where not exists (select 1)";
	finding.proof = &proof;
	finding.saves_ms = 452.2;
	finding.saves_share = 0.98;
	const FindingList findings = list_of(finding);
	golden_check_text("report-rewrite.md", report_of(measured, "select * from orders where id not in (select 1)", &findings, NULL));
}

static void a_good_plan_is_short(void **state) {
	(void)state;
	const FindingList none = {0};
	golden_check_text("report-nothing.md", report_of(measured, "select * from orders", &none, facts_of("orders", "orders_pkey")));
}

static const char improved[] =
    "[{\"Plan\": {\"Node Type\": \"Index Scan\", \"Relation Name\": \"orders\", \"Schema\": \"public\", \"Alias\": \"orders\", \"Index Name\": \"orders_status_ix\", \"Startup Cost\": 0.00,"
    " \"Total Cost\": 1904.00, \"Plan Rows\": 10800, \"Plan Width\": 40, \"Actual Startup Time\": 0.010, \"Actual Total Time\": 9.000, \"Actual Rows\": 10896, \"Actual Loops\": 1,"
    " \"Index Cond\": \"(status = 'open'::text)\", \"Shared Hit Blocks\": 431, \"Shared Read Blocks\": 0}, \"Planning Time\": 0.300, \"Execution Time\": 9.800}]";

/* As compare_plans() makes it. */
static const Comparison *compared(const FindingList *before) {
	FindingChangeList *changes = ARENA_NEW(arena, FindingChangeList);
	*list_push(arena, changes) = (FindingChange){.kind = FINDING_GONE, .before = before->items, .text = "gone"};
	Comparison *comparison = ARENA_NEW(arena, Comparison);
	const char *statement = "select * from orders where status = 'open'";
	*comparison = (Comparison){.diff = plan_diff(arena, plan_of(measured), statement, plan_of(improved), statement), .findings = changes};
	return comparison;
}

static PlanReport report_since(const FindingList *before) {
	static const FindingList none;
	static const char *const keys[] = {"status"};
	const Comparison *since = compared(before);
	Facts *facts = facts_of("orders", "orders_pkey");
	*list_push(arena, &facts->tables.items[0].indexes) = (IndexFacts){.name = "orders_status_ix", .method = "btree", .keys = keys, .key_count = 1, .valid = true, .bytes = 9.1e6, .scans = 3};
	return (PlanReport){.plan = since->diff->after.plan, .findings = &none, .statement = "select * from orders where status = 'open'", .server_version = 150018, .facts = facts, .at_s = 1795289520, .since = since};
}

/* What was done has its own name, and its gain was measured. */
static void what_was_done_is_told_with_both_plans(void **state) {
	(void)state;
	const FindingList before = list_of(index_finding("orders", "orders_status_idx"));
	const PlanReport report = report_since(&before);
	golden_check_text("report-since.md", printed(&report));
}

/* Built, run with, and rolled back: both plans are there. */
static void what_was_tried_is_measured(void **state) {
	(void)state;
	const Tried tried = {.ms = {462, 9.8}, .blocks = {40121, 431}, .cost = {40690, 1904}, .build_ms = 1200, .bytes = 9.1e6, .plans = {plan_of(measured), plan_of(improved)}};
	Finding finding = index_finding("orders", "orders_status_idx");
	finding_try(&finding, &tried);
	const FindingList findings = list_of(finding);
	const char *text = report_of(measured, "select * from orders where status = 'open'", &findings, NULL);
	static const char *const parts[] = {
		"**462 ms → 9.8 ms (-98%), buffers 40.1k → 431, cost 40 690 → 1 904** (measured).", "### Plan after: tried\n\nPlan 9.8 ms", "- verdict: faster: buffers 40 121 → 431",
		"| 1. missing-index | 462 ms → 9.8 ms (-98%) | 40.1k → 431 | 40 690 → 1 904 | +8.7 MB | measured |", "rolled back",
	};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (!strstr(text, parts[i])) fail_msg("no \"%s\" in:\n%s", parts[i], text);
}

static void has_not(const char *text, const char *part) {
	if (strstr(text, part)) fail_msg("\"%s\" is in:\n%s", part, text);
}

/* No constant is left, wherever it stood; what is to be run is whole. */
static void constants_can_be_left_out(void **state) {
	(void)state;
	const Proof proof = {.compared = {.verdict = ROWS_DIFFERENT, .counts = {20, 20}, .place = 3, .rows = {"(3, open)", "(4, open)"}}, .ms = {NAN, NAN}, .blocks = {NAN, NAN}};
	Finding finding = index_finding("orders", "orders_status_idx");
	finding.evidence = "Seq Scan checks status = 'open'::text for 1.2M rows, the table's 40%, and total = 4711.";
	finding.rewrite = "select 1 where status = 'open' and n = 4711";
	finding.sql = arena_printf(arena, "CREATE INDEX i ON t (a) WHERE b = 42;\n%s", finding.rewrite);
	finding.proof = &proof;
	const FindingList findings = list_of(finding);
	PlanReport report = report_since(&findings);
	report.findings = &findings;
	report.statement = "select /* of Bob */ * from orders where status = 'open' and total = 4711";
	const PlanReport masked = constants_out_of_report(arena, &report);
	const char *text = printed(&masked);
	has_not(text, "open'");
	has_not(text, "open)");
	has_not(text, "4711");
	has_not(text, "Bob");
	if (!strstr(text, "checks status = ?::text for 1.2M rows, the table's 40%, and total = ?.")) fail_msg("%s", text);
	if (!strstr(text, "WHERE b = 42;\nselect ? where status = ? and n = ?;")) fail_msg("%s", text);
	assert_string_equal(report_id(arena, &masked), report_id(arena, &report));
}

/* What stands outside of fences. */
static const char *outside_of_fences(const char *text) {
	Str out = STR_INIT;
	size_t fence = 0;
	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		size_t ticks = strspn(line, "`"), len = strcspn(line, "\n");
		if (!fence && ticks >= 3) fence = ticks;
		else if (fence && ticks >= fence && len == ticks) fence = 0;
		else if (!fence) str_add_n(&out, line, len + 1);
	}
	assert_int_equal(fence, 0);
	const char *copy = arena_copy(arena, out.text);
	str_release(&out);
	return copy;
}

static void strangers_names_stay_names(void **state) {
	(void)state;
	const char *table = "o`r|d\n```\n# <b>@x\033[2J\xff</b>";
	const FindingList findings = list_of(index_finding(table, "i```|`\033"));
	const char *text = report_of(measured, "select '```\n# big' -- \033[31m", &findings, facts_of(table, "p|`k`<i>"));
	golden_check_text("report-hostile.md", text);
	assert_true(strchr(text, '\033') == NULL && strchr(text, '\xff') == NULL);
	const char *open = outside_of_fences(text);
	assert_null(strstr(open, "<b>"));
	assert_null(strstr(open, "<i>"));
	assert_null(strstr(open, "\n# "));
	for (const char *row = strstr(open, "\n| p"); row && *row; row = NULL) { /* a table keeps its columns */
		size_t bars = 0;
		for (const char *at = row + 1; *at && *at != '\n'; at++) bars += *at == '|' && at[-1] != '\\';
		assert_int_equal(bars, 6);
	}
}

/* A ticket takes 64 kB: what is longer is cut at a line, and half a migration is not shown at all. */
static void very_long_things_are_cut(void **state) {
	(void)state;
	enum { MANY = 2000, MOST_BYTES = 65536 };
	Str plan = STR_INIT, statement = STR_INIT;
	str_add(&plan, "[{\"Plan\": {\"Node Type\": \"Append\", \"Startup Cost\": 0, \"Total Cost\": 9, \"Plan Rows\": 1, \"Plan Width\": 4, \"Plans\": [");
	for (int i = 0; i < MANY; i++)
		str_printf(&plan, "%s{\"Node Type\": \"Seq Scan\", \"Relation Name\": \"p%d\", \"Alias\": \"p%d\", \"Startup Cost\": 0, \"Total Cost\": 1, \"Plan Rows\": 1, \"Plan Width\": 4}", i ? "," : "", i, i);
	str_add(&plan, "]}}]");
	str_add(&statement, "select '");
	str_add_repeat(&statement, "ä", 40000);
	str_add(&statement, "'");
	Facts *facts = facts_of("orders", "orders_pkey");
	for (int i = 0; i < MANY; i++)
		*list_push(arena, &facts->tables.items[0].partitions) = (PartitionFacts){.schema = "public", .name = arena_printf(arena, "orders_%d", i), .kind = 'r', .parent_schema = "public", .parent = "orders"};
	Finding finding = index_finding("orders", "orders_status_idx");
	finding.indexes.items[0].partitioned = true;
	const FindingList findings = list_of(finding);
	const char *text = report_of(plan.text, statement.text, &findings, facts);
	if (strlen(text) > MOST_BYTES) fail_msg("%zu bytes", strlen(text));
	assert_non_null(strstr(text, "ä\n```\n\nThe rest is too long for a ticket.\n"));
	assert_non_null(strstr(text, "too many for a ticket. `pgwhy explain --migration sql` prints them."));
	assert_true(utf8_valid(text, strlen(text)));
	str_release(&plan);
	str_release(&statement);
}

static void the_same_report_has_the_same_id(void **state) {
	(void)state;
	PlanReport report = {.plan = plan_of(measured), .statement = "select 1"};
	const char *id = report_id(arena, &report);
	report.at_s = 5;
	assert_string_equal(report_id(arena, &report), id);
	assert_int_equal(strlen(id), strlen("pgwhy-00000000"));
	report.statement = "select 2";
	assert_string_not_equal(report_id(arena, &report), id);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_index_is_told_from_its_why_to_its_way_back),
		cmocka_unit_test(a_rewrite_is_no_migration),
		cmocka_unit_test(a_good_plan_is_short),
		cmocka_unit_test(what_was_done_is_told_with_both_plans),
		cmocka_unit_test(what_was_tried_is_measured),
		cmocka_unit_test(constants_can_be_left_out),
		cmocka_unit_test(strangers_names_stay_names),
		cmocka_unit_test(very_long_things_are_cut),
		cmocka_unit_test(the_same_report_has_the_same_id),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
