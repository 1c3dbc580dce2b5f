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
		assert_true(look.front.kind == COLOUR_DEFAULT || (look.front.kind == COLOUR_INDEX && look.front.index < 16));
		if (look.back.kind == COLOUR_DEFAULT) assert_false(look.front.kind == COLOUR_INDEX && (look.front.index == 0 || look.front.index == 7));
	}
}

static void a_look_is_read_from_words(void **state) {
	Err err = ERR_INIT;
	Theme *theme = theme_of(*state, "text = red on #10a0Ff bold underline\nkey = 200 italic dim reverse\nbar = Bright-Black\nhint = on default\n", &err);
	assert_string_equal(err.message.text, "");
	assert_string_equal(theme->name, "mine");
	Look text = {.front = {COLOUR_INDEX, .index = 1}, .back = {COLOUR_RGB, .rgb = 0x10a0ff}, .bold = true, .underline = true};
	Look key = {.front = {COLOUR_INDEX, .index = 200}, .italic = true, .dim = true, .reverse = true};
	assert_true(looks_equal(theme->looks[ROLE_TEXT], text));
	assert_true(looks_equal(theme->looks[ROLE_KEY], key));
	assert_int_equal(theme->looks[ROLE_BAR].front.index, 8);
	assert_true(looks_equal(theme->looks[ROLE_HINT], (Look){0}));
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
		err_release(&err);
	}
}

static void selection_lies_over_a_look(void **state) {
	Theme *theme = theme_of(*state, "dim = dim\nbar = red on green\nselected = reverse\n", NULL);
	Look bar = theme_look(theme, ROLE_BAR, true);
	assert_true(bar.reverse && bar.front.index == 1);
	assert_false(theme_look(theme, ROLE_BAR, false).reverse);
	assert_false(theme_look(theme, ROLE_DIM, true).dim);
	theme = theme_of(*state, "bar = red\nselected = white on blue bold\n", NULL);
	bar = theme_look(theme, ROLE_BAR, true);
	assert_true(bar.bold && bar.front.index == 7 && bar.back.index == 4);
}

static void colours_find_their_nearest(void **state) {
	(void)state;
	static const struct {
		Colour colour;
		int colours, index;
	} cases[] = {
	    {{COLOUR_RGB, .rgb = 0xff0000}, 256, 196}, {{COLOUR_RGB, .rgb = 0xff0000}, 16, 9},    {{COLOUR_RGB, .rgb = 0xd00000}, 8, 1},
	    {{COLOUR_RGB, .rgb = 0x808080}, 256, 244}, {{COLOUR_RGB, .rgb = 0x000000}, 256, 16},  {{COLOUR_INDEX, .index = 196}, 256, 196},
	    {{COLOUR_INDEX, .index = 196}, 16, 9},     {{COLOUR_INDEX, .index = 12}, 8, 4},       {{COLOUR_INDEX, .index = 3}, 8, 3},
	    {{COLOUR_INDEX, .index = 255}, 8, 7},      {{COLOUR_INDEX, .index = 46}, 1 << 24, 46},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Colour nearest = colour_nearest(cases[i].colour, cases[i].colours);
		assert_int_equal(nearest.kind, COLOUR_INDEX);
		assert_int_equal(nearest.index, cases[i].index);
	}
	assert_int_equal(colour_nearest((Colour){COLOUR_RGB, .rgb = 0x123456}, 1 << 24).rgb, 0x123456);
	assert_int_equal(colour_nearest((Colour){COLOUR_RGB, .rgb = 0x123456}, 0).kind, COLOUR_DEFAULT);
	assert_int_equal(colour_nearest((Colour){COLOUR_INDEX, .index = 8}, 8).kind, COLOUR_DEFAULT); /* not black on black */
	assert_int_equal(colour_nearest((Colour){.kind = COLOUR_DEFAULT}, 256).kind, COLOUR_DEFAULT);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, new_arena, free_arena)
	const struct CMUnitTest tests[] = {
	    TEST(roles_fall_back_without_circles),
	    TEST(built_in_themes_are_read_without_complaint_and_give_every_role),
	    TEST(the_mono_theme_has_no_colour),
	    TEST(the_default_theme_leaves_the_background_alone),
	    TEST(a_look_is_read_from_words),
	    TEST(a_role_left_out_looks_as_its_fallback),
	    TEST(the_first_bad_line_is_told_and_the_rest_is_read),
	    TEST(selection_lies_over_a_look),
	    TEST(colours_find_their_nearest),
	};
	return cmocka_run_group_tests_name("theme", tests, NULL, NULL);
}
