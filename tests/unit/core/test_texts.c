/* test_texts.c: texts by number. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/texts.h"

static void every_key_keeps_its_own_text(void **state) {
	(void)state;
	Arena *arena = arena_new();
	Texts texts = {0};
	const int64_t edges[] = {0, -1, INT64_MIN, INT64_MAX};
	for (size_t i = 0; i < 4; i++) texts_put(arena, &texts, edges[i], arena_printf(arena, "edge %zu", i));
	for (int64_t key = 1; key <= 20000; key++) texts_put(arena, &texts, key * 256, arena_printf(arena, "%ld", (long)key));
	assert_int_equal(texts.count, 20004);
	for (size_t i = 0; i < 4; i++) assert_string_equal(texts_get(&texts, edges[i]), arena_printf(arena, "edge %zu", i));
	for (int64_t key = 1; key <= 20000; key++) assert_string_equal(texts_get(&texts, key * 256), arena_printf(arena, "%ld", (long)key));
	assert_null(texts_get(&texts, 7));
	arena_free(arena);
}

static void nothing_is_found_where_nothing_was_put(void **state) {
	(void)state;
	const Texts texts = {0};
	assert_null(texts_get(&texts, 0));
	assert_null(texts_get(&texts, 42));
}

static void a_second_text_replaces_the_first_and_is_a_copy(void **state) {
	(void)state;
	Arena *arena = arena_new();
	Texts texts = {0};
	char text[] = "one";
	texts_put(arena, &texts, 5, text);
	text[0] = 'x';
	assert_string_equal(texts_get(&texts, 5), "one");
	const char *kept = texts_get(&texts, 5);
	texts_put(arena, &texts, 5, "one");
	assert_ptr_equal(texts_get(&texts, 5), kept);
	texts_put(arena, &texts, 5, "");
	assert_string_equal(texts_get(&texts, 5), "");
	assert_int_equal(texts.count, 1);
	arena_free(arena);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_key_keeps_its_own_text),
	    cmocka_unit_test(nothing_is_found_where_nothing_was_put),
	    cmocka_unit_test(a_second_text_replaces_the_first_and_is_a_copy),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
