/* textbox.c: a prefix and a text with line breaks, wrapped into a box around its cursor. */
#include "term/textbox.h"

#include "base/str.h"
#include "base/utf8.h"

enum { TAB_CELLS = 4 };

/* Where the next character goes. */
typedef struct Pen {
	int width, indent;
	int row, x;
} Pen;

/* What becomes of what the pen passes over; NULL: it is only measured. */
typedef struct Drawing {
	Canvas *canvas;
	Box box;
	int top; /* the row in the box's first line */
	Role role;
	Str row; /* what is to be drawn of the pen's row, from `x` on */
	int x;
} Drawing;

/* How one character shows. */
typedef struct Glyph {
	size_t bytes; /* of the text */
	int cells;
	const char *shown; /* NULL: the text's own bytes */
	char control[3];
} Glyph;

static Glyph glyph_at(const char *text, size_t len, int x) {
	unsigned char byte = (unsigned char)*text;
	if (byte >= ' ' && byte < 0x7F) return (Glyph){.bytes = 1, .cells = 1};
	if (byte == '\t') {
		static const char blanks[TAB_CELLS + 1] = "    ";
		int cells = TAB_CELLS - x % TAB_CELLS;
		return (Glyph){.bytes = 1, .cells = cells, .shown = blanks + TAB_CELLS - cells};
	}
	if (byte < ' ' || byte == 0x7F) return (Glyph){.bytes = 1, .cells = 2, .control = {'^', (char)(byte ^ 0x40)}};
	uint32_t point;
	Glyph glyph = {.bytes = utf8_decode(text, len, &point)};
	bool shown = point != UTF8_INVALID && !utf8_hostile(point);
	glyph.cells = shown ? utf8_width(point) : 1;
	glyph.shown = shown ? NULL : "?";
	return glyph;
}

static bool in_view(const Drawing *drawing, const Pen *pen) {
	int row = drawing ? pen->row - drawing->top : -1;
	return row >= 0 && row < drawing->box.height;
}

static void end_row(Pen *pen, Drawing *drawing) {
	if (in_view(drawing, pen)) {
		int y = drawing->box.y + pen->row - drawing->top;
		canvas_text(drawing->canvas, drawing->box.x + drawing->x, y, drawing->row.text, drawing->role);
		str_clear(&drawing->row);
	}
	if (drawing) drawing->x = pen->indent;
	pen->row++;
	pen->x = pen->indent;
}

static void wrap_for(Pen *pen, int cells, Drawing *drawing) {
	if (pen->x + cells > pen->width && pen->x > pen->indent) end_row(pen, drawing);
}

static void add_glyph(Drawing *drawing, const Glyph *glyph, const char *text) {
	if (glyph->control[0]) str_add(&drawing->row, glyph->control);
	else if (glyph->shown) str_add(&drawing->row, glyph->shown);
	else str_add_n(&drawing->row, text, glyph->bytes);
}

/* Past the end of what is drawn nobody looks. */
static bool below(const Pen *pen, const Drawing *drawing) {
	return drawing && pen->row - drawing->top >= drawing->box.height;
}

static void pass_over(Pen *pen, const char *text, size_t len, Drawing *drawing) {
	for (const char *end = text + len; text < end && !below(pen, drawing);) {
		if (*text == '\n') {
			end_row(pen, drawing);
			text++;
			continue;
		}
		if (*text >= ' ' && *text <= '~' && pen->x < pen->width && !in_view(drawing, pen)) { /* nearly all of a long text */
			pen->x++;
			text++;
			continue;
		}
		Glyph glyph = glyph_at(text, (size_t)(end - text), pen->x - pen->indent);
		wrap_for(pen, glyph.cells, drawing);
		if (in_view(drawing, pen)) add_glyph(drawing, &glyph, text);
		pen->x += glyph.cells;
		text += glyph.bytes;
	}
}

/* The pen after the prefix. */
static Pen start(const TextBox *textbox, int width, Drawing *drawing) {
	Pen pen = {.width = width < 1 ? 1 : width};
	pass_over(&pen, textbox->prefix, strlen(textbox->prefix), drawing);
	if (pen.row == 0 && pen.x * 2 <= width) pen.indent = pen.x;
	return pen;
}

/* On a line break the cursor stands behind the line's last character, and at the end of a full row at the start of the next. */
static TextPlace place_of(Pen *pen, const TextBox *textbox, size_t byte) {
	bool end = byte >= textbox->len, line_break = !end && textbox->text[byte] == '\n';
	int cells = end ? 1 : line_break ? 0 : glyph_at(textbox->text + byte, textbox->len - byte, pen->x - pen->indent).cells;
	wrap_for(pen, cells, NULL);
	return (TextPlace){pen->row, pen->x < pen->width ? pen->x : pen->width - 1};
}

TextPlace textbox_place(const TextBox *textbox, int width, size_t byte) {
	if (byte > textbox->len) byte = textbox->len;
	Pen pen = start(textbox, width, NULL);
	pass_over(&pen, textbox->text, byte, NULL);
	return place_of(&pen, textbox, byte);
}

int textbox_rows(const TextBox *textbox, int width) {
	return textbox_place(textbox, width, textbox->len).row + 1;
}

static void end_drawing(Pen *pen, Drawing *drawing) {
	end_row(pen, drawing);
	str_release(&drawing->row);
}

void textbox_draw(const TextBox *textbox, Canvas *canvas, Box box, int *top) {
	if (box.width < 1 || box.height < 1) return;
	TextPlace cursor = textbox_place(textbox, box.width, textbox->cursor);
	if (*top > cursor.row) *top = cursor.row;
	if (*top < cursor.row - box.height + 1) *top = cursor.row - box.height + 1;
	Box clip = canvas_clip(canvas, box);
	canvas_fill(canvas, box, ' ', ROLE_TEXT);
	Drawing drawing = {.canvas = canvas, .box = box, .top = *top, .role = ROLE_PROMPT, .row = STR_INIT};
	Pen pen = start(textbox, box.width, &drawing), before = pen;
	end_drawing(&before, &drawing);
	drawing = (Drawing){.canvas = canvas, .box = box, .top = *top, .role = ROLE_TEXT, .row = STR_INIT, .x = pen.x};
	pass_over(&pen, textbox->text, textbox->len, &drawing);
	end_drawing(&pen, &drawing);
	canvas->clip = clip;
	canvas->cursor_x = box.x + cursor.x;
	canvas->cursor_y = box.y + cursor.row - *top;
}
