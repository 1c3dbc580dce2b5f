/* show.c: `pgwhy show PANE`: a pane as text, JSON, CSV or Markdown, once or again and again. */
#include <math.h>

#include "app/abroad.h"
#include "app/batch.h"
#include "app/kept_statements.h"
#include "app/pane_json.h"
#include "app/sampler.h"
#include "app/session.h"
#include "base/clock.h"
#include "panes/kept_list.h"
#include "panes/traffic.h"
#include "report/table.h"

typedef struct Showing {
	const Options *options;
	const Pane *pane;
	const Pane *sampled; /* whose samples its rows come of */
	StatementMark *mark; /* of a pane that compares */
	Session session;
	Sampler *sampler;
	Abroad *abroad;
	bool again; /* and again */
	int64_t interval_ms; /* that the figures of one showing are over */
	int64_t began_ms;
	int64_t due_ms; /* the next sample */
	long shown; /* so many times */
} Showing;

/* ---- waiting ---- */

static void changed(void *owner, Sampler *sampler) {
	(void)owner; /* what waits looks at the sampler after each turn of the loop */
	(void)sampler;
}

static bool turn(Showing *s, int64_t until_ms, Err *err) {
	loop_turn(s->session.loop, until_ms);
	if (loop_signal(s->session.loop, LOOP_INTERRUPT) || loop_signal(s->session.loop, LOOP_TERMINATE)) return err_set(err, ERR_CANCELLED, "cancelled");
	if (conn_state(s->session.conn) == CONN_READY) return true;
	const Err *why = conn_error(s->session.conn);
	err_set(err, ERR_CONNECTION, "%s", why->message.text);
	err_hint(err, "%s", why->hint.text);
	return false;
}

static bool wait_until(Showing *s, int64_t until_ms, Err *err) {
	while (clock_ms() < until_ms)
		if (!turn(s, until_ms, err)) return false;
	return true;
}

static bool wait_for_answer(Showing *s, Err *err) {
	while (sampler_waiting(s->sampler))
		if (!turn(s, -1, err)) return false;
	return true;
}

/* ---- one showing ---- */

static bool sample(Showing *s, Err *err) {
	sampler_tick(s->sampler, &(SamplerTurn){.forced = true, .on_screen = true}, NULL, 0);
	if (!wait_for_answer(s, err)) return false;
	const Err *problem = sampler_error(s->sampler);
	if (!err_is(problem)) return true;
	err_set(err, problem->kind, "%s", problem->message.text);
	err_hint(err, "%s", problem->hint.text);
	return false;
}

static Keys missing_texts(const Showing *s, Arena *arena, const PaneInput *input, const Table *rows) {
	if (!s->pane->texts_missing) return (Keys){0};
	size_t *all = ARENA_ARRAY(arena, size_t, rows->row_count);
	for (size_t row = 0; row < rows->row_count; row++) all[row] = row;
	return s->pane->texts_missing(arena, input, rows, all, rows->row_count);
}

/* Reading texts may be dear, and the sampler rests after it: no longer than until the next sample is that waited for. */
static bool fetch_texts(Showing *s, Arena *arena, const PaneInput *input, const Table *rows, Err *err) {
	enum { LOOK_AGAIN_MS = 50 };
	Keys keys = missing_texts(s, arena, input, rows);
	if (!keys.count) return true;
	sampler_want_texts(s->sampler, keys.items, keys.count);
	while (!sampler_waiting(s->sampler) && clock_ms() < s->due_ms) {
		if (!wait_until(s, clock_ms() + LOOK_AGAIN_MS, err)) return false;
		sampler_want_texts(s->sampler, keys.items, keys.count);
	}
	return wait_for_answer(s, err);
}

/* What came of it all stands above the rows. */
static const char *verdict(const Showing *s, Arena *arena, const PaneInput *input) {
	if (!s->pane->compares) return "";
	Page *page = page_new(arena);
	traffic_verdict_page(page, input);
	return arena_printf(arena, "%s\n", page_plain(arena, page));
}

/* Again and again: blocks with a blank line after each, JSON a value a line, CSV one long table. */
static const char *formatted(const Showing *s, Arena *arena, const Table *rows, const ListRows *order, const PaneInput *input) {
	const ListColumn *columns = s->pane->columns;
	size_t count = s->pane->column_count;
	switch (s->options->format) {
	case FORMAT_JSON: return pane_json(arena, s->pane, input, rows, order, s->again);
	case FORMAT_CSV: return report_table_csv(arena, rows, order, columns, count, s->shown == 0);
	case FORMAT_MARKDOWN: return arena_printf(arena, "%s%s%s", verdict(s, arena, input), report_table_markdown(arena, rows, order, columns, count), s->again ? "\n" : "");
	case FORMAT_TEXT: break;
	}
	const char *text = !order->count && s->pane->quiet ? arena_printf(arena, "%s\n", s->pane->quiet) : report_table_text(arena, rows, order, columns, count);
	return arena_printf(arena, "%s%s%s", verdict(s, arena, input), text, s->again ? "\n" : "");
}

static const char *printed(const Showing *s, Arena *arena, const Table *rows, const PaneInput *input) {
	List list = LIST_INIT(s->pane->sort);
	list.whole = true;
	ListRows order = list_rows(arena, &list, rows, s->pane->columns, s->pane->column_count, NULL);
	const char *text = formatted(s, arena, rows, &order, input);
	list_release(&list);
	return text;
}

/* From one database after the other, as far as they answer. */
static bool fetch_texts_abroad(Showing *s, Arena *arena, PaneInput *input, Err *err) {
	enum { MOST_DATABASES = 8, LOOK_AGAIN_MS = 50 };
	for (size_t i = 0; i < MOST_DATABASES && s->pane->texts_abroad; i++) {
		const Table *rows = s->pane->rows(arena, input);
		size_t *all = ARENA_ARRAY(arena, size_t, rows->row_count);
		for (size_t row = 0; row < rows->row_count; row++) all[row] = row;
		PaneAbroad texts = s->pane->texts_abroad(arena, rows, all, rows->row_count);
		if (!texts.database) return true;
		while (!abroad_takes(s->abroad))
			if (!wait_until(s, clock_ms() + LOOK_AGAIN_MS, err)) return false;
		abroad_ask(s->abroad, s->session.conn, s->sampler, s->pane->texts_query, &texts);
		for (; abroad_away(s->abroad); abroad_tick(s->abroad))
			if (!turn(s, abroad_deadline_ms(s->abroad), err)) return false;
	}
	return true;
}

/* One connection, one pane: that is all there is of us. */
static Cost *own_cost(const Showing *s, Arena *arena) {
	Cost *cost = ARENA_NEW(arena, Cost);
	*cost = (Cost){.over_s = (double)(clock_ms() - s->began_ms) / 1000, .budget_share = NAN};
	const Server *server = conn_server(s->session.conn);
	*list_push(arena, &cost->conns) = (CostConn){.purpose = "show", .backend_pid = server->backend_pid, .database = server->database, .state = "ready"};
	*list_push(arena, &cost->reads) = sampler_cost(s->sampler);
	return cost;
}

static bool print_rows(Showing *s, PaneInput input, Err *err) {
	Arena *arena = arena_new();
	input.cost = own_cost(s, arena);
	input.idle = setting_on(&s->options->settings, SETTING_IDLE);
	input.own_statements = setting_on(&s->options->settings, SETTING_OWN_STATEMENTS);
	const Table *rows = s->pane->rows(arena, &input);
	bool fine = fetch_texts(s, arena, &input, rows, err) && fetch_texts_abroad(s, arena, &input, err) && batch_write(s->options, printed(s, arena, s->pane->rows(arena, &input), &input), err);
	arena_free(arena);
	return fine;
}

static bool print(Showing *s, Err *err) {
	PaneInput input;
	bool compares = s->pane->compares;
	if (!sampler_input(s->sampler, compares, &input)) return err_set(err, ERR_SERVER, "there is no sample");
	StatementSample *now = compares ? sampler_statements(s->sampler) : NULL;
	if (compares) input.since_reset = false;
	input.mark = s->mark;
	input.now = now;
	bool fine = print_rows(s, input, err);
	statement_sample_let_go(now);
	return fine;
}

/* ---- all of it ---- */

static bool missing(Showing *s, Err *err) {
	const char *remedy = NULL, *problem = s->sampled->problem ? s->sampled->problem(conn_server(s->session.conn), &remedy) : NULL;
	if (!problem) return false;
	err_set(err, ERR_SERVER, "%s", problem);
	if (remedy) err_hint(err, "%s", remedy);
	return true;
}

static bool sample_when_due(Showing *s, Err *err) {
	if (!wait_until(s, s->due_ms, err) || !sample(s, err)) return false;
	s->due_ms += s->interval_ms;
	return true;
}

/* What m marked in a console, with the texts it had. */
static bool find_mark(Showing *s, Err *err) {
	if (!s->pane->compares) return true;
	Texts texts = {0};
	const char *server = server_place(s->options->arena, conn_server(s->session.conn));
	s->mark = kept_statements_wait(s->session.loop, &s->options->settings, server, &texts, err);
	if (s->mark) sampler_put_texts(s->sampler, &texts);
	return s->mark;
}

/* Rates need two samples; a pane without any is shown at once. */
static bool show(Showing *s, Err *err) {
	bool rates = s->pane->delta || s->pane->keeps_first;
	if (missing(s, err) || !find_mark(s, err) || !sample(s, err)) return false;
	s->due_ms = clock_ms() + s->interval_ms;
	for (; s->again ? !s->options->count || s->shown < s->options->count : s->shown < 1; s->shown++)
		if (((rates || s->shown) && !sample_when_due(s, err)) || !print(s, err)) return false;
	return true;
}

static const Pane *wanted_pane(const Options *options, Err *err) {
	const Pane *pane = options->word_count ? pane_named(options->words[0]) : NULL;
	if (pane) return pane;
	if (options->word_count && strcmp(options->words[0], traffic_pane.name) == 0) return &traffic_pane;
	Str names = STR_INIT;
	for (const Pane *const *p = panes; *p; p++) str_printf(&names, "%s%s", p == panes ? "" : ", ", (*p)->name);
	for (const Pane *const *p = panes_besides; *p; p++) str_printf(&names, ", %s", (*p)->name);
	if (options->word_count) err_set(err, ERR_USAGE, "there is no pane \"%s\"", options->words[0]);
	else err_set(err, ERR_USAGE, "show takes a pane");
	err_hint(err, "There is: %s.", names.text);
	str_release(&names);
	return NULL;
}

int show_command(const Options *options) {
	Err err = ERR_INIT;
	if (options->word_count && strcmp(options->words[0], kept_list.name) == 0) return show_plans(options);
	Showing s = {
		.options = options,
		.pane = wanted_pane(options, &err),
		.again = !isnan(options->every_s) || options->count,
		.began_ms = clock_ms(),
		.interval_ms = isnan(options->every_s) ? 1000 : (int64_t)(options->every_s * 1000),
	};
	s.sampled = s.pane && s.pane->compares ? pane_named("queries") : s.pane;
	if (!s.pane || !batch_begin(options, &err)) return batch_complain(&err);
	bool fine = session_open(&s.session, options, &err);
	if (fine) {
		s.sampler = sampler_new(s.sampled, changed, &s);
		sampler_connect(s.sampler, s.session.conn);
		s.abroad = abroad_new(s.session.loop, NULL, NULL);
		fine = show(&s, &err);
		abroad_free(s.abroad);
		sampler_free(s.sampler);
		statement_mark_free(s.mark);
	}
	bool ended = err.kind == ERR_CANCELLED && s.again; /* ^C is how --every without --count ends */
	int status = fine || ended ? 0 : batch_complain(&err);
	err_release(&err);
	session_close(&s.session);
	return status;
}
