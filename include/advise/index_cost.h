/* index_cost.h: what reading a table costs, in the planner's units and by its own arithmetic, default settings assumed. */
#ifndef PGWHY_ADVISE_INDEX_COST_H
#define PGWHY_ADVISE_INDEX_COST_H

typedef struct TableShape {
	double rows, pages;
	double index_pages; /* of the index that is looked into */
	double correlation; /* between the index's order and the table's, -1..1 */
	double random_page; /* cost of one page out of order: 4 as the planner has it, about 1 when all is in memory; 0: 4 */
} TableShape;

/* Once from end to end, by one process. */
double cost_of_whole_table(const TableShape *shape);
/* The same by several: they share the work on rows, not the reading of pages. */
double cost_of_whole_table_shared(const TableShape *shape, double processes);
/* `descents` times down an index, over `entries` index entries in all, fetching `rows` rows of the table in all. */
double cost_of_lookups(const TableShape *shape, double descents, double entries, double rows);
double cost_of_sorting(double rows);

#endif
