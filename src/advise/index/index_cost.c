/* index_cost.c: what reading a table costs by the planner's own arithmetic. */
#include "advise/index_cost.h"

#include <math.h>

/* The defaults of seq_page_cost, random_page_cost, cpu_tuple_cost, cpu_index_tuple_cost and cpu_operator_cost. */
#define SEQ_PAGE 1.0
#define RANDOM_PAGE 4.0
#define TUPLE 0.01
#define INDEX_TUPLE 0.005
#define OPERATOR 0.0025
#define DESCENT 0.5 /* comparing and stepping down three levels */

double cost_of_whole_table(const TableShape *shape) {
	return cost_of_whole_table_shared(shape, 1);
}

double cost_of_whole_table_shared(const TableShape *shape, double processes) {
	return shape->pages * SEQ_PAGE + shape->rows * (TUPLE + OPERATOR) / processes;
}

static double random_page(const TableShape *shape) {
	return shape->random_page > 0 ? shape->random_page : RANDOM_PAGE;
}

/* Pages that hold `rows` rows picked at random (Mackert and Lohman). */
static double pages_hit(const TableShape *shape, double rows) {
	double pages = fmax(shape->pages, 1);
	return fmin(pages, 2 * pages * rows / (2 * pages + rows));
}

/* In table order after sorting the addresses (bitmap), or in index order when that order is nearly the table's. */
static double cost_of_rows(const TableShape *shape, double rows) {
	if (rows <= 0) return 0;
	double pages = fmax(shape->pages, 1), hit = pages_hit(shape, rows);
	double page = random_page(shape);
	double by_bitmap = hit * (page - (page - SEQ_PAGE) * sqrt(hit / pages));
	double best_order = page + fmin(rows / fmax(shape->rows, 1), 1) * pages * SEQ_PAGE;
	double worst_order = hit * page, near = shape->correlation * shape->correlation;
	double in_order = worst_order + near * (best_order - worst_order);
	return fmin(by_bitmap, fmax(in_order, 0)) + rows * (TUPLE + OPERATOR);
}

double cost_of_lookups(const TableShape *shape, double descents, double entries, double rows) {
	double leaves = fmin(shape->index_pages, descents + shape->index_pages * entries / fmax(shape->rows, 1));
	return descents * DESCENT + leaves * random_page(shape) + entries * (INDEX_TUPLE + OPERATOR) +
	       cost_of_rows(shape, rows);
}

double cost_of_sorting(double rows) {
	return rows > 1 ? 2 * OPERATOR * rows * log2(rows) : 0;
}
