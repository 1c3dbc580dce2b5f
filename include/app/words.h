/* words.h: what is entered at the prompt: statements and commands. */
#ifndef PGWHY_APP_WORDS_H
#define PGWHY_APP_WORDS_H

#include "app/state.h"

void words_take(App *app); /* what the prompt gave, if it gave something */
bool words_complete(void *owner, const char *text); /* for the prompt: may Enter take it? */
Candidates words_candidates(void *owner, Arena *arena, const char *text, size_t cursor); /* for the prompt: what Tab offers */
void words_typed(App *app); /* a key was pressed at the prompt: what may be wanted next is fetched */
/* Each word, for the manual: its table row. */
typedef struct WordHelp {
	const char *name, *arguments, *help;
} WordHelp;
bool word_help_of(size_t nth, WordHelp *help); /* false past the end */
void words_page(Page *page, const App *app); /* the commands there are, for help */

#endif
