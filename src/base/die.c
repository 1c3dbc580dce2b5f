/* die.c: the end. */
#include "base/die.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void (*before_dying)(void);

void die_hook(void (*hook)(void)) {
	before_dying = hook;
}

_Noreturn void die(const char *format, ...) {
	if (before_dying) before_dying();
	fputs("pgwhy: ", stderr);
	va_list args;
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(70);
}
