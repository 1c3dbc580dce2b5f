/* utf8.h: characters, their width in cells, cutting to a width, and making strangers' bytes safe to show.
 *
 * Text from a server is bytes from strangers. What reaches a canvas has gone through utf8_clean(): valid UTF-8, no
 * control, C1, bidi or other invisible formatting characters. Widths are cells of a terminal, never bytes. */
#ifndef PGWHY_BASE_UTF8_H
#define PGWHY_BASE_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

enum { UTF8_INVALID = 0xFFFD };

/* The character at text[0..len), and the bytes it takes; a byte that starts none gives U+FFFD and 1. len > 0. */
size_t utf8_decode(const char *text, size_t len, uint32_t *point);
size_t utf8_encode(uint32_t point, char out[4]); /* bytes written */
int utf8_width(uint32_t point); /* cells: 0 combining, 1, 2; a hostile one 1, as the `?` it becomes */
bool utf8_hostile(uint32_t point); /* must never reach a terminal: C0, DEL, C1, bidi controls, line separators … */
bool utf8_valid(const char *text, size_t len);

size_t utf8_cells(const char *text); /* width of a whole text */
size_t utf8_cells_n(const char *text, size_t len);
/* Bytes of the longest front of text that takes at most `cells` cells (combining marks stay with their letter). */
size_t utf8_fit(const char *text, size_t cells);

/* The same text as may be shown: each run of white space (line breaks and tabs too) is one blank, hostile characters
 * and invalid bytes are `?`. Returns text itself when there is nothing to change. */
const char *utf8_clean(Arena *arena, const char *text);
/* Keeps line breaks (as \n) and turns tabs into blanks up to the next multiple of 4; else as utf8_clean. */
const char *utf8_clean_lines(Arena *arena, const char *text);
/* At most `cells` wide; what was cut is replaced by one `…` (or `~` when ascii). */
const char *utf8_shorten(Arena *arena, const char *text, size_t cells, bool ascii);
const char *utf8_shorten_inside(Arena *arena, const char *text, size_t cells, bool ascii); /* its end stays, too: of names */

#endif
