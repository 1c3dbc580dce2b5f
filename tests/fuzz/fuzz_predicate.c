/* fuzz_predicate.c: any bytes as a condition and as a sort key; what was understood is understood again from its own text. */
#include <stdint.h>
#include <stdlib.h>

#include "sql/predicate.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
	Arena *arena = arena_new();
	const char *text = arena_copy_n(arena, (const char *)bytes, len);
	SortKey key;
	PredicateList *list = predicate_parse(arena, text, NULL);
	for (size_t i = 0; list && i < list->count; i++)
		if (!predicate_parse(arena, list->items[i].text, NULL)) abort();
	sort_key_parse(arena, text, &key, NULL);
	arena_free(arena);
	return 0;
}
