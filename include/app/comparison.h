/* comparison.h: two plans compared, and what became of the findings of the first: what `pgwhy diff` prints and the console shows. */
#ifndef PGWHY_APP_COMPARISON_H
#define PGWHY_APP_COMPARISON_H

#include "advise/proof.h"
#include "view/diff_said.h"

typedef struct ComparedSide {
	const Plan *plan;
	const char *statement; /* NULL: what the plan says itself */
	const FindingList *findings; /* NULL: to be looked for */
	const Facts *facts; /* NULL: not known */
	const Facts *sizes; /* of its tables then, and nothing else of them; NULL: as `facts` say */
	const Proof *proof; /* of the side after: both were run, and their rows compared; NULL */
	const Repeated *repeated; /* of the side after: several runs of both, in turn; NULL: what the proof has */
	const RepeatedSide *runs; /* its own, at some time; NULL: none are known */
	const char *server; /* "PostgreSQL 15.8, shop@db1/shop"; NULL: not known */
	const char *problem; /* why it is not known what was advised then, though it was kept; NULL */
	const char *origin; /* whence it comes, where that has to be told: "@12 "before", kept on …"; NULL */
} ComparedSide;

/* Its texts live in the arena; plan, findings and what is known of tables stay the run's. */
ComparedSide compared_side_copy(Arena *arena, const ComparedSide *side);

/* Recurses in libpg_query: call it in a job. Borrows both sides. */
Comparison compare_plans(Arena *arena, const ComparedSide *before, const ComparedSide *after, const AdviseSettings *settings);

#endif
