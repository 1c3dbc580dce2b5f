/* canvas.c: the screen as a value. */
#include "view/canvas.h"

#include "base/str.h"
#include "base/utf8.h"

/* What an ascii canvas shows in place of our symbols; any other character beyond ASCII is a `?`. */
static const struct {
	const char *symbols;
	char ascii;
} seven_bit[] = {
    {"─", '-'},  {"│▕", '|'}, {"┌┐└┘├┤┬┴┼", '+'}, {"█▉▊▋▌", '#'}, {"▍▎▏░", '-'}, {"▁", '_'},  {"▂·", '.'},
    {"▃", '-'},  {"▄", ':'},  {"▅", '='},         {"▆", '+'},     {"▇●", '*'},  {"▸→›≥", '>'}, {"←‹≤", '<'},
    {"▾↓", 'v'}, {"▴↑", '^'}, {"…", '~'},         {"⚠‼", '!'},    {"×", 'x'},   {"✓±", '+'}, {"Δ", 'd'},
    {"µ", 'u'},  {"—–", '-'}, {"①", '1'},         {"②", '2'},     {"③", '3'},   {"④", '4'},  {"⑤", '5'},
    {"⑥", '6'},  {"⑦", '7'},  {"⑧", '8'},         {"⑨", '9'}, {"’‘", '\''},
};

static char to_ascii(uint32_t point) {
	char bytes[5] = {0};
	utf8_encode(point, bytes);
	for (size_t i = 0; i < sizeof seven_bit / sizeof *seven_bit; i++)
		if (strstr(seven_bit[i].symbols, bytes)) return seven_bit[i].ascii;
	return '?';
}

static int least(int a, int b) {
	return a < b ? a : b;
}

static int most(int a, int b) {
	return a > b ? a : b;
}

static Box common(Box a, Box b) {
	int x = most(a.x, b.x), y = most(a.y, b.y);
	return (Box){x, y, most(0, least(a.x + a.width, b.x + b.width) - x), most(0, least(a.y + a.height, b.y + b.height) - y)};
}

static bool in_clip(const Canvas *canvas, int x, int y) {
	Box clip = canvas->clip;
	return x >= clip.x && x < clip.x + clip.width && y >= clip.y && y < clip.y + clip.height;
}

Canvas *canvas_new(Arena *arena, int width, int height, bool ascii) {
	Canvas *canvas = ARENA_NEW(arena, Canvas);
	*canvas = (Canvas){.arena = arena, .width = most(0, width), .height = most(0, height), .ascii = ascii};
	canvas->cursor_x = canvas->cursor_y = -1;
	canvas->clip = (Box){0, 0, canvas->width, canvas->height};
	size_t count = (size_t)canvas->width * (size_t)canvas->height;
	canvas->cells = ARENA_ARRAY(arena, CanvasCell, count);
	for (size_t i = 0; i < count; i++) canvas->cells[i] = (CanvasCell){.points = {' '}, .role = ROLE_TEXT};
	return canvas;
}

CanvasCell *canvas_cell(Canvas *canvas, int x, int y) {
	if (x < 0 || y < 0 || x >= canvas->width || y >= canvas->height) return NULL;
	return &canvas->cells[(size_t)y * (size_t)canvas->width + (size_t)x];
}

Box canvas_clip(Canvas *canvas, Box box) {
	Box before = canvas->clip;
	canvas->clip = common(box, (Box){0, 0, canvas->width, canvas->height});
	return before;
}

/* One cell; half a wide character left standing beside it becomes a blank. */
static void put_cell(Canvas *canvas, int x, int y, uint32_t point, Role role) {
	if (!in_clip(canvas, x, y)) return;
	CanvasCell *cell = canvas_cell(canvas, x, y);
	if (cell->points[0] == 0) cell[-1] = (CanvasCell){.points = {' '}, .role = cell[-1].role, .selected = cell[-1].selected};
	if (x + 1 < canvas->width && cell[1].points[0] == 0) cell[1].points[0] = ' ';
	*cell = (CanvasCell){.points = {point}, .role = (uint8_t)role};
}

static void put(Canvas *canvas, int x, int y, uint32_t point, int cells, Role role) {
	if (canvas->ascii && point > '~' && !(canvas->keeps && canvas->keeps(point))) {
		point = (uint32_t)to_ascii(point);
		for (int i = 0; i < cells; i++) put_cell(canvas, x + i, y, point, role);
	} else if (cells == 2 && !(in_clip(canvas, x, y) && in_clip(canvas, x + 1, y))) {
		put_cell(canvas, x, y, ' ', role);
		put_cell(canvas, x + 1, y, ' ', role);
	} else {
		put_cell(canvas, x, y, point, role);
		if (cells == 2) put_cell(canvas, x + 1, y, 0, role);
	}
}

static void put_mark(Canvas *canvas, int x, int y, int cells, uint32_t mark) {
	if (canvas->ascii || !in_clip(canvas, x, y) || !in_clip(canvas, x + cells - 1, y)) return;
	CanvasCell *cell = canvas_cell(canvas, x, y);
	for (size_t i = 1; i < sizeof cell->points / sizeof *cell->points; i++) {
		if (cell->points[i]) continue;
		cell->points[i] = mark;
		return;
	}
}

/* The next character as it may be shown, and its cells. */
static int next_shown(const char **text, uint32_t *point) {
	*text += utf8_decode(*text, strnlen(*text, 4), point);
	if (*point == '\n' || *point == '\t' || *point == '\r') *point = ' ';
	if (*point == UTF8_INVALID || utf8_hostile(*point)) *point = '?';
	return utf8_width(*point);
}

/* Where to cut a text so that it takes at most `cells`; *used is what it takes then. */
static const char *cut_at(const char *text, int cells, int *used) {
	*used = 0;
	while (*text) {
		const char *next = text;
		uint32_t point;
		int width = next_shown(&next, &point);
		if (*used + width > cells) break;
		*used += width;
		text = next;
	}
	return text;
}

static int draw(Canvas *canvas, int x, int y, const char *text, const char *end, Role role) {
	int start = x, right = canvas->clip.x + canvas->clip.width;
	int letter = 0; /* cells of the character a combining mark belongs to; 0: there is none yet, and the mark is dropped */
	while (text != end && *text) {
		uint32_t point;
		int cells = next_shown(&text, &point);
		if (cells == 0) {
			if (letter) put_mark(canvas, x - letter, y, letter, point);
			continue;
		}
		if (x >= right) break;
		put(canvas, x, y, point, cells, role);
		x += cells;
		letter = cells;
	}
	return most(start, least(x, right));
}

int canvas_text(Canvas *canvas, int x, int y, const char *text, Role role) {
	return draw(canvas, x, y, text, NULL, role);
}

int canvas_printf(Canvas *canvas, int x, int y, Role role, const char *format, ...) {
	va_list args;
	va_start(args, format);
	const char *text = arena_vprintf(canvas->arena, format, args);
	va_end(args);
	return canvas_text(canvas, x, y, text, role);
}

int canvas_field(Canvas *canvas, int x, int y, int cells, const char *text, Align align, Role role) {
	if (cells <= 0) return x;
	int used;
	const char *end = cut_at(text, cells, &used);
	bool cut = *end;
	if (cut) end = cut_at(text, cells - 1, &used);
	int blank = cells - used - cut;
	int before = cut || align == ALIGN_LEFT ? 0 : align == ALIGN_RIGHT ? blank : blank / 2;
	canvas_fill(canvas, (Box){x, y, cells, 1}, ' ', role);
	draw(canvas, x + before, y, text, end, role);
	if (cut) canvas_text(canvas, x + used, y, "…", role);
	return x + cells;
}

void canvas_fill(Canvas *canvas, Box box, uint32_t point, Role role) {
	if (utf8_hostile(point) || utf8_width(point) != 1) point = ' ';
	box = common(box, canvas->clip);
	for (int y = box.y; y < box.y + box.height; y++)
		for (int x = box.x; x < box.x + box.width; x++) put(canvas, x, y, point, 1, role);
}

void canvas_select(Canvas *canvas, Box box) {
	box = common(box, canvas->clip);
	for (int y = box.y; y < box.y + box.height; y++)
		for (int x = box.x; x < box.x + box.width; x++) canvas_cell(canvas, x, y)->selected = true;
}

void canvas_role(Canvas *canvas, Box box, Role role) {
	box = common(box, canvas->clip);
	for (int y = box.y; y < box.y + box.height; y++)
		for (int x = box.x; x < box.x + box.width; x++) canvas_cell(canvas, x, y)->role = (uint8_t)role;
}

void canvas_line(Canvas *canvas, int x, int y, int cells, Role role) {
	canvas_fill(canvas, (Box){x, y, cells, 1}, 0x2500, role);
}

void canvas_frame(Canvas *canvas, Box box, Role role) {
	if (box.width < 1 || box.height < 1) return;
	int right = box.x + box.width - 1, bottom = box.y + box.height - 1;
	canvas_line(canvas, box.x, box.y, box.width, role);
	canvas_line(canvas, box.x, bottom, box.width, role);
	canvas_fill(canvas, (Box){box.x, box.y, 1, box.height}, 0x2502, role);
	canvas_fill(canvas, (Box){right, box.y, 1, box.height}, 0x2502, role);
	canvas_text(canvas, box.x, box.y, "┌", role);
	canvas_text(canvas, right, box.y, "┐", role);
	canvas_text(canvas, box.x, bottom, "└", role);
	canvas_text(canvas, right, bottom, "┘", role);
}

void canvas_bar(Canvas *canvas, int x, int y, int cells, double ratio, Role role) {
	canvas_fill(canvas, (Box){x, y, cells, 1}, ' ', role);
	if (!(ratio > 0) || cells <= 0) return;
	int eighths = ratio >= 1 ? cells * 8 : most(1, (int)(ratio * cells * 8 + 0.5));
	for (; eighths > 0; eighths -= 8, x++) put(canvas, x, y, (uint32_t)(0x2590 - least(8, eighths)), 1, role);
}

/* Blanks that nobody would see end a row. */
static int row_end(const Canvas *canvas, const CanvasCell *row, bool roles) {
	int end = canvas->width;
	while (end > 0 && row[end - 1].points[0] == ' ' && !row[end - 1].points[1] &&
	       !(roles && (row[end - 1].role != ROLE_TEXT || row[end - 1].selected)))
		end--;
	return end;
}

static void add_cell(Str *out, const CanvasCell *cell) {
	for (size_t i = 0; i < sizeof cell->points / sizeof *cell->points && cell->points[i]; i++) {
		char bytes[4];
		str_add_n(out, bytes, utf8_encode(cell->points[i], bytes));
	}
}

static bool same_look(const CanvasCell *a, const CanvasCell *b) {
	return a->role == b->role && a->selected == b->selected;
}

static bool plain_look(const CanvasCell *cell) {
	return cell->role == ROLE_TEXT && !cell->selected;
}

const char *canvas_dump(Arena *arena, const Canvas *canvas, bool roles) {
	Str out = STR_INIT;
	for (int y = 0; y < canvas->height; y++) {
		const CanvasCell *row = canvas->cells + (size_t)y * (size_t)canvas->width;
		int end = row_end(canvas, row, roles);
		for (int x = 0; x < end; x++) {
			bool marked = roles && !plain_look(&row[x]);
			if (marked && (x == 0 || !same_look(&row[x], &row[x - 1])))
				str_printf(&out, "{%s%s:", role_name(row[x].role), row[x].selected ? " selected" : "");
			add_cell(&out, &row[x]);
			if (marked && (x + 1 == end || !same_look(&row[x], &row[x + 1]))) str_add_char(&out, '}');
		}
		str_add_char(&out, '\n');
	}
	const char *dump = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	return dump;
}
