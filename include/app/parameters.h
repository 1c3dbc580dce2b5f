/* parameters.h: asks for the values of a statement's parameters before it is run, and remembers what they were. */
#ifndef PGWHY_APP_PARAMETERS_H
#define PGWHY_APP_PARAMETERS_H

#include "app/state.h"

bool parameters_ask(App *app); /* for those of the statement at hand (run_text); false: it has none */
void parameters_key(App *app, Key key); /* MODAL_PARAMETERS has the keys */
void parameters_paste(App *app, const char *text, size_t len);
void parameters_tick(App *app); /* takes what came to be known meanwhile, and looks for calls */
void parameters_draw(Canvas *canvas, Box screen, App *app);
void parameters_free(App *app);

#endif
