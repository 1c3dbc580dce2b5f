/* lock_queue.c: the order in which a lock will be given to those who wait for it. */
#include "core/lock_queue.h"

#include <math.h>
#include <stdlib.h>

typedef struct Queued {
	const LockWait *wait;
	size_t index;
	LockModes holds; /* of the same lock */
	bool placed;
} Queued;

/* Oldest first; whose age is not known came last. */
static int compare_queued(const void *one, const void *two) {
	const Queued *a = one, *b = two;
	double age_a = isnan(a->wait->wait_s) ? -HUGE_VAL : a->wait->wait_s, age_b = isnan(b->wait->wait_s) ? -HUGE_VAL : b->wait->wait_s;
	if (age_a != age_b) return age_a > age_b ? -1 : 1;
	return (a->index > b->index) - (a->index < b->index);
}

static LockModes held_by(const LockTable *table, const LockTag *tag, size_t session) {
	LockModes modes = 0;
	for (size_t i = 0; i < tag->holds.count; i++) {
		const LockHold *hold = &table->holds.items[tag->holds.items[i]];
		if (hold->session == session) modes |= hold->modes;
	}
	return modes;
}

/* The server lets somebody who holds a lock step in front of the first who waits for it, or both would wait for each other. */
static void let_holders_ahead(Queued *queue, size_t count) {
	for (size_t i = 1; i < count; i++) {
		size_t at = 0;
		if (!queue[i].holds) continue;
		while (at < i && !lock_conflicts(queue[at].wait->mode, queue[i].holds)) at++;
		Queued ahead = queue[i];
		memmove(&queue[at + 1], &queue[at], (i - at) * sizeof *queue);
		queue[at] = ahead;
	}
}

/* ---- the server's own word ---- */

/* Of two who want what both cannot have one stands behind the other, and either may have said so. */
static bool stands_behind(const LockTable *table, const Queued *one, const Queued *two) {
	const LockWait *a = one->wait, *b = two->wait;
	bool one_asked = a->asked->blocked_by.count, two_asked = b->asked->blocked_by.count;
	if ((!one_asked && !two_asked) || a->session == b->session || !lock_conflicts(a->mode, LOCK_BIT(b->mode))) return false;
	if (one_asked) return lock_session_named(a->asked, table->sessions.items[b->session].pid);
	return !lock_session_named(b->asked, table->sessions.items[a->session].pid);
}

static bool any_behind(const LockTable *table, const Queued *queue, size_t place, size_t from, size_t count) {
	for (size_t other = from; other < count; other++)
		if (!queue[other].placed && stands_behind(table, &queue[place], &queue[other])) return true;
	return false;
}

static bool contradicted(const LockTable *table, const Queued *queue, size_t count) {
	for (size_t place = 0; place < count; place++)
		if (any_behind(table, queue, place, place + 1, count)) return true;
	return false;
}

/* The first that has nobody left to stand behind; answers given at different instants may contradict each other: then just the first. */
static size_t next_in_order(const LockTable *table, const Queued *queue, size_t count) {
	size_t first = LOCK_NOBODY;
	for (size_t place = 0; place < count; place++) {
		if (queue[place].placed) continue;
		if (!any_behind(table, queue, place, 0, count)) return place;
		if (first == LOCK_NOBODY) first = place;
	}
	return first;
}

void lock_queue_sort(Arena *arena, const LockTable *table, LockTag *tag) {
	size_t count = tag->queue.count;
	if (count < 2) return;
	Queued *queue = ARENA_ARRAY(arena, Queued, count);
	for (size_t i = 0; i < count; i++) {
		const LockWait *wait = &table->waits.items[tag->queue.items[i]];
		queue[i] = (Queued){wait, tag->queue.items[i], held_by(table, tag, wait->session), false};
	}
	qsort(queue, count, sizeof *queue, compare_queued);
	let_holders_ahead(queue, count);
	bool reorder = contradicted(table, queue, count);
	for (size_t i = 0; i < count; i++) {
		size_t place = reorder ? next_in_order(table, queue, count) : i;
		queue[place].placed = true;
		tag->queue.items[i] = queue[place].index;
	}
}
