/* list_parts.h: what drawing a list needs of where its cursor is. */
#ifndef PGWHY_VIEW_LIST_PARTS_H
#define PGWHY_VIEW_LIST_PARTS_H

#include "view/list.h"

enum { LIST_NOTE_LINES = 3 };

const char *list_key_at(const Table *table, ListRows rows, size_t place);
size_t list_window_top(const List *list, size_t count, int height); /* of the window that shows the cursor and moves least */
int list_note_lines(const Table *table, int height); /* set aside; the same whichever row the cursor is on, or rows would move with it */

#endif
