/* finding_change.c: what became of the findings of an earlier plan. */
#include "advise/finding_change.h"

#include "advise/say.h"

/* A plan without a server may leave the schema out. */
static bool same_relation(const char *one, const char *other) {
	if (!one || !other) return one == other;
	size_t length = strlen(one), other_length = strlen(other);
	if (length < other_length) return same_relation(other, one);
	const char *end = one + (length - other_length);
	return strcmp(end, other) == 0 && (end == one || end[-1] == '.');
}

static bool same_columns(const Finding *one, const Finding *other) {
	if (one->column_count != other->column_count) return false;
	for (size_t i = 0; i < one->column_count; i++)
		if (strcmp(one->columns[i], other->columns[i]) != 0) return false;
	return true;
}

static bool tells_of(const Finding *finding, const char *rule) {
	for (size_t i = 0; i < finding->symptoms.count; i++)
		if (strcmp(finding->symptoms.items[i], rule) == 0) return true;
	return false;
}

static bool same_finding(const Finding *one, const Finding *other) {
	return strcmp(one->rule, other->rule) == 0 && same_relation(one->relation, other->relation) && same_columns(one, other);
}

/* The first that is the same and that no other has; else one that now tells of it as its symptom. */
static size_t place_of(const FindingList *findings, const Finding *wanted, const bool *taken) {
	for (size_t i = 0; i < findings->count; i++)
		if (!taken[i] && same_finding(&findings->items[i], wanted)) return i;
	for (size_t i = 0; i < findings->count; i++)
		if (tells_of(&findings->items[i], wanted->rule)) return i;
	return findings->count;
}

static void add(Arena *arena, FindingChangeList *list, const Plan *plan, FindingChangeKind kind, const Finding *before, const Finding *after) {
	static const char *const words[] = {[FINDING_STAYED] = "still there", [FINDING_NEW] = "new", [FINDING_NOT_WORTH] = "no longer worth it", [FINDING_GONE] = "gone"};
	const char *saves = after ? say_savings(arena, plan, after) : NULL, *text = words[kind];
	if (saves) text = arena_printf(arena, "%s: %s", text, saves);
	*list_push(arena, list) = (FindingChange){.kind = kind, .before = before, .after = after, .text = text};
}

FindingChangeList findings_compare(Arena *arena, const Plan *plan, const FindingList *before, const FindingList *after, const FindingList *all) {
	FindingChangeList changes = {0}, gone = {0};
	const Finding **was = ARENA_ARRAY(arena, const Finding *, after->count);
	bool *taken = ARENA_ARRAY(arena, bool, after->count), *all_taken = ARENA_ARRAY(arena, bool, all->count);
	bool *stayed = ARENA_ARRAY(arena, bool, before->count);
	for (size_t i = 0; i < before->count; i++) {
		size_t at = place_of(after, &before->items[i], taken);
		stayed[i] = at < after->count;
		if (!stayed[i]) continue;
		taken[at] = true;
		if (!was[at]) was[at] = &before->items[i];
	}
	for (size_t i = 0; i < after->count; i++) add(arena, &changes, plan, taken[i] ? FINDING_STAYED : FINDING_NEW, was[i], &after->items[i]);
	for (size_t i = 0; i < before->count; i++) {
		if (stayed[i]) continue;
		size_t at = place_of(all, &before->items[i], all_taken);
		if (at == all->count) {
			add(arena, &gone, plan, FINDING_GONE, &before->items[i], NULL);
			continue;
		}
		all_taken[at] = true;
		add(arena, &changes, plan, FINDING_NOT_WORTH, &before->items[i], &all->items[at]);
	}
	for (size_t i = 0; i < gone.count; i++) *list_push(arena, &changes) = gone.items[i];
	return changes;
}
