/* repeat.c: statements run again and again, in turn. Each plan is read for its figures, in a job, and let go. */
#include "app/repeat.h"

#include <math.h>

#include "plan/diff.h"
#include "plan/json.h"

typedef struct Figures {
	double ms, blocks, read_blocks;
} Figures;

struct Repeat {
	Arena *arena;
	Arena *held; /* of the last reply */
	Work *work;
	Conn *conn;
	RepeatSpec spec;
	Repeated repeated;
	double *ms[2], *blocks[2]; /* of the runs that count */
	Plan *plans[2]; /* of the first of them */
	Arena *plan_arenas[2]; /* that they live in */
	size_t done_runs[2];
	bool warm[2]; /* the next run of it counts */
	size_t side; /* whose turn it is */
	size_t run, run_count; /* of all, from 1 */
	Explain *explain;
	const char *words;
	const char *json;
	size_t json_len;
	Figures figures;
	Err err;
	bool cancelled, in_job, abandoned;
	RepeatFn done;
	void (*progress)(void *owner);
	void *owner;
};

static void run_next(Repeat *repeat);

static void destroy(Repeat *repeat) {
	for (size_t i = 0; i < 2; i++) arena_free(repeat->plan_arenas[i]);
	arena_free(repeat->held);
	err_release(&repeat->err);
	arena_free(repeat->arena);
}

static void finish(Repeat *repeat) {
	if (repeat->cancelled && !err_is(&repeat->err)) err_set(&repeat->err, ERR_CANCELLED, "the runs were cancelled");
	for (size_t i = 0; i < repeat->spec.count; i++) {
		repeat->repeated.sides[i].ms = spread_of(repeat->ms[i], repeat->done_runs[i]);
		repeat->repeated.sides[i].blocks = spread_of(repeat->blocks[i], repeat->done_runs[i]);
	}
	repeat->done(repeat->owner, &repeat->repeated, &repeat->err);
}

/* ---- figures of a run ---- */

static Figures figures_of(const Plan *plan) {
	const Blocks *blocks = &plan->root->blocks;
	return (Figures){
		.ms = isnan(plan->execution_ms) ? plan_statement_ms(plan) : plan->execution_ms, /* told without TIMING, too */
		.blocks = diff_blocks(blocks),
		.read_blocks = diff_read_blocks(blocks),
	};
}

void repeat_first(RepeatedSide *side, const Plan *plan) {
	Figures figures = figures_of(plan);
	side->first_ms = figures.ms;
	side->first_read_blocks = figures.read_blocks;
}

static void read_job(void *job) {
	Repeat *repeat = job;
	Arena *arena = arena_new();
	PlanList plans = {0};
	bool kept = repeat->warm[repeat->side] && !repeat->plans[repeat->side];
	const char *json = kept ? arena_copy_n(arena, repeat->json, repeat->json_len) : repeat->json;
	bool read = plan_read_json(arena, json, repeat->json_len, &plans, &repeat->err);
	if (read) repeat->figures = figures_of(plans.items[0]);
	if (read && kept) {
		repeat->plans[repeat->side] = plans.items[0];
		repeat->plan_arenas[repeat->side] = arena;
	} else {
		arena_free(arena);
	}
}

static void note_first(Repeat *repeat, size_t side, const Figures *figures) {
	repeat->repeated.sides[side].first_ms = figures->ms;
	repeat->repeated.sides[side].first_read_blocks = figures->read_blocks;
	repeat->warm[side] = true;
}

static void note_run(Repeat *repeat, size_t side, const Figures *figures) {
	repeat->ms[side][repeat->done_runs[side]] = figures->ms;
	repeat->blocks[side][repeat->done_runs[side]++] = figures->blocks;
}

static bool has_enough(const Repeat *repeat, size_t side) {
	return repeat->done_runs[side] >= repeat->spec.runs;
}

/* The other's turn, unless it has had all of its own. */
static void turn(Repeat *repeat) {
	size_t other = (repeat->side + 1) % repeat->spec.count;
	if (!has_enough(repeat, other)) repeat->side = other;
}

static void read_done(void *job) {
	Repeat *repeat = job;
	repeat->in_job = false;
	if (repeat->abandoned) {
		destroy(repeat);
		return;
	}
	if (!err_is(&repeat->err)) {
		(repeat->warm[repeat->side] ? note_run : note_first)(repeat, repeat->side, &repeat->figures);
		turn(repeat);
	}
	bool over = err_is(&repeat->err) || repeat->cancelled || has_enough(repeat, repeat->side);
	if (over) finish(repeat);
	else run_next(repeat);
}

/* ---- a run ---- */

static void explained(void *owner, ExplainReply *reply) {
	Repeat *repeat = owner;
	repeat->explain = NULL;
	if (!reply->json) {
		err_move(&repeat->err, reply->err);
		finish(repeat);
		return;
	}
	arena_free(repeat->held);
	repeat->held = reply->arena;
	reply->arena = NULL;
	repeat->json = reply->json;
	repeat->json_len = reply->len;
	repeat->in_job = true;
	work_post(repeat->work, read_job, read_done, repeat);
}

static const char *words_of(Repeat *repeat) {
	const RepeatSide *side = &repeat->spec.sides[repeat->side];
	const char *counts = repeat->warm[repeat->side] ? "" : ", a first one that does not count";
	const char *whose = repeat->spec.count > 1 ? arena_printf(repeat->arena, " (%s)", side->name) : "";
	return arena_printf(repeat->arena, "run %zu of %zu%s%s …", repeat->run, repeat->run_count, whose, counts);
}

static void run_next(Repeat *repeat) {
	repeat->run++;
	repeat->words = words_of(repeat);
	repeat->explain = explain_start(repeat->conn, repeat->spec.sides[repeat->side].spec, explained, repeat);
	repeat->progress(repeat->owner);
}

/* ---- the contract ---- */

static void begin_side(Repeat *repeat, size_t side) {
	const RepeatSide *spec = &repeat->spec.sides[side];
	repeat->repeated.sides[side] = (RepeatedSide){.name = arena_copy(repeat->arena, spec->name), .first_ms = NAN, .first_read_blocks = NAN};
	repeat->ms[side] = ARENA_ARRAY(repeat->arena, double, repeat->spec.runs + 1);
	repeat->blocks[side] = ARENA_ARRAY(repeat->arena, double, repeat->spec.runs + 1);
	repeat->warm[side] = spec->warm;
	if (spec->first) {
		repeat_first(&repeat->repeated.sides[side], spec->first);
		repeat->warm[side] = true;
	}
	repeat->run_count += repeat->spec.runs + !repeat->warm[side];
}

Repeat *repeat_start(Work *work, Conn *conn, const RepeatSpec *spec, RepeatFn done, void (*progress)(void *owner), void *owner) {
	Arena *arena = arena_new();
	Repeat *repeat = ARENA_NEW(arena, Repeat);
	*repeat = (Repeat){.arena = arena, .work = work, .conn = conn, .spec = *spec, .repeated = {.wanted = spec->runs, .count = spec->count},
	                   .err = ERR_INIT, .done = done, .progress = progress, .owner = owner};
	for (size_t i = 0; i < spec->count; i++) begin_side(repeat, i);
	run_next(repeat);
	return repeat;
}

const char *repeat_words(const Repeat *repeat) {
	return repeat->words;
}

const Plan *repeat_plan(Repeat *repeat, size_t side, Arena **arena) {
	*arena = repeat->plan_arenas[side];
	repeat->plan_arenas[side] = NULL;
	return *arena ? repeat->plans[side] : NULL;
}

void repeat_cancel(Repeat *repeat) {
	if (repeat->cancelled) return;
	repeat->cancelled = true;
	if (repeat->explain) explain_cancel(repeat->explain);
}

void repeat_free(Repeat *repeat) {
	if (!repeat) return;
	repeat_cancel(repeat);
	conn_forget(repeat->conn, repeat);
	repeat->abandoned = true;
	if (!repeat->in_job) destroy(repeat);
}
