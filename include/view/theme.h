/* theme.h: the looks of roles, read from INI files in themes/ (those are compiled in).
 *
 * A line is `role = [COLOUR] [on COLOUR] [bold] [dim] [italic] [underline] [reverse]`, colours as in colour.h. A colour left open is that of
 * `text`; a role left out looks as its fallback does.
 *
 * To add a theme: a file in themes/; a test holds it against the table of roles. */
#ifndef PGWHY_VIEW_THEME_H
#define PGWHY_VIEW_THEME_H

#include "base/config.h"
#include "base/embedded.h"
#include "view/colour.h"
#include "view/role.h"

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
const char *theme_names(Arena *arena); /* of those compiled in: "dark default …" */
/* What a cell looks like on a terminal of that many colours: its role's look, and the selection's laid over it when it is selected. */
Look theme_look(const Theme *theme, Role role, bool selected, int colours);
/* The files of themes/ as compiled in: NAME.theme, default.keys. */
extern const Embedded embedded_themes[];

#endif
