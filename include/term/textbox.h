/* textbox.h: a prefix and a text with line breaks, wrapped into a box around its cursor. Pure: drawn on a canvas.
 *
 * Every line begins under the first character of the text, unless the prefix takes more than half of the width. Control characters show as
 * ^X, invalid bytes and what must not reach a terminal as `?`, tabs as blanks up to the next multiple of 4. */
#ifndef PGWHY_TERM_TEXTBOX_H
#define PGWHY_TERM_TEXTBOX_H

#include "view/canvas.h"

typedef struct TextBox {
	const char *prefix;
	const char *text;
	size_t len;
	size_t cursor; /* the byte of text it stands on */
} TextBox;

typedef struct TextPlace {
	int row, x; /* from 0, within the box */
} TextPlace;

int textbox_rows(const TextBox *textbox, int width); /* with one for the cursor when the last row is full */
TextPlace textbox_place(const TextBox *textbox, int width, size_t byte); /* where that byte of the text stands */
/* Draws the rows from *top on, after moving *top as little as it takes to show the cursor; sets the canvas' cursor. */
void textbox_draw(const TextBox *textbox, Canvas *canvas, Box box, int *top);

#endif
