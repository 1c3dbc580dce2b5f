/* test_arena.c: memory that lives and dies together. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"

static void memory_is_zeroed_and_aligned(void **state) {
	(void)state;
	Arena *arena = arena_new();
	for (size_t bytes = 0; bytes < 300; bytes++) {
		unsigned char *memory = arena_alloc(arena, bytes);
		assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < bytes; i++) assert_int_equal(memory[i], 0);
		memset(memory, 0xAA, bytes);
	}
	arena_free(arena);
}

static void clearing_keeps_the_memory_and_zeroes_it_again(void **state) {
	(void)state;
	Arena *arena = arena_new();
	memset(arena_alloc(arena, 100000), 0xAA, 100000);
	memset(arena_alloc(arena, 100), 0xAA, 100);
	arena_clear(arena);
	size_t held = arena_bytes(arena);
	assert_true(held > 0);
	const unsigned char *memory = arena_alloc(arena, held);
	assert_int_equal(arena_bytes(arena), held);
	for (size_t i = 0; i < held; i++) assert_int_equal(memory[i], 0);
	arena_free(arena);
}

static void large_things_get_their_room(void **state) {
	(void)state;
	Arena *arena = arena_new();
	char *big = arena_alloc(arena, 10 << 20), *small = arena_copy(arena, "small");
	memset(big, 'x', 10 << 20);
	assert_string_equal(small, "small");
	assert_true(arena_bytes(arena) >= 10 << 20);
	arena_free(arena);
}

static void growing_leaves_the_old_bytes_readable(void **state) {
	(void)state;
	Arena *arena = arena_new();
	char *old = arena_copy(arena, "abc"), *grown = arena_grow(arena, old, 4, 100);
	grown[0] = 'x';
	assert_string_equal(old, "abc");
	assert_string_equal(grown, "xbc");
	assert_int_equal(grown[99], 0);
	arena_free(arena);
}

static void copies_hold_any_byte(void **state) {
	(void)state;
	Arena *arena = arena_new();
	assert_null(arena_copy(arena, NULL));
	assert_string_equal(arena_copy(arena, ""), "");
	assert_memory_equal(arena_copy_n(arena, "a\0b", 3), "a\0b", 4);
	assert_string_equal(arena_copy_n(arena, NULL, 0), "");
	arena_free(arena);
}

static void printing_takes_any_length(void **state) {
	(void)state;
	Arena *arena = arena_new();
	const char *text = arena_printf(arena, "%s %0*d", "a", 50000, 7);
	assert_int_equal(strlen(text), 50002);
	assert_int_equal(text[50001], '7');
	arena_free(arena);
}

static void lists_grow_item_by_item(void **state) {
	(void)state;
	Arena *arena = arena_new();
	LIST(int) numbers = {0};
	for (int i = 0; i < 1000; i++) {
		int *item = list_push(arena, &numbers);
		assert_int_equal(*item, 0);
		*item = i;
	}
	assert_int_equal(numbers.count, 1000);
	for (int i = 0; i < 1000; i++) assert_int_equal(numbers.items[i], i);
	arena_free(arena);
}

static void freeing_nothing_is_fine(void **state) {
	(void)state;
	arena_free(NULL);
	arena_free(arena_new());
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(memory_is_zeroed_and_aligned),
	    cmocka_unit_test(clearing_keeps_the_memory_and_zeroes_it_again),
	    cmocka_unit_test(large_things_get_their_room),
	    cmocka_unit_test(growing_leaves_the_old_bytes_readable),
	    cmocka_unit_test(copies_hold_any_byte),
	    cmocka_unit_test(printing_takes_any_length),
	    cmocka_unit_test(lists_grow_item_by_item),
	    cmocka_unit_test(freeing_nothing_is_fine),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
