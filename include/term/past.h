/* past.h: what was entered before: the history file, one entry a line, \n \r and \ written as \n \r and \\.
 *
 * Several consoles may share a file: each adds its own entries at its end, so none loses another's. The file is for its owner alone (0600);
 * secrets are not kept at all. */
#ifndef PGWHY_TERM_PAST_H
#define PGWHY_TERM_PAST_H

#include "base/err.h"

enum { PAST_MOST = 5000, PAST_ENTRY_MOST_BYTES = 1 << 16 };

typedef struct Past {
	Arena *arena;
	const char *path; /* NULL: nothing is written */
	LIST(const char *) entries; /* oldest first */
	size_t written; /* of them, in the file already */
} Past;

Past *past_read(const char *path); /* never fails: what cannot be read is empty */
void past_free(Past *past);
bool past_add(Past *past, const char *text); /* false: not kept, being empty, the same as the last one, or a secret */
/* Creates the file and its folders. Only the last PAST_MOST entries stay, and none of PAST_ENTRY_MOST_BYTES or more. */
bool past_write(Past *past, Err *err);
bool past_secret(const char *text); /* holds a password as a literal, or one in a connection string */

#endif
