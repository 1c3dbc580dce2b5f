/* chrome.h: what stands around panes and views: status line, frames, hints, messages.
 *
 * All of it is the first to give way when the screen is narrow: parts are shortened or left out whole, never cut within a word. */
#ifndef PGWHY_VIEW_CHROME_H
#define PGWHY_VIEW_CHROME_H

#include "view/keymap.h"
#include "view/layout.h"

/* One part of the status line. Where it is tight, the parts of the lowest priority (the rightmost of them first) are written
 * in brief, then left out, until the rest fits; what has room beside that comes back. */
typedef struct StatusPart {
	const char *text;
	const char *brief; /* NULL: whole or not at all */
	Role role; /* ROLE_STATUS, ROLE_STATUS_WARN … */
	int priority; /* higher stays longer */
	bool group; /* a line stands before it */
} StatusPart;
void status_draw(Canvas *canvas, Box box, const StatusPart *parts, size_t count);

/* A frame with its title left and notes right: `┌1 Queries ─── load ▾ ─ last 2s ─┐`. Notes give way from the last one on, then
 * the title. */
typedef struct Frame {
	int number; /* the key that goes there; 0: none */
	const char *title;
	const char *const *notes; /* NULL-terminated; or NULL */
	bool focused;
} Frame;
Box frame_draw(Canvas *canvas, Box box, const Frame *frame); /* what is left inside */

typedef struct KeyHint {
	const char *key, *meaning;
} KeyHint;
void keys_draw(Canvas *canvas, Box box, const KeyHint *keys, size_t count); /* as many as there is room for */
/* `Enter why  E explain …`: the first key bound to each action and what it means here, as a rule its action_hint(). Actions without a key
 * are left out. */
typedef const char *HintWords(Action action);
void hints_draw(Canvas *canvas, Box box, const Keymap *keymap, Context context, const Action *actions, size_t count, HintWords *words);

/* The text in its role (ROLE_ERROR, ROLE_INFO, ROLE_GOOD …), then the hint: on one line as far as there is room, on several wrapped. */
int message_height(Arena *arena, int width, const char *text, const char *hint); /* lines it takes whole */
void message_draw(Canvas *canvas, Box box, Role role, const char *text, const char *hint);
void error_draw(Canvas *canvas, Box box, const Err *err);

/* Says that the screen is too small, and nothing else. */
void too_small_draw(Canvas *canvas);

#endif
