/* update.c: what happens -> what changes: the only place where keys, signals and time change the state. */
#include "app/update.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/abroad.h"
#include "app/act.h"
#include "app/applying.h"
#include "app/connections.h"
#include "app/dashboard.h"
#include "app/ending.h"
#include "app/entry.h"
#include "app/menus.h"
#include "app/namer.h"
#include "app/mouse.h"
#include "app/opening.h"
#include "app/parameters.h"
#include "app/reel.h"
#include "app/runs.h"
#include "app/value_view.h"
#include "app/views.h"
#include "app/waits.h"
#include "app/words.h"
#include "base/clock.h"
#include "base/utf8.h"

enum { CTRL_C = 3, TAB = 9, CTRL_L = 12, CTRL_Z = 26, ESC = 27 };

/* ---- keys while something is asked ---- */

static void answer_run(App *app, Key key) {
	bool yes = key.code == 'y' || key.code == 'Y', no = key.code == 'n' || key.code == 'N' || key.code == ESC || key.code == CTRL_C || key.code == 'q';
	if (!yes && !no) return;
	app->modal = MODAL_NONE;
	if (app->run) run_answer(app->run, yes);
	if (no) app_say(app, ROLE_DIM, "planned, not run", NULL);
}

/* Nothing but y: Enter, pressed once too often, ends nobody. */
static void answer_end(App *app, Key key) {
	bool yes = key.code == 'y' || key.code == 'Y', no = key.code == 'n' || key.code == 'N' || key.code == ESC || key.code == CTRL_C || key.code == 'q';
	if (yes || no) ending_answer(app, yes);
}

static void answer_quit(App *app, Key key) {
	app->modal = MODAL_NONE;
	app->quit = key.code == 'y' || key.code == 'Y';
}

static void filter_key(App *app, EntryResult result) {
	View *view = app_context(app) == CONTEXT_LIST ? NULL : app_view(app);
	PaneState *state = app_list(app);
	if (result == ENTRY_ACCEPTED || result == ENTRY_LEFT) app->modal = MODAL_NONE;
	if (result == ENTRY_LEFT) str_clear(&app->entry);
	Str *target = act_entry_text(app);
	str_clear(target);
	str_add(target, app->entry.text);
	if (!view) {
		Err err = ERR_INIT;
		pane_order_rows(state, &err);
		if (err_is(&err)) app_say_err(app, &err);
		else str_clear(&app->message);
		err_release(&err);
	} else if (result == ENTRY_ACCEPTED) {
		act_search(app, 0);
	}
}

static void password_key(App *app, EntryResult result) {
	if (result == ENTRY_LEFT) {
		app->quit = app->password_conn == app->pane_conn && !app_server(app);
		app->exit_status = 3;
	}
	if (result != ENTRY_ACCEPTED && result != ENTRY_LEFT) return;
	app->modal = MODAL_NONE;
	if (result == ENTRY_ACCEPTED) {
		str_clear(&app->password);
		str_add(&app->password, app->entry.text);
		str_clear(&app->message);
		if (app->password_conn) conn_set_password(app->password_conn, app->password.text);
		else connections_open(app);
	}
	memset(app->entry.text, 0, app->entry.len);
	str_clear(&app->entry);
}

/* The page above the line can be read meanwhile. */
static void name_key(App *app, Key key) {
	switch (key.code) {
	case WHY_PGDN: app_act(app, ACTION_PAGE_DOWN); break;
	case WHY_PGUP: app_act(app, ACTION_PAGE_UP); break;
	case WHY_DOWN: app_act(app, ACTION_DOWN); break;
	case WHY_UP: app_act(app, ACTION_UP); break;
	default: applying_key(app, entry_key(&app->entry, key));
	}
}

static void modal_key(App *app, Key key) {
	switch (app->modal) {
	case MODAL_RUN: answer_run(app, key); break;
	case MODAL_END: answer_end(app, key); break;
	case MODAL_QUIT: answer_quit(app, key); break;
	case MODAL_SORT:
	case MODAL_OPTIONS:
	case MODAL_EXPORT: menu_key(app, key); break;
	case MODAL_PARAMETERS: parameters_key(app, key); break;
	case MODAL_FILTER: filter_key(app, entry_key(&app->entry, key)); break;
	case MODAL_NAME: name_key(app, key); break;
	case MODAL_PASSWORD: password_key(app, entry_key(&app->entry, key)); break;
	default: break;
	}
}

/* ---- keys at the prompt ---- */

static void close_prompt(App *app) {
	app->prompt_open = false;
}

static void prompt_key(App *app, const InputEvent *event) {
	switch (event->key.alt ? 0 : event->key.code) {
	case ESC:
		if (prompt_busy(app->prompt)) prompt_event(app->prompt, event);
		else close_prompt(app);
		return;
	case CTRL_C:
		if (app_running(app)) run_cancel(app->run);
		else if (!prompt_clear(app->prompt)) close_prompt(app);
		return;
	case CTRL_L: app_act(app, ACTION_REDRAW); return;
	case CTRL_Z: app_act(app, ACTION_SUSPEND); return;
	case WHY_PGDN: app_act(app, ACTION_PAGE_DOWN); return;
	case WHY_PGUP: app_act(app, ACTION_PAGE_UP); return;
	default: prompt_event(app->prompt, event);
	}
	words_typed(app);
}

/* 1-9 and Tab go from pane to pane; they need no binding. The panes' count: none. */
static size_t pane_of_key(const App *app, Key key) {
	if (!key.alt && key.code == TAB && app->panes.count > 1) return (app->focus + 1) % app->panes.count;
	size_t i = 0;
	while (i < app->panes.count && (key.alt || key.code != (uint32_t)('0' + app->panes.items[i].pane->number))) i++;
	return i;
}

static bool pane_key(App *app, Key key) {
	size_t wanted = pane_of_key(app, key);
	if (wanted == app->panes.count) return false;
	if (app_view(app)) app_say(app, ROLE_DIM, "the panes lie below this", "Esc goes back to them.");
	else dashboard_focus(app, wanted);
	return true;
}

/* A key that does nothing without a word is pressed again, harder. */
static void say_unbound(App *app, Key key) {
	static const char *const places[CONTEXT_COUNT] = {[CONTEXT_LIST] = "in a list", [CONTEXT_PLAN] = "in a plan", [CONTEXT_PAGE] = "in a text"};
	Arena *arena = arena_new();
	Context context = CONTEXT_COUNT;
	while (--context > CONTEXT_ALL && keymap_action(app->keymap, context, key) == ACTION_NONE) continue;
	const char *name = utf8_clean(arena, key_name(arena, key));
	const char *elsewhere = context == CONTEXT_ALL ? "" : arena_printf(arena, "%s it is \"%s\"; ", places[context], action_hint(keymap_action(app->keymap, context, key)));
	const char *help = keymap_keys(arena, app->keymap, app_context(app), ACTION_HELP);
	app_say(app, ROLE_DIM, arena_printf(arena, "%s means nothing here", name), *help ? arena_printf(arena, "%s%.*s lists the keys.", elsewhere, (int)strcspn(help, ","), help) : NULL);
	arena_free(arena);
}

static void key(App *app, const InputEvent *event) {
	if (app->modal) modal_key(app, event->key);
	else if (app->prompt_open) prompt_key(app, event);
	else {
		if (app->message_role != ROLE_ERROR || event->key.code == ESC) str_clear(&app->message);
		if (pane_key(app, event->key)) return;
		Action action = keymap_action(app->keymap, app_context(app), event->key);
		if (action) app_act(app, action);
		else say_unbound(app, event->key);
	}
}

static void paste(App *app, const InputEvent *event) {
	if (app->modal == MODAL_FILTER || app->modal == MODAL_PASSWORD) {
		entry_paste(&app->entry, event->bytes, event->len);
		if (app->modal == MODAL_FILTER) filter_key(app, ENTRY_EDITED);
	} else if (app->modal == MODAL_PARAMETERS) {
		parameters_paste(app, event->bytes, event->len);
	} else if (!app->modal) {
		app->prompt_open = true;
		prompt_event(app->prompt, event);
	}
}

/* What came of a key at the prompt. */
static void take_entered(App *app) {
	words_take(app);
	Action wanted = app->wanted;
	app->wanted = ACTION_NONE;
	app_act(app, wanted);
}

static void take_events(App *app) {
	InputEvent event;
	while (!app->quit && input_next(app->input, &event)) {
		app->keys++;
		if (event.kind == INPUT_PASTE) paste(app, &event);
		else if (event.kind == INPUT_MOUSE) app_mouse(app, event.mouse);
		else key(app, &event);
		take_entered(app);
	}
}

void app_input(App *app) {
	char bytes[4096];
	ssize_t got = read(STDIN_FILENO, bytes, sizeof bytes);
	if (got <= 0) {
		app->quit = true; /* the terminal is gone */
		return;
	}
	input_feed(app->input, bytes, (size_t)got);
	take_events(app);
}

/* ---- time and signals ---- */

static void measure_cost(App *app) {
	ConnCost cost = conn_cost(app->pane_conn); /* connected, or there would be no tick */
	app->tick_ms = cost.ms - app->cost_before.ms;
	app->tick_bytes = (double)(cost.bytes - app->cost_before.bytes);
	app->cost_before = cost;
}

static void tick(App *app) {
	app->next_tick_ms = clock_ms() + (int64_t)(setting_number(&app->settings, SETTING_INTERVAL) * 1000);
	measure_cost(app);
	if (app->paused) {
		dashboard_read_missing(app);
		return;
	}
	dashboard_refresh(app, false);
	wait_look(app);
}

static void look_abroad(App *app) {
	abroad_tick(app->abroad);
	Arena *arena = arena_new();
	for (size_t i = 0; i < app->panes.count && app_conn_state(app) == CONN_READY && abroad_takes(app->abroad); i++) {
		const PaneState *state = &app->panes.items[i];
		PaneAbroad texts = pane_texts_abroad(arena, state);
		if (texts.database) abroad_ask(app->abroad, app->pane_conn, state->sampler, state->pane->texts_query, &texts);
	}
	arena_free(arena);
}

void app_tick(App *app) {
	if (input_timeout_ms(app->input) == 0) {
		input_expire(app->input);
		take_events(app);
	}
	if (app_conn_state(app) == CONN_READY && clock_ms() >= app->next_tick_ms) tick(app);
	dashboard_settle(app);
	if (app->run && app->pane_conn) run_waits_look(&app->run_waits, app->pane_conn, app->run);
	ending_tick(app);
	reel_tick(app);
	namer_tick(app->namer);
	look_abroad(app);
	parameters_tick(app);
	value_views_tick(app);
	applying_tick(app);
	if (app->stale) view_rebuild(app);
	app->stale = false;
}

int64_t app_deadline_ms(const App *app) {
	int64_t now = clock_ms(), next = now + 1000; /* ages and clocks on the screen */
	if (app_conn_state(app) == CONN_READY && app->next_tick_ms < next) next = app->next_tick_ms;
	if (app->run && run_executing(app->run) && now + 100 < next) next = now + 100;
	if (opening_under_way(app) && now + 100 < next) next = now + 100;
	int64_t abroad = abroad_deadline_ms(app->abroad);
	if (abroad >= 0 && abroad < next) next = abroad;
	int64_t ending = ending_deadline_ms(app);
	if (ending >= 0 && ending < next) next = ending;
	int64_t applying = applying_deadline_ms(app);
	if (applying >= 0 && applying < next) next = applying;
	int held = input_timeout_ms(app->input);
	if (held >= 0 && now + held < next) next = now + held;
	return next;
}

void app_signals(App *app) {
	if (loop_signal(app->loop, LOOP_TERMINATE)) app->quit = true;
	if (loop_signal(app->loop, LOOP_INTERRUPT) && !app->away) app_act(app, ACTION_CANCEL);
	if (loop_signal(app->loop, LOOP_RESIZE)) screen_resized(app->screen);
	if (loop_signal(app->loop, LOOP_CONTINUE)) screen_redraw(app->screen);
}
