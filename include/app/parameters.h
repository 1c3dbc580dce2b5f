/* parameters.h: asks for the values of a statement's parameters before it is run, and remembers what they were. */
#ifndef PGWHY_APP_PARAMETERS_H
#define PGWHY_APP_PARAMETERS_H

#include "app/state.h"
#include "app/values.h"

bool parameters_ask(App *app); /* for those of the statement at hand (run_text); false: it has none */
const char *parameters_statement(App *app); /* the statement at hand, as it was before values stood in it */
const char *parameters_told(App *app); /* "$1 = 42", that stand in it; NULL: none do */
const Values *parameters_known(App *app, const char *statement); /* what was used and seen of it; NULL: nothing */
/* A statement with these values, as the result of `learnt`: the next time they are offered first. */
void parameters_run(App *app, const char *statement, const Values *learnt, const ValueChoice *choices, RunMode mode);
void parameters_key(App *app, Key key); /* MODAL_PARAMETERS has the keys */
void parameters_paste(App *app, const char *text, size_t len);
void parameters_tick(App *app); /* takes what came to be known meanwhile, and looks for calls */
void parameters_draw(Canvas *canvas, Box screen, App *app);
void parameters_free(App *app);

#endif
