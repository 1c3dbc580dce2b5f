/* type.h: the names SQL has for types that the catalog calls otherwise. */
#ifndef PGWHY_SQL_TYPE_H
#define PGWHY_SQL_TYPE_H

#include <stdbool.h>

typedef struct TypeSpelling {
	const char *name; /* in pg_catalog */
	const char *before, *after; /* around the modifiers: `timestamp(3) with time zone` */
	bool restricted; /* the first modifier tells fields: `interval day to second` */
} TypeSpelling;

const TypeSpelling *type_spelling(const char *schema, const char *name); /* NULL: as it is named */
const char *type_interval_fields(long mask); /* " day to second"; "" for all of them */

#endif
