/* rescue.h: the terminal given back when the program ends in any other way than by screen_close: exit(), die(), a crash, SIGTERM.
 *
 * A signal may come in the middle of anything, so all it does is write bytes made ready before and set the tty's modes: no curses, no
 * malloc. Then the signal goes on to whom it would have gone to. One terminal per process, as there is. */
#ifndef PGWHY_TERM_RESCUE_H
#define PGWHY_TERM_RESCUE_H

#include <stddef.h>
#include <termios.h>

/* Catches the signals: those of a crash always, the others that end a program where nobody handles or ignores them. */
void rescue_begin(const struct termios *modes);
/* From now on the terminal is ours: this gives it back. The bytes are borrowed; NULL: it isn't ours any more. */
void rescue_arm(const char *bytes, size_t len);
/* A file with a secret in it, removed on every such way out, and now when another one (or NULL) is told. Borrowed. */
void rescue_remove(const char *path);
void rescue_end(void); /* the signals go where they went before */
void rescue_write(const char *bytes, size_t len); /* to the terminal, all of it, past curses */

#endif
