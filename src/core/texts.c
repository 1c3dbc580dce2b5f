/* texts.c: texts by number, in an open hash table that is never more than half full. */
#include "core/texts.h"

/* Spreads what may be consecutive (or a hash already) over all bits: the finaliser of splitmix64. */
static uint64_t spread(uint64_t key) {
	key ^= key >> 30;
	key *= UINT64_C(0xbf58476d1ce4e5b9);
	key ^= key >> 27;
	key *= UINT64_C(0x94d049bb133111eb);
	return key ^ key >> 31;
}

static struct TextEntry *place(const Texts *texts, int64_t key) {
	size_t at = (size_t)spread((uint64_t)key) & (texts->room - 1);
	while (texts->entries[at].text && texts->entries[at].key != key) at = (at + 1) & (texts->room - 1);
	return &texts->entries[at];
}

const char *texts_get(const Texts *texts, int64_t key) {
	return texts->room ? place(texts, key)->text : NULL;
}

static void grow(Arena *arena, Texts *texts) {
	Texts larger = {.room = texts->room ? texts->room * 2 : 256, .count = texts->count};
	larger.entries = ARENA_ARRAY(arena, struct TextEntry, larger.room);
	for (size_t i = 0; i < texts->room; i++)
		if (texts->entries[i].text) *place(&larger, texts->entries[i].key) = texts->entries[i];
	*texts = larger;
}

void texts_put(Arena *arena, Texts *texts, int64_t key, const char *text) {
	if (texts->count * 2 >= texts->room) grow(arena, texts);
	struct TextEntry *entry = place(texts, key);
	if (!entry->text) texts->count++;
	else if (strcmp(entry->text, text) == 0) return;
	*entry = (struct TextEntry){.key = key, .text = arena_copy(arena, text)};
}
