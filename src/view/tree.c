/* tree.c: rows that stand under rows. */
#include "view/tree.h"

/* ---- rows by key ---- */

static size_t hash(const char *key) {
	uint64_t value = 14695981039346656037u; /* FNV-1a */
	for (; *key; key++) value = (value ^ (unsigned char)*key) * 1099511628211u;
	return (size_t)(value ^ value >> 32);
}

static const char *key_of(const Tree *tree, size_t row) {
	return table_text(tree->table, row, tree->key, NULL);
}

/* The place of the key, or the empty one it would take; there always is one. */
static size_t *place_of(const Tree *tree, const char *key) {
	size_t at = hash(key) & (tree->place_count - 1);
	while (tree->places[at] != TREE_NO_ROW && strcmp(key_of(tree, tree->places[at]), key) != 0) at = (at + 1) & (tree->place_count - 1);
	return &tree->places[at];
}

static void fill_places(Tree *tree, Arena *arena) {
	tree->place_count = 16;
	while (tree->place_count < 2 * tree->table->row_count) tree->place_count *= 2;
	tree->places = ARENA_ARRAY(arena, size_t, tree->place_count);
	for (size_t i = 0; i < tree->place_count; i++) tree->places[i] = TREE_NO_ROW;
	for (size_t row = 0; row < tree->table->row_count; row++) {
		size_t *place = key_of(tree, row) ? place_of(tree, key_of(tree, row)) : NULL;
		if (place && *place == TREE_NO_ROW) *place = row;
	}
}

size_t tree_row(const Tree *tree, const char *key) {
	return *place_of(tree, key);
}

/* ---- parents ---- */

/* Climbs from each row; one met again on the same way up is its own ancestor, and becomes a root. */
static void cut_cycles(Tree *tree) {
	Arena *scratch = arena_new();
	size_t root = tree->table->row_count, *met = ARENA_ARRAY(scratch, size_t, root); /* on which way, from 1 */
	for (size_t row = 0; row < root; row++) {
		size_t at = row, below = row;
		for (; at != root && !met[at]; at = tree->parents[at]) {
			met[at] = row + 1;
			below = at;
		}
		if (at != root && met[at] == row + 1) tree->parents[below] = root;
	}
	arena_free(scratch);
}

Tree tree_of(Arena *arena, const Table *table, size_t key, size_t parent) {
	size_t root = table->row_count;
	Tree tree = {.table = table, .key = key};
	fill_places(&tree, arena);
	tree.parents = ARENA_ARRAY(arena, size_t, root);
	tree.first = ARENA_ARRAY(arena, size_t, root + 1);
	tree.next = ARENA_ARRAY(arena, size_t, root + 1);
	for (size_t row = 0; row < root; row++) {
		const char *above = table_text(table, row, parent, NULL);
		size_t found = above ? tree_row(&tree, above) : TREE_NO_ROW;
		tree.parents[row] = found == TREE_NO_ROW ? root : found;
	}
	cut_cycles(&tree);
	return tree;
}

bool tree_is_root(const Tree *tree, size_t row) {
	return tree->parents[row] == tree->table->row_count;
}

void tree_keep_ancestors(const Tree *tree, bool *kept) {
	size_t root = tree->table->row_count;
	for (size_t row = 0; row < root; row++)
		for (size_t at = row; kept[row] && tree->parents[at] != root && !kept[tree->parents[at]]; at = tree->parents[at])
			kept[tree->parents[at]] = true;
}

/* ---- reading order ---- */

/* From the last to the first, so that each can be put in front of its brothers. */
void tree_hang(Tree *tree, const size_t *rows, size_t count) {
	size_t root = tree->table->row_count;
	for (size_t row = 0; row <= root; row++) tree->first[row] = tree->next[row] = TREE_NO_ROW;
	while (count--) {
		size_t row = rows[count], above = tree->parents[row];
		tree->next[row] = tree->first[above];
		tree->first[above] = row;
	}
}

size_t tree_first(const Tree *tree) {
	return tree->first[tree->table->row_count];
}

size_t tree_next(const Tree *tree, size_t row, bool into) {
	if (into && tree->first[row] != TREE_NO_ROW) return tree->first[row];
	while (tree->next[row] == TREE_NO_ROW && !tree_is_root(tree, row)) row = tree->parents[row];
	return tree->next[row];
}
