/* lock_graph.c: who waits for whom. */
#include "core/lock_graph.h"

#include <math.h>

/* ---- one by one ---- */

static void add_once(Arena *arena, LockSessions *list, bool *met, size_t session) {
	if (!met[session]) *list_push(arena, list) = session;
	met[session] = true;
}

static LockSessions hard_blockers(Arena *arena, const LockTable *table, size_t session, bool *met) {
	LockSessions blockers = {0};
	const LockSession *waiting = &table->sessions.items[session];
	met[session] = true; /* nobody waits for himself */
	for (size_t i = 0; i < waiting->waits.count; i++) {
		const LockWait *wait = &table->waits.items[waiting->waits.items[i]];
		const LockTag *tag = &table->tags.items[wait->tag];
		for (size_t k = 0; k < tag->holds.count; k++) {
			const LockHold *hold = &table->holds.items[tag->holds.items[k]];
			if (lock_conflicts(wait->mode, hold->modes)) add_once(arena, &blockers, met, hold->session);
		}
	}
	return blockers;
}

LockSessions lock_blockers(Arena *arena, const LockTable *table, size_t session) {
	return hard_blockers(arena, table, session, ARENA_ARRAY(arena, bool, table->sessions.count));
}

LockSessions lock_soft_blockers(Arena *arena, const LockTable *table, size_t session) {
	LockSessions soft = {0};
	const LockSession *waiting = &table->sessions.items[session];
	bool *met = ARENA_ARRAY(arena, bool, table->sessions.count);
	hard_blockers(arena, table, session, met);
	for (size_t i = 0; i < waiting->waits.count; i++) {
		const LockWait *wait = &table->waits.items[waiting->waits.items[i]];
		const LockTag *tag = &table->tags.items[wait->tag];
		for (size_t k = 0; k < tag->queue.count && tag->queue.items[k] != waiting->waits.items[i]; k++) {
			const LockWait *ahead = &table->waits.items[tag->queue.items[k]];
			if (lock_conflicts(wait->mode, LOCK_BIT(ahead->mode))) add_once(arena, &soft, met, ahead->session);
		}
	}
	return soft;
}

/* ---- all at once ---- */

/* A directed graph of sessions and hubs. Instead of an edge from each waiter to each holder of a mode there is one to the mode's hub, and
 * one from there to each holder; instead of one to each who stands ahead wanting a mode, one to the hub of the last of them, and from
 * there to the hub of the one before. A hub may lead back to who came through it: that makes no cycle of two sessions, so it harms nobody. */
typedef struct Graph {
	Arena *arena;
	size_t count; /* sessions, then hubs */
	LIST(size_t) first; /* per vertex: its first edge, from 1; 0: none */
	struct {
		struct Edge {
			size_t to, next;
		} *items;
		size_t count, room;
	} edges;
} Graph;

static size_t add_vertex(Graph *graph) {
	*list_push(graph->arena, &graph->first) = 0;
	return graph->count++;
}

static void add_edge(Graph *graph, size_t from, size_t to) {
	*list_push(graph->arena, &graph->edges) = (struct Edge){to, graph->first.items[from]};
	graph->first.items[from] = graph->edges.count;
}

static void add_edges_to(Graph *graph, size_t from, LockModes modes, const size_t *hubs) {
	for (LockMode mode = LOCK_ACCESS_SHARE; mode < LOCK_MODE_COUNT; mode++)
		if ((modes & LOCK_BIT(mode)) && hubs[mode]) add_edge(graph, from, hubs[mode]);
}

/* No hub is vertex 0: that is a session, or there are no locks. */
static void add_tag(Graph *graph, const LockTable *table, const LockTag *tag) {
	size_t holders[LOCK_MODE_COUNT] = {0}, ahead[LOCK_MODE_COUNT] = {0};
	for (size_t i = 0; i < tag->holds.count; i++) {
		const LockHold *hold = &table->holds.items[tag->holds.items[i]];
		for (LockMode mode = LOCK_ACCESS_SHARE; mode < LOCK_MODE_COUNT; mode++) {
			if (!(hold->modes & LOCK_BIT(mode))) continue;
			if (!holders[mode]) holders[mode] = add_vertex(graph);
			add_edge(graph, holders[mode], hold->session);
		}
	}
	for (size_t i = 0; i < tag->queue.count; i++) {
		const LockWait *wait = &table->waits.items[tag->queue.items[i]];
		add_edges_to(graph, wait->session, lock_mode_conflicts(wait->mode), holders);
		add_edges_to(graph, wait->session, lock_mode_conflicts(wait->mode), ahead);
		size_t hub = add_vertex(graph);
		add_edge(graph, hub, wait->session);
		if (ahead[wait->mode]) add_edge(graph, hub, ahead[wait->mode]);
		ahead[wait->mode] = hub;
	}
}

static Graph graph_of(Arena *arena, const LockTable *table) {
	Graph graph = {.arena = arena};
	for (size_t i = 0; i < table->sessions.count; i++) add_vertex(&graph);
	for (size_t i = 0; i < table->tags.count; i++)
		if (table->tags.items[i].queue.count) add_tag(&graph, table, &table->tags.items[i]);
	return graph;
}

/* ---- components: Tarjan's, on a stack of our own ---- */

typedef struct Components {
	size_t count;
	size_t *of; /* per vertex; a component's number is above those of all it leads to */
} Components;

typedef struct Search {
	const Graph *graph;
	Components *found;
	size_t *met, *lowest; /* per vertex: when it was met, from 1, and the earliest that can be reached from it */
	size_t *edge; /* per vertex: the one to follow next */
	size_t *path, *open; /* stacks: the way here; and what belongs to no component yet */
	size_t depth, open_count, clock;
} Search;

static void enter(Search *search, size_t vertex) {
	search->met[vertex] = search->lowest[vertex] = ++search->clock;
	search->edge[vertex] = search->graph->first.items[vertex];
	search->path[search->depth++] = vertex;
	search->open[search->open_count++] = vertex;
}

static void lower(size_t *lowest, size_t to) {
	if (to < *lowest) *lowest = to;
}

static void leave(Search *search, size_t vertex) {
	search->depth--;
	if (search->depth) lower(&search->lowest[search->path[search->depth - 1]], search->lowest[vertex]);
	if (search->lowest[vertex] != search->met[vertex]) return;
	size_t member;
	do {
		member = search->open[--search->open_count];
		search->found->of[member] = search->found->count;
	} while (member != vertex);
	search->found->count++;
}

static void search_from(Search *search, size_t start) {
	enter(search, start);
	while (search->depth) {
		size_t vertex = search->path[search->depth - 1], edge = search->edge[vertex];
		if (!edge) {
			leave(search, vertex);
			continue;
		}
		size_t to = search->graph->edges.items[edge - 1].to;
		search->edge[vertex] = search->graph->edges.items[edge - 1].next;
		if (!search->met[to]) enter(search, to);
		else if (search->found->of[to] == LOCK_NOBODY) lower(&search->lowest[vertex], search->met[to]);
	}
}

static Components components_of(Arena *arena, const Graph *graph) {
	Components found = {.of = ARENA_ARRAY(arena, size_t, graph->count)};
	for (size_t i = 0; i < graph->count; i++) found.of[i] = LOCK_NOBODY;
	Search search = {
		.graph = graph,
		.found = &found,
		.met = ARENA_ARRAY(arena, size_t, graph->count),
		.lowest = ARENA_ARRAY(arena, size_t, graph->count),
		.edge = ARENA_ARRAY(arena, size_t, graph->count),
		.path = ARENA_ARRAY(arena, size_t, graph->count),
		.open = ARENA_ARRAY(arena, size_t, graph->count),
	};
	for (size_t vertex = 0; vertex < graph->count; vertex++)
		if (!search.met[vertex]) search_from(&search, vertex);
	return found;
}

/* ---- who stands behind: sets of waiting sessions, a bit each ---- */

typedef struct Behind {
	uint64_t *bits; /* per component */
	size_t words;
	size_t *sessions; /* per bit */
} Behind;

static void add_all(Behind *behind, size_t to, size_t from) {
	for (size_t i = 0; i < behind->words; i++) behind->bits[to * behind->words + i] |= behind->bits[from * behind->words + i];
}

static double longest_wait(const LockTable *table, const LockSession *session) {
	double longest_s = NAN;
	for (size_t i = 0; i < session->waits.count; i++) longest_s = fmax(longest_s, table->waits.items[session->waits.items[i]].wait_s);
	return longest_s;
}

/* A session is not behind itself, though it is of its own component. */
static void count_behind(LockGraph *graph, const LockTable *table, const Behind *behind, size_t component, size_t session) {
	graph->longest_s[session] = NAN;
	for (size_t bit = 0; bit < behind->words * 64; bit++) {
		if (!(behind->bits[component * behind->words + bit / 64] >> bit % 64 & 1) || behind->sessions[bit] == session) continue;
		graph->behind[session]++;
		graph->longest_s[session] = fmax(graph->longest_s[session], longest_wait(table, &table->sessions.items[behind->sessions[bit]]));
	}
}

/* Vertices by component, the highest first: whoever leads to a component comes before it. */
static size_t *highest_first(Arena *arena, const Components *components, size_t count) {
	size_t *order = ARENA_ARRAY(arena, size_t, count), *start = ARENA_ARRAY(arena, size_t, components->count + 1);
	for (size_t vertex = 0; vertex < count; vertex++) start[components->count - 1 - components->of[vertex] + 1]++;
	for (size_t i = 1; i <= components->count; i++) start[i] += start[i - 1];
	for (size_t vertex = 0; vertex < count; vertex++) order[start[components->count - 1 - components->of[vertex]]++] = vertex;
	return order;
}

static Behind behind_of(Arena *arena, const LockTable *table, const Graph *graph, const Components *components, bool *blocked) {
	Behind behind = {.words = (table->waits.count + 63) / 64};
	behind.bits = ARENA_ARRAY(arena, uint64_t, behind.words * components->count);
	behind.sessions = ARENA_ARRAY(arena, size_t, behind.words * 64);
	for (size_t session = 0, bit = 0; session < table->sessions.count; session++) {
		if (!table->sessions.items[session].waits.count) continue;
		behind.bits[components->of[session] * behind.words + bit / 64] |= UINT64_C(1) << bit % 64;
		behind.sessions[bit++] = session;
	}
	size_t *order = highest_first(arena, components, graph->count);
	for (size_t i = 0; i < graph->count; i++) {
		size_t from = components->of[order[i]];
		for (size_t edge = graph->first.items[order[i]]; edge; edge = graph->edges.items[edge - 1].next) {
			size_t to = components->of[graph->edges.items[edge - 1].to];
			if (to == from) continue;
			blocked[from] = true;
			add_all(&behind, to, from);
		}
	}
	return behind;
}

LockGraph lock_graph(Arena *arena, const LockTable *table) {
	size_t count = table->sessions.count;
	LockGraph result = {
		.behind = ARENA_ARRAY(arena, size_t, count),
		.longest_s = ARENA_ARRAY(arena, double, count),
		.cycle = ARENA_ARRAY(arena, size_t, count),
		.root = ARENA_ARRAY(arena, bool, count),
	};
	Arena *scratch = arena_new();
	Graph graph = graph_of(scratch, table);
	Components components = components_of(scratch, &graph);
	bool *blocked = ARENA_ARRAY(scratch, bool, components.count);
	size_t *members = ARENA_ARRAY(scratch, size_t, components.count);
	Behind behind = behind_of(scratch, table, &graph, &components, blocked);
	for (size_t i = 0; i < count; i++) members[components.of[i]]++;
	for (size_t i = 0; i < count; i++) {
		size_t component = components.of[i];
		count_behind(&result, table, &behind, component, i);
		result.cycle[i] = members[component] > 1 ? component : LOCK_NOBODY;
		result.root[i] = !blocked[component];
	}
	arena_free(scratch);
	return result;
}
