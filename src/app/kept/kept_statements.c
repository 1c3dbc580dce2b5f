/* kept_statements.c: the mark of the statements in the store. */
#include "app/kept_statements.h"

#include "app/kept_store.h"
#include "base/clock.h"
#include "panes/statements.h"
#include "report/mark.h"
#include "store/marks.h"
#include "term/past.h"

enum { MOST_BYTES = 16 << 20 };

/* ---- put ---- */

typedef struct Putting {
	KeeperTask task;
	App *app;
	Arena *arena;
	StatementMark *mark; /* our own, of samples that are held */
	Texts texts;
	const char *word, *hint;
} Putting;

/* Samples are never changed, but who holds them is counted in the loop. */
static StatementMark *held(const StatementMark *mark) {
	Arena *arena = arena_new();
	StatementMark *copy = ARENA_NEW(arena, StatementMark);
	*copy = (StatementMark){.arena = arena, .server = arena_copy(arena, mark->server), .sample = statement_sample_hold(mark->sample)};
	for (size_t i = 0; i < mark->earlier.count; i++) *list_push(arena, &copy->earlier) = statement_sample_hold(mark->earlier.items[i]);
	for (size_t i = 0; i < mark->tags.count; i++) *list_push(arena, &copy->tags) = arena_copy(arena, mark->tags.items[i]);
	return copy;
}

static void copy_texts(Putting *putting, const Texts *texts) {
	for (size_t i = 0; texts && i < texts->room; i++)
		if (texts->entries[i].text) texts_put(putting->arena, &putting->texts, texts->entries[i].key, texts->entries[i].text);
}

/* What stands for a text that the server did not tell is none; CREATE ROLE … PASSWORD stands there as it was typed. */
static bool worth_keeping(const char *text) {
	return text && strcmp(text, STATEMENT_NO_TEXT) != 0 && strncmp(text, "-- its text", strlen("-- its text")) != 0 && !past_secret(text);
}

static Texts without_secrets(Arena *arena, const Texts *texts) {
	Texts safe = {0};
	for (size_t i = 0; i < texts->room; i++)
		if (worth_keeping(texts->entries[i].text)) texts_put(arena, &safe, texts->entries[i].key, texts->entries[i].text);
	return safe;
}

static bool put(KeeperTask *task, Store *store, Err *err) {
	Putting *putting = (Putting *)task;
	Texts safe = without_secrets(putting->arena, &putting->texts);
	const char *json = report_mark_json(putting->arena, putting->mark, &safe, MOST_BYTES);
	const StoredMark stored = {.at_ms = putting->mark->sample->wall_ms, .text = json, .len = strlen(json)};
	return store_put_mark(store, putting->mark->server, &stored, err);
}

/* The mark is there all the same, as long as this console is. */
static void say_lost(const Putting *putting, const Err *err) {
	const char *word = arena_printf(putting->arena, "%s; but not for the next console: %s", putting->word, err->message.text);
	app_say(putting->app, ROLE_WARNING, word, err->hint.len ? err->hint.text : putting->hint);
}

static void put_done(KeeperTask *task) {
	Putting *putting = (Putting *)task;
	if (task->failed) say_lost(putting, &task->err);
	else app_say(putting->app, ROLE_GOOD, putting->word, putting->hint);
	statement_mark_free(putting->mark);
	err_release(&task->err);
	arena_free(putting->arena);
}

void kept_statements_put(App *app, const StatementMark *mark, const Texts *texts, const char *word, const char *hint) {
	Keeper *keeper = kept_store(app);
	if (!keeper) {
		app_say(app, ROLE_GOOD, word, hint);
		return;
	}
	Arena *arena = arena_new();
	Putting *putting = ARENA_NEW(arena, Putting);
	*putting = (Putting){.task = {.run = put, .done = put_done, .err = ERR_INIT}, .app = app, .arena = arena, .mark = held(mark), .word = arena_copy(arena, word), .hint = arena_copy(arena, hint)};
	copy_texts(putting, texts);
	keeper_post(keeper, &putting->task);
}

/* ---- found ---- */

typedef struct Lookup {
	KeeperTask task;
	App *app;
	Arena *arena;
	const char *server;
	StatementMark *mark;
	Texts texts; /* of the mark's arena */
	StatementsFoundFn found;
} Lookup;

static bool find(KeeperTask *task, Store *store, Err *err) {
	Lookup *lookup = (Lookup *)task;
	StoredMark stored;
	if (!store_get_mark(store, lookup->arena, lookup->server, &stored, err)) return false;
	if (stored.at_ms) lookup->mark = report_mark_read(stored.text, stored.len, clock_ms(), clock_wall_ms(), &lookup->texts, err);
	return !stored.at_ms || lookup->mark;
}

static void find_done(KeeperTask *task) {
	Lookup *lookup = (Lookup *)task;
	if (lookup->mark) lookup->found(lookup->app, lookup->mark, &lookup->texts);
	err_release(&task->err);
	arena_free(lookup->arena);
}

void kept_statements_find(App *app, const char *server, StatementsFoundFn found) {
	if (app->mark_sought && strcmp(app->mark_sought, server) == 0) return;
	Keeper *keeper = kept_store(app);
	app->mark_sought = arena_copy(app->arena, server);
	if (!keeper || !keeper_has_store(keeper)) return;
	Arena *arena = arena_new();
	Lookup *lookup = ARENA_NEW(arena, Lookup);
	*lookup = (Lookup){.task = {.run = find, .done = find_done, .err = ERR_INIT}, .app = app, .arena = arena, .server = arena_copy(arena, server), .found = found};
	keeper_post(keeper, &lookup->task);
}

StatementMark *kept_statements_wait(Loop *loop, const Settings *settings, const char *server, Texts *texts, Err *err) {
	Lookup lookup = {.task = {.run = find, .err = ERR_INIT}, .arena = arena_new(), .server = server};
	keeper_wait(loop, settings, &lookup.task);
	if (lookup.task.failed) err_move(err, &lookup.task.err);
	else if (!lookup.mark) {
		err_set(err, ERR_INPUT, "no statements of %s are marked as before", server);
		err_hint(err, "In the console m in Queries marks them%s.", keeper_wanted(settings) ? "" : ", where something is kept (the settings store, store.path)");
	}
	err_release(&lookup.task.err);
	arena_free(lookup.arena);
	*texts = lookup.texts;
	return lookup.mark;
}
