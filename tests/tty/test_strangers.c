/* test_strangers.c: bytes of strangers, in names, statements, databases and pastes, never command the terminal. */
#include "shop.h"

#include "base/utf8.h"

/* What each would do: set the title, answer back, go to another screen, ring; the same by C1; turn the text around. */
#define OSC "\033]0;owned\007"
#define CSI "\033[2J\033[5n\033[?1049l"
#define C1 "\xC2\x9D" "0;owned\xC2\x9C\xC2\x9B" "2J"
#define BIDI "\xE2\x80\xAE\xE2\x81\xA6"
#define HOSTILE "x" OSC CSI C1 BIDI "\177\001y"

/* ---- what was written ---- */

/* A sequence the console itself has no reason to write. */
static bool is_foreign_sequence(const char *bytes) {
	static const char *const foreign[] = {"\033]", "\033[5n", "\033P", "\033_", "\033^", "\033X"};
	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
		if (strncmp(bytes, foreign[i], strlen(foreign[i])) == 0) return true;
	return false;
}

/* All of it is UTF-8 without C1 or bidi controls, and holds no sequence that somebody else put in. */
static void assert_written_is_safe(Terminal *t) {
	size_t len;
	const char *bytes = terminal_output(t, &len);
	assert_true(utf8_valid(bytes, len));
	for (size_t at = 0, step; at < len; at += step) {
		uint32_t point;
		step = utf8_decode(bytes + at, len - at, &point);
		bool hostile = point == 033 ? is_foreign_sequence(bytes + at) : point >= 0x7F && utf8_hostile(point);
		if (hostile || point == 07) fail_msg("U+%04X at byte %zu of what was written: %.40s", (unsigned)point, at, bytes + at);
	}
	assert_false(terminal_written(t, "owned\007"));
}

static int set_up(void **state) {
	if (shop_set_up(state) != 0) return -1;
	Shop *shop = *state;
	shop_run(shop, "shop", "create table \"" HOSTILE "\" (id int, \"" HOSTILE "\" text)");
	shop_run(shop, "shop", "create role \"" HOSTILE "\" login superuser");
	shop_run(shop, "postgres", "create database \"" HOSTILE "\"");
	shop_run(shop, "postgres", "create database bytes encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C' template template0");
	shop_run(shop, HOSTILE, "create extension pg_stat_statements");
	shop_run(shop, "bytes", "create extension pg_stat_statements; create table \"gr\xF6\xDF" "e\" (id int, t text)");
	return 0;
}

/* ---- the tests ---- */

static void names_of_all_kinds_are_shown_safely(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console_in(shop, 24, 140, NULL, WORDS("-d", HOSTILE, "-U", HOSTILE));
	wait_row_has(t, 0, "x?]0;owned?"); /* role and database on the status line */
	wait_row_has(t, 22, "x?]0;owned?");
	shop_run(shop, HOSTILE, "select 'h " OSC CSI "' as \"" HOSTILE "\"");
	terminal_keys(t, "R");
	terminal_wait(t, "select $1 as");
	terminal_keys(t, "/" OSC "\r");
	terminal_keys(t, ":conninfo\r");
	terminal_wait(t, "database x?]0;owned?");
	assert_written_is_safe(t);
	terminal_kill(t, 15);
	assert_given_back(t);
	terminal_close(t);
}

static void statements_and_plans_are_shown_safely(void **state) {
	Shop *shop = *state;
	shop_run(shop, "shop", "select * from \"" HOSTILE "\" where \"" HOSTILE "\" = '" HOSTILE "' /* " OSC CSI C1 BIDI " */");
	Terminal *t = shop_queries(shop, 36, 140);
	terminal_keys(t, "/^select . from .x\r");
	wait_row_has(t, 1, "1 of ");
	wait_row_has(t, 3, "x?]0;owned?");
	terminal_keys(t, "\r");
	terminal_wait(t, "why: Queries");
	terminal_wait(t, "nothing to advise");
	terminal_keys(t, "E");
	terminal_wait(t, "Seq Scan");
	terminal_keys(t, "\r");
	terminal_wait(t, "Parallel Aware");
	terminal_keys(t, "qqe");
	terminal_wait(t, "shop=> select");
	assert_written_is_safe(t);
	shop_quit_from_prompt(t);
}

static void errors_of_the_server_are_shown_safely(void **state) {
	Shop *shop = *state;
	shop_run(shop, "shop", "create function fails() returns int language plpgsql stable as $$ begin raise exception '%', E'x\\033]0;owned\\007\\u009d0;owned' using hint = E'\\033[2J\\u202e'; end $$");
	Terminal *t = shop_queries(shop, 24, 140);
	terminal_keys(t, ":select fails() from stock;\r");
	terminal_wait(t, "x?]0;owned?");
	terminal_wait(t, "Plan estimated, not run");
	assert_written_is_safe(t);
	shop_quit(t);
}

static void what_is_pasted_is_shown_safely(void **state) {
	Terminal *t = shop_queries(*state, 24, 140);
	terminal_keys(t, ":");
	terminal_paste(t, "select '" C1 BIDI "\001\002\016\033]0;owned' as pasted;");
	terminal_wait(t, "as pasted;");
	terminal_keys(t, "\r");
	terminal_wait(t, "1→1");
	assert_written_is_safe(t);
	shop_quit(t);
}

static void invalid_bytes_are_taken_as_what_they_are(void **state) {
	Terminal *t = shop_queries(*state, 24, 140);
	terminal_keys(t, ":select 'a\xFF\xC3(b\xF0\x9F' as t");
	terminal_wait(t, "shop=> select 'a(b' as t");
	terminal_keys(t, "\003");
	terminal_wait_gone(t, "as t");
	terminal_paste(t, "select 'a\xFF\xC3(b\xED\xA0\x80' as pasted;");
	terminal_wait(t, "as pasted;");
	terminal_keys(t, "\r");
	terminal_wait(t, "1→1");
	terminal_keys(t, "q");
	terminal_wait(t, "1 Queries");
	terminal_keys(t, "/\xFF\xC3(\r");
	terminal_wait(t, "Unmatched");
	assert_written_is_safe(t);
	shop_quit(t);
}

static void a_database_of_bytes_is_shown_and_planned(void **state) {
	Shop *shop = *state;
	shop_run(shop, "bytes", "select \xF6 as mark from (values ('\xE9t\xE9')) as \xF6(\xF6); select * from \"gr\xF6\xDF" "e\" where t = '\x9B" "2J'");
	Terminal *t = shop_zoom(shop_console_in(shop, 24, 140, NULL, WORDS("-d", "bytes")));
	terminal_wait(t, "select ? as mark");
	terminal_keys(t, "/gr\\?\\?e|gr..e\r");
	wait_row_has(t, 1, "1 of ");
	terminal_keys(t, "E");
	terminal_wait(t, "Seq Scan");
	terminal_wait(t, "Plan estimated");
	terminal_keys(t, ":select 'gr\xC3\xB6\xC3\x9F" "e';\r");
	terminal_wait(t, "1→1");
	assert_written_is_safe(t);
	shop_quit(t);
	t = shop_zoom(shop_console_in(shop, 24, 140, NULL, NULL)); /* its bytes cannot be had in a database with an encoding; that is said */
	terminal_wait(t, "-- its text cannot be read: invalid byte sequence");
	assert_written_is_safe(t);
	shop_quit(t);
	shop_run(shop, "shop", shop_load);
}

static void a_megabyte_is_pasted_and_planned(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_queries(shop, 24, 100);
	Str sql = STR_INIT;
	str_add(&sql, "select id from stock_of_all_times where id = 1 or id in (");
	for (int i = 0; sql.len < 1 << 20; i++) str_printf(&sql, "%d,%s", i, i % 20 ? " " : "\n");
	str_add(&sql, "0);");
	shop_run(shop, "shop", "create table stock_of_all_times (id int)");
	terminal_keys(t, ":");
	terminal_paste(t, sql.text);
	terminal_wait(t, "0);");
	terminal_keys(t, "\r");
	terminal_wait(t, "Seq Scan");
	terminal_wait(t, "pgwhy cannot read this statement (longer than 64 kB)");
	terminal_keys(t, "n");
	terminal_wait(t, "planned, not run");
	terminal_keys(t, "\r");
	terminal_wait(t, "Parallel Aware");
	terminal_keys(t, "q");
	terminal_wait(t, "Plan estimated");
	terminal_keys(t, "e");
	terminal_wait(t, "0);");
	str_release(&sql);
	shop_quit_from_prompt(t);
}

int main(int argc, char **argv) {
	(void)argc;
	shop_begin(argv[0]);
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_of_all_kinds_are_shown_safely),
	    cmocka_unit_test(statements_and_plans_are_shown_safely),
	    cmocka_unit_test(errors_of_the_server_are_shown_safely),
	    cmocka_unit_test(what_is_pasted_is_shown_safely),
	    cmocka_unit_test(invalid_bytes_are_taken_as_what_they_are),
	    cmocka_unit_test(a_database_of_bytes_is_shown_and_planned),
	    cmocka_unit_test(a_megabyte_is_pasted_and_planned),
	};
	return cmocka_run_group_tests(tests, set_up, shop_tear_down);
}
