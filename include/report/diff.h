/* diff.h: two plans compared: as text for a pipe, as Markdown for a ticket, as JSON: the contract of `pgwhy diff`.
 *
 * JSON's field names are promised to scripts: none is renamed or removed, more may follow. What is not known is null. */
#ifndef PGWHY_REPORT_DIFF_H
#define PGWHY_REPORT_DIFF_H

#include "view/diff_said.h"

/* The verdict, both plans node beside node (report/plan.h's width), what else differs, what became of the findings. */
const char *report_diff_text(Arena *arena, const Comparison *comparison, size_t width, bool ascii);
const char *report_diff_tree(Arena *arena, const PlanDiff *diff, size_t width, bool ascii); /* its nodes alone */
const char *report_diff_markdown(Arena *arena, const Comparison *comparison, bool ascii);
const char *report_diff_json(Arena *arena, const Comparison *comparison); /* ends in a line break */

#endif
