/* marks.c: what mails, scripts and editors put before every line of a pasted plan. */
#include "plan/marks.h"

#include <stdbool.h>
#include <string.h>

/* ---- marks: each reader gives the bytes of the mark that a line begins with (past its blanks), or 0 ---- */

typedef size_t MarkReader(const char *line);

static size_t quoting(const char *line) {
	return strspn(line, ">");
}

static size_t comment(const char *line) {
	static const char *const marks[] = {"-- ", "--\t", "# ", "#\t", "// ", "//\t", "* "};
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (strncmp(line, marks[i], strlen(marks[i])) == 0) return strlen(marks[i]);
	return 0;
}

enum { NUMBER_DIGITS = 7 };

static size_t line_number(const char *line) {
	size_t digits = strspn(line, "0123456789");
	if (!digits || digits > NUMBER_DIGITS || !line[digits] || !strchr(":|.) \t", line[digits])) return 0;
	return digits + (strchr(":|.)", line[digits]) != NULL);
}

static MarkReader *const readers[] = {quoting, comment, line_number};

/* ---- which marks a text has ---- */

static const char *past_blanks(const char *line) {
	return line + strspn(line, " \t");
}

static bool within(const char *line, size_t len, const char *word) {
	size_t bytes = strlen(word);
	for (const char *end = line + len; (line = memchr(line, *word, (size_t)(end - line))); line++) {
		if ((size_t)(end - line) < bytes) return false;
		if (memcmp(line, word, bytes) == 0) return true;
	}
	return false;
}

/* Lines that are a plan's whatever else the text holds: what most of them begin with is a mark. */
static bool is_telling(const char *line, size_t len) {
	static const char *const words[] = {"(cost=", "(actual ", "->  ", "\"Node Type\""};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (within(line, len, words[i])) return true;
	return false;
}

static bool has_mark(const char *text, MarkReader *mark) {
	size_t telling = 0, marked = 0;
	for (const char *line = text, *stop; *line; line = *stop ? stop + 1 : stop) {
		stop = line + strcspn(line, "\n");
		if (!is_telling(line, (size_t)(stop - line))) continue;
		telling++;
		marked += mark(past_blanks(line)) > 0;
	}
	return marked * 2 > telling;
}

static void blank(char *text, MarkReader *mark) {
	for (char *line = text, *stop; *line; line = *stop ? stop + 1 : stop) {
		stop = line + strcspn(line, "\n");
		line += strspn(line, " \t");
		memset(line, ' ', mark(line));
	}
}

enum { MOST_MARKS = 4 }; /* "> > -- 12: " */

void marks_blank(char *text, size_t len) {
	if (strlen(text) < len) return; /* holds zeros: no text that someone wrote */
	for (int round = 0; round < MOST_MARKS; round++) {
		bool any = false;
		for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
			if (!has_mark(text, readers[i])) continue;
			blank(text, readers[i]);
			any = true;
		}
		if (!any) return;
	}
}

/* ---- colours ---- */

size_t escape_bytes(const char *text, const char *end) {
	const char *at = text + 1;
	if (text >= end || *text != '\033' || at >= end) return 0;
	if (*at == ']') { /* a title: up to a bell or a string terminator */
		while (at < end && *at != '\a' && *at != '\n' && *at != '\033') at++;
		return (size_t)(at - text) + (at < end && *at == '\a');
	}
	if (*at == '(') return end - at > 1 ? 3 : 2; /* a character set, as tput's sgr0 has */
	if (*at++ != '[') return 0;
	while (at < end && *at >= 0x20 && *at <= 0x3F) at++;
	return (size_t)(at - text) + (at < end && *at >= 0x40 && *at <= 0x7E);
}
