/* paging.h: a statement that pages by OFFSET, rewritten to go on after the last row of the page before (keyset). */
#ifndef PGWHY_ADVISE_PAGING_H
#define PGWHY_ADVISE_PAGING_H

#include "advise/paging_key.h"

typedef struct Paging {
	const char *statement; /* the next page: the user's own text with a condition and without OFFSET, else untouched; NULL: see why_not */
	const char *why_not; /* a sentence; NULL when rewritten */
	const char *first; /* the first page: with the tie-breakers in its ORDER BY, without OFFSET */
	const char *before; /* the page before the row whose keys the parameters are; NULL: it cannot be written */
	bool before_reversed; /* that gives its rows last first */
	const char *by_number; /* any page by its OFFSET, which skips keys only; NULL: it cannot be written */
	PagingKeys keys;
	/* To prove that it returns the page that OFFSET returns: */
	const char *ordered; /* the user's statement with the tie-breakers in its ORDER BY */
	const char *last_row; /* the row before its page, the keys as its last columns; NULL: it cannot be written */
	const char *const *parameters; /* what stands for each key in `statement`: "$3" */
	bool quick; /* an index in the keys' order finds where to go on */
	const char *notes; /* what the parameters are, ties, nulls, the page before */
} Paging;

Paging paging_rewrite(Arena *arena, const Statement *statement, const Facts *facts);

#endif
