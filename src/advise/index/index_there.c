/* index_there.c: is an index that is wanted at the server already, or left there half made? */
#include "advise/index_there.h"

#include "advise/index_key.h"
#include "sql/create_index.h"

static bool same_text(const char *one, const char *other) {
	return one && other ? strcmp(one, other) == 0 : one == other;
}

/* Blanks, parentheses and casts that cost nothing aside. */
static bool same_expression(const char *one, const char *other) {
	return one && other ? index_key_same(&(IndexKey){.text = one}, &(IndexKey){.text = other}) : one == other;
}

static bool same_key(const CreateIndexKey *one, const CreateIndexKey *other) {
	bool same = one->column || other->column ? same_text(one->column, other->column) : same_expression(one->text, other->text);
	return same && one->descending == other->descending && one->nulls_first == other->nulls_first && same_text(one->opclass, other->opclass) &&
	       same_text(one->collation, other->collation);
}

static bool same_index(const CreateIndex *one, const CreateIndex *other) {
	if (one->unique != other->unique || !same_text(one->method, other->method) || !same_expression(one->where, other->where)) return false;
	if (one->keys.count != other->keys.count || one->include.count != other->include.count) return false;
	for (size_t i = 0; i < one->keys.count; i++)
		if (!same_key(&one->keys.items[i], &other->keys.items[i])) return false;
	for (size_t i = 0; i < one->include.count; i++)
		if (strcmp(one->include.items[i], other->include.items[i]) != 0) return false;
	return true;
}

/* 0: it is another one, or no use. */
static int fitness(Arena *arena, const IndexThere *there, const IndexAdvice *wanted, const char *parent) {
	if (strcmp(there->table, wanted->table) != 0 || strcmp(there->schema, wanted->schema) != 0) return 0;
	if (there->attached_to && !same_text(there->attached_to, parent)) return 0;
	const CreateIndex *one = create_index_read(arena, index_pretend_sql(arena, wanted), NULL), *other = create_index_read(arena, there->definition, NULL);
	bool same = one && other && same_index(one, other), left = !there->valid && !wanted->partitioned && strcmp(there->name, wanted->name) == 0;
	if (!same && !left) return 0;
	return there->attached_to ? 4 : there->valid ? 3 : same ? 2 : 1;
}

const IndexThere *index_there_find(Arena *arena, const IndexesThere *there, const IndexAdvice *wanted, const char *parent) {
	const IndexThere *best = NULL;
	int most = 0;
	for (size_t i = 0; i < there->count; i++) {
		int fits = fitness(arena, &there->items[i], wanted, parent);
		if (fits <= most) continue;
		most = fits;
		best = &there->items[i];
	}
	return best;
}
