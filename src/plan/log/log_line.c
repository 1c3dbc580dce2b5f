/* log_line.c: what a line of a server's log says of itself: when, of whom, of how long a statement. */
#include "plan/log_parts.h"

#include <stdlib.h>

enum { TIME_BYTES = 64 };

static bool is_digit(char byte) {
	return byte >= '0' && byte <= '9';
}

/* ---- syslog ---- */

static bool read_number(const char **text, uint64_t *number) {
	const char *digits = *text;
	for (*number = 0; is_digit(**text) && *text - digits < 18; (*text)++) *number = *number * 10 + (uint64_t)(**text - '0');
	return *text > digits;
}

static bool read_tag_at(const char *at, const char *line, LogTag *tag) {
	const char *pid = at;
	while (pid > line && is_digit(pid[-1])) pid--;
	*tag = (LogTag){0};
	if (pid == line || pid[-1] != '[' || !read_number(&pid, &tag->pid)) return false;
	at += strlen("]: [");
	if (!read_number(&at, &tag->piece)) return false;
	if (*at == '-') {
		at++;
		tag->message = tag->piece;
		if (!read_number(&at, &tag->piece)) return false;
	}
	tag->text = at + 2;
	return at[0] == ']' && at[1] == ' ';
}

bool log_tag(const char *line, LogTag *tag) {
	for (const char *at = line; (at = strstr(at, "]: [")); at++)
		if (read_tag_at(at, line, tag)) return true;
	*tag = (LogTag){0};
	return false;
}

/* Control characters stand there as #011. */
void log_decode(Str *out, const char *text) {
	for (; *text; text++) {
		bool octal = text[0] == '#' && text[1] == '0' && text[2] >= '0' && text[2] <= '3' && text[3] >= '0' && text[3] <= '7';
		str_add_char(out, octal ? (char)((text[2] - '0') * 8 + text[3] - '0') : *text);
		if (octal) text += 3;
	}
}

/* ---- when it was, in front of a message ---- */

/* d a digit, D a digit or a blank, a a letter; the rest as it is. */
static size_t matches(const char *text, const char *form) {
	size_t at = 0;
	for (; form[at]; at++) {
		char c = text[at];
		bool digit = is_digit(c), letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		bool fits = form[at] == 'd' ? digit : form[at] == 'D' ? digit || c == ' ' : form[at] == 'a' ? letter : form[at] == c;
		if (!fits) return 0;
	}
	return at;
}

/* A fraction and a zone behind a time. */
static size_t rest_of_time(const char *text) {
	size_t len = *text == '.' || *text == ',' ? 1 + strspn(text + 1, "0123456789") : 0;
	size_t blank = text[len] == ' ', letters = strspn(text + len + blank, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	if (letters && letters <= 5) return len + blank + letters;
	if (text[len + blank] != '+' && (blank || text[len] != '-')) return len;
	size_t zone = strspn(text + len + blank + 1, "0123456789:");
	return zone ? len + blank + 1 + zone : len;
}

void log_time(Str *time, const char *line) {
	static const char *const forms[] = {"dddd-dd-dd dd:dd:dd", "dddd-dd-ddTdd:dd:dd", "aaa Dd dd:dd:dd", "dddddddddd.ddd"};
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		for (const char *at = line; *at; at++) {
			size_t len = matches(at, forms[i]);
			if (!len) continue;
			if (i < 2) len += rest_of_time(at + len);
			log_keep(time, at, len, TIME_BYTES);
			return;
		}
}

/* ---- what it is ---- */

static bool ends_line(const char *text) {
	text += strspn(text, " \t\r");
	return !*text || strncmp(text, "#012", 4) == 0;
}

const char *log_duration(const char *line, double *ms) {
	static const char word[] = "duration: ", plan[] = " ms  plan:";
	for (const char *at = line; (at = strstr(at, word)); at++) {
		const char *digits = at + sizeof word - 1;
		size_t len = strspn(digits, "0123456789.");
		bool apart = at == line || at[-1] == ' ' || at[-1] == '\t';
		if (!apart || !len || strncmp(digits + len, plan, sizeof plan - 1) != 0 || !ends_line(digits + len + sizeof plan - 1)) continue;
		*ms = strtod(digits, NULL);
		return at;
	}
	return NULL;
}

bool log_has_severity(const char *line) {
	static const char *const words[] = {"DEBUG:  ", "LOG:  ", "INFO:  ", "NOTICE:  ", "WARNING:  ", "ERROR:  ", "FATAL:  ", "PANIC:  ",
	                                    "DETAIL:  ", "HINT:  ", "CONTEXT:  ", "STATEMENT:  "};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		const char *at = strstr(line, words[i]);
		if (at && (at == line || at[-1] == ' ')) return true;
	}
	return false;
}

bool log_same_but_digits(const char *one, const char *other, size_t len) {
	for (size_t i = 0; i < len; i++)
		if (one[i] != other[i] && !(is_digit(one[i]) && is_digit(other[i]))) return false;
	return true;
}
