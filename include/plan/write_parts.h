/* write_parts.h: the pieces of EXPLAIN's TEXT format when it is written: lines, and the fields of a node in them. */
#ifndef PGWHY_PLAN_WRITE_PARTS_H
#define PGWHY_PLAN_WRITE_PARTS_H

#include "plan/plan.h"

typedef struct PlanWriter {
	Arena *arena; /* scratch */
	Str out;
	const Plan *plan;
	bool verbose; /* VERBOSE was on */
	bool temp_timed; /* temporary files are, since 15 */
	bool fractions; /* rows per loop have decimals: 18 */
	int indent; /* of the next line, in pairs of blanks */
	int depth; /* of write_fields in itself */
	bool begun; /* the next line has begun: "Worker 0:  " */
} PlanWriter;

/* A line from its blanks to its end. */
void write_line(PlanWriter *w, const char *format, ...) PRINTF_LIKE(2, 3);
/* A figure with so many decimals; its own when negative; N when it is unknown. */
const char *write_figure(const PlanWriter *w, const PlanValue *figure, int decimals);
/* "actual time=0.1..0.2 rows=3 loops=1"; NULL when there is nothing of it. */
const char *write_actual(const PlanWriter *w, const PlanValue *object);
/* " on public.orders o"; "" for what reads nothing. */
const char *write_target(const PlanWriter *w, const PlanValue *object);
/* All fields of a node, a worker, a document, but for those that its heading says. node: the one they belong to; NULL beside the nodes. */
void write_fields(PlanWriter *w, const PlanValue *object, const PlanNode *node);

#endif
