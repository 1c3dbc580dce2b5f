/* input.c: bytes from the terminal -> keys, pastes, clicks. */
#include "term/input.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/utf8.h"

enum {
	ESC = 27,
	ESC_WAIT_MS = 25, /* a lone ESC: the key, or the first byte of a sequence that is on its way? */
	SPLIT_WAIT_MS = 250, /* what has begun like a sequence or a character will most likely end like one */
	PASTE_WAIT_MS = 1000,
	DOUBLE_CLICK_MS = 400,
	SEQUENCE_MOST = 256, /* bytes; no sequence is that long */
	STRING_MOST = 1 << 16, /* answers to queries may be */
};
static const char paste_end[] = "\033[201~";

struct Input {
	Str held; /* arrived, not yet taken */
	size_t taken; /* bytes of held given away; they stay readable until the next call */
	int64_t fed_ms;
	bool expired; /* nothing more comes: what is held is whole */
	bool pasting; /* between the marks */
	bool after_cr; /* within a paste */
	bool given; /* the paste was handed out: to be emptied */
	Str paste;
	Mouse click; /* the last one */
	int64_t clicked_ms; /* 0: none, or it was a double one already */
};

/* What stands at the front of what is held. */
typedef enum PieceKind { PIECE_PART, PIECE_KEY, PIECE_PASTE, PIECE_MOUSE, PIECE_JUNK } PieceKind;
typedef struct Piece {
	PieceKind kind;
	size_t len;
	Key key;
	Mouse mouse;
} Piece;

static const Piece part = {.kind = PIECE_PART};

static Piece junk(size_t len) {
	return (Piece){.kind = PIECE_JUNK, .len = len};
}

static Piece key_piece(uint32_t code, size_t len) {
	return (Piece){.kind = PIECE_KEY, .len = len, .key = {.code = code}};
}

static Piece with_alt(Piece piece) {
	piece.key.alt = true;
	piece.len++;
	return piece;
}

/* Sequences by their last byte; those that end in ~ by their number. */
static const struct {
	char last;
	unsigned number;
	uint32_t code;
} meanings[] = {
    {'A', 1, WHY_UP},    {'B', 1, WHY_DOWN},  {'C', 1, WHY_RIGHT},    {'D', 1, WHY_LEFT},   {'F', 1, WHY_END},  {'H', 1, WHY_HOME},
    {'P', 1, WHY_F1},    {'Q', 1, WHY_F2},    {'R', 1, WHY_F3},       {'S', 1, WHY_F4},     {'Z', 1, WHY_BACKTAB},
    {'~', 1, WHY_HOME},  {'~', 2, WHY_INSERT}, {'~', 3, WHY_DELETE},  {'~', 4, WHY_END},    {'~', 5, WHY_PGUP}, {'~', 6, WHY_PGDN},
    {'~', 7, WHY_HOME},  {'~', 8, WHY_END},   {'~', 11, WHY_F1},      {'~', 12, WHY_F2},    {'~', 13, WHY_F3},  {'~', 14, WHY_F4},
    {'~', 15, WHY_F5},   {'~', 17, WHY_F6},   {'~', 18, WHY_F7},      {'~', 19, WHY_F8},    {'~', 20, WHY_F9},  {'~', 21, WHY_F10},
    {'~', 23, WHY_F11},  {'~', 24, WHY_F12},
};

static Piece meaning(char last, unsigned number, size_t len) {
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
		if (meanings[i].last == last && meanings[i].number == number) return key_piece(meanings[i].code, len);
	return junk(len);
}

static Piece character(const char *bytes, size_t len) {
	unsigned char lead = (unsigned char)bytes[0];
	size_t whole = lead < 0xC2 || lead > 0xF4 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4, have = 1;
	while (have < len && have < whole && (bytes[have] & 0xC0) == 0x80) have++;
	if (have == len && have < whole) return part;
	Piece piece = key_piece(0, 0);
	piece.len = utf8_decode(bytes, len, &piece.key.code);
	return piece;
}

/* The decimal number at *at, 1 when there is none; steps over it and one separator. */
static unsigned parameter(const char *bytes, size_t end, size_t *at) {
	unsigned number = 0;
	bool given = false;
	for (; *at < end && bytes[*at] >= '0' && bytes[*at] <= '9'; (*at)++, given = true)
		if (number < 100000) number = number * 10 + (unsigned)(bytes[*at] - '0');
	if (*at < end && bytes[*at] == ';') (*at)++;
	return given ? number : 1;
}

/* ESC [ < button ; column ; row M, or m for a button let go. Of the button's bits 4 to 16 are Shift, Alt and Control, 32 says that it
 * moves, and 64 is the wheel. */
static Piece mouse_report(const char *bytes, size_t end) {
	size_t at = 3;
	unsigned number[3] = {0};
	for (size_t i = 0; i < 3; i++) {
		if (at >= end || (i && bytes[at - 1] != ';')) return junk(end + 1);
		number[i] = parameter(bytes, end, &at);
	}
	Piece piece = {.kind = PIECE_MOUSE, .len = end + 1, .mouse = {.x = (int)number[1] - 1, .y = (int)number[2] - 1}};
	switch (number[0] & ~28u) {
	case 0: piece.mouse.act = MOUSE_CLICK; break;
	case 64: piece.mouse.act = MOUSE_WHEEL_UP; break;
	case 65: piece.mouse.act = MOUSE_WHEEL_DOWN; break;
	default: return junk(end + 1);
	}
	return at == end && bytes[end] == 'M' && number[1] && number[2] ? piece : junk(end + 1);
}

/* ESC [ parameters, a last byte. Of modifiers only Alt counts: bit 1 of the second parameter, which is one more than its bits say. */
static Piece control_sequence(const char *bytes, size_t len) {
	if (len == 2) return part;
	if (bytes[2] == '[') /* the Linux console's F1 to F5 are ESC [ [ A to E */
		return len == 3 ? part : bytes[3] >= 'A' && bytes[3] <= 'E' ? key_piece(WHY_F1 + (uint32_t)(bytes[3] - 'A'), 4) : junk(4);
	size_t end = 2;
	while (end < len && bytes[end] >= 0x20 && bytes[end] < 0x40) end++;
	if (end == len) return len < SEQUENCE_MOST ? part : junk(len);
	char last = bytes[end];
	if (last < 0x40 || last > 0x7E) return junk(end); /* broken off: what follows is something else */
	if (last == 'M' && end == 2) return len < 6 ? part : junk(6); /* the old mouse report has three bytes more */
	if (bytes[2] == '<' && (last == 'M' || last == 'm')) return mouse_report(bytes, end);
	size_t at = 2;
	unsigned number = parameter(bytes, end, &at);
	unsigned modifiers = parameter(bytes, end, &at);
	if (at < end) return junk(end + 1);
	if (last == '~' && number == 200) return (Piece){.kind = PIECE_PASTE, .len = end + 1};
	Piece piece = meaning(last, number, end + 1);
	piece.key.alt = piece.kind == PIECE_KEY && modifiers && (modifiers - 1) & 2;
	return piece;
}

/* ESC ] … and its like: text for the terminal, or its answer, up to BEL or ESC \. */
static Piece string_sequence(const char *bytes, size_t len) {
	for (size_t i = 2; i < len; i++) {
		if (bytes[i] == '\a') return junk(i + 1);
		if (bytes[i] == ESC && i + 1 < len) return bytes[i + 1] == '\\' ? junk(i + 2) : junk(i);
	}
	return len < STRING_MOST ? part : junk(len);
}

static bool opens_string(char byte) {
	return byte && strchr("]PX^_", byte);
}

static Piece piece_read(const char *bytes, size_t len);

/* Two ESC: Alt and a key that is itself a sequence, or else the key Esc and whatever comes after it. */
static Piece double_escape(const char *bytes, size_t len) {
	if (len == 2) return part;
	Piece esc = key_piece(ESC, 1);
	if (bytes[2] != '[' && bytes[2] != 'O') return esc;
	Piece inner = piece_read(bytes + 1, len - 1);
	return inner.kind == PIECE_PART ? part : inner.kind == PIECE_KEY ? with_alt(inner) : esc;
}

static Piece piece_read(const char *bytes, size_t len) {
	if (bytes[0] != ESC) return character(bytes, len);
	if (len == 1) return part;
	if (bytes[1] == '[') return control_sequence(bytes, len);
	if (bytes[1] == 'O' && len > 2 && bytes[2] == ESC) return with_alt(key_piece('O', 1)); /* and another sequence */
	if (bytes[1] == 'O') return len == 2 ? part : meaning(bytes[2], 1, 3);
	if (bytes[1] == ESC) return double_escape(bytes, len);
	if (opens_string(bytes[1])) return string_sequence(bytes, len);
	Piece piece = character(bytes + 1, len - 1);
	return piece.kind == PIECE_PART ? part : with_alt(piece);
}

/* A part that never got its rest. */
static Piece as_it_stands(const char *bytes, size_t len) {
	if (bytes[0] != ESC) return key_piece(UTF8_INVALID, 1);
	if (len == 1 || bytes[1] == ESC) return key_piece(ESC, 1);
	if (len == 2 && (unsigned char)bytes[1] < 0x80) return with_alt(key_piece((uint32_t)bytes[1], 1));
	return junk(len);
}

/* Where the end mark stands, or where its beginning stands at the end of the text; len when neither. */
static size_t mark_at(const char *text, size_t len, bool *whole) {
	*whole = false;
	for (size_t at = 0; at < len; at++) {
		const char *esc = memchr(text + at, ESC, len - at);
		if (!esc) return len;
		at = (size_t)(esc - text);
		size_t same = len - at < sizeof paste_end - 1 ? len - at : sizeof paste_end - 1;
		if (memcmp(esc, paste_end, same) != 0) continue;
		*whole = same == sizeof paste_end - 1;
		return at;
	}
	return len;
}

/* Terminals send a line break as \r, some \r\n as it was copied. */
static void add_pasted(Str *paste, const char *text, size_t len, bool *after_cr) {
	for (const char *end = text + len; text < end;) {
		if (*after_cr && *text == '\n') text++;
		*after_cr = false;
		const char *cr = memchr(text, '\r', (size_t)(end - text));
		str_add_n(paste, text, (size_t)((cr ? cr : end) - text));
		if (!cr) return;
		str_add_char(paste, '\n');
		*after_cr = true;
		text = cr + 1;
	}
}

static bool give_paste(Input *input, InputEvent *event) {
	if (!input->paste.len) return false;
	*event = (InputEvent){.kind = INPUT_PASTE, .bytes = input->paste.text, .len = input->paste.len};
	return input->given = true;
}

/* False: no end in sight, or an empty paste. */
static bool paste_next(Input *input, InputEvent *event) {
	const char *text = input->held.text + input->taken;
	size_t len = input->held.len - input->taken;
	bool whole;
	size_t mark = mark_at(text, len, &whole);
	add_pasted(&input->paste, text, mark, &input->after_cr);
	input->taken += mark;
	if (whole) {
		input->taken += sizeof paste_end - 1;
		input->pasting = false;
	} else if (input->expired) {
		/* The terminal has lost the end mark, and somebody presses Esc to get out of this. */
		if (!input->paste.len && len - mark == 1) input->taken++, input->pasting = false;
		input->expired = false;
	} else {
		return false;
	}
	return give_paste(input, event);
}

/* Two clicks at one place, one soon after the other, are one double click. */
static Mouse clicked(Input *input, Mouse mouse) {
	if (mouse.act != MOUSE_CLICK) return mouse;
	int64_t now = clock_ms();
	bool again = input->clicked_ms && now - input->clicked_ms <= DOUBLE_CLICK_MS && input->click.x == mouse.x && input->click.y == mouse.y;
	input->click = mouse;
	input->clicked_ms = again ? 0 : now;
	if (again) mouse.act = MOUSE_DOUBLE_CLICK;
	return mouse;
}

static bool event_next(Input *input, InputEvent *event) {
	const char *bytes = input->held.text + input->taken;
	size_t len = input->held.len - input->taken;
	Piece piece = piece_read(bytes, len);
	if (piece.kind == PIECE_PART && input->expired) piece = as_it_stands(bytes, len);
	input->taken += piece.len;
	input->pasting = piece.kind == PIECE_PASTE;
	input->after_cr = false;
	if (piece.kind == PIECE_KEY) *event = (InputEvent){.kind = INPUT_KEY, .key = piece.key, .bytes = bytes, .len = piece.len};
	if (piece.kind == PIECE_MOUSE) *event = (InputEvent){.kind = INPUT_MOUSE, .mouse = clicked(input, piece.mouse)};
	return piece.kind == PIECE_KEY || piece.kind == PIECE_MOUSE;
}

Input *input_new(void) {
	Input *input = calloc(1, sizeof *input);
	if (!input) die("out of memory");
	input->held = input->paste = (Str)STR_INIT;
	return input;
}

void input_free(Input *input) {
	if (!input) return;
	str_release(&input->held);
	str_release(&input->paste);
	free(input);
}

/* Forgets what was given away. */
static void drop_taken(Input *input) {
	Str *held = &input->held;
	if (input->taken) {
		memmove(held->text, held->text + input->taken, held->len - input->taken);
		str_cut(held, held->len - input->taken);
		input->taken = 0;
	}
	if (input->given) str_clear(&input->paste);
	input->given = false;
}

void input_feed(Input *input, const char *bytes, size_t len) {
	drop_taken(input);
	str_add_n(&input->held, bytes, len);
	input->fed_ms = clock_ms();
	input->expired = false;
}

bool input_next(Input *input, InputEvent *event) {
	if (input->given) str_clear(&input->paste);
	input->given = false;
	while (input->taken < input->held.len || (input->pasting && input->expired)) {
		size_t before = input->taken;
		bool pasting = input->pasting;
		if (pasting ? paste_next(input, event) : event_next(input, event)) return true;
		if (input->taken == before && input->pasting == pasting) break;
	}
	input->expired = false;
	drop_taken(input);
	return false;
}

int input_timeout_ms(const Input *input) {
	size_t len = input->held.len - input->taken;
	const char *bytes = input->held.text + input->taken;
	if (!len && !(input->pasting && input->paste.len && !input->given)) return -1;
	int wait_ms = SPLIT_WAIT_MS;
	if (input->pasting) wait_ms = PASTE_WAIT_MS;
	else if (bytes[0] == ESC && (len == 1 || (len == 2 && (bytes[1] == ESC || opens_string(bytes[1]))))) wait_ms = ESC_WAIT_MS;
	int64_t left = input->fed_ms + wait_ms - clock_ms();
	return left < 0 ? 0 : (int)left;
}

void input_expire(Input *input) {
	input->expired = true;
	input->fed_ms = clock_ms(); /* what stays held back even now waits as long again */
}
