/* err.c: what went wrong, and what to do about it. */
#include "base/err.h"

#include <errno.h>

bool err_set(Err *err, ErrKind kind, const char *format, ...) {
	if (!err) return false;
	err_clear(err);
	err->kind = kind;
	va_list args;
	va_start(args, format);
	str_vprintf(&err->message, format, args);
	va_end(args);
	return false;
}

bool err_system(Err *err, const char *what) {
	return err_set(err, ERR_SYSTEM, "%s: %s", what, strerror(errno));
}

void err_hint(Err *err, const char *format, ...) {
	if (!err) return;
	str_clear(&err->hint);
	va_list args;
	va_start(args, format);
	str_vprintf(&err->hint, format, args);
	va_end(args);
}

void err_prefix(Err *err, const char *format, ...) {
	if (!err) return;
	Str whole = STR_INIT;
	va_list args;
	va_start(args, format);
	str_vprintf(&whole, format, args);
	va_end(args);
	str_printf(&whole, ": %s", err->message.text);
	str_release(&err->message);
	err->message = whole;
}

void err_move(Err *to, Err *from) {
	if (to) {
		err_release(to);
		*to = *from;
		*from = (Err)ERR_INIT;
	} else {
		err_release(from);
	}
}

void err_clear(Err *err) {
	if (!err) return;
	err->kind = ERR_NONE;
	err->sqlstate[0] = '\0';
	err->position = 0;
	str_clear(&err->message);
	str_clear(&err->hint);
}

void err_release(Err *err) {
	if (!err) return;
	str_release(&err->message);
	str_release(&err->hint);
	*err = (Err)ERR_INIT;
}

bool err_is(const Err *err) {
	return err->kind != ERR_NONE;
}

int err_exit_status(ErrKind kind) {
	static const int status[] = {
#define X(name, exit_status) [name] = exit_status,
	    ERR_KINDS(X)
#undef X
	};
	return status[kind];
}
