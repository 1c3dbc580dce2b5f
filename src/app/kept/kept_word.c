/* kept_word.c: plans of the store as they are named beside files. */
#include "app/kept_word.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/keeper.h"
#include "core/near.h"
#include "sql/fingerprint.h"

#define MARK "mark"

/* ---- words ---- */

bool kept_word(const char *word) {
	return *word == '@';
}

bool kept_word_is_mark(const char *word) {
	return strcmp(word, "@" MARK) == 0;
}

void kept_word_hint(const char *word, Err *err) {
	if (strpbrk(word, "/.") || access(word, F_OK) == 0 || strcmp(word, "-") == 0 || err->hint.len) return;
	err_hint(err, "A kept plan of that name would be @%s.", word);
}

static bool is_number(const char *name) {
	return *name && !name[strspn(name, "0123456789")];
}

bool kept_name_allowed(const char *name, Err *err) {
	if (!is_number(name) && *name != '@' && strcmp(name, MARK) != 0) return true;
	err_set(err, ERR_USAGE, "\"%s\" is no name for a plan", name);
	err_hint(err, "Commands write it behind an @, where a number, " MARK " and another @ mean something else.");
	return false;
}

/* ---- one plan, in a job ---- */

static bool fetch_marked(Arena *arena, Store *store, const KeptPlan *beside, StoredPlan *stored, Err *err) {
	const char *statement = beside ? beside->side.statement : NULL;
	if (!statement) {
		err_set(err, ERR_USAGE, "@" MARK " stands for the plan that m marked of another's statement, and there is none");
		err_hint(err, "pgwhy show plans tells which are marked, and their numbers.");
		return false;
	}
	return store_fetch_marked(store, arena, beside->fingerprint ? beside->fingerprint : statement_fingerprint(arena, statement), stored, err);
}

/* False, with the name that may be meant. */
static bool there_is_none(Arena *arena, Store *store, const char *name, Err *err) {
	StoredPlans plans = {0};
	LIST(const char *) names = {0};
	if (!store_list(store, arena, &plans, err)) return false;
	for (size_t i = 0; i < plans.count; i++)
		if (plans.items[i].name) *list_push(arena, &names) = plans.items[i].name;
	const char *near = near_word(name, names.items, names.count);
	if (strcmp(name, MARK) == 0) err_set(err, ERR_INPUT, "no plan of this statement is marked");
	else if (is_number(name)) err_set(err, ERR_INPUT, "there is no kept plan with the number %s", name);
	else err_set(err, ERR_INPUT, "there is no kept plan \"%s\"", name);
	err_hint(err, "%spgwhy show plans lists them, and so does :plans in the console.", near ? arena_printf(arena, "Perhaps @%s is meant. ", near) : "");
	return false;
}

bool kept_word_fetch(Arena *arena, Store *store, const char *word, const KeptPlan *beside, KeptPlan *kept, Err *err) {
	const char *name = word + 1;
	StoredPlan stored;
	bool fine = strcmp(name, MARK) == 0 ? fetch_marked(arena, store, beside, &stored, err)
	            : is_number(name)       ? store_fetch(store, arena, strtoll(name, NULL, 10), &stored, err)
	                                    : store_fetch_named(store, arena, name, &stored, err);
	return fine && (stored.id ? kept_plan_read(arena, &stored, kept, err) : there_is_none(arena, store, name, err));
}

/* ---- waiting for the store ---- */

typedef struct Lookup {
	KeeperTask task;
	Arena *arena;
	const char *word;
	const KeptPlan *beside;
	KeptPlan *kept;
	StoredPlans *plans;
} Lookup;

/* A list may be empty. */
static bool nothing_kept(const Settings *settings, const Lookup *lookup, Err *err) {
	bool off = !setting_on(settings, SETTING_STORE);
	if (!off && lookup->plans) return true;
	err_set(err, ERR_INPUT, off ? "no plans are kept: the setting store is off" : "no plan was kept yet");
	err_hint(err, off ? "--set store=on, or the settings file, turns it on." : "The console and pgwhy explain keep each plan they make.");
	return false;
}

static bool ask(Loop *loop, const Settings *settings, Lookup *lookup, Err *err) {
	bool asked = keeper_wait(loop, settings, &lookup->task);
	bool fine = asked ? !lookup->task.failed : nothing_kept(settings, lookup, err);
	if (lookup->task.failed) err_move(err, &lookup->task.err);
	err_release(&lookup->task.err);
	return fine;
}

static bool find(KeeperTask *task, Store *store, Err *err) {
	const Lookup *lookup = (const Lookup *)task;
	return kept_word_fetch(lookup->arena, store, lookup->word, lookup->beside, lookup->kept, err);
}

bool kept_word_find(Arena *arena, Loop *loop, const Settings *settings, const char *word, const KeptPlan *beside, KeptPlan *kept, Err *err) {
	Lookup lookup = {.task = {.run = find, .err = ERR_INIT}, .arena = arena, .word = word, .beside = beside, .kept = kept};
	return ask(loop, settings, &lookup, err);
}

static bool list(KeeperTask *task, Store *store, Err *err) {
	const Lookup *lookup = (const Lookup *)task;
	return store_list(store, lookup->arena, lookup->plans, err);
}

bool kept_plans_list(Arena *arena, Loop *loop, const Settings *settings, StoredPlans *plans, Err *err) {
	Lookup lookup = {.task = {.run = list, .err = ERR_INIT}, .arena = arena, .plans = plans};
	return ask(loop, settings, &lookup, err);
}
