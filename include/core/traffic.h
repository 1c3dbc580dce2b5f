/* traffic.h: what the statements did since a mark, held against as long a time before it.
 *
 * Both spans are compared by figures per second and per call, so they need not be equally long. Which time before it is:
 * the samples that a mark holds reach back as far as they do; where that is not nearly as far as the mark itself lies back, all that was
 * counted from the server's last reset to the mark says more. */
#ifndef PGWHY_CORE_TRAFFIC_H
#define PGWHY_CORE_TRAFFIC_H

#include "core/statement_mark.h"

/* What came of a statement. */
typedef enum TrafficVerdict {
	TRAFFIC_FASTER, /* a call takes less time than before, by more than chance */
	TRAFFIC_SLOWER,
	TRAFFIC_NEW, /* called since the mark, and never in the time before it */
	TRAFFIC_VANISHED, /* not called any more, though it should have been by now */
	TRAFFIC_MORE_OFTEN, /* the calls take as long as before */
	TRAFFIC_LESS_OFTEN,
	TRAFFIC_SAME, /* what differs is within noise */
	TRAFFIC_RESET, /* as fast as before; how often it is called is not known, since its own counters began anew meanwhile */
	TRAFFIC_FEW, /* too few calls to tell */
	TRAFFIC_VERDICTS
} TrafficVerdict;

/* What was counted of a statement in a span. */
typedef struct TrafficCounts {
	double calls, exec_ms, exec_ms2 /* squares */, rows, hit, read, temp_blocks, wal_bytes, plans, plan_ms, io_ms; /* NaN: not known to this server */
} TrafficCounts;

typedef struct TrafficRow {
	int64_t queryid, userid, dbid; /* queryid 0: hidden */
	bool toplevel;
	TrafficCounts before, after;
	bool known; /* the server had counted it when it was marked, in the time before or earlier */
	bool restarted; /* its counters alone began anew since the mark: it was forgotten to make room and came back, or reset */
	double since_s; /* server's clock: since when it is counted; NaN: not known (before 17) */
	TrafficVerdict verdict;
} TrafficRow;

typedef enum TrafficState {
	TRAFFIC_COMPARED,
	TRAFFIC_TOO_EARLY, /* hardly anything has happened since the mark */
	TRAFFIC_OTHER_SERVER /* the mark is of another one, or its statistics are those of another */
} TrafficState;

typedef struct Traffic {
	TrafficState state;
	const StatementMark *mark;
	const StatementSample *base, *now; /* base NULL: the time before began with the reset */
	bool reset; /* since the mark all was reset: what came after it is counted since then */
	bool restarted; /* the server was, since the mark */
	int64_t evictions; /* since the mark, how often statements were forgotten to make room */
	double before_s, after_s; /* NaN: since the counters began, nobody knows when */
	TrafficRow *rows; /* with calls in one of the spans */
	size_t count;
} Traffic;

enum { TRAFFIC_LEAST_MS = 2000, TRAFFIC_LEAST_CALLS = 5 };

/* `since_reset`: against all there was before the mark, whatever the samples reach. Mark and sample must outlive the result. */
Traffic *traffic_compare(Arena *arena, const StatementMark *mark, const StatementSample *now, const char *server, bool since_reset);

typedef struct TrafficTotals {
	double before_ms, after_ms; /* execution time in each span */
	size_t verdicts[TRAFFIC_VERDICTS];
} TrafficTotals;
TrafficTotals traffic_totals(const Traffic *traffic, const bool *left_out); /* of rows; NULL: all count */

double traffic_mean_ms(const TrafficCounts *counts); /* NaN: no calls */
double traffic_deviation_ms(const TrafficCounts *counts);
/* Do the mean times of a call differ by more than chance? */
bool traffic_means_differ(const TrafficCounts *before, const TrafficCounts *after);

#endif
