/* screen.c: the one door to the terminal. */
#include "term/screen.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include <curses.h>
#include <term.h>

#include "term/charset.h"
#include "term/rescue.h"

/* A look as curses wants it. */
typedef struct Style {
	attr_t attributes;
	int pair;
} Style;

typedef struct Pair {
	int front, back;
} Pair;

enum { TRUECOLOUR = 1 << 24 };

struct Screen {
	SCREEN *curses;
	bool utf8;
	int colours, indexed; /* how many of them by their number in the palette, where there is truecolour */
	bool mouse; /* is wanted */
	Pair plain; /* the terminal's own colours, as curses names them */
	LIST(Pair) pairs; /* the first is curses' pair 1 */
	Arena *arena; /* of the pairs */
	Theme theme; /* the styles are of this one */
	Style styles[ROLE_COUNT][2]; /* by role and selected */
	CanvasCell *shown; /* what the terminal shows, row by row; NULL: unknown */
	int shown_width, shown_height;
	Str way_out; /* bytes that undo all we did to the terminal */
};

static const char paste_marks_on[] = "\033[?2004h";
static const char mouse_on[] = "\033[?1000h\033[?1006h", mouse_off[] = "\033[?1006l\033[?1000l"; /* clicks and wheel, with numbers for places */
/* What is drawn between these appears at once, on terminals that know them; the others take no notice. */
static const char hold[] = "\033[?2026h", release[] = "\033[?2026l";
static const char modes_off[] = "\033[?2026l\033[?2004l\033[?1006l\033[?1002l\033[?1000l"; /* all of those */

/* ---- starting and ending ---- */

static const char *capability(const char *name) {
	const char *text = tigetstr(name);
	return text == (char *)-1 ? NULL : text;
}

typedef struct TerminalType {
	bool known, moves; /* its cursor */
	bool truecolour; /* as curses can draw it: by terminfo's RGB */
	bool promised; /* by Tc, tmux' word for it */
} TerminalType;

/* Asked before curses starts, which leaves memory behind when it cannot. */
static TerminalType terminal_type(const char *name) {
	int found;
	if (setupterm(name, STDOUT_FILENO, &found) != OK) return (TerminalType){0};
	TerminalType type = {.known = true, .moves = capability("cup"), .truecolour = tigetflag("RGB") > 0, .promised = tigetflag("Tc") > 0};
	del_curterm(cur_term);
	return type;
}

static bool promises_truecolour(const TerminalType *type) {
	const char *word = getenv("COLORTERM");
	return type->promised || (word && (strcmp(word, "truecolor") == 0 || strcmp(word, "24bit") == 0));
}

/* Terminfo has truecolour under names of its own: tmux-direct beside tmux-256color. All of xterm's family understand what VTE's entry
 * writes, and not all of them what xterm's own does. NULL: there is no such entry, and the nearest of 256 have to do. */
static const char *truecolour_name(Arena *arena, const char *name) {
	const char *ending = strstr(name, "-256color");
	int len = (int)(ending ? (size_t)(ending - name) : strlen(name));
	const char *direct = strncmp(name, "xterm", 5) == 0 ? "vte-direct" : arena_printf(arena, "%.*s-direct", len, name);
	TerminalType type = terminal_type(direct);
	return type.moves && type.truecolour ? direct : NULL;
}

static SCREEN *start(Arena *arena, Err *err) {
	const char *name = getenv("TERM");
	TerminalType type = terminal_type(name);
	if (type.moves) return newterm(!type.truecolour && promises_truecolour(&type) ? truecolour_name(arena, name) : name, stdout, stdin);
	err_set(err, ERR_SYSTEM, "terminal type \"%s\" %s", name ? name : "", type.known ? "cannot move the cursor" : "is not known here");
	err_hint(err, "Set TERM to what your terminal is, for example xterm-256color.");
	return NULL;
}

/* Without padding: nobody needs it any more, and a signal handler could not wait. */
static void add_capability(Str *out, const char *text) {
	while (text && *text) {
		const char *padding = strstr(text, "$<");
		const char *end = padding ? strchr(padding, '>') : NULL;
		str_add_n(out, text, end ? (size_t)(padding - text) : strlen(text));
		text = end ? end + 1 : NULL;
	}
}

/* A terminal without an alternate screen keeps what is on it: the shell goes on below. */
static void prepare_way_out(Screen *screen) {
	rescue_arm(NULL, 0);
	Str *out = &screen->way_out;
	str_clear(out);
	str_add(out, modes_off);
	add_capability(out, capability("sgr0"));
	add_capability(out, capability("op"));
	add_capability(out, capability("cnorm"));
	const char *leave = capability("rmcup");
	add_capability(out, leave ? leave : tiparm(capability("cup"), LINES - 1, 0));
	if (!leave) str_add(out, "\r\n");
	rescue_arm(out->text, out->len);
}

static void start_colours(Screen *screen) {
	static const int depths[] = {TRUECOLOUR, 256, 16, 8};
	screen->plain = (Pair){COLOR_WHITE, COLOR_BLACK};
	if (!has_colors() || start_color() == ERR) return;
	if (use_default_colors() == OK) screen->plain = (Pair){-1, -1};
	for (size_t i = 0; i < sizeof depths / sizeof *depths && !screen->colours; i++)
		if (COLORS >= depths[i]) screen->colours = depths[i];
	const char *type = termname(), *ending = strstr(type, "-direct");
	screen->indexed = ending && atoi(ending + strlen("-direct")) ? atoi(ending + strlen("-direct")) : 8;
}

/* What curses does not know of. */
static void set_modes(const Screen *screen) {
	rescue_write(paste_marks_on, sizeof paste_marks_on - 1);
	if (screen->mouse) rescue_write(mouse_on, sizeof mouse_on - 1);
}

/* Until it has come back from endwin() once, ncurses takes us for a program that moves the cursor by hand, and writes at each move: a
 * hundred writes a frame, each a packet where the terminal is far away. */
static void gather_writes(void) {
	endwin();
	refresh();
}

Screen *screen_open(Err *err) {
	struct termios modes;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || tcgetattr(STDIN_FILENO, &modes) < 0) {
		err_set(err, ERR_SYSTEM, "standard input and output must be a terminal");
		return NULL;
	}
	rescue_begin(&modes); /* before curses, which would catch some of the signals itself */
	use_env(false); /* LINES and COLUMNS may be somebody else's: the tty knows */
	use_tioctl(true);
	Arena *arena = arena_new();
	SCREEN *curses = start(arena, err);
	if (!curses) {
		rescue_end();
		arena_free(arena);
		return NULL;
	}
	gather_writes();
	Screen *screen = calloc(1, sizeof *screen);
	if (!screen) die("out of memory");
	*screen = (Screen){.curses = curses, .arena = arena, .way_out = STR_INIT};
	screen->utf8 = charset_is_utf8();
	prepare_way_out(screen);
	raw();
	noecho();
	nonl();
	typeahead(-1); /* or curses would put painting off when a key waits */
	start_colours(screen);
	set_modes(screen);
	return screen;
}

void screen_mouse(Screen *screen, bool on) {
	if (screen->mouse == on) return;
	screen->mouse = on;
	if (!isendwin()) rescue_write(on ? mouse_on : mouse_off, on ? sizeof mouse_on - 1 : sizeof mouse_off - 1);
}

/* What the terminal shows is not known any more: the next paint draws every cell. */
static void forget_shown(Screen *screen) {
	free(screen->shown);
	screen->shown = NULL;
}

void screen_close(Screen *screen) {
	if (!screen) return;
	screen_suspend(screen);
	rescue_end();
	delscreen(screen->curses);
	arena_free(screen->arena);
	str_release(&screen->way_out);
	forget_shown(screen);
	free(screen);
}

void screen_suspend(Screen *screen) {
	(void)screen;
	if (isendwin()) return;
	rescue_write(modes_off, sizeof modes_off - 1);
	endwin();
	rescue_arm(NULL, 0);
	if (!capability("rmcup")) rescue_write("\r\n", 2); /* as on the way out */
}

void screen_resume(Screen *screen) {
	prepare_way_out(screen);
	screen_resized(screen);
	refresh(); /* ends what endwin() began */
	screen_redraw(screen);
}

/* ---- size ---- */

void screen_size(const Screen *screen, int *width, int *height) {
	(void)screen;
	getmaxyx(stdscr, *height, *width);
}

void screen_redraw(Screen *screen) {
	forget_shown(screen);
	clearok(curscr, true);
	if (isendwin()) return;
	reset_prog_mode();
	set_modes(screen);
}

void screen_resized(Screen *screen) {
	struct winsize size;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || !size.ws_row || !size.ws_col) return;
	if (size.ws_row != LINES || size.ws_col != COLS) {
		resize_term(size.ws_row, size.ws_col);
		if (!isendwin()) prepare_way_out(screen);
	}
	screen_redraw(screen); /* also at the same size: it may have been smaller for a moment, and lost what it showed */
}

int screen_colours(const Screen *screen) {
	return screen->colours;
}

bool screen_utf8(const Screen *screen) {
	return screen->utf8;
}

/* ---- looks ---- */

/* Where terminfo has truecolour, a colour's number is its value; only the smallest, which are nearly black or blue, are the palette's, and
 * a colour that small is made a little greener, which nobody sees. */
static int colour_number(const Screen *screen, Colour colour, int plain) {
	if (colour.kind == COLOUR_DEFAULT) return plain;
	if (colour.kind == COLOUR_INDEX && (screen->colours < TRUECOLOUR || colour.index < screen->indexed)) return colour.index;
	int rgb = (int)colour_rgb(colour);
	return rgb == 0 ? COLOR_BLACK : rgb < screen->indexed ? rgb | 0x000100 : rgb;
}

static int pair_number(Screen *screen, Pair wanted) {
	if (wanted.front == screen->plain.front && wanted.back == screen->plain.back) return 0;
	for (size_t i = 0; i < screen->pairs.count; i++)
		if (screen->pairs.items[i].front == wanted.front && screen->pairs.items[i].back == wanted.back) return (int)i + 1;
	int number = (int)screen->pairs.count + 1;
	if (number >= COLOR_PAIRS || init_extended_pair(number, wanted.front, wanted.back) == ERR) return 0;
	*list_push(screen->arena, &screen->pairs) = wanted;
	return number;
}

static Style style_of(Screen *screen, Look look) {
	Pair pair = {colour_number(screen, look.front, screen->plain.front), colour_number(screen, look.back, screen->plain.back)};
	return (Style){
	    .attributes = (look.bold ? WA_BOLD : 0) | (look.dim ? WA_DIM : 0) | (look.italic ? WA_ITALIC : 0) |
	                  (look.underline ? WA_UNDERLINE : 0) | (look.reverse ? WA_REVERSE : 0),
	    .pair = pair_number(screen, pair),
	};
}

static void take_theme(Screen *screen, const Theme *theme) {
	if (memcmp(theme->looks, screen->theme.looks, sizeof theme->looks) == 0 && screen->theme.name) return;
	screen->theme = *theme;
	screen->theme.name = ""; /* taken; the caller's name may not live as long */
	screen->pairs.count = 0;
	for (Role role = 0; role < ROLE_COUNT; role++)
		for (int selected = 0; selected < 2; selected++)
			screen->styles[role][selected] = style_of(screen, theme_look(theme, role, selected, screen->colours));
	forget_shown(screen);
}

/* ---- painting ---- */

/* What a cell is after erase(): a blank, as long as text has no look of its own; else no canvas' cell at all, so that it differs. */
static CanvasCell erased_cell(const Screen *screen) {
	Style text = screen->styles[ROLE_TEXT][false];
	bool plain = !text.attributes && !text.pair;
	return (CanvasCell){.points = {' '}, .role = plain ? ROLE_TEXT : ROLE_COUNT};
}

/* A place for what the terminal shows, of the screen's size. */
static void know_shown(Screen *screen) {
	if (screen->shown && screen->shown_width == COLS && screen->shown_height == LINES) return;
	forget_shown(screen);
	screen->shown_width = COLS;
	screen->shown_height = LINES;
	screen->shown = calloc((size_t)COLS * (size_t)LINES, sizeof *screen->shown);
	if (!screen->shown) die("out of memory");
	for (int i = 0; i < COLS * LINES; i++) screen->shown[i] = erased_cell(screen);
	erase();
}

static bool same_cell(const CanvasCell *a, const CanvasCell *b) {
	return a->points[0] == b->points[0] && a->points[1] == b->points[1] && a->points[2] == b->points[2] && a->role == b->role &&
	       a->selected == b->selected;
}

/* Can the terminal show this character, and in as many cells as the canvas gave it? The C library's idea of widths is curses' too; where it
 * differs from ours, or the locale has no such character, a row would slip. */
static bool can_show(uint32_t point, int cells) {
	char bytes[MB_LEN_MAX];
	mbstate_t state = {0};
	if (point >= ' ' && point <= '~') return cells == 1;
	return wcwidth((wchar_t)point) == cells && wcrtomb(bytes, (wchar_t)point, &state) != (size_t)-1;
}

static void put_cell(const Screen *screen, int x, int y, const CanvasCell *cell, int cells) {
	wchar_t text[sizeof cell->points / sizeof *cell->points + 1] = {L'?'};
	bool wide = cells == 2 && can_show(cell->points[0], 2);
	if (wide || (cells == 1 && cell->points[0] && can_show(cell->points[0], 1))) text[0] = (wchar_t)cell->points[0];
	for (size_t i = 1, out = 1; i < sizeof cell->points / sizeof *cell->points && cell->points[i]; i++)
		if (text[0] != L'?' && can_show(cell->points[i], 0)) text[out++] = (wchar_t)cell->points[i];
	Style style = screen->styles[cell->role < ROLE_COUNT ? cell->role : ROLE_TEXT][cell->selected];
	cchar_t out;
	setcchar(&out, text, style.attributes, (short)style.pair, NULL);
	mvadd_wch(y, x, &out);
	if (cells == 2 && !wide) mvadd_wch(y, x + 1, &out);
}

/* False: the row stands there already. */
static bool paint_row(Screen *screen, int y, const CanvasCell *row, int width) {
	CanvasCell *shown = screen->shown + (size_t)y * (size_t)screen->shown_width;
	if (memcmp(shown, row, sizeof *row * (size_t)width) == 0) return false;
	for (int x = 0, cells; x < width; x += cells) {
		cells = x + 1 < width && row[x + 1].points[0] == 0 ? 2 : 1;
		if (!same_cell(&shown[x], &row[x]) || (cells == 2 && !same_cell(&shown[x + 1], &row[x + 1])))
			put_cell(screen, x, y, &row[x], cells);
	}
	memcpy(shown, row, sizeof *row * (size_t)width);
	return true;
}

void screen_paint(Screen *screen, const Canvas *canvas, const Theme *theme) {
	if (isendwin()) return;
	take_theme(screen, theme);
	know_shown(screen);
	int width = canvas->width < COLS ? canvas->width : COLS, height = canvas->height < LINES ? canvas->height : LINES;
	bool changed = false;
	for (int y = 0; y < height; y++) changed |= paint_row(screen, y, canvas->cells + (size_t)y * (size_t)canvas->width, width);
	bool cursor = canvas->cursor_x >= 0 && canvas->cursor_x < width && canvas->cursor_y >= 0 && canvas->cursor_y < height;
	if (cursor) move(canvas->cursor_y, canvas->cursor_x);
	else curs_set(0);
	if (changed) rescue_write(hold, sizeof hold - 1);
	refresh();
	if (changed) rescue_write(release, sizeof release - 1);
	if (cursor) curs_set(1);
}

/* ---- the clipboard ---- */

static void add_base64(Str *out, const char *text, size_t len) {
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < len; i += 3) {
		uint32_t three = 0;
		for (size_t j = 0; j < 3; j++) three = three << 8 | (i + j < len ? (unsigned char)text[i + j] : 0u);
		for (size_t j = 0; j < 4; j++) str_add_char(out, i + j > len ? '=' : digits[three >> (18 - 6 * j) & 63]);
	}
}

/* tmux takes it for itself (set-clipboard on) or, in the envelope with every ESC doubled, hands it to the terminal around it
 * (allow-passthrough on): which of the two it is allowed to do we cannot know, and both do no harm. */
bool screen_copy(Screen *screen, const char *text, size_t len) {
	(void)screen;
	const char *term = getenv("TERM");
	if (len > SCREEN_COPY_MOST_BYTES || isendwin() || (term && strcmp(term, "linux") == 0)) return false;
	Str out = STR_INIT;
	str_add(&out, "\033]52;c;");
	add_base64(&out, text, len);
	str_add(&out, "\a");
	const char *tmux = getenv("TMUX");
	if (tmux && *tmux) {
		size_t plain = out.len;
		str_add(&out, "\033Ptmux;\033");
		for (size_t i = 0; i < plain; i++) str_add_char(&out, out.text[i]);
		str_add(&out, "\033\\");
	}
	rescue_write(out.text, out.len);
	str_release(&out);
	return true;
}
