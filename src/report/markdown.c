/* markdown.c: text and code inside Markdown. */
#include "report/markdown.h"

#include <ctype.h>

#include "base/utf8.h"

static bool is_letter(char c) {
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* A `_` inside a word is none, and most names have some. */
static bool is_markup(const char *text, const char *at) {
	bool inside = at > text && is_letter(at[-1]) && is_letter(at[1]);
	return *at == '_' ? !inside : strchr("\\`*<>[]|~&$", *at) != NULL;
}

/* A backslash does not keep GitHub from telling @name that somebody wrote to them, or from linking #1; an empty comment does. */
static bool is_call(const char *text, const char *at) {
	return (*at == '@' || *at == '#') && is_letter(at[1]) && (at == text || !is_letter(at[-1]));
}

void markdown_add_text(Str *out, const char *text) {
	for (const char *at = text; *at; at++) {
		if (is_markup(text, at)) str_add_char(out, '\\');
		str_add_char(out, *at);
		if (is_call(text, at)) str_add(out, "<!-- -->");
	}
}

enum { LEAST_FENCE = 3 };

static size_t longest_ticks(const char *text) {
	size_t longest = 0;
	for (size_t ticks; *text; text += ticks ? ticks : 1) {
		ticks = strspn(text, "`");
		if (ticks > longest) longest = ticks;
	}
	return longest;
}

void markdown_add_fence(Str *out, const char *language, const char *lines) {
	size_t ticks = longest_ticks(lines) + 1, len = strlen(lines);
	if (ticks < LEAST_FENCE) ticks = LEAST_FENCE;
	str_add_repeat(out, "`", ticks);
	str_printf(out, "%s\n%s%s", language, lines, len && lines[len - 1] == '\n' ? "" : "\n");
	str_add_repeat(out, "`", ticks);
	str_add(out, "\n");
}

void markdown_add_code(Str *out, const char *text) {
	size_t ticks = longest_ticks(text) + 1;
	str_add_repeat(out, "`", ticks);
	str_printf(out, "%s%s%s", ticks > 1 ? " " : "", text, ticks > 1 ? " " : "");
	str_add_repeat(out, "`", ticks);
}

static size_t count_lines(const char *text) {
	size_t lines = 0;
	for (; *text; text++) lines += *text == '\n';
	return lines;
}

/* Of whole lines, as many as fit: tickets take 64 kB in all. */
static size_t fitting(const char *lines) {
	enum { MOST_BYTES = 16000 };
	size_t len = strlen(lines);
	if (len <= MOST_BYTES) return len;
	size_t whole = MOST_BYTES;
	while (whole && lines[whole - 1] != '\n') whole--;
	if (whole) return whole;
	for (len = MOST_BYTES; len && ((unsigned char)lines[len] & 0xC0) == 0x80;) len--; /* within one line: at a character's end */
	return len;
}

void markdown_add_folded_fence(Str *out, Arena *arena, const char *summary, const char *language, const char *lines) {
	enum { FOLDED_FROM = 24 };
	size_t count = count_lines(lines), len = fitting(lines);
	bool folded = count >= FOLDED_FROM, cut = lines[len] != '\0';
	if (folded) str_printf(out, "<details><summary>%s, %zu lines</summary>\n\n", summary, count);
	markdown_add_fence(out, language, cut ? arena_copy_n(arena, lines, len) : lines);
	if (cut) str_add(out, "\nThe rest is too long for a ticket.\n");
	if (folded) str_add(out, "\n</details>\n");
}

static void add_clean(Str *out, Arena *arena, const char *text) {
	markdown_add_text(out, utf8_clean(arena, text ? text : ""));
}

void markdown_add_gap(Str *out) {
	bool there = !out->len || (out->len > 1 && out->text[out->len - 1] == '\n' && out->text[out->len - 2] == '\n');
	if (!there) str_add(out, "\n");
}

void markdown_add_heading(Str *out, Arena *arena, int level, const char *text) {
	markdown_add_gap(out);
	str_add_repeat(out, "#", (size_t)level);
	str_add(out, " ");
	add_clean(out, arena, text);
	str_add(out, "\n\n");
}

void markdown_add_item(Str *out, Arena *arena, const char *label, const char *text) {
	if (!text || !*text) return;
	str_printf(out, "- %s: ", label);
	add_clean(out, arena, text);
	str_add(out, "\n");
}

void markdown_add_check(Str *out, Arena *arena, bool holds, const char *label, const char *text) {
	if (!text || !*text) return;
	str_printf(out, "- [%c] %s: ", holds ? 'x' : ' ', label);
	add_clean(out, arena, text);
	str_add(out, "\n");
}

void markdown_add_row(Str *out, Arena *arena, const char *const *cells, size_t count) {
	str_add(out, "|");
	for (size_t i = 0; i < count; i++) {
		str_add(out, " ");
		add_clean(out, arena, cells[i]);
		str_add(out, " |");
	}
	str_add(out, "\n");
}

void markdown_add_rule(Str *out, size_t columns) {
	str_add(out, "|");
	str_add_repeat(out, " --- |", columns);
	str_add(out, "\n");
}
