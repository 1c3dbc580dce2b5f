/* utf8.c: characters, cutting to a width, and making strangers' bytes safe to show. */
#include "base/utf8.h"

#include "base/str.h"

/* The lead byte says how many follow; `least` refuses the longer spellings of a shorter character. */
size_t utf8_decode(const char *text, size_t len, uint32_t *point) {
	static const struct {
		uint8_t mask, lead;
		uint32_t least;
	} forms[] = {{0x80, 0x00, 0}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};
	const unsigned char *bytes = (const unsigned char *)text;
	*point = UTF8_INVALID;
	size_t more = 0;
	while (more < 4 && (bytes[0] & forms[more].mask) != forms[more].lead) more++;
	if (more == 4 || more >= len) return 1;
	uint32_t whole = bytes[0] & (uint8_t)~forms[more].mask;
	for (size_t i = 1; i <= more; i++) {
		if ((bytes[i] & 0xC0) != 0x80) return 1;
		whole = whole << 6 | (bytes[i] & 0x3F);
	}
	if (whole < forms[more].least || whole > 0x10FFFF || (whole >= 0xD800 && whole <= 0xDFFF)) return 1;
	*point = whole;
	return more + 1;
}

size_t utf8_encode(uint32_t point, char out[4]) {
	if (point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) point = UTF8_INVALID;
	size_t more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
	static const uint8_t leads[] = {0x00, 0xC0, 0xE0, 0xF0};
	for (size_t i = more; i > 0; i--, point >>= 6) out[i] = (char)(0x80 | (point & 0x3F));
	out[0] = (char)(leads[more] | point);
	return more + 1;
}

/* Control characters, and what Unicode calls default ignorable, except the variation selectors of emoji: those are
 * common and harmless. What cannot be seen can reorder a line, hide text or imitate another name. */
bool utf8_hostile(uint32_t point) {
	static const struct {
		uint32_t first, last;
	} ranges[] = {
	    {0x0000, 0x001F}, {0x007F, 0x009F}, /* C0, DEL, C1 */
	    {0x00AD, 0x00AD}, {0x034F, 0x034F}, {0x061C, 0x061C}, /* soft hyphen, grapheme joiner, Arabic letter mark */
	    {0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F}, /* Hangul fillers, Khmer and Mongolian invisibles */
	    {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F}, /* zero width, line separators, bidi, invisible operators */
	    {0x3164, 0x3164}, {0xD800, 0xDFFF}, {0xFDD0, 0xFDEF}, /* Hangul filler, surrogates, noncharacters */
	    {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, /* byte order mark, Hangul filler, annotations */
	    {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}, /* shorthand, music, tags */
	};
	if (point > 0x10FFFF || (point & 0xFFFE) == 0xFFFE) return true;
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges && ranges[i].first <= point; i++)
		if (point <= ranges[i].last) return true;
	return false;
}

bool utf8_valid(const char *text, size_t len) {
	uint32_t point;
	for (size_t i = 0; i < len;) {
		size_t bytes = utf8_decode(text + i, len - i, &point);
		if (bytes == 1 && (unsigned char)text[i] >= 0x80) return false;
		i += bytes;
	}
	return true;
}

size_t utf8_cells(const char *text) {
	return utf8_cells_n(text, strlen(text));
}

size_t utf8_cells_n(const char *text, size_t len) {
	size_t cells = 0;
	uint32_t point;
	for (size_t i = 0; i < len; cells += (size_t)utf8_width(point)) i += utf8_decode(text + i, len - i, &point);
	return cells;
}

size_t utf8_fit(const char *text, size_t cells) {
	size_t len = strlen(text), i = 0;
	while (i < len) {
		uint32_t point;
		size_t bytes = utf8_decode(text + i, len - i, &point);
		size_t width = (size_t)utf8_width(point);
		if (width > cells) break;
		cells -= width;
		i += bytes;
	}
	return i;
}

static bool is_space(char byte) {
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* Bytes at the front of text that may be shown as they are, when single blanks are all the white space there is. */
static size_t clean_front(const char *text, size_t len) {
	size_t i = 0;
	while (i < len) {
		uint32_t point;
		size_t bytes = utf8_decode(text + i, len - i, &point);
		if (utf8_hostile(point)) break;
		if (bytes == 1 && (unsigned char)text[i] >= 0x80) break;
		if (text[i] == ' ' && is_space(text[i + 1])) break;
		i += bytes;
	}
	return i;
}

/* Adds the character at text, or the `?` that stands for it; the bytes it took. */
static size_t add_safe(Str *out, const char *text, size_t len) {
	uint32_t point;
	size_t bytes = utf8_decode(text, len, &point);
	bool broken = bytes == 1 && (unsigned char)*text >= 0x80;
	if (broken || utf8_hostile(point))
		str_add_char(out, '?');
	else
		str_add_n(out, text, bytes);
	return bytes;
}

static const char *kept(Arena *arena, Str *out) {
	const char *text = arena_copy_n(arena, out->text, out->len);
	str_release(out);
	return text;
}

const char *utf8_clean(Arena *arena, const char *text) {
	size_t len = strlen(text), i = clean_front(text, len);
	if (i == len) return text;
	Str out = STR_INIT;
	str_add_n(&out, text, i);
	while (i < len) {
		if (!is_space(text[i])) {
			i += add_safe(&out, text + i, len - i);
			continue;
		}
		str_add_char(&out, ' ');
		while (is_space(text[i])) i++;
	}
	return kept(arena, &out);
}

enum { TAB_CELLS = 4 };

/* Bytes at the front that stand for themselves. */
static size_t plain_front(const char *text) {
	size_t len = 0;
	while (text[len] >= ' ' && text[len] <= '~') len++;
	return len;
}

const char *utf8_clean_lines(Arena *arena, const char *text) {
	size_t len = strlen(text), line = 0;
	Str out = STR_INIT;
	for (size_t i = 0; i < len;) {
		size_t plain = plain_front(text + i);
		str_add_n(&out, text + i, plain);
		if ((i += plain) == len) break;
		if (text[i] == '\n' || text[i] == '\r') {
			i += text[i] == '\r' && text[i + 1] == '\n' ? 2 : 1;
			str_add_char(&out, '\n');
			line = out.len;
		} else if (text[i] == '\t') {
			size_t cells = utf8_cells_n(out.text + line, out.len - line);
			str_add_repeat(&out, " ", TAB_CELLS - cells % TAB_CELLS);
			i++;
		} else {
			i += add_safe(&out, text + i, len - i);
		}
	}
	return kept(arena, &out);
}

const char *utf8_shorten(Arena *arena, const char *text, size_t cells, bool ascii) {
	size_t whole = utf8_fit(text, cells);
	if (!text[whole]) return text;
	if (cells == 0) return "";
	return arena_printf(arena, "%.*s%s", (int)utf8_fit(text, cells - 1), text, ascii ? "~" : "…");
}

const char *utf8_shorten_inside(Arena *arena, const char *text, size_t cells, bool ascii) {
	size_t all = utf8_cells(text), tail = cells / 2;
	if (all <= cells || cells < 3) return utf8_shorten(arena, text, cells, ascii);
	const char *end = text + utf8_fit(text, all - tail);
	while (utf8_cells(end) > tail) end += utf8_fit(end, 2); /* a wide character in the way */
	return arena_printf(arena, "%.*s%s%s", (int)utf8_fit(text, cells - 1 - tail), text, ascii ? "~" : "…", end);
}
