/* terminal.c: a program in a pseudo terminal, its screen read by libvterm. */
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>
#include <vterm.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/str.h"
#include "base/utf8.h"

enum { DEADLINE_MS = 10000, LOOK_AGAIN_MS = 50 };

struct Terminal {
	VTerm *vt;
	VTermScreen *screen;
	int tty; /* our end */
	pid_t pid;
	int rows, columns;
	int status; /* as wait() tells it, once reaped */
	bool reaped, silent; /* silent: the program's end is closed and read empty */
	struct termios modes; /* before the program */
	VTermPos cursor;
	bool cursor_visible, alternate, mouse;
	Str asked; /* for the program to read */
	Str written; /* all it ever wrote */
	Str row;
};

/* libvterm speaks. */

static int cursor_moved(VTermPos to, VTermPos from, int visible, void *terminal) {
	(void)from;
	(void)visible;
	((Terminal *)terminal)->cursor = to;
	return 1;
}

static int property_set(VTermProp property, VTermValue *value, void *terminal) {
	Terminal *t = terminal;
	if (property == VTERM_PROP_ALTSCREEN) t->alternate = value->boolean;
	if (property == VTERM_PROP_CURSORVISIBLE) t->cursor_visible = value->boolean;
	if (property == VTERM_PROP_MOUSE) t->mouse = value->number != VTERM_PROP_MOUSE_NONE;
	return 1;
}

static void take_answers(Terminal *t) {
	char bytes[256];
	size_t len;
	while ((len = vterm_output_read(t->vt, bytes, sizeof bytes)) > 0) str_add_n(&t->asked, bytes, len);
}

/* Start. */

static const VTermScreenCallbacks screen_callbacks = {.movecursor = cursor_moved, .settermprop = property_set};

static void keep_variable(const char *name, Str *kept) {
	const char *value = getenv(name);
	if (value) str_printf(kept, "%s=%s\n", name, value);
}

/* An environment which says the same everywhere. */
static void set_environment(const char *const *env) {
	static const char *const inherited[] = {"PATH",         "TMPDIR",       "LD_LIBRARY_PATH", "ASAN_OPTIONS",
	                                        "UBSAN_OPTIONS", "LSAN_OPTIONS", "ASAN_SYMBOLIZER_PATH"};
	static const char *const fixed[] = {"TERM=xterm-256color", "LC_ALL=C.UTF-8", "HOME=/dev/null", "INPUTRC=/dev/null"};
	static char *nothing[] = {NULL};
	extern char **environ;
	Str kept = STR_INIT;
	for (size_t i = 0; i < sizeof inherited / sizeof *inherited; i++) keep_variable(inherited[i], &kept);
	environ = nothing;
	for (char *line = strtok(kept.text, "\n"); line; line = strtok(NULL, "\n")) putenv(line);
	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) putenv(strdup(fixed[i]));
	for (; env && *env; env++) putenv(strdup(*env));
}

/* In the child: the program with the terminal as its only one. */
static void become(int tty, const char *const *argv, const char *const *env) {
	if (login_tty(tty) < 0) _exit(126);
	for (int fd = 3; fd < 64; fd++) close(fd);
	for (int i = 1; i < 32; i++) signal(i, SIG_DFL);
	set_environment(env);
	execvp(argv[0], (char *const *)argv);
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

Terminal *terminal_open(int rows, int columns, const char *const *argv, const char *const *env) {
	Terminal *t = calloc(1, sizeof *t);
	assert_non_null(t);
	*t = (Terminal){.rows = rows, .columns = columns, .cursor_visible = true};
	t->asked = t->written = t->row = (Str)STR_INIT;
	t->vt = vterm_new(rows, columns);
	vterm_set_utf8(t->vt, 1);
	t->screen = vterm_obtain_screen(t->vt);
	vterm_screen_set_callbacks(t->screen, &screen_callbacks, t);
	vterm_screen_enable_altscreen(t->screen, 1);
	vterm_screen_reset(t->screen, 1);
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
	int tty;
	assert_int_equal(openpty(&t->tty, &tty, NULL, NULL, &size), 0);
	assert_int_equal(tcgetattr(t->tty, &t->modes), 0);
	fflush(NULL);
	t->pid = fork();
	assert_true(t->pid >= 0);
	if (t->pid == 0) become(tty, argv, env);
	close(tty);
	fcntl(t->tty, F_SETFD, FD_CLOEXEC);
	fcntl(t->tty, F_SETFL, O_NONBLOCK);
	return t;
}

/* Reading and writing. */

static void look(Terminal *t) {
	char bytes[65536];
	ssize_t len = read(t->tty, bytes, sizeof bytes);
	if (len < 0 && (errno == EAGAIN || errno == EINTR)) return;
	if (len <= 0) { /* EIO: nobody holds the other end any more */
		t->silent = true;
		return;
	}
	str_add_n(&t->written, bytes, (size_t)len);
	vterm_input_write(t->vt, bytes, (size_t)len);
	take_answers(t);
}

/* What the terminal has to say goes to the program as it takes it; meanwhile its screen is read, or both would wait for ever. */
static void pump(Terminal *t, int wait_ms) {
	if (t->silent) return;
	struct pollfd fd = {.fd = t->tty, .events = (short)(POLLIN | (t->asked.len ? POLLOUT : 0))};
	if (poll(&fd, 1, wait_ms) <= 0) return;
	if (fd.revents & POLLOUT) {
		ssize_t len = write(t->tty, t->asked.text, t->asked.len);
		if (len > 0) {
			memmove(t->asked.text, t->asked.text + len, t->asked.len - (size_t)len);
			str_cut(&t->asked, t->asked.len - (size_t)len);
		}
	}
	if (fd.revents & (POLLIN | POLLHUP | POLLERR)) look(t);
	vterm_screen_flush_damage(t->screen);
}

static void type(Terminal *t) {
	int64_t end = clock_ms() + DEADLINE_MS;
	while (t->asked.len && !t->silent && clock_ms() < end) pump(t, LOOK_AGAIN_MS);
}

void terminal_bytes(Terminal *t, const char *bytes, size_t len) {
	str_add_n(&t->asked, bytes, len);
	type(t);
}

void terminal_keys(Terminal *t, const char *keys) {
	terminal_bytes(t, keys, strlen(keys));
}

void terminal_paste(Terminal *t, const char *text) {
	vterm_keyboard_start_paste(t->vt);
	take_answers(t);
	for (; *text; text++) str_add_char(&t->asked, *text == '\n' ? '\r' : *text);
	vterm_keyboard_end_paste(t->vt);
	take_answers(t);
	type(t);
}

void terminal_mouse(Terminal *t, int button, int row, int column) {
	vterm_mouse_move(t->vt, row, column, VTERM_MOD_NONE);
	vterm_mouse_button(t->vt, button, true, VTERM_MOD_NONE);
	if (button < TERMINAL_WHEEL_UP) vterm_mouse_button(t->vt, button, false, VTERM_MOD_NONE);
	take_answers(t);
	type(t);
}

bool terminal_has_mouse(const Terminal *t) {
	return t->mouse;
}

bool terminal_pastes(Terminal *t) {
	size_t before = t->asked.len;
	vterm_keyboard_start_paste(t->vt);
	take_answers(t);
	bool marks = t->asked.len > before;
	str_cut(&t->asked, before);
	return marks;
}

void terminal_resize(Terminal *t, int rows, int columns) {
	t->rows = rows;
	t->columns = columns;
	vterm_set_size(t->vt, rows, columns);
	vterm_screen_flush_damage(t->screen);
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
	ioctl(t->tty, TIOCSWINSZ, &size);
}

void terminal_kill(Terminal *t, int signal) {
	if (!t->reaped) kill(t->pid, signal);
}

pid_t terminal_pid(const Terminal *t) {
	return t->pid;
}

/* The screen as it is. */

static VTermScreenCell cell_at(const Terminal *t, int row, int column) {
	VTermScreenCell cell = {0};
	vterm_screen_get_cell(t->screen, (VTermPos){.row = row, .col = column}, &cell);
	return cell;
}

static void add_cell(Str *out, const VTermScreenCell *cell) {
	if (cell->chars[0] == UINT32_MAX) return;
	if (!cell->chars[0]) str_add_char(out, ' ');
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i]; i++) {
		char bytes[4];
		str_add_n(out, bytes, utf8_encode(cell->chars[i], bytes));
	}
}

static void read_row(const Terminal *t, int row, Str *out) {
	str_clear(out);
	for (int column = 0; column < t->columns; column++) {
		VTermScreenCell cell = cell_at(t, row, column);
		add_cell(out, &cell);
	}
	while (out->len && out->text[out->len - 1] == ' ') str_cut(out, out->len - 1);
}

const char *terminal_row(Terminal *t, int row) {
	read_row(t, row, &t->row);
	return t->row.text;
}

bool terminal_find(const Terminal *t, const char *text, int *row, int *column) {
	Str line = STR_INIT;
	bool found = false;
	for (int r = 0; r < t->rows && !found; r++) {
		read_row(t, r, &line);
		const char *at = strstr(line.text, text);
		found = at != NULL;
		if (found && row) *row = r;
		if (found && column) *column = (int)utf8_cells_n(line.text, (size_t)(at - line.text));
	}
	str_release(&line);
	return found;
}

static size_t last_written(const Terminal *t, const char *bytes) {
	size_t len = strlen(bytes);
	for (size_t end = t->written.len; end >= len; end--)
		if (memcmp(t->written.text + end - len, bytes, len) == 0) return end;
	return 0;
}

/* Whether it is seen is asked of what was written: libvterm brings it back with the place saved by ESC 7, which no terminal does. */
void terminal_cursor(const Terminal *t, int *row, int *column, bool *visible) {
	*row = t->cursor.row;
	*column = t->cursor.col;
	*visible = last_written(t, "\033[?25l") <= last_written(t, "\033[?25h");
}

static int colour(VTermColor colour, bool is_default) {
	if (is_default) return TERMINAL_DEFAULT;
	if (VTERM_COLOR_IS_INDEXED(&colour)) return colour.indexed.idx;
	return TERMINAL_RGB + (colour.rgb.red << 16 | colour.rgb.green << 8 | colour.rgb.blue);
}

TerminalCell terminal_cell(const Terminal *t, int row, int column) {
	VTermScreenCell cell = cell_at(t, row, column);
	return (TerminalCell){
	    .point = cell.chars[0],
	    .width = cell.width,
	    .front = colour(cell.fg, VTERM_COLOR_IS_DEFAULT_FG(&cell.fg)),
	    .back = colour(cell.bg, VTERM_COLOR_IS_DEFAULT_BG(&cell.bg)),
	    .bold = cell.attrs.bold,
	    .italic = cell.attrs.italic,
	    .underline = cell.attrs.underline,
	    .reverse = cell.attrs.reverse,
	};
}

bool terminal_alternate(const Terminal *t) {
	return t->alternate;
}

bool terminal_modes_kept(const Terminal *t) {
	struct termios now;
	if (tcgetattr(t->tty, &now) < 0) return false;
	const struct termios *then = &t->modes;
	return now.c_iflag == then->c_iflag && now.c_oflag == then->c_oflag && now.c_cflag == then->c_cflag && now.c_lflag == then->c_lflag &&
	       memcmp(now.c_cc, then->c_cc, sizeof now.c_cc) == 0;
}

size_t terminal_bytes_seen(const Terminal *t) {
	return t->written.len;
}

bool terminal_written(const Terminal *t, const char *bytes) {
	size_t len = strlen(bytes);
	for (size_t at = 0; at + len <= t->written.len; at++)
		if (memcmp(t->written.text + at, bytes, len) == 0) return true;
	return false;
}

const char *terminal_output(const Terminal *t, size_t *len) {
	*len = t->written.len;
	return t->written.text;
}

static void reap(Terminal *t) {
	if (!t->reaped && waitpid(t->pid, &t->status, WNOHANG) == t->pid) t->reaped = true;
}

bool terminal_ended(Terminal *t) {
	reap(t);
	return t->reaped && t->silent;
}

void terminal_dump(Terminal *t) {
	fprintf(stderr, "screen of %d rows, %d columns, cursor at row %d, column %d%s%s\n", t->rows, t->columns, t->cursor.row, t->cursor.col,
	        t->cursor_visible ? "" : " (hidden)", t->silent ? ", program gone" : "");
	for (int row = 0; row < t->rows; row++) fprintf(stderr, "%3d|%s\n", row, terminal_row(t, row));
}

/* Waiting. */

bool terminal_try(Terminal *t, TerminalTest *holds, void *what, int64_t within_ms) {
	int64_t end = clock_ms() + within_ms;
	while (!holds(t, what)) {
		int64_t left = end - clock_ms();
		if (left <= 0 || terminal_ended(t)) return holds(t, what);
		if (t->silent) poll(NULL, 0, 1); /* all is read; the program is about to be reaped */
		pump(t, left < LOOK_AGAIN_MS ? (int)left : LOOK_AGAIN_MS);
	}
	return true;
}

static bool comes_true(Terminal *t, TerminalTest *holds, void *what) {
	return terminal_try(t, holds, what, DEADLINE_MS);
}

_Noreturn static void give_up(Terminal *t, const char *file, int line, const char *format, ...) PRINTF_LIKE(4, 5);
_Noreturn static void give_up(Terminal *t, const char *file, int line, const char *format, ...) {
	va_list args;
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	terminal_dump(t);
	if (!t->reaped) kill(t->pid, SIGKILL);
	_fail(file, line);
	abort();
}

void terminal_wait_until_at(Terminal *t, TerminalTest *holds, void *what, const char *name, const char *file, int line) {
	if (!comes_true(t, holds, what)) give_up(t, file, line, "this never became true: %s", name);
}

static bool shows(Terminal *t, void *text) {
	return terminal_find(t, text, NULL, NULL);
}

static bool shows_not(Terminal *t, void *text) {
	return !terminal_find(t, text, NULL, NULL);
}

void terminal_wait_at(Terminal *t, const char *text, bool there, const char *file, int line) {
	if (!comes_true(t, there ? shows : shows_not, (void *)text))
		give_up(t, file, line, there ? "the screen never showed '%s'" : "the screen kept '%s'", text);
}

typedef struct Wanted {
	int row, column;
	const char *text;
} Wanted;

static bool cursor_is(Terminal *t, void *wanted) {
	const Wanted *want = wanted;
	return t->cursor.row == want->row && t->cursor.col == want->column;
}

void terminal_wait_cursor_at(Terminal *t, int row, int column, const char *file, int line) {
	Wanted want = {.row = row, .column = column};
	if (!comes_true(t, cursor_is, &want)) give_up(t, file, line, "the cursor never came to row %d, column %d", row, column);
}

static bool row_is(Terminal *t, void *wanted) {
	const Wanted *want = wanted;
	return strcmp(terminal_row(t, want->row), want->text) == 0;
}

void terminal_wait_row_at(Terminal *t, int row, const char *text, const char *file, int line) {
	Wanted want = {.row = row, .text = text};
	if (!comes_true(t, row_is, &want)) give_up(t, file, line, "row %d never became '%s'", row, text);
}

static bool has_written(Terminal *t, void *bytes) {
	return terminal_written(t, bytes);
}

void terminal_wait_written_at(Terminal *t, const char *bytes, const char *file, int line) {
	if (!comes_true(t, has_written, (void *)bytes)) give_up(t, file, line, "the program never wrote these %zu bytes", strlen(bytes));
}

static bool has_ended(Terminal *t, void *unused) {
	(void)unused;
	return terminal_ended(t);
}

int terminal_close_at(Terminal *t, const char *file, int line) {
	if (!comes_true(t, has_ended, NULL)) give_up(t, file, line, "the program did not end");
	int status = WIFEXITED(t->status) ? WEXITSTATUS(t->status) : 128 + WTERMSIG(t->status);
	close(t->tty);
	vterm_free(t->vt);
	str_release(&t->asked);
	str_release(&t->written);
	str_release(&t->row);
	free(t);
	return status;
}
