/* shape_parts.h: what stands for each node when shapes are compared. For shape.c, and for who aligns nodes. */
#ifndef PGWHY_PLAN_SHAPE_PARTS_H
#define PGWHY_PLAN_SHAPE_PARTS_H

#include "plan/plan.h"

typedef struct ShapeMark {
	uint64_t shape; /* of all from here down */
	uint64_t own; /* of the node alone */
	uint64_t read; /* what the node itself reads: of name; 0: nothing */
	uint64_t tables; /* that are read from here down, whatever their order; 0: none */
	const char *name; /* of what it reads itself; NULL: nothing */
	size_t name_length; /* without the number of a partition */
	bool partition; /* below an Append */
} ShapeMark;

ShapeMark *shape_marks(Arena *arena, const Plan *plan); /* by id - 1 */
uint64_t shape_mix(uint64_t hash, uint64_t bits);
uint64_t shape_mix_text(uint64_t hash, const char *text, size_t len);
bool shape_appends(const PlanNode *node);

#endif
