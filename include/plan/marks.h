/* marks.h: what mails, scripts and editors put before every line of a pasted plan. */
#ifndef PGWHY_PLAN_MARKS_H
#define PGWHY_PLAN_MARKS_H

#include <stddef.h>

/* "> ", "-- ", "# ", "// ", line numbers: blanked out, so that every byte stays where it was. text[len] is a zero. */
void marks_blank(char *text, size_t len);
/* Bytes of the terminal's escape sequence ("\033[1;31m") that text begins with; 0 when it is none. */
size_t escape_bytes(const char *text, const char *end);

#endif
