/* applying_send.c: a remedy sent, in a transaction that is rolled back or for real, and what came of it. */
#include <math.h>

#include "app/applying_parts.h"
#include "base/clock.h"
#include "plan/json.h"

/* ---- tried ---- */

static double blocks_of(const PlanNode *root) {
	double hit = root->blocks.shared_hit, read = root->blocks.shared_read;
	return (isnan(hit) ? 0 : hit) + (isnan(read) ? 0 : read);
}

static bool read_plan(Applying *a, const TryoutPlan *text, size_t side) {
	PlanList plans = {0};
	if (!text->json || !plan_read_json(a->tried.arena, text->json, text->len, &plans, &a->err)) return false;
	const Plan *plan = plans.items[0];
	a->figures.ms[side] = plan_statement_ms(plan);
	a->figures.blocks[side] = blocks_of(plan->root);
	a->figures.cost[side] = plan->root->total_cost;
	a->figures.plans[side] = plan;
	return true;
}

static void read_job(void *job) {
	Applying *a = job;
	if (read_plan(a, &a->tried.without, 0) && !a->tried.unseen) read_plan(a, &a->tried.with, 1);
}

static void read_done(void *job) {
	Applying *a = job;
	a->in_job = false;
	if (a->abandoned) {
		applying_destroy(a);
		return;
	}
	App *app = a->app;
	if (!err_is(&a->err)) {
		finding_try(&a->finding, &a->figures);
		if (app->run == a->run && a->run->stage == RUN_DONE) {
			run_tried(a->run, a->nth, &a->figures, &a->tried.arena);
			app->run_done(app);
		}
	}
	applying_finish(a);
}

static void tried(void *owner, TryoutReply *reply) {
	Applying *a = owner;
	a->tryout = NULL;
	if (err_is(reply->err)) {
		err_move(&a->err, reply->err);
		applying_finish(a);
		return;
	}
	a->tried = *reply;
	reply->arena = NULL;
	a->figures = (Tried){.unseen = reply->unseen, .ms = {NAN, NAN}, .blocks = {NAN, NAN}, .cost = {NAN, NAN}, .build_ms = reply->build_ms, .bytes = reply->bytes};
	a->doing = "reading the plans …";
	a->in_job = true;
	work_post(loop_work(a->app->loop), read_job, read_done, a);
}

static void trial_goes_on(void *owner, const char *doing) {
	Applying *a = owner;
	a->doing = arena_copy(a->arena, doing);
	a->state.since_ms = clock_ms();
	applying_refresh(a);
}

static void try(Applying *a) {
	const TryoutSpec spec = {
		.explain = &a->spec, .steps = a->steps.items, .step_count = a->steps.count, .rewrite = a->finding.rewrite && !a->finding.paging ? a->finding.rewrite : NULL,
		.most_bytes = setting_number(&a->app->settings, SETTING_TRY_MB) * 1024 * 1024,
	};
	a->tryout = tryout_start(a->conn, &spec, tried, trial_goes_on, a);
}

/* ---- for real ---- */

static void applied(void *owner, const ApplyState *state, Err *err) {
	Applying *a = owner;
	double *ms = ARENA_ARRAY(a->arena, double, a->steps.count + 1);
	for (size_t i = 0; i < a->steps.count; i++) ms[i] = state->ms[i];
	a->state = *state;
	a->state.ms = ms;
	a->state.leftover = arena_copy(a->arena, state->leftover);
	applying_refresh(a);
	if (state->stage != APPLY_DONE) return;
	err_move(&a->err, err);
	a->apply = NULL;
	if (!applying_wonders(a)) {
		applying_finish(a);
		return;
	}
	a->stage = APPLYING_AFTER;
	a->next_look_ms = 0;
	a->doing = a->state.lost ? "looking what became of it, as soon as the server answers …" : "looking whether all of it is valid …";
	if (err_is(&a->err)) app_say_err(a->app, &a->err);
}

void applying_send(Applying *a) {
	a->sent = true;
	if (a->trial) {
		try(a);
		return;
	}
	const ApplySpec spec = {.steps = a->steps.items, .step_count = a->steps.count, .lock_timeout_ms = (long)setting_number(&a->app->settings, SETTING_APPLY_LOCK_TIMEOUT)};
	a->apply = apply_start(a->conn, &spec, applied, a);
}

void applying_stop(Applying *a) {
	if (a->apply) apply_cancel(a->apply);
	else if (a->tryout) tryout_cancel(a->tryout);
	else if (!a->sent) {
		err_set(&a->err, ERR_CANCELLED, "cancelled");
		applying_finish(a);
	}
}
