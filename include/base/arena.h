/* arena.h: memory that lives and dies together.
 *
 * Whoever has a lifetime has an Arena: the session, each sample, each plan, each frame. What you get from a function
 * lives in the arena you gave it (always its first argument); what you pass stays yours. There is no freeing of
 * single things: ending the lifetime frees all of it. Out of memory ends the program through die(). */
#ifndef PGWHY_BASE_ARENA_H
#define PGWHY_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "base/die.h"

typedef struct Arena Arena;

Arena *arena_new(void);
void arena_free(Arena *arena); /* NULL is fine */
void arena_clear(Arena *arena); /* forgets everything, keeps the memory for what comes next */

/* Zeroed and aligned for any type. */
void *arena_alloc(Arena *arena, size_t bytes);
/* A larger copy of `old`; the old bytes stay readable until the arena ends. */
void *arena_grow(Arena *arena, const void *old, size_t old_bytes, size_t new_bytes);
char *arena_copy(Arena *arena, const char *text); /* NULL gives NULL */
char *arena_copy_n(Arena *arena, const char *text, size_t len); /* terminated; may hold any byte */
char *arena_printf(Arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
char *arena_vprintf(Arena *arena, const char *format, va_list args) PRINTF_LIKE(2, 0);
size_t arena_bytes(const Arena *arena); /* memory held, for pgwhy's own cost */

#define ARENA_NEW(arena, Type) ((Type *)arena_alloc((arena), sizeof(Type)))
#define ARENA_ARRAY(arena, Type, count) ((Type *)arena_alloc((arena), sizeof(Type) * (count)))

/* A growing array in an arena: `LIST(int) numbers = {0}; *list_push(arena, &numbers) = 7;` */
#define LIST(Type)          \
	struct {            \
		Type *items; \
		size_t count; \
		size_t room; \
	}
/* A pointer to one more zeroed item at the end of the list. */
#define list_push(arena, list)                                                                                      \
	(((list)->count == (list)->room                                                                             \
	      ? (void)((list)->items = arena_grow((arena), (list)->items, sizeof(*(list)->items) * (list)->count,   \
	                                          sizeof(*(list)->items) *                                          \
	                                              ((list)->room = (list)->room ? 2 * (list)->room : 8)))        \
	      : (void)0),                                                                                           \
	 (list)->items + (list)->count++)

#endif
