/* test_hostile.c: input that is meant to hurt: huge, deep, broken, not even text. Run as callers run it, in a job. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>

#include "base/clock.h"
#include "base/work.h"
#include "sql/statement.h"

enum { DEADLINE_MS = 20000 };

typedef struct Job {
	const char *text;
	Statement *statement;
	Arena *arena;
	bool done;
} Job;

static Arena *arena;

static int begin(void **state) {
	(void)state;
	arena = arena_new();
	return 0;
}

static int finish(void **state) {
	(void)state;
	arena_free(arena);
	return 0;
}

/* Everything this floor does with a text. */
static void run(void *context) {
	Job *job = context;
	SortKey key;
	Err err = ERR_INIT;
	job->statement = statement_parse(job->arena, job->text);
	predicate_parse(job->arena, job->text, &err);
	sort_key_parse(job->arena, job->text, &key, &err);
	statement_split(job->arena, job->text);
	statement_complete(job->text);
	sql_format(job->arena, job->text, 80);
	err_release(&err);
}

static void done(void *context) {
	((Job *)context)->done = true;
}

static const Statement *survive(const char *text) {
	Job job = {.text = text, .arena = arena};
	Work *work = work_new(NULL);
	assert_non_null(work);
	work_post(work, run, done, &job);
	for (int64_t deadline = clock_ms() + DEADLINE_MS; !job.done;) {
		struct pollfd ready = {.fd = work_fd(work), .events = POLLIN};
		assert_true(clock_ms() < deadline);
		poll(&ready, 1, 100);
		work_collect(work);
	}
	work_free(work);
	return job.statement;
}

/* before, `times` repetitions of piece, after */
static const char *repeated(const char *before, const char *piece, size_t times, const char *after) {
	Str text = STR_INIT;
	str_add(&text, before);
	str_add_repeat(&text, piece, times);
	str_add(&text, after);
	const char *copy = arena_copy_n(arena, text.text, text.len);
	str_release(&text);
	return copy;
}

static void as_deep_as_64_kb_can_nest(void **state) {
	(void)state;
	static const struct {
		const char *before, *piece, *after;
	} cases[] = {
	    {"select ", "(", ""}, {"select ", "( ", "1"}, {"select ", "not ", "a"}, {"select ", "- ", "a"}, {"select 1", "+1", ""},
	    {"select ", "f(", ""}, {"select ", "(select ", "1"}, {"select ", "case when ", "1"}, {"select a", "[1", ""},
	    {"select array", "[", ""}, {"select a", "::b", ""}, {"select a", " is null", ""}, {"select 1", " union select 1", ""},
	    {"with a as (", "with a as (", "select 1"}, {"select 1 from ", "(a join ", ""}, {"select a", " or b and c", ""},
	    {"select ", "/*", ""}, {"explain ", "explain ", ""}, {"explain (", "(", ""}, {"select a", "->b", ""}, {"select a", ".b", ""},
	    {"select ", "(a or b and ", "c"}, {"", "$a$", ""}, {"", "(SubPlan 1(", ""}, {"", "(ANY (", ""}, {"", "order by ", ""},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t room = STATEMENT_MAX_BYTES - strlen(cases[i].before) - strlen(cases[i].after);
		const char *text = repeated(cases[i].before, cases[i].piece, room / strlen(cases[i].piece), cases[i].after);
		assert_true(strlen(text) <= STATEMENT_MAX_BYTES);
		survive(text);
	}
}

static void deep_but_balanced_is_refused_with_a_reason(void **state) {
	(void)state;
	const char *open = repeated("select ", "(", 30000, "1");
	const Statement *statement = survive(repeated(open, ")", 30000, ""));
	assert_false(statement->parsed);
	assert_int_equal(statement->kind, STATEMENT_SELECT);
	assert_non_null(strstr(statement->problem, "memory exhausted"));
	statement = survive(repeated("select 1", "+1", 30000, ""));
	assert_string_equal(statement->problem, "nested too deeply");
	assert_false(statement->writes);
}

static void wide_is_fine(void **state) {
	(void)state;
	const Statement *statement = survive(repeated("select 1 from t where a in (1", ",1", 10000, ")"));
	assert_true(statement->parsed);
	assert_int_equal(statement->blocks.items[0].where.items[0].kind, PREDICATE_IN);
	statement = survive(repeated("select 1 from t where a=1", " and a=1", 4000, ""));
	assert_int_equal(statement->blocks.items[0].where.count, 4001);
	assert_true(survive(repeated("select a", ",a", 10000, " from t"))->parsed);
	assert_true(survive(repeated("select 1 from t", ",t", 10000, ""))->parsed);
	assert_true(survive(repeated("select coalesce(a", ",b", 10000, ")"))->parsed);
}

static void positions_do_not_multiply_what_they_stand_for(void **state) {
	(void)state;
	const char *select = repeated("select coalesce(a", ",b", 3000, ") from t group by 1");
	const Statement *statement = survive(repeated(repeated(select, ",1", 10000, " order by 1"), ",1", 10000, ""));
	assert_true(statement->parsed);
	assert_int_equal(statement->blocks.items[0].group_by.count, BLOCK_MAX_KEYS);
	assert_int_equal(statement->blocks.items[0].order_by.count, BLOCK_MAX_KEYS);
}

static void a_megabyte_is_classified_by_its_words(void **state) {
	(void)state;
	const Statement *statement = survive(repeated("select $7, f(x) from t where a in (1", ", 1", 350000, ") for update"));
	assert_false(statement->parsed);
	assert_string_equal(statement->problem, "longer than 64 kB");
	assert_int_equal(statement->kind, STATEMENT_SELECT);
	assert_int_equal(statement->parameter_count, 7);
	assert_string_equal(statement->functions.items[0].name, "f");
	assert_true(statement->locks_rows && !statement->writes);
	statement = survive(repeated("explain analyze insert into t values (1)", ", (1)", 200000, ""));
	assert_true(statement->explain.analyze && statement->writes);
	assert_int_equal(statement->kind, STATEMENT_INSERT);
	Str calls = STR_INIT;
	for (size_t i = 0; calls.len < 1 << 20; i++) str_printf(&calls, "a%zu(", i);
	assert_true(survive(calls.text)->functions.count > 100000);
	str_release(&calls);
	survive(repeated("", "(", 1 << 20, ""));
	survive(repeated("", "'", (1 << 20) + 1, ""));
	survive(repeated("", "/*", 1 << 19, ""));
	survive(repeated("", "$a ", 1 << 18, ""));
	survive(repeated("", "select (;", 1 << 17, ""));
}

static void bytes_that_are_no_text_do_no_harm(void **state) {
	(void)state;
	static const char *const texts[] = {
	    "\xff", "select '\xff\xfe', \"\xc3\"", "select '\xff' from t where a = '\xc3\xa4'", "\xc3\xa4", "select \x01\x02\x1b[31m",
	    "select E'\\xff'", "select E'\\0'", "select E'\\u0000'", "select U&'\\D800'", "select U&'\\zzzz'", "select U&\"\\0041\"", "select 'a\xf0\x9f",
	    "\xef\xbb\xbfselect 1", "select \"", "select '", "select $$", "select $a$", "select /*", "--", "/**/", ";", "$", "\\", ".", "::", "select 1e", "explain (",
	    "select \"\"", "select x''''", "select b'2'", "select x'g'", "select 1.e", "select $0", "select $1a", "select :a", "select a:b",
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) assert_non_null(survive(texts[i]));
	const Statement *statement = survive("select '\xff' from t where a = '\xfe'");
	assert_true(statement->parsed);
	assert_string_equal(statement->blocks.items[0].output.items[0].text, "'\xff'");
	assert_string_equal(statement->blocks.items[0].where.items[0].text, "a = '\xfe'");
	statement = survive("select \"\xff\" from t");
	assert_false(statement->parsed);
	assert_string_equal(statement->problem, "a name is not valid UTF-8");
}

static void every_cut_of_a_statement_is_survived(void **state) {
	(void)state;
	const char *text = "explain (analyze) with a as materialized (select U&\"d\\0061\" uescape '!', e'\\'', $q$;$q$ from s.\"T\" t join lateral f(a => 1) using (x)) "
	                   "insert into b (c) select case when d then array[1] else '{}' end::int[] from a where (NOT (ANY (e = (hashed SubPlan 1).col1))) "
	                   "and row(1, 2) < (3, 4) order by 1 desc limit $1 for update; -- end";
	for (size_t len = 0; len <= strlen(text); len++) {
		Arena *kept = arena;
		arena = arena_new();
		Job job = {.text = arena_copy_n(arena, text, len), .arena = arena};
		run(&job); /* nothing deep in it: no job needed */
		arena_free(arena);
		arena = kept;
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(as_deep_as_64_kb_can_nest, begin, finish),
	    cmocka_unit_test_setup_teardown(deep_but_balanced_is_refused_with_a_reason, begin, finish),
	    cmocka_unit_test_setup_teardown(wide_is_fine, begin, finish),
	    cmocka_unit_test_setup_teardown(positions_do_not_multiply_what_they_stand_for, begin, finish),
	    cmocka_unit_test_setup_teardown(a_megabyte_is_classified_by_its_words, begin, finish),
	    cmocka_unit_test_setup_teardown(bytes_that_are_no_text_do_no_harm, begin, finish),
	    cmocka_unit_test_setup_teardown(every_cut_of_a_statement_is_survived, begin, finish),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
