/* kept_statements.h: the mark of the statements in the store, where the consoles to come find it. */
#ifndef PGWHY_APP_KEPT_STATEMENTS_H
#define PGWHY_APP_KEPT_STATEMENTS_H

#include "app/state.h"
#include "core/statement_mark.h"
#include "core/texts.h"

/* Takes the place of the one its server had. The word is said once it is on the disk, so that nothing is lost then, however the console ends; or
 * at once, when nothing is to be kept. Texts with a password in them are left out. */
void kept_statements_put(App *app, const StatementMark *mark, const Texts *texts, const char *word, const char *hint);

/* Looks once for the one of that server; `found` takes the mark over. It is not called when there is none, or it cannot be read. */
typedef void (*StatementsFoundFn)(App *app, StatementMark *mark, const Texts *texts);
void kept_statements_find(App *app, const char *server, StatementsFoundFn found);

/* For commands: waits, turning the loop. NULL: err says why there is none; the texts live as long as the mark. */
StatementMark *kept_statements_wait(Loop *loop, const Settings *settings, const char *server, Texts *texts, Err *err);

#endif
