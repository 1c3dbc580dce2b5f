/* help.h: the help screen, from the tables: what each key does here, what the columns mean. */
#ifndef PGWHY_VIEW_HELP_H
#define PGWHY_VIEW_HELP_H

#include "view/column.h"
#include "view/keymap.h"
#include "view/page.h"

/* The actions that have a key in one of the contexts, by group. */
void help_keys(Page *page, const Keymap *keymap, const Context *contexts, size_t count);
void help_columns(Page *page, const char *title, const ListColumn *columns, size_t count);

#endif
