/* lock_end.c: what ending a session would free. */
#include "core/lock_end.h"

/* What happened is marked with the number of the play, so that nothing has to be cleared between two. */
struct LockEnding {
	const LockTable *table;
	size_t play;
	size_t *gone; /* per session: ended, or finished */
	size_t *granted; /* per wait */
	size_t *put_off; /* per tag: its first could go on but for somebody else; to be looked at again */
	bool *holds_too; /* per wait: who waits holds a lock on the same thing */
	bool *goes_on; /* per wait: nobody was in its way any more when the locks were read */
	size_t *row_xid; /* per tag of a row: the tag of the transaction that has the row, LOCK_NOBODY: not known */
};

typedef struct Play {
	Arena *arena;
	LockEnding *ending;
	const LockTable *table;
	LockSessions freed;
	LockSessions later; /* tags put off */
} Play;

/* ---- worked out once ---- */

/* The first to wait for a row holds the row's own lock, and waits for the transaction that changed it. */
static size_t xid_of_row(const LockTable *table, const LockTag *tag) {
	for (size_t i = 0; i < tag->holds.count; i++) {
		const LockSession *first = &table->sessions.items[table->holds.items[tag->holds.items[i]].session];
		for (size_t k = 0; k < first->waits.count; k++) {
			size_t waited = table->waits.items[first->waits.items[k]].tag;
			if (lock_tag_is(&table->tags.items[waited], "transactionid")) return waited;
		}
	}
	return LOCK_NOBODY;
}

static void find_who_goes_on(LockEnding *ending, const LockTag *tag) {
	LockModes ahead = 0;
	for (size_t i = 0; i < tag->queue.count; i++) {
		const LockWait *wait = &ending->table->waits.items[tag->queue.items[i]];
		ending->goes_on[tag->queue.items[i]] = !lock_conflicts(wait->mode, ahead | lock_held_by_others(ending->table, tag, wait->session));
		ahead |= LOCK_BIT(wait->mode);
	}
}

LockEnding *lock_ending(Arena *arena, const LockTable *table) {
	LockEnding *ending = ARENA_NEW(arena, LockEnding);
	*ending = (LockEnding){
		.table = table,
		.gone = ARENA_ARRAY(arena, size_t, table->sessions.count),
		.granted = ARENA_ARRAY(arena, size_t, table->waits.count),
		.put_off = ARENA_ARRAY(arena, size_t, table->tags.count),
		.holds_too = ARENA_ARRAY(arena, bool, table->waits.count),
		.goes_on = ARENA_ARRAY(arena, bool, table->waits.count),
		.row_xid = ARENA_ARRAY(arena, size_t, table->tags.count),
	};
	for (size_t i = 0; i < table->tags.count; i++) {
		const LockTag *tag = &table->tags.items[i];
		find_who_goes_on(ending, tag);
		ending->row_xid[i] = tag->queue.count && lock_tag_is(tag, "tuple") ? xid_of_row(table, tag) : LOCK_NOBODY;
	}
	for (size_t i = 0; i < table->waits.count; i++) {
		const LockSession *session = &table->sessions.items[table->waits.items[i].session];
		for (size_t k = 0; k < session->holds.count; k++)
			if (table->holds.items[session->holds.items[k]].tag == table->waits.items[i].tag) ending->holds_too[i] = true;
	}
	return ending;
}

/* ---- a play ---- */

static bool is_gone(const Play *play, size_t session) {
	return play->ending->gone[session] == play->ending->play;
}

static LockModes still_held(const Play *play, const LockTag *tag, size_t but) {
	LockModes modes = 0;
	for (size_t i = 0; i < tag->holds.count; i++) {
		const LockHold *hold = &play->table->holds.items[tag->holds.items[i]];
		if (hold->session != but && !is_gone(play, hold->session)) modes |= hold->modes;
	}
	return modes;
}

/* What works CONCURRENTLY holds ShareUpdateExclusive on its table and waits for the transactions of those who use it, one after the other:
 * who builds an index for those who write, who rebuilds or drops one (and holds as much on the index) in the end for all of them. Waiting
 * for old snapshots, which comes last in building, is another matter. */
static bool meets_another(const Play *play, size_t session) {
	const LockSession *waiting = &play->table->sessions.items[session];
	LockModes in_use = 0;
	size_t relations = 0;
	for (size_t i = 0; i < waiting->holds.count; i++) {
		const LockHold *hold = &play->table->holds.items[waiting->holds.items[i]];
		const LockTag *tag = &play->table->tags.items[hold->tag];
		if (!(hold->modes & LOCK_BIT(LOCK_SHARE_UPDATE_EXCLUSIVE)) || !lock_tag_is(tag, "relation")) continue;
		in_use |= still_held(play, tag, session);
		relations++;
	}
	if (relations > 1) return lock_conflicts(LOCK_ACCESS_EXCLUSIVE, in_use);
	bool for_snapshots = waiting->phase && strstr(waiting->phase, "snapshots");
	return !for_snapshots && lock_conflicts(LOCK_SHARE, in_use);
}

static bool put_off(const Play *play, size_t tag, size_t session) {
	size_t xid = play->ending->row_xid[tag];
	if (xid != LOCK_NOBODY) return still_held(play, &play->table->tags.items[xid], session) != 0;
	return lock_tag_is(&play->table->tags.items[tag], "virtualxid") && meets_another(play, session);
}

static void put_off_tag(Play *play, size_t tag) {
	if (play->ending->put_off[tag] == play->ending->play) return;
	play->ending->put_off[tag] = play->ending->play;
	*list_push(play->arena, &play->later) = tag;
}

static void grant(Play *play, size_t wait) {
	const LockSession *session = &play->table->sessions.items[play->table->waits.items[wait].session];
	play->ending->granted[wait] = play->ending->play;
	for (size_t i = 0; i < session->waits.count; i++) /* a leader and its workers may wait for several */
		if (play->ending->granted[session->waits.items[i]] != play->ending->play) return;
	*list_push(play->arena, &play->freed) = play->table->waits.items[wait].session;
}

static bool blocks_all(LockModes wanted, LockModes others) {
	for (LockMode mode = LOCK_ACCESS_SHARE; mode < LOCK_MODE_COUNT; mode++)
		if ((wanted & LOCK_BIT(mode)) && !lock_conflicts(mode, others)) return false;
	return true;
}

/* In its order, to whom neither holders nor those who still stand ahead are in the way. */
static void serve(Play *play, size_t index) {
	const LockTag *tag = &play->table->tags.items[index];
	if (!tag->queue.count) return;
	LockModes held = still_held(play, tag, LOCK_NOBODY), given = 0, ahead = 0;
	for (size_t i = 0; i < tag->queue.count && !blocks_all(tag->wanted, ahead); i++) {
		size_t number = tag->queue.items[i];
		const LockWait *wait = &play->table->waits.items[number];
		if (is_gone(play, wait->session)) continue;
		if (play->ending->goes_on[number] || play->ending->granted[number] == play->ending->play) {
			given |= LOCK_BIT(wait->mode);
			continue;
		}
		LockModes others = play->ending->holds_too[number] ? still_held(play, tag, wait->session) : held;
		bool free_to_go = !lock_conflicts(wait->mode, others | given | ahead);
		if (free_to_go && put_off(play, index, wait->session)) {
			put_off_tag(play, index);
			free_to_go = false;
		}
		if (free_to_go) {
			grant(play, number);
			given |= LOCK_BIT(wait->mode);
		} else {
			ahead |= LOCK_BIT(wait->mode);
		}
	}
}

static void serve_put_off(Play *play) {
	LockSessions again = play->later;
	play->later = (LockSessions){0};
	for (size_t i = 0; i < again.count; i++) play->ending->put_off[again.items[i]] = 0;
	for (size_t i = 0; i < again.count; i++) serve(play, again.items[i]);
}

static void serve_after(Play *play, size_t session) {
	const LockSession *ended = &play->table->sessions.items[session];
	for (size_t i = 0; i < ended->holds.count; i++) serve(play, play->table->holds.items[ended->holds.items[i]].tag);
	for (size_t i = 0; i < ended->waits.count; i++) serve(play, play->table->waits.items[ended->waits.items[i]].tag);
	if (play->later.count) serve_put_off(play);
}

static void finish(Play *play, const size_t *sessions, size_t count) {
	for (size_t i = 0; i < count; i++) play->ending->gone[sessions[i]] = play->ending->play;
	for (size_t i = 0; i < count; i++) serve_after(play, sessions[i]);
}

LockEnd lock_end_all(Arena *arena, LockEnding *ending, const size_t *sessions, size_t count) {
	Play play = {.arena = arena, .ending = ending, .table = ending->table};
	ending->play++;
	finish(&play, sessions, count);
	size_t now = play.freed.count;
	for (size_t i = 0; i < play.freed.count; i++) {
		size_t next = play.freed.items[i]; /* the list may grow and move meanwhile */
		finish(&play, &next, 1);
	}
	return (LockEnd){play.freed, now};
}

LockEnd lock_end(Arena *arena, LockEnding *ending, size_t session) {
	return lock_end_all(arena, ending, &session, 1);
}
