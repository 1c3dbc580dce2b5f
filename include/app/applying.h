/* applying.h: :try and :apply: a finding's remedy, tried on a copy or carried out for real, after its name was typed.
 *
 * On connections of its own, one to change and one to watch; one finding at a time. What is sent is made of the finding's own parts (advise/remedy.h, pg/tryout.h, pg/apply.h):
 * nothing that was typed goes to the server; the name typed is only compared. */
#ifndef PGWHY_APP_APPLYING_H
#define PGWHY_APP_APPLYING_H

#include "app/entry.h"
#include "app/state.h"

void word_try(App *app, const char *rest); /* :try */
void word_apply(App *app, const char *rest); /* :apply */

bool applying_busy(const App *app); /* something is sent, or under way */
bool applying_changes(const App *app); /* and it is not rolled back */
bool applying_cancel(App *app); /* false: there is nothing to cancel */
void applying_key(App *app, EntryResult result); /* MODAL_NAME: the name is being typed */
const char *applying_label(Arena *arena, const App *app, int width); /* what is to be typed, in a line of that many cells */
void applying_tick(App *app);
int64_t applying_deadline_ms(const App *app); /* -1: none */
void applying_free(App *app); /* whatever is under way is cancelled */

#endif
