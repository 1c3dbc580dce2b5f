/* pane_json.h: a pane as JSON, for `show` and for export: a list of its rows, or the one object it promises. */
#ifndef PGWHY_APP_PANE_JSON_H
#define PGWHY_APP_PANE_JSON_H

#include "panes/pane.h"

const char *pane_json(Arena *arena, const Pane *pane, const PaneInput *input, const Table *rows, const ListRows *order, bool one_line);

#endif
