/* parameters.c: asks for the values of a statement's parameters before it is run, and remembers what they were. */
#include "app/parameters.h"

#include <inttypes.h>
#include <stdlib.h>

#include "app/runs.h"
#include "app/values.h"
#include "app/views.h"
#include "base/clock.h"

enum { CTRL_C = 3, LINE_FEED = 10, ENTER = 13, ESC = 27, MOST_REMEMBERED = 32, LOOK_EVERY_MS = 1000 };

struct Parameters {
	LIST(Values *) all; /* of the statements asked about, the last one at the end */
	Str filled; /* the last one's statement with its values */
	Str told; /* and these: "$1 = 42" */
	const char *problem; /* with what was entered; NULL */
	bool looking; /* for calls: a request is under way */
	int64_t next_look_ms;
};

static Parameters *parameters_of(App *app) {
	if (app->parameters) return app->parameters;
	app->parameters = ARENA_NEW(app->arena, Parameters);
	app->parameters->filled = app->parameters->told = (Str)STR_INIT;
	return app->parameters;
}

static Values *values_at_hand(const Parameters *p) {
	return p->all.items[p->all.count - 1];
}

/* Those of the statement move to the end; the eldest make room. */
static void take_up(App *app, const char *statement) {
	Parameters *p = parameters_of(app);
	Values *values = NULL;
	size_t kept = 0;
	for (size_t i = 0; i < p->all.count; i++) {
		if (!values && strcmp(p->all.items[i]->statement, statement) == 0) values = p->all.items[i];
		else p->all.items[kept++] = p->all.items[i];
	}
	p->all.count = kept;
	if (kept == MOST_REMEMBERED) {
		values_free(p->all.items[0]);
		memmove(p->all.items, p->all.items + 1, --p->all.count * sizeof *p->all.items);
	}
	*list_push(app->arena, &p->all) = values ? values : values_new(statement);
	values_reopen(values_at_hand(p));
}

/* What is at hand is the last statement with its values in place. */
static bool is_filled(App *app) {
	const Parameters *p = parameters_of(app);
	return p->all.count && p->filled.len && strcmp(app->run_text.text, p->filled.text) == 0;
}

/* ---- what comes to be known ---- */

/* The run on screen may be one with values in place already: it knows nothing of parameters. */
static void learn(App *app) {
	const Run *run = app->run;
	Values *values = values_at_hand(app->parameters);
	if (!run || run->stage == RUN_PARSING || strcmp(app->run_text.text, values->statement) != 0) return;
	if (run->stage == RUN_DONE && run->err.kind == ERR_REFUSED) app->modal = MODAL_NONE; /* whatever the values */
	values_learn(values, run->statement, run->facts, run->parameter_types, run->parameter_count);
}

static void looked(void *owner, Reply *reply) {
	App *app = owner;
	app->parameters->looking = false;
	if (!reply->table) return;
	size_t text = table_column(reply->table, "text"), age = table_column(reply->table, "age_s");
	for (size_t row = 0; row < reply->table->row_count; row++) {
		int64_t seen_ms = clock_ms() - (int64_t)(table_real(reply->table, row, age, 0) * 1000);
		if (values_see(values_at_hand(app->parameters), table_text(reply->table, row, text, ""), seen_ms)) return;
	}
}

static void look(App *app) {
	Parameters *p = app->parameters;
	if (p->looking || clock_ms() < p->next_look_ms || app_conn_state(app) != CONN_READY) return;
	p->looking = true;
	p->next_look_ms = clock_ms() + LOOK_EVERY_MS;
	Arena *arena = arena_new();
	const char *const params[] = {arena_printf(arena, "%" PRId64, app->run_queryid), app->run_database ? app->run_database : app_server(app)->database};
	conn_catalog(app->pane_conn, "statement_calls", params, 2, looked, app);
	arena_free(arena);
}

static void note_ms(App *app) {
	double ms = app->run && app->run->stage == RUN_DONE && app->run->plan ? plan_statement_ms(app->run->plan) : NAN;
	if (!isnan(ms) && is_filled(app)) values_at_hand(app->parameters)->used_ms = ms;
}

void parameters_tick(App *app) {
	if (app->stale && app->parameters) note_ms(app);
	if (app->modal == MODAL_PARAMETERS && app->stale) learn(app);
	if (app->modal == MODAL_PARAMETERS) look(app);
}

/* ---- the box ---- */

bool parameters_ask(App *app) {
	Parameters *p = parameters_of(app);
	bool again = is_filled(app);
	if (!again && !literals_count(app->run_text.text)) return false;
	take_up(app, again ? values_at_hand(p)->statement : app->run_text.text);
	if (!again) values_at_hand(p)->notes = arena_copy(values_at_hand(p)->arena, app->run->given_notes);
	app->modal = MODAL_PARAMETERS;
	learn(app);
	p->problem = NULL;
	p->looking = false; /* a request of an earlier connection is never answered */
	p->next_look_ms = 0;
	look(app);
	view_plan(app);
	return true;
}

/* The same again asks with these. */
static void run_with(App *app, const ValueChoice *choices, RunMode mode) {
	Parameters *p = app->parameters;
	Values *values = values_at_hand(p);
	Arena *arena = arena_new();
	const char *notes = arena_printf(arena, "With %s. Planned for these values, a custom plan: a prepared statement may get a generic one after five runs; P tells.%s%s",
	                                 values_told(arena, values, choices), values->notes ? " " : "", values->notes ? values->notes : "");
	str_clear(&p->filled);
	str_add(&p->filled, values_statement(arena, values, choices));
	str_clear(&p->told);
	str_add(&p->told, values_told(arena, values, choices));
	values_used(values, choices);
	app->modal = MODAL_NONE;
	int64_t queryid = app->run_queryid;
	run_statement(app, p->filled.text, app->run_database, app->run_row.len ? app->run_row.text : NULL, mode, notes);
	app->run_queryid = queryid;
	view_plan(app);
	arena_free(arena);
}

const char *parameters_statement(App *app) {
	return is_filled(app) ? values_at_hand(app->parameters)->statement : app->run_text.text;
}

const char *parameters_told(App *app) {
	return is_filled(app) ? app->parameters->told.text : NULL;
}

const Values *parameters_known(App *app, const char *statement) {
	const Parameters *p = parameters_of(app);
	for (size_t i = 0; i < p->all.count; i++)
		if (strcmp(p->all.items[i]->statement, statement) == 0) return p->all.items[i];
	return NULL;
}

void parameters_run(App *app, const char *statement, const Values *learnt, const ValueChoice *choices, RunMode mode) {
	parameters_of(app);
	take_up(app, statement);
	values_recall(values_at_hand(app->parameters), learnt);
	run_with(app, choices, mode);
}

static void accept(App *app) {
	Values *values = values_at_hand(app->parameters);
	size_t nth;
	if (!values_missing(values, &nth)) {
		Arena *arena = arena_new();
		run_with(app, values_chosen(arena, values), RUN_MEASURE);
		arena_free(arena);
		return;
	}
	values->cursor = nth;
	app->parameters->problem = "this one has no value yet; ^N makes it NULL";
}

void parameters_key(App *app, Key key) {
	app->parameters->problem = NULL;
	switch (key.alt ? 0 : key.code) {
	case ENTER:
	case LINE_FEED: accept(app); break;
	case ESC:
	case CTRL_C:
		app->modal = MODAL_NONE;
		app_say(app, ROLE_DIM, "planned, not run", NULL);
		break;
	default: values_key(values_at_hand(app->parameters), key);
	}
}

void parameters_paste(App *app, const char *text, size_t len) {
	app->parameters->problem = NULL;
	values_paste(values_at_hand(app->parameters), text, len);
}

void parameters_draw(Canvas *canvas, Box screen, App *app) {
	static const KeyHint keys[] = {{"Enter", "run"}, {"Left Right", "other values"}, {"^N", "NULL"}, {"Esc", "leave"}};
	const Parameters *p = app->parameters;
	const Values *values = values_at_hand(p);
	Form form = {
		.title = "run it with",
		.fields = values_form(canvas->arena, values, clock_ms()),
		.count = values->asked_count,
		.cursor = values->cursor,
		.status = p->problem,
		.status_role = ROLE_ERROR,
		.keys = keys,
		.key_count = sizeof keys / sizeof *keys,
	};
	form_draw(canvas, screen, &form);
}

void parameters_free(App *app) {
	Parameters *p = app->parameters;
	if (!p) return;
	for (size_t i = 0; i < p->all.count; i++) values_free(p->all.items[i]);
	str_release(&p->filled);
	str_release(&p->told);
}
