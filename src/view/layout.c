/* layout.c: which part of the screen belongs to whom. */
#include "view/layout.h"

enum { PANE_LEAST_WIDTH = 60, PANE_LEAST_HEIGHT = 9 };

static int least(int a, int b) {
	return a < b ? a : b;
}

/* Takes lines off a box, at its top or its bottom. */
static Box take_top(Box *box, int lines) {
	Box taken = {box->x, box->y, box->width, lines};
	box->y += lines;
	box->height -= lines;
	return taken;
}

static Box take_bottom(Box *box, int lines) {
	box->height -= lines;
	return (Box){box->x, box->y + box->height, box->width, lines};
}

Layout layout_make(int width, int height, int prompt_rows, int foot_rows) {
	Layout layout = {.main = {0, 0, width > 0 ? width : 0, height > 0 ? height : 0}};
	layout.too_small = width < LAYOUT_LEAST_WIDTH || height < LAYOUT_LEAST_HEIGHT;
	if (layout.too_small) return layout;
	layout.status = take_top(&layout.main, 1);
	layout.foot = take_bottom(&layout.main, foot_rows > 1 ? least(foot_rows, layout.main.height - LAYOUT_LEAST_MAIN - 1) : 1);
	layout.prompt = take_bottom(&layout.main, prompt_rows > 0 ? least(prompt_rows, layout.main.height - LAYOUT_LEAST_MAIN) : 0);
	return layout;
}

void layout_split(Box box, double share, int least_width, Box *first, Box *second) {
	*first = *second = box;
	if (box.width >= 2 * least_width) {
		int width = (int)(share * box.width);
		if (width < least_width) width = least_width;
		first->width = least(width, box.width - least_width);
		second->x += first->width;
		second->width -= first->width;
	} else {
		first->height = (int)(share * box.height);
		second->y += first->height;
		second->height -= first->height;
	}
}

static void halve_height(Box box, Box *upper, Box *lower) {
	*lower = box;
	*upper = take_top(lower, (box.height + 1) / 2);
}

size_t layout_panes(Box box, size_t wanted, Box panes[LAYOUT_MOST_PANES]) {
	bool tall = box.height >= 2 * PANE_LEAST_HEIGHT, wide = box.width >= 2 * PANE_LEAST_WIDTH;
	if (wanted > 2 && tall && wide) {
		Box left, right;
		layout_split(box, 0.5, PANE_LEAST_WIDTH, &left, &right);
		halve_height(left, &panes[0], &panes[2]);
		panes[1] = right;
		if (wanted > 3) halve_height(right, &panes[1], &panes[3]);
		return wanted > 3 ? 4 : 3;
	}
	panes[0] = box;
	if (wanted < 2 || !tall) return wanted ? 1 : 0;
	halve_height(box, &panes[0], &panes[1]);
	return 2;
}

Box layout_centred(Box box, int width, int height) {
	width = least(width, box.width);
	height = least(height, box.height);
	return (Box){box.x + (box.width - width) / 2, box.y + (box.height - height) / 2, width, height};
}

Box layout_inside(Box box) {
	if (box.width < 2 || box.height < 2) return (Box){box.x, box.y, 0, 0};
	return (Box){box.x + 1, box.y + 1, box.width - 2, box.height - 2};
}
