/* near.c: which of several words may be meant by one that is none of them. */
#include "core/near.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { MOST_BYTES = 63 }; /* of longer words nobody looks for slips */

static bool same(char one, char other) {
	return tolower((unsigned char)one) == tolower((unsigned char)other);
}

static size_t least(size_t one, size_t other) {
	return one < other ? one : other;
}

/* How many slips lie between two words: row by row of the table of their beginnings, two rows back for letters changed over. */
static size_t slips(const char *one, size_t one_len, const char *other, size_t other_len) {
	size_t rows[3][MOST_BYTES + 1];
	size_t *before = rows[0], *last = rows[1], *row = rows[2];
	for (size_t k = 0; k <= other_len; k++) last[k] = before[k] = k;
	for (size_t i = 1; i <= one_len; i++) {
		row[0] = i;
		for (size_t k = 1; k <= other_len; k++) {
			row[k] = least(least(last[k], row[k - 1]) + 1, last[k - 1] + !same(one[i - 1], other[k - 1]));
			bool changed_over = i > 1 && k > 1 && same(one[i - 1], other[k - 2]) && same(one[i - 2], other[k - 1]);
			if (changed_over) row[k] = least(row[k], before[k - 2] + 1);
		}
		size_t *oldest = before;
		before = last;
		last = row;
		row = oldest;
	}
	return last[other_len];
}

const char *near_word(const char *word, const char *const *words, size_t count) {
	size_t len = strlen(word), fewest = len / 3 + 1; /* of short words every other one is near */
	const char *nearest = NULL;
	for (size_t i = 0; i < count && len <= MOST_BYTES; i++) {
		size_t other_len = strlen(words[i]);
		if (other_len > MOST_BYTES) continue;
		size_t far = slips(word, len, words[i], other_len);
		if (far > fewest || (nearest && far == fewest)) continue;
		nearest = words[i];
		fewest = far;
	}
	return nearest;
}
