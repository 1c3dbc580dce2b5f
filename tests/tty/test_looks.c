/* test_looks.c: the console can be read without colours, without UTF-8 and on old terminals. */
#include "shop.h"

/* ---- what was written ---- */

/* Parameters of the SGR sequences written: does any set a colour (30 and up, but not 39 and 49, which take it away)? */
static bool is_coloured(Terminal *t) {
	size_t len;
	const char *bytes = terminal_output(t, &len);
	for (size_t at = 0; at + 1 < len; at++) {
		if (bytes[at] != '\033' || bytes[at + 1] != '[') continue;
		size_t end = at + 2 + strspn(bytes + at + 2, "0123456789;");
		if (bytes[end] != 'm') continue;
		for (const char *number = bytes + at + 2; number < bytes + end; number += strcspn(number, ";m") + 1) {
			int code = atoi(number);
			if (code >= 30 && code != 39 && code != 49) return true;
		}
	}
	return false;
}

static void assert_ascii(Terminal *t) {
	size_t len;
	const char *bytes = terminal_output(t, &len);
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)bytes[i] >= 0x80) fail_msg("byte %02x at %zu of what was written: %.60s", (unsigned char)bytes[i], i, bytes + i);
}

/* libvterm wraps too early behind a character that was repeated (REP) to the edge; a terminal of this type has none of that. */
#define NO_REPEATING "TERM=screen-256color"

/* Through every kind of screen there is. */
static void visit_all(Terminal *t) {
	terminal_wait(t, "Queries");
	terminal_wait(t, "update stock");
	terminal_keys(t, "/user:web\r");
	terminal_wait_gone(t, "filter:");
	terminal_keys(t, "j\r");
	terminal_wait(t, "evidence");
	terminal_wait(t, "missing-index");
	terminal_keys(t, "E");
	terminal_wait(t, "Seq Scan");
	terminal_keys(t, "bob\r");
	terminal_wait(t, "Parallel Aware");
	terminal_keys(t, "qqq?");
	terminal_wait(t, "why this row costs");
	terminal_keys(t, "qS");
	terminal_wait(t, "sort by");
	terminal_keys(t, "qO");
	terminal_wait(t, "statement_timeout");
	terminal_keys(t, "q:update stock set pieces = 1;\r");
	terminal_wait(t, "roll it back");
	terminal_keys(t, "n");
	terminal_wait(t, "planned, not run");
	terminal_keys(t, ":select pg_sleep(60);\r");
	terminal_wait(t, "running 1s");
	terminal_keys(t, "\003");
	terminal_wait(t, "cancelled");
}

/* ---- the tests ---- */

static void colours_are_used_where_there_are_some(void **state) {
	Terminal *t = shop_console(*state, 40, 120);
	visit_all(t);
	assert_true(is_coloured(t));
	shop_quit(t);
}

static void NO_COLOR_means_none(void **state) {
	Terminal *t = shop_console_in(*state, 40, 120, WORDS("NO_COLOR=1"), NULL);
	visit_all(t);
	assert_false(is_coloured(t));
	shop_quit(t);
	t = shop_console_in(*state, 40, 120, NULL, WORDS("--set", "theme=mono"));
	visit_all(t);
	assert_false(is_coloured(t));
	shop_quit(t);
}

static void an_old_terminal_is_served_too(void **state) {
	Terminal *t = shop_console_in(*state, 40, 80, WORDS("TERM=vt100"), NULL);
	terminal_wait(t, "update stock");
	terminal_keys(t, "/customer_id\r");
	terminal_wait_gone(t, "update stock");
	terminal_keys(t, "\r");
	terminal_wait(t, "missing-index");
	terminal_keys(t, "q");
	terminal_wait_gone(t, "missing-index");
	assert_false(is_coloured(t));
	terminal_keys(t, "Q");
	terminal_wait_until(t, has_ended, NULL);
	assert_true(terminal_modes_kept(t));
	assert_int_equal(terminal_close(t), 0);
}

static void ascii_means_seven_bits(void **state) {
	Terminal *t = shop_console_in(*state, 40, 120, WORDS(NO_REPEATING), WORDS("--ascii"));
	visit_all(t);
	assert_ascii(t);
	terminal_wait(t, "|");
	shop_quit(t);
}

static void the_C_locale_means_seven_bits_whatever_the_database_holds(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console_in(shop, 40, 120, WORDS("LC_ALL=C", NO_REPEATING), NULL);
	visit_all(t);
	terminal_keys(t, ":select 'gr\xF6\xDF" "e' as g;\r"); /* as a Latin 1 keyboard has it: such a locale has no such letters */
	terminal_wait(t, "invalid byte sequence for encoding");
	terminal_keys(t, ":select id as \"id\" from orders where status = 'gr\xC3\xB6\xC3\x9F" "e';\r");
	terminal_wait(t, "Seq Scan");
	assert_ascii(t);
	terminal_kill(t, 15);
	assert_given_back(t);
	terminal_close(t);
	shop_run(shop, "shop", "select id as \"größe 表意 👍\" from orders where id = 5");
	t = shop_console_in(shop, 40, 120, WORDS("LC_ALL=C", NO_REPEATING), NULL);
	terminal_wait(t, "gr??e");
	assert_ascii(t);
	shop_quit(t);
	shop_run(shop, "shop", shop_load);
}

static void a_theme_of_the_users_own_is_taken_and_a_bad_one_named(void **state) {
	Shop *shop = *state;
	const char *path = arena_printf(shop->arena, "%s/bad.theme", shop->home);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs("nosuchrole = red\n", file);
	fclose(file);
	Terminal *t = shop_console_in(shop, 24, 140, NULL, WORDS("--set", arena_printf(shop->arena, "theme=%s", path)));
	terminal_wait(t, "bad.theme:1:");
	terminal_wait(t, "Queries");
	shop_quit(t);
	t = shop_console_in(shop, 24, 140, NULL, WORDS("--set", "theme=/nosuch.theme"));
	terminal_wait(t, "/nosuch.theme");
	shop_quit(t);
}

int main(int argc, char **argv) {
	(void)argc;
	shop_begin(argv[0]);
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(colours_are_used_where_there_are_some),
	    cmocka_unit_test(NO_COLOR_means_none),
	    cmocka_unit_test(an_old_terminal_is_served_too),
	    cmocka_unit_test(ascii_means_seven_bits),
	    cmocka_unit_test(the_C_locale_means_seven_bits_whatever_the_database_holds),
	    cmocka_unit_test(a_theme_of_the_users_own_is_taken_and_a_bad_one_named),
	};
	return cmocka_run_group_tests(tests, shop_set_up, shop_tear_down);
}
