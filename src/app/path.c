/* path.c: paths as people type them. */
#include "app/path.h"

#include <stdlib.h>

const char *path_to_open(Arena *arena, const char *typed) {
	const char *home = getenv("HOME");
	return strncmp(typed, "~/", 2) == 0 && home ? arena_printf(arena, "%s/%s", home, typed + 2) : arena_copy(arena, typed);
}
