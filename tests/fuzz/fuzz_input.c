/* fuzz_input.c: no bytes of a terminal break their reader; which keys and pastes come of them does not depend on where the pieces end. */
#include <stdlib.h>

#include "term/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A pasted text may come in several events: their texts are one. */
static void take(Input *input, Str *taken, bool *pasting) {
	InputEvent event;
	while (input_next(input, &event)) {
		bool paste = event.kind == INPUT_PASTE;
		if (paste && memchr(event.bytes, '\r', event.len)) abort();
		if (paste && !*pasting) str_add(taken, "[paste]");
		if (event.kind == INPUT_KEY) str_printf(taken, "[key %u %d]", (unsigned)event.key.code, event.key.alt);
		if (event.kind == INPUT_MOUSE) str_printf(taken, "[mouse %d %d]", event.mouse.x, event.mouse.y);
		else str_add_n(taken, event.bytes, event.len);
		*pasting = paste;
	}
}

static void read_in_pieces(Str *taken, const char *bytes, size_t len, size_t piece) {
	Input *input = input_new();
	bool pasting = false;
	for (size_t at = 0; at < len; at += piece) {
		input_feed(input, bytes + at, piece < len - at ? piece : len - at);
		take(input, taken, &pasting);
	}
	for (int tries = 0; input_timeout_ms(input) >= 0 && tries < 100; tries++) {
		input_expire(input);
		take(input, taken, &pasting);
	}
	input_free(input);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	Str whole = STR_INIT, pieces = STR_INIT;
	read_in_pieces(&whole, (const char *)data, size, size ? size : 1);
	read_in_pieces(&pieces, (const char *)data, size, size ? data[0] % 7 + 1u : 1);
	if (whole.len != pieces.len || memcmp(whole.text, pieces.text, whole.len) != 0) abort();
	str_release(&whole);
	str_release(&pieces);
	return 0;
}
