/* prompt_shown.h: what readline would show of its line, had it a terminal. */
#ifndef PGWHY_TERM_PROMPT_SHOWN_H
#define PGWHY_TERM_PROMPT_SHOWN_H

#include "base/str.h"
#include "term/textbox.h"

typedef struct PromptShown {
	Str prefix, text; /* UTF-8; the mode goes before the prefix for those who want to see it */
	size_t cursor;
} PromptShown;

PromptShown prompt_shown(void);
TextBox prompt_shown_box(const PromptShown *shown); /* borrows */
void prompt_shown_release(PromptShown *shown);
bool prompt_is_in_vi_commands(void); /* where keys are commands, not text */

#endif
