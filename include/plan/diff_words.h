/* diff_words.h: what differs between two plans in words, for screen and report. All of it is safe to show; nothing is cut. */
#ifndef PGWHY_PLAN_DIFF_WORDS_H
#define PGWHY_PLAN_DIFF_WORDS_H

#include "core/format.h"
#include "plan/diff.h"
#include "plan/words.h"

const char *diff_plan_words(Arena *arena, const PlanDiff *diff); /* "plan: Seq Scan → Index Scan on orders and 2 more", "same plan" */
/* "faster: buffers 12 400 → 84 (148× less), time 462 → 0.4 ms (1 155× faster); plan: Seq Scan → Index Scan on orders" */
const char *diff_verdict_words(Arena *arena, const PlanDiff *diff);

typedef struct DiffNote {
	const char *label, *text; /* "setting", "work_mem: 64kB → 4MB" */
} DiffNote;
typedef LIST(DiffNote) DiffNotes;
/* What else is not the same: statement, what was measured, rows, cache, settings. */
DiffNotes diff_notes(Arena *arena, const PlanDiff *diff);

/* "+" only after, "-" only before, "~" what is done there changed, "" it did not (its figures may have). */
const char *diff_mark(const DiffPair *pair);
/* The node after, and what was in its place: "Index Scan orders using i, was Seq Scan". */
const char *diff_pair_words(Arena *arena, const DiffPair *pair);
/* "│ └ ": a guide for each level of the tree of both from `left` on, and the pair's own corner. */
const char *diff_guides(Arena *arena, const PlanDiff *diff, size_t pair, int left, bool ascii);
/* "Filter: (a = 1) → (a = 2)", a line for each that changed; of what one plan alone has, none. */
Conditions diff_condition_lines(Arena *arena, const DiffPair *pair);
/* "was Seq Scan · rows 60.0k → 5 · self 64.2ms → 0.05ms · buffers 1.9k → 16 · on disk → in memory · Filter: (a = 1) → (a = 2)"; NULL:
 * nothing did, beyond noise. */
const char *diff_change_words(Arena *arena, const PlanDiff *diff, const DiffPair *pair);
/* "12.4k→84", or "84" when it reads the same; "–" where there is no figure. */
const char *diff_figures(Arena *arena, Unit unit, double before, double after);

#endif
