/* fingerprint.h: what stands for a statement whatever its constants, its blanks and its comments. */
#ifndef PGWHY_SQL_FINGERPRINT_H
#define PGWHY_SQL_FINGERPRINT_H

#include "base/arena.h"

/* libpg_query's, 16 hexadecimal digits; of what it cannot parse one of our own, which begins with a t. Never NULL. Recurses as deep as the
 * text nests: for jobs. */
const char *statement_fingerprint(Arena *arena, const char *text);

#endif
