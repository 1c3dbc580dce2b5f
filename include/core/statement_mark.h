/* statement_mark.h: the statements as they stood when they were marked as before, with what came before that.
 *
 * Plain data, so that a mark can outlive the console: the server's name, the tags, and samples (statement_sample.h). The one that is
 * marked says by wall_ms when that was. Read back, each sample's at_ms has to be reckoned from its wall_ms: clock_ms means nothing to
 * another console. That the server is the same, and goes on counting, the comparison finds out by itself (traffic.h). */
#ifndef PGWHY_CORE_STATEMENT_MARK_H
#define PGWHY_CORE_STATEMENT_MARK_H

#include "core/history.h"

typedef struct StatementMark {
	Arena *arena;
	const char *server; /* as history_server() */
	StatementSample *sample; /* held, and so are those: */
	LIST(StatementSample *) earlier; /* the oldest first */
	LIST(const char *) tags; /* statement_key of those it is about; none: all */
} StatementMark;

StatementMark *statement_mark_take(const History *history, const char *const *tags, size_t tag_count); /* NULL: there is no sample */
void statement_mark_free(StatementMark *mark); /* NULL is fine */
bool statement_mark_is_about(const StatementMark *mark, const char *key);
/* The earlier sample from where to the mark it is about as long as that; NULL: there is none. */
const StatementSample *statement_mark_before(const StatementMark *mark, double span_ms);

#endif
