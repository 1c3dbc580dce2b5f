/* lock_ask.c: whom the server is to be asked about. */
#include "core/lock_ask.h"

typedef enum Part { PART_NONE, PART_IN_THE_WAY, PART_WAITS, PART_ASKED } Part;

static bool in_the_way_of_any(LockModes held, LockModes wanted) {
	for (LockMode mode = LOCK_ACCESS_SHARE; mode < LOCK_MODE_COUNT; mode++)
		if ((wanted & LOCK_BIT(mode)) && lock_conflicts(mode, held)) return true;
	return false;
}

static void take_part(Part *part, Part as) {
	if (*part < as) *part = as;
}

/* The first tells whether the queue moves; the last of each mode names all ahead of it. */
static void add_queue(const LockTable *table, const LockTag *tag, bool all, Part *parts) {
	LockModes seen = 0;
	for (size_t i = tag->queue.count; i-- > 0;) {
		const LockWait *wait = &table->waits.items[tag->queue.items[i]];
		bool speaks = all || i == 0 || !(seen & LOCK_BIT(wait->mode));
		take_part(&parts[wait->session], speaks ? PART_ASKED : PART_WAITS);
		seen |= LOCK_BIT(wait->mode);
	}
}

Keys lock_pids(Arena *arena, const LockTable *table) {
	Part *parts = ARENA_ARRAY(arena, Part, table->sessions.count);
	for (size_t i = 0; i < table->tags.count; i++) {
		const LockTag *tag = &table->tags.items[i];
		if (tag->queue.count) add_queue(table, tag, table->waits.count <= LOCK_MOST_ASKED, parts);
		for (size_t k = 0; k < tag->holds.count && tag->queue.count; k++) {
			const LockHold *hold = &table->holds.items[tag->holds.items[k]];
			if (in_the_way_of_any(hold->modes, tag->wanted)) take_part(&parts[hold->session], PART_IN_THE_WAY);
		}
	}
	Keys keys = {0};
	size_t asked = 0;
	for (size_t i = 0; i < table->sessions.count; i++) {
		int64_t pid = table->sessions.items[i].pid;
		bool ask = parts[i] == PART_ASKED && asked < LOCK_MOST_ASKED;
		asked += ask;
		if (parts[i] && pid) *list_push(arena, &keys) = ask ? pid : -pid;
	}
	return keys;
}
