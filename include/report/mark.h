/* mark.h: a mark of the statements as text that another console reads: JSON in one line, with the texts they had. */
#ifndef PGWHY_REPORT_MARK_H
#define PGWHY_REPORT_MARK_H

#include "base/err.h"
#include "core/statement_mark.h"
#include "core/texts.h"

/* What came before it is thinned, and left out as far as `most_bytes` want it; texts are those of its statements, as far as they are known
 * (NULL: none). Recurses nowhere, but takes a moment for thousands of statements: for jobs. */
const char *report_mark_json(Arena *arena, const StatementMark *mark, const Texts *texts, size_t most_bytes);

/* Read back, with the texts, which live as long as the mark. Both clocks say what it is now. NULL: err says why it cannot be read (ERR_INPUT). */
StatementMark *report_mark_read(const char *json, size_t len, int64_t now_ms, int64_t now_wall_ms, Texts *texts, Err *err);

#endif
