/* test_hands.c: every key and every word of the prompt does what its help says: the tables are walked, and what has no row here fails.
 *
 * A row brings the console where the key or word has something to do, then presses it: what is to be seen must not have been there before. */
#include "shop.h"

#include <regex.h>
#include <signal.h>
#include <sys/stat.h>

#include "base/config.h"
#include "view/keymap.h"

enum { MOST_STEPS = 5, ROWS = 24, COLUMNS = 80 };

typedef struct Step {
	const char *keys;
	const char *seen; /* a regular expression: waited for before the next one */
} Step;

/* What becomes of the key or word: one of these. */
typedef struct Outcome {
	const char *seen; /* regular expressions: not there before, there after */
	const char *gone; /* there before, not after */
	const char *written; /* bytes no screen shows */
	bool ended; /* the program, well */
	bool repainted; /* the same screen once more */
} Outcome;

typedef struct Hand {
	const char *context, *action; /* as in themes/default.keys */
	const char *keys;
	Step before[MOST_STEPS];
	Outcome outcome;
} Hand;

#define IN_SIZES {"3", "▸public\\.orders .*MB"}
#define IN_ACTIVITY {"5i", "checkpointer"}
#define IN_HELP {"?", "help .* 1-[0-9]+ of"}
#define BAD_PLAN "select id, total from orders where status = 'open' order by total desc limit 5;\r"
#define TWO_FINDINGS "select count(*) from orders where lower(status) = 'open' union all select count(*) from orders where customer_id = 7;\r"
#define IN_PLAN {":" BAD_PLAN, "missing-index"}, {"", "5→5"}

static const Hand hands[] = {
	{"all", "down", "j", {IN_SIZES}, {.seen = "▸.*orders_pkey"}},
	{"all", "up", "k", {IN_SIZES, {"j", "▸.*orders_pkey"}}, {.seen = "▸public\\.orders .*MB"}},
	{"all", "first", "g", {IN_SIZES, {"j", "▸.*orders_pkey"}, {"j", "▸.*customers "}}, {.seen = "▸public\\.orders .*MB"}},
	{"all", "last", "G", {IN_SIZES}, {.seen = "▸.*stock_pkey"}},
	{"all", "half-down", "\004", {IN_HELP}, {.seen = "help .* 1[0-9]-[0-9]+ of"}},
	{"all", "half-up", "\025", {IN_HELP, {"\004", "help .* 1[0-9]-[0-9]+ of"}}, {.seen = "help .* 1-[0-9]+ of"}},
	{"all", "page-down", "\006", {IN_HELP}, {.seen = "help .* (1[6-9]|2[0-9])-[0-9]+ of"}},
	{"all", "page-up", "\002", {IN_HELP, {"\006", "help .* (1[6-9]|2[0-9])-[0-9]+ of"}}, {.seen = "help .* 1-[0-9]+ of"}},
	{"all", "filter", "/stock\r", {IN_SIZES}, {.gone = "public\\.orders "}},
	{"all", "copy", "y", {IN_PLAN}, {.written = "\033]52;c;"}},
	{"all", "copy-row", "Y", {{"1", "1 Queries"}}, {.written = "\033]52;c;"}},
	{"all", "export", "x", {{"1", "1 Queries"}}, {.seen = "csv|CSV"}},
	{"all", "copy-row", "Y", {IN_PLAN}, {.written = "\033]52;c;TGltaXQg"}}, /* "Limit " */
	{"all", "export", "x", {IN_PLAN}, {.seen = "EXPLAIN +the plan alone"}},
	{"all", "pause", "p", {{"1", "1 Queries"}}, {.seen = "paused"}},
	{"all", "refresh", "R", {{"1", "since reset"}}, {.seen = "last [0-9.]+"}},
	{"all", "slower", "+", {{"::set interval_s=100\r", "● 100s|● 1m40s"}}, {.gone = "● (100s|1m40s)"}},
	{"all", "faster", "-", {{"::set interval_s=100\r", "● 100s|● 1m40s"}}, {.gone = "● (100s|1m40s)"}},
	{"all", "prompt", ":select 4", {{"", "1 Queries"}}, {.seen = "shop=> select 4"}},
	{"all", "prompt-backslash", "\\con", {{"", "1 Queries"}}, {.seen = "shop=> \\\\con"}},
	{"all", "psql", "~", {{"", "1 Queries"}}, {.seen = "this is psql in shop"}},
	{"all", "cancel-statement", "\003", {{":select pg_sleep(60);\r", "running 1s"}}, {.seen = "the statement was cancelled"}},
	{"all", "help", "?", {{"", "1 Queries"}}, {.seen = "help .* 1-[0-9]+ of"}},
	{"all", "back", "\033", {IN_HELP}, {.seen = "1 Queries"}},
	{"all", "close", "q", {IN_HELP}, {.seen = "1 Queries"}},
	{"all", "close", "q", {{"", "1 Queries"}}, {.ended = true}},
	{"all", "quit", "Q", {IN_HELP}, {.ended = true}},
	{"all", "suspend", "\032", {{"", "1 Queries"}}, {.written = "\033[?1049l"}},
	{"all", "redraw", "\014", {{"", "1 Queries"}}, {.repainted = true}},

	{"list", "why", "\r", {IN_SIZES}, {.seen = "evidence"}},
	{"list", "explain", "E", {{"1", "1 Queries"}}, {.seen = "Plan .*not run"}},
	{"list", "analyze", "A", {{"1", "1 Queries"}, {"/customer_id\r", "1 of"}}, {.seen = "run it with"}},
	{"list", "edit", "e", {{"1", "1 Queries"}}, {.seen = "shop=> *select"}},
	{"list", "options", "O", {{"1", "1 Queries"}}, {.seen = "statement_timeout"}},
	{"list", "sort-next", "s", {IN_SIZES}, {.gone = "total ?▾"}},
	{"list", "sort-choose", "S", {IN_SIZES}, {.seen = "sort by"}},
	{"list", "sort-invert", "I", {IN_SIZES}, {.seen = "total ?▴"}},
	{"list", "since", "d", {{"1", "since reset"}, {"R", "last [0-9.]+"}}, {.seen = "▾ ─ since reset"}},
	{"list", "tree", "t", {IN_SIZES}, {.gone = "└ public"}},
	{"list", "fold", "o", {IN_SIZES}, {.gone = "orders_pkey"}},
	{"list", "zoom", "z", {{"1", "2 Scans"}}, {.gone = "2 Scans"}},
	{"list", "scroll-right", "]", {{"1z", "load"}}, {.seen = "‹"}},
	{"list", "scroll-left", "[", {{"1z", "load"}, {"]", "‹"}}, {.gone = "‹"}},

	{"list", "tag", " ", {IN_ACTIVITY}, {.seen = "●  "}},
	{"list", "mark", "m", {{"", "1 Queries"}}, {.seen = "marked: all statements"}},
	{"list", "diff", "D", {{"", "1 Queries"}, {"m", "marked: "}}, {.seen = "too little has happened"}},
	{"list", "age", "T", {IN_ACTIVITY}, {.seen = "age of tran"}},
	{"list", "idle", "i", {IN_ACTIVITY}, {.gone = "checkpointer"}},
	{"list", "cancel-session", "C", {IN_ACTIVITY, {"/checkpointer\r", "1 of"}}, {.seen = "is the server's own"}},
	{"list", "terminate-session", "K", {IN_ACTIVITY, {"/checkpointer\r", "1 of"}}, {.seen = "is the server's own"}},
	{"page", "mark", "m", {{"1", "1 Queries"}, {"\r", "evidence"}}, {.seen = "marked: all statements"}},
	{"page", "diff", "D", {{"1", "1 Queries"}, {"m", "marked: "}, {"\r", "evidence"}}, {.seen = "too little has happened"}},
	{"page", "cancel-session", "C", {IN_ACTIVITY, {"/checkpointer\r", "1 of"}, {"\r", "evidence"}}, {.gone = "Esc back"}},
	{"page", "terminate-session", "K", {IN_ACTIVITY, {"/checkpointer\r", "1 of"}, {"\r", "evidence"}}, {.gone = "Esc back"}},

	{"plan", "why", "\r", {IN_PLAN}, {.seen = "┌node"}},
	{"plan", "explain", "E", {IN_PLAN}, {.seen = "not run"}},
	{"plan", "analyze", "A", {{"::explain " BAD_PLAN, "not run"}, {"", "missing-index"}}, {.seen = "5→5"}},
	{"plan", "edit", "e", {IN_PLAN}, {.seen = "shop=> select id, total"}},
	{"plan", "options", "O", {IN_PLAN}, {.seen = "statement_timeout"}},
	{"plan", "finding-next", "}", {{"::analyze " TWO_FINDINGS, "1 of [2-9]"}, {"}", " [2-9]-[0-9]+ of"}}, {.seen = "2 of [2-9]"}},
	{"plan", "finding-previous", "{", {{"::analyze " TWO_FINDINGS, "1 of [2-9]"}, {"{", "2 of [2-9]"}}, {.seen = "1 of [2-9]"}},
	{"plan", "prove", "V", {{":select id from orders order by id limit 5 offset 100000;\r", "offset-pagination"}, {"", "5→5"}}, {.seen = "same 5 rows ✓"}},
	{"plan", "whatif", "w", {{"::explain " BAD_PLAN, "not run"}, {"", "missing-index"}}, {.seen = "HypoPG is not in database"}}, /* tests/tty/test_whatif.c has one where it is */
	{"plan", "mark", "m", {IN_PLAN, {"", "^Plan [^…]*$"}}, {.seen = "marked: this plan is the one before"}},
	{"plan", "diff", "D", {IN_PLAN, {"", "^Plan [^…]*$"}, {"m", "marked: "}, {"A", "D shows what changed"}}, {.seen = "no change: buffers"}},
	{"plan", "fold", "o", {IN_PLAN, {"g", "^Limit"}}, {.gone = "└ Sort"}},
	{"plan", "values", "P", {{"::explain select id from orders where status = $1;\r", "not run"}}, {.seen = "plans by values"}},
	{"plan", "workers", "W", {IN_PLAN, {"", "^Plan [^…]*$"}}, {.seen = "does not tell workers apart"}},
	{"plan", "search-next", "n", {{":" BAD_PLAN, "missing-index"}, {"g/s(ort|eq)\r", "^Sort"}}, {.seen = "^Seq Scan"}},
	{"plan", "search-previous", "N", {{":" BAD_PLAN, "missing-index"}, {"g/s(ort|eq)\r", "^Sort"}, {"n", "^Seq Scan"}}, {.seen = "^Sort"}},
	{"plan", "scroll-right", "]", {IN_PLAN}, {.seen = "‹1"}},
	{"plan", "scroll-left", "[", {IN_PLAN, {"]", "‹1"}}, {.gone = "‹1"}},
	{"plan", "totals", "T", {IN_PLAN}, {.seen = "by node type"}},
	{"plan", "raw", "F", {IN_PLAN}, {.seen = "->  Sort  \\(cost="}},
	{"plan", "bar", "b", {IN_PLAN}, {.gone = "^ +self "}},

	{"page", "search-next", "n", {IN_HELP, {"/the same\r", "psql with the same"}}, {.seen = "the same with storage"}},
	{"page", "search-previous", "N", {IN_HELP, {"/the same\r", "psql with the same"}, {"n", "the same with storage"}}, {.seen = "psql with the same"}},
	{"page", "explain", "E", {{"1\r", "evidence"}}, {.seen = "Plan .*not run"}},
	{"page", "analyze", "A", {{"1", "1 Queries"}, {"/customer_id\r", "1 of"}, {"\r", "evidence"}}, {.seen = "run it with"}},
	{"page", "edit", "e", {{"1\r", "evidence"}}, {.seen = "shop=> *select"}},
	{"page", "whatif", "w", {{"1", "1 Queries"}, {"/customer_id\r", "1 of"}, {"\r", "of 3[0-9] "}}, {.seen = "HypoPG is not in database"}},
	{"page", "page-down", " ", {IN_HELP}, {.seen = "help .* (1[6-9]|2[0-9])-[0-9]+ of"}},
};

typedef struct WordHand {
	const char *name, *typed;
	Outcome outcome;
} WordHand;

static const WordHand words[] = {
	{"explain", "::explain select * from stock;\r", {.seen = "Plan .*not run"}},
	{"analyze", "::analyze select count(*) from stock;\r", {.seen = "1→1"}},
	{"runs", "::runs 3\r", {.seen = "there is no plan on screen"}}, /* tests/tty/test_runs.c has one */
	{"parameters", "::parameters select id from orders where status = $1\r", {.seen = "plans by values"}},
	{"whatif", "::whatif\r", {.seen = "no index is pretended"}},
	{"why", "::why orders_pkey\r", {.seen = "there is no plan on screen"}},
	{"migration", "::migration goose\r", {.seen = "there is no plan on screen"}},
	{"report", "::report\r", {.seen = "there is no plan on screen to report"}},
	{"try", "::try\r", {.seen = "there is no finding on screen"}}, /* tests/tty/test_apply.c has one */
	{"apply", "::apply\r", {.seen = "there is no finding on screen"}},
	{"with", "::with work_mem=1MB\r", {.seen = "runs with work_mem=1MB"}},
	{"set", "::set ascii=on\r", {.seen = "1 Queries ---"}},
	{"d", "::d stock\r", {.seen = "product_id +integer +not null"}},
	{"d+", "\\d+ stock\r", {.seen = "storage"}},
	{"dt", "\\dt st*\r", {.seen = "public\\.stock +table"}},
	{"di", "\\di st*\r", {.seen = "public\\.stock_pkey +index"}},
	{"c", "\\c postgres\r", {.seen = "you are now connected to database \"postgres\""}},
	{"conninfo", "\\conninfo\r", {.seen = "database shop as"}},
	{"e", "\\e\r", {.seen = "shop=> select 77"}},
	{"mark", "::mark\r", {.seen = "marked: all statements"}},
	{"diff", "::diff\r", {.seen = "no statements are marked as before"}},
	{"open", "::open ~/plan.json\r", {.seen = "Plan 3 ms"}},
	{"plans", "::plans\r", {.seen = "no plan is kept yet|▸ +[0-9]+ +20[0-9-]+ "}},
	{"keep", "::keep me\r", {.seen = "there is no kept plan at hand"}},
	{"forget", "::forget\r", {.seen = "there is no kept plan at hand"}},
	{"i", "\\i ~/two.sql\r", {.seen = "2 statements, all done"}},
	{"i", "\\i ~/one.sql\r", {.seen = "1→1 +Aggregate"}},
	{"?", ":?\r", {.seen = "help .* 1-[0-9]+ of"}},
	{"q", ":q\r", {.ended = true}},
};

/* ---- seeing ---- */

static bool matches(Terminal *t, const char *pattern) {
	Str screen = STR_INIT;
	for (int row = 0; row < ROWS; row++) {
		str_add(&screen, terminal_row(t, row));
		str_add_char(&screen, '\n');
	}
	regex_t regex;
	if (regcomp(&regex, pattern, REG_EXTENDED | REG_NEWLINE | REG_NOSUB) != 0) fail_msg("no regular expression: %s", pattern);
	bool found = regexec(&regex, screen.text, 0, NULL, 0) == 0;
	regfree(&regex);
	str_release(&screen);
	return found;
}

static bool is_seen(Terminal *t, void *pattern) {
	return matches(t, pattern);
}

static bool is_gone(Terminal *t, void *pattern) {
	return !matches(t, pattern);
}

static bool is_written(Terminal *t, void *bytes) {
	return terminal_written(t, bytes);
}

static bool is_repainted(Terminal *t, void *bytes) {
	return terminal_bytes_seen(t) > *(const size_t *)bytes + ROWS * COLUMNS / 2;
}

/* ---- doing ---- */

static void write_script(Shop *shop, const char *name, const char *text) {
	const char *path = arena_printf(shop->arena, "%s/%s", shop->home, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_int_equal(chmod(path, 0755), 0);
}

/* Each with a state of its own: what one has marked the next would find. */
static Terminal *open_console(Shop *shop) {
	static int consoles;
	const char *const env[] = {
		arena_printf(shop->arena, "PATH=%s:/usr/bin:/bin", shop->home), arena_printf(shop->arena, "EDITOR=%s/editor", shop->home),
		arena_printf(shop->arena, "XDG_STATE_HOME=%s/state-%d", shop->home, consoles++), NULL,
	};
	Terminal *t = shop_console_in(shop, ROWS, COLUMNS, env, NULL);
	terminal_wait(t, "select");
	terminal_wait(t, "public.orders"); /* two panes, both with rows */
	return t;
}

static void assert_before(Terminal *t, const char *what, const Outcome *outcome) {
	bool there = (outcome->seen && matches(t, outcome->seen)) || (outcome->gone && !matches(t, outcome->gone));
	if (!there) return;
	terminal_dump(t);
	fail_msg("%s: before it is pressed the screen is as after", what);
}

static void press(Terminal *t, const char *what, const char *keys, const Outcome *outcome) {
	assert_before(t, what, outcome);
	size_t bytes = terminal_bytes_seen(t);
	terminal_keys(t, keys);
	if (outcome->seen) terminal_wait_until(t, is_seen, (void *)(uintptr_t)outcome->seen);
	if (outcome->gone) terminal_wait_until(t, is_gone, (void *)(uintptr_t)outcome->gone);
	if (outcome->written) terminal_wait_until(t, is_written, (void *)(uintptr_t)outcome->written);
	if (outcome->repainted) terminal_wait_until(t, is_repainted, &bytes);
	if (outcome->ended) {
		shop_end(t);
		return;
	}
	terminal_kill(t, SIGKILL);
	terminal_close(t);
}

/* A test each: what fails is named, and the others go on. */
static Shop *the_shop;

static void a_key_does_what_its_help_says(void **state) {
	const Hand *hand = *state;
	Terminal *t = open_console(the_shop);
	for (const Step *step = hand->before; step < hand->before + MOST_STEPS && step->keys; step++) {
		terminal_keys(t, step->keys);
		terminal_wait_until(t, is_seen, (void *)(uintptr_t)step->seen);
	}
	press(t, hand->action, hand->keys, &hand->outcome);
}

static void a_word_does_what_its_help_says(void **state) {
	const WordHand *word = *state;
	press(open_console(the_shop), word->name, word->typed, &word->outcome);
}

/* ---- the tables ---- */

static bool is_walked(const char *context, const char *action) {
	for (size_t i = 0; i < sizeof hands / sizeof *hands; i++)
		if (strcmp(hands[i].action, action) == 0 && (!context || strcmp(hands[i].context, context) == 0)) return true;
	return false;
}

static void every_key_there_is_has_a_row(void **unused) {
	(void)unused;
	static const char *const actions[] = {
#define X(action, name, group, hint, help) name,
		ACTIONS(X)
#undef X
	};
	Shop *shop = the_shop;
	for (size_t i = 1; i < sizeof actions / sizeof *actions; i++)
		if (!is_walked(NULL, actions[i])) fail_msg("nobody presses a key for the action %s", actions[i]);
	const Config *keys = config_read(shop->arena, "themes/default.keys", &shop->err);
	if (!keys) fail_msg("%s", shop->err.message.text);
	for (size_t i = 0; i < keys->count; i++)
		if (strcmp(keys->entries[i].value, "none") != 0 && !is_walked(keys->entries[i].section, keys->entries[i].value)) fail_msg("nobody presses %s in [%s]", keys->entries[i].name, keys->entries[i].section);
	for (size_t i = 0; i < sizeof hands / sizeof *hands; i++) {
		bool bound = false;
		for (size_t k = 0; k < keys->count; k++) bound = bound || (strcmp(keys->entries[k].section, hands[i].context) == 0 && strcmp(keys->entries[k].value, hands[i].action) == 0);
		if (!bound) fail_msg("there is no key for %s in [%s] any more", hands[i].action, hands[i].context);
	}
}

static void a_key_that_means_nothing_says_so(void **unused) {
	(void)unused;
	Terminal *t = open_console(the_shop);
	terminal_keys(t, "V");
	terminal_wait(t, "V means nothing here  in a plan it is \"prove\"; ? lists the keys.");
	terminal_keys(t, "\033[15~"); /* F5 */
	terminal_wait(t, "F5 means nothing here  ? lists the keys.");
	terminal_keys(t, "4");
	terminal_wait(t, "? help  : prompt"); /* no hint of C and K where there is no session */
	terminal_keys(t, "\r");
	terminal_wait(t, "there is no row here");
	terminal_keys(t, "?4");
	terminal_wait(t, "the panes lie below this  Esc goes back to them.");
	terminal_keys(t, "E");
	terminal_wait(t, "there is no row here");
	terminal_keys(t, "n");
	terminal_wait(t, "nothing is looked for  / asks for what.");
	terminal_keys(t, "q:" BAD_PLAN);
	terminal_wait(t, "5→5");
	terminal_wait(t, "missing-index");
	terminal_keys(t, "mA");
	terminal_wait(t, "D shows what changed");
	terminal_keys(t, "DV");
	terminal_wait(t, "these are two plans, and that is for one  Esc goes back to the plan.");
	terminal_keys(t, ":plans\r");
	terminal_wait(t, "Enter open");
	shop_quit(t);
}

/* What is said is said whole, on as many lines as it takes. */
static void a_long_message_is_not_cut_off(void **unused) {
	(void)unused;
	Terminal *t = open_console(the_shop);
	terminal_keys(t, ":set work_mem=1\r");
	terminal_wait(t, "there is no setting \"work_mem\"  Tab completes pgwhy's own, ? lists them; :with");
	terminal_wait(t, "sets a parameter of the server.");
	shop_quit(t);
}

/* With the colon that opens the prompt alone, as help and messages write them. */
static void words_that_begin_statements_too_need_no_second_colon(void **unused) {
	(void)unused;
	Terminal *t = open_console(the_shop);
	terminal_keys(t, ":with work_mem = 64kB\r");
	terminal_wait(t, "runs with work_mem=64kB");
	terminal_keys(t, ":set theme = nord\r");
	terminal_wait(t, "theme=nord");
	terminal_keys(t, ":set theme\r");
	terminal_wait(t, "theme=nord  looks: ");
	terminal_keys(t, ":analyze select 41 + 1\r");
	terminal_wait(t, "1→1");
	terminal_keys(t, "q:with few as (select 1) table few;\r");
	terminal_wait(t, "nothing to advise");
	terminal_keys(t, "q:analyze stock;\r");
	terminal_wait(t, "a utility statement has no plan");
	shop_quit(t);
}

static void every_word_there_is_has_a_row(void **unused) {
	(void)unused;
	Shop *shop = the_shop;
	FILE *help = popen(arena_printf(shop->arena, "%s --help words", shop->program), "r");
	assert_non_null(help);
	char line[512], name[64];
	size_t listed = 0;
	while (fgets(line, sizeof line, help)) {
		if (strncmp(line, "  :", 3) != 0 || sscanf(line, "  :%63s", name) != 1) continue; /* the rest of a help may begin so, further in */
		listed++;
		bool walked = false;
		for (size_t i = 0; i < sizeof words / sizeof *words; i++) walked = walked || strcmp(words[i].name, name) == 0;
		if (!walked) fail_msg("nobody types :%s", name);
	}
	pclose(help);
	assert_true(listed <= sizeof words / sizeof *words); /* some have several rows */
}

static int set_up(void **state) {
	if (shop_set_up(state) != 0) return -1;
	Shop *shop = the_shop = *state;
	write_script(shop, "psql", "#!/bin/sh\necho \"this is psql in $PGDATABASE\"\nread line\n");
	write_script(shop, "editor", "#!/bin/sh\necho 'select 77' > \"$1\"\n");
	write_script(shop, "plan.json", "[{\"Plan\": {\"Node Type\": \"Result\", \"Actual Rows\": 1, \"Actual Loops\": 1}, \"Execution Time\": 3}]");
	write_script(shop, "one.sql", "select count(*) from stock;\n");
	write_script(shop, "two.sql", "select count(*) from stock;\nselect 2;\n");
	return 0;
}

int main(int argc, char **argv) {
	(void)argc;
	enum { OTHERS = 5, HANDS = sizeof hands / sizeof *hands, WORDS = sizeof words / sizeof *words };
	static struct CMUnitTest tests[OTHERS + HANDS + WORDS] = {cmocka_unit_test(every_key_there_is_has_a_row), cmocka_unit_test(every_word_there_is_has_a_row), cmocka_unit_test(a_key_that_means_nothing_says_so),
		cmocka_unit_test(a_long_message_is_not_cut_off), cmocka_unit_test(words_that_begin_statements_too_need_no_second_colon)};
	static char names[HANDS + WORDS][64];
	shop_begin(argv[0]);
	size_t count = OTHERS;
	for (size_t i = 0; i < HANDS; i++) {
		snprintf(names[i], sizeof names[i], "key_%s_in_%s", hands[i].action, hands[i].context);
		tests[count++] = (struct CMUnitTest){.name = names[i], .test_func = a_key_does_what_its_help_says, .initial_state = (void *)(uintptr_t)&hands[i]};
	}
	for (size_t i = 0; i < WORDS; i++) {
		snprintf(names[HANDS + i], sizeof names[i], "word_%s", words[i].name);
		tests[count++] = (struct CMUnitTest){.name = names[HANDS + i], .test_func = a_word_does_what_its_help_says, .initial_state = (void *)(uintptr_t)&words[i]};
	}
	const char *only = getenv("HAND"); /* one of them, while it is written */
	if (only) cmocka_set_test_filter(only);
	void *shop; /* opened here, because a group's state takes the place of the tests' own */
	if (set_up(&shop) != 0) return 1;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	shop_tear_down(&shop);
	return failed;
}
