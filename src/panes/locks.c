/* locks.c: the Locks pane: who waits for whose locks, and what ends it. */
#include "panes/locks.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "core/lock_ask.h"
#include "core/lock_read.h"
#include "panes/lock_act.h"
#include "panes/why.h"
#include "sql/quote.h"

enum {
	COLUMN_SESSION,
	COLUMN_BLOCKS,
	COLUMN_WAIT,
	COLUMN_OBJECT,
	COLUMN_WANTS,
	COLUMN_FREES,
	COLUMN_XACT,
	COLUMN_USER,
	COLUMN_DATABASE,
	COLUMN_APPLICATION,
	COLUMN_STATE,
	COLUMN_PID,
	COLUMN_QUERY,
	COLUMN_COUNT,
	/* hidden */
	HIDDEN_KEY = COLUMN_COUNT,
	HIDDEN_PARENT,
	HIDDEN_ORDER,
	HIDDEN_ROLE,
	HIDDEN_FOLDED,
	HIDDEN_NAMELESS, /* keys of names not known yet: "5407…,5408…" */
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
	[COLUMN_QUERY] = {"query", "query", CELL_TEXT, UNIT_NONE, 0, .help = "what it runs; idle in transaction: what it ran last, not always what took the lock"},
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

static const char *nameless(Arena *arena, const LockNames *names, const LockNode *node) {
	Keys keys = {0};
	const char *text = NULL;
	lock_names_of_wanted(arena, names, node, &keys);
	if (node->root) lock_names_of_held(arena, names, node, &keys);
	for (size_t i = 0; i < keys.count; i++) text = arena_printf(arena, "%s%s%" PRId64, text ? text : "", text ? "," : "", keys.items[i]);
	return text;
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
	set_text(table, row, HIDDEN_KEY, key_of(arena, session));
	set_text(table, row, HIDDEN_PARENT, node->parent == LOCK_NOBODY ? NULL : table_text(table, node->parent, HIDDEN_KEY, NULL));
	table_set_int(table, row, HIDDEN_ORDER, (int64_t)place);
	set_text(table, row, HIDDEN_NAMELESS, nameless(arena, names, node));
	if (node->root) table_set_int(table, row, HIDDEN_ROLE, node->cycle != LOCK_NOBODY ? ROLE_CRITICAL : ROLE_WARNING);
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
	table_name(table, arena, HIDDEN_NAMELESS, "nameless", CELL_TEXT);
	for (size_t place = 0; place < forest->count; place++) fill_row(arena, table, forest, &names, place);
	fold_crowds(arena, table, forest);
	return table;
}

static void add_key(Arena *arena, Keys *keys, int64_t key) {
	for (size_t i = 0; i < keys->count; i++)
		if (keys->items[i] == key) return;
	*list_push(arena, keys) = key;
}

/* Told by the rows: asked at every key that is pressed, it must not take a forest. */
static Keys texts_missing(Arena *arena, const PaneInput *input, const Table *table, const size_t *shown, size_t count) {
	Keys keys = {0};
	(void)input;
	for (size_t i = 0; i < count; i++) {
		const char *at = table_text(table, shown[i], HIDDEN_NAMELESS, "");
		for (char *end; *at; at = *end ? end + 1 : end) add_key(arena, &keys, strtoll(at, &end, 10));
	}
	return keys;
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

/* ---- why ---- */

static void what(Page *page, const LockForest *forest, size_t place, int width) {
	const LockNode *node = &forest->nodes[place];
	const LockSession *session = node->session;
	page_heading(page, "what");
	page_printf(page, ROLE_STRONG, "%s", lock_who(page->arena, session));
	if (session->database) page_printf(page, ROLE_DIM, ", database %s", session->database);
	if (session->client) page_printf(page, ROLE_DIM, ", from %s", session->client);
	if (!session->pid) return;
	page_line(page);
	if (session->state) page_printf(page, ROLE_TEXT, "%s", session->state);
	if (session->backend_type && strcmp(session->backend_type, "client backend") != 0) page_printf(page, ROLE_DIM, "%s%s", session->state ? ", " : "", session->backend_type);
	if (session->backend_start) page_printf(page, ROLE_DIM, ", connected since %s", session->backend_start);
	if (!session->query || !*session->query) return;
	bool last = lock_session_idle_in_transaction(session) || (session->state && strcmp(session->state, "idle") == 0);
	page_line(page);
	page_add(page, ROLE_DIM, last ? "last query, which may not be the one that took the lock:" : "runs:");
	page_sql(page, session->query, (size_t)width);
}

static void held_lock(Page *page, const char *label, const LockForest *forest, const LockNames *names, const LockHold *hold) {
	const LockTag *tag = &forest->table->tags.items[hold->tag];
	size_t queue = tag->queue.count;
	page_line(page);
	page_indent(page, 20);
	page_printf(page, ROLE_DIM, "%-9s%9s  ", label, "");
	page_printf(page, queue ? ROLE_WARNING : ROLE_TEXT, "%s on %s", lock_mode_word(lock_modes_strongest(hold->modes)), lock_name_tag(page->arena, names, tag));
	if (queue) page_printf(page, ROLE_DIM, ", which %zu %s for", queue, queue == 1 ? "waits" : "wait");
}

/* Those that somebody waits for, then those on whole things; indexes go with their table, and everybody has a lock on his own number. */
static void held_locks(Page *page, const LockForest *forest, const LockNames *names, const LockNode *node) {
	enum { MOST_LINES = 8 };
	size_t lines = 0, more = 0;
	for (int wanted = 1; wanted >= 0; wanted--)
		for (size_t i = 0; i < node->session->holds.count; i++) {
			const LockHold *hold = &forest->table->holds.items[node->session->holds.items[i]];
			const LockTag *tag = &forest->table->tags.items[hold->tag];
			if ((tag->queue.count > 0) != wanted) continue;
			if (!wanted && (lock_tag_is(tag, "virtualxid") || lock_tag_is(tag, "transactionid") || lock_name_is_index(names, tag))) continue;
			if (lines < MOST_LINES) held_lock(page, lines++ ? "" : "holds", forest, names, hold);
			else more++;
		}
	if (!more) return;
	page_line(page);
	page_printf(page, ROLE_DIM, "%-9s%9s  and %zu more", "", "", more);
}

static const char *list_of(Arena *arena, const LockForest *forest, LockSessions places) {
	enum { MOST_NAMED = 6 };
	const char *text = "";
	for (size_t i = 0; i < places.count && i < MOST_NAMED; i++) text = arena_printf(arena, "%s%s%s", text, i ? ", " : "", lock_tag_line(arena, &forest->nodes[places.items[i]]));
	return places.count > MOST_NAMED ? arena_printf(arena, "%s and %zu more", text, places.count - MOST_NAMED) : text;
}

/* Who waits for a row waits for the transaction that changed it. */
static const char *what_it_waits_for(Arena *arena, const LockNames *names, const LockNode *node) {
	const char *object = lock_name_wanted(arena, names, node), *itself = lock_name_tag(arena, names, node->tag);
	if (!lock_tag_is(node->tag, "transactionid")) return arena_printf(arena, "for %s on %s", lock_mode_word(node->wait->mode), object);
	return arena_printf(arena, "for %s to end%s%s", itself, strcmp(itself, object) == 0 ? "" : ", over ", strcmp(itself, object) == 0 ? "" : object);
}

static void evidence(Page *page, const LockForest *forest, const LockNames *names, size_t place) {
	Arena *arena = page->arena;
	const LockNode *node = &forest->nodes[place];
	const LockSession *session = node->session;
	page_heading(page, "evidence");
	if (node->wait) {
		LockSessions hard = lock_forest_blockers(arena, forest, place), soft = lock_forest_soft_blockers(arena, forest, place);
		why_figure(page, "waits", format_age(arena, fmax(node->wait->wait_s, 0)), what_it_waits_for(arena, names, node));
		if (hard.count) why_figure(page, "held by", arena_printf(arena, "%zu", hard.count), list_of(arena, forest, hard));
		if (soft.count) why_figure(page, "ahead", arena_printf(arena, "%zu", soft.count), arena_printf(arena, "in the queue, wanting what conflicts: %s", list_of(arena, forest, soft)));
	}
	bool active = session->state && strcmp(session->state, "active") == 0;
	if (!isnan(session->xact_age_s)) why_figure(page, session->pid ? "xact" : "prepared", format_age(arena, session->xact_age_s), session->pid ? "its transaction is open" : "ago");
	if (!isnan(session->query_age_s) && active) why_figure(page, "query", format_age(arena, session->query_age_s), "since its statement began");
	if (!isnan(session->state_age_s) && session->state && !active) why_figure(page, "state", format_age(arena, session->state_age_s), session->state);
	if (node->behind) {
		why_figure(page, "blocks", arena_printf(arena, "%zu", node->behind), node->behind == 1 ? "session waits for it" : "sessions wait for it, directly or behind others");
		why_figure(page, "frees", arena_printf(arena, "%zu", node->frees_now),
		           node->frees ? arena_printf(arena, "at once if it ended, %zu in the end; by the locks as they are now", node->frees)
		                       : "if it ended: others are in the way, too");
	}
	held_locks(page, forest, names, node);
}

/* Roots above a node by what is drawn, and by who else holds what it waits for. */
static LockSessions roots_above(Arena *arena, const LockForest *forest, size_t place) {
	LockSessions roots = {0}, next = {0};
	bool *met = ARENA_ARRAY(arena, bool, forest->count);
	*list_push(arena, &next) = place;
	met[place] = true;
	for (size_t i = 0; i < next.count; i++) {
		const LockNode *node = &forest->nodes[next.items[i]];
		if (node->root) *list_push(arena, &roots) = next.items[i];
		LockSessions hard = lock_forest_blockers(arena, forest, next.items[i]);
		for (size_t k = 0; k <= hard.count; k++) {
			size_t above = k < hard.count ? hard.items[k] : node->parent;
			if (above == LOCK_NOBODY || met[above]) continue;
			met[above] = true;
			*list_push(arena, &next) = above;
		}
	}
	return roots;
}

static bool stands_below(const LockForest *forest, size_t place, size_t above) {
	while (place != LOCK_NOBODY && place != above) place = forest->nodes[place].parent;
	return place == above;
}

static void because(Page *page, const LockForest *forest, const LockNames *names, const PaneInput *input, size_t place) {
	enum { MOST_ROOTS = 5 };
	Arena *arena = page->arena;
	LockSessions roots = roots_above(arena, forest, place);
	const char *cycle = lock_cycle_sentence(arena, forest, place);
	page_heading(page, "because");
	if (cycle) why_cause(page, ROLE_CRITICAL, cycle);
	for (size_t i = 0; i < roots.count && i < MOST_ROOTS && !cycle; i++)
		why_cause(page, ROLE_WARNING, lock_root_sentence(arena, forest, names, roots.items[i]));
	if (roots.count > MOST_ROOTS) why_cause(page, ROLE_DIM, arena_printf(arena, "and %zu more of the kind", roots.count - MOST_ROOTS));
	for (size_t at = 0; at < forest->count; at++) {
		const char *queue = forest->nodes[at].wait && (stands_below(forest, at, place) || stands_below(forest, place, at)) ? lock_queue_sentence(arena, forest, names, at) : NULL;
		if (queue) why_cause(page, ROLE_WARNING, queue);
	}
	if (forest->nodes[place].tag && lock_tag_is(forest->nodes[place].tag, "transactionid"))
		why_cause(page, ROLE_DIM, "a row may have several holders, and only the one waited for now is told: there may be another after it");
	if (forest->nodes[place].session->hidden || (roots.count && forest->nodes[roots.items[0]].session->hidden))
		why_cause(page, ROLE_DIM, arena_printf(arena, "without pg_read_all_stats (pg_monitor has it) role %s sees who blocks whom, but not what they do: GRANT pg_monitor TO %s", input->server->user, sql_identifier(arena, input->server->user)));
}

static void show_act(Page *page, const LockForest *forest, const LockAct *act, size_t number, int width) {
	Arena *arena = page->arena;
	const LockNode *node = &forest->nodes[act->place];
	const char *frees = !node->frees ? "frees nobody by itself" : node->frees == node->frees_now ? arena_printf(arena, "frees %zu at once", node->frees_now)
	                                                            : arena_printf(arena, "frees %zu at once, %zu in the end", node->frees_now, node->frees);
	page_line(page);
	page_printf(page, ROLE_STRONG, "%zu %s", number, act->title);
	if (act->kind != LOCK_ACT_LEAVE) page_printf(page, node->frees ? ROLE_GOOD : ROLE_WARNING, "  %s", frees);
	if (act->sql) page_sql(page, act->sql, (size_t)width);
	page_line(page);
	page_indent(page, 2);
	page_printf(page, ROLE_DIM, "  %s", act->costs);
	if (act->where) page_printf(page, ROLE_DIM, "; connected to database %s", act->where);
	if (act->sql && act->kind != LOCK_ACT_ROLLBACK && !node->session->backend_start)
		page_add(page, ROLE_DIM, "; since when it is connected is hidden, so that it is still the same session is likely, not certain");
	if (act->needs) {
		page_line(page);
		page_printf(page, ROLE_WARNING, "  %s", act->needs);
	}
	if (act->grant) page_sql(page, act->grant, (size_t)width);
}

static void why(Page *page, const PaneInput *input, const Table *table, size_t row, const Diagnosis *diagnosis, int width) {
	LockForest *forest = locks_forest(page->arena, input);
	LockNames names = locks_names(forest, input);
	(void)table;
	(void)diagnosis; /* a plan says why a statement is slow, not why it waits */
	if (row >= forest->count) return;
	what(page, forest, row, width);
	evidence(page, forest, &names, row);
	because(page, forest, &names, input, row);
	page_heading(page, "do");
	LockActs acts = lock_acts(page->arena, forest, input->server, row);
	for (size_t i = 0; i < acts.count; i++) {
		if (i) page_line(page);
		show_act(page, forest, &acts.items[i], i + 1, width);
	}
	if (!acts.count) why_cause(page, ROLE_DIM, "nobody can be found any more whom it waits for");
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
	.urgent = true,
	.rows = rows,
	.why = why,
	.statement = statement,
	.remedy = remedy,
	.quiet = "no session waits for a lock",
};
