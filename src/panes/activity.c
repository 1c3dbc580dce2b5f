/* activity.c: the Activity pane: every session, what it does, since when, what it waits for, how far it has come. */
#include <inttypes.h>
#include <math.h>

#include "base/str.h"
#include "core/format.h"
#include "panes/session_act.h"
#include "panes/waits.h"
#include "panes/why.h"
#include "sql/quote.h"

enum {
	COLUMN_PID,
	COLUMN_AGE,
	COLUMN_DOING,
	COLUMN_WAIT,
	COLUMN_USER,
	COLUMN_APPLICATION,
	COLUMN_DATABASE,
	COLUMN_CLIENT,
	COLUMN_STATE,
	COLUMN_QUERY_AGE,
	COLUMN_XACT_AGE,
	COLUMN_BACKEND_AGE,
	COLUMN_XMIN_AGE,
	COLUMN_WORKERS,
	COLUMN_BLOCKED_BY,
	COLUMN_PROGRESS,
	COLUMN_QUERYID,
	COLUMN_TYPE,
	COLUMN_QUERY,
	COLUMN_BRIEF,
	COLUMN_COUNT,
	/* hidden */
	HIDDEN_KEY = COLUMN_COUNT,
	HIDDEN_ROLE,
	HIDDEN_SAMPLE, /* its row there */
	HIDDEN_AGE_OF,
	HIDDEN_IDLE, /* sessions left out */
	TABLE_WIDTH
};

static const ListColumn columns[COLUMN_COUNT] = {
	[COLUMN_PID] = {"pid", "pid", CELL_INT, UNIT_NONE, 7, .help = "its process id; parallel workers are one with their leader"},
	[COLUMN_AGE] = {"age_ms", "age", CELL_REAL, UNIT_MS, 6, .descending = true, .help = "how long its statement has been running; T: its transaction open, it connected"},
	[COLUMN_DOING] = {"doing", "doing", CELL_TEXT, UNIT_NONE, 9, .help = "its state in a word: active, idle, idle xact (in transaction), aborted (idle in one that failed); or what process of the server's it is"},
	[COLUMN_WAIT] = {"wait_event", "waits for", CELL_TEXT, UNIT_NONE, 17, .help = "its wait event, type and name; nothing while active: it is on the CPU"},
	[COLUMN_USER] = {"user", "user", CELL_TEXT, UNIT_NONE, 10, .help = "its role"},
	[COLUMN_APPLICATION] = {"application", "application", CELL_TEXT, UNIT_NONE, 14, .help = "its application_name"},
	[COLUMN_DATABASE] = {"database", "database", CELL_TEXT, UNIT_NONE, 10, .help = "the database it is connected to"},
	[COLUMN_CLIENT] = {"client", "client", CELL_TEXT, UNIT_NONE, 15, .help = "where it comes from; behind a pooler that is the pooler"},
	[COLUMN_STATE] = {"state", "state", CELL_TEXT, UNIT_NONE, 19, .help = "its state, as pg_stat_activity has it"},
	[COLUMN_QUERY_AGE] = {"query_age_ms", "query age", CELL_REAL, UNIT_MS, 9, .descending = true, .help = "since its statement began; idle: since the last one did"},
	[COLUMN_XACT_AGE] = {"xact_age_ms", "xact age", CELL_REAL, UNIT_MS, 8, .descending = true, .help = "how long its transaction has been open"},
	[COLUMN_BACKEND_AGE] = {"backend_age_ms", "connected", CELL_REAL, UNIT_MS, 9, .descending = true, .help = "how long it has been connected"},
	[COLUMN_XMIN_AGE] = {"xmin_age", "xmin age", CELL_INT, UNIT_COUNT, 8, .descending = true, .help = "transactions begun since the oldest it may still look at: what they delete vacuum has to keep"},
	[COLUMN_WORKERS] = {"workers", "workers", CELL_INT, UNIT_NONE, 7, .descending = true, .help = "parallel workers that work for it now"},
	[COLUMN_BLOCKED_BY] = {"blocked_by", "blocked by", CELL_TEXT, UNIT_NONE, 15, .help = "pids of those whose locks it waits for, or who stand before it in the queue (of the 20 that wait longest); 0: a prepared transaction"},
	[COLUMN_PROGRESS] = {"progress", "progress", CELL_REAL, UNIT_SHARE, 14, .bar = true, .descending = true, .help = "how far CREATE INDEX, VACUUM, ANALYZE, CLUSTER, COPY, a base backup has come in its present phase"},
	[COLUMN_QUERYID] = {"queryid", "queryid", CELL_INT, UNIT_NONE, 20, .help = "of its statement, as pg_stat_statements has it (14 and later, with compute_query_id)"},
	[COLUMN_TYPE] = {"backend_type", "backend", CELL_TEXT, UNIT_NONE, 16, .help = "what kind of process it is"},
	[COLUMN_QUERY] = {"query", "query", CELL_TEXT, UNIT_NONE, 40, .help = "what it runs; not active: what it ran last"},
	[COLUMN_BRIEF] = {"brief", "progress, statement", CELL_TEXT, UNIT_NONE, 0, .help = "how far its command has come, as a bar, then what it runs or ran last"},
};

/* ---- the sample ---- */

static const char *text(const PaneInput *input, size_t at, const char *column) {
	return table_text(input->after, at, table_column(input->after, column), NULL);
}

static double real(const PaneInput *input, size_t at, const char *column) {
	return table_real(input->after, at, table_column(input->after, column), NAN);
}

static int64_t integer(const PaneInput *input, size_t at, const char *column) {
	return table_int(input->after, at, table_column(input->after, column), 0);
}

static LockSession session_at(Arena *arena, const PaneInput *input, size_t at) {
	return lock_session_read(arena, input->after, at, integer(input, at, "pid"), NULL);
}

static bool is(const char *text_or_null, const char *wanted) {
	return text_or_null && strcmp(text_or_null, wanted) == 0;
}

/* Who is connected and runs nothing, and the server's own processes that wait for something to do. What is hidden may be at work. */
static bool is_idle(const LockSession *session) {
	if (session->hidden) return false;
	if (!session->state) return session->backend_type && strcmp(session->backend_type, "client backend") != 0 && strcmp(session->backend_type, "autovacuum worker") != 0;
	return is(session->state, "idle") || is(session->state, "disabled") || (session->wait_event && strncmp(session->wait_event, "Activity:", strlen("Activity:")) == 0);
}

static bool is_own(const PaneInput *input, int64_t pid) {
	for (size_t i = 0; input->cost && i < input->cost->conns.count; i++)
		if (input->cost->conns.items[i].backend_pid == pid) return true;
	return false;
}

/* ---- rows ---- */

static const char *const age_columns[] = {[AGE_OF_QUERY] = "query_age_s", [AGE_OF_XACT] = "xact_age_s", [AGE_OF_BACKEND] = "backend_age_s"};

/* Of a session that runs nothing: since when. */
static double age_s(const PaneInput *input, size_t at, const LockSession *session) {
	bool active = is(session->state, "active") || is(session->state, "fastpath function call");
	if (input->age == AGE_OF_QUERY && !active) return session->state_age_s;
	return real(input, at, age_columns[input->age]);
}

static const char *bar(Arena *arena, double share) {
	enum { CELLS = 10 };
	Str text_of_bar = STR_INIT;
	int full = (int)(share * CELLS + 0.5);
	str_add_repeat(&text_of_bar, "█", (size_t)full);
	str_add_repeat(&text_of_bar, "░", (size_t)(CELLS - full));
	const char *copy = arena_copy(arena, text_of_bar.text);
	str_release(&text_of_bar);
	return copy;
}

/* "██████░░░░ 62% CREATE INDEX public.orders: building index: scanning table"; NULL: it tells no progress. */
static const char *progress_text(Arena *arena, const PaneInput *input, size_t at) {
	const char *command = text(input, at, "command"), *phase = text(input, at, "phase"), *relation = text(input, at, "relation");
	double share = real(input, at, "progress");
	if (!command && !phase) return NULL;
	const char *words = arena_printf(arena, "%s%s%s%s%s", command ? command : "", relation ? " " : "", relation ? relation : "", phase ? ": " : "", phase ? phase : "");
	return isnan(share) ? words : arena_printf(arena, "%s %s %s", bar(arena, share), format_share(arena, share), words);
}

static const char *brief(Arena *arena, const PaneInput *input, size_t at, const LockSession *session) {
	const char *progress = progress_text(arena, input, at), *query = session->query && *session->query ? session->query : NULL;
	if (!query) return progress ? progress : session->backend_type && strcmp(session->backend_type, "client backend") != 0 ? session->backend_type : NULL;
	return progress ? arena_printf(arena, "%s · %s", progress, query) : query;
}

static bool role_of(const LockSession *session, Role *role) {
	if (session->wait_event && strncmp(session->wait_event, "Lock:", strlen("Lock:")) == 0) *role = ROLE_WARNING;
	else if (lock_session_idle_in_transaction(session)) *role = ROLE_WARNING;
	else if (is_idle(session)) *role = ROLE_DIM;
	else return false;
	return true;
}

static const char *doing_word(const LockSession *session) {
	if (lock_session_idle_in_transaction(session)) return is(session->state, "idle in transaction") ? "idle xact" : "aborted";
	return session->state ? session->state : session->backend_type ? session->backend_type : "hidden";
}

static void fill_ages(const PaneInput *input, Table *table, size_t row, size_t at, const LockSession *session) {
	table_set_real(table, row, COLUMN_AGE, age_s(input, at, session) * 1000);
	table_set_real(table, row, COLUMN_QUERY_AGE, session->query_age_s * 1000);
	table_set_real(table, row, COLUMN_XACT_AGE, session->xact_age_s * 1000);
	table_set_real(table, row, COLUMN_BACKEND_AGE, real(input, at, "backend_age_s") * 1000);
	if (session->xmin_age >= 0) table_set_int(table, row, COLUMN_XMIN_AGE, session->xmin_age);
}

static void fill_row(Arena *arena, const PaneInput *input, Table *table, size_t at, const LockSession *session) {
	size_t row = table_add_row(arena, table);
	Role role;
	table_set_int(table, row, COLUMN_PID, session->pid);
	fill_ages(input, table, row, at, session);
	const struct {
		size_t column;
		const char *value;
	} texts[] = {
		{COLUMN_DOING, doing_word(session)}, {COLUMN_STATE, session->state}, {COLUMN_WAIT, session->wait_event}, {COLUMN_USER, session->user}, {COLUMN_APPLICATION, session->application},
		{COLUMN_DATABASE, session->database}, {COLUMN_CLIENT, session->client}, {COLUMN_BLOCKED_BY, text(input, at, "blocked_by")}, {COLUMN_TYPE, session->backend_type},
		{COLUMN_QUERY, session->query}, {COLUMN_BRIEF, brief(arena, input, at, session)},
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) table_set_text(table, row, texts[i].column, texts[i].value);
	if (integer(input, at, "workers")) table_set_int(table, row, COLUMN_WORKERS, integer(input, at, "workers"));
	table_set_real(table, row, COLUMN_PROGRESS, real(input, at, "progress"));
	if (integer(input, at, "query_id")) table_set_int(table, row, COLUMN_QUERYID, integer(input, at, "query_id"));
	table_set_text(table, row, HIDDEN_KEY, arena_printf(arena, "%" PRId64 "/%s", session->pid, session->backend_start ? session->backend_start : ""));
	if (role_of(session, &role)) table_set_int(table, row, HIDDEN_ROLE, role);
	table_set_int(table, row, HIDDEN_SAMPLE, (int64_t)at);
	table_set_text(table, row, HIDDEN_AGE_OF, age_columns[input->age]);
}

static Table *rows(Arena *arena, const PaneInput *input) {
	Table *table = table_new(arena, TABLE_WIDTH, input->after->row_count);
	int64_t idle = 0;
	for (size_t i = 0; i < COLUMN_COUNT; i++) table_name(table, arena, i, columns[i].id, columns[i].type);
	table_name(table, arena, HIDDEN_KEY, LIST_ROW_KEY, CELL_TEXT);
	table_name(table, arena, HIDDEN_ROLE, LIST_ROW_ROLE, CELL_INT);
	table_name(table, arena, HIDDEN_SAMPLE, "sample", CELL_INT);
	table_name(table, arena, HIDDEN_AGE_OF, "age_of", CELL_TEXT);
	table_name(table, arena, HIDDEN_IDLE, "idle_sessions", CELL_INT);
	for (size_t at = 0; at < input->after->row_count; at++) {
		LockSession session = session_at(arena, input, at);
		if (!input->own_statements && is_own(input, session.pid)) continue;
		bool left_out = !input->idle && is_idle(&session);
		idle += left_out;
		if (!left_out) fill_row(arena, input, table, at, &session);
	}
	for (size_t row = 0; row < table->row_count; row++) table_set_int(table, row, HIDDEN_IDLE, idle);
	return table;
}

/* "5 sessions, 2 wait, 12 idle hidden, age of transaction" */
static const char *headline(Arena *arena, const Table *table) {
	if (!table->row_count) return NULL;
	size_t waiting = 0;
	for (size_t row = 0; row < table->row_count; row++) waiting += strncmp(table_text(table, row, COLUMN_WAIT, ""), "Lock:", strlen("Lock:")) == 0;
	const char *age = table_text(table, 0, HIDDEN_AGE_OF, ""), *wait = waiting ? arena_printf(arena, ", %zu wait%s", waiting, waiting == 1 ? "s" : "") : "";
	int64_t idle = table_int(table, 0, HIDDEN_IDLE, 0);
	const char *of = is(age, age_columns[AGE_OF_QUERY]) ? "" : is(age, age_columns[AGE_OF_XACT]) ? ", age of transaction" : ", age of connection";
	return arena_printf(arena, "%zu session%s%s%s%s", table->row_count, table->row_count == 1 ? "" : "s", wait, idle ? arena_printf(arena, ", %" PRId64 " idle hidden", idle) : "", of);
}

/* ---- why ---- */

static void what(Page *page, const LockSession *session, int width) {
	page_heading(page, "what");
	page_printf(page, ROLE_STRONG, "%s", lock_who(page->arena, session));
	if (session->database) page_printf(page, ROLE_DIM, ", database %s", session->database);
	if (session->client) page_printf(page, ROLE_DIM, ", from %s", session->client);
	if (session->client_port > 0) page_printf(page, ROLE_DIM, " port %" PRId64, session->client_port);
	page_line(page);
	if (session->state) page_printf(page, ROLE_TEXT, "%s", session->state);
	if (session->backend_type && !is(session->backend_type, "client backend")) page_printf(page, ROLE_DIM, "%s%s", session->state ? ", " : "", session->backend_type);
	if (session->backend_start) page_printf(page, ROLE_DIM, "%sconnected since %s", session->state || session->backend_type ? ", " : "", session->backend_start);
	if (!session->query || !*session->query) return;
	page_line(page);
	page_add(page, ROLE_DIM, is(session->state, "active") ? "runs:" : "ran last:");
	page_sql(page, session->query, (size_t)width);
}

static void evidence(Page *page, const PaneInput *input, size_t at, const LockSession *session) {
	Arena *arena = page->arena;
	bool active = is(session->state, "active");
	page_heading(page, "evidence");
	if (active && !isnan(session->query_age_s)) why_figure(page, "query", format_age(arena, session->query_age_s), "since its statement began");
	if (!active && !isnan(session->state_age_s)) why_figure(page, "state", format_age(arena, session->state_age_s), session->state);
	if (!isnan(session->xact_age_s)) why_figure(page, "xact", format_age(arena, session->xact_age_s), "its transaction is open");
	if (!isnan(real(input, at, "backend_age_s"))) why_figure(page, "session", format_age(arena, real(input, at, "backend_age_s")), "connected");
	if (session->xmin_age >= 0) why_figure(page, "xmin", format_rows(arena, (double)session->xmin_age), "transactions begun since the oldest it may still look at: what they delete vacuum has to keep");
	if (integer(input, at, "workers")) why_figure(page, "workers", arena_printf(arena, "%" PRId64, integer(input, at, "workers")), "parallel workers work for it");
	const char *progress = progress_text(arena, input, at);
	if (progress) why_figure(page, "progress", format_share(arena, real(input, at, "progress")), progress);
	if (session->wait_event) why_figure(page, "now", "", session->wait_event);
	waits_figures(page, "waits", wait_profile_of_session(arena, input->waits, session->pid));
	if (integer(input, at, "query_id") && active) waits_figures(page, "all calls", wait_profile_of_query(arena, input->waits, integer(input, at, "query_id")));
}

static void because(Page *page, const PaneInput *input, size_t at, const LockSession *session) {
	Arena *arena = page->arena;
	const char *blockers = text(input, at, "blocked_by"), *meaning = waits_meaning(session->wait_event);
	page_heading(page, "because");
	if (blockers) why_cause(page, ROLE_WARNING, arena_printf(arena, "it waits for session%s %s; 4 shows who holds what", strchr(blockers, ',') ? "s" : "", blockers));
	if (lock_session_idle_in_transaction(session))
		why_cause(page, ROLE_WARNING, "its client has not ended the transaction: locks stay, and vacuum keeps what it may still look at; idle_in_transaction_session_timeout would end it");
	else if (meaning && !blockers) why_cause(page, ROLE_TEXT, meaning);
	else if (is(session->state, "active") && !session->wait_event) why_cause(page, ROLE_TEXT, "it works: on the CPU, or waiting for one");
	if (is_idle(session)) why_cause(page, ROLE_DIM, "it waits to be asked something");
	if (lock_doing(arena, session) == LOCK_DOING_STATEMENT && session->query && !blockers) why_cause(page, ROLE_DIM, "E plans its statement and says more; nothing is run");
	if (session->hidden)
		why_cause(page, ROLE_DIM, arena_printf(arena, "what it does is hidden without pg_read_all_stats (pg_monitor has it): GRANT pg_monitor TO %s", sql_identifier(arena, input->server->user)));
}

static void offer(Page *page, const LockSession *session, const Server *server, SessionAct act, int width) {
	const char *hint, *grant, *problem = session_act_refusal(page->arena, act, session, &hint), *needs = session_act_needs(page->arena, session, server, &grant);
	if (problem) return;
	page_line(page);
	page_printf(page, ROLE_STRONG, "%s %s", act == SESSION_CANCEL ? "C cancels" : "K terminates", lock_who(page->arena, session));
	if (session->backend_start) page_sql(page, session_act_sql(page->arena, act, session), (size_t)width);
	page_line(page);
	page_indent(page, 2);
	page_printf(page, ROLE_DIM, "  %s", session_act_costs(page->arena, act, session));
	if (needs) {
		page_line(page);
		page_printf(page, ROLE_WARNING, "  %s", needs);
	}
	if (needs && grant) page_sql(page, grant, (size_t)width);
}

static void why(Page *page, const PaneInput *input, const Table *table, size_t row, const Diagnosis *diagnosis, int width) {
	size_t at = (size_t)table_int(table, row, HIDDEN_SAMPLE, 0);
	LockSession session = session_at(page->arena, input, at);
	const char *hint, *refusal = session_act_refusal(page->arena, SESSION_TERMINATE, &session, &hint);
	what(page, &session, width);
	evidence(page, input, at, &session);
	because(page, input, at, &session);
	if (diagnosis && diagnosis->findings) why_findings_because(page, diagnosis);
	page_heading(page, "do");
	if (diagnosis && diagnosis->findings && diagnosis->findings->count) why_findings_do(page, diagnosis, width);
	if (refusal) why_cause(page, ROLE_DIM, refusal);
	offer(page, &session, input->server, SESSION_CANCEL, width);
	offer(page, &session, input->server, SESSION_TERMINATE, width);
}

static PaneStatement statement(Arena *arena, const PaneInput *input, const Table *table, size_t row) {
	PaneStatement statement = {
		.text = table_text(table, row, COLUMN_QUERY, NULL),
		.database = table_text(table, row, COLUMN_DATABASE, NULL),
		.user = table_text(table, row, COLUMN_USER, NULL),
	};
	if (statement.text && *statement.text) return statement;
	statement.problem = statement.text ? "it has run no statement"
	                                   : arena_printf(arena, "what session %" PRId64 " runs is hidden from role %s", table_int(table, row, COLUMN_PID, 0), input->server->user);
	statement.text = NULL;
	return statement;
}

static PaneSession session(Arena *arena, const PaneInput *input, const Table *table, size_t row) {
	LockSession found = session_at(arena, input, (size_t)table_int(table, row, HIDDEN_SAMPLE, 0));
	return (PaneSession){.pid = found.pid, .backend_start = found.backend_start, .user = found.user, .application = found.application};
}

const Pane pane_activity = {
	.name = "activity",
	.title = "Activity",
	.number = 5,
	.summary = "sessions: what each does, since when, what it waits for, how far it has come",
	.columns = columns,
	.column_count = COLUMN_COUNT,
	.sort = COLUMN_AGE,
	.query = "activity",
	.unslowed = true,
	.rows = rows,
	.headline = headline,
	.why = why,
	.statement = statement,
	.session = session,
	.has_ages = true,
	.quiet = "no session is at work; idle ones are left out",
};
