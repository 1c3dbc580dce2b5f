/* describe.h: what psql's \d, \dt and \di show, as pages. */
#ifndef PGWHY_PANES_DESCRIBE_H
#define PGWHY_PANES_DESCRIBE_H

#include "core/table.h"
#include "view/page.h"

/* What src/queries/describe_*.sql answered; NULL: not known, `problem` says why. */
typedef struct Described {
	const Table *relations, *columns, *indexes, *constraints, *triggers, *definitions;
	const char *problem; /* of the first that could not be read; NULL: none */
	bool more; /* \d+ */
} Described;

enum { DESCRIBE_MOST_LISTED = 1000 }; /* as describe_relations.sql has it */

void describe_page(Page *page, const Described *described, int width); /* each of the relations whole */
void describe_list_page(Page *page, const Table *relations, bool indexes, int width); /* a line each */

#endif
