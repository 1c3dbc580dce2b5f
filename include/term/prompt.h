/* prompt.h: readline inside the screen (callback interface; it never sees the tty). One prompt per process: readline is global. */
#ifndef PGWHY_TERM_PROMPT_H
#define PGWHY_TERM_PROMPT_H

#include "term/input.h"
#include "view/canvas.h"

typedef struct Prompt Prompt;

typedef struct PromptSpec {
	const char *history_path; /* created 0600; NULL: none kept */
	/* Is this text complete (ends in `;`, or is a command)? Enter then accepts; else it inserts a line break. */
	bool (*complete)(void *owner, const char *text);
	void (*accepted)(void *owner, const char *text); /* a line was entered; borrowed */
	void (*edit)(void *owner, const char *text); /* ^X^E: the app runs $EDITOR and calls prompt_set_text */
	/* Candidates for the word text[start..end): NULL-terminated, in the arena. NULL: none. */
	const char *const *(*candidates)(void *owner, Arena *arena, const char *text, size_t start, size_t end);
	void *owner;
} PromptSpec;

Prompt *prompt_new(const PromptSpec *spec); /* reads ~/.inputrc and the history; its own terminal writing is silenced */
void prompt_free(Prompt *prompt); /* writes the history */
void prompt_set_prefix(Prompt *prompt, const char *prefix); /* "shop=> " */
void prompt_set_text(Prompt *prompt, const char *text); /* cursor at its end */
const char *prompt_text(const Prompt *prompt);
void prompt_event(Prompt *prompt, const InputEvent *event); /* a key's bytes or a paste */
/* ^C: clears the line, or ends a running ^R search; true when there was something to clear. Esc (`back`) likewise. */
bool prompt_clear(Prompt *prompt);
bool prompt_busy(const Prompt *prompt); /* in the middle of something Esc belongs to: ^R search, vi command, candidates shown */
int prompt_height(const Prompt *prompt, int width, int most); /* rows it wants for what is typed, lines wrapped, at most `most` */
/* Draws prefix and text into the box, scrolled to the cursor, sets canvas cursor; candidates in a popup above the box. */
void prompt_draw(Prompt *prompt, Canvas *canvas, Box box);

#endif
