/* locks.c: the Locks pane: who waits for whose locks, and what ends it. */
#include "panes/locks.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "core/format.h"
#include "core/lock_ask.h"
#include "core/lock_read.h"
#include "panes/lock_act.h"
#include "panes/lock_why.h"

enum {
	COLUMN_SESSION,
	COLUMN_BLOCKS,
	COLUMN_WAIT,
	COLUMN_FREES,
	COLUMN_XACT,
	COLUMN_USER,
	COLUMN_APPLICATION,
	COLUMN_DATABASE,
	COLUMN_STATE,
	COLUMN_WANTS,
	COLUMN_OBJECT,
	COLUMN_PID,
	COLUMN_QUERY,
	COLUMN_BRIEF,
	COLUMN_COUNT,
	/* hidden */
	HIDDEN_KEY = COLUMN_COUNT,
	HIDDEN_PARENT,
	HIDDEN_ORDER,
	HIDDEN_ROLE,
	HIDDEN_FOLDED,
	HIDDEN_NOTE,
	HIDDEN_NAMELESS, /* what there are no names for yet */
	HIDDEN_NAMELESS_ELSEWHERE, /* in the session's own database */
	HIDDEN_DATABASE_OID,
	TABLE_WIDTH
};

static const ListColumn columns[COLUMN_COUNT] = {
	[COLUMN_SESSION] = {"session", "session", CELL_TEXT, UNIT_NONE, 26,
	                    .help = "pid and what it does, below the session it waits for; a prepared transaction has a name and no pid"},
	[COLUMN_BLOCKS] = {"blocks", "blocks", CELL_INT, UNIT_COUNT, 6, .descending = true, .help = "sessions that wait for it, directly or behind others"},
	[COLUMN_WAIT] = {"wait_ms", "waits", CELL_REAL, UNIT_MS, 7, .descending = true,
	                 .help = "how long it has been waiting; before PostgreSQL 14 how long its statement has been running"},
	[COLUMN_OBJECT] = {"object", "on", CELL_TEXT, UNIT_NONE, 24, .help = "what it waits for: table, row, transaction, advisory lock"},
	[COLUMN_WANTS] = {"wants", "wants", CELL_TEXT, UNIT_NONE, 15, .help = "the mode of the lock it waits for"},
	[COLUMN_FREES] = {"frees", "ending it frees", CELL_TEXT, UNIT_NONE, 16,
	                  .help = "sessions that would go on if it ended: at once, and when those before them are done; `none`: others hold the lock, too"},
	[COLUMN_XACT] = {"xact_age_ms", "xact", CELL_REAL, UNIT_MS, 7, .descending = true, .help = "how long its transaction has been open"},
	[COLUMN_USER] = {"user", "user", CELL_TEXT, UNIT_NONE, 10, .help = "its role"},
	[COLUMN_DATABASE] = {"database", "database", CELL_TEXT, UNIT_NONE, 10, .help = "the database it is connected to"},
	[COLUMN_APPLICATION] = {"application", "application", CELL_TEXT, UNIT_NONE, 14, .help = "its application_name"},
	[COLUMN_STATE] = {"state", "state", CELL_TEXT, UNIT_NONE, 19, .help = "its state, as pg_stat_activity has it"},
	[COLUMN_PID] = {"pid", "pid", CELL_INT, UNIT_NONE, 9, .help = "its process id"},
	[COLUMN_QUERY] = {"query", "query", CELL_TEXT, UNIT_NONE, 40, .help = "what it runs; idle in transaction: what it ran last, not always what took the lock"},
	[COLUMN_BRIEF] = {"brief", "waits for, or holds · runs", CELL_TEXT, UNIT_NONE, 0,
	                  .help = "the lock it waits for, or the one it holds that others wait for, and what it runs; `ahead of`: others wait only because it stands before them in the queue"},
};

/* ---- the forest ---- */

LockForest *locks_forest(Arena *arena, const PaneInput *input) {
	return lock_forest(arena, input->after, input->follow);
}

LockNames locks_names(const LockForest *forest, const PaneInput *input) {
	return (LockNames){.table = forest->table, .texts = input->texts};
}

static Keys follow_keys(Arena *arena, const PaneInput *input) {
	return lock_pids(arena, lock_read(arena, input->after, NULL));
}

/* ---- rows ---- */

static const char *key_of(Arena *arena, const LockSession *session) {
	if (!session->pid) return arena_printf(arena, "prepared/%s", session->gid ? session->gid : session->virtualtransaction);
	return arena_printf(arena, "%" PRId64 "/%s", session->pid, session->backend_start ? session->backend_start : "");
}

static const char *frees_text(Arena *arena, const LockNode *node) {
	if (!node->behind) return NULL;
	if (!node->frees) return "none";
	if (node->frees == node->frees_now) return arena_printf(arena, "%zu now", node->frees_now);
	return arena_printf(arena, "%zu now, %zu later", node->frees_now, node->frees - node->frees_now);
}

static void set_text(Table *table, size_t row, size_t column, const char *text) {
	table_set_text(table, row, column, text);
}

static void fill_wait(Arena *arena, Table *table, size_t row, const LockNode *node, const LockNames *names) {
	if (!node->wait) return;
	table_set_real(table, row, COLUMN_WAIT, fmax(node->wait->wait_s, 0) * 1000);
	set_text(table, row, COLUMN_WANTS, lock_mode_word(node->wait->mode));
	set_text(table, row, COLUMN_OBJECT, lock_name_wanted(arena, names, node));
}

/* "5407…,5408…" */
static const char *numbers_text(Arena *arena, const Keys *keys) {
	const char *text = NULL;
	for (size_t i = 0; i < keys->count; i++) text = arena_printf(arena, "%s%s%" PRId64, text ? text : "", text ? "," : "", keys->items[i]);
	return text;
}

/* One line: what it is about, then its statement. */
static const char *brief(Arena *arena, const LockForest *forest, const LockNames *names, size_t place) {
	const char *lock = lock_in_brief(arena, forest, names, place), *query = forest->nodes[place].session->query;
	if (!query || !*query) return lock;
	return lock ? arena_printf(arena, "%s · %s", lock, query) : query;
}

static const char *deed(Arena *arena, const LockForest *forest, const LockAct *act, size_t place) {
	const char *whom = act->place == place ? "it" : lock_tag_line(arena, &forest->nodes[act->place]);
	for (size_t i = act->together.count; i-- > 0;) whom = arena_printf(arena, "%s and %s", lock_tag_line(arena, &forest->nodes[act->together.items[i]]), whom);
	return arena_printf(arena, "%s %s, %s", act->verb, whom, lock_frees(arena, act->frees_now, act->frees));
}

/* The cheapest, and the one that frees most where that leaves others waiting than the one it is done to. */
static const char *deeds(Arena *arena, const LockForest *forest, const LockActs *acts, size_t place) {
	const LockAct *first = &acts->items[0], *most = first;
	for (size_t i = 1; i < acts->count; i++)
		if (acts->items[i].kind != LOCK_ACT_LEAVE && acts->items[i].frees > most->frees) most = &acts->items[i];
	const char *cheapest = deed(arena, forest, first, place);
	bool leaves_others = first->frees + 1 + first->together.count < forest->nodes[place].behind;
	return most == first || !leaves_others ? cheapest : arena_printf(arena, "%s; %s", cheapest, deed(arena, forest, most, place));
}

/* What is told first of a root: who, since when, doing what, holding what, in whose way; and the best that can be done. */
static const char *note(Arena *arena, const LockForest *forest, const LockNames *names, const Server *server, size_t place) {
	const char *sentence = lock_cycle_sentence(arena, forest, place);
	if (sentence) return sentence; /* it ends by itself */
	sentence = lock_root_sentence(arena, forest, names, place);
	LockActs acts = lock_acts(arena, forest, server, place);
	if (!acts.count) return sentence;
	return arena_printf(arena, "%s: %s", sentence, acts.items[0].kind == LOCK_ACT_LEAVE ? acts.items[0].costs : deeds(arena, forest, &acts, place));
}

/* The worst ones: a forest may have hundreds. */
static void add_notes(Arena *arena, Table *table, const LockForest *forest, const LockNames *names, const Server *server) {
	enum { MOST_TOLD = 20 };
	size_t told = 0;
	for (size_t place = 0; place < forest->count; place++) {
		const LockNode *node = &forest->nodes[place];
		if (node->parent != LOCK_NOBODY) set_text(table, place, HIDDEN_NOTE, table_text(table, node->parent, HIDDEN_NOTE, NULL));
		else if (told++ < MOST_TOLD) set_text(table, place, HIDDEN_NOTE, note(arena, forest, names, server, place));
	}
}

static bool role_of(const LockForest *forest, size_t place, Role *role) {
	const LockNode *node = &forest->nodes[place];
	*role = node->cycle != LOCK_NOBODY && node->root ? ROLE_CRITICAL : ROLE_WARNING;
	return node->root || lock_stand_behind(forest, place);
}

static void fill_row(Arena *arena, Table *table, const LockForest *forest, const LockNames *names, size_t place) {
	const LockNode *node = &forest->nodes[place];
	const LockSession *session = node->session;
	size_t row = table_add_row(arena, table);
	set_text(table, row, COLUMN_SESSION, lock_tag_line(arena, node));
	if (node->behind) table_set_int(table, row, COLUMN_BLOCKS, (int64_t)node->behind);
	fill_wait(arena, table, row, node, names);
	set_text(table, row, COLUMN_FREES, frees_text(arena, node));
	table_set_real(table, row, COLUMN_XACT, session->xact_age_s * 1000);
	set_text(table, row, COLUMN_USER, session->user);
	set_text(table, row, COLUMN_DATABASE, session->database);
	set_text(table, row, COLUMN_APPLICATION, session->application);
	set_text(table, row, COLUMN_STATE, session->state);
	if (session->pid) table_set_int(table, row, COLUMN_PID, session->pid);
	set_text(table, row, COLUMN_QUERY, session->query);
	set_text(table, row, COLUMN_BRIEF, brief(arena, forest, names, place));
	set_text(table, row, HIDDEN_KEY, key_of(arena, session));
	set_text(table, row, HIDDEN_PARENT, node->parent == LOCK_NOBODY ? NULL : table_text(table, node->parent, HIDDEN_KEY, NULL));
	table_set_int(table, row, HIDDEN_ORDER, (int64_t)place);
	LockNameless nameless = lock_nameless(arena, names, node);
	set_text(table, row, HIDDEN_NAMELESS, numbers_text(arena, &nameless.here));
	set_text(table, row, HIDDEN_NAMELESS_ELSEWHERE, numbers_text(arena, &nameless.elsewhere));
	table_set_int(table, row, HIDDEN_DATABASE_OID, session->database_oid);
	Role role;
	if (role_of(forest, place, &role)) table_set_int(table, row, HIDDEN_ROLE, role);
}

/* Many who all want the same of the same thing, and have nobody below them, are one line until they are asked for. */
static void fold_crowds(Arena *arena, Table *table, const LockForest *forest) {
	enum { CROWD = 10 };
	size_t *children = ARENA_ARRAY(arena, size_t, forest->count), *alike = ARENA_ARRAY(arena, size_t, forest->count);
	const LockNode **first = ARENA_ARRAY(arena, const LockNode *, forest->count);
	for (size_t place = 0; place < forest->count; place++)
		if (forest->nodes[place].parent != LOCK_NOBODY) children[forest->nodes[place].parent]++;
	for (size_t place = 0; place < forest->count; place++) {
		const LockNode *node = &forest->nodes[place];
		if (node->parent == LOCK_NOBODY || children[place]) continue;
		const LockNode **brother = &first[node->parent];
		if (!*brother) *brother = node;
		alike[node->parent] += (*brother)->tag == node->tag && (*brother)->wait->mode == node->wait->mode;
	}
	for (size_t place = 0; place < forest->count; place++)
		table_set_bool(table, place, HIDDEN_FOLDED, children[place] >= CROWD && alike[place] == children[place]);
}

/* A row for each node, in the forest's order: the place of one is the place of the other. */
static Table *rows(Arena *arena, const PaneInput *input) {
	LockForest *forest = locks_forest(arena, input);
	LockNames names = locks_names(forest, input);
	Table *table = table_new(arena, TABLE_WIDTH, forest->count);
	for (size_t i = 0; i < COLUMN_COUNT; i++) table_name(table, arena, i, columns[i].id, columns[i].type);
	table_name(table, arena, HIDDEN_KEY, LIST_ROW_KEY, CELL_TEXT);
	table_name(table, arena, HIDDEN_PARENT, LIST_ROW_PARENT, CELL_TEXT);
	table_name(table, arena, HIDDEN_ORDER, LIST_ROW_ORDER, CELL_INT);
	table_name(table, arena, HIDDEN_ROLE, LIST_ROW_ROLE, CELL_INT);
	table_name(table, arena, HIDDEN_FOLDED, LIST_ROW_FOLDED, CELL_BOOL);
	table_name(table, arena, HIDDEN_NOTE, LIST_ROW_NOTE, CELL_TEXT);
	table_name(table, arena, HIDDEN_NAMELESS, "nameless", CELL_TEXT);
	table_name(table, arena, HIDDEN_NAMELESS_ELSEWHERE, "nameless_elsewhere", CELL_TEXT);
	table_name(table, arena, HIDDEN_DATABASE_OID, "database_oid", CELL_INT);
	for (size_t place = 0; place < forest->count; place++) fill_row(arena, table, forest, &names, place);
	fold_crowds(arena, table, forest);
	add_notes(arena, table, forest, &names, input->server);
	return table;
}

/* "3 roots, 312 wait, longest 4m12s" */
static const char *headline(Arena *arena, const Table *table) {
	size_t roots = 0, waiting = 0;
	double longest_ms = NAN;
	for (size_t row = 0; row < table->row_count; row++) {
		roots += table_null(table, row, HIDDEN_PARENT);
		waiting += !table_null(table, row, COLUMN_WAIT);
		longest_ms = fmax(longest_ms, table_real(table, row, COLUMN_WAIT, NAN));
	}
	if (!waiting) return NULL;
	const char *wait = isnan(longest_ms) ? "" : arena_printf(arena, ", longest %s", format_age(arena, longest_ms / 1000));
	return arena_printf(arena, "%zu root%s, %zu wait%s%s", roots, roots == 1 ? "" : "s", waiting, waiting == 1 ? "s" : "", wait);
}

static void add_key(Arena *arena, Keys *keys, int64_t key) {
	for (size_t i = 0; i < keys->count; i++)
		if (keys->items[i] == key) return;
	*list_push(arena, keys) = key;
}

static void add_numbers(Arena *arena, Keys *keys, const char *text) {
	for (char *end; *text; text = *end ? end + 1 : end) add_key(arena, keys, strtoll(text, &end, 10));
}

/* Told by the rows: asked at every key that is pressed, it must not take a forest. */
static Keys texts_missing(Arena *arena, const PaneInput *input, const Table *table, const size_t *shown, size_t count) {
	Keys keys = {0};
	(void)input;
	for (size_t i = 0; i < count; i++) add_numbers(arena, &keys, table_text(table, shown[i], HIDDEN_NAMELESS, ""));
	return keys;
}

/* Of the first database there is one of. */
static PaneAbroad texts_abroad(Arena *arena, const Table *table, const size_t *shown, size_t count) {
	PaneAbroad abroad = {0};
	int64_t database_oid = -1;
	for (size_t i = 0; i < count; i++) {
		const char *database = table_text(table, shown[i], COLUMN_DATABASE, NULL), *numbers = table_text(table, shown[i], HIDDEN_NAMELESS_ELSEWHERE, NULL);
		int64_t oid = table_int(table, shown[i], HIDDEN_DATABASE_OID, -1);
		if (!database || !numbers || (abroad.database && oid != database_oid)) continue;
		abroad.database = database;
		database_oid = oid;
		add_numbers(arena, &abroad.asked, numbers);
	}
	for (size_t i = 0; i < abroad.asked.count; i++) *list_push(arena, &abroad.kept) = lock_name_elsewhere(database_oid, abroad.asked.items[i]);
	return abroad;
}

static PaneStatement statement(Arena *arena, const PaneInput *input, const Table *table, size_t row) {
	PaneStatement statement = {
		.text = table_text(table, row, COLUMN_QUERY, NULL),
		.database = table_text(table, row, COLUMN_DATABASE, NULL),
		.user = table_text(table, row, COLUMN_USER, NULL),
	};
	if (statement.text && *statement.text) return statement;
	statement.text = NULL;
	if (table_null(table, row, COLUMN_PID)) statement.problem = "a prepared transaction runs no statement";
	else if (table_null(table, row, COLUMN_QUERY)) statement.problem = arena_printf(arena, "what session %" PRId64 " runs is hidden from role %s", table_int(table, row, COLUMN_PID, 0), input->server->user);
	else statement.problem = "it has run no statement";
	return statement;
}

static const char *remedy(Arena *arena, const PaneInput *input, const Table *table, size_t row) {
	LockForest *forest = locks_forest(arena, input);
	(void)table;
	if (row >= forest->count) return NULL;
	LockActs acts = lock_acts(arena, forest, input->server, row);
	return acts.count ? acts.items[0].sql : NULL;
}

static void why(Page *page, const PaneInput *input, const Table *table, size_t row, const Diagnosis *diagnosis, int width) {
	LockForest *forest = locks_forest(page->arena, input);
	LockNames names = locks_names(forest, input);
	(void)table;
	(void)diagnosis; /* a plan says why a statement is slow, not why it waits */
	if (row < forest->count) lock_why(page, forest, &names, input->server, row, width);
}

/* Told by the row, not by another forest: hundreds may be tagged. */
static PaneSession session(Arena *arena, const PaneInput *input, const Table *table, size_t row) {
	const char *since = strchr(table_text(table, row, HIDDEN_KEY, "/"), '/') + 1;
	(void)arena;
	(void)input;
	return (PaneSession){
		.pid = table_int(table, row, COLUMN_PID, 0),
		.backend_start = *since ? since : NULL,
		.user = table_text(table, row, COLUMN_USER, NULL),
		.application = table_text(table, row, COLUMN_APPLICATION, NULL),
	};
}

const Pane pane_locks = {
	.name = "locks",
	.title = "Locks",
	.number = 4,
	.summary = "who waits for whose locks, roots first, and what ending each would free",
	.columns = columns,
	.column_count = COLUMN_COUNT,
	.sort = COLUMN_BLOCKS,
	.query = "locks",
	.follow_query = "lock_sessions",
	.follow_keys = follow_keys,
	.texts_query = "lock_names",
	.texts_missing = texts_missing,
	.texts_abroad = texts_abroad,
	.urgent = true,
	.rows = rows,
	.headline = headline,
	.why = why,
	.statement = statement,
	.remedy = remedy,
	.session = session,
	.quiet = "no session waits for a lock",
};
