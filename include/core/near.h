/* near.h: which of several words may be meant by one that is none of them. */
#ifndef PGWHY_CORE_NEAR_H
#define PGWHY_CORE_NEAR_H

#include <stddef.h>

/* The one that the fewest slips of the fingers lead to (a letter more, less, another, or two changed over), in any case; NULL: none is near. */
const char *near_word(const char *word, const char *const *words, size_t count);

#endif
