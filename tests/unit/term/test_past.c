/* test_past.c: the history file keeps what was entered, for its owner alone, and no secrets. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "term/past.h"

typedef struct Place {
	Arena *arena;
	const char *folder, *path; /* path: two folders below, which are not there yet */
} Place;

static int set_up(void **state) {
	Arena *arena = arena_new();
	Place *place = ARENA_NEW(arena, Place);
	char *folder = arena_copy(arena, "/tmp/test_past.XXXXXX");
	assert_non_null(mkdtemp(folder));
	*place = (Place){.arena = arena, .folder = folder, .path = arena_printf(arena, "%s/state/pgwhy/history", folder)};
	*state = place;
	return 0;
}

static int tear_down(void **state) {
	Place *place = *state;
	unlink(place->path);
	unlink(arena_printf(place->arena, "%s/link", place->folder));
	rmdir(arena_printf(place->arena, "%s/state/pgwhy", place->folder));
	rmdir(arena_printf(place->arena, "%s/state", place->folder));
	assert_int_equal(rmdir(place->folder), 0); /* nothing else was left there */
	arena_free(place->arena);
	return 0;
}

static void enter(const char *path, const char *text) {
	Err err = ERR_INIT;
	Past *past = past_read(path);
	assert_true(past_add(past, text));
	assert_true(past_write(past, &err));
	past_free(past);
}

static int mode_of(const char *path) {
	struct stat stat_of;
	assert_int_equal(stat(path, &stat_of), 0);
	return stat_of.st_mode & 07777;
}

static const char *contents(const Place *place) {
	FILE *file = fopen(place->path, "r");
	assert_non_null(file);
	char *text = arena_alloc(place->arena, 1 << 20);
	size_t len = fread(text, 1, (1 << 20) - 1, file);
	text[len] = '\0';
	fclose(file);
	return text;
}

static void fill(const Place *place, const char *text) {
	enter(place->path, "x");
	FILE *file = fopen(place->path, "w");
	fputs(text, file);
	fclose(file);
}

static void entries_come_back_as_they_were(void **state) {
	const Place *place = *state;
	static const char *const texts[] = {"select 1;", "select\n  'a\\nb',\n\t2;", "\\d+ orders", "\\", "back\\\\slash\\n", "\r\n", "日本 \xff"};
	enum { COUNT = sizeof texts / sizeof *texts };
	Past *past = past_read(place->path);
	assert_int_equal(past->entries.count, 0);
	for (size_t i = 0; i < COUNT; i++) assert_true(past_add(past, texts[i]));
	assert_true(past_write(past, NULL));
	assert_true(past_write(past, NULL)); /* nothing new: nothing twice */
	past_free(past);
	past = past_read(place->path);
	assert_int_equal(past->entries.count, COUNT);
	for (size_t i = 0; i < COUNT; i++) assert_string_equal(past->entries.items[i], texts[i]);
	past_free(past);
}

static void the_file_is_for_its_owner_alone(void **state) {
	const Place *place = *state;
	enter(place->path, "select 1;");
	assert_int_equal(mode_of(place->path), 0600);
	assert_int_equal(mode_of(arena_printf(place->arena, "%s/state", place->folder)), 0700);
	chmod(place->path, 0644);
	enter(place->path, "select 2;");
	assert_int_equal(mode_of(place->path), 0600);
	assert_string_equal(contents(place), "select 1;\nselect 2;\n");
}

static void two_consoles_lose_nothing_of_each_other(void **state) {
	const Place *place = *state;
	Past *one = past_read(place->path), *other = past_read(place->path);
	past_add(one, "one");
	past_add(other, "other");
	assert_true(past_write(one, NULL));
	assert_true(past_write(other, NULL));
	assert_string_equal(contents(place), "one\nother\n");
	past_free(one);
	past_free(other);
}

static void the_oldest_make_room_for_the_newest(void **state) {
	const Place *place = *state;
	Str lines = STR_INIT;
	for (int i = 0; i < PAST_MOST; i++) str_printf(&lines, "select %d;\n", i);
	fill(place, lines.text);
	str_release(&lines);
	const char *link = arena_printf(place->arena, "%s/link", place->folder);
	assert_int_equal(symlink(place->path, link), 0);
	enter(link, "the\nlast");
	Past *past = past_read(place->path);
	assert_int_equal(past->entries.count, PAST_MOST);
	assert_string_equal(past->entries.items[0], "select 1;");
	assert_string_equal(past->entries.items[PAST_MOST - 1], "the\nlast");
	past_free(past);
	assert_int_equal(mode_of(place->path), 0600);
	struct stat of_link;
	assert_int_equal(lstat(link, &of_link), 0);
	assert_true(S_ISLNK(of_link.st_mode));
}

static void a_broken_file_gives_what_can_be_read(void **state) {
	const Place *place = *state;
	Str text = STR_INIT;
	str_add(&text, "\n\ngood\\q\nend\\\n");
	str_add_repeat(&text, "x", 3 * PAST_ENTRY_MOST_BYTES);
	str_add(&text, "\nlast");
	fill(place, text.text);
	str_release(&text);
	Past *past = past_read(place->path);
	assert_int_equal(past->entries.count, 3);
	assert_string_equal(past->entries.items[0], "good\\q");
	assert_string_equal(past->entries.items[1], "end\\");
	assert_string_equal(past->entries.items[2], "last");
	past_free(past);
}

static void not_everything_is_worth_keeping(void **state) {
	(void)state;
	Past *past = past_read(NULL);
	assert_false(past_add(past, ""));
	assert_true(past_add(past, "select 1;"));
	assert_false(past_add(past, "select 1;"));
	assert_false(past_add(past, "alter role shop password 'x'"));
	assert_int_equal(past->entries.count, 1);
	assert_true(past_write(past, NULL)); /* nowhere */
	past_free(past);
}

static void a_huge_entry_lasts_as_long_as_the_console(void **state) {
	const Place *place = *state;
	Str text = STR_INIT;
	str_add_repeat(&text, "x", PAST_ENTRY_MOST_BYTES);
	Past *past = past_read(place->path);
	assert_true(past_add(past, text.text));
	assert_true(past_add(past, "select 1;"));
	assert_true(past_write(past, NULL));
	assert_int_equal(past->entries.count, 2);
	assert_string_equal(contents(place), "select 1;\n");
	past_free(past);
	str_release(&text);
}

static void what_cannot_be_written_is_said(void **state) {
	(void)state;
	Past *past = past_read("/dev/null/history");
	Err err = ERR_INIT;
	past_add(past, "select 1;");
	assert_false(past_write(past, &err));
	assert_string_equal(err.message.text, "/dev/null/history: Not a directory");
	err_release(&err);
	past_free(past);
}

static void passwords_are_recognised(void **state) {
	(void)state;
	static const char *const secrets[] = {
	    "ALTER ROLE shop PASSWORD 'x'",
	    "create user u with encrypted password\n\t'md5abc'",
	    "alter role u password E'x'",
	    "alter role u password $$x$$",
	    "alter role u password $a$x$a$",
	    "create user mapping for u server s options (user 'u', password 'x')",
	    "select dblink('host=h password=x')",
	    "\\c host=h sslpassword=x",
	    "select '{\"password\": \"x\"}'::jsonb",
	    "select f(password => 'x')",
	    "select * from users where password = 'x'",
	    "\\c postgresql://u:x@h/db",
	    "create subscription s connection 'postgres://u:x@h/db' publication p",
	    "PGPASSWORD=x",
	    "update t set passwd='x'",
	};
	static const char *const others[] = {
	    "select 1",
	    "select password from users",
	    "select * from users where password is null",
	    "select * from users where password = $1",
	    "select * from a join b on a.password = b.password",
	    "select count(password), 'x' from users",
	    "alter role u password null",
	    "\\password shop",
	    "select 'http://h:80/x@y'",
	    "\\c postgresql://u@h/db",
	    "select '://'",
	    "select password",
	    "set password_encryption = 'scram-sha-256'",
	};
	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
		if (!past_secret(secrets[i])) fail_msg("kept: %s", secrets[i]);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (past_secret(others[i])) fail_msg("not kept: %s", others[i]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void) {
	const struct CMUnitTest tests[] = {
	    TEST(entries_come_back_as_they_were),
	    TEST(the_file_is_for_its_owner_alone),
	    TEST(two_consoles_lose_nothing_of_each_other),
	    TEST(the_oldest_make_room_for_the_newest),
	    TEST(a_broken_file_gives_what_can_be_read),
	    cmocka_unit_test(not_everything_is_worth_keeping),
	    TEST(a_huge_entry_lasts_as_long_as_the_console),
	    cmocka_unit_test(what_cannot_be_written_is_said),
	    cmocka_unit_test(passwords_are_recognised),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
