/* test_err.c: what went wrong, and what to do about it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "base/err.h"

static void an_error_starts_as_none(void **state) {
	(void)state;
	Err err = ERR_INIT;
	assert_false(err_is(&err));
	assert_string_equal(err.message.text, "");
	err_release(&err);
}

static void setting_replaces_all_of_what_was_there(void **state) {
	(void)state;
	Err err = ERR_INIT;
	assert_false(err_set(&err, ERR_SERVER, "no %s", "table"));
	err_hint(&err, "Look at %d.", 1);
	memcpy(err.sqlstate, "42P01", 6);
	err.position = 7;
	assert_true(err_is(&err));
	assert_string_equal(err.message.text, "no table");
	assert_string_equal(err.hint.text, "Look at 1.");
	assert_false(err_set(&err, ERR_INPUT, "bad"));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_string_equal(err.message.text, "bad");
	assert_string_equal(err.hint.text, "");
	assert_string_equal(err.sqlstate, "");
	assert_int_equal(err.position, 0);
	err_release(&err);
	assert_false(err_is(&err));
}

static void the_systems_errors_say_what_failed(void **state) {
	(void)state;
	Err err = ERR_INIT;
	errno = ENOENT;
	assert_false(err_system(&err, "plan.json"));
	assert_int_equal(err.kind, ERR_SYSTEM);
	assert_string_equal(err.message.text, "plan.json: No such file or directory");
	err_release(&err);
}

static void prefixes_stand_in_front(void **state) {
	(void)state;
	Err err = ERR_INIT;
	err_set(&err, ERR_INPUT, "100%% of it");
	err_hint(&err, "Stay.");
	err_prefix(&err, "while reading %s", "a");
	assert_string_equal(err.message.text, "while reading a: 100% of it");
	assert_string_equal(err.hint.text, "Stay.");
	assert_int_equal(err.kind, ERR_INPUT);
	err_release(&err);
}

static void moving_hands_the_text_over(void **state) {
	(void)state;
	Err from = ERR_INIT, to = ERR_INIT;
	err_set(&to, ERR_USAGE, "old");
	err_set(&from, ERR_TIMEOUT, "new");
	err_move(&to, &from);
	assert_int_equal(to.kind, ERR_TIMEOUT);
	assert_string_equal(to.message.text, "new");
	assert_false(err_is(&from));
	assert_string_equal(from.message.text, "");
	err_move(NULL, &to);
	assert_false(err_is(&to));
}

static void nobody_has_to_listen(void **state) {
	(void)state;
	assert_false(err_set(NULL, ERR_INPUT, "bad"));
	assert_false(err_system(NULL, "x"));
	err_hint(NULL, "Hm.");
	err_prefix(NULL, "x");
	err_clear(NULL);
	err_release(NULL);
}

static void every_kind_has_its_exit_status(void **state) {
	(void)state;
	assert_int_equal(err_exit_status(ERR_NONE), 0);
	assert_int_equal(err_exit_status(ERR_USAGE), 2);
	assert_int_equal(err_exit_status(ERR_REFUSED), 2);
	assert_int_equal(err_exit_status(ERR_CONNECTION), 3);
	assert_int_equal(err_exit_status(ERR_SERVER), 3);
	assert_int_equal(err_exit_status(ERR_TIMEOUT), 3);
	assert_int_equal(err_exit_status(ERR_CANCELLED), 3);
	assert_int_equal(err_exit_status(ERR_SYSTEM), 3);
	assert_int_equal(err_exit_status(ERR_INPUT), 4);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_error_starts_as_none),
	    cmocka_unit_test(setting_replaces_all_of_what_was_there),
	    cmocka_unit_test(the_systems_errors_say_what_failed),
	    cmocka_unit_test(prefixes_stand_in_front),
	    cmocka_unit_test(moving_hands_the_text_over),
	    cmocka_unit_test(nobody_has_to_listen),
	    cmocka_unit_test(every_kind_has_its_exit_status),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
