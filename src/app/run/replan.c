/* replan.c: a statement planned once more under other conditions. */
#include "app/replan.h"

#include "plan/json.h"

struct Replan {
	Arena *arena; /* of the answer */
	Work *work;
	Conn *conn;
	ExplainSpec spec;
	const char *text; /* NULL: the spec's statement stands */
	Explain *explain;
	const char *json;
	size_t json_len;
	Plan *plan;
	const PretendedIndex *pretended;
	Err err;
	bool in_job, stopped;
	ReplanFn reply;
	void *owner;
};

static void destroy(Replan *replan) {
	err_release(&replan->err);
	arena_free(replan->arena);
}

static void post(Replan *replan, void (*job)(void *replan), void (*done)(void *replan)) {
	replan->in_job = true;
	work_post(replan->work, job, done, replan);
}

static bool back_from_job(Replan *replan) {
	replan->in_job = false;
	if (!replan->stopped) return true;
	destroy(replan);
	return false;
}

static void tell(Replan *replan) {
	Err err = ERR_INIT;
	err_move(&err, &replan->err);
	Replanned answer = {.plan = replan->plan, .pretended = replan->pretended, .err = &err, .arena = replan->arena};
	replan->reply(replan->owner, &answer);
	arena_free(answer.arena); /* NULL: taken over */
	err_release(&err);
}

/* ---- the answer ---- */

static void read_job(void *job) {
	Replan *replan = job;
	PlanList plans = {0};
	if (plan_read_json(replan->arena, replan->json, replan->json_len, &plans, &replan->err)) replan->plan = plans.items[0];
}

static void read_done(void *job) {
	if (back_from_job(job)) tell(job);
}

static const PretendedIndex *copy_pretended(Arena *arena, const ExplainReply *reply) {
	PretendedIndex *copy = ARENA_ARRAY(arena, PretendedIndex, reply->pretended_count);
	for (size_t i = 0; i < reply->pretended_count; i++) copy[i] = (PretendedIndex){arena_copy(arena, reply->pretended[i].name), reply->pretended[i].bytes};
	return copy;
}

static void explained(void *owner, ExplainReply *reply) {
	Replan *replan = owner;
	replan->explain = NULL;
	if (!reply->json) {
		err_move(&replan->err, reply->err);
		tell(replan);
		return;
	}
	replan->pretended = copy_pretended(replan->arena, reply);
	replan->json = arena_copy_n(replan->arena, reply->json, reply->len);
	replan->json_len = reply->len;
	post(replan, read_job, read_done);
}

/* ---- the question ---- */

static void ask(Replan *replan) {
	const ExplainSpec *spec = &replan->spec;
	replan->explain = spec->pretend_count ? whatif_hypothetical(replan->conn, spec->pretend, spec->pretend_count, spec, explained, replan)
	                                      : explain_start(replan->conn, spec, explained, replan);
}

static void parse_job(void *job) {
	Replan *replan = job;
	replan->spec.statement = statement_parse(replan->arena, replan->text);
}

static void parse_done(void *job) {
	if (back_from_job(job)) ask(job);
}

Replan *replan_start(Work *work, Conn *conn, const ExplainSpec *spec, const char *statement, ReplanFn reply, void *owner) {
	Arena *arena = arena_new();
	Replan *replan = ARENA_NEW(arena, Replan);
	ExplainSpec planned = *spec;
	planned.analyze = planned.allow_write = false;
	*replan = (Replan){.arena = arena, .work = work, .conn = conn, .text = arena_copy(arena, statement), .err = ERR_INIT, .reply = reply, .owner = owner};
	replan->spec = explain_spec_copy(arena, &planned);
	if (replan->text) post(replan, parse_job, parse_done);
	else ask(replan);
	return replan;
}

void replan_stop(Replan *replan) {
	if (!replan) return;
	if (replan->explain) explain_cancel(replan->explain);
	conn_forget(replan->conn, replan);
	replan->stopped = true;
	if (!replan->in_job) destroy(replan);
}
