/* test_deparse.c: an expression's tree -> SQL, spelled as the server spells it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "sql/deparse.h"

static void expect(const char *text, unsigned how, const char *sql) {
	Arena *arena = arena_new();
	Syntax syntax;
	Err err = ERR_INIT;
	if (!syntax_parse(&syntax, arena, SYNTAX_CONDITION, text, &err)) fail_msg("%s: %s", text, err.message.text);
	assert_string_equal(deparse_expression(&syntax, syntax.root, how), sql);
	syntax_release(&syntax);
	err_release(&err);
	arena_free(arena);
}

/* Filters as PostgreSQL 15 printed them for a table with a column of every kind. */
static const char *const printed[] = {
    "(lower((code)::text) = 'x'::text)",
    "(lower(name) = 'x'::text)",
    "((code)::text = 'x'::text)",
    "((code)::text ~~ 'x%'::text)",
    "(((code)::text || name) = 'ab'::text)",
    "(ch = 'a'::bpchar)",
    "((data ->> 'k'::text) = 'v'::text)",
    "(((data ->> 'k'::text))::integer = 5)",
    "(((data -> 'a'::text) ->> 'b'::text) = 'v'::text)",
    "(data @> '{\"a\": 1}'::jsonb)",
    "(data ? 'a'::text)",
    "(data ?| '{a,b}'::text[])",
    "((data #>> '{a,b}'::text[]) = 'x'::text)",
    "(data['a'::text] = '1'::jsonb)",
    "(tags @> '{x}'::text[])",
    "('x'::text = ANY (tags))",
    "(vtags && '{x}'::character varying[])",
    "(tags[1] = 'x'::text)",
    "(tags[1:2] = '{x}'::text[])",
    "((ts)::date = '2026-01-01'::date)",
    "((tz)::date = '2026-01-01'::date)",
    "(((tz AT TIME ZONE 'UTC'::text))::date = '2026-01-01'::date)",
    "(date_trunc('day'::text, ts) = '2026-01-01 00:00:00'::timestamp without time zone)",
    "(EXTRACT(year FROM ts) = '2026'::numeric)",
    "(date_part('year'::text, ts) = '2026'::double precision)",
    "(ts > (now() - '7 days'::interval))",
    "((ts >= '2026-01-01 00:00:00'::timestamp without time zone) AND (ts <= '2026-02-01 00:00:00'::timestamp without time zone))",
    "(ts > CURRENT_DATE)",
    "(ts > LOCALTIMESTAMP)",
    "(tz > CURRENT_TIMESTAMP)",
    "(id = 5)",
    "(id = '-5'::integer)",
    "(big = 5)",
    "(big = '5000000000'::bigint)",
    "((id)::text = '5'::text)",
    "((u)::text = 'x'::text)",
    "(u = '00000000-0000-0000-0000-000000000000'::uuid)",
    "(num = 1.5)",
    "((num)::integer = 1)",
    "((id)::numeric = 1.5)",
    "(f > '1.5e+300'::double precision)",
    "(id = ANY ('{1,2,3}'::integer[]))",
    "((code)::text = ANY ('{a,b}'::text[]))",
    "(id <> ALL ('{1,2}'::integer[]))",
    "(id <> 5)",
    "b",
    "(NOT b)",
    "(b IS NOT TRUE)",
    "(b IS TRUE)",
    "(b IS NULL)",
    "(COALESCE(id, 0) = 5)",
    "(NULLIF(id, 0) = 5)",
    "(GREATEST((id)::bigint, big) = 5)",
    "(CASE WHEN (id = 1) THEN 2 WHEN b THEN 4 ELSE 3 END = 5)",
    "(CASE id WHEN 1 THEN 2 ELSE NULL::integer END = 5)",
    "(ROW(id, big) < ROW(1, 2))",
    "((id = 1) AND (big = 2))",
    "(ROW(id, ts) >= ROW(1, '2026-01-01 00:00:00'::timestamp without time zone))",
    "(SUBSTRING(name FROM 1 FOR 3) = 'abc'::text)",
    "(\"substring\"(name, 1, 3) = 'abc'::text)",
    "(\"substring\"(name, 'a.*'::text) = 'abc'::text)",
    "(\"substring\"(name, '^(?:a){1,1}?(b){1,1}(?:)$'::text) = 'abc'::text)",
    "(POSITION(('a'::text) IN (name)) = 1)",
    "(OVERLAY(name PLACING 'a'::text FROM 1) = 'b'::text)",
    "(TRIM(BOTH FROM name) = 'a'::text)",
    "(TRIM(LEADING 'x'::text FROM name) = 'a'::text)",
    "(ltrim(name) = 'a'::text)",
    "(btrim(name, 'x'::text) = 'a'::text)",
    "(\"left\"(name, 3) = 'abc'::text)",
    "((name)::text < 'x'::text)",
    "(name ~ '^a'::text)",
    "(name ~* 'a'::text)",
    "(name !~ 'a'::text)",
    "(name ~~* '%a%'::text)",
    "(name !~~ 'a%'::text)",
    "(name ~~ 'a\\%'::text)",
    "(name ~ '^(?:a|b)$'::text)",
    "(name ^@ 'a'::text)",
    "(lower(name) ~~ 'a%'::text)",
    "(name IS DISTINCT FROM 'a'::text)",
    "(NOT (id IS DISTINCT FROM 5))",
    "(i > '1 day'::interval)",
    "(i > '1 year 2 mons'::interval year to month)",
    "(ip <<= '10.0.0.0/8'::inet)",
    "(ip = '10.0.0.1'::inet)",
    "(r @> 5)",
    "(r && '[1,2)'::int4range)",
    "(\"Weird Col\" = 'x'::text)",
    "(\"order\" = 1)",
    "(bits = '101'::\"bit\")",
    "(c = 'r'::\"char\")",
    "(tm > '12:00:00'::time without time zone)",
    "(tsv @@ '''b'''::tsquery)",
    "((id + 1) = 2)",
    "((- id) = 2)",
    "((@ id) = 2)",
    "(((id * 2) + big) > 5)",
    "(((id + big) % '2'::bigint) = 0)",
    "(b AND ((id = 1) OR (big = 2)))",
    "((id = 1) OR ((big = 2) AND b))",
    "((id <> 1) OR (big <> 2))",
    "(((id >= 1) AND (id <= 2)) OR ((id >= 2) AND (id <= 1)))",
    "(id > ALL ('{1,2}'::integer[]))",
    "(id < ANY ('{1,2}'::integer[]))",
    "(md5(name) = 'x'::text)",
    "((ts, (ts + '1 day'::interval)) OVERLAPS ((now())::timestamp without time zone, (now())::timestamp without time zone))",
    "(array_length(tags, 1) > 1)",
    "(name = CURRENT_USER)",
    "(id = ((random() * '100'::double precision))::integer)",
    "(t.* IS NOT NULL)",
    "(((id)::bigint)::text = '5'::text)",
    "(((name)::character varying(5))::text = 'x'::text)",
    "((name)::character(5) = 'x'::bpchar)",
    "((ts)::time without time zone = '12:00:00'::time without time zone)",
    "((tz)::time with time zone = '12:00:00+00'::time with time zone)",
    "((i)::interval day to second = '1 day'::interval)",
    "((f)::real = '1'::double precision)",
    "(x IS DOCUMENT)",
    "(NORMALIZE(name, NFC) = 'x'::text)",
    "(name IS NFC NORMALIZED)",
    "((num)::numeric(5,1) = 1.0)",
    "(to_char(ts, 'YYYY'::text) = '2026'::text)",
};

static void what_explain_prints_comes_back_unchanged(void **state) {
	(void)state;
	for (size_t i = 0; i < sizeof printed / sizeof *printed; i++) expect(printed[i], 0, printed[i]);
}

static void what_people_write_is_spelled_out(void **state) {
	(void)state;
	static const struct {
		const char *text, *sql;
	} cases[] = {
	    {"a+b*2<c", "((a + (b * 2)) < c)"},
	    {"a::int::text", "((a)::integer)::text"},
	    {"cast(a as double precision)", "(a)::double precision"},
	    {"a::timestamptz(3)", "(a)::timestamptz(3)"},
	    {"a::timestamp(3) with time zone", "(a)::timestamp(3) with time zone"},
	    {"a::interval minute to second(2)", "(a)::interval minute to second(2)"},
	    {"a::char", "(a)::character(1)"},
	    {"a::\"char\"", "(a)::\"char\""},
	    {"a::int[3][]", "(a)::integer[3][]"},
	    {"a::geometry(Point, 4326)", "(a)::geometry(point,4326)"},
	    {"-5::int", "(- 5::integer)"},
	    {"(-5)::int", "(-5)::integer"},
	    {"interval(3) '1 day'", "'1 day'::interval(3)"},
	    {"timestamp /* c */ '2026-01-01'", "'2026-01-01'::timestamp without time zone"},
	    {"a is not distinct from b", "(a IS NOT DISTINCT FROM b)"},
	    {"a not between symmetric b and c", "(a NOT BETWEEN SYMMETRIC b AND c)"},
	    {"a operator(pg_catalog.=) any (b)", "(a OPERATOR(pg_catalog.=) ANY (b))"},
	    {"a like b escape 'x'", "(a LIKE pg_catalog.like_escape(b, 'x'))"},
	    {"exists(select 1 -- x\n)", "EXISTS (select 1 -- x\n)"},
	    {"a in (select (b) from c)", "(a IN (select (b) from c))"},
	    {"a > all (select b)", "(a > ALL (select b))"},
	    {"a operator(pg_catalog.>) any (select b)", "(a OPERATOR(pg_catalog.>) ANY (select b))"},
	    {"array(select 1)", "ARRAY(select 1)"},
	    {"(select 1) = 1", "((select 1) = 1)"},
	    {"array[[1,2],[3,4]]", "ARRAY[ARRAY[1, 2], ARRAY[3, 4]]"},
	    {"(f(x)).y[1:2]", "(f(x)).y[1:2]"},
	    {"(a).*", "(a).*"},
	    {"f(distinct a order by b desc nulls last)", "f(DISTINCT a ORDER BY b DESC NULLS LAST)"},
	    {"f(a => 1, variadic b)", "f(a => 1, VARIADIC b)"},
	    {"percentile_disc(0.5) within group (order by a) filter (where b)", "percentile_disc(0.5) WITHIN GROUP (ORDER BY a) FILTER (WHERE b)"},
	    {"sum(a) over (partition by b rows unbounded preceding)", "sum(a) OVER (partition by b rows unbounded preceding)"},
	    {"extract('my field' from a)", "EXTRACT('my field' FROM a)"},
	    {"current_timestamp(3)", "CURRENT_TIMESTAMP(3)"},
	    {"collation for (a)", "COLLATION FOR (a)"},
	    {"grouping(a, b)", "GROUPING(a, b)"},
	    {"xmlelement(name a, b)", "xmlelement(name a, b)"},
	    {"\"left\"(a) = left(b)", "(\"left\"(a) = \"left\"(b))"},
	    {"case a when 1 then 2 end", "CASE a WHEN 1 THEN 2 END"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		expect(cases[i].text, 0, cases[i].sql);
		expect(cases[i].sql, 0, cases[i].sql);
	}
}

static void qualifiers_and_labels_can_be_left_out(void **state) {
	(void)state;
	const char *text = "(lower((c.email)::text) = ((o.data ->> 'k'::text))::character varying)";
	expect(text, DEPARSE_UNQUALIFIED, "(lower((email)::text) = ((data ->> 'k'::text))::character varying)");
	expect(text, DEPARSE_UNLABELLED, "(lower(c.email) = ((o.data ->> 'k'::text))::character varying)");
	expect("((c.a)::text || (c.b)::date)", DEPARSE_UNQUALIFIED | DEPARSE_UNLABELLED, "(a || (b)::date)");
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_explain_prints_comes_back_unchanged),
	    cmocka_unit_test(what_people_write_is_spelled_out),
	    cmocka_unit_test(qualifiers_and_labels_can_be_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
