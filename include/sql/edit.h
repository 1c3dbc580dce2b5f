/* edit.h: a text changed in a few places, every other byte as it was: formatting and comments survive a rewrite. */
#ifndef PGWHY_SQL_EDIT_H
#define PGWHY_SQL_EDIT_H

#include "sql/token.h"

/* The bytes of span go, text comes; an empty span only puts something in. */
typedef struct Edit {
	Span span;
	const char *text;
} Edit;

typedef LIST(Edit) EditList;

/* The edits in the order of their places; two that overlap take out what either does. */
const char *text_edited(Arena *arena, const char *text, const EditList *edits);
const char *span_text(Arena *arena, const char *text, Span span);

TokenList sql_words(Arena *arena, const char *text); /* its tokens but for comments */
Span words_span(const TokenList *words, size_t first, size_t end); /* of the words [first, end), of which there is one at least */
/* Is there nothing in [first, end) but a name for what stands before: [AS] name? */
bool words_only_name(const char *text, const TokenList *words, size_t first, size_t end);
/* Where something can be added behind a clause: the end of the last word before `place`, in front of a comment that would
 * swallow it. */
size_t words_end(const TokenList *words, size_t place);
size_t words_start(const TokenList *words, size_t place); /* the first word at or behind it; `place` when there is none */
/* The word at this depth of parentheses, from `from` up to `end`; `end` when there is none. */
size_t words_find(const char *text, const TokenList *words, size_t from, size_t end, const char *word);
/* A clause that is taken out takes the blanks before it along, unless those end a comment's line: then those behind it. */
Span span_with_blanks(const char *text, Span span);

#endif
