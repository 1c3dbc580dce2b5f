/* popup.h: what lies over the screen and wants an answer: a question, a menu. */
#ifndef PGWHY_VIEW_POPUP_H
#define PGWHY_VIEW_POPUP_H

#include "view/layout.h"
#include "view/page.h"

/* For all of them: an empty box with a frame, what is left inside it; and `y run it` on a page of keys. */
Box popup_frame(Canvas *canvas, Box box, const char *title);
void popup_key(Page *page, const char *key, const char *meaning);

/* A question to be answered with y or n, and what a yes would do. */
typedef struct Question {
	const char *text; /* "Run this UPDATE under EXPLAIN ANALYZE?" */
	const char *effect; /* what it does and what it does not undo; lines; NULL */
	const char *yes, *no; /* what the keys do: "run it", "leave it"; NULL: "yes", "no" */
} Question;
void question_draw(Canvas *canvas, Box screen, const Question *question);

/* Entries to choose from. */
typedef struct MenuEntry {
	const char *label;
	const char *value; /* beside it: what an option is set to; NULL */
	const char *note; /* dim, as far as there is room: what it is; NULL */
	bool chosen; /* the one in force */
} MenuEntry;
typedef struct Menu {
	const char *title;
	const MenuEntry *entries;
	size_t count;
	size_t cursor;
} Menu;
void menu_draw(Canvas *canvas, Box screen, const Menu *menu); /* scrolled so that the cursor shows */
bool menu_at(Box screen, const Menu *menu, int x, int y, size_t *entry); /* which one stands there; false: none */
void menu_move(Menu *menu, long by); /* clamps */

#endif
