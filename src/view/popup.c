/* popup.c: what lies over the screen and wants an answer. */
#include "view/popup.h"

#include "base/utf8.h"
#include "view/page.h"

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

/* An empty box with frame and title; what is left inside. */
static Box popup(Canvas *canvas, Box box, const char *title) {
	canvas_fill(canvas, box, ' ', ROLE_POPUP);
	canvas_frame(canvas, box, ROLE_FRAME_FOCUS);
	if (title) canvas_field(canvas, box.x + 1, box.y, least(cells(title), box.width - 2), title, ALIGN_LEFT, ROLE_TITLE_FOCUS);
	Box inside = layout_inside(box);
	inside.x += inside.width > 2;
	inside.width -= 2 * (inside.width > 2);
	return inside;
}

static void add_key(Page *page, const char *key, const char *meaning) {
	page_printf(page, ROLE_KEY, "%s ", key);
	page_printf(page, ROLE_TEXT, "%s    ", meaning);
}

/* The answers stay in sight, whatever the effect has to say. */
void question_draw(Canvas *canvas, Box screen, const Question *question) {
	Page *said = page_new(canvas->arena), *answers = page_new(canvas->arena);
	page_add(said, ROLE_STRONG, question->text);
	page_line(said);
	if (question->effect) {
		page_line(said);
		page_add(said, ROLE_TEXT, question->effect);
		page_line(said);
	}
	add_key(answers, "y", question->yes ? question->yes : "yes");
	add_key(answers, "n", question->no ? question->no : "no");
	int width = least(MOST_WIDTH, screen.width);
	int inner = most(1, width - FRAME_CELLS - MARGIN_CELLS);
	int foot = (int)page_height(answers, inner);
	Box inside = popup(canvas, layout_centred(screen, width, (int)page_height(said, inner) + foot + FRAME_CELLS), NULL);
	foot = least(foot, inside.height);
	PageView top = PAGE_VIEW_INIT;
	page_draw(canvas, (Box){inside.x, inside.y, inside.width, inside.height - foot}, said, &top);
	page_draw(canvas, (Box){inside.x, inside.y + inside.height - foot, inside.width, foot}, answers, &top);
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

void menu_draw(Canvas *canvas, Box screen, const Menu *menu) {
	Widths widths = measure(menu);
	int width = CHOSEN_CELLS + widths.label + (widths.value ? COLUMN_GAP + widths.value : 0) + (widths.note ? COLUMN_GAP + widths.note : 0);
	width = most(width, cells(menu->title)) + FRAME_CELLS + MARGIN_CELLS;
	int height = menu->count < (size_t)screen.height ? (int)menu->count + FRAME_CELLS : screen.height;
	Box inside = popup(canvas, layout_centred(screen, width, height), menu->title);
	size_t shown = (size_t)most(1, inside.height);
	size_t top = menu->cursor >= shown ? menu->cursor - shown + 1 : 0;
	for (int y = 0; y < inside.height && top < menu->count; y++, top++)
		draw_entry(canvas, (Box){inside.x, inside.y + y, inside.width, 1}, &menu->entries[top], widths, top == menu->cursor);
}

void menu_move(Menu *menu, long by) {
	long last = (long)menu->count - 1;
	if (last < 0) return;
	long cursor = (long)menu->cursor;
	menu->cursor = (size_t)(by < -cursor ? 0 : by > last - cursor ? last : cursor + by);
}
