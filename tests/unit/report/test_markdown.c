/* test_markdown.c: text and code in Markdown, and a plan made of both. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "plan/json.h"
#include "report/markdown.h"
#include "report/plan.h"

static int arena_up(void **state) {
	*state = arena_new();
	return 0;
}

static int arena_down(void **state) {
	arena_free(*state);
	return 0;
}

static const char *text_of(Arena *arena, const char *text) {
	Str out = STR_INIT;
	markdown_add_text(&out, text);
	const char *copy = arena_copy(arena, out.text);
	str_release(&out);
	return copy;
}

static const char *fence_of(Arena *arena, const char *lines) {
	Str out = STR_INIT;
	markdown_add_fence(&out, "sql", lines);
	const char *copy = arena_copy(arena, out.text);
	str_release(&out);
	return copy;
}

static void text_is_no_markup(void **state) {
	assert_string_equal(text_of(*state, "a*b*c `x` [l](u) <b>&amp; a|b ~~c~~ $x$ \\"), "a\\*b\\*c \\`x\\` \\[l\\](u) \\<b\\>\\&amp; a\\|b \\~\\~c\\~\\~ \\$x\\$ \\\\");
	assert_string_equal(text_of(*state, "order_items _x_"), "order_items \\_x\\_");
}

/* An operator and an address call nobody, either. */
static void nobody_is_called(void **state) {
	assert_string_equal(text_of(*state, "@octocat #12 tags @> x a@b.c C#"), "@<!-- -->octocat #<!-- -->12 tags @\\> x a@b.c C#");
}

static void a_fence_is_longer_than_what_it_holds(void **state) {
	assert_string_equal(fence_of(*state, "select 1"), "```sql\nselect 1\n```\n");
	assert_string_equal(fence_of(*state, "a\n```\n</details>\n"), "````sql\na\n```\n</details>\n````\n");
	assert_string_equal(fence_of(*state, "`````"), "``````sql\n`````\n``````\n");
	assert_string_equal(fence_of(*state, ""), "```sql\n\n```\n");
}

static const char plan_text[] =
    "[{\"Plan\": {\"Node Type\": \"ModifyTable\", \"Operation\": \"Insert\", \"Relation Name\": \"t```\", \"Alias\": \"t```\", \"Actual Startup Time\": 1, \"Actual Total Time\": 40,"
    " \"Actual Rows\": 0, \"Actual Loops\": 1}, \"Settings\": {\"work_mem\": \"64kB\", \"jit\": \"off\"}, \"Planning Time\": 0.5,"
    " \"Triggers\": [{\"Trigger Name\": \"<img src=x>\", \"Relation\": \"t\", \"Time\": 30.5, \"Calls\": 3}], \"Execution Time\": 80}]";

static void a_plan_is_a_block_for_a_ticket(void **state) {
	PlanList plans;
	Err err = ERR_INIT;
	if (!plan_read_json(*state, plan_text, strlen(plan_text), &plans, &err)) fail_msg("%s", err.message.text);
	Finding finding = finding_new("missing-index");
	finding.title = "# **t** is read whole by @dba";
	finding.sql = "CREATE INDEX CONCURRENTLY i ON t (a);\nANALYZE t";
	*list_push(*state, &finding.forms) = (StatementForm){"first page", "SELECT 3"};
	finding.undo = "DROP INDEX CONCURRENTLY i";
	finding.saves_ms = 20;
	const FindingList findings = {.items = &finding, .count = 1, .room = 1};
	const PlanReport report = {.plan = plans.items[0], .findings = &findings, .statement = "insert into t values ('```')", .server_version = 150018, .notes = "a | b"};
	const char *text = report_plan_markdown(*state, &report, false);
	const char *parts[] = {
		"### Plan before\n\nPlan 80 ms planned 0.5 ms rows 0\n\n````text\n   self",
		"\n````sql\ninsert into t values ('```');\n````\n",
		"### Current performance\n\n- time: 80 ms\n",
		"Insert t```\n````\n",
		"**1. missing-index** (info, saves ~20 ms of 80 ms, ",
		": # \\*\\*t\\*\\* is read whole by @<!-- -->dba\n\n```sql\nCREATE INDEX CONCURRENTLY i ON t (a);\nANALYZE t;\n```\n",
		"\nundo:\n\n```sql\nDROP INDEX CONCURRENTLY i;\n```\n\nfirst page:\n\n```sql\nSELECT 3;\n```\n",
		"- note: a \\| b\n- server: PostgreSQL 15.18\n- settings: work_mem = 64kB, jit = off\n- other: triggers 30.5 ms, start-up and shutdown 9.5 ms\n",
		"- triggers: \\<img src=x\\> on t 30.5 ms (3 calls)\n- pgwhy: ",
	};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (!strstr(text, parts[i])) fail_msg("no \"%s\" in:\n%s", parts[i], text);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(text_is_no_markup, arena_up, arena_down),
		cmocka_unit_test_setup_teardown(nobody_is_called, arena_up, arena_down),
		cmocka_unit_test_setup_teardown(a_fence_is_longer_than_what_it_holds, arena_up, arena_down),
		cmocka_unit_test_setup_teardown(a_plan_is_a_block_for_a_ticket, arena_up, arena_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
