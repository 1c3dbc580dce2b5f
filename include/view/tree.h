/* tree.h: rows that stand under rows, told by a column of keys and a column of the parents' keys.
 *
 * A parent that is not there, or not said, makes a root. Of rows that are each other's ancestors one is made a root: none is lost. */
#ifndef PGWHY_VIEW_TREE_H
#define PGWHY_VIEW_TREE_H

#include "core/table.h"

#define TREE_NO_ROW ((size_t)-1)

typedef struct Tree {
	const Table *table;
	size_t key; /* column */
	size_t *parents; /* per row; a root's is the table's row_count, which stands for what all roots hang from */
	size_t *first, *next; /* per row: its first child, its next brother; TREE_NO_ROW */
	size_t *places; /* rows by the hash of their key; `place_count` of them, a power of two */
	size_t place_count;
} Tree;

Tree tree_of(Arena *arena, const Table *table, size_t key, size_t parent);
size_t tree_row(const Tree *tree, const char *key); /* the first row of that key; TREE_NO_ROW */
bool tree_is_root(const Tree *tree, size_t row);
void tree_keep_ancestors(const Tree *tree, bool *kept); /* of all rows kept: a child is never without its parents */
/* Hangs up these rows and no others; brothers in the order given. Parents have to be among them. */
void tree_hang(Tree *tree, const size_t *rows, size_t count);
/* The row after this one in the tree as it is read from top to bottom, its children left out unless `into`; start with
 * tree_first; TREE_NO_ROW at the end. */
size_t tree_first(const Tree *tree);
size_t tree_next(const Tree *tree, size_t row, bool into);

#endif
