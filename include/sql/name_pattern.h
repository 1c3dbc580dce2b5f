/* name_pattern.h: names as psql's \d takes them: * and ?, quotes, a schema before a dot. */
#ifndef PGWHY_SQL_NAME_PATTERN_H
#define PGWHY_SQL_NAME_PATTERN_H

#include "base/arena.h"

/* Regular expressions for the server, whole names; NULL: not written, so anything goes. */
typedef struct NamePattern {
	const char *schema;
	const char *name;
} NamePattern;

NamePattern name_pattern_read(Arena *arena, const char *text);

#endif
