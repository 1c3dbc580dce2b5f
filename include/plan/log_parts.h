/* log_parts.h: the pieces that log.c is made of: lines, messages of the server, the records of csvlog and jsonlog around these. */
#ifndef PGWHY_PLAN_LOG_PARTS_H
#define PGWHY_PLAN_LOG_PARTS_H

#include "plan/plan.h"

/* "postgres[123]: [5-2] " in syslog: the second piece of the fifth message of a process. */
typedef struct LogTag {
	uint64_t pid, message, piece;
	const char *text; /* behind it */
} LogTag;
bool log_tag(const char *line, LogTag *tag); /* false: it has none, and all of the tag is 0 */
void log_decode(Str *out, const char *text); /* syslog writes control characters as #011 */
void log_time(Str *time, const char *line); /* as it stands there, in whatever form */
/* Where "duration: 1.2 ms  plan:" stands at the end of a line (or before what syslog makes of a line's end); NULL: nowhere. */
const char *log_duration(const char *line, double *ms);
bool log_has_severity(const char *line); /* "LOG:  " and its like */
bool log_same_but_digits(const char *one, const char *other, size_t len);

/* A message as it comes by. Of its lines, and of what stands beside it, only the beginnings are kept. */
typedef struct LogMessage {
	bool is_plan; /* "duration: 1.2 ms  plan:" is its first line */
	double duration_ms;
	const char *format; /* NULL: it has said nothing yet */
	Str time, query, query_id;
	Str line; /* the one under way */
	size_t lines; /* before it */
	bool in_query;
	bool closed; /* the last line is a bracket */
	Str *whole; /* takes all of it, when it is to be read; NULL */
} LogMessage;

#define LOG_MESSAGE_INIT {.time = STR_INIT, .query = STR_INIT, .query_id = STR_INIT, .line = STR_INIT}
void log_message_begin(LogMessage *message); /* another one; empties what was kept */
void log_message_add(LogMessage *message, const char *bytes, size_t len);
void log_message_end(LogMessage *message);
void log_message_release(LogMessage *message);
void log_keep(Str *beginning, const char *bytes, size_t len, size_t most); /* adds what has room */

/* A record of csvlog: its message, time and query id go to the LogMessage. */
typedef struct LogCsv {
	int field;
	bool quoted;
	bool closing; /* a quote within quotes: the first of two, or the last */
} LogCsv;
bool log_csv_begins(const char *line, size_t len); /* is it the first line of a record? */
/* Takes what belongs to the record: so many bytes. */
size_t log_csv_feed(LogCsv *csv, LogMessage *message, const char *bytes, size_t len, bool *ended);

/* A line of jsonlog. */
typedef struct LogJson {
	Str key; /* of the value to come */
	bool in_string, is_value;
	char escape[8]; /* of an escape that has not ended: "\", "\u00e" */
	size_t escape_len;
	uint32_t surrogate; /* the first of two; 0: none */
} LogJson;
size_t log_json_feed(LogJson *json, LogMessage *message, const char *bytes, size_t len, bool *ended);

#endif
