/* pattern.h: what a reader looks for: a POSIX extended regular expression, upper and lower case alike. */
#ifndef PGWHY_VIEW_PATTERN_H
#define PGWHY_VIEW_PATTERN_H

#include <regex.h>

#include "base/err.h"

typedef struct Pattern {
	regex_t regex;
	bool ready; /* holds a compiled expression: pattern_release when done */
	Str word; /* the text itself, in small letters, when it is nothing but letters, digits and _: found without the expression; else empty */
} Pattern;

bool pattern_compile(Pattern *pattern, const char *text, Err *err); /* false: not a regular expression */
void pattern_compile_literal(Pattern *pattern, const char *text); /* matches the text itself */
/* What is no regular expression is looked for as it stands; an empty text matches nothing. */
void pattern_compile_any(Pattern *pattern, const char *text);
void pattern_release(Pattern *pattern);
bool pattern_matches(const Pattern *pattern, const char *text);
bool pattern_is_word(const Pattern *pattern); /* what it matches has no blank and no odd character in it */
/* The next piece at or behind *end that matches and is not empty, as [*start, *end). Begin with *end = 0. */
bool pattern_next(const Pattern *pattern, const char *text, size_t *start, size_t *end);

#endif
