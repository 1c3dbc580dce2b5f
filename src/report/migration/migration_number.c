/* migration_number.c: the number that a file's name begins with: as those that are there, or the time. */
#include <stdlib.h>

#include "report/migration_parts.h"

enum { TIME_DIGITS = 14 };

typedef struct Numbers {
	unsigned long highest;
	size_t digits; /* of the highest; 0: there is none */
} Numbers;

static Numbers numbers_of(const MigrationFiles *files, const char *prefix) {
	Numbers numbers = {0};
	size_t skip = strlen(prefix);
	for (size_t i = 0; i < files->count; i++) {
		const char *name = files->items[i].name;
		if (strncmp(name, prefix, skip) != 0) continue;
		size_t digits = strspn(name + skip, "0123456789");
		bool counts = digits && digits <= TIME_DIGITS && name[skip + digits] == '_';
		unsigned long number = counts ? strtoul(name + skip, NULL, 10) : 0;
		if (counts && number >= numbers.highest) numbers = (Numbers){number, digits};
	}
	return numbers;
}

const char *migration_number(Arena *arena, const MigrationPlace *place, const char *prefix, size_t nth) {
	Numbers numbers = numbers_of(&place->before, prefix);
	if (!numbers.digits || numbers.digits == TIME_DIGITS) return migration_stamp(arena, place, nth);
	return arena_printf(arena, "%0*lu", (int)numbers.digits, numbers.highest + nth + 1);
}
