/* statement_sample.h: what pg_stat_statements had counted at a moment: keys and counters of every statement, no texts.
 *
 * A sample is never changed once it is made: histories and marks hold it together. It is plain data, so it can be kept in a file: the
 * cells of `counters` and the figures beside it; statement_sample_adopt() makes one of what was read back. */
#ifndef PGWHY_CORE_STATEMENT_SAMPLE_H
#define PGWHY_CORE_STATEMENT_SAMPLE_H

#include "core/table.h"

typedef struct StatementSample {
	/* Columns by the names of statements.sql, as far as the server has them: the keys, STATEMENT_COUNTERS and STATEMENT_SQUARES. What is
	 * hidden from our role stands in one row for each role and database (hidden.h). */
	const Table *counters;
	int64_t at_ms; /* clock_ms; of a sample out of a file: now less the time since wall_ms */
	int64_t wall_ms; /* since 1970, by our clock */
	double server_s; /* since 1970, by the server's clock; before 14 by ours */
	double reset_at_s; /* by the same clock: since when all is counted; NaN: since nobody knows when (before 14) */
	double started_at_s; /* of the server */
	int64_t evictions; /* how often statements were forgotten to make room (dealloc); 0 before 14 */
	Arena *arena;
	int holders;
} StatementSample;

/* The sum of the squares of all execution times, calls · (deviation² + mean²): a counter like the others, and the deviation within
 * any span follows from it. Being reckoned it may go back by a rounding. */
#define STATEMENT_SQUARES "exec_ms2"
extern const char *const statement_keys[]; /* NULL-terminated, as for delta.h; `since_s` among them: newer, it is another row */
extern const char *const statement_counters[];

/* Of a reading of statements.sql and statements_info.sql (NULL: before 14). Held once. */
StatementSample *statement_sample_new(const Table *statements, const Table *info, double started_at_s, int64_t at_ms, int64_t wall_ms);
StatementSample *statement_sample_adopt(Arena *arena, const Table *counters); /* the arena is the sample's; its figures are still to be set */
StatementSample *statement_sample_hold(StatementSample *sample);
void statement_sample_let_go(StatementSample *sample); /* NULL is fine */

/* Did the later one go on counting from the earlier one, or was everything reset in between? Where the server does not tell when
 * that was, by whether most calls are gone: what is forgotten to make room is what was called least. */
bool statement_sample_follows(const StatementSample *earlier, const StatementSample *later);

/* A text that tells a statement from all others of the server; queryid 0: hidden. */
const char *statement_key(Arena *arena, int64_t queryid, int64_t userid, int64_t dbid, bool toplevel);

#endif
