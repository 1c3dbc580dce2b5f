/* paging.h: a statement that pages by OFFSET, rewritten to go on after the last row of the page before (keyset). */
#ifndef PGWHY_ADVISE_PAGING_H
#define PGWHY_ADVISE_PAGING_H

#include "advise/paging_key.h"

typedef struct Paging {
	const char
	    *statement; /* the user's own text with a condition and without OFFSET, else untouched; NULL: see why_not */
	const char *why_not; /* a sentence; NULL when rewritten */
	PagingKeys keys;
	bool quick; /* an index in the keys' order finds where to go on */
	const char *notes; /* what the parameters are, ties, nulls, the page before */
} Paging;

Paging paging_rewrite(Arena *arena, const Statement *statement, const Facts *facts);

#endif
