/* export.h: what is on top, the pane, the plan or a text, written to a file in the working directory. */
#ifndef PGWHY_APP_EXPORT_H
#define PGWHY_APP_EXPORT_H

#include "app/state.h"
#include "report/plan.h"

typedef struct ExportForm ExportForm;
struct ExportForm {
	const char *label, *help;
	const char *suffix; /* of the file */
	const char *(*text)(Arena *arena, const App *app);
};

PlanReport export_plan(const App *app); /* of the last statement, which has a plan */
const ExportForm *export_form(const App *app, size_t nth); /* of what is on top; NULL past the last */
void word_report(App *app, const char *rest); /* :report */
/* Readable by this user alone; the disk is not waited for: the message says when it is written, and where. */
void export_write(App *app, const ExportForm *form);

#endif
