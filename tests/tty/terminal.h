/* terminal.h: a program in a pseudo terminal, its screen read by libvterm: keys in, cells out.
 *
 *     Terminal *t = terminal_open(24, 80, (const char *[]){"build/release/pgwhy", NULL}, (const char *[]){"PGHOST=/tmp", NULL});
 *     terminal_wait(t, "Queries");            // waits until the screen shows it, 10 s at most, else fails with the screen
 *     terminal_keys(t, "jj\r");
 *     terminal_wait_gone(t, "Queries");
 *     assert_int_equal(terminal_close(t), 0);
 *
 * Never sleep: wait for what should be seen. Rows and columns count from 0. The program starts in an environment of its own: TERM
 * xterm-256color, LC_ALL C.UTF-8, no home, no inputrc, PATH and the sanitizers' options as they are; what `env` says comes on top. */
#ifndef PGWHY_TESTS_TERMINAL_H
#define PGWHY_TESTS_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

typedef struct Terminal Terminal;

/* env: NULL-terminated "NAME=VALUE", or NULL. */
Terminal *terminal_open(int rows, int columns, const char *const *argv, const char *const *env);
/* Waits for the program to end by itself (a program that doesn't is killed, and the test fails): its exit status, or 128 + the signal. */
#define terminal_close(terminal) terminal_close_at((terminal), __FILE__, __LINE__)
void terminal_kill(Terminal *terminal, int signal);
pid_t terminal_pid(const Terminal *terminal);
void terminal_resize(Terminal *terminal, int rows, int columns); /* the program gets SIGWINCH */

/* What a person does. */
void terminal_keys(Terminal *terminal, const char *keys);
void terminal_bytes(Terminal *terminal, const char *bytes, size_t len);
/* A click or a turn of the wheel, said to the program if it asked for such. */
enum { TERMINAL_LEFT = 1, TERMINAL_WHEEL_UP = 4, TERMINAL_WHEEL_DOWN = 5 };
void terminal_mouse(Terminal *terminal, int button, int row, int column);
void terminal_paste(Terminal *terminal, const char *text); /* between paste marks if the program asked for them */

/* What a person sees. These fail the test when it is not so within 10 s. */
#define terminal_wait(terminal, text) terminal_wait_at((terminal), (text), true, __FILE__, __LINE__)
#define terminal_wait_gone(terminal, text) terminal_wait_at((terminal), (text), false, __FILE__, __LINE__)
#define terminal_wait_cursor(terminal, row, column) terminal_wait_cursor_at((terminal), (row), (column), __FILE__, __LINE__)
#define terminal_wait_row(terminal, row, text) terminal_wait_row_at((terminal), (row), (text), __FILE__, __LINE__) /* exactly, blanks at its end cut */
#define terminal_wait_written(terminal, bytes) terminal_wait_written_at((terminal), (bytes), __FILE__, __LINE__) /* what no screen shows */
#define terminal_wait_until(terminal, holds, what) terminal_wait_until_at((terminal), (holds), (what), #holds, __FILE__, __LINE__)
typedef bool TerminalTest(Terminal *terminal, void *what);
/* The same for what may fail: false when it is not so within that many milliseconds, or can't be any more. */
bool terminal_try(Terminal *terminal, TerminalTest *holds, void *what, int64_t within_ms);

/* The screen as it is now (after the last wait). */
bool terminal_find(const Terminal *terminal, const char *text, int *row, int *column); /* column in cells; row, column may be NULL */
const char *terminal_row(Terminal *terminal, int row); /* until the next call */
void terminal_cursor(const Terminal *terminal, int *row, int *column, bool *visible);
bool terminal_alternate(const Terminal *terminal); /* is the alternate screen shown? */
bool terminal_pastes(Terminal *terminal); /* has the program asked for paste marks? */
bool terminal_has_mouse(const Terminal *terminal); /* has it asked for clicks? */
bool terminal_modes_kept(const Terminal *terminal); /* are the tty's modes those from before the program? */
bool terminal_ended(Terminal *terminal); /* the program has ended and all it wrote is on the screen */
size_t terminal_bytes_seen(const Terminal *terminal); /* written by the program so far */
bool terminal_written(const Terminal *terminal, const char *bytes); /* has the program ever written these, as they are? */
const char *terminal_output(const Terminal *terminal, size_t *len); /* all it ever wrote; until the next wait */
void terminal_dump(Terminal *terminal); /* to stderr */

/* Colours are indices of the palette, or those below. */
enum { TERMINAL_DEFAULT = -1, TERMINAL_RGB = 1 << 24 }; /* TERMINAL_RGB + 0xrrggbb */
typedef struct TerminalCell {
	uint32_t point; /* 0: nothing was written there; UINT32_MAX: right half of a wide character */
	int width;
	int front, back;
	bool bold, italic, underline, reverse;
} TerminalCell;
TerminalCell terminal_cell(const Terminal *terminal, int row, int column);

/* Behind the macros. */
int terminal_close_at(Terminal *terminal, const char *file, int line);
void terminal_wait_at(Terminal *terminal, const char *text, bool there, const char *file, int line);
void terminal_wait_cursor_at(Terminal *terminal, int row, int column, const char *file, int line);
void terminal_wait_row_at(Terminal *terminal, int row, const char *text, const char *file, int line);
void terminal_wait_written_at(Terminal *terminal, const char *bytes, const char *file, int line);
void terminal_wait_until_at(Terminal *terminal, TerminalTest *holds, void *what, const char *name, const char *file, int line);

#endif
