/* bag.c: do two streams hold the same rows, in whatever order they come?
 *
 * Hashes are added up: sums do not mind the order, and unlike with XOR a row that comes twice counts twice. Streams that come in
 * nearly the same order have few rows waiting for their like at a time; these stand in a table of fixed size, so that one that never
 * finds it can be named. When the table is full naming is given up, not judging. */
#include "core/bag.h"

#include <stdlib.h>
#include <string.h>

#include "base/die.h"

/* ---- hashes ---- */

/* Spreads every bit over all 64 (the finish of splitmix64). */
static uint64_t spread(uint64_t bits) {
	bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9u;
	bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBu;
	return bits ^ (bits >> 31);
}

/* The halves take the same words in with other constants, so they have no reason to agree. */
static void take(RowHash *hash, uint64_t word) {
	hash->low = spread(hash->low ^ word) + 0x9E3779B97F4A7C15u;
	hash->high = spread(hash->high + word * 0xD6E8FEB86659FD93u) ^ 0xC2B2AE3D27D4EB4Fu;
}

void row_hash_add(RowHash *hash, const char *value, size_t len) {
	take(hash, value ? len + 1 : 0); /* lengths part ('a', 'bc') from ('ab', 'c') */
	for (size_t at = 0; value && at < len; at += sizeof(uint64_t)) {
		uint64_t word = 0;
		memcpy(&word, value + at, len - at < sizeof word ? len - at : sizeof word);
		take(hash, word);
	}
}

/* ---- rows without their like ---- */

enum { SLOTS = 2 * BAG_KEEPS }; /* a power of two */

typedef struct Slot {
	RowHash hash;
	int64_t surplus; /* of side 0 over side 1; 0: free */
	uint64_t place; /* in the order they came */
	Str words;
} Slot;

struct Bag {
	RowHash sums[2];
	uint64_t counts[2];
	Slot *slots;
	size_t kept;
	bool full;
};

Bag *bag_new(void) {
	Bag *bag = calloc(1, sizeof *bag);
	Slot *slots = calloc(SLOTS, sizeof *slots);
	if (!bag || !slots) die("out of memory");
	bag->slots = slots;
	return bag;
}

static void drop_slots(Bag *bag) {
	for (size_t i = 0; i < SLOTS; i++)
		if (bag->slots[i].surplus) str_release(&bag->slots[i].words);
	free(bag->slots);
	bag->slots = NULL;
	bag->kept = 0;
}

void bag_free(Bag *bag) {
	if (!bag) return;
	if (bag->slots) drop_slots(bag);
	free(bag);
}

static bool same(RowHash one, RowHash other) {
	return one.low == other.low && one.high == other.high;
}

static size_t home(RowHash hash) {
	return (size_t)(hash.low & (SLOTS - 1));
}

static size_t next(size_t at) {
	return (at + 1) & (SLOTS - 1);
}

/* Its slot, or the free one where it belongs. */
static size_t find(const Bag *bag, RowHash hash) {
	size_t at = home(hash);
	while (bag->slots[at].surplus && !same(bag->slots[at].hash, hash)) at = next(at);
	return at;
}

/* May what stands at `at` move to the hole, without being lost to those who look from its home on? */
static bool may_move(size_t hole, size_t at, size_t its_home) {
	return ((at - its_home) & (SLOTS - 1)) >= ((at - hole) & (SLOTS - 1));
}

static void vacate(Bag *bag, size_t hole) {
	str_release(&bag->slots[hole].words);
	bag->kept--;
	for (size_t at = next(hole); bag->slots[at].surplus; at = next(at)) {
		if (!may_move(hole, at, home(bag->slots[at].hash))) continue;
		bag->slots[hole] = bag->slots[at];
		hole = at;
	}
	bag->slots[hole] = (Slot){.surplus = 0};
}

static Str *keep(Bag *bag, size_t at, int side, RowHash hash) {
	if (bag->kept == BAG_KEEPS) {
		drop_slots(bag);
		bag->full = true;
		return NULL;
	}
	bag->kept++;
	bag->slots[at] = (Slot){.hash = hash, .surplus = side ? -1 : 1, .place = bag->counts[side], .words = STR_INIT};
	return &bag->slots[at].words;
}

/* ---- the contract ---- */

Str *bag_add(Bag *bag, int side, RowHash hash) {
	bag->counts[side]++;
	bag->sums[side].low += hash.low;
	bag->sums[side].high += hash.high;
	if (bag->full) return NULL;
	size_t at = find(bag, hash);
	Slot *slot = &bag->slots[at];
	if (!slot->surplus) return keep(bag, at, side, hash);
	slot->surplus += side ? -1 : 1;
	if (!slot->surplus) vacate(bag, at);
	return NULL;
}

bool bag_balanced(const Bag *bag) {
	return bag->counts[0] == bag->counts[1] && same(bag->sums[0], bag->sums[1]);
}

const char *bag_lone(const Bag *bag, int side) {
	const Slot *first = NULL;
	for (size_t i = 0; bag->slots && i < SLOTS; i++) {
		const Slot *slot = &bag->slots[i];
		if (side ? slot->surplus >= 0 : slot->surplus <= 0) continue;
		if (!first || slot->place < first->place) first = slot;
	}
	return first ? first->words.text : NULL;
}
