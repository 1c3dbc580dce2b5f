/* popup.c: what lies over the screen and wants an answer. */
#include "view/popup.h"

#include "base/utf8.h"
#include "view/chrome.h"

enum { MOST_WIDTH = 72, FRAME_CELLS = 2, MARGIN_CELLS = 2 };

static int least(int a, int b) {
	return a < b ? a : b;
}

static int most(int a, int b) {
	return a > b ? a : b;
}

static int cells(const char *text) {
	return text ? (int)utf8_cells(text) : 0;
}

Box popup_frame(Canvas *canvas, Box box, const char *title) {
	const Frame frame = {.title = title, .focused = true};
	canvas_fill(canvas, box, ' ', ROLE_POPUP);
	Box inside = frame_draw(canvas, box, &frame);
	if (inside.width <= MARGIN_CELLS) return inside;
	return (Box){inside.x + MARGIN_CELLS / 2, inside.y, inside.width - MARGIN_CELLS, inside.height};
}

void popup_key(Page *page, const char *key, const char *meaning) {
	page_printf(page, ROLE_KEY, "%s ", key);
	page_printf(page, ROLE_POPUP, "%s    ", meaning);
}

static Page *said_page(Arena *arena, const Question *question, bool spaced) {
	Page *page = page_new(arena);
	page_add(page, ROLE_STRONG, question->text);
	if (question->effect) {
		page_line(page);
		if (spaced) page_line(page);
		page_add(page, ROLE_POPUP, question->effect);
	}
	if (spaced) page_line(page);
	return page;
}

/* The answers stay in sight, whatever the effect has to say; what of that has no room is told by `…`. */
void question_draw(Canvas *canvas, Box screen, const Question *question) {
	int width = least(MOST_WIDTH, screen.width), inner = most(1, width - FRAME_CELLS - MARGIN_CELLS);
	Page *said = said_page(canvas->arena, question, true), *answers = page_new(canvas->arena);
	popup_key(answers, "y", question->yes ? question->yes : "yes");
	popup_key(answers, "n", question->no ? question->no : "no");
	int foot = (int)page_height(answers, inner), height = (int)page_height(said, inner) + foot + FRAME_CELLS;
	if (height > screen.height) {
		said = said_page(canvas->arena, question, false);
		height = (int)page_height(said, inner) + foot + FRAME_CELLS;
	}
	Box inside = popup_frame(canvas, layout_centred(screen, width, height), "");
	foot = least(foot, inside.height);
	Box body = {inside.x, inside.y, inside.width, inside.height - foot};
	PageView top = PAGE_VIEW_INIT;
	page_draw(canvas, body, said, &top);
	if (height > screen.height && body.height > 0)
		canvas_text(canvas, body.x + body.width - 1, body.y + body.height - 1, "…", ROLE_WARNING);
	page_draw(canvas, (Box){body.x, body.y + body.height, body.width, foot}, answers, &top);
}

/* The widest label, value and note. */
typedef struct Widths {
	int label, value, note;
} Widths;

static Widths measure(const Menu *menu) {
	Widths widths = {0};
	for (size_t i = 0; i < menu->count; i++) {
		widths.label = most(widths.label, cells(menu->entries[i].label));
		widths.value = most(widths.value, cells(menu->entries[i].value));
		widths.note = most(widths.note, cells(menu->entries[i].note));
	}
	return widths;
}

enum { CHOSEN_CELLS = 2, COLUMN_GAP = 2 };

static void draw_entry(Canvas *canvas, Box line, const MenuEntry *entry, Widths widths, bool under_cursor) {
	Box before = canvas_clip(canvas, line);
	Role role = under_cursor ? ROLE_POPUP_SELECTED : ROLE_POPUP;
	canvas_fill(canvas, line, ' ', role);
	canvas_text(canvas, line.x, line.y, under_cursor ? "▸" : entry->chosen ? "●" : " ", role);
	int x = line.x + CHOSEN_CELLS, right = line.x + line.width;
	x = canvas_field(canvas, x, line.y, least(widths.label, right - x), entry->label, ALIGN_LEFT, role);
	if (widths.value) x += COLUMN_GAP;
	if (entry->value) canvas_field(canvas, x, line.y, least(widths.value, right - x), entry->value, ALIGN_LEFT, role);
	x += widths.value + COLUMN_GAP;
	if (entry->note) canvas_field(canvas, x, line.y, right - x, entry->note, ALIGN_LEFT, under_cursor ? role : ROLE_DIM);
	canvas_clip(canvas, before);
}

static Box menu_box(Box screen, const Menu *menu, Widths widths) {
	int width = CHOSEN_CELLS + widths.label;
	if (widths.value) width += COLUMN_GAP + widths.value;
	if (widths.note) width += COLUMN_GAP + widths.note;
	width = most(width, cells(menu->title)) + FRAME_CELLS + MARGIN_CELLS;
	int height = menu->count < (size_t)screen.height ? (int)menu->count + FRAME_CELLS : screen.height;
	return layout_centred(screen, width, height);
}

static size_t menu_top(const Menu *menu, int height) {
	size_t shown = (size_t)most(1, height);
	return menu->cursor >= shown ? menu->cursor - shown + 1 : 0;
}

bool menu_at(Box screen, const Menu *menu, int x, int y, size_t *entry) {
	Box inside = layout_inside(menu_box(screen, menu, measure(menu)));
	if (x < inside.x || x >= inside.x + inside.width || y < inside.y || y >= inside.y + inside.height) return false;
	*entry = menu_top(menu, inside.height) + (size_t)(y - inside.y);
	return *entry < menu->count;
}

void menu_draw(Canvas *canvas, Box screen, const Menu *menu) {
	Widths widths = measure(menu);
	Box inside = popup_frame(canvas, menu_box(screen, menu, widths), menu->title);
	size_t first = menu_top(menu, inside.height), next = first;
	for (int y = 0; y < inside.height && next < menu->count; y++, next++)
		draw_entry(canvas, (Box){inside.x, inside.y + y, inside.width, 1}, &menu->entries[next], widths, next == menu->cursor);
	int edge = inside.x + inside.width; /* between entries and frame, where there is room for no more than this */
	if (first > 0) canvas_text(canvas, edge, inside.y, "▴", ROLE_KEY);
	if (next < menu->count) canvas_text(canvas, edge, inside.y + inside.height - 1, "▾", ROLE_KEY);
}

void menu_move(Menu *menu, long by) {
	long last = (long)menu->count - 1;
	if (last < 0) return;
	long cursor = (long)menu->cursor;
	menu->cursor = (size_t)(by < -cursor ? 0 : by > last - cursor ? last : cursor + by);
}
