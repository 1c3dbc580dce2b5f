/* test_input.c: bytes from the terminal become keys and pastes, however they arrive. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "term/input.h"

/* Events as text: `a`, `M-a`, `up`, `<27>`, `paste(…)`, `click@x,y`, one blank between. */
static void add_event(Str *out, const InputEvent *event) {
	if (out->len) str_add_char(out, ' ');
	if (event->kind == INPUT_PASTE) {
		str_add(out, "paste(");
		str_add_n(out, event->bytes, event->len);
		str_add_char(out, ')');
		return;
	}
	if (event->kind == INPUT_MOUSE) {
		static const char *const acts[] = {"click", "double", "wheel-up", "wheel-down"};
		str_printf(out, "%s@%d,%d", acts[event->mouse.act], event->mouse.x, event->mouse.y);
		return;
	}
	static const char *const names[] = {
#define X(code, name) name,
	    SPECIAL_KEYS(X)
#undef X
	};
	if (event->key.alt) str_add(out, "M-");
	uint32_t code = event->key.code;
	char bytes[4];
	if (code > WHY_KEY_FIRST) str_add(out, names[code - WHY_KEY_FIRST - 1]);
	else if (code <= ' ' || code == 127) str_printf(out, "<%u>", code);
	else if (code == UTF8_INVALID) str_printf(out, "bad:%02x", (unsigned char)event->bytes[0]);
	else str_add_n(out, bytes, utf8_encode(code, bytes));
}

static void take_all(Input *input, Str *out) {
	InputEvent event;
	while (input_next(input, &event)) add_event(out, &event);
}

static void expect(Input *input, Str *out, const char *want) {
	take_all(input, out);
	assert_string_equal(out->text, want);
	str_clear(out);
}

static void feed(Input *input, const char *bytes) {
	input_feed(input, bytes, strlen(bytes));
}

static const struct {
	const char *bytes, *events;
} samples[] = {
    {"abc", "a b c"},
    {"\x01\r\n\t\x7f ", "<1> <13> <10> <9> <127> <32>"},
    {"é日🐘z", "é 日 🐘 z"},
    {"\033[A\033[B\033[C\033[D\033[H\033[F\033[Z", "up down right left home end backtab"},
    {"\033OA\033OB\033OC\033OD\033OH\033OF", "up down right left home end"},
    {"\033O\033[6~", "M-O pgdn"},
    {"\033OP\033OQ\033OR\033OS", "f1 f2 f3 f4"},
    {"\033[[A\033[[E", "f1 f5"},
    {"\033[1~\033[2~\033[3~\033[4~\033[5~\033[6~\033[7~\033[8~", "home insert delete end pgup pgdn home end"},
    {"\033[11~\033[14~\033[15~\033[17~\033[18~\033[19~\033[20~\033[21~\033[23~\033[24~", "f1 f4 f5 f6 f7 f8 f9 f10 f11 f12"},
    {"\033[1;5A\033[1;3B\033[3;3~\033[1;2Px\033[1;9C", "up M-down M-delete f1 x right"},
    {"\033a\033\r\033\x7f\033é\0332", "M-a M-<13> M-<127> M-é M-2"},
    {"\033\033[A\033\033OB\033\033[5~", "M-up M-down M-pgup"},
    {"\033\033x", "<27> M-x"},
    {"a\033[<0;10;5Mb\033[<0;10;5mc\033[<64;1;1Md", "a click@9,4 b c wheel-up@0,0 d"},
    {"\033[<65;200;100M\033[<81;7;8M\033[<69;7;8M", "wheel-down@199,99 wheel-down@6,7 wheel-down@6,7"},
    {"a\033[<1;2;3Mb\033[<2;2;3Mc\033[<32;2;3Md\033[<66;2;3Me\033[<128;2;3Mf", "a b c d e f"},
    {"\033[<0;2;3M\033[<0;2;3m\033[<0;2;3M\033[<0;2;3m\033[<0;2;3M\033[<0;1;1M", "click@1,2 double@1,2 click@1,2 click@0,0"},
    {"\033[<0;2;9M\033[<0;3;9M\033[<64;3;9M\033[<0;3;9M", "click@1,8 click@2,8 wheel-up@2,8 double@2,8"},
    {"a\033[<Mb\033[<0Mc\033[<0;0;5Md\033[<0;5;0Me\033[<0;5;5;5Mf\033[<;;Mg", "a b c d e f g"},
    {"a\033[<0;99999999999;3Mb", "a click@999998,2 b"},
    {"\033\033[<0;5;6M", "<27> click@4,5"},
    {"a\033[M !!b", "a b"},
    {"a\033[Ib\033[Oc\033[24;80Rd", "a b c d"},
    {"a\033[?62;4cb\033[>0;276;0cc\033[38;5$yd\033[99~e\033Ojf\033[[Zg", "a b c d e f g"},
    {"a\033]11;rgb:0000/0000/0000\ab\033]52;c;eA==\033\\c\033P1$r0m\033\\d\033_Gi=1\033\\e", "a b c d e"},
    {"a\033[1;5éb", "a é b"},
    {"a\033[1;\033[Bb", "a down b"},
    {"a\033]0;t\033[Bb", "a down b"},
    {"\033[200~select 1\033[201~;", "paste(select 1) ;"},
    {"\033[200~a\rb\r\nc\nd\r\r\n\033[201~", "paste(a\nb\nc\nd\n\n)"},
    {"\033[200~\033[20\033[A\033[201\033[201~x", "paste(\033[20\033[A\033[201) x"},
    {"\033[200~\033[201~x\033[201~y", "x y"},
    {"\033[200~é\033[201~\033[200~\n\033[201~", "paste(é) paste(\n)"},
    {"\033\033[200~p\033[201~", "<27> paste(p)"},
    {"\xffx\x80y\xc3(\xc0\xaf\xe2\x28z", "bad:ff x bad:80 y bad:c3 ( bad:c0 bad:af bad:e2 ( z"},
};

static void sequences_mean_the_same_wherever_they_are_split(void **state) {
	(void)state;
	Str out = STR_INIT;
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		const char *bytes = samples[i].bytes;
		for (size_t split = 0; split <= strlen(bytes); split++) {
			Input *input = input_new();
			input_feed(input, bytes, split);
			take_all(input, &out);
			input_feed(input, bytes + split, strlen(bytes) - split);
			expect(input, &out, samples[i].events);
			assert_int_equal(input_timeout_ms(input), -1);
			input_free(input);
		}
	}
	str_release(&out);
}

static void sequences_mean_the_same_byte_by_byte(void **state) {
	(void)state;
	Str out = STR_INIT;
	Input *input = input_new();
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		for (const char *byte = samples[i].bytes; *byte; byte++) {
			input_feed(input, byte, 1);
			take_all(input, &out);
		}
		assert_string_equal(out.text, samples[i].events);
		str_clear(&out);
	}
	input_free(input);
	str_release(&out);
}

static void a_key_keeps_the_bytes_it_came_as(void **state) {
	(void)state;
	Input *input = input_new();
	feed(input, "\033[1;5Cé");
	InputEvent event;
	assert_true(input_next(input, &event));
	assert_int_equal(event.len, 6);
	assert_memory_equal(event.bytes, "\033[1;5C", 6);
	assert_true(input_next(input, &event));
	assert_memory_equal(event.bytes, "é", 2);
	input_feed(input, "\0", 1);
	assert_true(input_next(input, &event));
	assert_int_equal(event.key.code, 0);
	assert_int_equal(event.len, 1);
	input_free(input);
}

/* What is held back when nothing more comes, what it then is, and whether that is decided as quickly as a person presses keys. */
static const struct {
	const char *bytes, *events;
	bool quick;
} parts[] = {
    {"\033", "<27>", true},  {"\033\033", "<27> <27>", true}, {"\033P", "M-P", true},       {"\033]", "M-]", true},
    {"\033[", "M-[", false}, {"\033O", "M-O", false},         {"\033[1;5", "", false},     {"\033\033[", "<27> M-[", false},
    {"\033\xc3", "", false}, {"\xe6\x97", "bad:e6 bad:97", false}, {"\033]11;rgb:", "", false}, {"\033[M!", "", false},
};

static void what_stays_alone_is_taken_as_it_stands(void **state) {
	(void)state;
	Str out = STR_INIT;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		Input *input = input_new();
		assert_int_equal(input_timeout_ms(input), -1);
		feed(input, parts[i].bytes);
		expect(input, &out, "");
		assert_in_range(input_timeout_ms(input), 0, parts[i].quick ? 25 : 250);
		assert_true(parts[i].quick || input_timeout_ms(input) > 25);
		input_expire(input);
		expect(input, &out, parts[i].events);
		assert_int_equal(input_timeout_ms(input), -1);
		feed(input, "x\033[A");
		expect(input, &out, "x up");
		input_free(input);
	}
	str_release(&out);
}

static void a_pause_within_a_paste_makes_no_keys(void **state) {
	(void)state;
	Str out = STR_INIT;
	Input *input = input_new();
	feed(input, "\033[200~drop\r\033[2");
	expect(input, &out, "");
	assert_true(input_timeout_ms(input) > 250);
	input_expire(input);
	expect(input, &out, "paste(drop\n)");
	assert_true(input_timeout_ms(input) > 250);
	input_expire(input); /* half of the mark is still waiting */
	expect(input, &out, "");
	feed(input, "x table\r\033[201~q");
	expect(input, &out, "paste(\033[2x table\n) q");
	input_free(input);
	str_release(&out);
}

static void escape_leaves_a_paste_that_never_ends(void **state) {
	(void)state;
	Str out = STR_INIT;
	Input *input = input_new();
	feed(input, "\033[200~lost");
	expect(input, &out, "");
	input_expire(input);
	expect(input, &out, "paste(lost)");
	feed(input, "\033");
	expect(input, &out, "");
	input_expire(input);
	expect(input, &out, "");
	feed(input, "q");
	expect(input, &out, "q");
	input_free(input);
	str_release(&out);
}

static void a_megabyte_is_one_paste(void **state) {
	(void)state;
	enum { BYTES = 1 << 20, CHUNK = 4096 };
	char *chunk = malloc(CHUNK);
	memset(chunk, 'x', CHUNK);
	chunk[CHUNK - 1] = '\r';
	chunk[CHUNK / 2] = '\033';
	Input *input = input_new();
	InputEvent event;
	feed(input, "\033[200~");
	for (int i = 0; i < BYTES / CHUNK; i++) {
		input_feed(input, chunk, CHUNK);
		assert_false(input_next(input, &event));
	}
	feed(input, "\033[201~");
	assert_true(input_next(input, &event));
	assert_int_equal(event.kind, INPUT_PASTE);
	assert_int_equal(event.len, BYTES);
	assert_int_equal(event.bytes[BYTES - 1], '\n');
	assert_int_equal(event.bytes[CHUNK / 2], '\033');
	assert_false(input_next(input, &event));
	input_free(input);
	free(chunk);
}

static void noise_always_comes_to_an_end(void **state) {
	(void)state;
	static const char letters[] = "\033\033\033[[O]P;0129~AM<?\a\\\r\n\xc3\xa9\xf0\x9f\xffx";
	uint32_t seed = 42;
	Input *input = input_new();
	for (int round = 0; round < 20000; round++) {
		seed = seed * 1664525u + 1013904223u;
		input_feed(input, &letters[(seed >> 8) % (sizeof letters - 1)], 1);
		InputEvent event;
		if (seed >> 28 == 0) input_expire(input);
		while (input_next(input, &event)) assert_true(event.len > 0);
	}
	for (int i = 0; i < 3; i++) {
		InputEvent event;
		input_expire(input);
		while (input_next(input, &event)) continue;
	}
	input_free(input);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sequences_mean_the_same_wherever_they_are_split),
	    cmocka_unit_test(sequences_mean_the_same_byte_by_byte),
	    cmocka_unit_test(a_key_keeps_the_bytes_it_came_as),
	    cmocka_unit_test(what_stays_alone_is_taken_as_it_stands),
	    cmocka_unit_test(a_pause_within_a_paste_makes_no_keys),
	    cmocka_unit_test(escape_leaves_a_paste_that_never_ends),
	    cmocka_unit_test(a_megabyte_is_one_paste),
	    cmocka_unit_test(noise_always_comes_to_an_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
