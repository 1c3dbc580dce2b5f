/* prove.c: runs a statement and its rewrite. Rows first: that warms the cache for both alike. Then each is measured by itself, in
 * turn, the user's statement as the user wrote it. */
#include "app/prove.h"

#include <math.h>

#include "app/repeat.h"
#include "core/format.h"

struct Prove {
	Arena *arena;
	LIST(Arena *) held; /* of replies */
	Work *work;
	Conn *conn;
	ProveSpec spec;
	Proof proof;
	const char *words;
	Compare *compare;
	Repeat *repeat;
	const char *rewrite;
	const Statement *statements[2]; /* to measure */
	ExplainSpec measured[2];
	Err err;
	bool rows_known;
	bool cancelled, in_job, abandoned;
	ProveFn done;
	void (*progress)(void *owner);
	void *owner;
};

static void destroy(Prove *prove) {
	for (size_t i = 0; i < prove->held.count; i++) arena_free(prove->held.items[i]);
	err_release(&prove->err);
	arena_free(prove->arena);
}

static void post(Prove *prove, void (*job)(void *prove), void (*done)(void *prove)) {
	prove->in_job = true;
	work_post(prove->work, job, done, prove);
}

static bool back_from_job(Prove *prove) {
	prove->in_job = false;
	if (prove->abandoned) destroy(prove);
	return !prove->abandoned;
}

static void say(Prove *prove, const char *words) {
	prove->words = words;
	prove->progress(prove->owner);
}

static void finish(Prove *prove) {
	if (prove->cancelled && !err_is(&prove->err)) err_set(&prove->err, ERR_CANCELLED, "the statement was cancelled");
	prove->done(prove->owner, prove->rows_known ? &prove->proof : NULL, &prove->err);
}

/* ---- times ---- */

/* Rows were read a moment ago: that warmed up both. */
static void measured(void *owner, const Repeated *repeated, Err *err) {
	Prove *prove = owner;
	err_move(&prove->err, err);
	for (size_t i = 0; i < 2; i++) {
		prove->proof.ms[i] = repeated->sides[i].ms.median;
		prove->proof.blocks[i] = repeated->sides[i].blocks.median;
	}
	prove->proof.repeated = prove->spec.runs > 1 ? repeated : NULL;
	finish(prove);
}

static void measuring(void *owner) {
	Prove *prove = owner;
	prove->progress(prove->owner);
}

static void measure(Prove *prove) {
	static const char *const names[] = {"the statement", "the rewrite"};
	RepeatSpec spec = {.count = 2, .runs = prove->spec.runs};
	for (size_t i = 0; i < 2; i++) {
		ExplainSpec *measured_as = &prove->measured[i];
		*measured_as = *prove->spec.explain;
		measured_as->statement = prove->statements[i];
		measured_as->analyze = true;
		measured_as->allow_write = false;
		measured_as->may_lock = prove->spec.allow_volatile;
		spec.sides[i] = (RepeatSide){.name = names[i], .spec = measured_as, .warm = true};
	}
	prove->repeat = repeat_start(prove->work, prove->conn, &spec, measured, measuring, prove);
}

/* ---- the rewrite as it was run ---- */

static void parse_job(void *job) {
	Prove *prove = job;
	prove->statements[1] = statement_parse(prove->arena, prove->rewrite);
}

static void parse_done(void *job) {
	Prove *prove = job;
	if (!back_from_job(prove)) return;
	if (prove->cancelled) finish(prove);
	else measure(prove);
}

/* ---- rows ---- */

/* What returns other rows is not measured: nobody wants it. */
static void compared(void *owner, CompareReply *reply) {
	Prove *prove = owner;
	prove->compare = NULL;
	if (err_is(reply->err)) err_move(&prove->err, reply->err);
	prove->rows_known = !err_is(&prove->err);
	prove->proof.compared = reply->compared;
	prove->rewrite = reply->rewrite;
	*list_push(prove->arena, &prove->held) = reply->arena;
	reply->arena = NULL;
	bool over = err_is(&prove->err) || prove->cancelled || !prove->rewrite || reply->compared.verdict == ROWS_DIFFERENT;
	if (over) finish(prove);
	else post(prove, parse_job, parse_done);
}

static void rows_came(void *owner, double rows) {
	Prove *prove = owner;
	say(prove, arena_printf(prove->arena, "comparing rows: %s so far …", format_rows(prove->arena, rows)));
}

/* ---- the contract ---- */

Prove *prove_start(Work *work, Conn *conn, const ProveSpec *spec, ProveFn done, void (*progress)(void *owner), void *owner) {
	Arena *arena = arena_new();
	Prove *prove = ARENA_NEW(arena, Prove);
	*prove = (Prove){.arena = arena, .proof = {.ms = {NAN, NAN}, .blocks = {NAN, NAN}}, .work = work, .conn = conn, .spec = *spec, .words = "comparing rows …", .err = ERR_INIT,
	                 .statements = {spec->explain->statement}, .done = done, .progress = progress, .owner = owner};
	const ExplainSpec *explain = spec->explain;
	const CompareSpec compare = {
		.task = spec->task,
		.allow_volatile = spec->allow_volatile,
		.most_rows = spec->most_rows,
		.statement_timeout_ms = explain->statement_timeout_ms,
		.lock_timeout_ms = explain->lock_timeout_ms,
		.settings = explain->settings,
		.setting_count = explain->setting_count,
	};
	prove->compare = compare_start(conn, &compare, compared, rows_came, prove);
	return prove;
}

const char *prove_words(const Prove *prove) {
	return prove->repeat ? repeat_words(prove->repeat) : prove->words;
}

const Plan *prove_plan(Prove *prove, size_t side, Arena **arena) {
	*arena = NULL;
	return prove->repeat ? repeat_plan(prove->repeat, side, arena) : NULL;
}

void prove_cancel(Prove *prove) {
	prove->cancelled = true;
	if (prove->compare) compare_cancel(prove->compare);
	if (prove->repeat) repeat_cancel(prove->repeat);
}

void prove_free(Prove *prove) {
	if (!prove) return;
	prove_cancel(prove);
	repeat_free(prove->repeat);
	conn_forget(prove->conn, prove);
	prove->abandoned = true;
	if (!prove->in_job) destroy(prove);
}
