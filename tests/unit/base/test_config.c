/* test_config.c: INI files read whole. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/config.h"

static Arena *arena;

static int setup(void **state) {
	(void)state;
	arena = arena_new();
	return 0;
}

static int teardown(void **state) {
	(void)state;
	arena_free(arena);
	return 0;
}

static Config *good(const char *text) {
	Err err = ERR_INIT;
	Config *config = config_parse(arena, "x", text, &err);
	assert_string_equal(err.message.text, "");
	assert_non_null(config);
	return config;
}

static void entry_is(const Config *config, size_t i, const char *section, const char *name, const char *value, int line) {
	assert_true(i < config->count);
	assert_string_equal(config->entries[i].section, section);
	assert_string_equal(config->entries[i].name, name);
	assert_string_equal(config->entries[i].value, value);
	assert_int_equal(config->entries[i].line, line);
}

static void entries_stand_in_order_with_section_and_line(void **state) {
	(void)state;
	const Config *config = good("a = 1\n\n# no\n; no\n[ two words ]\n  b=2 \n[a]\nb = \n");
	assert_int_equal(config->count, 3);
	assert_string_equal(config->path, "x");
	entry_is(config, 0, "", "a", "1", 1);
	entry_is(config, 1, "two words", "b", "2", 6);
	entry_is(config, 2, "a", "b", "", 8);
}

static void values_keep_every_byte_between_their_blanks(void **state) {
	(void)state;
	const Config *config = good("a = x ; y # z = [1] : \xFF\n: = colon\n= = equals\n\tindented = more\nlast = no newline");
	entry_is(config, 0, "", "a", "x ; y # z = [1] : \xFF", 1);
	entry_is(config, 1, "", ":", "colon", 2);
	entry_is(config, 2, "", "=", "equals", 3);
	entry_is(config, 3, "", "indented", "more", 4);
	entry_is(config, 4, "", "last", "no newline", 5);
}

static void lines_names_and_sections_of_any_length_come_whole(void **state) {
	(void)state;
	for (size_t len = 45; len < 200000; len = len < 220 ? len + 1 : len * 7) {
		char *long_text = arena_alloc(arena, len + 1);
		memset(long_text, 'q', len);
		const Config *config = good(arena_printf(arena, "[%s]\n%s = %s\nnext = 1\n", long_text, long_text, long_text));
		assert_int_equal(config->count, 2);
		entry_is(config, 0, long_text, long_text, long_text, 2);
		entry_is(config, 1, long_text, "next", "1", 3);
	}
}

static void other_systems_files_are_read(void **state) {
	(void)state;
	const Config *config = good("\xEF\xBB\xBF[s]\r\na = 1\r\n");
	assert_int_equal(config->count, 1);
	entry_is(config, 0, "s", "a", "1", 2);
}

static void empty_files_have_no_entries(void **state) {
	(void)state;
	assert_int_equal(good("")->count, 0);
	assert_int_equal(good("\n\n \t\r\n")->count, 0);
	assert_int_equal(good("# only\n[alone]")->count, 0);
}

static void the_first_bad_line_is_named_and_the_rest_is_read(void **state) {
	(void)state;
	Err err = ERR_INIT;
	const Config *config = config_parse(arena, "my/config", "a = 1\nnonsense\n[half\nb = 2\n = 3\n[]\n[", &err);
	assert_int_equal(err.kind, ERR_INPUT);
	assert_string_equal(err.message.text, "my/config:2: expected [section] or name = value");
	assert_string_equal(err.hint.text, "4 more such lines follow.");
	assert_int_equal(config->count, 2);
	entry_is(config, 1, "half", "b", "2", 4);
	assert_non_null(config_parse(arena, "x", "bad", NULL));
	err_release(&err);
}

static void the_last_of_a_name_counts(void **state) {
	(void)state;
	const Config *config = good("a = 1\n[s]\na = 2\na = 3\n[]x]\n[s]\nb = 4\n");
	assert_string_equal(config_get(config, "", "a"), "1");
	assert_string_equal(config_get(config, "s", "a"), "3");
	assert_string_equal(config_get(config, "s", "b"), "4");
	assert_null(config_get(config, "s", "c"));
	assert_null(config_get(config, "t", "a"));
}

/* A file with these bytes; its name. */
static const char *file_with(const char *bytes, size_t len) {
	char *path = arena_copy(arena, "/tmp/pgwhy-test-XXXXXX");
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), (ssize_t)len);
	close(fd);
	return path;
}

static void files_are_read_whole(void **state) {
	(void)state;
	Str text = STR_INIT;
	str_add_repeat(&text, "name = value\n", 5000);
	const char *path = file_with(text.text, text.len);
	Err err = ERR_INIT;
	const Config *config = config_read(arena, path, &err);
	assert_false(err_is(&err));
	assert_int_equal(config->count, 5000);
	entry_is(config, 4999, "", "name", "value", 5000);
	assert_string_equal(config->path, path);
	unlink(path);
	str_release(&text);
}

static void a_zero_byte_makes_a_bad_line_and_hides_nothing(void **state) {
	(void)state;
	const char bytes[] = "a = 1\nb = 2\0c = 3\nd = 4\n";
	const char *path = file_with(bytes, sizeof bytes - 1);
	Err err = ERR_INIT;
	const Config *config = config_read(arena, path, &err);
	assert_non_null(strstr(err.message.text, ":2: "));
	assert_int_equal(config->count, 2);
	entry_is(config, 1, "", "d", "4", 3);
	unlink(path);
	err_release(&err);
}

static void unreadable_files_are_the_systems_errors(void **state) {
	(void)state;
	Err err = ERR_INIT;
	assert_null(config_read(arena, "/nowhere/at/all", &err));
	assert_int_equal(err.kind, ERR_SYSTEM);
	assert_string_equal(err.message.text, "/nowhere/at/all: No such file or directory");
	assert_null(config_read(arena, "/", &err));
	assert_string_equal(err.message.text, "/: Is a directory");
	err_release(&err);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(entries_stand_in_order_with_section_and_line),
	    cmocka_unit_test(values_keep_every_byte_between_their_blanks),
	    cmocka_unit_test(lines_names_and_sections_of_any_length_come_whole),
	    cmocka_unit_test(other_systems_files_are_read),
	    cmocka_unit_test(empty_files_have_no_entries),
	    cmocka_unit_test(the_first_bad_line_is_named_and_the_rest_is_read),
	    cmocka_unit_test(the_last_of_a_name_counts),
	    cmocka_unit_test(files_are_read_whole),
	    cmocka_unit_test(a_zero_byte_makes_a_bad_line_and_hides_nothing),
	    cmocka_unit_test(unreadable_files_are_the_systems_errors),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
