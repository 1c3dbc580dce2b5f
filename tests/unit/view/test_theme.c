/* test_theme.c: themes are read, hold every role, and fall back sensibly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view/theme.h"

static int new_arena(void **state) {
	*state = arena_new();
	return 0;
}

static int free_arena(void **state) {
	arena_free(*state);
	return 0;
}

static Theme *theme_of(Arena *arena, const char *text, Err *err) {
	return theme_read(arena, config_parse(arena, "some/dir/mine.theme", text, NULL), err);
}

static bool looks_equal(Look a, Look b) {
	return a.front.kind == b.front.kind && a.front.index == b.front.index && a.front.rgb == b.front.rgb && a.back.kind == b.back.kind &&
	       a.back.index == b.back.index && a.back.rgb == b.back.rgb && a.bold == b.bold && a.dim == b.dim && a.italic == b.italic &&
	       a.underline == b.underline && a.reverse == b.reverse;
}

static void roles_fall_back_without_circles(void **state) {
	(void)state;
	for (int i = 0; i < ROLE_COUNT; i++) {
		Role role = (Role)i;
		assert_true(*role_name(role) && *role_meaning(role));
		for (int steps = 0; role != ROLE_TEXT; role = role_fallback(role)) assert_true(steps++ < ROLE_COUNT);
	}
}

static void built_in_themes_are_read_without_complaint_and_give_every_role(void **state) {
	size_t themes = 0;
	for (const Embedded *file = embedded_themes; file->name; file++) {
		if (!strstr(file->name, ".theme")) continue;
		themes++;
		Err err = ERR_INIT;
		Config *config = config_parse(*state, file->name, file->text, &err);
		assert_string_equal(err.message.text, "");
		Theme *theme = theme_read(*state, config, &err);
		assert_string_equal(err.message.text, "");
		for (int i = 0; i < ROLE_COUNT; i++)
			if (!theme->looks[i].given) fail_msg("%s lacks %s", file->name, role_name((Role)i));
		assert_false(looks_equal(theme->looks[ROLE_SELECTED], theme->looks[ROLE_TEXT]));
		assert_false(looks_equal(theme->looks[ROLE_POPUP_SELECTED], theme->looks[ROLE_POPUP]));
		err_release(&err);
	}
	assert_true(themes >= 2);
	assert_string_equal(theme_default(*state)->name, "default");
	assert_string_equal(theme_mono(*state)->name, "mono");
	assert_null(theme_built_in(*state, "no-such"));
	assert_string_equal(theme_read(*state, NULL, NULL)->name, "default");
}

static void the_mono_theme_has_no_colour(void **state) {
	Theme *theme = theme_mono(*state);
	for (int i = 0; i < ROLE_COUNT; i++) {
		assert_int_equal(theme->looks[i].front.kind, COLOUR_DEFAULT);
		assert_int_equal(theme->looks[i].back.kind, COLOUR_DEFAULT);
		assert_false(theme->looks[i].dim || theme->looks[i].italic);
	}
}

/* On a light or a dark background alike: a background of ours only under a colour of ours, and the terminal's own elsewhere. */
static void the_default_theme_leaves_the_background_alone(void **state) {
	Theme *theme = theme_default(*state);
	assert_int_equal(theme->looks[ROLE_TEXT].front.kind, COLOUR_DEFAULT);
	for (int i = 0; i < ROLE_COUNT; i++) {
		Look look = theme->looks[i];
		assert_true(look.back.kind == COLOUR_DEFAULT || look.front.kind != COLOUR_DEFAULT);
	}
}

/* ---- can it be read? ---- */

enum { BLACK = 0x000000, CHARCOAL = 0x1e1e1e, WHITE = 0xffffff };

/* Two thirds of the way, as terminals draw dim text. */
static unsigned dimmed(unsigned front, unsigned back) {
	unsigned mixed = 0;
	for (int shift = 0; shift < 24; shift += 8) mixed |= ((front >> shift & 255) * 2 + (back >> shift & 255)) / 3 << shift;
	return mixed;
}

/* On a terminal whose own colours are these. */
static double look_contrast(Look look, unsigned plain_front, unsigned plain_back) {
	unsigned front = look.front.kind == COLOUR_DEFAULT ? plain_front : colour_rgb(look.front);
	unsigned back = look.back.kind == COLOUR_DEFAULT ? plain_back : colour_rgb(look.back);
	return contrast(look.dim ? dimmed(front, back) : front, back);
}

/* What is read at leisure or hardly at all: guides, rules, ages. */
static bool is_quiet(Role role) {
	static const Role quiet[] = {ROLE_DIM, ROLE_FRAME, ROLE_FRAME_FOCUS, ROLE_HEADER, ROLE_HINT, ROLE_BAR, ROLE_STALE, ROLE_SQL_COMMENT};
	for (size_t i = 0; i < sizeof quiet / sizeof *quiet; i++)
		if (quiet[i] == role) return true;
	return false;
}

static void assert_readable(const Theme *theme, int colours, unsigned front, unsigned back, double words, double guides) {
	for (Role role = 0; role < ROLE_COUNT; role++)
		for (int selected = 0; selected < 2; selected++) {
			double least = is_quiet(role) ? guides : words, is = look_contrast(theme_look(theme, role, selected, colours), front, back);
			if (is < least)
				fail_msg("%s, %d colours, on %06x: %s%s has %.2f:1, less than %.1f", theme->name, colours, back, role_name(role),
				         selected ? " selected" : "", is, least);
		}
}

/* WCAG 2: words 4.5:1 (7:1 at level AAA), what is large or no word 3:1. Solarized and Nord are what they are: their accents keep 3. */
static void every_theme_can_be_read(void **state) {
	static const struct {
		const char *theme;
		double words, guides;
	} cases[] = {{"light", 4.5, 3}, {"dark", 4.5, 3}, {"high-contrast", 7, 7}, {"solarized", 3, 3}, {"solarized-light", 3, 3}, {"nord", 3, 3}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Theme *theme = theme_built_in(*state, cases[i].theme);
		assert_readable(theme, 1 << 24, WHITE, BLACK, cases[i].words, cases[i].guides);
		assert_readable(theme, 1 << 24, BLACK, WHITE, cases[i].words, cases[i].guides); /* all of it brings its background along */
		assert_true(look_contrast(theme->looks[ROLE_TEXT], WHITE, BLACK) >= 4.5);
		for (int colours = 8; colours <= 256; colours *= colours == 8 ? 2 : 16) assert_readable(theme, colours, WHITE, BLACK, 3, 3);
	}
	assert_readable(theme_default(*state), 256, WHITE, BLACK, 3, 3);
	assert_readable(theme_default(*state), 256, BLACK, WHITE, 3, 3);
	assert_readable(theme_default(*state), 256, 0xd0d0d0, CHARCOAL, 2.7, 2.7);
}

static void every_theme_is_known_by_name(void **state) {
	static const char *const names[] = {"default", "light", "dark", "high-contrast", "mono", "solarized", "solarized-light", "nord"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		assert_string_equal(theme_built_in(*state, names[i])->name, names[i]);
		assert_non_null(strstr(theme_names(*state), names[i]));
	}
	assert_null(strstr(theme_names(*state), ".theme"));
	assert_null(strstr(theme_names(*state), "keys"));
}

/* Told apart on every terminal: the row under the cursor from the others, the chosen entry from those above and below. */
static void what_is_chosen_stands_out(void **state) {
	for (const Embedded *file = embedded_themes; file->name; file++) {
		if (!strstr(file->name, ".theme")) continue;
		Theme *theme = theme_read(*state, config_parse(*state, file->name, file->text, NULL), NULL);
		static const int depths[] = {0, 8, 16, 256, 1 << 24};
		for (size_t i = 0; i < sizeof depths / sizeof *depths; i++)
			for (Role role = 0; role < ROLE_COUNT; role++) {
				Look plain = theme_look(theme, role, false, depths[i]), bar = theme_look(theme, role, true, depths[i]);
				if (role != ROLE_POPUP_SELECTED && colour_same(plain.back, bar.back) && plain.reverse == bar.reverse)
					fail_msg("%s, %d colours: %s looks the same under the cursor", file->name, depths[i], role_name(role));
				Look menu = theme_look(theme, ROLE_POPUP, false, depths[i]), chosen = theme_look(theme, ROLE_POPUP_SELECTED, false, depths[i]);
				assert_false(colour_same(menu.back, chosen.back) && menu.reverse == chosen.reverse);
			}
	}
}

/* ---- reading them ---- */

static void a_look_is_read_from_words(void **state) {
	Err err = ERR_INIT;
	Theme *theme = theme_of(*state, "text = red on #10a0Ff bold underline\nkey = 200 italic dim reverse\nbar = Bright-Black\nhint = on default\nselected = bold\n", &err);
	assert_string_equal(err.message.text, "");
	assert_string_equal(theme->name, "mine");
	Look text = {.front = {COLOUR_INDEX, .index = 1}, .back = {COLOUR_RGB, .rgb = 0x10a0ff}, .bold = true, .underline = true};
	Look key = {.front = {COLOUR_INDEX, .index = 200}, .back = text.back, .italic = true, .dim = true, .reverse = true};
	assert_true(looks_equal(theme->looks[ROLE_TEXT], text));
	assert_true(looks_equal(theme->looks[ROLE_KEY], key));
	assert_int_equal(theme->looks[ROLE_BAR].front.index, 8);
	assert_true(looks_equal(theme->looks[ROLE_HINT], (Look){.front = text.front, .back = text.back})); /* what is left open */
	assert_int_equal(theme->looks[ROLE_SELECTED].back.kind, COLOUR_DEFAULT); /* lies over the others */
}

static void a_role_left_out_looks_as_its_fallback(void **state) {
	Theme *theme = theme_of(*state, "strong = green\nwarning = yellow\n", NULL);
	assert_int_equal(theme->looks[ROLE_ERROR].front.index, 3); /* error -> critical -> warning */
	assert_int_equal(theme->looks[ROLE_TITLE_FOCUS].front.index, 2);
	assert_true(theme->looks[ROLE_WARNING].given);
	assert_false(theme->looks[ROLE_ERROR].given);
}

static void the_first_bad_line_is_told_and_the_rest_is_read(void **state) {
	static const struct {
		const char *text, *message;
	} cases[] = {
	    {"bold = red\nkey = red\n", "some/dir/mine.theme:1: unknown role \"bold\""},
	    {"\nbar = mauve\nfoo = x\nkey = red\n", "some/dir/mine.theme:2: unknown word \"mauve\""},
	    {"bar = red on\nkey = red", ""},
	    {"bar = red on blue on green\nkey = red", "some/dir/mine.theme:1: unknown word \"on\""},
	    {"bar = 256\nkey = red", "some/dir/mine.theme:1: unknown word \"256\""},
	    {"bar = #12345\nkey = red", "some/dir/mine.theme:1: unknown word \"#12345\""},
	    {"bar = #12345g\nkey = red", "some/dir/mine.theme:1: unknown word \"#12345g\""},
	    {"bar = -1\nkey = red", "some/dir/mine.theme:1: unknown word \"-1\""},
	    {"key = red\n[list]\nbar = red", "some/dir/mine.theme:3: a theme has no sections: line in section \"list\""},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Err err = ERR_INIT;
		Theme *theme = theme_of(*state, cases[i].text, &err);
		assert_string_equal(err.message.text, cases[i].message);
		assert_int_equal(theme->looks[ROLE_KEY].front.index, 1);
		assert_int_equal(err.hint.len > 0, err.message.len > 0); /* what would be right */
		err_release(&err);
	}
}

static void selection_lies_over_a_look(void **state) {
	Theme *theme = theme_of(*state, "dim = dim\nbar = red\ngood = red on green\nselected = reverse\n", NULL);
	Look good = theme_look(theme, ROLE_GOOD, true, 256);
	assert_true(good.reverse && good.front.index == 1);
	assert_false(theme_look(theme, ROLE_GOOD, false, 256).reverse);
	assert_false(theme_look(theme, ROLE_DIM, true, 256).dim);
	assert_int_equal(theme_look(theme, ROLE_BAR, true, 256).front.kind, COLOUR_DEFAULT); /* or what it leaves empty would be red */
	theme = theme_of(*state, "good = red\nselected = white on blue bold\n", NULL);
	good = theme_look(theme, ROLE_GOOD, true, 256);
	assert_true(good.bold && good.front.index == 7 && good.back.index == 4);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, new_arena, free_arena)
	const struct CMUnitTest tests[] = {
	    TEST(roles_fall_back_without_circles),
	    TEST(built_in_themes_are_read_without_complaint_and_give_every_role),
	    TEST(the_mono_theme_has_no_colour),
	    TEST(the_default_theme_leaves_the_background_alone),
	    TEST(every_theme_is_known_by_name),
	    TEST(every_theme_can_be_read),
	    TEST(what_is_chosen_stands_out),
	    TEST(a_look_is_read_from_words),
	    TEST(a_role_left_out_looks_as_its_fallback),
	    TEST(the_first_bad_line_is_told_and_the_rest_is_read),
	    TEST(selection_lies_over_a_look),
	};
	return cmocka_run_group_tests_name("theme", tests, NULL, NULL);
}
