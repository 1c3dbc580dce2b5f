/* index_parts.c: an index of a partitioned table, part by part. */
#include "advise/index_parts.h"

#include "advise/index_name.h"

#define NOWHERE ((size_t)-1)

static bool is_on(const IndexAdvice *index, const char *schema, const char *table) {
	return strcmp(index->table, table) == 0 && strcmp(index->schema, schema) == 0;
}

static size_t place_on(const IndexParts *parts, const char *schema, const char *table) {
	for (size_t i = 0; i < parts->count; i++)
		if (is_on(&parts->items[i].index, schema, table)) return i;
	return NOWHERE;
}

static bool called(const IndexParts *parts, const IndexAdvice *index) {
	for (size_t i = 0; i < parts->count; i++) {
		const IndexAdvice *other = &parts->items[i].index;
		if (strcmp(other->name, index->name) == 0 && strcmp(other->schema, index->schema) == 0) return true;
	}
	return false;
}

IndexParts index_parts(Arena *arena, const IndexAdvice *whole, const PartitionFacts *partitions, size_t count, const Facts *facts, const char *naming) {
	IndexParts parts = {0};
	*list_push(arena, &parts) = (IndexPart){.index = *whole};
	for (size_t i = 0; i < count; i++) {
		size_t parent = place_on(&parts, partitions[i].parent_schema, partitions[i].parent);
		if (parent == NOWHERE) continue;
		IndexAdvice part = *whole;
		part.schema = partitions[i].schema;
		part.table = partitions[i].name;
		part.partitioned = partitions[i].kind == 'p';
		part.name = index_name_in(arena, naming, facts, &part, 0);
		for (int number = 1; called(&parts, &part); number++) part.name = index_name_in(arena, naming, facts, &part, number); /* names so long that they are cut */
		*list_push(arena, &parts) = (IndexPart){.index = part, .parent = parent};
	}
	return parts;
}
