/* lock_forest.c: all sessions that wait for locks or are waited for, as a forest. */
#include "core/lock_forest.h"

#include <math.h>
#include <stdlib.h>

#include "core/lock_read.h"

typedef struct Planting {
	Arena *arena;
	LockForest *forest;
	const LockTable *table;
	LockGraph graph;
	LockNode *nodes; /* per session, before they have a place */
	bool *blocked_hard; /* per session: somebody holds what it wants */
	size_t *last_ahead; /* per session that is only blocked softly: the last one ahead */
	bool *reached;
} Planting;

/* ---- the nodes ---- */

static const LockWait *oldest_wait(const LockTable *table, const LockSession *session) {
	const LockWait *oldest = NULL;
	for (size_t i = 0; i < session->waits.count; i++) {
		const LockWait *wait = &table->waits.items[session->waits.items[i]];
		if (!oldest || wait->wait_s > oldest->wait_s) oldest = wait;
	}
	return oldest;
}

static LockNode node_of(const Planting *planting, size_t index) {
	const LockSession *session = &planting->table->sessions.items[index];
	const LockWait *wait = oldest_wait(planting->table, session);
	return (LockNode){
		.session = session,
		.index = index,
		.parent = LOCK_NOBODY,
		.wait = wait,
		.tag = wait ? &planting->table->tags.items[wait->tag] : NULL,
		.behind = planting->graph.behind[index],
		.longest_s = planting->graph.longest_s[index],
		.root = planting->graph.root[index],
		.cycle = planting->graph.cycle[index],
	};
}

static bool takes_part(const LockNode *node) {
	return node->wait || node->behind;
}

/* How long it has been going on: the transaction, or what is known of it. */
static double age_of(const LockNode *node) {
	const double ages[] = {node->wait ? node->wait->wait_s : NAN, node->session->xact_age_s, node->session->state_age_s};
	for (size_t i = 0; i < sizeof ages / sizeof *ages; i++)
		if (!isnan(ages[i])) return ages[i];
	return -1;
}

static int compare_badness(const void *one, const void *two) {
	const LockNode *a = *(LockNode *const *)one, *b = *(LockNode *const *)two;
	if (a->root != b->root) return a->root ? -1 : 1;
	if (a->behind != b->behind) return a->behind > b->behind ? -1 : 1;
	double age_a = age_of(a), age_b = age_of(b);
	if (age_a != age_b) return age_a > age_b ? -1 : 1;
	return (a->index > b->index) - (a->index < b->index);
}

/* ---- whom each stands below ---- */

static void find_blockers_of(Planting *planting, const LockTag *tag, size_t place) {
	const LockWait *wait = &planting->table->waits.items[tag->queue.items[place]];
	if (lock_conflicts(wait->mode, lock_held_by_others(planting->table, tag, wait->session))) {
		planting->blocked_hard[wait->session] = true;
		return;
	}
	while (place-- > 0) {
		const LockWait *ahead = &planting->table->waits.items[tag->queue.items[place]];
		if (ahead->session == wait->session || !lock_conflicts(wait->mode, LOCK_BIT(ahead->mode))) continue;
		planting->last_ahead[wait->session] = ahead->session;
		return;
	}
}

static void find_blockers(Planting *planting) {
	size_t count = planting->table->sessions.count;
	planting->blocked_hard = ARENA_ARRAY(planting->arena, bool, count);
	planting->last_ahead = ARENA_ARRAY(planting->arena, size_t, count);
	for (size_t i = 0; i < count; i++) planting->last_ahead[i] = LOCK_NOBODY;
	for (size_t i = 0; i < planting->table->tags.count; i++)
		for (size_t place = 0; place < planting->table->tags.items[i].queue.count; place++)
			find_blockers_of(planting, &planting->table->tags.items[i], place);
}

typedef LIST(LockNode *) NodeList;

static void reach(Planting *planting, NodeList *children, size_t session, size_t parent, bool softly) {
	LockNode *node = &planting->nodes[session];
	if (planting->reached[session]) return;
	planting->reached[session] = true;
	node->parent = parent;
	node->softly = softly;
	*list_push(planting->arena, children) = node;
}

/* Whoever waits for what it holds, and whoever stands right behind it in a queue without such a blocker. */
static NodeList children_of(Planting *planting, const LockNode *node, size_t place) {
	const LockTable *table = planting->table;
	NodeList children = {0};
	for (size_t i = 0; i < node->session->holds.count; i++) {
		const LockHold *hold = &table->holds.items[node->session->holds.items[i]];
		const LockTag *tag = &table->tags.items[hold->tag];
		for (size_t k = 0; k < tag->queue.count; k++) {
			const LockWait *wait = &table->waits.items[tag->queue.items[k]];
			if (wait->session != node->index && lock_conflicts(wait->mode, hold->modes)) reach(planting, &children, wait->session, place, false);
		}
	}
	for (size_t i = 0; i < node->session->waits.count; i++) {
		const LockTag *tag = &table->tags.items[table->waits.items[node->session->waits.items[i]].tag];
		for (size_t k = 0; k < tag->queue.count; k++) {
			size_t session = table->waits.items[tag->queue.items[k]].session;
			if (!planting->blocked_hard[session] && planting->last_ahead[session] == node->index) reach(planting, &children, session, place, true);
		}
	}
	if (children.count > 1) qsort(children.items, children.count, sizeof *children.items, compare_badness);
	return children;
}

/* A node, then all below it. */
static void plant(Planting *planting, LockNode *top) {
	LockForest *forest = planting->forest;
	NodeList next = {0};
	*list_push(planting->arena, &next) = top;
	planting->reached[top->index] = true;
	while (next.count) {
		LockNode *node = next.items[--next.count];
		size_t place = forest->count++;
		forest->nodes[place] = *node;
		forest->place_of[node->index] = place;
		NodeList children = children_of(planting, node, place);
		while (children.count) *list_push(planting->arena, &next) = children.items[--children.count];
	}
}

/* One that no root leads to by what is drawn (of a cycle that also waits for an outsider): below the first blocker that has a place. */
static void find_parent(Planting *planting, LockNode *node) {
	LockSessions blockers = lock_blockers(planting->arena, planting->table, node->index);
	LockSessions soft = lock_soft_blockers(planting->arena, planting->table, node->index);
	for (size_t i = 0; i < blockers.count + soft.count; i++) {
		size_t place = planting->forest->place_of[i < blockers.count ? blockers.items[i] : soft.items[i - blockers.count]];
		if (place == LOCK_NOBODY) continue;
		node->parent = place;
		node->softly = i >= blockers.count;
		return;
	}
}

static void plant_all(Planting *planting) {
	NodeList tops = {0};
	for (size_t i = 0; i < planting->table->sessions.count; i++)
		if (takes_part(&planting->nodes[i])) *list_push(planting->arena, &tops) = &planting->nodes[i];
	if (tops.count > 1) qsort(tops.items, tops.count, sizeof *tops.items, compare_badness);
	planting->forest->nodes = ARENA_ARRAY(planting->arena, LockNode, tops.count);
	for (size_t i = 0; i < tops.count; i++) {
		if (planting->reached[tops.items[i]->index]) continue;
		if (!tops.items[i]->root) find_parent(planting, tops.items[i]);
		plant(planting, tops.items[i]);
	}
}

/* ---- the forest ---- */

static void sum_up(LockForest *forest) {
	Arena *scratch = arena_new();
	forest->oldest_wait_s = NAN;
	for (size_t place = 0; place < forest->count; place++) {
		LockNode *node = &forest->nodes[place];
		forest->root_count += node->root;
		forest->waiting += node->wait != NULL;
		if (node->wait) forest->oldest_wait_s = fmax(forest->oldest_wait_s, node->wait->wait_s);
		if (!node->behind) continue;
		LockEnd end = lock_end(scratch, forest->ending, node->index);
		node->frees_now = end.now;
		node->frees = end.freed.count;
		arena_clear(scratch);
	}
	arena_free(scratch);
}

LockForest *lock_forest(Arena *arena, const Table *locks, const Table *sessions) {
	const LockTable *table = lock_read(arena, locks, sessions);
	LockForest *forest = ARENA_NEW(arena, LockForest);
	*forest = (LockForest){.table = table, .ending = lock_ending(arena, table), .place_of = ARENA_ARRAY(arena, size_t, table->sessions.count)};
	Planting planting = {
		.arena = arena,
		.forest = forest,
		.table = table,
		.graph = lock_graph(arena, table),
		.nodes = ARENA_ARRAY(arena, LockNode, table->sessions.count),
		.reached = ARENA_ARRAY(arena, bool, table->sessions.count),
	};
	for (size_t i = 0; i < table->sessions.count; i++) {
		planting.nodes[i] = node_of(&planting, i);
		forest->place_of[i] = LOCK_NOBODY;
	}
	find_blockers(&planting);
	plant_all(&planting);
	sum_up(forest);
	return forest;
}

/* ---- questions ---- */

static LockSessions places_of(const LockForest *forest, LockSessions sessions) {
	for (size_t i = 0; i < sessions.count; i++) sessions.items[i] = forest->place_of[sessions.items[i]];
	return sessions;
}

LockSessions lock_forest_blockers(Arena *arena, const LockForest *forest, size_t place) {
	return places_of(forest, lock_blockers(arena, forest->table, forest->nodes[place].index));
}

LockSessions lock_forest_soft_blockers(Arena *arena, const LockForest *forest, size_t place) {
	return places_of(forest, lock_soft_blockers(arena, forest->table, forest->nodes[place].index));
}

LockEnd lock_forest_end_all(Arena *arena, const LockForest *forest, LockSessions places) {
	size_t *sessions = ARENA_ARRAY(arena, size_t, places.count);
	for (size_t i = 0; i < places.count; i++) sessions[i] = forest->nodes[places.items[i]].index;
	LockEnd end = lock_end_all(arena, forest->ending, sessions, places.count);
	places_of(forest, end.freed);
	return end;
}

LockEnd lock_forest_end(Arena *arena, const LockForest *forest, size_t place) {
	LockEnd end = lock_end(arena, forest->ending, forest->nodes[place].index);
	places_of(forest, end.freed);
	return end;
}

size_t lock_forest_place(const LockForest *forest, int64_t pid, const char *gid) {
	for (size_t place = 0; place < forest->count; place++) {
		const LockSession *session = forest->nodes[place].session;
		if (pid ? session->pid == pid : !session->pid && gid && session->gid && strcmp(session->gid, gid) == 0) return place;
	}
	return LOCK_NOBODY;
}
