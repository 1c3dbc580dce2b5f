/* str.h: growing text; never NULL, always terminated, any byte allowed inside.
 *
 * Life: `Str s = STR_INIT;` … `str_release(&s)`. It owns its bytes; `s.text` is borrowed until the next call. */
#ifndef PGWHY_BASE_STR_H
#define PGWHY_BASE_STR_H

#include "base/arena.h"

typedef struct Str {
	char *text;
	size_t len;
	size_t room; /* 0: text is the shared empty string */
} Str;

extern char str_empty[];
#define STR_INIT {.text = str_empty}

void str_add(Str *str, const char *text);
void str_add_n(Str *str, const char *text, size_t len);
void str_add_char(Str *str, char byte);
void str_add_repeat(Str *str, const char *text, size_t times);
void str_printf(Str *str, const char *format, ...) PRINTF_LIKE(2, 3); /* appends */
void str_vprintf(Str *str, const char *format, va_list args) PRINTF_LIKE(2, 0);
void str_cut(Str *str, size_t len); /* shortens to len bytes */
void str_clear(Str *str); /* empties, keeps the memory */
void str_release(Str *str);

#endif
