/* describing.h: asks the catalog about relations, for \d and its kin, and shows what it says as a page. */
#ifndef PGWHY_APP_DESCRIBING_H
#define PGWHY_APP_DESCRIBING_H

#include "app/state.h"

typedef struct DescribeWish {
	const char *word; /* as it was asked for: the view's title */
	const char *kinds; /* of pg_class.relkind, as an array literal */
	bool list; /* a line each, even of one */
	bool indexes; /* the list is of indexes */
	bool more; /* \d+ */
} DescribeWish;

/* Opens a view and asks; `pattern` as psql takes it, "" for all there is of one's own. */
void describing_open(App *app, const DescribeWish *wish, const char *pattern);

#endif
