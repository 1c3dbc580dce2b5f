/* text_parts.h: the pieces of EXPLAIN's TEXT format: lines out of what was pasted, headings and properties into fields. */
#ifndef PGWHY_PLAN_TEXT_PARTS_H
#define PGWHY_PLAN_TEXT_PARTS_H

#include "plan/plan.h"

typedef struct TextLine {
	const char *text; /* without the blanks around it */
	size_t indent; /* cells before it */
} TextLine;
typedef LIST(TextLine) TextLines;

/* Frames of psql and its like, quotes, comment marks and HTML are taken off, broken lines joined, empty lines left out. */
TextLines text_lines(Arena *arena, const char *text, size_t len);

/* Is it a line EXPLAIN would begin with these words? "Index Cond: …", "->  Sort …", anything with (cost=… */
bool text_begins_line(const char *line);
bool text_begins_property(const char *line); /* of a node: by name */
bool text_begins_summary(const char *line); /* of what stands beside the nodes */
bool text_begins_heading(const char *line); /* with the words of a node, whatever follows */
bool text_is_front(const char *line); /* may such a line begin so, when it is cut short? "Rows Remo", "Parallel Seq" */

bool text_is_between(const char *line); /* printed by a client: "(3 rows)", "Time: 1 ms", a prompt, "```" */

typedef enum HeadingKind {
	HEADING_NONE,
	HEADING_LIKELY, /* words of a node, but no figures: COSTS OFF */
	HEADING_SURE,
} HeadingKind;
HeadingKind text_heading_kind(const char *line);
/* The fields of a node out of its line (without the arrow). */
void text_heading(Arena *arena, PlanValue *node, const char *line);
/* "actual time=0.1..0.2 rows=3 loops=1" and "cost=…" into fields. */
void text_figures(Arena *arena, PlanValue *object, const char *text);

/* The fields out of "Name: value" under a node (or a worker) of this type; names are the ones JSON has. */
void text_property(Arena *arena, PlanValue *object, const char *node_type, const char *name, const char *value);
/* Several "Group Key" and "Hash Key" of an aggregate into "Grouping Sets". */
void text_group_sets(Arena *arena, PlanValue *node);
/* "Trigger a for constraint c on t" with its figures, "Settings", "Timing" of JIT and the like beside the nodes. */
bool text_summary(Arena *arena, PlanValue *document, const char *name, const char *value);
bool text_is_summary(const char *name);

/* Adds a number, or null for what is none: masked figures are unknown. */
void add_number(Arena *arena, PlanValue *object, const char *name, const char *digits, size_t len);
void add_text(Arena *arena, PlanValue *object, const char *name, const char *text, size_t len);

#endif
