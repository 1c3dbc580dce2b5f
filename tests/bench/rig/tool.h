/* tool.h: what the bench compares: how each is started, when its first rows are there, and the keys of its panes. */
#ifndef PGWHY_TESTS_BENCH_TOOL_H
#define PGWHY_TESTS_BENCH_TOOL_H

#include "fixture.h"

/* Where keys are pressed again and again, and what shows that one has had its effect. */
typedef struct Stage {
	const char *name;
	const char *open; /* keys that lead there */
	const char *shows; /* then; when it never does, the tool has no such stage */
	const char *const *keys; /* pressed in turn, NULL-terminated */
	const char *echo; /* the last row on screen that begins so shows the effect; NULL: the row in other colours moves */
	const char *close; /* keys that lead back */
	bool stands_still; /* can be got at while the backend is stopped */
} Stage;

typedef struct Tool {
	const char *name;
	const char *first_rows; /* on screen: there are rows */
	const char *all_rows; /* on screen: the last thing to come is there; NULL: the same */
	double interval_s;
	const Stage *stages;
	size_t stage_count;
	const char *const *(*argv)(Arena *arena, const char *programs, const Fixture *fixture); /* programs: where pgwhy was built */
	const char *absent; /* said when it cannot be started */
} Tool;

extern const Tool tools[];
enum { TOOL_PGWHY, TOOL_PG_ACTIVITY, TOOL_FLOOR, TOOL_COUNT };

#endif
