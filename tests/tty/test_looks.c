/* test_looks.c: the console can be read in every theme, without colours, without UTF-8, on old terminals and at any size. */
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
	assert_non_null(strstr(terminal_row(t, 38), "? help")); /* it has one screen only: the shell goes on below ours */
	assert_string_equal(terminal_row(t, 39), "");
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

static void another_locale_gets_its_own_characters_and_lines_of_7_bits(void **state) {
	Shop *shop = *state;
	const char *make = arena_printf(shop->arena, "localedef -c -i en_US -f ISO-8859-1 '%s/latin1' >/dev/null 2>&1", shop->home);
	if (system(make) < 0 || access(arena_printf(shop->arena, "%s/latin1/LC_CTYPE", shop->home), R_OK) != 0) {
		printf("skip: another_locale_gets_its_own_characters_and_lines_of_7_bits: no locale sources to make a Latin-1 locale of (package locales)\n");
		skip();
	}
	shop_run(shop, "shop", "select id as \"größe 表\" from orders where id = 5");
	/* A C library that was given a LOCPATH never frees it. */
	const char *const *env = WORDS("LC_ALL=latin1", arena_printf(shop->arena, "LOCPATH=%s", shop->home), "ASAN_OPTIONS=detect_leaks=0", NO_REPEATING);
	Terminal *t = shop_console_in(shop, 40, 120, env, NULL);
	terminal_wait_written(t, "gr\xF6\xDF" "e ?");
	terminal_wait(t, "+1 Queries ---");
	assert_false(terminal_written(t, "\xC3\xB6"));
	shop_quit(t);
	shop_run(shop, "shop", shop_load);
}

/* ---- themes ---- */

typedef struct CellLook {
	int row, column, front, back;
} CellLook;

static bool looks_so(Terminal *t, void *wanted) {
	const CellLook *want = wanted;
	TerminalCell cell = terminal_cell(t, want->row, want->column);
	return cell.front == want->front && cell.back == want->back;
}

#define wait_look(t, row, column, front, back) terminal_wait_until(t, looks_so, (&(CellLook){row, column, front, back}))

static void choose_theme(Shop *shop, Terminal *t, const char *name) {
	terminal_keys(t, arena_printf(shop->arena, "\\set theme=%s\r", name));
	terminal_wait(t, arena_printf(shop->arena, "theme=%s", name));
}

enum { D = TERMINAL_DEFAULT, T = TERMINAL_RGB };

/* The ▸ before the row under the cursor, and what is written in the row below. */
static const struct {
	const char *theme;
	int text[4][2], bar[4][2]; /* with 8, 16, 256 colours and truecolour: front, back */
} themes[] = {
    {"default", {{D, D}, {D, D}, {D, D}, {D, D}}, {{D, D}, {D, D}, {D, D}, {D, D}}},
    {"mono", {{D, D}, {D, D}, {D, D}, {D, D}}, {{D, D}, {D, D}, {D, D}, {D, D}}},
    {"dark", {{7, 0}, {7, 0}, {252, 234}, {T + 0xd0d0d0, T + 0x1c1c1c}}, {{0, 6}, {0, 6}, {231, 24}, {T + 0xffffff, T + 0x005f87}}},
    {"light", {{0, 7}, {0, 15}, {234, 231}, {T + 0x1c1c1c, T + 0xffffff}}, {{0, 6}, {0, 6}, {231, 24}, {T + 0xffffff, T + 0x005f87}}},
    {"high-contrast", {{7, 0}, {15, 0}, {231, 16}, {T + 0xffffff, 0}}, {{0, 3}, {0, 11}, {16, 226}, {0, T + 0xffff00}}},
    {"solarized", {{7, 0}, {8, 0}, {245, 234}, {T + 0x839496, T + 0x002b36}}, {{7, 0}, {15, 8}, {230, 242}, {T + 0xfdf6e3, T + 0x586e75}}},
    {"solarized-light", {{0, 7}, {8, 15}, {242, 230}, {T + 0x586e75, T + 0xfdf6e3}}, {{7, 0}, {15, 8}, {230, 242}, {T + 0xfdf6e3, T + 0x586e75}}},
    {"nord", {{7, 0}, {7, 0}, {253, 236}, {T + 0xd8dee9, T + 0x2e3440}}, {{7, 0}, {7, 8}, {255, 240}, {T + 0xeceff4, T + 0x4c566a}}},
};

static void every_theme_shows_its_colours_on_every_terminal(void **state) {
	static const char *const terminals[] = {"TERM=xterm", "TERM=xterm-16color", "TERM=xterm-256color", "TERM=vte-direct"};
	for (size_t depth = 0; depth < 4; depth++) {
		if (system(arena_printf(((Shop *)*state)->arena, "infocmp %s >/dev/null 2>&1", terminals[depth] + 5)) != 0) {
			printf("skip: every_theme_shows_its_colours_on_every_terminal: no terminfo entry %s (package ncurses-term)\n", terminals[depth] + 5);
			skip();
		}
		Terminal *t = shop_console_in(*state, 24, 80, WORDS(terminals[depth]), NULL);
		int row, column;
		terminal_wait(t, "update stock");
		assert_true(terminal_find(t, "▸", &row, NULL) && terminal_find(t, "update stock", NULL, &column));
		for (size_t i = 0; i < sizeof themes / sizeof *themes; i++) {
			choose_theme(*state, t, themes[i].theme);
			const int *text = themes[i].text[depth], *bar = themes[i].bar[depth];
			wait_look(t, row, 1, bar[0], bar[1]);
			wait_look(t, row + 1, column, text[0], text[1]);
		}
		shop_quit(t);
	}
}

static void a_theme_is_changed_at_once_and_a_wrong_name_changes_nothing(void **state) {
	Terminal *t = shop_console(*state, 24, 140);
	int row;
	assert_true(terminal_find(t, "▸", &row, NULL));
	choose_theme(*state, t, "nord");
	wait_look(t, row, 1, 255, 240);
	terminal_keys(t, "\\set theme=nosuch\r");
	terminal_wait(t, "there is no theme \"nosuch\"");
	terminal_wait(t, "solarized");
	wait_look(t, row, 1, 255, 240);
	terminal_keys(t, "\\set ascii=on\r");
	terminal_wait_gone(t, "▸");
	terminal_keys(t, "\\set ascii=off\r");
	terminal_wait(t, "▸");
	shop_quit(t);
}

/* ---- files of the user's own ---- */

static const char *file_of(Shop *shop, const char *name, const char *text) {
	const char *path = arena_printf(shop->arena, "%s/.config/pgwhy/%s", shop->home, name);
	assert_int_equal(system(arena_printf(shop->arena, "mkdir -p '%s/.config/pgwhy/themes'", shop->home)), 0);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0 && fclose(file) == 0);
	return path;
}

static void forget_files(Shop *shop) {
	assert_int_equal(system(arena_printf(shop->arena, "rm -r '%s/.config'", shop->home)), 0);
}

static void files_with_mistakes_are_named_and_used_as_far_as_they_go(void **state) {
	Shop *shop = *state;
	file_of(shop, "themes/mine.theme", "nosuchrole = red\ntext = #ff0000 on #000087\nkey = mauve\n");
	file_of(shop, "config", "theme = mine\nnosuch = 1\nascii = on\n");
	file_of(shop, "keys", "[list]\nx = nosuch-action\nU = why\nno-such-key = why\n");
	Terminal *t = shop_console_in(shop, 24, 200, NULL, NULL);
	terminal_wait(t, "~/.config/pgwhy/config:2: there is no setting \"nosuch\"  And 2 more; ? tells all.");
	terminal_wait(t, ">"); /* ascii was taken */
	terminal_wait(t, "update stock");
	int row, column;
	assert_true(terminal_find(t, "update stock", &row, &column));
	wait_look(t, row, column, 196, 18);
	terminal_keys(t, "?");
	terminal_wait(t, "~/.config/pgwhy/config:2: there is no setting \"nosuch\"");
	terminal_wait(t, "There are interval_s,");
	terminal_wait(t, "~/.config/pgwhy/themes/mine.theme:1: unknown role \"nosuchrole\"");
	terminal_wait(t, "The roles are text dim");
	terminal_wait(t, "~/.config/pgwhy/keys:2: no such action: \"nosuch-action\"");
	terminal_keys(t, "q");
	terminal_wait_gone(t, "The roles are");
	terminal_keys(t, "U");
	terminal_wait(t, "evidence");
	shop_quit(t);
	forget_files(shop);
}

static void what_a_theme_may_say_is_told(void **state) {
	Shop *shop = *state;
	file_of(shop, "themes/mine.theme", "bar = mauve\n");
	Terminal *t = shop_console_in(shop, 24, 200, NULL, WORDS("--set", "theme=mine"));
	terminal_wait(t, "themes/mine.theme:1: unknown word \"mauve\"  A look is [COLOUR] [on COLOUR]");
	shop_quit(t);
	t = shop_console_in(shop, 24, 200, NULL, WORDS("--set", "theme=/nosuch.theme"));
	terminal_wait(t, "/nosuch.theme");
	terminal_wait(t, "Queries");
	shop_quit(t);
	t = shop_console_in(shop, 24, 200, NULL, WORDS("--set", "theme=nosuch"));
	terminal_wait(t, "there is no theme \"nosuch\"  The themes are dark default");
	shop_quit(t);
	forget_files(shop);
}

static void a_file_of_the_users_stands_before_ours_of_that_name(void **state) {
	Shop *shop = *state;
	file_of(shop, "themes/default.theme", "text = #00ff00 on #000000\n");
	Terminal *t = shop_console_in(shop, 24, 80, NULL, NULL);
	terminal_wait(t, "update stock");
	int row, column;
	assert_true(terminal_find(t, "update stock", &row, &column));
	wait_look(t, row, column, 46, 16);
	shop_quit(t);
	forget_files(shop);
}

/* ---- sizes, and what is written ---- */

/* On every kind of screen: as small as can be, as large, and back. */
static void resize_all(Terminal *t, const char *seen) {
	static const int sizes[][2] = {{1, 1}, {10, 40}, {2, 300}, {200, 3}, {9, 39}, {60, 200}, {1, 80}, {24, 1}, {24, 80}};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		terminal_resize(t, sizes[i][0], sizes[i][1]);
		if (sizes[i][0] == 9) terminal_wait(t, "too small");
		if (sizes[i][1] == 200) terminal_wait(t, seen);
	}
	terminal_wait(t, seen);
}

static void any_size_at_any_moment(void **state) {
	Terminal *t = shop_console(*state, 24, 80);
	terminal_wait(t, "update stock");
	resize_all(t, "update stock");
	terminal_keys(t, ":select 1");
	terminal_wait(t, "select 1");
	resize_all(t, "select 1");
	terminal_keys(t, "\003\003?"); /* clears the prompt, closes it */
	terminal_wait(t, "help");
	resize_all(t, "next row");
	terminal_keys(t, "qS");
	terminal_wait(t, "sort by");
	resize_all(t, "sort by");
	terminal_keys(t, "q\r");
	terminal_wait(t, "evidence");
	resize_all(t, "why");
	terminal_keys(t, "E");
	terminal_wait(t, "planned");
	resize_all(t, "planned");
	shop_quit(t);
}

static bool mark_stands_at(Terminal *t, void *row) {
	return terminal_cell(t, *(int *)row, 1).point == 0x25B8;
}

/* Two rows in another look are some hundred bytes; all of this screen is some ten thousand. */
static void only_what_changed_is_written(void **state) {
	Terminal *t = shop_console(*state, 50, 200);
	static const char *const last[] = {"update stock", "rows/seq", "primary key", "no session waits"}; /* of each pane */
	for (size_t i = 0; i < sizeof last / sizeof *last; i++) terminal_wait(t, last[i]);
	int row;
	assert_true(terminal_find(t, "▸", &row, NULL));
	for (int step = 1; step < 4; step++) {
		size_t before = terminal_bytes_seen(t);
		int wanted = row + step;
		terminal_keys(t, "j");
		terminal_wait_until(t, mark_stands_at, &wanted);
		assert_in_range(terminal_bytes_seen(t) - before, 1, 1200);
	}
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
	    cmocka_unit_test(another_locale_gets_its_own_characters_and_lines_of_7_bits),
	    cmocka_unit_test(every_theme_shows_its_colours_on_every_terminal),
	    cmocka_unit_test(a_theme_is_changed_at_once_and_a_wrong_name_changes_nothing),
	    cmocka_unit_test(files_with_mistakes_are_named_and_used_as_far_as_they_go),
	    cmocka_unit_test(what_a_theme_may_say_is_told),
	    cmocka_unit_test(a_file_of_the_users_stands_before_ours_of_that_name),
	    cmocka_unit_test(any_size_at_any_moment),
	    cmocka_unit_test(only_what_changed_is_written),
	};
	return cmocka_run_group_tests(tests, shop_set_up, shop_tear_down);
}
