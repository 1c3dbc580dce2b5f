/* test_create_index.c: what people type as CREATE INDEX, taken apart; anything else is refused. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "sql/create_index.h"

static int begin(void **state) {
	*state = arena_new();
	return 0;
}

static int end(void **state) {
	arena_free(*state);
	return 0;
}

static const CreateIndex *read_index(Arena *arena, const char *text) {
	Err err = ERR_INIT;
	const CreateIndex *index = create_index_read(arena, text, &err);
	if (!index) fail_msg("%s: %s", text, err.message.text);
	return index;
}

static void names_and_manners_of_building_are_left_out(void **state) {
	static const struct {
		const char *typed, *pretended;
	} cases[] = {
	    {"create index on orders (status)", "CREATE INDEX on orders (status)"},
	    {"CREATE INDEX CONCURRENTLY IF NOT EXISTS \"on\" ON s.\"Or ders\" USING btree (a DESC) ;  -- done",
	     "CREATE INDEX ON s.\"Or ders\" USING btree (a DESC)"},
	    {"create unique index u on t (a, b) include (c) where b > 5;", "CREATE UNIQUE INDEX on t (a, b) include (c) where b > 5"},
	    {"orders (status, total)", "CREATE INDEX ON orders (status, total)"},
	    {"/* mine */ on orders using hash (status)", "CREATE INDEX on orders using hash (status)"},
	    {"create index on t (lower(note || ';on'))", "CREATE INDEX on t (lower(note || ';on'))"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(read_index(*state, cases[i].typed)->sql, cases[i].pretended);
}

static void all_parts_are_told(void **state) {
	const CreateIndex *index = read_index(
	    *state, "create unique index \"My Idx\" on s.t using btree (\"My Col\" desc, lower(b) collate pg_catalog.\"C\" text_pattern_ops, (c + d) nulls first) "
	            "include (e, f) with (fillfactor = 70) where x > 5 and note is not null");
	assert_string_equal(index->name, "My Idx");
	assert_string_equal(index->table.schema, "s");
	assert_string_equal(index->table.name, "t");
	assert_string_equal(index->method, "btree");
	assert_true(index->unique);
	assert_int_equal(index->keys.count, 3);
	assert_string_equal(index->keys.items[0].column, "My Col");
	assert_string_equal(index->keys.items[0].text, "\"My Col\"");
	assert_true(index->keys.items[0].descending && index->keys.items[0].nulls_first);
	assert_null(index->keys.items[1].column);
	assert_string_equal(index->keys.items[1].text, "lower(b)");
	assert_string_equal(index->keys.items[1].collation, "C");
	assert_string_equal(index->keys.items[1].opclass, "text_pattern_ops");
	assert_string_equal(index->keys.items[2].text, "(c + d)");
	assert_true(index->keys.items[2].nulls_first && !index->keys.items[2].descending);
	assert_int_equal(index->include.count, 2);
	assert_string_equal(index->include.items[1], "f");
	assert_non_null(strstr(index->where, "note IS NOT NULL"));
}

static void what_the_catalog_prints_is_read_too(void **state) {
	const CreateIndex *index = read_index(*state, "CREATE INDEX docs_tags_idx ON public.docs USING gin (tags jsonb_path_ops)");
	assert_string_equal(index->method, "gin");
	assert_string_equal(index->keys.items[0].opclass, "jsonb_path_ops");
	assert_null(index->where);
	assert_null(index->keys.items[0].collation);
}

static void anything_else_is_refused(void **state) {
	static const char *const texts[] = {
	    "", ";", "-- nothing", "create table t (a int)", "create index on t (a); drop table t", "drop index i", "select 1", "create index on t", "create index on t ()",
	    "t", "create index on t (a) where", "t (a); commit", "\x1b[31m", "caf\xc3 (a)",
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		Err err = ERR_INIT;
		if (create_index_read(*state, texts[i], &err)) fail_msg("taken: %s", texts[i]);
		assert_true(err_is(&err));
		err_release(&err);
	}
}

static void a_mistake_has_its_place(void **state) {
	static const struct {
		const char *text;
		long position;
	} cases[] = {{"create index on orders (status,, total)", 32}, {"orders (status,, total)", 16}, {"on orders (stätus,, total)", 19}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Err err = ERR_INIT;
		assert_null(create_index_read(*state, cases[i].text, &err));
		assert_int_equal(err.position, cases[i].position);
		err_release(&err);
	}
}

static void endless_and_nested_texts_end_well(void **state) {
	Str text = STR_INIT;
	str_add(&text, "t (");
	for (size_t i = 0; i < 100000; i++) str_add(&text, "(");
	assert_null(create_index_read(*state, text.text, NULL));
	str_clear(&text);
	str_add(&text, "t ((a");
	for (size_t i = 0; i < 2000; i++) str_add(&text, "+1");
	str_add(&text, "))");
	create_index_read(*state, text.text, NULL);
	str_release(&text);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_and_manners_of_building_are_left_out), cmocka_unit_test(all_parts_are_told),
	    cmocka_unit_test(what_the_catalog_prints_is_read_too),        cmocka_unit_test(anything_else_is_refused),
	    cmocka_unit_test(a_mistake_has_its_place),                    cmocka_unit_test(endless_and_nested_texts_end_well),
	};
	return cmocka_run_group_tests_name("create_index", tests, begin, end);
}
