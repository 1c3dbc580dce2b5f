/* colour.h: a colour as a theme names it, and the nearest one a terminal has. */
#ifndef PGWHY_VIEW_COLOUR_H
#define PGWHY_VIEW_COLOUR_H

#include <stdbool.h>

typedef enum ColourKind { COLOUR_DEFAULT, COLOUR_INDEX, COLOUR_RGB } ColourKind;
typedef struct Colour {
	ColourKind kind;
	int index; /* 0-255 */
	unsigned rgb; /* 0xrrggbb */
} Colour;

/* default, one of the sixteen ANSI names (red, bright-red …), 0-255 or #rrggbb. */
bool colour_parse(const char *word, Colour *colour);
bool colour_same(Colour a, Colour b);
/* What it looks like, as far as that can be known: the sixteen are whatever the user has made of them, xterm's are taken here. */
unsigned colour_rgb(Colour colour);
/* How far two colours stand apart: WCAG 2's ratio, 1 (the same) to 21 (black on white). Words want 4.5, lines and large ones 3. */
double contrast(unsigned a, unsigned b);

/* The nearest colour a terminal with that many colours (8, 16, 256, 1 << 24) has. What would vanish into the background there (bright
 * black where there are only eight) is the default colour. */
Colour colour_nearest(Colour colour, int colours);
/* The same for what is to be read on a background: nearest among those that can be. */
Colour colour_nearest_on(Colour colour, Colour back, int colours);

#endif
