/* help.h: the help screen, from the tables: what each key does here, what the columns mean. */
#ifndef PGWHY_VIEW_HELP_H
#define PGWHY_VIEW_HELP_H

#include "view/column.h"
#include "view/keymap.h"
#include "view/page.h"

/* What stands left and right of each other under a title. */
typedef struct HelpEntry {
	const char *term, *meaning;
} HelpEntry;
void help_entries(Page *page, const char *title, const HelpEntry *entries, size_t count);
/* The actions that have a key there (its own or one that means the same everywhere), by group; but those left out, by Action (NULL: none is). */
void help_keys(Page *page, const Keymap *keymap, Context context, const bool *left_out);
void help_columns(Page *page, const char *title, const ListColumn *columns, size_t count);

#endif
