/* markdown.h: text and code inside Markdown, for tickets on GitHub and its like: strangers' bytes break out of neither. */
#ifndef PGWHY_REPORT_MARKDOWN_H
#define PGWHY_REPORT_MARKDOWN_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/* Text in a line that has begun: no cell, no emphasis, no tag, no link, and nobody is called by @name or #1. */
void markdown_add_text(Str *out, const char *text);
/* Lines as they stand, in a fence longer than any they hold; cleaned (base/utf8.h) they have to be already. */
void markdown_add_fence(Str *out, const char *language, const char *lines);
/* The same, closed behind its summary, which is no stranger's, when it is long, and cut when it is longer than tickets are. */
void markdown_add_folded_fence(Str *out, Arena *arena, const char *summary, const char *language, const char *lines);
void markdown_add_code(Str *out, const char *text); /* within a line; without line breaks, cleaned already */
void markdown_add_gap(Str *out); /* one blank line, where there is none yet */
/* All of these clean what they are given, and take NULL for "". */
void markdown_add_heading(Str *out, Arena *arena, int level, const char *text); /* and a blank line around it */
void markdown_add_item(Str *out, Arena *arena, const char *label, const char *text); /* "- label: text"; nothing without a text */
void markdown_add_check(Str *out, Arena *arena, bool holds, const char *label, const char *text); /* "- [x] label: text" */
void markdown_add_row(Str *out, Arena *arena, const char *const *cells, size_t count); /* of a table */
void markdown_add_rule(Str *out, size_t columns); /* under its first row */

#endif
