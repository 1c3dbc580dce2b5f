/* lock_why.c: what is told of a session in a lock forest when it is asked why. */
#include "panes/lock_why.h"

#include <inttypes.h>
#include <math.h>

#include "core/format.h"
#include "panes/lock_act.h"
#include "panes/why.h"
#include "sql/quote.h"

static void what(Page *page, const LockForest *forest, size_t place, int width) {
	const LockNode *node = &forest->nodes[place];
	const LockSession *session = node->session;
	page_heading(page, "what");
	page_printf(page, ROLE_STRONG, "%s", lock_who(page->arena, session));
	if (session->database) page_printf(page, ROLE_DIM, ", database %s", session->database);
	if (session->client) page_printf(page, ROLE_DIM, ", from %s", session->client);
	if (session->client_port > 0) page_printf(page, ROLE_DIM, " port %" PRId64, session->client_port);
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
	if (lock_tag_is(node->tag, "safesnapshot")) return "for a safe snapshot: for every serializable transaction that may still write to end";
	if (!lock_tag_is(node->tag, "transactionid")) return arena_printf(arena, "for %s on %s", lock_mode_word(node->wait->mode), object);
	return arena_printf(arena, "for %s to end%s%s", itself, strcmp(itself, object) == 0 ? "" : ", over ", strcmp(itself, object) == 0 ? "" : object);
}

/* Ages, and what it does to others besides locking. */
static void evidence_of_session(Page *page, const LockSession *session) {
	Arena *arena = page->arena;
	bool active = session->state && strcmp(session->state, "active") == 0;
	if (!isnan(session->xact_age_s)) why_figure(page, session->pid ? "xact" : "prepared", format_age(arena, session->xact_age_s), session->pid ? "its transaction is open" : "ago");
	if (!isnan(session->query_age_s) && active) why_figure(page, "query", format_age(arena, session->query_age_s), "since its statement began");
	if (!isnan(session->state_age_s) && session->state && !active) why_figure(page, "state", format_age(arena, session->state_age_s), session->state);
	if (session->wait_event && strncmp(session->wait_event, "Lock:", strlen("Lock:")) != 0 && active) why_figure(page, "event", "", session->wait_event);
	if (session->xmin_age >= 0) why_figure(page, "xmin", format_rows(arena, (double)session->xmin_age), "transactions begun since the oldest it may still look at: what they delete vacuum has to keep");
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
	evidence_of_session(page, session);
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

/* Does recovery stand behind it? */
static bool holds_up_replay(const LockForest *forest, size_t place) {
	for (size_t at = 0; at < forest->count; at++)
		if (forest->nodes[at].wait && stands_below(forest, at, place) && forest->nodes[at].session->backend_type && strcmp(forest->nodes[at].session->backend_type, "startup") == 0)
			return true;
	return false;
}

static void because(Page *page, const LockForest *forest, const LockNames *names, const Server *server, size_t place) {
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
	if (forest->nodes[place].tag && lock_tag_is(forest->nodes[place].tag, "virtualxid"))
		why_cause(page, ROLE_DIM, "it waits for transactions one after the other, and only the one waited for now is told: there may be another after it");
	if (holds_up_replay(forest, place))
		why_cause(page, ROLE_WARNING, "the standby's recovery waits for it: the server cancels it by itself once replay is max_standby_streaming_delay behind");
	if (forest->nodes[place].session->hidden || (roots.count && forest->nodes[roots.items[0]].session->hidden))
		why_cause(page, ROLE_DIM, arena_printf(arena, "without pg_read_all_stats (pg_monitor has it) role %s sees who blocks whom, but not what they do: GRANT pg_monitor TO %s", server->user, sql_identifier(arena, server->user)));
}

static void show_act(Page *page, const LockForest *forest, const LockAct *act, size_t number, int width) {
	Arena *arena = page->arena;
	const LockNode *node = &forest->nodes[act->place];
	page_line(page);
	page_printf(page, ROLE_STRONG, "%zu %s", number, act->title);
	if (act->kind != LOCK_ACT_LEAVE) page_printf(page, act->frees ? ROLE_GOOD : ROLE_WARNING, "  %s", lock_frees(arena, act->frees_now, act->frees));
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

void lock_why(Page *page, const LockForest *forest, const LockNames *names, const Server *server, size_t place, int width) {
	what(page, forest, place, width);
	evidence(page, forest, names, place);
	because(page, forest, names, server, place);
	page_heading(page, "do");
	LockActs acts = lock_acts(page->arena, forest, server, place);
	for (size_t i = 0; i < acts.count; i++) {
		if (i) page_line(page);
		show_act(page, forest, &acts.items[i], i + 1, width);
	}
	if (!acts.count) why_cause(page, ROLE_DIM, "nobody can be found any more whom it waits for");
}
