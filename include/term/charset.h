/* charset.h: text between UTF-8, which the program speaks, and the characters of the user's locale, which the terminal does.
 *
 * What has no equal on the other side goes through byte by byte: a UTF-8 terminal in the C locale then still types what it shows. */
#ifndef PGWHY_TERM_CHARSET_H
#define PGWHY_TERM_CHARSET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

bool charset_is_utf8(void); /* the locale's; then both directions only copy */
bool charset_has(uint32_t point); /* the locale has this character */
void charset_to_utf8(Str *out, const char *bytes, size_t len); /* appends */
void charset_from_utf8(Str *out, const char *text, size_t len);

#endif
