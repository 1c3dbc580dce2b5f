/* test_prove.c: pages by key are proved to be the pages that OFFSET returns, whatever they are ordered by; so are other rewrites, when they are. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/paging.h"
#include "ground.h"
#include "pg/compare.h"
#include "pg/explain.h"

/* Few values, so that pages end inside ties; nulls; names that have to be quoted. */
static const char shop[] =
	"create table loose (id int primary key, a int, b text, n numeric, ts timestamptz, \"Größe\" float8);"
	"insert into loose select i, nullif(i % 7, 3), nullif(chr(97 + i * 5 % 4), 'c'), i % 5 / 3.0, '2024-01-01'::timestamptz + i % 50 * interval '1.000001 s', i % 11 / 7.0"
	" from generate_series(1, 300) i;"
	"create table tight (id int primary key, a int not null, b text not null);"
	"insert into tight select i, i % 7, chr(97 + i * 5 % 4) from generate_series(1, 300) i;"
	"create table parts (loose_id int not null, no int not null, primary key (loose_id, no));"
	"insert into parts select 1 + i % 300, i / 300 from generate_series(0, 899) i;"
	"create table gone (a int); insert into gone values (1), (null);"
	"create table bare (a int); insert into bare select i % 5 from generate_series(1, 100) i;"
	"analyze";

static int set_up(void **state) {
	if (ground_set_up(state, &(ClusterSpec){.settings = "jit = off\n"}) != 0) return -1;
	ground_run(*state, "postgres", shop);
	return 0;
}

typedef struct Loaded {
	Ground *ground;
	const Facts *facts;
} Loaded;

static void loaded(void *owner, FactsReply *reply) {
	Loaded *result = owner;
	if (!reply->facts) fail_msg("%s", reply->err->message.text);
	result->facts = reply->facts;
	*list_push(result->ground->arena, &result->ground->kept) = reply->arena;
	reply->arena = NULL;
}

static const Facts *facts_of(Ground *ground, Conn *conn, const Statement *statement) {
	Loaded result = {.ground = ground};
	LIST(TableRef) tables = {0};
	for (size_t b = 0; b < statement->blocks.count; b++)
		for (size_t i = 0; i < statement->blocks.items[b].tables.count; i++) *list_push(ground->arena, &tables) = statement->blocks.items[b].tables.items[i];
	const FactsWish wish = {.tables = tables.items,
	                        .table_count = tables.count,
	                        .functions = statement->functions.items,
	                        .function_count = statement->functions.count};
	facts_load(conn, &wish, loaded, &result);
	UNTIL(ground, result.facts);
	return result.facts;
}

typedef struct Outcome {
	Ground *ground;
	bool here;
	RowsCompared rows;
	const char *text, *rewrite, *error;
} Outcome;

static void compared(void *owner, CompareReply *reply) {
	Outcome *outcome = owner;
	Arena *arena = outcome->ground->arena;
	*outcome = (Outcome){.ground = outcome->ground, .here = true, .rows = reply->compared, .error = err_is(reply->err) ? arena_copy(arena, reply->err->message.text) : NULL};
	outcome->rewrite = arena_copy(arena, reply->rewrite);
	outcome->rows.why_not = arena_copy(arena, reply->compared.why_not);
	outcome->text = err_is(reply->err) ? outcome->error : say_compared(arena, &reply->compared);
}

static Outcome prove(Ground *ground, Conn *conn, const Statement *statement, const Facts *facts, const Finding *finding) {
	ProofTask task = proof_task(ground->arena, statement, facts, finding);
	if (task.refused) return (Outcome){.text = task.refused, .error = task.refused};
	CompareSpec spec = {.task = &task, .most_rows = 1e6, .statement_timeout_ms = 10000, .lock_timeout_ms = 500};
	Outcome outcome = {.ground = ground};
	compare_start(conn, &spec, compared, NULL, &outcome);
	UNTIL(ground, outcome.here);
	return outcome;
}

/* ---- pages ---- */

static void page_is_proved(Ground *ground, Conn *conn, const char *sql) {
	const Statement *statement = statement_parse(ground->arena, sql);
	const Facts *facts = facts_of(ground, conn, statement);
	Paging paging = paging_rewrite(ground->arena, statement, facts);
	if (!paging.statement) fail_msg("%s: %s", sql, paging.why_not);
	Finding finding = finding_new("offset-pagination");
	finding.rewrite = paging.statement;
	finding.paging = &paging;
	Outcome outcome = prove(ground, conn, statement, facts, &finding);
	if (outcome.error || outcome.rows.verdict != ROWS_SAME || outcome.rows.counts[0] < 1)
		fail_msg("%s\nbecame %s\nwith %s\n%s", sql, outcome.rewrite ? outcome.rewrite : paging.statement, paging.last_row, outcome.text);
}

static void every_order_and_depth(void **state) {
	static const char *const ways[] = {"", " desc", " nulls first", " desc nulls last"};
	static const char *const orders[] = {"a%s", "a%s, id", "a%s, id desc", "b, a%s", "a%s, b desc", "n%s, ts", "ts%s", "\"Größe\"%s, b", "b%s, id"};
	static const int depths[] = {1, 128, 250, 295};
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	for (size_t o = 0; o < sizeof orders / sizeof *orders; o++)
		for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
			const char *hole = strstr(orders[o], "%s");
			const char *order = arena_printf(ground->arena, "%.*s%s%s", (int)(hole - orders[o]), orders[o], ways[w], hole + 2);
			page_is_proved(ground, conn, arena_printf(ground->arena, "select * from loose order by %s limit 7 offset %d", order, depths[(o + w) % 4]));
		}
	ground_leave(ground, conn);
}

static void however_it_is_written(void **state) {
	static const char *const statements[] = {
		"select a, b from tight order by a, b limit 10 offset 100",
		"select a as b, b as a from tight order by tight.a, id offset 100 limit 10",
		"select id, lower(b) as a, tight.a as x from tight order by 1 offset 100 rows fetch first 10 rows only",
		"select id from tight order by id fetch next 10 rows only offset 100 -- the end",
		"select id -- a comment\nfrom tight -- one\nwhere a > 2 or b = 'a' -- two\norder by b, id -- three\nlimit 10 -- four\noffset 50",
		"select id, a is distinct from 3 as odd, extract(day from now()) from tight order by a desc, id desc limit 5 offset 200",
		"select (select max(no) from parts where loose_id = id), id from loose order by id offset 280",
		"with few as (select * from tight where a < 3) select t.id from tight t where exists (select from few where few.id = t.id) order by t.b, t.id limit 4 offset 60",
		"select l.a, l.b, l.id, p.no from loose l join parts p on p.loose_id = l.id where p.no < 2 order by l.a, l.b limit 7 offset 400",
		"select t.* from tight t order by t.a, t.id limit 10 offset (10 * 10)",
		"(select id from tight order by id limit 10 offset 100)",
		"select id as \"from\", id from tight order by id limit 3 offset 100",
	};
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) page_is_proved(ground, conn, statements[i]);
	ground_leave(ground, conn);
}

static void a_page_past_the_end_is_not_compared(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	const Statement *statement = statement_parse(ground->arena, "select id from tight order by id limit 10 offset 5000");
	const Facts *facts = facts_of(ground, conn, statement);
	Paging paging = paging_rewrite(ground->arena, statement, facts);
	Finding finding = finding_new("offset-pagination");
	finding.rewrite = paging.statement;
	finding.paging = &paging;
	Outcome outcome = prove(ground, conn, statement, facts, &finding);
	assert_string_equal(outcome.text, "rows not compared: no row comes before this page");
	assert_null(outcome.rewrite); /* and there is nothing to measure */
	ground_leave(ground, conn);
}

/* ---- other rewrites ---- */

static Outcome rewritten(Ground *ground, Conn *conn, const char *sql, const char *rewrite) {
	const Statement *statement = statement_parse(ground->arena, sql);
	Finding finding = finding_new("not-in");
	finding.rewrite = rewrite;
	return prove(ground, conn, statement, facts_of(ground, conn, statement), &finding);
}

static void a_rewrite_is_judged_by_what_it_returns(void **state) {
	static const char *const cases[][3] = {
		{"select id from tight where a not in (select a from loose where a is not null)", "select id from tight t where not exists (select from loose l where l.a = t.a)", "same 43 rows ✓"},
		{"select id from tight where a not in (select a from gone) order by id", "select id from tight t where not exists (select from gone g where g.a = t.a) order by id",
	     "not the same rows: row 1 differs: the rewrite adds (2)"},
		{"select distinct a from tight", "select a from tight", "not the same rows: 7 rows became 300: the rewrite adds ("},
		{"select a, count(*) from tight group by a order by a", "select a, count(id) from tight group by a order by a desc", "same 7 rows ✓"},
		{"select id from tight order by id", "select id from tight order by id desc", "not the same rows: row 1 differs: (1) became (300)"},
		{"select a from tight order by b limit 3", "select a from tight order by b desc limit 3",
	     "rows not compared: ORDER BY does not tell all rows apart, so LIMIT may take others each time; the primary key at its end would"},
		{"select a, random() from bare", "select a, random() from bare where true", "rows not compared: random() may answer differently each time"},
		{"select a from bare where a < 9 limit 100", "select a from bare limit 200", "same 100 rows ✓"},
	};
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Outcome outcome = rewritten(ground, conn, cases[i][0], cases[i][1]);
		if (strncmp(outcome.text, cases[i][2], strlen(cases[i][2])) != 0) fail_msg("%s\n%s, not\n%s", cases[i][1], outcome.text, cases[i][2]);
	}
	ground_leave(ground, conn);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_order_and_depth),
		cmocka_unit_test(however_it_is_written),
		cmocka_unit_test(a_page_past_the_end_is_not_compared),
		cmocka_unit_test(a_rewrite_is_judged_by_what_it_returns),
	};
	return cmocka_run_group_tests(tests, set_up, ground_tear_down);
}
