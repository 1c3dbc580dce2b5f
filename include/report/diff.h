/* diff.h: two plans compared: as text for a pipe, as Markdown for a ticket, as JSON: the contract of `pgwhy diff`.
 *
 * JSON's field names are promised to scripts: none is renamed or removed, more may follow. What is not known is null. */
#ifndef PGWHY_REPORT_DIFF_H
#define PGWHY_REPORT_DIFF_H

#include "advise/fate.h"
#include "plan/diff_words.h"
#include "view/page.h"

typedef struct DiffReport {
	const PlanDiff *diff;
	const FindingFateList *fates; /* NULL: nobody looked for findings */
	DiffNotes notes; /* what else differs: servers, sizes of tables */
} DiffReport;

/* The verdict, both plans node beside node (report/plan.h's width), what else differs, what became of the findings. */
const char *report_diff_text(Arena *arena, const DiffReport *report, size_t width, bool ascii);
const char *report_diff_markdown(Arena *arena, const DiffReport *report, bool ascii);
const char *report_diff_json(Arena *arena, const DiffReport *report); /* ends in a line break */

#endif
