/* export.h: what is on top, the pane, the plan or a text, written to a file in the working directory. */
#ifndef PGWHY_APP_EXPORT_H
#define PGWHY_APP_EXPORT_H

#include "app/state.h"
#include "report/migration.h"

typedef struct ExportForm ExportForm; /* a text in one file */

/* A row of the menu: what is on top as a text, or its advice as the files of a tool. */
typedef struct ExportChoice {
	const char *label, *help;
	const ExportForm *form;
	const MigrationFormat *migration;
} ExportChoice;

bool export_any(const App *app); /* of what is on top? */
bool export_choice(Arena *arena, const App *app, size_t nth, ExportChoice *choice); /* of what is on top; false past the last */
/* Readable by this user alone; the disk is not waited for: the message says when it is written, and where. */
void export_write(App *app, const ExportChoice *choice);

#endif
