/* test_entry.c: the short line of filters, searches and passwords. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/entry.h"

static void type(Str *text, const char *keys) {
	for (; *keys; keys++) assert_int_equal(entry_key(text, (Key){.code = (unsigned char)*keys}), ENTRY_EDITED);
}

static void characters_are_added_and_taken_away_whole(void **state) {
	(void)state;
	Str text = STR_INIT;
	type(&text, "ab");
	entry_key(&text, (Key){.code = 0x65E5}); /* 日 */
	assert_string_equal(text.text, "ab\xe6\x97\xa5");
	entry_key(&text, (Key){.code = 127});
	assert_string_equal(text.text, "ab");
	str_release(&text);
}

static void words_and_lines_can_be_cut(void **state) {
	(void)state;
	Str text = STR_INIT;
	type(&text, "one two  ");
	entry_key(&text, (Key){.code = 23});
	assert_string_equal(text.text, "one ");
	entry_key(&text, (Key){.code = 21});
	assert_string_equal(text.text, "");
	entry_key(&text, (Key){.code = 127}); /* nothing left to take */
	assert_string_equal(text.text, "");
	str_release(&text);
}

static void enter_accepts_escape_leaves_other_keys_do_nothing(void **state) {
	(void)state;
	Str text = STR_INIT;
	assert_int_equal(entry_key(&text, (Key){.code = 13}), ENTRY_ACCEPTED);
	assert_int_equal(entry_key(&text, (Key){.code = 27}), ENTRY_LEFT);
	assert_int_equal(entry_key(&text, (Key){.code = 3}), ENTRY_LEFT);
	assert_int_equal(entry_key(&text, (Key){.code = WHY_UP}), ENTRY_IGNORED);
	assert_int_equal(entry_key(&text, (Key){.code = 'x', .alt = true}), ENTRY_IGNORED);
	assert_int_equal(entry_key(&text, (Key){.code = 1}), ENTRY_IGNORED);
	assert_string_equal(text.text, "");
	str_release(&text);
}

static void a_paste_gives_its_first_line_without_control_characters(void **state) {
	(void)state;
	Str text = STR_INIT;
	const char pasted[] = "se\x1b[31mcret\nsecond";
	entry_paste(&text, pasted, sizeof pasted - 1);
	assert_string_equal(text.text, "se[31mcret");
	str_release(&text);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(characters_are_added_and_taken_away_whole),
		cmocka_unit_test(words_and_lines_can_be_cut),
		cmocka_unit_test(enter_accepts_escape_leaves_other_keys_do_nothing),
		cmocka_unit_test(a_paste_gives_its_first_line_without_control_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
