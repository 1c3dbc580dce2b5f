/* screen.h: the one door to the terminal: curses started and stopped, a Canvas painted, the tty given back whatever happens.
 *
 * The caller has called setlocale(LC_ALL, ""). Nobody else writes to the terminal while the screen is open and not suspended. */
#ifndef PGWHY_TERM_SCREEN_H
#define PGWHY_TERM_SCREEN_H

#include "base/err.h"
#include "view/canvas.h"
#include "view/theme.h"

typedef struct Screen Screen;

/* Needs a tty on stdin and stdout. Restores it on exit(), on die(), on SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, and on SIGTERM, SIGHUP and
 * whatever else ends a program if the caller does not handle it (see term/rescue.h). One at a time. */
Screen *screen_open(Err *err);
void screen_close(Screen *screen);
void screen_size(const Screen *screen, int *width, int *height); /* cells */
void screen_resized(Screen *screen); /* after SIGWINCH: asks the tty, tells curses */
/* 0 without, 8, 16, 256, 1 << 24: the last where terminfo has truecolour, or where it is promised (COLORTERM, the flag Tc) and terminfo knows
 * a twin of the terminal that has it (tmux-direct, and vte-direct for all xterms: Debian's package ncurses-term). */
int screen_colours(const Screen *screen);
bool screen_utf8(const Screen *screen); /* else the canvas should be ascii */
void screen_paint(Screen *screen, const Canvas *canvas, const Theme *theme); /* only changed cells go to the terminal */
void screen_mouse(Screen *screen, bool on); /* reports of clicks and wheel, for term/input.h; off at first, and whenever it isn't our screen */
void screen_redraw(Screen *screen); /* all of it at the next paint, and the tty's modes again: somebody else wrote, or we were stopped */
/* To the clipboard by OSC 52 (through tmux too). False: nothing is copied, being more than SCREEN_COPY_MOST_BYTES, which terminals would cut
 * or drop, or for the Linux console, which would show it. Whether a terminal took it, nobody can tell. */
enum { SCREEN_COPY_MOST_BYTES = 74994 }; /* 100 000 characters in all */
bool screen_copy(Screen *screen, const char *text, size_t len);
void screen_suspend(Screen *screen); /* the terminal as the shell wants it: for ^Z, $EDITOR, psql */
void screen_resume(Screen *screen);

#endif
