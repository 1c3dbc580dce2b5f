/* names.c: what a database calls its things. */
#include "core/names.h"

#include <stdlib.h>

enum { MOST_NAMES = 200000, MOST_RELATIONS_WITH_COLUMNS = 512, SAME_NOTES = 32 };

/* Names of one kind: sorted, once settled. */
typedef struct NameSet {
	Arena *texts;
	Name *items;
	size_t count, room;
	const char *notes[SAME_NOTES]; /* few words are said of many names: those said already */
	size_t note_count;
	Name *by_oid; /* of schemas: the same in another order */
	bool settled;
} NameSet;

typedef struct ColumnSet {
	Arena *arena;
	NameColumns columns;
	uint64_t used; /* the clock's hand when it was used last */
} ColumnSet;

struct Names {
	NameSet sets[NAME_KIND_COUNT], next[NAME_KIND_COUNT];
	ColumnSet columns[MOST_RELATIONS_WITH_COLUMNS];
	size_t column_sets;
	uint64_t clock;
};

Names *names_new(void) {
	Names *names = calloc(1, sizeof *names);
	if (!names) die("out of memory");
	return names;
}

static void set_release(NameSet *set) {
	arena_free(set->texts);
	free(set->items);
	free(set->by_oid);
	*set = (NameSet){0};
}

void names_forget(Names *names) {
	for (int kind = 0; kind < NAME_KIND_COUNT; kind++) {
		set_release(&names->sets[kind]);
		set_release(&names->next[kind]);
	}
	for (size_t i = 0; i < names->column_sets; i++) {
		arena_free(names->columns[i].arena);
		names->columns[i] = (ColumnSet){0};
	}
	names->column_sets = 0;
}

void names_free(Names *names) {
	if (!names) return;
	names_forget(names);
	free(names);
}

/* ---- order: letters first, in any case; then as the bytes are ---- */

static unsigned char folded(char byte) {
	return (unsigned char)(byte >= 'A' && byte <= 'Z' ? byte + 'a' - 'A' : byte);
}

static int compare_folded(const char *one, const char *other, size_t most) {
	for (size_t i = 0; i < most; i++) {
		int difference = folded(one[i]) - folded(other[i]);
		if (difference || !one[i]) return difference;
	}
	return 0;
}

static int compare(const void *one, const void *other) {
	const Name *a = one, *b = other;
	int difference = compare_folded(a->text, b->text, SIZE_MAX);
	if (!difference) difference = strcmp(a->text, b->text);
	return difference ? difference : (a->schema > b->schema) - (a->schema < b->schema);
}

/* ---- collecting ---- */

void names_begin(Names *names, NameKind kind) {
	set_release(&names->next[kind]);
	names->next[kind].texts = arena_new();
}

static const char *kept_note(NameSet *set, const char *note) {
	if (!note) return NULL;
	for (size_t i = 0; i < set->note_count; i++)
		if (strcmp(set->notes[i], note) == 0) return set->notes[i];
	const char *copy = arena_copy(set->texts, note);
	if (set->note_count < SAME_NOTES) set->notes[set->note_count++] = copy;
	return copy;
}

void names_add(Names *names, NameKind kind, Name name) {
	NameSet *set = &names->next[kind];
	if (!set->texts || set->count >= MOST_NAMES) return;
	if (set->count == set->room) {
		set->room = set->room ? 2 * set->room : 64;
		set->items = realloc(set->items, set->room * sizeof *set->items);
		if (!set->items) die("out of memory");
	}
	name.text = arena_copy(set->texts, name.text);
	name.note = kept_note(set, name.note);
	set->items[set->count++] = name;
}

static int compare_oids(const void *one, const void *other) {
	const Name *a = one, *b = other;
	return (a->oid > b->oid) - (a->oid < b->oid);
}

static void sort_by_oid(NameSet *set) {
	if (!set->count) return;
	set->by_oid = malloc(set->count * sizeof *set->by_oid);
	if (!set->by_oid) die("out of memory");
	memcpy(set->by_oid, set->items, set->count * sizeof *set->by_oid);
	qsort(set->by_oid, set->count, sizeof *set->by_oid, compare_oids);
}

void names_settle(Names *names, NameKind kind) {
	NameSet *set = &names->next[kind];
	if (!set->texts) return;
	if (set->count) qsort(set->items, set->count, sizeof *set->items, compare);
	Name *fitted = set->count ? realloc(set->items, set->count * sizeof *set->items) : NULL;
	if (fitted) {
		set->items = fitted;
		set->room = set->count;
	}
	if (kind == NAME_SCHEMA) sort_by_oid(set);
	set->settled = true;
	set_release(&names->sets[kind]);
	names->sets[kind] = *set;
	*set = (NameSet){0};
}

bool names_known(const Names *names, NameKind kind) {
	return names->sets[kind].settled;
}

/* ---- finding ---- */

/* The first name that does not come before the prefix; with `behind`, the first that comes after all that begin with it. */
static size_t bound(const NameSet *set, const char *prefix, size_t len, bool behind) {
	size_t low = 0, high = set->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int difference = compare_folded(set->items[middle].text, prefix, len);
		if (difference < 0 || (behind && difference == 0)) low = middle + 1;
		else high = middle;
	}
	return low;
}

NameRange names_find(const Names *names, NameKind kind, const char *prefix) {
	const NameSet *set = &names->sets[kind];
	size_t len = strlen(prefix), first = bound(set, prefix, len, false);
	return (NameRange){set->items + first, bound(set, prefix, len, true) - first};
}

/* All that are called exactly so, in whatever schema: they stand side by side. */
static NameRange called(const Names *names, NameKind kind, const char *text) {
	const NameSet *set = &names->sets[kind];
	size_t len = strlen(text) + 1, first = bound(set, text, len, false), end = bound(set, text, len, true);
	while (first < end && strcmp(set->items[first].text, text) != 0) first++;
	while (end > first && strcmp(set->items[end - 1].text, text) != 0) end--;
	return (NameRange){set->items + first, end - first};
}

const Name *names_exact(const Names *names, NameKind kind, const char *text) {
	NameRange range = called(names, kind, text);
	return range.count ? range.items : NULL;
}

static const Name *schema_of(const Names *names, uint32_t oid) {
	const NameSet *set = &names->sets[NAME_SCHEMA];
	return set->count ? bsearch(&(Name){.oid = oid}, set->by_oid, set->count, sizeof *set->by_oid, compare_oids) : NULL;
}

uint32_t names_place(const Names *names, uint32_t schema) {
	const Name *name = schema_of(names, schema);
	return name ? name->schema : 0;
}

const char *names_schema(const Names *names, uint32_t schema) {
	const Name *name = schema_of(names, schema);
	return name ? name->text : NULL;
}

const Name *names_relation(const Names *names, const char *schema, const char *text) {
	NameRange range = called(names, NAME_RELATION, text);
	const Name *best = NULL;
	uint32_t best_place = 0;
	for (const Name *name = range.items; name < range.items + range.count; name++) {
		const Name *in = schema_of(names, name->schema);
		if (!in) continue;
		if (schema && strcmp(in->text, schema) == 0) return name;
		if (schema || !in->schema || (best && best_place <= in->schema)) continue;
		best = name;
		best_place = in->schema;
	}
	return best;
}

/* ---- columns ---- */

static ColumnSet *columns_of(Names *names, uint32_t relation) {
	for (size_t i = 0; i < names->column_sets; i++)
		if (names->columns[i].columns.relation == relation) return &names->columns[i];
	return NULL;
}

/* Its own, an empty one, or the one used least lately. */
static ColumnSet *place_for(Names *names, uint32_t relation) {
	ColumnSet *set = columns_of(names, relation);
	if (set) return set;
	if (names->column_sets < MOST_RELATIONS_WITH_COLUMNS) return &names->columns[names->column_sets++];
	set = &names->columns[0];
	for (size_t i = 1; i < names->column_sets; i++)
		if (names->columns[i].used < set->used) set = &names->columns[i];
	return set;
}

void names_put_columns(Names *names, uint32_t relation, const NameColumn *columns, size_t count) {
	ColumnSet *set = place_for(names, relation);
	arena_free(set->arena);
	Arena *arena = arena_new();
	NameColumn *items = ARENA_ARRAY(arena, NameColumn, count);
	for (size_t i = 0; i < count; i++) items[i] = (NameColumn){arena_copy(arena, columns[i].text), arena_copy(arena, columns[i].type)};
	*set = (ColumnSet){.arena = arena, .columns = {.relation = relation, .items = items, .count = count}, .used = ++names->clock};
}

const NameColumns *names_columns(Names *names, uint32_t relation) {
	ColumnSet *set = columns_of(names, relation);
	if (!set) return NULL;
	set->used = ++names->clock;
	return &set->columns;
}

size_t names_bytes(const Names *names) {
	size_t bytes = sizeof *names;
	for (int kind = 0; kind < NAME_KIND_COUNT; kind++) {
		const NameSet *both[] = {&names->sets[kind], &names->next[kind]};
		for (size_t i = 0; i < 2; i++) bytes += (both[i]->texts ? arena_bytes(both[i]->texts) : 0) + both[i]->room * sizeof(Name);
	}
	for (size_t i = 0; i < names->column_sets; i++) bytes += arena_bytes(names->columns[i].arena);
	return bytes;
}
