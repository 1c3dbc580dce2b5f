/* popup.c: a list of words laid over the screen. */
#include "term/popup.h"

#include "base/utf8.h"

enum { MOST_ROWS = 9 };

static int width_of(const char *const *words, size_t count, int most) {
	size_t width = 0;
	for (size_t i = 0; i < count; i++) {
		size_t cells = utf8_cells(words[i]) + 2;
		if (cells > width) width = cells;
	}
	return width < (size_t)most ? (int)width : most;
}

void popup_draw(Canvas *canvas, int x, int y, const char *const *words, size_t count, size_t chosen) {
	size_t room = y < 0 ? 0 : y < MOST_ROWS ? (size_t)y : MOST_ROWS;
	bool all = count <= room;
	size_t rows = all ? count : room > 0 ? room - 1 : 0;
	if (rows == 0) return;
	size_t first = chosen < rows || chosen >= count ? 0 : chosen - rows + 1;
	int width = width_of(words, count, canvas->width);
	int left = x < 1 ? 0 : x - 1 + width <= canvas->width ? x - 1 : canvas->width - width;
	y -= (int)rows + !all;
	for (size_t i = first; i < first + rows; i++, y++) {
		Role role = i == chosen ? ROLE_POPUP_SELECTED : ROLE_POPUP;
		canvas_field(canvas, left, y, width, "", ALIGN_LEFT, role);
		canvas_field(canvas, left + 1, y, width - 2, words[i], ALIGN_LEFT, role);
	}
	if (!all) canvas_field(canvas, left, y, width, arena_printf(canvas->arena, "of %zu ", count), ALIGN_RIGHT, ROLE_POPUP);
}
