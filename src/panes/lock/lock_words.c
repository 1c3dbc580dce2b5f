/* lock_words.c: what is told of a session in a lock forest, in words. */
#include "panes/lock_words.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>

#include "base/str.h"
#include "core/format.h"
#include "sql/quote.h"
#include "sql/token.h"

/* ---- what it does ---- */

static bool is(const char *text, const char *wanted) {
	return text && strcmp(text, wanted) == 0;
}

static bool has(const char *text, const char *wanted) {
	return text && strstr(text, wanted);
}

/* The first word, a second one where the first alone says little, and whether CONCURRENTLY follows. */
typedef struct Verb {
	const char *first, *second;
	bool concurrently;
} Verb;

static const char *word_in_capitals(Arena *arena, const char *text, Token token) {
	char *word = arena_copy_n(arena, text + token.span.start, token.span.end - token.span.start);
	for (char *byte = word; *byte; byte++) *byte = (char)toupper((unsigned char)*byte);
	return word;
}

static Verb verb_of(Arena *arena, const char *text) {
	enum { MOST_WORDS = 6 }; /* CREATE UNIQUE INDEX CONCURRENTLY IF NOT … */
	Verb verb = {.first = "", .second = ""};
	Token token;
	size_t len = text ? strlen(text) : 0, words = 0;
	for (size_t at = 0; words < MOST_WORDS && token_next(text, len, at, &token); at = token.span.end) {
		if (token.kind == TOKEN_COMMENT || token_is(text, token, "(")) continue;
		if (token.kind != TOKEN_KEYWORD && token.kind != TOKEN_NAME) break;
		if (words == 0) verb.first = word_in_capitals(arena, text, token);
		if (words > 0 && !*verb.second && !token_is(text, token, "unique")) verb.second = word_in_capitals(arena, text, token);
		if (token_is(text, token, "concurrently")) verb.concurrently = true;
		words++;
	}
	return verb;
}

/* Statements that lock whole things, with the word that says what. */
static const struct {
	const char *word;
	bool two; /* its second word belongs to it */
} ddl[] = {
	{"ALTER", true}, {"CREATE", true}, {"DROP", true}, {"TRUNCATE", false}, {"LOCK", false}, {"REINDEX", true}, {"CLUSTER", false},
	{"VACUUM", false}, {"REFRESH", true}, {"COMMENT", false}, {"GRANT", false}, {"REVOKE", false}, {"ANALYZE", false}, {"SECURITY", true},
};

static size_t ddl_of(const Verb *verb) {
	size_t i = 0;
	while (i < sizeof ddl / sizeof *ddl && strcmp(ddl[i].word, verb->first) != 0) i++;
	return i;
}

static bool is_ddl(const Verb *verb) {
	return ddl_of(verb) < sizeof ddl / sizeof *ddl;
}

LockDoing lock_doing(Arena *arena, const LockSession *session) {
	if (!session->pid) return LOCK_DOING_PREPARED;
	if (is(session->backend_type, "startup")) return LOCK_DOING_REPLAY;
	if (is(session->backend_type, "autovacuum worker")) return has(session->query, "(to prevent wraparound)") ? LOCK_DOING_WRAPAROUND : LOCK_DOING_AUTOVACUUM;
	if (!session->state) return LOCK_DOING_UNKNOWN;
	if (lock_session_idle_in_transaction(session)) return LOCK_DOING_IDLE_IN_TRANSACTION;
	if (is(session->state, "idle")) return LOCK_DOING_IDLE;
	Verb verb = verb_of(arena, session->query);
	return !is_ddl(&verb) ? LOCK_DOING_STATEMENT : verb.concurrently ? LOCK_DOING_CONCURRENT_DDL : LOCK_DOING_DDL;
}

const char *lock_verb(Arena *arena, const LockSession *session) {
	Verb verb = verb_of(arena, session->query);
	size_t i = ddl_of(&verb);
	if (i == sizeof ddl / sizeof *ddl || !ddl[i].two || !*verb.second) return verb.first;
	return arena_printf(arena, "%s %s", verb.first, verb.second);
}

/* ---- who it is ---- */

static const char *short_doing(Arena *arena, const LockSession *session) {
	switch (lock_doing(arena, session)) {
	case LOCK_DOING_UNKNOWN:
	case LOCK_DOING_PREPARED: return "";
	case LOCK_DOING_REPLAY: return "recovery";
	case LOCK_DOING_AUTOVACUUM: return "autovacuum";
	case LOCK_DOING_WRAPAROUND: return "autovacuum!";
	case LOCK_DOING_IDLE_IN_TRANSACTION: return arena_printf(arena, "idle in xact %s", format_age(arena, session->state_age_s));
	case LOCK_DOING_IDLE: return "idle";
	default: return lock_verb(arena, session);
	}
}

static const char *prepared_name(Arena *arena, const LockSession *session) {
	return session->gid ? sql_literal(arena, session->gid) : arena_printf(arena, "of %s", session->virtualtransaction);
}

const char *lock_tag_line(Arena *arena, const LockNode *node) {
	const LockSession *session = node->session;
	if (!session->pid) return arena_printf(arena, "prepared %s", prepared_name(arena, session));
	const char *doing = short_doing(arena, session);
	return arena_printf(arena, "%" PRId64 "%s%s", session->pid, *doing ? " " : "", doing);
}

const char *lock_who(Arena *arena, const LockSession *session) {
	if (!session->pid) return arena_printf(arena, "prepared transaction %s%s%s", prepared_name(arena, session), session->user ? " of " : "", session->user ? session->user : "");
	const char *user = session->user ? session->user : session->backend_type, *application = session->application;
	bool named = application && *application;
	if (!user && !named) return arena_printf(arena, "session %" PRId64, session->pid);
	return arena_printf(arena, "session %" PRId64 " (%s%s%s)", session->pid, user ? user : "", user && named ? ", " : "", named ? application : "");
}

const char *lock_sessions_count(Arena *arena, size_t count) {
	return arena_printf(arena, "%zu session%s", count, count == 1 ? "" : "s");
}

/* ---- sentences ---- */

/* Nothing where the age is not known. */
static const char *since(Arena *arena, const char *before, double age_s, const char *after) {
	return isnan(age_s) ? "" : arena_printf(arena, "%s%s%s", before, format_age(arena, age_s), after);
}

/* Told only where it says more than the age told before it. */
static const char *transaction_open(Arena *arena, const LockSession *session, double told_s) {
	bool more = !isnan(session->xact_age_s) && strcmp(format_age(arena, session->xact_age_s), format_age(arena, told_s)) != 0;
	return more ? since(arena, ", its transaction open for ", session->xact_age_s, ",") : ",";
}

static const char *what_it_does(Arena *arena, const LockNode *node) {
	const LockSession *session = node->session;
	switch (lock_doing(arena, session)) {
	case LOCK_DOING_UNKNOWN: return session->hidden ? ", whose doings are hidden from our role," : "";
	case LOCK_DOING_PREPARED: return since(arena, ", prepared ", session->xact_age_s, " ago and belonging to no session,");
	case LOCK_DOING_REPLAY: return ", the standby's recovery, replays a lock taken on the primary: it";
	case LOCK_DOING_AUTOVACUUM: return since(arena, ", an autovacuum running for ", session->xact_age_s, ",");
	case LOCK_DOING_WRAPAROUND: return since(arena, ", an autovacuum to prevent wraparound running for ", session->xact_age_s, ",");
	case LOCK_DOING_IDLE_IN_TRANSACTION: return arena_printf(arena, "%s%s", since(arena, ", idle in transaction for ", session->state_age_s, ""), transaction_open(arena, session, session->state_age_s));
	case LOCK_DOING_IDLE: return since(arena, ", idle for ", session->state_age_s, ",");
	default: break;
	}
	const char *verb = lock_verb(arena, session);
	return arena_printf(arena, ", running %s%s%s", *verb ? verb : "a statement", since(arena, " for ", session->query_age_s, ""), transaction_open(arena, session, session->query_age_s));
}

/* Of those that wait for one thing it holds, the first drawn; LOCK_NOBODY: none. */
static size_t first_waiting_for(const LockForest *forest, const LockNode *node, const LockHold *hold) {
	const LockTag *tag = &forest->table->tags.items[hold->tag];
	size_t first = LOCK_NOBODY;
	for (size_t i = 0; i < tag->queue.count; i++) {
		const LockWait *wait = &forest->table->waits.items[tag->queue.items[i]];
		size_t place = forest->place_of[wait->session];
		bool longest = forest->nodes[place].wait == wait; /* or it is told with another thing */
		if (longest && wait->session != node->index && place < first && lock_conflicts(wait->mode, hold->modes)) first = place;
	}
	return first;
}

/* What others wait for, in the order drawn: the first, and how many more. */
static const char *what_it_holds(Arena *arena, const LockForest *forest, const LockNames *names, const LockNode *node) {
	size_t first = LOCK_NOBODY, count = 0;
	LockModes held = 0;
	for (size_t i = 0; i < node->session->holds.count; i++) {
		const LockHold *hold = &forest->table->holds.items[node->session->holds.items[i]];
		size_t place = first_waiting_for(forest, node, hold);
		count += place != LOCK_NOBODY;
		if (place >= first) continue;
		first = place;
		held = hold->modes;
	}
	if (!count) return NULL;
	const LockNode *waiting = &forest->nodes[first];
	const char *wanted = lock_name_wanted(arena, names, waiting), *more = count > 1 ? arena_printf(arena, " and %zu more", count - 1) : "";
	if (lock_tag_is(waiting->tag, "virtualxid") || lock_tag_is(waiting->tag, "safesnapshot"))
		return arena_printf(arena, "keeps %s waiting for its transaction to end", lock_tag_line(arena, waiting));
	if (!lock_tag_is(waiting->tag, "transactionid")) return arena_printf(arena, "holds %s on %s%s", lock_mode_word(lock_modes_strongest(held)), wanted, more);
	return arena_printf(arena, "has changed %s%s", lock_name_table(arena, names, waiting) ? wanted : "a row", more);
}

static const char *what_it_wants(Arena *arena, const LockNames *names, const LockNode *node) {
	return arena_printf(arena, "%s on %s", lock_mode_word(node->wait->mode), lock_name_wanted(arena, names, node));
}

const char *lock_root_sentence(Arena *arena, const LockForest *forest, const LockNames *names, size_t place) {
	const LockNode *node = &forest->nodes[place];
	const char *holds = what_it_holds(arena, forest, names, node);
	if (!holds && node->tag) holds = arena_printf(arena, "waits for %s", what_it_wants(arena, names, node));
	if (!node->behind) return arena_printf(arena, "%s%s waits for nobody that can still be seen", lock_who(arena, node->session), what_it_does(arena, node));
	return arena_printf(arena, "%s%s %s%s %s%s", lock_who(arena, node->session), what_it_does(arena, node), holds ? holds : "", holds ? " and blocks" : "blocks",
	                    lock_sessions_count(arena, node->behind), since(arena, ", the longest for ", node->longest_s, ""));
}

bool lock_kept_by_advisory(const LockForest *forest, size_t place) {
	const LockSession *session = forest->nodes[place].session;
	for (size_t i = 0; i < session->holds.count; i++) {
		const LockTag *tag = &forest->table->tags.items[forest->table->holds.items[session->holds.items[i]].tag];
		if (tag->queue.count && lock_tag_is(tag, "advisory")) return true;
	}
	return false;
}

size_t lock_stand_behind(const LockForest *forest, size_t place) {
	size_t softly = 0;
	for (size_t at = place + 1; at < forest->count && forest->nodes[place].wait; at++) softly += forest->nodes[at].parent == place && forest->nodes[at].softly;
	return softly;
}

bool lock_is_queued_ddl(Arena *arena, const LockNode *node) {
	if (!node->wait) return false;
	bool table = lock_tag_is(node->tag, "relation");
	switch (lock_doing(arena, node->session)) {
	case LOCK_DOING_DDL: return true;
	case LOCK_DOING_CONCURRENT_DDL: return table; /* afterwards it waits for transactions, and has begun */
	case LOCK_DOING_UNKNOWN: return table && node->wait->mode > LOCK_ROW_EXCLUSIVE; /* stronger than any that reads or writes rows */
	default: return false;
	}
}

const char *lock_queue_sentence(Arena *arena, const LockForest *forest, const LockNames *names, size_t place) {
	const LockNode *node = &forest->nodes[place];
	size_t softly = lock_stand_behind(forest, place);
	if (!softly) return NULL;
	const char *verb = lock_verb(arena, node->session);
	return arena_printf(arena, "%s in the queue: %s of %s waits for %s, and %s that the holders would let through must stand behind it", lock_is_queued_ddl(arena, node) ? "DDL" : "a statement",
	                    *verb ? verb : "the statement", lock_who(arena, node->session), what_it_wants(arena, names, node), lock_sessions_count(arena, softly));
}

const char *lock_cycle_sentence(Arena *arena, const LockForest *forest, size_t place) {
	size_t cycle = forest->nodes[place].cycle;
	if (cycle == LOCK_NOBODY) return NULL;
	enum { MOST_NAMED = 10 };
	Str pids = STR_INIT;
	size_t count = 0;
	for (size_t at = 0; at < forest->count; at++)
		if (forest->nodes[at].cycle == cycle && count++ < MOST_NAMED) str_printf(&pids, "%s%" PRId64, pids.len ? ", " : "", forest->nodes[at].session->pid);
	if (count > MOST_NAMED) str_printf(&pids, " and %zu more", count - MOST_NAMED);
	const char *timeout = since(arena, " (", forest->table->deadlock_timeout_s, ")");
	const char *sentence = arena_printf(arena, "a cycle: %s wait for each other; the server cancels one of them once deadlock_timeout%s has passed", pids.text, timeout);
	str_release(&pids);
	return sentence;
}

const char *lock_frees(Arena *arena, size_t now, size_t all) {
	if (!all) return "frees nobody by itself";
	return all == now ? arena_printf(arena, "frees %zu at once", now) : arena_printf(arena, "frees %zu at once, %zu in the end", now, all);
}

/* ---- in a line ---- */

/* Whoever else holds what it waits for: in the tree it stands below one of them only. */
static const char *held_by_others(Arena *arena, const LockForest *forest, size_t place) {
	enum { MOST_NAMED = 2 };
	LockSessions blockers = lock_forest_blockers(arena, forest, place);
	const char *text = "";
	size_t others = 0;
	for (size_t i = 0; i < blockers.count; i++) {
		const LockSession *other = forest->nodes[blockers.items[i]].session;
		if (blockers.items[i] == forest->nodes[place].parent) continue;
		if (others++ >= MOST_NAMED) continue;
		const char *name = other->pid ? arena_printf(arena, "%" PRId64, other->pid) : prepared_name(arena, other);
		text = arena_printf(arena, "%s%s%s", text, others > 1 ? ", " : ", also held by ", name);
	}
	return others > MOST_NAMED ? arena_printf(arena, "%s and %zu more", text, others - MOST_NAMED) : text;
}

static const char *wait_in_brief(Arena *arena, const LockForest *forest, const LockNames *names, size_t place) {
	static const char *const of_transactions[] = {"transactionid", "tuple", "virtualxid", "safesnapshot"}; /* their modes say nothing */
	const LockNode *node = &forest->nodes[place];
	const char *wanted = NULL, *ahead = "";
	for (size_t i = 0; i < sizeof of_transactions / sizeof *of_transactions; i++)
		if (lock_tag_is(node->tag, of_transactions[i])) wanted = lock_name_wanted(arena, names, node);
	if (!wanted) wanted = what_it_wants(arena, names, node);
	size_t behind = lock_stand_behind(forest, place);
	if (behind) ahead = arena_printf(arena, "%s ahead of %zu: ", lock_is_queued_ddl(arena, node) ? "DDL" : "stands", behind);
	return arena_printf(arena, "%s%s%s", ahead, wanted, held_by_others(arena, forest, place));
}

const char *lock_in_brief(Arena *arena, const LockForest *forest, const LockNames *names, size_t place) {
	const LockNode *node = &forest->nodes[place];
	return node->wait ? wait_in_brief(arena, forest, names, place) : what_it_holds(arena, forest, names, node);
}
