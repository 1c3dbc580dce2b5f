/* test_screen.c: what is painted is seen, and the terminal is given back whatever happens. The program in the terminal is this one again. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <unistd.h>

#include "../../tty/terminal.h"
#include "base/config.h"
#include "term/input.h"
#include "term/screen.h"

/* ---- the program in the terminal: every key does one thing ---- */

static volatile sig_atomic_t resized, asked_to_end;

static void on_resize(int signal) {
	(void)signal;
	resized = 1;
}

static void on_end(int signal) {
	(void)signal;
	asked_to_end = 1;
}

static void on_fault(int signal) {
	(void)signal;
	_exit(42);
}

static const char looks[] = "title = #ff8700 on 17 bold italic\n"
                            "error = bright-red underline\n"
                            "good = #0000af\n"
                            "bar = black on #000005\n"
                            "selected = on 22 reverse\n";

typedef struct Stage {
	Screen *screen;
	Theme *theme;
	Arena *arena, *frame;
	int count; /* how often `u` was pressed */
	bool strange; /* `w`: what a canvas should not hold */
	bool hidden; /* `h`: the cursor */
	bool away; /* suspended */
	volatile int *volatile nowhere;
} Stage;

static void draw_strange(Canvas *canvas) {
	CanvasCell *row = canvas_cell(canvas, 0, 5);
	if (!row || canvas->width < 20) return;
	row[0] = (CanvasCell){.points = {0}}; /* a right half without a left one */
	row[1] = (CanvasCell){.points = {'a', 0x301, 'b'}}; /* a mark that is none */
	row[2] = (CanvasCell){.points = {0x65E5}}; /* a wide character in one cell */
	row[3] = (CanvasCell){.points = {'n'}, .role = 200}; /* a role nobody knows */
	row[4] = (CanvasCell){.points = {'x'}}; /* a narrow one in two */
	row[5] = (CanvasCell){.points = {0}};
	row[6] = (CanvasCell){.points = {0x1B}}; /* what utf8_clean() keeps out */
	row[7] = (CanvasCell){.points = {0x10FFFF}};
	row[8] = (CanvasCell){.points = {'e'}};
	row[canvas->width - 1] = (CanvasCell){.points = {0x65E5}};
}

static void draw(Stage *stage) {
	int width, height;
	screen_size(stage->screen, &width, &height);
	arena_clear(stage->frame);
	Canvas *canvas = canvas_new(stage->frame, width, height, false);
	canvas_printf(canvas, 0, 0, ROLE_TEXT, "%dx%d %d %s%s", width, height, screen_colours(stage->screen),
	              screen_utf8(stage->screen) ? "utf8" : "other", asked_to_end ? " end" : "");
	canvas_text(canvas, 0, 1, "title", ROLE_TITLE);
	canvas_text(canvas, 6, 1, "error", ROLE_ERROR);
	canvas_text(canvas, 12, 1, "good", ROLE_GOOD);
	canvas_text(canvas, 18, 1, "bar", ROLE_BAR);
	canvas_text(canvas, 22, 1, "chosen", ROLE_TITLE);
	canvas_select(canvas, (Box){22, 1, 6, 1});
	canvas_text(canvas, 0, 2, stage->count % 2 ? "日a本|" : "a日本|", ROLE_TEXT);
	canvas_text(canvas, 0, 3, "cafe\xcc\x81 ▉▏└─ 🐘|", ROLE_TEXT);
	canvas_printf(canvas, 0, 4, ROLE_TEXT, "count %d", stage->count);
	if (stage->strange) draw_strange(canvas);
	canvas->cursor_x = stage->hidden ? -1 : 3;
	canvas->cursor_y = 2;
	screen_paint(stage->screen, canvas, stage->theme);
}

static int overflow(volatile int depth) {
	volatile char stack[65536];
	stack[0] = stack[sizeof stack - 1] = (char)depth;
	return depth ? overflow(depth + 1) + stack[0] : 0;
}

static void suspend(Stage *stage) {
	screen_suspend(stage->screen);
	printf("\rback at the shell\r\n");
	fflush(stdout);
	stage->away = true;
}

static void resume(Stage *stage) {
	printf("goodbye shell\r\n");
	fflush(stdout);
	screen_resume(stage->screen);
	stage->away = false;
}

static void stop(Stage *stage) {
	screen_suspend(stage->screen);
	kill(0, SIGTSTP);
	screen_resume(stage->screen);
}

static void copy(Stage *stage, size_t len) {
	char *text = malloc(len);
	memset(text, 'x', len);
	if (!screen_copy(stage->screen, text, len)) stage->count += 100;
	free(text);
}

/* False: the end. */
static bool press(Stage *stage, uint32_t key) {
	switch (key) {
	case 'u': stage->count++; break;
	case 'w': stage->strange = true; break;
	case 'p': screen_mouse(stage->screen, true); break;
	case 'P': screen_mouse(stage->screen, false); break;
	case 'h': stage->hidden = !stage->hidden; break;
	case 'r': screen_redraw(stage->screen); break;
	case 'm': stage->theme = theme_mono(stage->arena); break;
	case 'z': suspend(stage); break;
	case '\n': resume(stage); break;
	case 'Z': stop(stage); break;
	case 'c': stage->count += !screen_copy(stage->screen, "select 1", 8); break;
	case 'C': copy(stage, SCREEN_COPY_MOST_BYTES + 1); break;
	case 'M': copy(stage, SCREEN_COPY_MOST_BYTES); break;
	case 's': raise(SIGSEGV); break;
	case 'n': *stage->nowhere = 1; break;
	case 'o': overflow(1); break;
	case 'a': abort();
	case 'd': die("the end of %s", "it");
	case 'e': exit(3);
	default: return key != 'q';
	}
	return true;
}

/* Signals come in only while it waits, so none is missed. */
static ssize_t wait_and_read(char *bytes, size_t room) {
	fd_set tty;
	sigset_t none;
	FD_ZERO(&tty);
	FD_SET(STDIN_FILENO, &tty);
	sigemptyset(&none);
	return pselect(STDIN_FILENO + 1, &tty, NULL, NULL, NULL, &none) > 0 ? read(STDIN_FILENO, bytes, room) : 0;
}

static void live(Stage *stage) {
	Input *input = input_new();
	InputEvent event;
	bool goes_on = true;
	draw(stage);
	while (goes_on) {
		char bytes[4096];
		ssize_t len = wait_and_read(bytes, sizeof bytes);
		if (resized) screen_resized(stage->screen);
		resized = 0;
		if (len > 0) input_feed(input, bytes, (size_t)len);
		while (goes_on && input_next(input, &event)) goes_on = press(stage, event.key.code);
		if (goes_on && !stage->away) draw(stage);
	}
	input_free(input);
}

static int program(int argc, char **argv) {
	setlocale(LC_ALL, "");
	sigset_t held;
	sigemptyset(&held);
	sigaddset(&held, SIGWINCH);
	sigaddset(&held, SIGTERM);
	sigprocmask(SIG_BLOCK, &held, NULL);
	struct sigaction action = {.sa_handler = on_resize};
	sigaction(SIGWINCH, &action, NULL);
	action.sa_handler = on_end;
	if (argc > 2 && strcmp(argv[2], "handles-term") == 0) sigaction(SIGTERM, &action, NULL);
	action.sa_handler = on_fault;
	if (argc > 2 && strcmp(argv[2], "handles-fault") == 0) sigaction(SIGSEGV, &action, NULL);
	Err err = ERR_INIT;
	Stage stage = {.arena = arena_new(), .frame = arena_new(), .nowhere = (int *)64};
	stage.theme = theme_read(stage.arena, config_parse(stage.arena, "looks", looks, &err), &err);
	stage.screen = screen_open(&err);
	if (stage.screen) {
		live(&stage);
		screen_close(stage.screen);
	}
	if (err_is(&err)) printf("%s; %s\n", err.message.text, err.hint.text);
	int status = err_is(&err) ? 2 : 0;
	err_release(&err);
	arena_free(stage.arena);
	arena_free(stage.frame);
	return status;
}

/* ---- the tests ---- */

static const char *self;

/* The sanitizers' own handlers would report a crash at length. */
#define NO_REPORT "ASAN_OPTIONS=handle_segv=0:handle_sigbus=0:handle_abort=0:use_sigaltstack=0"

static Terminal *open_self(const char *mode, const char *const *env) {
	Terminal *t = terminal_open(24, 80, (const char *const[]){self, "program", mode, NULL}, env);
	terminal_wait(t, "count 0");
	return t;
}

static void assert_given_back(Terminal *t) {
	int row, column;
	bool visible;
	terminal_cursor(t, &row, &column, &visible);
	assert_true(terminal_modes_kept(t));
	assert_false(terminal_alternate(t));
	assert_false(terminal_pastes(t));
	assert_false(terminal_has_mouse(t));
	assert_true(visible);
}

static bool at_the_shell(Terminal *t, void *unused) {
	(void)unused;
	return !terminal_alternate(t) && !terminal_pastes(t);
}

static bool at_a_new_prompt(Terminal *t, void *unused) {
	(void)unused;
	int row, column;
	bool visible;
	terminal_cursor(t, &row, &column, &visible);
	return row > 0 && strcmp(terminal_row(t, row), "shell>") == 0;
}

static bool on_the_second_screen(Terminal *t, void *unused) {
	(void)unused;
	return terminal_alternate(t) && terminal_pastes(t);
}

static bool ended(Terminal *t, void *unused) {
	(void)unused;
	return terminal_ended(t);
}

static void close_gives_the_terminal_back(void **state) {
	(void)state;
	Terminal *t = open_self(NULL, NULL);
	assert_true(terminal_alternate(t));
	assert_true(terminal_pastes(t));
	assert_false(terminal_modes_kept(t));
	terminal_wait_cursor(t, 2, 3);
	terminal_keys(t, "h");
	terminal_keys(t, "q");
	terminal_wait_until(t, ended, NULL);
	assert_given_back(t);
	assert_int_equal(terminal_close(t), 0);
}

static void every_way_out_gives_the_terminal_back(void **state) {
	(void)state;
	static const struct {
		const char *keys;
		int signal, status;
		const char *says;
	} ways[] = {
	    {"e", 0, 3, NULL},
	    {"d", 0, 70, "pgwhy: the end of it"},
	    {"s", 0, 128 + SIGSEGV, NULL},
	    {"n", 0, 128 + SIGSEGV, NULL},
	    {"o", 0, 128 + SIGSEGV, NULL},
	    {"a", 0, 128 + SIGABRT, NULL},
	    {"", SIGTERM, 128 + SIGTERM, NULL},
	    {"", SIGHUP, 128 + SIGHUP, NULL},
	    {"", SIGINT, 128 + SIGINT, NULL},
	    {"", SIGQUIT, 128 + SIGQUIT, NULL},
	    {"", SIGUSR1, 128 + SIGUSR1, NULL},
	    {"", SIGSEGV, 128 + SIGSEGV, NULL},
	};
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		Terminal *t = open_self(NULL, (const char *const[]){NO_REPORT, NULL});
		terminal_keys(t, "h");
		terminal_keys(t, ways[i].keys);
		if (ways[i].signal) terminal_kill(t, ways[i].signal);
		terminal_wait_until(t, ended, NULL);
		assert_given_back(t);
		if (ways[i].says) terminal_wait(t, ways[i].says);
		assert_int_equal(terminal_close(t), ways[i].status);
	}
}

static void a_terminal_without_a_second_screen_goes_on_below(void **state) {
	(void)state;
	Terminal *t = open_self(NULL, (const char *const[]){NO_REPORT, "TERM=linux", NULL});
	terminal_keys(t, "c");
	terminal_wait(t, "count 1"); /* nor has it a clipboard */
	terminal_keys(t, "d");
	terminal_wait_until(t, ended, NULL);
	terminal_wait(t, "count 1");
	int row;
	assert_true(terminal_find(t, "the end of it", &row, NULL));
	assert_int_equal(row, 22); /* the last but one: the cursor waits below */
	assert_int_equal(terminal_close(t), 70);
}

static void signals_the_program_handles_stay_its_own(void **state) {
	(void)state;
	Terminal *t = open_self("handles-term", NULL);
	terminal_kill(t, SIGTERM);
	terminal_wait(t, "utf8 end");
	terminal_keys(t, "q");
	assert_int_equal(terminal_close(t), 0);
	t = open_self("handles-fault", (const char *const[]){NO_REPORT, NULL});
	terminal_keys(t, "n");
	terminal_wait_until(t, ended, NULL);
	assert_given_back(t);
	assert_int_equal(terminal_close(t), 42);
}

static void suspend_lends_the_terminal_to_the_shell(void **state) {
	(void)state;
	Terminal *t = open_self(NULL, NULL);
	terminal_keys(t, "uz");
	terminal_wait(t, "back at the shell");
	assert_given_back(t);
	terminal_resize(t, 20, 70);
	terminal_keys(t, "\n");
	terminal_wait(t, "70x20");
	terminal_wait_gone(t, "shell");
	terminal_wait(t, "count 1");
	terminal_wait_cursor(t, 2, 3);
	assert_true(terminal_alternate(t));
	assert_true(terminal_pastes(t));
	assert_false(terminal_modes_kept(t));
	terminal_keys(t, "z");
	terminal_wait(t, "goodbye shell");
	terminal_kill(t, SIGTERM);
	terminal_wait_until(t, ended, NULL);
	assert_given_back(t);
	assert_int_equal(terminal_close(t), 128 + SIGTERM);
}

static void a_stopped_program_comes_back_by_fg(void **state) {
	(void)state;
	Terminal *t = terminal_open(24, 80, (const char *const[]){"sh", "-i", NULL}, (const char *const[]){"PS1=shell> ", "ENV=", NULL});
	terminal_wait(t, "shell>");
	terminal_keys(t, self);
	terminal_keys(t, " program\r");
	terminal_wait(t, "count 0");
	terminal_keys(t, "Z");
	terminal_wait(t, "Stopped");
	terminal_wait_until(t, at_a_new_prompt, NULL);
	terminal_wait_until(t, at_the_shell, NULL);
	terminal_keys(t, "fg\r");
	terminal_wait_until(t, on_the_second_screen, NULL);
	terminal_wait(t, "count 0");
	terminal_keys(t, "q");
	terminal_wait_until(t, at_a_new_prompt, NULL);
	assert_true(at_the_shell(t, NULL));
	terminal_keys(t, "exit 7\r");
	assert_int_equal(terminal_close(t), 7);
}

static void wide_and_combined_characters_take_their_cells(void **state) {
	(void)state;
	Terminal *t = open_self(NULL, NULL);
	terminal_wait_row(t, 2, "a日本|");
	terminal_wait_row(t, 3, "cafe\xcc\x81 ▉▏└─ 🐘|");
	assert_int_equal(terminal_cell(t, 2, 1).width, 2);
	assert_int_equal(terminal_cell(t, 2, 5).point, '|');
	assert_int_equal(terminal_cell(t, 3, 12).point, '|');
	for (int i = 1; i < 6; i++) { /* halves of wide characters come and go */
		terminal_keys(t, "u");
		terminal_wait_row(t, 2, i % 2 ? "日a本|" : "a日本|");
	}
	terminal_keys(t, "q");
	assert_int_equal(terminal_close(t), 0);
}

static void a_strange_canvas_does_not_move_its_neighbours(void **state) {
	(void)state;
	Terminal *t = open_self(NULL, NULL);
	terminal_keys(t, "w");
	char row[128];
	snprintf(row, sizeof row, "?a\xcc\x81?n????e%*s?", 70, "");
	terminal_wait_row(t, 5, row);
	terminal_keys(t, "q");
	assert_int_equal(terminal_close(t), 0);
}

static void assert_colours(Terminal *t, int column, int front, int back) {
	TerminalCell cell = terminal_cell(t, 1, column);
	assert_int_equal(cell.front, front);
	assert_int_equal(cell.back, back);
}

static void roles_have_the_colours_of_the_theme(void **state) {
	(void)state;
	Terminal *t = open_self(NULL, NULL);
	terminal_wait(t, "80x24 256 utf8");
	TerminalCell title = terminal_cell(t, 1, 0);
	assert_true(title.bold && title.italic && !title.underline && !title.reverse);
	assert_colours(t, 0, 208, 17);
	assert_colours(t, 6, 9, TERMINAL_DEFAULT);
	assert_true(terminal_cell(t, 1, 6).underline);
	assert_colours(t, 12, 19, TERMINAL_DEFAULT);
	assert_colours(t, 22, 208, 22);
	assert_true(terminal_cell(t, 1, 22).reverse && terminal_cell(t, 1, 22).bold);
	terminal_keys(t, "mu"); /* another theme while it runs */
	terminal_wait(t, "count 1");
	assert_colours(t, 0, TERMINAL_DEFAULT, TERMINAL_DEFAULT);
	assert_colours(t, 22, TERMINAL_DEFAULT, TERMINAL_DEFAULT);
	assert_true(terminal_cell(t, 1, 22).reverse);
	terminal_keys(t, "q");
	assert_int_equal(terminal_close(t), 0);
}

static void eight_colours_and_none_do(void **state) {
	(void)state;
	Terminal *t = open_self(NULL, (const char *const[]){"TERM=xterm", NULL});
	terminal_wait(t, "80x24 8 utf8");
	assert_colours(t, 6, 1, TERMINAL_DEFAULT); /* bright red */
	assert_true(terminal_cell(t, 1, 0).front < 8 && terminal_cell(t, 1, 0).back < 8);
	terminal_keys(t, "q");
	assert_int_equal(terminal_close(t), 0);
	t = open_self(NULL, (const char *const[]){"TERM=vt100", NULL});
	terminal_wait(t, "80x24 0 utf8");
	assert_colours(t, 0, TERMINAL_DEFAULT, TERMINAL_DEFAULT);
	assert_true(terminal_cell(t, 1, 0).bold);
	terminal_keys(t, "q");
	assert_int_equal(terminal_close(t), 0);
}

static void true_colours_are_exact(void **state) {
	(void)state;
	if (system("infocmp vte-direct >/dev/null 2>&1") != 0) {
		printf("skip: true_colours_are_exact: no terminfo entry vte-direct (package ncurses-term)\n");
		skip();
	}
	Terminal *t = open_self(NULL, (const char *const[]){"TERM=vte-direct", NULL});
	terminal_wait(t, "80x24 16777216 utf8");
	assert_colours(t, 0, TERMINAL_RGB + 0xff8700, TERMINAL_RGB + 0x00005f);
	assert_colours(t, 6, TERMINAL_RGB + 0xff0000, TERMINAL_DEFAULT); /* bright red, palette 9 */
	assert_colours(t, 12, TERMINAL_RGB + 0x0000af, TERMINAL_DEFAULT);
	assert_colours(t, 18, 0, TERMINAL_RGB + 0x000105); /* nearly black: small numbers are the ANSI colours there */
	terminal_keys(t, "q");
	assert_int_equal(terminal_close(t), 0);
}

static void truecolour_promised_is_truecolour_where_curses_knows_how(void **state) {
	(void)state;
	static const struct {
		const char *term, *promise, *twin, *says;
	} cases[] = {
	    {"TERM=xterm-256color", "COLORTERM=truecolor", "vte-direct", "80x24 16777216 utf8"},
	    {"TERM=xterm", "COLORTERM=24bit", "vte-direct", "80x24 16777216 utf8"},
	    {"TERM=tmux-256color", "COLORTERM=truecolor", "tmux-direct", "80x24 16777216 utf8"},
	    {"TERM=xterm-256color", "COLORTERM=yes", NULL, "80x24 256 utf8"},
	    {"TERM=rxvt", "COLORTERM=truecolor", NULL, "80x24 8 utf8"}, /* nobody describes a rxvt-direct */
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char ask[80];
		snprintf(ask, sizeof ask, "infocmp %s >/dev/null 2>&1", cases[i].twin ? cases[i].twin : "xterm");
		if (system(ask) != 0) {
			printf("skip: truecolour_promised_is_truecolour_where_curses_knows_how: no terminfo entry %s (package ncurses-term)\n", cases[i].twin);
			skip();
		}
		Terminal *t = open_self(NULL, (const char *const[]){cases[i].term, cases[i].promise, NULL});
		terminal_wait(t, cases[i].says);
		if (i < 2) assert_colours(t, 0, TERMINAL_RGB + 0xff8700, TERMINAL_RGB + 0x00005f);
		if (i < 2) assert_colours(t, 6, TERMINAL_RGB + 0xff0000, TERMINAL_DEFAULT);
		terminal_keys(t, "q");
		assert_int_equal(terminal_close(t), 0);
	}
}

static void a_palette_beside_truecolour_is_used(void **state) {
	(void)state;
	if (system("infocmp xterm-direct256 >/dev/null 2>&1") != 0) {
		printf("skip: a_palette_beside_truecolour_is_used: no terminfo entry xterm-direct256 (package ncurses-term)\n");
		skip();
	}
	Terminal *t = open_self(NULL, (const char *const[]){"TERM=xterm-direct256", NULL});
	terminal_wait(t, "80x24 16777216 utf8");
	assert_int_equal(terminal_cell(t, 1, 0).back, 17);
	assert_colours(t, 6, 9, TERMINAL_DEFAULT);
	terminal_wait_written(t, "38:2::0:1:175"); /* 0000af would be number 175 of the palette */
	terminal_keys(t, "q");
	assert_int_equal(terminal_close(t), 0);
}

static bool takes_clicks(Terminal *t, void *wanted) {
	return terminal_has_mouse(t) == *(bool *)wanted;
}

#define wait_mouse(t, on) terminal_wait_until(t, takes_clicks, &(bool){on})

static void the_mouse_is_taken_only_while_wanted_and_here(void **state) {
	(void)state;
	Terminal *t = open_self(NULL, NULL);
	assert_false(terminal_has_mouse(t));
	terminal_keys(t, "p");
	wait_mouse(t, true);
	terminal_keys(t, "P");
	wait_mouse(t, false);
	terminal_keys(t, "pz");
	terminal_wait(t, "back at the shell");
	wait_mouse(t, false);
	terminal_keys(t, "\n");
	wait_mouse(t, true);
	terminal_keys(t, "r");
	wait_mouse(t, true);
	terminal_keys(t, "d"); /* die() */
	terminal_wait_until(t, ended, NULL);
	assert_given_back(t);
	terminal_close(t);
}

/* Nothing of a half-drawn screen is seen where the terminal can wait for all of it. */
static void a_change_is_shown_as_one(void **state) {
	(void)state;
	Terminal *t = open_self(NULL, NULL);
	terminal_keys(t, "u");
	terminal_wait(t, "count 1");
	size_t len;
	const char *all = terminal_output(t, &len);
	const char *begin = strstr(all, "\033[?2026h"), *end = strstr(all, "\033[?2026l"), *text = strstr(all, "80x24");
	assert_true(begin && end && text && begin < text && text < end);
	terminal_keys(t, "q");
	assert_int_equal(terminal_close(t), 0);
}

static bool has_seen(Terminal *t, void *bytes) {
	return terminal_bytes_seen(t) >= *(size_t *)bytes;
}

static void only_what_changed_is_written(void **state) {
	(void)state;
	Terminal *t = open_self(NULL, NULL);
	terminal_keys(t, "u");
	terminal_wait(t, "count 1");
	terminal_keys(t, "u");
	terminal_wait(t, "count 2");
	size_t before = terminal_bytes_seen(t);
	terminal_keys(t, "xxxu");
	terminal_wait(t, "count 3");
	size_t changed = terminal_bytes_seen(t) - before;
	assert_in_range(changed, 1, 100);
	terminal_keys(t, "r"); /* everything again, when asked for */
	size_t most = before + changed + 200;
	terminal_wait_until(t, has_seen, &most);
	terminal_keys(t, "q");
	assert_int_equal(terminal_close(t), 0);
}

static void any_size_will_do(void **state) {
	(void)state;
	static const int sizes[][2] = {{10, 40}, {1, 1}, {60, 200}, {2, 3}, {24, 9}, {200, 400}, {24, 80}};
	Terminal *t = open_self(NULL, (const char *const[]){"LINES=5", "COLUMNS=7", NULL});
	terminal_wait(t, "80x24");
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		terminal_resize(t, sizes[i][0], sizes[i][1]);
		char size[32];
		snprintf(size, sizeof size, "%dx%d", sizes[i][1], sizes[i][0]);
		if (strlen(size) < (size_t)sizes[i][1]) terminal_wait(t, size);
	}
	terminal_wait_row(t, 3, "cafe\xcc\x81 ▉▏└─ 🐘|");
	terminal_keys(t, "q");
	assert_int_equal(terminal_close(t), 0);
}

static void copies_go_by_osc_52(void **state) {
	(void)state;
	Terminal *t = open_self(NULL, NULL);
	terminal_keys(t, "c");
	terminal_wait_written(t, "\033]52;c;c2VsZWN0IDE=\a");
	assert_false(terminal_written(t, "tmux;"));
	size_t before = terminal_bytes_seen(t);
	terminal_keys(t, "C"); /* too much */
	terminal_wait(t, "count 100");
	assert_in_range(terminal_bytes_seen(t) - before, 1, 200);
	size_t after = before + 100000;
	terminal_keys(t, "M"); /* as much as goes */
	terminal_wait_until(t, has_seen, &after);
	terminal_wait_written(t, "4eHh4\a");
	terminal_keys(t, "q");
	assert_int_equal(terminal_close(t), 0);
}

static void copies_reach_the_terminal_around_tmux(void **state) {
	(void)state;
	Terminal *t = open_self(NULL, (const char *const[]){"TMUX=/tmp/tmux-0/default,1,0", NULL});
	terminal_keys(t, "c");
	terminal_wait_written(t, "\033]52;c;c2VsZWN0IDE=\a\033Ptmux;\033\033]52;c;c2VsZWN0IDE=\a\033\\");
	terminal_keys(t, "q");
	assert_int_equal(terminal_close(t), 0);
}

static void other_locales_get_what_they_have(void **state) {
	(void)state;
	Terminal *t = open_self(NULL, (const char *const[]){"LC_ALL=C", NULL});
	terminal_wait(t, "80x24 256 other");
	terminal_wait_row(t, 2, "a????|");
	terminal_wait_row(t, 3, "cafe ???? ??|");
	terminal_keys(t, "q");
	assert_int_equal(terminal_close(t), 0);
}

static void where_no_screen_can_be_it_says_so(void **state) {
	(void)state;
	static const struct {
		const char *term, *command, *says;
	} cases[] = {
	    {"TERM=dumb", "exec \"$0\" program", "terminal type \"dumb\" cannot move the cursor; Set TERM to"},
	    {"TERM=no-such", "exec \"$0\" program", "terminal type \"no-such\" is not known here; Set TERM to"},
	    {"TERM=xterm", "exec \"$0\" program </dev/null", "standard input and output must be a terminal"},
	    {"TERM=xterm", "\"$0\" program | cat", "standard input and output must be a terminal"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Terminal *t = terminal_open(10, 120, (const char *const[]){"sh", "-c", cases[i].command, self, NULL},
		                            (const char *const[]){cases[i].term, NULL});
		terminal_wait(t, cases[i].says);
		terminal_wait_until(t, ended, NULL);
		assert_given_back(t);
		terminal_close(t);
	}
}

int main(int argc, char **argv) {
	if (argc > 1 && strcmp(argv[1], "program") == 0) return program(argc, argv);
	self = argv[0];
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(close_gives_the_terminal_back),
	    cmocka_unit_test(every_way_out_gives_the_terminal_back),
	    cmocka_unit_test(a_terminal_without_a_second_screen_goes_on_below),
	    cmocka_unit_test(signals_the_program_handles_stay_its_own),
	    cmocka_unit_test(suspend_lends_the_terminal_to_the_shell),
	    cmocka_unit_test(a_stopped_program_comes_back_by_fg),
	    cmocka_unit_test(wide_and_combined_characters_take_their_cells),
	    cmocka_unit_test(a_strange_canvas_does_not_move_its_neighbours),
	    cmocka_unit_test(roles_have_the_colours_of_the_theme),
	    cmocka_unit_test(eight_colours_and_none_do),
	    cmocka_unit_test(true_colours_are_exact),
	    cmocka_unit_test(truecolour_promised_is_truecolour_where_curses_knows_how),
	    cmocka_unit_test(a_palette_beside_truecolour_is_used),
	    cmocka_unit_test(the_mouse_is_taken_only_while_wanted_and_here),
	    cmocka_unit_test(a_change_is_shown_as_one),
	    cmocka_unit_test(only_what_changed_is_written),
	    cmocka_unit_test(any_size_will_do),
	    cmocka_unit_test(copies_go_by_osc_52),
	    cmocka_unit_test(copies_reach_the_terminal_around_tmux),
	    cmocka_unit_test(other_locales_get_what_they_have),
	    cmocka_unit_test(where_no_screen_can_be_it_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
