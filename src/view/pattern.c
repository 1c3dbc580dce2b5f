/* pattern.c: what a reader looks for. */
#include "view/pattern.h"

static char small(char letter) {
	return letter >= 'A' && letter <= 'Z' ? (char)(letter + 'a' - 'A') : letter;
}

static bool in_word(char letter) {
	letter = small(letter);
	return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '_';
}

static void keep_word(Pattern *pattern, const char *text) {
	for (; in_word(*text); text++) str_add_char(&pattern->word, small(*text));
	if (*text) str_clear(&pattern->word);
}

bool pattern_compile(Pattern *pattern, const char *text, Err *err) {
	*pattern = (Pattern){.word = STR_INIT};
	int problem = regcomp(&pattern->regex, text, REG_EXTENDED | REG_ICASE);
	pattern->ready = problem == 0;
	if (pattern->ready) keep_word(pattern, text);
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

void pattern_compile_any(Pattern *pattern, const char *text) {
	*pattern = (Pattern){.word = STR_INIT};
	if (*text && !pattern_compile(pattern, text, NULL)) pattern_compile_literal(pattern, text);
}

void pattern_release(Pattern *pattern) {
	if (pattern->ready) regfree(&pattern->regex);
	pattern->ready = false;
	str_release(&pattern->word);
}

bool pattern_is_word(const Pattern *pattern) {
	return pattern->word.len > 0;
}

static bool begins_with(const char *text, const char *word) {
	while (*word && small(*text) == *word) text++, word++;
	return !*word;
}

/* Fifty thousand statements are looked through between two keys: that is too much for the expression. */
static bool holds_word(const char *text, const char *word) {
	for (char first = *word; *text; text++)
		if (small(*text) == first && begins_with(text + 1, word + 1)) return true;
	return false;
}

bool pattern_matches(const Pattern *pattern, const char *text) {
	if (pattern_is_word(pattern)) return holds_word(text, pattern->word.text);
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
