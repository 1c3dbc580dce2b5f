/* store.h: what is kept from one run of pgwhy to the next: a SQLite file of the user's own.
 *
 * All of it waits for the disk, and for other programs that have the file: it belongs into jobs. A Store is one thread's at a time; several
 * programs may have the same file open. It is made for its owner alone (0600, in folders of 0700), and a program that is killed in the
 * middle of writing leaves it whole. What stands in a store is text to it: it knows neither plans nor findings. */
#ifndef PGWHY_STORE_STORE_H
#define PGWHY_STORE_STORE_H

#include <stdint.h>

#include "base/err.h"

typedef struct Store Store;

/* What is older or more than that goes, the oldest first, but what has a name or is marked. */
typedef struct StoreBounds {
	double days, bytes, rows;
} StoreBounds;

/* Creates file and folders. NULL: err says why there is none; a file that is no store, or that a newer pgwhy wrote, is left as it is. */
Store *store_open(const char *path, const StoreBounds *bounds, Err *err);
void store_close(Store *store); /* NULL is fine */

/* For the files of this floor. */
typedef struct StoreQuery StoreQuery;
struct sqlite3_stmt;
struct StoreQuery {
	Store *store;
	struct sqlite3_stmt *stmt; /* NULL: it failed */
	int bound; /* so many values */
};
const StoreBounds *store_bounds(const Store *store);
int64_t store_last_id(const Store *store);
StoreQuery query_begin(Store *store, const char *sql);
void query_text(StoreQuery *query, const char *text); /* the next value; NULL is null */
void query_bytes(StoreQuery *query, const char *bytes, size_t len);
void query_int(StoreQuery *query, int64_t value);
void query_real(StoreQuery *query, double value); /* NaN is null */
bool query_row(StoreQuery *query); /* is there one more? */
bool query_end(StoreQuery *query, Err *err); /* false: err says what went wrong anywhere since query_begin */
bool store_do(Store *store, const char *sql, Err *err); /* a statement without values or rows */

#endif
