/* test_repair.c: texts whose constants were taken out are told in a way the server can plan. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "pg/repair.h"

static int set_up(void **state) {
	*state = arena_new();
	return 0;
}

static int tear_down(void **state) {
	arena_free(*state);
	return 0;
}

/* The PREPARE after one refusal; NULL: no remedy. */
static const char *mended(Arena *arena, const char *text, const char *sqlstate, long position, const char *message) {
	Err refusal = ERR_INIT;
	err_set(&refusal, ERR_SERVER, "%s", message);
	memcpy(refusal.sqlstate, sqlstate, strlen(sqlstate) + 1);
	refusal.position = position;
	Repair repair = repair_begin(arena, text, 0);
	long prefix_chars;
	bool changed = repair_after(arena, &repair, &refusal);
	if (changed) {
		assert_non_null(repair.notes);
		assert_false(repair_after(arena, &repair, &refusal)); /* each remedy once: there is an end to it */
	}
	err_release(&refusal);
	return changed ? repair_prepare_sql(arena, &repair, "p", &prefix_chars) : NULL;
}

static void a_text_is_prepared_as_it_is(void **state) {
	long prefix_chars;
	Repair repair = repair_begin(*state, "select $2, $1", 0);
	assert_int_equal(repair.param_count, 2);
	assert_string_equal(repair_prepare_sql(*state, &repair, "p", &prefix_chars), "PREPARE p AS select $2, $1");
	assert_int_equal(prefix_chars, 13);
	assert_int_equal(repair_begin(*state, "select '$7' -- $8", 3).param_count, 3);
	assert_int_equal(repair_begin(*state, "select $99999999999999999999", 0).param_count, 0);
}

static void literals_with_a_type_become_casts(void **state) {
	static const char *const cases[][2] = {
		{"select interval $1", "PREPARE p AS select $1::interval"},
		{"select date /* day */ $1 < DATE $2", "PREPARE p AS select $1::date < $2::DATE"},
		{"select timestamp with time zone $1, timestamp $2", "PREPARE p AS select $1::timestamp with time zone, $2::timestamp"},
		{"select interval $1 day", "PREPARE p AS select $1::interval day"},
		{"select double precision $1", "PREPARE p AS select $1::double precision"},
		{"select b::varchar($1)", "PREPARE p (text) AS select b::varchar"},
		{"select cast(b as numeric($1, $2)), $3", "PREPARE p (text, text, unknown) AS select cast(b as numeric), $3"},
		{"select extract($1 from ts)", "PREPARE p (text) AS select extract(epoch from ts)"},
		{"select 'date $1', date $1", "PREPARE p AS select 'date $1', $1::date"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *sql = mended(*state, cases[i][0], "42601", 8, "syntax error");
		if (!sql) fail_msg("%s: no remedy", cases[i][0]);
		assert_string_equal(sql, cases[i][1]);
	}
}

static void what_is_no_such_literal_stays(void **state) {
	static const char *const texts[] = {"select $1 from", "select date($1) from where", "set x = $1", "fetch $1 from c", "", "select '", "date", "$1::date", "interval"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (mended(*state, texts[i], "42601", 1, "syntax error")) fail_msg("%s", texts[i]);
}

static void differences_take_an_interval(void **state) {
	assert_string_equal(mended(*state, "select 1 where ts > now() - $1", "42883", 19, "operator does not exist"), "PREPARE p (interval) AS select 1 where ts > now() - $1");
	assert_string_equal(mended(*state, "select 1 where a = $1 and ts > now() + $2", "42883", 19, ""), "PREPARE p (unknown, interval) AS select 1 where a = $1 and ts > now() + $2");
	assert_null(mended(*state, "select 1 where a = $1", "42883", 19, ""));
}

static void what_is_ambiguous_is_a_number(void **state) {
	assert_string_equal(mended(*state, "select $1 + $2", "42725", 11, "operator is not unique"), "PREPARE p (integer, integer) AS select $1 + $2");
	assert_string_equal(mended(*state, "select f($1, g($2)), $3", "42725", 8, "function is not unique"), "PREPARE p (integer, integer, unknown) AS select f($1, g($2)), $3");
	assert_string_equal(mended(*state, "select 'h\xc3\xa9', $1 + 2", "42725", 17, ""), "PREPARE p (integer) AS select 'h\xc3\xa9', $1 + 2"); /* characters, not bytes */
	assert_null(mended(*state, "select a + b", "42725", 10, ""));
	assert_null(mended(*state, "select $1 + $2", "42725", 900, ""));
	assert_null(mended(*state, "select $1", "42725", 0, ""));
}

static void what_nobody_can_tell_is_text(void **state) {
	assert_string_equal(mended(*state, "select $1 is null, $2", "42P18", 8, "konnte Datentyp von Parameter $2 nicht ermitteln"), "PREPARE p (unknown, text) AS select $1 is null, $2");
	assert_null(mended(*state, "select $1", "42P18", 0, "could not determine data type of parameter $7"));
	assert_null(mended(*state, "select $1", "42P18", 0, "could not determine it"));
}

/* No server has to say so, one after the other. */
static void a_number_left_out_is_text_from_the_start(void **state) {
	long prefix_chars;
	Repair repair = repair_begin(*state, "select 1 where a = $3 and b = $2", 0);
	assert_string_equal(repair_prepare_sql(*state, &repair, "p", &prefix_chars), "PREPARE p (text, unknown, unknown) AS select 1 where a = $3 and b = $2");
	repair = repair_begin(*state, "select $65535", 0);
	assert_int_equal(repair.param_count, 65535);
	assert_string_equal(repair.types[0], "text");
	assert_string_equal(repair.types[65533], "text");
	assert_null(repair.types[65534]);
}

static void guessing_comes_to_an_end(void **state) {
	Str text = STR_INIT;
	str_add(&text, "select 1");
	for (int n = 1; n <= 1000; n++) str_printf(&text, ", $%d is null", n);
	Repair repair = repair_begin(*state, text.text, 0);
	Err refusal = ERR_INIT;
	int guesses = -1;
	for (bool again = true; again; guesses++) {
		err_set(&refusal, ERR_SERVER, "could not determine data type of parameter $%d", guesses + 2);
		memcpy(refusal.sqlstate, "42P18", 6);
		again = repair_after(*state, &repair, &refusal);
	}
	assert_int_equal(guesses, 64);
	assert_string_equal(refusal.hint.text, "Write its type into the statement, as in $65::integer.");
	err_release(&refusal);
	str_release(&text);
}

static void other_refusals_have_no_remedy(void **state) {
	assert_null(mended(*state, "select interval $1", "42703", 8, "column does not exist"));
	assert_null(mended(*state, "select interval $1", "", 0, ""));
}

static void doubts_are_said(void **state) {
	assert_null(repair_doubts(*state, "select * from t where a = $1"));
	assert_non_null(strstr(repair_doubts(*state, "select * from t limit $1"), "tenth"));
	assert_null(repair_doubts(*state, "select * from t limit 10"));
	assert_non_null(strstr(repair_doubts(*state, "select * from t where a in ($1 /*, ... */)"), "one element"));
	const char *both = repair_doubts(*state, "select * from t where a in ($1 /*, ... */) LIMIT $2");
	assert_non_null(strstr(both, "tenth"));
	assert_non_null(strstr(both, "one element"));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_is_prepared_as_it_is),
		cmocka_unit_test(literals_with_a_type_become_casts),
		cmocka_unit_test(what_is_no_such_literal_stays),
		cmocka_unit_test(differences_take_an_interval),
		cmocka_unit_test(what_is_ambiguous_is_a_number),
		cmocka_unit_test(what_nobody_can_tell_is_text),
		cmocka_unit_test(a_number_left_out_is_text_from_the_start),
		cmocka_unit_test(guessing_comes_to_an_end),
		cmocka_unit_test(other_refusals_have_no_remedy),
		cmocka_unit_test(doubts_are_said),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
