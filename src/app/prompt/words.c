/* words.c: what is entered at the prompt: a statement, or a word after : or \, psql's or ours. */
#include "app/words.h"

#include <ctype.h>

#include "app/applying.h"
#include "app/candidates.h"
#include "app/editor.h"
#include "app/export.h"
#include "app/inquiry.h"
#include "app/pretending.h"
#include "app/reel.h"
#include "app/word.h"
#include "sql/keyword.h"
#include "sql/split.h"

typedef struct Word {
	const char *name;
	const char *arguments;
	const char *help;
	ArgumentKind argument; /* what Tab offers behind it */
	void (*run)(App *app, const char *rest);
} Word;

/* To add a word: a row here and its function in app/word.h. `:x` and `\x` are the same. */
static const Word words[] = {
	{"explain", "SQL", "plan a statement and advise; run nothing", ARGUMENT_SQL, word_explain},
	{"analyze", "SQL", "plan it, run it under EXPLAIN ANALYZE, roll back; a read of any cost, all else asks", ARGUMENT_SQL, word_analyze},
	{"runs", "[N] [NAME=VALUE]", "run the statement of the plan on screen N times (5): median, spread, cold first run; in turn with the rewrite looked at, or with itself under a parameter or what :with set", ARGUMENT_NONE, word_runs},
	{"parameters", "[SQL]", "plans of a statement with $1 for common, typical and rare values, side by side; of the plan at hand", ARGUMENT_SQL, word_parameters},
	{"migration", "[sql | goose | alembic | flyway | rails] [N] [FOLDER]", "the advice, or finding N of it, as migrations for that tool (else the one that is set): on a page, from which x writes and y copies them, or into the folder", ARGUMENT_MIGRATION, word_migration},
	{"report", "[FILE]", "the plan on screen as a report for a ticket, in Markdown: figures, plan, indexes, advice, migration, impact, safety, the way back", ARGUMENT_FILE, word_report},
	{"with", "[NAME=VALUE | NAME=]", "set a parameter for the next runs only; without a value forget it; nothing shows them", ARGUMENT_PARAMETER, word_with},
	{"whatif", "[CREATE INDEX | TABLE (COLUMN, ...) | N [on | off | drop] | off]", "the plan as it would be with an index that is not there (HypoPG): several stack, a number turns one off or on, off forgets all, alone lists them", ARGUMENT_NEW_INDEX, word_whatif},
	{"why", "INDEX", "why the plan on screen does without this index: what it would cost with it, and the cause", ARGUMENT_INDEX, word_why},
	{"try", "[N]", "build the index of the finding (of the Nth) in a transaction, run the statement with it, roll back; only where you say by name that writes may wait", ARGUMENT_NONE, word_try},
	{"apply", "[N]", "carry the finding (the Nth) out, on a why what that advises: its statements, their locks, whom they would wait for; run once you typed the table's name", ARGUMENT_NONE, word_apply},
	{"set", "NAME=VALUE", "a setting of pgwhy's, for this session", ARGUMENT_SETTING, word_set},
	{"d", "[PATTERN]", "a table, view, index or sequence: columns, indexes, constraints, use; without a name, what there is", ARGUMENT_RELATION, word_describe},
	{"d+", "[PATTERN]", "the same with storage, statistics targets, comments and the text of views", ARGUMENT_RELATION, word_describe_more},
	{"dt", "[PATTERN]", "tables with their sizes", ARGUMENT_TABLE, word_tables},
	{"di", "[PATTERN]", "indexes with their sizes and use", ARGUMENT_INDEX, word_indexes},
	{"c", "[DATABASE | -] [ROLE]", "connect to another database, or as another role", ARGUMENT_DATABASE, word_connect},
	{"conninfo", "", "whom we are connected to", ARGUMENT_NONE, word_conninfo},
	{"e", "[FILE]", "edit the last statement, or a file, with $EDITOR, and take it to the prompt", ARGUMENT_FILE, word_edit},
	{"open", "FILE", "a plan out of a file, or those of a server's log to choose from; a path alone does the same", ARGUMENT_FILE, word_open},
	{"mark", "", "keep the plan on screen as the one before; in Queries, what all statements (or those tagged) have done so far", ARGUMENT_NONE, word_mark},
	{"diff", "[@NAME | @12]", "lay the plan on screen beside the one before, or beside a kept one, which is the one before from then on; in Queries, what the statements did since they were marked, against as long a time before", ARGUMENT_NONE, word_diff},
	{"plans", "", "plans that were run before, to search, open and compare by eye", ARGUMENT_NONE, word_plans},
	{"keep", "[NAME]", "give the plan at hand a name: it is found by it in :plans, and kept for good; without one take it away", ARGUMENT_NONE, word_keep},
	{"forget", "", "delete the plan at hand from those that are kept", ARGUMENT_NONE, word_forget},
	{"i", "FILE", "the statements of a file, one after the other, each as if it were typed; stops at an error", ARGUMENT_FILE, word_file},
	{"?", "", "help", ARGUMENT_NONE, word_help},
	{"q", "", "quit", ARGUMENT_NONE, word_quit},
};
enum { WORD_COUNT = sizeof words / sizeof *words };

/* Under --readonly nobody is told of what changes the server. */
static bool is_there(const App *app, const Word *word) {
	return !app->options->readonly || (word->run != word_try && word->run != word_apply);
}

static const char *skip_blanks(const char *text) {
	while (isspace((unsigned char)*text)) text++;
	return text;
}

static const char *word_end(const char *name) {
	while (*name && !isspace((unsigned char)*name)) name++;
	return name;
}

static const Word *word_named(const char *name, size_t len) {
	for (size_t i = 0; i < WORD_COUNT; i++)
		if (strlen(words[i].name) == len && strncmp(words[i].name, name, len) == 0) return &words[i];
	return NULL;
}

static const Word *word_typed(const char *name) {
	size_t len = (size_t)(word_end(name) - name);
	const Word *word = word_named(name, len);
	return word || !len || name[len - 1] != ';' ? word : word_named(name, len - 1);
}

/* Some words begin statements, too. They are ours where no statement that could be explained goes on so: `set theme=nord`,
 * `with work_mem=1MB`, `analyze select 1`. */
static bool is_ours(const Word *word, const char *rest) {
	size_t len = strcspn(rest, " \t\n=;(");
	if (!keyword_shown(word->name, strlen(word->name)) || word->argument == ARGUMENT_SETTING) return true;
	if (word->argument == ARGUMENT_PARAMETER) return len && *skip_blanks(rest + len) == '=';
	return word->run == word_analyze && keyword_shown(rest, len) && strncmp(rest, "verbose", len) != 0;
}

/* The name of a word, behind its colon or backslash. The colon that opens the prompt is enough where no statement begins so: `q`, `d orders`.
 * NULL: this is SQL. */
static const char *name_in(const char *text) {
	text = skip_blanks(text);
	if (*text == ':' || *text == '\\') return text + 1;
	const Word *word = word_typed(text);
	return word && is_ours(word, skip_blanks(word_end(text))) ? text : NULL;
}

/* A path, alone on its line: no statement begins so, or is one word that ends so. */
static bool is_path(const char *text) {
	static const char *const fronts[] = {"/", "./", "../", "~/"}, *const ends[] = {".json", ".txt", ".log", ".csv", ".plan", ".out"};
	text = skip_blanks(text);
	if (strncmp(text, "/*", 2) == 0 || strchr(text, '\n')) return false;
	for (size_t i = 0; i < sizeof fronts / sizeof *fronts; i++)
		if (strncmp(text, fronts[i], strlen(fronts[i])) == 0) return true;
	size_t word = (size_t)(word_end(text) - text);
	if (*skip_blanks(text + word)) return false;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (word > strlen(ends[i]) && strncmp(text + word - strlen(ends[i]), ends[i], strlen(ends[i])) == 0) return true;
	return false;
}

/* ---- entered ---- */

/* Without blanks around it; a closing semicolon is SQL's own business. */
static void add_rest(Str *rest, const Word *word, const char *text) {
	str_add(rest, skip_blanks(text));
	while (rest->len && (isspace((unsigned char)rest->text[rest->len - 1]) || (rest->text[rest->len - 1] == ';' && word->argument != ARGUMENT_SQL)))
		str_cut(rest, rest->len - 1);
}

static void run_word(App *app, const char *name) {
	const char *end = word_end(name);
	const Word *word = word_typed(name);
	if (!word) {
		Arena *arena = arena_new();
		app_say(app, ROLE_ERROR, arena_printf(arena, "there is no command \"%.*s\"", (int)(end - name), name), ":? lists them.");
		arena_free(arena);
		return;
	}
	Str rest = STR_INIT;
	add_rest(&rest, word, end);
	word->run(app, rest.text);
	str_release(&rest);
}

static void open_path(App *app, const char *text) {
	Str path = STR_INIT;
	str_add(&path, skip_blanks(text));
	while (path.len && isspace((unsigned char)path.text[path.len - 1])) str_cut(&path, path.len - 1);
	word_open(app, path.text);
	str_release(&path);
}

bool words_complete(void *owner, const char *text) {
	(void)owner;
	return !*skip_blanks(text) || name_in(text) || is_path(text) || statement_complete(text);
}

void words_take(App *app) {
	if (!app->entered_waits) return;
	app->entered_waits = false;
	if (app->entered_to_edit) {
		editor_open(app, app->entered.text);
		return;
	}
	app->prompt_open = false;
	reel_stop(app);
	const char *name = name_in(app->entered.text);
	if (name) run_word(app, name);
	else if (is_path(app->entered.text)) open_path(app, app->entered.text);
	else if (*skip_blanks(app->entered.text)) word_start(app, app->entered.text, RUN_AUTO);
}

/* ---- being typed ---- */

static Candidates words_beginning(const App *app, Arena *arena, const char *text, size_t start, size_t cursor) {
	Candidate *found = ARENA_ARRAY(arena, Candidate, WORD_COUNT);
	size_t count = 0;
	for (size_t i = 0; i < WORD_COUNT; i++)
		if (is_there(app, &words[i]) && strncmp(words[i].name, text + start, cursor - start) == 0) found[count++] = (Candidate){words[i].name, words[i].help};
	return (Candidates){.start = start, .items = found, .count = count};
}

Candidates words_candidates(void *owner, Arena *arena, const char *text, size_t cursor) {
	App *app = owner;
	const char *name = name_in(text);
	if (!name && is_path(text)) return candidates_of(ARGUMENT_FILE, app, arena, text, (size_t)(skip_blanks(text) - text), cursor);
	if (!name) return candidates_of(ARGUMENT_SQL, app, arena, text, 0, cursor);
	size_t start = (size_t)(name - text), end = (size_t)(word_end(name) - text);
	if (cursor < start) return (Candidates){0};
	if (cursor <= end) return words_beginning(app, arena, text, start, cursor);
	const Word *word = word_named(text + start, end - start);
	size_t argument = (size_t)(skip_blanks(text + end) - text);
	return word ? candidates_of(word->argument, app, arena, text, argument < cursor ? argument : cursor, cursor) : (Candidates){0};
}

void words_typed(App *app) {
	const char *text = prompt_text(app->prompt);
	const char *name = name_in(text);
	if (app->prompt_open) candidates_foresee(app, name ? word_end(name) : text);
}

bool word_help_of(size_t nth, WordHelp *help) {
	if (nth >= WORD_COUNT) return false;
	*help = (WordHelp){words[nth].name, words[nth].arguments, words[nth].help};
	return true;
}

void words_page(Page *page, const App *app) {
	page_heading(page, "commands (at the prompt, after : or \\)");
	for (size_t i = 0; i < WORD_COUNT; i++) {
		if (!is_there(app, &words[i])) continue;
		page_line(page);
		page_printf(page, ROLE_KEY, "  :%s %s", words[i].name, words[i].arguments);
		page_printf(page, ROLE_TEXT, "  %s", words[i].help);
	}
}
