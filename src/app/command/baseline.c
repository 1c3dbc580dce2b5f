/* baseline.c: plans kept beside the queries of a project, and runs held against them. */
#include "app/baseline.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/batch.h"
#include "base/clock.h"
#include "plan/read.h"
#include "report/kept.h"
#include "report/table.h"
#include "sql/fingerprint.h"
#include "term/past.h"

/* ---- files ---- */

static const char *path_of(Arena *arena, const char *folder, const char *fingerprint, const BaselineRuns *runs, size_t nth) {
	size_t same = 1, len = strlen(folder);
	const char *slash = len && folder[len - 1] == '/' ? "" : "/";
	const char *plain = arena_printf(arena, "%s%s%s.json", folder, slash, fingerprint), *path = plain;
	for (size_t i = 0; i < nth; i++)
		if (runs->items[i].path && strcmp(runs->items[i].path, path) == 0) path = arena_printf(arena, "%s%s%s-%zu.json", folder, slash, fingerprint, ++same);
	return path;
}

static void find_paths(Arena *arena, const char *folder, BaselineRuns *runs) {
	for (size_t i = 0; i < runs->count; i++) {
		BaselineRun *run = &runs->items[i];
		if (run->run->plan) run->path = path_of(arena, folder, statement_fingerprint(arena, run->run->statement->text), runs, i);
	}
}

/* ---- saving ---- */

/* It goes into a repository, where others read it: no other rights than anybody's files have. Whoever reads it meanwhile reads the old one. */
static bool write_file(Arena *arena, const char *path, const char *text, Err *err) {
	const char *next = arena_printf(arena, "%s.next", path);
	FILE *file = fopen(next, "w");
	if (!file) return err_system(err, next);
	bool written = fputs(text, file) >= 0;
	written = fclose(file) == 0 && written;
	if (written && rename(next, path) == 0) return true;
	err_system(err, path);
	unlink(next);
	return false;
}

static bool save(Arena *arena, const BaselineRun *saved, Err *err) {
	const Run *run = saved->run;
	const char *text = run->statement->text;
	if (past_secret(text)) return err_set(err, ERR_REFUSED, "a statement with a password in it is not saved");
	SavedPlan plan = {
		.statement = text,
		.fingerprint = statement_fingerprint(arena, text),
		.server_version = run->server ? run->server->version : 0,
		.plan = run->plan,
		.facts = run->facts,
		.findings = run->findings,
		.repeated = run->repeated,
		.at_s = clock_wall_ms() / 1000,
		.json = run->json,
		.json_len = run->json_len,
	};
	return write_file(arena, saved->path, report_saved_plan(arena, &plan), err);
}

bool baseline_save(Arena *arena, const char *folder, BaselineRuns *runs, Err *err) {
	if (mkdir(folder, 0777) != 0 && errno != EEXIST) return err_system(err, folder);
	find_paths(arena, folder, runs);
	for (size_t i = 0; i < runs->count; i++)
		if (runs->items[i].path && !save(arena, &runs->items[i], err)) return false;
	return true;
}

/* ---- finding ---- */

static bool read_before(Arena *arena, BaselineRun *run, Err *err) {
	PlanList plans = {0};
	Str text = STR_INIT;
	KeptAdvice kept = {0};
	bool fine = batch_read(run->path, &text, err) && plan_read(arena, text.text, text.len, &plans, err) &&
	            report_saved_read(arena, text.text, text.len, plans.items[0], &kept, err);
	str_release(&text);
	if (!fine) {
		err_prefix(err, "%s", run->path);
		return false;
	}
	run->before = plans.items[0];
	run->repeated_before = kept.repeated;
	run->findings_before = kept.findings;
	return true;
}

bool baseline_find(Arena *arena, const char *folder, BaselineRuns *runs, Err *err) {
	size_t found = 0;
	struct stat its;
	if (stat(folder, &its) != 0 || !S_ISDIR(its.st_mode)) return err_set(err, ERR_INPUT, "cannot read the folder %s: %s", folder, strerror(errno ? errno : ENOTDIR));
	find_paths(arena, folder, runs);
	for (size_t i = 0; i < runs->count; i++) {
		BaselineRun *run = &runs->items[i];
		if (!run->path || access(run->path, F_OK) != 0) continue;
		if (!read_before(arena, run, err)) return false;
		found++;
	}
	if (found || !runs->count) return true;
	err_set(err, ERR_INPUT, "%s holds no plan of any of these statements", folder);
	err_hint(err, "pgwhy explain --save puts them there.");
	return false;
}

/* ---- verdicts ---- */

enum { FILE_NAME, LINE, CONDITION, BEFORE, AFTER, FAILED, NOTE, BASELINE, RUNS, WITHIN_NOISE, COLUMN_COUNT };

static const ListColumn columns[COLUMN_COUNT] = {
	{.id = "file", .title = "file", .type = CELL_TEXT},
	{.id = "line", .title = "line", .type = CELL_INT},
	{.id = "condition", .title = "condition", .type = CELL_TEXT},
	{.id = "before", .title = "before", .type = CELL_REAL, .unit = UNIT_COUNT},
	{.id = "after", .title = "after", .type = CELL_REAL, .unit = UNIT_COUNT},
	{.id = "failed", .title = "failed", .type = CELL_BOOL},
	{.id = "note", .title = "note", .type = CELL_TEXT},
	{.id = "baseline", .title = "baseline", .type = CELL_TEXT},
	{.id = "runs", .title = "runs", .type = CELL_INT},
	{.id = "within_noise", .title = "within noise", .type = CELL_BOOL},
};

/* The other one was run under other settings. */
static const RepeatedSide *side_of(const Repeated *repeated) {
	return repeated && repeated->sides[0].ms.count ? &repeated->sides[0] : NULL;
}

/* Returns whether it failed. */
static bool add_row(Arena *arena, Table *table, const BaselineRun *run, const FailIf *condition) {
	const FailSide before = {run->before, side_of(run->repeated_before), run->findings_before}, after = {run->run->plan, side_of(run->run->repeated), run->run->findings};
	FailVerdict verdict = fail_if_judge(arena, condition, &before, &after);
	size_t row = table_add_row(arena, table);
	table_set_text(table, row, FILE_NAME, run->file);
	table_set_int(table, row, LINE, (int64_t)run->line);
	table_set_text(table, row, CONDITION, condition->text);
	table_set_real(table, row, BEFORE, verdict.before);
	table_set_real(table, row, AFTER, verdict.after);
	table_set_bool(table, row, FAILED, verdict.failed);
	table_set_text(table, row, NOTE, verdict.note);
	table_set_text(table, row, BASELINE, run->path);
	if (after.runs) table_set_int(table, row, RUNS, (int64_t)after.runs->ms.count);
	if (verdict.noise_known) table_set_bool(table, row, WITHIN_NOISE, verdict.within_noise);
	return verdict.failed;
}

/* Of one run the time is noise. */
static FailIfs conditions_of(Arena *arena, const Options *options) {
	static const char *const usual[] = {"shape", "buffers>1.2x", "time>1.5x"};
	size_t usual_count = options->fail_if.count ? 0 : options->runs ? 3 : 2;
	FailIfs conditions = {0};
	for (size_t i = 0; i < options->fail_if.count; i++) *list_push(arena, &conditions) = options->fail_if.items[i];
	for (size_t i = 0; i < usual_count; i++) fail_if_read(arena, usual[i], list_push(arena, &conditions), NULL);
	return conditions;
}

static const char *verdicts_text(Arena *arena, const Options *options, const Table *table) {
	switch (options->format) {
	case FORMAT_JSON: return report_table_json(arena, table, NULL, columns, COLUMN_COUNT, false);
	case FORMAT_CSV: return report_table_csv(arena, table, NULL, columns, COLUMN_COUNT, true);
	case FORMAT_MARKDOWN: return report_table_markdown(arena, table, NULL, columns, NOTE + 1);
	case FORMAT_TEXT: break;
	}
	return report_table_text(arena, table, NULL, columns, NOTE + 1);
}

bool baseline_print(Arena *arena, const Options *options, const BaselineRuns *runs, bool *failed, Err *err) {
	FailIfs conditions = conditions_of(arena, options);
	Table *table = table_new(arena, COLUMN_COUNT, 16);
	for (size_t i = 0; i < COLUMN_COUNT; i++) table_name(table, arena, i, columns[i].id, columns[i].type);
	for (size_t i = 0; i < runs->count; i++)
		for (size_t k = 0; runs->items[i].run->plan && k < conditions.count; k++) *failed = add_row(arena, table, &runs->items[i], &conditions.items[k]) || *failed;
	return batch_write(options, verdicts_text(arena, options, table), err);
}
