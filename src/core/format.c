/* format.c: figures as people read them.
 *
 * Digits are made from rounded integers, not by %f: that would print the locale's decimal comma, and 0.995 as 0.99. */
#include "core/format.h"

#include <math.h>
#include <stdlib.h>

#include "base/utf8.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

typedef struct Scale {
	const char *suffix;
	double size;
} Scale;

static const Scale counts[] = {{"", 1}, {"k", 1e3}, {"M", 1e6}, {"G", 1e9}, {"T", 1e12}, {"P", 1e15}};
static const Scale bytes[] = {{"B", 1}, {"kB", 0x1p10}, {"MB", 0x1p20}, {"GB", 0x1p30}, {"TB", 0x1p40}, {"PB", 0x1p50}};
static const Scale milliseconds[] = {{"ms", 1}};

/* What needs no unit: nothing, or without end. */
static const char *special(Arena *arena, double value) {
	if (isnan(value)) return "";
	return isinf(value) ? arena_printf(arena, "%sinf", value < 0 ? "-" : "") : NULL;
}

static double shown(double value, int decimals) {
	double power = pow(10, decimals);
	return floor(value * power + 0.5) / power;
}

/* "12.30" or, when trimmed, "12.3"; value ≥ 0 */
static const char *digits(Arena *arena, double value, int decimals, bool trim) {
	if (value >= 1e15) return arena_printf(arena, "%.0e", value);
	long long whole = llround(shown(value, decimals) * pow(10, decimals));
	while (trim && decimals > 0 && whole % 10 == 0) {
		whole /= 10;
		decimals--;
	}
	if (decimals == 0) return arena_printf(arena, "%lld", whole);
	long long power = llround(pow(10, decimals));
	return arena_printf(arena, "%lld.%0*lld", whole / power, decimals, whole % power);
}

/* Two decimals below 1, one below 100, none above: as many as still say something. */
static int decimals_of(double value) {
	if (shown(value, 2) < 1) return 2;
	return shown(value, 1) < 100 ? 1 : 0;
}

/* value ≥ 0 in the largest unit that leaves something before the point */
static const char *scaled(Arena *arena, double value, const Scale *scales, size_t count, const char *gap) {
	double step = count > 1 ? scales[1].size : INFINITY; /* 999k is followed by 1.0M, but 1023kB by 1.0MB */
	size_t i = 0;
	while (i + 1 < count && shown(value / scales[i].size, 0) >= step) i++;
	double part = value / scales[i].size;
	if (i == 0 && part > 0 && part < 0.005) return arena_printf(arena, "<0.01%s%s", gap, scales[i].suffix);
	int decimals = i > 0 ? (shown(part, 1) < 100 ? 1 : 0) : decimals_of(part);
	return arena_printf(arena, "%s%s%s", digits(arena, part, decimals, i == 0), gap, scales[i].suffix);
}

/* Two neighbouring units: 3m12s, 4h05m, 2d03h; days alone from ten on. */
static const char *span(Arena *arena, double seconds) {
	if (seconds >= 1e15) return arena_printf(arena, "%.0ed", seconds / 86400);
	long long all = (long long)seconds;
	if (all < 60) return arena_printf(arena, "%llds", all);
	if (all < 3600) return arena_printf(arena, "%lldm%02llds", all / 60, all % 60);
	if (all < 86400) return arena_printf(arena, "%lldh%02lldm", all / 3600, all % 3600 / 60);
	if (all < 10 * 86400) return arena_printf(arena, "%lldd%02lldh", all / 86400, all % 86400 / 3600);
	return arena_printf(arena, "%lldd", all / 86400);
}

static const char *count_figure(Arena *arena, double value, const char *gap) {
	return scaled(arena, value, counts, COUNT_OF(counts), gap);
}

static const char *byte_figure(Arena *arena, double value, const char *gap) {
	if (value == 0) return *gap ? "0 B" : "0";
	if (value < 1024) value = fmax(1, shown(value, 0)); /* there are no half bytes */
	return scaled(arena, value, bytes, COUNT_OF(bytes), gap);
}

static const char *ms_figure(Arena *arena, double value, const char *gap) {
	if (shown(value, 0) < 1000) return scaled(arena, value, milliseconds, 1, gap);
	double seconds = value / 1000;
	if (shown(seconds, 1) < 60) return arena_printf(arena, "%s%ss", digits(arena, seconds, 1, false), gap);
	return span(arena, shown(seconds, 0));
}

/* Near the ends a tenth matters: 0.4%, 99.2%; only all is 100% and only nothing is 0%. */
static const char *share_figure(Arena *arena, double value, const char *gap) {
	double percent = value * 100;
	if (percent > 0 && percent < 0.05) return arena_printf(arena, "<0.1%s%%", gap);
	if (percent >= 99.95 && percent < 100) percent = 99.9;
	bool ends = percent < 1 || (percent > 99 && percent < 100);
	return arena_printf(arena, "%s%s%%", digits(arena, percent, ends, true), gap);
}

static const char *grouped(Arena *arena, const char *number) {
	size_t len = strlen(number);
	if (len <= 3) return number;
	return arena_printf(arena, "%s %s", grouped(arena, arena_copy_n(arena, number, len - 3)), number + len - 3);
}

/* Three significant figures, thousands grouped: 0.0123  1.23  12.3  12 345 */
static const char *plain_figure(Arena *arena, double value, const char *gap) {
	(void)gap;
	if (value >= 1e15 || (value > 0 && value < 1e-6)) return arena_printf(arena, "%.0e", value);
	int decimals = 0;
	while (decimals < 8 && value > 0 && value * pow(10, decimals) < 100) decimals++;
	const char *number = digits(arena, value, decimals, true);
	return strchr(number, '.') ? number : grouped(arena, number);
}

typedef const char *Figure(Arena *arena, double value, const char *gap);

static Figure *const figures[] = {
    [UNIT_NONE] = plain_figure, [UNIT_COUNT] = count_figure, [UNIT_MS] = ms_figure,
    [UNIT_BYTES] = byte_figure, [UNIT_SHARE] = share_figure, [UNIT_RATE] = count_figure};

static const char *figure(Arena *arena, Unit unit, double value, const char *gap) {
	const char *word = special(arena, value);
	if (word) return word;
	const char *text = figures[unit](arena, fabs(value), gap);
	bool nothing = text[0] == '0' && !strpbrk(text, "123456789");
	return value < 0 && !nothing ? arena_printf(arena, "-%s", text) : text;
}

const char *format_unit(Arena *arena, Unit unit, double value) {
	return figure(arena, unit, value, "");
}

const char *format_ms(Arena *arena, double ms) {
	return figure(arena, UNIT_MS, ms, " ");
}

const char *format_bytes(Arena *arena, double value) {
	return figure(arena, UNIT_BYTES, value, " ");
}

const char *format_rows(Arena *arena, double rows) {
	return figure(arena, UNIT_COUNT, rows, "");
}

const char *format_share(Arena *arena, double ratio) {
	return figure(arena, UNIT_SHARE, ratio, "");
}

/* An age is what has passed in full: 59.99 s are 59. */
const char *format_age(Arena *arena, double seconds) {
	const char *word = special(arena, seconds);
	if (word) return word;
	return seconds <= -1 ? arena_printf(arena, "-%s", span(arena, -seconds)) : span(arena, fmax(seconds, 0));
}

/* The fewest digits that read back as the same number. */
const char *format_number(Arena *arena, double value) {
	const char *word = special(arena, value);
	if (word) return word;
	if (value == 0) return "0";
	if (fabs(value) < 1e15 && value == floor(value)) return arena_printf(arena, "%.0f", value);
	char *text = arena_printf(arena, "%.15g", value);
	for (int precision = 16; precision <= 17 && strtod(text, NULL) != value; precision++)
		text = arena_printf(arena, "%.*g", precision, value);
	char *comma = strchr(text, ','); /* the locale's */
	if (comma) *comma = '.';
	return text;
}

/* ---- over lines ---- */

static bool begins_with_unit(const char *text, const Scale *scales, size_t count) {
	size_t letters = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
	for (size_t i = 0; i < count; i++)
		if (letters == strlen(scales[i].suffix) && strncmp(text, scales[i].suffix, letters) == 0) return true;
	return false;
}

bool format_breaks(uint32_t before, const char *after) {
	static const Scale seconds = {"s", 1};
	if (before < '0' || before > '9') return true;
	bool unit = begins_with_unit(after, bytes, COUNT_OF(bytes)) || begins_with_unit(after, milliseconds, 1) || begins_with_unit(after, &seconds, 1);
	return !unit && strspn(after, "0123456789") != 3;
}

size_t format_line(const char *text, size_t cells) {
	size_t fit = utf8_fit(text, cells), end = fit;
	if (!text[fit]) return fit;
	while (end && !(text[end] == ' ' && format_breaks((unsigned char)text[end - 1], text + end + 1))) end--;
	return end ? end : fit ? fit : 1;
}
