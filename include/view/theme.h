/* theme.h: the looks of roles, read from INI files in themes/ (the default one is compiled in).
 *
 * A line is `role = [COLOUR] [on COLOUR] [bold] [dim] [italic] [underline] [reverse]`; a colour is default, one of the sixteen ANSI names
 * (red, bright-red …), 0-255 or #rrggbb.
 *
 * To add a theme: a file in themes/; a test holds it against the table of roles. */
#ifndef PGWHY_VIEW_THEME_H
#define PGWHY_VIEW_THEME_H

#include "base/config.h"
#include "base/embedded.h"
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
Theme *theme_built_in(Arena *arena, const char *name); /* "mono" of themes/mono.theme; NULL: there is none of that name */
/* What a cell looks like: its role's look, and the selection's laid over it when it is selected. */
Look theme_look(const Theme *theme, Role role, bool selected);
/* The files of themes/ as compiled in: NAME.theme, default.keys. */
extern const Embedded embedded_themes[];

/* The nearest colour a terminal with that many colours (8, 16, 256, 1 << 24) has. What would
 * vanish into the background there (bright black where there are only eight) is the default colour. */
Colour colour_nearest(Colour colour, int colours);

#endif
