/* why.h: the four parts of every why: what, evidence, because, do. */
#ifndef PGWHY_PANES_WHY_H
#define PGWHY_PANES_WHY_H

#include "advise/labelled_lines.h"
#include "panes/pane.h"

/* "  label   figure   remark" */
void why_figure(Page *page, const char *label, const char *figure, const char *remark);
void why_cause(Page *page, Role role, const char *text); /* one bullet under because */
/* The findings as causes under `because`, and as remedies under `do`. */
void why_findings_because(Page *page, const Diagnosis *diagnosis);
void why_findings_do(Page *page, const Diagnosis *diagnosis, int width);
/* A finding whole, as the advice side of a plan shows it. */
void why_finding(Page *page, const Plan *plan, const Finding *finding, size_t number, int width);
/* Line by line, each on lines of its own. */
void why_labelled(Page *page, const LabelledLines *lines, int width);

#endif
