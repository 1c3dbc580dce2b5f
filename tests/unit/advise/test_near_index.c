/* test_near_index.c: of indexes that come near what is advised, which one is named, and why it is of no use. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/near_index.h"
#include "facts_file.h"

static int begin(void **state) {
	*state = arena_new();
	return 0;
}

static int end(void **state) {
	arena_free(*state);
	return 0;
}

/* What is said where the table has that one index, `definition` being what stands behind ON, and (email) is advised. */
static const char *why(Arena *arena, const char *definition) {
	const char *catalog = arena_printf(arena,
	                                   "[p.people]\nrows = 100000\npages = 1000\ncolumn email = text; correlation 0.1\ncolumn country = text\n"
	                                   "column age = integer\nindex near = CREATE INDEX near ON p.people USING %s\n",
	                                   definition);
	const Facts *facts = facts_parse(arena, catalog);
	const char *columns[] = {"email"};
	IndexAdvice advised = {.schema = "p", .table = "people", .method = "btree", .columns = columns, .column_count = 1};
	Scan scan = {.table = table_facts(facts, "p", "people"), .schema = "p", .name = "people"};
	return near_index_fault(arena, &scan, &advised);
}

typedef struct Case {
	const char *definition, *word; /* NULL: nothing is said */
} Case;

static void check(Arena *arena, const Case *cases, size_t count) {
	for (size_t i = 0; i < count; i++) {
		const char *said = why(arena, cases[i].definition);
		if (!cases[i].word && said) fail_msg("%s: %s", cases[i].definition, said);
		if (cases[i].word && (!said || !strstr(said, cases[i].word))) fail_msg("%s: %s", cases[i].definition, said ? said : "nothing");
	}
}
#define CHECK(arena, cases) check(arena, cases, sizeof cases / sizeof *cases)

static void an_index_that_comes_near_is_named_with_its_fault(void **state) {
	static const Case cases[] = {
	    {"btree (email); invalid", "near is INVALID"},
	    {"btree (email, age); invalid", "INVALID"},
	    {"btree (email) WHERE country = 'de'", "only rows WHERE country = 'de'"},
	    {"hash (email)", "answers = on email and nothing else"},
	    {"brin (email)", "correlate with their place by 0.10"},
	    {"btree (email text_pattern_ops)", "by text_pattern_ops"},
	    {"btree (email COLLATE \"C\")", "another collation"},
	    {"btree (lower(email))", "is on lower(email), and the query asks for email itself"},
	    {"btree (country, email)", "only behind country"},
	    {"btree (country, age, email)", "only behind country"},
	};
	CHECK(*state, cases);
}

static void nothing_is_said_of_indexes_that_have_nothing_to_do_with_it(void **state) {
	static const Case cases[] = {
	    {"btree (age)", NULL},
	    {"btree (country, age)", NULL},
	    {"btree (age); invalid", NULL},
	    {"btree (lower(country))", NULL},
	    {"btree (my_email_of(country))", NULL}, /* email is a part of another name there */
	    {"gin (email gin_trgm_ops)", NULL},
	    {"hash (country)", NULL},
	};
	CHECK(*state, cases);
}

static void an_index_used_already_is_not_said_to_be_unused(void **state) {
	Arena *arena = *state;
	const Facts *facts = facts_parse(arena, "[p.t]\ncolumn a = integer\ncolumn b = integer\nindex i = CREATE INDEX i ON p.t USING btree (b, a)\n");
	const char *columns[] = {"a", "b"};
	IndexAdvice advised = {.table = "t", .columns = columns, .column_count = 2};
	Scan scan = {.table = table_facts(facts, "p", "t"), .name = "t"};
	assert_null(near_index_fault(arena, &scan, &advised)); /* b is compared too: it can be searched */
	advised.column_count = 1;
	assert_non_null(near_index_fault(arena, &scan, &advised));
	scan.table = NULL;
	assert_null(near_index_fault(arena, &scan, &advised));
}

static void an_index_for_the_rows_asked_for_is_not_said_to_be_for_others(void **state) {
	Arena *arena = *state;
	const Facts *facts = facts_parse(arena, "[p.t]\ncolumn a = integer\ncolumn b = text\nindex i = CREATE INDEX i ON p.t USING btree (a) WHERE (b = 'x'::text)\n");
	const char *columns[] = {"a"};
	IndexAdvice advised = {.table = "t", .columns = columns, .column_count = 1};
	Scan scan = {.table = table_facts(facts, "p", "t"), .name = "t", .filter = *predicate_parse(arena, "((a > 5) AND (b = 'y'::text))", NULL)};
	assert_non_null(near_index_fault(arena, &scan, &advised));
	scan.filter = *predicate_parse(arena, "((a > 5) AND (b = 'x'::text))", NULL);
	assert_null(near_index_fault(arena, &scan, &advised));
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(an_index_that_comes_near_is_named_with_its_fault, begin, end),
	    cmocka_unit_test_setup_teardown(nothing_is_said_of_indexes_that_have_nothing_to_do_with_it, begin, end),
	    cmocka_unit_test_setup_teardown(an_index_used_already_is_not_said_to_be_unused, begin, end),
	    cmocka_unit_test_setup_teardown(an_index_for_the_rows_asked_for_is_not_said_to_be_for_others, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
