/* request.h: reads of several catalog queries, the later ones asking for what the earlier ones found. */
#ifndef PGWHY_PG_REQUEST_H
#define PGWHY_PG_REQUEST_H

#include "pg/conn.h"

typedef struct CatalogCall {
	const char *name;
	const char *const *params;
	size_t param_count;
} CatalogCall;

/* `next` is handed the rows of the query before (NULL: nothing was asked yet) and names the next query; false: it has all it
 * wants. `failed` is called instead of the next call of `next`. */
typedef struct CatalogReader {
	bool (*next)(void *context, Reply *previous, CatalogCall *call);
	void (*failed)(void *context, Reply *reply);
	void (*drop)(void *context); /* frees context; called once, whatever happened */
} CatalogReader;

/* Under the panes' manners, as conn_catalog. */
void catalog_read(Conn *conn, const CatalogReader *reader, void *context, void *owner);

#endif
