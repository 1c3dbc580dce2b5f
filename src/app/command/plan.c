/* plan.c: `pgwhy plan`: saved and kept plans, and those in logs, read, annotated, advised without a server. */
#include "advise/advise.h"
#include "app/batch.h"
#include "app/kept_word.h"
#include "app/loop.h"
#include "app/migrating.h"
#include "app/plan_file.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "panes/plan_list.h"
#include "report/table.h"

/* A job: reading and advising recurse as deep as the input nests, so they get a thread with a deep stack. */
typedef struct Reading {
	const Options *options;
	const char *word;
	PlanFile *file; /* kept to the end: reports point into it */
	KeptPlan kept; /* of the store, in the place of a file */
	LIST(KeptPlan) plans; /* those wanted; none: there are several to choose from, or err says why */
	FindingList *findings; /* of each plan */
	Err err;
	bool done;
} Reading;

typedef LIST(PlanReport) Reports;

typedef struct Printing {
	const Options *options;
	Loop *loop;
	LIST(Reading *) readings;
	Reports reports;
	int status;
} Printing;

/* ---- reading ---- */

static bool add_plan(Reading *r, size_t nth) {
	const PlanFile *file = r->file;
	bool here = !file->entries.count && nth < file->plans.count;
	KeptPlan kept = here && file->plans.count > 1 ? kept_plan_alone(file->plans.items[nth]) : file->only;
	if (!here && !plan_file_read(file, file->arena, nth, &kept, &r->err)) return false;
	*list_push(file->arena, &r->plans) = kept;
	return true;
}

/* Of a log the one that is picked, or the only one there is; of other files all. */
static bool choose_plans(Reading *r) {
	const PlanFile *file = r->file;
	if (r->options->pick) return add_plan(r, (size_t)r->options->pick - 1);
	if (file->entries.count > 1) return true;
	for (size_t i = 0; i < plan_file_count(file); i++)
		if (!add_plan(r, i)) return false;
	return true;
}

static bool find_plans(Reading *r) {
	if (r->kept.side.plan) *list_push(r->file->arena, &r->plans) = r->kept;
	else if (!plan_file_open(r->file, &r->err)) kept_word_hint(r->word, &r->err);
	else return choose_plans(r);
	return r->plans.count > 0;
}

static FindingList advise_on(const Reading *r, const ComparedSide *side) {
	Arena *arena = r->file->arena;
	AdviseSettings settings = settings_advise(&r->options->settings);
	if (side->findings) return *side->findings; /* a catalog was asked for those */
	return advise(arena, side->plan, statement_parse(arena, side->statement ? side->statement : ""), NULL, &settings);
}

static void read_job(void *job) {
	Reading *r = job;
	if (!find_plans(r)) return;
	r->findings = ARENA_ARRAY(r->file->arena, FindingList, r->plans.count);
	for (size_t i = 0; i < r->plans.count; i++) r->findings[i] = advise_on(r, &r->plans.items[i].side);
}

static void read_done(void *job) {
	((Reading *)job)->done = true;
}

/* ---- the list of a log ---- */

static bool print_list(const Options *options, const LogEntries *entries, Err *err) {
	Arena *arena = arena_new();
	Table *table = plan_list_of_log(arena, entries);
	List list = LIST_INIT(plan_list.sort);
	ListRows rows = list_rows(arena, &list, table, plan_list.columns, plan_list.column_count, NULL);
	const char *text = NULL;
	switch (options->format) {
	case FORMAT_JSON: text = report_table_json(arena, table, &rows, plan_list.columns, PLAN_LIST_ALL_COLUMNS, false); break;
	case FORMAT_CSV: text = report_table_csv(arena, table, &rows, plan_list.columns, PLAN_LIST_ALL_COLUMNS, true); break;
	case FORMAT_MARKDOWN: text = report_table_markdown(arena, table, &rows, plan_list.columns, PLAN_LIST_COLUMNS); break;
	case FORMAT_TEXT: text = report_table_text(arena, table, &rows, plan_list.columns, PLAN_LIST_COLUMNS); break;
	}
	bool fine = batch_write(options, text, err);
	arena_free(arena);
	return fine;
}

static bool show_list(const Options *options, const PlanFile *file, Err *err) {
	if (options->word_count > 1) {
		err_set(err, ERR_USAGE, "%s is a log with %zu plans in it, which cannot stand beside other plans", file->path, file->entries.count);
		err_hint(err, "Give it alone to see which there are; --pick N shows one.");
		return false;
	}
	if (!print_list(options, &file->entries, err)) return false;
	batch_say("hint", "--pick N shows one of them, with advice");
	return true;
}

/* ---- the whole ---- */

static bool worth_failing(const Options *options, const FindingList *findings) {
	for (size_t i = 0; options->fail_on_set && i < findings->count; i++)
		if (findings->items[i].severity >= options->fail_on) return true;
	return false;
}

static void add_reports(Printing *p, const Reading *r) {
	for (size_t i = 0; i < r->plans.count; i++) {
		const KeptPlan *kept = &r->plans.items[i];
		*list_push(p->options->arena, &p->reports) = (PlanReport){
			.plan = kept->side.plan,
			.findings = &r->findings[i],
			.statement = kept->side.statement,
			.server_version = kept->server_version,
			.notes = kept_plan_words(p->options->arena, kept),
			.facts = kept->side.sizes,
			.at_s = (kept->at_ms ? kept->at_ms : clock_wall_ms()) / 1000,
			.naming = setting_text(&p->options->settings, SETTING_NAMING),
		};
		if (worth_failing(p->options, &r->findings[i]) && !p->status) p->status = 1;
	}
}

static void read_word(Printing *p, const char *word) {
	Reading *r = ARENA_NEW(p->options->arena, Reading);
	*r = (Reading){.options = p->options, .word = word, .file = plan_file_new(word), .err = ERR_INIT};
	*list_push(p->options->arena, &p->readings) = r;
	if (!kept_word(word) || kept_word_find(r->file->arena, p->loop, &p->options->settings, word, NULL, &r->kept, &r->err)) {
		work_post(loop_work(p->loop), read_job, read_done, r);
		while (!r->done) loop_turn(p->loop, -1);
	}
	if (!err_is(&r->err) && !r->plans.count) show_list(p->options, r->file, &r->err);
	if (err_is(&r->err)) p->status = batch_complain(&r->err);
	else add_reports(p, r);
}

static bool check_form(const Options *options, size_t reports, Err *err) {
	if (!reports || options->format != FORMAT_CSV) return true;
	return err_set(err, ERR_USAGE, "a plan is printed as text, json or markdown; csv is for the list of those in a log");
}

int plan_command(const Options *options) {
	Err err = ERR_INIT;
	if (!options->word_count) {
		err_set(&err, ERR_USAGE, "there is no plan to read");
		err_hint(&err, "Name files that hold what EXPLAIN printed, JSON or text, or what auto_explain logged, or kept plans: @NAME, @12; - is standard input.");
		return batch_complain(&err);
	}
	Printing p = {.options = options, .loop = batch_begin(options, &err) ? loop_new(&err) : NULL};
	if (!p.loop) return batch_complain(&err);
	for (size_t i = 0; i < options->word_count; i++) read_word(&p, options->words[i]);
	bool fine = check_form(options, p.reports.count, &err) && (options->migration ? migrations_print(options, p.reports.items, p.reports.count, &err)
		                           : batch_print_plans(options, p.reports.items, p.reports.count, options->word_count > 1, &err));
	if (!fine) p.status = batch_complain(&err);
	for (size_t i = 0; i < p.readings.count; i++) plan_file_free(p.readings.items[i]->file);
	loop_free(p.loop);
	return p.status;
}
