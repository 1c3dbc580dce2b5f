/* paging_text.h: the texts of a statement that pages: the user's own, changed where a page needs it. */
#ifndef PGWHY_ADVISE_PAGING_TEXT_H
#define PGWHY_ADVISE_PAGING_TEXT_H

#include "advise/paging_condition.h"

/* A statement whose outermost block has places for its clauses (sql/block.h), ORDER BY and OFFSET. */
typedef struct PagedText {
	Arena *arena;
	const Statement *statement;
	const PagingKeys *keys; /* the columns of its ORDER BY first, those that were added behind */
} PagedText;

const char *paging_first_page(const PagedText *text); /* without OFFSET */
const char *paging_ordered(const PagedText *text); /* the page that OFFSET returns: with the tie-breakers */
const char *paging_last_row(const PagedText *text); /* the row before that, the keys as its last columns; NULL: it cannot be written */
/* The page behind a row: in parts where one condition would be slow and a union of parts can be ordered. */
const char *paging_next_page(const PagedText *text, const PagingCondition *condition, bool *in_parts);

/* Every key the other way round. */
PagingKeys paging_keys_turned(Arena *arena, const PagingKeys *keys);
/* The page before a row: `turned` as above, condition of them. Its rows come last first (`reversed`) where the select list
 * does not name the keys; NULL when ORDER BY cannot be turned in its text (USING), or there is no LIMIT. */
const char *paging_page_before(const PagedText *text, const PagingKeys *turned, const PagingCondition *condition, bool *reversed);

/* Any page by its number: OFFSET over the primary key alone, the rows looked up by it. For one table; else NULL. */
const char *paging_page_by_number(const PagedText *text);

#endif
