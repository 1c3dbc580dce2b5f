/* theme.h: the looks of roles, read from INI files in themes/ (the default one is compiled in).
 *
 * A line is `role = [COLOUR] [on COLOUR] [bold] [dim] [italic] [underline] [reverse]`; a colour is default, one of the sixteen ANSI names
 * (red, bright-red …), 0-255 or #rrggbb. */
#ifndef PGWHY_VIEW_THEME_H
#define PGWHY_VIEW_THEME_H

#include "base/config.h"
#include "view/role.h"

typedef enum ColourKind { COLOUR_DEFAULT, COLOUR_INDEX, COLOUR_RGB } ColourKind;
typedef struct Colour {
	ColourKind kind;
	int index; /* 0-255 */
	unsigned rgb; /* 0xrrggbb */
} Colour;

typedef struct Look {
	Colour front, back;
	bool bold, dim, italic, underline, reverse;
	bool given; /* by the theme itself, not by a fallback */
} Look;

typedef struct Theme {
	const char *name;
	Look looks[ROLE_COUNT];
} Theme;

/* Bad lines are reported (first one, in err) and left out; a theme always comes back. NULL config: the default theme. */
Theme *theme_read(Arena *arena, const Config *config, Err *err);
Theme *theme_default(Arena *arena);
Theme *theme_mono(Arena *arena); /* bold, underline and reverse only: NO_COLOR, terminals without colours */
/* The nearest colour a terminal with that many colours (8, 16, 256, 1 << 24) has. */
Colour colour_nearest(Colour colour, int colours);

#endif
