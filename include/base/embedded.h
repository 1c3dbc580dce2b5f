/* embedded.h: files compiled into the program (src/embed.awk): queries, themes, keys, the demo's SQL. */
#ifndef PGWHY_BASE_EMBEDDED_H
#define PGWHY_BASE_EMBEDDED_H

#include <stddef.h>
#include <string.h>

typedef struct Embedded {
	const char *name; /* file name without its folder; NULL ends the table */
	const char *text;
} Embedded;

/* The text of a file of such a table, or NULL. */
static inline const char *embedded_text(const Embedded *table, const char *name) {
	for (; table->name; table++)
		if (strcmp(table->name, name) == 0) return table->text;
	return NULL;
}

#endif
