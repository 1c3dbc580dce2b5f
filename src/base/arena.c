/* arena.c: memory that lives and dies together. */
#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/die.h"

typedef struct Block {
	struct Block *next;
	size_t room;
	size_t used;
	bool mapped; /* pages of its own */
	bool zeroed; /* beyond `used` */
	max_align_t start[];
} Block;

struct Arena {
	Block *first; /* the one being filled; fuller ones behind it */
	size_t bytes;
};

enum {
	BLOCK_BYTES = 8192,
	BIG_BYTES = 1 << 20 /* then a block has its own pages: zero as they come, and the system's again as soon as it ends */
};

static void *checked(void *memory) {
	if (!memory) die("out of memory");
	return memory;
}

Arena *arena_new(void) {
	return checked(calloc(1, sizeof(Arena)));
}

static Block *pages_new(size_t bytes) {
	void *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return checked(pages == MAP_FAILED ? NULL : pages);
}

static void blocks_free(Block *block) {
	while (block) {
		Block *next = block->next;
		if (block->mapped) munmap(block, sizeof(Block) + block->room);
		else free(block);
		block = next;
	}
}

void arena_free(Arena *arena) {
	if (!arena) return;
	blocks_free(arena->first);
	free(arena);
}

void arena_clear(Arena *arena) {
	Block *kept = arena->first;
	if (!kept) return;
	blocks_free(kept->next);
	kept->next = NULL;
	kept->used = 0;
	kept->zeroed = false;
	arena->bytes = kept->room;
}

/* Blocks double, so that a lifetime with much in it takes few calls to malloc. */
static Block *block_new(Arena *arena, size_t least) {
	size_t room = arena->first ? arena->first->room * 2 : BLOCK_BYTES;
	if (room > 1u << 22) room = 1u << 22;
	if (room < least) room = least;
	bool big = room >= BIG_BYTES;
	Block *block = big ? pages_new(sizeof(Block) + room) : checked(malloc(sizeof(Block) + room));
	block->room = room;
	block->used = 0;
	block->mapped = block->zeroed = big;
	block->next = arena->first;
	arena->first = block;
	arena->bytes += room;
	return block;
}

void *arena_alloc(Arena *arena, size_t bytes) {
	if (bytes > SIZE_MAX / 2) die("out of memory");
	size_t size = (bytes + _Alignof(max_align_t) - 1) & ~(_Alignof(max_align_t) - 1);
	Block *block = arena->first;
	if (!block || block->room - block->used < size) block = block_new(arena, size);
	void *memory = (char *)block->start + block->used;
	block->used += size;
	return block->zeroed ? memory : memset(memory, 0, size);
}

void *arena_grow(Arena *arena, const void *old, size_t old_bytes, size_t new_bytes) {
	void *grown = arena_alloc(arena, new_bytes);
	if (old_bytes) memcpy(grown, old, old_bytes);
	return grown;
}

char *arena_copy(Arena *arena, const char *text) {
	return text ? arena_copy_n(arena, text, strlen(text)) : NULL;
}

char *arena_copy_n(Arena *arena, const char *text, size_t len) {
	char *copy = arena_alloc(arena, len + 1);
	if (len) memcpy(copy, text, len);
	return copy;
}

char *arena_vprintf(Arena *arena, const char *format, va_list args) {
	va_list again;
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (len < 0) die("cannot format text");
	char *text = arena_alloc(arena, (size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, format, args);
	return text;
}

char *arena_printf(Arena *arena, const char *format, ...) {
	va_list args;
	va_start(args, format);
	char *text = arena_vprintf(arena, format, args);
	va_end(args);
	return text;
}

size_t arena_bytes(const Arena *arena) {
	return arena->bytes;
}
