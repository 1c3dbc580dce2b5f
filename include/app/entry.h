/* entry.h: one short line typed over the screen: a filter, a search, a password. (SQL has readline: term/prompt.h.) */
#ifndef PGWHY_APP_ENTRY_H
#define PGWHY_APP_ENTRY_H

#include "base/str.h"
#include "view/keymap.h"

typedef enum EntryResult { ENTRY_EDITED, ENTRY_ACCEPTED, ENTRY_LEFT, ENTRY_IGNORED } EntryResult;

/* Takes a key: characters, Backspace, ^W word, ^U line; Enter accepts, Esc and ^C leave. */
EntryResult entry_key(Str *text, Key key);
void entry_paste(Str *text, const char *pasted, size_t len); /* its first line */

#endif
