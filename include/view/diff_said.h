/* diff_said.h: what there is to say of two plans beside their nodes: verdict, what else differs, what became of the findings. */
#ifndef PGWHY_VIEW_DIFF_SAID_H
#define PGWHY_VIEW_DIFF_SAID_H

#include "advise/finding_change.h"
#include "advise/proof.h"
#include "advise/relation_change.h"
#include "plan/diff_words.h"
#include "view/page.h"

typedef struct Comparison {
	const PlanDiff *diff;
	const FindingChangeList *findings; /* NULL: nobody looked for findings */
	const Proof *proof; /* both were run, their rows compared; NULL: they were not */
	const char *servers[2]; /* "PostgreSQL 15.8, shop@db1/shop", before and after; NULL: not known */
	const Repeated *repeated; /* several runs of both; NULL: there were none */
	RelationChangeList relations; /* tables that grew or shrank, indexes that came or went; none where they are not known */
	DiffNotes notes; /* what else differs: servers, sizes of tables */
} Comparison;

/* "faster: … same plan; same 20 rows ✓" */
const char *diff_verdict_line(Arena *arena, const Comparison *comparison);
void diff_verdict_page(Page *page, const Comparison *comparison);
void diff_said_page(Page *page, const Comparison *comparison);
DiffNotes diff_all_notes(Arena *arena, const Comparison *comparison); /* both plans, and what differs beside their nodes */
DiffNotes diff_node_notes(Arena *arena, const PlanDiff *diff); /* what changed about nodes that both have, a line each; of very many the first */
const char *diff_finding_words(Arena *arena, const FindingChange *change); /* "missing-index: orders is read whole …" */

#endif
