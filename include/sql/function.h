/* function.h: what is known of PostgreSQL's own functions by name, without a catalog. */
#ifndef PGWHY_SQL_FUNCTION_H
#define PGWHY_SQL_FUNCTION_H

typedef enum FunctionTrait {
	FUNCTION_PLAIN, /* nothing known against it */
	FUNCTION_AGGREGATE,
	FUNCTION_STABLE, /* the same during a statement: now() */
	FUNCTION_VOLATILE /* another value at every call */
} FunctionTrait;

FunctionTrait function_trait(const char *name);

#endif
