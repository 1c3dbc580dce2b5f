/* plan.c: `pgwhy plan`: saved plans read, annotated, advised without a server. */
#include "advise/advise.h"
#include "app/batch.h"
#include "app/loop.h"
#include "plan/read.h"

/* A job: reading and advising recurse as deep as the input nests, so they get a thread with a deep stack. */
typedef struct Reading {
	const Options *options;
	Arena *arena;
	const char *path;
	Str text;
	PlanList plans;
	FindingList *findings; /* of each plan */
	Err err;
	bool done;
} Reading;

static void read_job(void *job) {
	Reading *r = job;
	if (!plan_read(r->arena, r->text.text, r->text.len, &r->plans, &r->err)) return;
	const Settings *set = &r->options->settings;
	AdviseSettings settings = {.min_gain = setting_number(set, SETTING_MIN_GAIN), .no_include = !setting_on(set, SETTING_INCLUDE)};
	r->findings = ARENA_ARRAY(r->arena, FindingList, r->plans.count);
	for (size_t i = 0; i < r->plans.count; i++) {
		const Plan *plan = r->plans.items[i];
		const Statement *statement = statement_parse(r->arena, plan->statement ? plan->statement : "");
		r->findings[i] = advise(r->arena, plan, statement, NULL, &settings);
	}
}

static void read_done(void *job) {
	((Reading *)job)->done = true;
}

static bool worth_failing(const Options *options, const FindingList *findings) {
	for (size_t i = 0; options->fail_on_set && i < findings->count; i++)
		if (findings->items[i].severity >= options->fail_on) return true;
	return false;
}

typedef LIST(PlanReport) Reports;

static void add_reports(const Reading *r, Reports *reports, int *status) {
	for (size_t i = 0; i < r->plans.count; i++) {
		*list_push(r->arena, reports) = (PlanReport){.plan = r->plans.items[i], .findings = &r->findings[i], .statement = r->plans.items[i]->statement};
		if (worth_failing(r->options, &r->findings[i]) && !*status) *status = 1;
	}
}

static void read_file(const Options *options, Loop *loop, const char *path, Reports *reports, int *status) {
	Reading r = {.options = options, .arena = options->arena, .path = path, .text = STR_INIT, .err = ERR_INIT};
	if (batch_read(path, &r.text, &r.err)) {
		work_post(loop_work(loop), read_job, read_done, &r);
		while (!r.done) loop_turn(loop, -1);
		if (err_is(&r.err)) err_prefix(&r.err, "%s", path);
	}
	if (err_is(&r.err)) *status = batch_complain(&r.err);
	else add_reports(&r, reports, status);
	str_release(&r.text);
}

int plan_command(const Options *options) {
	Err err = ERR_INIT;
	if (!options->word_count) {
		err_set(&err, ERR_USAGE, "there is no plan to read");
		err_hint(&err, "Name files that hold what EXPLAIN printed, JSON or text; - is standard input.");
		return batch_complain(&err);
	}
	Loop *loop = batch_begin(options, &err) ? loop_new(&err) : NULL;
	if (!loop) return batch_complain(&err);
	Reports reports = {0};
	int status = 0;
	for (size_t i = 0; i < options->word_count; i++) read_file(options, loop, options->words[i], &reports, &status);
	if (!batch_print_plans(options, reports.items, reports.count, options->word_count > 1, &err)) status = batch_complain(&err);
	loop_free(loop);
	return status;
}
