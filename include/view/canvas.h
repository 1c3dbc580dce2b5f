/* canvas.h: the screen as a value: a grid of cells with text and roles.
 *
 * Coordinates: x cells from the left, y rows from the top, both from 0. Drawing outside the canvas or the clip is lost, never an error.
 * Text is cleaned on its way in (base/utf8.h): whatever is drawn is safe to show. Blanks are kept; a line break or tab is one blank.
 * Everybody draws the symbols of a UTF-8 terminal; an ascii canvas keeps none of them: `─` is `-`, `▸` is `>`, `é` is `?`.
 * Colours are not known here: a cell has a Role. */
#ifndef PGWHY_VIEW_CANVAS_H
#define PGWHY_VIEW_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "view/role.h"

typedef struct Box {
	int x, y, width, height;
} Box;

typedef struct CanvasCell {
	uint32_t points[3]; /* character and up to two combining marks; points[0] 0: right half of a wide character */
	uint8_t role;
	bool selected; /* under the cursor bar: the theme's selection lies over the role */
} CanvasCell;

typedef struct Canvas {
	Arena *arena; /* where it lives, usually a frame's; what drawing makes on its way lives there too */
	int width, height;
	Box clip;
	bool ascii; /* 7-bit characters only */
	bool (*keeps)(uint32_t point); /* what an ascii canvas shows as it is all the same, the user's locale having it; NULL: nothing */
	int cursor_x, cursor_y; /* where the terminal's cursor is wanted; -1: hidden */
	CanvasCell *cells; /* row by row */
} Canvas;

typedef enum Align { ALIGN_LEFT, ALIGN_RIGHT, ALIGN_CENTRE } Align;

Canvas *canvas_new(Arena *arena, int width, int height, bool ascii);
CanvasCell *canvas_cell(Canvas *canvas, int x, int y); /* NULL outside */
Box canvas_clip(Canvas *canvas, Box box); /* limits drawing to box ∩ canvas; returns the clip before, to set back */

/* The x after the text, at most the clip's right end; cut there without a mark. */
int canvas_text(Canvas *canvas, int x, int y, const char *text, Role role);
int canvas_printf(Canvas *canvas, int x, int y, Role role, const char *format, ...) PRINTF_LIKE(5, 6);
/* In exactly `cells` cells: aligned, filled with blanks, cut with `…`. */
int canvas_field(Canvas *canvas, int x, int y, int cells, const char *text, Align align, Role role);
void canvas_fill(Canvas *canvas, Box box, uint32_t point, Role role);
void canvas_select(Canvas *canvas, Box box); /* lays the cursor bar over cells already drawn */
void canvas_role(Canvas *canvas, Box box, Role role); /* gives cells already drawn another role */
void canvas_frame(Canvas *canvas, Box box, Role role); /* a line around the box, on its outermost cells */
void canvas_line(Canvas *canvas, int x, int y, int cells, Role role); /* horizontal rule */
/* A bar of eighths: ratio 0..1 of `cells`; anything above 0 shows at least an eighth. */
void canvas_bar(Canvas *canvas, int x, int y, int cells, double ratio, Role role);

/* Rows as text, blanks at line ends cut; with roles as `{role:text}` and `{role selected:text}` when wanted (ordinary text stands
 * bare, blanks that have a look are kept). For tests and for export. */
const char *canvas_dump(Arena *arena, const Canvas *canvas, bool roles);

#endif
