/* candidates.h: what Tab offers at the prompt, from the cache of names; waits for nothing. */
#ifndef PGWHY_APP_CANDIDATES_H
#define PGWHY_APP_CANDIDATES_H

#include "app/state.h"

/* What a word of the prompt is followed by. */
typedef enum ArgumentKind {
	ARGUMENT_NONE,
	ARGUMENT_SQL,
	ARGUMENT_RELATION, /* \d */
	ARGUMENT_TABLE, /* \dt */
	ARGUMENT_INDEX, /* \di */
	ARGUMENT_NEW_INDEX, /* :whatif */
	ARGUMENT_DATABASE, /* \c */
	ARGUMENT_FILE, /* \i */
	ARGUMENT_PARAMETER, /* :with */
	ARGUMENT_SETTING, /* :set */
	ARGUMENT_MIGRATION /* :migration */
} ArgumentKind;

/* For text[start..cursor) being SQL, or the argument of a word; `start` of what comes back counts from the text's beginning. */
Candidates candidates_of(ArgumentKind kind, App *app, Arena *arena, const char *text, size_t start, size_t cursor);
void candidates_release(App *app); /* what they keep */
/* Somebody types: columns of the tables that are named are fetched before they are wanted. */
void candidates_foresee(App *app, const char *sql);

#endif
