/* test_colour.c: colours are read, and find the nearest that a terminal has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view/colour.h"

#define RGB(value) {COLOUR_RGB, .rgb = 0x##value}
#define INDEX(number) {COLOUR_INDEX, .index = (number)}

static void colours_are_read_by_name_number_and_value(void **state) {
	(void)state;
	static const struct {
		const char *word;
		Colour colour;
	} good[] = {
	    {"default", {COLOUR_DEFAULT}}, {"DEFAULT", {COLOUR_DEFAULT}}, {"red", INDEX(1)}, {"Bright-White", INDEX(15)}, {"0", INDEX(0)},
	    {"255", INDEX(255)},           {"#10a0Ff", RGB(10a0ff)},
	};
	static const char *const bad[] = {"", "mauve", "256", "-1", "1x", "#12345", "#1234567", "#12345g", "#", "bright-", "99999999999999999999"};
	Colour colour;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_true(colour_parse(good[i].word, &colour));
		assert_true(colour_same(colour, good[i].colour));
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(colour_parse(bad[i], &colour));
}

static void contrast_is_what_WCAG_says(void **state) {
	(void)state;
	assert_float_equal(contrast(0x000000, 0xffffff), 21, 0.001);
	assert_float_equal(contrast(0xffffff, 0x000000), 21, 0.001);
	assert_float_equal(contrast(0x777777, 0x777777), 1, 0.001);
	assert_float_equal(contrast(0x767676, 0xffffff), 4.54, 0.01);
	assert_float_equal(contrast(0x0000ff, 0xffffff), 8.59, 0.01);
}

static void colours_find_their_nearest(void **state) {
	(void)state;
	static const struct {
		Colour colour;
		int colours, index;
	} cases[] = {
	    {RGB(ff0000), 256, 196}, {RGB(ff0000), 16, 9},  {RGB(d00000), 8, 1},     {RGB(808080), 256, 244}, {RGB(000000), 256, 16},
	    {INDEX(196), 256, 196},  {INDEX(196), 16, 9},   {INDEX(12), 8, 4},       {INDEX(3), 8, 3},        {INDEX(255), 8, 7},
	    {INDEX(46), 1 << 24, 46},
	    /* the hue stays: a muted green is a green, a soft red a red */
	    {RGB(a3be8c), 16, 2},    {RGB(bf616a), 16, 1},  {RGB(008787), 8, 6},     {RGB(af8700), 8, 3},
	    /* and grey stays grey, a tinted black black */
	    {RGB(657b83), 16, 8},    {RGB(002b36), 16, 0},  {RGB(2e3440), 8, 0},     {RGB(fdf6e3), 16, 15},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Colour nearest = colour_nearest(cases[i].colour, cases[i].colours);
		assert_int_equal(nearest.kind, COLOUR_INDEX);
		assert_int_equal(nearest.index, cases[i].index);
	}
	assert_int_equal(colour_nearest((Colour)RGB(123456), 1 << 24).rgb, 0x123456);
	assert_int_equal(colour_nearest((Colour)RGB(123456), 0).kind, COLOUR_DEFAULT);
	assert_int_equal(colour_nearest((Colour)INDEX(8), 8).kind, COLOUR_DEFAULT); /* not black on black */
	assert_int_equal(colour_nearest((Colour){.kind = COLOUR_DEFAULT}, 256).kind, COLOUR_DEFAULT);
}

static void what_could_be_read_can_be_read_with_few_colours_too(void **state) {
	(void)state;
	assert_int_equal(colour_nearest_on((Colour)RGB(6c71c4), (Colour)RGB(002b36), 16).index, 12); /* blue on black is none: bright blue */
	assert_int_equal(colour_nearest_on((Colour)RGB(657b83), (Colour)RGB(002b36), 8).index, 7);
	assert_int_equal(colour_nearest_on((Colour)RGB(875f00), (Colour)RGB(ffffff), 8).index, 1); /* yellow on white is none */
	assert_int_equal(colour_nearest_on((Colour)RGB(101010), (Colour)RGB(000000), 16).index, 0); /* was not to be read */
	assert_int_equal(colour_nearest_on((Colour)RGB(ff0000), (Colour){.kind = COLOUR_DEFAULT}, 16).index, 9);
	for (unsigned i = 0; i < 64; i++) { /* a walk through all corners of the cube */
		Colour front = {COLOUR_RGB, .rgb = i * 0x3f3f3f % 0xffffff}, back = {COLOUR_RGB, .rgb = (i * 0x55aa33 + 0x102030) & 0xffffff};
		if (contrast(front.rgb, back.rgb) < 3) continue;
		for (int colours = 8; colours <= 256; colours *= colours == 8 ? 2 : 16)
			assert_true(contrast(colour_rgb(colour_nearest_on(front, back, colours)), colour_rgb(colour_nearest(back, colours))) >= 3);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(colours_are_read_by_name_number_and_value),
	    cmocka_unit_test(contrast_is_what_WCAG_says),
	    cmocka_unit_test(colours_find_their_nearest),
	    cmocka_unit_test(what_could_be_read_can_be_read_with_few_colours_too),
	};
	return cmocka_run_group_tests_name("colour", tests, NULL, NULL);
}
