/* paging_order.h: why the rows of a page have to be sorted: what keeps their order from coming out of an index. */
#ifndef PGWHY_ADVISE_PAGING_ORDER_H
#define PGWHY_ADVISE_PAGING_ORDER_H

#include "advise/paging_key.h"

/* A sentence or two; NULL when one more index would do. */
const char *paging_order_obstacle(Arena *arena, const Statement *statement, const PagingKeys *keys);

#endif
