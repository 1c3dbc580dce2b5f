/* test_format.c: layout for reading, lossless but for white space. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/utf8.h"
#include "sql/format.h"

static void expect(const char *text, size_t width, const char *layout) {
	Arena *arena = arena_new();
	assert_string_equal(sql_format(arena, text, width), layout);
	arena_free(arena);
}

static void a_clause_has_a_line(void **state) {
	(void)state;
	expect("select a, b from t left join u on u.id = t.id and u.x where a = 1 and b between 2 and 3 or c group by a having d order by a limit 5", 80,
	       "select a, b\n"
	       "from t\n"
	       "left join u on u.id = t.id\n"
	       "  and u.x\n"
	       "where a = 1\n"
	       "  and b between 2 and 3\n"
	       "  or c\n"
	       "group by a\n"
	       "having d\n"
	       "order by a\n"
	       "limit 5");
}

static void a_subquery_is_indented(void **state) {
	(void)state;
	expect("select a from (select b from c) d where exists(select 1 from e where f = (select 2))", 80,
	       "select a\n"
	       "from (\n"
	       "    select b\n"
	       "    from c\n"
	       ") d\n"
	       "where exists(\n"
	       "    select 1\n"
	       "    from e\n"
	       "    where f = (\n"
	       "        select 2\n"
	       "    )\n"
	       ")");
}

static void with_queries_and_changes_are_laid_out(void **state) {
	(void)state;
	expect("with a as (select 1), b as (select 2) update t set x = 1 from a where t.id = 3 returning *", 80,
	       "with a as (\n"
	       "    select 1\n"
	       "),\n"
	       "b as (\n"
	       "    select 2\n"
	       ")\n"
	       "update t\n"
	       "set x = 1\n"
	       "from a\n"
	       "where t.id = 3\n"
	       "returning *");
	expect("insert into t (a) values (1) on conflict (a) do update set a = 2", 80,
	       "insert into t (a)\nvalues (1)\non conflict (a) do update set a = 2");
	expect("select 1 union all select 2", 80, "select 1\nunion all\nselect 2");
}

static void case_and_functions_stay_on_their_line(void **state) {
	(void)state;
	expect("select case when a and b then c end, extract(year from d), left(e, 2) from f where (a or b) and x is distinct from y", 80,
	       "select case when a and b then c end, extract(year from d), left(e, 2)\n"
	       "from f\n"
	       "where (a or b)\n"
	       "  and x is distinct from y");
}

static void long_lines_are_broken_at_blanks(void **state) {
	(void)state;
	expect("select aaaaaaaaaa, bbbbbbbbbb, cccccccccc from t where (aaaaaaaaaa = 1 or bbbbbbbbbb = 2)", 24,
	       "select aaaaaaaaaa,\n"
	       "    bbbbbbbbbb,\n"
	       "    cccccccccc\n"
	       "from t\n"
	       "where (aaaaaaaaaa = 1\n"
	       "    or bbbbbbbbbb = 2)");
}

static void comments_keep_their_lines(void **state) {
	(void)state;
	expect("-- head\nselect a, -- first\nb /* second */ from t\n-- between\nwhere c", 80,
	       "-- head\n"
	       "select a, -- first\n"
	       "    b /* second */\n"
	       "from t\n"
	       "-- between\n"
	       "where c");
}

static void other_statements_are_left_nearly_alone(void **state) {
	(void)state;
	expect("grant select on t to u", 80, "grant select on t to u");
	expect("create table t (id int primary key, b text not null)", 80, "create table t (id int primary key, b text not null)");
	expect("", 80, "");
	expect("  ", 80, "");
}

/* The same words in the same order, and not one white space taken away altogether. */
static void expect_lossless(const char *text, size_t width) {
	Arena *arena = arena_new();
	const char *laid_out = sql_format(arena, text, width);
	TokenList before = sql_tokens(arena, text), now = sql_tokens(arena, laid_out);
	if (before.count != now.count) fail_msg("%zu words became %zu: %s\n%s", before.count, now.count, text, laid_out);
	for (size_t i = 0; i < before.count; i++) {
		Span was = before.items[i].span, is = now.items[i].span;
		if (was.end - was.start != is.end - is.start || memcmp(text + was.start, laid_out + is.start, was.end - was.start) != 0)
			fail_msg("word %zu changed: %s\n%s", i, text, laid_out);
		assert_int_equal(before.items[i].kind, now.items[i].kind);
		if (i && was.start > before.items[i - 1].span.end) assert_true(is.start > now.items[i - 1].span.end);
	}
	assert_string_equal(sql_format(arena, laid_out, width), laid_out);
	arena_free(arena);
}

static void layout_is_lossless_and_settled(void **state) {
	(void)state;
	static const char *const texts[] = {
	    "select a*-1, b- -1, c - -d, e/ *f, -g::int, h->>'i', j#>>'{k,l}', m[1:2], n.*, count(*) from o",
	    "select 'a'\n'b', e'\\'' , $$x;y$$, u&'d' uescape '!', \"select\".\"from\", :v, :'w', ?, $1 from t",
	    "select 'a' 'b' 'c' 'd' 'e' 'f' 'g' 'h' 'i' 'j'",
	    "select 1--one\n,2/*two*/,3 -- three\n\n\n-- four\nfrom t -- five",
	    "select/**/a/**/from/**/t/**/where/**/b/**/and/**/c",
	    "select(a)from(b)where(c)and(d)or(e)in(select(f)from(g))",
	    "merge into a using b on a.i=b.i when matched and c then update set d=case when e and f then 1 end when not matched then insert values(1)",
	    "select a from b natural left outer join c cross join lateral (values (1, 2), (3, 4)) v (x, y) using (z)",
	    "with recursive r (a, b) as materialized (select 1, 2 union all select a+1, b from r where a<10) search depth first by a set o select * from r",
	    "select sum(a) filter (where b and c) over (partition by d order by e rows between 1 preceding and current row) from f window w as (order by g)",
	    "create function f() returns int begin atomic select 1; select case when a then b end; end",
	    "create policy p on t for select using (a = current_user and b)",
	    "))) select ((( a and b or",
	    "select 'open", "select \"open", "select /* open", "select $q$ open", "case case case end and or and", "and and or",
	    "\x01\x02 \xff\xfe select \xc3\xa4\xc3 from \xf0\x9f\x98\x80",
	    "select a from t where x = any (array[1, 2, 3]) and (b, c) > (1, 2) order by d nulls last offset 5 fetch first 3 rows with ties for update",
	    "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z,aa,bb,cc,dd,ee,ff,gg",
	    "select ((((((((((((((((((((((((((((((a and b) or c) and d))))))))))))))))))))))))))))",
	};
	static const size_t widths[] = {0, 20, 33, 60, 100, SIZE_MAX};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) expect_lossless(texts[i], widths[w]);
}

/* Every sequence of four of these words, glued and apart. */
static void any_words_in_any_order_survive(void **state) {
	(void)state;
	static const char *const words[] = {"select", "(", ")", "a", "and", "'s'", ",", "from", "-", "--c\n", "/*c*/", "case", "with", "1", "."};
	enum { COUNT = sizeof words / sizeof *words };
	for (size_t n = 0; n < (size_t)COUNT * COUNT * COUNT * COUNT; n += 7) {
		for (size_t glue = 0; glue < 2; glue++) {
			const char *between = glue ? "" : " ";
			Arena *arena = arena_new();
			const char *text = arena_printf(arena, "%s%s%s%s%s%s%s", words[n % COUNT], between, words[n / COUNT % COUNT], between,
			                                words[n / COUNT / COUNT % COUNT], between, words[n / COUNT / COUNT / COUNT]);
			expect_lossless(text, 20);
			arena_free(arena);
		}
	}
}

static void lines_keep_to_the_width_where_words_allow(void **state) {
	(void)state;
	Arena *arena = arena_new();
	const char *laid_out = sql_format(
	    arena, "select aaaa, bbbb, (select cccc from dddd where eeee in (1111, 2222, 3333, 4444, 5555) and (ffff or gggg or hhhh)) from iiii", 30);
	for (const char *line = laid_out; *line; line += *line == '\n') {
		size_t len = strcspn(line, "\n");
		assert_true(utf8_cells_n(line, len) <= 30);
		line += len;
	}
	arena_free(arena);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_clause_has_a_line),
	    cmocka_unit_test(a_subquery_is_indented),
	    cmocka_unit_test(with_queries_and_changes_are_laid_out),
	    cmocka_unit_test(case_and_functions_stay_on_their_line),
	    cmocka_unit_test(long_lines_are_broken_at_blanks),
	    cmocka_unit_test(comments_keep_their_lines),
	    cmocka_unit_test(other_statements_are_left_nearly_alone),
	    cmocka_unit_test(layout_is_lossless_and_settled),
	    cmocka_unit_test(any_words_in_any_order_survive),
	    cmocka_unit_test(lines_keep_to_the_width_where_words_allow),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
