/* show.c: `pgwhy show PANE`: a pane as text or JSON, once or again and again. */
#include <math.h>
#include <stdio.h>

#include "app/batch.h"
#include "app/sampler.h"
#include "app/session.h"
#include "base/clock.h"
#include "report/table.h"

typedef struct Showing {
	const Options *options;
	const Pane *pane;
	Session session;
	Sampler *sampler;
	bool changed;
} Showing;

static void sampled(void *owner, Sampler *sampler) {
	(void)sampler;
	((Showing *)owner)->changed = true;
}

/* Waits for an answer of the sampler, or until the time when nothing is asked. */
static bool wait_for(Showing *s, bool answer, int64_t until_ms, Err *err) {
	s->changed = false;
	while (answer ? !s->changed : clock_ms() < until_ms) {
		loop_turn(s->session.loop, answer ? -1 : until_ms);
		if (loop_signal(s->session.loop, LOOP_INTERRUPT) || loop_signal(s->session.loop, LOOP_TERMINATE)) return err_set(err, ERR_CANCELLED, "cancelled");
		if (conn_state(s->session.conn) != CONN_READY) {
			const Err *why = conn_error(s->session.conn);
			err_set(err, ERR_CONNECTION, "%s", why->message.text);
			err_hint(err, "%s", why->hint.text);
			return false;
		}
	}
	return true;
}

static bool sample(Showing *s, Err *err) {
	sampler_tick(s->sampler, true);
	if (!wait_for(s, true, 0, err)) return false;
	const Err *problem = sampler_error(s->sampler);
	if (!err_is(problem)) return true;
	err_set(err, problem->kind, "%s", problem->message.text);
	err_hint(err, "%s", problem->hint.text);
	return false;
}

static bool fetch_texts(Showing *s, const PaneInput *input, const Table *rows, Err *err) {
	LIST(int64_t) keys = {0};
	Arena *arena = arena_new();
	for (size_t row = 0; s->pane->missing_text && row < rows->row_count; row++) {
		int64_t key;
		if (s->pane->missing_text(input, rows, row, &key)) *list_push(arena, &keys) = key;
	}
	bool wanted = keys.count > 0;
	if (wanted) sampler_want_texts(s->sampler, keys.items, keys.count);
	wanted = wanted && sampler_waiting(s->sampler);
	arena_free(arena);
	return !wanted || wait_for(s, true, 0, err);
}

static bool print(Showing *s, Err *err) {
	PaneInput input;
	if (!sampler_input(s->sampler, false, &input)) return err_set(err, ERR_SERVER, "there is no sample");
	Arena *arena = arena_new();
	const Table *rows = s->pane->rows(arena, &input);
	bool fine = fetch_texts(s, &input, rows, err);
	if (fine) {
		rows = s->pane->rows(arena, &input);
		List list = LIST_INIT(s->pane->sort);
		ListRows order = list_rows(arena, &list, rows, s->pane->columns, s->pane->column_count, NULL);
		bool again = !isnan(s->options->every_s);
		Str text = STR_INIT;
		str_add(&text, s->options->format == FORMAT_JSON
		                   ? report_table_json(arena, rows, &order, s->pane->columns, s->pane->column_count, again)
		                   : report_table_text(arena, rows, &order, s->pane->columns, s->pane->column_count));
		if (s->options->format == FORMAT_TEXT && again) str_add(&text, "\n");
		fine = batch_write(s->options, &text, err);
		str_release(&text);
		list_release(&list);
	}
	arena_free(arena);
	return fine;
}

static bool missing(Showing *s, Err *err) {
	const char *remedy = NULL, *problem = s->pane->problem ? s->pane->problem(conn_server(s->session.conn), &remedy) : NULL;
	if (!problem) return false;
	err_set(err, ERR_SERVER, "%s", problem);
	if (remedy) err_hint(err, "%s", remedy);
	return true;
}

/* Rates need two samples: one second apart, or --every. */
static bool show(Showing *s, Err *err) {
	if (missing(s, err)) return false;
	bool again = !isnan(s->options->every_s);
	int64_t interval_ms = again ? (int64_t)(s->options->every_s * 1000) : 1000, next = clock_ms();
	if (!sample(s, err)) return false;
	for (long shown = 0; again ? !s->options->count || shown < s->options->count : shown < 1; shown++) {
		next += interval_ms;
		if (!wait_for(s, false, next, err) || !sample(s, err) || !print(s, err)) return false;
	}
	return true;
}

static const Pane *wanted_pane(const Options *options, Err *err) {
	const Pane *pane = options->word_count == 1 ? pane_named(options->words[0]) : NULL;
	if (pane) return pane;
	Str names = STR_INIT;
	for (const Pane *const *p = panes; *p; p++) str_printf(&names, "%s%s", p == panes ? "" : ", ", (*p)->name);
	if (options->word_count == 1) err_set(err, ERR_USAGE, "there is no pane \"%s\"", options->words[0]);
	else err_set(err, ERR_USAGE, "show takes one pane");
	err_hint(err, "There is: %s.", names.text);
	str_release(&names);
	return NULL;
}

int show_command(const Options *options) {
	Err err = ERR_INIT;
	Showing s = {.options = options, .pane = wanted_pane(options, &err)};
	if (!s.pane) return batch_complain(&err);
	int status = 0;
	bool fine = session_open(&s.session, options, &err);
	if (fine) {
		s.sampler = sampler_new(s.pane, sampled, &s);
		sampler_connect(s.sampler, s.session.conn);
		fine = show(&s, &err);
		sampler_free(s.sampler);
	}
	/* ^C is how --every without --count ends */
	if (!fine && (err.kind != ERR_CANCELLED || isnan(options->every_s))) status = batch_complain(&err);
	err_release(&err);
	session_close(&s.session);
	return status;
}
