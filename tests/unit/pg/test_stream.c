/* test_stream.c: messages of COPY in binary become a table, and what is no such message is refused. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "base/str.h"
#include "pg/stream.h"

#define HEADER "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"
#define NONE "\377\377\377\377"

/* queryid may be null; odd is a numeric, when a timestamptz. */
static const StreamColumn columns[] = {
	{"queryid", 20}, {"user", 19}, {"calls", 20}, {"share", 701}, {"on", 16}, {"owner", 26}, {"odd", 1700}, {"when", 1184},
};

typedef struct Fixture {
	Arena *arena;
	StreamShape *shape;
	Stream *stream;
} Fixture;

static int set_up(void **state) {
	static Fixture f;
	f.arena = arena_new();
	f.shape = stream_shape(f.arena, "/* who */ select 1;\n", columns, sizeof columns / sizeof *columns, (const char *const[]){"queryid", NULL});
	f.stream = stream_new(f.shape);
	*state = &f;
	return 0;
}

static int tear_down(void **state) {
	Fixture *f = *state;
	stream_free(f->stream);
	arena_free(f->arena);
	return 0;
}

#define TAKE(stream, literal) stream_take((stream), (literal), sizeof(literal) - 1)

static const char full[] = HEADER "\0\10"
                                  "\0\0\0\10\377\377\377\377\377\377\377\376" /* -2 */
                                  "\0\0\0\3web"
                                  "\0\0\0\10\0\0\0\0\0\0\1\0" /* 256 */
                                  "\0\0\0\10\77\340\0\0\0\0\0\0" /* 0.5 */
                                  "\0\0\0\1\1"
                                  "\0\0\0\4\377\377\377\376" /* 4294967294 */
                                  "\0\0\0\10\300\0\0\0\0\0\0\0" /* -2.0 */
                                  "\0\0\0\3now";
static const char hollow[] = "\0\10" NONE NONE NONE NONE NONE NONE NONE NONE;

static Table *table_of(Fixture *f, Arena **arena) {
	size_t bytes;
	return stream_table(f->stream, arena, &bytes);
}

static void the_copy_asks_for_what_it_can_read(void **state) {
	Fixture *f = *state;
	assert_string_equal(stream_describe_sql(f->arena, "select 1 ;\n"), "/* pgwhy: columns */ select * from (select 1) as it limit 0");
	assert_string_equal(stream_sql(f->shape), "/* pgwhy: copy */ copy (select queryid, \"user\"::text, nullif(calls, 0), nullif(share, 0), \"on\", owner, nullif(odd, 0)::float8,"
	                                          " \"when\"::text from (/* who */ select 1) as it) to stdout (format binary)");
}

static void values_arrive(void **state) {
	Fixture *f = *state;
	assert_true(stream_take(f->stream, full, sizeof full - 1));
	Arena *arena;
	Table *table = table_of(f, &arena);
	assert_int_equal(table->row_count, 1);
	assert_int_equal(table_int(table, 0, table_column(table, "queryid"), 0), -2);
	assert_string_equal(table_text(table, 0, table_column(table, "user"), ""), "web");
	assert_int_equal(table_int(table, 0, table_column(table, "calls"), 0), 256);
	assert_true(table_real(table, 0, table_column(table, "share"), 0) == 0.5);
	assert_true(table_bool(table, 0, table_column(table, "on"), false));
	assert_int_equal(table_int(table, 0, table_column(table, "owner"), 0), 4294967294);
	assert_true(table_real(table, 0, table_column(table, "odd"), 0) == -2);
	assert_string_equal(table_text(table, 0, table_column(table, "when"), ""), "now");
	arena_free(arena);
}

static void a_null_is_a_zero_where_nothing_is_null(void **state) {
	Fixture *f = *state;
	assert_true(TAKE(f->stream, HEADER)); /* alone */
	assert_true(stream_take(f->stream, hollow, sizeof hollow - 1));
	assert_true(TAKE(f->stream, "\377\377")); /* the end */
	Arena *arena;
	Table *table = table_of(f, &arena);
	assert_int_equal(table->row_count, 1);
	static const char *const nulls[] = {"queryid", "user", "on", "owner", "when"};
	for (size_t i = 0; i < sizeof nulls / sizeof *nulls; i++) assert_true(table_null(table, 0, table_column(table, nulls[i])));
	assert_int_equal(table_int(table, 0, table_column(table, "calls"), -1), 0);
	assert_true(table_real(table, 0, table_column(table, "share"), -1) == 0);
	assert_true(table_real(table, 0, table_column(table, "odd"), -1) == 0);
	arena_free(arena);
}

static void many_rows_find_room(void **state) {
	Fixture *f = *state;
	enum { ROWS = 5000 };
	for (int round = 0; round < 2; round++) { /* the second time as much is expected */
		assert_true(stream_take(f->stream, full, sizeof full - 1));
		for (int i = 1; i < ROWS; i++) assert_true(stream_take(f->stream, full + sizeof HEADER - 1, sizeof full - sizeof HEADER));
		Arena *arena;
		Table *table = table_of(f, &arena);
		assert_int_equal(table->row_count, ROWS);
		for (size_t row = 0; row < ROWS; row++) assert_string_equal(table_text(table, row, 1, ""), "web");
		assert_true(table_text(table, 1, 1, NULL) == table_text(table, ROWS - 1, 1, NULL)); /* kept once */
		arena_free(arena);
		stream_free(f->stream);
		f->stream = stream_new(f->shape);
	}
}

static void what_is_cut_short_is_refused(void **state) {
	Fixture *f = *state;
	for (size_t len = 1; len < sizeof full - 1; len++) {
		if (len == sizeof HEADER - 1) continue; /* a header alone is fine */
		char *cut = malloc(len); /* so that a sanitizer sees a byte too many */
		memcpy(cut, full, len);
		Stream *stream = stream_new(f->shape);
		if (stream_take(stream, cut, len)) fail_msg("the first %zu bytes were taken", len);
		stream_free(stream);
		free(cut);
	}
}

static void what_makes_no_sense_is_refused(void **state) {
	Fixture *f = *state;
	static const struct {
		const char *what, *bytes;
		size_t len;
	} cases[] = {
#define CASE(what, literal) {what, literal, sizeof(literal) - 1}
		CASE("text", "1\tweb\n"),
		CASE("a column less", HEADER "\0\7" NONE NONE NONE NONE NONE NONE NONE),
		CASE("a short number", HEADER "\0\10\0\0\0\4abcd" NONE NONE NONE NONE NONE NONE NONE),
		CASE("a long one", HEADER "\0\10\0\0\0\11abcdefghi" NONE NONE NONE NONE NONE NONE NONE),
		CASE("a length beyond all", HEADER "\0\10\177\377\377\377" NONE NONE NONE NONE NONE NONE NONE),
		CASE("a length below all", HEADER "\0\10\377\377\377\376" NONE NONE NONE NONE NONE NONE NONE),
		CASE("something behind the end", HEADER "\377\377\0\10"),
		CASE("a header of more than there is", "PGCOPY\n\377\r\n\0\0\0\0\0\377\377\377\377" "abc"),
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Stream *stream = stream_new(f->shape);
		if (stream_take(stream, cases[i].bytes, cases[i].len)) fail_msg("%s was taken", cases[i].what);
		stream_free(stream);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_copy_asks_for_what_it_can_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(values_arrive, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_null_is_a_zero_where_nothing_is_null, set_up, tear_down),
		cmocka_unit_test_setup_teardown(many_rows_find_room, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_cut_short_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_makes_no_sense_is_refused, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
