/* console.c: what the console costs beside pg_activity and beside the least there can be, on a small and on a large server.
 *
 *     BENCH=small|large|both ROUNDS=3 make bench
 *
 * Prints tables in Markdown. All tools run in the same pseudo terminal of 200x50, in turn, and see the same server. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../tty/terminal.h"
#include "base/clock.h"
#include "rig/figures.h"
#include "rig/meter.h"
#include "rig/tool.h"

enum {
	COLUMNS = 200,
	ROWS = 50,
	STARTS = 4, /* a round */
	REFRESHES = 4, /* watched in a round */
	KEYS = 40, /* pressed at each stage in a round */
	KEYS_STOPPED = 12,
	MOST_STAGES = 12,
	OPEN_MS = 20000,
	LOST_MS = 2000, /* a key without effect until then is lost */
	GIVE_UP_LOST = 2, /* keys at a stage: nothing moves there any more */
	CALM_MS = 20,
	STOPPED_MS = 2500 /* with the backend stopped, before keys are pressed: by then every tool has asked it something */
};

/* What was measured of a tool, in all rounds. */
typedef struct Result {
	Figures start_ms, all_ms, start_cpu_ms, client_ms, server_ms, written_bytes, memory_mb, peak_mb;
	Figures keys_ms[MOST_STAGES], stopped_ms[MOST_STAGES], quit_ms;
} Result;

typedef struct Bench {
	Arena *arena;
	const char *programs;
	const Fixture *fixture;
	Result results[TOOL_COUNT];
	bool absent[TOOL_COUNT];
} Bench;

static void note(Bench *bench, Figures *figures, double value) {
	*list_push(bench->arena, figures) = value;
}

/* ---- what a person sees ---- */

static bool shows(Terminal *t, void *text) {
	return terminal_find(t, text, NULL, NULL);
}

static bool never(Terminal *t, void *unused) {
	(void)unused;
	return terminal_ended(t);
}

static bool has_ended(Terminal *t, void *unused) {
	return never(t, unused);
}

static void watch_for(Terminal *t, int ms) {
	terminal_try(t, never, NULL, ms);
}

/* What a key's effect is seen by: a number that is another one afterwards. */
typedef struct Sight {
	const char *echo;
	uint64_t before;
} Sight;

static uint64_t mix(uint64_t sum, uint64_t value) {
	return (sum ^ value) * 0x100000001b3u;
}

/* The row in other colours: looked for in the middle of each quarter of the screen, so that any pane's will do. */
static uint64_t selection(Terminal *t) {
	uint64_t sum = 0;
	for (int row = 1; row < ROWS - 2; row++)
		for (int column = COLUMNS / 16; column < COLUMNS; column += COLUMNS / 8) {
			TerminalCell cell = terminal_cell(t, row, column);
			sum = mix(sum, (uint64_t)(cell.back + 1) << 1 | cell.reverse);
		}
	return sum;
}

static uint64_t echoed(Terminal *t, const char *echo) {
	uint64_t sum = 0;
	for (int row = ROWS - 1; row >= 0 && !sum; row--) {
		const char *text = terminal_row(t, row);
		if (strncmp(text, echo, strlen(echo)) == 0)
			for (sum = 1; *text; text++) sum = mix(sum, (unsigned char)*text);
	}
	return sum;
}

static uint64_t look_at(Terminal *t, const Sight *sight) {
	return sight->echo ? echoed(t, sight->echo) : selection(t);
}

static bool differs(Terminal *t, void *sight) {
	return look_at(t, sight) != ((const Sight *)sight)->before;
}

/* ---- keys ---- */

static double press(Terminal *t, const char *key, const char *echo) {
	Sight sight = {.echo = echo};
	sight.before = look_at(t, &sight);
	double began = clock_s();
	terminal_keys(t, key);
	return terminal_try(t, differs, &sight, LOST_MS) ? (clock_s() - began) * 1e3 : INFINITY;
}

/* The pauses are uneven, so that keys and refreshes meet. */
static void press_keys(Bench *bench, Terminal *t, const Stage *stage, int count, Figures *figures) {
	int lost = 0;
	size_t kinds = 0;
	while (stage->keys[kinds]) kinds++;
	for (int i = 0; i < count && lost < GIVE_UP_LOST; i++) {
		double ms = press(t, stage->keys[(size_t)i % kinds], stage->echo);
		note(bench, figures, ms);
		lost += isinf(ms);
		watch_for(t, CALM_MS + i * 7 % 20);
	}
}

static void play(Bench *bench, Terminal *t, const Stage *stage, int count, Figures *figures) {
	terminal_keys(t, stage->open);
	if (terminal_try(t, shows, (void *)stage->shows, LOST_MS)) {
		watch_for(t, 5 * CALM_MS);
		press_keys(bench, t, stage, count, figures);
	} else if (count == KEYS_STOPPED) {
		note(bench, figures, INFINITY);
	}
	terminal_keys(t, stage->close);
	watch_for(t, 5 * CALM_MS);
}

/* ---- one tool ---- */

static Terminal *open_tool(Bench *bench, const Tool *tool) {
	return terminal_open(ROWS, COLUMNS, tool->argv(bench->arena, bench->programs, bench->fixture), NULL);
}

static void end_tool(Terminal *t) {
	terminal_kill(t, SIGKILL);
	terminal_close(t);
}

static bool start(Bench *bench, const Tool *tool, Result *result) {
	double began = clock_s();
	Terminal *t = open_tool(bench, tool);
	bool there = terminal_try(t, shows, (void *)tool->first_rows, OPEN_MS);
	if (there) {
		note(bench, &result->start_ms, (clock_s() - began) * 1e3);
		note(bench, &result->start_cpu_ms, meter_cpu_ms(terminal_pid(t)));
		if (tool->all_rows && terminal_try(t, shows, (void *)tool->all_rows, OPEN_MS)) note(bench, &result->all_ms, (clock_s() - began) * 1e3);
	}
	end_tool(t);
	return there;
}

static void watch_refreshes(Bench *bench, Terminal *t, const Tool *tool, const Pids *backends, Result *result) {
	double client = meter_cpu_ms(terminal_pid(t)), server = meter_cpu_of_all_ms(backends);
	size_t written = terminal_bytes_seen(t);
	watch_for(t, (int)(REFRESHES * tool->interval_s * 1000));
	note(bench, &result->client_ms, (meter_cpu_ms(terminal_pid(t)) - client) / REFRESHES);
	note(bench, &result->server_ms, (meter_cpu_of_all_ms(backends) - server) / REFRESHES);
	note(bench, &result->written_bytes, (double)(terminal_bytes_seen(t) - written) / REFRESHES);
	note(bench, &result->memory_mb, meter_memory_mb(terminal_pid(t), false));
	note(bench, &result->peak_mb, meter_memory_mb(terminal_pid(t), true));
}

static void stop_backends(Bench *bench, Terminal *t, const Tool *tool, const Pids *backends, Result *result) {
	meter_signal_all(backends, SIGSTOP);
	watch_for(t, STOPPED_MS);
	for (size_t i = 0; i < tool->stage_count; i++)
		if (tool->stages[i].stands_still && result->keys_ms[i].count) play(bench, t, &tool->stages[i], KEYS_STOPPED, &result->stopped_ms[i]);
	double began = clock_s();
	terminal_keys(t, "q");
	note(bench, &result->quit_ms, terminal_try(t, has_ended, NULL, LOST_MS) ? (clock_s() - began) * 1e3 : INFINITY);
	meter_signal_all(backends, SIGCONT);
}

static void measure(Bench *bench, const Tool *tool, Result *result) {
	pid_t server = (pid_t)cluster_server_pid(bench->fixture->cluster);
	Pids before = meter_children(bench->arena, server);
	Terminal *t = open_tool(bench, tool);
	terminal_try(t, shows, (void *)(tool->all_rows ? tool->all_rows : tool->first_rows), OPEN_MS);
	watch_for(t, (int)(tool->interval_s * 1500));
	Pids backends = meter_new_children(bench->arena, server, &before);
	watch_refreshes(bench, t, tool, &backends, result);
	for (size_t i = 0; i < tool->stage_count; i++) play(bench, t, &tool->stages[i], KEYS, &result->keys_ms[i]);
	backends = meter_new_children(bench->arena, server, &before);
	stop_backends(bench, t, tool, &backends, result);
	end_tool(t);
}

/* ---- the report ---- */

static const char *bytes_text(Arena *arena, const Figures *figures) {
	return arena_printf(arena, "%.1f kB", figures_share(figures, 0.5) / 1e3);
}

static void print_costs(const Bench *bench) {
	printf("| per refresh (2 s) | first rows ms | whole ms | CPU until then ms | client CPU ms | server CPU ms | of a core | to the terminal | memory MB (peak) |\n"
	       "|---|---|---|---|---|---|---|---|---|\n");
	for (size_t i = 0; i < TOOL_COUNT; i++) {
		const Result *r = &bench->results[i];
		if (bench->absent[i]) continue;
		printf("| %s | %s | %s | %s | %s | %s | %.1f %% | %s | %s (%s) |\n", tools[i].name, figures_text(bench->arena, &r->start_ms), figures_text(bench->arena, &r->all_ms),
		       figures_text(bench->arena, &r->start_cpu_ms), figures_text(bench->arena, &r->client_ms), figures_text(bench->arena, &r->server_ms),
		       figures_share(&r->server_ms, 0.5) / tools[i].interval_s / 10, bytes_text(bench->arena, &r->written_bytes),
		       figure_text(bench->arena, figures_share(&r->memory_mb, 0.5)), figure_text(bench->arena, figures_share(&r->peak_mb, 1)));
	}
}

static const char *ratio_text(Arena *arena, const Figures *one, const Figures *other) {
	double ratio = figures_share(one, 0.5) / figures_share(other, 0.5);
	return isnan(ratio) ? "-" : arena_printf(arena, "×%.*f", ratio < 10 ? 1 : 0, ratio);
}

/* How much more the one takes than the other. */
static void print_ratios(const Bench *bench, size_t one, size_t other) {
	const Result *a = &bench->results[one], *b = &bench->results[other];
	Arena *arena = bench->arena;
	if (bench->absent[one] || bench->absent[other]) return;
	printf("| %s to %s | %s | | %s | %s | %s | | %s | %s |\n", tools[one].name, tools[other].name, ratio_text(arena, &a->start_ms, &b->start_ms),
	       ratio_text(arena, &a->start_cpu_ms, &b->start_cpu_ms), ratio_text(arena, &a->client_ms, &b->client_ms), ratio_text(arena, &a->server_ms, &b->server_ms),
	       ratio_text(arena, &a->written_bytes, &b->written_bytes), ratio_text(arena, &a->memory_mb, &b->memory_mb));
}

static const char *shares_text(Arena *arena, const Figures *figures) {
	return arena_printf(arena, "%s / %s / %s", figure_text(arena, figures_share(figures, 0.5)), figure_text(arena, figures_share(figures, 0.95)),
	                    figure_text(arena, figures_share(figures, 1)));
}

static void print_keys(const Bench *bench) {
	printf("\n| key to redraw, ms | p50 / p95 / max | backend stopped | q, backend stopped |\n|---|---|---|---|\n");
	for (size_t i = 0; i < TOOL_COUNT; i++)
		for (size_t k = 0; k < tools[i].stage_count; k++) {
			const Result *r = &bench->results[i];
			if (!r->keys_ms[k].count) continue;
			printf("| %s: %s | %s | %s | %s |\n", tools[i].name, tools[i].stages[k].name, shares_text(bench->arena, &r->keys_ms[k]),
			       r->stopped_ms[k].count ? shares_text(bench->arena, &r->stopped_ms[k]) : "", k ? "" : figures_text(bench->arena, &r->quit_ms));
		}
}

static void print_report(const Bench *bench, int rounds) {
	const FixtureSpec *spec = bench->fixture->spec;
	printf("\n### %s: %d tables, %d statements, %d sessions of which %d wait for locks; median of %d rounds (spread)\n\n", spec->name, spec->tables, spec->statements,
	       spec->roots + spec->chained + spec->waiting + spec->idle, spec->chained + spec->waiting, rounds);
	print_costs(bench);
	print_ratios(bench, TOOL_PG_ACTIVITY, TOOL_PGWHY);
	print_ratios(bench, TOOL_PGWHY, TOOL_FLOOR);
	print_keys(bench);
}

static void print_load(const char *when) {
	double loads[1];
	if (getloadavg(loads, 1) == 1) printf("load average %s: %.2f on %ld processors\n", when, loads[0], sysconf(_SC_NPROCESSORS_ONLN));
	fflush(stdout);
}

/* ---- all of it ---- */

static bool bench_on(const FixtureSpec *spec, const char *programs, int rounds) {
	Err err = ERR_INIT;
	Fixture fixture;
	double began = clock_s();
	bool open = fixture_open(&fixture, spec, &err);
	if (!open) fprintf(stderr, "%s\n%s\n", err.message.text, err.hint.text);
	printf("%s fixture: %.0f s to make\n", spec->name, clock_s() - began);
	print_load("before");
	Bench *bench = calloc(1, sizeof *bench);
	*bench = (Bench){.arena = arena_new(), .programs = programs, .fixture = &fixture};
	for (int round = 0; open && round < rounds; round++)
		for (size_t i = 0; i < TOOL_COUNT; i++) {
			for (int k = 0; k < STARTS && !bench->absent[i]; k++) bench->absent[i] = !start(bench, &tools[i], &bench->results[i]);
			if (!bench->absent[i]) measure(bench, &tools[i], &bench->results[i]);
			else if (!round) printf("%s is left out: %s\n", tools[i].name, tools[i].absent);
		}
	if (open) print_report(bench, rounds);
	print_load("after");
	fixture_close(&fixture);
	arena_free(bench->arena);
	free(bench);
	return open;
}

static const char *programs_beside(const char *self) {
	static char path[4096];
	const char *end = strstr(self, "/tests/bench/");
	snprintf(path, sizeof path, "%.*s", end ? (int)(end - self) : 1, end ? self : ".");
	return path;
}

int main(int argc, char **argv) {
	(void)argc;
	const char *wanted = getenv("BENCH"), *times = getenv("ROUNDS"), *programs = programs_beside(argv[0]);
	int rounds = times && atoi(times) > 0 ? atoi(times) : 3;
	bool both = !wanted || strcmp(wanted, "both") == 0, fine = true;
	if (both || strcmp(wanted, "small") == 0) fine = bench_on(&fixture_small, programs, rounds) && fine;
	if (both || strcmp(wanted, "large") == 0) fine = bench_on(&fixture_large, programs, rounds) && fine;
	return fine ? 0 : 1;
}
