/* ending.c: sessions cancelled or terminated. */
#include "app/ending.h"

#include <inttypes.h>

#include "app/dashboard.h"
#include "app/own_cost.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "core/format.h"
#include "core/lock_ask.h"
#include "core/lock_read.h"

/* One that may be signalled. */
typedef struct Target {
	Ending *ending;
	const LockSession *session;
	bool signalled;
	size_t place; /* in the forest; LOCK_NOBODY: nobody waits for it, nor it for anybody */
} Target;

struct Ending {
	App *app;
	Conn *conn; /* the panes', when it began */
	Arena *arena;
	SessionAct act;
	size_t keys; /* of the app, when it began */
	LIST(PaneSession) wanted; /* as they were seen */
	const Table *locks, *sessions;
	LockForest *forest;
	LIST(Target) targets;
	const char *left_out, *hint; /* lines: who cannot be signalled, and why; what can be done about the last of them */
	Question question;
	size_t signalled, gone, failed; /* of the targets */
	int64_t signalled_at_ms, look_at_ms; /* clock_ms; 0: not yet */
	bool looking;
	Err err;
};

static void forget_calls(Ending *ending) {
	conn_forget(ending->conn, ending);
	for (size_t i = 0; i < ending->targets.count; i++) conn_forget(ending->conn, &ending->targets.items[i]);
}

void ending_free(App *app) {
	Ending *ending = app->ending;
	if (!ending) return;
	if (app->pane_conn == ending->conn) forget_calls(ending);
	if (app->modal == MODAL_END) app->modal = MODAL_NONE;
	err_release(&ending->err);
	arena_free(ending->arena);
	app->ending = NULL;
}

static void give_up(Ending *ending, const char *message, const char *hint) {
	app_say(ending->app, ROLE_ERROR, message, hint);
	ending_free(ending->app);
}

/* ---- who is meant ---- */

static bool is_ours(App *app, int64_t pid) {
	own_cost_update(app);
	for (size_t i = 0; i < app->cost.conns.count; i++)
		if (app->cost.conns.items[i].backend_pid == pid) return true;
	return false;
}

static void want_row(Ending *ending, size_t row) {
	const PaneState *state = app_pane(ending->app);
	PaneSession seen = state->pane->session(ending->arena, &state->input, state->table, row);
	*list_push(ending->arena, &ending->wanted) = (PaneSession){
		seen.pid, arena_copy(ending->arena, seen.backend_start), arena_copy(ending->arena, seen.user), arena_copy(ending->arena, seen.application)};
}

/* A why is about one row, whatever is tagged. */
static void want_rows(Ending *ending) {
	App *app = ending->app;
	PaneState *state = app_pane(app);
	size_t key = table_column(state->table, LIST_ROW_KEY), row;
	for (row = 0; !app_view(app) && row < state->table->row_count; row++)
		if (list_tagged(&state->list, table_text(state->table, row, key, ""))) want_row(ending, row);
	if (!ending->wanted.count && app_row(app, &row)) want_row(ending, row);
}

static void leave_out(Ending *ending, const char *why, const char *hint) {
	ending->left_out = arena_printf(ending->arena, "%s%s%s", ending->left_out ? ending->left_out : "", ending->left_out ? "\n" : "", why);
	ending->hint = hint;
}

static bool same_text(const char *one, const char *other) {
	return one && other ? strcmp(one, other) == 0 : one == other;
}

/* Where since when it is connected is hidden, its role and application are all there is to tell by. */
static bool is_same(const PaneSession *seen, const LockSession *now) {
	if (seen->backend_start && now->backend_start) return strcmp(seen->backend_start, now->backend_start) == 0;
	return same_text(seen->user, now->user) && same_text(seen->application, now->application);
}

static const char *transaction_of(const Table *transactions, int64_t pid) {
	for (size_t row = 0; row < transactions->row_count; row++)
		if (table_int(transactions, row, table_column(transactions, "pid"), 0) == pid) return table_text(transactions, row, table_column(transactions, "virtualtransaction"), NULL);
	return NULL;
}

static const LockSession *session_now(Ending *ending, int64_t pid, size_t place, const Table *transactions) {
	LockIndex index = lock_index(ending->arena, ending->sessions, table_column(ending->sessions, "pid"));
	size_t row = lock_index_find(&index, pid);
	if (row == LOCK_NOBODY) return NULL;
	if (place != LOCK_NOBODY) return ending->forest->nodes[place].session;
	LockSession *session = ARENA_NEW(ending->arena, LockSession);
	*session = lock_session_read(ending->arena, ending->sessions, row, pid, transaction_of(transactions, pid));
	return session;
}

/* Among the targets, or among those left out, with the reason. */
static void consider(Ending *ending, const PaneSession *seen, const Table *transactions) {
	Arena *arena = ending->arena;
	size_t place = seen->pid ? lock_forest_place(ending->forest, seen->pid, NULL) : LOCK_NOBODY;
	const LockSession nobody = {0}, *now = seen->pid ? session_now(ending, seen->pid, place, transactions) : &nobody;
	const char *hint = NULL, *grant = NULL;
	if (!now) {
		leave_out(ending, arena_printf(arena, "session %" PRId64 " has ended", seen->pid), NULL);
		return;
	}
	const char *refusal = session_act_refusal(arena, ending->act, now, &hint);
	const char *needs = refusal ? NULL : session_act_needs(arena, now, conn_server(ending->conn), &grant);
	if (refusal) leave_out(ending, refusal, hint);
	else if (is_ours(ending->app, seen->pid)) leave_out(ending, arena_printf(arena, "session %" PRId64 " is pgwhy's own", seen->pid), "^C cancels the statement that runs.");
	else if (!is_same(seen, now)) leave_out(ending, arena_printf(arena, "session %" PRId64 " has ended, and another has its number", seen->pid), NULL);
	else if (needs) leave_out(ending, arena_printf(arena, "no right to signal session %" PRId64, seen->pid), grant ? grant : needs);
	else *list_push(arena, &ending->targets) = (Target){.ending = ending, .session = now, .place = place};
}

/* ---- the box ---- */

enum { MOST_NAMED = 8 };

static const char *capitalised(Arena *arena, const char *word) {
	return arena_printf(arena, "%c%s", word[0] - 'a' + 'A', word + 1);
}

static const char *doing_line(Arena *arena, const LockSession *session) {
	enum { MOST_OF_STATEMENT = 120 };
	bool active = session->state && strcmp(session->state, "active") == 0;
	double since_s = active ? session->query_age_s : session->state_age_s;
	const char *age = since_s >= 0 ? arena_printf(arena, " for %s", format_age(arena, since_s)) : "";
	const char *state = session->hidden ? "what it does is hidden" : session->state ? session->state : session->backend_type ? session->backend_type : "";
	const char *query = session->query && *session->query ? utf8_clean(arena, session->query) : ""; /* on one line */
	size_t shown = utf8_fit(query, MOST_OF_STATEMENT);
	return arena_printf(arena, "%s: %s%s%s%s%s", lock_who(arena, session), state, age, !*query ? "" : active ? ", runs " : ", ran last ", arena_copy_n(arena, query, shown), query[shown] ? "…" : "");
}

static const char *pids_of(Ending *ending, const LockSessions *places, size_t first, size_t end) {
	Arena *arena = ending->arena;
	const char *text = "";
	for (size_t i = first; i < end && i < first + MOST_NAMED; i++) {
		const LockSession *session = ending->forest->nodes[places->items[i]].session;
		text = arena_printf(arena, "%s%s%s", text, i > first ? ", " : "", session->pid ? arena_printf(arena, "%" PRId64, session->pid) : "a prepared transaction");
	}
	return end > first + MOST_NAMED ? arena_printf(arena, "%s and %zu more", text, end - first - MOST_NAMED) : text;
}

/* "frees at once 4802; in the end 4803, 4804, too" */
static const char *freed_line(Ending *ending) {
	Arena *arena = ending->arena;
	LockSessions places = {0};
	size_t behind = 0;
	bool advisory = false;
	for (size_t i = 0; i < ending->targets.count; i++) {
		size_t place = ending->targets.items[i].place;
		if (place == LOCK_NOBODY) continue;
		*list_push(arena, &places) = place;
		behind += ending->forest->nodes[place].behind;
		advisory = advisory || lock_kept_by_advisory(ending->forest, place);
	}
	if (!behind) return ending->targets.count == 1 ? "Nobody waits for it." : "Nobody waits for them.";
	LockEnd end = lock_forest_end_all(arena, ending->forest, places);
	if (!end.freed.count) return "Frees nobody else, by the locks as they are now.";
	const char *now = end.now ? arena_printf(arena, "Frees at once %s", pids_of(ending, &end.freed, 0, end.now)) : "Frees nobody at once";
	const char *later = end.freed.count > end.now ? arena_printf(arena, "; in the end, too, %s", pids_of(ending, &end.freed, end.now, end.freed.count)) : "";
	const char *but = advisory && ending->act == SESSION_CANCEL ? " But an advisory lock that is the session's outlives a cancel: K ends that, too." : "";
	return arena_printf(arena, "%s%s, by the locks as they are now.%s", now, later, but);
}

static void add_line(Arena *arena, const char **text, const char *line) {
	*text = arena_printf(arena, "%s%s%s", *text, **text ? "\n" : "", line);
}

/* Each thing that is lost, once. */
static void add_costs(Ending *ending, const char **text) {
	for (size_t i = 0; i < ending->targets.count; i++) {
		const char *cost = session_act_costs(ending->arena, ending->act, ending->targets.items[i].session);
		if (*cost && !strstr(*text, cost + 1)) add_line(ending->arena, text, arena_printf(ending->arena, "%s.", capitalised(ending->arena, cost)));
	}
}

static void make_question(Ending *ending) {
	Arena *arena = ending->arena;
	const char *verb = session_act_verb(ending->act), *effect = "";
	size_t count = ending->targets.count;
	bool hidden = false;
	ending->question.text = count == 1 ? arena_printf(arena, "%s %s?", capitalised(arena, verb), lock_who(arena, ending->targets.items[0].session))
	                                   : arena_printf(arena, "%s %zu sessions?", capitalised(arena, verb), count);
	add_line(arena, &effect, freed_line(ending));
	for (size_t i = 0; i < count && i < MOST_NAMED; i++) add_line(arena, &effect, doing_line(arena, ending->targets.items[i].session));
	if (count > MOST_NAMED) add_line(arena, &effect, arena_printf(arena, "and %zu more", count - MOST_NAMED));
	add_costs(ending, &effect);
	for (size_t i = 0; i < count; i++) hidden = hidden || !ending->targets.items[i].session->backend_start;
	if (hidden) add_line(arena, &effect, "Since when it is connected is hidden: that it is still the same session is likely, not certain.");
	if (ending->left_out) add_line(arena, &effect, arena_printf(arena, "Left out: %s", ending->left_out));
	ending->question.effect = effect;
	ending->question.yes = verb;
	ending->question.no = "leave";
}

Question ending_question(const App *app) {
	return app->ending->question;
}

/* ---- asked anew ---- */

static const char *array_of(Arena *arena, const Keys *keys) {
	const char *text = "{";
	for (size_t i = 0; i < keys->count; i++) text = arena_printf(arena, "%s%s%" PRId64, text, i ? "," : "", keys->items[i]);
	return arena_printf(arena, "%s}", text);
}

static bool arrived(Ending *ending, Reply *reply) {
	if (reply->table) return true;
	app_say_err(ending->app, reply->err);
	ending_free(ending->app);
	return false;
}

static void transactions_arrived(void *owner, Reply *reply) {
	Ending *ending = owner;
	App *app = ending->app;
	if (!arrived(ending, reply)) return;
	const Table *transactions = table_copy(ending->arena, reply->table);
	ending->forest = lock_forest(ending->arena, ending->locks, ending->sessions);
	for (size_t i = 0; i < ending->wanted.count; i++) consider(ending, &ending->wanted.items[i], transactions);
	if (!ending->targets.count) give_up(ending, ending->left_out, ending->hint);
	else if (app->keys != ending->keys) give_up(ending, "nothing was done: another key was pressed meanwhile", NULL); /* and the next may be no answer */
	else {
		str_clear(&app->message);
		make_question(ending);
		app->modal = MODAL_END;
	}
}

static void sessions_arrived(void *owner, Reply *reply) {
	Ending *ending = owner;
	if (!arrived(ending, reply)) return;
	ending->sessions = table_copy(ending->arena, reply->table);
	Keys pids = {0};
	for (size_t i = 0; i < ending->wanted.count; i++) *list_push(ending->arena, &pids) = ending->wanted.items[i].pid;
	const char *const params[] = {array_of(ending->arena, &pids)};
	conn_catalog(ending->conn, "lock_transactions", params, 1, transactions_arrived, ending);
}

static void locks_arrived(void *owner, Reply *reply) {
	Ending *ending = owner;
	if (!arrived(ending, reply)) return;
	ending->locks = table_copy(ending->arena, reply->table);
	Keys keys = lock_pids(ending->arena, lock_read(ending->arena, ending->locks, NULL));
	for (size_t i = 0; i < ending->wanted.count; i++)
		if (ending->wanted.items[i].pid) *list_push(ending->arena, &keys) = -ending->wanted.items[i].pid;
	const char *const params[] = {array_of(ending->arena, &keys)};
	conn_catalog(ending->conn, "lock_sessions", params, 1, sessions_arrived, ending);
}

void ending_begin(App *app, SessionAct act) {
	PaneState *state = app_pane(app);
	const View *view = app_view(app);
	if (app->options->readonly) app_say(app, ROLE_ERROR, "--readonly: no session is cancelled or terminated", "y in a why copies the SQL.");
	else if (!state->pane->session || (view && view->kind != VIEW_WHY)) app_say(app, ROLE_DIM, "here are no sessions to be cancelled or terminated", "4 and 5 show sessions.");
	else if (app_conn_state(app) != CONN_READY || !state->table) app_say(app, ROLE_ERROR, "there is no connection to the server", NULL);
	else {
		ending_free(app);
		Arena *arena = arena_new();
		Ending *ending = app->ending = ARENA_NEW(arena, Ending);
		*ending = (Ending){.app = app, .conn = app->pane_conn, .arena = arena, .act = act, .keys = app->keys, .err = ERR_INIT};
		want_rows(ending);
		if (!ending->wanted.count) {
			give_up(ending, "there is no session here", NULL);
			return;
		}
		app_say(app, ROLE_DIM, "asking the server what that frees …", NULL);
		conn_catalog(ending->conn, "locks", NULL, 0, locks_arrived, ending);
	}
}

/* ---- done ---- */

enum { LOOK_EVERY_MS = 100, PATIENCE_MS = 3000 };

static const char *signalled_line(Arena *arena, const Ending *ending, size_t left) {
	const char *does = ending->act == SESSION_CANCEL ? "cancelled" : "ended";
	size_t count = ending->targets.count;
	const char *whom = count == 1 ? lock_who(arena, ending->targets.items[0].session) : arena_printf(arena, "%zu of %zu sessions", ending->signalled - left, count);
	if (!left) return arena_printf(arena, "%s: %s", does, whom);
	return count == 1 ? arena_printf(arena, "signalled, but not %s yet: %s", does, whom) : arena_printf(arena, "%s: %s; %zu more signalled", does, whom, left);
}

/* A cancel is for the statement that was seen, an end for the session. */
static const char *gone_words(SessionAct act) {
	return act == SESSION_CANCEL ? "what it ran had ended, or the session with it" : "it had ended, or another has the number by now";
}

static void report(Ending *ending, size_t left) {
	App *app = ending->app;
	Arena *arena = arena_new();
	const char *gone = ending->gone ? arena_printf(arena, "%zu not signalled: %s", ending->gone, gone_words(ending->act)) : NULL;
	if (ending->failed && err_is(&ending->err)) app_say_err(app, &ending->err);
	else if (ending->failed) app_say(app, ROLE_ERROR, arena_printf(arena, "the server could not signal %zu of them", ending->failed), NULL);
	else if (!ending->signalled) app_say(app, ROLE_WARNING, arena_printf(arena, "nothing was signalled: %s", gone_words(ending->act)), NULL);
	else app_say(app, left || gone ? ROLE_WARNING : ROLE_GOOD, signalled_line(arena, ending, left), gone);
	arena_free(arena);
	list_untag(&app_pane(app)->list);
	ending_free(app);
	if (app_conn_state(app) == CONN_READY) dashboard_refresh(app, true);
}

/* Not the one that was signalled, or one that does something else by now. */
static bool is_done(const Ending *ending, const LockSession *was, const Table *sessions, size_t row) {
	if (row == LOCK_NOBODY) return true;
	Arena *arena = arena_new();
	LockSession now = lock_session_read(arena, sessions, row, was->pid, NULL);
	bool other = was->backend_start && now.backend_start && strcmp(was->backend_start, now.backend_start) != 0;
	bool active = now.state && strcmp(now.state, "active") == 0;
	double since_s = (double)(clock_ms() - ending->signalled_at_ms) / 1000;
	bool stopped = ending->act == SESSION_CANCEL && !now.hidden && (!active || now.query_age_s < since_s);
	arena_free(arena);
	return other || stopped;
}

static void looked(void *owner, Reply *reply) {
	Ending *ending = owner;
	ending->looking = false;
	ending->look_at_ms = clock_ms() + LOOK_EVERY_MS;
	if (!arrived(ending, reply)) return;
	LockIndex index = lock_index(ending->arena, reply->table, table_column(reply->table, "pid"));
	size_t left = 0;
	for (size_t i = 0; i < ending->targets.count; i++) {
		const Target *target = &ending->targets.items[i];
		left += target->signalled && !is_done(ending, target->session, reply->table, lock_index_find(&index, target->session->pid));
	}
	if (!left || clock_ms() > ending->signalled_at_ms + PATIENCE_MS) report(ending, left);
}

int64_t ending_deadline_ms(const App *app) {
	return app->ending && app->ending->signalled_at_ms && !app->ending->looking ? app->ending->look_at_ms : -1;
}

void ending_tick(App *app) {
	Ending *ending = app->ending;
	if (ending_deadline_ms(app) < 0 || clock_ms() < ending->look_at_ms) return;
	Keys pids = {0};
	for (size_t i = 0; i < ending->targets.count; i++) *list_push(ending->arena, &pids) = -ending->targets.items[i].session->pid;
	const char *const params[] = {array_of(ending->arena, &pids)};
	ending->looking = true;
	conn_catalog(ending->conn, "lock_sessions", params, 1, looked, ending);
}

static void signalled(void *owner, Reply *reply) {
	Target *target = owner;
	Ending *ending = target->ending;
	if (!reply->table) {
		ending->failed++;
		err_move(&ending->err, reply->err);
	} else if (!reply->table->row_count) ending->gone++;
	else if (table_bool(reply->table, 0, 0, false)) ending->signalled += target->signalled = true;
	else ending->failed++;
	if (ending->signalled + ending->gone + ending->failed < ending->targets.count) return;
	if (!ending->signalled || ending->failed) report(ending, 0);
	else ending->signalled_at_ms = ending->look_at_ms = clock_ms();
}

void ending_answer(App *app, bool yes) {
	Ending *ending = app->ending;
	app->modal = MODAL_NONE;
	if (!ending) return;
	if (!yes) {
		app_say(app, ROLE_DIM, "nothing was done", NULL);
		ending_free(app);
	} else if (ending->conn != app->pane_conn || app_conn_state(app) != CONN_READY) give_up(ending, "nothing was done: the server is not the one that was asked any more", NULL);
	else
		for (size_t i = 0; i < ending->targets.count; i++)
			conn_query(ending->conn, session_act_sql(ending->arena, ending->act, ending->targets.items[i].session), NULL, 0, signalled, &ending->targets.items[i]);
}
