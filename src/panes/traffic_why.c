/* traffic_why.c: why a statement costs more or less than before it was marked: both spans side by side, and what that says. */
#include "panes/traffic_why.h"

#include <math.h>

#include "base/utf8.h"
#include "panes/kept_list.h"

/* One span's figures, per call but for the first two. */
typedef struct Figures {
	double load, calls_per_s, calls, mean_ms, deviation_ms, rows, blocks, read, hit_share, temp, wal, plan_ms, io_ms;
} Figures;

typedef struct Pair {
	const Traffic *traffic;
	const TrafficRow *row;
	Figures before, after;
} Pair;

static double per(double part, double whole) {
	return whole > 0 ? part / whole : NAN;
}

static Figures figures_of(const TrafficCounts *counts, double seconds, double block_bytes) {
	double n = counts->calls;
	return (Figures){
		.load = counts->exec_ms / seconds, .calls_per_s = n / seconds, .calls = n, .mean_ms = traffic_mean_ms(counts), .deviation_ms = traffic_deviation_ms(counts),
		.rows = per(counts->rows, n), .blocks = per(counts->hit + counts->read, n), .read = per(counts->read, n),
		.hit_share = per(counts->hit, counts->hit + counts->read), .temp = per(counts->temp_blocks * block_bytes, n), .wal = per(counts->wal_bytes, n),
		.plan_ms = per(counts->plan_ms, counts->plans), .io_ms = per(counts->io_ms, n),
	};
}

/* ---- evidence ---- */

const char *traffic_span_words(Arena *arena, double seconds) {
	enum { MINUTE = 60, HOUR = 3600 };
	if (isnan(seconds)) return "";
	if (seconds < 10 * MINUTE || seconds >= HOUR) return format_age(arena, seconds);
	return arena_printf(arena, "%.0fm", seconds / MINUTE);
}

typedef struct Line {
	const char *label;
	size_t offset;
	Unit unit;
	bool optional; /* left out where it is nothing on both sides */
} Line;

static const Line lines[] = {
	{"ms/s", offsetof(Figures, load), UNIT_COUNT, false},       {"calls/s", offsetof(Figures, calls_per_s), UNIT_RATE, false},
	{"calls", offsetof(Figures, calls), UNIT_COUNT, false},     {"mean", offsetof(Figures, mean_ms), UNIT_MS, false},
	{"deviation", offsetof(Figures, deviation_ms), UNIT_MS, false}, {"rows", offsetof(Figures, rows), UNIT_COUNT, false},
	{"blocks", offsetof(Figures, blocks), UNIT_COUNT, false},   {"hit", offsetof(Figures, hit_share), UNIT_SHARE, false},
	{"temp", offsetof(Figures, temp), UNIT_BYTES, true},        {"wal", offsetof(Figures, wal), UNIT_BYTES, true},
	{"planning", offsetof(Figures, plan_ms), UNIT_MS, true},    {"i/o", offsetof(Figures, io_ms), UNIT_MS, true},
};

static double figure_at(const Figures *figures, const Line *line) {
	double figure;
	memcpy(&figure, (const char *)figures + line->offset, sizeof figure);
	return figure;
}

static const char *or_dash(const char *figure) {
	return *figure ? figure : "–";
}

/* By how much: "12× less", "+12%", "as before". */
static const char *change_words(Arena *arena, const Line *line, double before, double after) {
	if (isnan(before) || isnan(after) || line->unit == UNIT_SHARE) return "";
	if (!(before > 0)) return after > 0 ? "before: none" : "";
	if (!(after > 0)) return "gone";
	double factor = fmax(after / before, before / after);
	if (factor >= 2) return arena_printf(arena, "%s× %s", format_unit(arena, UNIT_NONE, factor < 10 ? round(factor * 10) / 10 : round(factor)), after < before ? "less" : "more");
	long percent = lround((after / before - 1) * 100);
	return percent ? arena_printf(arena, "%+ld%%", percent) : "as before";
}

static void add_line(Page *page, const char *label, const char *before, const char *after, const char *change, Role role) {
	page_line(page);
	page_indent(page, 11);
	page_printf(page, ROLE_DIM, "%-9s", label);
	for (int i = 0; i < 2; i++) {
		const char *figure = i ? after : before;
		page_printf(page, role, "%*s%s", (int)(11 - utf8_cells(figure)), "", figure);
	}
	page_printf(page, ROLE_DIM, "  %s", change);
}

static void evidence(Page *page, const Pair *pair) {
	Arena *arena = page->arena;
	add_line(page, "", "before", "since", "", ROLE_DIM);
	add_line(page, "time", or_dash(traffic_span_words(arena, pair->traffic->before_s)), or_dash(traffic_span_words(arena, pair->traffic->after_s)), "", ROLE_STRONG);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		double before = figure_at(&pair->before, &lines[i]), after = figure_at(&pair->after, &lines[i]);
		if (lines[i].optional && !(before > 0) && !(after > 0)) continue;
		add_line(page, lines[i].label, or_dash(format_unit(arena, lines[i].unit, before)), or_dash(format_unit(arena, lines[i].unit, after)),
		         change_words(arena, &lines[i], before, after), ROLE_STRONG);
	}
}

/* ---- because ---- */

#define MUCH 2.0 /* times as much says something */
#define ALIKE 1.25 /* up to so many times as much is alike */

static bool fell(double before, double after) { return before >= MUCH * after && before - after >= 1; }
static bool rose(double before, double after) { return fell(after, before); }
static bool alike(double before, double after) { return fmax(before, after) <= ALIKE * fmin(before, after) || fabs(before - after) < 1; }
static bool is(const Pair *p, TrafficVerdict verdict) { return p->row->verdict == verdict; }
static bool both(const Pair *p) { return p->row->before.calls > 0 && p->row->after.calls > 0; }
static bool same_work(const Pair *p) { return alike(p->before.rows, p->after.rows) && alike(p->before.blocks, p->after.blocks); }

static bool reads_less(const Pair *p) { return both(p) && fell(p->before.blocks, p->after.blocks) && alike(p->before.rows, p->after.rows); }
static bool reads_more(const Pair *p) { return both(p) && rose(p->before.blocks, p->after.blocks) && alike(p->before.rows, p->after.rows); }
static bool more_rows(const Pair *p) { return both(p) && rose(p->before.rows, p->after.rows); }
static bool fewer_rows(const Pair *p) { return both(p) && fell(p->before.rows, p->after.rows); }
static bool temp_gone(const Pair *p) { return both(p) && p->before.temp > 0 && fell(p->before.temp, p->after.temp); }
static bool temp_came(const Pair *p) { return both(p) && p->after.temp > 0 && rose(p->before.temp, p->after.temp); }
static bool colder(const Pair *p) { return is(p, TRAFFIC_SLOWER) && same_work(p) && rose(p->before.read, p->after.read); }
static bool warmer(const Pair *p) { return is(p, TRAFFIC_FASTER) && same_work(p) && fell(p->before.read, p->after.read); }
static bool waits_more(const Pair *p) { return is(p, TRAFFIC_SLOWER) && same_work(p) && !colder(p) && !temp_came(p); }
static bool waits_less(const Pair *p) { return is(p, TRAFFIC_FASTER) && same_work(p) && !warmer(p) && !temp_gone(p); }
static bool more_wal(const Pair *p) { return both(p) && p->after.wal > 1.2 * p->before.wal && p->after.wal - p->before.wal > 64; }
static bool often(const Pair *p) { return is(p, TRAFFIC_MORE_OFTEN) || is(p, TRAFFIC_LESS_OFTEN); }
static bool noise(const Pair *p) { return is(p, TRAFFIC_SAME); }
static bool few(const Pair *p) { return is(p, TRAFFIC_FEW); }
static bool known_anew(const Pair *p) { return is(p, TRAFFIC_NEW) && p->row->known; }
static bool wholly_new(const Pair *p) { return is(p, TRAFFIC_NEW) && !p->row->known; }
static bool vanished(const Pair *p) { return is(p, TRAFFIC_VANISHED); }
static bool restarted(const Pair *p) { return p->row->restarted; }

static const struct {
	bool (*holds)(const Pair *p);
	Role role;
	const char *says;
} causes[] = {
	{reads_less, ROLE_GOOD, "it reads far fewer blocks for as many rows: an index, or another plan, goes straight to them"},
	{reads_more, ROLE_WARNING, "it reads far more blocks for as many rows: another plan, an index that is gone, or bloat"},
	{more_rows, ROLE_TEXT, "a call returns more rows: the data grew, or it is asked for more"},
	{fewer_rows, ROLE_TEXT, "a call returns fewer rows: there are fewer, or it is asked for less"},
	{temp_gone, ROLE_GOOD, "its sorts and hashes hardly go to disk any more"},
	{temp_came, ROLE_WARNING, "its sorts or hashes go to disk now: they outgrow work_mem"},
	{colder, ROLE_WARNING, "the same blocks, but more of them come from disk: shared buffers are colder, or hold something else"},
	{warmer, ROLE_GOOD, "the same blocks, but more of them are in shared buffers: that may last, or not"},
	{waits_more, ROLE_WARNING, "the same rows and blocks take longer: locks, a busy CPU or a busy disk; 5 shows what sessions wait for"},
	{waits_less, ROLE_TEXT, "the same rows and blocks take less time: less waiting, or more CPU to have; it is no better plan"},
	{more_wal, ROLE_TEXT, "a call writes more WAL: one more index to keep, or whole pages after a checkpoint"},
	{often, ROLE_TEXT, "a call takes as long as before: what changed is how often the application asks"},
	{noise, ROLE_TEXT, "the means differ by no more than calls differ among themselves"},
	{few, ROLE_TEXT, "too few calls on one side: what differs may be chance"},
	{known_anew, ROLE_TEXT, "the server knew it, but it was not called in the time before"},
	{wholly_new, ROLE_TEXT, "the server had not counted it when it was marked: it is new, or was forgotten to make room"},
	{vanished, ROLE_TEXT, "at the old rate it would have been called several times by now: it is gone, has other text now, or was forgotten to make room"},
	{restarted, ROLE_WARNING, "its own counters began anew since the mark: how often it was called, and its load, are more than shown"},
};

static void because(Page *page, const Pair *pair, const char *verdict) {
	Arena *arena = page->arena;
	if (is(pair, TRAFFIC_FASTER) || is(pair, TRAFFIC_SLOWER))
		why_cause(page, is(pair, TRAFFIC_FASTER) ? ROLE_GOOD : ROLE_WARNING,
		          arena_printf(arena, "%s, and by more than chance: %s ± %s over %s calls, then %s ± %s over %s", verdict, format_ms(arena, pair->before.mean_ms),
		                       format_ms(arena, pair->before.deviation_ms), format_rows(arena, pair->before.calls), format_ms(arena, pair->after.mean_ms),
		                       format_ms(arena, pair->after.deviation_ms), format_rows(arena, pair->after.calls)));
	for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
		if (causes[i].holds(pair)) why_cause(page, causes[i].role, causes[i].says);
	if (wholly_new(pair) && !isnan(pair->row->since_s))
		why_cause(page, ROLE_DIM, arena_printf(arena, "counted since %s", kept_time(arena, (int64_t)(pair->row->since_s * 1000))));
}

void traffic_why(Page *page, const Traffic *traffic, const TrafficRow *row, const char *verdict, double block_bytes) {
	const Pair pair = {traffic, row, figures_of(&row->before, traffic->before_s, block_bytes), figures_of(&row->after, traffic->after_s, block_bytes)};
	page_heading(page, arena_printf(page->arena, "evidence: %s", verdict));
	evidence(page, &pair);
	page_heading(page, "because");
	because(page, &pair, verdict);
}
