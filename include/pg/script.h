/* script.h: SQL files in blocks, each under a line that says when and how to run it.
 *
 *	--@ 12 orders          the head: everything after "--@", cut at the next "--"
 *	create table …;        statements, each ended by a semicolon at the end of its line
 *
 * What stands before the first head belongs to nobody. `:name` stands for a value, as in psql. */
#ifndef PGWHY_PG_SCRIPT_H
#define PGWHY_PG_SCRIPT_H

#include "base/arena.h"

typedef struct ScriptBlock {
	const char *head; /* without blanks around */
	const char *sql; /* as it stands in the file */
	int line; /* of the head, for messages */
} ScriptBlock;

typedef struct Script {
	ScriptBlock *blocks;
	size_t count;
} Script;

typedef struct ScriptValue {
	const char *name;
	long value;
} ScriptValue;

Script script_read(Arena *arena, const char *text);
/* Every :name known among the values replaced; `::type` and names nobody knows stay. */
char *script_fill(Arena *arena, const char *text, const ScriptValue *values, size_t count);
/* The next statement, without its semicolon; *sql moves behind it. NULL when only blanks and comments are left. */
char *script_statement(Arena *arena, const char **sql);

#endif
