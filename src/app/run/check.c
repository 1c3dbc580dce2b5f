/* check.c: asks the planner about findings. */
#include "app/check.h"

#include <math.h>

#include "base/clock.h"
#include "pg/whatif.h"
#include "plan/json.h"

struct Check {
	Arena *arena; /* the check's own: answers live here until the end */
	LIST(Arena *) held;
	Work *work;
	Conn *conn;
	const ExplainSpec *spec;
	WhatIf *whatif;
	WhatIfQuestion question;
	Statement *rewritten; /* the question's own statement, taken apart */
	Explain *explain;
	const char *json;
	size_t json_len;
	const char **names;
	int64_t since_ms;
	double budget_ms;
	int asked, asked_most;
	bool in_job, abandoned, stopped;
	CheckCalls calls;
};

static void ask_next(Check *check);

bool check_possible(const Server *server, const IndexPool *pool, const FindingList *findings) {
	if (!whatif_available(server, NULL)) return false;
	for (size_t i = 0; i < findings->count; i++)
		if (findings->items[i].rewrite) return true;
	return pool->count > 0;
}

static void destroy(Check *check) {
	for (size_t i = 0; i < check->held.count; i++) arena_free(check->held.items[i]);
	arena_free(check->arena);
}

static void post(Check *check, void (*job)(void *check), void (*done)(void *check)) {
	check->in_job = true;
	check->calls.holds(check->calls.owner, true);
	work_post(check->work, job, done, check);
}

static bool back_from_job(Check *check) {
	CheckCalls calls = check->calls;
	bool wanted = !check->abandoned;
	check->in_job = false;
	if (!wanted) destroy(check);
	calls.holds(calls.owner, false); /* it may go now, with all that it was about */
	return wanted;
}

/* ---- the answer ---- */

static void read_job(void *job) {
	Check *check = job;
	PlanList plans = {0};
	bool read = plan_read_json(check->arena, check->json, check->json_len, &plans, NULL);
	whatif_answer(check->whatif, read ? plans.items[0] : NULL, check->names);
}

static void read_done(void *job) {
	if (back_from_job(job)) ask_next(job);
}

static const char **names_of(Check *check, const ExplainReply *reply) {
	if (!reply->pretended_count) return NULL;
	const char **names = ARENA_ARRAY(check->arena, const char *, reply->pretended_count);
	for (size_t i = 0; i < reply->pretended_count; i++) names[i] = arena_copy(check->arena, reply->pretended[i].name);
	return names;
}

static void explained(void *owner, ExplainReply *reply) {
	Check *check = owner;
	check->explain = NULL;
	if (!reply->json) { /* this question has no answer; the next one may */
		whatif_answer(check->whatif, NULL, NULL);
		ask_next(check);
		return;
	}
	check->names = names_of(check, reply);
	check->json = reply->json;
	check->json_len = reply->len;
	*list_push(check->arena, &check->held) = reply->arena;
	reply->arena = NULL;
	post(check, read_job, read_done);
}

/* ---- the question ---- */

static double left_ms(const Check *check) {
	return (double)(check->since_ms - clock_ms()) + check->budget_ms;
}

/* No question may take all the time there is: an answer to a smaller one is better than none. */
static void ask(Check *check) {
	ExplainSpec spec = *check->spec;
	long most_ms = (long)fmax(0.6 * left_ms(check), 10);
	spec.analyze = spec.allow_write = false;
	if (!spec.statement_timeout_ms || spec.statement_timeout_ms > most_ms) spec.statement_timeout_ms = most_ms;
	if (check->rewritten) spec.statement = check->rewritten;
	check->asked++;
	check->calls.progress(check->calls.owner, check->asked);
	if (check->question.index_count)
		check->explain = whatif_hypothetical(check->conn, check->question.indexes, check->question.index_count, &spec, explained, check);
	else check->explain = explain_start(check->conn, &spec, explained, check);
}

static void parse_job(void *job) {
	Check *check = job;
	check->rewritten = statement_parse(check->arena, check->question.statement);
}

static void parse_done(void *job) {
	if (back_from_job(job)) ask(job);
}

static void finish_job(void *job) {
	whatif_finish(((Check *)job)->whatif);
}

static void finish_done(void *job) {
	Check *check = job;
	if (back_from_job(check)) check->calls.done(check->calls.owner);
}

static void ask_next(Check *check) {
	bool over = check->stopped || check->asked >= check->asked_most || left_ms(check) <= 0;
	check->rewritten = NULL;
	if (over || !whatif_next(check->whatif, 1 - left_ms(check) / check->budget_ms, &check->question)) post(check, finish_job, finish_done);
	else if (check->question.statement) post(check, parse_job, parse_done);
	else ask(check);
}

/* ---- the contract ---- */

Check *check_start(Arena *arena, Work *work, Conn *conn, const CheckSubject *subject, const CheckCalls *calls) {
	Arena *own = arena_new();
	Check *check = ARENA_NEW(own, Check);
	*check = (Check){.arena = own, .work = work, .conn = conn, .spec = subject->spec, .calls = *calls, .since_ms = clock_ms()};
	check->budget_ms = subject->settings->budget_ms;
	check->asked_most = subject->settings->budget_plans;
	check->whatif = whatif_new(arena, subject->plan, subject->facts, subject->settings, subject->pool, subject->findings);
	ask_next(check);
	return check;
}

void check_stop(Check *check) {
	check->stopped = true;
	if (check->explain) explain_cancel(check->explain);
}

void check_free(Check *check) {
	if (!check) return;
	if (check->explain) explain_cancel(check->explain);
	conn_forget(check->conn, check);
	check->abandoned = true;
	if (!check->in_job) destroy(check);
}
