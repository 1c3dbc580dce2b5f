/* test_plan.c: an annotated plan with its findings as plain text. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "plan/json.h"
#include "report/plan.h"

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
    "[{\"Plan\": {\"Node Type\": \"Limit\", \"Startup Cost\": 40700.00, \"Total Cost\": 40712.00, \"Plan Rows\": 20, \"Plan Width\": 40,"
    " \"Actual Startup Time\": 460.001, \"Actual Total Time\": 461.500, \"Actual Rows\": 20, \"Actual Loops\": 1,"
    " \"Shared Hit Blocks\": 9007, \"Shared Read Blocks\": 31114, \"Plans\": ["
    "{\"Node Type\": \"Sort\", \"Parent Relationship\": \"Outer\", \"Startup Cost\": 40700.00, \"Total Cost\": 40710.00, \"Plan Rows\": 1100,"
    " \"Plan Width\": 40, \"Actual Startup Time\": 460.0, \"Actual Total Time\": 461.0, \"Actual Rows\": 20, \"Actual Loops\": 1,"
    " \"Sort Key\": [\"o.total DESC\", \"o.id\"], \"Sort Method\": \"top-N heapsort\", \"Sort Space Used\": 31, \"Sort Space Type\": \"Memory\","
    " \"Shared Hit Blocks\": 9007, \"Shared Read Blocks\": 31114, \"Plans\": ["
    "{\"Node Type\": \"Seq Scan\", \"Parent Relationship\": \"Outer\", \"Relation Name\": \"orders\", \"Schema\": \"public\","
    " \"Alias\": \"o\", \"Startup Cost\": 0.00, \"Total Cost\": 40690.00, \"Plan Rows\": 500, \"Plan Width\": 40, \"Actual Startup Time\": 0.010,"
    " \"Actual Total Time\": 455.000, \"Actual Rows\": 10896, \"Actual Loops\": 1, \"Filter\": \"(status = 'open'::text)\","
    " \"Rows Removed by Filter\": 1189104, \"Shared Hit Blocks\": 9007, \"Shared Read Blocks\": 31114}"
    "]}]}, \"Planning Time\": 0.400, \"Triggers\": [], \"Execution Time\": 462.000}]";

static const char estimated[] =
    "[{\"Plan\": {\"Node Type\": \"Append\", \"Startup Cost\": 0.29, \"Total Cost\": 80.00, \"Plan Rows\": 1, \"Plan Width\": 4,"
    " \"Plans\": [{\"Node Type\": \"Seq Scan\", \"Parent Relationship\": \"Member\", \"Relation Name\": \"a\", \"Alias\": \"a\", \"Startup Cost\": 0,"
    " \"Total Cost\": 60, \"Plan Rows\": 12345, \"Plan Width\": 4},"
    " {\"Node Type\": \"Index Scan\", \"Parent Relationship\": \"Member\", \"Relation Name\": \"b\", \"Schema\": \"shop\", \"Alias\": \"x\","
    " \"Index Name\": \"b_pkey\", \"Startup Cost\": 0, \"Total Cost\": 10, \"Plan Rows\": 1, \"Plan Width\": 4, \"Index Cond\": \"(id = a.id)\"}]}}]";

static Plan *plan_of(const char *text) {
	PlanList plans = {0};
	Err err = ERR_INIT;
	if (!plan_read_json(arena, text, strlen(text), &plans, &err)) fail_msg("%s", err.message.text);
	return plans.items[0];
}

static const Finding missing_index = {
    .rule = "missing-index",
    .severity = SEVERITY_CRITICAL,
    .basis = BASIS_HYPOTHETICAL,
    .node = 3,
    .title = "orders is read whole to find 0.9% of its rows",
    .evidence = "1.2M rows are read and 99.1% of them thrown away, which takes 455 of 462 ms; it is done again each time the page is shown.",
    .because = "no index on (status, total)",
    .kind = REMEDY_INDEX,
    .sql = "CREATE INDEX CONCURRENTLY orders_status_total_idx ON public.orders (status, total DESC)",
    .undo = "DROP INDEX CONCURRENTLY public.orders_status_total_idx",
    .locks = "Reads and writes go on while it builds.",
    .notes = "Each write to orders pays for it.",
    .saves_ms = 455,
    .saves_share = 0.985,
    .cost_before = 40712,
    .cost_after = 1904,
    .index_bytes = NAN,
};

static const char *text_of(const char *plan, const FindingList *findings, size_t width, bool ascii) {
	const PlanReport report = {.plan = plan_of(plan), .findings = findings};
	return report_plan_text(arena, &report, width, ascii);
}

/* What every report keeps to: no control bytes, no blanks at line ends, no line too wide but SQL. */
static void is_fit_for_a_pipe(const char *text, size_t width) {
	assert_true(utf8_valid(text, strlen(text)));
	for (const char *line = text; *line;) {
		size_t len = strcspn(line, "\n");
		assert_int_equal(line[len], '\n');
		if (len) assert_int_not_equal(line[len - 1], ' ');
		bool sql = strncmp(line, "    ", 4) == 0 && (strstr(line, "INDEX") || strstr(line, "SELECT"));
		if (utf8_cells_n(line, len) > width && !sql) fail_msg("wider than %zu: %.*s", width, (int)len, line);
		for (size_t i = 0; i < len;) {
			uint32_t point;
			i += utf8_decode(line + i, len - i, &point);
			assert_false(utf8_hostile(point));
		}
		line += len + 1;
	}
}

static void a_measured_plan_with_its_finding(void **state) {
	(void)state;
	FindingList findings = {.items = (Finding[]){missing_index}, .count = 1};
	const char *text = text_of(measured, &findings, 100, false);
	is_fit_for_a_pipe(text, 100);
	assert_string_equal(
	    text,
	    "Plan 462 ms  planned 0.4 ms  rows 20  blocks 40.1k  hit 22%\n"
	    "\n"
	    "   self           rows est→act\n"
	    "  0.5ms ▏                20→20  Limit\n"
	    "    6ms ▏              1.1k→20  └ Sort\n"
	    "                                  │   Sort Key: o.total DESC, o.id\n"
	    "                                  │   Sort Method: top-N heapsort, 31.0 kB in memory\n"
	    "  455ms ███████▉     500→10.9k    └ Seq Scan orders o  ⚠×21.8  ①\n"
	    "                                        Filter: (status = 'open'::text)\n"
	    "                                        Rows removed: 1.2M\n"
	    "                                        Blocks: 9.0k hit, 31.1k read\n"
	    "\n"
	    "① missing-index  critical  saves ~455 ms of 462 ms  hypothetical\n"
	    "  orders is read whole to find 0.9% of its rows\n"
	    "    CREATE INDEX CONCURRENTLY orders_status_total_idx ON public.orders (status, total DESC);\n"
	    "  undo      DROP INDEX CONCURRENTLY public.orders_status_total_idx;\n"
	    "  evidence  1.2M rows are read and 99.1% of them thrown away, which takes 455 of 462 ms; it is done\n"
	    "            again each time the page is shown.\n"
	    "  because   no index on (status, total)\n"
	    "  cost      40 712 → 1 904\n"
	    "  locks     Reads and writes go on while it builds.\n"
	    "  note      Each write to orders pays for it.\n");
}

static void the_same_in_seven_bits(void **state) {
	(void)state;
	Finding finding = missing_index;
	finding.because = "≥ 3 rows × 2 … – enough";
	FindingList findings = {.items = &finding, .count = 1};
	const char *text = text_of(measured, &findings, 100, true);
	is_fit_for_a_pipe(text, 100);
	for (const char *byte = text; *byte; byte++) assert_true((unsigned char)*byte < 0x80);
	assert_non_null(strstr(text, "  rows est->act\n"));
	assert_non_null(strstr(text, "`-Seq Scan orders o  !x21.8  (1)\n"));
	assert_non_null(strstr(text, "\n(1) missing-index  critical"));
	assert_non_null(strstr(text, "  because   >= 3 rows x 2 ... - enough\n"));
}

static void an_estimate_tells_costs_and_says_so(void **state) {
	(void)state;
	FindingList none = {0};
	const char *text = text_of(estimated, &none, 0, false);
	is_fit_for_a_pipe(text, REPORT_WIDTH);
	assert_string_equal(text, "Plan estimated, not run  cost 80  rows 1\n"
	                          "\n"
	                          "   cost               rows est\n"
	                          "     10 █                    1  Append\n"
	                          "     60 ██████           12.3k  ├ Seq Scan a\n"
	                          "     10 █                    1  └ Index Scan shop.b x using b_pkey\n"
	                          "                                      Index Cond: (id = a.id)\n"
	                          "\n"
	                          "nothing to advise\n");
}

static void nobody_looked_for_advice_is_not_none(void **state) {
	(void)state;
	assert_null(strstr(text_of(estimated, NULL, 0, false), "advise"));
}

static void statement_and_notes_stand_on_top(void **state) {
	(void)state;
	const PlanReport report = {.plan = plan_of(estimated), .statement = "select *\n\tfrom a \033[31m", .notes = "generic plan: parameters unknown"};
	const char *text = report_plan_text(arena, &report, 0, false);
	is_fit_for_a_pipe(text, REPORT_WIDTH);
	assert_memory_equal(text, "select * from a ?[31m\nPlan estimated", 36);
	assert_non_null(strstr(text, "rows 1\ngeneric plan: parameters unknown\n\n"));
	const PlanReport wordy = {.plan = plan_of(estimated), .notes = "This is a generic plan: the values of the parameters are unknown, so are their shares of the rows. LIMIT is planned for a tenth."};
	text = report_plan_text(arena, &wordy, 0, false);
	is_fit_for_a_pipe(text, REPORT_WIDTH);
	assert_non_null(strstr(text, "tenth.\n\n")); /* whole */
	for (int words = 0; words < 40; words++) { /* no line ends within a figure */
		const PlanReport figures = {.plan = plan_of(estimated), .notes = arena_printf(arena, "For as long as nothing else is known of it, it comes %.*sto the cost of 1 233 926.", words, "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a")};
		assert_non_null(strstr(report_plan_text(arena, &figures, 80, false), "1 233 926.\n"));
	}
}

static void a_finding_of_the_whole_statement_or_an_estimate(void **state) {
	(void)state;
	Finding finding = finding_new("offset-pagination");
	finding.title = "x";
	finding.saves_share = 0.4;
	finding.sql = "SELECT 1;\nSELECT 2;\n";
	*list_push(arena, &finding.forms) = (StatementForm){"first page", "SELECT 3"};
	FindingList findings = {.items = &finding, .count = 1};
	const char *text = text_of(estimated, &findings, 0, false);
	assert_non_null(strstr(text, "\n\n① offset-pagination  info  saves ~40% of the cost  heuristic\n  x\n    SELECT 1;\n    SELECT 2;\n  first page:\n    SELECT 3;\n"));
	assert_null(strstr(text, "undo"));
	assert_null(strstr(text, "Scan a  ①"));
}

static void sql_to_paste_is_never_cut(void **state) {
	(void)state;
	Finding finding = missing_index;
	finding.sql = arena_printf(arena, "CREATE INDEX ON t ((%0200d))", 1);
	FindingList findings = {.items = &finding, .count = 1};
	const char *text = text_of(measured, &findings, 80, false);
	assert_non_null(strstr(text, arena_printf(arena, "\n    %s;\n", finding.sql)));
	is_fit_for_a_pipe(text, 80);
}

static void narrow_reports_keep_their_marks(void **state) {
	(void)state;
	FindingList findings = {.items = (Finding[]){missing_index, missing_index}, .count = 2};
	for (size_t width = 1; width < 130; width++) {
		const char *text = text_of(measured, &findings, width, width % 2);
		is_fit_for_a_pipe(text, width < 80 ? 80 : width);
		assert_non_null(strstr(text, width % 2 ? "  (1)  (2)\n" : "  ①  ②\n"));
	}
}

static void more_findings_than_circled_numbers(void **state) {
	(void)state;
	FindingList findings = {0};
	for (int i = 0; i < 25; i++) *list_push(arena, &findings) = missing_index;
	const char *text = text_of(measured, &findings, 0, false);
	assert_non_null(strstr(text, "\n⑳ missing-index"));
	assert_non_null(strstr(text, "\n(21) missing-index"));
}

static void strangers_names_are_harmless(void **state) {
	(void)state;
	const char *text = text_of("[{\"Plan\": {\"Node Type\": \"Seq\\u001b[2J Scan\", \"Relation Name\": \"t\\n\\u202eevil\xFF\", \"Alias\": \"日本日本日本日本日本日本日本日本日本日本日本\","
	                           " \"Filter\": \"a\\r\\nb\\u0007\", \"Total Cost\": 0, \"Startup Cost\": 0, \"Plan Rows\": 1}}]", NULL, 80, false);
	is_fit_for_a_pipe(text, 80);
	assert_non_null(strstr(text, "Seq?[2J Scan t ?evil? 日本"));
	assert_non_null(strstr(text, "Filter: a b?\n"));
}

static void deep_and_wide_plans_stay_readable(void **state) {
	(void)state;
	enum { DEPTH = 4000 };
	Str text = STR_INIT;
	str_add(&text, "[{\"Plan\": {\"Node Type\": \"Result\"");
	for (int i = 0; i < DEPTH; i++) str_add(&text, ", \"Filter\": [[[[[[[[[[[[[1]]]]]]]]]]]]], \"Plans\": [{\"Node Type\": \"Result\"}, {\"Node Type\": \"Result\"");
	for (int i = 0; i < DEPTH; i++) str_add(&text, "}]");
	str_add(&text, "}}]");
	const char *report = text_of(text.text, NULL, 0, false);
	is_fit_for_a_pipe(report, REPORT_WIDTH);
	assert_non_null(strstr(report, arena_printf(arena, " %d… ", DEPTH - 12)));
	str_release(&text);
}

static void nodes_that_never_ran_say_so(void **state) {
	(void)state;
	const char *text = text_of("[{\"Plan\": {\"Node Type\": \"Append\", \"Startup Cost\": 0, \"Total Cost\": 1, \"Plan Rows\": 1, \"Plan Width\": 1,"
	                           " \"Actual Startup Time\": 0.1, \"Actual Total Time\": 1.0, \"Actual Rows\": 0, \"Actual Loops\": 1,"
	                           " \"Plans\": [{\"Node Type\": \"Seq Scan\", \"Relation Name\": \"t\", \"Startup Cost\": 0, \"Total Cost\": 1, \"Plan Rows\": 7,"
	                           " \"Plan Width\": 1, \"Actual Startup Time\": 0.0, \"Actual Total Time\": 0.0, \"Actual Rows\": 0, \"Actual Loops\": 0}]},"
	                           " \"Execution Time\": 1.2}]", NULL, 0, false);
	assert_non_null(strstr(text, "└ Seq Scan t (never executed)\n"));
	assert_non_null(strstr(text, "\n      – "));
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_measured_plan_with_its_finding),
	    cmocka_unit_test(the_same_in_seven_bits),
	    cmocka_unit_test(an_estimate_tells_costs_and_says_so),
	    cmocka_unit_test(nobody_looked_for_advice_is_not_none),
	    cmocka_unit_test(statement_and_notes_stand_on_top),
	    cmocka_unit_test(a_finding_of_the_whole_statement_or_an_estimate),
	    cmocka_unit_test(sql_to_paste_is_never_cut),
	    cmocka_unit_test(narrow_reports_keep_their_marks),
	    cmocka_unit_test(more_findings_than_circled_numbers),
	    cmocka_unit_test(strangers_names_are_harmless),
	    cmocka_unit_test(deep_and_wide_plans_stay_readable),
	    cmocka_unit_test(nodes_that_never_ran_say_so),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
