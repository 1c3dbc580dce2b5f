/* bag.h: do two streams hold the same rows, in whatever order they come? Told by counts and sums of hashes, in memory that does
 * not grow with the rows. */
#ifndef PGWHY_CORE_BAG_H
#define PGWHY_CORE_BAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* 128 bits, made value by value; begins as zeros. */
typedef struct RowHash {
	uint64_t low, high;
} RowHash;
void row_hash_add(RowHash *hash, const char *value, size_t len); /* NULL: a null, which is no empty text */

enum { BAG_KEEPS = 16384 }; /* rows without their like that it can name */

typedef struct Bag Bag;
Bag *bag_new(void);
void bag_free(Bag *bag); /* NULL is fine */

/* One more row of side 0 or 1. Gives where its words may be put, should it stay alone; NULL: it found its like, or nothing more is kept. */
Str *bag_add(Bag *bag, int side, RowHash hash);
bool bag_balanced(const Bag *bag); /* both sides hold the same rows, each as often */
/* The words of a row of that side, the first one known, that the other has not got, or not so often; NULL: none is known. */
const char *bag_lone(const Bag *bag, int side);

#endif
