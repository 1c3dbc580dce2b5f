/* commands.c: the first words pgwhy knows. To add one: its function, and its row here. */
#include "app/batch.h"
#include "app/console.h"
#include "app/manual.h"
#include "panes/pane_rules.h"
#include "report/rules.h"

static int demo_command(const Options *options) {
	return console_run(options);
}

int rules_command(const Options *options) {
	Err err = ERR_INIT;
	Arena *arena = options->arena;
	const char *wanted = options->word_count ? options->words[0] : NULL;
	const Rule *rule = wanted ? every_rule_named(wanted) : NULL;
	if (wanted && !rule) {
		err_set(&err, ERR_USAGE, "there is no rule \"%s\"", wanted);
		err_hint(&err, "pgwhy rules lists them.");
	} else if (batch_begin(options, &err)) {
		bool json = options->format == FORMAT_JSON;
		const char *text = !json ? manual_help(arena, rule ? rule->id : "rules", &err) : rule ? report_rule_json(arena, rule) : report_rules_json(arena, every_rule);
		batch_write(options, text, &err);
	}
	return err_is(&err) ? batch_complain(&err) : 0;
}

const Command commands[] = {
	{NULL, "[DBNAME | URI] [ROLE]", "the console", 2, console_run},
	{"demo", "", "the console on a throw-away server with a slow shop in it", 0, demo_command},
	{"explain", "[-c SQL | -f FILE]", "plan, run (rolled back), annotate and advise", 0, explain_command},
	{"check", "-f FILE --baseline DIR", "run again what explain --save kept, and fail on what got worse", 0, check_command},
	{"plan", "FILE|@NAME...", "annotate and advise on saved plans: JSON or text as EXPLAIN prints it, logs of auto_explain; or kept ones, @NAME or @12", SIZE_MAX, plan_command},
	{"diff", "BEFORE AFTER", "compare two plans, each a file or a kept one (@NAME, @12, @mark: the one m marked of the other's statement), or run the statements of two .sql files in turn: what changed, what came of it, are the rows the same", 2, diff_command},
	{"show", "PANE", "a pane, what statements did since m marked them (traffic), or the kept plans (plans), as text, JSON, CSV or Markdown", 1, show_command},
	{"rules", "[RULE]", "what advice there is, and when it is given", 1, rules_command},
	{0},
};
