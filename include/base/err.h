/* err.h: what went wrong, and what to do about it.
 *
 * What can fail returns bool or NULL and fills `Err *err`, its last argument. The place that knows fills it once;
 * callers pass it up or put "while …" in front. Messages follow PostgreSQL's grammar: lower case, no full stop; the
 * hint is a sentence. Nobody prints below `app`. Life: `Err err = ERR_INIT;` … `err_release(&err)`. */
#ifndef PGWHY_BASE_ERR_H
#define PGWHY_BASE_ERR_H

#include <stdbool.h>

#include "base/str.h"

/* kind, exit status of a command that ends with it (2 usage, 3 connection or server, 4 unreadable input) */
#define ERR_KINDS(X)      \
	X(ERR_NONE, 0)      \
	X(ERR_USAGE, 2)     \
	X(ERR_REFUSED, 2) /* pgwhy itself declines: not one statement, a write without a yes */ \
	X(ERR_CONNECTION, 3) \
	X(ERR_SERVER, 3) /* the server said no; sqlstate is set */ \
	X(ERR_TIMEOUT, 3)   \
	X(ERR_CANCELLED, 3) \
	X(ERR_SYSTEM, 3) /* the operating system said no: disk full, no such program */ \
	X(ERR_INPUT, 4)

typedef enum ErrKind {
#define X(kind, status) kind,
	ERR_KINDS(X)
#undef X
} ErrKind;

typedef struct Err {
	ErrKind kind;
	char sqlstate[6]; /* empty unless the server sent one */
	long position; /* 1-based character of the statement the server points at, 0 unknown */
	Str message;
	Str hint;
} Err;

#define ERR_INIT {.kind = ERR_NONE, .message = STR_INIT, .hint = STR_INIT}

/* Replaces what was there; always returns false, so `return err_set(err, …)`. A NULL err is fine everywhere. */
bool err_set(Err *err, ErrKind kind, const char *format, ...) PRINTF_LIKE(3, 4);
bool err_system(Err *err, const char *what); /* "what: strerror(errno)" */
void err_hint(Err *err, const char *format, ...) PRINTF_LIKE(2, 3);
void err_prefix(Err *err, const char *format, ...) PRINTF_LIKE(2, 3); /* "prefix: message" */
void err_move(Err *to, Err *from); /* takes from's text, leaves it empty */
void err_clear(Err *err);
void err_release(Err *err);
bool err_is(const Err *err);
int err_exit_status(ErrKind kind);

#endif
