/* test_charset.c: text crosses between UTF-8 and the locale's characters without loss. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "term/charset.h"

static void assert_crosses(const char *locale_bytes, const char *utf8) {
	Str out = STR_INIT;
	charset_to_utf8(&out, locale_bytes, strlen(locale_bytes));
	assert_string_equal(out.text, utf8);
	str_clear(&out);
	charset_from_utf8(&out, utf8, strlen(utf8));
	assert_string_equal(out.text, locale_bytes);
	str_release(&out);
}

static void in_a_utf8_locale_nothing_changes(void **state) {
	(void)state;
	assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
	assert_true(charset_is_utf8());
	assert_crosses("café 日本\n", "café 日本\n");
	assert_crosses("\xff\xe9", "\xff\xe9");
}

static void in_the_c_locale_bytes_go_through(void **state) {
	(void)state;
	assert_non_null(setlocale(LC_ALL, "C"));
	assert_true(charset_has('a') && !charset_has(0xE9));
	assert_false(charset_is_utf8());
	assert_crosses("select 1;", "select 1;");
	assert_crosses("café", "café"); /* from a terminal that is UTF-8 all the same */
	assert_crosses("\xff", "\xff");
}

static void latin_1_is_translated(void **state) {
	(void)state;
	char folder[] = "/tmp/test_charset.XXXXXX";
	assert_non_null(mkdtemp(folder));
	Str command = STR_INIT;
	str_printf(&command, "localedef -c -i en_US -f ISO-8859-1 %s/latin1 >/dev/null 2>&1", folder);
	bool made = system(command.text) == 0 && setenv("LOCPATH", folder, 1) == 0 && setlocale(LC_CTYPE, "latin1");
	str_clear(&command);
	str_printf(&command, "rm -r %s", folder);
	assert_int_equal(system(command.text), 0);
	str_release(&command);
	unsetenv("LOCPATH");
	if (!made) {
		printf("skip: latin_1_is_translated: no locale sources to make a Latin-1 locale of (package locales)\n");
		skip();
	}
	assert_false(charset_is_utf8());
	assert_crosses("caf\xe9 \xb1", "café ±");
	assert_true(charset_has(0xE9) && charset_has(0xB1) && charset_has('a'));
	assert_false(charset_has(0x2502) || charset_has(0x65E5));
	Str out = STR_INIT;
	charset_from_utf8(&out, "日", 3); /* has no equal */
	assert_string_equal(out.text, "日");
	str_release(&out);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(in_a_utf8_locale_nothing_changes),
	    cmocka_unit_test(in_the_c_locale_bytes_go_through),
	    cmocka_unit_test(latin_1_is_translated),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
