/* server.h: what the Server pane knows as one JSON object, its values typed.
 *
 * Of the pane's rows those count that have a `path`: "settings/work_mem_bytes" is the key work_mem_bytes of the object settings. Their
 * value is their `number` or `flag`, else the text of `value`; null what is `absent` or not known. */
#ifndef PGWHY_REPORT_SERVER_H
#define PGWHY_REPORT_SERVER_H

#include "core/cost.h"
#include "core/table.h"

/* `cost`: pgwhy's own, NULL: not known. Ends in a line break. */
const char *report_server_json(Arena *arena, const Table *rows, const Cost *cost, bool one_line);

#endif
