/* lock_name.c: what a lock is on, in words. */
#include "core/lock_name.h"

#include <inttypes.h>

enum { CLASS_RELATION = 1259 }; /* pg_class' own number */

/* ---- names by number ---- */

/* As lock_names.sql is asked for it, in the database it is of; 0: it has no name. */
static int64_t number_of(const LockTag *tag) {
	if (tag->relation > 0) return (int64_t)CLASS_RELATION << 32 | tag->relation;
	if (lock_tag_is(tag, "object") && tag->class_oid > 0 && tag->object_oid > 0) return tag->class_oid << 32 | tag->object_oid;
	return 0;
}

static bool is_elsewhere(const LockNames *names, const LockTag *tag) {
	return tag->database > 0 && tag->database != names->table->database_oid;
}

/* Numbers of our own database end far below this bit. */
int64_t lock_name_elsewhere(int64_t database_oid, int64_t number) {
	uint64_t hash = ((uint64_t)number ^ (uint64_t)database_oid * UINT64_C(0x9E3779B97F4A7C15)) * UINT64_C(0xBF58476D1CE4E5B9);
	return (int64_t)(hash >> 2 | UINT64_C(1) << 62);
}

/* Under which its name is kept. */
static int64_t key_of(const LockNames *names, const LockTag *tag) {
	int64_t number = number_of(tag);
	return number && is_elsewhere(names, tag) ? lock_name_elsewhere(tag->database, number) : number;
}

/* "table public.orders"; NULL: not known. */
static const char *entry_of(const LockNames *names, const LockTag *tag) {
	int64_t key = key_of(names, tag);
	const char *entry = key && names->texts ? texts_get(names->texts, key) : NULL;
	return entry && *entry ? entry : NULL;
}

static bool is_kind(const LockNames *names, const LockTag *tag, const char *kind) {
	const char *entry = entry_of(names, tag);
	size_t len = strlen(kind);
	return entry && strncmp(entry, kind, len) == 0 && entry[len] == ' ';
}

bool lock_name_is_index(const LockNames *names, const LockTag *tag) {
	return is_kind(names, tag, "index");
}

/* Tables go without their kind. */
static const char *name_of(const LockNames *names, const LockTag *tag) {
	const char *entry = entry_of(names, tag);
	return is_kind(names, tag, "table") ? entry + strlen("table ") : entry;
}

/* ---- which relation a wait is about ---- */

typedef LIST(const LockTag *) TagList;

static bool listed(const TagList *list, int64_t relation) {
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i]->relation == relation) return true;
	return false;
}

/* Relations the session holds in one of the modes. */
static TagList relations_held(Arena *arena, const LockTable *table, const LockSession *session, LockModes modes) {
	TagList tags = {0};
	for (size_t i = 0; i < session->holds.count; i++) {
		const LockHold *hold = &table->holds.items[session->holds.items[i]];
		const LockTag *tag = &table->tags.items[hold->tag];
		if ((hold->modes & modes) && lock_tag_is(tag, "relation") && !listed(&tags, tag->relation)) *list_push(arena, &tags) = tag;
	}
	return tags;
}

static const LockTag *row_held(const LockTable *table, const LockSession *session) {
	for (size_t i = 0; i < session->holds.count; i++) {
		const LockTag *tag = &table->tags.items[table->holds.items[session->holds.items[i]].tag];
		if (lock_tag_is(tag, "tuple")) return tag;
	}
	return NULL;
}

/* What both write: a row of one of these is what they meet at. */
static TagList relations_shared(Arena *arena, const LockTable *table, const LockNode *node) {
	enum { WRITES = LOCK_BIT(LOCK_ROW_EXCLUSIVE) };
	TagList ours = relations_held(arena, table, node->session, WRITES), both = {0};
	for (size_t i = 0; i < node->tag->holds.count; i++) {
		const LockHold *hold = &table->holds.items[node->tag->holds.items[i]];
		if (hold->session == node->index) continue;
		TagList theirs = relations_held(arena, table, &table->sessions.items[hold->session], WRITES);
		for (size_t k = 0; k < ours.count; k++)
			if (listed(&theirs, ours.items[k]->relation) && !listed(&both, ours.items[k]->relation)) *list_push(arena, &both) = ours.items[k];
	}
	return both;
}

/* What a node's wait may be about: one for sure, or several that names have to tell apart (indexes are locked with their table). */
static TagList candidates(Arena *arena, const LockTable *table, const LockNode *node) {
	TagList tags = {0};
	const LockTag *tag = node->tag;
	if (tag->relation > 0) {
		*list_push(arena, &tags) = tag;
	} else if (lock_tag_is(tag, "transactionid")) {
		const LockTag *row = row_held(table, node->session);
		if (!row) return relations_shared(arena, table, node);
		*list_push(arena, &tags) = row;
	} else if (lock_tag_is(tag, "virtualxid")) {
		return relations_held(arena, table, node->session, LOCK_BIT(LOCK_SHARE_UPDATE_EXCLUSIVE));
	}
	return tags;
}

static const LockTag *relation_of(Arena *arena, const LockNames *names, const LockNode *node) {
	TagList tags = candidates(arena, names->table, node);
	const LockTag *found = NULL;
	if (tags.count == 1) return tags.items[0];
	for (size_t i = 0; i < tags.count; i++) {
		if (!entry_of(names, tags.items[i])) return NULL; /* might be one, too */
		if (!is_kind(names, tags.items[i], "table")) continue;
		if (found) return NULL;
		found = tags.items[i];
	}
	return found;
}

const char *lock_name_table(Arena *arena, const LockNames *names, const LockNode *node) {
	const LockTag *tag = node->tag ? relation_of(arena, names, node) : NULL;
	const char *name = tag ? name_of(names, tag) : NULL, *blank = name ? strchr(name, ' ') : NULL;
	if (!name) return NULL;
	return is_kind(names, tag, "table") || !blank ? name : blank + 1;
}

/* ---- in words ---- */

static const char *database_of(Arena *arena, const LockTable *table, int64_t oid) {
	for (size_t i = 0; i < table->sessions.count; i++)
		if (table->sessions.items[i].database_oid == oid && table->sessions.items[i].database) return table->sessions.items[i].database;
	return arena_printf(arena, "%" PRId64, oid);
}

static const char *in_its_database(Arena *arena, const LockNames *names, const LockTag *tag, const char *name) {
	if (names->table->database_oid < 0 || !is_elsewhere(names, tag)) return name;
	return arena_printf(arena, "%s of database %s", name, database_of(arena, names->table, tag->database));
}

static const char *relation_words(Arena *arena, const LockNames *names, const LockTag *tag) {
	const char *name = name_of(names, tag);
	return in_its_database(arena, names, tag, name ? name : arena_printf(arena, "relation %" PRId64, tag->relation));
}

/* The server keeps one bigint in two halves, or two ints; both signed. */
static const char *advisory_words(Arena *arena, const LockNames *names, const LockTag *tag) {
	(void)names;
	if (tag->object_part == 2)
		return arena_printf(arena, "advisory lock (%" PRId32 ", %" PRId32 ")", (int32_t)(uint32_t)tag->class_oid, (int32_t)(uint32_t)tag->object_oid);
	return arena_printf(arena, "advisory lock %" PRId64, (int64_t)((uint64_t)tag->class_oid << 32 | (uint64_t)tag->object_oid));
}

static const char *row_words(Arena *arena, const LockNames *names, const LockTag *tag) {
	return arena_printf(arena, "row (%" PRId64 ",%" PRId64 ") of %s", tag->page, tag->tuple, relation_words(arena, names, tag));
}

static const char *page_words(Arena *arena, const LockNames *names, const LockTag *tag) {
	return arena_printf(arena, "page %" PRId64 " of %s", tag->page, relation_words(arena, names, tag));
}

static const char *extend_words(Arena *arena, const LockNames *names, const LockTag *tag) {
	return arena_printf(arena, "the growing of %s", relation_words(arena, names, tag));
}

static const char *transaction_words(Arena *arena, const LockNames *names, const LockTag *tag) {
	(void)names;
	return arena_printf(arena, "transaction %" PRId64, tag->xid);
}

static const char *virtual_words(Arena *arena, const LockNames *names, const LockTag *tag) {
	(void)names;
	return arena_printf(arena, "transaction %s", tag->virtualxid ? tag->virtualxid : "?");
}

static const char *snapshot_words(Arena *arena, const LockNames *names, const LockTag *tag) {
	(void)arena;
	(void)names;
	(void)tag;
	return "a safe snapshot";
}

static const char *object_words(Arena *arena, const LockNames *names, const LockTag *tag) {
	const char *name = name_of(names, tag);
	return in_its_database(arena, names, tag, name ? name : arena_printf(arena, "object %" PRId64 " of class %" PRId64, tag->object_oid, tag->class_oid));
}

static const struct {
	const char *type;
	const char *(*words)(Arena *arena, const LockNames *names, const LockTag *tag);
} kinds[] = {
	{"relation", relation_words}, {"tuple", row_words}, {"transactionid", transaction_words}, {"virtualxid", virtual_words},
	{"advisory", advisory_words}, {"object", object_words}, {"page", page_words}, {"extend", extend_words}, {"spectoken", transaction_words},
	{"safesnapshot", snapshot_words},
};

const char *lock_name_tag(Arena *arena, const LockNames *names, const LockTag *tag) {
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (lock_tag_is(tag, kinds[i].type)) return kinds[i].words(arena, names, tag);
	return tag->type;
}

const char *lock_name_wanted(Arena *arena, const LockNames *names, const LockNode *node) {
	const LockTag *tag = node->tag, *about = relation_of(arena, names, node);
	if (lock_tag_is(tag, "transactionid") && about)
		return about->tuple >= 0 ? row_words(arena, names, about) : arena_printf(arena, "a row of %s", relation_words(arena, names, about));
	if (lock_tag_is(tag, "virtualxid") && about)
		return arena_printf(arena, "%s, for %s", virtual_words(arena, names, tag), relation_words(arena, names, about));
	return lock_name_tag(arena, names, tag);
}

/* ---- what to ask for ---- */

/* Who connects to a database locks it first, and would stand in that queue. */
static bool may_be_entered(const LockTable *table, int64_t database_oid) {
	enum { CLASS_DATABASE = 1262 };
	for (size_t i = 0; i < table->tags.count; i++) {
		const LockTag *tag = &table->tags.items[i];
		if (tag->class_oid != CLASS_DATABASE || tag->object_oid != database_oid || !lock_tag_is(tag, "object")) continue;
		if (lock_conflicts(LOCK_ROW_EXCLUSIVE, tag->wanted | lock_held_by_others(table, tag, LOCK_NOBODY))) return false;
	}
	return true;
}

static void add_missing(Arena *arena, const LockNames *names, const LockTag *tag, LockNameless *missing) {
	int64_t key = key_of(names, tag);
	if (!key || names->table->database_oid < 0 || (names->texts && texts_get(names->texts, key))) return;
	bool elsewhere = is_elsewhere(names, tag);
	if (elsewhere && !may_be_entered(names->table, tag->database)) return;
	Keys *keys = elsewhere ? &missing->elsewhere : &missing->here;
	for (size_t i = 0; i < keys->count; i++)
		if (keys->items[i] == number_of(tag)) return;
	*list_push(arena, keys) = number_of(tag);
}

LockNameless lock_nameless(Arena *arena, const LockNames *names, const LockNode *node) {
	enum { MOST_HELD = 32 }; /* a query of partitions may hold thousands */
	LockNameless missing = {0};
	TagList tags = {0};
	if (node->tag) {
		add_missing(arena, names, node->tag, &missing);
		tags = candidates(arena, names->table, node);
	}
	for (size_t i = 0; i < tags.count; i++) add_missing(arena, names, tags.items[i], &missing);
	for (size_t i = 0; i < node->session->holds.count && i < MOST_HELD; i++)
		add_missing(arena, names, &names->table->tags.items[names->table->holds.items[node->session->holds.items[i]].tag], &missing);
	return missing;
}
