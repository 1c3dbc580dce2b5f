/* mend.h: the JSON in a text as people paste it: out of psql's frames, between other lines, wrapped, with figures masked. */
#ifndef PGWHY_PLAN_MEND_H
#define PGWHY_PLAN_MEND_H

#include <stdbool.h>

#include "base/arena.h"

typedef enum MendEnd {
	MEND_NOTHING, /* no line of the text begins with a bracket */
	MEND_WHOLE, /* every document that began has ended */
	MEND_CUT, /* the text says itself that it was cut off ("<truncated>") */
	MEND_OPEN, /* the text ends inside a document */
} MendEnd;

/* Where some of the JSON came from. */
typedef struct MendPiece {
	size_t at, from; /* in the JSON, in the text */
	size_t bytes; /* of the text */
} MendPiece;

typedef struct Mended {
	MendEnd end;
	char *json; /* one document behind the other */
	size_t len;
	LIST(MendPiece) pieces;
} Mended;

Mended mend(Arena *arena, const char *text, size_t len);
/* The place in the text that json[at] came from. */
size_t mended_from(const Mended *mended, size_t at);

#endif
