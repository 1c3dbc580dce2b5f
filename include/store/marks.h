/* marks.h: what was marked of whole servers: one text a server, the newest. */
#ifndef PGWHY_STORE_MARKS_H
#define PGWHY_STORE_MARKS_H

#include "store/store.h"

typedef struct StoredMark {
	int64_t at_ms; /* since 1970; 0: there is none */
	const char *text;
	size_t len;
} StoredMark;

/* In the place of the one that server had. Marks older than the bounds go, and the oldest when all of them take more than those allow. */
bool store_put_mark(Store *store, const char *server, const StoredMark *mark, Err *err);
bool store_get_mark(Store *store, Arena *arena, const char *server, StoredMark *mark, Err *err);

#endif
