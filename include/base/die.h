/* die.h: the end, for broken invariants and no memory; and the attribute for functions that take a printf format. */
#ifndef PGWHY_BASE_DIE_H
#define PGWHY_BASE_DIE_H

#if defined(__GNUC__)
#define PRINTF_LIKE(text, first) __attribute__((__format__(__printf__, text, first)))
#else
#define PRINTF_LIKE(text, first)
#endif

/* Calls the hook (term sets one that restores the terminal), says it on stderr, exits with status 70. */
_Noreturn void die(const char *format, ...) PRINTF_LIKE(1, 2);
void die_hook(void (*hook)(void));

#endif
