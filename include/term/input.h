/* input.h: bytes from the terminal -> keys, pastes, clicks. Pure: no curses, no tty; tested with bytes.
 *
 * We read the terminal ourselves, always (two readers lose bytes). What arrives split is held back: a character, an
 * escape sequence, the end mark of a paste; a lone ESC is a key after input_timeout_ms. So the loop is: read, input_feed, input_next until
 * it says false; sleep input_timeout_ms at most; when that is 0, input_expire and input_next again. */
#ifndef PGWHY_TERM_INPUT_H
#define PGWHY_TERM_INPUT_H

#include "base/str.h"
#include "view/keymap.h"

typedef struct Input Input;
typedef enum InputKind { INPUT_KEY, INPUT_PASTE, INPUT_MOUSE } InputKind;

/* The left button pressed, once or again at the same place at once; the wheel turned by a notch. Nothing else is told. */
typedef enum MouseAct { MOUSE_CLICK, MOUSE_DOUBLE_CLICK, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN } MouseAct;
typedef struct Mouse {
	MouseAct act;
	int x, y; /* cells, from 0 */
} Mouse;

typedef struct InputEvent {
	InputKind kind;
	Mouse mouse; /* INPUT_MOUSE */
	Key key; /* a byte that is no UTF-8 has the code UTF8_INVALID */
	const char *bytes; /* INPUT_KEY: the bytes it came as, for readline; INPUT_PASTE: the text, \r as \n. Until the next call */
	size_t len;
} InputEvent;

Input *input_new(void);
void input_free(Input *input);
void input_feed(Input *input, const char *bytes, size_t len);
/* False: nothing complete. Other mouse reports (only SGR's are known) and sequences nobody knows are dropped whole. A long pause within a paste gives what is there,
 * and the rest comes as another paste: what was pasted never turns into keys. */
bool input_next(Input *input, InputEvent *event);
int input_timeout_ms(const Input *input); /* how long to wait still before calling input_expire; -1: nothing held back */
void input_expire(Input *input); /* what is held back is taken as it stands */

#endif
