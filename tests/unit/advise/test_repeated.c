/* test_repeated.c: what is said of several runs. */
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "advise/proof.h"

#define SIDE(called, first, read, blocks_now, ...)                                                                       \
	{.name = called, .first_ms = first, .first_read_blocks = read,                                                      \
	 .ms = spread_of((const double[]){__VA_ARGS__}, sizeof((const double[]){__VA_ARGS__}) / sizeof(double)),            \
	 .blocks = spread_of((const double[]){blocks_now, blocks_now}, 2)}

static int set_up(void **state) {
	*state = arena_new();
	return 0;
}

static int tear_down(void **state) {
	arena_free(*state);
	return 0;
}

static const char *line(Arena *arena, const Repeated *repeated, size_t nth) {
	LabelledLines lines = repeated_lines(arena, repeated);
	assert_true(nth < lines.count);
	return arena_printf(arena, "%s|%s", lines.items[nth].label, lines.items[nth].text);
}

static void one_alone_has_median_spread_buffers_and_first_run(void **state) {
	Repeated repeated = {.wanted = 5, .count = 1, .sides = {SIDE("as it is", 462, 318, 431, 20, 19, 21, 20, 40)}};
	assert_string_equal(line(*state, &repeated, 0), "runs|5 runs: 20 ms ±3%, half of them 20 ms–21 ms · 431 buffers · first run 462 ms, 318 buffers read, left out");
	assert_int_equal(repeated_lines(*state, &repeated).count, 1);
	assert_null(repeated_verdict(&repeated));
}

static void what_was_stopped_says_how_far_it_came(void **state) {
	Repeated repeated = {.wanted = 5, .count = 1, .sides = {SIDE("as it is", NAN, NAN, NAN, 20, 30)}};
	assert_string_equal(line(*state, &repeated, 0), "runs|2 of 5 runs: 25 ms ±10%");
	Repeated none = {.wanted = 5, .count = 1, .sides = {{.first_ms = 31, .first_read_blocks = 0, .ms = spread_of(NULL, 0), .blocks = spread_of(NULL, 0)}}};
	assert_string_equal(line(*state, &none, 0), "runs|0 of 5 runs · first run 31 ms, left out");
}

static void two_have_a_verdict(void **state) {
	static const struct {
		double after[3];
		const char *name, *words;
	} cases[] = {
		{{9.8, 9.9, 9.7}, "faster", "47.1× faster"},
		{{924, 920, 928}, "slower", "2× slower"},
		{{460, 470, 450}, "no-change", "within noise"},
		{{400, 100, 900}, "no-change", "within noise"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Repeated repeated = {.wanted = 3, .count = 2, .sides = {SIDE("as it is", NAN, NAN, 9, 462, 460, 464), SIDE("jit=off", NAN, NAN, 9, cases[i].after[0], cases[i].after[1], cases[i].after[2])}};
		assert_string_equal(repeated_verdict(&repeated), cases[i].name);
		const char *said = line(*state, &repeated, 2);
		assert_memory_equal(said, "verdict|", 8);
		assert_memory_equal(said + 8, cases[i].words, strlen(cases[i].words));
	}
}

static void too_few_runs_tell_nothing(void **state) {
	Repeated repeated = {.wanted = 3, .count = 2, .sides = {SIDE("as it is", NAN, NAN, 9, 462, 460, 464), SIDE("jit=off", NAN, NAN, 9, 1, 1)}};
	assert_null(repeated_verdict(&repeated));
	assert_string_equal(line(*state, &repeated, 2), "verdict|too few runs to tell");
	assert_string_equal(say_repeated_runs(*state, &repeated), "3 and 2 of 3 runs");
}

/* A proof by several runs: what is noise saves nothing. */
static void a_proof_tells_its_runs_and_noise_saves_nothing(void **state) {
	Repeated faster = {.wanted = 3, .count = 2, .sides = {SIDE("a", NAN, NAN, 9, 100, 101, 99), SIDE("b", NAN, NAN, 4, 50, 51, 49)}};
	Repeated noise = {.wanted = 3, .count = 2, .sides = {SIDE("a", NAN, NAN, 9, 100, 140, 60), SIDE("b", NAN, NAN, 9, 70, 110, 90)}};
	Finding finding = finding_new("not-in");
	finding.rewrite = "select 1";
	Proof proof = {.compared = {.verdict = ROWS_SAME, .counts = {20, 20}}, .ms = {100, 50}, .blocks = {9, 4}, .repeated = &faster};
	finding_prove(&finding, proof_copy(*state, &proof));
	assert_float_equal((float)finding.saves_ms, 50.0f, 1e-3f);
	assert_string_equal(say_proof(*state, &finding), "same 20 rows ✓ · 100 ms ±1% → 50 ms ±1%, 3 runs each · 2× faster · 9 → 4 buffers");
	proof = (Proof){.compared = {.verdict = ROWS_SAME, .counts = {20, 20}}, .ms = {100, 90}, .blocks = {9, 9}, .repeated = &noise};
	finding_prove(&finding, proof_copy(*state, &proof));
	assert_float_equal((float)finding.saves_ms, 0.0f, 1e-6f);
	assert_non_null(strstr(say_proof(*state, &finding), "within noise"));
}

#define arena_test(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(one_alone_has_median_spread_buffers_and_first_run),
		arena_test(what_was_stopped_says_how_far_it_came),
		arena_test(two_have_a_verdict),
		arena_test(too_few_runs_tell_nothing),
		arena_test(a_proof_tells_its_runs_and_noise_saves_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
