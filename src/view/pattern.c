/* pattern.c: what a reader looks for. */
#include "view/pattern.h"

bool pattern_compile(Pattern *pattern, const char *text, Err *err) {
	*pattern = (Pattern){.ready = false};
	int problem = regcomp(&pattern->regex, text, REG_EXTENDED | REG_ICASE);
	pattern->ready = problem == 0;
	if (pattern->ready) return true;
	Str why = STR_INIT;
	str_add_repeat(&why, " ", regerror(problem, &pattern->regex, NULL, 0));
	regerror(problem, &pattern->regex, why.text, why.len);
	err_set(err, ERR_USAGE, "\"%s\" is not a regular expression: %s", text, why.text);
	str_release(&why);
	return false;
}

void pattern_compile_literal(Pattern *pattern, const char *text) {
	Str escaped = STR_INIT;
	for (; *text; text++) {
		if (strchr(".[]{}()*+?^$|\\", *text)) str_add_char(&escaped, '\\');
		str_add_char(&escaped, *text);
	}
	pattern_compile(pattern, escaped.text, NULL);
	str_release(&escaped);
}

void pattern_release(Pattern *pattern) {
	if (pattern->ready) regfree(&pattern->regex);
	pattern->ready = false;
}

bool pattern_matches(const Pattern *pattern, const char *text) {
	return pattern->ready && regexec(&pattern->regex, text, 0, NULL, 0) == 0;
}

bool pattern_next(const Pattern *pattern, const char *text, size_t *start, size_t *end) {
	if (!pattern->ready) return false;
	for (size_t from = *end; text[from]; from++) {
		regmatch_t match;
		if (regexec(&pattern->regex, text + from, 1, &match, from ? REG_NOTBOL : 0) != 0) return false;
		*start = from + (size_t)match.rm_so;
		*end = from + (size_t)match.rm_eo;
		if (*end > *start) return true;
		from = *start; /* an empty match: look behind it */
		if (!text[from]) return false;
	}
	return false;
}
