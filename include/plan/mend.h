/* mend.h: the JSON in a text as people paste it: out of psql's frames, between other lines, wrapped, with figures masked. */
#ifndef PGWHY_PLAN_MEND_H
#define PGWHY_PLAN_MEND_H

#include <stdbool.h>
#include <stddef.h>

/* Takes what is JSON piece by piece; `at` is the text the piece stands for. False ends the mending. */
typedef bool MendTake(void *taker, const char *piece, size_t len, const char *at);

typedef enum MendEnd {
	MEND_NOTHING, /* no line of the text begins with a bracket */
	MEND_WHOLE, /* every document that began has ended */
	MEND_CUT, /* the text says itself that it was cut off ("<truncated>") */
	MEND_OPEN, /* the text ends inside a document */
	MEND_REFUSED, /* take said no */
} MendEnd;

MendEnd mend(const char *text, size_t len, MendTake *take, void *taker);

#endif
