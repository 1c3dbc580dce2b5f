/* words.c: what is entered at the prompt: a statement, or a word of pgwhy's after : or \. */
#include "app/words.h"

#include <ctype.h>

#include "app/editor.h"
#include "app/runs.h"
#include "app/taste.h"
#include "app/views.h"
#include "core/format.h"
#include "sql/statement.h"

typedef struct Word {
	const char *name;
	const char *arguments;
	const char *help;
	void (*run)(App *app, const char *rest);
} Word;

static void word_explain(App *app, const char *rest);
static void word_analyze(App *app, const char *rest);
static void word_with(App *app, const char *rest);
static void word_set(App *app, const char *rest);
static void word_edit(App *app, const char *rest);
static void word_conninfo(App *app, const char *rest);
static void word_help(App *app, const char *rest);
static void word_quit(App *app, const char *rest);

/* To add a word: a row and its function. `:x` and `\x` are the same. */
static const Word words[] = {
	{"explain", "SQL", "plan a statement and advise; run nothing", word_explain},
	{"analyze", "SQL", "plan it, run it under EXPLAIN ANALYZE, roll back; a read of any cost, all else asks", word_analyze},
	{"with", "[NAME=VALUE | NAME]", "set a parameter for the next runs only; NAME alone forgets it; nothing shows them", word_with},
	{"set", "NAME=VALUE", "a setting of pgwhy's, for this session", word_set},
	{"e", "", "edit what stands at the prompt with $EDITOR", word_edit},
	{"conninfo", "", "whom we are connected to", word_conninfo},
	{"?", "", "help", word_help},
	{"q", "", "quit", word_quit},
};
enum { WORD_COUNT = sizeof words / sizeof *words };

static const char *skip_blanks(const char *text) {
	while (isspace((unsigned char)*text)) text++;
	return text;
}

static bool is_word(const char *text) {
	text = skip_blanks(text);
	return *text == ':' || *text == '\\';
}

static void start(App *app, const char *text, RunMode mode) {
	Arena *arena = arena_new();
	SpanList statements = statement_split(arena, text);
	if (statements.count > 1) {
		app_say(app, ROLE_ERROR, arena_printf(arena, "%zu statements stand at the prompt; pgwhy explains one at a time", statements.count),
		        "They are still there: press : and leave one.");
		prompt_set_text(app->prompt, text);
	} else {
		run_statement(app, text, NULL, NULL, mode, NULL);
		view_plan(app);
	}
	arena_free(arena);
}

static void word_explain(App *app, const char *rest) { start(app, rest, RUN_PLAN); }
static void word_analyze(App *app, const char *rest) { start(app, rest, RUN_MEASURE); }

static void forget_setting(App *app, const char *name) {
	size_t kept = 0;
	for (size_t i = 0; i < app->with.count; i++)
		if (strcmp(app->with.items[i].name, name) != 0) app->with.items[kept++] = app->with.items[i];
	app->with.count = kept;
}

static void say_with(App *app) {
	Str text = STR_INIT;
	for (size_t i = 0; i < app->with.count; i++) str_printf(&text, "%s%s=%s", i ? ", " : "runs with ", app->with.items[i].name, app->with.items[i].value);
	app_say(app, ROLE_TEXT, text.len ? text.text : "runs with the session's own settings", NULL);
	str_release(&text);
}

static void word_with(App *app, const char *rest) {
	const char *equals = strchr(rest, '=');
	size_t len = equals ? (size_t)(equals - rest) : strlen(rest);
	while (len && isspace((unsigned char)rest[len - 1])) len--;
	if (len) {
		const char *name = arena_copy_n(app->arena, rest, len);
		Err err = ERR_INIT;
		bool allowed = explain_setting_allowed(name, &err);
		if (!allowed) app_say_err(app, &err);
		err_release(&err);
		if (!allowed) return;
		forget_setting(app, name);
		if (equals) *list_push(app->arena, &app->with) = (ExplainSetting){name, arena_copy(app->arena, skip_blanks(equals + 1))};
	}
	say_with(app);
}

static void word_set(App *app, const char *rest) {
	Err err = ERR_INIT;
	if (taste_set(app, rest, &err)) app_say(app, ROLE_TEXT, rest, NULL);
	else app_say_err(app, &err);
	err_release(&err);
}

static void word_edit(App *app, const char *rest) {
	editor_open(app, *rest ? rest : app->run_text.text);
}

static void word_conninfo(App *app, const char *rest) {
	(void)rest;
	const Server *server = app_server(app);
	if (!server) {
		app_say(app, ROLE_TEXT, "not connected (yet)", NULL);
		return;
	}
	Arena *arena = arena_new();
	app_say(app, ROLE_TEXT,
	        arena_printf(arena, "database %s as %s at %s, port %s, PostgreSQL %s%s%s", server->database, server->user, server->host, server->port,
	                     server->version_text, server->in_recovery ? ", standby" : "", server->pooled ? ", through a pooler" : ""),
	        app->demo ? demo_psql_line(arena, app->demo) : NULL);
	arena_free(arena);
}

static void word_help(App *app, const char *rest) {
	(void)rest;
	app->wanted = ACTION_HELP;
}

static void word_quit(App *app, const char *rest) {
	(void)rest;
	app->wanted = ACTION_QUIT;
}

static const Word *word_named(const char *name, size_t len) {
	for (size_t i = 0; i < WORD_COUNT; i++)
		if (strlen(words[i].name) == len && strncmp(words[i].name, name, len) == 0) return &words[i];
	return NULL;
}

static void run_word(App *app, const char *text) {
	const char *name = skip_blanks(text) + 1, *end = name;
	while (*end && !isspace((unsigned char)*end)) end++;
	const Word *word = word_named(name, (size_t)(end - name));
	if (!word) {
		Arena *arena = arena_new();
		app_say(app, ROLE_ERROR, arena_printf(arena, "there is no command \"%.*s\"", (int)(end - name), name), ":? lists them.");
		arena_free(arena);
		return;
	}
	/* the rest without blanks around it, and without a closing semicolon where it is not SQL */
	Str rest = STR_INIT;
	str_add(&rest, skip_blanks(end));
	while (rest.len && isspace((unsigned char)rest.text[rest.len - 1])) str_cut(&rest, rest.len - 1);
	word->run(app, rest.text);
	str_release(&rest);
}

bool words_complete(void *owner, const char *text) {
	(void)owner;
	return !*skip_blanks(text) || is_word(text) || statement_complete(text);
}

void words_take(App *app) {
	if (!app->entered_waits) return;
	app->entered_waits = false;
	if (app->entered_to_edit) {
		editor_open(app, app->entered.text);
		return;
	}
	app->prompt_open = false;
	if (is_word(app->entered.text)) run_word(app, app->entered.text);
	else if (*skip_blanks(app->entered.text)) start(app, app->entered.text, RUN_AUTO);
}

Candidates words_candidates(void *owner, Arena *arena, const char *text, size_t cursor) {
	(void)owner;
	const char *typed = skip_blanks(text);
	size_t start = (size_t)(typed - text) + 1;
	if (!is_word(text) || cursor < start) return (Candidates){0};
	Candidate *found = ARENA_ARRAY(arena, Candidate, WORD_COUNT);
	size_t count = 0;
	for (size_t i = 0; i < WORD_COUNT; i++)
		if (strncmp(words[i].name, text + start, cursor - start) == 0) found[count++] = (Candidate){words[i].name, words[i].help};
	return (Candidates){.start = start, .items = found, .count = count};
}

void words_page(Page *page) {
	page_heading(page, "commands (at the prompt, after : or \\)");
	for (size_t i = 0; i < WORD_COUNT; i++) {
		page_line(page);
		page_printf(page, ROLE_KEY, "  :%s %s", words[i].name, words[i].arguments);
		page_printf(page, ROLE_TEXT, "  %s", words[i].help);
	}
}
