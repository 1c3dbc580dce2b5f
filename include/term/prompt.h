/* prompt.h: readline inside the screen (callback interface; it never sees the tty). One prompt per process: readline is global.
 *
 * The caller has called setlocale(LC_ALL, ""). Text is UTF-8 in both directions, whatever the locale. The callbacks are called at the end of
 * prompt_event, never from within readline: they may do with the prompt what they like. */
#ifndef PGWHY_TERM_PROMPT_H
#define PGWHY_TERM_PROMPT_H

#include "term/completer.h"
#include "term/input.h"
#include "view/canvas.h"

typedef struct Prompt Prompt;

typedef struct PromptSpec {
	const char *history_path; /* created 0600, its folders too; NULL: none kept */
	/* Is this text complete (ends in `;`, or is a command)? Enter then accepts; else it inserts a line break. */
	bool (*complete)(void *owner, const char *text);
	void (*accepted)(void *owner, const char *text); /* a line was entered; borrowed */
	void (*edit)(void *owner, const char *text); /* ^X^E: the app runs $EDITOR and calls prompt_set_text */
	CandidatesFn candidates; /* what Tab offers */
	void *owner;
} PromptSpec;

/* Reads ~/.inputrc and the history; readline's own terminal writing is silenced. */
Prompt *prompt_new(const PromptSpec *spec);
void prompt_free(Prompt *prompt); /* writes the history; lines with a password literal are in none */
void prompt_set_prefix(Prompt *prompt, const char *prefix); /* "shop=> " */
void prompt_set_text(Prompt *prompt, const char *text); /* cursor at its end */
const char *prompt_text(const Prompt *prompt); /* until the next call */
void prompt_event(Prompt *prompt, const InputEvent *event); /* a key's bytes or a paste */
/* ^C: ends a running ^R search as if it had not been, or else clears the text; true when there was something to clear. */
bool prompt_clear(Prompt *prompt);
/* Esc belongs to the prompt: candidates are shown, a ^R search or a key sequence is under way, or vi's insert mode. Then give it the key; else
 * Esc is the caller's. */
bool prompt_busy(const Prompt *prompt);
int prompt_height(const Prompt *prompt, int width, int most); /* rows it wants for what is typed, lines wrapped, at most `most` */
/* Tab found that more was on its way, and here it is: what is shown is made anew, if nothing was typed since. */
void prompt_candidates_came(Prompt *prompt);
/* Draws prefix and text into the box, scrolled to the cursor, sets canvas cursor; candidates in a popup above the box. */
void prompt_draw(Prompt *prompt, Canvas *canvas, Box box);

#endif
