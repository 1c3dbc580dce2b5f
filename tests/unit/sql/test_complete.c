/* test_complete.c: what is expected at the cursor of a statement being typed. The cursor is written `|`. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "base/clock.h"
#include "sql/complete.h"

static int new_arena(void **state) {
	*state = arena_new();
	return 0;
}

static int free_arena(void **state) {
	arena_free(*state);
	return 0;
}

static Expected at(Arena *arena, const char *marked) {
	const char *mark = strchr(marked, '|');
	assert_non_null(mark);
	size_t cursor = (size_t)(mark - marked);
	return complete_expected(arena, arena_printf(arena, "%.*s%s", (int)cursor, marked, mark + 1), cursor);
}

/* "relations columns … : alias=schema.table alias(columns)" */
static const char *told(Arena *arena, const char *marked) {
	static const struct {
		unsigned want;
		const char *name;
	} names[] = {{COMPLETE_RELATIONS, "relations "}, {COMPLETE_COLUMNS, "columns "}, {COMPLETE_TYPES, "types "}};
	Expected expected = at(arena, marked);
	Str out = STR_INIT;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (expected.wants & names[i].want) str_add(&out, names[i].name);
	str_add_char(&out, ':');
	for (size_t i = 0; i < expected.with.count; i++) str_printf(&out, " with %s", expected.with.items[i]);
	for (size_t i = 0; i < expected.tables.count; i++) {
		const ScopeTable *table = &expected.tables.items[i];
		str_printf(&out, " %s", table->alias);
		if (table->columns.count || table->derived) str_add_char(&out, '(');
		for (size_t k = 0; k < table->columns.count; k++) str_printf(&out, "%s%s", k ? "," : "", table->columns.items[k]);
		if (table->columns.count || table->derived) str_add_char(&out, ')');
		for (size_t k = 0; k < table->stars.count; k++)
			str_printf(&out, "=%s%s%s", table->stars.items[k].schema ? table->stars.items[k].schema : "", table->stars.items[k].schema ? "." : "", table->stars.items[k].name);
	}
	const char *copy = arena_copy(arena, out.text);
	str_release(&out);
	return copy;
}

static bool offers(const Expected *expected, const char *word) {
	for (size_t i = 0; expected->words[i]; i++)
		if (strcmp(expected->words[i], word) == 0) return true;
	return false;
}

#define assert_told(marked, what) assert_string_equal(told(*state, marked), what)
#define assert_offered(marked, word)                   \
	do {                                          \
		Expected here = at(*state, marked);   \
		assert_true(offers(&here, word));     \
	} while (0)
#define assert_not_offered(marked, word)               \
	do {                                          \
		Expected here = at(*state, marked);   \
		assert_false(offers(&here, word));    \
	} while (0)

static void relations_are_wanted_where_tables_stand(void **state) {
	const char *const places[] = {
		"select * from |", "select * from ord|", "select * from a, |", "select * from a join |", "select * from a left join b on a.x = b.x join c|",
		"update |", "insert into |", "delete from |", "merge into x using |", "table |", "select 1 from only |", "select * from (|", "select (select 1 from |",
		"explain analyze select * from |", "explain (analyze, buffers) select * from |", "select * from a join b on a.id = b.id, |", "delete from a using |",
		"with x as (select 1) insert into |", "select 1; select 2 from |; select 3", "select * from |\nwhere x = 1",
	};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		Expected expected = at(*state, places[i]);
		if (!(expected.wants & COMPLETE_RELATIONS)) fail_msg("%s", places[i]);
	}
}

static void columns_are_those_of_the_tables_in_reach(void **state) {
	assert_told("select | from orders", "columns : orders=orders");
	assert_told("select * from shop.orders o, customers as c where |", "columns : o=shop.orders c=customers");
	assert_told("select * from a join b on |", "columns : a=a b=b");
	assert_told("select * from a join b using (|", "columns : a=a b=b");
	assert_told("select count(*) from orders group by |", "columns : orders=orders");
	assert_told("select * from orders order by to|", "columns : orders=orders");
	assert_told("update stock set |", "columns : stock=stock");
	assert_told("update stock set pieces = | where product_id = 1", "columns : stock=stock");
	assert_told("update stock s set pieces = 1, | from orders", "columns : s=stock");
	assert_told("insert into orders (id, |", "columns : orders=orders");
	assert_told("insert into orders (id) values (1) on conflict (|", "columns : orders=orders");
	assert_told("insert into orders (id) values (1) returning |", "columns : orders=orders");
	assert_told("delete from orders where |", "columns : orders=orders");
	assert_told("select lower(|) from customers", "columns : customers=customers");
	assert_told("select extract(year from |) from orders", "columns : orders=orders");
	assert_told("select * from a where x is distinct from |", "columns : a=a");
	assert_told("select a.x from a union select | from b", "columns : b=b");
	assert_told("select distinct on (|) * from orders", "columns : orders=orders");
	assert_told("select distinct on (x) | from orders", "columns : orders=orders");
	assert_told("select a, case when | from orders", "columns : orders=orders");
	assert_told("select sum(x) over (partition by |) from orders", "columns : orders=orders");
}

static void a_qualifier_names_one_table(void **state) {
	assert_told("select o.| from orders o join customers c on true", "columns : o=orders");
	assert_told("select * from orders o join customers c on o.x = c.na|", "columns : c=customers");
	assert_told("select \"O o\".| from orders \"O o\"", "columns : O o=orders");
	assert_told("select shop.orders.| from shop.orders", "columns : orders=shop.orders");
	assert_told("select * from shop.|", "relations :");
	Expected expected = at(*state, "select * from shop.ord|");
	assert_string_equal(expected.qualifier, "shop");
	assert_string_equal(expected.typed, "ord");
	assert_int_equal(expected.start, 19);
	assert_told("select nosuch.| from orders", "relations columns :");
	expected = at(*state, "select * from \"My Schema\".\"or|");
	assert_string_equal(expected.qualifier, "My Schema");
	assert_string_equal(expected.typed, "or");
	assert_true(expected.quoted);
}

static void subqueries_and_with_queries_have_the_columns_their_text_tells(void **state) {
	assert_told("select | from (select id, total * 2 as twice, count(*), o.status, x::int from orders o) as s", "columns : s(id,twice,count,status,x)");
	assert_told("with w as (select id, name n from customers) select w.| from w", "columns : w(id,n)");
	assert_told("with w (a, b) as (select 1, 2) select | from w", "columns : w(a,b)");
	assert_told("with w as (select *, 1 as one from orders) select | from w", "columns : w(one)=orders");
	assert_told("with w as (select o.* from orders o, customers) select | from w", "columns : w()=orders");
	assert_told("select | from (values (1, 2)) as v (x, y)", "columns : v(x,y)");
	assert_told("select | from (values (1, 2)) as v", "columns : v(column1,column2)");
	assert_told("with d as (delete from stock returning product_id) select | from d", "columns : d(product_id)");
	assert_told("with w as (select 1), v as (select 2) select * from |", "relations : with w with v");
	assert_told("with w as (select * from |) select 1", "relations :");
	assert_told("select * from generate_series(1, 2) as g (n) where |", "columns : g(n)");
	assert_told("select * from customers c where exists (select 1 from orders o where |)", "columns : o=orders c=customers");
	assert_told("with a as (select * from b), b as (select * from a) select | from a", "columns : a()");
}

static void nothing_is_offered_in_strings_comments_and_numbers(void **state) {
	const char *const places[] = {
		"select 'fr|", "select 'a|b' from t", "select -- from |", "select /* from |", "select /* from | */ 1", "select $$ from |", "select $a$ from |$a$",
		"select 12|", "select $1|", "select * from t as |", "select x as na|", "select E'\\'|", "select \"closed\"|", "with |", "with x (|",
	};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		Expected expected = at(*state, places[i]);
		if (expected.wants) fail_msg("%s wants %u", places[i], expected.wants);
	}
	assert_told("select 'it''s' from |", "relations :");
	assert_told("select /* x */ * from /* y */|", "relations :");
}

static void key_words_are_those_of_the_place(void **state) {
	assert_offered("|", "select");
	assert_offered("sel|", "select");
	assert_offered("select 1; |", "insert into");
	assert_offered("select * |", "from");
	assert_offered("select o.* |", "from");
	assert_offered("select id |", "from");
	assert_offered("select * from orders |", "where");
	assert_offered("select * from orders o |", "join");
	assert_offered("select * from orders o join customers c |", "on");
	assert_offered("select * from orders where id = 1 |", "and");
	assert_offered("select * from orders where (id = 1) |", "order by");
	assert_offered("select * from orders group |", "by");
	assert_offered("select * from orders order by id |", "desc");
	assert_offered("insert into t (a) |", "values");
	assert_offered("insert into t values (1) |", "on conflict");
	assert_offered("insert into t values (1) on conflict (id) do |", "update set");
	assert_offered("update t |", "set");
	assert_offered("select * from a where x is |", "not null");
	assert_offered("explain (|", "buffers");
	assert_offered("select * from t limit 1 |", "offset");
	assert_not_offered("select * from |", "where");
	assert_not_offered("select * from t where |", "and");
	assert_not_offered("select * from orders o where o.|", "and");
}

static void key_words_are_written_as_the_others_are(void **state) {
	assert_false(at(*state, "select * from t wh|").upper);
	assert_true(at(*state, "select * from t WH|").upper);
	assert_true(at(*state, "SELECT * FROM t |").upper);
	assert_false(at(*state, "select * from t |").upper);
	assert_false(at(*state, "SELECT Wh|").upper);
	assert_true(at(*state, "S|").upper);
}

static void types_follow_a_cast(void **state) {
	assert_told("select x::| from t", "types :");
	assert_told("select x::num| from t", "types :");
	assert_told("select cast(x as |", "types :");
	assert_told("select x::int, | from t", "columns : t=t");
}

static void names_that_are_typed_are_no_tables_yet(void **state) {
	assert_told("select * from orders, cus|", "relations :");
	assert_told("select id| from orders", "columns : orders=orders");
	assert_told("select o| from shop.", "columns :");
	Expected expected = at(*state, "select Größe|");
	assert_string_equal(expected.typed, "Größe");
	assert_int_equal(expected.start, 7);
}

/* ---- strangers' bytes ---- */

static void any_bytes_at_any_place_are_survived(void **state) {
	static const char *const parts[] = {
		"select ", "from ", "(", ")", "\"", "'", ",", ".", "with x as (", "*", " ", "::", "/*", "*/", "--", "\n", "$$", "join ", "on ", "\xff", "é", "x", "1", ";",
		"insert into ", "values ", "update ", "set ", "=", "returning ", "distinct ", "as ", "union ", "u&\"", "table ", "is ", "explain ", "over ", "by ", "order ",
	};
	(void)state;
	srand(7);
	for (int round = 0; round < 3000; round++) {
		Arena *arena = arena_new();
		Str text = STR_INIT;
		for (int i = rand() % 30; i >= 0; i--) str_add(&text, parts[(size_t)rand() % (sizeof parts / sizeof *parts)]);
		size_t cursor = (size_t)rand() % (text.len + 1);
		Expected expected = complete_expected(arena, text.text, cursor);
		assert_true(expected.start <= cursor);
		assert_non_null(expected.words);
		str_release(&text);
		arena_free(arena);
	}
}

static void take_ms(Arena *arena, const char *part, size_t times, const char *end) {
	Str text = STR_INIT;
	str_add_repeat(&text, part, times);
	str_add(&text, end);
	int64_t began = clock_ms();
	complete_expected(arena, text.text, text.len);
	int64_t took = clock_ms() - began;
	str_release(&text);
	if (took > 1000) fail_msg("%s…: %d ms", part, (int)took);
}

static void a_megabyte_takes_no_time(void **state) {
	take_ms(*state, "(", 1 << 20, "select ");
	take_ms(*state, "select a, b from c where d = 'e' and ", 28000, "");
	take_ms(*state, "select * from (", 70000, "select ");
	take_ms(*state, "a, ", 350000, "from x where ");
	take_ms(*state, "with a as (select * from a, a, a, a, a, a, a, a, a, a, a, a), ", 16000, "b as (select 1) select * from a where ");
	take_ms(*state, ") ", 500000, "select 1 from t where ");
	Str text = STR_INIT;
	str_add(&text, "with ");
	for (int i = 0; i < 150; i++) str_printf(&text, "a%d as (select * from a%d, a%d, a%d), ", i, i + 1, i + 2, i + 3);
	str_add(&text, "z as (select 1) select  from a0");
	int64_t began = clock_ms();
	complete_expected(*state, text.text, text.len - strlen(" from a0"));
	assert_true(clock_ms() - began < 1000);
	str_release(&text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, new_arena, free_arena)
int main(void) {
	const struct CMUnitTest tests[] = {
		TEST(relations_are_wanted_where_tables_stand),
		TEST(columns_are_those_of_the_tables_in_reach),
		TEST(a_qualifier_names_one_table),
		TEST(subqueries_and_with_queries_have_the_columns_their_text_tells),
		TEST(nothing_is_offered_in_strings_comments_and_numbers),
		TEST(key_words_are_those_of_the_place),
		TEST(key_words_are_written_as_the_others_are),
		TEST(types_follow_a_cast),
		TEST(names_that_are_typed_are_no_tables_yet),
		TEST(any_bytes_at_any_place_are_survived),
		TEST(a_megabyte_takes_no_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
