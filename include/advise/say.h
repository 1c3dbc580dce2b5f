/* say.h: phrases that several rules need, so that all advice speaks alike. */
#ifndef PGWHY_ADVISE_SAY_H
#define PGWHY_ADVISE_SAY_H

#include "advise/advise.h"

/* "455 ms of 462 ms (98%)"; of a plan that was not run: "98% of the estimated cost". */
const char *say_share(Arena *arena, const Plan *plan, double ms, double cost);
/* "~455 ms of 462 ms", "~98% of the cost"; NULL: nobody knows. Plan may be NULL where no milliseconds are saved. */
const char *say_savings(Arena *arena, const Plan *plan, const Finding *finding);
/* "1.2M rows", "1 row" */
const char *say_rows(Arena *arena, double rows);
const char *say_cost(Arena *arena, double cost); /* "3.4k" */
/* "0.9%", "none", "all": before "of its rows" */
const char *say_part(Arena *arena, double ratio);
/* "status and created_at" */
const char *say_columns(Arena *arena, const char *const *columns, size_t count);
/* "public.orders", unquoted; schema and name may be NULL */
const char *say_relation(Arena *arena, const char *schema, const char *name);
const char *say_table(Arena *arena, const TableFacts *table); /* "public.orders (~1.2M rows, 381 MB)" */
/* "Seq Scan on orders" */
const char *say_node(Arena *arena, const PlanNode *node);
/* "4.8k, 12 a second, 20 rows each"; NULL: not known. Of the statement, by pg_stat_statements. */
const char *say_calls(Arena *arena, const Facts *facts);
/* "Seq Scan on orders checks … for 1.2M rows and throws 99% of the rows away: 455 ms of 462 ms (98%)." */
const char *say_waste(Arena *arena, const Plan *plan, const Scan *scan, const char *condition);
/* "a, b": what the field of a node lists; "" nothing */
const char *say_keys(Arena *arena, const PlanNode *node, const char *field);
/* "No index on orders begins with (status, created_at).", or why the one that comes near is of no use; without a catalog it is an if. */
const char *say_no_index(Arena *arena, const Scan *scan, const IndexAdvice *index);

#endif
