/* applying_page.c: what :try and :apply are about to do, do, and did, as a page. */
#include "app/applying_page.h"

#include <math.h>

#include "advise/tried.h"
#include "base/utf8.h"
#include "core/format.h"

enum { MOST_WAITS = 8, MOST_OF_QUERY = 150, BAR_CELLS = 30 };

static void line(Page *page, Role role, const char *text) {
	if (!text) return;
	page_line(page);
	page_add(page, role, text);
}

/* ---- the statements ---- */

static bool is_removing(const ApplyingShown *shown) {
	return shown->stage == APPLYING_UNDER_WAY && shown->state->stage == APPLY_REMOVING;
}

static void step_mark(Page *page, const ApplyingShown *shown, size_t nth) {
	const ApplyState *state = shown->state;
	const char *locks = remedy_locks(&shown->steps->items[nth]);
	bool began = !shown->trial && state->ms, here = began && state->step == nth;
	page_line(page);
	page_printf(page, ROLE_STRONG, "%zu ", nth + 1);
	if (began && !isnan(state->ms[nth])) page_printf(page, ROLE_GOOD, "done in %s", format_ms(page->arena, state->ms[nth]));
	else if (here && (shown->stage >= APPLYING_AFTER || is_removing(shown))) page_add(page, ROLE_ERROR, "not done");
	else if (here && shown->stage == APPLYING_UNDER_WAY) page_printf(page, ROLE_WARNING, "under way for %s", format_age(page->arena, shown->elapsed_ms / 1000));
	else page_add(page, ROLE_DIM, locks ? locks : "locks no table");
}

static void statements(Page *page, const ApplyingShown *shown, int width) {
	if (!shown->steps->count) return;
	page_heading(page, shown->trial ? "statements, in a transaction that is rolled back" : "statements, one by one");
	line(page, ROLE_WARNING, shown->note);
	for (size_t i = 0; i < shown->steps->count; i++) {
		step_mark(page, shown, i);
		page_sql(page, shown->steps->items[i].sql, (size_t)width);
	}
}

static bool any(const RemedySteps *steps, bool (*is)(const RemedyStep *step)) {
	for (size_t i = 0; i < steps->count; i++)
		if (is(&steps->items[i])) return true;
	return false;
}

static bool builds(const RemedyStep *step) {
	return step->kind == STEP_BUILD || step->kind == STEP_REINDEX;
}

static void timeouts(Page *page, const ApplyingShown *shown) {
	page_line(page);
	Arena *arena = page->arena;
	const char *wait = format_ms(arena, shown->lock_timeout_ms);
	if (shown->trial)
		page_printf(page, ROLE_DIM, "Each may take %s (statement_timeout_ms), wait %s for a lock (lock_timeout_ms), and index no more than %s (try.max_mb). So may the statement, "
		                            "which is run without the index and with it, READ ONLY.",
		            format_ms(arena, shown->statement_timeout_ms), wait, format_bytes(arena, shown->most_bytes));
	else
		page_printf(page, ROLE_DIM, "%s %s for a lock (apply.lock_timeout_ms). ^C cancels%s",
		            any(shown->steps, remedy_concurrent) ? "What nobody waits behind, as CONCURRENTLY, VACUUM, ANALYZE, waits as long as it takes; all else" : "It waits", wait,
		            any(shown->steps, builds) ? ", and removes what is left INVALID." : ".");
}

/* ---- whom it would wait for ---- */

static const char *text_at(const Table *table, size_t row, const char *column) {
	return table_text(table, row, table_column(table, column), "");
}

static const char *session_words(Arena *arena, const Table *waits, size_t row) {
	int64_t pid = table_int(waits, row, table_column(waits, "pid"), 0);
	const char *application = text_at(waits, row, "application");
	if (!pid && !*text_at(waits, row, "gid")) return "a prepared transaction";
	if (!pid) return arena_printf(arena, "prepared transaction %s of %s", text_at(waits, row, "gid"), text_at(waits, row, "user"));
	return arena_printf(arena, "%lld %s%s%s%s", (long long)pid, text_at(waits, row, "user"), *application ? " (" : "", application, *application ? ")" : "");
}

static void one_wait(Page *page, const Table *waits, size_t row) {
	Arena *arena = page->arena;
	double age_s = table_real(waits, row, table_column(waits, "xact_age_s"), NAN);
	const char *modes = text_at(waits, row, "modes"), *query = utf8_clean(arena, text_at(waits, row, "query")); /* on one line */
	page_line(page);
	page_add(page, ROLE_STRONG, session_words(arena, waits, row));
	page_printf(page, ROLE_TEXT, "  %s", text_at(waits, row, "state"));
	if (!isnan(age_s)) page_printf(page, ROLE_WARNING, "  transaction open for %s", format_age(arena, age_s));
	if (*modes) page_printf(page, ROLE_TEXT, "  holds %s on %s", modes, text_at(waits, row, "held"));
	else if (table_column(waits, "modes") != TABLE_NO_COLUMN) page_add(page, ROLE_DIM, "  reads something: its snapshot is older than the index");
	if (!*query) return;
	page_line(page);
	size_t fits = utf8_fit(query, MOST_OF_QUERY);
	page_printf(page, ROLE_DIM, "  %s%s", arena_copy_n(arena, query, fits), query[fits] ? "…" : "");
}

static void waits(Page *page, const ApplyingShown *shown) {
	page_heading(page, "would wait for now");
	if (!shown->waits) {
		page_line(page);
		page_add(page, ROLE_DIM, shown->waits_problem ? shown->waits_problem : "asking …");
		return;
	}
	size_t count = shown->waits->row_count;
	if (!count) page_line(page);
	if (!count) page_add(page, ROLE_GOOD, "nobody");
	for (size_t i = 0; i < count && i < MOST_WAITS; i++) one_wait(page, shown->waits, i);
	if (count <= MOST_WAITS) return;
	page_line(page);
	page_printf(page, ROLE_DIM, "and %zu more", count - MOST_WAITS);
}

/* ---- how far it has come ---- */

static double figure(const Table *progress, const char *column) {
	return table_real(progress, 0, table_column(progress, column), 0);
}

/* Each phase counts what it goes through: sessions, tuples or blocks. */
static double share_of(const Table *progress, const char **unit) {
	static const struct { const char *phase, *unit, *done, *total; } counted[] = {
		{"waiting", "sessions", "lockers_done", "lockers_total"},
		{"loading", "tuples", "tuples_done", "tuples_total"},
		{"sorting", "tuples", "tuples_done", "tuples_total"},
		{"", "blocks", "blocks_done", "blocks_total"},
	};
	const char *phase = text_at(progress, 0, "phase");
	for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
		if (!strstr(phase, counted[i].phase)) continue;
		double total = figure(progress, counted[i].total);
		*unit = counted[i].unit;
		return total > 0 ? fmin(figure(progress, counted[i].done) / total, 1) : NAN;
	}
	return NAN;
}

static void bar(Page *page, const Table *table) {
	const char *unit = "";
	double share = share_of(table, &unit);
	if (isnan(share)) return;
	page_line(page);
	for (int i = 0; i < BAR_CELLS; i++) page_add(page, i < share * BAR_CELLS ? ROLE_BAR : ROLE_DIM, i < share * BAR_CELLS ? "█" : "·");
	page_printf(page, ROLE_TEXT, " %3.0f%% of %s", share * 100, unit);
}

static void blockers(Page *page, const Table *table) {
	double count = figure(table, "blockers");
	if (!(count > 0)) return;
	page_heading(page, "waits for");
	one_wait(page, table, 0);
	if (count > 1) page_line(page);
	if (count > 1) page_printf(page, ROLE_DIM, "and %.0f more", count - 1);
}

static const char *progress_heading(const ApplyingShown *shown, const char *phase) {
	if (shown->stage == APPLYING_AFTER) return "what became of it";
	if (is_removing(shown)) return "removing the INVALID index it left; it waits for who uses the table, ^C leaves it";
	return *phase ? phase : "under way";
}

static void progress(Page *page, const ApplyingShown *shown, int width) {
	const Table *table = shown->stage == APPLYING_UNDER_WAY && shown->progress && shown->progress->row_count ? shown->progress : NULL;
	const char *phase = table && !is_removing(shown) ? text_at(table, 0, "phase") : "";
	page_heading(page, progress_heading(shown, phase));
	if (is_removing(shown)) page_sql(page, shown->state->leftover, (size_t)width);
	line(page, ROLE_WARNING, shown->silence);
	line(page, ROLE_TEXT, shown->doing);
	if (*phase) bar(page, table);
	if (table) blockers(page, table);
	if (shown->stage == APPLYING_AFTER || is_removing(shown)) return;
	line(page, ROLE_DIM, any(shown->steps, builds) ? "^C cancels it and removes what is left INVALID, Esc lets it go on." : "^C cancels it, Esc lets it go on.");
}

/* ---- what became of it ---- */

static void why_it_ended(Page *page, const Err *err) {
	page_add(page, ROLE_ERROR, err->message.text);
	line(page, ROLE_TEXT, err->hint.len ? err->hint.text : NULL);
}

static void leftovers(Page *page, const ApplyingShown *shown, int width) {
	page_line(page);
	if (shown->trial) {
		page_add(page, ROLE_DIM, "Nothing of it is left: it was rolled back.");
	} else if (shown->state->removed) {
		page_add(page, ROLE_TEXT, "The INVALID index it left was removed.");
	} else if (shown->state->leftover) {
		page_add(page, ROLE_ERROR, "An INVALID index is left, which costs each write and helps no read. :apply removes it and builds it anew; this only removes it:");
		page_sql(page, shown->state->leftover, (size_t)width);
	}
}

static void outcome(Page *page, const ApplyingShown *shown, int width) {
	page_heading(page, "outcome");
	page_line(page);
	if (err_is(shown->err)) why_it_ended(page, shown->err);
	else if (shown->trial) page_add(page, shown->finding->tried->unseen ? ROLE_WARNING : ROLE_GOOD, say_tried(page->arena, shown->finding));
	else page_add(page, ROLE_GOOD, shown->measurable ? "All of it is done. A measures the statement again, D then compares." : "All of it is done.");
	leftovers(page, shown, width);
	if (shown->trial || err_is(shown->err) || !shown->finding->undo) return;
	page_heading(page, "undo");
	page_sql(page, shown->finding->undo, (size_t)width);
}

void applying_page(Page *page, const ApplyingShown *shown, int width) {
	const Finding *finding = shown->finding;
	page_line(page);
	page_printf(page, ROLE_STRONG, "%s", finding->rule);
	page_printf(page, ROLE_DIM, "  %s  ", basis_name(finding->basis));
	page_add(page, ROLE_TEXT, finding->title);
	page_line(page);
	page_printf(page, ROLE_TEXT, "%s database %s on %s", shown->trial ? "In" : "Changes", shown->database, shown->host);
	if (finding->index_bytes > 0 && !shown->trial) page_printf(page, ROLE_DIM, "  ~%s", format_bytes(page->arena, finding->index_bytes));
	if (shown->stage == APPLYING_OVER) outcome(page, shown, width);
	if (shown->stage == APPLYING_AFTER && err_is(shown->err)) {
		page_heading(page, "the connection was lost");
		page_line(page);
		why_it_ended(page, shown->err);
	}
	if (shown->stage == APPLYING_UNDER_WAY || shown->stage == APPLYING_AFTER) progress(page, shown, width);
	if (shown->stage == APPLYING_READING) {
		page_line(page);
		page_add(page, ROLE_DIM, "reading what is there …");
		return;
	}
	if (shown->stage == APPLYING_ASKING) waits(page, shown);
	statements(page, shown, width);
	if (shown->stage == APPLYING_ASKING) timeouts(page, shown);
}
