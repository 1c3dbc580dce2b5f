/* popup.c: a list of candidates laid over the screen. */
#include "term/popup.h"

#include "base/utf8.h"

enum { MOST_ROWS = 9, NOTE_GAP = 2 };

/* The columns of the list: what is put in, and what it is. */
typedef struct Widths {
	int all, text;
} Widths;

static size_t wider(size_t cells, const char *text) {
	size_t own = text ? utf8_cells(text) : 0;
	return own > cells ? own : cells;
}

static Widths widths_of(const Candidate *candidates, size_t count, int most) {
	size_t text = 0, note = 0;
	for (size_t i = 0; i < count; i++) {
		text = wider(text, candidates[i].text);
		note = wider(note, candidates[i].note);
	}
	size_t all = text + 2 + (note ? note + NOTE_GAP : 0);
	return (Widths){.all = all < (size_t)most ? (int)all : most, .text = text + 2 < (size_t)most ? (int)text : most - 2};
}

static void draw_line(Canvas *canvas, int x, int y, Widths widths, const Candidate *candidate, Role role) {
	canvas_field(canvas, x, y, widths.all, "", ALIGN_LEFT, role);
	canvas_field(canvas, x + 1, y, widths.text, candidate->text, ALIGN_LEFT, role);
	int room = widths.all - widths.text - 2 - NOTE_GAP;
	if (candidate->note && room > 0)
		canvas_field(canvas, x + 1 + widths.text + NOTE_GAP, y, room, candidate->note, ALIGN_LEFT, role == ROLE_POPUP ? ROLE_DIM : role);
}

void popup_draw(Canvas *canvas, int x, int y, const Candidate *candidates, size_t count, size_t chosen) {
	size_t room = y < 0 ? 0 : y < MOST_ROWS ? (size_t)y : MOST_ROWS;
	bool all = count <= room;
	size_t rows = all ? count : room > 0 ? room - 1 : 0;
	if (rows == 0) return;
	size_t first = chosen < rows || chosen >= count ? 0 : chosen - rows + 1;
	Widths widths = widths_of(candidates, count, canvas->width);
	int left = x < 1 ? 0 : x - 1 + widths.all <= canvas->width ? x - 1 : canvas->width - widths.all;
	y -= (int)rows + !all;
	for (size_t i = first; i < first + rows; i++, y++)
		draw_line(canvas, left, y, widths, &candidates[i], i == chosen ? ROLE_POPUP_SELECTED : ROLE_POPUP);
	if (!all) canvas_field(canvas, left, y, widths.all, arena_printf(canvas->arena, "of %zu ", count), ALIGN_RIGHT, ROLE_POPUP);
}
