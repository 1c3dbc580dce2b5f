/* markdown.h: text and code inside Markdown, for tickets on GitHub and its like: strangers' bytes break out of neither. */
#ifndef PGWHY_REPORT_MARKDOWN_H
#define PGWHY_REPORT_MARKDOWN_H

#include "base/str.h"

/* Text in a line that has begun: no cell, no emphasis, no tag, no link, and nobody is called by @name or #1. */
void markdown_add_text(Str *out, const char *text);
/* Lines as they stand, in a fence longer than any they hold; cleaned (base/utf8.h) they have to be already. */
void markdown_add_fence(Str *out, const char *language, const char *lines);

#endif
