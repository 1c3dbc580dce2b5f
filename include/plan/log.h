/* log.h: a server's log of any size -> the plans that auto_explain wrote into it.
 *
 * It is fed in pieces and keeps no more of them than a list of entries and the beginning of a line or two. One entry is read later, out
 * of its own bytes. Known are what stderr has (whatever the log_line_prefix), syslog, csvlog, jsonlog, and jsonlog as CloudNativePG
 * wraps it; a file may hold all of them. */
#ifndef PGWHY_PLAN_LOG_H
#define PGWHY_PLAN_LOG_H

#include "plan/plan.h"

typedef struct LogEntry {
	uint64_t offset, bytes; /* where it stands; in syslog lines of others may stand between its own */
	bool pasted; /* nothing stands before its "duration:": a message, out of whatever log */
	bool cut_off; /* the log ends within it */
	const char *time; /* as the log has it; NULL */
	double duration_ms;
	const char *query; /* how it begins, on one line; "" when it is not said */
	const char *query_id; /* NULL */
	const char *format; /* of the plan: text, json, xml, yaml */
} LogEntry;

typedef struct LogEntries {
	LogEntry *items;
	size_t count, room;
} LogEntries;

typedef struct Log Log;

Log *log_new(Arena *arena);
void log_feed(Log *log, const char *bytes, size_t len);
size_t log_count(const Log *log); /* entries so far */
/* There is no more: what was found, in the order of the log. The Log is to be used no more; this has to be called for each. */
LogEntries log_end(Log *log);

/* The plan of an entry out of the entry's bytes, measured. One that is cut off is read as far as it goes. */
bool log_read(Arena *arena, const LogEntry *entry, const char *bytes, size_t len, PlanList *plans, Err *err);

#endif
