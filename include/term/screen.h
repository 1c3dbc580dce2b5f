/* screen.h: the one door to the terminal: curses started and stopped, a Canvas painted, the tty given back whatever happens. */
#ifndef PGWHY_TERM_SCREEN_H
#define PGWHY_TERM_SCREEN_H

#include "base/err.h"
#include "view/canvas.h"
#include "view/theme.h"

typedef struct Screen Screen;

/* Needs a tty on stdin and stdout. Restores it on exit(), on die() and on SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGTERM and SIGHUP the caller
 * does not handle (a crash handler writes prebuilt bytes and resets the tty; it never calls curses). */
Screen *screen_open(Err *err);
void screen_close(Screen *screen);
void screen_size(const Screen *screen, int *width, int *height); /* cells */
void screen_resized(Screen *screen); /* after SIGWINCH: asks the tty, tells curses and readline */
int screen_colours(const Screen *screen); /* 0 without, 8, 16, 256, 1 << 24 */
bool screen_utf8(const Screen *screen); /* else the canvas should be ascii */
void screen_paint(Screen *screen, const Canvas *canvas, const Theme *theme); /* only changed cells go to the terminal */
void screen_redraw(Screen *screen); /* all of it at the next paint */
void screen_copy(Screen *screen, const char *text, size_t len); /* to the clipboard by OSC 52 (through tmux too) */
void screen_suspend(Screen *screen); /* the terminal as the shell wants it: for ^Z, $EDITOR, psql */
void screen_resume(Screen *screen);

#endif
