/* diff.c: `pgwhy diff`: two plans compared without a server: out of files, or of the store. */
#include <stdlib.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app/batch.h"
#include "app/comparison.h"
#include "app/kept_word.h"
#include "app/loop.h"
#include "app/plan_file.h"
#include "app/tact.h"
#include "report/diff.h"
#include "term/charset.h"

/* Jobs read and compare, which recurses as deep as the input nests: they have threads with deep stacks. */
typedef struct Comparing {
	const Options *options;
	PlanFile *files[2]; /* kept to the end: the report points into them */
	KeptPlan sides[2]; /* of the store, or out of a file */
	Arena *arena;
	Comparison comparison;
	Err err;
	bool done;
} Comparing;

/* Of several plans the one that is picked; --pick 7 is for whichever file holds several. */
static bool pick(Comparing *c, size_t side, Err *err) {
	const PlanFile *file = c->files[side];
	size_t count = plan_file_count(file);
	long wanted = side && c->options->pick_after ? c->options->pick_after : c->options->pick;
	if (count > 1 && !wanted) {
		err_set(err, ERR_USAGE, "%s holds %zu plans", file->path, count);
		err_hint(err, "--pick N takes the Nth of each file with several, --pick N,M the Nth before and the Mth after.");
		return false;
	}
	return plan_file_read(file, file->arena, count > 1 || (side && c->options->pick_after) ? (size_t)wanted - 1 : 0, &c->sides[side], err);
}

static void read_job(void *job) {
	Comparing *c = job;
	for (size_t i = 0; i < 2; i++) {
		const char *word = c->options->words[i];
		if (kept_word(word)) continue;
		if (plan_file_open(c->files[i], &c->err) && pick(c, i, &c->err)) continue;
		kept_word_hint(word, &c->err);
		return;
	}
}

static void compare_job(void *job) {
	Comparing *c = job;
	AdviseSettings settings = settings_advise(&c->options->settings);
	c->comparison = compare_plans(c->arena, &c->sides[0].side, &c->sides[1].side, &settings);
}

static void job_done(void *job) {
	((Comparing *)job)->done = true;
}

static void in_job(Comparing *c, Loop *loop, void (*job)(void *job)) {
	c->done = false;
	work_post(loop_work(loop), job, job_done, c);
	while (!c->done) loop_turn(loop, -1);
}

/* Of the store; those that m marked once the statement beside them is known. */
static bool find_kept(Comparing *c, Loop *loop, bool marked) {
	for (size_t i = 0; i < 2; i++) {
		const char *word = c->options->words[i];
		const KeptPlan *beside = &c->sides[1 - i];
		if (!kept_word(word) || kept_word_is_mark(word) != marked) continue;
		if (!kept_word_find(c->arena, loop, &c->options->settings, word, beside, &c->sides[i], &c->err)) return false;
	}
	return true;
}

static bool compare(Comparing *c, Loop *loop) {
	in_job(c, loop, read_job);
	if (err_is(&c->err) || !find_kept(c, loop, false) || !find_kept(c, loop, true)) return false;
	in_job(c, loop, compare_job);
	return true;
}

/* Of the terminal, where there is one. */
static size_t output_width(void) {
	struct winsize size;
	const char *columns = getenv("COLUMNS");
	if (columns && atoi(columns) > 0) return (size_t)atoi(columns);
	return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static const char *markdown(const Options *options, Arena *arena, const Comparison *comparison, bool ascii) {
	Comparison shown = comparison_for_others(arena, &options->settings, comparison);
	return report_diff_markdown(arena, &shown, ascii);
}

bool diff_print(const Options *options, Arena *arena, const Comparison *comparison, Err *err) {
	bool ascii = setting_on(&options->settings, SETTING_ASCII) || !charset_is_utf8();
	const char *text = options->format == FORMAT_JSON       ? report_diff_json(arena, comparison)
	                   : options->format == FORMAT_MARKDOWN ? markdown(options, arena, comparison, ascii)
	                                                        : report_diff_text(arena, comparison, output_width(), ascii);
	return batch_write(options, text, err);
}

/* Statements to run; what is no file of SQL holds plans. */
static bool is_sql(const char *path) {
	size_t len = strlen(path);
	return len > 4 && strcasecmp(path + len - 4, ".sql") == 0;
}

static bool check_words(const Options *options, Err *err) {
	if (options->word_count != 2) {
		err_set(err, ERR_USAGE, options->word_count ? "there is no plan to compare it with" : "there are no plans to compare");
		err_hint(err, "Name two files that hold what EXPLAIN printed, JSON or text, or what auto_explain logged, or kept plans: @NAME, @12; - is standard input.");
		return false;
	}
	bool kept = kept_word(options->words[0]) || kept_word(options->words[1]);
	bool one_sql = is_sql(options->words[0]) != is_sql(options->words[1]);
	if ((kept && options->runs) || one_sql) {
		err_set(err, ERR_USAGE, one_sql ? "a statement is compared with a statement, not with a plan" : "--runs runs the statements of two files, and a kept plan is none");
		err_hint(err, "Name two files of SQL, or two plans; pgwhy explain --save makes one of a statement.");
		return false;
	}
	bool twice = strcmp(options->words[0], "-") == 0 && strcmp(options->words[1], "-") == 0;
	return !twice || err_set(err, ERR_USAGE, "standard input can be read but once");
}

int diff_command(const Options *options) {
	Err err = ERR_INIT;
	if (!check_words(options, &err)) return batch_complain(&err);
	if (options->runs || is_sql(options->words[0])) return diff_statements(options);
	Loop *loop = batch_begin(options, &err) ? loop_new(&err) : NULL;
	if (!loop) return batch_complain(&err);
	Comparing c = {.options = options, .arena = arena_new(), .err = ERR_INIT};
	for (size_t i = 0; i < 2; i++) c.files[i] = plan_file_new(options->words[i]);
	int status = compare(&c, loop) && diff_print(options, c.arena, &c.comparison, &c.err) ? 0 : batch_complain(&c.err);
	for (size_t i = 0; i < 2; i++) plan_file_free(c.files[i]);
	arena_free(c.arena);
	loop_free(loop);
	return status;
}
