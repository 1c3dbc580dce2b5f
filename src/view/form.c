/* form.c: fields to be filled in, over the screen. */
#include "view/form.h"

#include "base/utf8.h"

enum {
	MOST_WIDTH = 104,
	FRAME_CELLS = 4, /* with a blank at each side */
	FRAME_LINES = 2,
	LEAST_TEXT = 12,
	MOST_TEXT = 32,
	LEAST_NOTE = 18,
	GAP = 1
};

static int least(int a, int b) {
	return a < b ? a : b;
}

static int cells(const char *text) {
	return text ? (int)utf8_cells(text) : 0;
}

/* Cells of each part of a line; no room for notes: 0. */
typedef struct Parts {
	int label, text, note;
} Parts;

static Parts divide(const Form *form, int width) {
	Parts parts = {0};
	for (size_t i = 0; i < form->count; i++) {
		if (cells(form->fields[i].label) > parts.label) parts.label = cells(form->fields[i].label);
		if (cells(form->fields[i].note) > parts.note) parts.note = cells(form->fields[i].note);
	}
	parts.label = least(parts.label, (width - LEAST_TEXT) / 2);
	int rest = width - parts.label - GAP - 2; /* brackets */
	if (rest - LEAST_TEXT - GAP < least(LEAST_NOTE, parts.note)) parts.note = 0;
	parts.text = least(MOST_TEXT, rest - (parts.note ? least(parts.note, rest / 2) + GAP : 0));
	if (parts.note) parts.note = rest - parts.text - GAP;
	return parts;
}

/* Typing goes on at the end, so the end is what shows. */
static void draw_text(Canvas *canvas, Box box, const FormField *field, bool under_cursor) {
	const char *text = field->word ? field->word : field->text ? field->text : "";
	Role role = field->word ? ROLE_SQL_KEYWORD : ROLE_POPUP;
	if (!under_cursor) {
		canvas_field(canvas, box.x, box.y, box.width, text, ALIGN_LEFT, role);
		return;
	}
	text = utf8_clean(canvas->arena, text);
	while (cells(text) >= box.width && *text) text += utf8_fit(text, 1) ? utf8_fit(text, 1) : 1;
	canvas_field(canvas, box.x, box.y, box.width, text, ALIGN_LEFT, role);
	canvas->cursor_x = box.x + cells(text);
	canvas->cursor_y = box.y;
}

static void draw_field(Canvas *canvas, Box line, const FormField *field, Parts parts, bool under_cursor) {
	int x = canvas_field(canvas, line.x, line.y, parts.label, field->label, ALIGN_LEFT, under_cursor ? ROLE_STRONG : ROLE_POPUP) + GAP;
	x = canvas_text(canvas, x, line.y, "[", under_cursor ? ROLE_KEY : ROLE_DIM);
	draw_text(canvas, (Box){x, line.y, parts.text, 1}, field, under_cursor);
	x = canvas_text(canvas, x + parts.text, line.y, "]", under_cursor ? ROLE_KEY : ROLE_DIM) + GAP;
	if (parts.note && field->note) canvas_field(canvas, x, line.y, parts.note, field->note, ALIGN_LEFT, ROLE_DIM);
}

/* What is wrong goes before where a value is from. */
static void draw_status(Canvas *canvas, Box line, const Form *form, Parts parts) {
	const char *note = form->count ? form->fields[form->cursor].note : NULL;
	if (form->status) canvas_field(canvas, line.x, line.y, line.width, form->status, ALIGN_LEFT, form->status_role);
	else if (note && cells(note) > parts.note) canvas_field(canvas, line.x, line.y, line.width, note, ALIGN_LEFT, ROLE_DIM);
}

static int widest(const Form *form, const Page *keys) {
	int width = 0;
	for (size_t i = 0; i < form->count; i++) {
		int wanted = cells(form->fields[i].label) + cells(form->fields[i].note) + MOST_TEXT + 2 + 2 * GAP;
		if (wanted > width) width = wanted;
	}
	while (page_height(keys, width) > 1 && width < MOST_WIDTH) width++;
	if (cells(form->status) > width) width = cells(form->status);
	return width;
}

void form_draw(Canvas *canvas, Box screen, const Form *form) {
	Page *keys = page_new(canvas->arena);
	for (size_t i = 0; i < form->key_count; i++) popup_key(keys, form->keys[i].key, form->keys[i].meaning);
	int width = least(screen.width, least(MOST_WIDTH, widest(form, keys) + FRAME_CELLS));
	int foot = (int)page_height(keys, width - FRAME_CELLS);
	int height = least(screen.height, (int)form->count + 1 + foot + FRAME_LINES);
	Box inside = popup_frame(canvas, layout_centred(screen, width, height), form->title);
	int shown = inside.height - foot - 1;
	Parts parts = divide(form, inside.width);
	size_t top = form->cursor >= (size_t)shown ? form->cursor - (size_t)shown + 1 : 0;
	for (int y = 0; y < shown && top < form->count; y++, top++)
		draw_field(canvas, (Box){inside.x, inside.y + y, inside.width, 1}, &form->fields[top], parts, top == form->cursor);
	draw_status(canvas, (Box){inside.x, inside.y + shown, inside.width, 1}, form, parts);
	PageView view = PAGE_VIEW_INIT;
	page_draw(canvas, (Box){inside.x, inside.y + shown + 1, inside.width, foot}, keys, &view);
}
