/* colour.c: colours, and how near they are to each other. */
#include "view/colour.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
	const char *name;
	unsigned rgb; /* what xterm makes of it */
} ansi[16] = {
    {"black", 0x000000},        {"red", 0xcd0000},        {"green", 0x00cd00},        {"yellow", 0xcdcd00},
    {"blue", 0x0000ee},         {"magenta", 0xcd00cd},    {"cyan", 0x00cdcd},         {"white", 0xe5e5e5},
    {"bright-black", 0x7f7f7f}, {"bright-red", 0xff0000}, {"bright-green", 0x00ff00}, {"bright-yellow", 0xffff00},
    {"bright-blue", 0x5c5cff},  {"bright-magenta", 0xff00ff}, {"bright-cyan", 0x00ffff}, {"bright-white", 0xffffff},
};
enum { BRIGHT_BLACK = 8, CUBE = 16, GREYS = 232, ALL_INDEXED = 256 };

static Colour indexed(int index) {
	return (Colour){.kind = COLOUR_INDEX, .index = index};
}

/* A number of that base and nothing else. */
static bool read_number(const char *text, int base, unsigned long most, unsigned long *number) {
	if (text[strspn(text, base == 16 ? "0123456789abcdefABCDEF" : "0123456789")]) return false;
	if (!*text || strlen(text) > 6) return false;
	*number = strtoul(text, NULL, base);
	return *number <= most;
}

bool colour_parse(const char *word, Colour *colour) {
	unsigned long number;
	if (strcasecmp(word, "default") == 0) {
		*colour = (Colour){.kind = COLOUR_DEFAULT};
		return true;
	}
	for (int i = 0; i < CUBE; i++) {
		if (strcasecmp(word, ansi[i].name) != 0) continue;
		*colour = indexed(i);
		return true;
	}
	if (*word == '#' && strlen(word) == 7 && read_number(word + 1, 16, 0xffffff, &number))
		*colour = (Colour){.kind = COLOUR_RGB, .rgb = (unsigned)number};
	else if (read_number(word, 10, ALL_INDEXED - 1, &number))
		*colour = indexed((int)number);
	else
		return false;
	return true;
}

bool colour_same(Colour a, Colour b) {
	return a.kind == b.kind && a.index == b.index && a.rgb == b.rgb;
}

static unsigned indexed_rgb(int index) {
	static const unsigned levels[6] = {0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff};
	if (index < CUBE) return ansi[index].rgb;
	if (index >= GREYS) return 0x010101u * (8u + 10u * (unsigned)(index - GREYS));
	int cube = index - CUBE;
	return levels[cube / 36] << 16 | levels[cube / 6 % 6] << 8 | levels[cube % 6];
}

unsigned colour_rgb(Colour colour) {
	return colour.kind == COLOUR_RGB ? colour.rgb : indexed_rgb(colour.index);
}

/* Light as the eye weighs it, 0..1. */
static double luminance(unsigned rgb) {
	static const double weights[] = {0.0722, 0.7152, 0.2126}; /* blue, green, red */
	double sum = 0;
	for (int i = 0; i < 3; i++, rgb >>= 8) {
		double part = (rgb & 255) / 255.0;
		sum += weights[i] * (part <= 0.03928 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4));
	}
	return sum;
}

double contrast(unsigned a, unsigned b) {
	double one = luminance(a) + 0.05, other = luminance(b) + 0.05;
	return one > other ? one / other : other / one;
}

/* Square of how far apart two colours are, green weighing most and blue least, as eyes do. */
static int distance(unsigned a, unsigned b) {
	int red = (int)(a >> 16 & 255) - (int)(b >> 16 & 255);
	int green = (int)(a >> 8 & 255) - (int)(b >> 8 & 255);
	int blue = (int)(a & 255) - (int)(b & 255);
	return 3 * red * red + 4 * green * green + 2 * blue * blue;
}

static unsigned least_part(unsigned rgb) {
	unsigned red = rgb >> 16 & 255, green = rgb >> 8 & 255, blue = rgb & 255, least = red < green ? red : green;
	return least < blue ? least : blue;
}

static unsigned most_part(unsigned rgb) {
	return 255 - least_part(rgb ^ 0xffffff);
}

/* Nobody would call it by the name of a colour. */
static bool is_grey(unsigned rgb) {
	enum { HARDLY_TINTED = 37, NEARLY_BLACK = 0x50, NEARLY_WHITE = 0xd0 };
	return most_part(rgb) - least_part(rgb) < HARDLY_TINTED || most_part(rgb) < NEARLY_BLACK || least_part(rgb) > NEARLY_WHITE;
}

/* The colour at its purest: as far from grey as it goes. */
static unsigned hue(unsigned rgb) {
	unsigned least = least_part(rgb), most = most_part(rgb), pure = 0;
	if (most == least) return rgb;
	for (int shift = 0; shift < 24; shift += 8) pure |= ((rgb >> shift & 255) - least) * 255 / (most - least) << shift;
	return pure;
}

/* Where there are few, a red is to stay a red and a grey a grey, however light or dark: the shade only decides between two of a hue. */
static int distance_of_few(unsigned candidate, unsigned wanted) {
	enum { NO_TINT = 1 << 28, HUE_WEIGHS = 64 };
	if (is_grey(wanted) != is_grey(candidate)) return NO_TINT + distance(candidate, wanted);
	return (is_grey(wanted) ? 0 : HUE_WEIGHS * distance(hue(candidate), hue(wanted))) + distance(candidate, wanted);
}

/* The nearest of a terminal's palette that stands out so much from a background. Of 256, the first sixteen are the user's own: only the
 * others are where we think. */
static int nearest_of(unsigned wanted, int colours, unsigned back, double least) {
	bool few = colours < ALL_INDEXED;
	int end = !few ? ALL_INDEXED : colours >= CUBE ? CUBE : BRIGHT_BLACK, nearest = -1, least_far = 0;
	for (int i = few ? 0 : CUBE; i < end; i++) {
		int far = few ? distance_of_few(indexed_rgb(i), wanted) : distance(indexed_rgb(i), wanted);
		if ((nearest >= 0 && far >= least_far) || (least > 0 && contrast(indexed_rgb(i), back) < least)) continue; /* contrast costs most */
		nearest = i;
		least_far = far;
	}
	return nearest;
}

Colour colour_nearest(Colour colour, int colours) {
	const Colour none = {.kind = COLOUR_DEFAULT};
	if (colour.kind == COLOUR_DEFAULT || colours < 8) return none;
	if (colour.kind == COLOUR_RGB && colours >= 1 << 24) return colour;
	if (colour.kind == COLOUR_INDEX && colour.index < colours) return colour;
	if (colour.kind == COLOUR_INDEX && colour.index == BRIGHT_BLACK) return none;
	if (colour.kind == COLOUR_INDEX && colour.index < CUBE) return indexed(colour.index - BRIGHT_BLACK);
	return indexed(nearest_of(colour_rgb(colour), colours, 0, 0));
}

Colour colour_nearest_on(Colour colour, Colour back, int colours) {
	static const double readable = 3;
	Colour nearest = colour_nearest(colour, colours), behind = colour_nearest(back, colours);
	if (behind.kind == COLOUR_DEFAULT || colour.kind == COLOUR_DEFAULT || colours >= 1 << 24) return nearest;
	if (nearest.kind != COLOUR_DEFAULT && contrast(colour_rgb(nearest), colour_rgb(behind)) >= readable) return nearest;
	if (contrast(colour_rgb(colour), colour_rgb(back)) < readable) return nearest; /* it was not to be read */
	return indexed(nearest_of(colour_rgb(colour), colours, colour_rgb(behind), readable));
}
